"""What is to be planned: a deposit, a withdrawal or a rebalance, how much, and into or from which accounts."""

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from wealthdesk.domain.accounts import Account, Scope
from wealthdesk.domain.plans import Goal, Mode
from wealthdesk.domain.valuation import RateConversion
from wealthdesk.gui.allocation.planner.account_amounts import AccountAmounts, from_base
from wealthdesk.gui.allocation.planner.plan_words import GOALS, MODES
from wealthdesk.gui.widgets.combo import Combo
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.money_edit import MoneyEdit
from wealthdesk.gui.widgets.segment import Segment
from wealthdesk.gui.widgets.text import label

_EACH: Final = "\0each"
"""Stands among the ids of accounts for an amount per account."""
_NAMES: Final = {
    Mode.DEPOSIT: ("Amount of the deposit", "In&to"),
    Mode.WITHDRAWAL: ("Amount of the withdrawal", "&From"),
}


class PlanMoney(QWidget):
    """What is typed stays when the mode or the scope changes. The panel places `amounts_list`, where it scrolls."""

    edited = Signal()
    """Something is being typed."""
    mode_chosen = Signal()
    place_chosen = Signal()
    """Other accounts were chosen."""
    goal_chosen = Signal(object)
    """The Goal."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.segment = Segment("What is planned", [(mode.value, words) for mode, (words, _) in MODES.items()])
        self.amount = MoneyEdit(_NAMES[Mode.DEPOSIT][0], "USD", large=True)
        self.place = Combo("Accounts", in_card=True)
        self.goal = Combo("Goal of the rebalance", list(GOALS.items()))
        self.amounts_list = AccountAmounts()
        self._accounts: list[Account] = []
        self._currency = "USD"
        self._ways: Mapping[str, RateConversion] = {}
        self._place_label = label(role="note", ink="mute", buddy=self.place)
        self._place_part, self._goal_part = QWidget(), QWidget()
        self._lay_out()
        self._connect()
        self._show()

    @property
    def mode(self) -> Mode:
        """What is planned."""
        return Mode(self.segment.choice())

    @property
    def has_several_accounts(self) -> bool:
        """Whether there is a choice of accounts."""
        return len(self._accounts) > 1

    @property
    def is_per_account(self) -> bool:
        """Whether each account has an amount of its own."""
        return self.mode is not Mode.REBALANCE and self.has_several_accounts and self.place.choice() == _EACH

    @property
    def names_accounts(self) -> bool:
        """Whether it is said into which accounts the money goes, instead of any."""
        return self.mode is not Mode.REBALANCE and self.has_several_accounts and self.place.choice() is not None

    @property
    def problem(self) -> str:
        """The sentence about what cannot be read, "" when all is well."""
        if self.mode is Mode.REBALANCE:
            return ""
        return self.amounts_list.problem() if self.is_per_account else self.amount.problem()

    def amounts(self) -> Mapping[Scope, int]:
        """Account → amount above 0, in minor units of its currency (None: any, of the base currency)."""
        if self.mode is Mode.REBALANCE:
            return {}
        if self.is_per_account:
            return self.amounts_list.amounts()
        amount, account = self.amount.minor(), self._account
        return {account.id if account else None: amount} if amount else {}

    def show_accounts(self, accounts: list[Account], currency: str, ways: Mapping[str, RateConversion]) -> None:
        """Offer these accounts; what is chosen and typed stays where it is still offered.

        currency: the base currency; ways: how to come to it from others.
        """
        self._accounts, self._currency, self._ways = accounts, currency, ways
        before = self.place.choice()
        each = [(account.id, account.name) for account in accounts]
        self.place.set_options([(None, "Any account"), *each, (_EACH, "Amounts per account")])
        self.place.choose(before)
        self.amounts_list.show_accounts(accounts, currency, ways)
        self._show()

    def show_goal(self, goal: Goal) -> None:
        """Show how far a rebalance goes."""
        self.goal.choose(goal)

    def set_mode(self, mode: Mode) -> None:
        """Choose a mode, without telling."""
        self.segment.choose(mode.value)
        self._show()

    def set_amount(self, minor: int | None) -> None:
        """Put an amount of the base currency into the field, for any account; None empties all fields."""
        self.place.choose(None)
        self._show()
        currency = self.amount.currency
        self.amount.set_minor(None if minor is None else from_base(minor, currency, self._currency, self._ways))
        self.amounts_list.clear()
        self._show()

    def share_out(self, minor: int) -> None:
        """Choose amounts per account, with this shared out over them."""
        self.place.choose(_EACH)
        self.amounts_list.share_out(minor)
        self._show()

    def focus_first(self) -> None:
        """Put the focus where the next plan begins: into the amount, or onto the goal of a rebalance."""
        first = next(iter(self.amounts_list.edits.values()), self.amount) if self.is_per_account else self.amount
        (self.goal if self.mode is Mode.REBALANCE else first).setFocus()

    @property
    def _account(self) -> Account | None:
        """The one account that is chosen, or the only one there is where it is kept in another currency."""
        if not self.has_several_accounts:
            return next((each for each in self._accounts if each.currency != self._currency), None)
        chosen = self.place.choice()
        return next((each for each in self._accounts if each.id == chosen), None)

    def _lay_out(self) -> None:
        place = horizontal(self._place_part, spacing=10)
        place.addWidget(self._place_label)
        place.addWidget(self.place, 1)
        goal = horizontal(self._goal_part, spacing=10)
        goal.addWidget(label("&Goal", "note", "mute", buddy=self.goal))
        goal.addWidget(self.goal, 1)
        layout = vertical(self, spacing=8)
        for each in (self.segment, self.amount, self._place_part, self._goal_part):
            layout.addWidget(each)

    def _connect(self) -> None:
        self.segment.chosen.connect(self._on_mode)
        self.amount.edited.connect(self.edited)
        self.amounts_list.edited.connect(self.edited)
        self.place.chosen.connect(self._on_place)
        self.goal.chosen.connect(self.goal_chosen)

    def _on_mode(self) -> None:
        self._show()
        self.mode_chosen.emit()

    def _on_place(self) -> None:
        # What was typed for all of them is not lost: it begins the list.
        if self.is_per_account and not self.amounts_list.amounts() and self.amount.minor():
            self.amounts_list.begin_with(self.amount.minor())
        self._show()
        self.place_chosen.emit()

    def _show(self) -> None:
        is_rebalance = self.mode is Mode.REBALANCE
        self._goal_part.setVisible(is_rebalance)
        self._place_part.setVisible(not is_rebalance and self.has_several_accounts)
        self.amount.setVisible(not is_rebalance and not self.is_per_account)
        if self.is_per_account:
            self.amounts_list.make_lines()
        self.amounts_list.setVisible(self.is_per_account)
        account = self._account
        self.amount.set_currency(account.currency if account else self._currency)
        if not is_rebalance:
            name, words = _NAMES[self.mode]
            self.amount.field.setAccessibleName(name)
            self._place_label.setText(words)
