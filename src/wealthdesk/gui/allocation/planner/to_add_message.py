"""How much new money would bring every class onto its target without a sale, and the way to plan it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from wealthdesk.domain.holdings import Portfolio
from wealthdesk.domain.plans import ToAdd
from wealthdesk.gui import format as text
from wealthdesk.gui.theme import Tone
from wealthdesk.gui.widgets.message import Message


class ToAddMessage(Message):
    """Stands above a rebalance: what it would take not to sell."""

    deposit_requested = Signal(object)
    """The amount in minor units."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Tone.NEUTRAL, parent=parent)
        self._amount = 0
        self.action_clicked.connect(self._on_action)

    def show_amount(self, to_add: ToAdd, portfolio: Portfolio) -> None:
        """Say how much it is, and which class decides."""
        self._amount = to_add.amount_minor or 0
        name = portfolio.classes[to_add.asset_class_id].name if to_add.asset_class_id else ""
        self.set_action("Plan &this deposit" if self._amount else "")
        if self._amount:
            amount = text.money(self._amount, portfolio.base_currency)
            told = f"{name} decides: it is furthest above its target."
            self.show_message(Tone.NEUTRAL, f"Adding {amount} needs no sale", told)
        elif to_add.amount_minor is None and name:
            self.show_message(Tone.NEUTRAL, f"No deposit brings {name} to 0%", "Its target is 0: only a sale does.")
        else:
            self.show_message(Tone.NEUTRAL, "Nothing has to be added", "No class is above its target.")

    def _on_action(self) -> None:
        self.deposit_requested.emit(self._amount)
