"""Backups that follow the changes: made a while after the start, once it is quiet, and when the window is closed."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final, cast

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QGuiApplication

from wealthdesk.errors import WealthDeskError
from wealthdesk.gui.main_window import MainWindow

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMessageBox

    from wealthdesk.changes import Changes
    from wealthdesk.services.backups import Backup
    from wealthdesk.services.desk import Desk

_AFTER_START_MS: Final = 5_000
_QUIET_MS: Final = 20 * 60_000
_AT_ONCE_MS: Final = 500
"""What takes no longer than this is not worth a word."""


class DailyBackup(QObject):
    """Makes none of a copy that is only looked at."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._desk: Desk | None = None
        self._has_complained = False
        self._closing: QMessageBox | None = None
        self._is_closing = self._may_close = False
        self._timer = QTimer(self, singleShot=True, interval=_AFTER_START_MS)
        self._quiet = QTimer(self, singleShot=True, interval=_QUIET_MS)
        self._patience = QTimer(self, singleShot=True, interval=_AT_ONCE_MS)
        for each in (self._timer, self._quiet):
            each.timeout.connect(self._back_up)
        self._patience.timeout.connect(self._say_closing)
        window.bus.changed.connect(self._on_changed)
        window.may_close = self.may_close

    def begin(self, desk: "Desk") -> None:
        """Look after this portfolio from now on."""
        self._desk = None if desk.is_read_only else desk
        if self._desk is not None:
            self._timer.start()

    def stop(self) -> None:
        """Let go of the portfolio, before it is closed."""
        self._desk = None
        for each in (self._timer, self._quiet, self._patience):
            each.stop()

    def may_close(self) -> bool:
        """Whether the window may close: everything is backed up, or that was tried. Otherwise it closes after that."""
        # A computer that is being shut down does not wait for anybody; the next start makes what is missing.
        is_shutting_down = cast(QGuiApplication, QGuiApplication.instance()).isSavingSession()
        if self._may_close or is_shutting_down or self._desk is None or not self._has_changes(self._desk):
            return True
        if not self._is_wanted(self._desk, on_closing=True):
            return True
        if not self._is_closing:
            self._is_closing = True
            self._patience.start()
            self._run(self._desk, self._close, self._on_not_closed)
        return False

    def _is_wanted(self, desk: "Desk", *, on_closing: bool) -> bool:
        """Whether one is to be made without being asked for; where that cannot be read, as usual."""
        from wealthdesk.services.settings import BackupWhen

        try:
            when = desk.settings.backup_when()
        except WealthDeskError:
            return True
        return when is BackupWhen.DAILY or (on_closing and when is BackupWhen.CLOSING)

    def _has_changes(self, desk: "Desk") -> bool:
        """Where it is not known yet how well the file is backed up, a look at it is worth its while."""
        shown = self._window.shown
        standing = None if shown is None else shown.foot.backed_up
        if standing is not None and standing.made_at is None:
            return not desk.portfolios.current().is_empty
        return standing is None or standing.changes_since(desk.kept_changes()) > 0

    def _on_changed(self, changes: "Changes") -> None:
        """A while after the last of several changes, not after each."""
        # The window did not close after all, and goes on: what is changed now is to be backed up as well.
        self._may_close = False
        if self._desk is not None:
            self._quiet.start()

    def _back_up(self) -> None:
        """Make a backup, where something has changed since the last one."""
        if self._desk is not None and self._is_wanted(self._desk, on_closing=False):
            self._run(self._desk, self._on_backed_up, self._on_failed)

    def _run(
        self,
        desk: "Desk",
        then: "Callable[[Backup | None], object]",
        failed: Callable[[WealthDeskError], object],
    ) -> None:
        from wealthdesk.gui import tasks
        from wealthdesk.services.backups import follow_up

        tasks.run(partial(follow_up, desk.path, desk.clock), then, self, failed=failed)

    def _on_backed_up(self, backup: "Backup | None") -> None:
        if backup is not None and self._window.shown is not None:
            self._window.shown.foot.list_backups()

    def _on_failed(self, error: WealthDeskError) -> None:
        """Said once: what is kept in the file is kept, but there is no copy of it."""
        from wealthdesk.gui import problems

        if not self._has_complained:
            self._has_complained = True
            problems.show(error, self._window, title="There is no backup of today")

    def _say_closing(self) -> None:
        from wealthdesk.gui import problems

        self._closing = problems.ask(
            "Backing up before closing…",
            "Everything is kept in the file already; a copy of it is being made.",
            "&Close without a backup",
            self._window,
            no="&Stay here",
        )
        self._closing.accepted.connect(self._close)
        self._closing.rejected.connect(self._stay)

    def _say_no_more(self) -> None:
        self._patience.stop()
        if self._closing is not None:
            self._closing.rejected.disconnect(self._stay)
            self._closing.reject()
            self._closing = None

    def _stay(self) -> None:
        self._is_closing, self._closing = False, None

    def _close(self, _: object = None) -> None:
        """It was asked for, and what was to be done first is done, or not waited for."""
        was_asked, self._is_closing = self._is_closing, False
        self._say_no_more()
        if was_asked:
            self._may_close = True
            self._window.close()

    def _on_not_closed(self, error: WealthDeskError) -> None:
        """What is kept is kept, and the window closes once that is read."""
        from wealthdesk.gui import problems

        self._say_no_more()
        if self._is_closing:
            said = f"{error} What you changed is kept in the file; only this copy of it was not made."
            problems.show(said, self._window, title="There is no new backup").finished.connect(self._close)
