"""A table for the keyboard: coming into it by key selects a row, and where the selected row goes the next one is it."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QFocusEvent
from PySide6.QtWidgets import QPushButton

from wealthdesk.gui.widgets.buttons import action, button
from wealthdesk.gui.widgets.table_view import TableView

_Row = TypeVar("_Row")

_BY_MOUSE = (Qt.FocusReason.MouseFocusReason, Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)


class RowTable(TableView[_Row]):
    """A TableView in which the keyboard always has a row to act upon."""

    def show_rows(self, rows: Sequence[_Row]) -> None:
        """Show these rows; what was selected, the sorting, the search and the scrolling stay."""
        bar = self.verticalScrollBar()
        before, line = bar.value(), self.currentIndex().row()
        had_selection = self.selectionModel().hasSelection()
        self.set_rows(rows)
        self.updateGeometries()
        bar.setValue(before)
        if had_selection and self.hasFocus() and not self.selectionModel().hasSelection():
            self.select_line(line)

    def add_step(
        self, words: str, do: Callable[[], None], key: str = "", *, in_card: bool = False
    ) -> tuple[QAction, QPushButton]:
        """Something that can be done to the rows selected: in the context menu, by key, and as a button to place."""
        pressed = button(words, in_card=in_card)
        pressed.clicked.connect(do)
        made = action(words, key=key, parent=self)
        made.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        made.triggered.connect(pressed.click)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.addAction(made)
        return made, pressed

    def select_line(self, line: int = 0) -> None:
        """Select a line, or the last one where there are fewer; of the head of a group the line below it."""
        rows = self.table.rows()
        if rows:
            line = max(0, min(line, len(rows) - 1))
            self.selectRow(line + self.table.is_head(rows[line]))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() not in _BY_MOUSE and not self.selectionModel().hasSelection():
            self.select_line(self.currentIndex().row())
