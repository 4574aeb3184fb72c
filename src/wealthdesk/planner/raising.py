"""Withdrawals of more than there is: what can be raised in each account, by selling all of it that may be sold."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction

from wealthdesk.planner.answer import PlanAnswer, settle
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


def everything(problem: Problem) -> PlanAnswer:
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


def raised_further(problem: Problem, answer: PlanAnswer) -> PlanAnswer:
    """The answer with whatever more can be sold in the accounts that it leaves below their buffers.

    Where gains are limited, what is within reach is only known roughly: a plan that raises it may leave room for more.
    """
    lots = {trade.place: -trade.count for trade in answer.trades}
    made, before = answer, dict[Place, int]()
    while lots != before:
        before = dict(lots)
        for place in problem.held:
            account = problem.account.get(place[1])
            if account and made.cash[account.id] < account.buffer and problem.may_sell(place):
                count = _sold_further(problem, lots, place, account.buffer - made.cash[account.id])
                if count > -lots.get(place, 0):
                    lots[place] = -count
                    made = settle(problem, lots, None, answer.method)
    return made


def _sold_further(problem: Problem, lots: Mapping[Place, int], place: Place, short: int) -> int:
    """How many lots to sell here in all: the fewest that bring what is short, or those that bring most of it."""
    sold, most = -lots.get(place, 0), problem.most_lots(place)
    allowed = most if problem.gain_limit is None else _within_gain(problem, lots, place, most)
    already = _brought(problem, place, sold)
    enough = _first(sold + 1, allowed, lambda count: _brought(problem, place, count) - already >= short)
    best = sold
    for count in sorted({sold + 1, enough, allowed}):
        is_possible = sold < count <= allowed and _is_worth_it(problem, place, count)
        is_short = _brought(problem, place, best) - already < short
        if is_possible and is_short and _brought(problem, place, count) > _brought(problem, place, best):
            best = count
    return best


def in_turn(problem: Problem) -> PlanAnswer | None:
    """A practical withdrawal raised by selling one position after the other whole, and of the last what is missing.

    What is most above its target goes first. None where that breaks a rule, whichever position is the last.
    """
    needed, paid = _needed(problem)
    lots: dict[Place, int] = {}
    for account_id, money in needed.items():
        sold = _sold_in_turn(problem, account_id, money)
        if sold is None:
            return None
        lots |= sold
    return settle(problem, lots, new_money={}, paid=paid)


def _needed(problem: Problem) -> tuple[dict[str, int], dict[str, int]]:
    """What each account has to raise, and what it pays of the withdrawal from any.

    Cash pays first, and then the account that can raise most.
    """
    spare = {each.id: each.cash - each.withdrawal - problem.floor_of(each) for each in problem.accounts}
    able = dict.fromkeys(spare, 0)
    for place in problem.held:
        if place[1] in able and problem.may_sell(place):
            able[place[1]] += max(0, _brought(problem, place, problem.most_lots(place)))
    left = problem.withdrawal
    paid = dict.fromkeys(spare, 0)
    payers = [each.id for each in problem.accounts if each.pays]
    for most in (spare, {key: spare[key] + able[key] for key in spare}):
        for key in sorted(payers, key=lambda key: (-most[key], key)):
            more = min(left, max(0, most[key] - paid[key]))
            paid[key] += more
            left -= more
    return {key: paid[key] - spare[key] for key in spare if paid[key] > spare[key]}, paid


def _sold_in_turn(problem: Problem, account_id: str, money: int) -> dict[Place, int] | None:
    places = [place for place in problem.held if place[1] == account_id and problem.may_sell(place)]
    targets = problem.asset_targets
    over = {place: problem.values[place[0]] / problem.total - targets.get(place[0], 0) for place in places}
    whole: list[tuple[Place, int]] = []
    left, rest = money, sorted(places, key=lambda place: (-over[place], place))
    for place in list(rest):
        brought = _brought(problem, place, problem.most_lots(place))
        if 0 < brought <= left:
            whole.append((place, brought))
            rest.remove(place)
            left -= brought
    while left > 0:
        last = min(filter(None, (_last_sale(problem, place, left) for place in rest)), default=None)
        if last is not None:
            return {place: -problem.most_lots(place) for place, _ in whole} | {last[1]: -last[2]}
        if not whole:
            return None
        place, brought = whole.pop()
        rest.append(place)
        left += brought
    return {place: -problem.most_lots(place) for place, _ in whole}


def _last_sale(problem: Problem, place: Place, money: int) -> tuple[int, Place, int] | None:
    """How much too much the sale of what is missing brings, where, and how many lots; None where it breaks a rule."""
    least, most = problem.smallest_trade, problem.most_lots(place)
    enough = _first(1, most + 1, lambda count: _brought(problem, place, count) >= money)
    for count in (enough, most):
        over = _brought(problem, place, count) - money
        gross = problem.gross_of_sale(place, count)
        closes = problem.closes(place, count)
        keeps = closes or (gross >= least and problem.value_of(place) - gross >= least)
        slack = min(gross, 2 * least) if closes else int(problem.asset[place[0]].lot)
        if count <= most and keeps and 0 <= over <= slack:
            return over, place, count
    return None


def _brought(problem: Problem, place: Place, count: int) -> int:
    """What the sale of so many lots brings after its fee; nothing where none are sold."""
    asset, account = problem.asset[place[0]], problem.account[place[1]]
    gross = problem.gross_of_sale(place, count)
    return gross - problem.fee(asset, account, gross) if count else 0


def _within_gain(problem: Problem, lots: Mapping[Place, int], place: Place, most: int) -> int:
    """How many lots may be sold beside the others: gains grow from lot to lot, as the dearest are sold first."""
    others = sum((problem.realised_gain(at, -sold) for at, sold in lots.items() if at != place), Fraction(0))
    room = (problem.gain_limit or 0) - others
    return _first(1, most + 1, lambda count: problem.realised_gain(place, count) > room) - 1


def _first(low: int, high: int, holds: Callable[[int], bool]) -> int:
    """The first count from low for which it holds, high where there is none before: once it holds, it holds on.

    The bisect of Python's own library takes no counts from 2⁶³ on, and a coin has more of its smallest parts.
    """
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return low


def _is_worth_it(problem: Problem, place: Place, count: int) -> bool:
    asset, account = problem.asset[place[0]], problem.account[place[1]]
    gross = problem.gross(asset, count)
    is_large_enough = gross >= problem.min_trade or problem.closes(place, count)
    return count > 0 and is_large_enough and gross > problem.fee(asset, account, gross)
