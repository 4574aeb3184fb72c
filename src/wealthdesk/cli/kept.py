"""A portfolio file that a command changes: once something was kept, the backup of the day is made, as by the window."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from wealthdesk.changes import Changes
from wealthdesk.errors import WealthDeskError
from wealthdesk.services.desk import Clock, Desk, open_desk


@contextmanager
def changing(path: Path, clock: Clock, *, create: bool = False) -> Iterator[Desk]:
    """The file, open; the backup is made at the end of the block, where there is none of this day yet."""
    kept: list[Changes] = []
    with open_desk(path, clock, create=create) as desk:
        desk.subscribe(kept.append)
        yield desk
    if kept:
        _back_up(path, clock)


def _back_up(path: Path, clock: Clock) -> None:
    """What the command kept is kept: that there is no copy of it is a note."""
    from wealthdesk.services.backups import keep_up

    try:
        keep_up(path, clock)
    except WealthDeskError as refused:
        print(f"The change is kept, but there is no backup of it. {refused}", file=sys.stderr)
