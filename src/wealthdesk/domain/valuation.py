"""What a portfolio is worth on one day in its base currency, and what is missing to know it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from wealthdesk.domain.accounts import Scope
from wealthdesk.domain.assets import Asset
from wealthdesk.domain.holdings import FxRate, Holding, Portfolio
from wealthdesk.domain.money import exact_product, product_minor

ONE = Decimal(1)

_Key = TypeVar("_Key")


class Missing(StrEnum):
    """Why a holding has no value."""

    PRICE = "no_price"
    RATE = "no_rate"


@dataclass(frozen=True, slots=True)
class RateConversion:
    """How many units of the base currency one unit of another is, and of which day that is (None: always true).

    It is `times / divisor` exactly: a rate quoted the other way round is divided by and never rounded before.
    """

    times: Decimal
    divisor: Decimal
    on: date | None

    @property
    def rate(self) -> Decimal:
        """The rate as a number to be shown, rounded where it has no end."""
        return self.times if self.divisor == 1 else self.times / self.divisor


@dataclass(frozen=True, slots=True)
class ValuedHolding:
    """A holding with its price, its rate to the base currency and its value in base-currency minor units.

    `value_minor` is None where a price or a rate is missing; `missing` says which.
    """

    holding: Holding
    asset: Asset
    price: Decimal | None
    price_on: date | None
    rate: Decimal | None
    value_minor: int | None
    missing: Missing | None = None


@dataclass(frozen=True, slots=True)
class Valuation:
    """The holdings of a scope, valued. `stale_…` name assets and currencies whose price or rate is old."""

    on: date
    base_currency: str
    holdings: tuple[ValuedHolding, ...]
    missing_rates: tuple[str, ...]
    stale_assets: tuple[str, ...]
    stale_rates: tuple[str, ...]

    @property
    def total_minor(self) -> int:
        """The value of everything that has one, unclassified holdings included."""
        return sum(h.value_minor for h in self.holdings if h.value_minor is not None)

    @property
    def cash_minor(self) -> int:
        """The value of the cash in it."""
        return sum(h.value_minor for h in self.holdings if h.asset.is_cash and h.value_minor is not None)

    @property
    def unpriced(self) -> tuple[ValuedHolding, ...]:
        """The holdings without a value."""
        return tuple(h for h in self.holdings if h.value_minor is None)

    @property
    def prices_on(self) -> date | None:
        """The day of the newest price used; None when none is."""
        return max((h.price_on for h in self.holdings if h.price_on is not None), default=None)


def conversions(rates: Iterable[FxRate], base: str) -> dict[str, RateConversion]:
    """Currency → how to come to `base`: by its own pair (either way round, the newer), else by one step in between."""
    rates = list(rates)
    direct: dict[tuple[str, str], RateConversion] = {}
    for rate in rates:
        _keep_newer(direct, (rate.base, rate.quote), RateConversion(rate.rate, ONE, rate.on))
    for rate in rates:
        _keep_newer(direct, (rate.quote, rate.base), RateConversion(ONE, rate.rate, rate.on))
    found = {base: RateConversion(ONE, ONE, None)}
    found.update({source: way for (source, target), way in direct.items() if target == base and source != base})
    crosses: dict[str, RateConversion] = {}
    for (source, between), first in sorted(direct.items(), key=lambda each: each[0]):
        second = found.get(between)
        if source not in found and second is not None:
            _keep_newer(crosses, source, _in_turn(first, second))
    return found | crosses


def _in_turn(first: RateConversion, second: RateConversion) -> RateConversion:
    """One conversion after the other, as old as the older of the two."""
    times, divisor = exact_product(first.times, second.times), exact_product(first.divisor, second.divisor)
    return RateConversion(times, divisor, min((way.on for way in (first, second) if way.on is not None), default=None))


def _keep_newer(known: dict[_Key, RateConversion], key: _Key, way: RateConversion) -> None:
    """Of the same day the first stays: the rate as it is quoted goes before the same pair the other way round."""
    before = known.get(key)
    if before is None or (way.on or date.max) > (before.on or date.max):
        known[key] = way


def value(portfolio: Portfolio, scope: Scope = None) -> Valuation:
    """The valuation of a scope on the portfolio's day."""
    ways = conversions(portfolio.rates, portfolio.base_currency)
    inside = portfolio.accounts_in(scope)
    chosen = [h for h in portfolio.holdings if h.account_id in inside]
    valued = tuple(_valued(h, portfolio, ways) for h in chosen)
    oldest = portfolio.fresh_since
    used = {h.asset.currency for h in valued}
    return Valuation(
        on=portfolio.on,
        base_currency=portfolio.base_currency,
        holdings=valued,
        missing_rates=tuple(sorted(used - ways.keys())),
        stale_assets=tuple(sorted({h.asset.id for h in valued if h.price_on is not None and h.price_on < oldest})),
        stale_rates=tuple(sorted(c for c in used & ways.keys() if (ways[c].on or portfolio.on) < oldest)),
    )


def _valued(holding: Holding, portfolio: Portfolio, ways: Mapping[str, RateConversion]) -> ValuedHolding:
    asset = portfolio.assets[holding.asset_id]
    known = portfolio.prices.get(asset.id)
    price = ONE if asset.is_cash else known.price if known else None
    price_on = None if asset.is_cash or known is None else known.on
    way = ways.get(asset.currency)
    rate = way.rate if way else None
    if price is None or way is None or rate is None:
        missing = Missing.PRICE if price is None else Missing.RATE
        return ValuedHolding(holding, asset, price, price_on, rate, None, missing)
    minor = product_minor(holding.quantity, price, way.times, portfolio.base_currency, way.divisor)
    return ValuedHolding(holding, asset, price, price_on, rate, minor)
