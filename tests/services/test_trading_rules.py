"""Rules of trading, cost lots and the options of plans through the services: kept exactly, refused with a sentence."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from portfolio_files import copied, open_demo
from wealthdesk.changes import EVERYTHING, Topic
from wealthdesk.domain.accounts import AccountKind
from wealthdesk.domain.plans import AccountCash, Goal, Mode, Plan, PlanOptions, RecordedPlan
from wealthdesk.domain.tax_lots import TaxLot, known_lots
from wealthdesk.domain.trading_rules import NO_RULES, AccountRules, MayHold, Room, RoomKind, Trading, TradingRules
from wealthdesk.errors import BadInput, NotFound
from wealthdesk.services.desk import Clock, Desk, open_desk
from wealthdesk.services.trading_rules import Rules
from wealthdesk.storage.file.opening import open_portfolio

RULES = AccountRules(50_000, 495, Decimal("12.5"), Decimal("0.000000000001"), frozenset({"vti", "bnd"}))


@pytest.fixture(scope="module")
def without_rules(tmp_path_factory: pytest.TempPathFactory, clock: Clock) -> Path:
    """The demo as if nobody had set rules or lots in it."""
    path = tmp_path_factory.mktemp("demo") / "demo.wealthdesk"
    with open_demo(path, clock) as demo:
        for account_id in demo.rules.current().accounts:
            demo.rules.set_account(account_id, NO_RULES)
        for holding_id in demo.rules.lots():
            demo.rules.set_lots(holding_id, [])
    return path


@pytest.fixture
def demo(without_rules: Path, tmp_path: Path, clock: Clock) -> Iterator[Desk]:
    """The same, open."""
    with open_desk(copied(without_rules, tmp_path / "demo.wealthdesk"), clock) as again:
        yield again


def test_a_portfolio_has_no_rules_until_some_are_set(demo: Desk) -> None:
    assert demo.rules.current() == TradingRules()
    assert demo.rules.current() is demo.rules.current()
    assert demo.rules.current().of_account("brokerage") == NO_RULES


def test_rules_are_kept_exactly_and_told(demo: Desk, clock: Clock) -> None:
    demo.rules.current()
    told: list[frozenset[Topic]] = []
    demo.subscribe(told.append)
    demo.rules.set_account("brokerage", RULES)
    demo.rules.set_account("wallet", AccountRules(can_hold=frozenset()))
    demo.rules.set_trading(["btc", "eth"], Trading.LOCKED)
    demo.rules.set_trading(["aor"], Trading.EXCLUDED)
    demo.rules.set_home("fixed_income", AccountKind.TAX_DEFERRED)
    assert told == [frozenset({Topic.RULES})] * 5
    expected = TradingRules(
        {"brokerage": RULES, "wallet": AccountRules(can_hold=frozenset())},
        {"btc": Trading.LOCKED, "eth": Trading.LOCKED, "aor": Trading.EXCLUDED},
        {"fixed_income": AccountKind.TAX_DEFERRED},
    )
    assert demo.rules.current() == expected
    with open_desk(demo.path, clock) as again:
        assert again.rules.current() == expected


def test_who_was_there_before_the_rules_were_first_asked_for_hears_of_the_new_ones(demo: Desk) -> None:
    heard: list[int] = []
    demo.subscribe(lambda _: heard.append(demo.rules.current().of_account("brokerage").buffer_minor))
    assert demo.rules.current() == TradingRules()
    demo.rules.set_account("brokerage", AccountRules(buffer_minor=500))
    demo.rules.set_account("brokerage", AccountRules(buffer_minor=700))
    assert heard == [500, 700]


def test_rules_can_be_taken_back(demo: Desk) -> None:
    demo.rules.set_account("brokerage", RULES)
    demo.rules.set_account("brokerage", AccountRules(fee_fixed_minor=1))
    assert demo.rules.current().of_account("brokerage") == AccountRules(fee_fixed_minor=1)
    demo.rules.set_account("brokerage", NO_RULES)
    demo.rules.set_trading(["btc"], Trading.LOCKED)
    demo.rules.set_trading(["btc"], Trading.FREE)
    demo.rules.set_home("equity", AccountKind.TAXABLE)
    demo.rules.set_home("equity", None)
    assert demo.rules.current() == TradingRules()


@pytest.mark.parametrize(
    "wrong",
    [
        AccountRules(buffer_minor=-1),
        AccountRules(buffer_minor=10**15 + 1),
        AccountRules(fee_fixed_minor=-1),
        AccountRules(fee_rate_bps=Decimal("-0.1")),
        AccountRules(fee_rate_bps=Decimal("10000.1")),
        AccountRules(fx_rate_bps=Decimal(-1)),
        AccountRules(fx_rate_bps=Decimal("0.0000000000001")),
    ],
)
def test_numbers_that_cannot_be_are_refused_and_the_rules_stay(demo: Desk, wrong: AccountRules) -> None:
    demo.rules.set_account("brokerage", RULES)
    with pytest.raises(BadInput):
        demo.rules.set_account("brokerage", wrong)
    assert demo.rules.current().of_account("brokerage") == RULES


def test_what_is_gone_has_no_rules(demo: Desk) -> None:
    with pytest.raises(NotFound):
        demo.rules.set_account("nobody", RULES)
    with pytest.raises(NotFound):
        demo.rules.set_account("brokerage", AccountRules(can_hold=frozenset({"vti", "nothing"})))
    with pytest.raises(NotFound):
        demo.rules.set_trading(["vti", "nothing"], Trading.LOCKED)
    with pytest.raises(NotFound):
        demo.rules.set_home("nothing", AccountKind.TAXABLE)
    assert demo.rules.current() == TradingRules()
    demo.rules.set_account("brokerage", RULES)
    demo.rules.set_trading(["vti"], Trading.LOCKED)
    demo.assets.remove("vti")
    assert demo.rules.current().of_account("brokerage").can_hold == frozenset({"bnd"})
    assert demo.rules.current().assets == {}
    demo.accounts.remove("brokerage")
    assert demo.rules.current() == TradingRules()


def test_what_another_process_changes_is_seen(demo: Desk, clock: Clock) -> None:
    assert demo.rules.current() == TradingRules()
    with open_desk(demo.path, clock) as other:
        other.rules.set_home("equity", AccountKind.TAXABLE)
    assert demo.reread_if_changed_elsewhere()
    assert demo.rules.current().homes == {"equity": AccountKind.TAXABLE}


def test_rules_of_today_are_of_one_moment_whatever_is_changed_meanwhile(demo: Desk, clock: Clock) -> None:
    """Between what is read of them another thread may change the file, and tells it before they are remembered."""
    changed: list[date] = []

    def today() -> date:
        if not changed:
            changed.append(clock.today())
            demo.rules.set_account("brokerage", RULES)
        return clock.today()

    with open_portfolio(demo.path, now=clock.now()) as database:
        rules = Rules(database, today)
        demo.subscribe(rules.on_changed)
        assert rules.as_of_today().of_account("brokerage") == RULES
        assert rules.as_of_today() == rules.current()


def test_a_listener_that_fails_keeps_no_other_from_hearing_what_another_process_changes(
    demo: Desk, clock: Clock
) -> None:
    def fail(_: object) -> None:
        raise RuntimeError

    heard: list[object] = []
    demo.subscribe(fail)
    demo.subscribe(heard.append)
    with open_desk(demo.path, clock) as other:
        other.rules.set_home("equity", AccountKind.TAXABLE)
    assert demo.reread_if_changed_elsewhere() and heard == [EVERYTHING]


LOTS = (TaxLot(None, Decimal("10.5"), 100_00), TaxLot(date(2020, 1, 2), Decimal("199.5"), 40_000_00))


def test_lots_are_kept_with_their_sum_as_the_cost(demo: Desk) -> None:
    demo.rules.set_lots("brokerage_vti", LOTS[::-1])
    assert demo.rules.lots_of("brokerage_vti") == LOTS
    assert demo.rules.lots() == {"brokerage_vti": LOTS}
    held = {each.id: each for each in demo.holdings.all()}["brokerage_vti"]
    assert (held.quantity, held.cost_basis_minor) == (Decimal(210), 40_100_00)
    demo.rules.set_lots("brokerage_vti", [])
    assert demo.rules.lots() == {}
    assert {each.id: each for each in demo.holdings.all()}["brokerage_vti"] == held


def test_lots_that_are_not_all_of_a_holding_do_not_count(demo: Desk) -> None:
    demo.rules.set_lots("brokerage_vti", LOTS)
    demo.holdings.change("brokerage_vti", Decimal(211), 41_000_00)
    assert demo.rules.lots_of("brokerage_vti") == LOTS
    assert known_lots(Decimal(211), 41_000_00, LOTS) == (TaxLot(None, Decimal(211), 41_000_00),)


def test_lots_go_with_their_holding_and_come_back_with_it(demo: Desk) -> None:
    undo = demo.undo
    demo.rules.set_lots("brokerage_vti", LOTS)
    demo.holdings.remove(["brokerage_vti"])
    assert demo.rules.lots() == {}
    undo.back()
    assert demo.rules.lots() == {"brokerage_vti": LOTS}


@pytest.mark.parametrize(
    ("lots", "says"),
    [
        ([TaxLot(None, Decimal(209), 1)], "209 together, and 210 is held"),
        ([TaxLot(None, Decimal(210), -1)], "0 or more"),
        ([TaxLot(None, Decimal(210), 10**15), TaxLot(None, Decimal(0), 1)], "above 0"),
        ([TaxLot(None, Decimal(211), 1), TaxLot(None, Decimal(-1), 1)], "above 0"),
        ([TaxLot(None, Decimal(209), 10**15), TaxLot(None, Decimal(1), 1)], "10 million million together"),
        ([TaxLot(date(2026, 11, 21), Decimal(210), 1)], "in the future"),
        ([TaxLot(None, Decimal("209.9999999999999"), 1)], "decimals"),
    ],
)
def test_lots_that_cannot_be_are_refused(demo: Desk, lots: list[TaxLot], says: str) -> None:
    with pytest.raises(BadInput, match=says):
        demo.rules.set_lots("brokerage_vti", lots)
    assert demo.rules.lots() == {}


def test_the_options_of_plans_are_remembered_for_each_strategy(demo: Desk, clock: Clock) -> None:
    assert demo.plan_options.of("cautious") == PlanOptions()
    chosen = PlanOptions(True, True, Goal.HALF_WAY, 10_000, 0, False)
    told: list[frozenset[Topic]] = []
    demo.subscribe(told.append)
    for _ in range(2):
        demo.plan_options.keep("cautious", chosen)
    assert told == [frozenset({Topic.PLANS})]
    with open_desk(demo.path, clock) as again:
        assert again.plan_options.of("cautious") == chosen
        assert again.plan_options.of("retirement_2045") == PlanOptions()
    demo.plan_options.keep("cautious", PlanOptions())
    assert demo.plan_options.of("cautious") == PlanOptions()
    with pytest.raises(NotFound):
        demo.plan_options.keep("nothing", chosen)
    for wrong in (PlanOptions(min_trade_minor=-1), PlanOptions(gain_limit_minor=-1)):
        with pytest.raises(BadInput):
            demo.plan_options.keep("cautious", wrong)
    demo.targets.remove("cautious")
    assert demo.plan_options.of("cautious") == PlanOptions()


TODAY = date(2026, 11, 20)
LIMITED = Room(RoomKind.LIMITED, 7_000_00, TODAY)


def room(desk: Desk, account_id: str = "retirement") -> Room:
    return desk.rules.current().of_account(account_id).room


def left(desk: Desk, account_id: str = "retirement") -> int:
    return desk.rules.as_of_today().of_account(account_id).room.left_minor


def deposit(desk: Desk, account_id: str, minor: int) -> RecordedPlan:
    allocation = desk.allocations.of(None)
    cash = (AccountCash(account_id, 0, minor, minor),)
    plan = Plan(Mode.DEPOSIT, minor, "USD", None, (), 0, allocation.drift, allocation.drift, accounts=cash)
    return desk.recorded_plans.record(plan, allocation, ())


def test_a_room_is_kept_as_of_today_and_goes_down_with_what_is_recorded(demo: Desk) -> None:
    deposit(demo, "retirement", 1_000_00)
    demo.rules.set_account("retirement", AccountRules(room=replace(LIMITED, on=None)))
    assert (room(demo), left(demo)) == (LIMITED, 7_000_00)
    recorded = deposit(demo, "retirement", 2_000_00)
    deposit(demo, "brokerage", 500_00)
    assert (room(demo), left(demo)) == (LIMITED, 5_000_00)
    demo.rules.set_account("retirement", AccountRules(buffer_minor=1, room=LIMITED))
    assert left(demo) == 5_000_00, "another rule was changed, not this one"
    demo.recorded_plans.undo(recorded.id)
    assert left(demo) == 7_000_00
    deposit(demo, "retirement", 7_000_01)
    assert left(demo) == 0
    assert demo.rules.as_of_today() is demo.rules.as_of_today()


def test_a_deposit_counts_in_the_currency_of_the_account(demo: Desk) -> None:
    account = next(each for each in demo.accounts.all() if each.id == "retirement")
    demo.accounts.change(replace(account, currency="EUR"))
    demo.rules.set_account("retirement", AccountRules(room=LIMITED))
    deposit(demo, "retirement", 1_000_00)
    (amount,) = demo.recorded_plans.all()[0].changes
    assert amount.currency == "EUR" and amount.quantity_after is not None
    came = amount.quantity_after - (amount.quantity_before or 0)
    assert left(demo) == 7_000_00 - int(came * 100)


def test_a_room_that_several_accounts_share_goes_down_for_all_of_them(demo: Desk) -> None:
    demo.rules.set_account("retirement", AccountRules(room=replace(LIMITED, shared_with=frozenset({"brokerage"}))))
    assert room(demo, "brokerage") == replace(LIMITED, shared_with=frozenset({"retirement"}))
    deposit(demo, "brokerage", 1_000_00)
    assert left(demo, "brokerage") == left(demo) == 6_000_00
    demo.accounts.remove("brokerage")
    assert room(demo) == LIMITED


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (replace(LIMITED, left_minor=-1), "0 or more"),
        (replace(LIMITED, renewed_minor=1), "an amount and a day"),
        (replace(LIMITED, renewal=(4, 6)), "an amount and a day"),
        (replace(LIMITED, renewed_minor=1, renewal=(2, 30)), "not in the calendar"),
        (replace(LIMITED, on=date(2026, 11, 21)), "today or earlier"),
        (replace(LIMITED, shared_with=frozenset({"gone"})), "does not exist any more"),
    ],
)
def test_a_room_that_cannot_be_is_refused(demo: Desk, wrong: Room, why: str) -> None:
    with pytest.raises((BadInput, NotFound), match=why):
        demo.rules.set_account("retirement", AccountRules(room=wrong))
    assert demo.rules.current() == TradingRules()


def test_a_room_is_not_shared_across_currencies(demo: Desk) -> None:
    assert {each.id: each.currency for each in demo.accounts.all()}["wallet"] == "EUR"
    with pytest.raises(BadInput, match="one currency"):
        demo.rules.set_account("retirement", AccountRules(room=replace(LIMITED, shared_with=frozenset({"wallet"}))))


def test_one_asset_is_barred_or_allowed_and_the_rest_stays(demo: Desk) -> None:
    demo.rules.disallow("wallet", "vti")
    assert demo.rules.current().of_account("wallet") == AccountRules(barred=frozenset({"vti"}))
    demo.rules.allow("wallet", ["vti", "eth"])
    assert demo.rules.current().of_account("wallet") == AccountRules(allowed=frozenset({"vti", "eth"}))
    demo.rules.disallow("wallet", "eth")
    rules = demo.rules.current().of_account("wallet")
    assert rules == AccountRules(allowed=frozenset({"vti"}), barred=frozenset({"eth"}))
    asked = [("vti", False), ("eth", True), ("btc", True), ("bnd", False)]
    assert [rules.may_buy(*each) for each in asked] == [True, False, True, False]
    demo.rules.allow("wallet", None)
    demo.rules.disallow("wallet", "vti")
    rules = demo.rules.current().of_account("wallet")
    assert rules == AccountRules(may_hold=MayHold.ALL, barred=frozenset({"vti"}))
    assert [rules.may_buy(*each) for each in asked] == [False, True, True, True]
    demo.rules.set_account("wallet", AccountRules(can_hold=frozenset({"btc", "eth"})))
    demo.rules.disallow("wallet", "eth")
    demo.rules.allow("wallet", ["bnd"])
    rules = demo.rules.current().of_account("wallet")
    assert rules == AccountRules(can_hold=frozenset({"btc", "bnd"}), may_hold=MayHold.LISTED)
    assert [rules.may_buy(*each) for each in asked] == [False, False, True, True]
    with pytest.raises(NotFound):
        demo.rules.disallow("brokerage", "gone")


def test_rules_of_several_are_kept_all_or_none(demo: Desk) -> None:
    with pytest.raises(NotFound):
        demo.rules.set_all({"wallet": RULES}, {"btc": Trading.LOCKED}, {"gone": AccountKind.TAX_FREE})
    assert demo.rules.current() == TradingRules()


def test_what_options_cannot_be_is_refused(demo: Desk) -> None:
    for wrong in (PlanOptions(trades=0), PlanOptions(gain_cost_bps=-1), PlanOptions(gain_cost_bps=10_001)):
        with pytest.raises(BadInput):
            demo.plan_options.keep("default_all_portfolio", wrong)
