"""Letters are underlined while Alt is down and no longer, in light and dark, whatever the style sheet says."""

import sys
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QLineEdit, QMenuBar, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from wealthdesk.gui import fonts, theme
from wealthdesk.gui.underlines import PopupMenu, Underlines, install
from wealthdesk.gui.widgets.buttons import button
from wealthdesk.gui.widgets.layouts import vertical

pytestmark = pytest.mark.skipif(sys.platform == "darwin", reason="there no letter is ever underlined")


@pytest.fixture
def underlines(qapp: QApplication) -> Iterator[Underlines]:
    made = install(qapp)
    theme.apply(qapp, theme.LIGHT)
    yield made
    made.deleteLater()
    qapp.setStyle("Fusion")
    theme.apply(qapp, theme.LIGHT)


class Lettered(QDialog):
    """A button, a field with its label, and a menu bar."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.keep, self.field, self.bar = button("&Keep"), QLineEdit(), QMenuBar()
        self.label = QLabel("&Name")
        self.label.setBuddy(self.field)
        self.bar.addMenu("&File").addAction("Open")
        self.lines = layout = vertical(self)
        layout.setMenuBar(self.bar)
        for each in (self.label, self.field, self.keep):
            layout.addWidget(each)

    def pictures(self) -> list[QImage]:
        return [each.grab().toImage() for each in (self.keep, self.label, self.bar)]


@pytest.fixture
def dialog(underlines: Underlines, qtbot: QtBot) -> Lettered:
    made = Lettered()
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    made.field.setFocus()
    qtbot.waitUntil(lambda: made.field.hasFocus() and QApplication.focusWindow() is made.windowHandle())
    return made


@pytest.mark.parametrize("look", [theme.LIGHT, theme.DARK])
def test_alt_shows_them_and_letting_go_hides_them(
    dialog: Lettered, underlines: Underlines, qapp: QApplication, qtbot: QtBot, look: theme.Theme
) -> None:
    theme.apply(qapp, look)
    without = dialog.pictures()
    QTest.keyPress(dialog.windowHandle(), Qt.Key.Key_Alt)
    shown = dialog.pictures()
    assert [before == after for before, after in zip(without, shown, strict=True)] == [False] * 3
    QTest.keyRelease(dialog.windowHandle(), Qt.Key.Key_Alt)
    assert not underlines.style.are_shown
    dialog.field.setFocus()  # the menu bar may have taken it
    assert dialog.pictures() == without


def test_the_menu_that_alt_leads_to_is_marked(dialog: Lettered, qtbot: QtBot) -> None:
    before = dialog.bar.grab().toImage()
    QTest.keyClick(dialog.windowHandle(), Qt.Key.Key_Alt)
    qtbot.waitUntil(dialog.bar.hasFocus)
    assert dialog.bar.grab().toImage() != before


def test_without_alt_it_looks_as_if_there_were_no_letter(dialog: Lettered) -> None:
    with_letter = dialog.keep.grab().toImage()
    dialog.keep.setText("Keep")
    assert dialog.keep.grab().toImage() == with_letter


def test_only_what_has_a_letter_is_painted_again(dialog: Lettered, underlines: Underlines, qtbot: QtBot) -> None:
    painted: list[str] = []

    class Counted(QPushButton):
        def event(self, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint:
                painted.append(self.text())
            return super().event(event)

    for words in ("&Lettered", "Plain"):
        dialog.lines.addWidget(Counted(words))
    qtbot.waitUntil(lambda: len(painted) >= 2)
    painted.clear()
    underlines.show_underlines(True)
    qtbot.waitUntil(lambda: bool(painted))
    assert painted == ["&Lettered"]


def test_another_window_begins_without(dialog: Lettered, underlines: Underlines, qtbot: QtBot) -> None:
    QTest.keyPress(dialog.windowHandle(), Qt.Key.Key_Alt)
    assert underlines.style.are_shown
    other = QDialog()
    qtbot.addWidget(other)
    other.show()
    other.activateWindow()
    qtbot.waitUntil(lambda: QApplication.focusWindow() is other.windowHandle())
    assert not underlines.style.are_shown


def test_the_letter_leads_to_its_button_all_the_same(dialog: Lettered, qtbot: QtBot) -> None:
    with qtbot.waitSignal(dialog.keep.clicked):
        QTest.keyClick(dialog.field, Qt.Key.Key_K, Qt.KeyboardModifier.AltModifier)


def test_a_window_that_is_shown_already_hides_them_too_and_looks_no_different(qapp: QApplication, qtbot: QtBot) -> None:
    theme.apply(qapp, theme.LIGHT)
    shown = Lettered()
    qtbot.addWidget(shown)
    shown.show()
    shown.activateWindow()
    shown.field.setFocus()
    qtbot.waitUntil(lambda: shown.field.hasFocus() and QApplication.focusWindow() is shown.windowHandle())
    # As the page that is chosen is marked: after it was shown.
    shown.label.setFont(fonts.font("strong"))
    before, font = shown.field.grab().toImage(), shown.label.font()
    made = install(qapp)
    try:
        assert shown.label.font() == font and shown.field.grab().toImage() == before
        without = shown.pictures()
        QTest.keyPress(shown.windowHandle(), Qt.Key.Key_Alt)
        assert made.style.are_shown and shown.pictures() != without
        QTest.keyRelease(shown.windowHandle(), Qt.Key.Key_Alt)
    finally:
        made.deleteLater()
        qapp.setStyle("Fusion")
        theme.apply(qapp, theme.LIGHT)


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_a_menu_that_pops_up_underlines_its_letters_while_alt_is_down_only(
    dialog: Lettered, underlines: Underlines
) -> None:
    def picture(words: str) -> QImage:
        menu = PopupMenu(dialog)
        menu.addAction(words)
        menu.popup(dialog.mapToGlobal(dialog.rect().center()))
        found = menu.grab().toImage()
        menu.close()
        return found

    assert picture("&Remove") == picture("Remove")
    underlines.show_underlines(True)
    assert picture("&Remove") != picture("Remove")
    underlines.show_underlines(False)
