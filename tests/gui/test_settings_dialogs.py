"""Preparing for an older version, and the diagnostic bundle, as the settings open them; with real files."""

import zipfile
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from wealthdesk.gui import tasks
from wealthdesk.gui.page import Bus
from wealthdesk.gui.settings.dialogs import DiagnosisDialog, NoticesDialog, PrepareDialog, notices_file
from wealthdesk.gui.settings.page import SettingsPage
from wealthdesk.services.backups import older_versions, what_is_lost
from wealthdesk.services.desk import Desk
from wealthdesk.services.diagnosis import diagnosis_of


@pytest.fixture
def page(qtbot: QtBot, demo_desk: Desk, bus: Bus) -> SettingsPage:
    made = SettingsPage(demo_desk, bus)
    qtbot.addWidget(made)
    made.resize(1000, 800)
    made.show()
    qtbot.waitUntil(lambda: not tasks.is_busy())
    return made


def words(dialog: PrepareDialog | DiagnosisDialog) -> str:
    return "\n".join(each.text() for each in dialog.findChildren(QLabel) if each.isVisibleTo(dialog))


@pytest.fixture
def prepare(page: SettingsPage, qtbot: QtBot) -> PrepareDialog:
    page.prepare.click()
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), PrepareDialog))
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, PrepareDialog)
    return dialog


def test_each_older_version_says_what_it_costs(prepare: PrepareDialog, demo_desk: Desk) -> None:
    versions = older_versions(demo_desk.path)
    assert versions and prepare.chosen().number == versions[0]
    assert f"This file is of version {versions[0] + 1}." in words(prepare)
    for each in versions:
        prepare.version.setFocus()
        assert prepare.chosen().number == each
        assert all(loss in words(prepare) for loss in what_is_lost(demo_desk.path, each))
        assert prepare.prepare.accessibleName() == f"Prepare for version {each}"
        QTest.keyClick(prepare.version, Qt.Key.Key_Down)
        QTest.qWait(5)
    assert "First a backup is made" in words(prepare)
    prepare.reject()


def test_the_version_is_asked_for_and_the_file_not_touched(
    prepare: PrepareDialog, page: SettingsPage, demo_desk: Desk, qtbot: QtBot
) -> None:
    newest = older_versions(demo_desk.path)[0]
    with qtbot.waitSignal(page.prepare_requested) as asked:
        prepare.prepare.setFocus()
        QTest.keyClick(prepare.prepare, Qt.Key.Key_Space)
    assert asked.args == [newest]
    assert older_versions(demo_desk.path)[0] == newest


def test_escape_asks_for_nothing(prepare: PrepareDialog, page: SettingsPage, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(page.prepare_requested):
        QTest.keyClick(prepare, Qt.Key.Key_Escape)


@pytest.fixture
def diagnosis(page: SettingsPage, qtbot: QtBot) -> DiagnosisDialog:
    page.diagnosis.click()
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), DiagnosisDialog))
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, DiagnosisDialog)
    return dialog


def test_the_bundle_is_read_before_it_is_saved(diagnosis: DiagnosisDialog, demo_desk: Desk) -> None:
    assert diagnosis.text.toPlainText() == diagnosis_of(demo_desk.path, demo_desk.clock)
    assert diagnosis.text.isReadOnly() and "No amounts, names or account numbers" in words(diagnosis)
    diagnosis.copy.click()
    assert QGuiApplication.clipboard().text() == diagnosis.text.toPlainText()
    assert diagnosis.message.title == "Copied"
    diagnosis.reject()


def test_what_is_saved_is_what_was_read_and_no_file_is_replaced(
    diagnosis: DiagnosisDialog, qtbot: QtBot, tmp_path: Path
) -> None:
    diagnosis.save.click()
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), QFileDialog))
    chooser = QApplication.activeModalWidget()
    assert isinstance(chooser, QFileDialog)
    target = tmp_path / "to send.zip"
    chooser.fileSelected.emit(str(target))
    chooser.done(0)
    qtbot.waitUntil(lambda: diagnosis.message.title == "Saved")
    with zipfile.ZipFile(target) as bundle:
        assert bundle.namelist() == ["diagnosis.txt"]
        assert bundle.read("diagnosis.txt").decode() == diagnosis.text.toPlainText()
    diagnosis.save_to(target)
    qtbot.waitUntil(lambda: diagnosis.message.title == "Not saved")
    assert "Choose another name" in diagnosis.message.text
    diagnosis.reject()


def test_an_installed_program_shows_the_notices_of_its_parts(
    demo_desk: Desk, bus: Bus, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert notices_file() is None  # nothing generated lies in the clone
    monkeypatch.setattr("wealthdesk.gui.settings.dialogs.resources_folder", lambda: tmp_path)
    (tmp_path / "notices.txt").write_text("GNU LESSER GENERAL PUBLIC LICENSE © Qt", encoding="utf-8")
    page = SettingsPage(demo_desk, bus)
    qtbot.addWidget(page)
    assert page.isAncestorOf(page.notices)
    page.notices.click()
    (dialog,) = page.findChildren(NoticesDialog)
    assert dialog.text.toPlainText() == "GNU LESSER GENERAL PUBLIC LICENSE © Qt" and dialog.text.isReadOnly()
    dialog.close_button.click()


def test_without_notices_there_is_no_button_for_them(demo_desk: Desk, bus: Bus, qtbot: QtBot) -> None:
    page = SettingsPage(demo_desk, bus)
    qtbot.addWidget(page)
    assert not page.isAncestorOf(page.notices)
