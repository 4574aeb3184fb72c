"""The log of a transaction: every row that it changes, as it was before; the verbs of `Writing` tell it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final

from wealthdesk.storage.connection import Reading, Row
from wealthdesk.storage.steps import RowKey, RowPlace, Touched, mark
from wealthdesk.storage.tables import metadata

SETS: Final[Mapping[str, str]] = {
    "asset_exposures": "asset_id",
    "tax_lots": "holding_id",
    "account_assets": "account_id",
    "account_exceptions": "account_id",
    "account_rooms": "shared_id",
    "account_group_members": "group_id",
}
"""Rows that say something only together with all that have the same value in this column."""


_AT_ONCE: Final = 200
"""So many rows are read by one statement."""


class RowLog:
    """What was changed so far, in order."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self.rows: list[Touched] = []
        self._marks: dict[RowPlace, str] = {}
        self._marked = 0

    def adding(self, table: str, rows: Sequence[Mapping[str, object]]) -> None:
        """These rows are added, which are not there yet."""
        self.rows += [Touched(table, key, None) for key in keys_of(table, rows)]

    def changing(self, table: str, keys: Iterable[RowKey]) -> None:
        """The rows with these keys are changed, as far as they are there."""
        wanted = list(keys)
        found = rows_at(self._reading, table, wanted)
        self.rows += [Touched(table, key, found[key]) for key in wanted if key in found]

    def changing_where(self, table: str, where: Mapping[str, object], values: Mapping[str, object]) -> None:
        """The rows whose columns have these values are changed to others; one whose key changes is another row then."""
        moved = {name: _lying(table, name, values[name]) for name in _key_columns(table) if name in values}
        for row in self._found(table, where):
            key = key_in(table, row)
            self.rows.append(Touched(table, key, row))
            after = tuple(moved.get(name, value) for name, value in zip(_key_columns(table), key, strict=True))
            if after != key:
                self.rows.append(Touched(table, after, None))

    def removing_where(self, table: str, where: Mapping[str, object]) -> None:
        """The rows whose columns have these values go, and with them what belongs to them."""
        self.removing(table, self._found(table, where))

    def removing(self, table: str, rows: Iterable[Row]) -> None:
        """These rows go, and with them what belongs to them."""
        found = {each.place: each for row in rows for each in going_with(self._reading, table, row)}
        self.rows += found.values()

    def after(self) -> dict[tuple[str, RowKey], str]:
        """Place → the mark of the row as it is now, for all that was touched, and for all that belongs to its set."""
        # What was touched since this was last asked is read again; an import asks before it keeps what it changed.
        wanted = dict.fromkeys(each.place for each in self.rows[self._marked :])
        wanted |= dict.fromkeys((table, key) for (table, *_), keys in self.sets().items() for key in sorted(keys))
        self._marked = len(self.rows)
        for table in dict.fromkeys(table for table, _ in wanted):
            keys = [key for each, key in wanted if each == table]
            found = rows_at(self._reading, table, keys)
            self._marks |= {(table, key): mark(found.get(key)) for key in keys}
        return dict(self._marks)

    def sets(self) -> dict[tuple[str, str, Any], frozenset[RowKey]]:
        """The sets that something was changed of, with the keys of all their rows now."""
        touched = {each.place for each in self.rows if each.table in SETS}
        rows = [(each.table, each.before) for each in self.rows if each.table in SETS]
        rows += [(table, row_at(self._reading, table, key)) for table, key in touched]
        wanted = set()
        for table, row in rows:
            column = SETS[table]
            value = None if row is None else row[columns_of(table).index(column)]
            if value is not None:
                wanted.add((table, column, value))
        return {
            (table, column, value): keys_where(self._reading, table, {column: value}) for table, column, value in wanted
        }

    def _found(self, table: str, where: Mapping[str, object]) -> list[Row]:
        values = {name: _lying(table, name, value) for name, value in where.items()}
        return rows_where(self._reading, table, values)


def columns_of(table: str) -> tuple[str, ...]:
    """The names of a table's columns, in the order of every row that is told of it here."""
    return _columns(table)


def key_columns_of(table: str) -> tuple[str, ...]:
    """The names of the columns of a table's primary key."""
    return _key_columns(table)


def row_at(reading: Reading, table: str, key: RowKey) -> Row | None:
    """The row with that key."""
    return reading.row(_select(table, _key_columns(table)), *key)


def rows_at(reading: Reading, table: str, keys: Sequence[RowKey]) -> dict[RowKey, Row]:
    """The rows with these keys, by key; many at once."""
    found: dict[RowKey, Row] = {}
    columns = _key_columns(table)
    for start in range(0, len(keys), _AT_ONCE):
        some = keys[start : start + _AT_ONCE]
        marks = ", ".join([f"({', '.join('?' * len(columns))})"] * len(some))
        query = (
            f"SELECT {', '.join(_columns(table))} FROM {table} "  # noqa: S608 (names of our own tables)
            f"WHERE ({', '.join(columns)}) IN (VALUES {marks})"
        )
        rows = reading.rows(query, *(value for key in some for value in key))
        found |= {key_in(table, row): row for row in rows}
    return found


def rows_where(reading: Reading, table: str, values: Mapping[str, object]) -> list[Row]:
    """The rows whose columns have these values (None: nothing), as they lie in the file."""
    return reading.rows(_select(table, tuple(values)), *values.values())


def keys_where(reading: Reading, table: str, values: Mapping[str, object]) -> frozenset[RowKey]:
    """The keys of the rows whose columns have these values."""
    return frozenset(key_in(table, row) for row in rows_where(reading, table, values))


def key_in(table: str, row: Row) -> RowKey:
    """The key of a row."""
    return tuple(row[place] for place in _key_places(table))


def keys_of(table: str, rows: Iterable[Mapping[str, object]]) -> list[RowKey]:
    """The keys of rows that are told by their values of the field."""
    key = _key_columns(table)
    return [tuple(_lying(table, name, row[name]) for name in key) for row in rows]


def going_with(reading: Reading, table: str, row: Row) -> Iterator[Touched]:
    """What a removal of the row changes and takes along, each before what it belongs to; the row itself is the last."""
    names = _columns(table)
    for child, column, parent_column, goes in _children(table):
        for each in rows_where(reading, child, {column: row[names.index(parent_column)]}):
            if goes:
                yield from going_with(reading, child, each)
            else:
                yield Touched(child, key_in(child, each), each)
    yield Touched(table, key_in(table, row), row)


@cache
def _columns(table: str) -> tuple[str, ...]:
    return tuple(column.name for column in metadata.tables[table].columns)


@cache
def _key_columns(table: str) -> tuple[str, ...]:
    return tuple(column.name for column in metadata.tables[table].primary_key.columns)


@cache
def _key_places(table: str) -> tuple[int, ...]:
    return tuple(_columns(table).index(name) for name in _key_columns(table))


@cache
def _writer(table: str, column: str) -> Callable[[object, object], object] | None:
    """How a value of the column is written; None: as it is, as columns of texts and plain numbers hold it."""
    return getattr(metadata.tables[table].columns[column].type, "process_bind_param", None)


@cache
def _select(table: str, where: tuple[str, ...]) -> str:
    condition = " AND ".join(f"{name} IS ?" for name in where)
    return f"SELECT {', '.join(_columns(table))} FROM {table} WHERE {condition}"  # noqa: S608 (names of our own tables)


@cache
def _children(table: str) -> tuple[tuple[str, str, str, bool], ...]:
    """The tables with rows that belong to (True) or name (False) rows of this one: table, its column, our column."""
    return tuple(
        (child.name, element.parent.name, element.column.name, constraint.ondelete == "CASCADE")
        for child in metadata.tables.values()
        for constraint in child.foreign_key_constraints
        for element in constraint.elements
        if element.column.table.name == table
    )


def _lying(table: str, column: str, value: object) -> object:
    """The value as it lies in the file."""
    write = _writer(table, column)
    return value if write is None else write(value, None)
