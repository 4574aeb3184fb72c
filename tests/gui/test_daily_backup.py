"""The backup of the day, made beside the open window after the start and after changes, and said when it cannot be."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from wealthdesk.changes import Topic
from wealthdesk.gui import daily_backup
from wealthdesk.gui.main_window import MainWindow
from wealthdesk.gui.start import Start
from wealthdesk.services.backups import backups_of
from wealthdesk.services.desk import Clock, open_copy, open_desk


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits a minute for a test."""
    monkeypatch.setattr(daily_backup, "_AFTER_START_MS", 10)
    monkeypatch.setattr(daily_backup, "_AFTER_CHANGE_MS", 10)


def test_it_is_made_after_the_start_and_once_a_day(portfolio_path: Path, clock: Clock, qtbot: QtBot) -> None:
    window = MainWindow()
    qtbot.addWidget(window)
    start = Start(window, portfolio_path, False, lambda path, _: open_desk(path, clock), clock.now)
    with qtbot.waitSignal(start.opened, timeout=10_000):
        window.show()
    qtbot.waitUntil(lambda: [each.reason for each in backups_of(portfolio_path)] == ["daily"], timeout=10_000)
    window.bus.tell(frozenset({Topic.HOLDINGS}))
    qtbot.wait(200)
    assert len(backups_of(portfolio_path)) == 1
    start.close()


def test_that_it_cannot_be_made_is_said_once(portfolio_path: Path, clock: Clock, qtbot: QtBot) -> None:
    window = MainWindow()
    qtbot.addWidget(window)
    (portfolio_path.parent / "backups").write_text("no folder")
    start = Start(window, portfolio_path, False, lambda path, _: open_desk(path, clock), clock.now)
    with qtbot.waitSignal(start.opened, timeout=10_000):
        window.show()
    qtbot.waitUntil(lambda: window.findChild(QMessageBox) is not None, timeout=10_000)
    said = window.findChild(QMessageBox)
    assert isinstance(said, QMessageBox)
    said.close()
    start.close()


def test_a_copy_that_is_looked_at_gets_none(
    portfolio_path: Path, clock: Clock, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    window = MainWindow()
    qtbot.addWidget(window)
    start = Start(window, portfolio_path, False, lambda path, _: open_copy(path, clock), clock.now)
    with qtbot.waitSignal(start.opened, timeout=10_000):
        window.show()
    window.bus.tell(frozenset({Topic.HOLDINGS}))
    qtbot.wait(200)
    assert backups_of(portfolio_path) == ()
    start.close()
