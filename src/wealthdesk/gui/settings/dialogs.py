"""The dialogs of the settings: the diagnostic bundle, a file for an older WealthDesk, what others have made."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QWidget

from wealthdesk.errors import WealthDeskError
from wealthdesk.gui import chosen_folder, tasks
from wealthdesk.gui.backups.save_copy import open_new_file
from wealthdesk.gui.theme import Tone
from wealthdesk.gui.widgets.buttons import button, primary_button
from wealthdesk.gui.widgets.choices import Combo
from wealthdesk.gui.widgets.layouts import dialog_foot, fit_height, horizontal, vertical
from wealthdesk.gui.widgets.message import Message
from wealthdesk.gui.widgets.text import frame, label
from wealthdesk.paths import resources_folder
from wealthdesk.services.backups import older_versions, what_is_lost
from wealthdesk.services.diagnosis import save_bundle

_SIZE: Final = (680, 560)
_NAME: Final = "wealthdesk-diagnosis.zip"
_WHAT: Final = (
    "For a question about a problem: versions, checks and the log. No amounts, names or account numbers are in it, "
    "nor the names of files. This is all of it; nothing is sent anywhere."
)


class DiagnosisDialog(QDialog):
    """text: what is in the bundle."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Diagnostic bundle")
        self.setMinimumSize(480, 400)
        self.resize(*_SIZE)
        self.text = _read_only("What is in the bundle", text, self)
        self.message = Message(parent=self)
        self.message.hide()
        self.copy = button("&Copy", icon="copy")
        self.close_button = button("C&lose")
        self.save = primary_button("&Save…", key="Ctrl+S")
        self.copy.clicked.connect(self._on_copy)
        self.close_button.clicked.connect(self.reject)
        self.save.clicked.connect(self._on_save)
        self._lay_out()
        self.text.setFocus()

    def save_to(self, target: Path) -> None:
        """Save the bundle as a new file, and say how that went."""
        chosen_folder.remember(target)
        save = partial(save_bundle, self.text.toPlainText(), target)
        tasks.run(save, lambda _: self._say(Tone.OK, "Saved", str(target)), self, failed=self._on_refused)

    def _on_save(self) -> None:
        open_new_file("Save the diagnostic bundle", _NAME, "ZIP files (*.zip)", self, self.save_to)

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        self._say(Tone.OK, "Copied")

    def _on_refused(self, error: WealthDeskError) -> None:
        self._say(Tone.ERROR, "Not saved", str(error))

    def _say(self, tone: Tone, words: str, more: str = "") -> None:
        self.message.show_message(tone, words, more)
        self.message.show()

    def _lay_out(self) -> None:
        outer = vertical(self, spacing=0)
        body = vertical(spacing=12, margins=(24, 20, 24, 20))
        body.addWidget(label("Diagnostic bundle", "panel"))
        body.addWidget(label(_WHAT, "body", "mute2", wrap=True))
        body.addWidget(self.text, 1)
        body.addWidget(self.message)
        outer.addLayout(body, 1)
        outer.addWidget(dialog_foot(self.close_button, self.save, left=[self.copy]))


_WIDTH: Final = 540
_WHEN: Final = (
    "An older WealthDesk opens files up to its own version, and names that version when it refuses one. "
    "This file is of version {}."
)
_KEPT: Final = (
    "First a backup is made of the file as it is now. It stays 90 days, and restoring it brings all of this back. "
    "The file is closed here meanwhile."
)


@dataclass(frozen=True, slots=True)
class OlderVersion:
    """A version that the file can be prepared for, and what is lost by it, one sentence each."""

    number: int
    lost: tuple[str, ...]


def older_ones(path: Path) -> tuple[OlderVersion, ...]:
    """The versions that a file can be prepared for, the newest first. Slow, for the worker."""
    return tuple(OlderVersion(each, what_is_lost(path, each)) for each in older_versions(path))


class PrepareDialog(QDialog):
    """versions: at least one. Accepting asks for it; the file is not touched here."""

    prepare_requested = Signal(object)

    def __init__(self, versions: Sequence[OlderVersion], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Prepare for an older version")
        self.setFixedWidth(_WIDTH)
        self._versions = {each.number: each for each in versions}
        self.version = Combo("Version", [(each.number, f"Version {each.number}") for each in versions])
        self.version.setMinimumWidth(200)
        self.prepare = primary_button("", key="Ctrl+Return")
        self.cancel = button("Canc&el")
        self._lost = vertical(spacing=4)
        self._lay_out(max(self._versions) + 1)
        self.version.chosen.connect(self._show_version)
        self.prepare.clicked.connect(self.accept)
        self.cancel.clicked.connect(self.reject)
        self.cancel.setDefault(True)
        self._show_version()
        self.version.setFocus()

    def chosen(self) -> OlderVersion:
        """The version that is chosen."""
        return self._versions[int(str(self.version.choice()))]

    def accept(self) -> None:
        """Ask for what is chosen."""
        super().accept()
        self.prepare_requested.emit(self.chosen().number)

    def _show_version(self) -> None:
        chosen = self.chosen()
        while (before := self._lost.takeAt(0)) is not None:
            shown = before.widget()
            assert shown is not None
            shown.deleteLater()
        for sentence in chosen.lost or ("Nothing is lost.",):
            self._lost.addWidget(_point(sentence))
        words = f"Prepare for version {chosen.number}"
        self.prepare.setText(f"&{words}")
        self.prepare.setAccessibleName(words)
        # Once more when the words have their font.
        fit_height(self)
        QTimer.singleShot(0, self, partial(fit_height, self))

    def _lay_out(self, now: int) -> None:
        outer = vertical(self, spacing=0)
        body = vertical(spacing=12, margins=(24, 20, 24, 20))
        body.addWidget(label("Prepare for an older version", "panel"))
        body.addWidget(label(_WHEN.format(now), "body", "mute2", wrap=True))
        row = horizontal(spacing=12)
        row.addWidget(label("&Version", buddy=self.version))
        row.addWidget(self.version)
        row.addStretch()
        body.addLayout(row)
        card = frame("card")
        lines = vertical(card, spacing=6, margins=(16, 12, 16, 14))
        lines.addWidget(label("What that version does not know is left out of the file:", "strong", wrap=True))
        lines.addLayout(self._lost)
        body.addWidget(card)
        body.addWidget(label(_KEPT, wrap=True))
        outer.addLayout(body, 1)
        outer.addWidget(dialog_foot(self.cancel, self.prepare))


def _point(sentence: str) -> QWidget:
    """A sentence of a list, its second line below the first one's words."""
    made = QWidget()
    row = horizontal(made, spacing=8)
    row.addWidget(label("•"), 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(label(sentence, wrap=True), 1)
    return made


_NOTICES_SIZE: Final = (720, 600)
_TITLE: Final = "Licences and notices"


def notices_file() -> Path | None:
    """Where they are: in every bundle, and not in a clone, whose packages were installed with licences of their own."""
    file = resources_folder() / "notices.txt"
    return file if file.is_file() else None


class NoticesDialog(QDialog):
    """text: the notices of all parts, which begin with a list of them."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_TITLE)
        self.setMinimumSize(480, 400)
        self.resize(*_NOTICES_SIZE)
        self.text = _read_only(_TITLE, text, self)
        self.close_button = primary_button("C&lose")
        self.close_button.clicked.connect(self.reject)
        outer = vertical(self, spacing=0)
        body = vertical(spacing=12, margins=(24, 20, 24, 20))
        body.addWidget(label(_TITLE, "panel"))
        body.addWidget(self.text, 1)
        outer.addLayout(body, 1)
        outer.addWidget(dialog_foot(self.close_button))
        self.text.setFocus()


def _read_only(name: str, text: str, dialog: QDialog) -> QPlainTextEdit:
    """A long text of letters of one width, which Tab leaves."""
    made = QPlainTextEdit(text, dialog, readOnly=True)
    made.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
    made.setAccessibleName(name)
    made.setTabChangesFocus(True)
    return made
