"""A file that is moved, removed or replaced while it is open: nothing is written without a name, nothing is lost."""

import os
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from wealthdesk.errors import ReplacedPortfolio
from wealthdesk.storage.connection import connect
from wealthdesk.storage.database import Database
from wealthdesk.storage.file.backups import list_backups
from wealthdesk.storage.file.opening import open_portfolio

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="an open file keeps its name there")

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def set_marker(database: Database, value: str) -> None:
    with database.write() as connection:
        connection.put("settings", {"key": "marker", "value": value})


def marker_in(path: Path) -> list[tuple[str]]:
    with closing(connect(path)) as connection:
        return connection.execute("SELECT value FROM settings WHERE key = 'marker'").fetchall()


@pytest.fixture
def replaced(portfolio_path: Path, tmp_path: Path) -> Path:
    """What a program that syncs folders brings: an older copy of the file."""
    other = tmp_path / "from elsewhere"
    other.write_bytes(portfolio_path.read_bytes())
    return other


def test_what_was_open_becomes_a_backup_and_the_new_file_stays_as_it_is(portfolio_path: Path, replaced: Path) -> None:
    with open_portfolio(portfolio_path, now=NOW) as database:
        set_marker(database, "before")
        replaced.replace(portfolio_path)
        content = portfolio_path.read_bytes()
        with pytest.raises(ReplacedPortfolio, match=r"was replaced by another program.*is the backup “.*\.replaced\.v"):
            set_marker(database, "after")
        with pytest.raises(ReplacedPortfolio):
            database.changed_elsewhere()
        assert portfolio_path.read_bytes() == content
        (backup,) = list_backups(portfolio_path)
    assert backup.verified
    assert backup.reason == "replaced"
    assert marker_in(backup.path) == [("before",)]
    assert [each.stat().st_size for each in portfolio_path.parent.glob("*-journal")] in ([], [0])


@pytest.mark.parametrize("to", ["another name", None])
def test_a_file_that_was_moved_or_removed_is_kept_too(portfolio_path: Path, tmp_path: Path, to: str | None) -> None:
    with open_portfolio(portfolio_path, now=NOW) as database:
        set_marker(database, "before")
        if to:
            portfolio_path.rename(tmp_path / to)
        else:
            portfolio_path.unlink()
        with pytest.raises(ReplacedPortfolio, match="was moved or removed"):
            set_marker(database, "after")
    assert marker_in(list_backups(portfolio_path)[0].path) == [("before",)]
    assert not to or marker_in(tmp_path / to) == [("before",)]


def test_where_no_backup_can_be_made_that_is_said(portfolio_path: Path, replaced: Path) -> None:
    with open_portfolio(portfolio_path, now=NOW) as database:
        (portfolio_path.parent / "backups").touch()
        replaced.replace(portfolio_path)
        with pytest.raises(ReplacedPortfolio, match="could not be kept as a backup"):
            set_marker(database, "after")


def test_a_change_by_another_program_in_the_same_file_is_none_of_this(portfolio_path: Path) -> None:
    with open_portfolio(portfolio_path, now=NOW) as database, open_portfolio(portfolio_path, now=NOW) as other:
        set_marker(other, "other")
        assert database.changed_elsewhere()
        set_marker(database, "own")
        os.utime(portfolio_path)
        set_marker(database, "again")
    assert marker_in(portfolio_path) == [("again",)]
    assert list_backups(portfolio_path) == ()
