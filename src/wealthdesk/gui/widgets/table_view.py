"""The table: rows with a line below, one delegate for all cells, sorting, searching and copying; also by key alone."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from decimal import Decimal
from functools import lru_cache
from math import ceil
from typing import Any, Final, Generic, TypeVar, cast

from PySide6.QtCore import (
    QAbstractEventDispatcher,
    QCoreApplication,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    QTimerEvent,
    Signal,
)
from PySide6.QtGui import (
    QAction,
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QFont,
    QFontMetricsF,
    QGuiApplication,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPainterPath,
    QResizeEvent,
    QShowEvent,
    QTextLayout,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QToolTip,
    QWidget,
)

from wealthdesk.gui import fonts, icons, theme
from wealthdesk.gui import format as text
from wealthdesk.gui.table_model import Column, TableModel
from wealthdesk.gui.underlines import PopupMenu
from wealthdesk.gui.widgets.allocation_bar import paint_class_mark
from wealthdesk.gui.widgets.buttons import action, button
from wealthdesk.gui.widgets.marks import paint_pill, pill_width
from wealthdesk.gui.widgets.text import as_tip

_Row = TypeVar("_Row")

ROW_HEIGHT: Final = 32
TWO_LINES: Final = 42
_SIDE: Final = 8.0
_RULE: Final = 3
_EDGE: Final = 8.0
_USUAL_WIDTH: Final = 110
_LEAST_STRETCHED: Final = 120
_ENOUGH_STRETCHED: Final = 220
"""What the stretched column has before a spare one is left out."""
_CORNER: Final = 8.0
"""The radius of a row that is chosen, and of the head of a group."""
_HEAD_INSET: Final = 5.0
"""So much lower than its row is the ground of a head, above and below."""
_BESIDE: Final = 64.0
"""The room of what stands beside a figure, at the end of its cell; more where it is longer."""
_AFTER: Final = 10.0
"""The gap between a name and a note on the same line."""

_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_BY_MOUSE = (Qt.FocusReason.MouseFocusReason, Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)


class TableView(QTableView, Generic[_Row]):
    """identity: what makes a row the same one after a reread, so that the selection survives `set_rows`."""

    opened = Signal(object)
    """The row that was double-clicked or entered."""
    row_selected = Signal(object)
    """The row that is now selected, or None."""
    shown = Signal()

    def __init__(
        self,
        name: str,
        columns: Sequence[Column[_Row]],
        *,
        identity: Callable[[_Row], Hashable] | None = None,
        row_height: int = 0,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._identity: Callable[[_Row], Hashable] = identity or id
        self.table: TableModel[_Row] = TableModel(columns, self)
        self.setModel(self.table)
        self.setItemDelegate(CellDelegate(self))
        usual = TWO_LINES if any(column.note for column in columns) else ROW_HEIGHT
        self.line_under_mouse = -1
        self.offered: Sequence[QPushButton] = ()
        """The buttons whose steps the menu of a row offers, where it has no actions of its own."""
        self.hidden = {place for place, column in enumerate(columns) if column.off}
        """The columns that the user wants not to see, at first those that are off."""
        self._set_up_rows(row_height or usual)
        self._set_up_header()
        self.entered.connect(self._on_entered)
        self.doubleClicked.connect(self._on_double_clicked)
        self.selectionModel().selectionChanged.connect(self._on_selection_changed)

    def set_rows(self, rows: Sequence[_Row]) -> None:
        """Show these rows; what was selected and is still there stays selected."""
        kept = {self._identity(row) for row in self.selected_rows()}
        self.table.set_rows(rows)
        self._widen()
        self._select(kept)

    def search(self, sought: str) -> None:
        """Show only rows with these words; what is selected and still shown stays selected."""
        kept = {self._identity(row) for row in self.selected_rows()}
        self.table.filter(sought)
        self._select(kept)

    def selected_rows(self) -> list[_Row]:
        """The rows that are selected, from the top."""
        lines = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [self.table.row_at(line) for line in lines]

    def selected_row(self) -> _Row | None:
        """The one row that is selected; None when none is, or several are."""
        rows = self.selected_rows()
        return rows[0] if len(rows) == 1 else None

    def select(self, identity: Hashable) -> bool:
        """Select a row and bring it into view; False when it is not shown."""
        self.clearSelection()
        self._select({identity})
        return bool(self.selected_rows())

    def select_all_of(self, identities: Iterable[Hashable]) -> int:
        """Select these rows and bring the first into view; how many of them are shown."""
        self.clearSelection()
        self._select(set(identities))
        return len(self.selected_rows())

    def fit_rows(self, most: int) -> None:
        """Be as high as the rows, up to so many of them; more of them scroll."""
        shown = min(max(self.table.rowCount(), 1), most)
        header, row = self.horizontalHeader().height(), self.verticalHeader().defaultSectionSize()
        self.setFixedHeight(header + shown * row + 2 * self.frameWidth())

    def fit_columns(self) -> None:
        """Let one column take what the others leave; where that is too little to read, spare ones are left out."""
        self._leave_out_spare()
        header = self.horizontalHeader()
        for place, column in enumerate(self.table.columns):
            if column.stretch:
                others = sum(header.sectionSize(each) for each in range(header.count()) if each != place)
                if self.viewport().width() - others < _LEAST_STRETCHED:
                    header.setSectionResizeMode(place, QHeaderView.ResizeMode.Interactive)
                    header.resizeSection(place, _LEAST_STRETCHED)
                else:
                    header.setSectionResizeMode(place, QHeaderView.ResizeMode.Stretch)

    def hide_columns(self, places: set[int]) -> None:
        """Show all columns but these."""
        self.hidden = set(places)
        for place in range(len(self.table.columns)):
            self.setColumnHidden(place, place in self.hidden)
        self.fit_columns()

    def as_text(self) -> str:
        """The selected rows (all, when none is) with the titles, separated by tabs."""
        rows = self.selected_rows() or self.table.rows()
        lines = [[column.title for column in self.table.columns]]
        lines += [
            [(column.copied or column.words)(row).strip().replace("\n", " · ") for column in self.table.columns]
            for row in rows
            if not self.table.is_head(row)
        ]
        return "\n".join("\t".join(text.plain(cell) for cell in line) for line in lines)

    def copy(self) -> None:
        """Put the selected rows on the clipboard."""
        from wealthdesk.gui import problems  # late: it brings the widgets of messages along

        problems.ask_amounts(lambda: QGuiApplication.clipboard().setText(self.as_text()), "copied", self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.opened.emit(self.table.row_at(self.currentIndex()))
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        # A row that is pressed is chosen before, so that each button means it.
        shown = [each for each in self.offered if not each.isHidden()]
        if shown and self.selectionModel().hasSelection():
            menu = PopupMenu(self)
            for each in shown:
                made = action(each.text(), parent=menu)
                made.setEnabled(each.isEnabled())
                made.triggered.connect(each.click)
                menu.addAction(made)
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(event.globalPos())
        else:
            super().contextMenuEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._show_under_mouse(-1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit_columns()
        _hear_of_widths(self)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.shown.emit()
        _hear_of_widths(self)

    def _set_up_rows(self, height: int) -> None:
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(height)

    def _set_up_header(self) -> None:
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setTextElideMode(Qt.TextElideMode.ElideRight)
        header.setFixedHeight(34)
        header.setMinimumSectionSize(40)
        header.setSectionsClickable(True)
        for place, column in enumerate(self.table.columns):
            stretch = QHeaderView.ResizeMode.Stretch
            header.setSectionResizeMode(place, stretch if column.stretch else QHeaderView.ResizeMode.Interactive)
            header.resizeSection(place, column.width or _USUAL_WIDTH)
            self.setColumnHidden(place, place in self.hidden)
        # -1: the rows stay as they are given until the user sorts.
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        header.setSortIndicatorClearable(False)
        self.setSortingEnabled(True)

    def _widen(self) -> None:
        """Make columns wider whose largest figure would be cut off."""
        header, is_wider = self.horizontalHeader(), False
        for place, column in enumerate(self.table.columns):
            needed = _needed(self.table, column) if column.figures and not column.stretch else 0
            if needed > header.sectionSize(place) and not self.isColumnHidden(place):
                header.resizeSection(place, needed)
                is_wider = True
        if is_wider:
            self.fit_columns()

    def _leave_out_spare(self) -> None:
        header = self.horizontalHeader()
        wide = {
            place: (column.width or _USUAL_WIDTH) if self.isColumnHidden(place) else header.sectionSize(place)
            for place, column in enumerate(self.table.columns)
            if not column.stretch and place not in self.hidden
        }
        lacking = sum(wide.values()) + _ENOUGH_STRETCHED - self.viewport().width()
        for place in sorted(wide, reverse=True):
            if self.table.columns[place].spare and place not in self.hidden:
                self.setColumnHidden(place, lacking > 0)
                lacking -= wide[place] if lacking > 0 else 0

    def _select(self, identities: set[Hashable]) -> None:
        if not identities:
            return
        flags = self.selectionModel().SelectionFlag
        first = True
        for line, row in enumerate(self.table.rows()):
            if self._identity(row) in identities:
                index = self.table.index(line, 0)
                if first:
                    self.selectionModel().setCurrentIndex(index, flags.NoUpdate)
                    self.scrollTo(index)
                    first = False
                self.selectionModel().select(index, flags.Select | flags.Rows)

    def _show_under_mouse(self, line: int) -> None:
        if line != self.line_under_mouse:
            self.line_under_mouse = line
            self.viewport().update()

    def _on_entered(self, index: QModelIndex) -> None:
        self._show_under_mouse(index.row())

    def _on_double_clicked(self, index: QModelIndex) -> None:
        self.opened.emit(self.table.row_at(index))

    def _on_selection_changed(self) -> None:
        self.row_selected.emit(self.selected_row())


def _hear_of_widths(table: QTableView) -> None:
    """Qt hears of columns that found another width a moment later, and all of it, painted by then, is painted again."""
    for each in QAbstractEventDispatcher.instance().registeredTimers(table):
        if not each.interval:
            QCoreApplication.sendEvent(table, QTimerEvent(each.timerId))


class CellField(QLineEdit):
    """A number in a cell while it is typed. name: of what it is, for a screen reader."""

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("kind", "cell")
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setFont(fonts.font("body"))
        self.setAccessibleName(name)


class CellDelegate(QStyledItemDelegate):
    """Paints every kind of cell: text with a second line, icon, class mark, pill; the line below each row."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        table = _table_of(index)
        column, row = table.columns[index.column()], table.row_at(index)
        wide = QFontMetricsF(fonts.font(column.font)).horizontalAdvance(column.text(row))
        if column.pill is not None and (values := column.pill(row)) is not None:
            wide = pill_width(values)
        return QSize(round(wide + 2 * _EDGE + 26), ROW_HEIGHT)

    def helpEvent(
        self,
        event: QHelpEvent,
        view: QAbstractItemView,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> bool:
        told = _told(index, option.rect.width()) if index.isValid() else ""
        if not told:
            return super().helpEvent(event, view, option, index)
        QToolTip.showText(event.globalPos(), as_tip(told), view)
        return True

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        look, table = theme.current(), _table_of(index)
        row, place = table.row_at(index), index.column()
        rect = QRectF(option.rect)
        state = option.state
        is_selected = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        is_head, is_marked = table.is_head(row), table.is_marked(row)
        if not is_head:
            painter.fillRect(QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1), QColor(look.line))
        if is_marked and not is_selected:
            painter.fillRect(rect.adjusted(0, 0, 0, -1), QColor(look.note))
        elif is_head or is_selected:
            inset = _HEAD_INSET if is_head else 0
            _paint_ground(painter, rect.adjusted(0, inset, 0, -max(inset, 1)), option, QColor(look.sel))
        elif _is_under_mouse(option, index):
            painter.fillRect(rect.adjusted(0, 0, 0, -1), QColor(look.hover))
        if is_marked and place == 0:
            painter.fillRect(QRectF(rect.left(), rect.top(), _RULE, rect.height()), QColor(look.ink))
        left = _EDGE if place == 0 else _SIDE
        right = _EDGE if place == len(table.columns) - 1 else _SIDE
        self._paint_cell(painter, rect.adjusted(left, 0, -right, -1), index, look, is_selected)
        if state & QStyle.StateFlag.State_HasFocus and not is_selected:
            painter.fillRect(QRectF(rect.left(), rect.top(), 2, rect.height()), QColor(look.focus))
        painter.restore()

    def _paint_cell(
        self,
        painter: QPainter,
        rect: QRectF,
        index: QModelIndex | QPersistentModelIndex,
        look: theme.Theme,
        is_selected: bool,
    ) -> None:
        table = _table_of(index)
        column, row = table.columns[index.column()], table.row_at(index)
        if column.pill is not None and (values := column.pill(row)) is not None:
            paint_pill(painter, rect, values, look, right=column.right)
            return
        if tone := column.tint(row) if column.tint else "":
            _paint_tint(painter, rect, look.tone(theme.Tone(tone)).tint)
        named = (column.ink(row) if column.ink else "") or "ink"
        ink = look.ink_named("mute2" if named == "mute" and is_selected else named)
        note = column.note(row) if column.note else ""
        if column.beside is not None:
            rect, note = _paint_beside(painter, rect, column.beside(row), look.mute2 if is_selected else look.mute), ""
        is_one_line = bool(note) and (column.inline > 0 or (table.is_head(row) and index.column() == 0))
        after, note = (note, "") if is_one_line else ("", note)
        if note:
            # The two lines stay together in a row that is higher than they need.
            spare = max(0.0, rect.height() - TWO_LINES) / 2
            rect = rect.adjusted(0, spare, 0, -spare)
        half = rect.height() / 2
        first = QRectF(rect.left(), rect.top() + 4, rect.width(), half - 3) if note else rect
        left = _paint_sign(painter, first, column, row, look.ink_named(column.icon_ink) if column.icon_ink else ink)
        role = "strong" if tone or table.is_head(row) or (is_selected and index.column() == 0) else column.font
        said = _paint_lead(painter, first, column, row, look.ink_named("mute2") if named == "ink" else ink)
        paint = _paint_wrapped if column.wrap and not note else _paint_words
        paint(painter, first.adjusted(left, 0, 0, 0), column, said, ink, role)
        if after:
            taken = QFontMetricsF(fonts.font(role, figures=column.figures)).horizontalAdvance(said) + _AFTER
            at = left + max(taken, column.inline)
            _paint_words(painter, first.adjusted(at, 0, 0, 0), column, after, look.mute2, "note")
        if note:
            second = QRectF(rect.left() + left, rect.top() + half + 1, rect.width() - left, half - 5)
            _paint_words(painter, second, column, note, look.mute2 if is_selected else look.mute, "small")


def _table_of(index: QModelIndex | QPersistentModelIndex) -> TableModel[Any]:
    """The model itself: what an index is asked for goes through Qt and back, and a frame has a hundred cells."""
    return cast("TableModel[Any]", index.model())


def _told(index: QModelIndex | QPersistentModelIndex, width: int) -> str:
    """The tooltip of a cell of that width; where its words are cut off, they stand before what it says."""
    table = _table_of(index)
    column, row = table.columns[index.column()], table.row_at(index)
    tip, said, note = column.tip(row) if column.tip else "", column.words(row), column.note(row) if column.note else ""
    role = "strong" if table.is_head(row) or index.column() == 0 else column.font
    lines = [(column.text(row), role, 0.0), (note, "small", 0.0)]
    if column.inline or column.beside or (table.is_head(row) and index.column() == 0):
        lines = [(f"{column.text(row)}{note}{column.beside(row) if column.beside else ''}", role, _AFTER)]
    sign = 21.0 if column.icon is not None and column.icon(row) else 18.0 if column.mark is not None else 0.0
    room = width - 2 * _SIDE - sign
    is_cut = any(fonts.measured(font).metrics.horizontalAdvance(each) + gap > room for each, font, gap in lines)
    return f"{said}\n{tip}".strip() if is_cut and said not in tip else tip


def _needed(table: TableModel[_Row], column: Column[_Row]) -> int:
    """The width of the largest figure of a column, found by its size: to spell all of them would take too long."""
    heads = [row for row in table.rows() if table.is_head(row)]
    others = [row for row in table.rows() if not table.is_head(row)]
    shown = [(max(others, key=lambda row: _size(column, row)), column.font)] if others else []
    beside = column.beside or (lambda row: "")
    small, wide = fonts.measured("note", figures=True).metrics, 0.0
    for row, role in (*shown, *((row, "strong") for row in heads)):
        after = max(_BESIDE, small.horizontalAdvance(beside(row)) + _AFTER) if column.beside else 0.0
        wide = max(wide, fonts.measured(role, figures=True).metrics.horizontalAdvance(column.text(row)) + after)
    return ceil(wide + 2 * _SIDE)


def _size(column: Column[_Row], row: _Row) -> Decimal:
    """How large the figure of a row is, to compare; 0 where it has none."""
    key = column.key(row) if column.key else None
    return abs(Decimal(key)) if isinstance(key, int | Decimal) else Decimal(0)


def _is_under_mouse(option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> bool:
    """Whether the mouse is over the row; the style knows only of the cell."""
    return isinstance(option.widget, TableView) and option.widget.line_under_mouse == index.row()


def _paint_ground(painter: QPainter, rect: QRectF, option: QStyleOptionViewItem, colour: QColor) -> None:
    """The ground of a cell of a row that stands out; the row is rounded at both of its ends."""
    table = option.widget
    if not isinstance(table, QTableView):
        painter.fillRect(rect, colour)
        return
    room = QPainterPath()
    wide = min(table.viewport().width(), table.horizontalHeader().length())
    room.addRoundedRect(QRectF(0, rect.top(), wide, rect.height()), _CORNER, _CORNER)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setClipPath(room)
    painter.fillRect(rect, colour)
    painter.restore()


def _paint_beside(painter: QPainter, rect: QRectF, words: str, ink: str) -> QRectF:
    """Draw what stands beside a figure at the end of its cell; returns the room that is left for the figure."""
    font = fonts.font("note", figures=True)
    wide = max(_BESIDE, QFontMetricsF(font).horizontalAdvance(words) + _AFTER)
    painter.setFont(font)
    painter.setPen(QColor(ink))
    painter.drawText(QRectF(rect.right() - wide, rect.top(), wide, rect.height()), _RIGHT, words)
    return rect.adjusted(0, 0, -wide, 0)


def _paint_lead(painter: QPainter, rect: QRectF, column: Column[Any], row: object, ink: str) -> str:
    """Draw what leads the words of a cell and take its room; returns the words that are left."""
    said = column.text(row)
    if column.lead is None or not said.startswith(lead := f"{column.lead(row)} "):
        return said
    _paint_words(painter, rect, column, lead, ink, "body")
    rect.adjust(QFontMetricsF(fonts.font("body")).horizontalAdvance(lead), 0, 0, 0)
    return said.removeprefix(lead)


def _paint_tint(painter: QPainter, rect: QRectF, colour: str) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    painter.drawRoundedRect(rect.adjusted(-6, 3, 6, -2), 5, 5)


def _paint_sign(painter: QPainter, rect: QRectF, column: Column[Any], row: object, ink: str) -> float:
    """Draw the class mark or icon before the text; returns the room it takes."""
    if column.mark is not None and (colour := column.mark(row)):
        beside = column.mark_beside(row) if column.mark_beside else ""
        paint_class_mark(painter, QRectF(rect.left(), rect.top(), 10, rect.height()), colour, beside)
        return 18.0
    if column.icon is not None and (name := column.icon(row)):
        icons.paint(painter, QRectF(rect.left(), rect.center().y() - 7, 14, 14), name, ink)
        return 21.0
    return 0.0


def _paint_wrapped(painter: QPainter, rect: QRectF, column: Column[Any], words: str, ink: str, role: str) -> None:
    """Draw words on two lines where they do not fit on one."""
    first, rest = _broken(words, fonts.font(role, figures=column.figures), rect.width())
    if not rest:
        _paint_words(painter, rect, column, words, ink, role)
        return
    high = QFontMetricsF(fonts.font(role)).lineSpacing()
    line = QRectF(rect.left(), rect.center().y() - high, rect.width(), high)
    for each in (first, rest):
        _paint_words(painter, line, column, each, ink, role)
        line.translate(0, high)


def _broken(words: str, font: QFont, width: float) -> tuple[str, str]:
    """What fits on a line of that width, and the rest."""
    layout = QTextLayout(words.replace("\n", " "), font)
    layout.beginLayout()
    line = layout.createLine()
    line.setLineWidth(width)
    layout.endLayout()
    # Qt counts in units of UTF-16.
    taken, encoded = 2 * line.textLength(), words.encode("utf-16-le")
    return encoded[:taken].decode("utf-16-le").strip(), encoded[taken:].decode("utf-16-le").strip()


def _paint_words(painter: QPainter, rect: QRectF, column: Column[Any], words: str, ink: str, role: str) -> None:
    painter.setFont(fonts.font(role, figures=column.figures))
    painter.setPen(QColor(ink))
    painter.drawText(rect, _RIGHT if column.right else _LEFT, _elided(words, role, column.figures, rect.width()))


@lru_cache(maxsize=8192)
def _elided(words: str, role: str, figures: bool, width: float) -> str:
    font = fonts.font(role, figures=figures)
    return QFontMetricsF(font).elidedText(words, Qt.TextElideMode.ElideRight, width)


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
