"""What the user can do with holdings."""

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import uuid4

from wealthdesk.changes import Topic
from wealthdesk.domain.assets import cash_asset
from wealthdesk.domain.holdings import Holding, Price, checked_cost, checked_price, checked_quantity
from wealthdesk.domain.money import currency, from_minor
from wealthdesk.storage import accounts as account_storage
from wealthdesk.storage import assets as asset_storage
from wealthdesk.storage import holdings as storage
from wealthdesk.storage import prices as price_storage
from wealthdesk.storage.connection import Reading
from wealthdesk.storage.database import Database, also, named
from wealthdesk.storage.holding_history import HeldOn, all_held, held_on

if TYPE_CHECKING:
    from wealthdesk.storage.writing import Writing


class Holdings:
    """Holdings: list, add, change, remove; and cash, which is a holding too."""

    def __init__(self, database: Database, today: Callable[[], date]) -> None:
        self._database = database
        self._today = today

    def all(self) -> list[Holding]:
        """Every holding."""
        with self._database.read() as connection:
            return storage.all_holdings(connection)

    def add(
        self,
        account_id: str,
        asset_id: str,
        quantity: Decimal,
        cost_basis_minor: int | None = None,
        *,
        price: Decimal | None = None,
    ) -> Holding:
        """Keeps a new holding, and a price of today with it; AlreadyExists if the account holds the asset already."""
        cost = checked_cost(cost_basis_minor)
        new = Holding(str(uuid4()), account_id, asset_id, checked_quantity(quantity), cost)
        with self._database.write(Topic.HOLDINGS) as connection:
            storage.add_holdings(connection, [new])
            named(connection, f"new holding of {_place_of(connection, new)}")
            self._set_price(connection, asset_id, price)
        return new

    def change(
        self,
        holding_id: str,
        quantity: Decimal,
        cost_basis_minor: int | None = None,
        *,
        price: Decimal | None = None,
    ) -> None:
        """Keeps a holding's new quantity and cost basis, and a price of today with them."""
        checked, cost = checked_quantity(quantity), checked_cost(cost_basis_minor)
        with self._database.write(Topic.HOLDINGS) as connection:
            storage.change_holding(connection, holding_id, checked, cost)
            holding = storage.holding(connection, holding_id)
            named(connection, f"quantity of {_place_of(connection, holding)}")
            self._set_price(connection, holding.asset_id, price)

    def set_cash(self, account_id: str, currency_code: str, amount_minor: int) -> None:
        """Sets how much cash of a currency an account holds."""
        code = currency(currency_code)
        quantity = checked_quantity(from_minor(amount_minor, code))
        with self._database.write(Topic.HOLDINGS, Topic.ASSETS) as connection:
            known = asset_storage.all_assets(connection)
            found = [each for each in known if each.is_cash and each.currency == code]
            asset = found[0] if found else cash_asset(code, known)
            if not found:
                asset_storage.add_assets(connection, [asset])
            held = [h for h in storage.all_holdings(connection) if (h.account_id, h.asset_id) == (account_id, asset.id)]
            if held:
                storage.change_holding(connection, held[0].id, quantity, None)
            else:
                storage.add_holdings(connection, [Holding(str(uuid4()), account_id, asset.id, quantity)])
            named(connection, f"cash in {code} of “{account_storage.account(connection, account_id).name}”")

    def past(self, account_id: str, asset_id: str) -> list[HeldOn]:
        """What an account held of an asset at the end of the days on which that changed, the oldest first."""
        with self._database.read() as connection:
            return held_on(connection, account_id, asset_id)

    def history(self) -> list[HeldOn]:
        """What every account held of every asset at the end of the days on which that changed."""
        with self._database.read() as connection:
            return all_held(connection)

    def remove(self, holding_ids: Iterable[str]) -> list[Holding]:
        """Removes holdings and gives them back."""
        chosen = list(holding_ids)
        with self._database.write(Topic.HOLDINGS) as connection:
            removed = [storage.holding(connection, each) for each in chosen]
            of = _place_of(connection, removed[0]) if len(removed) == 1 else f"{len(removed)} holdings"
            named(connection, f"removal of {of}")
            storage.remove_holdings(connection, chosen)
        return removed

    def _set_price(self, connection: "Writing", asset_id: str, price: Decimal | None) -> None:
        if price is not None:
            price_storage.set_prices(connection, [Price(asset_id, self._today(), checked_price(price))])
            also(connection, Topic.PRICES)


def _place_of(connection: Reading, holding: Holding) -> str:
    symbol = asset_storage.asset(connection, holding.asset_id).symbol
    return f"{symbol} in “{account_storage.account(connection, holding.account_id).name}”"
