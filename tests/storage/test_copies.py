"""Copies to look at: of an old file, a newer one, a backup, a file in a read-only place; never written, never left."""

import os
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from wealthdesk.errors import DamagedPortfolio, NewerPortfolio, NotAPortfolio, ReadOnlyPlace
from wealthdesk.services.desk import Clock, open_copy
from wealthdesk.storage.connection import connect
from wealthdesk.storage.file import copies
from wealthdesk.storage.file.files import portfolio_version
from wealthdesk.storage.file.opening import open_portfolio

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
CLOCK = Clock(today=lambda: date(2026, 11, 20), now=lambda: NOW)


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the copies are made."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return tmp_path / "data" / "WealthDesk" / "copies"


@pytest.mark.parametrize("version", [1, 2, 3, 4])
def test_a_file_of_any_version_is_shown_and_not_touched(
    version: int, old_portfolio: Callable[[int], Path], data_folder: Path
) -> None:
    path = old_portfolio(version)
    path.chmod(0o400)
    before = path.read_bytes(), set(path.parent.iterdir()) | {data_folder.parents[1]}
    with open_copy(path, CLOCK) as desk:
        assert (desk.is_read_only, desk.path) == (True, path)
        assert len(desk.portfolios.current().holdings) == 6
        with pytest.raises(ReadOnlyPlace, match="Nothing was changed"):
            desk.settings.set("a", "b")
        desk.prepare_to_write()
        assert len(list(data_folder.iterdir())) == 1
        assert not desk.reread_if_changed_elsewhere()
    assert list(data_folder.iterdir()) == []
    assert (path.read_bytes(), set(path.parent.iterdir())) == before
    assert portfolio_version(path) == version


def test_a_newer_file_is_shown_as_far_as_it_is_known(portfolio_path: Path) -> None:
    with closing(connect(portfolio_path)) as connection:
        connection.execute("PRAGMA user_version = 99")
        connection.execute("UPDATE alembic_version SET version_num = '0099'")
        connection.execute("CREATE TABLE dreams (id)")
    with open_copy(portfolio_path, CLOCK) as desk:
        assert "version 99" in desk.notes[0]
        assert desk.portfolios.current().is_empty
    with closing(connect(portfolio_path)) as connection:
        connection.execute("ALTER TABLE accounts RENAME COLUMN name TO title")
    with pytest.raises(NewerPortfolio) as refused:
        open_copy(portfolio_path, CLOCK)
    assert refused.value.found == 99


def test_what_cannot_be_shown_is_refused_and_no_copy_stays(portfolio_path: Path, data_folder: Path) -> None:
    raw = portfolio_path.read_bytes()
    os.truncate(portfolio_path, len(raw) // 2)
    with pytest.raises(DamagedPortfolio, match=portfolio_path.name) as refused:
        open_copy(portfolio_path, CLOCK)
    assert str(data_folder) not in str(refused.value)
    portfolio_path.write_bytes(b"")
    with pytest.raises(NotAPortfolio):
        open_copy(portfolio_path, CLOCK)
    assert list(data_folder.iterdir()) == []


def test_a_copy_left_by_a_program_that_was_killed_is_removed_and_one_in_use_is_not(
    portfolio_path: Path, data_folder: Path
) -> None:
    left = data_folder / "0123"
    left.mkdir(parents=True)
    (left / "in_use").touch()
    (data_folder / "letter").write_text("dear")
    with open_copy(portfolio_path, CLOCK), copies.open_copy(portfolio_path, data_folder, NOW.date()) as other:
        assert not left.exists()
        assert (other.path.exists(), len(list(data_folder.iterdir()))) == (True, 3)
    assert [each.name for each in data_folder.iterdir()] == ["letter"]


def test_the_file_may_be_open_elsewhere(portfolio_path: Path) -> None:
    with open_portfolio(portfolio_path, now=NOW), open_copy(portfolio_path, CLOCK) as desk:
        assert desk.portfolios.current().is_empty
