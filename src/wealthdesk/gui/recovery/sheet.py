"""The frame of every page that stands in the place of a portfolio: one column in the middle, and cards in it."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from wealthdesk.gui import icons
from wealthdesk.gui.breakable import breakable
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.text import label

WIDTH: Final = 760


class Sheet(QWidget):
    """headline: what is the matter. summary: what that means. What else there is to say goes into `lines`."""

    def __init__(self, headline: str, summary: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QWidget()
        column.setFixedWidth(WIDTH)
        whole = vertical(column, spacing=0, margins=(0, 24, 0, 24))
        whole.addStretch(2)
        whole.addLayout(_brand())
        whole.addSpacing(24)
        whole.addWidget(label(headline, "hero", wrap=True))
        whole.addSpacing(6)
        whole.addWidget(label(summary, "body", "mute", wrap=True))
        self.lines: QVBoxLayout = vertical(spacing=0)
        whole.addLayout(self.lines)
        whole.addStretch(3)
        self._scroll_around(column)

    def bring_into_view(self, part: QWidget) -> None:
        """Scroll to a part that was unfolded."""
        # Its place is known once the lines are laid out anew.
        QTimer.singleShot(0, part, lambda: self._area.ensureWidgetVisible(part))

    def _scroll_around(self, column: QWidget) -> None:
        area = self._area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        # What is reached by keys scrolls itself; the area is no stop on the way.
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        ground = QWidget()
        # Stretches and no alignment: an aligned widget is not asked how high its wrapped words are.
        middle = horizontal(ground, margins=(24, 0, 24, 0))
        middle.addStretch()
        middle.addWidget(column)
        middle.addStretch()
        area.setWidget(ground)
        vertical(self).addWidget(area)


class Card(QFrame):
    """A titled card of sentences, each of them selectable."""

    def __init__(
        self, icon: str, ink: str, title: str, lines: Sequence[str] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("kind", "card")
        self._title = title
        row = horizontal(self, spacing=10, margins=(18, 15, 18, 17))
        sign = QLabel()
        icons.put(sign, icon, ink, 18)
        row.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        words = vertical(spacing=5)
        words.addWidget(label(title, "strong"))
        self._said = vertical(spacing=5)
        words.addLayout(self._said)
        words.addStretch()
        row.addLayout(words, 1)
        self.show_lines(lines)

    def show_lines(self, lines: Sequence[str]) -> None:
        """Say these sentences instead."""
        while (item := self._said.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for each in lines:
            said = label(breakable(each), wrap=True)
            said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._said.addWidget(said)
            said.show()
        self.setAccessibleName(f"{self._title}: {' '.join(lines)}")


class Note(QFrame):
    """A sentence with an information sign; an empty one is not shown."""

    def __init__(self, words: str = "", icon: str = "info", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = horizontal(self, spacing=9)
        sign = QLabel()
        icons.put(sign, icon, "mute", 16)
        row.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        self._said = label(wrap=True)
        self._said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row.addWidget(self._said, 1)
        self.say(words)

    def say(self, words: str) -> None:
        """Say this instead."""
        self._said.setText(breakable(words))
        self.setVisible(bool(words))

    def words(self) -> str:
        """What it says."""
        return self._said.text().replace("\u200b", "")


def cards(*each: Card) -> QHBoxLayout:
    """Cards side by side, equally wide."""
    row = horizontal(spacing=12)
    for card in each:
        row.addWidget(card, 1)
    return row


def _brand() -> QHBoxLayout:
    row = horizontal(spacing=9)
    logo = QLabel()
    icons.put(logo, "logo", "ink", 20)
    row.addWidget(logo)
    row.addWidget(label("WealthDesk", "brand"))
    row.addStretch()
    return row
