"""The words of a history: whose it is, who made a version and from where, and what two versions differ in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from wealthdesk.domain.money import ratio
from wealthdesk.domain.reallocation import Delta, Source, State, What, deltas_between
from wealthdesk.domain.reallocation_history import (
    Past,
    PastStep,
    Revision,
    Statistics,
    Subject,
    Version,
    shares_of_all,
)
from wealthdesk.gui import format as text
from wealthdesk.gui.widgets.change_preview import ChangeLine, LateChanges
from wealthdesk.gui.widgets.change_words import (
    amount_words,
    difference_words,
    own_band_words,
    relative_words,
    share_places,
)

NO_REASON = "No reason given"
_NAMELESS = "You"
GREY: Final = "#878580"
"""The colour of what is no class, or of a class that was removed."""
_SCALE_STEP: Final = 1000


def subject_words(subject: Subject) -> str:
    """Whose history it is: "Cautious", "Retirement 2045 · Retirement", "Northlight Fund II · reserves"."""
    parts = [subject.name if subject.what is What.RESERVES else text.targets_name(subject.name)]
    if subject.place and subject.place != subject.name:
        parts.append(subject.place)
    if subject.what is What.RESERVES:
        parts.append("reserves")
    if subject.is_archived or subject.is_removed:
        parts.append("removed" if subject.is_removed else "archived")
    return " · ".join(parts)


def when(moment: datetime) -> tuple[str, str]:
    """A day and a time of the computer's own time zone."""
    here = moment.astimezone()
    return text.day(here), text.clock(here)


def by(actor: str) -> str:
    """Who made it: "by Marta", "by you"."""
    return "by you" if actor == _NAMELESS else f"by {actor}"


def made(revision: Revision) -> str:
    """When and by whom: "18 Jun 2026, 20:47, by Marta"."""
    return ", ".join((*when(revision.at), by(revision.actor)))


def numbers(step: PastStep) -> str:
    """From which version to which: "6 → 7"; the first one alone."""
    if step.revision is None or step.is_first:
        return str(step.number)
    return f"{step.revision.baseline_version} {text.ARROW} {step.number}"


def reason(step: PastStep, past: Past) -> str:
    """Why it was made; where nobody said so, where it came from."""
    if step.revision is None:
        return "Kept before the history began"
    return step.revision.reason or source(step.revision, past) or NO_REASON


def source(revision: Revision, past: Past) -> str:
    """Where it came from; "" where it was edited by hand."""
    if revision.source is Source.REVERT:
        number = past.number_of(revision.reverts_id)
        return f"Back to version {number}" if number else "Back to an earlier version"
    return {
        Source.TEMPLATE: "From a template",
        Source.IMPORT: "From an import",
        Source.SCALE: "Scaled to a total",
    }.get(revision.source, "")


def of_what(what: What) -> str:
    """What the versions are of."""
    return "targets" if what is What.TARGETS else "reserves"


def lines_words(what: What, number: int) -> str:
    """How many lines: "5 classes", "1 company"."""
    return (
        text.count(number, "class", "classes") if what is What.TARGETS else text.count(number, "company", "companies")
    )


def span(past: Past, steps: tuple[PastStep, ...]) -> str:
    """What the table shows: "7 versions since 9 May 2025. The current one is version 7."."""
    since = f" since {when(past.revisions[-1].at)[0]}" if past.revisions else ""
    last = "The last one was" if past.subject.is_removed else "The current one is"
    return f"{text.count(len(steps), 'version')}{since}. {last} version {past.current}."


def nothing_kept(past: Past) -> str:
    """What is there, where no change of it was kept yet."""
    what = of_what(past.subject.what)
    now = f"The {what} of now are version {past.current}." if past.state.lines else f"There are no {what} yet."
    return f"{now}\nEvery change stays here from the first one on: who made it, when, why, and what it changed."


def activity(statistics: Statistics, days: int) -> str:
    """The figures of the latest days for all strategies and funds; "" where there is nothing to tell."""
    if not statistics.attempts and not statistics.versions:
        return ""
    parts = [f"{text.count(statistics.versions, 'version')} kept"]
    if statistics.conflicts:
        bps = ratio(statistics.conflicts * 10_000, statistics.attempts)
        of = f"{statistics.conflicts} of {text.count(statistics.attempts, 'attempt')}"
        parts.append(f"{of} met a newer version ({text.percent(bps)})")
    if len(statistics.most_active) > 1:
        most = statistics.most_active[0]
        parts.append(f"most active: {most.name}, {text.count(most.count, 'version')}")
    return f"All strategies and funds in the last {days} days: {', '.join(parts)}."


def limit_words(state: State, amount: int | None) -> str:
    """A cap or a budget: "$4,500,000", "none"."""
    return "none" if amount is None else amount_words(state, amount)


def listed(names: list[str], most: int = 12) -> str:
    """Names one after the other, the last ones only counted where there are many."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more:,} more" if more > 0 else "")


@dataclass(frozen=True, slots=True)
class Differences:
    """Top: what no other line holds, with bars on `scale` for targets. `unchanged` are names."""

    top: Sequence[ChangeLine]
    scale: int
    unchanged: tuple[str, ...]
    holdings: Sequence[ChangeLine]
    caps: Sequence[ChangeLine]
    bands: Sequence[ChangeLine] = ()


def differences(state: State, before: Version, after: Version, colours: Mapping[str, str]) -> Differences:
    """What the second version has that the first has not. colours: class id → colour."""
    deltas = deltas_between(before.lines, after.lines)
    top = [each for each in deltas if not each.key.parent]
    moved = [each for each in top if each.before != each.after]
    shares = deltas_between(shares_of_all(before.lines), shares_of_all(after.lines))
    capped = [each for each in deltas if each.cap_before != each.cap_after]
    held = [each for each in shares if each.before != each.after]
    return Differences(
        top=LateChanges(moved, _words_of_top(state, colours, places_of(moved))),
        scale=_scale(moved),
        unchanged=tuple(each.name for each in top if not each.is_changed),
        holdings=LateChanges(held, partial(_plain, state, places_of(held))),
        caps=[_cap(state, each) for each in capped] + _budgets(state, before, after),
        bands=[_band(each) for each in deltas if each.after is not None and each.band_before != each.band_after],
    )


def _words_of_top(state: State, colours: Mapping[str, str], places: int) -> Callable[[Delta], ChangeLine]:
    def target(delta: Delta) -> ChangeLine:
        return _plain(state, places, delta, colours.get(delta.key.id, GREY))

    def reserve(delta: Delta) -> ChangeLine:
        numbers = (amount_words(state, delta.before), amount_words(state, delta.after))
        note = relative_words(delta.before, delta.after)
        difference = difference_words(state, delta.before, delta.after)
        return ChangeLine(delta.name, *numbers, difference, note=note, is_tall=True)

    return target if state.what is What.TARGETS else reserve


def places_of(deltas: Sequence[Delta]) -> int:
    """One number of decimals for a column."""
    return share_places(*(amount for each in deltas for amount in (each.before, each.after)))


def _plain(state: State, places: int, delta: Delta, colour: str = "") -> ChangeLine:
    numbers = (amount_words(state, delta.before, places), amount_words(state, delta.after, places))
    difference = difference_words(state, delta.before, delta.after, places)
    return ChangeLine(delta.name, *numbers, difference, colour, delta.before or 0, delta.after or 0)


def _cap(state: State, delta: Delta) -> ChangeLine:
    return _limit(state, delta.name, delta.cap_before, delta.cap_after)


def _band(delta: Delta) -> ChangeLine:
    return ChangeLine(delta.name, own_band_words(delta.band_before), own_band_words(delta.band_after), "")


def _budgets(state: State, before: Version, after: Version) -> list[ChangeLine]:
    if before.budget == after.budget:
        return []
    return [_limit(state, "Budget", before.budget, after.budget)]


def _limit(state: State, name: str, before: int | None, after: int | None) -> ChangeLine:
    difference = "" if before is None or after is None else difference_words(state, before, after)
    is_tall = state.what is What.RESERVES
    return ChangeLine(name, limit_words(state, before), limit_words(state, after), difference, is_tall=is_tall)


def _scale(deltas: Sequence[Delta]) -> int:
    furthest = max((max(each.before or 0, each.after or 0) for each in deltas), default=0)
    return max(-(-furthest // _SCALE_STEP), 1) * _SCALE_STEP
