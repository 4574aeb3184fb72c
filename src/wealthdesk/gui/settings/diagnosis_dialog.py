"""The diagnostic bundle: its whole text to be read, copied, and saved."""

from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QWidget

from wealthdesk.errors import WealthDeskError
from wealthdesk.gui import chosen_folder, tasks
from wealthdesk.gui.backups.save_copy import open_new_file
from wealthdesk.gui.theme import Tone
from wealthdesk.gui.widgets.buttons import button, primary_button
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.message import Message
from wealthdesk.gui.widgets.text import frame, label
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
        self.text = QPlainTextEdit(text, self, readOnly=True)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setAccessibleName("What is in the bundle")
        self.text.setTabChangesFocus(True)
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
        body.addWidget(label(_WHAT, "note", "mute", wrap=True))
        body.addWidget(self.text, 1)
        body.addWidget(self.message)
        outer.addLayout(body, 1)
        foot = frame("foot")
        buttons = horizontal(foot, spacing=8, margins=(24, 14, 24, 14))
        buttons.addWidget(self.copy)
        buttons.addStretch()
        buttons.addWidget(self.close_button)
        buttons.addWidget(self.save)
        outer.addWidget(foot)
