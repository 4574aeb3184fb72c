"""What no plan with so many trades can be better than: programmes with whole numbers, with squares by their tangents.

A binary says of each trade whether it is made. Each round's solution is a set of trades to be judged exactly, and gives
new tangents; what the programme cannot go below, no plan can.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil, inf

import numpy as np

from wealthdesk.domain.plans import Side
from wealthdesk.planner.answer import turnover_cost
from wealthdesk.planner.mixed import JUMP, Mixed, Solved
from wealthdesk.planner.model import Array
from wealthdesk.planner.problem import Problem
from wealthdesk.planner.programme import MISSING, Programme, Unit
from wealthdesk.planner.sizing import ROUND, is_whole
from wealthdesk.planner.sparse import NOTHING, Fit, SizingRules, Sparse, Support, fee_at, rules_of, slopes_at

PERCENT = 100.0
"""Columns are in percent of the total, J in its ten-thousandths: numbers of a size that solvers like."""
WHOLE_NODES = 20
"""Nodes of a programme of all whole lots."""
ROUNDS_IN_PARTS = 2
"""Of the same before, with trades and lots made in part, for their tangents."""
DEAR = 100.0
"""What a share of money that rounding gives away is worth at most, in J."""
PART = 1e-6
"""A trade that is made to a smaller part is not made."""
PARTS = (0.0, 0.06, 0.125, 0.25, 0.5, 1.0)
SMALLEST_STEP = 1e-4
"""Tangents closer than this (in percent, weighted) are one."""


@dataclass(frozen=True, slots=True)
class Round:
    """A set of trades with the lots of those that count them, where the rows are, and the bound."""

    support: Support
    counts: dict[int, int]
    k: Array
    gap: Array
    lower: float
    is_best: bool


_Built = tuple[Mixed, dict[int, int], dict[int, int], dict[tuple[str, int], int]]
"""The programme, the columns of the trades and of their lots, and those of the distances by what they are of."""


@dataclass
class ProofSearch:
    """The programme of at most `most` trades out of `units`, with whole lots or without; tangents are kept."""

    programme: Programme
    rules: SizingRules
    eta: float
    units: Sequence[int]
    most: int
    whole: bool = False
    tangents: dict[tuple[str, int], list[float]] = field(default_factory=dict)
    _parts: dict[int, int] = field(default_factory=dict)

    @property
    def tangent_count(self) -> int:
        """How many tangents there are."""
        return sum(map(len, self.tangents.values()))

    def touch(self, k: Array, gap: Array) -> bool:
        """Adds the tangents at a point of the rows; whether any of them is new."""
        before = self.tangent_count
        for row, value in enumerate(k):
            self._add(("k", row), PERCENT * float(value))
        for asset in self._assets():
            weight = float(self.programme.asset_weight[asset]) ** 0.5
            self._add(("asset", asset), PERCENT * weight * float(gap[asset]))
        return self.tangent_count > before

    def spread(self, best: float) -> None:
        """Adds tangents where the distances of plans as good as the best known can be, the closer the nearer to 0."""
        for key, ends in self._ways().items():
            low, high = (min(max(-(best**0.5), end), best**0.5) for end in ends)
            nearest = min(max(0.0, low), high)
            for end in (low, high):
                for part in PARTS:
                    self._add(key, PERCENT * (nearest + part * (end - nearest)))

    def _ways(self) -> dict[tuple[str, int], tuple[float, float]]:
        """The least and the most that each weighted distance can come to."""
        programme, own = self.programme, self.programme.has_asset
        ends = [programme.wanted * programme.low, programme.wanted * programme.most]
        rows = programme.k + np.array([np.minimum(*ends).sum(axis=1), np.maximum(*ends).sum(axis=1)])
        moves = [programme.sign[own] * each[own] for each in (programme.low, programme.most)]
        gaps = np.array([programme.gap, programme.gap])
        for at, least_or_most in enumerate((np.minimum, np.maximum)):
            np.add.at(gaps[at], programme.asset[own], least_or_most(*moves))
        gaps *= programme.asset_weight**0.5
        ways = {("k", at): (float(rows[0, at]), float(rows[1, at])) for at in range(len(programme.k))}
        return ways | {("asset", at): (float(gaps[0, at]), float(gaps[1, at])) for at in self._assets()}

    def _add(self, key: tuple[str, int], value: float) -> None:
        known = self.tangents.setdefault(key, [])
        if all(abs(value - each) > SMALLEST_STEP for each in known):
            known.append(value)

    def _assets(self) -> list[int]:
        weight = self.programme.asset_weight
        own = {self.programme.units[at].asset for at in self.units} | self.programme.zones.keys()
        return [asset for asset in sorted(own) if weight[asset] > 0]

    def solve(
        self, *, gap: float, nodes: int, goes_on: Callable[[], bool] | None = None, in_parts: bool = False
    ) -> Round | None:
        """One round, to within a gap of J; None where nothing is allowed or nothing was found.

        in_parts: trades may be made in part, each at a part of its amount: a weaker bound, quickly.
        """
        programme = self.programme
        built = self._built(goes_on or _always)
        if built is None:
            return None
        mixed, columns, counts, rows = built
        if in_parts:
            mixed.whole = [False] * len(mixed.whole)
        solved = mixed.solve(gap=gap * PERCENT**2, nodes=nodes, goes_on=goes_on, without=(JUMP,))
        if solved is None:
            return None
        support = tuple(sorted(at for at in self.units if self._amount(solved, columns, at) > NOTHING))
        k, away = programme.k.copy(), programme.away(programme.gap)
        for (kind, at), column in rows.items():
            value = solved.values[column] / PERCENT
            if kind == "k":
                k[at] = value
                continue
            value /= float(programme.asset_weight[at]) ** 0.5
            part = solved.values[self._parts[at]] if at in self._parts else 0.0
            away[at] += (value - away[at]) / part if part > PART else 0.0
        lower = solved.bound / PERCENT**2 + self._untouched()
        lots = {at: round(solved.values[column]) for at, column in counts.items()}
        return Round(support, lots, k, away, lower, solved.is_best)

    def least(self, *, gap: float, nodes: int) -> float:
        """What J of no plan is below, to within a gap of it, without a set of trades."""
        built = self._built(_always)
        if built is None:
            return -inf
        return built[0].least(gap=gap * PERCENT**2, nodes=nodes) / PERCENT**2 + self._untouched()

    def _built(self, asked: Callable[[], bool]) -> _Built | None:
        """The programme with its columns; None where it was told to stop."""
        mixed = Mixed()
        columns = self._columns(mixed)
        made, counts = self._trades(mixed, columns)
        if not asked():
            return None
        self._limits(mixed, columns, made)
        rows = self._wanted(mixed, columns, made)
        return (mixed, columns, counts, rows) if asked() else None

    def _untouched(self) -> float:
        """What the assets come to that are not traded in any case."""
        programme = self.programme
        squares = programme.asset_weight * programme.away(programme.gap) ** 2
        untouched = np.ones(len(squares), dtype=bool)
        untouched[self._assets()] = False
        return float(squares[untouched].sum())

    def _amount(self, solved: Solved, columns: dict[int, int], at: int) -> float:
        return sum(solved.values[columns[each]] for each in self.programme.units[at].columns) / PERCENT

    def _columns(self, mixed: Mixed) -> dict[int, int]:
        """A variable for each column but the missing money."""
        programme = self.programme
        own = [column for at in self.units for column in programme.units[at].columns]
        own += [column for column in programme.other if programme.cost[column] < MISSING]
        own += programme.zones.values()
        columns: dict[int, int] = {}
        for column in own:
            high = float(programme.most[column])
            cost = float(programme.cost[column] + self.eta * programme.turnover[column]) * PERCENT
            columns[column] = mixed.column(PERCENT * float(programme.low[column]), PERCENT * high, cost=cost)
        return columns

    def _most(self, unit: Unit) -> float:
        return float(sum(self.programme.most[column] for column in unit.columns))

    def _trades(self, mixed: Mixed, columns: dict[int, int]) -> tuple[dict[int, int], dict[int, int]]:
        """A binary for each trade, at most so many of them, one side for each asset; whole lots where they count."""
        programme, rules = self.programme, self.rules
        made: dict[int, int] = {}
        counts: dict[int, int] = {}
        piled: dict[int, dict[int, float]] = {}
        lots: dict[int, float] = {}
        for at in self.units:
            unit = programme.units[at]
            cost = programme.problem.weights.gamma * unit.fixed * PERCENT**2
            made[at] = mixed.column(0.0, 1.0, cost=cost, whole=True)
            own = {columns[each]: 1.0 for each in unit.columns}
            most = PERCENT * self._most(unit)
            is_free = rules.single_is_free and self.most == 1
            least = 0.0 if is_free else min(PERCENT * rules.least, most)
            mixed.row({**own, made[at]: -most}, upper=0.0)
            if unit.side is Side.BUY:
                mixed.row({**own, made[at]: -least}, lower=0.0)
                if not is_free and most < PERCENT * (rules.least - 1 / programme.total):
                    mixed.upper[made[at]] = 0.0
            else:
                closes = _sale(mixed, rules, own, made[at], most, least)
                over = columns.get(programme.excess.get(unit.account, -1))
                if over is not None:
                    piled.setdefault(over, {over: 1.0})[closes] = -PERCENT * programme.over(unit)
                    if is_whole(unit):
                        lots[over] = max(lots.get(over, 0.0), PERCENT * unit.lot)
            if self.whole and is_whole(unit):
                counts[at] = self._count(mixed, unit, own)
        # More than an account pays out is sold in it only with what is sold whole, or with a last lot.
        for over, terms in piled.items():
            mixed.row(terms, upper=lots.get(over, 0.0))
        mixed.row(dict.fromkeys(made.values(), 1.0), upper=float(self.most))
        _one_side(mixed, programme, made)
        return made, counts

    def _count(self, mixed: Mixed, unit: Unit, own: dict[int, float]) -> int:
        lot = PERCENT * unit.lot
        most = self._most(unit) / unit.lot
        if unit.side is Side.BUY or abs(most - round(most)) < ROUND:
            count = mixed.column(0.0, float(int(most + ROUND)), whole=True)
            mixed.row({**own, count: -lot}, lower=0.0, upper=0.0)
            return count
        # The last lot of a position is what is left of it.
        count = mixed.column(0.0, float(ceil(most)), whole=True)
        last = mixed.column(0.0, 1.0, whole=True)
        part = PERCENT * (ceil(most) * unit.lot - unit.most)
        mixed.row({**own, count: -lot, last: part}, lower=0.0, upper=0.0)
        mixed.row({last: float(ceil(most)), count: -1.0}, upper=0.0)
        mixed.row({count: 1.0, last: -1.0}, upper=float(ceil(most)) - 1.0)
        return count

    def _limits(self, mixed: Mixed, columns: dict[int, int], made: dict[int, int]) -> None:
        programme = self.programme
        for row, room in enumerate(programme.b):
            terms = _terms(programme.limits[row], columns)
            for at, binary in made.items():
                unit = programme.units[at]
                if unit.fixed and unit.row == row:
                    terms[binary] = PERCENT * unit.fixed
                if unit.fixed and programme.sales_row.get(unit.account) == row:
                    terms[binary] = -PERCENT * unit.fixed
            lower = PERCENT * float(room) if programme.is_equal[row] else -inf
            mixed.row(terms, lower=lower, upper=PERCENT * float(room))

    def _wanted(self, mixed: Mixed, columns: dict[int, int], made: dict[int, int]) -> dict[tuple[str, int], int]:
        """The weighted distances, and what their squares come to by their tangents."""
        programme = self.programme
        rows: dict[tuple[str, int], int] = {}
        for row, value in enumerate(programme.k):
            terms = _terms(programme.wanted[row], columns)
            if row == programme.cash_row:
                terms |= {columns[each]: -burnt for each, burnt in programme.burnt.items()}
                for at, binary in made.items():
                    if programme.units[at].fixed:
                        terms[binary] = -PERCENT * programme.units[at].fixed * programme.cash_scale
            rows["k", row] = self._square(mixed, ("k", row), terms, PERCENT * float(value))
        self._parts = _made_of_assets(mixed, programme, made)
        signs: dict[int, dict[int, float]] = {}
        for each, column in columns.items():
            signs.setdefault(int(programme.asset[each]), {})[column] = float(programme.sign[each])
        for asset in self._assets():
            weight = float(programme.asset_weight[asset]) ** 0.5
            terms = {column: weight * sign for column, sign in signs.get(asset, {}).items()}
            rows["asset", asset] = self._square(
                mixed, ("asset", asset), terms, PERCENT * weight * float(programme.gap[asset])
            )
        return rows

    def _square(self, mixed: Mixed, key: tuple[str, int], terms: dict[int, float], value: float) -> int:
        """The variable of a weighted distance, and limits that keep another from being below its square.

        An asset that is not traded stays where it is: its tangents count as far as it is traded (perspective cuts of
        A. Frangioni and C. Gentile, Math. Programming 106, 2006), and trades made in part gain no more than that part.
        """
        away = mixed.column(-inf, inf)
        mixed.row({**terms, away: -1.0}, lower=-value, upper=-value)
        square = mixed.column(0.0, inf, cost=1.0)
        kind, at = key
        part = self._parts.get(at) if kind == "asset" else None
        rest = 0.0
        if kind == "asset":
            gap = float(self.programme.away(self.programme.gap)[at])
            rest = PERCENT * gap * float(self.programme.asset_weight[at]) ** 0.5
        for point in self.tangents.get(key, ()):
            if part is None:
                mixed.row({square: 1.0, away: -2 * point}, lower=-point * point)
            else:
                moved = (point - rest) ** 2
                mixed.row({square: 1.0, away: -2 * point, part: moved}, lower=moved - point * point)
        return away


def _sale(mixed: Mixed, rules: SizingRules, own: dict[int, float], made: int, most: float, least: float) -> int:
    """All is sold, or at least the smallest trade and (where rests are not left) so much less than all.

    Gives the binary that says that all is sold, or may be.
    """
    rest = PERCENT * rules.least if rules.no_rests else 0.0
    if most - rest < least:
        mixed.row({**own, made: -most}, lower=0.0)
        return made
    if not rest:
        mixed.row({**own, made: -least}, lower=0.0)
        return made
    closes = mixed.column(0.0, 1.0, whole=True)
    mixed.row({closes: 1.0, made: -1.0}, upper=0.0)
    mixed.row({**own, closes: -most}, lower=0.0)
    mixed.row({**own, made: -least}, lower=0.0)
    mixed.row({**own, made: rest - most, closes: -rest}, upper=0.0)
    return closes


def _one_side(mixed: Mixed, programme: Programme, made: dict[int, int]) -> None:
    for members in programme.by_asset:
        own = [at for at in members if at in made]
        sides = {programme.units[at].side for at in own}
        if len(sides) == 2:
            buys = mixed.column(0.0, 1.0, whole=True)
            for at in own:
                if programme.units[at].side is Side.BUY:
                    mixed.row({made[at]: 1.0, buys: -1.0}, upper=0.0)
                else:
                    mixed.row({made[at]: 1.0, buys: 1.0}, upper=1.0)


def _made_of_assets(mixed: Mixed, programme: Programme, made: dict[int, int]) -> dict[int, int]:
    """For each asset that may be traded, the variable that says whether it is."""
    parts: dict[int, int] = {}
    for asset, members in enumerate(programme.by_asset):
        own = [made[at] for at in members if at in made]
        if len(own) == 1:
            parts[asset] = own[0]
        elif own:
            parts[asset] = mixed.column(0.0, 1.0)
            mixed.row({parts[asset]: 1.0, **dict.fromkeys(own, -1.0)}, upper=0.0)
    return parts


def _always() -> bool:
    return True


def _terms(row: Array, columns: Mapping[int, int]) -> dict[int, float]:
    """What is not 0 of a row, by the variables of its columns."""
    return {columns[each]: float(row[each]) for each in row.nonzero()[0].tolist() if each in columns}


def bound_at(sparse: Sparse, fit: Fit) -> float:
    """What J of no plan of any number of trades is below, of exact amounts: by the tangents and the prices at a fit.

    Where the fit is the best of all trades together that is its own J, which needs no programme to be known. Where the
    search has closed columns, it is of plans without them.
    """
    programme, most = sparse.programme, sparse.most
    prices, slope = slopes_at(programme, sparse.eta, fit.k, fit.prices)
    slope += np.where(programme.has_asset, 2 * programme.pull * fit.gap[programme.asset], 0.0)
    for row in range(len(prices)):
        step = _dearer(programme, row, slope, float(prices[row]), most)
        prices[row] += step
        slope += step * programme.limits[row]
    apart = fit.k @ (2 * programme.k - fit.k) + programme.asset_weight @ (fit.gap * (2 * programme.gap - fit.gap))
    least = np.where(slope > 0, slope * programme.low, slope * most)
    fees = sum(min(0.0, float(fee_at(programme, unit, fit.k, prices))) for unit in programme.units if unit.fixed)
    return float(apart + least.sum() - prices @ programme.b) + fees


def _dearer(programme: Programme, row: int, slope: Array, price: float, most: Array) -> float:
    """By how much dearer a row makes the bound the highest: a purse that nothing came into has no price yet.

    The dearer it is, the fewer of its columns are worth to be filled; it is dear enough when they do not fill it.
    """
    own = programme.limits[row].nonzero()[0]
    if not len(own):
        return 0.0
    taken, low, most = programme.limits[row][own], programme.low[own], most[own]
    steps = -slope[own] / taken
    order = np.argsort(steps, kind="stable")
    filled = np.maximum(taken * low, taken * most).sum() - np.cumsum((np.abs(taken) * (most - low))[order])
    enough = (filled <= programme.b[row]).nonzero()[0]
    step = float(steps[order[enough[0] if len(enough) else -1]])
    return step if programme.is_equal[row] else max(step, -price)


def seeded(proof: ProofSearch, points: Iterable[tuple[Array, Array]], best: float) -> None:
    """Tangents at nothing and at the points, and where distances can be in plans that are as good as the best known."""
    programme = proof.programme
    for k, gap in ((programme.k, programme.gap), *points):
        proof.touch(k, gap)
    proof.spread(best)


def whole_bound(problem: Problem, best: float, gap: float) -> float:
    """What J of no plan of whole lots is below, with however many trades; within a gap of the best known if it can be.

    Counting lots takes long where trades have fees: it ends after few nodes.
    """
    programme = Programme(problem)
    every = range(len(programme.units))
    proof = ProofSearch(programme, rules_of(programme), turnover_cost(problem), every, len(every), whole=True)
    seeded(proof, [], best)
    lower = -inf
    for _ in range(ROUNDS_IN_PARTS):
        found = proof.solve(gap=gap / 2, nodes=0, in_parts=True)
        if found is None:
            break
        lower = max(lower, found.lower)
        if best - lower <= gap:
            break
        proof.touch(found.k, found.gap)
    if best - lower > gap:
        lower = max(lower, proof.least(gap=gap / 2, nodes=WHOLE_NODES))
    return lower - _given_by_rounding(programme)


def _given_by_rounding(programme: Programme) -> float:
    """What whole minor units can make better than exact amounts, in all trades that may be made together."""
    problem = programme.problem
    rated = [unit for unit in programme.units if unit.rate]
    if not rated and all(asset.lot.denominator == 1 for asset in problem.assets):
        return 0.0
    cash = 2 * float(abs(programme.k[programme.cash_row])) * programme.cash_scale
    return float((problem.weights.gamma + DEAR + cash) * len(programme.units) / programme.total)
