"""The table of a fund's companies: what is planned and the caps are typed in place, by mouse or by keyboard alone."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemDelegate, QAbstractItemView, QWidget

from wealthdesk.domain.reallocation import LineKey
from wealthdesk.gui.reserves.amount_editor import AmountEditor
from wealthdesk.gui.reserves.columns import CAP, COLUMNS, PLANNED
from wealthdesk.gui.reserves.company_delegate import CompanyDelegate, field_rect
from wealthdesk.gui.reserves.rows import CompanyRow
from wealthdesk.gui.widgets.row_table import RowTable

ROW: Final = 52
_TYPED: Final = frozenset("0123456789.,+-−")
_FIELDS: Final = (PLANNED, CAP)
_SIDES: Final = {Qt.Key.Key_Left: PLANNED, Qt.Key.Key_Right: CAP, Qt.Key.Key_Home: PLANNED, Qt.Key.Key_End: CAP}
_OPENING: Final = (Qt.Key.Key_F2, Qt.Key.Key_Return, Qt.Key.Key_Enter)

Index = QModelIndex | QPersistentModelIndex


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
