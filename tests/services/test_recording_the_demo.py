"""Plans on the demo portfolio, recorded, undone and recorded again: quantities, cash and the total at each step.

What is expected is calculated here from the trades alone, in exact decimals; and everything is read by the desk that
recorded, by another that has the same file open, and by one that opens it anew.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

import pytest

from services.conftest import CLOCK
from wealthdesk.domain.drift import Allocation, Drift
from wealthdesk.domain.plans import Fill, Mode, Plan, PlanOptions, PlanRequest, RecordedConversion, Side
from wealthdesk.domain.tax_lots import TaxLots
from wealthdesk.domain.trading_rules import AccountRules
from wealthdesk.services.desk import Desk, open_desk

WHOLE = PlanOptions(whole_shares=True)
REQUESTS = {
    "a deposit in any amounts": PlanRequest(Mode.DEPOSIT, {None: 10_000_00}),
    "a deposit of whole shares into two accounts with fees": PlanRequest(
        Mode.DEPOSIT, {"brokerage": 3_000_00, "retirement": 4_000_00}, PlanOptions(whole_shares=True, use_cash=True)
    ),
    "a withdrawal from two accounts with fees, one of euros": PlanRequest(
        Mode.WITHDRAWAL, {"brokerage": 3_000_00, "wallet": 1_000_01}, WHOLE
    ),
    "a withdrawal in any amounts": PlanRequest(Mode.WITHDRAWAL, {None: 7_777_77}),
    "a rebalance with fees": PlanRequest(Mode.REBALANCE, {}, WHOLE),
}
CENT = Decimal("0.01")
EURO = Decimal("1.0852")
"""What a euro costs in dollars in the demo portfolio."""

Place = tuple[str, str]
State = dict[Place, tuple[Decimal, int | None, TaxLots]]


@pytest.fixture
def with_fees(demo: Desk) -> Desk:
    """The demo portfolio where every account has a buffer and fees of its own."""
    for name, buffer in (("brokerage", 500_00), ("retirement", 0), ("wallet", 100_00)):
        fees = AccountRules(buffer, 4_95, Decimal(10), Decimal(25))
        demo.rules.set_account(name, fees)
    return demo


@pytest.fixture
def other(with_fees: Desk) -> Iterator[Desk]:
    """Another desk on the same file."""
    with open_desk(with_fees.path, CLOCK) as opened:
        yield opened


def state(desk: Desk) -> State:
    """What every account holds: quantity, cost and lots."""
    lots = desk.rules.lots()
    return {
        (h.account_id, h.asset_id): (h.quantity, h.cost_basis_minor, lots.get(h.id, ())) for h in desk.holdings.all()
    }


def seen(desk: Desk, other: Desk) -> tuple[State, Allocation]:
    """What the file holds, and what that comes to; the same from wherever it is read."""
    other.reread_if_changed_elsewhere()
    desk.reread_if_changed_elsewhere()
    found = state(desk), desk.allocations.of(None)
    assert (state(other), other.allocations.of(None)) == found
    with open_desk(desk.path, CLOCK) as third:
        assert (state(third), third.allocations.of(None)) == found
    return found


def sums(found: tuple[State, Allocation]) -> tuple[State, int, int, Drift]:
    """The same without the ids of the holdings: one that was removed and bought again has a new one."""
    held, allocation = found
    return held, allocation.valuation.total_minor, allocation.valuation.cash_minor, allocation.drift


def planned(desk: Desk, request: PlanRequest) -> tuple[Plan, Allocation, tuple[Fill, ...]]:
    allocation = desk.allocations.of(None)
    plan = desk.plans.calculate(allocation, request, desk.rules.current(), desk.rules.lots())
    return plan, allocation, desk.recorded_plans.fills_of(plan, allocation)


def round_up(exact: Decimal) -> Decimal:
    return exact.quantize(CENT, ROUND_HALF_UP)


def expected_quantities(
    before: State, fills: Sequence[Fill], came: Mapping[str, int], conversions: Sequence[RecordedConversion] = ()
) -> dict[Place, Decimal]:
    """Every quantity after: of what is traded by the fills, and of cash by what they cost, in cents of each currency.

    What comes in and goes out is dollars, in an account of euros alone so many euros. Euros that are missing are
    bought for dollars.
    """
    after = {place: quantity for place, (quantity, _, _) in before.items()}
    for each in fills:
        sign = 1 if each.side is Side.BUY else -1
        place, cash = (each.account_id, each.asset_id), (each.account_id, cash_of(each.asset_id))
        after[place] = after.get(place, Decimal(0)) + sign * each.quantity
        paid = sign * round_up(each.quantity * each.price) + Decimal(each.fee_minor) / 100
        after[cash] = after.get(cash, Decimal(0)) - paid
    for account, minor in came.items():
        dollars = Decimal(minor) / 100
        has_dollars = (account, "cash_usd") in before
        place = (account, "cash_usd" if has_dollars else "cash_eur")
        after[place] += dollars if has_dollars else round_up(dollars / EURO)
    for changed in conversions:
        holder, of = str(changed.account_id), {"EUR": "cash_eur", "USD": "cash_usd"}
        after[holder, of[changed.source]] -= Decimal(changed.source_minor) / 100
        after[holder, of[changed.to]] += Decimal(changed.to_minor) / 100
        after[holder, "cash_usd"] -= Decimal(changed.fee_minor) / 100
    for account in {account for account, asset in after if asset == "cash_eur"}:
        missing = min(Decimal(0), after[account, "cash_eur"])
        if missing:
            after[account, "cash_eur"] = Decimal(0)
            after[account, "cash_usd"] += round_up(missing * EURO)
    return {place: quantity for place, quantity in after.items() if quantity or place[1].startswith("cash")}


def cash_of(asset_id: str) -> str:
    return "cash_eur" if asset_id in ("vwce", "btc", "eth") else "cash_usd"


@pytest.mark.parametrize("request_", REQUESTS.values(), ids=REQUESTS.keys())
def test_a_plan_on_the_demo_portfolio_is_recorded_undone_and_recorded_again_exactly(
    with_fees: Desk, other: Desk, request_: PlanRequest
) -> None:
    start, before = seen(with_fees, other)
    plan, allocation, fills = planned(with_fees, request_)
    assert fills
    recorded = with_fees.recorded_plans.record(plan, allocation, fills)
    after, now = seen(with_fees, other)

    came = {str(each.account_id): each.amount_minor for each in recorded.amounts}
    assert sum(came.values()) == (-1 if request_.mode is Mode.WITHDRAWAL else 1) * plan.amount_minor
    assert {place: quantity for place, (quantity, _, _) in after.items()} == expected_quantities(
        start, fills, came, recorded.conversions
    )
    for each in fills:
        if each.side is Side.BUY:
            _, cost, _ = start.get((each.account_id, each.asset_id), (0, 0, ()))
            paid = int(round_up(each.quantity * each.price) * 100) + each.fee_minor
            assert after[each.account_id, each.asset_id][1:] == ((cost or 0) + paid, ())
    # What is exchanged, and each fee in euros, is rounded once.
    gained = now.valuation.total_minor - before.valuation.total_minor
    assert abs(gained - (sum(came.values()) - plan.fees_minor)) <= 2 * len(fills)
    in_dollars = all(cash_of(each.asset_id) == "cash_usd" for each in fills) and "wallet" not in came
    if in_dollars:
        assert gained == sum(came.values()) - plan.fees_minor
        assert now.drift == plan.after

    for desk, elsewhere in ((with_fees, other), (other, with_fees)):
        desk.recorded_plans.undo(recorded.id)
        assert seen(desk, elsewhere) == (start, before)
        again = elsewhere.recorded_plans.record_again(recorded.id)
        assert sums(seen(desk, elsewhere)) == sums((after, now))
        assert (again.trades, again.amounts) == (recorded.trades, recorded.amounts)
        assert desk.recorded_plans.all() == elsewhere.recorded_plans.all() == [again]
    other.recorded_plans.undo(recorded.id)
    assert seen(with_fees, other) == (start, before)


def test_two_plans_after_one_another_are_undone_in_turn(with_fees: Desk, other: Desk) -> None:
    states = [sums(seen(with_fees, other))]
    recorded = []
    for name in ("a deposit of whole shares into two accounts with fees", "a withdrawal in any amounts"):
        plan, allocation, fills = planned(with_fees, REQUESTS[name])
        recorded.append(with_fees.recorded_plans.record(plan, allocation, fills))
        states.append(sums(seen(with_fees, other)))
    for plan_, as_it_was in ((recorded[1], states[1]), (recorded[0], states[0])):
        other.recorded_plans.undo(plan_.id)
        assert sums(seen(with_fees, other)) == as_it_was
    for plan_, as_it_was in ((recorded[0], states[1]), (recorded[1], states[2])):
        with_fees.recorded_plans.record_again(plan_.id)
        assert sums(seen(with_fees, other)) == as_it_was
