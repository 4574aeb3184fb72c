"""`wealthdesk rates`: the exchange rates of a portfolio file, as text or JSON."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from wealthdesk.cli.kept import reading
from wealthdesk.cli.printing import print_json
from wealthdesk.domain.holdings import FxRate
from wealthdesk.domain.money import canonical
from wealthdesk.services.desk import Clock, Desk


def run(arguments: Sequence[str], clock: Clock) -> int:
    """Shows rates; refusals are WealthDeskErrors."""
    chosen = _parser().parse_args(arguments)
    with reading(chosen.file, clock) as desk:
        told = _listed(desk, is_all=chosen.all)
    if chosen.json:
        print_json(told)
    else:
        for each in told["rates"]:
            print(f"1 {each['base']} = {each['rate']} {each['quote']}  {each['on']}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "wealthdesk rates",
        description="Shows the exchange rates of a portfolio file.",
        epilog="Exit codes: 0 shown, 1 refused (the sentence is on standard error), 2 bad usage.",
        allow_abbrev=False,
    )
    actions = parser.add_subparsers(dest="what", required=True, metavar="list")
    listed = actions.add_parser("list", help="the newest rate of each pair, or all of them", allow_abbrev=False)
    listed.add_argument("--file", type=Path, required=True, metavar="PORTFOLIO", help="the portfolio file")
    listed.add_argument("--all", action="store_true", help="the rates of every day")
    listed.add_argument("--json", action="store_true", help="as JSON; decimals are strings")
    return parser


def _listed(desk: Desk, *, is_all: bool) -> dict[str, Any]:
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
