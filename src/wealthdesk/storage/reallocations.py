"""The lines of strategies and funds in the file: read as one state, and written here alone, with their version."""

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING
from uuid import uuid4

from wealthdesk.domain.reallocation import Header, Line, LineKey, State, What
from wealthdesk.domain.reserves import CompanyStatus, state_of_fund
from wealthdesk.domain.target_reallocation import Caps, state_of_strategy
from wealthdesk.storage import assets, funds, targets
from wealthdesk.storage.database import Reading, refusing

if TYPE_CHECKING:
    from wealthdesk.storage.writing import Writing

_UNKNOWN = "A class or an asset in these targets does not exist any more. Open the targets again."
_COMPANY_TAKEN = "There already is a company of this name in the fund. Choose another name."

_CLASS_CAPS = """
SELECT asset_class_targets.asset_class_id, caps.cap_bps
FROM class_target_caps AS caps
JOIN asset_class_targets ON asset_class_targets.id = caps.asset_class_target_id
WHERE asset_class_targets.strategy_id = ?
"""
_HOLDING_CAPS = """
SELECT holding_targets.asset_id, asset_class_targets.asset_class_id, caps.cap_bps
FROM holding_target_caps AS caps
JOIN holding_targets ON holding_targets.id = caps.holding_target_id
JOIN asset_class_targets ON asset_class_targets.id = holding_targets.asset_class_target_id
WHERE asset_class_targets.strategy_id = ?
"""


def state(connection: Reading, header: Header) -> State:
    """The lines of a strategy or a fund; NotFound if it is gone."""
    if header.what is What.RESERVES:
        return state_of_fund(funds.fund(connection, header.id))
    strategy = targets.strategy(connection, header.id)
    classes, known = assets.all_classes(connection), assets.all_assets(connection)
    return state_of_strategy(strategy, _caps(connection, header.id), classes, known)


def keep_lines(
    connection: "Writing", before: State, lines: Mapping[LineKey, Line], budget: int | None, version: int
) -> bool:
    """Replaces the lines and counts the version up; False and nothing done if `before` is not what is in the file.

    Nothing else in the program writes what targets and reserves are.
    """
    header, at = before.header, max(before.version, 1)
    if header.what is What.TARGETS:
        if connection.update("rebalancing_strategies", {"version": version}, id=header.id, version=at) != 1:
            return False
        _keep_targets(connection, header.id, lines.values())
    else:
        values = {"version": version, "budget_minor": budget}
        if connection.update("funds", values, id=header.id, version=at) != 1:
            return False
        _keep_companies(connection, header.id, {line.key: line for line in before.lines}, lines)
    return True


def _caps(connection: Reading, strategy_id: str) -> Caps:
    caps = {LineKey(class_id): bps for class_id, bps in connection.rows(_CLASS_CAPS, strategy_id)}
    below = connection.rows(_HOLDING_CAPS, strategy_id)
    return caps | {LineKey(asset_id, class_id): bps for asset_id, class_id, bps in below}


def _keep_targets(connection: "Writing", strategy_id: str, lines: Collection[Line]) -> None:
    ids = {line.key: str(uuid4()) for line in lines}
    classes = [
        {"id": ids[line.key], "strategy_id": strategy_id, "asset_class_id": line.key.id} | _target_columns(line)
        for line in lines
        if not line.key.parent
    ]
    holdings = [
        {
            "id": ids[line.key],
            "asset_class_target_id": ids[LineKey(line.key.parent)],
            "asset_id": line.key.id,
            "target_bps_of_class": line.amount,
            "is_locked": line.is_locked,
        }
        for line in lines
        if line.key.parent
    ]
    connection.delete("asset_class_targets", strategy_id=strategy_id)
    with refusing(foreign_key=_UNKNOWN):
        connection.insert("asset_class_targets", *classes)
        connection.insert("holding_targets", *holdings)
    connection.insert("class_target_caps", *_cap_rows("asset_class_target_id", ids, lines, of_class=True))
    connection.insert("holding_target_caps", *_cap_rows("holding_target_id", ids, lines, of_class=False))


def _target_columns(line: Line) -> dict[str, object]:
    return {"target_bps": line.amount, "is_locked": line.is_locked}


def _cap_rows(
    column: str, ids: Mapping[LineKey, str], lines: Iterable[Line], *, of_class: bool
) -> list[dict[str, object]]:
    capped = (line for line in lines if line.cap is not None and of_class != bool(line.key.parent))
    return [{column: ids[line.key], "cap_bps": line.cap} for line in capped]


def _keep_companies(
    connection: "Writing", fund_id: str, before: Mapping[LineKey, Line], after: Mapping[LineKey, Line]
) -> None:
    for key in before.keys() - after.keys():
        connection.delete("companies", id=key.id)
    changed = [line for key, line in after.items() if key in before and line != before[key]]
    added = [line for key, line in after.items() if key not in before]
    new = {"fund_id": fund_id, "external_id": None, "status": CompanyStatus.ACTIVE.value, "deployed_minor": 0}
    connection.change("companies", *({"id": line.key.id, **_planned(line)} for line in changed))
    with refusing(unique=_COMPANY_TAKEN):
        connection.insert(
            "companies", *({"id": line.key.id, "name": line.name, **new, **_planned(line)} for line in added)
        )


def _planned(line: Line) -> dict[str, object]:
    return {"planned_reserves_minor": line.amount, "allocation_cap_minor": line.cap}
