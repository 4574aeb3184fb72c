"""A strategy's targets as lines of a reallocation, and back."""

from collections.abc import Iterable, Mapping

from wealthdesk.domain.assets import Asset, AssetClass
from wealthdesk.domain.reallocation import Change, Header, Line, LineCandidate, LineKey, State, What, changes_between
from wealthdesk.domain.targets import ClassTarget, ClassTargets, HoldingTarget, Strategy

Caps = Mapping[LineKey, int]
"""The most that a line may have, in basis points."""


def header_of(strategy_id: str) -> Header:
    """What a strategy's reallocations are told by."""
    return Header(What.TARGETS, strategy_id)


def state_of_strategy(strategy: Strategy, caps: Caps, classes: Iterable[AssetClass], assets: Iterable[Asset]) -> State:
    """The strategy's targets as lines; a candidate is every class, and every asset that counts to one class alone."""
    candidates = {LineKey(each.id): LineCandidate(each.name) for each in classes}
    names = {key.id: each.name for key, each in candidates.items()}
    for asset in assets:
        names[asset.id] = asset.symbol
        if asset.only_class:
            candidates[LineKey(asset.id, asset.only_class)] = LineCandidate(asset.symbol, asset.is_archived)
    return State(
        header=header_of(strategy.id),
        name=strategy.name,
        version=strategy.version,
        lines=tuple(_lines(strategy.targets, caps, candidates, names)),
        candidates=candidates,
        names=names,
    )


def _lines(
    targets: ClassTargets, caps: Caps, candidates: Mapping[LineKey, LineCandidate], names: Mapping[str, str]
) -> Iterable[Line]:
    for target in targets:
        key = LineKey(target.asset_class_id)
        name = names.get(key.id, key.id)
        yield Line(key, name, target.target_bps, caps.get(key), is_locked=target.is_locked, band=target.band_bps)
        for below in target.holdings:
            key = LineKey(below.asset_id, target.asset_class_id)
            is_gone = key in candidates and candidates[key].is_gone
            name = names.get(key.id, key.id)
            locked, band = below.is_locked, below.band_bps
            yield Line(key, name, below.target_bps, caps.get(key), is_gone=is_gone, is_locked=locked, band=band)


def lines_of_targets(targets: ClassTargets, state: State) -> dict[LineKey, Line]:
    """The lines that targets are; they say nothing of caps, so a line that stays keeps its own."""
    caps = {line.key: line.cap for line in state.lines if line.cap is not None}
    lines = _lines(targets, caps, state.candidates or {}, state.names or {})
    return {line.key: line for line in lines}


def changes_to_targets(state: State, targets: ClassTargets) -> tuple[Change, ...]:
    """The changes that make these targets of the state; locks are none."""
    return changes_between({line.key: line for line in state.lines}, lines_of_targets(targets, state))


def targets_of_lines(lines: Iterable[Line]) -> ClassTargets:
    """The targets that lines are, each class with its holdings."""
    found = list(lines)
    below: dict[str, list[HoldingTarget]] = {}
    for line in found:
        if line.key.parent:
            below.setdefault(line.key.parent, []).append(_holding_target(line))
    return tuple(
        ClassTarget(line.key.id, line.amount, line.is_locked, tuple(below.get(line.key.id, ())), line.band)
        for line in found
        if not line.key.parent
    )


def _holding_target(line: Line) -> HoldingTarget:
    return HoldingTarget(line.key.id, line.amount, line.is_locked, line.band)
