"""What a list of transactions says: entries of a ledger with their accounts, and what is known of the assets in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from wealthdesk.domain.ledger import Entry


@dataclass(frozen=True, slots=True)
class LedgerAsset:
    """What a list calls an asset; `symbol` is its ISIN or name where it has no symbol."""

    symbol: str
    name: str | None
    isin: str | None
    currency: str


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One line of a list. key: what tells it from every other line of the account, in whatever file it stands.

    account None: neither the file nor the caller names one.
    """

    account: str | None
    entry: Entry
    key: str


@dataclass(frozen=True, slots=True)
class Balance:
    """The cash that a list itself says there is after its last line."""

    account: str | None
    currency: str
    on: date
    minor: int


@dataclass(frozen=True, slots=True)
class Ledger:
    """A whole list. doubtful: assets of lines that could not be read, so that what is left of them is not known.

    cash_doubtful: whether such a line moves money.
    """

    rows: tuple[LedgerRow, ...]
    assets: Mapping[str, LedgerAsset]
    balances: tuple[Balance, ...] = ()
    doubtful: frozenset[str] = field(default_factory=frozenset)
    cash_doubtful: bool = False
