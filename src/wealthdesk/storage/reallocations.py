"""The lines of strategies and funds in the file, written here alone, with their versions and their history."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from wealthdesk.domain.assets import is_isin
from wealthdesk.domain.reallocation import Delta, Header, Line, LineKey, Source, State, What
from wealthdesk.domain.reallocation_history import Attempt, ReallocationOutcome, Revision
from wealthdesk.domain.reserves import CompanyStatus, state_of_fund
from wealthdesk.domain.targets import state_of_strategy
from wealthdesk.storage import assets, funds, targets
from wealthdesk.storage.connection import Reading, Row, refusing
from wealthdesk.storage.texts import moment_of, moment_text

if TYPE_CHECKING:
    from wealthdesk.storage.writing import Writing


_UNKNOWN = "A class or an asset in these targets does not exist any more. Open the targets again."
_COMPANY_TAKEN = "There already is a company of this name in the fund. Choose another name."

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
    return state_of_strategy(strategy, classes, known)


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


_REVISIONS = """
SELECT id, request_id, what, strategy_id, fund_id, subject_name, baseline_version, new_version, created_at, source,
  reason, actor, total_before, total_after, budget_before, budget_after, reverts_id, accepted, currency
FROM reallocations
"""
_LINES = """
SELECT lines.reallocation_id, lines.subject_id, lines.parent_id, lines.name, lines.from_amount, lines.to_amount,
  lines.from_cap, lines.to_cap, lines.from_band, lines.to_band
FROM reallocation_lines AS lines
JOIN reallocations ON reallocations.id = lines.reallocation_id
"""
_GONE = "It does not exist any more."


def history(connection: Reading, header: Header, after_version: int = -1) -> list[Revision]:
    """The reallocations of a strategy or a fund that made a later version, the newest first."""
    # By version and not by moment: clocks are set back now and then.
    where = f"{_column(header)} = ? AND new_version > ?"
    return _found(connection, where, header.id, after_version, order="new_version DESC")


def of_removed(connection: Reading) -> list[Revision]:
    """The reallocations of strategies and funds that are removed, the newest first."""
    return _found(connection, "strategy_id IS NULL AND fund_id IS NULL")


def revisions_since(connection: Reading, moment: datetime) -> list[Revision]:
    """The reallocations of everything since a moment, the newest first."""
    return _found(connection, "reallocations.created_at >= ?", moment_text(moment))


def by_request(connection: Reading, request_id: str) -> tuple[Revision, str] | None:
    """The reallocation that a request made, with the digest of what was asked; None if there is none."""
    found = _found(connection, "request_id = ?", request_id)
    digests = connection.rows("SELECT request_digest FROM reallocations WHERE request_id = ?", request_id)
    return (found[0], digests[0][0]) if found else None


def add_revision(connection: "Writing", new: Revision, request_digest: str) -> Revision:
    """Keeps a reallocation; given back as it will be read."""
    assert new.header is not None
    row = {
        "id": new.id,
        "request_id": new.request_id,
        "request_digest": request_digest,
        **_subject(new.header),
        "subject_name": new.name,
        "baseline_version": new.baseline_version,
        "new_version": new.version,
        "source": new.source.value,
        "reverts_id": new.reverts_id,
        "reason": new.reason,
        "actor": new.actor,
        "accepted": json.dumps(new.accepted, ensure_ascii=False),
        "total_before": new.total_before,
        "total_after": new.total_after,
        "budget_before": new.budget_before,
        "budget_after": new.budget_after,
        "currency": new.currency,
    }
    connection.insert("reallocations", row)
    connection.insert("reallocation_lines", *_line_rows(new))
    return replace(new, at=moment_of(moment_text(connection.moment)))


def all_naming(connection: Reading, subject_id: str) -> list[Revision]:
    """The reallocations that changed a line of this class, asset or company, the newest first."""
    where = "reallocations.id IN (SELECT reallocation_id FROM reallocation_lines WHERE subject_id = ?)"
    return _found(connection, where, subject_id)


def merge_lines(connection: "Writing", revision: Revision, kept_id: str, other_id: str, new: Iterable[Delta]) -> None:
    """Puts these lines of the subject that is kept in the place of those that a reallocation has of the two."""
    lines = {line.key.parent: line for line in new}
    keys = [line.key for line in revision.lines if line.key.parent and line.key.id in (kept_id, other_id)]
    for parent in dict.fromkeys(key.parent for key in keys):
        # The row of the one that is kept stays where there is one: a reallocation has one of each.
        stays = LineKey(kept_id, parent) if LineKey(kept_id, parent) in keys else LineKey(other_id, parent)
        for key in keys:
            if key.parent == parent and (key != stays or parent not in lines):
                connection.delete("reallocation_lines", **_at(revision, key))
        if parent in lines:
            connection.update("reallocation_lines", _line_row(lines[parent]), **_at(revision, stays))


def _at(revision: Revision, key: LineKey) -> dict[str, object]:
    return {"reallocation_id": revision.id, "parent_id": key.parent, "subject_id": key.id}


def add_attempt(connection: "Writing", header: Header, outcome: ReallocationOutcome) -> None:
    """Keeps what became of an attempt; NotFound if what it was for is gone."""
    with refusing(foreign_key=_GONE):
        row = {"id": str(uuid4()), **_subject(header), "outcome": outcome.value}
        connection.insert("reallocation_attempts", row)


def attempts_since(connection: Reading, moment: datetime) -> list[Attempt]:
    """The attempts since a moment, the newest first."""
    rows = connection.rows(
        "SELECT created_at, what, strategy_id, fund_id, outcome FROM reallocation_attempts WHERE created_at >= ? "
        "ORDER BY created_at DESC, id",
        moment_text(moment),
    )
    return [
        Attempt(moment_of(at), _header(what, strategy, fund), ReallocationOutcome(how))
        for at, what, strategy, fund, how in rows
    ]


def _found(
    connection: Reading, where: str, *values: object, order: str = "created_at DESC, new_version DESC, id"
) -> list[Revision]:
    lines: dict[str, list[Delta]] = {}
    found = connection.rows(f"{_LINES} WHERE {where} ORDER BY position", *values)
    known = _known_as(connection) if any(is_isin(row[3]) for row in found) else {}
    for revision_id, subject, parent, name, *numbers in found:
        told = known.get(subject, name) if is_isin(name) else name
        lines.setdefault(revision_id, []).append(Delta(LineKey(subject, parent), told, *numbers))
    rows = connection.rows(f"{_REVISIONS} WHERE {where} ORDER BY {order}", *values)
    return [_revision(row, lines.get(row[0], ())) for row in rows]


def _known_as(connection: Reading) -> Mapping[str, str]:
    """What the assets are called whose ISIN was kept as the name of a line."""
    return {each.id: each.known_as for each in assets.all_assets(connection)}


def _line_rows(new: Revision) -> Iterable[dict[str, object]]:
    for position, line in enumerate(new.lines):
        yield {
            "id": str(uuid4()),
            "reallocation_id": new.id,
            "position": position,
            **_line_row(line),
        }


def _line_row(line: Delta) -> dict[str, object]:
    return {
        "parent_id": line.key.parent,
        "subject_id": line.key.id,
        "name": line.name,
        "from_amount": line.before,
        "to_amount": line.after,
        "from_cap": line.cap_before,
        "to_cap": line.cap_after,
        "from_band": line.band_before,
        "to_band": line.band_after,
    }


def _column(header: Header) -> str:
    return "strategy_id" if header.what is What.TARGETS else "fund_id"


def _subject(header: Header) -> dict[str, object]:
    return {"what": header.what.value, "strategy_id": None, "fund_id": None, _column(header): header.id}


def _header(what: str, strategy_id: str | None, fund_id: str | None) -> Header | None:
    found = strategy_id or fund_id
    return Header(What(what), found) if found else None


def _revision(row: Row, lines: Iterable[Delta]) -> Revision:
    (revision_id, request_id, what, strategy_id, fund_id, name, baseline, version, at, source, reason, actor,
     total_before, total_after, budget_before, budget_after, reverts_id, accepted, currency) = row  # fmt: skip
    return Revision(
        id=revision_id,
        request_id=request_id,
        header=_header(what, strategy_id, fund_id),
        name=name,
        baseline_version=baseline,
        version=version,
        at=moment_of(at),
        source=Source(source),
        reason=reason,
        actor=actor,
        total_before=total_before,
        total_after=total_after,
        budget_before=budget_before,
        budget_after=budget_after,
        reverts_id=reverts_id,
        accepted=tuple(json.loads(accepted)),
        lines=tuple(lines),
        currency=currency,
    )
