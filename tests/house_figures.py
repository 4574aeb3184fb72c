"""The figures of the house: how many rooms there are, what they know of each other, and how far a key has to walk.

`packaging/run.py house` prints them beside their bars; test_house.py holds those that are reached.
"""

import ast
import gc
import os
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache, partial
from itertools import chain
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from wealthdesk.services.desk import Desk

Node = TypeVar("Node", bound=ast.AST)

SOURCE: Final = Path(__file__).resolve().parents[1] / "src" / "wealthdesk"

_AT_THE_START: Final = 469
"""The files of src when the rooms began to be joined; 406 when they were counted first."""
_SMALL, _LONG, _LARGE = 60, 40, 250
_SETTLED_MS: Final = 180_000
"""The first plan brings its libraries from the disk: 11 s were seen on a busy machine, for half a second of work."""
_STEP_MS: Final = 100


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure beside its bar, and what it is made of."""

    name: str
    value: int
    bar: int
    found: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether the bar is reached."""
        return self.value <= self.bar


@cache
def tree_of(file: Path) -> ast.Module:
    """A file's statements, read once. They stay, and are looked through by nobody who looks for what is thrown away."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        return ast.parse(file.read_text(encoding="utf-8"), str(file))
    finally:
        gc.freeze()
        if was_enabled:
            gc.enable()


def nodes_of(tree: ast.Module, *kinds: type[Node]) -> Iterator[Node]:
    """All of these kinds that it is made of."""
    return chain.from_iterable(_sorted(tree)[kind] for kind in kinds)


@cache
def _sorted(tree: ast.Module) -> Mapping[type[ast.AST], list[Any]]:
    """What it is made of by kind: each rule asks for a few kinds of nearly a million nodes."""
    found: dict[type[ast.AST], list[Any]] = defaultdict(list)
    waiting: list[ast.AST] = [tree]
    for node in waiting:  # as `ast.walk` goes, in half the time
        found[type(node)].append(node)
        for part in vars(node).values():
            if isinstance(part, ast.AST):
                waiting.append(part)
            elif isinstance(part, list):
                waiting += [each for each in part if isinstance(each, ast.AST)]
    return found


@cache
def trees() -> Mapping[str, ast.Module]:
    """Every module of src by its dotted name."""
    found = {}
    for file in sorted(SOURCE.rglob("*.py")):
        parts = file.relative_to(SOURCE.parent).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = tree_of(file)
    return found


@cache
def arrows() -> Mapping[str, frozenset[str]]:
    """Which modules of src each imports, wherever the statement stands: late, or for types alone."""
    return {name: frozenset(_imported(name, tree)) for name, tree in trees().items()}


def _imported(name: str, tree: ast.Module) -> Iterator[str]:
    for node in nodes_of(tree, ast.Import, ast.ImportFrom):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names if each.name in trees() and each.name != name)
        elif isinstance(node, ast.ImportFrom):
            for each in node.names:
                whole = f"{node.module}.{each.name}"
                found = whole if whole in trees() else str(node.module)
                if found in trees() and found != name:
                    yield found


def circles() -> list[tuple[str, ...]]:
    """The modules that reach themselves by what they import, together with those that they reach that way."""
    reached = {name: _reached(name) for name in trees()}
    rings = {
        tuple(sorted(other for other in reached[name] if name in reached[other]))
        for name in trees()
        if name in reached[name]
    }
    return sorted(rings)


def _reached(start: str) -> frozenset[str]:
    seen: set[str] = set()
    waiting = list(arrows()[start])
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += arrows()[name] - seen
    return frozenset(seen)


def small_rooms() -> list[str]:
    """The modules of fewer than 60 lines that exactly one other imports."""
    importers = defaultdict(set)
    for name, others in arrows().items():
        for each in others:
            importers[each].add(name)
    lines = {name: len(Path(_file(name)).read_text(encoding="utf-8").splitlines()) for name in trees()}
    return sorted(
        f"{name} ({lines[name]})"
        for name, by in importers.items()
        if len(by) == 1 and lines[name] < _SMALL and not _file(name).endswith("__init__.py")
    )


def _file(name: str) -> str:
    path = SOURCE.parent.joinpath(*name.split("."))
    return str(path / "__init__.py" if path.is_dir() else path.with_suffix(".py"))


def shared_names() -> list[str]:
    """The public classes and types that more than one module defines, with where.

    Functions and constants are not among them: they are read with their module (`fill.settle`, `theme.look`), and those
    of commands have one name on purpose (`run`).
    """
    owners: dict[str, set[str]] = defaultdict(set)
    for module, tree in trees().items():
        for name in _defined(tree):
            if name[0].isupper() and not name.isupper():
                owners[name].add(module.removeprefix("wealthdesk."))
    return sorted(f"{name}: {', '.join(sorted(by))}" for name, by in owners.items() if len(by) > 1)


def _defined(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Assign):
            yield from (each.id for target in node.targets for each in ast.walk(target) if isinstance(each, ast.Name))
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id


def long_parts(kind: type[ast.ClassDef] | type[ast.FunctionDef], most: int) -> list[str]:
    """The functions or classes with more lines than this."""
    found = []
    for module, tree in trees().items():
        for node in nodes_of(tree, kind):
            lines = (node.end_lineno or 0) - node.lineno + 1
            if lines > most:
                found.append(f"{module}.{node.name} ({lines})")
    return sorted(found)


def measured() -> list[Figure]:
    """What the text of src says."""
    parts = (
        ("circles of modules", circles(), 0),
        ("small rooms: under 60 lines, of one importer", small_rooms(), 5),
        ("public types with more than one meaning", shared_names(), 5),
        ("functions longer than 40 lines", long_parts(ast.FunctionDef, _LONG), 3),
        ("classes over 250 lines", long_parts(ast.ClassDef, _LARGE), 0),
    )
    files = Figure(f"files in src (0.84 × {_AT_THE_START}; 340 of the 406 counted first)", len(trees()), 393)
    return [files, *(Figure(name, len(found), bar, tuple(map(_words, found))) for name, found, bar in parts)]


def _words(found: str | tuple[str, ...]) -> str:
    text = found if isinstance(found, str) else " ⇄ ".join(found)
    return text.replace("wealthdesk.", "")


# The walks: which files run between a key and the value that it paints.


class Walk:
    """Notes which files of src run, from `begin` to `end`; not those that are only imported meanwhile."""

    def __init__(self) -> None:
        self.files: set[str] = set()

    def begin(self) -> None:
        """Begin to note."""
        sys.setprofile(self._note)

    def end(self) -> tuple[str, ...]:
        """Stop, and say which files ran."""
        sys.setprofile(None)
        return tuple(sorted(self.files))

    def _note(self, frame: FrameType, event: str, _: object) -> None:
        name = frame.f_code.co_filename
        if event == "call" and name.startswith(str(SOURCE)) and frame.f_code.co_name != "<module>":
            self.files.add(Path(name).relative_to(SOURCE).as_posix())


def walked() -> list[Figure]:
    """What runs in a window on the demo portfolio, twice tried before, so that nothing is imported or made first."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import qInstallMessageHandler
    from PySide6.QtWidgets import QApplication

    from wealthdesk.services.demo import make_demo
    from wealthdesk.services.desk import Clock

    application = QApplication.instance() or QApplication(["wealthdesk", "-style", "Fusion"])
    assert isinstance(application, QApplication)
    # Without a display Qt says of every dialog that it cannot tell anybody how large that is.
    qInstallMessageHandler(lambda *said: None)
    clock = Clock(today=lambda: date(2026, 11, 20), now=lambda: datetime(2026, 11, 20, 9, tzinfo=UTC))
    with tempfile.TemporaryDirectory() as folder, make_demo(Path(folder) / "demo.wealthdesk", clock) as desk:
        trades, preview = _amount_to_trades(desk), _slider_to_preview(desk)
    return [
        Figure("files from a key in the amount to its trades, on the exact way", len(trades), 14, trades),
        Figure("files from a key on a slider to its preview", len(preview), 13, preview),
    ]


def _amount_to_trades(desk: "Desk") -> tuple[str, ...]:
    from PySide6.QtTest import QTest

    from wealthdesk.gui.main_window import MainWindow

    window = MainWindow()
    window.resize(1280, 832)
    window.show()
    window.show_desk(desk)
    window.go_to("allocation")
    # Whether another program changed the file is asked by the clock, and not because of a key.
    assert window.shown is not None
    window.shown._watch.stop()
    panel = window.page("allocation").panel  # type: ignore[attr-defined]
    field = panel.money.amount.field
    field.setFocus()

    def press(key: str) -> None:
        QTest.keyClicks(field, key)

    return _traced(partial(press, "1"), partial(press, "0"), lambda: panel.is_settled, window)


def _slider_to_preview(desk: "Desk") -> tuple[str, ...]:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    from wealthdesk.gui.allocation.targets.target_dialog import TargetDialog

    dialog = TargetDialog(desk, desk.allocations.of(None))
    dialog.open()
    slider = dialog.classes.row("equity").slider
    slider.setFocus()

    def press() -> None:
        QTest.keyClick(slider, Qt.Key.Key_Left)

    return _traced(press, press, lambda: not dialog.is_stale, dialog)


def _traced(
    first: Callable[[], None], press: Callable[[], None], is_settled: Callable[[], bool], shown: "QWidget"
) -> tuple[str, ...]:
    """Press twice and once more, which is noted until what came of it is painted."""
    walk = Walk()
    for step in (first, press, walk.begin, press):
        step()
        _wait(is_settled)
    files = walk.end()
    shown.close()
    return files


def _wait(is_settled: Callable[[], bool]) -> None:
    from PySide6.QtTest import QTest

    for _ in range(_SETTLED_MS // _STEP_MS):
        QTest.qWait(_STEP_MS)
        if is_settled():
            return
    raise AssertionError("it never settled")


def main(arguments: list[str]) -> int:
    """Print each figure beside its bar; with `--found` also what it is made of."""
    figures = [*measured(), *walked()]
    for each in figures:
        print(f"{'holds' if each.holds else '     '}  {each.value:4} of {each.bar:3}  {each.name}")
        if "--found" in arguments:
            print("".join(f"             {line}\n" for line in each.found), end="")
    return 0 if all(each.holds for each in figures) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
