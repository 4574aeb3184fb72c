"""The best plan of a small problem, proven: everything that may beat the best known plan is looked at.

J with the accounts' limits priced is expanded at its continuous minimum: no allowed plan has less than its value there,
its slopes and its squares, which is what `closest` searches within.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import inf, isfinite

from wealthdesk.planner.answer import Answer, broken_rules, settle
from wealthdesk.planner.closest import Closest, TooMany, triangular
from wealthdesk.planner.expansion import Expansion
from wealthdesk.planner.objective import score
from wealthdesk.planner.problem import Place, Problem

STEPS = (300, 3_000, 30_000)
"""How much is looked at, each time around with the best plan of the time before."""
SAME = 1e-12
"""Two values of J closer than this are the same."""
ROUGH = 1e-10
"""What floats may be wrong by in J: plans that look so close are calculated exactly."""


def improve(problem: Problem, answer: Answer, steps: Sequence[int] = STEPS) -> Answer:
    """The best plan, with a bound of 0; where that is too much to look at, the best that was seen."""
    if problem.total <= 0:
        return answer
    expansion = Expansion(problem)
    best = _Best(problem, expansion, answer)
    for most in steps:
        known = best.j
        if _search(problem, expansion, best, most) and isfinite(known):
            return replace(best.answer, regret_bound=0.0, method="exact")
    return best.answer


def _search(problem: Problem, expansion: Expansion, best: _Best, steps: int) -> bool:
    """Whether everything that may be better than the best plan was looked at: then it is the best there is."""
    base, levels = expansion.levels(best.j)
    order, triangle = triangular(expansion.gram)
    room = [account.cash - problem.floor_of(account) for account in problem.accounts]

    def found(numbers: Sequence[int]) -> float:
        lots = [0] * len(order)
        for each, number in zip(order, numbers, strict=True):
            lots[each] = number
        best.offer(lots)
        return best.j + ROUGH - base

    try:
        Closest([levels[each] for each in order], triangle, room, found).search(best.j + ROUGH - base, steps)
    except TooMany:
        return False
    return True


class _Best:
    """The best plan so far; of equal ones that with fewer trades, then lower fees, then the smaller lots by id."""

    def __init__(self, problem: Problem, expansion: Expansion, answer: Answer) -> None:
        self._problem, self._expansion = problem, expansion
        self.answer = answer
        self.j = inf if any(broken_rules(problem, answer)) else score(problem, answer).j
        self._rank = _rank(answer)

    def offer(self, lots: Sequence[int]) -> None:
        """Takes a plan if it is allowed and better; lots are in the order of the expansion's places."""
        if self._expansion.j(lots) > self.j + ROUGH:
            return
        traded: dict[Place, int] = dict(zip(self._expansion.places, lots, strict=True))
        answer = settle(self._problem, traded)
        j, rank = score(self._problem, answer).j, _rank(answer)
        is_better = j < self.j - SAME or (j <= self.j + SAME and rank < self._rank)
        if is_better and not any(broken_rules(self._problem, answer)):
            self.answer, self.j, self._rank = answer, min(j, self.j), rank


def _rank(answer: Answer) -> tuple[int, int, list[tuple[str, str, int]]]:
    lots = [(trade.asset_id, trade.account_id, trade.count) for trade in answer.trades]
    return len(lots), sum(trade.fee for trade in answer.trades), lots
