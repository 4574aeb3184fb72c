"""The typeface: Inter in its named sizes and weights, or the system's own face where Inter is missing."""

import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final, NamedTuple

from PySide6.QtGui import QFont, QFontDatabase, QFontMetricsF

# A point is 1/72 inch, and the measures are pixels of 1/96 inch; macOS counts both as one.
_POINTS_PER_PIXEL: Final = 1.0 if sys.platform == "darwin" else 0.75

ROLES: Final[dict[str, tuple[int, int]]] = {
    "sentence": (26, 600),
    "sentence_large": (28, 600),
    "hero": (24, 600),
    "title": (22, 600),
    "figure": (20, 600),
    "kpi": (18, 600),
    "panel": (17, 600),
    "section": (15, 600),
    "name": (14, 600),
    "name_plain": (14, 400),
    "body": (13, 400),
    "control": (13, 500),
    "strong": (13, 600),
    "note": (12, 400),
    "note_strong": (12, 600),
    "small": (11, 400),
    "header": (11, 500),
    "pill": (11, 600),
    "brand": (15, 700),
    "amount": (20, 600),
    "symbol": (20, 400),
}
"""What a piece of text is → (pixels at 100 %, weight)."""

_WEIGHT: Final = QFont.Tag("wght")
_TABULAR: Final = QFont.Tag("tnum")
_CONTEXTUAL: Final = QFont.Tag("calt")


def points(pixels: float) -> float:
    """The size in points that so many pixels at 100 % are."""
    return pixels * _POINTS_PER_PIXEL


def font(role: str = "body", *, figures: bool = False, weight: int | None = None) -> QFont:
    """The font of a role of ROLES. figures: digits of one width, for numbers only (it also widens "-")."""
    return QFont(_made(role, figures or role in ("figure", "kpi", "amount"), weight))


class Measured(NamedTuple):
    """A font and its measures."""

    font: QFont
    metrics: QFontMetricsF


@cache
def measured(role: str, *, figures: bool = False, weight: int | None = None) -> Measured:
    """The same for what is painted, with its measures: made once for all that paints, so not to be changed."""
    made = font(role, figures=figures, weight=weight)
    return Measured(made, QFontMetricsF(made))


@cache
def _made(role: str, figures: bool, weight: int | None) -> QFont:
    pixels, usual = ROLES[role]
    made = QFont(family()) if family() else QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    made.setPointSizeF(points(pixels))
    heaviness = weight or usual
    if family():
        made.setVariableAxis(_WEIGHT, heaviness)
    else:
        made.setWeight(QFont.Weight(heaviness))
    # Unset would be inherited from the widget around it, so both are said.
    made.setFeature(_TABULAR, 1 if figures else 0)
    # It would show the "x" in the file name "5x6" as "×", and "->" as an arrow: names are shown as they are written.
    made.setFeature(_CONTEXTUAL, 0)
    return made


@cache
def family() -> str:
    """The name of the typeface that comes with WealthDesk, "" when it is missing. Needs the application to exist."""
    for path in _files():
        number = QFontDatabase.addApplicationFont(str(path))
        if number >= 0:
            return QFontDatabase.applicationFontFamilies(number)[0]
    return ""


def _files() -> list[Path]:
    # Not importlib.resources: importing that takes longer than loading the font.
    package = find_spec("fontpkg_inter")
    folders = package.submodule_search_locations if package else None
    return [file for folder in folders or [] for file in sorted((Path(folder) / "files").glob("Inter[[]*.ttf"))]
