"""What the file of another program itself says there is: holdings, cash, classes and targets."""

from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from decimal import Decimal

from wealthdesk.values import frozen

Shares = tuple[tuple[str, int], ...]
"""Names of classes with basis points."""


@frozen
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


@frozen
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


@frozen
class Taxonomy:
    """A tree come to classes. classes: an asset (asset_key) → its shares; money: an account → its shares.

    targets sum to 10,000; () = the tree has none. strategy: what they are called, where that is not the tree's name.
    """

    name: str
    classes: Mapping[str, Shares] = field(default_factory=dict)
    money: Mapping[str, Shares] = field(default_factory=dict)
    targets: Shares = ()
    strategy: str = ""


def accounts_of(holdings: Iterable[OtherHolding]) -> tuple[str, ...]:
    """The accounts that something is held in, in their order."""
    return tuple(dict.fromkeys(each.account for each in holdings if each.account is not None))
