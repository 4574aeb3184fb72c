"""Why a plan does not trade one more lot: computed from its numbers, not remembered from how it was found."""

from fractions import Fraction
from math import inf

from wealthdesk.domain.plans import Limit, Mode, Side
from wealthdesk.planner.answer import Answer, Lots
from wealthdesk.planner.margins import Margins
from wealthdesk.planner.problem import Goal, PlanAccount, Problem


class Limits:
    """What keeps the trades of an answer, and what its accounts spend, from being larger."""

    def __init__(self, problem: Problem, answer: Answer) -> None:
        self._problem, self._answer = problem, answer
        self._margins = Margins(problem, answer)

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
        if self._problem.goal is Goal.BAND or self._problem.mode is Mode.WITHDRAWAL:
            return True
        return self._margins.change(trade, 1, gross, fee) > 0
