"""The backup of the day: one, only after changes, never of a damaged file, and thinned out without harm."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cli import forked
from wealthdesk.errors import DamagedPortfolio
from wealthdesk.storage.database import Database
from wealthdesk.storage.file.backups import back_up, backups_folder, keep_up, list_backups, rotate

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def change(database: Database, key: str) -> None:
    """Keep something new."""
    with database.write() as connection:
        connection.insert("settings", {"key": key, "value": "x"})


def test_one_a_day_and_only_after_changes(database: Database) -> None:
    first = keep_up(database.path, NOW)
    assert first is not None
    assert (first.reason, first.verified) == ("daily", True)
    change(database, "a")
    assert keep_up(database.path, NOW + timedelta(minutes=1)) is None
    second = keep_up(database.path, NOW + DAY)
    assert second is not None
    assert keep_up(database.path, NOW + 2 * DAY) is None
    change(database, "b")
    third = keep_up(database.path, NOW + 3 * DAY)
    assert list_backups(database.path) == (third, second, first)


def test_a_copy_that_was_damaged_since_does_not_count_as_one(database: Database) -> None:
    first = keep_up(database.path, NOW)
    assert first is not None
    os.truncate(first.path, first.size - 100)
    assert keep_up(database.path, NOW + DAY) is not None


def test_a_clock_moved_back_makes_one_and_removes_none(database: Database) -> None:
    for number in range(30):
        change(database, str(number))
        assert keep_up(database.path, NOW + number * DAY) is not None
    before = list_backups(database.path)
    assert len(before) < 30
    change(database, "back")
    assert keep_up(database.path, NOW - 300 * DAY) is not None
    assert set(before) < set(list_backups(database.path))


def test_one_that_is_yet_to_come_stands_in_the_way_of_nothing(database: Database) -> None:
    future = [
        back_up(database.path, "daily", NOW + timedelta(hours=1)),
        back_up(database.path, "daily", NOW + 999 * DAY),
    ]
    made = []
    for number in range(30):
        change(database, str(number))
        made.append(keep_up(database.path, NOW + number * DAY))
    assert None not in made
    left = list_backups(database.path)
    assert future[1] in left
    assert made[-1] in left
    assert len(left) < 30


def test_rotation_removes_what_is_surplus_and_nothing_that_is_not_ours(database: Database) -> None:
    made = []
    for number in range(20):
        change(database, str(number))
        made.append(back_up(database.path, "daily", NOW + number * DAY))
    by_hand = back_up(database.path, "by_hand", NOW)
    folder = backups_folder(database.path)
    strange = [
        folder / "notes.txt",
        folder / made[0].path.name.replace("2026", "9999").replace("T", "T9"),
        folder / f"{database.path.name}.99999999T999999999Z.daily.v4.0123456789abcdef.wealthdesk",
        folder / f"x{made[0].path.name}",
    ]
    for file in strange:
        file.write_bytes(made[0].path.read_bytes())
    os.truncate(made[1].path, 10)
    gone = rotate(database.path, NOW + 20 * DAY)
    assert gone
    assert {each.path for each in made} - {each.path for each in list_backups(database.path)} == {e.path for e in gone}
    assert all(file.exists() for file in (*strange, by_hand.path, made[1].path, made[-1].path))
    assert rotate(database.path, NOW + 20 * DAY) == ()


def test_a_damaged_file_makes_no_backup_and_removes_none(portfolio_path: Path) -> None:
    made = [back_up(portfolio_path, "daily", NOW + number * DAY) for number in range(40)]
    raw = bytearray(portfolio_path.read_bytes())
    raw[8192 : 8192 + 16384] = b"\x5a" * 16384
    portfolio_path.write_bytes(raw)
    with pytest.raises(DamagedPortfolio):
        keep_up(portfolio_path, NOW + 60 * DAY)
    with pytest.raises(DamagedPortfolio):
        rotate(portfolio_path, NOW + 60 * DAY)
    assert set(list_backups(portfolio_path)) == set(made)


def test_several_at_once_make_one(portfolio_path: Path, tmp_path: Path) -> None:
    keeping = tmp_path / "keeping.py"
    keeping.write_text(
        "import sys, pathlib, datetime\n"
        "from wealthdesk.storage.file.backups import keep_up\n"
        "keep_up(pathlib.Path(sys.argv[1]), datetime.datetime(2026, 11, 20, 12, tzinfo=datetime.UTC))\n"
    )
    assert forked.run_at_once([[keeping, portfolio_path]] * 4) == [0] * 4
    assert len(list_backups(portfolio_path)) == 1


def test_a_backup_is_made_also_where_a_surplus_one_cannot_be_removed(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    for days in range(40, 0, -1):
        back_up(database.path, "daily", NOW - days * DAY)
    change(database, "late")

    def refused(file: Path, missing_ok: bool = False) -> None:
        if "daily" in file.name:
            raise OSError("a broken disk")

    monkeypatch.setattr(Path, "unlink", refused)
    assert keep_up(database.path, NOW) is not None
    assert len(list_backups(database.path)) == 41
