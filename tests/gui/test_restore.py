"""Ways back through the real window: a restore and its undo, salvage, looking at a copy, an older version."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from portfolio_files import demo_at
from wealthdesk.domain.accounts import AccountKind
from wealthdesk.gui.backups.restore_dialog import RestoreDialog
from wealthdesk.gui.backups.salvage_dialog import SalvageDialog
from wealthdesk.gui.main_window import MainWindow
from wealthdesk.gui.recovery.page import RecoveryPage
from wealthdesk.gui.recovery.sheet import PreparedPage
from wealthdesk.gui.recovery.ways import Way
from wealthdesk.gui.start import Start
from wealthdesk.gui.widgets.message import Strip
from wealthdesk.services.backups import back_up_now, backups_of, lines_of, set_asides
from wealthdesk.services.desk import Clock, open_desk
from wealthdesk.storage.file.files import read_header

PATIENT = 20_000


@pytest.fixture(autouse=True)
def _data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


@pytest.fixture
def path(tmp_path: Path, clock: Clock) -> Path:
    """The demo portfolio with one backup of it."""
    place = tmp_path / "portfolio.wealthdesk"
    demo_at(place, clock)
    back_up_now(place, clock)
    return place


@pytest.fixture
def ground(qtbot: QtBot) -> QWidget:
    """What dialogs are opened over."""
    made = QWidget()
    qtbot.addWidget(made)
    made.show()
    return made


class Opened:
    """A window and its start, closed at the end of the test."""

    def __init__(self, path: Path, clock: Clock, qtbot: QtBot) -> None:
        self.window = MainWindow()
        qtbot.addWidget(self.window)
        self.start = Start(
            self.window, path, False, lambda path, create: open_desk(path, clock, create=create), clock.now
        )
        self.qtbot = qtbot

    def begin(self) -> "Opened":
        with self.qtbot.waitSignal(self.start.ended, timeout=PATIENT):
            self.window.show()
        return self

    def page(self) -> RecoveryPage:
        found = self.window.findChildren(RecoveryPage)
        page = next(each for each in found if each.isVisible())
        self.qtbot.waitUntil(lambda: not page.wants_backups() or "Reading" not in said(page), timeout=PATIENT)
        return page

    def strips(self) -> list[str]:
        return [each.words for each in self.window.findChildren(Strip) if each.isVisible()]


def said(widget: QWidget) -> str:
    return "\n".join(each.text().replace("\u200b", "") for each in widget.findChildren(QLabel) if each.isVisible())


def press(widget: QWidget, name: str) -> None:
    found = [each for each in widget.findChildren(QPushButton) if each.accessibleName() == name and each.isVisible()]
    QTest.mouseClick(found[0], Qt.MouseButton.LeftButton)


def halve(path: Path) -> bytes:
    os.truncate(path, path.stat().st_size // 2)
    return path.read_bytes()


def test_a_damaged_file_is_restored_by_one_key_and_that_is_undone(path: Path, clock: Clock, qtbot: QtBot) -> None:
    damaged = halve(path)
    opened = Opened(path, clock, qtbot).begin()
    page = opened.page()
    qtbot.waitUntil(lambda: "1 verified backup" in said(page), timeout=PATIENT)
    assert "3 accounts worth" in said(page)
    with qtbot.waitSignal(opened.start.opened, timeout=PATIENT):
        QTest.keyClick(opened.window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    (strip,) = opened.strips()
    assert strip.startswith("The backup of today, ")
    (aside,) = set_asides(path)
    assert str(aside.folder) in strip
    assert aside.file.read_bytes() == damaged
    with qtbot.waitSignal(opened.start.refused, timeout=PATIENT):
        press(opened.window, "Undo")
    assert path.read_bytes() == damaged
    assert "What was there before the restore is back." in said(opened.page())
    opened.start.close()


def test_the_newest_whole_backup_is_chosen_and_a_damaged_one_cannot_be(path: Path, clock: Clock, qtbot: QtBot) -> None:
    later = back_up_now(path, Clock(clock.today, lambda: clock.now().replace(hour=10)))
    halve(later.path)
    halve(path)
    page = Opened(path, clock, qtbot).begin().page()
    chosen = page.backups.chosen()
    assert chosen is not None
    assert chosen.backup.verified
    page.backups.table.select(later.path)
    assert not page.ways.buttons[Way.RESTORE].isEnabled()
    assert not page.backups.copy.isEnabled()
    assert "cannot be restored" in said(page)


def test_a_backup_that_breaks_meanwhile_is_refused_and_the_page_is_there_again(
    path: Path, clock: Clock, qtbot: QtBot
) -> None:
    damaged = halve(path)
    opened = Opened(path, clock, qtbot).begin()
    page = opened.page()
    halve(backups_of(path)[0].path)
    with qtbot.waitSignal(opened.start.refused, timeout=PATIENT):
        press(page, "Restore this backup")
    box = opened.window.findChild(QMessageBox)
    assert isinstance(box, QMessageBox)
    assert "is not what it was" in box.text()
    box.close()
    page = opened.page()
    qtbot.waitUntil(lambda: "none of them as it was" in said(page), timeout=PATIENT)
    assert path.read_bytes() == damaged
    assert set_asides(path) == ()


def test_a_restore_from_the_open_window_closes_and_opens_the_file(path: Path, clock: Clock, qtbot: QtBot) -> None:
    opened = Opened(path, clock, qtbot).begin()
    (backup,) = backups_of(path)
    with qtbot.waitSignal(opened.start.opened, timeout=PATIENT):
        opened.window.restore_requested.emit(backup.path)
    assert len(set_asides(path)) == 1
    with qtbot.waitSignal(opened.start.opened, timeout=PATIENT):
        opened.window.undo_requested.emit()
    assert opened.strips()[-1].startswith(
        "What was there before the restore is back. What stood in its place is set aside in “"
    )
    opened.start.close()


def test_a_restore_that_is_refused_opens_the_file_as_it_was(path: Path, clock: Clock, qtbot: QtBot) -> None:
    opened = Opened(path, clock, qtbot).begin()
    (backup,) = backups_of(path)
    halve(backup.path)
    with qtbot.waitSignal(opened.start.opened, timeout=PATIENT):
        opened.window.restore_requested.emit(backup.path)
    box = opened.window.findChild(QMessageBox)
    assert isinstance(box, QMessageBox)
    box.close()
    assert opened.strips() == []
    opened.start.close()


def test_the_question_says_what_comes_back_and_what_does_not(
    path: Path, qtbot: QtBot, ground: QWidget, opened: Callable[[type[RestoreDialog]], RestoreDialog]
) -> None:
    (line,) = lines_of(path)
    RestoreDialog(line, ground).open()
    dialog = opened(RestoreDialog)
    for part in ("3 accounts worth", "are not in this backup", "is set aside whole"):
        assert part in said(dialog)
    with qtbot.waitSignal(dialog.accepted):
        QTest.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    again = RestoreDialog(line, ground, is_there=False)
    again.open()
    assert "is set aside" not in said(again) and "No file is there now. The backup stays." in said(again)
    with qtbot.waitSignal(again.rejected):
        QTest.keyClick(again, Qt.Key.Key_Escape)


def test_a_name_that_is_one_long_word_is_not_cut(path: Path, clock: Clock, qtbot: QtBot, ground: QWidget) -> None:
    with open_desk(path, clock) as desk:
        desk.accounts.add("Sammelverwahrung" * 6, AccountKind.TAXABLE, "USD")
    back_up_now(path, clock)
    dialog = RestoreDialog(lines_of(path)[0], ground)
    dialog.open()
    qtbot.waitExposed(dialog)
    assert "Sammelverwahrung" * 6 in said(dialog)
    words = [each for each in dialog.findChildren(QLabel) if each.text()]
    assert all(each.minimumSizeHint().width() <= each.width() for each in words)
    dialog.reject()


def test_enter_on_a_backup_asks_before_it_restores(path: Path, clock: Clock, qtbot: QtBot) -> None:
    halve(path)
    opened = Opened(path, clock, qtbot).begin()
    page = opened.page()
    QTest.keyClick(page.backups.table, Qt.Key.Key_Return)
    dialog = page.findChild(RestoreDialog)
    assert isinstance(dialog, RestoreDialog)
    with qtbot.waitSignal(opened.start.opened, timeout=PATIENT):
        dialog.restore.click()
    opened.start.close()


def test_what_can_be_read_is_salvaged_listed_and_opened(path: Path, clock: Clock, qtbot: QtBot) -> None:
    damaged = halve(path)
    opened = Opened(path, clock, qtbot).begin()
    page = opened.page()
    target = path.with_name("Salvaged.wealthdesk")
    page.salvage(target)
    dialog = page.findChild(SalvageDialog)
    assert isinstance(dialog, SalvageDialog)
    qtbot.waitUntil(dialog.open_new.isEnabled, timeout=PATIENT)
    assert "nothing could be read" in dialog.list.toPlainText()
    kept = path.with_name("list.txt")
    dialog.save_list(kept)
    qtbot.waitUntil(lambda: kept.exists(), timeout=PATIENT)
    assert dialog.list.toPlainText() in kept.read_text(encoding="utf-8")
    with qtbot.waitSignal(opened.start.opened, timeout=PATIENT):
        dialog.open_new.click()
    assert opened.start.path == target
    assert path.read_bytes() == damaged
    opened.start.close()


def test_salvage_over_something_is_refused_in_the_dialog(path: Path, ground: QWidget, qtbot: QtBot) -> None:
    halve(path)
    taken = path.with_name("taken.wealthdesk")
    taken.write_text("mine")
    dialog = SalvageDialog(path, taken, ground)
    dialog.open()
    qtbot.waitUntil(lambda: dialog.outcome.title == "Nothing could be salvaged", timeout=PATIENT)
    assert taken.read_text() == "mine"
    assert not dialog.open_new.isEnabled()
    with qtbot.waitSignal(dialog.rejected):
        QTest.keyClick(dialog, Qt.Key.Key_Escape)


def test_salvage_that_is_stopped_leaves_nothing(path: Path, ground: QWidget, qtbot: QtBot) -> None:
    halve(path)
    target = path.with_name("Salvaged.wealthdesk")
    dialog = SalvageDialog(path, target, ground)
    dialog.open()
    with qtbot.waitSignal(dialog.rejected, timeout=PATIENT):
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not target.exists()
    assert not list(path.parent.glob("*.salvage"))


def test_the_file_is_prepared_for_an_older_version_and_opened_again(path: Path, clock: Clock, qtbot: QtBot) -> None:
    opened = Opened(path, clock, qtbot).begin()
    newest = read_header_after_closing(path)
    opened.window.prepare_requested.emit(newest - 1)
    qtbot.waitUntil(lambda: opened.window.findChild(PreparedPage) is not None, timeout=PATIENT)
    page = opened.window.findChild(PreparedPage)
    assert isinstance(page, PreparedPage)
    assert f"The file is prepared for version {newest - 1}" in said(page)
    assert read_header(path).version == newest - 1
    with qtbot.waitSignal(opened.start.opened, timeout=PATIENT):
        press(page, "Open it here again")
    assert any(f"from version {newest - 1} to {newest}" in each for each in opened.strips())
    opened.start.close()


def read_header_after_closing(path: Path) -> int:
    """The newest version, read of a backup: the bytes of a file that is open here are not to be read."""
    return backups_of(path)[0].version
