"""The history of strategies and funds in the file: every reallocation with its lines, and every attempt at one."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from wealthdesk.domain.reallocation import Header, LineKey, What
from wealthdesk.domain.reallocation_history import Attempt, ReallocationOutcome, Revision, RevisionLine, Source
from wealthdesk.storage.connection import Reading, Row, refusing
from wealthdesk.storage.texts import moment_of, moment_text

if TYPE_CHECKING:
    from wealthdesk.storage.writing import Writing

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


def merge_lines(
    connection: "Writing", revision: Revision, kept_id: str, other_id: str, new: Iterable[RevisionLine]
) -> None:
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
    lines: dict[str, list[RevisionLine]] = {}
    for revision_id, subject, parent, *numbers in connection.rows(f"{_LINES} WHERE {where} ORDER BY position", *values):
        lines.setdefault(revision_id, []).append(RevisionLine(LineKey(subject, parent), *numbers))
    rows = connection.rows(f"{_REVISIONS} WHERE {where} ORDER BY {order}", *values)
    return [_revision(row, lines.get(row[0], ())) for row in rows]


def _line_rows(new: Revision) -> Iterable[dict[str, object]]:
    for position, line in enumerate(new.lines):
        yield {
            "id": str(uuid4()),
            "reallocation_id": new.id,
            "position": position,
            **_line_row(line),
        }


def _line_row(line: RevisionLine) -> dict[str, object]:
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


def _revision(row: Row, lines: Iterable[RevisionLine]) -> Revision:
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
