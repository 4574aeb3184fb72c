"""Order sheets of every kind, and a plan as if it had been recorded: what the pictures show of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from wealthdesk.domain.accounts import Account, AccountKind
from wealthdesk.domain.assets import cash_asset
from wealthdesk.domain.drift import Drift, Status, compose, measure
from wealthdesk.domain.holdings import Holding, Portfolio
from wealthdesk.domain.money import WHOLE, from_minor, product_minor
from wealthdesk.domain.plans import (
    AccountCash,
    Conversion,
    EmptyBecause,
    Fill,
    FrontierPoint,
    Mode,
    NoteKind,
    Order,
    Plan,
    PlanNote,
    PlanRequest,
    Proof,
    Reason,
    RecordedChange,
    RecordedPlan,
    RecordedTrade,
    Side,
    StaysBecause,
    Trade,
    in_sheet_order,
    order_key,
)
from wealthdesk.domain.valuation import value

if TYPE_CHECKING:
    from wealthdesk.domain.drift import Allocation


@dataclass(frozen=True, slots=True)
class PictureSheet:
    """An order sheet as it would look with this plan of this portfolio."""

    plan: Plan
    portfolio: Portfolio
    ticked: frozenset[Order] = frozenset()


def sheets(allocation: "Allocation") -> Mapping[str, Callable[[], PictureSheet]]:
    """The name of each sheet, and what makes it of the demo portfolio; none of one that lacks what is traded here."""
    portfolio = allocation.portfolio
    if any(asset not in portfolio.prices or account not in portfolio.accounts for asset, account, *_ in _ORDERS):
        return {}
    return {
        "sheet": lambda: _ticked(_rebalance(allocation), 2),
        "sheet of twelve accounts": lambda: _twelve(_rebalance(allocation)),
        "sheet without symbols": lambda: _without_symbols(_rebalance(allocation)),
        "sheet with notes": lambda: _with_notes(_rebalance(allocation)),
        "sheet by a method": lambda: _by_method(_rebalance(allocation)),
        "sheet without orders": lambda: _empty(_rebalance(allocation)),
    }


_ORDERS: Final = (
    ("vti", "retirement", Side.SELL, "51", (387, -6)),
    ("bndx", "retirement", Side.BUY, "211", (-376, 23)),
    ("vwce", "brokerage", Side.BUY, "32", (387, -6)),
    ("vnq", "brokerage", Side.BUY, "51", (-184, -7)),
    ("btc", "wallet", Side.SELL, "0.0641", (238, 14)),
)
_AFTER: Final = {"equity": -10, "fixed_income": 20, "real_estate": -10, "crypto": 10, "cash": -10}
"""How far from its target each class is after them."""
_KEPT: Final = "0.3 0.57 0.68 0.9 0.95 0.97 0.983 0.994 0.996 0.999 1".split()


def _rebalance(allocation: "Allocation") -> PictureSheet:
    portfolio, drift = allocation.portfolio, allocation.drift
    trades = tuple(_order(portfolio, *each) for each in _ORDERS)
    accounts = tuple(
        _cash(portfolio, account_id, before, trades, StaysBecause.CASH_TARGET)
        for account_id, before in (("brokerage", 917_386), ("wallet", 33_641), ("retirement", 192_000))
    )
    frontier = tuple(
        FrontierPoint(number, kept, round(1_258 * (1 - kept)), 0, 0, 0)
        for number, kept in enumerate(map(Decimal, _KEPT), 1)
    )
    plan = Plan(
        Mode.REBALANCE, 0, drift.base_currency, None, trades, 0, drift, _nearer(drift), accounts=accounts,
        realised_gain_minor=321_325, frontier=frontier, best_value=5, fewest=1, closest=11, min_trade_minor=26_956,
        proof=Proof(Decimal(0), 5), request=PlanRequest(Mode.REBALANCE),
    )  # fmt: skip
    stays = sum(each.after_minor - each.before_minor for each in accounts)
    return PictureSheet(replace(plan, left_in_cash_minor=stays), portfolio)


def _order(
    portfolio: Portfolio, asset_id: str, account_id: str, side: Side, quantity: str, drifts: tuple[int, int]
) -> Trade:
    asset, price = portfolio.assets[asset_id], portfolio.prices[asset_id].price
    rate = Decimal("1.0852") if asset.currency == "EUR" else Decimal(1)
    amount = product_minor(Decimal(quantity), price, rate, portfolio.base_currency)
    class_id = asset.only_class or ""
    own = -440 if asset_id == "vwce" else None
    reason = Reason(class_id, *drifts, False, own, -20 if own else None)
    is_new = asset_id == "vnq"
    return Trade(
        asset_id, side, amount, Decimal(quantity), price, asset.currency, reason, account_id, is_new_here=is_new
    )


def _cash(
    portfolio: Portfolio, account_id: str, before: int, trades: Sequence[Trade], why: StaysBecause | None
) -> AccountCash:
    inside = [each for each in trades if each.account_id == account_id]
    change = sum(each.amount_minor if each.side is Side.SELL else -each.amount_minor for each in inside)
    return AccountCash(account_id, before, 0, before + change, stays_because=why)


def _nearer(drift: Drift) -> Drift:
    """The same with every class on its target, or a little off it."""
    classes = []
    for each in drift.classes:
        if each.target_bps is not None:
            weight = each.target_bps + _AFTER.get(each.asset_class_id, 0)
            value = drift.classified_minor * weight // WHOLE
            each = replace(each, weight_bps=weight, value_minor=value, status=Status.ON_TARGET)
        classes.append(each)
    return replace(drift, classes=tuple(classes))


def _ticked(sheet: PictureSheet, count: int) -> PictureSheet:
    trades = in_sheet_order(sheet.plan, sheet.portfolio.accounts, sheet.portfolio.assets)
    return replace(sheet, ticked=frozenset(order_key(each) for each in trades[:count]))


def _twelve(sheet: PictureSheet) -> PictureSheet:
    names = ("Degiro", "Individual", "Joint account of the children and of both grandparents", "Roth IRA", "401(k)",
             "Trading 212", "Savings", "ISA", "SIPP", "Coins", "Vanguard", "Interactive Brokers")  # fmt: skip
    ids = [f"account_{place}" for place in range(len(names))]
    accounts = {each: Account(each, name, AccountKind.TAXABLE, "USD") for each, name in zip(ids, names, strict=True)}
    moved = tuple(
        replace(trade, account_id=account_id)
        for place, account_id in enumerate(ids)
        for trade in (sheet.plan.trades[place % 5], sheet.plan.trades[(place + 1) % 5])
    )
    portfolio = replace(sheet.portfolio, accounts=accounts)
    cash = tuple(_cash(portfolio, each, 2_000_000, moved, None) for each in ids)
    plan = replace(
        sheet.plan, trades=moved, accounts=cash, frontier=(), best_value=None, fewest=None, closest=None, proof=None
    )  # what was found about five trades is not said of these
    return PictureSheet(plan, portfolio)


def _without_symbols(sheet: PictureSheet) -> PictureSheet:
    found = {"vti": "US9229087690", "bndx": "US92203J4076", "vwce": "IE00BK5BQT80", "vnq": ""}
    assets = {
        key: replace(each, symbol=found[key], isin=found[key] or None) if key in found else each
        for key, each in sheet.portfolio.assets.items()
    }
    return replace(sheet, portfolio=replace(sheet.portfolio, assets=assets))


def _with_notes(sheet: PictureSheet) -> PictureSheet:
    notes = (
        PlanNote(NoteKind.ASK_ROOM, "retirement"), PlanNote(NoteKind.ONLY_CASH, "wallet"),
        PlanNote(NoteKind.STAYS_OUTSIDE, "brokerage", ("vbr", "bnd", "vxus")),
        PlanNote(NoteKind.ANY_AMOUNT, None, ("btc", "eth")), PlanNote(NoteKind.HELD_NOWHERE, "brokerage", ("vnq",)),
    )  # fmt: skip
    change = Conversion("brokerage", "USD", "EUR", 457_900, 421_950, Decimal("0.92149"), 250)
    return replace(sheet, plan=replace(sheet.plan, notes=notes, conversions=(change,), is_found_further=True))


def _by_method(sheet: PictureSheet) -> PictureSheet:
    bought = tuple(each for each in sheet.plan.trades if each.side is Side.BUY)
    cash = tuple(replace(each, new_minor=1_000_000) for each in sheet.plan.accounts if each.account_id != "wallet")
    return replace(
        sheet,
        plan=replace(
            sheet.plan, mode=Mode.DEPOSIT, amount_minor=2_000_000, trades=bought, frontier=(), best_value=None,
            fewest=None, closest=None, proof=None, accounts=cash, notes=(PlanNote(NoteKind.METHOD_DECIDES),),
            request=PlanRequest(Mode.DEPOSIT, {None: 2_000_000}), left_in_cash_minor=68_302, realised_gain_minor=None,
        ),
    )  # fmt: skip


def _empty(sheet: PictureSheet) -> PictureSheet:
    plan = replace(
        sheet.plan, trades=(), frontier=(), best_value=None, proof=None, accounts=(), left_in_cash_minor=0,
        after=sheet.plan.before, empty_because=EmptyBecause.INSIDE, keeps_inside=True, realised_gain_minor=None,
    )  # fmt: skip
    return replace(sheet, plan=plan)


def carried_out(fills: Sequence[Fill], cash_after: Sequence[AccountCash], allocation: "Allocation") -> "Allocation":
    """What is held once these orders were filled, with the cash that is left in each account then."""
    portfolio = allocation.portfolio
    assets, base = portfolio.assets.values(), portfolio.base_currency
    known = (each for each in assets if each.is_cash and each.currency == base)
    cash = next(known, None) or cash_asset(base, assets)
    more = {(each.account_id, each.asset_id): each.quantity * (1 if each.side is Side.BUY else -1) for each in fills}
    for each in cash_after:
        more[each.account_id or "", cash.id] = from_minor(each.after_minor - each.before_minor, base)
    before = {(each.account_id, each.asset_id): each for each in portfolio.holdings}
    new = {place: Holding("/".join(place), *place, Decimal(0)) for place in more} | before
    holdings = tuple(replace(each, quantity=each.quantity + more.get(place, 0)) for place, each in new.items())
    after = replace(portfolio, holdings=holdings, assets={cash.id: cash, **portfolio.assets})
    valuation = value(after, allocation.scope)
    held = compose(valuation)
    drift = measure(held, after.classes.values(), allocation.strategy)
    return replace(allocation, portfolio=after, valuation=valuation, composition=held, drift=drift)


def recorded_twice(
    plan: Plan, fills: "tuple[Fill, ...]", allocation: "Allocation", now: datetime
) -> list[RecordedPlan]:
    """Two plans of the same trades: one that stands, and an older one that was undone."""
    amounts = {(each.account_id, each.asset_id): each.amount_minor for each in plan.trades}
    trades = tuple(_trade(fill, allocation, amounts[fill.account_id, fill.asset_id]) for fill in fills)
    changes = tuple(_change(fill, allocation) for fill in fills)
    strategy = allocation.strategy.name if allocation.strategy else ""
    drifts = (plan.before.sum_bps, plan.after.sum_bps)
    told = (allocation.scope, allocation.scope_name, strategy)
    money = (plan.amount_minor, plan.base_currency)
    newest = RecordedPlan("newest", now, *told, Mode.DEPOSIT, *money, *drifts, trades, changes)
    days = timedelta(days=31)
    older = RecordedPlan("older", now - days, *told, Mode.REBALANCE, 0, money[1], *drifts, trades, changes, now - days)
    return [newest, older]


def _trade(fill: Fill, allocation: "Allocation", amount_minor: int) -> RecordedTrade:
    asset = allocation.portfolio.assets[fill.asset_id]
    name = allocation.portfolio.accounts[fill.account_id].name
    return RecordedTrade(
        fill.account_id, asset.id, name, asset.symbol, fill.side, fill.quantity, fill.price, asset.currency,
        amount_minor, fill.fee_minor,
    )  # fmt: skip


def _change(fill: Fill, allocation: "Allocation") -> RecordedChange:
    portfolio = allocation.portfolio
    place = (fill.account_id, fill.asset_id)
    held = next((each for each in portfolio.holdings if (each.account_id, each.asset_id) == place), None)
    after = (held.quantity if held else Decimal(0)) + (fill.quantity if fill.side is Side.BUY else -fill.quantity)
    asset, account = portfolio.assets[fill.asset_id], portfolio.accounts[fill.account_id]
    return RecordedChange(*place, held, after, account_name=account.name, symbol=asset.symbol, currency=asset.currency)
