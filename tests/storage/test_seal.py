"""The seal: decay that SQLite cannot see is refused, what others wrote is said, and it never accuses without reason."""

import os
import shutil
import stat
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from wealthdesk.errors import DamagedPortfolio
from wealthdesk.storage.connection import connect
from wealthdesk.storage.file.backups import back_up, list_backups
from wealthdesk.storage.file.copies import open_copy
from wealthdesk.storage.file.migrations import head
from wealthdesk.storage.file.opening import open_portfolio
from wealthdesk.storage.file.restoring import restore, undo_restore
from wealthdesk.storage.file.seal import seal_file

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def closed(old_portfolio: Callable[[int], Path]) -> Path:
    """A file that holds a marker, and was closed."""
    path = old_portfolio(head())
    with open_portfolio(path, now=NOW) as database, database.write() as connection:
        connection.insert("settings", {"key": "marker", "value": "1250.00"})
    return path


def change(path: Path, *, keeps_date: bool, was: bytes = b"1250.00", becomes: bytes = b"9250.00") -> bytes:
    """Change one byte of a value, with or without the date that a written file gets."""
    before, raw = path.stat(), path.read_bytes()
    assert raw.count(was) == 1
    path.write_bytes(raw.replace(was, becomes))
    if keeps_date:
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    return path.read_bytes()


def opened(path: Path) -> tuple[str, ...]:
    """Open and close the file, and say what was told."""
    with open_portfolio(path, now=NOW) as database:
        return database.notes


def test_a_digit_that_changed_by_itself_is_refused_everywhere(closed: Path, tmp_path: Path) -> None:
    damaged = change(closed, keeps_date=True)
    backups = list_backups(closed)
    for attempt in (
        lambda: open_portfolio(closed, now=NOW),
        lambda: open_copy(closed, tmp_path / "copies", NOW.date()),
        lambda: back_up(closed, "by_hand", NOW),
    ):
        with pytest.raises(DamagedPortfolio, match="nothing has written to it since"):
            attempt()
    assert closed.read_bytes() == damaged
    assert list_backups(closed) == backups


def test_what_something_else_wrote_is_said_once(closed: Path, tmp_path: Path) -> None:
    change(closed, keeps_date=False)
    with open_copy(closed, tmp_path / "copies", NOW.date()) as copied:
        assert "Something other than WealthDesk" in copied.notes[0]
    assert [note for note in opened(closed) if "Something other than WealthDesk" in note]
    assert opened(closed) == ()


def test_it_never_accuses_without_reason(closed: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copy2(closed, tmp_path / "copy"))
    os.utime(closed)
    assert opened(closed) == ()
    with closing(connect(closed)) as other:  # another process, which was killed before it could close the file
        other.execute("UPDATE settings SET value = '2' WHERE key = 'marker'")
    assert opened(closed) == ()
    shutil.copy2(copy, closed)  # an older copy, put back by the user
    assert opened(closed) == ()
    copy.replace(closed)
    assert opened(closed) == ()
    backup = back_up(closed, "by_hand", NOW)
    restore(closed, backup.path, NOW)
    assert opened(closed) == ()
    undo_restore(closed, NOW)
    assert opened(closed) == ()


def test_what_was_written_while_it_was_open_is_sealed_as_it_lies(closed: Path) -> None:
    with open_portfolio(closed, now=NOW) as database:
        with database.read() as connection:
            connection.rows("SELECT * FROM settings")
        change(closed, keeps_date=False)
    assert opened(closed) == ()


def test_a_file_that_took_the_place_of_the_open_one_is_not_sealed(closed: Path, tmp_path: Path) -> None:
    other = Path(shutil.copy(closed, tmp_path / "other"))
    sealed = seal_file(closed).read_bytes()
    with open_portfolio(closed, now=NOW) as database:
        with database.write() as connection:
            connection.update("settings", {"value": "2"}, key="marker")
        other.replace(closed)
    assert seal_file(closed).read_bytes() == sealed


@pytest.mark.parametrize("seal", [b"", b"WealthDesk seal 1 12 3", b"\xff" * 5000, None])
def test_without_a_whole_seal_nothing_is_claimed(seal: bytes | None, closed: Path, tmp_path: Path) -> None:
    change(closed, keeps_date=True)
    beside = seal_file(closed)
    assert stat.S_IMODE(beside.stat().st_mode) == 0o600
    beside.unlink()
    if seal is None:
        beside.symlink_to(tmp_path / "victim")
    else:
        beside.write_bytes(seal)
    assert opened(closed) == ()
    assert not (tmp_path / "victim").exists()
    if seal is not None:
        change(closed, keeps_date=True, was=b"9250.00", becomes=b"8250.00")
        with pytest.raises(DamagedPortfolio):
            opened(closed)


def test_a_seal_that_cannot_be_written_is_no_reason_to_fail(closed: Path) -> None:
    seal_file(closed).unlink()
    seal_file(closed).mkdir()
    assert opened(closed) == ()
    os.mkfifo(closed.with_name("other.seal"))
    other = shutil.copyfile(closed, closed.with_name("other"))
    assert opened(other) == ()


def test_a_value_that_is_none_is_damage_when_it_is_read(closed: Path) -> None:
    with open_portfolio(closed, now=NOW) as database:
        with closing(connect(closed)) as connection:
            connection.execute("PRAGMA ignore_check_constraints = ON")
            connection.execute("UPDATE holdings SET quantity = '1?' WHERE rowid = 1")
        with pytest.raises(DamagedPortfolio, match="row 1 of holdings is not as it was written"), database.read():
            raise ValueError("1?")
        with pytest.raises(DamagedPortfolio), database.write():
            raise ValueError("1?")
        with closing(connect(closed)) as connection:
            connection.execute("PRAGMA ignore_check_constraints = ON")
            connection.execute("UPDATE holdings SET quantity = CAST(x'31ff' AS TEXT) WHERE rowid = 1")
        with pytest.raises(DamagedPortfolio, match="is damaged"), database.read() as reading:
            reading.rows("SELECT * FROM holdings")
    # Closed and sealed by then, and still seen when it is opened.
    with pytest.raises(DamagedPortfolio, match="row 1 of holdings"):
        open_portfolio(closed, now=NOW)


def test_without_damage_a_failed_read_is_the_mistake_that_it_is(closed: Path) -> None:
    with open_portfolio(closed, now=NOW) as database, pytest.raises(KeyError), database.read():
        raise KeyError("a bug")
