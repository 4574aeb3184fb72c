"""The table of backups: when and why each was made, what is in it, how large it is, and whether it is as it was."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from wealthdesk.gui import format as text
from wealthdesk.gui.foot_lines import relative_moment
from wealthdesk.gui.table_model import Column
from wealthdesk.gui.theme import Tone
from wealthdesk.gui.widgets.pill import PillValues
from wealthdesk.gui.widgets.table_view import TableView
from wealthdesk.services.backups import BackupLine

ROW_HEIGHT: Final = 40
_VERIFIED: Final = PillValues("Verified", Tone.OK)
_CHANGED: Final = PillValues("Damaged", Tone.ERROR)
_REASONS: Final = {
    "before_upgrade": "Before an upgrade",
    "before_downgrade": "Before a downgrade",
    "by_hand": "By hand",
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
