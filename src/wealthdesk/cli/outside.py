"""`wealthdesk outside`: whether anything is outside its band, as an exit code for scripts that run by themselves."""

import argparse
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from wealthdesk.cli.printing import print_json, reading
from wealthdesk.cli.show import scope_named
from wealthdesk.domain.accounts import Scope
from wealthdesk.domain.assets import symbol_order
from wealthdesk.domain.drift import Allocation, ClassDrift, HoldingDrift
from wealthdesk.domain.holdings import Portfolio
from wealthdesk.domain.money import from_minor
from wealthdesk.domain.valuation import conversions
from wealthdesk.errors import NotFound
from wealthdesk.services.desk import Clock, Desk

INSIDE: Final = 0
OUTSIDE: Final = 10
"""Exit code: something is outside its band (or on its edge)."""

OLD: Final = 11
"""Exit code: whatever the answer is, it rests on prices or rates that are old, or that are missing."""


def run(arguments: Sequence[str], clock: Clock) -> int:
    """Looks at all scopes with targets, or at one; refusals are WealthDeskErrors."""
    chosen = _parser().parse_args(arguments)
    with reading(chosen.file, clock) as desk:
        told = _told([desk.allocations.of(scope) for scope in _scopes(desk, chosen.scope)])
    if chosen.json:
        print_json(told)
    else:
        for line in _lines(told):
            print(line)
    return OLD if told["rests_on_old"] else OUTSIDE if told["is_outside"] else INSIDE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "wealthdesk outside",
        description="Says whether a class or a holding is outside its band. The file is only read.",
        epilog="Exit codes: 0 everything is inside, 10 something is outside, 11 the answer rests on prices or exchange "
        "rates that are older than its settings allow (7 days, unless others were chosen) or missing, 1 refused (the "
        "sentence is on standard error), 2 bad usage.",
        allow_abbrev=False,
    )
    parser.add_argument("--file", type=Path, required=True, metavar="PORTFOLIO", help="the portfolio file")
    parser.add_argument(
        "--scope", metavar="NAME", help="one account, or a group of accounts, instead of all scopes that have targets"
    )
    parser.add_argument("--json", action="store_true", help="as JSON; decimals are strings")
    return parser


def _scopes(desk: Desk, name: str | None) -> list[Scope]:
    """The scopes to look at: the one named, else all with targets, the whole portfolio first; NotFound for none."""
    portfolio = desk.portfolios.current()
    active = {each.scope for each in desk.targets.all() if each.is_active and each.targets}
    wanted = [None, *portfolio.accounts, *portfolio.groups] if name is None else [scope_named(portfolio, name)]
    found = [scope for scope in wanted if scope in active]
    if not found:
        of = "This portfolio" if name is None else f"“{portfolio.scope_name(wanted[0])}”"
        raise NotFound(f"{of} has no targets, so nothing can be outside its band. Set targets first.")
    return found


def _told(allocations: Sequence[Allocation]) -> dict[str, Any]:
    scopes = [_scope_told(each) for each in allocations]
    portfolio = allocations[0].portfolio
    prices, rates, missing = ({key for each in allocations for key in _old(each)[at]} for at in range(3))
    return {
        "base_currency": portfolio.base_currency,
        "on": portfolio.on.isoformat(),
        "price_days": portfolio.price_days,
        "is_outside": any(each["is_outside"] for each in scopes),
        "rests_on_old": bool(prices or rates or missing),
        "scopes": scopes,
        "stale_prices": [_price_told(portfolio, each) for each in _by_symbol(portfolio, prices)],
        "stale_rates": [_rate_told(portfolio, each) for each in sorted(rates)],
        "not_valued": [portfolio.assets[each].symbol for each in _by_symbol(portfolio, missing)],
    }


def _by_symbol(portfolio: Portfolio, asset_ids: Iterable[str]) -> list[str]:
    return sorted(asset_ids, key=lambda each: symbol_order(portfolio.assets[each]))


def _old(allocation: Allocation) -> tuple[set[str], set[str], set[str]]:
    """What the weights rest on and is old: assets by their prices, currencies by their rates; and what has no value."""
    valuation, prices, rates, missing = allocation.valuation, set[str](), set[str](), set[str]()
    for held in valuation.holdings:
        if not held.holding.quantity:
            continue
        if held.value_minor is None:
            missing.add(held.asset.id)
        elif held.asset.exposures:
            prices |= {held.asset.id} & set(valuation.stale_assets)
            rates |= {held.asset.currency} & set(valuation.stale_rates)
    return prices, rates, missing


def _price_told(portfolio: Portfolio, asset_id: str) -> dict[str, Any]:
    asset = portfolio.assets[asset_id]
    return {"symbol": asset.symbol, "currency": asset.currency, "on": portfolio.prices[asset_id].on.isoformat()}


def _rate_told(portfolio: Portfolio, currency: str) -> dict[str, Any]:
    on = conversions(portfolio.rates, portfolio.base_currency)[currency].on
    return {"currency": currency, "on": None if on is None else on.isoformat()}


def _scope_told(allocation: Allocation) -> dict[str, Any]:
    drift, names = allocation.drift, allocation.portfolio.classes
    assert allocation.strategy is not None
    return {
        "scope": allocation.scope_name,
        "strategy": allocation.strategy.name,
        "is_outside": not drift.is_inside,
        "classes": [_class_told(each, names[each.asset_class_id].name) for each in drift.outside],
        "holdings": [
            _holding_told(held, allocation.portfolio.assets[held.asset_id].symbol, names[each.asset_class_id].name)
            for each in drift.classes
            for held in each.holdings_outside
        ],
    }


def _class_told(each: ClassDrift, name: str) -> dict[str, Any]:
    return {
        "class": name,
        "weight_bps": each.weight_bps,
        "target_bps": each.target_bps,
        "drift_bps": each.drift_bps,
        "band_bps": str(each.band_bps),
        "status": each.status.value,
    }


def _holding_told(each: HoldingDrift, symbol: str, class_name: str) -> dict[str, Any]:
    """A holding; everything in basis points of its class."""
    return {
        "symbol": symbol,
        "class": class_name,
        "weight_of_class_bps": each.weight_of_class_bps,
        "target_of_class_bps": each.target_of_class_bps,
        "drift_of_class_bps": each.drift_of_class_bps,
        "band_of_class_bps": str(each.band_of_class_bps),
        "status": each.status.value,
    }


def _lines(told: Mapping[str, Any]) -> Iterator[str]:
    for scope in told["scopes"]:
        if not scope["is_outside"]:
            yield f"{scope['scope']}: everything is inside its band ({scope['strategy']})."
        for each in scope["classes"]:
            shares = _shares(each["weight_bps"], each["target_bps"])
            yield f"{scope['scope']}: {each['class']} is outside its band: {shares}."
        for each in scope["holdings"]:
            shares = _shares(each["weight_of_class_bps"], each["target_of_class_bps"])
            yield f"{scope['scope']}: {each['symbol']} is outside its band within {each['class']}: {shares}."
    days = "1 day" if told["price_days"] == 1 else f"{told['price_days']} days"
    for each in told["stale_prices"]:
        yield f"The price of {each['symbol']} is older than {days}: it is of {each['on']}."
    for each in told["stale_rates"]:
        yield f"The exchange rate of {each['currency']} is older than {days}: it is of {each['on']}."
    for symbol in told["not_valued"]:
        yield f"{symbol} is not valued: a price or an exchange rate is missing."


def _shares(weight_bps: int, target_bps: int | None) -> str:
    target = target_bps or 0
    return f"{_percent(weight_bps)}, target {_percent(target)}, {_percent(weight_bps - target, sign='+')} points"


def _percent(bps: int, *, sign: str = "") -> str:
    number = from_minor(bps, "USD")
    return f"{number:{sign}f}" if sign else f"{number:f}%"
