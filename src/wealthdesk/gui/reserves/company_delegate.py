"""How the cells of the reserves table are painted and typed into: the planned amount as a field, the share as a bar."""

from collections.abc import Callable
from typing import Any, Final

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from wealthdesk.gui import fonts, icons
from wealthdesk.gui.reserves.amount_editor import AmountEditor
from wealthdesk.gui.reserves.columns import CAP, PLANNED, SHARE, cap_words, planned_words
from wealthdesk.gui.reserves.rows import CompanyRow
from wealthdesk.gui.reserves.share_bar import paint_share, share_words
from wealthdesk.gui.table_model import ROW_ROLE
from wealthdesk.gui.theme import Theme, Tone
from wealthdesk.gui.widgets.table_view import CellDelegate

Index = QModelIndex | QPersistentModelIndex

FIELD_HEIGHT: Final = 30
_INSET: Final = 8
_SIGN: Final = 14
_SHARE_WORDS: Final = 52.0
_SHARE_SIGN: Final = 22.0
_STEPS: Final = {Qt.Key.Key_Tab: 1, Qt.Key.Key_Backtab: -1}
_DOWN: Final = {Qt.Key.Key_Return: 1, Qt.Key.Key_Enter: 1, Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}


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
