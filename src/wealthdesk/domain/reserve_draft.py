"""A reserve draft: edits of a fund's amounts that are not kept yet, with the steps back and forth, on any version."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final, Self

from wealthdesk.domain.money import WHOLE, half_up
from wealthdesk.domain.reallocation import (
    Adjust,
    Applied,
    Change,
    ClearCap,
    Line,
    LineKey,
    SetAmount,
    SetBudget,
    SetCap,
    State,
    applied,
    changes_between,
)
from wealthdesk.domain.reallocation_merge import rebase

MOST_STEPS: Final = 100
"""So many steps can be taken back."""

Changes = tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class ReserveDraft:
    """The changes of a version as they stand, and as they stood before and after other steps."""

    state: State
    changes: Changes = ()
    past: tuple[Changes, ...] = ()
    future: tuple[Changes, ...] = ()

    @property
    def now(self) -> State:
        """The state as it would be with the changes."""
        outcome = applied(self.state, self.changes)
        return replace(self.state, lines=tuple(outcome.lines.values()), budget=outcome.budget)

    @property
    def is_changed(self) -> bool:
        """Whether anything would be different."""
        return bool(self.changes)

    def taking(self, changes: Iterable[Change]) -> Self:
        """These changes on top; amounts and caps that are back where they were are no changes any more."""
        return self._step(_between(self.state, applied(self.now, changes)))

    def with_amount(self, key: LineKey, amount: int) -> Self:
        """Another amount for a line."""
        return self.taking([SetAmount(key, amount)])

    def with_cap(self, key: LineKey, cap: int | None) -> Self:
        """Another cap for a line, or none."""
        return self.taking([ClearCap(key) if cap is None else SetCap(key, cap)])

    def with_budget(self, budget: int | None) -> Self:
        """Another budget, or none."""
        return self.taking([SetBudget(budget)])

    def discarded(self) -> Self:
        """Nothing changed; a step like any other."""
        return self._step(())

    def undone(self) -> Self:
        """One step back."""
        if not self.past:
            return self
        return replace(self, changes=self.past[-1], past=self.past[:-1], future=(self.changes, *self.future))

    def redone(self) -> Self:
        """One step forth."""
        if not self.future:
            return self
        return replace(self, changes=self.future[0], past=(*self.past, self.changes), future=self.future[1:])

    def on(self, state: State) -> Self | None:
        """The same edits on what is in the file now; None where both sides changed a line, and not to the same."""
        if state.version == self.state.version:
            return replace(self, state=state)
        changes = self._brought(state, self.changes)
        if changes is None:
            return None
        past, future = ([self._brought(state, each) for each in steps] for steps in (self.past, self.future))
        return replace(self, state=state, changes=changes, past=_known(past), future=_known(future))

    def _step(self, changes: Changes) -> Self:
        if changes == self.changes:
            return self
        return replace(self, changes=changes, past=(*self.past, self.changes)[-MOST_STEPS:], future=())

    def _brought(self, state: State, changes: Changes) -> Changes | None:
        merge = rebase(self.state, state, changes)
        return None if merge.conflicts else merge.changes


def _known(steps: Iterable[Changes | None]) -> tuple[Changes, ...]:
    return tuple(each for each in steps if each is not None)


def _between(state: State, outcome: Applied) -> Changes:
    changes = changes_between({line.key: line for line in state.lines}, outcome.lines)
    return changes if outcome.budget == state.budget else (*changes, SetBudget(outcome.budget))


def adjusted(lines: Iterable[Line], delta: int) -> Changes:
    """So much more, or less, for each of these lines."""
    return tuple(Adjust(line.key, delta) for line in lines) if delta else ()


def adjusted_by_share(lines: Iterable[Line], bps: int) -> Changes:
    """So many per cent more, or less, for each of these lines, to the nearest minor unit."""
    amounts = ((line, half_up(Fraction(line.amount * (WHOLE + bps), WHOLE))) for line in lines)
    return tuple(SetAmount(line.key, amount) for line, amount in amounts if amount != line.amount)
