"""Where the rules decide which trades there are: bands, limits on gains, several accounts, closes, bounds."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from planner.any_problem import problems
from planner.brute_force import allowed, best, how_many
from planner.made_problems import portfolio
from wealthdesk.domain.plans import Mode, Side
from wealthdesk.planner import relaxation
from wealthdesk.planner.answer import PlanAnswer, broken_rules, score, settle
from wealthdesk.planner.calculate import calculate
from wealthdesk.planner.problem import PlanAccount, PlanAsset, PlanClass, PlanLot, Problem, SearchGoal
from wealthdesk.planner.relaxation import ContinuousProgramme, minimise

ONE = Fraction(1)
FEW = 4_000
"""Of problems with more plans than this, not every one is tried."""
AS_FAR = 1e-9
"""Violations closer than this are the same."""


def _lots(answer: PlanAnswer) -> dict[tuple[str, str], int]:
    return {trade.place: trade.signed for trade in answer.trades}


def _cost(answer: PlanAnswer) -> int:
    return sum(trade.gross + trade.fee for trade in answer.trades)


def _into_bands(problem: Problem, band: Fraction) -> Problem:
    classes = [replace(each, band_low=band, band_high=band) for each in problem.classes]
    return replace(problem, goal=SearchGoal.BAND, classes=classes)


# Into the bands


@settings(max_examples=60, deadline=None)
@given(problems((Mode.REBALANCE,)), st.sampled_from((1, 3, 10)))
def test_no_plan_is_less_outside_the_bands_and_none_of_those_is_cheaper(problem: Problem, percent: int) -> None:
    problem = _into_bands(problem, Fraction(percent, 100))
    # What a cash class pays in fees and rounding leaves it too: trades for their costs alone are not what is asked.
    assume(problem.total > 1_000 and problem.cash_class is None and how_many(problem) <= FEW)
    tried = [(score(problem, each).violation, _cost(each)) for each in allowed(problem)]
    assume(tried)
    least = min(outside for outside, _ in tried)
    cheapest = min(cost for outside, cost in tried if outside <= least + AS_FAR)
    found = calculate(problem)
    assert not list(broken_rules(problem, found))
    assert score(problem, found).violation <= least + AS_FAR
    assert _cost(found) <= cheapest


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("accounts", [1, 2, 3])
def test_a_portfolio_that_can_be_brought_inside_is(seed: int, accounts: int) -> None:
    made = portfolio(seed, 24, accounts, mode=Mode.REBALANCE)
    anywhere = [replace(each, can_hold=None) for each in made.accounts]
    problem = _into_bands(replace(made, accounts=anywhere), Fraction(2, 100))
    assert score(problem, settle(problem, {})).violation > 0
    found = calculate(problem)
    assert found.trades
    assert not list(broken_rules(problem, found))
    assert score(problem, found).violation == 0


def test_what_is_sold_for_the_bands_is_what_the_purchases_need() -> None:
    classes = [PlanClass(name, 50, Fraction(1, 20), Fraction(1, 20)) for name in "ab"]
    assets = [PlanAsset(f"{name}1", Fraction(100), None, {name: ONE}, 1) for name in "ab"]
    held = {("a1", "k"): Fraction(700), ("b1", "k"): Fraction(300)}
    problem = Problem(Mode.REBALANCE, classes, assets, [PlanAccount("k", 0)], held, goal=SearchGoal.BAND)
    assert _lots(calculate(problem)) == {("a1", "k"): -15_000, ("b1", "k"): 15_000}


def test_into_the_bands_with_a_fee_and_a_limit_on_gains() -> None:
    classes = [PlanClass(name, 50, Fraction(1, 20), Fraction(1, 20)) for name in "ab"]
    assets = [PlanAsset(f"{name}{n}", Fraction(1_000), ONE, {name: ONE}, None) for name in "ab" for n in (1, 2)]
    held = {("a1", "k"): Fraction(40), ("a2", "k"): Fraction(30), ("b1", "k"): Fraction(30)}
    lots = {("a1", "k"): (PlanLot(Fraction(40), Fraction(500)),), ("a2", "k"): (PlanLot(Fraction(30), Fraction(990)),)}
    account = PlanAccount("k", 500, fee_fixed=100)
    problem = Problem(Mode.REBALANCE, classes, assets, [account], held, goal=SearchGoal.BAND, lots=lots, gain_limit=200)
    found = calculate(problem)
    assert _lots(found) == {("a2", "k"): -16, ("b1", "k"): 16}
    assert score(problem, found).violation == 0


# Limits on gains


def _with_gains(limit: int, step: Fraction | None = ONE) -> Problem:
    """One asset with a gain and one with a loss to sell, and one to buy."""
    classes = [PlanClass("a", 20), PlanClass("b", 20), PlanClass("c", 60)]
    assets = [PlanAsset(f"{name}1", Fraction(1_000), step, {name: ONE}, 1) for name in "abc"]
    held = {("a1", "k"): Fraction(50), ("b1", "k"): Fraction(50)}
    lots = {
        ("a1", "k"): (PlanLot(Fraction(50), Fraction(600)),),
        ("b1", "k"): (PlanLot(Fraction(50), Fraction(1_400)),),
    }
    return Problem(Mode.REBALANCE, classes, assets, [PlanAccount("k", 0)], held, lots=lots, gain_limit=limit)


@pytest.mark.parametrize("step", [ONE, None])
def test_losing_lots_are_sold_together_with_winning_ones(step: Fraction | None) -> None:
    limited = _with_gains(0, step)
    free = replace(limited, gain_limit=None)
    found, wanted = calculate(limited), calculate(free)
    assert score(limited, found).j == pytest.approx(score(free, wanted).j, abs=1e-6)
    assert {trade.asset_id for trade in found.trades if trade.side is Side.SELL} == {"a1", "b1"}


@pytest.mark.parametrize("seed", range(6))
def test_any_amount_is_never_worse_than_whole_shares_within_a_limit(seed: int) -> None:
    made = portfolio(seed, 10, 1, mode=Mode.REBALANCE)
    lots = {
        place: (PlanLot(held / 2, made.asset[place[0]].price * (7 + number % 7) / 10), PlanLot(held / 2, Fraction(1)))
        for number, (place, held) in enumerate(made.held.items())
        if held
    }
    account = replace(made.accounts[0], fee_fixed=300)
    whole = replace(made, accounts=[account], lots=lots, gain_limit=int(made.total / 500))
    any_amount = replace(whole, assets=[replace(each, step=None) for each in whole.assets])
    values = [score(each, calculate(each)).j for each in (any_amount, whole)]
    worth = score(whole, settle(whole, {})).j - values[1]
    assert values[0] <= values[1] + 1e-4 * worth


# Several accounts, and what cannot be


def test_an_account_that_cannot_reach_its_buffer_does_not_keep_another_from_its_own() -> None:
    classes, assets = [PlanClass("a", 1)], [PlanAsset("a1", Fraction(700), ONE, {"a": ONE}, 1)]
    accounts = [PlanAccount("hopeless", 0, 9_000), PlanAccount("other", 100, 2_000)]
    held = {("a1", "hopeless"): Fraction(2), ("a1", "other"): Fraction(30)}
    problem = Problem(Mode.REBALANCE, classes, assets, accounts, held)
    found = calculate(problem)
    assert list(broken_rules(problem, found)) == ["hopeless is left with less than its buffer"]
    assert found.cash["hopeless"] == 1_400
    assert found.regret_bound is None


def test_what_is_bought_in_one_account_is_not_sold_in_another() -> None:
    classes = [PlanClass("a", 30), PlanClass("b", 70)]
    assets = [PlanAsset(f"{name}1", Fraction(1_000), ONE, {name: ONE}, 1) for name in "ab"]
    accounts = [PlanAccount("k", 0), PlanAccount("m", 2_500)]
    held: Mapping[tuple[str, str], Fraction] = {("a1", "k"): Fraction(7), ("b1", "k"): Fraction(2), ("a1", "m"): ONE}
    problem = Problem(Mode.REBALANCE, classes, assets, accounts, held)
    found, tried = calculate(problem), best(problem)
    assert tried is not None
    assert score(problem, found).j == pytest.approx(tried[0], abs=1e-9)


@pytest.mark.parametrize("price", ["0.00123", "0.7", "13"])
def test_a_position_below_the_smallest_trade_is_closed_whatever_its_step_is_worth(price: str) -> None:
    classes = [PlanClass("a", 100), PlanClass("b", 0)]
    assets = [
        PlanAsset("a1", Fraction(10_000), ONE, {"a": ONE}, 1),
        PlanAsset("b1", Fraction(price), ONE, {"b": ONE}, 1),
    ]
    count = int(Fraction(2_745) / Fraction(price))
    held = {("a1", "k"): Fraction(5), ("b1", "k"): Fraction(count)}
    problem = Problem(Mode.REBALANCE, classes, assets, [PlanAccount("k", 9_000)], held, min_trade=5_000)
    found = calculate(problem)
    assert not list(broken_rules(problem, found))
    assert _lots(found) == {("a1", "k"): 1, ("b1", "k"): -count}


# What is proven


@settings(max_examples=80, deadline=None)
@given(problems((Mode.REBALANCE, Mode.WITHDRAWAL)))
def test_a_bound_is_true_and_only_of_a_plan_that_is_allowed(problem: Problem) -> None:
    assume(how_many(problem) <= FEW)
    found, tried = calculate(problem), best(problem)
    if any(broken_rules(problem, found)):
        assert found.regret_bound is None
    elif tried is not None and found.regret_bound is not None and problem.total > 0:
        value, nothing = score(problem, found).j, score(problem, settle(problem, {})).j
        missed = value - tried[0]
        assert missed <= 1e-9 or missed <= found.regret_bound * (nothing - tried[0]) + 1e-9


def test_losses_are_counted_once_where_a_plan_is_proven() -> None:
    """The bound once left out plans that sell at a loss first: a plan was called the best that missed 3 %."""
    classes = [PlanClass("a", 10), PlanClass("b", 50)]
    assets = [
        PlanAsset("h0", Fraction(3_500), ONE, {"a": ONE}, None, "EUR"),
        PlanAsset("h1", Fraction(15_000), ONE, {"a": ONE}, 3, "USD"),
        PlanAsset("h2", Fraction(10_501, 3), ONE, {"b": ONE}, 0, "USD"),
        PlanAsset("h3", Fraction(12_500), ONE, {"a": Fraction(3, 5), "b": Fraction(7, 20)}, 1, "EUR"),
    ]
    held = dict(zip(((each.id, "k") for each in assets), map(Fraction, ("5.5", "5", "3", "3.5")), strict=True))
    lots = {
        ("h0", "k"): (PlanLot(Fraction("3.85"), Fraction(1_750)), PlanLot(Fraction("1.65"), Fraction(2_800))),
        ("h1", "k"): (PlanLot(Fraction("4.5"), Fraction(9_000)), PlanLot(Fraction("0.5"), Fraction(15_000))),
        ("h2", "k"): (PlanLot(Fraction(3), Fraction(10_501, 2)),),
        ("h3", "k"): (PlanLot(Fraction("1.75"), Fraction(7_500)), PlanLot(Fraction("1.75"), Fraction(20_000))),
    }
    better = {("h0", "k"): -2, ("h1", "k"): -2, ("h2", "k"): 8, ("h3", "k"): -1}
    account = PlanAccount("k", 15_000, 5_000)
    problem = Problem(Mode.REBALANCE, classes, assets, [account], held, lots=lots, gain_limit=5_000)
    known = settle(problem, better)
    assert not list(broken_rules(problem, known))
    assert score(problem, calculate(problem)).j <= score(problem, known).j + 1e-9


@pytest.mark.parametrize("limit", [0, 250, 7_000])
def test_a_bound_holds_of_plans_whose_gain_rounds_to_its_limit(limit: int) -> None:
    """Whoever counts gains in whole units lets a plan pass that is less than half a unit above the limit."""
    problem = _with_gains(limit, None)
    lots = {place: tuple(replace(each, cost=each.cost * 9 / 8) for each in own) for place, own in problem.lots.items()}
    lots[("b1", "k")] = lots[("b1", "k")][:0]
    problem = replace(problem, lots=lots)
    found = calculate(problem)
    assert not list(broken_rules(problem, found))
    assert found.regret_bound is not None
    nothing = score(problem, settle(problem, {})).j
    value = score(problem, found).j
    known = _lots(found)
    for more in range(4):
        lots_more = {("a1", "k"): known.get(("a1", "k"), 0) - more, ("b1", "k"): known[("b1", "k")]}
        spent = sum(lots_more.values())
        other = settle(problem, {**lots_more, ("c1", "k"): -spent})
        gain = sum(problem.realised_gain(trade.place, trade.count) for trade in other.trades if trade.side is Side.SELL)
        if gain <= limit + Fraction(1, 2) and not list(broken_rules(replace(problem, gain_limit=None), other)):
            least = score(problem, other).j
            assert value - least <= found.regret_bound * (nothing - least) + 1e-12


# The number of trades


def _deposits(*money: int, price: int, step: Fraction | None) -> Problem:
    """As many accounts as there is money for, classes that are all short, and one purchase."""
    names = "abcdefghijkl"
    classes = [PlanClass(name, 10 + at) for at, name in enumerate(names)]
    assets = [PlanAsset(name, Fraction(price * (1 + at % 3)), step, {name: ONE}, 1) for at, name in enumerate(names)]
    accounts = [PlanAccount(f"k{at}", each, fee_rate=Fraction(40 * (at == 4))) for at, each in enumerate(money)]
    held = {("a", "k0"): Fraction(300)}
    return Problem(Mode.DEPOSIT, classes, assets, accounts, held, max_trades=1)


@pytest.mark.parametrize("step", [None, ONE])
def test_a_single_purchase_is_made_where_the_money_is_and_proven(step: Fraction | None) -> None:
    """Prices alone favour an account without fees, however little money it has."""
    problem = _deposits(900, 1_100, 700, 0, 400_000, 950, 1_000, 800, 600, 720, price=1_000, step=step)
    found = calculate(problem)
    assert [(trade.asset_id, trade.account_id) for trade in found.trades] == [("l", "k4")]
    assert found.regret_bound is not None and found.regret_bound < 1e-4


def test_whole_lots_are_looked_for_where_an_account_can_pay_for_one() -> None:
    """What no account can pay for whole once took the place of what one can: nothing was bought."""
    problem = _deposits(5_000, 5_000, 5_000, 5_000, 5_000, 5_000, 5_000, 5_000, 5_000, 9_500, price=9_000, step=ONE)
    (trade,) = calculate(problem).trades
    assert (trade.account_id, trade.count) == ("k9", 1)


def test_lots_of_next_to_nothing_are_not_collected_one_by_one() -> None:
    """A hundred-millionth of a cheap asset costs nothing, rounded: such gifts were once taken by the million."""
    classes = [PlanClass("a", 80), PlanClass("b", 20)]
    assets = [
        PlanAsset("a1", Fraction(17), Fraction(1, 10**8), {"a": ONE}, 1),
        PlanAsset("b1", Fraction(30_000), Fraction(1, 10**8), {"b": ONE}, 1, can_buy=False, can_sell=False),
    ]
    problem = Problem(Mode.REBALANCE, classes, assets, [PlanAccount("k", 0)], {("b1", "k"): Fraction(10)}, max_trades=1)
    assert not calculate(problem).trades


# The continuous minimum


def _interchangeable() -> ContinuousProgramme:
    """Sales and purchases of assets of which nothing but the class counts: a great many minima."""
    rng = np.random.default_rng(4)
    count = 8
    side = np.array([-1.0, 1.0] * (count // 2))
    rows = np.stack([4.5 * side * (np.arange(count) < 4), 30.0 * side * (np.arange(count) >= 4), -10.0 * side], axis=1)
    upper = rng.uniform(0.05, 0.8, count)
    return ContinuousProgramme(
        rows, np.array([0.9, -2.0, 0.0]), side, np.arange(count), np.zeros(count), np.zeros(count),
        np.full(count, 0.02), upper, side[:, None].copy(), np.zeros(1),
    )  # fmt: skip


def test_a_minimum_of_interchangeable_assets_is_one() -> None:
    programme = _interchangeable()
    assert programme.left(*minimise(programme)) <= 1e-6


def test_there_is_a_second_way_where_the_first_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    programme = _interchangeable()
    failed = np.full(len(programme.upper), 0.1), np.zeros(1)
    assert programme.left(*failed) > 0.01
    monkeypatch.setattr(relaxation, "_minimise", lambda _: failed)
    assert programme.left(*minimise(programme)) <= 1e-5
