"""The icons: our own outlines in resources/icons, drawn in any colour and size, and kept once drawn."""

from functools import cache
from typing import Final, NamedTuple
from weakref import WeakKeyDictionary

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QAction, QColor, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QLabel
from shiboken6 import isValid

from wealthdesk.gui import theme
from wealthdesk.paths import resources_folder

_THIN: Final = 'stroke-width="2"'
_BOLD: Final = 'stroke-width="2.6"'
_INK: Final = "currentColor"

Carrier = QAbstractButton | QLabel | QAction


def pixmap(name: str, colour: str, size: int = 16, ratio: float = 0.0) -> QPixmap:
    """The icon as a picture of `size` logical pixels. ratio: the screen's; 0 = the application's."""
    return _drawn(name, colour, size, ratio or _finest())


def icon(name: str, colour: str, size: int = 16, *, faint: str = "", gap: int = 0) -> QIcon:
    """The icon for a button or an action, sharp on the screens there are. faint: its colour while disabled."""
    made = QIcon()
    for ratio in sorted({1.0, _finest()}):
        made.addPixmap(_drawn(name, colour, size, ratio, gap))
        if faint:
            made.addPixmap(_drawn(name, faint, size, ratio, gap), QIcon.Mode.Disabled)
    return made


def paint(painter: QPainter, rect: QRectF, name: str, colour: str) -> None:
    """Draw the icon into the rectangle."""
    device = painter.device()
    picture = pixmap(name, colour, round(rect.width()), device.devicePixelRatio() if device else 1.0)
    painter.drawPixmap(rect.toRect(), picture)


def put(carrier: Carrier, name: str, ink: str = "mute", size: int = 16, *, gap: int = 0) -> None:
    """Give a button, label or action its icon, in a text colour by name (Theme.ink_named); it follows the theme.

    gap: room between the icon and the words of a button, beyond what the style leaves.
    """
    worn = _worn[carrier] = _Worn(name, ink, size, gap)
    _draw(carrier, worn)


def take_off(carrier: QAbstractButton) -> None:
    """Take the icon away from a button."""
    _worn.pop(carrier, None)
    carrier.setIcon(QIcon())


class _Worn(NamedTuple):
    """The icon on a button, label or action."""

    name: str
    ink: str
    size: int
    gap: int


_worn: Final[WeakKeyDictionary[Carrier, _Worn]] = WeakKeyDictionary()
"""Each is drawn again when the theme changes."""


def _on_theme_changed() -> None:
    for carrier, worn in list(_worn.items()):
        if isValid(carrier):
            _draw(carrier, worn)


def _draw(carrier: Carrier, worn: _Worn) -> None:
    colours = theme.current()
    colour = colours.ink_named(worn.ink)
    if isinstance(carrier, QLabel):
        carrier.setPixmap(pixmap(worn.name, colour, worn.size))
        return
    carrier.setIcon(icon(worn.name, colour, worn.size, faint=colours.faint, gap=worn.gap))
    if isinstance(carrier, QAbstractButton):
        carrier.setIconSize(QSize(worn.size + worn.gap, worn.size))


theme.look().changed.connect(_on_theme_changed)


def _finest() -> float:
    """The most pixels per logical one of any screen."""
    app = QGuiApplication.instance()
    return app.devicePixelRatio() if isinstance(app, QGuiApplication) else 1.0


@cache
def _drawn(name: str, colour: str, size: int, ratio: float, gap: int = 0) -> QPixmap:
    drawn = _outline(name, size, ratio, gap).copy()
    if _INK in _source(name):
        # Not fillRect: its colour may also be one of Qt's own, whose enumerations the first paint does without.
        ink = QPixmap(drawn.size())
        ink.fill(QColor(colour))
        painter = QPainter(drawn)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
        painter.drawPixmap(0, 0, ink)
        painter.end()
    drawn.setDevicePixelRatio(ratio)
    return drawn


@cache
def _outline(name: str, size: int, ratio: float, gap: int) -> QPixmap:
    """The icon in black, which takes ten times as long to draw as to colour."""
    side = round(size * ratio)
    drawn = QPixmap(side + round(gap * ratio), side)
    drawn.fill(QColor("transparent"))
    source = _source(name).replace(_INK, "black")
    painter = QPainter(drawn)
    QSvgRenderer((source.replace(_THIN, _BOLD) if size <= 12 else source).encode()).render(
        painter, QRectF(0, 0, side, side)
    )
    painter.end()
    return drawn


@cache
def _source(name: str) -> str:
    return (resources_folder() / "icons" / f"{name}.svg").read_text(encoding="utf-8")
