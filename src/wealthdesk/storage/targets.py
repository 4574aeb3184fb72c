"""Strategies and their targets in the file."""

from typing import TYPE_CHECKING

from wealthdesk.domain.accounts import Scope
from wealthdesk.domain.targets import (
    ClassTarget,
    ClassTargets,
    FillMethod,
    HoldingTarget,
    Strategy,
    Unfillable,
)
from wealthdesk.errors import NotFound
from wealthdesk.storage.connection import Reading, Row, refusing

if TYPE_CHECKING:
    from wealthdesk.storage.writing import Writing

_SECOND_ACTIVE = "Another strategy is already active here."

_STRATEGIES = """
SELECT id, name, account_id, is_active, version, absolute_band_bps, relative_band_bps, fill_method, unfillable
FROM rebalancing_strategies
ORDER BY lower(name), id
"""
_CLASS_TARGETS = """
SELECT id, strategy_id, asset_class_id, target_bps, is_locked, band_bps
FROM asset_class_targets ORDER BY asset_class_id
"""
_HOLDING_TARGETS = """
SELECT asset_class_target_id, asset_id, target_bps_of_class, is_locked, band_bps
FROM holding_targets ORDER BY asset_id
"""


def all_strategies(connection: Reading) -> list[Strategy]:
    """Every strategy with its targets, by name."""
    targets = _targets(connection)
    return [_strategy(row, targets.get(row[0], ())) for row in connection.rows(_STRATEGIES)]


def strategy(connection: Reading, strategy_id: str) -> Strategy:
    """One strategy; NotFound if it is gone."""
    for each in all_strategies(connection):
        if each.id == strategy_id:
            return each
    raise NotFound("This strategy does not exist any more.")


def add_strategy(connection: "Writing", new: Strategy) -> None:
    """Keeps a new strategy, without its targets: reallocations.py writes those."""
    with refusing(unique=_SECOND_ACTIVE, foreign_key="The account does not exist any more."):
        values = {"id": new.id, "account_id": new.scope, "is_active": new.is_active, "version": new.version}
        connection.insert("rebalancing_strategies", values | _columns(new))


def change_strategy(connection: "Writing", changed: Strategy) -> None:
    """Keeps a strategy's name, bands and planner choices; its targets and activity are not touched."""
    if connection.update("rebalancing_strategies", _columns(changed), id=changed.id) != 1:
        raise NotFound("This strategy does not exist any more.")


def activate(connection: "Writing", strategy_id: str) -> None:
    """Makes a strategy the active one of its scope."""
    chosen = strategy(connection, strategy_id)
    connection.update("rebalancing_strategies", {"is_active": False}, account_id=chosen.scope)
    with refusing(unique=_SECOND_ACTIVE):
        connection.update("rebalancing_strategies", {"is_active": True}, id=strategy_id)


def remove_strategy(connection: "Writing", strategy_id: str) -> None:
    """Removes a strategy with its targets."""
    connection.delete("rebalancing_strategies", id=strategy_id)


def _targets(connection: Reading) -> dict[str, ClassTargets]:
    below: dict[str, list[HoldingTarget]] = {}
    for target_id, asset_id, bps, is_locked, band in connection.rows(_HOLDING_TARGETS):
        below.setdefault(target_id, []).append(HoldingTarget(asset_id, bps, bool(is_locked), band))
    found: dict[str, list[ClassTarget]] = {}
    for target_id, strategy_id, class_id, bps, is_locked, band in connection.rows(_CLASS_TARGETS):
        target = ClassTarget(class_id, bps, bool(is_locked), tuple(below.get(target_id, ())), band)
        found.setdefault(strategy_id, []).append(target)
    return {strategy_id: tuple(targets) for strategy_id, targets in found.items()}


def _columns(value: Strategy) -> dict[str, object]:
    return {
        "name": value.name,
        "absolute_band_bps": value.absolute_band_bps,
        "relative_band_bps": value.relative_band_bps,
        "fill_method": value.fill_method.value,
        "unfillable": value.unfillable.value,
    }


def _strategy(row: Row, targets: ClassTargets) -> Strategy:
    strategy_id, name, account_id, is_active, version, absolute_bps, relative_bps, fill_method, unfillable = row
    scope: Scope = account_id
    return Strategy(
        id=strategy_id,
        name=name,
        scope=scope,
        is_active=bool(is_active),
        version=version,
        absolute_band_bps=absolute_bps,
        relative_band_bps=relative_bps,
        fill_method=FillMethod(fill_method),
        unfillable=Unfillable(unfillable),
        targets=targets,
    )
