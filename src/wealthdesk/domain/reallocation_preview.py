"""What changes would make of lines, seen before it is kept: pure, and fast enough for every move of a slider."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from wealthdesk.domain.reallocation import (
    USUAL_LIMITS,
    Adjust,
    Change,
    Finding,
    Limits,
    Line,
    LineKey,
    SetAmount,
    Severity,
    State,
    total_of,
)
from wealthdesk.domain.reallocation_changes import applied
from wealthdesk.domain.reallocation_findings import found_in, share_of

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
