"""What the user can do with holdings, prices and exchange rates."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import uuid4

from wealthdesk.changes import Topic
from wealthdesk.domain.assets import cash_asset
from wealthdesk.domain.holdings import FxRate, HeldOn, Holding, Price, checked_cost, checked_price, checked_quantity
from wealthdesk.domain.money import currency, from_minor
from wealthdesk.errors import BadInput
from wealthdesk.storage import accounts as account_storage
from wealthdesk.storage import assets as asset_storage
from wealthdesk.storage import holdings as storage
from wealthdesk.storage import prices as price_storage
from wealthdesk.storage.connection import Reading
from wealthdesk.storage.database import Database, also, named
from wealthdesk.storage.holdings import all_held, held_on

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
            holding = storage.holding(connection, holding_id)
            storage.change_holding(connection, replace(holding, quantity=checked, cost_basis_minor=cost))
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
                storage.change_holding(connection, replace(held[0], quantity=quantity, cost_basis_minor=None))
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


class Prices:
    """Prices: list, set, remove."""

    def __init__(self, database: Database, today: Callable[[], date]) -> None:
        self._database = database
        self._today = today

    def of(self, asset_id: str) -> list[Price]:
        """An asset's prices, the newest first."""
        with self._database.read() as connection:
            return price_storage.prices_of(connection, asset_id)

    def all(self) -> list[Price]:
        """Every price, by asset and day."""
        with self._database.read() as connection:
            return price_storage.all_prices(connection)

    def set(self, prices: Iterable[Price], *, instead_of: Price | None = None) -> None:
        """Keeps prices; one that is known for its day is replaced, and the one that they stand instead of goes."""
        new = list({(each.asset_id, each.on): each for each in prices}.values())
        for each in new:
            checked_price(each.price)
            _check_day(each.on, self._today())
        with self._database.write(Topic.PRICES) as connection:
            if instead_of is not None:
                price_storage.remove_price(connection, instead_of.asset_id, instead_of.on)
            price_storage.set_prices(connection, new)
            named(connection, _prices_of(connection, [each.asset_id for each in new]))

    def set_with_rates(self, prices: Sequence[Price], rates: Sequence[FxRate]) -> None:
        """Keeps prices and exchange rates in one change; what is known for its day is replaced."""
        for price in prices:
            checked_price(price.price)
            _check_day(price.on, self._today())
        for rate in rates:
            checked_price(rate.rate, "exchange rate")
            _check_day(rate.on, self._today())
        with self._database.write(Topic.PRICES, Topic.RATES) as connection:
            price_storage.set_prices(connection, prices)
            price_storage.set_rates(connection, rates)
            of_prices = [_prices_of(connection, [each.asset_id for each in prices])] if prices else []
            named(connection, " and ".join([*of_prices, *([_rates_of(rates)] if rates else [])]))

    def remove(self, asset_id: str, *days: date) -> None:
        """Removes the prices of these days."""
        with self._database.write(Topic.PRICES) as connection:
            for on in days:
                price_storage.remove_price(connection, asset_id, on)
            named(connection, f"removal of {_prices_of(connection, [asset_id] * len(days))}")


class Rates:
    """Exchange rates: list, set, remove."""

    def __init__(self, database: Database, today: Callable[[], date]) -> None:
        self._database = database
        self._today = today

    def all(self) -> list[FxRate]:
        """Every exchange rate, the newest first."""
        with self._database.read() as connection:
            return price_storage.all_rates(connection)

    def set(self, rates: Iterable[FxRate], *, instead_of: FxRate | None = None) -> None:
        """Keeps exchange rates; one that is known for its day is replaced; the one they stand instead of goes."""
        new = [FxRate(currency(each.base), currency(each.quote), each.on, each.rate) for each in rates]
        for each in new:
            if each.base == each.quote:
                raise BadInput(f"One {each.base} is always one {each.base}. Choose two different currencies.")
            checked_price(each.rate, "exchange rate")
            _check_day(each.on, self._today())
        with self._database.write(Topic.RATES) as connection:
            if instead_of is not None:
                price_storage.remove_rate(connection, instead_of.base, instead_of.quote, instead_of.on)
            price_storage.set_rates(connection, new)
            named(connection, _rates_of(new))

    def remove(self, *rates: FxRate) -> None:
        """Removes these pairs' rates of these days."""
        with self._database.write(Topic.RATES) as connection:
            for rate in rates:
                price_storage.remove_rate(connection, rate.base, rate.quote, rate.on)
            named(connection, f"removal of {_rates_of(rates)}")


def _prices_of(connection: Reading, asset_ids: Sequence[str]) -> str:
    """The prices of these assets, in words; one asset as often as it has one."""
    count = len(asset_ids)
    if len(set(asset_ids)) != 1:
        return f"{count} prices"
    symbol = asset_storage.asset(connection, asset_ids[0]).symbol
    return f"price of {symbol}" if count == 1 else f"{count} prices of {symbol}"


def _rates_of(rates: Sequence[FxRate]) -> str:
    pairs = {(each.base, each.quote) for each in rates}
    if len(rates) != 1 or len(pairs) != 1:
        return f"{len(rates)} exchange rates"
    return f"rate from {rates[0].base} to {rates[0].quote}"


def _check_day(on: date, today: date) -> None:
    if on > today:
        raise BadInput(f"{on.isoformat()} is in the future. Choose a day up to today.")
