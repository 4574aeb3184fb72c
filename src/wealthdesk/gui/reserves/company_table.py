"""The table of a fund's companies: what is planned and the caps are typed in place, by mouse or by keyboard alone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPen, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QLineEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from wealthdesk.domain.reallocation import LineKey
from wealthdesk.errors import NotANumber
from wealthdesk.gui import fonts, icons
from wealthdesk.gui import format as text
from wealthdesk.gui.reserves.columns import (
    CAP,
    COLUMNS,
    PLANNED,
    SHARE,
    CompanyRow,
    cap_words,
    paint_share,
    planned_words,
    share_words,
)
from wealthdesk.gui.table_model import ROW_ROLE, Index
from wealthdesk.gui.theme import Theme, Tone
from wealthdesk.gui.widgets.table_view import CellDelegate, RowTable
from wealthdesk.gui.widgets.text import set_look

ROW: Final = 52
_TYPED: Final = frozenset("0123456789.,+-−")
_FIELDS: Final = (PLANNED, CAP)
_SIDES: Final = {Qt.Key.Key_Left: PLANNED, Qt.Key.Key_Right: CAP, Qt.Key.Key_Home: PLANNED, Qt.Key.Key_End: CAP}
_OPENING: Final = (Qt.Key.Key_F2, Qt.Key.Key_Return, Qt.Key.Key_Enter)
FIELD_HEIGHT: Final = 30
_INSET: Final = 8
_SIGN: Final = 14
_SHARE_WORDS: Final = 52.0
_SHARE_SIGN: Final = 22.0
_STEPS: Final = {Qt.Key.Key_Tab: 1, Qt.Key.Key_Backtab: -1}
_DOWN: Final = {Qt.Key.Key_Return: 1, Qt.Key.Key_Enter: 1, Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}


@dataclass(frozen=True, slots=True)
class Typed:
    """What was read: an amount in minor units, None for no cap; or the sentence why it cannot be read."""

    minor: int | None = None
    problem: str = ""


class AmountEditor(QLineEdit):
    """may_be_empty: nothing typed is an answer too."""

    problem_changed = Signal(str)
    """Why what is typed cannot be read; "" once something else is typed."""
    pressed_elsewhere = Signal()
    """The pointer is pressed outside of it, in the same window; what is there has not been told yet."""

    def __init__(self, name: str, currency: str, *, may_be_empty: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self._currency, self._may_be_empty = currency, may_be_empty
        self.is_filled = False
        self.setFrame(False)
        self.setProperty("kind", "small")
        self.setFont(fonts.font("body", figures=True))
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setAccessibleName(name)
        if may_be_empty:
            self.setPlaceholderText("No cap")
        self.textEdited.connect(self._on_edited)

    def fill(self, minor: int | None) -> None:
        """Begin with an amount; once, so that what is typed is never written over."""
        if not self.is_filled:
            self.is_filled = True
            self.setText("" if minor is None else plain_amount(minor, self._currency))

    def typed(self) -> Typed:
        """What stands in the field."""
        words = self.text().strip()
        if not words:
            return Typed(None, "" if self._may_be_empty else "There is no amount here. Write one, or 0.")
        try:
            minor = text.read_money(words, self._currency)
        except NotANumber as refusal:
            return Typed(problem=str(refusal))
        return Typed(problem="An amount here is not negative. Leave out the minus.") if minor < 0 else Typed(minor)

    def show_problem(self, sentence: str) -> None:
        """Mark the field until something else is typed; the sentence stands above the table."""
        set_look(self, "invalid", bool(sentence))
        self.setAccessibleDescription(sentence)
        self.problem_changed.emit(sentence)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # Of the window: a widget that is disabled or takes no focus does not end the typing by itself.
        self.window().windowHandle().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonPress and self.isVisible():
            place = self.mapFromGlobal(event.globalPosition().toPoint())
            if not self.rect().contains(place):
                self.pressed_elsewhere.emit()
        return super().eventFilter(watched, event)

    def _on_edited(self) -> None:
        if self.property("invalid"):
            self.show_problem("")


def plain_amount(minor: int, currency: str) -> str:
    """An amount as one types it: "4,500,000", "1,250.50"."""
    written = text.plain(text.amount(minor, currency))
    whole, _, decimals = written.partition(text.marks().decimal)
    return written if decimals.strip("0") else whole


class CompanyDelegate(CellDelegate):
    """is_current: whether the keyboard would type into a cell. is_fixed: nothing can be typed, nor looks like it."""

    amount_typed = Signal(object, object, object)
    """CompanyRow, the column, and the amount in minor units or None."""
    amount_refused = Signal(object, object, str)
    """CompanyRow, the column, and why what was typed could not be read when the field was left."""
    problem_changed = Signal(str, str)
    """Why what is typed in the open field cannot be read, "" when it can; and what the field is called."""
    left = Signal(object, object)
    """The editor was left by a key: so many fields further, so many rows down."""

    def __init__(self, is_current: Callable[[Index], bool], parent: QWidget) -> None:
        super().__init__(parent)
        self._is_current = is_current
        self.is_fixed = False

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        row: CompanyRow = index.data(ROW_ROLE)
        is_cap = index.column() == CAP
        name = f"{'Cap' if is_cap else 'Planned'} of {row.name}"
        editor = AmountEditor(name, row.currency, may_be_empty=is_cap, parent=parent)
        editor.problem_changed.connect(lambda sentence: self.problem_changed.emit(sentence, name))
        editor.pressed_elsewhere.connect(lambda: self.finish(editor))
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        row: CompanyRow = index.data(ROW_ROLE)
        if isinstance(editor, AmountEditor):
            editor.fill(row.cap if index.column() == CAP else row.planned)

    def setModelData(self, editor: QWidget, model: Any, index: Index) -> None:
        row: CompanyRow = index.data(ROW_ROLE)
        if not isinstance(editor, AmountEditor) or not editor.isModified():
            return
        typed = editor.typed()
        if typed.problem:
            self.amount_refused.emit(row, index.column(), typed.problem)
        else:
            self.amount_typed.emit(row, index.column(), typed.minor)

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        editor.setGeometry(field_rect(option.rect))

    def eventFilter(self, editor: QObject, event: QEvent) -> bool:
        if isinstance(editor, AmountEditor) and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            key = Qt.Key(event.key())
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                return False
            if key in _STEPS or key in _DOWN:
                self._leave(editor, _STEPS.get(key, 0), _DOWN.get(key, 0))
                return True
        return super().eventFilter(editor, event)

    def finish(self, editor: AmountEditor) -> bool:
        """Take what was typed and close the field; False where it cannot be read, and the field says why."""
        typed = editor.typed()
        if editor.isModified() and typed.problem:
            editor.show_problem(typed.problem)
            return False
        self.commitData.emit(editor)
        self.closeEditor.emit(editor, QStyledItemDelegate.EndEditHint.NoHint)
        return True

    def _leave(self, editor: AmountEditor, fields: int, rows: int) -> None:
        if self.finish(editor):
            self.left.emit(fields, rows)

    def _paint_cell(self, painter: QPainter, rect: QRectF, index: Index, look: Theme, is_selected: bool) -> None:
        row: CompanyRow = index.data(ROW_ROLE)
        is_current = self._is_current(index)
        if index.column() == PLANNED and self.is_fixed:
            _paint_amount(painter, rect, planned_words(row), "body", look.ink)
        elif index.column() == PLANNED:
            _paint_planned(painter, rect, row, look, is_current)
        elif index.column() == CAP:
            _paint_cap(painter, rect, row, look, is_current, "mute2" if is_selected else "mute")
        elif index.column() == SHARE:
            _paint_share(painter, rect, row, look)
        else:
            super()._paint_cell(painter, rect, index, look, is_selected)


def field_rect(cell: QRect) -> QRect:
    """Where the field is in its cell."""
    top = cell.top() + (cell.height() - FIELD_HEIGHT) // 2
    return QRect(cell.left() + _SIGN + 12, top, cell.width() - _SIGN - 12, FIELD_HEIGHT)


def _field_of(inside: QRectF) -> QRectF:
    """The same from what is left of the cell between its sides."""
    left = inside.left() - _INSET + _SIGN + 12
    middle = inside.center().y()
    return QRectF(left, middle - FIELD_HEIGHT / 2, inside.right() + _INSET - left, FIELD_HEIGHT)


def _paint_planned(painter: QPainter, rect: QRectF, row: CompanyRow, look: Theme, is_current: bool) -> None:
    field, mark = _field_of(rect), row.mark
    if mark:
        sign = QRectF(field.left() - _SIGN - 6, field.center().y() - _SIGN / 2, _SIGN, _SIGN)
        icons.paint(painter, sign, mark, look.tone(Tone(mark)).mark)
    edge = look.tone(Tone.ERROR).mark if row.errors else look.focus if is_current else ""
    _paint_field(painter, field, look, edge)
    role = "strong" if row.is_planned_changed else "body"
    _paint_amount(painter, rect, planned_words(row), role, look.ink)


def _paint_cap(painter: QPainter, rect: QRectF, row: CompanyRow, look: Theme, is_current: bool, quiet: str) -> None:
    if is_current:
        _paint_field(painter, _field_of(rect), look, look.focus)
    ink = quiet if row.cap is None else "error" if row.is_cap_wrong else "ink"
    role = "strong" if row.is_cap_changed else "body"
    _paint_amount(painter, rect, cap_words(row), role, look.ink_named(ink))


def _paint_field(painter: QPainter, field: QRectF, look: Theme, edge: str) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    width = 1.5 if edge else 1.0
    painter.setPen(QPen(QColor(edge or look.line2), width))
    painter.setBrush(QColor(look.field))
    painter.drawRoundedRect(field.adjusted(width / 2, width / 2, -width / 2, -width / 2), 6, 6)


def _paint_amount(painter: QPainter, rect: QRectF, words: str, role: str, ink: str) -> None:
    font = fonts.font(role, figures=True)
    painter.setFont(font)
    painter.setPen(QColor(ink))
    shown = QFontMetricsF(font).elidedText(words, Qt.TextElideMode.ElideRight, rect.width())
    painter.drawText(rect, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, shown)


def _paint_share(painter: QPainter, rect: QRectF, row: CompanyRow, look: Theme) -> None:
    bar = rect.adjusted(0, 0, -_SHARE_WORDS - _SHARE_SIGN, 0)
    paint_share(painter, bar, row, look)
    tone = look.tone(Tone.WARNING)
    if row.is_concentrated:
        sign = QRectF(bar.right() + 8, rect.center().y() - _SIGN / 2, _SIGN, _SIGN)
        icons.paint(painter, sign, "warning", tone.mark)
    words = rect.adjusted(bar.width() + _SHARE_SIGN, 0, 0, 0)
    role, ink = ("strong", tone.text) if row.is_concentrated else ("body", look.ink)
    _paint_amount(painter, words, share_words(row), role, ink)


class CompanyTable(RowTable[CompanyRow]):
    """Enter, F2, a digit or a click opens a field; Tab goes on to the next one, Enter to the row below."""

    amount_typed = Signal(object, object, object)
    """CompanyRow, the column (PLANNED or CAP), the amount in minor units; None: no cap."""
    amount_refused = Signal(object, object, str)
    """CompanyRow, the column, why what was typed could not be read."""
    problem_changed = Signal(str, str)
    """Why what is typed in the open field cannot be read, "" once it can or is given up; and the name of the field."""
    editing_ended = Signal()
    """A field was closed, with or without a new amount."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Companies", COLUMNS, identity=_key, row_height=ROW, parent=parent)
        self.setProperty("kind", "plain")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.AnyKeyPressed | triggers.EditKeyPressed | triggers.DoubleClicked)
        self._delegate = CompanyDelegate(self.is_current, self)
        self.setItemDelegate(self._delegate)
        self._pressed = QPersistentModelIndex()
        self._is_fixed = False
        self._delegate.amount_typed.connect(self.amount_typed)
        self._delegate.amount_refused.connect(self.amount_refused)
        self._delegate.problem_changed.connect(self.problem_changed)
        self._delegate.left.connect(self._on_left)

    def keep_fixed(self) -> None:
        """Nothing can be typed into it from now on, and nothing looks like a field."""
        self._is_fixed = self._delegate.is_fixed = True
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)

    @property
    def editor(self) -> AmountEditor | None:
        """The field that is open."""
        return next((each for each in self.findChildren(AmountEditor) if each.isVisible()), None)

    def show_companies(self, rows: Sequence[CompanyRow]) -> None:
        """Show these; where they are the same companies, each stays in its place and an open field stays open."""
        if self.table.renew(rows, _key):
            return
        current = self.currentIndex()
        key = self.table.row_at(current).key if current.isValid() else None
        self.show_rows(rows)
        place = self.table.position(lambda row: row.key == key)
        if place >= 0:
            index = self.table.index(place, current.column())
            self.selectionModel().setCurrentIndex(index, self.selectionModel().SelectionFlag.NoUpdate)

    def is_current(self, index: Index) -> bool:
        """Whether the keyboard would type into this cell."""
        current = self.currentIndex()
        return (
            not self._is_fixed
            and self.hasFocus()
            and index.row() == current.row()
            and index.column() == self._field_of(current)
        )

    def finish_editing(self) -> bool:
        """Take what is typed in the field that is open; False where it cannot be read and stays open."""
        editor = self.editor
        return editor is None or self._delegate.finish(editor)

    def edit_amount(self, key: LineKey, column: int = PLANNED) -> bool:
        """Open the field of a company; False where it is not shown."""
        place = self.table.position(lambda row: row.key == key)
        if place >= 0:
            self.setFocus()
            self._edit_at(place, column)
        return place >= 0

    def row_at_current(self) -> CompanyRow:
        """The company that the keyboard is at."""
        return self.table.row_at(self.currentIndex())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, current = Qt.Key(event.key()), self.currentIndex()
        plain = not event.modifiers() & ~(Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier)
        if not plain or not current.isValid() or self._is_fixed:
            super().keyPressEvent(event)
        elif key in _OPENING:
            self._edit_at(current.row(), self._field_of(current))
        elif key in _SIDES:
            self._go_to(current.row(), _SIDES[key])
        elif event.text() and event.text() in _TYPED:
            self._go_to(current.row(), self._field_of(current), keeps_selection=True)
            self.edit(self.currentIndex(), QAbstractItemView.EditTrigger.AnyKeyPressed, event)
        elif event.text() and event.text().isprintable() and event.text() != " ":
            event.ignore()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        self._pressed = QPersistentModelIndex(index if _is_plain_click(event) else QModelIndex())
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        place = event.position().toPoint()
        index = self.indexAt(place)
        is_click = self._pressed.isValid() and self._pressed == index
        self._pressed = QPersistentModelIndex()
        # What looks like a field is one: a single click goes into it.
        if is_click and index.column() == PLANNED and field_rect(self.visualRect(index)).contains(place):
            self._edit_at(index.row(), PLANNED)

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        super().closeEditor(editor, QAbstractItemDelegate.EndEditHint.NoHint)
        if editor.property("invalid") and hint is QAbstractItemDelegate.EndEditHint.RevertModelCache:
            self.problem_changed.emit("", editor.accessibleName())
        # Once the field is gone, so that what listens may show other companies.
        QTimer.singleShot(0, self, self.editing_ended.emit)

    def _on_left(self, fields: int, rows: int) -> None:
        current = self.currentIndex()
        if rows:
            self._go_to(current.row() + rows, self._field_of(current))
            return
        place = current.row() * 2 + _FIELDS.index(self._field_of(current)) + fields
        if 0 <= place < 2 * self.table.rowCount():
            self._edit_at(place // 2, _FIELDS[place % 2])

    def _on_double_clicked(self, index: QModelIndex) -> None:
        if index.column() not in _FIELDS:
            super()._on_double_clicked(index)

    def _edit_at(self, line: int, column: int) -> None:
        self._go_to(line, column)
        if not self._is_fixed:
            self.edit(self.currentIndex())

    def _go_to(self, line: int, column: int, *, keeps_selection: bool = False) -> None:
        flags = self.selectionModel().SelectionFlag
        index = self.table.index(min(max(line, 0), self.table.rowCount() - 1), column)
        how = flags.NoUpdate if keeps_selection else flags.ClearAndSelect | flags.Rows
        self.selectionModel().setCurrentIndex(index, how)
        self.scrollTo(index)
        self.viewport().update()

    def _field_of(self, index: Index) -> int:
        return CAP if index.column() == CAP else PLANNED


def _key(row: CompanyRow) -> LineKey:
    return row.key


def _is_plain_click(event: QMouseEvent) -> bool:
    return event.button() == Qt.MouseButton.LeftButton and event.modifiers() == Qt.KeyboardModifier.NoModifier
