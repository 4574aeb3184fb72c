"""The disk that fails, as Python sees it: shim.c compiled for the run, armed in a process that was started with it."""

import ctypes
import os
import shutil
import subprocess
import sys
from enum import IntEnum
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).with_name("shim.c")


class Kind(IntEnum):
    """What happens at the chosen call; the numbers are those of shim.c."""

    COUNT = 0
    """Nothing: the calls are counted."""
    KILL = 1
    """The process is killed before it."""
    TORN = 2
    """Half of what is written gets there, and the process is killed; what has no halves is done."""
    FULL = 3
    """From then on nothing new fits; what lies within a file can be overwritten."""
    COPYING = 4
    """From then on nothing fits, also not what is overwritten, as on disks that write elsewhere what changes."""
    BROKEN = 5
    """This one call fails."""
    DEAD = 6
    """This call and all that come after it fail."""
    LOG = 7
    """Nothing: all that is done is written down."""
    POWER = 8
    """The power is cut after a step of such a log; power.py does this."""
    STATEMENTS = 20
    """Nothing: the SQL statements are counted. The disk is well here and below; statements.py does this."""
    STATEMENT_KILLED = 21
    """The process is killed when this statement begins."""
    CHANGES = 30
    """Nothing: the SQL statements of migrations are counted."""
    CHANGE_KILLED = 31
    """The process is killed when this statement of a migration begins."""
    CHANGE_REFUSED = 32
    """This statement of a migration fails."""


FAULTS = (Kind.KILL, Kind.TORN, Kind.FULL, Kind.COPYING, Kind.BROKEN, Kind.DEAD)


def missing() -> str:
    """Why there can be no such disk here; empty: there can."""
    if not sys.platform.startswith("linux"):
        return "The disk that fails is made for Linux."
    return "" if compiler() else "The disk that fails has to be compiled, and there is no C compiler (cc) here."


def compiler() -> str | None:
    """The C compiler of this machine."""
    return shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")


def compiled(folder: Path) -> Path:
    """The library, made in the folder."""
    library = folder / "shim.so"
    made = [str(compiler()), "-shared", "-fPIC", "-O1", "-Wall", "-U_FORTIFY_SOURCE", "-o", str(library)]
    subprocess.run([*made, str(SOURCE), "-ldl"], check=True)
    return library


@cache
def _library() -> ctypes.CDLL:
    library = ctypes.CDLL(None)
    library.fault_arm.argtypes = [ctypes.c_char_p, ctypes.c_int, ctypes.c_int, ctypes.c_int]
    return library


def arm(folder: Path, kind: Kind, number: int = 0, log: int = -1) -> None:
    """From now on let the call of this number that changes something in the folder fail, the first being 1."""
    _library().fault_arm(os.fsencode(folder), kind, number, log)


def disarm() -> None:
    """The disk is well again."""
    _library().fault_disarm()


def count() -> int:
    """How many calls there were since it was armed."""
    return int(_library().fault_count())
