"""The legend of the target sliders: the signs for what is held now, the band and the target."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from wealthdesk.gui import theme
from wealthdesk.gui.theme import CLASS_COLOURS
from wealthdesk.gui.widgets import bar_painting as bars
from wealthdesk.gui.widgets.layouts import horizontal
from wealthdesk.gui.widgets.text import label

Paint = Callable[[QPainter, QRectF], None]


class TargetLegend(QWidget):
    """Three signs, each with its word."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = horizontal(self, spacing=6)
        for width, paint, words in ((4, _held, "held now"), (14, _band, "band"), (16, _target, "target")):
            row.addWidget(_Sign(width, paint))
            row.addWidget(label(words, "small", "mute"))
            row.addSpacing(8)
        row.setContentsMargins(0, 0, 0, 0)


class _Sign(QWidget):
    def __init__(self, width: int, paint: Paint) -> None:
        super().__init__()
        self._paint = paint
        self.setFixedSize(width, 16)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint(painter, QRectF(self.rect()))


def _held(painter: QPainter, rect: QRectF) -> None:
    bars.tick(painter, rect.center().x(), rect.center().y(), 14, theme.current().ink)


def _band(painter: QPainter, rect: QRectF) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.current().band_colour())
    painter.drawRoundedRect(bars.middle(rect, 12), 4, 4)


def _target(painter: QPainter, rect: QRectF) -> None:
    centre = QPointF(rect.center())
    painter.setPen(QPen(QColor(theme.current().ink), 2))
    painter.setBrush(QColor(theme.current().field))
    painter.drawEllipse(centre, 6, 6)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(CLASS_COLOURS["Equity"]))
    painter.drawEllipse(centre, 2.5, 2.5)
