"""Targets while they are edited: both levels, every step to undo, and the proportions that a move began with."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from wealthdesk.domain.money import WHOLE, split
from wealthdesk.domain.targets import (
    ClassTarget,
    ClassTargets,
    HoldingTarget,
    Line,
    Move,
    from_lines,
    move,
    scale_to_whole,
)

Level = str | None
"""Which lines are meant: None for the classes, a class's id for the holdings in it."""

CLASSES: Final[Level] = None


def lines_of(targets: ClassTargets, level: Level) -> tuple[Line, ...]:
    """The lines of one level."""
    if level is None:
        return tuple(Line(t.asset_class_id, t.target_bps, t.is_locked, t.band_bps) for t in targets)
    below = next((t.holdings for t in targets if t.asset_class_id == level), ())
    return tuple(Line(h.asset_id, h.target_bps, h.is_locked, h.band_bps) for h in below)


def total_bps(targets: ClassTargets, level: Level) -> int:
    """The sum of the lines of one level."""
    if level is None:
        return sum(t.target_bps for t in targets)
    return sum(h.target_bps for t in targets if t.asset_class_id == level for h in t.holdings)


def with_lines(targets: ClassTargets, level: Level, lines: Iterable[Line]) -> ClassTargets:
    """The targets with other lines at one level; a class that stays keeps its holding targets."""
    if level is None:
        return from_lines(lines, targets)
    holdings = tuple(HoldingTarget(line.key, line.bps, line.is_locked, line.band_bps) for line in lines)
    return tuple(replace(t, holdings=holdings) if t.asset_class_id == level else t for t in targets)


def with_everything_held(targets: ClassTargets, held: Mapping[str, Iterable[str]]) -> ClassTargets:
    """The targets with a line of 0 % for each class held, and for each asset held in a class with holding targets.

    held: class id → the ids of the assets in it that can have a holding target (look-through ones cannot).
    """
    present = {t.asset_class_id for t in targets}
    added = tuple(ClassTarget(class_id, 0) for class_id in held if class_id not in present)
    return tuple(_with_assets(t, held.get(t.asset_class_id, ())) for t in targets) + added


def _with_assets(target: ClassTarget, asset_ids: Iterable[str]) -> ClassTarget:
    present = {h.asset_id for h in target.holdings}
    if not present:
        return target
    added = tuple(HoldingTarget(asset_id, 0) for asset_id in asset_ids if asset_id not in present)
    return replace(target, holdings=target.holdings + added) if added else target


@dataclass(frozen=True, slots=True)
class Run:
    """Moves of one line in a row. All start from the same proportions, so that going to 0 and back restores them."""

    level: Level
    key: str
    basis: ClassTargets


@dataclass(frozen=True, slots=True)
class TargetDraft:
    """Targets being edited. `kept` is what the file has; `stopped` says why the last step went less far than asked.

    A move in progress becomes one step to undo when it is `settled`.
    """

    kept: ClassTargets
    targets: ClassTargets
    stopped: str | None = None
    stopped_at: Level = CLASSES
    earlier: tuple[ClassTargets, ...] = ()
    later: tuple[ClassTargets, ...] = ()
    run: Run | None = None
    unsettled_from: ClassTargets | None = None

    @property
    def is_changed(self) -> bool:
        """Whether it differs from what is kept."""
        return self.targets != self.kept

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to undo."""
        return bool(self.earlier) or self.unsettled_from not in (None, self.targets)

    @property
    def can_redo(self) -> bool:
        """Whether a step was undone and nothing was changed since."""
        return bool(self.later)

    def lines(self, level: Level) -> tuple[Line, ...]:
        """The lines of one level."""
        return lines_of(self.targets, level)

    def line(self, level: Level, key: str) -> Line | None:
        """One line, if it is there."""
        return next((line for line in self.lines(level) if line.key == key), None)

    def left_bps(self, level: Level) -> int:
        """What is missing from 100 % at one level; negative when there is too much."""
        return WHOLE - total_bps(self.targets, level)

    @property
    def incomplete(self) -> tuple[Level, ...]:
        """The levels that do not sum to 100 %: first the classes, then each class whose holding targets do not."""
        below = [t for t in self.targets if t.holdings and sum(h.target_bps for h in t.holdings) != WHOLE]
        classes = () if self.left_bps(CLASSES) == 0 else (CLASSES,)
        return (*classes, *(t.asset_class_id for t in below))

    def why_stopped(self, level: Level) -> str | None:
        """Why the last step went less far than asked, if it was one at this level."""
        return self.stopped if self.stopped_at == level else None

    def moved(self, level: Level, key: str, to_bps: int, *, keep_whole: bool = True) -> "TargetDraft":
        """One line moved, the unlocked others giving way where the sum is kept at 100 %; unsettled until `settled`."""
        draft = self if self.run and (self.run.level, self.run.key) == (level, key) else self.rested()
        run = draft.run or Run(level, key, draft.targets)
        lines = lines_of(run.basis, level)
        outcome = move(lines, key, to_bps) if keep_whole else _moved_alone(lines, key, to_bps)
        return replace(
            draft,
            targets=with_lines(run.basis, level, outcome.lines),
            stopped=outcome.stopped,
            stopped_at=level,
            run=run,
            unsettled_from=draft.targets if draft.unsettled_from is None else draft.unsettled_from,
        )

    def settled(self) -> "TargetDraft":
        """The move in progress as one step to undo."""
        began = self.unsettled_from
        # Where the sum was not 100 % lines move alone; once it is, the next move begins anew and keeps it.
        run = self.run if self.run and total_bps(self.run.basis, self.run.level) == WHOLE else None
        draft = replace(self, run=run, unsettled_from=None)
        if began is None or began == self.targets:
            return draft
        return replace(draft, earlier=(*self.earlier, began), later=())

    def rested(self) -> "TargetDraft":
        """Settled, and the next move starts from the proportions of now."""
        return replace(self.settled(), run=None)

    def refused(self, level: Level, sentence: str | None) -> "TargetDraft":
        """The same targets, and why something was not done."""
        return replace(self.rested(), stopped=sentence, stopped_at=level)

    def changed(self, targets: ClassTargets, level: Level = CLASSES, stopped: str | None = None) -> "TargetDraft":
        """Other targets in one step."""
        draft = self.refused(level, stopped)
        if targets == draft.targets:
            return draft
        return replace(draft, targets=targets, earlier=(*draft.earlier, draft.targets), later=())

    def undone(self) -> "TargetDraft":
        """The last step taken back."""
        draft = self.refused(CLASSES, None)
        if not draft.earlier:
            return draft
        *earlier, targets = draft.earlier
        return replace(draft, targets=targets, earlier=tuple(earlier), later=(draft.targets, *draft.later))

    def redone(self) -> "TargetDraft":
        """The last step taken back, taken again."""
        draft = self.refused(CLASSES, None)
        if not draft.later:
            return draft
        targets, *later = draft.later
        return replace(draft, targets=targets, earlier=(*draft.earlier, draft.targets), later=tuple(later))

    def reset(self) -> "TargetDraft":
        """What is kept again, in one step."""
        return self.changed(self.kept)

    def rebased(self, kept: ClassTargets) -> "TargetDraft":
        """On what the file has by now, which is shown; what was edited is one step to undo away."""
        return replace(self.changed(kept), kept=kept)

    def locked(self, level: Level, key: str, is_locked: bool) -> "TargetDraft":
        """One line locked or unlocked."""
        lines = [replace(line, is_locked=is_locked) if line.key == key else line for line in self.lines(level)]
        return self.changed(with_lines(self.targets, level, lines))

    def banded(self, level: Level, key: str, band_bps: int | None) -> "TargetDraft":
        """One line with a band of its own, or None: with that of the strategy's rule."""
        lines = [replace(line, band_bps=band_bps) if line.key == key else line for line in self.lines(level)]
        return self.changed(with_lines(self.targets, level, lines))

    def with_line(self, level: Level, key: str) -> "TargetDraft":
        """One more line, of 0 %; the first line of a class's holdings is 100 %."""
        if self.line(level, key) is not None:
            return self
        first = level is not None and not self.lines(level)
        lines = (*self.lines(level), Line(key, WHOLE if first else 0))
        return self.changed(with_lines(self.targets, level, lines))

    def without_line(self, level: Level, key: str) -> "TargetDraft":
        """One line less; what it had is left over."""
        lines = [line for line in self.lines(level) if line.key != key]
        return self.changed(with_lines(self.targets, level, lines))

    def scaled(self, level: Level) -> "TargetDraft":
        """The unlocked lines scaled in proportion, so that the level sums to 100 %."""
        outcome = scale_to_whole(self.lines(level))
        return self.changed(with_lines(self.targets, level, outcome.lines), level, outcome.stopped)

    def taken_from(self, level: Level, key: str) -> "TargetDraft":
        """What is over 100 % taken off one line (or what is missing put on it)."""
        line = self.line(level, key)
        wanted = self.left_bps(level) + (line.bps if line else 0)
        outcome = _moved_alone(self.lines(level), key, wanted)
        return self.changed(with_lines(self.targets, level, outcome.lines), level, outcome.stopped)

    def filled(self, level: Level, weights: Mapping[str, int]) -> "TargetDraft":
        """Shares in proportion to `weights` (≥ 0; all 0: equal parts), lines added where they are missing.

        Locked lines keep their share and the weights are scaled into the rest; lines not named go to 0 %.
        """
        present = {line.key for line in self.lines(level)}
        lines = (*self.lines(level), *(Line(key, 0) for key in weights if key not in present))
        taking = [line.key for line in lines if line.key in weights and not line.is_locked]
        room = WHOLE - sum(line.bps for line in lines if line.is_locked)
        if room < 0 or (room and not taking):
            return self.refused(level, _no_room(room))
        parts = dict(zip(taking, split(room, [weights[key] for key in taking]), strict=True))
        filled = [line if line.is_locked else replace(line, bps=parts.get(line.key, 0)) for line in lines]
        return self.changed(with_lines(self.targets, level, filled))

    def cleared(self, level: str) -> "TargetDraft":
        """A class without holding targets."""
        return self.changed(with_lines(self.targets, level, ()))


def _moved_alone(lines: tuple[Line, ...], key: str, to_bps: int) -> Move:
    own = next(line for line in lines if line.key == key)
    if own.is_locked:
        return Move(lines, "This line is locked. Unlock it to change it.")
    wanted = min(max(to_bps, 0), WHOLE)
    return Move(tuple(replace(line, bps=wanted) if line.key == key else line for line in lines))


def _no_room(room: int) -> str:
    if room < 0:
        return "Locked lines alone are over 100%. Unlock one of them."
    return "All lines that this would change are locked. Unlock one of them."
