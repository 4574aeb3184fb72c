"""Going back: a backup in the place of the file, that undone again, and the file prepared for an older WealthDesk.

The file is not open here while it is changed: close its desk first, and open it again afterwards. Asking is harmless.
"""

from pathlib import Path

from wealthdesk.services.desk import Clock
from wealthdesk.storage import mending, migrations
from wealthdesk.storage import restoring as kept
from wealthdesk.storage.backups import Backup
from wealthdesk.storage.files import resolved
from wealthdesk.storage.mending import Mended as Mended
from wealthdesk.storage.opening import downgrade_portfolio, version_in_use
from wealthdesk.storage.swapping import SetAside as SetAside


def restore(path: Path, backup: Path, clock: Clock) -> SetAside | None:
    """Puts a backup, or any portfolio file, in the file's place; gives what was set aside for it (None: nothing)."""
    return kept.restore(path, backup, clock.now())


def mend(path: Path, clock: Clock) -> Mended:
    """Mends the lines that break a rule, in a copy that takes the file's place; what was there is set aside."""
    return mending.mend(path, clock.now())


def what_is_mended(path: Path) -> tuple[str, ...]:
    """What `mend` would do, a sentence each; none: there is nothing to mend."""
    return mending.preview(path)


def set_asides(path: Path) -> tuple[SetAside, ...]:
    """What was set aside by restores, the newest first."""
    return kept.set_asides(resolved(path))


def undo_restore(path: Path, clock: Clock) -> SetAside:
    """Puts what was set aside last back in its place, as it was; gives what is set aside for it."""
    return kept.undo_restore(path, clock.now())


def older_versions(path: Path) -> tuple[int, ...]:
    """The versions that the file can be prepared for, the newest first."""
    return tuple(range(version_in_use(path) - 1, 0, -1))


def what_is_lost(path: Path, to: int) -> tuple[str, ...]:
    """What the file loses on the way down to a version, one sentence each; a backup keeps it all."""
    return migrations.losses(version_in_use(path), to)


def prepare_for_version(path: Path, to: int, clock: Clock) -> Backup:
    """Takes the file down to the version of an older WealthDesk; gives the backup of it as it was."""
    return downgrade_portfolio(path, to, clock.now())
