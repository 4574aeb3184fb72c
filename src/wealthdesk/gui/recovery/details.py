"""The technical details of a refusal: a text to read, folded away at first, and to save as a report."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QFileDialog, QFrame, QPlainTextEdit, QPushButton, QWidget

from wealthdesk.errors import WealthDeskError
from wealthdesk.gui import chosen_folder, icons, tasks
from wealthdesk.gui.widgets.buttons import button, link_button
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.text import label
from wealthdesk.services.diagnosis import save_bundle

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
