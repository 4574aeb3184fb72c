"""What sources said, judged before anything is kept: quotes as told, which are in doubt, and the draft of prices."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Final

from wealthdesk.domain.holdings import FxRate, Price, checked_price
from wealthdesk.domain.money import canonical, quotient, rounded, unit
from wealthdesk.errors import BadInput

TYPED: Final = "manual"
"""The source of prices that were typed."""

_SPLITS: Final = (2, 3, 4, 5, 10, 20, 25, 50)
_NEAR: Final = Fraction(3, 100)
"""How near to a factor a change counts as it."""

_LARGE: Final = Fraction(20, 100)
Known = Mapping[tuple[str, date], Price]
"""(asset id, day) → the price that is known."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """An asset whose price is asked for, and what the source calls it.

    unit: what the source's prices are in where it does not say, such as GBX; empty: the currency of the asset.
    last: the latest price that is known of it, which the new one is compared with.
    """

    asset_id: str
    symbol: str
    currency: str
    code: str
    isin: str = ""
    unit: str = ""
    last: Price | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """One price as a source told it, before it is judged. on, currency: None where the source does not say."""

    code: str
    price: Decimal
    on: date | None = None
    currency: str | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Failed:
    """What of a source's answer cannot be kept, in one sentence; code: of which symbol, empty: of the whole answer."""

    code: str
    what: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a source told: its quotes and rates, and what of it could not be read.

    wait: the seconds for which it asked not to be asked again.
    """

    quotes: tuple[Quote, ...] = ()
    failed: tuple[Failed, ...] = ()
    rates: tuple[FxRate, ...] = ()
    wait: int = 0


@dataclass(frozen=True, slots=True)
class Doubt:
    """A warning about the new price of an asset, which is kept only where it was accepted."""

    asset_id: str
    symbol: str
    what: str


@dataclass(frozen=True, slots=True)
class QuotesDraft:
    """What the answer of one source would change, all in the order in which it was asked for.

    replaced, unchanged, typed: how many prices take the place of others, are known already, or stay as they
    were typed. doubts: warnings; their prices are among `prices`. told: every price that was understood, those that
    are known already or stay as they were typed as well.
    """

    source: str
    prices: tuple[Price, ...] = ()
    failed: tuple[Failed, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    notes: tuple[str, ...] = ()
    replaced: int = 0
    unchanged: int = 0
    typed: int = 0
    told: tuple[Price, ...] = ()

    def doubtful(self) -> frozenset[str]:
        """The assets whose new prices a warning is about."""
        return frozenset(each.asset_id for each in self.doubts)

    def sentences(self) -> Iterator[str]:
        """Every problem and warning as it is shown."""
        yield from (each.what for each in self.failed)
        yield from (each.what for each in self.doubts)


@dataclass(slots=True)
class _Judging:
    source: str
    today: date
    known: Known
    may_replace_typed: bool
    prices: list[Price] = field(default_factory=list)
    failed: list[Failed] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    told: list[Price] = field(default_factory=list)
    replaced: int = 0
    unchanged: int = 0
    typed: int = 0

    def take(self, asset: Wanted, quotes: Iterable[Quote]) -> None:
        """Judges all that the source says of one asset."""
        found: dict[date, Price] = {}
        told = list(quotes)
        has_today = any((each.on or self.today) == self.today for each in told)
        for quote in told:
            if has_today and quote.on == self.today + timedelta(days=1):
                self.notes.append(
                    f"{asset.symbol}: the price of {quote.on} is left for tomorrow: there is one of today."
                )
                continue
            try:
                price = self._price(asset, quote)
            except BadInput as refused:
                self.failed.append(Failed(quote.code, f"{asset.symbol}: {refused}"))
                return
            known = found.setdefault(price.on, price)
            if known.price != price.price:
                prices = f"{canonical(known.price)} and {canonical(price.price)}"
                what = f"{asset.symbol}: {self.source} tells two prices of {price.on}, {prices}; neither is kept."
                self.failed.append(Failed(quote.code, what))
                return
        last = asset.last
        for on in sorted(found):
            self._doubt(asset, found[on], last)
            self._keep(found[on])
            last = found[on]

    def _price(self, asset: Wanted, quote: Quote) -> Price:
        told = quote.currency or asset.unit or asset.currency
        parts = unit(told)
        if parts is None:
            raise BadInput(f"{self.source} quotes in “{told[:20]}”, which is not a known currency.")
        code, count = parts
        if code != asset.currency:
            raise BadInput(f"{self.source} quotes it in {code}, but its prices are kept in {asset.currency} here.")
        price = checked_price(rounded(quotient(quote.price, Decimal(count))) if count > 1 else quote.price)
        return Price(asset.asset_id, self._day(asset, quote), price, self.source)

    def _day(self, asset: Wanted, quote: Quote) -> date:
        """A market may be in tomorrow already; what is of a later day is a mistake."""
        if quote.on is None or quote.on <= self.today:
            return quote.on or self.today
        if quote.on > self.today + timedelta(days=1):
            raise BadInput(f"{self.source} tells a price of {quote.on}, a day that has not come.")
        self.notes.append(f"{asset.symbol}: the price of {quote.on} is kept for today: it is tomorrow there already.")
        return self.today

    def _doubt(self, asset: Wanted, new: Price, last: Price | None) -> None:
        if last is None or last.price == new.price or last.on > new.on:
            return
        factor = Fraction(new.price) / Fraction(last.price)
        change = factor_words(factor)
        if not change and abs(factor - 1) <= _LARGE:
            return
        prices = f"{canonical(last.price)} of {last.on}, now {canonical(new.price)} {asset.currency} of {new.on}"
        more = f": {change}" if change else ""
        what = f"{asset.symbol}: {prices}, which is more than 20% away{more}."
        self.doubts.append(Doubt(asset.asset_id, asset.symbol, what))

    def _keep(self, new: Price) -> None:
        self.told.append(new)
        known = self.known.get((new.asset_id, new.on))
        if known is not None and known.price == new.price:
            self.unchanged += 1
        elif known is not None and known.source == TYPED and not self.may_replace_typed:
            self.typed += 1
        else:
            self.replaced += known is not None
            self.prices.append(new)


def factor_words(factor: Fraction) -> str:
    """What a change by a factor looks like, empty: nothing but a change."""
    up = max(factor, 1 / factor)
    if abs(up / 100 - 1) <= _NEAR:
        return "it looks like a price in hundredths (pence, cents)"
    for times in _SPLITS:
        if abs(up / times - 1) <= _NEAR:
            ratio = f"{times}:1" if factor < 1 else f"1:{times}"
            return f"it looks like a {ratio} split, of which the quantity changes as well"
    return ""


def judged(
    source: str,
    wanted: Collection[Wanted],
    answer: Answer,
    today: date,
    known: Known,
    *,
    may_replace_typed: bool = False,
) -> QuotesDraft:
    """What the answer of a source would change. A price that was typed stays, unless it `may_replace_typed`."""
    judging = _Judging(source, today, known, may_replace_typed)
    judging.failed += answer.failed
    by_code: dict[str, list[Quote]] = {}
    for quote in answer.quotes:
        by_code.setdefault(quote.code.casefold(), []).append(quote)
    blamed = {each.code.casefold() for each in answer.failed}
    asked = set()
    for asset in wanted:
        names = [name.casefold() for name in (asset.code, asset.isin) if name]
        asked |= set(names)
        quotes = next((by_code[name] for name in names if name in by_code), None)
        if blamed & set(names):
            continue
        if quotes is not None:
            judging.take(asset, quotes)
        elif not any(each.code == "" for each in answer.failed):
            judging.failed.append(Failed(asset.code, f"{asset.symbol}: there is no “{asset.code}” at {source}."))
    others = sorted({quotes[0].code for code, quotes in by_code.items() if code not in asked})
    if others:
        some = ", ".join(others[:5]) + (" …" if len(others) > 5 else "")
        judging.notes.append(f"{source} also tells prices of what is not asked for: {some}.")
    return QuotesDraft(
        source, tuple(judging.prices), tuple(judging.failed), tuple(judging.doubts), tuple(judging.notes),
        judging.replaced, judging.unchanged, judging.typed, tuple(judging.told),
    )  # fmt: skip
