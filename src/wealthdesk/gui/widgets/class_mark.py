"""The small coloured square of an asset class."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

SIDE = 10


def paint_class_mark(painter: QPainter, rect: QRectF, colour: str) -> None:
    """A square of 10 px with rounded corners, in the middle of `rect`."""
    square = QRectF(0, 0, SIDE, SIDE)
    square.moveCenter(rect.center())
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    painter.drawRoundedRect(square, 3, 3)


class ClassMark(QWidget):
    """A class mark in a layout; decoration only, the name stands beside it."""

    def __init__(self, colour: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._colour = colour
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_colour(self, colour: str) -> None:
        """Show another class's colour."""
        self._colour = colour
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(SIDE, SIDE)

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_class_mark(QPainter(self), QRectF(self.rect()), self._colour)
