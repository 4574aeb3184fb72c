"""One verification: everything says the same of the same bytes, and salvage is a way out of whatever it says."""

import contextlib
import os
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Integer

from wealthdesk.errors import BadInput, BrokenRules, DamagedPortfolio, UnknownParts
from wealthdesk.storage.columns import DateText, DecimalText, Minor, Moment
from wealthdesk.storage.connection import connect
from wealthdesk.storage.file import consistency, copies, restoring, verification
from wealthdesk.storage.file.backups import back_up, back_up_to
from wealthdesk.storage.file.mending import mend, preview
from wealthdesk.storage.file.migrations import head
from wealthdesk.storage.file.opening import downgrade_portfolio, open_portfolio
from wealthdesk.storage.file.salvage import salvage
from wealthdesk.storage.holdings import all_holdings
from wealthdesk.storage.tables import metadata
from wealthdesk.storage.texts import decimal_of, decimal_text

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)


@pytest.fixture
def whole(old_portfolio: Callable[[int], Path]) -> Path:
    """A file at the newest version with something in most of its tables, and without a seal."""
    return old_portfolio(head())


def spoil(path: Path, statement: str) -> None:
    """Change the file as another program could, past every constraint."""
    with closing(connect(path)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute("PRAGMA foreign_keys = OFF")
        assert connection.execute(statement).rowcount >= 1


def spoil_index(path: Path) -> None:
    """Take an entry out of an index of the file, so that the table knows a row that the index does not."""
    with closing(connect(path)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_schema SET sql = sql || ' WHERE 0' WHERE name = 'ix_holdings_asset_id'")
    with closing(connect(path)) as connection:
        connection.execute("REINDEX ix_holdings_asset_id")
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_schema SET sql = replace(sql, ' WHERE 0', '') WHERE name LIKE 'ix_hold%'")


DAMAGE: dict[str, tuple[str, str]] = {
    "a quantity with an exponent": ("UPDATE holdings SET quantity = '1e3' WHERE rowid = 1", "row 1 of holdings"),
    "a quantity that ends in zeros": ("UPDATE holdings SET quantity = '1.50' WHERE rowid = 1", "quantity"),
    "a quantity as bytes": ("UPDATE holdings SET quantity = x'ff' WHERE rowid = 1", "holdings"),
    "a price beyond the limit": ("UPDATE prices SET price = '1000000000000000' WHERE rowid = 1", "row 1 of prices"),
    "a price of thirteen decimals": ("UPDATE prices SET price = '0.0000000000001' WHERE rowid = 1", "price"),
    "a kind of nobody's": ("UPDATE assets SET kind = 'wine' WHERE rowid = 1", "“wine” is no kind that is known"),
    "a rate like none": ("UPDATE fx_rates SET rate = '1e400' WHERE rowid = 1", "row 1 of fx_rates"),
    "a day that is none": ("UPDATE prices SET on_date = '2026-02-30' WHERE rowid = 1", "on date"),
    "a source of a price that is no text": ("UPDATE prices SET source = x'ff' WHERE rowid = 1", "row 1 of prices"),
    "a day written otherwise": ("UPDATE prices SET on_date = '2026-W47-5' WHERE rowid = 1", "on date"),
    "a moment without a zone": (
        "UPDATE accounts SET created_at = '2026-11-20T09:00:00.000' WHERE rowid = 1",
        "created",
    ),
    "an hour that is none": ("UPDATE accounts SET created_at = '2026-11-20T24:00:00.000Z' WHERE rowid = 1", "created"),
    "a text that is none": ("UPDATE accounts SET name = CAST(x'ff41' AS TEXT) WHERE rowid = 1", "accounts"),
    "money with decimals": ("UPDATE holdings SET cost_basis_minor = 1.5 WHERE rowid = 1", "cost basis minor"),
    "money beyond the limit": ("UPDATE holdings SET cost_basis_minor = 1000000000000001 WHERE rowid = 1", "minor"),
    "a currency of nobody": ("UPDATE accounts SET currency = 'XQX' WHERE rowid = 1", "currency"),
    "a base currency of nobody": ("INSERT OR REPLACE INTO settings VALUES ('base_currency', 'XQX')", "XQX"),
    "a share with decimals": ("UPDATE asset_exposures SET weight_bps = 9999.5 WHERE rowid = 1", "weight bps"),
    "shares of 99 %": ("UPDATE asset_exposures SET weight_bps = weight_bps - 100 WHERE rowid = 1", "99.00%"),
    "targets of 101 %": ("UPDATE asset_class_targets SET target_bps = target_bps + 100 WHERE rowid = 1", "101.00%"),
    "holding targets of 99 %": (
        "UPDATE holding_targets SET target_bps_of_class = target_bps_of_class - 100 WHERE rowid = 1",
        "99.00%",
    ),
    "warnings that are no list": ("UPDATE reallocations SET accepted = '{' WHERE rowid = 1", "accepted"),
    "a word that is none": ("UPDATE accounts SET kind = 'offshore' WHERE rowid = 1", "accounts"),
}


TABLES: dict[str, tuple[str, str]] = {
    "a letter of a rule": (
        "UPDATE sqlite_schema SET sql = replace(sql, '-%', '~%') WHERE name = 'holdings'",
        "the table holdings is not as WealthDesk makes it",
    ),
    "a rule that is gone": (
        "UPDATE sqlite_schema SET sql = replace(sql, ' NOT NULL', '') WHERE name = 'prices'",
        "the table prices is not as WealthDesk makes it",
    ),
    "an index that is gone": ("DROP INDEX ix_holdings_asset_id", "the table holdings is not as WealthDesk makes it"),
    "an index of another": ("CREATE INDEX mine ON assets (name)", "the table assets is not as WealthDesk makes it"),
    "a table that is gone": ("DROP TABLE class_homes", "it has no class_homes"),
    "a trigger that is gone": ("DROP TRIGGER sums_of_targets", "it has no trigger sums_of_targets"),
    "a table of another": ("CREATE TABLE notes (text)", "a table “notes”"),
    "a view": ("CREATE VIEW late AS SELECT * FROM holdings", "a view “late”"),
}


def said(work: Callable[[], object], path: Path) -> str:
    """The clause with which the work is refused; it names the file and no copy of it."""
    with pytest.raises((DamagedPortfolio, UnknownParts)) as refused:
        work()
    file, _, clause = re.sub(" holds (?=a )", " is damaged: ", str(refused.value)).partition(" is damaged: ")
    assert str(path) in file
    assert "copies" not in str(refused.value)
    assert ".partial" not in str(refused.value)
    return clause.partition(". ")[0]


def refuse_alike(path: Path, tmp_path: Path) -> str:
    """The one clause with which everything refuses the file, which stays as it is and is the only one named."""
    before = path.read_bytes()
    other, elsewhere = tmp_path / "other.wealthdesk", tmp_path / "elsewhere.wealthdesk"
    clauses = {
        said(lambda: copies.open_copy(path, tmp_path / "copies", TODAY), path),
        said(lambda: back_up(path, "by_hand", NOW), path),
        said(lambda: back_up_to(path, elsewhere), path),
        said(lambda: restoring.restore(other, path, NOW), path),
        said(lambda: downgrade_portfolio(path, head() - 1, NOW), path),
        said(lambda: open_portfolio(path, now=NOW), path),
    }
    assert len(clauses) == 1, clauses
    assert path.read_bytes() == before
    assert not other.exists()
    assert not elsewhere.exists()
    return clauses.pop()


@pytest.mark.parametrize("kind", DAMAGE)
def test_damage_is_refused_alike_and_salvage_leads_out_of_it(kind: str, whole: Path, tmp_path: Path) -> None:
    statement, named = DAMAGE[kind]
    spoil(whole, statement)
    clause = refuse_alike(whole, tmp_path)
    assert named in clause
    found = salvage(whole, tmp_path / "new.wealthdesk")
    assert not found.is_complete
    assert found.left_out
    open_portfolio(found.target, now=NOW).close()


@pytest.mark.parametrize("kind", TABLES)
def test_tables_that_are_not_those_of_a_new_file_are_refused_alike(kind: str, whole: Path, tmp_path: Path) -> None:
    statement, named = TABLES[kind]
    with closing(connect(whole)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(statement)
    assert named in refuse_alike(whole, tmp_path)
    open_portfolio(salvage(whole, tmp_path / "new.wealthdesk").target, now=NOW).close()


@pytest.mark.parametrize("version", range(1, head()))
def test_an_old_file_with_other_tables_is_refused_before_it_is_brought_up(
    version: int, old_portfolio: Callable[[int], Path], tmp_path: Path
) -> None:
    path = old_portfolio(version)
    with closing(connect(path)) as connection:
        connection.execute("DROP INDEX ix_holdings_asset_id")
    before = path.read_bytes()
    for work in (
        lambda: copies.open_copy(path, tmp_path / "copies", TODAY),
        lambda: back_up(path, "by_hand", NOW),
        lambda: restoring.restore(tmp_path / "other.wealthdesk", path, NOW),
        lambda: open_portfolio(path, now=NOW),
    ):
        assert said(work, path) == "the table holdings is not as WealthDesk makes it"
    assert path.read_bytes() == before


def decay(path: Path, work: Callable[[], None]) -> None:
    """Let the work change the file in such a way that the disk does not tell that anything wrote to it."""
    status = path.stat()
    work()
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def test_what_has_decayed_since_it_was_closed_is_refused_alike(whole: Path, tmp_path: Path) -> None:
    """A byte that nobody wrote: in a file without a seal nothing would tell of it."""
    open_portfolio(whole, now=NOW).close()
    raw = whole.read_bytes()
    assert b"Euro bonds" in raw
    decay(whole, lambda: void(whole.write_bytes(raw.replace(b"Euro bonds", b"Euro bands", 1))))
    assert "bytes in it are not what they were" in refuse_alike(whole, tmp_path)


def test_a_line_that_breaks_a_rule_is_mended_and_one_that_has_decayed_is_not(whole: Path) -> None:
    open_portfolio(whole, now=NOW).close()
    spoil(whole, "UPDATE asset_exposures SET weight_bps = weight_bps - 100 WHERE rowid = 1")
    with pytest.raises(BrokenRules, match=r"99\.00%"):
        open_portfolio(whole, now=NOW)
    mend(whole, NOW)
    open_portfolio(whole, now=NOW).close()
    statement = "UPDATE asset_exposures SET weight_bps = weight_bps - 100 WHERE rowid = 1"
    decay(whole, lambda: spoil(whole, statement))
    raw = bytearray(whole.read_bytes())
    raw[27] -= 1
    decay(whole, lambda: void(whole.write_bytes(raw)))
    for work in (lambda: open_portfolio(whole, now=NOW), lambda: mend(whole, NOW)):
        with pytest.raises(DamagedPortfolio, match=r"99\.00%|not what they were") as refused:
            work()
        assert not isinstance(refused.value, BrokenRules)


def void(given: object) -> None:
    """Nothing."""


def test_an_index_that_lacks_a_row_is_refused_alike(whole: Path, tmp_path: Path) -> None:
    spoil_index(whole)
    assert "index" in refuse_alike(whole, tmp_path)
    found = salvage(whole, tmp_path / "new.wealthdesk")
    open_portfolio(found.target, now=NOW).close()


def test_a_column_that_is_gone_is_damage_and_no_traceback(whole: Path, tmp_path: Path) -> None:
    with closing(connect(whole)) as connection:
        sql = connection.execute("SELECT sql FROM sqlite_schema WHERE name = 'settings'").fetchone()[0]
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_schema SET sql = ? WHERE name = 'settings'", (sql.replace("value", "valve"),))
    refuse_alike(whole, tmp_path)


def test_values_of_other_kinds_never_stop_a_salvage(old_portfolio: Callable[[int], Path], tmp_path: Path) -> None:
    """Every column in turn holds a number, a fraction, bytes, an endless number and nothing at all."""
    for place, value in enumerate(("7", "1.5", "x'ff00'", "9e999", "'\N{SNOWMAN}'", "NULL")):
        path = old_portfolio(head())
        with closing(connect(path)) as connection:
            connection.execute("PRAGMA ignore_check_constraints = ON")
            connection.execute("PRAGMA writable_schema = ON")
            connection.execute("UPDATE sqlite_schema SET sql = replace(sql, ' NOT NULL', '') WHERE type = 'table'")
        with closing(connect(path)) as connection:
            connection.execute("PRAGMA ignore_check_constraints = ON")
            for table in metadata.tables.values():
                for number, column in enumerate(table.columns):
                    # A few of each table: were all of them gone, little would be tried of what hangs on them.
                    if number % 3 == place % 3:
                        statement = f'UPDATE OR IGNORE "{table.name}" SET "{column.name}" = {value} WHERE rowid = 1'
                        connection.execute(statement)
        found = salvage(path, tmp_path / f"new_{place}.wealthdesk")
        assert found.left_out
        open_portfolio(found.target, now=NOW).close()


@pytest.mark.parametrize("version", range(1, head() + 1))
def test_old_files_are_whole(version: int, old_portfolio: Callable[[int], Path], tmp_path: Path) -> None:
    back_up(old_portfolio(version), "by_hand", NOW)


def test_the_kinds_of_values_are_those_of_the_tables() -> None:
    """The names by which values are looked at, beside the types by which they are written."""
    kinds = {DecimalText: "decimal", DateText: "day", Moment: "moment"}
    for table in metadata.tables.values():
        for column in table.columns:
            declared = "INTEGER" if isinstance(getattr(column.type, "impl", column.type), Integer) else "TEXT"
            kind = consistency.kind_of(column.name, declared).replace("price", "decimal")
            assert kind == kinds.get(type(column.type), kind)
            if kind in kinds.values():
                assert type(column.type) in kinds, column
            if isinstance(column.type, Minor) and column.name.endswith("_minor"):
                assert kind == "minor"


@pytest.mark.parametrize(
    "text",
    ["", "1e3", "+1", "01", "1.", ".5", "1.50", "1_000", "1\n", "١", "NaN", "1" * 16, "0." + "1" * 13, "Infinity"],
)
def test_a_number_is_read_in_its_one_form_only(text: str) -> None:
    with pytest.raises(ValueError, match="not a number"):
        decimal_of(text)


def test_what_could_not_be_read_again_is_not_written() -> None:
    assert decimal_of(decimal_text(Decimal("999999999999999.999999999999"))) == Decimal("999999999999999.999999999999")
    for number in (Decimal(10) ** 15, Decimal(1).scaleb(-13)):
        with pytest.raises(BadInput, match="more than is kept"):
            decimal_text(number)


def test_what_sqlite_looks_at_and_what_is_read_agree(tmp_path: Path) -> None:
    """Whatever SQLite takes for sure is readable: it must never be the laxer of the two."""
    texts = [
        "0",
        "1",
        "10",
        "0.5",
        "1.25",
        "100",
        "0.0",
        "00",
        "1.0",
        "-1",
        "1-",
        "1.2.3",
        "5.",
        "1\0",
        "é",
        " 1",
        "1e1",
    ]
    with closing(sqlite3.connect(tmp_path / "x")) as connection:
        connection.execute("CREATE TABLE prices (rate TEXT, on_date TEXT)")
        for text in texts:
            connection.execute("DELETE FROM prices")
            connection.execute("INSERT INTO prices VALUES (?, '2026-11-20')", (text,))
            try:
                decimal_of(text)
                is_read = True
            except ValueError:
                is_read = False
            assert (consistency.unreadable_row(connection, ["prices"]) is None) is is_read, text


@pytest.mark.parametrize(
    ("column", "text", "is_read"),
    [
        ("made_at", "2026-11-20T09:30:00.000Z", True), ("made_at", "0001-01-01T00:00:00.001Z", True),
        ("made_at", "2026-02-31T09:30:00.000Z", False), ("made_at", "2026-11-20T24:00:00.000Z", False),
        ("made_at", "2026-11-20T23:59:60.000Z", False), ("made_at", "2026-11-20 09:30:00.000Z", False),
        ("made_at", "2026-11-20T09:30:00.000+01:00", False), ("made_at", "2026-11-20T09:30:00Z", False),
        ("made_at", "2026-11-20T09:30:00.000Z\0", False), ("made_at", "0000-11-20T09:30:00.000Z", False),
        ("made_at", "now", False), ("made_at", "2461000.5", False), ("made_at", "", False),
        ("currency", "EUR", True), ("currency", "", True), ("currency", "EU", False), ("currency", "eur", False),
        ("currency", "EUR\0", False), ("currency", "AED AFN", False), ("currency", "ED ", False),
        ("currency", "QQQ", False),
        ("accepted", "[]", True), ("accepted", '["a"]', True), ("accepted", "[] ", True), ("accepted", "{}", False),
    ],
)  # fmt: skip
def test_moments_currencies_and_lists_are_as_they_are_read(column: str, text: str, is_read: bool) -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(f"CREATE TABLE prices ({column} TEXT)")
        connection.execute("INSERT INTO prices VALUES (?)", (text,))
        assert (consistency.unreadable_row(connection, ["prices"]) is None) is is_read


def test_what_was_found_whole_is_not_looked_at_again_while_it_is_the_same(whole: Path) -> None:
    def is_looked_at() -> bool:
        asked: list[str] = []
        with closing(connect(whole)) as connection:
            connection.set_trace_callback(asked.append)
            verification.check(connection, whole)
        return any("integrity_check" in each for each in asked)

    spoil(whole, "UPDATE accounts SET name = name || ' as nobody has seen it'")
    assert (is_looked_at(), is_looked_at()) == (True, False)
    spoil(whole, "UPDATE accounts SET name = name || ' again'")
    assert (is_looked_at(), is_looked_at()) == (True, False)


@pytest.mark.parametrize(
    "row",
    [
        "'-1', '2026-11-20'", "'-0.5', '2026-11-20'", "'01', '2026-11-20'", "'1.', '2026-11-20'",
        "'1.50', '2026-11-20'", "'1e3', '2026-11-20'", "'', '2026-11-20'", "'1234567890123456', '2026-11-20'",
        "'0.1234567890123', '2026-11-20'", "'1', '2026-11-2'", "'1', '2026-11-200'", "x'31', '2026-11-20'",
        "'1' || char(0) || '2', '2026-11-20'", "'1.2.3', '2026-11-20'", "'1', ''",
    ],
)  # fmt: skip
def test_what_a_rule_of_the_prices_refuses_is_no_value(row: str, whole: Path) -> None:
    """The rules of the largest table are not asked in a check: they follow from what a price and a day are."""
    insert = f"INSERT INTO prices (price, on_date, asset_id, source) VALUES ({row}, 'ast-2', 'hand')"
    with closing(connect(whole)) as connection:
        connection.execute("DELETE FROM prices WHERE asset_id = 'ast-2'")
        with contextlib.suppress(sqlite3.IntegrityError):
            connection.execute(insert)
            pytest.fail("this test is of what the rules refuse")
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute(insert)
        found = consistency.unreadable_row(connection, ["prices"])
    assert found is not None
    with pytest.raises(BrokenRules, match="of prices is not as it was written"):
        open_portfolio(whole, now=NOW)


RULES = {
    "a mark that is none": "UPDATE holding_targets SET is_locked = 7 WHERE rowid = 1",
    "a rate of nothing": "UPDATE fx_rates SET rate = '0' WHERE rowid = 1",
    "a quantity below zero": "UPDATE holdings SET quantity = '-1' WHERE rowid = 1",
}


@pytest.mark.parametrize("kind", RULES)
@pytest.mark.parametrize("is_large", [False, True])
def test_the_rules_of_the_tables_are_asked_of_large_files_and_of_what_cannot_be_written(
    kind: str, is_large: bool, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite does not read them where it opens a file to be read only."""
    if is_large:
        monkeypatch.setattr(verification, "_SLOW", 0)
    spoil(whole, RULES[kind])
    assert "CHECK constraint failed in" in refuse_alike(whole, tmp_path)
    for mode in ("ro", "ro&immutable=1"):
        with closing(connect(whole, mode=mode)) as connection, pytest.raises(DamagedPortfolio, match="CHECK"):
            verification.check(connection, whole)


@pytest.mark.parametrize("is_large", [False, True])
def test_a_file_that_another_program_set_to_a_log_of_its_own_is_looked_at_alike(
    is_large: bool, whole: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if is_large:
        monkeypatch.setattr(verification, "_SLOW", 0)
    with closing(connect(whole)) as connection:
        assert connection.execute("PRAGMA journal_mode = WAL").fetchone() == ("wal",)
    assert preview(whole) == ()
    open_portfolio(whole, now=NOW).close()


def test_a_reader_that_fails_names_the_users_file(whole: Path, tmp_path: Path) -> None:
    """Damage that comes while a copy is looked at is told of the file that the user knows."""
    database = copies.open_copy(whole, tmp_path / "copies", TODAY)
    with database:
        spoil(database.path, "UPDATE holdings SET quantity = 'abc' WHERE rowid = 1")
        with pytest.raises(DamagedPortfolio, match=whole.name) as refused, database.read() as connection:
            all_holdings(connection)
    assert "copies" not in str(refused.value)


def test_a_closed_file_is_not_known_once_something_wrote_to_it(whole: Path) -> None:
    open_portfolio(whole, now=NOW).close()
    spoil(whole, "UPDATE prices SET price = '1.50' WHERE rowid = 1")
    said(lambda: open_portfolio(whole, now=NOW), whole)


def test_a_file_that_names_two_versions_is_refused_alike_and_salvaged_whole(whole: Path, tmp_path: Path) -> None:
    spoil(whole, "UPDATE alembic_version SET version_num = '0001'")
    assert refuse_alike(whole, tmp_path) == f"its header names version {head()} and its tables 0001"
    assert salvage(whole, tmp_path / "new.wealthdesk").is_complete
