"""Restoring: verified before anything moves, undoable, finished by the next start wherever it was interrupted."""

import errno
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from wealthdesk.errors import DamagedPortfolio, NewerPortfolio, NotFound, OpeningError, PortfolioBusy, UnknownParts
from wealthdesk.storage.connection import connect
from wealthdesk.storage.file import copies, locks, swapping
from wealthdesk.storage.file.backups import Backup, back_up
from wealthdesk.storage.file.files import portfolio_version
from wealthdesk.storage.file.migrations import head
from wealthdesk.storage.file.opening import open_portfolio
from wealthdesk.storage.file.restoring import restore, set_asides, undo_restore
from wealthdesk.storage.file.salvage import salvage

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


class Killed(BaseException):
    """The process ended here."""


def keep(path: Path, key: str) -> None:
    """Change something."""
    with open_portfolio(path, now=NOW) as database, database.write() as connection:
        connection.insert("settings", {"key": key, "value": "x"})


def keys(path: Path) -> list[str]:
    """What was changed, as the file has it when it is opened."""
    with open_portfolio(path, now=NOW) as database, database.read() as connection:
        return [key for (key,) in connection.rows("SELECT key FROM settings ORDER BY key")]


@pytest.fixture
def backup(portfolio_path: Path) -> Backup:
    """A backup with “early”; the file has “late” besides."""
    keep(portfolio_path, "early")
    made = back_up(portfolio_path, "by_hand", NOW)
    keep(portfolio_path, "late")
    return made


def test_what_was_there_is_set_aside_and_comes_back(portfolio_path: Path, backup: Backup) -> None:
    before = portfolio_path.read_bytes()
    aside = restore(portfolio_path, backup.path, LATER)
    assert aside is not None
    assert keys(portfolio_path) == ["early"]
    assert (aside.file.read_bytes(), aside.made_at, aside.size) == (before, LATER, len(before))
    assert set_asides(portfolio_path) == (aside,)
    again = undo_restore(portfolio_path, LATER + timedelta(hours=1))
    assert keys(portfolio_path) == ["early", "late"]
    assert set_asides(portfolio_path) == (again,)
    undo_restore(portfolio_path, LATER)
    assert keys(portfolio_path) == ["early"]
    assert backup.path.exists()


def test_an_old_one_is_migrated_and_a_missing_file_comes_back(old_portfolio: Callable[[int], Path]) -> None:
    path = old_portfolio(1)
    backup = back_up(path, "by_hand", NOW)
    path.unlink()
    assert restore(path, backup.path, LATER) is None
    assert portfolio_version(path) == head()
    assert (portfolio_version(backup.path), set_asides(path)) == (1, ())
    with pytest.raises(NotFound, match="no restore to undo"):
        undo_restore(path, LATER)


def test_a_damaged_file_is_set_aside_with_its_journal_and_comes_back_as_it_was(
    portfolio_path: Path, backup: Backup
) -> None:
    journal = portfolio_path.with_name(portfolio_path.name + "-journal")
    os.truncate(portfolio_path, 5000)
    journal.write_bytes(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + b"stale" * 200)
    before = portfolio_path.read_bytes(), journal.read_bytes()
    restore(portfolio_path, backup.path, LATER)
    assert not journal.exists() or not journal.stat().st_size
    assert keys(portfolio_path) == ["early"]
    undo_restore(portfolio_path, LATER)
    assert (portfolio_path.read_bytes(), journal.read_bytes()) == before


@pytest.mark.parametrize("ending", ["-journal", "-wal"])
def test_what_lies_beside_a_backup_brings_no_rows_back(portfolio_path: Path, backup: Backup, ending: str) -> None:
    stale = backup.path.with_name(backup.path.name + ending)
    with closing(connect(portfolio_path)) as connection:
        if ending == "-wal":
            connection.execute("PRAGMA journal_mode = WAL").fetchall()
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO settings VALUES ('stale', '')")
        connection.execute("PRAGMA cache_spill = 1")
        if ending == "-wal":
            connection.execute("COMMIT")
        shutil.copyfile(portfolio_path.with_name(portfolio_path.name + ending), stale)
        if ending == "-journal":
            connection.execute("ROLLBACK")
    restore(portfolio_path, backup.path, LATER)
    assert keys(portfolio_path) == ["early"]


def test_what_is_not_good_is_refused_and_nothing_moves(portfolio_path: Path, backup: Backup, tmp_path: Path) -> None:
    before = portfolio_path.read_bytes()
    names = set(tmp_path.iterdir())
    changed = backup.path.with_name("any.wealthdesk")
    shutil.copyfile(backup.path, changed)
    with closing(connect(changed)) as connection:
        connection.execute("CREATE TRIGGER late AFTER INSERT ON prices BEGIN DELETE FROM holdings; END")
    with pytest.raises(UnknownParts, match="a trigger “late”"):
        restore(portfolio_path, changed, LATER)
    with closing(connect(changed)) as connection:
        connection.execute("DROP TRIGGER late")
        connection.execute("DROP INDEX IF EXISTS ix_holdings_asset_id")
        connection.execute("DROP TABLE fx_rates")
    with pytest.raises(DamagedPortfolio, match="cannot be restored"):
        restore(portfolio_path, changed, LATER)
    with closing(connect(changed)) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(NewerPortfolio):
        restore(portfolio_path, changed, LATER)
    os.truncate(backup.path, backup.size - 4096)
    with pytest.raises(DamagedPortfolio, match="not what it was"):
        restore(portfolio_path, backup.path, LATER)
    assert portfolio_path.read_bytes() == before
    assert set(tmp_path.iterdir()) - names <= {Path(f"{portfolio_path}.lock")}


def test_a_file_in_use_is_not_replaced_and_the_refusal_says_by_whom(portfolio_path: Path, backup: Backup) -> None:
    with open_portfolio(portfolio_path, now=NOW), pytest.raises(PortfolioBusy, match="Nothing was changed"):
        restore(portfolio_path, backup.path, LATER, patience=0.0)
    with locks.exclusive(portfolio_path, 0.0), pytest.raises(PortfolioBusy):
        undo_restore(portfolio_path, LATER, patience=0.0)


@pytest.fixture(scope="module")
def early_and_late(migrated_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A file with “early”, and one with “late”."""
    early, late = (tmp_path_factory.mktemp("states") / name for name in ("early", "late"))
    for file in (early, late):
        shutil.copyfile(migrated_template, file)
        keep(file, file.name)
    return early, late


@pytest.mark.parametrize("action", ["restore", "undo"])
@pytest.mark.parametrize("fault", [Killed(), OSError(errno.EIO, "broken")])
@pytest.mark.parametrize("step", ["rename", "fsync", "mkdir", "open", "rmdir", "chmod"])
def test_wherever_it_is_interrupted_all_of_one_or_all_of_the_other_is_there(
    step: str,
    fault: BaseException,
    action: str,
    early_and_late: tuple[Path, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real, reached = getattr(os, step), True
    early, late = early_and_late
    start = tmp_path / "start" / "p.wealthdesk"
    start.parent.mkdir()
    shutil.copyfile(late, start)
    if action == "undo":
        restore(start, early, NOW)
    for number in range(60):
        path, reached, calls = tmp_path / str(number) / "p.wealthdesk", False, iter(range(100))
        shutil.copytree(start.parent, path.parent)

        def failing(*args: Any, calls: Iterator[int] = calls, number: int = number, **named: Any) -> Any:
            nonlocal reached
            if next(calls) == number:
                reached = True
                raise fault
            return real(*args, **named)

        done = False
        with monkeypatch.context() as patched:
            patched.setattr(os, step, failing)
            try:
                if action == "undo":
                    undo_restore(path, LATER)
                else:
                    restore(path, early, LATER)
                done = True
            except (OpeningError, Killed) as error:
                untouched = "Nothing was changed" in str(error)
        new, old = (["late"], ["early"]) if action == "undo" else (["early"], ["late"])
        with open_portfolio(path, now=NOW) as database, database.read() as connection:
            found = [key for (key,) in connection.rows("SELECT key FROM settings")]
            assert found == new if done else found in (new, old), f"{step} {number}"
        if not done and untouched:
            assert found == old
        everything = [path, *(each.file for each in set_asides(path))]
        kept = {b"late" in file.read_bytes() for file in everything}
        assert True in kept, "the newer state is somewhere"
        assert not swapping.is_halfway(path)
        if not reached:
            break
    assert not reached
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_a_start_finished_is_said(portfolio_path: Path, backup: Backup, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(swapping, "_move_in", lambda *_: (_ for _ in ()).throw(Killed()))
        with pytest.raises(Killed):
            restore(portfolio_path, backup.path, LATER)
    assert not portfolio_path.exists()
    with open_portfolio(portfolio_path, create=True, now=NOW) as database:
        assert "has been finished" in database.notes[0]
    assert keys(portfolio_path) == ["early"]


def test_an_undo_that_was_interrupted_is_not_taken_back_by_the_next_try(
    portfolio_path: Path, backup: Backup, monkeypatch: pytest.MonkeyPatch
) -> None:
    restore(portfolio_path, backup.path, NOW)
    with monkeypatch.context() as patched:
        patched.setattr(swapping, "_move_in", lambda *_: (_ for _ in ()).throw(Killed()))
        with pytest.raises(Killed):
            undo_restore(portfolio_path, LATER)
    with pytest.raises(OpeningError, match="has just been finished"):
        undo_restore(portfolio_path, LATER)
    assert keys(portfolio_path) == ["early", "late"]


def test_a_link_with_the_name_of_a_folder_of_ours_is_left_alone(portfolio_path: Path, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "letter").write_text("dear")
    link = portfolio_path.with_name(f"{portfolio_path.name}.20261120T120000000Z.prepared")
    link.symlink_to(precious)
    open_portfolio(portfolio_path, now=NOW).close()
    assert (precious / "letter").read_text() == "dear"


@pytest.mark.parametrize("umask", [0, 0o777])
def test_everything_is_for_its_owner_alone_whatever_the_umask(umask: int, tmp_path: Path) -> None:
    path = tmp_path / "kept" / "portfolio.wealthdesk"
    before = os.umask(umask)
    try:
        open_portfolio(path, create=True, now=NOW).close()
        backup = back_up(path, "by_hand", NOW)
        restore(path, backup.path, LATER)
        salvage(path, path.with_name("salvaged"))
        with copies.open_copy(path, path.with_name("copies"), NOW.date()):
            found = [path.parent, *path.parent.rglob("*")]
            modes = {(each.is_dir(), stat.S_IMODE(each.stat().st_mode)) for each in found}
    finally:
        os.umask(before)
    assert len(found) > 9
    assert modes == {(True, 0o700), (False, 0o600)}


@pytest.mark.skipif(os.name != "posix", reason="only there a folder is synced, and a file read by its descriptor")
def test_what_comes_in_is_on_the_disk_before_it_gets_its_name_and_the_folder_after_it(
    portfolio_path: Path, backup: Backup, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a power cut a file has only what was synced: nothing else may have the portfolio's name."""
    on_disk: dict[int, bytes] = {}
    last: list[str] = []
    sync, rename = os.fsync, os.rename

    def synced(descriptor: int) -> None:
        sync(descriptor)
        told = os.fstat(descriptor)
        if stat.S_ISREG(told.st_mode):
            on_disk[told.st_ino] = os.pread(descriptor, told.st_size, 0)
        elif told.st_ino == portfolio_path.parent.stat().st_ino:
            last.append("folder synced")

    def renamed(source: Path, target: Path, **named: Any) -> None:
        if Path(target) == portfolio_path:
            came = on_disk.get(Path(source).stat().st_ino)
            # What is undone to was there before: SQLite itself has synced it.
            assert came == Path(source).read_bytes() or "undone" in last
            last.append("in its place")
        rename(source, target, **named)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "rename", renamed)
    restore(portfolio_path, backup.path, LATER)
    assert "in its place" in last and last[-1] == "folder synced"
    last[:] = ["undone"]
    undo_restore(portfolio_path, LATER)
    assert "in its place" in last and last[-1] == "folder synced"
