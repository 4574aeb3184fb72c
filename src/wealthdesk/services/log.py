"""The log of the program: what went wrong, in one file of limited size in the data folder, for the user alone."""

import contextlib
import logging
import os
from io import TextIOWrapper
from pathlib import Path
from typing import Final

from wealthdesk.storage.file.files import make_folder

NAME: Final = "log.txt"
_BEFORE: Final = "log.before.txt"
_MOST: Final = 1_000_000


class _PrivateFile(logging.FileHandler):
    """Made when there is first something to say, and begun anew when it has become long."""

    def emit(self, record: logging.LogRecord) -> None:
        with contextlib.suppress(OSError):
            super().emit(record)

    def _open(self) -> TextIOWrapper:
        file = Path(self.baseFilename)
        make_folder(file.parent)
        if file.is_file() and file.stat().st_size > _MOST:
            file.replace(file.with_name(_BEFORE))
        flags = os.O_CREAT | os.O_APPEND | os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0)
        return os.fdopen(os.open(file, flags, 0o600), "a", encoding="utf-8", errors="backslashreplace")


def keep_log(folder: Path) -> logging.Handler:
    """Keep warnings and worse in the log from now on; a log that cannot be written stops nothing."""
    handler = _PrivateFile(folder / NAME, delay=True)
    handler.setLevel(logging.WARNING)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s", "%Y-%m-%d %H:%M:%S"))
    logging.getLogger("wealthdesk").addHandler(handler)
    return handler
