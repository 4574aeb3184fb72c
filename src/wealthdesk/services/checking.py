"""The check of a portfolio file: whole or not, at which version, what it holds, and which backups lie beside it."""

from dataclasses import dataclass
from pathlib import Path

from wealthdesk.services.backups import AccountTotal, Backup, backups_of, totals_of
from wealthdesk.services.desk import Clock, open_copy
from wealthdesk.storage.backups import is_as_it_was
from wealthdesk.storage.files import resolved
from wealthdesk.storage.header import portfolio_version
from wealthdesk.storage.migrations import head


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that is whole. `newest` is the version that this program brings it to; `currency` that of the totals."""

    path: Path
    version: int
    newest: int
    size: int
    accounts: tuple[AccountTotal, ...]
    currency: str
    notes: tuple[str, ...]
    backups: tuple[Backup, ...]

    @property
    def total_minor(self) -> int:
        """What all accounts are worth."""
        return sum(each.total_minor for each in self.accounts)


def check(path: Path, clock: Clock) -> Checked:
    """Checks a copy of the file, which itself is only read; an OpeningError says what is the matter with it."""
    path = resolved(path)
    with open_copy(path, clock) as desk:
        portfolio = desk.portfolios.current()
        return Checked(
            path=path,
            version=portfolio_version(path),
            newest=head(),
            size=path.stat().st_size,
            accounts=totals_of(portfolio),
            currency=portfolio.base_currency,
            notes=desk.notes + _as_a_backup(path),
            backups=backups_of(path),
        )


def _as_a_backup(path: Path) -> tuple[str, ...]:
    """What is said of a file that is whole and has the name of a backup, but is not that any more."""
    if is_as_it_was(path) is not False:
        return ()
    return (
        f"“{path.name}” is whole, but it is not what it was when it was made as a backup, so it is not restored under "
        "this name. If you have changed it yourself, give it another name.",
    )
