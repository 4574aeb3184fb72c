"""Locks: who holds one is said by name and number, and whoever was killed holds nothing any more."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from wealthdesk.errors import PortfolioBusy
from wealthdesk.storage.file import locks

HOLD = """
import pathlib, sys
from wealthdesk.storage.file import locks
lock = locks.shared(pathlib.Path(sys.argv[2]), 1.0)
print("held", flush=True)
sys.stdin.read()
"""


def holder(path: Path) -> "subprocess.Popen[str]":
    """Another process that uses the file."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, "import", str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_the_refusal_names_every_program_that_uses_the_file(tmp_path: Path) -> None:
    path = tmp_path / "p.wealthdesk"
    others = [holder(path), holder(path)]
    ours = locks.shared(path, 0.0)
    try:
        with pytest.raises(PortfolioBusy) as refused, locks.exclusive(path, 0.0):
            pass
        assert [each.pid for each in refused.value.holders] == sorted(each.pid for each in others)
        assert all(f"import (process {each.pid})" in str(refused.value) for each in others)
        assert str(os.getpid()) not in str(refused.value)
    finally:
        ours.release()
        for each in others:
            each.kill()
            each.communicate()
    assert locks.holders(path) == ()
    with locks.exclusive(path, 0.0):
        pass


def test_who_lets_go_is_not_named_any_more(tmp_path: Path) -> None:
    path = tmp_path / "p.wealthdesk"
    other = holder(path)
    assert [each.pid for each in locks.holders(path)] == [other.pid]
    other.communicate("")
    assert locks.holders(path) == ()


@pytest.mark.parametrize("left", [b"", b"\xff" * 5000, b"1 init\n", b"99999999999999999999 x".ljust(64), b"0 \n" * 99])
def test_whatever_is_in_the_lock_file_it_is_a_lock(tmp_path: Path, left: bytes) -> None:
    path = tmp_path / "p.wealthdesk"
    path.with_name("p.wealthdesk.lock").write_bytes(left)
    with locks.exclusive(path, 0.0), pytest.raises(PortfolioBusy, match="Close it there"):
        locks.shared(path, 0.0)


def test_alone_is_alone(tmp_path: Path) -> None:
    first = locks.alone(tmp_path / "x.lock")
    assert first is not None
    assert locks.alone(tmp_path / "x.lock") is None
    first.release()
    first.release()
    again = locks.alone(tmp_path / "x.lock")
    assert again is not None
    again.release()
