"""What one step more, or one less, of a trade would change in J: the terms of objective.py for a small move.

All of it is floats: it decides on words and on which lot goes, never on money.
"""

from wealthdesk.domain.plans import Side
from wealthdesk.planner.answer import Answer, Lots
from wealthdesk.planner.objective import turnover_cost
from wealthdesk.planner.problem import PlanAsset, Problem


class Margins:
    """Where the assets, the classes and the cash of a problem are after its answer, as shares of the total."""

    def __init__(self, problem: Problem, answer: Answer) -> None:
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
