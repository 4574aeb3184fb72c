"""The newcomer's door: one command that sets up what it needs, then runs WealthDesk, its tests, checks or benchmarks.

    python3 packaging/run.py demo   [arguments of wealthdesk]   the window, on a copy of the demo portfolio
    python3 packaging/run.py test   [arguments of pytest]       all tests, without a display
    python3 packaging/run.py check                              lint, format, types, floors, rules, packages and figures
    python3 packaging/run.py house  [--found]                   the figures of the house beside their bars
    python3 packaging/run.py bench  [arguments of pytest]       the benchmarks, which print their numbers
    python3 packaging/run.py faults [arguments of pytest]       the whole proof that no fault loses anything
    python3 packaging/run.py deep   [--count N --first SEED …]  thousands of random plans, each judged by another search
    python3 packaging/run.py fuzz   [--minutes M --seed SEED …] spoiled inputs for every reader, until the time is over
    python3 packaging/run.py newest [arguments of pytest]       tests and benchmarks with the newest of all dependencies
    python3 packaging/run.py build                              wheel, source, bundle and a package of it, in dist/
    python3 packaging/run.py smoke                              proves what `build` made, in a clean root of the system

The environment is the folder `.venv` beside pyproject.toml, with the versions in packaging/constraints.txt. It is made
again when the project's dependencies, these versions, the version of Python or the place of the project change;
otherwise nothing is installed and no network is needed. `newest` makes one of its own that does not keep to these
versions, and throws it away.
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
import sysconfig
import tempfile
import time
from ctypes.util import find_library
from pathlib import Path
from types import ModuleType
from typing import Any, Iterator, NoReturn, Sequence  # noqa: UP035  an old Python has to get as far as the sentence about its age

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
OLDEST = (3, 11)
CONSTRAINTS = Path("packaging", "constraints.txt")
"""The one version of each package, seen from ROOT: pip takes a path with a space for two where a variable names it."""

BENCHMARKS = ["-o", "python_files=bench_*.py", "-s", "-q", "tests/benchmarks"]
"""What makes pytest run tests/benchmarks, which the tests leave alone because of their names."""

ROOM_IN_MEMORY = 2_000_000_000
"""So many bytes are free where the tests may keep their files; they take a fifth of it."""

BUNDLERS = ("pyinstaller", "hatchling")
"""What makes the bundle, the wheel and the source; one version of each is pinned as well."""


class CannotSetUp(Exception):
    """The set-up cannot go on; the text says what is missing and how to mend it."""


def main(arguments: list[str]) -> int:
    """Set up what the command needs and run it; the result is its exit code, or 2 when the set-up could not be done."""
    known = (demo, test, check, house, bench, faults, deep, fuzz, newest, build, smoke)
    commands = {each.__name__: each for each in known}
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
    around = {"QT_QPA_PLATFORM": "offscreen"} | in_memory() | in_large_pages()
    become([*python(), "-m", "pytest", *(arguments or file_by_file())], around)


def in_memory() -> dict[str, str]:
    """What makes the tests keep their files in memory, where Linux has a place with room for it: no test waits for a
    disk then, and none is worn."""
    place = Path("/dev/shm")
    if "TMPDIR" in os.environ or not os.access(place, os.W_OK):
        return {}
    can_run = not os.statvfs(place).f_flag & os.ST_NOEXEC  # tests make environments and run them
    return {"TMPDIR": str(place)} if can_run and shutil.disk_usage(place).free > ROOM_IN_MEMORY else {}


def in_large_pages() -> dict[str, str]:
    """What makes the C library of Linux (2.35 or newer) ask for memory in large pages, of which far fewer have to be
    found and given; where it is not known, it is not heeded."""
    return {} if "GLIBC_TUNABLES" in os.environ else {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}


def bench(arguments: list[str]) -> int:
    """Print the numbers of the benchmarks."""
    set_up("offscreen")
    become([*python(), "-m", "pytest", *BENCHMARKS, *arguments], {"QT_QPA_PLATFORM": "offscreen"})


def faults(arguments: list[str]) -> int:
    """Kill, tear, starve and damage at every point of tests/faults, of which the tests take a sample."""
    if not any(map(shutil.which, ("cc", "gcc", "clang"))):
        raise CannotSetUp("The disk that fails has to be compiled: install a C compiler (cc), then run this again.")
    set_up("offscreen")
    whole = {"QT_QPA_PLATFORM": "offscreen", "WEALTHDESK_FAULTS": "all"}
    parallel = [] if arguments else on_every_core()
    become([*python(), "-m", "pytest", "-q", *(parallel or ["-s"]), "tests/faults", *arguments], whole)


def on_every_core() -> list[str]:
    """What makes pytest run several tests at a time."""
    workers = min(4, os.cpu_count() or 1)
    return ["-n", str(workers)] if workers > 1 else []


def file_by_file() -> list[str]:
    """The same, each file by one worker alone and in their order: what the tests of a file share is made once."""
    parallel = on_every_core()
    return [*parallel, "--dist", "loadfile", "--no-loadscope-reorder"] if parallel else []


def newest(arguments: list[str]) -> int:
    """Try the newest versions that pyproject.toml allows: say which differ, and whether tests and benchmarks pass."""
    install_packages(missing_packages("offscreen"))
    failed = []
    with tempfile.TemporaryDirectory(prefix="wealthdesk-newest-", ignore_cleanup_errors=True) as folder:
        venv = Path(folder) / "venv"
        say("Making an environment of the newest versions; this takes a minute or two …")
        install(venv, constrained=False)
        differing = differences(versions_in(venv), pinned_versions())
        print("\n".join(differing) or "No version differs from those in packaging/constraints.txt.", flush=True)
        runs = {"tests": arguments or file_by_file(), "benchmarks": BENCHMARKS}
        for name, given in runs.items():
            print(f"The {name}, with the newest versions:", flush=True)
            command = [*python(venv), "-m", "pytest", *given]
            if subprocess.call(command, cwd=ROOT, env=os.environ | {"QT_QPA_PLATFORM": "offscreen"}):
                failed.append(name)
    print("\n".join(differing))
    print(f"Failed: {', '.join(failed)}; what did stands above." if failed else "All of it passes.")
    return 1 if failed else 0


def versions_in(venv: Path) -> dict[str, str]:
    """The version of each package in an environment, by its name in small letters and hyphens."""
    command = [*python(venv), "-m", "pip", "list", "--format", "json", "--disable-pip-version-check"]
    listed = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
    return {each["name"].lower().replace("_", "-"): each["version"] for each in listed}


def pinned_versions() -> dict[str, str]:
    """The version of each package in packaging/constraints.txt."""
    lines = (ROOT / CONSTRAINTS).read_text(encoding="utf-8").splitlines()
    pins = (line.partition(";")[0].split("==") for line in lines if "==" in line and not line.startswith("#"))
    return {name.strip(): version.strip() for name, version in pins}


def differences(found: dict[str, str], pinned: dict[str, str]) -> list[str]:
    """A line for each package that is not as it is pinned, or not pinned at all."""
    ours = {name: found[name] for name in sorted(found) if name not in ("pip", "setuptools", "wealthdesk")}
    return [
        f"{name} {version} instead of {pinned.get(name, 'none')}"
        for name, version in ours.items()
        if pinned.get(name) != version
    ]


def deep(arguments: list[str]) -> int:
    """Undo 500 random sequences of changes; try properties with all the examples that they name; plan random problems
    of all modes, judge every plan; print what is wrong. With arguments only the plans, as they say.
    """
    set_up("offscreen")
    if not arguments:
        many = os.environ | {"WEALTHDESK_UNDO_SEQUENCES": "500", "WEALTHDESK_DEEP": "1"}
        tests = sorted((ROOT / "tests").rglob("test_*.py"))
        properties = [str(each) for each in tests if "from examples import" in each.read_text(encoding="utf-8")]
        undone = str(ROOT / "tests" / "services" / "test_undo.py")
        if outcome := subprocess.run(
            [*python(), "-m", "pytest", "-q", undone, *properties], cwd=ROOT, env=many
        ).returncode:
            raise SystemExit(outcome)
    become([*python(), "-m", "deep", *arguments], {"PYTHONPATH": str(ROOT / "tests")})


def fuzz(arguments: list[str]) -> int:
    """Spoil inputs of every reader and judge what comes of them; the seeds of what is wrong are printed."""
    set_up("offscreen")
    become([*python(), "-m", "fuzz", *arguments], {"PYTHONPATH": str(ROOT / "tests")})


def check(arguments: list[str]) -> int:
    """Lint, format, types, floors, house rules, packages, figures of the house: each says what it found.

    1 when any of them did.
    """
    set_up("offscreen")
    checks = (
        [*python(), "-m", "ruff", "check", "."],
        [*python(), "-m", "ruff", "format", "--check", "."],
        [*python(), "-m", "mypy"],
        [*python(), "-m", "pytest", "-q", "tests/test_house.py", "tests/test_packaging.py"],
    )
    failed = []
    for command in checks:
        print("$", *command[1:], flush=True)
        if subprocess.call([*command, *arguments], cwd=ROOT, env=os.environ | {"QT_QPA_PLATFORM": "offscreen"}):
            failed.append(command[2])
    if print_figures([]):
        failed.append("house")
    if failed:
        print("Not in order:", ", ".join(failed), file=sys.stderr)
    return 1 if failed else 0


def house(arguments: list[str]) -> int:
    """Print the figures of the house: rooms, circles, names, lengths, and how far a key has to walk."""
    set_up("offscreen")
    return print_figures(arguments)


def print_figures(arguments: list[str]) -> int:
    """Print them beside their bars; 1 where one does not hold."""
    places = {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT / "tests")}
    return subprocess.call([*python(), "-m", "house_figures", *arguments], cwd=ROOT, env={**os.environ, **places})


def build(arguments: list[str]) -> int:
    """Make wheel, source, bundle and this system's package, in an environment that holds nothing but what goes in."""
    for elsewhere in ("PYTHONPATH", "PYTHONHOME"):  # another copy of the project, say, would be what is packed
        os.environ.pop(elsewhere, None)
    install_packages([*missing_packages("offscreen"), *missing_for_bundles()])
    venv = ROOT / "build" / "environment"
    tools = [*BUNDLERS, *read_project()["project"]["dependencies"]]
    stamp, made_of = venv / "wealthdesk.stamp", f"{fingerprint()} {tools}"
    with alone():
        if not stamp.is_file() or stamp.read_text() != made_of:
            say("Making the environment of the build; this takes a minute or two …")
            shutil.rmtree(venv, ignore_errors=True)
            install(venv, tools)
            stamp.write_text(made_of)
    become([*python(venv), str(ROOT / "packaging" / "build.py"), *arguments], {})


def missing_for_bundles() -> list[str]:
    """The Debian packages that a bundle is made with and that are not here."""
    if not sys.platform.startswith("linux"):
        return []
    tools = [package for tool, package in {"strip": "binutils", "dpkg-deb": "dpkg"}.items() if not shutil.which(tool)]
    library = "libpython{}.{}".format(*sys.version_info)
    is_apart = sysconfig.get_config_var("Py_ENABLE_SHARED") or find_library(library[3:])
    return tools if is_apart else [*tools, library]


def smoke(arguments: list[str]) -> int:
    """Install what `build` made where nothing else is, and use it."""
    if not sys.platform.startswith("linux") or not shutil.which("dpkg"):
        raise CannotSetUp("The proof needs Debian or Ubuntu: it installs the .deb into a clean root of one.")
    tools = {"debootstrap": "debootstrap", "Xvfb": "xvfb", "xdotool": "xdotool", "unshare": "util-linux"}
    install_packages([package for tool, package in tools.items() if not shutil.which(tool)])
    if (become_root := how_to_become_root()) is None:
        raise CannotSetUp("The clean root is made by root: start this as root, or where sudo can ask.")
    set_up("xcb")  # a start in this environment is measured on a screen too
    become([*become_root, *python(), str(ROOT / "packaging" / "smoke.py"), *arguments], {})


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
    project = read_project()
    pinned = (ROOT / CONSTRAINTS).read_text(encoding="utf-8")
    needed = [project["build-system"], project["project"], project["tool"]["hatch"], pinned]
    parts = [*needed, str(ROOT), sys.version_info[:2]]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def read_project() -> dict[str, Any]:
    """What pyproject.toml says."""
    import tomllib

    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


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
    say("Making the environment .venv: installing WealthDesk and its tools takes a minute or two …")
    install(VENV)
    (VENV / "wealthdesk.stamp").write_text(fingerprint())
    unfinished.unlink()
    say(f"Ready after {time.monotonic() - started:.0f} s.")


def install(venv: Path, wanted: Sequence[str] = ("-e", ".[dev]"), *, constrained: bool = True) -> None:
    """Install the project and its tools, or what is wanted, into an environment, which is made where there is none."""
    if not Path(*python(venv)).exists():
        # The interpreter that `.venv` was made with: this one may have gone with the folder a moment ago.
        base = getattr(sys, "_base_executable", None) or sys.executable
        _done([base, "-m", "venv", str(venv)], "The environment could not be made")
    pip = [*python(venv), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    pinned = ["-c", str(CONSTRAINTS)] if constrained else []
    # What builds the project is installed apart from it: older pips and newer ones read another variable for that.
    for_the_build = dict.fromkeys(("PIP_CONSTRAINT", "PIP_BUILD_CONSTRAINT"), str(CONSTRAINTS)) if constrained else {}
    _done([*pip, *pinned, *wanted], "pip could not install what WealthDesk needs", for_the_build)


def python(venv: Path = VENV) -> list[str]:
    """An environment's interpreter."""
    return [str(venv / "Scripts" / "python.exe" if os.name == "nt" else venv / "bin" / "python")]


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


def _done(command: list[str], otherwise: str, variables: dict[str, str] | None = None) -> None:
    """Run a step of the set-up: silent when it works, with all that it said when it does not."""
    environment = {**os.environ, **(variables or {})}
    step = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if step.returncode != 0:
        sys.stderr.write(step.stdout.decode(errors="replace"))
        raise CannotSetUp(f"{otherwise}; what was said stands above. Mend that and run the same command again.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
