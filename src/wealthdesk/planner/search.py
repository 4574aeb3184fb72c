"""The search for the best plan of whole lots: minimise J quickly, with a proven bound on what may be missed.

The continuous minimum gives prices of the accounts' money, a lower bound and a first rounding; exchanges of a few lots
do the rest. Nothing depends on the clock: the same problem gives the same plan on every machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from wealthdesk.planner.answer import Answer, Progress, settle
from wealthdesk.planner.bound import SAME, lower_bound, regret_bound
from wealthdesk.planner.fees import concentrated
from wealthdesk.planner.model import Model, modelled
from wealthdesk.planner.nearby import Width, best_nearby
from wealthdesk.planner.problem import Problem
from wealthdesk.planner.relaxation import relaxed
from wealthdesk.planner.rounding import descend, repair, rounded
from wealthdesk.planner.settling import settled
from wealthdesk.planner.swaps import Effort, improve
from wealthdesk.planner.trial import GAIN, Trial

if TYPE_CHECKING:
    from wealthdesk.planner.model import Array

METHOD = "search"
EFFORTS = (Effort(60, 200), Effort(120, 400, 3), Effort(200, 600, 4))
"""How wide the exchanges look, one after another."""
WITHIN = Effort(160, 400, 3)
"""How wide those within one account do."""
ROUNDS = 40
"""So many exchanges of a kind at most."""
PROBES, PROBED = 16, 6_000
"""How many changes are forced at most; and at most so many divided by the number of variables."""
FEW_ACCOUNTS, MORE = 3, 5
"""Between more accounts than these there is more to exchange: so many times as many changes are forced."""
WIDTHS = {True: Width(5e-4, 64, 6, 30, 3.0, 50), False: Width(2e-3, 400, 6, 30, 1.0, 5)}
"""How far all plans near the best are compared: with few accounts at once, with more for two of them at a time."""
CENTRES = 3
"""Around so many plans at most, each the best near the one before."""
PART = 1e-9
"""A change that gains a smaller part of what can be gained is none."""
FAIR = 5e-5
"""No changes are forced where the regret is proven to be below this."""
GOOD = 5e-6
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
        self._stopped = False

    def answer(self) -> Answer:
        """The best plan found, settled exactly."""
        model = self._model
        minimum = relaxed(model)
        self._prices = minimum.price
        self._bound = lower_bound(model, minimum.share, minimum.price).value
        if model.fixed.any() or len(model.problem.accounts) > 1:
            minimum = concentrated(model, minimum, self._nothing.value - self._bound)
        self._best = self._first(minimum.share)
        self._tell()
        self._exchange(self._best, EFFORTS, ROUNDS)
        self._exchange_within()
        if not self._look_nearby():
            self._probe()
        return self._settled(self._best)

    def _first(self, share: Array) -> Trial:
        """The continuous minimum in whole lots, or the empty plan improved where that is better."""
        trial = Trial(self._model, rounded(self._model, share))
        trial.gain = self._nothing.gain = max(GAIN, PART * (self._nothing.value - self._bound))
        repair(trial)
        descend(trial, self._prices)
        if self._nothing.allowed and (not trial.allowed or trial.value >= self._nothing.value):
            trial = self._nothing.copy()
            descend(trial, self._prices)
        return trial

    def _exchange(self, trial: Trial, efforts: tuple[Effort, ...], rounds: int) -> None:
        """Exchanges, ever wider, until none lowers J."""
        for effort in efforts:
            for _ in range(rounds):
                if self._stopped or self._good(trial) or not improve(trial, self._prices, effort):
                    break
                if trial is self._best:
                    self._tell()

    def _exchange_within(self) -> None:
        """Exchanges within one account after another, which can be wider, until none lowers J in any of them."""
        accounts = len(self._model.problem.accounts)
        account, idle = 0, 0
        for _ in range(ROUNDS * accounts if accounts > 1 else 0):
            if self._stopped or idle == accounts or self._good(self._best, FAIR):
                return
            if improve(self._best, self._prices, WITHIN, account):
                self._tell()
                idle = 0
            else:
                account, idle = (account + 1) % accounts, idle + 1

    def _look_nearby(self) -> bool:
        """Where few lots are traded, the best plan near the best one; whether nothing better is expected there."""
        model = self._model
        is_few = len(model.problem.accounts) <= FEW_ACCOUNTS
        width = WIDTHS[is_few]
        is_poor = self._best.allowed and not self._good(self._best, width.above)
        if model.count > width.variables or model.gains is not None or not is_poor:
            return False
        for free in [None] * CENTRES if is_few else _pairs(model):
            if self._stopped or self._good(self._best):
                break
            worth = max(self._nothing.value, self._best.value) - self._bound
            found = best_nearby(self._best, worth, width, free)
            self._bound = max(self._bound, found.bound - SAME)
            if not self._take(found.lots) and is_few:
                return found.is_best
        return not is_few

    def _take(self, lots: Array) -> bool:
        """Goes on from these lots if they are better than the best plan; whether they are."""
        trial = Trial(self._model, lots)
        if trial.value >= self._best.value - GAIN:
            return False
        self._best = trial
        self._tell()
        return True

    def _probe(self) -> None:
        """Forces a change, one after another in the order of their costs, and sees where exchanges lead from there."""
        more = MORE if len(self._model.problem.accounts) > FEW_ACCOUNTS else 1
        probes = more * min(PROBES, PROBED // self._model.count)
        number = 0
        for _ in range(probes):
            if self._stopped or self._good(self._best, FAIR):
                return
            trial = self._forced(number)
            if trial is None:
                return
            self._exchange(trial, EFFORTS[:1], 8)
            trial.kept = None
            if trial.allowed and trial.value < self._best.value - GAIN:
                self._best, number = trial, 0
                self._exchange(trial, EFFORTS[:2], 8)
                self._tell()
            else:
                number += 1

    def _forced(self, number: int) -> Trial | None:
        """The best plan with one step made and kept, whatever it costs; None where there are no more steps."""
        import numpy as np

        steps = self._best.singles(self._prices)
        if number >= len(steps.variable):
            return None
        line = int(np.argsort(steps.priced, kind="stable")[number])
        trial = self._best.copy()
        trial.add(steps, line)
        trial.kept = int(steps.variable[line])
        repair(trial)
        descend(trial, self._prices)
        return trial

    def _regret(self, trial: Trial) -> float | None:
        return regret_bound(trial.value, self._nothing.value, self._bound)

    def _good(self, trial: Trial, enough: float = GOOD) -> bool:
        regret = self._regret(trial)
        return regret is not None and regret <= enough

    def _tell(self) -> None:
        if self._progress is not None and not self._progress(self._settled(self._best)):
            self._stopped = True

    def _settled(self, trial: Trial) -> Answer:
        return settled(self._model, trial.lots, self._regret(trial), METHOD)


def _pairs(model: Model) -> Iterator[Array]:
    """The variables of every account together with those of the next one."""
    count = len(model.problem.accounts)
    for account in range(count):
        yield (model.account == account) | (model.account == (account + 1) % count)
