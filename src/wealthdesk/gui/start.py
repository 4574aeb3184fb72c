"""The start: from the first paint to the open portfolio, or to the page that says why it cannot be opened."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, QTimer, Signal

from wealthdesk.errors import OpeningError, WealthDeskError
from wealthdesk.gui.main_window import MainWindow

if TYPE_CHECKING:
    from wealthdesk.changes import Changes
    from wealthdesk.gui.recovery.page import RecoveryPage
    from wealthdesk.services.backups import Backup
    from wealthdesk.services.desk import Desk

OpenDesk = Callable[[Path, bool], "Desk"]
"""Opens the portfolio file at a path; True: makes it where there is none."""


_BACK_UP_AFTER_START_MS: Final = 5_000
_BACK_UP_AFTER_CHANGE_MS: Final = 60_000


class Start(QObject):
    """open_desk runs in the worker and imports what it needs only then."""

    opened = Signal()
    refused = Signal(object)
    """The OpeningError, once the page about it is shown."""
    ended = Signal()
    """After either, once that is painted."""

    def __init__(
        self,
        window: MainWindow,
        path: Path,
        create: bool,
        open_desk: OpenDesk,
        now: Callable[[], datetime],
        claim: Callable[[Path], bool] = lambda path: True,
    ) -> None:
        """claim: whether this window may show a file; where not, another window does, and was raised."""
        super().__init__(window)
        self._claim = claim
        self._has_complained = False
        self._backing_up = QTimer(self, singleShot=True)
        self._backing_up.timeout.connect(self._back_up)
        window.bus.changed.connect(self._on_changed)
        self._window, self._path, self._create = window, path, create
        self._open_desk, self._now = open_desk, now
        self._desk: Desk | None = None
        self._is_opening = False
        window.first_painted.connect(self.open)

    def open(self) -> None:
        """Open the file, in the background."""
        if self._is_opening or self._desk is not None:
            return
        self._is_opening = True
        from wealthdesk.gui import problems, tasks

        problems.install(self._window)
        tasks.run(partial(self._open_desk, self._path, self._create), self._on_opened, self, failed=self._on_refused)

    def close(self) -> None:
        """Let the file go, once nothing works on it any more."""
        from wealthdesk.gui import tasks

        self._backing_up.stop()
        tasks.stop()
        if self._desk is not None:
            self._desk.close()
            self._desk = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """At the user's first key or click; what changes something is imported meanwhile, and not at the start."""
        if event.type() in (QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress) and self._desk is not None:
            from wealthdesk.gui import tasks

            watched.removeEventFilter(self)
            tasks.run(self._desk.prepare_to_write, _nothing, self, failed=_nothing)
        return False

    def _on_opened(self, desk: "Desk") -> None:
        self._is_opening = False
        self._desk = desk
        self._window.show_desk(desk)
        self._window.windowHandle().installEventFilter(self)
        if not desk.is_read_only:
            self._backing_up.start(_BACK_UP_AFTER_START_MS)
        self.opened.emit()
        QTimer.singleShot(0, self.ended.emit)

    def _on_changed(self, changes: "Changes") -> None:
        """A while after the first of several changes, not after each."""
        if self._desk is not None and not self._desk.is_read_only and not self._backing_up.isActive():
            self._backing_up.start(_BACK_UP_AFTER_CHANGE_MS)

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

    def _on_refused(self, error: WealthDeskError) -> None:
        from wealthdesk.gui import tasks

        def backups() -> "tuple[Backup, ...]":
            from wealthdesk.services.backups import backups_of

            return backups_of(self._path)

        refusal = error if isinstance(error, OpeningError) else OpeningError(str(error))
        unlisted = partial(self._show_refusal, refusal, ())
        tasks.run(backups, partial(self._show_refusal, refusal), self, failed=lambda _: unlisted())

    def _show_refusal(self, refusal: OpeningError, backups: "tuple[Backup, ...]") -> None:
        from wealthdesk.gui.recovery.page import RecoveryPage

        self._is_opening = False
        page = RecoveryPage(refusal, self._path, backups, self._now())
        self._connect(page)
        self._window.show_instead(page)
        self.refused.emit(refusal)
        QTimer.singleShot(0, self.ended.emit)

    def _connect(self, page: "RecoveryPage") -> None:
        page.try_again.connect(self.open)
        page.file_chosen.connect(partial(self._open_another, create=False))
        page.new_chosen.connect(partial(self._open_another, create=True))
        page.quit_requested.connect(self._window.close)

    def _open_another(self, path: Path, *, create: bool) -> None:
        if not self._claim(path):
            return
        self._path, self._create = path, create
        self._window.setWindowTitle(f"{path.stem} · WealthDesk")
        self.open()


def _nothing(_: object) -> None:
    """Nobody waits for it; what cannot be done beforehand is done, or refused, when it is needed."""
