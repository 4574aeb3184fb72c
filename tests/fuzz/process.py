"""One command of the program in a process of its own, with what it printed and what it took.

The process is forked from the interpreter of the commands, not from whoever tries the command: the memory of a child
counts what it was forked from, and a suite that has opened windows before is itself larger than a command may become.
"""

import gc
import os
import pickle
import resource
import signal
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import BinaryIO, Final

from cli import forked

PATIENCE_S: Final = 20
"""After so many seconds of processor time the command is ended; what it may take is asked elsewhere."""


@dataclass(frozen=True)
class Ran:
    """What came of a command. code: below 0 when a signal ended it; took_s: of processor time; memory_mb: at most."""

    arguments: tuple[str, ...]
    code: int
    out: str
    err: str
    took_s: float
    memory_mb: float


def run(place: Path, main: Callable[[], int], arguments: tuple[str, ...]) -> Ran:
    """Run a command, which can be pickled, in a process of its own, whose home and current folder are `place`."""
    asked, answers = _fresh_interpreter()
    pickle.dump((place, main, arguments), asked)
    asked.flush()
    ran = pickle.load(answers)
    assert isinstance(ran, Ran)
    return ran


@cache
def _fresh_interpreter() -> tuple[BinaryIO, BinaryIO]:
    """Where it is told what to run, and where it answers. It ends with whoever started it."""
    return forked.begun(Path(__file__))


def _serve() -> None:
    """Run what is asked for, one after another, until nobody asks any more."""
    # So that the forked commands need not import it each time.
    import fuzz.readers  # noqa: F401
    import wealthdesk.gui.window_memory  # noqa: F401

    gc.collect()
    gc.freeze()
    with os.fdopen(os.dup(1), "wb") as answers, suppress(EOFError):
        while True:
            pickle.dump(_forked(*pickle.load(sys.stdin.buffer)), answers)
            answers.flush()


def _forked(place: Path, main: Callable[[], int], arguments: tuple[str, ...]) -> Ran:
    out, err = place / "stdout", place / "stderr"
    child = os.fork()
    if child == 0:
        code = 70
        try:
            code = _inside(place, main, out, err)
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 0 if ended.code is None else 1
        except BaseException:  # a bug: it is told as the program would
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code & 0xFF)
    _, status, used = os.wait4(child, 0)
    took = used.ru_utime + used.ru_stime
    texts = [each.read_text("utf-8", "replace") if each.exists() else "" for each in (out, err)]
    return Ran(arguments, os.waitstatus_to_exitcode(status), texts[0], texts[1], took, used.ru_maxrss / 1024)


def _inside(place: Path, main: Callable[[], int], out: Path, err: Path) -> int:
    resource.setrlimit(resource.RLIMIT_CPU, (PATIENCE_S, PATIENCE_S))
    signal.alarm(6 * PATIENCE_S)  # what sleeps for ever uses no processor and is ended by the clock on the wall
    os.chdir(place)
    for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        os.environ[name] = str(place / "home")
    for number, path in ((0, Path(os.devnull)), (1, out), (2, err)):
        opened = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC)
        os.dup2(opened, number)
    # Whoever runs the trial may have put something else in their place.
    sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w")  # noqa: SIM115
    return main()


if __name__ == "__main__":
    # The class of the answers is the one that whoever asked knows.
    from fuzz.process import _serve as serve

    serve()
