"""A withdrawal that raises no more than it has to: J alone would go on selling what is above its target."""

from dataclasses import dataclass, replace

from wealthdesk.planner.answer import Answer, Lots, broken_rules, settle
from wealthdesk.planner.margins import Margins
from wealthdesk.planner.problem import Place, Problem

CAREFUL = 8
"""A step takes at most this part of what is too much, so that one asset does not give all of it."""

AT_ONCE = 4
"""This part of the steps is taken before they are weighed again."""


def trimmed(problem: Problem, answer: Answer) -> Answer:
    """The withdrawal without the lots that its accounts do not need, those first that J misses least.

    What is proven of J does not hold of the rest any more. An answer without such lots is given back as it is. An
    account that cannot raise what is taken out of it does not make the others sell more.
    """
    trimming = _Trimming(problem, answer)
    while trimming.goes_on():
        pass
    lots = {place: -trade.count for place, trade in trimming.trades.items()}
    made = settle(problem, lots, None, answer.method)
    newly_broken = set(broken_rules(problem, made)) - set(broken_rules(problem, answer))
    return answer if made.trades == answer.trades or newly_broken else made


@dataclass(frozen=True, slots=True, order=True)
class _Step:
    """So many lots less of a trade: what J misses per unit of money, and what gross and fee change by."""

    missed: float
    place: Place
    by: int
    gross: int
    fee: int


class _Trimming:
    """The trades that are left, and the cash."""

    def __init__(self, problem: Problem, answer: Answer) -> None:
        self._problem, self._margins, self._cash = problem, Margins(problem, answer), dict(answer.cash)
        self.trades = {trade.place: trade for trade in answer.trades}

    def goes_on(self) -> bool:
        """Takes the best of the steps; whether there was one."""
        steps = sorted(step for trade in self.trades.values() if (step := self._step(trade)) is not None)
        for step in steps[: 1 + len(steps) // AT_ONCE]:
            if self._is_allowed(self.trades[step.place], step.by, step.gross, step.fee):
                self._take(step)
        return bool(steps)

    def _step(self, trade: Lots) -> _Step | None:
        over = self._over(trade)
        most = min(trade.count, int(over / self._margins.asset_of(trade).lot) + 1)
        for count in (max(1, most // CAREFUL), 1, trade.count):
            gross, fee = self._margins.costs(trade, -count)
            if over > 0 and self._is_allowed(trade, -count, gross, fee):
                missed = self._margins.change(trade, -count, gross, fee) / (fee - gross)
                return _Step(missed, trade.place, -count, gross, fee)
        return None

    def _over(self, trade: Lots) -> int:
        return self._cash[trade.account_id] - self._problem.floor_of(self._problem.account[trade.account_id])

    def _is_allowed(self, trade: Lots, by: int, gross: int, fee: int) -> bool:
        is_large_enough = by == -trade.count or trade.gross + gross >= self._problem.min_trade
        return 0 < fee - gross <= self._over(trade) and is_large_enough

    def _take(self, step: _Step) -> None:
        trade = self.trades[step.place]
        self._margins.move(trade, step.by, step.gross, step.fee)
        self._cash[trade.account_id] += step.gross - step.fee
        if trade.count + step.by:
            gross, fee = trade.gross + step.gross, trade.fee + step.fee
            self.trades[step.place] = replace(trade, count=trade.count + step.by, gross=gross, fee=fee)
        else:
            del self.trades[step.place]
