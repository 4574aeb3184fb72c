"""What the user can do with accounts and groups of them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

from wealthdesk.changes import Topic
from wealthdesk.domain.accounts import Account, AccountGroup, AccountKind, account_name, new_group_id, scope_name
from wealthdesk.domain.money import currency
from wealthdesk.errors import AlreadyExists, BadInput
from wealthdesk.storage import accounts as storage
from wealthdesk.storage.connection import Reading
from wealthdesk.storage.database import Database, named


@dataclass(frozen=True, slots=True)
class AccountRemoval:
    """What a removal of an account takes along: how many holdings, strategies and planned deposits."""

    account: Account
    holdings: int
    strategies: int
    deposits: int


@dataclass(frozen=True, slots=True)
class GroupRemoval:
    """What a removal of a group takes along: how many strategies and planned deposits."""

    group: AccountGroup
    strategies: int
    deposits: int


class Accounts:
    """Accounts: list, add, change, remove."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def all(self) -> list[Account]:
        """Every account, archived ones too, by name."""
        with self._database.read() as connection:
            return storage.all_accounts(connection)

    def add(self, name: str, kind: AccountKind, currency_code: str) -> Account:
        """Keeps a new account; BadInput or AlreadyExists with a sentence."""
        with self._database.write(Topic.ACCOUNTS) as connection:
            checked = account_name(name, storage.all_groups(connection))
            new = Account(str(uuid4()), checked, kind, currency(currency_code))
            named(connection, f"new account “{new.name}”")
            _check_free(storage.all_accounts(connection), new)
            storage.add_account(connection, new)
        return new

    def change(self, account: Account) -> None:
        """Keeps what changed of an account (name, kind, currency, archived)."""
        with self._database.write(Topic.ACCOUNTS) as connection:
            name = account_name(account.name, storage.all_groups(connection))
            changed = replace(account, name=name, currency=currency(account.currency))
            named(connection, _change_of(storage.account(connection, changed.id), changed))
            _check_free(storage.all_accounts(connection), changed)
            storage.change_account(connection, changed, self._now())

    def goes_with(self, account_id: str) -> AccountRemoval:
        """What a removal would take along."""
        with self._database.read() as connection:
            account = storage.account(connection, account_id)
            return AccountRemoval(account, *storage.goes_with_account(connection, account_id))

    def remove(self, account_id: str) -> None:
        """Removes an account with its holdings, strategies and planned deposits."""
        with self._database.write(Topic.ACCOUNTS, Topic.HOLDINGS, Topic.TARGETS, Topic.PLANS) as connection:
            named(connection, f"removal of account “{storage.account(connection, account_id).name}”")
            storage.remove_account(connection, account_id)


class AccountGroups:
    """Groups of accounts: list, add, change, remove."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[AccountGroup]:
        """Every group, by name."""
        with self._database.read() as connection:
            return storage.all_groups(connection)

    def add(self, name: str, accounts: Iterable[str]) -> AccountGroup:
        """Keeps a new group of these accounts (their ids); BadInput, AlreadyExists or NotFound with a sentence."""
        with self._database.write(Topic.ACCOUNTS) as connection:
            new = _checked_group(connection, AccountGroup(new_group_id(), name, frozenset(accounts)))
            named(connection, f"new group “{new.name}”")
            storage.add_group(connection, new)
        return new

    def change(self, group: AccountGroup) -> None:
        """Keeps the name and the accounts of a group; BadInput, AlreadyExists or NotFound with a sentence."""
        with self._database.write(Topic.ACCOUNTS) as connection:
            changed = _checked_group(connection, group)
            named(connection, f"change of group “{storage.group(connection, changed.id).name}”")
            storage.change_group(connection, changed)

    def goes_with(self, group_id: str) -> GroupRemoval:
        """What a removal would take along."""
        with self._database.read() as connection:
            return GroupRemoval(storage.group(connection, group_id), *storage.goes_with_group(connection, group_id))

    def remove(self, group_id: str) -> None:
        """Removes a group with its strategies and planned deposits; its accounts stay."""
        with self._database.write(Topic.ACCOUNTS, Topic.TARGETS, Topic.PLANS) as connection:
            named(connection, f"removal of group “{storage.group(connection, group_id).name}”")
            storage.remove_group(connection, group_id)


def _checked_group(connection: Reading, wanted: AccountGroup) -> AccountGroup:
    """The group with a name that says which one is meant, and of at least one account."""
    checked = replace(wanted, name=scope_name(wanted.name, "group"))
    for each in storage.all_accounts(connection):
        if each.name.casefold() == checked.name.casefold():
            raise AlreadyExists(f"There already is an account “{each.name}”. Choose another name for the group.")
    for other in storage.all_groups(connection):
        if other.id != checked.id and other.name.casefold() == checked.name.casefold():
            raise AlreadyExists(f"There already is a group “{other.name}”. Choose another name.")
    if not checked.accounts:
        raise BadInput("A group has at least one account. Tick one.")
    return checked


def _change_of(before: Account, after: Account) -> str:
    if before.is_archived != after.is_archived:
        return f"“{before.name}” {'archived' if after.is_archived else 'taken out of the archive'}"
    return f"change of account “{before.name}”"


def _check_free(known: Iterable[Account], wanted: Account) -> None:
    """Files and the command line name accounts without regard to case, so names differ by more than that."""
    for each in known:
        if each.id != wanted.id and each.name.casefold() == wanted.name.casefold():
            raise AlreadyExists(f"There already is an account “{each.name}”. Choose another name.")
