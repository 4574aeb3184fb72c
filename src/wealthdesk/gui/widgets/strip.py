"""The strip: sentences across the top of a window about something that was done or is so, with what to do about it."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QSizePolicy, QWidget

from wealthdesk.gui import icons, theme
from wealthdesk.gui.theme import Tone
from wealthdesk.gui.widgets.buttons import button, icon_button
from wealthdesk.gui.widgets.layouts import horizontal
from wealthdesk.gui.widgets.text import label


class Strip(QFrame):
    """is_dismissable: it has a button that closes it; otherwise it stays as long as its window shows it."""

    closed = Signal()
    """It is gone, by its own button or by one of its actions."""

    def __init__(
        self,
        words: str,
        tone: Tone = Tone.NEUTRAL,
        *,
        is_dismissable: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(words)
        self._tone = tone
        self.words = words
        self.buttons: list[QPushButton] = []
        sign = QLabel()
        icons.put(sign, "info", tone, 14)
        said = label(words, "note", tone, wrap=True)
        said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._row = horizontal(self, spacing=8, margins=(24, 5, 16, 5))
        self._row.addWidget(sign)
        self._row.addWidget(said, 1)
        self.dismiss = icon_button("close", "Close this message", size=14)
        self.dismiss.clicked.connect(self.close_strip)
        self._row.addWidget(self.dismiss)
        # Once it is in here: shown before, it is a window of its own for a moment, and takes the keys from this one.
        self.dismiss.setVisible(is_dismissable)
        self.setMinimumHeight(40)

    def add_action(self, words: str, do: Callable[[], object], *, closes: bool = True) -> QPushButton:
        """Add a button. closes: what it does ends what the strip says."""
        made = button(words, in_card=True)
        if closes:
            made.clicked.connect(self.close_strip)
        made.clicked.connect(lambda: do())
        self.buttons.append(made)
        self._row.insertWidget(self._row.count() - 1, made)
        return made

    def close_strip(self) -> None:
        """Take it away."""
        self.hide()
        self.closed.emit()
        self.deleteLater()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        look = theme.current()
        painter.fillRect(self.rect(), QColor(look.sel if self._tone is Tone.NEUTRAL else look.tone(self._tone).tint))
        painter.fillRect(0, self.height() - 1, self.width(), 1, QColor(look.line))


class Notice(QFrame):
    """words: what is true of the whole window."""

    def __init__(self, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(words)
        sign = QLabel()
        icons.put(sign, "info", "mute2", 14)
        row = horizontal(self, spacing=8, margins=(24, 6, 24, 6))
        row.addWidget(sign)
        row.addWidget(label(words, "note", "mute2"), 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.current().sel))
