"""Backups that follow the changes: after the start, once it is quiet, on closing; said when one cannot be made."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QMessageBox
from pytestqt.qtbot import QtBot

from portfolio_files import demo_at
from wealthdesk.domain.accounts import AccountKind
from wealthdesk.errors import OpeningError
from wealthdesk.gui import daily_backup, tasks
from wealthdesk.gui.main_window import MainWindow
from wealthdesk.gui.start import Start
from wealthdesk.services import backups
from wealthdesk.services.backups import backups_of
from wealthdesk.services.desk import Clock, Desk, open_copy, open_desk
from wealthdesk.services.settings import BackupWhen


class Life:
    """One start of the program on a file."""

    def __init__(self, path: Path, clock: Clock, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.window = MainWindow()
        qtbot.addWidget(self.window)
        self.start = Start(self.window, path, False, lambda path, _: open_desk(path, clock), clock.now)
        with qtbot.waitSignal(self.start.opened, timeout=10_000):
            self.window.show()
        self.wait()

    @property
    def desk(self) -> Desk:
        assert self.window.desk is not None
        return self.window.desk

    def wait(self) -> None:
        self.qtbot.wait(50)
        self.qtbot.waitUntil(lambda: not tasks.is_busy(), timeout=10_000)

    def foot(self) -> str:
        return "\n".join(each.text() for each in self.window._nav.findChildren(QLabel))

    def close(self) -> None:
        with self.qtbot.waitSignal(self.window.closed, timeout=10_000):
            self.window.close()
        self.start.close()

    def said(self) -> QMessageBox:
        self.qtbot.waitUntil(lambda: any(each.isVisible() for each in self.window.findChildren(QMessageBox)))
        return next(each for each in self.window.findChildren(QMessageBox) if each.isVisible())


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for a test; what only time brings about comes late."""
    monkeypatch.setattr(daily_backup, "_AFTER_START_MS", 10)
    monkeypatch.setattr(daily_backup, "_QUIET_MS", 10**6)


@pytest.fixture
def path(tmp_path: Path, clock: Clock) -> Path:
    """The demo portfolio, without a backup."""
    made = tmp_path / "demo.wealthdesk"
    demo_at(made, clock)
    return made


def test_the_first_day_ends_with_a_backup_of_what_was_done_on_it(
    portfolio_path: Path, clock: Clock, qtbot: QtBot
) -> None:
    first = Life(portfolio_path, clock, qtbot)
    assert backups_of(portfolio_path) == (), "an empty portfolio is no backup of anything"
    assert "Nothing to back up yet" in first.foot()
    first.desk.accounts.add("Broker", AccountKind.TAXABLE, "USD")
    assert "No backup yet" in first.foot()
    first.close()
    (made,) = backups_of(portfolio_path)
    second = Life(portfolio_path, clock, qtbot)
    assert "Backed up" in second.foot() and "Nothing changed since" in second.foot()
    second.close()
    assert backups_of(portfolio_path) == (made,), "nothing was changed"


def test_an_empty_backup_does_not_count_as_one(portfolio_path: Path, clock: Clock, qtbot: QtBot) -> None:
    backups.keep_up(portfolio_path, clock)
    life = Life(portfolio_path, clock, qtbot)
    assert len(backups_of(portfolio_path)) == 1 and "Nothing to back up yet" in life.foot()
    life.close()


def test_the_foot_counts_the_changes_also_after_a_restart(path: Path, clock: Clock, qtbot: QtBot) -> None:
    life = Life(path, clock, qtbot)
    for quantity in range(3):
        life.desk.holdings.change("brokerage_vti", Decimal(quantity))
    assert "3 changes since" in life.foot()
    life.start.close()
    later = Clock(clock.today, lambda: clock.now() + timedelta(days=2))
    again = Life(path, later, qtbot)
    assert "Nothing changed since" in again.foot(), "what was changed is backed up after the start"
    again.close()


def test_it_is_made_once_it_is_quiet(path: Path, clock: Clock, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(daily_backup, "_QUIET_MS", 10)
    life = Life(path, clock, qtbot)
    before = backups_of(path)
    life.desk.holdings.change("brokerage_vti", Decimal(1))
    qtbot.waitUntil(lambda: len(backups_of(path)) == len(before) + 1 and not tasks.is_busy(), timeout=10_000)
    assert "Nothing changed since" in life.foot()
    life.close()
    assert len(backups_of(path)) == len(before) + 1


@pytest.fixture
def stuck(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[bool]]:
    """A backup that goes on until the list is not empty; what is in it: whether it then fails."""
    import time

    ends: list[bool] = []

    def made(path: Path, clock: Clock) -> None:
        while not ends:
            time.sleep(0.01)
        if ends[0]:
            raise OpeningError("The disk refused to write it.")

    monkeypatch.setattr(backups, "follow_up", made)
    yield ends
    ends.append(False)


def changed(path: Path, clock: Clock, qtbot: QtBot, stuck: list[bool]) -> Life:
    """With a change that is not backed up."""
    stuck.append(False)
    life = Life(path, clock, qtbot)
    life.desk.holdings.change("brokerage_vti", Decimal(1))
    life.wait()
    stuck.clear()
    return life


def test_a_long_one_is_said_on_closing_and_closes_after_it(
    path: Path, clock: Clock, qtbot: QtBot, stuck: list[bool]
) -> None:
    life = changed(path, clock, qtbot, stuck)
    life.window.close()
    assert life.window.isVisible()
    assert "Backing up before closing" in life.said().text()
    with qtbot.waitSignal(life.window.closed, timeout=10_000):
        stuck.append(False)
    life.start.close()


def test_a_computer_that_shuts_down_does_not_wait_for_it(
    path: Path, clock: Clock, qtbot: QtBot, stuck: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    life = changed(path, clock, qtbot, stuck)
    monkeypatch.setattr(QGuiApplication, "isSavingSession", lambda _: True)
    with qtbot.waitSignal(life.window.closed):
        life.window.close()
    stuck.append(False)
    life.start.close()


def test_one_need_not_wait_for_it(path: Path, clock: Clock, qtbot: QtBot, stuck: list[bool]) -> None:
    life = changed(path, clock, qtbot, stuck)
    life.window.close()
    with qtbot.waitSignal(life.window.closed, timeout=10_000):
        life.said().accept()
    stuck.append(False)
    life.start.close()


def test_one_may_stay_instead(path: Path, clock: Clock, qtbot: QtBot, stuck: list[bool]) -> None:
    life = changed(path, clock, qtbot, stuck)
    life.window.close()
    life.said().reject()
    stuck.append(False)
    life.wait()
    assert life.window.isVisible()
    life.start.close()


def test_what_is_changed_after_a_window_stayed_is_backed_up_on_closing_as_well(
    path: Path, clock: Clock, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    life = Life(path, clock, qtbot)
    life.desk.holdings.change("brokerage_vti", Decimal(1))
    assert life.window.shown is not None
    # Asked before the backup is made and after it: then something on a page keeps the window open.
    answers = [True, False, True, True]
    monkeypatch.setattr(life.window.shown.pages, "has_kept_unsaved", lambda: answers.pop(0))
    life.window.close()
    life.wait()
    assert life.window.isVisible() and answers == [True, True]
    before = backups_of(path)
    life.desk.holdings.change("brokerage_vti", Decimal(2))
    life.close()
    assert len(backups_of(path)) == len(before) + 1


def test_that_it_failed_is_said_and_the_window_closes(
    path: Path, clock: Clock, qtbot: QtBot, stuck: list[bool]
) -> None:
    life = changed(path, clock, qtbot, stuck)
    stuck.append(True)
    life.window.close()
    said = life.said()
    assert "The disk refused to write it." in said.informativeText() + said.text()
    assert "What you changed is kept in the file" in said.informativeText() + said.text()
    with qtbot.waitSignal(life.window.closed, timeout=10_000):
        said.accept()
    life.start.close()


def test_that_it_cannot_be_made_is_said_once(path: Path, clock: Clock, qtbot: QtBot) -> None:
    (path.parent / "backups").write_text("no folder")
    life = Life(path, clock, qtbot)
    life.said().close()
    life.start.close()


def test_a_copy_that_is_looked_at_gets_none(
    path: Path, clock: Clock, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    window = MainWindow()
    qtbot.addWidget(window)
    start = Start(window, path, False, lambda path, _: open_copy(path, clock), clock.now)
    with qtbot.waitSignal(start.opened, timeout=10_000):
        window.show()
    qtbot.wait(200)
    with qtbot.waitSignal(window.closed):
        window.close()
    assert backups_of(path) == ()
    start.close()


@pytest.mark.parametrize(("when", "after_start", "on_closing"), [("closing", 0, 1), ("by_hand", 0, 0), ("daily", 1, 2)])
def test_they_are_made_when_the_settings_say(
    path: Path, clock: Clock, qtbot: QtBot, when: str, after_start: int, on_closing: int
) -> None:
    with open_desk(path, clock) as desk:
        desk.settings.set_backup_when(BackupWhen(when))
    life = Life(path, clock, qtbot)
    assert len(backups_of(path)) == after_start
    life.desk.holdings.change("brokerage_vti", Decimal(1))
    life.close()
    assert len(backups_of(path)) == on_closing
