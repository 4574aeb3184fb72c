"""The backups in the settings: which there are, what is in each, making one, reading one again, and going back."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QMessageBox, QPushButton, QWidget

from wealthdesk.errors import WealthDeskError
from wealthdesk.gui import chosen_folder, problems, tasks
from wealthdesk.gui import format as text
from wealthdesk.gui.backups.restore_dialog import ROW_HEIGHT, RestoreDialog, backups_table, size_words
from wealthdesk.gui.backups.save_copy import ask_where
from wealthdesk.gui.form_dialog import open_dialog
from wealthdesk.gui.read_only import keep_off
from wealthdesk.gui.settings.cards import line, show_days
from wealthdesk.gui.theme import Tone
from wealthdesk.gui.widgets.buttons import button, icon_button, link_button, primary_button
from wealthdesk.gui.widgets.choices import Combo
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.message import Message, ProgressStrip
from wealthdesk.gui.widgets.text import as_tip, frame, label, rule
from wealthdesk.services.backups import (
    KEPT,
    Backup,
    back_up_now,
    choose_folder_of_backups,
    folder_of_backups,
    is_as_it_was,
    line_at,
    lines_of,
    set_asides,
)
from wealthdesk.services.settings import BackupWhen

if TYPE_CHECKING:
    from wealthdesk.services.backups import BackupLine, SetAside
    from wealthdesk.services.desk import Desk

_Value = TypeVar("_Value")

_MOST_ROWS: Final = 6
_HEADER: Final = 34
_ACCOUNTS_COLUMN: Final = 2
_SIZE_COLUMN: Final = 4
_PLACE: Final = 220
_NARROW: Final = 690
"""In a narrower card the table has no room for the size of each."""
_NARROWER: Final = 630
"""Nor for the number of its accounts, which the question before a restore says."""
_EMPTY: Final = 120
_WILL_SHOW: Final = "Each will show its day, its accounts and its total value."
_FIRST: Final = "Your first one is made when you close the window after a change, at the latest. Or make it now."
_NEVER: Final = "None is made unless you make one. Make it now."
_WHEN: Final = (
    (BackupWhen.DAILY, "Daily and on closing", "After changes, once it is quiet, and on closing"),
    (BackupWhen.CLOSING, "On closing", "When the window is closed after a change"),
    (BackupWhen.BY_HAND, "By hand only", "When you press “Back up now”"),
)
_UPGRADE: Final = "before an upgrade of the file"
_WHERE: Final = "Best a folder that another disk or your own cloud copies"
_TELL: Final = "A mark in the side bar when something has changed and the newest is older than"
_CHOOSE: Final = "In which folder backups are made"
_FILES: Final = "Portfolio files (*.wealthdesk);;All files (*)"
_STILL: Final = "This backup is what was verified when it was made"
_CHANGED: Final = "This backup is not what it was when it was made"


class BackupRules(QWidget):
    """When backups are made, where, how long they stay, and when one is missed. `refresh` shows what is set."""

    changed = Signal()
    """Something else was chosen."""

    def __init__(self, desk: "Desk", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.when = Combo("When backups are made", [(when, words) for when, words, _ in _WHEN])
        self.place = label("", "note", "mute2")
        self.copy_place = icon_button("copy", "Copy the path of the folder")
        self.show_folder = icon_button("folder", "Show the folder")
        self.choose = button("C&hoose…", tip="From now on; earlier backups stay where they are")
        self.tell = Combo("Tell me when the newest backup is older than")
        self._meaning = label("", "note", "mute2", wrap=True)
        self._taken = label("", "control", "mute2")
        self.when.chosen.connect(self._on_when)
        self.tell.chosen.connect(self._on_tell)
        self.choose.clicked.connect(self._on_choose)
        self.copy_place.clicked.connect(lambda: QGuiApplication.clipboard().setText(str(self._folder())))
        self.show_folder.clicked.connect(self._on_show_folder)
        keep_off(desk, self.when, self.tell, self.choose)
        self._lay_out()

    def refresh(self) -> None:
        """Show what is set."""
        when, folder = self._desk.settings.backup_when(), self._folder()
        self.when.choose(when)
        self._meaning.setText(f"{next(meaning for each, _, meaning in _WHEN if each is when)}; {_UPGRADE}")
        show_days(self.tell, self._desk.settings.backup_days())
        self.place.setText(self.fontMetrics().elidedText(_short(folder), Qt.TextElideMode.ElideMiddle, _PLACE))
        self.place.setToolTip(as_tip(str(folder)))

    def show_taken(self, size: int) -> None:
        """Say how much room all of them take, in bytes."""
        self._taken.setText(f"{size_words(size)} now" if size else "")

    def _folder(self) -> Path:
        return folder_of_backups(self._desk.path)

    def _on_when(self, when: BackupWhen) -> None:
        self._desk.settings.set_backup_when(when)
        self.refresh()
        self.changed.emit()

    def _on_tell(self, days: int) -> None:
        self._desk.settings.set_backup_days(days)

    def _on_choose(self) -> None:
        dialog = QFileDialog(self, _CHOOSE, str(_there(self._folder())))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self._on_folder_chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _on_folder_chosen(self, name: str) -> None:
        work = partial(choose_folder_of_backups, self._desk.path, Path(name))
        tasks.run(work, self._on_folder, self, failed=partial(problems.show, parent=self, title="Not chosen"))

    def _on_folder(self, _: Path) -> None:
        self.refresh()
        self.changed.emit()

    def _on_show_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(_there(self._folder()))))

    def _lay_out(self) -> None:
        lines = vertical(self, spacing=10)
        when = line(label("When", "control"), self._meaning, self.when)
        where = line(label("Where", "control"), _WHERE, self.place, self.copy_place, self.show_folder, self.choose)
        for each in (
            when,
            where,
            line(label("How long", "control"), KEPT, self._taken),
            line(label("Tell me", "control"), _TELL, self.tell),
        ):
            lines.addLayout(each)
        lines.addWidget(rule())


def _there(folder: Path) -> Path:
    """The folder, or the one above it that there is."""
    return next((each for each in (folder, *folder.parents) if each.is_dir()), folder)


def _short(folder: Path) -> str:
    """Its last two names: "…/WealthDesk/backups"."""
    return f"…/{'/'.join(folder.parts[-2:])}" if len(folder.parts) > 3 else str(folder)


def _empty() -> QFrame:
    """What stands in the place of the table while there is no backup."""
    made = frame("card")
    made.setMinimumHeight(_EMPTY)
    lines = vertical(made, spacing=4, margins=(16, 16, 16, 16))
    lines.addStretch()
    for each in (label("None yet", "strong", "mute2"), label(_WILL_SHOW, "note", "mute2")):
        each.setAlignment(Qt.AlignmentFlag.AlignCenter)
        lines.addWidget(each)
    lines.addStretch()
    return made


class BackupsCard(QWidget):
    """`refresh` reads which there are. What takes the place of the file is only asked for: the file is open here."""

    restore_requested = Signal(object)
    """The path of a backup; the user has confirmed it."""
    undo_requested = Signal()
    """The newest restore is to be undone; the user has confirmed it."""
    copy_requested = Signal(object)
    """The path of a backup that is to be looked at."""
    backed_up = Signal()
    """There is one more."""
    found = Signal(bool)
    """Whether there is one that is as it was made, once that was read."""

    def __init__(self, desk: "Desk", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._aside: SetAside | None = None
        self._chosen: Path | None = None
        self._is_working = self._has_any = False
        self._newest: Backup | None = None
        self.sentence, self._below = label("", "hero", wrap=True), label("", "body", "mute2", wrap=True)
        self.back_up = primary_button("Bac&k up now", tip="Make a backup that stays until you remove it")
        self.restore_file = button("Restore from a &file…", tip="Let a portfolio file from anywhere take its place")
        self.save_copy = button("Back up &to a file…", tip="Save a copy wherever you like")
        self.table = backups_table(desk.clock.now())
        self.table.setProperty("kind", "plain")
        self.nothing = _empty()
        self.rules = BackupRules(desk)
        self.verify = button("Verif&y", icon="shield", in_card=True, tip="Read the backup again, every page of it")
        self.open_copy = button("Open &a copy", icon="search", in_card=True, tip="Look at it in a window of its own")
        self.restore = button("Re&store…", icon="undo", in_card=True, tip="Let the backup take the place of the file")
        self.message = Message()
        self.message.hide()
        self.progress = ProgressStrip("Reading the backups…")
        self.table.offered = (self.verify, self.open_copy, self.restore)
        self.undo = link_button("Undo the last restor&e…", icon="undo")
        self._set_aside = label(role="note", ink="mute", wrap=True)
        self._lay_out()
        self._connect()
        self._show_choice()
        keep_off(desk, self.back_up, self.restore, self.restore_file, self.undo)

    @property
    def can_undo(self) -> bool:
        """Whether there is a restore to undo."""
        return self._aside is not None

    def refresh(self) -> None:
        """Read which backups there are, and what is in them."""
        self.rules.refresh()
        self._read(self._chosen)

    def show_backups(self, choose: Path | None, read: "tuple[tuple[BackupLine, ...], tuple[SetAside, ...]]") -> None:
        """Show these, and what restores set aside. choose: the path of the one that is chosen among them."""
        lines, asides = read
        # What is said of the one chosen stays: it is not the user who chooses now.
        self.table.blockSignals(True)
        self.table.set_rows(lines)
        if choose is not None:
            self.table.select(choose)
        self.table.blockSignals(False)
        rows = min(max(len(lines), 1), _MOST_ROWS)
        self.table.setFixedHeight(_HEADER + rows * ROW_HEIGHT + 2 * self.table.frameWidth())
        for each in (self.table, self.verify, self.restore, self.open_copy):
            each.setVisible(bool(lines))
        self.nothing.setVisible(not lines)
        newest = next((each.backup for each in lines if each.backup.verified), None)
        self._newest, self._has_any = newest, bool(lines)
        self._say_newest()
        self.rules.show_taken(sum(each.backup.size for each in lines))
        self.found.emit(newest is not None)
        self._show_set_aside(next(iter(asides), None))
        self._show_choice()

    def ask_to_restore(self) -> RestoreDialog | None:
        """The question about the chosen backup, None where none is chosen; not opened yet."""
        line = self.table.selected_row()
        return RestoreDialog(line, self) if line is not None else None

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        limits = ((_SIZE_COLUMN, _NARROW), (_ACCOUNTS_COLUMN, _NARROWER))
        self.table.hide_columns({column for column, least in limits if self.width() < least})

    def _read(self, choose: Path | None) -> None:
        path = self._desk.path

        def work() -> "tuple[tuple[BackupLine, ...], tuple[SetAside, ...]]":
            return lines_of(path), set_asides(path)

        tasks.run(work, partial(self.show_backups, choose), self, failed=self._on_unread, progress=self.progress)

    def _connect(self) -> None:
        self.back_up.clicked.connect(self._on_back_up)
        self.save_copy.clicked.connect(self._on_save_copy)
        self.verify.clicked.connect(self._on_verify)
        self.restore.clicked.connect(self._on_restore)
        self.open_copy.clicked.connect(self._on_open_copy)
        self.undo.clicked.connect(self._on_undo)
        self.restore_file.clicked.connect(self._on_restore_file)
        self.rules.changed.connect(self._say_newest)
        self.table.row_selected.connect(self._on_row_selected)
        self.table.opened.connect(self._on_open_copy)

    def _on_row_selected(self, line: "BackupLine | None") -> None:
        chosen = line.backup.path if line is not None else None
        if chosen != self._chosen and not self._is_working:
            self.message.hide()
        self._chosen = chosen
        self._show_choice()

    def _on_back_up(self) -> None:
        self._work("Backing up…", partial(back_up_now, self._desk.path, self._desk.clock), self._on_backed_up)

    def _on_backed_up(self, backup: Backup) -> None:
        self._say(Tone.OK, "Backed up and verified", text.moment(backup.made_at.astimezone()))
        self._chosen = backup.path
        self._read(backup.path)
        self.backed_up.emit()

    def _on_verify(self) -> None:
        line = self.table.selected_row()
        if line is not None:
            self._work("Verifying…", partial(is_as_it_was, line.backup), partial(self._on_verified, line))

    def _on_verified(self, line: "BackupLine", is_whole: bool) -> None:
        moment = text.moment(line.backup.made_at.astimezone())
        if is_whole:
            self._say(Tone.OK, f"{_STILL}, {moment}")
        else:
            self._say(Tone.ERROR, f"{_CHANGED}, {moment}", "It cannot be restored. The other backups are not touched.")
        if is_whole != line.backup.verified:
            self._read(self._chosen)

    def _on_restore(self) -> None:
        if (dialog := self.ask_to_restore()) is not None:
            self._open(dialog)

    def _open(self, dialog: RestoreDialog) -> None:
        dialog.accepted.connect(partial(self.restore_requested.emit, dialog.line.backup.path))
        open_dialog(dialog)

    def _on_restore_file(self) -> None:
        dialog = QFileDialog(self, "Restore from a file", chosen_folder.to_open(), _FILES)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self._on_file_chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _on_file_chosen(self, name: str) -> None:
        self._work("Reading the file…", partial(line_at, Path(name)), self._on_file_read)

    def _on_file_read(self, line: "BackupLine") -> None:
        moment = text.moment(line.backup.made_at.astimezone())
        if line.accounts is None or not line.backup.verified:
            self._say(Tone.ERROR, f"This file, {moment}, cannot be restored", "It is no portfolio, or is damaged.")
            return
        self.message.hide()
        self._open(RestoreDialog(line, self))

    def _on_open_copy(self) -> None:
        line = self.table.selected_row()
        if line is not None:
            self.copy_requested.emit(line.backup.path)

    def _on_save_copy(self) -> None:
        ask_where(self._desk, self, self._on_copy_saved, self.progress)

    def _on_copy_saved(self, target: Path) -> None:
        self._say(Tone.OK, "Saved and verified", str(target))

    def _on_undo(self) -> None:
        self.ask_to_undo().accepted.connect(self.undo_requested)

    def ask_to_undo(self) -> QMessageBox:
        """The question about the newest restore, open."""
        assert self._aside is not None
        moment = text.moment(self._aside.made_at.astimezone())
        return problems.ask(
            f"Undo the restore of {moment}?",
            "The file comes back as it was before that restore. What is there now is set aside whole, and can be "
            "brought back in the same way.",
            "&Undo the restore",
            self,
        )

    def _on_unread(self, error: WealthDeskError) -> None:
        self._say(Tone.ERROR, "The backups cannot be listed", str(error))

    def _work(self, words: str, work: Callable[[], _Value], then: Callable[[_Value], object]) -> None:
        """One thing after the other; no button is turned off meanwhile, since it would lose the keyboard."""
        if self._is_working:
            return
        self._is_working = True
        self._say(Tone.NEUTRAL, words)
        tasks.run(work, partial(self._on_worked, then), self, failed=self._on_failed)

    def _on_worked(self, then: Callable[[_Value], object], value: _Value) -> None:
        self._is_working = False
        then(value)

    def _on_failed(self, error: WealthDeskError) -> None:
        self._is_working = False
        self._say(Tone.ERROR, "Not possible", str(error))

    def _say(self, tone: Tone, words: str, more: str = "") -> None:
        self.message.show_message(tone, words, more)
        self.message.show()

    def _say_newest(self) -> None:
        is_by_hand = self.rules.when.choice() is BackupWhen.BY_HAND
        said, more = _newest_words(self._newest, has_any=self._has_any, is_by_hand=is_by_hand)
        self.sentence.setText(said)
        self._below.setText(more)

    def _show_set_aside(self, aside: "SetAside | None") -> None:
        self._aside = aside
        for each in (self.undo, self._set_aside):
            each.setVisible(aside is not None)
        if aside is not None:
            moment = text.moment(aside.made_at.astimezone())
            self._set_aside.setText(f"What was there before the restore of {moment} is kept.")

    def _show_choice(self) -> None:
        line = self.table.selected_row()
        self.verify.setEnabled(line is not None)
        for each in (self.restore, self.open_copy):
            each.setEnabled(line is not None and line.backup.verified)

    def _lay_out(self) -> None:
        lines = vertical(self, spacing=10)
        lines.addWidget(self.sentence)
        lines.addWidget(self._below)
        lines.addLayout(_row(self.back_up, self.restore_file, self.save_copy))
        lines.addSpacing(6)
        lines.addWidget(self.rules)
        lines.addSpacing(6)
        lines.addWidget(label("Backups", "section"))
        lines.addWidget(self.nothing)
        lines.addWidget(self.table)
        lines.addLayout(_row(self.verify, self.open_copy, self.restore))
        lines.addWidget(self.progress)
        lines.addWidget(self.message)
        aside = horizontal(spacing=8)
        aside.addWidget(self._set_aside, 1)
        aside.addWidget(self.undo)
        lines.addLayout(aside)
        self._show_set_aside(None)


def _newest_words(newest: Backup | None, *, has_any: bool, is_by_hand: bool) -> tuple[str, str]:
    """What is said of the newest backup that is as it was made, and what stands below that."""
    if newest is not None:
        said = f"The newest backup is of {text.moment(newest.made_at.astimezone())}."
        return said, "One that you make by hand stays until you remove it."
    if has_any:
        return "No backup is as it was made.", "Make another one now."
    return "There is no backup yet.", _NEVER if is_by_hand else _FIRST


def _row(*buttons: QPushButton) -> QHBoxLayout:
    row = horizontal(spacing=8)
    for each in buttons:
        row.addWidget(each)
    row.addStretch()
    return row
