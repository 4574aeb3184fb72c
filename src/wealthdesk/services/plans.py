"""What a deposit buys, calculated from the targets of a scope."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Final

from wealthdesk.domain.assets import CASH_CLASS, Asset, Exposure
from wealthdesk.domain.drift import Drift, composition, measure
from wealthdesk.domain.money import WHOLE, quantity_for
from wealthdesk.domain.plans import LeftOut, LeftOutBecause, Mode, Plan, Reason, Side, Trade
from wealthdesk.domain.targets import ClassTarget, FillMethod, Strategy, Unfillable
from wealthdesk.domain.valuation import Conversion, Missing, conversions
from wealthdesk.errors import BadInput
from wealthdesk.planner.fractional import Amounts, ClassPart, Part, can_be_bought, deposit
from wealthdesk.services.allocation import Allocation

CASH = "cash"
"""The part of a class that stands for its cash: what falls to it simply stays in cash, in the deposit's currency."""

KEPT = "kept"
"""The part of a class that nothing can be bought in, where its money is to be kept instead of spread."""

_DECIMALS: Final = 8
"""Of a quantity that is bought: what coins and fractional shares are traded in."""


class Plans:
    """Calculates plans. Nothing is read or written: what is shown is what the plan is made from."""

    def deposit(self, allocation: Allocation, amount_minor: int) -> Plan:
        """The plan for new money of `amount_minor` (base currency, ≥ 0); BadInput for a negative amount.

        A scope without targets gives a plan in which everything stays in cash.
        """
        if amount_minor < 0:
            raise BadInput("A deposit is above 0. To take money out, choose Withdraw.")
        market = _Market.of(allocation)
        strategy = allocation.strategy
        method = strategy.fill_method if strategy else FillMethod.EVEN_FILL
        classes = [market.class_part(target) for target in strategy.targets] if strategy else []
        amounts = deposit(classes, amount_minor, method)
        kept = [each.id for each in classes if each.target and any(part.id == KEPT for part in each.parts)]
        unfillable = tuple(sorted([*amounts.unfillable, *kept]))
        return _plan(allocation, market, replace(amounts, unfillable=unfillable), amount_minor, method)


@dataclass(frozen=True, slots=True)
class _Market:
    """What can be bought for a scope, and at what price."""

    allocation: Allocation
    ways: Mapping[str, Conversion]
    keeps_unfillable: bool
    cash_class: str | None
    """The class that money left in cash counts to; None where it is Unclassified, or counts to several."""

    @classmethod
    def of(cls, allocation: Allocation) -> "_Market":
        portfolio = allocation.portfolio
        keeps = allocation.strategy is not None and allocation.strategy.unfillable is Unfillable.KEEP_CASH
        cash = _base_cash(portfolio.assets.values(), portfolio.base_currency)
        cash_class = cash.only_class if cash else CASH_CLASS
        return cls(allocation, conversions(portfolio.rates, portfolio.base_currency), keeps, cash_class)

    def price(self, asset: Asset) -> Decimal | None:
        """What one unit costs, in the asset's currency."""
        known = self.allocation.portfolio.prices.get(asset.id)
        return known.price if known else None

    def why_not(self, asset: Asset) -> LeftOutBecause | None:
        """Why the asset cannot be bought, if it cannot."""
        price = self.price(asset)
        if asset.is_archived:
            return LeftOutBecause.ARCHIVED
        if price is None or price <= 0:
            return LeftOutBecause.NO_PRICE
        if asset.currency not in self.ways:
            return LeftOutBecause.NO_RATE
        if not asset.exposures:
            return LeftOutBecause.NO_CLASS
        return LeftOutBecause.LOOK_THROUGH if len(asset.exposures) > 1 else None

    def class_part(self, target: ClassTarget) -> ClassPart:
        """The planner's view of a class: look-through funds count in its value but are not bought."""
        held = self.allocation.composition.parts.get(target.asset_class_id, {})
        assets = self.allocation.portfolio.assets
        wanted = {each.asset_id: each.target_bps for each in target.holdings}
        parts, cash = [], [a for a in {**held, **wanted} if assets[a].is_cash]
        for asset_id in {**held, **wanted}:
            if assets[asset_id].is_cash or asset_id in self.allocation.composition.look_through:
                continue
            weight = wanted.get(asset_id, 0) if wanted else None
            value = Fraction(held.get(asset_id, 0))
            can_buy = assets[asset_id].only_class == target.asset_class_id and self.why_not(assets[asset_id]) is None
            parts.append(Part(asset_id, value, weight, can_buy=can_buy))
        takes_cash = target.asset_class_id == self.cash_class
        if cash or (takes_cash and not parts):
            value = Fraction(sum(held.get(a, 0) for a in cash))
            weight = sum(wanted.get(a, 0) for a in cash) if wanted else None
            parts.append(Part(CASH, value, weight, can_buy=takes_cash))
        made = ClassPart(target.asset_class_id, target.target_bps, Fraction(sum(held.values())), tuple(parts))
        if self.keeps_unfillable and not can_be_bought(made):
            return replace(made, parts=(Part(KEPT, Fraction(0), WHOLE),))
        return made

    def trade(self, asset: Asset, amount_minor: int, reason: Reason) -> Trade:
        """A purchase for an amount; the quantity is what it comes to, rounded down."""
        price = self.price(asset)
        assert price is not None, "only what has a price is bought"
        way, base = self.ways[asset.currency], self.allocation.portfolio.base_currency
        quantity = quantity_for(amount_minor, base, price, way.times, way.divisor, _DECIMALS)
        return Trade(asset.id, Side.BUY, amount_minor, quantity, price, asset.currency, reason)


def _plan(allocation: Allocation, market: _Market, amounts: Amounts, amount_minor: int, method: FillMethod) -> Plan:
    assets = allocation.portfolio.assets
    bought = {key: minor for key, minor in amounts.amounts.items() if key[1] not in (CASH, KEPT)}
    left = amount_minor - sum(bought.values())
    after = _drift_after(allocation, bought, left)
    reasons = _Reasons(allocation.drift, after)
    trades = [market.trade(assets[asset], minor, reasons.of(class_id)) for (class_id, asset), minor in bought.items()]
    kept_in = next((class_id for class_id, part in amounts.amounts if part == CASH), None)
    return Plan(
        mode=Mode.DEPOSIT,
        amount_minor=amount_minor,
        base_currency=allocation.portfolio.base_currency,
        method=method,
        trades=tuple(sorted(trades, key=lambda trade: (-trade.amount_minor, trade.asset_id))),
        left_in_cash_minor=left,
        before=allocation.drift,
        after=after,
        left_out=tuple(_left_out(allocation, market, amounts)),
        cash_reason=reasons.of(kept_in) if kept_in else None,
    )


def _drift_after(allocation: Allocation, bought: Mapping[tuple[str, str], int], left: int) -> Drift:
    """The drift once everything is bought at these amounts and the rest lies in cash of the base currency."""
    portfolio = allocation.portfolio
    values: dict[str, int] = {}
    for held in allocation.valuation.holdings:
        if held.value_minor is not None:
            values[held.asset.id] = values.get(held.asset.id, 0) + held.value_minor
    for (_, asset_id), minor in bought.items():
        values[asset_id] = values.get(asset_id, 0) + minor
    exposures = {asset_id: portfolio.assets[asset_id].exposures for asset_id in values}
    if left:
        cash = _base_cash(portfolio.assets.values(), portfolio.base_currency)
        cash_id = cash.id if cash else CASH
        values[cash_id] = values.get(cash_id, 0) + left
        exposures[cash_id] = cash.exposures if cash else (Exposure(CASH_CLASS, WHOLE),)
    after = composition(portfolio.base_currency, values, exposures)
    return measure(after, portfolio.classes.values(), allocation.strategy)


def _base_cash(assets: Iterable[Asset], currency: str) -> Asset | None:
    return next((each for each in assets if each.is_cash and each.currency == currency), None)


class _Reasons:
    """Why a class takes part: its drift before and after, and whether it is the most underweight one."""

    def __init__(self, before: Drift, after: Drift) -> None:
        self._before = {each.asset_class_id: each.drift_bps for each in before.classes}
        self._after = {each.asset_class_id: each.drift_bps for each in after.classes}
        under = [bps for bps in self._before.values() if bps is not None]
        self._lowest = min(under, default=0)

    def of(self, class_id: str) -> Reason:
        before = self._before.get(class_id)
        is_most = before is not None and before < 0 and before == self._lowest
        return Reason(class_id, before, self._after.get(class_id), is_most)


_MISSING = {Missing.PRICE: LeftOutBecause.NO_PRICE, Missing.RATE: LeftOutBecause.NO_RATE}


def _left_out(allocation: Allocation, market: _Market, amounts: Amounts) -> Iterable[LeftOut]:
    """What takes no part: unpriced and unclassified holdings, look-through and archived ones, empty classes."""
    unpriced = {h.asset.id: h.missing for h in allocation.valuation.unpriced if h.missing}
    for asset_id, missing in sorted(unpriced.items()):
        yield LeftOut(_MISSING[missing], asset_id=asset_id)
    for asset_id in allocation.unclassified_assets:
        yield LeftOut(LeftOutBecause.NO_CLASS, asset_id=asset_id)
    assets = allocation.portfolio.assets
    targets: Strategy = allocation.strategy or Strategy("", "", None, is_active=False)
    wanted = {h.asset_id for target in targets.targets for h in target.holdings}
    classified = {asset_id for parts in allocation.composition.parts.values() for asset_id in parts}
    for asset_id in sorted((classified | wanted) - unpriced.keys()):
        because = None if assets[asset_id].is_cash else market.why_not(assets[asset_id])
        if because is not None:
            yield LeftOut(because, asset_id=asset_id)
    for class_id in amounts.unfillable:
        yield LeftOut(LeftOutBecause.NOTHING_TO_BUY, asset_class_id=class_id)
