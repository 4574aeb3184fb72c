"""The class list: a row per asset class, one of them open with its holdings, by click or from the keyboard."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QObject,
    QPoint,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QSizePolicy,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QTreeView,
    QWidget,
)

from wealthdesk.gui import theme
from wealthdesk.gui.allocation.overview.rows import (
    HEAD,
    HOLDING,
    TITLES,
    ClassLine,
    Columns,
    HoldingLine,
    RowPainter,
    RowState,
    band_width,
    paint_head,
    paint_legend,
    paint_scale,
)
from wealthdesk.gui.table_model import Index
from wealthdesk.gui.tasks import Motion
from wealthdesk.gui.underlines import PopupMenu
from wealthdesk.gui.widgets.buttons import icon_button
from wealthdesk.gui.widgets.text import as_tip

BranchKey = tuple[str, str]
"""What makes a row the same one after a reread: class id, and asset id or ""."""

BAR_MARGIN: Final = 14
"""Room at the right, outside the rows, for the scroll bar."""
_CLASS: Final = 0
"""The internal id of the row of a class; a child's is the number of its class, counted from 1."""
_KEY_REASONS: Final = frozenset(
    {Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason}
)
_OPEN_AT_FIRST: Final = 8
"""The first class is shown open when it has at most so many holdings, and there are at most so many classes."""
_QUARTER: Final = 2500
_MOST_MOVED: Final = 60
"""A class of more holdings opens at once: the end of it is out of sight."""
_LEAST_WAY: Final = 0.5
"""Bars that move by fewer pixels are at their end at once."""
_NOTHING: Final = frozenset[str]()
_SCALE: Final = "The scale of the bars of all classes. It stays as it is until something does not fit on it."
_NOW: Final = "What is held, as a share of all that has a class; for a holding, of its class."
_TARGET: Final = "What is wanted, as a share. Ctrl+E edits it."
_DRIFT: Final = "Now less the target, in percentage points (pp)."
_LEGEND: Final = (
    "A tick is the target, a corridor the band, hatching what lies outside of it, a ring what the plan comes to."
)


class ClassModel(QAbstractItemModel):
    """Row 0 below a class are the titles, the rows after it its holdings."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[ClassLine, ...] = ()

    def set_rows(self, rows: Sequence[ClassLine]) -> None:
        """Show these; where they are the same rows with other figures, only those are painted that have others."""
        keys = [_keys(each) for each in self.rows]
        if keys and keys == [_keys(each) for each in rows]:
            before, self.rows = self.rows, tuple(rows)
            for place, (old, new) in enumerate(zip(before, rows, strict=True)):
                if old != new:
                    self._tell_changed(place, is_inside_too=old.holdings != new.holdings)
            return
        self.beginResetModel()
        self.rows = tuple(rows)
        self.endResetModel()

    def _tell_changed(self, place: int, *, is_inside_too: bool) -> None:
        top = self.index(place, 0)
        self.dataChanged.emit(top, top)
        if is_inside_too and self.rowCount(top):
            self.dataChanged.emit(self.index(0, 0, top), self.index(self.rowCount(top) - 1, 0, top))

    def row(self, index: Index) -> ClassLine:
        """The class that a row is or belongs to."""
        return self.rows[index.row() if index.internalId() == _CLASS else index.internalId() - 1]

    def holding(self, index: Index) -> HoldingLine | None:
        """The holding of a row; None for a class and for the titles."""
        is_holding = index.internalId() != _CLASS and index.row() > 0
        return self.row(index).holdings[index.row() - 1] if is_holding else None

    def assets(self, index: Index) -> frozenset[str]:
        """The ids of the assets of a row, those of a class of all its holdings; none where there is no row."""
        if not index.isValid():
            return _NOTHING
        holding = self.holding(index)
        return frozenset({holding.asset.id} if holding else (each.asset.id for each in self.row(index).holdings))

    def key(self, index: Index) -> BranchKey | None:
        """What makes the row the same one after a reread."""
        if not index.isValid():
            return None
        holding = self.holding(index)
        return self.row(index).id, holding.asset.id if holding else ""

    def find(self, key: BranchKey | None) -> QModelIndex:
        """The row of a key, that of its class where the holding is gone; not valid where both are."""
        for place, row in enumerate(self.rows):
            if key is not None and row.id == key[0]:
                top = self.index(place, 0)
                below = (at for at, each in enumerate(row.holdings, start=1) if each.asset.id == key[1])
                at = next(below, None)
                return top if at is None else self.index(at, 0, top)
        return QModelIndex()

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008
        if not self.hasIndex(row, column, parent):
            return QModelIndex()
        return self.createIndex(row, column, parent.row() + 1 if parent.isValid() else _CLASS)

    # The other parent(), of a QObject, has no argument.
    def parent(self, index: Index = QModelIndex()) -> Any:  # noqa: B008
        if not index.isValid() or index.internalId() == _CLASS:
            return QModelIndex()
        return self.createIndex(index.internalId() - 1, 0, _CLASS)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        if not parent.isValid():
            return len(self.rows)
        holdings = self.row(parent).holdings if parent.internalId() == _CLASS else ()
        return len(holdings) + 1 if holdings else 0

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 1

    def flags(self, index: Index) -> Qt.ItemFlag:
        is_titles = index.internalId() != _CLASS and index.row() == 0
        return Qt.ItemFlag.NoItemFlags if is_titles else super().flags(index)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        is_words = role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)
        if not is_words and role != Qt.ItemDataRole.ToolTipRole:
            return None
        if index.internalId() != _CLASS and index.row() == 0:
            return "Holdings" if is_words else self.row(index).below
        row = self.holding(index) or self.row(index)
        return row.sentence if is_words else as_tip(row.tip)


class ClassList(QTreeView):
    """Keeps what is open, the row with the focus and the place scrolled to when other rows are shown.

    Its head and its legend are widgets of their own, above and below it.
    """

    holdings_opened = Signal(object)
    """The ids of assets, when Enter, a double click or the menu of a row asked for them: a tuple."""
    pointed = Signal(object)
    """The ids of the assets of the row under the pointer, a frozenset; none where it left the rows."""
    opened = Signal()
    """Another class is open, or none any more."""
    explain_requested = Signal(str)
    """The id of the class whose bar is to be explained; "" for the one that says most."""
    filtered = Signal(bool)
    """Only what is outside its band is shown from now on, or all again."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Asset classes")
        self.classes = ClassModel(self)
        self.head = ColumnHead(self)
        self.legend = BarLegend(self)
        self.scale_bps = _QUARTER
        self.only_outside = False
        self._look = theme.look()
        self._rows: Sequence[ClassLine] = ()
        self._open = _OpenClass()
        self._hovered: BranchKey | None = None
        self._marked = _NOTHING
        self._marked_classes = _NOTHING
        self._by_key = self._paints_bars = False
        self._moving = MovingBars(self)
        self._heights = _Heights(self)
        self.menus = RowMenus(self)
        self.columns = Columns.within(self.width())
        self.setModel(self.classes)
        self.setItemDelegate(self._heights)
        _make_plain(self)
        self.clicked.connect(self.toggle)
        self.doubleClicked.connect(self._on_double_clicked)
        self.entered.connect(self._hover)
        self.viewportEntered.connect(lambda: self._hover(QModelIndex()))

    @property
    def open_class(self) -> str:
        """The id of the class that is open, "" for none."""
        return self._open.id

    def show_rows(self, rows: Sequence[ClassLine]) -> None:
        """Show these; what is open, chosen and in view stays so. The scale only grows."""
        key, place = self.classes.key(self.currentIndex()), self.verticalScrollBar().value()
        before = self._looks()
        self._rows = rows
        self._moving.go_to(rows)
        # While only what is outside is shown: what the bars of all of it are compared with stays the same.
        self.scale_bps = max(self.scale_bps, scale_above(rows))
        self._open.begin(rows, is_compact=self.columns.is_compact)
        self.classes.set_rows([_outside(each) for each in rows if _has_outside(each)] if self.only_outside else rows)
        self._expand()
        current = self.classes.find(key)
        if current.isValid() and current != self.currentIndex():
            self.setCurrentIndex(current)
        self.verticalScrollBar().setValue(place)
        self.legend.has_plan = any(each.after is not None for each in rows)
        if self._looks() != before:
            self._fit()

    def set_only_outside(self, only_outside: bool) -> None:
        """Show only what is outside its band, or all."""
        self.only_outside = only_outside
        self.show_rows(self._rows)
        self.filtered.emit(only_outside)

    def open(self, class_id: str, *, at_once: bool = False) -> None:
        """Open this class and close the one that is open; "" closes it. at_once: what is inside is asked for next."""
        if class_id != self._open.chosen:
            self._open.chosen = class_id
            self._heights.begin_to_open(at_once=at_once)
            self.opened.emit()

    def fit_rows(self) -> None:
        """Lay the rows out in the heights that they have now."""
        self._expand()
        self.scheduleDelayedItemsLayout()
        self._fit()

    def toggle(self, index: QModelIndex) -> None:
        """Open a closed class, close an open one."""
        class_id = self.classes.row(index).id
        if self.classes.rowCount(index):
            self.open("" if class_id == self._open.id else class_id)

    def show_row(self, key: BranchKey) -> None:
        """Open the class of a row, choose the row and scroll to it."""
        if self.only_outside and not self.classes.find(key).isValid():
            self.set_only_outside(False)
        self.open(key[0], at_once=True)
        index = self.classes.find(key)
        if index.isValid():
            self.setCurrentIndex(index)
            self.scrollTo(index)
            self._by_key = True
            self.setFocus()
            self.viewport().update()

    def mark(self, asset_ids: frozenset[str], class_ids: frozenset[str]) -> None:
        """Mark the rows of these assets; where their class is closed, its row."""
        if (asset_ids, class_ids) != (self._marked, self._marked_classes):
            self._marked, self._marked_classes = asset_ids, class_ids
            self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._by_key = True
        index = self.currentIndex()
        key = event.key()
        if event.text().isdecimal():
            event.ignore()  # it begins the amount
        elif not index.isValid():
            super().keyPressEvent(event)
        elif key == Qt.Key.Key_F1:
            self.explain_requested.emit(self.classes.row(index).id)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._enter(index)
        elif key == Qt.Key.Key_Left and index.parent().isValid():
            self.setCurrentIndex(index.parent())
        elif key == Qt.Key.Key_Right and not index.parent().isValid() and self.classes.rowCount(index):
            self.open(self.classes.row(index).id)
        elif key == Qt.Key.Key_Left and self.classes.row(index).id == self._open.id:
            self.open("")
        elif key not in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            super().keyPressEvent(event)
        self.viewport().update()

    def event(self, event: QEvent) -> bool:
        # F1 means the row that has the focus, before it means the help.
        is_key = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_F1
        if is_key and event.type() == QEvent.Type.ShortcutOverride:
            event.setAccepted(self.currentIndex().isValid())
            return event.isAccepted()
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._by_key = False
        super().mousePressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._by_key = event.reason() in _KEY_REASONS
        is_mouse = event.reason() is Qt.FocusReason.MouseFocusReason
        if not self.currentIndex().isValid() and self.classes.rows and not is_mouse:
            self.setCurrentIndex(self.classes.index(0, 0))
        super().focusInEvent(event)
        self.viewport().update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(QModelIndex())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.setColumnWidth(0, self.viewport().width())
        before, self.columns = self.columns, Columns.within(self.width() - BAR_MARGIN)
        if (before.is_compact, before.is_wide) != (self.columns.is_compact, self.columns.is_wide):
            self.scheduleDelayedItemsLayout()
        if before.is_compact != self.columns.is_compact:
            self._open.fit(is_compact=self.columns.is_compact)
            self._expand()
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        # Where nothing but bars moves, nothing else is painted.
        self._paints_bars = self.columns.are_bars(event.rect())
        super().paintEvent(event)

    def drawRow(self, painter: QPainter, options: QStyleOptionViewItem, index: Index) -> None:
        # The style would paint a ground and a focus of its own.
        place = self.classes.index(index.row(), 0, index.parent())
        row, holding = self._moving.shown(self.classes.row(place)), self.classes.holding(place)
        rect = QRectF(0, options.rect.top(), self.columns.width, options.rect.height())
        painter.save()
        if place.parent().isValid():
            # While its class opens, what is in sight of it is as it will be.
            painter.setClipRect(rect)
            rect.setHeight(_height(place.row()))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paints, state = _painter(self.columns, self._look.theme, self.scale_bps, row), self._state(place, row, holding)
        if holding is not None:
            paints.paint_holding(painter, rect, holding, state)
        elif place.parent().isValid():
            paints.paint_titles(painter, rect, row)
        else:
            paints.paint_class(painter, rect, row, state)
        painter.restore()

    def sizeHint(self) -> QSize:
        return QSize(600, self._heights.of_contents())

    def minimumSizeHint(self) -> QSize:
        return QSize(300, 84)

    def _state(self, place: QModelIndex, row: ClassLine, holding: HoldingLine | None) -> RowState:
        is_open = row.id == self._open.id and bool(row.holdings)
        is_marked = holding.asset.id in self._marked if holding else row.id in self._marked_classes and not is_open
        return RowState(
            is_open=is_open,
            is_last=holding is not None and place.row() == len(row.holdings),
            is_hovered=self._hovered == self.classes.key(place),
            is_marked=is_marked,
            is_ringed=self.hasFocus() and self._by_key and self.currentIndex() == place,
            has_second_line=self._heights.of_class() > 40,
            only_bar=self._paints_bars,
        )

    def _expand(self) -> None:
        for place, row in enumerate(self.classes.rows):
            index = self.classes.index(place, 0)
            is_open = row.id == self._open.id and bool(row.holdings)
            if self.isExpanded(index) != is_open:
                self.setExpanded(index, is_open)

    def _looks(self) -> tuple[object, ...]:
        """What the head, the legend and every row are painted by: with another plan alone they stay as they are."""
        return [_keys(each) for each in self.classes.rows], self._open.id, self.scale_bps, self.legend.has_plan

    def _fit(self) -> None:
        """Never higher than its contents, so that what stands below follows them closely."""
        self.setMaximumHeight(self._heights.of_contents())
        self.updateGeometry()
        for each in (self.head, self.legend):
            each.fit()
        self.viewport().update()

    def _enter(self, index: QModelIndex) -> None:
        holding = self.classes.holding(index)
        if holding is None:
            self.toggle(index)
        else:
            self.holdings_opened.emit((holding.asset.id,))

    def _on_double_clicked(self, index: QModelIndex) -> None:
        if index.parent().isValid():
            self._enter(index)

    def _hover(self, index: QModelIndex) -> None:
        key = self.classes.key(index)
        if key == self._hovered:
            return
        self._hovered = key
        self.viewport().update()
        self.pointed.emit(self.classes.assets(index))


class _OpenClass:
    """Which class is open. Compact rows begin all closed, so that all are in sight.

    chosen: its id, "" for none; None before there were rows.
    """

    def __init__(self) -> None:
        self.chosen: str | None = None
        self._wide = ""
        """What is open again where there is more room than for compact rows."""

    @property
    def id(self) -> str:
        """The id of the class that is open, "" for none."""
        return self.chosen or ""

    def begin(self, rows: Sequence[ClassLine], *, is_compact: bool) -> None:
        """With the first rows, open the first of a few."""
        if self.chosen is None and rows:
            is_short = len(rows[0].holdings) <= _OPEN_AT_FIRST and len(rows) <= _OPEN_AT_FIRST
            self._wide = rows[0].id if is_short else ""
            self.chosen = "" if is_compact else self._wide

    def fit(self, *, is_compact: bool) -> None:
        """Close what is open where rows become compact; open it again after that."""
        if self.chosen is not None and is_compact:
            self._wide, self.chosen = self.chosen, ""
        elif self.chosen is not None:
            self.chosen = self.chosen or self._wide


class MovingBars:
    """The bars and rings of a list on their way from the figures before to those of now."""

    def __init__(self, view: ClassList) -> None:
        self._view = view
        self._motion = Motion(self._on_moved, view)
        self._before: dict[str, tuple[int, int]] = {}
        self._rows: Sequence[ClassLine] = ()
        self._at = 1.0

    def go_to(self, rows: Sequence[ClassLine]) -> None:
        """Begin from where the bars are."""
        self._before = {each.id: _figures(self.shown(each)) for each in self._rows}
        has_moved = any(map(self._is_seen_to_move, rows))
        self._rows, self._at = rows, 0.0
        self._motion.begin(at_once=not has_moved or not self._view.isVisible())

    def shown(self, row: ClassLine) -> ClassLine:
        """The row as it is to be painted now."""
        if self._at >= 1 or row.id not in self._before:
            return row
        (now, after), (now_then, after_then) = self._before[row.id], _figures(row)
        bar = replace(row.bar, current_bps=round(now + (now_then - now) * self._at))
        ring = round(after + (after_then - after) * self._at)
        return replace(row, bar=bar, after=replace(row.after, weight_bps=ring) if row.after else None)

    def _is_seen_to_move(self, row: ClassLine) -> bool:
        columns, scale = self._view.columns, self._view.scale_bps
        figures = _figures(row)
        ways = zip(self._before.get(row.id, figures), figures, strict=True)
        return any(abs(columns.place(old, scale) - columns.place(new, scale)) >= _LEAST_WAY for old, new in ways)

    def _on_moved(self, at: float) -> None:
        self._at = at
        for row in self._rows:
            figures = _figures(row)
            if self._before.get(row.id, figures) != figures:
                place = self._view.visualRect(self._view.classes.find((row.id, "")))
                self._view.viewport().update(self._view.columns.bars_in(place))


def _figures(row: ClassLine) -> tuple[int, int]:
    """Where its bar ends, and where its ring stands; without a plan at the end of the bar."""
    return row.bar.current_bps, row.after.weight_bps if row.after else row.bar.current_bps


class RowMenus(QObject):
    """What can be done with a row, at the pointer or by the key for menus."""

    def __init__(self, view: ClassList) -> None:
        super().__init__(view)
        self._view = view
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.customContextMenuRequested.connect(self._on_requested)

    def menu_for(self, index: QModelIndex) -> PopupMenu:
        """What a class or a holding offers."""
        view, made = self._view, PopupMenu(self._view)
        row, holding = view.classes.row(index), view.classes.holding(index)
        ids = (holding.asset.id,) if holding else tuple(each.asset.id for each in row.holdings)
        if holding is None and row.holdings:
            turn = made.addAction("&Close" if row.id == view.open_class else "&Open")
            turn.triggered.connect(lambda: view.open("" if row.id == view.open_class else row.id))
        if ids:
            made.addAction("Show in &Holdings").triggered.connect(lambda: view.holdings_opened.emit(ids))
        if holding is None:
            explain = made.addAction("How to &read its bar")
            explain.triggered.connect(lambda: view.explain_requested.emit(row.id))
        return made

    def _on_requested(self, place: QPoint) -> None:
        index = self._view.indexAt(place)
        if index.isValid() and index.flags():
            menu = self.menu_for(index)
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(self._view.viewport().mapToGlobal(place))


class ColumnHead(QWidget):
    """The heads of the columns with the scale, and what explains a bar."""

    def __init__(self, rows: ClassList) -> None:
        super().__init__()
        self._list = rows
        self.band = self.band_words = ""
        self.setFixedHeight(HEAD)
        self.explain = icon_button("help", "How to read a bar", size=14, parent=self)
        self.explain.setFixedSize(24, 24)
        self.explain.clicked.connect(lambda: rows.explain_requested.emit(""))

    def fit(self) -> None:
        """Follow the columns of the list."""
        columns = self._list.columns
        self.explain.setVisible(bool(self.band) and not columns.is_compact)
        left = columns.width - 24 if columns.is_compact else columns.status + band_width(self.band) + 3
        self.explain.move(round(left), 1)
        self.update()

    def words_at(self, x: float) -> str:
        """What the column there is, in a sentence."""
        columns = self._list.columns
        if columns.is_compact:
            return _DRIFT if x >= columns.bar_right else self.band_words
        if x >= columns.status - 6:
            return self.band_words
        ends = ((columns.bar_left - 8, ""), (columns.bar_right + 8, _SCALE), (columns.now + 4, _NOW),
                (columns.target + 4, _TARGET), (columns.status, _DRIFT))  # fmt: skip
        return next((words for end, words in ends if x <= end), "")

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.words_at(event.pos().x()), self)
            return True
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        columns = self._list.columns
        rect = QRectF(0, 0, columns.width, self.height())
        paint_head(
            QPainter(self), rect, columns, self._list.scale_bps, self.band, theme.current(),
            has_plan=self._list.legend.has_plan,
        )  # fmt: skip


class BarLegend(QWidget):
    """What the signs on the bars are; below compact rows the scale too."""

    def __init__(self, rows: ClassList) -> None:
        super().__init__()
        self._list = rows
        self.has_plan = False
        self.setAccessibleName(_LEGEND)
        self.setToolTip(_LEGEND)

    def fit(self) -> None:
        """Follow the columns of the list."""
        self.setFixedHeight(48 if self._list.columns.is_compact else 30)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        columns, painter = self._list.columns, QPainter(self)
        if columns.is_compact:
            paint_scale(painter, 12, columns, self._list.scale_bps, theme.current())
        left = columns.left if columns.is_compact else 0
        legend = QRectF(left, self.height() - 28, columns.width - left, 28)
        paint_legend(painter, legend, theme.current(), has_plan=self.has_plan, is_short=columns.is_compact)


class _Heights(QStyledItemDelegate):
    """How high the rows of a list are, those of the class that opens on their way; the list paints them."""

    def __init__(self, view: ClassList) -> None:
        super().__init__(view)
        self._view = view
        self._motion = Motion(self._on_moved, view)
        self._at = 1.0
        """How much is seen of what is inside of the open class."""

    def begin_to_open(self, *, at_once: bool) -> None:
        """Begin with nothing of what is inside of the class that is open now."""
        opened = self._opened()
        is_short = opened is not None and len(opened.holdings) <= _MOST_MOVED
        self._at = 0.0
        self._motion.begin(at_once=at_once or not is_short or not self._view.isVisible())
        self._view.fit_rows()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        if not index.parent().isValid():
            return QSize(300, self.of_class())
        place = index.row()
        above = _height(0) + (place - 1) * _height(1) if place else 0
        return QSize(300, min(_height(place), max(0, self._inside() - above)))

    def of_class(self) -> int:
        """How high the row of a class is."""
        return self._view.columns.height(len(self._view.classes.rows), is_any_open=self._opened() is not None)

    def of_contents(self) -> int:
        """How high all rows are together."""
        return len(self._view.classes.rows) * self.of_class() + self._inside()

    def _inside(self) -> int:
        """How high all is that is seen of the inside of the open class."""
        opened = self._opened()
        return round((_height(0) + len(opened.holdings) * _height(1)) * self._at) if opened else 0

    def _opened(self) -> ClassLine | None:
        """The class that is open and has something to show."""
        open_class = self._view.open_class
        return next((each for each in self._view.classes.rows if each.id == open_class and each.holdings), None)

    def _on_moved(self, at: float) -> None:
        self._at = at
        self._view.fit_rows()
        if at >= 1 and self._view.hasFocus():
            self._view.scrollTo(self._view.currentIndex())


def _height(place: int) -> int:
    """How high a row of an open class is: that of the titles, or a holding."""
    return HOLDING if place else TITLES


def _make_plain(view: QTreeView) -> None:
    """Rows without anything that the style would put around them."""
    # It is hidden: with each width that it told, Qt would have every row painted once more.
    view.header().blockSignals(True)
    view.setProperty("kind", "plain")
    view.setProperty("no_ring", True)
    view.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
    view.setHeaderHidden(True)
    view.setIndentation(0)
    view.setRootIsDecorated(False)
    view.setUniformRowHeights(False)
    view.setExpandsOnDoubleClick(False)
    view.setMouseTracking(True)
    view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    view.header().setStretchLastSection(True)


def _painter(columns: Columns, look: theme.Theme, scale_bps: int, row: ClassLine) -> RowPainter:
    """Holdings have the scale of the classes where they fit on it."""
    holdings_bps = scale_bps if row.furthest_bps <= scale_bps else 10_000
    return RowPainter(columns, look, scale_bps, holdings_bps)


def scale_above(rows: Sequence[ClassLine]) -> int:
    """The next quarter of everything at or above whatever the bars of classes show, at most all of it."""
    after = (each.after.weight_bps for each in rows if each.after is not None)
    largest = max([*(each.bar.furthest_bps for each in rows), *after], default=0)
    return min(max(-(-largest // _QUARTER), 1) * _QUARTER, 4 * _QUARTER)


def _keys(row: ClassLine) -> tuple[str, ...]:
    return row.id, *(each.asset.id for each in row.holdings)


def _has_outside(row: ClassLine) -> bool:
    return row.drift.is_outside or bool(row.drift.holdings_outside)


def _outside(row: ClassLine) -> ClassLine:
    """The same with its holdings outside their band alone, where there are any."""
    holdings = tuple(each for each in row.holdings if each.drift.is_outside)
    return replace(row, holdings=holdings) if holdings else row
