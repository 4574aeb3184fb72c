"""The drift track: how far a class is from its target now (ring) and after the plan (dot), with its band."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from wealthdesk.gui import format as text
from wealthdesk.gui import theme
from wealthdesk.gui.theme import Theme, Tone
from wealthdesk.gui.widgets import bar_painting as bars

HEIGHT = 16


@dataclass(frozen=True, slots=True)
class TrackValues:
    """Drifts in basis points before and after, and half the width of the band."""

    before_bps: int
    after_bps: int
    band_bps: int | float = 0

    @property
    def furthest_bps(self) -> int:
        """The largest thing the track shows."""
        return max(abs(self.before_bps), abs(self.after_bps), round(self.band_bps))

    @property
    def after_tone(self) -> Tone:
        """Inside the band, or on which side of it."""
        if abs(self.after_bps) < self.band_bps or self.after_bps == 0:
            return Tone.OK
        return Tone.OVER if self.after_bps > 0 else Tone.UNDER


def scale_for(values: list[TrackValues]) -> int:
    """A common scale: the drift at both ends of tracks that are compared."""
    return max((each.furthest_bps for each in values), default=0) * 6 // 5 or 100


def paint_drift_track(painter: QPainter, rect: QRectF, values: TrackValues, theme: Theme, *, scale_bps: int) -> None:
    """Draw the track across `rect`; ±scale_bps lie at its ends, the target in the middle."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    room = rect.adjusted(5, 0, -5, 0)
    centre = room.center().y()
    bars.fill(painter, bars.pill_path(bars.middle(rect, 3)), theme.track)
    low, high, now, after = (
        bars.place(bps + scale_bps, 2 * scale_bps, room)
        for bps in (-values.band_bps, values.band_bps, values.before_bps, values.after_bps)
    )
    corridor = QPainterPath()
    corridor.addRoundedRect(bars.middle(QRectF(low, room.top(), high - low, room.height()), 12), 4, 4)
    bars.fill(painter, corridor, theme.band_colour())
    bars.tick(painter, room.center().x(), centre, 14, theme.ink)
    painter.setPen(QPen(QColor(theme.mute), 1.5))
    painter.drawLine(QPointF(now, centre), QPointF(after, centre))
    painter.setBrush(QColor(theme.card))
    painter.drawEllipse(QPointF(now, centre), 3.4, 3.4)
    painter.setPen(QPen(QColor(theme.card), 1.2))
    painter.setBrush(QColor(theme.tone(values.after_tone).mark))
    painter.drawEllipse(QPointF(after, centre), 4.6, 4.6)
    painter.restore()


def paint_legend_dot(painter: QPainter, rect: QRectF, theme: Theme, *, is_after: bool) -> None:
    """The ring of "now" or the dot of "after this plan", for a legend."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen if is_after else QPen(QColor(theme.mute), 1.5))
    painter.setBrush(QColor(theme.tone(Tone.OK).mark if is_after else theme.card))
    painter.drawEllipse(rect.center(), 4.0 if is_after else 3.4, 4.0 if is_after else 3.4)


class DriftTrack(QWidget):
    """A drift track in a layout."""

    def __init__(self, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values = TrackValues(0, 0)
        self._scale_bps = 1000
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)

    def show_values(self, values: TrackValues, scale_bps: int) -> None:
        """Draw these drifts on this scale."""
        self._values, self._scale_bps = values, scale_bps
        before, after = text.points(values.before_bps), text.points(values.after_bps)
        self.setAccessibleDescription(f"now {before}, after {after}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(112, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(60, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_drift_track(painter, QRectF(self.rect()), self._values, theme.current(), scale_bps=self._scale_bps)


class LegendDot(QWidget):
    """The sign before "now" or "after this plan"."""

    def __init__(self, *, is_after: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_after = is_after
        self.setFixedSize(10, 14)

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_legend_dot(QPainter(self), QRectF(self.rect()), theme.current(), is_after=self._is_after)
