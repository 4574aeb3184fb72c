"""The lock beside a portfolio file: shared while a process uses the file, exclusive to create, migrate or swap it."""

import os
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

from wealthdesk.errors import Holder, PortfolioBusy

_PAUSE: Final = 0.02
_SLOT: Final = 64
_SLOTS: Final = 64

if sys.platform == "win32":
    import portalocker

    def _locked(file: BinaryIO, *, is_shared: bool) -> bool:
        kind = portalocker.LockFlags.SHARED if is_shared else portalocker.LockFlags.EXCLUSIVE
        try:
            portalocker.lock(file, kind | portalocker.LockFlags.NON_BLOCKING)
        except portalocker.AlreadyLocked:
            return False
        return True

else:
    # What portalocker does here as well; importing it takes longer than reading the portfolio.
    import fcntl

    def _locked(file: BinaryIO, *, is_shared: bool) -> bool:
        try:
            fcntl.flock(file, (fcntl.LOCK_SH if is_shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


class Lock:
    """A lock that is held until it is released, or the process ends. The file says who holds it, one in each slot."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._slot = _take_slot(file)

    def release(self) -> None:
        """Let others have it; releasing twice is harmless."""
        if not self._file.closed:
            _write_slot(self._file, self._slot, b"")
        self._file.close()


def lock_file(path: Path) -> Path:
    """Where the lock of a portfolio file is; once made, it stays."""
    return path.with_name(path.name + ".lock")


def shared(path: Path, patience: float) -> Lock:
    """The lock of one who uses the file; PortfolioBusy when the file is being migrated or swapped for too long."""
    return _take(path, patience, is_shared=True)


def alone(file: Path) -> Lock | None:
    """The lock of the only one who does something, on a file that is there for nothing else; None: another has it."""
    opened = _opened(file)
    with _closing_on_failure(opened):
        if _locked(opened, is_shared=False):
            return Lock(opened)
    opened.close()
    return None


def holders(path: Path) -> tuple[Holder, ...]:
    """Who says that it uses the portfolio file, as far as it still runs; this process is not named."""
    with suppress(OSError), lock_file(path).open("rb", buffering=0) as file:
        said = file.read(_SLOT * _SLOTS)
        slots = [said[start : start + _SLOT] for start in range(0, len(said), _SLOT)]
        found = {each for slot in slots if (each := _holder(slot)) and each.pid != os.getpid() and _runs(each.pid)}
        return tuple(sorted(found, key=lambda each: each.pid))
    return ()


@contextmanager
def exclusive(path: Path, patience: float) -> Iterator[None]:
    """The lock of one who changes which file has the name; PortfolioBusy when others use it for too long."""
    lock = _take(path, patience, is_shared=False)
    try:
        yield
    finally:
        lock.release()


def _take(path: Path, patience: float, *, is_shared: bool) -> Lock:
    """The lock file is never removed: another process could then lock a file that has no name any more."""
    file = _opened(lock_file(path))
    deadline = time.monotonic() + patience
    with _closing_on_failure(file):
        while not _locked(file, is_shared=is_shared):
            if time.monotonic() >= deadline:
                raise _busy(path)
            time.sleep(_PAUSE)
        return Lock(file)


def _busy(path: Path) -> PortfolioBusy:
    who = holders(path)
    named = " and ".join(f"{each.program} (process {each.pid})" for each in who) or "Another window or program"
    verb = "are" if len(who) > 1 else "is"
    return PortfolioBusy(f"{named} {verb} using “{path}”. Nothing was changed. Close it there, and try again.", who)


@contextmanager
def _closing_on_failure(file: BinaryIO) -> Iterator[None]:
    try:
        yield
    except BaseException:
        file.close()
        raise


def _opened(file: Path) -> BinaryIO:
    flags = os.O_CREAT | os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(file, flags, 0o600)
    with suppress(OSError):  # whatever the umask made of it; it may be another user's, too
        if os.name == "posix" and stat.S_IMODE(os.fstat(descriptor).st_mode) != 0o600:
            os.fchmod(descriptor, 0o600)
    return os.fdopen(descriptor, "r+b", buffering=0)


def _take_slot(file: BinaryIO) -> int:
    """Say who this is in the first slot that is free. When two choose the same at once, one of them goes unnamed."""
    slot = 0
    with suppress(OSError):
        file.seek(0)
        said = file.read(_SLOT * _SLOTS)
        while slot < _SLOTS - 1 and (holder := _holder(said[slot * _SLOT : (slot + 1) * _SLOT])) and _runs(holder.pid):
            slot += 1
    _write_slot(file, slot, f"{os.getpid()} {_program()}".encode(errors="replace"))
    return slot


def _write_slot(file: BinaryIO, slot: int, said: bytes) -> None:
    """Nobody but the one who is refused wants to know it, so that it cannot be written is no reason to fail."""
    with suppress(OSError):
        file.seek(slot * _SLOT)
        file.write(said[: _SLOT - 1].ljust(_SLOT - 1) + b"\n")


def _holder(slot: bytes) -> Holder | None:
    number, _, program = slot.decode(errors="replace").strip().partition(" ")
    return Holder(int(number), program) if number.isascii() and number.isdigit() and program.isprintable() else None


def _program() -> str:
    """The program as it was started, with its command: “wealthdesk import”."""
    started = Path(sys.argv[0] or "python")
    name = started.parent.name if started.stem == "__main__" else started.stem
    command = sys.argv[1] if len(sys.argv) > 1 and sys.argv[1].isalpha() else ""
    return f"{name} {command}".strip()


def _runs(pid: int) -> bool:
    if os.name != "posix":  # the same call ends the process there
        return True
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True
