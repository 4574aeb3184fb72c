"""`wealthdesk prices`, `rates`: the prices of a portfolio file listed, and lists of prices brought into it."""

import argparse
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from wealthdesk.cli import updates
from wealthdesk.cli.assets import asset_named
from wealthdesk.cli.imports import NOTHING_KEPT
from wealthdesk.cli.printing import changing, print_json, reading
from wealthdesk.domain.assets import Asset, symbol_order
from wealthdesk.domain.holdings import FxRate, Price
from wealthdesk.domain.money import canonical
from wealthdesk.services.desk import Clock, Desk
from wealthdesk.services.quotes import QuotesDraft, kept_of


def run(arguments: Sequence[str], clock: Clock) -> int:
    """Shows or imports prices; refusals are WealthDeskErrors."""
    chosen = _parser().parse_args(arguments)
    if chosen.what == "import":
        return _import(chosen, clock)
    if chosen.what != "list":
        return updates.run(chosen, clock)
    with reading(chosen.file, clock) as desk:
        told = _listed(desk, chosen)
    if chosen.json:
        print_json(told)
    else:
        for line in _lines(told):
            print(line)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "wealthdesk prices",
        description="Shows the prices of a portfolio file, brings a list of prices into it, or asks sources for them.",
        epilog="Exit codes: 0 shown or kept (or nothing to change), 4 nothing kept because of problems or warnings, "
        "1 refused (the sentence is on standard error), 2 bad usage, 5 kept, but the answer could not be written.",
        allow_abbrev=False,
    )
    actions = parser.add_subparsers(dest="what", required=True, metavar="list|import|fetch|symbol|source")
    listed = actions.add_parser("list", help="the newest price of each asset, or all of them", allow_abbrev=False)
    listed.add_argument("--file", type=Path, required=True, metavar="PORTFOLIO", help="the portfolio file")
    listed.add_argument("--asset", metavar="SYMBOL", help="of one asset alone: its symbol, ISIN, or SYMBOL:CURRENCY")
    listed.add_argument("--all", action="store_true", help="the prices of every day")
    listed.add_argument("--json", action="store_true", help="as JSON; decimals are strings")
    brought = actions.add_parser("import", help="keep the prices of a list, all or nothing", allow_abbrev=False)
    add = brought.add_argument
    add("list", type=Path, metavar="FILE", help="CSV or JSON with symbol (or ISIN), on, price, currency")
    add("--file", type=Path, required=True, metavar="PORTFOLIO", help="the portfolio file")
    add("--dry-run", action="store_true", help="only tell what would be kept")
    add("--accept-warnings", action="store_true", help="also keep prices that are far from those before them")
    add("--skip-problems", action="store_true", help="leave out what has problems or warnings and keep the rest")
    add("--replace-typed", action="store_true", help="also replace prices that were typed for the same day")
    add("--json", action="store_true", help="as JSON; decimals are strings")
    updates.add_fetch(actions, "ask the sources for prices; without --yes only tell what would be sent where")
    updates.add_symbol(actions)
    updates.add_source(actions)
    return parser


def _import(chosen: argparse.Namespace, clock: Clock) -> int:
    how = {"without_problems": chosen.skip_problems, "accepts_doubts": chosen.accept_warnings}
    with reading(chosen.file, clock) if chosen.dry_run else changing(chosen.file, clock) as desk:
        told = desk.quotes.read_file(chosen.list)
        draft = desk.quotes.preview(told, may_replace_typed=chosen.replace_typed)
        new = kept_of(draft, **how)
        is_kept = bool(new) and not chosen.dry_run
        if is_kept:
            desk.quotes.keep(told, may_replace_typed=chosen.replace_typed, seen=draft, **how)
        assets = {each.id: each for each in desk.assets.all()}
    answer = _imported(draft, [_price(assets[each.asset_id], each) for each in new or ()], is_kept=is_kept)
    if chosen.json:
        print_json(answer)
    else:
        for line in _import_lines(answer):
            print(line)
    return NOTHING_KEPT if new is None else 0


def _imported(draft: QuotesDraft, prices: Sequence[Mapping[str, Any]], *, is_kept: bool) -> dict[str, Any]:
    return {
        "is_kept": is_kept,
        "prices": prices,
        "unchanged": draft.unchanged,
        "typed_stay": draft.typed,
        "problems": [each.what for each in draft.failed],
        "warnings": [each.what for each in draft.doubts],
        "notes": list(draft.notes),
    }


def _import_lines(told: Mapping[str, Any]) -> Iterable[str]:
    yield from _lines(told)
    count = len(told["prices"])
    stay = f"{told['unchanged']} known already, {told['typed_stay']} typed and left as they are"
    yield f"{'Kept' if told['is_kept'] else 'Nothing was kept; it would keep'}: {count} new; {stay}."
    for what, key in (("Problem", "problems"), ("Warning", "warnings"), ("Note", "notes")):
        yield from (f"{what}: {each}" for each in told[key])


def _listed(desk: Desk, chosen: argparse.Namespace) -> dict[str, Any]:
    """The prices by symbol, the newest first; those of assets that have none are null."""
    portfolio = desk.portfolios.current()
    assets: Iterable[Asset] = (each for each in portfolio.assets.values() if not each.is_cash and not each.is_archived)
    if chosen.asset is not None:
        assets = [asset_named(portfolio.assets.values(), chosen.asset)]
    known: dict[str, list[Price]] = {}
    for price in reversed(desk.prices.all()):
        known.setdefault(price.asset_id, []).append(price)
    told = []
    for asset in sorted(assets, key=symbol_order):
        prices: Sequence[Price | None] = known.get(asset.id, [None])
        told += [_price(asset, each) for each in (prices if chosen.all else prices[:1])]
    return {"on": portfolio.on.isoformat(), "prices": told}


def _price(asset: Asset, price: Price | None) -> dict[str, Any]:
    return {
        "symbol": asset.symbol,
        "name": asset.name,
        "currency": asset.currency,
        "on": None if price is None else price.on.isoformat(),
        "price": None if price is None else canonical(price.price),
        "source": None if price is None else price.source,
    }


def _lines(told: Mapping[str, Any]) -> Iterable[str]:
    for each in told["prices"]:
        if each["price"] is None:
            yield f"{each['symbol']:<16.16} {'no price':>20}"
        else:
            price = f"{each['price']} {each['currency']}"
            yield f"{each['symbol']:<16.16} {price:>20}  {each['on']}  {each['source']}"


def run_rates(arguments: Sequence[str], clock: Clock) -> int:
    """Shows or fetches rates; refusals are WealthDeskErrors."""
    chosen = _parser_of_rates().parse_args(arguments)
    if chosen.what == "fetch":
        return updates.run(chosen, clock, is_of_rates=True)
    with reading(chosen.file, clock) as desk:
        told = _rates_listed(desk, is_all=chosen.all)
    if chosen.json:
        print_json(told)
    else:
        for each in told["rates"]:
            print(f"1 {each['base']} = {each['rate']} {each['quote']}  {each['on']}")
    return 0


def _parser_of_rates() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "wealthdesk rates",
        description="Shows the exchange rates of a portfolio file, or asks sources for them.",
        epilog="Exit codes: 0 shown or kept (or nothing to change), 4 nothing kept because of problems or warnings, "
        "1 refused (the sentence is on standard error), 2 bad usage, 5 kept, but the answer could not be written.",
        allow_abbrev=False,
    )
    actions = parser.add_subparsers(dest="what", required=True, metavar="list|fetch")
    listed = actions.add_parser("list", help="the newest rate of each pair, or all of them", allow_abbrev=False)
    listed.add_argument("--file", type=Path, required=True, metavar="PORTFOLIO", help="the portfolio file")
    listed.add_argument("--all", action="store_true", help="the rates of every day")
    listed.add_argument("--json", action="store_true", help="as JSON; decimals are strings")
    said = "ask the sources of rates; without --yes only tell what would be asked where"
    updates.add_fetch(actions, said, is_of_rates=True)
    return parser


def _rates_listed(desk: Desk, *, is_all: bool) -> dict[str, Any]:
    """The rates by pair, the newest first."""
    newest: dict[tuple[str, str], FxRate] = {}
    rates = desk.rates.all()
    for each in rates:
        newest.setdefault((each.base, each.quote), each)
    found = rates if is_all else list(newest.values())
    told = [
        {"base": each.base, "quote": each.quote, "on": each.on.isoformat(), "rate": canonical(each.rate)}
        for each in sorted(found, key=lambda each: (each.base, each.quote))
    ]
    return {"rates": told}
