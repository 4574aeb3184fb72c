"""The table of prices and rates: each has a field, Enter goes down, and a column of a spreadsheet can be pasted."""

from PySide6.QtCore import QEvent, QModelIndex, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import QAbstractItemDelegate, QAbstractItemView, QLineEdit, QStyleOptionViewItem, QWidget

from wealthdesk.gui import fonts, theme
from wealthdesk.gui.holdings.tables.columns import FIELD, QUOTE_COLUMNS
from wealthdesk.gui.holdings.tables.quote_rows import QuoteRow
from wealthdesk.gui.table_model import ROW_ROLE, Index
from wealthdesk.gui.widgets.table_view import CellDelegate, RowTable

_RULE = 3


class PriceTable(RowTable[QuoteRow]):
    """Typing, F2, Enter or a double click edits the field of a row; nothing is kept by that."""

    typed = Signal(object, object)
    """The row, and what is typed into it."""
    pasted = Signal(object)
    """The text, for the current row and those below."""

    def __init__(self, name: str) -> None:
        super().__init__(name, QUOTE_COLUMNS, identity=lambda row: row.key)
        self.is_editable = True
        self.setItemDelegate(_Delegate(self))

    def edit_line(self, line: int) -> None:
        """Go into the field of a row."""
        if self.is_editable and 0 <= line < self.table.rowCount():
            index = self.table.index(line, FIELD)
            self.setCurrentIndex(index)
            self.selectRow(line)
            self.scrollTo(index)
            self.edit(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        line = self.currentIndex().row()
        if self.state() is QAbstractItemView.State.EditingState:
            # The key has ended the editing of a field: it is not to begin it anew.
            event.accept()
        elif not self.is_editable or line < 0:
            super().keyPressEvent(event)
        elif event.matches(QKeySequence.StandardKey.Paste):
            self.pasted.emit(QGuiApplication.clipboard().text())
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2):
            self.edit_line(line)
        elif event.text() and event.text() in "0123456789.,":
            self.edit_line(line)
            if isinstance(field := self.focusWidget(), QLineEdit):
                field.setText(event.text())
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.typed.emit(self.table.row_at(line), "")
        else:
            super().keyPressEvent(event)

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        line = self.currentIndex().row()
        super().closeEditor(editor, QAbstractItemDelegate.EndEditHint.NoHint)
        steps = {
            QAbstractItemDelegate.EndEditHint.EditNextItem: 1,
            QAbstractItemDelegate.EndEditHint.EditPreviousItem: -1,
            QAbstractItemDelegate.EndEditHint.SubmitModelCache: 1,
        }
        if hint in steps:
            self.edit_line(line + steps[hint])

    def _on_double_clicked(self, index: QModelIndex) -> None:
        if self.is_editable and index.column() == FIELD:
            self.edit_line(index.row())
        else:
            super()._on_double_clicked(index)


class _Field(QLineEdit):
    """A field whose pasted text of several lines goes to the table."""

    def __init__(self, table: PriceTable, parent: QWidget) -> None:
        super().__init__(parent)
        self._table = table

    def keyPressEvent(self, event: QKeyEvent) -> None:
        told = QGuiApplication.clipboard().text() if event.matches(QKeySequence.StandardKey.Paste) else ""
        if len(told.split()) > 1:
            self._table.setFocus()
            self._table.pasted.emit(told)
        else:
            super().keyPressEvent(event)


class _Delegate(CellDelegate):
    """Paints a frame around each field, and a rule of ink beside the rows that are to be looked at."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        look, row = theme.current(), index.data(ROW_ROLE)
        if row.is_marked:
            painter.fillRect(option.rect, QColor(look.note))
            if index.column() == 0:
                painter.fillRect(
                    option.rect.left(), option.rect.top(), _RULE, option.rect.height() - 1, QColor(look.ink)
                )
        super().paint(painter, option, index)
        if index.column() == FIELD:
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QColor(look.signal if row.problem else look.line2))
            painter.drawRoundedRect(QRectF(option.rect).adjusted(2, 4, -2, -5), 6, 6)
            painter.restore()

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        table = self.parent()
        assert isinstance(table, PriceTable)
        editor = _Field(table, parent)
        editor.setProperty("kind", "cell")
        editor.setAlignment(Qt.AlignmentFlag.AlignRight)
        editor.setFont(fonts.font("body"))
        row: QuoteRow = index.data(ROW_ROLE)
        editor.setAccessibleName(f"New {row.what} of {row.title}")
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        assert isinstance(editor, QLineEdit)
        editor.setText(index.data(ROW_ROLE).shown)
        editor.selectAll()

    def setModelData(self, editor: QWidget, model: object, index: Index) -> None:
        table, row = self.parent(), index.data(ROW_ROLE)
        assert isinstance(editor, QLineEdit) and isinstance(table, PriceTable)
        told = editor.text().strip()
        if told != row.shown:
            table.typed.emit(row, told)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QKeyEvent.Type.KeyPress and isinstance(watched, QLineEdit):
            hints = QAbstractItemDelegate.EndEditHint
            steps = {
                Qt.Key.Key_Return.value: hints.EditNextItem,
                Qt.Key.Key_Enter.value: hints.EditNextItem,
                Qt.Key.Key_Down.value: hints.EditNextItem,
                Qt.Key.Key_Up.value: hints.EditPreviousItem,
            }
            if event.key() in steps:
                self.commitData.emit(watched)
                self.closeEditor.emit(watched, steps[event.key()])
                return True
        return super().eventFilter(watched, event)
