"""Accounts: where assets are held; groups of them; and the scope, which is an account, a group, or all of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import uuid4

from wealthdesk.domain.names import checked_name
from wealthdesk.errors import BadInput


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


@dataclass(frozen=True, slots=True)
class AccountGroup:
    """Accounts that are looked at and planned for together; `accounts`: their ids. It may have lost its last one."""

    id: str
    name: str
    accounts: frozenset[str] = frozenset()


_GROUP: Final = "group:"

Scope = str | None
"""What the account selector chooses: the id of an account or of a group of accounts, or None for All Portfolio."""

ALL_PORTFOLIO: Scope = None
ALL_PORTFOLIO_NAME = "All Portfolio"


def new_group_id() -> str:
    """An id that no other group has, and by which a group is told from an account."""
    return f"{_GROUP}{uuid4()}"


def group_of(scope: Scope) -> str | None:
    """The id of the group that a scope is; None where it is an account or All Portfolio."""
    return scope if scope is not None and scope.startswith(_GROUP) else None


def account_of(scope: Scope) -> str | None:
    """The id of the account that a scope is; None where it is a group or All Portfolio."""
    return None if group_of(scope) else scope


def account_name(text: str, groups: Iterable[AccountGroup]) -> str:
    """The name for an account that `text` is; BadInput with a sentence, also for the name of all accounts together.

    groups: those that there are. A name says which account or group is meant, so none of them has it.
    """
    name = scope_name(text, "account")
    for each in groups:
        if each.name.casefold() == name.casefold():
            raise BadInput(f"“{each.name}” is a group of accounts. Choose another name.")
    return name


def scope_name(text: str, what: str) -> str:
    """The name for an account or a group (`what`) that `text` is; BadInput with a sentence."""
    name = checked_name(text, f"name for the {what}")
    if name.casefold() == ALL_PORTFOLIO_NAME.casefold():
        raise BadInput(f"“{ALL_PORTFOLIO_NAME}” means all accounts together. Choose another name.")
    return name
