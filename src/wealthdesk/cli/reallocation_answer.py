"""What a reallocation is answered with as JSON: lines before and after, totals, what was found, the new version."""

from collections.abc import Mapping
from typing import Any

from wealthdesk.domain.money import ratio
from wealthdesk.domain.reallocation import Finding, LineKey, State, What
from wealthdesk.domain.reallocation_history import Revision, RevisionLine
from wealthdesk.domain.reallocation_preview import Delta, Preview
from wealthdesk.domain.reallocation_words import sentence
from wealthdesk.domain.reserves import Company, Fund

Ids = Mapping[LineKey, int | str]
"""What each line is called in files: the id that came with a company, a class's or asset's own."""


def ids_of(state: State, fund: Fund | None) -> Ids:
    """What the lines are called; a company's id is a number where it is written as one."""
    if fund is not None:
        return {each.key: company_id(each) for each in fund.companies}
    return {line.key: line.key.id for line in state.lines}


def company_id(company: Company) -> int | str:
    """What files call a company by."""
    word = company.known_as
    is_number = word.isascii() and word.isdecimal() and len(word) <= 15 and (word == "0" or word[0] != "0")
    return int(word) if is_number else word


def subject_of(state: State) -> dict[str, Any]:
    """Which strategy or fund this is about."""
    return {"fund" if state.what is What.RESERVES else "strategy": state.name, "current_version": state.version}


def preview_of(preview: Preview, ids: Ids) -> dict[str, Any]:
    """Everything that a preview says."""
    unit = _unit(preview.state.what)
    return {
        "deltas": [_delta(each, unit, ids) for each in preview.deltas],
        "totals": totals_of(preview),
        **findings_of(preview, ids),
        "can_commit": preview.can_commit,
        "token": preview.token,
    }


def findings_of(preview: Preview, ids: Ids) -> dict[str, Any]:
    """What was found: errors and warnings by severity, and whether there are errors."""
    state = preview.state
    errors = [sentence(each, state.what, state.currency) for each in preview.errors]
    return {
        "warnings": [_finding(each, state, ids) for each in (*preview.errors, *preview.warnings)],
        "information": [_finding(each, state, ids) for each in preview.information],
        "validation": {"is_valid": not errors, "errors": errors},
    }


def totals_of(preview: Preview) -> dict[str, Any]:
    """The totals before and after, and what they differ by."""
    before, after = preview.total_before, preview.total_after
    return {
        "total_allocated_before": before,
        "total_allocated_after": after,
        f"delta_{_unit(preview.state.what)}": after - before,
        "delta_pct": _percent(after - before, before),
    }


def revision_of(revision: Revision, what: What, ids: Ids) -> dict[str, Any]:
    """One entry of a history."""
    unit = _unit(what)
    return {
        "version": revision.version,
        "new_version": revision.version,
        "baseline_version": revision.baseline_version,
        "audit_id": revision.id,
        "request_id": revision.request_id,
        "created_at": revision.at.isoformat().replace("+00:00", "Z"),
        "source": revision.source.value,
        "reason": revision.reason,
        "actor": revision.actor,
        "reverts_id": revision.reverts_id,
        "total_before": revision.total_before,
        "total_after": revision.total_after,
        "accepted_warnings": list(revision.accepted),
        "lines": [_revision_line(each, unit, ids) for each in revision.lines],
        **(
            {"from_budget": revision.budget_before, "to_budget": revision.budget_after} if what is What.RESERVES else {}
        ),
    }


def line_name(key: LineKey, ids: Ids) -> dict[str, Any]:
    """What a line is called: of an asset its class, too."""
    told: dict[str, Any] = {"company_id": ids.get(key, key.id)}
    return told | ({"parent": key.parent} if key.parent else {})


def _unit(what: What) -> str:
    return "bps" if what is What.TARGETS else "cents"


def _delta(delta: Delta, unit: str, ids: Ids) -> dict[str, Any]:
    return {
        **line_name(delta.key, ids),
        "company_name": delta.name,
        f"from_{unit}": delta.before,
        f"to_{unit}": delta.after,
        f"delta_{unit}": delta.change,
        "delta_pct": _percent(delta.change, delta.before or 0),
        "status": "increased" if delta.change > 0 else "decreased" if delta.change < 0 else "unchanged",
        "is_new": delta.is_new,
        f"from_cap_{unit}": delta.cap_before,
        f"to_cap_{unit}": delta.cap_after,
        **_bands(delta, unit),
    }


def _revision_line(line: RevisionLine, unit: str, ids: Ids) -> dict[str, Any]:
    return {
        **line_name(line.key, ids),
        "company_name": line.name,
        f"from_{unit}": line.before,
        f"to_{unit}": line.after,
        f"from_cap_{unit}": line.cap_before,
        f"to_cap_{unit}": line.cap_after,
        **_bands(line, unit),
    }


def _bands(line: Delta | RevisionLine, unit: str) -> dict[str, int | None]:
    """The bands of its own that a target has; a reserve has none."""
    return {"from_band_bps": line.band_before, "to_band_bps": line.band_after} if unit == "bps" else {}


def _finding(finding: Finding, state: State, ids: Ids) -> dict[str, Any]:
    about = {} if finding.key is None else {**line_name(finding.key, ids), "company_name": finding.name}
    return {
        "type": finding.kind.value,
        "severity": finding.severity.value,
        "code": finding.code,
        **about,
        "message": sentence(finding, state.what, state.currency),
        "part": finding.part,
        "whole": finding.whole,
        "limit": finding.limit,
    }


def _percent(part: int, whole: int) -> int | float | None:
    """A change in percent with three decimals for those who read JSON; None from zero: that is new, and not 100 %."""
    return None if whole <= 0 else ratio(part * 100_000, whole) / 1000
