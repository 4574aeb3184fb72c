"""The class list: one card per asset class, opened and closed with a click or from the keyboard."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QModelIndex, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QSizePolicy, QStyleOptionViewItem, QTreeView, QWidget

from wealthdesk.gui import theme
from wealthdesk.gui.allocation.overview.class_card import ClassCard
from wealthdesk.gui.allocation.overview.class_delegate import GAP, ClassDelegate, RowState, card_height
from wealthdesk.gui.allocation.overview.class_model import ClassModel, Index
from wealthdesk.gui.widgets.allocation_bar import scale_for

BAR_MARGIN: Final = 14
"""Room at the right, outside the cards, for the scroll bar."""
_KEY_REASONS: Final = frozenset(
    {Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason}
)
_OPEN_AT_FIRST: Final = 8
"""The first card is shown open when it has at most so many holdings."""


class ClassList(QTreeView):
    """Keeps what is open, the row with the focus and the place scrolled to when other cards are shown."""

    holding_opened = Signal(object)
    """The id of an asset, when Enter or a double click asked for it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Asset classes")
        self.setProperty("kind", "plain")
        self.setProperty("no_ring", True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._open: set[str] | None = None
        self._hovered = QModelIndex()
        self._by_key = False
        self.cards = ClassModel(self)
        self.painting = _RowDelegate(self)
        self.setModel(self.cards)
        self.setItemDelegate(self.painting)
        self._set_up()

    def show_cards(self, cards: Sequence[ClassCard]) -> None:
        """Show these cards; what was open, chosen and in view stays so."""
        key, place = self.cards.key(self.currentIndex()), self.verticalScrollBar().value()
        self._hovered = QModelIndex()
        self.painting.set_cards(cards, scale_for([card.bar for card in cards]))
        self.cards.set_cards(cards)
        self._open_again(cards)
        current = self.cards.find(key)
        if current.isValid():
            self.setCurrentIndex(current)
        self.verticalScrollBar().setValue(place)
        self._fit()

    def open_classes(self) -> set[str]:
        """The ids of the classes that are open."""
        return set(self._open or ())

    def toggle(self, index: QModelIndex) -> None:
        """Open a closed card, close an open one."""
        if self.cards.rowCount(index):
            self.setExpanded(index, not self.isExpanded(index))

    def row_height(self, index: Index) -> int:
        """How high a row is."""
        return self.painting.height(index, ends_card=self._ends_card(index)) + self._gap(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._by_key = True
        index = self.currentIndex()
        key = event.key()
        if not index.isValid():
            super().keyPressEvent(event)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._enter(index)
        elif key == Qt.Key.Key_Left and index.parent().isValid():
            self.setCurrentIndex(index.parent())
        elif key in (Qt.Key.Key_Right, Qt.Key.Key_Left) and not index.parent().isValid():
            self.setExpanded(index, key == Qt.Key.Key_Right)
        else:
            super().keyPressEvent(event)
        self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._by_key = False
        super().mousePressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._by_key = event.reason() in _KEY_REASONS
        is_mouse = event.reason() is Qt.FocusReason.MouseFocusReason
        if not self.currentIndex().isValid() and self.cards.cards and not is_mouse:
            self.setCurrentIndex(self.cards.index(0, 0))
        super().focusInEvent(event)
        self.viewport().update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = QModelIndex()
        super().leaveEvent(event)
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.setColumnWidth(0, self.viewport().width())

    def drawRow(self, painter: QPainter, options: QStyleOptionViewItem, index: Index) -> None:
        # The style would paint the ground of a selected row over the card.
        place = self.cards.index(index.row(), 0, index.parent())
        has_focus = self.hasFocus() and self._by_key
        state = RowState(
            is_open=self._is_open(index),
            ends_card=self._ends_card(index),
            gap=self._gap(index),
            is_hovered=self._hovered == place,
            is_selected=self.selectionModel().isSelected(place),
            is_ringed=has_focus and self.currentIndex() == place,
        )
        # The scroll bar lies in the margin of the page: cards are as wide without it as with it.
        row = QRectF(0, options.rect.top(), self.width() - BAR_MARGIN, options.rect.height())
        self.painting.paint_row(painter, row, index, theme.current(), state)

    def sizeHint(self) -> QSize:
        return QSize(600, self._contents_height())

    def minimumSizeHint(self) -> QSize:
        return QSize(400, 84)

    def _set_up(self) -> None:
        self.setHeaderHidden(True)
        self.setIndentation(0)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(False)
        self.setExpandsOnDoubleClick(False)
        self.setMouseTracking(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.header().setStretchLastSection(True)
        self.clicked.connect(self._on_clicked)
        self.doubleClicked.connect(self._on_double_clicked)
        self.expanded.connect(self._on_expanded)
        self.collapsed.connect(self._on_collapsed)
        self.entered.connect(self._on_entered)

    def _is_open(self, index: Index) -> bool:
        card = self.cards.card(index)
        return bool(card.lines) and card.asset_class.id in self.open_classes()

    def _ends_card(self, index: Index) -> bool:
        """Whether the card ends with this row: the last holding, or a card that is closed."""
        parent = index.parent()
        return index.row() == self.cards.rowCount(parent) - 1 if parent.isValid() else not self._is_open(index)

    def _gap(self, index: Index) -> int:
        """The room below a row: there is some between two cards."""
        place = index.parent().row() if index.parent().isValid() else index.row()
        return GAP if self._ends_card(index) and place < self.cards.rowCount() - 1 else 0

    def _open_again(self, cards: Sequence[ClassCard]) -> None:
        if self._open is None and cards:
            is_short = len(cards[0].lines) <= _OPEN_AT_FIRST
            self._open = {cards[0].asset_class.id} if is_short else set()
        wanted = self.open_classes()
        for place, card in enumerate(cards):
            if card.asset_class.id in wanted and card.lines:
                self.setExpanded(self.cards.index(place, 0), True)

    def _contents_height(self) -> int:
        cards = enumerate(self.cards.cards)
        opened = [(len(card.lines), self.isExpanded(self.cards.index(row, 0))) for row, card in cards]
        return max(0, sum(card_height(lines, is_open=is_open) + GAP for lines, is_open in opened) - GAP)

    def _fit(self) -> None:
        """Never higher than its contents, so that what stands below follows them closely."""
        self.setMaximumHeight(self._contents_height())
        self.updateGeometry()

    def _enter(self, index: QModelIndex) -> None:
        line = self.cards.line(index)
        if line is None:
            self.toggle(index)
        else:
            self.holding_opened.emit(line.asset.id)

    def _on_clicked(self, index: QModelIndex) -> None:
        if not index.parent().isValid():
            self.toggle(index)

    def _on_double_clicked(self, index: QModelIndex) -> None:
        if index.parent().isValid():
            self._enter(index)

    def _on_expanded(self, index: QModelIndex) -> None:
        self._open = self.open_classes() | {self.cards.card(index).asset_class.id}
        self._on_shape_changed()

    def _on_collapsed(self, index: QModelIndex) -> None:
        self._open = self.open_classes() - {self.cards.card(index).asset_class.id}
        self._on_shape_changed()

    def _on_shape_changed(self) -> None:
        # A card is higher while it is closed: it then has the gap below it.
        self.scheduleDelayedItemsLayout()
        self._fit()

    def _on_entered(self, index: QModelIndex) -> None:
        before, self._hovered = self._hovered, index
        for each in (before, index):
            self.viewport().update(self._row_rect(each))

    def _row_rect(self, index: QModelIndex) -> QRect:
        rect = self.visualRect(index)
        return QRect(QPoint(0, rect.top()), QSize(self.viewport().width(), rect.height()))


class _RowDelegate(ClassDelegate):
    """Asks its list how high a row is."""

    def __init__(self, view: ClassList) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(300, self._view.row_height(index))
