"""The files that a user names, to be read or written: plain ones, of a size that can be read, and written whole."""

import os
import stat
from pathlib import Path
from typing import Final

from wealthdesk.errors import BadInput, WealthDeskError
from wealthdesk.storage.file.files import write_whole
from wealthdesk.storage.file.locks import lock_file

_MEGABYTE = 1024**2


def plain_size(path: Path, instead: str) -> int:
    """How many bytes a plain file has; OSError, or BadInput that ends with what to do `instead`.

    A pipe or a device may never end, or never begin.
    """
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        what = "a folder" if stat.S_ISDIR(found.st_mode) else "not a plain file"
        raise BadInput(f"This is {what}. {instead}")
    return found.st_size


def bytes_of(path: Path, most: int, instead: str) -> bytes:
    """What a plain file of at most so many bytes holds, which may grow while it is read; otherwise as `plain_size`."""
    is_small = plain_size(path, instead) <= most
    with path.open("rb") as file:
        data = file.read(most + 1) if is_small else b""
    if not is_small or len(data) > most:
        raise BadInput(f"It has more than {most // _MEGABYTE} MB. {instead}")
    return data


_ENDING: Final = ".wealthdesk"


def save(path: Path, content: bytes) -> None:
    """Writes the file, for the user alone; WealthDeskError when the place cannot be written, or holds a portfolio."""
    if _is_portfolio(path):
        raise WealthDeskError(f"“{path}” is the name of a portfolio file, which stays as it is. Choose another name.")
    try:
        write_whole(path, content)
    except OSError as error:
        raise WealthDeskError(f"“{path}” could not be written: {error.strerror}. Choose another folder.") from error


def _is_portfolio(path: Path) -> bool:
    """By its name and what lies beside it: a file that may be open here is not read (see storage/file/opening.py)."""
    file = path.resolve()
    return file.suffix.lower() == _ENDING or os.path.exists(lock_file(file))  # noqa: PTH110 (False for a name that is too long)
