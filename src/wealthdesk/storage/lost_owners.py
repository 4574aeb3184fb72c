"""Rows that could not be read although others belong to them, taken from the newest backup that has them.

Accounts and assets hardly ever change; without them, all that hangs on them would be lost with them.
"""

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wealthdesk.storage.backups import Backup
from wealthdesk.storage.connection import connect


@dataclass(frozen=True, slots=True)
class BroughtBack:
    """A row of a table as it was in the backup that was made at that moment."""

    table: str
    row: dict[str, Any]
    made_at: datetime


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The row of a table that has this value in this column."""

    table: str
    column: str
    value: Any


def bring_back(new: sqlite3.Connection, backups: Iterable[Backup]) -> tuple[BroughtBack, ...]:
    """Put in every row that another one refers to and that is not there, from the first backup that has it."""
    brought: list[BroughtBack] = []
    for backup in backups:
        if not any(_wanted(new)):
            break
        with contextlib.closing(connect(backup.path, mode="ro&immutable=1")) as sound:
            # What is brought back belongs to others in its turn.
            while found := [row for each in sorted(set(_wanted(new)), key=repr) if (row := _put_in(new, sound, each))]:
                brought += (BroughtBack(table, row, backup.made_at) for table, row in found)
    return tuple(brought)


def _wanted(new: sqlite3.Connection) -> Iterator[_Wanted]:
    for table, number, owner, key in new.execute("PRAGMA foreign_key_check").fetchall():
        ((column, of_owner),) = (
            (row[3], row[4]) for row in new.execute(f'PRAGMA foreign_key_list("{table}")') if row[0] == key
        )
        query = f'SELECT "{column}" FROM "{table}" WHERE rowid = ?'  # noqa: S608 (names of the file's own schema)
        ((value,),) = new.execute(query, (number,))
        yield _Wanted(owner, of_owner, value)


def _put_in(new: sqlite3.Connection, sound: sqlite3.Connection, wanted: _Wanted) -> tuple[str, dict[str, Any]] | None:
    """The row that was put in, None: the backup has none, or it does not go with what could be read."""
    with contextlib.suppress(sqlite3.Error):
        query = f'SELECT * FROM "{wanted.table}" WHERE "{wanted.column}" = ?'  # noqa: S608
        cursor = sound.execute(query, (wanted.value,))
        found = cursor.fetchone()
        if found is not None:
            row = dict(zip((each[0] for each in cursor.description), found, strict=True))
            columns = ", ".join(f'"{column}"' for column in row)
            places = ", ".join("?" for _ in row)
            new.execute(f'INSERT INTO "{wanted.table}" ({columns}) VALUES ({places})', tuple(row.values()))  # noqa: S608
            return wanted.table, row
    return None
