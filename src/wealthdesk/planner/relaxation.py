"""The continuous minimum of J: any fraction of a lot, no fixed fees, no smallest trade; a convex quadratic programme.

Written as `min |R w + r|² + Σ_h curve_h (y_h + gap_h)² + c·w` over `0 ≤ w ≤ u, A w ≤ b`, with w the traded shares of
the total. Its matrix is diagonal but for a few rows, which is why interior points take a handful of small systems.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wealthdesk.planner.interior import Programme, minimise

if TYPE_CHECKING:
    from wealthdesk.planner.model import Array, Model


@dataclass(frozen=True, eq=False)
class Relaxed:
    """The minimum: traded share of the total per variable, and what one more unit of each room would lower J by."""

    share: Array
    price: Array


def relaxed(model: Model, extra: Array | None = None, allowed: Array | None = None) -> Relaxed:
    """The minimum over the model's variables; extra: J per share on top; allowed: which variables take part."""
    import numpy as np

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
    import numpy as np

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


def _programme(model: Model, piece: Array, upper: Array, gain: Array, linear: Array) -> Programme:
    import numpy as np

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
    return Programme(
        rows, model.row_gap, side, model.asset[piece], model.curve, model.asset_gap, linear[piece], upper, limits, room
    )
