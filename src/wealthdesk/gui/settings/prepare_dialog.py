"""Preparing the file for an older WealthDesk: which version, what it loses on the way, and what keeps it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QDialog, QWidget

from wealthdesk.gui.widgets.buttons import button, primary_button
from wealthdesk.gui.widgets.combo import Combo
from wealthdesk.gui.widgets.layouts import fit_height, horizontal, vertical
from wealthdesk.gui.widgets.text import frame, label
from wealthdesk.services.backups import older_versions, what_is_lost

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
        body.addWidget(label(_WHEN.format(now), "note", "mute", wrap=True))
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
        foot = frame("foot")
        buttons = horizontal(foot, spacing=8, margins=(24, 14, 24, 14))
        buttons.addStretch()
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.prepare)
        outer.addWidget(foot)


def _point(sentence: str) -> QWidget:
    """A sentence of a list, its second line below the first one's words."""
    made = QWidget()
    row = horizontal(made, spacing=8)
    row.addWidget(label("•"), 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(label(sentence, wrap=True), 1)
    return made
