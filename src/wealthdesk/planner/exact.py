"""The best plan of a small problem, proven: everything that may beat the best known plan is looked at.

J with the accounts' limits priced is expanded at its continuous minimum: no allowed plan has less than its value there,
its slopes and its squares, which is what `closest` searches within.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import inf, isfinite

from wealthdesk.planner.answer import Answer, broken_rules, settle
from wealthdesk.planner.bound import HALF_A_UNIT, regret_bound
from wealthdesk.planner.closest import Closest, TooMany, triangular
from wealthdesk.planner.expansion import Expansion
from wealthdesk.planner.objective import score
from wealthdesk.planner.problem import Problem

QUICK = (1_000,)
"""How much is looked at where no good plan is known yet."""
LONG = (10_000, 25_000)
"""How much is looked at around a good plan, each time with the best plan of the time before."""
METHOD = "exact"
SAME = 1e-12
"""Two values of J closer than this are the same."""
ROUGH = 5e-12
"""What floats may be wrong by, as a part of J: plans that look so close are calculated exactly."""


def improve(problem: Problem, answer: Answer, steps: Sequence[int] = LONG) -> Answer:
    """The best plan, with a bound of 0; where that is too much to look at, the best that was seen."""
    from wealthdesk.planner.model import modelled

    if problem.total <= 0:
        return answer
    model = modelled(problem)
    if not model.count:
        return replace(answer, regret_bound=0.0)
    best, tops, least = _Best(problem, answer), model.most, -inf
    for most in steps:
        expansion = Expansion(problem, model, tops)
        known, least = best.j, max(least, expansion.least)
        around = _Around(problem, expansion, best)
        if around.search(most) and isfinite(known) and expansion.is_exact:
            return replace(best.looked_at_all(), method=METHOD)
        if isfinite(best.j):
            tops = expansion.tops(best.limit - around.base)
    return best.proven(least)


class _Around:
    """One search of everything that may be better than the best plan."""

    def __init__(self, problem: Problem, expansion: Expansion, best: _Best) -> None:
        self._expansion, self._best = expansion, best
        self.base, self._levels = expansion.levels(best.j)
        self._order, self._triangle = triangular(expansion.gram)
        self._room = [account.cash - problem.floor_of(account) for account in problem.accounts]
        self._limit = inf if problem.gain_limit is None else problem.gain_limit + HALF_A_UNIT

    def search(self, steps: int) -> bool:
        """Whether everything was looked at: then the best plan is the best there is."""
        levels = [self._levels[each] for each in self._order]
        losses = self._expansion.losses
        tolls = (self._limit, [losses[each] for each in self._order])
        try:
            Closest(levels, self._triangle, self._room, tolls, self._found).search(self._radius(), steps)
        except TooMany:
            return False
        return True

    def _found(self, numbers: Sequence[int]) -> float:
        by_place = [0] * len(numbers)
        for each, number in zip(self._order, numbers, strict=True):
            by_place[each] = number
        self._best.offer(self._expansion, by_place)
        return self._radius()

    def _radius(self) -> float:
        return self._best.limit - self.base


class _Best:
    """The best plan so far; of equal ones that with fewer trades, then lower fees, then the smaller lots by id."""

    def __init__(self, problem: Problem, answer: Answer) -> None:
        self._problem = problem
        self.answer = answer
        self.j = inf if any(broken_rules(problem, answer)) else score(problem, answer).j
        self._rank = _rank(answer)
        self._any_gain = replace(problem, gain_limit=None)
        self._least = inf

    @property
    def limit(self) -> float:
        """What J, in floats, has to be at most to be of interest."""
        return self.j + ROUGH * max(1.0, self.j) if isfinite(self.j) else inf

    def looked_at_all(self) -> Answer:
        """The best plan, of which nothing is missed but what a gain may bring that only rounds to its limit."""
        return self.proven(self._least) if self._least < self.j - SAME else replace(self.answer, regret_bound=0.0)

    def proven(self, least: float) -> Answer:
        """The best plan with the better bound: that which it came with, or the one from the least J there is."""
        if not isfinite(self.j):
            return self.answer
        nothing = score(self._problem, settle(self._problem, {})).j
        bounds = (self.answer.regret_bound, regret_bound(self.j, nothing, least))
        return replace(self.answer, regret_bound=min((each for each in bounds if each is not None), default=None))

    def offer(self, expansion: Expansion, numbers: Sequence[int]) -> None:
        """Takes a plan if it is allowed and better; the numbers are by the expansion's places."""
        rough = expansion.j(numbers)
        if rough > self.limit or (rough > 2 * self.j - self.limit and self._is_before(expansion, numbers)):
            return
        answer = settle(self._problem, expansion.traded(numbers), method=METHOD)
        j, rank = score(self._problem, answer).j, _rank(answer)
        is_better = j < self.j - SAME or (j <= self.j + SAME and rank < self._rank)
        if is_better and not any(broken_rules(self._problem, answer)):
            self.answer, self.j, self._rank = answer, min(j, self.j), rank
        elif is_better and not any(broken_rules(self._any_gain, answer)):
            self._least = min(self._least, j)

    def _is_before(self, expansion: Expansion, numbers: Sequence[int]) -> bool:
        """Whether the best plan comes before one with the same J; quickly seen by trades and fees."""
        return self._rank[:2] < (sum(map(bool, numbers)), expansion.fees(numbers))


def _rank(answer: Answer) -> tuple[int, int, list[tuple[str, str, int]]]:
    lots = [(trade.asset_id, trade.account_id, trade.count) for trade in answer.trades]
    return len(lots), sum(trade.fee for trade in answer.trades), lots
