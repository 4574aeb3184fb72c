"""What a plan comes to: its trades in money and quantities, why each is in it, what takes no part, what is said."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from typing import Final

from wealthdesk.domain.assets import CASH_CLASS, Asset, Exposure
from wealthdesk.domain.drift import Drift, Status, composition
from wealthdesk.domain.money import WHOLE, digits, exact_product, half_up, quantity_for
from wealthdesk.domain.plans import (
    AccountCash,
    Conversion,
    CurrencyCash,
    EmptyBecause,
    LeftOutBecause,
    LeftOutOfPlan,
    Limit,
    Mode,
    NoteKind,
    Plan,
    PlanNote,
    PlanRequest,
    Reason,
    Side,
    StaysBecause,
    Trade,
)
from wealthdesk.domain.targets import FillMethod
from wealthdesk.domain.trading_rules import RoomKind, Trading
from wealthdesk.domain.valuation import Missing
from wealthdesk.planner import problem as planner
from wealthdesk.planner.answer import Converted, Lots, PlanAnswer
from wealthdesk.planner.problem import Place
from wealthdesk.planning.market import BuyingPlaces, PlanMarket
from wealthdesk.planning.money import CASH, PlanMoney, Purse, Spread, is_locked, method_of
from wealthdesk.planning.problem import Question

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
) -> Iterator[LeftOutOfPlan]:
    """What takes no part: unpriced and unclassified holdings, what the rules keep out, empty classes, too dear lots.

    is_exact: a fill method decided, which trades no look-through fund.
    """
    allocation = market.allocation
    unpriced = {h.asset.id: h.missing for h in allocation.valuation.unpriced if h.missing}
    for asset_id, missing in sorted(unpriced.items(), key=lambda each: market.asset_keys[each[0]]):
        yield LeftOutOfPlan(_MISSING[missing], asset_id=asset_id)
    for asset_id in allocation.unclassified_assets:
        yield LeftOutOfPlan(LeftOutBecause.NO_CLASS, asset_id=asset_id)
    wanted = {each.asset_id for target in market.targets for each in target.holdings}
    classified = {asset_id for parts in allocation.composition.parts.values() for asset_id in parts}
    for asset_id in sorted((classified | wanted) - unpriced.keys(), key=market.asset_keys.__getitem__):
        because = _because(market, asset_id, mode, is_exact, uses_idle)
        if because is not None:
            yield LeftOutOfPlan(because, asset_id=asset_id)
    for class_id in unfillable:
        yield LeftOutOfPlan(LeftOutBecause.NOTHING_TO_BUY, asset_class_id=class_id)
    for asset_id in too_dear:
        yield LeftOutOfPlan(LeftOutBecause.BELOW_ONE_LOT, asset_id=asset_id)


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


_DECIMALS: Final = 8
"""Of a quantity that is traded in any amount: what coins and fractional shares are traded in."""
_RATE_DECIMALS: Final = Decimal("1e-8")

ZERO: Final = Decimal(0)


@dataclass(frozen=True, slots=True)
class Deal:
    """A quantity of an asset for an amount of base-currency minor units, in an account (None: no account may hold it).

    class_id: what it is bought for, where that is known. short_bps: what it is short of, where that decided.
    """

    asset_id: str
    account_id: str | None
    side: Side
    amount_minor: int
    quantity: Decimal
    fee_minor: int = 0
    limit: Limit | None = None
    class_id: str | None = None
    short_bps: int | None = None
    closes: bool = False

    @property
    def cash_change(self) -> int:
        """What it does to the cash of its account."""
        return (self.amount_minor if self.side is Side.SELL else -self.amount_minor) - self.fee_minor


def quantity_of(market: PlanMarket, asset: Asset, minor: int) -> Decimal:
    """What an amount comes to, rounded down."""
    price, way = market.price(asset), market.ways[asset.currency]
    assert price is not None, "only what has a price is traded"
    return quantity_for(minor, market.base, price, way.times, way.divisor, _DECIMALS)


def deals_of_amounts(market: PlanMarket, places: BuyingPlaces, found: Spread, account_id: str | None) -> list[Deal]:
    """Purchases of (class id, asset id) → amount, in one account; None: in that which holds most of it."""
    deals = []
    for (class_id, asset_id), minor in found.amounts.items():
        asset, place = market.assets[asset_id], account_id or places.of_most(asset_id)
        short = found.short_bps.get((class_id, asset_id))
        quantity = quantity_of(market, asset, minor)
        deals.append(Deal(asset_id, place, Side.BUY, minor, quantity, class_id=class_id, short_bps=short))
    return deals


def deals_of_answer(
    market: PlanMarket, problem: planner.Problem, answer: PlanAnswer, limits: Mapping[Place, Limit | None]
) -> list[Deal]:
    """The planner's trades."""
    deals = []
    for trade in answer.trades:
        asset_id, account_id = market.asset_of_key[trade.asset_id], market.account_of_key[trade.account_id]
        held = market.held.get((asset_id, account_id), ZERO)
        quantity = held if trade.closes else _quantity(market, problem, trade, held)
        closes = trade.side is Side.SELL and quantity == held
        limit = limits[trade.place]
        deals.append(Deal(asset_id, account_id, trade.side, trade.gross, quantity, trade.fee, limit, closes=closes))
    return deals


def _quantity(market: PlanMarket, problem: planner.Problem, trade: Lots, held: Decimal) -> Decimal:
    asset, step = market.assets[market.asset_of_key[trade.asset_id]], problem.asset[trade.asset_id].step
    if step is not None and asset.lot_step is not None:
        return exact_product(Decimal(trade.count), asset.lot_step)
    quantity = quantity_of(market, asset, trade.gross)
    return quantity if trade.side is Side.BUY else min(quantity, held)


def realised_gain(
    market: PlanMarket, deals: Iterable[Deal], lots: Mapping[Place, Sequence[planner.PlanLot]]
) -> Fraction | None:
    """The gain of all sales, dearest lots first, in minor units; None where no costs of what is sold are known."""
    gains = [
        _gain(deal.quantity, market.unit(market.assets[deal.asset_id]), lots[deal.asset_id, deal.account_id or ""])
        for deal in deals
        if deal.side is Side.SELL and (deal.asset_id, deal.account_id or "") in lots
    ]
    return sum(gains, Fraction(0)) if gains else None


def _gain(quantity: Decimal, unit: Fraction, lots: Sequence[planner.PlanLot]) -> Fraction:
    gain, left = Fraction(0), Fraction(quantity)
    for lot in sorted(lots, key=lambda each: -each.cost):
        sold = min(lot.quantity, left)
        gain += sold * (unit - lot.cost)
        left -= sold
    return gain


@dataclass(frozen=True)
class Settlement:
    """What was found for a request, before it is told.

    new: account id → what comes in (+) or goes out (−). account_limits: by account id. by_currency: accounts whose
    purchases are paid, and whose sales are kept, in the currency of the asset.
    """

    market: PlanMarket
    request: PlanRequest
    money: PlanMoney
    deals: Sequence[Deal]
    left_out: Iterable[LeftOutOfPlan]
    new: Mapping[str, int]
    method: FillMethod | None = None
    kept_in: str | None = None
    realised_gain: int | None = None
    account_limits: Mapping[str, Limit | None] = field(default_factory=dict)
    conversions: Sequence[Converted] = ()
    by_currency: frozenset[str] = frozenset()

    @property
    def shortfall(self) -> int:
        """What of a withdrawal could not be raised, over all accounts."""
        return self.money.amount + sum(self.new.values()) if self.money.mode is Mode.WITHDRAWAL else 0


def plan_of(found: Settlement) -> Plan:
    """The plan; what is proven of it, and what is said beside it, is put in by whoever knows it."""
    market, before = found.market, found.market.drift
    accounts = tuple(_account_cash(found, purse) for purse in found.money.purses)
    change = sum(each.after_minor - each.before_minor for each in accounts)
    after = _drift_after(market, found.deals, change) if found.deals or change else before
    reasons = Reasons(market, before, after)
    return Plan(
        mode=found.request.mode,
        amount_minor=found.money.amount,
        base_currency=market.base,
        method=found.method,
        trades=tuple(
            _trade(market, reasons, deal) for deal in sorted(found.deals, key=lambda deal: _order(market, deal))
        ),
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
        conversions=tuple(_conversion(market, each) for each in found.conversions),
    )


def _trade(market: PlanMarket, reasons: Reasons, deal: Deal) -> Trade:
    asset = market.assets[deal.asset_id]
    price = market.price(asset)
    assert price is not None, "only what has a price is traded"
    is_bought = deal.side is Side.BUY and deal.account_id is not None
    return Trade(
        asset_id=asset.id,
        side=deal.side,
        amount_minor=deal.amount_minor,
        quantity=deal.quantity,
        price=price,
        currency=asset.currency,
        reason=reasons.of(asset, deal.side, deal.class_id, deal.short_bps),
        account_id=deal.account_id,
        fee_minor=deal.fee_minor,
        limit=deal.limit,
        is_new_here=is_bought and (asset.id, deal.account_id or "") not in market.lines,
        closes=deal.closes,
    )


def _order(market: PlanMarket, deal: Deal) -> tuple[bool, int, str, str]:
    """Sales first: they bring the money; the largest first."""
    account = market.account_keys.get(deal.account_id or "", "")
    return (deal.side is Side.BUY, -deal.amount_minor, market.asset_keys[deal.asset_id], account)


# Cash


def _account_cash(found: Settlement, purse: Purse) -> AccountCash:
    mine = [deal for deal in found.deals if purse.account_id in (None, deal.account_id)]
    if purse.account_id is None:
        new, fees = sum(found.new.values()), 0
    else:
        new = found.new.get(purse.account_id, 0)
        fees = sum(each.fee for each in _converted(found, purse.account_id))
    after = purse.cash + new + sum(deal.cash_change for deal in mine) - fees
    limit = found.account_limits.get(purse.account_id or "")
    purses = () if purse.account_id is None else tuple(_purses(found, purse.account_id, new, mine))
    return AccountCash(purse.account_id, purse.cash, new, after, purse.buffer, limit, purses)


def _converted(found: Settlement, account_id: str) -> Iterator[Converted]:
    key = found.market.account_keys[account_id]
    return (each for each in found.conversions if each.account_id == key)


def _purses(found: Settlement, account_id: str, new: int, deals: Iterable[Deal]) -> Iterator[CurrencyCash]:
    """The cash of an account by currency, its own first."""
    market = found.market
    own = market.currency_of(market.allocation.portfolio.accounts[account_id])
    before = {code: minor for (each, code), minor in market.cash_by_currency.items() if each == account_id}
    changes = dict.fromkeys([own, *before], 0)
    changes[own] += new
    for deal in deals:
        code = market.assets[deal.asset_id].currency if account_id in found.by_currency else own
        changes[code] = changes.get(code, 0) + deal.cash_change
    for each in _converted(found, account_id):
        changes[each.source] = changes.get(each.source, 0) - each.amount - each.fee
        changes[each.to] = changes.get(each.to, 0) + each.amount
    _take_from_purses(market, before, changes)
    for code in sorted(changes, key=lambda code: (code != own, code)):
        known, change = before.get(code, 0), changes[code]
        after = known + change if code == market.base else (known + _in_currency(market, change, code)).__floor__()
        if known or change:
            yield CurrencyCash(code, known, after)


def _take_from_purses(market: PlanMarket, before: Mapping[str, int], changes: dict[str, int]) -> None:
    """What a purse lacks is taken from the others of its account, the largest first."""
    worth = {code: market.floor_in_base(before.get(code, 0), code) for code in changes}
    for code in sorted(changes):
        for other in sorted(changes, key=lambda each: (-worth[each] - changes[each], each)):
            taken = min(-worth[code] - changes[code], worth[other] + changes[other])
            if other != code and taken > 0:
                changes[code] += taken
                changes[other] -= taken


def _conversion(market: PlanMarket, each: Converted) -> Conversion:
    source, to = market.rate(each.source), market.rate(each.to)
    assert source is not None, "only what has a rate is converted"
    assert to is not None, "only what has a rate is converted"
    exact = source / to
    rate = (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(_RATE_DECIMALS)
    left, came = (half_up(_in_currency(market, each.amount, code)) for code in (each.source, each.to))
    return Conversion(market.account_of_key[each.account_id], each.source, each.to, left, came, rate, each.fee)


def _left_in_cash(found: Settlement) -> int:
    bought, sold, fees = (
        sum(deal.amount_minor for deal in found.deals if deal.side is Side.BUY),
        sum(deal.amount_minor for deal in found.deals if deal.side is Side.SELL),
        sum(deal.fee_minor for deal in found.deals) + sum(each.fee for each in found.conversions),
    )
    if found.request.mode is Mode.WITHDRAWAL:
        return max(0, sold - fees - (found.money.amount - found.shortfall))
    return found.money.amount + found.money.idle + sold - bought - fees


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
    for key in sorted(others, key=lambda key: (-values[key], market.asset_keys[key])):
        taken = min(max(0, -values[cash_id]), values[key])
        values[key] -= taken
        values[cash_id] += taken


def _in_currency(market: PlanMarket, minor: int, currency: str) -> Fraction:
    """An amount of the base currency in minor units of a currency with a rate, exact."""
    rate = market.rate(currency)
    assert rate is not None, "only a currency with a rate has a purse"
    return Fraction(minor * 10 ** digits(currency)) / rate


def with_notes(plan: Plan, asked: Question, *, method_decides: bool, found: EmptyBecause | None = None) -> Plan:
    """The plan with everything that is said beside it. found: why it is empty, where the planner knows."""
    telling = _Telling(plan, asked, method_decides)
    accounts = tuple(
        replace(each, stays_because=telling.stays(each, purse))
        for each, purse in zip(plan.accounts, asked.money.purses, strict=True)
    )
    if found is EmptyBecause.CASH_PAYS and plan.shortfall_minor:
        found = None
    empty = None if plan.trades else found or telling.empty()
    return replace(plan, accounts=accounts, notes=tuple(telling.notes()), empty_because=empty)


@dataclass(frozen=True)
class _Telling:
    plan: Plan
    asked: Question
    method_decides: bool

    # Notes

    def notes(self) -> Iterator[PlanNote]:
        yield from self._rooms()
        yield from self._savings()
        yield from self._held_nowhere()
        yield from self._outside()
        yield from self._other_currencies()
        yield from self._any_amount()
        yield from self._stale()
        yield from self._locked_payers()
        yield from self._method()

    def _rooms(self) -> Iterator[PlanNote]:
        """What is to be asked, and where no more may go in: rooms of money for any account, and of that named."""
        market, plan = self.asked.market, self.plan
        if plan.mode is not Mode.DEPOSIT:
            return
        new = {each.account_id: each.new_minor for each in plan.accounts}
        for account in market.open_accounts:
            room = market.rules.of_account(account.id).room
            if not self.asked.places.of.get(account.id) or market.rate(account.currency) is None:
                continue
            if room.kind is RoomKind.NOT_SET and is_locked(account) and self._is_for_any:
                yield PlanNote(NoteKind.ASK_ROOM, account.id)
            if room.kind is not RoomKind.LIMITED:
                continue
            left = market.floor_in_base(room.left_on(market.allocation.portfolio.on), account.currency)
            if self._is_for_any and new.get(account.id, 0) >= left:
                yield PlanNote(NoteKind.NO_ROOM, account.id)
            elif new.get(account.id, 0) > left:
                yield PlanNote(NoteKind.NO_ROOM, account.id, amount_minor=left)

    @property
    def _is_for_any(self) -> bool:
        """Whether the money is for any account."""
        request = self.plan.request
        return request is not None and None in request.amounts and len(self.asked.market.accounts) > 1

    def _savings(self) -> Iterator[PlanNote]:
        if self.plan.mode is Mode.WITHDRAWAL or not self._uses_idle:
            return
        for account in self.asked.market.open_accounts:
            if account.id in self.asked.places.savings and not self.asked.places.of[account.id]:
                yield PlanNote(NoteKind.ONLY_CASH, account.id)

    @property
    def _uses_idle(self) -> bool:
        return self.asked.options.use_cash or self.plan.mode is not Mode.DEPOSIT

    def _held_nowhere(self) -> Iterator[PlanNote]:
        held = {asset_id for asset_id, _ in self.asked.market.lines}
        for trade in self.plan.trades:
            if trade.side is Side.BUY and trade.asset_id not in held and trade.account_id is not None:
                yield PlanNote(NoteKind.HELD_NOWHERE, trade.account_id, (trade.asset_id,))

    def _outside(self) -> Iterator[PlanNote]:
        """Holdings that stay below their bands because the one account that may buy them has spent its cash."""
        market, places = self.asked.market, self.asked.places
        if self.plan.mode is not Mode.REBALANCE or not self.plan.trades:
            return
        only: dict[str, list[str]] = {}
        for row in self.plan.after.holdings_outside:
            able = [each.id for each in market.open_accounts if places.may_buy(each.id, row.asset_id)]
            if row.status is Status.UNDERWEIGHT and len(able) == 1 and len(market.open_accounts) > 1:
                only.setdefault(able[0], []).append(row.asset_id)
        left = {each.account_id: each.after_minor - each.buffer_minor for each in self.plan.accounts}
        for account_id in sorted(only, key=market.account_keys.__getitem__):
            if left.get(account_id, 0) < max(1, self.plan.min_trade_minor):
                assets = sorted(only[account_id], key=market.asset_keys.__getitem__)
                yield PlanNote(NoteKind.STAYS_OUTSIDE, account_id, tuple(assets))

    def _other_currencies(self) -> Iterator[PlanNote]:
        """Idle cash that the account's rules keep from being changed into another currency."""
        market = self.asked.market
        for each in self.plan.accounts:
            account_id = each.account_id
            if account_id is None or market.rules.of_account(account_id).converts or not self._uses_idle:
                continue
            own = market.allocation.portfolio.accounts[account_id].currency
            bought = {market.assets[key].currency for key in self.asked.places.of.get(account_id, ())}
            for purse in each.purses:
                if purse.after_minor and purse.currency != own and purse.currency not in bought:
                    in_base = market.floor_in_base(purse.after_minor, purse.currency)
                    yield PlanNote(NoteKind.IDLE_OTHER_CURRENCY, account_id, amount_minor=in_base)

    def _any_amount(self) -> Iterator[PlanNote]:
        """What is traded in any amount although quantities are to be whole."""
        if not self.asked.options.whole_shares:
            return
        market, mode = self.asked.market, self.plan.mode
        bought = frozenset(key for keys in self.asked.places.of.values() for key in keys)
        sold = frozenset(key for key, _ in market.held if market.may_sell(market.assets[key]))
        traded = sold if mode is Mode.WITHDRAWAL else bought if mode is Mode.DEPOSIT else sold | bought
        found = [key for key in traded if market.assets[key].lot_step is None]
        if found:
            yield PlanNote(NoteKind.ANY_AMOUNT, None, tuple(sorted(found, key=market.asset_keys.__getitem__)))

    def _stale(self) -> Iterator[PlanNote]:
        market = self.asked.market
        stale = market.allocation.valuation.stale_assets
        if stale:
            yield PlanNote(NoteKind.STALE_PRICE, None, tuple(sorted(stale, key=market.asset_keys.__getitem__)))

    def _locked_payers(self) -> Iterator[PlanNote]:
        for each in self.plan.accounts:
            if each.account_id in self.asked.money.locked_pay and each.new_minor < 0:
                yield PlanNote(NoteKind.LOCKED_PAYER, each.account_id, amount_minor=-each.new_minor)

    def _method(self) -> Iterator[PlanNote]:
        if self.method_decides:
            yield PlanNote(NoteKind.METHOD_DECIDES)
        elif self.plan.mode is Mode.DEPOSIT and method_of(self.asked.market) is not FillMethod.EVEN_FILL:
            yield PlanNote(NoteKind.METHOD_PLAYS_NO_PART)

    # What stays

    def stays(self, cash: AccountCash, purse: Purse) -> StaysBecause | None:
        """Why what is left of the cash of an account stays there."""
        if cash.after_minor <= 0:
            return None
        if cash.account_id in self.asked.places.savings and not purse.takes_part:
            return StaysBecause.ONLY_CASH
        if 0 < cash.after_minor <= cash.buffer_minor:
            return StaysBecause.BUFFER
        if self._is_for_cash:
            return StaysBecause.CASH_TARGET
        if self.plan.mode is Mode.WITHDRAWAL:
            return None if purse.takes_part else StaysBecause.NOT_ASKED
        free = cash.after_minor - purse.keep
        if free <= 0 or not purse.takes_part:
            return StaysBecause.BUFFER if purse.keep <= purse.buffer and purse.buffer else self._unused(purse)
        if free < max(self.plan.min_trade_minor, 1) or cash.limit in (Limit.CASH_USED_UP, Limit.MINIMUM_TRADE):
            return StaysBecause.TOO_LITTLE
        if not self._is_something_missing(cash.account_id):
            return StaysBecause.NOTHING_MISSING
        converts = self.asked.market.rules.of_account(cash.account_id or "").converts
        return StaysBecause.NOT_WORTH_A_TRADE if converts or len(cash.purses) < 2 else StaysBecause.OTHER_CURRENCY

    def _unused(self, purse: Purse) -> StaysBecause:
        is_able = purse.account_id is None or bool(self.asked.places.of.get(purse.account_id))
        if is_able and not self._uses_idle:
            return StaysBecause.NOT_ASKED
        return StaysBecause.NOTHING_MISSING if self.plan.trades or is_able else StaysBecause.NOT_ASKED

    @property
    def _is_for_cash(self) -> bool:
        """Whether cash has a target that what is left does not go beyond, but for what makes no trade."""
        for each in self.plan.after.classes:
            if each.asset_class_id == self.asked.market.cash_class and each.target_bps:
                slack = max(self.plan.min_trade_minor, 1)
                return each.value_minor * WHOLE <= each.target_bps * self.plan.after.classified_minor + slack * WHOLE
        return False

    def _is_something_missing(self, account_id: str | None) -> bool:
        allowed = self.asked.places.of.get(account_id or "", frozenset())
        below = {each.asset_class_id for each in self.plan.after.classes if (each.drift_bps or 0) < 0}
        return any(self.asked.market.assets[key].only_class in below for key in allowed)

    # Why nothing is traded

    def empty(self) -> EmptyBecause:
        """Why the plan trades nothing, as far as its numbers tell."""
        market, money, mode = self.asked.market, self.asked.money, self.plan.mode
        if mode is Mode.WITHDRAWAL:
            return self._no_sales()
        if not any(target.target_bps for target in market.targets):
            return EmptyBecause.NO_TARGETS
        if self.plan.keeps_inside and not money.idle:
            return EmptyBecause.INSIDE
        if money.mode is Mode.DEPOSIT:
            return self._no_purchases()
        if self.asked.options.gain_limit_minor is not None:
            return EmptyBecause.GAIN_LIMIT
        can_trade = any(self.asked.places.of.values()) or self._may_sell
        if not can_trade:
            return EmptyBecause.MAY_NOT
        return EmptyBecause.ON_TARGET if self.plan.before.is_inside else EmptyBecause.NOT_WORTH

    def _no_sales(self) -> EmptyBecause:
        if not self.asked.money.amount:
            return EmptyBecause.NO_MONEY
        if not self.plan.shortfall_minor:
            return EmptyBecause.CASH_PAYS
        is_limited = self.asked.options.gain_limit_minor is not None and self._may_sell
        return EmptyBecause.GAIN_LIMIT if is_limited else EmptyBecause.MAY_NOT

    def _no_purchases(self) -> EmptyBecause:
        money = self.asked.money
        if not money.amount and not money.idle:
            return EmptyBecause.NO_MONEY
        if self.plan.cash_reason is not None or self._is_for_cash:
            return EmptyBecause.CASH_TARGET
        if self.method_decides:
            return EmptyBecause.METHOD
        taking = [purse for purse in money.taking_part if self.asked.places.of.get(purse.account_id or "")]
        if not taking:
            return EmptyBecause.MAY_NOT
        most = max(purse.spendable for purse in taking) + max(0, money.anywhere)
        dear = any(each.limit in (Limit.CASH_USED_UP, Limit.MINIMUM_TRADE) for each in self.plan.accounts)
        if most < self.plan.min_trade_minor or dear:
            return EmptyBecause.BELOW_SMALLEST
        missing = any(self._is_something_missing(purse.account_id) for purse in taking)
        return EmptyBecause.NOT_WORTH if missing else EmptyBecause.MAY_NOT

    @property
    def _may_sell(self) -> bool:
        market = self.asked.market
        taking = {purse.account_id for purse in self.asked.money.taking_part}
        return any(place in taking and market.may_sell(market.assets[key]) for key, place in market.held)
