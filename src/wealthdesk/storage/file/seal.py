"""The seal beside a portfolio file: what it was when it was closed last, so that decay which SQLite cannot see is seen.

A bit that flips in a price leaves a file that SQLite finds whole. The seal says which file was closed (its number, size
and date on the disk), after which change, and a digest of its pages. It claims nothing of a file that was changed or
replaced since; where it is missing or torn, there is none.
"""

import contextlib
import os
import re
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from wealthdesk.errors import BrokenRules, DamagedPortfolio
from wealthdesk.storage.file import verification

_FORM: Final = re.compile(r"WealthDesk seal 1 (\d+) (\d+) (\d+) (\d+) ([0-9a-f]{64})\n")
_MOST: Final = 1024
_COUNTER: Final = slice(24, 28)


@dataclass(frozen=True, slots=True)
class _Seal:
    inode: int
    size: int
    changed_ns: int
    counter: int
    digest: str

    def text(self) -> str:
        return f"WealthDesk seal 1 {self.inode} {self.size} {self.changed_ns} {self.counter} {self.digest}\n"

    def is_of(self, status: os.stat_result) -> bool:
        """Whether the disk says that nothing was written to the file since."""
        return (self.inode, self.size, self.changed_ns) == (status.st_ino, status.st_size, status.st_mtime_ns)


def seal_file(path: Path) -> Path:
    """Where the seal of a portfolio file is."""
    return path.with_name(path.name + ".seal")


def verified(
    connection: sqlite3.Connection, path: Path, *, is_known: bool = False, pages: bytes = b"", digest: str = ""
) -> tuple[str, ...]:
    """Look at what the connection reads of the file at `path`, or of a copy of it, as `verification.check` does, and as
    `check` does: what has decayed is damage as a whole, and not to be mended line by line. Gives the notes of `check`.

    pages, digest: what the connection reads, and its digest, where they are at hand.
    """
    with verification.one_moment(connection):
        # Where not even that can be read, the check says why.
        with contextlib.suppress(sqlite3.OperationalError):
            pages = pages or connection.serialize()
            digest = digest or verification.digest_of(pages)
        try:
            verification.check(connection, path, is_known=is_known, pages=pages, digest=digest)
        except BrokenRules as refusal:
            try:
                check(path, lambda: pages, digest)
            except DamagedPortfolio:
                said = str(refusal).removesuffix(verification.MENDABLE)
                raise DamagedPortfolio(f"{said}{verification.BACK}") from refusal
            raise
    return check(path, lambda: pages, digest)


def vouches_for(path: Path) -> bool:
    """Whether nothing was written to the file since it was closed, as the disk says."""
    seal = _read(path)
    return seal is not None and seal.is_of(path.stat())


def check(path: Path, pages: Callable[[], bytes], digest: str = "") -> tuple[str, ...]:
    """Raise DamagedPortfolio when bytes of the file are others, though nothing was written to it since it was closed.

    Where something other than SQLite wrote to it, that may well have been the user: it is said in the note given.
    pages: reads all of the file, or of a copy that was made just now; it is only called where there is a seal.
    """
    seal, status = _read(path), path.stat()
    if seal is None or seal.inode != status.st_ino:
        return ()
    raw = pages()
    if int.from_bytes(raw[_COUNTER], "big") != seal.counter:
        return ()
    if (digest or verification.digest_of(raw)) == seal.digest:
        return ()
    if seal.is_of(status):
        raise DamagedPortfolio(
            f"“{path}” is damaged: bytes in it are not what they were when it was closed, and nothing has written to "
            f"it since. {verification.BACK}"
        )
    return (
        f"Something other than WealthDesk has changed “{path.name}” since it was closed here. If that was not you, "
        "compare it with its backups.",
    )


def put_on(path: Path, connection: sqlite3.Connection, status: Callable[[], os.stat_result]) -> None:
    """Seal the file that the connection reads as it lies on the disk, which says `status` of it.

    Nobody waits for a seal: where the disk refuses one, there is none.
    """
    with contextlib.suppress(OSError, sqlite3.Error):
        known = _read(path)
        if known is None or not known.is_of(status()):
            _write(path, _seal_of(connection, status).text())


def _seal_of(connection: sqlite3.Connection, status: Callable[[], os.stat_result]) -> _Seal:
    connection.execute("PRAGMA busy_timeout = 0")
    # What it read before may have become other bytes on the disk.
    connection.execute("PRAGMA shrink_memory")
    # Whoever writes waits until this transaction has ended: size, date and bytes are of one moment.
    with verification.one_moment(connection):
        return _made_of(connection.serialize(), status())


def _made_of(raw: bytes, status: os.stat_result) -> _Seal:
    counter = int.from_bytes(raw[_COUNTER], "big")
    return _Seal(status.st_ino, status.st_size, status.st_mtime_ns, counter, verification.digest_of(raw))


def _read(path: Path) -> _Seal | None:
    try:
        descriptor = os.open(seal_file(path), os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
        try:
            said = os.read(descriptor, _MOST).decode("ascii", "replace")
        finally:
            os.close(descriptor)
    except OSError:
        return None
    found = _FORM.fullmatch(said)
    return _Seal(int(found[1]), int(found[2]), int(found[3]), int(found[4]), found[5]) if found else None


def _write(path: Path, text: str) -> None:
    """In one step and unsynced: half of it has not the form of one, and an old one claims nothing."""
    flags = os.O_CREAT | os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    descriptor = os.open(seal_file(path), flags, 0o600)
    try:
        if os.name == "posix":
            os.fchmod(descriptor, 0o600)
        os.ftruncate(descriptor, 0)
        os.write(descriptor, text.encode())
    finally:
        os.close(descriptor)
