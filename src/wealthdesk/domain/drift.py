"""Drift: how far what is held lies from its targets, at both levels, and what the 5/25 rule says of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cache, cached_property

from wealthdesk.domain.accounts import Scope
from wealthdesk.domain.assets import CASH_CLASS, AssetClass, Exposure
from wealthdesk.domain.holdings import Portfolio
from wealthdesk.domain.money import WHOLE, half_up, ratio, share_bps, split
from wealthdesk.domain.targets import ClassTarget, HoldingTarget, Strategy
from wealthdesk.domain.valuation import Valuation

ALARM_BPS = 50
"""From which difference on something can be outside, as a share of the scope: less than 0.5 pp is dust, no alarm.

It is the band of a class with a target of 0, and no holding is outside by less.
"""

_TENTHS = WHOLE // 10
_NARROWEST = Fraction(1, WHOLE)
"""What a band of no width counts as where drifts are compared with their bands."""


class Status(StrEnum):
    """Where a class or a holding lies against its band."""

    ON_TARGET = "on_target"
    UNDERWEIGHT = "underweight"
    OVERWEIGHT = "overweight"
    NO_TARGET = "no_target"

    @property
    def words(self) -> str:
        """The status for people."""
        return _WORDS[self]

    @property
    def is_outside(self) -> bool:
        """Whether it says outside of the band (or on its edge)."""
        return self in (Status.UNDERWEIGHT, Status.OVERWEIGHT)


_WORDS = {
    Status.ON_TARGET: "In band",
    Status.UNDERWEIGHT: "Under",
    Status.OVERWEIGHT: "Over",
    Status.NO_TARGET: "No target",
}


@dataclass(frozen=True)
class Composition:
    """What a scope's classified, priced value is made of: class id → asset id → minor units.

    A look-through asset stands in each of its classes with its part; the parts of one asset sum to its value exactly.
    unclassified: asset id → minor units that belong to no class.
    """

    base_currency: str
    parts: Mapping[str, Mapping[str, int]]
    unclassified: Mapping[str, int]
    look_through: frozenset[str]

    @cached_property
    def classified_minor(self) -> int:
        """The value that weights and drift are shares of."""
        return sum(sum(assets.values()) for assets in self.parts.values())

    @property
    def total_minor(self) -> int:
        """All of it, unclassified included."""
        return self.classified_minor + sum(self.unclassified.values())

    @cached_property
    def untargeted(self) -> Mapping[str, tuple["HoldingDrift", ...]]:
        """Class id → what it is made of, largest first, where no holding of it has a target: for whatever targets."""
        return {class_id: self._untargeted(assets) for class_id, assets in self.parts.items()}

    def _untargeted(self, assets: Mapping[str, int]) -> tuple["HoldingDrift", ...]:
        value, total = sum(assets.values()), self.classified_minor
        return _largest_first(
            _without_target(asset_id, minor, value, total, is_look_through=asset_id in self.look_through)
            for asset_id, minor in assets.items()
        )


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

    Targets, drifts and the band are None where the class has no holding targets, and for a look-through asset. Of a
    class that is worth nothing there are no shares: no band and no drift within it either. `band_of_class_bps` is half
    the width of its band, exact: at least what ALARM_BPS of the scope are of its class. `gap_minor` is how much is over
    (+) or under (−) its target share of what the class is worth now.
    """

    asset_id: str
    value_minor: int
    weight_of_class_bps: int
    weight_bps: int
    target_of_class_bps: int | None
    target_bps: int | None
    is_look_through: bool
    gap_minor: int | None
    band_of_class_bps: Fraction | None
    status: Status

    @property
    def drift_of_class_bps(self) -> int | None:
        """Current − target, within the class."""
        if self.target_of_class_bps is None or self.band_of_class_bps is None:
            return None
        return self.weight_of_class_bps - self.target_of_class_bps

    @property
    def drift_bps(self) -> int | None:
        """Current − target, of the portfolio."""
        return None if self.target_bps is None else self.weight_bps - self.target_bps

    @property
    def is_outside(self) -> bool:
        """Whether the holding lies outside its band within its class (or on its edge)."""
        return self.status.is_outside


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
        return self.status.is_outside

    @property
    def holdings_outside(self) -> tuple[HoldingDrift, ...]:
        """Its holdings outside their band."""
        return tuple(each for each in self.holdings if each.is_outside)

    @property
    def words(self) -> str:
        """Its status for people, and how many of its holdings are outside: "In band · 2 holdings outside"."""
        count = len(self.holdings_outside)
        return self.status.words + (f" · {count} holding{'s' if count > 1 else ''} outside" if count else "")


@dataclass(frozen=True, slots=True)
class Furthest:
    """What lies furthest outside its band, or nearest to its edge where nothing is outside.

    asset_id: None for a class. Drift and band (half its width, exact) are basis points in its own frame: of the scope
    for a class, of the class for a holding.
    """

    asset_class_id: str
    asset_id: str | None
    drift_bps: int
    band_bps: Fraction
    is_outside: bool


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
    def holdings_outside(self) -> tuple[HoldingDrift, ...]:
        """The holdings outside their band within their class, class by class."""
        return tuple(h for c in self.classes for h in c.holdings_outside)

    @property
    def holdings_counted(self) -> int:
        """How many holdings there are to be outside: none without holding targets; else those of one class alone.

        Plain cash is none, and what counts to several classes has no target of its own.
        """
        own = [(c, h) for c in self.classes for h in c.holdings if not h.is_look_through]
        judged = sum(h.target_of_class_bps is not None for _, h in own)
        others = sum(h.target_of_class_bps is None and c.asset_class_id != CASH_CLASS for c, h in own)
        return judged + others if judged else 0

    @property
    def is_inside(self) -> bool:
        """Whether no class and no holding is outside its band."""
        return not self.outside and not self.holdings_outside

    @property
    def furthest(self) -> Furthest | None:
        """The class whose drift is the largest part of its band; a holding where every class is inside and it is not.

        The first of equals; None without targets.
        """
        classes = [(self._strain(c), c) for c in self.classes if c.band_bps is not None]
        if not classes:
            return None
        holdings = (
            []
            if self.outside
            else [(self._strain_of_class(c, h), c, h) for c in self.classes for h in c.holdings_outside]
        )
        if holdings:
            _, parent, holding = max(holdings, key=lambda each: each[0])
            band = holding.band_of_class_bps or Fraction(0)
            return Furthest(parent.asset_class_id, holding.asset_id, holding.drift_of_class_bps or 0, band, True)
        _, found = max(classes, key=lambda each: each[0])
        return Furthest(
            found.asset_class_id, None, found.drift_bps or 0, found.band_bps or Fraction(0), found.is_outside
        )

    @property
    def has_targets(self) -> bool:
        """Whether any class has a target."""
        return any(c.target_bps is not None for c in self.classes)

    def _strain(self, line: ClassDrift) -> Fraction:
        """|drift| ÷ band of a class, exact."""
        total = self.classified_minor
        value, whole = (line.value_minor, total) if total else (0, 1)
        gap = abs(Fraction(value * WHOLE, whole) - (line.target_bps or 0))
        return Fraction(gap, line.band_bps or _NARROWEST)

    @staticmethod
    def _strain_of_class(parent: ClassDrift, line: HoldingDrift) -> Fraction:
        weight = Fraction(line.value_minor * WHOLE, parent.value_minor)
        return Fraction(abs(weight - (line.target_of_class_bps or 0)), line.band_of_class_bps or _NARROWEST)


@cache
def band(target_bps: int, absolute_bps: int, relative_bps: int) -> Fraction:
    """Half the width of a class's band in basis points: the 5/25 rule, the tighter of the two (0 % has its own)."""
    if target_bps == 0:
        return Fraction(ALARM_BPS)
    return _tighter(target_bps, absolute_bps, relative_bps)


@cache
def _tighter(target_bps: int, absolute_bps: int, relative_bps: int) -> Fraction:
    return min(Fraction(absolute_bps), Fraction(target_bps * relative_bps, WHOLE))


def class_band(target: ClassTarget, strategy: Strategy) -> Fraction:
    """Half the width of a class's band in basis points of the scope: its own one, or that of its strategy's rule."""
    if target.band_bps is not None:
        return Fraction(target.band_bps)
    return band(target.target_bps, strategy.absolute_band_bps, strategy.relative_band_bps)


def holding_band(target: HoldingTarget, strategy: Strategy) -> Fraction:
    """Half the width of a holding's band in basis points of its class, whatever the class is worth (0 for 0 %).

    What ALARM_BPS of the scope are of the class is the least that counts: `widened`, or `holding_band_of_all`.
    """
    if target.band_bps is not None:
        return Fraction(target.band_bps)
    return _tighter(target.target_bps, strategy.absolute_band_bps, strategy.relative_band_bps)


def holding_band_of_all(target: HoldingTarget, parent: ClassTarget, strategy: Strategy) -> Fraction:
    """Half the width of a holding's band as a share of the scope (1 is all of it), its class being at its target."""
    of_all = Fraction(holding_band(target, strategy) * parent.target_bps, WHOLE)
    return Fraction(max(of_all, Fraction(ALARM_BPS)), WHOLE)


def widened(half_width: Fraction, class_minor: int, total_minor: int) -> Fraction:
    """A holding's band in basis points of its class, no narrower than what ALARM_BPS of the scope are of that class.

    The class is worth more than nothing.
    """
    if half_width.numerator * class_minor >= ALARM_BPS * total_minor * half_width.denominator:
        return half_width
    return Fraction(ALARM_BPS * total_minor, class_minor)


def status(value_minor: int, total_minor: int, target_bps: int, half_width: Fraction) -> Status:
    """Where something worth `value_minor` of `total_minor` lies; the edge is outside. Exact, by cross-multiplication.

    Of a total of 0 everything has a share of 0: what has a target is then under it.
    """
    value, total = (value_minor, total_minor) if total_minor else (0, 1)
    gap = value * WHOLE - target_bps * total
    if abs(gap) * half_width.denominator < half_width.numerator * total or gap == 0:
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
    weight = share_bps(value, total)
    if target is None or strategy is None:
        rows = held.untargeted.get(class_id, ())
        return ClassDrift(class_id, value, weight, None, None, None, Status.NO_TARGET, rows)
    half_width = class_band(target, strategy)
    return ClassDrift(
        asset_class_id=class_id,
        value_minor=value,
        weight_bps=weight,
        target_bps=target.target_bps,
        gap_minor=ratio(value * WHOLE - target.target_bps * total, WHOLE),
        band_bps=half_width,
        status=status(value, total, target.target_bps, half_width),
        holdings=_holding_drifts(held, value, total, target, strategy)
        if target.holdings
        else held.untargeted.get(class_id, ()),
    )


def _holding_drifts(
    held: Composition, value: int, total: int, target: ClassTarget, strategy: Strategy
) -> tuple[HoldingDrift, ...]:
    wanted, assets = {h.asset_id: h for h in target.holdings}, held.parts.get(target.asset_class_id, {})
    rows = []
    for asset_id in [*assets, *(a for a in wanted if a not in assets)]:
        minor = assets.get(asset_id, 0)
        if asset_id in held.look_through:
            rows.append(_without_target(asset_id, minor, value, total, is_look_through=True))
            continue
        own = wanted.get(asset_id) or HoldingTarget(asset_id, 0)
        half_width = widened(holding_band(own, strategy), value, total) if value > 0 else None
        rows.append(
            HoldingDrift(
                asset_id=asset_id,
                value_minor=minor,
                weight_of_class_bps=share_bps(minor, value),
                weight_bps=share_bps(minor, total),
                target_of_class_bps=own.target_bps,
                target_bps=ratio(own.target_bps * target.target_bps, WHOLE),
                is_look_through=False,
                gap_minor=ratio(minor * WHOLE - own.target_bps * value, WHOLE),
                band_of_class_bps=half_width,
                # In a class that is worth nothing no holding is too much or too little: only the class is.
                status=Status.ON_TARGET if half_width is None else status(minor, value, own.target_bps, half_width),
            )
        )
    return _largest_first(rows)


def _without_target(asset_id: str, minor: int, value: int, total: int, *, is_look_through: bool) -> HoldingDrift:
    weights = share_bps(minor, value), share_bps(minor, total)
    return HoldingDrift(asset_id, minor, *weights, None, None, is_look_through, None, None, Status.NO_TARGET)


def _largest_first(rows: Iterable[HoldingDrift]) -> tuple[HoldingDrift, ...]:
    return tuple(sorted(rows, key=lambda row: (-row.value_minor, row.asset_id)))


def adding_up(parts: Sequence[int]) -> list[int]:
    """The share of each part of their sum, in basis points rounded to a tenth of a percent so that they add up to all.

    Of what adds up to nothing or is negative somewhere, each for itself.
    """
    whole = sum(parts)
    if whole <= 0 or min(parts) < 0:
        return [half_up(Fraction(part * _TENTHS, whole)) * 10 if whole else 0 for part in parts]
    return [tenths * 10 for tenths in split(_TENTHS, parts)]


def targets_adding_up(targets: Sequence[int | None]) -> list[int | None]:
    """Targets rounded in the same way where they come to all; otherwise as they are."""
    known = [each for each in targets if each is not None]
    if sum(known) != WHOLE:
        return list(targets)
    rounded = iter(adding_up(known))
    return [None if each is None else next(rounded) for each in targets]


def shown_drifts(drift: Drift) -> dict[str, int | None]:
    """Class → its drift as it is shown everywhere: the difference of two weights that are rounded to add up."""
    now = adding_up([each.value_minor for each in drift.classes])
    targets = targets_adding_up([each.target_bps for each in drift.classes])
    return {
        each.asset_class_id: None if target is None else held - target
        for each, held, target in zip(drift.classes, now, targets, strict=True)
    }


@dataclass(frozen=True, slots=True)
class Allocation:
    """Everything the allocation page shows, as one value. `strategy` is None where the scope has none."""

    scope: Scope
    portfolio: Portfolio
    valuation: Valuation
    composition: Composition
    strategy: Strategy | None
    drift: Drift

    @property
    def scope_name(self) -> str:
        """The scope as the selector names it."""
        return self.portfolio.scope_name(self.scope)

    def under(self, strategy: Strategy) -> Drift:
        """The drift that it would have under another strategy."""
        return measure(self.composition, self.portfolio.classes.values(), strategy)

    @property
    def unclassified_assets(self) -> tuple[str, ...]:
        """The ids of held assets that (partly) belong to no class, largest first."""
        left = self.composition.unclassified
        return tuple(sorted(left, key=lambda asset_id: (-left[asset_id], asset_id)))
