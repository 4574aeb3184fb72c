"""The control "Fewer trades ⟷ closer to the targets": a stop for every number of trades, and how far each one goes."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QSlider, QWidget

from wealthdesk.domain.plans import FrontierPoint
from wealthdesk.gui import fonts, theme
from wealthdesk.gui.allocation.planner.plan_words import way_words

MOST_STOPS: Final = 12
_HIGH: Final = 102
_OFF: Final = 38
"""Without a stop there is only the line."""
_TOP: Final = 22.0
"""Below the words at both ends."""
_COLUMN: Final = (18.0, 32.0)
_LINE: Final = _TOP + 32.0 + 12.0
_NUMBER: Final = _LINE + 11.0
_BEST: Final = "best value"


class TradesControl(QSlider):
    """Its values are the places of the stops; `chosen` tells the number of trades. Without stops it is off."""

    chosen = Signal(object)
    """The number of trades (int) that the user chose."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setAccessibleName("Number of trades")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setPageStep(3)
        self.stops: tuple[FrontierPoint, ...] = ()
        self._best: int | None = None
        self._is_stale = False
        self.show_stops((), None, None)

    @property
    def trades(self) -> int | None:
        """The number of trades of the stop that is chosen."""
        return self.stops[self.value()].trades if self.stops else None

    def show_stops(
        self, points: Sequence[FrontierPoint], best: int | None, trades: int | None, *, has_more: bool = False
    ) -> None:
        """Show these, with the stop of so many trades chosen; nothing is told. has_more: keep their room."""
        self.stops, self._best = stops_of(points, best), best
        self.setRange(0, max(0, len(self.stops) - 1))
        self._choose(self._place_of(trades if trades is not None else best))
        self.setEnabled(len(self.stops) > 1)
        self.setFixedHeight(_HIGH if self.stops or has_more else _OFF)
        self._say()
        self.update()

    def set_stale(self, is_stale: bool) -> None:
        """Mute it while another plan is being calculated."""
        if is_stale != self._is_stale:
            self._is_stale = is_stale
            self.update()

    def step(self, by: int) -> None:
        """Go to fewer (−) or more (+) trades, as a key does."""
        if self.isEnabled():
            self._go_to(self.value() + by)

    def sizeHint(self) -> QSize:
        return QSize(300, self.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self.height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: -1, Qt.Key.Key_Down: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: 1,
            Qt.Key.Key_PageDown: -3, Qt.Key.Key_PageUp: 3, Qt.Key.Key_Home: -99, Qt.Key.Key_End: 99,
        }  # fmt: skip
        by = steps.get(Qt.Key(event.key()))
        if by is None:
            super().keyPressEvent(event)
        else:
            self.step(by)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._go_to(self._place_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go_to(self._place_at(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        # Scrolling the panel must not choose another plan.
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        look = theme.current()
        is_off = not self.isEnabled()
        self._write(painter, QRectF(0, 0, self.width(), 18), "Fewer trades", look.mute, Qt.AlignmentFlag.AlignLeft)
        self._write(
            painter, QRectF(0, 0, self.width(), 18), "Closer to the targets", look.mute, Qt.AlignmentFlag.AlignRight
        )
        places = self._places()
        self._paint_columns(painter, places, look)
        self._paint_line(painter, places, look, is_off)
        self._paint_numbers(painter, places, look)

    def _paint_columns(self, painter: QPainter, places: Sequence[float], look: theme.Theme) -> None:
        wide, most = _COLUMN
        wide = min(wide, max(6.0, (places[1] - places[0]) - 6)) if len(places) > 1 else wide
        painter.setPen(Qt.PenStyle.NoPen)
        for place, (x, stop) in enumerate(zip(places, self.stops, strict=True)):
            high = max(2.0, most * min(1.0, max(0.0, float(stop.kept))))
            is_chosen = place == self.value()
            painter.setBrush(QColor(self._ink(look) if is_chosen else look.track))
            painter.drawRoundedRect(QRectF(x - wide / 2, _TOP + most - high, wide, high), 2, 2)

    def _paint_line(self, painter: QPainter, places: Sequence[float], look: theme.Theme, is_off: bool) -> None:
        left, right = (places[0], places[-1]) if places else (9.0, self.width() - 9.0)
        painter.setPen(QPen(QColor(look.line2), 4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(QPointF(left, self._middle()), QPointF(right, self._middle()))
        if not places:
            return
        at = places[self.value()]
        if not is_off:
            painter.setPen(QPen(QColor(self._ink(look)), 4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawLine(QPointF(left, _LINE), QPointF(at, _LINE))
        painter.setBrush(QColor(look.panel))
        for x in places:
            painter.setPen(QPen(QColor(look.mute), 1.5))
            painter.drawEllipse(QPointF(x, _LINE), 3, 3)
        painter.setPen(QPen(QColor(self._ink(look)), 2.2))
        painter.drawEllipse(QPointF(at, _LINE), 8, 8)
        if self.hasFocus():
            painter.setPen(QPen(QColor(look.focus), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QPointF(at, _LINE), 11.5, 11.5)

    def _paint_numbers(self, painter: QPainter, places: Sequence[float], look: theme.Theme) -> None:
        centre = Qt.AlignmentFlag.AlignHCenter
        for place, (x, stop) in enumerate(zip(places, self.stops, strict=True)):
            role, ink = ("note_strong", look.ink) if place == self.value() else ("note", look.mute)
            self._write(painter, QRectF(x - 20, _NUMBER, 40, 15), str(stop.trades), ink, centre, role)
            if stop.trades == self._best:
                metrics = QFontMetricsF(fonts.font("small"))
                wide = metrics.horizontalAdvance(_BEST) + 2
                left = min(max(0.0, x - wide / 2), self.width() - wide)
                self._write(painter, QRectF(left, _NUMBER + 14, wide, 14), _BEST, look.mute, centre, "small")

    def _write(
        self, painter: QPainter, rect: QRectF, said: str, ink: str, side: Qt.AlignmentFlag, role: str = "note"
    ) -> None:
        painter.setFont(fonts.font(role, figures=said.isdigit()))
        painter.setPen(QColor(ink))
        painter.drawText(rect, side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, said)

    def _middle(self) -> float:
        return _LINE if self.height() == _HIGH else _OFF - 8.0

    def _ink(self, look: theme.Theme) -> str:
        return look.mute if self._is_stale or not self.isEnabled() else look.ink

    def _places(self) -> list[float]:
        """Where the stops stand, in pixels from the left."""
        if len(self.stops) < 2:
            return [self.width() / 2] * len(self.stops)
        left, right = 11.0, self.width() - 11.0
        step = (right - left) / (len(self.stops) - 1)
        return [left + step * place for place in range(len(self.stops))]

    def _place_at(self, x: float) -> int:
        places = self._places()
        return min(range(len(places)), key=lambda place: abs(places[place] - x), default=0)

    def _place_of(self, trades: int | None) -> int:
        """The stop with so many trades, or the last one with fewer."""
        if trades is None or not self.stops:
            return 0
        return max((place for place, stop in enumerate(self.stops) if stop.trades <= trades), default=0)

    def _go_to(self, place: int) -> None:
        place = min(max(place, 0), self.maximum())
        if place != self.value() and self.isEnabled():
            self._choose(place)
            self._say()
            self.update()
            self.chosen.emit(self.stops[place].trades)

    def _choose(self, place: int) -> None:
        self.setValue(place)

    def _say(self) -> None:
        point = self.stops[self.value()] if self.stops else None
        words = "" if point is None else way_words(point.trades, point.kept)
        is_best = point is not None and point.trades == self._best
        self.setAccessibleDescription(f"{words}, {_BEST}" if is_best else words)


def stops_of(points: Sequence[FrontierPoint], best: int | None) -> tuple[FrontierPoint, ...]:
    """At most twelve of the points, evenly spread: always the first, the last, and the one of best value."""
    ordered = sorted({point.trades: point for point in points}.values(), key=lambda point: point.trades)
    if len(ordered) <= MOST_STOPS:
        return tuple(ordered)
    last = len(ordered) - 1
    kept = {round(place * last / (MOST_STOPS - 1)) for place in range(MOST_STOPS)}
    best_place = next((place for place, point in enumerate(ordered) if point.trades == best), None)
    if best_place is not None and best_place not in kept:
        inner = kept - {0, last}
        kept = (kept - {min(inner, key=lambda place: (abs(place - best_place), place))}) | {best_place}
    return tuple(ordered[place] for place in sorted(kept))
