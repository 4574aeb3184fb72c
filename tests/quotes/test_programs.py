"""Programs of the user: told the symbols, heard to the end, and ended with all that they started."""

import os
import sys
import time
from pathlib import Path

import pytest

from wealthdesk.quotes.sources import output_of
from wealthdesk.quotes.web import NoAnswer


def never() -> bool:
    return False


def program(text: str) -> tuple[str, ...]:
    return (sys.executable, "-c", text)


def test_it_is_told_the_symbols_and_heard() -> None:
    text = "import sys; print([line.strip() for line in sys.stdin])"
    assert output_of(program(text), ["VTI", "BRK.B; rm -rf $HOME", "é"], never).decode().strip() == (
        "['VTI', 'BRK.B; rm -rf $HOME', 'é']"
    )


def test_one_that_does_not_listen_is_heard_all_the_same() -> None:
    assert output_of(program("print('VTI,1')"), ["X" * 50] * 20_000, never).strip() == b"VTI,1"


@pytest.mark.parametrize(
    ("text", "seconds", "why"),
    [
        ("import time; time.sleep(60)", 1, "gave no answer in 1 s and was ended"),
        ("while True: print('x' * 100_000)", 20, "printed more than 1 MB and was ended"),
        ("import sys; print('a'); print('no network', file=sys.stderr); sys.exit(3)", 20, "ended with 3: no network"),
        ("import sys; sys.stderr.write('e' * 10_000_000); sys.exit(1)", 20, "ended with 1: eee"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", 20, "ended with -9"),
    ],
)
def test_one_that_hangs_floods_or_dies_is_one_sentence(text: str, seconds: int, why: str) -> None:
    """Only what hangs is not waited for: a program may take its time to start where others run as well."""
    began = time.monotonic()
    with pytest.raises(NoAnswer) as refused:
        output_of(program(text), ["VTI"], never, seconds=seconds)
    assert why in str(refused.value) and len(str(refused.value)) < 300
    assert time.monotonic() - began < seconds + 4


@pytest.mark.parametrize("arguments", [("/no/such/program",), ("a\0b",), (str(Path(__file__)),)])
def test_one_that_cannot_be_started_is_said(arguments: tuple[str, ...]) -> None:
    with pytest.raises(NoAnswer, match="cannot be started"):
        output_of(arguments, [], never)


@pytest.mark.skipif(os.name != "posix", reason="groups of processes are of these systems")
def test_its_children_end_with_it(tmp_path: Path) -> None:
    mark = tmp_path / "alive"
    child = f"import time, pathlib\nwhile True:\n  pathlib.Path({str(mark)!r}).touch()\n  time.sleep(.05)"
    start = f"import subprocess, sys, time\nsubprocess.Popen([sys.executable, '-c', {child!r}])\n"
    text = f"import os\n{start}while not os.path.exists({str(mark)!r}): time.sleep(.05)\nprint('A,1')"
    assert output_of(program(text), [], never).strip() == b"A,1"
    assert mark.exists()
    time.sleep(0.2)
    last = mark.stat().st_mtime_ns
    time.sleep(0.3)
    assert mark.stat().st_mtime_ns == last


def test_it_is_stopped() -> None:
    began = time.monotonic()
    with pytest.raises(NoAnswer, match="stopped"):
        output_of(program("import time; time.sleep(60)"), [], lambda: time.monotonic() - began > 0.3)
    assert time.monotonic() - began < 3
