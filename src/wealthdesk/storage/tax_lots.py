"""Cost lots in the file."""

from typing import TYPE_CHECKING
from uuid import uuid4

from wealthdesk.domain.tax_lots import TaxLot, TaxLots, ordered
from wealthdesk.storage.connection import Reading, refusing
from wealthdesk.storage.texts import day_of, decimal_of

if TYPE_CHECKING:
    from wealthdesk.storage.writing import Writing

_LOTS = "SELECT holding_id, acquired_on, quantity, cost_minor FROM tax_lots"


def all_lots(connection: Reading) -> dict[str, TaxLots]:
    """Holding id → its lots, for the holdings that have some."""
    found: dict[str, list[TaxLot]] = {}
    for holding_id, *lot in connection.rows(_LOTS):
        found.setdefault(holding_id, []).append(lot_of(*lot))
    return {holding_id: ordered(lots) for holding_id, lots in found.items()}


def lots_of(connection: Reading, holding_id: str) -> TaxLots:
    """The lots of a holding."""
    return ordered(lot_of(*lot) for _, *lot in connection.rows(_LOTS + " WHERE holding_id = ?", holding_id))


def set_lots(connection: "Writing", holding_id: str, lots: TaxLots) -> None:
    """Replaces a holding's lots; NotFound if it is gone."""
    connection.delete("tax_lots", holding_id=holding_id)
    with refusing(foreign_key="This holding does not exist any more."):
        rows = ({"id": str(uuid4()), "holding_id": holding_id, **lot_columns(lot)} for lot in lots)
        connection.insert("tax_lots", *rows)


def lot_columns(lot: TaxLot) -> dict[str, object]:
    """The columns of a lot, wherever lots are kept."""
    return {"acquired_on": lot.acquired_on, "quantity": lot.quantity, "cost_minor": lot.cost_minor}


def lot_of(acquired_on: str | None, quantity: str, cost_minor: int) -> TaxLot:
    """The lot that these columns say."""
    return TaxLot(None if acquired_on is None else day_of(acquired_on), decimal_of(quantity), cost_minor)
