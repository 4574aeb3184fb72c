"""One table of the holdings page: what can be done to its rows, how many there are, what stands in for none."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QMessageBox, QPushButton, QWidget

from wealthdesk.gui.form_dialog import open_dialog
from wealthdesk.gui.read_only import keep_off
from wealthdesk.gui.table_model import Column
from wealthdesk.gui.widgets.buttons import primary_button
from wealthdesk.gui.widgets.column_choice import ColumnChoice
from wealthdesk.gui.widgets.empty_state import EmptyState
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.table_view import RowTable
from wealthdesk.gui.widgets.text import ShortLabel, label

if TYPE_CHECKING:
    from wealthdesk.services.desk import Desk

_Row = TypeVar("_Row")

_HEADER = 34
_EDGES = 2


@dataclass(frozen=True, slots=True)
class UndoneBy:
    """What was done, as a sentence, and what is to be shown once it was taken back."""

    sentence: str
    show_again: Callable[[], object]


@dataclass(frozen=True, slots=True)
class Step:
    """Something that can be done to the rows selected. for_several: not only to a single one.

    only_looks: it changes nothing by itself.
    """

    words: str
    do: Callable[[], None]
    key: str = ""
    for_several: bool = False
    only_looks: bool = False


class TablePanel(QWidget, Generic[_Row]):
    """head: the buttons beside the title of the page, the primary one last. tools: what stands beside the search."""

    undoable = Signal(object)
    """Undo: something was done that can be taken back."""
    import_requested = Signal()

    def __init__(
        self,
        desk: "Desk",
        name: str,
        columns: Sequence[Column[_Row]],
        identity: Callable[[_Row], Hashable],
        add_words: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.desk = desk
        self.is_stale = True
        self.table: RowTable[_Row] = self.made_table(name) or RowTable(name, columns, identity=identity)
        self.columns = ColumnChoice(self.table, name)
        self.primary = primary_button(add_words, key="Ctrl+N")
        self.primary.clicked.connect(self.add)
        self.head: list[QPushButton] = [self.primary]
        self.tools: list[QWidget] = []
        self.question: QMessageBox | None = None
        self._steps: list[tuple[Step, QAction, QPushButton]] = []
        self._sought = ""
        self._make_places()
        self._lay_out()
        keep_off(desk, self.primary, *self._empty.findChildren(QPushButton))
        self.table.opened.connect(self._on_opened)
        self.table.selectionModel().selectionChanged.connect(self._show_steps)

    def add(self) -> None:
        """Open the form for a new row."""
        raise NotImplementedError

    def edit(self, row: _Row) -> None:
        """Open what a row opens."""
        raise NotImplementedError

    def refresh(self) -> None:
        """Read the rows again and show them."""
        raise NotImplementedError

    def empty_state(self) -> EmptyState:
        """What stands in for an empty table."""
        raise NotImplementedError

    def made_table(self, name: str) -> RowTable[_Row] | None:
        """A table of another kind than the usual one."""
        return None

    def totals(self, rows: Sequence[_Row]) -> str:
        """What the foot says of the rows shown."""
        raise NotImplementedError

    def search(self, sought: str) -> None:
        """Show only rows with these words."""
        self._sought = sought.strip()
        self.table.search(sought)
        self._show_foot()
        # Rows that are found no more are selected no more, which a model that is reset does not tell.
        self._show_steps()

    def set_steps(self, steps: Sequence[Step]) -> None:
        """What can be done to the rows selected: in the foot, in the context menu, by key. A row opens the first."""
        for step in steps:
            made, pressed = self.table.add_step(step.words, step.do, step.key, in_card=True)
            self._actions_row.addWidget(pressed)
            self._steps.append((step, made, pressed))
            if not step.only_looks:
                keep_off(self.desk, made, pressed)
        self._show_steps()

    def show_rows(self, rows: Sequence[_Row]) -> None:
        """Show these rows; what was selected, the sorting, the search and the scrolling stay."""
        self.table.show_rows(rows)
        self.show_empty(not rows)
        self._show_foot()
        self._show_steps()

    def show_empty(self, is_empty: bool) -> None:
        """Show what stands in for an empty table, or the table."""
        self._full.setVisible(not is_empty)
        self._empty.setVisible(is_empty)

    def take_focus(self) -> None:
        """Go into the table, to its selected or first row."""
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def open(self, dialog: QDialog) -> None:
        """Open a dialog over the window."""
        open_dialog(dialog)

    def _make_places(self) -> None:
        self._full, self._empty = QWidget(), self.empty_state()
        self._actions_row = horizontal(spacing=8)
        self._count = ShortLabel(role="note", ink="mute")
        self._nothing = label(role="body", ink="mute", wrap=True)
        self.notes = vertical(spacing=8)

    def _lay_out(self) -> None:
        foot = horizontal(spacing=8)
        foot.addWidget(self._count, 1)
        foot.addLayout(self._actions_row)
        inside = vertical(self._full, spacing=10)
        inside.addWidget(self.table, 1)
        inside.addWidget(self._nothing)
        inside.addLayout(foot)
        inside.addStretch()
        outer = vertical(self, spacing=10)
        outer.addLayout(self.notes)
        outer.addWidget(self._full, 1)
        outer.addWidget(self._empty, 1)

    def _on_opened(self, row: _Row) -> None:
        if not self.desk.is_read_only or self._steps[0][0].only_looks:
            self.edit(row)

    def _show_steps(self) -> None:
        selected = len(self.table.selectionModel().selectedRows())
        for step, made, pressed in self._steps:
            is_possible = selected == 1 or (selected > 1 and step.for_several)
            made.setEnabled(is_possible)
            pressed.setEnabled(is_possible)

    def _show_foot(self) -> None:
        rows = self.table.table.rows()
        lines = self.table.verticalHeader().defaultSectionSize() * len(rows)
        self.table.setMaximumHeight(_HEADER + lines + _EDGES)
        self._nothing.setText(f"Nothing here with “{self._sought}”." if self._sought else "Nothing here.")
        self._nothing.setVisible(not rows)
        self._count.show_words(self.totals(rows))
