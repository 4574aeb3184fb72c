"""The frame of every dialog that is a list: a table, what can be done to its rows, and Close."""

from collections.abc import Callable, Hashable, Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget

from wealthdesk.gui.form_dialog import OrderedDialog
from wealthdesk.gui.table_model import Column
from wealthdesk.gui.widgets.buttons import button, primary_button
from wealthdesk.gui.widgets.layouts import dialog_foot, horizontal, vertical
from wealthdesk.gui.widgets.table_view import RowTable
from wealthdesk.gui.widgets.text import label

_Row = TypeVar("_Row")


class ListDialog(OrderedDialog, Generic[_Row]):
    """Every change is kept at once, so there is nothing to save: only Close."""

    def __init__(
        self,
        title: str,
        subtitle: str,
        columns: Sequence[Column[_Row]],
        identity: Callable[[_Row], Hashable],
        add_words: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.resize(600, 520)
        self.table: RowTable[_Row] = RowTable(title, columns, identity=identity)
        self.table.opened.connect(self.edit)
        self.table.selectionModel().selectionChanged.connect(self.show_possible)
        self.add_button = button(add_words, icon="plus")
        self.add_button.clicked.connect(self.add)
        self.close_button = primary_button("Cl&ose")
        self.close_button.clicked.connect(self.accept)
        self._actions_row = horizontal(spacing=8)
        self._note = label(role="note", ink="mute", wrap=True)
        self._note.hide()
        self.body = vertical(spacing=12, margins=(24, 20, 24, 16))
        self._lay_out(title, subtitle)

    def add(self) -> None:
        """Open the form for a new row."""
        raise NotImplementedError

    def edit(self, row: _Row) -> None:
        """Open the form of a row."""
        raise NotImplementedError

    def refresh(self) -> None:
        """Read the rows again and show them."""
        raise NotImplementedError

    def show_possible(self) -> None:
        """Let only be pressed what is possible with the row selected."""
        raise NotImplementedError

    def add_step(self, words: str, do: Callable[[], None], key: str = "") -> QPushButton:
        """A button below the table, also in the context menu and by key."""
        _, pressed = self.table.add_step(words, do, key)
        self._actions_row.addWidget(pressed)
        return pressed

    def show_rows(self, rows: Sequence[_Row]) -> None:
        """Show these rows; what was selected and the scrolling stay."""
        self.table.show_rows(rows)
        self.show_possible()

    def show_note(self, words: str) -> None:
        """Say this below the table."""
        self._note.setText(words)
        self._note.setVisible(bool(words))

    def _lay_out(self, title: str, subtitle: str) -> None:
        body = self.body
        heading = vertical(spacing=3)
        heading.addWidget(label(title, "panel"))
        heading.addWidget(label(subtitle, "body", "mute2", wrap=True))
        body.addLayout(heading)
        body.addWidget(self.table, 1)
        body.addWidget(self._note)
        below = horizontal(spacing=8)
        below.addWidget(self.add_button)
        below.addStretch()
        below.addLayout(self._actions_row)
        body.addLayout(below)
        outer = vertical(self, spacing=0)
        outer.addLayout(body, 1)
        outer.addWidget(self._foot())

    def _foot(self) -> QWidget:
        return dialog_foot(self.close_button)
