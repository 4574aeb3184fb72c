"""The latest imports in the file: what each changed, row by row, so that it can be taken back."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from wealthdesk.changes import Topic
from wealthdesk.errors import NotFound
from wealthdesk.storage.connection import Reading, Row
from wealthdesk.storage.steps import RowKey, RowPlace, RowStep, Touched
from wealthdesk.storage.texts import moment_of

if TYPE_CHECKING:
    from wealthdesk.storage.writing import Writing

MOST: Final = 20
"""So many imports can be taken back later."""

_LARGEST: Final = 16_000_000
"""And no more than these have characters together: an import of ten thousand holdings has four millions."""

_GONE: Final = "This import cannot be taken back any more: nothing is kept of what it changed."


@dataclass(frozen=True, slots=True)
class KeptImport:
    """An import that can be taken back, by the name of its step."""

    id: str
    name: str
    made_at: datetime


def all_imports(connection: Reading) -> list[KeptImport]:
    """The imports of which is kept what they changed, the newest first."""
    rows = connection.rows("SELECT id, name, created_at FROM imports ORDER BY created_at DESC, rowid DESC")
    return [KeptImport(import_id, name, moment_of(made_at)) for import_id, name, made_at in rows]


def step_of(connection: Reading, import_id: str) -> RowStep:
    """What an import changed; NotFound where that is not kept, or was written for other tables than those of now."""
    from wealthdesk.storage.row_log import columns_of

    row = connection.row("SELECT name, step FROM imports WHERE id = ?", import_id)
    if row is None:
        raise NotFound(_GONE)
    name, text = row
    try:
        told = json.loads(text)
        if any(tuple(names) != columns_of(table) for table, names in told["columns"].items()):
            raise NotFound("This import was made by an older WealthDesk, so it cannot be taken back.")
        return _checked(_step(name, told))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise NotFound(_GONE) from error


def add_import(connection: "Writing", step: RowStep) -> None:
    """Keeps what an import changed; the oldest that are too many, or too large together, are not kept any more."""
    connection.insert("imports", {"id": str(uuid4()), "name": step.name, "step": _text(step)})
    sizes = connection.rows("SELECT id, length(step) FROM imports ORDER BY created_at DESC, rowid DESC")
    total = 0
    for place, (import_id, size) in enumerate(sizes):
        total += size
        if place >= MOST or total > _LARGEST:
            remove_import(connection, import_id)


def remove_import(connection: "Writing", import_id: str) -> None:
    """Keeps nothing any more of what an import changed."""
    connection.delete("imports", id=import_id)


def _text(step: RowStep) -> str:
    """In JSON: each place once, by the number of its table, its key and its mark; then what was touched, by place."""
    from wealthdesk.storage.row_log import columns_of

    tables = {table: number for number, table in enumerate(sorted({table for table, _ in step.after}))}
    places = {place: number for number, place in enumerate(step.after)}
    return json.dumps(
        {
            "topics": sorted(each.name for each in step.topics),
            "columns": {table: columns_of(table) for table in tables},
            "places": [(tables[table], key, mark) for (table, key), mark in step.after.items()],
            "rows": _rows_told(step, places),
            "sets": [(*where, sorted(keys)) for where, keys in sorted(step.sets.items(), key=repr)],
        },
        separators=(",", ":"),
    )


def _rows_told(step: RowStep, places: Mapping[RowPlace, int]) -> list[object]:
    """The numbers of the places that were touched, and, where there was a row before, with it."""
    return [places[each.place] if each.before is None else (places[each.place], each.before) for each in step.rows]


def _step(name: str, told: Mapping[str, Any]) -> RowStep:
    tables = list(told["columns"])
    places = [(tables[number], tuple(key)) for number, key, _ in told["places"]]
    touched = ((each, None) if isinstance(each, int) else each for each in told["rows"])
    return RowStep(
        name,
        frozenset(Topic[each] for each in told["topics"]),
        tuple(Touched(*places[place], _row(before)) for place, before in touched),
        {place: mark for place, (*_, mark) in zip(places, told["places"], strict=True)},
        {
            (table, column, value): frozenset[RowKey](tuple(key) for key in keys)
            for table, column, value, keys in told["sets"]
        },
    )


def _checked(step: RowStep) -> RowStep:
    """The step, once it is known to speak of rows that can be; ValueError for anything else that lies in the file."""
    from wealthdesk.storage.row_log import SETS, columns_of, key_columns_of

    lengths = {table: (len(key_columns_of(table)), len(columns_of(table))) for table, _ in step.after}
    for table, key in step.after:
        _check_values(key, lengths[table][0])
    for each in step.rows:
        if each.before is not None:
            _check_values(each.before, lengths[each.table][1])
    for (table, column, value), keys in step.sets.items():
        if SETS[table] != column:
            raise ValueError(f"{column!r:.40} makes no set of {table}")
        _check_values((value,), 1)
        for key in keys:
            _check_values(key, len(key_columns_of(table)))
    return step


def _check_values(values: Sequence[object], count: int) -> None:
    if len(values) != count or any(value is not None and type(value) not in (str, int) for value in values):
        raise ValueError("these are no values of a row")


def _row(told: list[Any] | None) -> Row | None:
    return None if told is None else tuple(told)
