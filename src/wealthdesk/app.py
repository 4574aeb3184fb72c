"""The program: puts every floor together, decides what a start is to do, and is the one to ask the clock.

The window is painted before anything slow is imported; what opens the portfolio file comes after that.
"""

import builtins
import contextlib
import gc
import os
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, NamedTuple, NoReturn, TextIO

from wealthdesk import __version__, paths
from wealthdesk.errors import OpeningError, WealthDeskError
from wealthdesk.system import missing_display_or_libraries

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from wealthdesk.gui.main_window import MainWindow
    from wealthdesk.gui.pictures.taking import Pictures, Scene
    from wealthdesk.gui.start import OpenDesk, Start
    from wealthdesk.services.desk import Clock, Desk

_DONE: Final = 0
_NOT_POSSIBLE: Final = 1
_MISUSED: Final = 2
_INTERRUPTED: Final = 130
_LISTEN_AFTER_MS: Final = 200
_PATIENCE: Final = 10.0
"""Seconds in which the window of the file is to answer, before this one says that it does not."""
_BACKUPS_OF_THE_EXAMPLE: Final = (
    ("by_hand", timedelta(minutes=90)),
    ("before_upgrade", timedelta(days=3, hours=5)),
    ("by_hand", timedelta(days=17, hours=2)),
)
_DEMO_NOTICE: Final = "Demo portfolio: changes are gone when you close it."


class WantedStart(NamedTuple):
    """What a start was asked for. file None: the user's own portfolio. is_read_only: to look at a copy of the file."""

    file: Path | None = None
    is_demo: bool = False
    is_read_only: bool = False
    screenshots: Path | None = None


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the arguments ask for; the result is the exit code: 0 done, 1 not possible here, 2 arguments misused."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given and not given[0].startswith("-"):
        if not _names_a_file(given[0]):
            return _run_command(given)
        given.insert(0, "--file")
    wanted = _read_arguments(given)
    if wanted.screenshots is not None:
        # The pictures are the same everywhere when no real screen takes part.
        os.environ |= {"QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": "2"}
    if reason := missing_display_or_libraries():
        return _say(reason, _NOT_POSSIBLE)
    # Imports make much and drop little: looking through all of it again and again is a sixth of the start.
    gc.disable()
    application = make_application()
    with contextlib.ExitStack() as at_the_end:
        begin = begin_pictures if wanted.screenshots else begin_window
        try:
            begun = begin(wanted, application, at_the_end)
        except WealthDeskError as refusal:
            return _say(str(refusal), _NOT_POSSIBLE)
        if begun is None:
            return _DONE
        code = application.exec()
        # Held until here: what nobody holds is deleted.
        del begun
        return code


def make_clock() -> "Clock":
    """The clock of this computer."""
    from wealthdesk.services.desk import Clock

    return Clock(today=date.today, now=_now)


def make_application() -> "QApplication":
    """Qt, ready for windows, in the style that the themes are made for."""
    usual_import = builtins.__import__
    from PySide6.QtWidgets import QApplication

    # From here on PySide would read the source of each module that is imported, looking for words for features that
    # nothing here uses.
    builtins.__import__ = usual_import
    application = QApplication([sys.argv[0], "-style", "Fusion"])
    application.setApplicationName("WealthDesk")
    application.setApplicationVersion(__version__)
    application.setDesktopFileName("wealthdesk")
    return application


def begin_window(wanted: WantedStart, application: "QApplication", at_the_end: contextlib.ExitStack) -> "Start | None":
    """Show the window, which opens the portfolio once it is painted; None: its window is open, and was raised."""
    from PySide6.QtCore import QTimer

    from wealthdesk.gui import theme
    from wealthdesk.gui.one_window import OneWindow, raise_window
    from wealthdesk.gui.start import Start
    from wealthdesk.services.windows import folder_of_windows

    path, create = _place(wanted, at_the_end)
    one = OneWindow(folder_of_windows(), application)
    at_the_end.callback(one.release)
    # A copy is nobody's but this window's, however many look at the same file.
    claim = _claim_nothing if wanted.is_demo or wanted.is_read_only else one.claim
    has_answer = claim(path)
    if not has_answer and _raise_other(path, _PATIENCE):
        return None
    window = _window_as_it_was(wanted, application)
    one.raise_asked.connect(partial(raise_window, window))
    start = Start(window, path, create, _opener(wanted), _now, claim, _raise_other, has_answer=has_answer)
    is_usual = not wanted.is_demo and not wanted.is_read_only
    if is_usual:
        _open_what_the_system_asks_for(application, start)
    window.open_requested.connect(partial(_open_another, start, can_be_here=is_usual))
    if is_usual:
        start.opened.connect(lambda: _remember(start.path))
    start.ended.connect(_collect_again)
    # Not at once: what listens takes longer to import than it may take to show the first page.
    start.ended.connect(partial(QTimer.singleShot, _LISTEN_AFTER_MS, one.listen))
    window.first_painted.connect(_keep_log)
    window.first_painted.connect(theme.follow_contrast)
    at_the_end.callback(start.close)
    window.show()
    return start


def _window_as_it_was(wanted: WantedStart, application: "QApplication") -> "MainWindow":
    """A window that looks, lies and stands as the last one did; how it is when it is closed is kept for the next."""
    from wealthdesk.gui import spoken, theme
    from wealthdesk.gui.main_window import MainWindow
    from wealthdesk.gui.window_memory import WindowMemory

    kept_in = paths.data_folder() / "window.txt"
    memory = WindowMemory.read(kept_in)
    theme.follow(application, memory.appearance)
    spoken.install()
    window = MainWindow(_title(wanted), notice=_DEMO_NOTICE if wanted.is_demo else "")
    memory.put_on(window)
    window.stand_at(memory.standing)
    window.appearance_chosen.connect(partial(theme.follow, application))
    window.demo_requested.connect(_start_demo)
    window.copy_requested.connect(_start_copy)
    window.first_painted.connect(partial(_show_the_keyboard, application))
    if not wanted.is_demo:
        window.closed.connect(lambda: memory.of(window, window.standing()).keep(kept_in))
    return window


def _keep_log() -> None:
    from wealthdesk.services.log import keep_log

    keep_log(paths.data_folder())


def _claim_nothing(path: Path) -> bool:
    return True


def _raise_other(path: Path, patience: float) -> bool:
    """Ask the window that shows the file to come to the front. Slow when it does not answer."""
    from wealthdesk.gui.one_window import raise_other

    return raise_other(path, patience)


def _remember(path: Path) -> None:
    from wealthdesk.services.windows import folder_of_windows, remember

    remember(path, folder_of_windows())


def begin_pictures(wanted: WantedStart, application: "QApplication", at_the_end: contextlib.ExitStack) -> "Pictures":
    """Take the pictures of every page and dialog of the portfolio, of an empty one, and of one that is damaged."""
    path, _ = _place(wanted, at_the_end)
    desk = _opener(wanted)(path, wanted.is_demo)  # first: where it is refused, nothing else is read for it
    from PySide6.QtCore import qInstallMessageHandler

    from wealthdesk.gui import theme, underlines
    from wealthdesk.gui.main_window import MainWindow
    from wealthdesk.gui.pictures.taking import Pictures, Scene, scene_as_it_is, scenes_of

    assert wanted.screenshots is not None
    sys.excepthook = partial(_end_with_traceback, application)
    qInstallMessageHandler(_say_unless_usual)
    underlines.install(application)
    theme.follow(application, "light")
    folder = wanted.screenshots
    shown, empty, refused = MainWindow(), MainWindow(), MainWindow()
    aside = _temporary_folder(at_the_end)
    _show_to_the_end(shown, desk, at_the_end)
    _show_to_the_end(empty, _opener(WantedStart())(aside / "Empty.wealthdesk", True), at_the_end)
    damaged, damage = _example_of_damage(aside)
    looked_at = _example_of_a_copy(damaged, at_the_end)

    def scenes() -> "Iterator[Scene]":
        yield from scenes_of(shown)
        yield Scene("empty", empty, partial(empty.go_to, "allocation"))
        yield Scene("reserves_without_a_fund", empty, partial(empty.go_to, "reserves"))
        yield scene_as_it_is("read_only", looked_at)
        yield from _scenes_of_refusals(refused, damaged, damage)

    def end(paths: Sequence[Path]) -> None:
        _say(f"{len(paths)} pictures in {folder.resolve()}", _DONE, sys.stdout)
        application.exit(_DONE)

    pictures = Pictures(folder, scenes)
    pictures.taken.connect(end)
    _collect_again()
    pictures.begin()
    return pictures


def _show_to_the_end(window: "MainWindow", desk: "Desk", at_the_end: contextlib.ExitStack) -> None:
    at_the_end.callback(desk.close)
    window.show_desk(desk)


def _scenes_of_refusals(window: "MainWindow", damaged: Path, damage: OpeningError) -> "Iterator[Scene]":
    """What stands in place of the pages when a file cannot be opened, for each reason that there is."""
    from wealthdesk.gui.pictures.recovery import examples
    from wealthdesk.gui.pictures.taking import Scene

    for name, bring_about in examples(window.show_instead, window, damaged, damage, make_clock()):
        yield Scene("_".join(name.split()), window, bring_about)


def _example_of_damage(aside: Path) -> tuple[Path, OpeningError]:
    """A portfolio that lost its second half, with its backups, and what opening it says."""
    from wealthdesk.storage.file.backups import back_up

    path = aside / "Household.wealthdesk"
    _opener(WantedStart(is_demo=True))(path, True).close()
    kept = [back_up(path, reason, _now() - age) for reason, age in _BACKUPS_OF_THE_EXAMPLE]
    os.truncate(kept[-1].path, kept[-1].size - 4096)
    os.truncate(path, path.stat().st_size // 2)
    try:
        _opener(WantedStart())(path, False).close()
    except OpeningError as damage:
        return path, damage
    raise AssertionError("half a file was opened")


def _example_of_a_copy(damaged: Path, at_the_end: contextlib.ExitStack) -> "MainWindow":
    """A window that shows a backup, of which nothing can be changed."""
    from wealthdesk.gui.main_window import MainWindow
    from wealthdesk.services.backups import backups_of
    from wealthdesk.services.desk import open_copy

    window = MainWindow()
    desk = open_copy(backups_of(damaged)[0].path, make_clock())
    at_the_end.callback(desk.close)
    window.show_desk(desk)
    return window


def _place(wanted: WantedStart, at_the_end: contextlib.ExitStack) -> tuple[Path, bool]:
    """Which file is to be opened, and whether it is made where it is missing."""
    if wanted.is_demo:
        return _temporary_folder(at_the_end) / "Demo.wealthdesk", True
    from wealthdesk.services.windows import folder_of_windows, is_known

    path = wanted.file or paths.default_portfolio()
    is_looking_on = wanted.screenshots is not None or wanted.is_read_only
    return path, not is_looking_on and not is_known(path, folder_of_windows())


def _temporary_folder(at_the_end: contextlib.ExitStack) -> Path:
    # On Windows a file that is still open somewhere cannot be removed; that is no reason to end in an error.
    import tempfile

    folder = tempfile.TemporaryDirectory(prefix="wealthdesk-", ignore_cleanup_errors=True)
    return Path(at_the_end.enter_context(folder))


def _opener(wanted: WantedStart) -> "OpenDesk":
    """What opens the file; SQLAlchemy and all that knows it are imported when it is called."""

    def open_it(path: Path, create: bool) -> "Desk":
        from wealthdesk.services.desk import open_desk

        return open_desk(path, make_clock(), create=create)

    def make_it(path: Path, create: bool) -> "Desk":
        from wealthdesk.services.demo import make_demo

        # Once it is made it is opened like any other: after a restore, for one.
        return open_it(path, create) if path.exists() else make_demo(path, make_clock())

    def copy_it(path: Path, create: bool) -> "Desk":
        from wealthdesk.services.desk import open_copy

        return open_copy(path, make_clock())

    if wanted.is_read_only:
        return copy_it
    return make_it if wanted.is_demo else open_it


def _show_the_keyboard(application: "QApplication") -> None:
    """The ring around what has the focus, and the letters that Alt leads to: neither is in the first, empty window."""
    from wealthdesk.gui import underlines
    from wealthdesk.gui.widgets.focus_ring import FocusRing

    underlines.install(application)
    FocusRing(application)


def _collect_again() -> None:
    """What the start made stays, so the collector leaves it alone from now on."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


def _start_demo() -> None:
    """The demo is a program of its own, so that nothing of it can come near the user's file."""
    _start_another(["--demo"], "The demo portfolio could not be started. Start it with “wealthdesk --demo”.")


def _start_copy(path: Path) -> None:
    """What is looked at is a window of its own, beside the one that can be changed."""
    said = f"The copy could not be shown. Start it with “wealthdesk --read-only {path}”."
    _start_another(["--read-only", str(path)], said)


def _open_what_the_system_asks_for(application: "QApplication", start: "Start") -> None:
    if sys.platform == "darwin":  # elsewhere it names the file in the call, and a filter sees every event
        from wealthdesk.gui.file_menu import OpenEvents

        events = OpenEvents(application)
        events.open_requested.connect(partial(_open_another, start))
        application.installEventFilter(events)


def _open_another(start: "Start", path: Path, *, can_be_here: bool = True) -> None:
    """Each portfolio has a window of its own; one that shows none takes it."""
    if not (can_be_here and start.open_here(path)):
        said = f"The file could not be opened. Start it with “wealthdesk --file {path}”."
        _start_another(["--file", str(path)], said)


def _start_another(arguments: list[str], otherwise: str) -> None:
    from PySide6.QtCore import QProcess

    from wealthdesk.gui import problems

    program, *words = paths.own_command()
    if not QProcess.startDetached(program, [*words, *arguments]):
        problems.show(otherwise)


def _title(wanted: WantedStart) -> str:
    if wanted.is_demo:
        return "Demo portfolio · WealthDesk"
    if wanted.file is None:
        return "WealthDesk"
    return f"{wanted.file.stem}{' (read-only)' if wanted.is_read_only else ''} · WealthDesk"


def _names_a_file(word: str) -> bool:
    """Whether the first word of a command line is no command but the file that is to be opened."""
    if Path(word).suffix.lower() == ".wealthdesk":
        return True
    if not Path(word).exists():
        return False
    from wealthdesk import cli

    return word not in cli.COMMANDS


def _run_command(given: list[str]) -> int:
    """Run a command without a window."""
    try:
        from wealthdesk import cli

        if given[0] in cli.COMMANDS:
            return cli.main(given, make_clock())
    except KeyboardInterrupt:
        return _say("Stopped.", _INTERRUPTED)
    known = ", ".join(f"“{name}”" for name in cli.COMMANDS)
    said = f"There is no command “{given[0]}” and no file of that name; there is {known}."
    return _say(f"{said} For a new file, write --file before it.", _MISUSED)


def _read_arguments(given: list[str]) -> WantedStart:
    """What is asked for; ends the program with a sentence when it cannot be understood."""
    if not given:
        return WantedStart()
    import argparse

    class Arguments(argparse.ArgumentParser):
        def error(self, message: str) -> NoReturn:
            said = message[:1].upper() + message[1:]
            self.exit(_MISUSED, f"{said.removesuffix('.')}. “wealthdesk --help” says what there is.\n")

    reader = Arguments(
        prog="wealthdesk",
        description="Portfolio allocation on your own computer. PATH is a portfolio file; none: your own.",
        allow_abbrev=False,
    )
    what = reader.add_mutually_exclusive_group()
    what.add_argument("--file", type=Path, metavar="PATH", help="open another portfolio file; a new name begins one")
    what.add_argument("--demo", action="store_true", help="open a throw-away copy of the demo portfolio")
    what.add_argument("--read-only", type=Path, metavar="PATH", help="look at a copy of a portfolio file or backup")
    reader.add_argument(
        "--screenshots", type=Path, metavar="FOLDER", help="save every page and dialog as PNG, without a display"
    )
    reader.add_argument("--version", action="version", version=f"WealthDesk {__version__}")
    if {"-h", "--help"} & set(given):
        # Only then: a window is painted before anything slow is imported.
        from wealthdesk import cli

        reader.usage = "wealthdesk [PATH | --file PATH | --demo | --read-only PATH] [--screenshots FOLDER] [--version]"
        reader.epilog = f"Without a window, each with --help: {', '.join(cli.COMMANDS)}"
    read = reader.parse_args(given)
    if read.file is not None and not read.file.absolute().parent.is_dir():
        reader.error(f"there is no folder “{read.file.absolute().parent}” for the portfolio file")
    return WantedStart(read.read_only or read.file, read.demo, read.read_only is not None, read.screenshots)


def _now() -> datetime:
    return datetime.now(UTC)


def _say(words: str, code: int, stream: TextIO | None = None) -> int:
    # A program of Windows that has no console has no such stream either.
    if (said_to := stream or sys.stderr) is not None:
        said_to.write(f"{words}\n")
    return code


def _say_unless_usual(kind: object, context: object, message: str) -> None:
    """What Qt has to say, but for what its platform without a screen says of every dialog."""
    if "propagateSizeHints" not in message:
        sys.stderr.write(f"{message}\n")


def _end_with_traceback(
    application: "QApplication", kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """A picture that fails is to be noticed."""
    import traceback

    traceback.print_exception(kind, error, trace)
    application.exit(_NOT_POSSIBLE)
