"""Starts of the program at once, each a process of its own that is forked when all of it has been read.

So they race for the file from their first moment on, not for who has read the libraries; gui/test_one_window.py and
cli/test_process.py start some as a shell does. A window says what becomes of it, and closes once the file `done` of its
home is there.
"""

import gc
import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

from cli.forked import become, begun

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from wealthdesk.app import WantedStart
    from wealthdesk.gui.start import Start

MOST: Final = 120
"""After so many seconds a start is ended, by a signal."""
WINDOW: Final = ("--file", "{}")


class Starts:
    """Whoever forks them. It ends with the last `with`."""

    def __init__(self) -> None:
        self._asked, self._answers = begun(Path(__file__))

    def close(self) -> None:
        """Let it end."""
        self._asked.close()
        self._answers.close()

    def at_once(self, home: Path, *starts: tuple[str, ...]) -> Iterator[tuple[int, str]]:
        """Begin them all; tells of each, as it ends, its number, and what it has said and its exit code."""
        self._asked.write(json.dumps([str(home), starts]).encode() + b"\n")
        self._asked.flush()
        for _ in starts:
            number, code = json.loads(self._answers.readline())
            yield number, f"{(home / f'said {number}').read_text('utf-8')}\nexit {code}"


def _serve() -> None:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    _watch_windows()
    gc.collect()
    gc.freeze()
    asked, answers = os.fdopen(os.dup(0), "r"), os.fdopen(os.dup(1), "w")
    for line in asked:
        home, starts = json.loads(line)
        os.environ |= {"HOME": home, "XDG_DATA_HOME": str(Path(home, "data"))}
        running = {_forked(words, Path(home, f"said {number}")): number for number, words in enumerate(starts)}
        while running:
            child, status = os.wait()
            print(json.dumps([running.pop(child), os.waitstatus_to_exitcode(status)]), file=answers, flush=True)


def _forked(words: list[str], said: Path) -> int:
    child = os.fork()
    if child == 0:
        _run(words, said)
    return child


def _run(words: list[str], said: Path) -> NoReturn:
    signal.alarm(MOST)
    said.touch()
    become(words, {0: os.devnull, 1: str(said), 2: str(said)})


def _watch_windows() -> None:
    """Read what a window needs as well, and let each say what becomes of it."""
    from PySide6.QtCore import QTimer

    import wealthdesk.gui.allocation.page
    import wealthdesk.gui.one_window
    import wealthdesk.gui.start  # noqa: F401
    from wealthdesk import app as program
    from wealthdesk.gui.main_window import MainWindow

    begin_window = program.begin_window

    def watched(wanted: "WantedStart", application: "QApplication", at_the_end: Any) -> "Start | None":
        start = begin_window(wanted, application, at_the_end)
        if start is not None:
            window = start.parent()
            assert isinstance(window, MainWindow)
            print("window", flush=True)
            start.opened.connect(lambda: print("opened", flush=True))
            start.refused.connect(lambda refusal: print("refused", refusal, flush=True))
            waiting, done = QTimer(start, interval=50), Path(os.environ["HOME"], "done")
            waiting.timeout.connect(lambda: done.exists() and window.close())
            start.ended.connect(waiting.start)
        return start

    program.begin_window = watched


if __name__ == "__main__":
    _serve()
