"""The search for plans of whole lots: allowed always, best where every plan can be tried, proven where it says so."""

import random
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examples import examples
from planner.brute_force import best, how_many
from planner.made_problems import portfolio, small, wild
from wealthdesk.domain.plans import Mode, Side
from wealthdesk.planner.answer import PlanAnswer, broken_rules, score, settle
from wealthdesk.planner.model import modelled
from wealthdesk.planner.problem import PlanAccount, PlanAsset, PlanClass, PlanLot, Problem
from wealthdesk.planner.search import settled, solve

ONE = Fraction(1)
HALVES = (PlanClass("a", 1), PlanClass("b", 1))


def _pair(cash: int, prices: tuple[int, int] = (10_000, 7_000), **changes: object) -> Problem:
    """Two classes of half the total with an asset each: 10 shares of the first and none of the second are held."""
    assets = tuple(
        PlanAsset(f"{name}1", Fraction(price), ONE, {name: ONE}, 1) for name, price in zip("ab", prices, strict=True)
    )
    problem = Problem(Mode.DEPOSIT, HALVES, assets, (PlanAccount("k", cash),), {("a1", "k"): Fraction(10)})
    return replace(problem, **changes)  # type: ignore[arg-type]


def _counts(answer: PlanAnswer) -> dict[tuple[str, str], int]:
    return {t.place: t.count if t.side is Side.BUY else -t.count for t in answer.trades}


@pytest.mark.parametrize(
    ("problem", "counts"),
    [
        (_pair(0), {}),
        (_pair(6_999), {}),
        (_pair(7_000), {("b1", "k"): 1}),
        (_pair(30_000), {("b1", "k"): 4}),
        (_pair(200_000), {("a1", "k"): 5, ("b1", "k"): 21}),
        (_pair(30_000, min_trade=20_000), {("b1", "k"): 4}),
        (_pair(30_000, min_trade=40_000), {}),
        (_pair(0, mode=Mode.REBALANCE), {("a1", "k"): -5, ("b1", "k"): 7}),
        (_pair(0, mode=Mode.WITHDRAWAL, accounts=(PlanAccount("k", 0, 15_000),)), {("a1", "k"): -2}),
        (_pair(0, mode=Mode.WITHDRAWAL, accounts=(PlanAccount("k", 0, 95_000, 6_000),)), {("a1", "k"): -10}),
        (_pair(30_000, accounts=(PlanAccount("k", 30_000, 25_000),)), {}),
        (_pair(30_000, accounts=(PlanAccount("k", 30_000, can_hold=frozenset({"a1"})),)), {("a1", "k"): 2}),
        (_pair(7_000, accounts=(PlanAccount("k", 7_000, fee_fixed=1),)), {}),
        (_pair(7_000, accounts=(PlanAccount("k", 7_000, fee_fixed=0, fee_rate=ONE),)), {}),
        (_pair(30_000, accounts=(PlanAccount("k", 30_000, fee_fixed=29_000),)), {}),
    ],
)
def test_small_plans_are_the_ones_that_arithmetic_says(problem: Problem, counts: dict[tuple[str, str], int]) -> None:
    found = solve(problem)
    tried = best(problem)
    if tried is not None:
        assert score(problem, found).j == pytest.approx(tried[0], abs=1e-12)
    assert _counts(found) == counts


@pytest.mark.parametrize("seed", [n for n in range(160) if 2 < how_many(small(n)) <= 700])
def test_it_agrees_with_trying_every_plan(seed: int) -> None:
    problem = small(seed)
    tried, found = best(problem), solve(problem)
    if tried is None:
        return
    assert not list(broken_rules(problem, found))
    least, value, nothing = tried[0], score(problem, found).j, score(problem, settle(problem, {})).j
    missed = 0.0 if value - least <= 1e-9 else (value - least) / max(nothing - least, 1e-12)
    assert missed <= 1e-4
    assert found.regret_bound is None or found.regret_bound >= missed - 1e-9


@settings(max_examples=examples(150), deadline=None)
@given(st.integers(0, 10**9))
def test_whatever_is_asked_the_plan_is_allowed_or_nothing_is(seed: int) -> None:
    problem = wild(seed)
    found, nothing = solve(problem), settle(problem, {})
    broken = [each for each in broken_rules(problem, found) if not each.endswith("less than its buffer")]
    assert not broken
    if not list(broken_rules(problem, nothing)):
        assert not list(broken_rules(problem, found))
        assert score(problem, found).j <= score(problem, nothing).j + 1e-9
    spent = sum(t.cash_change for t in found.trades)
    assert sum(found.cash.values()) == problem.cash + spent
    if problem.mode is Mode.DEPOSIT:
        assert all(trade.side is Side.BUY for trade in found.trades)
    if problem.mode is Mode.WITHDRAWAL:
        assert all(trade.side is Side.SELL for trade in found.trades)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**9), st.randoms(use_true_random=False))
def test_the_order_of_lists_never_decides(seed: int, rng: random.Random) -> None:
    problem = small(seed)
    parts = {name: list(getattr(problem, name)) for name in ("classes", "assets", "accounts")}
    for part in parts.values():
        rng.shuffle(part)
    held = list(problem.held.items())
    rng.shuffle(held)
    assert solve(replace(problem, **parts, held=dict(held))) == solve(problem)  # type: ignore[arg-type]


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize(("assets", "accounts"), [(10, 1), (50, 3), (200, 3)])
def test_portfolios_are_planned_within_the_rules_and_twice_the_same(mode: Mode, assets: int, accounts: int) -> None:
    problem = portfolio(1, assets, accounts, fees=True, mode=mode)
    found = solve(problem)
    assert found.trades
    assert not list(broken_rules(problem, found))
    assert solve(portfolio(1, assets, accounts, fees=True, mode=mode)) == found


@pytest.mark.parametrize("look_through", [False, True])
@pytest.mark.parametrize(("assets", "accounts"), [(200, 1), (1000, 3)])
def test_large_deposits_are_proven_to_miss_next_to_nothing(assets: int, accounts: int, look_through: bool) -> None:
    found = solve(portfolio(1, assets, accounts, look_through=look_through))
    assert found.regret_bound is not None
    assert found.regret_bound <= 1e-3


def test_better_plans_are_told_as_they_are_found() -> None:
    problem, told = portfolio(0, 50, 3), list[PlanAnswer]()

    def listen(answer: PlanAnswer) -> bool:
        told.append(answer)
        return True

    found = solve(problem, listen)
    values = [score(problem, each).j for each in told]
    assert len(told) > 1
    assert values == sorted(values, reverse=True)
    assert score(problem, found).j == values[-1]
    assert not any(list(broken_rules(problem, each)) for each in told)


def test_a_search_that_is_stopped_answers_with_what_it_has() -> None:
    problem, told = portfolio(0, 50, 3), list[PlanAnswer]()

    def stop(answer: PlanAnswer) -> bool:
        told.append(answer)
        return False

    assert solve(problem, stop) == told[0]
    assert len(told) == 1


def test_nothing_is_planned_without_a_total() -> None:
    empty = _pair(0, held={})
    assert solve(empty).trades == ()
    assert solve(empty).regret_bound == 0


def test_selling_over_two_accounts_loses_no_unit() -> None:
    accounts = (PlanAccount("k", 0, 20_000), PlanAccount("m", 0, 30_001))
    held = {("a1", "k"): Fraction(3), ("a1", "m"): Fraction(7), ("b1", "m"): Fraction(9)}
    problem = _pair(0, mode=Mode.WITHDRAWAL, accounts=accounts, held=held)
    found = solve(problem)
    assert not list(broken_rules(problem, found))
    assert sum(found.cash.values()) == sum(t.gross for t in found.trades)


def test_a_limit_on_gains_is_kept_by_selling_something_else() -> None:
    problem = next(p for p in map(small, range(1_000)) if _gain_matters(p))
    found = solve(problem)
    gain = sum(problem.realised_gain(t.place, t.count) for t in found.trades if t.side is Side.SELL)
    assert gain <= (problem.gain_limit or 0)
    assert not list(broken_rules(problem, found))


def _gain_matters(problem: Problem) -> bool:
    """Whether the plan without the limit would be above it, and there is a plan that is not."""
    if problem.gain_limit is None or problem.mode is not Mode.WITHDRAWAL or how_many(problem) > 700:
        return False
    free = solve(replace(problem, gain_limit=None))
    gain = sum(problem.realised_gain(t.place, t.count) for t in free.trades if t.side is Side.SELL)
    return gain > problem.gain_limit and best(problem) is not None


@pytest.mark.parametrize(
    ("sold", "limit", "kept"),
    [
        ((10, 0), 25_000, (4, 0)),
        ((1_000, 0), 25_000, (4, 0)),
        ((10, 2), 60_000, (10, 0)),
        ((10, 2), 10_000, (0, 1)),
        ((10, 2), 72_000, (10, 2)),
    ],
)
def test_as_much_is_sold_as_a_limit_on_gains_allows(sold: tuple[int, int], limit: int, kept: tuple[int, int]) -> None:
    """Each share of either was bought for 6,000 less: what gains nearest to what is too much is given back first."""
    places = ("a1", "k"), ("b1", "k")
    bought = {
        place: (PlanLot(Fraction(1_000), Fraction(price)),) for place, price in zip(places, (4_000, 1_000), strict=True)
    }
    held = dict.fromkeys(places, Fraction(1_000))
    problem = _pair(0, mode=Mode.REBALANCE, held=held, lots=bought, gain_limit=limit)
    model, lots = modelled(problem), dict(zip(places, sold, strict=True))
    asked = np.array([lots[place] if side < 0 else 0 for place, side in zip(model.places, model.side, strict=True)])
    found = _counts(settled(model, asked, None, "search"))
    assert tuple(-found.get(place, 0) for place in places) == kept
