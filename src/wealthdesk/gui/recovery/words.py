"""What is said when a portfolio file cannot be opened: a headline and what is safe, for each kind of refusal."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QFileDialog, QFrame, QPlainTextEdit, QPushButton, QWidget

from wealthdesk import errors
from wealthdesk.errors import WealthDeskError
from wealthdesk.gui import chosen_folder, icons, tasks
from wealthdesk.gui import format as text
from wealthdesk.gui.foot_lines import relative_moment
from wealthdesk.gui.widgets.buttons import button, link_button
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.text import label
from wealthdesk.services.backups import BackupLine
from wealthdesk.services.diagnosis import save_bundle

UNTOUCHED: Final = "The file, exactly as it was."


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
_READING: Final = "Reading…"
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
        self.text.setPlainText(_READING)
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
