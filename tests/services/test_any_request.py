"""What holds for every request: money is conserved in each account, and every rule is kept, over any portfolio."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import event, given, settings
from hypothesis import strategies as st

from examples import examples
from services.any_portfolio import allocations, requests, rules_for, turned
from services.portfolios import check_sums
from wealthdesk.domain.drift import Allocation
from wealthdesk.domain.money import half_up
from wealthdesk.domain.plans import Mode, Plan, PlanRequest, Side
from wealthdesk.domain.trading_rules import MayHold, Trading, TradingRules
from wealthdesk.errors import BadInput
from wealthdesk.planning.plans import Plans

Case = tuple[Allocation, PlanRequest, TradingRules]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    allocation = draw(allocations())
    return allocation, draw(requests(allocation)), draw(rules_for(allocation.portfolio))


@settings(max_examples=examples(300), deadline=None)
@given(cases())
def test_every_plan_keeps_every_rule(case: Case) -> None:
    allocation, request, rules = case
    plan = planned(allocation, request, rules)
    if plan is None:
        event("no room")
        return
    event(f"{request.mode.value}, {'whole' if request.options.whole_shares else 'any'}, {min(len(plan.trades), 3)}")
    assert plan.request == request
    check_sums(plan)
    check_trades(allocation, plan, rules)
    check_quantities(allocation, plan)
    check_costs(allocation, plan, rules)


@settings(max_examples=examples(150), deadline=None)
@given(cases())
def test_the_order_of_nothing_decides(case: Case) -> None:
    allocation, request, rules = case
    assert planned(turned(allocation), request, rules) == planned(allocation, request, rules)


def planned(allocation: Allocation, request: PlanRequest, rules: TradingRules) -> Plan | None:
    """The plan; None where it is refused because the accounts have no room for so much new money."""
    try:
        return Plans().calculate(allocation, request, rules)
    except BadInput as refused:
        assert "of new money may go into the accounts here" in str(refused)
        return None


def check_trades(allocation: Allocation, plan: Plan, rules: TradingRules) -> None:
    """One side per asset, only what may be traded, only where it may be held, and a sale only where it is asked for."""
    sides: dict[str, set[Side]] = {}
    for trade in plan.trades:
        sides.setdefault(trade.asset_id, set()).add(trade.side)
        asset, trading = allocation.portfolio.assets[trade.asset_id], rules.of_asset(trade.asset_id)
        assert trade.amount_minor > 0 or trade.quantity > 0
        assert not asset.is_cash
        assert asset.exposures
        if trade.side is Side.SELL:
            assert trading in (Trading.FREE, Trading.SELL_ONLY)
            continue
        assert trading in (Trading.FREE, Trading.BUY_ONLY)
        assert not asset.is_archived
        assert trade.account_id is not None
        of_account = rules.of_account(trade.account_id)
        assert of_account.may_hold is not MayHold.LISTED or asset.id in (of_account.can_hold or ())
    for trade in plan.trades:
        account = allocation.portfolio.accounts[trade.account_id or ""]
        assert not account.is_archived or rules.of_account(account.id).trades_archived
    assert all(len(each) == 1 for each in sides.values())
    assert plan.trades or plan.empty_because is not None
    is_inside = plan.before.is_inside and not (plan.request and plan.request.always)
    if plan.mode is Mode.DEPOSIT or (plan.mode is Mode.REBALANCE and is_inside):
        assert not plan.sold_minor
    if None not in (plan.request.amounts if plan.request else {}):
        named = {key for key, minor in plan.request.amounts.items() if minor} if plan.request else set()
        if plan.mode is Mode.WITHDRAWAL:
            assert {trade.account_id for trade in plan.trades} <= named


def check_quantities(allocation: Allocation, plan: Plan) -> None:
    """Never more than is held is sold; whole shares are whole."""
    assert plan.request is not None
    held: dict[tuple[str, str], Decimal] = {}
    for each in allocation.valuation.holdings:
        place = (each.asset.id, each.holding.account_id)
        held[place] = held.get(place, Decimal(0)) + each.holding.quantity
    bought_in_lots = plan.request.options.whole_shares
    for trade in plan.trades:
        if trade.side is Side.SELL:
            assert trade.quantity <= held[trade.asset_id, trade.account_id or ""]
        step = allocation.portfolio.assets[trade.asset_id].lot_step
        if bought_in_lots and step is not None and trade.side is Side.BUY:
            assert Fraction(trade.quantity) % Fraction(step) == 0


def check_costs(allocation: Allocation, plan: Plan, rules: TradingRules) -> None:
    """Fees are those of the account, accounts end above their buffers, small trades and large gains are not made."""
    assert plan.request is not None
    options = plan.request.options
    for trade in plan.trades:
        of_account = rules.of_account(trade.account_id or "")
        account = allocation.portfolio.accounts[trade.account_id or ""]
        if account.currency == plan.base_currency == trade.currency and plan.method is None:
            least = of_account.fee_fixed_minor + half_up(
                Fraction(of_account.fee_rate_bps) * trade.amount_minor / 10_000
            )
            assert trade.fee_minor == least
        is_small = trade.closes or len(plan.trades) == 1 or plan.method is not None
        assert is_small or trade.amount_minor >= plan.min_trade_minor
    if options.gain_limit_minor is not None and plan.realised_gain_minor is not None and plan.mode is not Mode.DEPOSIT:
        assert plan.realised_gain_minor <= options.gain_limit_minor
    for each in plan.accounts:
        assert each.after_minor >= 0 or each.before_minor < 0
        assert all(purse.after_minor >= -1 for purse in each.purses)
