"""The best plan, or the best within a few lots of a known one, by a linear programme with whole numbers.

Where few lots are traded every lot counts, and where fees, smallest trades, several accounts or limits on gains decide
which trades there are the bound of the continuous minimum is weak. J is convex, so that it is bounded from below by
lines: an asset's square by chords through its whole lots, which are exact there, or by tangents; the rows' squares by
tangents, more of them around each solution (outer approximation, M. Duran & I. Grossmann, Mathematical Programming 36,
1986). What a programme finds is only where a plan is looked for: its lots are made whole and compared exactly.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf, sqrt

import numpy as np

from wealthdesk.planner.answer import turnover_cost
from wealthdesk.planner.mixed import JUMP, REDUCED, RESTARTS, Mixed, Solved
from wealthdesk.planner.model import Array
from wealthdesk.planner.relaxation import HALF_A_UNIT, relaxed
from wealthdesk.planner.rules import PlanRules, Reach, covers, is_all
from wealthdesk.planner.swaps import Trial, descend, repair, rounded

CHORDS = 60
"""So many to both sides of what the known plan has of an asset."""
TANGENTS = (0.0, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
"""How far from the known plan, to both sides, squares have tangents from the start."""
GAP = 5e-5
"""What is closer to the best than this part of what can be gained is the best."""
STALLED = 2e-6
"""More tangents than those that raise the least of the lines by less than this part are of no use."""


@dataclass(frozen=True, slots=True)
class Width:
    """How far around a known plan is looked, and where that is worth its time.

    above: where more regret than this is not excluded; variables: and there are so many at most. reach: so many lots
    more or less; every: any number of lots up to so many; money: what so many lots of a middling price cost, more or
    less, where a lot is cheap. nodes: of the search tree, in each round; rounds: how often there are more tangents;
    without: what is not tried meanwhile.
    """

    above: float
    variables: int
    reach: int
    every: int
    money: float
    nodes: int
    rounds: int = 4
    without: tuple[str, ...] = (RESTARTS, REDUCED)

    def around(self, trial: Trial, free: Array | None = None) -> Reach:
        """The lots around a plan; free: which variables may change."""
        m, lots = trial.model, trial.lots
        every = m.most <= self.every
        reach = np.maximum(self.reach, np.minimum(np.rint(self.money * np.median(m.lot) / m.lot), CHORDS))
        low = np.where(every | (lots < m.least + reach), 0.0, lots - reach)
        high = np.where(every, m.most, np.minimum(np.maximum(lots, m.least) + reach, m.most))
        if free is not None:
            low, high = np.where(free, low, lots), np.where(free, high, lots)
        return Reach(low, high, np.ones(m.count, dtype=bool))


@dataclass(frozen=True, eq=False)
class NearbyFound:
    """The best plan that was seen, and whether it is the best within reach.

    bound: what J of no plan at all is below, rounding allowed for; minus infinity where not all are within reach.
    """

    trial: Trial
    is_best: bool
    bound: float


def best_within(trial: Trial, worth: float, reach: Reach, width: Width, prices: Array) -> NearbyFound:
    """The best plan within reach of a trial, which needs not be allowed itself.

    worth: what can be gained at most, in J; prices: of the rooms.
    """
    worth = max(worth, 1e-9)
    window = _Window(trial, worth, reach)
    touched: list[Array] = []
    best, bound, is_best, before = trial, -inf, False, -inf
    for _ in range(width.rounds):
        solved = window.solve(width)
        if solved is None:
            break
        lots = window.rules.found(solved)
        made = min(_plans(trial, lots, prices, covers(trial.model, reach)), key=_order)
        best = min(best, made, key=_order)
        bound = max(bound, window.bound(solved))
        is_best = best.allowed and best.value - bound <= GAP * worth
        if is_best or not solved.is_best or solved.objective - before < STALLED:
            break
        before = solved.objective
        touched += [lots, made.lots]
        for each in touched[-2:]:
            window.add_tangents(each)
    if not is_all(trial.model, reach):
        return NearbyFound(best, is_best, -inf)
    if trial.model.gains is not None and bound > -inf:
        beyond = _Window(trial, worth, reach, HALF_A_UNIT)
        for each in touched:
            beyond.add_tangents(each)
        solved = beyond.solve(width)
        bound = -inf if solved is None else min(bound, beyond.bound(solved))
    return NearbyFound(best, is_best, bound - window.given)


def _order(trial: Trial) -> tuple[bool, float]:
    return not trial.allowed, trial.value


def _plans(trial: Trial, lots: Array, prices: Array, may_go_on: bool) -> Iterator[Trial]:
    """Whole lots for those of a programme: the nearest, and the continuous minimum of the same trades rounded.

    may_go_on: whether single lots may lead on from there.
    """
    model = trial.model
    nearest = np.rint(lots)
    nearest = np.where((nearest > 0) & (nearest < model.least), model.least, nearest)
    made = Trial(model, np.clip(nearest, 0.0, model.most))
    made.gain = trial.gain
    if not may_go_on:
        yield made
        return
    if not made.allowed or (lots != made.lots).any():
        repair(made)
        yield made
        traded = lots > 0
        if traded.any():
            again = Trial(model, rounded(model, relaxed(model, allowed=traded).share))
            again.gain = trial.gain
            repair(again)
            if again.allowed:
                descend(again, prices)
            yield again
        made = made.copy()
    if made.allowed:
        descend(made, prices)
    yield made


class _Window:
    """The programme: J in parts of what can be gained, money in parts of the total.

    more_gain: how far gains may be above their limit.
    """

    def __init__(self, trial: Trial, worth: float, reach: Reach, more_gain: float = 0.0) -> None:
        self._trial, self._model, self._worth, self._reach = trial, trial.model, worth, reach
        self._unit = sqrt(worth)
        m, lots = self._model, trial.lots
        less = np.zeros(len(m.room))
        less[-1] = -more_gain
        self.rules = PlanRules(m, Mixed(), reach, less)
        mixed = self.rules.mixed
        gamma = m.problem.weights.gamma
        cost = (m.linear + gamma * m.rate) / worth
        for column, value in self.rules.terms(cost, gamma / worth).items():
            mixed.costs[column] = value
        paid = [float(m.fixed[v]) for v, trade in enumerate(self.rules.trades) if trade is not None and lots[v] > 0]
        self._costs = float((cost * m.share) @ lots) + gamma * sum(paid) / m.total / worth
        self._rows: list[tuple[int, int, Array, float]] = []
        self._make_rows()
        self._make_assets()
        for way in (-1, 1):
            for offset in TANGENTS[way < 0 :]:
                for row, square, _, _ in self._rows:
                    self._tangent(row, square, way * offset)

    def solve(self, width: Width) -> Solved | None:
        """The least of the lines."""
        return self.rules.mixed.solve(gap=GAP / 4, nodes=width.nodes, without=(JUMP, *width.without))

    def bound(self, solved: Solved) -> float:
        """What J of no plan within reach is below that is better than the known one, but for rounding."""
        return self._trial.value + (solved.bound - self._costs) * self._worth

    @property
    def given(self) -> float:
        """What rounding to minor units can be worth in J, over all trades."""
        m = self._model
        money = float(self.rules.given.sum()) / m.total
        row = sqrt(max(0.0, self._trial.value)) + money * m.cash_scale
        return money * (m.problem.weights.gamma + 2 * m.cash_scale * row + turnover_cost(m.problem))

    def add_tangents(self, lots: Array) -> None:
        """The tangents of the squares where they are in a plan."""
        m = self._model
        moved = (lots - self._trial.lots) * m.share
        fees = float(m.fixed @ ((lots > 0) * 1.0 - (self._trial.lots > 0))) / m.total
        for row, square, weights, fee in self._rows:
            self._tangent(row, square, (float(weights @ moved) + fee * fees) / self._unit)

    def _tangent(self, row: int, square: int, at: float) -> None:
        self.rules.mixed.row({square: 1.0, row: -2 * at}, lower=-at * at)

    def _add(self, weights: Array, fee: float, slope: float) -> None:
        """A square: Σ weight × share + fee × fixed fees, as far as that is from where the known plan has it.

        slope: what it is there.
        """
        m, trial, mixed = self._model, self._trial, self.rules.mixed
        row = mixed.column(-inf, inf, cost=2 * slope * self._unit / self._worth)
        square = mixed.column(0.0, inf, cost=1.0)
        known = float((weights * m.share) @ trial.lots)
        terms = {column: -value / self._unit for column, value in self.rules.terms(weights, fee).items()}
        if fee:
            switched = [trade is not None for trade in self.rules.trades]
            known += fee * float((m.fixed * switched) @ (trial.lots > 0)) / m.total
        mixed.row(terms | {row: 1.0}, lower=-known / self._unit, upper=-known / self._unit)
        self._rows.append((row, square, weights, fee))

    def _make_rows(self) -> None:
        m = self._model
        columns = m.exposure.copy()
        columns[:, m.cash_row] -= m.cash_scale * (m.side + m.rate)
        for row in range(columns.shape[1]):
            fee = -m.cash_scale if row == m.cash_row and m.fixed.any() else 0.0
            self._add(columns[:, row], fee, float(self._trial.rows[row]))

    def _make_assets(self) -> None:
        m, reach = self._model, self._reach
        for asset in sorted({int(a) for a in m.asset if m.curve[int(a)] > 0}):
            traded = np.flatnonzero(m.asset == asset)
            if reach.whole[traded].all() and (reach.high - reach.low)[traded].sum() <= 2 * CHORDS:
                self._chords(asset, traded)
            else:
                root = sqrt(float(m.curve[asset]))
                self._add(np.where(m.asset == asset, m.side, 0.0) * root, 0.0, float(self._trial.gaps[asset]) * root)

    def _chords(self, asset: int, traded: Array) -> None:
        """An asset's square by chords, less what it is at the known plan."""
        m, mixed, reach = self._model, self.rules.mixed, self._reach
        share, gap = float(m.share[traded[0]]), float(m.asset_gap[asset])
        factor = float(m.curve[asset]) * share / self._worth
        low = round(sum(float(reach.low[v] if m.side[v] > 0 else -reach.high[v]) for v in traded))
        high = round(sum(float(reach.high[v] if m.side[v] > 0 else -reach.low[v]) for v in traded))
        known = round(sum(float(self._trial.lots[v] * m.side[v]) for v in traded))
        column = mixed.column(-inf, inf, cost=1.0)
        for lots in range(max(low, known - CHORDS), max(low + 1, min(high, known + CHORDS))):
            at = factor * (lots - known) * (2 * gap + (lots + known) * share)
            slope = factor * (2 * gap + (2 * lots + 1) * share)
            terms = {self.rules.lots[v]: -slope * float(m.side[v]) for v in traded}
            mixed.row(terms | {column: 1.0}, lower=at - slope * lots)
