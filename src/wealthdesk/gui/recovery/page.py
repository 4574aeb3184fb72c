"""What is shown for a portfolio that cannot be opened: what happened, what is safe, its backups, what can be done."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QFontDatabase, QKeyEvent
from PySide6.QtWidgets import QDialog, QFileDialog, QFrame, QPlainTextEdit, QPushButton, QWidget

from wealthdesk import errors
from wealthdesk.errors import OpeningError, WealthDeskError
from wealthdesk.gui import chosen_folder, icons, tasks
from wealthdesk.gui import format as text
from wealthdesk.gui.backups.restore_dialog import RestoreDialog, backups_table, contents_words, newest_verified, path_of
from wealthdesk.gui.backups.salvage_dialog import SalvageDialog
from wealthdesk.gui.foot_lines import relative_moment
from wealthdesk.gui.recovery.sheet import Card, RecoverySheet, SheetNote, cards, show_folder
from wealthdesk.gui.recovery.ways import Way, WaysBar, ways_of
from wealthdesk.gui.widgets.buttons import button, link_button
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.text import label, rule
from wealthdesk.services.backups import BackupLine, backups_of, line_of
from wealthdesk.services.desk import Clock
from wealthdesk.services.diagnosis import diagnosis_of, save_bundle

_MOST_ROWS: Final = 6
_READING: Final = "Reading the backups…"
_VERIFIED: Final = "Verified means read and compared just now"
UNTOUCHED: Final = "The file, exactly as it was."


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
            dialog = RestoreDialog(line, self, is_there=self._path.exists())
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


class Refusal(QObject):
    """That a file cannot be opened: its page, and its backups, read in the worker while that has nothing else to do."""

    def __init__(self, error: OpeningError, path: Path, clock: Clock, parent: QObject) -> None:
        super().__init__(parent)
        self.page = RecoveryPage(error, path, clock)
        self._path = path
        self._is_read = not self.page.wants_backups()
        self._reading: tasks.Task | None = None
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

    def _show(self, lines: tuple[BackupLine, ...]) -> None:
        self._is_read, self._reading = True, None
        self.page.show_backups(lines)

    def _on_cancelled(self) -> None:
        self._reading = None


def _lines_of(path: Path, progress: tasks.Progress) -> tuple[BackupLine, ...]:
    backups = backups_of(path)
    lines: list[BackupLine] = []
    for each in backups:
        progress.report(len(lines), len(backups))
        lines.append(line_of(each))
    return tuple(lines)


def _open(dialog: QDialog) -> None:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()


@dataclass(frozen=True, slots=True)
class Words:
    """headline: what is the matter. summary: what that means. safe: the first line of what is safe."""

    headline: str
    summary: str
    safe: str = UNTOUCHED


_WORDS: Final = {
    errors.NewerPortfolio: Words(
        "A newer WealthDesk wrote this portfolio",
        "This version does not know everything that may be in the file, so it leaves it alone.",
    ),
    errors.NotAPortfolio: Words(
        "This file is not a portfolio",
        "Its first bytes say what it is, and they are not those of a WealthDesk portfolio.",
    ),
    errors.BrokenRules: Words(
        "Your portfolio has lines that break a rule",
        "Another program may have written them. Nothing is calculated from such a file, and it has not been changed.",
    ),
    errors.DamagedPortfolio: Words(
        "Your portfolio could not be opened",
        "A check at start found damage in the file. WealthDesk has not changed it and will not write to it.",
    ),
    errors.UnknownParts: Words(
        "This portfolio holds what WealthDesk never makes",
        "A trigger, a view or a table of another program is not known here, so the file is not opened.",
    ),
    errors.MissingPortfolio: Words(
        "Your portfolio is not where it was",
        "No new one was put in its place. If it was moved or its disk is not connected, nothing is lost.",
        "No file was made or changed.",
    ),
    errors.PortfolioBusy: Words(
        "Another program is using your portfolio",
        "Only one of the two can go on at a time, so nothing was begun here.",
    ),
    errors.NoRoom: Words(
        "There is not enough room on the disk",
        "Opening this file takes a safe step that needs room for copies. It was not begun.",
    ),
    errors.ReadOnlyPlace: Words(
        "Your portfolio cannot be written",
        "WealthDesk keeps every change in the file at once, so it opens only files that it can write.",
    ),
    errors.ReplacedPortfolio: Words(
        "Your portfolio was replaced while it was open",
        "Another program moved, removed or replaced the file, so WealthDesk stopped writing to it.",
        "What was open here, as the sentence beside says.",
    ),
    errors.MigrationFailed: Words(
        "Your portfolio could not be upgraded",
        "The upgrade was tried on a copy, and the copy was thrown away.",
        "The file, byte for byte as it was.",
    ),
}
_OTHERWISE: Final = Words("Your portfolio could not be opened", "WealthDesk stopped before changing anything.")


def words_of(error: errors.OpeningError) -> Words:
    """The words for this kind of refusal."""
    return next((words for kind, words in _WORDS.items() if isinstance(error, kind)), _OTHERWISE)


def safe_lines(error: errors.OpeningError, lines: Sequence[BackupLine] | None, now: datetime) -> list[str]:
    """What is safe, one sentence each; nothing is claimed that was not looked at. lines None: it was not, yet."""
    return [words_of(error).safe, *_of_backups(lines, now), "The files that you imported from."]


def note_on(error: errors.OpeningError, lines: Sequence[BackupLine]) -> str:
    """What else is to be known before a way is chosen; "" nothing."""
    if isinstance(error, errors.MissingPortfolio) and lines:
        return "While there are backups of this file, a new portfolio takes another name, so that nothing is mixed up."
    if isinstance(error, errors.BrokenRules):
        return (
            "Mending brings shares to 100% in proportion and drops a line whose value cannot be read, in a copy that "
            "takes the file’s place. What was done is said, the file as it is now is set aside, and it can be undone."
        )
    return ""


def _of_backups(lines: Sequence[BackupLine] | None, now: datetime) -> list[str]:
    if lines is None:
        return []
    verified = [each.backup for each in lines if each.backup.verified]
    if verified:
        newest = relative_moment(verified[0].made_at, now, capital=False)
        joined = f"the newest from {newest}" if len(verified) > 1 else f"made {newest}"
        return [f"{text.count(len(verified), 'verified backup')}, {joined}, in {verified[0].path.parent}."]
    if lines:
        return [f"{text.count(len(lines), 'backup')} beside it, none of them as it was when it was made."]
    return ["There are no backups beside it."]


_HEIGHT: Final = 220
_STILL_READING: Final = "Reading…"
_NAME: Final = "WealthDesk report.zip"


class TechnicalDetails(QFrame):
    """diagnose: makes the text, slowly; it is asked when the details are first wanted."""

    opened = Signal()
    """They are shown now, and have to be brought into view."""

    def __init__(self, diagnose: Callable[[], str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._diagnose = diagnose
        self._text = ""
        self._is_reading = False
        self._to: Path | None = None
        self.toggle: QPushButton = link_button("Show technical &details", icon="chevron_right")
        self.toggle.clicked.connect(self._on_toggle)
        self.text = QPlainTextEdit(readOnly=True)
        self.text.setAccessibleName("Technical details")
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setFixedHeight(_HEIGHT)
        self.text.setTabChangesFocus(True)
        self.save = button("Sa&ve a report…", icon="file")
        self.save.clicked.connect(self.choose_place)
        self._said = label("It holds no amounts, names or account numbers.", "note", "mute", wrap=True)
        foot = horizontal(spacing=10)
        foot.addWidget(self._said, 1)
        foot.addWidget(self.save)
        lines = vertical(self, spacing=10, margins=(0, 16, 0, 0))
        lines.addWidget(self.text)
        lines.addLayout(foot)
        self.hide()

    def choose_place(self) -> None:
        """Ask where the report is to be saved."""
        dialog = QFileDialog(self, "Save a report", str(Path(chosen_folder.to_save()) / _NAME), "ZIP files (*.zip)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("zip")
        # Nothing is ever overwritten: a name that is taken is refused with a sentence.
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        dialog.fileSelected.connect(lambda name: self.save_report(Path(name)))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def save_report(self, to: Path) -> None:
        """Save what the details say, in a new ZIP file."""
        self._set_open(True)
        self._to = to
        if self._text:
            self._save()

    def _on_toggle(self) -> None:
        self._set_open(self.isHidden())

    def _set_open(self, is_open: bool) -> None:
        self.setVisible(is_open)
        icons.put(self.toggle, "chevron_down" if is_open else "chevron_right", gap=4)
        self.toggle.setText(f"{'Hide' if is_open else 'Show'} technical &details")
        self.toggle.setAccessibleName(self.toggle.text().replace("&", ""))
        if is_open:
            self._read()
            self.opened.emit()

    def _read(self) -> None:
        if self._text or self._is_reading:
            return
        self._is_reading = True
        self.text.setPlainText(_STILL_READING)
        tasks.run(self._diagnose, self._show, self, failed=self._on_failed)

    def _show(self, text: str) -> None:
        self._is_reading = False
        self._text = text
        self.text.setPlainText(text)
        if self._to is not None:
            self._save()

    def _save(self) -> None:
        assert self._to is not None
        to, self._to = self._to, None
        chosen_folder.remember(to)
        tasks.run(partial(save_bundle, self._text, to), lambda _: self._say(f"Saved as “{to}”."), self)

    def _say(self, words: str) -> None:
        self._said.setText(words)

    def _on_failed(self, refusal: WealthDeskError) -> None:
        self._is_reading = False
        self.text.setPlainText(str(refusal))
