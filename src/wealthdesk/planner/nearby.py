"""The best plan within a few lots of a known one, by a linear programme with whole lots: for where few lots are traded.

There every lot counts, and the bound of the continuous minimum is weak. J is convex, so that it is bounded from below
by lines: an asset's square by chords through its whole lots, which are exact there; the rows' squares by tangents, more
of them around each solution (outer approximation, M. Duran & I. Grossmann, Mathematical Programming 36, 1986).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, sqrt
from typing import TYPE_CHECKING

from wealthdesk.planner.mixed import Mixed, Solved
from wealthdesk.planner.trial import Trial

if TYPE_CHECKING:
    from wealthdesk.planner.model import Array

CHORDS = 60
"""So many to both sides of what the known plan has of an asset."""
TANGENTS = (0.0, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
"""How far from the known plan, to both sides, the rows' squares have tangents from the start."""
ROUNDS = 4
GAP = 5e-5
"""What is closer to the best than this part of what can be gained is the best."""


@dataclass(frozen=True, slots=True)
class Width:
    """How far around a known plan is looked, and where that is worth its time.

    above: where more regret than this is not excluded; variables: and there are so many at most. reach: so many lots
    more or less; every: any number of lots up to so many; money: what so many lots of a middling price cost, more or
    less, where a lot is cheap. nodes: of the search tree, in each round.
    """

    above: float
    variables: int
    reach: int
    every: int
    money: float
    nodes: int


@dataclass(frozen=True, eq=False)
class Found:
    """The lots of the best plan that was seen, and whether it is the best there.

    bound: what J of no plan at all is below; minus infinity where nothing is proven of plans farther away.
    """

    lots: Array
    is_best: bool
    bound: float


def best_nearby(trial: Trial, worth: float, width: Width, free: Array | None = None) -> Found:
    """The best plan near an allowed trial, of a problem that only buys or only sells.

    worth: what can be gained at most, in J; free: which variables may change.
    """
    worth = max(worth, 1e-9)
    window = _Window(trial, worth, width, free)
    best, bound, is_best = trial, -inf, False
    for _ in range(ROUNDS):
        solved = window.solve(width.nodes)
        if solved is None:
            break
        made = Trial(trial.model, window.lots(solved))
        if made.allowed and made.value < best.value:
            best = made
        bound = max(bound, window.bound(solved))
        is_best = best.value - bound <= GAP * worth
        if is_best or not solved.is_best:
            break
        window.add_tangents(made)
    return Found(best.lots, is_best, bound if window.is_whole else -inf)


class _Window:
    """The programme: J in parts of what can be gained, money in parts of the total."""

    def __init__(self, trial: Trial, worth: float, width: Width, free: Array | None) -> None:
        import numpy as np

        self._trial, self._model, self._worth = trial, trial.model, worth
        self._unit = sqrt(worth)
        m, lots = self._model, trial.lots
        every = m.most <= width.every
        reach = np.maximum(width.reach, np.minimum(np.rint(width.money * np.median(m.lot) / m.lot), CHORDS))
        self._low = np.where(every | (lots < m.least + reach), 0.0, lots - reach)
        self._high = np.where(every, m.most, np.minimum(np.maximum(lots, m.least) + reach, m.most))
        if free is not None:
            self._low, self._high = np.where(free, self._low, lots), np.where(free, self._high, lots)
        self._columns = m.exposure.copy()
        self._columns[:, m.cash_row] -= m.cash_scale * (m.side + m.rate)
        self._mixed = Mixed()
        gamma = self._gamma = m.problem.weights.gamma
        cost = (m.linear + gamma * m.rate) * m.share / worth
        self._lots = [
            self._mixed.column(float(self._low[v]), float(self._high[v]), cost=float(cost[v]), whole=True)
            for v in range(m.count)
        ]
        self._trades = [self._trade(v) for v in range(m.count)]
        paid = [float(m.fixed[v]) for v, trade in enumerate(self._trades) if trade is not None and lots[v] > 0]
        self._costs = float(cost @ lots) + gamma * sum(paid) / m.total / worth
        self._accounts()
        self._assets()
        self._rows, self._squares = self._row_columns()
        for way in (-1, 1):
            for offset in TANGENTS[way < 0 :]:
                self._add_tangents([way * offset] * len(self._rows))

    @property
    def is_whole(self) -> bool:
        """Whether every allowed plan is within the window, and costs what the programme says: nothing is rounded."""
        import numpy as np

        m = self._model
        exact = (np.abs(m.lot - np.rint(m.lot)) < 1e-9) & (m.grain == 1) & (m.rate == 0)
        return bool(exact.all() and (self._low == 0).all() and (self._high == m.most).all())

    def solve(self, nodes: int) -> Solved | None:
        """The least of the lines."""
        return self._mixed.solve(gap=GAP / 2, nodes=nodes)

    def lots(self, solved: Solved) -> Array:
        """The lots of a solution."""
        import numpy as np

        found: Array = np.rint(np.array([solved.values[column] for column in self._lots]))
        return found

    def bound(self, solved: Solved) -> float:
        """What J of no plan in the window is below."""
        return self._trial.value + (solved.bound - self._costs) * self._worth

    def add_tangents(self, made: Trial) -> None:
        """The tangents of the rows' squares where they are in a plan."""
        self._add_tangents([float(away) for away in (made.rows - self._trial.rows) / self._unit])

    def _add_tangents(self, away: Sequence[float]) -> None:
        for row, at in enumerate(away):
            self._mixed.row({self._squares[row]: 1.0, self._rows[row]: -2 * at}, lower=-at * at)

    def _trade(self, v: int) -> int | None:
        """Whether anything is traded, where that makes a difference: with fixed fees or a smallest trade."""
        m = self._model
        if (m.fixed[v] == 0 and m.least[v] <= 1) or self._low[v] > 0 or self._high[v] == 0:
            return None
        cost = self._gamma * float(m.fixed[v]) / m.total / self._worth
        column = self._mixed.column(0.0, 1.0, cost=cost, whole=True)
        self._mixed.row({self._lots[v]: 1.0, column: -float(self._high[v])}, upper=0.0)
        self._mixed.row({self._lots[v]: 1.0, column: -float(m.least[v])}, lower=0.0)
        return column

    def _accounts(self) -> None:
        """Each account pays for its own."""
        m = self._model
        for account in range(len(m.room) - 1):
            terms: dict[int, float] = {}
            room = float(m.room[account])
            for v in range(m.count):
                if m.account[v] == account:
                    terms[self._lots[v]] = float(m.share[v] * (m.side[v] + m.rate[v]))
                    trade = self._trades[v]
                    if trade is not None:
                        terms[trade] = float(m.fixed[v]) / m.total
                    elif self._low[v] > 0:
                        room -= float(m.fixed[v])
            if terms:
                self._mixed.row(terms, upper=room / m.total)

    def _assets(self) -> None:
        """The assets' squares by chords, less what they are at the known plan."""
        m = self._model
        for asset in sorted({int(a) for a in m.asset if m.curve[int(a)] > 0}):
            traded = [v for v in range(m.count) if m.asset[v] == asset]
            share, gap = float(m.share[traded[0]]), float(m.asset_gap[asset])
            factor = float(m.curve[asset]) * share / self._worth
            low = round(sum(float(self._low[v] if m.side[v] > 0 else -self._high[v]) for v in traded))
            high = round(sum(float(self._high[v] if m.side[v] > 0 else -self._low[v]) for v in traded))
            known = round(sum(float(self._trial.lots[v] * m.side[v]) for v in traded))
            column = self._mixed.column(-inf, inf, cost=1.0)
            for lots in range(max(low, known - CHORDS), max(low + 1, min(high, known + CHORDS))):
                at = factor * (lots - known) * (2 * gap + (lots + known) * share)
                slope = factor * (2 * gap + (2 * lots + 1) * share)
                terms = {self._lots[v]: -slope * float(m.side[v]) for v in traded}
                self._mixed.row(terms | {column: 1.0}, lower=at - slope * lots)

    def _row_columns(self) -> tuple[list[int], list[int]]:
        """A column for how far each row is from the known plan's, and one for the square of that."""
        m, trial = self._model, self._trial
        slopes = 2 * trial.rows * self._unit / self._worth
        rows = [self._mixed.column(-inf, inf, cost=float(slope)) for slope in slopes]
        squares = [self._mixed.column(0.0, inf, cost=1.0) for _ in rows]
        for row, column in enumerate(rows):
            terms = {column: 1.0}
            away = float(m.row_gap[row] - trial.rows[row])
            for v in range(m.count):
                moved = float(self._columns[v, row] * m.share[v])
                if moved:
                    terms[self._lots[v]] = -moved / self._unit
                if row == m.cash_row and m.fixed[v]:
                    fee = m.cash_scale * float(m.fixed[v]) / m.total
                    trade = self._trades[v]
                    if trade is not None:
                        terms[trade] = fee / self._unit
                    elif self._low[v] > 0:
                        away -= fee
            self._mixed.row(terms, lower=away / self._unit, upper=away / self._unit)
        return rows, squares
