"""Holdings, prices and exchange rates, and the portfolio that they make at one moment."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from wealthdesk.domain.accounts import ALL_PORTFOLIO_NAME, Account, AccountGroup, Scope
from wealthdesk.domain.assets import Asset, AssetClass
from wealthdesk.domain.money import LARGEST_MINOR, LARGEST_NUMBER, check_decimals
from wealthdesk.domain.names import name_order
from wealthdesk.errors import BadInput


@dataclass(frozen=True, slots=True)
class Holding:
    """A quantity of one asset in one account. The cost basis is in minor units of the asset's currency."""

    id: str
    account_id: str
    asset_id: str
    quantity: Decimal
    cost_basis_minor: int | None = None


@dataclass(frozen=True, slots=True)
class HeldOn:
    """What was held of an asset at the end of a day, and until the next one that is known."""

    account_id: str
    asset_id: str
    on: date
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Price:
    """What one unit of an asset cost on a day, in the asset's currency."""

    asset_id: str
    on: date
    price: Decimal
    source: str = "manual"


def checked_price(number: Decimal, what: str = "price") -> Decimal:
    """The price (or rate); BadInput unless it is above 0 and of a size that is kept."""
    if not 0 < number < LARGEST_NUMBER:
        raise BadInput(f"This {what} is not above 0 and below 10^15. Check the decimal mark.")
    check_decimals(number, what)
    return number


@dataclass(frozen=True, slots=True)
class FxRate:
    """An exchange rate as it is quoted: on that day one unit of `base` was `rate` units of `quote`."""

    base: str
    quote: str
    on: date
    rate: Decimal


PRICE_DAYS: Final = 7
"""After so many days a price or rate counts as old, where nothing else is set."""


@dataclass(frozen=True, slots=True)
class Portfolio:
    """Everything the file holds that a valuation needs, as of one day.

    prices: asset id → its latest price on or before `on`. rates: the latest rate of each pair on or before `on`.
    classes are in the order of the screen. price_days: a price or rate that is older is named on screen.
    """

    on: date
    base_currency: str
    accounts: Mapping[str, Account]
    classes: Mapping[str, AssetClass]
    assets: Mapping[str, Asset]
    holdings: tuple[Holding, ...]
    prices: Mapping[str, Price]
    rates: tuple[FxRate, ...]
    groups: Mapping[str, AccountGroup] = field(default_factory=dict)
    price_days: int = PRICE_DAYS

    @property
    def fresh_since(self) -> date:
        """The first day whose prices and rates are not old yet."""
        return self.on - timedelta(days=self.price_days)

    def has_scope(self, scope: Scope) -> bool:
        """Whether the account or group that a scope is is (still) there; All Portfolio always is."""
        return scope is None or scope in self.accounts or scope in self.groups

    def accounts_in(self, scope: Scope) -> Collection[str]:
        """The ids of the accounts of a scope that is there."""
        if scope is None:
            return self.accounts.keys()
        return self.groups[scope].accounts if scope in self.groups else {scope}

    def scope_name(self, scope: Scope) -> str:
        """The name of a scope that is there."""
        if scope is None:
            return ALL_PORTFOLIO_NAME
        return self.groups[scope].name if scope in self.groups else self.accounts[scope].name

    def scopes(self, also: Scope = None) -> list[Scope]:
        """What the account selector offers: All Portfolio, the groups, and the accounts, each by name.

        Archived accounts are not offered, but for `also`, which is chosen already.
        """
        offered = [each.id for each in self.accounts.values() if not each.is_archived or each.id == also]
        by_name = [sorted(ids, key=lambda each: name_order(self.scope_name(each))) for ids in ([*self.groups], offered)]
        return [None, *by_name[0], *by_name[1]]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing yet to show: no account and no holding."""
        return not self.accounts and not self.holdings


def checked_quantity(quantity: Decimal) -> Decimal:
    """The quantity; BadInput when it is negative or too large."""
    if quantity < 0:
        raise BadInput("A quantity is 0 or more: what was borrowed or sold short is not kept here.")
    if quantity >= LARGEST_NUMBER:
        raise BadInput("This quantity is too large. Check the decimal mark.")
    check_decimals(quantity, "quantity")
    return quantity


def checked_cost(cost_basis_minor: int | None) -> int | None:
    """The cost; BadInput when it is negative or too large."""
    if cost_basis_minor is not None and not 0 <= cost_basis_minor <= LARGEST_MINOR:
        raise BadInput("What was paid is 0 or more, and at most 10 million million. Check the decimal mark.")
    return cost_basis_minor
