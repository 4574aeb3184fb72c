"""A merge as lines to choose from: mine or theirs for each line that differs, and the changes that the choices make."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from wealthdesk.domain.reallocation import (
    AddLine,
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
)
from wealthdesk.domain.reallocation_changes import Applied, applied
from wealthdesk.domain.reallocation_merge import Side, rebase


class Whose(StrEnum):
    """Whose value of a line is taken."""

    MINE = "mine"
    THEIRS = "theirs"


@dataclass(frozen=True, slots=True)
class Choice:
    """One line that differs: as it was, as I want it, as they have it. `key` is None for the budget.

    `changed_by` is the side that changed it, whose value is taken unless the user says otherwise; None: both did, and
    the user has to say.
    """

    key: LineKey | None
    name: str
    before: Side
    mine: Side
    theirs: Side
    changed_by: Whose | None

    def side(self, whose: Whose) -> Side:
        """The value of one of the two."""
        return self.mine if whose is Whose.MINE else self.theirs


def choices(base: State, theirs: State, mine: Iterable[Change]) -> tuple[Choice, ...]:
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
            found.append(Choice(key, conflict.name, conflict.before, conflict.mine, conflict.theirs, None))
            continue
        mine_of_now = _side(merged if key in by_me else own.lines, key)
        if mine_of_now != _side(now, key):
            name = next(lines[key].name for lines in (now, before, own.lines) if key in lines)
            whose = Whose.MINE if key in by_me else Whose.THEIRS
            found.append(Choice(key, name, _side(before, key), mine_of_now, _side(now, key), whose))
    return (*found, *_budget(base, theirs, own))


def _budget(base: State, theirs: State, mine: Applied) -> Iterable[Choice]:
    is_mine, is_theirs = mine.budget != base.budget, theirs.budget != base.budget
    if mine.budget == theirs.budget:
        return
    whose = None if is_mine and is_theirs else Whose.MINE if is_mine else Whose.THEIRS
    yield Choice(None, "Budget", Side(base.budget), Side(mine.budget), Side(theirs.budget), whose)


def _side(lines: Mapping[LineKey, Line], key: LineKey) -> Side:
    line = lines.get(key)
    return Side(None) if line is None else Side(line.amount, line.cap, line.band)


def chosen_changes(found: Iterable[Choice], whose: Mapping[LineKey | None, Whose]) -> tuple[Change, ...]:
    """The changes of their version that the choices make; where nothing is chosen yet, theirs stands."""
    mine = (each for each in found if whose.get(each.key) is Whose.MINE)
    return tuple(change for each in mine for change in _to_mine(each))


def _to_mine(choice: Choice) -> Iterable[Change]:
    key, theirs, mine = choice.key, choice.theirs, choice.mine
    if key is None:
        yield SetBudget(mine.amount)
    elif mine.amount is None:
        yield RemoveLine(key)
    elif theirs.amount is None:
        yield AddLine(key, choice.name, mine.amount, mine.cap, mine.band)
    else:
        if mine.amount != theirs.amount:
            yield SetAmount(key, mine.amount)
        if mine.cap != theirs.cap:
            yield ClearCap(key) if mine.cap is None else SetCap(key, mine.cap)
        if mine.band != theirs.band:
            yield SetBand(key, mine.band)
