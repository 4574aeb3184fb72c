"""A search that is told to stop: at whatever moment, it ends with a plan that is allowed, or with none, and soon."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from portfolio_files import open_demo
from wealthdesk.domain.plans import Goal, Mode, PlanOptions, PlanRequest
from wealthdesk.services.desk import Clock

REQUESTS = (
    PlanRequest(Mode.REBALANCE),
    PlanRequest(Mode.REBALANCE, options=PlanOptions(whole_shares=True, goal=Goal.BAND_EDGE)),
    PlanRequest(Mode.DEPOSIT, {None: 2_000_000}, PlanOptions(use_cash=True)),
    PlanRequest(Mode.WITHDRAWAL, {None: 2_000_000}),
)


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda each: f"{each.mode}-{each.options.goal}")
def test_a_search_may_be_stopped_at_any_moment(request_: PlanRequest, tmp_path: Path) -> None:
    today = date(2026, 11, 28)
    clock = Clock(lambda: today, lambda: datetime(2026, 11, 28, 12, tzinfo=UTC))
    with open_demo(tmp_path / "demo.wealthdesk", clock) as desk:
        allocation, rules, lots = desk.allocations.of(None), desk.rules.as_of_today(), desk.rules.lots()
        whole = desk.plans.calculate(allocation, request_, rules, lots)
        assert whole.trades
        for allowed in (0, 1, 2, 5, 20, 100, 400):
            asked = 0

            def goes_on(most: int = allowed) -> bool:
                nonlocal asked
                asked += 1
                return asked <= most

            plan = desk.plans.calculate(allocation, request_, rules, lots, goes_on=goes_on)
            assert asked > 0
            assert all(cash.after_minor >= 0 for cash in plan.accounts)
            bought, sold, fees = plan.bought_minor, plan.sold_minor, plan.fees_minor
            new = sum(cash.new_minor for cash in plan.accounts)
            change = sum(cash.after_minor - cash.before_minor for cash in plan.accounts)
            assert change == new + sold - bought - fees
