"""Small convex quadratic programmes: minimise ½ x·Hx + c·x with lower ≤ x ≤ upper and A x ≤ b (or = b).

Which limits bind is guessed and put right, all at once as long as that helps and one at a time otherwise (block
principal pivoting with the backup rule of J. Júdice and F. Pires, Computers & Operations Research 21, 1994). With a
trace of curvature everywhere it ends always, and from a good guess after two or three small systems of equations.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from wealthdesk.planner.model import Array

CURVATURE = 1e-8
"""Added to every column, so that of equal solutions the one that spreads is found, always the same."""
GIVE = 1e-10
"""How much a row gives way per unit of its price."""
TOLERANCE = 1e-9
PATIENCE = 3
"""So many changes of all wrong guesses at once may be without gain before they are changed one by one."""
LARGE = 100
"""Of so many columns and rows, it is asked each time whether to go on."""
MOST = 400
"""Systems of equations after which the solution is given up."""


@dataclass(frozen=True, slots=True)
class Solution:
    """x, the prices of the rows, and which limits bind (-1 lower, 0 none, 1 upper), columns first."""

    x: Array
    prices: Array
    state: Array


def solve(
    hessian: Array,
    cost: Array,
    rows: Array,
    room: Array,
    equal: Array,
    lower: Array,
    upper: Array,
    state: Array | None = None,
    goes_on: Callable[[], bool] | None = None,
) -> Solution | None:
    """The solution, from a guess of what binds; None where floats find none, or where goes_on ends it."""
    columns, count = len(cost), len(cost) + len(room)
    matrix = np.zeros((count, count))
    matrix[:columns, :columns] = hessian
    matrix[:columns, columns:] = rows.T
    matrix[columns:, :columns] = -rows
    matrix.flat[:: count + 1] += np.concatenate([np.full(columns, CURVATURE), np.full(len(room), GIVE)])
    offset = np.concatenate([cost, room])
    low = np.concatenate([lower, np.where(equal, -np.inf, 0.0)])
    high = np.concatenate([upper, np.full(len(room), np.inf)])
    if state is None:
        state = np.full(count, -1, dtype=np.int8)
    state = state.copy()
    state[(low == -np.inf) | ((state > 0) & (high == np.inf))] = 0
    is_fixed = low == high
    state[is_fixed] = -1
    found = _pivoted(matrix, offset, low, high, state, is_fixed, goes_on)
    if found is None:
        return None
    y, state = found
    return Solution(np.clip(y[:columns], lower, upper), y[columns:], state)


def _pivoted(
    matrix: Array,
    offset: Array,
    low: Array,
    high: Array,
    state: Array,
    is_fixed: Array,
    goes_on: Callable[[], bool] | None,
) -> tuple[Array, Array] | None:
    least, patience = len(offset) + 1, PATIENCE
    at_low, at_high = np.where(np.isfinite(low), low, 0.0), np.where(np.isfinite(high), high, 0.0)
    for _ in range(MOST):
        if goes_on is not None and len(offset) > LARGE and not goes_on():
            return None
        y = np.where(state < 0, at_low, at_high)
        free = (state == 0).nonzero()[0]
        y[free] = 0.0
        if len(free):
            try:
                y[free] = np.linalg.solve(matrix[free[:, None], free], -(matrix @ y + offset)[free])
            except np.linalg.LinAlgError:
                return None
        left = matrix @ y + offset
        left[free] = 0.0
        below, above = y < low - TOLERANCE, y > high + TOLERANCE
        released = (state * left > TOLERANCE) & ~is_fixed
        wrong = (below | above | released).nonzero()[0]
        if not len(wrong):
            return y, state
        state = state.copy()
        if len(wrong) < least:
            least, patience = len(wrong), PATIENCE
        elif patience:
            patience -= 1
        else:
            wrong = wrong[-1:]
        state[wrong] = np.where(below[wrong], -1, np.where(above[wrong], 1, 0))
    return None
