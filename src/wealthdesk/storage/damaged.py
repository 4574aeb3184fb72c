"""What can still be read of a damaged file: its tables row by row, and the keys of rows that cannot be read."""

import contextlib
import heapq
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from wealthdesk.storage.connection import connect

Span = tuple[int, int]
Values = tuple[Any, ...]

_TRIES: Final = 20_000
_IN_VAIN: Final = 500
"""Where so many tries, all over the table, have found no row, the way to all of them is lost."""
_KEY_ONLY: Final = "The row could not be read; its key is all that is left of it."


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row that is known of and not in the new file, as far as it is known, and why."""

    table: str
    columns: tuple[str, ...]
    values: tuple[str, ...]
    why: str


@dataclass(slots=True)
class Read:
    """What was read of one table: rows by their number."""

    columns: tuple[str, ...]
    rows: dict[int, Values] = field(default_factory=dict)
    unread: list[Span] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)


def opened(copied: Path) -> sqlite3.Connection:
    """A connection that reads on where it can; its texts are bytes. Of a copy: SQLite may write to it."""
    connection = connect(copied)
    connection.execute("PRAGMA writable_schema = ON")
    connection.execute("PRAGMA cell_size_check = ON")
    connection.text_factory = bytes
    return connection


def tables_of(damaged: sqlite3.Connection) -> set[str]:
    """The tables that it says it has, none where even that cannot be read."""
    names: set[str] = set()
    with contextlib.suppress(sqlite3.DatabaseError):
        for (name,) in damaged.execute("SELECT name FROM sqlite_schema WHERE type = 'table'"):
            names.add(_text(name) or "")
    return names


def columns_of(connection: sqlite3.Connection, table: str) -> tuple[str, ...]:
    """The columns of a table, in their order."""
    return tuple(_text(row[1]) or "" for row in connection.execute(f'PRAGMA table_info("{table}")'))


def read_table(damaged: sqlite3.Connection, table: str, columns: tuple[str, ...]) -> Read:
    """Every row that can be read: where a range cannot be read to its end, its halves are tried, the largest first."""
    read = Read(columns)
    chosen = ", ".join(f'"{column}"' for column in columns)
    query = f'SELECT rowid, {chosen} FROM "{table}" WHERE rowid BETWEEN ? AND ? ORDER BY rowid'  # noqa: S608
    ranges, tries = [_by_size(1, _last_row(damaged, table))], 0
    while ranges and tries < (_TRIES if read.rows else _IN_VAIN):
        _, at, last = heapq.heappop(ranges)
        try:
            for row in damaged.execute(query, (at, last)):
                # Where numbers are out of order, one may come twice: both rows are kept.
                same = read.rows.get(row[0], row[1:]) == row[1:]
                read.rows[row[0] if same else -len(read.rows) - 1] = row[1:]
                at = row[0] + 1
        except sqlite3.DatabaseError:
            tries += 1
            if at >= last:
                read.unread.append((at, last))
            else:
                middle = (at + last) // 2
                heapq.heappush(ranges, _by_size(at, middle))
                heapq.heappush(ranges, _by_size(middle + 1, last))
    read.unread = _joined(read.unread + [(first, last) for _, first, last in ranges])
    read.left_out += _known_by_key(damaged, table, read)
    return read


def _by_size(first: int, last: int) -> tuple[int, int, int]:
    return first - last, first, last


def _joined(spans: list[Span]) -> list[Span]:
    joined: list[Span] = []
    for first, last in sorted(spans):
        if joined and joined[-1][1] + 1 >= first:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return joined


def _last_row(damaged: sqlite3.Connection, table: str) -> int:
    """The highest number of a row that the table or one of its indexes tells; else more than can be in the file."""
    found = []
    for source in ("NOT INDEXED", *(f'INDEXED BY "{index}"' for index in _indexes(damaged, table))):
        with contextlib.suppress(sqlite3.DatabaseError):
            ((highest,),) = damaged.execute(f'SELECT max(rowid + 0) FROM "{table}" {source}')  # noqa: S608
            found.append(int(highest or 0))
    ((pages,),) = damaged.execute("PRAGMA page_count")
    # A number that is higher than there are bytes is damage itself; what it would have led to is said to be uncertain.
    return max((each for each in found if each <= int(pages) * 4096), default=int(pages) * 200)


def is_sound(damaged: sqlite3.Connection, table: str) -> bool:
    """Whether SQLite finds nothing wrong with the table and its indexes."""
    with contextlib.suppress(sqlite3.DatabaseError):
        return damaged.execute(f'PRAGMA integrity_check("{table}")').fetchall() == [(b"ok",)]
    return False


def _indexes(damaged: sqlite3.Connection, table: str) -> list[str]:
    with contextlib.suppress(sqlite3.DatabaseError):
        found = damaged.execute(f'PRAGMA index_list("{table}")').fetchall()
        # Partial ones do not know every row.
        return [_text(row[1]) or "" for row in found if not row[4]]
    return []


def _known_by_key(damaged: sqlite3.Connection, table: str, read: Read) -> list[LeftOut]:
    """The rows that an index knows of and that were not read, by their keys."""
    for index in _indexes(damaged, table):
        with contextlib.suppress(sqlite3.DatabaseError):
            keys = [_text(row[2]) or "" for row in damaged.execute(f'PRAGMA index_info("{index}")')]
            chosen = ", ".join(f'"{key}"' for key in keys)
            query = f'SELECT rowid, {chosen} FROM "{table}" INDEXED BY "{index}"'  # noqa: S608
            rows = damaged.execute(query).fetchall()
            return [left_out_of(table, keys, row[1:], _KEY_ONLY) for row in rows if row[0] not in read.rows]
    return []


def left_out_of(table: str, columns: Sequence[str], values: Values, why: str) -> LeftOut:
    """A row that is left out, its values as text."""
    return LeftOut(table, tuple(columns), tuple(shown(each) for each in values), why)


def shown(value: object) -> str:
    """A value as text; nothing for none."""
    return value.decode(errors="replace") if isinstance(value, bytes) else "" if value is None else str(value)


def _text(value: object) -> str | None:
    return value.decode(errors="replace") if isinstance(value, bytes) else value if isinstance(value, str) else None
