"""The options for the plans of each strategy in the file."""

from typing import TYPE_CHECKING

from wealthdesk.domain.plans import Goal, PlanOptions
from wealthdesk.storage.database import Reading, refusing

if TYPE_CHECKING:
    from wealthdesk.storage.writing import Writing

_OPTIONS = """
SELECT whole_shares, use_cash, goal, min_trade_minor, gain_limit_minor, prefer_homes
FROM plan_options WHERE strategy_id = ?
"""


def options_of(connection: Reading, strategy_id: str) -> PlanOptions:
    """The options of a strategy; the usual ones while none were chosen."""
    row = connection.row(_OPTIONS, strategy_id)
    if row is None:
        return PlanOptions()
    whole_shares, use_cash, goal, min_trade_minor, gain_limit_minor, prefer_homes = row
    return PlanOptions(
        bool(whole_shares), bool(use_cash), Goal(goal), min_trade_minor, gain_limit_minor, bool(prefer_homes)
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
    }
    with refusing(foreign_key="This strategy does not exist any more."):
        connection.put("plan_options", row)
