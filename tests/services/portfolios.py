"""Small portfolios for the tests of plans: a desk filled from a few words."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from wealthdesk.domain.accounts import AccountKind
from wealthdesk.domain.assets import Asset, AssetKind, Exposure
from wealthdesk.domain.holdings import Price
from wealthdesk.domain.plans import LeftOutBecause, Mode, Plan, PlanOptions, PlanRequest, Side, Trades
from wealthdesk.domain.targets import ClassTarget, HoldingTarget
from wealthdesk.domain.trading_rules import TradingRules
from wealthdesk.services.desk import Desk

EQUITY, BONDS = "equity", "fixed_income"

AS_CLOSE_AS_IT_CAN: dict[str, Any] = {"trades": Trades.CLOSEST, "min_trade_minor": 0, "gain_cost_bps": 0}

Held = dict[str, str]
"""Symbol → quantity."""


def account(desk: Desk, name: str = "Broker", kind: AccountKind = AccountKind.TAXABLE, currency: str = "USD") -> str:
    """A new account's id."""
    return desk.accounts.add(name, kind, currency).id


def asset(desk: Desk, symbol: str, price: str | None, classes: dict[str, int], currency: str = "USD") -> str:
    """A new asset's id; price None: it has none. classes: class id → percent."""
    exposures = tuple(Exposure(key, percent * 100) for key, percent in classes.items())
    made = desk.assets.add(Asset("", symbol, symbol, AssetKind.FUND, currency, exposures))
    if price is not None:
        desk.prices.set([Price(made.id, desk.clock.today(), Decimal(price))])
    return made.id


def planned(
    desk: Desk,
    mode: Mode,
    amounts: dict[str | None, int] | None = None,
    rules: TradingRules | None = None,
    scope: str | None = None,
    **options: Any,
) -> Plan:
    """The plan of a request for a scope; what holds of every plan is checked on the way.

    Unless said otherwise it comes as close as it can: with any number of trades of any size, gains costing nothing.
    """
    allocation = desk.allocations.of(scope)
    request = PlanRequest(mode, amounts or {}, PlanOptions(**{**AS_CLOSE_AS_IT_CAN, **options}))
    plan = desk.plans.calculate(allocation, request, rules or TradingRules())
    check_sums(plan)
    return plan


def check_sums(plan: Plan) -> None:
    """Conservation to the unit, in each account and in all, and no cash below what was there or its buffer."""
    for each in plan.accounts:
        mine = [t for t in plan.trades if each.account_id in (None, t.account_id)]
        bought = sum(t.amount_minor for t in mine if t.side is Side.BUY)
        sold = sum(t.amount_minor for t in mine if t.side is Side.SELL)
        fees = sum(t.fee_minor for t in mine)
        fees += sum(c.fee_minor for c in plan.conversions if c.account_id == each.account_id)
        assert each.before_minor + each.new_minor + sold - bought - fees == each.after_minor
        if (
            bought
        ):  # of all accounts as one, some may have been below their buffers: then only the others have idle cash
            kept = each.before_minor - (plan.idle_minor if each.account_id is None else 0)
            assert each.after_minor >= min(each.buffer_minor, kept)
    if plan.mode is Mode.WITHDRAWAL:
        assert all(t.side is Side.SELL for t in plan.trades)
        assert sum(each.new_minor for each in plan.accounts) == plan.shortfall_minor - plan.amount_minor
    else:
        spent = plan.bought_minor + plan.fees_minor + plan.left_in_cash_minor
        assert spent == plan.amount_minor + plan.idle_minor + plan.sold_minor
        assert plan.shortfall_minor == 0
    if plan.mode is Mode.DEPOSIT:
        assert all(t.side is Side.BUY for t in plan.trades)
    assert (
        plan.after.total_minor
        == plan.before.total_minor
        + sum(each.after_minor - each.before_minor for each in plan.accounts)
        + plan.bought_minor
        - plan.sold_minor
    )


def hold(desk: Desk, account_id: str, held: Held, ids: dict[str, str]) -> None:
    """Puts quantities into an account; USD and EUR are cash."""
    for symbol, quantity in held.items():
        if symbol in ("USD", "EUR"):
            desk.holdings.set_cash(account_id, symbol, int(Decimal(quantity) * 100))
        else:
            desk.holdings.add(account_id, ids[symbol], Decimal(quantity))


def quantities(desk: Desk, plan: Plan, side: Side | None = None) -> dict[str, Decimal]:
    """Symbol → quantity of the trades (of one side), over all accounts."""
    symbols = {each.id: each.symbol for each in desk.assets.all()}
    found: dict[str, Decimal] = {}
    for trade in plan.trades:
        if side in (None, trade.side):
            symbol = symbols[trade.asset_id]
            found[symbol] = found.get(symbol, Decimal(0)) + trade.quantity
    return found


def half_and_half(
    desk: Desk, stocks: str = "100", bonds: str = "100", cash: str | None = None
) -> tuple[str, dict[str, str]]:
    """One account with S and B at 1.00 each, meant to be 50/50."""
    broker = account(desk)
    ids = {"S": asset(desk, "S", "1", {EQUITY: 100}), "B": asset(desk, "B", "1", {BONDS: 100})}
    hold(desk, broker, {"S": stocks, "B": bonds} | ({"USD": cash} if cash else {}), ids)
    targets = [ClassTarget(EQUITY, 5000), ClassTarget(BONDS, 5000)]
    targets[0] = replace(targets[0], holdings=(HoldingTarget(ids["S"], 10_000),))
    targets[1] = replace(targets[1], holdings=(HoldingTarget(ids["B"], 10_000),))
    desk.targets.add(None, "Half", tuple(targets))
    return broker, ids


def split_fund(desk: Desk) -> None:
    """A is 90/10, B is all bonds; 50 of each are held and 70/30 is wanted."""
    broker = account(desk)
    ids = {"A": asset(desk, "A", "1", {EQUITY: 90, BONDS: 10}), "B": asset(desk, "B", "1", {BONDS: 100})}
    hold(desk, broker, {"A": "50", "B": "50"}, ids)
    desk.targets.add(None, "70/30", (ClassTarget(EQUITY, 7000), ClassTarget(BONDS, 3000)))


def left_out(plan: Plan) -> list[tuple[LeftOutBecause, str | None]]:
    """Why something takes no part, and which asset or class it is."""
    return [(each.because, each.asset_id or each.asset_class_id) for each in plan.left_out]
