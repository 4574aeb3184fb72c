"""Another file in the place of a portfolio file: done in the worker, what is shown meanwhile and said afterwards."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from wealthdesk.gui.foot_lines import relative_moment
from wealthdesk.gui.recovery.sheet import Card, RecoverySheet, cards, show_folder
from wealthdesk.gui.widgets.buttons import button, primary_button
from wealthdesk.gui.widgets.layouts import horizontal
from wealthdesk.gui.widgets.message import ProgressStrip
from wealthdesk.gui.widgets.text import rule
from wealthdesk.services.backups import Backup, SetAside, mend, moment_of, restore, undo_restore
from wealthdesk.services.desk import Clock


class PreparedPage(RecoverySheet):
    """backup: of the file as it was before."""

    open_requested = Signal()
    """It is to be opened here after all, which brings it to the newest version again."""
    quit_requested = Signal()

    def __init__(self, path: Path, version: int, backup: Backup, clock: Clock, parent: QWidget | None = None) -> None:
        super().__init__(
            f"The file is prepared for version {version}",
            "It is closed here, and an older WealthDesk that knows this version opens it.",
            parent,
        )
        self._path = path
        moment = relative_moment(backup.made_at, clock.now(), capital=False)
        done = Card("check", "ok", "What was done", [f"“{path}” was brought to version {version}, and verified."])
        safe = Card(
            "shield", "ok", "What is safe", [f"All of it as it was before, as a backup: {moment}.", str(backup.path)]
        )
        self.lines.addSpacing(18)
        self.lines.addLayout(cards(done, safe))
        self.foot.addWidget(rule())
        self.foot.addSpacing(18)
        foot = horizontal(spacing=8)
        again = button("&Open it here again", icon="refresh", tip="Brings it to the newest version again")
        again.clicked.connect(self.open_requested)
        folder = button("Show &folder", icon="folder")
        folder.clicked.connect(lambda: show_folder(self._path))
        stop = primary_button("&Quit", icon="power", key="Ctrl+Return")
        stop.clicked.connect(self.quit_requested)
        foot.addStretch()
        for each in (folder, again, stop):
            foot.addWidget(each)
        self.foot.addLayout(foot)
        self.setFocusProxy(stop)


class WorkingPage(RecoverySheet):
    """It cannot be stopped in between: the file is replaced in one step, or not at all."""

    def __init__(self, words: str, parent: QWidget | None = None) -> None:
        super().__init__(words, "The file is closed for a moment. It is replaced in one step, or stays.", parent)
        self.lines.addSpacing(20)
        self.strip = ProgressStrip(words)
        self.lines.addWidget(self.strip)
        self.strip.start()


@dataclass(frozen=True, slots=True)
class Replaced:
    """What was done, in words, and whether it can be undone."""

    words: str
    can_undo: bool


def restored(path: Path, backup: Path, clock: Clock) -> Replaced:
    """Put a backup in the file's place."""
    aside = restore(path, backup, clock)
    return Replaced(f"{_name(backup, clock.now())} is back. {_where(aside)}".strip(), aside is not None)


def mended(path: Path, clock: Clock) -> Replaced:
    """Mend the lines of the file that break a rule."""
    done = mend(path, clock)
    return Replaced(f"{' '.join(done.done)} {_where(done.aside)}".strip(), done.aside is not None)


def undone(path: Path, clock: Clock) -> Replaced:
    """Undo the newest restore."""
    aside = undo_restore(path, clock)
    return Replaced(f"What was there before the restore is back. {_where(aside)}", True)


def _name(backup: Path, now: datetime) -> str:
    moment = moment_of(backup)
    return f"“{backup.name}”" if moment is None else f"The backup of {relative_moment(moment, now, capital=False)}"


def _where(aside: SetAside | None) -> str:
    return f"What was there is set aside in “{aside.folder}”." if aside else ""
