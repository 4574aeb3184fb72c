"""The one door for errors."""

import logging
import sys
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from wealthdesk.errors import NotFound
from wealthdesk.gui import fonts, problems


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[QWidget]:
    hook = sys.excepthook
    made = QWidget()
    qtbot.addWidget(made)
    made.show()
    problems.install(made)
    yield made
    sys.excepthook = hook


def _raise(error: BaseException) -> None:
    try:
        raise error
    except BaseException:
        sys.excepthook(*sys.exc_info())


def test_a_refusal_is_its_sentence(window: QWidget) -> None:
    _raise(NotFound("The account “Brokerage” does not exist any more."))
    boxes = window.findChildren(QMessageBox)
    assert [box.text() for box in boxes] == ["The account “Brokerage” does not exist any more."]
    assert boxes[0].isVisible()
    boxes[0].accept()


def test_a_bug_is_logged_and_its_traceback_can_be_copied(window: QWidget, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, "wealthdesk"):
        _raise(ZeroDivisionError("by nothing"))
        _raise(ZeroDivisionError("again"))
    assert len(caplog.records) == 2
    dialogs = window.findChildren(problems.BugDialog)
    assert len(dialogs) == 1
    next(b for b in dialogs[0].findChildren(QPushButton) if "Copy" in b.accessibleName()).click()
    assert "ZeroDivisionError: by nothing" in QGuiApplication.clipboard().text()
    assert "_raise" in QGuiApplication.clipboard().text()
    dialogs[0].accept()


class Layouts(QObject):
    """How often a window is asked to lay itself out."""

    count = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.LayoutRequest
        return False


def test_a_message_that_is_read_does_nothing_meanwhile(window: QWidget, qtbot: QtBot) -> None:
    boxes = (
        problems.show("The disk is full. Nothing was changed. Free some space and try again.", window),
        problems.ask("Remove “Brokerage”?", "Its 3 holdings go with it.", "&Remove account", window),
    )
    for box in boxes:
        qtbot.wait(50)
        layouts = Layouts(box)
        box.installEventFilter(layouts)
        qtbot.wait(100)
        assert layouts.count == 0
        box.reject()


def test_a_question_is_answered_by_its_named_button(window: QWidget, qtbot: QtBot) -> None:
    box = problems.ask("Remove “Brokerage”?", "Its 3 holdings go with it.", "&Remove account", window)
    with qtbot.waitSignal(box.accepted):
        next(b for b in box.buttons() if "Remove" in b.text()).click()
    other = problems.ask("Remove “Brokerage”?", "Its 3 holdings go with it.", "&Remove account", window)
    with qtbot.waitSignal(other.rejected), qtbot.assertNotEmitted(other.accepted):
        next(b for b in other.buttons() if "Cancel" in b.text()).click()


def test_a_question_is_bold_and_no_word_of_a_message_is_cut_off(window: QWidget, qtbot: QtBot) -> None:
    explanation = "8 holdings and 3 holding targets go with it. This cannot be taken back, not even from a backup."
    box = problems.ask("Remove “Brokerage”?", explanation, "&Remove", window)
    qtbot.waitExposed(box)
    box.updateGeometry()
    qtbot.wait(50)
    question, below = (box.findChild(QLabel, f"qt_msgbox_{name}") for name in ("label", "informativelabel"))
    assert question is not None and below is not None
    assert question.font() == fonts.font("strong") != below.font()
    for words in (question, below):
        assert words.geometry().right() <= box.width() - 20
        assert words.height() >= words.heightForWidth(words.width())
    box.reject()
