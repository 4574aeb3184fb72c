"""Lines while they are edited, targets or reserves alike: every step to undo, on whatever version is in the file."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, Final, NamedTuple, Self

from wealthdesk.domain.money import WHOLE, half_up, split
from wealthdesk.domain.reallocation import (
    Adjust,
    Change,
    Line,
    LineKey,
    SetAmount,
    State,
    What,
    applied,
    changes_to,
    total_of,
)
from wealthdesk.domain.reallocation_merge import rebase
from wealthdesk.domain.targets import ClassTargets, Move, move, move_alone, scale_to_whole, targets_of_lines

MOST_STEPS: Final = 100
"""So many steps can be taken back."""

Lines = tuple[Line, ...]

Level = str
"""Which lines are meant: CLASSES (companies stand as classes do), or the id of a class for the holdings in it."""

CLASSES: Final[Level] = ""


class Edited(NamedTuple):
    """What a step leads to: all lines, and a fund's budget."""

    lines: Lines
    budget: int | None


@dataclass(frozen=True, slots=True)
class Run:
    """Moves of one line in a row. All start from the same proportions, so that going to 0 and back restores them."""

    key: LineKey
    basis: Lines


@dataclass(frozen=True, slots=True)
class EditedLines:
    """The lines of a version as they are edited. `kept` are those of the version, and lines of 0 for what is `held`.

    `stopped` says why the last step went less far than asked. A move in progress is one step once it is `settled`.
    """

    state: State
    kept: Lines
    edited: Edited
    past: tuple[Edited, ...] = ()
    future: tuple[Edited, ...] = ()
    held: Mapping[str, Iterable[str]] = field(default_factory=dict)
    stopped: str | None = None
    stopped_at: Level = CLASSES
    run: Run | None = None
    unsettled_from: Edited | None = None

    @classmethod
    def of(
        cls,
        state: State,
        changes: Iterable[Change] = (),
        *,
        locks: Mapping[LineKey, bool] | None = None,
        held: Mapping[str, Iterable[str]] | None = None,
    ) -> Self:
        """A version with changes and locks. held: class id → ids of assets, which have a line even without a target."""
        kept = _with_held(state, state.lines, held or {})
        return cls(state, kept, _after(state, changes, locks or {}, held or {}), held=held or {})

    @property
    def now(self) -> State:
        """The version as it would be with what is edited."""
        return replace(self.state, lines=self.edited.lines, budget=self.edited.budget)

    @property
    def targets(self) -> ClassTargets:
        """The lines as targets."""
        return targets_of_lines(self.edited.lines)

    @property
    def changes(self) -> tuple[Change, ...]:
        """What makes the edited lines of the version; locks are no changes."""
        return _changes(self.state, self.edited)

    @property
    def is_changed(self) -> bool:
        """Whether anything would be different."""
        same_budget = self.edited.budget == self.state.budget
        return not same_budget or {x.key: x for x in self.edited.lines} != {x.key: x for x in self.kept}

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to undo."""
        return bool(self.past) or self.unsettled_from not in (None, self.edited)

    @property
    def can_redo(self) -> bool:
        """Whether a step was undone and nothing was changed since."""
        return bool(self.future)

    @property
    def incomplete(self) -> tuple[Level, ...]:
        """The levels of targets that do not sum to 100 %: first the classes, then classes by their holdings."""
        sums = _sums(self.edited.lines)
        return tuple(level for level, total in sums.items() if total != WHOLE)

    def lines(self, level: Level) -> Lines:
        """The lines of one level."""
        return _at(self.edited.lines, level)

    def line(self, key: LineKey) -> Line | None:
        """One line, if it is there."""
        return self.now.line(key)

    def left_bps(self, level: Level) -> int:
        """What is missing from 100 % at one level; negative when there is too much."""
        return WHOLE - _sums(self.edited.lines).get(level, 0)

    def why_stopped(self, level: Level) -> str | None:
        """Why the last step went less far than asked, if it was one at this level."""
        return self.stopped if self.stopped_at == level else None

    # Steps

    def changed(self, edited: Edited, level: Level = CLASSES, stopped: str | None = None) -> Self:
        """Something else in one step."""
        draft = self.refused(level, stopped)
        if edited == draft.edited:
            return draft
        return replace(draft, edited=edited, past=(*draft.past, draft.edited)[-MOST_STEPS:], future=())

    def refused(self, level: Level, sentence: str | None) -> Self:
        """The same lines, and why something was not done."""
        draft = self.rested()
        if (sentence, level) == (draft.stopped, draft.stopped_at):
            return draft
        return replace(draft, stopped=sentence, stopped_at=level)

    def settled(self) -> Self:
        """The move in progress as one step to undo."""
        began = self.unsettled_from
        # Where the sum was not 100 % lines move alone; once it is, the next move begins anew and keeps it.
        run = self.run if self.run and _is_whole(self.run.basis, self.run.key.parent) else None
        draft = self if run is self.run and began is None else replace(self, run=run, unsettled_from=None)
        if began is None or began == self.edited:
            return draft
        return replace(draft, past=(*self.past, began)[-MOST_STEPS:], future=())

    def rested(self) -> Self:
        """Settled, and the next move starts from the proportions of now."""
        draft = self.settled()
        return draft if draft.run is None else replace(draft, run=None)

    def undone(self) -> Self:
        """The last step taken back."""
        draft = self.refused(CLASSES, None)
        if not draft.past:
            return draft
        *past, edited = draft.past
        return replace(draft, edited=edited, past=tuple(past), future=(draft.edited, *draft.future))

    def redone(self) -> Self:
        """The last step taken back, taken again."""
        draft = self.refused(CLASSES, None)
        if not draft.future:
            return draft
        edited, *future = draft.future
        return replace(draft, edited=edited, past=(*draft.past, draft.edited), future=tuple(future))

    def reset(self) -> Self:
        """What is kept again, in one step."""
        return self.changed(Edited(self.kept, self.state.budget))

    def on(self, state: State) -> Self | None:
        """The same edits on what is in the file now; None where both sides changed a line, and not to the same."""
        edited = self._brought(state, self.edited)
        if edited is None:
            return None
        kept = _with_held(state, state.lines, self.held)
        past, future = ([self._brought(state, step) for step in steps] for steps in (self.past, self.future))
        return replace(self.rested(), state=state, kept=kept, edited=edited, past=_known(past), future=_known(future))

    def restarted(self, state: State, held: Mapping[str, Iterable[str]]) -> Self:
        """On what the file has by now, which is shown; what was edited is one step to undo away."""
        kept = _with_held(state, state.lines, held)
        return replace(self.changed(Edited(kept, state.budget)), state=state, kept=kept, held=held)

    def _brought(self, state: State, edited: Edited) -> Edited | None:
        changes = _changes(self.state, edited)
        if state.version != self.state.version:
            merge = rebase(self.state, state, changes)
            if merge.conflicts:
                return None
            changes = merge.changes
        return _after(state, changes, {line.key: line.is_locked for line in edited.lines}, self.held)

    # Lines

    def taking(self, changes: Iterable[Change]) -> Self:
        """These changes on top."""
        return self.changed(_after(self.now, changes, {}, {}))

    def with_values(self, key: LineKey, **values: Any) -> Self:
        """One line with another amount, cap, lock or band (None: no cap; the band of the strategy's rule)."""
        lines = (replace(line, **values) if line.key == key else line for line in self.edited.lines)
        return self.changed(self.edited._replace(lines=tuple(lines)))

    def with_amount(self, key: LineKey, amount: int) -> Self:
        """Another amount for a line; the others stay."""
        return self.with_values(key, amount=amount)

    def with_cap(self, key: LineKey, cap: int | None) -> Self:
        """Another cap for a line, or none."""
        return self.with_values(key, cap=cap)

    def moved(self, key: LineKey, to_bps: int, *, keep_whole: bool = True) -> Self:
        """One target moved, the unlocked others giving way where the sum stays 100 %; unsettled until `settled`."""
        draft = self if self.run and self.run.key == key else self.rested()
        run = draft.run or Run(key, draft.edited.lines)
        before = _at(run.basis, key.parent)
        outcome = move(before, key, to_bps) if keep_whole else move_alone(before, key, to_bps)
        return replace(
            draft,
            edited=draft.edited._replace(lines=_with_level(run.basis, key.parent, outcome.lines)),
            stopped=outcome.stopped,
            stopped_at=key.parent,
            run=run,
            unsettled_from=draft.edited if draft.unsettled_from is None else draft.unsettled_from,
        )

    def with_line(self, key: LineKey) -> Self:
        """One more target, of 0 %; the first one of a class's holdings is 100 %."""
        if self.line(key) is not None:
            return self
        is_first = key.parent != CLASSES and not self.lines(key.parent)
        line = Line(key, _name(self.state, key), WHOLE if is_first else 0)
        return self._with_level(key.parent, (*self.lines(key.parent), line))

    def without_line(self, key: LineKey) -> Self:
        """One target less; what it had is left over."""
        return self._with_level(key.parent, (line for line in self.lines(key.parent) if line.key != key))

    def scaled(self, level: Level) -> Self:
        """The unlocked targets scaled in proportion, so that the level sums to 100 %."""
        outcome = scale_to_whole(self.lines(level))
        return self._with_level(level, outcome.lines, outcome.stopped)

    def taken_from(self, key: LineKey) -> Self:
        """What is over 100 % taken off one target (or what is missing put on it)."""
        line = self.line(key)
        outcome = move_alone(self.lines(key.parent), key, self.left_bps(key.parent) + (line.amount if line else 0))
        return self._with_level(key.parent, outcome.lines, outcome.stopped)

    def filled(self, level: Level, weights: Mapping[str, int]) -> Self:
        """Targets in proportion to `weights` (≥ 0; all 0: equal parts), lines added where they are missing.

        Locked lines keep their share and the weights are scaled into the rest; lines not named go to 0 %.
        """
        present = {line.key.id for line in self.lines(level)}
        keys = [LineKey(each, level) for each in weights if each not in present]
        lines = (*self.lines(level), *(Line(key, _name(self.state, key), 0) for key in keys))
        taking = [line.key.id for line in lines if line.key.id in weights and not line.is_locked]
        room = WHOLE - sum(line.amount for line in lines if line.is_locked)
        if room < 0 or (room and not taking):
            return self.refused(level, _no_room(room))
        parts = dict(zip(taking, split(room, [weights[key] for key in taking]), strict=True))
        filled = (line if line.is_locked else line.with_amount(parts.get(line.key.id, 0)) for line in lines)
        return self._with_level(level, filled)

    def cleared(self, level: Level) -> Self:
        """A class without holding targets."""
        return self._with_level(level, ())

    def capped_at(self, key: LineKey, limit_bps: int) -> Self:
        """One line at most this share of everything, with a cap just there; the targets beside it take up the rest."""
        outcome = _capped_at(self.now, self.lines(key.parent), key, limit_bps)
        return self._with_level(key.parent, outcome.lines, outcome.stopped)

    def _with_level(self, level: Level, lines: Iterable[Line], stopped: str | None = None) -> Self:
        edited = self.edited._replace(lines=_with_level(self.edited.lines, level, lines))
        return self.changed(edited, level, stopped)


def _capped_at(state: State, lines: Lines, key: LineKey, limit_bps: int) -> Move:
    most = most_of(state, key, limit_bps)
    is_over = any(line.key == key and line.amount > most for line in lines)
    outcome = Move(tuple(line.with_amount(most) if line.key == key and is_over else line for line in lines))
    if state.what is What.TARGETS and is_over:
        outcome = move(lines, key, most)
    if outcome.stopped:
        return Move(lines, outcome.stopped)
    return Move(tuple(replace(line, cap=most) if line.key == key else line for line in outcome.lines))


def most_of(state: State, key: LineKey, limit_bps: int) -> int:
    """The largest amount of a line that is at most this share of everything, what the other lines have given.

    Of a holding target it is a share of its class; reserves are measured against all that is planned.
    """
    if state.what is What.RESERVES:
        line = state.line(key)
        others = total_of(state.lines) - (line.amount if line else 0)
        return others * limit_bps // max(WHOLE - limit_bps, 1)
    above = state.line(LineKey(key.parent)) if key.parent else None
    whole = above.amount if above else WHOLE
    return min(limit_bps * WHOLE // whole, WHOLE) if whole else WHOLE


def adjusted(lines: Iterable[Line], delta: int) -> tuple[Change, ...]:
    """So much more, or less, for each of these lines."""
    return tuple(Adjust(line.key, delta) for line in lines) if delta else ()


def adjusted_by_share(lines: Iterable[Line], bps: int) -> tuple[Change, ...]:
    """So many per cent more, or less, for each of these lines, to the nearest minor unit."""
    amounts = ((line, half_up(Fraction(line.amount * (WHOLE + bps), WHOLE))) for line in lines)
    return tuple(SetAmount(line.key, amount) for line, amount in amounts if amount != line.amount)


def _known(steps: Iterable[Edited | None]) -> tuple[Edited, ...]:
    return tuple(each for each in steps if each is not None)


def _changes(state: State, edited: Edited) -> tuple[Change, ...]:
    return changes_to(state, {line.key: line for line in edited.lines}, edited.budget, keeps_companies=False)


def _after(
    state: State, changes: Iterable[Change], locks: Mapping[LineKey, bool], held: Mapping[str, Iterable[str]]
) -> Edited:
    outcome = applied(state, changes)
    lines = (
        replace(line, is_locked=locks[line.key]) if locks.get(line.key, line.is_locked) != line.is_locked else line
        for line in outcome.lines.values()
    )
    return Edited(_with_held(state, lines, held), outcome.budget)


def _with_held(state: State, lines: Iterable[Line], held: Mapping[str, Iterable[str]]) -> Lines:
    """The lines, and one of 0 for each class held and each asset held in a class that has holding targets."""
    found = {line.key: line for line in lines}
    split_up = {key.parent for key in found if key.parent}
    wanted = [LineKey(class_id) for class_id in held]
    wanted += [LineKey(each, class_id) for class_id, below in held.items() if class_id in split_up for each in below]
    return (*found.values(), *(Line(key, _name(state, key), 0) for key in wanted if key not in found))


def _name(state: State, key: LineKey) -> str:
    return (state.names or {}).get(key.id, key.id)


def _at(lines: Lines, level: Level) -> Lines:
    return tuple(line for line in lines if line.key.parent == level)


def _sums(lines: Lines) -> dict[Level, int]:
    sums = {CLASSES: 0}
    for line in lines:
        sums[line.key.parent] = sums.get(line.key.parent, 0) + line.amount
    return sums


def _is_whole(lines: Lines, level: Level) -> bool:
    return _sums(lines).get(level) == WHOLE


def _with_level(lines: Lines, level: Level, of_level: Iterable[Line]) -> Lines:
    """Other lines at one level; the holdings of a class that goes, go with it."""
    wanted = {line.key: line for line in of_level}
    found = [wanted.pop(line.key, None) if line.key.parent == level else line for line in lines]
    left = [line for line in (*found, *wanted.values()) if line is not None]
    classes = {line.key.id for line in left if not line.key.parent}
    return tuple(line for line in left if not line.key.parent or line.key.parent in classes)


def _no_room(room: int) -> str:
    if room < 0:
        return "Locked lines alone are over 100%. Unlock one of them."
    return "All lines that this would change are locked. Unlock one of them."
