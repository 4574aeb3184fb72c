"""What a JSON file asks to be reallocated: checked field by field, then as changes of a strategy's or fund's lines."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from wealthdesk.cli.json_file import Malformed, read_json
from wealthdesk.domain.reallocation import (
    AddLine,
    Adjust,
    Change,
    ClearCap,
    LineKey,
    RemoveLine,
    SetAmount,
    SetBand,
    SetBudget,
    SetCap,
    State,
    What,
)
from wealthdesk.domain.reserves import Fund, called

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


@dataclass(frozen=True, slots=True)
class Wanted:
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
    lines: tuple[Wanted, ...]
    reason: str = ""
    request_id: str | None = None
    actor: str | None = None
    budget: int | None = None
    has_budget: bool = False
    token: str | None = None


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


def _changes(wanted: Wanted, key: LineKey, state: State) -> list[Change]:
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


def _wanted(told: Any, place: int) -> Wanted:
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
    return Wanted(line, amount, delta, cap, clears_cap, is_removed, _whole(told, _BAND), has_band)


def _line(told: Mapping[str, Any]) -> str:
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
