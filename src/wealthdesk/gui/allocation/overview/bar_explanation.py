"""How to read a bar: one class's bar drawn large, with a number at each sign and what the sign is in this case."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, cast

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QCloseEvent,
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QApplication, QFrame, QGridLayout, QLabel, QWidget
from shiboken6 import isValid

from wealthdesk.domain.targets import Strategy
from wealthdesk.gui import fonts, theme
from wealthdesk.gui import format as text
from wealthdesk.gui.allocation.overview.rows import ClassLine, paint_lane
from wealthdesk.gui.widgets import allocation_bar as bars
from wealthdesk.gui.widgets.allocation_bar import INSET, BarValues, paint_allocation_bar
from wealthdesk.gui.widgets.buttons import icon_button
from wealthdesk.gui.widgets.layouts import fit_height, horizontal, vertical
from wealthdesk.gui.widgets.text import label, rule

_WIDTH: Final = 560
_SIDE: Final = 24
_POINTER: Final = 8
_ROUND: Final = 12.0
_BEYOND: Final = 32
"""How far it goes on to the right of what it points at."""
_DISC: Final = 9.0
_SCALES: Final = (500, 1000, 2500, 5000, 7500, 10_000)


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign on the bar: its name, what it is here, where it stands, and whether its number stands above the bar."""

    name: str
    words: str
    bps: float
    is_above: bool


class BarExplanation(QFrame):
    """Lies over the page; closes by Escape, by its button, and by a click elsewhere."""

    def __init__(self, row: ClassLine, strategy: Strategy, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("kind", "popover")
        self.setAccessibleName("How to read a bar")
        self.setFixedWidth(_WIDTH)
        self._before: QWidget | None = None
        self._points_at: int | None = None
        self.signs = signs_of(row, strategy)
        close = icon_button("close", "Close", size=14)
        close.clicked.connect(self.close)
        head = horizontal()
        head.addWidget(label("How to read a bar", "section"), 1)
        head.addWidget(close)
        told = label(_foot(strategy), "note", "mute2", wrap=True)
        layout = vertical(self, spacing=9, margins=(_SIDE, 12 + _POINTER, _SIDE, 16))
        layout.addLayout(head)
        layout.addWidget(_LargeBar(row, self.signs))
        layout.addLayout(self._lines())
        layout.addWidget(rule())
        layout.addWidget(told)
        self._close = close

    def show_below(self, place: QWidget) -> None:
        """Show it below a widget of its page, within the page, and pointing at it where there is room below it."""
        page = self.parentWidget()
        assert page is not None
        fit_height(self)
        tip = place.mapTo(page, QPoint(place.width() // 2, place.height()))
        left, lowest = tip.x() + _BEYOND - self.width(), page.height() - self.height() - 8
        self.move(max(min(left, page.width() - self.width() - 12), 8), max(min(tip.y(), lowest), 8))
        self._points_at = tip.x() - self.x() if self.y() == tip.y() else None
        self._before = QApplication.focusWidget()
        self.show()
        self.raise_()
        self._close.setFocus()
        cast(QApplication, QApplication.instance()).installEventFilter(self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        page = self.parentWidget()
        if page is not None and self.isVisible() and self.geometry().bottom() > page.height() - 8:
            # It has grown: it stays within the page, and points at nothing any more.
            self._points_at = None
            self.move(self.x(), max(page.height() - 8 - self.height(), 8))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, look = QPainter(self), theme.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shape = QPainterPath()
        shape.addRoundedRect(QRectF(self.rect()).adjusted(0.5, _POINTER + 0.5, -0.5, -0.5), _ROUND, _ROUND)
        if self._points_at is not None:
            tip = QPainterPath(QPointF(self._points_at, 0.5))
            tip.lineTo(self._points_at - _POINTER, _POINTER + 2)
            tip.lineTo(self._points_at + _POINTER, _POINTER + 2)
            tip.closeSubpath()
            shape = shape.united(tip)
        painter.setPen(QPen(QColor(look.line2), 1))
        painter.setBrush(QColor(look.raised))
        painter.drawPath(shape)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseButtonPress and isinstance(event, QMouseEvent):
            inside = self.rect().contains(self.mapFromGlobal(event.globalPosition().toPoint()))
            if not inside:
                self.close()
        return False

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        if self._before is not None and isValid(self._before):
            self._before.setFocus()
        self.deleteLater()

    def _lines(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(2, 1)
        for place, sign in enumerate(self.signs):
            grid.addWidget(_Disc(place + 1), place, 0)
            grid.addWidget(label(sign.name, "strong"), place, 1)
            grid.addWidget(label(sign.words, "body", "mute2", wrap=True), place, 2)
        return grid


def signs_of(row: ClassLine, strategy: Strategy) -> list[Sign]:
    """What stands on the bar of a class; a hatch only where it is outside, a ring only with a plan."""
    bar, name = row.bar, row.asset_class.name
    found = [Sign("Fill", f"what is held now: {name} is {row.now} of the whole", _filled(bar) / 2, True)]
    if bar.target_bps is None or bar.band_low_bps is None or bar.band_high_bps is None:
        return found
    low, high = round(bar.band_low_bps), round(bar.band_high_bps)
    found.append(Sign("Tick", f"the target: {row.target}", bar.target_bps, True))
    share, most = text.percent(strategy.relative_band_bps, None), text.points_plain(strategy.absolute_band_bps, None)
    share = "a quarter" if strategy.relative_band_bps == 2500 else share
    rule_of = f"{share} of the target, at most {most}" if not _has_own_band(row, strategy) else "its own"
    found.append(Sign("Band", f"{rule_of}: {text.percent_range(low, high)}", _of_band(row, low, high), False))
    if bar.is_outside:
        is_over = bar.current_bps > bar.target_bps
        beyond = (bar.current_bps + (high if is_over else low)) / 2
        what = "what lies beyond the target" if is_over else "what is missing"
        found.append(Sign("Hatch", f"{what}: drift {row.points} (percentage points)", beyond, True))
    if row.after is not None:
        is_still = bar.is_outside and row.is_after_outside
        ends = ", still outside" if is_still else ", outside" if row.is_after_outside else ", inside"
        found.append(Sign("Ring", f"where it would be after the plan: {row.share_after}{ends}", row.after.weight_bps,
                          False))  # fmt: skip
    return found


def _filled(bar: BarValues) -> int:
    """Up to where a bar is filled and not hatched."""
    is_over = bar.is_outside and bar.target_bps is not None and bar.current_bps > bar.target_bps
    return bar.target_bps if is_over and bar.target_bps else bar.current_bps


def _of_band(row: ClassLine, low: int, high: int) -> float:
    """Where the number of the band stands: near the edge that is further from the ring, whose number is below too."""
    edges = low + (high - low) / 16, high - (high - low) / 16
    ring = row.after.weight_bps if row.after is not None else high
    return max(edges, key=lambda each: abs(each - ring))


def _has_own_band(row: ClassLine, strategy: Strategy) -> bool:
    own = next((each.band_bps for each in strategy.targets if each.asset_class_id == row.id), None)
    return own is not None or row.drift.target_bps == 0


def _foot(strategy: Strategy) -> str:
    absolute, relative = strategy.absolute_band_bps, strategy.relative_band_bps
    share = "a quarter" if relative == 2500 else text.percent(relative, None)
    short = f"{text.percent(absolute, None)[:-1]}/{text.percent(relative, None)[:-1]}"
    points = text.points_plain(absolute, None)
    return f"{short}: a class is outside once it is {points} or {share} off. Change it in Edit targets."


class _LargeBar(QWidget):
    """The bar on a scale of its own, with the numbers of its signs above and below."""

    def __init__(self, row: ClassLine, signs: Sequence[Sign]) -> None:
        super().__init__()
        self._row, self._signs = row, signs
        furthest = max(row.bar.furthest_bps, row.after.weight_bps if row.after else 0)
        self._scale = next((each for each in _SCALES if each >= furthest), 10_000)
        self.setFixedHeight(127)
        self.setAccessibleName(row.sentence)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, look = QPainter(self), theme.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room = QRectF(36, 48, self.width() - 72, 20)
        middle = room.center().y()
        bar = room.adjusted(-INSET, 0, INSET, 0)
        paint_allocation_bar(painter, bar, self._row.bar, look, scale_bps=self._scale, explained=True)
        self._paint_scale(painter, room)
        for number, sign in enumerate(self._signs, start=1):
            x = bars.place(sign.bps, self._scale, room)
            if sign.name == "Ring" and self._row.after is not None:
                now = bars.place(self._row.bar.current_bps, self._scale, room)
                paint_lane(painter, now, x, middle + 28, look, is_outside=self._row.is_after_outside)
            start = middle + (-10 if sign.is_above else 34 if sign.name == "Ring" else 17)
            end = middle + (-46 if sign.is_above else 46 if sign.name == "Band" else 58)
            painter.setPen(QPen(QColor(look.mute), 1))
            painter.drawLine(QPointF(x, start), QPointF(x, end))
            paint_disc(painter, QPointF(x, end), number)

    def _paint_scale(self, painter: QPainter, room: QRectF) -> None:
        look = theme.current()
        painter.setPen(QColor(look.mute))
        painter.setFont(fonts.font("header", figures=True))
        below = QRectF(room.left(), room.bottom() + 8, room.width(), 16)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, "0")
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, text.percent(self._scale, None))


class _Disc(QLabel):
    """The number of a sign."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self._number = number
        self.setAccessibleName(str(number))
        self.setFixedSize(QSize(20, 20))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_disc(painter, QPointF(10, 10), self._number)


def paint_disc(painter: QPainter, centre: QPointF, number: int) -> None:
    """A number in a filled disc."""
    look = theme.current()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(look.ink))
    painter.drawEllipse(centre, _DISC, _DISC)
    painter.setPen(QColor(look.bg))
    painter.setFont(fonts.font("pill", figures=True))
    box = QRectF(centre.x() - _DISC, centre.y() - _DISC, 2 * _DISC, 2 * _DISC)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(number))
