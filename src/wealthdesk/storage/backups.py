"""The backups of a portfolio file: whole copies in `backups/` beside it, each verified before it gets its name."""

import contextlib
import os
import re
import secrets
import sqlite3
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from wealthdesk.domain.holdings import Portfolio
from wealthdesk.errors import AlreadyExists, OpeningError, WealthDeskError
from wealthdesk.storage import seal, verification
from wealthdesk.storage.connection import Reading, connect, keep_in_memory, refusing_file
from wealthdesk.storage.files import (
    discard,
    make_folder,
    make_private,
    need_room,
    place,
    refuse_long_name,
    refusing_disk,
    sync_file,
)
from wealthdesk.storage.header import read_header
from wealthdesk.storage.portfolio import load_portfolio

_ROOM: Final = 5_000_000
_SHOWN: Final = 16
_LOOKED_AT: Final[deque[str]] = deque(maxlen=8)
"""The digests of what was copied last: the same bytes need not be looked at as thoroughly again."""

_UNREADABLE: Final = (sqlite3.Error, OSError, ArithmeticError, ValueError, LookupError, WealthDeskError)
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


def backups_folder(path: Path) -> Path:
    """Where the backups of the portfolio file are; it may not exist yet."""
    return path.parent / "backups"


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
        partial = folder / f"{path.name}.{secrets.token_hex(4)}.partial"
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
        partial = folder / f"{path.name}.{secrets.token_hex(4)}.partial"
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
        partial = target.with_name(f"{target.name}.{secrets.token_hex(4)}.partial")
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
        written = beside.submit(target.write_bytes, pages)
        digest = verification.digest_of(pages)
        seal.verified(source, path, is_known=digest in _LOOKED_AT, pages=lambda: pages)
        _LOOKED_AT.append(digest)
        source.execute("ROLLBACK")
        written.result()
    # As it lies on the disk, byte for byte what was just checked: so it is whole, and has every row.
    if target.read_bytes() != pages:
        raise OpeningError(f"The copy of “{path}” is not the same as the file. It was thrown away. Try again.")
    return read_header(target).version, digest


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


def same_backup(path: Path, reason: str, now: datetime, digest: Callable[[], str]) -> Backup | None:
    """The backup of the last day for this reason, if the file is still the same: a second try needs no second one."""
    for file, name in _named(path):
        if name[2] == reason and abs(now - _moment(name)) < timedelta(days=1) and digest().startswith(name[4]):
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


def leftovers(path: Path) -> tuple[Path, ...]:
    """The backups that an interrupted run did not finish."""
    name = re.compile(re.escape(path.name) + r"\.[0-9a-f]{8}\.partial")
    folder = backups_folder(path)
    return tuple(file for file in folder.iterdir() if name.fullmatch(file.name)) if folder.is_dir() else ()


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
    folder = backups_folder(path)
    files = sorted(folder.iterdir(), reverse=True) if folder.is_dir() else []
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
