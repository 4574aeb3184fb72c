"""One level of a fractional plan: how an amount is spread over (or taken from) lines with a value and a weight.

All functions take values and an amount as exact fractions (any unit) and weights ≥ 0, and return one exact amount ≥ 0
per line, in the order given. Lines of weight 0 never receive. With `M = Σ value + amount` over the lines of positive
weight and `t` the weight as a share of their sum, the shortfall of a line is `t·M - value`: everything is sized on the
total after the deposit.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Line:
    """What is there and how much of it is meant to be there; `weight` has any unit, only ratios count."""

    value: Fraction
    weight: Fraction


Fill = Callable[[Sequence[Line], Fraction], list[Fraction]]
Each = TypeVar("Each")


def even_fill(lines: Sequence[Line], amount: Fraction) -> list[Fraction]:
    """Raises the lowest `value / weight` first until level, and so on: `b = max(0, l·w - v)` with Σ b = amount.

    The level is closed form: with the lines in the order of v/w, V_k and W_k the sums over the first k, it is
    `l_k = (amount + V_k) / W_k` for the smallest k whose next line is not below it. Minimises Σ (share - t)² / t.
    """
    taking = sorted((line for line in lines if line.weight > 0), key=_level)
    if not taking or amount <= 0:
        return [ZERO] * len(lines)
    value_sum, weight_sum = ZERO, ZERO
    for place, line in enumerate(taking):
        value_sum += line.value
        weight_sum += line.weight
        following = taking[place + 1] if place + 1 < len(taking) else None
        if following is None or following.value * weight_sum >= (amount + value_sum) * following.weight:
            break
    level = (amount + value_sum) / weight_sum
    return [max(ZERO, level * line.weight - line.value) if line.weight > 0 else ZERO for line in lines]


def _level(line: Line) -> "_Exact":
    return _Exact(*(line.value / line.weight).as_integer_ratio())


@dataclass(frozen=True, slots=True)
class _Exact:
    """A fraction that only knows how to be sorted: ten times quicker to compare than a Fraction."""

    top: int
    bottom: int

    def __lt__(self, other: "_Exact") -> bool:
        return self.top * other.bottom < other.top * self.bottom


def shortfalls(lines: Sequence[Line], amount: Fraction) -> list[Fraction]:
    """How far each line lies below its share of the total after the deposit; 0 where it does not."""
    taking = [line for line in lines if line.weight > 0]
    weight_sum = sum((line.weight for line in taking), ZERO)
    total = sum((line.value for line in taking), amount)
    return [max(ZERO, line.weight * total / weight_sum - line.value) if line.weight > 0 else ZERO for line in lines]


def largest_gap(lines: Sequence[Line], amount: Fraction) -> list[Fraction]:
    """Fills the largest shortfall first, then the next, ties to the earlier line, while money is left."""
    gaps = shortfalls(lines, amount)
    filled, left = [ZERO] * len(lines), amount
    for place in sorted(range(len(lines)), key=lambda each: -gaps[each]):
        filled[place] = min(left, gaps[place])
        left -= filled[place]
    return filled


def proportional(lines: Sequence[Line], amount: Fraction) -> list[Fraction]:
    """Spreads the amount in proportion to the shortfalls."""
    gaps = shortfalls(lines, amount)
    whole = sum(gaps, ZERO)
    return [amount * gap / whole for gap in gaps] if whole else gaps


def equal_points(lines: Sequence[Line], amount: Fraction) -> list[Fraction]:
    """Leaves every line that buys the same shortfall: `b = max(0, t·M - v - μ)` with Σ b = amount."""
    gaps = shortfalls(lines, amount)
    ordered = sorted((gap for gap in gaps if gap > 0), reverse=True)
    running, kept = ZERO, ZERO
    for count, gap in enumerate(ordered, start=1):
        running += gap
        kept = (running - amount) / count
        if count == len(ordered) or ordered[count] <= kept:
            break
    return [max(ZERO, gap - kept) if gap > 0 else ZERO for gap in gaps]


@dataclass(frozen=True, slots=True)
class Source:
    """A line that money can be taken from: `available` (≤ value) is what may be sold of it."""

    value: Fraction
    weight: Fraction
    available: Fraction


def lower(sources: Sequence[Source], amount: Fraction) -> list[Fraction]:
    """The mirror of even fill: weight 0 first, in proportion to what is available, then the highest `value / weight`.

    `s = min(available, max(0, v - l·w))` with Σ s = amount, or everything available where that is less.
    """
    unwanted = [s.available if s.weight <= 0 else ZERO for s in sources]
    first = sum(unwanted, ZERO)
    if amount <= first:
        return [amount * each / first for each in unwanted] if first else unwanted
    taken = _lowered([s if s.weight > 0 else Source(ZERO, ZERO, ZERO) for s in sources], amount - first)
    return [one + other for one, other in zip(unwanted, taken, strict=True)]


def _lowered(sources: Sequence[Source], amount: Fraction) -> list[Fraction]:
    """`s = min(available, max(0, v - l·w))` for the level `l` that takes `amount`, found between two of its corners.

    As `l` falls, a source starts to give at `v / w` and is used up at `(v - available) / w`; between these corners the
    sum is linear in `l`.
    """
    if amount >= sum((s.available for s in sources), ZERO):
        return [s.available for s in sources]
    corners: dict[Fraction, Fraction] = {}
    for s in sources:
        if s.available > 0:
            corners[s.value / s.weight] = corners.get(s.value / s.weight, ZERO) + s.weight
            end = (s.value - s.available) / s.weight
            corners[end] = corners.get(end, ZERO) - s.weight
    level, slope, taken = ZERO, ZERO, ZERO
    for corner in sorted(corners, reverse=True):
        reached = taken + slope * (level - corner)
        if slope and reached >= amount:
            break
        taken, level = reached, corner
        slope += corners[corner]
    level -= (amount - taken) / slope if slope else ZERO
    return [min(s.available, max(ZERO, s.value - level * s.weight)) if s.weight > 0 else ZERO for s in sources]


def settle(ideal: Sequence[Fraction], total: int) -> list[int]:
    """Whole units that sum to `total` exactly, each next to its ideal (Σ ideal = total).

    Each is floored, then one unit at a time goes to the largest fractional part, ties to the earlier line, and only
    where something is bought at all.
    """
    floors = [each.numerator // each.denominator for each in ideal]
    parts = [_Exact(-(each.numerator % each.denominator), each.denominator) for each in ideal]
    order = sorted(range(len(ideal)), key=lambda place: (parts[place], place))
    for place in [each for each in order if ideal[each] > 0][: total - sum(floors)]:
        floors[place] += 1
    return floors
