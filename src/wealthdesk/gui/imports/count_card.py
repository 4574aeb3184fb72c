"""A card that counts: an icon, a number, and what it is the number of."""

from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from wealthdesk.gui import icons
from wealthdesk.gui.imports.words import figure
from wealthdesk.gui.widgets.layouts import horizontal
from wealthdesk.gui.widgets.text import as_tip, label, set_ink


class CountCard(QFrame):
    """icon and ink: what stands before the number when it is not 0."""

    def __init__(self, icon: str, ink: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "card")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self._icon, self._ink = icon, ink
        self._sign = QLabel()
        self._sign.setFixedSize(18, 18)
        self._number = label(role="figure")
        self._words = label(role="body", ink="mute", wrap=True)
        self.number = 0
        row = horizontal(self, spacing=12, margins=(16, 12, 12, 12))
        row.addWidget(self._sign)
        row.addWidget(self._number)
        row.addWidget(self._words, 1)

    def show_count(self, number: int, words: str, *, tip: str = "", is_stale: bool = False) -> None:
        """Show a number and its words; is_stale: it is being counted anew."""
        self.number = number
        icons.put(self._sign, self._icon, self._ink if number and not is_stale else "mute", 18)
        self._number.setText(figure(number))
        self._words.setText(words)
        set_ink(self._number, "mute" if is_stale or not number else "ink")
        self.setToolTip(as_tip(tip))
        self.setAccessibleName(f"{figure(number)} {words}. {tip}".strip())
