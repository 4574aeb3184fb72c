"""What a person carries out: no small trades, nothing bought where it is strange, few trades, near targets."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deep.carried_out import (
    NAMES,
    classes_off_bps,
    household,
    planned,
    requests,
    size_of,
    strangers,
    too_small,
)
from wealthdesk.domain.accounts import ALL_PORTFOLIO
from wealthdesk.domain.plans import EmptyBecause, Mode, PlanOptions, PlanRequest, Side
from wealthdesk.services.desk import Desk

FEW, NEAR_BPS = 8, 25
"""The demo's rebalance: so many trades at most, and every class so near to its target."""


@pytest.fixture(params=NAMES)
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    with household(request.param, tmp_path) as opened:
        yield opened


def test_every_plan_is_one_to_carry_out(desk: Desk) -> None:
    for what, request in requests(size_of(desk)):
        plan = planned(desk, request)
        assert not too_small(plan), what
        assert not strangers(desk, plan), what
        sides = {each.side for each in plan.trades}
        assert request.mode is not Mode.DEPOSIT or Side.SELL not in sides, what
        assert request.mode is not Mode.WITHDRAWAL or Side.BUY not in sides, what
        both = {each.asset_id for each in plan.trades if each.side is Side.BUY}
        assert not both & {each.asset_id for each in plan.trades if each.side is Side.SELL}, what
        assert plan.trades or plan.empty_because is not None, what
        counts = [point.trades for point in plan.frontier]
        assert counts == sorted(set(counts)), what
        assert [point.kept for point in plan.frontier] == sorted(point.kept for point in plan.frontier), what


def test_the_demo_s_rebalance_has_few_trades_and_ends_near_the_targets(tmp_path: Path) -> None:
    with household("demo", tmp_path) as desk:
        plan = planned(desk, PlanRequest(Mode.REBALANCE, {}, PlanOptions(use_cash=True)))
    assert 0 < len(plan.trades) <= FEW
    far = {name: off for name, off in classes_off_bps(plan).items() if abs(off) > NEAR_BPS}
    assert not far
    assert not any(each.is_outside for each in plan.after.classes)
    assert {each.asset_id for each in plan.trades if each.account_id == "wallet"} <= {"btc", "eth"}


def test_a_small_deposit_into_the_demo_buys_whole_shares_where_it_buys_any_amount(tmp_path: Path) -> None:
    """Two shares of another fund that were below the smallest trade once took the whole plan away."""
    with household("demo", tmp_path) as desk:
        amounts = {ALL_PORTFOLIO: size_of(desk) // 200}
        plans = [
            planned(desk, PlanRequest(Mode.DEPOSIT, amounts, PlanOptions(use_cash=True, whole_shares=whole)))
            for whole in (False, True)
        ]
    any_amount, whole = ([(each.account_id, each.asset_id) for each in plan.trades] for plan in plans)
    assert whole == any_amount != []


def test_the_demo_s_new_money_goes_into_the_employer_s_plan_as_far_as_there_is_room(tmp_path: Path) -> None:
    with household("demo", tmp_path) as desk:
        for amount, goes_in in ((1_500_000, 1_500_000), (3_500_000, 0)):
            plan = planned(desk, PlanRequest(Mode.DEPOSIT, {ALL_PORTFOLIO: amount}))
            came = {each.account_id: each.new_minor for each in plan.accounts}
            assert sum(came.values()) == amount
            # More than there is room for goes where all of it may go: a second account would be another transfer.
            assert came["retirement"] == goes_in
            assert not strangers(desk, plan)


@pytest.mark.parametrize("name", ["demo", "couple"])
def test_a_rebalance_that_was_carried_out_leaves_no_order_of_a_few_cents(name: str, tmp_path: Path) -> None:
    """What lots and cents left over as idle cash was once a trade of its own, though below the smallest."""
    request = PlanRequest(Mode.REBALANCE, {}, PlanOptions())
    with household(name, tmp_path) as desk:
        allocation = desk.allocations.of(ALL_PORTFOLIO)
        first = planned(desk, request)
        assert first.trades
        desk.recorded_plans.record(first, allocation, desk.recorded_plans.fills_of(first, allocation))
        again = planned(desk, request)
    assert (again.trades, again.empty_because) == ((), EmptyBecause.CASH_TARGET)
