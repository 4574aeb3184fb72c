"""The orders of a plan that the user ticked off at the broker, in the file: by the scope that is planned for."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from wealthdesk.domain.accounts import Scope
from wealthdesk.domain.plans import Order, Side
from wealthdesk.storage.connection import Reading, refusing

if TYPE_CHECKING:
    from wealthdesk.storage.writing import Writing

_ORDERS: Final = "SELECT account_id, asset_id, side, signature FROM placed_orders WHERE scope_id IS ?"


def placed_orders(connection: Reading, scope: Scope) -> tuple[str, frozenset[Order]]:
    """The signature of the plan that they are of, and the orders; neither where none is kept."""
    rows = connection.rows(_ORDERS, scope)
    signature = rows[0][3] if rows else ""
    return signature, frozenset((account_id, asset_id, Side(side)) for account_id, asset_id, side, _ in rows)


def set_placed_orders(connection: "Writing", scope: Scope, signature: str, orders: Iterable[Order]) -> None:
    """Keeps these in the place of what was kept; NotFound if an account or an asset is gone."""
    connection.delete("placed_orders", scope_id=scope)
    rows = (
        {
            "id": str(uuid4()),
            "scope_id": scope,
            "signature": signature,
            "account_id": account_id,
            "asset_id": asset_id,
            "side": side.value,
        }
        for account_id, asset_id, side in sorted(orders)
    )
    with refusing(foreign_key="An account or an asset of these orders does not exist any more."):
        connection.insert("placed_orders", *rows)
