"""The percentage field with arrows: basis points inside, "55.0 %" on the screen, two decimals accepted."""

from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QValidator, QWheelEvent
from PySide6.QtWidgets import QSpinBox, QWidget

from wealthdesk.domain import money
from wealthdesk.errors import NotANumber
from wealthdesk.gui import fonts
from wealthdesk.gui import format as text
from wealthdesk.gui.widgets.text import as_tip, set_look

_TYPING_MS = 250
PERCENT: Final = "%"
POINTS: Final = "pp"


class PercentSpin(QSpinBox):
    """Up and Down move by 0.1 points, PgUp and PgDn by 1. What cannot be read stays as typed, with a sentence.

    unit: PERCENT for a share, POINTS for a difference of shares.
    """

    edited = Signal(object)
    """The share in basis points (int), when the user changed it; a moment after the last key while typing."""
    problem_changed = Signal(str)
    """What is wrong with what is typed, "" when nothing is."""

    def __init__(self, name: str = "", *, unit: str = PERCENT, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._unit = unit
        self.setRange(0, money.WHOLE)
        self.setSingleStep(10)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setFont(fonts.font("body", figures=True))
        self.setAccessibleName(name)
        self.setFixedSize(88, 30)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._shown = 0
        self._problem = ""
        self._timer = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._timer.timeout.connect(self._tell)
        self.lineEdit().textEdited.connect(self._on_typed)
        self.editingFinished.connect(self._tell)

    def bps(self) -> int:
        """The share in basis points that was last shown or told."""
        return self._shown

    def set_bps(self, bps: int) -> None:
        """Show a share; nothing is emitted. What is being typed stays while the share is the one before."""
        if bps == self._shown and (self._timer.isActive() or self._problem):
            return
        self._shown = bps
        self._timer.stop()
        if bps != self.value() or self._problem:
            self.blockSignals(True)
            self.setValue(bps)
            self.blockSignals(False)
        self._show_problem("")

    def forget_typing(self) -> None:
        """Show the share again in place of what is typed; nothing is emitted."""
        self._timer.stop()
        self.lineEdit().setText(self.textFromValue(self._shown))
        self._show_problem("")

    def problem(self) -> str:
        """What is wrong with what is typed, "" when nothing is."""
        return self._problem

    def commit(self) -> None:
        """Take what is typed now, without waiting for the focus to leave."""
        if not self._problem:
            self.interpretText()
            self._tell()

    def textFromValue(self, value: int) -> str:
        places = 1 if value % 10 == 0 else 2
        return f"{text.percent(value, places).removesuffix('%')} {self._unit}"

    def valueFromText(self, typed: str) -> int:
        try:
            return money.parse_percent(self._number(typed), text.marks())
        except NotANumber:
            return self.value()

    def validate(self, typed: str, position: int) -> tuple[QValidator.State, str, int]:
        sentence = _sentence(self._number(typed))
        state = QValidator.State.Intermediate if sentence else QValidator.State.Acceptable
        return state, typed, position

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Qt would put the last value in the place of what cannot be read; here it stays as typed.
        if self._problem and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        if self._problem:
            QWidget.focusOutEvent(self, event)
        else:
            super().focusOutEvent(event)

    def stepBy(self, steps: int) -> None:
        super().stepBy(steps)
        self._show_problem("")
        self._tell()

    def wheelEvent(self, event: QWheelEvent) -> None:
        # Scrolling the page must not change a target that happens to lie under the pointer.
        event.ignore()

    def _on_typed(self, typed: str) -> None:
        self._show_problem(_sentence(self._number(typed)))
        self._timer.start()

    def _number(self, typed: str) -> str:
        """What is typed without its unit; the sign of a percentage is read with it."""
        return typed.strip().removesuffix(POINTS) if self._unit == POINTS else typed

    def _tell(self) -> None:
        self._timer.stop()
        if not self._problem and self.value() != self._shown:
            self._shown = self.value()
            self.edited.emit(self._shown)

    def _show_problem(self, sentence: str) -> None:
        if sentence != self._problem:
            self._problem = sentence
            self.setToolTip(as_tip(sentence))
            self.setAccessibleDescription(sentence)
            set_look(self, "invalid", bool(sentence))
            self.problem_changed.emit(sentence)


def _sentence(typed: str) -> str:
    try:
        bps = money.parse_percent(typed, text.marks())
    except NotANumber as refusal:
        return str(refusal)
    return "" if 0 <= bps <= money.WHOLE else "A target lies between 0% and 100%."
