"""Which portfolio files were opened here, and which of them has a window already."""

import contextlib
import os
import zlib
from pathlib import Path
from typing import Final

from wealthdesk.paths import data_folder
from wealthdesk.storage.file import locks
from wealthdesk.storage.file.files import make_folder, resolved
from wealthdesk.storage.file.locks import Lock as Lock

_LONGEST: Final = 100
"""Bytes in the path of a socket; the systems allow 104 to 108."""


def window_name(path: Path) -> str:
    """A short name for the window of a file, the same whichever way leads to the file, and of this user alone."""
    said = f"{Path.home()}\n{resolved(path)}".encode("utf-8", "surrogateescape")
    # Two sums, from either end: hashlib takes longer to import than all else that a start does before its window.
    return f"wealthdesk-{zlib.crc32(said):08x}{zlib.crc32(said[::-1]):08x}"


def folder_of_windows() -> Path:
    """Where the locks of windows are, and what they listen at."""
    return data_folder() / "windows"


def address(path: Path, folder: Path) -> str:
    """What the window of a file listens at: a socket in `folder`, as far as its path is not too long for one.

    Windows knows names instead of paths for this, and elsewhere a bare name is one in the folder for temporary files.
    """
    name = window_name(path)
    socket = str(folder.resolve() / f"{name}.socket")
    return socket if os.name == "posix" and len(os.fsencode(socket)) <= _LONGEST else name


def claim(path: Path, folder: Path) -> Lock | None:
    """The lock of the one window of a file, kept in `folder`; None: another window has it. OSError without a place."""
    make_folder(folder)
    return locks.alone(folder / f"{window_name(path)}.lock")


def remember(path: Path, folder: Path) -> None:
    """Know the file from now on, by a mark in `folder`; where none can be kept, nothing is remembered."""
    with contextlib.suppress(OSError):
        make_folder(folder)
        mark = _mark(path, folder)
        mark.touch(mode=0o600)
        mark.write_text(str(path.absolute()), encoding="utf-8", errors="surrogateescape")


def is_known(path: Path, folder: Path) -> bool:
    """Whether the file was opened here before."""
    with contextlib.suppress(OSError):
        return _mark(path, folder).exists()
    return False


def recent(folder: Path, most: int = 8) -> list[Path]:
    """The files that were opened last and are still there, the newest first."""
    try:
        marks = sorted(folder.glob("*.known"), key=lambda mark: mark.stat().st_mtime_ns, reverse=True)
        places = [mark.read_text(encoding="utf-8", errors="surrogateescape") for mark in marks]
    except OSError:
        return []
    # An older mark says only that the file is known, and not where it is.
    return [path for path in map(Path, filter(None, places)) if path.is_file()][:most]


def _mark(path: Path, folder: Path) -> Path:
    return folder / f"{window_name(path)}.known"
