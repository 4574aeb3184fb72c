"""`wealthdesk rules`: shows the rules of trading as JSON, and sets them from the same JSON, whole or in part."""

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from wealthdesk.cli.json_file import Malformed, read_json
from wealthdesk.cli.kept import changing, reading
from wealthdesk.cli.printing import print_json
from wealthdesk.cli.rules_told import Names, told, understood
from wealthdesk.services.desk import Clock, Desk

DONE: Final = 0
MALFORMED: Final = 2

_PROGRAM: Final = "wealthdesk rules"


def run(arguments: Sequence[str], clock: Clock) -> int:
    """Shows or sets; refusals are WealthDeskErrors."""
    chosen = _parser().parse_args(arguments)
    if chosen.what == "show":
        with reading(chosen.file, clock) as desk:
            print_json(told(desk.rules.current(), _names(desk)))
        return DONE
    with changing(chosen.file, clock) as desk:
        try:
            changed = _set(desk, chosen.rules)
        except Malformed as refused:
            print(f"{_PROGRAM}: {refused}", file=sys.stderr)
            return MALFORMED
    _tell(changed, is_json=chosen.json)
    return DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        _PROGRAM,
        description="What accounts keep back and cost, what may be bought in them, what is traded, and where it is "
        "better held: as JSON, by the names of accounts and classes and the symbols of assets.",
        epilog="Exit codes: 0 done, 1 refused (the sentence is on standard error; nothing was changed), 2 bad usage, "
        "or no rules in the file.",
        allow_abbrev=False,
    )
    actions = parser.add_subparsers(dest="what", required=True, metavar="show|set")
    show = actions.add_parser("show", help="all rules, as JSON", allow_abbrev=False)
    change = actions.add_parser("set", help="sets what a file says of it; the rest stays", allow_abbrev=False)
    change.add_argument(
        "rules", type=Path, metavar="RULES.json", help="what `show` prints, or a part; -: standard input"
    )
    for each in (show, change):
        each.add_argument("--file", type=Path, required=True, metavar="PORTFOLIO", help="the portfolio file")
        each.add_argument("--json", action="store_true", help="as JSON, which `show` prints in any case")
    return parser


def _names(desk: Desk) -> Names:
    portfolio = desk.portfolios.current()
    return Names(portfolio.accounts.values(), portfolio.assets.values(), portfolio.classes.values())


def _set(desk: Desk, path: Path) -> list[dict[str, Any]]:
    """What is different afterwards, each with where it stands in the JSON."""
    names, before = _names(desk), desk.rules.current()
    wanted = read_json(path, lambda json: understood(json, before, names))
    if wanted:
        desk.rules.set_all(wanted.accounts, wanted.assets, wanted.homes)
    return list(_changes((), told(before, names), told(desk.rules.current(), names)))


def _changes(place: tuple[str, ...], before: Any, after: Any) -> Iterator[dict[str, Any]]:
    if isinstance(before, dict) and isinstance(after, dict):
        for name in before | after:
            yield from _changes((*place, name), before.get(name), after.get(name))
    elif before != after:
        yield {"rule": list(place), "from": before, "to": after}


def _tell(changed: Sequence[Mapping[str, Any]], *, is_json: bool) -> None:
    if is_json:
        print_json({"changed": changed})
        return
    for each in changed:
        print(f"{' › '.join(each['rule'])}: {_text(each['from'])} → {_text(each['to'])}")
    if not changed:
        print("Nothing was changed: the rules are as the file says.")


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_text(each)}" for name, each in value.items())
    if isinstance(value, list):
        return ", ".join(value) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value is None else str(value)
