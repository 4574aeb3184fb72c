"""Makes what is installed: wheel and source, the bundle, and what this system calls a package of it.

`python3 packaging/run.py build` starts it in an environment of its own, where the tools are. All of it lies in dist/.
"""

from __future__ import annotations

import hashlib
import platform
import shutil
import subprocess
import sys
import tarfile
import tomllib
from collections.abc import Callable
from pathlib import Path

import icons

ROOT = Path(__file__).resolve().parents[1]
HERE = ROOT / "packaging"
DIST = ROOT / "dist"
WORK = ROOT / "build" / "parts"
BUNDLE = ROOT / "build" / "bundle" / "wealthdesk"
VERSION: str = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]


def main() -> int:
    """Make all of it and say where it lies."""
    shutil.rmtree(DIST, ignore_errors=True)
    shutil.rmtree(ROOT / "build" / "bundle", ignore_errors=True)
    wheel_and_source()
    bundle()
    made = _MAKERS.get(sys.platform, _archive)()
    shutil.copy(WORK / "wealthdesk" / "materials.json", DIST / f"{made[0].name}.cdx.json")
    (DIST / "SHA256SUMS").write_text(_sums(), encoding="utf-8")
    for file in sorted(DIST.iterdir()):
        print(f"{file.stat().st_size / 1e6:8.1f} MB  {file.relative_to(ROOT)}")
    return 0


def wheel_and_source() -> None:
    """The wheel, which is what the bundle holds, and the source."""
    say("Wheel and source …")
    run(sys.executable, "-m", "hatchling", "build", "-d", str(DIST), "-t", "wheel", "-t", "sdist")
    (wheel,) = DIST.glob("*.whl")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run(*pip, "--no-deps", "--no-index", "--force-reinstall", str(wheel))


def bundle() -> None:
    """The program with its Python and its libraries, in one folder; the notices of all of them are made on the way."""
    say("Bundle; this takes a minute …")
    WORK.mkdir(parents=True, exist_ok=True)
    images = icons.pngs("application")
    (WORK / "wealthdesk.ico").write_bytes(icons.ico(images))
    (WORK / "document.ico").write_bytes(icons.ico(icons.pngs("document")))
    (WORK / "wealthdesk.icns").write_bytes(icons.icns(images))
    (WORK / "document.icns").write_bytes(icons.icns(icons.pngs("document")))
    places = ["--distpath", str(BUNDLE.parent), "--workpath", str(WORK)]
    run(
        sys.executable,
        "-m",
        "PyInstaller",
        "--noconfirm",
        "--log-level",
        "ERROR",
        *places,
        str(HERE / "wealthdesk.spec"),
    )
    if sys.platform.startswith("linux"):
        # These are a quarter of their size without symbols; taking them from numpy's breaks OpenBLAS.
        large = ("libpython*", "python3*/lib-dynload/*.so", "sqlalchemy/**/*.so")
        run("strip", *(str(file) for each in large for file in (BUNDLE / "_internal").glob(each)))


def _of_linux() -> list[Path]:
    import debian

    archive = _archive()
    return [*archive, debian.package(BUNDLE, WORK / "deb", DIST, VERSION)] if shutil.which("dpkg-deb") else archive


def _of_windows() -> list[Path]:
    if not shutil.which("makensis"):
        say("Without makensis there is no installer; the bundle is packed as it is.")
        return _archive()
    made = DIST / f"WealthDesk-{VERSION}-windows-{_machine()}-setup.exe"
    given = [f"-DVERSION={VERSION}", f"-DBUNDLE={BUNDLE}", f"-DWORK={WORK}", f"-DOUT={made}"]
    run("makensis", "-V2", *given, str(HERE / "windows" / "wealthdesk.nsi"))
    return [made]


def _of_macos() -> list[Path]:
    made = DIST / f"WealthDesk-{VERSION}-macos-{_machine()}.dmg"
    run("sh", str(HERE / "macos" / "dmg.sh"), str(BUNDLE.parent / "WealthDesk.app"), str(made))
    return [made]


def _archive() -> list[Path]:
    """The bundle as it is, to unpack anywhere."""
    name = f"wealthdesk-{VERSION}-{sys.platform}-{_machine()}"
    made = DIST / f"{name}.tar.xz"
    with tarfile.open(made, "w:xz", preset=6) as archive:
        archive.add(BUNDLE, name)
    return [made]


_MAKERS: dict[str, Callable[[], list[Path]]] = {"linux": _of_linux, "win32": _of_windows, "darwin": _of_macos}


def _machine() -> str:
    return platform.machine().lower()


def _sums() -> str:
    files = sorted(each for each in DIST.iterdir() if each.name != "SHA256SUMS")
    return "".join(f"{hashlib.sha256(each.read_bytes()).hexdigest()}  {each.name}\n" for each in files)


def run(*command: str) -> None:
    """A step, which ends everything when it fails."""
    subprocess.run(command, cwd=ROOT, check=True)


def say(text: str) -> None:
    """What is being done."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.CalledProcessError as failed:
        sys.exit(f"The build stopped at “{' '.join(map(str, failed.cmd[:4]))} …”; what it said stands above.")
