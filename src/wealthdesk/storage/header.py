"""The first hundred bytes of a file, which say without SQLite whether it is a portfolio and at which version."""

import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from wealthdesk.errors import MissingPortfolio, NotAPortfolio

APPLICATION_ID: Final = 0x57444B31
"""What the header of a portfolio file says it is: WDK1."""

_LENGTH: Final = 100
_MAGIC: Final = b"SQLite format 3\0"


@dataclass(frozen=True, slots=True)
class Header:
    """What the header of a portfolio file says: its version, and how many bytes it has to have."""

    version: int
    length: int


def read_header(path: Path) -> Header:
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
    return Header(version, (65536 if page == 1 else page) * int.from_bytes(raw[28:32], "big"))


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
