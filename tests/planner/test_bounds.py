"""What a plan says of its own regret is true: tried on every plan of small problems, and against better plans."""

from dataclasses import replace
from fractions import Fraction
from math import floor, inf

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from examples import examples
from planner.brute_force import best, how_many
from planner.made_problems import portfolio, small
from wealthdesk.domain.plans import Mode
from wealthdesk.planner import search
from wealthdesk.planner.answer import PlanAnswer, broken_rules, score, settle
from wealthdesk.planner.calculate import calculate
from wealthdesk.planner.exact import Expansion
from wealthdesk.planner.model import modelled
from wealthdesk.planner.nearby import GAP, Width, best_within
from wealthdesk.planner.problem import PlanAccount, PlanAsset, PlanClass, PlanLot, Problem, Weights
from wealthdesk.planner.search import USUAL
from wealthdesk.planner.swaps import Effort, Trial

ONE = Fraction(1)
SAME = 1e-9
WEIGHTS = (
    Weights(),
    Weights(kappa=0.5),
    Weights(gamma=0.0),
    Weights(d0=0.3),
    Weights(kappa=100.0, gamma=300.0, d0=1e-3),
)
AT_LENGTH = replace(
    USUAL, exchanges=(Effort(200, 600, 4), Effort(300, 1_500, 4, 40)), probes=16, probed=10_000, fair=0.0
)


def regret(problem: Problem, answer: PlanAnswer, least: float) -> float:
    """The part of what could be gained that is missed; infinite where nothing could be gained, and yet it is missed."""
    value, nothing = score(problem, answer).j, score(problem, settle(problem, {})).j
    if value - least <= SAME:
        return 0.0
    return (value - least) / (nothing - least) if nothing > least else inf


@settings(max_examples=examples(200), deadline=None)
@given(st.integers(0, 10**9), st.sampled_from(WEIGHTS))
def test_no_small_plan_misses_more_than_it_says(seed: int, weights: Weights) -> None:
    problem = replace(small(seed), weights=weights)
    assume(2 < how_many(problem) <= 400)
    tried = best(problem)
    assume(tried is not None)
    assert tried is not None
    found = calculate(problem)
    missed = regret(problem, found, tried[0])
    assert not list(broken_rules(problem, found))
    assert missed == 0
    assert found.regret_bound is None or found.regret_bound >= missed


def test_a_loss_that_makes_room_for_gains_is_looked_at_even_where_the_asset_is_wanted() -> None:
    """Selling it is worth more than buying it costs: what is least lies far out on either side, with more between."""
    classes = [PlanClass("unwanted", 0), PlanClass("wanted", 1)]
    assets = [
        PlanAsset("gained", Fraction(21_740), ONE, {"unwanted": ONE}, 1),
        PlanAsset("kept", Fraction(25_351), ONE, {"wanted": ONE}, 5_173),
        PlanAsset("lost", Fraction(14_985), ONE, {"wanted": ONE}, 4_827),
    ]
    held = {"gained": (8, 6_500), "kept": (7, 7_400), "lost": (3, 22_600)}
    problem = Problem(
        Mode.REBALANCE,
        classes,
        assets,
        [PlanAccount("k", 58_750)],
        {(name, "k"): Fraction(count) for name, (count, _) in held.items()},
        lots={(name, "k"): (PlanLot(Fraction(count), Fraction(cost)),) for name, (count, cost) in held.items()},
        gain_limit=20_000,
        cash_class="wanted",
    )
    tried, found = best(problem), calculate(problem)
    assert tried is not None
    assert regret(problem, found, tried[0]) == found.regret_bound == 0


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9))
def test_a_quick_plan_of_a_small_problem_does_not_either(seed: int) -> None:
    problem, told = small(seed), list[PlanAnswer]()
    assume(2 < how_many(problem) <= 400)
    tried = best(problem)
    assume(tried is not None)
    assert tried is not None

    def listen(answer: PlanAnswer) -> bool:
        told.append(answer)
        return True

    search.solve(problem, listen)
    allowed = [each for each in told if not list(broken_rules(problem, each))]
    bounds = [(each.regret_bound, regret(problem, each, tried[0])) for each in allowed]
    assert all(bound is None or bound >= missed - SAME for bound, missed in bounds)


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize(("assets", "accounts"), [(12, 3), (40, 1), (40, 3)])
@pytest.mark.parametrize("fees", [False, True])
def test_a_better_plan_is_within_what_was_not_excluded(mode: Mode, assets: int, accounts: int, fees: bool) -> None:
    problem = portfolio(assets, assets, accounts, mode=mode, fees=fees, look_through=accounts == 1)
    found, longer = calculate(problem), search.solve(problem, how=AT_LENGTH)
    least = min(score(problem, each).j for each in (found, longer))
    assert found.regret_bound is not None
    assert regret(problem, found, least) <= found.regret_bound + SAME


@pytest.mark.parametrize(
    ("seed", "assets", "accounts", "fees"), [(0, 20, 10, False), (1, 32, 10, False), (3, 28, 5, True)]
)
def test_with_many_accounts_lots_are_counted_where_little_else_is_proven(
    seed: int, assets: int, accounts: int, fees: bool
) -> None:
    """Prices of the accounts' money alone prove no more of these than that a third may be missed."""
    problem = portfolio(seed, assets, accounts, fees=fees)
    found, longer = calculate(problem), search.solve(problem, how=AT_LENGTH)
    least = min(score(problem, each).j for each in (found, longer))
    assert found.regret_bound is not None and found.regret_bound < 1e-3
    assert regret(problem, found, least) <= found.regret_bound + SAME


@pytest.mark.parametrize("seed", [n for n in range(200) if 2 < how_many(small(n)) <= 400])
def test_all_plans_nearby_are_all_plans_where_everything_is_near(seed: int) -> None:
    problem = small(seed)
    tried, model = best(problem), modelled(problem)
    nothing = Trial(model, np.zeros(model.count))
    if tried is None or not nothing.allowed or len(set(model.side)) != 1 or model.gains is not None:
        return
    width = Width(0.0, 1_000, 1, 10_000, 1.0, 1_000)
    found = best_within(nothing, nothing.value, width.around(nothing), width, np.zeros(len(model.room)))
    value = Trial(model, found.trial.lots).value
    assert found.bound <= tried[0] + SAME
    if not any(account.fee_rate for account in problem.accounts):
        assert found.bound > -inf
        assert found.is_best
        assert value == pytest.approx(tried[0], abs=GAP * nothing.value + SAME)


def test_of_some_variables_only_those_change_that_may() -> None:
    model = modelled(portfolio(3, 12, 3))
    nothing, free = Trial(model, np.zeros(model.count)), model.account == 1
    width = Width(0.0, 1_000, 6, 30, 1.0, 20)
    found = best_within(nothing, nothing.value, width.around(nothing, free), width, np.zeros(len(model.room)))
    assert found.trial.lots[free].any()
    assert not found.trial.lots[~free].any()
    assert found.bound == -inf


@pytest.mark.parametrize("seed", range(6))
def test_a_place_is_looked_at_as_far_as_the_squares_reach(seed: int) -> None:
    """Beside the inverse of the squares, whose lots are of very different prices."""
    problem = portfolio(seed, 8, 1, mode=Mode.REBALANCE)
    model, radius = modelled(problem), 1e-4
    expansion = Expansion(problem, model)
    tops, within = expansion.tops(radius), np.sqrt(1.01 * radius * np.diag(np.linalg.inv(expansion.gram)))
    limited = 0
    for axis, centre, far in zip(expansion._axes, expansion._centre, within, strict=True):
        for variable, way in ((axis.buy, 1), (axis.sell, -1)):
            if variable is not None:
                least, most = (max(0, floor(way * centre + far * (1 + by) + by)) for by in (-1e-5, 1e-5))
                assert min(least, model.most[variable]) <= tops[variable] <= min(most, model.most[variable])
                limited += tops[variable] < model.most[variable]
    assert limited > 4
