"""Opening a portfolio file safely: refuse what is not ours untouched, make it, or migrate a verified copy of it."""

import contextlib
import errno
import os
import sqlite3
import stat
import time
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

from wealthdesk.errors import (
    DamagedPortfolio,
    MigrationFailed,
    MissingPortfolio,
    NewerPortfolio,
    NotAPortfolio,
    OpeningError,
    PortfolioBusy,
    ReadOnlyPlace,
    ReplacedPortfolio,
    WealthDeskError,
)
from wealthdesk.storage.connection import (
    PATIENCE,
    connect,
    keep_in_memory,
    keep_less_in_memory,
    refusal_of,
    refusing_file,
)
from wealthdesk.storage.database import Database
from wealthdesk.storage.file import locks, seal, swapping, verification
from wealthdesk.storage.file.backups import Backup, back_up, keep, leftovers, list_backups, same_backup, write_copy
from wealthdesk.storage.file.files import (
    APPLICATION_ID,
    SIDECARS,
    FileHeader,
    discard,
    disk_refusal,
    keep_private,
    make_folder,
    make_private,
    need_room,
    place,
    plain_file,
    read_header,
    refuse_long_name,
    refusing_disk,
    replace,
    resolved,
    sync_file,
)
from wealthdesk.storage.file.migrations import head, make, migrate, parts_of
from wealthdesk.storage.schema import marks_in

_ROUNDS: Final = 5
_ROOM: Final = 20_000_000
_LOOK_AGAIN: Final = 0.25


def open_portfolio(path: Path, *, create: bool = False, now: datetime, patience: float = PATIENCE) -> Database:
    """Open the portfolio file at the newest version, migrating it first if it is older; `create` makes a missing one.

    Whatever is refused (an OpeningError, whose text says what to do) has not been touched. Others that use the file are
    waited for `patience` seconds.
    """
    path = resolved(path)
    with refusing_disk(path), refusing_file(path):
        notes = _finish_what_was_begun(path, patience)
        if create and not os.path.lexists(path):
            refuse_long_name(path)
            _make(path, patience)
        for _ in range(_ROUNDS):
            notes += _upgraded(path, now, patience)
            _tidy(path)
            lock = locks.shared(path, patience)
            try:
                # Between the two locks another process may have changed it.
                if _usable(path).version == head():
                    return _in_use(path, lock, patience, notes)
            except BaseException:
                lock.release()
                raise
            lock.release()
    raise PortfolioBusy(f"“{path}” is being changed by another program again and again. Close that, and try again.")


@contextlib.contextmanager
def using(path: Path, *, patience: float = PATIENCE) -> Iterator[Path]:
    """The file, resolved, while nobody can migrate or swap it; it may be open in this process as well."""
    path = plain_file(resolved(path))
    with refusing_disk(path), refusing_file(path):
        # By SQLite, since reading the bytes of an open file ends with the loss of SQLite's locks on it.
        with contextlib.closing(connect(path, patience=patience)) as connection:
            ((identity,),) = connection.execute("PRAGMA application_id")
        if identity != APPLICATION_ID:
            raise NotAPortfolio(f"“{path}” is no portfolio. It has not been touched. Choose another file.")
        try:
            lock = locks.shared(path, patience)
        except OSError as error:
            if error.errno not in (errno.EROFS, errno.EACCES, errno.EPERM):
                raise
            # Where not even a lock can be made, nobody can put another file in the place of this one.
            yield path
            return
        try:
            yield path
        finally:
            lock.release()


def version_in_use(path: Path) -> int:
    """The version of a portfolio file that may be open in this process."""
    with using(path) as used, contextlib.closing(connect(used)) as connection:
        ((version,),) = connection.execute("PRAGMA user_version")
    if version > head():
        raise newer(path, version)
    return int(version)


def downgrade_portfolio(path: Path, to: int, now: datetime, *, patience: float = PATIENCE) -> Backup:
    """Take the file down to an older version, as safely as up; what is lost is in the backup that it returns.

    `migrations.losses` says beforehand what that is. The file must not be open, here or elsewhere.
    """
    path = resolved(path)
    with refusing_disk(path), refusing_file(path):
        _usable(path)
        with locks.exclusive(path, patience):
            if not 1 <= to < _usable(path).version:
                raise MigrationFailed(f"“{path}” is not at a later version than {to}. Nothing was changed.")
            return _move(path, to, now, patience)


def _usable(path: Path) -> FileHeader:
    """The header of a file that this program can use; a refusal otherwise. The file is only read."""
    header = read_header(path)
    if header.version > head():
        raise newer(path, header.version)
    read_only = stat.S_IMODE(path.stat().st_mode) & 0o222 == 0
    if read_only or not os.access(path, os.W_OK) or not os.access(path.parent, os.W_OK):
        raise ReadOnlyPlace(
            f"“{path}” or its folder is read-only, and WealthDesk keeps your changes in it. It has not been touched. "
            "Allow writing to both, or copy the file to another folder and open it there."
        )
    return header


def newer(path: Path, version: int) -> NewerPortfolio:
    """The refusal of a file of a later version than this program knows."""
    return NewerPortfolio(
        f"“{path}” was written by a newer WealthDesk: its version is {version}, and this program knows "
        f"versions up to {head()}. It has not been touched. Install the newer WealthDesk, or choose another file.",
        version,
        head(),
    )


_OTHER_NAME: Final = (
    "“{}” has another name on this disk (a hard link), under which it may be open as well, and what is changed here is "
    "changed there. Close it there before you change anything, or open a copy."
)


def _in_use(path: Path, lock: locks.Lock, patience: float, notes: tuple[str, ...]) -> Database:
    with contextlib.ExitStack() as unless_it_opens:
        reader = unless_it_opens.enter_context(contextlib.closing(keep_in_memory(connect(path, patience=patience))))
        notes += seal.verified(reader, path, is_known=seal.vouches_for(path))
        if path.stat().st_nlink > 1:
            notes += (_OTHER_NAME.format(path.name),)
        keep_private(path)
        # SQLite reads anew on every connection which tables a file has: as long as it takes to look at all pages.
        opened = Database(
            path,
            patience=patience,
            on_close=lock.release,
            notes=notes,
            on_replaced=refusal,
            last_look=partial(seal.put_on, path),
            reader=keep_less_in_memory(reader),
        )
        unless_it_opens.pop_all()
    return opened


def _make(path: Path, patience: float) -> None:
    """Make a new, empty portfolio under another name, and give it its own only when it is whole."""
    if backups := list_backups(path):
        raise MissingPortfolio(
            f"There is no file “{path}” any more, but there are backups of it, the newest “{backups[0].path.name}” in "
            f"“{backups[0].path.parent}”. Nothing was changed. Copy that back, or choose another name for a new one."
        )
    make_folder(path.parent)
    partial = path.with_name(path.name + ".partial")
    with locks.exclusive(path, patience), contextlib.suppress(FileExistsError):
        if os.path.lexists(path):
            return
        _set_aside_sidecars(path)
        discard(partial)
        try:
            make_private(partial)
            make(partial)
            verify(partial, head(), None, path)
            sync_file(partial)
            place(partial, path)
        except (sqlite3.Error, MigrationFailed) as error:
            raise _refusal(error, path) or MigrationFailed(
                f"“{path}” could not be made: {_reason(error)} Nothing was left behind. Save a report of this."
            ) from error
        finally:
            discard(partial)


def _finish_what_was_begun(path: Path, patience: float) -> tuple[str, ...]:
    """A replacement of the file that was interrupted; whoever was at it had the exclusive lock, and is gone."""
    if not swapping.is_halfway(path):
        return ()
    with locks.exclusive(path, patience):
        return swapping.finish(path)


def _upgraded(path: Path, now: datetime, patience: float) -> tuple[str, ...]:
    """Migrate if it is old, once nobody uses it; says what was done.

    Another process that has migrated it meanwhile may go on using it for as long as it likes: so it is looked at again
    and again, and not only once it is free.
    """
    until = time.monotonic() + patience
    while _usable(path).version < head():
        try:
            with locks.exclusive(path, min(patience, _LOOK_AGAIN)):
                return _upgrade(path, now, patience)
        except PortfolioBusy:
            if time.monotonic() >= until:
                raise
    return ()


def _upgrade(path: Path, now: datetime, patience: float) -> tuple[str, ...]:
    """Migrate unless another process has done so meanwhile; says what was done."""
    start = _usable(path).version
    if start == head():
        return ()
    _discard_leftovers(path)
    backup = _move(path, head(), now, patience)
    return (f"The file was brought from version {start} to {head()}. As it was before, it is “{backup.path.name}”.",)


def _move(path: Path, to: int, now: datetime, patience: float) -> Backup:
    """Bring the file to a version by migrating a copy and swapping it in; on any failure the file is as it was."""
    start, size = read_header(path).version, path.stat().st_size
    need_room(path.parent, 3 * size + _ROOM)
    work = path.with_name(path.name + ".migrating")
    discard(work)
    # Keeps every other program from writing between the backup and the swap, also those that do not know our lock.
    with contextlib.closing(keep_in_memory(connect(path, patience=patience))) as original:
        original.execute("PRAGMA journal_mode = TRUNCATE").fetchall()
        original.execute("BEGIN IMMEDIATE")
        # By the connection that keeps others out: what is checked is what is copied.
        pages = original.serialize()
        digest = verification.digest_of(pages)
        seal.verified(original, path, pages=pages, digest=digest)
        reason = "before_upgrade" if to > start else "before_downgrade"
        backup = same_backup(path, reason, now, digest) or back_up(path, reason, now)
        with _failing(path, start, to, backup, work):
            make_private(work)
            write_copy(pages, work, path)
            before = verification.contents(original)
            migrate(work, to)
            verify(work, to, before, path)
            sync_file(work)
    with _failing(path, start, to, backup, work):
        replace(work, path)
    return backup


def verify(path: Path, version: int, before: verification.Contents | None, named: Path) -> None:
    """Raise unless the file is whole, says the version, has the tables of a new file and the rows it had.

    What is said is said of the file `named`, which the one at `path` is made of or for.
    """
    with contextlib.closing(keep_in_memory(connect(path))) as connection:
        if marks_in(connection) != parts_of(version):
            raise MigrationFailed("The tables are not those that a new file has.")
        if connection.execute("SELECT version_num FROM alembic_version").fetchall() != [(f"{version:04}",)]:
            raise MigrationFailed("The version in the file is not the one it was brought to.")
        verification.check(connection, named)
        if before and (loss := verification.lost(before, verification.contents(connection))):
            raise MigrationFailed(f"Something would be lost: {loss}.")
    if read_header(path).version != version:
        raise MigrationFailed("The version in the header is not the one it was brought to.")


@contextlib.contextmanager
def _failing(path: Path, start: int, to: int, backup: Backup, work: Path) -> Iterator[None]:
    """Throw the unfinished copy away, and say what failed, that nothing was changed, and where the backup is."""
    try:
        yield
    except BaseException as error:
        with contextlib.suppress(OSError):
            discard(work)
        if not isinstance(error, Exception):
            raise
        raise _refusal(error, path) or MigrationFailed(
            f"“{path}” could not be brought from version {start} to {to}: {_reason(error)} Nothing was changed: the "
            f"file is as it was. A backup of it is “{backup.path}”. Try again, or save a report of this."
        ) from error


def _refusal(error: Exception, path: Path) -> WealthDeskError | None:
    """What is not the migration's fault has its own sentence: no room, busy, read-only."""
    if isinstance(error, OSError):
        return disk_refusal(error, path)
    known = refusal_of(error, path)
    refusal = error if isinstance(error, OpeningError) else known
    return None if isinstance(refusal, MigrationFailed | DamagedPortfolio) else refusal


def _reason(error: Exception) -> str:
    text = str(error).partition("\n")[0].strip() or type(error).__name__
    return text if text.endswith(".") else f"{text}."


def _tidy(path: Path) -> None:
    """Discard what an interrupted run left behind, unless somebody is at work on it."""
    if _leftovers(path):
        with contextlib.suppress(PortfolioBusy), locks.exclusive(path, patience=0):
            _discard_leftovers(path)


def _discard_leftovers(path: Path) -> None:
    for file in _leftovers(path):
        discard(file)


def _leftovers(path: Path) -> list[Path]:
    ours = (path.with_name(path.name + ending) for ending in (".migrating", ".partial"))
    return [*(file for file in ours if os.path.lexists(file)), *leftovers(path)]


def _set_aside_sidecars(path: Path) -> None:
    """A journal without its file would be played into the new one; it is kept, since it may be all that is left."""
    for ending in SIDECARS:
        sidecar = path.with_name(path.name + ending)
        if sidecar.exists():
            number = 1
            while os.path.lexists(aside := sidecar.with_name(f"{sidecar.name}.aside{number}")):
                number += 1
            sidecar.rename(aside)


REASON: Final = "replaced"


def refusal(content: bytes, path: Path, now: datetime) -> ReplacedPortfolio:
    """What is said of the file at `path`, which held `content` when it was open here and is another one now."""
    what = f"“{path}” was replaced by another program" if path.exists() else f"“{path}” was moved or removed"
    return ReplacedPortfolio(
        f"{what} while it was open here, so no change is kept in it any more. {_kept(content, path, now)} Open it "
        "again and compare. If a program keeps this folder in step with another computer, close WealthDesk there first."
    )


def _kept(content: bytes, path: Path, now: datetime) -> str:
    try:
        backup = keep(content, path, REASON, now)
    except (WealthDeskError, OSError) as error:
        return f"What was open here could not be kept as a backup ({error})."
    return f"What was open here is the backup “{backup.path.name}”, which stays until you remove it."
