"""The start with files as they are met in life: in use, read-only, newer, half done, shown in another window, gone."""

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from portfolio_files import demo_at
from wealthdesk import paths
from wealthdesk.app import WantedStart, _place, _read_arguments
from wealthdesk.gui import tasks
from wealthdesk.gui.main_window import MainWindow
from wealthdesk.gui.one_window import OneWindow, raise_other
from wealthdesk.gui.pictures.recovery import examples
from wealthdesk.gui.recovery.page import RecoveryPage
from wealthdesk.gui.recovery.ways import Way
from wealthdesk.gui.start import Start
from wealthdesk.gui.widgets.message import Strip
from wealthdesk.services.backups import back_up_now, backups_of
from wealthdesk.services.desk import Clock, Desk, open_desk
from wealthdesk.services.windows import folder_of_windows, is_known, remember
from wealthdesk.storage.file import swapping

SOURCE = Path(__file__).parents[2] / "src"
PATIENT = 20_000
HOLD = """
import pathlib, sys
from wealthdesk.storage.file import locks
lock = locks.shared(pathlib.Path(sys.argv[1]), 5)
print("held", flush=True)
sys.stdin.read()
"""
HANG = """
import pathlib, sys
from wealthdesk.services import windows
lock = windows.claim(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
assert lock
print("held", flush=True)
sys.stdin.read()
"""

LOOK = """
import sys
from wealthdesk import app as program
begin = program.begin_window

def watched(wanted, application, at_the_end):
    from PySide6.QtCore import QTimer
    from wealthdesk.gui.widgets.message import Strip
    start = begin(wanted, application, at_the_end)
    window = start.parent()
    def tell():
        print(window.windowTitle(), [each.words for each in window.findChildren(Strip)], flush=True)
        window.close()
    start.ended.connect(lambda: QTimer.singleShot(300, tell))
    return start

program.begin_window = watched
print("ended", program.main(["--read-only", sys.argv[1]]))
"""


@pytest.fixture(autouse=True)
def _data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


@pytest.fixture
def another() -> Iterator[Callable[..., "subprocess.Popen[str]"]]:
    """Starts another process that holds on to something until it is ended."""
    started = []

    def start(script: str, *arguments: Path) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-c", script, *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": str(SOURCE)},
        )
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        return process

    yield start
    for each in started:
        each.kill()
        each.communicate()


def opening(path: Path, clock: Clock, qtbot: QtBot, one: OneWindow | None = None) -> tuple[MainWindow, Start]:
    window = MainWindow()
    qtbot.addWidget(window)
    claim = one.claim if one else lambda path: True
    start = Start(
        window, path, False, lambda path, create: open_desk(path, clock, create=create), clock.now, claim, raise_other
    )
    with qtbot.waitSignal(start.ended, timeout=PATIENT):
        window.show()
    return window, start


def page_of(window: MainWindow) -> RecoveryPage:
    return next(each for each in window.findChildren(RecoveryPage) if each.isVisible())


def said(widget: QWidget) -> str:
    return "\n".join(each.text().replace("\u200b", "") for each in widget.findChildren(QLabel) if each.isVisible())


def strips(window: MainWindow) -> str:
    return "\n".join(each.words for each in window.findChildren(Strip) if each.isVisible())


def press(widget: QWidget, name: str) -> None:
    found = [each for each in widget.findChildren(QPushButton) if each.accessibleName() == name and each.isVisible()]
    QTest.mouseClick(found[0], Qt.MouseButton.LeftButton)


@pytest.fixture
def path(tmp_path: Path, clock: Clock) -> Path:
    """The demo portfolio."""
    place = tmp_path / "portfolio.wealthdesk"
    demo_at(place, clock)
    return place


def test_the_window_answers_between_the_steps_in_which_the_first_page_is_made(
    path: Path, clock: Clock, qtbot: QtBot
) -> None:
    turns, at_steps = list[None](), list[int]()

    class Stepping(MainWindow):
        def showing(self, desk: Desk, because: str = "", *, can_reopen: bool = False) -> Iterator[None]:
            for _ in super().showing(desk, because, can_reopen=can_reopen):
                at_steps.append(len(turns))
                yield

    window = Stepping()
    qtbot.addWidget(window)
    start = Start(window, path, False, lambda path, create: open_desk(path, clock, create=create), clock.now)
    loop = QTimer(window, interval=0)
    loop.timeout.connect(lambda: turns.append(None))
    loop.start()
    with qtbot.waitSignal(start.ended, timeout=PATIENT):
        window.show()
    assert len(at_steps) >= 4 and len(set(at_steps)) == len(at_steps)
    start.close()


def test_an_old_file_in_use_is_waited_for_and_opened_once_it_is_free(
    old_portfolio: Callable[[int], Path], clock: Clock, qtbot: QtBot, another: Callable[..., "subprocess.Popen[str]"]
) -> None:
    path = old_portfolio(1)
    before = path.read_bytes()
    other = another(HOLD, path)
    window, start = opening(path, clock, qtbot)
    page = page_of(window)
    assert f"(process {other.pid})" in said(page)
    assert path.read_bytes() == before
    QTest.keyClick(window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert "It is tried again each second." in said(page)
    qtbot.waitUntil(lambda: "Tried once so far." in said(page), timeout=PATIENT)
    with qtbot.waitSignal(start.opened, timeout=PATIENT):
        other.kill()
    assert "The file was brought from version 1" in strips(window)
    start.close()


def test_waiting_can_be_stopped(
    old_portfolio: Callable[[int], Path], clock: Clock, qtbot: QtBot, another: Callable[..., "subprocess.Popen[str]"]
) -> None:
    path = old_portfolio(1)
    another(HOLD, path)
    window, start = opening(path, clock, qtbot)
    page = page_of(window)
    press(page, "Wait")
    press(page, "Stop waiting")
    assert not page.is_waiting
    assert "each second" not in said(page)
    start.close()


def test_a_window_that_does_not_answer_is_said_on_the_page(
    path: Path, tmp_path: Path, clock: Clock, qtbot: QtBot, another: Callable[..., "subprocess.Popen[str]"]
) -> None:
    hanging = another(HANG, path, folder_of_windows())
    one = OneWindow(folder_of_windows())
    window, start = opening(path, clock, qtbot, one)
    page = page_of(window)
    assert "does not answer" in said(page)
    hanging.kill()
    hanging.wait()
    with qtbot.waitSignal(start.opened, timeout=PATIENT):
        press(page, "Try again")
    start.close()
    one.release()


def test_another_file_whose_window_hangs_is_asked_in_the_worker(
    path: Path,
    tmp_path: Path,
    clock: Clock,
    qtbot: QtBot,
    another: Callable[..., "subprocess.Popen[str]"],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("wealthdesk.gui.start._PATIENCE", 0.5)
    other = tmp_path / "other.wealthdesk"
    demo_at(other, clock)
    another(HANG, other, folder_of_windows())
    path.write_bytes(b"")
    one = OneWindow(folder_of_windows())
    window, start = opening(path, clock, qtbot, one)
    with qtbot.waitSignal(start.refused, timeout=PATIENT):
        page_of(window).file_chosen.emit(other)
        assert "Asking the window" in said(page_of(window))
    assert "does not answer" in said(page_of(window))
    one.release()


def test_a_file_in_a_read_only_place_is_looked_at_and_then_opened(path: Path, clock: Clock, qtbot: QtBot) -> None:
    path.chmod(0o400)
    before = path.read_bytes()
    window, start = opening(path, clock, qtbot)
    assert "The file or its folder is read-only." in strips(window)
    assert path.read_bytes() == before
    path.chmod(0o600)
    with qtbot.waitSignal(start.opened, timeout=PATIENT):
        press(window, "Try again")
    assert strips(window) == ""
    start.close()


def test_a_newer_file_is_looked_at_as_a_copy(path: Path, clock: Clock, qtbot: QtBot) -> None:
    raw = bytearray(path.read_bytes())
    raw[60:64] = (99).to_bytes(4, "big")
    path.write_bytes(raw)
    window, start = opening(path, clock, qtbot)
    assert "its version is 99" in said(page_of(window))
    qtbot.waitUntil(lambda: "There are no backups" in said(page_of(window)), timeout=PATIENT)
    with qtbot.waitSignal(start.opened, timeout=PATIENT):
        QTest.keyClick(window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert "version 99" in strips(window)
    assert path.read_bytes() == raw
    start.close()


def test_a_restore_that_was_interrupted_is_finished_and_said(path: Path, clock: Clock, qtbot: QtBot) -> None:
    with swapping.prepared(path, clock.now()) as ready:
        (ready / path.name).write_bytes(path.read_bytes())
        ready.rename(ready.with_suffix(".restoring"))
    window, start = opening(path, clock, qtbot)
    assert "interrupted" in strips(window)
    start.close()


def test_what_an_interrupted_migration_left_is_discarded(
    old_portfolio: Callable[[int], Path], clock: Clock, qtbot: QtBot
) -> None:
    path = old_portfolio(2)
    left = path.with_name(path.name + ".migrating")
    left.write_bytes(path.read_bytes()[:5000])
    window, start = opening(path, clock, qtbot)
    assert "The file was brought from version 2" in strips(window)
    assert not left.exists()
    start.close()


def test_a_file_that_was_opened_once_and_is_gone_is_not_made_anew(
    path: Path, clock: Clock, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with contextlib.ExitStack() as stack:
        assert _place(WantedStart(path), stack) == (path, True)
        remember(path, folder_of_windows())
        assert is_known(path, folder_of_windows())
        assert _place(WantedStart(path), stack) == (path, False)
        assert _place(WantedStart(path.with_name("new.wealthdesk")), stack)[1]
    path.unlink()
    window, _ = opening(path, clock, qtbot)
    assert "Your portfolio is not where it was" in said(page_of(window))


def test_read_only_is_an_argument_of_its_own(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _read_arguments(["--read-only", str(path)]) == WantedStart(path, is_read_only=True)
    with pytest.raises(SystemExit):
        _read_arguments(["--read-only", str(path), "--demo"])


def test_a_backup_is_looked_at_in_a_program_of_its_own(path: Path, clock: Clock) -> None:
    backup = back_up_now(path, clock).path
    before = backup.read_bytes()
    ended = subprocess.run(
        [sys.executable, "-c", LOOK, str(backup)],
        env=os.environ | {"PYTHONPATH": str(SOURCE), "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "(read-only) · WealthDesk ['This is a copy to look at." in ended.stdout, ended
    assert "It is the backup of " in ended.stdout
    assert "ended 0" in ended.stdout
    assert backup.read_bytes() == before
    assert not is_known(backup, folder_of_windows())


def test_the_technical_details_are_read_when_wanted_and_saved(path: Path, clock: Clock, qtbot: QtBot) -> None:
    path.write_bytes(path.read_bytes()[:9000])
    window, _ = opening(path, clock, qtbot)
    page = page_of(window)
    press(page, "Show technical details")
    qtbot.waitUntil(lambda: "WealthDesk" in page.details.text.toPlainText(), timeout=PATIENT)
    to = path.with_name("report.zip")
    page.details.save_report(to)
    qtbot.waitUntil(lambda: "Saved as" in said(page), timeout=PATIENT)
    with zipfile.ZipFile(to) as bundle:
        assert bundle.read("diagnosis.txt").decode() == page.details.text.toPlainText()
    press(page, "Hide technical details")
    assert not page.details.isVisible()


def test_no_two_buttons_of_a_page_share_a_key(path: Path, clock: Clock, qtbot: QtBot) -> None:
    back_up_now(path, clock)
    path.write_bytes(path.read_bytes()[:9000])
    window, _ = opening(path, clock, qtbot)
    damage = page_of(window)._error
    for name, bring_about in examples(window.show_instead, window, path, damage, clock):
        dialog = bring_about()
        shown = dialog or window
        if dialog is not None:
            dialog.show()
        else:
            qtbot.waitUntil(window.isVisible)
        keys = [
            each.text().replace("&&", "")[each.text().index("&") + 1].lower()
            for each in shown.findChildren(QAbstractButton)
            if each.isVisible() and "&" in each.text()
        ]
        assert len(keys) == len(set(keys)), (name, keys)
        qtbot.waitUntil(lambda: not tasks.is_busy(), timeout=PATIENT)
        if dialog is not None:
            dialog.done(0)


def test_the_page_is_there_before_its_backups_are_read(path: Path, clock: Clock, qtbot: QtBot) -> None:
    back_up_now(path, clock)
    path.write_bytes(path.read_bytes()[:9000])
    window = MainWindow()
    qtbot.addWidget(window)
    start = Start(window, path, False, lambda path, _: open_desk(path, clock), clock.now)
    seen = []

    def look() -> None:
        """While what the worker reads cannot have arrived yet."""
        (page,) = window.findChildren(RecoveryPage)
        words = [each.text() for each in page.findChildren(QLabel)]
        seen.append(("Reading the backups…" in words, page.ways.buttons[Way.RESTORE].isEnabled()))

    start.refused.connect(lambda _: look())
    window.show()
    qtbot.waitUntil(lambda: bool(seen), timeout=PATIENT)
    assert seen == [(True, False)]
    page = page_of(window)
    qtbot.waitUntil(page.ways.buttons[Way.RESTORE].isEnabled, timeout=PATIENT)
    assert "Reading the backups…" not in said(page)


def test_everything_on_the_page_is_reached_in_order_and_return_presses_it(
    path: Path, clock: Clock, qtbot: QtBot
) -> None:
    back_up_now(path, clock)
    path.write_bytes(path.read_bytes()[:9000])
    window, start = opening(path, clock, qtbot)
    page = page_of(window)
    qtbot.waitUntil(page.ways.buttons[Way.RESTORE].isEnabled, timeout=PATIENT)
    page.backups.copy.setFocus()
    reached = []
    for _ in range(9):
        focused = QApplication.focusWidget()
        assert focused is not None
        reached.append(focused.accessibleName())
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    assert reached == [
        "Open a copy read-only", "Backups", "Salvage into a new file…", "Choose another file…", "Try again",
        "Show technical details", "Quit", "Show folder", "Restore this backup",
    ]  # fmt: skip
    page.ways.buttons[Way.RESTORE].setFocus()
    with qtbot.waitSignal(start.opened, timeout=PATIENT):
        QTest.keyClick(page.ways.buttons[Way.RESTORE], Qt.Key.Key_Return)
    start.close()


def test_escape_stops_waiting(path: Path, clock: Clock, qtbot: QtBot) -> None:
    window = MainWindow()
    qtbot.addWidget(window)
    start = Start(window, path, False, lambda path, _: open_desk(path, clock), clock.now, has_answer=False)
    with qtbot.waitSignal(start.ended, timeout=PATIENT):
        window.show()
    page = page_of(window)
    assert "does not answer" in said(page)
    press(page, "Wait")
    assert page.is_waiting
    QTest.keyClick(page.ways.buttons[Way.WAIT], Qt.Key.Key_Escape)
    assert not page.is_waiting
    with qtbot.waitSignal(start.opened, timeout=PATIENT):
        press(page, "Try again")
    start.close()


def test_a_window_that_looks_at_a_copy_changes_nothing(path: Path, clock: Clock, qtbot: QtBot) -> None:
    backup = back_up_now(path, clock).path
    path.chmod(0o400)
    window, start = opening(path, clock, qtbot)
    path.chmod(0o600)
    before = path.read_bytes()
    window.restore_requested.emit(backup)
    box = window.findChild(QMessageBox)
    assert isinstance(box, QMessageBox)
    assert "shows a copy to look at" in box.text()
    box.close()
    assert path.read_bytes() == before
    start.close()


@pytest.mark.skipif(sys.platform == "win32", reason="an open file keeps its name there")
def test_a_file_that_is_replaced_while_it_is_open_is_said_and_opened_again(
    tmp_path: Path, clock: Clock, qtbot: QtBot
) -> None:
    path, other = tmp_path / "p.wealthdesk", tmp_path / "from another computer"
    demo_at(path, clock)
    open_desk(other, clock, create=True).close()
    window, start = opening(path, clock, qtbot)
    other.replace(path)

    def said() -> list[Strip]:
        return [each for each in window.findChildren(Strip) if each.isVisible() and "was replaced" in each.words]

    qtbot.waitUntil(lambda: len(said()) == 1, timeout=PATIENT)
    assert "stays until you remove it" in said()[0].words
    (again,) = said()[0].buttons
    with qtbot.waitSignal(start.opened, timeout=PATIENT):
        again.click()
    qtbot.waitUntil(lambda: not tasks.is_busy(), timeout=PATIENT)
    with open_desk(path, clock) as now:
        assert now.portfolios.current().is_empty, "the file that came from elsewhere"
    assert [each.reason for each in backups_of(path)] == ["replaced"]
    start.close()


def altered(path: Path, statement: str) -> None:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute(statement)
        connection.commit()


def test_an_upgrade_that_fails_changes_nothing_and_is_tried_again(
    old_portfolio: Callable[[int], Path],
    clock: Clock,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = old_portfolio(1)
    real, failing = paths.migrations_folder(), tmp_path / "migrations"
    shutil.copytree(real, failing, ignore=shutil.ignore_patterns("__pycache__"))
    (second,) = (failing / "versions").glob("0002_*.py")
    second.write_text(second.read_text().replace("-> None:\n", "-> None:\n    raise ArithmeticError('no')\n"))
    monkeypatch.setattr(paths, "migrations_folder", lambda: failing)
    before = path.read_bytes()
    window, start = opening(path, clock, qtbot)
    page = page_of(window)
    qtbot.waitUntil(lambda: Way.RESTORE in page.ways.buttons and "Reading" not in said(page), timeout=PATIENT)
    assert "Your portfolio could not be upgraded" in said(page)
    assert "Before an upgrade" in page.backups.table.as_text()
    assert path.read_bytes() == before
    assert page.ways.buttons[Way.REPORT].isVisible()
    monkeypatch.setattr(paths, "migrations_folder", lambda: real)
    with qtbot.waitSignal(start.opened, timeout=PATIENT):
        QTest.keyClick(window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    start.close()


def test_a_full_disk_says_what_is_needed_and_is_tried_again(
    old_portfolio: Callable[[int], Path], clock: Clock, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = old_portfolio(1)
    before = path.read_bytes()
    real = shutil.disk_usage
    monkeypatch.setattr(shutil, "disk_usage", lambda place: real(place)._replace(free=17_000_000))
    window, start = opening(path, clock, qtbot)
    page = page_of(window)
    assert "There is not enough room on the disk" in said(page)
    assert "17 MB are free" in said(page)
    assert path.read_bytes() == before
    monkeypatch.setattr(shutil, "disk_usage", real)
    with qtbot.waitSignal(start.opened, timeout=PATIENT):
        press(page, "Try again")
    start.close()


@pytest.mark.parametrize("part", ["TRIGGER t AFTER DELETE ON accounts BEGIN SELECT 1; END", "VIEW v AS SELECT 1"])
def test_a_file_with_parts_that_are_not_ours_is_replaced_by_its_backup(
    path: Path, clock: Clock, qtbot: QtBot, part: str
) -> None:
    back_up_now(path, clock)
    altered(path, f"CREATE {part}")
    before = path.read_bytes()
    window, start = opening(path, clock, qtbot)
    page = page_of(window)
    assert "holds what WealthDesk never makes" in said(page)
    assert path.read_bytes() == before
    qtbot.waitUntil(page.ways.buttons[Way.RESTORE].isEnabled, timeout=PATIENT)
    assert page.ways.buttons[Way.SALVAGE].isEnabled(), "a new file has the rows without what acts on them"
    with qtbot.waitSignal(start.opened, timeout=PATIENT):
        press(page, "Restore this backup")
    start.close()


def test_a_missing_file_is_located_or_brought_back(path: Path, clock: Clock, qtbot: QtBot) -> None:
    back_up_now(path, clock)
    moved = path.rename(path.with_name("moved.wealthdesk"))
    window, start = opening(path, clock, qtbot)
    page = page_of(window)
    qtbot.waitUntil(page.ways.buttons[Way.RESTORE].isEnabled, timeout=PATIENT)
    assert "a new portfolio takes another name" in said(page)
    with qtbot.waitSignal(start.refused, timeout=PATIENT):
        page.new_chosen.emit(path)
    assert not path.exists()
    page = page_of(window)
    qtbot.waitUntil(page.ways.buttons[Way.RESTORE].isEnabled, timeout=PATIENT)
    with qtbot.waitSignal(start.opened, timeout=PATIENT):
        press(page, "Restore this backup")
    assert path.exists()
    # Nothing was there, so there is nothing to undo.
    assert strips(window).endswith("is back.")
    assert moved.exists()
    start.close()
