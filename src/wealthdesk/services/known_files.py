"""Which portfolio files were opened here: one of them that is gone is missing, and no new one takes its place."""

import contextlib
from pathlib import Path

from wealthdesk.services.windows import window_name
from wealthdesk.storage.files import make_folder


def remember(path: Path, folder: Path) -> None:
    """Know the file from now on, by a mark in `folder`; where none can be kept, nothing is remembered."""
    with contextlib.suppress(OSError):
        make_folder(folder)
        _mark(path, folder).touch(mode=0o600)


def is_known(path: Path, folder: Path) -> bool:
    """Whether the file was opened here before."""
    with contextlib.suppress(OSError):
        return _mark(path, folder).exists()
    return False


def _mark(path: Path, folder: Path) -> Path:
    return folder / f"{window_name(path)}.known"
