"""The rules that a file itself does not refuse to break: what its values are, and what they say together.

What a column holds follows from its name; texts.py says how a value of each kind is written. Values are looked at by
SQLite itself, which is many times faster than reading them, and once more one by one where a row is to be carried over.
Of the field: sums of targets and of exposures, and targets in their class.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import compress
from typing import Any, Final

from wealthdesk.domain.money import CURRENCIES, LARGEST_MINOR, WHOLE, percent
from wealthdesk.storage.connection import Reading
from wealthdesk.storage.holdings import BASE_CURRENCY
from wealthdesk.storage.schema import TableShape, schema_in
from wealthdesk.storage.texts import day_of, decimal_of, moment_of


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that does not hold, as a clause, and the rows without which it would: table and number of each.

    share: the column of the rows that does not sum to 100 %, where that is the rule.
    """

    what: str
    table: str
    rows: tuple[int, ...]
    share: str = ""


WORDS: Final = {
    ("accounts", "kind"): ("taxable", "tax_deferred", "tax_free"),
    ("account_rooms", "kind"): ("no_limit", "limited"),
    ("account_rules", "may_hold"): ("automatic", "all", "listed"),
    ("asset_rules", "trading"): ("buy_only", "sell_only", "locked", "excluded"),
    ("assets", "kind"): ("security", "fund", "cash", "crypto", "property", "private"),
    ("class_homes", "account_kind"): ("taxable", "tax_deferred", "tax_free"),
    ("companies", "status"): ("active", "exited"),
    ("deposit_outcomes", "outcome"): ("recorded", "skipped"),
    ("deposits_planned", "every"): ("month", "quarter", "spread"),
    ("placed_orders", "side"): ("buy", "sell"),
    ("plan_options", "goal"): ("target", "band_edge", "half_way"),
    ("plan_trades", "side"): ("buy", "sell"),
    ("plans", "mode"): ("deposit", "withdraw", "rebalance"),
    ("reallocation_attempts", "outcome"): ("committed", "conflict", "stale", "invalid"),
    ("reallocations", "source"): ("manual", "template", "import", "revert", "scale"),
    ("rebalancing_strategies", "fill_method"): ("even_fill", "largest_gap", "proportional", "equal_points"),
    ("rebalancing_strategies", "unfillable"): ("spread", "keep_cash"),
}
"""The words that a column may hold."""

_WORDED: Final = frozenset(table for table, _ in WORDS)

_TRADES: Final = (
    "SELECT trades, rowid FROM plan_options WHERE trades NOT IN ('fewest', 'best_value', 'closest') "
    "AND (trades NOT GLOB '[1-9]*' OR trades GLOB '*[^0-9]*')"
)

_SUMS: Final = (
    (
        "asset_exposures",
        "weight_bps",
        "the shares of {} in its classes",
        "SELECT assets.symbol, sum(weight_bps), group_concat(asset_exposures.rowid) FROM asset_exposures "
        "JOIN assets ON assets.id = asset_id GROUP BY asset_id",
    ),
    (
        "asset_class_targets",
        "target_bps",
        "the class targets of “{}”",
        "SELECT name, sum(target_bps), group_concat(asset_class_targets.rowid) FROM asset_class_targets "
        "JOIN rebalancing_strategies ON rebalancing_strategies.id = strategy_id GROUP BY strategy_id",
    ),
    (
        "holding_targets",
        "target_bps_of_class",
        "the holding targets of a class in “{}”",
        "SELECT name, sum(target_bps_of_class), group_concat(holding_targets.rowid) FROM holding_targets "
        "JOIN asset_class_targets ON asset_class_targets.id = asset_class_target_id "
        "JOIN rebalancing_strategies ON rebalancing_strategies.id = strategy_id GROUP BY asset_class_target_id",
    ),
)
"""What sums to 100 % for each of the first column, where there is any of it."""

_ELSEWHERE: Final = """
SELECT assets.symbol, asset_classes.name, group_concat(holding_targets.rowid)
FROM holding_targets
JOIN assets ON assets.id = holding_targets.asset_id
JOIN asset_class_targets ON asset_class_targets.id = asset_class_target_id
JOIN asset_classes ON asset_classes.id = asset_class_targets.asset_class_id
LEFT JOIN asset_exposures
  ON asset_exposures.asset_id = assets.id AND asset_exposures.asset_class_id = asset_classes.id
WHERE asset_exposures.weight_bps IS NOT 10000
GROUP BY assets.id, asset_classes.id
"""
"""Assets with a holding target in a class that they do not count to alone."""

_TABLES: Final = frozenset({"settings", *(table for table, *_ in _SUMS)})

_BASE: Final = "SELECT value, rowid FROM settings WHERE key = ?"


def broken(connection: sqlite3.Connection, tables: frozenset[str]) -> Iterator[Broken]:
    """The rules that do not hold, of these tables of the file; the values are known to be readable."""
    for value, number in connection.execute(_BASE, (BASE_CURRENCY,)) if "settings" in tables else ():
        if _text(value) not in CURRENCIES:
            yield Broken(f"the base currency “{_text(value)}” is none that is known", "settings", (number,))
    yield from _unknown_words(connection, tables)
    for table, share, what, query in _SUMS:
        for name, total, rows in connection.execute(query) if table in tables else ():
            if total != WHOLE:
                clause = f"{what.format(_text(name))} sum to {percent(total)} and not to 100%"
                yield Broken(clause, table, _numbers(rows), share)
    for symbol, name, rows in connection.execute(_ELSEWHERE) if "holding_targets" in tables else ():
        clause = f"{_text(symbol)} has a holding target in “{_text(name)}”, which it does not count to alone"
        yield Broken(clause, "holding_targets", _numbers(rows))


def rules_broken(connection: Reading) -> frozenset[str]:
    """The same within a transaction, of a file that has all tables: each rule that does not hold, as a clause."""
    return frozenset(each.what for each in broken(connection.driver, _TABLES))


def _unknown_words(connection: sqlite3.Connection, tables: frozenset[str]) -> Iterator[Broken]:
    # An old file may not have the column yet.
    columns = {table: kinds_of(connection, table) for table in tables & _WORDED}
    for (table, column), words in WORDS.items():
        marks = ", ".join("?" * len(words))
        query = f"SELECT {column}, rowid FROM {table} WHERE {column} NOT IN ({marks})"  # noqa: S608 (names of ours)
        for value, number in connection.execute(query, words) if column in columns.get(table, ()) else ():
            yield Broken(_unknown(value, column, number, table), table, (number,))
    for value, number in connection.execute(_TRADES) if "trades" in columns.get("plan_options", ()) else ():
        yield Broken(_unknown(value, "trades", number, "plan_options"), "plan_options", (number,))


def _unknown(value: object, column: str, number: int, table: str) -> str:
    return f"“{_text(value):.40}” is no {column.replace('_', ' ')} that is known, in row {number} of {table}"


def _numbers(rows: object) -> tuple[int, ...]:
    return tuple(sorted(map(int, _text(rows).split(","))))


def _text(value: object) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)


_DECIMALS: Final = frozenset(
    {"quantity", "quantity_before", "quantity_after", "rate", "lot_step", "fee_rate_bps", "fx_rate_bps"}
)
_PRICES: Final = frozenset({"price"})
_DAYS: Final = frozenset({"on_date", "acquired_on", "first_on", "until"})
_CURRENCIES: Final = frozenset({"currency", "base", "quote", "base_currency", "source_currency", "to_currency"})
_LISTS: Final = frozenset({"accepted"})

_DAY: Final = "date({0}, '+0 days') IS {0} AND {0} >= '0001'"
_PLAIN: Final = "length({0}) = length(CAST({0} AS BLOB))"  # no more than ASCII, and no NUL that hides what follows it
_CODES: Final = " ".join(sorted(CURRENCIES))

# Of a longer one SQLite does not tell the digits exactly.
_DECIMAL: Final = "typeof({0}) = 'text' AND length({0}) <= 13 AND CAST({0} + 0 AS TEXT) = {0} AND {0} NOT GLOB '*.0'"

_SURE: Final = {
    "whole": "typeof({0}) = 'integer'",
    "minor": f"typeof({{0}}) = 'integer' AND {{0}} BETWEEN {-LARGEST_MINOR} AND {LARGEST_MINOR}",
    "decimal": _DECIMAL,
    "price": f"{_DECIMAL} AND {{0}} >= '0'",
    "day": f"typeof({{0}}) = 'text' AND {_DAY}",
    "moment": "strftime('%Y-%m-%dT%H:%M:%fZ', {0}, '+0 days') IS {0} AND {0} >= '0001'",
    "currency": f"typeof({{0}}) = 'text' AND ({{0}} GLOB '[A-Z][A-Z][A-Z]' AND instr('{_CODES}', {{0}}) OR {{0}} = '')",
    "text": f"typeof({{0}}) = 'text' AND {_PLAIN} AND {{0}} NOT GLOB '*[^ -~]*'",
    "list": "{0} = '[]'",
}
"""What is surely a value of its kind, {0} for the column; of the others each is read.

As short as can be: in a file of the usual size SQLite takes longer to read the question than to answer it.
"""

_REPEATED: Final[Mapping[str, tuple[str, ...]]] = {"prices": ("on_date", "source")}
"""Columns that say the same in many rows of a large table: each of their values is read once, which takes less time
than to ask every row."""


_KNOWN_TABLES: Final = 256
"""A file is looked at again and again: what is asked of a table is made of its columns once."""


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


def with_rows(connection: sqlite3.Connection, tables: Iterable[str]) -> frozenset[str]:
    """Those of the tables that have rows, asked at once: they are few, and of the others nothing is to be asked."""
    names = sorted(tables)
    asked = ", ".join(f'EXISTS (SELECT 1 FROM "{name}")' for name in names)  # noqa: S608 (names of the schema)
    return frozenset(compress(names, connection.execute(f"SELECT {asked}").fetchone())) if names else frozenset()


def unreadable_row(connection: sqlite3.Connection, tables: Iterable[str]) -> Unreadable | None:
    """The first row of these tables that holds a value which is not as it was written."""
    shapes = schema_in(connection).tables
    for table in sorted(tables):
        kinds, names = _values(shapes[table])
        if repeated := tuple(name for name in names if name in _REPEATED.get(table, ())):
            values = connection.execute(_different(table, repeated))
            if not any(_unreadable(repeated, row, kinds) for row in values):
                names = tuple(name for name in names if name not in repeated)
        query = _doubtful(table, tuple((name, kinds[name]) for name in names))
        for (number,) in connection.execute(query) if names else ():
            one = f'SELECT {_raw(names)} FROM "{table}" WHERE rowid = ?'  # noqa: S608 (names of the schema)
            row = connection.execute(one, (number,)).fetchone()
            # Where its number does not lead to it, the row is not where it belongs.
            if name := _unreadable(names, row, kinds) if row else names[0]:
                return Unreadable(table, number, name)
    return None


@lru_cache(_KNOWN_TABLES)
def _values(shape: TableShape) -> tuple[Mapping[str, str], tuple[str, ...]]:
    """What each column holds, and the columns that are to be looked at.

    What belongs to something has the value that it has there, as the check of what rows belong to has found.
    """
    kinds = {str(name): kind_of(str(name), str(declared)) for name, declared, *_, hidden in shape.columns if not hidden}
    owned = {own for _, own, *_ in shape.foreign_keys}
    return kinds, tuple(name for name in kinds if name not in owned)


def _unreadable(names: Sequence[str], row: Sequence[Any], kinds: Mapping[str, str]) -> str:
    """The first of these columns whose value does not say what its column says; empty: each does.

    row: of each column, what its value lies as, and the value, a text as its bytes.
    """
    for name, stored, value in zip(names, row[::2], row[1::2], strict=True):
        try:
            _read(kinds[name], str(value) if stored == "blob" else value)
        except ValueError:
            return name
    return ""


@lru_cache(_KNOWN_TABLES)
def _doubtful(table: str, columns: tuple[tuple[str, str], ...]) -> str:
    """The query for rows with a value that has to be read to know, of these columns and what each holds."""
    doubts = " OR ".join(f"NOT ({_sure(name, kind)})" for name, kind in columns)
    return f'SELECT rowid FROM "{table}" NOT INDEXED WHERE {doubts}'  # noqa: S608 (names of the schema)


def _different(table: str, names: Sequence[str]) -> str:
    """The query for all values of these columns, each together only once."""
    columns = ", ".join(f'"{name}"' for name in names)
    return f'SELECT {_raw(names)} FROM (SELECT DISTINCT {columns} FROM "{table}" NOT INDEXED)'  # noqa: S608 (as above)


def _raw(names: Sequence[str]) -> str:
    """What each column's value lies as, and the value, a text as its bytes: it may not be one that can be decoded."""
    return ", ".join(
        f'typeof("{name}"), iif(typeof("{name}") = \'text\', CAST("{name}" AS BLOB), "{name}")' for name in names
    )


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
