"""Practical plans: how close to the targets a plan comes with how few trades, and which of them is taken."""

from collections.abc import Callable
from dataclasses import dataclass

from wealthdesk.domain.plans import EmptyBecause, TradeCount, Trades
from wealthdesk.planner.answer import Answer
from wealthdesk.planner.problem import Problem


@dataclass(frozen=True, slots=True)
class Point:
    """The best plan that is known with at most so many trades.

    j: its exact score, with the usual cost of turnover. kept: the part of what any number of trades brings (1: all).
    bound: at most this part of what it brings is proven to be missed among plans with as many trades (§ `miss`); None:
    nothing is proven.
    """

    trades: int
    answer: Answer
    j: float
    kept: float
    bound: float | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """The control from few trades to close ones: points with at least one trade, fewer first, each better than before.

    best_value, fewest, closest: numbers of trades; chosen: the plan that was asked for, which may be without trades:
    then empty_because may say why. regret_bound: at most this part is proven missed of what any number of trades
    brings, by the plan of `closest`. shortfall: what a withdrawal cannot raise. is_final: nothing more is looked for.
    """

    points: tuple[Point, ...]
    best_value: int
    fewest: int
    closest: int
    chosen: Point
    regret_bound: float | None = None
    shortfall: int = 0
    empty_because: EmptyBecause | None = None
    is_final: bool = False


SheetProgress = Callable[[Sheet], bool]
"""Told of each better sheet; False stops the search, and the best so far is the answer."""


def sheet(problem: Problem, trades: TradeCount = Trades.BEST_VALUE, progress: SheetProgress | None = None) -> Sheet:
    """The plans of a practical problem, from few trades to the closest."""
    raise NotImplementedError
