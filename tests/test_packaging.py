"""What is made for each system, without making it: the quick form of `run.py build` and `run.py smoke`."""

import configparser
import contextlib
import importlib.metadata
import io
import os
import plistlib
import re
import shutil
import subprocess
import sys
import tomllib
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path

import debian
import icons
import notices
import pytest

from wealthdesk.app import main
from wealthdesk.cli import COMMANDS
from wealthdesk.storage.file.files import APPLICATION_ID

ROOT = Path(__file__).resolve().parents[1]
PACKAGING = ROOT / "packaging"
LINUX = PACKAGING / "linux"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
MIME = "{http://www.freedesktop.org/standards/shared-mime-info}"


def accepted_by(tool: str, *arguments: str | Path) -> None:
    """What the system's own checker says, where there is one."""
    if shutil.which(tool):
        said = subprocess.run([tool, *map(str, arguments)], capture_output=True, text=True)
        assert said.returncode == 0, said.stdout + said.stderr


def test_the_desktop_entry_is_one() -> None:
    accepted_by("desktop-file-validate", LINUX / "wealthdesk.desktop")
    read = configparser.ConfigParser(interpolation=None)
    read.read(LINUX / "wealthdesk.desktop")
    entry = read["Desktop Entry"]
    assert entry["Exec"] == "wealthdesk %f"
    assert entry["Version"] == "1.0"  # the validator of Debian 12 knows none that is newer
    assert entry["MimeType"] == f"{kind_of_file().get('type')};"


def test_the_metadata_tells_of_this_version() -> None:
    accepted_by("appstreamcli", "validate", "--no-net", LINUX / "wealthdesk.metainfo.xml")
    told = ElementTree.parse(LINUX / "wealthdesk.metainfo.xml").getroot()
    newest = told.find("releases/release")
    assert newest is not None
    assert newest.get("version") == PROJECT["version"]
    assert told.findtext("launchable") == "wealthdesk.desktop"


def kind_of_file() -> ElementTree.Element:
    """What tells the system of portfolio files."""
    kind = ElementTree.parse(LINUX / "wealthdesk.mime.xml").getroot().find(f"{MIME}mime-type")
    assert kind is not None
    return kind


def test_a_portfolio_is_known_by_what_is_in_it() -> None:
    newest = max((ROOT / "tests" / "data").glob("*.wealthdesk")).read_bytes()
    matches = [
        (int(each.get("offset", "")), each.get("value", "").encode()) for each in kind_of_file().iter(f"{MIME}match")
    ]
    assert matches[-1] == (68, APPLICATION_ID.to_bytes(4, "big"))
    assert [newest[place:].startswith(value) for place, value in matches] == [True, True]
    parent = kind_of_file().find(f"{MIME}sub-class-of")
    assert parent is not None and parent.get("type") == "application/vnd.sqlite3"


@pytest.mark.skipif(not shutil.which("update-mime-database"), reason="only desktops of Linux have it")
def test_the_system_takes_the_kind_of_file(tmp_path: Path) -> None:
    kinds = tmp_path / "mime"
    (kinds / "packages").mkdir(parents=True)
    shutil.copy(LINUX / "wealthdesk.mime.xml", kinds / "packages" / "wealthdesk.xml")
    place = os.environ | {"XDG_DATA_HOME": str(tmp_path)}
    said = subprocess.run(["update-mime-database", str(kinds)], env=place, capture_output=True, text=True)
    assert (said.returncode, said.stderr) == (0, "")
    assert "application/x-wealthdesk:*.wealthdesk" in (kinds / "globs").read_text()


@pytest.mark.parametrize("name", ["application", "document"])
def test_icons_are_drawn_in_every_size(name: str) -> None:
    drawn = icons.pngs(name)
    assert {16, 32, 48, 128, 256, 512} <= set(drawn)
    for size, image in drawn.items():
        assert image.startswith(b"\x89PNG") and int.from_bytes(image[16:20], "big") == size
    assert icons.ico(drawn)[:6] == b"\0\0\1\0\6\0"
    packed = icons.icns(drawn)
    assert int.from_bytes(packed[4:8], "big") == len(packed)


@pytest.mark.skipif(sys.platform == "win32", reason="the manual page is for systems that have `man`")
def test_the_manual_page_tells_of_every_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "wealthdesk"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m wealthdesk "$@"\n')
    program.chmod(0o755)
    asked: list[tuple[str, ...]] = []

    def told(of: Path, *command: str) -> str:
        """Without a process for each: a start takes longer than all that it says."""
        assert of == program
        asked.append(command)
        with pytest.raises(SystemExit), contextlib.redirect_stdout(io.StringIO()) as out:
            main([*command, "--help"])
        return out.getvalue()

    monkeypatch.setenv("COLUMNS", "79")
    of_process = debian._help
    monkeypatch.setattr(debian, "_help", told)
    page = debian.manual(program)
    assert [of_process(program, *command) for command in asked[:2]] == [told(program, *each) for each in asked[:2]]
    assert [name for name in COMMANDS if f'.SH "WEALTHDESK {name.upper()}"' not in page] == []
    assert "\\-\\-whole\\-shares" in page
    (tmp_path / "page.1").write_text(page, encoding="utf-8")
    accepted_by("man", "--warnings", "-l", "-Z", tmp_path / "page.1")


def files_of(name: str) -> Iterator[Path]:
    """The files that an installed package brought."""
    package = importlib.metadata.distribution(name)
    return (Path(str(package.locate_file(file))) for file in package.files or ())


def test_every_part_has_its_notice() -> None:
    needed = (
        "PySide6-Essentials",
        "numpy",
        "highspy",
        "SQLAlchemy",
        "alembic",
        "Mako",
        "fontpkg-inter",
        "python-calamine",
    )
    parts = notices.parts_of(file for name in needed for file in files_of(name) if file.exists())
    assert {part.name.lower().replace("_", "-") for part in parts} >= {name.lower() for name in needed} | {"python"}
    text = notices.notices(parts)
    for said in (
        "GNU LESSER GENERAL PUBLIC LICENSE",
        "OpenBLAS",
        "harfbuzz",
        "SIL OPEN FONT LICENSE",
        "PYTHON SOFTWARE",
    ):
        assert said.lower() in text.lower(), said
    listed = notices.bill_of_materials(parts, "1")
    assert listed["bomFormat"] == "CycloneDX"
    assert listed == notices.bill_of_materials(parts, "1")


def test_a_part_without_a_notice_stops_the_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    about = tmp_path / "silent-1.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: silent\nVersion: 1\n")
    listed = (
        "silent.py",
        "silent-1.dist-info/METADATA",
        "silent-1.dist-info/licenses/LICENSE",
    )  # the last is not there
    (about / "RECORD").write_text("".join(f"{each},,\n" for each in listed))
    (tmp_path / "silent.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(notices.WithoutNotice, match="bring no licence's text: silent"):
        notices.parts_of([tmp_path / "silent.py"])


def test_a_file_of_nobody_stops_the_build(tmp_path: Path) -> None:
    (tmp_path / "found.so").touch()
    with pytest.raises(notices.WithoutNotice, match=r"found\.so"):
        notices.parts_of([tmp_path / "found.so"])


def test_the_recipe_of_the_bundle_is_python() -> None:
    text = (PACKAGING / "wealthdesk.spec").read_text("utf-8")
    compile(text, "wealthdesk.spec", "exec")
    assert "strip=True" not in text  # it breaks numpy's OpenBLAS


@pytest.mark.skipif(not shutil.which("makensis"), reason="NSIS is not installed")
def test_the_installer_of_windows_compiles(tmp_path: Path) -> None:
    (tmp_path / "bundle" / "_internal").mkdir(parents=True)
    for name in ("wealthdesk.exe", "WealthDeskWindow.exe", "_internal/python311.dll"):
        (tmp_path / "bundle" / name).write_bytes(b"MZ")
    for name in ("application", "document"):
        made = "wealthdesk" if name == "application" else name
        (tmp_path / f"{made}.ico").write_bytes(icons.ico(icons.pngs(name)))
    given = {
        "VERSION": "1.2.3",
        "BUNDLE": tmp_path / "bundle",
        "WORK": tmp_path,
        "OUT": tmp_path / "wealthdesk-setup.exe",
    }
    script = PACKAGING / "windows" / "wealthdesk.nsi"
    command = ["makensis", "-V2", "-WX", *(f"-D{name}={value}" for name, value in given.items()), str(script)]
    said = subprocess.run(command, capture_output=True, text=True)
    assert said.returncode == 0, said.stdout + said.stderr
    assert (tmp_path / "wealthdesk-setup.exe").read_bytes().startswith(b"MZ")


def test_the_installer_of_windows_removes_what_it_brings_and_no_portfolio() -> None:
    script = (PACKAGING / "windows" / "wealthdesk.nsi").read_text("utf-8")
    install, uninstall = script.split('Section "Uninstall"')
    assert "SHCTX" not in script and "HKLM" not in script  # nothing that needs an administrator
    assert re.findall(r'RMDir /r "(.*)"', uninstall) == [r"$INSTDIR\_internal"]
    for key in ("Software\\Classes\\${KIND}", "${KEY}"):
        assert f'DeleteRegKey HKCU "{key}"' in uninstall
        assert f'HKCU "{key}' in install


def test_macos_opens_portfolios_with_it() -> None:
    told = plistlib.loads((PACKAGING / "macos" / "Info.plist").read_bytes())
    (kind,), (document,) = told["UTExportedTypeDeclarations"], told["CFBundleDocumentTypes"]
    assert kind["UTTypeTagSpecification"]["public.filename-extension"] == ["wealthdesk"]
    assert document["LSItemContentTypes"] == [kind["UTTypeIdentifier"]]
    accepted_by("sh", "-n", PACKAGING / "macos" / "dmg.sh")


def test_the_release_builds_on_every_system_and_says_that_it_was_not_run() -> None:
    """There is no reader of YAML among what is installed: the lines that matter are looked for."""
    text = (ROOT / ".github" / "workflows" / "release.yml").read_text("utf-8")
    assert "Not run by us" in text
    for runner in ("ubuntu-22.04", "windows-2022", "macos-14", "macos-15-intel"):
        assert runner in text
    assert text.count("run.py build") >= 3 and text.count("run.py smoke") >= 1
    assert "sha256sum" in text and "secrets." not in text
    assert not [line for line in text.splitlines() if "\t" in line or (len(line) - len(line.lstrip())) % 2]
    actions = re.findall(r"uses: (\S+)", text)
    assert actions and all(re.fullmatch(r"actions/[\w-]+@v\d+", each) for each in actions)


def test_the_recipe_of_flatpak_says_that_it_was_not_run_and_asks_for_no_network() -> None:
    text = (PACKAGING / "flatpak" / "io.wealthdesk.WealthDesk.yml").read_text("utf-8")
    assert "Not run by us" in text
    assert "--share=network" not in text


def test_the_wheel_says_who_made_it_and_has_a_start_without_console() -> None:
    assert PROJECT["authors"] == [{"name": "The WealthDesk developers"}]
    assert PROJECT["gui-scripts"].keys() == {"wealthdesk-window"}
    assert (ROOT / "src" / "wealthdesk" / "py.typed").is_file()
    assert not re.search(r"https?://", str(PROJECT.get("urls", "")))
