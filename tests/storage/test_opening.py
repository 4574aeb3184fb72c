"""Opening: what is not ours is refused untouched, odd names work, and two processes never disturb each other."""

import contextlib
import errno
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from cli import forked
from wealthdesk.errors import (
    DamagedPortfolio,
    MissingPortfolio,
    NewerPortfolio,
    NoRoom,
    NotAPortfolio,
    OpeningError,
    PortfolioBusy,
    ReadOnlyPlace,
    UnknownParts,
)
from wealthdesk.storage.connection import connect
from wealthdesk.storage.file import locks
from wealthdesk.storage.file.backups import back_up, list_backups
from wealthdesk.storage.file.files import portfolio_version
from wealthdesk.storage.file.migrations import head, migrate
from wealthdesk.storage.file.opening import downgrade_portfolio, open_portfolio
from wealthdesk.storage.tables import settings

pytestmark = pytest.mark.usefixtures("scripts_read_once")

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

OLDER = head() - 1
"""The version of a file that is brought to the newest by one migration: what is done around it is the same for all."""

ODD_NAMES = [
    "my money.wealthdesk",
    "100%41.wealthdesk",
    "a#b.wealthdesk",
    "what?.wealthdesk",
    "Vermögen 資産.wealthdesk",
    "a'b;c",
]


def another_program(path: Path) -> None:
    """Make a file of another program that uses SQLite as well."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE accounts (id)")
        connection.commit()


def newer(path: Path) -> None:
    """Make a portfolio of a version to come."""
    another_program(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA application_id = {0x57444B31}")
        connection.execute("PRAGMA user_version = 99")


def versionless(path: Path) -> None:
    """Make a file with our name in its header and no version."""
    newer(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 0")


REFUSED: list[tuple[Callable[[Path], object], type[OpeningError], str]] = [
    (lambda path: path.write_bytes(b""), NotAPortfolio, "is empty"),
    (lambda path: path.write_text("Symbol,Quantity\n" * 100), NotAPortfolio, "another kind of file"),
    (lambda path: path.write_bytes(b"SQLite format 3\0"), NotAPortfolio, "another kind of file"),
    (lambda path: path.mkdir(), NotAPortfolio, "is a folder"),
    (os.mkfifo, NotAPortfolio, "not a plain file"),
    (another_program, NotAPortfolio, "another program"),
    (versionless, NotAPortfolio, "no version"),
    (newer, NewerPortfolio, rf"version is 99, .* versions up to {head()}"),
]


@pytest.mark.parametrize(("make", "refusal", "why"), REFUSED)
@pytest.mark.parametrize("create", [False, True])
def test_what_is_not_ours_is_refused_untouched(
    tmp_path: Path, make: Callable[[Path], object], refusal: type[OpeningError], why: str, create: bool
) -> None:
    path = tmp_path / "portfolio.wealthdesk"
    make(path)
    before = path.stat(), path.read_bytes() if path.is_file() else b""
    for attempt in (
        lambda: open_portfolio(path, create=create, now=NOW),
        lambda: downgrade_portfolio(path, 1, NOW),
    ):
        with pytest.raises(refusal, match=why) as refused:
            attempt()
        assert "It has not been touched." in str(refused.value)
    after = path.stat(), path.read_bytes() if path.is_file() else b""
    assert (after[0].st_mtime_ns, after[0].st_mode, after[1]) == (before[0].st_mtime_ns, before[0].st_mode, before[1])
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_file_is_not_made_unless_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "portfolio.wealthdesk"
    with pytest.raises(MissingPortfolio, match="There is no file"):
        open_portfolio(path, now=NOW)
    assert list(tmp_path.iterdir()) == []


def test_a_new_file_is_whole_and_for_its_owner_alone_whatever_the_umask(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "portfolio.wealthdesk"
    before = os.umask(0)
    try:
        with open_portfolio(path, create=True, now=NOW) as database, database.write() as connection:
            connection.execute(insert(settings).values(key="a", value="b"))
        back_up(path, "by_hand", NOW)
    finally:
        os.umask(before)
    found = {file: stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "a").rglob("*")} | {tmp_path / "a": 0o700}
    assert {mode for file, mode in found.items() if file.is_dir()} == {0o700}
    assert {mode for file, mode in found.items() if file.is_file()} == {0o600}
    assert not [file for file in found if file.suffix in (".partial", ".migrating")]
    assert portfolio_version(path) == head()


@pytest.mark.parametrize("name", ODD_NAMES)
def test_odd_names_mean_the_file_they_name(name: str, tmp_path: Path, old_portfolio: Callable[[int], Path]) -> None:
    folder = tmp_path / f"in {name}"
    folder.mkdir()
    path = folder / name
    shutil.copyfile(old_portfolio(OLDER), path)
    with open_portfolio(path, now=NOW) as database, database.write() as connection:
        connection.execute(insert(settings).values(key="a", value="b"))
    with open_portfolio(path, now=NOW) as database, database.read() as connection:
        assert connection.rows("SELECT value FROM settings WHERE key = 'a'") == [("b",)]
    (backup,) = list_backups(path)
    assert (backup.version, backup.verified, backup.reason) == (OLDER, True, "before_upgrade")
    downgrade_portfolio(path, OLDER, NOW)
    allowed = {name, f"{name}.lock", f"{name}.seal", f"{name}-journal", "backups"}
    assert {file.name for file in folder.iterdir()} <= allowed


def test_the_backup_before_a_migration_is_the_file_as_it_was(old_portfolio: Callable[[int], Path]) -> None:
    path = old_portfolio(1)
    with closing(connect(path)) as connection:
        before = list(connection.iterdump())
    open_portfolio(path, now=NOW).close()
    (backup,) = list_backups(path)
    with closing(connect(backup.path)) as connection:
        assert list(connection.iterdump()) == before
    assert (backup.made_at, backup.version, backup.reason) == (NOW, 1, "before_upgrade")


def test_opening_twice_leaves_the_file_as_it_is(portfolio_path: Path) -> None:
    before = portfolio_path.read_bytes()
    for _ in range(2):
        open_portfolio(portfolio_path, now=NOW).close()
    assert portfolio_path.read_bytes() == before
    assert list_backups(portfolio_path) == ()


def test_a_link_leads_to_the_file_and_stays_a_link(tmp_path: Path, old_portfolio: Callable[[int], Path]) -> None:
    path, link = old_portfolio(1), tmp_path / "elsewhere" / "link.wealthdesk"
    link.parent.mkdir()
    link.symlink_to(path)
    open_portfolio(link, now=NOW).close()
    assert link.is_symlink()
    assert portfolio_version(path) == head()
    assert list(link.parent.iterdir()) == [link]


def test_two_may_use_the_file_but_it_is_not_migrated_meanwhile(portfolio_path: Path) -> None:
    with (
        open_portfolio(portfolio_path, now=NOW),
        open_portfolio(portfolio_path, now=NOW, patience=0.0),
        pytest.raises(PortfolioBusy, match="Nothing was changed"),
    ):
        downgrade_portfolio(portfolio_path, 1, NOW, patience=0.0)
    downgrade_portfolio(portfolio_path, 1, NOW, patience=0.0)


def test_a_file_being_migrated_is_busy_and_is_waited_for(old_portfolio: Callable[[int], Path]) -> None:
    path = old_portfolio(1)
    before = path.read_bytes()
    with locks.exclusive(path, 0.0):
        with pytest.raises(PortfolioBusy, match="Close it there"):
            open_portfolio(path, now=NOW, patience=0.05)
        assert path.read_bytes() == before
        waiting = threading.Thread(target=lambda: open_portfolio(path, now=NOW).close())
        waiting.start()
    waiting.join()
    assert portfolio_version(path) == head()


def test_who_waited_goes_on_once_another_has_migrated_and_uses_it(old_portfolio: Callable[[int], Path]) -> None:
    path = old_portfolio(1)
    other = locks.shared(path, 0.0)
    waiting = threading.Thread(target=lambda: open_portfolio(path, now=NOW, patience=30).close(), daemon=True)
    waiting.start()
    time.sleep(0.2)
    migrate(path, head())
    waiting.join(timeout=10)
    assert not waiting.is_alive()
    other.release()


def test_a_program_that_knows_no_lock_is_noticed_as_well(old_portfolio: Callable[[int], Path]) -> None:
    path = old_portfolio(1)
    before = path.read_bytes()
    with closing(connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(PortfolioBusy):
            open_portfolio(path, now=NOW, patience=0.0)
    assert path.read_bytes() == before
    assert list_backups(path) == ()


def test_four_starts_at_once_make_one_migration_and_one_backup(
    old_portfolio: Callable[[int], Path], tmp_path: Path
) -> None:
    path, start = old_portfolio(1), tmp_path / "start.py"
    start.write_text(
        "import sys, pathlib, datetime\n"
        "from wealthdesk.storage.file.opening import open_portfolio\n"
        "now = datetime.datetime.now(datetime.UTC)\n"
        "open_portfolio(pathlib.Path(sys.argv[1]), now=now, patience=60).close()\n"
    )
    assert forked.run_at_once([[start, path]] * 4) == [0] * 4
    assert portfolio_version(path) == head()
    assert len(list_backups(path)) == 1


def test_leftovers_of_an_interrupted_run_are_discarded_and_nothing_else(old_portfolio: Callable[[int], Path]) -> None:
    for version in (1, head()):
        path = old_portfolio(version)
        backups = path.parent / "backups"
        backups.mkdir(exist_ok=True)
        ours = [path.with_name(path.name + end) for end in (".migrating", ".migrating-journal", ".partial")]
        ours.append(backups / f"{path.name}.0123abcd.partial")
        others = [path.with_name(f"x{path.name}.migrating"), backups / "thesis.partial", backups / "0123abcd.partial"]
        for file in ours + others:
            file.write_bytes(b"left")
        open_portfolio(path, now=NOW).close()
        assert not [file for file in ours if file.exists()]
        assert all(file.read_bytes() == b"left" for file in others)


def test_a_temporary_name_is_never_followed_to_where_it_links(
    tmp_path: Path, old_portfolio: Callable[[int], Path]
) -> None:
    path, victim = old_portfolio(1), tmp_path / "victim"
    victim.write_text("precious")
    path.with_name(path.name + ".migrating").symlink_to(victim)
    open_portfolio(path, now=NOW).close()
    assert victim.read_text() == "precious"
    path.with_name(path.name + ".lock").unlink()
    path.with_name(path.name + ".lock").symlink_to(victim)
    with pytest.raises(OpeningError, match="Nothing was changed"):
        open_portfolio(path, now=NOW)
    assert victim.read_text() == "precious"


def test_an_interrupted_write_is_undone_before_the_file_is_migrated(
    tmp_path: Path, old_portfolio: Callable[[int], Path]
) -> None:
    path = old_portfolio(1)
    code = (
        "import sys, os, sqlite3\n"
        "c = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "c.execute('PRAGMA cache_size = 1'); c.execute('PRAGMA cache_spill = 1'); c.execute('BEGIN IMMEDIATE')\n"
        "c.executemany('INSERT INTO settings VALUES (?, ?)', ((str(n), 'x' * 3000) for n in range(200)))\n"
        "os._exit(9)\n"
    )
    assert subprocess.run([sys.executable, "-c", code, str(path)], check=False).returncode == 9
    assert path.with_name(path.name + "-journal").stat().st_size > 0
    with open_portfolio(path, now=NOW) as database, database.read() as connection:
        assert connection.rows("SELECT key FROM settings ORDER BY key") == [("base_currency",), ("theme",)]


def test_a_missing_file_with_backups_is_not_a_first_run(portfolio_path: Path) -> None:
    backup = back_up(portfolio_path, "by_hand", NOW)
    portfolio_path.unlink()
    with pytest.raises(MissingPortfolio, match=backup.path.name):
        open_portfolio(portfolio_path, create=True, now=NOW)
    assert not portfolio_path.exists()


def test_a_journal_without_its_file_is_kept_aside_and_not_played_into_a_new_one(tmp_path: Path) -> None:
    path = tmp_path / "portfolio.wealthdesk"
    path.with_name(path.name + "-journal").write_bytes(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + b"stale" * 200)
    open_portfolio(path, create=True, now=NOW).close()
    assert path.with_name(path.name + "-journal.aside1").read_bytes().endswith(b"stale")
    with open_portfolio(path, now=NOW) as database, database.read() as connection:
        assert connection.rows("SELECT * FROM settings") == []


def test_a_read_only_file_is_refused_for_now(portfolio_path: Path) -> None:
    portfolio_path.chmod(0o400)
    before = portfolio_path.read_bytes()
    with pytest.raises(ReadOnlyPlace, match="read-only"):
        open_portfolio(portfolio_path, now=NOW)
    assert (portfolio_path.read_bytes(), stat.S_IMODE(portfolio_path.stat().st_mode)) == (before, 0o400)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_is_refused_for_now(portfolio_path: Path) -> None:
    portfolio_path.parent.chmod(0o500)
    try:
        with pytest.raises(ReadOnlyPlace):
            open_portfolio(portfolio_path, now=NOW)
        with pytest.raises(ReadOnlyPlace):
            open_portfolio(portfolio_path.with_name("new"), create=True, now=NOW)
    finally:
        portfolio_path.parent.chmod(0o700)


def test_without_room_nothing_is_begun(old_portfolio: Callable[[int], Path], monkeypatch: pytest.MonkeyPatch) -> None:
    path = old_portfolio(1)
    before = path.read_bytes()
    full = shutil.disk_usage(path)._replace(free=10_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: full)
    with pytest.raises(NoRoom, match="needs 21 MB and 10 MB are free"):
        open_portfolio(path, now=NOW)
    assert path.read_bytes() == before
    assert list_backups(path) == ()


@pytest.mark.parametrize("step", ["fsync", "link", "replace", "open", "chmod"])
@pytest.mark.parametrize(
    "fault", [OSError(errno.ENOSPC, "no space"), OSError(errno.EIO, "broken"), KeyboardInterrupt()]
)
def test_a_disk_that_fails_at_any_step_leaves_a_file_that_is_whole(
    step: str, fault: BaseException, old_portfolio: Callable[[int], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    real, reached, untouched = getattr(os, step), True, 0
    for number in range(40):
        path, calls, reached = old_portfolio(OLDER), iter(range(40)), False
        before = path.read_bytes()

        def failing(*args: Any, calls: Iterator[int] = calls, number: int = number, **named: Any) -> Any:
            nonlocal reached
            if next(calls) == number:
                reached = True
                raise fault
            return real(*args, **named)

        with monkeypatch.context() as patched, contextlib.suppress(OpeningError, KeyboardInterrupt):
            patched.setattr(os, step, failing)
            open_portfolio(path, now=NOW).close()
        assert path.read_bytes() == before or portfolio_version(path) == head(), f"{step} {number}"
        untouched += path.read_bytes() == before
        assert not list(path.parent.glob("**/*.partial")) + list(path.parent.glob("*.migrating*"))
        with open_portfolio(path, now=NOW) as database, database.read() as connection:
            assert len(connection.rows("SELECT * FROM holdings")) == 6
        assert all(backup.verified and backup.version == OLDER for backup in list_backups(path))
        if not reached:
            break
    assert not reached
    assert number > 0
    assert untouched > 0 or (step, type(fault)) == ("link", OSError)  # a disk without hard links gets a rename


@pytest.mark.parametrize("version", [1, 2])
def test_damage_is_said_and_nothing_is_done(version: int, old_portfolio: Callable[[int], Path]) -> None:
    path = old_portfolio(version)
    raw = bytearray(path.read_bytes())
    raw[8192 : 8192 + 4096 * 4] = b"\x5a" * (4096 * 4)
    path.write_bytes(raw)
    with pytest.raises(DamagedPortfolio, match="is damaged") as refused:
        open_portfolio(path, now=NOW)
    assert "Restore a backup of it" in str(refused.value)
    assert path.read_bytes() == raw
    assert list_backups(path) == ()


def test_rows_without_what_they_belong_to_and_missing_tables_are_damage(portfolio_path: Path) -> None:
    with closing(connect(portfolio_path)) as connection:
        connection.execute("INSERT INTO prices VALUES ('nobody', '2026-01-01', '1', 'x')")
    with pytest.raises(DamagedPortfolio, match="in prices"):
        open_portfolio(portfolio_path, now=NOW)
    with closing(connect(portfolio_path)) as connection:
        connection.execute("DROP TABLE prices")
    with pytest.raises(DamagedPortfolio, match="has no prices"):
        open_portfolio(portfolio_path, now=NOW)


def test_a_failed_start_lets_go_of_the_file(portfolio_path: Path) -> None:
    with closing(connect(portfolio_path)) as connection:
        connection.execute("INSERT INTO prices VALUES ('nobody', '2026-01-01', '1', 'x')")
    with pytest.raises(DamagedPortfolio):
        open_portfolio(portfolio_path, now=NOW)
    with locks.exclusive(portfolio_path, 0.0):
        pass


@pytest.mark.parametrize(
    "part",
    [
        "CREATE TRIGGER sly AFTER INSERT ON prices BEGIN DELETE FROM holdings; END",
        "CREATE TEMP VIEW none AS SELECT 1; CREATE VIEW sly AS SELECT load_extension('x')",
        "CREATE VIRTUAL TABLE sly USING fts5(words)",
    ],
)
@pytest.mark.parametrize("version", [1, 4])
def test_what_wealthdesk_never_makes_is_refused_untouched(
    part: str, version: int, old_portfolio: Callable[[int], Path]
) -> None:
    path = old_portfolio(version)
    with closing(connect(path)) as connection:
        connection.executescript(part)
    before = path.read_bytes()
    for attempt in (lambda: open_portfolio(path, now=NOW), lambda: downgrade_portfolio(path, version - 1 or 1, NOW)):
        with pytest.raises(OpeningError) as refused:
            attempt()
        assert isinstance(refused.value, UnknownParts) == ("“sly”" in str(refused.value))
    with pytest.raises(UnknownParts, match="It has not been touched"):
        open_portfolio(path, now=NOW)
    assert path.read_bytes() == before
    assert list_backups(path) == ()
