"""The tables: migrating and creating fresh give the same, every rule is in them, and the file itself refuses."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Float, Integer, Numeric, Text, UniqueConstraint, create_engine

from wealthdesk.domain.accounts import AccountKind
from wealthdesk.domain.assets import AssetKind
from wealthdesk.domain.plans import Goal, Mode, Side
from wealthdesk.domain.reallocation import Source
from wealthdesk.domain.reallocation_history import ReallocationOutcome
from wealthdesk.domain.reserves import CompanyStatus
from wealthdesk.domain.schedule import DateOutcome, Every
from wealthdesk.domain.targets import FillMethod, Unfillable
from wealthdesk.domain.trading_rules import MayHold, RoomKind, Trading
from wealthdesk.storage.connection import connect
from wealthdesk.storage.database import Database
from wealthdesk.storage.file.consistency import WORDS
from wealthdesk.storage.file.migrations import fresh_schema, head, tables_at
from wealthdesk.storage.schema import Schema, schema_of
from wealthdesk.storage.tables import metadata

NOW = "'2026-11-20T09:00:00.000Z', '2026-11-20T09:00:00.000Z'"
HOLDINGS = "holdings (id, account_id, asset_id, quantity, cost_basis_minor, created_at, updated_at)"
PORTFOLIO = f"""
INSERT INTO accounts VALUES ('a', 'A', 'taxable', 'USD', NULL, {NOW}), ('b', 'B', 'taxable', 'USD', NULL, {NOW});
INSERT INTO assets VALUES ('s', 'S', 'S', 'fund', NULL, 'USD', NULL, NULL, NULL, {NOW}),
  ('t', 'T', 'T', 'fund', NULL, 'USD', NULL, '1', NULL, {NOW});
INSERT INTO asset_aliases VALUES ('holdings a', 'S.X', 'USD', 's');
INSERT INTO account_aliases VALUES ('holdings', 'acc a', 'a');
INSERT INTO asset_quotes VALUES ('s', 'mine', 'S.X', '');
INSERT INTO deposits_planned VALUES ('dp', 'a', 5, 'USD', 'month', 31, '2026-11-20', NULL, NULL, {NOW}, NULL),
  ('dq', NULL, 5, 'USD', 'spread', 1, '2026-11-20', '2027-11-20', 3, {NOW}, NULL);
INSERT INTO deposit_outcomes VALUES ('dp', '2026-11-30', 'skipped');
INSERT INTO asset_exposures VALUES ('s', 'equity', 10000);
INSERT INTO {HOLDINGS} VALUES ('h', 'a', 's', '1.5', NULL, {NOW});
INSERT INTO holding_history VALUES ('a', 's', '2026-11-20', '1.5');
INSERT INTO replayed_rows VALUES ('a', '0f', '2026-11-20');
INSERT INTO followed_cash VALUES ('a', 'USD');
INSERT INTO imports VALUES ('x', 'import of a file', '{{}}', {NOW});
INSERT INTO prices VALUES ('s', '2026-11-20', '10', 'hand');
INSERT INTO rebalancing_strategies (id, name, account_id, is_active, created_at, updated_at) VALUES
  ('r', 'Of A', 'a', 1, {NOW});
INSERT INTO account_groups VALUES ('group:g', 'Both', {NOW});
INSERT INTO account_group_members VALUES ('group:g', 'a'), ('group:g', 'b');
INSERT INTO rebalancing_strategies (id, name, group_id, is_active, created_at, updated_at) VALUES
  ('q', 'Of both', 'group:g', 1, {NOW});
INSERT INTO asset_class_targets VALUES ('c', 'r', 'equity', 10000, 0, {NOW}, 100);
INSERT INTO holding_targets VALUES ('g', 'c', 's', 10000, 0, {NOW}, NULL);
INSERT INTO account_rules VALUES ('a', 100, 5, '0', '1.5', 'listed', 1, 0, {NOW});
INSERT INTO account_assets VALUES ('a', 's');
INSERT INTO account_exceptions VALUES ('a', 't', 1);
INSERT INTO account_rooms VALUES ('a', 'limited', 5, '2026-11-20', 10, 4, 6, NULL, {NOW});
INSERT INTO asset_rules VALUES ('s', 'locked', {NOW});
INSERT INTO class_homes VALUES ('equity', 'tax_free', {NOW});
INSERT INTO tax_lots VALUES ('l', 'h', NULL, '1.5', 0, {NOW});
INSERT INTO plan_options VALUES ('r', 1, 0, 'target', 0, NULL, 1, 'fewest', 1000, {NOW});
INSERT INTO plans VALUES
  ('p', 1, '2026-11-20T09:00:00.000Z', NULL, 'a', 'A', '', 'deposit', 5, 'USD', 1, 0, {NOW}, NULL);
INSERT INTO plan_amounts VALUES ('m', 'p', 0, 'a', 'A', 5, {NOW});
INSERT INTO plan_trades VALUES ('d', 'p', 0, 'a', 's', 'A', 'S', 'buy', '1', '2', 'USD', 2, 0, {NOW});
INSERT INTO plan_changes VALUES ('e', 'p', 0, 'h', 'a', 's', 'A', 'S', 'USD', NULL, '1.5', NULL, 0, {NOW});
INSERT INTO plan_change_lots VALUES ('k', 'e', 1, '2020-01-01', '1.5', 0, {NOW});
INSERT INTO plan_conversions VALUES ('y', 'p', 0, 'a', 'A', 'USD', 'EUR', 2, 1, '0.5', 0, {NOW});
INSERT INTO placed_orders VALUES ('z', 'a', '', 'a', 's', 'buy', {NOW}, NULL);
INSERT INTO funds VALUES ('f', 'F', 'USD', 100, 50, 1, NULL, {NOW});
INSERT INTO companies VALUES ('o', 'f', '1', 'O', 'active', 5, 10, 0, {NOW});
INSERT INTO class_target_caps VALUES ('c', 10000, {NOW});
INSERT INTO holding_target_caps VALUES ('g', 10000, {NOW});
INSERT INTO reallocations VALUES
  ('v', 'q', 'd', 'reserves', NULL, 'f', 'F', 0, 1, 'manual', NULL, '', 'You', '[]', 0, 5, NULL, 50, 'USD', {NOW}),
  ('w', 'u', 'd', 'targets', 'r', NULL, 'Of A', 1, 2, 'revert', 'v', '', 'You', '[]', 0, 5, NULL, NULL, '', {NOW});
INSERT INTO reallocation_lines VALUES ('n', 'v', 0, '', 'o', 'O', NULL, 5, NULL, 10, {NOW}, NULL, NULL);
INSERT INTO reallocation_attempts VALUES ('i', 'reserves', NULL, 'f', 'committed', {NOW}),
  ('j', 'targets', 'r', NULL, 'conflict', {NOW});
"""
KEPT = ("reallocations", "reallocation_lines", "reallocation_attempts")
RECORDED = ("plans", "plan_amounts", "plan_trades", "plan_changes", "plan_change_lots", "plan_conversions")


@pytest.fixture
def created_fresh() -> Schema:
    """The tables as `metadata` creates them, with the one that Alembic keeps."""
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, "
            "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
        )
        metadata.create_all(connection)
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        schema = schema_of(driver)
    engine.dispose()
    return schema


@pytest.fixture(scope="module")
def small(migrated_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a small portfolio, to be copied."""
    path = tmp_path_factory.mktemp("small") / "small.wealthdesk"
    shutil.copyfile(migrated_template, path)
    with closing(connect(path)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.executescript(PORTFOLIO)
    return path


@pytest.fixture
def plain(small: Path, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """The small portfolio through a plain connection: what is refused here, the file itself refuses."""
    path = tmp_path / "portfolio.wealthdesk"
    shutil.copyfile(small, path)
    with closing(connect(path)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        yield connection


def test_migrating_gives_the_tables_that_the_program_knows(created_fresh: Schema) -> None:
    migrated = fresh_schema(head())
    assert migrated.tables.keys() == created_fresh.tables.keys()
    for name, table in migrated.tables.items():
        assert table == created_fresh.tables[name], name
    assert migrated == created_fresh


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("ON DELETE CASCADE", ""),
        ("quantity TEXT NOT NULL", "quantity TEXT"),
        ("quantity TEXT", "quantity REAL"),
        ("CHECK (quantity NOT LIKE '-%')", "CHECK (quantity <> '')"),
        ("CONSTRAINT uq_holdings_account_id_asset_id UNIQUE (account_id, asset_id)", "UNIQUE (account_id)"),
        ("CONSTRAINT ck_holdings_quantity CHECK", "CHECK"),
    ],
)
def test_two_schemas_that_differ_are_not_the_same(plain: sqlite3.Connection, before: str, after: str) -> None:
    (sql,) = plain.execute("SELECT sql FROM sqlite_schema WHERE name = 'holdings'").fetchone()
    assert before in sql
    index = "CREATE INDEX ix_holdings_asset_id ON holdings (asset_id)"
    same = schema_of(plain)
    plain.executescript(f"PRAGMA foreign_keys = OFF; DROP TABLE holdings; {sql}; {index}")
    assert schema_of(plain) == same
    plain.executescript(f"DROP TABLE holdings; {sql.replace(before, after)}; {index}")
    assert schema_of(plain) != same


@pytest.mark.parametrize(
    "change",
    [
        "DROP INDEX ix_holdings_asset_id",
        "CREATE TRIGGER t AFTER DELETE ON assets BEGIN DELETE FROM prices; END",
        "CREATE VIEW v AS SELECT * FROM accounts",
        "DROP INDEX uq_rebalancing_strategies_active_of_all; CREATE UNIQUE INDEX "
        "uq_rebalancing_strategies_active_of_all ON rebalancing_strategies (is_active) WHERE is_active = 0",
    ],
)
def test_indexes_triggers_and_views_count_as_well(plain: sqlite3.Connection, change: str) -> None:
    before = schema_of(plain)
    plain.executescript(change)
    assert schema_of(plain) != before


def test_what_opens_a_file_knows_the_tables_without_importing_them() -> None:
    assert metadata.tables.keys() == tables_at(head()) - {"alembic_version"}


def test_every_rule_of_the_tables_has_a_name() -> None:
    for table in metadata.tables.values():
        for constraint in table.constraints:
            assert constraint.name, f"{table.name}: {constraint!r}"


def test_no_column_is_a_float_underneath() -> None:
    for table in metadata.tables.values():
        for column in table.columns:
            kind = getattr(column.type, "impl", column.type)
            assert isinstance(kind, Integer | Text), f"{table.name}.{column.name}"
            assert not isinstance(kind, Numeric | Float)


def test_every_foreign_key_says_what_happens_on_delete_and_has_an_index() -> None:
    for table in metadata.tables.values():
        leading = [next(iter(table.primary_key.columns)).name]
        leading += [next(iter(index.columns)).name for index in table.indexes if not index.dialect_kwargs]
        leading += [next(iter(c.columns)).name for c in table.constraints if isinstance(c, UniqueConstraint)]
        for key in table.foreign_key_constraints:
            assert key.ondelete, f"{table.name}.{key.name}"
            assert key.column_keys[0] in leading, f"{table.name}.{key.name} has no index"


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("INSERT INTO holding_targets VALUES ('x', 'c', 'unknown', 5000, 0, {now}, NULL)", "FOREIGN KEY"),
        ("INSERT INTO asset_class_targets VALUES ('x', 'r', 'unknown', 5000, 0, {now}, NULL)", "FOREIGN KEY"),
        ("INSERT INTO asset_class_targets VALUES ('x', 'unknown', 'cash', 5000, 0, {now}, NULL)", "FOREIGN KEY"),
        ("INSERT INTO asset_class_targets VALUES ('x', 'r', 'cash', 10100, 0, {now}, NULL)", "target_bps"),
        ("INSERT INTO asset_class_targets VALUES ('x', 'r', 'cash', -1, 0, {now}, NULL)", "target_bps"),
        ("INSERT INTO asset_class_targets VALUES ('x', 'r', 'cash', 100, 2, {now}, NULL)", "is_locked"),
        ("INSERT INTO asset_class_targets VALUES ('x', 'r', 'equity', 100, 0, {now}, NULL)", "UNIQUE"),
        ("INSERT INTO holding_targets VALUES ('x', 'c', 't', 10100, 0, {now}, NULL)", "target_bps_of_class"),
        ("INSERT INTO holding_targets VALUES ('x', 'c', 's', 100, 0, {now}, NULL)", "UNIQUE"),
        ("INSERT INTO rebalancing_strategies (id, name, account_id, is_active, created_at, updated_at) "
         "VALUES ('x', 'Second', 'a', 1, {now})", "UNIQUE"),
        ("INSERT INTO rebalancing_strategies (id, name, account_id, is_active, created_at, updated_at) "
         "VALUES ('x', 'Second', NULL, 1, {now})", "UNIQUE"),
        ("INSERT INTO rebalancing_strategies (id, name, group_id, is_active, created_at, updated_at) "
         "VALUES ('x', 'Second', 'group:g', 1, {now})", "UNIQUE"),
        ("INSERT INTO account_groups VALUES ('group:x', 'Both', {now})", "UNIQUE"),
        ("INSERT INTO account_groups VALUES ('group:x', '', {now})", "name"),
        ("INSERT INTO account_groups VALUES ('x', 'X', {now})", "ck_account_groups_id"),
        ("INSERT INTO account_group_members VALUES ('group:g', 'a')", "UNIQUE"),
        ("INSERT INTO account_group_members VALUES ('group:x', 'a')", "FOREIGN KEY"),
        ("INSERT INTO account_group_members VALUES ('group:g', '?')", "FOREIGN KEY"),
        ("UPDATE rebalancing_strategies SET group_id = 'group:g' WHERE id = 'r'", "rebalancing_strategies_scope"),
        ("UPDATE rebalancing_strategies SET group_id = 'group:x' WHERE id = 'q'", "FOREIGN KEY"),
        ("UPDATE plans SET group_id = 'group:g'", "plans_scope"),
        ("UPDATE placed_orders SET group_id = 'group:g'", "placed_orders_scope"),
        ("UPDATE deposits_planned SET group_id = 'group:g' WHERE id = 'dp'", "deposits_planned_scope"),
        ("UPDATE asset_class_targets SET target_bps = 12.5", "target_bps_whole"),
        ("UPDATE holding_targets SET target_bps_of_class = 'all'", "target_bps_of_class"),
        ("UPDATE rebalancing_strategies SET version = 1.5", "version_whole"),
        ("UPDATE asset_classes SET position = 'first'", "position_whole"),
        ("UPDATE holdings SET cost_basis_minor = 0.5", "cost_basis_minor_whole"),
        ("UPDATE holdings SET quantity = '01'", "quantity_decimal"),
        ("UPDATE holdings SET quantity = '1.50'", "quantity_decimal"),
        ("UPDATE holdings SET quantity = '1.'", "quantity_decimal"),
        ("UPDATE holdings SET quantity = '.5'", "quantity_decimal"),
        ("UPDATE holdings SET quantity = '1e5'", "quantity_decimal"),
        ("UPDATE holdings SET quantity = ''", "quantity_decimal"),
        ("UPDATE holdings SET quantity = '1.2.3'", "quantity_decimal"),
        ("UPDATE holdings SET quantity = x'31'", "quantity_decimal"),
        ("UPDATE holdings SET quantity = '1' || char(0) || '2'", "quantity_decimal"),
        ("UPDATE prices SET price = '1234567890123456'", "price_decimal"),
        ("UPDATE prices SET price = '0.0000000000001'", "price_decimal"),
        ("UPDATE assets SET lot_step = '1e400'", "lot_step_decimal"),
        ("UPDATE rebalancing_strategies SET is_active = 2 WHERE id = 'r'", "is_active"),
        ("UPDATE rebalancing_strategies SET version = 0", "version"),
        ("INSERT INTO accounts VALUES ('x', 'A', 'taxable', 'USD', NULL, {now})", "UNIQUE"),
        ("INSERT INTO accounts VALUES ('x', '', 'taxable', 'USD', NULL, {now})", "name"),
        ("INSERT INTO accounts VALUES ('x', 'X', 'offshore', 'USD', NULL, {now})", "kind"),
        ("INSERT INTO accounts VALUES ('x', 'X', 'taxable', 'usd', NULL, {now})", "currency"),
        ("INSERT INTO assets VALUES ('x', 'S', 'Twin', 'fund', NULL, 'USD', NULL, NULL, NULL, {now})", "UNIQUE"),
        ("UPDATE assets SET lot_step = '-1'", "lot_step"),
        ("UPDATE assets SET lot_step = '0'", "lot_step"),
        ("UPDATE assets SET isin = 'XX0000000001'", "UNIQUE"),
        ("INSERT INTO asset_aliases VALUES ('holdings a', 'S.X', 'USD', 't')", "UNIQUE"),
        ("INSERT INTO asset_aliases VALUES ('holdings a', '', 'USD', 't')", "text"),
        ("INSERT INTO asset_aliases VALUES ('holdings a', 'S.X', 'usd', 't')", "currency"),
        ("INSERT INTO asset_aliases VALUES ('holdings a', 'T.X', 'USD', '?')", "FOREIGN KEY"),
        ("INSERT INTO account_aliases VALUES ('holdings', 'acc a', 'b')", "UNIQUE"),
        ("INSERT INTO account_aliases VALUES ('holdings', '', 'b')", "text"),
        ("INSERT INTO account_aliases VALUES ('holdings', 'acc b', '?')", "FOREIGN KEY"),
        ("INSERT INTO holding_history VALUES ('a', 's', '2026-11-20', '2')", "UNIQUE"),
        ("INSERT INTO holding_history VALUES ('a', 's', '2026-11', '2')", "on_date"),
        ("INSERT INTO holding_history VALUES ('a', 's', '2026-11-21', '-2')", "quantity"),
        ("INSERT INTO holding_history VALUES ('?', 's', '2026-11-21', '2')", "FOREIGN KEY"),
        ("INSERT INTO replayed_rows VALUES ('a', '0f', '2026-11-21')", "UNIQUE"),
        ("INSERT INTO replayed_rows VALUES ('a', '', '2026-11-21')", "key"),
        (f"INSERT INTO imports VALUES ('x2', '', 'x', {NOW})", "name"),
        ("INSERT INTO asset_quotes VALUES ('s', 'mine', 'Y', '')", "UNIQUE"),
        ("INSERT INTO asset_quotes VALUES ('s', '', 'Y', '')", "source"),
        ("INSERT INTO asset_quotes VALUES ('s', 'other', '', '')", "symbol"),
        ("INSERT INTO asset_quotes VALUES ('?', 'mine', 'Y', '')", "FOREIGN KEY"),
        ("UPDATE deposits_planned SET amount_minor = 0", "amount_minor"),
        ("UPDATE deposits_planned SET currency = 'usd'", "currency"),
        ("UPDATE deposits_planned SET every = ''", "every"),
        ("UPDATE deposits_planned SET day = 32", "day"),
        ("UPDATE deposits_planned SET first_on = '2026-11'", "first_on"),
        ("UPDATE deposits_planned SET until = '2026-11-19'", "until"),
        ("UPDATE deposits_planned SET times = 0", "times"),
        ("UPDATE deposits_planned SET account_id = '?'", "FOREIGN KEY"),
        ("INSERT INTO deposit_outcomes VALUES ('dp', '2026-11-30', 'recorded')", "UNIQUE"),
        ("INSERT INTO deposit_outcomes VALUES ('dp', '2026', 'recorded')", "on_date"),
        ("INSERT INTO deposit_outcomes VALUES ('dp', '2026-12-31', '')", "outcome"),
        ("INSERT INTO deposit_outcomes VALUES ('?', '2026-12-31', 'skipped')", "FOREIGN KEY"),
        ("INSERT INTO replayed_rows VALUES ('a', '1f', '2026')", "on_date"),
        ("INSERT INTO replayed_rows VALUES ('?', '1f', '2026-11-21')", "FOREIGN KEY"),
        ("INSERT INTO followed_cash VALUES ('a', 'USD')", "UNIQUE"),
        ("INSERT INTO followed_cash VALUES ('a', 'usd')", "currency"),
        ("INSERT INTO followed_cash VALUES ('?', 'EUR')", "FOREIGN KEY"),
        ("INSERT INTO asset_exposures VALUES ('s', 'cash', 0)", "weight_bps"),
        ("INSERT INTO asset_exposures VALUES ('s', 'cash', 10001)", "weight_bps"),
        ("INSERT INTO asset_exposures VALUES ('s', 'equity', 1)", "UNIQUE"),
        (f"INSERT INTO {HOLDINGS} VALUES ('x', 'a', 's', '1', NULL, {{now}})", "UNIQUE"),
        (f"INSERT INTO {HOLDINGS} VALUES ('x', 'a', 't', '-1', NULL, {{now}})", "quantity"),
        (f"INSERT INTO {HOLDINGS} VALUES ('x', 'a', 't', NULL, NULL, {{now}})", "NOT NULL"),
        ("INSERT INTO prices VALUES ('s', '2026-11-20', '1', 'hand')", "UNIQUE"),
        ("INSERT INTO prices VALUES ('s', '2026-11-21', '-1', 'hand')", "price"),
        ("INSERT INTO prices VALUES ('s', '21.11.26', '1', 'hand')", "on_date"),
        ("INSERT INTO fx_rates VALUES ('USD', 'USD', '2026-11-20', '1')", "pair"),
        ("INSERT INTO fx_rates VALUES ('EUR', 'USD', '2026-11-20', '0')", "rate"),
        ("INSERT INTO fx_rates VALUES ('EUR', 'USD', '2026-11-20', '-1')", "rate"),
        ("UPDATE asset_classes SET colour = 'red'", "colour"),
        ("UPDATE account_rules SET buffer_minor = -1", "buffer_minor"),
        ("UPDATE account_rules SET fee_fixed_minor = -1", "fee_fixed_minor"),
        ("UPDATE account_rules SET fee_rate_bps = '-1'", "fee_rate_bps"),
        ("UPDATE account_rules SET fx_rate_bps = '-1'", "fx_rate_bps"),
        ("UPDATE account_rules SET converts = 2", "converts"),
        ("UPDATE account_rules SET trades_archived = 2", "trades_archived"),
        ("INSERT INTO account_rules VALUES ('unknown', 0, 0, '0', '0', 'all', 1, 0, {now})", "FOREIGN KEY"),
        ("INSERT INTO account_rules VALUES ('a', 0, 0, '0', '0', 'all', 1, 0, {now})", "UNIQUE"),
        ("INSERT INTO account_assets VALUES ('a', 's')", "UNIQUE"),
        ("INSERT INTO account_assets VALUES ('a', 'unknown')", "FOREIGN KEY"),
        ("INSERT INTO account_exceptions VALUES ('a', 't', 0)", "UNIQUE"),
        ("INSERT INTO account_exceptions VALUES ('a', 'unknown', 0)", "FOREIGN KEY"),
        ("UPDATE account_exceptions SET is_barred = 2", "is_barred"),
        ("UPDATE account_rooms SET left_minor = -1", "left_minor"),
        ("UPDATE account_rooms SET renewed_minor = -1", "renewed_minor"),
        ("UPDATE account_rooms SET on_date = '1.4.26'", "on_date"),
        ("UPDATE account_rooms SET renewal_month = 13", "renewal_month"),
        ("UPDATE account_rooms SET renewal_day = 0", "renewal_day"),
        ("UPDATE account_rooms SET renewal_day = NULL", "renewal"),
        ("INSERT INTO account_rooms VALUES ('a', 'no_limit', 0, NULL, NULL, NULL, NULL, NULL, {now})", "UNIQUE"),
        ("INSERT INTO account_rooms VALUES ('?', 'no_limit', 0, NULL, NULL, NULL, NULL, NULL, {now})", "FOREIGN KEY"),
        ("UPDATE asset_class_targets SET band_bps = 0", "band_bps"),
        ("UPDATE asset_class_targets SET band_bps = 10001", "band_bps"),
        ("UPDATE asset_class_targets SET band_bps = 250.5", "band_bps"),
        ("UPDATE holding_targets SET band_bps = 0", "band_bps"),
        ("UPDATE holding_targets SET band_bps = 0.5", "band_bps"),
        ("UPDATE reallocation_lines SET from_band = 0", "from_band"),
        ("UPDATE reallocation_lines SET to_band = 10001", "to_band"),
        ("UPDATE asset_rules SET trading = 'free'", "trading"),
        ("UPDATE class_homes SET account_kind = 'offshore'", "account_kind"),
        ("INSERT INTO tax_lots VALUES ('x', 'h', NULL, '0', 0, {now})", "quantity"),
        ("INSERT INTO tax_lots VALUES ('x', 'h', NULL, '-1', 0, {now})", "quantity"),
        ("INSERT INTO tax_lots VALUES ('x', 'h', NULL, '1', -1, {now})", "cost_minor"),
        ("INSERT INTO tax_lots VALUES ('x', 'h', '1.1.20', '1', 1, {now})", "acquired_on"),
        ("INSERT INTO tax_lots VALUES ('x', 'unknown', NULL, '1', 1, {now})", "FOREIGN KEY"),
        ("UPDATE plan_options SET whole_shares = 2", "whole_shares"),
        ("UPDATE plan_options SET use_cash = 2", "use_cash"),
        ("UPDATE plan_options SET prefer_homes = 2", "prefer_homes"),
        ("UPDATE plan_options SET min_trade_minor = -1", "min_trade_minor"),
        ("UPDATE plan_options SET gain_limit_minor = -1", "gain_limit_minor"),
        ("UPDATE plan_options SET gain_cost_bps = 10001", "gain_cost_bps"),
        ("UPDATE plan_options SET gain_cost_bps = 0.5", "gain_cost_bps"),
        ("UPDATE plans SET amount_minor = -1", "amount_minor"),
        ("UPDATE plans SET base_currency = 'usd'", "base_currency"),
        ("UPDATE plans SET scope_name = ''", "scope_name"),
        ("INSERT INTO plans SELECT 'x', number, recorded_at, NULL, NULL, 'B', '', mode, 0, 'USD', 0, 0, {now}, "
         "NULL FROM plans", "UNIQUE"),
        ("INSERT INTO plan_amounts VALUES ('x', 'p', 0, NULL, 'A', 5, {now})", "UNIQUE"),
        ("INSERT INTO plan_amounts VALUES ('x', 'unknown', 0, NULL, 'A', 5, {now})", "FOREIGN KEY"),
        ("UPDATE plan_trades SET quantity = '0'", "quantity"),
        ("UPDATE plan_trades SET price = '-1'", "price"),
        ("UPDATE plan_trades SET fee_minor = -1", "fee_minor"),
        ("UPDATE plan_trades SET amount_minor = -1", "amount_minor"),
        ("UPDATE plan_trades SET currency = 'usd'", "currency"),
        ("UPDATE plan_changes SET quantity_before = '-1'", "quantity_before"),
        ("UPDATE plan_changes SET quantity_after = '-1'", "quantity_after"),
        ("UPDATE plan_changes SET cost_before_minor = -1", "cost_before_minor"),
        ("UPDATE plan_changes SET cost_after_minor = -1", "cost_after_minor"),
        ("UPDATE plan_change_lots SET is_before = 2", "is_before"),
        ("UPDATE plan_change_lots SET quantity = '0'", "quantity"),
        ("INSERT INTO plan_change_lots VALUES ('x', 'unknown', 0, NULL, '1', 0, {now})", "FOREIGN KEY"),
        ("UPDATE plan_conversions SET source_currency = 'EUR'", "pair"),
        ("UPDATE plan_conversions SET to_currency = 'eur'", "to_currency"),
        ("UPDATE plan_conversions SET source_minor = 0", "source_minor"),
        ("UPDATE plan_conversions SET to_minor = -1", "to_minor"),
        ("UPDATE plan_conversions SET rate = '0'", "rate"),
        ("UPDATE plan_conversions SET fee_minor = -1", "fee_minor"),
        ("INSERT INTO plan_conversions VALUES ('x', 'p', 0, 'a', 'A', 'USD', 'EUR', 2, 1, '1', 0, {now})", "UNIQUE"),
        ("INSERT INTO plan_conversions VALUES ('x', '?', 0, 'a', 'A', 'USD', 'EUR', 2, 1, '1', 0, {now})", "FOREIGN"),
        ("UPDATE placed_orders SET side = 'hold'", "side"),
        ("INSERT INTO placed_orders VALUES ('x', '?', '', 'a', 's', 'buy', {now}, NULL)", "FOREIGN KEY"),
        ("INSERT INTO placed_orders VALUES ('x', NULL, '', 'a', '?', 'buy', {now}, NULL)", "FOREIGN KEY"),
        ("INSERT INTO funds VALUES ('x', 'F', 'USD', NULL, NULL, 1, NULL, {now})", "UNIQUE"),
        ("UPDATE funds SET name = ''", "name"),
        ("UPDATE funds SET currency = 'usd'", "currency"),
        ("UPDATE funds SET size_minor = -1", "size_minor"),
        ("UPDATE funds SET budget_minor = -1", "budget_minor"),
        ("UPDATE funds SET version = 0", "version"),
        ("INSERT INTO companies VALUES ('x', 'f', '2', 'O', 'active', 0, NULL, 0, {now})", "UNIQUE"),
        ("INSERT INTO companies VALUES ('x', 'f', '1', 'P', 'active', 0, NULL, 0, {now})", "UNIQUE"),
        ("INSERT INTO companies VALUES ('x', 'unknown', '1', 'P', 'active', 0, NULL, 0, {now})", "FOREIGN KEY"),
        ("UPDATE companies SET external_id = ''", "external_id"),
        ("UPDATE companies SET planned_reserves_minor = -1", "planned_reserves_minor"),
        ("UPDATE companies SET allocation_cap_minor = 4", "allocation_cap_minor"),
        ("UPDATE companies SET planned_reserves_minor = 11", "allocation_cap_minor"),
        ("UPDATE companies SET deployed_minor = -1", "deployed_minor"),
        ("UPDATE class_target_caps SET cap_bps = 10001", "cap_bps"),
        ("UPDATE holding_target_caps SET cap_bps = -1", "cap_bps"),
        ("INSERT INTO class_target_caps VALUES ('unknown', 1, {now})", "FOREIGN KEY"),
        ("INSERT INTO reallocations SELECT 'x', 'q', 'd', what, NULL, 'f', 'F', 1, 2, 'manual', NULL, '', '', '[]', "
         "0, 0, NULL, NULL, 'USD', {now} FROM reallocations WHERE id = 'v'", "UNIQUE"),
        ("INSERT INTO reallocations SELECT 'x', 'y', 'd', what, NULL, 'f', 'F', 0, 1, 'manual', NULL, '', '', '[]', "
         "0, 0, NULL, NULL, 'USD', {now} FROM reallocations WHERE id = 'v'", "UNIQUE"),
        ("INSERT INTO reallocations SELECT 'x', 'y', 'd', what, 'r', NULL, 'F', 1, 2, 'manual', NULL, '', '', '[]', "
         "0, 0, NULL, NULL, '', {now} FROM reallocations WHERE id = 'w'", "UNIQUE"),
        ("UPDATE reallocations SET new_version = 5", "new_version"),
        ("UPDATE reallocations SET baseline_version = -1, new_version = 0", "baseline_version"),
        ("UPDATE reallocations SET what = 'wishes'", "what"),
        ("UPDATE reallocations SET currency = '' WHERE id = 'v'", "currency"),
        ("UPDATE reallocations SET currency = 'USD' WHERE id = 'w'", "currency"),
        ("UPDATE reallocations SET strategy_id = 'r' WHERE id = 'v'", "what"),
        ("INSERT INTO reallocation_lines VALUES ('x', 'v', 1, '', 'o', 'O', 1, 2, NULL, NULL, {now}, NULL, 1)",
         "UNIQUE"),
        ("INSERT INTO reallocation_lines VALUES ('x', '?', 1, '', 'o', 'O', 1, 2, NULL, NULL, {now}, NULL, 1)",
         "FOREIGN KEY"),
        ("UPDATE reallocation_lines SET to_amount = -1", "to_amount"),
        ("UPDATE reallocation_lines SET to_cap = 4", "to_cap"),
        ("UPDATE reallocation_attempts SET outcome = 'lost'", "outcome"),
    ],
)  # fmt: skip
def test_the_file_itself_refuses(plain: sqlite3.Connection, statement: str, why: str) -> None:
    with pytest.raises(sqlite3.IntegrityError, match=why):
        plain.execute(statement.format(now=NOW))


def test_numbers_are_kept_up_to_the_limits_of_the_program(plain: sqlite3.Connection) -> None:
    for number in ("0", "7", "0.5", "10", "100.01", "123456789012345.123456789012", "0.000000000001"):
        plain.execute("UPDATE holdings SET quantity = ?", (number,))


@pytest.mark.parametrize("lines", ["UPDATE asset_class_targets SET target_bps = 9999",
                                   "UPDATE holding_targets SET target_bps_of_class = 5000"])  # fmt: skip
def test_a_version_of_targets_that_do_not_sum_to_all_is_refused(plain: sqlite3.Connection, lines: str) -> None:
    plain.execute("UPDATE rebalancing_strategies SET version = version + 1")
    plain.execute(lines)
    with pytest.raises(sqlite3.IntegrityError, match="targets do not sum to 100%"):
        plain.execute("UPDATE rebalancing_strategies SET version = version + 1")
    plain.execute("DELETE FROM asset_class_targets")
    plain.execute("UPDATE rebalancing_strategies SET version = version + 1")


def test_the_words_that_a_column_may_hold_are_those_of_the_field() -> None:
    enums = {
        ("accounts", "kind"): AccountKind, ("account_rooms", "kind"): RoomKind, ("assets", "kind"): AssetKind,
        ("account_rules", "may_hold"): MayHold, ("asset_rules", "trading"): Trading,
        ("class_homes", "account_kind"): AccountKind,
        ("deposit_outcomes", "outcome"): DateOutcome, ("deposits_planned", "every"): Every,
        ("companies", "status"): CompanyStatus, ("placed_orders", "side"): Side, ("plan_options", "goal"): Goal,
        ("plan_trades", "side"): Side, ("plans", "mode"): Mode,
        ("reallocation_attempts", "outcome"): ReallocationOutcome,
        ("reallocations", "source"): Source, ("rebalancing_strategies", "fill_method"): FillMethod,
        ("rebalancing_strategies", "unfillable"): Unfillable,
    }  # fmt: skip
    never_kept = {Trading.FREE, RoomKind.NOT_SET}
    assert {key: set(words) for key, words in WORDS.items()} == {
        key: {each.value for each in words if each not in never_kept} for key, words in enums.items()
    }


def test_what_looks_like_a_second_one_but_is_not_is_kept(plain: sqlite3.Connection) -> None:
    row = f"(id, name, account_id, is_active, created_at, updated_at) VALUES ('{{}}', 'N', {{}}, {{}}, {NOW})"
    for id_, account, active in (("1", "'a'", 0), ("2", "'a'", 0), ("3", "NULL", 0), ("4", "NULL", 0), ("5", "'b'", 1)):
        plain.execute("INSERT INTO rebalancing_strategies " + row.format(id_, account, active))
    plain.execute(f"INSERT INTO asset_class_targets VALUES ('x', 'r', 'cash', 0, 1, {NOW}, NULL)")
    assert plain.execute("SELECT count(*) FROM rebalancing_strategies").fetchone() == (8,)


@pytest.mark.parametrize(
    ("statement", "emptied", "kept"),
    [
        ("DELETE FROM accounts WHERE id = 'a'",
         ("holdings", "asset_class_targets", "holding_targets", "account_rules", "account_assets", "account_rooms",
          "account_exceptions", "tax_lots", "plan_options", "placed_orders", "account_aliases", "holding_history",
          "replayed_rows", "followed_cash", "deposit_outcomes"),
         ("assets", "asset_aliases", "asset_rules", "class_homes", "account_groups", "account_group_members",
          *RECORDED)),
        ("DELETE FROM account_groups WHERE id = 'group:g'", ("account_group_members",),
         ("accounts", "holdings", "rebalancing_strategies", *RECORDED)),
        ("DELETE FROM assets WHERE id = 's'",
         ("holdings", "prices", "asset_exposures", "holding_targets", "account_assets", "asset_rules", "tax_lots",
          "placed_orders", "asset_aliases", "asset_quotes", "holding_history"),
         ("accounts", "deposits_planned", "account_rules", "account_rooms", *RECORDED)),
        ("DELETE FROM asset_classes WHERE id = 'equity'",
         ("asset_exposures", "asset_class_targets", "class_homes"), ("holdings", "asset_rules")),
        ("DELETE FROM rebalancing_strategies WHERE id = 'r'",
         ("asset_class_targets", "holding_targets", "plan_options"), ("holdings", *RECORDED)),
        ("DELETE FROM holdings WHERE id = 'h'", ("tax_lots",), ("assets", *RECORDED)),
        ("DELETE FROM plans WHERE id = 'p'", RECORDED, ("holdings", "tax_lots")),
        ("DELETE FROM rebalancing_strategies WHERE id = 'r'", ("class_target_caps", "holding_target_caps"), KEPT),
        ("DELETE FROM funds WHERE id = 'f'", ("companies",), KEPT),
    ],
)  # fmt: skip
def test_a_removal_takes_along_what_belongs_to_it_and_nothing_else(
    plain: sqlite3.Connection, statement: str, emptied: tuple[str, ...], kept: tuple[str, ...]
) -> None:
    plain.execute(statement)
    counts = {table: plain.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in emptied + kept}
    assert {table: bool(count) for table, count in counts.items()} == dict.fromkeys(emptied, False) | dict.fromkeys(
        kept, True
    )


def test_a_recorded_plan_stays_without_the_account_and_the_asset_that_it_names(plain: sqlite3.Connection) -> None:
    plain.executescript("DELETE FROM accounts WHERE id = 'a'; DELETE FROM assets WHERE id = 's'")
    assert plain.execute("SELECT account_id, scope_name FROM plans").fetchall() == [(None, "A")]
    assert plain.execute("SELECT account_id, account_name FROM plan_conversions").fetchall() == [(None, "A")]
    for table in ("plan_trades", "plan_changes"):
        rows = plain.execute(f"SELECT account_id, asset_id, account_name, symbol FROM {table}").fetchall()
        assert rows == [(None, None, "A", "S")]


def test_a_history_stays_without_the_fund_the_strategy_and_the_company_that_it_names(plain: sqlite3.Connection) -> None:
    plain.executescript("DELETE FROM accounts WHERE id = 'a'; DELETE FROM funds WHERE id = 'f'")
    kept = plain.execute("SELECT strategy_id, fund_id, subject_name FROM reallocations ORDER BY id").fetchall()
    assert kept == [(None, None, "F"), (None, None, "Of A")]
    assert plain.execute("SELECT subject_id, name FROM reallocation_lines").fetchall() == [("o", "O")]


def test_a_new_file_has_the_built_in_classes_and_the_strategy_of_all(database: Database, tmp_path: Path) -> None:
    with database.read() as connection:
        classes = connection.rows("SELECT id, name, colour FROM asset_classes ORDER BY position")
        strategies = connection.rows(
            "SELECT id, name, account_id, is_active, version, absolute_band_bps, relative_band_bps, fill_method, "
            "unfillable FROM rebalancing_strategies"
        )
    assert classes == [
        ("equity", "Equity", "#4385BE"),
        ("fixed_income", "Fixed income", "#8B7EC8"),
        ("real_estate", "Real estate", "#DA702C"),
        ("commodities", "Commodities", "#D0A215"),
        ("crypto", "Crypto", "#CE5D97"),
        ("alternatives", "Alternatives", "#3AA99F"),
        ("cash", "Cash", "#879A39"),
    ]
    expected = ("default_all_portfolio", "All Portfolio", None, 1, 1, 500, 2500, "even_fill", "spread")
    assert strategies == [expected]
