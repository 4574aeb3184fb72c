"""Mending a file of which single lines break a rule: sums are brought to 100 %, lines that say nothing are dropped.

A copy is mended and takes the file's place as a restore does; what was there is set aside and can come back.
"""

import contextlib
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from wealthdesk.domain.money import WHOLE, split
from wealthdesk.errors import BrokenRules
from wealthdesk.storage.connection import PATIENCE, connect, keep_in_memory, refusing_file
from wealthdesk.storage.file import locks, seal, swapping, verification
from wealthdesk.storage.file.consistency import Broken, broken, unreadable_row, with_rows
from wealthdesk.storage.file.files import (
    make_private,
    need_room,
    plain_file,
    read_header,
    refusing_disk,
    remove_sidecars,
    resolved,
    sync_file,
)
from wealthdesk.storage.file.migrations import head, migrate
from wealthdesk.storage.file.opening import newer, verify
from wealthdesk.storage.file.salvage import columns_of, left_out_of
from wealthdesk.storage.file.swapping import SetAside

_ROOM: Final = 20_000_000
_STEPS: Final = 1_000
"""A file that needs more than this is not one with a few wrong lines."""


@dataclass(frozen=True, slots=True)
class Mended:
    """What was done, a sentence each, and where the file is as it was."""

    done: tuple[str, ...]
    aside: SetAside | None


def preview(path: Path) -> tuple[str, ...]:
    """What `mend` would do, a sentence each; none: nothing. The file is only read, and refused where `mend` refuses."""
    path = plain_file(resolved(path))
    with refusing_disk(path), refusing_file(path):
        _refuse_newer(path)
        raw = _looked_at(path)
        with contextlib.closing(verification.in_memory(raw)) as connection:
            return _mended_whole(connection, path)


def mend(path: Path, now: datetime, *, patience: float = PATIENCE) -> Mended:
    """Mend the lines that break a rule; DamagedPortfolio, and nothing is changed, where more than that is wrong.

    Where there is nothing to mend, nothing is done. The file must not be open here.
    """
    path = plain_file(resolved(path))
    with refusing_disk(path), refusing_file(path):
        if not preview(path):
            return Mended((), None)
        with locks.exclusive(path, patience):
            swapping.finish(path)
            need_room(path.parent, 3 * path.stat().st_size + _ROOM)
            with swapping.prepared(path, now) as ready:
                work = ready / path.name
                make_private(work)
                return Mended(_made(path, work), swapping.carry_out(path, ready, now))


def _refuse_newer(path: Path) -> None:
    version = read_header(path).version
    if version > head():
        raise newer(path, version)


def _looked_at(path: Path) -> bytes:
    """The pages of the file, of which nothing is wrong but single lines."""
    with contextlib.closing(keep_in_memory(connect(path))) as source:
        with contextlib.suppress(BrokenRules):
            # Whatever else is wrong is not to be mended; and before anything is changed: no trigger is to run.
            seal.verified(source, path)
        return source.serialize()


def _made(path: Path, work: Path) -> tuple[str, ...]:
    """A copy at the newest version, mended and verified; what was done to it."""
    work.write_bytes(_looked_at(path))
    with contextlib.closing(connect(work)) as connection:
        connection.execute("PRAGMA journal_mode = TRUNCATE").fetchall()
        done = _mended_whole(connection, path)
        before = verification.contents(connection)
    if read_header(work).version < head():
        migrate(work, head())
    verify(work, head(), before, path)
    sync_file(work)
    remove_sidecars(work)
    return done


def _mended_whole(connection: sqlite3.Connection, path: Path) -> tuple[str, ...]:
    """Mend what the connection reads, a copy of the file at `path`, and look whether all is well then."""
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("BEGIN IMMEDIATE")
    done = _mended(connection)
    connection.execute("COMMIT")
    verification.check(connection, path)
    return done


def _mended(connection: sqlite3.Connection) -> tuple[str, ...]:
    """One line after the other: without one, another rule may hold, or not hold any more."""
    done: list[str] = []
    tables = with_rows(connection, verification.table_names(connection) - {"alembic_version"})
    for _ in range(_STEPS):
        bad = unreadable_row(connection, tables)
        if bad is not None:
            if bad.table in verification.OWNERS:
                break
            done.append(_drop(connection, bad.table, bad.number, f"its {bad.column.replace('_', ' ')} cannot be read"))
            continue
        rule = next(broken(connection, tables), None)
        if rule is None or rule.table in verification.OWNERS:
            break
        done += (
            _normalise(connection, rule)
            if rule.share
            else [_drop(connection, rule.table, n, rule.what) for n in rule.rows]
        )
    return tuple(done)


def _drop(connection: sqlite3.Connection, table: str, number: int, why: str) -> str:
    """Remove a row and what hangs on it, and say what it said."""
    row = connection.execute(f'SELECT * FROM "{table}" WHERE rowid = ?', (number,)).fetchone()  # noqa: S608
    said = left_out_of(table, columns_of(connection, table), row, "")
    values = ", ".join(
        f"{column.replace('_', ' ')} {value}"
        for column, value in zip(said.columns, said.values, strict=True)
        if value and column not in ("id", "created_at", "updated_at")
    )
    connection.execute(f'DELETE FROM "{table}" WHERE rowid = ?', (number,))  # noqa: S608 (a table's own name)
    return f"Row {number} of {table.replace('_', ' ')} was dropped: {why} ({values})."


def _normalise(connection: sqlite3.Connection, rule: Broken) -> list[str]:
    """Bring the shares to 100 % in proportion; those that come to nothing where a share has to be something go."""
    table, column = rule.table, rule.share
    query = f'SELECT "{column}" FROM "{table}" WHERE rowid = ?'  # noqa: S608 (names of ours)
    shares = [connection.execute(query, (number,)).fetchone()[0] for number in rule.rows]
    for number, share in zip(rule.rows, split(WHOLE, shares), strict=True):
        if share == 0 and table == "asset_exposures":
            connection.execute(f'DELETE FROM "{table}" WHERE rowid = ?', (number,))  # noqa: S608
        else:
            connection.execute(f'UPDATE "{table}" SET "{column}" = ? WHERE rowid = ?', (share, number))  # noqa: S608
    return [f"{rule.what[0].upper()}{rule.what[1:]}: they were brought to 100% in proportion."]
