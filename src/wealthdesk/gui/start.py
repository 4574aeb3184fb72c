"""The start: from the first paint to the open portfolio, or to the page that says why it cannot be opened."""

import gc
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from PySide6.QtCore import QEvent, QObject, QTimer, Signal

from wealthdesk.errors import NewerPortfolio, OpeningError, PortfolioBusy, ReadOnlyPlace, WealthDeskError
from wealthdesk.gui.daily_backup import DailyBackup
from wealthdesk.gui.main_window import MainWindow

if TYPE_CHECKING:
    from wealthdesk.gui.recovery.page import RecoveryPage, Refusal
    from wealthdesk.gui.recovery.sheet import Replaced
    from wealthdesk.services.backups import Backup
    from wealthdesk.services.desk import Clock, Desk

_Value = TypeVar("_Value")

OpenDesk = Callable[[Path, bool], "Desk"]
"""Opens the portfolio file at a path; True: makes it where there is none."""


_PATIENCE: Final = 10.0
"""Seconds in which the window of a file, which may just be starting, is to answer."""
_BRIEFLY: Final = 1.0
_NO_ANSWER: Final = (
    "Another window shows “{}” and does not answer. Nothing was changed. Close it, or end its process, and try again."
)


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
        raise_other: Callable[[Path, float], bool] = lambda path, patience: False,
        *,
        has_answer: bool = True,
    ) -> None:
        """path: the file, until another one is chosen. claim: whether this window may show a file; where not,
        raise_other asks the one that does, in the worker. has_answer False: it was asked, and did not answer.
        """
        super().__init__(window)
        self.path = path
        self._claim, self._raise_other, self._has_answer = claim, raise_other, has_answer
        self._daily = DailyBackup(window)
        self._window, self._create = window, create
        self._open_desk, self._clock = open_desk, partial(_clock, now)
        self._desk: Desk | None = None
        self._refusal: Refusal | None = None
        self._outcome: Replaced | None = None
        self._first_touch = _FirstTouch(lambda: self._desk, self)
        self._worker = _Worker(self)
        self._worker.ended.connect(self._read_on)
        window.first_painted.connect(self.open)
        window.reopen_requested.connect(self.reopen)
        window.restore_requested.connect(self.restore)
        window.undo_requested.connect(self.undo)
        window.prepare_requested.connect(self.prepare)

    def open(self) -> None:
        """Open the file, in the background."""
        if self._worker.is_busy or self._desk is not None:
            return
        from wealthdesk.gui import problems

        problems.install(self._window)
        if not self._has_answer:
            self._has_answer = True
            self._on_refused(PortfolioBusy(_NO_ANSWER.format(self.path)))
        elif not self._claim(self.path):
            self._ask_its_window(self.path, _BRIEFLY)
        else:
            self._say_on_page("Opening the file…")
            opening = partial(_with_what_is_shown_first, partial(self._open_desk, self.path, self._create))
            self._worker.do(opening, self._on_opened, self._on_refused)

    def open_here(self, path: Path) -> bool:
        """Open this file in the window, as long as it shows no other; whether that is so."""
        if self._desk is not None or self._worker.is_busy:
            return False
        if not self._window.is_painted:
            # It opens what it was started for once it is painted: now that is this.
            self.path, self._create, self._has_answer = path, False, True
            self._window.setWindowTitle(f"{path.stem} · WealthDesk")
        else:
            self._open_another(path, create=not path.exists())
        return True

    def reopen(self) -> None:
        """Open the file again, which was opened to be read only."""
        self._replace("Opening the file again…", _nothing, lambda _: self.open(), changes=False)

    def restore(self, backup: Path) -> None:
        """Put a backup in the file's place, and open it."""
        from wealthdesk.gui.recovery.sheet import restored

        work = partial(restored, self.path, backup, self._clock())
        self._replace("Restoring the backup…", work, self._on_replaced)

    def mend(self) -> None:
        """Mend the lines of the file that break a rule, and open it."""
        from wealthdesk.gui.recovery.sheet import mended

        self._replace("Mending the file…", partial(mended, self.path, self._clock()), self._on_replaced)

    def undo(self) -> None:
        """Undo the newest restore, and open what was there before."""
        from wealthdesk.gui.recovery.sheet import undone

        self._replace("Undoing the restore…", partial(undone, self.path, self._clock()), self._on_replaced)

    def prepare(self, version: int) -> None:
        """Close the file and bring it to an older version."""
        from wealthdesk.services.backups import prepare_for_version

        work = partial(prepare_for_version, self.path, version, self._clock())
        self._replace(f"Preparing the file for version {version}…", work, partial(self._show_prepared, version))

    def close(self) -> None:
        """Let the file go, once nothing works on it any more."""
        from wealthdesk.gui import tasks

        self._daily.stop()
        tasks.stop()
        if self._desk is not None:
            self._desk.close()
            self._desk = None

    def _on_opened(self, desk: "Desk", because: str = "", *, can_reopen: bool = False) -> None:
        self._desk, self._refusal = desk, None
        if desk.is_read_only and not because:
            because = _what_is_shown(desk)
        self._show(desk, self._window.showing(desk, because, can_reopen=can_reopen))

    def _show(self, desk: "Desk", steps: Iterator[None]) -> None:
        """Each step in a turn of the event loop of its own, so that the window can answer in between."""
        if desk is not self._desk:  # closed meanwhile
            return
        for _ in steps:
            from wealthdesk.gui import tasks

            tasks.in_next_turn(self, partial(self._show, desk, steps))
            return
        self._window.windowHandle().installEventFilter(self._first_touch)
        self._daily.begin(desk)
        outcome, self._outcome = self._outcome, None
        if outcome is not None:
            self._window.say(outcome.words, "&Undo" if outcome.can_undo else "", self.undo)
        self.opened.emit()
        QTimer.singleShot(0, self.ended.emit)

    def _on_refused(self, refusal: OpeningError) -> None:
        if isinstance(refusal, ReadOnlyPlace):
            self._look("The file or its folder is read-only.", can_reopen=True)
        elif self._refusal is not None and self._refusal.page.is_waiting and isinstance(refusal, PortfolioBusy):
            self._refusal.page.show_refused_again()
        else:
            self._show_refusal(refusal)

    def _show_refusal(self, refusal: OpeningError) -> None:
        from wealthdesk.gui.recovery.page import Refusal

        self._refusal = Refusal(refusal, self.path, self._clock(), self._window)
        self._window.show_instead(self._refusal.page)
        self._connect(self._refusal.page)
        outcome, self._outcome = self._outcome, None
        if outcome is not None:
            self._refusal.page.show_status(outcome.words)
        self.refused.emit(refusal)
        QTimer.singleShot(0, self.ended.emit)

    def _connect(self, page: "RecoveryPage") -> None:
        page.try_again.connect(self.open)
        page.file_chosen.connect(partial(self._open_another, create=False))
        page.new_chosen.connect(partial(self._open_another, create=True))
        page.restore_chosen.connect(self.restore)
        page.mend_chosen.connect(self.mend)
        page.look_chosen.connect(self._look)
        page.copy_chosen.connect(self._window.copy_requested)
        page.quit_requested.connect(self._window.close)

    def _open_another(self, path: Path, *, create: bool) -> None:
        if self._worker.is_busy:
            return
        if not self._claim(path):
            self._ask_its_window(path, _PATIENCE)
            return
        self.path, self._create = path, create
        self._window.setWindowTitle(f"{path.stem} · WealthDesk")
        self.open()

    def _ask_its_window(self, path: Path, patience: float) -> None:
        self._say_on_page("Asking the window that shows the file to come to the front…")
        self._worker.do(partial(self._raise_other, path, patience), partial(self._on_asked, path), self._on_refused)

    def _on_asked(self, path: Path, is_raised: bool) -> None:
        if not is_raised:
            self.path = path
            self._on_refused(PortfolioBusy(_NO_ANSWER.format(path)))
        elif self._refusal is None:
            self._window.close()
        else:
            self._refusal.page.stop_waiting(f"“{path}” is shown in another window, which was brought to the front.")

    def _look(self, because: str = "", *, can_reopen: bool = False) -> None:
        """Open a copy of the file that cannot be changed."""
        from wealthdesk.services.desk import open_copy

        self._say_on_page("Opening a copy…")
        opening = partial(_with_what_is_shown_first, partial(open_copy, self.path, self._clock()))
        opened = partial(self._on_opened, because=because, can_reopen=can_reopen)
        self._worker.do(opening, opened, self._on_not_looked)

    def _on_not_looked(self, refusal: OpeningError) -> None:
        if self._refusal is None:
            self._show_refusal(refusal)
        else:
            too_new = "This version cannot read the tables in the file, not even in a copy."
            self._refusal.page.show_status(too_new if isinstance(refusal, NewerPortfolio) else str(refusal))

    def _replace(
        self, words: str, work: Callable[[], _Value], then: Callable[[_Value], object], *, changes: bool = True
    ) -> None:
        """Close the file, do something about it in the worker, and go on; the window shows what is being done."""
        from wealthdesk.gui.recovery.sheet import WorkingPage

        if self._worker.is_busy or (changes and _is_only_looked_at(self._desk)):
            return
        desk, self._desk, self._refusal = self._desk, None, None
        self._daily.stop()
        # The window lets go of the portfolio first: nothing is read from a file that is closed.
        self._window.show_instead(WorkingPage(words))

        def after_closing() -> _Value:
            if desk is not None:
                desk.close()
            return work()

        self._worker.do(after_closing, then, self._on_not_replaced)

    def _on_replaced(self, outcome: "Replaced") -> None:
        self._outcome = outcome
        self.open()

    def _on_not_replaced(self, refusal: OpeningError) -> None:
        from wealthdesk.gui import problems

        self.open()
        problems.show(refusal, self._window)

    def _show_prepared(self, version: int, backup: "Backup") -> None:
        from wealthdesk.gui.recovery.sheet import PreparedPage

        page = PreparedPage(self.path, version, backup, self._clock())
        page.open_requested.connect(self.open)
        page.quit_requested.connect(self._window.close)
        self._window.show_instead(page)

    def _say_on_page(self, words: str) -> None:
        if self._refusal is not None:
            self._refusal.say_busy(words)

    def _read_on(self) -> None:
        if self._refusal is not None and not self._worker.is_busy:
            self._refusal.read_on()


class _Worker(QObject):
    """Does one thing at a time, away from the window; a fault of the program is a refusal like any."""

    ended = Signal()
    """After what was to be done then."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.is_busy = False

    def do(
        self, work: Callable[[], _Value], then: Callable[[_Value], object], failed: Callable[[OpeningError], object]
    ) -> None:
        """Do it, and one of the two with what came of it."""
        from wealthdesk.gui import tasks

        def done(value: _Value) -> None:
            self.is_busy = False
            then(value)
            self.ended.emit()

        def refused(error: WealthDeskError) -> None:
            self.is_busy = False
            failed(error if isinstance(error, OpeningError) else OpeningError(str(error)))
            self.ended.emit()

        self.is_busy = True
        tasks.run(work, done, self, failed=refused)


class _FirstTouch(QObject):
    """Waits for the user's first key or click; what changes something is imported then, and not at the start."""

    def __init__(self, desk: Callable[[], "Desk | None"], parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress) and (desk := self._desk()) is not None:
            from wealthdesk.gui import tasks

            watched.removeEventFilter(self)
            tasks.run(desk.prepare_to_write, _keep_what_was_imported, self, failed=_nothing)
        return False


def _clock(now: Callable[[], datetime]) -> "Clock":
    from wealthdesk.services.desk import Clock

    return Clock(today=lambda: now().astimezone().date(), now=now)


def _is_only_looked_at(desk: "Desk | None") -> bool:
    """Whether it is a copy, from where nothing is changed; said if so."""
    if desk is None or not desk.is_read_only:
        return False
    from wealthdesk.gui import problems

    problems.show("This window shows a copy to look at, so the file stays as it is. Open the file itself first.")
    return True


def _what_is_shown(desk: "Desk") -> str:
    from wealthdesk.gui.foot_lines import relative_moment
    from wealthdesk.services.backups import moment_of

    made_at = moment_of(desk.path)
    if made_at is None:
        return f"It shows “{desk.path.name}”."
    return f"It is the backup of {relative_moment(made_at, desk.clock.now(), capital=False)}."


def _with_what_is_shown_first(opening: Callable[[], "Desk"]) -> "Desk":
    """Open the portfolio and read what the first page shows, so that the window does not stand still for it."""
    desk = opening()
    try:
        import wealthdesk.gui.allocation.page  # noqa: F401

        desk.allocations.of(None)
    except BaseException:
        desk.close()
        raise
    return desk


def _keep_what_was_imported(_: object) -> None:
    """It stays as long as the program: the collector would stop the window to look through it again and again."""
    gc.freeze()


def _nothing(*_: object) -> None:
    """Nobody waits for it; what cannot be done beforehand is done, or refused, when it is needed."""
