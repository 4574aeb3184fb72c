"""Deals: what a plan trades in which account, before the reasons; from the planner's lots or from plain amounts."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from wealthdesk.domain.assets import Asset
from wealthdesk.domain.money import DECIMALS, exact_product, exact_sum, quantity_for, split
from wealthdesk.domain.plans import Limit, Side
from wealthdesk.planner import problem as planner
from wealthdesk.planner.answer import Answer, Lots
from wealthdesk.planner.problem import Place
from wealthdesk.services.plan_market import PlanMarket
from wealthdesk.services.plan_problem import ANY

_DECIMALS: Final = 8
"""Of a quantity that is traded in any amount: what coins and fractional shares are traded in."""

ZERO: Final = Decimal(0)
NONE: Final[Mapping[str, Decimal]] = {}


@dataclass(frozen=True, slots=True)
class Deal:
    """A quantity of an asset for an amount of base-currency minor units, in an account (None: no account may hold it).

    class_id: what it is bought or sold for, where that is known.
    """

    asset_id: str
    account_id: str | None
    side: Side
    amount_minor: int
    quantity: Decimal
    fee_minor: int = 0
    limit: Limit | None = None
    class_id: str | None = None

    @property
    def cash_change(self) -> int:
        """What it does to the cash of its account."""
        return (self.amount_minor if self.side is Side.SELL else -self.amount_minor) - self.fee_minor


def quantity_of(market: PlanMarket, asset: Asset, minor: int) -> Decimal:
    """What an amount comes to, rounded down."""
    price, way = market.price(asset), market.ways[asset.currency]
    assert price is not None, "only what has a price is traded"
    return quantity_for(minor, market.base, price, way.times, way.divisor, _DECIMALS)


def deals_of_amounts(
    market: PlanMarket, amounts: Mapping[tuple[str, str], int], side: Side, account_id: str | None
) -> list[Deal]:
    """Trades of (class id, asset id) → amount, in one account; None: where they are put to, or where it is held."""
    deals: list[Deal] = []
    for (class_id, asset_id), minor in amounts.items():
        asset = market.assets[asset_id]
        if side is Side.BUY:
            place = account_id or market.place_for(asset)
            deals.append(Deal(asset_id, place, side, minor, quantity_of(market, asset, minor), class_id=class_id))
            continue
        held = market.places_of[asset_id]
        holders = held if account_id is None else {account_id: held[account_id]}
        is_all = minor >= market.values[asset_id]
        quantity = _sum(holders.values()) if is_all else min(quantity_of(market, asset, minor), _sum(holders.values()))
        deals += _sales(asset_id, Deal("", None, side, minor, quantity, class_id=class_id), holders, None)
    return deals


def deals_of_answer(
    market: PlanMarket,
    problem: planner.Problem,
    answer: Answer,
    limits: Mapping[Place, Limit | None],
    lots: Mapping[Place, Sequence[planner.TaxLot]],
) -> list[Deal]:
    """The planner's trades in their accounts, or in those they are put to; `lots` say which sales realise least."""
    deals: list[Deal] = []
    for trade in answer.trades:
        asset = market.assets[trade.asset_id]
        quantity, limit = _quantity(market, problem, trade), limits[trade.place]
        is_pooled = trade.account_id == ANY
        place = trade.account_id if not is_pooled else market.place_for(asset) if trade.side is Side.BUY else None
        deal = Deal(asset.id, place, trade.side, trade.gross, quantity, trade.fee, limit)
        if is_pooled and trade.side is Side.SELL:
            holders, step = market.places_of[asset.id], None if problem.asset[asset.id].step is None else asset.lot_step
            first = _dearest(quantity, asset.id, lots) if problem.gain_limit is not None else {}
            deals += _sales(asset.id, deal, holders, step, first)
        else:
            deals.append(deal)
    return deals


def _dearest(quantity: Decimal, asset_id: str, lots: Mapping[Place, Sequence[planner.TaxLot]]) -> Mapping[str, Decimal]:
    """Account id → what it sells where the dearest lots of all accounts go first."""
    known = [(-lot.cost, place[1], lot) for place, each in lots.items() if place[0] == asset_id for lot in each]
    parts: dict[str, Decimal] = {}
    left = Fraction(quantity)
    for _, account_id, lot in sorted(known, key=lambda each: each[:2]):
        taken = min(lot.quantity, left)
        decimal = Decimal(int(taken * 10**DECIMALS)).scaleb(-DECIMALS)
        parts[account_id] = exact_sum(parts.get(account_id, ZERO), decimal)
        left -= taken
    return parts


def _quantity(market: PlanMarket, problem: planner.Problem, trade: Lots) -> Decimal:
    asset, step = market.assets[trade.asset_id], problem.asset[trade.asset_id].step
    if step is not None and asset.lot_step is not None:
        return exact_product(Decimal(trade.count), asset.lot_step)
    quantity = quantity_of(market, asset, trade.gross)
    if trade.side is Side.BUY:
        return quantity
    holders = market.places_of[asset.id]
    held = _sum(holders.values()) if trade.account_id == ANY else holders[trade.account_id]
    return held if trade.count >= problem.most_lots(trade.place) else min(quantity, held)


def _sales(
    asset_id: str, deal: Deal, holders: Mapping[str, Decimal], step: Decimal | None, first: Mapping[str, Decimal] = NONE
) -> Iterator[Deal]:
    """A sale from the accounts that hold the asset, the one with the most first; neither a unit nor a cent is lost.

    With a step each account sells multiples of it, and only what they cannot sell that way in odd quantities. `first`:
    what of it is sold where in any case.
    """
    order = sorted(holders, key=lambda key: (-holders[key], key))
    parts = {key: first.get(key, ZERO) for key in order}
    left = exact_sum(deal.quantity, -_sum(parts.values()))
    for floor_to in (step, None):
        for key in order:
            free = exact_sum(holders[key], -parts[key])
            taken = min(left, free if floor_to is None else exact_product(free // floor_to, floor_to))
            parts[key], left = exact_sum(parts[key], taken), exact_sum(left, -taken)
    sold = {key: quantity for key, quantity in parts.items() if quantity > 0}
    amounts = split(deal.amount_minor, _whole(list(sold.values())))
    for (key, quantity), minor in zip(sold.items(), amounts, strict=True):
        yield Deal(asset_id, key, deal.side, minor, quantity, 0, deal.limit, deal.class_id)


def _whole(quantities: Sequence[Decimal]) -> list[int]:
    """The quantities in a unit in which all of them are whole."""
    exponent = min((int(each.as_tuple().exponent) for each in quantities), default=0)
    return [int(Fraction(each) / Fraction(Decimal(1).scaleb(exponent))) for each in quantities]


def _sum(quantities: Iterable[Decimal]) -> Decimal:
    whole = ZERO
    for each in quantities:
        whole = exact_sum(whole, each)
    return whole


def realised_gain(
    market: PlanMarket, deals: Iterable[Deal], lots: Mapping[Place, Sequence[planner.TaxLot]]
) -> Fraction | None:
    """The gain of all sales, dearest lots first, in minor units; None where no costs of what is sold are known."""
    gains = [
        _gain(deal.quantity, market.unit(market.assets[deal.asset_id]), lots[deal.asset_id, deal.account_id or ""])
        for deal in deals
        if deal.side is Side.SELL and (deal.asset_id, deal.account_id or "") in lots
    ]
    return sum(gains, Fraction(0)) if gains else None


def _gain(quantity: Decimal, unit: Fraction, lots: Sequence[planner.TaxLot]) -> Fraction:
    gain, left = Fraction(0), Fraction(quantity)
    for lot in sorted(lots, key=lambda each: -each.cost):
        sold = min(lot.quantity, left)
        gain += sold * (unit - lot.cost)
        left -= sold
    return gain
