"""Small convex quadratic programmes: minimise ½ x·Hx + c·x with lower ≤ x ≤ upper and A x ≤ b (or = b).

Which limits bind is guessed and put right, all at once as long as that helps and one at a time otherwise (block
principal pivoting with the backup rule of J. Júdice and F. Pires, Computers & Operations Research 21, 1994). With a
trace of curvature everywhere it ends always, and from a good guess after two or three small systems of equations; but
floats may go round in a circle, and what followed a guess before would follow it again, so that it ends there.
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
    diagonal = matrix.reshape(-1)[:: count + 1]
    diagonal[:columns] += CURVATURE
    diagonal[columns:] += GIVE
    offset = np.concatenate([cost, room])
    low = np.concatenate([lower, np.where(equal, -np.inf, 0.0)])
    high = np.concatenate([upper, np.full(len(room), np.inf)])
    if state is None:
        state = np.full(count, -1, dtype=np.int8)
    state = state.copy()
    state[(low == -np.inf) | ((state > 0) & (high == np.inf))] = 0
    state[low == high] = -1
    found = _pivoted(matrix, offset, low, high, state, goes_on)
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
    goes_on: Callable[[], bool] | None,
) -> tuple[Array, Array] | None:
    least, patience = len(offset) + 1, PATIENCE
    ends = np.array([np.zeros(len(offset)), *(np.where(np.isfinite(each), each, 0.0) for each in (high, low))])
    lowest, highest, is_loose = low - TOLERANCE, high + TOLERANCE, low != high
    bound, side, tried = ends[state, np.arange(len(offset))], state.astype(float), set[bytes]()
    for _ in range(MOST):
        if goes_on is not None and len(offset) > LARGE and not goes_on():
            return None
        free = (side == 0).nonzero()[0]
        y = _between(matrix, offset, bound, free)
        if y is None:
            return None
        left = matrix.dot(y) + offset
        left[free] = 0.0
        below, above = y < lowest, y > highest
        wrong = ((side * left > TOLERANCE) & is_loose | below | above).nonzero()[0]
        if not len(wrong):
            return y, side.astype(np.int8)
        if len(wrong) < least:
            least, patience = len(wrong), PATIENCE
            tried.clear()
        elif patience:
            patience -= 1
        elif (before := side.tobytes()) in tried:
            return None
        else:
            tried.add(before)
            wrong = wrong[-1:]
        for at in wrong.tolist():
            side[at] = way = int(above[at]) - int(below[at])
            bound[at] = ends[way, at]
    return None


def _between(matrix: Array, offset: Array, bound: Array, free: Array) -> Array | None:
    """All numbers where those that no limit binds, which are 0, make up for the others; None where floats find none."""
    y = bound.copy()
    if len(free):
        right = matrix.dot(bound).take(free) + offset.take(free)
        try:
            y[free] = np.linalg.solve(matrix.take(free, 0).take(free, 1), -right)
        except np.linalg.LinAlgError:
            return None
    return y
