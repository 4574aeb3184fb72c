"""The backups beside a portfolio file, which can be listed while the file itself cannot be opened."""

from pathlib import Path

from wealthdesk.storage.backups import Backup as Backup
from wealthdesk.storage.backups import backups_folder, list_backups


def backups_of(path: Path) -> tuple[Backup, ...]:
    """The backups of the portfolio file, the newest first. Slow: each is read as a whole."""
    return list_backups(path.resolve())


def folder_of_backups(path: Path) -> Path:
    """Where the backups of the portfolio file are; it may not exist yet."""
    return backups_folder(path.resolve())
