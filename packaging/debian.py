"""The .deb: the bundle where Debian keeps programs, and what makes it a program of the desktop."""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import shutil
import subprocess
from pathlib import Path

import icons

from wealthdesk.system import packages_of

HERE = Path(__file__).resolve().parent
_ALWAYS = (
    "libc6 (>= {glibc})",
    "libstdc++6",
    "libgcc-s1",
    "shared-mime-info",
    "hicolor-icon-theme",
    "desktop-file-utils",
)
_RECOMMENDED = ("libcups2", "xdg-utils", "fonts-dejavu-core")
_SECTIONS = "Description: Portfolio allocation: what exactly does a deposit buy?\n" + "\n".join(
    f" {line}"
    for line in (
        "WealthDesk keeps accounts, holdings, prices and targets in one file on this",
        "computer, shows how far the portfolio has drifted from its targets, and",
        "calculates what a deposit buys. Nothing leaves the computer.",
    )
)


def package(bundle: Path, root: Path, to: Path, version: str) -> Path:
    """Lay the files out below `root` and pack them into `to`; the result is the .deb."""
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(bundle, root / "usr/lib/wealthdesk", symlinks=True)
    (root / "usr/bin").mkdir()
    (root / "usr/bin/wealthdesk").symlink_to("../lib/wealthdesk/wealthdesk")
    integrate(root / "usr", bundle / "wealthdesk")
    about = root / "usr/share/doc/wealthdesk"
    about.mkdir(parents=True)
    shutil.copy(bundle / "_internal/wealthdesk/_bundled/resources/notices.txt", about / "copyright")
    for path in root.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or _runs(path) else 0o644)
    return _packed(root, to, version)


def integrate(prefix: Path, program: Path) -> None:
    """The desktop entry, the metadata, the kind of file, the icons and the manual page, below `prefix`/share."""
    share = prefix / "share"
    for folder, source, name in (
        ("applications", "wealthdesk.desktop", "wealthdesk.desktop"),
        ("metainfo", "wealthdesk.metainfo.xml", "io.wealthdesk.WealthDesk.metainfo.xml"),
        ("mime/packages", "wealthdesk.mime.xml", "wealthdesk.xml"),
    ):
        (share / folder).mkdir(parents=True, exist_ok=True)
        shutil.copy(HERE / "linux" / source, share / folder / name)
    for drawn, kind, name in (
        ("application", "apps", "wealthdesk"),
        ("document", "mimetypes", "application-x-wealthdesk"),
    ):
        for size, image in icons.pngs(drawn).items():
            _write(share / f"icons/hicolor/{size}x{size}/{kind}/{name}.png", image)
        _write(share / f"icons/hicolor/scalable/{kind}/{name}.svg", (icons.DRAWN / f"{drawn}.svg").read_bytes())
    _write(share / "man/man1/wealthdesk.1.gz", gzip.compress(manual(program).encode(), mtime=0))


def manual(program: Path) -> str:
    """The manual page, of what the program itself says of its options and commands."""
    general = _help(program)
    commands = general.rpartition("each with --help:")[2].replace("\n", " ").split(",")
    parts = [("SYNOPSIS AND OPTIONS", general)]
    for name in map(str.strip, commands):
        parts.append((f"WEALTHDESK {name.upper()}", told := _help(program, name)))
        if "--file PORTFOLIO --help" in " ".join(told.split()):  # it does something else for a portfolio
            parts.append((f"WEALTHDESK {name.upper()} FOR A PORTFOLIO", _help(program, name, "--file", "PORTFOLIO")))
    lines = [
        '.TH WEALTHDESK 1 "" "WealthDesk" "User Commands"',
        ".SH NAME",
        "wealthdesk \\- portfolio allocation on your own computer",
    ]
    for title, text in parts:
        lines += [f'.SH "{title}"', ".nf", *map(_roff, text.strip().splitlines()), ".fi"]
    return "\n".join(lines) + "\n"


def _help(program: Path, *command: str) -> str:
    asked = subprocess.run(
        [str(program), *command, "--help"],
        env=os.environ | {"COLUMNS": "79"},
        capture_output=True,
        text=True,
        check=True,
    )
    return asked.stdout


def _roff(line: str) -> str:
    text = line.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{text}" if text.startswith((".", "'")) else text


def _packed(root: Path, to: Path, version: str) -> Path:
    machine = subprocess.run(
        ["dpkg", "--print-architecture"], capture_output=True, text=True, check=True
    ).stdout.strip()
    files = sorted(path for path in root.rglob("*") if path.is_file() and not path.is_symlink())
    glibc = re.findall(r"\d+\.\d+", os.confstr("CS_GNU_LIBC_VERSION") or "2.36")[0]
    needed = [*(each.format(glibc=glibc) for each in _ALWAYS), *packages_of("xcb")]
    wayland = [each for each in packages_of("wayland") if each not in needed]
    control = [
        "Package: wealthdesk",
        f"Version: {version}",
        f"Architecture: {machine}",
        "Maintainer: The WealthDesk developers <nobody@localhost>",
        f"Installed-Size: {sum(path.stat().st_size for path in files) // 1024}",
        f"Depends: {', '.join(needed)}",
        f"Recommends: {', '.join([*wayland, *_RECOMMENDED])}",
        "Section: misc",
        "Priority: optional",
        _SECTIONS,
    ]
    sums = [f"{hashlib.md5(path.read_bytes()).hexdigest()}  {path.relative_to(root)}" for path in files]
    _write(root / "DEBIAN/control", "\n".join([*control, ""]).encode())
    _write(root / "DEBIAN/md5sums", "\n".join([*sums, ""]).encode())
    made = to / f"wealthdesk_{version}_{machine}.deb"
    subprocess.run(["dpkg-deb", "--root-owner-group", "-Zxz", "--build", str(root), str(made)], check=True)
    return made


def _runs(path: Path) -> bool:
    return path.name == "wealthdesk" and path.parent.name == "wealthdesk"


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
