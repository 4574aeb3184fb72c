"""Aliases: what files call an asset or an account, so that one with another name here is found again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

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
