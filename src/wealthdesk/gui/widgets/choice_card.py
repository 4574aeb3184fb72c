"""The choice card of an empty page: an icon, what one can do, a sentence about it, and its button."""

from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from wealthdesk.gui import icons
from wealthdesk.gui.widgets.buttons import button, primary_button
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.text import label

_WIDTH: Final = 280
_NARROWEST: Final = 220


class ChoiceCard(QFrame):
    """key: the shortcut of the button, shown at the top right."""

    chosen = Signal()

    def __init__(
        self,
        icon: str,
        title: str,
        text: str,
        action: str,
        *,
        key: str = "",
        primary: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("kind", "card")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(_NARROWEST)
        self.setMaximumWidth(_WIDTH)
        sign = QLabel()
        icons.put(sign, icon, "ink", 24)
        head = horizontal(spacing=6)
        head.addWidget(sign)
        head.addStretch()
        head.addWidget(label(key, "small", "mute"))
        self.button = primary_button(action, key=key) if primary else button(action, key=key)
        self.button.setAccessibleDescription(f"{title}. {text}")
        self.button.clicked.connect(self.chosen)
        words = label(text, "note", "mute", wrap=True)
        words.setMinimumHeight(52)
        words.setAlignment(Qt.AlignmentFlag.AlignTop)
        layout = vertical(self, spacing=4)
        layout.setContentsMargins(20, 20, 20, 18)
        layout.addLayout(head)
        layout.addSpacing(12)
        layout.addWidget(label(title, "section"))
        layout.addWidget(words, 1)
        layout.addSpacing(10)
        layout.addWidget(self.button)

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH, super().sizeHint().height())
