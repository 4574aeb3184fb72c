"""Migrations: up and down in one transaction, losing only what they say, from every version there has ever been."""

import json
import shutil
import sqlite3
import textwrap
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from sqlalchemy import Engine, event

from data.make_old_files import parts, statements
from portfolio_files import IN_MEMORY
from wealthdesk import paths
from wealthdesk.errors import MigrationFailed
from wealthdesk.storage.connection import connect
from wealthdesk.storage.file import migrations, verification
from wealthdesk.storage.file.backups import list_backups
from wealthdesk.storage.file.files import portfolio_version
from wealthdesk.storage.file.migrations import (
    fresh_schema,
    head,
    losses,
    make,
    migrate,
    parts_of,
    statements_file,
    versions_folder,
)
from wealthdesk.storage.file.opening import downgrade_portfolio, open_portfolio
from wealthdesk.storage.file.verification import table_names
from wealthdesk.storage.schema import marks_of, schema_of

pytestmark = pytest.mark.usefixtures("scripts_read_once")

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

NEWEST = head()
VERSIONS = range(1, NEWEST + 1)
DATA = Path(__file__).parents[1] / "data"


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """In the memory, where there is a place for it: of a thousand migrations all is written through to the disk."""
    with TemporaryDirectory(dir=IN_MEMORY) as folder:
        yield Path(folder)


new_at = cache(fresh_schema)
"""The tables of a new file at a version, made once of the migrations that there are."""


def everything(path: Path) -> dict[str, list[Any]]:
    """Every row of every table."""
    with closing(connect(path)) as connection:
        names = sorted(table_names(connection))
        rows = {name: connection.execute(f'SELECT * FROM "{name}"').fetchall() for name in names}
    return {name: sorted(each, key=repr) for name, each in rows.items()}


def by_column(path: Path) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, in the order they were put in, by the names of its columns."""
    with closing(connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        names = sorted(table_names(connection))
        rows = {name: connection.execute(f'SELECT * FROM "{name}" ORDER BY rowid').fetchall() for name in names}
    return {name: [dict(row) for row in each] for name, each in rows.items()}


def as_it_is_now(table: str, row: dict[str, Any]) -> dict[str, Any]:
    """What a row of an old version says, in the columns of today."""
    now = dict(row)
    if table == "account_rules" and "is_limited" in now:
        now["may_hold"] = "listed" if now.pop("is_limited") else "automatic"
    if table == "plan_options" and now["min_trade_minor"] == 0:
        now["min_trade_minor"] = None
    return now


@contextmanager
def failing_at(number: int, starting: str = "") -> Iterator[list[str]]:
    """Make the statement with this number fail, in whatever is done through SQLAlchemy; gives the statements seen."""
    seen: list[str] = []

    def look(connection: object, cursor: object, statement: str, *_: object) -> None:
        if statement.startswith(starting):
            seen.append(statement)
            if len(seen) == number + 1:
                raise sqlite3.OperationalError("the plug was pulled")

    event.listen(Engine, "before_cursor_execute", look)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", look)


def statements_of(version: int, path: Path) -> int:
    """How many statements it takes to bring the file to a version (the file is migrated)."""
    with failing_at(10**6) as seen:
        migrate(path, version)
    return len(seen)


@pytest.mark.parametrize("version", VERSIONS)
def test_every_old_file_opens_for_ever_with_all_it_holds(version: int, old_portfolio: Callable[[int], Path]) -> None:
    path = old_portfolio(version)
    before = by_column(path)
    with open_portfolio(path, now=NOW) as database, database.read() as connection:
        held = connection.rows("SELECT quantity FROM holdings ORDER BY id")
        names = connection.rows("SELECT name FROM accounts ORDER BY id")
    assert [name for (name,) in names] == ["Everyday broker", "Rürup O'Neill", "Closed long ago"]
    assert [quantity for (quantity,) in held] == ["120.5", "33.333333333333", "1250.75", "400", "99.01", "1"]
    after = by_column(path)
    assert portfolio_version(path) == head()
    for name in before.keys() - {"alembic_version"}:
        assert len(after[name]) == len(before[name]), name
        for row, was in zip(after[name], map(partial(as_it_is_now, name), before[name]), strict=True):
            assert {column: row[column] for column in was} == was, name


@pytest.mark.parametrize("version", VERSIONS)
def test_every_migration_has_a_way_back_says_what_that_loses_and_has_an_old_file(version: int) -> None:
    (file,) = versions_folder().glob(f"{version:04}_*.py")
    assert "\ndef downgrade() -> None:" in file.read_text(encoding="utf-8")
    assert isinstance(losses(version, version - 1), tuple)
    assert portfolio_version(DATA / f"portfolio_{version:04}.wealthdesk") == version


def test_the_migrations_are_numbered_without_a_gap_and_do_not_know_the_program() -> None:
    files = sorted(versions_folder().glob("[0-9]*.py"))
    assert [int(file.name[:4]) for file in files] == list(VERSIONS)
    for file in files:
        assert "wealthdesk" not in file.read_text(encoding="utf-8")


def test_what_going_down_loses_is_said_the_newest_first() -> None:
    assert losses(1, 2) == losses(2, 2) == ()
    assert losses(2, 0) == losses(2, 1) + losses(1, 0)
    assert "strategy" in losses(2, 1)[0]


def test_what_the_files_of_each_version_are_made_of_is_written_down() -> None:
    """By what `parts.json` says, a file is known to have the tables of its version, without making one."""
    told = json.loads((versions_folder().parent / "parts.json").read_text(encoding="utf-8"))
    assert told == parts(new_at), (
        "run tests/data/make_old_files.py, which writes what has to be in migrations/parts.json"
    )
    assert parts_of(head()) == marks_of(new_at(head()))


def test_what_makes_a_new_file_is_written_down_and_comes_to_what_the_migrations_do(tmp_path: Path) -> None:
    written = statements_file(head()).read_text(encoding="utf-8")
    assert written == statements(), "run tests/data/make_old_files.py, which writes what makes a new file"
    assert [file.name for file in versions_folder().parent.glob("new_*.sql")] == [statements_file(head()).name]
    made, migrated = tmp_path / "made", tmp_path / "migrated"
    for path in (made, migrated):
        path.touch()
    with failing_at(10**6) as seen:
        make(made)
    migrate(migrated, head())
    assert not seen, "it was made by the migrations"
    assert by_column(made) == by_column(migrated)
    assert portfolio_version(made) == portfolio_version(migrated) == head()
    with closing(connect(made)) as one, closing(connect(migrated)) as other:
        assert schema_of(one) == schema_of(other)
        for header in ("application_id", "user_version", "journal_mode", "encoding", "page_size", "auto_vacuum"):
            assert one.execute(f"PRAGMA {header}").fetchone() == other.execute(f"PRAGMA {header}").fetchone()


def test_a_new_file_of_a_version_that_is_not_written_down_yet_is_made_by_its_migrations(
    own_migrations: Path, tmp_path: Path
) -> None:
    add_migration(own_migrations, 'op.execute("CREATE TABLE more (id TEXT PRIMARY KEY) STRICT")')
    path = tmp_path / "new.wealthdesk"
    path.touch()
    make(path)
    assert portfolio_version(path) == head() == len(VERSIONS) + 1
    assert "more" in by_column(path)


@pytest.mark.parametrize("version", VERSIONS)
def test_the_tables_of_an_old_file_brought_up_are_those_of_a_new_one(
    version: int, old_portfolio: Callable[[int], Path]
) -> None:
    path = old_portfolio(version)
    for to in (head(), version, head()):
        migrate(path, to)
        with closing(connect(path)) as connection:
            assert schema_of(connection) == new_at(to)
            assert connection.execute("PRAGMA user_version").fetchone() == (to,)
            assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(f"{to:04}",)]


def test_up_down_and_up_again_is_the_start_but_for_what_was_declared(old_portfolio: Callable[[int], Path]) -> None:
    path = old_portfolio(1)
    start = everything(path)
    open_portfolio(path, now=NOW).close()
    up = everything(path)
    downgrade_portfolio(path, 1, NOW)
    assert everything(path) == start
    open_portfolio(path, now=NOW).close()
    assert everything(path) == up


def test_going_down_from_a_file_with_targets_loses_the_targets_alone(old_portfolio: Callable[[int], Path]) -> None:
    path = old_portfolio(2)
    start = everything(path)
    backup = downgrade_portfolio(path, 1, NOW)
    assert portfolio_version(path) == 1
    down = everything(path)
    assert start.keys() - down.keys() == {"rebalancing_strategies", "asset_class_targets", "holding_targets"}
    assert {name: down[name] for name in down if name != "alembic_version"} == {
        name: start[name] for name in down if name != "alembic_version"
    }
    assert everything(backup.path) == start
    assert (backup.version, backup.verified) == (2, True)


def test_going_down_from_a_file_with_recorded_plans_loses_no_holding(old_portfolio: Callable[[int], Path]) -> None:
    path = old_portfolio(3)
    start = everything(path)
    downgrade_portfolio(path, 2, NOW)
    down = everything(path)
    gone = start.keys() - down.keys()
    assert {"account_rules", "class_homes", "tax_lots", "plan_options", "plans", "plan_trades"} < gone
    assert {name: down[name] for name in down if name != "alembic_version"} == {
        name: start[name] for name in start.keys() - gone if name != "alembic_version"
    }
    said = " ".join(losses(3, 2))
    assert all(word in said for word in ("recorded plan", "buffers", "cost lots", "options"))


def test_going_down_from_a_file_with_histories_keeps_the_targets(old_portfolio: Callable[[int], Path]) -> None:
    path = old_portfolio(4)
    start = everything(path)
    downgrade_portfolio(path, 3, NOW)
    down = everything(path)
    gone = start.keys() - down.keys()
    assert gone == {
        "funds", "companies", "class_target_caps", "holding_target_caps",
        "reallocations", "reallocation_lines", "reallocation_attempts",
    }  # fmt: skip
    assert {name: down[name] for name in down if name != "alembic_version"} == {
        name: start[name] for name in start.keys() - gone if name != "alembic_version"
    }
    said = " ".join(losses(4, 3))
    assert all(word in said for word in ("fund", "companies", "history", "caps"))


def test_going_down_says_of_the_rules_what_the_old_columns_can_say(old_portfolio: Callable[[int], Path]) -> None:
    path = old_portfolio(5)
    start = by_column(path)
    downgrade_portfolio(path, 4, NOW)
    down = by_column(path)
    assert start.keys() - down.keys() == {
        "account_exceptions", "account_rooms", "plan_conversions", "placed_orders",
    }  # fmt: skip
    changed = {"account_rules", "plan_options", "alembic_version"}
    for name in down.keys() - changed:
        lost = {"band_bps", "from_band", "to_band"}
        assert down[name] == [{key: row[key] for key in row if key not in lost} for row in start[name]], name
    assert [(row["account_id"], row["is_limited"]) for row in down["account_rules"]] == [
        ("acc-1", 0), ("acc-2", 1), ("acc-3", 0),
    ]  # fmt: skip
    assert [row["min_trade_minor"] for row in down["plan_options"]] == [10_000, 0]
    said = " ".join(losses(5, 4))
    assert all(word in said for word in ("rooms", "barred", "bands", "trades", "conversions", "ticked off"))


def test_going_down_from_a_file_with_aliases_loses_the_aliases_alone(old_portfolio: Callable[[int], Path]) -> None:
    path = old_portfolio(6)
    start = everything(path)
    downgrade_portfolio(path, 5, NOW)
    down = everything(path)
    assert start.keys() - down.keys() == {"asset_aliases", "account_aliases"}
    for name in down.keys() - {"assets", "alembic_version"}:
        assert down[name] == start[name], name
    isins = [(row["symbol"], row["isin"]) for row in by_column(path)["assets"] if row["isin"]]
    assert isins == [("WRLD", "XX0000000001"), ("WRLDX", "XX0000000001")], "two of one ISIN say so"
    open_portfolio(path, now=NOW).close()
    assert everything(path)["assets"] == start["assets"]
    assert "found again" in " ".join(losses(6, 5))


def test_going_down_from_a_file_with_groups_gives_what_is_theirs_to_all(old_portfolio: Callable[[int], Path]) -> None:
    path = old_portfolio(11)
    start = by_column(path)
    downgrade_portfolio(path, 10, NOW)
    down = by_column(path)
    assert start.keys() - down.keys() == {"account_groups", "account_group_members"}
    changed = {"rebalancing_strategies", "placed_orders", "plans", "deposits_planned", "alembic_version"}
    for name in down.keys() - changed:
        assert down[name] == start[name], name
    strategies = {
        row["id"]: (row["name"], row["account_id"], row["is_active"]) for row in down["rebalancing_strategies"]
    }
    assert strategies["str-3"] == ("Together (Retirement O'Neill)", None, 0)
    assert strategies["str-4"] == ("Calm (Empty by now)", None, 0)
    assert strategies["default_all_portfolio"] == ("All Portfolio", None, 1)
    ticked = {(row["scope_id"], row["signature"], row["asset_id"]) for row in down["placed_orders"]}
    assert ticked == {(None, "s1", "ast-1"), ("acc-2", "s2", "ast-2")}, "of All Portfolio those of one plan alone"
    assert down["plans"][-1]["scope_name"] == "Retirement O'Neill"
    said = " ".join(losses(11, 10))
    assert all(word in said for word in ("groups", "strategies", "deposits", "ticked off", "All Portfolio"))


def test_what_is_held_now_has_been_held_since_it_was_changed_last(old_portfolio: Callable[[int], Path]) -> None:
    path = old_portfolio(6)
    with closing(connect(path)) as connection:
        connection.execute("UPDATE holdings SET updated_at = '2026-10-02T23:00:00.000Z' WHERE id = 'hol-1'")
    open_portfolio(path, now=NOW).close()
    rows = {(row["account_id"], row["asset_id"], row["on_date"], row["quantity"])
            for row in by_column(path)["holding_history"]}  # fmt: skip
    assert ("acc-1", "ast-1", "2026-10-02", "120.5") in rows and len(rows) == 6
    downgrade_portfolio(path, 6, NOW)
    assert "held on earlier days" in " ".join(losses(7, 6))


def test_of_several_assets_of_one_isin_the_older_that_is_held_keeps_it_and_nothing_is_worth_anything_else(
    old_portfolio: Callable[[int], Path],
) -> None:
    path = old_portfolio(5)
    at = "'2026-11-{}T09:00:00.000Z', '2026-11-{}T09:00:00.000Z'".format
    asset = "INSERT INTO assets VALUES ('{}', '{}', 'N', 'fund', NULL, '{}', 'XX0000000001', NULL, NULL, {})".format
    with closing(connect(path)) as connection:
        for row in (("a-twin", "WRLN", "USD", at(21, 21)), ("phantom", "OLDER", "USD", at(10, 10)),
                    ("other", "WRLD", "EUR", at(21, 21))):  # fmt: skip
            connection.execute(asset(*row))
        connection.execute(f"INSERT INTO holdings VALUES ('hol-9', 'acc-2', 'a-twin', '7', NULL, {at(21, 21)})")
        connection.execute("INSERT INTO prices VALUES ('phantom', '2026-11-21', '104', 'import')")
    start = by_column(path)
    open_portfolio(path, now=NOW).close()
    up = by_column(path)
    isins = {row["id"]: row["isin"] for row in up["assets"]}
    assert (isins["ast-1"], isins["a-twin"], isins["phantom"]) == ("XX0000000001", None, None)
    assert isins["other"] == "XX0000000001", "the same ISIN in another currency is another line"
    assert sorted((row["source"], row["text"], row["asset_id"]) for row in up["asset_aliases"]) == [
        ("", "OLDER", "ast-1"), ("", "WRLN", "ast-1"),
    ]  # fmt: skip
    for table in start.keys() - {"assets", "alembic_version"}:
        # Columns that have come since are new to both.
        known = [{name: now[name] for name in was} for was, now in zip(start[table], up[table], strict=True)]
        assert known == start[table], table
    downgrade_portfolio(path, 5, NOW)
    open_portfolio(path, now=NOW).close()
    assert by_column(path) == up


@pytest.mark.parametrize("to", range(1, NEWEST))
def test_down_and_up_again_is_the_start_but_for_what_was_declared(
    to: int, old_portfolio: Callable[[int], Path]
) -> None:
    path = old_portfolio(NEWEST)
    start = everything(path)
    backup = downgrade_portfolio(path, to, NOW)
    open_portfolio(path, now=NOW).close()
    again = everything(path)
    assert again.keys() == start.keys()
    stays = set(new_at(to).tables)
    columns = {name: [str(column[0]) for column in shape.columns] for name, shape in new_at(to).tables.items()}
    columns_now = {name: {str(each[0]) for each in shape.columns} for name, shape in new_at(NEWEST).tables.items()}
    for name in stays - {"alembic_version"}:
        with closing(connect(path)) as now, closing(connect(backup.path)) as before:
            kept = [column for column in columns[name] if column in columns_now[name]]
            # What was of a group is of All Portfolio afterwards: the next test looks at it.
            others = "WHERE group_id IS NULL" if "group_id" in columns_now[name] - set(columns[name]) else ""
            chosen = f'SELECT {", ".join(kept)} FROM "{name}" {{}} ORDER BY 1, 2'
            counted = f'SELECT count(*) FROM "{name}"'
            assert now.execute(counted).fetchone() == before.execute(counted).fetchone(), name
            ids = {row[0] for row in before.execute(chosen.format(others))}
            rows = [row for row in now.execute(chosen.format("")) if row[0] in ids]
            assert rows == before.execute(chosen.format(others)).fetchall(), name
    changed = {name for name in start if start[name] != again[name]}
    assert losses(NEWEST, to) if changed else True
    assert everything(backup.path) == start


@pytest.mark.parametrize("to", [0, 2, 3])
def test_a_downgrade_to_no_earlier_version_is_refused(to: int, old_portfolio: Callable[[int], Path]) -> None:
    path = old_portfolio(2)
    before = path.read_bytes()
    with pytest.raises(MigrationFailed, match="Nothing was changed"):
        downgrade_portfolio(path, to, NOW)
    assert path.read_bytes() == before


@pytest.mark.parametrize("version", VERSIONS[:-1])
def test_failing_at_any_statement_leaves_the_copy_as_it_was_and_a_retry_works(
    version: int, old_portfolio: Callable[[int], Path], tmp_path: Path
) -> None:
    path = old_portfolio(version)
    scratch = tmp_path / "scratch"
    shutil.copyfile(path, scratch)
    count = statements_of(version + 1, scratch)
    before = everything(path)
    for number in range(count):
        with pytest.raises(Exception, match="the plug was pulled"), failing_at(number):
            migrate(path, version + 1)
        assert (portfolio_version(path), everything(path)) == (version, before), f"statement {number}"
    migrate(path, version + 1)
    assert everything(path) == everything(scratch)


@pytest.mark.parametrize("down", [False, True])
@pytest.mark.parametrize("version", VERSIONS[:-1])
def test_failing_at_any_statement_leaves_the_opened_file_byte_for_byte(
    version: int, down: bool, old_portfolio: Callable[[int], Path], tmp_path: Path
) -> None:
    start, to = (version + 1, version) if down else (version, head())
    path = old_portfolio(start)
    scratch = tmp_path / "scratch"
    shutil.copyfile(path, scratch)
    # On the way up those of the next migration: the later ones have turns of their own.
    fails_at(path, range(statements_of(version if down else version + 1, scratch)), to)


@pytest.mark.parametrize("down", [False, True])
def test_failing_where_a_later_migration_begins_or_ends_takes_back_those_before_it(
    down: bool, old_portfolio: Callable[[int], Path], tmp_path: Path
) -> None:
    start, to = (head(), 1) if down else (1, head())
    path = old_portfolio(start)
    scratch = tmp_path / "scratch"
    shutil.copyfile(path, scratch)
    with failing_at(10**6) as seen:
        migrate(scratch, to)
    assert len(seen) > 40
    ends = [number for number, statement in enumerate(seen) if statement.startswith("UPDATE alembic_version")]
    assert len(ends) == head() - 1
    fails_at(path, sorted({*ends, *(number + 1 for number in ends), len(seen) - 1}), to)


def fails_at(path: Path, numbers: Iterable[int], to: int) -> None:
    """Failing at each of these statements leaves the file as it was, and then it is brought to the version."""
    before = path.read_bytes(), path.stat().st_mtime_ns

    def move() -> None:
        if to < head():
            downgrade_portfolio(path, to, NOW)
        else:
            open_portfolio(path, now=NOW).close()

    for number in numbers:
        with pytest.raises(MigrationFailed) as refused, failing_at(number):
            move()
        said = str(refused.value)
        assert all(part in said for part in ("the plug was pulled", "Nothing was changed", "backups", path.name)), said
        assert (path.read_bytes(), path.stat().st_mtime_ns) == before, f"statement {number}"
        assert not list(path.parent.glob("*.migrating*"))
    move()
    assert portfolio_version(path) == to
    assert len(list_backups(path)) == 1, "it is the same file every time"


def test_a_second_try_has_a_backup_of_its_own_where_the_file_or_the_day_is_another(
    old_portfolio: Callable[[int], Path],
) -> None:
    path = old_portfolio(1)

    def fail(now: datetime = NOW) -> int:
        with pytest.raises(MigrationFailed), failing_at(3):
            open_portfolio(path, now=now)
        return len(list_backups(path))

    assert (fail(), fail()) == (1, 1)
    assert fail(NOW + timedelta(days=2)) == 2
    with closing(connect(path)) as connection:
        connection.execute("UPDATE accounts SET name = name || '!'")
    assert fail() == 3
    for backup in list_backups(path):
        backup.path.write_bytes(b"no portfolio any more")
    assert fail() == 4


def test_a_second_try_looks_at_the_file_beside_the_connection_that_keeps_others_out(
    old_portfolio: Callable[[int], Path],
) -> None:
    path = old_portfolio(1)
    with pytest.raises(MigrationFailed), failing_at(3):
        open_portfolio(path, now=NOW)
    verification._WHOLE.clear()  # as in a process that has looked at nothing yet
    second = threading.Thread(target=lambda: open_portfolio(path, now=NOW).close(), daemon=True)
    second.start()
    second.join(timeout=60)
    assert not second.is_alive()
    assert portfolio_version(path) == head()


@pytest.fixture
def own_migrations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the migrations that the test may add to, in a folder with an odd name."""
    folder = tmp_path / "100 % own #1?"
    shutil.copytree(paths.migrations_folder(), folder, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(paths, "migrations_folder", lambda: folder)
    return folder


def add_migration(folder: Path, upgrade: str) -> None:
    """Add a migration after the last with this upgrade."""
    last = max(int(file.name[:4]) for file in (folder / "versions").glob("[0-9]*.py"))
    head = (
        f'import sqlalchemy as sa\nfrom alembic import op\n\nrevision = "{last + 1:04}"\ndown_revision = "{last:04}"\n'
    )
    body = textwrap.indent(textwrap.dedent(upgrade), "    ")
    text = f"{head}LOSES = ()\n\n\ndef upgrade():\n{body}\n\n\ndef downgrade():\n    pass\n"
    (folder / "versions" / f"{last + 1:04}_more.py").write_text(text, encoding="utf-8")
    migrations._files_in.cache_clear()


def test_rebuilding_a_parent_loses_none_of_its_200_children(own_migrations: Path, portfolio_path: Path) -> None:
    made = "'2026-11-20T09:00:00.000Z', '2026-11-20T09:00:00.000Z'"
    with closing(connect(portfolio_path)) as connection:
        connection.execute(f"INSERT INTO accounts VALUES ('a', 'A', 'taxable', 'USD', NULL, {made})")
        for number in range(200):
            connection.execute(
                "INSERT INTO assets (id, symbol, name, kind, currency, created_at, updated_at) "
                f"VALUES ('s{number}', 'S{number}', 'S', 'fund', 'USD', {made})"
            )
            connection.execute(
                "INSERT INTO holdings (id, account_id, asset_id, quantity, created_at, updated_at) "
                f"VALUES ('h{number}', 'a', 's{number}', '1', {made})"
            )
    add_migration(
        own_migrations,
        """
        with op.batch_alter_table("accounts", recreate="always") as table:
            table.add_column(sa.Column("broker", sa.Text()))
        """,
    )
    before = everything(portfolio_path)
    migrate(portfolio_path, head())
    after = everything(portfolio_path)
    assert len(after["holdings"]) == 200
    assert after["holdings"] == before["holdings"]
    assert after["accounts"][0][:4] == before["accounts"][0][:4]


def test_a_migration_that_leaves_orphans_is_refused(own_migrations: Path, old_portfolio: Callable[[int], Path]) -> None:
    path = old_portfolio(NEWEST)
    add_migration(own_migrations, "op.execute(\"DELETE FROM accounts WHERE id = 'acc-1'\")")
    before = path.read_bytes()
    first = (
        "account_aliases, account_exceptions, account_group_members, account_rooms, account_rules, deposits_planned, "
        "followed_cash, holding_history, holdings"
    )
    with pytest.raises(MigrationFailed, match=rf"what they belong to, in: {first}, .*_strategies, replayed_rows\."):
        migrate(path, head())
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("upgrade", "why"),
    [
        ("op.execute(\"DELETE FROM holdings WHERE id = 'hol-2'\")", "holdings had 6 rows and would have 5"),
        ("op.execute(\"UPDATE holdings SET quantity = '1' WHERE id = 'hol-1'\")", "holdings of an account"),
        ("op.execute('DROP INDEX IF EXISTS ix_holdings_asset_id')\n"
         "if op.get_bind().exec_driver_sql('SELECT 1 FROM holdings').first() is None:\n"
         "    op.execute('CREATE INDEX ix_holdings_asset_id ON holdings (asset_id)')", "not those that a new file has"),
    ],
)  # fmt: skip
def test_a_migration_that_loses_something_never_becomes_the_file(
    own_migrations: Path, old_portfolio: Callable[[int], Path], upgrade: str, why: str
) -> None:
    path = old_portfolio(NEWEST)
    add_migration(own_migrations, upgrade)
    before = path.read_bytes()
    with pytest.raises(MigrationFailed, match=why):
        open_portfolio(path, now=NOW)
    assert path.read_bytes() == before
