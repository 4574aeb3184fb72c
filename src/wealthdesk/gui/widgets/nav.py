"""The side navigation: what finds things, the pages of the window, Settings, and three lines about the portfolio."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QEvent, QSize, Signal
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
from wealthdesk.gui.widgets.buttons import word_button
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.text import label, rule, set_ink

if TYPE_CHECKING:
    from wealthdesk.gui.foot_lines import FootLines

WIDTH = 184
NARROW_WIDTH = 60
_EDGE = 1
_SIGN, _BESIDE = 14, 5
"""The mark before the line about the backup, and the room between them: the words below begin where those do."""
_LOGO, _LOGO_NARROW = 6, 8
"""Room before the logo: left of the words below it, or in the middle of the icons."""


class NavItem(NamedTuple):
    """A page: its key, its words, its icon and its shortcut ("" = Ctrl+1, Ctrl+2 … in order)."""

    key: str
    text: str
    icon: str
    shortcut: str = ""


class Nav(Group):
    """items: the pages from the top; foot_items: those at the foot."""

    chosen = Signal(object)
    """The key of the page, when the user chose it (again, too)."""
    command_requested = Signal()
    """The field of commands was clicked."""
    backup_requested = Signal()
    update_requested = Signal()
    """Newer prices are wanted; the button for it is hidden until `offer_update`."""

    def __init__(
        self, items: Sequence[NavItem], foot_items: Sequence[NavItem] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("kind", "side")
        self._is_narrow = False
        self.setFixedWidth(WIDTH)
        self.setAccessibleName("Pages")
        self._items: dict[str, NavItem] = {}
        self._buttons: dict[str, QPushButton] = {}
        self._offered: dict[str, bool] = {}
        self._group = QButtonGroup(self)
        self._group.buttonToggled.connect(self._on_toggled)
        self._brand = label("WealthDesk", "brand")
        self.command = _CommandField()
        self.command.clicked.connect(self.command_requested)
        self._foot = QWidget()
        self._prices, self._below = (label(role="note", ink="mute2", wrap=True) for _ in range(2))
        self._backup = label(role="note", ink="mute2")
        self._sign = QLabel()
        self.update_prices, self.back_up = word_button("Update"), word_button("")
        self._lay_out_foot()
        self._layout = vertical(self, spacing=2)
        self._layout.setContentsMargins(12, 17, 12, 16)
        self._head = horizontal(spacing=9, margins=(_LOGO, 0, 0, 0))
        self._fill_head()
        self._layout.addLayout(self._head)
        self._layout.addSpacing(13)
        self._layout.addWidget(self.command)
        self._layout.addSpacing(9)
        for number, item in enumerate(items, start=1):
            self._add(item, item.shortcut or f"Ctrl+{number}")
        self._layout.addStretch()
        for item in foot_items:
            self._add(item, item.shortcut)
        self._foot_rule = rule()
        self._layout.addSpacing(10)
        self._layout.addWidget(self._foot_rule)
        self._layout.addSpacing(8)
        self._layout.addWidget(self._foot)

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

    def set_foot(self, lines: "FootLines") -> None:
        """Say of which day the prices are, when a backup was made, and what was changed since."""
        self._prices.setText(lines.prices)
        set_ink(self._prices, "signal_text" if lines.prices_due else "mute2")
        self._backup.setText(lines.backup)
        set_ink(self._backup, "signal_text" if lines.backup_due else "mute2")
        self._sign.setVisible(lines.backup_due)
        self._under.setContentsMargins(_SIGN + _BESIDE if lines.backup_due else 0, 0, 0, 0)
        self._backup.setFont(fonts.font("note_strong" if lines.backup_due else "note"))
        self._below.setText("" if lines.can_back_up else lines.below)
        self._below.setVisible(bool(self._below.text()))
        self.back_up.setText(lines.below)
        self.back_up.setAccessibleName(lines.below)
        self.back_up.setVisible(lines.can_back_up)

    def offer_update(self, *, offered: bool) -> None:
        """Offer to bring newer prices, where there is a source of them."""
        self.update_prices.setVisible(offered)

    def set_narrow(self, narrow: bool) -> None:
        """Show icons only, or icons and words."""
        self._is_narrow = narrow
        self._head.setContentsMargins(_LOGO_NARROW if narrow else _LOGO, 0, 0, 0)
        for each in (self._brand, self._foot, self.command):
            each.setVisible(not narrow)
        for key, button in self._buttons.items():
            button.setText("" if narrow else _worded(self._items[key]))
        self._fit_width()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit_width()
        return super().event(event)

    def _fit_width(self) -> None:
        # As wide as its longest words need, where they are longer than those that it was drawn for.
        wide = max(WIDTH, self._layout.minimumSize().width() + _EDGE)
        self.setFixedWidth(NARROW_WIDTH if self._is_narrow else wide)

    def _fill_head(self) -> None:
        logo = QLabel()
        icons.put(logo, "logo", "ink", 20)
        self._head.addWidget(logo)
        self._head.addWidget(self._brand)
        self._head.addStretch()

    def _lay_out_foot(self) -> None:
        icons.put(self._sign, "warning", "signal_text", _SIGN)
        for button, wanted in ((self.update_prices, self.update_requested), (self.back_up, self.backup_requested)):
            button.setFont(fonts.font("note_strong"))
            button.clicked.connect(wanted)
            button.hide()
        for each in (self._sign, self._below):
            each.hide()
        rows = vertical(self._foot, spacing=2, margins=(8, 0, 0, 0))
        prices, backup = horizontal(spacing=6), horizontal(spacing=_BESIDE)
        below = self._under = horizontal(spacing=0)
        prices.addWidget(self._prices, 1)
        prices.addWidget(self.update_prices)
        backup.addWidget(self._sign)
        backup.addWidget(self._backup, 1)
        below.addWidget(self.back_up)
        below.addWidget(self._below, 1)
        below.addStretch()
        for line in (prices, backup, below):
            rows.addLayout(line)

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
        button.setFont(fonts.font("strong" if is_chosen else "body"))
        icons.put(button, self._items[key].icon, "ink" if is_chosen else "mute", gap=8)


class _CommandField(QPushButton):
    """What opens the palette: it looks like a field, since typing follows."""

    def __init__(self) -> None:
        super().__init__("Go to or do…")
        self.setProperty("kind", "command")
        self.setAutoDefault(False)
        self.setAccessibleName("Go to or do: find a page, an action or a holding")
        self.setToolTip("Find a page, an action or a holding (Ctrl+K)")
        icons.put(self, "search", "mute", 14, gap=5)
        row = horizontal(self, margins=(0, 0, 9, 0))
        row.addStretch()
        self._key = label("Ctrl K", "small", "mute2")
        row.addWidget(self._key)

    def sizeHint(self) -> QSize:
        # A button does not reckon with what is laid out in it.
        return super().sizeHint() + QSize(self._key.sizeHint().width() + 4, 0)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


def _worded(item: NavItem) -> str:
    return item.text
