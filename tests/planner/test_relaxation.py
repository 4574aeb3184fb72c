"""The continuous minimum is even fill where it has to be, and no allowed plan has a J below the bound from it."""

import random
from fractions import Fraction

import pytest

from planner.made_problems import portfolio, small, wild
from wealthdesk.domain.plans import Mode
from wealthdesk.planner.answer import broken_rules, score, settle
from wealthdesk.planner.fill import FillLine, even_fill
from wealthdesk.planner.model import modelled
from wealthdesk.planner.problem import PlanAccount, PlanAsset, PlanClass, Problem
from wealthdesk.planner.relaxation import lower_bound, regret_bound, relaxed
from wealthdesk.planner.search import solve


@pytest.mark.parametrize(
    ("values", "targets", "deposit"),
    [
        ((660_000, 250_000, 50_000), (60, 30, 10), 40_000),
        ((1_349_180, 369_600, 343_560, 191_920, 192_690), (40, 20, 20, 10, 10), 886_350),
        ((0, 0, 0), (1, 2, 3), 100_000),
        ((500_000, 0), (1, 99), 1_000),
    ],
)
def test_one_account_with_any_amount_is_filled_evenly(
    values: tuple[int, ...], targets: tuple[int, ...], deposit: int
) -> None:
    import numpy as np

    one = Fraction(1)
    classes = [PlanClass(f"c{k}", target) for k, target in enumerate(targets)]
    assets = [PlanAsset(f"h{k}", one, None, {each.id: one}, 1) for k, each in enumerate(classes)]
    held = {(asset.id, "k"): Fraction(value) for asset, value in zip(assets, values, strict=True)}
    problem = Problem(Mode.DEPOSIT, classes, assets, (PlanAccount("k", deposit),), held)
    model = modelled(problem)
    bought = np.zeros(len(assets))
    bought[model.asset] = relaxed(model).share * model.total
    filled = even_fill(
        [FillLine(Fraction(v), Fraction(t)) for v, t in zip(values, targets, strict=True)], Fraction(deposit)
    )
    assert bought == pytest.approx([float(each) for each in filled], abs=deposit * 1e-4)


@pytest.mark.parametrize("seed", range(60))
def test_no_allowed_plan_is_below_the_bound(seed: int) -> None:
    rng = random.Random(seed)
    problem = rng.choice((small, wild))(seed)
    if problem.total <= 0 or not modelled(problem).count:
        return
    model = modelled(problem)
    minimum = relaxed(model)
    bound = lower_bound(model, minimum.share, minimum.price).value
    plans = [settle(problem, {}), solve(problem)]
    plans += [settle(problem, _some_lots(problem, rng)) for _ in range(30)]
    allowed = [plan for plan in plans if not list(broken_rules(problem, plan))]
    assert all(score(problem, plan).j >= bound - 1e-9 * max(1, abs(bound)) for plan in allowed)


def _some_lots(problem: Problem, rng: random.Random) -> dict[tuple[str, str], int]:
    places = [(asset.id, account.id) for asset in problem.assets for account in problem.accounts]
    chosen = rng.sample(places, min(len(places), rng.randint(1, 3)))
    return {place: rng.randint(-problem.most_lots(place), 3) for place in chosen}


@pytest.mark.parametrize("seed", range(20))
def test_prices_other_than_the_best_only_weaken_the_bound(seed: int) -> None:
    import numpy as np

    model = modelled(portfolio(seed, 30, 2, look_through=seed % 2 == 0, fees=seed % 3 == 0))
    minimum, value = relaxed(model), score(model.problem, solve(model.problem)).j
    for factor in (0.0, 0.5, 1.3, 10.0):
        assert lower_bound(model, minimum.share * factor, minimum.price).value <= value
        assert lower_bound(model, minimum.share, minimum.price * factor).value <= value
    assert lower_bound(model, np.zeros(model.count), minimum.price).value <= value


def test_the_bound_of_the_regret_says_nothing_where_nothing_is_proven() -> None:
    assert regret_bound(1.0, 3.0, 1.0) == 0
    assert regret_bound(2.0, 3.0, 1.0) == 0.5
    assert regret_bound(3.0, 3.0, 1.0) is None
    assert regret_bound(4.0, 3.0, 1.0) is None
