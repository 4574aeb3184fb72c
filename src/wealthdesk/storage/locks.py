"""The lock beside a portfolio file: shared while a process uses the file, exclusive to create, migrate or swap it."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from wealthdesk.errors import PortfolioBusy

_PAUSE: Final = 0.02

if sys.platform == "win32":
    import portalocker

    def _locked(file: BinaryIO, *, is_shared: bool) -> bool:
        kind = portalocker.LockFlags.SHARED if is_shared else portalocker.LockFlags.EXCLUSIVE
        try:
            portalocker.lock(file, kind | portalocker.LockFlags.NON_BLOCKING)
        except portalocker.AlreadyLocked:
            return False
        return True

else:
    # What portalocker does here as well; importing it takes longer than reading the portfolio.
    import fcntl

    def _locked(file: BinaryIO, *, is_shared: bool) -> bool:
        try:
            fcntl.flock(file, (fcntl.LOCK_SH if is_shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


class Lock:
    """A lock that is held until it is released, or the process ends."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def release(self) -> None:
        """Let others have it; releasing twice is harmless."""
        self._file.close()


def shared(path: Path, patience: float) -> Lock:
    """The lock of one who uses the file; PortfolioBusy when the file is being migrated or swapped for too long."""
    return _take(path, patience, is_shared=True)


@contextmanager
def exclusive(path: Path, patience: float) -> Iterator[None]:
    """The lock of one who changes which file has the name; PortfolioBusy when others use it for too long."""
    lock = _take(path, patience, is_shared=False)
    try:
        yield
    finally:
        lock.release()


def _take(path: Path, patience: float, *, is_shared: bool) -> Lock:
    file = _lock_file(path)
    deadline = time.monotonic() + patience
    try:
        while not _locked(file, is_shared=is_shared):
            if time.monotonic() >= deadline:
                raise PortfolioBusy(
                    f"Another window or program is using “{path}”. Nothing was changed. Close it there, and try again."
                )
            time.sleep(_PAUSE)
    except BaseException:
        file.close()
        raise
    return Lock(file)


def _lock_file(path: Path) -> BinaryIO:
    """The file is never removed: another process could then lock a file that has no name any more."""
    flags = os.O_CREAT | os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    return os.fdopen(os.open(path.with_name(path.name + ".lock"), flags, 0o600), "r+b")
