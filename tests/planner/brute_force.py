"""The best plan of a small problem by trying every one: slow, and too simple to be wrong."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

from wealthdesk.planner.answer import PlanAnswer, broken_rules, score, settle
from wealthdesk.planner.problem import Place, Problem


def lots_of(problem: Problem, place: Place) -> range:
    """Every number of lots that could be traded here (sales negative), whatever else is."""
    asset, account = problem.asset[place[0]], problem.account[place[1]]
    sold = problem.most_lots(place) if problem.may_sell(place) else 0
    purse = account.cash - problem.floor_of(account)
    purse += sum(int(q * problem.asset[a].price) + 1 for (a, c), q in problem.held.items() if c == account.id)
    bought = int((purse + 1) / asset.lot) if problem.may_buy(place) and purse > 0 else 0
    return range(-sold, bought + 1)


def how_many(problem: Problem) -> int:
    """How many combinations there are to try."""
    count = 1
    for place in _places(problem):
        count *= len(lots_of(problem, place))
    return count


def best(problem: Problem) -> tuple[float, PlanAnswer] | None:
    """The least J of an allowed plan, and a plan that has it; None where no plan is allowed."""
    return min(((score(problem, each).j, each) for each in allowed(problem)), key=lambda pair: pair[0], default=None)


def allowed(problem: Problem) -> Iterator[PlanAnswer]:
    """Every plan that breaks no rule; what an account cannot pay for is not looked at any further."""
    nothing = settle(problem, {})
    floors = {each.id: problem.floor_of(each) for each in problem.accounts}
    places = sorted(_places(problem))
    alone = [[settle(problem, {place: count}).trades for count in lots_of(problem, place)] for place in places]
    for each in product(*alone):
        trades = sum(each, ())
        cash = dict(nothing.cash)
        for trade in trades:
            cash[trade.account_id] += trade.cash_change
        if all(cash[account_id] >= floor for account_id, floor in floors.items()):
            answer = replace(nothing, trades=trades, cash=cash)
            if not any(True for _ in broken_rules(problem, answer)):
                yield answer


def _places(problem: Problem) -> list[Place]:
    return [(asset.id, account.id) for asset in problem.assets for account in problem.accounts]
