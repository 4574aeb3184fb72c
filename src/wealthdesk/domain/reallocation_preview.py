"""What changes would make of lines, and what is found in them, before they are kept; every comparison is exact."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from wealthdesk.domain.money import LARGEST_MINOR, WHOLE
from wealthdesk.domain.reallocation import (
    USUAL_LIMITS,
    Adjust,
    Change,
    Finding,
    FindingKind,
    Limits,
    Line,
    LineKey,
    SetAmount,
    Severity,
    State,
    What,
    applied,
    total_of,
)

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
    """One line before and after; None: it is not there then."""

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
    token: str

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
    """What the changes would make of the state. Its token says of what it was made, down to the limits."""
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
        token=_token(state, wanted, limits),
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
