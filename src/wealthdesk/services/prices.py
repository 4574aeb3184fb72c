"""What the user can do with prices and exchange rates."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from wealthdesk.changes import Topic
from wealthdesk.domain.holdings import FxRate, Price, checked_price
from wealthdesk.domain.money import currency
from wealthdesk.errors import BadInput
from wealthdesk.storage import assets as asset_storage
from wealthdesk.storage import prices as storage
from wealthdesk.storage.connection import Reading
from wealthdesk.storage.database import Database, named


class Prices:
    """Prices: list, set, remove."""

    def __init__(self, database: Database, today: Callable[[], date]) -> None:
        self._database = database
        self._today = today

    def of(self, asset_id: str) -> list[Price]:
        """An asset's prices, the newest first."""
        with self._database.read() as connection:
            return storage.prices_of(connection, asset_id)

    def all(self) -> list[Price]:
        """Every price, by asset and day."""
        with self._database.read() as connection:
            return storage.all_prices(connection)

    def set(self, prices: Iterable[Price], *, instead_of: Price | None = None) -> None:
        """Keeps prices; one that is known for its day is replaced, and the one that they stand instead of goes."""
        new = list({(each.asset_id, each.on): each for each in prices}.values())
        for each in new:
            checked_price(each.price)
            _check_day(each.on, self._today())
        with self._database.write(Topic.PRICES) as connection:
            if instead_of is not None:
                storage.remove_price(connection, instead_of.asset_id, instead_of.on)
            storage.set_prices(connection, new)
            named(connection, _prices_of(connection, [each.asset_id for each in new]))

    def remove(self, asset_id: str, *days: date) -> None:
        """Removes the prices of these days."""
        with self._database.write(Topic.PRICES) as connection:
            for on in days:
                storage.remove_price(connection, asset_id, on)
            named(connection, f"removal of {_prices_of(connection, [asset_id] * len(days))}")


class Rates:
    """Exchange rates: list, set, remove."""

    def __init__(self, database: Database, today: Callable[[], date]) -> None:
        self._database = database
        self._today = today

    def all(self) -> list[FxRate]:
        """Every exchange rate, the newest first."""
        with self._database.read() as connection:
            return storage.all_rates(connection)

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
                storage.remove_rate(connection, instead_of.base, instead_of.quote, instead_of.on)
            storage.set_rates(connection, new)
            named(connection, _rates_of(new))

    def remove(self, *rates: FxRate) -> None:
        """Removes these pairs' rates of these days."""
        with self._database.write(Topic.RATES) as connection:
            for rate in rates:
                storage.remove_rate(connection, rate.base, rate.quote, rate.on)
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
