"""The slider of a target: fill and thumb = the target, tick = held now, corridor = its band."""

from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QSlider, QWidget

from wealthdesk.domain.money import WHOLE
from wealthdesk.gui import theme
from wealthdesk.gui.theme import Theme
from wealthdesk.gui.widgets import bar_painting as bars

SNAP_BPS = 10
_THUMB = 8.0


@dataclass(frozen=True, slots=True)
class SliderValues:
    """Basis points: the target, what is held now (None: not known), the edges of the band (None: no band)."""

    target_bps: int
    held_bps: int | None = None
    band_low_bps: int | float | None = None
    band_high_bps: int | float | None = None
    colour: str = "#878580"
    is_locked: bool = False


def track_of(rect: QRectF) -> QRectF:
    """The strip that 0…scale spans within the widget: half a thumb of room at both ends."""
    return bars.middle(rect.adjusted(_THUMB + 1, 0, -_THUMB - 1, 0), 6)


def paint_target_slider(
    painter: QPainter, rect: QRectF, values: SliderValues, theme: Theme, *, scale_bps: int = WHOLE, ground: str = "bg"
) -> None:
    """Draw the slider across `rect`. ground: the theme's name of the colour behind it, for the halo of the tick."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    strip = track_of(rect)
    x = bars.place(values.target_bps, scale_bps, strip)
    bars.fill(painter, bars.pill_path(strip), theme.track)
    if values.band_low_bps is not None and values.band_high_bps is not None and not values.is_locked:
        low, high = (bars.place(bps, scale_bps, strip) for bps in (values.band_low_bps, values.band_high_bps))
        corridor = QPainterPath()
        corridor.addRoundedRect(bars.middle(QRectF(low, rect.top(), high - low, rect.height()), 16), 4, 4)
        bars.fill(painter, corridor, theme.band_colour())
    colour = QColor(values.colour)
    colour.setAlphaF(0.55 if values.is_locked else 1.0)
    if x > strip.left():
        done = QRectF(strip.left(), strip.top(), x - strip.left(), strip.height())
        bars.fill(painter, bars.pill_path(done, round_right=False), colour)
    if values.held_bps is not None:
        at = bars.place(values.held_bps, scale_bps, strip)
        bars.tick(painter, at, strip.center().y(), 18, theme.ink, halo=getattr(theme, ground))
    _paint_thumb(painter, QPointF(x, strip.center().y()), values, theme)
    painter.restore()


def _paint_thumb(painter: QPainter, centre: QPointF, values: SliderValues, theme: Theme) -> None:
    painter.setPen(QPen(QColor(theme.faint if values.is_locked else theme.ink), 2))
    painter.setBrush(QColor(theme.field))
    painter.drawEllipse(centre, _THUMB - 1, _THUMB - 1)
    if not values.is_locked:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(values.colour))
        painter.drawEllipse(centre, 3, 3)


class TargetSlider(QSlider):
    """Up and Down (Right and Left) move by 0.1 points, PgUp and PgDn by 1, Home and End to 0 and 100 %."""

    moved = Signal(object)
    """The target in basis points (int) that the user asks for; show_values decides what is shown."""
    released = Signal()
    """The mouse let go of the thumb, or a key was let go."""

    def __init__(self, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setRange(0, WHOLE)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._values = SliderValues(0)
        self._scale_bps = WHOLE
        self._ground = "bg"
        self._is_dragged = False

    @property
    def values(self) -> SliderValues:
        """What is shown."""
        return self._values

    def show_values(self, values: SliderValues, scale_bps: int = WHOLE) -> None:
        """Show these values on this scale; nothing is emitted."""
        self._values, self._scale_bps = values, scale_bps
        self.blockSignals(True)
        self.setValue(values.target_bps)
        self.blockSignals(False)
        self.update()

    def set_ground(self, name: str) -> None:
        """What lies behind the slider, by the theme's name of the colour: bg, card, sel."""
        self._ground = name
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(220, 26)

    def minimumSizeHint(self) -> QSize:
        return QSize(90, 26)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_target_slider(
            painter,
            QRectF(self.rect()),
            self._values,
            theme.current(),
            scale_bps=self._scale_bps,
            ground=self._ground,
        )

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and not self._values.is_locked:
            self._is_dragged = True
            self._ask(self._bps_at(event.position().x()))
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._is_dragged:
            self._ask(self._bps_at(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._is_dragged:
            self._is_dragged = False
            self.released.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        bps = self._after_key(event.key())
        if bps is None:
            event.ignore()
        elif not self._values.is_locked:
            self._ask(bps)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if self._after_key(event.key()) is None:
            event.ignore()
        elif not event.isAutoRepeat() and not self._values.is_locked:
            self.released.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        # Scrolling the page must not change a target that happens to lie under the pointer.
        event.ignore()

    def _ask(self, bps: int) -> None:
        wanted = min(max(bps, 0), WHOLE)
        if wanted != self._values.target_bps:
            self._values = replace(self._values, target_bps=wanted)
            self.show_values(self._values, self._scale_bps)
            self.moved.emit(wanted)

    def _bps_at(self, x: float) -> int:
        strip = track_of(QRectF(self.rect()))
        share = (x - strip.left()) / max(strip.width(), 1)
        return round(min(max(share, 0.0), 1.0) * self._scale_bps / SNAP_BPS) * SNAP_BPS

    def _after_key(self, key: int) -> int | None:
        now = self._values.target_bps
        match key:
            case Qt.Key.Key_Up | Qt.Key.Key_Right:
                return now + 10
            case Qt.Key.Key_Down | Qt.Key.Key_Left:
                return now - 10
            case Qt.Key.Key_PageUp:
                return now + 100
            case Qt.Key.Key_PageDown:
                return now - 100
            case Qt.Key.Key_Home:
                return 0
            case Qt.Key.Key_End:
                return WHOLE
        return None
