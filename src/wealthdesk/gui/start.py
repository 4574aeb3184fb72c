"""The start: from the first paint to the open portfolio, or to the page that says why it cannot be opened."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer, Signal

from wealthdesk.errors import OpeningError, WealthDeskError
from wealthdesk.gui.main_window import MainWindow

if TYPE_CHECKING:
    from wealthdesk.gui.recovery.page import RecoveryPage
    from wealthdesk.services.backups import Backup
    from wealthdesk.services.desk import Desk

OpenDesk = Callable[[Path, bool], "Desk"]
"""Opens the portfolio file at a path; True: makes it where there is none."""


class Start(QObject):
    """open_desk runs in the worker and imports what it needs only then."""

    opened = Signal()
    refused = Signal(object)
    """The OpeningError, once the page about it is shown."""
    ended = Signal()
    """After either, once that is painted."""

    def __init__(
        self, window: MainWindow, path: Path, create: bool, open_desk: OpenDesk, now: Callable[[], datetime]
    ) -> None:
        super().__init__(window)
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
        self.opened.emit()
        QTimer.singleShot(0, self.ended.emit)

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
        self._path, self._create = path, create
        self._window.setWindowTitle(f"{path.stem} · WealthDesk")
        self.open()


def _nothing(_: object) -> None:
    """Nobody waits for it; what cannot be done beforehand is done, or refused, when it is needed."""
