"""Salvage: how far it is, and then the list of what was kept and of what could not be read."""

from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QFileDialog, QPlainTextEdit, QWidget

from wealthdesk.errors import WealthDeskError
from wealthdesk.gui import problems, tasks
from wealthdesk.gui.format import breakable
from wealthdesk.gui.theme import Tone
from wealthdesk.gui.widgets.buttons import button, primary_button
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.message import Message, ProgressStrip
from wealthdesk.gui.widgets.text import label
from wealthdesk.services.checking import Salvage, lines_of, salvage
from wealthdesk.services.given_files import save

_SIZE: Final = (640, 460)


class SalvageDialog(QDialog):
    """Begins at once: everything that can be read of the file at `path` goes to a new file at `target`."""

    open_requested = Signal(object)
    """Path of the new file, once the dialog is closed."""

    def __init__(self, path: Path, target: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._path, self._target = path, target
        self.setWindowTitle("Salvage into a new file")
        self.resize(*_SIZE)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        lines = vertical(self, spacing=12, margins=(24, 20, 24, 20))
        lines.addWidget(label("Salvage into a new file", "panel"))
        lines.addWidget(label(breakable(f"{path} → {target}"), "body", "mute2", wrap=True))
        self.strip = ProgressStrip("Reading what can be read…")
        self.outcome = Message(Tone.NEUTRAL, "Everything that can be read is being copied.", "The file stays as it is.")
        self.list = QPlainTextEdit(readOnly=True)
        self.list.setAccessibleName("What was kept and what could not be read")
        self.list.setTabChangesFocus(True)
        lines.addWidget(self.strip)
        lines.addWidget(self.outcome)
        lines.addWidget(self.list, 1)
        foot = horizontal(spacing=8)
        self.save = button("&Save the list…", icon="file")
        self.save.clicked.connect(self._on_save)
        self.stop = button("&Cancel")
        self.stop.clicked.connect(self.reject)
        self.open_new = primary_button("&Open the new file", key="Ctrl+Return")
        self.open_new.clicked.connect(self._on_open)
        foot.addWidget(self.save)
        foot.addStretch()
        foot.addWidget(self.stop)
        foot.addWidget(self.open_new)
        lines.addLayout(foot)
        for each in (self.save, self.open_new):
            each.setEnabled(False)
        self.stop.setFocus()
        self._task: tasks.Task | None = tasks.run(
            self._salvage, self._show, self, failed=self._on_failed, cancelled=self._on_cancelled
        )
        self.strip.start()
        self._task.progressed.connect(self.strip.show_progress)
        self._task.finished.connect(self.strip.stop)

    def reject(self) -> None:
        """Stop while it works; nothing is left behind then."""
        if self._task is None:
            super().reject()
            return
        self.stop.setEnabled(False)
        self.outcome.show_message(Tone.NEUTRAL, "Stopping…")
        self._task.cancel()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._task is not None:
            event.ignore()
            self.reject()
        else:
            super().closeEvent(event)

    def _salvage(self, progress: tasks.Progress) -> Salvage:
        return salvage(
            self._path,
            self._target,
            lambda done, total, table: progress.report(done, total, table.replace("_", " ").capitalize()),
        )

    def _on_cancelled(self) -> None:
        self._task = None
        super().reject()

    def _on_failed(self, refusal: WealthDeskError) -> None:
        self._end()
        self.outcome.show_message(Tone.ERROR, "Nothing could be salvaged", str(refusal))

    def _show(self, found: Salvage) -> None:
        self._end()
        if found.is_complete:
            self.outcome.show_message(Tone.OK, "Everything could be read", "All of it is in the new file.")
        else:
            self.outcome.show_message(
                Tone.WARNING, "Not everything could be read", "What is missing in the new file is listed first."
            )
        self.list.setPlainText("\n".join(lines_of(found)))
        for each in (self.save, self.open_new):
            each.setEnabled(True)
        self.open_new.setFocus()

    def _end(self) -> None:
        self._task = None
        self.stop.setText("&Close")
        self.stop.setAccessibleName("Close")
        self.stop.setEnabled(True)

    def _on_open(self) -> None:
        self.open_requested.emit(self._target)
        self.accept()

    def _on_save(self) -> None:
        place = str(self._target.with_name(f"{self._target.stem} salvage.txt"))
        dialog = QFileDialog(self, "Save the list", place, "Text (*.txt);;All files (*)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("txt")
        dialog.selectFile(place)
        dialog.fileSelected.connect(lambda name: self.save_list(Path(name)))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def save_list(self, to: Path) -> None:
        """Keep the list as a text file."""
        words = f"{self._path} → {self._target}\n\n{self.list.toPlainText()}\n"
        tasks.run(partial(save, to, words.encode()), lambda _: None, self, failed=partial(problems.show, parent=self))
