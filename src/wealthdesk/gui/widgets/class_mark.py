"""The small coloured square of an asset class."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPaintEvent, QPixmap
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


def mark_icon(colour: str) -> QIcon:
    """The square as an icon, for menus and combo boxes."""
    made = QIcon()
    for ratio in (1, 2):
        picture = QPixmap(16 * ratio, 16 * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        paint_class_mark(painter, QRectF(0, 0, 16, 16), colour)
        painter.end()
        made.addPixmap(picture)
    return made


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
