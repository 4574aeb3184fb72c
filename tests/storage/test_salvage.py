"""Salvage: whatever can be read comes into a new file, what cannot is listed, and the damaged file is never changed."""

import random
import shutil
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import text

from portfolio_files import copied
from wealthdesk.errors import AlreadyExists, NotAPortfolio
from wealthdesk.services.checking import lines_of
from wealthdesk.storage.connection import connect
from wealthdesk.storage.file.backups import back_up
from wealthdesk.storage.file.migrations import head
from wealthdesk.storage.file.opening import open_portfolio
from wealthdesk.storage.file.salvage import Salvage, salvage

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

DATA = Path(__file__).parents[1] / "data"


@pytest.fixture(scope="module")
def with_prices(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file at the newest version with 3,000 prices, to be copied."""
    path = copied(DATA / f"portfolio_{head():04}.wealthdesk", tmp_path_factory.mktemp("prices") / "p.wealthdesk")
    ((asset,), *_) = database_rows(path, "SELECT asset_id FROM holdings")
    days = [date(2010, 1, 1) + timedelta(days=number) for number in range(3000)]
    with open_portfolio(path, now=NOW) as database, database.write() as connection:
        connection.insert("settings", {"key": "marker", "value": "kept"})
        prices = [{"asset_id": asset, "on_date": day, "price": Decimal("12.5"), "source": "x"} for day in days]
        connection.insert("prices", *prices)
    return path


@pytest.fixture
def filled(with_prices: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return copied(with_prices, tmp_path / with_prices.name)


def database_rows(path: Path, query: str) -> list[tuple[object, ...]]:
    with closing(connect(path)) as connection:
        return connection.execute(query).fetchall()


def page_of(path: Path, table: str, number: int) -> int:
    """Where a page of a table begins in the file (without its first one where it has more)."""
    with closing(connect(path)) as connection:
        ((root,),) = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,))
    raw = path.read_bytes()
    start = (root - 1) * 4096
    if raw[start] != 5:
        return int(start)
    cell = int.from_bytes(raw[start + 12 + 2 * number : start + 14 + 2 * number], "big")
    return (int.from_bytes(raw[start + cell : start + cell + 4], "big") - 1) * 4096


def zero(path: Path, start: int, length: int = 4096) -> bytes:
    raw = bytearray(path.read_bytes())
    raw[start : start + length] = bytes(len(raw[start : start + length]))
    path.write_bytes(raw)
    return bytes(raw)


def test_a_whole_file_is_carried_over_as_a_whole(filled: Path, tmp_path: Path) -> None:
    found = salvage(filled, tmp_path / "new.wealthdesk")
    assert found.is_complete
    with closing(connect(filled)) as one, closing(connect(found.target)) as other:
        assert sorted(one.iterdump()) == sorted(other.iterdump())
    assert all("all of" in line for line in lines_of(found))
    open_portfolio(found.target, now=NOW).close()
    with pytest.raises(AlreadyExists):
        salvage(filled, found.target)


def test_a_lost_page_costs_its_own_rows_and_they_are_listed(filled: Path, tmp_path: Path) -> None:
    total = database_rows(filled, "SELECT count(*) FROM prices")[0][0]
    damaged = zero(filled, page_of(filled, "prices", 3))
    found = salvage(filled, tmp_path / "new.wealthdesk")
    assert filled.read_bytes() == damaged
    (prices,) = [each for each in found.tables if each.name == "prices"]
    lost = [each for each in found.left_out if each.table == "prices"]
    assert 0 < len(lost) < 200
    assert prices.kept + len(lost) == total
    assert [each.name for each in found.tables if each.unread] == ["prices"]
    assert any("201" in value for value in lost[0].values)
    with open_portfolio(found.target, now=NOW) as database, database.read() as connection:
        assert len(connection.rows("SELECT * FROM holdings")) == 6
        assert connection.rows("SELECT value FROM settings WHERE key = 'marker'") == [("kept",)]


def test_without_its_accounts_the_holdings_are_listed_and_not_kept(filled: Path, tmp_path: Path) -> None:
    zero(filled, page_of(filled, "accounts", 0))
    found = salvage(filled, tmp_path / "new.wealthdesk")
    assert not found.is_complete
    assert len([each for each in found.left_out if each.table == "holdings"]) == 6
    lines = lines_of(found)
    assert "Accounts: nothing could be read." in lines
    assert "Holdings: 0 kept, 6 left out." in lines
    assert not any(line.startswith("Holdings: all") for line in lines)
    left_out = [
        line for line in lines if line.startswith("Left out of holdings: account that could not be read, asset")
    ]
    assert len(left_out) == 6
    assert not any("T09:00" in line or "hol-1" in line for line in lines), "what only the program reads"
    open_portfolio(found.target, now=NOW).close()


def test_what_others_belong_to_is_brought_back_from_a_backup(filled: Path, tmp_path: Path) -> None:
    whole = database_rows(filled, "SELECT * FROM holdings ORDER BY id")
    backup = back_up(filled, "daily", NOW)
    with open_portfolio(filled, now=NOW) as database, database.write() as connection:
        connection.execute(text("UPDATE holdings SET quantity = '77' WHERE id = 'hol-1'"))
    for table in ("accounts", "assets"):
        zero(filled, page_of(filled, table, 0))
    found = salvage(filled, tmp_path / "new.wealthdesk")
    assert not found.is_complete
    assert [each for each in found.left_out if each.table == "holdings"] == []
    kept = database_rows(found.target, "SELECT * FROM holdings ORDER BY id")
    assert kept[1:] == whole[1:]
    assert "77" in kept[0], "the quantity of the damaged file, not that of the backup"
    assert {each.made_at for each in found.brought_back} == {backup.made_at}
    accounts = "SELECT * FROM accounts WHERE id IN (SELECT account_id FROM holdings) ORDER BY id"
    assert database_rows(found.target, accounts) == database_rows(backup.path, accounts)
    assert any("of them are as in the backup of" in line for line in lines_of(found))
    open_portfolio(found.target, now=NOW).close()


def test_a_backup_that_is_not_what_it_was_brings_nothing_back(filled: Path, tmp_path: Path) -> None:
    backup = back_up(filled, "daily", NOW)
    backup.path.write_bytes(backup.path.read_bytes().replace(b"Everyday broker", b"Everyday broken"))
    zero(filled, page_of(filled, "accounts", 0))
    found = salvage(filled, tmp_path / "new.wealthdesk")
    assert found.brought_back == ()
    assert len([each for each in found.left_out if each.table == "holdings"]) == 6


def test_a_lost_first_page_is_taken_from_a_backup(filled: Path, tmp_path: Path) -> None:
    back_up(filled, "daily", NOW)
    with open_portfolio(filled, now=NOW) as database, database.write() as connection:
        connection.insert("settings", {"key": "after the backup", "value": "kept"})
    zero(filled, 0)
    found = salvage(filled, tmp_path / "new.wealthdesk")
    assert found.is_complete
    assert ("after the backup",) in database_rows(found.target, "SELECT key FROM settings")


@pytest.mark.parametrize("seed", range(10))
def test_whatever_the_damage_there_is_a_file_or_a_sentence(seed: int, filled: Path, tmp_path: Path) -> None:
    chance = random.Random(seed)
    raw = bytearray(filled.read_bytes())
    if seed % 5 == 4:
        raw = raw[: chance.randrange(200, len(raw))]
    for _ in range(chance.choice([1, 5, 50])):
        start = chance.randrange(len(raw))
        raw[start : start + 512] = chance.choice([bytes(512), chance.randbytes(512)])[: len(raw) - start]
    filled.write_bytes(raw)
    target = tmp_path / "new.wealthdesk"
    try:
        found: Salvage | None = salvage(filled, target)
    except NotAPortfolio:
        found = None
    assert filled.read_bytes() == raw
    assert target.exists() == (found is not None)
    if found:
        open_portfolio(target, now=NOW).close()
        assert lines_of(found)
    assert not list(tmp_path.glob("*.salvage"))


def test_what_is_no_portfolio_is_said(tmp_path: Path) -> None:
    (tmp_path / "letter").write_text("Dear all" * 1000)
    with pytest.raises(NotAPortfolio, match="Nothing of a portfolio"):
        salvage(tmp_path / "letter", tmp_path / "new")
    shutil.copyfile(tmp_path / "letter", tmp_path / "short")
    (tmp_path / "short").write_bytes(b"")
    with pytest.raises(NotAPortfolio):
        salvage(tmp_path / "short", tmp_path / "new")


def test_an_index_that_was_overwritten_hides_no_rows(filled: Path, tmp_path: Path) -> None:
    raw = bytearray(filled.read_bytes())
    start = page_of(filled, "sqlite_autoindex_fx_rates_1", 0)
    raw[start : start + 4096] = b"\x0a\0\0\0\0\x10\0\0" + bytes(4088)  # an index without entries
    filled.write_bytes(raw)
    rates = database_rows(filled, "SELECT * FROM fx_rates NOT INDEXED")
    found = salvage(filled, tmp_path / "new.wealthdesk")
    assert database_rows(found.target, "SELECT * FROM fx_rates") == rates != []
    assert not found.is_complete
    assert [line for line in lines_of(found) if line.startswith("Fx rates: ") and "cannot be told" in line]
    assert found.is_altered
    assert lines_of(found)[0].startswith("The bytes of the file are not those")
