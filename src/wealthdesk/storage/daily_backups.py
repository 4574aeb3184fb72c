"""The backups that nobody has to think of: made only after changes, thinned out as they grow old."""

import contextlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from wealthdesk.errors import WealthDeskError
from wealthdesk.storage import locks, verification
from wealthdesk.storage.backups import Backup, back_up, backups_folder, has_backup, list_backups, moments
from wealthdesk.storage.connection import connect, refusing_file
from wealthdesk.storage.files import make_folder, refusing_disk, sync_folder
from wealthdesk.storage.header import commits_in
from wealthdesk.storage.rotation import DAILY, surplus

_MADE: Final = ("accounts", "assets", "funds")


@dataclass(frozen=True, slots=True)
class Latest:
    """The newest verified backup that holds something. kept: how many changes its file had seen, as SQLite counts."""

    backup: Backup
    kept: int


def latest_of(backups: Iterable[Backup]) -> Latest | None:
    """What would be restored of these, the newest first; an empty portfolio is no backup of anything."""
    for backup in backups:
        # It may be gone by now, or not be readable any more.
        with contextlib.suppress(OSError, WealthDeskError), refusing_file(backup.path):
            if backup.verified and not _is_empty(backup.path, "ro&immutable=1"):
                return Latest(backup, commits_in(backup.path))
    return None


def follow_up(path: Path, now: datetime) -> Backup | None:
    """Make a backup when the file holds something and is not as any of its backups; then remove what is surplus.

    None: there was nothing to do, or another program is at it. A file that is not whole is refused, and then nothing is
    removed either.
    """
    return _made(path, now, lambda: _is_empty(path))


def keep_up(path: Path, now: datetime) -> Backup | None:
    """Make the backup of the day, where there is none yet: for commands, which may change the file many times a day."""
    return _made(path, now, lambda: _has_of_today(path, now))


def _made(path: Path, now: datetime, is_enough: Callable[[], bool]) -> Backup | None:
    with refusing_disk(path), refusing_file(path):
        if is_enough():
            return None
        make_folder(backups_folder(path))
        lock = locks.alone(backups_folder(path) / f"{path.name}.lock")
        if lock is None:
            return None
        try:
            if is_enough() or has_backup(path, _digest(path)):
                return None
            backup = back_up(path, DAILY, now)
            # It is made: what is surplus and cannot be removed today is removed with the next one.
            with contextlib.suppress(OSError):
                rotate(path, now)
            return backup
        finally:
            lock.release()


def rotate(path: Path, now: datetime) -> tuple[Backup, ...]:
    """Remove the backups that have served their time (see `rotation.surplus`), and say which.

    DamagedPortfolio when the file itself is not whole: then every one of them may be needed.
    """
    with contextlib.closing(connect(path, mode="ro")) as connection:
        # The backup that was made just now was looked at as a whole.
        verification.check(connection, path, is_known=True)
    gone = surplus(list_backups(path), now)
    for backup in gone:
        backup.path.unlink(missing_ok=True)
    if gone:
        sync_folder(backups_folder(path))
    return gone


def _has_of_today(path: Path, now: datetime) -> bool:
    """Whether there is a daily one of this day, as the user's calendar has it; one that is yet to come is of none."""
    today = now.astimezone().date()
    past = (made_at for made_at, reason in moments(path) if reason == DAILY and made_at <= now)
    return any(made_at.astimezone().date() == today for made_at in past)


def _is_empty(path: Path, mode: str = "rw") -> bool:
    """Whether there is nothing in it that a user made: no account, no asset, no fund."""
    with contextlib.closing(connect(path, mode=mode)) as connection:
        known = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
        return not any(
            connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone()  # noqa: S608 (names of our own tables)
            for table in _MADE
            if table in known
        )


def _digest(path: Path) -> str:
    with contextlib.closing(connect(path)) as connection:
        connection.execute("BEGIN")
        return verification.digest(connection)
