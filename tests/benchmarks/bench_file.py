"""A file of 50 MB beside its bars: opening, backup, migration, and how long the window stands still meanwhile."""

import contextlib
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest

from benchmarks.figures import tell
from wealthdesk.services.demo import make_demo
from wealthdesk.services.desk import Clock
from wealthdesk.storage.backups import back_up
from wealthdesk.storage.database import connect
from wealthdesk.storage.migrations import head
from wealthdesk.storage.opening import downgrade_portfolio, open_portfolio

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
CLOCK = Clock(today=NOW.date, now=lambda: NOW)
SIZE = 50_000_000


def fill(path: Path) -> None:
    """Twenty accounts with 300 holdings each, and prices of their 1,500 assets until the file has its size."""
    with contextlib.closing(connect(path)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("BEGIN IMMEDIATE")
        _like(connection, "accounts", ((f"k{n}", f"Account {n}") for n in range(20)), "id", "name")
        _like(connection, "assets", ((f"a{n}", f"SYM{n}", f"Fund {n}") for n in range(1500)), "id", "symbol", "name")
        held = ((f"h{n}", f"k{n % 20}", f"a{n * 7 % 1500}", f"{n}.5") for n in range(6000))
        _like(connection, "holdings", held, "id", "account_id", "asset_id", "quantity")
        _like(connection, "asset_exposures", ((f"a{n}", 10_000) for n in range(1500)), "asset_id", "weight_bps")
        day = date(2025, 1, 1)
        while _size(connection) < SIZE:
            prices = ((f"a{n}", day.isoformat(), f"{n + 100}.{day.day:02}") for n in range(1500))
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
