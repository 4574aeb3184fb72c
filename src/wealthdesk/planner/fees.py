"""Fixed fees in the continuous minimum: spread over what a trade would come to, and again, until few trades are left.

Dynamic slope scaling (D. Kim & P. M. Pardalos, "A solution approach to the fixed charge network flow problem using a
dynamic slope scaling procedure", Operations Research Letters 24, 1999): each pass charges a trade its fixed cost per
share of what the last pass traded, so that what is not worth its fee shrinks away. A tiny charge on every trade does
the same where several accounts could buy one asset: it ends in as few of them as need be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wealthdesk.planner.relaxation import Relaxed, relaxed

if TYPE_CHECKING:
    from wealthdesk.planner.model import Model

PASSES = 4
"""How often fixed fees are spread anew; without them, once is enough."""
TINY = 1e-7
"""The charge on every trade, as a part of what the minimum gains over doing nothing, shared by all variables."""


def concentrated(model: Model, minimum: Relaxed, worth: float) -> Relaxed:
    """The continuous minimum with every trade charged for being one; `worth` is what the minimum gains."""
    import numpy as np

    charge = (model.problem.weights.gamma + minimum.price[model.account]) * model.fixed / model.total
    tiny = TINY * max(worth, 0.0) / model.count
    charge = charge + tiny
    found = minimum
    for _ in range(PASSES if model.fixed.any() else 1):
        allowed = found.share > np.minimum(1e-7, model.share * 1e-3)
        if not allowed.any():
            break
        found = relaxed(model, charge / np.maximum(found.share, 1e-12), allowed)
    return found
