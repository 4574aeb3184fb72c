"""The commands as a shell starts them, each in a process of its own that is forked from one interpreter.

Their descriptors and their exit codes are those of any process, and what they leave open is found at their end. What is
left out is to read the same modules anew for each and to take them apart again, which takes several times as long as
most commands: test_process.py does that.
"""

import atexit
import gc
import io
import json
import os
import runpy
import signal
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Iterable, Mapping
from contextlib import redirect_stdout
from datetime import UTC, datetime
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import IO, BinaryIO, Final, NoReturn

_TESTS: Final = Path(__file__).parents[1]
_SOURCE: Final = _TESTS.parent / "src"
_LIBRARIES: Final = (
    "alembic.command",
    "sqlalchemy.dialects.sqlite",
    "numpy",
    "highspy",
    "charset_normalizer",
    "python_calamine",
    "zipfile",
)

CLOSED: Final = "closed"
UNREAD: Final = "unread"
"""A pipe whose reader has gone."""


def run(
    command: Iterable[object], ends: Mapping[int, str] | None = None, *, patience: float = 60
) -> "subprocess.CompletedProcess[str]":
    """`wealthdesk` with these words. ends: descriptor → the path that it leads to, CLOSED or UNREAD.

    What was written to descriptors that lead nowhere else is told; nothing can be read from a descriptor 0 that is not
    said. TimeoutExpired when it has not ended after so many seconds.
    """
    words = [str(each) for each in command]
    if not hasattr(os, "fork") and ends is None:
        whole = [sys.executable, "-m", "wealthdesk", *words]
        return subprocess.run(whole, capture_output=True, text=True, encoding="utf-8", timeout=patience, check=False)
    asked, answers = _interpreter()
    with tempfile.TemporaryDirectory() as folder:
        told = {1: Path(folder) / "out", 2: Path(folder) / "err"}
        usual = {0: os.devnull, **{number: str(path) for number, path in told.items()}}
        asked.write(json.dumps([[words, {**usual, **(ends or {})}, patience]]).encode() + b"\n")
        asked.flush()
        (code,) = json.loads(answers.readline())
        if code is None:
            raise subprocess.TimeoutExpired(words, patience)
        out, err = (path.read_text("utf-8") if path.exists() else "" for path in told.values())
    return subprocess.CompletedProcess(words, code, out, err)


def run_at_once(commands: Iterable[Iterable[object]], *, patience: float = 60) -> list[int | None]:
    """The exit codes of several that are started together; None for one that has not ended after so many seconds.

    One whose first word is the path of a script is that script, and not `wealthdesk`.
    """
    each_words = [[str(word) for word in command] for command in commands]
    if not hasattr(os, "fork"):
        whole = ([sys.executable, *([] if _is_script(words) else ["-m", "wealthdesk"]), *words] for words in each_words)
        started = [subprocess.Popen(each, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for each in whole]
        return [process.wait(patience) for process in started]
    asked, answers = _interpreter()
    ends = dict.fromkeys(range(3), os.devnull)
    asked.write(json.dumps([[words, ends, patience] for words in each_words]).encode() + b"\n")
    asked.flush()
    codes: list[int | None] = json.loads(answers.readline())
    return codes


def begun(script: Path) -> tuple[BinaryIO, BinaryIO]:
    """Where a script that answers as long as it is asked is told what to do, and where it answers. It ends with whoever
    began it, or before, when the first of both is closed."""
    asked, answers = _interpreter()
    with tempfile.TemporaryDirectory() as folder:
        ends = {number: str(Path(folder, str(number))) for number in range(2)}
        for end in ends.values():
            os.mkfifo(end)
        asked.write(json.dumps([[[str(script)], ends, None]]).encode() + b"\n")
        asked.flush()
        to, told = Path(ends[0]).open("wb"), Path(ends[1]).open("rb")  # noqa: SIM115  whoever began it closes them
        answers.readline()
    atexit.register(to.close)
    return to, told


@cache
def _interpreter() -> tuple[BinaryIO, BinaryIO]:
    """Where it is told what to run, and where it answers. It ends with whoever started it."""
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(map(str, (_TESTS, _SOURCE))), "PYTHONUTF8": "1",
        "OPENBLAS_NUM_THREADS": "1",  # a process with threads cannot be forked in peace
    }  # fmt: skip
    command = [sys.executable, "-W", "always", "-m", "cli.forked"]
    started = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)
    assert started.stdin is not None and started.stdout is not None
    atexit.register(started.communicate)
    return started.stdin, started.stdout  # type: ignore[return-value]


def _serve(asked: BinaryIO, answers: BinaryIO) -> None:
    """Run what is asked for, what is of one line at once, until nobody asks any more; what has no end to its patience
    goes on beside it."""
    going_on: list[int] = []
    for line in asked:
        started: list[int] = []
        for words, ends, patience in json.loads(line):
            child = os.fork()
            if child == 0:
                signal.setitimer(signal.ITIMER_REAL, patience or 0)
                become(words, {int(number): end for number, end in ends.items()})
            (going_on if patience is None else started).append(child)
        codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in started]
        answers.write(json.dumps([None if code == -signal.SIGALRM else code for code in codes]).encode() + b"\n")
        answers.flush()
    for child in going_on:
        os.waitpid(child, 0)


def _is_script(words: list[str]) -> bool:
    return words[0].endswith(".py")


def become(words: list[str], ends: Mapping[int, str]) -> NoReturn:
    """What Python is when it begins with these ends, and then the program, which ends it."""
    for number, end in ends.items():
        _lead(number, end)
    sys.stdin = sys.__stdin__ = _stream(0, "r")  # type: ignore[misc,assignment]
    sys.stdout = sys.__stdout__ = _stream(1, "w")  # type: ignore[misc,assignment]
    sys.stderr = sys.__stderr__ = _stream(2, "w")  # type: ignore[misc,assignment]
    sys.argv = words if _is_script(words) else ["wealthdesk", *words]
    gc.freeze()
    try:
        if _is_script(words):
            runpy.run_path(words[0], run_name="__main__")
            sys.exit(0)
        runpy.run_module("wealthdesk", run_name="__main__")
    except SystemExit as ended:
        assert isinstance(ended.code, int)
        _end(ended.code)
    raise AssertionError("the program did not end the process")


def _end(code: int) -> NoReturn:
    """What Python does at its end but to take apart what was there before the command, which takes as long as most
    commands: the end of all that the command has left is told to it, so that it says what is open still."""
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    is_flushed = [_flush(each) for each in (sys.stdout, sys.stderr)]
    gc.collect()
    for each in gc.get_objects():  # of what was there before, frozen as it is, there is none among them
        if hasattr(type(each), "__del__"):
            each.__del__()
    os._exit(code if all(is_flushed) else 120)


def _lead(number: int, end: str) -> None:
    if end == CLOSED:
        os.close(number)
        return
    if end == UNREAD:
        reading, opened = os.pipe()
        os.close(reading)
    else:
        opened = os.open(end, os.O_RDONLY if number == 0 else os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(opened, number)
    os.close(opened)


def _stream(number: int, mode: str) -> IO[str] | None:
    try:
        os.fstat(number)
    except OSError:
        return None
    errors, buffering = ("backslashreplace", 1) if number == 2 else ("strict", -1)
    return open(number, mode, buffering, errors=errors, closefd=False)


def _flush(stream: IO[str] | None) -> bool:
    try:
        if stream is not None and not stream.closed:
            stream.flush()
    except Exception:
        traceback.print_exc()
        return False
    return True


def begin() -> None:
    """Read here, and make once, whatever is the same in every process: a portfolio is opened, and given two tables."""
    read_all()
    from wealthdesk import cli
    from wealthdesk.services.demo import make_demo
    from wealthdesk.services.desk import Clock
    from wealthdesk.storage.file import verification

    now = datetime(2026, 11, 20, 9, tzinfo=UTC)
    clock = Clock(today=now.date, now=lambda: now)
    with tempfile.TemporaryDirectory() as folder, redirect_stdout(io.StringIO()):
        path, targets, holdings = (str(Path(folder, name)) for name in ("portfolio.wealthdesk", "t.csv", "h.csv"))
        with make_demo(Path(path), clock) as desk:
            Path(targets).write_text(desk.exports.targets_csv(), "utf-8")
            Path(holdings).write_text(desk.exports.holdings_csv(), "utf-8")
        for words in (
            ["import", targets, "--file", path, "--replace-targets"],
            ["import", holdings, "--file", path],
            ["check", path],
        ):
            assert cli.main(words, clock) == 0, words
    verification._WHOLE.clear()  # every process looks itself at what it opens
    gc.collect()
    gc.freeze()


def read_all() -> None:
    """The libraries, and all of the program that needs no window."""
    files = [each.relative_to(_SOURCE).with_suffix("") for each in sorted(_SOURCE.rglob("*.py"))]
    modules = (".".join(each.parts) for each in files if each.name != "__main__" and "gui" not in each.parts)
    for name in (*_LIBRARIES, *modules):
        import_module(name.removesuffix(".__init__"))


if __name__ == "__main__":
    begin()
    own = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    _lead(0, os.devnull)
    _serve(*own)
