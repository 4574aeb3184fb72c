"""What is shown once a file is prepared for an older WealthDesk: this one does not use it any more."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from wealthdesk.gui.foot_lines import relative_moment
from wealthdesk.gui.recovery.folders import show_folder
from wealthdesk.gui.recovery.sheet import Card, Sheet, cards
from wealthdesk.gui.widgets.buttons import button, primary_button
from wealthdesk.gui.widgets.layouts import horizontal
from wealthdesk.gui.widgets.text import rule
from wealthdesk.services.backups import Backup
from wealthdesk.services.desk import Clock


class PreparedPage(Sheet):
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
