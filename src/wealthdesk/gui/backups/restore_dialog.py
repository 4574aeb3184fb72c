"""The question before a restore: what comes back, what is not in it, and where what is there now goes."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFrame, QLabel, QWidget

from wealthdesk.gui import format as text
from wealthdesk.gui import icons
from wealthdesk.gui.foot_lines import relative_moment
from wealthdesk.gui.format import breakable
from wealthdesk.gui.table_model import Column
from wealthdesk.gui.theme import Tone
from wealthdesk.gui.widgets.buttons import button, primary_button
from wealthdesk.gui.widgets.layouts import fit_height, horizontal, vertical
from wealthdesk.gui.widgets.marks import PillValues
from wealthdesk.gui.widgets.table_view import TableView
from wealthdesk.gui.widgets.text import frame, label
from wealthdesk.services.backups import BackupLine

ROW_HEIGHT: Final = 40
_VERIFIED: Final = PillValues("Verified", Tone.OK)
_CHANGED: Final = PillValues("Damaged", Tone.ERROR)
_REASONS: Final = {
    "before_upgrade": "Before an upgrade",
    "before_downgrade": "Before a downgrade",
    "by_hand": "By hand",
    "a_file": "A file",
    "replaced": "When it was replaced",
}


def backups_table(now: datetime) -> TableView[BackupLine]:
    """The table, still empty; `now` says which day is today. Its identities are the paths of the backups."""
    columns: list[Column[BackupLine]] = [
        Column(
            "Date",
            lambda each: relative_moment(each.backup.made_at, now),
            key=lambda each: each.backup.made_at,
            ink=_ink,
            width=160,
        ),
        Column("Made", lambda each: reason_words(each.backup.reason), ink=lambda _: "mute", stretch=True),
        Column("Accounts", _accounts, key=_number_of_accounts, right=True, ink=_ink, width=84),
        Column("Total value", _total, key=lambda each: each.total_minor, right=True, ink=_ink, figures=True, width=126),
        Column("Size", lambda each: size_words(each.backup.size), key=_size, right=True, ink=_ink, width=78),
        Column("Check", lambda _: "", key=_is_verified, pill=_pill, right=True, width=116),
    ]
    table = TableView("Backups", columns, identity=path_of, row_height=ROW_HEIGHT)
    table.setSelectionMode(TableView.SelectionMode.SingleSelection)
    return table


def newest_verified(lines: Sequence[BackupLine]) -> BackupLine | None:
    """The backup to begin with, of lines that have the newest first."""
    return next((each for each in lines if each.backup.verified and each.accounts is not None), None)


def path_of(line: BackupLine) -> Path:
    """Where the backup is."""
    return line.backup.path


def reason_words(reason: str) -> str:
    """Why a backup was made: "before_upgrade" → "Before an upgrade"."""
    return _REASONS.get(reason, reason.replace("_", " ").capitalize())


def size_words(size: int) -> str:
    """A size of a file in powers of 1,000: "84 kB", "5.4 MB"."""
    if size < 1_000_000:
        return f"{-(-size // 1000):,} kB"
    tenths = (size + 50_000) // 100_000
    return f"{tenths // 10:,}.{tenths % 10} MB"


def _accounts(line: BackupLine) -> str:
    return text.NOTHING if line.accounts is None else f"{len(line.accounts):,}"


def _number_of_accounts(line: BackupLine) -> int | None:
    return None if line.accounts is None else len(line.accounts)


def _total(line: BackupLine) -> str:
    return text.NOTHING if line.total_minor is None else text.money_short(line.total_minor, line.currency)


def _size(line: BackupLine) -> int:
    return line.backup.size


def _is_verified(line: BackupLine) -> bool:
    return line.backup.verified


def _pill(line: BackupLine) -> PillValues:
    return _VERIFIED if line.backup.verified else _CHANGED


def _ink(line: BackupLine) -> str:
    """What cannot be restored stands back."""
    return "ink" if line.backup.verified else "mute"


_WIDTH: Final = 520
_NAMED: Final = 6


_SET_ASIDE: Final = "What is there now is set aside whole, and can be brought back with “Undo”."


class RestoreDialog(QDialog):
    """Accepted: the backup is to take the place of the file. is_there: there is a file that it takes the place of."""

    def __init__(self, line: BackupLine, parent: QWidget | None = None, *, is_there: bool = True) -> None:
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
            f"{_SET_ASIDE} The backup stays, too." if is_there else "No file is there now. The backup stays.",
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
    said.addWidget(label(breakable(contents_words(line)), wrap=True))
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
