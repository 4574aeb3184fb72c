"""The newcomer's door: one command that sets up what it needs, then runs WealthDesk, its tests, checks or benchmarks.

    python3 packaging/run.py demo   [arguments of wealthdesk]   the window, on a copy of the demo portfolio
    python3 packaging/run.py test   [arguments of pytest]       all tests, without a display
    python3 packaging/run.py check                              lint, format, types, floors, house rules
    python3 packaging/run.py bench  [arguments of pytest]       the benchmarks, which print their numbers
    python3 packaging/run.py faults [arguments of pytest]       the whole proof that no fault loses anything
    python3 packaging/run.py deep   [--count N --first SEED …]  thousands of random plans, each judged by another search

The environment is the folder `.venv` beside pyproject.toml. It is made again when the project's dependencies, the
version of Python or the place of the project change; otherwise nothing is installed and no network is needed.
Only the standard library is used, and nothing here is newer than Python 3.7 until the version has been looked at.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import Iterator, NoReturn  # noqa: UP035  an old Python has to get as far as the sentence about its age

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
OLDEST = (3, 11)


class CannotSetUp(Exception):
    """The set-up cannot go on; the text says what is missing and how to mend it."""


def main(arguments: list[str]) -> int:
    """Set up what the command needs and run it; the result is its exit code, or 2 when the set-up could not be done."""
    commands = {"demo": demo, "test": test, "check": check, "bench": bench, "faults": faults, "deep": deep}
    if not arguments or arguments[0] not in commands:
        print(__doc__, file=sys.stderr)
        return 0 if arguments in (["-h"], ["--help"]) else 2
    try:
        refuse_old_python(sys.version_info[:2])
        return commands[arguments[0]](arguments[1:])
    except (CannotSetUp, OSError) as reason:
        print(f"WealthDesk could not be set up. {reason}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def demo(arguments: list[str]) -> int:
    """Open the window on a throw-away copy of the demo portfolio."""
    without_display = any(each.startswith("--screenshots") for each in arguments)
    set_up("offscreen" if without_display else None)
    become([*python(), "-m", "wealthdesk", "--demo", *arguments], {}, Path.cwd())


def test(arguments: list[str]) -> int:
    """Pass the tests: all of them on every core, or those that are named one after the other."""
    set_up("offscreen")
    workers = min(4, os.cpu_count() or 1)
    parallel = ["-n", str(workers)] if workers > 1 and not arguments else []
    become([*python(), "-m", "pytest", *parallel, *arguments], {"QT_QPA_PLATFORM": "offscreen"})


def bench(arguments: list[str]) -> int:
    """Print the numbers of tests/benchmarks, which the tests leave alone because of their names."""
    set_up("offscreen")
    by_name = ["-o", "python_files=bench_*.py", "-s", "-q", "tests/benchmarks"]
    become([*python(), "-m", "pytest", *by_name, *arguments], {"QT_QPA_PLATFORM": "offscreen"})


def faults(arguments: list[str]) -> int:
    """Kill, tear, starve and damage at every point of tests/faults, of which the tests take a sample."""
    if not any(map(shutil.which, ("cc", "gcc", "clang"))):
        raise CannotSetUp("The disk that fails has to be compiled: install a C compiler (cc), then run this again.")
    set_up("offscreen")
    whole = {"QT_QPA_PLATFORM": "offscreen", "WEALTHDESK_FAULTS": "all"}
    workers = min(4, os.cpu_count() or 1)
    parallel = ["-n", str(workers)] if workers > 1 and not arguments else ["-s"]
    become([*python(), "-m", "pytest", "-q", *parallel, "tests/faults", *arguments], whole)


def deep(arguments: list[str]) -> int:
    """Plan random problems of all modes and judge every plan; the seeds of what is wrong are printed."""
    set_up("offscreen")
    become([*python(), "-m", "deep", *arguments], {"PYTHONPATH": str(ROOT / "tests")})


def check(arguments: list[str]) -> int:
    """Lint, format, types, floors and house rules: each says what it found; the result is 1 when any of them did."""
    set_up("offscreen")
    checks = (
        [*python(), "-m", "ruff", "check", "."],
        [*python(), "-m", "ruff", "format", "--check", "."],
        [*python(), "-m", "mypy"],
        [*python(), "-m", "pytest", "-q", "tests/test_house.py"],
    )
    failed = []
    for command in checks:
        print("$", *command[1:], flush=True)
        if subprocess.call([*command, *arguments], cwd=ROOT, env=os.environ | {"QT_QPA_PLATFORM": "offscreen"}):
            failed.append(command[2])
    if failed:
        print("Not in order:", ", ".join(failed), file=sys.stderr)
    return 1 if failed else 0


def refuse_old_python(version: tuple[int, ...]) -> None:
    """One sentence for a Python that is too old."""
    if version < OLDEST:
        found = ".".join(map(str, version))
        raise CannotSetUp(f"It needs Python 3.11 or newer, and this is Python {found}: start it with a newer one.")


def set_up(platform: str | None) -> None:
    """Make the environment usable; quick and without network when it already is."""
    install_packages(missing_packages(platform))
    with alone():
        if not is_current():
            make_environment()


def missing_packages(platform: str | None) -> list[str]:
    """The Debian packages that venv and Qt's platform (None: what the display asks for) need and that are not here."""
    if not sys.platform.startswith("linux"):
        return []
    system = _system()
    has_venv = importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")
    for_venv = [] if has_venv or is_current() else ["python{}.{}-venv".format(*sys.version_info)]
    return [*for_venv, *system.missing_packages(platform or system.wanted_platform())]


def _system() -> ModuleType:
    """wealthdesk.system, read from the source tree because nothing is installed yet."""
    spec = importlib.util.spec_from_file_location("wealthdesk_system", ROOT / "src" / "wealthdesk" / "system.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def install_packages(packages: list[str]) -> None:
    """Install system packages as root or by sudo; where neither is possible, refuse with the command to type."""
    if not packages:
        return
    names = " ".join(packages)
    if not shutil.which("apt-get"):
        raise CannotSetUp(f"Install what your system calls these Debian packages, then run this again: {names}")
    become_root = how_to_become_root()
    if become_root is None:
        raise CannotSetUp(f"Install the system packages it needs, then run this again: sudo apt-get install {names}")
    say(f"Installing system packages: {names}")
    apt = [*become_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-o", "DPkg::Lock::Timeout=120"]
    install = [*apt, "install", "-y", "--no-install-recommends", *packages]
    # The lists of a fresh machine are empty or old; asking only then keeps the other machines quick.
    if _quietly(install) != 0:
        for command in ([*apt, "update"], install):
            _done(command, f"apt-get could not install {names}")


def how_to_become_root() -> list[str] | None:
    """The words before a command that make it run as root: none for root, sudo where it can ask or need not."""
    if os.geteuid() == 0:
        return []
    if not shutil.which("sudo"):
        return None
    return ["sudo"] if sys.stdin.isatty() or _quietly(["sudo", "-n", "true"]) == 0 else None


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Hold the environment for one process at a time: two commands started together set up once."""
    with (ROOT / ".venv.lock").open("w") as lock:
        if os.name == "posix":
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def is_current() -> bool:
    """Whether the environment is complete and made for this project, in this place, by this version of Python."""
    stamp = VENV / "wealthdesk.stamp"
    return stamp.is_file() and stamp.read_text() == fingerprint() and Path(*python()).exists()


def fingerprint() -> str:
    """What the environment depends on, in one line."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    parts = [project["build-system"], project["project"], project["tool"]["hatch"], str(ROOT), sys.version_info[:2]]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def make_environment() -> None:
    """Make `.venv` and install the project and its tools into it; the stamp is written last, so a kill leaves none.

    An environment that somebody made by hand is kept and completed; one of ours that is stale or half made is not.
    """
    started = time.monotonic()
    unfinished = VENV / "wealthdesk.unfinished"
    ours = unfinished.exists() or (VENV / "wealthdesk.stamp").exists()
    if ours or not Path(*python()).exists():
        shutil.rmtree(VENV, ignore_errors=True)
    VENV.mkdir(exist_ok=True)
    unfinished.touch()
    if not Path(*python()).exists():
        say("Making the environment .venv …")
        _done([sys.executable, "-m", "venv", str(VENV)], "The environment could not be made")
    say("Installing WealthDesk and its tools into .venv; this takes a minute or two …")
    install = [*python(), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-e", ".[dev]"]
    _done(install, "pip could not install what WealthDesk needs")
    (VENV / "wealthdesk.stamp").write_text(fingerprint())
    unfinished.unlink()
    say(f"Ready after {time.monotonic() - started:.0f} s.")


def python() -> list[str]:
    """The environment's interpreter."""
    return [str(VENV / "Scripts" / "python.exe" if os.name == "nt" else VENV / "bin" / "python")]


def become(command: list[str], variables: dict[str, str], folder: Path = ROOT) -> NoReturn:
    """Turn into `command`, so that keys, signals and the exit code are its own; Windows can only wait for it."""
    environment = {**os.environ, **variables}
    os.chdir(folder)
    sys.stdout.flush()
    if os.name == "posix":
        os.execve(command[0], command, environment)
    sys.exit(subprocess.call(command, env=environment))


def say(text: str) -> None:
    """A line about the set-up, apart from what the command itself prints."""
    print(text, file=sys.stderr, flush=True)


def _quietly(command: list[str]) -> int:
    return subprocess.call(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _done(command: list[str], otherwise: str) -> None:
    """Run a step of the set-up: silent when it works, with all that it said when it does not."""
    step = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if step.returncode != 0:
        sys.stderr.write(step.stdout.decode(errors="replace"))
        raise CannotSetUp(f"{otherwise}; what was said stands above. Mend that and run the same command again.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
