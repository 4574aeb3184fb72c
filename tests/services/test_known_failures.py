"""What other planners are known to get wrong, one test each with its figures, in a portfolio kept in a real file."""

from decimal import Decimal
from itertools import permutations

import pytest

from services.portfolios import (
    BONDS,
    EQUITY,
    account,
    asset,
    half_and_half,
    hold,
    left_out,
    planned,
    quantities,
    split_fund,
)
from wealthdesk.domain.assets import Exposure
from wealthdesk.domain.holdings import FxRate
from wealthdesk.domain.plans import LeftOutBecause, Mode, Plan, Side
from wealthdesk.domain.targets import ClassTarget, HoldingTarget
from wealthdesk.domain.trading_rules import AccountRules, TradingRules
from wealthdesk.errors import BadInput
from wealthdesk.services.desk import Desk

both = pytest.mark.parametrize("whole_shares", [True, False])


def minor(desk: Desk, plan: Plan) -> dict[str, int]:
    """Symbol → amount in minor units over all accounts, sales below 0."""
    symbols = {each.id: each.symbol for each in desk.assets.all()}
    found: dict[str, int] = {}
    for trade in plan.trades:
        signed = trade.amount_minor if trade.side is Side.BUY else -trade.amount_minor
        found[symbols[trade.asset_id]] = found.get(symbols[trade.asset_id], 0) + signed
    return found


@both
def test_a_deposit_never_sells(desk: Desk, whole_shares: bool) -> None:
    half_and_half(desk, "100", "0")
    plan = planned(desk, Mode.DEPOSIT, {None: 1_000}, whole_shares=whole_shares)
    assert quantities(desk, plan) == {"B": Decimal(10)}
    assert minor(desk, plan) == {"B": 1_000}


@pytest.mark.parametrize("deposit", [1, 5_000, 11_667])
def test_a_deposit_looks_through_a_split_fund_and_buys_it_alone(desk: Desk, deposit: int) -> None:
    split_fund(desk)
    plan = planned(desk, Mode.DEPOSIT, {None: deposit})
    assert minor(desk, plan) == {"A": deposit}


def test_a_larger_deposit_looks_through_a_split_fund_and_buys_both(desk: Desk) -> None:
    split_fund(desk)
    plan = planned(desk, Mode.DEPOSIT, {None: 20_000})
    assert minor(desk, plan) == {"A": 18_333, "B": 1_667}
    assert quantities(desk, plan) == {"A": Decimal("183.33"), "B": Decimal("16.67")}
    assert (plan.after.sum_bps, plan.method) == (0, None)


def test_a_rebalance_looks_through_a_split_fund(desk: Desk) -> None:
    split_fund(desk)
    plan = planned(desk, Mode.REBALANCE)
    assert minor(desk, plan) == {"A": 2_778, "B": -2_778}
    assert plan.after.sum_bps == 0


@both
def test_a_deposit_is_sized_on_the_total_after_it(desk: Desk, whole_shares: bool) -> None:
    half_and_half(desk, "120", "80")
    plan = planned(desk, Mode.DEPOSIT, {None: 10_000}, whole_shares=whole_shares)
    assert minor(desk, plan) == {"S": 3_000, "B": 7_000}
    assert plan.after.sum_bps == 0


@both
def test_a_planner_works_when_everything_is_inside_its_band(desk: Desk, whole_shares: bool) -> None:
    half_and_half(desk, "102", "100")
    assert desk.allocations.of(None).drift.outside == ()
    assert minor(desk, planned(desk, Mode.DEPOSIT, {None: 800}, whole_shares=whole_shares)) == {"S": 300, "B": 500}
    rebalance = planned(desk, Mode.REBALANCE, whole_shares=whole_shares)
    assert rebalance.trades == ()
    assert rebalance.before == rebalance.after


@both
def test_inside_the_bands_idle_cash_still_buys(desk: Desk, whole_shares: bool) -> None:
    half_and_half(desk, "102", "100", cash="8")
    plan = planned(desk, Mode.REBALANCE, whole_shares=whole_shares)
    assert minor(desk, plan) == {"S": 300, "B": 500}
    assert (plan.mode, plan.idle_minor, plan.left_in_cash_minor) == (Mode.REBALANCE, 800, 0)


@both
@pytest.mark.parametrize("cash", [None, "0", "0.01"])
def test_no_cash_is_no_trouble(desk: Desk, cash: str | None, whole_shares: bool) -> None:
    half_and_half(desk, "150", "50", cash=cash)
    rebalance = planned(desk, Mode.REBALANCE, whole_shares=whole_shares)
    left = 1 if cash == "0.01" else 0
    assert minor(desk, rebalance) == {"S": -5_000 if whole_shares or not left else -4_999, "B": 5_000}
    assert [each.after_minor for each in rebalance.accounts] == [left if whole_shares else 0]
    assert minor(desk, planned(desk, Mode.DEPOSIT, {None: 1_000}, whole_shares=whole_shares)) == {"B": 1_000}


def test_cash_below_zero_is_not_kept_but_may_be_below_its_buffer(desk: Desk) -> None:
    """Nothing in a file is below 0. Where less is there than is to stay, a deposit buys with the rest of it, and a
    rebalance sells what is missing.
    """
    broker, _ = half_and_half(desk, "150", "50", cash="1")
    with pytest.raises(BadInput, match="0 or more"):
        desk.holdings.set_cash(broker, "USD", -1)
    rules = TradingRules({broker: AccountRules(buffer_minor=600)})
    assert minor(desk, planned(desk, Mode.DEPOSIT, {broker: 500}, rules, whole_shares=True)) == {}
    deposit = planned(desk, Mode.DEPOSIT, {broker: 1_500}, rules, whole_shares=True)
    assert (minor(desk, deposit), deposit.accounts[0].after_minor) == ({"B": 1_000}, 600)
    rebalance = planned(desk, Mode.REBALANCE, {}, rules, whole_shares=True)
    assert (minor(desk, rebalance), rebalance.accounts[0].after_minor) == ({"S": -5_200, "B": 4_700}, 600)


@both
def test_cash_tagged_to_another_class_is_not_deployed(desk: Desk, whole_shares: bool) -> None:
    half_and_half(desk, "100", "60", cash="40")
    desk.assets.classify(["cash_usd"], [Exposure(BONDS, 10_000)])
    plan = planned(desk, Mode.DEPOSIT, {None: 0}, use_cash=True, whole_shares=whole_shares)
    assert (plan.trades, plan.idle_minor) == ((), 0)
    assert (LeftOutBecause.TAGGED_CASH, "cash_usd") in left_out(plan)
    rebalance = planned(desk, Mode.REBALANCE, whole_shares=whole_shares)
    # The bonds' own target says B alone: the cash beside it stays, and so does the class within its band.
    assert rebalance.before.sum_bps == 0
    assert (rebalance.idle_minor, rebalance.after.outside) == (0, ())


def test_foreign_cash_tagged_to_another_class_counts_there_and_stays(desk: Desk) -> None:
    broker, _ = half_and_half(desk, "100", "60", cash="10")
    desk.targets.add(None, "Classes alone", (ClassTarget(EQUITY, 5000), ClassTarget(BONDS, 5000)))
    desk.rates.set([FxRate("EUR", "USD", desk.clock.today(), Decimal(2))])
    desk.holdings.set_cash(broker, "EUR", 2_000)
    desk.assets.classify(["cash_eur"], [Exposure(BONDS, 10_000)])
    plan = planned(desk, Mode.DEPOSIT, {None: 0}, use_cash=True, whole_shares=True)
    assert plan.idle_minor == 1_000
    assert quantities(desk, plan) == {"S": Decimal(5), "B": Decimal(5)}
    assert (LeftOutBecause.TAGGED_CASH, "cash_eur") in left_out(plan)


@both
@pytest.mark.parametrize("price", ["3.33", "0.07", "3.335"])
def test_selling_over_two_accounts_loses_no_unit(desk: Desk, price: str, whole_shares: bool) -> None:
    first, second = account(desk, "First"), account(desk, "Second")
    ids = {"S": asset(desk, "S", price, {EQUITY: 100})}
    hold(desk, first, {"S": "7"}, ids)
    hold(desk, second, {"S": "5"}, ids)
    desk.targets.add(None, "All", (ClassTarget(EQUITY, 10_000),))
    worth = int(Decimal(price) * 12 * 100)
    plan = planned(desk, Mode.WITHDRAWAL, {None: worth}, whole_shares=whole_shares)
    assert {trade.account_id: trade.quantity for trade in plan.trades} == {first: Decimal(7), second: Decimal(5)}
    assert plan.sold_minor - worth in (0, 1)  # each account's sale is rounded for itself
    assert plan.shortfall_minor == 0
    part = planned(desk, Mode.WITHDRAWAL, {None: int(Decimal(price) * 900)}, whole_shares=True)
    assert sum(trade.quantity for trade in part.trades) == 9
    assert part.sold_minor - int(Decimal(price) * 900) in (0, 1)
    apart = planned(desk, Mode.WITHDRAWAL, {first: 1, second: 2}, whole_shares=whole_shares)
    assert {trade.account_id for trade in apart.trades} == {first, second}
    assert apart.shortfall_minor == 0


@both
@pytest.mark.parametrize("amount", [1, 2, 7, 99])
def test_small_withdrawals_end(desk: Desk, amount: int, whole_shares: bool) -> None:
    half_and_half(desk, "100", "100")
    plan = planned(desk, Mode.WITHDRAWAL, {None: amount}, whole_shares=whole_shares)
    assert plan.shortfall_minor == 0
    assert plan.sold_minor == (100 if whole_shares else amount)


@pytest.mark.parametrize("order", list(permutations("ABC")))
def test_prices_in_another_order_than_weights_change_nothing(desk: Desk, order: tuple[str, str, str]) -> None:
    """60/30/10 of 66/25/5: 4 more are 0.50 of the second and 3.50 of the third, whatever was written down first."""
    broker = account(desk)
    prices, values = {"A": "11", "B": "5", "C": "1"}, {"A": "66", "B": "25", "C": "5"}
    classes = {"A": (EQUITY, 6000), "B": (BONDS, 3000), "C": ("crypto", 1000)}
    ids = {each: asset(desk, each, prices[each], {classes[each][0]: 100}) for each in order}
    for each in reversed(order):
        hold(desk, broker, {each: str(Decimal(values[each]) / Decimal(prices[each]))}, ids)
    wanted = [
        ClassTarget(classes[each][0], classes[each][1], holdings=(HoldingTarget(ids[each], 10_000),))
        for each in (order[1], order[0], order[2])
    ]
    desk.targets.add(None, "60/30/10", tuple(wanted))
    assert minor(desk, planned(desk, Mode.DEPOSIT, {None: 400})) == {"B": 50, "C": 350}
    assert minor(desk, planned(desk, Mode.DEPOSIT, {None: 40_000}, whole_shares=True)) == {
        "A": 23_100, "B": 12_500, "C": 4_400,
    }  # fmt: skip
