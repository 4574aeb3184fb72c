"""The list of a plan's trades: two or three lines each, painted, as high as its contents."""

from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from wealthdesk.gui import fonts, theme
from wealthdesk.gui.allocation.plan_lines import PlanLine
from wealthdesk.gui.widgets.text import as_tip

Index = QModelIndex | QPersistentModelIndex

ROW: Final = 46
"""Figures, and the reason below."""
TALL_ROW: Final = 62
"""The same with a third line: where, at what fee, why not more."""
_ONE_LINE: Final = 300
"""What is said of a trade stands on one line where that is no wider: so much has a side panel beside its scroll bar."""
_LEAST_SYMBOL: Final = 64.0
_LINE_ROLE: Final = Qt.ItemDataRole.UserRole
_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class PlanList(QListView):
    """Scrolls with what it lies in, never by itself."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Trades of the plan")
        self.setProperty("kind", "plain")
        self.lines = PlanModel(self)
        self.painting = PlanDelegate(self)
        self.setModel(self.lines)
        self.setItemDelegate(self.painting)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedHeight(0)

    def show_lines(self, lines: Sequence[PlanLine]) -> None:
        """Show these trades."""
        self.painting.measure(lines)
        self.lines.set_lines(lines)
        self.setFixedHeight(self.painting.row * len(lines))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if lines else Qt.FocusPolicy.NoFocus)

    def set_stale(self, is_stale: bool) -> None:
        """Mute the figures while others are being calculated."""
        if is_stale != self.painting.is_stale:
            self.painting.is_stale = is_stale
            self.viewport().update()


class PlanModel(QAbstractListModel):
    """The trades."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.lines: list[PlanLine] = []

    def set_lines(self, lines: Sequence[PlanLine]) -> None:
        """Show these."""
        self.beginResetModel()
        self.lines = list(lines)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.lines)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        line = self.lines[index.row()]
        if role == _LINE_ROLE:
            return line
        if role == Qt.ItemDataRole.ToolTipRole:
            return as_tip(line.tip)
        is_words = role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)
        return line.sentence if is_words else None


class PlanDelegate(QStyledItemDelegate):
    """Paints "Buy BND   88.1234 × $73.42   $6,460.96" and its reason below."""

    is_stale = False
    row = ROW
    _amount_width = 90.0

    def measure(self, lines: Sequence[PlanLine]) -> None:
        """Fit the rows and the column of amounts to these trades."""
        small = QFontMetricsF(fonts.font("small"))
        is_short = all(small.horizontalAdvance(line.why) <= _ONE_LINE for line in lines if line.has_terms)
        self.row = ROW if is_short else TALL_ROW
        widest = max((line.amount for line in lines), key=len, default="")
        self._amount_width = QFontMetricsF(fonts.font("strong", figures=True)).horizontalAdvance(widest)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(200, self.row)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        look, rect = theme.current(), QRectF(option.rect)
        line: PlanLine = index.data(_LINE_ROLE)
        is_marked = bool(option.state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver))
        painter.save()
        if is_marked:
            is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
            painter.fillRect(rect, QColor(look.sel if is_selected else look.hover))
        painter.fillRect(QRectF(rect.left(), rect.top(), rect.width(), 1), QColor(look.line))
        ink = look.mute if self.is_stale else look.ink
        self._paint_figures(painter, QRectF(rect.left(), rect.top() + 7, rect.width(), 18), line, ink, look)
        below, mute = QRectF(rect.left(), rect.top() + 25, rect.width(), 16), look.mute2 if is_marked else look.mute
        is_tall = self.row == TALL_ROW
        _words(painter, below, line.reason if is_tall else line.why, "small", mute)
        if is_tall:
            _words(painter, below.translated(0, 16), line.terms, "small", mute)
        painter.restore()

    def _paint_figures(self, painter: QPainter, rect: QRectF, line: PlanLine, ink: str, look: theme.Theme) -> None:
        _words(painter, rect, line.amount, "strong", ink, side=_RIGHT, figures=True)
        middle = rect.adjusted(0, 0, -self._amount_width - 14, 0)
        side = _words(painter, rect, line.side, "body", look.mute) + 6
        metrics = QFontMetricsF(fonts.font("body", figures=True))
        least = min(QFontMetricsF(fonts.font("strong")).horizontalAdvance(line.asset.symbol), _LEAST_SYMBOL)
        rooms = [
            (words, middle.width() - metrics.horizontalAdvance(words) - 12 - side)
            for words in (line.product, line.quantity, "")
        ]
        # Of huge figures the price goes first, then the quantity: both are in the tooltip.
        product, room = next((each for each in rooms if each[1] >= least), rooms[-1])
        _words(painter, middle, product, "body", ink, side=_RIGHT, figures=True)
        name = QRectF(rect.left() + side, rect.top(), max(room, 30), rect.height())
        _words(painter, name, line.asset.symbol, "strong", ink)


def _words(
    painter: QPainter,
    rect: QRectF,
    words: str,
    role: str,
    ink: str,
    *,
    side: Qt.AlignmentFlag = _LEFT,
    figures: bool = False,
) -> float:
    font = fonts.font(role, figures=figures)
    metrics = QFontMetricsF(font)
    shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, rect.width() + 1)
    painter.setFont(font)
    painter.setPen(QColor(ink))
    painter.drawText(rect, side | Qt.TextFlag.TextSingleLine | Qt.TextFlag.TextDontClip, shown)
    return metrics.horizontalAdvance(shown)
