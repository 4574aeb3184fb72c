"""What is shown instead of a portfolio that cannot be opened: what happened, what is safe, its backups, what to do."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from wealthdesk.errors import MissingPortfolio, OpeningError
from wealthdesk.gui import icons
from wealthdesk.gui.backup_table import backup_table, fit
from wealthdesk.gui.recovery.words import safe_lines, words_of
from wealthdesk.gui.widgets.buttons import button, primary_button
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.text import frame, label, rule
from wealthdesk.services.backups import Backup

_WIDTH: Final = 760
_FILES: Final = "WealthDesk portfolios (*.wealthdesk);;All files (*)"


class RecoveryPage(QWidget):
    """error: why it was refused. backups: those of the file, the newest first."""

    try_again = Signal()
    file_chosen = Signal(object)
    """Path of an existing file."""
    new_chosen = Signal(object)
    """Path of a file that is to be made."""
    quit_requested = Signal()

    def __init__(
        self,
        error: OpeningError,
        path: Path,
        backups: Sequence[Backup],
        now: datetime,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._error, self._path, self._backups, self._now = error, path, backups, now
        column = QWidget()
        column.setFixedWidth(_WIDTH)
        lines = vertical(column, spacing=0, margins=(0, 24, 0, 24))
        lines.addStretch(2)
        lines.addLayout(_brand())
        lines.addSpacing(24)
        self._add_words(lines)
        lines.addSpacing(18)
        lines.addLayout(self._cards())
        if backups:
            lines.addSpacing(24)
            self._add_backups(lines)
        lines.addSpacing(20)
        lines.addWidget(rule())
        lines.addSpacing(18)
        lines.addLayout(self._foot())
        lines.addStretch(3)
        self._scroll_around(column)

    def _add_words(self, lines: QVBoxLayout) -> None:
        words = words_of(self._error)
        lines.addWidget(label(words.headline, "hero", wrap=True))
        lines.addSpacing(6)
        lines.addWidget(label(words.summary, "body", "mute", wrap=True))

    def _cards(self) -> QHBoxLayout:
        row = horizontal(spacing=12)
        safe = safe_lines(self._error, self._backups, self._now)
        row.addWidget(_card("error", "error", "What happened", [_breakable(str(self._error))]), 1)
        row.addWidget(_card("shield", "ok", "What is safe", safe), 1)
        return row

    def _add_backups(self, lines: QVBoxLayout) -> None:
        head = horizontal(spacing=9)
        head.addWidget(label("Backups", "strong"))
        head.addWidget(label("Verified means read and compared just now", "note", "mute"))
        head.addStretch()
        lines.addLayout(head)
        lines.addSpacing(8)
        self.table = backup_table(self._now)
        self.table.set_rows(self._backups)
        fit(self.table, 6)
        lines.addWidget(self.table)
        lines.addSpacing(10)
        lines.addLayout(_note(f"They are in {self._backups[0].path.parent}"))

    def _foot(self) -> QHBoxLayout:
        row = horizontal(spacing=8)
        stop = button("&Quit", icon="power", tip="Ctrl+Q")
        stop.clicked.connect(self.quit_requested)
        row.addWidget(stop)
        row.addStretch()
        folder = button("Show &folder", icon="folder")
        folder.clicked.connect(self._on_folder)
        row.addWidget(folder)
        if isinstance(self._error, MissingPortfolio):
            new = button("&New portfolio…", icon="plus")
            new.clicked.connect(self._on_new)
            row.addWidget(new)
        other = button("&Choose another file…", icon="file")
        other.clicked.connect(self._on_other)
        row.addWidget(other)
        again = primary_button("&Try again", icon="refresh", key="Ctrl+Return")
        again.clicked.connect(self.try_again)
        row.addWidget(again)
        self.setFocusProxy(again)
        return row

    def _scroll_around(self, column: QWidget) -> None:
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        ground = QWidget()
        # Stretches and no alignment: an aligned widget is not asked how high its wrapped words are.
        middle = horizontal(ground, margins=(24, 0, 24, 0))
        middle.addStretch()
        middle.addWidget(column)
        middle.addStretch()
        area.setWidget(ground)
        vertical(self).addWidget(area)

    def _on_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._path.parent)))

    def _on_other(self) -> None:
        dialog = QFileDialog(self, "Choose a portfolio file", str(self._path.parent), _FILES)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.file_chosen.emit(Path(name)))
        self._open(dialog)

    def _on_new(self) -> None:
        dialog = QFileDialog(self, "Where the new portfolio is kept", str(self._path.parent), _FILES)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("wealthdesk")
        # Nothing is ever overwritten: a name that is taken opens what is there.
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        dialog.fileSelected.connect(lambda name: self.new_chosen.emit(Path(name)))
        self._open(dialog)

    def _open(self, dialog: QFileDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()


def _brand() -> QHBoxLayout:
    row = horizontal(spacing=9)
    logo = QLabel()
    icons.put(logo, "logo", "ink", 20)
    row.addWidget(logo)
    row.addWidget(label("WealthDesk", "brand"))
    row.addStretch()
    return row


def _card(icon: str, ink: str, title: str, lines: Sequence[str]) -> QFrame:
    card = frame("card")
    card.setAccessibleName(f"{title}: {' '.join(lines)}")
    row = horizontal(card, spacing=10, margins=(18, 15, 18, 17))
    sign = QLabel()
    icons.put(sign, icon, ink, 18)
    row.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
    words = vertical(spacing=5)
    words.addWidget(label(title, "strong"))
    for each in lines:
        said = label(each, wrap=True)
        said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        words.addWidget(said)
    words.addStretch()
    row.addLayout(words, 1)
    return card


def _note(words: str) -> QHBoxLayout:
    row = horizontal(spacing=9)
    sign = QLabel()
    icons.put(sign, "info", "mute", 16)
    row.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
    said = label(_breakable(words), "note", "mute", wrap=True)
    said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    row.addWidget(said, 1)
    return row


def _breakable(words: str) -> str:
    """A long path may break after each folder: a zero-width space says where."""
    return words.replace("/", "/\u200b").replace("\\", "\\\u200b")
