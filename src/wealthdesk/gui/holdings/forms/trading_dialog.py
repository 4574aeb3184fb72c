"""How far assets take part in plans: the choice with its words, and the form for several at once."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from wealthdesk.domain.assets import Asset
from wealthdesk.domain.trading_rules import Trading
from wealthdesk.gui import format as text
from wealthdesk.gui.field import Field
from wealthdesk.gui.form_dialog import FormDialog
from wealthdesk.gui.holdings.tables import words
from wealthdesk.gui.holdings.tables.words import TRADING
from wealthdesk.gui.widgets.choices import Combo

if TYPE_CHECKING:
    from wealthdesk.services.desk import Desk


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


class TradingDialog(FormDialog):
    """assets: at least one. It begins with what all of them have in common."""

    def __init__(self, desk: "Desk", assets: Sequence[Asset], parent: QWidget | None = None) -> None:
        named = words.several([each.symbol for each in assets], 6)
        super().__init__(f"{text.count(len(assets), 'asset')} in plans", subtitle=named, parent=parent)
        self._desk, self._assets = desk, tuple(assets)
        rules = desk.rules.current()
        found = {rules.of_asset(each.id) for each in assets}
        self.trading = TradingField("In &plans")
        self.trading.show_trading(found.pop() if len(found) == 1 else Trading.FREE)
        self.add(self.trading)
        self.trading.setFocus()

    def save(self) -> object:
        trading = self.trading.trading()
        self._desk.rules.set_trading([each.id for each in self._assets], trading)
        return trading
