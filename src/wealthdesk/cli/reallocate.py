"""`wealthdesk reallocate`: previews or commits the changes in a JSON file, read strictly, and answers with JSON."""

import argparse
import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from wealthdesk.cli.printing import Malformed, changing, print_json, read_json, reading
from wealthdesk.domain.money import ratio
from wealthdesk.domain.reallocation import (
    AddLine,
    Adjust,
    Change,
    ClearCap,
    Delta,
    Finding,
    Header,
    LineKey,
    Preview,
    RemoveLine,
    SetAmount,
    SetBand,
    SetBudget,
    SetCap,
    State,
    What,
    evaluate,
)
from wealthdesk.domain.reallocation_history import Revision
from wealthdesk.domain.reallocation_words import sentence
from wealthdesk.domain.reserves import Company, Fund, called
from wealthdesk.domain.targets import header_of
from wealthdesk.errors import (
    BadInput,
    NotFound,
    PortfolioChanged,
    ReallocationRefused,
    RequestReused,
    VersionConflict,
    WealthDeskError,
)
from wealthdesk.services.desk import Clock, Desk

DONE: Final = 0
MALFORMED: Final = 2
CONFLICT: Final = 3
INVALID: Final = 4

_PROGRAM: Final = "wealthdesk reallocate"


_LINE: Final = ("company_id", "line", "asset_class")
_AMOUNT: Final = ("planned_reserves_cents", "target_bps")
_DELTA: Final = ("adjust_cents", "adjust_bps")
_CAP: Final = ("allocation_cap_cents", "cap_bps")
_BAND: Final = "band_bps"
"""Half the width of a target's own band; null: that of the strategy's rule."""
_FIELDS: Final = (
    "current_version",
    "proposed_allocations",
    "budget_cents",
    "reason",
    "request_id",
    "token",
    "user_id",
)
_FIELDS_OF_LINE: Final = (*_LINE, "symbol", *_AMOUNT, *_DELTA, *_CAP, _BAND, "remove")
_OF_OTHERS: Final = {
    What.TARGETS: frozenset({"planned_reserves_cents", "adjust_cents", "allocation_cap_cents", "budget_cents"}),
    What.RESERVES: frozenset({"target_bps", "adjust_bps", "cap_bps", _BAND}),
}
"""What only the other one has: so many basis points are not so many cents."""


_CALLED: Final = {What.TARGETS: "the targets of a strategy", What.RESERVES: "the reserves of a fund"}


@dataclass(frozen=True, slots=True)
class WantedChanges:
    """One line that is to change; None: nothing is said of it. `clears_cap` is a cap of null, `has_band` a band."""

    line: str
    amount: int | None = None
    delta: int | None = None
    cap: int | None = None
    clears_cap: bool = False
    is_removed: bool = False
    band: int | None = None
    has_band: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked: of which version, which lines, and for what reason."""

    version: int
    lines: tuple[WantedChanges, ...]
    reason: str = ""
    request_id: str | None = None
    actor: str | None = None
    budget: int | None = None
    has_budget: bool = False
    token: str | None = None
    fields: frozenset[str] = frozenset()
    """The names of all that is said."""


def read_request(path: Path) -> Request:
    """The request in a file (“-”: standard input); Malformed with one sentence if it is none."""
    return read_json(path, _request)


def changes_of(request: Request, state: State, fund: Fund | None) -> tuple[Change, ...]:
    """The request as changes of the state; a line that is not there stays in them, and the preview says so."""
    changes: list[Change] = []
    for wanted in request.lines:
        key = _company_key(wanted.line, fund) if fund is not None else _target_key(wanted.line, state)
        changes += _changes(wanted, key, state)
    return (*changes, SetBudget(request.budget)) if request.has_budget else tuple(changes)


def _changes(wanted: WantedChanges, key: LineKey, state: State) -> list[Change]:
    if wanted.is_removed:
        return [RemoveLine(key)]
    if state.what is What.TARGETS and state.line(key) is None and key in (state.candidates or {}):
        return [AddLine(key, "", wanted.amount or wanted.delta or 0, wanted.cap, wanted.band)]
    changes: list[Change] = []
    if wanted.amount is not None:
        changes.append(SetAmount(key, wanted.amount))
    if wanted.delta is not None:
        changes.append(Adjust(key, wanted.delta))
    if wanted.clears_cap:
        changes.append(ClearCap(key))
    elif wanted.cap is not None:
        changes.append(SetCap(key, wanted.cap))
    if wanted.has_band:
        changes.append(SetBand(key, wanted.band))
    return changes


def _company_key(word: str, fund: Fund) -> LineKey:
    company = called(fund, word)
    return company.key if company is not None else LineKey(word)


def _target_key(word: str, state: State) -> LineKey:
    """A class by id or name, or one of its assets as “Class/SYMBOL”."""
    candidates = state.candidates or {}
    lines = {line.key: line.name for line in state.lines}
    names = {key: each.name for key, each in candidates.items()} | lines
    for key, name in names.items():
        if not key.parent and word.casefold() in (key.id.casefold(), name.casefold()):
            return key
    above, slash, below = word.rpartition("/")
    parent = _target_key(above, state) if slash else LineKey(word)
    for key, name in names.items():
        if slash and key.parent == parent.id and below.casefold() in (key.id.casefold(), name.casefold()):
            return key
    return LineKey(below, parent.id) if slash else LineKey(word)


def _request(told: Any) -> Request:
    if not isinstance(told, dict):
        raise Malformed("It is not an object with “current_version” and “proposed_allocations”.")
    _refuse_unknown(told, _FIELDS)
    version = _whole(told, "current_version")
    if version is None or version < 1:
        raise Malformed("“current_version” is missing. Write the version as a whole number from 1.")
    lines = told.get("proposed_allocations")
    has_budget = "budget_cents" in told
    if not isinstance(lines, list) or not (lines or has_budget):
        raise Malformed("“proposed_allocations” is missing. Write a list of what is to change.")
    return Request(
        version,
        tuple(_wanted(each, place) for place, each in enumerate(lines)),
        _text(told, "reason") or "",
        _text(told, "request_id") or None,
        _actor(told),
        _whole(told, "budget_cents") if has_budget else None,
        has_budget,
        _text(told, "token") or None,
        frozenset({*told, *(name for each in lines for name in each)}),
    )


def _refuse_unknown(told: Mapping[str, Any], known: Collection[str]) -> None:
    """A name that is not understood may be a misspelt one: what was meant by it is not to be left out in silence."""
    for name in told:
        if name not in known:
            raise Malformed(f"“{name:.60}” is no field of a request. There are: {', '.join(known)}.")


def _actor(told: Mapping[str, Any]) -> str | None:
    user = told.get("user_id")
    if user is None:
        return None
    if isinstance(user, bool) or not isinstance(user, int | str) or len(str(user)) > 100:
        raise Malformed("“user_id” is neither a whole number nor a text.")
    return f"User {user}" if isinstance(user, int) else user or None


def _wanted(told: Any, place: int) -> WantedChanges:
    if not isinstance(told, dict):
        raise Malformed(f"Entry {place + 1} of “proposed_allocations” is not an object.")
    try:
        _refuse_unknown(told, _FIELDS_OF_LINE)
        line = _line(told)
        amount, delta, cap = (_first(told, names) for names in (_AMOUNT, _DELTA, _CAP))
        clears_cap = cap is None and any(name in told for name in _CAP)
        is_removed, has_band = told.get("remove", False), _BAND in told
        if not isinstance(is_removed, bool):
            raise Malformed("“remove” is neither true nor false.")
        if amount is not None and delta is not None:
            raise Malformed(f"It has both “{_AMOUNT[0]}” and “{_DELTA[0]}”.")
        if amount is None and delta is None and cap is None and not (clears_cap or is_removed or has_band):
            raise Malformed(f"It has neither “{_AMOUNT[0]}” nor “{_CAP[0]}”.")
    except Malformed as refused:
        raise Malformed(f"Entry {place + 1} of “proposed_allocations”: {refused}") from refused
    return WantedChanges(line, amount, delta, cap, clears_cap, is_removed, _whole(told, _BAND), has_band)


def _line(told: Mapping[str, Any]) -> str:
    if sum(told.get(name) is not None for name in _LINE) > 1:
        raise Malformed(f"It says more than once which line it is: write one of {', '.join(_LINE)}.")
    for name in _LINE:
        value = told.get(name)
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, int | str) or value == "":
            raise Malformed(f"“{name}” is neither a whole number nor a text.")
        symbol = _text(told, "symbol") if name == "asset_class" else None
        return f"{value}/{symbol}" if symbol else str(value)
    raise Malformed("“company_id” is missing.")


def _first(told: Mapping[str, Any], names: tuple[str, ...]) -> int | None:
    return next((value for name in names if (value := _whole(told, name)) is not None), None)


def _whole(told: Mapping[str, Any], name: str) -> int | None:
    value = told.get(name)
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise Malformed(f"“{name}” is not a whole number.")


def _text(told: Mapping[str, Any], name: str) -> str | None:
    value = told.get(name)
    if value is None or isinstance(value, str):
        return value
    raise Malformed(f"“{name}” is not a text.")


def run(arguments: Sequence[str], clock: Clock) -> int:
    """Previews or commits; refusals that have no code of their own are WealthDeskErrors."""
    parser = _parser()
    chosen = parser.parse_args(arguments)
    if chosen.scope is not None and chosen.strategy is None:
        parser.error("--scope belongs to --strategy")
    try:
        request = read_request(chosen.changes)
    except Malformed as refused:
        print(f"{_PROGRAM}: {refused}", file=sys.stderr)
        return MALFORMED
    with (reading if chosen.what == "preview" else changing)(chosen.file, clock) as desk:
        header, fund = subject_named(desk, chosen.fund, chosen.strategy, chosen.scope)
        if others := request.fields & _OF_OTHERS[header.what]:
            print(f"{_PROGRAM}: “{min(others)}” is no field of {_CALLED[header.what]}.", file=sys.stderr)
            return MALFORMED
        return _Run(desk, header, fund, request, chosen).answer()


def add_subject(parser: argparse.ArgumentParser, *, is_required: bool = True) -> None:
    """The arguments that say which strategy or fund is meant."""
    parser.add_argument("--file", type=Path, required=True, metavar="PORTFOLIO", help="the portfolio file")
    which = parser.add_mutually_exclusive_group(required=is_required)
    which.add_argument("--fund", metavar="NAME", help="the reserves of this fund")
    which.add_argument("--strategy", metavar="NAME", help="the targets of this strategy")
    scope = "the account or group of the strategy, where several have its name"
    parser.add_argument("--scope", metavar="NAME", help=scope)


def subject_named(desk: Desk, fund: str | None, strategy: str | None, scope: str | None) -> tuple[Header, Fund | None]:
    """The strategy or the fund of that name; NotFound with the names there are, BadInput for a doubtful one."""
    if fund is not None:
        found = desk.funds.named(fund)
        return found.header, found
    wanted = (strategy or "").strip().casefold()
    strategies = desk.targets.all()
    portfolio = desk.portfolios.current()
    named = [each for each in strategies if each.name.casefold() == wanted]
    if scope is not None:
        place = scope.strip().casefold()
        named = [each for each in named if portfolio.scope_name(each.scope).casefold() == place]
    if not named:
        names = ", ".join(f"“{each.name}”" for each in strategies) or "none"
        raise NotFound(f"There is no strategy “{strategy}” in this file. There are: {names}.")
    if len(named) > 1:
        raise BadInput(
            f"Several scopes have a strategy “{strategy}”. Add --scope with the name of the account or group."
        )
    return header_of(named[0].id), None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        _PROGRAM,
        description="Previews or commits changes of a strategy's targets or of a fund's reserves.",
        epilog="CHANGES.json has current_version and proposed_allocations: objects with company_id, "
        "planned_reserves_cents (or adjust_cents) and allocation_cap_cents (null: none); for targets asset_class, "
        "symbol, target_bps, cap_bps and band_bps; remove; and a reason, request_id, user_id, budget_cents and token. "
        "Exit codes: 0 done, 1 refused, 2 not a request or bad usage, 3 version conflict or stale preview, "
        "4 validation failed, 5 kept, but the answer could not be written.",
        allow_abbrev=False,
    )
    parser.add_argument("what", choices=("preview", "commit"), help="only tell what would change, or keep it")
    add_subject(parser)
    parser.add_argument("--accept-warnings", action="store_true", help="keep it in spite of warnings")
    parser.add_argument(
        "--accept", action="append", default=[], metavar="CODE", help="keep it in spite of the warning with this code"
    )
    parser.add_argument("--token", metavar="TOKEN", help="that of the preview: refused when what it showed has changed")
    parser.add_argument("--json", action="store_true", help="the answer is JSON in any case")
    parser.add_argument("--reason", metavar="TEXT", help="instead of the reason in the file")
    parser.add_argument("--request-id", metavar="ID", help="a request with the same id is kept only once")
    parser.add_argument("changes", type=Path, metavar="CHANGES.json", help="the changes; - is standard input")
    return parser


class _Run:
    """One request on one strategy or fund."""

    def __init__(
        self, desk: Desk, header: Header, fund: Fund | None, request: Request, chosen: argparse.Namespace
    ) -> None:
        self._desk, self._header, self._fund, self._request, self._chosen = desk, header, fund, request, chosen
        self._state: State = desk.reallocations.state(header)
        self._ids: Ids = ids_of(self._state, fund)
        self._changes: tuple[Change, ...] = changes_of(request, self._state, fund)

    def answer(self) -> int:
        """Prints the answer and gives the exit code."""
        try:
            return self._preview() if self._chosen.what == "preview" else self._commit()
        except VersionConflict as refused:
            versions = {"expected_version": refused.expected, "actual_version": refused.actual}
            return self._refused(CONFLICT, "version_conflict", refused, {**versions, "changed": list(refused.changed)})
        except PortfolioChanged as refused:
            return self._refused(CONFLICT, "preview_stale", refused, {})
        except RequestReused as refused:
            return self._refused(INVALID, "request_reused", refused, {})
        except ReallocationRefused as refused:
            kind = {"WarningsNotAccepted": "warnings_not_accepted", "NoChanges": "no_changes"}
            found = findings_of(self._evaluated(), self._ids)
            return self._refused(INVALID, kind.get(type(refused).__name__, "validation_failed"), refused, found)

    def _preview(self) -> int:
        preview = self._desk.reallocations.preview(self._header, self._request.version, self._changes)
        print_json({**subject_of(self._state), **preview_of(preview, self._ids)})
        return INVALID if preview.errors else DONE

    def _commit(self) -> int:
        preview = self._evaluated()
        receipt = self._desk.reallocations.commit(
            self._header,
            self._request.version,
            self._changes,
            self._chosen.token or self._request.token or preview.token,
            reason=self._reason(),
            request_id=self._chosen.request_id or self._request.request_id,
            accepted=[each.code for each in preview.warnings]
            if self._chosen.accept_warnings
            else self._accepted(preview),
            actor=self._request.actor,
        )
        revision = receipt.revision
        told = {
            "success": True,
            **subject_of(self._state),
            "current_version": revision.version,
            "new_version": revision.version,
            "updated_count": len(revision.lines),
            "audit_id": revision.id,
            "timestamp": revision.at.isoformat().replace("+00:00", "Z"),
            "is_repeated": receipt.is_repeated,
        }
        found = {} if receipt.is_repeated else {"totals": totals_of(preview), **findings_of(preview, self._ids)}
        print_json(told | found)
        return DONE

    def _accepted(self, preview: Preview) -> list[str]:
        """The codes that were accepted; BadInput for one that no warning has: it was not this that was looked at."""
        known = [each.code for each in preview.warnings]
        for code in self._chosen.accept:
            if code not in known:
                there_are = ", ".join(f"“{each}”" for each in known) or "none"
                raise BadInput(f"No warning has the code “{code}”. There are: {there_are}. Nothing was saved.")
        return list(self._chosen.accept)

    def _evaluated(self) -> Preview:
        return evaluate(self._state, self._changes, self._desk.settings.limits())

    def _reason(self) -> str:
        """A request without one is kept as well: the file that it came in is what there is to tell."""
        given = self._chosen.reason or self._request.reason
        name = "standard input" if str(self._chosen.changes) == "-" else self._chosen.changes.name
        return given.strip() or (f"From {name}" if self._fund is not None else "")

    def _refused(self, code: int, error: str, refusal: WealthDeskError, more: dict[str, Any]) -> int:
        print_json({"success": False, **subject_of(self._state), "error": error, "message": str(refusal), **more})
        print(f"{_PROGRAM}: {refusal}", file=sys.stderr)
        return code


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


def _revision_line(line: Delta, unit: str, ids: Ids) -> dict[str, Any]:
    return {
        **line_name(line.key, ids),
        "company_name": line.name,
        f"from_{unit}": line.before,
        f"to_{unit}": line.after,
        f"from_cap_{unit}": line.cap_before,
        f"to_cap_{unit}": line.cap_after,
        **_bands(line, unit),
    }


def _bands(line: Delta, unit: str) -> dict[str, int | None]:
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
