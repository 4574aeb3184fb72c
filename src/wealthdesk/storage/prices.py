"""Prices and exchange rates in the file."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from wealthdesk.domain.holdings import FxRate, Price
from wealthdesk.storage.connection import Reading, Row, refusing
from wealthdesk.storage.texts import day_of, day_text, decimal_of

if TYPE_CHECKING:
    from wealthdesk.storage.writing import Writing

_PRICES = "SELECT asset_id, on_date, price, source FROM prices"
# For each asset by the index, so that a long history costs nothing; grouping all prices takes 200 times as long.
_LATEST_PRICES = """
SELECT asset_id, on_date, price, source FROM prices WHERE (asset_id, on_date) IN
  (SELECT id, (SELECT max(on_date) FROM prices WHERE asset_id = assets.id AND on_date <= ?) FROM assets)
"""
_LATEST_RATES = """
SELECT each.base, each.quote, each.on_date, each.rate
FROM fx_rates AS each
JOIN (SELECT base, quote, max(on_date) AS on_date FROM fx_rates WHERE on_date <= ? GROUP BY base, quote) AS newest
  ON each.base = newest.base AND each.quote = newest.quote AND each.on_date = newest.on_date
"""


def latest_prices(connection: Reading, on: date) -> dict[str, Price]:
    """Asset id → its latest price on or before a day."""
    return {row[0]: _price(row) for row in connection.rows(_LATEST_PRICES, day_text(on))}


def prices_of(connection: Reading, asset_id: str) -> list[Price]:
    """An asset's prices, the newest first."""
    return [_price(row) for row in connection.rows(_PRICES + " WHERE asset_id = ? ORDER BY on_date DESC", asset_id)]


def all_prices(connection: Reading) -> list[Price]:
    """Every price, by asset and day."""
    return [_price(row) for row in connection.rows(_PRICES + " ORDER BY asset_id, on_date")]


def prices_on(connection: Reading, days: Iterable[date]) -> dict[tuple[str, date], Decimal]:
    """(asset id, day) → the price known for it, for these days."""
    found: dict[tuple[str, date], Decimal] = {}
    for some in _batched(sorted(map(day_text, days)), 500):
        marks = ", ".join("?" * len(some))
        prices = map(_price, connection.rows(f"{_PRICES} WHERE on_date IN ({marks})", *some))
        found |= {(each.asset_id, each.on): each.price for each in prices}
    return found


def _batched(days: Sequence[str], size: int) -> Iterable[Sequence[str]]:
    """The days in pieces: one statement takes only so many values."""
    return (days[start : start + size] for start in range(0, len(days), size))


def set_prices(connection: "Writing", new: Iterable[Price]) -> None:
    """Keeps prices; one that is known for its day is replaced."""
    rows = [{"asset_id": each.asset_id, "on_date": each.on, "price": each.price, "source": each.source} for each in new]
    with refusing(foreign_key="The asset does not exist any more."):
        connection.put("prices", *rows)


def remove_price(connection: "Writing", asset_id: str, on: date) -> None:
    """Removes the price of one day."""
    connection.delete("prices", asset_id=asset_id, on_date=on)


def latest_rates(connection: Reading, on: date) -> list[FxRate]:
    """The latest rate of each pair on or before a day."""
    return [_rate(row) for row in connection.rows(_LATEST_RATES, day_text(on))]


def all_rates(connection: Reading) -> list[FxRate]:
    """Every exchange rate, the newest first."""
    query = "SELECT base, quote, on_date, rate FROM fx_rates ORDER BY on_date DESC, base, quote"
    return [_rate(row) for row in connection.rows(query)]


def set_rates(connection: "Writing", new: Iterable[FxRate]) -> None:
    """Keeps exchange rates; one that is known for its day is replaced."""
    rows = [{"base": each.base, "quote": each.quote, "on_date": each.on, "rate": each.rate} for each in new]
    connection.put("fx_rates", *rows)


def remove_rate(connection: "Writing", base: str, quote: str, on: date) -> None:
    """Removes a pair's rate of one day."""
    connection.delete("fx_rates", base=base, quote=quote, on_date=on)


def _price(row: Row) -> Price:
    asset_id, on_date, price, source = row
    return Price(asset_id, day_of(on_date), decimal_of(price), source)


def _rate(row: Row) -> FxRate:
    base, quote, on_date, rate = row
    return FxRate(base, quote, day_of(on_date), decimal_of(rate))
