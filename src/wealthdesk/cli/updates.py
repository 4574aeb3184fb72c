"""`wealthdesk prices fetch|symbol|source`, `rates fetch`: sources of prices, and what leaves the computer for them."""

import argparse
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from wealthdesk.cli.assets import asset_named
from wealthdesk.cli.imports import NOTHING_KEPT
from wealthdesk.cli.printing import changing, keep, print_json, reading
from wealthdesk.domain.assets import AssetCode
from wealthdesk.domain.holdings import FxRate, Price
from wealthdesk.domain.money import POINT, canonical, parse_decimal
from wealthdesk.errors import BadInput, NotFound
from wealthdesk.services.desk import Clock, Desk
from wealthdesk.services.sources import (
    AddressSource,
    EcbSource,
    FileSource,
    PriceSource,
    QuotePlaces,
    SourceKind,
    command_of,
)
from wealthdesk.services.updates import Leaving, PriceLine, PriceUpdate, RateLine, UpdateOutcome, rate_key


def add_fetch(actions: Any, what: str, *, is_of_rates: bool = False) -> None:
    """The options of `fetch`."""
    parser = actions.add_parser("fetch", help=what, allow_abbrev=False)
    add = parser.add_argument
    add("--file", type=Path, required=True, metavar="PORTFOLIO", help="the portfolio file")
    add("--source", metavar="NAME", help="one source alone")
    add("--yes", action="store_true", help="agree that exactly this is sent, and ask")
    add("--dry-run", action="store_true", help="keep nothing; with --yes only tell what would be kept")
    add("--accept-warnings", action="store_true", help="also keep prices that are far from those before them")
    add("--skip-problems", action="store_true", help="leave out what has problems or warnings and keep the rest")
    add("--replace-typed", action="store_true", help="also replace prices that were typed for the same day")
    add(
        "--choose", action="append", default=[], metavar="SYMBOL=NAME", help="whose price counts where sources disagree"
    )
    if is_of_rates:
        add("--history", action="store_true", help="the rates of every day since something was held")
    add("--json", action="store_true", help="as JSON; decimals are strings")


def add_symbol(actions: Any) -> None:
    """The options of `symbol`."""
    parser = actions.add_parser("symbol", help="what a source calls an asset", allow_abbrev=False)
    add = parser.add_argument
    add("symbol", nargs="?", metavar="SYMBOL", help="the asset: its symbol, ISIN, or SYMBOL:CURRENCY")
    add("--file", type=Path, required=True, metavar="PORTFOLIO", help="the portfolio file")
    add("--source", required=True, metavar="NAME", help="the source")
    add("--as", dest="code", metavar="CODE", help="what it is called there; without it, proposals are listed")
    add("--unit", default="", metavar="UNIT", help="what it is quoted in where the source does not say, such as GBX")
    add("--all", action="store_true", help="all that is held and was not typed is called there as here")
    add("--remove", action="store_true", help="do not ask this source for it any more")
    add("--json", action="store_true", help="as JSON")


def add_source(actions: Any) -> None:
    """The options of `source add|list|remove`."""
    parser = actions.add_parser("source", help="the sources on this computer", allow_abbrev=False)
    parts = parser.add_subparsers(dest="part", required=True, metavar="PART")
    added = parts.add_parser("add", help="add a source; nothing is asked before you agree", allow_abbrev=False)
    add = added.add_argument
    add("name", metavar="NAME", help="what you call it")
    add("--file", type=Path, required=True, metavar="PORTFOLIO", help="the portfolio file")
    kinds = added.add_mutually_exclusive_group(required=True)
    kinds.add_argument("--path", type=Path, metavar="FILE", help="a CSV or JSON file of prices on this computer")
    kinds.add_argument("--command", metavar='"ARGV …"', help="a program: symbols in, a list of prices out; no shell")
    kinds.add_argument("--url", metavar="TEMPLATE", help="https://host/path?s={symbol}; also {isin} {currency} {key}")
    kinds.add_argument("--ecb", nargs="?", const="", metavar="ADDRESS", help="rates of the European Central Bank")
    add("--price", default="", metavar="PLACE", help="where the price stands: a path in JSON, a column in CSV")
    add("--date", default="", metavar="PLACE", help="where its day stands; otherwise it is of today")
    add("--currency", default="", metavar="PLACE", help="where its currency stands; otherwise the asset's")
    add("--divide-by", default="1", metavar="N", help="what every price is divided by, such as 100")
    add("--key", default="", metavar="KEY", help="what stands for {key}; -: the first line of standard input")
    add("--json", action="store_true", help="as JSON")
    listed = parts.add_parser("list", help="the sources, what they may be sent, and what was asked", allow_abbrev=False)
    listed.add_argument("--file", type=Path, required=True, metavar="PORTFOLIO", help="the portfolio file")
    listed.add_argument("--json", action="store_true", help="as JSON")
    removed = parts.add_parser("remove", help="remove a source, its key, and what was agreed to", allow_abbrev=False)
    removed.add_argument("name", metavar="NAME", help="the source")
    removed.add_argument("--file", type=Path, required=True, metavar="PORTFOLIO", help="the portfolio file")
    removed.add_argument("--json", action="store_true", help="as JSON")


def run(chosen: argparse.Namespace, clock: Clock, *, is_of_rates: bool = False) -> int:
    """Does what was chosen of the above; refusals are WealthDeskErrors."""
    if chosen.what == "fetch":
        return _fetch(chosen, clock, is_of_rates=is_of_rates)
    does = {"symbol": _symbol, "add": _add, "list": _list, "remove": _remove}
    is_read = chosen.what == "source" and chosen.part == "list"
    with (reading if is_read else changing)(chosen.file, clock) as desk:
        told, lines = does["symbol" if chosen.what == "symbol" else chosen.part](desk, chosen)
    _tell(chosen, told, lines)
    return 0


def _tell(chosen: argparse.Namespace, told: Mapping[str, Any], lines: Iterable[str]) -> None:
    if chosen.json:
        print_json(told)
        return
    for line in lines:
        print(line)


def _add(desk: Desk, chosen: argparse.Namespace) -> tuple[dict[str, Any], list[str]]:
    new = desk.sources.add(chosen.name, _kind(chosen))
    keep("The source")
    return _source(new), [f"Added: {new.name}, {new.kind.where}", "Nothing is asked before you agree: prices fetch."]


_OF_AN_ADDRESS: Final = {"price": "", "date": "", "currency": "", "divide_by": "1", "key": ""}
"""What only a source with --url is told, and what it is where nothing is told."""


def _kind(chosen: argparse.Namespace) -> SourceKind:
    told = next((name for name, usual in _OF_AN_ADDRESS.items() if getattr(chosen, name) != usual), None)
    if chosen.url is None and told is not None:
        raise BadInput(f"--{told.replace('_', '-')} is of an address alone: write it beside --url, or leave it out.")
    if chosen.path is not None:
        return FileSource(str(chosen.path.absolute()))
    if chosen.command is not None:
        return command_of(chosen.command)
    if chosen.url is not None:
        places = QuotePlaces(chosen.price, chosen.date, chosen.currency)
        return AddressSource(
            chosen.url, places, parse_decimal(chosen.divide_by, POINT, what="number"), _key(chosen.key)
        )
    return EcbSource(chosen.ecb) if chosen.ecb else EcbSource()


def _key(told: str) -> str:
    if told != "-":
        return told
    return "" if sys.stdin is None else sys.stdin.readline(1_000).strip()


def _list(desk: Desk, chosen: argparse.Namespace) -> tuple[dict[str, Any], list[str]]:
    sources = [{**_source(each), **_codes(desk, each)} for each in desk.sources.all()]
    requests = [
        {"at": each.at.isoformat(), "source": each.source, "asked": each.asked, "outcome": each.outcome}
        for each in desk.sources.requests()
    ]
    lines = [f"{each['name']}: {each['kind']}, {each['where']}; {_agreed(each)}" for each in sources]
    lines += [f"Asked {each['at'][:16]}: {each['source']}, {each['asked']}: {each['outcome']}" for each in requests]
    return {"sources": sources, "requests": requests}, lines or ["There is no source of prices on this computer yet."]


def _source(source: PriceSource) -> dict[str, Any]:
    agreed = source.consent
    told = None if agreed is None else {"where": agreed.where, "codes": sorted(agreed.codes)}
    return {"name": source.name, "kind": source.of_kind, "where": source.kind.where, "agreed": told}


def _codes(desk: Desk, source: PriceSource) -> dict[str, Any]:
    symbols = {each.id: each.symbol for each in desk.assets.all()}
    codes = [each for each in desk.updates.codes() if each.source.casefold() == source.name.casefold()]
    told = [{"symbol": symbols[each.asset_id], "code": each.code, "unit": each.unit or None} for each in codes]
    return {"codes": told}


def _agreed(told: Mapping[str, Any]) -> str:
    if told["kind"] == "file":
        return "nothing leaves the computer"
    if told["agreed"] is None:
        return "nothing was agreed to, so nothing is asked"
    codes = told["agreed"]["codes"] if told["kind"] != "ecb" else []
    return "agreed: " + (", ".join(codes) or "one table, no symbol is sent")


def _remove(desk: Desk, chosen: argparse.Namespace) -> tuple[dict[str, Any], list[str]]:
    gone = desk.sources.get(chosen.name)
    desk.sources.remove(gone.name)
    keep("The removal")
    return _source(gone), [f"Removed: {gone.name}, with its key and what was agreed to."]


def _symbol(desk: Desk, chosen: argparse.Namespace) -> tuple[dict[str, Any], list[str]]:
    source = desk.sources.get(chosen.source)
    if chosen.unit and not chosen.code:
        raise BadInput("--unit is of a code: write --as CODE beside it.")
    if chosen.all:
        if chosen.symbol or chosen.code or chosen.remove:
            raise BadInput("With --all no single symbol is named.")
        new = [
            AssetCode(each.id, source.name, each.symbol)
            for each, is_typed in desk.updates.without_code(source.name)
            if not is_typed
        ]
        if new:
            desk.updates.call(new)
        told = [each.code for each in new]
        return {"source": source.name, "codes": told}, [
            f"{len(told)} called there as here: {', '.join(told) or 'none'}"
        ]
    if not chosen.symbol:
        raise BadInput("Name the asset by its symbol, or write --all.")
    asset = asset_named(desk.assets.all(), chosen.symbol)
    if chosen.remove and chosen.code:
        raise BadInput("--as says what it is called, and --remove that it is not asked for. Choose one of them.")
    if chosen.remove:
        desk.updates.call_no_more(asset.id, source.name)
        return {"symbol": asset.symbol, "code": None}, [f"{source.name} is not asked for {asset.symbol} any more."]
    if chosen.code is None:
        found = [{"code": each.code, "exchange": each.exchange or None} for each in desk.updates.proposals(asset)]
        lines = [f"{each['code']:<16} {each['exchange'] or 'as it is here'}" for each in found]
        return {"symbol": asset.symbol, "proposals": found}, lines
    desk.updates.call([AssetCode(asset.id, source.name, chosen.code, chosen.unit)])
    told_one = {"symbol": asset.symbol, "source": source.name, "code": chosen.code, "unit": chosen.unit or None}
    return told_one, [f"{asset.symbol} is {chosen.code} at {source.name}."]


def _fetch(chosen: argparse.Namespace, clock: Clock, *, is_of_rates: bool) -> int:
    with reading(chosen.file, clock) as desk:
        leavings = _leavings(desk, chosen, is_of_rates=is_of_rates)
    # A file is only read, so there is nothing to agree to.
    is_asked = chosen.yes or not any(each.leaves for each in leavings)
    told: dict[str, Any] = {"is_asked": is_asked, "leaves": [_leaving(each) for each in leavings]}
    if not is_asked:
        _tell(chosen, told, _would_leave(leavings))
        return 0
    with (reading if chosen.dry_run else changing)(chosen.file, clock) as desk:
        # What is asked is what was looked at: more than that was not agreed to.
        for each in leavings:
            if not each.is_agreed:
                desk.updates.agree(each)
        code, update = _asked(desk, chosen, leavings, told)
    _tell(chosen, told, _lines(told, update))
    return code


def _leavings(desk: Desk, chosen: argparse.Namespace, *, is_of_rates: bool) -> list[Leaving]:
    found = desk.updates.leaving(chosen.source)
    if is_of_rates:
        found = [each for each in found if isinstance(each.source.kind, EcbSource)]
        if chosen.history:
            found = [desk.updates.history(each.source.name) for each in found]
    if not found:
        what = "rates (prices source add ECB --ecb)" if is_of_rates else "prices (prices source add)"
        raise NotFound(f"There is no source of {what} on this computer for this file yet.")
    asked = [each for each in found if not each.is_idle]
    if not asked:
        raise NotFound("Nothing that is held can be asked for there: prices symbol SYMBOL --source NAME --as CODE.")
    return asked


def _leaving(each: Leaving) -> dict[str, Any]:
    return {
        "source": each.source.name,
        "kind": each.source.of_kind,
        "where": each.source.kind.where,
        "codes": list(each.codes),
        "is_as_called_here": each.is_proposed,
        "is_agreed": each.is_agreed,
    }


def _would_leave(leavings: Iterable[Leaving]) -> Iterable[str]:
    for each in leavings:
        name, where, count = each.source.name, each.source.kind.where, len(each.codes)
        if each.since is not None:
            yield f"{name}: one table, read since {each.since}, is asked for at {each.codes[0]}; no symbol is sent."
        elif not each.leaves:
            yield f"{name}: {where} is read; nothing leaves the computer."
        elif not count:
            yield f"{name}: one table is asked for at {where}; no symbol is sent."
        else:
            these = "this 1 symbol goes" if count == 1 else f"these {count} symbols go"
            called = ", as it is called here" if each.is_proposed else ""
            yield f"{name}: {these} to {where}{called}: {', '.join(each.codes)}; nothing else does."
    yield "Nothing was asked. With --yes you agree to this, and it is asked."


def _asked(
    desk: Desk, chosen: argparse.Namespace, leavings: list[Leaving], told: dict[str, Any]
) -> tuple[int, PriceUpdate]:
    answers = desk.updates.ask(leavings)
    update = desk.updates.preview(answers, may_replace_typed=chosen.replace_typed)
    choices = _choices(update, chosen)
    is_refused = not (chosen.skip_problems or update.is_clean(choices))
    prices, rates = ((), ()) if is_refused else update.chosen(choices)
    is_kept = bool(prices or rates) and not chosen.dry_run
    if is_kept:
        desk.updates.keep(
            answers,
            choices,
            may_replace_typed=chosen.replace_typed,
            without_problems=chosen.skip_problems,
            seen=update,
        )
    told |= _told(update, prices, rates, is_kept=is_kept)
    return NOTHING_KEPT if is_refused else 0, update


def _choices(update: PriceUpdate, chosen: argparse.Namespace) -> dict[str, str]:
    choices: dict[str, str] = {}
    if chosen.accept_warnings:
        of_prices = [each for each in update.lines if each.found is UpdateOutcome.DOUBTFUL]
        choices |= {each.asset_id: each.doubted for each in of_prices}
        choices |= {rate_key(each.rate): each.source for each in update.rates if each.found is UpdateOutcome.DOUBTFUL}
    for each in chosen.choose:
        symbol, _, name = each.rpartition("=")
        lines = [line for line in update.lines if line.symbol.casefold() == symbol.strip().casefold()]
        found = [(line, offer) for line in lines for offer in line.offers if offer.source.casefold() == name.casefold()]
        if not found:
            raise BadInput(f"“{each[:60]}” chooses nothing: write SYMBOL=NAME, a source that told its price.")
        choices |= {line.asset_id: offer.source for line, offer in found}
    return choices


def _told(update: PriceUpdate, prices: Iterable[Price], rates: Iterable[FxRate], *, is_kept: bool) -> dict[str, Any]:
    new = {(each.asset_id, each.on) for each in prices}
    kept_rates = set(rates)
    return {
        "is_kept": is_kept,
        "new": len(new) + len(kept_rates),
        "prices": [_price_line(each, new) for each in update.lines],
        "rates": [_rate_line(each, is_kept=each.rate in kept_rates) for each in update.rates],
        "problems": update.problems(),
        "warnings": update.warnings(),
        "notes": list(update.notes),
    }


def _price_line(line: PriceLine, new: set[tuple[str, Any]]) -> dict[str, Any]:
    offers = [
        {"source": each.source, "on": each.newest.on.isoformat(), "price": canonical(each.newest.price)}
        for each in line.offers
    ]
    return {
        "symbol": line.symbol,
        "currency": line.currency,
        "found": str(line.found),
        "before": None if line.before is None else canonical(line.before.price),
        "before_on": None if line.before is None else line.before.on.isoformat(),
        "told": offers,
        "is_new": any((line.asset_id, each.newest.on) in new for each in line.offers),
    }


def _rate_line(line: RateLine, *, is_kept: bool) -> dict[str, Any]:
    return {
        "base": line.rate.base,
        "quote": line.rate.quote,
        "on": line.rate.on.isoformat(),
        "rate": canonical(line.rate.rate),
        "found": str(line.found),
        "source": line.source,
        "earlier_days": len(line.earlier),
        "is_new": is_kept,
    }


def _lines(told: Mapping[str, Any], update: PriceUpdate) -> Iterable[str]:
    for each in told["prices"]:
        offers = ", ".join(f"{one['price']} ({one['source']}, {one['on']})" for one in each["told"]) or "-"
        yield f"{each['symbol']:<16.16} {each['before'] or 'no price':>16} → {offers} {each['currency']}  {_said(each)}"
    for each in told["rates"]:
        before = f", and {each['earlier_days']:,} days before" if each["earlier_days"] else ""
        said = f"{_said(each)} ({each['source']}){before}"
        yield f"1 {each['base']} = {each['rate']} {each['quote']}  {each['on']}  {said}"
    new = told["new"]
    known, typed = (update.count(each) for each in (UpdateOutcome.UNCHANGED, UpdateOutcome.TYPED))
    stay = f"{known} known already, {typed} typed and left as they are"
    yield f"{'Kept' if told['is_kept'] else 'Nothing was kept; it would keep'}: {new} new; {stay}."
    for what, key in (("Problem", "problems"), ("Warning", "warnings"), ("Note", "notes")):
        yield from (f"{what}: {each}" for each in told[key])


def _said(told: Mapping[str, Any]) -> str:
    return str(told["found"]).replace("_", " ")
