"""Accounts in the file."""

from datetime import datetime
from typing import TYPE_CHECKING

from wealthdesk.domain.accounts import Account, AccountKind
from wealthdesk.errors import NotFound
from wealthdesk.storage.aliases import forget_account
from wealthdesk.storage.connection import Reading, Row, refusing

if TYPE_CHECKING:
    from wealthdesk.storage.writing import Writing

_TAKEN = "There already is an account of this name. Choose another name."
_ACCOUNTS = "SELECT id, name, kind, currency, archived_at FROM accounts"


def all_accounts(connection: Reading) -> list[Account]:
    """Every account, archived ones too, by name."""
    return [_account(row) for row in connection.rows(_ACCOUNTS + " ORDER BY lower(name)")]


def account(connection: Reading, account_id: str) -> Account:
    """One account; NotFound if it is gone."""
    row = connection.row(_ACCOUNTS + " WHERE id = ?", account_id)
    if row is None:
        raise NotFound("This account does not exist any more.")
    return _account(row)


def add_account(connection: "Writing", new: Account) -> None:
    """Keeps a new account; AlreadyExists if its name is taken."""
    with refusing(unique=_TAKEN):
        connection.insert("accounts", {"id": new.id, **_columns(new)})


def change_account(connection: "Writing", changed: Account, now: datetime) -> None:
    """Keeps what changed of an account; `now` is when it was archived, if it now is."""
    before = account(connection, changed.id)
    values = _columns(changed)
    if changed.is_archived != before.is_archived:
        values["archived_at"] = now if changed.is_archived else None
    with refusing(unique=_TAKEN):
        connection.update("accounts", values, id=changed.id)


def remove_account(connection: "Writing", account_id: str) -> None:
    """Removes an account with its holdings and strategies."""
    account(connection, account_id)
    forget_account(connection, account_id)
    connection.delete("accounts", id=account_id)


def goes_with_account(connection: Reading, account_id: str) -> tuple[int, int]:
    """How many holdings and strategies a removal of the account would take along."""
    return (
        connection.count("holdings", account_id=account_id),
        connection.count("rebalancing_strategies", account_id=account_id),
    )


def _columns(value: Account) -> dict[str, object]:
    return {"name": value.name, "kind": value.kind.value, "currency": value.currency}


def _account(row: Row) -> Account:
    account_id, name, kind, currency, archived_at = row
    return Account(account_id, name, AccountKind(kind), currency, archived_at is not None)
