"""The notice: one line across the top of a window that stays as long as it is true."""

from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from wealthdesk.gui import icons, theme
from wealthdesk.gui.widgets.layouts import horizontal
from wealthdesk.gui.widgets.text import label


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
