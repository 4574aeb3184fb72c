"""Changes made on an older version, brought to the one of now: line by line, with mine or theirs to choose."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from wealthdesk.domain.reallocation import (
    AddLine,
    Applied,
    Change,
    ClearCap,
    Line,
    LineKey,
    RemoveLine,
    SetAmount,
    SetBand,
    SetBudget,
    SetCap,
    State,
    applied,
)


@dataclass(frozen=True, slots=True)
class MergeSide:
    """What one side has: amount, cap and own band; an amount of None: the line is not there."""

    amount: int | None
    cap: int | None = None
    band: int | None = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """A line that both sides changed, and not to the same. `key` is None for the budget."""

    key: LineKey | None
    name: str
    before: MergeSide
    theirs: MergeSide
    mine: MergeSide


@dataclass(frozen=True, slots=True)
class Merge:
    """Changes on the version of now: `changes` are mine alone, `conflicts` are for the user to decide."""

    changes: tuple[Change, ...]
    conflicts: tuple[Conflict, ...]
    theirs: tuple[LineKey, ...]
    """The lines that only they have changed."""

    def settled(self, mine: Collection[LineKey | None]) -> tuple[Change, ...]:
        """The changes when the conflicts of these lines (None: the budget) are decided for me, the others for them."""
        won = (each for each in self.conflicts if each.key in mine)
        return (*self.changes, *(change for each in won for change in _to_mine(each)))


def rebase(base: State, theirs: State, mine: Iterable[Change]) -> Merge:
    """My changes of `base`, as changes of `theirs`; both are states of the same header."""
    outcome = applied(base, mine)
    before, now = {line.key: line for line in base.lines}, {line.key: line for line in theirs.lines}
    changes: list[Change] = []
    conflicts: list[Conflict] = []
    only_theirs: list[LineKey] = []
    for key in dict.fromkeys((*before, *now, *outcome.lines)):
        sides = _Sides(key, before.get(key), now.get(key), outcome.lines.get(key))
        if sides.both_changed:
            conflicts.append(sides.conflict())
        elif sides.mine_changed:
            changes += sides.changes()
        elif sides.theirs_changed:
            only_theirs.append(key)
    _budget(base.budget, theirs.budget, outcome.budget, changes, conflicts)
    return Merge(tuple(changes), tuple(conflicts), tuple(only_theirs))


def _budget(
    before: int | None, theirs: int | None, mine: int | None, changes: list[Change], conflicts: list[Conflict]
) -> None:
    if mine in (before, theirs):
        return
    if theirs == before:
        changes.append(SetBudget(mine))
    else:
        conflicts.append(Conflict(None, "Budget", MergeSide(before), MergeSide(theirs), MergeSide(mine)))


class _Sides:
    """One line before, as they have it and as I want it. What different sides changed of one line all counts.

    Where a line is added or removed by one side, the whole line is that side's change.
    """

    def __init__(self, key: LineKey, before: Line | None, theirs: Line | None, mine: Line | None) -> None:
        self._key, self._lines = key, (before, theirs, mine)
        self._before, self._theirs, self._mine = (_side(each) for each in (before, theirs, mine))

    @property
    def mine_changed(self) -> bool:
        return self._mine not in (self._before, self._theirs)

    @property
    def theirs_changed(self) -> bool:
        return self._theirs != self._before

    @property
    def both_changed(self) -> bool:
        if not (self.mine_changed and self.theirs_changed):
            return False
        if None in (self._before.amount, self._theirs.amount, self._mine.amount):
            return True
        return any(self._clash(each) for each in ("amount", "cap", "band"))

    def conflict(self) -> Conflict:
        name = next(line.name for line in reversed(self._lines) if line is not None)
        return Conflict(self._key, name, self._before, self._theirs, self._merged())

    def _merged(self) -> MergeSide:
        """What I want, with what they alone changed of it."""
        before, theirs, mine = self._before, self._theirs, self._mine
        if None in (before.amount, theirs.amount, mine.amount):
            return mine
        amount = theirs.amount if mine.amount == before.amount else mine.amount
        cap = theirs.cap if mine.cap == before.cap else mine.cap
        return MergeSide(amount, cap, theirs.band if mine.band == before.band else mine.band)

    def changes(self) -> Iterable[Change]:
        """What is mine alone, as changes of what they have."""
        before, theirs, mine = self._before, self._theirs, self._mine
        if mine.amount is None:
            return (RemoveLine(self._key),)
        if theirs.amount is None:
            name = next(line.name for line in reversed(self._lines) if line is not None)
            return (AddLine(self._key, name, mine.amount, mine.cap, mine.band),)
        changes: list[Change] = []
        if mine.amount != before.amount:
            changes.append(SetAmount(self._key, mine.amount))
        if mine.cap != before.cap:
            changes.append(_cap(self._key, mine.cap))
        if mine.band != before.band:
            changes.append(SetBand(self._key, mine.band))
        return changes

    def _clash(self, what: str) -> bool:
        before, theirs, mine = (getattr(each, what) for each in (self._before, self._theirs, self._mine))
        return mine not in (before, theirs) and theirs != before


def _side(line: Line | None) -> MergeSide:
    return MergeSide(None) if line is None else MergeSide(line.amount, line.cap, line.band)


def _cap(key: LineKey, cap: int | None) -> Change:
    return ClearCap(key) if cap is None else SetCap(key, cap)


def _to_mine(line: "Conflict | MergeChoice") -> Iterable[Change]:
    """The changes of their version that make a line of it what I want."""
    key, theirs, mine = line.key, line.theirs, line.mine
    if key is None:
        return (SetBudget(mine.amount),)
    if mine.amount is None:
        return (RemoveLine(key),)
    if theirs.amount is None:
        return (AddLine(key, line.name, mine.amount, mine.cap, mine.band),)
    changes: list[Change] = []
    if mine.amount != theirs.amount:
        changes.append(SetAmount(key, mine.amount))
    if mine.cap != theirs.cap:
        changes.append(_cap(key, mine.cap))
    if mine.band != theirs.band:
        changes.append(SetBand(key, mine.band))
    return changes


class Whose(StrEnum):
    """Whose value of a line is taken."""

    MINE = "mine"
    THEIRS = "theirs"


@dataclass(frozen=True, slots=True)
class MergeChoice:
    """One line that differs: as it was, as I want it, as they have it. `key` is None for the budget.

    `changed_by` is the side that changed it, whose value is taken unless the user says otherwise; None: both did, and
    the user has to say.
    """

    key: LineKey | None
    name: str
    before: MergeSide
    mine: MergeSide
    theirs: MergeSide
    changed_by: Whose | None

    def side(self, whose: Whose) -> MergeSide:
        """The value of one of the two."""
        return self.mine if whose is Whose.MINE else self.theirs


def choices(base: State, theirs: State, mine: Iterable[Change]) -> tuple[MergeChoice, ...]:
    """The lines that my changes of `base` and the version of now do not agree on, in the order of the lines."""
    wanted = tuple(mine)
    merge, own = rebase(base, theirs, wanted), applied(base, wanted)
    merged = applied(theirs, merge.changes).lines
    before, now = ({line.key: line for line in state.lines} for state in (base, theirs))
    by_me = {each.key for each in merge.changes if not isinstance(each, SetBudget)}
    clashing = {each.key: each for each in merge.conflicts}
    found = []
    for key in dict.fromkeys((*before, *now, *own.lines)):
        if conflict := clashing.get(key):
            found.append(MergeChoice(key, conflict.name, conflict.before, conflict.mine, conflict.theirs, None))
            continue
        mine_of_now = _choice_of(merged if key in by_me else own.lines, key)
        if mine_of_now != _choice_of(now, key):
            name = next(lines[key].name for lines in (now, before, own.lines) if key in lines)
            whose = Whose.MINE if key in by_me else Whose.THEIRS
            found.append(MergeChoice(key, name, _choice_of(before, key), mine_of_now, _choice_of(now, key), whose))
    return (*found, *_budget_choice(base, theirs, own))


def _budget_choice(base: State, theirs: State, mine: Applied) -> Iterable[MergeChoice]:
    is_mine, is_theirs = mine.budget != base.budget, theirs.budget != base.budget
    if mine.budget == theirs.budget:
        return
    whose = None if is_mine and is_theirs else Whose.MINE if is_mine else Whose.THEIRS
    yield MergeChoice(None, "Budget", MergeSide(base.budget), MergeSide(mine.budget), MergeSide(theirs.budget), whose)


def _choice_of(lines: Mapping[LineKey, Line], key: LineKey) -> MergeSide:
    line = lines.get(key)
    return MergeSide(None) if line is None else MergeSide(line.amount, line.cap, line.band)


def chosen_changes(found: Iterable[MergeChoice], whose: Mapping[LineKey | None, Whose]) -> tuple[Change, ...]:
    """The changes of their version that the choices make; where nothing is chosen yet, theirs stands."""
    mine = (each for each in found if whose.get(each.key) is Whose.MINE)
    return tuple(change for each in mine for change in _to_mine(each))
