"""The one way to a plan: quick at first, stopped when it is told to, the same whatever the order and the run."""

import random
from dataclasses import replace
from fractions import Fraction

import pytest

from planner.made_problems import portfolio
from wealthdesk.domain.plans import Mode
from wealthdesk.planner.answer import PlanAnswer, broken_rules, score, settle
from wealthdesk.planner.calculate import calculate
from wealthdesk.planner.problem import PlanAccount, PlanAsset, PlanClass, Problem

ONE = Fraction(1)


@pytest.mark.parametrize(
    ("assets", "accounts", "seed"), [(10, 3, 1), (20, 1, 2), (40, 10, 2), (50, 3, 3), (50, 3, 4), (150, 3, 2)]
)
@pytest.mark.parametrize("fees", [False, True])
def test_neither_order_nor_run_decides(assets: int, accounts: int, seed: int, fees: bool) -> None:
    problem, rng = portfolio(seed, assets, accounts, fees=fees), random.Random(seed)
    parts = {name: list(getattr(problem, name)) for name in ("classes", "assets", "accounts")}
    held = list(problem.held.items())
    for part in (*parts.values(), held):
        rng.shuffle(part)
    again = replace(problem, **parts, held=dict(held))  # type: ignore[arg-type]
    assert calculate(again) == calculate(problem)


@pytest.mark.parametrize(("assets", "accounts"), [(10, 3), (20, 1), (40, 10), (50, 3), (150, 3)])
def test_every_plan_that_is_told_is_allowed_and_no_worse_than_the_one_before(assets: int, accounts: int) -> None:
    problem, told = portfolio(3, assets, accounts), list[PlanAnswer]()

    def listen(answer: PlanAnswer) -> bool:
        told.append(answer)
        return True

    found = calculate(problem, listen)
    values = [score(problem, each).j for each in (*told, found)]
    assert values == sorted(values, reverse=True)
    assert not any(list(broken_rules(problem, each)) for each in told)


@pytest.mark.parametrize("after", [1, 2, 4])
@pytest.mark.parametrize(("assets", "accounts"), [(10, 3), (40, 10), (50, 3)])
def test_a_plan_that_is_stopped_is_the_last_that_was_told(assets: int, accounts: int, after: int) -> None:
    problem, told = portfolio(4, assets, accounts), list[PlanAnswer]()

    def stop(answer: PlanAnswer) -> bool:
        told.append(answer)
        return len(told) < after

    found = calculate(problem, stop)
    if len(told) == after:
        assert score(problem, found).j <= score(problem, told[-1]).j
    assert len(told) <= after + 1
    assert not list(broken_rules(problem, found))


@pytest.mark.parametrize("fees", [False, True])
@pytest.mark.parametrize("mode", list(Mode))
def test_something_is_proven_of_every_plan_that_gains(mode: Mode, fees: bool) -> None:
    for assets, accounts in ((8, 3), (12, 1), (30, 3)):
        problem = portfolio(assets, assets, accounts, mode=mode, fees=fees)
        found = calculate(problem)
        if score(problem, found).j < score(problem, settle(problem, {})).j:
            assert found.regret_bound is not None
            assert 0 <= found.regret_bound < 1


def test_the_last_lot_below_a_minor_unit_is_sold_where_it_is_needed() -> None:
    assets = [PlanAsset("h", Fraction(7, 10), ONE, {"c": ONE}, 1)]
    held = {("h", "k"): ONE}
    problem = Problem(Mode.WITHDRAWAL, [PlanClass("c", 1)], assets, [PlanAccount("k", 3, 4)], held)
    assert calculate(problem).cash == {"k": 4}
