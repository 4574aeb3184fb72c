"""What the tables of a file are, as a value that two files can be compared by, however their SQL was written."""

import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Final, NamedTuple

TRIGGERS: Final = {
    "sums_of_targets": """CREATE TRIGGER sums_of_targets AFTER UPDATE OF version ON rebalancing_strategies
WHEN EXISTS (
  SELECT 1 FROM asset_class_targets WHERE strategy_id = NEW.id GROUP BY strategy_id HAVING sum(target_bps) <> 10000
) OR EXISTS (
  SELECT 1 FROM holding_targets JOIN asset_class_targets ON asset_class_targets.id = asset_class_target_id
  WHERE strategy_id = NEW.id GROUP BY asset_class_target_id HAVING sum(target_bps_of_class) <> 10000
)
BEGIN
  SELECT RAISE(ABORT, 'targets do not sum to 100%');
END"""
}
"""The triggers of the newest version by name, as they are written in the file: any other is not ours.

A change of targets writes its lines first and the version last, and then they have to sum to 100 %.
"""

Shape = tuple[tuple[object, ...], ...]

_PARENTHESIS: Final = re.compile(r"[()]")
_KNOWN: Final = 256
"""The file, its copy and its backups say the same: each text is read once."""


@dataclass(frozen=True, slots=True)
class TableShape:
    """One table: columns, foreign keys, indexes and named constraints, each sorted."""

    columns: Shape
    foreign_keys: Shape
    indexes: Shape
    constraints: Shape


@dataclass(frozen=True, slots=True)
class Schema:
    """All tables by name, and everything else a file can hold (views and triggers) as its SQL."""

    tables: dict[str, TableShape]
    others: Shape


def schema_of(connection: sqlite3.Connection) -> Schema:
    """The tables, views and triggers of the file."""
    rows = connection.execute("SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite!_%' ESCAPE '!'")
    found = rows.fetchall()
    parts = _parts(connection)
    return Schema(
        tables={name: _table(name, sql, parts) for kind, name, sql in found if kind == "table"},
        others=_sorted((kind, name, _plain(sql)) for kind, name, sql in found if kind in ("view", "trigger")),
    )


def marks_of(schema: Schema) -> dict[str, str]:
    """Each part by its name ("prices", "trigger sums_of_targets") → a short text that two parts share only when they
    are the same."""
    others = {f"{kind} {name}": sql for kind, name, sql in schema.others}
    tables = {
        name: (shape.columns, shape.foreign_keys, shape.indexes, shape.constraints)
        for name, shape in schema.tables.items()
    }
    return {name: sha256(repr(part).encode()).hexdigest()[:16] for name, part in (tables | others).items()}


_TEXTS: Final = "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY rowid"
_MADE: Final[dict[tuple[tuple[object, ...], ...], tuple[Schema, dict[str, str]]]] = {}
"""The texts of a file's tables → their schema and its marks: whatever SQLite tells of tables follows from these."""


def schema_in(connection: sqlite3.Connection) -> Schema:
    """The tables, views and triggers of the file (see `schema_of`), made once of the same texts."""
    return _made(connection)[0]


def marks_in(connection: sqlite3.Connection) -> Mapping[str, str]:
    """The marks of what a file holds (see `marks_of`), made once of the same texts."""
    return _made(connection)[1]


def _made(connection: sqlite3.Connection) -> tuple[Schema, dict[str, str]]:
    texts = tuple(connection.execute(_TEXTS))
    if texts not in _MADE:
        schema = schema_of(connection)
        if len(_MADE) >= _KNOWN:
            _MADE.clear()
        _MADE[texts] = schema, marks_of(schema)
    return _MADE[texts]


_COLUMNS: Final = """SELECT tab.name, col.name, col.type, "notnull", dflt_value, pk, hidden
FROM sqlite_schema AS tab, pragma_table_xinfo(tab.name) AS col WHERE tab.type = 'table' ORDER BY tab.rowid, cid"""
_FOREIGN_KEYS: Final = """SELECT tab.name, key."table", "from", "to", on_update, on_delete, "match"
FROM sqlite_schema AS tab, pragma_foreign_key_list(tab.name) AS key WHERE tab.type = 'table'"""
_INDEXES: Final = """SELECT tab.name, list.name, list."unique", origin, partial, made.sql
FROM sqlite_schema AS tab, pragma_index_list(tab.name) AS list
LEFT JOIN sqlite_schema AS made ON made.name = list.name WHERE tab.type = 'table'"""
_KEYED: Final = """SELECT list.name, col.name, "desc", coll
FROM sqlite_schema AS tab, pragma_index_list(tab.name) AS list, pragma_index_xinfo(list.name) AS col
WHERE tab.type = 'table' AND key ORDER BY list.name, col.seqno"""

_Rows = dict[str, list[tuple[object, ...]]]


class _Parts(NamedTuple):
    """The rows of all tables, by the table's name; `keyed` are the columns of the indexes, by the index's."""

    columns: _Rows
    foreign_keys: _Rows
    indexes: _Rows
    keyed: _Rows


def _parts(connection: sqlite3.Connection) -> _Parts:
    """All of them at once: to ask for each table takes several times as long."""
    return _Parts(*(_grouped(connection, query) for query in (_COLUMNS, _FOREIGN_KEYS, _INDEXES, _KEYED)))


def _grouped(connection: sqlite3.Connection, query: str) -> _Rows:
    found: _Rows = defaultdict(list)
    for name, *row in connection.execute(query):
        found[name].append(tuple(row))
    return found


def _table(name: str, sql: str, parts: _Parts) -> TableShape:
    indexes = (
        (index if text else "", unique, origin, partial, tuple(parts.keyed.get(str(index), ())), _where(text))
        for index, unique, origin, partial, text in parts.indexes.get(name, ())
    )
    return TableShape(
        columns=tuple(parts.columns.get(name, ())),
        foreign_keys=_sorted(parts.foreign_keys.get(name, ())),
        indexes=_sorted(indexes),
        constraints=_constraints(sql),
    )


def _where(sql: object) -> str:
    return _plain(sql).partition(" where ")[2] if isinstance(sql, str) else ""


@lru_cache(_KNOWN)
def _constraints(sql: str) -> tuple[tuple[object, ...], ...]:
    """Name, kind and, of a check, the condition; unnamed checks count as well. Strings may not hold parentheses."""
    plain = _plain(sql)
    named = re.finditer(r"constraint (\w+) (primary key|unique|foreign key)", plain)
    found: list[tuple[object, ...]] = [(each[1], each[2], "") for each in named]
    checks = re.finditer(r"(?:constraint (\w+) )?check \(", plain)
    return _sorted(found + [(check[1] or "", "check", _enclosed(plain, check.end())) for check in checks])


def _enclosed(text: str, start: int) -> str:
    depth = 1
    for each in _PARENTHESIS.finditer(text, start):
        depth += 1 if each[0] == "(" else -1
        if depth == 0:
            return text[start : each.start()].strip()
    return text[start:]


@lru_cache(_KNOWN)
def _plain(sql: str) -> str:
    """The SQL on one line without quotes round names and without regard to case."""
    return re.sub(r"\s+", " ", sql.replace('"', "")).strip().lower()


def _sorted(rows: Iterable[tuple[object, ...]]) -> Shape:
    return tuple(sorted(rows, key=repr))
