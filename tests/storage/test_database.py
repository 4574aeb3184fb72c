"""What a Database promises: one moment when reading, all or nothing when writing, told only when kept."""

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import insert, update

from portfolio_files import empty_at
from wealthdesk.changes import Changes, Topic
from wealthdesk.errors import AlreadyExists, BadInput, NoRoom, NotFound, OpeningError, PortfolioBusy
from wealthdesk.storage import writing
from wealthdesk.storage.connection import connect, refusing
from wealthdesk.storage.database import Database, also
from wealthdesk.storage.tables import accounts, asset_exposures, assets, fx_rates, holdings, prices, settings

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def add_account(database: Database, name: str) -> None:
    """Keep one account."""
    with database.write(Topic.ACCOUNTS) as connection:
        connection.execute(insert(accounts).values(id=name, name=name, kind="taxable", currency="USD"))


def names(database: Database) -> list[str]:
    """The accounts' names, in order."""
    with database.read() as connection:
        return [name for (name,) in connection.rows("SELECT name FROM accounts ORDER BY name")]


@pytest.fixture
def hasty(portfolio_path: Path) -> Iterator[Database]:
    """A database that waits for nobody."""
    with Database(portfolio_path, patience=0.0) as opened:
        yield opened


def test_every_connection_keeps_the_rules(database: Database) -> None:
    expected = {
        "foreign_keys": 1,
        "journal_mode": "truncate",
        "synchronous": 2,
        "trusted_schema": 0,
        "busy_timeout": 5000,
    }

    def look() -> None:
        with database.read() as connection:
            found = {name: connection.row(f"PRAGMA {name}") for name in expected}
            assert found == {name: (value,) for name, value in expected.items()}

    look()
    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    with database.write() as connection:
        assert connection.row("PRAGMA foreign_keys") == (1,)
        assert connection.row("PRAGMA query_only") == (0,)


def test_a_block_that_fails_keeps_nothing_and_tells_nobody(database: Database) -> None:
    told: list[Changes] = []
    database.subscribe(told.append)
    with pytest.raises(ZeroDivisionError), database.write(Topic.ACCOUNTS) as connection:
        connection.execute(insert(accounts).values(id="a", name="a", kind="taxable", currency="USD"))
        raise ZeroDivisionError
    assert names(database) == []
    assert told == []
    add_account(database, "b")
    assert names(database) == ["b"]


def test_listeners_are_told_after_the_commit_with_the_topics_added(database: Database) -> None:
    told: list[tuple[Changes, list[str]]] = []

    def listener(changes: Changes) -> None:
        told.append((changes, names(database)))

    stop = database.subscribe(listener)
    with database.write(Topic.ACCOUNTS) as connection:
        connection.execute(insert(accounts).values(id="a", name="a", kind="taxable", currency="USD"))
        also(connection, Topic.HOLDINGS)
        assert told == []
    assert told == [(frozenset({Topic.ACCOUNTS, Topic.HOLDINGS}), ["a"])]
    stop()
    add_account(database, "b")
    assert len(told) == 1


def test_a_listener_that_fails_undoes_nothing(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    told: list[Changes] = []

    def failing(changes: Changes) -> None:
        raise ValueError("a screen")

    database.subscribe(failing)
    database.subscribe(told.append)
    add_account(database, "a")
    assert names(database) == ["a"]
    assert told == [frozenset({Topic.ACCOUNTS})]
    assert "a screen" in caplog.text


def test_a_read_sees_one_moment_and_writes_nothing(database: Database, portfolio_path: Path) -> None:
    with database.read() as connection:
        assert connection.count("settings", key="a") == 0
        with closing(connect(portfolio_path, patience=0.0)) as other, pytest.raises(sqlite3.OperationalError):
            other.execute("INSERT INTO settings VALUES ('a', 'b')")
        assert connection.count("settings", key="a") == 0
    with pytest.raises(RuntimeError, match="reads only"), database.read() as connection:
        connection.rows("INSERT INTO settings VALUES ('a', 'b')")
    add_account(database, "a")
    assert names(database) == ["a"]


def test_a_second_transaction_in_one_thread_is_a_mistake_said_at_once(database: Database) -> None:
    with database.write() as connection:
        connection.execute(insert(settings).values(key="a", value="b"))
        with pytest.raises(RuntimeError, match="transaction already"), database.read():
            pass
    with pytest.raises(RuntimeError), database.read(), database.write():
        pass
    with database.read() as connection:
        assert connection.rows("SELECT value FROM settings") == [("b",)]


def test_threads_write_one_after_the_other(database: Database) -> None:
    def work(number: int) -> None:
        for each in range(10):
            add_account(database, f"{number}-{each}")
            assert names(database)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(names(database)) == 60
    assert not database.changed_elsewhere()


def test_another_writer_makes_it_busy_and_then_it_goes_on(hasty: Database, portfolio_path: Path) -> None:
    with closing(connect(portfolio_path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(PortfolioBusy, match="Wait until"), hasty.write():
            pass
        other.execute("ROLLBACK")
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM accounts").fetchall()
        with pytest.raises(PortfolioBusy):  # at the commit: the reader has to finish first
            add_account(hasty, "a")
        other.execute("ROLLBACK")
    add_account(hasty, "b")
    assert names(hasty) == ["b"]


def test_a_full_disk_keeps_nothing_and_leaves_no_transaction_open(hasty: Database, portfolio_path: Path) -> None:
    with pytest.raises(NoRoom, match="full"), hasty.write() as connection:
        connection.rows("PRAGMA max_page_count = 1")
        connection.execute(insert(settings), [{"key": str(n), "value": "x" * 1000} for n in range(500)])
    with closing(connect(portfolio_path, patience=0.0)) as other:
        other.execute("INSERT INTO settings VALUES ('other', 'writes')")
    with hasty.read() as connection:
        assert connection.rows("SELECT key FROM settings") == [("other",)]


def test_a_change_of_another_process_is_noticed_once_and_ones_own_is_not(
    database: Database, portfolio_path: Path
) -> None:
    add_account(database, "a")
    assert not database.changed_elsewhere()
    with closing(connect(portfolio_path)) as other:
        other.execute("UPDATE accounts SET name = 'b'")
        assert database.changed_elsewhere()
        assert not database.changed_elsewhere()
        other.execute("UPDATE accounts SET name = 'c'")
    add_account(database, "d")  # ours, after theirs
    assert database.changed_elsewhere()
    with database.write() as connection:
        connection.execute(update(accounts).where(accounts.c.name == "nobody").values(name="e"))
    assert not database.changed_elsewhere()


def test_what_constraints_refuse_becomes_the_sentence_given(database: Database) -> None:
    add_account(database, "a")
    row = {"id": "b", "name": "b", "kind": "taxable", "currency": "USD"}
    cases = (
        (insert(accounts).values({**row, "name": "a"}), AlreadyExists),
        (insert(accounts).values({**row, "id": "a"}), AlreadyExists),
        (insert(accounts).values({**row, "kind": "odd"}), BadInput),
        (insert(holdings).values(id="h", account_id="a", asset_id="none", quantity=Decimal(1)), NotFound),
    )
    for statement, refusal in cases:
        with pytest.raises(refusal, match=r"^a sentence$"), database.write() as connection, ExitStack() as stack:
            stack.enter_context(refusing(unique="a sentence", foreign_key="a sentence", check="a sentence"))
            connection.execute(statement)
    with pytest.raises(sqlite3.IntegrityError), database.write() as connection, refusing(foreign_key="not this one"):
        connection.execute(cases[0][0])


def test_values_come_back_as_they_went(portfolio_path: Path) -> None:
    with Database(portfolio_path, clock=lambda: NOW) as database:
        with database.write() as connection:
            connection.execute(insert(assets).values(id="s", symbol="S", name="S", kind="fund", currency="USD"))
            for day, price in ((1, "0.000000000001"), (2, "1E+3"), (3, "999999999999999.999999999999"), (4, "-0.0")):
                row = {"asset_id": "s", "on_date": date(2026, 1, day), "price": Decimal(price), "source": "x"}
                connection.execute(insert(prices).values(row))
        with database.read() as connection:
            rows = connection.rows("SELECT on_date, price, typeof(price) FROM prices ORDER BY on_date")
            stamps = connection.row("SELECT created_at, updated_at FROM assets")
    assert [row[0] for row in rows] == ["2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04"]
    assert [row[1] for row in rows] == ["0.000000000001", "1000", "999999999999999.999999999999", "0"]
    assert {row[2] for row in rows} == {"text"}
    assert stamps == ("2026-11-20T09:30:00.000Z",) * 2


@pytest.mark.parametrize(
    ("table", "values"),
    [
        (holdings, {"quantity": 1.5}),
        (holdings, {"quantity": 1}),
        (holdings, {"quantity": Decimal("NaN")}),
        (holdings, {"cost_basis_minor": 12.0}),
        (holdings, {"cost_basis_minor": True}),
        (asset_exposures, {"weight_bps": 5000.0}),
        (fx_rates, {"rate": "1.1"}),
        (prices, {"on_date": datetime(2026, 1, 1, tzinfo=UTC)}),
        (accounts, {"archived_at": datetime(2026, 1, 1)}),  # noqa: DTZ001 (that is the case)
    ],
)
def test_what_is_not_exact_never_reaches_the_file(database: Database, table: object, values: dict[str, object]) -> None:
    with pytest.raises(TypeError, match=r"is not|has no"), database.write() as connection:
        connection.execute(update(table).values(values))  # type: ignore[arg-type]


def test_updated_at_follows_and_created_at_stays(portfolio_path: Path) -> None:
    moments = iter([NOW, NOW.replace(hour=23)])
    with Database(portfolio_path, clock=lambda: next(moments)) as database:
        add_account(database, "a")
        with database.write() as connection:
            connection.execute(update(accounts).values(name="b"))
        with database.read() as connection:
            found = connection.row("SELECT created_at, updated_at FROM accounts")
    assert found == ("2026-11-20T09:30:00.000Z", "2026-11-20T23:30:00.000Z")


def test_a_file_that_vanished_is_not_made_again(hasty: Database, portfolio_path: Path) -> None:
    portfolio_path.unlink()
    with pytest.raises(OpeningError, match="disk refused"), hasty.read() as connection:
        connection.rows("SELECT * FROM accounts")
    assert not portfolio_path.exists()


def test_alembic_is_not_imported_to_use_a_file() -> None:
    code = (
        "import sys, wealthdesk.storage.file.opening; "
        "sys.exit('alembic' in sys.modules or 'sqlalchemy.orm' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_changes_are_counted_and_who_asks_after_closing_hears_the_last(database: Database) -> None:
    before = database.kept_changes()
    add_account(database, "One")
    assert database.kept_changes() == before + 1
    database.close()
    assert database.kept_changes() == before + 1


def test_a_file_that_was_closed_refuses_changes_in_a_sentence(portfolio_path: Path) -> None:
    """What is to be kept a moment after the last edit may come after the window has gone."""
    closed = Database(portfolio_path)
    closed.close()
    with pytest.raises(OpeningError, match="was closed before this was written"), closed.write(Topic.ACCOUNTS):
        raise AssertionError("nothing is written")


def test_what_was_compiled_for_one_file_serves_the_next(tmp_path: Path) -> None:
    known = []
    for name in ("one", "two"):
        with Database(empty_at(tmp_path / name)) as opened:
            add_account(opened, name)
            assert names(opened) == [name]
        known.append(len(writing._STATEMENTS))
    assert known[0] == known[1] > 0
