"""Which portfolio file has a window already: a lock per file, held for as long as the window lives."""

import zlib
from pathlib import Path

from wealthdesk.storage import locks
from wealthdesk.storage.files import make_folder
from wealthdesk.storage.locks import Lock as Lock


def window_name(path: Path) -> str:
    """A short name for the window of a file, the same whichever way leads to the file, and of this user alone."""
    said = f"{Path.home()}\n{path.resolve()}".encode("utf-8", "surrogateescape")
    # Two sums, from either end: hashlib takes longer to import than all else that a start does before its window.
    return f"wealthdesk-{zlib.crc32(said):08x}{zlib.crc32(said[::-1]):08x}"


def claim(path: Path, folder: Path) -> Lock | None:
    """The lock of the one window of a file, kept in `folder`; None: another window has it. OSError without a place."""
    make_folder(folder)
    return locks.alone(folder / f"{window_name(path)}.lock")
