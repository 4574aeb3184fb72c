"""Backups as a file of some months has them: for the pictures of a portfolio that has none yet."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from wealthdesk.services.backups import AccountTotal, Backup, BackupLine
from wealthdesk.services.restoring import SetAside

_BACKUPS: Final = (
    (timedelta(minutes=90), "by_hand", 442_368, (16_306_700, 2_000_900, 8_648_500), True),
    (timedelta(hours=26), "daily", 442_368, (16_112_040, 1_985_100, 8_601_200), True),
    (timedelta(days=3, hours=5), "before_upgrade", 438_272, (16_020_000, 1_811_600, 8_600_000), True),
    (timedelta(days=17, hours=2), "daily", 434_176, None, False),
    (timedelta(days=48), "daily", 434_176, (15_100_000, 1_610_000, 8_210_000), True),
)
_ACCOUNTS: Final = ("Brokerage", "Crypto wallet", "Retirement")


def sample_lines(path: Path, now: datetime) -> tuple[BackupLine, ...]:
    """Five of them, one of which is not as it was made."""
    return tuple(
        BackupLine(
            Backup(path.with_name(f"{number}"), now - age, reason, 4, size, verified),
            tuple(map(AccountTotal, _ACCOUNTS, totals)) if totals else None,
            "USD" if totals else "",
        )
        for number, (age, reason, size, totals, verified) in enumerate(_BACKUPS)
    )


def sample_set_aside(path: Path, now: datetime) -> SetAside:
    """What a restore of this morning put aside."""
    return SetAside(path.parent, path, now - timedelta(hours=2), 438_272)
