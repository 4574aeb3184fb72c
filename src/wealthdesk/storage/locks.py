"""The lock beside a portfolio file: shared while a process uses the file, exclusive to create, migrate or swap it."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

import portalocker

from wealthdesk.errors import PortfolioBusy

_PAUSE: Final = 0.02


class Lock:
    """A lock that is held until it is released, or the process ends."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def release(self) -> None:
        """Let others have it; releasing twice is harmless."""
        self._file.close()


def shared(path: Path, patience: float) -> Lock:
    """The lock of one who uses the file; PortfolioBusy when the file is being migrated or swapped for too long."""
    return _take(path, portalocker.LockFlags.SHARED, patience)


@contextmanager
def exclusive(path: Path, patience: float) -> Iterator[None]:
    """The lock of one who changes which file has the name; PortfolioBusy when others use it for too long."""
    lock = _take(path, portalocker.LockFlags.EXCLUSIVE, patience)
    try:
        yield
    finally:
        lock.release()


def _take(path: Path, kind: portalocker.LockFlags, patience: float) -> Lock:
    file = _lock_file(path)
    deadline = time.monotonic() + patience
    while True:
        try:
            portalocker.lock(file, kind | portalocker.LockFlags.NON_BLOCKING)
            return Lock(file)
        except portalocker.LockException as error:
            if time.monotonic() >= deadline:
                file.close()
                raise PortfolioBusy(
                    f"Another window or program is using “{path}”. Nothing was changed. Close it there, and try again."
                ) from error
        time.sleep(_PAUSE)


def _lock_file(path: Path) -> BinaryIO:
    """The file is never removed: another process could then lock a file that has no name any more."""
    flags = os.O_CREAT | os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    return os.fdopen(os.open(path.with_name(path.name + ".lock"), flags, 0o600), "r+b")
