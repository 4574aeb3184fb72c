"""The allocation bar, what is held against its target and its band, and the strokes that bars and marks are made of.

Fill = current, tick = target, corridor = band. Hatched fill = above the target, grey hatch = missing; both are drawn
only when the weight lies outside its band.
"""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen

from wealthdesk.gui.theme import CLASS_COLOURS, Theme

HATCH_STEP = 3.2
INSET = 2.0
"""Room at both ends, so that a tick at 0 is whole."""
SIDE = 10
"""Of the mark of a class."""
NO_CLASS = CLASS_COLOURS["Unclassified"]


def band_colour(theme: Theme) -> QColor:
    """The colour of tolerance corridors, with its alpha."""
    colour = QColor(theme.band)
    colour.setAlpha(theme.band_alpha)
    return colour


def place(bps: int | float, scale_bps: int, rect: QRectF) -> float:
    """The x of a weight on a bar that spans 0…scale_bps; what is beyond the scale is clipped at its end."""
    share = min(max(bps / scale_bps, 0.0), 1.0) if scale_bps > 0 else 0.0
    return rect.left() + share * rect.width()


def middle(rect: QRectF, height: float) -> QRectF:
    """The strip of that height in the vertical middle of `rect`."""
    return QRectF(rect.left(), rect.center().y() - height / 2, rect.width(), height)


def pill_path(rect: QRectF, *, round_left: bool = True, round_right: bool = True) -> QPainterPath:
    """A strip with half-round ends, or with square ones where told."""
    radius = min(rect.height(), rect.width()) / 2
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    path.addRoundedRect(rect, radius, radius)
    if not round_left:
        path.addRect(QRectF(rect.left(), rect.top(), rect.width() / 2, rect.height()))
    if not round_right:
        path.addRect(QRectF(rect.center().x(), rect.top(), rect.width() / 2, rect.height()))
    return path.simplified()


def fill(painter: QPainter, path: QPainterPath, colour: QColor | str, edge: QColor | None = None) -> None:
    """Fill a path, with a 1 px edge inside it where one is given."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    painter.drawPath(path)
    if edge is not None:
        painter.save()
        painter.setClipPath(path, Qt.ClipOperation.IntersectClip)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(edge, 2))
        painter.drawPath(path)
        painter.restore()


def hatch(painter: QPainter, path: QPainterPath, colour: QColor | str, width: float, step: float = HATCH_STEP) -> None:
    """Slanted lines inside the path, so many pixels apart."""
    box = path.boundingRect()
    painter.save()
    painter.setClipPath(path, Qt.ClipOperation.IntersectClip)
    painter.setPen(QPen(QBrush(QColor(colour)), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
    x = box.left() - box.height()
    while x < box.right():
        painter.drawLine(QPointF(x - 1, box.bottom() + 1), QPointF(x + box.height() + 1, box.top() - 1))
        x += step
    painter.restore()


def tick(
    painter: QPainter, x: float, centre: float, height: float, colour: str, *, halo: str = "", width: float = 2.0
) -> None:
    """An upright tick, with a halo 1.25 px wider on each side where one is given."""
    painter.setPen(Qt.PenStyle.NoPen)
    for colour_of, wide in ((halo, width + 2.5), (colour, width)):
        if colour_of:
            painter.setBrush(QColor(colour_of))
            painter.drawRoundedRect(QRectF(x - wide / 2, centre - height / 2, wide, height), 0.8, 0.8)


def paint_class_mark(painter: QPainter, rect: QRectF, colour: str, beside: str = "") -> None:
    """A square of 10 px with rounded corners, in the middle of `rect`. beside: the colour of its right half.

    What has no class yet has a ring.
    """
    square = QRectF(0, 0, SIDE, SIDE)
    square.moveCenter(rect.center())
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    if colour == NO_CLASS:
        painter.setPen(QPen(QColor(colour), 1.4))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(square.adjusted(0.7, 0.7, -0.7, -0.7))
        return
    painter.setBrush(QColor(colour))
    painter.drawRoundedRect(square, 3, 3)
    if beside:
        painter.save()
        painter.setClipRect(square.adjusted(SIDE / 2, 0, 0, 0))
        painter.setBrush(QColor(beside))
        painter.drawRoundedRect(square, 3, 3)
        painter.restore()


@dataclass(frozen=True, slots=True)
class BarValues:
    """A weight, its target and the edges of its band in basis points; None where there is none."""

    current_bps: int
    target_bps: int | None = None
    band_low_bps: int | float | None = None
    band_high_bps: int | float | None = None
    colour: str = "#878580"
    is_outside: bool = False

    @property
    def furthest_bps(self) -> int:
        """The largest thing the bar shows."""
        return max(self.current_bps, self.target_bps or 0, round(self.band_high_bps or 0))


@dataclass(frozen=True, slots=True)
class _Measures:
    track: float
    corridor: float
    tick: float
    step: float = HATCH_STEP


_LARGE = _Measures(8, 16, 16)
_SMALL = _Measures(6, 14, 14)
_EXPLAINED = _Measures(16, 32, 32, 5.0)


def paint_allocation_bar(
    painter: QPainter,
    rect: QRectF,
    values: BarValues,
    theme: Theme,
    *,
    scale_bps: int = 10_000,
    small: bool = False,
    explained: bool = False,
) -> None:
    """Draw the bar in the vertical middle of `rect`, across its width; `scale_bps` is the weight at its right end.

    explained: twice as high, for what explains its signs.
    """
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    measures = _SMALL if small else _EXPLAINED if explained else _LARGE
    room = rect.adjusted(INSET, 0, -INSET, 0)
    strip = middle(room, measures.track)
    fill(painter, pill_path(strip), theme.track)
    if values.band_low_bps is not None and values.band_high_bps is not None:
        _paint_band(painter, room, values, theme, scale_bps, measures)
    _paint_weight(painter, strip, values, theme, scale_bps, measures)
    if values.target_bps is not None:
        x = place(values.target_bps, scale_bps, strip)
        tick(painter, x, strip.center().y(), measures.tick, theme.ink, halo=theme.bg)
    painter.restore()


def _paint_band(
    painter: QPainter, room: QRectF, values: BarValues, theme: Theme, scale_bps: int, measures: _Measures
) -> None:
    low = place(values.band_low_bps or 0, scale_bps, room)
    high = place(values.band_high_bps or 0, scale_bps, room)
    corridor = middle(QRectF(low, room.top(), high - low, room.height()), measures.corridor)
    path = QPainterPath()
    path.addRoundedRect(corridor, 4, 4)
    fill(painter, path, band_colour(theme))


def _paint_weight(
    painter: QPainter, strip: QRectF, values: BarValues, theme: Theme, scale_bps: int, measures: _Measures
) -> None:
    current = place(values.current_bps, scale_bps, strip)
    target = place(values.target_bps or 0, scale_bps, strip)
    is_marked = values.is_outside and values.target_bps is not None
    edge = None if theme.is_dark else QColor(values.colour).darker(138)
    solid_end = min(current, target) if is_marked and current > target else current
    if is_marked and current < target:
        gap = _part(strip, max(current - strip.height() / 2, strip.left()), target)
        missing = pill_path(gap, round_left=current <= strip.left(), round_right=False)
        hatch(painter, missing, theme.mute, 0.34 * measures.step, measures.step)
    if is_marked and current > target:
        excess = pill_path(_part(strip, target, current), round_left=target <= strip.left(), round_right=False)
        hatch(painter, excess, edge or values.colour, 0.42 * measures.step, measures.step)
    if solid_end > strip.left():
        solid = pill_path(_part(strip, strip.left(), solid_end), round_right=solid_end == current)
        if solid_end - strip.left() < strip.height():
            solid = solid.intersected(pill_path(strip))
        fill(painter, solid, values.colour, edge)


def _part(strip: QRectF, left: float, right: float) -> QRectF:
    return QRectF(left, strip.top(), right - left, strip.height())
