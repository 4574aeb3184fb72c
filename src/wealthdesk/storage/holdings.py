"""Holdings in the file."""

from collections.abc import Iterable
from decimal import Decimal

from sqlalchemy import Connection, delete, insert, select, update

from wealthdesk.domain.holdings import Holding
from wealthdesk.errors import NotFound
from wealthdesk.storage.database import refusing
from wealthdesk.storage.tables import holdings

_TAKEN = "This account already holds this asset. Change the quantity of that holding."
_GONE = "The account or the asset does not exist any more."
_COLUMNS = (
    holdings.c.id,
    holdings.c.account_id,
    holdings.c.asset_id,
    holdings.c.quantity,
    holdings.c.cost_basis_minor,
)


def all_holdings(connection: Connection) -> list[Holding]:
    """Every holding, in a fixed order."""
    query = select(*_COLUMNS).order_by(holdings.c.account_id, holdings.c.asset_id)
    return [Holding(*row) for row in connection.execute(query)]


def holding(connection: Connection, holding_id: str) -> Holding:
    """One holding; NotFound if it is gone."""
    row = connection.execute(select(*_COLUMNS).where(holdings.c.id == holding_id)).one_or_none()
    if row is None:
        raise NotFound("This holding does not exist any more.")
    return Holding(*row)


def add_holdings(connection: Connection, new: Iterable[Holding]) -> None:
    """Keeps new holdings; AlreadyExists if an account already holds one of the assets."""
    rows = [
        {
            "id": each.id,
            "account_id": each.account_id,
            "asset_id": each.asset_id,
            "quantity": each.quantity,
            "cost_basis_minor": each.cost_basis_minor,
        }
        for each in new
    ]
    if rows:
        with refusing(unique=_TAKEN, foreign_key=_GONE):
            connection.execute(insert(holdings), rows)


def change_holding(connection: Connection, holding_id: str, quantity: Decimal, cost_basis_minor: int | None) -> None:
    """Keeps a holding's new quantity and cost basis."""
    values = {"quantity": quantity, "cost_basis_minor": cost_basis_minor}
    done = connection.execute(update(holdings).where(holdings.c.id == holding_id).values(**values))
    if done.rowcount != 1:
        raise NotFound("This holding does not exist any more.")


def remove_holdings(connection: Connection, holding_ids: Iterable[str]) -> None:
    """Removes holdings."""
    for holding_id in holding_ids:
        connection.execute(delete(holdings).where(holdings.c.id == holding_id))
