"""Backups: whole, verified, never overwriting anything, and told apart from what is not one."""

import errno
import itertools
import os
import shutil
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import insert

from portfolio_files import empty_at
from wealthdesk.errors import DamagedPortfolio, NoRoom, OpeningError, PortfolioBusy
from wealthdesk.storage.connection import connect
from wealthdesk.storage.database import Database
from wealthdesk.storage.file import backups, files
from wealthdesk.storage.file.backups import back_up, backups_folder, choose_folder, list_backups
from wealthdesk.storage.file.migrations import head
from wealthdesk.storage.tables import settings

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def keep(database: Database, key: str, value: str = "x") -> None:
    """Change something."""
    with database.write() as connection:
        connection.execute(insert(settings).values(key=key, value=value))


def keys(path: Path) -> list[str]:
    """What was changed, as a file has it."""
    with closing(connect(path)) as connection:
        return [key for (key,) in connection.execute("SELECT key FROM settings ORDER BY key")]


def test_each_backup_is_the_file_at_its_moment_and_the_newest_comes_first(database: Database) -> None:
    path = database.path
    keep(database, "one")
    first = back_up(path, "by_hand", NOW)
    keep(database, "two")
    second = back_up(path, "daily", NOW + timedelta(days=1))
    assert list_backups(path) == (second, first)
    assert (keys(first.path), keys(second.path)) == (["one"], ["one", "two"])
    assert (first.reason, first.version, first.made_at, first.verified) == ("by_hand", head(), NOW, True)
    assert first.size == first.path.stat().st_size > 0


def test_the_same_moment_in_whatever_time_zone_never_overwrites(database: Database) -> None:
    made = [back_up(database.path, "by_hand", NOW.astimezone(timezone(timedelta(hours=9)))) for _ in range(3)]
    assert len({backup.path for backup in made}) == 3
    assert list_backups(database.path) == tuple(reversed(made))
    assert sorted(file.name for file in backups_folder(database.path).iterdir()) == [each.path.name for each in made]


def test_what_others_are_doing_meanwhile_is_not_in_it(database: Database) -> None:
    keep(database, "kept")
    with closing(connect(database.path)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("INSERT INTO settings VALUES ('not yet', '')")
        backup = back_up(database.path, "by_hand", NOW)
        other.execute("ROLLBACK")
    assert keys(backup.path) == ["kept"]


@pytest.mark.parametrize("damage", ["flip", "cut", "empty", "swap"])
def test_a_backup_that_is_not_what_it_was_is_not_called_verified(database: Database, damage: str) -> None:
    keep(database, "a", "x" * 5000)
    backup = back_up(database.path, "by_hand", NOW)
    raw = bytearray(backup.path.read_bytes())
    raw[-10] ^= 1
    cut, empty = bytes(raw[:-4096]), b""
    keep(database, "b")
    other = back_up(database.path, "by_hand", NOW).path.read_bytes()
    backup.path.write_bytes({"flip": bytes(raw), "cut": cut, "empty": empty, "swap": other}[damage])
    verified = {each.path: each.verified for each in list_backups(database.path)}
    assert verified.pop(backup.path) is False
    assert list(verified.values()) == [True]


def test_what_is_not_a_backup_of_this_file_is_not_listed(database: Database, tmp_path: Path) -> None:
    backup = back_up(database.path, "by_hand", NOW)
    for name in (
        "notes.txt",
        backup.path.name.replace("portfolio", "other"),
        backup.path.name + ".partial",
        "x" + backup.path.name,
    ):
        backup.path.with_name(name).write_bytes(backup.path.read_bytes())
    assert list_backups(database.path) == (backup,)
    assert list_backups(tmp_path / "nowhere" / "x.wealthdesk") == ()


def test_a_damaged_file_makes_no_backup(portfolio_path: Path) -> None:
    raw = bytearray(portfolio_path.read_bytes())
    raw[8192 : 8192 + 16384] = b"\x5a" * 16384
    portfolio_path.write_bytes(raw)
    with pytest.raises(DamagedPortfolio):
        back_up(portfolio_path, "by_hand", NOW)
    assert list(backups_folder(portfolio_path).iterdir()) == []
    with pytest.raises(OpeningError):
        back_up(portfolio_path.with_name("missing"), "by_hand", NOW)


def test_a_file_that_others_keep_busy_is_copied_as_it_was_at_one_moment(database: Database) -> None:
    keep(database, "a", "x" * 100_000)
    is_over = threading.Event()

    def write() -> None:
        with closing(connect(database.path)) as other:
            for number in itertools.count():
                # Without a pause, nobody else would ever get a turn, and that is said to be busy.
                if is_over.wait(0.02):
                    return
                other.execute("BEGIN IMMEDIATE")
                other.execute(
                    "INSERT OR REPLACE INTO settings (key, value) VALUES ('one', ?), ('other', ?)",
                    (str(number), str(number)),
                )
                other.execute("COMMIT")

    busy = threading.Thread(target=write)
    busy.start()
    try:
        made = [back_up(database.path, "by_hand", NOW) for _ in range(5)]
    finally:
        is_over.set()
        busy.join()
    for backup in made:
        with closing(connect(backup.path)) as copied:
            found = copied.execute("SELECT value FROM settings WHERE key IN ('one', 'other')").fetchall()
        assert len(set(found)) <= 1
        assert backup.verified


def test_a_file_that_another_keeps_for_itself_is_said_to_be_busy(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(connect(database.path)) as other:
        other.execute("BEGIN EXCLUSIVE")
        monkeypatch.setattr(backups, "connect", lambda path: connect(path, patience=0.0))
        with pytest.raises(PortfolioBusy):
            back_up(database.path, "by_hand", NOW)
        other.execute("ROLLBACK")
    assert list(backups_folder(database.path).iterdir()) == []


def test_a_copy_that_is_not_the_same_is_thrown_away(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    write = Path.write_bytes

    def careless(file: Path, content: bytes) -> int:
        """A disk that forgets the last page."""
        return write(file, content[:-4096] + bytes(4096) if file.suffix == ".partial" else content)

    monkeypatch.setattr(Path, "write_bytes", careless)
    with pytest.raises(OpeningError, match="thrown away"):
        back_up(database.path, "by_hand", NOW)
    assert list(backups_folder(database.path).iterdir()) == []


def test_no_room_for_a_backup(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    full = shutil.disk_usage(database.path)._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: full)
    with pytest.raises(NoRoom, match="Nothing was changed"):
        back_up(database.path, "by_hand", NOW)


def test_a_reason_is_a_word(database: Database) -> None:
    with pytest.raises(ValueError, match="not a word"):
        back_up(database.path, "../out", NOW)
    assert not backups_folder(database.path).exists()


def test_a_backup_that_a_dying_disk_does_not_confirm_is_said_to_be_there(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    unlink = Path.unlink

    def dead(folder: Path) -> None:
        if folder.name == "backups" and list(folder.glob("*.wealthdesk")):
            monkeypatch.setattr(Path, "unlink", refuse)
            raise OSError(errno.EIO, "Input/output error")

    def refuse(path: Path, missing_ok: bool = False) -> None:
        if path.suffix == ".wealthdesk":
            raise OSError(errno.EIO, "Input/output error")
        unlink(path, missing_ok=missing_ok)

    monkeypatch.setattr(files, "sync_folder", dead)
    with pytest.raises(OpeningError, match=r"is there and whole, but the disk refused to confirm it") as refused:
        back_up(database.path, "by_hand", NOW)
    monkeypatch.undo()
    (backup,) = list_backups(database.path)
    assert backup.verified
    assert str(backup.path) in str(refused.value)


@pytest.mark.parametrize(
    ("refused", "kind", "says"),
    [
        (errno.ENOSPC, NoRoom, "is full. Nothing was changed. Free some space and try again."),
        (errno.EIO, OpeningError, "The disk refused a step on “{}”: Input/output error. Nothing was changed."),
    ],
)
def test_a_disk_that_refuses_to_write_a_copy_is_a_sentence_and_leaves_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch, refused: int, kind: type[OpeningError], says: str
) -> None:
    """The pages are written beside the check of them; what is refused there is not what the check has found."""

    def refusing(file: Path, content: bytes) -> int:
        assert file.suffix == ".partial"
        raise OSError(refused, os.strerror(refused))

    monkeypatch.setattr(Path, "write_bytes", refusing)
    with pytest.raises(kind) as told:
        back_up(database.path, "by_hand", NOW)
    assert says.format(database.path) in str(told.value)
    monkeypatch.undo()
    assert list(backups_folder(database.path).iterdir()) == []


def test_backups_go_to_the_folder_that_was_chosen_and_all_are_listed_wherever_they_are(
    database: Database, tmp_path: Path
) -> None:
    path, disk, cloud = database.path, tmp_path / "disk", tmp_path / "cloud"
    for folder in (disk, cloud):
        folder.mkdir()
    keep(database, "one")
    first = back_up(path, "by_hand", NOW)
    chosen = choose_folder(path, disk)
    second = back_up(path, "by_hand", NOW + timedelta(minutes=1))
    assert second.path.parent == chosen == backups_folder(path) and chosen.parent == disk
    choose_folder(path, cloud)
    third = back_up(path, "by_hand", NOW + timedelta(minutes=2))
    assert list_backups(path) == (third, second, first)
    assert choose_folder(path, disk) == chosen, "what is there already is gone on with"
    assert choose_folder(path, path.parent) == path.parent / "backups" == backups_folder(path)
    with pytest.raises(OpeningError, match="is no folder"):
        choose_folder(path, tmp_path / "missing")


def test_a_name_that_is_not_one_line_is_refused_and_loses_no_other(database: Database, tmp_path: Path) -> None:
    path, odd = database.path, tmp_path / "odd\x85\u2028\rfolder"
    for folder in (odd, tmp_path / "two\nlines"):
        folder.mkdir()
    chosen = choose_folder(path, odd)
    assert chosen.parent == odd and backups_folder(path) == chosen, "what others take for an end of a line is none"
    with pytest.raises(OpeningError, match="has a line break in its name"):
        choose_folder(path, tmp_path / "two\nlines")
    assert backups_folder(path) == chosen


def test_a_chosen_folder_that_is_away_is_not_waited_for(database: Database, tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    chosen = choose_folder(database.path, tmp_path / "disk")
    keep(database, "one")
    chosen.rename(tmp_path / "unplugged")
    beside = back_up(database.path, "by_hand", NOW)
    assert beside.path.parent == database.path.parent / "backups"
    (tmp_path / "unplugged").rename(chosen)
    assert back_up(database.path, "by_hand", NOW).path.parent == chosen
    assert len(list_backups(database.path)) == 2


def test_a_chosen_folder_on_a_disk_that_fails_hides_no_other(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A share that went away, or a disk that is damaged, does not say that nothing is there: each question fails."""
    (tmp_path / "disk").mkdir()
    keep(database, "one")
    beside = back_up(database.path, "by_hand", NOW)
    chosen = choose_folder(database.path, tmp_path / "disk")
    stat = Path.stat

    def failing(path: Path, *, follow_symlinks: bool = True) -> os.stat_result:
        if path == chosen:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return stat(path, follow_symlinks=follow_symlinks)

    monkeypatch.setattr(Path, "stat", failing)
    assert list_backups(database.path) == (beside,)
    assert backups_folder(database.path) == database.path.parent / "backups"


def test_two_files_of_one_name_do_not_thin_out_each_other(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        empty_at(tmp_path / folder / "p.wealthdesk")
        choose_folder(tmp_path / folder / "p.wealthdesk", tmp_path / "disk")
    back_up(tmp_path / "one" / "p.wealthdesk", "by_hand", NOW)
    assert len(list_backups(tmp_path / "one" / "p.wealthdesk")) == 1
    assert list_backups(tmp_path / "two" / "p.wealthdesk") == ()
