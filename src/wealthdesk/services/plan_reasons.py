"""Why a plan is what it is: the drifts that each trade comes from, and what takes no part."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from wealthdesk.domain.assets import Asset
from wealthdesk.domain.drift import Drift
from wealthdesk.domain.plans import LeftOut, LeftOutBecause, Mode, Reason, Side
from wealthdesk.domain.trading_rules import Trading
from wealthdesk.domain.valuation import Missing
from wealthdesk.services.plan_market import PlanMarket

_MISSING = {Missing.PRICE: LeftOutBecause.NO_PRICE, Missing.RATE: LeftOutBecause.NO_RATE}
_RULED = {
    Trading.EXCLUDED: LeftOutBecause.EXCLUDED,
    Trading.LOCKED: LeftOutBecause.LOCKED,
    Trading.SELL_ONLY: LeftOutBecause.SELL_ONLY,
    Trading.BUY_ONLY: LeftOutBecause.BUY_ONLY,
}


class Reasons:
    """Why something is traded: its class's drift and its own, before and after."""

    def __init__(self, market: PlanMarket, before: Drift, after: Drift) -> None:
        self._market = market
        self._before, self._after = ({c.asset_class_id: c.drift_bps for c in each.classes} for each in (before, after))
        self._held_before, self._held_after = (_holding_drifts(each) for each in (before, after))
        known = [bps for bps in self._before.values() if bps is not None]
        self._lowest, self._highest = min(known, default=0), max(known, default=0)

    def of(self, asset: Asset, side: Side, class_id: str | None, short_bps: int | None = None) -> Reason:
        """The reason of a trade; that of a look-through fund is its class that asks for it most."""
        found = self.of_class(class_id or self._class_of(asset, side), side, asset.id)
        return replace(found, short_bps=short_bps)

    def of_class(self, class_id: str, side: Side = Side.BUY, asset_id: str | None = None) -> Reason:
        """The reason of money that is spent on (or taken from) a class."""
        before = self._before.get(class_id)
        most = self._lowest if side is Side.BUY else self._highest
        is_away = before is not None and (before < 0 if side is Side.BUY else before > 0)
        key = (class_id, asset_id)
        drifts = self._held_before.get(key), self._held_after.get(key)
        return Reason(class_id, before, self._after.get(class_id), is_away and before == most, *drifts)

    def _class_of(self, asset: Asset, side: Side) -> str:
        sign, keys = 1 if side is Side.BUY else -1, self._market.class_keys
        classes = [each.asset_class_id for each in asset.exposures]
        return min(classes, key=lambda key: (sign * (self._before.get(key) or 0), keys[key]))


def _holding_drifts(drift: Drift) -> dict[tuple[str, str | None], int | None]:
    return {(each.asset_class_id, row.asset_id): row.drift_bps for each in drift.classes for row in each.holdings}


def left_out(
    market: PlanMarket,
    mode: Mode,
    *,
    is_exact: bool,
    uses_idle: bool,
    unfillable: Iterable[str],
    too_dear: Iterable[str],
) -> Iterator[LeftOut]:
    """What takes no part: unpriced and unclassified holdings, what the rules keep out, empty classes, too dear lots.

    is_exact: a fill method decided, which trades no look-through fund.
    """
    allocation = market.allocation
    unpriced = {h.asset.id: h.missing for h in allocation.valuation.unpriced if h.missing}
    for asset_id, missing in sorted(unpriced.items(), key=lambda each: market.asset_keys[each[0]]):
        yield LeftOut(_MISSING[missing], asset_id=asset_id)
    for asset_id in allocation.unclassified_assets:
        yield LeftOut(LeftOutBecause.NO_CLASS, asset_id=asset_id)
    wanted = {each.asset_id for target in market.targets for each in target.holdings}
    classified = {asset_id for parts in allocation.composition.parts.values() for asset_id in parts}
    for asset_id in sorted((classified | wanted) - unpriced.keys(), key=market.asset_keys.__getitem__):
        because = _because(market, asset_id, mode, is_exact, uses_idle)
        if because is not None:
            yield LeftOut(because, asset_id=asset_id)
    for class_id in unfillable:
        yield LeftOut(LeftOutBecause.NOTHING_TO_BUY, asset_class_id=class_id)
    for asset_id in too_dear:
        yield LeftOut(LeftOutBecause.BELOW_ONE_LOT, asset_id=asset_id)


def _because(market: PlanMarket, asset_id: str, mode: Mode, is_exact: bool, uses_idle: bool) -> LeftOutBecause | None:
    asset, trading = market.assets[asset_id], market.rules.of_asset(asset_id)
    if asset.is_cash:
        is_tagged = uses_idle and (not market.is_account_cash(asset) or not market.is_cash_free)
        return LeftOutBecause.TAGGED_CASH if is_tagged else None
    if trading is Trading.EXCLUDED:
        return LeftOutBecause.EXCLUDED
    if asset.is_archived and mode is not Mode.WITHDRAWAL:
        return LeftOutBecause.ARCHIVED
    out = market.why_out(asset)
    if out is not None:
        return out
    does_not_matter = {Trading.SELL_ONLY: Mode.WITHDRAWAL, Trading.BUY_ONLY: Mode.DEPOSIT}
    if trading in _RULED and does_not_matter.get(trading) is not mode:
        return _RULED[trading]
    return LeftOutBecause.LOOK_THROUGH if is_exact and len(asset.exposures) > 1 else None
