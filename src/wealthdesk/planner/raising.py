"""Withdrawals of more than there is: what can be raised in each account, by selling all of it that may be sold."""

from bisect import bisect
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from wealthdesk.planner.answer import Answer, settle
from wealthdesk.planner.problem import Place, Problem


def within_reach(problem: Problem) -> Problem:
    """The same withdrawal, but no more of it from each account than that can raise; itself where all can be raised."""
    if all(account.cash >= account.buffer for account in problem.accounts):
        return problem
    raised = everything(problem).cash
    buffers = {each.id: min(each.buffer, max(each.cash, raised[each.id])) for each in problem.accounts}
    if all(each.buffer == buffers[each.id] for each in problem.accounts):
        return problem
    return replace(problem, accounts=[replace(each, buffer=buffers[each.id]) for each in problem.accounts])


def everything(problem: Problem) -> Answer:
    """The sale of all that brings more than its fee; where gains are limited, of what realises least first."""
    most = {place: problem.most_lots(place) for place in problem.held if problem.may_sell(place)}
    if problem.gain_limit is None:
        return settle(problem, {place: -count for place, count in most.items() if _is_worth_it(problem, place, count)})
    order = sorted(most, key=lambda place: (problem.realised_gain(place, most[place]), place))
    lots: dict[Place, int] = dict.fromkeys(order, 0)
    before: dict[Place, int] = {}
    while lots != before:
        before = dict(lots)
        for place in order:
            count = _within_gain(problem, lots, place, most[place])
            lots[place] = -count if _is_worth_it(problem, place, count) else lots[place]
    return settle(problem, lots)


def _within_gain(problem: Problem, lots: Mapping[Place, int], place: Place, most: int) -> int:
    """How many lots may be sold beside the others: gains grow from lot to lot, as the dearest are sold first."""
    others = sum((problem.realised_gain(at, -sold) for at, sold in lots.items() if at != place), Fraction(0))
    room = (problem.gain_limit or 0) - others
    return bisect(range(1, most + 1), False, key=lambda count: problem.realised_gain(place, count) > room)


def _is_worth_it(problem: Problem, place: Place, count: int) -> bool:
    asset, account = problem.asset[place[0]], problem.account[place[1]]
    gross = problem.gross(asset, count)
    is_large_enough = gross >= problem.min_trade or problem.closes(place, count)
    return count > 0 and is_large_enough and gross > problem.fee(asset, account, gross)
