"""Accounts in the file."""

from datetime import datetime

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from wealthdesk.domain.accounts import Account, AccountKind
from wealthdesk.errors import NotFound
from wealthdesk.storage.database import refusing
from wealthdesk.storage.tables import accounts, holdings, rebalancing_strategies

_TAKEN = "There already is an account of this name. Choose another name."


def all_accounts(connection: Connection) -> list[Account]:
    """Every account, archived ones too, by name."""
    return [_account(row) for row in connection.execute(select(accounts).order_by(func.lower(accounts.c.name)))]


def account(connection: Connection, account_id: str) -> Account:
    """One account; NotFound if it is gone."""
    row = connection.execute(select(accounts).where(accounts.c.id == account_id)).one_or_none()
    if row is None:
        raise NotFound("This account does not exist any more.")
    return _account(row)


def add_account(connection: Connection, new: Account) -> None:
    """Keeps a new account; AlreadyExists if its name is taken."""
    with refusing(unique=_TAKEN):
        connection.execute(insert(accounts).values(id=new.id, **_columns(new)))


def change_account(connection: Connection, changed: Account, now: datetime) -> None:
    """Keeps what changed of an account; `now` is when it was archived, if it now is."""
    before = account(connection, changed.id)
    values = _columns(changed)
    if changed.is_archived != before.is_archived:
        values["archived_at"] = now if changed.is_archived else None
    with refusing(unique=_TAKEN):
        connection.execute(update(accounts).where(accounts.c.id == changed.id).values(**values))


def remove_account(connection: Connection, account_id: str) -> None:
    """Removes an account with its holdings and strategies."""
    account(connection, account_id)
    connection.execute(delete(accounts).where(accounts.c.id == account_id))


def goes_with_account(connection: Connection, account_id: str) -> tuple[int, int]:
    """How many holdings and strategies a removal of the account would take along."""
    held = select(func.count()).select_from(holdings).where(holdings.c.account_id == account_id)
    kept = rebalancing_strategies
    strategies = select(func.count()).select_from(kept).where(kept.c.account_id == account_id)
    return connection.execute(held).scalar_one(), connection.execute(strategies).scalar_one()


def _columns(value: Account) -> dict[str, object]:
    return {"name": value.name, "kind": value.kind.value, "currency": value.currency}


def _account(row: Row[tuple[object, ...]]) -> Account:
    return Account(row.id, row.name, AccountKind(row.kind), row.currency, row.archived_at is not None)
