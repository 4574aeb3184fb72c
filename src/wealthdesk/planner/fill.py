"""A fractional plan: an amount spread over classes, then over each class's holdings, or taken from them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

from wealthdesk.domain.plans import Mode
from wealthdesk.domain.targets import FillMethod
from wealthdesk.planner import answer
from wealthdesk.planner.problem import Place, PlanAccount, PlanAsset, Problem

ZERO = Fraction(0)
EVEN_FILL = "even fill"
"""What a plan that even fill gives says of its method."""


@dataclass(frozen=True, slots=True)
class FillLine:
    """What is there and how much of it is meant to be there; `weight` has any unit, only ratios count."""

    value: Fraction
    weight: Fraction


LevelFill = Callable[[Sequence[FillLine], Fraction], list[Fraction]]
_Each = TypeVar("_Each")


def even_fill(lines: Sequence[FillLine], amount: Fraction) -> list[Fraction]:
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


def _level(line: FillLine) -> "_Exact":
    return _Exact(*(line.value / line.weight).as_integer_ratio())


@dataclass(frozen=True, slots=True)
class _Exact:
    """A fraction that only knows how to be sorted: ten times quicker to compare than a Fraction."""

    top: int
    bottom: int

    def __lt__(self, other: "_Exact") -> bool:
        return self.top * other.bottom < other.top * self.bottom


def shortfalls(lines: Sequence[FillLine], amount: Fraction) -> list[Fraction]:
    """How far each line lies below its share of the total after the deposit; 0 where it does not."""
    taking = [line for line in lines if line.weight > 0]
    weight_sum = sum((line.weight for line in taking), ZERO)
    total = sum((line.value for line in taking), amount)
    return [max(ZERO, line.weight * total / weight_sum - line.value) if line.weight > 0 else ZERO for line in lines]


def largest_gap(lines: Sequence[FillLine], amount: Fraction) -> list[Fraction]:
    """Fills the largest shortfall first, then the next, ties to the earlier line, while money is left."""
    gaps = shortfalls(lines, amount)
    filled, left = [ZERO] * len(lines), amount
    for place in sorted(range(len(lines)), key=lambda each: -gaps[each]):
        filled[place] = min(left, gaps[place])
        left -= filled[place]
    return filled


def proportional(lines: Sequence[FillLine], amount: Fraction) -> list[Fraction]:
    """Spreads the amount in proportion to the shortfalls."""
    gaps = shortfalls(lines, amount)
    whole = sum(gaps, ZERO)
    return [amount * gap / whole for gap in gaps] if whole else gaps


def equal_points(lines: Sequence[FillLine], amount: Fraction) -> list[Fraction]:
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
class FillSource:
    """A line that money can be taken from: `available` (≤ value) is what may be sold of it."""

    value: Fraction
    weight: Fraction
    available: Fraction


def lower(sources: Sequence[FillSource], amount: Fraction) -> list[Fraction]:
    """The mirror of even fill: weight 0 first, in proportion to what is available, then the highest `value / weight`.

    `s = min(available, max(0, v - l·w))` with Σ s = amount, or everything available where that is less.
    """
    unwanted = [s.available if s.weight <= 0 else ZERO for s in sources]
    first = sum(unwanted, ZERO)
    if amount <= first:
        return [amount * each / first for each in unwanted] if first else unwanted
    taken = _lowered([s if s.weight > 0 else FillSource(ZERO, ZERO, ZERO) for s in sources], amount - first)
    return [one + other for one, other in zip(unwanted, taken, strict=True)]


def _lowered(sources: Sequence[FillSource], amount: Fraction) -> list[Fraction]:
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


METHODS: Mapping[FillMethod, LevelFill] = {
    FillMethod.EVEN_FILL: even_fill,
    FillMethod.LARGEST_GAP: largest_gap,
    FillMethod.PROPORTIONAL: proportional,
    FillMethod.EQUAL_POINTS: equal_points,
}


@dataclass(frozen=True, slots=True)
class HoldingPart:
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
    parts: tuple[HoldingPart, ...]


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
    shares = fill([FillLine(each.value, Fraction(each.target)) for each, _ in taking], Fraction(amount))
    ideal: dict[tuple[str, str], Fraction] = {}
    for (each, weights), share in zip(taking, shares, strict=True):
        bought = fill([FillLine(part.value, weight) for part, weight in weights], share)
        ideal |= {(each.id, part.id): money for (part, _), money in zip(weights, bought, strict=True)}
    return _settled(ideal, amount if taking else 0, amount, unfillable)


def withdrawal(classes: Iterable[ClassPart], amount: int) -> Amounts:
    """Takes `amount` minor units out by the mirror of even fill; `left` is what could not be raised."""
    ordered = _ordered(classes)
    sources = [FillSource(each.value, Fraction(each.target), _sellable_value(each)) for each in ordered]
    raised = min(amount, int(sum((source.available for source in sources), ZERO)))
    ideal: dict[tuple[str, str], Fraction] = {}
    for each, share in zip(ordered, lower(sources, Fraction(raised)), strict=True):
        # What is in a class that is not wanted has no target of its own either, whatever its weight.
        weights = [(part, weight if each.target else ZERO) for part, weight in weighted(each) if part.can_sell]
        sold = lower([FillSource(part.value, weight, part.value) for part, weight in weights], share)
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


def weighted(each: ClassPart) -> list[tuple[HoldingPart, Fraction]]:
    """The parts with their weights; present proportions where one has no target, equal ones where nothing is held."""
    if all(part.weight is not None for part in each.parts):
        return [(part, Fraction(part.weight or 0)) for part in each.parts]
    if any(part.value > 0 for part in each.parts):
        return [(part, part.value) for part in each.parts]
    return [(part, Fraction(1)) for part in each.parts]


def _buyable(each: ClassPart) -> list[tuple[HoldingPart, Fraction]]:
    return [(part, weight) for part, weight in weighted(each) if part.can_buy and weight > 0]


def _sellable_value(each: ClassPart) -> Fraction:
    return sum((part.value for part in each.parts if part.can_sell), ZERO)


def _settled(ideal: Mapping[tuple[str, str], Fraction], total: int, amount: int, unfillable: Sequence[str]) -> Amounts:
    units = settle(list(ideal.values()), total)
    amounts = {key: each for key, each in zip(ideal, units, strict=True) if each > 0}
    return Amounts(amounts, amount - sum(amounts.values()), tuple(unfillable))


def fills_evenly(problem: Problem) -> bool:
    """Whether even fill is the plan: any amount of everything, in one account that takes no fees and has no minimum.

    What is traded counts to one class alone, and cash to none.
    """
    return (
        problem.mode is not Mode.REBALANCE
        and len(problem.accounts) == 1
        and problem.min_trade == 0
        and problem.cash_class is None
        and problem.gain_limit is None
        and not problem.penalties
        and all(_is_plain(problem, asset) for asset in problem.assets if _is_traded(problem, asset))
    )


def _place(problem: Problem, asset: PlanAsset) -> Place:
    return (asset.id, problem.accounts[0].id)


def _is_traded(problem: Problem, asset: PlanAsset) -> bool:
    place = _place(problem, asset)
    return problem.may_buy(place) or problem.may_sell(place)


def _is_plain(problem: Problem, asset: PlanAsset) -> bool:
    """Traded in any amount and without fees, and of one class to the full."""
    is_whole = asset.only_class is not None and sum(asset.exposures.values()) == 1
    return asset.step is None and is_whole and _is_free(asset, problem.accounts[0])


def _is_free(asset: PlanAsset, account: PlanAccount) -> bool:
    is_exchanged = asset.currency != account.currency
    return not account.fee_fixed and not account.fee_rate and not (is_exchanged and account.fx_rate)


def filled_evenly(problem: Problem) -> answer.PlanAnswer:
    """The money that is in the account, or missing in it, spread over the classes and within them by even fill."""
    account = problem.accounts[0]
    over = account.cash - account.buffer
    classes = list(_class_parts(problem))
    if problem.mode is Mode.DEPOSIT:
        amounts, side = deposit(classes, max(0, over)).amounts, 1
    else:
        amounts, side = _sellable(problem, withdrawal(classes, max(0, -over)).amounts), -1
    lots = {(asset_id, account.id): side * amount for (_, asset_id), amount in amounts.items()}
    return answer.settle(problem, lots, method=EVEN_FILL)


def _sellable(problem: Problem, amounts: Mapping[tuple[str, str], int]) -> dict[tuple[str, str], int]:
    """The amounts in whole units that are there: the last part of a unit cannot be sold, another asset gives it."""
    most = {key: problem.most_lots((key[1], problem.accounts[0].id)) for key in amounts}
    kept = {key: min(amount, most[key]) for key, amount in amounts.items()}
    missing = sum(amounts.values()) - sum(kept.values())
    for key in kept:
        more = min(missing, most[key] - kept[key])
        kept[key] += more
        missing -= more
    return kept


def _class_parts(problem: Problem) -> Iterable[ClassPart]:
    """The classes with all that counts to them; the assets of one class alone are what money is spread over."""
    for each in problem.classes:
        members = [asset for asset in problem.assets if asset.only_class == each.id]
        value = sum(
            (asset.exposures.get(each.id, Fraction(0)) * problem.values[asset.id] for asset in problem.assets),
            Fraction(0),
        )
        yield ClassPart(each.id, each.target, value, tuple(_part(problem, asset) for asset in members))


def _part(problem: Problem, asset: PlanAsset) -> HoldingPart:
    place = _place(problem, asset)
    can_buy, can_sell = problem.may_buy(place), problem.may_sell(place)
    return HoldingPart(asset.id, problem.values[asset.id], asset.weight, can_buy, can_sell)
