"""What the file of another program itself says there is: holdings, cash, classes and targets."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Context, Decimal
from fractions import Fraction
from typing import Final

from wealthdesk.domain.money import LARGEST_MINOR, LARGEST_NUMBER, rounded, to_minor
from wealthdesk.importers.ledger_draft import LedgerAsset

EXACT: Final = Context(prec=60)
"""For what is divided and multiplied on the way from the numbers of a file to those that are kept."""

Shares = tuple[tuple[str, int], ...]
"""Names of classes with basis points."""


@dataclass(frozen=True, slots=True)
class OtherHolding:
    """A holding there. Cash has its currency's code for a symbol, its amount for a quantity (below 0: borrowed) and the
    price 1. account None: the file names none. classes: their names there, with basis points; () = none.
    """

    account: str | None
    symbol: str
    name: str | None
    isin: str | None
    currency: str
    quantity: Decimal
    price: Decimal | None
    is_cash: bool = False
    classes: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class OtherPortfolio:
    """Everything that is held there. strategy: what the targets are called here; None where the file has none.

    targets: class → basis points that sum to 10,000. rates: (base, quote) → how many quote one base is there.
    """

    program: str
    base_currency: str | None
    accounts: tuple[str, ...]
    holdings: tuple[OtherHolding, ...]
    strategy: str | None = None
    targets: tuple[tuple[str, int], ...] = ()
    rates: Mapping[tuple[str, str], Decimal] | None = None

    def into(self, account: str) -> "OtherPortfolio":
        """The same with this account where the file names none."""
        if all(each.account is not None for each in self.holdings):
            return self
        return replace(
            self,
            accounts=tuple(dict.fromkeys((*self.accounts, account))),
            holdings=tuple(
                each if each.account is not None else replace(each, account=account) for each in self.holdings
            ),
        )


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """A tree come to classes. classes: an asset (asset_key) → its shares; money: an account → its shares.

    targets sum to 10,000; () = the tree has none. strategy: what they are called, where that is not the tree's name.
    """

    name: str
    classes: Mapping[str, Shares] = field(default_factory=dict)
    money: Mapping[str, Shares] = field(default_factory=dict)
    targets: Shares = ()
    strategy: str = ""


class OtherRefused(Exception):
    """Something in the file of another program that is not read, and why."""


def minor_of(amount: Decimal, code: str) -> int:
    """An amount in minor units of its currency; OtherRefused where it is more than can be kept."""
    if abs(amount) >= LARGEST_NUMBER or abs(minor := to_minor(amount, code)) > LARGEST_MINOR:
        raise OtherRefused("its amount is more than can be kept")
    return minor


@dataclass(slots=True)
class Tally:
    """What the entries of a file come to there. held, money: (account, key of the asset or currency) → how much."""

    held: dict[tuple[str, str], Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    money: dict[tuple[str, str], Decimal] = field(default_factory=lambda: defaultdict(Decimal))

    def split(self, account: str, key: str, ratio: Fraction) -> None:
        """Makes `ratio` of each unit that is held."""
        held = EXACT.multiply(self.held[account, key], Decimal(ratio.numerator))
        self.held[account, key] = EXACT.divide(held, Decimal(ratio.denominator))

    def holders(self, key: str) -> tuple[str | None, ...]:
        """The accounts that an asset ever moved in, as they stand with its prices: (None,) where there is none."""
        return tuple(account for account, each in self.held if each == key) or (None,)

    def holdings(
        self, assets: Mapping[str, LedgerAsset], prices: Mapping[tuple[str, str], Decimal]
    ) -> tuple[OtherHolding, ...]:
        """What is left of everything, with the last price of each symbol and currency."""
        left = [(account, assets[key], rounded(quantity)) for (account, key), quantity in self.held.items() if quantity]
        holdings = [
            OtherHolding(
                account, told.symbol, told.name, told.isin, told.currency, quantity,
                prices.get((told.symbol, told.currency)),
            )
            for account, told, quantity in left
            if quantity
        ]  # fmt: skip
        holdings += [
            OtherHolding(account, code, None, None, code, amount, Decimal(1), is_cash=True)
            for (account, code), amount in self.money.items()
            if amount
        ]
        return tuple(holdings)


def accounts_of(holdings: Iterable[OtherHolding]) -> tuple[str, ...]:
    """The accounts that something is held in, in their order."""
    return tuple(dict.fromkeys(each.account for each in holdings if each.account is not None))
