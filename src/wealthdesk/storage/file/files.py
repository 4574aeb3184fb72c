"""Steps on files that a crash cannot tear: private, fsynced, replaced, placed; and the header, read without SQLite."""

import contextlib
import errno
import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from wealthdesk.errors import MissingPortfolio, NoRoom, NotAPortfolio, OpeningError, ReadOnlyPlace

SIDECARS = ("-journal", "-wal", "-shm")

_LONGEST_NAME = 180
"""The bytes of a portfolio file's name: its backups have up to 75 more, and file systems take 255."""

_NAME_KEPT = 100
"""A name with another ending is not to become longer than file systems allow."""


def resolved(path: Path) -> Path:
    """The file that the path leads to, whichever links are on the way; NotAPortfolio where they lead nowhere."""
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError) as error:
        why = "its links lead in a circle" if isinstance(error, RuntimeError) else f"it is no name for a file ({error})"
        raise NotAPortfolio(f"“{path}” leads nowhere: {why}. Nothing was changed. Choose another file.") from None


def refuse_long_name(path: Path) -> None:
    """Raise OpeningError for a new portfolio whose backups would have a longer name than file systems take."""
    length = len(os.fsencode(path.name))
    if length > _LONGEST_NAME:
        raise OpeningError(
            f"The name “{path.name[:40]}…” is too long: it has {length} bytes, and with more than {_LONGEST_NAME} no "
            "backup could be made. Nothing was made. Choose a shorter name."
        )


def make_folder(folder: Path) -> None:
    """Make the folder and those above it that are missing, for the user alone (0700)."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    with contextlib.suppress(FileExistsError):
        make_private_folder(folder)


def make_private_folder(folder: Path) -> None:
    """Make the one folder for the user alone (0700); FileExistsError when anything has the name."""
    folder.mkdir(mode=0o700)
    folder.chmod(0o700)
    sync_folder(folder.parent)


def make_private(path: Path) -> None:
    """Make an empty file for the user alone (0600); FileExistsError when anything, also a link, has the name."""
    flags = os.O_CREAT | os.O_EXCL | os.O_RDWR | getattr(os, "O_NOFOLLOW", 0)
    descriptor = os.open(path, flags, 0o600)
    os.close(descriptor)
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) != 0o600:
        path.chmod(0o600)  # a umask can take away even the owner's own rights


def keep_private(path: Path) -> None:
    """Take the file away from everybody but its owner."""
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        path.chmod(0o600)


def sync_file(path: Path) -> None:
    """Return once the file's bytes are on the disk."""
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Return once the folder's names are on the disk (Windows keeps no such promise and needs none)."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_whole(path: Path, content: bytes) -> None:
    """Write the file so that its name means the old bytes or all the new ones, and these are on the disk; an OSError.

    It is written under another name of its own, for the user alone; a link is followed to the file that it names.
    """
    path = path.resolve()
    partial = path.with_name(f".{path.name[:_NAME_KEPT]}.{os.urandom(4).hex()}.partial")
    make_private(partial)
    try:
        with partial.open("r+b", buffering=0) as file:
            left = memoryview(content)
            while left:
                left = left[file.write(left) :]
            os.fsync(file.fileno())
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def place(source: Path, target: Path) -> None:
    """Give the synced file its final name, or raise FileExistsError: nothing is ever overwritten.

    When the disk refuses that, it has not got the name; or, where even that is refused, the OpeningError says so.
    """
    try:
        os.link(source, target)
    except FileExistsError:
        raise
    except OSError:
        # Some file systems know no hard links; the caller's lock keeps others of us away.
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target)) from None
        source.rename(target)
    else:
        # The other name is one of those that are thrown away, later at the latest.
        with contextlib.suppress(OSError):
            source.unlink()
    try:
        sync_folder(target.parent)
    except OSError as error:
        _take_back(target, error)
        raise


def _take_back(target: Path, refused: OSError) -> None:
    try:
        target.unlink()
    except OSError:
        raise OpeningError(
            f"“{target}” is there and whole, but the disk refused to confirm it: a power cut can still take it away. "
            "Check the disk."
        ) from refused


def replace(source: Path, target: Path) -> None:
    """Put the synced file in the target's place; a journal left beside it would bring discarded rows back."""
    remove_sidecars(source)
    remove_sidecars(target)
    sync_folder(target.parent)
    source.replace(target)
    # It is done by now, and whichever of the two the folder shows after a power cut is whole: nothing to refuse.
    with contextlib.suppress(OSError):
        sync_folder(target.parent)


def remove_sidecars(path: Path) -> None:
    """Remove what SQLite leaves beside a file."""
    for ending in SIDECARS:
        path.with_name(path.name + ending).unlink(missing_ok=True)


def discard(path: Path) -> None:
    """Remove a file of ours that is not wanted any more, with its sidecars."""
    path.unlink(missing_ok=True)
    remove_sidecars(path)


def need_room(folder: Path, needed: int) -> None:
    """Raise NoRoom unless so many bytes are free."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise NoRoom(
            f"There is not enough room on the disk of “{folder}”: this step needs {_megabytes(needed)} MB and "
            f"{free // 10**6} MB are free. Nothing was changed. Free some space and try again.",
            needed,
            free,
        )


def _megabytes(size: int) -> int:
    return -(-size // 10**6)


@contextlib.contextmanager
def refusing_disk(path: Path) -> Iterator[None]:
    """Turn what the disk says about the file into a sentence for the user."""
    try:
        yield
    except OSError as error:
        raise disk_refusal(error, path) from error


def disk_refusal(error: OSError, path: Path) -> OpeningError:
    """The sentence for what the disk said about the file."""
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
        return NoRoom(f"The disk of “{path}” is full. Nothing was changed. Free some space and try again.")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return ReadOnlyPlace(
            f"“{path}” or its folder cannot be read and written. Nothing was changed. "
            "Change the permissions, or choose a file in another folder."
        )
    return OpeningError(f"The disk refused a step on “{path}”: {error.strerror or error}. Nothing was changed.")


APPLICATION_ID: Final = 0x57444B31
"""What the header of a portfolio file says it is: WDK1."""

_LENGTH: Final = 100
_MAGIC: Final = b"SQLite format 3\0"


class FileHeader(NamedTuple):
    """What the header of a portfolio file says: its version, and how many bytes it has to have."""

    version: int
    length: int


def read_header(path: Path) -> FileHeader:
    """The header of the portfolio file; MissingPortfolio or NotAPortfolio with a sentence. The file is only read.

    Not for a file that this process has open: closing it here drops SQLite's locks on it.
    """
    with plain_file(path).open("rb", buffering=0) as file:
        raw = file.read(_LENGTH)
    if not raw:
        raise NotAPortfolio(f"“{path}” is empty, so it is no portfolio. It has not been touched. Choose another file.")
    if len(raw) < _LENGTH or not raw.startswith(_MAGIC):
        raise _not_ours(path, "it is another kind of file")
    if int.from_bytes(raw[68:72], "big") != APPLICATION_ID:
        raise _not_ours(path, "it is the database of another program")
    version = int.from_bytes(raw[60:64], "big")
    if version == 0:
        raise _not_ours(path, "it has no version")
    page = int.from_bytes(raw[16:18], "big")
    return FileHeader(version, (65536 if page == 1 else page) * int.from_bytes(raw[28:32], "big"))


def portfolio_version(path: Path) -> int:
    """The version of the portfolio file (see `read_header`)."""
    return read_header(path).version


def commits_in(path: Path) -> int:
    """How many changes the file has seen, as SQLite counts them; as `read_header`, not for one that is open here."""
    with plain_file(path).open("rb", buffering=0) as file:
        return int.from_bytes(file.read(_LENGTH)[24:28], "big")


def plain_file(path: Path) -> Path:
    """The path, if there is a plain file; MissingPortfolio or NotAPortfolio otherwise. The file is not opened."""
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        raise MissingPortfolio(
            f"There is no file “{path}”. Nothing was changed. Choose where it is now, or begin a new portfolio."
        ) from None
    if stat.S_ISDIR(mode):
        raise _not_ours(path, "it is a folder")
    if not stat.S_ISREG(mode):
        raise _not_ours(path, "it is not a plain file")
    return path


def _not_ours(path: Path, why: str) -> NotAPortfolio:
    return NotAPortfolio(f"“{path}” is no portfolio: {why}. It has not been touched. Choose another file.")
