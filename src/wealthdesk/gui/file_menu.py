"""The File menu: another portfolio, new or old, and a copy of this one. Each portfolio has a window of its own."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QAction, QDropEvent, QFileOpenEvent
from PySide6.QtWidgets import QMainWindow, QWidget

if TYPE_CHECKING:
    from wealthdesk.services.desk import Desk

SUFFIX = ".wealthdesk"
_KINDS = "WealthDesk files (*.wealthdesk);;All files (*)"


class FileMenu(QObject):
    """Makes its menu in the window's menu bar. Nothing of it is read before the menu is opened."""

    open_requested = Signal(object)
    """The path of a portfolio file that is to be opened, or of a new one."""

    def __init__(self, window: QMainWindow, saved: Callable[[Path], object]) -> None:
        """saved: called with the path of a copy that was made."""
        super().__init__(window)
        self._desk: Desk | None = None
        self._saved = saved
        bar = window.menuBar()
        bar.setProperty("no_ring", True)  # its chosen menu is marked
        self.menu = bar.addMenu("File")
        self.new, self.open = QAction("New portfolio…", window), QAction("Open…", window)
        self.copy, self.quit = QAction("Save a copy…", window), QAction("Quit", window)
        self.quit.setMenuRole(QAction.MenuRole.QuitRole)
        self.menu.addActions([self.new, self.open])
        self.recent = self.menu.addMenu("Open recent")
        self.menu.addAction(self.copy)
        self.menu.addSeparator()
        self.menu.addAction(self.quit)
        self.menu.aboutToShow.connect(self.show_recent)
        self.new.triggered.connect(self._on_new)
        self.open.triggered.connect(self._on_open)
        self.copy.triggered.connect(self._on_copy)
        self.quit.triggered.connect(window.close)
        self.show_desk(None)

    def show_desk(self, desk: "Desk | None") -> None:
        """Speak of this portfolio from now on; None: of none."""
        self._desk = desk
        self.copy.setEnabled(desk is not None)

    def show_recent(self) -> None:
        """List what was opened last, but for the portfolio that is shown."""
        from wealthdesk.services.windows import folder_of_windows, recent

        shown = self._desk.path.absolute() if self._desk else None
        self.recent.clear()
        for path in recent(folder_of_windows()):
            if path != shown:
                named = self.recent.addAction(f"{path.stem}   ({path.parent})".replace("&", "&&"))
                named.triggered.connect(partial(self.open_requested.emit, path))
        self.recent.setEnabled(not self.recent.isEmpty())

    def _on_new(self) -> None:
        from wealthdesk.gui.backups.save_copy import open_new_file

        open_new_file("New portfolio", f"Portfolio{SUFFIX}", _KINDS, self._window(), self._on_new_chosen)

    def _on_new_chosen(self, path: Path) -> None:
        from wealthdesk.gui import problems

        if path.exists():
            problems.show(f"“{path}” is there already, so no new portfolio was begun. Choose another name, or open it.")
        else:
            self.open_requested.emit(path)

    def _on_open(self) -> None:
        from PySide6.QtWidgets import QFileDialog

        from wealthdesk.gui import chosen_folder
        from wealthdesk.gui.form_dialog import open_dialog

        dialog = QFileDialog(self._window(), "Open a portfolio", chosen_folder.to_save(), _KINDS)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.open_requested.emit(Path(name)))
        open_dialog(dialog)

    def _on_copy(self) -> None:
        if self._desk is None:
            return
        from wealthdesk.gui.backups.save_copy import ask_where

        ask_where(self._desk, self._window(), self._saved)

    def _window(self) -> QWidget:
        return cast(QWidget, self.parent())


class OpenEvents(QObject):
    """Tells of each file that the system asks the application to open, as macOS does instead of naming it."""

    open_requested = Signal(object)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.FileOpen:
            file = cast(QFileOpenEvent, event).file()
            if file:
                self.open_requested.emit(Path(file))
                return True
        return False


def taken_files(event: QDropEvent, *, also_others: bool) -> list[Path]:
    """The files that are dropped, or are to be, where they can be taken; also_others: not portfolios alone."""
    files = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
    if not (also_others or are_portfolios(files)):
        return []
    if files:
        _take_a_copy(event)
    return files


def are_portfolios(files: Sequence[Path]) -> bool:
    """Whether they are to be opened, and not imported."""
    return bool(files) and all(file.suffix.lower() == SUFFIX for file in files)


def _take_a_copy(event: QDropEvent) -> None:
    """The file is only read, whatever its program proposes: one that is told that it was moved throws it away."""
    from PySide6.QtCore import Qt  # late: all its enumerations are made when it is first asked for

    event.setDropAction(Qt.DropAction.CopyAction)
    # What may only be moved is read all the same, and not taken.
    event.setAccepted(event.dropAction() == Qt.DropAction.CopyAction)
