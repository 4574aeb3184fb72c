"""The backups beside a portfolio file: listed, made, verified, thinned out, and put in the place of the file."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from wealthdesk.domain.holdings import Portfolio
from wealthdesk.domain.valuation import value
from wealthdesk.services.desk import Clock
from wealthdesk.storage.file import backups as kept
from wealthdesk.storage.file import mending, migrations, restoring
from wealthdesk.storage.file.backups import Backup as Backup
from wealthdesk.storage.file.backups import back_up, backups_folder, list_backups, portfolio_in
from wealthdesk.storage.file.backups import back_up_to as _back_up_to
from wealthdesk.storage.file.backups import is_as_it_was as _is_as_it_was
from wealthdesk.storage.file.backups import moment_of as moment_of
from wealthdesk.storage.file.files import read_header, refusing_disk, resolved
from wealthdesk.storage.file.mending import Mended as Mended
from wealthdesk.storage.file.opening import downgrade_portfolio, using, version_in_use
from wealthdesk.storage.file.swapping import SetAside as SetAside

BY_HAND: Final = "by_hand"
A_FILE: Final = "a_file"
KEPT: Final = (
    f"All of the last {kept.ALL_FOR.days} days are kept, then one for each of {kept.DAYS} days, {kept.WEEKS} weeks and "
    f"{kept.MONTHS} months. Those made before an upgrade stay {kept.PINNED_FOR.days} days, those made by hand until "
    "you remove them. The newest verified one is never removed."
)
"""How many backups are kept."""


@dataclass(frozen=True, slots=True)
class AccountTotal:
    """What an account was worth, in minor units of the base currency."""

    name: str
    total_minor: int


@dataclass(frozen=True, slots=True)
class BackupLine:
    """A backup and what is in it, valued on its day; `accounts` None: that could not be read."""

    backup: Backup
    accounts: tuple[AccountTotal, ...] | None
    currency: str = ""

    @property
    def total_minor(self) -> int | None:
        """What all accounts were worth."""
        return None if self.accounts is None else sum(each.total_minor for each in self.accounts)


def backups_of(path: Path) -> tuple[Backup, ...]:
    """The backups of the portfolio file, the newest first. Slow: each is read as a whole."""
    return list_backups(resolved(path))


def lines_of(path: Path) -> tuple[BackupLine, ...]:
    """The backups of the portfolio file with what is in them, the newest first. Slow, too."""
    return tuple(map(line_of, backups_of(path)))


def line_of(backup: Backup) -> BackupLine:
    """A backup with what is in it."""
    portfolio = portfolio_in(backup)
    if portfolio is None:
        return BackupLine(backup, None)
    return BackupLine(backup, totals_of(portfolio), portfolio.base_currency)


def totals_of(portfolio: Portfolio) -> tuple[AccountTotal, ...]:
    """What each account is worth."""
    accounts = portfolio.accounts.values()
    return tuple(AccountTotal(each.name, value(portfolio, each.id).total_minor) for each in accounts)


def folder_of_backups(path: Path) -> Path:
    """Where the backups of the portfolio file are made; it may not exist yet."""
    return backups_folder(resolved(path))


def choose_folder_of_backups(path: Path, folder: Path) -> Path:
    """Make the backups of the portfolio file below this folder from now on; gives the one for it alone in there."""
    return kept.choose_folder(resolved(path), resolved(folder))


def line_at(file: Path) -> BackupLine:
    """A portfolio file anywhere, taken as a backup, with what is in it; OpeningError where it is none."""
    with refusing_disk(file):
        found = file.stat()
        made_at = moment_of(file) or datetime.fromtimestamp(found.st_mtime, UTC)
        version, is_sound = read_header(file).version, _is_as_it_was(file) is not False
    return line_of(Backup(file, made_at, A_FILE, version, found.st_size, is_sound))


def back_up_now(path: Path, clock: Clock) -> Backup:
    """Make a backup that stays until the user removes it; the file may be open here and elsewhere."""
    with using(path) as used:
        return back_up(used, BY_HAND, clock.now())


def back_up_to(path: Path, target: Path) -> None:
    """Copy the file, which may be open here and elsewhere, to a new file of the user's choice."""
    with using(path) as used:
        _back_up_to(used, resolved(target))


@dataclass(frozen=True, slots=True)
class BackupStanding:
    """How well a file is backed up: its backups, the newest first, and the newest that counts as one.

    made_at: when that was made; None: there is none. kept: how many changes the file had seen then.
    """

    backups: tuple[Backup, ...] = ()
    made_at: datetime | None = None
    kept: int = 0

    def changes_since(self, kept: int) -> int:
        """How many changes the file has seen since, of which it has seen so many in all now."""
        # Where an older file was put in its place, it has seen fewer: then it is only known that it is another one.
        return kept - self.kept if kept >= self.kept else 1


def standing_of(path: Path) -> BackupStanding:
    """How well the portfolio file is backed up. Slow: each backup is read as a whole."""
    backups = backups_of(path)
    latest = kept.latest_of(backups)
    return BackupStanding(backups) if latest is None else BackupStanding(backups, latest.backup.made_at, latest.kept)


def follow_up(path: Path, clock: Clock) -> Backup | None:
    """Make a backup if something has changed since the last one, and remove those that have served their time."""
    with using(path) as used:
        return kept.follow_up(used, clock.now())


def keep_up(path: Path, clock: Clock) -> Backup | None:
    """Make the backup of the day if something has changed, and remove those that have served their time."""
    with using(path) as used:
        return kept.keep_up(used, clock.now())


def is_as_it_was(backup: Backup) -> bool:
    """Read the backup again: whether it still is what was verified when it was made."""
    return _is_as_it_was(backup.path) is True


def restore(path: Path, backup: Path, clock: Clock) -> SetAside | None:
    """Puts a backup, or any portfolio file, in the file's place; gives what was set aside for it (None: nothing).

    The sources of prices of the file stay those of a backup from before the first of them.
    """
    from wealthdesk.services.sources import same_sources

    with same_sources(path, clock.now()):
        return restoring.restore(path, backup, clock.now())


def mend(path: Path, clock: Clock) -> Mended:
    """Mends the lines that break a rule, in a copy that takes the file's place; what was there is set aside."""
    return mending.mend(path, clock.now())


def what_is_mended(path: Path) -> tuple[str, ...]:
    """What `mend` would do, a sentence each; none: there is nothing to mend."""
    return mending.preview(path)


def set_asides(path: Path) -> tuple[SetAside, ...]:
    """What was set aside by restores, the newest first."""
    return restoring.set_asides(resolved(path))


def undo_restore(path: Path, clock: Clock) -> SetAside:
    """Puts what was set aside last back in its place, as it was; gives what is set aside for it."""
    return restoring.undo_restore(path, clock.now())


def older_versions(path: Path) -> tuple[int, ...]:
    """The versions that the file can be prepared for, the newest first."""
    return tuple(range(version_in_use(path) - 1, 0, -1))


def what_is_lost(path: Path, to: int) -> tuple[str, ...]:
    """What the file loses on the way down to a version, one sentence each; a backup keeps it all."""
    return migrations.losses(version_in_use(path), to)


def prepare_for_version(path: Path, to: int, clock: Clock) -> Backup:
    """Takes the file down to the version of an older WealthDesk; gives the backup of it as it was."""
    return downgrade_portfolio(path, to, clock.now())
