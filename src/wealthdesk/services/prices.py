"""What the user can do with prices and exchange rates."""

from collections.abc import Callable, Iterable
from datetime import date

from wealthdesk.changes import Topic
from wealthdesk.domain.holdings import FxRate, Price, checked_price
from wealthdesk.domain.money import currency
from wealthdesk.errors import BadInput
from wealthdesk.storage import prices as storage
from wealthdesk.storage.database import Database


class Prices:
    """Prices: list, set, remove."""

    def __init__(self, database: Database, today: Callable[[], date]) -> None:
        self._database = database
        self._today = today

    def of(self, asset_id: str) -> list[Price]:
        """An asset's prices, the newest first."""
        with self._database.read() as connection:
            return storage.prices_of(connection, asset_id)

    def set(self, prices: Iterable[Price]) -> None:
        """Keeps prices; one that is known for its day is replaced."""
        new = list({(each.asset_id, each.on): each for each in prices}.values())
        for each in new:
            checked_price(each.price)
            _check_day(each.on, self._today())
        with self._database.write(Topic.PRICES) as connection:
            storage.set_prices(connection, new)

    def remove(self, asset_id: str, on: date) -> None:
        """Removes the price of one day."""
        with self._database.write(Topic.PRICES) as connection:
            storage.remove_price(connection, asset_id, on)


class Rates:
    """Exchange rates: list, set, remove."""

    def __init__(self, database: Database, today: Callable[[], date]) -> None:
        self._database = database
        self._today = today

    def all(self) -> list[FxRate]:
        """Every exchange rate, the newest first."""
        with self._database.read() as connection:
            return storage.all_rates(connection)

    def set(self, rates: Iterable[FxRate]) -> None:
        """Keeps exchange rates; one that is known for its day is replaced."""
        new = [FxRate(currency(each.base), currency(each.quote), each.on, each.rate) for each in rates]
        for each in new:
            if each.base == each.quote:
                raise BadInput(f"One {each.base} is always one {each.base}. Choose two different currencies.")
            checked_price(each.rate, "exchange rate")
            _check_day(each.on, self._today())
        with self._database.write(Topic.RATES) as connection:
            storage.set_rates(connection, new)

    def remove(self, rate: FxRate) -> None:
        """Removes a pair's rate of one day."""
        with self._database.write(Topic.RATES) as connection:
            storage.remove_rate(connection, rate.base, rate.quote, rate.on)


def _check_day(on: date, today: date) -> None:
    if on > today:
        raise BadInput(f"{on.isoformat()} is in the future. Choose a day up to today.")
