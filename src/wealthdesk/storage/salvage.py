"""What can still be read of a damaged portfolio file, row by row, as a new file, and a list of what could not be."""

import contextlib
import os
import secrets
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from wealthdesk.errors import AlreadyExists, DamagedPortfolio, NotAPortfolio
from wealthdesk.storage import seal, verification
from wealthdesk.storage.backups import list_backups
from wealthdesk.storage.connection import connect, refusing_file
from wealthdesk.storage.consistency import broken
from wealthdesk.storage.damaged import (
    LeftOut,
    Read,
    Span,
    Values,
    columns_of,
    is_sound,
    left_out_of,
    opened,
    read_table,
    shown,
    tables_of,
)
from wealthdesk.storage.files import (
    SIDECARS,
    make_private,
    make_private_folder,
    need_room,
    place,
    refuse_long_name,
    refusing_disk,
    remove_sidecars,
    resolved,
    sync_file,
)
from wealthdesk.storage.header import plain_file
from wealthdesk.storage.lost_owners import BroughtBack, bring_back
from wealthdesk.storage.migrations import head, migrate, tables_at
from wealthdesk.storage.opening import verify
from wealthdesk.storage.values import kinds_of, readable

Report = Callable[[int, int, str], None]
"""How far it is: so many of so many tables, and which one."""

_ROOM: Final = 20_000_000
_HEADER: Final = 100
_ORPHAN: Final = "What it belongs to could not be read."
_NAMED: Final = {
    "accounts": "name",
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
    left_out: tuple[LeftOut, ...]
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
        folder = target.with_name(f"{target.name}.{secrets.token_hex(4)}.salvage")
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
            migrate(work, version)
            with contextlib.closing(connect(work)) as new:
                kept = _carry_over(damaged, new, names, report)
                brought = bring_back(new, (each for each in list_backups(path) if each.verified))
                found = _tied_up(new, target, kept, brought)
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
) -> dict[SalvagedTable, list[LeftOut]]:
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
    new: sqlite3.Connection, target: Path, tables: dict[SalvagedTable, list[LeftOut]], brought: tuple[BroughtBack, ...]
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


def _is_back(each: LeftOut, brought: Iterable[BroughtBack]) -> bool:
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


def _insert_again(new: sqlite3.Connection, table: str, made: Sequence[Values]) -> None:
    """What every new file has, where it is among what could not be read."""
    for row in made:
        places = ", ".join("?" for _ in row)
        new.execute(f'INSERT OR IGNORE INTO "{table}" VALUES ({places})', row)  # noqa: S608


def _remove_orphans(new: sqlite3.Connection) -> list[LeftOut]:
    """Rows whose owner could not be read cannot stay; what hung on them goes as well."""
    gone = []
    while found := {(row[0], row[1]) for row in new.execute("PRAGMA foreign_key_check")}:
        for table, rowid in sorted(found):
            row = new.execute(f'SELECT * FROM "{table}" WHERE rowid = ?', (rowid,)).fetchone()  # noqa: S608
            gone.append(left_out_of(table, columns_of(new, table), row, _ORPHAN))
            new.execute(f'DELETE FROM "{table}" WHERE rowid = ?', (rowid,))  # noqa: S608
    return gone


def _remove_what_breaks_rules(new: sqlite3.Connection) -> list[LeftOut]:
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
