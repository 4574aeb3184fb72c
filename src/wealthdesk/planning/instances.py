"""Planning problems in files of their own: read, calculated and explained, without a portfolio."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from wealthdesk.domain.plans import Limit, Side
from wealthdesk.planner import instance as format_
from wealthdesk.planner.answer import Lots, PlanAnswer
from wealthdesk.planner.instance import Instance
from wealthdesk.planner.problem import Problem

__all__ = ["Drifts", "Instance", "PlanAnswer", "TradeReason", "calculate", "prepare", "read", "reasons"]


@dataclass(frozen=True, slots=True)
class Drifts:
    """A drift in basis points of the total, before and after the plan."""

    before_bps: int
    after_bps: int


@dataclass(frozen=True, slots=True)
class TradeReason:
    """Why a trade is in a plan, in numbers: the drift of its classes and of its asset (None: no target of its own)."""

    trade: Lots
    classes: Mapping[str, Drifts]
    asset: Drifts | None
    limit: Limit


def read(content: bytes) -> Instance:
    """The instance that a file holds; InstanceRefused with one sentence for whatever is wrong with it."""
    return format_.read(content)


def prepare() -> None:
    """Imports what plans need, so that the first one is as quick as the others."""
    from wealthdesk.planner.calculate import prepare as imported

    imported()


def calculate(instance: Instance) -> PlanAnswer:
    """The plan of an instance."""
    from wealthdesk.planner.calculate import calculate as calculated

    return calculated(instance.problem)


def reasons(instance: Instance, answer: PlanAnswer) -> Iterator[TradeReason]:
    """Why each trade of a plan is in it, and why it is not larger; drifts are 0 less the target where all is sold."""
    problem = instance.problem
    total = max(problem.total, Fraction(0)) or Fraction(1)
    before = dict(problem.values)
    after = dict(before)
    for trade in answer.trades:
        exact = trade.count * problem.asset[trade.asset_id].lot
        after[trade.asset_id] += exact if trade.side is Side.BUY else -exact
    cash = sum(answer.cash.values())
    classes_before, classes_after = _class_values(problem, before, problem.cash), _class_values(problem, after, cash)
    drifts = {
        key: Drifts(_bps(classes_before[key] / total - target), _bps(classes_after[key] / total - target))
        for key, target in problem.class_targets.items()
    }
    for trade in answer.trades:
        target = problem.asset_targets.get(trade.asset_id)
        own = None
        if target is not None:
            own = Drifts(_bps(before[trade.asset_id] / total - target), _bps(after[trade.asset_id] / total - target))
        exposures = problem.asset[trade.asset_id].exposures
        yield TradeReason(trade, {key: drifts[key] for key in exposures}, own, _limit(problem, answer, trade))


def _class_values(problem: Problem, values: Mapping[str, Fraction], cash: int) -> dict[str, Fraction]:
    sums = dict.fromkeys(problem.class_targets, Fraction(0))
    for asset in problem.assets:
        for class_id, exposure in asset.exposures.items():
            sums[class_id] += exposure * values[asset.id]
    if problem.cash_class is not None:
        sums[problem.cash_class] += cash
    return sums


def _bps(share: Fraction) -> int:
    return round(share * 10_000)


def _limit(problem: Problem, answer: PlanAnswer, trade: Lots) -> Limit:
    """What kept the trade from being a lot larger."""
    asset, account = problem.asset[trade.asset_id], problem.account[trade.account_id]
    if trade.side is Side.SELL:
        return Limit.ALL_SOLD if trade.count >= problem.most_lots(trade.place) else Limit.OVERSHOOT
    gross = problem.gross(asset, trade.count + 1)
    more = gross + problem.fee(asset, account, gross) - trade.gross - trade.fee
    if answer.cash[account.id] - more < problem.floor_of(account):
        return Limit.CASH_USED_UP
    return Limit.OVERSHOOT
