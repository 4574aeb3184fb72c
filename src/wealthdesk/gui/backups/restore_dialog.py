"""The question before a restore: what comes back, what is not in it, and where what is there now goes."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFrame, QLabel, QWidget

from wealthdesk.gui import format as text
from wealthdesk.gui import icons
from wealthdesk.gui.backups.table import reason_words, size_words
from wealthdesk.gui.format import breakable
from wealthdesk.gui.widgets.buttons import button, primary_button
from wealthdesk.gui.widgets.layouts import fit_height, horizontal, vertical
from wealthdesk.gui.widgets.text import frame, label
from wealthdesk.services.backups import BackupLine

_WIDTH: Final = 520
_NAMED: Final = 6


class RestoreDialog(QDialog):
    """Accepted: the backup is to take the place of the file."""

    def __init__(self, line: BackupLine, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line = line
        moment = text.moment(line.backup.made_at.astimezone())
        self.setWindowTitle("Restore a backup")
        self.setFixedWidth(_WIDTH)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        lines = vertical(self, spacing=12, margins=(24, 20, 24, 20))
        lines.addWidget(label(f"Restore the backup of {moment}?", "panel", wrap=True))
        lines.addWidget(_contents(line))
        for sentence in (
            f"Changes made after {moment} are not in this backup.",
            "What is there now is set aside whole, and can be brought back with “Undo”. The backup stays, too.",
        ):
            lines.addWidget(label(sentence, wrap=True))
        lines.addSpacing(4)
        foot = horizontal(spacing=8)
        foot.addStretch()
        cancel = button("&Cancel")
        cancel.clicked.connect(self.reject)
        foot.addWidget(cancel)
        self.restore = primary_button("&Restore this backup", key="Ctrl+Return")
        self.restore.clicked.connect(self.accept)
        foot.addWidget(self.restore)
        lines.addLayout(foot)
        fit_height(self)
        cancel.setDefault(True)
        cancel.setFocus()


def contents_words(line: BackupLine) -> str:
    """What is in the backup: "3 accounts worth $321,285: Brokerage $200,000, IRA $121,285."."""
    if line.accounts is None or line.total_minor is None:
        return "What is in it could not be read."
    if not line.accounts:
        return "There are no accounts in it."
    named = [f"{each.name} {text.money_short(each.total_minor, line.currency)}" for each in line.accounts[:_NAMED]]
    if len(line.accounts) > _NAMED:
        named.append(f"{len(line.accounts) - _NAMED:,} more")
    worth = text.money_short(line.total_minor, line.currency)
    return f"{text.count(len(line.accounts), 'account')} worth {worth}: {', '.join(named)}."


def _contents(line: BackupLine) -> QFrame:
    card = frame("card")
    row = horizontal(card, spacing=10, margins=(16, 13, 16, 14))
    sign = QLabel()
    icons.put(sign, "shield", "ok", 18)
    row.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
    said = vertical(spacing=4)
    said.addWidget(label(contents_words(line), wrap=True))
    backup = line.backup
    said.addWidget(
        label(
            breakable(f"{reason_words(backup.reason)}, {size_words(backup.size)}. {backup.path.name}"),
            "note",
            "mute",
            wrap=True,
        )
    )
    row.addLayout(said, 1)
    return card
