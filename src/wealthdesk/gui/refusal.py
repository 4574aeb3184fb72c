"""The page about a portfolio file that cannot be opened, shown in the window, with its backups as they are read."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from wealthdesk.errors import OpeningError
from wealthdesk.gui import tasks
from wealthdesk.gui.recovery.page import RecoveryPage

if TYPE_CHECKING:
    from wealthdesk.gui.main_window import MainWindow
    from wealthdesk.services.backups import BackupLine
    from wealthdesk.services.desk import Clock


class Refusal(QObject):
    """The page is the window's from now on; the backups are verified in the worker, which may be wanted meanwhile."""

    def __init__(self, window: "MainWindow", error: OpeningError, path: Path, clock: "Clock") -> None:
        super().__init__(window)
        self.error = error
        self.page = RecoveryPage(error, path, clock)
        self._path = path
        self._is_read = not self.page.wants_backups()
        self._reading: tasks.Task | None = None
        window.show_instead(self.page)
        self.read_on()

    def read_on(self) -> None:
        """Read the backups, unless that is done or under way."""
        if not self._is_read and self._reading is None:
            self._reading = tasks.run(
                partial(_lines_of, self._path),
                self._show,
                self.page,
                failed=lambda _: self._show(()),
                cancelled=self._on_cancelled,
            )

    def say_busy(self, words: str) -> None:
        """Say what is being done now, which does not wait for the rest of the backups."""
        if self._reading is not None:
            self._reading.cancel()
        if not self.page.is_waiting:
            self.page.show_status(words, is_busy=True)

    def _show(self, lines: "tuple[BackupLine, ...]") -> None:
        self._is_read, self._reading = True, None
        self.page.show_backups(lines)

    def _on_cancelled(self) -> None:
        self._reading = None


def _lines_of(path: Path, progress: tasks.Progress) -> "tuple[BackupLine, ...]":
    from wealthdesk.services.backups import backups_of, line_of

    backups = backups_of(path)
    lines: list[BackupLine] = []
    for each in backups:
        progress.report(len(lines), len(backups))
        lines.append(line_of(each))
    return tuple(lines)
