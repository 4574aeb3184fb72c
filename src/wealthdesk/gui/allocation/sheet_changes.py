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
from wealthdesk.gui.widgets.buttons import set_key
from wealthdesk.gui.widgets.message import Message

if TYPE_CHECKING:
    from wealthdesk.services.desk import Desk


class SheetChanges(Message):
    """Hidden until something was changed; then it says what is so now. It takes back only what is so yet.

    The plan is made anew by whoever hears that rules or assets have changed.
    """

    def __init__(self, desk: "Desk", parent: QWidget | None = None) -> None:
        super().__init__(Tone.NEUTRAL, action="&Undo", parent=parent)
        self._desk = desk
        self._back: Callable[[], None] | None = None
        self._still: Callable[[], bool] = bool
        self.action_clicked.connect(self._on_undo)
        set_key(self.button, "Ctrl+Z")
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
            partial(assets.change, before),
            lambda: self._desk.portfolios.current().assets.get(asset_id) == changed,
        )

    def refresh(self) -> None:
        """Say nothing any more once somebody else changed it."""
        if self._back is not None and not self._still():
            self.forget()

    def forget(self) -> None:
        """Say nothing any more: something else is told."""
        self._back = None
        self.hide()

    def _set_rules(self, account_id: str, changed: AccountRules, sentence: str) -> None:
        rules, before = self._desk.rules, self._rules_of(account_id)
        self._do(
            partial(rules.set_account, account_id, changed),
            sentence,
            partial(rules.set_account, account_id, before),
            lambda: self._rules_of(account_id) == changed,
        )

    def _do(
        self, write: Callable[[], None], sentence: str, back: Callable[[], None], still: Callable[[], bool]
    ) -> None:
        if self._written(write):
            self._back, self._still = back, still
            self.show_message(Tone.NEUTRAL, sentence)
            self.show()

    def _written(self, write: Callable[[], None]) -> bool:
        try:
            write()
        except WealthDeskError as refusal:
            problems.show(refusal, self.parentWidget() or self)
            return False
        return True

    def _on_undo(self) -> None:
        back = self._back if self._still() else None
        self.forget()
        if back is not None:
            self._written(back)

    def _rules_of(self, account_id: str) -> AccountRules:
        return self._desk.rules.current().of_account(account_id)

    def _name(self, account_id: str) -> str:
        return self._desk.portfolios.current().accounts[account_id].name

    def _symbol(self, asset_id: str) -> str:
        return self._desk.portfolios.current().assets[asset_id].symbol
