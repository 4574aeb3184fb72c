"""`wealthdesk holdings history`: what was held when, as CSV or JSON; the file is only read."""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from wealthdesk.cli.assets import account_named, asset_named
from wealthdesk.cli.printing import print_json, reading
from wealthdesk.domain.assets import symbol_order
from wealthdesk.domain.money import canonical
from wealthdesk.domain.names import name_order
from wealthdesk.services.desk import Clock, Desk
from wealthdesk.services.exports import csv_text, safe_cell

COLUMNS: Final = ("Account", "Symbol", "Currency", "ISIN", "Date", "Quantity")


def run(arguments: Sequence[str], clock: Clock) -> int:
    """Shows what was held when; refusals are WealthDeskErrors."""
    chosen = _parser().parse_args(arguments)
    with reading(chosen.file, clock) as desk:
        held = _held(desk, chosen)
    if chosen.json:
        print_json({"history": held})
    else:
        print(csv_text(COLUMNS, [_cells(each) for each in held]), end="")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "wealthdesk holdings",
        description="Shows what was held when: the quantity at the end of each day on which it changed, which counts "
        "until the next one. The file is only read.",
        epilog="Exit codes: 0 shown, 1 refused (the sentence is on standard error), 2 bad usage.",
        allow_abbrev=False,
    )
    actions = parser.add_subparsers(dest="what", required=True, metavar="history")
    history = actions.add_parser("history", help="what was held when, as CSV or JSON", allow_abbrev=False)
    history.add_argument("--file", type=Path, required=True, metavar="PORTFOLIO", help="the portfolio file")
    history.add_argument("--account", metavar="NAME", help="of one account alone")
    history.add_argument("--asset", metavar="SYMBOL", help="of one asset alone: its symbol, ISIN, or SYMBOL:CURRENCY")
    history.add_argument("--json", action="store_true", help="as JSON instead of CSV; quantities are strings")
    return parser


def _held(desk: Desk, chosen: argparse.Namespace) -> list[dict[str, Any]]:
    """The days on which something changed, by the names of account and asset, then by day."""
    accounts = {each.id: each for each in desk.accounts.all()}
    assets = {each.id: each for each in desk.assets.all()}
    of_account = None if chosen.account is None else account_named(accounts.values(), chosen.account).id
    of_asset = None if chosen.asset is None else asset_named(assets.values(), chosen.asset).id
    found = [
        each
        for each in desk.holdings.history()
        if of_account in (None, each.account_id) and of_asset in (None, each.asset_id)
    ]
    found.sort(
        key=lambda each: (name_order(accounts[each.account_id].name), symbol_order(assets[each.asset_id]), each.on)
    )
    return [
        {
            "account": accounts[each.account_id].name,
            "symbol": assets[each.asset_id].symbol,
            "currency": assets[each.asset_id].currency,
            "isin": assets[each.asset_id].isin,
            "on": each.on.isoformat(),
            "quantity": canonical(each.quantity),
        }
        for each in found
    ]


def _cells(told: Mapping[str, Any]) -> list[str]:
    names = [safe_cell(told[key] or "") for key in ("account", "symbol", "currency", "isin")]
    return [*names, told["on"], told["quantity"]]
