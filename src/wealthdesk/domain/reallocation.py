"""Reallocation's values: a versioned set of amounts (a strategy's targets, a fund's reserves), and what changes it."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha256
from typing import Final, NamedTuple

from wealthdesk.domain.money import LARGEST_MINOR, WHOLE, split


class What(StrEnum):
    """What kind of amounts: shares of a strategy in basis points, or reserves of a fund in minor units."""

    TARGETS = "targets"
    RESERVES = "reserves"


class Source(StrEnum):
    """Where a reallocation came from."""

    MANUAL = "manual"
    TEMPLATE = "template"
    IMPORT = "import"
    REVERT = "revert"
    SCALE = "scale"


@dataclass(frozen=True, slots=True)
class Header:
    """What carries the version: a strategy or a fund, by id."""

    what: What
    id: str


class LineKey(NamedTuple):
    """Which line: an asset class (no parent), an asset within the class `parent`, or a company (no parent)."""

    id: str
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One amount with its cap, if it has one. `is_gone`: the company is exited, the asset archived.

    `band`: half the width of a target's own band in basis points; None: that of the strategy's rule.
    """

    key: LineKey
    name: str
    amount: int
    cap: int | None = None
    deployed: int = 0
    is_gone: bool = False
    is_locked: bool = False
    band: int | None = None

    def with_amount(self, amount: int) -> "Line":
        """The line with another amount; faster than `replace`, since a preview does this for every line."""
        return Line(self.key, self.name, amount, self.cap, self.deployed, self.is_gone, self.is_locked, self.band)


@dataclass(frozen=True, slots=True)
class LineCandidate:
    """Something that can become a line of a strategy."""

    name: str
    is_gone: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """All lines of one header at one version.

    `candidates` are what lines can be of, None where a new line makes its own (a company); `names` are those of
    everything that exists, wherever it belongs. Budget and size are a fund's, in minor units of `currency`.
    """

    header: Header
    name: str
    version: int
    lines: tuple[Line, ...]
    currency: str = ""
    budget: int | None = None
    size: int | None = None
    candidates: Mapping[LineKey, LineCandidate] | None = None
    names: Mapping[str, str] | None = None

    @property
    def what(self) -> What:
        """What kind of amounts these are."""
        return self.header.what

    @property
    def largest(self) -> int:
        """The largest amount that a line can have."""
        return WHOLE if self.what is What.TARGETS else LARGEST_MINOR

    def line(self, key: LineKey) -> Line | None:
        """One line, if it is there."""
        return next((line for line in self.lines if line.key == key), None)


def total_of(lines: Iterable[Line]) -> int:
    """The sum of the lines that no other line holds: the class targets, or the companies."""
    return sum(line.amount for line in lines if not line.key.parent)


@dataclass(frozen=True, slots=True)
class SetAmount:
    """The line is to have this amount."""

    key: LineKey
    amount: int


@dataclass(frozen=True, slots=True)
class Adjust:
    """The line is to have so much more, or less."""

    key: LineKey
    delta: int


@dataclass(frozen=True, slots=True)
class SetCap:
    """The line is to have no more than this."""

    key: LineKey
    cap: int


@dataclass(frozen=True, slots=True)
class ClearCap:
    """The line is to have no cap."""

    key: LineKey


@dataclass(frozen=True, slots=True)
class SetBand:
    """The line is to have this band of its own; None: that of the strategy's rule."""

    key: LineKey
    band: int | None


@dataclass(frozen=True, slots=True)
class AddLine:
    """A line that was not there. The name is a company's; classes and assets have their own."""

    key: LineKey
    name: str = ""
    amount: int = 0
    cap: int | None = None
    band: int | None = None


@dataclass(frozen=True, slots=True)
class RemoveLine:
    """The line goes; those of its assets go with a class."""

    key: LineKey


@dataclass(frozen=True, slots=True)
class SetBudget:
    """The fund is to plan no more than this in all; None: there is no such limit."""

    budget: int | None


LineChange = SetAmount | Adjust | SetCap | ClearCap | SetBand | AddLine | RemoveLine
Change = LineChange | SetBudget
"""At most one amount, one cap and one band for a line; what is not named keeps what it has."""


@dataclass(frozen=True, slots=True)
class Limits:
    """From where on a share or a change is worth a warning, in basis points; exactly as much is not.

    The large change is a fifth of everything before in one line (20 points of a strategy): what a planned change seldom
    is, and a zero too many or a swapped pair of lines nearly always. It is not measured against the line itself, or
    every change of a small line would be one.
    """

    concentration_bps: int = 3000
    large_share_bps: int = 5000
    large_change_bps: int = 2000


USUAL_LIMITS: Final = Limits()


class Severity(StrEnum):
    """An error blocks, a warning is to be accepted, an information is only told."""

    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"


class FindingKind(StrEnum):
    """What a preview can find."""

    NEGATIVE_AMOUNT = "negative_amount"
    NEGATIVE_CAP = "negative_cap"
    NEGATIVE_BUDGET = "negative_budget"
    BAND_NOT_POSSIBLE = "band_not_possible"
    TOO_LARGE = "too_large"
    CAP_EXCEEDED = "cap_exceeded"
    UNKNOWN_LINE = "unknown_line"
    DUPLICATE_LINE = "duplicate_line"
    WRONG_PARENT = "wrong_parent"
    SUM_NOT_WHOLE = "sum_not_whole"
    BUDGET_EXCEEDED = "budget_exceeded"
    HIGH_CONCENTRATION = "high_concentration"
    LARGE_SHARE = "large_share"
    BELOW_DEPLOYED = "below_deployed"
    LINE_GONE = "line_gone"
    LARGE_CHANGE = "large_change"
    UNALLOCATED = "unallocated"
    NO_CHANGE = "no_change"

    @property
    def severity(self) -> Severity:
        """How much it weighs."""
        return _SEVERITY.get(self, Severity.ERROR)


_SEVERITY: Final = {
    FindingKind.HIGH_CONCENTRATION: Severity.WARNING,
    FindingKind.LARGE_SHARE: Severity.WARNING,
    FindingKind.BELOW_DEPLOYED: Severity.WARNING,
    FindingKind.LINE_GONE: Severity.WARNING,
    FindingKind.LARGE_CHANGE: Severity.WARNING,
    FindingKind.UNALLOCATED: Severity.INFORMATION,
    FindingKind.NO_CHANGE: Severity.INFORMATION,
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found, with its exact numbers: `part` of `whole`, beside `limit` (in basis points, or an amount).

    reallocation_words.py makes the sentence of it. `key` is None for what concerns all lines.
    """

    kind: FindingKind
    key: LineKey | None = None
    name: str = ""
    part: int = 0
    whole: int = 0
    limit: int = 0

    @property
    def severity(self) -> Severity:
        """How much it weighs."""
        return self.kind.severity

    @property
    def code(self) -> str:
        """What it is accepted by: the same for the same kind of finding on the same line."""
        if self.key is None:
            return self.kind.value
        return f"{self.kind}:{self.key.parent}/{self.key.id}" if self.key.parent else f"{self.kind}:{self.key.id}"


@dataclass(frozen=True, slots=True)
class Applied:
    """The lines and the budget after the changes, and what was wrong with the changes themselves."""

    lines: dict[LineKey, Line]
    budget: int | None
    findings: tuple[Finding, ...]


def applied(state: State, changes: Iterable[Change]) -> Applied:
    """The lines after the changes; a change that cannot be is left out and told."""
    step = _Step(state)
    for change in changes:
        step.take(change)
    step.remove_orphans()
    return Applied(step.lines, step.budget, tuple(step.findings))


class _Step:
    """Takes one change after the other; each amount, cap and band only once."""

    def __init__(self, state: State) -> None:
        self._state = state
        self.lines = {line.key: line for line in state.lines}
        self._before = dict(self.lines)
        self.budget = state.budget
        self.findings: list[Finding] = []
        self._amounts: set[LineKey] = set()
        self._caps: set[LineKey] = set()
        self._bands: set[LineKey] = set()
        self._has_budget = False
        self._names = {_name_key(line): line.key for line in state.lines} if state.candidates is None else {}

    def take(self, change: Change) -> None:
        match change:
            case SetBudget():
                self._set_budget(change)
            case SetCap() | ClearCap():
                self._set_cap(change)
            case SetBand():
                self._set_band(change)
            case AddLine():
                self._add(change)
            case _:
                self._set_amount(change)

    def remove_orphans(self) -> None:
        """The assets' lines go with their class."""
        for key in [key for key in self.lines if key.parent and LineKey(key.parent) not in self.lines]:
            if key in self._before:
                del self.lines[key]
            else:
                self._wrong(FindingKind.WRONG_PARENT, key, self.lines.pop(key).name)

    def _set_budget(self, change: SetBudget) -> None:
        if self._has_budget:
            self.findings.append(Finding(FindingKind.DUPLICATE_LINE, name="the budget"))
        self._has_budget, self.budget = True, change.budget

    def _set_amount(self, change: SetAmount | Adjust | RemoveLine) -> None:
        key, before = change.key, self._known(change)
        if before is None or self._is_double(key, self._amounts, before.name):
            return
        if isinstance(change, RemoveLine):
            if not any(self._is_double(key, seen, before.name) for seen in (self._caps, self._bands)):
                del self.lines[key]
            return
        amount = change.amount if isinstance(change, SetAmount) else before.amount + change.delta
        if amount != before.amount:
            self.lines[key] = self.lines[key].with_amount(amount)

    def _set_cap(self, change: SetCap | ClearCap) -> None:
        before = self._known(change)
        if before is None or self._is_double(change.key, self._caps, before.name):
            return
        cap = change.cap if isinstance(change, SetCap) else None
        if cap != before.cap:
            self.lines[change.key] = replace(self.lines[change.key], cap=cap)

    def _set_band(self, change: SetBand) -> None:
        before = self._known(change)
        if before is None or self._is_double(change.key, self._bands, before.name):
            return
        if change.band != before.band:
            self.lines[change.key] = replace(self.lines[change.key], band=change.band)

    def _add(self, change: AddLine) -> None:
        key, state = change.key, self._state
        known = self._before.get(key) or self.lines.get(key)
        if known is not None:
            self._wrong(FindingKind.DUPLICATE_LINE, key, known.name)
            return
        candidate = None if state.candidates is None else state.candidates.get(key)
        if state.candidates is not None and candidate is None:
            exists = key.id in (state.names or {})
            kind = FindingKind.WRONG_PARENT if exists else FindingKind.UNKNOWN_LINE
            self._wrong(kind, key, (state.names or {}).get(key.id, change.name))
            return
        line = Line(key, candidate.name if candidate else change.name, change.amount, change.cap, band=change.band)
        if candidate is None and self._names.setdefault(_name_key(line), key) != key:
            self._wrong(FindingKind.DUPLICATE_LINE, key, line.name)
            return
        for seen in (self._amounts, self._caps, self._bands):
            seen.add(key)
        self.lines[key] = replace(line, is_gone=True) if candidate and candidate.is_gone else line

    def _known(self, change: LineChange) -> Line | None:
        found = self._before.get(change.key)
        if found is None:
            is_added = change.key in self.lines
            kind = FindingKind.DUPLICATE_LINE if is_added else FindingKind.UNKNOWN_LINE
            self._wrong(kind, change.key, (self._state.names or {}).get(change.key.id, ""))
        return found

    def _is_double(self, key: LineKey, seen: set[LineKey], name: str) -> bool:
        if key in seen or key not in self.lines:
            self._wrong(FindingKind.DUPLICATE_LINE, key, name)
            return True
        seen.add(key)
        return False

    def _wrong(self, kind: FindingKind, key: LineKey, name: str) -> None:
        self.findings.append(Finding(kind, key, name or key.id))


def _name_key(line: Line) -> str:
    return line.name.casefold()


def changes_between(
    before: Mapping[LineKey, Line], after: Mapping[LineKey, Line], *, keep_lines: bool = False
) -> tuple[Change, ...]:
    """The changes that make `after` of `before`; with `keep_lines` what is not in `after` becomes 0 without a cap."""
    changes: list[Change] = []
    for key, line in before.items():
        wanted = after.get(key)
        if wanted is None and not keep_lines:
            changes.append(RemoveLine(key))
            continue
        changes += _line_changes(line, wanted or replace(line, amount=0, cap=None))
    added = (line for key, line in after.items() if key not in before)
    changes += [AddLine(line.key, line.name, line.amount, line.cap, line.band) for line in added]
    return tuple(changes)


def _line_changes(line: Line, wanted: Line) -> list[Change]:
    changes: list[Change] = []
    if wanted.amount != line.amount:
        changes.append(SetAmount(line.key, wanted.amount))
    if wanted.cap != line.cap:
        changes.append(ClearCap(line.key) if wanted.cap is None else SetCap(line.key, wanted.cap))
    if wanted.band != line.band:
        changes.append(SetBand(line.key, wanted.band))
    return changes


def changes_to(
    state: State, lines: Mapping[LineKey, Line], budget: int | None, *, keeps_companies: bool = True
) -> tuple[Change, ...]:
    """The changes that make the state as `lines` and `budget` are; keeps_companies: none is removed of a fund."""
    keep_lines = keeps_companies and state.what is What.RESERVES
    changes = changes_between({line.key: line for line in state.lines}, lines, keep_lines=keep_lines)
    return changes if budget == state.budget else (*changes, SetBudget(budget))


def scaled(lines: Sequence[Line], total: int, locked: Collection[LineKey] = ()) -> tuple[Change, ...]:
    """Brings the sum of these lines to `total`, those not locked in proportion, by the largest remainder.

    Equal parts where they are all 0; nothing where the locked ones alone are more, or all are locked.
    """
    free = [line for line in lines if line.key not in locked]
    room = total - sum(line.amount for line in lines if line.key in locked)
    if not free or room < 0:
        return ()
    return _set(free, split(room, [max(line.amount, 0) for line in free]))


def equalised(lines: Sequence[Line]) -> tuple[Change, ...]:
    """Shares the sum of these lines equally; the first ones get what does not divide."""
    return _set(lines, split(sum(line.amount for line in lines), [1] * len(lines)))


def moved(giving: LineKey, taking: LineKey, amount: int) -> tuple[Change, ...]:
    """Moves an amount from one line to another."""
    return () if giving == taking or amount == 0 else (Adjust(giving, -amount), Adjust(taking, amount))


def _set(lines: Sequence[Line], amounts: Sequence[int]) -> tuple[Change, ...]:
    both = zip(lines, amounts, strict=True)
    return tuple(SetAmount(line.key, amount) for line, amount in both if line.amount != amount)


LinesByKey = Mapping[LineKey, Line]


def found_in(
    state: State,
    before: LinesByKey,
    after: LinesByKey,
    budget: int | None,
    changed: Collection[LineKey],
    limits: Limits,
) -> Iterator[Finding]:
    """The findings in the lines after a change; `changed` are the lines of which anything is another one."""
    for line in after.values():
        yield from _amounts_of(state, line)
    yield from _budget_errors(budget)
    if state.what is What.TARGETS:
        yield from _sums(after)
    yield from _of_the_total(total_of(after.values()), budget)
    yield from _concentrations(state.what, after, limits.concentration_bps)
    yield from _large_shares(state, after.values(), limits.large_share_bps)
    yield from _of_changed([after[key] for key in changed if key in after], before)
    yield from _large_changes(state.what, before, after, changed, limits.large_change_bps)
    if not changed and budget == state.budget:
        yield Finding(FindingKind.NO_CHANGE)


def _amounts_of(state: State, line: Line) -> Iterator[Finding]:
    if line.amount < 0:
        yield Finding(FindingKind.NEGATIVE_AMOUNT, line.key, line.name, line.amount)
    if line.cap is not None and line.cap < 0:
        yield Finding(FindingKind.NEGATIVE_CAP, line.key, line.name, line.cap)
    elif line.cap is not None and line.amount > line.cap:
        yield Finding(FindingKind.CAP_EXCEEDED, line.key, line.name, line.amount, limit=line.cap)
    if line.band is not None and not (state.what is What.TARGETS and 0 < line.band <= WHOLE):
        yield Finding(FindingKind.BAND_NOT_POSSIBLE, line.key, line.name, line.band, limit=WHOLE)
    highest = max(line.amount, line.cap or 0)
    if highest > state.largest:
        yield Finding(FindingKind.TOO_LARGE, line.key, line.name, highest, limit=state.largest)


def _budget_errors(budget: int | None) -> Iterator[Finding]:
    if budget is not None and budget < 0:
        yield Finding(FindingKind.NEGATIVE_BUDGET, part=budget)
    elif budget is not None and budget > LARGEST_MINOR:
        yield Finding(FindingKind.TOO_LARGE, None, "the budget", budget, limit=LARGEST_MINOR)


def _sums(after: LinesByKey) -> Iterator[Finding]:
    sums: dict[str, int] = {}
    for line in after.values():
        sums[line.key.parent] = sums.get(line.key.parent, 0) + line.amount
    for parent, total in sums.items():
        if total != WHOLE:
            key = LineKey(parent) if parent else None
            yield Finding(FindingKind.SUM_NOT_WHOLE, key, after[key].name if key else "", total, WHOLE)


def _of_the_total(total: int, budget: int | None) -> Iterator[Finding]:
    if total > LARGEST_MINOR:
        yield Finding(FindingKind.TOO_LARGE, None, "the total", total, limit=LARGEST_MINOR)
    if budget is None or budget < 0:
        return
    if total > budget:
        yield Finding(FindingKind.BUDGET_EXCEEDED, part=total, limit=budget)
    elif total < budget:
        yield Finding(FindingKind.UNALLOCATED, part=budget - total, whole=budget)


def share_of(what: What, line: Line, lines: LinesByKey, total: int) -> tuple[int, int]:
    """What the line is of everything, as (part, whole): of a holding its class's share × its own."""
    if what is What.TARGETS and line.key.parent:
        above = lines.get(LineKey(line.key.parent))
        return line.amount * (above.amount if above else 0), WHOLE * WHOLE
    return line.amount, WHOLE if what is What.TARGETS else total


def _concentrations(what: What, after: LinesByKey, limit: int) -> Iterator[Finding]:
    """Companies, or holdings with a target: a class is no single thing, so its share alone is no concentration."""
    total = total_of(after.values())
    single = [line for line in after.values() if what is What.RESERVES or line.key.parent]
    shares = [(line, *share_of(what, line, after, total)) for line in single]
    if not shares or _is_unavoidable(what, shares, limit):
        return
    for line, part, whole in shares:
        if part * WHOLE > limit * whole:
            yield Finding(FindingKind.HIGH_CONCENTRATION, line.key, line.name, part, whole, limit)


def _is_unavoidable(what: What, shares: list[tuple[Line, int, int]], limit: int) -> bool:
    """Whether so few lines would exceed the limit however they share: three or fewer at 30 %."""
    places = sum(1 for line, _, _ in shares if line.amount > 0 or not line.is_gone)
    whole = shares[0][2]
    shared = sum(part for _, part, _ in shares) if what is What.TARGETS else whole
    return places * limit * whole < shared * WHOLE


def _large_shares(state: State, lines: Iterable[Line], limit: int) -> Iterator[Finding]:
    if not state.size:
        return
    for line in lines:
        if line.amount * WHOLE > limit * state.size:
            yield Finding(FindingKind.LARGE_SHARE, line.key, line.name, line.amount, state.size, limit)


def _of_changed(changed: Iterable[Line], before: LinesByKey) -> Iterator[Finding]:
    for line in changed:
        was = before.get(line.key)
        if was is not None and was.amount == line.amount:
            continue
        if line.amount < line.deployed:
            yield Finding(FindingKind.BELOW_DEPLOYED, line.key, line.name, line.amount, limit=line.deployed)
        if line.is_gone and line.amount > 0:
            yield Finding(FindingKind.LINE_GONE, line.key, line.name, line.amount)


def _large_changes(
    what: What, before: LinesByKey, after: LinesByKey, changed: Collection[LineKey], limit: int
) -> Iterator[Finding]:
    """Nothing of this where there was nothing before: then everything is new."""
    total = WHOLE if what is What.TARGETS else total_of(before.values())
    if total_of(before.values()) == 0:
        return
    shared = {key.parent for key in before} & {key.parent for key in after} | {""}
    for key in (each for each in changed if each.parent in shared):
        line = after.get(key) or before[key]
        old, new = before.get(key), after.get(key)
        if (old.amount if old else 0) == (new.amount if new else 0):
            continue
        was, whole = share_of(what, old, before, total) if old else (0, 1)
        becomes, whole = share_of(what, new, after, total) if new else (0, whole)
        if abs(becomes - was) * WHOLE > limit * whole:
            yield Finding(FindingKind.LARGE_CHANGE, key, line.name, becomes - was, whole, limit)


_PARTS = ("the changes", "the version", "the lines", "the budget or the size of the fund", "the limits")


@dataclass(frozen=True, slots=True)
class Delta:
    """One line before and after; None: it is not there then, or has no cap or no band of its own."""

    key: LineKey
    name: str
    before: int | None
    after: int | None
    cap_before: int | None = None
    cap_after: int | None = None
    band_before: int | None = None
    band_after: int | None = None

    @property
    def change(self) -> int:
        """How much more it is afterwards."""
        return (self.after or 0) - (self.before or 0)

    @property
    def is_new(self) -> bool:
        """Whether it starts from nothing, so that no percentage says how much it grew."""
        return not self.before and bool(self.after)

    @property
    def is_changed(self) -> bool:
        """Whether anything is different afterwards."""
        return (self.before, self.cap_before, self.band_before) != (self.after, self.cap_after, self.band_after)


@dataclass(frozen=True, slots=True)
class Preview:
    """What changes would do to every line, the largest change first; `lines` are those afterwards."""

    state: State
    changes: tuple[Change, ...]
    limits: Limits
    lines: Mapping[LineKey, Line]
    deltas: tuple[Delta, ...]
    total_before: int
    total_after: int
    budget_after: int | None
    findings: tuple[Finding, ...]

    @property
    def token(self) -> str:
        """What it was made of, down to the limits: another one where anything of that is another."""
        return _token(self.state, self.changes, self.limits)

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What forbids it."""
        return self._of(Severity.ERROR)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What is to be accepted."""
        return self._of(Severity.WARNING)

    @property
    def information(self) -> tuple[Finding, ...]:
        """What is only told."""
        return self._of(Severity.INFORMATION)

    @property
    def changed(self) -> tuple[Delta, ...]:
        """The lines that are different afterwards, the largest change first."""
        return tuple(delta for delta in self.deltas if delta.is_changed)

    @property
    def is_effective(self) -> bool:
        """Whether anything is different afterwards."""
        return self.budget_after != self.state.budget or any(delta.is_changed for delta in self.deltas)

    @property
    def can_commit(self) -> bool:
        """Whether it can be kept once its warnings are accepted."""
        return not self.errors and self.is_effective

    def share_after(self, key: LineKey) -> tuple[int, int]:
        """What a line is of everything afterwards, as (part, whole); whole may be 0."""
        return share_of(self.state.what, self.lines[key], self.lines, self.total_after)

    def _of(self, severity: Severity) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity is severity)


def evaluate(state: State, changes: Iterable[Change], limits: Limits = USUAL_LIMITS) -> Preview:
    """What the changes would make of the state."""
    wanted = tuple(changes)
    outcome = applied(state, wanted)
    before, after = {line.key: line for line in state.lines}, outcome.lines
    deltas = deltas_between(before, after)
    changed = [delta.key for delta in deltas if delta.is_changed]
    found = found_in(state, before, after, outcome.budget, changed, limits)
    return Preview(
        state=state,
        changes=wanted,
        limits=limits,
        lines=after,
        deltas=deltas,
        total_before=total_of(state.lines),
        total_after=total_of(after.values()),
        budget_after=outcome.budget,
        findings=(*outcome.findings, *found),
    )


def deltas_between(before: Mapping[LineKey, Line], after: Mapping[LineKey, Line]) -> tuple[Delta, ...]:
    """Every line of both, the largest change first, then as they stand."""
    deltas = [_delta(line, after.get(key)) for key, line in before.items()]
    deltas += [
        Delta(key, line.name, None, line.amount, None, line.cap, None, line.band)
        for key, line in after.items()
        if key not in before
    ]
    return tuple(sorted(deltas, key=lambda delta: -abs(delta.change)))


def _delta(before: Line, after: Line | None) -> Delta:
    if after is None:
        return Delta(before.key, before.name, before.amount, None, before.cap, None, before.band, None)
    bands = before.band, after.band
    return Delta(before.key, before.name, before.amount, after.amount, before.cap, after.cap, *bands)


def stale_part(token: str, of_now: str) -> str:
    """What is not as it was when the first token was made; empty where nothing is."""
    pairs = zip(_PARTS, token.split("."), of_now.split("."), strict=False)
    return next((name for name, then, now in pairs if then != now), "" if token == of_now else _PARTS[0])


def _token(state: State, changes: Sequence[Change], limits: Limits) -> str:
    parts = (
        sorted(map(_text, changes)),
        (state.header.what.value, state.header.id, state.version),
        sorted((*line.key, line.amount, line.cap, line.deployed, line.is_gone, line.band) for line in state.lines),
        (state.budget, state.size),
        (limits.concentration_bps, limits.large_share_bps, limits.large_change_bps),
    )
    return ".".join(sha256(repr(part).encode()).hexdigest()[:16] for part in parts)


def digest_of(changes: Iterable[Change]) -> str:
    """The same for the same changes, in whatever order."""
    return sha256(repr(sorted(map(_text, changes))).encode()).hexdigest()[:32]


def _text(change: Change) -> str:
    if isinstance(change, Adjust):
        return f"Adjust{(*change.key, change.delta)}"
    if isinstance(change, SetAmount):
        return f"SetAmount{(*change.key, change.amount)}"
    values = [getattr(change, name) for name in change.__dataclass_fields__]
    plain = [tuple(value) if isinstance(value, LineKey) else value for value in values]
    return f"{type(change).__name__}{plain!r}"
