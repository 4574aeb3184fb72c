"""Which columns a table shows, how wide and sorted by what: chosen at its header, remembered by the window."""

import json
from typing import Any, Final

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu

from wealthdesk.gui.widgets.buttons import action
from wealthdesk.gui.widgets.table_view import TableView

_TABLES: Final = "tables"
"""The property of the window that holds what was chosen for its tables, as JSON: window_memory.TABLES."""
_FALLING: Final = "falling"


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
        table.installEventFilter(self)

    def menu(self) -> QMenu:
        """The columns to be ticked; the first one is always there."""
        made = QMenu(self._table)
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

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and not self._is_restored:
            self._is_restored = True
            self._restore()
        return False

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
