"""What a bundle is made of, by where each file of it is from: the notices it has to show, and its bill of materials.

A part without a licence's text stops the build. Texts are those that the part itself brings; packaging/licences/ holds
what Qt's wheels leave out. On Linux the libraries of the system that Python needs are parts as well.
"""

from __future__ import annotations

import json
import platform
import shutil
import subprocess
import sys
import sysconfig
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.message import Message
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

LICENCES = Path(__file__).resolve().parent / "licences"
_OF_QT = ("pyside6-essentials", "shiboken6")
_QT_SOURCE = (
    "Qt {0} and PySide {0} are used under the GNU LGPL version 3, unchanged, as libraries of their own that can be "
    "replaced: put others of the same name in their place. Their source, under the version named here, is at "
    "https://download.qt.io/official_releases/qt/ and "
    "https://download.qt.io/official_releases/QtForPython/."
)
_SHARED = tuple(Path("/usr/share/common-licenses", name) for name in ("Apache-2.0", "LGPL-2.1"))
_NAMES = ("licen", "copying", "notice", "authors", "third_party")


class WithoutNotice(Exception):
    """Files are in the bundle of which nobody knows whose they are, or a part brings no text of its licence."""


@dataclass(frozen=True)
class Part:
    """Something that others made, as it is in the bundle."""

    name: str
    version: str
    licence: str
    texts: tuple[str, ...]
    kind: str = "generic"
    """How a bill of materials names where it is from: pypi, deb or generic."""


def parts_of(origins: Iterable[Path]) -> list[Part]:
    """All parts that these files belong to, by name; WithoutNotice where one is nobody's or has no text."""
    owners, found, strange = _owners(), {"Python": _python()}, []
    for path in sorted({path.resolve() for path in origins}):
        if path in owners:
            name, owner = owners[path]
            if name not in found:
                found[name] = _installed(owner)
        elif path.is_relative_to(Path(sys.base_prefix)) or _is_of_python(path):
            continue
        elif (package := _package_of(path)) is not None:
            found[package] = _of_debian(package)
        else:
            strange.append(str(path))
    found.pop("wealthdesk", None)
    if strange:
        raise WithoutNotice("Nobody knows whose these files are: " + ", ".join(strange))
    if silent := [part.name for part in found.values() if not any(text.strip() for text in part.texts)]:
        raise WithoutNotice(f"These parts bring no licence's text: {', '.join(silent)}. Add it to packaging/licences/.")
    return sorted(found.values(), key=lambda part: part.name.lower())


def notices(parts: list[Part]) -> str:
    """The notices of all parts as one text, which begins with a list of them."""
    listed = [f"  {part.name} {part.version}: {part.licence}" for part in parts]
    told = ["WealthDesk is under the MIT licence and is made with:", "", *listed]
    for part in parts:
        told += ["", "=" * 80, f"{part.name} {part.version}", f"Licence: {part.licence}", "=" * 80]
        told += ["", ("\n" + "-" * 80 + "\n").join(text.strip() for text in part.texts)]
    return "\n".join(told) + "\n"


def bill_of_materials(parts: list[Part], version: str) -> dict[str, object]:
    """The same as a CycloneDX list, which programs read."""
    listed = [
        {
            "type": "library",
            "name": part.name,
            "version": part.version,
            "purl": f"pkg:{part.kind}/{part.name.lower()}@{part.version}",
            "licenses": [{"license": {"name": part.licence}}],
        }
        for part in parts
    ]
    # The same parts are the same list: its number is drawn from them.
    number = uuid.uuid5(uuid.NAMESPACE_URL, repr([(each["purl"]) for each in listed]))
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": f"urn:uuid:{number}",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "WealthDesk", "version": version}},
        "components": listed,
    }


def _owners() -> dict[Path, tuple[str, metadata.Distribution]]:
    """Which installed package, and by which name, brought a file."""
    owners, folders = {}, cache(Path.resolve)  # thousands of files lie in some hundreds of folders
    for package in metadata.distributions():
        name = package.name
        for file in package.files or ():
            place = Path(str(package.locate_file(file)))
            path = folders(place.parent) / place.name
            owners[path.resolve() if path.is_symlink() else path] = name, package
    return owners


def _installed(package: metadata.Distribution) -> Part:
    told: Message = package.metadata  # type: ignore[assignment]
    name, texts = (
        package.name.lower().replace("_", "-"),
        [_read(Path(str(package.locate_file(file)))) for file in _licences_in(package)],
    )
    if name in _OF_QT:
        texts = [_QT_SOURCE.format(package.version)]
        if name == _OF_QT[0]:
            texts += [_read(LICENCES / f"{each}.txt") for each in ("LGPL-3", "GPL-3", "qt_third_parties")]
    texts += [_within(json.loads(_read(Path(str(package.locate_file(file)))))) for file in _lists_in(package)]
    licence = told["License-Expression"] or (told["License"] or "").partition("\n")[0] or "as below"
    return Part(package.name, package.version, "LGPL-3.0-only" if name in _OF_QT else licence, tuple(texts), "pypi")


def _licences_in(package: metadata.Distribution) -> Iterator[metadata.PackagePath]:
    for file in sorted(package.files or ()):
        is_text = file.suffix in ("", ".txt", ".md", ".APACHE", ".BSD")
        is_named = any(each in file.name.lower() for each in _NAMES)
        # What it lists and does not bring is no text.
        if ".dist-info" in str(file) and is_text and is_named and Path(str(package.locate_file(file))).is_file():
            yield file


def _lists_in(package: metadata.Distribution) -> list[metadata.PackagePath]:
    """What lists the libraries that were compiled into it."""
    return [file for file in package.files or () if "/sboms/" in file.as_posix() and file.suffix == ".json"]


def _within(listed: dict[str, Any]) -> str:
    lines = [f"{each['name']} {each.get('version', '')}: {_licence_in(each)}" for each in listed.get("components", ())]
    return "\n".join(["Compiled into it:", *lines]) if lines else ""


def _licence_in(component: dict[str, Any]) -> str:
    told = [each.get("expression") or each.get("license", {}).get("id", "") for each in component.get("licenses", ())]
    return " ".join(filter(None, told)) or "as the part itself"


def _python() -> Part:
    text = next(
        (
            _read(folder / name)
            for folder in (Path(sysconfig.get_path("stdlib")), Path(sys.base_prefix))
            for name in ("LICENSE.txt", "LICENSE")
            if (folder / name).is_file()
        ),
        "",
    )
    package = "python{}.{}".format(*sys.version_info)
    return Part("Python", platform.python_version(), "PSF-2.0", (text or _copyright(package),))


def _is_of_python(path: Path) -> bool:
    """Debian spreads Python over the folders of the system; PyInstaller packs its basic modules anew."""
    return f"/python{sys.version_info[0]}" in path.as_posix() or path.name == "base_library.zip"


def _package_of(path: Path) -> str | None:
    """The Debian package that a library of the system belongs to."""
    if not shutil.which("dpkg-query"):
        return None
    # Debian knows a library by the name it had before /lib became a link to /usr/lib.
    for name in (str(path), str(path).removeprefix("/usr")):
        asked = subprocess.run(["dpkg-query", "--search", name], capture_output=True, text=True)
        if asked.returncode == 0:
            return asked.stdout.partition(": ")[0].partition(":")[0]
    return None


def _of_debian(package: str) -> Part:
    asked = ["dpkg-query", "--show", "--showformat=${Version}\n", package]
    version = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.splitlines()[0]
    own = _copyright(package)
    # What Debian only points at has to be read without Debian.
    shared = [each for each in _SHARED if f"common-licenses/{each.name}" in own]
    return Part(package, version, "as below", (own, *map(_read, shared)), "deb/debian")


def _copyright(package: str) -> str:
    file = Path("/usr/share/doc", package, "copyright")
    return _read(file) if file.is_file() else ""


def _read(file: Path) -> str:
    return file.read_text(encoding="utf-8", errors="replace")
