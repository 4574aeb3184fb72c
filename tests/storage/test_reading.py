"""What SQLAlchemy wrote, the plain SELECTs read: every field of every noun, and what both make of the same row."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from wealthdesk.domain.accounts import Account, AccountKind
from wealthdesk.domain.assets import Asset, AssetClass, AssetKind, Exposure
from wealthdesk.domain.holdings import FxRate, Holding, Price
from wealthdesk.domain.money import LARGEST_MINOR
from wealthdesk.domain.reallocation import LineKey
from wealthdesk.domain.targets import (
    ClassTarget,
    FillMethod,
    HoldingTarget,
    Strategy,
    Unfillable,
    header_of,
    lines_of_targets,
)
from wealthdesk.storage import accounts, assets, holdings, prices, reallocations, settings, targets
from wealthdesk.storage.database import Database
from wealthdesk.storage.holdings import load_portfolio
from wealthdesk.storage.tables import metadata
from wealthdesk.storage.texts import day_of, decimal_of, moment_of

ARCHIVED_AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
TODAY = date(2026, 11, 20)

ACCOUNTS = [
    Account("depot", "Dépôt O'Neill “1”", AccountKind.TAXABLE, "EUR"),
    Account("pension", "pension", AccountKind.TAX_DEFERRED, "USD", is_archived=True),
    Account("free", "Zeta", AccountKind.TAX_FREE, "JPY"),
]
CLASS = AssetClass("own", "My own", "#A1B2C3", 9)
ASSETS = [
    Asset("bare", "BARE", "Nothing known", AssetKind.SECURITY, "USD", (), lot_step=None),
    Asset(
        id="full",
        symbol="FULL",
        name="Everything known",
        kind=AssetKind.FUND,
        currency="EUR",
        exposures=(Exposure("equity", 6001), Exposure("fixed_income", 2999), Exposure("own", 1000)),
        lot_step=Decimal("0.000001"),
        isin="IE00B4L5Y983",
        sub_class="Balanced",
        is_archived=True,
    ),
    *(Asset(kind.value, kind.value, kind.value, kind, "KWD", lot_step=Decimal(1)) for kind in AssetKind),
]
HOLDINGS = [
    Holding("h1", "depot", "bare", Decimal("0.000000000001"), None),
    Holding("h2", "depot", "full", Decimal("999999999999.999999999999"), LARGEST_MINOR),
    Holding("h3", "pension", "full", Decimal(0), 0),
]
PRICES = [
    Price("bare", date(2026, 11, 19), Decimal("1.10")),
    Price("bare", date(2026, 11, 20), Decimal("0.0000001"), "file"),
    Price("full", date(2026, 11, 21), Decimal("1E+3")),
]
RATES = [
    FxRate("EUR", "USD", date(2026, 1, 2), Decimal("1.0875")),
    FxRate("EUR", "USD", date(2026, 11, 20), Decimal("1.1")),
    FxRate("KWD", "USD", date(2027, 1, 1), Decimal("3.25")),
]
STRATEGY = Strategy(
    id="careful",
    name="careful",
    scope="depot",
    is_active=True,
    version=7,
    absolute_band_bps=1,
    relative_band_bps=10_000,
    fill_method=FillMethod.PROPORTIONAL,
    unfillable=Unfillable.KEEP_CASH,
    targets=(
        ClassTarget("cash", 0),
        ClassTarget(
            "equity", 9_999, True, (HoldingTarget("bare", 3_333, True), HoldingTarget("full", 6_667, cap_bps=10_000))
        ),
        ClassTarget("own", 1, True, cap_bps=5_000),
    ),
)

CAPS = {LineKey("own"): 5_000, LineKey("full", "equity"): 10_000}


@pytest.fixture
def filled(database: Database) -> Iterator[Database]:
    """A portfolio with every kind of value in every column that it can stand in."""
    with database.write() as connection:
        assets.add_class(connection, CLASS)
        for account in ACCOUNTS:
            accounts.add_account(connection, account)
            accounts.change_account(connection, account, ARCHIVED_AT)
        assets.add_assets(connection, ASSETS)
        for asset in ASSETS:
            assets.change_asset(connection, asset, ARCHIVED_AT)
        holdings.add_holdings(connection, HOLDINGS)
        prices.set_prices(connection, PRICES)
        prices.set_rates(connection, RATES)
        settings.set_setting(connection, "base_currency", "EUR")
        targets.add_strategy(connection, replace(STRATEGY, version=6))
        before = reallocations.state(connection, header_of(STRATEGY.id))
        assert reallocations.keep_lines(connection, before, lines_of_targets(STRATEGY.targets, before), None, 7)
    yield database


def test_every_field_comes_back_as_it_went(filled: Database) -> None:
    with filled.read() as connection:
        assert accounts.all_accounts(connection) == sorted(ACCOUNTS, key=lambda each: each.name.lower())
        assert [accounts.account(connection, each.id) for each in ACCOUNTS] == ACCOUNTS
        assert assets.asset_class(connection, "own") == CLASS
        assert assets.all_assets(connection) == sorted(ASSETS, key=lambda each: each.symbol)
        assert [assets.asset(connection, each.id) for each in ASSETS] == ASSETS
        assert holdings.all_holdings(connection) == HOLDINGS
        assert [holdings.holding(connection, each.id) for each in HOLDINGS] == HOLDINGS
        assert prices.all_prices(connection) == PRICES
        assert sorted(prices.all_rates(connection), key=lambda each: each.on) == RATES
        assert settings.all_settings(connection) == {"base_currency": "EUR"}
        assert targets.strategy(connection, "careful") == STRATEGY
        state = reallocations.state(connection, header_of("careful"))
        assert {line.key: line.cap for line in state.lines if line.cap is not None} == CAPS


def test_the_portfolio_has_the_latest_of_each_up_to_its_day(filled: Database) -> None:
    with filled.read() as connection:
        portfolio = load_portfolio(connection, TODAY)
    assert portfolio.base_currency == "EUR"
    assert dict(portfolio.prices) == {"bare": PRICES[1]}
    assert portfolio.rates == (RATES[1],)
    assert (len(portfolio.accounts), len(portfolio.assets), portfolio.holdings) == (3, 8, tuple(HOLDINGS))
    assert [portfolio.classes[key].is_built_in for key in ("equity", "own")] == [True, False]


def as_it_is(value: object) -> object:
    return value


MEANING: dict[str, Callable[[Any], object]] = {
    "DecimalText": decimal_of,
    "DateText": day_of,
    "Moment": moment_of,
    "Flag": bool,
}
"""What the reader makes of what lies in a column of this kind; every other kind lies there as it is."""


@pytest.mark.parametrize("table", metadata.tables)
def test_the_reader_and_the_columns_understand_the_same_by_what_lies_in_the_file(filled: Database, table: str) -> None:
    columns = list(metadata.tables[table].columns)
    readers = [MEANING.get(type(column.type).__name__, as_it_is) for column in columns]
    names = ", ".join(column.name for column in columns)
    with filled.write() as connection:
        lying = connection.rows(f"SELECT {names} FROM {table}")
        read = [
            tuple(None if value is None else reader(value) for reader, value in zip(readers, row, strict=True))
            for row in lying
        ]
        assert read == [tuple(row) for row in connection.execute(select(metadata.tables[table]))]


def test_a_change_is_read_within_its_own_transaction(database: Database) -> None:
    with database.write() as connection:
        settings.set_setting(connection, "a", "1")
        settings.set_setting(connection, "a", "2")
        assert settings.all_settings(connection) == {"a": "2"}
    with database.read() as reading:
        assert settings.all_settings(reading) == {"a": "2"}


def test_of_several_rows_with_one_key_the_last_is_kept(database: Database) -> None:
    with database.write() as connection:
        connection.put("settings", {"key": "a", "value": "1"}, {"key": "b", "value": "2"}, {"key": "a", "value": "3"})
        connection.put("settings")
    with database.read() as reading:
        assert settings.all_settings(reading) == {"a": "3", "b": "2"}
