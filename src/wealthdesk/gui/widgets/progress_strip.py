"""A thin strip that says how far slow work is, with a button to stop it; it appears when the work takes a while."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame, QProgressBar, QSizePolicy, QWidget

from wealthdesk.gui.widgets.buttons import button
from wealthdesk.gui.widgets.layouts import horizontal
from wealthdesk.gui.widgets.text import label

APPEARS_AFTER_MS: Final = 500


class ProgressStrip(QFrame):
    """Hidden until the work has taken half a second."""

    def __init__(self, what: str = "Working…", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "card")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._what = what
        self._cancel: Callable[[], object] | None = None
        self._words = label(what, "note")
        self.bar = QProgressBar(textVisible=False)
        self.bar.setAccessibleName(what)
        self._stop = button("&Stop", in_card=True)
        self._stop.clicked.connect(self._on_stop)
        layout = horizontal(self, spacing=12)
        layout.setContentsMargins(14, 8, 14, 8)
        for each, stretch in ((self._words, 0), (self.bar, 1), (self._stop, 0)):
            layout.addWidget(each, stretch)
        self._timer = QTimer(self, singleShot=True, interval=APPEARS_AFTER_MS)
        self._timer.timeout.connect(self.show)
        self.hide()

    def start(self, cancel: Callable[[], object] | None = None) -> None:
        """Work has begun; `cancel` stops it (None: it cannot be stopped)."""
        self._cancel = cancel
        self._stop.setVisible(cancel is not None)
        self._stop.setEnabled(True)
        self._words.setText(self._what)
        self.bar.setRange(0, 0)
        self._timer.start()

    def show_progress(self, done: int, total: int, text: str = "") -> None:
        """So much of it is done; total 0 = not known."""
        # A progress bar counts in 32 bits: thousandths are enough for it.
        self.bar.setRange(0, 1000 if total else 0)
        self.bar.setValue(done * 1000 // total if total else 0)
        if text:
            self._words.setText(text)

    def stop(self) -> None:
        """The work has ended."""
        self._timer.stop()
        self.hide()

    def _on_stop(self) -> None:
        self._stop.setEnabled(False)
        self._words.setText("Stopping…")
        if self._cancel is not None:
            self._cancel()
