"""The rules of the house: each is one small test that says what it found and where."""

import ast
import re
import shutil
import sqlite3
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from house_figures import Node, circles, nodes_of, tree_of

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "wealthdesk"
VERSIONS = ROOT / "migrations" / "versions"
OLD_FILES = ROOT / "tests" / "data"

FLOORS = {
    "domain": set(),
    "planner": {"numpy", "highspy"},
    "storage": {"sqlalchemy", "alembic", "portalocker"},
    "importers": {"charset_normalizer", "python_calamine"},
    "quotes": {"truststore"},
    "planning": set(),
    "services": set(),
    "gui": {"PySide6", "shiboken6", "fontpkg_inter", "platformdirs"},
}
"""The libraries that each floor may import besides the standard one."""


class Module(NamedTuple):
    """A file of ours, read once, and taken apart once where its text alone does not tell."""

    path: Path
    text: str

    @property
    def tree(self) -> ast.Module:
        return tree_of(self.path)

    def nodes(self, *kinds: type[Node]) -> Iterator[Node]:
        return nodes_of(self.tree, *kinds)

    def docstring(self) -> str:
        """What it opens with; the rest of it need not be taken apart for that."""
        text = self.text
        head = text[: text.find('"""', 3) + 3] if text.startswith('"""') else text
        return ast.get_docstring(ast.parse(head)) or ""

    def imports(self, *starts: str) -> Iterator[tuple[str, int]]:
        """The dotted names that it imports, all of them or those that start so, with their lines."""
        if not starts or any(all(word in self.text for word in start.split(".")) for start in starts):
            named = imports(self.nodes(ast.Import, ast.ImportFrom))
            yield from ((name, line) for name, line in named if not starts or name.startswith(starts))

    def at(self, line: int) -> str:
        return f"{self.path.relative_to(ROOT).as_posix()}:{line}"


@cache
def read(file: Path) -> Module:
    return Module(file, file.read_text(encoding="utf-8"))


@cache
def modules(folder: Path = SOURCE) -> tuple[Module, ...]:
    return tuple(map(read, sorted(folder.rglob("*.py"))))


def of_floors(*floors: str) -> list[Module]:
    return [module for floor in floors for module in modules(SOURCE / floor)]


def of_nouns() -> list[Module]:
    """The storage without what keeps the file safe: its nouns, and what they stand on."""
    return [module for module in of_floors("storage") if module.path.parent.name != "file"]


def everything() -> list[Module]:
    return [module for folder in ("src", "tests", "migrations", "packaging") for module in modules(ROOT / folder)]


def none_of(found: list[str], rule: str) -> None:
    assert not found, f"{rule}\n  " + "\n  ".join(found)


def imports(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, int]]:
    """The dotted names that are imported, with their lines; `from a import b` gives `a.b`."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def at_import(nodes: list[ast.stmt]) -> Iterator[ast.AST]:
    """What runs when the module is imported: everything outside functions, except what only type checkers read."""
    for node in nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        yield node
        for part in ("body", "orelse", "finalbody", "handlers"):
            yield from at_import(getattr(node, part, []))


def docstrings(module: Module) -> set[int]:
    """The ids of the constants that are docstrings, of attributes too: a text that stands alone."""
    alone = (node.value for node in module.nodes(ast.Expr))
    return {id(value) for value in alone if isinstance(value, ast.Constant)}


def spoken(module: Module) -> Iterator[tuple[str, int]]:
    """The texts of a module that somebody may read on the screen, with their lines."""
    silent = docstrings(module)
    for node in module.nodes(ast.Constant):
        if isinstance(node.value, str) and id(node) not in silent:
            yield node.value, node.lineno


def called(module: Module, *names: str) -> list[str]:
    """Where something of one of these names is called: `name(…)` or `anything.name(…)`."""
    return [
        f"{module.at(call.lineno)}  {ast.unparse(call)[:80]}"
        for call in module.nodes(ast.Call)
        if getattr(call.func, "attr", getattr(call.func, "id", "")) in names
    ]


def named(module: Module, *names: str) -> list[str]:
    """Where one of these names stands, on its own or after a point."""
    return [
        f"{module.at(node.lineno)}  {ast.unparse(node)}"
        for node in module.nodes(ast.Name, ast.Attribute)
        if getattr(node, "attr", getattr(node, "id", "")) in names
    ]


# The floors


@pytest.mark.skipif(not (SOURCE / "app.py").exists(), reason="the top floor is not built yet")
def test_the_floors_hold() -> None:
    lint = "import sys; sys.path.insert(0, 'src'); from importlinter.cli import lint_imports_command as c; c()"
    command = [sys.executable, "-c", lint, "--no-cache", "--no-logo"]
    outcome = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


def test_nothing_is_imported_in_a_circle() -> None:
    """Late imports and those for types alone count too: who reads one file has to read all of a circle."""
    none_of([" ⇄ ".join(ring) for ring in circles()], "Two that need each other are one, or a third is missing:")


@pytest.mark.parametrize("floor", FLOORS)
def test_a_floor_knows_only_its_own_libraries(floor: str) -> None:
    allowed = FLOORS[floor] | sys.stdlib_module_names | {"wealthdesk"}
    found = [
        f"{module.at(line)}  {name}"
        for module in of_floors(floor)
        for name, line in module.imports()
        if name.partition(".")[0] not in allowed
    ]
    none_of(found, f"{floor} may import the standard library and {sorted(FLOORS[floor]) or 'nothing else'}:")


def test_system_needs_nothing_but_the_standard_library() -> None:
    module = next(module for module in modules() if module.path.name == "system.py")
    found = [name for name, _ in module.imports() if name.split(".")[0] not in sys.stdlib_module_names]
    none_of(found, "packaging/run.py asks wealthdesk.system before anything is installed, but it imports:")


def test_the_files_of_nouns_read_by_plain_selects_and_write_by_the_verbs() -> None:
    knowing = {"tables.py", "columns.py", "writing.py"}
    found = [
        f"{module.at(line)}  {name}"
        for module in of_nouns()
        for name, line in module.imports("sqlalchemy")
        if module.path.name not in knowing
    ]
    none_of(
        found,
        f"Only {sorted(knowing)} and storage/file/ know SQLAlchemy; nouns use Reading.rows, and the verbs:",
    )


def test_there_is_no_orm() -> None:
    found = [f"{module.at(line)}  {name}" for module in everything() for name, line in module.imports("sqlalchemy.orm")]
    none_of(found, "There is no ORM in this house; tables and statements are enough:")


def test_the_files_of_nouns_do_not_know_that_it_is_sqlite() -> None:
    knowing = {"connection.py", "database.py", "schema.py", "writing.py"}
    found = [
        f"{module.at(line)}  {name}"
        for module in of_nouns()
        for name, line in module.imports("sqlite3", "sqlalchemy.dialects")
        if module.path.name not in knowing
    ]
    none_of(found, f"Only {sorted(knowing)} and storage/file/ know which database it is:")


def test_targets_and_reserves_are_written_in_one_place() -> None:
    kept = {"asset_class_targets", "holding_targets", "class_target_caps", "holding_target_caps"}
    found = [
        where
        for module in modules()
        if module.path.relative_to(SOURCE).as_posix() != "storage/reallocations.py"
        for where in called(module, "insert", "put", "update", "change", "delete")
        if any(f"'{table}'" in where for table in kept) or "planned_reserves_minor" in where
    ]
    found += [
        f"{module.at(line)}  {text.strip()[:60]!r}"
        for module in modules()
        for text, line in spoken(module)
        if re.search(rf"(INSERT INTO|UPDATE|DELETE FROM)\s+({'|'.join(kept)}|companies)\b", text, re.IGNORECASE)
    ]
    none_of(
        found, "Only storage/reallocations.py writes what targets and reserves are, so that all of it has a history:"
    )


def test_heavy_libraries_are_imported_where_they_are_needed() -> None:
    """numpy by the planner's files that calculate with it, which are imported late; HiGHS where a programme is run."""
    found = [
        f"{module.at(line)}  {name}"
        for module in modules()
        for name, line in imports(at_import(module.tree.body))
        if name.startswith("highspy") or (name.startswith("numpy") and module.path.parent.name != "planner")
    ]
    none_of(found, "Import these inside the function that needs them, so that the first window does not wait:")
    late = [
        f"{module.at(line)}  {name}"
        for module in of_floors("planner")
        for name, line in set(module.imports()) - set(imports(at_import(module.tree.body)))
        if name.startswith("numpy")
    ]
    none_of(late, "Import numpy at the top: who imports this file does so late.")


FIRST = ["wealthdesk.app", "wealthdesk.gui.main_window", "wealthdesk.services.desk", "wealthdesk.gui.allocation.page"]
"""What the first window is made of, and what fills it."""


@pytest.mark.parametrize("first", FIRST)
def test_the_first_window_and_its_first_page_wait_for_no_heavy_library(first: str) -> None:
    heavy = {
        "sqlalchemy",
        "alembic",
        "numpy",
        "highspy",
        "charset_normalizer",
        "portalocker",
        "platformdirs",
        "python_calamine",
        "truststore",
    }
    ask = f"import sys; sys.path.insert(0, 'src'); import {first}; print(*sorted({heavy} & set(sys.modules)))"
    outcome = subprocess.run([sys.executable, "-c", ask], cwd=ROOT, capture_output=True, text=True)
    assert outcome.returncode == 0, outcome.stderr
    assert outcome.stdout.strip() == "", (
        f"import {first} brings in {outcome.stdout}; import it where it is needed, not at the start."
    )


def test_only_app_and_cli_ask_the_clock() -> None:
    found = [
        where
        for module in of_floors("domain", "planner", "importers", "quotes", "planning", "services", "gui")
        for where in called(module, "now", "today", "utcnow")
        if re.search(r"\b(date|datetime)\.(now|today|utcnow)\(", where)
    ]
    none_of(found, "The moment is an argument (storage stamps its rows, app.py and cli.py hand it down):")


# Names, prose


def test_every_module_is_named_after_its_noun() -> None:
    banned = {"utils", "util", "helpers", "helper", "common", "base", "core", "manager", "controller", "misc"}
    found = [
        str(path.relative_to(ROOT))
        for path in sorted(SOURCE.rglob("*"))
        if path.stem in banned and "__pycache__" not in path.parts
    ]
    none_of(found, "These names say nothing; find the noun that the functions belong to:")


def test_every_module_opens_with_a_sentence() -> None:
    found = []
    for module in (*modules(), *modules(ROOT / "migrations"), *modules(ROOT / "packaging"), *modules(ROOT / "tests")):
        first = module.docstring().partition("\n\n")[0].strip()
        if module.text.strip() and not (first.endswith((".", ":")) and len(first.split()) >= 3):
            found.append(f"{module.at(1)}  {first[:60]!r}")
    none_of(found, "A module opens with one sentence of what it is, ending in a point:")


def test_the_folders_of_the_program_say_what_they_are() -> None:
    found = [module.at(1) for module in modules() if module.path.name == "__init__.py" and not module.text.strip()]
    none_of(found, "An empty __init__.py tells a newcomer nothing; one sentence is enough:")


def test_slots_are_snake_case_and_only_overrides_look_like_qt() -> None:
    from PySide6 import QtCore, QtGui, QtSvg, QtWidgets

    of_qt: set[str] = set()
    for part in (QtCore, QtGui, QtSvg, QtWidgets):
        kinds = [getattr(part, name) for name in dir(part)]
        of_qt.update(name for kind in kinds if isinstance(kind, type) for name in dir(kind))
    found = [
        f"{module.at(node.lineno)}  {node.name}"
        for module in modules()
        for node in module.nodes(ast.FunctionDef)
        if re.search("[a-z][A-Z]", node.name) and node.name not in of_qt
    ]
    none_of(found, "snake_case everywhere; only overrides of Qt methods look like Qt:")


def test_the_words_on_screen_are_neutral_arithmetic() -> None:
    # What a file of somebody's must look like is no advice on what to buy.
    silent = {"importers", "quotes", "storage"}
    advice = re.compile(r"\b(should|must|ought|recommend\w*|optimal\w*|advi[cs]e\w*|suggest\w*)\b", re.IGNORECASE)
    found = [
        f"{module.at(line)}  {text.strip()[:80]!r}"
        for module in modules()
        for text, line in spoken(module)
        if advice.search(text) and not silent & set(module.path.parts)
    ]
    none_of(found, "“Calculated from your targets”, never advice:")


def test_the_manual_is_neutral_arithmetic() -> None:
    advice = re.compile(r"\b(you should|recommend\w*|optimal\w*)\b", re.IGNORECASE)
    pages = sorted((ROOT / "resources").rglob("*.md"))
    found = [
        f"{page.relative_to(ROOT)}:{number}  {line.strip()[:80]}"
        for page in pages
        for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1)
        if advice.search(line)
    ]
    none_of(found, "“Calculated from your targets”, never advice:")


# Numbers


def test_no_float_holds_money() -> None:
    found = [where for module in of_floors("domain", "planning", "services") for where in named(module, "float")]
    none_of(found, "Money is int, weights are int, quantities are Decimal; a float has no place here:")


def test_no_number_of_the_domain_is_written_as_a_float() -> None:
    found = [
        f"{module.at(node.lineno)}  {node.value}"
        for module in of_floors("domain")
        for node in module.nodes(ast.Constant)
        if isinstance(node.value, float)
    ]
    none_of(found, "Write Decimal('0.5') or basis points:")


def test_no_column_is_a_float_underneath() -> None:
    kinds = ("Numeric", "NUMERIC", "Float", "FLOAT", "Double", "DOUBLE", "DOUBLE_PRECISION", "REAL", "DECIMAL")
    places = [*of_floors("storage"), *modules(ROOT / "migrations")]
    found = [where for module in places for where in named(module, *kinds)]
    found += [
        f"{module.at(line)}  {text.strip()[:60]!r}"
        for module in places
        for text, line in spoken(module)
        if re.search(r"\b(REAL|FLOAT|DOUBLE|NUMERIC)\b", text)
    ]
    none_of(found, "SQLite keeps these as binary floats; use the kinds of storage/columns.py:")


def test_signals_carry_money_and_ids_whole() -> None:
    found = [
        where
        for module in of_floors("gui")
        for where in called(module, "Signal", "Slot")
        if re.search(r"(Signal|Slot)\((.*\b)?(int|float)\b", where)
    ]
    none_of(found, "Signal(int) is 32 bits: 2**40 arrives as 0. Use Signal(object):")


# Qt


def test_dialogs_are_opened_and_never_waited_for() -> None:
    found = [where for module in of_floors("gui") for where in called(module, "exec", "exec_")]
    none_of(found, "Use open() or popup(), keep the object until finished:")


def test_the_application_runs_once() -> None:
    loops = [where for module in modules() if module.path.parent == SOURCE for where in called(module, "exec", "exec_")]
    assert len(loops) <= 1, "One event loop is enough:\n  " + "\n  ".join(loops)


def test_nobody_turns_the_event_loop_by_hand() -> None:
    found = [where for module in modules() for where in called(module, "processEvents")]
    none_of(found, "processEvents() lets anything happen anywhere; use tasks.run:")


def test_qt_is_a_version_that_does_not_abort() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    qt = [each for each in project["dependencies"] if each.startswith("PySide6")]
    assert qt == ["PySide6-Essentials>=6.11.3,<6.12"], "PySide6 6.12.0 aborts the process on Python 3.11."


# Migrations


def migrations() -> list[Module]:
    return [module for module in modules(VERSIONS) if module.path.name != "__init__.py"]


def defined(module: Module) -> dict[str, ast.AST]:
    """The top-level names of a module with the statement that makes each."""
    names: dict[str, ast.AST] = {}
    for node in module.tree.body:
        if isinstance(node, ast.FunctionDef):
            names[node.name] = node
        for target in getattr(node, "targets", [getattr(node, "target", None)]):
            if isinstance(target, ast.Name):
                names[target.id] = node
    return names


def test_migrations_are_numbered_and_linear() -> None:
    numbers = [module.path.name[:4] for module in migrations()]
    assert numbers == [f"{number:04}" for number in range(1, len(numbers) + 1)], numbers


def test_every_migration_goes_both_ways() -> None:
    found = []
    for module in migrations():
        for way in ("upgrade", "downgrade"):
            function = defined(module).get(way)
            does = function.body if isinstance(function, ast.FunctionDef) else []
            if not [each for each in does if isinstance(each, ast.Expr) and isinstance(each.value, ast.Call)]:
                found.append(f"{module.at(1)}  {way}() does nothing")
    none_of(found, "A migration can be done and undone:")


def test_every_migration_says_what_its_downgrade_loses() -> None:
    found = [module.at(1) for module in migrations() if "LOSES" not in defined(module)]
    none_of(found, "LOSES = (…) tells the user what a downgrade loses; () when nothing:")


def test_migrations_stand_alone() -> None:
    found = [
        f"{module.at(line)}  {name}"
        for module in modules(ROOT / "migrations")
        for name, line in module.imports()
        if name.split(".")[0] == "wealthdesk"
    ]
    none_of(found, "A migration is written as the tables were then; the program of today is none of its business:")


def test_every_schema_keeps_an_old_file() -> None:
    found = []
    for module in migrations():
        old = OLD_FILES / f"portfolio_{module.path.name[:4]}.wealthdesk"
        if not old.exists():
            found.append(f"{module.at(1)}  has no {old.relative_to(ROOT).as_posix()}")
            continue
        with closing(sqlite3.connect(f"{old.as_uri()}?mode=ro&immutable=1", uri=True)) as file:
            version = file.execute("PRAGMA user_version").fetchone()[0]
        if version != int(module.path.name[:4]):
            found.append(f"{old.name} is of version {version}")
    none_of(found, "Every released schema keeps a real file, opened by a test for ever:")


# The tree, the tests


def top_level() -> set[str]:
    """What git keeps there: pictures or a portfolio that somebody put into the clone are no concern of the house."""
    git = shutil.which("git")
    listed = subprocess.run([git, "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True).stdout if git else ""
    return {path.partition("/")[0] for path in listed.split("\0") if path} or {path.name for path in ROOT.iterdir()}


def test_the_top_level_holds_nothing_else() -> None:
    allowed = {
        "README.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "LICENSE",
        "pyproject.toml",
        "src",
        "migrations",
        "resources",
        "tests",
        "packaging",
    }
    found = {name for name in top_level() if not name.startswith(".")}
    none_of(sorted(found - allowed), "The top level is the table of contents; these do not belong there:")


def test_the_readme_names_what_is_there() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    named_there = re.findall(r"(?:\.ci|src|packaging|tests|migrations|resources)/[\w./]*", text)
    found = sorted({path for path in named_there if not (ROOT / path).exists()})
    none_of(found, "README.md sends people to these, and they are not there:")


def test_contributing_names_what_is_there() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 80
    named_there = set(re.findall(r"`([\w./]+(?:/|\.(?:py|toml|json|md)))`", text))
    found = sorted(path for path in named_there if not any((root / path).exists() for root in (ROOT, SOURCE)))
    assert len(named_there) > 15
    none_of(found, "CONTRIBUTING.md sends people to these, and they are not there:")


def test_there_is_no_lock_file() -> None:
    locks = ("*.lock", "pylock*.toml", "Pipfile*", "requirements*.txt")
    folders = ("src", "migrations", "resources", "packaging", "tests")
    found = [path for lock in locks for path in ROOT.glob(lock) if not path.name.startswith(".")]
    found += [path for lock in locks for folder in folders for path in (ROOT / folder).rglob(lock)]
    none_of([str(path.relative_to(ROOT)) for path in found], "Lock files hold the names of somebody's package index:")


def test_no_file_names_somebody_s_machine() -> None:
    roughly = ("/work", "/root", "/home", "/Users", "C:")  # most files have none of them
    place = re.compile(r"(?<![\w.:/])/(?:work|root|home|Users)/\w+|\bC:\\\\?Users\b")
    found = [
        f"{module.at(number)}  {line.strip()[:80]}"
        for module in everything()
        if module.path != Path(__file__) and any(each in module.text for each in roughly)
        for number, line in enumerate(module.text.splitlines(), 1)
        if place.search(line)
    ]
    none_of(found, "These places exist on one machine only:")


def test_tests_use_the_real_things() -> None:
    found = [
        f"{module.at(line)}  {name}"
        for module in modules(ROOT / "tests")
        for name, line in module.imports("unittest.mock", "mock", "pytest_mock")
    ]
    none_of(found, "Real SQLite, real widgets, no mocks:")
