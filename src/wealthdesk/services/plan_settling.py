"""Deals made into a plan: the cash of every account to the unit, the drift that is left, and the reasons."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from wealthdesk.domain.assets import CASH_CLASS, Exposure
from wealthdesk.domain.drift import Drift, composition
from wealthdesk.domain.money import WHOLE
from wealthdesk.domain.plans import AccountCash, LeftOut, Limit, Mode, Plan, PlanRequest, Side, Trade
from wealthdesk.domain.targets import FillMethod
from wealthdesk.services.plan_amounts import CASH
from wealthdesk.services.plan_cash import Money, Purse
from wealthdesk.services.plan_deals import Deal
from wealthdesk.services.plan_market import PlanMarket
from wealthdesk.services.plan_reasons import Reasons


@dataclass(frozen=True)
class Settlement:
    """What was found for a request, before it is told. account_limits: by account id, "" for all of them as one."""

    market: PlanMarket
    request: PlanRequest
    money: Money
    deals: Sequence[Deal]
    left_out: Iterable[LeftOut]
    method: FillMethod | None = None
    kept_in: str | None = None
    shortfall: int = 0
    realised_gain: int | None = None
    account_limits: Mapping[str, Limit | None] = field(default_factory=dict)


def plan_of(found: Settlement) -> Plan:
    """The plan; what `regret_bound` is to be is put in by whoever knows it."""
    market, before = found.market, found.market.drift
    accounts = tuple(_account_cash(found, purse) for purse in found.money.purses)
    change = sum(each.after_minor - each.before_minor for each in accounts)
    after = _drift_after(market, found.deals, change) if found.deals or change else before
    reasons = Reasons(market, before, after)
    return Plan(
        mode=found.request.mode,
        amount_minor=found.request.amount_minor,
        base_currency=market.base,
        method=found.method,
        trades=tuple(sorted((_trade(market, reasons, deal) for deal in found.deals), key=_place_in_list)),
        left_in_cash_minor=_left_in_cash(found),
        before=before,
        after=after,
        left_out=tuple(found.left_out),
        cash_reason=reasons.of_class(found.kept_in) if found.kept_in else None,
        request=found.request,
        accounts=accounts,
        shortfall_minor=found.shortfall,
        realised_gain_minor=found.realised_gain,
        idle_minor=found.money.idle,
    )


def _trade(market: PlanMarket, reasons: Reasons, deal: Deal) -> Trade:
    asset = market.assets[deal.asset_id]
    price = market.price(asset)
    assert price is not None, "only what has a price is traded"
    return Trade(
        asset_id=asset.id,
        side=deal.side,
        amount_minor=deal.amount_minor,
        quantity=deal.quantity,
        price=price,
        currency=asset.currency,
        reason=reasons.of(deal),
        account_id=deal.account_id,
        fee_minor=deal.fee_minor,
        limit=deal.limit,
    )


def _place_in_list(trade: Trade) -> tuple[bool, int, str, str]:
    """Sales first: they bring the money; the largest first."""
    return (trade.side is Side.BUY, -trade.amount_minor, trade.asset_id, trade.account_id or "")


def _account_cash(found: Settlement, purse: Purse) -> AccountCash:
    mine = (deal for deal in found.deals if purse.account_id in (None, deal.account_id))
    new = purse.new + _missing(found.money, purse, found.deals)
    after = purse.cash + new + sum(deal.cash_change for deal in mine)
    limit = found.account_limits.get(purse.account_id or "")
    return AccountCash(purse.account_id, purse.cash, new, after, purse.buffer, limit)


def shortfall(money: Money, deals: Sequence[Deal]) -> int:
    """What of a withdrawal could not be raised, over all accounts."""
    return sum(_missing(money, purse, deals) for purse in money.purses)


def _missing(money: Money, purse: Purse, deals: Sequence[Deal]) -> int:
    """What of a withdrawal from this account could not be raised."""
    if money.mode is not Mode.WITHDRAWAL:
        return 0
    changes = sum(deal.cash_change for deal in deals if purse.account_id in (None, deal.account_id))
    return min(-purse.new, max(0, purse.keep - purse.cash - purse.new - changes))


def _left_in_cash(found: Settlement) -> int:
    bought, sold, fees = (
        sum(deal.amount_minor for deal in found.deals if deal.side is Side.BUY),
        sum(deal.amount_minor for deal in found.deals if deal.side is Side.SELL),
        sum(deal.fee_minor for deal in found.deals),
    )
    if found.request.mode is Mode.WITHDRAWAL:
        return max(0, sold - fees - (found.request.amount_minor - found.shortfall))
    return found.request.amount_minor + found.money.idle + sold - bought - fees


def _drift_after(market: PlanMarket, deals: Iterable[Deal], cash_change: int) -> Drift:
    """The drift once everything is traded at these amounts and the rest lies in cash of the base currency."""
    values = dict(market.values)
    for deal in deals:
        values[deal.asset_id] = values.get(deal.asset_id, 0) + (
            deal.amount_minor if deal.side is Side.BUY else -deal.amount_minor
        )
    exposures = {asset_id: market.assets[asset_id].exposures for asset_id in values}
    if cash_change:
        cash = market.base_cash
        cash_id = cash.id if cash else CASH
        values[cash_id] = values.get(cash_id, 0) + cash_change
        exposures[cash_id] = cash.exposures if cash else (Exposure(CASH_CLASS, WHOLE),)
        _take_from_others(market, values, cash_id)
    return market.measured(composition(market.base, values, exposures))


def _take_from_others(market: PlanMarket, values: dict[str, int], cash_id: str) -> None:
    """Cash of the base currency that is used up goes on with that of other currencies, the largest first."""
    others = [key for key in values if key != cash_id and market.is_account_cash(market.assets[key])]
    for key in sorted(others, key=lambda key: (-values[key], key)):
        taken = min(max(0, -values[cash_id]), values[key])
        values[key] -= taken
        values[cash_id] += taken
