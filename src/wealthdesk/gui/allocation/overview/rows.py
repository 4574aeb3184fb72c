"""What the rows of the class list say: a class or a holding with its weights, its band, and what a plan makes of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from wealthdesk.domain.accounts import account_of
from wealthdesk.domain.assets import Asset, AssetClass
from wealthdesk.domain.drift import ClassDrift, Drift, HoldingDrift, adding_up, targets_adding_up
from wealthdesk.domain.money import WHOLE
from wealthdesk.gui import format as text
from wealthdesk.gui.widgets.allocation_bar import BarValues

if TYPE_CHECKING:
    from wealthdesk.domain.drift import Allocation

Places = dict[str, list[tuple[str, Decimal]]]
"""Asset id → where it is held: the name of the account, and the quantity there."""


@dataclass(frozen=True, slots=True)
class HoldingLine:
    """One holding within a class. Its weights come in two: of its class, and of the scope (portfolio or account).

    now_bps, target_bps: of its class, as they are shown: rounded so that all of a class add up.
    """

    asset: Asset
    drift: HoldingDrift
    class_id: str
    currency: str
    bar: BarValues
    now_bps: int
    target_bps: int | None
    counts_bps: int
    places: tuple[tuple[str, Decimal], ...]
    whole: str

    @property
    def note(self) -> str:
        """What it is, or which part of it counts here."""
        if self.drift.is_look_through:
            return f"{text.percent(self.counts_bps, None)} of {self.asset.name or self.asset.symbol}"
        return self.asset.also_known_as

    @property
    def value(self) -> str:
        """What it is worth, without cents."""
        return text.money_short(self.drift.value_minor, self.currency)

    @property
    def now(self) -> str:
        """Its weight of the class."""
        return text.percent(self.now_bps)

    @property
    def of_whole(self) -> str:
        """Its weight of the scope."""
        return text.percent(self.drift.weight_bps)

    @property
    def target(self) -> str:
        """Its target of the class; a dash where it has none."""
        return text.NOTHING if self.target_bps is None else text.percent(self.target_bps)

    @property
    def points(self) -> str:
        """Its drift within the class; a dash where it has no target."""
        return text.NOTHING if self.target_bps is None else text.points(self.now_bps - self.target_bps)

    @property
    def status(self) -> str:
        """Where it lies against its band, in a word; "" where nothing of its class has a target of its own."""
        if self.drift.is_look_through:
            return "No own target"
        return "" if self.drift.band_of_class_bps is None else self.drift.status.words

    @property
    def gap(self) -> str:
        """How much money it is over or under within its class: "$13,770 over"; "" inside its band."""
        return _gap(self.drift.gap_minor, self.currency) if self.drift.is_outside else ""

    @property
    def band(self) -> str:
        """Its band: "band 45–55%"; "" inside it."""
        return _band(self.bar) if self.drift.is_outside else ""

    @property
    def tip(self) -> str:
        """Its full name, exact amount and band, and how much of it lies in which account."""
        exact = text.money(self.drift.value_minor, self.currency)
        weights = f"{exact}, {self.now} of its class, {self.of_whole} of the {self.whole}"
        gap = ", ".join(part for part in (_gap(self.drift.gap_minor, self.currency), _band(self.bar)) if part)
        places = (f"{account}: {text.held(quantity, self.asset)}" for account, quantity in self.places)
        named = [self.note, self.status] if self.drift.is_look_through else [self.asset.name]
        return "\n".join([*named, weights, *([f"Of its class: {gap}"] if gap else []), *places])

    @property
    def sentence(self) -> str:
        """The row in words."""
        exact = text.money(self.drift.value_minor, self.currency)
        words = [
            f"{self.asset.known_as}, {self.note}",
            exact,
            f"{self.now} of class",
            f"{self.of_whole} of {self.whole}",
        ]
        if self.target_bps is not None:
            words += [f"target {self.target} of class", f"drift {self.points}"]
        return ", ".join(part for part in (*words, self.status, self.gap, self.band) if part)


@dataclass(frozen=True)
class ClassLine:
    """An asset class of a scope with everything that its row shows. after: the same after the plan that is shown.

    now_bps, target_bps, after_bps: as they are shown, rounded so that all classes add up.
    """

    asset_class: AssetClass
    drift: ClassDrift
    after: ClassDrift | None
    currency: str
    count: str
    bar: BarValues
    now_bps: int
    target_bps: int | None
    after_bps: int | None
    holdings: tuple[HoldingLine, ...]

    @property
    def id(self) -> str:
        """The id of the class."""
        return self.asset_class.id

    @cached_property
    def furthest_bps(self) -> int:
        """The largest thing that the bars of its holdings show."""
        return max((each.bar.furthest_bps for each in self.holdings), default=0)

    @property
    def value(self) -> str:
        """What the class is worth, without cents."""
        return text.money_short(self.drift.value_minor, self.currency)

    @property
    def now(self) -> str:
        """Its weight."""
        return text.percent(self.now_bps)

    @property
    def target(self) -> str:
        """Its target; a dash where there is none."""
        return text.NOTHING if self.target_bps is None else text.percent(self.target_bps)

    @property
    def points(self) -> str:
        """Its drift, the difference of the two weights that are shown; a dash without a target."""
        return text.NOTHING if self.target_bps is None else text.points(self.now_bps - self.target_bps)

    @property
    def share_after(self) -> str:
        """Its weight after the plan; "" without one."""
        return "" if self.after_bps is None else text.percent(self.after_bps)

    @property
    def points_after(self) -> str:
        """Its drift after the plan; "" without one."""
        known = self.after_bps is not None and self.target_bps is not None
        return text.points((self.after_bps or 0) - (self.target_bps or 0)) if known else ""

    @property
    def points_before(self) -> str:
        """Its drift of now where that after the plan follows: "+3.9 → "; "" without a plan."""
        return f"{self.points.removesuffix(' pp')} {text.ARROW} " if self.points_after else ""

    @property
    def shares(self) -> str:
        """Its weight, and the one after the plan: "63.9 → 60.0%"."""
        return f"{self.now.removesuffix('%')} {text.ARROW} {self.share_after}" if self.share_after else self.now

    @property
    def is_after_outside(self) -> bool:
        """Whether the plan leaves it outside its band, or brings it there."""
        return self.after is not None and self.after.is_outside

    @property
    def then(self) -> str:
        """What the plan makes of its status: "then inside", "stays over"; "" where it stays inside."""
        if self.after is None or not (self.drift.is_outside or self.after.is_outside):
            return ""
        if not self.after.is_outside:
            return "then inside"
        stays = "stays" if self.after.status is self.drift.status else "then"
        return f"{stays} {self.after.status.words.lower()}"

    @property
    def holdings_outside(self) -> str:
        """How many of its holdings are outside their band: "2 holdings outside"; "" for none."""
        count = len(self.drift.holdings_outside)
        return f"{text.count(count, 'holding')} outside" if count else ""

    @property
    def below(self) -> str:
        """What the second line of its holdings is of: "below: of portfolio"; "" without any."""
        return f"below: of {self.holdings[0].whole}" if self.holdings else ""

    @property
    def tip(self) -> str:
        """Its exact amount, its band, and what the plan makes of it."""
        exact = f"{self.asset_class.name}, {self.count}: {text.money(self.drift.value_minor, self.currency)}"
        gap = ", ".join(part for part in (_gap(self.drift.gap_minor, self.currency), _band(self.bar)) if part)
        after = f"After this plan {self.share_after}, {self.points_after}" if self.points_after else ""
        return "\n".join(part for part in (exact, gap, self.holdings_outside, after) if part)

    @property
    def sentence(self) -> str:
        """The row in words."""
        exact = text.money(self.drift.value_minor, self.currency)
        words = [self.asset_class.name, self.count, exact, self.drift.words]
        if self.target_bps is None:
            return ", ".join([*words, f"now {self.now}"])
        words += [f"target {self.target}", f"now {self.now}", f"drift {self.points}"]
        words += [_gap(self.drift.gap_minor, self.currency), _band(self.bar)]
        words.append(f"after this plan {self.share_after}" if self.share_after else "")
        return ", ".join(part for part in (*words, self.then) if part)


def class_rows(allocation: "Allocation", after: Drift | None = None) -> list[ClassLine]:
    """The rows of an allocation, in the order of the classes. after: the drift that a plan leaves."""
    drift, places = allocation.drift, _places(allocation)
    now = adding_up([each.value_minor for each in drift.classes])
    targets = targets_adding_up([each.target_bps for each in drift.classes])
    rows = [
        _class_row(allocation, each, shown, places) for each, *shown in zip(drift.classes, now, targets, strict=True)
    ]
    return rows_after(rows, after)


def rows_after(rows: Sequence[ClassLine], after: Drift | None) -> list[ClassLine]:
    """The rows with what a plan makes of them; None: there is no plan."""
    then = {each.asset_class_id: each for each in after.classes} if after else {}
    shares = dict(zip(then, adding_up([each.value_minor for each in then.values()]), strict=True))
    return [replace(each, after=then.get(each.id), after_bps=shares.get(each.id)) for each in rows]


def _class_row(allocation: "Allocation", drift: ClassDrift, shown: Sequence[int | None], places: Places) -> ClassLine:
    asset_class = allocation.portfolio.classes[drift.asset_class_id]
    now, target = shown
    return ClassLine(
        asset_class=asset_class,
        drift=drift,
        after=None,
        currency=allocation.drift.base_currency,
        count=_count(allocation, drift),
        bar=_bar(drift.weight_bps, drift.target_bps, drift.band_bps, asset_class.colour, drift.is_outside),
        now_bps=now or 0,
        target_bps=target,
        after_bps=None,
        holdings=tuple(_holding_rows(allocation, drift, asset_class, places)),
    )


def _holding_rows(
    allocation: "Allocation", parent: ClassDrift, asset_class: AssetClass, places: Places
) -> Iterable[HoldingLine]:
    now = adding_up([each.value_minor for each in parent.holdings])
    targets = targets_adding_up([each.target_of_class_bps for each in parent.holdings])
    for drift, shown, target in zip(parent.holdings, now, targets, strict=True):
        asset = allocation.portfolio.assets[drift.asset_id]
        yield HoldingLine(
            asset=asset,
            drift=drift,
            class_id=asset_class.id,
            currency=allocation.drift.base_currency,
            bar=_bar(
                drift.weight_of_class_bps, drift.target_of_class_bps, drift.band_of_class_bps, asset_class.colour,
                drift.is_outside,
            ),
            now_bps=shown,
            target_bps=target if drift.band_of_class_bps is not None else None,
            counts_bps=next((e.weight_bps for e in asset.exposures if e.asset_class_id == asset_class.id), 0),
            places=tuple(places.get(asset.id, ())),
            whole="account" if account_of(allocation.scope) else "group" if allocation.scope else "portfolio",
        )  # fmt: skip


def _bar(now: int, target: int | None, half_width: Fraction | None, colour: str, is_outside: bool) -> BarValues:
    if target is None or half_width is None:
        return BarValues(now, target, colour=colour)
    low, high = max(0, round(target - half_width)), min(WHOLE, round(target + half_width))
    return BarValues(now, target, low, high, colour, is_outside)


def _gap(gap_minor: int | None, currency: str) -> str:
    """How much money is over or under: "$13,770 over"; "" where that is nothing."""
    if not gap_minor:
        return ""
    return f"{text.money_short(abs(gap_minor), currency)} {'under' if gap_minor < 0 else 'over'}"


def _band(bar: BarValues) -> str:
    if bar.band_low_bps is None or bar.band_high_bps is None:
        return ""
    return f"band {text.percent_range(round(bar.band_low_bps), round(bar.band_high_bps))}"


def _places(allocation: "Allocation") -> Places:
    accounts = allocation.portfolio.accounts
    places: Places = {}
    for each in allocation.valuation.holdings:
        place = accounts[each.holding.account_id].name, each.holding.quantity
        places.setdefault(each.asset.id, []).append(place)
    return places


def _count(allocation: "Allocation", drift: ClassDrift) -> str:
    """How many holdings a class has; for a class of nothing but cash, in how many accounts that lies."""
    held = [each.asset_id for each in drift.holdings if each.value_minor]
    assets = allocation.portfolio.assets
    if held and all(assets[asset_id].is_cash for asset_id in held):
        return text.count(_accounts_with(allocation, held), "account")
    if held:
        return text.count(len(held), "holding")
    unvalued = {h.asset.id for h in allocation.valuation.holdings if h.missing and _counts_to(h.asset, drift)}
    return f"{text.count(len(unvalued), 'holding')} without a value" if unvalued else "nothing held"


def _counts_to(asset: Asset, drift: ClassDrift) -> bool:
    return any(each.asset_class_id == drift.asset_class_id for each in asset.exposures)


def _accounts_with(allocation: "Allocation", asset_ids: Iterable[str]) -> int:
    """In how many accounts something of these assets lies."""
    wanted = set(asset_ids)
    holdings = allocation.valuation.holdings
    return len({h.holding.account_id for h in holdings if h.asset.id in wanted and h.holding.quantity})


def furthest(rows: Sequence[ClassLine]) -> ClassLine | None:
    """The class that is furthest outside its band, by how many bands it is off; where none is, the nearest to its edge.

    None without targets.
    """
    judged = (each for each in rows if each.target_bps is not None)
    return max(judged, key=lambda each: (each.drift.is_outside, strain(each.drift)), default=None)


def strain(line: ClassDrift) -> Fraction:
    """|drift| ÷ band of a class; 0 without a target."""
    if line.drift_bps is None or not line.band_bps:
        return Fraction(0)
    return Fraction(abs(line.drift_bps)) / line.band_bps
