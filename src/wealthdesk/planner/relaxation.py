"""The continuous minimum of J, any fraction of a lot and no fixed fees, its method, and a bound on J that it gives.

The minimum is found by an interior-point method. The bound holds for every allowed plan, from any point and any prices
of the accounts' money: the rows' squares are replaced by their tangent at the point, the limits by their prices
(Lagrange multipliers, as in the certificate of M. Jaggi, "Revisiting Frank-Wolfe", ICML 2013); what is left falls apart
into one problem per asset, solved over whole lots with fixed fees and smallest trades. Weak duality holds for whatever
point and prices.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import NamedTuple

import numpy as np

from wealthdesk.planner.mixed import Mixed
from wealthdesk.planner.model import Array, Model

STEPS = 60
"""Most Newton steps; 15 to 25 are usual."""
GAP = 1e-9
"""Stop where the complementarity gap is so small a part of what the minimum gains over where it started."""
FAIR = 1e-5
"""So small a part of what can be gained may be left of the conditions of a minimum."""
MOST = 400
"""Up to so many variables the second way is tried."""
NEAR = 1e-7
"""What moving one whole total in one step costs in the Newton system alone."""
SAME = 1e-9
"""Two values of J closer than this are one."""
HALF_A_UNIT = 0.5
"""A gain that rounds to its limit is not above it for everybody: bounds hold for such plans as well, though no plan of
ours is one."""


@dataclass(frozen=True, eq=False)
class ContinuousProgramme:
    """`min |rowsᵀ w + row_gap|² + Σ_h curve_h (Σ side w + asset_gap)_h² + linear·w`, `0 ≤ w ≤ upper, limitsᵀ w ≤ room`.

    rows and limits have a line per variable; variables are in the order of their assets.
    """

    rows: Array
    row_gap: Array
    side: Array
    asset: Array
    curve: Array
    asset_gap: Array
    linear: Array
    upper: Array
    limits: Array
    room: Array

    def slope(self, w: Array) -> tuple[Array, float]:
        """The gradient at w, and the value there."""
        rows = self.row_gap + w @ self.rows
        gap = self.asset_gap + np.bincount(self.asset, self.side * w, minlength=len(self.curve))
        pull = self.curve * gap
        value = float(rows @ rows + pull @ gap + self.linear @ w)
        return 2 * (self.rows @ rows) + 2 * self.side * pull[self.asset] + self.linear, value

    def left(self, w: Array, price: Array) -> float:
        """What a point with multipliers leaves of the conditions of a minimum, as a part of what it can gain.

        The gap of duality, and the worth of what is spent beyond the rooms.
        """
        slope, value = self.slope(w)
        nothing = self.slope(np.zeros_like(w))[1]
        reduced = slope + self.limits @ price
        spare = self.room - w @ self.limits
        gap = float(np.maximum(reduced, 0.0) @ w + np.maximum(-reduced, 0.0) @ (self.upper - w) + np.abs(spare) @ price)
        gap += float(np.maximum(-spare, 0.0).sum()) * float(np.abs(slope).max())
        return gap / max(abs(nothing - value), 1e-9 * abs(value), 1e-13)


def minimise(programme: ContinuousProgramme) -> tuple[Array, Array]:
    """Where the minimum is, and the multipliers (≥ 0) of the limits there; as near as floats allow.

    What a point leaves of the conditions of a minimum is looked at before it is believed; HiGHS has a try where it is
    too much, and the better of the two is taken.
    """
    if not len(programme.upper):
        return np.zeros(0), np.zeros(len(programme.room))
    with np.errstate(all="ignore"):
        w, price = _minimise(programme)
    found = _within(programme, w, price)
    left = programme.left(*found)
    if left <= FAIR or len(programme.upper) > MOST:
        return found
    second = _factored(programme)
    return second if second is not None and programme.left(*second) < left else found


def _within(p: ContinuousProgramme, w: Array, price: Array) -> tuple[Array, Array]:
    return np.clip(np.nan_to_num(w), 0.0, p.upper), np.maximum(np.nan_to_num(price), 0.0)


def _factored(p: ContinuousProgramme) -> tuple[Array, Array] | None:
    """The same by the active sets of HiGHS: rows and assets are columns with squares of their own."""
    mixed = Mixed()
    columns = [mixed.column(0.0, float(top), cost=float(cost)) for top, cost in zip(p.upper, p.linear, strict=True)]
    for number, gap in enumerate(p.row_gap):
        row = mixed.column(-inf, inf)
        mixed.squares[row] = 1.0
        terms = {column: -float(p.rows[at, number]) for at, column in enumerate(columns) if p.rows[at, number]}
        mixed.row(terms | {row: 1.0}, lower=float(gap), upper=float(gap))
    for number in np.unique(p.asset):
        if p.curve[number] > 0:
            column = mixed.column(-inf, inf)
            mixed.squares[column] = float(p.curve[number])
            terms = {columns[at]: -float(p.side[at]) for at in np.flatnonzero(p.asset == number)}
            gap = float(p.asset_gap[number])
            mixed.row(terms | {column: 1.0}, lower=gap, upper=gap)
    first = len(mixed.rows)
    for number, room in enumerate(p.room):
        terms = {column: float(p.limits[at, number]) for at, column in enumerate(columns) if p.limits[at, number]}
        mixed.row(terms, upper=float(room))
    solved = mixed.solve(gap=0.0, nodes=0)
    if solved is None:
        return None
    return _within(p, np.array(solved.values[: len(columns)]), -np.array(solved.prices[first:]))


class _Point(NamedTuple):
    """Where the method is: variables, what is left up to their tops, slacks of the limits, and a multiplier of each."""

    w: Array
    rest: Array
    slack: Array
    low: Array
    high: Array
    price: Array

    def products(self) -> tuple[Array, Array, Array]:
        """Each value times its multiplier: 0 at the minimum."""
        return self.w * self.low, self.rest * self.high, self.slack * self.price

    def gap(self) -> float:
        """The sum of these products."""
        return float(self.w @ self.low + self.rest @ self.high + self.slack @ self.price)

    def gap_after(self, step: _Step, length: float) -> float:
        """The gap where that part of a step leads to."""
        return sum(
            float((at + length * by) @ (other + length * move))
            for at, by, other, move in (
                (self.w, step.w, self.low, step.low),
                (self.rest, -step.w, self.high, step.high),
                (self.slack, step.slack, self.price, step.price),
            )
        )

    def length(self, step: _Step) -> float:
        """How far a step may go, 1 at most, until the first value reaches 0."""
        fastest = float((-np.concatenate([step.w, -step.w, *step[1:]]) / np.concatenate(self)).max())
        return 1.0 / max(1.0, fastest) if fastest == fastest else 0.0

    def along(self, step: _Step, length: float, upper: Array) -> _Point:
        """Where that part of a step leads to."""
        w = self.w + length * step.w
        others = (at + length * by for at, by in zip(self[2:], step[1:], strict=True))
        return _Point(w, _rest(upper, w), *others)


class _Step(NamedTuple):
    """A direction: what of a point changes, but for `rest`, which w decides."""

    w: Array
    slack: Array
    low: Array
    high: Array
    price: Array


def _minimise(p: ContinuousProgramme) -> tuple[Array, Array]:
    system = _System(p)
    at, slope, value = _start(p)
    first, count = value, 2 * len(at.w) + len(at.price)
    for _ in range(STEPS):
        missing = at.w @ p.limits + at.slack - p.room
        dual = slope + p.limits @ at.price - at.low + at.high
        gap = at.gap()
        worth = max(abs(first - value), 1e-9 * abs(value), 1e-13)
        if gap <= GAP * worth and float(np.abs(dual) @ p.upper) <= 100 * GAP * worth and np.abs(missing).max() < 1e-12:
            break
        system.prepare(at.low / at.w + at.high / at.rest + NEAR, at.slack / at.price)
        to_low, to_high, to_slack = (-each for each in at.products())
        step = system.direction(dual, missing, at, (to_low, to_high, to_slack))
        aim = gap / count * min(1.0, max(at.gap_after(step, at.length(step)) / gap, 0.0)) ** 3
        to_low = aim + to_low - step.w * step.low
        to_high = aim + to_high + step.w * step.high
        to_slack = aim + to_slack - step.slack * step.price
        step = system.direction(dual, missing, at, (to_low, to_high, to_slack))
        length = 0.995 * at.length(step)
        if not length >= 1e-10:
            break
        at = at.along(step, length, p.upper)
        slope, value = p.slope(at.w)
    return at.w, at.price


def _start(p: ContinuousProgramme) -> tuple[_Point, Array, float]:
    """A point inside the box that spends about half of each room, slacks above 0; with slope and value there."""
    sharing = np.maximum((p.limits > 0).sum(axis=0), 1)
    part = np.where(p.limits > 0, np.maximum(p.room, 0.0) / sharing, np.inf).min(axis=1)
    w = np.minimum(0.5 * p.upper, np.maximum(0.5 * part, 1e-3 * p.upper))
    slack = np.maximum(p.room - w @ p.limits, 0.1 * np.abs(p.room) + 1e-6)
    slope, value = p.slope(w)
    size = max(float(np.abs(slope).mean()), 1e-9)
    low, high, price = (np.full(count, size) for count in (len(w), len(w), len(slack)))
    return _Point(w, _rest(p.upper, w), slack, low, high, price), slope, value


def _rest(upper: Array, w: Array) -> Array:
    rest: Array = np.maximum(upper - w, 1e-14 * upper)
    return rest


class _System:
    """The Newton system of a programme: prepared once a step, solved for predictor and corrector."""

    def __init__(self, programme: ContinuousProgramme) -> None:
        p = self._p = programme
        self._dense = np.concatenate([p.rows, p.limits], axis=1)
        starts = np.flatnonzero(np.diff(p.asset, prepend=-1))
        self._alone = len(starts) == len(p.asset)
        self._starts = starts
        self._lengths = np.diff(np.append(starts, len(p.asset)))
        self._curve = 2 * p.curve[p.asset]
        self._halves, self._nothing = np.full(p.rows.shape[1], 0.5), np.zeros(p.rows.shape[1])
        self._trace = 1e-15 * np.eye(self._dense.shape[1])

    def prepare(self, diagonal: Array, weights: Array) -> None:
        """Takes the barrier's diagonal of the variables and that of the limits."""
        if self._alone:
            self._inverse = 1 / (diagonal + self._curve)
        else:
            self._inverse = 1 / diagonal
            curve = self._curve[self._starts]
            self._damping = curve / (1 + curve * np.add.reduceat(self._inverse, self._starts))
        self._diagonal = diagonal
        self._solved = self._apply(self._dense)
        inner = self._dense.T @ self._solved
        self._beside = np.concatenate([self._halves, weights])
        steep = np.einsum("ii->i", inner)  # a view of its diagonal
        steep += self._beside
        scale = self._scale = 1 / np.sqrt(steep)
        self._inner = np.linalg.inv(inner * scale[:, None] * scale + self._trace)

    def _apply(self, right: Array) -> Array:
        """The inverse of the diagonal with the curve of each asset, on a vector or on columns."""
        inverse, side = self._inverse, self._p.side
        if right.ndim == 2:
            inverse, side = inverse[:, None], side[:, None]
        solved: Array = inverse * right
        if self._alone:
            return solved
        sums = np.add.reduceat(side * solved, self._starts, axis=0)
        sums *= self._damping if right.ndim == 1 else self._damping[:, None]
        solved -= inverse * side * np.repeat(sums, self._lengths, axis=0)
        return solved

    def direction(self, dual: Array, missing: Array, at: _Point, to: tuple[Array, Array, Array]) -> _Step:
        """The step from a point that the linearised conditions ask for; to: what each product is to change by."""
        to_low, to_high, to_slack = to
        right = -dual + to_low / at.w - to_high / at.rest
        beside = np.concatenate([self._nothing, -missing - to_slack / at.price])
        dw, inner = self._solve(right, beside)
        more, further = self._solve(*self._left(dw, inner, right, beside))
        dw, inner = dw + more, inner + further
        d_price = inner[self._p.rows.shape[1] :]
        d_slack = (to_slack - at.slack * d_price) / at.price
        return _Step(dw, d_slack, (to_low - at.low * dw) / at.w, (to_high + at.high * dw) / at.rest, d_price)

    def _left(self, dw: Array, inner: Array, right: Array, beside: Array) -> tuple[Array, Array]:
        """What a solution leaves of the right sides."""
        p = self._p
        sums = np.bincount(p.asset, p.side * dw, minlength=len(p.curve))
        product = self._diagonal * dw + self._curve * p.side * sums[p.asset] + self._dense @ inner
        return right - product, beside - (dw @ self._dense - self._beside * inner)

    def _solve(self, right: Array, beside: Array) -> tuple[Array, Array]:
        plain = self._apply(right)
        inner = self._scale * (self._inner @ (self._scale * (plain @ self._dense - beside)))
        return plain - self._solved @ inner, inner


@dataclass(frozen=True, eq=False)
class Relaxed:
    """The minimum: traded share of the total per variable, and what one more unit of each room would lower J by."""

    share: Array
    price: Array


def relaxed(model: Model, extra: Array | None = None, allowed: Array | None = None) -> Relaxed:
    """The minimum over the model's variables; extra: J per share on top; allowed: which variables take part."""
    piece, upper, gain = _pieces(model)
    if allowed is not None:
        chosen = allowed[piece]
        piece, upper, gain = piece[chosen], upper[chosen], gain[chosen]
    linear = model.linear + model.problem.weights.gamma * model.rate
    if extra is not None:
        linear = linear + extra
    programme = _programme(model, piece, upper, gain, linear)
    found, price = minimise(programme)
    share = np.bincount(piece, found, minlength=model.count) if len(piece) else np.zeros(model.count)
    prices = np.zeros(len(model.room))
    prices[: len(price)] = price
    return Relaxed(share, prices)


def _pieces(model: Model) -> tuple[Array, Array, Array]:
    """The variables, those with tax lots cut where the gain per lot changes: variable, upper share, gain per share."""
    every = np.arange(model.count)
    upper = model.most * model.share
    if model.gains is None:
        return every, upper, np.zeros(model.count)
    lines = model.gains
    known = np.bincount(lines.variable, lines.size * model.share[lines.variable], minlength=model.count)
    without = upper - known
    piece = np.concatenate([lines.variable, every])
    upper = np.concatenate([lines.size * model.share[lines.variable], without])
    gain = np.concatenate([lines.gain / model.lot[lines.variable], np.zeros(model.count)])
    order = np.lexsort((gain, piece))
    kept = order[upper[order] > 1e-15]
    return piece[kept], upper[kept], gain[kept]


def _programme(model: Model, piece: Array, upper: Array, gain: Array, linear: Array) -> ContinuousProgramme:
    side, rate = model.side[piece], model.rate[piece]
    spent = side + rate
    rows = model.exposure[piece].copy()
    rows[:, model.cash_row] -= model.cash_scale * spent
    accounts = len(model.room) - 1
    limits = np.zeros((len(piece), accounts + (model.gains is not None)))
    limits[np.arange(len(piece)), model.account[piece]] = spent
    if model.gains is not None:
        limits[:, -1] = gain
    room = model.room[: limits.shape[1]] / model.total
    return ContinuousProgramme(
        rows, model.row_gap, side, model.asset[piece], model.curve, model.asset_gap, linear[piece], upper, limits, room
    )


@dataclass(frozen=True, eq=False)
class Bound:
    """No allowed plan has a J below `value`; `lots` is what would reach it if money were sold at its price."""

    value: float
    lots: Array


def lower_bound(model: Model, share: Array, price: Array) -> Bound:
    """The bound at a point (traded share per variable) and prices ≥ 0 of the rooms."""
    spent = model.side + model.rate
    rows = model.row_gap + share @ model.exposure
    rows[model.cash_row] -= model.cash_scale * float(spent @ share)
    return tangent_bound(model, rows, share, price)


def tangent_bound(model: Model, rows: Array, share: Array, price: Array) -> Bound:
    """The bound where the rows' squares are replaced by their tangent at `rows`, and gains by theirs at `share`."""
    price = np.maximum(price, 0.0)
    price = np.where(np.isfinite(model.room), price, 0.0)
    cash = price[model.account] - 2 * float(rows[model.cash_row]) * model.cash_scale
    per_share = (
        2 * (model.exposure @ rows)
        + model.linear
        + model.problem.weights.gamma * model.rate
        + cash * (model.side + model.rate)
    )
    value = float(2 * (rows @ model.row_gap) - rows @ rows)
    value -= float(np.where(np.isfinite(model.room), model.room, 0.0) @ price) / model.total
    value -= HALF_A_UNIT * float(price[-1]) / model.total
    if model.gains is not None and price[-1] > 0:
        slope, offset = gain_tangent(model, share)
        per_share = per_share + price[-1] * slope
        value += float(price[-1]) * offset
    once = _once(model, cash)
    gaps = model.asset_gap
    value += float((model.curve * gaps * gaps).sum())
    each, lots = _separate(model, per_share, once)
    return Bound(value + each, lots)


def _once(model: Model, cash: Array) -> Array:
    """What trading at all adds to J: the fixed fee, less what rounding to whole minor units may give away."""
    whole = (np.abs(model.lot - np.rint(model.lot)) < 1e-9) & (model.grain == 1)
    by_gross = np.where(whole, 0.0, 0.5 * (1 + model.rate))
    by_fee = np.where(model.rate > 0, 0.5, 0.0)
    gamma = model.problem.weights.gamma
    given = np.abs(cash) * (by_gross + by_fee) + gamma * (by_fee + np.where(whole, 0.0, 0.5 * model.rate))
    result: Array = ((gamma + cash) * model.fixed - given) / model.total
    return result


def _separate(model: Model, per_share: Array, once: Array) -> tuple[float, Array]:
    """Σ over assets of the least that trading them adds, and the lots that do (in the cheapest account each).

    An asset is bought or sold, never both; all its accounts together are treated as if they were its cheapest one.
    """
    if not model.count:
        return 0.0, np.zeros(0)
    key = model.asset * 2 + (model.side > 0)
    order = np.lexsort((per_share, key))
    keys = key[order]
    starts = np.flatnonzero(np.diff(keys, prepend=-1))
    best = order[starts]
    fine = (model.grain > 1).astype(float)
    most = np.add.reduceat((model.most + fine)[order], starts)
    least = np.minimum.reduceat((model.least * (1 - fine))[order], starts)
    negative = np.add.reduceat(np.minimum(once[order], 0.0), starts)
    fixed = np.where(negative < 0, negative, np.minimum.reduceat(once[order], starts))
    asset = model.asset[best]
    share, side = model.share[best], model.side[best]
    curve, gap = model.curve[asset], model.asset_gap[asset]
    slope = (per_share[best] + 2 * side * curve * gap) * share
    bend = curve * share * share
    with np.errstate(divide="ignore", invalid="ignore"):
        free = np.where(bend > 0, -slope / (2 * bend), np.where(slope < 0, np.inf, 0.0))
    lots = np.clip(free, least, most)
    lots = np.where(fine[best] > 0, lots, np.clip(np.rint(lots), least, most))
    added = slope * lots + bend * lots * lots + fixed
    trades = added < 0
    sides = np.flatnonzero(np.diff(asset, prepend=-1))
    total = float(np.minimum.reduceat(np.where(trades, added, 0.0), sides).sum())
    result = np.zeros(model.count)
    result[best[trades]] = lots[trades]
    return total, result


def gain_tangent(model: Model, share: Array) -> tuple[Array, float]:
    """Per variable a slope (gain per share of the total) and over all an offset, never above the gain of any plan.

    The tax lots of a variable with the smallest gains first are its convex envelope; this is a tangent of it.
    """
    slope, offset = np.zeros(model.count), 0.0
    lines = model.gains
    assert lines is not None
    sold = share / model.share
    for variable in np.unique(lines.variable):
        chosen = lines.variable == variable
        sizes, gains = list(lines.size[chosen]), list(lines.gain[chosen])
        without = float(model.most[variable]) - sum(sizes)
        if without > 1e-9:
            sizes, gains = [*sizes, without], [*gains, 0.0]
        done, reached = 0.0, 0.0
        for gain, size in sorted(zip(gains, sizes, strict=True)):
            tangent = gain
            if done + size >= sold[variable] - 1e-9:
                break
            done, reached = done + size, reached + gain * size
        slope[variable] = tangent / model.lot[variable]
        offset += (reached - tangent * done) / model.total
    return slope, offset


def regret_bound(value: float, nothing: float, bound: float) -> float | None:
    """At most this part of what could be gained is missed: `(J - LB) / (J_nothing - LB)`; None where nothing is proven.

    For any true minimum J* ≥ LB this is not below `(J - J*) / (J_nothing - J*)`, as long as J ≤ J_nothing.
    """
    if value - bound <= SAME:
        return 0.0
    return (value - bound) / (nothing - bound) if value < nothing else None
