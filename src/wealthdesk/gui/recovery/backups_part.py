"""The part of a recovery page that lists the backups, and says what restoring the chosen one brings back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QWidget

from wealthdesk.gui.backups.restore_dialog import contents_words
from wealthdesk.gui.backups.table import backups_table, newest_verified, path_of
from wealthdesk.gui.foot_lines import relative_moment
from wealthdesk.gui.recovery.sheet import Note
from wealthdesk.gui.widgets.buttons import button
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.text import label
from wealthdesk.services.backups import BackupLine

_MOST_ROWS: Final = 6
_READING: Final = "Reading the backups…"
_VERIFIED: Final = "Verified means read and compared just now"


class BackupsPart(QFrame):
    """now: which day is today."""

    chosen_changed = Signal()
    copy_chosen = Signal(object)
    """Path of the backup to look at."""
    opened = Signal(object)
    """The BackupLine that was entered or double-clicked."""

    def __init__(self, now: datetime, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._now = now
        lines = vertical(self, spacing=0, margins=(0, 24, 0, 0))
        self._said = label(_READING, "note", "mute")
        self.copy = button("Open a cop&y read-only", in_card=True)
        self.copy.clicked.connect(self._on_copy)
        head = horizontal(spacing=9)
        head.addWidget(label("Backups", "strong"))
        head.addWidget(self._said)
        head.addStretch()
        head.addWidget(self.copy)
        lines.addLayout(head)
        lines.addSpacing(8)
        self.table = backups_table(now)
        self.table.row_selected.connect(self._on_selected)
        self.table.opened.connect(self.opened)
        lines.addWidget(self.table)
        lines.addSpacing(10)
        self.brings = Note()
        lines.addWidget(self.brings)
        self.table.fit_rows(1)
        for each in (self.table, self.copy):
            each.hide()

    def show_lines(self, lines: Sequence[BackupLine]) -> None:
        """List the backups, the newest first, and choose the newest that is whole."""
        self._said.setText(_VERIFIED if lines else "There are none beside the file.")
        self.table.setVisible(bool(lines))
        self.copy.setVisible(bool(lines))
        self.table.set_rows(lines)
        self.table.fit_rows(_MOST_ROWS)
        best = newest_verified(lines) or next(iter(lines), None)
        if best is not None:
            self.table.select(path_of(best))
        self._on_selected()

    def chosen(self) -> BackupLine | None:
        """The backup that is chosen."""
        return self.table.selected_row()

    def _on_selected(self, _: object = None) -> None:
        chosen = self.chosen()
        self.copy.setEnabled(chosen is not None and chosen.backup.verified)
        self.brings.say("" if chosen is None else self._words(chosen))
        self.chosen_changed.emit()

    def _words(self, line: BackupLine) -> str:
        if not line.backup.verified:
            return "This backup is not what it was when it was made, so it cannot be restored. Choose another one."
        moment = relative_moment(line.backup.made_at, self._now, capital=False)
        return f"Restoring brings back the state of {moment}. Changes after that are not in it. {contents_words(line)}"

    def _on_copy(self) -> None:
        if (chosen := self.chosen()) is not None:
            self.copy_chosen.emit(chosen.backup.path)
