"""The best plan of a small problem, proven: everything that may beat the best known plan is looked at.

J is expanded at its continuous minimum, as a sum of squares around a centre and of costs of each place on its own.

The closest points of that lattice are enumerated: every choice of few whole numbers whose cost is within a radius, one
at a time. The cost is a convex quadratic form around a centre, plus a cost of each number on its own. What can still be
reached after some of the numbers are chosen is bounded by a triangular system: the enumeration of C. P. Schnorr and
M. Euchner ("Lattice basis reduction", Math. Programming 66, 1994), each level outwards from where it costs least. The
order is that of the sorted QR decomposition of D. Wübben et al. (Electronics Letters 37, 2001).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import floor, inf, isfinite, sqrt

import numpy as np

from wealthdesk.planner.answer import PlanAnswer, broken_rules, score, settle, turnover_cost
from wealthdesk.planner.model import Array, Model, modelled
from wealthdesk.planner.problem import Place, PlanAccount, PlanAsset, Problem
from wealthdesk.planner.relaxation import HALF_A_UNIT, gain_tangent, lower_bound, regret_bound, relaxed

SMALL_PIVOT = 1e-13
"""A pivot so small a part of its diagonal is 0: the variable is a combination of others."""
FIND = 10
"""How many steps a find counts as, for the time that it takes."""
WIDEST = 0.05
"""How far the row of cash is taken to move while no plan is known."""

RIDGE = 1e-12
"""Directions with a smaller part of the squares than this are not told apart from those with this part."""


@dataclass(frozen=True, slots=True)
class SearchLevel:
    """One number: 0, or `least_up` to `most_up`, or `least_down` to `most_down` of the other sign.

    It costs `up` (`down`) for each unit above (below) 0, less `lowest`, the least that this comes to, and on top of
    that `beside` (≥ 0, of 0 too). price: what so much takes from the purse (about `unit` each, `unit_down` below 0);
    toll: from what all numbers have together. rival: the numbers of one rival have one sign.
    """

    centre: float
    up: float
    down: float
    lowest: float
    least_up: int
    most_up: int
    least_down: int
    most_down: int
    unit: float
    unit_down: float
    purse: int
    rival: int
    price: Callable[[int], int]
    toll: Callable[[int], float]
    beside: Callable[[int], float]

    def alone(self, number: int) -> float:
        """What the number costs on its own, but for `beside`."""
        return (self.up * number if number > 0 else -self.down * number) - self.lowest

    def following(self, number: int, step: int) -> int | None:
        """The next number in one direction; None at the end."""
        number += step
        if 0 < number < self.least_up:
            number = 0 if step < 0 else self.least_up
        elif 0 < -number < self.least_down:
            number = 0 if step > 0 else -self.least_down
        return number if -self.most_down <= number <= self.most_up else None


class TooMany(Exception):
    """The search was given up after its largest number of steps."""


def triangular(gram: Array) -> tuple[list[int], list[list[float]]]:
    """An order of the variables, and the upper triangle R with `xᵀ gram x = |R x|²` in that order."""
    rest, whole = gram.copy(), np.diag(gram)
    order: list[int] = []
    rows: list[Array] = []
    left = list(range(len(gram)))
    while left:
        pivot = min(left, key=lambda each: float(rest[each, each]))
        left.remove(pivot)
        order.append(pivot)
        size = float(rest[pivot, pivot])
        row = rest[pivot] / size**0.5 if size > SMALL_PIVOT * whole[pivot] else np.zeros(len(gram))
        rows.append(row)
        rest = rest - np.outer(row, row)
    return order, [[float(row[each]) for each in order] for row in rows]


class Closest:
    """The search: `levels` (the last is chosen first), their triangle, what each purse holds, and who takes the finds.

    tolls: what the tolls may come to, and the least (≤ 0) that each level can have of them.
    found: told of all numbers of a find; gives the radius from then on. `steps` counts what was looked at.
    """

    def __init__(
        self,
        levels: Sequence[SearchLevel],
        triangle: Sequence[Sequence[float]],
        room: Sequence[int],
        tolls: tuple[float, Sequence[float]],
        found: Callable[[Sequence[int]], float],
    ) -> None:
        self._levels, self._triangle, self._found = levels, triangle, found
        self._room = list(room)
        self._coming = _coming(levels, len(room))
        self._tolls = tolls[0]
        self._returned = [sum(tolls[1][:at]) for at in range(len(levels))]
        self._chosen = [0] * len(levels)
        self._away = [0.0] * len(levels)
        self._signs: dict[int, int] = {}
        self._known: list[dict[int, tuple[int, float, float]]] = [{} for _ in levels]
        self._radius, self._most = 0.0, 0
        self.steps = 0

    def search(self, radius: float, steps: int) -> None:
        """Looks at everything within the radius; TooMany after so many steps."""
        self._radius, self._most = radius, steps
        self._descend(len(self._levels) - 1, 0.0)

    def _descend(self, at: int, spent: float) -> None:
        """Chooses the number of a level and of those below it: the cheapest first, outwards until the radius is passed.

        This is the inner loop, so that it is written out.
        """
        if at < 0:
            self.steps += FIND
            self._radius = self._found(self._chosen)
            return
        level, row, away = self._levels[at], self._triangle[at], self._away
        pivot, centre, lowest = row[at], level.centre, level.lowest
        shift = 0.0
        for other in range(at + 1, len(away)):
            shift += row[other] * away[other]
        room = self._room[level.purse] + self._coming[at][level.purse]
        top = floor((room + 1) / (level.unit if room >= 0 else level.unit_down)) + 1
        middle = min(floor(_cheapest(level, pivot, shift)), top)
        ways = [(level.following(middle + 1, -1), -1), (level.following(middle, 1) if middle < top else None, 1)]
        costs = [inf, inf]
        for way in (0, 1):
            number = ways[way][0]
            if number is not None:
                off = shift + pivot * (number - centre)
                slope = level.up * number if number > 0 else -level.down * number
                costs[way] = spent + off * off + slope - lowest
        tolls = self._tolls - self._returned[at]
        sign = self._signs.get(level.rival, 0)
        while True:
            way = 0 if costs[0] <= costs[1] else 1
            cost = costs[way]
            if cost > self._radius:
                return
            number, step = ways[way]
            if number is None:
                return
            self.steps += 1
            # Here and not where a number is chosen: a great many may be passed over before one fits.
            if self.steps > self._most:
                raise TooMany
            price, toll, beside = self._of(at, number)
            fits = price <= room and sign * number >= 0
            if fits and toll <= tolls and cost + beside <= self._radius:
                self._choose(at, number, price, toll, sign, cost + beside)
            # What is too dear, or of the other sign, is so even more further out.
            ends = not fits and number * step > 0 and (step > 0 or sign > 0)
            following = None if ends else level.following(number, step)
            ways[way] = (following, step)
            if following is None:
                costs[way] = inf
                continue
            off = shift + pivot * (following - centre)
            slope = level.up * following if following > 0 else -level.down * following
            costs[way] = spent + off * off + slope - lowest

    def _choose(self, at: int, number: int, price: int, toll: float, sign: int, cost: float) -> None:
        level = self._levels[at]
        self._chosen[at], self._away[at] = number, number - level.centre
        self._room[level.purse] -= price
        self._tolls -= toll
        is_first = bool(number) and not sign
        if is_first:
            self._signs[level.rival] = 1 if number > 0 else -1
        self._descend(at - 1, cost)
        if is_first:
            del self._signs[level.rival]
        self._room[level.purse] += price
        self._tolls += toll

    def _of(self, at: int, number: int) -> tuple[int, float, float]:
        """Price, toll and extra cost of a number, which are asked for again and again."""
        known = self._known[at]
        if number not in known:
            level = self._levels[at]
            price, toll = (level.price(number), level.toll(number)) if number else (0, 0.0)
            known[number] = (price, toll, level.beside(number))
        return known[number]


def _cheapest(level: SearchLevel, pivot: float, shift: float) -> float:
    """Where the square and the slopes of a level together are least, any fraction."""
    square = 2 * pivot * pivot
    if not square:
        lowest = min((0, level.most_up, -level.most_down), key=level.alone)
        return float(lowest)
    middle = level.centre - shift / pivot
    if middle - level.up / square > 0:
        return min(middle - level.up / square, float(level.most_up))
    if middle + level.down / square < 0:
        return max(middle + level.down / square, -float(level.most_down))
    return 0.0


def _coming(levels: Sequence[SearchLevel], purses: int) -> list[list[int]]:
    """What the levels that are chosen later may bring into each purse at most, per level."""
    running = [0] * purses
    found: list[list[int]] = []
    for level in levels:
        found.append(list(running))
        if level.most_down:
            running[level.purse] += max(0, -level.price(-level.most_down))
    return found


@dataclass(frozen=True, slots=True)
class Cost:
    """What lots cost: from their account (sales below 0) and as a fee, in minor units; and J beside its squares."""

    spent: int
    fee: int
    own: float


class TradeAxis:
    """A place where something is bought (numbers above 0) or sold (below 0): its variables in the model, and its costs.

    grain: how many lots one of the model's is, where a lot is less than a minor unit.
    """

    def __init__(self, problem: Problem, place: Place, grain: int) -> None:
        self.asset: PlanAsset = problem.asset[place[0]]
        self.account: PlanAccount = problem.account[place[1]]
        self.place, self.grain, self._problem = place, grain, problem
        self.buy: int | None = None
        self.sell: int | None = None
        self._known: dict[int, Cost] = {0: Cost(0, 0, 0.0)}
        self._penalty = problem.penalties.get(place, 0.0)
        self._turnover, self._total = turnover_cost(problem), float(problem.total)
        self._gamma = problem.weights.gamma

    def cost(self, number: int) -> Cost:
        """The exact cost of so many lots of the model."""
        if number not in self._known:
            lots = abs(number) * self.grain
            gross = self._problem.gross(self.asset, lots)
            fee = self._problem.fee(self.asset, self.account, gross)
            own = self._gamma * fee + self._turnover * gross
            if number > 0:
                own += self._penalty * float(lots * self.asset.lot)
            self._known[number] = Cost((gross if number > 0 else -gross) + fee, fee, own / self._total)
        return self._known[number]

    def gain(self, number: int) -> float:
        """The gain that so many lots of the model realise, where gains are limited."""
        if number >= 0 or self._problem.gain_limit is None or self.place not in self._problem.lots:
            return 0.0
        return float(self._problem.realised_gain(self.place, -number * self.grain))

    def least_gain(self) -> float:
        """The least gain that sales here can realise: all lots with a loss."""
        lots = self._problem.lots.get(self.place, ())
        return sum(min(0.0, float(each.quantity * (self.asset.price - each.cost))) for each in lots)

    def spent(self, number: int) -> int:
        """What so many lots of the model take from their account."""
        return self.cost(number).spent


class Expansion:
    """The expansion of a problem whose total is above 0, around the minimum over any fractions of lots.

    tops: the most that a better plan may have of each variable. Fixed fees count with their part of that.
    least: what J of no allowed plan is below.
    """

    def __init__(self, problem: Problem, model: Model, tops: Array | None = None) -> None:
        self._problem = problem
        self._model = m = model
        self._tops = m.most if tops is None else tops
        self.places = tuple(dict.fromkeys(m.places))
        self._axes = _axes(problem, m)
        by_lot = np.where(self._tops > 0, m.fixed / np.maximum(self._tops, 1.0), m.fixed)
        at = relaxed(m, problem.weights.gamma * by_lot / m.lot if m.fixed.any() else None)
        self._prices = np.where(np.isfinite(m.room), np.maximum(at.price, 0.0), 0.0)
        self.least = lower_bound(m, at.share, at.price).value
        share = self._one_sided(at.share)
        self._columns = m.exposure.copy()
        self._columns[:, m.cash_row] -= m.cash_scale * (m.side + m.rate)
        self._rows = m.row_gap + share @ self._columns
        self._gap = m.asset_gap + np.bincount(m.asset, m.side * share, minlength=len(m.curve))
        self._reference = [self._reference_of(axis, share) for axis in self._axes]
        signs = m.side[self._reference]
        lots = m.share[self._reference]
        self._moves = self._columns[self._reference] * (signs * lots)[:, None]
        self._centre = share[self._reference] * signs / lots
        pull = 2 * (m.curve * self._gap)[m.asset[self._reference]] * lots
        self._slope = 2 * self._moves @ self._rows + pull
        self._value = float(self._rows @ self._rows + (m.curve * self._gap) @ self._gap)
        self._value -= float(self._slope @ self._centre)
        self._value -= float(self._prices @ np.where(np.isfinite(m.room), m.room, 0.0)) / m.total
        self._value -= HALF_A_UNIT * float(self._prices[-1]) / m.total
        self._gain = np.zeros(m.count)
        if m.gains is not None and self._prices[-1] > 0:
            slope, offset = gain_tangent(m, share)
            self._gain = self._prices[-1] * slope * m.share
            self._value += float(self._prices[-1]) * offset
        self._owners = m.asset[self._reference]
        self._lots = lots
        self._exposures = m.exposure[self._reference] * signs[:, None]
        same = self._owners[:, None] == self._owners[None, :]
        self.gram: Array = self._moves @ self._moves.T + same * np.outer(lots, lots) * m.curve[self._owners][:, None]

    def tops(self, radius: float) -> Array:
        """The most of each variable that a plan can have whose squares are within the radius."""
        reach = self._reach(radius)
        tops = self._model.most.copy()
        for index, axis in enumerate(self._axes):
            for variable, way in ((axis.buy, 1), (axis.sell, -1)):
                if variable is not None and isfinite(reach[index]):
                    most = floor(way * self._centre[index] + reach[index] + 1e-6)
                    tops[variable] = min(tops[variable], max(0, most))
        return tops

    def _reach(self, radius: float) -> Array:
        """How far each place can be from the centre: the square roots of radius × the inverse's diagonal.

        The squares of the places are brought to 1 first: beside a dear lot those of a cheap one are nothing to a float.
        """
        own = np.diag(self.gram)
        scale = np.where(own > 0, np.sqrt(own), 1.0)
        sizes, ways = np.linalg.eigh(self.gram / np.outer(scale, scale))
        inverse = (ways**2) @ (1 / np.maximum(sizes, RIDGE))
        return np.where(own > 0, np.sqrt(1.01 * max(0.0, radius) * inverse) / scale, inf)

    def _one_sided(self, share: Array) -> Array:
        """Nothing is bought and sold in one place: whatever point is expanded at, the bound holds."""
        share = share.copy()
        for axis in self._axes:
            if axis.buy is not None and axis.sell is not None:
                both = min(share[axis.buy], share[axis.sell])
                share[[axis.buy, axis.sell]] -= both
        return share

    def _reference_of(self, axis: TradeAxis, share: Array) -> int:
        """The variable whose costs are those of the squares: the one that is traded."""
        if axis.buy is None or (axis.sell is not None and share[axis.sell] > share[axis.buy]):
            assert axis.sell is not None
            return axis.sell
        return axis.buy

    @property
    def is_exact(self) -> bool:
        """Whether every lot is one of the model's."""
        return all(axis.grain == 1 for axis in self._axes)

    @property
    def losses(self) -> list[float]:
        """The least gain that each place can realise."""
        return [axis.least_gain() for axis in self._axes]

    def traded(self, numbers: Sequence[int]) -> dict[Place, int]:
        """The lots that numbers by place stand for."""
        return {axis.place: number * axis.grain for axis, number in zip(self._axes, numbers, strict=True)}

    def j(self, numbers: Sequence[int]) -> float:
        """J of a plan, in floats; numbers by place."""
        m = self._model
        share = np.array(numbers, dtype=float) * self._lots
        spent, own = 0, 0.0
        for axis, number in zip(self._axes, numbers, strict=True):
            if number:
                cost = axis.cost(number)
                spent += cost.spent
                own += cost.own
        rows = m.row_gap + share @ self._exposures
        rows[m.cash_row] -= m.cash_scale * spent / m.total
        gap = m.asset_gap + np.bincount(self._owners, share, minlength=len(m.curve))
        return float(rows @ rows + (m.curve * gap) @ gap) + own

    def fees(self, numbers: Sequence[int]) -> int:
        """All fees of a plan."""
        return sum(axis.cost(number).fee for axis, number in zip(self._axes, numbers, strict=True))

    def levels(self, known: float) -> tuple[float, list[SearchLevel]]:
        """What no plan with a J up to `known` is below, and a level per place."""
        reach = WIDEST
        base, levels = self._within(reach)
        if not isfinite(known):
            return base, levels
        while reach * reach < known - base:
            reach *= 2
            base, levels = self._within(reach)
        for _ in range(3):
            reach = sqrt(1.5 * max(0.0, known - base) + 1e-12)
            base, levels = self._within(reach)
        return base, levels

    def _within(self, reach: float) -> tuple[float, list[SearchLevel]]:
        made = [self._level(index, reach) for index in range(len(self.places))]
        return self._value + sum(level.lowest - slack for level, slack in made), [level for level, _ in made]

    def _level(self, index: int, reach: float) -> tuple[SearchLevel, float]:
        """A level, and what rounding (and fees that help J) may be worth in it at most.

        The row of cash is within `reach` of where it is at the centre.
        """
        m, axis, reference = self._model, self._axes[index], self._reference[index]
        asset, price = float(m.lot[reference]), float(self._prices[m.account[reference]])
        low, high = (2 * (float(self._rows[m.cash_row]) + way * reach) * m.cash_scale for way in (-1, 1))
        slope, centre = float(self._slope[index]), float(self._centre[index])
        per_lot = asset * (1 + float(m.side[reference]) * float(m.rate[reference]))
        sides: dict[int, float] = {1: 0.0, -1: 0.0}
        slack = 0.0
        for way, variable in ((1, axis.buy), (-1, axis.sell)):
            if variable is not None:
                sides[way], rounded = self._side(way, variable, per_lot, slope, price, (low, high))
                slack = max(slack, rounded)
        tops = [int(self._tops[each]) if each is not None else 0 for each in (axis.buy, axis.sell)]
        slack += _straightened(sides, tops)
        both = (axis.buy, axis.sell)
        leasts = [int(m.least[each]) if each is not None else 1 for each in both]
        lowest = min(0.0, sides[1] * tops[0], sides[-1] * tops[1])
        rates = [float(m.rate[each]) if each is not None else 0.0 for each in both]
        gains = dict(zip((1, -1), (0.0 if each is None else float(self._gain[each]) for each in both), strict=True))
        units = (asset * (1 + rates[0]), asset * max(1 - rates[1], 0.01))

        def beside(lots: int) -> float:
            if not lots:
                return slack
            way = 1 if lots > 0 else -1
            cost = axis.cost(lots)
            more = cost.spent - lots * per_lot
            true = cost.own + (price * cost.spent - max(low * more, high * more)) / m.total + slope * lots
            true += gains[way] * abs(lots)
            return max(0.0, true - sides[way] * abs(lots) + slack)

        level = SearchLevel(
            centre, sides[1], sides[-1], lowest, leasts[0], tops[0], leasts[1], tops[1], *units,
            int(m.account[reference]), int(m.asset[reference]), axis.spent, axis.gain, beside,
        )  # fmt: skip
        return level, slack

    def _side(
        self, way: int, variable: int, per_lot: float, slope: float, price: float, edges: tuple[float, float]
    ) -> tuple[float, float]:
        """What a lot of a purchase (1) or a sale (-1) adds at least, and what its rounding may be worth at most.

        edges: the least and the most that a minor unit of cash can be worth, within reach.
        """
        m, (low, high) = self._model, edges
        turnover, gamma = turnover_cost(self._problem), self._problem.weights.gamma
        asset, rate = float(m.lot[variable]), float(m.rate[variable])
        spent = asset * (way + rate)
        more = spent - way * per_lot
        side = way * slope + float(m.linear[variable]) * float(m.share[variable])
        side += (gamma * asset * rate + price * spent - max(low * more, high * more)) / m.total
        fixed = float(m.fixed[variable]) * (gamma + price - high) / m.total
        side += float(self._gain[variable]) + max(0.0, fixed) / max(1.0, float(self._tops[variable]))
        whole = abs(asset - round(asset)) < 1e-9
        rounding = (0.0 if whole else 0.5 * (1 + rate)) + (0.5 if rate else 0.0)
        worth = max(abs(low), abs(high)) + price + gamma + turnover
        return side, rounding * worth / m.total + max(0.0, -fixed)


def _straightened(sides: dict[int, float], tops: Sequence[int]) -> float:
    """Puts one slope in the place of two whose cost is least far out on both sides, and says how far it is below.

    Where a loss makes room for gains a sale may be worth more than a purchase costs. Each level is left where the
    cost passes the radius, which is right of a convex cost alone.
    """
    up, down = tops
    if sides[1] + sides[-1] >= 0 or not up or not down:
        return 0.0
    below = -(sides[1] + sides[-1]) * up * down / (up + down)
    slope = (sides[1] * up - sides[-1] * down) / (up + down)
    sides[1], sides[-1] = slope, -slope
    return below


def _axes(problem: Problem, m: Model) -> list[TradeAxis]:
    axes = {place: TradeAxis(problem, place, int(grain)) for place, grain in zip(m.places, m.grain, strict=True)}
    for variable, place in enumerate(m.places):
        if m.side[variable] > 0:
            axes[place].buy = variable
        else:
            axes[place].sell = variable
    return list(axes.values())


QUICK = (1_000,)
"""How much is looked at where no good plan is known yet."""
LONG = (10_000, 25_000)
"""How much is looked at around a good plan, each time with the best plan of the time before."""
METHOD = "exact"
SAME = 1e-12
"""Two values of J closer than this are the same."""
ROUGH = 5e-12
"""What floats may be wrong by, as a part of J: plans that look so close are calculated exactly."""


def improve(problem: Problem, answer: PlanAnswer, steps: Sequence[int] = LONG) -> PlanAnswer:
    """The best plan, with a bound of 0; where that is too much to look at, the best that was seen."""
    if problem.total <= 0:
        return answer
    model = modelled(problem)
    if not model.count:
        return replace(answer, regret_bound=0.0)
    best, tops, least = _Best(problem, answer), model.most, -inf
    for most in steps:
        expansion = Expansion(problem, model, tops)
        known, least = best.j, max(least, expansion.least)
        around = _Around(problem, expansion, best)
        if around.search(most) and isfinite(known) and expansion.is_exact:
            return replace(best.looked_at_all(), method=METHOD)
        if isfinite(best.j):
            tops = expansion.tops(best.limit - around.base)
    return best.proven(least)


class _Around:
    """One search of everything that may be better than the best plan."""

    def __init__(self, problem: Problem, expansion: Expansion, best: _Best) -> None:
        self._expansion, self._best = expansion, best
        self.base, self._levels = expansion.levels(best.j)
        self._order, self._triangle = triangular(expansion.gram)
        self._room = [account.cash - problem.floor_of(account) for account in problem.accounts]
        self._limit = inf if problem.gain_limit is None else problem.gain_limit + HALF_A_UNIT

    def search(self, steps: int) -> bool:
        """Whether everything was looked at: then the best plan is the best there is."""
        levels = [self._levels[each] for each in self._order]
        losses = self._expansion.losses
        tolls = (self._limit, [losses[each] for each in self._order])
        try:
            Closest(levels, self._triangle, self._room, tolls, self._found).search(self._radius(), steps)
        except TooMany:
            return False
        return True

    def _found(self, numbers: Sequence[int]) -> float:
        by_place = [0] * len(numbers)
        for each, number in zip(self._order, numbers, strict=True):
            by_place[each] = number
        self._best.offer(self._expansion, by_place)
        return self._radius()

    def _radius(self) -> float:
        return self._best.limit - self.base


class _Best:
    """The best plan so far; of equal ones that with fewer trades, then lower fees, then the smaller lots by id."""

    def __init__(self, problem: Problem, answer: PlanAnswer) -> None:
        self._problem = problem
        self.answer = answer
        self.j = inf if any(broken_rules(problem, answer)) else score(problem, answer).j
        self._rank = _rank(answer)
        self._any_gain = replace(problem, gain_limit=None)
        self._least = inf

    @property
    def limit(self) -> float:
        """What J, in floats, has to be at most to be of interest."""
        return self.j + ROUGH * max(1.0, self.j) if isfinite(self.j) else inf

    def looked_at_all(self) -> PlanAnswer:
        """The best plan, of which nothing is missed but what a gain may bring that only rounds to its limit."""
        return self.proven(self._least) if self._least < self.j - SAME else replace(self.answer, regret_bound=0.0)

    def proven(self, least: float) -> PlanAnswer:
        """The best plan with the better bound: that which it came with, or the one from the least J there is."""
        if not isfinite(self.j):
            return self.answer
        nothing = score(self._problem, settle(self._problem, {})).j
        bounds = (self.answer.regret_bound, regret_bound(self.j, nothing, least))
        return replace(self.answer, regret_bound=min((each for each in bounds if each is not None), default=None))

    def offer(self, expansion: Expansion, numbers: Sequence[int]) -> None:
        """Takes a plan if it is allowed and better; the numbers are by the expansion's places."""
        rough = expansion.j(numbers)
        if rough > self.limit or (rough > 2 * self.j - self.limit and self._is_before(expansion, numbers)):
            return
        answer = settle(self._problem, expansion.traded(numbers), method=METHOD)
        j, rank = score(self._problem, answer).j, _rank(answer)
        is_better = j < self.j - SAME or (j <= self.j + SAME and rank < self._rank)
        if is_better and not any(broken_rules(self._problem, answer)):
            self.answer, self.j, self._rank = answer, min(j, self.j), rank
        elif is_better and not any(broken_rules(self._any_gain, answer)):
            self._least = min(self._least, j)

    def _is_before(self, expansion: Expansion, numbers: Sequence[int]) -> bool:
        """Whether the best plan comes before one with the same J; quickly seen by trades and fees."""
        return self._rank[:2] < (sum(map(bool, numbers)), expansion.fees(numbers))


def _rank(answer: PlanAnswer) -> tuple[int, int, list[tuple[str, str, int]]]:
    lots = [(trade.asset_id, trade.account_id, trade.count) for trade in answer.trades]
    return len(lots), sum(trade.fee for trade in answer.trades), lots
