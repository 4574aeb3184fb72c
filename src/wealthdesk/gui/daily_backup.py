"""The backup of the day of the portfolio that a window shows: made a while after the start, and after changes."""

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer

from wealthdesk.errors import WealthDeskError
from wealthdesk.gui.main_window import MainWindow

if TYPE_CHECKING:
    from wealthdesk.changes import Changes
    from wealthdesk.services.backups import Backup
    from wealthdesk.services.desk import Desk

_AFTER_START_MS: Final = 5_000
_AFTER_CHANGE_MS: Final = 60_000


class DailyBackup(QObject):
    """Makes none of a copy that is only looked at."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._desk: Desk | None = None
        self._has_complained = False
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._back_up)
        window.bus.changed.connect(self._on_changed)

    def begin(self, desk: "Desk") -> None:
        """Look after this portfolio from now on."""
        self._desk = None if desk.is_read_only else desk
        if self._desk is not None:
            self._timer.start(_AFTER_START_MS)

    def stop(self) -> None:
        """Let go of the portfolio, before it is closed."""
        self._desk = None
        self._timer.stop()

    def _on_changed(self, changes: "Changes") -> None:
        """A while after the first of several changes, not after each."""
        if self._desk is not None and not self._timer.isActive():
            self._timer.start(_AFTER_CHANGE_MS)

    def _back_up(self) -> None:
        """Make the backup of the day, where there is none yet."""
        if self._desk is None:
            return
        from wealthdesk.gui import tasks
        from wealthdesk.services.backups import keep_up

        tasks.run(partial(keep_up, self._desk.path, self._desk.clock), self._on_backed_up, self, failed=self._on_failed)

    def _on_backed_up(self, backup: "Backup | None") -> None:
        if backup is not None:
            self._window.list_backups()

    def _on_failed(self, error: WealthDeskError) -> None:
        """Said once: what is kept in the file is kept, but there is no copy of it."""
        from wealthdesk.gui import problems

        if not self._has_complained:
            self._has_complained = True
            problems.show(error, self._window, title="There is no backup of today")
