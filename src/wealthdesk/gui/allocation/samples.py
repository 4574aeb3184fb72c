"""What the pictures show: plans of every kind, and the example plan as if it had been recorded."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from wealthdesk.domain.plans import Goal, Mode, Plan, Side
from wealthdesk.domain.recorded_plans import Fill, RecordedChange, RecordedPlan, RecordedTrade

if TYPE_CHECKING:
    from wealthdesk.services.allocation import Allocation


EXAMPLE_MINOR: Final = 2_000_000


@dataclass(frozen=True, slots=True)
class Example:
    """One way the planner can look. is_per_account: the amount is shared out over the accounts."""

    name: str
    mode: Mode
    amount_minor: int | None = EXAMPLE_MINOR
    goal: Goal = Goal.TARGET
    whole_shares: bool = False
    is_per_account: bool = False
    has_options_open: bool = False
    recorded_trades: int = 0


EXAMPLES: Final = (
    Example("no amount", Mode.DEPOSIT, None),
    Example("whole shares", Mode.DEPOSIT, whole_shares=True, has_options_open=True),
    Example("amounts per account", Mode.DEPOSIT, whole_shares=True, is_per_account=True),
    Example("withdrawal", Mode.WITHDRAWAL),
    Example("withdrawal too large", Mode.WITHDRAWAL, 100 * EXAMPLE_MINOR, has_options_open=True),
    Example("rebalance", Mode.REBALANCE, None),
    Example("rebalance to the bands", Mode.REBALANCE, None, Goal.BAND_EDGE, has_options_open=True),
    Example("recorded", Mode.DEPOSIT, None, recorded_trades=4),
    Example("", Mode.DEPOSIT),
)
"""The last one is what the dialogs open over."""


def recorded_samples(
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
    held = next((each.quantity for each in portfolio.holdings if (each.account_id, each.asset_id) == place), None)
    after = (held or Decimal(0)) + (fill.quantity if fill.side is Side.BUY else -fill.quantity)
    asset, account = portfolio.assets[fill.asset_id], portfolio.accounts[fill.account_id]
    return RecordedChange(*place, held, after, account_name=account.name, symbol=asset.symbol, currency=asset.currency)
