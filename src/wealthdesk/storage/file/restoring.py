"""Bringing a backup back: verified, migrated when old, swapped in; what was there is set aside and can come back."""

import contextlib
import os
import shutil
from datetime import datetime
from pathlib import Path
from typing import Final

from wealthdesk.errors import BadInput, DamagedPortfolio, MigrationFailed, NotFound, OpeningError
from wealthdesk.storage.connection import PATIENCE, connect, refusing_file
from wealthdesk.storage.file import locks, seal, swapping, verification
from wealthdesk.storage.file.backups import copy, is_as_it_was
from wealthdesk.storage.file.files import (
    SIDECARS,
    make_private,
    need_room,
    plain_file,
    read_header,
    refuse_long_name,
    refusing_disk,
    remove_sidecars,
    resolved,
    sync_file,
)
from wealthdesk.storage.file.migrations import head, migrate
from wealthdesk.storage.file.opening import newer, verify
from wealthdesk.storage.file.swapping import SetAside as SetAside
from wealthdesk.storage.file.swapping import set_asides as set_asides

_ROOM: Final = 20_000_000


def restore(path: Path, backup: Path, now: datetime, *, patience: float = PATIENCE) -> SetAside | None:
    """Put what is in the backup (or any portfolio file) in the file's place; gives what was there, None: nothing.

    The file must not be open here; the backup stays as it is. Any refusal leaves the file as it was.
    """
    path, backup = _of_a_file(path), resolved(backup)
    with refusing_disk(path), refusing_file(backup):
        if not path.exists():
            refuse_long_name(path)
        elif path.samefile(backup):
            raise BadInput(f"“{backup}” is the file itself and no backup of it. Nothing was changed.")
        _refuse_what_is_not_good(backup)
        with locks.exclusive(path, patience):
            swapping.finish(path)
            need_room(path.parent, 3 * backup.stat().st_size + _ROOM)
            with swapping.prepared(path, now) as ready:
                work = ready / path.name
                make_private(work)
                _fill(work, backup)
                sync_file(work)
                return swapping.carry_out(path, ready, now)


def undo_restore(path: Path, now: datetime, *, patience: float = PATIENCE) -> SetAside:
    """Put what was set aside last in its place again, as it was, damaged or not; what is there now is set aside."""
    path = _of_a_file(path)
    with refusing_disk(path), refusing_file(path), locks.exclusive(path, patience):
        if swapping.finish(path):
            # It may have been an undo: another one would take it back.
            raise OpeningError(
                f"A step back of “{path}” that was interrupted has just been finished. Open the file and look at it "
                "before you undo anything."
            )
        aside = set_asides(path)
        if not aside:
            raise NotFound(f"Nothing was set aside for “{path}”, so there is no restore to undo.")
        return swapping.carry_out(path, aside[0].folder, now) or aside[0]


def _of_a_file(path: Path) -> Path:
    """The path, resolved, where a file is or could be: a folder or a device is never replaced."""
    path = resolved(path)
    return plain_file(path) if os.path.lexists(path) else path


def _refuse_what_is_not_good(backup: Path) -> None:
    header = read_header(plain_file(backup))
    if header.version > head():
        raise newer(backup, header.version)
    if is_as_it_was(backup) is False:
        raise DamagedPortfolio(
            f"The backup “{backup}” is not what it was when it was made. Nothing was changed. Choose another one."
        )


def _fill(work: Path, backup: Path) -> None:
    """What is in the backup at the newest version, verified; journals that lie beside a backup are not its own."""
    if is_as_it_was(backup) or not any(backup.with_name(backup.name + ending).exists() for ending in SIDECARS):
        shutil.copyfile(backup, work)
    else:
        copy(backup, work)
    try:
        with contextlib.closing(connect(work)) as connection:
            seal.verified(connection, backup)
            before = verification.contents(connection)
        if read_header(work).version < head():
            migrate(work, head())
        verify(work, head(), before, backup)
    except (DamagedPortfolio, MigrationFailed) as error:
        said = str(error).removesuffix(verification.BACK).removesuffix(verification.MENDABLE).strip()
        raise DamagedPortfolio(
            f"What is in “{backup}” cannot be restored: {said} Nothing was changed. Choose another one."
        ) from error
    remove_sidecars(work)
