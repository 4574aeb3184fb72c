"""Prices and exchange rates in the file, and what sources of prices call the assets."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from wealthdesk.domain.assets import AssetCode
from wealthdesk.domain.holdings import FxRate, Price
from wealthdesk.storage.connection import Reading, refusing
from wealthdesk.storage.mapping import DAY, EXACT, PLAIN, Mapped
from wealthdesk.storage.texts import day_of, day_text, scaled_of

if TYPE_CHECKING:
    from wealthdesk.domain.over_time import PriceSeries
    from wealthdesk.storage.writing import Writing

_PRICES = Mapped("prices", Price, {"asset_id": PLAIN, "on_date": DAY.named("on"), "price": EXACT, "source": PLAIN})
_RATES = Mapped("fx_rates", FxRate, {"base": PLAIN, "quote": PLAIN, "on_date": DAY.named("on"), "rate": EXACT})
_CODES = Mapped(
    "asset_quotes", AssetCode, {"asset_id": PLAIN, "source": PLAIN, "symbol": PLAIN.named("code"), "unit": PLAIN}
)
# For each asset by the index, so that a long history costs nothing; grouping all prices takes 200 times as long.
_LATEST_PRICES = """
WHERE (asset_id, on_date) IN
  (SELECT id, (SELECT max(on_date) FROM prices WHERE asset_id = assets.id AND on_date <= ?) FROM assets)
"""
_LATEST_RATES = """
JOIN (SELECT base, quote, max(on_date) AS on_date FROM fx_rates WHERE on_date <= ? GROUP BY base, quote) AS newest
  ON fx_rates.base = newest.base AND fx_rates.quote = newest.quote AND fx_rates.on_date = newest.on_date
"""
# One row an asset, since a hundred thousand rows take more time than what is in them.
_SERIES = "SELECT asset_id, group_concat(on_date, ' '), group_concat(price, ' ') FROM prices GROUP BY asset_id"


def latest_prices(connection: Reading, on: date) -> dict[str, Price]:
    """Asset id → its latest price on or before a day."""
    return {each.asset_id: each for each in _PRICES.all(connection, _LATEST_PRICES, day_text(on))}


def prices_of(connection: Reading, asset_id: str) -> list[Price]:
    """An asset's prices, the newest first."""
    return _PRICES.all(connection, "WHERE asset_id = ? ORDER BY on_date DESC", asset_id)


def all_prices(connection: Reading) -> list[Price]:
    """Every price, by asset and day."""
    return _PRICES.all(connection, "ORDER BY asset_id, on_date")


def price_series(connection: Reading, asset_ids: Collection[str]) -> dict[str, "PriceSeries"]:
    """Asset id → all its prices: of many years in little time."""
    from wealthdesk.domain.over_time import PriceSeries

    ordinals = _Ordinals()  # of the same few thousand days, over and over
    found = {}
    for asset_id, days, prices in connection.rows(_SERIES):
        if asset_id in asset_ids:
            numbers, decimals = scaled_of(prices)
            places = [ordinals[on] for on in days.split(" ")]
            # They come by day, though nobody promises it.
            if places != sorted(places):
                places, numbers = map(list, zip(*sorted(zip(places, numbers, strict=True)), strict=True))
            found[asset_id] = PriceSeries(places, numbers, decimals)
    return found


class _Ordinals(dict[str, int]):
    """The text of a day → its ordinal."""

    def __missing__(self, on: str) -> int:
        self[on] = found = day_of(on).toordinal()
        return found


def prices_on(connection: Reading, days: Iterable[date]) -> dict[tuple[str, date], Decimal]:
    """(asset id, day) → the price known for it, for these days."""
    found: dict[tuple[str, date], Decimal] = {}
    for some in _batched(sorted(map(day_text, days)), 500):
        marks = ", ".join("?" * len(some))
        prices = _PRICES.all(connection, f"WHERE on_date IN ({marks})", *some)
        found |= {(each.asset_id, each.on): each.price for each in prices}
    return found


def _batched(days: Sequence[str], size: int) -> Iterable[Sequence[str]]:
    """The days in pieces: one statement takes only so many values."""
    return (days[start : start + size] for start in range(0, len(days), size))


def set_prices(connection: "Writing", new: Iterable[Price]) -> None:
    """Keeps prices; one that is known for its day is replaced."""
    with refusing(foreign_key="The asset does not exist any more."):
        connection.put("prices", *map(_PRICES.row, new))


def remove_price(connection: "Writing", asset_id: str, on: date) -> None:
    """Removes the price of one day."""
    connection.delete("prices", asset_id=asset_id, on_date=on)


def latest_rates(connection: Reading, on: date) -> list[FxRate]:
    """The latest rate of each pair on or before a day."""
    return _RATES.all(connection, _LATEST_RATES, day_text(on))


def all_rates(connection: Reading) -> list[FxRate]:
    """Every exchange rate, the newest first."""
    return _RATES.all(connection, "ORDER BY on_date DESC, base, quote")


def set_rates(connection: "Writing", new: Iterable[FxRate]) -> None:
    """Keeps exchange rates; one that is known for its day is replaced."""
    connection.put("fx_rates", *map(_RATES.row, new))


def remove_rate(connection: "Writing", base: str, quote: str, on: date) -> None:
    """Removes a pair's rate of one day."""
    connection.delete("fx_rates", base=base, quote=quote, on_date=on)


def all_codes(connection: Reading) -> list[AssetCode]:
    """What sources call the assets, by source and code."""
    return _CODES.all(connection, "ORDER BY source, symbol, asset_id")


def set_codes(connection: "Writing", new: Iterable[AssetCode]) -> None:
    """Keeps what sources call assets; what one called an asset before is replaced."""
    with refusing(foreign_key="The asset does not exist any more."):
        connection.put("asset_quotes", *map(_CODES.row, new))


def remove_code(connection: "Writing", asset_id: str, source: str) -> None:
    """The source is not asked for the asset any more."""
    connection.delete("asset_quotes", asset_id=asset_id, source=source)
