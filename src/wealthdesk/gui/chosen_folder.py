"""The folder in which file dialogs begin: the one of the file chosen last, at first where the user keeps such files."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QStandardPaths

_Location = QStandardPaths.StandardLocation

_last: Final[list[Path]] = []


def remember(path: Path) -> None:
    """The next dialog begins in the folder of this file."""
    _last[:] = [path.parent]


def forget() -> None:
    """Begin where the first dialog did."""
    _last.clear()


def to_open() -> str:
    """Where to look for a file: what was downloaded, before anything was chosen."""
    return _folder(_Location.DownloadLocation, _Location.DocumentsLocation)


def to_save() -> str:
    """Where to put a file: the user's documents, before anything was chosen."""
    return _folder(_Location.DocumentsLocation)


def _folder(*usual: QStandardPaths.StandardLocation) -> str:
    known = filter(None, (QStandardPaths.writableLocation(each) for each in usual))
    places = [*_last, *map(Path, known)]
    return str(next((each for each in places if each.is_dir()), Path.home()))
