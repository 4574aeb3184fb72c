"""`wealthdesk history`: every reallocation of a strategy or a fund, or the figures of all, as text or JSON."""

import argparse
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from wealthdesk.cli.printing import print_json, reading
from wealthdesk.cli.reallocate import add_subject, ids_of, revision_of, subject_named, subject_of
from wealthdesk.domain.money import percent, share_bps
from wealthdesk.domain.reallocation import Delta, State
from wealthdesk.domain.reallocation_history import ReallocationOutcome, Revision, Statistics
from wealthdesk.domain.reallocation_words import amount_text
from wealthdesk.services.desk import Clock

_MOST_DAYS: Final = 36_500
_USUAL_DAYS: Final = 30


def run(arguments: Sequence[str], clock: Clock) -> int:
    """Shows a history; refusals are WealthDeskErrors."""
    parser = _parser()
    chosen = parser.parse_args(arguments)
    is_of_one = chosen.fund is not None or chosen.strategy is not None
    if chosen.statistics == is_of_one:
        parser.error("write one of --fund NAME, --strategy NAME and --statistics")
    if chosen.days is not None and not chosen.statistics:
        parser.error("--days belongs to --statistics")
    if chosen.scope is not None and chosen.strategy is None:
        parser.error("--scope belongs to --strategy")
    if chosen.statistics:
        return _statistics(chosen, clock)
    with reading(chosen.file, clock) as desk:
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
    add_subject(parser, is_required=False)
    parser.add_argument(
        "--statistics", action="store_true", help="of all of them: the latest, how many met a conflict, the most active"
    )
    parser.add_argument("--days", type=_days, metavar="N", help="the days that these figures are of (30)")
    parser.add_argument("--json", action="store_true", help="as JSON")
    return parser


def _days(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:6]) <= _MOST_DAYS):
        raise argparse.ArgumentTypeError(f"write a whole number of days from 1 to {_MOST_DAYS}")
    return int(text)


def _statistics(chosen: argparse.Namespace, clock: Clock) -> int:
    """What was changed last, how often a change met another one, and what is changed most."""
    days: int = chosen.days or _USUAL_DAYS
    with reading(chosen.file, clock) as desk:
        found = desk.reallocations.statistics(days)
    told = _figures(found, days)
    if chosen.json:
        print_json(told)
        return 0
    attempts = "1 attempt" if found.attempts == 1 else f"{found.attempts:,} attempts"
    rate = "" if told["conflict_rate_bps"] is None else f" ({percent(told['conflict_rate_bps'])})"
    latest = "On the latest day" if days == 1 else f"In the latest {days} days"
    print(f"{latest}: {attempts}, {found.conflicts:,} of them met a conflict{rate}.")
    for each in told["recent"]:
        who = f"{each['name']}, version {each['new_version']}, by {each['actor']}"
        print(f"  {each['at']}  {who}  {each['reason']}".rstrip())
    for active in told["most_active"]:
        print(f"  {active['count']:,} of “{active['name']}”, the latest {active['last']}")
    return 0


def _figures(found: Statistics, days: int) -> dict[str, Any]:
    """The figures as JSON values; the rate is of all attempts, null where there were none."""
    return {
        "days": days,
        "attempts": found.attempts,
        "outcomes": {outcome.value: found.outcomes.get(outcome, 0) for outcome in ReallocationOutcome},
        "conflicts": found.conflicts,
        "conflict_rate_bps": share_bps(found.conflicts, found.attempts) if found.attempts else None,
        "recent": [
            {
                "what": each.what.value,
                "name": each.name,
                "new_version": each.version,
                "at": _moment(each.at),
                "actor": each.actor,
                "source": each.source.value,
                "reason": each.reason,
                "changed": len(each.lines),
            }
            for each in found.recent
        ],
        "most_active": [
            {"what": each.header.what.value, "name": each.name, "count": each.count, "last": _moment(each.last)}
            for each in found.most_active
        ],
    }


def _moment(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


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


def _cap(state: State, line: Delta) -> str:
    if line.cap_before == line.cap_after:
        return ""
    return f", cap {_text(state, line.cap_before)} → {_text(state, line.cap_after)}"


def _band(line: Delta) -> str:
    if line.band_before == line.band_after:
        return ""
    bands = (line.band_before, line.band_after)
    before, after = ("usual" if each is None else f"±{percent(each)}" for each in bands)
    return f", band {before} → {after}"
