"""What one lot more or less would change, beside the score of the plan that has it."""

from dataclasses import replace

import pytest

from planner.made_problems import portfolio, wild
from wealthdesk.domain.plans import Mode, Side
from wealthdesk.planner.answer import PlanAnswer, score, settle
from wealthdesk.planner.calculate import calculate
from wealthdesk.planner.limits import LotMargins
from wealthdesk.planner.problem import Problem

SEEDS = range(9)


def a_problem(seed: int, mode: Mode) -> Problem:
    """Of three in turn: one with fees, one with a class of no target and one that cash counts to, an odd one."""
    if seed % 3 == 2:
        return replace(wild(seed), mode=mode, gain_limit=None)
    made = portfolio(seed, 7, 2, look_through=True, fees=True, mode=mode)
    first, *others = made.classes
    return replace(made, classes=[replace(first, target=0), *others], cash_class=others[0].id) if seed % 3 else made


def with_lots(problem: Problem, answer: PlanAnswer, number: int, by: int) -> PlanAnswer:
    """The same plan with so many lots more of one of its trades."""
    lots = {each.place: each.signed for each in answer.trades}
    trade = answer.trades[number]
    lots[trade.place] += by if trade.side is Side.BUY else -by
    return settle(problem, lots, new_money=answer.new_money, paid={})


@pytest.mark.parametrize("mode", Mode)
def test_what_a_lot_changes_is_the_difference_of_two_scores(mode: Mode) -> None:
    compared = 0
    for seed in SEEDS:
        problem = a_problem(seed, mode)
        answer = calculate(problem)
        margins, here = LotMargins(problem, answer), score(problem, with_same_money(problem, answer)).j
        for number, trade in enumerate(answer.trades):
            for by in (-1, 1, 3):
                if trade.side is Side.SELL and trade.count + by > problem.most_lots(trade.place):
                    continue
                there = score(problem, with_lots(problem, answer, number, by)).j
                change = margins.change(trade, by, *margins.costs(trade, by))
                assert change == pytest.approx(there - here, rel=1e-6, abs=1e-11), (seed, trade, by)
                compared += 1
    assert compared > 20


def with_same_money(problem: Problem, answer: PlanAnswer) -> PlanAnswer:
    return settle(problem, {each.place: each.signed for each in answer.trades}, new_money=answer.new_money, paid={})


@pytest.mark.parametrize("mode", Mode)
def test_a_second_lot_is_counted_from_where_the_first_has_led(mode: Mode) -> None:
    compared = 0
    for seed in SEEDS:
        problem = a_problem(seed, mode)
        answer = calculate(problem)
        if len(answer.trades) < 2:
            continue
        margins = LotMargins(problem, answer)
        (first, second), lots = answer.trades[:2], {each.place: each.signed for each in answer.trades}
        margins.move(first, -1, *margins.costs(first, -1))
        lots[first.place] -= 1 if first.side is Side.BUY else -1
        moved = score(problem, settle(problem, lots, new_money=answer.new_money, paid={})).j
        lots[second.place] -= 1 if second.side is Side.BUY else -1
        both = score(problem, settle(problem, lots, new_money=answer.new_money, paid={})).j
        change = margins.change(second, -1, *margins.costs(second, -1))
        assert change == pytest.approx(both - moved, rel=1e-6, abs=1e-11), seed
        compared += 1
    assert compared >= 4
