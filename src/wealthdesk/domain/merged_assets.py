"""Two assets that are one: what becomes of what they are, of what an account holds of both, and of their targets."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from wealthdesk.domain.assets import Asset
from wealthdesk.domain.holdings import Holding, Portfolio, Price
from wealthdesk.domain.money import exact_sum
from wealthdesk.domain.reallocation import Delta, Line, LineKey
from wealthdesk.domain.reallocation_history import Revision
from wealthdesk.domain.tax_lots import TaxLots, known_lots, ordered, total
from wealthdesk.errors import BadInput

_Terms = tuple[int | None, int | None, int | None]
"""The amount of a line, its cap and its band."""

_NONE: Final[_Terms] = (None, None, None)


class Keep(StrEnum):
    """What becomes of two holdings of one account."""

    ADD_UP = "add_up"
    NEWER = "newer"
    """The one that was changed last is all of it: the other was the same, counted twice."""


@dataclass(frozen=True, slots=True)
class Held:
    """A holding with its cost lots."""

    holding: Holding
    lots: TaxLots = ()


@dataclass(frozen=True, slots=True)
class Together:
    """What an account holds of the asset that is kept and of the other one (None: nothing), and of both afterwards.

    choice: what becomes of the two where there are both. is_other_newer: which one was changed last.
    """

    account_id: str
    kept: Held | None
    other: Held | None
    is_other_newer: bool
    choice: Keep

    @property
    def has_both(self) -> bool:
        """Whether there is something to choose."""
        return self.kept is not None and self.other is not None

    @property
    def after(self) -> Held:
        """The holding afterwards, under the id of the one that is kept where there is one."""
        if self.kept is None or self.other is None:
            alone = self.kept or self.other
            assert alone is not None
            return alone
        if self.choice is Keep.NEWER:
            newer = self.other if self.is_other_newer else self.kept
            return replace(newer, holding=replace(newer.holding, id=self.kept.holding.id))
        return _added_up(self.kept, self.other)


def proposed(kept: Held, other: Held) -> Keep:
    """Equal quantities are one holding that was counted twice."""
    return Keep.NEWER if kept.holding.quantity == other.holding.quantity else Keep.ADD_UP


def _added_up(kept: Held, other: Held) -> Held:
    first, second = kept.holding, other.holding
    costs = (first.cost_basis_minor, second.cost_basis_minor)
    cost = None if None in costs else sum(each for each in costs if each is not None)
    quantity = exact_sum(first.quantity, second.quantity)
    lots: TaxLots = ()
    if kept.lots or other.lots:
        parts = [known_lots(each.holding.quantity, each.holding.cost_basis_minor, each.lots) for each in (kept, other)]
        lots = ordered(lot for some in parts for lot in some)
    return Held(replace(first, quantity=quantity, cost_basis_minor=cost), lots if total(lots) == quantity else ())


def merged_asset(kept: Asset, other: Asset) -> Asset:
    """The asset that is kept, with what only the other one says of it; BadInput where the two cannot be one."""
    if kept.id == other.id:
        raise BadInput("An asset cannot be merged with itself. Choose another one.")
    if kept.is_cash or other.is_cash:
        raise BadInput("Cash cannot be merged with anything: there is one of each currency.")
    if kept.currency != other.currency:
        raise BadInput(
            f"{kept.symbol} is in {kept.currency} and {other.symbol} in {other.currency}: "
            "two currencies are two assets."
        )
    if kept.isin and other.isin and kept.isin != other.isin:
        raise BadInput(
            f"{kept.symbol} is {kept.isin} and {other.symbol} is {other.isin}. If they are one all the same, take the "
            "ISIN from one of them first."
        )
    return replace(
        kept,
        exposures=kept.exposures or other.exposures,
        isin=kept.isin or other.isin,
        sub_class=kept.sub_class or other.sub_class,
        is_archived=kept.is_archived and other.is_archived,
    )


def merged_lines(lines: Iterable[Line], kept: Asset, other: Asset) -> dict[LineKey, Line]:
    """The lines of a strategy with those of the other asset added to those of the one that is kept.

    A cap stays, whichever of the two it was of, and that of the one that is kept goes first. BadInput where the one
    that is kept may have no target in that class.
    """
    found = {line.key: line for line in lines}
    for key in [key for key in found if key.parent and key.id == other.id]:
        if kept.only_class != key.parent:
            raise BadInput(
                f"{other.symbol} has a holding target in a class that {kept.symbol} does not count to alone. Give both "
                "the same class first, or remove that target."
            )
        gone, into = found.pop(key), LineKey(kept.id, key.parent)
        same = found.get(into)
        if same is None:
            found[into] = replace(gone, key=into, name=kept.symbol, is_gone=kept.is_archived)
        else:
            cap = same.cap if same.cap is not None else gone.cap
            band = same.band if same.band is not None else gone.band
            is_locked = same.is_locked or gone.is_locked
            found[into] = replace(same, amount=same.amount + gone.amount, cap=cap, band=band, is_locked=is_locked)
    return found


def merged_revisions(
    revisions: Iterable[Revision], now: Iterable[Line], kept: Asset, other_id: str
) -> dict[str, tuple[Delta, ...]]:
    """The lines of the two assets in the reallocations of a strategy, had they been one from the beginning.

    The id of each reallocation that names one of them → what it changed of both together, which may be nothing.
    revisions: all of the strategy, the oldest first. now: its lines, for what none of these changed.
    """
    past, both = list(revisions), (kept.id, other_id)
    terms: dict[LineKey, _Terms] = {line.key: (line.amount, line.cap, line.band) for line in now}
    for revision in reversed(past):
        terms |= {line.key: (line.before, line.cap_before, line.band_before) for line in revision.lines}
    found = {}
    for revision in past:
        classes = dict.fromkeys(each.key.parent for each in revision.lines if each.key.parent and each.key.id in both)
        before = {each: _of_both(terms, each, both) for each in classes}
        terms |= {line.key: (line.after, line.cap_after, line.band_after) for line in revision.lines}
        after = {each: _of_both(terms, each, both) for each in classes}
        if classes:
            found[revision.id] = tuple(
                _revision_line(LineKey(kept.id, each), kept.symbol, before[each], after[each])
                for each in classes
                if before[each] != after[each]
            )
    return found


def _of_both(terms: Mapping[LineKey, _Terms], class_id: str, both: tuple[str, str]) -> _Terms:
    """As `merged_lines` puts the two together."""
    one, other = (terms.get(LineKey(each, class_id), _NONE) for each in both)
    amounts = [each[0] for each in (one, other) if each[0] is not None]
    cap, band = (one[at] if one[at] is not None else other[at] for at in (1, 2))
    return (sum(amounts), cap, band) if amounts else _NONE


def _revision_line(key: LineKey, name: str, before: _Terms, after: _Terms) -> Delta:
    (amount_before, cap_before, band_before), (amount_after, cap_after, band_after) = before, after
    return Delta(key, name, amount_before, amount_after, cap_before, cap_after, band_before, band_after)


def merged_portfolio(before: Portfolio, kept: Asset, other: Asset, together: Iterable[Together]) -> Portfolio:
    """The portfolio afterwards, as far as its value goes."""
    stays = [each for each in before.holdings if each.asset_id not in (kept.id, other.id)]
    held = [replace(each.after.holding, asset_id=kept.id) for each in together]
    prices = {asset_id: price for asset_id, price in before.prices.items() if asset_id != other.id}
    if (latest := _latest(before.prices, kept, other)) is not None:
        prices[kept.id] = replace(latest, asset_id=kept.id)
    assets = {asset_id: each for asset_id, each in before.assets.items() if asset_id != other.id} | {kept.id: kept}
    return replace(before, assets=assets, holdings=(*stays, *held), prices=prices)


def _latest(prices: Mapping[str, Price], kept: Asset, other: Asset) -> Price | None:
    own, new = prices.get(kept.id), prices.get(other.id)
    if own is None or new is None:
        return own or new
    return new if new.on > own.on else own
