"""A fractional plan at two levels: the classes share the money, then each class's holdings share the class's money."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from wealthdesk.domain.targets import FillMethod
from wealthdesk.planner.fill import (
    ZERO,
    Fill,
    Line,
    Source,
    equal_points,
    even_fill,
    largest_gap,
    lower,
    proportional,
    settle,
)

METHODS: Mapping[FillMethod, Fill] = {
    FillMethod.EVEN_FILL: even_fill,
    FillMethod.LARGEST_GAP: largest_gap,
    FillMethod.PROPORTIONAL: proportional,
    FillMethod.EQUAL_POINTS: equal_points,
}


@dataclass(frozen=True, slots=True)
class Part:
    """A holding within its class, worth `value` minor units (exact). weight: its target within the class, any unit.

    A weight of None means that it has no target of its own: if one part of a class has none, the class's parts keep
    their present proportions.
    """

    id: str
    value: Fraction
    weight: int | None
    can_buy: bool = True
    can_sell: bool = True


@dataclass(frozen=True, slots=True)
class ClassPart:
    """A class: its target (any unit), all that it holds in minor units, and the parts that may be traded in it."""

    id: str
    target: int
    value: Fraction
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Amounts:
    """What a plan comes to, in minor units: (class id, part id) → amount above 0; `left` is what no class could take.

    `unfillable` names the classes with a target above 0 in which nothing can be bought.
    """

    amounts: Mapping[tuple[str, str], int]
    left: int
    unfillable: tuple[str, ...] = ()


def deposit(classes: Iterable[ClassPart], amount: int, method: FillMethod = FillMethod.EVEN_FILL) -> Amounts:
    """Spreads `amount` minor units; never buys what is above its target. The order of `classes` does not matter."""
    fill = METHODS[method]
    wanted = [(each, _buyable(each)) for each in _ordered(classes) if each.target > 0]
    taking = [(each, weights) for each, weights in wanted if weights]
    unfillable = tuple(each.id for each, weights in wanted if not weights)
    shares = fill([Line(each.value, Fraction(each.target)) for each, _ in taking], Fraction(amount))
    ideal: dict[tuple[str, str], Fraction] = {}
    for (each, weights), share in zip(taking, shares, strict=True):
        bought = fill([Line(part.value, weight) for part, weight in weights], share)
        ideal |= {(each.id, part.id): money for (part, _), money in zip(weights, bought, strict=True)}
    return _settled(ideal, amount if taking else 0, amount, unfillable)


def withdrawal(classes: Iterable[ClassPart], amount: int) -> Amounts:
    """Takes `amount` minor units out by the mirror of even fill; `left` is what could not be raised."""
    ordered = _ordered(classes)
    sources = [Source(each.value, Fraction(each.target), _sellable_value(each)) for each in ordered]
    raised = min(amount, int(sum((source.available for source in sources), ZERO)))
    ideal: dict[tuple[str, str], Fraction] = {}
    for each, share in zip(ordered, lower(sources, Fraction(raised)), strict=True):
        weights = [(part, weight) for part, weight in weighted(each) if part.can_sell]
        sold = lower([Source(part.value, weight, part.value) for part, weight in weights], share)
        ideal |= {(each.id, part.id): money for (part, _), money in zip(weights, sold, strict=True)}
    return _settled(ideal, raised, amount, ())


def can_be_bought(each: ClassPart) -> bool:
    """Whether money for the class can be spent in it: a part can be bought and is meant to be."""
    return bool(_buyable(each))


def _ordered(classes: Iterable[ClassPart]) -> list[ClassPart]:
    """By id, and their parts by id: the order of a list never decides."""
    return [
        ClassPart(each.id, each.target, each.value, tuple(sorted(each.parts, key=lambda part: part.id)))
        for each in sorted(classes, key=lambda each: each.id)
    ]


def weighted(each: ClassPart) -> list[tuple[Part, Fraction]]:
    """The parts with their weights; present proportions where one has no target, equal ones where nothing is held."""
    if all(part.weight is not None for part in each.parts):
        return [(part, Fraction(part.weight or 0)) for part in each.parts]
    if any(part.value > 0 for part in each.parts):
        return [(part, part.value) for part in each.parts]
    return [(part, Fraction(1)) for part in each.parts]


def _buyable(each: ClassPart) -> list[tuple[Part, Fraction]]:
    return [(part, weight) for part, weight in weighted(each) if part.can_buy and weight > 0]


def _sellable_value(each: ClassPart) -> Fraction:
    return sum((part.value for part in each.parts if part.can_sell), ZERO)


def _settled(ideal: Mapping[tuple[str, str], Fraction], total: int, amount: int, unfillable: Sequence[str]) -> Amounts:
    units = settle(list(ideal.values()), total)
    amounts = {key: each for key, each in zip(ideal, units, strict=True) if each > 0}
    return Amounts(amounts, amount - sum(amounts.values()), tuple(unfillable))
