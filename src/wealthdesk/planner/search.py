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
from wealthdesk.planner.nearby import best_within
from wealthdesk.planner.problem import Problem
from wealthdesk.planner.relaxation import relaxed
from wealthdesk.planner.rounding import descend, repair, rounded
from wealthdesk.planner.rules import everything
from wealthdesk.planner.settling import settled
from wealthdesk.planner.swaps import Effort, improve
from wealthdesk.planner.thoroughness import USUAL, WIDE, Thoroughness
from wealthdesk.planner.trial import GAIN, Trial

if TYPE_CHECKING:
    from wealthdesk.planner.model import Array

METHOD = "search"
ROUNDS = 40
"""So many exchanges of a kind at most."""
FEW_ACCOUNTS, MORE = 3, 5
"""Between more accounts than these there is more to exchange: so many times as many changes are forced, unless which
trades there are was looked at before."""
CENTRES = 3
"""All plans nearby are compared around so many plans at most, each the best near the one before."""
FEW_VARIABLES = 64
"""Of more than these, which trades there are is looked at only where much may be missed; and never where plans only
buy, or only sell."""
PART = 1e-9
"""A change that gains a smaller part of what can be gained is none."""
GOOD = 5e-6
"""A plan whose regret is proven to be below this is not improved any more."""
WEAK, PROVABLE, PROVEN = 1e-2, 300, 1e-4
"""Where more may be missed, a programme counts the lots, of up to so many variables, until so little may be missed."""
MANY_ASSETS = 500
POOR = 4
"""So many times what is fair has to be possible for exchanges within one account."""


def solve(problem: Problem, progress: Progress | None = None, how: Thoroughness | None = None) -> Answer:
    """A plan of whole lots with J as small as the search gets it, and the bound that it proves of its regret.

    progress is told of the first plan and of each better one; False stops there. how: None is what the time allows.
    """
    if problem.total <= 0:
        return settle(problem, {}, 0.0, METHOD)
    model = modelled(problem)
    if not model.count:
        return settle(problem, {}, 0.0, METHOD)
    return _Search(model, progress, how or _affordable(problem)).answer()


def _affordable(problem: Problem) -> Thoroughness:
    has_time = len(problem.accounts) > FEW_ACCOUNTS or len(problem.assets) > MANY_ASSETS
    return WIDE if has_time else USUAL


class _Search:
    """One search: the model, what is proven, and the best plan so far."""

    def __init__(self, model: Model, progress: Progress | None, how: Thoroughness) -> None:
        import numpy as np

        self._model, self._progress, self._how = model, progress, how
        self._nothing = Trial(model, np.zeros(model.count))
        self._stopped = self._looked_everywhere = False

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
        self._exchange(self._best, self._how.exchanges, ROUNDS)
        self._exchange_within()
        if not self._look_nearby():
            self._probe()
        self._prove()
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
            if self._stopped or idle == accounts or self._good(self._best, POOR * self._how.fair):
                return
            if improve(self._best, self._prices, self._how.within, account):
                self._tell()
                idle = 0
            else:
                account, idle = (account + 1) % accounts, idle + 1

    def _look_nearby(self) -> bool:
        """The best plan of all, or near the best one; whether nothing better is expected there.

        Where assets may be bought and sold, gains are limited or no plan is allowed yet, which trades there are is what
        is hard to find; where few lots are traded, how many.
        """
        model, how = self._model, self._how
        is_one_sided = model.gains is None and len(set(model.side)) == 1
        is_plain = is_one_sided and (model.count > FEW_VARIABLES or self._good(self._best, how.whole.above))
        if not (is_plain and self._best.allowed):
            self._look_everywhere()
            if not self._best.allowed:
                return False
        if model.count <= how.whole.variables:
            return self._look_at_all()
        return self._look_at_pairs() if is_one_sided else False

    def _look_everywhere(self) -> None:
        """Which trades there are to be, with any parts of cheap lots."""
        is_few = self._model.count <= FEW_VARIABLES
        width = self._how.everywhere if is_few else self._how.wherever
        is_enough = self._best.allowed and self._good(self._best, width.above)
        if self._stopped or is_enough or self._model.count > width.variables:
            return
        self._looked_everywhere = True
        found = best_within(self._best, self._worth, everything(self._model), width, self._prices)
        self._bound = max(self._bound, found.bound - SAME)
        if self._take(found.trial):
            self._exchange(self._best, self._how.exchanges[:2], ROUNDS)

    def _look_at_all(self) -> bool:
        width, found = self._how.whole, None
        for _ in range(CENTRES):
            if self._stopped or self._good(self._best, GOOD if found else width.above):
                return found is not None
            reach = width.around(self._best)
            found = best_within(self._best, self._worth, reach, width, self._prices)
            self._bound = max(self._bound, found.bound - SAME)
            if not self._take(found.trial):
                return found.is_best
        return False

    def _look_at_pairs(self) -> bool:
        width, model, looked = self._how.pairs, self._model, False
        for free in _pairs(model):
            if 0 < free.sum() <= width.variables and not self._good(self._best, width.above):
                self._tell()
                if self._stopped:
                    break
                reach = width.around(self._best, free)
                self._take(best_within(self._best, self._worth, reach, width, self._prices).trial)
                looked = True
        return looked

    @property
    def _worth(self) -> float:
        """What can be gained at most."""
        return max(self._nothing.value, self._best.value) - self._bound

    def _take(self, trial: Trial) -> bool:
        """Goes on from this plan if it is better than the best one; whether it is."""
        is_better = trial.value < self._best.value - GAIN
        if trial.allowed < self._best.allowed or (trial.allowed == self._best.allowed and not is_better):
            return False
        self._best = trial.copy()
        self._tell()
        return True

    def _probe(self) -> None:
        """Forces a change, one after another in the order of their costs, and sees where exchanges lead from there."""
        is_wide = len(self._model.problem.accounts) > FEW_ACCOUNTS and not self._looked_everywhere
        more = MORE if is_wide else 1
        probes = more * min(self._how.probes, self._how.probed // self._model.count)
        number = 0
        for _ in range(probes):
            if self._stopped or self._good(self._best, self._how.fair):
                return
            trial = self._forced(number)
            if trial is None:
                return
            self._exchange(trial, self._how.exchanges[:1], 8)
            trial.kept = None
            if trial.allowed and trial.value < self._best.value - GAIN:
                self._best, number = trial, 0
                self._exchange(trial, self._how.exchanges[:2], 8)
                self._tell()
            else:
                number += 1

    def _prove(self) -> None:
        """A better bound where little is proven of a plan that only buys or only sells in many accounts."""
        from wealthdesk.planner.proof import whole_bound

        model, best = self._model, self._best
        is_small = model.count <= PROVABLE and len(set(model.side)) == 1
        has_time = len(model.problem.accounts) > FEW_ACCOUNTS
        if is_small and has_time and best.allowed and not self._stopped and not self._good(best, WEAK):
            self._bound = max(self._bound, whole_bound(model.problem, best.value, PROVEN * self._worth) - SAME)

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
    for account in range(count if count > 2 else count - 1):
        yield (model.account == account) | (model.account == (account + 1) % count)
