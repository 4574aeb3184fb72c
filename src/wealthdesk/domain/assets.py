"""Assets and asset classes, how much of an asset counts to which class, and what files call assets and accounts."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from itertools import count
from typing import Final

from wealthdesk.domain.money import WHOLE, canonical
from wealthdesk.domain.names import name_order
from wealthdesk.errors import BadInput

OF_ONE_ISIN: Final = ""
"""The source of an alias that is the symbol of another asset, which was found to be of the same ISIN."""


@dataclass(frozen=True, slots=True)
class AssetAlias:
    """What a source calls an asset in a currency. source: see `source_of`."""

    source: str
    text: str
    currency: str
    asset_id: str


@dataclass(frozen=True, slots=True)
class AssetCode:
    """What a source of prices calls an asset. unit: what it quotes in, such as GBX; empty: the asset's currency."""

    asset_id: str
    source: str
    code: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class AccountAlias:
    """What files of a kind (source) call an account, as `plain` writes it."""

    source: str
    text: str
    account_id: str


@dataclass(frozen=True, slots=True)
class Aliases:
    """All that are known. assets: (source, text, currency) → asset id; accounts: (source, text) → account id.

    only_priced: the assets that were only ever given prices, by a file that meant another one.
    """

    assets: Mapping[tuple[str, str, str], str] = field(default_factory=dict)
    accounts: Mapping[tuple[str, str], str] = field(default_factory=dict)
    only_priced: frozenset[str] = frozenset()


def source_of(file_format: str, account_id: str | None) -> str:
    """Who calls an asset something: files of a kind, of one account (None: lines of no account)."""
    return file_format if account_id is None else f"{file_format} {account_id}"


def plain(name: str) -> str:
    """The name of an account as aliases have it: without regard to case and to spaces."""
    return " ".join(name.split()).casefold()


_ISIN: Final = re.compile(r"[A-Z]{2}[A-Z0-9]{9}[0-9]")
CASH_CLASS = "cash"
"""The id of the built-in class that cash belongs to unless the user says otherwise."""


class AssetKind(StrEnum):
    """What sort of thing an asset is."""

    SECURITY = "security"
    FUND = "fund"
    CASH = "cash"
    CRYPTO = "crypto"
    PROPERTY = "property"
    PRIVATE = "private"


@dataclass(frozen=True, slots=True)
class AssetClass:
    """Equity, Fixed income … or the user's own. `position` orders them on screen."""

    id: str
    name: str
    colour: str
    position: int
    is_built_in: bool = False


@dataclass(frozen=True, slots=True)
class Exposure:
    """How much of an asset counts to a class, in basis points (1..10,000)."""

    asset_class_id: str
    weight_bps: int


@dataclass(frozen=True)
class Asset:
    """Something that can be held, identified by id and never by symbol: symbols get renamed.

    No exposures: Unclassified. Several: a look-through fund. `lot_step` is the smallest quantity that can be traded
    (1 = whole shares); None means any amount.
    """

    id: str
    symbol: str
    name: str
    kind: AssetKind
    currency: str
    exposures: tuple[Exposure, ...] = ()
    lot_step: Decimal | None = Decimal(1)
    isin: str | None = None
    sub_class: str | None = None
    is_archived: bool = False

    @property
    def is_cash(self) -> bool:
        """Whether this is cash in one currency; its price is always 1."""
        return self.kind is AssetKind.CASH

    @property
    def only_class(self) -> str | None:
        """The one class the whole asset counts to; None for look-through funds and unclassified assets."""
        return self.exposures[0].asset_class_id if len(self.exposures) == 1 else None

    @property
    def has_symbol(self) -> bool:
        """Whether it has a symbol by which people know it."""
        return bool(self.symbol.strip()) and not is_isin(self.symbol)

    @cached_property
    def known_as(self) -> str:
        """Its symbol; its name where that is an ISIN, or where there is none."""
        return self.symbol if self.has_symbol else self.name or self.symbol

    @cached_property
    def also_known_as(self) -> str:
        """What stands beside that: its name, or its ISIN where the name stands first; "" for nothing else."""
        other = self.name if self.has_symbol else self.isin or self.symbol
        return "" if other == self.known_as else other


def symbol_order(asset: Asset) -> tuple[object, ...]:
    """What assets are listed by: their symbols as names are, and of one symbol by currency."""
    return name_order(asset.symbol), asset.currency, asset.symbol


def is_isin(symbol: str) -> bool:
    """Whether a symbol is an ISIN, or stands for one: then it is the name by which an asset is found."""
    return _ISIN.fullmatch(symbol.strip().upper()) is not None


def checked_exposures(exposures: Iterable[Exposure]) -> tuple[Exposure, ...]:
    """The exposures, largest first; BadInput unless there are none or each class comes once and they sum to 100 %."""
    ordered = tuple(sorted(exposures, key=lambda e: (-e.weight_bps, e.asset_class_id)))
    if not ordered:
        return ()
    if len({e.asset_class_id for e in ordered}) < len(ordered):
        raise BadInput("The same class stands twice. Add its two shares up on one line.")
    if any(e.weight_bps < 1 for e in ordered):
        raise BadInput("A class with 0% does not need a line. Remove it, or give it a share.")
    total = sum(e.weight_bps for e in ordered)
    if total != WHOLE:
        raise BadInput(f"The shares sum to {canonical(Decimal(total) / 100)}%, not 100%. Change one of them.")
    return ordered


def cash_asset(code: str, known: Iterable[Asset] = ()) -> Asset:
    """Cash in one currency as a new asset: priced 1, in class Cash, any amount.

    Where another of the `known` assets has the currency's letters for a symbol (a fund is called USD), cash yields.
    """
    exposures = (Exposure(CASH_CLASS, WHOLE),)
    new = Asset(f"cash_{code.lower()}", code, f"Cash, {code}", AssetKind.CASH, code, exposures, lot_step=None)
    taken = list(known)
    ids = {each.id for each in taken}
    if new.id in ids:
        new = replace(new, id=next(other for number in count(2) if (other := f"{new.id}_{number}") not in ids))
    if any((each.symbol, each.currency) == (code, code) for each in taken):
        new = replace(new, symbol=f"Cash {code}")
    return new
