"""Accounts: where assets are held."""

from dataclasses import dataclass
from enum import StrEnum


class AccountKind(StrEnum):
    """How an account is taxed."""

    TAXABLE = "taxable"
    TAX_DEFERRED = "tax_deferred"
    TAX_FREE = "tax_free"


@dataclass(frozen=True, slots=True)
class Account:
    """One account; `currency` is the one it is kept in. An archived one is kept but not offered."""

    id: str
    name: str
    kind: AccountKind
    currency: str
    is_archived: bool = False


Scope = str | None
"""What the account selector chooses: an account's id, or None for All Portfolio."""

ALL_PORTFOLIO: Scope = None
ALL_PORTFOLIO_NAME = "All Portfolio"
