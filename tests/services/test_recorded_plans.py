"""Recorded plans: holdings and cash change as the fills say, exactly; undone, everything is as it was before."""

import dataclasses
from dataclasses import replace
from decimal import Decimal

from wealthdesk.domain.plans import AccountCash, Mode, Plan, Side
from wealthdesk.domain.recorded_plans import Fill, RecordedPlan
from wealthdesk.domain.tax_lots import TaxLots
from wealthdesk.services.allocation import Allocation
from wealthdesk.services.desk import Desk

BUY, SELL = Side.BUY, Side.SELL
State = dict[tuple[str, str], tuple[Decimal, int | None, TaxLots]]


def state(desk: Desk) -> State:
    """What every account holds: quantity, cost and lots."""
    lots = desk.rules.lots()
    return {
        (h.account_id, h.asset_id): (h.quantity, h.cost_basis_minor, lots.get(h.id, ())) for h in desk.holdings.all()
    }


def quantity(desk: Desk, account_id: str, asset_id: str) -> Decimal | None:
    found = state(desk).get((account_id, asset_id))
    return found[0] if found else None


def money(desk: Desk, mode: Mode, **amounts: int) -> tuple[Plan, Allocation]:
    """A plan without trades that brings these amounts into accounts, or takes them out."""
    allocation = desk.allocations.of(None)
    cash = tuple(AccountCash(each, 0, minor, 0) for each, minor in amounts.items())
    before, base = allocation.drift, allocation.portfolio.base_currency
    total = abs(sum(amounts.values()))
    return Plan(mode, total, base, None, (), 0, before, before, accounts=cash), allocation


def record(desk: Desk, *fills: Fill, mode: Mode = Mode.REBALANCE, **amounts: int) -> RecordedPlan:
    return desk.recorded_plans.record(*money(desk, mode, **amounts), fills)


def fill(account: str, asset: str, side: Side, quantity: str, price: str, fee: int = 0) -> Fill:
    return Fill(account, asset, side, Decimal(quantity), Decimal(price), fee)


def test_a_plan_on_the_demo_portfolio_is_recorded_undone_and_recorded_again_exactly(demo: Desk) -> None:
    allocation = demo.allocations.of(None)
    plan = demo.plans.deposit(allocation, 10_000_00)
    start, total = state(demo), allocation.valuation.total_minor
    fills = demo.recorded_plans.fills_of(plan, allocation)
    recorded = demo.recorded_plans.record(plan, allocation, fills)
    after = state(demo)
    left = {("retirement", "cash_usd"): 882_33}  # the class of cash was below its target
    for each in fills:
        cost = round(each.quantity * each.price * 100)
        place = (each.account_id, each.asset_id)
        held, basis, _ = start[place]
        assert basis is not None
        assert after[place] == (held + each.quantity, basis + cost, ())
    for place, minor in left.items():
        assert after[place][0] == start[place][0] + Decimal(minor) / 100
    changed = {each.place for each in map(Place, fills)} | left.keys()
    assert {place: after[place] for place in after if place not in changed} == {
        place: start[place] for place in start if place not in changed
    }
    assert demo.allocations.of(None).valuation.total_minor == total + 10_000_00
    assert demo.allocations.of(None).drift == plan.after
    assert sum(trade.amount_minor for trade in recorded.trades) + 882_33 == 10_000_00

    demo.recorded_plans.undo(recorded.id)
    assert (state(demo), demo.allocations.of(None)) == (start, allocation)
    again = demo.recorded_plans.record_again(recorded.id)
    assert (state(demo), demo.allocations.of(None).drift) == (after, plan.after)
    assert replace(again, changes=()) == replace(recorded, changes=())
    assert demo.recorded_plans.all() == [again]
    demo.recorded_plans.undo(recorded.id)
    assert state(demo) == start


@dataclasses.dataclass
class Place:
    """Where a fill is."""

    fill: Fill

    @property
    def place(self) -> tuple[str, str]:
        return self.fill.account_id, self.fill.asset_id
