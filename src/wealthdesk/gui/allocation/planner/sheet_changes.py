"""What can be changed from the order sheet, rules of accounts and steps of assets: done at once, with the way back."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from wealthdesk.domain.trading_rules import AccountRules, MayHold, Room, RoomKind
from wealthdesk.errors import WealthDeskError
from wealthdesk.gui import format as text
from wealthdesk.gui import problems
from wealthdesk.gui.theme import Tone
from wealthdesk.gui.widgets.message import Message

if TYPE_CHECKING:
    from wealthdesk.services.desk import Desk


class SheetChanges(Message):
    """Hidden until something was changed; then it says what is so now. It takes back only what was done last.

    The plan is made anew by whoever hears that rules or assets have changed.
    """

    def __init__(self, desk: "Desk", parent: QWidget | None = None) -> None:
        super().__init__(Tone.NEUTRAL, action="&Undo", parent=parent)
        self._desk = desk
        self._step: object = None
        self._steps = desk.undo
        self.action_clicked.connect(self._on_undo)
        self.hide()

    def bar(self, account_id: str, asset_id: str) -> None:
        """An asset is not to be had in an account: it is not bought there any more."""
        rules, one = self._rules_of(account_id), frozenset({asset_id})
        changed = replace(rules, allowed=rules.allowed - one, barred=rules.barred | one)
        self._set_rules(account_id, changed, f"{self._symbol(asset_id)} is not bought in {self._name(account_id)} now")

    def allow(self, account_id: str, asset_ids: frozenset[str]) -> None:
        """Let these be bought in an account; none: everything."""
        rules = self._rules_of(account_id)
        changed = replace(rules, allowed=rules.allowed | asset_ids, barred=rules.barred - asset_ids)
        if not asset_ids:
            changed = replace(rules, may_hold=MayHold.ALL, can_hold=None)
        what = text.count(len(asset_ids), "asset") + " more" if asset_ids else "Everything"
        self._set_rules(account_id, changed, f"{what} may be bought in {self._name(account_id)} now")

    def give_room(self, account_id: str, minor: int | None) -> None:
        """Let so much new money go into an account, in minor units of its currency; None: no limit."""
        currency = self._desk.portfolios.current().accounts[account_id].currency
        room, told = Room(RoomKind.NO_LIMIT), "New money may go"
        if minor is not None:
            room = Room(RoomKind.LIMITED, minor, self._desk.clock.today())
            told = f"Up to {text.money(minor, currency)} may go" if minor else "No new money goes"
        changed = replace(self._rules_of(account_id), room=room)
        self._set_rules(account_id, changed, f"{told} into {self._name(account_id)}")

    def trade_whole(self, asset_id: str) -> None:
        """Trade an asset in whole shares."""
        assets, before = self._desk.assets, self._desk.portfolios.current().assets[asset_id]
        changed = replace(before, lot_step=Decimal(1))
        self._do(
            partial(assets.change, changed),
            f"{before.symbol} is traded in whole shares now",
        )

    def refresh(self) -> None:
        """Say nothing any more once something else was done."""
        if self._step is not None and self._step is not self._steps.last():
            self.forget()

    def forget(self) -> None:
        """Say nothing any more: something else is told."""
        self._step = None
        self.hide()

    def _set_rules(self, account_id: str, changed: AccountRules, sentence: str) -> None:
        self._do(partial(self._desk.rules.set_account, account_id, changed), sentence)

    def _do(self, write: Callable[[], object], sentence: str) -> None:
        if self._written(write):
            self._step = self._steps.last()
            self.show_message(Tone.NEUTRAL, sentence)
            self.show()

    def _written(self, write: Callable[[], object]) -> bool:
        try:
            write()
        except WealthDeskError as refusal:
            problems.show(refusal, self.parentWidget() or self)
            return False
        return True

    def _on_undo(self) -> None:
        is_last = self._step is self._steps.last()
        self.forget()
        if is_last:
            self._written(self._steps.back)

    def _rules_of(self, account_id: str) -> AccountRules:
        return self._desk.rules.current().of_account(account_id)

    def _name(self, account_id: str) -> str:
        return self._desk.portfolios.current().accounts[account_id].name

    def _symbol(self, asset_id: str) -> str:
        return self._desk.portfolios.current().assets[asset_id].symbol
