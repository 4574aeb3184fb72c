"""The backups of a portfolio file: whole copies in `backups/` beside it, each verified before it gets its name.

Nobody has to think of them: they are made after changes, and thinned out as they grow old.
"""

import contextlib
import os
import re
import sqlite3
from collections.abc import Callable, Hashable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Protocol, TypeVar

from wealthdesk.domain.holdings import Portfolio
from wealthdesk.errors import AlreadyExists, OpeningError, WealthDeskError
from wealthdesk.storage.connection import Reading, connect, keep_in_memory, refusing_file
from wealthdesk.storage.file import locks, seal, verification
from wealthdesk.storage.file.files import (
    commits_in,
    discard,
    make_folder,
    make_private,
    need_room,
    place,
    read_header,
    refuse_long_name,
    refusing_disk,
    sync_file,
    sync_folder,
    write_whole,
)
from wealthdesk.storage.holdings import load_portfolio
from wealthdesk.storage.settings import setting

_ROOM: Final = 5_000_000
_SHOWN: Final = 16
_SHORT: Final = 40
_UNREADABLE: Final = (sqlite3.Error, OSError, ArithmeticError, ValueError, LookupError, WealthDeskError)
_UNFINISHED: Final = re.compile(r"\.[0-9a-f]{8}\.partial")
_NAME: Final = r"{}\.(\d{{8}}T\d{{9}})Z\.([a-z_]+)\.v(\d+)\.([0-9a-f]{{16}})\.wealthdesk"


@dataclass(frozen=True, slots=True)
class Backup:
    """One backup. `verified`: it is, byte for byte, what was verified when it was made."""

    path: Path
    made_at: datetime
    reason: str
    version: int
    size: int
    verified: bool


def own_folder(path: Path) -> Path:
    """The folder beside the portfolio file that is for its backups, where no other was chosen; it may not exist yet."""
    return path.parent / "backups"


def backups_folder(path: Path) -> Path:
    """Where backups are made: the folder chosen last, while its disk is there, else the one beside the file."""
    return next((each for each in _chosen(path)[-1:] if _is_there(each)), own_folder(path))


def choose_folder(path: Path, folder: Path) -> Path:
    """Make backups below a folder from now on, in one for this file alone, and give that; those elsewhere stay listed.

    The choice lies beside the file, and not in it: it is asked for where the file is damaged, or gone.
    """
    if not folder.is_dir():
        raise OpeningError(f"“{folder}” is no folder. Nothing was changed. Choose another.")
    if "\n" in str(folder):
        raise OpeningError("That folder has a line break in its name. Nothing was changed. Choose another.")
    own, known = own_folder(path), _chosen(path)
    named = f"{' '.join(path.stem[:_SHORT].split())} backups {os.urandom(4).hex()}"
    made = next((each for each in (own, *known) if folder in (each, each.parent)), folder / named)
    with refusing_disk(folder):
        make_folder(made)
    with refusing_disk(path):
        make_folder(own)
        chosen = [*(each for each in known if each != made), made]
        write_whole(_choice_of(path), "".join(f"{each}\n" for each in chosen).encode())
    return made


def _choice_of(path: Path) -> Path:
    return own_folder(path) / f"{path.name}.folders"


def _chosen(path: Path) -> list[Path]:
    """The folders that were ever chosen for the backups of a file, the one of now last."""
    with contextlib.suppress(OSError, ValueError):
        # Not splitlines: a name may have what other programs take for the end of a line.
        lines = _choice_of(path).read_bytes().decode().split("\n")
        return [Path(each) for each in lines if Path(each).is_absolute()]
    return []


def _files(path: Path) -> list[Path]:
    """Whatever lies in all folders for backups of the file that are there; a disk that fails hides no other."""
    own = own_folder(path)
    files = list(own.iterdir()) if own.is_dir() else []
    for folder in _chosen(path):
        with contextlib.suppress(OSError):
            files += folder.iterdir() if folder != own and folder.is_dir() else ()
    return files


def _is_there(folder: Path) -> bool:
    with contextlib.suppress(OSError):
        return folder.is_dir()
    return False


def back_up(path: Path, reason: str, now: datetime) -> Backup:
    """Copy the file as it is at this moment to a new, verified, synced backup; `reason` is a word such as by_hand.

    The caller holds the file's lock. DamagedPortfolio, PortfolioBusy or NoRoom when it cannot be done; nothing is then
    left behind.
    """
    if not re.fullmatch(r"[a-z_]+", reason):
        raise ValueError(f"{reason!r} is not a word")
    with refusing_disk(path), refusing_file(path):
        folder = backups_folder(path)
        make_folder(folder)
        need_room(folder, path.stat().st_size + _ROOM)
        partial = folder / f"{path.name}.{os.urandom(4).hex()}.partial"
        make_private(partial)
        try:
            version, digest = copy(path, partial)
            sync_file(partial)
            return _placed(partial, path, f"{reason}.v{version}.{digest[:_SHOWN]}", now)
        finally:
            _throw_away(partial)


def keep(content: bytes, path: Path, reason: str, now: datetime) -> Backup:
    """Make a verified, synced backup of the bytes of a portfolio file that has lost its name."""
    digest = verification.digest_of(content)
    for known in list_backups(path):
        if known.verified and known.path.name.split(".")[-2] == digest[:_SHOWN]:
            return known
    with refusing_disk(path), refusing_file(path):
        folder = backups_folder(path)
        make_folder(folder)
        need_room(folder, len(content) + _ROOM)
        partial = folder / f"{path.name}.{os.urandom(4).hex()}.partial"
        make_private(partial)
        try:
            partial.write_bytes(content)
            with contextlib.closing(connect(partial)) as kept:
                verification.check(kept, partial)
            sync_file(partial)
            return _placed(partial, path, f"{reason}.v{read_header(partial).version}.{digest[:_SHOWN]}", now)
        finally:
            _throw_away(partial)


def back_up_to(path: Path, target: Path) -> None:
    """Copy the file as it is at this moment to a new, verified, synced file anywhere; nothing is ever overwritten."""
    if os.path.lexists(target):
        raise AlreadyExists(f"There is a file “{target}” already. Choose another name.")
    refuse_long_name(target)
    with refusing_disk(target), refusing_file(path):
        need_room(target.parent, path.stat().st_size + _ROOM)
        partial = target.with_name(f"{target.name}.{os.urandom(4).hex()}.partial")
        make_private(partial)
        try:
            copy(path, partial)
            sync_file(partial)
            place(partial, target)
        finally:
            _throw_away(partial)


def copy(path: Path, target: Path) -> tuple[int, str]:
    """Copy the file to `target`, an empty file of ours, and verify the copy; returns its version and digest."""
    with contextlib.closing(keep_in_memory(connect(path))) as source, ThreadPoolExecutor(1) as beside:
        # One read transaction, so that what is copied is what is checked. SQLite's own copying begins anew whenever
        # somebody writes, and goes on for ever on a busy file.
        source.execute("BEGIN")
        pages = source.serialize()
        # The disk writes while the processor checks.
        written = beside.submit(write_copy, pages, target, path)
        digest = verification.digest_of(pages)
        seal.verified(source, path, pages=pages, digest=digest)
        source.execute("ROLLBACK")
        written.result()
    return read_header(target).version, digest


def write_copy(pages: bytes, target: Path, path: Path) -> None:
    """Write the pages of the file at `path`, which are checked, to `target`, an empty file of ours.

    As it lies on the disk then, it is what was checked, byte for byte: so it is whole, and has every row.
    """
    target.write_bytes(pages)
    if target.read_bytes() != pages:
        raise OpeningError(f"The copy of “{path}” is not the same as the file. It was thrown away. Try again.")


def list_backups(path: Path) -> tuple[Backup, ...]:
    """The backups of the portfolio file, the newest first. Every one is read as a whole to verify it."""
    return tuple(_backup(file, name) for file, name in _named(path))


def moments(path: Path) -> tuple[tuple[datetime, str], ...]:
    """When and for which reason the backups were made, the newest first, as their names say; none of them is read."""
    return tuple((_moment(name), name[2]) for _, name in _named(path))


def has_backup(path: Path, digest: str) -> bool:
    """Whether one of the backups is, still, a copy of the file with this digest."""
    same = [file for file, name in _named(path) if name[4] == digest[:_SHOWN]]
    return any(_is_what_it_was(file, digest) for file in same)


def same_backup(path: Path, reason: str, now: datetime, digest: str) -> Backup | None:
    """The backup of the last day for this reason, if the file is still the same: a second try needs no second one."""
    for file, name in _named(path):
        if name[2] == reason and abs(now - _moment(name)) < timedelta(days=1) and digest.startswith(name[4]):
            backup = _backup(file, name)
            return backup if backup.verified else None
    return None


def is_as_it_was(file: Path) -> bool | None:
    """Whether a file is what it was when it was made and verified; None: its name does not say what that was."""
    name = re.fullmatch(_NAME.format(".+"), file.name)
    return _is_what_it_was(file, name[4]) if name else None


def moment_of(file: Path) -> datetime | None:
    """When a backup was made, as its name says; None: that is not the name of one."""
    name = re.fullmatch(_NAME.format(".+"), file.name)
    return _moment(name) if name else None


def portfolio_in(backup: Backup) -> Portfolio | None:
    """The portfolio as it was on the day of the backup; None when that cannot be read."""
    on = backup.made_at.astimezone().date()
    # Nothing that lies beside a backup is played into it.
    with contextlib.suppress(*_UNREADABLE), contextlib.closing(connect(backup.path, mode="ro&immutable=1")) as driver:
        return load_portfolio(Reading(driver), on)
    return None


def setting_in(path: Path, key: str) -> tuple[str | None, frozenset[str]] | None:
    """A setting of a portfolio file as it lies there, and the ids of its accounts; None when that cannot be read."""
    with contextlib.suppress(*_UNREADABLE):
        # What is no file, as a pipe, may keep whoever opens it waiting for ever.
        if not path.is_file():
            return None
        with contextlib.closing(connect(path, mode="ro")) as driver:
            accounts = driver.execute("SELECT id FROM accounts").fetchall()
            return setting(Reading(driver), key), frozenset(each for (each,) in accounts)
    return None


def leftovers(path: Path) -> tuple[Path, ...]:
    """The backups that an interrupted run did not finish."""
    return tuple(file for file in _files(path) if _UNFINISHED.fullmatch(file.name.removeprefix(path.name)))


def _throw_away(partial: Path) -> None:
    """What remains of it is in nobody's way, and not what the user is to be told about."""
    with contextlib.suppress(OSError):
        discard(partial)


def _placed(partial: Path, path: Path, what: str, now: datetime) -> Backup:
    """Give the finished copy its name; when another has taken it, the name of the next free millisecond."""
    made_at = _to_millisecond(now.astimezone(UTC))
    while True:
        stamp = f"{path.name}.{made_at:%Y%m%dT%H%M%S}{made_at.microsecond // 1000:03}Z"
        with contextlib.suppress(FileExistsError):
            target = partial.with_name(f"{stamp}.{what}.wealthdesk")
            if not any(file.name.startswith(stamp) for file in partial.parent.iterdir()):
                place(partial, target)
                break
        made_at += timedelta(milliseconds=1)
    reason, version, _ = what.split(".")
    return Backup(target, made_at, reason, int(version[1:]), target.stat().st_size, verified=True)


def _to_millisecond(moment: datetime) -> datetime:
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def _named(path: Path) -> list[tuple[Path, re.Match[str]]]:
    """The files with a name of a backup of this file, the newest first."""
    name = re.compile(_NAME.format(re.escape(path.name)))
    files = sorted(_files(path), key=lambda file: file.name, reverse=True)
    matches = ((file, name.fullmatch(file.name)) for file in files)
    return [(file, match) for file, match in matches if match and _says_a_moment(match) and file.is_file()]


def _says_a_moment(name: re.Match[str]) -> bool:
    with contextlib.suppress(ValueError):
        return _moment(name) is not None
    return False


def _moment(name: re.Match[str]) -> datetime:
    return datetime.strptime(name[1] + "000Z", "%Y%m%dT%H%M%S%fZ").replace(tzinfo=UTC)


def _backup(file: Path, name: re.Match[str]) -> Backup:
    return Backup(file, _moment(name), name[2], int(name[3]), file.stat().st_size, _is_what_it_was(file, name[4]))


def _is_what_it_was(file: Path, digest: str) -> bool:
    try:
        return read_header(file).version > 0 and verification.digest_of(file.read_bytes()).startswith(digest)
    except (OSError, WealthDeskError):
        return False


DAILY: Final = "daily"
"""The reason of the backups that are made without being asked for, and thinned out as they grow old."""

ALL_FOR: Final = timedelta(days=2)
DAYS: Final = 12
WEEKS: Final = 10
MONTHS: Final = 9
PINNED_FOR: Final = timedelta(days=90)
_ANOTHER_DAY: Final = timedelta(days=1)
_PINNED: Final = frozenset({"before_upgrade", "before_downgrade"})


class Dated(Protocol):
    """What is asked of a backup."""

    @property
    def made_at(self) -> datetime:
        """When."""

    @property
    def reason(self) -> str:
        """Why, as one word."""

    @property
    def verified(self) -> bool:
        """Whether it still is what was verified when it was made."""


Each = TypeVar("Each", bound=Dated)


def surplus(backups: Iterable[Each], now: datetime) -> tuple[Each, ...]:
    """The backups that may go, the oldest first.

    Of the daily ones all of 2 days stay, and the newest of each of the last 12 days, 10 weeks and 9 months that have
    any; those before an upgrade or a downgrade stay 90 days. For ever stay those made by hand or for a reason that is
    not known here, those that are not what they were when they were verified, and the newest verified one. Those of the
    future stay as well, since a clock was wrong when they were made, or is now; the others are judged without them.
    """
    good = sorted((each for each in backups if each.verified), key=lambda each: each.made_at)
    past = [each for each in good if each.made_at <= now]
    if not past:
        return ()
    daily = [each for each in past if each.reason == DAILY]
    kept = {id(each) for each in (good[-1], past[-1], *_thinned(daily, now))}
    # One wrong clock is not enough: a backup of another day has to be so much younger, too.
    younger = max((each.made_at for each in past if each.made_at <= now - _ANOTHER_DAY), default=past[0].made_at)
    old = [each for each in past if each.reason in _PINNED and each.made_at < younger - PINNED_FOR]
    return tuple(each for each in past if (each in old or each in daily) and id(each) not in kept)


def _thinned(daily: Sequence[Each], now: datetime) -> list[Each]:
    recent = [each for each in daily if each.made_at >= now - ALL_FOR]
    of_days = _newest_of(daily, lambda moment: moment.date(), DAYS)
    of_weeks = _newest_of(daily, lambda moment: moment.isocalendar()[:2], WEEKS)
    of_months = _newest_of(daily, lambda moment: (moment.year, moment.month), MONTHS)
    return recent + of_days + of_weeks + of_months


def _newest_of(daily: Sequence[Each], span: Callable[[datetime], Hashable], count: int) -> list[Each]:
    """The newest of each of the last so many spans of time that have any."""
    newest = {span(each.made_at.astimezone(UTC)): each for each in daily}
    return sorted(newest.values(), key=lambda each: each.made_at)[-count:]


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
        make_folder(own_folder(path))
        lock = locks.alone(own_folder(path) / f"{path.name}.lock")
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
    """Remove the backups that have served their time (see `surplus`), and say which.

    DamagedPortfolio when the file itself is not whole: then every one of them may be needed.
    """
    with contextlib.closing(connect(path, mode="ro")) as connection:
        # The backup that was made just now was looked at as a whole.
        verification.check(connection, path, is_known=True)
    gone = surplus(list_backups(path), now)
    for backup in gone:
        backup.path.unlink(missing_ok=True)
    for folder in {backup.path.parent for backup in gone}:
        sync_folder(folder)
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
