"""What the tables of a file are, as a value that two files can be compared by, however their SQL was written."""

import re
import sqlite3
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from hashlib import sha256
from typing import Final

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
    return Schema(
        tables={name: _table(connection, name, sql) for kind, name, sql in found if kind == "table"},
        others=_sorted((kind, name, _plain(sql)) for kind, name, sql in found if kind in ("view", "trigger")),
    )


def marks_of(schema: Schema) -> dict[str, str]:
    """Each part by its name ("prices", "trigger sums_of_targets") → a short text that two parts share only when they
    are the same."""
    others = {f"{kind} {name}": sql for kind, name, sql in schema.others}
    tables = {name: astuple(shape) for name, shape in schema.tables.items()}
    return {name: sha256(repr(part).encode()).hexdigest()[:16] for name, part in (tables | others).items()}


def _table(connection: sqlite3.Connection, table: str, sql: str) -> TableShape:
    columns = connection.execute(
        'SELECT name, type, "notnull", dflt_value, pk, hidden FROM pragma_table_xinfo(?)', (table,)
    )
    foreign_keys = connection.execute(
        'SELECT "table", "from", "to", on_update, on_delete, "match" FROM pragma_foreign_key_list(?)', (table,)
    )
    indexes = connection.execute(
        'SELECT list.name, list."unique", list.origin, list.partial, item.sql FROM pragma_index_list(?) AS list '
        "LEFT JOIN sqlite_schema AS item ON item.name = list.name",
        (table,),
    ).fetchall()
    return TableShape(
        columns=tuple(columns),
        foreign_keys=_sorted(foreign_keys),
        indexes=_sorted(
            (name if sql else "", unique, origin, partial, _index_columns(connection, name), _where(sql))
            for name, unique, origin, partial, sql in indexes
        ),
        constraints=_sorted(_constraints(sql)),
    )


def _index_columns(connection: sqlite3.Connection, index: str) -> Shape:
    columns = 'SELECT name, "desc", coll FROM pragma_index_xinfo(?) WHERE key ORDER BY seqno'
    return tuple(connection.execute(columns, (index,)))


def _where(sql: str | None) -> str:
    return _plain(sql).partition(" where ")[2] if sql else ""


def _constraints(sql: str) -> list[tuple[object, ...]]:
    """Name, kind and, of a check, the condition; unnamed checks count as well. Strings may not hold parentheses."""
    plain = _plain(sql)
    named = re.finditer(r"constraint (\w+) (primary key|unique|foreign key)", plain)
    found: list[tuple[object, ...]] = [(each[1], each[2], "") for each in named]
    checks = re.finditer(r"(?:constraint (\w+) )?check \(", plain)
    return found + [(check[1] or "", "check", _enclosed(plain, check.end())) for check in checks]


def _enclosed(text: str, start: int) -> str:
    depth = 1
    for place in range(start, len(text)):
        depth += {"(": 1, ")": -1}.get(text[place], 0)
        if depth == 0:
            return text[start:place].strip()
    return text[start:]


def _plain(sql: str) -> str:
    """The SQL on one line without quotes round names and without regard to case."""
    return re.sub(r"\s+", " ", sql.replace('"', "")).strip().lower()


def _sorted(rows: Iterable[tuple[object, ...]]) -> Shape:
    return tuple(sorted(rows, key=repr))
