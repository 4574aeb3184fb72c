"""J expanded at its continuous minimum, as a sum of squares around a centre and of costs of each place on its own.

With the limits of the accounts priced (Lagrange multipliers) the expansion is never above J of an allowed plan: fixed
fees and rounding are counted with the least that they can do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, sqrt
from typing import TYPE_CHECKING

from wealthdesk.planner.closest import Level
from wealthdesk.planner.objective import GAMMA, turnover_cost
from wealthdesk.planner.problem import Place, PlanAccount, PlanAsset, Problem

if TYPE_CHECKING:
    from wealthdesk.planner.model import Array

WIDEST = 0.05
"""How far the row of cash is taken to move while no plan is known."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What lots cost: from their account (sales below 0), as a fee, and gross; minor units."""

    spent: int
    fee: int
    gross: int


class Axis:
    """A place where something is bought (lots above 0) or sold (below 0): its variables in the model, and its costs."""

    def __init__(self, problem: Problem, place: Place) -> None:
        self.asset: PlanAsset = problem.asset[place[0]]
        self.account: PlanAccount = problem.account[place[1]]
        self.place, self._problem = place, problem
        self.buy: int | None = None
        self.sell: int | None = None
        self._known: dict[int, Cost] = {0: Cost(0, 0, 0)}

    def cost(self, lots: int) -> Cost:
        """The exact cost of so many lots."""
        if lots not in self._known:
            gross = self._problem.gross(self.asset, abs(lots))
            fee = self._problem.fee(self.asset, self.account, gross)
            self._known[lots] = Cost((gross if lots > 0 else -gross) + fee, fee, gross)
        return self._known[lots]

    def spent(self, lots: int) -> int:
        """What so many lots take from their account."""
        return self.cost(lots).spent


class Expansion:
    """The expansion of a problem whose total is above 0, around the minimum over any fractions of lots."""

    def __init__(self, problem: Problem) -> None:
        import numpy as np

        from wealthdesk.planner.model import modelled
        from wealthdesk.planner.relaxation import relaxed

        self._problem = problem
        self._model = m = modelled(problem)
        self.places = tuple(dict.fromkeys(m.places))
        self._axes = _axes(problem, m.places, m.side)
        at = relaxed(m)
        self._prices = np.where(np.isfinite(m.room), np.maximum(at.price, 0.0), 0.0)
        share = self._one_sided(at.share)
        self._columns = m.exposure.copy()
        self._columns[:, m.cash_row] -= m.cash_scale * (m.side + m.rate)
        self._rows = m.row_gap + share @ self._columns
        self._gap = m.asset_gap + np.bincount(m.asset, m.side * share, minlength=len(m.curve))
        self._reference = [self._reference_of(axis, share) for axis in self._axes]
        signs = m.side[self._reference] if self.places else np.zeros(0)
        lots = m.share[self._reference]
        self._moves = self._columns[self._reference] * (signs * lots)[:, None]
        self._centre = share[self._reference] * signs / lots
        pull = 2 * (m.curve * self._gap)[m.asset[self._reference]] * lots
        self._slope = 2 * self._moves @ self._rows + pull
        self._value = float(self._rows @ self._rows + (m.curve * self._gap) @ self._gap)
        self._value -= float(self._slope @ self._centre)
        self._value -= float(self._prices @ np.where(np.isfinite(m.room), m.room, 0.0)) / m.total
        owner = m.asset[self._reference]
        same = owner[:, None] == owner[None, :]
        self.gram: Array = self._moves @ self._moves.T + same * np.outer(lots, lots) * m.curve[owner][:, None]

    def _one_sided(self, share: Array) -> Array:
        """Nothing is bought and sold in one place: whatever point is expanded at, the bound holds."""
        share = share.copy()
        for axis in self._axes:
            if axis.buy is not None and axis.sell is not None:
                both = min(share[axis.buy], share[axis.sell])
                share[[axis.buy, axis.sell]] -= both
        return share

    def _reference_of(self, axis: Axis, share: Array) -> int:
        """The variable whose costs are those of the squares: the one that is traded."""
        if axis.buy is None or (axis.sell is not None and share[axis.sell] > share[axis.buy]):
            assert axis.sell is not None
            return axis.sell
        return axis.buy

    def j(self, lots: Sequence[int]) -> float:
        """J of a plan, in floats; lots by place."""
        import numpy as np

        m = self._model
        traded = np.zeros(m.count)
        spent, own = 0, 0.0
        turnover = turnover_cost(self._problem)
        for axis, count in zip(self._axes, lots, strict=True):
            if count:
                variable = axis.buy if count > 0 else axis.sell
                assert variable is not None
                traded[variable] = abs(count)
                cost = axis.cost(count)
                spent += cost.spent
                own += (GAMMA * cost.fee + turnover * cost.gross) / m.total
                own += (float(m.linear[variable]) - turnover) * float(m.share[variable]) * abs(count)
        share = traded * m.share
        rows = m.row_gap + share @ m.exposure
        rows[m.cash_row] -= m.cash_scale * spent / m.total
        gap = m.asset_gap + np.bincount(m.asset, m.side * share, minlength=len(m.curve))
        return float(rows @ rows + (m.curve * gap) @ gap) + own

    def levels(self, known: float) -> tuple[float, list[Level]]:
        """What no plan with a J up to `known` is below, and a level per place."""
        reach = WIDEST
        for _ in range(8):
            made = [self._level(index, reach) for index in range(len(self.places))]
            base = self._value + sum(level.lowest - slack for level, slack in made)
            inside = max(0.0, known - base) if isfinite(known) else 0.0
            if reach * reach >= inside and reach * reach <= 4 * inside + 1e-9:
                break
            reach = sqrt(1.5 * inside + 1e-10) if isfinite(known) else WIDEST
        return base, [level for level, _ in made]

    def _level(self, index: int, reach: float) -> tuple[Level, float]:
        """A level, and what rounding (and fees that help J) may be worth in it at most.

        The row of cash is within `reach` of where it is at the centre.
        """
        m, axis, reference = self._model, self._axes[index], self._reference[index]
        asset, rate = float(m.lot[reference]), float(m.rate[reference])
        price = float(self._prices[m.account[reference]])
        row = float(self._rows[m.cash_row])
        low, high = (2 * (row + way * reach) * m.cash_scale for way in (-1, 1))
        turnover = turnover_cost(self._problem)
        slope, centre = float(self._slope[index]), float(self._centre[index])
        sign = float(m.side[reference])
        per_lot = asset * (1 + sign * rate)
        sides: dict[int, float] = {1: 0.0, -1: 0.0}
        slack = 0.0
        for way, variable in ((1, axis.buy), (-1, axis.sell)):
            if variable is None:
                continue
            own_rate = float(m.rate[variable])
            spent = asset * (way + own_rate)
            more = spent - way * per_lot
            sides[way] = way * slope + float(m.linear[variable]) * float(m.share[variable])
            sides[way] += (GAMMA * asset * own_rate + price * spent - max(low * more, high * more)) / m.total
            fixed = float(m.fixed[variable]) * (GAMMA + price - high) / m.total
            whole = abs(asset - round(asset)) < 1e-9
            rounding = (0.0 if whole else 0.5 * (1 + own_rate)) + (0.5 if own_rate else 0.0)
            worth = max(abs(low), abs(high)) + price + GAMMA + turnover
            slack = max(slack, rounding * worth / m.total + max(0.0, -fixed))
        tops = [int(m.most[each]) if each is not None else 0 for each in (axis.buy, axis.sell)]
        leasts = [int(m.least[each]) if each is not None else 1 for each in (axis.buy, axis.sell)]
        lowest = min(0.0, sides[1] * tops[0], sides[-1] * tops[1])
        linear = {
            way: float(m.linear[each]) - turnover if each is not None else 0.0
            for way, each in ((1, axis.buy), (-1, axis.sell))
        }
        share, total = float(m.share[reference]), m.total

        def extra(lots: int) -> float:
            if not lots:
                return slack
            way = 1 if lots > 0 else -1
            cost = axis.cost(lots)
            more = cost.spent - lots * per_lot
            true = (
                GAMMA * cost.fee + turnover * cost.gross + price * cost.spent - max(low * more, high * more)
            ) / total
            true += linear[way] * share * abs(lots) + slope * lots
            return max(0.0, true - sides[way] * abs(lots) + slack)

        level = Level(
            centre, sides[1], sides[-1], lowest, leasts[0], tops[0], leasts[1], tops[1],
            int(m.account[reference]), int(m.asset[reference]), axis.spent, extra,
        )  # fmt: skip
        return level, slack


def _axes(problem: Problem, places: Sequence[Place], side: Array) -> list[Axis]:
    axes = {place: Axis(problem, place) for place in places}
    for variable, place in enumerate(places):
        if side[variable] > 0:
            axes[place].buy = variable
        else:
            axes[place].sell = variable
    return list(axes.values())
