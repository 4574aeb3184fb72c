"""One window per file: a second start raises the first and ends, whichever name it uses; many at once leave one."""

import os
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from wealthdesk.gui.one_window import OneWindow, raise_other
from wealthdesk.services.windows import address

SOURCE = Path(__file__).parents[2] / "src"
ASK = """
import sys, pathlib
from wealthdesk.gui.one_window import raise_other
print(raise_other(pathlib.Path(sys.argv[1]), 5, pathlib.Path(sys.argv[2])))
"""

BRIEF_WINDOW = """
import sys
from wealthdesk import app as program
begin = program.begin_window

def watched(wanted, application, at_the_end):
    from PySide6.QtCore import QTimer
    start = begin(wanted, application, at_the_end)
    if start is not None:
        print("shown", flush=True)
        start.ended.connect(lambda: QTimer.singleShot(4000, start.parent().close))
    return start

program.begin_window = watched
code = program.main(["--file", sys.argv[1]])
print("ended", code, flush=True)
"""


def environment(home: Path) -> dict[str, str]:
    places = {"HOME": str(home), "XDG_DATA_HOME": str(home), "LOCALAPPDATA": str(home)}
    return os.environ | places | {"PYTHONPATH": str(SOURCE), "QT_QPA_PLATFORM": "offscreen"}


def ask_for(path: Path, folder: Path) -> "subprocess.Popen[str]":
    """Another process asks for the window of a file."""
    variables = os.environ | {"PYTHONPATH": str(SOURCE)}
    return subprocess.Popen(
        [sys.executable, "-c", ASK, str(path), str(folder)], stdout=subprocess.PIPE, text=True, env=variables
    )


def test_a_second_start_raises_the_first(qtbot: QtBot, tmp_path: Path) -> None:
    path, link = tmp_path / "a b#%.wealthdesk", tmp_path / "link"
    path.touch()
    link.symlink_to(path)
    first, second = OneWindow(tmp_path / "windows"), OneWindow(tmp_path / "windows")
    assert first.claim(path)
    assert first.claim(path)
    first.listen()
    assert not second.claim(link)
    with qtbot.waitSignal(first.raise_asked):
        asking = ask_for(link, tmp_path / "windows")
    assert asking.communicate()[0] == "True\n"
    first.release()
    assert second.claim(path)
    second.release()


def test_nothing_is_put_outside_the_folder_of_windows(tmp_path: Path) -> None:
    short, long = tmp_path / "w", tmp_path / ("w" * 120)
    assert address(tmp_path / "a", short).startswith(str(short)) or os.name != "posix" or len(str(tmp_path)) > 60
    assert os.sep not in address(tmp_path / "a", long), "a path that is too long for a socket is a name instead"


@pytest.mark.skipif(sys.platform == "win32", reason="a socket is a file elsewhere")
def test_where_it_listens_only_the_user_may_ask(qtbot: QtBot) -> None:
    with tempfile.TemporaryDirectory() as folder:
        one = OneWindow(Path(folder) / "w")
        assert one.claim(Path(folder) / "a")
        one.listen()
        (socket,) = (Path(folder) / "w").glob("*.socket")
        assert stat.S_IMODE(socket.stat().st_mode) & 0o077 == 0
        assert stat.S_IMODE(socket.parent.stat().st_mode) == 0o700
        one.release()
        assert not socket.exists()


def test_it_moves_to_another_file_and_answers_there(qtbot: QtBot, tmp_path: Path) -> None:
    one, other = OneWindow(tmp_path / "windows"), OneWindow(tmp_path / "windows")
    assert one.claim(tmp_path / "a")
    one.listen()
    assert other.claim(tmp_path / "b")
    assert not one.claim(tmp_path / "b")
    assert not other.claim(tmp_path / "a")
    assert one.claim(tmp_path / "c")
    assert other.claim(tmp_path / "a")
    with qtbot.waitSignal(one.raise_asked):
        asking = ask_for(tmp_path / "c", tmp_path / "windows")
    assert asking.communicate()[0] == "True\n"
    one.release()
    other.release()


def test_nobody_there_does_not_answer(tmp_path: Path) -> None:
    assert not raise_other(tmp_path / "nobody", 0.0, tmp_path)


def test_without_a_place_for_locks_there_is_a_window_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "windows").touch()
    assert OneWindow(tmp_path / "windows").claim(tmp_path / "a")


@pytest.mark.skipif(sys.platform == "win32", reason="timing of processes")
def test_several_starts_at_once_leave_one_window(tmp_path: Path) -> None:
    started = time.monotonic()
    starts = [
        subprocess.Popen(
            [sys.executable, "-c", BRIEF_WINDOW, str(tmp_path / "p.wealthdesk")],
            env=environment(tmp_path),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for _ in range(4)
    ]
    said = [start.communicate(timeout=100)[0] for start in starts]
    assert sorted("shown" in each for each in said) == [False, False, False, True], said
    assert all("ended 0" in each for each in said), said
    assert time.monotonic() - started < 100
