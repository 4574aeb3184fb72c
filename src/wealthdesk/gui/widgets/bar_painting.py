"""What all bars share: the scale, the track, the band, hatching and ticks."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen

HATCH_STEP = 5.0


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


def hatch(painter: QPainter, path: QPainterPath, colour: QColor | str, width: float) -> None:
    """Slanted lines 5 px apart, inside the path."""
    box = path.boundingRect()
    painter.save()
    painter.setClipPath(path, Qt.ClipOperation.IntersectClip)
    painter.setPen(QPen(QBrush(QColor(colour)), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
    x = box.left() - box.height()
    while x < box.right():
        painter.drawLine(QPointF(x - 1, box.bottom() + 1), QPointF(x + box.height() + 1, box.top() - 1))
        x += HATCH_STEP
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
