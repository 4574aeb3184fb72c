"""What was kept of reallocations: who changed what and when, any version of the lines, and what can come back."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from fractions import Fraction

from wealthdesk.domain.money import WHOLE, half_up
from wealthdesk.domain.reallocation import (
    Change,
    Delta,
    Header,
    Line,
    LineKey,
    SetAmount,
    Source,
    State,
    What,
    changes_to,
    deltas_between,
    scaled,
    total_of,
)


class ReallocationOutcome(StrEnum):
    """What became of an attempt to keep one."""

    COMMITTED = "committed"
    CONFLICT = "conflict"
    STALE = "stale"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True)
class Revision:
    """One reallocation that was kept. `header` is None once the strategy or fund is removed; `name` was its name then.

    `accepted` are the warnings that were accepted, as sentences; `reverts_id` is the one that it went back to.
    `currency` is that of a fund's amounts, "" of targets.
    """

    id: str
    request_id: str
    header: Header | None
    name: str
    baseline_version: int
    version: int
    at: datetime
    source: Source
    reason: str
    actor: str
    total_before: int
    total_after: int
    budget_before: int | None = None
    budget_after: int | None = None
    reverts_id: str | None = None
    accepted: tuple[str, ...] = ()
    lines: tuple[Delta, ...] = ()
    currency: str = ""

    @property
    def what(self) -> What:
        """What kind of amounts these are, also where there is no header any more."""
        return What.RESERVES if self.currency else What.TARGETS


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a commit is answered with; `is_repeated` when the same request had been kept before."""

    revision: Revision
    is_repeated: bool = False

    @property
    def version(self) -> int:
        """The version that it made."""
        return self.revision.version


@dataclass(frozen=True, slots=True)
class Attempt:
    """That somebody tried to keep a reallocation."""

    at: datetime
    header: Header | None
    outcome: ReallocationOutcome


@dataclass(frozen=True, slots=True)
class Version:
    """The lines and the budget as they were at a version."""

    number: int
    lines: Mapping[LineKey, Line]
    budget: int | None

    @property
    def total(self) -> int:
        """The sum of the lines."""
        return total_of(self.lines.values())


def version_of(state: State, revisions: Iterable[Revision], number: int) -> Version | None:
    """The lines at a version: those of now with every later revision undone; None where nothing is kept of it.

    `revisions` are the state's own, the newest first.
    """
    lines, budget, at = {line.key: line for line in state.lines}, state.budget, state.version
    for revision in revisions:
        if at <= number:
            break
        if revision.version != at:
            return None
        for each in revision.lines:
            _undo(lines, each)
        budget, at = revision.budget_before, revision.baseline_version
    return Version(at, lines, budget) if at == number else None


def versions_of(state: State, revisions: Iterable[Revision]) -> list[Version]:
    """Every version that a reallocation made, the newest first, in one walk back from now; no further than is kept.

    `revisions` are the state's own, the newest first.
    """
    lines, budget, at = {line.key: line for line in state.lines}, state.budget, state.version
    found = []
    for revision in revisions:
        if revision.version != at:
            break
        found.append(Version(at, dict(lines), budget))
        for each in revision.lines:
            _undo(lines, each)
        budget, at = revision.budget_before, revision.baseline_version
    return found


def _undo(lines: dict[LineKey, Line], change: Delta) -> None:
    if change.before is None:
        lines.pop(change.key, None)
        return
    known = lines.get(change.key) or Line(change.key, change.name, 0)
    lines[change.key] = replace(known, amount=change.before, cap=change.cap_before, band=change.band_before)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What two versions differ in, the largest difference first."""

    before: Version
    after: Version
    deltas: tuple[Delta, ...]


def compared(before: Version, after: Version) -> Comparison:
    """What the second version has that the first has not."""
    deltas = deltas_between(before.lines, after.lines)
    return Comparison(before, after, tuple(delta for delta in deltas if delta.is_changed))


@dataclass(frozen=True, slots=True)
class Activity:
    """How often one strategy or fund was reallocated, and when last."""

    header: Header
    name: str
    count: int
    last: datetime


@dataclass(frozen=True, slots=True)
class Statistics:
    """The figures of a period: the latest reallocations, what became of attempts, the most active first.

    `versions` are all that were kept, by an undo too, which is no attempt.
    """

    recent: tuple[Revision, ...]
    outcomes: Mapping[ReallocationOutcome, int]
    most_active: tuple[Activity, ...]
    versions: int

    @property
    def attempts(self) -> int:
        """How many attempts there were."""
        return sum(self.outcomes.values())

    @property
    def conflicts(self) -> int:
        """How many of them met a later version; the conflict rate is conflicts ÷ attempts."""
        return self.outcomes.get(ReallocationOutcome.CONFLICT, 0)


def statistics_of(revisions: Sequence[Revision], attempts: Iterable[Attempt], recent: int = 10) -> Statistics:
    """The figures of what is given, the newest revision first."""
    counts: Counter[Header] = Counter()
    latest: dict[Header, Revision] = {}
    for each in revisions:
        if each.header is not None:
            counts[each.header] += 1
            latest.setdefault(each.header, each)
    active = [Activity(header, latest[header].name, count, latest[header].at) for header, count in counts.items()]
    active.sort(key=lambda each: (-each.count, -each.last.timestamp(), each.name))
    outcomes = Counter(each.outcome for each in attempts)
    return Statistics(tuple(revisions[:recent]), outcomes, tuple(active), len(revisions))


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose history it is. `header` is None once the strategy or fund is removed; `name` was its name then.

    `place` is the account that a strategy is for ("" = everything), or when a removed one was changed last.
    """

    what: What
    name: str
    header: Header | None = None
    place: str = ""
    is_archived: bool = False
    first_id: str = ""
    """The id of its first reallocation, which tells removed ones apart."""

    @property
    def is_removed(self) -> bool:
        """Whether only its history is left."""
        return self.header is None

    @property
    def key(self) -> str:
        """The same for the same subject as long as it is not removed, and from then on."""
        return self.first_id if self.header is None else f"{self.what}:{self.header.id}"


def removed_pasts(revisions: Iterable[Revision]) -> list[tuple[Revision, ...]]:
    """The histories that reallocations without a header belong to, each the newest first.

    Those of one name are told apart by their versions: a second strategy of a name begins anew.
    """
    open_ones: dict[tuple[What, str], list[Revision]] = {}
    found: list[list[Revision]] = []
    for each in sorted(revisions, key=lambda each: (each.at, each.version)):
        key = (each.what, each.name)
        if key not in open_ones or open_ones[key][-1].version >= each.version:
            open_ones[key] = []
            found.append(open_ones[key])
        open_ones[key].append(each)
    return [tuple(reversed(each)) for each in found]


def state_when_removed(revisions: Sequence[Revision]) -> State:
    """What is known of the lines of a removed strategy or fund when it was removed, from its history, newest first."""
    lines: dict[LineKey, Line] = {}
    for revision in reversed(revisions):
        for each in revision.lines:
            _redo(lines, each)
    last = revisions[0]
    header = Header(last.what, "")
    return State(header, last.name, last.version, tuple(lines.values()), last.currency, last.budget_after)


def _redo(lines: dict[LineKey, Line], change: Delta) -> None:
    if change.after is None:
        lines.pop(change.key, None)
    else:
        lines[change.key] = Line(change.key, change.name, change.after, change.cap_after, band=change.band_after)


@dataclass(frozen=True, slots=True)
class PastStep:
    """One version, and the reallocation that made it; None: it was there before its history began.

    `biggest` is the largest change, of a holding as a share of everything; None where no amount changed. `is_first`:
    there were no lines before.
    """

    number: int
    revision: Revision | None
    biggest: Delta | None = None
    is_first: bool = False


@dataclass(frozen=True, slots=True)
class Past:
    """The lines of now (of a removed one: those it had), and the reallocations that made them, the newest first."""

    subject: Subject
    state: State
    revisions: tuple[Revision, ...]

    @property
    def current(self) -> int:
        """The version of now, or the last one."""
        return self.state.version

    def steps(self) -> tuple[PastStep, ...]:
        """Every version that is known of, the newest first; not one without any lines that it all began with."""
        classes = {line.key.id: line.amount for line in self.state.lines if not line.key.parent}
        found: list[PastStep] = []
        at = self.state.version
        for revision in self.revisions:
            if revision.version != at:
                break
            found.append(PastStep(revision.version, revision, _biggest(revision, classes)))
            _undo_step(classes, revision)
            at = revision.baseline_version
        if classes:
            return (*found, PastStep(at, None))
        return (*found[:-1], *(replace(each, is_first=True) for each in found[-1:]))

    def version(self, number: int) -> Version:
        """The lines at one of the versions of `steps`; at 0 there were none."""
        found = Version(0, {}, None) if number == 0 else version_of(self.state, self.revisions, number)
        assert found is not None, "only versions that are known are asked for"
        return found

    def compare(self, before: int, after: int) -> Comparison:
        """What two of the versions differ in, the largest difference first."""
        return compared(self.version(before), self.version(after))

    def number_of(self, revision_id: str | None) -> int | None:
        """The version that a reallocation made, such as the one that was gone back to."""
        return next((each.version for each in self.revisions if each.id == revision_id), None)


def _undo_step(classes: dict[str, int], revision: Revision) -> None:
    for each in revision.lines:
        if each.key.parent:
            continue
        if each.before is None:
            classes.pop(each.key.id, None)
        else:
            classes[each.key.id] = each.before


def _biggest(revision: Revision, classes: Mapping[str, int]) -> Delta | None:
    moved = [each for each in revision.lines if (each.before or 0) != (each.after or 0)]
    top = [each for each in moved if not each.key.parent]
    deltas = [_delta(each) for each in top] or [_delta(each, classes.get(each.key.parent, 0)) for each in moved]
    return max(deltas, key=lambda each: abs(each.change), default=None)


def _delta(line: Delta, of_bps: int = WHOLE) -> Delta:
    return Delta(line.key, line.name, _part(line.before, of_bps), _part(line.after, of_bps))


def _part(bps: int | None, of_bps: int) -> int | None:
    return bps if bps is None or of_bps == WHOLE else half_up(Fraction(bps * of_bps, WHOLE))


def shares_of_all(lines: Mapping[LineKey, Line]) -> dict[LineKey, Line]:
    """The holding lines of targets with what each is of everything, not of its class."""
    return {
        key: replace(line, amount=_part(line.amount, lines[LineKey(key.parent)].amount) or 0, cap=None, band=None)
        for key, line in lines.items()
        if key.parent and LineKey(key.parent) in lines
    }


@dataclass(frozen=True, slots=True)
class Return:
    """What going back to a version takes: the changes, and the lines that cannot come back, the largest first."""

    changes: tuple[Change, ...]
    gone: tuple[Line, ...] = ()


def way_back(state: State, version: Version) -> Return:
    """The changes that bring a version back.

    Lines of a class or asset that is gone are left out, and those beside them are scaled up to 100%.
    """
    gone = _gone(state, version)
    lines = {key: line for key, line in version.lines.items() if key not in gone}
    for parent in dict.fromkeys(key.parent for key in gone):
        siblings = [line for key, line in lines.items() if key.parent == parent]
        lines |= {line.key: line for line in _scaled(siblings)}
    left_out = sorted(gone.values(), key=lambda line: -line.amount)
    return Return(changes_to(state, lines, version.budget), tuple(left_out))


def _gone(state: State, version: Version) -> dict[LineKey, Line]:
    if state.candidates is None:
        return {}
    there = state.candidates.keys() | {line.key for line in state.lines}

    def is_there(key: LineKey) -> bool:
        return key in there and (not key.parent or LineKey(key.parent) in there)

    return {key: line for key, line in version.lines.items() if not is_there(key)}


def _scaled(lines: Sequence[Line]) -> list[Line]:
    amounts = {each.key: each.amount for each in scaled(lines, WHOLE) if isinstance(each, SetAmount)}
    return [replace(line, amount=amounts.get(line.key, line.amount)) for line in lines]
