"""Whether the values in a file are what their columns say: damage can leave a file that SQLite finds whole.

What a column holds follows from its name; texts.py says how a value of each kind is written. Values are looked at by
SQLite itself, which is many times faster than reading them, and once more one by one where a row is to be carried over.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from wealthdesk.domain.money import CURRENCIES, LARGEST_MINOR
from wealthdesk.storage.texts import day_of, decimal_of, moment_of

_DECIMALS: Final = frozenset(
    {"quantity", "quantity_before", "quantity_after", "rate", "lot_step", "fee_rate_bps", "fx_rate_bps"}
)
_PRICES: Final = frozenset({"price"})
_DAYS: Final = frozenset({"on_date", "acquired_on", "first_on", "until"})
_CURRENCIES: Final = frozenset({"currency", "base", "quote", "base_currency", "source_currency", "to_currency"})
_LISTS: Final = frozenset({"accepted"})

_DAY: Final = "date({0}, '+0 days') IS {0} AND {0} >= '0001'"
_PLAIN: Final = "length({0}) = length(CAST({0} AS BLOB))"  # no more than ASCII, and no NUL that hides what follows it
_KNOWN: Final = ", ".join(f"'{code}'" for code in sorted(CURRENCIES))

# Of a longer one SQLite does not tell the digits exactly.
_DECIMAL: Final = "typeof({0}) = 'text' AND length({0}) <= 13 AND CAST({0} + 0 AS TEXT) = {0} AND {0} NOT GLOB '*.0'"

_SURE: Final = {
    "whole": "typeof({0}) = 'integer'",
    "minor": f"typeof({{0}}) = 'integer' AND {{0}} BETWEEN {-LARGEST_MINOR} AND {LARGEST_MINOR}",
    "decimal": _DECIMAL,
    "price": f"{_DECIMAL} AND {{0}} >= '0'",
    "day": f"typeof({{0}}) = 'text' AND {_DAY}",
    "moment": f"typeof({{0}}) = 'text' AND {_PLAIN} AND {_DAY.replace('{0}', 'substr({0}, 1, 10)')} AND "
    "substr({0}, 11) GLOB 'T[0-2][0-9]:[0-5][0-9]:[0-5][0-9].[0-9][0-9][0-9]Z' AND substr({0}, 12, 2) < '24'",
    "currency": f"typeof({{0}}) = 'text' AND {{0}} IN ({_KNOWN}, '')",
    "text": f"typeof({{0}}) = 'text' AND {_PLAIN} AND {{0}} NOT GLOB '*[^ -~]*'",
    "list": "0",
}
"""What is surely a value of its kind, {0} for the column; of the others each is read."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """The number of a row of a table, and the column whose value does not say what its column says."""

    table: str
    number: int
    column: str


def kinds_of(connection: sqlite3.Connection, table: str) -> dict[str, str]:
    """The columns of a table, in their order, and what each holds."""
    found = connection.execute(f'PRAGMA table_info("{table}")').fetchall()
    return {_text(name): kind_of(_text(name), _text(declared)) for _, name, declared, *_ in found}


def kind_of(column: str, declared: str) -> str:
    """What a column holds, by its name and the type it was declared with: one of the kinds of values in the file."""
    if declared.upper() == "INTEGER":
        return "minor" if column.endswith("_minor") else "whole"
    kinds = (
        ("decimal", _DECIMALS),
        ("price", _PRICES),
        ("day", _DAYS),
        ("currency", _CURRENCIES),
        ("list", _LISTS),
    )
    for kind, names in kinds:
        if column in names:
            return kind
    return "moment" if column.endswith("_at") else "text"


def readable(kinds: Mapping[str, str], names: Sequence[str], raw: Sequence[Any]) -> tuple[Any, ...]:
    """The values of a row, with its texts as bytes, as texts and numbers; ValueError when one does not say what its
    column says.

    kinds: column → what it holds (see `kinds_of`).
    """
    values = []
    for name, value in zip(names, raw, strict=True):
        try:
            values.append(_read(kinds[name], value))
        except ValueError as error:
            raise ValueError(f"{name.replace('_', ' ')}: {error}") from None
    return tuple(values)


def told(row: Unreadable) -> str:
    """What is wrong with the row, as a clause."""
    return f"row {row.number} of {row.table} is not as it was written ({row.column.replace('_', ' ')})"


def unreadable_row(connection: sqlite3.Connection, tables: Iterable[str]) -> Unreadable | None:
    """The first row of these tables that holds a value which is not as it was written."""
    for table in sorted(tables):
        kinds = kinds_of(connection, table)
        owned = {_text(row[3]) for row in connection.execute(f'PRAGMA foreign_key_list("{table}")')}
        # What belongs to something has the value that it has there, as the check of what rows belong to has found.
        names = [name for name in kinds if name not in owned]
        for number, *row in connection.execute(_doubtful(table, names, kinds)) if names else ():
            for name, stored, value in zip(names, row[::2], row[1::2], strict=True):
                try:
                    _read(kinds[name], str(value) if stored == "blob" else value)
                except ValueError:
                    return Unreadable(table, number, name)
    return None


def _doubtful(table: str, names: Sequence[str], kinds: Mapping[str, str]) -> str:
    """The query for rows with a value that has to be read to know: its texts as bytes, each after what it lies as."""
    doubts = " OR ".join(f"NOT ({_sure(name, kinds[name])})" for name in names)
    raw = ", ".join(
        f'typeof("{name}"), iif(typeof("{name}") = \'text\', CAST("{name}" AS BLOB), "{name}")' for name in names
    )
    return f'SELECT rowid, {raw} FROM "{table}" NOT INDEXED WHERE {doubts}'  # noqa: S608 (names of the file's schema)


def _sure(name: str, kind: str) -> str:
    return f'"{name}" IS NULL OR ({_SURE[kind].format(chr(34) + name + chr(34))})'


def _read(kind: str, raw: object) -> object:
    """The value as a text or a number, once it is known to say what its column says."""
    if raw is None:
        return None
    if kind in ("whole", "minor"):
        if type(raw) is not int or (kind == "minor" and abs(raw) > LARGEST_MINOR):
            raise ValueError("it is no whole number that is kept")
        return raw
    if not isinstance(raw, bytes):
        raise ValueError("it is no text")
    text = raw.decode()
    _READ.get(kind, str)(text)
    return text


def _known_currency(text: str) -> str:
    """Empty where none applies; where one does, the table itself refuses an empty one."""
    if text and text not in CURRENCIES:
        raise ValueError("it is no currency")
    return text


def _price_of(text: str) -> object:
    price = decimal_of(text)
    if price < 0:
        raise ValueError("it is below zero")
    return price


def _list_of(text: str) -> object:
    try:
        found = json.loads(text)
    except RecursionError:
        found = None
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise ValueError("it is no list of texts")
    return found


_READ: Final[Mapping[str, Callable[[str], object]]] = {
    "decimal": decimal_of,
    "price": _price_of,
    "day": day_of,
    "moment": moment_of,
    "currency": _known_currency,
    "list": _list_of,
}


def _text(value: object) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)
