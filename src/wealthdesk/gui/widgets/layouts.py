"""Rows and columns of widgets: layouts without margins unless they are given."""

from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

Margins = tuple[int, int, int, int]
"""Left, top, right, bottom."""


def horizontal(parent: QWidget | None = None, *, spacing: int = 8, margins: Margins = (0, 0, 0, 0)) -> QHBoxLayout:
    """A row; of `parent` where one is given."""
    made = QHBoxLayout() if parent is None else QHBoxLayout(parent)
    _space(made, spacing, margins)
    return made


def vertical(parent: QWidget | None = None, *, spacing: int = 8, margins: Margins = (0, 0, 0, 0)) -> QVBoxLayout:
    """A column; of `parent` where one is given."""
    made = QVBoxLayout() if parent is None else QVBoxLayout(parent)
    _space(made, spacing, margins)
    return made


def fit_height(window: QWidget) -> None:
    """Make a window as high as what is in it needs at its width: its own hint reckons with narrower lines of words."""
    inside = window.layout()
    if inside is not None and inside.hasHeightForWidth():
        wide = max(window.minimumWidth(), inside.sizeHint().width())
        window.resize(wide, inside.totalHeightForWidth(wide))


def _space(made: QBoxLayout, spacing: int, margins: Margins) -> None:
    made.setSpacing(spacing)
    made.setContentsMargins(*margins)
