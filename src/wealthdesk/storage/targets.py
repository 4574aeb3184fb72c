"""Strategies and their targets in the file."""

from uuid import uuid4

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from wealthdesk.domain.accounts import Scope
from wealthdesk.domain.targets import (
    ClassTarget,
    FillMethod,
    HoldingTarget,
    Strategy,
    Targets,
    Unfillable,
    without_asset,
    without_class,
)
from wealthdesk.errors import NotFound
from wealthdesk.storage.database import refusing
from wealthdesk.storage.tables import asset_class_targets as class_targets
from wealthdesk.storage.tables import holding_targets
from wealthdesk.storage.tables import rebalancing_strategies as strategies

_SECOND_ACTIVE = "Another strategy is already active here."
_UNKNOWN = "A class or an asset in these targets does not exist any more. Open the targets again."


def all_strategies(connection: Connection) -> list[Strategy]:
    """Every strategy with its targets, by name."""
    targets = _targets(connection)
    rows = connection.execute(select(strategies).order_by(func.lower(strategies.c.name), strategies.c.id))
    return [_strategy(row, targets.get(row.id, ())) for row in rows]


def strategy(connection: Connection, strategy_id: str) -> Strategy:
    """One strategy; NotFound if it is gone."""
    for each in all_strategies(connection):
        if each.id == strategy_id:
            return each
    raise NotFound("This strategy does not exist any more.")


def add_strategy(connection: Connection, new: Strategy) -> None:
    """Keeps a new strategy with its targets."""
    with refusing(unique=_SECOND_ACTIVE, foreign_key="The account does not exist any more."):
        values = {"id": new.id, "account_id": new.scope, "is_active": new.is_active, "version": new.version}
        connection.execute(insert(strategies).values(**values, **_columns(new)))
    _insert_targets(connection, new.id, new.targets)


def change_strategy(connection: Connection, changed: Strategy) -> None:
    """Keeps a strategy's name, bands and planner choices; its targets and activity are not touched."""
    done = connection.execute(update(strategies).where(strategies.c.id == changed.id).values(**_columns(changed)))
    if done.rowcount != 1:
        raise NotFound("This strategy does not exist any more.")


def activate(connection: Connection, strategy_id: str) -> None:
    """Makes a strategy the active one of its scope."""
    chosen = strategy(connection, strategy_id)
    same = strategies.c.account_id.is_(None) if chosen.scope is None else strategies.c.account_id == chosen.scope
    connection.execute(update(strategies).where(same).values(is_active=False))
    with refusing(unique=_SECOND_ACTIVE):
        connection.execute(update(strategies).where(strategies.c.id == strategy_id).values(is_active=True))


def replace_targets(connection: Connection, strategy_id: str, base_version: int, targets: Targets) -> bool:
    """Replaces a strategy's targets, its version counted up; False and nothing done if it is not at `base_version`."""
    here = (strategies.c.id == strategy_id, strategies.c.version == base_version)
    counted = connection.execute(update(strategies).where(*here).values(version=base_version + 1))
    if counted.rowcount != 1:
        return False
    connection.execute(delete(class_targets).where(class_targets.c.strategy_id == strategy_id))
    _insert_targets(connection, strategy_id, targets)
    return True


def remove_strategy(connection: Connection, strategy_id: str) -> None:
    """Removes a strategy with its targets."""
    connection.execute(delete(strategies).where(strategies.c.id == strategy_id))


def drop_asset(connection: Connection, asset_id: str, except_in: str | None = None) -> None:
    """Removes the asset's holding targets (but those in class `except_in`) everywhere, siblings scaled to 100 %."""
    for each in all_strategies(connection):
        _keep_changed(connection, each, without_asset(each.targets, asset_id, except_in))


def drop_class(connection: Connection, asset_class_id: str) -> None:
    """Removes the class's targets everywhere, the others scaled to 100 %."""
    for each in all_strategies(connection):
        _keep_changed(connection, each, without_class(each.targets, asset_class_id))


def _keep_changed(connection: Connection, before: Strategy, targets: Targets) -> None:
    if targets != before.targets:
        replace_targets(connection, before.id, before.version, targets)


def _insert_targets(connection: Connection, strategy_id: str, targets: Targets) -> None:
    with refusing(unique="A target stands twice.", foreign_key=_UNKNOWN):
        for target in targets:
            target_id = str(uuid4())
            values = {"asset_class_id": target.asset_class_id, "target_bps": target.target_bps}
            row = {"id": target_id, "strategy_id": strategy_id, "is_locked": target.is_locked, **values}
            connection.execute(insert(class_targets).values(**row))
            if target.holdings:
                rows = [_holding_row(target_id, each) for each in target.holdings]
                connection.execute(insert(holding_targets), rows)


def _holding_row(target_id: str, each: HoldingTarget) -> dict[str, object]:
    return {
        "id": str(uuid4()),
        "asset_class_target_id": target_id,
        "asset_id": each.asset_id,
        "target_bps_of_class": each.target_bps,
        "is_locked": each.is_locked,
    }


def _targets(connection: Connection) -> dict[str, Targets]:
    below: dict[str, list[HoldingTarget]] = {}
    columns = holding_targets.c
    query = select(columns.asset_class_target_id, columns.asset_id, columns.target_bps_of_class, columns.is_locked)
    for target_id, asset_id, bps, is_locked in connection.execute(query.order_by(columns.asset_id)):
        below.setdefault(target_id, []).append(HoldingTarget(asset_id, bps, bool(is_locked)))
    found: dict[str, list[ClassTarget]] = {}
    for row in connection.execute(select(class_targets).order_by(class_targets.c.asset_class_id)):
        target = ClassTarget(row.asset_class_id, row.target_bps, bool(row.is_locked), tuple(below.get(row.id, ())))
        found.setdefault(row.strategy_id, []).append(target)
    return {strategy_id: tuple(targets) for strategy_id, targets in found.items()}


def _columns(value: Strategy) -> dict[str, object]:
    return {
        "name": value.name,
        "absolute_band_bps": value.absolute_band_bps,
        "relative_band_bps": value.relative_band_bps,
        "fill_method": value.fill_method.value,
        "unfillable": value.unfillable.value,
    }


def _strategy(row: Row[tuple[object, ...]], targets: Targets) -> Strategy:
    scope: Scope = row.account_id
    return Strategy(
        id=row.id,
        name=row.name,
        scope=scope,
        is_active=bool(row.is_active),
        version=row.version,
        absolute_band_bps=row.absolute_band_bps,
        relative_band_bps=row.relative_band_bps,
        fill_method=FillMethod(row.fill_method),
        unfillable=Unfillable(row.unfillable),
        targets=targets,
    )
