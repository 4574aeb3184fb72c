"""The empty state: a picture of bars, a headline, a sentence, choices, and a line below; instead of an empty table."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from wealthdesk.gui import icons, theme
from wealthdesk.gui.theme import CLASS_COLOURS
from wealthdesk.gui.widgets.allocation_bar import BarValues, paint_allocation_bar
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.text import label

_PICTURE = (
    BarValues(7800, 7300, 6750, 7850, CLASS_COLOURS["Equity"]),
    BarValues(2400, 3450, 2800, 4000, CLASS_COLOURS["Fixed income"], is_outside=True),
    BarValues(1900, 1550, 950, 2100, CLASS_COLOURS["Real estate"]),
)


class BarsPicture(QWidget):
    """Three allocation bars; decoration."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(340, 92)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        for place, values in enumerate(_PICTURE):
            paint_allocation_bar(painter, QRectF(0, 36 * place, self.width(), 20), values, theme.current())


class EmptyState(QWidget):
    """choices: widgets side by side below the sentence: ChoiceCards, or buttons. foot: a line with a lock before it."""

    def __init__(
        self,
        headline: str,
        sentence: str,
        choices: Sequence[QWidget] = (),
        *,
        foot: str = "",
        picture: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        centre = Qt.AlignmentFlag.AlignHCenter
        layout = vertical(self, spacing=0)
        layout.addStretch(4)
        if picture:
            layout.addWidget(BarsPicture(), 0, centre)
            layout.addSpacing(34)
        self._headline = label(headline, "hero", wrap=True)
        self._sentence = label(sentence, "body", "mute", wrap=True)
        for each, below in ((self._headline, 8), (self._sentence, 28)):
            each.setAlignment(centre)
            layout.addWidget(each)
            layout.addSpacing(below)
        row = horizontal(spacing=14, margins=(16, 0, 16, 0))
        row.addStretch()
        for choice in choices:
            row.addWidget(choice, 1)
        row.addStretch()
        layout.addLayout(row)
        if foot:
            layout.addSpacing(24)
            layout.addLayout(promise(foot))
        layout.addStretch(5)

    def take_focus(self, reason: Qt.FocusReason) -> None:
        """Let Enter press what is offered first."""
        first = next((each for each in self.findChildren(QPushButton) if each.isEnabled()), None)
        if first is not None:
            first.setFocus(reason)

    def show_words(self, headline: str, sentence: str) -> None:
        """Say something else."""
        self._headline.setText(headline)
        self._sentence.setText(sentence)


def promise(words: str) -> QHBoxLayout:
    """A line in the middle, with a lock before it."""
    row = horizontal(spacing=8)
    sign = QLabel()
    icons.put(sign, "lock", "mute", 14)
    row.addStretch()
    row.addWidget(sign)
    row.addWidget(label(words, "body", "mute2"))
    row.addStretch()
    return row
