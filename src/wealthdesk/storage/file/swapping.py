"""Putting another file in the place of a portfolio file, in steps of which every one can be the last before a crash.

What comes in lies in a folder of its own beside the file, and the name of that folder says how far it is:
    NAME.MOMENT.prepared     being made; thrown away at the next start
    NAME.MOMENT.restoring    whole: what is there now goes to NAME.MOMENT.set_aside, with its journals
    NAME.MOMENT.replacing    nothing is left there: what is in this folder moves in, the file itself as the last
"""

import contextlib
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from wealthdesk.errors import OpeningError
from wealthdesk.storage.file.files import SIDECARS, make_private_folder, sync_folder

_PREPARED: Final = "prepared"
_RESTORING: Final = "restoring"
_REPLACING: Final = "replacing"
_SET_ASIDE: Final = "set_aside"
_TAIL: Final = re.compile(r"\.\d{8}T\d{9}Z\.([a-z_]+)")


@dataclass(frozen=True, slots=True)
class SetAside:
    """What was in the file's place before, in a folder of its own, with the journals that belong to it."""

    folder: Path
    file: Path
    made_at: datetime
    size: int


@contextlib.contextmanager
def prepared(path: Path, now: datetime) -> Iterator[Path]:
    """A folder into which what is to come in is put, under the file's own name; it goes if it was not carried out."""
    folder = _free(path, now, _PREPARED)
    make_private_folder(folder)
    try:
        yield folder
    finally:
        if folder.is_dir():
            shutil.rmtree(folder)


def carry_out(path: Path, ready: Path, now: datetime) -> SetAside | None:
    """Set aside what is there, and let in what is in the folder `ready`; gives what was there, None: nothing. The
    caller has the exclusive lock.

    When the disk refuses a step, all is put back and `ready` has its name again; where even that is refused, the next
    start finishes it.
    """
    known = {each.folder for each in set_asides(path)}
    is_ours = ready.suffix == f".{_PREPARED}"
    restoring = ready.with_suffix(f".{_RESTORING}") if is_ours else _free(path, now, _RESTORING)
    ready.rename(restoring)
    try:
        sync_folder(path.parent)
        finish(path)
    except OSError as error:
        try:
            _put_back(path, restoring, ready)
        except OSError:
            raise OpeningError(
                f"The disk refused a step while “{path}” was replaced: {error.strerror or error}. Nothing is lost: it "
                "is finished at the next start. Check the disk, and start again."
            ) from error
        raise
    return next((each for each in set_asides(path) if each.folder not in known), None)


def is_halfway(path: Path) -> bool:
    """Whether a replacement was begun and not finished, or left something to be thrown away."""
    return any(_folders(path, ending) for ending in (_PREPARED, _RESTORING, _REPLACING))


def finish(path: Path) -> tuple[str, ...]:
    """Finish what was begun, throw away what was not yet whole, and say what was done. Needs the exclusive lock."""
    for folder in _folders(path, _PREPARED):
        shutil.rmtree(folder)
    for folder in _folders(path, _RESTORING):
        if any(folder.iterdir()):
            _set_aside(path, folder)
        else:  # nothing would come in for what is there
            folder.rmdir()
    begun = _folders(path, _REPLACING)
    for folder in begun:
        _move_in(path, folder)
    what = (
        f"A restore of “{path.name}” that was interrupted has been finished. What was there before has been set aside."
    )
    return (what,) if begun else ()


def set_asides(path: Path) -> tuple[SetAside, ...]:
    """What was set aside, the newest first."""
    found = ((folder, folder / path.name) for folder in reversed(_folders(path, _SET_ASIDE)))
    return tuple(
        SetAside(folder, file, _moment_of(path, folder), file.stat().st_size)
        for folder, file in found
        if file.is_file()
    )


def _set_aside(path: Path, restoring: Path) -> None:
    aside = restoring.with_suffix(f".{_SET_ASIDE}")
    for file in _with_sidecars(path):
        if os.path.lexists(file):
            if not aside.is_dir():
                make_private_folder(aside)
            file.rename(_unused(aside / file.name))
    if aside.is_dir():
        sync_folder(aside)
    sync_folder(path.parent)
    restoring.rename(restoring.with_suffix(f".{_REPLACING}"))
    sync_folder(path.parent)


def _move_in(path: Path, replacing: Path) -> None:
    for file in reversed(_with_sidecars(path)):
        coming = replacing / file.name
        if os.path.lexists(coming):
            if os.path.lexists(file):  # made by another program meanwhile
                file.rename(_unused(file.with_name(f"{file.name}.found")))
            sync_folder(path.parent)
            coming.rename(file)
    # It is done by now, and whichever the folder shows after a power cut goes on from there: nothing to refuse.
    with contextlib.suppress(OSError):
        sync_folder(path.parent)
        replacing.rmdir()
        sync_folder(path.parent)


def _put_back(path: Path, restoring: Path, ready: Path) -> None:
    """Undo what has been done so far, the file as the last, so that it never lies without its journal."""
    replacing, aside = (restoring.with_suffix(f".{ending}") for ending in (_REPLACING, _SET_ASIDE))
    if replacing.is_dir():
        for file in _with_sidecars(path):
            if os.path.lexists(file):
                file.rename(replacing / file.name)
        replacing.rename(restoring)
    for file in reversed(_with_sidecars(path)):
        if os.path.lexists(aside / file.name):
            (aside / file.name).rename(file)
    if aside.is_dir():
        aside.rmdir()
    restoring.rename(ready)
    sync_folder(path.parent)


def _with_sidecars(path: Path) -> list[Path]:
    return [path, *(path.with_name(path.name + ending) for ending in SIDECARS)]


def _unused(file: Path) -> Path:
    number, free = 0, file
    while os.path.lexists(free):
        number += 1
        free = file.with_name(f"{file.name}.{number}")
    return free


def _free(path: Path, now: datetime, ending: str) -> Path:
    """A folder of this moment, or of the next millisecond that no other folder has."""
    moment = now.astimezone(UTC)
    while True:
        stem = f"{path.name}.{moment:%Y%m%dT%H%M%S}{moment.microsecond // 1000:03}Z"
        if not any(file.name.startswith(stem) for file in path.parent.iterdir()):
            return path.with_name(f"{stem}.{ending}")
        moment += timedelta(milliseconds=1)


def _folders(path: Path, ending: str) -> list[Path]:
    """The folders of that ending, the oldest first."""
    if not path.parent.is_dir():
        return []
    found = ((each, _TAIL.fullmatch(each.name.removeprefix(path.name))) for each in path.parent.iterdir())
    return sorted(each for each, tail in found if tail and tail[1] == ending and _is_folder(each))


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _moment_of(path: Path, folder: Path) -> datetime:
    stamp = folder.name.removeprefix(f"{path.name}.").partition("Z.")[0]
    with contextlib.suppress(ValueError):
        return datetime.strptime(stamp + "000Z", "%Y%m%dT%H%M%S%fZ").replace(tzinfo=UTC)
    return datetime.min.replace(tzinfo=UTC)
