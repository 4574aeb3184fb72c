"""What the card of an asset class says: its facts as words, its bar, and the lines of its holdings."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from wealthdesk.domain.assets import Asset, AssetClass
from wealthdesk.domain.drift import ClassDrift, HoldingDrift, Status
from wealthdesk.domain.money import WHOLE
from wealthdesk.gui import format as text
from wealthdesk.gui.theme import Tone
from wealthdesk.gui.widgets.allocation_bar import BarValues, scale_for

if TYPE_CHECKING:
    from wealthdesk.domain.drift import Allocation

Places = dict[str, list[str]]
"""Asset id → where it is held: "Brokerage: 210"."""

STATUS_TONES = {Status.UNDERWEIGHT: Tone.UNDER, Status.OVERWEIGHT: Tone.OVER}


@dataclass(frozen=True, slots=True)
class HoldingLine:
    """One holding within a class. Weights come in two: of its class, and of the scope, which is the portfolio or an
    account.
    """

    asset: Asset
    drift: HoldingDrift
    class_id: str
    currency: str
    bar: BarValues
    counts_bps: int
    places: tuple[str, ...]
    whole: str

    @property
    def note(self) -> str:
        """The second line: what it is, or which part of it counts here."""
        if self.drift.is_look_through:
            return f"{text.percent(self.counts_bps, None)} of {self.asset.symbol} counts here"
        return self.asset.name

    @property
    def value(self) -> str:
        """What it is worth."""
        return text.money(self.drift.value_minor, self.currency)

    @property
    def current(self) -> tuple[str, str]:
        """Its weight of the class, and of the scope."""
        return text.percent(self.drift.weight_of_class_bps), f"{text.percent(self.drift.weight_bps)} of {self.whole}"

    @property
    def target(self) -> tuple[str, str]:
        """Its target of the class, and of the scope; a dash where it has none."""
        if self.drift.target_of_class_bps is None or self.drift.target_bps is None:
            return text.NOTHING, ""
        return text.percent(self.drift.target_of_class_bps), f"{text.percent(self.drift.target_bps)} of {self.whole}"

    @property
    def drifts(self) -> tuple[str, str]:
        """Its drift within the class, and of the scope; a dash where it has no target."""
        if self.drift.drift_of_class_bps is None or self.drift.drift_bps is None:
            return text.NOTHING, ""
        return text.points(self.drift.drift_of_class_bps), text.points(self.drift.drift_bps)

    @property
    def status(self) -> str:
        """Where it lies against its band, in a word; "" where it has none."""
        return "" if self.drift.band_of_class_bps is None else self.drift.status.words

    @property
    def tone(self) -> Tone | None:
        """The tone of its drift: which side of its band it lies on; None inside."""
        return STATUS_TONES.get(self.drift.status)

    @property
    def gap(self) -> str:
        """How much money it is over or under within its class, and its band: "$13,770 over, band 45–55%"."""
        return _gap(self.drift.gap_minor, self.bar, self.currency, ", ")

    @property
    def tip(self) -> str:
        """Its full name, how far it is off, and how much of it lies in which account."""
        return "\n".join([self.asset.name, *([f"Of its class: {self.gap}"] if self.gap else []), *self.places])

    @property
    def sentence(self) -> str:
        """The line in words."""
        weight = f"{self.current[0]} of class, {self.current[1]}"
        words = [f"{self.asset.symbol}, {self.note}", self.value, weight]
        if self.drift.target_of_class_bps is not None:
            words += [f"target {self.target[0]} of class", f"drift {self.drifts[0]}"]
            words += [part for part in (self.status, self.gap) if part]
        return ", ".join(words)


@dataclass(frozen=True, slots=True)
class ClassCard:
    """An asset class of a scope with everything that its card shows."""

    asset_class: AssetClass
    drift: ClassDrift
    currency: str
    count: str
    bar: BarValues
    lines: tuple[HoldingLine, ...]
    lines_scale_bps: int

    @property
    def value(self) -> str:
        """What the class is worth."""
        return text.money(self.drift.value_minor, self.currency)

    @property
    def target(self) -> str:
        """Its target in words."""
        return "No target" if self.drift.target_bps is None else f"Target {text.percent(self.drift.target_bps)}"

    @property
    def current(self) -> str:
        """Its weight in words."""
        return f"Current {text.percent(self.drift.weight_bps)}"

    @property
    def points(self) -> str:
        """Its drift; "" without a target."""
        return "" if self.drift.drift_bps is None else text.points(self.drift.drift_bps)

    @property
    def gap(self) -> str:
        """How much money it is over or under, and its band: "$16,499 over  ·  band 55–65%"; "" without a target."""
        return _gap(self.drift.gap_minor, self.bar, self.currency, "  ·  ")

    @property
    def holdings_outside(self) -> str:
        """How many of its holdings are outside their band: "2 holdings outside"; "" for none."""
        count = len(self.drift.holdings_outside)
        return f"{text.count(count, 'holding')} outside" if count else ""

    @property
    def tone(self) -> Tone | None:
        """The tone of its drift: which side of its band it lies on; None inside."""
        return STATUS_TONES.get(self.drift.status)

    @property
    def sentence(self) -> str:
        """The card in words."""
        words = [self.asset_class.name, self.count, self.value, self.drift.words, self.target, self.current]
        words += [part for part in (self.points and f"drift {self.points}", self.gap.replace("  ·  ", ", ")) if part]
        return ", ".join(words)


def cards(allocation: "Allocation") -> list[ClassCard]:
    """The cards of an allocation, in the order of the classes."""
    places = _places(allocation)
    return [_card(allocation, each, places) for each in allocation.drift.classes]


def _gap(gap_minor: int | None, bar: BarValues, currency: str, between: str) -> str:
    if gap_minor is None or bar.band_low_bps is None or bar.band_high_bps is None:
        return ""
    band = f"band {text.percent_range(round(bar.band_low_bps), round(bar.band_high_bps))}"
    over = "under" if gap_minor < 0 else "over"
    return f"{text.money_short(abs(gap_minor), currency)} {over}{between}{band}" if gap_minor else band


def class_bar(drift: ClassDrift, colour: str) -> BarValues:
    """The bar of a class: weight, target, band."""
    if drift.target_bps is None or drift.band_bps is None:
        return BarValues(drift.weight_bps, colour=colour)
    low, high = _edges(drift.target_bps, drift.band_bps)
    return BarValues(drift.weight_bps, drift.target_bps, low, high, colour, drift.is_outside)


def _holding_bar(drift: HoldingDrift, colour: str) -> BarValues:
    target, band = drift.target_of_class_bps, drift.band_of_class_bps
    if target is None or band is None:
        return BarValues(drift.weight_of_class_bps, target, colour=colour)
    low, high = _edges(target, band)
    return BarValues(drift.weight_of_class_bps, target, low, high, colour, drift.is_outside)


def _edges(target_bps: int, half_width: Fraction) -> tuple[int, int]:
    return max(0, round(target_bps - half_width)), min(WHOLE, round(target_bps + half_width))


def _card(allocation: "Allocation", drift: ClassDrift, places: Places) -> ClassCard:
    asset_class = allocation.portfolio.classes[drift.asset_class_id]
    lines = [_line(allocation, each, asset_class, places) for each in drift.holdings]
    return ClassCard(
        asset_class=asset_class,
        drift=drift,
        currency=allocation.drift.base_currency,
        count=_count(allocation, drift),
        bar=class_bar(drift, asset_class.colour),
        lines=tuple(lines),
        lines_scale_bps=scale_for([line.bar for line in lines], 100),
    )


def _line(allocation: "Allocation", drift: HoldingDrift, asset_class: AssetClass, places: Places) -> HoldingLine:
    asset = allocation.portfolio.assets[drift.asset_id]
    counts = next((e.weight_bps for e in asset.exposures if e.asset_class_id == asset_class.id), 0)
    bar = _holding_bar(drift, asset_class.colour)
    held = tuple(places.get(asset.id, ()))
    whole = "portfolio" if allocation.scope is None else "account"
    return HoldingLine(asset, drift, asset_class.id, allocation.drift.base_currency, bar, counts, held, whole)


def _places(allocation: "Allocation") -> Places:
    accounts = allocation.portfolio.accounts
    places: Places = {}
    for each in allocation.valuation.holdings:
        amount = f"{accounts[each.holding.account_id].name}: {text.held(each.holding.quantity, each.asset)}"
        places.setdefault(each.asset.id, []).append(amount)
    return places


def _count(allocation: "Allocation", drift: ClassDrift) -> str:
    """How many holdings a class has; for a class of nothing but cash, in how many accounts that lies."""
    held = [each.asset_id for each in drift.holdings if each.value_minor]
    assets = allocation.portfolio.assets
    if held and all(assets[asset_id].is_cash for asset_id in held):
        return text.count(accounts_with(allocation, held), "account")
    if held:
        return text.count(len(held), "holding")
    unvalued = {h.asset.id for h in allocation.valuation.holdings if h.missing and _counts_to(h.asset, drift)}
    return f"{text.count(len(unvalued), 'holding')} without a value" if unvalued else "nothing held"


def _counts_to(asset: Asset, drift: ClassDrift) -> bool:
    return any(each.asset_class_id == drift.asset_class_id for each in asset.exposures)


def accounts_with(allocation: "Allocation", asset_ids: Iterable[str]) -> int:
    """In how many accounts something of these assets lies."""
    wanted = set(asset_ids)
    holdings = allocation.valuation.holdings
    return len({h.holding.account_id for h in holdings if h.asset.id in wanted and h.holding.quantity})
