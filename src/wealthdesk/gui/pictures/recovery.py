"""Examples of every recovery page and its dialogs, for the pictures: of one damaged file and its backups."""

import itertools
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QDialog, QWidget

from wealthdesk import errors
from wealthdesk.gui.backups.restore_dialog import RestoreDialog
from wealthdesk.gui.backups.salvage_dialog import SalvageDialog
from wealthdesk.gui.recovery.page import RecoveryPage
from wealthdesk.gui.recovery.sheet import PreparedPage, WorkingPage
from wealthdesk.gui.recovery.ways import Way
from wealthdesk.services.backups import BackupLine, lines_of
from wealthdesk.services.desk import Clock

ShowInstead = Callable[[QWidget], None]
_tries: Final = itertools.count(1)


def examples(
    show: ShowInstead, window: QWidget, path: Path, damage: errors.OpeningError, clock: Clock
) -> Iterator[tuple[str, Callable[[], QDialog | None]]]:
    """Name and what brings it about. show: shows a page in the window. path: a damaged file; damage: what it met."""
    lines = lines_of(path)
    for name, error in (("", damage), *_refusals(path)):
        yield f"recovery {name}".strip(), partial(_shown, show, error, path, lines, clock)
    yield "recovery without backups", lambda: show(_page(damage, path, (), clock))
    yield "recovery details", lambda: show(_with_details(_page(damage, path, lines, clock)))
    yield "recovery restore", lambda: RestoreDialog(lines[0], window)
    yield "recovery salvage", lambda: SalvageDialog(path, path.with_name(f"Salvaged {next(_tries)}.wealthdesk"), window)
    yield "recovery prepared", lambda: show(PreparedPage(path, 3, lines[0].backup, clock))
    yield "recovery working", lambda: show(WorkingPage("Restoring the backup…"))


def _refusals(path: Path) -> Iterator[tuple[str, errors.OpeningError]]:
    words = (
        f"“{path}” was written by a newer WealthDesk: its version is 99, and this program knows versions up to 9. It "
        "has not been touched. Install the newer WealthDesk, or choose another file."
    )
    yield "newer", errors.NewerPortfolio(words, 99, 9)
    words = f"wealthdesk import (process 4711) is using “{path}”. Nothing was changed. Close it there, and try again."
    yield "busy", errors.PortfolioBusy(words, (errors.Holder(4711, "wealthdesk import"),))
    words = (
        f"There is not enough room on the disk of “{path.parent}”: this step needs 182 MB and 17 MB are free. "
        "Nothing was changed. Free some space and try again."
    )
    yield "no room", errors.NoRoom(words, 182_000_000, 17_000_000)
    words = (
        f"“{path}” could not be brought from version 3 to 9: Something would be lost: 1 row of holdings. "
        "Nothing was changed: the file is as it was. Try again, or save a report of this."
    )
    yield "migration", errors.MigrationFailed(words)
    words = (
        f"“{path}” is damaged: the class targets of “All Portfolio” sum to 120.00% and not to 100%. It has not been "
        "touched, and these lines can be mended."
    )
    yield "broken rules", errors.BrokenRules(words)
    yield "missing", errors.MissingPortfolio(f"There is no file “{path}” any more. Nothing was changed.")


def _page(error: errors.OpeningError, path: Path, lines: tuple[BackupLine, ...], clock: Clock) -> RecoveryPage:
    page = RecoveryPage(error, path, clock)
    if page.wants_backups():
        page.show_backups(lines)
    if isinstance(error, errors.PortfolioBusy):
        page.ways.buttons[Way.WAIT].click()
    return page


def _shown(
    show: ShowInstead, error: errors.OpeningError, path: Path, lines: tuple[BackupLine, ...], clock: Clock
) -> None:
    show(_page(error, path, lines, clock))


def _with_details(page: RecoveryPage) -> RecoveryPage:
    page.details.toggle.click()
    return page
