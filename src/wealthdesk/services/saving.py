"""Saving a file that the user chose: all of it is on the disk under its name, or what was there stays as it was."""

import os
from pathlib import Path
from typing import Final

from wealthdesk.errors import WealthDeskError
from wealthdesk.storage.files import write_whole
from wealthdesk.storage.locks import lock_file

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
    """By its name and what lies beside it: a file that may be open here is not read (see storage/opening.py)."""
    file = path.resolve()
    return file.suffix.lower() == _ENDING or os.path.exists(lock_file(file))  # noqa: PTH110 (False for a name that is too long)
