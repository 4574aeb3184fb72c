"""What a list of transactions says: entries of a ledger with their accounts, and what is known of the assets in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from wealthdesk.domain.ledger import Entry, Story


@dataclass(frozen=True, slots=True)
class LedgerAsset:
    """What a list calls an asset; `symbol` is its ISIN or name where it has no symbol."""

    symbol: str
    name: str | None
    isin: str | None
    currency: str
    classes: tuple[tuple[str, int], ...] = ()


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
class AssetStory:
    """What became of an asset in an account, as the check page tells it. what: why it is not explained ("" = it is).

    opening: what of it has to have been held before the list begins, where that is what is missing.
    """

    account: str
    symbol: str
    name: str | None
    story: Story
    line: int
    what: str = ""
    opening: Decimal | None = None
    currency: str = ""
    opening_cost: Decimal | None = None
    """What the opening quantity had cost, where that is known."""
    is_told: bool = False
    """Whether the user says what was held before, or said so when an earlier list was imported."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What the user says was held of an asset at the begin of a day, and what it had cost (None: not known)."""

    account: str
    asset: LedgerAsset
    quantity: Decimal
    cost_minor: int | None
    on: date


@dataclass(frozen=True, slots=True)
class KeptOpening:
    """What was held at the begin of a day, and what all of it had cost (minor units; None: not known)."""

    quantity: Decimal
    cost_minor: int | None
    on: date


Openings = Mapping[tuple[str, str], KeptOpening]
"""By the ids of the account and of the asset."""


@dataclass(frozen=True, slots=True)
class Replay:
    """What came of a list besides holdings: its lines that are new (account, key, day), and the cash it explains
    (account, currency).
    """

    stories: tuple[AssetStory, ...] = ()
    lines: tuple[tuple[str, str, date], ...] = ()
    followed: tuple[tuple[str, str], ...] = ()
    openings: tuple[Opening, ...] = ()
    """What the user says was held before, to be remembered."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """A whole list. doubtful: assets of lines that could not be read, so that what is left of them is not known.

    cash_doubtful: whether such a line moves money. is_whole: whether it is always the whole history, of all accounts
    and of all money, because it is the file of a program that keeps it.
    """

    rows: tuple[LedgerRow, ...]
    assets: Mapping[str, LedgerAsset]
    balances: tuple[Balance, ...] = ()
    doubtful: frozenset[str] = field(default_factory=frozenset)
    cash_doubtful: bool = False
    is_whole: bool = False

    def into(self, account: str) -> "Ledger":
        """The list with this account where a line names none."""
        rows = tuple(row if row.account is not None else replace(row, account=account) for row in self.rows)
        balances = tuple(each if each.account is not None else replace(each, account=account) for each in self.balances)
        return replace(self, rows=rows, balances=balances)
