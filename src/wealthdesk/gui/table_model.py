"""The model of every table: rows are values, columns say how a value is shown, sorted and found."""

from collections.abc import Callable, Hashable, Sequence
from typing import Any, Final, Generic, NamedTuple, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from wealthdesk.domain.names import name_order
from wealthdesk.gui.widgets.marks import PillValues
from wealthdesk.gui.widgets.text import as_tip

_Row = TypeVar("_Row")
Index = QModelIndex | QPersistentModelIndex

ROW_ROLE: Final = Qt.ItemDataRole.UserRole
"""The value of the row itself."""
COLUMN_ROLE: Final = Qt.ItemDataRole.UserRole + 1
"""The Column, for the delegate."""
HEAD_ROLE: Final = Qt.ItemDataRole.UserRole + 2
"""Whether the row is the head of a group, for the delegate."""
MARK_ROLE: Final = Qt.ItemDataRole.UserRole + 3
"""Whether the row is to be looked at, for the delegate."""


class Column(NamedTuple, Generic[_Row]):
    """How one column shows a row; only `title` and `text` are needed.

    key: what it is sorted by (default: its text); None sorts last. right: numbers. note: a second line, muted.
    ink: a text colour by name (Theme.ink_named). icon: an icon's name before the text. mark: a class colour before it.
    pill: a pill instead of text. font: a role of fonts.ROLES. figures: digits of one width. width: px, 0 = usual.
    tint: a tone by name ("error") on whose ground the cell stands, in bold; "" = none.
    icon_ink: the colour of the icon where it is not that of the text.
    spare: left out where a table is too narrow for all of its columns.
    sought: what the search looks at here (default: all that can be read); numbers are slow to spell for 10,000 rows.
    wrap: what does not fit on one line goes on on a second one, where there is no note.
    is_edited: it can be typed into in place; the delegate of the table makes the field.
    lead: what the text begins with and is written lighter than the rest: "Buy" of "Buy VTI".
    off: hidden until it is asked for at the header.
    mark_beside: the colour of the right half of the mark, of what counts to several classes.
    said: what a screen reader is told besides, of what is only shown by a colour.
    beside: small words at the end of the cell, on the line of the text; the note is then told, and not painted.
    inline: the note stands on the line of the text, from so many px on or after it.
    copied: what the clipboard gets (default: all that can be read), so that numbers arrive as numbers.
    """

    title: str
    text: Callable[[_Row], str]
    key: Callable[[_Row], Any] | None = None
    right: bool = False
    note: Callable[[_Row], str] | None = None
    tip: Callable[[_Row], str] | None = None
    ink: Callable[[_Row], str] | None = None
    icon: Callable[[_Row], str] | None = None
    mark: Callable[[_Row], str] | None = None
    pill: Callable[[_Row], PillValues | None] | None = None
    font: str = "body"
    figures: bool = False
    width: int = 0
    stretch: bool = False
    spare: bool = False
    sought: Callable[[_Row], str] | None = None
    tint: Callable[[_Row], str] | None = None
    icon_ink: str = ""
    wrap: bool = False
    is_edited: bool = False
    lead: Callable[[_Row], str] | None = None
    copied: Callable[[_Row], str] | None = None
    off: bool = False
    mark_beside: Callable[[_Row], str] | None = None
    said: Callable[[_Row], str] | None = None
    beside: Callable[[_Row], str] | None = None
    inline: int = 0

    def sort_key(self, row: _Row) -> Any:
        """What the row is sorted by in this column; None = no value."""
        return name_order(self.text(row)) if self.key is None else self.key(row)

    def words(self, row: _Row) -> str:
        """All that can be read in this cell."""
        said = self.text(row)
        if self.pill is not None and (pill := self.pill(row)) is not None:
            said = f"{said} {pill.text}"
        return f"{said}\n{self.note(row)}" if self.note else said

    def spoken(self, row: _Row) -> str:
        """What a screen reader is told of this cell."""
        told, more = self.words(row).replace("\n", ", "), self.said(row) if self.said else ""
        return f"{told}, {more}" if more else told


class TableModel(QAbstractTableModel, Generic[_Row]):
    """Sorts and filters its own list: a proxy over Python rows is sixty times slower."""

    def __init__(self, columns: Sequence[Column[_Row]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._all: list[_Row] = []
        self._rows: list[_Row] = []
        self._sought = ""
        self._found: dict[int, str] = {}
        self._sort_column = -1
        self._sort_order = Qt.SortOrder.AscendingOrder
        self.arranged: Callable[[list[_Row]], list[_Row]] | None = None
        """How the rows that are found, sorted as they are, are shown: in groups, with a head before each."""
        self.is_head: Callable[[_Row], bool] = lambda _: False
        """Whether a row is the head of a group."""
        self.is_marked: Callable[[_Row], bool] = lambda _: False
        """Whether a row is to be looked at."""

    def set_rows(self, rows: Sequence[_Row]) -> None:
        """Show these rows, in the sorting and filter that are set."""
        self.beginResetModel()
        self._all = list(rows)
        self._found.clear()
        self._sort_all()
        self._rows = self._matching()
        self.endResetModel()

    def renew(self, rows: Sequence[_Row], identity: Callable[[_Row], Hashable]) -> bool:
        """Show newer values of the rows that are there, each in its place; False, and nothing done, if they are others.

        What is selected or being typed stays, and no row moves away under the hand.
        """
        newer = {identity(row): row for row in rows}
        if len(newer) != len(self._all) or any(identity(row) not in newer for row in self._all):
            return False
        self._all, self._rows = ([newer[identity(row)] for row in each] for each in (self._all, self._rows))
        self._found.clear()
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, len(self.columns) - 1))
        return True

    def set_columns(self, columns: Sequence[Column[_Row]]) -> None:
        """Show these columns from now on, without any rows until they are set."""
        self.beginResetModel()
        self.columns = tuple(columns)
        self._all, self._rows = [], []
        self._found.clear()
        self._sort_column = -1
        self.endResetModel()

    def filter(self, sought: str) -> None:
        """Show only rows with this text in any column, in whatever case; several words must all be found."""
        sought = sought.strip().casefold()
        if sought != self._sought:
            self.beginResetModel()
            self._sought = sought
            self._rows = self._matching()
            self.endResetModel()

    def rows(self) -> list[_Row]:
        """The rows shown, in the order shown."""
        return list(self._rows)

    def row_at(self, index: Index | int) -> _Row:
        """The row shown at an index or line."""
        return self._rows[index if isinstance(index, int) else index.row()]

    def position(self, wanted: Callable[[_Row], bool]) -> int:
        """The line of the first row shown that is wanted, -1 when none is."""
        return next((line for line, row in enumerate(self._rows) if wanted(row)), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.columns)

    def flags(self, index: Index) -> Qt.ItemFlag:
        usual = super().flags(index)
        is_edited = index.isValid() and self.columns[index.column()].is_edited
        return usual | Qt.ItemFlag.ItemIsEditable if is_edited else usual

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], self.columns[index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return column.text(row)
            case Qt.ItemDataRole.AccessibleTextRole:
                return column.spoken(row)
            case Qt.ItemDataRole.ToolTipRole:
                return as_tip(column.tip(row)) if column.tip else None
            case Qt.ItemDataRole.TextAlignmentRole:
                return _alignment(column.right)
            case _ if role == ROW_ROLE:
                return row
            case _ if role == COLUMN_ROLE:
                return column
            case _ if role == HEAD_ROLE:
                return self.is_head(row)
            case _ if role == MARK_ROLE:
                return self.is_marked(row)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Horizontal:
            if role == Qt.ItemDataRole.DisplayRole:
                return self._titled(section)
            if role == Qt.ItemDataRole.ToolTipRole:
                return self.columns[section].title or None
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return _alignment(self.columns[section].right)
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column, equal rows keep their order; what is selected stays selected."""
        self._sort_column, self._sort_order = column, order
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        kept = [self._rows[index.row()] for index in before]
        self._sort_all()
        self._rows = self._matching()
        if before:
            lines = {id(row): line for line, row in enumerate(self._rows)}
            after = [
                self.index(lines[id(row)], index.column()) if id(row) in lines else QModelIndex()
                for index, row in zip(before, kept, strict=True)
            ]
            self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.columns) - 1)

    def _titled(self, section: int) -> str:
        """The title, with an arrow where the rows are sorted by it (the style's own arrow would cover the words)."""
        if section != self._sort_column:
            return self.columns[section].title
        is_rising = self._sort_order is Qt.SortOrder.AscendingOrder
        return f"{self.columns[section].title} {'↑' if is_rising else '↓'}".strip()

    def _sort_all(self) -> None:
        if not 0 <= self._sort_column < len(self.columns):
            return
        column = self.columns[self._sort_column]
        keyed = [(row, column.sort_key(row)) for row in self._all]
        # Rows without a value stay last in both directions.
        empty = [row for row, key in keyed if key is None]
        full = [(row, key) for row, key in keyed if key is not None]
        full.sort(key=lambda pair: pair[1], reverse=self._sort_order is Qt.SortOrder.DescendingOrder)
        self._all = [row for row, _ in full] + empty

    def _matching(self) -> list[_Row]:
        words = self._sought.split()
        found = [row for row in self._all if all(word in self._text_of(row) for word in words)] if words else self._all
        return list(found) if self.arranged is None else self.arranged(list(found))

    def _text_of(self, row: _Row) -> str:
        said = self._found.get(id(row))
        if said is None:
            said = "\n".join((column.sought or column.words)(row) for column in self.columns).casefold()
            self._found[id(row)] = said
        return said


def _alignment(right: bool) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
