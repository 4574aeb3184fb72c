"""The table of columns: what each means, over the first lines of the file and every line with a problem."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QTableView, QWidget

from wealthdesk.gui import fonts, theme
from wealthdesk.gui.imports.reading import Checked
from wealthdesk.gui.imports.words import MEANINGS, figure
from wealthdesk.gui.table_model import Column as Shown
from wealthdesk.gui.widgets.combo import Combo
from wealthdesk.gui.widgets.table_view import TableView
from wealthdesk.gui.widgets.text import as_tip, set_look
from wealthdesk.services.imports import OF_THE_LEFT, Column, Field, Layout, PreviewRow, Problem

_ROW: Final = 32
_MOST_ROWS: Final = 10
_FIRST_ROWS: Final = 8
_FIRST_ROWS_BESIDE: Final = 3
"""How many lines without a problem are shown beside those with one."""
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
class Line:
    """One line of the file. problems: by the column's place; None = about the whole line."""

    number: int
    cells: tuple[str, ...]
    problems: Mapping[int | None, str] = field(default_factory=dict)

    def cell(self, index: int) -> str:
        """What stands in a cell; "missing" where a problem says that something belongs there."""
        told = self.cells[index] if index < len(self.cells) else ""
        return told or ("missing" if index in self.problems else "")


class ColumnTable(TableView[Line]):
    """A header with a list above each column, to say what it means."""

    field_chosen = Signal(object, object)
    """The Column, and the Field it is to mean, or OF_THE_LEFT."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("First lines and lines with a problem", [], row_height=_ROW, parent=parent)
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
        self.table.set_columns([_line_number(), *(_shown(each) for each in columns)])
        self._fields.show_columns(columns, checked.layout)
        lines = _lines_of(checked)
        self.set_rows(lines)
        self._natural = [_LINE_WIDTH, *(_width_of(each, lines) for each in columns)]
        self._spread()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._spread()

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
        column: Shown[Line] = self._table.model().columns[section]  # type: ignore[attr-defined]
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


def _lines_of(checked: Checked) -> list[Line]:
    """The first lines, fewer where there are lines with a problem, and those."""
    rows: Sequence[PreviewRow] = getattr(checked.draft, "rows_preview", ())
    told: dict[int, list[Problem]] = {}
    for problem in checked.line_problems:
        told.setdefault(problem.line, []).append(problem)
    plain = [row for row in rows if row.line not in told]
    shown = [*plain[: _FIRST_ROWS_BESIDE if told else _FIRST_ROWS], *(row for row in rows if row.line in told)]
    return [Line(row.line, row.cells, _by_column(told.get(row.line, ()))) for row in sorted(shown, key=_number)]


def _number(row: PreviewRow) -> int:
    return row.line


def _by_column(problems: Sequence[Problem]) -> dict[int | None, str]:
    said: dict[int | None, str] = {}
    for each in problems:
        sentence = f"{each.what} {each.fix}"
        said[each.index] = f"{said[each.index]}\n{sentence}" if each.index in said else sentence
    return said


def _line_number() -> Shown[Line]:
    return Shown(
        "Line",
        lambda line: figure(line.number),
        right=True,
        figures=True,
        ink=lambda line: "error" if None in line.problems else "mute",
        tip=lambda line: line.problems.get(None, ""),
        icon=lambda line: "error" if None in line.problems else "",
    )


def _shown(column: Column) -> Shown[Line]:
    place = column.index

    def ink(line: Line) -> str:
        return "error" if place in line.problems else "mute" if column.field is Field.IGNORE else "ink"

    return Shown(
        column.title,
        lambda line: line.cell(place),
        right=column.field in _NUMBERS,
        figures=column.field in _NUMBERS,
        font="strong" if column.field is Field.SYMBOL else "body",
        ink=ink,
        tint=lambda line: "error" if place in line.problems else "",
        icon=lambda line: "error" if place in line.problems else "",
        tip=lambda line: line.problems.get(place) or line.cell(place),
    )


def _width_of(column: Column, lines: Sequence[Line]) -> int:
    """The room that a column needs for its cells, its header and its list, within reason."""
    body, header = QFontMetricsF(fonts.font("body")), QFontMetricsF(fonts.font("header"))
    place = column.index
    cells = [body.horizontalAdvance(line.cell(place)[:60]) + (22 if place in line.problems else 0) for line in lines]
    title = min(header.horizontalAdvance(column.title[:60]), 130)
    needed = max(max(cells, default=0) + 24, title + 24, body.horizontalAdvance(column.field.label) + 52)
    return int(min(max(needed, _NARROWEST), _WIDEST))
