"""`wealthdesk history`: every reallocation of a strategy or a fund, the newest first, as text or JSON."""

import argparse
from collections.abc import Iterable, Sequence

from wealthdesk.cli.printing import print_json
from wealthdesk.cli.reallocate import add_subject, subject_named
from wealthdesk.cli.reallocation_answer import ids_of, revision_of, subject_of
from wealthdesk.domain.money import percent
from wealthdesk.domain.reallocation import State
from wealthdesk.domain.reallocation_history import Revision, RevisionLine
from wealthdesk.domain.reallocation_words import amount_text
from wealthdesk.services.desk import Clock, open_desk


def run(arguments: Sequence[str], clock: Clock) -> int:
    """Shows a history; refusals are WealthDeskErrors."""
    chosen = _parser().parse_args(arguments)
    with open_desk(chosen.file, clock) as desk:
        header, fund = subject_named(desk, chosen.fund, chosen.strategy, chosen.scope)
        state, revisions = desk.reallocations.state(header), desk.reallocations.history(header)
        versions = desk.reallocations.versions(header)
    if chosen.json:
        ids = ids_of(state, fund)
        entries = [revision_of(each, state.what, ids) for each in revisions]
        print_json({**subject_of(state), "versions": versions, "history": entries})
    else:
        for line in _lines(state, revisions):
            print(line)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "wealthdesk history",
        description="Shows who changed a strategy's targets or a fund's reserves, what, when and why.",
        epilog="Exit codes: 0 shown, 1 refused (the sentence is on standard error), 2 bad usage.",
        allow_abbrev=False,
    )
    add_subject(parser)
    parser.add_argument("--json", action="store_true", help="as JSON")
    return parser


def _lines(state: State, revisions: Sequence[Revision]) -> Iterable[str]:
    yield f"{state.name}, version {state.version}"
    for each in revisions:
        yield ""
        moment = each.at.isoformat(sep=" ", timespec="minutes").replace("+00:00", " UTC")
        yield f"Version {each.version} · {moment} · {each.actor} · {each.source.value}"
        if each.reason:
            yield f"  {each.reason}"
        for line in each.lines:
            above = f"{line.key.parent}/" if line.key.parent else ""
            amounts = f"{_text(state, line.before)} → {_text(state, line.after)}"
            yield f"  {above}{line.name}: {amounts}{_cap(state, line)}{_band(line)}"


def _text(state: State, amount: int | None) -> str:
    return "none" if amount is None else amount_text(state.what, amount, state.currency)


def _cap(state: State, line: RevisionLine) -> str:
    if line.cap_before == line.cap_after:
        return ""
    return f", cap {_text(state, line.cap_before)} → {_text(state, line.cap_after)}"


def _band(line: RevisionLine) -> str:
    if line.band_before == line.band_after:
        return ""
    bands = (line.band_before, line.band_after)
    before, after = ("usual" if each is None else f"±{percent(each)}" for each in bands)
    return f", band {before} → {after}"
