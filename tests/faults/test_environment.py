"""Strange surroundings: every command says in a sentence what is the matter, never hangs, and touches nothing else."""

import contextlib
import io
import json
import os
import resource
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from types import FrameType
from typing import Final

import pytest

from wealthdesk import cli
from wealthdesk.errors import NotAPortfolio, OpeningError, WealthDeskError
from wealthdesk.services.backups import back_up_now, backups_of, keep_up, restore, set_asides
from wealthdesk.services.checking import salvage
from wealthdesk.services.desk import Clock, open_copy, open_desk
from wealthdesk.storage.file.backups import back_up
from wealthdesk.storage.file.opening import open_portfolio
from wealthdesk.storage.file.restoring import restore as restore_at
from wealthdesk.storage.file.seal import seal_file

pytestmark = pytest.mark.skipif(os.name != "posix", reason="links, rights and pipes of Unix")

NOW: Final = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
CLOCK: Final = Clock(today=lambda: date(2026, 11, 20), now=lambda: NOW)
NOBODY: Final = 65_534
MOST: Final = 20
"""Seconds after which a step counts as hanging."""


@pytest.fixture(autouse=True)
def own_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the user who runs the tests."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


@pytest.fixture(autouse=True)
def alarm() -> Iterator[None]:
    """What hangs fails."""

    def ring(number: int, frame: FrameType | None) -> None:
        raise AssertionError("it hangs")

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(MOST)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that other users can get to."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def command(*words: object) -> tuple[int, str]:
    """The exit code of a command, and what it said."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = cli.main([str(each) for each in words], CLOCK)
    return code, said.getvalue()


def state_of(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Everything in a folder: what kind it is, and its bytes or where it leads."""
    found = {}
    for each in sorted(folder.rglob("*")):
        mode = each.lstat().st_mode
        content = (
            str(each.readlink()).encode() if stat.S_ISLNK(mode) else each.read_bytes() if stat.S_ISREG(mode) else b""
        )
        found[str(each.relative_to(folder))] = (mode, content)
    return found


def foreign(path: Path) -> None:
    """A database of another program."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE accounts (id)")
        connection.commit()


def newer(path: Path) -> None:
    """A portfolio of a version to come, of which nothing is known."""
    foreign(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA application_id = {0x57444B31}")
        connection.execute("PRAGMA user_version = 99")


def in_a_circle(path: Path) -> None:
    """A link to a link that leads back."""
    path.symlink_to(path.with_name("back"))
    path.with_name("back").symlink_to(path)


def to_a_pipe(path: Path) -> None:
    """A link to a pipe that nobody writes to."""
    os.mkfifo(path.with_name("pipe"))
    path.symlink_to("pipe")


STRANGE: Final[dict[str, Callable[[Path], object]]] = {
    "missing": lambda path: None,
    "empty": lambda path: path.write_bytes(b""),
    "text": lambda path: path.write_text("Symbol,Quantity\n" * 400),
    "picture": lambda path: path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40),
    "magic alone": lambda path: path.write_bytes(b"SQLite format 3\0"),
    "another program": foreign,
    "newer": newer,
    "folder": Path.mkdir,
    "pipe": os.mkfifo,
    "links in a circle": in_a_circle,
    "link to nothing": lambda path: path.symlink_to("nothing"),
    "link to a pipe": to_a_pipe,
    "device": lambda path: path.symlink_to("/dev/zero"),
}
"""What lies where a portfolio file should be."""


@pytest.mark.parametrize("kind", STRANGE)
def test_every_command_refuses_what_is_no_portfolio(kind: str, tmp_path: Path) -> None:
    (tmp_path / "at work").mkdir()
    path = tmp_path / "at work" / "portfolio.wealthdesk"
    STRANGE[kind](path)
    before = state_of(path.parent)
    # Not on the device of this computer: a test that fails must not replace it.
    for words in (
        ["check", path],
        *([] if kind == "newer" else [["backup", path]]),  # a copy of it is as good as the file
        ["prepare", path, "--version", "1"],
        ["salvage", path, tmp_path / "new"],
        ["show", "--file", path],
        ["plan", "--file", path, "--deposit", "100"],
        *([] if kind == "device" else [["restore", path, path]]),
    ):
        with contextlib.suppress(SystemExit):
            code, said = command(*words)
            assert code in (1, 3), words
            assert said.startswith(f"wealthdesk {words[0]}: "), words
            assert said.rstrip().endswith("."), said
    after = state_of(path.parent)
    if kind == "newer":
        del after[f"{path.name}.lock"]
    assert after == before
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("kind", ["folder", "pipe", "links in a circle", "link to a pipe"])
def test_only_files_are_replaced_by_a_restore(kind: str, portfolio_path: Path, tmp_path: Path) -> None:
    (tmp_path / "at work").mkdir()
    path = tmp_path / "at work" / "portfolio.wealthdesk"
    STRANGE[kind](path)
    before = state_of(path.parent)
    with pytest.raises(NotAPortfolio):
        restore(path, portfolio_path, CLOCK)
    assert state_of(path.parent) == before


def test_a_foreign_file_that_is_replaced_is_set_aside(portfolio_path: Path, tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear all")
    restore(path, portfolio_path, CLOCK)
    open_desk(path, CLOCK).close()
    (aside,) = set_asides(path)
    assert aside.file.read_text() == "Dear all"


NAMES: Final = (
    "two\nlines.wealthdesk",
    "“quoted” 'and' \"more\".wealthdesk",
    " begins and ends with spaces ",
    "*[a-z]?.wealthdesk",
    "-n",
    "%2e%2e#?&=.wealthdesk",
    "résumé ü 資産 \N{GRINNING FACE}",
    "back\\slash",
    "x" * 170,
)


@pytest.mark.parametrize("name", NAMES)
def test_odd_names_are_kept_backed_up_restored_and_salvaged(name: str, portfolio_path: Path, tmp_path: Path) -> None:
    beside = {each.name for each in tmp_path.iterdir()}
    folder = tmp_path / "odd"
    folder.mkdir()
    path = folder / name
    shutil.copyfile(portfolio_path, path)
    with open_portfolio(path, now=NOW) as database, database.write() as connection:
        connection.insert("settings", {"key": "a", "value": "1"})
    backup = back_up_now(path, CLOCK)
    assert backups_of(path) == (backup,)
    with open_portfolio(path, now=NOW) as database, database.write() as connection:
        connection.update("settings", {"value": "2"}, key="a")
    restore(path, backup.path, CLOCK)
    salvage(path, folder / f"new {name}"[:200])
    for each in (path, folder / f"new {name}"[:200]):
        with open_portfolio(each, now=NOW) as database, database.read() as reading:
            assert reading.rows("SELECT value FROM settings WHERE key = 'a'") == [("1",)]
    assert command("check", path.absolute())[0] == 0
    assert {each.name for each in tmp_path.iterdir()} <= {"odd", "data", *beside}


@pytest.mark.parametrize("name", ["x" * 240, "x" * 300, f"{'x' * 300}/portfolio"])
def test_a_name_that_is_too_long_is_a_sentence(name: str, tmp_path: Path) -> None:
    with pytest.raises(OpeningError, match="too long"):
        open_portfolio(tmp_path / f"{name}.wealthdesk", create=True, now=NOW)
    assert [each for each in tmp_path.iterdir() if each.is_file()] == []


@pytest.mark.parametrize("umask", [0o000, 0o077, 0o777])
def test_all_that_is_made_is_for_its_owner_alone(umask: int, place: Path, tmp_path: Path) -> None:
    path = place / "a" / "b" / "portfolio.wealthdesk"
    before = os.umask(umask)
    try:
        with open_portfolio(path, create=True, now=NOW) as database, database.write() as connection:
            connection.insert("settings", {"key": "a", "value": "1"})
        keep_up(path, CLOCK)
        backup = back_up_now(path, CLOCK)
        restore(path, backup.path, CLOCK)
        salvage(path, place / "a" / "salvaged.wealthdesk")
        assert command("backup", path, "--to", place / "a" / "stick.wealthdesk")[0] == 0
        assert command("prepare", path, "--version", 1)[0] == 0
        open_desk(path, CLOCK).close()
        with open_copy(path, CLOCK):
            made = [*(place / "a").rglob("*"), *(tmp_path / "data").rglob("*"), place / "a"]
            modes = {each: stat.S_IMODE(each.stat().st_mode) for each in made}
    finally:
        os.umask(before)
    assert seal_file(path) in modes
    assert len(modes) > 14
    assert {mode for each, mode in modes.items() if each.is_dir()} == {0o700}
    assert {mode for each, mode in modes.items() if each.is_file()} == {0o600}


def test_links_with_the_names_of_ours_are_never_followed(old_portfolio: Callable[[int], Path], tmp_path: Path) -> None:
    path, victim, folder = old_portfolio(1), tmp_path / "victim", tmp_path / "precious"
    victim.write_text("precious")
    folder.mkdir()
    (folder / "letter").write_text("precious")
    moment = "20261120T120000000Z"
    for ending in (".migrating", ".partial", ".migrating-journal", ".seal"):
        path.with_name(path.name + ending).symlink_to(victim)
    for ending in ("prepared", "restoring", "replacing", "set_aside"):
        path.with_name(f"{path.name}.{moment}.{ending}").symlink_to(folder)
    with contextlib.suppress(OpeningError):
        open_desk(path, CLOCK).close()
    backup = back_up(path, "by_hand", NOW)
    with contextlib.suppress(OpeningError):
        restore(path, backup.path, CLOCK)
        open_desk(path, CLOCK).close()
    assert victim.read_text() == "precious"
    assert [each.read_text() for each in folder.iterdir()] == ["precious"]


@pytest.mark.parametrize("ending", ["-journal", "-wal", "-shm"])
def test_a_journal_that_is_a_link_is_not_followed(ending: str, portfolio_path: Path, tmp_path: Path) -> None:
    victim, before = tmp_path / "victim", portfolio_path.read_bytes()
    victim.write_text("precious")
    portfolio_path.with_name(portfolio_path.name + ending).symlink_to(victim)
    with contextlib.suppress(OpeningError), open_portfolio(portfolio_path, now=NOW) as database:
        with database.write() as connection:
            connection.insert("settings", {"key": "a", "value": "1"})
        before = portfolio_path.read_bytes()
    assert portfolio_path.read_bytes() == before
    assert victim.read_text() == "precious"


@pytest.mark.parametrize("ending", ["prepared", "restoring", "replacing"])
def test_empty_folders_of_an_interrupted_restore_cost_nothing(ending: str, portfolio_path: Path) -> None:
    before = portfolio_path.read_bytes()
    portfolio_path.with_name(f"{portfolio_path.name}.20261120T110000000Z.{ending}").mkdir()
    for _ in range(2):
        open_desk(portfolio_path, CLOCK).close()
    assert portfolio_path.read_bytes() == before
    names = {each.name for each in portfolio_path.parent.iterdir()}
    assert not [name for name in names if name.endswith(("prepared", "restoring", "replacing"))]


@pytest.mark.parametrize("ending", ["-journal", "-wal", "-shm"])
def test_what_lies_beside_a_restored_file_brings_no_rows_back(ending: str, portfolio_path: Path) -> None:
    backup = back_up(portfolio_path, "by_hand", NOW)
    with open_portfolio(portfolio_path, now=NOW) as database, database.write() as connection:
        connection.insert("settings", {"key": "late", "value": "x"})
    stale = _journal_of(portfolio_path)
    portfolio_path.with_name(portfolio_path.name + ending).write_bytes(stale)
    backup.path.with_name(backup.path.name + ending).write_bytes(stale)
    with contextlib.suppress(OpeningError):  # a journal that is no such thing may be in the way of opening
        open_portfolio(portfolio_path, now=NOW).close()
    restore(portfolio_path, backup.path, CLOCK)
    with open_portfolio(portfolio_path, now=NOW) as database, database.read() as reading:
        assert reading.rows("SELECT * FROM settings WHERE key = 'late'") == []
    assert not portfolio_path.with_name(portfolio_path.name + "-wal").exists()


def _journal_of(path: Path) -> bytes:
    """A journal that is hot: it takes the file back to before its newest row."""
    copy = path.with_name("copy")
    shutil.copyfile(path, copy)
    code = (
        "import sys, os, sqlite3\n"
        "c = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "c.execute('PRAGMA cache_size = 1'); c.execute('BEGIN IMMEDIATE')\n"
        "c.executemany('INSERT INTO settings VALUES (?, ?)', ((str(n), 'x' * 3000) for n in range(200)))\n"
        "os._exit(9)\n"
    )
    assert subprocess.run([sys.executable, "-c", code, str(copy)], check=False).returncode == 9
    return copy.with_name("copy-journal").read_bytes()


def as_nobody(work: Callable[[], object], *, size: int | None = None) -> str:
    """What the work says as a user without rights, who may write files of at most `size` bytes: "done", or a refusal.

    Anything else that it raises fails the test.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        said = "it ended"
        try:
            signal.alarm(MOST)
            if size is not None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
            if os.geteuid() == 0:
                os.setgroups([])
                os.setgid(NOBODY)
                os.setuid(NOBODY)
            work()
            said = "done"
        except WealthDeskError as refusal:
            said = f"{type(refusal).__name__}: {refusal}"
        except BaseException as error:
            said = f"BUG {error!r}"
        finally:
            os.write(writing, json.dumps(said).encode())
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as told:
        said = str(json.loads(told.read()))
    os.waitpid(child, 0)
    assert not said.startswith("BUG"), said
    return said


@pytest.fixture
def given(place: Path, migrated_template: Path, old_portfolio: Callable[[int], Path]) -> Iterator[Path]:
    """A portfolio of that other user, an old one and a backup beside it, in a folder of theirs."""
    folder = place / "theirs"
    folder.mkdir()
    path = folder / "portfolio.wealthdesk"
    shutil.copyfile(migrated_template, path)
    shutil.copyfile(old_portfolio(1), folder / "old.wealthdesk")
    back_up(path, "by_hand", NOW)
    # What is imported late could not be read by the other user.
    restore_at(folder / "warm", path, NOW)
    open_portfolio(folder / "warm", now=NOW).close()
    for each in folder.glob("warm*"):
        each.unlink()
    if os.geteuid() == 0:
        for each in (folder, *folder.rglob("*")):
            os.chown(each, NOBODY, NOBODY)
    yield path
    for each in (folder, folder / "backups"):
        each.chmod(0o700)


def test_without_any_obstacle_the_other_user_can_do_all_of_it(given: Path) -> None:
    def all_of_it() -> None:
        with open_portfolio(given, now=NOW) as database, database.write() as connection:
            connection.insert("settings", {"key": "a", "value": "1"})
        open_portfolio(given.with_name("old.wealthdesk"), now=NOW).close()
        restore(given, back_up(given, "by_hand", NOW).path, CLOCK)

    assert as_nobody(all_of_it) == "done"


@pytest.mark.parametrize("right", ["folder read-only", "file read-only", "file of another", "no way in", "no backups"])
def test_without_rights_there_is_a_sentence_and_nothing_is_touched(right: str, given: Path) -> None:
    old = given.with_name("old.wealthdesk")
    backup = backups_of(given)[0].path
    changes: dict[str, tuple[Path, int]] = {
        "folder read-only": (given.parent, 0o500),
        "file read-only": (given, 0o400),
        "file of another": (given, 0o600),
        "no way in": (given.parent, 0o000),
        "no backups": (given.parent / "backups", 0o500),
    }
    of, mode = changes[right]
    if right == "file of another":
        if os.geteuid() != 0:
            pytest.skip("only root can give a file away")
        os.chown(given, 0, 0)
    of.chmod(mode)
    before = state_of(given.parent) if right != "no way in" or os.geteuid() == 0 else {}
    opened = as_nobody(lambda: open_portfolio(given, now=NOW).close())
    assert opened.partition(":")[0] in (("done",) if right == "no backups" else ("ReadOnlyPlace", "OpeningError"))
    if right in ("file of another", "no way in", "no backups"):
        assert as_nobody(lambda: back_up(given, "by_hand", NOW)).startswith(("ReadOnlyPlace", "OpeningError"))
    if right in ("folder read-only", "no way in", "no backups"):
        assert as_nobody(lambda: open_portfolio(old, now=NOW).close()).startswith(("ReadOnlyPlace", "OpeningError"))
    if right in ("folder read-only", "no way in"):
        assert as_nobody(lambda: restore(given, backup, CLOCK)).startswith(("ReadOnlyPlace", "OpeningError"))
        anew = given.with_name("new.wealthdesk")
        assert as_nobody(lambda: open_portfolio(anew, create=True, now=NOW)).startswith("ReadOnlyPlace")
    if before and right != "no backups":
        assert state_of(given.parent) == before


def test_what_can_only_be_read_can_be_looked_at(given: Path, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(place / "data"))
    (place / "data").mkdir(mode=0o777)
    (place / "data").chmod(0o777)
    given.parent.chmod(0o500)

    def look() -> None:
        with open_copy(given, CLOCK) as desk:
            assert desk.is_read_only
            assert desk.portfolios.current()

    assert as_nobody(look) == "done"


@pytest.mark.parametrize("size", [0, 4096, 100_000])
def test_a_disk_that_takes_no_more_bytes_costs_nothing(size: int, given: Path) -> None:
    old = given.with_name("old.wealthdesk")
    before = old.read_bytes()

    def write() -> None:
        with open_portfolio(given, now=NOW) as database, database.write() as connection:
            connection.insert("settings", {"key": "a", "value": "x" * 200_000})

    for work in (
        lambda: open_portfolio(old, now=NOW).close(),
        lambda: back_up(given, "by_hand", NOW),
        lambda: restore(given, old, CLOCK),
        lambda: open_portfolio(given.with_name("new"), create=True, now=NOW),
        write,
    ):
        said = as_nobody(work, size=size)
        assert said != "done"
        assert said.endswith(".")
    assert old.read_bytes() == before
    assert not given.with_name("new").exists()
    with open_portfolio(given, now=NOW) as database, database.read() as reading:
        assert reading.rows("SELECT * FROM settings") == []
    assert len(backups_of(given)) == 1
    open_portfolio(old, now=NOW).close()


@pytest.fixture
def small_disk(place: Path) -> Iterator[Path]:
    """A disk of two megabytes."""
    disk = place / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no disk can be mounted here")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def test_a_full_disk_is_said_and_a_write_that_found_no_room_is_undone(
    small_disk: Path, migrated_template: Path, old_portfolio: Callable[[int], Path]
) -> None:
    path = Path(shutil.copyfile(migrated_template, small_disk / "portfolio.wealthdesk"))
    old = Path(shutil.copyfile(old_portfolio(1), small_disk / "old.wealthdesk"))
    before = old.read_bytes()
    with open_portfolio(path, now=NOW) as database:
        for number in range(1000):
            try:
                with database.write() as connection:
                    connection.insert("settings", {"key": f"k{number}", "value": "x" * 50_000})
            except OpeningError as refusal:
                assert "is full" in str(refusal)
                break
        else:
            pytest.fail("the disk is not full")
        with database.read() as reading:
            assert reading.rows("SELECT count(*) FROM settings") == [(number,)]
    assert command("check", path)[0] == 0
    for words in (["backup", path], ["restore", path, old], ["check", old], ["show", "--file", old]):
        code, said = command(*words)
        assert code == 0 if words[0] == "check" else "room" in said or "full" in said, said
    assert old.read_bytes() == before
    with open_portfolio(path, now=NOW) as database, database.read() as reading:
        assert reading.rows("SELECT count(*) FROM settings") == [(number,)]
