"""What is shown instead of a portfolio that cannot be opened: what happened, what is safe, its backups, what to do."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QFileDialog, QFrame, QWidget

from wealthdesk.errors import OpeningError
from wealthdesk.gui.backups.restore_dialog import RestoreDialog, backups_table, contents_words, newest_verified, path_of
from wealthdesk.gui.backups.salvage_dialog import SalvageDialog
from wealthdesk.gui.foot_lines import relative_moment
from wealthdesk.gui.recovery.sheet import Card, RecoverySheet, SheetNote, cards, show_folder
from wealthdesk.gui.recovery.ways import Way, WaysBar, ways_of
from wealthdesk.gui.recovery.words import TechnicalDetails, note_on, safe_lines, words_of
from wealthdesk.gui.widgets.buttons import button
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.text import label, rule
from wealthdesk.services.backups import BackupLine
from wealthdesk.services.desk import Clock
from wealthdesk.services.diagnosis import diagnosis_of

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
        self.brings = SheetNote()
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


_FILES: Final = "WealthDesk portfolios (*.wealthdesk);;All files (*)"
_WAIT_MS: Final = 1_000


class RecoveryPage(RecoverySheet):
    """error: why it was refused. Its backups are shown as soon as they are read (show_backups)."""

    try_again = Signal()
    file_chosen = Signal(object)
    """Path of an existing file."""
    new_chosen = Signal(object)
    """Path of a file that is to be made."""
    restore_chosen = Signal(object)
    """Path of the backup that is to take the file's place."""
    mend_chosen = Signal()
    """The lines that break a rule are to be mended."""
    look_chosen = Signal()
    """The file is to be opened here as a copy that cannot be changed."""
    copy_chosen = Signal(object)
    """Path of a backup that is to be looked at in a window of its own."""
    quit_requested = Signal()

    def __init__(self, error: OpeningError, path: Path, clock: Clock, parent: QWidget | None = None) -> None:
        words = words_of(error)
        super().__init__(words.headline, words.summary, parent)
        self._error, self._path, self._clock = error, path, clock
        self._lines: Sequence[BackupLine] | None = None
        self._tries = 0
        self.is_waiting = False
        self._waiting = QTimer(self, singleShot=True, interval=_WAIT_MS)
        self._waiting.timeout.connect(self.try_again)
        self._safe = Card("shield", "ok", "What is safe")
        self.backups = BackupsPart(clock.now())
        self.note, self.status = SheetNote(), SheetNote(icon="history")
        self.details = TechnicalDetails(partial(diagnosis_of, path, clock))
        self.ways = WaysBar(self.details.toggle)
        self._lay_out()
        self._connect()
        self._show()
        self.setFocusProxy(self.ways)

    def wants_backups(self) -> bool:
        """Whether the backups of the file can be of use now."""
        return ways_of(self._error, can_restore=True).lists_backups

    def show_backups(self, lines: Sequence[BackupLine]) -> None:
        """List what was read of the backups, the newest first; the newest that is whole is chosen."""
        self._lines = lines
        self.backups.show_lines(lines)
        self._show()

    def show_status(self, words: str, *, is_busy: bool = False) -> None:
        """Say what is going on; "" nothing. is_busy: nothing else can be begun meanwhile, unless the page waits."""
        self.status.say(words)
        self.ways.set_busy(is_busy and not self.is_waiting)
        if not is_busy:
            self._show_restorable()

    def show_refused_again(self) -> None:
        """It was tried while the page waits, and is refused still: it is tried again in a second."""
        if self.is_waiting:
            self._tries += 1
            self._show_waiting()
            self._waiting.start()

    def stop_waiting(self, words: str = "") -> None:
        """Try no more by itself, and say why."""
        self._set_waiting(False)
        self.show_status(words)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.is_waiting:
            self.stop_waiting()
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        lines = self.lines
        lines.addSpacing(18)
        lines.addLayout(cards(Card("error", "error", "What happened", [str(self._error)]), self._safe))
        lines.addWidget(self.backups)
        for each in (self.note, self.status):
            each.setContentsMargins(0, 12, 0, 0)
            lines.addWidget(each)
        lines.addWidget(self.details)
        self.foot.addWidget(rule())
        self.foot.addSpacing(18)
        self.foot.addWidget(self.ways)

    def _connect(self) -> None:
        self.details.opened.connect(lambda: self.bring_into_view(self.details.save))
        self.backups.copy_chosen.connect(self.copy_chosen)
        self.backups.opened.connect(self._ask_to_restore)
        self.backups.chosen_changed.connect(self._show_restorable)
        self.ways.chosen.connect(self._on_way)
        self.ways.quit_requested.connect(self.quit_requested)
        self.ways.folder_requested.connect(lambda: show_folder(self._path))

    def _show(self) -> None:
        wanted = self.wants_backups()
        # While they are being read, what they would be good for is announced and cannot be done yet.
        can_restore = self._lines is None or any(each.backup.verified for each in self._lines)
        self._safe.show_lines(safe_lines(self._error, self._lines if wanted else None, self._clock.now()))
        self.backups.setVisible(wanted and (self._lines is None or bool(self._lines)))
        self.ways.show_ways(ways_of(self._error, can_restore=can_restore))
        stops = [self.backups.copy, self.backups.table, *self.ways.stops(), self.details.text, self.details.save]
        for before, after in pairwise(stops):
            self.setTabOrder(before, after)
        self.note.say(note_on(self._error, self._lines or ()))
        self._show_restorable()

    def _show_restorable(self) -> None:
        chosen = self.backups.chosen()
        self.ways.set_possible(Way.RESTORE, chosen is not None and chosen.backup.verified)

    def _on_way(self, way: Way) -> None:
        match way:
            case Way.RESTORE:
                self._on_restore()
            case Way.MEND:
                self.mend_chosen.emit()
            case Way.SALVAGE:
                self._on_salvage()
            case Way.LOOK:
                self.look_chosen.emit()
            case Way.CHOOSE | Way.LOCATE:
                self._on_choose()
            case Way.NEW:
                self._on_new()
            case Way.WAIT:
                self._set_waiting(not self.is_waiting)
            case Way.AGAIN:
                self._set_waiting(False)
                self.try_again.emit()
            case Way.REPORT:
                self.details.choose_place()

    def _on_restore(self) -> None:
        """Done at once where the file is of no use as it is; else it is asked first."""
        chosen = self.backups.chosen()
        if chosen is None or not chosen.backup.verified:
            return
        if ways_of(self._error, can_restore=True).primary is Way.RESTORE:
            self.restore_chosen.emit(chosen.backup.path)
        else:
            self._ask_to_restore(chosen)

    def _ask_to_restore(self, line: BackupLine) -> None:
        if line.backup.verified:
            dialog = RestoreDialog(line, self)
            dialog.accepted.connect(partial(self.restore_chosen.emit, line.backup.path))
            dialog.open()

    def _on_salvage(self) -> None:
        proposed = self._path.with_name(f"{self._path.stem} salvaged{self._path.suffix or '.wealthdesk'}")
        dialog = self._new_file("Where what can be read is put", proposed)
        dialog.fileSelected.connect(lambda name: self.salvage(Path(name)))
        _open(dialog)

    def salvage(self, target: Path) -> None:
        """Copy what can be read to this new file."""
        dialog = SalvageDialog(self._path, target, self)
        dialog.open_requested.connect(self.file_chosen)
        dialog.open()

    def _on_choose(self) -> None:
        dialog = QFileDialog(self, "Choose a portfolio file", str(self._path.parent), _FILES)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.file_chosen.emit(Path(name)))
        _open(dialog)

    def _on_new(self) -> None:
        proposed = self._path.with_name(f"{self._path.stem} 2{self._path.suffix}") if self._lines else self._path
        dialog = self._new_file("Where the new portfolio is kept", proposed)
        dialog.fileSelected.connect(lambda name: self.new_chosen.emit(Path(name)))
        _open(dialog)

    def _new_file(self, title: str, proposed: Path) -> QFileDialog:
        dialog = QFileDialog(self, title, str(proposed.parent), _FILES)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("wealthdesk")
        dialog.selectFile(proposed.name)
        # Nothing is ever overwritten: a name that is taken is refused, or what is there is opened.
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        return dialog

    def _set_waiting(self, is_waiting: bool) -> None:
        self.is_waiting, self._tries = is_waiting, 0
        self.ways.set_words(Way.WAIT, "Stop &waiting" if is_waiting else "")
        if is_waiting:
            self._show_waiting()
            self._waiting.start()
        else:
            self._waiting.stop()
            self.show_status("")

    def _show_waiting(self) -> None:
        tried = "" if self._tries == 0 else f" Tried {'once' if self._tries == 1 else f'{self._tries:,} times'} so far."
        self.show_status(f"Waiting until the file is free. It is tried again each second.{tried}")


def _open(dialog: QDialog) -> None:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
