"""`wealthdesk import`: brings files into a portfolio, all or nothing, and tells what was read, kept and left out."""

import argparse
import contextlib
import csv
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from wealthdesk.cli.printing import changing, print_json
from wealthdesk.domain.holdings import checked_quantity
from wealthdesk.domain.ledger import story_words
from wealthdesk.domain.money import canonical, currency, parse_decimal
from wealthdesk.errors import BadInput, WealthDeskError
from wealthdesk.planning.moved_in import MovedAccount, MovedClass, MovedHolding
from wealthdesk.services.desk import Clock, Desk, open_desk
from wealthdesk.services.imports import (
    OF_THE_LEFT,
    AnyDraft,
    AssetStory,
    ColumnChoices,
    Draft,
    Field,
    HoldingChange,
    ImportPreview,
    Kind,
    MovedIn,
    TargetsDraft,
    with_taxonomy,
)

KEPT: Final = 0
NOTHING_KEPT: Final = 4
"""Exit code: nothing was kept because of problems."""

_WORDS: Final = (*(each.value for each in Field), OF_THE_LEFT)
"""What a column can be said to mean."""


def run(arguments: Sequence[str], clock: Clock) -> int:
    """Imports files; refusals are WealthDeskErrors."""
    chosen = _parser().parse_args(arguments)
    preview, moved = _imported(chosen, clock)
    told = {**_told(preview, chosen), "moved_in": [_moved(each) for each in moved]}
    if chosen.json:
        print_json(told)
    else:
        for line in _lines(told, is_refused=_is_refused(preview, chosen)):
            print(line)
    return NOTHING_KEPT if _is_refused(preview, chosen) else KEPT


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "wealthdesk import",
        description="Brings holdings files (or targets exported by WealthDesk) into a portfolio file.",
        epilog="Exit codes: 0 kept (or nothing to change), 4 nothing kept because of problems, 1 refused, 2 bad usage, "
        "5 kept, but the answer could not be written.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add(
        "files",
        type=Path,
        nargs="+",
        metavar="FILE",
        help="lists in CSV, xlsx, xls or ods; OFX, Flex; Portfolio Performance, Wealthfolio, Ghostfolio, lakshmi",
    )
    add("--file", type=Path, required=True, metavar="PORTFOLIO", help="the portfolio file; made if there is none")
    _add_how_to_read(add)
    add(
        "--replace-targets",
        action="store_true",
        help="the targets of another program's file take the place of those of the strategy with their name",
    )
    add("--accept-classes", action="store_true", help="new assets get the classes that types and names only speak of")
    add("--dry-run", action="store_true", help="only tell what would be kept")
    add("--skip-problems", action="store_true", help="leave lines with problems out and keep the rest")
    add("--remove-gone", action="store_true", help="remove holdings that are gone from the files")
    add("--json", action="store_true", help="as JSON; decimals are strings")
    return parser


def _add_how_to_read(add: Callable[..., argparse.Action]) -> None:
    """What the files do not say themselves, or say otherwise than it is read without being told."""
    add("--account", metavar="NAME", help="the account of lines that name none")
    add("--currency", metavar="CODE", help="the currency of lines that name none")
    add(
        "--opening",
        metavar="SYMBOL=QUANTITY[@COST]",
        action="append",
        default=[],
        help="what was held before a list of transactions begins, and what it had cost; can be given several times",
    )
    add(
        "--columns",
        metavar="HEADER=MEANING,…",
        action="append",
        default=[],
        help="what columns mean, like “Stück=quantity,Akt. Kurs=price”; #3 is the third column. Meanings: "
        + ", ".join(_WORDS),
    )
    add("--header-line", type=int, metavar="N", help="the line that has the headers, from 1; 0: there are none")
    add(
        "--taxonomy",
        metavar="NAME",
        help="which classes of another program's file count, where it has several trees of them; “none”: none of them",
    )


def _imported(chosen: argparse.Namespace, clock: Clock) -> tuple[ImportPreview, tuple[MovedIn, ...]]:
    """A portfolio that does not exist yet is only made when there is something to keep in it."""
    if os.path.lexists(chosen.file):
        with changing(chosen.file, clock) as desk:
            return _import(desk, _drafts(desk, chosen), chosen)
    with empty_desk(clock) as empty:
        drafts = _drafts(empty, chosen)
        preview = empty.imports.preview(drafts)
    if chosen.dry_run or _is_refused(preview, chosen):
        return preview, ()
    with changing(chosen.file, clock, create=True) as desk:
        return _import(desk, drafts, chosen)


@contextlib.contextmanager
def empty_desk(clock: Clock) -> Iterator[Desk]:
    """An empty portfolio to match the files with; nothing of them is ever written to it."""
    try:
        aside = tempfile.TemporaryDirectory(prefix="wealthdesk-", ignore_cleanup_errors=True)
    except OSError as error:
        raise WealthDeskError(f"No temporary folder could be made: {error.strerror}. Free some space.") from error
    with aside as folder, open_desk(Path(folder) / "empty.wealthdesk", clock, create=True) as empty:
        yield empty


def _drafts(desk: Desk, chosen: argparse.Namespace) -> list[AnyDraft]:
    usual = currency(chosen.currency) if chosen.currency else None
    given = [_opening(text) for text in chosen.opening]
    openings = {symbol: quantity for symbol, quantity, _ in given}
    costs = {symbol: cost for symbol, _, cost in given if cost is not None}
    choices = _choices(chosen)
    read = [
        desk.imports.read_file(path, account=chosen.account, currency=usual, choices=choices) for path in chosen.files
    ]
    _check_openings(openings, read)
    return [
        replace(_classed(each, chosen), openings=openings, opening_costs=costs) if isinstance(each, Draft) else each
        for each in read
    ]


def _check_openings(openings: Iterable[str], read: Sequence[AnyDraft]) -> None:
    """BadInput for a symbol that stands in no list of transactions; where a file is not understood that is told."""
    ledgers = [each.ledger for each in read if isinstance(each, Draft) and each.ledger is not None]
    known = {told.symbol for each in ledgers for told in each.assets.values()}
    unknown = next((each for each in openings if each not in known), None)
    if unknown is not None and not any(each.problems for each in read):
        raise BadInput(f"“{unknown}” is in no list of transactions here, so what was held of it before has no effect.")


def _classed(draft: Draft, chosen: argparse.Namespace) -> Draft:
    """The draft with the classes that are chosen; BadInput for a tree that it does not have."""
    draft = replace(draft, replaces_targets=chosen.replace_targets)
    if chosen.taxonomy is None or not draft.taxonomies:
        return draft
    wanted = chosen.taxonomy.casefold()
    found = next((each.name for each in draft.taxonomies if each.name.casefold() == wanted), None)
    if found is None and wanted != "none":
        names = ", ".join(f"“{each.name}”" for each in draft.taxonomies)
        raise BadInput(f"{draft.file_name} has no classes “{chosen.taxonomy}”. There are: {names}.")
    return with_taxonomy(draft, found)


def _choices(chosen: argparse.Namespace) -> ColumnChoices | None:
    """What is said of the columns; BadInput for what cannot be read."""
    meanings = [_meaning(part) for text in chosen.columns for part in next(csv.reader([text], skipinitialspace=True))]
    if chosen.header_line is not None and chosen.header_line < 0:
        raise BadInput(f"{chosen.header_line} is no line. Write the number of the line that has the headers, from 1.")
    if not meanings and chosen.header_line is None:
        return None
    return ColumnChoices(chosen.header_line, tuple(meanings))


def _meaning(text: str) -> tuple[str, str]:
    """“Akt. Kurs=price”, read; BadInput for anything else."""
    header, mark, word = text.rpartition("=")
    plain = word.strip().casefold().replace(" ", "_").replace("-", "_")
    if not (header.strip() and mark):
        raise BadInput(f"“{text}” does not say what a column means. Write it like “Akt. Kurs=price”.")
    if plain not in _WORDS:
        raise BadInput(f"“{word.strip()}” is nothing that a column can mean. It can be: {', '.join(_WORDS)}.")
    return header.strip(), plain


def _opening(text: str) -> tuple[str, Decimal, Decimal | None]:
    """“VTI=12.5” or “VTI=12.5@1000”, read; BadInput for anything else."""
    symbol, mark, quantity = text.rpartition("=")
    if not (symbol.strip() and mark):
        raise BadInput(f"“{text}” is not an opening quantity. Write it like VTI=12.5.")
    quantity, at, cost = quantity.partition("@")
    told = parse_decimal(cost, what="cost") if at else None
    if told is not None and told < 0:
        raise BadInput(f"The cost in “{text}” is below zero. Write what all of it had cost, like VTI=12.5@1000.")
    return symbol.strip(), checked_quantity(parse_decimal(quantity, what="quantity")), told


def _import(
    desk: Desk, drafts: Sequence[AnyDraft], chosen: argparse.Namespace
) -> tuple[ImportPreview, tuple[MovedIn, ...]]:
    preview = desk.imports.preview(drafts)
    if chosen.dry_run or _is_refused(preview, chosen):
        return preview, ()
    gone = [each.holding.id for each in preview.matched.gone] if chosen.remove_gone else []
    classes = {each.of: each.class_id for each in preview.guesses} if chosen.accept_classes else None
    kept = desk.imports.keep(drafts, without_problem_lines=chosen.skip_problems, remove=gone, classes=classes)
    return kept, desk.imports.moved_in(drafts)


def _is_refused(preview: ImportPreview, chosen: argparse.Namespace) -> bool:
    """Whether problems keep everything out: all of it without --skip-problems, or because no line is left."""
    nothing_left = not any(d.candidates for d in preview.drafts) and preview.matched_targets.is_empty
    return bool(preview.problems) and (not chosen.skip_problems or nothing_left)


def _read(preview: ImportPreview) -> dict[str, int]:
    """How much was read of each kind, whatever becomes of it."""
    drafts = preview.drafts
    return {
        "lines": sum(d.line_count for d in drafts) + sum(d.line_count for d in preview.target_drafts),
        "holdings": sum(len(d.candidates) for d in drafts),
        "prices": sum(len(d.prices) for d in drafts),
        "rates": sum(len(d.rates) for d in drafts),
        "strategies": sum(len(d.strategies) for d in preview.target_drafts) + sum(bool(d.targets) for d in drafts),
    }


def _told(preview: ImportPreview, chosen: argparse.Namespace) -> dict[str, Any]:
    drafts = preview.drafts
    return {
        "portfolio": str(chosen.file),
        "dry_run": chosen.dry_run,
        "is_kept": preview.kept,
        "changes_nothing": preview.changes_nothing
        and not preview.problems
        and not (chosen.remove_gone and preview.matched.gone),
        "files": [_file(draft) for draft in drafts] + [_targets_file(d) for d in preview.target_drafts],
        "read": _read(preview),
        "kept": _changes(preview) if preview.kept else None,
        "would_keep": None if preview.kept else _changes(preview),
        "skips_problems": chosen.skip_problems,
        "removes_gone": chosen.remove_gone,
        "gone": [
            {"account": g.account.name, "symbol": g.asset.symbol, "quantity": canonical(g.holding.quantity)}
            for g in preview.matched.gone
        ],
        "accepts_classes": chosen.accept_classes,
        "guessed_classes": [
            {"symbol": each.symbol, "currency": each.currency, "class_id": each.class_id} for each in preview.guesses
        ],
        "left_out": [
            {"file": d.file_name, "line": each.line, "text": each.text, "why": each.why}
            for d in drafts
            for each in d.left_out
        ],
        "problems": [
            {"file": name, "line": each.line, "column": each.column, "what": each.what, "fix": each.fix}
            for name, each in preview.problems
        ],
        "stories": [_story(each) for d in drafts for each in d.replay.stories],
        "notes": [
            *(note.text for d in drafts for note in d.notes),
            *preview.matched.notes,
            *preview.matched_targets.notes,
        ],
    }


def _file(draft: Draft) -> dict[str, Any]:
    layout = draft.layout
    told: dict[str, Any] = {"name": draft.file_name, "kind": draft.kind.value, "format": draft.format}
    if draft.taxonomies:
        told = {**told, "taxonomies": [each.name for each in draft.taxonomies], "taxonomy": draft.taxonomy}
    if layout is None:
        return {**told, "columns": {}}
    return {
        **told,
        "encoding": layout.encoding,
        "delimiter": layout.delimiter,
        "decimal_mark": layout.marks.decimal,
        "columns": {column.title: column.field.value for column in layout.columns},
    }


def _story(told: AssetStory) -> dict[str, Any]:
    return {
        "account": told.account,
        "symbol": told.symbol,
        "story": story_words(told.story),
        "unexplained": told.what,
        "opening": None if told.opening is None else canonical(told.opening),
    }


def _moved(told: MovedIn) -> dict[str, Any]:
    """A file of another program beside what is here; all `…_minor` are in its currency."""
    return {
        "file": told.file_name,
        "program": told.program,
        "currency": told.currency,
        "strategy": {"there": told.strategy_there, "here": told.strategy_here},
        "total_minor": {"there": told.total_there_minor, "here": told.total_here_minor},
        "is_same": told.is_same,
        "accounts": [_moved_account(each) for each in told.accounts],
        "holdings": [_moved_holding(each) for each in told.holdings],
        "classes": [_moved_class(each) for each in told.classes],
        "unvalued": list(told.unvalued),
        "valued_as_here": list(told.valued_as_here),
        "differences": list(told.differences),
    }


def _moved_account(each: MovedAccount) -> dict[str, Any]:
    return {
        "there": each.there,
        "here": each.here,
        "value_minor": {"there": each.value_there_minor, "here": each.value_here_minor},
        "cash": {code: {"there": canonical(one), "here": canonical(two)} for code, one, two in each.cash},
    }


def _moved_holding(each: MovedHolding) -> dict[str, Any]:
    return {
        "account": each.account,
        "symbol": each.symbol,
        "name": each.name,
        "is_cash": each.is_cash,
        "quantity": {"there": _number(each.quantity_there), "here": _number(each.quantity_here)},
        "value_minor": {"there": each.value_there_minor, "here": each.value_here_minor},
    }


def _moved_class(each: MovedClass) -> dict[str, Any]:
    return {
        "name": each.name,
        "value_minor": {"there": each.value_there_minor, "here": each.value_here_minor},
        "weight_bps": {"there": each.weight_there_bps, "here": each.weight_here_bps},
        "target_bps": {"there": each.target_there_bps, "here": each.target_here_bps},
        "drift_bps": {"there": each.drift_there_bps, "here": each.drift_here_bps},
    }


def _number(number: Decimal | None) -> str | None:
    return None if number is None else canonical(number)


def _targets_file(draft: TargetsDraft) -> dict[str, Any]:
    return {"name": draft.file_name, "kind": Kind.TARGETS.value, "format": "Targets of WealthDesk"}


def _changes(preview: ImportPreview) -> dict[str, Any]:
    matched, told = preview.matched, preview.matched_targets
    return {
        "base_currency": matched.base_currency,
        "accounts": [each.name for each in matched.accounts],
        "classes": [each.name for each in matched.classes],
        "assets": [each.symbol for each in matched.assets],
        "holdings_added": [_change(each) for each in matched.added],
        "holdings_changed": [_change(each) for each in matched.changed],
        "holdings_unchanged": len(matched.unchanged),
        "prices": len(matched.prices),
        "rates": len(matched.rates),
        "strategies": [each.name for each in (*told.added, *told.changed)],
    }


def _change(change: HoldingChange) -> dict[str, Any]:
    before = None if change.before is None else canonical(change.before.quantity)
    return {
        "line": change.line,
        "account": change.account.name,
        "symbol": change.asset.symbol,
        "before": before,
        "quantity": canonical(change.after.quantity),
    }


def _lines(told: Mapping[str, Any], *, is_refused: bool) -> Iterable[str]:
    changes = told["kept"] or told["would_keep"]
    read = told["read"]
    counted = ", ".join(_count(read[f"{noun}s"], noun) for noun in ("holding", "price", "rate"))
    yield f"Read {_count(read['lines'], 'line')}: {counted}."
    for each in told["stories"]:
        yield f"  story    {each['account']}: {each['symbol']} {each['story']}"
    for each in changes["holdings_added"]:
        yield f"  new      {each['account']}: {each['symbol']} {each['quantity']}"
    for each in changes["holdings_changed"]:
        yield f"  changed  {each['account']}: {each['symbol']} {each['before']} → {each['quantity']}"
    takes = "taken" if told["accepts_classes"] else "--accept-classes takes it"
    for each in told["guessed_classes"]:
        yield f"  guessed  {each['symbol']}: {each['class_id'].replace('_', ' ')}, {takes}"
    stays = "removed" if told["removes_gone"] else "stays, --remove-gone removes it"
    for each in told["gone"]:
        yield f"  gone     {each['account']}: {each['symbol']} {each['quantity']} is not in the files any more: {stays}"
    for each in told["left_out"]:
        yield f"  left out {each['file']} line {each['line']}: {each['why']} {each['text']}"
    for note in told["notes"]:
        yield f"  note     {note}"
    for moved in told["moved_in"]:
        for difference in moved["differences"]:
            yield f"  moved in {moved['file']}: {difference}"
    for each in told["problems"]:
        column = f", {each['column']}" if each["column"] else ""
        yield f"  problem  {each['file']}{line_words(each['line'])}{column}: {each['what']} {each['fix']}"
    yield _outcome(told, changes, is_refused=is_refused)


def line_words(line: int) -> str:
    """Which line of a file has a problem; one of the file as a whole has none."""
    return f" line {line}" if line else ""


def _outcome(told: Mapping[str, Any], changes: Mapping[str, Any], *, is_refused: bool) -> str:
    if told["changes_nothing"]:
        return f"Everything in the files is in {told['portfolio']} already: nothing to change."
    what = (
        f"{len(changes['holdings_added'])} new, {len(changes['holdings_changed'])} changed, "
        f"{_count(changes['holdings_unchanged'], 'unchanged holding')}, {_count(changes['prices'], 'price')}, "
        f"{_count(changes['rates'], 'rate')}, {_count(len(changes['strategies']), 'strategy', 'strategies')}"
    )
    if told["removes_gone"] and told["gone"]:
        what += f", {_count(len(told['gone']), 'removed holding')}"
    if told["is_kept"]:
        return f"Kept in {told['portfolio']}: {what}."
    if told["dry_run"] and not is_refused:
        return f"Nothing was kept, this was a dry run. It would be: {what}."
    or_skip = "" if told["skips_problems"] else ", or leave those lines out with --skip-problems"
    return f"Nothing was kept because of the problems. Correct the files{or_skip}."


def _count(number: int, one: str, several: str = "") -> str:
    return f"{number:,} {one if number == 1 else several or f'{one}s'}"
