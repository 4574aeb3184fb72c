"""What other planners are known to get wrong, one test each, with the figures by hand. Money is in cents."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import permutations

import pytest

from wealthdesk.domain.plans import Mode
from wealthdesk.planner.answer import PlanAnswer, broken_rules
from wealthdesk.planner.calculate import calculate
from wealthdesk.planner.problem import PlanAccount, PlanAsset, PlanClass, Problem, SearchGoal

ONE = Fraction(1)
ANY, WHOLE, CENTS = None, ONE, Fraction(1, 100)
"""Traded in any amount, in whole shares, in hundredths of a share."""
ONTO_THE_TARGET = 1e-6
"""Turnover that costs next to nothing: a rebalance goes onto the target itself."""


def pair(
    mode: Mode, cash: int = 0, buffer: int = 0, held: tuple[int, int] = (100, 100), step: Fraction | None = WHOLE
) -> Problem:
    """Half S, half B, at 1.00 a share; so many of each are held in one account."""
    classes = [PlanClass("stocks", 50), PlanClass("bonds", 50)]
    assets = [
        PlanAsset("S", Fraction(100), step, {"stocks": ONE}, 1),
        PlanAsset("B", Fraction(100), step, {"bonds": ONE}, 1),
    ]
    quantities = {("S", "k"): Fraction(held[0]), ("B", "k"): Fraction(held[1])}
    return Problem(mode, classes, assets, [PlanAccount("k", cash, buffer)], quantities, turnover_weight=ONTO_THE_TARGET)


def split_fund(mode: Mode, cash: int = 0) -> Problem:
    """A is 90 % stocks and 10 % bonds, B is bonds; 50.00 of each are held, 70/30 is wanted; any amounts."""
    classes = [PlanClass("stocks", 70), PlanClass("bonds", 30)]
    mixed = {"stocks": Fraction(9, 10), "bonds": Fraction(1, 10)}
    assets = [PlanAsset("A", Fraction(100), ANY, mixed), PlanAsset("B", Fraction(100), ANY, {"bonds": ONE})]
    held = {("A", "k"): Fraction(50), ("B", "k"): Fraction(50)}
    return Problem(mode, classes, assets, [PlanAccount("k", cash)], held, turnover_weight=ONTO_THE_TARGET)


def gross(answer: PlanAnswer) -> Mapping[tuple[str, str], int]:
    """Cents by asset and account; sales below 0."""
    return {each.place: each.gross if each.cash_change < 0 else -each.gross for each in answer.trades}


def planned(problem: Problem) -> Mapping[str, int]:
    """Cents by asset, of a plan in one account that keeps every rule."""
    answer = calculate(problem)
    assert not list(broken_rules(problem, answer))
    assert sum(answer.cash.values()) == problem.cash - sum(gross(answer).values())
    return {asset_id: cents for (asset_id, _), cents in gross(answer).items()}


@pytest.mark.parametrize("step", [ANY, WHOLE, CENTS])
def test_a_deposit_never_sells(step: Fraction | None) -> None:
    """100/0 is held and half of each is wanted: a deposit of 10 all goes to what is missing."""
    assert planned(pair(Mode.DEPOSIT, 1_000, held=(100, 0), step=step)) == {"B": 1_000}


def test_a_rebalance_looks_through_a_split_fund() -> None:
    """0.9 a = 70 and a + b = 100: a is 77.778, so that 27.778 more of A are bought, and 27.778 of B sold."""
    plan = planned(split_fund(Mode.REBALANCE))
    assert plan == {"A": 2_778, "B": -2_778}


def test_a_deposit_looks_through_a_split_fund_and_buys_it_alone() -> None:
    """With 50 more, 0.9 a = 105 would need 116.67 of A: all of the deposit goes there."""
    assert planned(split_fund(Mode.DEPOSIT, 5_000)) == {"A": 5_000}


def test_a_larger_deposit_looks_through_a_split_fund_and_buys_both() -> None:
    """With 200 more, 0.9 a = 210: a is 233.33, and b the rest of 300."""
    assert planned(split_fund(Mode.DEPOSIT, 20_000)) == {"A": 18_333, "B": 1_667}


@pytest.mark.parametrize("step", [ANY, WHOLE, CENTS])
def test_a_deposit_is_sized_on_the_total_after_it(step: Fraction | None) -> None:
    """Half of 300 is 150 each. Sized on the 200 before it, 20 of B would be all that is missing."""
    assert planned(pair(Mode.DEPOSIT, 10_000, held=(120, 80), step=step)) == {"S": 3_000, "B": 7_000}


def test_a_planner_works_when_everything_is_inside_its_band() -> None:
    """102/100 is well inside: money is still spent on what is a little below, and nothing is sold into the bands."""
    assert planned(pair(Mode.DEPOSIT, 800, held=(102, 100))) == {"S": 300, "B": 500}
    rebalance = pair(Mode.REBALANCE, held=(102, 100))
    bands = [PlanClass(each.id, each.target, Fraction(5, 100), Fraction(5, 100)) for each in rebalance.classes]
    assert (
        planned(Problem(Mode.REBALANCE, bands, rebalance.assets, rebalance.accounts, rebalance.held, SearchGoal.BAND))
        == {}
    )


@pytest.mark.parametrize(
    ("step", "cash", "sold", "bought"),
    [
        *((step, 0, 5_000, 5_000) for step in (ANY, CENTS, WHOLE)),
        *((step, 1, 4_999, 5_000) for step in (ANY, CENTS)),
        *((step, -5, 5_002, 4_997) for step in (ANY, CENTS)),
        *((step, -500, 5_250, 4_750) for step in (ANY, CENTS)),
        (WHOLE, -1, 5_000, 4_900),
        (WHOLE, -5, 5_000, 4_900),
    ],
)
def test_no_cash_or_slightly_less_is_no_trouble(step: Fraction | None, cash: int, sold: int, bought: int) -> None:
    """150/50 and nothing, or less, in cash: a rebalance sells what it buys for, and what the account owes.

    A deposit pays what is owed first.
    """
    assert planned(pair(Mode.REBALANCE, cash, held=(150, 50), step=step)) == {"S": -sold, "B": bought}
    assert planned(pair(Mode.DEPOSIT, min(0, cash), held=(150, 50), step=step)) == {}
    left = 1_000 + min(0, cash)
    assert planned(pair(Mode.DEPOSIT, left, held=(150, 50), step=step)) == {
        "B": left // 100 * 100 if step == 1 else left
    }


def test_cash_tagged_to_another_class_is_not_deployed() -> None:
    """40 of cash count to bonds: they stay there, so that 100/60+40 is on its target and nothing is bought."""
    problem = pair(Mode.REBALANCE, held=(100, 60))
    tagged = PlanAsset("cash", ONE, ANY, {"bonds": ONE}, can_buy=False, can_sell=False)
    held = {**problem.held, ("cash", "k"): Fraction(4_000)}
    assert planned(Problem(Mode.REBALANCE, problem.classes, [*problem.assets, tagged], problem.accounts, held)) == {}
    new = [PlanAccount("k", 1_000)]
    assert planned(Problem(Mode.DEPOSIT, problem.classes, [*problem.assets, tagged], new, held)) == {"S": 500, "B": 500}


@pytest.mark.parametrize("step", [ANY, WHOLE])
def test_selling_over_two_accounts_loses_no_unit(step: Fraction | None) -> None:
    """12 shares at 3.33 in two accounts: all 39.96 of them are raised, 23.31 and 16.65, and no cent is left behind."""
    asset = PlanAsset("S", Fraction(333), step, {"stocks": ONE}, 1)
    held = {("S", "k"): Fraction(7), ("S", "m"): Fraction(5)}
    accounts = [PlanAccount("k", 0, 2_331), PlanAccount("m", 0, 1_665)]
    problem = Problem(Mode.WITHDRAWAL, [PlanClass("stocks", 1)], [asset], accounts, held)
    answer = calculate(problem)
    assert gross(answer) == {("S", "k"): -2_331, ("S", "m"): -1_665}
    assert answer.cash == {"k": 2_331, "m": 1_665}
    part = Problem(Mode.WITHDRAWAL, problem.classes, [asset], [PlanAccount("k", 0, 1), PlanAccount("m", 0, 666)], held)
    assert gross(calculate(part))[("S", "m")] == -666
    assert gross(calculate(part))[("S", "k")] == (-1 if step is None else -333)


@pytest.mark.parametrize(("step", "least"), [(ANY, 1), (CENTS, 1), (WHOLE, 100)])
@pytest.mark.parametrize("amount", [1, 2, 3, 7, 99, 100, 101])
def test_small_withdrawals_end(amount: int, step: Fraction | None, least: int) -> None:
    """The last cent of a withdrawal is not chased for ever: as much is sold as it takes, to the lot."""
    plan = planned(pair(Mode.WITHDRAWAL, 0, amount, step=step))
    assert -sum(plan.values()) == -(-amount // least) * least


def test_prices_in_another_order_than_weights_change_nothing() -> None:
    """60/30/10 of 66/25/5 at prices of 11, 5 and 1: 4 more buy 0.50 of the second and 3.50 of the third.

    In whatever order assets with their prices, classes with their targets and what is held are told.
    """
    prices = {"a": Fraction(1_100), "b": Fraction(500), "c": Fraction(100)}
    targets, values = {"a": 60, "b": 30, "c": 10}, {"a": 6_600, "b": 2_500, "c": 500}
    accounts = [PlanAccount("k", 400)]
    for one in permutations("abc"):
        for other in permutations("abc"):
            for third in permutations("abc"):
                assets = [PlanAsset(f"{x}1", prices[x], ANY, {x: ONE}, 1) for x in one]
                classes = [PlanClass(x, targets[x]) for x in other]
                held = {(f"{x}1", "k"): values[x] / prices[x] for x in third}
                assert planned(Problem(Mode.DEPOSIT, classes, assets, accounts, held)) == {"b1": 50, "c1": 350}


@pytest.mark.parametrize(("held", "may_sell"), [(Fraction(1), True), (Fraction(3, 2), False), (Fraction(5, 2), True)])
def test_whole_shares_that_are_too_small_a_trade_are_sold_only_where_nothing_is_left(
    held: Fraction, may_sell: bool
) -> None:
    """One share of 1.00 is below the smallest trade of 1.50: allowed where it is all, and never beside half a share."""
    problem = pair(Mode.WITHDRAWAL, buffer=100)
    problem = replace(problem, min_trade=150, held={("S", "k"): held, ("B", "k"): Fraction(100)})
    assert problem.may_sell(("S", "k")) is may_sell
