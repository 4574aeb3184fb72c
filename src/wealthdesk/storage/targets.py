"""Strategies and their targets in the file."""

from typing import TYPE_CHECKING

from wealthdesk.domain.accounts import account_of, group_of
from wealthdesk.domain.names import name_order
from wealthdesk.domain.targets import (
    ClassTarget,
    ClassTargets,
    FillMethod,
    HoldingTarget,
    Strategy,
    Unfillable,
)
from wealthdesk.errors import NotFound
from wealthdesk.storage.connection import Reading, refusing
from wealthdesk.storage.mapping import ACCOUNT_OF_SCOPE, FLAG, GROUP_OF_SCOPE, PLAIN, Mapped, word

if TYPE_CHECKING:
    from wealthdesk.storage.writing import Writing

_SECOND_ACTIVE = "Another strategy is already active here."

_STRATEGIES = Mapped(
    "rebalancing_strategies",
    Strategy,
    {
        "id": PLAIN,
        "name": PLAIN,
        "account_id": ACCOUNT_OF_SCOPE,
        "group_id": GROUP_OF_SCOPE,
        "is_active": FLAG,
        "version": PLAIN,
        "absolute_band_bps": PLAIN,
        "relative_band_bps": PLAIN,
        "fill_method": word(FillMethod),
        "unfillable": word(Unfillable),
    },
)
_OF_OTHERS = ("id", "account_id", "group_id", "is_active", "version")
_CLASS_TARGETS = """
SELECT targets.id, targets.strategy_id, targets.asset_class_id, targets.target_bps, targets.is_locked,
  targets.band_bps, caps.cap_bps
FROM asset_class_targets AS targets
LEFT JOIN class_target_caps AS caps ON caps.asset_class_target_id = targets.id
ORDER BY targets.asset_class_id
"""
_HOLDING_TARGETS = """
SELECT targets.asset_class_target_id, targets.asset_id, targets.target_bps_of_class, targets.is_locked,
  targets.band_bps, caps.cap_bps
FROM holding_targets AS targets
LEFT JOIN holding_target_caps AS caps ON caps.holding_target_id = targets.id
ORDER BY targets.asset_id
"""


def all_strategies(connection: Reading) -> list[Strategy]:
    """Every strategy with its targets, by name."""
    targets = _targets(connection)
    rows = connection.rows(_STRATEGIES.select() + " ORDER BY id")
    found = [_STRATEGIES.of(row, targets=targets.get(row[0], ())) for row in rows]
    return sorted(found, key=lambda each: name_order(each.name))


def strategy(connection: Reading, strategy_id: str) -> Strategy:
    """One strategy; NotFound if it is gone."""
    for each in all_strategies(connection):
        if each.id == strategy_id:
            return each
    raise NotFound("This strategy does not exist any more.")


def add_strategy(connection: "Writing", new: Strategy) -> None:
    """Keeps a new strategy, without its targets: reallocations.py writes those."""
    with refusing(unique=_SECOND_ACTIVE, foreign_key="The account or group does not exist any more."):
        connection.insert("rebalancing_strategies", _STRATEGIES.row(new))


def change_strategy(connection: "Writing", changed: Strategy) -> None:
    """Keeps a strategy's name, bands and planner choices; its targets and activity are not touched."""
    if connection.update("rebalancing_strategies", _STRATEGIES.row(changed, but=_OF_OTHERS), id=changed.id) != 1:
        raise NotFound("This strategy does not exist any more.")


def activate(connection: "Writing", strategy_id: str) -> None:
    """Makes a strategy the active one of its scope."""
    chosen = strategy(connection, strategy_id)
    connection.update(
        "rebalancing_strategies",
        {"is_active": False},
        account_id=account_of(chosen.scope),
        group_id=group_of(chosen.scope),
    )
    with refusing(unique=_SECOND_ACTIVE):
        connection.update("rebalancing_strategies", {"is_active": True}, id=strategy_id)


def remove_strategy(connection: "Writing", strategy_id: str) -> None:
    """Removes a strategy with its targets."""
    connection.delete("rebalancing_strategies", id=strategy_id)


def _targets(connection: Reading) -> dict[str, ClassTargets]:
    below: dict[str, list[HoldingTarget]] = {}
    for target_id, asset_id, bps, is_locked, band, cap in connection.rows(_HOLDING_TARGETS):
        below.setdefault(target_id, []).append(HoldingTarget(asset_id, bps, bool(is_locked), band, cap))
    found: dict[str, list[ClassTarget]] = {}
    for target_id, strategy_id, class_id, bps, is_locked, band, cap in connection.rows(_CLASS_TARGETS):
        target = ClassTarget(class_id, bps, bool(is_locked), tuple(below.get(target_id, ())), band, cap)
        found.setdefault(strategy_id, []).append(target)
    return {strategy_id: tuple(targets) for strategy_id, targets in found.items()}
