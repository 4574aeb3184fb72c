"""Targets at two levels, the strategies that hold them, and the lines that they are: how others make up for a move."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from wealthdesk.domain.accounts import Scope
from wealthdesk.domain.assets import Asset, AssetClass
from wealthdesk.domain.money import WHOLE, percent, split
from wealthdesk.domain.reallocation import Change, Header, Line, LineCandidate, LineKey, State, What, changes_between
from wealthdesk.errors import TargetsRefused


class FillMethod(StrEnum):
    """How a fractional deposit is spread over what is underweight (planner/fill.py has the formulas)."""

    EVEN_FILL = "even_fill"
    LARGEST_GAP = "largest_gap"
    PROPORTIONAL = "proportional"
    EQUAL_POINTS = "equal_points"


class Unfillable(StrEnum):
    """What becomes of money for a class that nothing can be bought in."""

    SPREAD = "spread"
    KEEP_CASH = "keep_cash"


@dataclass(frozen=True, slots=True)
class HoldingTarget:
    """The share of its class that one asset is to have, in basis points; band_bps: its own band (None: the usual).

    cap_bps: the most that its target may be; None: there is no cap.
    """

    asset_id: str
    target_bps: int
    is_locked: bool = False
    band_bps: int | None = None
    cap_bps: int | None = None


@dataclass(frozen=True, slots=True)
class ClassTarget:
    """The share of the scope's value that a class is to have, in basis points, and its holding targets (or none).

    band_bps: half the width of its own band, in basis points of the scope; None: the strategy's 5/25 rule.
    cap_bps: the most that its target may be; None: there is no cap.
    """

    asset_class_id: str
    target_bps: int
    is_locked: bool = False
    holdings: tuple[HoldingTarget, ...] = ()
    band_bps: int | None = None
    cap_bps: int | None = None


ClassTargets = tuple[ClassTarget, ...]


@dataclass(frozen=True, slots=True)
class Strategy:
    """A named set of targets for a scope; at most one per scope is active. The bands are the 5/25 rule's numbers."""

    id: str
    name: str
    scope: Scope
    is_active: bool
    version: int = 1
    absolute_band_bps: int = 500
    relative_band_bps: int = 2500
    fill_method: FillMethod = FillMethod.EVEN_FILL
    unfillable: Unfillable = Unfillable.SPREAD
    targets: ClassTargets = ()

    def target_of(self, asset_class_id: str) -> ClassTarget | None:
        """The target of a class, if it has one."""
        return next((t for t in self.targets if t.asset_class_id == asset_class_id), None)


def check(targets: ClassTargets) -> None:
    """Raises TargetsRefused unless each level sums to exactly 100 % (or is empty) and nothing stands twice."""
    _check_level([(t.asset_class_id, t.target_bps) for t in targets], "class targets")
    for target in targets:
        _check_level([(h.asset_id, h.target_bps) for h in target.holdings], "holding targets of a class")


def check_place(target: ClassTarget, assets: Mapping[str, Asset]) -> None:
    """Raises TargetsRefused for a holding target of an asset that does not count to this class alone.

    Assets that are not among `assets` are left to those who keep the targets.
    """
    for below in target.holdings:
        asset = assets.get(below.asset_id)
        if asset is not None and asset.only_class != target.asset_class_id:
            raise TargetsRefused(
                f"{asset.known_as} does not count to this class alone, so it has no holding target in it. "
                "Remove its line, or change its class."
            )


def _check_level(lines: Sequence[tuple[str, int]], what: str) -> None:
    if not lines:
        return
    if len({key for key, _ in lines}) < len(lines):
        raise TargetsRefused(f"One line stands twice among the {what}. Remove one of the two.")
    if any(not 0 <= bps <= WHOLE for _, bps in lines):
        raise TargetsRefused("A target lies between 0% and 100%. Change the one that does not.")
    total = sum(bps for _, bps in lines)
    if total != WHOLE:
        more = "left" if total < WHOLE else "too much"
        gap = percent(abs(WHOLE - total))
        raise TargetsRefused(f"The {what} sum to {percent(total)}, {gap} {more}. Bring the total to 100%.")


@dataclass(frozen=True, slots=True)
class Move:
    """The lines after a move; `stopped` is the sentence that says why it went less far than asked, else None."""

    lines: tuple[Line, ...]
    stopped: str | None = None


def move(lines: Sequence[Line], key: LineKey, to_bps: int) -> Move:
    """Sets one line and, where the sum was 100 %, changes the unlocked others in proportion so that it stays 100 %.

    Others that are all 0 share equally. Locked lines never change; when they leave no room the move stops there. While
    the sum is not 100 % (a new strategy, a removed line) only the line itself changes.
    """
    lines = tuple(lines)
    if sum(line.amount for line in lines) != WHOLE or _line(lines, key).is_locked:
        return move_alone(lines, key, to_bps)
    wanted = min(max(to_bps, 0), WHOLE)
    others = [line for line in lines if line.key != key and not line.is_locked]
    locked = sum(line.amount for line in lines if line.key != key and line.is_locked)
    if not others:
        return Move(lines, None if wanted == _line(lines, key).amount else _only_locked_left(len(lines)))
    reached = min(wanted, WHOLE - locked)
    parts = split(WHOLE - locked - reached, [line.amount for line in others])
    stopped = (
        f"Locked lines keep {percent(locked)}, so {percent(reached)} is the most here." if reached < wanted else None
    )
    return Move(
        _with(lines, {key: reached} | {line.key: part for line, part in zip(others, parts, strict=True)}), stopped
    )


def move_alone(lines: Sequence[Line], key: LineKey, to_bps: int) -> Move:
    """Sets one line, between 0 and 100 %, whatever the sum becomes; a locked one stays."""
    if _line(lines, key).is_locked:
        return Move(tuple(lines), "This line is locked. Unlock it to change it.")
    return Move(_with(lines, {key: min(max(to_bps, 0), WHOLE)}))


def _line(lines: Iterable[Line], key: LineKey) -> Line:
    return next(line for line in lines if line.key == key)


def _only_locked_left(count: int) -> str:
    if count == 1:
        return "A single line is always 100%. Add another one to share with."
    return "Every other line is locked, so none can give way. Unlock one of them."


def _with(lines: Sequence[Line], amounts: Mapping[LineKey, int]) -> tuple[Line, ...]:
    return tuple(line.with_amount(amounts.get(line.key, line.amount)) for line in lines)


def scale_to_whole(lines: Sequence[Line]) -> Move:
    """Scales the unlocked lines in proportion so that all lines sum to 100 %; equal parts where they are all 0."""
    unlocked = [line for line in lines if not line.is_locked]
    room = WHOLE - sum(line.amount for line in lines if line.is_locked)
    if not unlocked or room < 0:
        reason = "Locked lines alone are over 100%." if room < 0 else "Every line is locked."
        return Move(tuple(lines), reason + " Unlock one of them.")
    parts = split(room, [line.amount for line in unlocked])
    return Move(_with(lines, {line.key: part for line, part in zip(unlocked, parts, strict=True)}))


def equal(keys: Sequence[str]) -> tuple[Line, ...]:
    """A line for each class, all the same share, to the basis point; the first ones get what does not divide."""
    return tuple(_class_line(key, bps) for key, bps in zip(keys, split(WHOLE, [1] * len(keys)), strict=True))


def in_proportion(values: Mapping[str, int]) -> tuple[Line, ...]:
    """Lines of classes, each its share of their sum (values ≥ 0 in minor units): targets that are today's weights."""
    if sum(values.values()) == 0:
        return equal(tuple(values))
    return tuple(_class_line(k, bps) for k, bps in zip(values, split(WHOLE, list(values.values())), strict=True))


def _class_line(class_id: str, bps: int) -> Line:
    return Line(LineKey(class_id), class_id, bps)


@dataclass(frozen=True, slots=True)
class Template:
    """A well-known split over the built-in classes."""

    name: str
    description: str
    classes: tuple[tuple[str, int], ...]


TEMPLATES = (
    Template("60/40", "60% Equity, 40% Fixed income", (("equity", 6000), ("fixed_income", 4000))),
    Template(
        "Three-fund", "80% Equity (US and international), 20% Fixed income", (("equity", 8000), ("fixed_income", 2000))
    ),
    Template(
        "All Weather",
        "55% Fixed income, 30% Equity, 15% Commodities (such as gold)",
        (("equity", 3000), ("fixed_income", 5500), ("commodities", 1500)),
    ),
)


def from_lines(lines: Iterable[Line], before: ClassTargets = ()) -> ClassTargets:
    """Class targets from lines; a class keeps the holding targets that it had in `before`."""
    below = (line for line in _lines(before, {}, {}) if line.key.parent)
    return targets_of_lines((*lines, *below))


def with_bands_of(before: ClassTargets, after: ClassTargets) -> ClassTargets:
    """The second targets with the bands of their own that the same lines have in the first."""
    own = {line.key: line.band for line in _lines(before, {}, {})}
    return targets_of_lines(replace(line, band=own.get(line.key)) for line in _lines(after, {}, {}))


def with_caps_of(before: ClassTargets, after: ClassTargets) -> ClassTargets:
    """The second targets with the caps that the same lines have in the first."""
    own = {line.key: line.cap for line in _lines(before, {}, {})}
    return targets_of_lines(replace(line, cap=own.get(line.key)) for line in _lines(after, {}, {}))


def without_asset(targets: ClassTargets, asset_id: str, except_in: str | None = None) -> ClassTargets:
    """The targets without the asset's holding targets (but those in class `except_in`), the others scaled to 100 %."""
    return tuple(
        target
        if target.asset_class_id == except_in or all(h.asset_id != asset_id for h in target.holdings)
        else replace(target, holdings=_rescaled([h for h in target.holdings if h.asset_id != asset_id]))
        for target in targets
    )


def _rescaled(left: Sequence[HoldingTarget]) -> tuple[HoldingTarget, ...]:
    if sum(h.target_bps for h in left) == 0:
        return ()
    parts = split(WHOLE, [h.target_bps for h in left])
    return tuple(replace(h, target_bps=part) for h, part in zip(left, parts, strict=True))


def without_class(targets: ClassTargets, asset_class_id: str) -> ClassTargets:
    """The targets without the class, the others scaled to 100 %; none at all where nothing is left to scale."""
    left = [t for t in targets if t.asset_class_id != asset_class_id]
    if len(left) == len(targets):
        return targets
    if sum(t.target_bps for t in left) == 0:
        return ()
    parts = split(WHOLE, [t.target_bps for t in left])
    return tuple(replace(t, target_bps=part) for t, part in zip(left, parts, strict=True))


def header_of(strategy_id: str) -> Header:
    """What a strategy's reallocations are told by."""
    return Header(What.TARGETS, strategy_id)


def state_of_strategy(strategy: Strategy, classes: Iterable[AssetClass], assets: Iterable[Asset]) -> State:
    """The strategy's targets as lines; a candidate is every class, and every asset that counts to one class alone."""
    candidates = {LineKey(each.id): LineCandidate(each.name) for each in classes}
    names = {key.id: each.name for key, each in candidates.items()}
    for asset in assets:
        names[asset.id] = asset.known_as
        if asset.only_class:
            candidates[LineKey(asset.id, asset.only_class)] = LineCandidate(asset.known_as, asset.is_archived)
    return State(
        header=header_of(strategy.id),
        name=strategy.name,
        version=strategy.version,
        lines=tuple(_lines(strategy.targets, candidates, names)),
        candidates=candidates,
        names=names,
    )


def _lines(
    targets: ClassTargets, candidates: Mapping[LineKey, LineCandidate], names: Mapping[str, str]
) -> Iterable[Line]:
    for target in targets:
        key = LineKey(target.asset_class_id)
        name, locked, band = names.get(key.id, key.id), target.is_locked, target.band_bps
        yield Line(key, name, target.target_bps, target.cap_bps, is_locked=locked, band=band)
        for below in target.holdings:
            key = LineKey(below.asset_id, target.asset_class_id)
            is_gone = key in candidates and candidates[key].is_gone
            name, locked, band = names.get(key.id, key.id), below.is_locked, below.band_bps
            yield Line(key, name, below.target_bps, below.cap_bps, is_gone=is_gone, is_locked=locked, band=band)


def lines_of_targets(targets: ClassTargets, state: State) -> dict[LineKey, Line]:
    """The lines that targets are, named as in the state."""
    return {line.key: line for line in _lines(targets, state.candidates or {}, state.names or {})}


def changes_to_targets(state: State, targets: ClassTargets) -> tuple[Change, ...]:
    """The changes that make these targets of the state; locks are none."""
    return changes_between({line.key: line for line in state.lines}, lines_of_targets(targets, state))


def targets_of_lines(lines: Iterable[Line]) -> ClassTargets:
    """The targets that lines are, each class with its holdings."""
    found = list(lines)
    below: dict[str, list[HoldingTarget]] = {}
    for line in found:
        if line.key.parent:
            target = HoldingTarget(line.key.id, line.amount, line.is_locked, line.band, line.cap)
            below.setdefault(line.key.parent, []).append(target)
    return tuple(
        ClassTarget(line.key.id, line.amount, line.is_locked, tuple(below.get(line.key.id, ())), line.band, line.cap)
        for line in found
        if not line.key.parent
    )
