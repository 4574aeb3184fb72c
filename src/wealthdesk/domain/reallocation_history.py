"""What was kept of reallocations: who changed what and when, any version of the lines, what two versions differ in."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from wealthdesk.domain.reallocation import Header, Line, LineKey, State, What, total_of
from wealthdesk.domain.reallocation_preview import Delta, deltas_between


class Source(StrEnum):
    """Where a reallocation came from."""

    MANUAL = "manual"
    TEMPLATE = "template"
    IMPORT = "import"
    REVERT = "revert"
    SCALE = "scale"


class Outcome(StrEnum):
    """What became of an attempt to keep one."""

    COMMITTED = "committed"
    CONFLICT = "conflict"
    STALE = "stale"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True)
class RevisionLine:
    """One line that was changed; None: it was not there, or had no cap or no band of its own."""

    key: LineKey
    name: str
    before: int | None
    after: int | None
    cap_before: int | None = None
    cap_after: int | None = None
    band_before: int | None = None
    band_after: int | None = None


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
    lines: tuple[RevisionLine, ...] = ()
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
    outcome: Outcome


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


def _undo(lines: dict[LineKey, Line], change: RevisionLine) -> None:
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
    """The figures of a period: the latest reallocations, what became of attempts, the most active first."""

    recent: tuple[Revision, ...]
    outcomes: Mapping[Outcome, int]
    most_active: tuple[Activity, ...]

    @property
    def attempts(self) -> int:
        """How many attempts there were."""
        return sum(self.outcomes.values())

    @property
    def conflicts(self) -> int:
        """How many of them met a later version; the conflict rate is conflicts ÷ attempts."""
        return self.outcomes.get(Outcome.CONFLICT, 0)


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
    return Statistics(tuple(revisions[:recent]), Counter(each.outcome for each in attempts), tuple(active))
