"""One table of the holdings page: what can be done to its rows, what stands in for none, which columns it shows."""

import json
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication, QMouseEvent
from PySide6.QtWidgets import QDialog, QFrame, QMenu, QMessageBox, QPushButton, QWidget

from wealthdesk.gui.form_dialog import open_dialog
from wealthdesk.gui.read_only import keep_off
from wealthdesk.gui.table_model import Column
from wealthdesk.gui.underlines import PopupMenu
from wealthdesk.gui.widgets.buttons import action, icon_button, primary_button
from wealthdesk.gui.widgets.empty_state import EmptyState
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.table_view import RowTable, TableView
from wealthdesk.gui.widgets.text import ShortLabel, frame, label

if TYPE_CHECKING:
    from wealthdesk.services.desk import Desk

_Row = TypeVar("_Row")

_HEADER = 34
_MARGIN: Final = 24
_FOOT_HIGH: Final = 34
_TABLES: Final = "tables"
"""The property of the window that holds what was chosen for its tables, as JSON: window_memory.TABLES."""
_FALLING: Final = "falling"


@dataclass(frozen=True, slots=True)
class UndoneBy:
    """What was done, as a sentence, and what is to be shown once it was taken back."""

    sentence: str
    show_again: Callable[[], object]


@dataclass(frozen=True, slots=True)
class Step:
    """Something that can be done to the rows selected. for_several: not only to a single one.

    only_looks: it changes nothing by itself. icon: it stands on the row under the pointer, too. fits: for which rows.
    """

    words: str
    do: Callable[[], None]
    key: str = ""
    for_several: bool = False
    only_looks: bool = False
    icon: str = ""
    fits: Callable[[Any], bool] = lambda _: True


class RowActions(QFrame):
    """What can be done to the row under the pointer, over the end of its first column: for the hand on the mouse alone.

    A click means that row and no other one that was selected.
    """

    def __init__(self, table: TableView[Any], steps: Sequence[tuple[Step, QAction]]) -> None:
        super().__init__(table.viewport())
        self._table, self._row = table, -1
        self.setProperty("kind", "outline")
        self.buttons: list[tuple[Step, QPushButton]] = []
        inside = horizontal(self, spacing=0, margins=(3, 1, 3, 1))
        for step, made in steps:
            pressed = icon_button(step.icon, step.words.replace("&", ""), size=14)
            pressed.clicked.connect(partial(self._do, made.trigger))
            self.buttons.append((step, pressed))
        self.more = icon_button("more", "More…", size=14)
        self.more.clicked.connect(partial(self._do, self._show_menu))
        for each in (*(pressed for _, pressed in self.buttons), self.more):
            each.setFixedSize(28, 28)
            each.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            inside.addWidget(each)
        self.hide()
        table.viewport().installEventFilter(self)
        table.verticalScrollBar().valueChanged.connect(self.hide)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseMove and isinstance(event, QMouseEvent):
            self._follow(self._table.rowAt(round(event.position().y())))
        elif event.type() in (QEvent.Type.Leave, QEvent.Type.Resize):
            self.hide()
        return False

    def _follow(self, line: int) -> None:
        table = self._table
        rows = table.table.rows()
        if not 0 <= line < len(rows) or table.table.is_head(rows[line]):
            self.hide()
            return
        self._row = line
        for step, pressed in self.buttons:
            pressed.setEnabled(step.fits(rows[line]))
        self.adjustSize()
        right = table.columnViewportPosition(0) + table.columnWidth(0)
        top = table.rowViewportPosition(line) + (table.rowHeight(line) - self.height()) // 2
        self.move(right - self.width() - 4, top)
        self.show()
        self.raise_()

    def _do(self, then: Callable[[], object]) -> None:
        self._table.selectRow(self._row)
        then()

    def _show_menu(self) -> None:
        menu = PopupMenu(self._table)
        menu.addActions(self._table.actions())
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))


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
        # Each in its place at once: what is moved as a whole is styled anew as a whole.
        self.full = QWidget(self)
        self.table: RowTable[_Row] = self.made_table(name) or RowTable(
            name, columns, identity=identity, parent=self.full
        )
        self.columns = ColumnChoice(self.table, name)
        self.primary = primary_button(add_words, key="Ctrl+N")
        self.primary.clicked.connect(self.add)
        self.head: list[QPushButton] = [self.primary]
        self.tools: list[QWidget] = []
        self.question: QMessageBox | None = None
        self.row_actions: RowActions | None = None
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
            made, pressed = self.table.add_step(step.words, step.do, step.key)
            self._actions_row.addWidget(pressed)
            self._steps.append((step, made, pressed))
            if not step.only_looks:
                keep_off(self.desk, made, pressed)
        near = [(step, made) for step, made, _ in self._steps if step.icon]
        if near and not self.desk.is_read_only:
            self.row_actions = RowActions(self.table, near)
        self._show_steps()

    def show_rows(self, rows: Sequence[_Row]) -> None:
        """Show these rows; what was selected, the sorting, the search and the scrolling stay."""
        self.table.show_rows(rows)
        self.show_empty(not rows)
        self._show_foot()
        self._show_steps()

    def show_empty(self, is_empty: bool) -> None:
        """Show what stands in for an empty table, or the table."""
        self.full.setVisible(not is_empty)
        self._empty.setVisible(is_empty)

    def take_focus(self) -> None:
        """Go into the table, to its selected or first row."""
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def reach(self, reason: Qt.FocusReason) -> None:
        """Its page is reached: the first thing that is offered has the focus where there is no row."""
        if self._empty.isHidden():
            # Not as if it came by key: a row is selected by the first key that is meant for the table.
            self.table.setFocus(Qt.FocusReason.MouseFocusReason)
        else:
            self._empty.take_focus(reason)

    def open(self, dialog: QDialog) -> None:
        """Open a dialog over the window."""
        open_dialog(dialog)

    def _make_places(self) -> None:
        self._empty = self.empty_state()
        self._actions_row = horizontal(spacing=8)
        self._count = ShortLabel(role="note", ink="mute")
        self._nothing = label(role="body", ink="mute", wrap=True)
        self.notes = vertical(spacing=8)

    def _lay_out(self) -> None:
        self._foot = frame("pagefoot", self.full)
        foot = horizontal(self._foot, spacing=8, margins=(_MARGIN, 10, _MARGIN, 12))
        self._count.setMinimumHeight(_FOOT_HIGH)
        foot.addWidget(self._count, 1)
        foot.addLayout(self._actions_row)
        within = vertical(spacing=10, margins=(_MARGIN, 0, _MARGIN, 0))
        within.addWidget(self.table, 1)
        within.addWidget(self._nothing)
        within.addStretch()
        inside = vertical(self.full, spacing=0)
        inside.addLayout(within, 1)
        inside.addWidget(self._foot)
        self.notes.setContentsMargins(_MARGIN, 0, _MARGIN, 0)
        outer = vertical(self, spacing=10)
        outer.addLayout(self.notes)
        outer.addWidget(self.full, 1)
        outer.addWidget(self._empty, 1)

    def _on_opened(self, row: _Row) -> None:
        if not self.desk.is_read_only or self._steps[0][0].only_looks:
            self.edit(row)

    def _show_steps(self) -> None:
        rows = self.table.selected_rows()
        for step, made, pressed in self._steps:
            is_possible = (len(rows) == 1 or step.for_several) and any(map(step.fits, rows))
            made.setEnabled(is_possible)
            pressed.setEnabled(is_possible)
            pressed.setVisible(bool(rows))

    def _show_foot(self) -> None:
        rows = self.table.table.rows()
        lines = self.table.verticalHeader().defaultSectionSize() * len(rows)
        self.table.setMaximumHeight(_HEADER + lines)
        self._nothing.setText(f"Nothing here with “{self._sought}”." if self._sought else "Nothing here.")
        self._nothing.setVisible(not rows)
        self._count.show_words(self.totals(rows))


class ColumnChoice(QObject):
    """A menu at the header of a table. What is chosen is looked up when the table is first shown, and told at once.

    name: what the table is remembered by.
    """

    def __init__(self, table: TableView[Any], name: str) -> None:
        super().__init__(table)
        self._table, self._name = table, name
        self._is_restored = False
        header = table.horizontalHeader()
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._on_menu)
        header.sectionResized.connect(self._on_resized)
        header.sortIndicatorChanged.connect(self._keep)
        self._widths: dict[str, int] = {}
        table.shown.connect(self._on_shown)

    def menu(self) -> QMenu:
        """The columns to be ticked; the first one is always there."""
        made = PopupMenu(self._table)
        for place, column in enumerate(self._table.table.columns[1:], 1):
            each = action(column.title, parent=made)
            each.setCheckable(True)
            each.setChecked(place not in self._table.hidden)
            each.toggled.connect(lambda is_shown, at=place: self.show_column(at, is_shown=is_shown))
            made.addAction(each)
        return made

    def show_column(self, place: int, *, is_shown: bool) -> None:
        """Show a column, or hide it until it is asked for again."""
        self._table.hide_columns({place} ^ self._table.hidden if is_shown else {place} | self._table.hidden)
        self._keep()

    def _on_shown(self) -> None:
        if not self._is_restored:
            self._is_restored = True
            self._restore()

    def _on_menu(self, at: QPoint) -> None:
        menu = self.menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self._table.horizontalHeader().mapToGlobal(at))

    def _on_resized(self, place: int, _before: int, width: int) -> None:
        # Not what the table fits by itself: only what is pulled.
        if width and QGuiApplication.mouseButtons() & Qt.MouseButton.LeftButton:
            self._widths[self._table.table.columns[place].title] = width
            self._keep()

    def _keep(self) -> None:
        if not self._is_restored:
            return
        window, header = self._table.window(), self._table.horizontalHeader()
        columns = self._table.table.columns
        at, order = header.sortIndicatorSection(), header.sortIndicatorOrder()
        told: dict[str, object] = {
            "widths": self._widths,
            "hidden": sorted(columns[place].title for place in self._table.hidden),
            "sorted": columns[at].title if 0 <= at < len(columns) else "",
            "order": _FALLING if order is Qt.SortOrder.DescendingOrder else "",
        }
        window.setProperty(_TABLES, json.dumps(_told(window.property(_TABLES)) | {self._name: told}))

    def _restore(self) -> None:
        """What was chosen, where it is of its kind: the file may have been edited, and columns get other names."""
        told = _told(self._table.window().property(_TABLES)).get(self._name)
        if not isinstance(told, dict):
            return
        places = {column.title: place for place, column in enumerate(self._table.table.columns)}
        widths, hidden = told.get("widths"), told.get("hidden")
        for title, width in widths.items() if isinstance(widths, dict) else ():
            if title in places and isinstance(width, int) and 40 <= width <= 1_000:
                self._widths[title] = width
                self._table.horizontalHeader().resizeSection(places[title], width)
        if isinstance(hidden, list):
            self._table.hide_columns({place for title, place in places.items() if title in hidden} - {0})
        for title in places.keys() & {str(told.get("sorted"))}:
            falls = told.get("order") == _FALLING
            order = Qt.SortOrder.DescendingOrder if falls else Qt.SortOrder.AscendingOrder
            self._table.sortByColumn(places[title], order)


def _told(text: object) -> dict[str, Any]:
    try:
        found = json.loads(text) if isinstance(text, str) else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
