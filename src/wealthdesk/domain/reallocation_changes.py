"""What changes make of lines, and the helpers that only produce changes: scale, share equally, move, go back."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from wealthdesk.domain.money import split
from wealthdesk.domain.reallocation import (
    AddLine,
    Adjust,
    Change,
    ClearCap,
    Finding,
    FindingKind,
    Line,
    LineChange,
    LineKey,
    RemoveLine,
    SetAmount,
    SetBand,
    SetBudget,
    SetCap,
    State,
    What,
)


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
