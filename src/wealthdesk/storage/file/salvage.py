"""What can still be read of a damaged portfolio file, row by row, as a new file, and a list of what could not be."""

import contextlib
import heapq
import os
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from wealthdesk.errors import AlreadyExists, DamagedPortfolio, NotAPortfolio
from wealthdesk.storage.connection import connect, refusing_file
from wealthdesk.storage.file import seal, verification
from wealthdesk.storage.file.backups import Backup, list_backups
from wealthdesk.storage.file.consistency import broken, kinds_of, readable
from wealthdesk.storage.file.files import (
    SIDECARS,
    make_private,
    make_private_folder,
    need_room,
    place,
    plain_file,
    refuse_long_name,
    refusing_disk,
    remove_sidecars,
    resolved,
    sync_file,
)
from wealthdesk.storage.file.migrations import head, make, migrate, tables_at
from wealthdesk.storage.file.opening import verify


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


Span = tuple[int, int]
RowValues = tuple[Any, ...]

_TRIES: Final = 20_000
_IN_VAIN: Final = 500
"""Where so many tries, all over the table, have found no row, the way to all of them is lost."""
_KEY_ONLY: Final = "The row could not be read; its key is all that is left of it."


@dataclass(frozen=True, slots=True)
class LostRow:
    """A row that is known of and not in the new file, as far as it is known, and why."""

    table: str
    columns: tuple[str, ...]
    values: tuple[str, ...]
    why: str


@dataclass(slots=True)
class Read:
    """What was read of one table: rows by their number."""

    columns: tuple[str, ...]
    rows: dict[int, RowValues] = field(default_factory=dict)
    unread: list[Span] = field(default_factory=list)
    left_out: list[LostRow] = field(default_factory=list)


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


def _known_by_key(damaged: sqlite3.Connection, table: str, read: Read) -> list[LostRow]:
    """The rows that an index knows of and that were not read, by their keys."""
    for index in _indexes(damaged, table):
        with contextlib.suppress(sqlite3.DatabaseError):
            keys = [_text(row[2]) or "" for row in damaged.execute(f'PRAGMA index_info("{index}")')]
            chosen = ", ".join(f'"{key}"' for key in keys)
            query = f'SELECT rowid, {chosen} FROM "{table}" INDEXED BY "{index}"'  # noqa: S608
            rows = damaged.execute(query).fetchall()
            return [left_out_of(table, keys, row[1:], _KEY_ONLY) for row in rows if row[0] not in read.rows]
    return []


def left_out_of(table: str, columns: Sequence[str], values: RowValues, why: str) -> LostRow:
    """A row that is left out, its values as text."""
    return LostRow(table, tuple(columns), tuple(shown(each) for each in values), why)


def shown(value: object) -> str:
    """A value as text; nothing for none."""
    return value.decode(errors="replace") if isinstance(value, bytes) else "" if value is None else str(value)


def _text(value: object) -> str | None:
    return value.decode(errors="replace") if isinstance(value, bytes) else value if isinstance(value, str) else None


Report = Callable[[int, int, str], None]
"""How far it is: so many of so many tables, and which one."""

_ROOM: Final = 20_000_000
_HEADER: Final = 100
_ORPHAN: Final = "What it belongs to could not be read."
_NAMED: Final = {
    "accounts": "name",
    "account_groups": "name",
    "assets": "symbol",
    "asset_classes": "name",
    "rebalancing_strategies": "name",
    "funds": "name",
    "companies": "name",
}


@dataclass(frozen=True, slots=True)
class SalvagedTable:
    """One table: how many rows were kept, and the numbers of the rows that could not be read (from, to).

    is_uncertain: its pages contradict each other, so there may have been rows that nothing tells of any more.
    """

    name: str
    kept: int
    unread: tuple[Span, ...] = ()
    is_missing: bool = False
    is_uncertain: bool = False


@dataclass(frozen=True, slots=True)
class Salvage:
    """The new file, and what of the damaged one is in it and what not.

    brought_back: rows that could not be read, as they were in a backup. names: what ids stand for. is_altered: its
    bytes are not those that it was closed with, so that a value that could be read may not be the one that was kept.
    """

    target: Path
    tables: tuple[SalvagedTable, ...]
    left_out: tuple[LostRow, ...]
    brought_back: tuple[BroughtBack, ...]
    names: dict[str, str]
    is_altered: bool = False

    @property
    def is_complete(self) -> bool:
        """Whether everything could be read."""
        return (
            not self.left_out
            and not self.brought_back
            and not any(each.unread or each.is_missing or each.is_uncertain for each in self.tables)
        )


def salvage(path: Path, target: Path, report: Report = lambda done, total, table: None) -> Salvage:
    """Make the new file `target` of what can be read of the file, which itself is only copied and never changed.

    AlreadyExists when there is something at `target`; NotAPortfolio when nothing of a portfolio is found.
    """
    path, target = plain_file(resolved(path)), resolved(target)
    if os.path.lexists(target):
        raise AlreadyExists(f"There is a file “{target}” already. Choose another name.")
    refuse_long_name(target)
    with refusing_disk(target), refusing_file(target):
        need_room(target.parent, 4 * path.stat().st_size + _ROOM)
        folder = target.with_name(f"{target.name}.{os.urandom(4).hex()}.salvage")
        make_private_folder(folder)
        try:
            return _salvage(path, target, folder, report)
        finally:
            # What was salvaged has its name by then: a copy that cannot be removed does not make it a failure.
            shutil.rmtree(folder, ignore_errors=True)


def _salvage(path: Path, target: Path, folder: Path, report: Report) -> Salvage:
    work = folder / "new"
    make_private(work)
    for copied in _copies(path, folder):
        with contextlib.closing(opened(copied)) as damaged:
            names = tables_of(damaged)
            version = _version(damaged, names)
            if len(names & {"accounts", "assets", "holdings"}) < 2:  # one of them is in many a program's file
                continue
            make(work, version)
            with contextlib.closing(connect(work)) as new:
                kept = _carry_over(damaged, new, names, report)
                brought = bring_back(new, (each for each in list_backups(path) if each.verified))
                found = _tied_up(new, target, kept, brought)
        if version < head():
            migrate(work, head())
        verify(work, head(), None, path)
        sync_file(work)
        remove_sidecars(work)
        place(work, target)
        return replace(found, is_altered=_is_altered(path))
    raise NotAPortfolio(f"Nothing of a portfolio could be read in “{path}”. It has not been touched. Choose a backup.")


def _is_altered(path: Path) -> bool:
    try:
        return bool(seal.check(path, path.read_bytes))
    except DamagedPortfolio:
        return True


def _copies(path: Path, folder: Path) -> Iterator[Path]:
    """Copies of the damaged file, each a little further from it, until one can be read: with its journal, without it,
    and with the first page, which says where the tables are, of a backup."""
    raw = path.read_bytes()
    with_journal = folder / "with_journal"
    _write(with_journal, raw)
    for ending in SIDECARS[:2]:
        beside = path.with_name(path.name + ending)
        if beside.is_file():
            _write(with_journal.with_name(with_journal.name + ending), beside.read_bytes())
    yield with_journal
    _write(folder / "alone", raw)
    yield folder / "alone"
    for number, backup in enumerate(each for each in list_backups(path) if each.verified):
        grafted = folder / f"grafted_{number}"
        sound = backup.path.read_bytes()
        page = int.from_bytes(sound[16:18], "big") or 4096
        _write(grafted, sound[: 65536 if page == 1 else page] + raw[page:])
        yield grafted


def _write(file: Path, raw: bytes) -> None:
    make_private(file)
    # As long as its header says, since SQLite refuses all of a file that was cut off.
    page = int.from_bytes(raw[16:18], "big")
    length = page * int.from_bytes(raw[28:32], "big") if len(raw) >= _HEADER else 0
    missing = length - len(raw) if length < 4 * len(raw) + _ROOM else 0
    file.write_bytes(raw + bytes(max(missing, 0)))


def _version(damaged: sqlite3.Connection, names: set[str]) -> int:
    """The version that it says, unless it holds tables that only a later one has."""
    with contextlib.suppress(sqlite3.DatabaseError):
        ((version,),) = damaged.execute("PRAGMA user_version")
        if 1 <= version <= head() and not (names & tables_at(head())) - tables_at(version):
            return int(version)
    return head()


def _carry_over(
    damaged: sqlite3.Connection, new: sqlite3.Connection, names: set[str], report: Report
) -> dict[SalvagedTable, list[LostRow]]:
    """The tables with what was left out of each; rows whose owners are not there are still in."""
    new.execute("PRAGMA foreign_keys = OFF")
    new.execute("BEGIN IMMEDIATE")
    wanted = sorted(verification.table_names(new) - {"alembic_version"})
    tables = {}
    for number, table in enumerate(wanted):
        report(number, len(wanted), table)
        made = new.execute(f'SELECT * FROM "{table}"').fetchall()  # noqa: S608 (a table's own name, as all below)
        new.execute(f'DELETE FROM "{table}"')  # noqa: S608
        read = read_table(damaged, table, columns_of(new, table)) if table in names else Read(())
        kept = _insert(new, table, read)
        if table not in names or read.unread or read.left_out:
            _insert_again(new, table, made)
        is_known = not (read.unread or read.left_out) and table in names
        salvaged = SalvagedTable(
            table,
            kept,
            tuple(read.unread),
            is_missing=table not in names,
            is_uncertain=is_known and not is_sound(damaged, table),
        )
        tables[salvaged] = read.left_out
    report(len(wanted), len(wanted), "")
    return tables


def _tied_up(
    new: sqlite3.Connection, target: Path, tables: dict[SalvagedTable, list[LostRow]], brought: tuple[BroughtBack, ...]
) -> Salvage:
    """Let go of what belongs to nothing, and keep the rest."""
    gone = _remove_orphans(new)
    while less := _remove_what_breaks_rules(new):
        gone += [*less, *_remove_orphans(new)]
    lost = Counter(each.table for each in gone)
    kept = tuple(replace(each, kept=each.kept - lost[each.name]) for each in tables)
    unread = [each for left_out in tables.values() for each in left_out if not _is_back(each, brought)]
    names = _names(new)
    new.execute("COMMIT")
    return Salvage(target, kept, (*unread, *gone), brought, names)


def _is_back(each: LostRow, brought: Iterable[BroughtBack]) -> bool:
    said = dict(zip(each.columns, each.values, strict=True))
    rows = (row.row for row in brought if row.table == each.table)
    return any(all(shown(row.get(column)) == value for column, value in said.items()) for row in rows)


def _names(new: sqlite3.Connection) -> dict[str, str]:
    """What the ids of the file stand for, by the names that people gave."""
    names: dict[str, str] = {}
    for table, column in _NAMED.items():
        with contextlib.suppress(sqlite3.OperationalError):  # not there yet in an old version
            names |= new.execute(f'SELECT id, "{column}" FROM "{table}"').fetchall()  # noqa: S608
    return names


def _insert(new: sqlite3.Connection, table: str, read: Read) -> int:
    """Keep the rows that a sound file could hold, and say which could not be kept."""
    if not read.columns:
        return 0
    places = ", ".join("?" for _ in read.columns)
    kinds, kept = kinds_of(new, table), 0
    for _, raw in sorted(read.rows.items()):
        try:
            values = readable(kinds, read.columns, raw)
            new.execute(f'INSERT INTO "{table}" VALUES ({places})', values)  # noqa: S608
            kept += 1
        except (sqlite3.Error, ValueError) as error:
            read.left_out.append(left_out_of(table, read.columns, raw, f"It is not as it was written: {error}."))
    return kept


def _insert_again(new: sqlite3.Connection, table: str, made: Sequence[RowValues]) -> None:
    """What every new file has, where it is among what could not be read."""
    for row in made:
        places = ", ".join("?" for _ in row)
        new.execute(f'INSERT OR IGNORE INTO "{table}" VALUES ({places})', row)  # noqa: S608


def _remove_orphans(new: sqlite3.Connection) -> list[LostRow]:
    """Rows whose owner could not be read cannot stay; what hung on them goes as well."""
    gone = []
    while found := {(row[0], row[1]) for row in new.execute("PRAGMA foreign_key_check")}:
        for table, rowid in sorted(found):
            row = new.execute(f'SELECT * FROM "{table}" WHERE rowid = ?', (rowid,)).fetchone()  # noqa: S608
            gone.append(left_out_of(table, columns_of(new, table), row, _ORPHAN))
            new.execute(f'DELETE FROM "{table}" WHERE rowid = ?', (rowid,))  # noqa: S608
    return gone


def _remove_what_breaks_rules(new: sqlite3.Connection) -> list[LostRow]:
    """Nothing is calculated from targets or shares that do not sum to 100 %: they are listed, to be set anew."""
    gone = []
    for each in [*broken(new, verification.table_names(new))][:1]:  # without its rows, another may hold
        for number in each.rows:
            row = new.execute(f'SELECT * FROM "{each.table}" WHERE rowid = ?', (number,)).fetchone()  # noqa: S608
            gone.append(left_out_of(each.table, columns_of(new, each.table), row, _sentence(each.what)))
            new.execute(f'DELETE FROM "{each.table}" WHERE rowid = ?', (number,))  # noqa: S608
    return gone


def _sentence(clause: str) -> str:
    return f"{clause[0].upper()}{clause[1:]}."
