"""Proves what `build` made: the .deb in a clean root of this system, with the window on a screen of its own.

`python3 packaging/run.py smoke` starts it as root. Each line that it prints is something that was done and checked, or
a figure beside its limit; the first that is not so ends it. The root without packages is kept in build/roots.
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
DIST = ROOT / "dist"
ROOTS = ROOT / "build" / "roots"
USER = 1000
HOME = "/srv/someone"
MEGABYTE = 1_000_000
MOST_PACKED = 60 * MEGABYTE
MOST_INSTALLED = 190 * MEGABYTE
STARTS = 5
HOLDINGS = """Symbol,Name,Quantity,Price,Currency,Asset class
VTI,Total stock market,100,250.00,USD,Equity
BND,Total bond market,200,72.50,USD,Fixed income
"""
TARGETS = {
    "current_version": 1,
    "proposed_allocations": [
        {"asset_class": "Equity", "target_bps": 6000},
        {"asset_class": "Fixed income", "target_bps": 4000},
    ],
}


class NotProven(Exception):
    """Something is not as it has to be; the text says what."""


def main() -> int:
    """Prove all of it; the result is 1 when something is not so."""
    if "WEALTHDESK_APART" not in os.environ:
        # In a space of mounts of its own, which ends with it: nothing stays mounted whatever happens.
        apart = ["unshare", "--mount", "--propagation", "private", sys.executable, __file__]
        os.execvpe(apart[0], apart, os.environ | {"WEALTHDESK_APART": "1"})
    try:
        (deb,) = DIST.glob("*.deb")
    except ValueError:
        print("There is no .deb in dist/: run `python3 packaging/run.py build` first.", file=sys.stderr)
        return 2
    try:
        with clean_root() as root, screen() as display:
            prove(Root(root, display), deb)
    except (NotProven, subprocess.CalledProcessError) as reason:
        print(f"NOT PROVEN: {reason}\n{getattr(reason, 'stdout', None) or ''}", file=sys.stderr)
        return 1
    print("All of it holds.")
    return 0


class Root:
    """A system in a folder, in which somebody without rights uses the program."""

    def __init__(self, path: Path, display: str) -> None:
        self.path, self.display = path, display
        self._windows: list[subprocess.Popen[bytes]] = []

    def command(self, *words: str, as_root: bool = False) -> list[str]:
        """The words that run a command in there, with nothing of this system's environment."""
        user = [] if as_root else [f"--userspec={USER}:{USER}"]
        variables = {"HOME": "/root" if as_root else HOME, "DISPLAY": self.display, "LANG": "C.UTF-8"}
        if as_root:
            variables |= {"DEBIAN_FRONTEND": "noninteractive"} | proxies()
        given = [f"{name}={value}" for name, value in variables.items()]
        paths = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        return ["chroot", *user, str(self.path), "env", "-i", paths, *given, *words]

    def run(self, *words: str, as_root: bool = False, expected: int = 0) -> subprocess.CompletedProcess[str]:
        """Run a command in there to its end."""
        done = subprocess.run(self.command(*words, as_root=as_root), capture_output=True, text=True, timeout=300)
        if done.returncode != expected:
            raise NotProven(f"“{' '.join(words)}” ended with {done.returncode}.\n{done.stdout}{done.stderr}")
        return done

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        """Start a program that has a window."""
        started = subprocess.Popen(self.command(*words), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._windows.append(started)
        return started

    def home(self, name: str = "") -> Path:
        """A file of the user, seen from outside."""
        return self.path / HOME[1:] / name

    def end_windows(self) -> None:
        """End every program that was started in there, also by one of them."""
        for entry in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if (entry / "root").readlink() == self.path:
                    os.kill(int(entry.name), signal.SIGTERM)
        for each in self._windows:
            each.wait(timeout=30)
        self._windows.clear()


def prove(root: Root, deb: Path) -> None:
    """Everything that somebody does with the program between installing and removing it."""
    sizes(root, deb)
    installed(root, deb)
    commands(root)
    pictures(root)
    window(root)
    speed(root)
    removed(root)


def sizes(root: Root, deb: Path) -> None:
    limited("the .deb", deb.stat().st_size, MOST_PACKED)


def installed(root: Root, deb: Path) -> None:
    """By apt, with what it names as its needs and nothing else; every library is there then."""
    shutil.copy(deb, root.path / "tmp")
    root.run("apt-get", "install", "-y", "-qq", "--no-install-recommends", f"/tmp/{deb.name}", as_root=True)
    told(
        "installed by apt with its dependencies alone, and without any Python",
        not (root.path / "usr/bin/python3").exists(),
    )
    size = sum(file.lstat().st_size for file in (root.path / "usr/lib/wealthdesk").rglob("*") if file.is_file())
    limited("installed", size, MOST_INSTALLED)
    missing = set[str]()
    for library in (root.path / "usr/lib/wealthdesk").rglob("*.so*"):
        # The loader finds the bundle's own there, as the program tells it.
        own = "LD_LIBRARY_PATH=/usr/lib/wealthdesk/_internal"
        listed = root.run("env", own, "ldd", "/" + str(library.relative_to(root.path))).stdout
        missing |= {line.split()[0] for line in listed.splitlines() if "not found" in line}
    # What prints, and the display that is not X, are recommended and not needed.
    optional = {each for each in missing if each.startswith(("libcups", "libwayland"))}
    told(
        f"every library is there (without what is only recommended: {len(optional)})", missing == optional, str(missing)
    )
    kind = root.run("sh", "-c", "grep -c x-wealthdesk /usr/share/mime/magic").stdout.strip()
    told("the kind of file is known to the system", kind != "0")


def commands(root: Root) -> None:
    """Imported into a new file, checked, planned in whole shares; the JSON is all there is on standard output."""
    root.home("holdings.csv").write_text(HOLDINGS)
    (root.home("My portfolio.csv")).write_text(HOLDINGS)
    file = f"{HOME}/My portfolio.wealthdesk"
    pure(root, "import", f"{HOME}/holdings.csv", "--file", file, "--account", "Brokerage", "--json")
    told("a CSV file is imported into a new portfolio", root.home("My portfolio.wealthdesk").is_file())
    told("it is whole", pure(root, "check", file, "--json")["state"] == "whole")
    pure(root, "show", "--file", file, "--json")
    old = Path(shutil.copyfile(ROOT / "tests" / "data" / "portfolio_0001.wealthdesk", root.home("old.wealthdesk")))
    os.chown(old, USER, USER)
    pure(root, "show", "--file", f"{HOME}/old.wealthdesk", "--json")
    now = pure(root, "check", f"{HOME}/old.wealthdesk", "--json")
    told("a file of the first version is brought to the newest", now["version"] == now["newest_version"])
    root.home("targets.json").write_text(json.dumps(TARGETS))
    reallocate = ("reallocate", "commit", "--file", file, "--strategy", "All Portfolio")
    pure(root, *reallocate, "--accept-warnings", f"{HOME}/targets.json", "--json")
    plan = pure(root, "plan", "--file", file, "--deposit", "5000", "--whole-shares", "--json")
    bought = {trade["symbol"]: trade["quantity"] for trade in plan["trades"]}
    # Searched for: what is left buys no other share, and the plan says how near to its targets any could come.
    is_searched = plan["left_in_cash_minor"] < 7_250 and bool(plan["proof"])
    is_whole = bool(bought) and all(quantity.isdecimal() for quantity in bought.values())
    told(f"a deposit is planned in whole shares: {bought}", is_whole and is_searched, str(plan)[:300])
    for words in (("backup", file), ("history", "--file", file, "--statistics"), ("rules", "show", "--file", file)):
        pure(root, *words, *(() if words[0] == "rules" else ("--json",)))
    told("all of their JSON is pure", True)
    manual = root.path / "usr/share/man/man1/wealthdesk.1.gz"
    told("there is a manual page", manual.is_file())
    notices = root.path / "usr/lib/wealthdesk/_internal/wealthdesk/_bundled/resources/notices.txt"
    told("the notices are there, with Qt's licence", "GNU LESSER GENERAL PUBLIC LICENSE" in notices.read_text())


def pictures(root: Root) -> None:
    """Every page and dialog of the demo."""
    root.run("wealthdesk", "--demo", "--screenshots", f"{HOME}/pictures")
    told(
        "every page and dialog is painted", (count := len(list(root.home("pictures").glob("*.png")))) > 100, str(count)
    )


def window(root: Root) -> None:
    """By a double click, as managers of files do it; and the two things that start the program once more."""
    root.run("apt-get", "install", "-y", "-qq", "--no-install-recommends", "libglib2.0-bin", as_root=True)
    root.start("gio", "open", f"{HOME}/My portfolio.wealthdesk")
    seen(root, "My portfolio · WealthDesk", "a double click opens the portfolio")
    root.end_windows()

    shutil.copy(root.home("My portfolio.wealthdesk"), root.home("without a name"))
    os.chown(root.home("without a name"), USER, USER)
    kind = root.run("gio", "info", "-a", "standard::content-type", f"{HOME}/without a name").stdout
    told("a portfolio is known by what is in it", "application/x-wealthdesk" in kind, kind)

    root.start("wealthdesk")
    own = seen(root, "WealthDesk", "the first window is empty and the user's own")
    pressed(root, own, "ctrl+d")
    seen(root, "Demo portfolio · WealthDesk", "“Open the demo” opens it in a window of its own")
    root.end_windows()

    damaged = root.home("My portfolio.wealthdesk")
    whole = damaged.read_bytes()
    damaged.write_bytes(whole[: len(whole) // 2])
    root.start("wealthdesk", f"{HOME}/My portfolio.wealthdesk")
    page = seen(root, "My portfolio · WealthDesk", "a damaged portfolio shows its page")
    pressed(root, page, "alt+y")
    seen(root, "(read-only) · WealthDesk", "“Look at a copy” opens a backup in a window of its own")
    root.end_windows()
    damaged.write_bytes(whole)


def speed(root: Root) -> None:
    """What a start costs the processor, beside one in the environment of the clone."""
    file = f"{HOME}/My portfolio.wealthdesk"
    frozen, usual = [], []
    for _ in range(STARTS):
        frozen.append(cost(root, lambda: root.start("wealthdesk", file)))
        usual.append(cost(root, lambda: in_environment(root)))
    ratio = statistics.median(frozen) / statistics.median(usual)
    spent = f"{statistics.median(frozen):.2f} s of processor, an environment {statistics.median(usual):.2f} s"
    told(f"a start costs {ratio:.2f} of one in an environment (at most 1.00): {spent}", ratio <= 1.0)


def in_environment(root: Root) -> subprocess.Popen[bytes]:
    """The same file, shown by the program in the environment of this clone."""
    variables = {"DISPLAY": root.display, "HOME": tempfile.mkdtemp(dir=root.path / "tmp"), "LANG": "C.UTF-8"}
    variables |= {"PATH": os.environ["PATH"]}
    return subprocess.Popen(
        [sys.executable, "-m", "wealthdesk", "--file", str(root.home("My portfolio.wealthdesk"))],
        env=variables,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def cost(root: Root, start: Callable[[], subprocess.Popen[bytes]]) -> float:
    """The processor time of a start, until the window has been quiet for a second."""
    started = start()
    try:
        until(lambda: windows(root, "My portfolio · WealthDesk"), "a window to be measured")
        spent, before = spent_by(started.pid), -1.0
        while spent > before + 0.02:
            time.sleep(1)
            before, spent = spent, spent_by(started.pid)
        return spent
    finally:
        started.send_signal(signal.SIGTERM)
        started.wait(timeout=30)


def spent_by(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def removed(root: Root) -> None:
    """What is the user's stays, all else goes."""
    root.run("apt-get", "purge", "-y", "-qq", "wealthdesk", as_root=True)
    own = root.home(".local/share/WealthDesk/portfolio.wealthdesk")
    told("apt-get purge leaves the user's data", own.is_file() and root.home("My portfolio.wealthdesk").is_file())
    left = [path for path in (root.path / "usr").rglob("*wealthdesk*") if "/share/mime/" not in str(path)]
    told("and nothing of the program", not left, str(left))


def pure(root: Root, *words: str) -> dict[str, Any]:
    """What a command answers, whose standard output is JSON and nothing else."""
    done = root.run("wealthdesk", *words)
    if done.stderr:
        raise NotProven(f"“{' '.join(words)}” said on standard error: {done.stderr}")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def windows(root: Root, title: str) -> list[str]:
    """The windows whose title ends so; a bracket is one, not a part of the expression that is searched."""
    ending = title.replace("(", "[(]").replace(")", "[)]")
    asked = ["xdotool", "search", "--onlyvisible", "--name", f"{ending}$"]
    return subprocess.run(
        asked, env=os.environ | {"DISPLAY": root.display}, capture_output=True, text=True
    ).stdout.split()


def seen(root: Root, title: str, what: str) -> str:
    """The window of that title, once it is there and has had time to show its page."""
    (found, *_) = until(lambda: windows(root, title), what)
    time.sleep(3)
    told(what, bool(windows(root, title)))
    return found


def pressed(root: Root, number: str, keys: str) -> None:
    display = os.environ | {"DISPLAY": root.display}
    subprocess.run(["xdotool", "windowfocus", "--sync", number], env=display, check=True)
    subprocess.run(["xdotool", "key", keys], env=display, check=True)


def until(found: Callable[[], list[str]], what: str) -> list[str]:
    deadline = time.monotonic() + 90
    while not (result := found()):
        if time.monotonic() > deadline:
            raise NotProven(f"waited in vain: {what}")
        time.sleep(0.2)
    return result


def told(what: str, holds: bool, otherwise: str = "") -> None:
    """Say that it holds, or end."""
    if not holds:
        raise NotProven(f"{what}. {otherwise}")
    print(f"  ok  {what}", flush=True)


def limited(what: str, size: int, most: int) -> None:
    told(f"{what}: {size / MEGABYTE:.1f} MB (at most {most // MEGABYTE})", size <= most)


@contextlib.contextmanager
def clean_root() -> Iterator[Path]:
    """A copy of a system with nothing on it; the system itself is made once."""
    codename = platform.freedesktop_os_release()["VERSION_CODENAME"]
    kept = ROOTS / codename
    if not (kept / "etc/debian_version").exists() or not (kept / "complete").exists():
        print(f"Making a clean {codename}; this takes some minutes the first time …", file=sys.stderr, flush=True)
        shutil.rmtree(kept, ignore_errors=True)
        kept.mkdir(parents=True)
        make = ["debootstrap", "--variant=minbase", codename, str(kept), *mirror(codename)]
        subprocess.run(make, check=True, stdout=subprocess.DEVNULL)
        (kept / "complete").touch()
    with tempfile.TemporaryDirectory(prefix="root-", dir=ROOTS, ignore_cleanup_errors=True) as folder:
        root = Path(folder) / codename
        subprocess.run(["cp", "-a", "--reflink=auto", str(kept), str(root)], check=True)
        prepare(root)
        try:
            yield root
        finally:
            for place in ("proc", "dev", "tmp/.X11-unix", "var/cache/apt/archives"):
                subprocess.run(["umount", "--lazy", str(root / place)], check=False)


def prepare(root: Path) -> None:
    """Give it this system's sources of packages, somebody who uses it, and the screen."""
    for name in ("sources.list", "sources.list.d", "apt.conf", "apt.conf.d", "preferences.d", "trusted.gpg.d"):
        if Path("/etc/apt", name).exists():
            subprocess.run(["cp", "-a", "-T", f"/etc/apt/{name}", str(root / "etc/apt" / name)], check=True)
    shutil.copy("/etc/resolv.conf", root / "etc/resolv.conf")
    archives = ROOTS / "archives"
    for source, place in (
        ("/proc", "proc"),
        ("/dev", "dev"),
        ("/tmp/.X11-unix", "tmp/.X11-unix"),
        (str(archives), "var/cache/apt/archives"),
    ):
        Path(source).mkdir(parents=True, exist_ok=True)
        (root / place).mkdir(parents=True, exist_ok=True)
        subprocess.run(["mount", "--bind", source, str(root / place)], check=True)
    there = Root(root, "")
    there.run("useradd", "--create-home", "--home-dir", HOME, "--uid", str(USER), "someone", as_root=True)
    there.run("apt-get", "update", "-qq", as_root=True)


def mirror(codename: str) -> list[str]:
    """Where this system has its packages from; nothing where it has none of that one, which debootstrap then knows."""
    asked = ["apt-get", "indextargets", "--format", "$(CODENAME) $(REPO_URI)", "Created-By: Packages"]
    listed = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.splitlines()
    return [line.split()[1] for line in listed if line.split()[0] == codename][:1]


def proxies() -> dict[str, str]:
    """How this system reaches them."""
    return {name: value for name, value in os.environ.items() if name.lower().endswith("_proxy")}


@contextlib.contextmanager
def screen() -> Iterator[str]:
    """A screen that nobody sees."""
    reader, writer = os.pipe()
    # Without -noreset it begins anew when its last client leaves, and cuts off whoever comes at that moment: each look
    # for a window is a client that leaves, so that now and then a program that was starting found no screen.
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writer), "-screen", "0", "1400x1000x24", "-nolisten", "tcp", "-ac", "-noreset"],
        pass_fds=[writer],
        stderr=subprocess.DEVNULL,
    )
    os.close(writer)
    try:
        with os.fdopen(reader) as told_number:
            yield f":{told_number.readline().strip()}"
    finally:
        server.terminate()
        server.wait(timeout=30)


if __name__ == "__main__":
    sys.exit(main())
