"""Eight real starts of an old file at once: one window, one migration, one backup, and every command does its work."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from faults.extent import spread
from wealthdesk.storage.file.backups import list_backups
from wealthdesk.storage.file.files import portfolio_version
from wealthdesk.storage.file.migrations import head

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="processes and rights of Unix")

SOURCE: Final = Path(__file__).parents[2] / "src"
AT_ONCE: Final = 8
ROUNDS: Final[list[int]] = spread(list(range(20)), 1)
MOST: Final = 120

WINDOW: Final = """
import faulthandler, os, sys
faulthandler.dump_traceback_later(150, exit=True)
from wealthdesk import app as program
begin = program.begin_window

def watched(wanted, application, at_the_end):
    from PySide6.QtCore import QTimer
    start = begin(wanted, application, at_the_end)
    if start is not None:
        print("window", flush=True)
        start.opened.connect(lambda: print("opened", flush=True))
        start.refused.connect(lambda refusal: print("refused", refusal, flush=True))
        waiting = QTimer(start, interval=50)
        waiting.timeout.connect(lambda: os.path.exists(sys.argv[2]) and start.parent().close())
        start.ended.connect(waiting.start)
    return start

program.begin_window = watched
sys.exit(program.main(["--file", sys.argv[1]]))
"""

COMMANDS: Final = (
    ["show", "--file", "{}"],
    ["check", "{}"],
    ["plan", "--file", "{}", "--deposit", "1000"],
    ["show", "--file", "{}", "--json"],
    ["show", "--file", "{}"],
    ["check", "{}", "--json"],
    ["show", "--file", "{}", "--json"],
)


class Started:
    """A process that was started, and what it said once it has ended."""

    def __init__(self, home: Path, *arguments: str) -> None:
        places = {"HOME": str(home), "XDG_DATA_HOME": str(home / "data")}
        self._process = subprocess.Popen(
            [sys.executable, *arguments],
            env=os.environ | places | {"PYTHONPATH": str(SOURCE), "QT_QPA_PLATFORM": "offscreen"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def ended(self) -> str:
        """What it said, and its exit code."""
        said = self._process.communicate(timeout=MOST)[0]
        return f"{said}\nexit {self._process.returncode}"

    def has_ended(self) -> bool:
        """Whether it has ended."""
        return self._process.poll() is not None


def window(home: Path, path: Path) -> Started:
    """A start with a window, which closes once the file `done` is there."""
    return Started(home, "-c", WINDOW, str(path), str(home / "done"))


def command(home: Path, path: Path, words: list[str]) -> Started:
    """A start of a command without a window."""
    return Started(home, "-m", "wealthdesk", *(word.format(path) for word in words))


def assert_migrated_once(path: Path) -> None:
    """One migration, one backup of how it was before, nothing left over."""
    assert portfolio_version(path) == head()
    (backup,) = [each for each in list_backups(path) if each.reason != "daily"]
    assert (backup.reason, backup.version, backup.verified) == ("before_upgrade", 1, True)
    left = [each.name for each in path.parent.iterdir() if each.name.endswith((".migrating", ".partial"))]
    assert left == []


@pytest.mark.parametrize("turn", ROUNDS)
def test_of_eight_windows_one_stays(turn: int, old_portfolio: Callable[[int], Path], tmp_path: Path) -> None:
    path = old_portfolio(1)
    starts = [window(tmp_path, path) for _ in range(AT_ONCE)]
    _wait_for(starts, AT_ONCE - 1)
    (stays,) = [each for each in starts if not each.has_ended()]
    others = [each.ended() for each in starts if each is not stays]
    (tmp_path / "done").touch()
    said = stays.ended()
    assert said.startswith("window\n"), said
    assert "opened" in said, said
    assert said.endswith("exit 0"), said
    assert all(each.strip() == "exit 0" for each in others), others
    assert_migrated_once(path)


@pytest.mark.parametrize("turn", ROUNDS)
def test_commands_do_their_work_beside_a_window_that_starts(
    turn: int, old_portfolio: Callable[[int], Path], tmp_path: Path
) -> None:
    path = old_portfolio(1)
    shown = window(tmp_path, path)
    commands = [command(tmp_path, path, words) for words in COMMANDS]
    said = [each.ended() for each in commands]
    (tmp_path / "done").touch()
    of_window = shown.ended()
    assert all(each.endswith("exit 0") for each in said), said
    assert "opened" in of_window, of_window
    assert of_window.endswith("exit 0"), of_window
    assert_migrated_once(path)


@pytest.mark.parametrize("turn", ROUNDS)
def test_eight_commands_at_once(turn: int, old_portfolio: Callable[[int], Path], tmp_path: Path) -> None:
    path = old_portfolio(1)
    said = [each.ended() for each in [command(tmp_path, path, words) for words in (*COMMANDS, COMMANDS[0])]]
    assert all(each.endswith("exit 0") for each in said), said
    assert_migrated_once(path)


def _wait_for(starts: list[Started], count: int) -> None:
    """Until so many of them have ended."""
    until = time.monotonic() + MOST
    while sum(each.has_ended() for each in starts) < count:
        assert time.monotonic() < until, [each.has_ended() for each in starts]
        time.sleep(0.05)
