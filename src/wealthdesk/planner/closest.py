"""The closest points of a lattice: every choice of few whole numbers whose cost is within a radius, one at a time.

The cost is a convex quadratic form around a centre, plus a cost of each number on its own. What can still be reached
after some of the numbers are chosen is bounded by a triangular system: the enumeration of C. P. Schnorr and M. Euchner
("Lattice basis reduction", Math. Programming 66, 1994), each level outwards from where it costs least. The order is
that of the sorted QR decomposition of D. Wübben et al. (Electronics Letters 37, 2001).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import floor, inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wealthdesk.planner.model import Array

SMALL_PIVOT = 1e-13
"""A pivot so small a part of its diagonal is 0: the variable is a combination of others."""
FIND = 10
"""How many steps a find counts as, for the time that it takes."""


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
    import numpy as np

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
