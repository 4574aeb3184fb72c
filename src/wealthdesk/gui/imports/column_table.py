"""The table of columns: what each means, over the first lines of the file and every line with a problem."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QApplication, QHeaderView, QLineEdit, QStyleOptionViewItem, QTableView, QWidget

from wealthdesk.gui import fonts, theme
from wealthdesk.gui.imports.reading import Checked
from wealthdesk.gui.imports.words import MEANINGS, figure
from wealthdesk.gui.table_model import COLUMN_ROLE, ROW_ROLE
from wealthdesk.gui.table_model import Column as Shown
from wealthdesk.gui.widgets.choices import Combo
from wealthdesk.gui.widgets.table_view import CellDelegate, TableView
from wealthdesk.gui.widgets.text import as_tip, set_look
from wealthdesk.services.imports import OF_THE_LEFT, Column, Field, Layout, PreviewRow, Problem

_ROW: Final = 32
_MOST_ROWS: Final = 10
_FIRST_ROWS: Final = 8
_FIRST_ROWS_BESIDE: Final = 3
"""How many lines without a problem are shown beside those with one."""
_LONGEST_CELL: Final = 200
_LINE_WIDTH: Final = 66
_NARROWEST: Final = 104
_WIDEST: Final = 230
_COMBO_TOP: Final = 10
_COMBO_HEIGHT: Final = 30
_HEADER: Final = 74
_OPENING: Final = frozenset(
    {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}
)
_NUMBERS: Final = frozenset(
    {
        Field.QUANTITY,
        Field.PRICE,
        Field.COST,
        Field.UNIT_COST,
        Field.VALUE,
        Field.CONVERTED_VALUE,
        Field.LOT_STEP,
    }
)


@dataclass(frozen=True, slots=True)
class TableLine:
    """One line of the file. problems: by the column's place; None = about the whole line."""

    number: int
    cells: tuple[str, ...]
    problems: Mapping[int | None, str] = field(default_factory=dict)
    corrected: Mapping[int, str] = field(default_factory=dict)
    """What stood in cells that were corrected."""

    def cell(self, index: int) -> str:
        """What stands in a cell; "missing" where a problem says that something belongs there."""
        told = self.written(index)
        return told or ("missing" if index in self.problems else "")

    def written(self, index: int) -> str:
        """What really stands in a cell, or was typed there."""
        return self.cells[index] if index < len(self.cells) else ""

    def said_of(self, index: int) -> str:
        """What is wrong with a cell, or what stood there before it was corrected; "" where nothing is to be said."""
        wrong = self.problems.get(index) or self.problems.get(None) or ""
        was = self.corrected.get(index)
        return wrong if was is None else f"In the file: {f'“{was}”' if was else 'nothing'}. {wrong}".strip()


class CorrectedCell(CellDelegate):
    """Cells that can be typed into; what is typed is told and not written into the table, which is read anew."""

    def createEditor(
        self, parent: QWidget, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QWidget:
        field = QLineEdit(parent)
        line, column = index.data(ROW_ROLE), index.data(COLUMN_ROLE)
        field.setAccessibleName(f"{column.title} on line {line.number}")
        field.setMaxLength(_LONGEST_CELL)
        field.setAlignment(Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft)
        return field

    def setEditorData(self, editor: QWidget, index: QModelIndex | QPersistentModelIndex) -> None:
        if isinstance(editor, QLineEdit) and not editor.isModified():
            editor.setText(index.data(ROW_ROLE).written(index.column() - 1))
            editor.selectAll()

    def setModelData(
        self, editor: QWidget, model: QAbstractItemModel, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        table, line = self.parent(), index.data(ROW_ROLE)
        if isinstance(editor, QLineEdit) and isinstance(table, ColumnTable):
            typed = " ".join(editor.text().split())
            if typed != line.written(index.column() - 1):
                table.corrected.emit(line.number, index.column() - 1, typed)

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        place = QRect(option.rect)
        place.setHeight(max(editor.minimumSizeHint().height(), editor.minimumHeight()))
        place.moveCenter(option.rect.center())
        editor.setGeometry(place)


class ColumnTable(TableView[TableLine]):
    """A header with a list above each column, to say what it means."""

    field_chosen = Signal(object, object)
    """The Column, and the Field it is to mean, or OF_THE_LEFT."""
    corrected = Signal(object, object, str)
    """A cell is to be read otherwise: its line, the place of its column, the text."""
    cell_chosen = Signal(object, object, str)
    """The current cell is another one: its line, the place of its column, what is wrong with it ("": nothing)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("First lines and lines with a problem", [], row_height=_ROW, parent=parent)
        trigger = TableView.EditTrigger
        self.setEditTriggers(trigger.DoubleClicked | trigger.EditKeyPressed | trigger.AnyKeyPressed)
        self.setItemDelegate(CorrectedCell(self))
        self.selectionModel().currentChanged.connect(self._on_current)
        self._natural: list[int] = []
        self.setSortingEnabled(False)
        self.setSelectionMode(TableView.SelectionMode.SingleSelection)
        self._fields = FieldHeader(self)
        self._fields.field_chosen.connect(self.field_chosen)
        self.setHorizontalHeader(self._fields)
        self.horizontalScrollBar().valueChanged.connect(self._fields.place)

    def combos(self) -> Sequence[Combo]:
        """The lists above the columns, from the left."""
        return self._fields.combos

    def show_checked(self, checked: Checked) -> None:
        """Show the columns and lines of a file."""
        columns = checked.layout.columns if checked.layout else ()
        focus = QApplication.focusWidget()
        kept, has_focus = self.current_cell(), focus is self or (focus is not None and self.isAncestorOf(focus))
        self.table.set_columns([_line_number(), *(_shown(each) for each in columns)])
        self._fields.show_columns(columns, checked.layout)
        lines = _lines_of(checked)
        self.set_rows(lines)
        if kept is not None and has_focus:
            self.go_to(*kept)
        self._natural = [_LINE_WIDTH, *(_width_of(each, lines) for each in columns)]
        self._spread()

    def current_cell(self) -> tuple[int, int] | None:
        """The line and the place of the column of the current cell."""
        at = self.currentIndex()
        return (self.table.row_at(at).number, at.column() - 1) if at.isValid() and at.column() else None

    def go_to(self, line: int, place: int) -> bool:
        """Make a cell the current one and bring it into view; False where it is not shown."""
        row = self.table.position(lambda each: each.number == line)
        if row < 0 or not 0 <= place < len(self.table.columns) - 1:
            return False
        index = self.table.index(row, place + 1)
        flags = QItemSelectionModel.SelectionFlag
        self.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
        self.scrollTo(index)
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and self.state() is TableView.State.EditingState:
            event.accept()  # it has ended what was typed
        elif is_enter and not event.modifiers() and self.current_cell() is not None:
            self.edit(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._spread()

    def _on_current(self, index: QModelIndex) -> None:
        if index.isValid() and index.column():
            line = self.table.row_at(index)
            self.cell_chosen.emit(line.number, index.column() - 1, line.said_of(index.column() - 1))

    def _spread(self) -> None:
        """Give every column the room it needs, and what is left to all of them."""
        natural = self._natural
        if len(natural) != self._fields.count():
            return
        spare = max(0, self.viewport().width() - sum(natural))
        share = spare // max(1, len(natural) - 1)
        for place, width in enumerate(natural):
            is_last = place and place == len(natural) - 1
            self._fields.resizeSection(
                place, width + (spare - share * (place - 1) if is_last else share if place else 0)
            )
        self._fields.place()
        self._fit_height(is_wide=sum(natural) > self.viewport().width())

    def _fit_height(self, *, is_wide: bool) -> None:
        """As high as the rows, with room for the bar that scrolls across where the columns do not fit."""
        self.fit_rows(_MOST_ROWS)
        if is_wide:
            self.setFixedHeight(self.height() + self.horizontalScrollBar().sizeHint().height())


class FieldCombo(Combo):
    """The list of meanings; keys open it, for a meaning that is only passed would be taken from another column."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _OPENING or event.text().strip():
            self.showPopup()
        else:
            super().keyPressEvent(event)


class FieldHeader(QHeaderView):
    """Two storeys: the lists that say what a column means, and below them the headers of the file."""

    field_chosen = Signal(object, object)

    def __init__(self, table: QTableView) -> None:
        super().__init__(Qt.Orientation.Horizontal, table)
        self._table = table
        self.combos: list[Combo] = []
        self._columns: Sequence[Column] = ()
        self.setFixedHeight(_HEADER)
        self.setMinimumSectionSize(40)
        self.setSectionsClickable(False)
        self.setHighlightSections(False)
        self.sectionResized.connect(self.place)

    def show_columns(self, columns: Sequence[Column], layout: Layout | None) -> None:
        """Show a list above each of these columns; lists that are there stay, and so does the focus in them."""
        self._columns = columns
        amounts = [layout.amount_of(each.index) if layout else None for each in columns]
        for combo in self.combos[len(columns) :]:
            combo.deleteLater()
        del self.combos[len(columns) :]
        for place in range(len(self.combos), len(columns)):
            self.combos.append(self._made(place))
        for combo, column, amount in zip(self.combos, columns, amounts, strict=True):
            combo.choose(OF_THE_LEFT if amount else column.field)
            # The columns of a list of transactions have meanings of their own.
            combo.setEnabled(layout is not None and not layout.is_transactions)
            combo.setAccessibleName(f"What the column {column.title} means")
            means = f"the currency of “{amount.title}”" if amount else column.field.label
            combo.setToolTip(as_tip(f"“{column.title}” is read as: {means}"))
            set_look(combo, "quiet", column.field is Field.IGNORE and amount is None)
        self.place()

    def place(self) -> None:
        """Put every list above its column."""
        for number, combo in enumerate(self.combos):
            left = self.sectionViewportPosition(number + 1)
            combo.setGeometry(
                left, _COMBO_TOP, max(40, self.sectionSize(number + 1) - self._edge(number + 1)), _COMBO_HEIGHT
            )

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), _HEADER)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusIn and isinstance(watched, Combo) and watched in self.combos:
            self._bring_into_view(self.combos.index(watched) + 1)
        return False

    def paintSection(self, painter: QPainter, rect: object, section: int) -> None:
        look = theme.current()
        area = QRectF(rect)  # type: ignore[call-overload]
        painter.fillRect(QRectF(area.left(), area.bottom() - 1, area.width(), 1), QColor(look.line))
        column: Shown[TableLine] = self._table.model().columns[section]  # type: ignore[attr-defined]
        font = fonts.font("header")
        painter.setFont(font)
        painter.setPen(QColor(look.mute))
        words = QRectF(area.left() + 8, _HEADER - 32, area.width() - 16, 30)
        words.setRight(area.right() - self._edge(section))
        shown = QFontMetricsF(font).elidedText(column.title, Qt.TextElideMode.ElideRight, words.width())
        side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
        painter.drawText(words, side | Qt.AlignmentFlag.AlignVCenter, shown)

    def _edge(self, section: int) -> int:
        """The room to the right of a column, as the cells have it."""
        return 16 if section == self.count() - 1 else 8

    def _made(self, place: int) -> Combo:
        combo = FieldCombo("", MEANINGS, in_card=True, parent=self.viewport())
        combo.setProperty("kind", "column")
        combo.setFont(fonts.font("body"))
        combo.setMaxVisibleItems(len(MEANINGS))
        combo.view().setMinimumWidth(190)
        combo.chosen.connect(partial(self._on_chosen, place))
        combo.installEventFilter(self)
        combo.show()
        return combo

    def _on_chosen(self, place: int, chosen: object) -> None:
        self.field_chosen.emit(self._columns[place], chosen)

    def _bring_into_view(self, section: int) -> None:
        left, width = self.sectionPosition(section), self.sectionSize(section)
        bar = self._table.horizontalScrollBar()
        if left < bar.value():
            bar.setValue(left)
        elif left + width > bar.value() + self._table.viewport().width():
            bar.setValue(left + width - self._table.viewport().width())


def _lines_of(checked: Checked) -> list[TableLine]:
    """The first lines, fewer where there are lines with a problem, and those."""
    rows: Sequence[PreviewRow] = getattr(checked.draft, "rows_preview", ())
    told: dict[int, list[Problem]] = {}
    for found in checked.line_problems:
        if found.file == checked.shown:
            told.setdefault(found.line, []).append(found.problem)
    corrected: dict[int, dict[int, str]] = {}
    for each in getattr(checked.draft, "corrected", ()):
        corrected.setdefault(each.line, {})[each.index] = each.before
    wanted = told.keys() | corrected.keys()
    plain = [row for row in rows if row.line not in wanted]
    shown = [*plain[: _FIRST_ROWS_BESIDE if wanted else _FIRST_ROWS], *(row for row in rows if row.line in wanted)]
    return [
        TableLine(row.line, row.cells, _by_column(told.get(row.line, ())), corrected.get(row.line, {}))
        for row in sorted(shown, key=_number)
    ]


def _number(row: PreviewRow) -> int:
    return row.line


def _by_column(problems: Sequence[Problem]) -> dict[int | None, str]:
    said: dict[int | None, str] = {}
    for each in problems:
        sentence = f"{each.what} {each.fix}"
        said[each.index] = f"{said[each.index]}\n{sentence}" if each.index in said else sentence
    return said


def _line_number() -> Shown[TableLine]:
    return Shown(
        "Line",
        lambda line: figure(line.number),
        right=True,
        figures=True,
        ink=lambda line: "error" if None in line.problems else "mute",
        tip=lambda line: line.problems.get(None, ""),
        icon=lambda line: "error" if None in line.problems else "",
    )


def _shown(column: Column) -> Shown[TableLine]:
    place = column.index

    def ink(line: TableLine) -> str:
        return "error" if place in line.problems else "mute" if column.field is Field.IGNORE else "ink"

    return Shown(
        column.title,
        lambda line: line.cell(place),
        right=column.field in _NUMBERS,
        figures=column.field in _NUMBERS,
        font="strong" if column.field is Field.SYMBOL else "body",
        ink=ink,
        tint=lambda line: "error" if place in line.problems else "",
        icon=lambda line: "error" if place in line.problems else "edit" if place in line.corrected else "",
        tip=lambda line: line.said_of(place) or line.cell(place),
        is_edited=True,
    )


def _width_of(column: Column, lines: Sequence[TableLine]) -> int:
    """The room that a column needs for its cells, its header and its list, within reason."""
    body, header = QFontMetricsF(fonts.font("body")), QFontMetricsF(fonts.font("header"))
    place = column.index
    cells = [body.horizontalAdvance(line.cell(place)[:60]) + _sign_of(line, place) for line in lines]
    title = min(header.horizontalAdvance(column.title[:60]), 130)
    needed = max(max(cells, default=0) + 24, title + 24, body.horizontalAdvance(column.field.label) + 52)
    return int(min(max(needed, _NARROWEST), _WIDEST))


def _sign_of(line: TableLine, place: int) -> int:
    """The room of the sign before a cell."""
    return 22 if place in line.problems or place in line.corrected else 0
