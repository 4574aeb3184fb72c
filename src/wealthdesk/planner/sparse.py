"""The best sets of few trades: from the closest plan down, trade by trade, and up and down again.

A set is judged by the quadratic programme of its trades alone; what a trade more or less would bring is told by prices
and curvatures, and only the most promising are solved. Everything is kept by set, so that none is solved twice.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import inf

import numpy as np

from wealthdesk.domain.plans import Side
from wealthdesk.planner import quadratic
from wealthdesk.planner.model import Array
from wealthdesk.planner.programme import MISSING, Programme, Unit

SAME = 1e-12
"""Two values of J closer than this are the same."""
NOTHING = 1e-8
"""A share of the total that is no trade."""
TIGHT = 1e-9
IMPOSSIBLE = 100 * MISSING
"""A row with a higher price gives way: within such bounds there is no solution."""
BIG = 24
"""Of more trades than these, several are dropped at once."""
MANY, ENOUGH = 200, 1e-7
"""The closest plan of more trades is only found to within this part of J, and brought to the rules of trades only
where nothing else is known that obeys them."""
DROPPED_PARTS = ((200, 3), (60, 5), (0, 10))
"""Of more than so many trades, one in so many is dropped."""
ADDED = 8
PAIRED = 4
DROPPED = 4
DROPPED_OF_FEW = 8
FEW = 8
ROUNDS = 3
TELLING = 32
"""So many fits tell which sets need not be solved."""
KEPT = 256
"""So many programmes of sets are kept at a time."""
SIZINGS = 14
"""How many ways of obeying the smallest trade and the rests are tried for a set."""

Support = tuple[int, ...]
"""Numbers of trades, sorted."""
Bounds = Mapping[int, tuple[float, float]]
"""The least and most of a trade, where that is not 0 and everything."""
Wrong = tuple[float, int, list[tuple[float, float]]]
"""By how much a trade breaks a rule, its number, and the ranges that it may have instead."""
Edges = tuple[tuple[int, ...], tuple[int, ...]]
"""Rows, and assets, that have to end as good as on their targets."""


@dataclass(frozen=True, slots=True)
class Fit:
    """The best amounts of a set of trades: J, what each column is, prices of rows, and what binds."""

    support: Support
    j: float
    amounts: tuple[float, ...]
    columns: Array
    x: Array
    prices: Array
    column_state: Array
    row_state: Array
    k: Array
    gap: Array

    def value(self, column: int) -> float:
        """What a column is."""
        at = (self.columns == column).nonzero()[0]
        return float(self.x[at[0]]) if len(at) else 0.0


@dataclass(frozen=True, slots=True)
class _Alone:
    """The programme of some trades alone: its columns, those of each trade from `starts` on, and its rows.

    others: so many columns at the end are no trades. is_touched: the assets that have columns.
    """

    support: Support
    columns: Array
    starts: Array
    others: int
    rows: Array
    wanted: Array
    limits: Array
    hessian: Array
    k: Array
    b: Array
    fees: float
    asset: Array
    sign: Array
    pull: Array
    is_touched: Array


@dataclass(frozen=True, slots=True)
class Sized:
    """Amounts that obey the smallest trade and the rests, and the bounds that make them do so."""

    fit: Fit
    bounds: Bounds


@dataclass(frozen=True, slots=True)
class SizingRules:
    """How trades are sized: the smallest, whether rests may be left, whether a single trade may be smaller."""

    least: float
    no_rests: bool
    single_is_free: bool


def rules_of(programme: Programme) -> SizingRules:
    """The rules of the problem, in shares."""
    problem = programme.problem
    practical = problem.practical
    least = problem.smallest_trade / programme.total
    return SizingRules(least, practical is not None and practical.no_rests, problem.single_is_free)


class SetProgrammes:
    """The programmes of sets of trades alone: the same for every search of a problem, whatever is closed in it."""

    def __init__(self, programme: Programme) -> None:
        self._programme = programme
        self._first, self._lengths = _columns_of(programme)
        self._other = np.array(programme.other, dtype=np.int64)
        self._kept: dict[Support, _Alone] = {}

    def of(self, support: Support) -> _Alone:
        """The programme of a set; some are kept, because a set is solved again and again with other bounds."""
        known = self._kept.get(support)
        if known is None:
            if len(self._kept) >= KEPT:
                self._kept.clear()
            known = self._kept[support] = self._made(support)
        return known

    def _made(self, support: Support) -> _Alone:
        programme = self._programme
        k, b, fees = programme.fixed_part(support)
        units = np.array(support, dtype=np.int64)
        lengths = self._lengths[units]
        starts = np.cumsum(lengths) - lengths
        traded = np.repeat(self._first[units] - starts, lengths) + np.arange(lengths.sum())
        assets = {programme.units[at].asset for at in support} if programme.zones else set()
        zones = [programme.zones[asset] for asset in sorted(assets & programme.zones.keys())]
        columns = np.concatenate([traded, np.array(zones, dtype=np.int64), self._other])
        used = (programme.limits[:, columns] != 0).any(axis=1) | (b < 0) | programme.is_equal
        rows = used.nonzero()[0]
        missing = [programme.missing[row] for row in rows.tolist() if row in programme.missing]
        columns = np.concatenate([columns, np.array(missing, dtype=np.int64)])
        wanted, limits = programme.wanted[:, columns], programme.limits[rows[:, None], columns]
        asset, pull, sign = programme.asset[columns], programme.pull[columns], programme.sign[columns]
        hessian = _hessian(wanted, asset, pull, sign)
        is_touched = np.zeros(len(programme.gap), dtype=bool)
        is_touched[asset[asset >= 0]] = True
        others = len(columns) - len(traded)
        return _Alone(
            support, columns, starts, others, rows, wanted, limits, hessian, k, b, fees, asset, sign, pull, is_touched
        )


class SupportFits:
    """The best amounts of every set of trades that was asked for, without the smallest trade; each is solved once.

    goes_on is asked often and may end it. high: the most that each column may be.
    """

    def __init__(
        self, programme: Programme, eta: float, high: Array, goes_on: Callable[[], bool], sets: SetProgrammes
    ) -> None:
        self._programme, self._high, self._goes_on, self._sets = programme, high, goes_on, sets
        self._cost = programme.cost + eta * programme.turnover
        self._first, _ = _columns_of(programme)
        self._away = programme.away(programme.gap)
        self._fits: dict[Support, Fit | None] = {}

    def fit(self, support: Support, near: Fit | None = None) -> Fit | None:
        """The best amounts of a set, without the smallest trade; trades of nothing stay in it."""
        if support not in self._fits:
            self._fits[support] = self.solve(support, {}, near)
        return self._fits[support]

    def solve(
        self, support: Support, bounds: Bounds, near: Fit | None, eta: float | None = None, edges: Edges = ((), ())
    ) -> Fit | None:
        """The best amounts of a set within bounds; what is in `edges` ends at 0, if that can be."""
        programme, own = self._programme, self._sets.of(support)
        columns, rows, asset = own.columns, own.rows, own.asset
        cost = (self._cost if eta is None else programme.cost + eta * programme.turnover)[columns]
        linear = cost + 2 * (own.k @ own.wanted) + 2 * own.pull * programme.gap[asset]
        low, high = self._limits(own, bounds)
        column_state, row_state = self._guess(support, near)
        state = np.concatenate([column_state[columns], row_state[rows], np.zeros(sum(map(len, edges)), dtype=np.int8)])
        limits, room, equal = own.limits, own.b[rows], programme.is_equal[rows]
        if any(edges):
            ends = [own.wanted[list(edges[0])], *(own.sign * (asset == each) for each in edges[1])]
            limits = np.vstack([limits, *ends])
            room = np.concatenate([room, -own.k[list(edges[0])], -programme.gap[list(edges[1])]])
            equal = np.concatenate([equal, np.ones(len(room) - len(equal), dtype=bool)])
        found = quadratic.solve(own.hessian, linear, limits, room, equal, low, high, state, self._goes_on)
        if found is None or np.abs(found.prices).max(initial=0.0) > IMPOSSIBLE:
            return None
        x = found.x
        k = own.k + own.wanted @ x
        touched = asset >= 0
        moved = np.bincount(asset[touched], (own.sign * x)[touched], minlength=len(programme.gap))
        gap = np.where(own.is_touched, programme.gap + moved, self._away)
        j = float(k @ k + programme.asset_weight @ (gap * gap) + cost @ x) + own.fees
        prices = np.zeros(len(own.b))
        prices[rows] = found.prices[: len(rows)]
        column_state[columns] = found.state[: len(columns)]
        row_state[rows] = found.state[len(columns) : len(columns) + len(rows)]
        traded = x[: len(columns) - own.others]
        amounts = tuple(np.add.reduceat(traded, own.starts).tolist()) if support else ()
        return Fit(support, j, amounts, columns, x, prices, column_state, row_state, k, gap)

    def _guess(self, support: Support, near: Fit | None) -> tuple[Array, Array]:
        if near is None:
            columns = np.full(len(self._cost), -1, dtype=np.int8)
            rows = np.full(len(self._programme.b), -1, dtype=np.int8)
            known: Sequence[int] = ()
        else:
            columns, rows, known = near.column_state.copy(), near.row_state.copy(), near.support
        for at in set(support).difference(known):
            columns[self._first[at]] = 0
            rows[self._programme.units[at].row] = 0
        return columns, rows

    def _limits(self, own: _Alone, bounds: Bounds) -> tuple[Array, Array]:
        low, high = self._programme.low[own.columns], self._high[own.columns]
        for at, start in zip(own.support, own.starts.tolist(), strict=True) if bounds else ():
            if at in bounds:
                unit, (least, most) = self._programme.units[at], bounds[at]
                is_exact = unit.side is Side.SELL and least == most > 0
                if is_exact and unit.account in self._programme.excess:
                    over = self._programme.over(unit) if least >= unit.most else unit.lot
                    excess = own.columns == self._programme.excess[unit.account]
                    high[excess] = np.maximum(high[excess], over)
                for offset, size in enumerate(unit.sizes, start):
                    low[offset] = max(0.0, min(size, least))
                    high[offset] = max(0.0, min(size, most, high[offset]))
                    least, most = least - size, most - size
        return low, high

    def useful(self, most: int, count: int) -> list[int]:
        """So many trades, of the best sets of at most so many."""
        known = [fit for fit in self._fits.values() if fit is not None and len(fit.support) <= most]
        found: dict[int, None] = {}
        for fit in sorted(known, key=lambda fit: (fit.j, fit.support)):
            if len(found) >= count:
                break
            found |= dict.fromkeys(fit.support)
        return sorted(found)


class SetBounds:
    """What J of a set of trades is not below, before the set is solved: by the tangents and the prices at known fits.

    Of classes and cash the tangents count; what an asset is off counts in full, and one that is not traded stays off.
    most: what each column is at most in an allowed plan.
    """

    def __init__(self, programme: Programme, eta: float, most: Array) -> None:
        self._programme, self._eta, self._most = programme, eta, most
        self._first, lengths = _columns_of(programme)
        self._end = int((self._first + lengths).max(initial=0))
        self._learnt: deque[Fit] = deque(maxlen=TELLING)
        """Fits of which it is not worked out yet what they tell."""
        self._nothing, self._trades = np.zeros(0), np.zeros((0, len(programme.units)))
        """What fits tell, one a row: what J is not below without trades, and what each trade changes at best."""

    def learn(self, fit: Fit) -> None:
        """Takes what a fit tells; of many the oldest is forgotten."""
        self._learnt.append(fit)

    def _work_out(self) -> None:
        programme = self._programme
        k, prices = (np.array(each) for each in zip(*((fit.k, fit.prices) for fit in self._learnt), strict=True))
        prices, slope = slopes_at(programme, self._eta, k, prices)
        least = np.where(slope > 0, slope * programme.low, slope * self._most)[:, ~programme.has_asset].sum(axis=1)
        apart = (k * (2 * programme.k - k)).sum(axis=1) + programme.asset_weight @ programme.away(programme.gap) ** 2
        trades = self._of_trades(slope)
        for at, unit in enumerate(programme.units):
            if unit.fixed:
                trades[:, at] += fee_at(programme, unit, k, prices)
        self._nothing = np.concatenate([self._nothing, apart + least - prices @ programme.b])[-TELLING:]
        self._trades = np.concatenate([self._trades, trades])[-TELLING:]
        self._learnt.clear()

    def _of_trades(self, slope: Array) -> Array:
        """What each trade changes at best; parts of one, or trades of one asset, are no better together than apart."""
        programme = self._programme
        asset, sign = programme.asset, programme.sign
        gap, band, weight = programme.gap[asset], programme.asset_band[asset], programme.asset_weight[asset]
        lowest = -np.sign(slope * sign) * band - slope * sign / (2 * np.maximum(weight, SAME))
        amount = np.clip(sign * (lowest - gap), 0.0, self._most)
        before, after = (np.maximum(0.0, np.abs(each) - band) for each in (gap, gap + sign * amount))
        change = slope * amount + weight * (after * after - before * before)
        return np.add.reduceat(change[:, : self._end], self._first, axis=1)

    def of(self, supports: Sequence[Support]) -> Array:
        """What J of each of these sets, of equally many trades, is not below."""
        if self._learnt:
            self._work_out()
        own = np.array(supports, dtype=np.int64)
        least: Array = (self._nothing[:, None] + self._trades[:, own].sum(axis=2)).max(axis=0, initial=-inf)
        return least


def slopes_at(programme: Programme, eta: float, k: Array, prices: Array) -> tuple[Array, Array]:
    """The prices at a fit, and what a share of each column changes by them, by its cost, and by classes and cash.

    Of several fits at once, one a row.
    """
    prices = np.where(programme.is_equal, prices, np.maximum(prices, 0.0))
    slope = programme.cost + eta * programme.turnover + 2 * (k @ programme.wanted) + prices @ programme.limits
    for column, burnt in programme.burnt.items():
        slope[..., column] -= 2 * k[..., programme.cash_row] * burnt
    return prices, slope


def fee_at(programme: Programme, unit: Unit, k: Array, prices: Array) -> Array:
    """What the fixed fee of a trade does to a bound by the tangents at a fit, and by prices."""
    sales, cash = programme.sales_row.get(unit.account), 2 * k[..., programme.cash_row]
    paid = prices[..., unit.row] - (0.0 if sales is None else prices[..., sales])
    fee: Array = unit.fixed * (programme.problem.weights.gamma - cash * programme.cash_scale + paid)
    return fee


class Neighbourhood:
    """The sets beside a fit: with a trade more, or a pair, what promises most; with one less, what is missed least."""

    def __init__(self, programme: Programme, eta: float, high: Array) -> None:
        self._programme, self._high = programme, high
        self._cost = programme.cost + eta * programme.turnover
        self._first, _ = _columns_of(programme)
        units = programme.units
        self._row = np.array([unit.row for unit in units], dtype=np.int64)
        self._buys = np.array([unit.side is Side.BUY for unit in units], dtype=bool)
        self._most = np.where(self._buys, programme.most[self._first], np.array([unit.most for unit in units]))
        self._fixed = np.array([unit.fixed for unit in units])
        self._curvature = 2 * (programme.wanted**2).sum(axis=0) + 2 * np.abs(programme.pull)

    def _gradient(self, fit: Fit) -> Array:
        """What one more share of each column would do to J, at the prices of the fit."""
        programme = self._programme
        pulled = programme.pull * fit.gap[programme.asset]
        gradient: Array = self._cost + 2 * (fit.k @ programme.wanted) + 2 * pulled + fit.prices @ programme.limits
        return gradient

    def additions(self, fit: Fit, most: int = ADDED, per_side: int = 2) -> list[Support]:
        """The sets with one trade more, the most promising first; with a pair more where there is no money for one."""
        units = self._programme.units
        if not units:
            return []
        gradient = self._gradient(fit)[self._first]
        curvature = self._curvature[self._first]
        downhill = np.maximum(0.0, -gradient)
        # Where nothing curves, as much as there is goes down as far as it can.
        amount = np.where(downhill > 0, self._most, 0.0)
        curved = curvature > 0
        amount[curved] = np.minimum(downhill[curved] / curvature[curved], self._most[curved])
        gain = -gradient * amount - curvature * amount * amount / 2 - self._fees(fit)
        is_open = self._open(fit.support)
        promising = ((gain > 0) & is_open).nonzero()[0]
        found: list[tuple[float, Support]] = []
        counts: dict[tuple[int, Side], int] = {}
        for at in promising[np.argsort(-gain[promising], kind="stable")].tolist():
            key = (units[at].asset, units[at].side)
            if counts.get(key, 0) < per_side:
                counts[key] = counts.get(key, 0) + 1
                found.append((float(gain[at]), (at,)))
            if len(found) >= most:
                break
        found += self._pairs(fit, gradient, curvature, is_open)
        found.sort(key=lambda each: -each[0])
        return [tuple(sorted({*fit.support, *added})) for _, added in found]

    def _fees(self, fit: Fit) -> Array:
        """What the fixed fee of each trade does to J."""
        programme = self._programme
        fees: Array = programme.problem.weights.gamma * self._fixed
        if programme.problem.practical is None:
            # What a fee takes from cash that is too much counts in files; nobody would trade for that.
            burnt = self._fixed * programme.cash_scale
            fees = fees + burnt * burnt - 2 * fit.k[programme.cash_row] * burnt
        return fees

    def _open(self, support: Support) -> Array:
        """The trades that may join a set: not those in it, nor those on the other side of an asset that is in it."""
        is_open: Array = self._high[self._first] > 0
        for own in support:
            side, asset = self._programme.units[own].side, self._programme.units[own].asset
            for at in self._programme.by_asset[asset]:
                is_open[at] &= at != own and self._programme.units[at].side is side
        return is_open

    def _pairs(self, fit: Fit, gradient: Array, curvature: Array, is_open: Array) -> list[tuple[float, Support]]:
        """A sale and a purchase that it pays for, in purses where nothing tells what money is worth."""
        found: list[tuple[float, Support]] = []
        if self._buys.all():
            return found
        programme = self._programme
        rows = np.unique(self._row)
        unpriced = (fit.prices[rows] > TIGHT) | (programme.b[rows] <= TIGHT)
        for row in rows[unpriced].tolist():
            own = is_open & (self._row == row)
            raw = gradient - fit.prices[row] * programme.limits[row, self._first]
            for buy in _least(raw, own & self._buys):
                for sale in _least(raw, own & ~self._buys):
                    slope = -float(raw[buy] + raw[sale])
                    if slope > 0 and programme.units[buy].asset != programme.units[sale].asset:
                        found.append((slope * slope / (2 * float(curvature[buy] + curvature[sale])), (buy, sale)))
        found.sort(key=lambda each: -each[0])
        return found[:PAIRED]

    def removals(self, fit: Fit, most: int) -> list[Support]:
        """The sets with one trade less, those first that J misses least."""
        if len(fit.support) <= most:
            return _smaller(fit.support)
        ordered = sorted(zip(self.losses(fit), fit.support, strict=True))[:most]
        return [tuple(at for at in fit.support if at != out) for _, out in ordered]

    def losses(self, fit: Fit) -> list[float]:
        """What J loses without each trade where the others are sized anew, as long as nothing else begins to bind."""
        programme = self._programme
        if len(fit.support) > MANY:
            bends = self._curvature[self._first[list(fit.support)]]
            return [float(bend) * each * each / 2 for bend, each in zip(bends, fit.amounts, strict=True)]
        columns, x = fit.columns, fit.x
        asset, pull, sign = programme.asset[columns], programme.pull[columns], programme.sign[columns]
        hessian = _hessian(programme.wanted[:, columns], asset, pull, sign)
        free = fit.column_state[columns] == 0
        rows = (fit.row_state == 0).nonzero()[0]
        limits = programme.limits[rows[:, None], columns]
        limits = limits[limits[:, free].any(axis=1)]
        try:
            inverse = np.linalg.inv(_saddle(hessian[free][:, free], limits[:, free]))
        except np.linalg.LinAlgError:
            return list(fit.amounts)
        place = np.cumsum(free) - 1
        gradient = self._gradient(fit)[columns]
        losses, start = [], 0
        for at, amount in zip(fit.support, fit.amounts, strict=True):
            unit = programme.units[at]
            own = range(start, start + len(unit.columns))
            start += len(unit.columns)
            loose = [int(place[column]) for column in own if free[column]]
            if loose:
                part = max(float(inverse[loose[0], loose[0]]), 1e-12)
                loss = amount * amount / (2 * part)
            else:
                column = own[0]
                cross = np.concatenate([hessian[free, column], limits[:, column]])
                bend = float(hessian[column, column] - cross @ inverse @ cross)
                slope = float(gradient[list(own)] @ x[list(own)])
                loss = max(0.0, -slope) + max(0.0, bend) * amount * amount / 2
            losses.append(loss - programme.problem.weights.gamma * unit.fixed)
        return losses


class Sparse:
    """The search; `best` is by number of trades. goes_on is asked often and may end it. closed: columns not used.

    sets: the programmes of sets, where other searches of the problem have made some.
    """

    def __init__(
        self,
        programme: Programme,
        eta: float,
        goes_on: Callable[[], bool],
        closed: frozenset[int] = frozenset(),
        sets: SetProgrammes | None = None,
    ) -> None:
        self.programme, self.eta, self._goes_on = programme, eta, goes_on
        self.rules = rules_of(programme)
        self.best: dict[int, Sized] = {}
        self._known: set[Support] = set()
        self._gone_around: set[Support] = set()
        high, self.most = programme.high.copy(), programme.most.copy()
        high[list(closed)] = self.most[list(closed)] = 0.0
        self.fits = SupportFits(programme, eta, high, goes_on, sets or SetProgrammes(programme))
        self._beside = Neighbourhood(programme, eta, high)
        self._is_two_sided = len({unit.side for unit in programme.units}) == 2
        self._bounds = SetBounds(programme, eta, self.most)

    # Smallest trades and rests

    def offer(self, support: Support, near: Fit | None = None) -> Fit | None:
        """Judges a set, and keeps it where it is the best of as many trades; gives the fit of what is left of it."""
        fit = self.fits.fit(support, near)
        if fit is None:
            return None
        left = tuple(at for at, amount in zip(fit.support, fit.amounts, strict=True) if amount > NOTHING)
        if left != support:
            return self.offer(left, fit)
        if support not in self._known and (len(support) <= MANY or not self.best):
            self._known.add(support)
            self._bounds.learn(fit)
            best = self._best_j(len(support))
            sized = self._sized(fit, best) if fit.j < best - SAME else None
            if sized is not None:
                self._keep(sized)
        return fit

    def _keep(self, sized: Sized) -> None:
        count = sum(amount > NOTHING for amount in sized.fit.amounts)
        if sized.fit.j < self._best_j(count) - SAME and not self.lacks(sized.fit):
            self.best[count] = sized

    def lacks(self, fit: Fit) -> bool:
        """Whether money is missing."""
        costs = self.programme.cost[fit.columns] >= MISSING
        return bool((fit.x[costs] > NOTHING).any())

    def _best_j(self, count: int) -> float:
        return min((each.fit.j for trades, each in self.best.items() if trades <= count), default=inf)

    def is_one_sided(self, support: Support) -> bool:
        """Whether nothing is both bought and sold."""
        sides = {(self.programme.units[at].asset, self.programme.units[at].side) for at in support}
        return len(sides) == len({asset for asset, _ in sides})

    def sized(self, fit: Fit) -> Sized | None:
        """The best amounts of the set of a fit that obey the rules, that were found."""
        return self._sized(fit, inf)

    def _sized(self, fit: Fit, cutoff: float) -> Sized | None:
        """The best way to obey the rules that was found, by putting right one trade after the other."""
        best: Sized | None = None
        waiting = [self._nearly_right(fit)]
        for _ in range(SIZINGS):
            if not waiting:
                break
            each = min(waiting, key=lambda one: one.fit.j)
            waiting.remove(each)
            if each.fit.j >= cutoff - SAME:
                break
            options = self.options(each.fit)
            if options is None:
                best, cutoff = each, each.fit.j
                continue
            at, ranges = options
            for bounds in ranges if self._goes_on() else ():
                tried = {**each.bounds, at: bounds}
                found = self.fits.solve(fit.support, tried, each.fit)
                if found is not None:
                    waiting.append(Sized(found, tried))
        return best

    def options(self, fit: Fit) -> tuple[int, list[tuple[float, float]]] | None:
        """The trade that breaks the rules most, and the ranges that it may have instead; None: none breaks them."""
        wrong = self._wrong(fit)
        if not wrong:
            return None
        _, at, ranges = max(wrong, key=lambda each: (each[0], -each[1]))
        return at, ranges

    def _wrong(self, fit: Fit) -> list[Wrong]:
        """The trades that break the rules: by how much, and the ranges that they may have instead."""
        least, found = self.rules.least, []
        is_single = self.rules.single_is_free and sum(amount > NOTHING for amount in fit.amounts) == 1
        for at, amount in zip(fit.support, fit.amounts, strict=True):
            unit = self.programme.units[at]
            if amount <= NOTHING:
                continue
            smallest = 0.0 if is_single else least
            if unit.side is Side.BUY:
                wrong, ranges = smallest - amount, [(smallest, inf), (0.0, 0.0)]
            else:
                closed, half = (unit.most, unit.most), 0.5 / self.programme.total
                if amount >= unit.most - half:
                    continue
                rest = least if self.rules.no_rests else 0.0
                wrong = max(smallest - amount, amount - (unit.most - rest))
                ranges = [closed, (0.0, 0.0)]
                if unit.most - rest >= smallest:
                    ranges.append((smallest, unit.most - rest))
            if wrong > TIGHT:
                found.append((wrong, at, ranges))
        return found

    def _nearly_right(self, fit: Fit) -> Sized:
        """Where many trades break the rules: all of them in the range that is nearest, until only few do."""
        bounds: dict[int, tuple[float, float]] = {}
        for _ in range(SIZINGS):
            wrong = self._wrong(fit)
            if len(wrong) <= FEW or not self._goes_on():
                break
            amounts = dict(zip(fit.support, fit.amounts, strict=True))
            nearest = {at: _nearest(ranges, amounts[at]) for _, at, ranges in wrong}
            tried = bounds | (self._raising(wrong, amounts) if self.programme.sales_row else nearest)
            found = self.fits.solve(fit.support, tried, fit)
            if found is None:
                break
            fit, bounds = found, tried
        return Sized(fit, bounds)

    def _raising(self, wrong: Sequence[Wrong], amounts: Mapping[int, float]) -> dict[int, tuple[float, float]]:
        """Ranges near what is sold that together raise as much in each account, and no more beyond it than may be."""
        beyond: dict[int, float] = {}
        chosen: dict[int, tuple[float, float]] = {}
        for _, at, ranges in sorted(wrong, key=lambda each: (-amounts[each[1]], each[1])):
            account = self.programme.units[at].account
            moves = [min(max(amounts[at], low), high) - amounts[at] for low, high in ranges]
            sums = [beyond.get(account, 0.0) + move for move in moves]
            best = min(range(len(ranges)), key=lambda each: (abs(sums[each] - self.rules.least), abs(moves[each])))
            beyond[account], chosen[at] = sums[best], ranges[best]
        return chosen

    # The search

    def better(self, supports: Sequence[Support], than: float) -> list[Support]:
        """Which of these sets, of equally many trades, can be better than so much."""
        least = self._bounds.of(supports).tolist() if supports else []
        return [each for each, j in zip(supports, least, strict=True) if j < than]

    def _promising(self, supports: Sequence[Support]) -> Sequence[Support]:
        """Those of these sets, of equally many trades, that may be better than the best that is known.

        Where sales pay for purchases no set is passed by: the one goes with the other, and fewer trades are left.
        """
        if not supports or self._is_two_sided:
            return supports
        return self.better(supports, self._best_j(len(supports[0])) - SAME)

    def closest(self) -> Fit | None:
        """The best plan of any number of trades, from nothing on, by adding what promises most of each asset."""
        fit = self.offer(())
        while fit is not None and self._goes_on():
            more = self._beside.additions(fit, most=max(ADDED, len(self.programme.units)), per_side=1)
            together = _together(more, fit.support, self.programme)
            tried = self.offer(together, fit) if together != fit.support else None
            step = SAME if len(together) < MANY else ENOUGH
            if tried is None or tried.j >= fit.j - step * max(1.0, abs(fit.j)):
                break
            fit = tried
        return fit

    def up(self, most: int) -> None:
        """From nothing on, with the trade that promises most each time."""
        fit = self.offer(())
        while fit is not None and len(fit.support) < most and self._goes_on():
            tried = [self.offer(each, fit) for each in self._beside.additions(fit, most=1)[:1]]
            better = [each for each in tried if each is not None and each.j < fit.j - SAME]
            if not better:
                break
            fit = better[0]

    def down(self, fit: Fit) -> None:
        """From a set to ever smaller ones, without the trade that is missed least."""
        while fit.support and self._goes_on():
            if len(fit.support) > BIG:
                losses = sorted(zip(self._beside.losses(fit), fit.support, strict=True))
                parts = next(part for most, part in DROPPED_PARTS if len(losses) > most)
                gone = {at for _, at in losses[: max(1, len(losses) // parts)]}
                tries = [tuple(at for at in fit.support if at not in gone)]
            else:
                tries = self._beside.removals(fit, DROPPED)
            fits = [found for each in tries if self._goes_on() and (found := self.offer(each, fit)) is not None]
            smaller = [each for each in fits if len(each.support) < len(fit.support)]
            if not smaller:
                break
            fit = min(smaller, key=lambda each: each.j)

    def rounds(self, most: int, times: int = ROUNDS) -> None:
        """Up and down again, for all numbers of trades up to `most`, until nothing is better any more."""
        for _ in range(times):
            before = {count: each.fit.j for count, each in self.best.items()}
            for count in (*range(most + 1), *range(most, 0, -1)):
                if not self._goes_on():
                    return
                if count in self.best:
                    self._around(self.best[count].fit.support)
            if before == {count: each.fit.j for count, each in self.best.items()}:
                return

    def _around(self, support: Support) -> None:
        """Adds what promises most and drops what is missed least; once for each set, or the same would come of it."""
        fit = self.fits.fit(support)
        if fit is None or support in self._gone_around:
            return
        dropped = DROPPED_OF_FEW if len(support) <= FEW else DROPPED
        for each in self._beside.additions(fit):
            if not self._goes_on():
                return
            needs_fit = len(each) > dropped or self._promising([each])
            near = self.offer(each, fit) if needs_fit else fit
            smaller = [] if near is None else self._beside.removals(near, dropped) if needs_fit else _smaller(each)
            for one in self._promising(smaller):
                if self._goes_on():
                    self.offer(one, near)
        if self._goes_on():
            self._gone_around.add(support)


def _smaller(support: Support) -> list[Support]:
    """The sets with one trade less."""
    return [tuple(at for at in support if at != out) for out in support]


def _columns_of(programme: Programme) -> tuple[Array, Array]:
    """The first column of each trade that may be made, and how many it has."""
    units = programme.units
    first = np.array([unit.columns[0] for unit in units], dtype=np.int64)
    return first, np.array([len(unit.columns) for unit in units], dtype=np.int64)


def _hessian(wanted: Array, asset: Array, pull: Array, sign: Array) -> Array:
    """How J bends: by the classes and cash, and among the columns of an asset; those of none have no pull."""
    hessian: Array = 2 * (wanted.T @ wanted + (asset[:, None] == asset) * (pull[:, None] * sign))
    return hessian


def _least(values: Array, chosen: Array, count: int = 3) -> list[int]:
    """The places of the least of the chosen values, the first of equal ones."""
    places = chosen.nonzero()[0]
    if len(places) > count:
        places = places[values[places] <= np.partition(values[places], count - 1)[count - 1]]
    least: list[int] = places[np.argsort(values[places], kind="stable")][:count].tolist()
    return least


def _nearest(ranges: Sequence[tuple[float, float]], amount: float) -> tuple[float, float]:
    return min(ranges, key=lambda each: max(each[0] - amount, amount - each[1]))


def _together(sets: Sequence[Support], own: Support, programme: Programme) -> Support:
    """All additions at once, the first ones of each asset deciding on which side it is."""
    sides = {programme.units[at].asset: programme.units[at].side for at in own}
    found = set(own)
    for each in sets:
        for at in each:
            unit = programme.units[at]
            if sides.setdefault(unit.asset, unit.side) is unit.side:
                found.add(at)
    return tuple(sorted(found))


def _saddle(hessian: Array, limits: Array) -> Array:
    """The matrix of the conditions of a minimum within limits, kept from being singular."""
    size, rows = len(hessian), len(limits)
    matrix = np.zeros((size + rows, size + rows))
    matrix[:size, :size] = hessian
    matrix[:size, size:] = limits.T
    matrix[size:, :size] = limits
    matrix.flat[:: len(matrix) + 1] += np.concatenate(
        [np.full(size, quadratic.CURVATURE), np.full(rows, -quadratic.GIVE)]
    )
    return matrix
