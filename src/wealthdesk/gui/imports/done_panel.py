"""Step 3 of the import: what was kept, and where to go from here."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QWidget

from wealthdesk.gui import icons
from wealthdesk.gui.imports.words import details, outcome
from wealthdesk.gui.widgets.buttons import button, primary_button
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.text import frame, label
from wealthdesk.services.imports import ImportPreview

_WIDTH = 560


class DonePanel(QWidget):
    """Shows one import that was kept."""

    allocation_requested = Signal()
    another_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._headline = label(role="hero", wrap=True)
        self._details = label(role="body", ink="mute", wrap=True)
        self._details.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.primary = primary_button("&Show allocation")
        self.primary.clicked.connect(self.allocation_requested)
        self.another = button("Import &another file")
        self.another.clicked.connect(self.another_requested)
        self._lay_out()

    @property
    def headline(self) -> str:
        """What was done, in a few words."""
        return self._headline.text()

    @property
    def details(self) -> str:
        """What was done, line by line."""
        return self._details.text()

    def show_kept(self, preview: ImportPreview, removed: int, left_out: frozenset[int]) -> None:
        """Show what was kept."""
        self._headline.setText(outcome(preview, removed))
        self._details.setText("\n".join(details(preview, removed, left_out)))

    def _lay_out(self) -> None:
        sign = QLabel()
        icons.put(sign, "check", "ok", 28)
        card = frame("card")
        card.setMaximumWidth(_WIDTH)
        lines = vertical(card, spacing=8, margins=(28, 26, 28, 26))
        lines.addWidget(sign)
        lines.addSpacing(4)
        lines.addWidget(self._headline)
        lines.addWidget(self._details)
        lines.addSpacing(16)
        row = horizontal()
        row.addWidget(self.primary)
        row.addWidget(self.another)
        row.addStretch()
        lines.addLayout(row)
        centre = horizontal()
        centre.addStretch(1)
        centre.addWidget(card, 4)
        centre.addStretch(1)
        column = vertical(self)
        column.addStretch(2)
        column.addLayout(centre)
        column.addStretch(3)
