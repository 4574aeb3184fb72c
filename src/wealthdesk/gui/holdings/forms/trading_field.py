"""The field that says how far an asset takes part in plans, with what that means below it."""

from PySide6.QtWidgets import QWidget

from wealthdesk.domain.trading_rules import Trading
from wealthdesk.gui.field import Field
from wealthdesk.gui.holdings.tables.words import TRADING
from wealthdesk.gui.widgets.choices import Combo


class TradingField(Field):
    """words: its label."""

    def __init__(self, words: str, parent: QWidget | None = None) -> None:
        self._combo = Combo("In plans", [(key, name) for key, (name, _) in TRADING.items()])
        super().__init__(words, self._combo, TRADING[Trading.FREE][1], parent=parent)
        self.setFocusProxy(self._combo)
        self._combo.chosen.connect(self._show_meaning)

    def trading(self) -> Trading:
        """What is chosen."""
        return Trading(str(self._combo.choice()))

    def show_trading(self, trading: Trading) -> None:
        """Show what is kept."""
        self._combo.choose(trading)
        self._show_meaning()

    def _show_meaning(self) -> None:
        self.set_note(TRADING[self.trading()][1])
