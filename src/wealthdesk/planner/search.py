"""The search for the best plan of whole lots: minimise J quickly, settle it exactly, bound what may be missed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from wealthdesk.domain.plans import Side
from wealthdesk.planner.answer import AnswerProgress, PlanAnswer, settle
from wealthdesk.planner.mixed import NEAR, REDUCED, RESTARTS
from wealthdesk.planner.model import Array, Model, modelled
from wealthdesk.planner.nearby import Width, best_within
from wealthdesk.planner.problem import Place, Problem
from wealthdesk.planner.proof import whole_bound
from wealthdesk.planner.relaxation import SAME, Relaxed, lower_bound, regret_bound, relaxed
from wealthdesk.planner.rules import everything
from wealthdesk.planner.swaps import GAIN, Effort, Trial, descend, improve, repair, rounded

PASSES = 4
"""How often fixed fees are spread anew; without them, once is enough."""
TINY = 1e-7
"""The charge on every trade, as a part of what the minimum gains over doing nothing, shared by all variables."""


def concentrated(model: Model, minimum: Relaxed, worth: float) -> Relaxed:
    """The continuous minimum with every trade charged for being one; `worth` is what the minimum gains."""
    charge = (model.problem.weights.gamma + minimum.price[model.account]) * model.fixed / model.total
    tiny = TINY * max(worth, 0.0) / model.count
    charge = charge + tiny
    found = minimum
    for _ in range(PASSES if model.fixed.any() else 1):
        allowed = found.share > np.minimum(1e-7, model.share * 1e-3)
        if not allowed.any():
            break
        found = relaxed(model, charge / np.maximum(found.share, 1e-12), allowed)
    return found


SETTLING_ROUNDS = 200
"""How often a rule is put right at most; what still breaks one then is left out altogether."""


def settled(model: Model, lots: Array, bound: float | None, method: str) -> PlanAnswer:
    """The exact answer of these lots; where it is a little short of a rule, with a few lots more or less."""
    problem = model.problem
    plan: dict[Place, int] = {}
    for number in np.flatnonzero(lots):
        place = model.places[number]
        count = int(lots[number]) * model.grain[number]
        if model.side[number] > 0:
            plan[place] = count
        else:
            most = problem.most_lots(place)
            plan[place] = -most if lots[number] >= model.most[number] else -min(count, most)
    found = settle(problem, plan, bound, method)
    for _ in range(SETTLING_ROUNDS):
        if not _mended(problem, plan, found):
            return found
        found = settle(problem, plan, None, method)
    return settle(problem, {}, None, method)


def _mended(problem: Problem, plan: dict[Place, int], answer: PlanAnswer) -> bool:
    """Changes the plan where the answer breaks a rule; False where it breaks none, or none that can be mended."""
    for trade in answer.trades:
        closes = trade.side is Side.SELL and problem.closes(trade.place, trade.count)
        if trade.gross < problem.min_trade and not closes:
            plan[trade.place] = 0
            return True
    if problem.gain_limit is not None and _too_much_gain(problem, plan):
        return True
    for account in problem.accounts:
        short = problem.floor_of(account) - answer.cash[account.id]
        if short > 0 and (
            _buy_less(problem, plan, answer, account.id, short) or _sell_more(problem, plan, account.id, short)
        ):
            return True
    return False


def _buy_less(problem: Problem, plan: dict[Place, int], answer: PlanAnswer, account_id: str, short: int) -> bool:
    """Gives back the lots that free what is short with the least to spare."""
    buys = [trade for trade in answer.trades if trade.account_id == account_id and trade.side is Side.BUY]
    if not buys:
        return False
    lots = {trade.place: min(trade.count, -(-short // problem.asset[trade.asset_id].lot)) for trade in buys}
    best = min(buys, key=lambda t: (lots[t.place] * problem.asset[t.asset_id].lot, t.asset_id))
    plan[best.place] -= int(lots[best.place])
    return True


def _sell_more(problem: Problem, plan: dict[Place, int], account_id: str, short: int) -> bool:
    """Sells the lots that bring what is short with the least to spare, as far as the limits allow any."""
    bought = {asset_id for (asset_id, _), lots in plan.items() if lots > 0}
    found: list[tuple[Fraction, Place, int]] = []
    for place in problem.held:
        if place[1] != account_id or place[0] in bought or not problem.may_sell(place):
            continue
        sold = -plan.get(place, 0)
        lots = _enough(problem, place, sold, short)
        if (
            lots > sold
            and _within_gain(problem, plan, place, lots)
            and _brought(problem, place, lots) > _brought(problem, place, sold)
        ):
            spare = _brought(problem, place, lots) - _brought(problem, place, sold) - short
            found.append((Fraction(abs(spare)), place, lots))
    if not found:
        return False
    _, place, lots = min(found)
    plan[place] = -lots
    return True


def _enough(problem: Problem, place: Place, sold: int, short: int) -> int:
    """How many lots to sell in all so that what is short comes in, as far as there are any; no trade too small."""
    lot, most = problem.asset[place[0]].lot, problem.most_lots(place)
    account = problem.account[place[1]]
    missing = short + (account.fee_fixed if not sold else 0)
    lots = min(most, sold + int(-(-missing // lot)))
    if problem.gross(problem.asset[place[0]], lots) >= problem.min_trade or problem.closes(place, lots):
        return lots
    least = int(-(-problem.min_trade // lot))
    return least if least <= most else most if problem.closes(place, most) else 0


def _brought(problem: Problem, place: Place, lots: int) -> int:
    """What selling so many lots brings after fees."""
    asset, account = problem.asset[place[0]], problem.account[place[1]]
    gross = problem.gross(asset, lots)
    return gross - problem.fee(asset, account, gross) if lots else 0


def _within_gain(problem: Problem, plan: dict[Place, int], place: Place, lots: int) -> bool:
    if problem.gain_limit is None:
        return True
    others = sum(problem.realised_gain(at, -sold) for at, sold in plan.items() if sold < 0 and at != place)
    return others + problem.realised_gain(place, lots) <= problem.gain_limit


def _too_much_gain(problem: Problem, plan: dict[Place, int]) -> bool:
    """Sells a lot less of what gains, where the gains are above their limit."""
    gains = {place: problem.realised_gain(place, -lots) for place, lots in plan.items() if lots < 0}
    over = sum(gains.values()) - (problem.gain_limit or 0)
    gaining = [place for place in gains if gains[place] > 0]
    if over <= 0 or not gaining:
        return False
    best = min(gaining, key=lambda place: (abs(gains[place] - over), place))
    fewer = max(1, int(-plan[best] * over / gains[best]))
    plan[best] += min(-plan[best], fewer)
    return True


@dataclass(frozen=True, slots=True)
class Thoroughness:
    """What a search tries at most.

    exchanges: how wide they look, one after another; within: how wide those within one account do. probes: how many
    changes are forced at most; probed: and at most so many divided by the number of variables; fair: none where the
    regret is proven to be below this. whole: how far all plans nearby are compared; pairs: and where there are too many
    variables for that, with those of two accounts at a time. everywhere: where which trades there are is in
    question; wherever: and there are many variables.
    """

    exchanges: tuple[Effort, ...]
    within: Effort
    probes: int
    probed: int
    fair: float
    whole: Width
    pairs: Width
    everywhere: Width
    wherever: Width


USUAL = Thoroughness(
    (Effort(60, 200), Effort(120, 400, 3), Effort(200, 600, 4)),
    Effort(160, 400, 3),
    16,
    6_000,
    5e-5,
    Width(5e-4, 64, 6, 30, 3.0, 50),
    Width(1e-2, 80, 6, 30, 1.0, 5, without=(RESTARTS, NEAR)),
    Width(5e-5, 300, 0, 0, 0.0, 300, 8),
    Width(1e-2, 300, 0, 0, 0.0, 20, 2, without=(RESTARTS, REDUCED, NEAR)),
)
"""What the times that plans may take allow: a tenth of a second."""
WIDE = replace(
    USUAL,
    exchanges=(Effort(100, 400, 3), Effort(200, 600, 4), Effort(300, 1_500, 4, 40)),
    within=Effort(240, 800, 4, 32),
    probed=12_000,
    pairs=replace(USUAL.pairs, above=4e-3, variables=56),
)
"""What they allow where there is a second: with many accounts, or very many assets."""
BRIEF = replace(USUAL, whole=replace(USUAL.whole, variables=0), pairs=replace(USUAL.pairs, variables=0))
"""For where all plans are looked at afterwards."""


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


def solve(problem: Problem, progress: AnswerProgress | None = None, how: Thoroughness | None = None) -> PlanAnswer:
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

    def __init__(self, model: Model, progress: AnswerProgress | None, how: Thoroughness) -> None:
        self._model, self._progress, self._how = model, progress, how
        self._nothing = Trial(model, np.zeros(model.count))
        self._stopped = self._looked_everywhere = False

    def answer(self) -> PlanAnswer:
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
        model, best = self._model, self._best
        is_small = model.count <= PROVABLE and len(set(model.side)) == 1
        has_time = len(model.problem.accounts) > FEW_ACCOUNTS
        if is_small and has_time and best.allowed and not self._stopped and not self._good(best, WEAK):
            self._bound = max(self._bound, whole_bound(model.problem, best.value, PROVEN * self._worth) - SAME)

    def _forced(self, number: int) -> Trial | None:
        """The best plan with one step made and kept, whatever it costs; None where there are no more steps."""
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

    def _settled(self, trial: Trial) -> PlanAnswer:
        return settled(self._model, trial.lots, self._regret(trial), METHOD)


def _pairs(model: Model) -> Iterator[Array]:
    """The variables of every account together with those of the next one."""
    count = len(model.problem.accounts)
    for account in range(count if count > 2 else count - 1):
        yield (model.account == account) | (model.account == (account + 1) % count)
