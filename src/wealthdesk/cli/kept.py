"""What a command keeps: once it has changed a portfolio file, the backup of the day is made, as by the window.

Whether anything was kept is remembered, for when the answer cannot be written.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from wealthdesk.changes import Changes
from wealthdesk.errors import ReadOnlyPlace, WealthDeskError
from wealthdesk.services.desk import Clock, Desk, open_copy, open_desk

_KEPT: Final[list[str]] = []


def begin() -> None:
    """Nothing has been kept yet."""
    _KEPT.clear()


def keep(what: str) -> None:
    """Something was made or changed, such as “The backup”, that stays whatever becomes of the answer."""
    _KEPT.append(what)


def kept() -> str:
    """What was kept first; empty: nothing was."""
    return _KEPT[0] if _KEPT else ""


@contextmanager
def reading(path: Path, clock: Clock) -> Iterator[Desk]:
    """The file, open to be read; where nothing can be written, a copy of it."""
    try:
        desk = open_desk(path, clock)
    except ReadOnlyPlace:
        desk = open_copy(path, clock)
    with desk:
        yield desk


@contextmanager
def changing(path: Path, clock: Clock, *, create: bool = False) -> Iterator[Desk]:
    """The file, open; the backup is made at the end of the block, where there is none of this day yet.

    What was noticed on opening, such as another name of the file, is told before anything is written.
    """
    changes: list[Changes] = []

    def on_changed(topics: Changes) -> None:
        changes.append(topics)
        keep("The change")

    try:
        with open_desk(path, clock, create=create) as desk:
            for note in desk.notes:
                print(note, file=sys.stderr)
            desk.subscribe(on_changed)
            yield desk
    finally:
        if changes:
            _back_up(path, clock)


def _back_up(path: Path, clock: Clock) -> None:
    """What the command kept is kept: that there is no copy of it is a note."""
    from wealthdesk.services.backups import keep_up

    try:
        keep_up(path, clock)
    except WealthDeskError as refused:
        print(f"The change is kept, but there is no backup of it. {refused}", file=sys.stderr)
