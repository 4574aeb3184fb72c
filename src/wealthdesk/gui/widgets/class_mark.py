"""The small coloured square of an asset class, and the choice of its colour."""

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QSizePolicy, QWidget

from wealthdesk.gui import theme
from wealthdesk.gui.widgets.layouts import horizontal
from wealthdesk.gui.widgets.text import as_tip

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


COLOURS: Final = {
    "#66800B": "Moss",
    "#24837B": "Teal",
    "#205EA6": "Deep blue",
    "#5E409D": "Purple",
    "#A02F6F": "Plum",
    "#AF3029": "Red",
    "#BC5215": "Rust",
    "#AD8301": "Ochre",
    "#4385BE": "Blue",
    "#8B7EC8": "Violet",
    "#879A39": "Green",
    "#DA702C": "Orange",
    "#D0A215": "Yellow",
    "#CE5D97": "Pink",
    "#3AA99F": "Cyan",
}
"""The palette of asset classes: colour → its name. The first ones are not those of the classes that come along."""


class Swatch(QAbstractButton):
    """One colour: a square that can be chosen."""

    def __init__(self, colour: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.colour = colour
        self.setCheckable(True)
        self.setAccessibleName(name)
        self.setToolTip(as_tip(name))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(24, 24)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        look = theme.current()
        if self.isChecked():
            painter.setPen(QPen(QColor(look.ink), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 7, 7)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.colour))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(4, 4, -4, -4), 4, 4)


class ColourChoice(QWidget):
    """Swatches side by side, one chosen; the arrow keys move the choice. A colour of its own is offered as well."""

    def __init__(self, colour: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Colour")
        self._group = QButtonGroup(self)
        row = horizontal(self, spacing=2)
        offered = COLOURS if colour in COLOURS else {**COLOURS, colour: "Present colour"}
        for each, name in offered.items():
            swatch = Swatch(each, name)
            swatch.setChecked(each == colour)
            self._group.addButton(swatch)
            row.addWidget(swatch)
            if each == colour:
                self.setFocusProxy(swatch)
        row.addStretch()

    def colour(self) -> str:
        """The colour chosen, as #RRGGBB."""
        chosen = self._group.checkedButton()
        return chosen.colour if isinstance(chosen, Swatch) else next(iter(COLOURS))
