"""Small marks: the coloured square of a class, its choice, and the status pill that never tells by colour alone."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QIcon, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QSizePolicy, QWidget

from wealthdesk.domain.drift import Status
from wealthdesk.gui import fonts, icons, theme
from wealthdesk.gui.theme import Theme, Tone
from wealthdesk.gui.widgets.allocation_bar import SIDE, paint_class_mark
from wealthdesk.gui.widgets.layouts import horizontal
from wealthdesk.gui.widgets.text import as_tip

HEIGHT: Final = 22
_ICON: Final = 12
_GAP: Final = 6.0


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


@dataclass(frozen=True, slots=True)
class PillValues:
    """What a pill says: its word, its tone, its icon ("" = the tone's own)."""

    text: str
    tone: Tone = Tone.NEUTRAL
    icon: str = ""


TONE_ICONS: Final = MappingProxyType(
    {
        Tone.OK: "check",
        Tone.UNDER: "down",
        Tone.OVER: "up",
        Tone.WARNING: "warning",
        Tone.ERROR: "error",
        Tone.NEUTRAL: "minus",
    }
)

STATUS_PILLS: Final = MappingProxyType(
    {
        Status.ON_TARGET: PillValues(Status.ON_TARGET.words, Tone.OK),
        Status.UNDERWEIGHT: PillValues(Status.UNDERWEIGHT.words, Tone.UNDER),
        Status.OVERWEIGHT: PillValues(Status.OVERWEIGHT.words, Tone.OVER),
        Status.NO_TARGET: PillValues(Status.NO_TARGET.words, Tone.NEUTRAL),
    }
)
"""The pill of each status."""


def pill_width(values: PillValues) -> float:
    """How wide the pill is."""
    return _ICON + _GAP + QFontMetricsF(_font(values)).horizontalAdvance(values.text)


def paint_pill(painter: QPainter, rect: QRectF, values: PillValues, theme: Theme, *, right: bool = False) -> None:
    """Draw the pill in the vertical middle of `rect`, at its left, or at its right."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    width = pill_width(values)
    left = rect.right() - width if right else rect.left()
    shape = QRectF(left, rect.center().y() - HEIGHT / 2, width, HEIGHT)
    colours = theme.tone(values.tone)
    place = QRectF(shape.left(), shape.center().y() - _ICON / 2, _ICON, _ICON)
    icons.paint(painter, place, values.icon or TONE_ICONS[values.tone], colours.mark)
    painter.setFont(_font(values))
    painter.setPen(QColor(colours.text))
    painter.drawText(shape.adjusted(_ICON + _GAP, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, values.text)
    painter.restore()


def _font(values: PillValues) -> QFont:
    """What is as it should be is not heavy."""
    return fonts.font("note" if values.tone in (Tone.OK, Tone.NEUTRAL) else "note_strong")


class Pill(QWidget):
    """A pill in a layout."""

    def __init__(self, values: PillValues = PillValues(""), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._values = values
        self.show_pill(values)

    @property
    def values(self) -> PillValues:
        """What it says."""
        return self._values

    def show_pill(self, values: PillValues) -> None:
        """Say something else."""
        self._values = values
        self.setAccessibleName(values.text)
        self.updateGeometry()
        self.update()

    def show_status(self, status: Status) -> None:
        """Say a class's status."""
        self.show_pill(STATUS_PILLS[status])

    def sizeHint(self) -> QSize:
        return QSize(round(pill_width(self._values) + 0.5), HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_pill(QPainter(self), QRectF(self.rect()), self._values, theme.current())
