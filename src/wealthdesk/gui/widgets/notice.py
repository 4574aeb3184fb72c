"""The notice: one line across the top of a window that stays as long as it is true."""

from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from wealthdesk.gui import icons
from wealthdesk.gui.widgets.layouts import horizontal
from wealthdesk.gui.widgets.text import label, set_ink


class Notice(QFrame):
    """words: what is true of the whole window."""

    def __init__(self, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "notice")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(words)
        sign = QLabel()
        icons.put(sign, "info", "mute2", 14)
        said = label(words, "note")
        set_ink(said, "mute2")
        row = horizontal(self, spacing=8, margins=(24, 6, 24, 6))
        row.addWidget(sign)
        row.addWidget(said, 1)
