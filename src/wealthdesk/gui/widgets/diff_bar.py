"""The bar of a change: thick tick = new, thin muted tick = before, hatched = what the change adds or takes away."""

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from wealthdesk.gui import format as text
from wealthdesk.gui import theme
from wealthdesk.gui.theme import Theme
from wealthdesk.gui.widgets import bar_painting as bars

HEIGHT = 12


def paint_diff_bar(
    painter: QPainter,
    rect: QRectF,
    before_bps: int,
    after_bps: int,
    colour: str,
    theme: Theme,
    *,
    scale_bps: int = 10_000,
) -> None:
    """Draw the change from `before_bps` to `after_bps` across `rect`."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    room = rect.adjusted(0, 0, -1, 0)
    strip = bars.middle(room, 6)
    before, after = (bars.place(bps, scale_bps, strip) for bps in (before_bps, after_bps))
    bars.fill(painter, bars.pill_path(strip), theme.track)
    part = QRectF(min(before, after), strip.top(), abs(after - before), strip.height())
    if part.width() > 0:
        path = bars.pill_path(part, round_left=False, round_right=False)
        bars.hatch(painter, path, colour if after > before else theme.mute, 2.4 if after > before else 1.3)
    if part.left() > strip.left():
        solid = QRectF(strip.left(), strip.top(), part.left() - strip.left(), strip.height())
        bars.fill(painter, bars.pill_path(solid, round_right=False), colour)
    if before_bps != after_bps:
        bars.tick(painter, max(before, strip.left() + 0.75), strip.center().y(), 11, theme.mute, width=1.5)
    bars.tick(painter, max(after, strip.left() + 1), strip.center().y(), 12, theme.ink, width=2.2)
    painter.restore()


class DiffBar(QWidget):
    """A diff bar in a layout."""

    def __init__(self, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._before = self._after = 0
        self._colour = "#878580"
        self._scale_bps = 10_000
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)

    def show_change(self, before_bps: int, after_bps: int, colour: str, scale_bps: int = 10_000) -> None:
        """Draw this change on this scale."""
        self._before, self._after, self._colour, self._scale_bps = before_bps, after_bps, colour, scale_bps
        self.setAccessibleDescription(f"from {text.percent(before_bps)} to {text.percent(after_bps)}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(160, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(30, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_diff_bar(
            painter,
            QRectF(self.rect()),
            self._before,
            self._after,
            self._colour,
            theme.current(),
            scale_bps=self._scale_bps,
        )
