"""What one lot more or less of a trade would change: why a plan does not trade more, and what a withdrawal leaves."""

from dataclasses import dataclass, replace
from fractions import Fraction
from math import inf

from wealthdesk.domain.plans import Limit, Mode, Side
from wealthdesk.planner.answer import Lots, PlanAnswer, broken_rules, settle, turnover_cost
from wealthdesk.planner.problem import Place, PlanAccount, PlanAsset, Problem, SearchGoal


class LotMargins:
    """Where the assets, the classes and the cash of a problem are after its answer, as shares of the total."""

    def __init__(self, problem: Problem, answer: PlanAnswer) -> None:
        self.problem = problem
        self._total = float(problem.total) or 1.0
        self.class_targets = {key: float(target) for key, target in problem.class_targets.items()}
        self.targets = {key: float(target) for key, target in problem.asset_targets.items()}
        self.shares = {asset.id: float(problem.values[asset.id]) / self._total for asset in problem.assets}
        self.classes = dict.fromkeys(self.class_targets, 0.0)
        for asset in problem.assets:
            for key, part in asset.exposures.items():
                self.classes[key] += float(part) * self.shares[asset.id]
        self._cash = float(problem.cash - problem.buffers) / self._total
        if problem.cash_class is not None:
            self.classes[problem.cash_class] += problem.cash / self._total
        for trade in answer.trades:
            self.move(trade, trade.count, trade.gross, trade.fee)

    def asset_of(self, trade: Lots) -> PlanAsset:
        """What is traded."""
        return self.problem.asset[trade.asset_id]

    def costs(self, trade: Lots, by: int) -> tuple[int, int]:
        """What the gross and the fee of a trade change by with so many lots more (or less)."""
        asset, account = self.asset_of(trade), self.problem.account[trade.account_id]
        gross = self.problem.gross(asset, trade.count + by)
        fee = self.problem.fee(asset, account, gross) if trade.count + by else 0
        return gross - trade.gross, fee - trade.fee

    def move(self, trade: Lots, by: int, gross: int, fee: int) -> None:
        """Goes on from where the trade is larger by so many lots, that change its gross and its fee by so much."""
        share, moved, paid = self._moved(trade, by, gross, fee)
        self.shares[trade.asset_id] += share
        for key, part in moved.items():
            self.classes[key] += part
        self._cash -= paid

    def change(self, trade: Lots, by: int, gross: int, fee: int) -> float:
        """What J changes by if the trade is larger by so many lots."""
        problem, weights = self.problem, self.problem.weights
        share, moved, paid = self._moved(trade, by, gross, fee)
        change = weights.kappa * sum(
            _step(self.classes[key], self.class_targets[key], part, weights.d0) for key, part in moved.items()
        )
        if trade.asset_id in self.targets:
            change += _step(self.shares[trade.asset_id], self.targets[trade.asset_id], share, weights.d0)
        if problem.cash_class is None:
            change += paid * (paid - 2 * self._cash) / weights.d0
        change += (weights.gamma * fee + turnover_cost(problem) * gross) / self._total
        if trade.side is Side.BUY:
            change += problem.penalties.get(trade.place, 0.0) * share
        return change

    def _moved(self, trade: Lots, by: int, gross: int, fee: int) -> tuple[float, dict[str, float], float]:
        sign, asset = 1 if trade.side is Side.BUY else -1, self.asset_of(trade)
        share, paid = sign * float(by * asset.lot) / self._total, (sign * gross + fee) / self._total
        moved = {key: float(part) * share for key, part in asset.exposures.items()}
        if self.problem.cash_class is not None:
            moved[self.problem.cash_class] = moved.get(self.problem.cash_class, 0.0) - paid
        return share, moved, paid


def _step(share: float, target: float, by: float, d0: float) -> float:
    """What a step does to the squared deviation."""
    return by * (2 * (share - target) + by) / (target if target > 0 else d0)


class TradeLimits:
    """What keeps the trades of an answer, and what its accounts spend, from being larger."""

    def __init__(self, problem: Problem, answer: PlanAnswer) -> None:
        self._problem, self._answer = problem, answer
        self._margins = LotMargins(problem, answer)

    def of_trade(self, trade: Lots) -> Limit | None:
        """Why this trade is not larger by a lot; None where neither cash nor what is held nor J says so.

        Of what is traded in any amount there is no next lot that J could be asked about.
        """
        gross, fee = self._margins.costs(trade, 1)
        if trade.side is Side.SELL:
            if trade.count >= self._problem.most_lots(trade.place):
                return Limit.ALL_SOLD
            if self._is_gain_used_up(trade):
                return Limit.GAIN_LIMIT
        elif gross + fee > self._room(self._problem.account[trade.account_id]):
            return Limit.CASH_USED_UP
        if self._margins.asset_of(trade).step is None:
            return None
        return Limit.OVERSHOOT if self._worsens(trade, gross, fee) else None

    def of_account(self, account: PlanAccount) -> Limit | None:
        """Why an account that has money left to spend does not spend it; None where it has not."""
        problem, room = self._problem, self._room(account)
        sold = {trade.asset_id for trade in self._answer.trades if trade.side is Side.SELL}
        lots = [lot for key, lot in self._buyable(account) if key not in sold]
        if room <= 0 or problem.mode is Mode.WITHDRAWAL or not lots:
            return None
        if min(lots) > room:
            return Limit.CASH_USED_UP
        bought = any(each.account_id == account.id and each.side is Side.BUY for each in self._answer.trades)
        return Limit.MINIMUM_TRADE if room < problem.min_trade and not bought else Limit.OVERSHOOT

    def too_dear(self) -> list[str]:
        """The assets below their targets of which one lot costs more than any account has to spend from the start."""
        problem = self._problem
        bought = {trade.asset_id for trade in self._answer.trades}
        most: dict[str, float] = {}
        for account in problem.accounts:
            coming = problem.new_money if account.room is None else min(problem.new_money, account.room)
            room = float(account.cash + coming - problem.floor_of(account))
            for key, lot in self._buyable(account):
                most[key] = max(most.get(key, -inf), room - lot)
        wanting = (key for key, margin in most.items() if margin < 0 and key not in bought and self._is_below(key))
        return sorted(wanting) if problem.mode is Mode.DEPOSIT else []

    def _buyable(self, account: PlanAccount) -> list[tuple[str, float]]:
        """The assets that may be bought in an account, with about what one lot costs there."""
        allowed, fixed = account.can_hold, account.fee_fixed
        return [
            (asset.id, max(1.0, float(asset.lot)) + fixed)
            for asset in self._problem.assets
            if asset.can_buy and (allowed is None or asset.id in allowed)
        ]

    def _is_below(self, asset_id: str) -> bool:
        at, asset = self._margins, self._problem.asset[asset_id]
        target = at.targets.get(asset_id)
        is_class_below = any(at.classes[key] < at.class_targets[key] for key in asset.exposures)
        return is_class_below and (target is None or at.shares[asset_id] < target)

    def _room(self, account: PlanAccount) -> int:
        return self._answer.cash[account.id] - self._problem.floor_of(account)

    def _is_gain_used_up(self, trade: Lots) -> bool:
        problem = self._problem
        if problem.gain_limit is None:
            return False
        sold = (each for each in self._answer.trades if each.side is Side.SELL)
        gain = sum((problem.realised_gain(each.place, each.count) for each in sold), Fraction(0))
        more = problem.realised_gain(trade.place, trade.count + 1) - problem.realised_gain(trade.place, trade.count)
        return gain + more > problem.gain_limit

    def _worsens(self, trade: Lots, gross: int, fee: int) -> bool:
        """Whether J would rise; in a plan into the bands, and in a withdrawal, every further trade is one too many."""
        if self._problem.goal is SearchGoal.BAND or self._problem.mode is Mode.WITHDRAWAL:
            return True
        return self._margins.change(trade, 1, gross, fee) > 0


CAREFUL = 8
"""A step takes at most this part of what is too much, so that one asset does not give all of it."""

AT_ONCE = 4
"""This part of the steps is taken before they are weighed again."""


def trimmed(problem: Problem, answer: PlanAnswer) -> PlanAnswer:
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

    def __init__(self, problem: Problem, answer: PlanAnswer) -> None:
        self._problem, self._margins, self._cash = problem, LotMargins(problem, answer), dict(answer.cash)
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
