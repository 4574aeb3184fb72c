"""The segmented control: a few choices side by side, one of them chosen; the arrow keys move the choice."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QPushButton, QSizePolicy, QWidget

from wealthdesk.gui import fonts
from wealthdesk.gui.spoken import Group
from wealthdesk.gui.widgets.layouts import horizontal
from wealthdesk.gui.widgets.text import as_tip


class Segment(Group):
    """options: (key, words) of each choice; the first is chosen at start."""

    chosen = Signal(object)
    """The key, when the user chose another."""

    def __init__(self, name: str, options: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "segment")
        self.setAccessibleName(name)
        self.setFixedHeight(34)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._keys: dict[QAbstractButton, str] = {}
        self._group = QButtonGroup(self)
        layout = horizontal(self, spacing=2)
        layout.setContentsMargins(3, 3, 3, 3)
        for key, words in options:
            layout.addWidget(self._option(key, words), 1)
        self._group.buttons()[0].setChecked(True)
        self._on_toggled()
        self._group.buttonToggled.connect(self._on_toggled)
        self._group.buttonClicked.connect(self._on_clicked)
        self._last = self.choice()

    def choice(self) -> str:
        """The key that is chosen."""
        return next(key for button, key in self._keys.items() if button.isChecked())

    def choose(self, key: str) -> None:
        """Choose a key, without telling."""
        self.button(key).setChecked(True)
        self._last = key

    def set_option_enabled(self, key: str, enabled: bool, why: str = "") -> None:
        """Let a choice be chosen or not; `why` is its tooltip."""
        self.button(key).setEnabled(enabled)
        self.button(key).setToolTip(as_tip(why))

    def button(self, key: str) -> QAbstractButton:
        """The button of a choice."""
        return next(button for button, each in self._keys.items() if each == key)

    def _option(self, key: str, words: str) -> QPushButton:
        option = QPushButton(words)
        option.setCheckable(True)
        option.setAutoExclusive(True)  # one of several, to a screen reader: no box to be ticked
        option.setProperty("kind", "segment")
        option.setAutoDefault(False)
        option.setAccessibleName(words.replace("&", ""))
        self._group.addButton(option)
        self._keys[option] = key
        return option

    def _on_toggled(self) -> None:
        for button in self._keys:
            is_chosen = button.isChecked()
            button.setFont(fonts.font("strong" if is_chosen else "control"))
            # Tab comes to the choice, and not always to the first one.
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus if is_chosen else Qt.FocusPolicy.ClickFocus)

    def _on_clicked(self) -> None:
        if self.choice() != self._last:
            self._last = self.choice()
            self.chosen.emit(self._last)
