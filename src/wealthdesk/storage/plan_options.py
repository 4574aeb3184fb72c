"""The options for the plans of each strategy in the file."""

from typing import TYPE_CHECKING

from wealthdesk.domain.plans import Goal, PlanOptions, TradeCount, Trades
from wealthdesk.storage.connection import Reading, refusing

if TYPE_CHECKING:
    from wealthdesk.storage.writing import Writing

_OPTIONS = """
SELECT whole_shares, use_cash, goal, min_trade_minor, gain_limit_minor, prefer_homes, trades, gain_cost_bps
FROM plan_options WHERE strategy_id = ?
"""


def options_of(connection: Reading, strategy_id: str) -> PlanOptions:
    """The options of a strategy; the usual ones while none were chosen."""
    row = connection.row(_OPTIONS, strategy_id)
    if row is None:
        return PlanOptions()
    whole_shares, use_cash, goal, min_trade_minor, gain_limit_minor, prefer_homes, trades, gain_cost_bps = row
    return PlanOptions(
        whole_shares=bool(whole_shares),
        use_cash=bool(use_cash),
        goal=Goal(goal),
        min_trade_minor=min_trade_minor,
        gain_limit_minor=gain_limit_minor,
        prefer_homes=bool(prefer_homes),
        trades=_trade_count(trades),
        gain_cost_bps=gain_cost_bps,
    )


def set_options(connection: "Writing", strategy_id: str, options: PlanOptions) -> None:
    """Keeps the options of a strategy; NotFound if it is gone."""
    row = {
        "strategy_id": strategy_id,
        "whole_shares": options.whole_shares,
        "use_cash": options.use_cash,
        "goal": options.goal.value,
        "min_trade_minor": options.min_trade_minor,
        "gain_limit_minor": options.gain_limit_minor,
        "prefer_homes": options.prefer_homes,
        "trades": str(options.trades),
        "gain_cost_bps": options.gain_cost_bps,
    }
    with refusing(foreign_key="This strategy does not exist any more."):
        connection.put("plan_options", row)


def _trade_count(text: str) -> TradeCount:
    return int(text) if text.isdigit() else Trades(text)
