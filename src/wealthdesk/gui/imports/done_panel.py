"""Step 3 of the import: what was kept, and where to go from here."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QScrollArea, QWidget

from wealthdesk.gui import format as text
from wealthdesk.gui import icons
from wealthdesk.gui.imports.moved_section import MovedSection
from wealthdesk.gui.imports.words import details, outcome
from wealthdesk.gui.widgets.buttons import button, primary_button
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.text import frame, label
from wealthdesk.services.imports import ImportPreview, MovedIn

_WIDTH = 560


class DonePanel(QWidget):
    """Shows one import that was kept."""

    allocation_requested = Signal()
    classify_requested = Signal()
    another_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sign = QLabel()
        self._headline = label(role="hero", wrap=True)
        self._taken_back = label("This import was taken back as a whole.", "body", "mute", wrap=True)
        self._details = label(role="body", ink="mute", wrap=True)
        self._details.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.total = label(role="strong", wrap=True)
        self.classify = primary_button("&Classify")
        self.classify.clicked.connect(self.classify_requested)
        self.show_allocation = button("&Show allocation")
        self.show_allocation.clicked.connect(self.allocation_requested)
        self.show_allocation_first = primary_button("&Show allocation")
        self.show_allocation_first.clicked.connect(self.allocation_requested)
        self.another = button("Import &more files")
        self.another.clicked.connect(self.another_requested)
        self._unclassified = label("An asset without a class does not count in the weights.", "note", "mute", wrap=True)
        self._outcome = ""
        self.moved: list[MovedSection] = []
        self._moved = vertical(spacing=24)
        self._lay_out()
        self.show_unclassified(0)

    @property
    def headline(self) -> str:
        """What was done, in a few words."""
        return self._headline.text()

    @property
    def details(self) -> str:
        """What was done, line by line."""
        return self._details.text()

    @property
    def is_taken_back(self) -> bool:
        """Whether what was kept is told as undone."""
        return not self._taken_back.isHidden()

    @property
    def primary(self) -> QPushButton:
        """What is to be done next: new assets are classified, else the allocation is looked at."""
        return self.show_allocation_first if self.classify.isHidden() else self.classify

    def show_unclassified(self, count: int) -> None:
        """Offer to classify so many new assets, which do not count before; 0: there is none."""
        self.classify.setText(f"&Classify {text.count(count, 'new asset')}")
        self.classify.setAccessibleName(f"Classify {text.count(count, 'new asset')}")
        self.classify.setVisible(count > 0)
        self.show_allocation.setVisible(count > 0)
        self.show_allocation_first.setVisible(not count)
        self._unclassified.setVisible(count > 0)

    def show_total(self, before: str, after: str, unvalued: int) -> None:
        """Say what everything is worth now, before where that was something, and how many holdings have no value."""
        words = f"Total {before} → {after}" if before and before != after else f"Total {after}"
        none = f", without {text.count(unvalued, 'holding')} that no price or rate is known for" if unvalued else ""
        self.total.setText(f"{words}{none}")
        self.total.setVisible(bool(after))

    def show_kept(self, preview: ImportPreview, removed: int, left_out: frozenset[tuple[str, int]]) -> None:
        """Show what was kept."""
        self._outcome = outcome(preview, removed)
        self._details.setText("\n".join(details(preview, removed, left_out)))
        self.show_taken_back(is_back=False)

    def show_taken_back(self, *, is_back: bool) -> None:
        """Say whether what was kept has been undone since; then none of it is told as what is in the portfolio."""
        icons.put(self._sign, "undo" if is_back else "check", "mute" if is_back else "ok", 28)
        self._headline.setText("Import undone" if is_back else self._outcome)
        self._taken_back.setVisible(is_back)
        self._details.setVisible(not is_back)

    def _lay_out(self) -> None:
        card = frame("card")
        card.setMaximumWidth(_WIDTH)
        lines = vertical(card, spacing=8, margins=(28, 26, 28, 26))
        lines.addWidget(self._sign)
        lines.addSpacing(4)
        lines.addWidget(self._headline)
        lines.addWidget(self._taken_back)
        lines.addWidget(self.total)
        lines.addWidget(self._details)
        lines.addWidget(self._unclassified)
        lines.addSpacing(16)
        row = horizontal()
        for each in (self.classify, self.show_allocation_first, self.show_allocation):
            row.addWidget(each)
        row.addWidget(self.another)
        row.addStretch()
        lines.addLayout(row)
        centre = horizontal()
        centre.addStretch(1)
        centre.addWidget(card, 4)
        centre.addStretch(1)
        ground = QWidget()
        self._column = vertical(ground, spacing=20, margins=(24, 0, 24, 20))
        self._column.addStretch(2)
        self._column.addLayout(centre)
        self._column.addLayout(self._moved)
        self._column.addStretch(3)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(ground)
        vertical(self).addWidget(area)

    def show_moved(self, moved: Sequence[MovedIn]) -> None:
        """Lay what files of other programs have beside what is here now."""
        while len(self.moved) < len(moved):
            section = MovedSection()
            self.moved.append(section)
            self._moved.addWidget(section)
        for place, section in enumerate(self.moved):
            section.setVisible(place < len(moved))
            if place < len(moved):
                section.show_moved(moved[place])
