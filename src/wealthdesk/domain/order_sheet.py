"""The order sheet: the trades of a plan by account, in the order in which a person carries them out."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Final

from wealthdesk.domain.accounts import Scope
from wealthdesk.domain.assets import Asset
from wealthdesk.domain.money import canonical
from wealthdesk.domain.plans import AccountCash, Conversion, Order, Plan, Side, Trade

_ISIN: Final = re.compile(r"[A-Z]{2}[A-Z0-9]{9}[0-9]")


class MoneyIs(StrEnum):
    """What is to be done with the money of an account."""

    BROUGHT_IN = "brought_in"
    PAID_OUT = "paid_out"
    USED = "used"
    """Cash of the account is spent."""
    STAYS = "stays"
    """What is sold is not all spent again: it stays as cash."""
    NOT_NEEDED = "not_needed"
    """What is sold pays for what is bought."""


@dataclass(frozen=True, slots=True)
class Money:
    """One thing to do with the money of an account, in base-currency minor units ≥ 0."""

    what: MoneyIs
    minor: int = 0


@dataclass(frozen=True, slots=True)
class AccountOrders:
    """What is to be done in one account (None: wherever there is room): sales, conversions, then purchases.

    The larger ones come first.
    """

    account_id: Scope
    sales: tuple[Trade, ...]
    conversions: tuple[Conversion, ...]
    purchases: tuple[Trade, ...]
    cash: AccountCash | None = None

    @property
    def trades(self) -> tuple[Trade, ...]:
        """Sales and purchases."""
        return self.sales + self.purchases

    def money(self, small_minor: int = 0) -> tuple[Money, ...]:
        """What to do with the money; what stays of sales that pay for purchases is not told below `small_minor`."""
        cash = self.cash
        if cash is None:
            return ()
        change = cash.after_minor - cash.before_minor
        used = (Money(MoneyIs.USED, -change),) if change < 0 else ()
        if cash.new_minor > 0:
            return (Money(MoneyIs.BROUGHT_IN, cash.new_minor), *used)
        if cash.new_minor < 0:
            return (Money(MoneyIs.PAID_OUT, -cash.new_minor),)
        if used:
            return used
        is_rest = not self.sales or (bool(self.purchases) and change < small_minor)
        return (Money(MoneyIs.NOT_NEEDED),) if change == 0 or is_rest else (Money(MoneyIs.STAYS, change),)


def order_key(trade: Trade) -> Order:
    """What an order is known by: a plan has no two of the same. Where it names no account, that is ""."""
    return trade.account_id or "", trade.asset_id, trade.side


def signature(plan: Plan) -> str:
    """A text that is another one as soon as any order is: what is ticked off is ticked off of this plan alone."""
    said = (f"{'/'.join(order_key(each))}/{canonical(each.quantity)}" for each in plan.trades)
    return sha256("\n".join([plan.mode.value, *sorted(said)]).encode()).hexdigest()


def order_sheet(plan: Plan, accounts: Iterable[str], assets: Mapping[str, Asset]) -> tuple[AccountOrders, ...]:
    """The orders by account: those with sales first, otherwise in the order of `accounts` (ids).

    An account that only gets or gives money is on it as well; one in which nothing happens is not.
    """
    places = {account_id: place for place, account_id in enumerate(accounts)}
    cash = {each.account_id: each for each in plan.accounts}
    moved = (each.account_id for each in plan.accounts if each.new_minor and each.account_id is not None)
    traded = (each.account_id for each in plan.trades)
    changed = (each.account_id for each in plan.conversions)
    named = dict.fromkeys((*traded, *changed, *moved))
    found = [_of_account(each, plan, cash.get(each), assets) for each in named]
    return tuple(sorted(found, key=lambda each: (not each.sales, places.get(each.account_id or "", len(places)))))


def in_sheet_order(plan: Plan, accounts: Iterable[str], assets: Mapping[str, Asset]) -> tuple[Trade, ...]:
    """The trades of a plan as they stand on its sheet."""
    return tuple(trade for each in order_sheet(plan, accounts, assets) for trade in each.trades)


def is_isin(symbol: str) -> bool:
    """Whether a symbol is an ISIN, or stands for one: then it is the name by which an asset is found."""
    return _ISIN.fullmatch(symbol.strip().upper()) is not None


def has_symbol(asset: Asset) -> bool:
    """Whether an asset has a symbol by which people know it."""
    return bool(asset.symbol.strip()) and not is_isin(asset.symbol)


def _of_account(account_id: Scope, plan: Plan, cash: AccountCash | None, assets: Mapping[str, Asset]) -> AccountOrders:
    inside = [trade for trade in plan.trades if trade.account_id == account_id]
    inside.sort(key=lambda trade: (-trade.amount_minor, assets[trade.asset_id].symbol, trade.asset_id))
    return AccountOrders(
        account_id,
        tuple(trade for trade in inside if trade.side is Side.SELL),
        tuple(each for each in plan.conversions if each.account_id == account_id),
        tuple(trade for trade in inside if trade.side is Side.BUY),
        cash,
    )
