"""The backups in the settings: listed, made, read again, looked at, and asked to be restored; with real files."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from portfolio_files import demo_at
from wealthdesk.app import WantedStart, _opener
from wealthdesk.gui import tasks
from wealthdesk.gui.backups.restore_dialog import RestoreDialog
from wealthdesk.gui.main_window import MainWindow
from wealthdesk.gui.settings.backups_card import BackupsCard
from wealthdesk.gui.settings.page import SettingsPage
from wealthdesk.gui.start import Start
from wealthdesk.gui.theme import Tone
from wealthdesk.gui.widgets.message import Strip
from wealthdesk.services.backups import KEPT, backups_of, folder_of_backups, restore
from wealthdesk.services.desk import Clock, Desk, open_copy, open_desk
from wealthdesk.services.settings import BackupWhen
from wealthdesk.storage.file.backups import back_up


def settled(qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not tasks.is_busy())


def made(qtbot: QtBot, desk: Desk) -> BackupsCard:
    card = BackupsCard(desk)
    qtbot.addWidget(card)
    card.resize(780, 700)
    card.show()
    card.activateWindow()
    card.refresh()
    settled(qtbot)
    return card


@pytest.fixture
def card(qtbot: QtBot, demo_desk: Desk) -> BackupsCard:
    """Two backups, the newer one from an hour ago."""
    for hours in (30, 1):
        back_up(demo_desk.path, "by_hand", demo_desk.clock.now() - timedelta(hours=hours))
    return made(qtbot, demo_desk)


def words(card: BackupsCard) -> str:
    return "\n".join(each.text() for each in card.findChildren(QLabel) if each.isVisibleTo(card))


def press(button: QPushButton) -> None:
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)


def choose(card: BackupsCard, row: int) -> Path:
    path = card.table.table.rows()[row].backup.path
    assert card.table.select(path)
    return path


def test_a_file_without_backups_says_so(qtbot: QtBot, demo_desk: Desk) -> None:
    card = made(qtbot, demo_desk)
    assert "None yet" in words(card) and KEPT in words(card)
    assert not card.table.isVisible() and not card.restore.isVisible() and not card.undo.isVisible()
    assert card.back_up.isEnabled()


def test_each_backup_says_what_is_in_it(card: BackupsCard) -> None:
    listed = card.table.as_text()
    assert len(card.table.table.rows()) == 2
    for said in ("By hand", "Verified", "$269,561", "3"):
        assert said in listed
    assert "None yet" not in words(card)


def test_nothing_can_be_done_to_no_backup(card: BackupsCard) -> None:
    needing = (card.verify, card.restore, card.open_copy)
    assert not any(each.isEnabled() for each in needing)
    choose(card, 0)
    assert all(each.isEnabled() for each in needing)


def test_a_backup_is_made_by_keyboard_and_chosen(card: BackupsCard, demo_desk: Desk, qtbot: QtBot) -> None:
    choose(card, 1)
    with qtbot.waitSignal(card.backed_up):
        press(card.back_up)
    settled(qtbot)
    newest = backups_of(demo_desk.path)[0]
    assert newest.reason == "by_hand" and newest.made_at == demo_desk.clock.now()
    line = card.table.selected_row()
    assert line is not None and line.backup == newest
    assert len(card.table.table.rows()) == 3
    assert card.message.isVisible() and card.message.title == "Backed up and verified"
    assert card.back_up.hasFocus()


def test_a_backup_that_cannot_be_made_says_why(card: BackupsCard, demo_desk: Desk, qtbot: QtBot) -> None:
    folder = folder_of_backups(demo_desk.path)
    for each in folder.iterdir():
        each.unlink()
    folder.rmdir()
    folder.write_text("in the way")
    press(card.back_up)
    settled(qtbot)
    assert card.message.title == "Not possible" and "Nothing was changed" in card.message.text
    assert card.back_up.isEnabled()


def test_a_whole_backup_is_read_again(card: BackupsCard, qtbot: QtBot) -> None:
    choose(card, 0)
    press(card.verify)
    settled(qtbot)
    assert card.message.title.startswith("This backup is what was verified when it was made")


def test_a_backup_that_changed_meanwhile_is_told_and_marked(card: BackupsCard, qtbot: QtBot) -> None:
    path = choose(card, 1)
    os.truncate(path, path.stat().st_size - 4096)
    press(card.verify)
    settled(qtbot)
    assert card.message.title.startswith("This backup is not what it was")
    line = card.table.selected_row()
    assert line is not None and not line.backup.verified
    assert "Damaged" in card.table.as_text()
    assert not card.restore.isEnabled() and not card.open_copy.isEnabled() and card.verify.isEnabled()


def test_what_is_said_of_one_backup_is_gone_with_the_choice_of_another(card: BackupsCard, qtbot: QtBot) -> None:
    choose(card, 0)
    press(card.verify)
    settled(qtbot)
    choose(card, 1)
    assert not card.message.isVisible()


def test_a_restore_is_asked_for_only_after_the_question(card: BackupsCard, qtbot: QtBot) -> None:
    path = choose(card, 1)
    press(card.restore)
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), RestoreDialog))
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, RestoreDialog)
    with qtbot.waitSignal(card.restore_requested) as asked:
        press(dialog.restore)
    assert asked.args == [path]


def test_a_restore_that_is_not_confirmed_is_not_asked_for(card: BackupsCard, qtbot: QtBot) -> None:
    choose(card, 1)
    press(card.restore)
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), RestoreDialog))
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, RestoreDialog)
    with qtbot.assertNotEmitted(card.restore_requested):
        QTest.keyClick(dialog, Qt.Key.Key_Escape)


def test_a_copy_is_looked_at(card: BackupsCard, qtbot: QtBot) -> None:
    path = choose(card, 0)
    with qtbot.waitSignal(card.copy_requested) as asked:
        press(card.open_copy)
    assert asked.args == [path]


def test_a_copy_is_saved_elsewhere_and_never_over_a_file(
    card: BackupsCard, demo_desk: Desk, qtbot: QtBot, tmp_path: Path, clock: Clock
) -> None:
    target = tmp_path / "Ümlaut & Söhne.wealthdesk"
    save_as(card, qtbot, target)
    assert card.message.title == "Saved and verified" and str(target) in card.message.text
    with open_desk(target, clock) as copied:
        assert copied.portfolios.current().holdings == demo_desk.portfolios.current().holdings
    before = target.read_bytes()
    save_as(card, qtbot, target)
    box = QApplication.activeModalWidget()
    assert isinstance(box, QMessageBox) and "Choose another name" in box.text()
    box.done(0)
    assert target.read_bytes() == before


def save_as(card: BackupsCard, qtbot: QtBot, target: Path) -> None:
    press(card.save_copy)
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), QFileDialog))
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, QFileDialog)
    assert dialog.selectedFiles()[0].endswith("demo 2026-11-20.wealthdesk")
    dialog.fileSelected.emit(str(target))
    dialog.done(0)
    settled(qtbot)


def test_the_last_restore_is_undone_only_where_there_is_one(qtbot: QtBot, tmp_path: Path, clock: Clock) -> None:
    path = demo_at(tmp_path / "demo.wealthdesk", clock)
    restore(path, back_up(path, "by_hand", clock.now()).path, clock)
    with open_desk(path, clock) as desk:
        card = made(qtbot, desk)
        assert card.undo.isVisible() and "What was there before the restore of 20 Nov 2026" in words(card)
        press(card.undo)
        qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), QMessageBox))
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox) and "20 Nov 2026" in box.text()
        with qtbot.waitSignal(card.undo_requested):
            next(each for each in box.buttons() if "Undo" in each.text()).click()


def test_where_the_backups_are_can_be_copied(card: BackupsCard, demo_desk: Desk) -> None:
    press(card.rules.copy_place)
    assert QGuiApplication.clipboard().text() == str(folder_of_backups(demo_desk.path))


@pytest.fixture
def copied(demo_desk: Desk, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A backup, opened to be looked at."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    backup = back_up(demo_desk.path, "by_hand", demo_desk.clock.now())
    with open_copy(backup.path, clock) as desk:
        yield desk


def test_a_copy_to_look_at_can_be_saved_but_is_not_backed_up(qtbot: QtBot, copied: Desk, tmp_path: Path) -> None:
    card = made(qtbot, copied)
    assert not card.back_up.isEnabled() and "copy to look at" in card.back_up.toolTip()
    assert card.save_copy.isEnabled()
    target = tmp_path / "mine.wealthdesk"
    copied.save_copy(target)
    assert target.stat().st_size == copied.path.stat().st_size


def test_a_backup_of_the_demo_is_restored_and_that_undone(qtbot: QtBot, tmp_path: Path, clock: Clock) -> None:
    """The whole way in a window, as `wealthdesk --demo` opens it."""
    window = MainWindow()
    qtbot.addWidget(window)
    start = Start(window, tmp_path / "Demo.wealthdesk", True, _opener(WantedStart(is_demo=True)), clock.now)
    with qtbot.waitSignal(start.opened, timeout=30_000):
        window.show()
    press(in_settings(window, qtbot).back_up)
    settled(qtbot)
    page = window.page("settings")
    assert isinstance(page, SettingsPage)
    page.currency.setFocus()
    QTest.keyClick(page.currency, Qt.Key.Key_Down)
    assert base_currency(window) == "EUR"
    in_settings(window, qtbot).restore.click()
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), RestoreDialog))
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, RestoreDialog)
    with qtbot.waitSignal(start.opened, timeout=30_000):
        dialog.restore.click()
    assert base_currency(window) == "USD"
    said = next(each for each in window.findChildren(Strip) if each.isVisible())
    with qtbot.waitSignal(start.opened, timeout=30_000):
        said.buttons[0].click()
    assert base_currency(window) == "EUR"
    settled(qtbot)
    start.close()


def in_settings(window: MainWindow, qtbot: QtBot) -> BackupsCard:
    window.go_to("settings")
    page = window.page("settings")
    assert isinstance(page, SettingsPage)
    settled(qtbot)
    return page.backups


def base_currency(window: MainWindow) -> str:
    page = window.page("settings")
    assert isinstance(page, SettingsPage)
    page.refresh()
    return page.currency.currentText()


def test_another_folder_is_chosen_and_the_earlier_backups_stay_listed(
    card: BackupsCard, demo_desk: Desk, qtbot: QtBot, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "other disk"
    elsewhere.mkdir()
    press(card.rules.choose)
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), QFileDialog))
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, QFileDialog) and dialog.fileMode() is QFileDialog.FileMode.Directory
    dialog.fileSelected.emit(str(elsewhere))
    dialog.done(0)
    settled(qtbot)
    folder = folder_of_backups(demo_desk.path)
    assert folder.parent == elsewhere and folder.name in card.rules.place.toolTip()
    press(card.back_up)
    settled(qtbot)
    assert len(card.table.table.rows()) == 3
    assert len(list(folder.iterdir())) == 1
    made_again = made(qtbot, demo_desk)
    assert made_again.rules.place.text() == card.rules.place.text() and len(made_again.table.table.rows()) == 3


def test_when_backups_are_made_and_missed_is_chosen_and_kept(qtbot: QtBot, demo_desk: Desk) -> None:
    card = made(qtbot, demo_desk)
    for box, place in ((card.rules.when, 2), (card.rules.tell, 2)):
        box.setCurrentIndex(place)
        box.activated.emit(place)
    assert demo_desk.settings.backup_when() is BackupWhen.BY_HAND and demo_desk.settings.backup_days() == 7
    assert "None is made unless you make one" in words(card)
    again = made(qtbot, demo_desk)
    assert (again.rules.when.currentText(), again.rules.tell.currentText()) == ("By hand only", "7 days")


def test_a_file_from_anywhere_is_restored(card: BackupsCard, demo_desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    file, none = tmp_path / "mine.wealthdesk", tmp_path / "none.wealthdesk"
    demo_desk.save_copy(file)
    none.write_text("no portfolio")
    card._on_file_chosen(str(none))
    settled(qtbot)
    assert card.message.tone is Tone.ERROR
    card._on_file_chosen(str(file))
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), RestoreDialog))
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, RestoreDialog) and "$269,561" in "".join(
        each.text() for each in dialog.findChildren(QLabel)
    )
    with qtbot.waitSignal(card.restore_requested) as asked:
        dialog.restore.click()
    assert asked.args == [file]
