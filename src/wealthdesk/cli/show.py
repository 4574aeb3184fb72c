"""`wealthdesk show`: what a portfolio file holds and how far it lies from its targets, as text or JSON."""

import argparse
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from wealthdesk.cli.printing import print_json, reading
from wealthdesk.domain.accounts import ALL_PORTFOLIO_NAME, Scope
from wealthdesk.domain.assets import symbol_order
from wealthdesk.domain.drift import Allocation, Drift, HoldingDrift
from wealthdesk.domain.holdings import Portfolio
from wealthdesk.domain.money import canonical, from_minor
from wealthdesk.domain.names import name_order
from wealthdesk.domain.tax_lots import TaxLot, TaxLots
from wealthdesk.domain.valuation import Valuation, ValuedHolding, value
from wealthdesk.errors import NotFound
from wealthdesk.services.desk import Clock, Desk


def run(arguments: Sequence[str], clock: Clock) -> int:
    """Shows a portfolio; refusals are WealthDeskErrors."""
    chosen = _parser().parse_args(arguments)
    with reading(chosen.file, clock) as desk:
        scope = scope_named(desk.portfolios.current(), chosen.scope)
        shown = told(desk, scope)
        drift = desk.allocations.of(scope).drift
    if chosen.json:
        print_json(shown)
    else:
        for line in _lines(shown, drift):
            print(line)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "wealthdesk show",
        description="Shows what a portfolio file holds and how far it lies from its targets.",
        epilog="Exit codes: 0 shown, 1 refused (the sentence is on standard error), 2 bad usage.",
        allow_abbrev=False,
    )
    parser.add_argument("--file", type=Path, required=True, metavar="PORTFOLIO", help="the portfolio file")
    parser.add_argument(
        "--scope", metavar="NAME", help="one account, or a group of accounts, instead of the whole portfolio"
    )
    parser.add_argument("--json", action="store_true", help="as JSON; decimals are strings")
    return parser


def scope_named(portfolio: Portfolio, name: str | None) -> Scope:
    """The scope of that name: None for no name or that of all accounts; NotFound with the names there are."""
    if name is None or name.strip().casefold() == ALL_PORTFOLIO_NAME.casefold():
        return None
    known = [(portfolio.scope_name(each), each) for each in (*portfolio.accounts, *portfolio.groups)]
    for called, scope in known:
        if called.casefold() == name.strip().casefold():
            return scope
    names = ", ".join(f"“{called}”" for called, _ in known) or "none"
    of = "account and no group" if portfolio.groups else "account"
    raise NotFound(f"There is no {of} “{name}” in this file. There are: {names}.")


def told(desk: Desk, scope: Scope) -> dict[str, Any]:
    """Everything that `show` tells of a scope, as JSON values. All `…_minor` are in the base currency."""
    allocation = desk.allocations.of(scope)
    portfolio = allocation.portfolio
    inside = portfolio.accounts_in(scope)
    chosen = [a for a in portfolio.accounts.values() if a.id in inside]
    held = _sorted(portfolio, allocation.valuation)
    lots = desk.rules.lots()
    return {
        "base_currency": portfolio.base_currency,
        "on": portfolio.on.isoformat(),
        "scope": allocation.scope_name,
        "strategy": allocation.strategy.name if allocation.strategy else None,
        "total_minor": allocation.valuation.total_minor,
        "accounts": [_account(portfolio, account_id) for account_id in (a.id for a in chosen)],
        "holdings": [_holding(portfolio, each, lots.get(each.holding.id, ())) for each in held],
        "rates": {f"{rate.base}/{rate.quote}": canonical(rate.rate) for rate in portfolio.rates},
        "classes": list(_classes(allocation)),
        "unpriced": [_outside(portfolio, each) for each in held if each.missing],
        "unclassified": [
            _outside(portfolio, each) for each in held if not each.asset.exposures and each.value_minor is not None
        ],
    }


def _account(portfolio: Portfolio, account_id: str) -> dict[str, Any]:
    account = portfolio.accounts[account_id]
    valuation = value(portfolio, account_id)
    return {
        "name": account.name,
        "kind": account.kind.value,
        "currency": account.currency,
        "total_minor": valuation.total_minor,
        "cash_minor": valuation.cash_minor,
    }


def _sorted(portfolio: Portfolio, valuation: Valuation) -> list[ValuedHolding]:
    names = {account.id: account.name for account in portfolio.accounts.values()}
    return sorted(valuation.holdings, key=lambda h: (name_order(names[h.holding.account_id]), symbol_order(h.asset)))


def _holding(portfolio: Portfolio, held: ValuedHolding, lots: TaxLots) -> dict[str, Any]:
    """A holding; its cost and those of its lots are in `cost_currency`."""
    return {
        "account": portfolio.accounts[held.holding.account_id].name,
        "symbol": held.asset.symbol,
        "name": held.asset.name,
        "quantity": canonical(held.holding.quantity),
        "price": None if held.price is None else canonical(held.price),
        "price_date": None if held.price_on is None else held.price_on.isoformat(),
        "currency": held.asset.currency,
        "value_minor": held.value_minor,
        "cost_minor": held.holding.cost_basis_minor,
        "cost_currency": held.asset.currency,
        "lots": [_lot(lot) for lot in lots],
        "classes": {portfolio.classes[e.asset_class_id].name: e.weight_bps for e in held.asset.exposures},
    }


def _lot(lot: TaxLot) -> dict[str, Any]:
    bought = None if lot.acquired_on is None else lot.acquired_on.isoformat()
    return {"date": bought, "quantity": canonical(lot.quantity), "cost_minor": lot.cost_minor}


def _classes(allocation: Allocation) -> Iterable[dict[str, Any]]:
    for each in allocation.drift.classes:
        yield {
            "name": allocation.portfolio.classes[each.asset_class_id].name,
            "value_minor": each.value_minor,
            "weight_bps": each.weight_bps,
            "target_bps": each.target_bps,
            "drift_bps": each.drift_bps,
            "status": each.status.value,
            "holdings": [_in_class(allocation.portfolio, below) for below in each.holdings],
        }


def _in_class(portfolio: Portfolio, held: HoldingDrift) -> dict[str, Any]:
    """An asset within a class: everything in basis points of the class."""
    return {
        "symbol": portfolio.assets[held.asset_id].symbol,
        "weight_bps_of_class": held.weight_of_class_bps,
        "target_bps_of_class": held.target_of_class_bps,
        "drift_bps": held.drift_of_class_bps,
        "status": held.status.value,
        "outside": held.is_outside,
    }


def _outside(portfolio: Portfolio, held: ValuedHolding) -> dict[str, Any]:
    """A holding outside the weights; `why` is no_price, no_rate or no_class."""
    return {
        "account": portfolio.accounts[held.holding.account_id].name,
        "symbol": held.asset.symbol,
        "name": held.asset.name,
        "quantity": canonical(held.holding.quantity),
        "currency": held.asset.currency,
        "value_minor": held.value_minor,
        "why": held.missing.value if held.missing else "no_class",
    }


def _lines(shown: Mapping[str, Any], drift: Drift) -> Iterable[str]:
    base = shown["base_currency"]
    yield f"{shown['scope']} on {shown['on']}: {_money(shown['total_minor'], base)}"
    yield ""
    for account in shown["accounts"]:
        cash = _money(account["cash_minor"], base)
        yield f"{account['name']:<28.28} {_money(account['total_minor'], base):>20}  cash {cash}"
    yield ""
    yield f"{'Class, its holdings':<24} {'Value':>20} {'Weight':>9} {'Target':>9} {'Drift':>10}  Status"
    for told_of, each in zip(shown["classes"], drift.classes, strict=True):
        numbers = each.weight_bps, each.target_bps, each.drift_bps
        yield _row(told_of["name"], _money(each.value_minor, base), numbers, each.words)
        for symbol, held in zip((below["symbol"] for below in told_of["holdings"]), each.holdings, strict=True):
            numbers = held.weight_of_class_bps, held.target_of_class_bps, held.drift_of_class_bps
            words = "" if held.target_of_class_bps is None else held.status.words
            yield _row(f"  {symbol}", _money(held.value_minor, base), numbers, words)
    yield ""
    for each in shown["holdings"]:
        worth = "not valued" if each["value_minor"] is None else _money(each["value_minor"], base)
        yield f"{each['account']:<20.20} {each['symbol']:<14.14} {each['quantity']:>18} {worth:>20}"
    for each in shown["unpriced"]:
        missing = "a price" if each["why"] == "no_price" else f"an exchange rate for {each['currency']}"
        yield f"{each['symbol']} in {each['account']} is not valued: it needs {missing}."
    for each in shown["unclassified"]:
        yield f"{each['symbol']} in {each['account']} is not in the weights: it has no class."


def _row(name: str, worth: str, numbers: tuple[int, int | None, int | None], status: str) -> str:
    """A line of the table: a class with its shares of the scope, or a holding with its shares of the class."""
    weight, target, drift = numbers
    shares = f"{_percent(weight):>9} {_percent(target):>9} {_percent(drift, ' pp'):>10}"
    return f"{name:<24.24} {worth:>20} {shares}  {status}".rstrip()


def _money(minor: int, currency: str) -> str:
    return f"{from_minor(minor, currency):,f} {currency}"


def _percent(bps: int | None, unit: str = "%") -> str:
    return "" if bps is None else f"{from_minor(bps, 'USD'):f}{unit}"
