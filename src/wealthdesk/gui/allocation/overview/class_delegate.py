"""How the class list is painted: cards of three lines, titles, and holdings with both their weights."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from wealthdesk.gui import fonts, icons
from wealthdesk.gui.allocation.overview.class_card import ClassCard, HoldingLine
from wealthdesk.gui.allocation.overview.class_model import CARD_ROLE, LINE_ROLE, Index
from wealthdesk.gui.theme import Theme, Tone
from wealthdesk.gui.widgets.allocation_bar import paint_allocation_bar
from wealthdesk.gui.widgets.class_mark import paint_class_mark
from wealthdesk.gui.widgets.pill import STATUS_PILLS, paint_pill, pill_width

CARD: Final = 78
GAP: Final = 8
TITLES: Final = 27
LINE: Final = 42
FOOT: Final = 8
"""Room below the last holding, inside its card."""

_RADIUS: Final = 10.0
_LEFT: Final = 54.0
"""Where the name, the bar and the facts begin."""
_SIDE: Final = 16.0
_PILL: Final = 112.0
_BAR: Final = 58.0
_WEIGHT: Final = 113.0
_DRIFT: Final = 68.0
_LEAST_NAME: Final = 110.0
_SMALL_BAR_FROM: Final = 600.0
"""A list that is narrower than this leaves out the small bars."""

_RIGHT_ALIGNED: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT_ALIGNED: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


def card_height(lines: int, *, is_open: bool) -> int:
    """How high a card is with all its rows."""
    return CARD + (TITLES + lines * LINE + FOOT if is_open and lines else 0)


@dataclass(frozen=True, slots=True)
class RowState:
    """How a row stands at the moment: `gap` is the room below it, `is_ringed` has the focus of the keyboard."""

    is_open: bool = False
    ends_card: bool = False
    gap: int = 0
    is_hovered: bool = False
    is_selected: bool = False
    is_ringed: bool = False


@dataclass(frozen=True, slots=True)
class _Columns:
    """The right edges of the columns of holdings, and where the first one ends."""

    name_end: float
    value: float
    current: float
    target: float
    drift: float
    bar: float | None

    @classmethod
    def within(cls, rect: QRectF, value_width: float) -> "_Columns":
        right = rect.right() - _SIDE
        bar = right - _BAR if rect.width() >= _SMALL_BAR_FROM else None
        drift = right if bar is None else bar - 16
        target = drift - _DRIFT
        weight = _weight_width()
        current = target - weight
        value = current - weight
        return cls(max(value - value_width - 14, rect.left() + _LEFT + 40), value, current, target, drift, bar)


class ClassDelegate(QStyledItemDelegate):
    """Paints rows of any kind; the list says how a row stands (RowState)."""

    scale_bps = 10_000
    value_width = 90.0

    def set_cards(self, cards: Sequence[ClassCard], scale_bps: int) -> None:
        """Fit the columns to these cards; all bars of classes share the scale."""
        self.scale_bps = scale_bps
        values = [line.value for card in cards for line in card.lines]
        metrics = QFontMetricsF(fonts.font("body", figures=True))
        self.value_width = metrics.horizontalAdvance(max(values, key=len)) if values else 90.0

    def height(self, index: Index, *, ends_card: bool) -> int:
        """How high a row is, without the gap below its card."""
        if index.data(LINE_ROLE) is not None:
            return LINE + (FOOT if ends_card else 0)
        return TITLES if index.parent().isValid() else CARD

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(300, CARD)

    def paint_row(self, painter: QPainter, rect: QRectF, index: Index, look: Theme, state: RowState) -> None:
        """Paint one row."""
        card: ClassCard = index.data(CARD_ROLE)
        line: HoldingLine | None = index.data(LINE_ROLE)
        is_card = not index.parent().isValid()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _paint_ground(painter, rect, look, state, is_card)
        if is_card:
            self._paint_card(painter, QRectF(rect.topLeft(), rect.size()), card, look, state)
        elif line is None:
            self._paint_titles(painter, rect, look)
        else:
            self._paint_line(painter, QRectF(rect.left(), rect.top(), rect.width(), LINE), card, line, look, state)
        painter.restore()

    def _paint_card(self, painter: QPainter, rect: QRectF, card: ClassCard, look: Theme, state: RowState) -> None:
        left, right, top = rect.left() + _LEFT, rect.right() - _SIDE, rect.top()
        if card.lines:
            chevron = "chevron_down" if state.is_open else "chevron_right"
            icons.paint(painter, QRectF(rect.left() + 14, top + 13, 14, 14), chevron, look.mute)
        paint_class_mark(painter, QRectF(rect.left() + 35, top + 10, 12, 20), card.asset_class.colour)
        first = QRectF(left, top + 8, right - left, 24)
        paint_pill(painter, first, STATUS_PILLS[card.drift.status], look, right=True)
        value_font = fonts.font("name", figures=True)
        value = QRectF(first.left(), first.top(), first.width() - _pill_room(), first.height())
        wide = _words(painter, value, card.value, value_font, look.ink, _RIGHT_ALIGNED)
        room = value.width() - wide - 16
        named = _words(painter, _cut(value, room), card.asset_class.name, fonts.font("name"), look.ink)
        counted = QRectF(value.left() + named + 9, value.top(), room - named - 9, value.height())
        _words(painter, counted, card.count, fonts.font("note"), look.mute)
        bar = QRectF(left - 2, top + 32, right - left + 4, 20)
        paint_allocation_bar(painter, bar, card.bar, look, scale_bps=self.scale_bps)
        self._paint_facts(painter, QRectF(left, top + 53, right - left, 18), card, look)

    def _paint_facts(self, painter: QPainter, rect: QRectF, card: ClassCard, look: Theme) -> None:
        note, medium = fonts.font("note"), fonts.font("note", weight=500)
        is_outside = card.tone is not None
        points_ink = look.tone(card.tone).text if card.tone is not None else look.mute
        parts = [(card.target, note, look.mute), (card.current, medium, look.ink)]
        if card.points:
            parts.append((card.points, fonts.font("note_strong") if is_outside else note, points_ink))
        if card.holdings_outside:
            parts.append((card.holdings_outside, fonts.font("note_strong"), look.tone(Tone.UNDER).text))
        x = rect.left()
        for place, (words, font, ink) in enumerate(parts):
            if place:
                x += 7 + _words(painter, QRectF(x + 7, rect.top(), 20, rect.height()), "·", note, look.mute) + 7
            x += _words(painter, QRectF(x, rect.top(), rect.right() - x, rect.height()), words, font, ink)
        _words(painter, QRectF(x + 16, rect.top(), rect.right() - x - 16, rect.height()), card.gap, note, look.mute,
               _RIGHT_ALIGNED)  # fmt: skip

    def _paint_titles(self, painter: QPainter, rect: QRectF, look: Theme) -> None:
        columns = _Columns.within(rect, self.value_width)
        painter.fillRect(QRectF(rect.left() + _SIDE, rect.top(), rect.width() - 2 * _SIDE, 1), QColor(look.line))
        _underline(painter, rect, look)
        font = fonts.font("header")
        room = QRectF(rect.left() + _LEFT, rect.top() + 1, 200, rect.height() - 2)
        _words(painter, room, "Holding", font, look.mute)
        weight = _weight_width() - 6
        for end, width, words in (
            (columns.value, self.value_width, "Value"),
            (columns.current, weight, "Current, of class"),
            (columns.target, weight, "Target, of class"),
            (columns.drift, _DRIFT - 6, "Drift"),
        ):
            title = QRectF(end - width, room.top(), width, room.height())
            _words(painter, title, words, font, look.mute, _RIGHT_ALIGNED)

    def _paint_line(
        self, painter: QPainter, rect: QRectF, card: ClassCard, line: HoldingLine, look: Theme, state: RowState
    ) -> None:
        columns = _Columns.within(rect, self.value_width)
        left = rect.left() + _LEFT
        name = QRectF(left, rect.top(), columns.name_end - left, rect.height())
        muted = look.mute2 if state.is_selected or state.is_hovered else look.mute
        _two_lines(painter, name, (line.asset.symbol, line.note), fonts.font("strong"), look.ink, muted)
        figures = fonts.font("body", figures=True)
        value = QRectF(columns.name_end, rect.top(), columns.value - columns.name_end, rect.height())
        _words(painter, value, line.value, figures, look.ink, _RIGHT_ALIGNED)
        for end, width, pair in (
            (columns.current, _weight_width(), line.current),
            (columns.target, _weight_width(), line.target),
        ):
            cell = QRectF(end - width, rect.top(), width, rect.height())
            _two_lines(painter, cell, pair, figures, look.ink, muted, _RIGHT_ALIGNED)
        tone = None if line.tone is None else look.tone(line.tone).text
        drift = QRectF(columns.drift - _DRIFT, rect.top(), _DRIFT, rect.height())
        drift_font = figures if tone is None else fonts.font("strong", figures=True)
        _two_lines(painter, drift, line.drifts, drift_font, tone or look.ink, muted, _RIGHT_ALIGNED)
        if columns.bar is not None:
            high = rect.height() if not line.status else rect.height() / 2 + 2
            bar = QRectF(columns.bar - 2, rect.top(), _BAR + 4, high)
            paint_allocation_bar(painter, bar, line.bar, look, scale_bps=card.lines_scale_bps, small=True)
            word = QRectF(columns.bar, rect.center().y(), _BAR, rect.height() / 2 - 2)
            font = fonts.font("small") if tone is None else fonts.font("small", weight=600)
            _words(painter, word, line.status, font, tone or muted)
        if not state.ends_card:
            _underline(painter, rect, look)


@cache
def _weight_width() -> float:
    """How wide a column of weights is: more than usual only where the text is larger than usual."""
    metrics = QFontMetricsF(fonts.font("small", figures=True))
    return max(_WEIGHT, metrics.horizontalAdvance("88.8% of portfolio") + 10)


@cache
def _pill_room() -> float:
    return max(_PILL, max(pill_width(each) for each in STATUS_PILLS.values()) + 8)


def _paint_ground(painter: QPainter, rect: QRectF, look: Theme, state: RowState, is_card: bool) -> None:
    """The part of the card's frame that lies in this row: its top, its sides, or its foot."""
    body = rect.adjusted(0, 0, 0, -state.gap)
    top = body.top() if is_card else body.top() - 2 * _RADIUS
    bottom = body.bottom() if state.ends_card else body.bottom() + 2 * _RADIUS
    shape = QRectF(body.left() + 0.5, top + 0.5, body.width() - 1, bottom - top - 1)
    path = QPainterPath()
    path.addRoundedRect(shape, _RADIUS, _RADIUS)
    painter.save()
    painter.setClipRect(body)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.fillPath(path, QColor(look.hover if state.is_hovered and is_card else look.card))
    if not is_card and (state.is_selected or state.is_hovered):
        row = QRectF(body.left() + _SIDE, rect.top(), body.width() - 2 * _SIDE, LINE - 1)
        painter.fillRect(row, QColor(look.sel if state.is_selected else look.hover))
    painter.strokePath(path, QPen(QColor(look.line), 1))
    if state.is_ringed:
        ring = body.adjusted(2, 2, -2, -2) if is_card else QRectF(body.left() + 10, rect.top(), body.width() - 20, LINE)
        painter.setPen(QPen(QColor(look.focus), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(ring.adjusted(1, 1, -1, -1), 8, 8)
    painter.restore()


def _underline(painter: QPainter, rect: QRectF, look: Theme) -> None:
    line = QRectF(rect.left() + _LEFT, rect.bottom() - 1, rect.width() - _LEFT - _SIDE, 1)
    painter.fillRect(line, QColor(look.line))


def _two_lines(
    painter: QPainter,
    rect: QRectF,
    pair: tuple[str, str],
    font: QFont,
    ink: str,
    muted: str,
    side: Qt.AlignmentFlag = _LEFT_ALIGNED,
) -> None:
    first, second = pair
    if not second:
        _words(painter, rect, first, font, ink, side)
        return
    _words(painter, QRectF(rect.left(), rect.top() + 4, rect.width(), 18), first, font, ink, side)
    below = QRectF(rect.left(), rect.top() + 21, rect.width(), 17)
    _words(painter, below, second, fonts.font("small", figures=side == _RIGHT_ALIGNED), muted, side)


def _words(
    painter: QPainter, rect: QRectF, words: str, font: QFont, ink: str, side: Qt.AlignmentFlag = _LEFT_ALIGNED
) -> float:
    """Draw words, cut off where there is no room; returns how wide they are."""
    if not words or rect.width() <= 0:
        return 0.0
    metrics = QFontMetricsF(font)
    shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, rect.width() + 1)
    painter.setFont(font)
    painter.setPen(QColor(ink))
    painter.drawText(rect.adjusted(-1, 0, 1, 0) if side is _RIGHT_ALIGNED else rect, side | _ONE_LINE, shown)
    return metrics.horizontalAdvance(shown)


_ONE_LINE: Final = Qt.TextFlag.TextSingleLine | Qt.TextFlag.TextDontClip


def _cut(rect: QRectF, width: float) -> QRectF:
    return QRectF(rect.left(), rect.top(), width, rect.height())
