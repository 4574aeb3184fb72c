"""The lines of strategies and funds in the file: read as one state, and written here alone, with their version."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING
from uuid import uuid4

from wealthdesk.domain.reallocation import Header, Line, LineKey, State, What
from wealthdesk.domain.reserves import CompanyStatus, state_of_fund
from wealthdesk.domain.target_reallocation import Caps, state_of_strategy
from wealthdesk.storage import assets, funds, targets
from wealthdesk.storage.connection import Reading, refusing

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
_HOLDING_IDS = """
SELECT holding_targets.asset_id, asset_class_targets.asset_class_id, holding_targets.id
FROM holding_targets
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

    The version is written last: then the file itself looks whether the targets sum to 100 %. Nothing else in the
    program writes what targets and reserves are.
    """
    header, at = before.header, max(before.version, 1)
    if header.what is What.TARGETS:
        if connection.count("rebalancing_strategies", id=header.id, version=at) != 1:
            return False
        _keep_targets(connection, header.id, {line.key: line for line in before.lines}, lines)
        connection.update("rebalancing_strategies", {"version": version}, id=header.id)
    else:
        values = {"version": version, "budget_minor": budget}
        if connection.update("funds", values, id=header.id, version=at) != 1:
            return False
        _keep_companies(connection, header.id, {line.key: line for line in before.lines}, lines)
    return True


def keep_version(connection: "Writing", header: Header, version: int) -> None:
    """Counts the version up alone: the lines are what they are to be."""
    table = "rebalancing_strategies" if header.what is What.TARGETS else "funds"
    connection.update(table, {"version": version}, id=header.id)


def _caps(connection: Reading, strategy_id: str) -> Caps:
    caps = {LineKey(class_id): bps for class_id, bps in connection.rows(_CLASS_CAPS, strategy_id)}
    below = connection.rows(_HOLDING_CAPS, strategy_id)
    return caps | {LineKey(asset_id, class_id): bps for asset_id, class_id, bps in below}


def _keep_targets(
    connection: "Writing", strategy_id: str, before: Mapping[LineKey, Line], after: Mapping[LineKey, Line]
) -> None:
    """Only what is different is written: a strategy may have a thousand lines, and two of them changed."""
    ids = _ids(connection, strategy_id)
    for key in before.keys() - after.keys():
        # Those of a class went with it.
        connection.delete("holding_targets" if key.parent else "asset_class_targets", id=ids.pop(key))
    added = [line for key, line in after.items() if key not in before]
    ids |= {line.key: str(uuid4()) for line in added}
    classes = (
        {"strategy_id": strategy_id, "asset_class_id": each.key.id} | _class_row(ids, each) for each in _top(added)
    )
    with refusing(foreign_key=_UNKNOWN):
        connection.insert("asset_class_targets", *classes)
        below = (
            {"asset_class_target_id": ids[LineKey(each.key.parent)], "asset_id": each.key.id} | _holding_row(ids, each)
            for each in _below(added)
        )
        connection.insert("holding_targets", *below)
    changed = [line for key, line in after.items() if key in before and line != before[key]]
    connection.change("asset_class_targets", *(_class_row(ids, each) for each in _top(changed)))
    connection.change("holding_targets", *(_holding_row(ids, each) for each in _below(changed)))
    capped = [line for line in (*added, *changed) if line.cap != _cap(before.get(line.key))]
    _keep_caps(connection, "class_target_caps", "asset_class_target_id", ids, _top(capped))
    _keep_caps(connection, "holding_target_caps", "holding_target_id", ids, _below(capped))


def _ids(connection: Reading, strategy_id: str) -> dict[LineKey, str]:
    classes = connection.rows("SELECT asset_class_id, id FROM asset_class_targets WHERE strategy_id = ?", strategy_id)
    holdings = connection.rows(_HOLDING_IDS, strategy_id)
    return {LineKey(class_id): row_id for class_id, row_id in classes} | {
        LineKey(asset_id, class_id): row_id for asset_id, class_id, row_id in holdings
    }


def _top(lines: Iterable[Line]) -> list[Line]:
    return [line for line in lines if not line.key.parent]


def _below(lines: Iterable[Line]) -> list[Line]:
    return [line for line in lines if line.key.parent]


def _cap(line: Line | None) -> int | None:
    return None if line is None else line.cap


def _class_row(ids: Mapping[LineKey, str], line: Line) -> dict[str, object]:
    return {"id": ids[line.key], "target_bps": line.amount, "is_locked": line.is_locked, "band_bps": line.band}


def _holding_row(ids: Mapping[LineKey, str], line: Line) -> dict[str, object]:
    return {
        "id": ids[line.key],
        "target_bps_of_class": line.amount,
        "is_locked": line.is_locked,
        "band_bps": line.band,
    }


def _keep_caps(
    connection: "Writing", table: str, column: str, ids: Mapping[LineKey, str], lines: Iterable[Line]
) -> None:
    for line in lines:
        connection.delete(table, **{column: ids[line.key]})
    connection.insert(table, *({column: ids[each.key], "cap_bps": each.cap} for each in lines if each.cap is not None))


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
