"""The table of a file: what its columns mean, its first rows and all with a problem, and what will happen with them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
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
from PySide6.QtGui import QColor, QFocusEvent, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QApplication, QHeaderView, QLineEdit, QStyleOptionViewItem, QTableView, QWidget

from wealthdesk.gui import fonts, icons, theme
from wealthdesk.gui.imports.fates import NOTHING_YET, NUMBERS, Fate
from wealthdesk.gui.imports.reading import Checked
from wealthdesk.gui.imports.words import MEANINGS, figure
from wealthdesk.gui.table_model import COLUMN_ROLE, ROW_ROLE
from wealthdesk.gui.table_model import Column as Shown
from wealthdesk.gui.widgets.allocation_bar import paint_class_mark
from wealthdesk.gui.widgets.choices import Combo
from wealthdesk.gui.widgets.table_view import CellDelegate, TableView
from wealthdesk.gui.widgets.text import as_tip, set_look
from wealthdesk.services.imports import OF_THE_LEFT, Column, Field, Layout, PreviewRow, Problem

_ROW: Final = 36
_MOST_ROWS: Final = 12
_LONGEST_CELL: Final = 200
_ROW_WIDTH: Final = 50
_NARROWEST: Final = 64
_LEAST_NAME: Final = 80
_WIDEST: Final = 230
_CLASS_WIDTH: Final = 214
_LEAST_CLASS: Final = 124
_FATE_WIDTH: Final = 126
_OWN_COLUMNS: Final = 2
"""The class and what will happen, which stand in no file."""
_COMBO_TOP: Final = 1
_COMBO_HEIGHT: Final = 26
_HEADER: Final = 48
_RULE: Final = 3
_QUIET: Final = frozenset({Field.ACCOUNT, Field.NAME, Field.CURRENCY, Field.BOUGHT_ON})
_OF_CLASS: Final = frozenset({Field.ASSET_CLASS, Field.SECURITY_TYPE})
"""What the class of a row, which has a column of its own, is read from."""
_BESIDE: Final = _OF_CLASS | {Field.BOUGHT_ON, Field.IGNORE}
"""Columns that give their room to names, where nothing is wrong in them."""
_OPENING: Final = frozenset(
    {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}
)


@dataclass(frozen=True, slots=True)
class TableLine:
    """One row of the file. problems: by the column's place; None = about the whole row."""

    number: int
    cells: tuple[str, ...]
    problems: Mapping[int | None, str] = field(default_factory=dict)
    corrected: Mapping[int, str] = field(default_factory=dict)
    """What stood in cells that were corrected."""
    fate: Fate = NOTHING_YET

    def written(self, index: int) -> str:
        """What stands in a cell, or was typed there."""
        return self.cells[index] if index < len(self.cells) else ""

    def proposed(self, index: int) -> str:
        """What is put into the field of a cell: what it was probably meant to say, else what stands there."""
        mend = self.fate.mend
        return mend.text if mend is not None and mend.place == index else self.written(index)

    def said_of(self, index: int) -> str:
        """What is wrong with a cell, or what stood there before it was corrected; "" where nothing is to be said."""
        wrong = self.problems.get(index) or self.problems.get(None) or ""
        was = self.corrected.get(index)
        return wrong if was is None else f"In the file: {f'“{was}”' if was else 'nothing'}. {wrong}".strip()


class CorrectedCell(CellDelegate):
    """Cells that can be typed into; what is typed is told and not written into the table, which is read anew."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().paint(painter, option, index)
        line: TableLine = index.data(ROW_ROLE)
        if index.column() == 0 and line.problems:
            rect, colour = option.rect, QColor(theme.current().signal)
            painter.fillRect(rect.left(), rect.top(), _RULE, rect.height() - 1, colour)
        if index.row() == index.model().rowCount() - 1:  # no frame is the line below the last one
            bottom = QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1)
            painter.fillRect(bottom, QColor(theme.current().line))

    def createEditor(
        self, parent: QWidget, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QWidget:
        field = QLineEdit(parent)
        line, column = index.data(ROW_ROLE), index.data(COLUMN_ROLE)
        field.setAccessibleName(f"{column.title} in row {line.number}")
        field.setMaxLength(_LONGEST_CELL)
        field.setAlignment(Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft)
        return field

    def setEditorData(self, editor: QWidget, index: QModelIndex | QPersistentModelIndex) -> None:
        if isinstance(editor, QLineEdit) and not editor.isModified():
            editor.setText(index.data(ROW_ROLE).proposed(index.column() - 1))
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


class ClassCell(CorrectedCell):
    """The class of a row: a guess stands in a dashed frame, what was chosen here in a plain one."""

    def _paint_cell(
        self,
        painter: QPainter,
        rect: QRectF,
        index: QModelIndex | QPersistentModelIndex,
        look: theme.Theme,
        is_selected: bool,
    ) -> None:
        shown = index.data(ROW_ROLE).fate.row_class
        if not shown.words:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left, right = rect.left(), rect.right()
        if shown.of is not None:
            dashes = Qt.PenStyle.DashLine if shown.is_guess else Qt.PenStyle.SolidLine
            painter.setPen(QPen(QColor(look.mute if shown.is_guess else look.line2), 1.2, dashes))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect.adjusted(-8, 5, 0, -4), 6, 6)
            icons.paint(painter, QRectF(right - 22, rect.center().y() - 6, 12, 12), "chevron_down", look.mute)
            right -= 28
        if shown.colour:
            paint_class_mark(painter, QRectF(left, rect.top(), 10, rect.height()), shown.colour)
            left += 18
        if shown.is_guess:
            font = fonts.font("pill")
            painter.setFont(font)
            painter.setPen(QColor(look.mute2))
            wide = QFontMetricsF(font).horizontalAdvance("guessed")
            middle = Qt.AlignmentFlag.AlignVCenter
            name = QFontMetricsF(fonts.font("body")).horizontalAdvance(shown.words)
            start = left + name + 8
            if start + wide <= right:  # where there is no room for it the dashes say so
                painter.drawText(QRectF(start, rect.top(), wide + 2, rect.height()), middle, "guessed")
                right = start - 6
        font = fonts.font("body")
        painter.setFont(font)
        painter.setPen(QColor(look.ink if shown.colour else look.mute2))
        words = QFontMetricsF(font).elidedText(shown.words, Qt.TextElideMode.ElideRight, right - left)
        painter.drawText(QRectF(left, rect.top(), right - left, rect.height()), Qt.AlignmentFlag.AlignVCenter, words)


class FateCell(CorrectedCell):
    """What will happen with a row; what would mend it is underlined, because it can be chosen."""

    def _paint_cell(
        self,
        painter: QPainter,
        rect: QRectF,
        index: QModelIndex | QPersistentModelIndex,
        look: theme.Theme,
        is_selected: bool,
    ) -> None:
        fate: Fate = index.data(ROW_ROLE).fate
        font = fonts.font("note_strong" if fate.ink == "error" else "note", figures=True)
        font.setUnderline(fate.mend is not None)
        painter.setFont(font)
        painter.setPen(QColor(look.ink_named("mute2" if fate.ink == "mute" and is_selected else fate.ink)))
        words = QFontMetricsF(font).elidedText(fate.words, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)


class ColumnTable(TableView[TableLine]):
    """A header with a list above each column, to say what it means; at the right the class, and what will happen."""

    field_chosen = Signal(object, object)
    """The Column, and the Field it is to mean, or OF_THE_LEFT."""
    corrected = Signal(object, object, str)
    """A cell is to be read otherwise: its line, the place of its column, the text."""
    cell_chosen = Signal(object, object, str)
    """The current cell is another one: its line, the place of its column, what is wrong with it ("": nothing)."""
    class_asked = Signal(object, object)
    """The class of a new asset is to be chosen: which asset it is, and where on the screen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("First rows and rows with a problem", [], row_height=_ROW, parent=parent)
        self.setProperty("kind", "plain")
        self._own_cells = (ClassCell(self), FateCell(self))
        self.clicked.connect(self._on_clicked)
        trigger = TableView.EditTrigger
        self.setEditTriggers(trigger.DoubleClicked | trigger.EditKeyPressed | trigger.AnyKeyPressed)
        self.setItemDelegate(CorrectedCell(self))
        self.selectionModel().currentChanged.connect(self._on_current)
        self._natural: list[int] = []
        self._least: list[int] = []
        self._names: list[int] = []
        self._beside: list[int] = []
        self._shows_all = False
        self.setSortingEnabled(False)
        self.setSelectionMode(TableView.SelectionMode.SingleSelection)
        self._fields = FieldHeader(self)
        self._fields.field_chosen.connect(self.field_chosen)
        self.setHorizontalHeader(self._fields)
        self.horizontalScrollBar().valueChanged.connect(self._fields.place)

    def combos(self) -> Sequence[Combo]:
        """The lists above the columns, from the left."""
        return self._fields.combos

    def show_checked(self, checked: Checked, fates: Mapping[int, Fate]) -> None:
        """Show the columns and rows of a file. fates: what will happen, by the line."""
        columns = checked.layout.columns if checked.layout else ()
        focus = QApplication.focusWidget()
        kept, has_focus = self.current_cell(), focus is self or (focus is not None and self.isAncestorOf(focus))
        before = max(0, len(self.table.columns) - _OWN_COLUMNS)
        self.table.set_columns([_line_number(), *(_shown(each) for each in columns), _class_column(), _fate_column()])
        for place in range(_OWN_COLUMNS):
            self.setItemDelegateForColumn(before + place, self.itemDelegate())
        for place, cell in enumerate(self._own_cells):
            self.setItemDelegateForColumn(len(columns) + 1 + place, cell)
        self._fields.show_columns(columns, checked.layout)
        lines = _lines_of(checked, fates)
        self.set_rows(lines)
        if kept is not None and has_focus:
            self.go_to(*kept)
        self._natural = [_ROW_WIDTH, *(_width_of(each, lines) for each in columns), _CLASS_WIDTH, _fate_width(lines)]
        least = [_least_of(each, width) for each, width in zip(columns, self._natural[1:], strict=False)]
        self._least = [_ROW_WIDTH, *least, _LEAST_CLASS, self._natural[-1]]
        self._names = [place for place, each in enumerate(columns, 1) if each.field is Field.NAME]
        told = {place for line in lines for place in (*line.problems, *line.corrected)}
        self._beside = [
            place for place, each in enumerate(columns, 1) if each.field in _BESIDE and each.index not in told
        ]
        self._spread()

    def show_all(self, wanted: bool) -> None:
        """Show also the columns that would take the room of names."""
        self._shows_all = wanted
        self._spread()

    def show_fates(self, fates: Mapping[int, Fate]) -> None:
        """Show what will happen now, in the rows that are there."""
        rows = [replace(each, fate=fates.get(each.number, NOTHING_YET)) for each in self.table.rows()]
        self.table.renew(rows, lambda each: each.number)

    def current_cell(self) -> tuple[int, int] | None:
        """The line and the place of the column of the current cell."""
        at = self.currentIndex()
        return (self.table.row_at(at).number, at.column() - 1) if self._is_of_file(at) else None

    def go_to(self, line: int, place: int) -> bool:
        """Make a cell the current one and bring it into view; False where it is not shown."""
        row = self.table.position(lambda each: each.number == line)
        if row < 0 or not 0 <= place < len(self.table.columns) - 1 - _OWN_COLUMNS:
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
        elif is_enter or (event.key() == Qt.Key.Key_F2 and self.current_cell() is None):
            self._on_clicked(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._spread()

    def _on_current(self, index: QModelIndex) -> None:
        if self._is_of_file(index):
            line = self.table.row_at(index)
            self.cell_chosen.emit(line.number, index.column() - 1, line.said_of(index.column() - 1))
        else:
            self.cell_chosen.emit(0, -1, "")

    def _is_of_file(self, index: QModelIndex) -> bool:
        """Whether it is a cell of the file."""
        return index.isValid() and 0 < index.column() < len(self.table.columns) - _OWN_COLUMNS

    def _on_clicked(self, index: QModelIndex) -> None:
        """A class is to be chosen, or what would mend the row is."""
        if not index.isValid() or index.column() < len(self.table.columns) - _OWN_COLUMNS:
            return
        line, is_class = self.table.row_at(index), index.column() == len(self.table.columns) - _OWN_COLUMNS
        if is_class and line.fate.row_class.of is not None:
            below = self.visualRect(index).bottomLeft()
            self.class_asked.emit(line.fate.row_class.of, self.viewport().mapToGlobal(below))
        elif not is_class and line.fate.mend is not None:
            self.corrected.emit(line.number, line.fate.mend.place, line.fate.mend.text)

    def _spread(self) -> None:
        """Give every column the room it needs; what is left goes to names, what is lacking is taken from the widest."""
        if not self._natural or len(self._natural) != self._fields.count():
            return
        widths, room = list(self._natural), self.viewport().width()
        hidden = self._beside if sum(widths) > room and not self._shows_all else []
        for place in range(len(widths)):
            self.setColumnHidden(place, place in hidden)
            widths[place] = 0 if place in hidden else widths[place]
        self._fields.show_in_class(hidden)
        while (lacking := sum(widths) - room) > 0:
            shown = (each for each in range(len(widths)) if each not in hidden)
            place = max(shown, key=lambda each: widths[each] - self._least[each])
            if widths[place] <= self._least[place]:
                break
            widths[place] -= min(lacking, 8, widths[place] - self._least[place])
        others = [each for each in range(1, len(widths) - _OWN_COLUMNS) if each not in hidden]
        wanting = self._names or others or [0]
        spare = max(0, room - sum(widths))
        for number, place in enumerate(wanting):
            widths[place] += spare // len(wanting) + (spare % len(wanting) if not number else 0)
        for place, width in enumerate(widths):
            if place not in hidden:
                self._fields.resizeSection(place, width)
        self._fields.place()
        self._fit_height(is_wide=sum(widths) > room)

    def _fit_height(self, *, is_wide: bool) -> None:
        """As high as the rows, with room for the bar that scrolls across where the columns do not fit."""
        self.fit_rows(_MOST_ROWS)
        if is_wide:
            self.setFixedHeight(self.height() + self.horizontalScrollBar().sizeHint().height())


class FieldCombo(Combo):
    """The list of meanings; keys open it, for a meaning that is only passed would be taken from another column.

    It looks like a title, and like a list only under the pointer and with the focus.
    """

    is_right = False
    """Whether its words stand over numbers."""

    def paintEvent(self, event: QPaintEvent) -> None:
        look, area = theme.current(), QRectF(self.rect())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_near = self.isEnabled() and (self.underMouse() or self.hasFocus())
        if is_near:
            painter.setPen(QPen(QColor(look.line2), 1))
            painter.setBrush(QColor(look.hover))
            painter.drawRoundedRect(area.adjusted(0.5, 1.5, -0.5, -1.5), 6, 6)
        # Over numbers, its right edge is theirs.
        words = area.adjusted(8, 0, -8 if is_near or not self.is_right else 0, 0)
        if is_near:
            sign = 14.0
            icon = QRectF(words.left() if self.is_right else words.right() - 12, words.center().y() - 6, 12, 12)
            icons.paint(painter, icon, "chevron_down", look.mute)
            words = words.adjusted(sign, 0, 0, 0) if self.is_right else words.adjusted(0, 0, -sign, 0)
        painter.setFont(self.font())
        painter.setPen(QColor(look.mute if self.property("quiet") else look.ink))
        side = Qt.AlignmentFlag.AlignRight if self.is_right else Qt.AlignmentFlag.AlignLeft
        shown = QFontMetricsF(self.font()).elidedText(self.currentText(), Qt.TextElideMode.ElideRight, words.width())
        painter.drawText(words, side | Qt.AlignmentFlag.AlignVCenter, shown)

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
        self.combos: list[FieldCombo] = []
        self._columns: Sequence[Column] = ()
        self._in_class = ""
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
            is_quiet = column.field is Field.IGNORE and amount is None
            set_look(combo, "quiet", is_quiet)
            combo.setFont(fonts.font("body" if is_quiet else "strong"))
            combo.is_right = column.field in NUMBERS
        self.place()

    def show_in_class(self, hidden: Sequence[int]) -> None:
        """Say under the class which of the hidden columns it is read from."""
        of_class = (self._columns[each - 1] for each in hidden)
        self._in_class = next((each.title for each in of_class if each.field in _OF_CLASS), "")
        self.viewport().update()

    def place(self) -> None:
        """Put every list above its column."""
        for number, combo in enumerate(self.combos):
            combo.setHidden(self.isSectionHidden(number + 1))
            left = self.sectionViewportPosition(number + 1)
            combo.setGeometry(left, _COMBO_TOP, max(40, self.sectionSize(number + 1) - 8), _COMBO_HEIGHT)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), _HEADER)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        is_focus = isinstance(event, QFocusEvent) and event.type() == QEvent.Type.FocusIn
        if is_focus and isinstance(watched, Combo) and watched in self.combos:
            self._bring_into_view(self.combos.index(watched) + 1)
        return False

    def paintSection(self, painter: QPainter, rect: object, section: int) -> None:
        look = theme.current()
        area = QRectF(rect)  # type: ignore[call-overload]
        painter.fillRect(QRectF(area.left(), area.bottom() - 1, area.width(), 1), QColor(look.line))
        column: Shown[TableLine] = self._table.model().columns[section]  # type: ignore[attr-defined]
        is_of_file = 0 < section < self.count() - _OWN_COLUMNS
        is_class = section == self.count() - _OWN_COLUMNS
        font = fonts.font("small" if is_of_file else "strong" if is_class else "note")
        painter.setFont(font)
        painter.setPen(QColor(look.ink if is_class else look.mute))
        words = QRectF(area.left() + 8, _COMBO_TOP + 1, area.width() - 16, _COMBO_HEIGHT)
        if is_of_file:
            words = QRectF(area.left() + 8, _COMBO_TOP + _COMBO_HEIGHT - 3, area.width() - 16, 18)
        title = f"“{column.title}”" if is_of_file else column.title
        shown = QFontMetricsF(font).elidedText(title, Qt.TextElideMode.ElideRight, words.width())
        side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
        painter.drawText(words, side | Qt.AlignmentFlag.AlignVCenter, shown)
        if is_class and self._in_class:
            painter.setFont(fonts.font("small"))
            painter.setPen(QColor(look.mute))
            below = QRectF(words.left(), _COMBO_TOP + _COMBO_HEIGHT - 3, words.width(), 18)
            painter.drawText(below, side | Qt.AlignmentFlag.AlignVCenter, f"“{self._in_class}”")

    def _made(self, place: int) -> FieldCombo:
        combo = FieldCombo("", MEANINGS, in_card=True, parent=self.viewport())
        combo.setProperty("kind", "column")
        combo.view().setFont(fonts.font("body"))
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


def _lines_of(checked: Checked, fates: Mapping[int, Fate]) -> list[TableLine]:
    """The first rows, and all with a problem or a correction."""
    rows: Sequence[PreviewRow] = getattr(checked.draft, "rows_preview", ())
    told: dict[int, list[Problem]] = {}
    for found in checked.line_problems:
        if found.file == checked.shown:
            told.setdefault(found.line, []).append(found.problem)
    corrected: dict[int, dict[int, str]] = {}
    for each in getattr(checked.draft, "corrected", ()):
        corrected.setdefault(each.line, {})[each.index] = each.before
    return [
        TableLine(
            row.line,
            row.cells,
            _by_column(told.get(row.line, ())),
            corrected.get(row.line, {}),
            fates.get(row.line, NOTHING_YET),
        )
        for row in sorted(rows, key=_number)
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
        "Row",
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
        if place in line.problems:
            return "error"
        is_aside = column.field in _QUIET and not line.problems
        return "mute" if column.field is Field.IGNORE else "mute2" if is_aside else "ink"

    return Shown(
        column.title,
        lambda line: line.written(place) or (f"no {column.field.label.lower()}" if place in line.problems else ""),
        right=column.field in NUMBERS,
        figures=column.field in NUMBERS,
        font="strong" if column.field is Field.SYMBOL else "body",
        ink=ink,
        tint=lambda line: "error" if place in line.problems else "",
        icon=lambda line: "edit" if place in line.corrected and place not in line.problems else "",
        tip=lambda line: line.said_of(place) or line.written(place),
        is_edited=True,
    )


def _width_of(column: Column, lines: Sequence[TableLine]) -> int:
    """The room that a column needs for its cells, its header and its list, within reason."""
    body = QFontMetricsF(fonts.font("body", figures=column.field in NUMBERS))
    header = QFontMetricsF(fonts.font("header"))
    place = column.index
    cells = [body.horizontalAdvance(line.written(place)[:60]) + _sign_of(line, place) for line in lines]
    title = min(header.horizontalAdvance(column.title[:60]), 130)
    needed = max(max(cells, default=0) + 18, title + 26, _title_width(column))
    return int(min(max(needed, _NARROWEST), _WIDEST))


def _title_width(column: Column) -> int:
    return int(QFontMetricsF(fonts.font("strong")).horizontalAdvance(column.field.label)) + 28


def _least_of(column: Column, natural: int) -> int:
    """The least room of a column: its title is to be read; names are cut before numbers are, and these never."""
    if column.field in NUMBERS:
        return natural
    if column.field is Field.IGNORE:
        return _NARROWEST
    return _LEAST_NAME if column.field is Field.NAME else max(_NARROWEST, min(_title_width(column), _WIDEST))


def _class_column() -> Shown[TableLine]:
    return Shown("Class", _class_words, tip=_class_tip)


def _class_words(line: TableLine) -> str:
    shown = line.fate.row_class
    return f"{shown.words}, guessed" if shown.is_guess else shown.words


def _class_tip(line: TableLine) -> str:
    shown = line.fate.row_class
    if shown.of is None:
        return shown.words
    return f"{shown.words}, guessed: choose it, or another class" if shown.is_guess else "Choose another class"


def _fate_column() -> Shown[TableLine]:
    return Shown("What will happen", lambda line: line.fate.words, right=True, tip=lambda line: line.fate.tip)


def _fate_width(lines: Sequence[TableLine]) -> int:
    font = QFontMetricsF(fonts.font("note_strong"))
    widest = max((font.horizontalAdvance(line.fate.words) for line in lines), default=0)
    return int(min(max(widest + 26, _FATE_WIDTH), _WIDEST))


def _sign_of(line: TableLine, place: int) -> int:
    """The room of the sign before a cell."""
    return 22 if place in line.corrected else 8 if place in line.problems else 0
