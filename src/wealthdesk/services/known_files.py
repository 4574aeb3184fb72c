"""Which portfolio files were opened here: one of them that is gone is missing, and no new one takes its place.

The mark of a file says where it is, and when it was opened last.
"""

import contextlib
from pathlib import Path

from wealthdesk.services.windows import window_name
from wealthdesk.storage.files import make_folder


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
