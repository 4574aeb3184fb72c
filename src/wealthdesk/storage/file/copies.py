"""A portfolio file to look at: a private copy of it, brought to the newest version, that cannot be written."""

import contextlib
import os
import shutil
import sqlite3
from datetime import date
from pathlib import Path
from typing import Final

from wealthdesk.storage.connection import Reading, connect, refusing_file
from wealthdesk.storage.database import Database
from wealthdesk.storage.file import locks, seal, verification
from wealthdesk.storage.file.files import (
    SIDECARS,
    make_folder,
    make_private,
    make_private_folder,
    need_room,
    read_header,
    refusing_disk,
    resolved,
)
from wealthdesk.storage.file.migrations import head, migrate, tables_at
from wealthdesk.storage.file.opening import newer
from wealthdesk.storage.holdings import load_portfolio

_ROOM: Final = 20_000_000
_IN_USE: Final = "in_use"


def open_copy(path: Path, folder: Path, on: date) -> Database:
    """Open a copy of any portfolio file or backup, also of a newer version as far as its tables are those known here.

    The copy is made in `folder`, which is for such copies alone, and removed when it is closed. The file itself is only
    read, and not one that this process has open.
    """
    path = resolved(path)
    with refusing_disk(path), refusing_file(path):
        version = read_header(path).version
        _remove_abandoned(folder)
        make_folder(folder)
        need_room(folder, 3 * path.stat().st_size + _ROOM)
        place = folder / os.urandom(8).hex()
        make_private_folder(place)
        lock = locks.alone(place / _IN_USE)
        assert lock is not None

        def remove() -> None:
            shutil.rmtree(place, ignore_errors=True)
            lock.release()

        try:
            work = place / path.name
            notes = _fill(work, path, version, on)
            return Database(work, on_close=remove, original=path, notes=notes + _notes(version))
        except BaseException:
            remove()
            raise


def _fill(work: Path, path: Path, version: int, on: date) -> tuple[str, ...]:
    for ending in ("", *SIDECARS[:2]):
        beside = path.with_name(path.name + ending)
        if beside.is_file():
            copied = work.with_name(work.name + ending)
            make_private(copied)
            shutil.copyfile(beside, copied)
    with contextlib.closing(connect(work)) as connection:
        notes = seal.verified(connection, path)
    if version < head():
        migrate(work, head())
    with contextlib.closing(connect(work)) as connection:
        if version > head():
            if not verification.table_names(connection) >= tables_at(head()):
                raise newer(path, version)
            _refuse_what_is_not_known(connection, path, version, on)
    return notes


def _refuse_what_is_not_known(connection: sqlite3.Connection, path: Path, version: int, on: date) -> None:
    try:
        load_portfolio(Reading(connection), on)
    except (sqlite3.Error, ArithmeticError, ValueError, LookupError) as error:
        raise newer(path, version) from error


def _notes(version: int) -> tuple[str, ...]:
    if version <= head():
        return ()
    return (f"A newer WealthDesk wrote this file (version {version}). What this one does not know of is not shown.",)


def _remove_abandoned(folder: Path) -> None:
    """What a program that was killed left behind: its lock is free."""
    for place in folder.iterdir() if folder.is_dir() else ():
        if (place / _IN_USE).is_file() and not place.is_symlink():
            with contextlib.suppress(OSError):
                if lock := locks.alone(place / _IN_USE):
                    shutil.rmtree(place, ignore_errors=True)
                    lock.release()
