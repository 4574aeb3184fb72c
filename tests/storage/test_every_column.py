"""Every column of every table is written, read back, backed up, restored, salvaged and undone: none can be forgotten.

The columns are those of the file itself, so a new one is asked for here before anybody has thought of it.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from portfolio_files import copied, empty_at
from wealthdesk.domain.accounts import Account, AccountGroup, AccountKind
from wealthdesk.domain.assets import AccountAlias, Asset, AssetAlias, AssetClass, AssetCode, AssetKind, Exposure
from wealthdesk.domain.holdings import FxRate, Holding, Portfolio, Price
from wealthdesk.domain.plans import (
    Goal,
    Mode,
    PlanOptions,
    RecordedAmount,
    RecordedChange,
    RecordedConversion,
    RecordedPlan,
    RecordedTrade,
    Side,
    Trades,
)
from wealthdesk.domain.reallocation import Delta, Header, Line, LineKey, Source, What
from wealthdesk.domain.reallocation_history import ReallocationOutcome, Revision
from wealthdesk.domain.reserves import CompanyStatus, Fund
from wealthdesk.domain.schedule import Every, PlannedDeposit
from wealthdesk.domain.targets import FillMethod, Strategy, Unfillable, header_of
from wealthdesk.domain.tax_lots import TaxLot
from wealthdesk.domain.trading_rules import AccountRules, Room, RoomKind, Trading
from wealthdesk.services.exports import Exports
from wealthdesk.services.portfolio import Portfolios
from wealthdesk.services.targets import Targets
from wealthdesk.storage import (
    accounts,
    assets,
    funds,
    holdings,
    imports,
    plans,
    prices,
    reallocations,
    targets,
    trading_rules,
)
from wealthdesk.storage import settings as setting_storage
from wealthdesk.storage.connection import Reading, connect
from wealthdesk.storage.database import Database, named
from wealthdesk.storage.file.backups import back_up
from wealthdesk.storage.file.consistency import WORDS
from wealthdesk.storage.file.opening import open_portfolio
from wealthdesk.storage.file.restoring import restore
from wealthdesk.storage.file.salvage import salvage
from wealthdesk.storage.row_log import key_columns_of
from wealthdesk.storage.tables import metadata
from wealthdesk.storage.taking_back import _REMEMBERED, _TOLD, take_back

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
LATER = datetime(2026, 11, 21, 12, tzinfo=UTC)
DAY, NEXT = date(2026, 11, 20), date(2026, 11, 21)

Reader = Callable[[Reading], str]

STAMPS = {"created_at", "updated_at"}
OF_THE_TABLE_ALONE = {
    "imports.step": "is tried where imports are taken back",
    "tax_lots.id": "tells rows apart that may be the same otherwise",
    "plan_amounts.id": "tells rows apart",
    "plan_trades.id": "tells rows apart",
    "plan_conversions.id": "tells rows apart",
    "plan_change_lots.id": "tells rows apart",
    "placed_orders.id": "tells rows apart",
    "reallocation_lines.id": "tells rows apart",
    "plans.number": "is the order of the plans, of which there is one here",
    "plan_amounts.position": "is an order of what is one row here",
    "plan_trades.position": "is an order of what is one row here",
    "plan_changes.position": "is an order of what is one row here",
    "plan_conversions.position": "is an order of what is one row here",
    "reallocation_lines.position": "is an order of what is one row here",
    "reallocations.request_digest": "is read with its request alone",
}
"""The columns that make no difference to any value, and why that is right."""

NOT_EXPORTED = {
    "asset_classes": {"colour", "position"},
    "asset_exposures": set[str](),
    "accounts": {"archived_at"},
    "assets": {"sub_class", "archived_at"},
    "holdings": set[str](),
    "prices": {"source"},
    "fx_rates": set[str](),
    "rebalancing_strategies": {"version"},
    "asset_class_targets": set[str](),
    "holding_targets": set[str](),
    "plans": {"number", "amount_minor", "account_id", "group_id"},
    "plan_trades": {"position", "account_id", "asset_id"},
    "plan_amounts": {"position", "account_id"},
    "plan_conversions": {"position", "account_id"},
}
"""Of the tables that CSV is made of, what it does not tell besides ids and stamps; a backup tells everything."""


def fill(database: Database) -> None:
    """Something in every column that is neither nothing nor what stands there by itself, written by the nouns."""
    with database.write() as connection:
        _fill_portfolio(connection)
        _fill_rules(connection)
        _fill_targets_and_reserves(connection)
        _fill_plans(connection)
        prices.set_codes(connection, [AssetCode("full", "mine", "FULL.X", "GBX")])
        connection.insert("imports", {"id": "import", "name": "import of a file", "step": "{}"})


def _fill_portfolio(connection: Any) -> None:
    assets.add_class(connection, AssetClass("own", "My own", "#A1B2C3", 9))
    for account in (
        Account("depot", "Depot", AccountKind.TAX_DEFERRED, "EUR"),
        Account("other", "Other", AccountKind.TAXABLE, "USD", is_archived=True),
    ):
        accounts.add_account(connection, account)
        accounts.change_account(connection, account, NOW)
    accounts.add_group(connection, AccountGroup("group:one", "One", frozenset({"depot"})))
    accounts.add_group(connection, AccountGroup("group:two", "Two", frozenset({"depot"})))
    exposures = (Exposure("equity", 6_000), Exposure("own", 4_000))
    full = Asset(
        "full", "FULL", "All known", AssetKind.FUND, "EUR", exposures, Decimal("0.5"), "IE00B4L5Y983", "Mixed", True
    )
    plain = Asset("plain", "PLAIN", "Plain", AssetKind.SECURITY, "USD", (Exposure("equity", 10_000),))
    assets.add_assets(connection, [full, plain])
    assets.change_asset(connection, full, NOW)
    accounts.set_aliases(
        connection, [AssetAlias("holdings depot", "F.X", "EUR", "full")], [AccountAlias("holdings", "acc 1", "depot")]
    )
    holdings.add_holdings(connection, [Holding("h", "depot", "full", Decimal("1.5"), 1_200)])
    holdings.set_lots(connection, "h", (TaxLot(DAY, Decimal("1.5"), 1_200),))
    holdings.add_replayed(connection, [("depot", "0f", DAY)], [("depot", "EUR")])
    prices.set_prices(connection, [Price("full", DAY, Decimal("10.5"), "file")])
    prices.set_rates(connection, [FxRate("EUR", "USD", DAY, Decimal("1.1"))])
    setting_storage.set_setting(connection, "base_currency", "EUR")


def _fill_rules(connection: Any) -> None:
    room = Room(RoomKind.LIMITED, 500, DAY, 1_000, (4, 6), frozenset({"other"}))
    rules = AccountRules(100, 5, Decimal("1.5"), Decimal("2.5"), converts=False, trades_archived=True, room=room)
    trading_rules.set_account_rules(connection, "depot", replace(rules, barred=frozenset({"full"})))
    listed = AccountRules(can_hold=frozenset({"plain"}), room=replace(room, shared_with=frozenset({"depot"})))
    trading_rules.set_account_rules(connection, "other", listed)
    trading_rules.set_trading(connection, ["full"], Trading.LOCKED)
    trading_rules.set_home(connection, "equity", AccountKind.TAX_FREE)


def _fill_targets_and_reserves(connection: Any) -> None:
    strategy = Strategy("s", "Mine", "depot", True, 2, 100, 200, FillMethod.PROPORTIONAL, Unfillable.KEEP_CASH)
    targets.add_strategy(connection, strategy)
    targets.add_strategy(connection, Strategy("g", "Of both", "group:one", True))
    lines = [
        Line(LineKey("equity"), "Equity", 10_000, cap=9_000, is_locked=True, band=300),
        Line(LineKey("plain", "equity"), "PLAIN", 10_000, cap=8_000, is_locked=True, band=200),
    ]
    before = reallocations.state(connection, header_of("s"))
    assert reallocations.keep_lines(connection, before, {each.key: each for each in lines}, None, 3)
    funds.add_fund(connection, Fund("f", "Fund", "EUR", 900, 800, 2))
    funds.change_fund(connection, replace(funds.fund(connection, "f"), is_archived=True), NOW)
    company = Line(LineKey("c"), "Company", 50, cap=70)
    of_fund = Header(What.RESERVES, "f")
    before = reallocations.state(connection, of_fund)
    assert reallocations.keep_lines(connection, before, {company.key: company}, 800, 3)
    changed = replace(
        funds.fund(connection, "f").companies[0], status=CompanyStatus.EXITED, deployed_minor=7, external_id="x1"
    )
    funds.change_companies(connection, [changed])
    for header, currency, budget in ((header_of("s"), "", None), (of_fund, "EUR", 800)):
        line = Delta(LineKey("c", "equity"), "Line", 1, 2, 3, 4, 5, 6)
        reallocations.add_revision(
            connection,
            Revision(
                f"r {header.id}",
                f"q {header.id}",
                header,
                "Mine",
                1,
                2,
                NOW,
                Source.IMPORT,
                "Because",
                "Me",
                10,
                11,
                budget,
                budget,
                None if budget is None else "r s",
                ("accepted",),
                (line,),
                currency,
            ),
            "digest",
        )
        reallocations.add_attempt(connection, header, ReallocationOutcome.CONFLICT)


def _fill_plans(connection: Any) -> None:
    options = PlanOptions(True, True, Goal.BAND_EDGE, 5, 6, False, Trades.FEWEST, 77)
    plans.set_options(connection, "s", options)
    lots = (TaxLot(DAY, Decimal("1.5"), 4),)
    change = RecordedChange(
        "depot",
        "full",
        Holding("h", "depot", "full", Decimal(1), 3),
        Decimal(2),
        4,
        lots,
        lots,
        "Depot",
        "FULL",
        "EUR",
        holding_id="h",
    )
    plan = RecordedPlan(
        "p", NOW, "depot", "Depot", "Mine", Mode.REBALANCE, 12, "EUR", 30, 20,
        (RecordedTrade("depot", "full", "Depot", "FULL", Side.SELL, Decimal(1), Decimal(2), "EUR", 2, 1),),
        (change,),
        amounts=(RecordedAmount("depot", "Depot", 12),),
        conversions=(RecordedConversion("depot", "Depot", "EUR", "USD", 5, 6, Decimal("1.2"), 1),),
    )  # fmt: skip
    plans.add_plan(connection, plan)
    plans.mark_undone(connection, "p", NOW)
    plans.add_plan(connection, replace(plan, id="p of both", scope="group:one", changes=()))
    for scope in ("depot", "group:one"):
        plans.set_placed_orders(connection, scope, "signature", [("depot", "full", Side.SELL)])
    plans.add_deposit(connection, PlannedDeposit("d", "depot", 5, "EUR", Every.SPREAD, 3, DAY, NEXT, 4))
    plans.add_deposit(connection, PlannedDeposit("d of both", "group:one", 5, "EUR", Every.SPREAD, 3, DAY, NEXT, 4))
    connection.insert("deposit_outcomes", {"deposit_id": "d", "on_date": DAY, "outcome": "skipped"})


def everything(reading: Reading) -> str:
    """All that the nouns read of a file."""
    found: list[object] = [
        accounts.all_accounts(reading), [(each, sorted(each.accounts)) for each in accounts.all_groups(reading)],
        accounts.all_aliases(reading), assets.all_classes(reading),
        assets.all_assets(reading), holdings.all_holdings(reading), holdings.all_lots(reading),
        holdings.all_held(reading), holdings.replayed_rows(reading), sorted(holdings.followed_cash(reading)),
        prices.all_prices(reading), prices.all_rates(reading), prices.all_codes(reading),
        setting_storage.all_settings(reading),
        targets.all_strategies(reading), trading_rules.trading_rules(reading), plans.all_plans(reading),
        [plans.options_of(reading, each.id) for each in targets.all_strategies(reading)],
        [(scope, plans.placed_orders(reading, scope)) for scope in (None, "depot", "other", "group:one", "group:two")],
        funds.all_funds(reading), plans.all_deposits(reading), plans.outcomes(reading),
        imports.all_imports(reading), reallocations.attempts_since(reading, datetime(2000, 1, 1, tzinfo=UTC)),
        reallocations.revisions_since(reading, datetime(2000, 1, 1, tzinfo=UTC)),
    ]  # fmt: skip
    for each in targets.all_strategies(reading):
        found.append(sorted(map(repr, reallocations.state(reading, header_of(each.id)).lines)))
    return repr([sorted(map(repr, each)) if isinstance(each, frozenset | set) else each for each in found])


@pytest.fixture(scope="module")
def filled_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with something in every column, to be copied."""
    path = empty_at(tmp_path_factory.mktemp("filled") / "filled.wealthdesk")
    with open_portfolio(path, now=NOW) as database:
        fill(database)
    return path


@pytest.fixture
def filled(filled_file: Path, tmp_path: Path) -> Iterator[Database]:
    """A copy of it, open."""
    with open_portfolio(copied(filled_file, tmp_path / "filled.wealthdesk"), now=NOW) as database:
        yield database


def columns() -> Iterator[tuple[str, str]]:
    for table in metadata.tables.values():
        yield from ((table.name, column.name) for column in table.columns)


def test_every_column_is_written_with_something_of_its_own(filled: Database) -> None:
    """Neither nothing, nor what would stand there if the column had been forgotten."""
    with filled.read() as reading:
        forgotten = []
        for table, column in columns():
            default = metadata.tables[table].columns[column].server_default
            usual = str(getattr(getattr(default, "arg", ""), "text", "")).strip("'")
            found = {str(value) for (value,) in reading.rows(f"SELECT {column} FROM {table}")} - {"None", usual}
            if not found:
                forgotten.append(f"{table}.{column}")
    assert not forgotten, "these columns are not written by their noun, or not by fill() above"


def others(table: str, column: str, lying: Any) -> Sequence[Any]:
    """What could lie in a column instead."""
    kind = type(metadata.tables[table].columns[column].type).__name__
    if (table, column) in WORDS:
        return [word for word in WORDS[table, column] if word != lying]
    if kind in ("Flag", "Minor", "Weight", "Integer"):
        return [1 - (lying or 0)] if kind == "Flag" else [(lying or 0) + 1]
    found: dict[str, Sequence[Any]] = {
        "DecimalText": ["7.25", "0.5"],
        "DateText": ["2026-10-01"],
        "Moment": [None, "2026-10-01T09:00:00.000Z"],
    }
    return found.get(kind, ["closest", "CHF", "other", "group:two", "plain", "fixed_income", '["x"]'])


def test_every_column_is_read_by_its_noun(filled: Database) -> None:
    """What lies in a column is changed behind the program's back, and what is read is something else."""
    filled.prepare_to_write()
    unread = []
    with closing(connect(filled.path)) as raw:
        raw.execute("PRAGMA ignore_check_constraints = ON")
        reading = Reading(raw)
        raw.execute("BEGIN")
        before = everything(reading)
        for table, column in columns():
            if column in STAMPS:
                continue
            if not any(_is_noticed(raw, table, column, row, before) for row in rows_of(raw, table, column)):
                unread.append(f"{table}.{column}")
        raw.execute("ROLLBACK")
    assert set(unread) - OF_THE_TABLE_ALONE.keys() == set(), "no noun reads these columns"
    assert OF_THE_TABLE_ALONE.keys() - set(unread) == set(), "these are read by now"


def rows_of(raw: sqlite3.Connection, table: str, column: str) -> list[tuple[int, Any]]:
    return raw.execute(f"SELECT rowid, {column} FROM {table}").fetchall()


def _is_noticed(
    raw: sqlite3.Connection, table: str, column: str, row: tuple[int, Any], before: str, read: Reader = everything
) -> bool:
    """Whether another value in that column of a row makes another reading, or none at all."""
    number, lying = row
    for other in others(table, column, lying):
        raw.execute("SAVEPOINT one")
        try:
            raw.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (other, number))
            noticed = read(Reading(raw)) != before
        except (ValueError, LookupError, TypeError, StopIteration, ArithmeticError):
            noticed = True
        except sqlite3.IntegrityError:
            noticed = False
        raw.execute("ROLLBACK TO one")
        raw.execute("RELEASE one")
        if noticed:
            return True
    return False


class AsOf(Portfolios):
    """The portfolio as a connection reads it."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    def current(self) -> Portfolio:
        return holdings.load_portfolio(self._reading, DAY)


class TargetsAsOf(Targets):
    """The strategies as a connection reads them."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    def all(self) -> list[Strategy]:
        return targets.all_strategies(self._reading)


def exported(reading: Reading) -> str:
    """All CSV that is made of a file."""
    exports = Exports(AsOf(reading), TargetsAsOf(reading))
    return exports.holdings_csv() + exports.targets_csv() + exports.plans_csv(plans.all_plans(reading))


def test_every_column_of_what_is_exported_is_in_the_csv(filled: Database) -> None:
    filled.prepare_to_write()
    untold: dict[str, set[str]] = {table: set() for table in NOT_EXPORTED}
    with closing(connect(filled.path)) as raw:
        raw.execute("PRAGMA ignore_check_constraints = ON")
        raw.execute("BEGIN")
        before = exported(Reading(raw))
        for table, column in columns():
            if table in NOT_EXPORTED and column not in STAMPS | {"id"}:
                rows = rows_of(raw, table, column)
                if not any(_is_noticed(raw, table, column, row, before, exported) for row in rows):
                    untold[table].add(column)
        raw.execute("ROLLBACK")
    assert untold == NOT_EXPORTED


def dump(path: Path) -> list[str]:
    with closing(connect(path)) as raw:
        return sorted(raw.iterdump())


def test_every_column_is_in_a_backup_a_restored_file_and_a_salvaged_one(filled: Database, tmp_path: Path) -> None:
    path = filled.path
    whole = dump(path)
    backup = back_up(path, "by_hand", NOW)
    assert dump(backup.path) == whole
    filled.close()
    assert salvage(path, tmp_path / "salvaged.wealthdesk").is_complete
    assert dump(tmp_path / "salvaged.wealthdesk") == whole
    with open_portfolio(path, now=NOW) as database, database.write() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.delete(table.name)
    assert dump(path) != whole
    restore(path, backup.path, LATER)
    assert dump(path) == whole


@pytest.mark.parametrize("table", [each.name for each in metadata.sorted_tables])
def test_every_column_is_undone(filled: Database, table: str) -> None:
    """A row that is removed comes back to the letter."""
    if table in _TOLD | _REMEMBERED | {"plans"}:
        pytest.skip("is a history, which stays")
    whole = dump(filled.path)
    with filled.write(is_logged=True) as connection:
        named(connection, "removal of all of it")
        keys = ", ".join(key_columns_of(table))
        for key in connection.rows(f"SELECT {keys} FROM {table}"):
            connection.set_row(table, key, None)
        step = connection.step()
    assert step is not None and dump(filled.path) != whole
    with filled.write() as connection:
        take_back(connection, step)
    assert dump(filled.path) == whole
