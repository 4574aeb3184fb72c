"""What the user can do with accounts."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

from wealthdesk.changes import Topic
from wealthdesk.domain.accounts import ALL_PORTFOLIO_NAME, Account, AccountKind
from wealthdesk.domain.money import currency
from wealthdesk.domain.names import checked_name
from wealthdesk.errors import AlreadyExists, BadInput
from wealthdesk.storage import accounts as storage
from wealthdesk.storage.database import Database, named


@dataclass(frozen=True, slots=True)
class AccountRemoval:
    """What a removal of an account takes along: how many holdings and strategies."""

    account: Account
    holdings: int
    strategies: int


def account_name(text: str) -> str:
    """The name for an account that `text` is; BadInput with a sentence, also for the name of all accounts together."""
    name = checked_name(text, "name for the account")
    if name.casefold() == ALL_PORTFOLIO_NAME.casefold():
        raise BadInput(f"“{ALL_PORTFOLIO_NAME}” means all accounts together. Choose another name.")
    return name


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
        new = Account(str(uuid4()), account_name(name), kind, currency(currency_code))
        with self._database.write(Topic.ACCOUNTS) as connection:
            named(connection, f"new account “{new.name}”")
            _check_free(storage.all_accounts(connection), new)
            storage.add_account(connection, new)
        return new

    def change(self, account: Account) -> None:
        """Keeps what changed of an account (name, kind, currency, archived)."""
        changed = replace(account, name=account_name(account.name), currency=currency(account.currency))
        with self._database.write(Topic.ACCOUNTS) as connection:
            named(connection, _change_of(storage.account(connection, changed.id), changed))
            _check_free(storage.all_accounts(connection), changed)
            storage.change_account(connection, changed, self._now())

    def goes_with(self, account_id: str) -> AccountRemoval:
        """What a removal would take along."""
        with self._database.read() as connection:
            account = storage.account(connection, account_id)
            return AccountRemoval(account, *storage.goes_with_account(connection, account_id))

    def remove(self, account_id: str) -> None:
        """Removes an account with its holdings and strategies."""
        with self._database.write(Topic.ACCOUNTS, Topic.HOLDINGS, Topic.TARGETS) as connection:
            named(connection, f"removal of account “{storage.account(connection, account_id).name}”")
            storage.remove_account(connection, account_id)


def _change_of(before: Account, after: Account) -> str:
    if before.is_archived != after.is_archived:
        return f"“{before.name}” {'archived' if after.is_archived else 'taken out of the archive'}"
    return f"change of account “{before.name}”"


def _check_free(known: Iterable[Account], wanted: Account) -> None:
    """Files and the command line name accounts without regard to case, so names differ by more than that."""
    for each in known:
        if each.id != wanted.id and each.name.casefold() == wanted.name.casefold():
            raise AlreadyExists(f"There already is an account “{each.name}”. Choose another name.")
