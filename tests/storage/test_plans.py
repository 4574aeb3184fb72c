"""Recorded plans, rules and lots as the first file that has them keeps them: read for ever, to the last number."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from wealthdesk.domain.accounts import AccountKind
from wealthdesk.domain.plans import Goal, Mode, PlanOptions, Side
from wealthdesk.domain.recorded_plans import RecordedAmount, RecordedChange, RecordedPlan, RecordedTrade
from wealthdesk.domain.tax_lots import TaxLot
from wealthdesk.domain.trading_rules import AccountRules, Trading, TradingRules
from wealthdesk.errors import NotFound
from wealthdesk.storage.database import Database
from wealthdesk.storage.opening import open_portfolio
from wealthdesk.storage.plan_options import options_of
from wealthdesk.storage.plans import add_plan, all_plans, mark_undone, plan, remove_plan
from wealthdesk.storage.tax_lots import all_lots, lots_of
from wealthdesk.storage.trading_rules import trading_rules

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
            "acc-1", "ast-1", Decimal(110), Decimal("120.5"), 841_880, 950_000,
            (TaxLot(None, Decimal(10), 141_880), OLD), (TaxLot(None, Decimal("20.5"), 250_000), OLD),
            BROKER, "WRLD", "USD", "hol-1",
        ),
        RecordedChange(
            "acc-1", "ast-4", Decimal("1231.95"), Decimal("1250.75"),
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
            "acc-2", None, Decimal(3), None, 12, account_name=OTHER, symbol="GONE", currency="EUR", holding_id="hol-9"
        ),
    ),
    undone_at=datetime(2026, 11, 19, 8, 1, tzinfo=UTC),
)


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
