"""Prices and exchange rates in the file."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import Connection, and_, bindparam, delete, func, insert, select

from wealthdesk.domain.holdings import FxRate, Price
from wealthdesk.storage.database import refusing
from wealthdesk.storage.tables import fx_rates, prices

_PRICE = (prices.c.asset_id, prices.c.on_date, prices.c.price, prices.c.source)
_RATE = (fx_rates.c.base, fx_rates.c.quote, fx_rates.c.on_date, fx_rates.c.rate)


def latest_prices(connection: Connection, on: date) -> dict[str, Price]:
    """Asset id → its latest price on or before a day."""
    newest = (
        select(prices.c.asset_id, func.max(prices.c.on_date).label("on_date"))
        .where(prices.c.on_date <= on)
        .group_by(prices.c.asset_id)
        .subquery()
    )
    same = and_(prices.c.asset_id == newest.c.asset_id, prices.c.on_date == newest.c.on_date)
    return {row[0]: Price(*row) for row in connection.execute(select(*_PRICE).join(newest, same))}


def prices_of(connection: Connection, asset_id: str) -> list[Price]:
    """An asset's prices, the newest first."""
    query = select(*_PRICE).where(prices.c.asset_id == asset_id).order_by(prices.c.on_date.desc())
    return [Price(*row) for row in connection.execute(query)]


def all_prices(connection: Connection) -> list[Price]:
    """Every price, by asset and day."""
    return [Price(*row) for row in connection.execute(select(*_PRICE).order_by(prices.c.asset_id, prices.c.on_date))]


def prices_on(connection: Connection, days: Iterable[date]) -> dict[tuple[str, date], Decimal]:
    """(asset id, day) → the price known for it, for these days."""
    query = select(prices.c.asset_id, prices.c.on_date, prices.c.price)
    found: dict[tuple[str, date], Decimal] = {}
    for some in _batched(sorted(days), 500):
        found |= {(row[0], row[1]): row[2] for row in connection.execute(query.where(prices.c.on_date.in_(some)))}
    return found


def _batched(days: Sequence[date], size: int) -> Iterable[Sequence[date]]:
    """The days in pieces: one statement takes only so many values."""
    return (days[start : start + size] for start in range(0, len(days), size))


def set_prices(connection: Connection, new: Iterable[Price]) -> None:
    """Keeps prices; one that is known for its day is replaced."""
    rows = [{"asset_id": each.asset_id, "on_date": each.on, "price": each.price, "source": each.source} for each in new]
    if rows:
        same = and_(prices.c.asset_id == bindparam("known_asset"), prices.c.on_date == bindparam("known_day"))
        known = [{"known_asset": each["asset_id"], "known_day": each["on_date"]} for each in rows]
        connection.execute(delete(prices).where(same), known)
        with refusing(foreign_key="The asset does not exist any more."):
            connection.execute(insert(prices), rows)


def remove_price(connection: Connection, asset_id: str, on: date) -> None:
    """Removes the price of one day."""
    connection.execute(delete(prices).where(prices.c.asset_id == asset_id, prices.c.on_date == on))


def latest_rates(connection: Connection, on: date) -> list[FxRate]:
    """The latest rate of each pair on or before a day."""
    newest = (
        select(fx_rates.c.base, fx_rates.c.quote, func.max(fx_rates.c.on_date).label("on_date"))
        .where(fx_rates.c.on_date <= on)
        .group_by(fx_rates.c.base, fx_rates.c.quote)
        .subquery()
    )
    same = and_(
        fx_rates.c.base == newest.c.base,
        fx_rates.c.quote == newest.c.quote,
        fx_rates.c.on_date == newest.c.on_date,
    )
    return [FxRate(*row) for row in connection.execute(select(*_RATE).join(newest, same))]


def all_rates(connection: Connection) -> list[FxRate]:
    """Every exchange rate, the newest first."""
    query = select(*_RATE).order_by(fx_rates.c.on_date.desc(), fx_rates.c.base, fx_rates.c.quote)
    return [FxRate(*row) for row in connection.execute(query)]


def set_rates(connection: Connection, new: Iterable[FxRate]) -> None:
    """Keeps exchange rates; one that is known for its day is replaced."""
    for each in new:
        remove_rate(connection, each.base, each.quote, each.on)
        values = {"base": each.base, "quote": each.quote, "on_date": each.on, "rate": each.rate}
        connection.execute(insert(fx_rates).values(**values))


def remove_rate(connection: Connection, base: str, quote: str, on: date) -> None:
    """Removes a pair's rate of one day."""
    pair = (fx_rates.c.base == base, fx_rates.c.quote == quote)
    connection.execute(delete(fx_rates).where(*pair, fx_rates.c.on_date == on))
