"""Eight real starts of an old file at once: one window, one migration, one backup, and every command does its work."""

import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Final

import pytest

from faults.extent import spread
from faults.starts import WINDOW, Starts
from wealthdesk.storage.file.backups import list_backups
from wealthdesk.storage.file.files import portfolio_version
from wealthdesk.storage.file.migrations import head

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="processes and rights of Unix")

AT_ONCE: Final = 8
ROUNDS: Final[list[int]] = spread(list(range(20)), 1)

COMMANDS: Final = (
    ("show", "--file", "{}"),
    ("check", "{}"),
    ("plan", "--file", "{}", "--deposit", "1000"),
    ("show", "--file", "{}", "--json"),
    ("show", "--file", "{}"),
    ("check", "{}", "--json"),
    ("show", "--file", "{}", "--json"),
)


@pytest.fixture(scope="module")
def starts() -> Iterator[Starts]:
    with closing(Starts()) as forking:
        yield forking


def of(path: Path, *starts: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The same for the file."""
    return [tuple(word.format(path) for word in words) for words in starts]


def assert_migrated_once(path: Path) -> None:
    """One migration, one backup of how it was before, nothing left over."""
    assert portfolio_version(path) == head()
    (backup,) = [each for each in list_backups(path) if each.reason != "daily"]
    assert (backup.reason, backup.version, backup.verified) == ("before_upgrade", 1, True)
    left = [each.name for each in path.parent.iterdir() if each.name.endswith((".migrating", ".partial"))]
    assert left == []


@pytest.mark.parametrize("turn", ROUNDS)
def test_of_eight_windows_one_stays(
    turn: int, starts: Starts, old_portfolio: Callable[[int], Path], tmp_path: Path
) -> None:
    path = old_portfolio(1)
    windows = starts.at_once(tmp_path, *of(path, *[WINDOW] * AT_ONCE))
    others = [said for _, said in islice(windows, AT_ONCE - 1)]
    (tmp_path / "done").touch()
    ((_, said),) = windows
    assert said.startswith("window\n"), said
    assert "opened" in said, said
    assert said.endswith("exit 0"), said
    assert all(each.strip() == "exit 0" for each in others), others
    assert_migrated_once(path)


@pytest.mark.parametrize("turn", ROUNDS)
def test_commands_do_their_work_beside_a_window_that_starts(
    turn: int, starts: Starts, old_portfolio: Callable[[int], Path], tmp_path: Path
) -> None:
    path = old_portfolio(1)
    ending = starts.at_once(tmp_path, *of(path, WINDOW, *COMMANDS))
    ended = dict(islice(ending, len(COMMANDS)))
    (tmp_path / "done").touch()
    ended |= dict(ending)
    of_window = ended.pop(0)
    assert all(each.endswith("exit 0") for each in ended.values()), ended
    assert "opened" in of_window, of_window
    assert of_window.endswith("exit 0"), of_window
    assert_migrated_once(path)


@pytest.mark.parametrize("turn", ROUNDS)
def test_eight_commands_at_once(
    turn: int, starts: Starts, old_portfolio: Callable[[int], Path], tmp_path: Path
) -> None:
    path = old_portfolio(1)
    said = [each for _, each in starts.at_once(tmp_path, *of(path, *COMMANDS, COMMANDS[0]))]
    assert all(each.endswith("exit 0") for each in said), said
    assert_migrated_once(path)
