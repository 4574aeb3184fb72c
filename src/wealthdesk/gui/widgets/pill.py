"""The status pill: a mark and a word without a ground, so that a status is never told by colour alone."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from wealthdesk.domain.drift import Status
from wealthdesk.gui import fonts, icons, theme
from wealthdesk.gui.theme import Theme, Tone

HEIGHT: Final = 22
_ICON: Final = 12
_GAP: Final = 6.0


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
