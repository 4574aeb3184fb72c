"""Plans for real portfolios: sums to the unit, reasons, what is left out, and the edges."""

from dataclasses import replace
from decimal import Decimal

import pytest

from wealthdesk.domain.accounts import AccountKind
from wealthdesk.domain.assets import Asset, AssetKind, Exposure
from wealthdesk.domain.holdings import Price
from wealthdesk.domain.plans import LeftOutBecause
from wealthdesk.domain.targets import ClassTarget, FillMethod, HoldingTarget, Unfillable
from wealthdesk.errors import BadInput
from wealthdesk.services.desk import Desk

REAL = {
    "A": ("13491.80", 4000),
    "B": ("3696", 2000),
    "C": ("3435.60", 2000),
    "D": ("1919.20", 1000),
    "E": ("1926.90", 1000),
}
CLASSES = dict(zip("ABCDE", ("equity", "fixed_income", "real_estate", "commodities", "crypto"), strict=True))


def hold(desk: Desk, values: dict[str, str], classes: dict[str, str]) -> dict[str, str]:
    """One account that holds so much of each at a price of 1; gives the assets' ids."""
    account = desk.accounts.add("Broker", AccountKind.TAXABLE, "USD")
    ids = {}
    for symbol, amount in values.items():
        exposures = (Exposure(classes[symbol], 10_000),) if symbol in classes else ()
        asset = desk.assets.add(Asset("", symbol, symbol, AssetKind.FUND, "USD", exposures))
        desk.prices.set([Price(asset.id, desk.clock.today(), Decimal(1))])
        desk.holdings.add(account.id, asset.id, Decimal(amount))
        ids[symbol] = asset.id
    return ids


def bought(desk: Desk, amount_minor: int) -> dict[str, int]:
    allocation = desk.allocations.of(None)
    plan = desk.plans.deposit(allocation, amount_minor)
    assert plan.bought_minor + plan.left_in_cash_minor == amount_minor
    return {allocation.portfolio.assets[t.asset_id].symbol: t.amount_minor for t in plan.trades}


def test_the_real_portfolio_of_the_design(desk: Desk) -> None:
    hold(desk, {symbol: amount for symbol, (amount, _) in REAL.items()}, CLASSES)
    desk.targets.add(None, "Real", tuple(ClassTarget(CLASSES[s], bps) for s, (_, bps) in REAL.items()))
    assert bought(desk, 886_350) == {"B": 291_773, "C": 317_813, "D": 138_767, "E": 137_997}
    after = desk.plans.deposit(desk.allocations.of(None), 886_350).after
    reached = [round(each.weight_bps / (each.target_bps or 1), 3) for each in after.classes[1:]]
    assert reached == [0.992] * 4


def test_two_levels_in_a_portfolio(desk: Desk) -> None:
    classes = {"A": "equity", "B": "equity", "C": "fixed_income", "D": "fixed_income"}
    ids = hold(desk, {"A": "5000", "B": "1500", "C": "1500", "D": "500"}, classes)
    equity = ClassTarget("equity", 6000, holdings=(HoldingTarget(ids["A"], 5000), HoldingTarget(ids["B"], 5000)))
    bonds = ClassTarget("fixed_income", 4000, holdings=(HoldingTarget(ids["C"], 7500), HoldingTarget(ids["D"], 2500)))
    desk.targets.add(None, "Two levels", (equity, bonds))
    assert bought(desk, 150_000) == {"C": 112_500, "D": 37_500}


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        (FillMethod.EVEN_FILL, {"B": 5_000, "C": 35_000}),
        (FillMethod.LARGEST_GAP, {"B": 40_000}),
        (FillMethod.PROPORTIONAL, {"B": 20_000, "C": 20_000}),
        (FillMethod.EQUAL_POINTS, {"B": 20_000, "C": 20_000}),
    ],
)
def test_the_strategy_chooses_the_fill_method(desk: Desk, method: FillMethod, expected: dict[str, int]) -> None:
    hold(desk, {"A": "6600", "B": "2500", "C": "500"}, CLASSES)
    targets = tuple(ClassTarget(CLASSES[symbol], bps) for symbol, bps in zip("ABC", (6000, 3000, 1000), strict=True))
    strategy = desk.targets.add(None, "Worked", targets)
    desk.targets.change(replace(strategy, fill_method=method))
    assert bought(desk, 40_000) == expected


def test_nothing_to_deposit_is_an_empty_plan_with_todays_drift(demo: Desk) -> None:
    allocation = demo.allocations.of(None)
    plan = demo.plans.deposit(allocation, 0)
    assert plan.trades == ()
    assert plan.after == plan.before == allocation.drift
    with pytest.raises(BadInput):
        demo.plans.deposit(allocation, -1)


def test_an_empty_portfolio_keeps_everything_in_cash(desk: Desk) -> None:
    plan = desk.plans.deposit(desk.allocations.of(None), 100_000)
    assert (plan.trades, plan.left_in_cash_minor) == ((), 100_000)


def test_only_cash_is_spent_on_what_has_a_price(desk: Desk) -> None:
    account = desk.accounts.add("Broker", AccountKind.TAXABLE, "USD")
    desk.holdings.set_cash(account.id, "USD", 50_000)
    fund = desk.assets.add(Asset("", "VTI", "VTI", AssetKind.FUND, "USD", (Exposure("equity", 10_000),)))
    desk.prices.set([Price(fund.id, desk.clock.today(), Decimal(100))])
    equity = ClassTarget("equity", 9000, holdings=(HoldingTarget(fund.id, 10_000),))
    desk.targets.add(None, "Start", (equity, ClassTarget("cash", 1000)))
    assert bought(desk, 50_000) == {"VTI": 50_000}
    plan = desk.plans.deposit(desk.allocations.of(None), 500_000)
    assert (plan.bought_minor, plan.left_in_cash_minor) == (495_000, 5_000)
    assert plan.cash_reason is not None
    assert plan.trades[0].quantity == Decimal("49.5")


def test_money_for_a_class_without_holdings_is_spread_or_kept(desk: Desk) -> None:
    hold(desk, {"A": "6000"}, CLASSES)
    strategy = desk.targets.add(None, "Gold", (ClassTarget("equity", 5000), ClassTarget("commodities", 5000)))
    plan = desk.plans.deposit(desk.allocations.of(None), 100_000)
    assert plan.bought_minor == 100_000
    assert [(each.because, each.asset_class_id) for each in plan.left_out] == [
        (LeftOutBecause.NOTHING_TO_BUY, "commodities")
    ]
    desk.targets.change(replace(strategy, unfillable=Unfillable.KEEP_CASH))
    kept = desk.plans.deposit(desk.allocations.of(None), 100_000)
    assert (kept.bought_minor, kept.left_in_cash_minor, kept.cash_reason) == (0, 100_000, None)
    assert [(each.because, each.asset_class_id) for each in kept.left_out] == [
        (LeftOutBecause.NOTHING_TO_BUY, "commodities")
    ]


def test_money_for_a_class_whose_targets_have_no_price_is_kept_where_that_is_wanted(desk: Desk) -> None:
    ids = hold(desk, {"A": "6000", "B": "10"}, CLASSES | {"B": "commodities"})
    wanted = desk.assets.add(Asset("", "GLD", "Gold", AssetKind.FUND, "USD", (Exposure("commodities", 10_000),)))
    below = (HoldingTarget(wanted.id, 10_000), HoldingTarget(ids["B"], 0))
    targets = (ClassTarget("equity", 5000), ClassTarget("commodities", 5000, holdings=below))
    strategy = desk.targets.add(None, "Gold", targets)
    assert bought(desk, 1_000) == {"A": 1_000}
    desk.targets.change(replace(strategy, unfillable=Unfillable.KEEP_CASH))
    assert bought(desk, 1_000) == {}


def test_cash_that_counts_to_another_class_is_kept_for_that_class(desk: Desk) -> None:
    account = desk.accounts.add("Broker", AccountKind.TAXABLE, "USD")
    desk.holdings.set_cash(account.id, "USD", 50_000)
    desk.targets.add(None, "Reserve", (ClassTarget("alternatives", 6000), ClassTarget("cash", 4000)))
    desk.assets.classify(["cash_usd"], [Exposure("alternatives", 10_000)])
    plan = desk.plans.deposit(desk.allocations.of(None), 1_000)
    assert plan.cash_reason is not None
    assert plan.cash_reason.asset_class_id == "alternatives"
    assert [each.asset_class_id for each in plan.left_out] == ["cash"]
    desk.assets.classify(["cash_usd"], [])
    plan = desk.plans.deposit(desk.allocations.of(None), 1_000)
    assert (plan.left_in_cash_minor, plan.cash_reason, plan.after.unclassified_minor) == (1_000, None, 51_000)


def test_the_demo_plan_says_why_and_what_is_left_out(demo: Desk) -> None:
    plan = demo.plans.deposit(demo.allocations.of(None), 2_000_000)
    assert plan.bought_minor + plan.left_in_cash_minor == 2_000_000
    assert plan.after.sum_bps < plan.before.sum_bps
    assert {(each.because, each.asset_id) for each in plan.left_out} == {
        (LeftOutBecause.NO_CLASS, "espp"),
        (LeftOutBecause.LOOK_THROUGH, "aor"),
    }
    most = [trade for trade in plan.trades if trade.reason.is_most]
    assert {trade.asset_id for trade in most} <= {"bnd", "bndx"}
    before = {each.asset_class_id: each.drift_bps for each in plan.before.classes}
    assert all((before[trade.reason.asset_class_id] or 0) < 0 for trade in plan.trades)


def test_the_same_plan_again_and_for_every_scope(demo: Desk) -> None:
    for scope in (None, "retirement"):
        plan = demo.plans.deposit(demo.allocations.of(scope), 123_457)
        demo.portfolios.forget()
        assert demo.plans.deposit(demo.allocations.of(scope), 123_457) == plan
        assert plan.trades
    without = demo.plans.deposit(demo.allocations.of("wallet"), 1_000)
    assert without.left_in_cash_minor == 1_000
