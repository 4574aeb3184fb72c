"""A scope over time: what it was worth at the end of each day, of which classes, and what its targets were then.

Everything is exact. A price stays until the next one, as it does in a valuation; how old it is decides whether the day
is told as known. Classes and the base currency are those of now: what an asset counted to before is not kept.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from itertools import accumulate, compress, repeat
from math import lcm
from typing import Final, NamedTuple, Self

from wealthdesk.domain.accounts import Scope
from wealthdesk.domain.assets import Asset, AssetClass, AssetKind
from wealthdesk.domain.drift import Composition, Drift, Status, class_band, measure, status
from wealthdesk.domain.holdings import PRICE_DAYS, FxRate, Portfolio
from wealthdesk.domain.money import DECIMALS, WHOLE, digits, split
from wealthdesk.domain.targets import ClassTarget, Strategy
from wealthdesk.domain.valuation import RateConversion, conversions

Numbers = Sequence[tuple[date, Decimal]]
"""What something was from which day on, the oldest first."""

_BY_HAND: Final = frozenset({AssetKind.PRIVATE, AssetKind.PROPERTY})
"""What has no market has no price of each day either: the last one that was set holds."""


class Standing(StrEnum):
    """How well the value of a day is known."""

    PRICED = "priced"
    """Everything that has a market has a price of that day."""
    LAST_PRICE = "last_price"
    """Some prices are older, none by more days than a price lasts."""
    OLD_PRICE = "old_price"
    """Some price or rate is older than that: nothing is drawn."""
    NO_PRICE = "no_price"
    """Something held had no price or no rate up to then: nothing is drawn."""

    @property
    def is_known(self) -> bool:
        """Whether the value of such a day is drawn."""
        return self in (Standing.PRICED, Standing.LAST_PRICE)


@dataclass(frozen=True, slots=True)
class DayValue:
    """The end of a day, in base-currency minor units: `parts` of the classes in their order, and what has none."""

    on: date
    parts: tuple[int, ...]
    unclassified_minor: int
    standing: Standing

    @property
    def classified_minor(self) -> int:
        """The value that weights and drift are shares of."""
        return sum(self.parts)

    @property
    def total_minor(self) -> int:
        """The value of everything that had one."""
        return self.classified_minor + self.unclassified_minor


class HappeningKind(StrEnum):
    """What sort of thing happened on a day."""

    TARGETS = "targets"
    PLAN = "plan"
    IMPORT = "import"


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that was kept on a day.

    TARGETS: version `number`, `words` is its reason. PLAN: amount_minor came in (or, negative, went out) in minor units
    of `currency`, `number` trades. IMPORT: `words` is the name of its step.
    """

    on: date
    kind: HappeningKind
    words: str = ""
    number: int = 0
    amount_minor: int = 0
    currency: str = ""


@dataclass(frozen=True, slots=True)
class TargetStep:
    """The strategy with the targets that it had from the end of a day on."""

    on: date
    strategy: Strategy


@dataclass(frozen=True, slots=True)
class Crossing:
    """A class that lay differently against its band than on the known day before; target and band of the later day."""

    asset_class: AssetClass
    before: Status
    after: Status
    target: ClassTarget
    low_bps: int
    high_bps: int


@dataclass(frozen=True)
class Course:
    """Every day of a scope from the first that is known of to today, the targets' steps, and what happened.

    classes: those that `parts` are of. Empty days: nothing was ever held. price_days: so long the last price
    of something lasts.
    """

    scope: Scope
    base_currency: str
    classes: tuple[AssetClass, ...]
    days: tuple[DayValue, ...]
    steps: tuple[TargetStep, ...] = ()
    happenings: tuple[Happening, ...] = ()
    price_days: int = PRICE_DAYS

    @cached_property
    def _steps_on(self) -> list[date]:
        return [each.on for each in self.steps]

    def index(self, on: date) -> int | None:
        """The place of a day among `days`; None outside."""
        place = (on - self.days[0].on).days if self.days else -1
        return place if 0 <= place < len(self.days) else None

    def step(self, on: date) -> TargetStep | None:
        """The targets at the end of a day; None before the first."""
        place = bisect_right(self._steps_on, on)
        return self.steps[place - 1] if place else None

    def drift(self, day: DayValue) -> Drift:
        """The drift of a day's classes from the targets of then; holdings are not told apart."""
        parts = {each.id: {each.id: minor} for each, minor in zip(self.classes, day.parts, strict=True) if minor}
        unclassified = {"": day.unclassified_minor} if day.unclassified_minor else {}
        held = Composition(self.base_currency, parts, unclassified, frozenset())
        step = self.step(day.on)
        return measure(held, self.classes, step.strategy if step else None)

    def target(self, class_id: str, on: date) -> ClassTarget | None:
        """What a class was to have at the end of a day; 0 where the others had targets and it had none."""
        step = self.step(on)
        if step is None or not step.strategy.targets:
            return None
        return step.strategy.target_of(class_id) or ClassTarget(class_id, 0)

    def status(self, place: int, day: DayValue) -> Status:
        """Where a class lay at the end of a day."""
        step, target = self.step(day.on), self.target(self.classes[place].id, day.on)
        if step is None or target is None:
            return Status.NO_TARGET
        return status(day.parts[place], day.classified_minor, target.target_bps, class_band(target, step.strategy))

    def known_before(self, place: int) -> int | None:
        """The last day before that one whose value is known."""
        return next((at for at in range(place - 1, -1, -1) if self.days[at].standing.is_known), None)

    def crossings(self, on: date) -> tuple[Crossing, ...]:
        """The classes that came out of their band, or into it, since the known day before."""
        at = self.index(on)
        before = self.known_before(at) if at is not None else None
        if at is None or before is None or not self.days[at].standing.is_known:
            return ()
        found = []
        for place, asset_class in enumerate(self.classes):
            was, now = self.status(place, self.days[before]), self.status(place, self.days[at])
            target, step = self.target(asset_class.id, on), self.step(on)
            if was is not now and Status.NO_TARGET not in (was, now) and target is not None and step is not None:
                band = class_band(target, step.strategy)
                low, high = (int(target.target_bps + sign * band) for sign in (-1, 1))
                found.append(Crossing(asset_class, was, now, target, max(low, 0), high))
        return tuple(found)

    def outside_since(self, place: int) -> date | None:
        """Since which known day a class is where it is now, outside its band; None where it is not outside."""
        since, now = None, None
        for day in reversed(self.days):
            if not day.standing.is_known:
                continue
            where = self.status(place, day)
            now = now or where
            if where is not now or not now.is_outside:
                break
            since = day.on
        return since

    @property
    def last_known(self) -> DayValue | None:
        """The newest day whose value is known."""
        return next((each for each in reversed(self.days) if each.standing.is_known), None)

    def gaps(self) -> list[tuple[date, date]]:
        """The stretches of days whose value is not known, first and last day of each."""
        found: list[tuple[date, date]] = []
        for day in self.days:
            if day.standing.is_known:
                continue
            if found and day.on - found[-1][1] == timedelta(days=1):
                found[-1] = (found[-1][0], day.on)
            else:
                found.append((day.on, day.on))
        return found


class PriceSeries(NamedTuple):
    """The prices of one asset, the oldest first: of which days (their ordinals), and each in units of 10^-decimals."""

    days: Sequence[int]
    numbers: Sequence[int]
    decimals: int

    @classmethod
    def of(cls, prices: Iterable[tuple[date, Decimal]]) -> Self:
        """The series of these prices, the oldest first."""
        told = list(prices)
        scaled = [int(number.scaleb(DECIMALS)) for _, number in told]
        return cls([on.toordinal() for on, _ in told], scaled, DECIMALS)


@dataclass(frozen=True, slots=True)
class Records:
    """What the file holds of the past: all accounts' quantities, the prices of each asset, and every exchange rate.

    held: (account id, asset id) → quantity from the end of a day on. rates: in any order.
    """

    portfolio: Portfolio
    held: Mapping[tuple[str, str], Numbers]
    prices: Mapping[str, PriceSeries]
    rates: Iterable[FxRate]


def course_of(
    records: Records, scope: Scope, steps: Iterable[TargetStep] = (), happenings: Iterable[Happening] = ()
) -> Course:
    """The course of a scope up to the portfolio's day."""
    known = records.portfolio
    inside = known.accounts_in(scope)
    own = {key: numbers for key, numbers in records.held.items() if key[0] in inside}
    firsts = [on for numbers in own.values() for on, quantity in numbers if quantity]
    told = tuple(steps)
    if not firsts or min(firsts) > known.on:
        return Course(scope, known.base_currency, (), (), told, tuple(happenings), known.price_days)
    tally = _Tally(records, min(firsts), own)
    by_asset: dict[str, list[Numbers]] = {}
    for (_, asset_id), numbers in own.items():
        by_asset.setdefault(asset_id, []).append(numbers)
    for asset_id, held in by_asset.items():
        tally.add(known.assets[asset_id], held)
    wanted = {target.asset_class_id for step in told for target in step.strategy.targets}
    classes = tuple(each for each in known.classes.values() if each.id in tally.parts or each.id in wanted)
    return Course(scope, known.base_currency, classes, tally.days(classes), told, tuple(happenings), known.price_days)


_NONE: Final = PriceSeries((), (), 0)


class _Tally:
    """Adds the assets up: what each changes is noted at the place of its day, and summed over the days at the end."""

    def __init__(self, records: Records, first: date, own: Iterable[tuple[str, str]]) -> None:
        self.first = first
        self.parts: dict[str, list[int]] = {}
        self._records = records
        self._lasts = records.portfolio.price_days
        self._count = (records.portfolio.on - first).days + 1
        self._unclassified = self._zeros()
        # How many holdings, day by day: without a value, with an old price or rate, with a market.
        self._no_price, self._old_price, self._on_market = (self._zeros() for _ in range(3))
        # The places of the days of which holdings have a price, since which it is an old one, and until which: one for
        # each holding.
        self._fresh, self._old_since, self._old_until = (list[int]() for _ in range(3))
        currencies = {records.portfolio.assets[asset_id].currency for _, asset_id in own}
        self._rates = _rates_over_time(records, currencies, first)
        self._rates_known = {each: _known_rates(rates, self._count, self._lasts) for each, rates in self._rates.items()}
        self._ways = {each: _Way.of(rates) for each, rates in self._rates.items()}

    def _zeros(self) -> list[int]:
        return [0] * (self._count + 1)

    def add(self, asset: Asset, held: Iterable[Numbers]) -> None:
        """Count an asset in: the quantities of each account that has held it."""
        cash = PriceSeries((self.first.toordinal(),), (1,), 0)
        prices = _known_from(cash if asset.is_cash else self._records.prices.get(asset.id, _NONE), self.first)
        worth = _worth_of_one(prices, self._ways[asset.currency])
        changes: dict[int, int] = {}
        only = self.parts.setdefault(asset.only_class, self._zeros()) if asset.only_class else None
        is_on_market = not asset.is_cash and asset.kind not in _BY_HAND
        for numbers in held:
            for begin, end, quantity in _stretches(_by_place(numbers, self.first), self._count):
                self._judge(begin, end, prices.days, is_on_market=is_on_market)
                self._judge_rate(begin, end, asset.currency)
                if only is not None:
                    worth.note(only, begin, end, quantity)
                else:
                    worth.note(changes, begin, end, quantity)
        self._divide(asset, changes)

    def _divide(self, asset: Asset, changes: Mapping[int, int]) -> None:
        """Note what an asset of several classes, or none, was worth, in the parts that a composition has."""
        weights = [each.weight_bps for each in asset.exposures]
        lists = [self.parts.setdefault(each.asset_class_id, self._zeros()) for each in asset.exposures]
        weights.append(WHOLE - sum(weights))
        lists.append(self._unclassified)
        before, value = [0] * len(lists), 0
        for place in sorted(changes):
            value += changes[place]
            parts = split(value, weights)
            for each, now, then in zip(lists, parts, before, strict=True):
                each[place] += now - then
            before = parts

    def _judge(self, begin: int, end: int, known: Sequence[int], *, is_on_market: bool) -> None:
        """Note how well the price of something held is known, from one place up to another."""
        at = bisect_right(known, begin) - 1
        priced = begin if at >= 0 else min(known[0] if known else end, end)
        _add(self._no_price, begin, priced)
        if not is_on_market or priced == end:
            return
        _add(self._on_market, priced, end)
        inside = known[max(at, 0) : bisect_left(known, end)]
        self._fresh += inside if inside[0] >= begin else inside[1:]
        ends = [*inside[1:], end]
        old = [until - place > self._lasts + 1 for place, until in zip(inside, ends, strict=True)]
        if True in old:
            since = [place + self._lasts + 1 for place in compress(inside, old)]
            self._old_since += [max(since[0], begin), *since[1:]]
            self._old_until += compress(ends, old)

    def _judge_rate(self, begin: int, end: int, currency: str) -> None:
        """The same of its exchange rate."""
        first, old = self._rates_known[currency]
        _add(self._no_price, begin, min(max(first, begin), end))
        for since, until in old:
            _add(self._old_price, max(since, begin), min(until, end))

    def days(self, classes: Iterable[AssetClass]) -> tuple[DayValue, ...]:
        """What all of it comes to, day by day."""
        parts = [accumulate(self.parts.get(each.id, self._zeros())) for each in classes]
        rows = zip(*parts, strict=True) if parts else repeat(())
        counts = (accumulate(each) for each in (self._unclassified, self._no_price, self._old_price, self._on_market))
        days = map(date.fromordinal, range(self.first.toordinal(), self.first.toordinal() + self._count))
        fresh = Counter(self._fresh)
        for place, count in Counter(self._old_since).items():
            self._old_price[place] += count
        for place, count in Counter(self._old_until).items():
            self._old_price[place] -= count
        return tuple(
            DayValue(on, row, rest, _standing(unknown, old, market - fresh[place]))
            for place, (on, row, rest, unknown, old, market) in enumerate(zip(days, rows, *counts, strict=False))
        )


class _Rate(NamedTuple):
    """What an amount is multiplied with and divided by to be base-currency minor units.

    place: of the day that it is of; None: it always holds.
    """

    top: int
    bottom: int
    place: int | None


def _known_rates(rates: Mapping[int, _Rate], count: int, lasts: int) -> tuple[int, list[tuple[int, int]]]:
    """From which place on there is a rate, and from where up to where it is an old one."""
    places = sorted(rates)
    old = []
    for place, until in zip(places, [*places[1:], count], strict=False):
        of = rates[place].place
        if of is not None and until - of > lasts + 1:
            old.append((max(of + lasts + 1, place), until))
    return (places[0] if places else count), old


class _Way(NamedTuple):
    """How to come from a currency to the base one: from which place on by which top, all over the same bottom.

    bottoms: each its own, where one that all have would be too large.
    """

    tops: Mapping[int, int]
    bottom: int
    bottoms: Mapping[int, int] | None

    @classmethod
    def of(cls, rates: Mapping[int, _Rate]) -> Self:
        """The way by these rates."""
        bottom = 1
        for each in rates.values():
            bottom = lcm(bottom, each.bottom)
            if bottom > 10**DECIMALS:
                tops = {place: each.top for place, each in rates.items()}
                return cls(tops, 1, {place: each.bottom for place, each in rates.items()})
        return cls({place: each.top * (bottom // each.bottom) for place, each in rates.items()}, bottom, None)


class _Worth(NamedTuple):
    """From which places on one of something was worth how much: factor × times, over a bottom where there are any."""

    places: list[int]
    factors: list[int]
    bottoms: list[int] | None
    times: Fraction

    def note(self, changes: list[int] | dict[int, int], begin: int, end: int, quantity: Decimal) -> None:
        """Note what a quantity that is held from one place up to another changes, each value rounded (half up)."""
        at = max(bisect_right(self.places, begin) - 1, 0)
        until = bisect_left(self.places, end)
        if at >= until:
            return
        places = [max(self.places[at], begin), *self.places[at + 1 : until]]
        values = self._values(quantity, at, until)
        if isinstance(changes, dict):
            for place in (*places, end):
                changes.setdefault(place, 0)
        for place, now, before in zip(places, values, [0, *values], strict=False):
            changes[place] += now - before
        changes[end] -= values[-1]

    def _values(self, quantity: Decimal, at: int, until: int) -> list[int]:
        top, below = (self.times * Fraction(quantity)).as_integer_ratio()
        top, twice = 2 * top, 2 * below
        if self.bottoms is None:
            return [(top * factor + below) // twice for factor in self.factors[at:until]]
        return [
            (top * factor + below * bottom) // (twice * bottom)
            for factor, bottom in zip(self.factors[at:until], self.bottoms[at:until], strict=True)
        ]


def _worth_of_one(prices: PriceSeries, way: _Way) -> _Worth:
    """What one is worth from which places on; before both a price and a rate are known there is nothing."""
    if not prices.days or not way.tops:
        return _Worth([], [], None, Fraction(0))
    begin = max(prices.days[0], min(way.tops))
    at = bisect_right(prices.days, begin) - 1
    times = Fraction(1, way.bottom * 10**prices.decimals)
    if len(way.tops) == 1:  # what is held in the base currency: most of it
        ((place, top),) = way.tops.items()
        bottoms = None if way.bottoms is None else [way.bottoms[place]] * (len(prices.days) - at)
        return _Worth([begin, *prices.days[at + 1 :]], list(prices.numbers[at:]), bottoms, times * top)
    known, tops = dict(zip(prices.days, prices.numbers, strict=True)), way.tops
    places = sorted({begin, *prices.days[at + 1 :], *(each for each in tops if each > begin)})
    price, top = prices.numbers[at], tops[max(place for place in tops if place <= begin)]
    factors = [(price := known.get(place, price)) * (top := tops.get(place, top)) for place in places]
    if way.bottoms is None:
        return _Worth(places, factors, None, times)
    bottom = way.bottoms[max(place for place in tops if place <= begin)]
    return _Worth(places, factors, [bottom := way.bottoms.get(place, bottom) for place in places], times)


def _known_from(prices: PriceSeries, first: date) -> PriceSeries:
    """The same with the places of the days: of those before the first only the last, whose place is negative."""
    start = first.toordinal()
    begin = max(bisect_right(prices.days, start) - 1, 0)
    return PriceSeries([each - start for each in prices.days[begin:]], prices.numbers[begin:], prices.decimals)


def _stretches(quantities: Mapping[int, Decimal], count: int) -> Iterator[tuple[int, int, Decimal]]:
    """From which place up to which how much was held, where it was more than nothing."""
    places = sorted(quantities)
    for place, end in zip(places, [*places[1:], count], strict=True):
        if quantities[place] and end > 0:
            yield max(place, 0), min(end, count), quantities[place]


def _by_place(numbers: Numbers, first: date) -> dict[int, Decimal]:
    """Place of the day → the number; of the days before the first only the last (negative)."""
    begin = max(bisect_right(numbers, first, key=lambda each: each[0]) - 1, 0)
    return {(on - first).days: number for on, number in numbers[begin:]}


def _rates_over_time(records: Records, currencies: Iterable[str], first: date) -> dict[str, dict[int, _Rate]]:
    """Currency → place of the day → how to come to the base currency from then on; before the first the last only."""
    portfolio = records.portfolio
    base, scale = portfolio.base_currency, 10 ** digits(portfolio.base_currency)
    found: dict[str, dict[int, _Rate]] = {each: {} for each in currencies}
    latest: dict[tuple[str, str], FxRate] = {}
    known: dict[str, RateConversion] = {}
    for on, rates in [(date.min, []), *_by_day(_connected(records.rates, {*found, base}, base), portfolio.on)]:
        latest |= {(each.base, each.quote): each for each in rates}
        ways = conversions(latest.values(), base)
        place = (on - first).days
        for each in found.keys() & ways.keys():
            if ways[each] == known.get(each):
                continue
            known[each] = way = ways[each]
            if place <= 0:
                found[each].clear()
            (top, below), (under, over) = way.times.as_integer_ratio(), way.divisor.as_integer_ratio()
            of = None if way.on is None else (way.on - first).days
            found[each][place] = _Rate(*Fraction(top * over * scale, below * under).as_integer_ratio(), of)
    return found


def _connected(rates: Iterable[FxRate], used: Collection[str], base: str) -> list[FxRate]:
    """The rates that can have a part in coming from a used currency to the base one, by no more than one in between."""
    rates = list(rates)
    between = {code for each in rates if base in (each.base, each.quote) for code in (each.base, each.quote)}
    near = between | set(used)
    return [each for each in rates if each.base in near and each.quote in near]


def _by_day(rates: Iterable[FxRate], last: date) -> list[tuple[date, list[FxRate]]]:
    found: dict[date, list[FxRate]] = {}
    for each in rates:
        if each.on <= last:
            found.setdefault(each.on, []).append(each)
    return sorted(found.items())


def _add(counts: list[int], at: int, end: int) -> None:
    """Count one more from a place up to another."""
    if at < end:
        counts[at] += 1
        counts[end] -= 1


def _standing(unknown: int, old: int, last: int) -> Standing:
    if unknown:
        return Standing.NO_PRICE
    if old:
        return Standing.OLD_PRICE
    return Standing.LAST_PRICE if last else Standing.PRICED
