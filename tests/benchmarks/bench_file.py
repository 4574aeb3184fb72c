"""A file of 50 MB beside its bars: opening, backup, migration, and how long the window stands still meanwhile."""

import contextlib
import gc
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer, Signal, SignalInstance
from PySide6.QtWidgets import QApplication

from benchmarks.figures import tell
from wealthdesk.gui import tasks, theme
from wealthdesk.gui.main_window import MainWindow
from wealthdesk.gui.start import Start
from wealthdesk.services.backups import back_up_now, keep_up, lines_of
from wealthdesk.services.demo import make_demo
from wealthdesk.services.desk import Clock, open_desk
from wealthdesk.storage.connection import connect
from wealthdesk.storage.file.backups import back_up
from wealthdesk.storage.file.migrations import head
from wealthdesk.storage.file.opening import downgrade_portfolio, open_portfolio

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
CLOCK = Clock(today=NOW.date, now=lambda: NOW)
SIZE = 50_000_000


def fill(path: Path) -> None:
    """Twenty accounts with 300 holdings each, and prices of their 1,500 assets until the file has its size."""
    with contextlib.closing(connect(path)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("BEGIN IMMEDIATE")
        _like(connection, "accounts", ((f"k{n}", f"Account {n}") for n in range(20)), "id", "name")
        funds = ((f"a{n}", f"SYM{n}", f"Fund {n}", None) for n in range(1500))
        _like(connection, "assets", funds, "id", "symbol", "name", "isin")
        held = ((f"h{n}", f"k{n % 20}", f"a{n * 7 % 1500}", f"{n}.5") for n in range(6000))
        _like(connection, "holdings", held, "id", "account_id", "asset_id", "quantity")
        _like(connection, "asset_exposures", ((f"a{n}", 10_000) for n in range(1500)), "asset_id", "weight_bps")
        day = date(2025, 1, 1)
        while _size(connection) < SIZE:
            prices = ((f"a{n}", day.isoformat(), f"{n + 100}.{day.day:02}5") for n in range(1500))
            _like(connection, "prices", prices, "asset_id", "on_date", "price")
            day += timedelta(days=1)
        connection.execute("COMMIT")


def _like(connection: sqlite3.Connection, table: str, rows: Iterator[tuple[object, ...]], *columns: str) -> None:
    """Add rows that are like the first one of the table but for these columns."""
    names = [name for _, name, *_ in connection.execute(f'PRAGMA table_info("{table}")')]
    chosen = ", ".join("?" if name in columns else f'"{name}"' for name in names)
    statement = f'INSERT OR IGNORE INTO "{table}" SELECT {chosen} FROM (SELECT * FROM "{table}" LIMIT 1)'
    order = [columns.index(name) for name in names if name in columns]
    connection.executemany(statement, ([row[place] for place in order] for row in rows))


def _size(connection: sqlite3.Connection) -> int:
    ((size,),) = connection.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
    return int(size)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file, closed."""
    path = tmp_path_factory.mktemp("large") / "portfolio.wealthdesk"
    make_demo(path, CLOCK).close()
    fill(path)
    return path


def seconds(work: Callable[[], object]) -> float:
    """How long it took."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def test_storage(large: Path) -> None:
    print(f"\n{'size of the file':<64} {large.stat().st_size / 1e6:8.1f} MB")
    opening = lambda: open_portfolio(large, now=NOW).close()  # noqa: E731
    tell("opening and closing it, without a seal", seconds(opening), 1.0, "s")
    tell("opening and closing it again", min(seconds(opening) for _ in range(3)), 1.0, "s")
    database = open_portfolio(large, now=NOW)
    tell("backup", min(seconds(lambda: back_up(large, "by_hand", NOW)) for _ in range(3)), 0.5, "s")
    database.close()
    for version in (1, 2):
        downgrade_portfolio(large, version, NOW)
        tell(f"migration from version {version} to {head()}", seconds(opening), 8.0, "s")


class Gaps(QObject):
    """The longest time that the window could not answer, measured by a timer that wants to ring all the time."""

    def __init__(self) -> None:
        super().__init__()
        self._last, self.longest = time.perf_counter(), 0.0
        self._timer = QTimer(self, timerType=Qt.TimerType.PreciseTimer, interval=2)
        self._timer.timeout.connect(self._on_rung)
        self._timer.start()

    def begin(self) -> None:
        """Forget what was before."""
        self._last, self.longest = time.perf_counter(), 0.0

    def _on_rung(self) -> None:
        now = time.perf_counter()
        self.longest = max(self.longest, now - self._last)
        self._last = now


def longest_gap(gaps: Gaps, begin: Callable[[], object], *ends: SignalInstance) -> float:
    """The longest gap in milliseconds from the beginning until one of the signals."""
    waiting = QEventLoop()
    for each in ends:
        each.connect(waiting.quit)
    gaps.begin()
    begin()
    QTimer.singleShot(60_000, waiting.quit)
    waiting.exec()
    return gaps.longest * 1000


def test_window(large: Path) -> None:
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    theme.apply(app, theme.LIGHT)
    open_portfolio(large, now=NOW).close()
    backup = back_up(large, "by_hand", NOW)
    # As the program does after its start: without it, the collector goes through all of pytest as well.
    gc.collect()
    gc.freeze()
    window = MainWindow("A large portfolio")
    start = Start(window, large, False, lambda path, create: open_desk(path, CLOCK, create=create), CLOCK.now)
    gaps = Gaps()
    print()
    tell("longest gap while a small file opens: first imports, first page", _first_page(gaps, large.parent), 100)
    tell("longest gap while it opens", longest_gap(gaps, window.show, start.ended), 100)
    slow: list[tuple[str, Callable[[], object]]] = [
        ("backs up", lambda: back_up_now(large, CLOCK)),
        ("lists backups with what is in them", lambda: lines_of(large)),
        ("makes the backup of the day", lambda: keep_up(large, CLOCK)),
    ]
    for what, work in slow:
        task: list[tasks.Task] = []
        holder = _Ended()
        begin = partial(_run, work, holder, task)
        tell(f"longest gap while it {what}", longest_gap(gaps, begin, holder.ended), 100)
    tell("longest gap while it restores", longest_gap(gaps, lambda: start.restore(backup.path), start.ended), 100)
    start.close()
    window.close()


def _first_page(gaps: Gaps, folder: Path) -> float:
    """What every start costs, however large its file is."""
    small = folder / "small.wealthdesk"
    make_demo(small, CLOCK).close()
    window = MainWindow("A small portfolio")
    start = Start(window, small, False, lambda path, create: open_desk(path, CLOCK, create=create), CLOCK.now)
    longest = longest_gap(gaps, window.show, start.ended)
    start.close()
    window.close()
    return longest


class _Ended(QObject):
    ended = Signal()


def _run(work: Callable[[], object], holder: _Ended, kept: list[tasks.Task]) -> None:
    kept.append(tasks.run(work, lambda _: holder.ended.emit(), holder))
