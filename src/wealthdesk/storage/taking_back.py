"""Taking a step back: its rows become what they were, provided that nobody has changed them since.

What a history tells is never taken out of it: versions of targets and reserves are only gone back to (the next version
says so, see `services.undo`), and a plan that was recorded is marked as undone.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from wealthdesk.domain.reallocation import Header, What
from wealthdesk.errors import AlreadyExists, BadInput, CannotUndo, NotFound
from wealthdesk.storage.connection import Reading, Row, refusing
from wealthdesk.storage.row_log import columns_of, going_with, keys_where, row_at
from wealthdesk.storage.steps import RowKey, RowPlace, RowStep, mark
from wealthdesk.storage.texts import moment_text

if TYPE_CHECKING:
    from wealthdesk.storage.writing import Writing

VERSIONED: Final = {"rebalancing_strategies": What.TARGETS, "funds": What.RESERVES}
"""Tables whose rows count the versions of their lines."""

_TOLD: Final = frozenset(
    {
        "reallocations",
        "reallocation_lines",
        "reallocation_attempts",
        "plan_amounts",
        "plan_trades",
        "plan_conversions",
        "plan_changes",
        "plan_change_lots",
    }
)
"""What a history is made of: it stays, and only what it names is put back."""

_REMEMBERED: Final = frozenset({"plan_options", "placed_orders", "imports"})
"""What the program remembers of plans and imports: no data of the user's, and nothing that stands in the way."""

_PLANS: Final = "plans"
_LINES: Final = "reallocation_lines"
_TICKS: Final = "placed_orders"
_OTHER_TICKS: Final = "SELECT 1 FROM placed_orders WHERE scope_id IS ? AND group_id IS ? AND signature <> ?"
_PLAN_PARTS: Final = ("account_id", "group_id", "undone_at")
"""What changes of a recorded plan after it was recorded."""

_SETTING_APART: Final = {
    ("accounts", "account_groups"): (),
    ("asset_classes",): (),
    ("funds",): (),
    ("rebalancing_strategies",): ("account_id", "group_id"),
    ("companies",): ("fund_id",),
}
"""Tables with names that differ by more than their case, together and within the same of these columns."""

_MONEY_OF: Final = {"assets": ("asset_id", ("holdings", "prices")), "funds": ("fund_id", ("companies",))}
"""Tables with a currency that cannot change while rows of these tables have amounts in it."""

_WORDS: Final = {
    "accounts": "an account",
    "account_aliases": "a name of an account",
    "account_assets": "the rules of an account",
    "account_exceptions": "the rules of an account",
    "account_rooms": "the room of an account",
    "account_group_members": "the accounts of a group",
    "account_groups": "a group of accounts",
    "account_rules": "the rules of an account",
    "asset_aliases": "a name of an asset",
    "asset_classes": "an asset class",
    "asset_exposures": "the class of an asset",
    "asset_quotes": "what a source calls an asset",
    "asset_rules": "the rule of an asset",
    "assets": "an asset",
    "class_homes": "the rule of a class",
    "companies": "a company",
    "deposit_outcomes": "a date of a planned deposit",
    "deposits_planned": "a planned deposit",
    "funds": "a fund",
    "followed_cash": "what lists of transactions explain",
    "fx_rates": "an exchange rate",
    "holding_history": "what was held before",
    "holdings": "a holding",
    "plans": "a recorded plan",
    "prices": "a price",
    "replayed_rows": "what lists of transactions explain",
    "settings": "a setting",
    "tax_lots": "the cost lots of a holding",
}
_TARGETS: Final = "a strategy"


def take_back(connection: "Writing", step: RowStep) -> None:
    """Make all rows of a step what they were before it; CannotUndo where somebody has changed something of it since.

    Versions are left as they are; `gone_back` says of which ones lines changed.
    """
    _check_unchanged(connection, step)
    refusal = (
        f"This cannot be taken back: {step.name}. It does not fit what was added or removed since. Nothing was changed."
    )
    try:
        with refusing(unique=refusal, foreign_key=refusal, check=refusal):
            for touched in reversed(step.rows):
                _put_back(connection, step, touched.table, touched.key, touched.before)
    except (AlreadyExists, BadInput, NotFound) as error:
        raise CannotUndo(refusal) from error
    _check_apart(connection, step)


def why_not(connection: Reading, step: RowStep) -> str:
    """Why a step cannot be taken back, as far as its own rows tell; empty: it can."""
    try:
        _check_unchanged(connection, step)
    except CannotUndo as refusal:
        return str(refusal)
    return ""


def gone_back(connection: Reading, step: RowStep) -> dict[Header, int]:
    """The strategies and funds whose lines a step changed, with the version that they had before it; those that are
    there before and after."""
    found = {}
    for (table, key), before in step.before().items():
        now = row_at(connection, table, key) if table in VERSIONED and before is not None else None
        if now is not None and before is not None:
            at = columns_of(table).index("version")
            if now[at] != before[at]:
                found[Header(VERSIONED[table], key[0])] = int(before[at])
    return found


def _put_back(connection: "Writing", step: RowStep, table: str, key: RowKey, before: Row | None) -> None:
    now = row_at(connection, table, key)
    if _stays(step, table, now, before):
        return
    if table == _TICKS and now is None and before is not None and not _may_be_ticked(connection, before):
        return
    if table == _PLANS:
        before = _plan_put_back(connection, now, before)
    elif table in VERSIONED and now is not None and before is not None:
        before = _with(table, before, version=now[columns_of(table).index("version")])
    elif table in _MONEY_OF and now is not None and before is not None:
        _check_money(connection, step, table, key, now, before)
    if table == "assets" and before is not None:
        _check_isin(connection, step, key, now, before)
    if before is None and now is not None:
        for each in going_with(connection, table, now):
            if each.place != (table, key) and each.table not in _TOLD | _REMEMBERED | {_PLANS}:
                raise _changed(step, each.table)
    if before != now:
        connection.set_row(table, key, before)


def _stays(step: RowStep, table: str, now: Row | None, before: Row | None) -> bool:
    """Whether a row that a step added or took away is told by a history, and stays so.

    Lines of versions go and come where two assets become one, and two again; those of a version that a step made stay
    with it.
    """
    if table not in _TOLD or (now is not None and before is not None):
        return False
    if table != _LINES or before is not None or now is None:
        return table != _LINES
    made = ("reallocations", (now[columns_of(table).index("reallocation_id")],))
    return made in step.after and step.before()[made] is None


def _may_be_ticked(connection: Reading, row: Row) -> bool:
    """Whether an order can be ticked off again: what it names is there, and none of another plan is ticked by now."""
    tick = dict(zip(columns_of(_TICKS), row, strict=True))
    named = {"accounts": tick["account_id"], "assets": tick["asset_id"], "account_groups": tick["group_id"]}
    is_there = all(each is None or connection.count(table, id=each) for table, each in named.items())
    others = connection.row(_OTHER_TICKS, tick["scope_id"], tick["group_id"], tick["signature"])
    return is_there and others is None


def _plan_put_back(connection: "Writing", now: Row | None, before: Row | None) -> Row | None:
    """A plan stays in the list: as one that was undone, where it was not recorded before."""
    if now is None:
        return None
    if before is None:
        return _with(_PLANS, now, undone_at=moment_text(connection.moment))
    names = columns_of(_PLANS)
    return _with(_PLANS, now, **{name: before[names.index(name)] for name in _PLAN_PARTS})


def _with(table: str, row: Row, **values: object) -> Row:
    return tuple(values.get(name, value) for name, value in zip(columns_of(table), row, strict=True))


def _check_unchanged(connection: Reading, step: RowStep) -> None:
    # What was held before is told as the last: it follows from what is held.
    for (table, key), after in sorted(step.after.items(), key=lambda each: each[0][0] == "holding_history"):
        if table not in _TOLD | _REMEMBERED and mark(row_at(connection, table, key)) != after:
            raise _changed(step, table)
    for (table, column, value), keys in step.sets.items():
        if keys_where(connection, table, {column: value}) != keys:
            raise _changed(step, table)


def _check_apart(connection: Reading, step: RowStep) -> None:
    """No two things of one kind have names that differ by their case alone: files name them without regard to it."""
    touched = {table for table, _ in step.after}
    for tables, within_columns in _SETTING_APART.items():
        named: set[tuple[object, ...]] = set()
        columns = ", ".join(("name", *within_columns))
        each_of = (f"SELECT {columns} FROM {table}" for table in tables)  # noqa: S608 (names of our own tables)
        for name, *within in connection.rows(" UNION ALL ".join(each_of)) if touched & {*tables} else ():
            one = (name.casefold(), *within)
            if one in named:
                raise CannotUndo(
                    f"This cannot be taken back: {step.name}. Another one is called “{name}” by now. Nothing was "
                    "changed; rename that one first."
                )
            named.add(one)


def _check_money(connection: Reading, step: RowStep, table: str, key: RowKey, now: Row, before: Row) -> None:
    at = columns_of(table).index("currency")
    column, children = _MONEY_OF[table]
    if now[at] != before[at]:
        for child in children:
            if connection.count(child, **{column: key[0]}):
                raise _changed(step, child)


def _check_isin(connection: Reading, step: RowStep, key: RowKey, now: Row | None, before: Row) -> None:
    """No two assets get one ISIN in one currency."""
    names = columns_of("assets")
    parts = {name: before[names.index(name)] for name in ("isin", "currency")}
    if parts["isin"] is None or (now is not None and all(now[names.index(name)] == parts[name] for name in parts)):
        return
    if keys_where(connection, "assets", parts) - {key}:
        raise _changed(step, "assets")


def _changed(step: RowStep, table: str) -> CannotUndo:
    return CannotUndo(
        f"This cannot be taken back: {step.name}. Since then, {_WORDS.get(table, _TARGETS)} that it changed was "
        "changed again, here or by another program. Nothing was changed."
    )


def expected_now(steps: Iterable[RowStep], taken: RowStep, result: RowStep) -> tuple[RowStep, ...]:
    """The steps, the latest last, as they can be taken back once `taken` was, which the step `result` did.

    A step left rows as the one after it found them; where these were not put back to the letter (a version goes on
    counting), what came of them is what it left.
    """
    before, after = taken.before(), result.after
    found = list(steps)
    for place, row in before.items():
        was, now = mark(row), after.get(place)
        if now is None or now == was:
            continue
        _expect(found, place, was, now)
    return tuple(found)


def _expect(steps: list[RowStep], place: RowPlace, was: str, now: str) -> None:
    for at in range(len(steps) - 1, -1, -1):
        if place in steps[at].after:
            if steps[at].after[place] == was:
                steps[at] = replace(steps[at], after={**steps[at].after, place: now})
            return
