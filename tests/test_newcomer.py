"""The newcomer's door, tried on a small project of its own that needs no network."""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

PROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
[project]
name = "wealthdesk"
version = "1"
[project.optional-dependencies]
dev = []
[tool.hatch]
"""

BACKEND = '''
"""Builds a wheel that only points at src."""
import pathlib, zipfile

def build_editable(folder, config_settings=None, metadata_directory=None):
    name, about = "wealthdesk-1-py3-none-any.whl", "wealthdesk-1.dist-info"
    with zipfile.ZipFile(pathlib.Path(folder) / name, "w") as wheel:
        wheel.writestr("wealthdesk.pth", str(pathlib.Path("src").resolve()))
        said = "Metadata-Version: 2.1\\nName: wealthdesk\\nVersion: 1\\nProvides-Extra: dev\\n"
        wheel.writestr(f"{about}/METADATA", said)
        wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(f"{about}/RECORD", "")
    return name
'''

pytestmark = pytest.mark.skipif(not importlib.util.find_spec("ensurepip"), reason="this Python cannot make venvs")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return cloned(tmp_path)


def cloned(folder: Path) -> Path:
    """A clone in a folder whose name has a space; its program prints what it was asked."""
    clone = folder / "a clone"
    package = clone / "src" / "wealthdesk"
    package.mkdir(parents=True)
    (clone / "packaging").mkdir()
    shutil.copy(ROOT / "packaging" / "run.py", clone / "packaging")
    shutil.copy(ROOT / "src" / "wealthdesk" / "system.py", package)
    (package / "__main__.py").write_text("import os, sys; print(sys.argv[1:], os.getcwd()); sys.exit(4)")
    (clone / "pyproject.toml").write_text(PROJECT)
    (clone / "packaging" / "constraints.txt").write_text("")
    (clone / "backend.py").write_text(BACKEND)
    return clone


MAKES = """
import os, shutil, subprocess, sys
made = {made!r}
if os.path.exists(made):
    shutil.copytree(made, sys.argv[-1], symlinks=True, dirs_exist_ok=True, copy_function=os.link)
else:
    whole = {{key: value for key, value in os.environ.items() if key != "PYTHONPATH"}}
    subprocess.run([sys.executable, "-m", "venv", *sys.argv[1:]], check=True, env=whole)
    unfinished = shutil.ignore_patterns("wealthdesk.*")
    shutil.copytree(sys.argv[-1], made, symlinks=True, ignore=unfinished, copy_function=os.link)
"""


@pytest.fixture(scope="module")
def environments(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where Python finds what makes environments: the first is made as for a newcomer, and each other is a copy of it.

    To make one takes longer than all the rest of a test. Files are linked: pip replaces them and writes into none.
    """
    folder = tmp_path_factory.mktemp("environments")
    (folder / "venv.py").write_text(MAKES.format(made=str(folder / "made")), "utf-8")
    return folder


def run(
    project: Path, *arguments: str, interpreter: str = sys.executable, environments: Path | None = None
) -> subprocess.CompletedProcess[str]:
    command = [interpreter, str(project / "packaging" / "run.py"), *arguments]
    # Nothing may be looked for on any index: what is asked for here has no needs.
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"} | {"PIP_NO_INDEX": "1"}
    if environments is not None:
        environment["PYTHONPATH"] = str(environments)
    return subprocess.run(command, cwd=project.parent, env=environment, capture_output=True, text=True)


@pytest.fixture(scope="module")
def first_run(
    tmp_path_factory: pytest.TempPathFactory, environments: Path
) -> tuple[Path, Path, subprocess.CompletedProcess[str]]:
    """A clone whose program was run once, a copy of its environment, and what was said."""
    project = cloned(tmp_path_factory.mktemp("newcomer"))
    said = run(project, "demo", "--screenshots", "a folder", environments=environments)
    copy = shutil.copytree(project / ".venv", tmp_path_factory.mktemp("begun") / ".venv", symlinks=True)
    return project, copy, said


@pytest.fixture
def begun(first_run: tuple[Path, Path, subprocess.CompletedProcess[str]]) -> Path:
    """The same clone as it was after that: an environment is made for one place."""
    project, copy, _ = first_run
    shutil.rmtree(project / ".venv")
    shutil.copytree(copy, project / ".venv", symlinks=True, copy_function=os.link)
    (project / "packaging" / "constraints.txt").write_text("")
    return project


def test_the_environment_is_made_once_and_made_again_when_it_is_half_made(
    begun: Path, first_run: tuple[Path, Path, subprocess.CompletedProcess[str]], environments: Path
) -> None:
    project, (*_, first) = begun, first_run
    assert first.stdout.splitlines() == [f"['--demo', '--screenshots', 'a folder'] {project.parent}"], first.stderr
    assert first.returncode == 4
    assert "Making the environment" in first.stderr

    again = run(project, "demo", "--screenshots", "a folder")
    assert (again.returncode, again.stdout, again.stderr) == (4, first.stdout, "")

    environment = project / ".venv"
    (environment / "wealthdesk.unfinished").touch()
    (environment / "wealthdesk.stamp").unlink()
    (environment / "left over").touch()
    killed = run(project, "demo", "--screenshots", "a folder", environments=environments)
    assert killed.stdout == first.stdout
    assert not (environment / "left over").exists()
    assert not (environment / "wealthdesk.unfinished").exists()


def test_other_versions_make_the_environment_again(begun: Path, environments: Path) -> None:
    project = begun
    (project / "packaging" / "constraints.txt").write_text("wealthdesk==1\n")
    assert (
        "Making the environment" in run(project, "demo", "--screenshots", "a folder", environments=environments).stderr
    )
    (project / "packaging" / "constraints.txt").write_text("wealthdesk==2\n")
    assert run(project, "demo", "--screenshots", "a folder", environments=environments).returncode == 2


def test_the_environment_s_own_interpreter_makes_it_again(begun: Path, environments: Path) -> None:
    """Its file goes with the folder that is made anew."""
    project = begun
    (project / "packaging" / "constraints.txt").write_text("wealthdesk==1\n")
    inside = project / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    made = run(project, "demo", "--screenshots", "a folder", interpreter=str(inside), environments=environments)
    assert "Making the environment" in made.stderr
    assert made.returncode == 4, made.stderr


def test_the_newest_versions_are_tried_in_an_environment_of_their_own(project: Path, environments: Path) -> None:
    """The small project has no tests and not even pytest: both runs fail, and that is said."""
    tried = run(project, "newest", environments=environments)
    assert tried.returncode == 1
    assert tried.stdout.splitlines()[-1] == "Failed: tests, benchmarks; what did stands above."
    assert "No module named pytest" in tried.stderr
    assert not (project / ".venv").exists()


def test_a_failed_installation_says_so_and_is_not_taken_for_done(project: Path, environments: Path) -> None:
    (project / "pyproject.toml").write_text(PROJECT.replace("requires = []", 'requires = ["no-such-thing-1f9a"]'))
    outcome = run(project, "demo", "--screenshots", "a folder", environments=environments)
    assert outcome.returncode == 2
    assert "no-such-thing-1f9a" in outcome.stderr
    assert outcome.stderr.splitlines()[-1].startswith("WealthDesk could not be set up. pip could not install")
    assert not (project / ".venv" / "wealthdesk.stamp").exists()


def test_an_environment_made_by_hand_is_completed(project: Path, environments: Path) -> None:
    subprocess.run([sys.executable, environments / "venv.py", project / ".venv"], check=True)
    (project / ".venv" / "mine").touch()
    assert run(project, "demo", "--screenshots", "a folder", environments=environments).returncode == 4
    assert (project / ".venv" / "mine").exists()


@pytest.mark.parametrize("arguments", [(), ("dance",)])
def test_what_is_not_a_command_shows_the_commands(project: Path, arguments: tuple[str, ...]) -> None:
    outcome = run(project, *arguments)
    assert outcome.returncode == 2
    assert "packaging/run.py demo" in outcome.stderr
    assert not (project / ".venv").exists()


def test_an_old_python_is_refused_in_one_sentence(project: Path) -> None:
    ask = (
        "import sys; sys.path.insert(0, 'packaging'); sys.version_info = (3, 9, 2, 'final', 0); "
        "import run; sys.exit(run.main(['test']))"
    )
    outcome = subprocess.run([sys.executable, "-c", ask], cwd=project, capture_output=True, text=True)
    assert outcome.returncode == 2
    assert outcome.stderr.count("\n") == 1
    assert "Python 3.11 or newer, and this is Python 3.9" in outcome.stderr
