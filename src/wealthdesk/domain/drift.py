"""Drift: how far what is held lies from its targets, at both levels, and what the 5/25 rule says of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cache

from wealthdesk.domain.assets import AssetClass, Exposure
from wealthdesk.domain.money import WHOLE, ratio, share_bps, split
from wealthdesk.domain.targets import ClassTarget, Strategy
from wealthdesk.domain.valuation import Valuation

ZERO_TARGET_BAND_BPS = 50
"""A held class with a target of 0 is outside as soon as its weight reaches 0.5 pp: dust is not an alarm."""


class Status(StrEnum):
    """Where a class lies against its band."""

    ON_TARGET = "on_target"
    UNDERWEIGHT = "underweight"
    OVERWEIGHT = "overweight"
    NO_TARGET = "no_target"


@dataclass(frozen=True, slots=True)
class Composition:
    """What a scope's classified, priced value is made of: class id → asset id → minor units.

    A look-through asset stands in each of its classes with its part; the parts of one asset sum to its value exactly.
    unclassified: asset id → minor units that belong to no class.
    """

    base_currency: str
    parts: Mapping[str, Mapping[str, int]]
    unclassified: Mapping[str, int]
    look_through: frozenset[str]

    @property
    def classified_minor(self) -> int:
        """The value that weights and drift are shares of."""
        return sum(sum(assets.values()) for assets in self.parts.values())

    @property
    def total_minor(self) -> int:
        """All of it, unclassified included."""
        return self.classified_minor + sum(self.unclassified.values())


def compose(valuation: Valuation) -> Composition:
    """The composition of a valuation; the same asset in several accounts is one entry."""
    values: dict[str, int] = {}
    exposures: dict[str, tuple[Exposure, ...]] = {}
    for held in valuation.holdings:
        if held.value_minor is not None:
            values[held.asset.id] = values.get(held.asset.id, 0) + held.value_minor
            exposures[held.asset.id] = held.asset.exposures
    return composition(valuation.base_currency, values, exposures)


def composition(
    base_currency: str, values: Mapping[str, int], exposures: Mapping[str, tuple[Exposure, ...]]
) -> Composition:
    """The composition of assets worth `values` (asset id → minor units) with these exposures."""
    parts: dict[str, dict[str, int]] = {}
    unclassified: dict[str, int] = {}
    for asset_id, minor in values.items():
        shares = exposures[asset_id]
        if len(shares) == 1 and shares[0].weight_bps == WHOLE:
            parts.setdefault(shares[0].asset_class_id, {})[asset_id] = minor
            continue
        rest = WHOLE - sum(share.weight_bps for share in shares)
        *classified, left = split(minor, [share.weight_bps for share in shares] + [rest])
        for share, part in zip(shares, classified, strict=True):
            parts.setdefault(share.asset_class_id, {})[asset_id] = part
        if rest:
            unclassified[asset_id] = left
    look_through = frozenset(asset_id for asset_id in values if len(exposures[asset_id]) > 1)
    return Composition(base_currency, parts, unclassified, look_through)


@dataclass(frozen=True, slots=True)
class HoldingDrift:
    """One asset within a class. Weights in basis points: `…_of_class` is relative, the plain ones are of the portfolio.

    Targets and drifts are None where the class has no holding targets, and for a look-through asset.
    """

    asset_id: str
    value_minor: int
    weight_of_class_bps: int
    weight_bps: int
    target_of_class_bps: int | None
    target_bps: int | None
    is_look_through: bool

    @property
    def drift_of_class_bps(self) -> int | None:
        """Current − target, within the class."""
        return None if self.target_of_class_bps is None else self.weight_of_class_bps - self.target_of_class_bps

    @property
    def drift_bps(self) -> int | None:
        """Current − target, of the portfolio."""
        return None if self.target_bps is None else self.weight_bps - self.target_bps


@dataclass(frozen=True, slots=True)
class ClassDrift:
    """One class of a scope: value, weight, target, drift (basis points), its band and what that makes of it.

    `band_bps` is half the width of the band, exact. `gap_minor` is how much is over (+) or under (−) the target.
    """

    asset_class_id: str
    value_minor: int
    weight_bps: int
    target_bps: int | None
    gap_minor: int | None
    band_bps: Fraction | None
    status: Status
    holdings: tuple[HoldingDrift, ...]

    @property
    def drift_bps(self) -> int | None:
        """Current − target; positive is overweight."""
        return None if self.target_bps is None else self.weight_bps - self.target_bps

    @property
    def is_outside(self) -> bool:
        """Whether the class lies outside its band (or on its edge)."""
        return self.status in (Status.UNDERWEIGHT, Status.OVERWEIGHT)


@dataclass(frozen=True, slots=True)
class Drift:
    """The drift of a scope. Weights are shares of `classified_minor`; `total_minor` includes what is unclassified."""

    base_currency: str
    total_minor: int
    classified_minor: int
    unclassified_minor: int
    classes: tuple[ClassDrift, ...]

    @property
    def largest(self) -> ClassDrift | None:
        """The class with the largest absolute drift, the first of equals; None without targets."""
        return max(
            (c for c in self.classes if c.drift_bps is not None), key=lambda c: abs(c.drift_bps or 0), default=None
        )

    @property
    def sum_bps(self) -> int:
        """The sum of absolute drifts: twice what would have to move."""
        return sum(abs(c.drift_bps or 0) for c in self.classes)

    @property
    def outside(self) -> tuple[ClassDrift, ...]:
        """The classes outside their band."""
        return tuple(c for c in self.classes if c.is_outside)

    @property
    def has_targets(self) -> bool:
        """Whether any class has a target."""
        return any(c.target_bps is not None for c in self.classes)


@cache
def band(target_bps: int, absolute_bps: int, relative_bps: int) -> Fraction:
    """Half the width of a class's band in basis points: the 5/25 rule, the tighter of the two (0 % has its own)."""
    if target_bps == 0:
        return Fraction(ZERO_TARGET_BAND_BPS)
    return min(Fraction(absolute_bps), Fraction(target_bps * relative_bps, WHOLE))


def status(value_minor: int, total_minor: int, target_bps: int, half_width: Fraction) -> Status:
    """Where a class worth `value_minor` of `total_minor` lies; the edge is outside. Exact, by cross-multiplication."""
    gap = value_minor * WHOLE - target_bps * total_minor
    if abs(gap) * half_width.denominator < half_width.numerator * total_minor or gap == 0:
        return Status.ON_TARGET
    return Status.OVERWEIGHT if gap > 0 else Status.UNDERWEIGHT


def measure(held: Composition, classes: Iterable[AssetClass], strategy: Strategy | None) -> Drift:
    """The drift of what is held against a strategy (None: nothing has a target), classes in the order given.

    A class that is neither held nor has a target is left out. In a strategy that has targets, a held class without one
    counts as target 0, as a held asset does in a class that has holding targets.
    """
    targets = {t.asset_class_id: t for t in strategy.targets} if strategy else {}
    total = held.classified_minor
    lines = []
    for each in classes:
        target = targets.get(each.id)
        if target is None and targets and each.id in held.parts:
            target = ClassTarget(each.id, 0)
        if target is not None or each.id in held.parts:
            lines.append(_class_drift(each.id, held, total, target, strategy))
    return Drift(held.base_currency, held.total_minor, total, held.total_minor - total, tuple(lines))


def _class_drift(
    class_id: str, held: Composition, total: int, target: ClassTarget | None, strategy: Strategy | None
) -> ClassDrift:
    assets = held.parts.get(class_id, {})
    value = sum(assets.values())
    rows = _holding_drifts(assets, held.look_through, value, total, target)
    weight = share_bps(value, total)
    if target is None or strategy is None:
        return ClassDrift(class_id, value, weight, None, None, None, Status.NO_TARGET, rows)
    half_width = band(target.target_bps, strategy.absolute_band_bps, strategy.relative_band_bps)
    return ClassDrift(
        asset_class_id=class_id,
        value_minor=value,
        weight_bps=weight,
        target_bps=target.target_bps,
        gap_minor=ratio(value * WHOLE - target.target_bps * total, WHOLE),
        band_bps=half_width,
        status=status(value, total, target.target_bps, half_width),
        holdings=rows,
    )


def _holding_drifts(
    assets: Mapping[str, int], look_through: frozenset[str], value: int, total: int, target: ClassTarget | None
) -> tuple[HoldingDrift, ...]:
    wanted = {h.asset_id: h.target_bps for h in target.holdings} if target else {}
    rows = []
    for asset_id in [*assets, *(a for a in wanted if a not in assets)]:
        minor = assets.get(asset_id, 0)
        is_partial = asset_id in look_through
        of_class = None if is_partial or not wanted else wanted.get(asset_id, 0)
        of_all = None if of_class is None or target is None else ratio(of_class * target.target_bps, WHOLE)
        weights = share_bps(minor, value), share_bps(minor, total)
        rows.append(HoldingDrift(asset_id, minor, *weights, of_class, of_all, is_partial))
    return tuple(sorted(rows, key=lambda row: (-row.value_minor, row.asset_id)))
