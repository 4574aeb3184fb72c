"""A lower bound on J of every allowed plan, from any point and any prices of the accounts' money.

The rows' squares are replaced by their tangent at the point, the limits by their prices (Lagrange multipliers, as in
the certificate of M. Jaggi, "Revisiting Frank-Wolfe", ICML 2013); what is left falls apart into one problem per asset,
solved over whole lots with fixed fees and smallest trades. Weak duality holds for whatever point and prices.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wealthdesk.planner.model import Array, Model

SAME = 1e-9
"""Two values of J closer than this are one."""
HALF_A_UNIT = 0.5
"""A gain that rounds to its limit is not above it for everybody: bounds hold for such plans as well, though no plan of
ours is one."""


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
    import numpy as np

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
    import numpy as np

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
    import numpy as np

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
    import numpy as np

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
