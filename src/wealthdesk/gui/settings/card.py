"""The cards of the settings page, and the lines on them: a name, what is set, and what that means."""

from typing import Final

from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.text import frame, label

_LABELS: Final = 150
"""How wide the column of what is set is."""
_CONTROLS: Final = 260


def card(title: str) -> tuple[QFrame, QVBoxLayout]:
    """A card with its title, and the column for its lines."""
    made = frame("card")
    lines = vertical(made, spacing=10, margins=(16, 14, 16, 16))
    lines.addWidget(label(title, "section"))
    return made, lines


def setting(name: str, control: QWidget, note: str = "", *below: QWidget, is_wide: bool = True) -> QVBoxLayout:
    """A line: what is set, how, and what that means; `below` are widgets under it, such as what is wrong."""
    row = horizontal(spacing=12)
    said = label(name, buddy=control)
    said.setFixedWidth(_LABELS)
    row.addWidget(said)
    if is_wide:
        control.setMinimumWidth(_CONTROLS)
    row.addWidget(control)
    row.addStretch()
    lines = vertical(spacing=4)
    lines.addLayout(row)
    notes = [label(note, "note", "mute", wrap=True)] if note else []
    for each in (*notes, *below):
        indented = horizontal(margins=(_LABELS + 12, 0, 0, 0))
        indented.addWidget(each, 1)
        lines.addLayout(indented)
    return lines


def beside(button: QPushButton, note: str) -> QHBoxLayout:
    """A button, and beside it what it is for."""
    row = horizontal(spacing=12)
    row.addWidget(button)
    row.addWidget(label(note, "note", "mute", wrap=True), 1)
    return row
