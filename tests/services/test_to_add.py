"""How much to add so that nothing has to be sold: enough, not a unit more than that, and said where no sum is."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from examples import examples
from services.any_portfolio import CLASSES, TODAY, allocation_of, allocations
from services.portfolios import BONDS, EQUITY, account, asset, half_and_half, hold, planned, quantities
from wealthdesk.domain.accounts import Account, AccountKind
from wealthdesk.domain.assets import Asset, AssetKind, Exposure, cash_asset
from wealthdesk.domain.drift import Allocation
from wealthdesk.domain.holdings import Holding, Portfolio, Price
from wealthdesk.domain.money import WHOLE, split
from wealthdesk.domain.plans import Mode, Plan, PlanOptions, PlanRequest, Side
from wealthdesk.domain.targets import ClassTarget, HoldingTarget, Strategy
from wealthdesk.planning.plans import Plans
from wealthdesk.services.desk import Desk


def test_how_much_to_add_so_that_nothing_has_to_be_sold(desk: Desk) -> None:
    half_and_half(desk, "150.01", "50")
    to_add = desk.plans.to_add(desk.allocations.of(None))
    assert (to_add.amount_minor, to_add.asset_class_id) == (30_002 - 20_001, EQUITY)
    plan = planned(desk, Mode.DEPOSIT, {None: 10_001})
    assert quantities(desk, plan) == {"B": Decimal("100.01")}
    assert plan.after.sum_bps == 0
    desk.holdings.set_cash(plan.accounts[0].account_id or "", "USD", 4_000)
    assert desk.plans.to_add(desk.allocations.of(None)).amount_minor == 6_001


@pytest.mark.parametrize(("added", "sold"), [(10_001, 0), (10_003, 0), (9_999, 0), (5_000, 2_500), (0, 5_000)])
def test_a_rebalance_with_that_much_sells_nothing_and_with_less_it_sells(desk: Desk, added: int, sold: int) -> None:
    """150.01 of 300.02 is half. What is a unit less is no trade; with half of it a quarter of the rest is sold."""
    broker, _ = half_and_half(desk, "150.01", "50")
    desk.holdings.set_cash(broker, "USD", added)
    plan = planned(desk, Mode.REBALANCE)
    assert plan.sold_minor in (sold, sold + 1)
    assert plan.bought_minor in (added + sold - 1, added + sold, added + sold + 1)


def test_a_class_with_a_target_of_0_has_to_be_sold(desk: Desk) -> None:
    half_and_half(desk)
    gold = asset(desk, "G", "1", {"commodities": 100})
    desk.holdings.add(desk.accounts.all()[0].id, gold, Decimal(1))
    to_add = desk.plans.to_add(desk.allocations.of(None))
    assert (to_add.amount_minor, to_add.asset_class_id) == (None, "commodities")


def test_without_targets_nothing_can_be_said(desk: Desk) -> None:
    broker = account(desk)
    to_add = desk.plans.to_add(desk.allocations.of(broker))
    assert (to_add.amount_minor, to_add.asset_class_id) == (None, None)


def test_on_target_nothing_has_to_be_added(desk: Desk) -> None:
    half_and_half(desk, "100", "100")
    assert desk.plans.to_add(desk.allocations.of(None)).amount_minor == 0


def test_cash_with_a_target_of_its_own_is_there_already(desk: Desk) -> None:
    """90 in stocks is 60 % of 150; the 100 of cash are 60 too many, but buy what else is missing."""
    broker = account(desk)
    ids = {"S": asset(desk, "S", "1", {EQUITY: 100}), "B": asset(desk, "B", "1", {BONDS: 100})}
    hold(desk, broker, {"S": "90", "B": "10", "USD": "20"}, ids)
    desk.targets.add(
        None, "With cash", (ClassTarget(EQUITY, 6000), ClassTarget(BONDS, 2000), ClassTarget("cash", 2000))
    )
    assert desk.plans.to_add(desk.allocations.of(None)).amount_minor == 15_000 - 12_000
    desk.holdings.set_cash(broker, "USD", 10_000)
    assert desk.plans.to_add(desk.allocations.of(None)).amount_minor == 0


@settings(max_examples=examples(300), deadline=None)
@given(allocations())
def test_with_that_much_no_class_is_above_its_target_and_with_a_unit_less_one_is(allocation: Allocation) -> None:
    """But for cash that may be spent; a class with a target of 0 is above it whatever is added."""
    to_add = Plans().to_add(allocation)
    cash = "cash" if to_add.asset_class_id != "cash" else None
    held = [each for each in allocation.drift.classes if each.value_minor > 0 and each.asset_class_id != cash]
    if to_add.amount_minor is None:
        event("no sum")
        assert to_add.asset_class_id is None or any(not each.target_bps for each in allocation.drift.classes)
        return
    total = allocation.drift.classified_minor + to_add.amount_minor
    event("more" if to_add.amount_minor else "nothing")
    assert all(each.value_minor * WHOLE <= (each.target_bps or 0) * total for each in held)
    if to_add.amount_minor:
        above = [each for each in held if each.value_minor * WHOLE > (each.target_bps or 0) * (total - 1)]
        assert to_add.asset_class_id in {each.asset_class_id for each in above}


# The same through the rebalance


@st.composite
def plain_portfolios(draw: st.DrawFn) -> Allocation:
    """Up to three classes with a fund of a cent a share each, all with targets, in one account without cash."""
    count = draw(st.integers(2, 3))
    classes = [f"c{n}" for n in range(1, count + 1)]
    assets = {each: Asset(each, each, each, AssetKind.FUND, "USD", (Exposure(each, WHOLE),)) for each in classes}
    assets["cash_usd"] = cash_asset("USD")
    held = [Holding(each, "n0", each, Decimal(draw(st.integers(0, 3_000)))) for each in classes]
    prices = {each: Price(each, TODAY, Decimal("0.01")) for each in classes}
    accounts = {"n0": Account("n0", "n0", AccountKind.TAXABLE, "USD")}
    portfolio = Portfolio(TODAY, "USD", accounts, CLASSES, assets, tuple(held), prices, ())
    shares = split(WHOLE, [draw(st.integers(1, 9)) for _ in classes])
    targets = [
        ClassTarget(key, bps, holdings=(HoldingTarget(key, WHOLE),)) for key, bps in zip(classes, shares, strict=True)
    ]
    narrow = Strategy("s", "s", None, True, absolute_band_bps=1, relative_band_bps=1, targets=tuple(targets))
    return allocation_of(portfolio, narrow, None)


def with_cash(allocation: Allocation, minor: int) -> Plan:
    """The rebalance once so much was put in."""
    new = Holding("new", "n0", "cash_usd", Decimal(minor) / 100)
    portfolio, strategy = allocation.portfolio, allocation.strategy
    assert strategy is not None
    portfolio = replace(portfolio, holdings=(*portfolio.holdings, new))
    options = PlanOptions(trades=50, min_trade_minor=0, gain_cost_bps=0)
    return Plans().calculate(allocation_of(portfolio, strategy, None), PlanRequest(Mode.REBALANCE, {}, options))


@settings(max_examples=examples(150), deadline=None)
@given(plain_portfolios())
def test_a_rebalance_sells_nothing_once_that_much_was_added_and_sells_before(allocation: Allocation) -> None:
    """With half of it the deciding class is too much; less than a hundredth of the total may be no trade's worth."""
    to_add = Plans().to_add(allocation)
    assert to_add.amount_minor is not None
    assert with_cash(allocation, to_add.amount_minor).sold_minor == 0
    less = to_add.amount_minor // 2
    decides = next((each for each in allocation.drift.classes if each.asset_class_id == to_add.asset_class_id), None)
    total = allocation.drift.classified_minor + less
    if (
        decides is None
        or total < 1_000
        or (decides.value_minor * WHOLE - (decides.target_bps or 0) * total) * 100 < total * WHOLE
    ):
        return
    event("sells")
    sold = with_cash(allocation, less)
    assert {trade.asset_id for trade in sold.trades if trade.side is Side.SELL} >= {to_add.asset_class_id}
