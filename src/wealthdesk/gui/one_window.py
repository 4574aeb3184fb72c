"""One window for each portfolio file: a second start raises the first through a local socket of this user's own."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from wealthdesk.services.windows import Lock, address, claim, folder_of_windows, window_name

if TYPE_CHECKING:
    from PySide6.QtNetwork import QLocalServer
    from PySide6.QtWidgets import QWidget

_PATIENCE: Final = 10.0
_PAUSE: Final = 0.05
_STEP_MS: Final = 1_000
_ASKED: Final = b"raise\n"
_DONE: Final = b"raised\n"


class OneWindow(QObject):
    """Claims a file for the window of this process, and tells when another start asks for that window."""

    raise_asked = Signal()

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        """folder: where the locks are kept."""
        super().__init__(parent)
        self._folder = folder
        self._lock: Lock | None = None
        self._name = self._address = ""
        self._server: QLocalServer | None = None

    def claim(self, path: Path) -> bool:
        """Whether this process may show the file, and not another; if so, it lets go of the one before."""
        try:
            lock = claim(path, self._folder)
        except OSError:  # no place for locks: then nobody can know
            return True
        if lock is None:
            return self._name == window_name(path)
        was_listening = self._server is not None
        self.release()
        self._lock, self._name, self._address = lock, window_name(path), address(path, self._folder)
        if was_listening:
            self.listen()
        return True

    def listen(self) -> None:
        """Answer other starts from now on. Imports what it needs only here."""
        if self._lock is None or self._server is not None:
            return
        from PySide6.QtNetwork import QLocalServer

        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_asked)
        # Whoever has the lock has the name: what is there was left by a process that was killed.
        QLocalServer.removeServer(self._address)
        self._server.listen(self._address)

    def release(self) -> None:
        """Let another process have the file."""
        if self._server is not None:
            self._server.close()
            self._server = None
        if self._lock is not None:
            self._lock.release()
            self._lock = None
        self._name = ""

    def _on_asked(self) -> None:
        assert self._server is not None
        while (caller := self._server.nextPendingConnection()) is not None:
            caller.disconnected.connect(caller.deleteLater)
            caller.write(_DONE)
            caller.flush()
            self.raise_asked.emit()


def raise_window(window: "QWidget") -> None:
    """Show it above all others."""
    from PySide6.QtCore import Qt  # late: all its enumerations are made when it is first asked for

    window.setWindowState((window.windowState() & ~Qt.WindowState.WindowMinimized) | Qt.WindowState.WindowActive)
    window.show()
    window.raise_()
    window.activateWindow()


def raise_other(path: Path, patience: float = _PATIENCE, folder: Path | None = None) -> bool:
    """Ask the window of the file to come to the front, and whether it did; one that is just starting is waited for.

    folder: where that window keeps its lock.
    """
    from PySide6.QtNetwork import QLocalSocket

    listens_at = address(path, folder or folder_of_windows())
    deadline = time.monotonic() + patience
    while True:
        asking = QLocalSocket()
        asking.connectToServer(listens_at)
        if asking.waitForConnected(_STEP_MS):
            asking.write(_ASKED)
            if asking.waitForReadyRead(_STEP_MS) and bytes(asking.readAll().data()).startswith(_DONE):
                return True
        if time.monotonic() >= deadline:
            return False
        time.sleep(_PAUSE)
