"""Putting another file in the place of a portfolio file, in the worker, and what is said of it afterwards."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from wealthdesk.gui.foot_lines import relative_moment
from wealthdesk.services.backups import SetAside, mend, moment_of, restore, undo_restore
from wealthdesk.services.desk import Clock


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was done, in words, and whether it can be undone."""

    words: str
    can_undo: bool


def restored(path: Path, backup: Path, clock: Clock) -> Outcome:
    """Put a backup in the file's place."""
    aside = restore(path, backup, clock)
    return Outcome(f"{_name(backup, clock.now())} is back. {_where(aside)}".strip(), aside is not None)


def mended(path: Path, clock: Clock) -> Outcome:
    """Mend the lines of the file that break a rule."""
    done = mend(path, clock)
    return Outcome(f"{' '.join(done.done)} {_where(done.aside)}".strip(), done.aside is not None)


def undone(path: Path, clock: Clock) -> Outcome:
    """Undo the newest restore."""
    aside = undo_restore(path, clock)
    return Outcome(f"What was there before the restore is back. {_where(aside)}", True)


def _name(backup: Path, now: datetime) -> str:
    moment = moment_of(backup)
    return f"“{backup.name}”" if moment is None else f"The backup of {relative_moment(moment, now, capital=False)}"


def _where(aside: SetAside | None) -> str:
    return f"What was there is set aside in “{aside.folder}”." if aside else ""
