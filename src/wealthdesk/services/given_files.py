"""The files that a user names to be read: plain ones, of a size that can be read."""

import stat
from pathlib import Path

from wealthdesk.errors import BadInput

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
