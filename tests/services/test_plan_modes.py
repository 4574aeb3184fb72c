"""Plans by hand: every mode, whole shares and any amount, accounts and their rules."""

from dataclasses import replace
from decimal import Decimal

import pytest

from services.portfolios import (
    BONDS,
    EQUITY,
    account,
    asset,
    half_and_half,
    hold,
    left_out,
    planned,
    quantities,
    split_fund,
)
from wealthdesk.domain.accounts import AccountKind
from wealthdesk.domain.holdings import FxRate
from wealthdesk.domain.plans import (
    EmptyBecause,
    Goal,
    LeftOutBecause,
    LeftOutOfPlan,
    Limit,
    Mode,
    NoteKind,
    Plan,
    PlanNote,
    PlanRequest,
    Side,
)
from wealthdesk.domain.targets import ClassTarget, FillMethod, HoldingTarget, Unfillable
from wealthdesk.domain.tax_lots import TaxLot
from wealthdesk.domain.trading_rules import AccountRules, Room, RoomKind, Trading, TradingRules
from wealthdesk.errors import BadInput
from wealthdesk.services.desk import Desk

# Deposits


def test_whole_shares_are_whole_and_the_rest_is_told(desk: Desk) -> None:
    broker = account(desk)
    ids = {"S": asset(desk, "S", "30", {EQUITY: 100}), "B": asset(desk, "B", "7", {BONDS: 100})}
    hold(desk, broker, {"S": "10", "B": "30"}, ids)
    below = {key: (HoldingTarget(ids[key], 10_000),) for key in ids}
    desk.targets.add(
        None, "60/40", (ClassTarget(EQUITY, 6000, holdings=below["S"]), ClassTarget(BONDS, 4000, holdings=below["B"]))
    )
    plan = planned(desk, Mode.DEPOSIT, {None: 10_000}, whole_shares=True)
    assert quantities(desk, plan) == {"S": Decimal(2), "B": Decimal(5)}
    assert (plan.left_in_cash_minor, plan.accounts[0].limit) == (500, Limit.CASH_USED_UP)
    assert [trade.limit for trade in plan.trades] == [Limit.CASH_USED_UP, Limit.CASH_USED_UP]
    assert {trade.account_id for trade in plan.trades} == {broker}


def test_a_deposit_smaller_than_any_share_stays_in_cash_and_that_is_said(desk: Desk) -> None:
    broker = account(desk)
    ids = {"S": asset(desk, "S", "300", {EQUITY: 100}), "B": asset(desk, "B", "70", {BONDS: 100})}
    hold(desk, broker, {"S": "1", "B": "3"}, ids)
    desk.targets.add(None, "60/40", (ClassTarget(EQUITY, 6000), ClassTarget(BONDS, 4000)))
    plan = planned(desk, Mode.DEPOSIT, {None: 5_000}, whole_shares=True)
    assert (plan.trades, plan.left_in_cash_minor) == ((), 5_000)
    assert (LeftOutBecause.BELOW_ONE_LOT, ids["S"]) in left_out(plan)
    assert plan.accounts[0].limit is Limit.CASH_USED_UP


def test_each_account_pays_from_its_own_cash_with_its_fees_and_its_buffer(desk: Desk) -> None:
    first, second = account(desk, "First"), account(desk, "Second", AccountKind.TAX_FREE, "EUR")
    desk.rates.set([FxRate("EUR", "USD", desk.clock.today(), Decimal(2))])
    ids = {"S": asset(desk, "S", "10", {EQUITY: 100}), "B": asset(desk, "B", "10", {BONDS: 100})}
    hold(desk, first, {"S": "10", "USD": "50"}, ids)
    hold(desk, second, {"B": "1", "EUR": "30"}, ids)
    desk.targets.add(None, "Half", (ClassTarget(EQUITY, 5000), ClassTarget(BONDS, 5000)))
    rules = TradingRules(
        accounts={
            first: AccountRules(buffer_minor=3_000, fee_fixed_minor=100, fee_rate_bps=Decimal(50)),
            second: AccountRules(buffer_minor=1_000, fee_rate_bps=Decimal(10), fx_rate_bps=Decimal(15)),
        }
    )
    amounts: dict[str | None, int] = {first: 2_500, second: 3_000}  # of dollars, and of euros
    plan = planned(desk, Mode.DEPOSIT, amounts, rules, whole_shares=True)
    cash = {each.account_id: each for each in plan.accounts}
    assert (cash[first].buffer_minor, cash[second].buffer_minor) == (3_000, 2_000)
    assert {(t.account_id, t.quantity, t.amount_minor, t.fee_minor) for t in plan.trades} == {
        (first, Decimal(2), 2_000, 110),
        (second, Decimal(5), 5_000, 5),
    }
    # What is bought in dollars is changed for, with a fee of its own.
    assert [(c.account_id, c.source, c.to, c.fee_minor) for c in plan.conversions] == [(second, "EUR", "USD", 8)]
    assert (cash[first].after_minor, cash[second].after_minor) == (5_000 + 390, 6_000 + 987)
    used = planned(desk, Mode.DEPOSIT, amounts, rules, whole_shares=True, use_cash=True)
    assert used.idle_minor == 2_000 + 4_000
    assert all(each.after_minor >= each.buffer_minor for each in used.accounts)
    # Which of the two buys what is alike to the targets: 9 of the second and 4 of the first account's asset in all.
    assert quantities(desk, used) == {"S": Decimal(2), "B": Decimal(11)}


def test_money_for_one_account_buys_only_there_and_only_what_it_may_hold(desk: Desk) -> None:
    first, second = account(desk, "First"), account(desk, "Second")
    ids = {"S": asset(desk, "S", "1", {EQUITY: 100}), "B": asset(desk, "B", "1", {BONDS: 100})}
    hold(desk, first, {"S": "100", "USD": "20"}, ids)
    hold(desk, second, {"B": "50", "USD": "30"}, ids)
    desk.targets.add(None, "Half", (ClassTarget(EQUITY, 5000), ClassTarget(BONDS, 5000)))
    rules = TradingRules(accounts={second: AccountRules(can_hold=frozenset([ids["S"]]))})
    for whole in (True, False):
        plan = planned(desk, Mode.DEPOSIT, {first: 1_000}, rules, whole_shares=whole)
        assert [(t.account_id, t.quantity) for t in plan.trades] == [(first, Decimal(10))]
        assert quantities(desk, plan) == {"B": Decimal(10)}
        assert planned(desk, Mode.DEPOSIT, {second: 1_000}, rules, whole_shares=whole).bought_minor <= 1_000
        assert "B" not in quantities(desk, planned(desk, Mode.DEPOSIT, {second: 1_000}, rules, whole_shares=whole))


def test_any_account_buys_where_a_class_is_better_held(desk: Desk) -> None:
    first, second = account(desk, "First"), account(desk, "Second", AccountKind.TAX_DEFERRED)
    ids = {key: asset(desk, key, "1", {each: 100}) for key, each in (("S", EQUITY), ("B", BONDS), ("C", "crypto"))}
    hold(desk, first, {"S": "100", "B": "3"}, ids)
    hold(desk, second, {"S": "10", "B": "4"}, ids)
    below = (HoldingTarget(ids["C"], 10_000),)
    targets = (ClassTarget(EQUITY, 4000), ClassTarget(BONDS, 4000), ClassTarget("crypto", 2000, holdings=below))
    desk.targets.add(None, "Three", targets)
    rules = TradingRules(
        accounts={second: AccountRules(room=Room(RoomKind.NO_LIMIT))}, homes={"crypto": AccountKind.TAX_DEFERRED}
    )
    plan = planned(desk, Mode.DEPOSIT, {None: 20_000}, rules, whole_shares=True)
    assert {t.asset_id: t.account_id for t in plan.trades}[ids["C"]] == second
    # Of an account of old-age money nothing was said: none goes there, and that is asked.
    without = planned(desk, Mode.DEPOSIT, {None: 20_000}, whole_shares=True)
    assert {t.account_id for t in without.trades} == {first}
    assert PlanNote(NoteKind.ASK_ROOM, second) in without.notes


def test_any_account_leaves_one_below_its_buffer_as_it_is(desk: Desk) -> None:
    poor, rich = account(desk, "Poor"), account(desk, "Rich")
    ids = {"S": asset(desk, "S", "1", {EQUITY: 100})}
    hold(desk, poor, {"S": "10", "USD": "3"}, ids)
    hold(desk, rich, {"S": "20", "USD": "40"}, ids)
    desk.targets.add(None, "All", (ClassTarget(EQUITY, 10_000),))
    rules = TradingRules({each: AccountRules(buffer_minor=500) for each in (poor, rich)})
    for whole in (True, False):
        plan = planned(desk, Mode.DEPOSIT, {None: 100}, rules, whole_shares=whole, use_cash=True)
        assert (plan.idle_minor, quantities(desk, plan)) == (3_500, {"S": Decimal(36)})
        assert {each.account_id: each.after_minor for each in plan.accounts} == {poor: 300, rich: 500}


def test_homes_decide_between_accounts_and_move_no_class(desk: Desk) -> None:
    first, second = account(desk, "First"), account(desk, "Second", AccountKind.TAX_DEFERRED)
    ids = {"S": asset(desk, "S", "1", {EQUITY: 100}), "B": asset(desk, "B", "1", {BONDS: 100})}
    hold(desk, first, {"S": "500", "B": "500"}, ids)
    hold(desk, second, {"S": "500", "B": "500"}, ids)
    desk.targets.add(None, "Half", (ClassTarget(EQUITY, 5000), ClassTarget(BONDS, 5000)))
    rules = TradingRules(homes={BONDS: AccountKind.TAX_DEFERRED, EQUITY: AccountKind.TAXABLE})
    amounts: dict[str | None, int] = {first: 10_000, second: 10_000}
    home = planned(desk, Mode.DEPOSIT, amounts, rules, whole_shares=True)
    assert {(t.account_id, t.asset_id) for t in home.trades} == {(first, ids["S"]), (second, ids["B"])}
    uneven: dict[str | None, int] = {first: 16_000, second: 4_000}
    moved = [planned(desk, Mode.DEPOSIT, uneven, each, whole_shares=True) for each in (rules, TradingRules())]
    values = [[each.value_minor for each in plan.after.classes] for plan in moved]
    assert all(abs(one - other) <= 100 for one, other in zip(*values, strict=True))
    ignored = planned(desk, Mode.DEPOSIT, amounts, rules, whole_shares=True, prefer_homes=False)
    assert ignored.after == home.after


def test_the_smallest_trade_and_why_cash_is_left(desk: Desk) -> None:
    _, ids = half_and_half(desk, "100", "90")
    plan = planned(desk, Mode.DEPOSIT, {None: 1_000}, whole_shares=True, min_trade_minor=2_000)
    # A plan's only trade may be as small as the money that there is.
    assert [(t.asset_id, t.amount_minor) for t in plan.trades] == [(ids["B"], 1_000)]
    bigger = planned(desk, Mode.DEPOSIT, {None: 3_000}, min_trade_minor=2_000)
    assert [t.asset_id for t in bigger.trades] == [ids["B"]]
    # Half to each comes closer than all to one, and is as small as a trade may be.
    halves = planned(desk, Mode.DEPOSIT, {None: 3_000}, min_trade_minor=1_500)
    assert sorted((t.asset_id, t.amount_minor) for t in halves.trades) == sorted((ids[each], 1_500) for each in "BS")
    assert bigger.trades[0].amount_minor >= 2_000
    both = planned(desk, Mode.DEPOSIT, {None: 30_000}, min_trade_minor=2_000)
    assert [t.asset_id for t in both.trades] == [ids["B"], ids["S"]]


def test_rules_of_assets_keep_them_out_or_to_one_side(desk: Desk) -> None:
    broker = account(desk)
    names = ("Free", "Locked", "SellOnly", "Excluded", "Gone")
    ids = {name: asset(desk, name, "1", {EQUITY: 100}) for name in names}
    hold(desk, broker, dict.fromkeys(names, "100"), ids)
    desk.targets.add(None, "All", (ClassTarget(EQUITY, 10_000),))
    gone = next(each for each in desk.assets.all() if each.symbol == "Gone")
    desk.assets.change(replace(gone, is_archived=True))
    rules = TradingRules(
        assets={
            ids["Locked"]: Trading.LOCKED,
            ids["SellOnly"]: Trading.SELL_ONLY,
            ids["Excluded"]: Trading.EXCLUDED,
        }
    )
    for whole in (True, False):
        plan = planned(desk, Mode.DEPOSIT, {None: 10_000}, rules, whole_shares=whole)
        assert quantities(desk, plan) == {"Free": Decimal(97 if whole else 100)}  # 100 is four times its target
        assert set(left_out(plan)) == {
            (LeftOutBecause.LOCKED, ids["Locked"]),
            (LeftOutBecause.SELL_ONLY, ids["SellOnly"]),
            (LeftOutBecause.EXCLUDED, ids["Excluded"]),
            (LeftOutBecause.ARCHIVED, ids["Gone"]),
        }
        assert plan.before.classified_minor == 40_000
        out = planned(desk, Mode.WITHDRAWAL, {None: 30_000}, rules, whole_shares=whole)
        assert quantities(desk, out) == {"Free": Decimal(100), "SellOnly": Decimal(100), "Gone": Decimal(100)}
        more = planned(desk, Mode.WITHDRAWAL, {None: 30_500}, rules, whole_shares=whole)
        assert (more.sold_minor, more.shortfall_minor) == (30_000, 500)
        assert {t.limit for t in more.trades} <= {Limit.ALL_SOLD, None}


def test_an_archived_account_is_not_bought_in(desk: Desk) -> None:
    old, new = account(desk, "Old"), account(desk, "New")
    ids = {"S": asset(desk, "S", "1", {EQUITY: 100}), "B": asset(desk, "B", "1", {BONDS: 100})}
    hold(desk, old, {"B": "50", "USD": "40"}, ids)
    hold(desk, new, {"S": "100", "USD": "10"}, ids)
    desk.targets.add(None, "Half", (ClassTarget(EQUITY, 5000), ClassTarget(BONDS, 5000)))
    found = next(each for each in desk.accounts.all() if each.id == old)
    desk.accounts.change(replace(found, is_archived=True))
    plan = planned(desk, Mode.DEPOSIT, {None: 1_000}, whole_shares=True, use_cash=True)
    assert (plan.idle_minor, {t.account_id for t in plan.trades}) == (1_000, {new})
    assert quantities(desk, plan) == {"B": Decimal(20)}


@pytest.mark.parametrize("whole_shares", [True, False])
def test_money_for_a_class_that_nothing_can_be_bought_in(desk: Desk, whole_shares: bool) -> None:
    broker = account(desk)
    ids = {"S": asset(desk, "S", "1", {EQUITY: 100})}
    hold(desk, broker, {"S": "6000"}, ids)
    strategy = desk.targets.add(None, "Gold", (ClassTarget(EQUITY, 5000), ClassTarget("commodities", 5000)))
    spread = planned(desk, Mode.DEPOSIT, {None: 100_000}, whole_shares=whole_shares)
    assert quantities(desk, spread) == {"S": Decimal(1000)}
    assert left_out(spread) == [(LeftOutBecause.NOTHING_TO_BUY, "commodities")]
    desk.targets.change(replace(strategy, unfillable=Unfillable.KEEP_CASH))
    kept = planned(desk, Mode.DEPOSIT, {None: 100_000}, whole_shares=whole_shares)
    assert (kept.trades, kept.left_in_cash_minor) == ((), 100_000)
    beyond = planned(desk, Mode.DEPOSIT, {None: 800_000}, whole_shares=whole_shares)
    assert quantities(desk, beyond) == {"S": Decimal(1000)}
    assert beyond.left_in_cash_minor == 700_000


@pytest.mark.parametrize("method", [FillMethod.LARGEST_GAP, FillMethod.PROPORTIONAL])
def test_a_chosen_fill_method_decides_even_beside_look_through_funds(desk: Desk, method: FillMethod) -> None:
    split_fund(desk)
    strategy = desk.targets.active(None)
    assert strategy is not None
    desk.targets.change(replace(strategy, fill_method=method))
    plan = planned(desk, Mode.DEPOSIT, {None: 5_000})
    assert plan.method is method
    assert (
        LeftOutOfPlan(LeftOutBecause.LOOK_THROUGH, asset_id=next(a.id for a in desk.assets.all() if a.symbol == "A"))
        in plan.left_out
    )


# Withdrawals


@pytest.mark.parametrize("whole_shares", [True, False])
def test_a_withdrawal_takes_the_overweight_class_first_and_leaves_other_accounts_alone(
    desk: Desk, whole_shares: bool
) -> None:
    first, second = account(desk, "First"), account(desk, "Second")
    ids = {"S": asset(desk, "S", "1", {EQUITY: 100}), "B": asset(desk, "B", "1", {BONDS: 100})}
    hold(desk, first, {"S": "100", "B": "60", "USD": "5"}, ids)
    hold(desk, second, {"S": "100", "USD": "20"}, ids)
    desk.targets.add(None, "Half", (ClassTarget(EQUITY, 5000), ClassTarget(BONDS, 5000)))
    plan = planned(desk, Mode.WITHDRAWAL, {first: 3_000}, whole_shares=whole_shares)
    assert {t.account_id for t in plan.trades} == {first}
    assert quantities(desk, plan).keys() == {"S"}
    assert plan.sold_minor >= 2_500  # its cash goes first
    cash = {each.account_id: each for each in plan.accounts}
    assert (cash[first].new_minor, cash[second].after_minor) == (-3_000, 2_000)
    assert cash[first].after_minor == plan.sold_minor - 2_500
    used = planned(desk, Mode.WITHDRAWAL, {first: 500}, whole_shares=whole_shares)
    assert (used.trades, used.shortfall_minor, used.empty_because) == ((), 0, EmptyBecause.CASH_PAYS)


def test_a_withdrawal_by_hand(desk: Desk) -> None:
    half_and_half(desk, "150", "50")
    plan = planned(desk, Mode.WITHDRAWAL, {None: 12_000})
    assert quantities(desk, plan) == {"S": Decimal(110), "B": Decimal(10)}
    assert plan.method is FillMethod.EVEN_FILL
    none = planned(desk, Mode.WITHDRAWAL, {None: 30_000})
    assert (none.sold_minor, none.shortfall_minor, none.after.total_minor) == (20_000, 10_000, 0)
    assert sum(each.new_minor for each in none.accounts) == -20_000


@pytest.mark.parametrize("whole_shares", [True, False])
@pytest.mark.parametrize("missing", [0, 1, 10_000])
def test_a_withdrawal_of_more_than_there_is_sells_all_of_it(desk: Desk, missing: int, whole_shares: bool) -> None:
    broker, _ = half_and_half(desk, "150", "50", cash="10")
    plan = planned(desk, Mode.WITHDRAWAL, {broker: 21_000 + missing}, whole_shares=whole_shares)
    assert quantities(desk, plan) == {"S": Decimal(150), "B": Decimal(50)}
    assert (plan.shortfall_minor, plan.accounts[0].after_minor) == (missing, 0)


@pytest.mark.parametrize("whole_shares", [True, False])
@pytest.mark.parametrize("much", [5_000, 50_000])
def test_what_one_account_cannot_raise_is_not_sold_for_in_another(desk: Desk, much: int, whole_shares: bool) -> None:
    first, second = account(desk, "First"), account(desk, "Second")
    ids = {"S": asset(desk, "S", "1", {EQUITY: 100}), "B": asset(desk, "B", "1", {BONDS: 100})}
    hold(desk, first, {"S": "100", "B": "10"}, ids)
    hold(desk, second, {"S": "20", "B": "20"}, ids)
    desk.targets.add(None, "Half", (ClassTarget(EQUITY, 5000), ClassTarget(BONDS, 5000)))
    plan = planned(desk, Mode.WITHDRAWAL, {first: 1_000, second: much}, whole_shares=whole_shares)
    sold = {(trade.account_id, trade.asset_id): trade.quantity for trade in plan.trades}
    assert sold == {(first, ids["S"]): 10, (second, ids["S"]): 20, (second, ids["B"]): 20}
    assert plan.shortfall_minor == much - 4_000


def test_a_withdrawal_without_targets_keeps_the_proportions(desk: Desk) -> None:
    broker = account(desk)
    ids = {"S": asset(desk, "S", "1", {EQUITY: 100}), "B": asset(desk, "B", "1", {BONDS: 100})}
    hold(desk, broker, {"S": "150", "B": "50"}, ids)
    for whole in (True, False):
        plan = planned(desk, Mode.WITHDRAWAL, {None: 4_000}, scope=broker, whole_shares=whole)
        assert quantities(desk, plan) == {"S": Decimal(30), "B": Decimal(10)}


def test_the_limit_on_realised_gains(desk: Desk) -> None:
    broker = account(desk)
    ids = {"S": asset(desk, "S", "10", {EQUITY: 100}), "B": asset(desk, "B", "10", {BONDS: 100})}
    desk.holdings.add(broker, ids["S"], Decimal(15), 9_000)
    desk.holdings.add(broker, ids["B"], Decimal(5), 5_000)
    desk.targets.add(None, "Half", (ClassTarget(EQUITY, 5000), ClassTarget(BONDS, 5000)))
    free = planned(desk, Mode.REBALANCE, whole_shares=True)
    assert quantities(desk, free, Side.SELL) == {"S": Decimal(5)}
    assert free.realised_gain_minor == 5 * 400
    limited = planned(desk, Mode.REBALANCE, whole_shares=True, gain_limit_minor=1_000)
    assert quantities(desk, limited, Side.SELL) == {"S": Decimal(2)}
    assert (limited.realised_gain_minor, limited.trades[0].limit) == (800, Limit.GAIN_LIMIT)
    allocation = desk.allocations.of(None)
    held = next(each for each in allocation.portfolio.holdings if each.asset_id == ids["S"])
    lots = {held.id: [TaxLot(None, Decimal(3), 3_600), TaxLot(None, Decimal(12), 5_400)]}
    assert limited.request is not None
    by_lots = desk.plans.calculate(allocation, limited.request, TradingRules(), lots)
    assert quantities(desk, by_lots, Side.SELL) == {"S": Decimal(5)}
    assert by_lots.realised_gain_minor == 3 * -200 + 2 * 550


def test_a_limited_gain_over_two_accounts_sells_the_dearest_lots_of_both(desk: Desk) -> None:
    first, second = account(desk, "First"), account(desk, "Second")
    stock = asset(desk, "S", "10", {EQUITY: 100})
    desk.holdings.add(first, stock, Decimal(10), 2_000)
    desk.holdings.add(second, stock, Decimal(4), 4_000)
    desk.targets.add(None, "All", (ClassTarget(EQUITY, 10_000),))
    plan = planned(desk, Mode.WITHDRAWAL, {None: 6_000}, whole_shares=True, gain_limit_minor=1_600)
    assert {t.account_id: t.quantity for t in plan.trades} == {second: Decimal(4), first: Decimal(2)}
    assert (plan.realised_gain_minor, plan.shortfall_minor) == (1_600, 0)


# Rebalances


def test_a_rebalance_onto_the_targets_half_way_and_to_the_edge(desk: Desk) -> None:
    half_and_half(desk, "1500", "500")
    onto = planned(desk, Mode.REBALANCE, whole_shares=True)
    assert quantities(desk, onto, Side.SELL)["S"] in (Decimal(499), Decimal(500))
    edge = planned(desk, Mode.REBALANCE, whole_shares=True, goal=Goal.BAND_EDGE)
    assert quantities(desk, edge, Side.SELL)["S"] == Decimal(401)
    assert edge.after.outside == ()
    half = planned(desk, Mode.REBALANCE, whole_shares=True, goal=Goal.HALF_WAY)
    assert quantities(desk, half, Side.SELL)["S"] == Decimal(450)
    assert half.after.outside == ()


def test_a_rebalance_spends_idle_cash_first_and_keeps_the_buffer(desk: Desk) -> None:
    broker, _ = half_and_half(desk, "150", "50", cash="120")
    rules = TradingRules(accounts={broker: AccountRules(buffer_minor=2_000)})
    plan = planned(desk, Mode.REBALANCE, {}, rules, whole_shares=True)
    assert quantities(desk, plan) == {"B": Decimal(100)}
    assert plan.accounts[0].after_minor == 2_000


def test_a_rebalance_moves_no_money_between_accounts(desk: Desk) -> None:
    first, second = account(desk, "First"), account(desk, "Second")
    ids = {"S": asset(desk, "S", "1", {EQUITY: 100}), "B": asset(desk, "B", "1", {BONDS: 100})}
    hold(desk, first, {"S": "100"}, ids)
    hold(desk, second, {"S": "100"}, ids)
    desk.targets.add(
        None,
        "Half",
        (
            ClassTarget(EQUITY, 5000, holdings=(HoldingTarget(ids["S"], 10_000),)),
            ClassTarget(BONDS, 5000, holdings=(HoldingTarget(ids["B"], 10_000),)),
        ),
    )
    rules = TradingRules(accounts={second: AccountRules(can_hold=frozenset())})
    plan = planned(desk, Mode.REBALANCE, {}, rules, whole_shares=True)
    bought = {t.account_id: t.amount_minor for t in plan.trades if t.side is Side.BUY}
    assert bought.keys() == {first}
    assert bought[first] <= 10_000


@pytest.mark.parametrize("whole_shares", [True, False])
def test_a_money_market_fund_is_sold_to_buy_what_is_missing_and_not_to_be_cash(desk: Desk, whole_shares: bool) -> None:
    first, second = account(desk, "First"), account(desk, "Second")
    ids = {"S": asset(desk, "S", "1", {EQUITY: 100}), "B": asset(desk, "B", "1", {BONDS: 100})}
    ids["MM"] = asset(desk, "MM", "1", {"cash": 100})
    hold(desk, first, {"S": "1000", "B": "200", "MM": "100"}, ids)
    hold(desk, second, {"MM": "200", "USD": "5"}, ids)
    desk.targets.add(None, "Half", (ClassTarget(EQUITY, 5000), ClassTarget(BONDS, 5000)))
    rules = TradingRules(accounts={second: AccountRules(can_hold=frozenset())})
    plan = planned(desk, Mode.REBALANCE, {}, rules, whole_shares=whole_shares)
    assert (ids["MM"], first) in {(t.asset_id, t.account_id) for t in plan.trades}
    assert second not in {t.account_id for t in plan.trades}


# Edges


def test_nothing_and_nobody(desk: Desk) -> None:
    nothing: dict[str | None, int] = {None: 0}
    for mode in Mode:
        for whole in (True, False):
            plan = planned(desk, mode, {} if mode is Mode.REBALANCE else nothing, whole_shares=whole)
            assert (plan.trades, plan.before) == ((), plan.after)
    kept = planned(desk, Mode.DEPOSIT, {None: 100_000}, whole_shares=True)
    assert (kept.trades, kept.left_in_cash_minor) == ((), 100_000)
    gone = planned(desk, Mode.WITHDRAWAL, {None: 100_000}, whole_shares=True)
    assert (gone.trades, gone.shortfall_minor) == ((), 100_000)


def test_only_cash_is_spread_by_the_targets(desk: Desk) -> None:
    broker = account(desk)
    ids = {"S": asset(desk, "S", "1", {EQUITY: 100}), "B": asset(desk, "B", "1", {BONDS: 100})}
    hold(desk, broker, {"USD": "100"}, ids)
    below = {key: (HoldingTarget(ids[key], 10_000),) for key in ids}
    classes = (ClassTarget(EQUITY, 6000, holdings=below["S"]), ClassTarget(BONDS, 3000, holdings=below["B"]))
    desk.targets.add(None, "Start", (*classes, ClassTarget("cash", 1000)))
    for whole in (True, False):
        plan = planned(desk, Mode.DEPOSIT, {None: 10_000}, whole_shares=whole, use_cash=True)
        assert quantities(desk, plan) == {"S": Decimal(120), "B": Decimal(60)}
        assert plan.left_in_cash_minor == 2_000
        new = planned(desk, Mode.DEPOSIT, {None: 10_000}, whole_shares=whole)
        assert new.bought_minor == 10_000
        rebalance = planned(desk, Mode.REBALANCE, whole_shares=whole)
        assert quantities(desk, rebalance) == {"S": Decimal(60), "B": Decimal(30)}


def test_only_unpriced_holdings_leave_everything_in_cash(desk: Desk) -> None:
    broker = account(desk)
    ids = {"S": asset(desk, "S", None, {EQUITY: 100})}
    hold(desk, broker, {"S": "5"}, ids)
    desk.targets.add(None, "All", (ClassTarget(EQUITY, 10_000),))
    for whole in (True, False):
        plan = planned(desk, Mode.DEPOSIT, {None: 10_000}, whole_shares=whole)
        assert (plan.trades, plan.left_in_cash_minor) == ((), 10_000)
        assert (LeftOutBecause.NO_PRICE, ids["S"]) in left_out(plan)


def test_several_currencies_are_planned_at_one_snapshot(desk: Desk) -> None:
    broker = account(desk)
    desk.rates.set([FxRate("EUR", "USD", desk.clock.today(), Decimal("1.1"))])
    ids = {"S": asset(desk, "S", "10", {EQUITY: 100}, "EUR"), "B": asset(desk, "B", "11", {BONDS: 100})}
    hold(desk, broker, {"S": "10", "B": "10", "USD": "10", "EUR": "20"}, ids)
    desk.targets.add(None, "Half", (ClassTarget(EQUITY, 5000), ClassTarget(BONDS, 5000)))
    plan = planned(desk, Mode.DEPOSIT, {None: 1_200}, whole_shares=True, use_cash=True)
    assert plan.idle_minor == 1_000 + 2_200
    assert quantities(desk, plan) == {"S": Decimal(2), "B": Decimal(2)}
    assert plan.after.sum_bps == 0


def test_refusals_are_sentences(desk: Desk) -> None:
    broker = account(desk)
    other = account(desk, "Other")
    bad: list[tuple[Mode, dict[str | None, int]]] = [
        (Mode.DEPOSIT, {None: -1}), (Mode.WITHDRAWAL, {None: -1}), (Mode.REBALANCE, {None: 5}),
        (Mode.DEPOSIT, {None: 1, broker: 1}), (Mode.DEPOSIT, {"nowhere": 1}),
    ]  # fmt: skip
    for mode, amounts in bad:
        with pytest.raises(BadInput):
            planned(desk, mode, amounts)
    with pytest.raises(BadInput):
        planned(desk, Mode.DEPOSIT, {other: 1}, scope=broker)


# Better and better plans


def test_progress_is_told_of_plans_and_can_stop(desk: Desk) -> None:
    broker = account(desk)
    ids = {f"S{n}": asset(desk, f"S{n}", f"{17 + n * n}.37", {EQUITY if n % 2 else BONDS: 100}) for n in range(40)}
    hold(desk, broker, {f"S{n}": str(3 + 41 % (n + 1)) for n in range(40)}, ids)
    desk.targets.add(None, "Half", (ClassTarget(EQUITY, 5000), ClassTarget(BONDS, 5000)))
    allocation = desk.allocations.of(None)
    request = PlanRequest(Mode.DEPOSIT, {None: 2_000_000})
    seen: list[Plan] = []

    def keep(plan: Plan) -> bool:
        seen.append(plan)
        return False

    whole = replace(request, options=replace(request.options, whole_shares=True))
    stopped = desk.plans.calculate(allocation, whole, progress=keep)
    assert len(seen) == 1
    assert stopped.trades == seen[0].trades
    # How few trades do as well is searched for in any amounts too.
    desk.plans.calculate(allocation, request, progress=keep)
    assert len(seen) == 2
    assert not desk.plans.calculate(allocation, replace(whole, amounts={None: 0}), progress=keep).trades
    assert len(seen) == 2, "without money nothing is searched for"
