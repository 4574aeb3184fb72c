"""The side navigation: the pages of the window, Settings at the foot, and two lines about the portfolio."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QLabel,
    QPushButton,
    QWidget,
)

from wealthdesk.gui import fonts, icons
from wealthdesk.gui.spoken import Group
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.text import label, rule, set_ink

WIDTH = 184
NARROW_WIDTH = 60
_LOGO, _LOGO_NARROW = 6, 8
"""Room before the logo: left of the words below it, or in the middle of the icons."""


@dataclass(frozen=True, slots=True)
class NavItem:
    """A page: its key, its words, its icon and its shortcut ("" = Ctrl+1, Ctrl+2 … in order)."""

    key: str
    text: str
    icon: str
    shortcut: str = ""


class Nav(Group):
    """items: the pages from the top; foot_items: those at the foot."""

    chosen = Signal(object)
    """The key of the page, when the user chose it (again, too)."""

    def __init__(
        self, items: Sequence[NavItem], foot_items: Sequence[NavItem] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("kind", "side")
        self.setFixedWidth(WIDTH)
        self.setAccessibleName("Pages")
        self._items: dict[str, NavItem] = {}
        self._buttons: dict[str, QPushButton] = {}
        self._offered: dict[str, bool] = {}
        self._group = QButtonGroup(self)
        self._group.buttonToggled.connect(self._on_toggled)
        self._brand = label("WealthDesk", "brand")
        self._lines, self._last_line = (label(role="small", ink="mute", wrap=True) for _ in range(2))
        for each in (self._lines, self._last_line):
            each.setContentsMargins(8, 0, 0, 0)
        self._layout = vertical(self, spacing=2)
        self._layout.setContentsMargins(12, 17, 12, 16)
        self._head = horizontal(spacing=9, margins=(_LOGO, 0, 0, 0))
        self._fill_head()
        self._layout.addLayout(self._head)
        self._layout.addSpacing(17)
        for number, item in enumerate(items, start=1):
            self._add(item, item.shortcut or f"Ctrl+{number}")
        self._layout.addStretch()
        for item in foot_items:
            self._add(item, item.shortcut)
        self._foot_rule = rule()
        self._layout.addSpacing(10)
        self._layout.addWidget(self._foot_rule)
        self._layout.addSpacing(8)
        self._layout.addWidget(self._lines)
        self._layout.addWidget(self._last_line)

    def choose(self, key: str) -> None:
        """Mark a page as the one shown, without telling."""
        self._buttons[key].setChecked(True)

    def choice(self) -> str:
        """The key of the page marked, "" before the first."""
        return next((key for key, button in self._buttons.items() if button.isChecked()), "")

    def set_offered(self, key: str, *, offered: bool) -> None:
        """Offer a page, or not: its key leads there all the same, and it is seen while it is shown."""
        self._offered[key] = offered
        self._buttons[key].setVisible(offered or self._buttons[key].isChecked())

    def set_foot(self, line: str, last: str, *, warns: bool = False) -> None:
        """The lines at the foot: "Prices of 20 Nov", "Backed up 08:02". warns: the last one is a warning."""
        self._lines.setText(line)
        self._last_line.setText(last)
        set_ink(self._last_line, "signal_text" if warns else "mute")

    def set_narrow(self, narrow: bool) -> None:
        """Show icons only, or icons and words."""
        self.setFixedWidth(NARROW_WIDTH if narrow else WIDTH)
        self._head.setContentsMargins(_LOGO_NARROW if narrow else _LOGO, 0, 0, 0)
        for each in (self._brand, self._lines, self._last_line):
            each.setVisible(not narrow)
        for key, button in self._buttons.items():
            button.setText("" if narrow else _worded(self._items[key]))

    def _fill_head(self) -> None:
        logo = QLabel()
        icons.put(logo, "logo", "ink", 20)
        self._head.addWidget(logo)
        self._head.addWidget(self._brand)
        self._head.addStretch()

    def _add(self, item: NavItem, shortcut: str) -> None:
        button = QPushButton(_worded(item))
        button.setCheckable(True)
        button.setAutoExclusive(True)  # one of several, to a screen reader: no box to be ticked
        button.setProperty("kind", "nav")
        button.setAutoDefault(False)
        button.setAccessibleName(item.text)
        button.setToolTip(f"{item.text} ({shortcut})" if shortcut else item.text)
        button.clicked.connect(lambda: self.chosen.emit(item.key))
        if shortcut:
            QShortcut(QKeySequence(shortcut), self).activated.connect(button.click)
        self._items[item.key], self._buttons[item.key] = item, button
        self._group.addButton(button)
        self._layout.addWidget(button)
        self._on_toggled(button)

    def _on_toggled(self, button: QAbstractButton) -> None:
        key = next(key for key, each in self._buttons.items() if each is button)
        is_chosen = button.isChecked()
        if key in self._offered:
            button.setVisible(is_chosen or self._offered[key])
        button.setFont(fonts.font("strong" if is_chosen else "control"))
        icons.put(button, self._items[key].icon, "ink" if is_chosen else "mute", gap=8)


def _worded(item: NavItem) -> str:
    return item.text
