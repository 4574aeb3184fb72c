"""Holdings in the file."""

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING

from wealthdesk.domain.holdings import Holding
from wealthdesk.errors import NotFound
from wealthdesk.storage.connection import Reading, Row, refusing
from wealthdesk.storage.holding_history import HeldOn, set_held
from wealthdesk.storage.texts import decimal_of

if TYPE_CHECKING:
    from wealthdesk.storage.writing import Writing

_TAKEN = "This account already holds this asset. Change the quantity of that holding."
_GONE = "The account or the asset does not exist any more."
_HOLDINGS = "SELECT id, account_id, asset_id, quantity, cost_basis_minor FROM holdings"


def all_holdings(connection: Reading) -> list[Holding]:
    """Every holding, in a fixed order."""
    return [_holding(row) for row in connection.rows(_HOLDINGS + " ORDER BY account_id, asset_id")]


def holding(connection: Reading, holding_id: str) -> Holding:
    """One holding; NotFound if it is gone."""
    row = connection.row(_HOLDINGS + " WHERE id = ?", holding_id)
    if row is None:
        raise NotFound("This holding does not exist any more.")
    return _holding(row)


def add_holdings(connection: "Writing", new: Iterable[Holding]) -> None:
    """Keeps new holdings; AlreadyExists if an account already holds one of the assets."""
    new = list(new)
    with refusing(unique=_TAKEN, foreign_key=_GONE):
        connection.insert("holdings", *map(_columns, new))
    _remember(connection, ((each, each.quantity) for each in new))


def change_holding(connection: "Writing", holding_id: str, quantity: Decimal, cost_basis_minor: int | None) -> None:
    """Keeps a holding's new quantity and cost basis."""
    before = holding(connection, holding_id)
    connection.update("holdings", {"quantity": quantity, "cost_basis_minor": cost_basis_minor}, id=holding_id)
    if quantity != before.quantity:
        _remember(connection, [(before, quantity)])


def remove_holdings(connection: "Writing", holding_ids: Iterable[str]) -> None:
    """Removes holdings."""
    for holding_id in holding_ids:
        row = connection.row(_HOLDINGS + " WHERE id = ?", holding_id)
        if row is not None:
            connection.delete("holdings", id=holding_id)
            _remember(connection, [(_holding(row), Decimal(0))])


def _remember(connection: "Writing", changed: Iterable[tuple[Holding, Decimal]]) -> None:
    """Keeps what is held at the end of the day of the transaction."""
    set_held(
        connection, (HeldOn(each.account_id, each.asset_id, connection.day, quantity) for each, quantity in changed)
    )


def _columns(value: Holding) -> dict[str, object]:
    return {
        "id": value.id,
        "account_id": value.account_id,
        "asset_id": value.asset_id,
        "quantity": value.quantity,
        "cost_basis_minor": value.cost_basis_minor,
    }


def _holding(row: Row) -> Holding:
    holding_id, account_id, asset_id, quantity, cost_basis_minor = row
    return Holding(holding_id, account_id, asset_id, decimal_of(quantity), cost_basis_minor)
