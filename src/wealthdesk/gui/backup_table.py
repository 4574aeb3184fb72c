"""The table of backups: when, why, which version, how large, and whether each still is what was verified."""

from datetime import datetime
from typing import Final

from wealthdesk.gui.foot_lines import relative_moment
from wealthdesk.gui.table_model import Column
from wealthdesk.gui.theme import Tone
from wealthdesk.gui.widgets.pill import PillValues
from wealthdesk.gui.widgets.table_view import TableView
from wealthdesk.services.backups import Backup

ROW_HEIGHT: Final = 40
_VERIFIED: Final = PillValues("Verified", Tone.OK)
_CHANGED: Final = PillValues("Damaged", Tone.ERROR)


def backup_table(now: datetime) -> TableView[Backup]:
    """The table, still empty; `now` says which day is today."""
    columns: list[Column[Backup]] = [
        Column("Date", lambda each: relative_moment(each.made_at, now), key=lambda each: each.made_at, width=190),
        Column("Made", lambda each: reason_words(each.reason), ink=lambda _: "mute", stretch=True),
        Column("Version", lambda each: str(each.version), key=lambda each: each.version, right=True, width=90),
        Column("Size", lambda each: size_words(each.size), key=lambda each: each.size, right=True, width=100),
        Column(
            "Check",
            lambda each: "",
            key=lambda each: each.verified,
            pill=lambda each: _VERIFIED if each.verified else _CHANGED,
            right=True,
            width=124,
        ),
    ]
    table = TableView("Backups", columns, identity=lambda each: each.path, row_height=ROW_HEIGHT)
    table.setSelectionMode(TableView.SelectionMode.SingleSelection)
    return table


def fit(table: TableView[Backup], most: int) -> None:
    """Make the table as high as its rows, up to so many; below that it scrolls."""
    rows = min(max(len(table.table.rows()), 1), most)
    table.setFixedHeight(34 + rows * ROW_HEIGHT + 2 * table.frameWidth())


def reason_words(reason: str) -> str:
    """Why a backup was made: "before_upgrade" → "Before an upgrade"."""
    known = {"before_upgrade": "Before an upgrade", "before_downgrade": "Before a downgrade", "by_hand": "By hand"}
    return known.get(reason, reason.replace("_", " ").capitalize())


def size_words(size: int) -> str:
    """A size of a file in powers of 1,000: "84 kB", "5.4 MB"."""
    if size < 1_000_000:
        return f"{-(-size // 1000):,} kB"
    tenths = (size + 50_000) // 100_000
    return f"{tenths // 10:,}.{tenths % 10} MB"
