"""Fields for amounts, numbers, shares, days and what is searched, read live and refused in words; and their keys."""

import sys
from datetime import date
from decimal import Decimal
from typing import Final, cast

from PySide6.QtCore import QCoreApplication, QDate, QEvent, QObject, QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QTextCharFormat,
    QValidator,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QCalendarWidget,
    QComboBox,
    QDateEdit,
    QLabel,
    QLineEdit,
    QMainWindow,
    QPushButton,
    QSizePolicy,
    QSpinBox,
    QToolButton,
    QWidget,
)
from shiboken6 import isValid

from wealthdesk.domain import money
from wealthdesk.errors import NotANumber
from wealthdesk.gui import fonts, icons, theme
from wealthdesk.gui import format as text
from wealthdesk.gui.widgets.buttons import action
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.text import as_tip, frame, label, set_look

_BORDER: Final = 1
"""Drawn by the style sheet."""
_SLACK: Final = 10


class FieldProblem(QWidget):
    """field: the widget that gets the red border and the sentence as its description."""

    def __init__(self, field: QWidget, frame: QWidget | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._field, self._frame = field, frame or field
        self._words: QLabel | None = None
        self.hide()

    @property
    def sentence(self) -> str:
        """What is wrong, "" when nothing is."""
        return self._words.text() if self._words is not None else ""

    def show_problem(self, sentence: str) -> None:
        """Say what is wrong; "" clears it."""
        if sentence == self.sentence:
            return
        self._words = self._words or self._made_words()
        self._words.setText(sentence)
        self._field.setAccessibleDescription(sentence)
        self.setVisible(bool(sentence))
        set_look(self._frame, "invalid", bool(sentence))

    def _made_words(self) -> QLabel:
        """Made with the first problem, which most fields never have."""
        sign, words = QLabel(self), label(role="note", ink="error", wrap=True)
        icons.put(sign, "error", "error", 14)
        sign.setFixedSize(14, 18)
        layout = horizontal(self, spacing=6)
        layout.setContentsMargins(2, 4, 0, 0)
        layout.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(words, 1)
        return words


class FigureEdit(QLineEdit):
    """The click that brings the focus takes the whole figure, as Tab does; so does a double click.

    The next click places the caret, and what is dragged over is what is selected.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._takes_all = False
        self._pressed = QPoint()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._takes_all = event.reason() is Qt.FocusReason.MouseFocusReason

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        self._pressed = event.position().toPoint()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        super().mouseDoubleClickEvent(event)
        self.selectAll()
        self._takes_all = True

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        way = (event.position().toPoint() - self._pressed).manhattanLength()
        is_click = event.button() is Qt.MouseButton.LeftButton and way < QApplication.startDragDistance()
        if self._takes_all and is_click:
            self.selectAll()
        self._takes_all = False


class NumberEdit(QWidget):
    """what: the kind of number for its sentences, "quantity". What cannot be read stays as typed."""

    edited = Signal(object)
    """The Decimal, or None when the field is empty or cannot be read. Only for what the user did."""

    def __init__(
        self,
        name: str,
        *,
        what: str = "number",
        decimals: int = money.DECIMALS,
        negative: bool = False,
        zero: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._what, self._decimals = what, decimals
        self._allows_negative, self._allows_zero = negative, zero
        self.field = FigureEdit()
        self.field.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.field.setAccessibleName(name)
        self.field.setFont(fonts.font("body"))
        self.setFocusProxy(self.field)
        self._problem = FieldProblem(self.field, parent=self)
        layout = vertical(self, spacing=0)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.field)
        layout.addWidget(self._problem)
        self.field.textEdited.connect(self._on_edited)

    def number(self) -> Decimal | None:
        """The number; None when empty or not a number of its kind."""
        return self._read()[0]

    def set_number(self, number: Decimal | None) -> None:
        """Show a number; None empties the field. Nothing is emitted."""
        self.field.setText("" if number is None else text.number(number).replace(text.MINUS, "-"))
        self._problem.show_problem("")

    def problem(self) -> str:
        """The sentence about what cannot be read, or that was set with show_problem; "" when all is well."""
        return self._problem.sentence

    def show_problem(self, sentence: str) -> None:
        """Show a sentence about the number until it is edited."""
        self._problem.show_problem(sentence)

    def check(self) -> bool:
        """Whether there is a number of its kind; says what is missing when the field is empty."""
        number, sentence = self._read()
        self._problem.show_problem(
            sentence if number is not None or sentence else f"There is no {self._what} here yet."
        )
        return number is not None

    def _read(self) -> tuple[Decimal | None, str]:
        typed = self.field.text()
        if not typed.strip():
            return None, ""
        try:
            number = money.parse_decimal(typed, text.marks(), decimals=self._decimals, what=self._what)
        except NotANumber as refusal:
            return None, str(refusal)
        if number < 0 and not self._allows_negative:
            return None, f"A {self._what} here is not negative. Leave out the minus."
        if number == 0 and not self._allows_zero:
            return None, f"A {self._what} here is more than 0."
        return number, ""

    def _on_edited(self) -> None:
        number, sentence = self._read()
        self._problem.show_problem(sentence)
        self.edited.emit(number)


class MoneyEdit(QWidget):
    """large: 44 px high with a big figure; otherwise an ordinary field of 34 px. What cannot be read stays as typed."""

    edited = Signal(object)
    """The amount in minor units (int), or None when there is none. Only for what the user did."""

    def __init__(
        self,
        name: str,
        currency: str,
        *,
        large: bool = False,
        negative: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._allows_negative = negative
        self._currency = currency
        self._role = "amount" if large else "body"
        self._is_even: bool | None = None
        self._symbol = label(role="symbol" if large else "body", ink="mute")
        self._code = label(role="note" if large else "small", ink="mute")
        self.field = FigureEdit()
        self.field.setProperty("kind", "bare")
        self.field.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        # As high as its frame: a click above or below the figure is meant for it as well.
        self.field.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.field.setAccessibleName(name)
        self.field.installEventFilter(self)
        self.setFocusProxy(self.field)
        self._frame = frame("amount", self)
        self._frame.setProperty("ring", True)
        self._frame.setFixedHeight(44 if large else 34)
        self._problem = FieldProblem(self.field, self._frame, self)
        self._lay_out(large)
        self.set_currency(currency)
        self._on_text("")
        self.field.textChanged.connect(self._on_text)
        self.field.textEdited.connect(self._on_edited)
        self.field.editingFinished.connect(self._on_finished)

    @property
    def currency(self) -> str:
        """The currency of the amount."""
        return self._currency

    def set_currency(self, currency: str) -> None:
        """Another currency; what is typed stays and is read again."""
        self._currency = currency
        sign = text.symbol(currency)
        self._symbol.setText(sign if sign != currency else "")
        self._code.setText(currency)
        if self._role == "amount":
            self.field.setPlaceholderText(text.plain(text.amount(0, currency)))
        self._problem.show_problem(self._read()[1])

    def minor(self) -> int | None:
        """The amount in minor units; None when empty or not an amount."""
        return self._read()[0]

    def set_minor(self, minor: int | None) -> None:
        """Show an amount; None empties the field. Nothing is emitted."""
        if minor is None or minor != self.minor():
            self.field.setText("" if minor is None else text.plain(text.amount(minor, self._currency)))
        self._problem.show_problem("")

    def problem(self) -> str:
        """The sentence about what cannot be read, or that was set with show_problem; "" when all is well."""
        return self._problem.sentence

    def show_problem(self, sentence: str) -> None:
        """Show a sentence about the amount ("Below the smallest trade.") until it is edited."""
        self._problem.show_problem(sentence)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Under X11 a field would take Ctrl+E for itself, as End, and the window's “Edit targets” would not hear of it.
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and _is_ctrl_e(event):
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    def _read(self) -> tuple[int | None, str]:
        typed = self.field.text()
        if not typed.strip():
            return None, ""
        try:
            minor = text.read_money(typed, self._currency)
        except NotANumber as refusal:
            return None, str(refusal)
        if minor < 0 and not self._allows_negative:
            return None, "An amount here is not negative. Leave out the minus."
        return minor, ""

    def _lay_out(self, large: bool) -> None:
        row = horizontal(self._frame, spacing=10 if large else 7)
        row.setContentsMargins(14 if large else 13, 0, 14 if large else 13, 0)
        for each, stretch in ((self._symbol, 0), (self.field, 1), (self._code, 0)):
            row.addWidget(each, stretch)
        layout = vertical(self, spacing=0)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._frame)
        layout.addWidget(self._problem)

    def _on_edited(self) -> None:
        minor, sentence = self._read()
        self._problem.show_problem(sentence)
        self.edited.emit(minor)

    def _on_text(self, typed: str) -> None:
        # Digits of one width widen the hyphen too, so they wait until there is none.
        is_even = "-" not in typed
        if is_even != self._is_even:
            self._is_even = is_even
            self.field.setFont(fonts.font(self._role, figures=is_even))

    def _on_finished(self) -> None:
        minor = self.minor()
        if minor is not None:
            self.field.setText(text.amount(minor, self._currency).replace(text.MINUS, "-"))


def _is_ctrl_e(event: QKeyEvent) -> bool:
    return event.keyCombination() == Qt.Modifier.CTRL | Qt.Key.Key_E


_TYPING_MS = 250
PERCENT: Final = "%"
POINTS: Final = "pp"


class PercentSpin(QSpinBox):
    """Up and Down move by 0.1 points, PgUp and PgDn by 1. What cannot be read stays as typed, with a sentence.

    unit: PERCENT for a share, POINTS for a difference of shares. places: decimals at least. what: it is, in sentences.
    """

    edited = Signal(object)
    """The share in basis points (int), when the user changed it; a moment after the last key while typing."""
    problem_changed = Signal(str)
    """What is wrong with what is typed, "" when nothing is."""

    def __init__(
        self,
        name: str = "",
        *,
        unit: str = PERCENT,
        places: int = 1,
        what: str = "share",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._unit, self._places = unit, places
        self._refusal = f"A {what} lies between {'0% and 100%' if unit == PERCENT else '0 and 100 points'}."
        figure = FigureEdit(self)
        # By its name Qt knows that the frame is that of the spin box.
        figure.setObjectName(self.lineEdit().objectName())
        self.setLineEdit(figure)
        self.setRange(0, money.WHOLE)
        self.setSingleStep(10)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setFont(fonts.font("body", figures=True))
        self.setAccessibleName(name)
        self.setFixedSize(88 if places < 2 else 96, 30)  # as wide as "100.00 %"
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
        places = self._places if value % 10 == 0 else 2
        return f"{text.percent(value, places).removesuffix('%')} {self._unit}"

    def valueFromText(self, typed: str) -> int:
        try:
            return money.parse_percent(self._number(typed), text.marks())
        except NotANumber:
            return self.value()

    def validate(self, typed: str, position: int) -> tuple[QValidator.State, str, int]:
        sentence = self._sentence(typed)
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
        self._show_problem(self._sentence(typed))
        self._timer.start()

    def _sentence(self, typed: str) -> str:
        """What is wrong with what is typed, "" when nothing is."""
        try:
            bps = money.parse_percent(self._number(typed), text.marks())
        except NotANumber as refusal:
            return str(refusal)
        return "" if 0 <= bps <= money.WHOLE else self._refusal

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


_LIMIT_WIDTH: Final = 56


class LimitEdit(FigureEdit):
    """Reads "3", "±3", "3 pp" and "3%"; what cannot be read stays as typed, with a sentence.

    sign: what stands before the number; refusal: the sentence for what is less than `least` basis points or over 100 %.
    """

    edited = Signal(object)
    """Basis points (int), or None where it is empty; when the user has finished."""
    problem_changed = Signal(str)
    """What is wrong with what is typed, "" when nothing is."""

    def __init__(self, sign: str, refusal: str, least: int = 1, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sign, self._refusal, self._least = sign, refusal, least
        self.setFont(fonts.font("note", figures=True))
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setProperty("kind", "small")
        self.setFixedSize(_LIMIT_WIDTH, 30)
        # Tab goes from target to target; who wants a band presses B, a cap C, or clicks.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._shown: int | None = None
        self._problem = ""
        self.textEdited.connect(lambda typed: self._show_problem(self._read(typed)[1]))
        self.editingFinished.connect(self.commit)

    @property
    def limit_bps(self) -> int | None:
        """The limit that was last shown or told; None: it is empty."""
        return self._shown

    def show_limit(self, limit_bps: int | None, usual: str) -> None:
        """Show a limit, and what holds where there is none; nothing is emitted. What is being typed stays."""
        self.setPlaceholderText(usual)
        if limit_bps != self._shown or not (self.isModified() or self._problem):
            self._shown = limit_bps
            self.forget_typing()

    def forget_typing(self) -> None:
        """Show the limit again in place of what is typed; nothing is emitted."""
        words = "" if self._shown is None else limit_words(self._sign, self._shown)
        if words != self.text():
            self.setText(words)
        self.setModified(False)
        self._show_problem("")

    def problem(self) -> str:
        """What is wrong with what is typed, "" when nothing is."""
        return self._problem

    def commit(self) -> None:
        """Take what is typed now."""
        limit, sentence = self._read(self.text())
        if sentence:
            return
        is_other = limit != self._shown
        self._shown = limit
        self.forget_typing()
        if is_other:
            self.edited.emit(limit)

    def _read(self, typed: str) -> tuple[int | None, str]:
        number = typed.strip().removeprefix(self._sign).removesuffix("pp").removesuffix("%").strip()
        if not number:
            return None, ""
        try:
            limit = money.parse_percent(number, text.marks())
        except NotANumber as refusal:
            return None, str(refusal)
        return (limit, "") if self._least <= limit <= money.WHOLE else (None, self._refusal)

    def _show_problem(self, sentence: str) -> None:
        if sentence != self._problem:
            self._problem = sentence
            set_look(self, "invalid", bool(sentence))
            self.problem_changed.emit(sentence)


BAND_SIGN, CAP_SIGN = "±", "≤"


def band_edit() -> LimitEdit:
    """The field for a band of a line's own."""
    return LimitEdit(BAND_SIGN, "A band lies between 0.01 and 100 points. Leave it empty for the usual one.")


def cap_edit() -> LimitEdit:
    """The field for the most that a line may have."""
    return LimitEdit(CAP_SIGN, "A cap lies between 0% and 100%. Leave it empty for none.", least=0)


def band_words(band_bps: int) -> str:
    """A band as the field shows it: "±3", "±1.25"."""
    return limit_words(BAND_SIGN, band_bps)


def limit_words(sign: str, bps: int) -> str:
    """A limit as its field shows it: "±3", "≤30"."""
    return f"{sign}{text.points_plain(bps, None).removesuffix(' pp')}"


class DateEdit(QDateEdit):
    """A day, in figures as the user's locale has them; 2026-11-20 where there is none."""

    edited = Signal(object)
    """The day (datetime.date), when it changed."""

    def __init__(self, name: str, value: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setCalendarPopup(True)
        self.setCalendarWidget(_Calendar(self))
        self.setDisplayFormat(text.typed_day_pattern())
        self.set_value(value)
        self.dateChanged.connect(self._on_date_changed)

    def value(self) -> date:
        """The day shown."""
        shown = self.date()
        return date(shown.year(), shown.month(), shown.day())

    def set_value(self, value: date) -> None:
        """Show a day; nothing is emitted."""
        self.blockSignals(True)
        self.setDate(QDate(value.year, value.month, value.day))
        self.blockSignals(False)

    def wheelEvent(self, event: QWheelEvent) -> None:
        # Scrolling the page must not change a date that happens to lie under the pointer.
        event.ignore()

    def _on_date_changed(self) -> None:
        self.edited.emit(self.value())


class _Calendar(QCalendarWidget):
    """With the arrows of the other widgets, weekends that are not red like an error, and other months pale."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        for day in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):
            self.setWeekdayTextFormat(day, QTextCharFormat())
        for name, icon in (("qt_calendar_prevmonth", "chevron_left"), ("qt_calendar_nextmonth", "chevron_right")):
            arrow = self.findChild(QToolButton, name)
            if arrow is not None:
                icons.put(arrow, icon)
        inside = self.layout()
        if inside is not None:
            inside.setContentsMargins(_BORDER, _BORDER, _BORDER, _BORDER)

    def minimumSizeHint(self) -> QSize:
        # That of Qt leaves no room for a border, and the last column would be cut.
        return super().minimumSizeHint() + QSize(2 * _BORDER + _SLACK, 2 * _BORDER)

    def paintCell(self, painter: QPainter, rect: QRect, date: QDate) -> None:
        if date.month() == self.monthShown() and self.minimumDate() <= date <= self.maximumDate():
            super().paintCell(painter, rect, date)
            return
        painter.setPen(QColor(theme.current().mute))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, str(date.day()))


def put_search_sign(field: QLineEdit) -> None:
    """Show that what is typed is sought."""
    sign = action("Search", parent=field)
    icons.put(sign, "search", "mute", 14)
    field.addAction(sign, QLineEdit.ActionPosition.LeadingPosition)
    # The room beside the icon is there already.
    field.setTextMargins(-10, 0, 0, 0)


class SearchEdit(QLineEdit):
    """name: what a screen reader calls it."""

    left = Signal()
    """The user goes on into what was found."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setPlaceholderText("Search")
        self.setToolTip("Search (Ctrl+F)")
        put_search_sign(self)

    def take_keys(self) -> None:
        """Be typed into, over what was sought."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down):
            self.left.emit()
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


class FocusKeys(QObject):
    """What keys do in whatever has the focus, in every window.

    Return presses the button that has the focus, as Space does; elsewhere the default button of a dialog is pressed.
    Alt and a letter, whose button is off or not there, is not typed into the field, nor into one with arrows or a list;
    macOS writes signs in that way. A field of the main window, where nothing was typed that it could take back, leaves
    Undo and Redo to its Edit menu.
    """

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        cast(QApplication, QApplication.instance()).focusChanged.connect(self._on_focus)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind is QEvent.Type.ShortcutOverride and isinstance(watched, QLineEdit):
            return self._leaves_undo(watched, cast(QKeyEvent, event))
        if kind is not QEvent.Type.KeyPress:
            return False
        key = cast(QKeyEvent, event)
        if isinstance(watched, QPushButton):
            return self._press(watched, key)
        is_alone = key.modifiers() == Qt.KeyboardModifier.AltModifier and key.text().isprintable()
        return is_alone and bool(key.text()) and sys.platform != "darwin"

    def _leaves_undo(self, field: QLineEdit, key: QKeyEvent) -> bool:
        if field.window() is not self._window:
            return False
        undo, redo = (key.matches(each) for each in (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo))
        leaves = (undo and not field.isUndoAvailable()) or (redo and not field.isRedoAvailable())
        if leaves:
            key.ignore()
        return leaves

    def _press(self, button: QPushButton, key: QKeyEvent) -> bool:
        is_return = key.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if not is_return or key.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            if isValid(button):
                # As Space, and not by click(): a menu opens too.
                QCoreApplication.sendEvent(button, QKeyEvent(kind, Qt.Key.Key_Space, Qt.KeyboardModifier.NoModifier))
        return True

    def _on_focus(self, before: QWidget | None, now: QWidget | None) -> None:
        for each in (before, now):
            if isinstance(each, QLineEdit | QAbstractSpinBox | QComboBox | QPushButton):
                each.removeEventFilter(self)
                if each is now:
                    each.installEventFilter(self)
