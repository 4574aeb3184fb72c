"""What several sources say of the same assets, laid side by side: where they disagree nothing is averaged."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Final

from wealthdesk.domain.holdings import FxRate, Price
from wealthdesk.domain.money import canonical
from wealthdesk.quotes.draft import Answer, Known, QuotesDraft, Wanted

_DISAGREE: Final = Fraction(1, 100)
"""From where on two prices of a day do not count as one."""

_LARGE: Final = Fraction(20, 100)


class UpdateOutcome(StrEnum):
    """What an update found of an asset or of a rate."""

    UPDATED = "updated"
    UNCHANGED = "unchanged"
    OLDER = "older_than_ours"
    NOT_FOUND = "not_found"
    DISAGREE = "sources_disagree"
    DOUBTFUL = "far_from_before"
    TYPED = "typed_stays"


@dataclass(frozen=True, slots=True)
class OfferedPrice:
    """What one source tells of an asset: its newest price, what of all it tells is new, and the warnings about that."""

    source: str
    newest: Price
    new: tuple[Price, ...]
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PriceLine:
    """An asset of an update: its last price, what each source offers, what that comes to, and what is to be said.

    usual: the source whose prices are kept where nothing else is chosen; empty: none.
    """

    asset_id: str
    symbol: str
    currency: str
    before: Price | None
    offers: tuple[OfferedPrice, ...]
    found: UpdateOutcome
    said: tuple[str, ...] = ()
    usual: str = ""

    @property
    def doubted(self) -> str:
        """The source whose price is in doubt, of a line that is: the first that tells one of the newest day."""
        return max(self.offers, key=lambda each: each.newest.on).source

    def of(self, source: str) -> tuple[Price, ...]:
        """The prices that are kept where this source is chosen."""
        return next((each.new for each in self.offers if each.source == source), ())


@dataclass(frozen=True, slots=True)
class RateLine:
    """A rate of an update: the last one of the pair, the new one and its source, and what that comes to.

    earlier: those of the days before it that have none yet; they are kept with it.
    """

    source: str
    before: FxRate | None
    rate: FxRate
    found: UpdateOutcome
    said: tuple[str, ...] = ()
    earlier: tuple[FxRate, ...] = ()

    @property
    def days(self) -> tuple[FxRate, ...]:
        """All that is kept where it is chosen."""
        return self.rate, *self.earlier


def laid_together(drafts: Collection[QuotesDraft], wanted: Iterable[Wanted], known: Known) -> tuple[PriceLine, ...]:
    """One line for each asset, in the order of `wanted`; the drafts in the order in which their sources count.

    What failed in them is said with the id of its asset as its code.
    """
    return tuple(_line(drafts, each, known) for each in {each.asset_id: each for each in wanted}.values())


def _line(drafts: Collection[QuotesDraft], asset: Wanted, known: Known) -> PriceLine:
    offers = tuple(offer for each in drafts if (offer := _offer(each, asset)) is not None)
    said = tuple(each.what for draft in drafts for each in draft.failed if each.code == asset.asset_id)
    line = PriceLine(asset.asset_id, asset.symbol, asset.currency, asset.last, offers, UpdateOutcome.NOT_FOUND, said)
    if not offers:
        return line
    day = max(each.newest.on for each in offers)
    of_day = [each for each in offers if each.newest.on == day]
    low, high = min(each.newest.price for each in of_day), max(each.newest.price for each in of_day)
    apart = Fraction(high) / Fraction(low) - 1
    if apart > _DISAGREE:
        told = ", ".join(f"{each.source} {canonical(each.newest.price)}" for each in of_day)
        said += (f"{asset.symbol}: the sources disagree by {_percent(apart)}: {told}.",)
        return replace(line, found=UpdateOutcome.DISAGREE, said=said)
    first = of_day[0]
    if asset.last is not None and day < asset.last.on:
        # What a holding is worth does not change by it, so it is kept only where it is chosen.
        return replace(line, found=UpdateOutcome.OLDER)
    if first.new and not first.doubts:
        return replace(line, found=UpdateOutcome.UPDATED, usual=first.source)
    if first.new:
        return replace(line, found=UpdateOutcome.DOUBTFUL, said=said + first.doubts)
    is_known = known.get((asset.asset_id, day))
    is_same = is_known is not None and is_known.price == first.newest.price
    return replace(line, found=UpdateOutcome.UNCHANGED if is_same else UpdateOutcome.TYPED)


def _offer(draft: QuotesDraft, asset: Wanted) -> OfferedPrice | None:
    told = [each for each in draft.told if each.asset_id == asset.asset_id]
    if not told:
        return None
    new = tuple(each for each in draft.prices if each.asset_id == asset.asset_id)
    doubts = tuple(each.what for each in draft.doubts if each.asset_id == asset.asset_id and new)
    return OfferedPrice(draft.source, max(told, key=lambda each: each.on), new, doubts)


def _percent(share: Fraction) -> str:
    tenths = round(share * 1000)
    return f"{tenths // 10}.{tenths % 10}%"


def rate_lines(
    told: Iterable[tuple[str, Answer]],
    used: Collection[str],
    known: Mapping[tuple[str, str], Collection[FxRate]],
    today: date,
    *,
    may_replace_typed: bool = False,
) -> tuple[RateLine, ...]:
    """The rates of the currencies in use; known: pair → its rates, the newest first.

    The file does not tell who a rate is from, so one of the same day that is another stays, as if it had been typed.
    """
    found: dict[tuple[str, str], RateLine] = {}
    for source, answer in told:
        pairs: dict[tuple[str, str], list[FxRate]] = {}
        for rate in sorted(answer.rates, key=lambda each: each.on, reverse=True):
            pair = (rate.base, rate.quote)
            if pair not in found and {*pair} <= {*used} and rate.on <= today + timedelta(days=1):
                pairs.setdefault(pair, []).append(rate if rate.on <= today else replace(rate, on=today))
        for pair, rates in pairs.items():
            line = _rate_line(source, rates[0], known.get(pair, ()), may_replace_typed=may_replace_typed)
            found[pair] = _filled(line, rates, known.get(pair, ()))
    return tuple(found.values())


def _filled(line: RateLine, told: Sequence[FxRate], known: Collection[FxRate]) -> RateLine:
    """With the days before that have no rate yet, where more are told; they are new whatever the last one is."""
    days = {each.on for each in known}
    if line.found in (UpdateOutcome.UPDATED, UpdateOutcome.DOUBTFUL):
        return replace(line, earlier=tuple(each for each in told[1:] if each.on not in days))
    missing = [each for each in told if each.on not in days]
    if len(told) == 1 or not missing:
        return line
    before = next((each for each in known if each.on < missing[0].on), None)
    return RateLine(line.source, before, missing[0], UpdateOutcome.UPDATED, earlier=tuple(missing[1:]))


def _rate_line(source: str, new: FxRate, known: Collection[FxRate], *, may_replace_typed: bool) -> RateLine:
    before = next(iter(known), None)
    line = RateLine(source, before, new, UpdateOutcome.UPDATED)
    if before is None:
        return line
    if new.on < before.on:
        return replace(line, found=UpdateOutcome.OLDER)
    if before.on == new.on and before.rate == new.rate:
        return replace(line, found=UpdateOutcome.UNCHANGED)
    if before.on == new.on and not may_replace_typed:
        return replace(line, found=UpdateOutcome.TYPED)
    if abs(Fraction(new.rate) / Fraction(before.rate) - 1) > _LARGE:
        prices = f"{canonical(before.rate)} of {before.on}, now {canonical(new.rate)} of {new.on}"
        what = f"{new.base} in {new.quote}: {prices}, which is more than 20% away."
        return replace(line, found=UpdateOutcome.DOUBTFUL, said=(what,))
    return line
