"""What the user can do with holdings."""

from collections.abc import Iterable
from decimal import Decimal
from uuid import uuid4

from wealthdesk.changes import Topic
from wealthdesk.domain.assets import CASH_CLASS, Asset, AssetKind, Exposure
from wealthdesk.domain.holdings import Holding
from wealthdesk.domain.money import LARGEST_NUMBER, WHOLE, currency, from_minor
from wealthdesk.errors import BadInput
from wealthdesk.storage import assets as asset_storage
from wealthdesk.storage import holdings as storage
from wealthdesk.storage.database import Database


def cash_asset(code: str) -> Asset:
    """Cash in one currency as a new asset: priced 1, in class Cash, any amount."""
    exposures = (Exposure(CASH_CLASS, WHOLE),)
    return Asset(f"cash_{code.lower()}", code, f"Cash, {code}", AssetKind.CASH, code, exposures, lot_step=None)


def checked_quantity(quantity: Decimal) -> Decimal:
    """The quantity; BadInput when it is negative or too large."""
    if quantity < 0:
        raise BadInput("A quantity is 0 or more: what was borrowed or sold short is not kept here.")
    if quantity >= LARGEST_NUMBER:
        raise BadInput("This quantity is too large. Check the decimal mark.")
    return quantity


class Holdings:
    """Holdings: list, add, change, remove; and cash, which is a holding too."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[Holding]:
        """Every holding."""
        with self._database.read() as connection:
            return storage.all_holdings(connection)

    def add(self, account_id: str, asset_id: str, quantity: Decimal, cost_basis_minor: int | None = None) -> Holding:
        """Keeps a new holding; AlreadyExists if the account holds the asset already."""
        new = Holding(str(uuid4()), account_id, asset_id, checked_quantity(quantity), cost_basis_minor)
        with self._database.write(Topic.HOLDINGS) as connection:
            storage.add_holdings(connection, [new])
        return new

    def change(self, holding_id: str, quantity: Decimal, cost_basis_minor: int | None = None) -> None:
        """Keeps a holding's new quantity and cost basis."""
        checked = checked_quantity(quantity)
        with self._database.write(Topic.HOLDINGS) as connection:
            storage.change_holding(connection, holding_id, checked, cost_basis_minor)

    def set_cash(self, account_id: str, currency_code: str, amount_minor: int) -> None:
        """Sets how much cash of a currency an account holds."""
        code = currency(currency_code)
        quantity = checked_quantity(from_minor(amount_minor, code))
        with self._database.write(Topic.HOLDINGS, Topic.ASSETS) as connection:
            found = [a for a in asset_storage.all_assets(connection) if a.is_cash and a.currency == code]
            asset = found[0] if found else cash_asset(code)
            if not found:
                asset_storage.add_assets(connection, [asset])
            held = [h for h in storage.all_holdings(connection) if (h.account_id, h.asset_id) == (account_id, asset.id)]
            if held:
                storage.change_holding(connection, held[0].id, quantity, None)
            else:
                storage.add_holdings(connection, [Holding(str(uuid4()), account_id, asset.id, quantity)])

    def remove(self, holding_ids: Iterable[str]) -> list[Holding]:
        """Removes holdings and gives them back, so that they can be put back."""
        chosen = list(holding_ids)
        with self._database.write(Topic.HOLDINGS) as connection:
            removed = [storage.holding(connection, each) for each in chosen]
            storage.remove_holdings(connection, chosen)
        return removed

    def put_back(self, removed: Iterable[Holding]) -> None:
        """Undoes a removal."""
        with self._database.write(Topic.HOLDINGS) as connection:
            storage.add_holdings(connection, removed)
