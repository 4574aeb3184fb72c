"""All keys at a glance (Ctrl+/): those of the menus, read from them, and those of tables and fields."""

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QLabel, QLineEdit, QWidget

from wealthdesk.gui.menus import Offer
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.text import label, rule

_IN_TABLES: Final = (
    ("Edit what is marked", "F2, Enter"),
    ("Remove, with undo", "Del"),
    ("Open, close a class", "→ ←"),
    ("Tick off an order", "Space"),
    ("Target ±0.1", "↑ ↓"),
    ("Target ±1", "PgUp PgDn"),
    ("Classes, holdings in Edit targets", "Ctrl+↓ Ctrl+↑"),
    ("Press the button that has the focus", "Space"),
    ("Keep what a form says", "Ctrl+Enter"),
    ("Close, cancel", "Esc"),
)
_FOOT: Final = "Alt with an underlined letter presses its button. On a Mac, Ctrl is ⌘ and Alt is ⌥."
_COLUMNS: Final = (("Everywhere", ("File", "Edit", "View", "Help")), ("Portfolio and plan", ("Portfolio", "Plan")))


class KeyboardDialog(QDialog):
    """offers: all actions; those without a key are left out. The field seeks among them."""

    def __init__(self, offers: Iterable[Offer], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard")
        self.setMinimumWidth(900)
        offered = [each for each in offers if each.key]
        self.search = QLineEdit()
        self.search.setPlaceholderText("Find a shortcut")
        self.search.setAccessibleName("Find a shortcut")
        self.search.setMaximumWidth(260)
        self.search.textChanged.connect(self.seek)
        self.lines: list[tuple[QLabel, QLabel]] = []
        head = horizontal()
        head.addWidget(label("Keyboard", "panel"), 1)
        head.addWidget(self.search)
        columns = horizontal(spacing=32)
        for title, menus in _COLUMNS:
            keys = [(each.words.rstrip("…"), each.key) for menu in menus for each in offered if each.menu == menu]
            columns.addWidget(self._column(title, keys), 1, Qt.AlignmentFlag.AlignTop)
        columns.addWidget(self._column("Tables, fields and forms", _IN_TABLES), 1, Qt.AlignmentFlag.AlignTop)
        outer = vertical(self, spacing=16, margins=(28, 20, 28, 20))
        outer.addLayout(head)
        outer.addLayout(columns, 1)
        outer.addWidget(label(_FOOT, "note", "mute"))

    def seek(self, sought: str) -> None:
        """Grey out what is not meant."""
        wanted = sought.casefold().strip()
        for words, key in self.lines:
            fits = wanted in f"{words.text()} {key.text()}".casefold()
            words.setEnabled(fits)
            key.setEnabled(fits)

    def _column(self, title: str, keys: Iterable[tuple[str, str]]) -> QWidget:
        made = QWidget()
        column = vertical(made, spacing=6)
        column.addWidget(label(title, "note_strong", "mute"))
        column.addWidget(rule())
        grid = QGridLayout()
        grid.setVerticalSpacing(9)
        grid.setColumnStretch(0, 1)
        for row, (words, key) in enumerate(keys):
            pair = label(words), label(key, "note_strong", "mute2")
            self.lines.append(pair)
            grid.addWidget(pair[0], row, 0)
            grid.addWidget(pair[1], row, 1, Qt.AlignmentFlag.AlignRight)
        column.addLayout(grid)
        return made
