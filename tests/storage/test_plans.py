"""Recorded plans, rules and lots as the first file that has them keeps them: read for ever, to the last number."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from wealthdesk.domain.accounts import AccountKind
from wealthdesk.domain.holdings import Holding
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
from wealthdesk.domain.tax_lots import TaxLot
from wealthdesk.domain.trading_rules import AccountRules, MayHold, Room, RoomKind, Trading, TradingRules
from wealthdesk.errors import NotFound
from wealthdesk.storage.database import Database
from wealthdesk.storage.file.opening import open_portfolio
from wealthdesk.storage.holdings import all_lots, lots_of
from wealthdesk.storage.plans import (
    add_plan,
    all_plans,
    mark_undone,
    options_of,
    placed_orders,
    plan,
    remove_plan,
    set_options,
)
from wealthdesk.storage.targets import strategy
from wealthdesk.storage.trading_rules import set_account_rules, trading_rules

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
BROKER, OTHER = "Everyday broker", "Rürup O'Neill"
OLD = TaxLot(date(2019, 3, 4), Decimal(100), 700_000)
FIRST = RecordedPlan(
    id="pln-1",
    recorded_at=datetime(2026, 11, 18, 15, 4, 5, 678_000, tzinfo=UTC),
    scope=None,
    scope_name="All Portfolio",
    strategy_name="All Portfolio",
    mode=Mode.DEPOSIT,
    amount_minor=110_000,
    base_currency="USD",
    drift_before_bps=912,
    drift_after_bps=640,
    trades=(
        RecordedTrade(
            "acc-1", "ast-1", BROKER, "WRLD", Side.BUY, Decimal("10.5"), Decimal("102.5"), "USD", 107_625, 495
        ),
    ),
    changes=(
        RecordedChange(
            "acc-1", "ast-1", Holding("hol-1", "acc-1", "ast-1", Decimal(110), 841_880), Decimal("120.5"), 950_000,
            (TaxLot(None, Decimal(10), 141_880), OLD), (TaxLot(None, Decimal("20.5"), 250_000), OLD),
            BROKER, "WRLD", "USD", "hol-1",
        ),
        RecordedChange(
            "acc-1", "ast-4", Holding("hol-3", "acc-1", "ast-4", Decimal("1231.95")), Decimal("1250.75"),
            account_name=BROKER, symbol="USD", currency="USD", holding_id="hol-3",
        ),
    ),
    amounts=(RecordedAmount("acc-1", BROKER, 110_000),),
)  # fmt: skip
SECOND = RecordedPlan(
    id="pln-2",
    recorded_at=datetime(2026, 11, 19, 8, 0, tzinfo=UTC),
    scope="acc-2",
    scope_name=OTHER,
    strategy_name="",
    mode=Mode.REBALANCE,
    amount_minor=0,
    base_currency="USD",
    drift_before_bps=350,
    drift_after_bps=100,
    trades=(
        RecordedTrade("acc-2", None, OTHER, "GONE", Side.SELL, Decimal(3), Decimal("0.000000000001"), "EUR", 0, 0),
    ),
    changes=(
        RecordedChange(
            "acc-2",
            None,
            Holding("hol-9", "acc-2", "", Decimal(3), 12),
            None,
            account_name=OTHER,
            symbol="GONE",
            currency="EUR",
            holding_id="hol-9",
        ),
    ),
    undone_at=datetime(2026, 11, 19, 8, 1, tzinfo=UTC),
)


CHANGED = (
    RecordedConversion("acc-1", BROKER, "EUR", "USD", 10_000, 10_832, Decimal("1.0832"), 135),
    RecordedConversion(None, "Gone", "USD", "EUR", 1, 0, Decimal("0.923190546529")),
)


@pytest.fixture
def newer(old_portfolio: Callable[[int], Path]) -> Iterator[Database]:
    """The first file with rooms, conversions and placed orders, open."""
    with open_portfolio(old_portfolio(5), now=NOW) as opened:
        yield opened


@pytest.fixture
def old(old_portfolio: Callable[[int], Path]) -> Iterator[Database]:
    """The first file with recorded plans, open."""
    with open_portfolio(old_portfolio(3), now=NOW) as opened:
        yield opened


def test_recorded_plans_are_read_newest_first(old: Database) -> None:
    with old.read() as connection:
        assert all_plans(connection) == [SECOND, FIRST]
        assert plan(connection, "pln-1") == FIRST
        with pytest.raises(NotFound):
            plan(connection, "nothing")


def test_a_plan_is_kept_as_it_is_and_becomes_the_newest(old: Database) -> None:
    with old.write() as connection:
        remove_plan(connection, "pln-1")
        add_plan(connection, FIRST)
        assert all_plans(connection) == [FIRST, SECOND]
        mark_undone(connection, "pln-1", NOW)
    with old.read() as connection:
        assert plan(connection, "pln-1").undone_at == NOW
        for table in ("plan_amounts", "plan_trades"):
            assert connection.count(table, plan_id="pln-1") == 1
    with old.write() as connection:
        remove_plan(connection, "pln-1")
        assert all_plans(connection) == [SECOND]
        assert connection.rows("SELECT count(*) FROM plan_change_lots") == [(0,)]


def test_rules_lots_and_options_are_read(old: Database) -> None:
    with old.read() as connection:
        assert trading_rules(connection) == TradingRules(
            {
                "acc-1": AccountRules(50_000, 495, Decimal(0), Decimal("12.5")),
                "acc-2": AccountRules(fee_rate_bps=Decimal(10), can_hold=frozenset({"ast-2", "ast-6"})),
            },
            {"ast-3": Trading.SELL_ONLY, "ast-6": Trading.EXCLUDED},
            {"fixed_income": AccountKind.TAX_DEFERRED},
        )
        lots = (TaxLot(None, Decimal("20.5"), 250_000), OLD)
        assert all_lots(connection) == {"hol-1": lots}
        assert (lots_of(connection, "hol-1"), lots_of(connection, "hol-2")) == (lots, ())
        chosen = PlanOptions(True, False, Goal.HALF_WAY, 10_000, 250_000, True)
        assert options_of(connection, "default_all_portfolio") == chosen
        assert options_of(connection, "str-1") == PlanOptions()


def test_what_the_first_file_with_rooms_says_is_read(newer: Database) -> None:
    room = Room(RoomKind.LIMITED, 700_000, date(2026, 11, 1), 2_000_000, (4, 6))
    with newer.read() as connection:
        assert trading_rules(connection).accounts == {
            "acc-1": AccountRules(
                50_000, 495, Decimal(0), Decimal("12.5"), room=Room(RoomKind.NO_LIMIT), converts=False,
                trades_archived=True, allowed=frozenset({"ast-2"}), barred=frozenset({"ast-6"}),
            ),
            "acc-2": AccountRules(
                fee_rate_bps=Decimal(10), can_hold=frozenset({"ast-2", "ast-6"}),
                room=replace(room, shared_with=frozenset({"acc-3"})),
            ),
            "acc-3": AccountRules(
                may_hold=MayHold.ALL, barred=frozenset({"ast-1"}), room=replace(room, shared_with=frozenset({"acc-2"}))
            ),
        }  # fmt: skip
        chosen = PlanOptions(True, False, Goal.HALF_WAY, 10_000, 250_000, True, 7, 0)
        assert options_of(connection, "default_all_portfolio") == chosen
        assert options_of(connection, "str-1") == PlanOptions(
            use_cash=True, prefer_homes=False, trades=Trades.FEWEST, gain_cost_bps=2_500
        )
        assert [each.conversions for each in all_plans(connection)] == [CHANGED[1:], CHANGED[:1]]
        assert placed_orders(connection, None) == ("s1", frozenset({("acc-1", "ast-1", Side.BUY)}))
        assert placed_orders(connection, "acc-2") == ("s2", frozenset({("acc-2", "ast-2", Side.SELL)}))
        assert placed_orders(connection, "acc-1") == ("", frozenset())
        equity = strategy(connection, "default_all_portfolio").target_of("equity")
        cash = strategy(connection, "default_all_portfolio").target_of("cash")
        assert equity is not None and equity.band_bps == 250 and equity.holdings[0].band_bps is None
        assert cash is not None and cash.band_bps is None
        assert {each.asset_id: each.band_bps for each in cash.holdings} == {"ast-4": 1_000, "ast-5": None}


def test_a_plan_with_conversions_and_options_of_every_kind_are_kept_as_they_are(newer: Database) -> None:
    with newer.write() as connection:
        kept = replace(plan(connection, "pln-1"), conversions=CHANGED[::-1])
        remove_plan(connection, "pln-1")
        add_plan(connection, kept)
        assert plan(connection, "pln-1") == kept
        for options in (PlanOptions(), PlanOptions(min_trade_minor=0, trades=1), PlanOptions(trades=Trades.CLOSEST)):
            set_options(connection, "str-1", options)
            assert options_of(connection, "str-1") == options


def test_a_room_is_that_of_all_who_share_it(newer: Database) -> None:
    with newer.write() as connection:
        rooms = {key: rules.room for key, rules in trading_rules(connection).accounts.items()}
        shared = Room(RoomKind.LIMITED, 5, shared_with=frozenset({"acc-1"}))
        set_account_rules(connection, "acc-2", AccountRules(room=shared))
        now = {key: rules.room for key, rules in trading_rules(connection).accounts.items()}
        assert now["acc-2"] == shared
        assert now["acc-1"] == replace(shared, shared_with=frozenset({"acc-2"}))
        assert now["acc-3"] == replace(rooms["acc-3"], shared_with=frozenset()), "it stays without the one that left"
        set_account_rules(connection, "acc-2", AccountRules())
        assert trading_rules(connection).accounts["acc-1"].room == Room(RoomKind.LIMITED, 5)
