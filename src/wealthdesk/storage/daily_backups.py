"""The backups that nobody has to think of: at most one a day, only after changes, thinned out as they grow old."""

import contextlib
from datetime import datetime
from pathlib import Path

from wealthdesk.storage import locks, verification
from wealthdesk.storage.backups import Backup, back_up, backups_folder, has_backup, list_backups, moments
from wealthdesk.storage.database import connect, refusing_file
from wealthdesk.storage.files import make_folder, refusing_disk, sync_folder
from wealthdesk.storage.rotation import DAILY, surplus


def keep_up(path: Path, now: datetime) -> Backup | None:
    """Make the backup of the day when there is none yet and the file is not as it was; then remove what is surplus.

    None: there was nothing to do, or another program is at it. A file that is not whole is refused, and then nothing is
    removed either.
    """
    if _has_of_today(path, now):
        return None
    with refusing_disk(path), refusing_file(path):
        make_folder(backups_folder(path))
        lock = locks.alone(backups_folder(path) / f"{path.name}.lock")
        if lock is None:
            return None
        try:
            if _has_of_today(path, now) or has_backup(path, _digest(path)):
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


def _digest(path: Path) -> str:
    with contextlib.closing(connect(path)) as connection:
        connection.execute("BEGIN")
        return verification.digest(connection)
