"""The program as it is started: arguments, exit codes, one sentence for what cannot be, pictures, and its files."""

import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from portfolio_files import demo_at, open_demo
from wealthdesk import __version__
from wealthdesk.services.desk import Clock
from wealthdesk.storage.file.backups import back_up

SOURCE = Path(__file__).parents[2] / "src"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


def run(
    home: Path, *arguments: str | Path, code: str = "", expected: int = 0, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Start the program in a process of its own, whose user has this home and no display."""
    clean = {
        key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    }
    places = {"HOME": str(home), "XDG_DATA_HOME": str(home), "LOCALAPPDATA": str(home), "TMPDIR": str(home / "tmp")}
    (home / "tmp").mkdir(exist_ok=True)
    start = ["-c", code] if code else ["-m", "wealthdesk"]
    outcome = subprocess.run(
        [sys.executable, *start, *map(str, arguments)],
        env=clean | places | {"PYTHONPATH": str(SOURCE)} | variables,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    assert outcome.returncode == expected, outcome.stdout + outcome.stderr
    assert "Traceback" not in outcome.stderr
    return outcome


BRIEFLY = """
import sys
from wealthdesk import app as program
begin = program.begin_window

def tell(*words):
    import linecache, os
    from PySide6 import QtCore, QtWidgets
    heavy = {"sqlalchemy", "alembic", "numpy", "highspy", "charset_normalizer", "portalocker"}
    style = {"QStyle"} & set(vars(QtWidgets)) if "painted" in words else ()
    ours = os.path.dirname(program.__file__)
    sources = {"sources" for name in linecache.cache if name.startswith(ours)}
    print(*words, *sorted(heavy & set(sys.modules)), *({"Qt"} & set(vars(QtCore))), *style, *sources, flush=True)

def watched(wanted, application, at_the_end):
    start = begin(wanted, application, at_the_end)
    window = start.parent()
    from PySide6.QtCore import QEvent, QObject, QTimer

    class Watch(QObject):
        def eventFilter(self, window, event):
            if event.type() == QEvent.Type.Paint:
                window.removeEventFilter(self)
                QTimer.singleShot(0, lambda: tell("painted"))
            return False

    window.installEventFilter(Watch(window))
    start.opened.connect(lambda: print("opened", window.windowTitle(), flush=True))
    start.refused.connect(lambda error: print("refused", type(error).__name__, flush=True))
    start.ended.connect(lambda: end(window))
    return start

def end(window):
    window.close()

program.begin_window = watched
sys.exit(program.main(sys.argv[1:]))
"""
"""Says what is imported once the window is painted: heavy libraries, sources, and Qt for all its enumerations."""

USED = BRIEFLY.replace(
    "    window.close()",
    """    from PySide6.QtCore import QCoreApplication, QEvent, Qt
    from PySide6.QtGui import QKeyEvent
    from wealthdesk.gui import tasks

    def used(_):
        tell("used")
        window.close()

    tell("shown")
    pressed = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Shift, Qt.KeyboardModifier.NoModifier)
    QCoreApplication.sendEvent(window.windowHandle(), pressed)
    tasks.run(lambda: None, used, window)""",
)
"""As above, but a key is pressed before the window closes."""


def opened_briefly(home: Path, *arguments: str | Path) -> list[str]:
    """What is said by a window that closes as soon as it has opened, or refused, its portfolio."""
    return run(home, *arguments, code=BRIEFLY, QT_QPA_PLATFORM="offscreen").stdout.splitlines()


@pytest.fixture(scope="module")
def first_start(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, list[str]]:
    """The home of a user who has started the program once, a copy of it, and what was said then."""
    home = tmp_path_factory.mktemp("first")
    said = opened_briefly(home)
    return home, shutil.copytree(home, tmp_path_factory.mktemp("copies") / "begun"), said


@pytest.fixture
def begun(first_start: tuple[Path, Path, list[str]], tmp_path: Path) -> Path:
    """A home as it is after the first start, of the test's own."""
    return shutil.copytree(first_start[1], tmp_path / "begun")


def test_it_says_its_version(home: Path) -> None:
    assert run(home, "--version").stdout == f"WealthDesk {__version__}\n"


def test_it_says_what_there_is(home: Path) -> None:
    told = run(home, "--help").stdout
    assert all(word in told for word in ("--file", "--demo", "--screenshots", "--version", "import", "show"))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--bogus"], "Unrecognized arguments: --bogus."),
        (["--file"], "Argument --file: expected one argument."),
        (["--demo", "--file", "x"], "not allowed with argument"),
        (["nonsense"], "There is no command “nonsense”"),
        (["--file", "no/such/folder/x.wealthdesk"], "There is no folder “"),
    ],
)
def test_what_makes_no_sense_gets_one_sentence(home: Path, arguments: list[str], sentence: str) -> None:
    told = run(home, *arguments, expected=2)
    assert sentence in told.stderr
    assert told.stderr.count("\n") == 1
    assert told.stdout == ""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there always is a display")
def test_no_display_gets_one_sentence(home: Path) -> None:
    told = run(home, "--demo", expected=1)
    assert "no display" in told.stderr and "--screenshots" in told.stderr
    assert told.stderr.count("\n") == 1


def test_the_first_start_makes_the_portfolio_and_paints_before_it_imports(
    first_start: tuple[Path, Path, list[str]],
) -> None:
    home, copy, said = first_start
    assert said == ["painted", "opened WealthDesk"]
    made = list(copy.rglob("portfolio.wealthdesk"))
    assert len(made) == 1
    assert opened_briefly(home) == ["painted", "opened WealthDesk"]


def test_the_first_page_is_shown_without_what_a_change_needs_and_the_first_key_brings_that_in(begun: Path) -> None:
    told = run(begun, code=USED, QT_QPA_PLATFORM="offscreen").stdout.splitlines()
    assert told == ["painted", "opened WealthDesk", "shown Qt", "used sqlalchemy Qt"]


def test_a_portfolio_that_has_backups_and_is_gone_is_not_made_anew(begun: Path) -> None:
    path = next(begun.rglob("portfolio.wealthdesk"))
    back_up(path, "by_hand", datetime.now(UTC))
    path.unlink()
    assert opened_briefly(begun) == ["painted", "refused MissingPortfolio"]
    assert not path.exists()


def test_a_named_file_is_begun_where_its_folder_is(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "Händler & Söhne 100% #1?.wealthdesk"
    assert opened_briefly(home, "--file", file) == ["painted", "opened Händler & Söhne 100% #1? · WealthDesk"]
    assert file.exists()


def test_a_second_start_on_the_same_file_does_no_harm(home: Path, tmp_path: Path, clock: Clock) -> None:
    file = tmp_path / "portfolio.wealthdesk"
    with open_demo(file, clock) as desk:
        assert opened_briefly(home, "--file", file) == ["painted", "opened portfolio · WealthDesk"]
        desk.settings.set("still", "writable")
        assert desk.settings.get("still") == "writable"


def test_the_demo_leaves_nothing_behind(home: Path) -> None:
    assert opened_briefly(home, "--demo") == ["painted Qt", "opened Demo portfolio · WealthDesk"]
    assert [path for path in home.rglob("*") if path.is_file()] == []


FEW = """
import itertools, sys
from wealthdesk import app as program
begin = program.begin_pictures

def few(*given):
    from wealthdesk.gui.pictures import taking
    every = taking.scenes_of
    taking.scenes_of = lambda window: itertools.islice(every(window), 1)
    return begin(*given)

program.begin_pictures = few
sys.exit(program.main(sys.argv[1:]))
"""
"""Takes one of the pages and dialogs, all of which test_pictures.py takes, and all other pictures."""


def test_the_pictures_need_no_display(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "all pictures"
    told = run(home, "--demo", "--screenshots", folder, code=FEW)
    pictures = sorted(path.name for path in folder.iterdir())
    assert told.stdout == f"{len(pictures)} pictures in {folder}\n"
    assert told.stderr == ""
    assert any(name.startswith("allocation") for name in pictures)
    for name in ("empty", "reserves_without_a_fund", "read_only", "recovery"):
        assert {f"{name}_light.png", f"{name}_dark.png"} <= set(pictures)


def test_pictures_make_no_portfolio(home: Path, tmp_path: Path) -> None:
    told = run(home, "--screenshots", tmp_path / "shots", expected=1)
    assert "There is no file" in told.stderr
    assert not list(home.rglob("*.wealthdesk"))


def test_a_command_is_run_without_qt(home: Path, tmp_path: Path, clock: Clock) -> None:
    file = tmp_path / "portfolio.wealthdesk"
    demo_at(file, clock)
    ask = "import sys; from wealthdesk.app import main; main(sys.argv[1:]); assert 'PySide6' not in sys.modules"
    assert '"base_currency": "USD"' in run(home, "show", "--file", file, "--json", code=ask).stdout
