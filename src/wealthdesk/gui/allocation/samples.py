"""What the pictures show where nothing was recorded yet: the example plan, as if it had been."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from wealthdesk.domain.money import product_minor
from wealthdesk.domain.plans import Mode, Plan, Side
from wealthdesk.domain.recorded_plans import Fill, RecordedChange, RecordedPlan, RecordedTrade

if TYPE_CHECKING:
    from wealthdesk.services.allocation import Allocation


def recorded_samples(
    plan: Plan, fills: "tuple[Fill, ...]", allocation: "Allocation", now: datetime
) -> list[RecordedPlan]:
    """Two plans of the same trades: one that stands, and an older one that was undone."""
    trades = tuple(_trade(fill, allocation) for fill in fills)
    changes = tuple(_change(fill, allocation) for fill in fills)
    strategy = allocation.strategy.name if allocation.strategy else ""
    drifts = (plan.before.sum_bps, plan.after.sum_bps)
    told = (allocation.scope, allocation.scope_name, strategy)
    money = (plan.amount_minor, plan.base_currency)
    newest = RecordedPlan("newest", now, *told, Mode.DEPOSIT, *money, *drifts, trades, changes)
    days = timedelta(days=31)
    older = RecordedPlan("older", now - days, *told, Mode.REBALANCE, 0, money[1], *drifts, trades, changes, now - days)
    return [newest, older]


def _trade(fill: Fill, allocation: "Allocation") -> RecordedTrade:
    asset = allocation.portfolio.assets[fill.asset_id]
    name = allocation.portfolio.accounts[fill.account_id].name
    amount = product_minor(fill.quantity, fill.price, Decimal(1), asset.currency)
    return RecordedTrade(
        fill.account_id, asset.id, name, asset.symbol, fill.side, fill.quantity, fill.price, asset.currency, amount,
        fill.fee_minor,
    )  # fmt: skip


def _change(fill: Fill, allocation: "Allocation") -> RecordedChange:
    portfolio = allocation.portfolio
    place = (fill.account_id, fill.asset_id)
    held = next((each.quantity for each in portfolio.holdings if (each.account_id, each.asset_id) == place), None)
    after = (held or Decimal(0)) + (fill.quantity if fill.side is Side.BUY else -fill.quantity)
    asset, account = portfolio.assets[fill.asset_id], portfolio.accounts[fill.account_id]
    return RecordedChange(*place, held, after, account_name=account.name, symbol=asset.symbol, currency=asset.currency)
