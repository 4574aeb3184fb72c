"""Another portfolio: from the File menu, by a file that is dropped, or by one that the system asks to open."""

import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDropEvent, QFileOpenEvent
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from wealthdesk import paths
from wealthdesk.app import _names_a_file
from wealthdesk.gui.file_menu import OpenEvents
from wealthdesk.gui.main_window import MainWindow
from wealthdesk.gui.start import Start
from wealthdesk.services.desk import Clock, Desk, open_desk
from wealthdesk.services.windows import folder_of_windows, recent, remember


@pytest.fixture(autouse=True)
def nothing_is_known_yet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files that other tests opened are not listed here."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


@pytest.fixture
def window(desk: Desk, qtbot: QtBot) -> MainWindow:
    made = MainWindow()
    qtbot.addWidget(made)
    made.show_desk(desk)
    made.show()
    return made


def asked_to_open(window: MainWindow) -> list[Path]:
    """The paths that the window asks to open from now on."""
    asked: list[Path] = []
    window.open_requested.connect(asked.append)
    return asked


def choose(action: QAction, path: Path, qtbot: QtBot) -> None:
    """Choose the file in the dialog that the action opens."""
    action.trigger()
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is not None)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, QFileDialog)
    dialog.fileSelected.emit(str(path))
    dialog.close()


def test_a_new_portfolio_and_an_old_one_are_asked_for(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    asked = asked_to_open(window)
    new, old = tmp_path / "New.wealthdesk", tmp_path / "Old.wealthdesk"
    old.touch()
    choose(window.file_menu.new, new, qtbot)
    choose(window.file_menu.open, old, qtbot)
    assert asked == [new, old]


def test_a_name_that_is_taken_begins_no_new_portfolio(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    asked = asked_to_open(window)
    there = tmp_path / "There.wealthdesk"
    there.write_text("of somebody")
    choose(window.file_menu.new, there, qtbot)
    said = QApplication.activeModalWidget()
    assert said is not None
    said.close()
    assert asked == []
    assert there.read_text() == "of somebody"


def test_recent_files_are_listed_newest_first_without_the_one_that_is_shown(
    window: MainWindow, desk: Desk, tmp_path: Path
) -> None:
    older, newer = tmp_path / "Older.wealthdesk", tmp_path / "A & B.wealthdesk"
    for path in (older, newer, desk.path):
        path.touch()
        remember(path, folder_of_windows())
    gone = tmp_path / "Gone.wealthdesk"
    remember(gone, folder_of_windows())

    window.file_menu.show_recent()
    listed = window.file_menu.recent.actions()
    assert [each.text().split("   ")[0] for each in listed] == ["A && B", "Older"]
    asked = asked_to_open(window)
    listed[1].trigger()
    assert asked == [older]


def test_marks_of_an_older_program_say_no_place(tmp_path: Path) -> None:
    known = tmp_path / "marks"
    remember(tmp_path / "A.wealthdesk", known)
    (tmp_path / "A.wealthdesk").touch()
    for mark in known.iterdir():
        mark.write_text("")
    assert recent(known) == []


def test_a_copy_can_be_saved_only_of_what_is_shown(window: MainWindow) -> None:
    assert window.file_menu.copy.isEnabled()
    window.let_go()
    assert not window.file_menu.copy.isEnabled()


def test_a_dropped_portfolio_is_opened_and_not_imported(window: MainWindow, tmp_path: Path) -> None:
    asked = asked_to_open(window)
    file = tmp_path / "Other.WealthDesk"
    dragged = QMimeData()
    dragged.setUrls([QUrl.fromLocalFile(str(file))])
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    drop = QDropEvent(QPointF(5, 5), copy, dragged, left, Qt.KeyboardModifier.NoModifier)
    window.dropEvent(drop)
    assert drop.isAccepted()
    assert asked == [file]


def test_what_the_system_asks_to_open_is_told(qtbot: QtBot, tmp_path: Path) -> None:
    application = QApplication.instance()
    assert application is not None
    events, asked = OpenEvents(application), list[Path]()
    events.open_requested.connect(asked.append)
    application.installEventFilter(events)
    try:
        file = tmp_path / "Double clicked.wealthdesk"
        QCoreApplication.sendEvent(application, QFileOpenEvent(str(file)))
        QCoreApplication.sendEvent(application, QEvent(QEvent.Type.User))
    finally:
        application.removeEventFilter(events)
    assert asked == [file]


def test_a_file_is_opened_here_as_long_as_no_other_is_shown(qtbot: QtBot, tmp_path: Path, clock: Clock) -> None:
    named, other = tmp_path / "Named.wealthdesk", tmp_path / "Other.wealthdesk"
    open_desk(other, clock, create=True).close()
    window = MainWindow()
    qtbot.addWidget(window)
    start = Start(window, named, True, lambda path, create: open_desk(path, clock, create=create), clock.now)
    assert start.open_here(other)
    with qtbot.waitSignal(start.opened):
        window.show()
    assert start.path == other
    assert not named.exists()
    assert not start.open_here(named)
    start.close()


def test_the_first_word_is_a_file_where_it_is_no_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "check").touch()
    (tmp_path / "backup of May").touch()
    assert _names_a_file("no such file.wealthdesk")
    assert _names_a_file("backup of May")
    assert not _names_a_file("check")
    assert not _names_a_file("nonsense")


def test_a_bundle_starts_itself_again(monkeypatch: pytest.MonkeyPatch) -> None:
    assert paths.own_command() == [sys.executable, "-m", "wealthdesk"]
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert paths.own_command() == [sys.executable]
