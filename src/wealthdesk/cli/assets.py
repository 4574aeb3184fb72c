"""`wealthdesk assets`: merges two assets that are one, or says what that would change."""

import argparse
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from wealthdesk.cli.printing import changing, print_json, reading
from wealthdesk.domain.accounts import Account
from wealthdesk.domain.assets import Asset
from wealthdesk.domain.money import canonical, from_minor
from wealthdesk.errors import BadInput, NotFound
from wealthdesk.services.assets import Keep, MergePreview, Together
from wealthdesk.services.desk import Clock, Desk

DONE: Final = 0

_PROGRAM: Final = "wealthdesk assets"


def run(arguments: Sequence[str], clock: Clock) -> int:
    """Merges, or says what it would change; refusals are WealthDeskErrors."""
    chosen = _parser().parse_args(arguments)
    if chosen.dry_run:
        with reading(chosen.file, clock) as desk:
            preview = desk.merging.preview(*_chosen(desk, chosen))
    else:
        with changing(chosen.file, clock) as desk:
            preview = desk.merging.merge(*_chosen(desk, chosen))
    told = _told(preview, is_kept=not chosen.dry_run)
    if chosen.json:
        print_json(told)
    else:
        for line in _lines(told):
            print(line)
    return DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        _PROGRAM,
        description="Merges two assets that are one: holdings with their cost lots, prices, targets, rules and "
        "recorded plans of the second become those of the first, and files that name it are understood.",
        epilog="Exit codes: 0 done, 1 refused (the sentence is on standard error; nothing was changed), 2 bad usage, "
        "5 done, but the answer could not be written.",
        allow_abbrev=False,
    )
    actions = parser.add_subparsers(dest="what", required=True, metavar="merge")
    merge = actions.add_parser("merge", help="merges the second asset into the first", allow_abbrev=False)
    merge.add_argument("kept", metavar="A", help="the asset that is kept: its symbol, ISIN, or SYMBOL:CURRENCY")
    merge.add_argument("other", metavar="B", help="the asset that goes into it")
    merge.add_argument("--file", type=Path, required=True, metavar="PORTFOLIO", help="the portfolio file")
    merge.add_argument(
        "--add-up", action="append", default=[], metavar="ACCOUNT", help="adds up what the account holds of both"
    )
    merge.add_argument(
        "--newer",
        action="append",
        default=[],
        metavar="ACCOUNT",
        help="keeps only the newer of the account's two holdings; as it is where both are equal and nothing is said",
    )
    merge.add_argument("--dry-run", action="store_true", help="says what it would change, and changes nothing")
    merge.add_argument("--json", action="store_true", help="prints one JSON object")
    return parser


def _chosen(desk: Desk, chosen: argparse.Namespace) -> tuple[str, str, dict[str, Keep]]:
    assets, accounts = desk.assets.all(), desk.accounts.all()
    choices = {account_named(accounts, name).id: Keep.ADD_UP for name in chosen.add_up}
    for name in chosen.newer:
        account = account_named(accounts, name)
        if account.id in choices:
            raise BadInput(f"“{account.name}” is named by --add-up and by --newer. Choose one of them.")
        choices[account.id] = Keep.NEWER
    return asset_named(assets, chosen.kept).id, asset_named(assets, chosen.other).id, choices


def asset_named(known: Iterable[Asset], text: str) -> Asset:
    """The asset of that symbol, ISIN or SYMBOL:CURRENCY; BadInput for several, NotFound for none."""
    named = [each for each in known if text in (each.symbol, each.isin, f"{each.symbol}:{each.currency}")]
    exact = [each for each in named if each.symbol == text] or named
    if len(exact) > 1:
        several = " or ".join(f"{each.symbol}:{each.currency}" for each in exact)
        raise BadInput(f"There are several assets “{text}”. Say {several}.")
    if not exact:
        raise NotFound(f"There is no asset “{text}” in this portfolio.")
    return exact[0]


def account_named(known: Iterable[Account], text: str) -> Account:
    """The account of that name; NotFound for none."""
    for each in known:
        if each.name.casefold() == " ".join(text.split()).casefold():
            return each
    raise NotFound(f"There is no account “{text}” in this portfolio.")


def _told(preview: MergePreview, *, is_kept: bool) -> dict[str, Any]:
    before, after = preview.values
    return {
        "is_kept": is_kept,
        "kept": preview.kept.symbol,
        "merged": preview.other.symbol,
        "currency": preview.kept.currency,
        "isin": preview.after.isin,
        "accounts": [_account_told(preview, each) for each in preview.together],
        "prices_taken": preview.prices[0],
        "prices_of_both": preview.prices[1],
        "strategies": list(preview.strategies),
        "rules": preview.rules,
        "plans": preview.plans,
        "versions": preview.versions,
        "base_currency": preview.base_currency,
        "total_before_minor": before,
        "total_after_minor": after,
        "refusal": preview.refusal or None,
    }


def _account_told(preview: MergePreview, each: Together) -> dict[str, Any]:
    held = (each.kept, each.other)
    return {
        "account": preview.accounts[each.account_id].name,
        "quantities": [None if one is None else canonical(one.holding.quantity) for one in held],
        "choice": each.choice.value if each.has_both else None,
        "quantity": canonical(each.after.holding.quantity),
        "lots": len(each.after.lots),
    }


def _lines(told: dict[str, Any]) -> Iterator[str]:
    kept, merged, currency = told["kept"], told["merged"], told["base_currency"]
    words = {"add_up": "added up", "newer": "only the newer is kept", None: ""}
    for each in told["accounts"]:
        first, second = (quantity or "nothing" for quantity in each["quantities"])
        how = f" ({words[each['choice']]})" if each["choice"] else ""
        yield f"{each['account']}: {first} {kept}, {second} {merged} → {each['quantity']} {kept}{how}"
    taken, both = told["prices_taken"], told["prices_of_both"]
    yield f"Prices: {taken} taken from {merged}; {both} of days that {kept} has one of."
    for name in told["strategies"]:
        yield f"Targets of “{name}”: those of {merged} are added to {kept}."
    if told["rules"] or told["plans"] or told["versions"]:
        yield (
            f"Rules that name {merged}: {told['rules']}. Recorded plans that name it: {told['plans']}. "
            f"Earlier versions of targets: {told['versions']}."
        )
    before, after = (from_minor(told[f"total_{when}_minor"], currency) for when in ("before", "after"))
    yield f"Total: {before:,} {currency} → {after:,} {currency}"
    if told["refusal"]:
        yield f"It would be refused: {told['refusal']}"
    yield (f"{merged} was merged into {kept}." if told["is_kept"] else "Nothing was changed: this was a dry run.")
