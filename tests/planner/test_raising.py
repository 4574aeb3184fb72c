"""Withdrawals of more than there is: what accounts below their buffers raise. Money is in cents."""

from fractions import Fraction

from planner.test_properties import could_bring_more, lots_of
from wealthdesk.domain.plans import Mode
from wealthdesk.planner import practical, raising
from wealthdesk.planner.calculate import calculate
from wealthdesk.planner.problem import Place, PlanAccount, PlanAsset, PlanClass, PlanLot, Practical, Problem

ONE = Fraction(1)


def withdrawal(amount: int, gain_limit: int | None = 1_666, min_trade: int = 0) -> Problem:
    """Two shares of D at 125.00, of which one may be sold for 12.50 of gain and both for 30.00, and two of C at 50.00,
    of which one may be sold without a gain and both for 8.00.
    """
    costs = {"D": (Fraction(9, 5), 11_250, 2_500), "C": (Fraction(9, 5), 5_000, 1_000)}
    return Problem(
        Mode.WITHDRAWAL,
        [PlanClass("stocks", 50), PlanClass("bonds", 30)],
        [PlanAsset(name, Fraction(price), ONE, {"stocks": ONE}, 1) for name, price in (("D", 12_500), ("C", 5_000))],
        [PlanAccount("k", 37_500, 37_500 + amount)],
        {(name, "k"): Fraction(2) for name in costs},
        lots={
            (name, "k"): (PlanLot(most, Fraction(dear)), PlanLot(2 - most, Fraction(cheap)))
            for name, (most, dear, cheap) in costs.items()
        },
        gain_limit=gain_limit,
        min_trade=min_trade,
    )


def test_more_lots_than_a_machine_word_counts_are_sold() -> None:
    """Of 10²⁰ lots at one cent each a withdrawal of 5.00 sells 500."""
    held = {("X", "k"): Fraction(10**20)}
    coin = PlanAsset("X", Fraction(1), ONE, {"coins": ONE}, 1)
    problem = Problem(Mode.WITHDRAWAL, [PlanClass("coins", 100)], [coin], [PlanAccount("k", 0, 500)], held)
    answer = raising.in_turn(problem)
    assert answer is not None
    assert lots_of(answer) == {("X", "k"): -500}


def test_a_withdrawal_of_nothing_burns_no_fee() -> None:
    """To sell one cent for a fee of one cent would bring the class nearer to its target, and bring nothing else."""
    coin = PlanAsset("X", Fraction(1000), None, {"coins": ONE}, 1)
    problem = Problem(
        Mode.WITHDRAWAL,
        [PlanClass("coins", 50), PlanClass("bonds", 50)],
        [coin],
        [PlanAccount("k", 0, fee_fixed=1)],
        {("X", "k"): Fraction(10)},
        practical=Practical(min_trade=2_500),
    )
    assert not practical.sheet(problem).chosen.answer.trades


def sold(problem: Problem) -> dict[Place, int]:
    return {place: -count for place, count in lots_of(calculate(problem)).items()}


def test_where_gains_are_limited_all_is_sold_that_fits_beside_the_rest() -> None:
    """Both of C, which realise least of all that is held, would leave no room for D: one of each raises 175.00."""
    problem = withdrawal(21_000)
    assert sold(problem) == {("C", "k"): 1, ("D", "k"): 1}
    assert not list(could_bring_more(problem, calculate(problem), problem.accounts[0]))


def test_no_more_is_sold_than_is_short() -> None:
    assert sold(withdrawal(12_000)) == {("D", "k"): 1}
    assert sold(withdrawal(35_000, gain_limit=None)) == {("C", "k"): 2, ("D", "k"): 2}


def test_what_is_sold_beside_the_rest_is_no_smaller_than_the_smallest_trade() -> None:
    assert sold(withdrawal(21_000, min_trade=6_000)) == {("D", "k"): 1}
