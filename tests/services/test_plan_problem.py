"""What the planner is given for a real portfolio: money, rooms, payers, purses, bands, and names that are no ids."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from services.portfolios import BONDS, EQUITY, account, asset, half_and_half, hold
from wealthdesk.domain.accounts import AccountKind
from wealthdesk.domain.holdings import FxRate
from wealthdesk.domain.plans import Goal, Mode, PlanOptions, PlanRequest
from wealthdesk.domain.targets import ClassTarget, HoldingTarget
from wealthdesk.domain.trading_rules import AccountRules, Room, RoomKind, TradingRules
from wealthdesk.errors import BadInput
from wealthdesk.planner.problem import Problem
from wealthdesk.planning.market import PlanMarket
from wealthdesk.planning.money import check, money_of, places_of
from wealthdesk.planning.problem import Question, problem_of
from wealthdesk.services.desk import Desk

NO_RULES = TradingRules()
LIMITED, NO_LIMIT = RoomKind.LIMITED, Room(RoomKind.NO_LIMIT)


def problem(
    desk: Desk, mode: Mode, amounts: dict[str | None, int], rules: TradingRules = NO_RULES, **options: Any
) -> Problem:
    """The planner's problem of a request."""
    request = PlanRequest(mode, amounts, PlanOptions(**options))
    market = PlanMarket.of(desk.allocations.of(None), rules)
    check(market, request)
    places = places_of(market, request)
    money = money_of(market, request, places)
    return problem_of(Question(market, places, money, request.options, desk.rules.lots()))[0]


def two_kinds(desk: Desk) -> tuple[str, str]:
    """A taxable account and one of old-age money, each with shares and bonds at 1.00."""
    broker, retirement = account(desk, "Broker"), account(desk, "Retirement", AccountKind.TAX_DEFERRED)
    ids = {"S": asset(desk, "S", "1", {EQUITY: 100}), "B": asset(desk, "B", "1", {BONDS: 100})}
    hold(desk, broker, {"S": "40000", "B": "20000", "USD": "500"}, ids)
    hold(desk, retirement, {"S": "30000", "B": "10000", "USD": "300"}, ids)
    desk.targets.add(None, "Half", (ClassTarget(EQUITY, 5000), ClassTarget(BONDS, 5000)))
    return broker, retirement


def with_room(account_id: str, room: Room) -> TradingRules:
    return TradingRules({account_id: AccountRules(room=room)})


def test_names_and_not_ids_are_what_the_planner_sorts_by(desk: Desk) -> None:
    two_kinds(desk)
    made = problem(desk, Mode.DEPOSIT, {None: 100_000})
    assert [each.id for each in made.accounts] == ["Broker"]
    assert [each.id for each in made.assets] == ["B\tUSD\t\tB", "S\tUSD\t\tS"]
    assert [each.id for each in made.classes] == ["Cash", "Equity", "Fixed income"]
    assert made.practical is not None
    assert ("S\tUSD\t\tS", "Retirement") in made.practical.held_places


@pytest.mark.parametrize(
    ("amounts", "options", "smallest"),
    [
        ({None: 5_000_000}, {}, 15_080),  # 0.1 % of all, what is not spent left out
        ({None: 10_000}, {}, 5_000),
        ({None: 5_000_000}, {"min_trade_minor": 700}, 700),
        ({None: 10_000}, {"min_trade_minor": 0}, 0),
    ],
)
def test_the_smallest_trade(desk: Desk, amounts: dict[str | None, int], options: dict[str, Any], smallest: int) -> None:
    two_kinds(desk)
    made = problem(desk, Mode.DEPOSIT, amounts, NO_RULES, **options)
    assert made.practical is not None
    assert made.practical.min_trade == made.smallest_trade
    if smallest == 15_080:
        assert made.smallest_trade == -(-made.total // 1_000)
    else:
        assert made.smallest_trade == smallest


def test_the_smallest_trade_is_at_least_25_units_and_half_of_the_least_amount(desk: Desk) -> None:
    broker, ids = half_and_half(desk, "100", "100")
    assert problem(desk, Mode.REBALANCE, {}).smallest_trade == 2_500
    assert problem(desk, Mode.WITHDRAWAL, {broker: 3_000}).smallest_trade == 1_500
    del ids


def test_new_money_for_any_account_goes_where_there_is_room(desk: Desk) -> None:
    broker, retirement = two_kinds(desk)
    asked = problem(desk, Mode.DEPOSIT, {None: 1_000_000})
    # Of the account of old-age money nothing is said: all goes into the other one.
    assert [(each.id, each.cash, each.room) for each in asked.accounts] == [("Broker", 1_050_000, None)]
    open_room = problem(desk, Mode.DEPOSIT, {None: 1_000_000}, with_room(retirement, NO_LIMIT))
    assert [(each.id, each.room) for each in open_room.accounts] == [("Broker", None), ("Retirement", None)]
    assert (open_room.new_money, open_room.accounts[0].cash) == (1_000_000, 50_000)
    limited = problem(desk, Mode.DEPOSIT, {None: 1_000_000}, with_room(retirement, Room(LIMITED, 700_000)))
    assert [each.room for each in limited.accounts] == [None, 700_000]
    named = problem(desk, Mode.DEPOSIT, {retirement: 1_000_000}, with_room(retirement, Room(LIMITED, 0)))
    assert [(each.id, each.cash) for each in named.accounts] == [("Retirement", 1_030_000)]
    del broker


def test_more_new_money_than_there_is_room_for_is_refused(desk: Desk) -> None:
    broker, retirement = two_kinds(desk)
    shared = Room(LIMITED, 600_000, shared_with=frozenset({broker}))
    rules = TradingRules(
        {
            retirement: AccountRules(room=shared),
            broker: AccountRules(room=Room(LIMITED, 600_000, shared_with=frozenset({retirement}))),
        }
    )
    made = problem(desk, Mode.DEPOSIT, {None: 600_000}, rules)
    assert made.shared_rooms == ((frozenset({"Broker", "Retirement"}), 600_000),)
    with pytest.raises(BadInput, match=r"At most 6,000\.00 USD of new money"):
        problem(desk, Mode.DEPOSIT, {None: 600_001}, rules)


def test_a_room_is_renewed_each_year() -> None:
    room = Room(LIMITED, 500, date(2026, 3, 1), 2_000, (4, 6))
    days = [date(2026, 3, 1), date(2026, 4, 5), date(2026, 4, 6), date(2027, 1, 1), date(2028, 4, 6)]
    assert [room.left_on(day) for day in days] == [500, 500, 2_000, 2_000, 2_000]
    assert Room(LIMITED, 500, date(2026, 3, 1)).left_on(date(2030, 1, 1)) == 500


def test_a_withdrawal_from_any_is_paid_by_taxable_accounts_while_they_can(desk: Desk) -> None:
    two_kinds(desk)
    first = problem(desk, Mode.WITHDRAWAL, {None: 6_000_000})
    assert [(each.id, each.cash, each.buffer) for each in first.accounts] == [("Broker", 50_000, 0)]
    both = problem(desk, Mode.WITHDRAWAL, {None: 6_100_000})
    assert ([each.id for each in both.accounts], both.withdrawal) == (["Broker", "Retirement"], 6_100_000)


def test_an_amount_of_an_account_is_in_its_currency_and_refused_without_a_rate(desk: Desk) -> None:
    depot, broker = account(desk, "Depot", currency="EUR"), account(desk, "Broker")
    ids = {"S": asset(desk, "S", "10", {EQUITY: 100}), "E": asset(desk, "E", "10", {BONDS: 100}, "EUR")}
    hold(desk, broker, {"S": "10"}, ids)
    desk.targets.add(None, "All", (ClassTarget(EQUITY, 10_000),))
    with pytest.raises(BadInput, match="no exchange rate for EUR, the currency of “Depot”"):
        problem(desk, Mode.DEPOSIT, {depot: 100_000})
    desk.rates.set([FxRate("EUR", "USD", desk.clock.today(), Decimal("1.2"))])
    made = problem(desk, Mode.DEPOSIT, {depot: 100_000})
    assert [(each.id, each.cash, each.currency) for each in made.accounts] == [("Depot", 120_000, "EUR")]
    assert made.purses == {("Depot", "EUR"): 120_000}


def test_purses_hold_what_an_account_has_by_currency(desk: Desk) -> None:
    broker = account(desk, "Broker")
    ids = {"S": asset(desk, "S", "10", {EQUITY: 100}), "E": asset(desk, "E", "10", {BONDS: 100}, "EUR")}
    desk.rates.set([FxRate("EUR", "USD", desk.clock.today(), Decimal("1.2"))])
    hold(desk, broker, {"S": "10", "E": "10", "USD": "100", "EUR": "50"}, ids)
    desk.targets.add(None, "Half", (ClassTarget(EQUITY, 5000), ClassTarget(BONDS, 5000)))
    rules = TradingRules({broker: AccountRules(buffer_minor=12_000, converts=False)})
    made = problem(desk, Mode.DEPOSIT, {broker: 50_000}, rules, use_cash=True)
    assert made.purses == {("Broker", "USD"): 60_000, ("Broker", "EUR"): 6_000}
    assert (made.accounts[0].cash, made.accounts[0].buffer, made.accounts[0].converts) == (66_000, 12_000, False)
    alone = problem(desk, Mode.REBALANCE, {}, rules)
    # What the buffer lacks in the account's own currency is kept in the other one, and counts as if it were there.
    assert alone.purses == {("Broker", "USD"): 12_000, ("Broker", "EUR"): 4_000}


def test_half_way_and_the_edge_are_zones_of_classes_and_holdings(desk: Desk) -> None:
    broker = account(desk)
    ids = {name: asset(desk, name, "1", {EQUITY if name < "S" else BONDS: 100}) for name in ("A", "B", "S")}
    hold(desk, broker, {"A": "6000", "B": "1000", "S": "3000"}, ids)
    below = (HoldingTarget(ids["A"], 5000), HoldingTarget(ids["B"], 5000))
    desk.targets.add(None, "T", (ClassTarget(EQUITY, 6000, holdings=below), ClassTarget(BONDS, 4000)))
    onto, half, edge = (
        problem(desk, Mode.REBALANCE, {}, goal=goal) for goal in (Goal.TARGET, Goal.HALF_WAY, Goal.BAND_EDGE)
    )
    assert onto.practical is not None
    assert (onto.practical.bands, onto.practical.asset_bands) == ({}, {})
    band, of_holding = Fraction(5, 100), Fraction(5, 100) * Fraction(60, 100)
    assert onto.practical.outside_bands == {"Equity": band, "Fixed income": band}
    assert set(onto.practical.outside_asset_bands.values()) == {of_holding}
    assert half.practical is not None
    assert half.practical.bands == {"Equity": band / 2, "Fixed income": band / 2}
    assert set(half.practical.asset_bands.values()) == {of_holding / 2}
    assert edge.practical is not None
    assert set(edge.practical.bands.values()) == {band - Fraction(1, 10_000)}
    assert set(edge.practical.asset_bands.values()) == {of_holding - Fraction(1, 10_000)}
