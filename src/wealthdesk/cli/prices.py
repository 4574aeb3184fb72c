"""`wealthdesk prices`: the prices of a portfolio file, as text or JSON."""

import argparse
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from wealthdesk.cli.assets import asset_named
from wealthdesk.cli.kept import reading
from wealthdesk.cli.printing import print_json
from wealthdesk.domain.assets import Asset
from wealthdesk.domain.holdings import Price
from wealthdesk.domain.money import canonical
from wealthdesk.services.desk import Clock, Desk


def run(arguments: Sequence[str], clock: Clock) -> int:
    """Shows prices; refusals are WealthDeskErrors."""
    chosen = _parser().parse_args(arguments)
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
        description="Shows the prices of a portfolio file.",
        epilog="Exit codes: 0 shown, 1 refused (the sentence is on standard error), 2 bad usage.",
        allow_abbrev=False,
    )
    actions = parser.add_subparsers(dest="what", required=True, metavar="list")
    listed = actions.add_parser("list", help="the newest price of each asset, or all of them", allow_abbrev=False)
    listed.add_argument("--file", type=Path, required=True, metavar="PORTFOLIO", help="the portfolio file")
    listed.add_argument("--asset", metavar="SYMBOL", help="of one asset alone: its symbol, ISIN, or SYMBOL:CURRENCY")
    listed.add_argument("--all", action="store_true", help="the prices of every day")
    listed.add_argument("--json", action="store_true", help="as JSON; decimals are strings")
    return parser


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
    for asset in sorted(assets, key=lambda each: (each.symbol, each.currency)):
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
