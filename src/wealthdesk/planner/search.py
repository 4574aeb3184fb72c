"""The search for the best plan of whole lots: minimise J quickly, with a proven bound on what may be missed.

The continuous minimum gives prices of the accounts' money, a lower bound and a first rounding; exchanges of a few lots
do the rest. Nothing depends on the clock: the same problem gives the same plan on every machine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wealthdesk.planner.answer import Answer, Progress, settle
from wealthdesk.planner.bound import lower_bound, regret_bound
from wealthdesk.planner.model import Model, modelled
from wealthdesk.planner.problem import Problem
from wealthdesk.planner.relaxation import relaxed
from wealthdesk.planner.rounding import descend, repair, rounded
from wealthdesk.planner.settling import settled
from wealthdesk.planner.swaps import improve
from wealthdesk.planner.trial import Trial

if TYPE_CHECKING:
    from wealthdesk.planner.model import Array

METHOD = "search"
GOOD = 1e-6
"""A plan whose regret is proven to be below this is not improved any more."""


def solve(problem: Problem, progress: Progress | None = None) -> Answer:
    """A plan of whole lots with J as small as the search gets it, and the bound that it proves of its regret.

    progress is told of the first plan and of each better one; False stops there.
    """
    if problem.total <= 0:
        return settle(problem, {}, 0.0, METHOD)
    model = modelled(problem)
    if not model.count:
        return settle(problem, {}, 0.0, METHOD)
    return _Search(model, progress).answer()


class _Search:
    """One search: the model, what is proven, and the best plan so far."""

    def __init__(self, model: Model, progress: Progress | None) -> None:
        import numpy as np

        self._model, self._progress = model, progress
        self._nothing = Trial(model, np.zeros(model.count))

    def answer(self) -> Answer:
        """The best plan found, settled exactly."""
        model = self._model
        minimum = relaxed(model)
        self._bound = lower_bound(model, minimum.share, minimum.price).value
        trial = self._first(minimum.share, minimum.price)
        if not self._tell(trial):
            return self._settled(trial)
        for singles, pairs in ((60, 200), (120, 400), (200, 600)):
            for _ in range(40):
                if self._good(trial) or not improve(trial, minimum.price, singles, pairs, 1):
                    break
                if not self._tell(trial):
                    return self._settled(trial)
        return self._settled(trial)

    def _first(self, share: Array, price: Array) -> Trial:
        trial = Trial(self._model, rounded(self._model, share))
        repair(trial, price)
        descend(trial, price)
        if self._nothing.allowed and (not trial.allowed or trial.value >= self._nothing.value):
            trial = self._nothing.copy()
            descend(trial, price)
        return trial

    def _regret(self, trial: Trial) -> float | None:
        return regret_bound(trial.value, self._nothing.value, self._bound)

    def _good(self, trial: Trial) -> bool:
        regret = self._regret(trial)
        return regret is not None and regret <= GOOD

    def _tell(self, trial: Trial) -> bool:
        return self._progress is None or self._progress(self._settled(trial))

    def _settled(self, trial: Trial) -> Answer:
        return settled(self._model, trial.lots, self._regret(trial), METHOD)
