"""Recorded plans: holdings and cash change as the fills say, exactly; undone, everything is as it was before."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from portfolio_files import copied, empty_at
from wealthdesk.changes import Topic
from wealthdesk.domain.accounts import AccountKind
from wealthdesk.domain.assets import Asset, AssetKind, Exposure
from wealthdesk.domain.drift import Allocation
from wealthdesk.domain.holdings import FxRate, Price
from wealthdesk.domain.plans import (
    AccountCash,
    Conversion,
    Fill,
    Mode,
    Plan,
    RecordedAmount,
    RecordedConversion,
    RecordedPlan,
    Side,
)
from wealthdesk.domain.schedule import Every, PlannedDeposit
from wealthdesk.domain.tax_lots import TaxLot, TaxLots
from wealthdesk.domain.trading_rules import AccountRules
from wealthdesk.errors import BadInput, CannotUndo, NotFound, PortfolioChanged, WealthDeskError
from wealthdesk.planning.export import recorded_text
from wealthdesk.services.desk import Clock, Desk, open_desk

BUY, SELL = Side.BUY, Side.SELL
TODAY = date(2026, 11, 20)

State = dict[tuple[str, str], tuple[Decimal, int | None, TaxLots]]


def state(desk: Desk) -> State:
    """What every account holds: quantity, cost and lots."""
    lots = desk.rules.lots()
    return {
        (h.account_id, h.asset_id): (h.quantity, h.cost_basis_minor, lots.get(h.id, ())) for h in desk.holdings.all()
    }


def quantities(desk: Desk, account_id: str) -> dict[str, str]:
    return {asset: str(held) for (account, asset), (held, _, _) in state(desk).items() if account == account_id}


def money(desk: Desk, mode: Mode = Mode.REBALANCE, **amounts: int) -> tuple[Plan, Allocation]:
    """A plan without trades that brings these amounts into accounts (`anywhere`: into any), or takes them out."""
    allocation = desk.allocations.of(None)
    cash = tuple(AccountCash(None if each == "anywhere" else each, 0, minor, 0) for each, minor in amounts.items())
    base, total = allocation.portfolio.base_currency, abs(sum(amounts.values()))
    return Plan(mode, total, base, None, (), 0, allocation.drift, allocation.drift, accounts=cash), allocation


def record(desk: Desk, *fills: Fill, mode: Mode = Mode.REBALANCE, **amounts: int) -> RecordedPlan:
    return desk.recorded_plans.record(*money(desk, mode, **amounts), fills)


def fill(account: str, asset: str, side: Side, quantity: str, price: str, fee: int = 0) -> Fill:
    return Fill(account, asset, side, Decimal(quantity), Decimal(price), fee)


@pytest.fixture(scope="module")
def small_file(tmp_path_factory: pytest.TempPathFactory, clock: Clock) -> Path:
    """Two accounts, of dollars and of euros; A is bought in dollars, E in euros, Y in yen."""
    path = empty_at(tmp_path_factory.mktemp("small") / "small.wealthdesk")
    with open_desk(path, clock) as desk:
        fill_small(desk)
    return path


@pytest.fixture
def small(small_file: Path, tmp_path: Path, clock: Clock) -> Iterator[Desk]:
    """The same, open."""
    with open_desk(copied(small_file, tmp_path / "small.wealthdesk"), clock) as desk:
        yield desk


def fill_small(desk: Desk) -> None:
    desk.settings.set_base_currency("USD")
    desk.rates.set([FxRate("EUR", "USD", TODAY, Decimal("1.25")), FxRate("USD", "JPY", TODAY, Decimal(150))])
    with desk._database.write() as connection:  # the ids are words to be read
        for name, code in (("us", "USD"), ("eu", "EUR"), ("new", "EUR")):
            columns = {"id": name, "name": name.upper(), "kind": "taxable", "currency": code}
            connection.insert("accounts", columns)
        for name, code in (("a", "USD"), ("e", "EUR"), ("y", "JPY"), ("x", "CHF")):
            connection.insert(
                "assets", {"id": name, "symbol": name.upper(), "name": name, "kind": "fund", "currency": code}
            )
    for name in "aey":
        desk.assets.classify([name], [Exposure("equity", 10_000)])
        desk.prices.set([Price(name, TODAY, Decimal(10))])
    desk.holdings.add("us", "a", Decimal(10), 90_00)
    desk.holdings.add("eu", "e", Decimal(5))
    desk.holdings.set_cash("us", "USD", 100_00)
    desk.holdings.set_cash("us", "EUR", 40_00)
    desk.holdings.set_cash("eu", "EUR", 60_00)


def test_the_cash_of_the_asset_s_currency_pays_first_then_the_base_currency(small: Desk) -> None:
    # 6 × 10 + 3 = 63.00 EUR: 40.00 are there, 23.00 are 28.75 USD.
    recorded = record(small, fill("us", "e", BUY, "6", "10", 300))
    assert quantities(small, "us") == {"a": "10", "cash_eur": "0", "cash_usd": "71.25", "e": "6"}
    assert state(small)["us", "e"] == (Decimal(6), 63_00, ())
    (trade,) = recorded.trades
    assert (trade.account_name, trade.symbol, trade.currency, trade.amount_minor, trade.fee_minor) == (
        "US", "E", "EUR", 75_00, 300,
    )  # fmt: skip


def test_what_the_base_currency_lacks_comes_from_the_largest_other_cash(small: Desk) -> None:
    small.holdings.set_cash("us", "JPY", 1_500)
    # 130.00 USD: 100.00 are there, 30.00 are 24.00 EUR, which are more than 1,500 JPY.
    record(small, fill("us", "a", BUY, "13", "10"))
    assert quantities(small, "us") == {"a": "23", "cash_eur": "16", "cash_jpy": "1500", "cash_usd": "0"}
    record(small, fill("us", "a", BUY, "2.5", "10"))
    assert quantities(small, "us") == {"a": "25.5", "cash_eur": "0", "cash_jpy": "750", "cash_usd": "0"}


def test_all_cash_together_is_the_most_that_can_be_paid(small: Desk) -> None:
    before = state(small)
    with pytest.raises(BadInput, match=r"“US” lacks 0.01 USD in cash"):
        record(small, fill("us", "a", BUY, "1", "150.01"))
    with pytest.raises(BadInput, match=r"“US” lacks 10.00 EUR in cash"):
        record(small, fill("us", "e", BUY, "1", "130"))
    assert state(small) == before
    assert small.recorded_plans.all() == []
    record(small, fill("us", "a", BUY, "1", "150"))
    assert quantities(small, "us") == {"a": "11", "cash_eur": "0", "cash_usd": "0"}


def test_a_sale_brings_cash_in_the_asset_s_currency_and_takes_its_part_of_the_cost(small: Desk) -> None:
    record(small, fill("us", "a", SELL, "2.5", "12.345", 99))
    # 30.8625 is 30.86; 90.00 × 7.5 / 10 stays.
    assert state(small)["us", "a"] == (Decimal("7.5"), 67_50, ())
    assert quantities(small, "us")["cash_usd"] == "129.87"
    record(small, fill("eu", "e", SELL, "5", "1"))
    assert quantities(small, "eu") == {"cash_eur": "65"}


def test_a_fee_above_the_proceeds_is_paid_from_the_cash(small: Desk) -> None:
    record(small, fill("us", "a", SELL, "0.1", "1", 60_00))
    assert quantities(small, "us")["cash_usd"] == "40.1"
    with pytest.raises(BadInput, match=r"“EU” lacks 15.00 EUR"):
        record(small, fill("eu", "e", SELL, "1", "1", 76_00))


def test_sales_pay_for_purchases(small: Desk) -> None:
    small.holdings.set_cash("us", "USD", 0)
    small.holdings.set_cash("us", "EUR", 0)
    record(small, fill("us", "e", BUY, "8", "10"), fill("us", "a", SELL, "10", "10"))
    assert quantities(small, "us") == {"cash_eur": "0", "cash_usd": "0", "e": "8"}


def test_lots_are_sold_dearest_first_and_bought_with_their_day(small: Desk) -> None:
    (held,) = [each for each in small.holdings.all() if each.asset_id == "a"]
    cheap, dear = TaxLot(date(2020, 1, 1), Decimal(6), 30_00), TaxLot(date(2021, 1, 1), Decimal(4), 60_00)
    small.rules.set_lots(held.id, [cheap, dear])
    first = record(small, fill("us", "a", SELL, "5", "10"))
    left = TaxLot(date(2020, 1, 1), Decimal(5), 25_00)
    assert state(small)["us", "a"] == (Decimal(5), 25_00, (left,))
    record(small, fill("us", "a", BUY, "2", "10", 50))
    assert state(small)["us", "a"] == (Decimal(7), 45_50, (left, TaxLot(TODAY, Decimal(2), 20_50)))
    second = record(small, fill("us", "a", SELL, "7", "10"))
    assert ("us", "a") not in state(small)
    for each in (second, small.recorded_plans.all()[1], first):
        small.recorded_plans.undo(each.id)
    assert state(small)["us", "a"] == (Decimal(10), 90_00, (cheap, dear))


def test_a_plan_of_an_earlier_day_keeps_it_and_what_it_bought_is_held_since_then(small: Desk) -> None:
    (held,) = [each for each in small.holdings.all() if each.asset_id == "a"]
    old, day = TaxLot(date(2020, 1, 1), Decimal(10), 90_00), date(2026, 11, 17)
    small.rules.set_lots(held.id, [old])
    bought = [fill("us", "a", BUY, "2", "10")]
    with pytest.raises(BadInput, match="The day is after today"):
        small.recorded_plans.record(*money(small), bought, on=date(2026, 11, 21))
    assert small.recorded_plans.all() == []
    recorded = small.recorded_plans.record(*money(small), bought, on=day)
    assert recorded.recorded_at.astimezone().date() == day
    assert state(small)["us", "a"][2] == (old, TaxLot(day, Decimal(2), 20_00))
    small.recorded_plans.undo(recorded.id)
    again = small.recorded_plans.record_again(recorded.id)
    assert again.recorded_at.astimezone().date() == day and state(small)["us", "a"][2][-1].acquired_on == day
    same_day = small.recorded_plans.record(*money(small), [fill("us", "a", BUY, "1", "10")], on=TODAY)
    assert same_day.recorded_at == record(small, fill("us", "a", BUY, "1", "10")).recorded_at, "the clock stands"


def test_undoing_puts_back_every_column_of_a_holding_that_was_sold(small: Desk) -> None:
    """The record of a plan says what a holding was: what it does not say would be lost here."""

    def holdings() -> list[tuple[object, ...]]:
        with small.undo._database.read() as connection:
            names = [name for _, name, *_ in connection.rows("PRAGMA table_info(holdings)")]
            kept = ", ".join(name for name in names if name not in ("created_at", "updated_at"))
            return connection.rows(f"SELECT {kept} FROM holdings ORDER BY id")

    with small._database.write() as connection:
        # A column that is empty here comes back empty even where nobody keeps it.
        columns = connection.rows("SELECT name, type FROM pragma_table_info('holdings')")
        (row,) = connection.rows("SELECT * FROM holdings WHERE asset_id = 'a'")
        for (name, kind), value in zip(columns, row, strict=True):
            if value is None:
                connection.update("holdings", {name: "kept" if kind == "TEXT" else 1}, asset_id="a")
    before = holdings()
    sold = record(small, fill("us", "a", SELL, "10", "10"))
    assert len(holdings()) == len(before) - 1
    small.recorded_plans.undo(sold.id)
    assert holdings() == before


def test_lots_that_are_not_all_of_a_holding_are_replaced_and_come_back(small: Desk) -> None:
    (held,) = [each for each in small.holdings.all() if each.asset_id == "a"]
    old = TaxLot(None, Decimal(10), 90_00)
    small.rules.set_lots(held.id, [old])
    small.holdings.change(held.id, Decimal(20), 200_00)
    recorded = record(small, fill("us", "a", SELL, "10", "10"))
    assert state(small)["us", "a"] == (Decimal(10), 100_00, ())
    small.recorded_plans.undo(recorded.id)
    assert state(small)["us", "a"] == (Decimal(20), 200_00, (old,))


def test_a_cost_that_is_not_known_stays_unknown_and_a_new_holding_has_one(small: Desk) -> None:
    record(small, fill("eu", "e", BUY, "1", "10"), fill("eu", "y", BUY, "15", "10"))
    assert state(small)["eu", "e"] == (Decimal(6), None, ())
    assert state(small)["eu", "y"] == (Decimal(15), 150, ())


def converted(source: str, to: str, source_minor: int, to_minor: int, rate: str, fee: int = 0) -> Conversion:
    return Conversion("us", source, to, source_minor, to_minor, Decimal(rate), fee)


def test_money_is_changed_into_another_currency_before_purchases_and_undone_with_them(small: Desk) -> None:
    plan, allocation = money(small)
    before = state(small)
    change = converted("USD", "EUR", 50_00, 40_00, "0.8", 20)
    plan = replace(plan, conversions=(change,))
    # 100.00 − 50.00 − 0.20 USD; 40.00 + 40.00 − 75.00 EUR.
    fills = [fill("us", "e", BUY, "7.5", "10")]
    (told,) = small.recorded_plans.preview(plan, allocation, fills)
    assert (told.before_minor, told.after_minor) == (150_00, 56_05)
    recorded = small.recorded_plans.record(plan, allocation, fills)
    assert quantities(small, "us") == {"a": "10", "cash_eur": "5", "cash_usd": "49.8", "e": "7.5"}
    assert recorded.conversions == (
        RecordedConversion("us", "US", "USD", "EUR", 50_00, 40_00, Decimal("0.8"), 20),
    )  # fmt: skip
    small.recorded_plans.undo(recorded.id)
    assert state(small) == before
    again = small.recorded_plans.record_again(recorded.id)
    assert (again.conversions, quantities(small, "us")["cash_usd"]) == (recorded.conversions, "49.8")


def test_a_conversion_can_be_all_that_is_recorded_and_may_make_cash_of_a_new_currency(small: Desk) -> None:
    plan, allocation = money(small)
    recorded = small.recorded_plans.record(plan, allocation, [], [converted("EUR", "JPY", 8_00, 1_500, "187.5", 1_00)])
    # The fee of 1.00 USD is 0.80 EUR.
    assert quantities(small, "us") == {"a": "10", "cash_eur": "31.2", "cash_jpy": "1500", "cash_usd": "100"}
    assert [each.symbol for each in recorded.changes] == ["EUR", "JPY"]
    heading, row = (line.split("\t") for line in recorded_text(recorded).splitlines())
    told = dict(zip(heading, row, strict=True))
    assert (told["Action"], told["Symbol"], told["Quantity"]) == ("Convert", "EUR", "8.00")
    assert (told["Price"], told["Price currency"]) == ("187.5", "JPY")
    assert (told["Amount"], told["Amount currency"]) == ("1500", "JPY")
    assert (told["Fee"], told["Fee currency"]) == ("1.00", "USD")
    small.recorded_plans.undo(recorded.id)
    assert quantities(small, "us") == {"a": "10", "cash_eur": "40", "cash_usd": "100"}
    with pytest.raises(BadInput, match="nothing to record"):
        small.recorded_plans.record(plan, small.allocations.of(None), [], [])


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (converted("USD", "USD", 1, 1, "1"), "changes nothing"),
        (converted("USD", "CHF", 1, 1, "1"), "no exchange rate for CHF"),
        (converted("USD", "EUR", 1, 1, "0"), "its rate is above 0"),
        (converted("USD", "EUR", -1, 1, "1"), "0 or more"),
        (converted("USD", "EUR", 10**16, 1, "1"), "too large"),
        (converted("USD", "EUR", 101_00, 80_80, "0.8"), "“US” lacks 1.00 USD in cash"),
        (converted("EUR", "USD", 40_00, 50_00, "1.25", 1_00), "“US” lacks 0.80 EUR in cash"),
        (replace(converted("USD", "EUR", 1, 1, "1"), account_id="gone"), "does not exist any more"),
    ],
)
def test_a_conversion_that_cannot_be_is_refused_and_nothing_is_kept(small: Desk, wrong: Conversion, why: str) -> None:
    before = state(small)
    plan, allocation = money(small)
    for act in (small.recorded_plans.preview, small.recorded_plans.record):
        with pytest.raises(WealthDeskError, match=why):
            act(plan, allocation, [], [wrong])
    assert state(small) == before
    assert small.recorded_plans.all() == []


def test_an_archived_account_is_recorded_in_only_where_it_trades_all_the_same(small: Desk) -> None:
    (us,) = [each for each in small.accounts.all() if each.id == "us"]
    small.accounts.change(replace(us, is_archived=True))
    with pytest.raises(BadInput, match="is archived"):
        record(small, fill("us", "a", SELL, "1", "10"))
    small.rules.set_account("us", AccountRules(trades_archived=True))
    recorded = record(small, fill("us", "a", SELL, "1", "10"))
    small.recorded_plans.undo(recorded.id)
    assert small.recorded_plans.record_again(recorded.id).trades == recorded.trades


def test_what_was_ticked_off_is_forgotten_with_another_plan_and_when_it_is_recorded(small: Desk) -> None:
    order = ("us", "a", BUY)
    placed = small.placed
    assert placed.of(None) == frozenset()
    placed.keep(None, "one", [order])
    placed.keep("us", "two", [order, ("us", "e", SELL)])
    assert placed.of(None) == placed.of(None, "one") == {order}
    assert placed.of(None, "another") == frozenset()
    placed.keep(None, "another", [("us", "e", BUY)])
    assert placed.of(None) == {("us", "e", BUY)}
    record(small, fill("us", "a", BUY, "1", "10"))
    assert placed.of(None) == frozenset()
    assert placed.of("us", "two") == {order, ("us", "e", SELL)}, "another scope's"
    placed.keep("us", "two", [])
    assert placed.of("us") == frozenset()
    with pytest.raises(NotFound):
        placed.keep(None, "one", [("us", "gone", BUY)])


def test_ticking_off_tells_nobody(small: Desk) -> None:
    heard: list[object] = []
    small.subscribe(heard.append)
    small.placed.keep(None, "one", [("us", "a", BUY)])
    assert heard == []


def test_money_comes_in_and_goes_out_in_the_currency_of_the_account(small: Desk) -> None:
    small.holdings.set_cash("eu", "USD", 50_00)
    recorded = record(small, mode=Mode.DEPOSIT, eu=10_00)
    assert quantities(small, "eu") == {"cash_eur": "68", "cash_usd": "50", "e": "5"}
    small.recorded_plans.undo(recorded.id)
    record(small, mode=Mode.WITHDRAWAL, eu=-100_00)
    # 80.00 EUR: 60.00 are there, 20.00 are 25.00 USD.
    assert quantities(small, "eu") == {"cash_eur": "0", "cash_usd": "25", "e": "5"}


def test_new_money_comes_in_in_the_currency_of_each_account(small: Desk) -> None:
    recorded = record(small, mode=Mode.DEPOSIT, us=10_00, eu=10_00, new=1)
    assert quantities(small, "us")["cash_usd"] == "110"
    assert quantities(small, "eu") == {"cash_eur": "68", "e": "5"}
    assert quantities(small, "new") == {"cash_eur": "0.01"}
    assert recorded.amounts == (
        RecordedAmount("eu", "EU", 10_00), RecordedAmount("new", "NEW", 1), RecordedAmount("us", "US", 10_00),
    )  # fmt: skip
    assert recorded.amount_minor == 20_01
    small.recorded_plans.undo(recorded.id)
    assert quantities(small, "new") == {}


def test_money_for_any_account_goes_where_it_is_needed(small: Desk) -> None:
    # 50.00 in dollars and 80.00 in euros (100.00 in dollars) are bought; 30.00 are left, and stay where more is bought.
    buys = fill("us", "a", BUY, "5", "10"), fill("eu", "e", BUY, "8", "10")
    recorded = record(small, *buys, anywhere=180_00)
    assert {each.account_id: each.amount_minor for each in recorded.amounts} == {"us": 50_00, "eu": 130_00}
    assert quantities(small, "us") == {"a": "15", "cash_eur": "40", "cash_usd": "100"}
    assert quantities(small, "eu") == {"cash_eur": "84", "e": "13"}
    small.recorded_plans.undo(recorded.id)
    # Idle cash pays as well: the first account has enough of its own, the second lacks 25.00.
    recorded = record(small, *buys, anywhere=25_00)
    assert {each.account_id: each.amount_minor for each in recorded.amounts} == {"eu": 25_00}
    assert quantities(small, "eu") == {"cash_eur": "0", "e": "13"}
    small.recorded_plans.undo(recorded.id)
    with pytest.raises(BadInput, match=r"“EU” lacks 0.02 EUR"):
        record(small, *buys, anywhere=24_97)
    assert {each.account_id for each in record(small, anywhere=5).amounts} == {"us"}


def test_a_withdrawal_takes_the_base_currency_then_the_others(small: Desk) -> None:
    recorded = record(small, mode=Mode.WITHDRAWAL, us=-110_00)
    assert quantities(small, "us") == {"a": "10", "cash_eur": "32", "cash_usd": "0"}
    assert (recorded.mode, recorded.amount_minor) == (Mode.WITHDRAWAL, 110_00)
    with pytest.raises(BadInput, match=r"“US” lacks 10.00 USD"):
        record(small, us=-50_00)
    record(small, fill("us", "a", SELL, "1", "10"), us=-50_00)
    assert quantities(small, "us") == {"a": "9", "cash_eur": "0", "cash_usd": "0"}


def test_a_withdrawal_from_any_account_is_taken_where_it_was_raised(small: Desk) -> None:
    recorded = record(small, fill("eu", "e", SELL, "2", "10"), anywhere=-25_00)
    assert {each.account_id: each.amount_minor for each in recorded.amounts} == {"eu": -25_00}
    assert quantities(small, "eu") == {"cash_eur": "60", "e": "3"}
    recorded = record(small, fill("us", "a", SELL, "2", "10"), anywhere=-225_00)
    assert {each.account_id: each.amount_minor for each in recorded.amounts} == {"eu": -55_00, "us": -170_00}
    assert (quantities(small, "us"), quantities(small, "eu")) == (
        {"a": "8", "cash_eur": "0", "cash_usd": "0"},
        {"cash_eur": "16", "e": "3"},
    )


def test_cash_that_is_held_for_another_class_is_not_spent(small: Desk) -> None:
    (euros,) = [each for each in small.assets.all() if each.id == "cash_eur"]
    small.assets.classify([euros.id], [Exposure("fixed_income", 10_000)])
    with pytest.raises(BadInput, match=r"“US” lacks 1.00 USD"):
        record(small, fill("us", "a", BUY, "1", "101"))
    # What is sold in euros comes in as cash of its own.
    record(small, fill("eu", "e", SELL, "1", "10"))
    new = next(each for each in small.assets.all() if each.is_cash and each.symbol == "Cash EUR")
    assert quantities(small, "eu") == {"cash_eur": "60", "e": "4", new.id: "10"}


def test_parts_of_a_minor_unit_stay(small: Desk) -> None:
    (cash,) = [each for each in small.holdings.all() if (each.account_id, each.asset_id) == ("us", "cash_usd")]
    small.holdings.change(cash.id, Decimal("99.999"))
    with pytest.raises(BadInput, match=r"lacks 0.01 USD"):
        record(small, fill("us", "a", BUY, "1", "150"))
    record(small, fill("us", "a", BUY, "1", "99.99"))
    assert quantities(small, "us")["cash_usd"] == "0.009"


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ([fill("us", "a", SELL, "10.000000000001", "10")], "“US” holds 10 of A, less than is sold"),
        ([fill("eu", "a", SELL, "1", "10")], "“EU” holds 0 of A"),
        ([fill("us", "a", BUY, "-1", "10")], "0 or more"),
        ([fill("us", "a", BUY, "1", "10", -1)], "0 or more"),
        ([fill("us", "a", BUY, "1", "0")], "above 0"),
        ([fill("us", "a", BUY, "1", "-10")], "above 0"),
        ([fill("us", "a", BUY, "0.0000000000001", "10")], "decimals"),
        ([fill("us", "a", BUY, "100000000000000", "100000")], "too large"),
        ([fill("us", "a", BUY, "1", "10", 10**15 + 1)], "too large"),
        ([fill("us", "a", BUY, "1", "10"), fill("us", "a", BUY, "2", "10")], "A in “US” stands twice"),
        ([fill("us", "cash_usd", BUY, "1", "1")], "is cash"),
        ([fill("us", "x", BUY, "1", "1")], "no exchange rate for CHF"),
        ([fill("nobody", "a", BUY, "1", "1")], "does not exist"),
        ([fill("us", "nothing", BUY, "1", "1")], "does not exist"),
        ([fill("us", "a", BUY, "0", "10")], "nothing to record"),
        ([], "nothing to record"),
    ],
)
def test_fills_that_cannot_be_are_refused_in_one_sentence(small: Desk, wrong: list[Fill], says: str) -> None:
    before, told = state(small), list[frozenset[Topic]]()
    small.subscribe(told.append)
    with pytest.raises(WealthDeskError, match=says):
        small.recorded_plans.preview(*money(small), wrong)
    with pytest.raises(WealthDeskError, match=says):
        record(small, *wrong)
    assert (state(small), small.recorded_plans.all(), told) == (before, [], [])


def test_nothing_is_traded_in_an_archived_account(small: Desk) -> None:
    (account,) = [each for each in small.accounts.all() if each.id == "us"]
    small.accounts.change(replace(account, is_archived=True))
    with pytest.raises(BadInput, match="“US” is archived"):
        record(small, fill("us", "a", SELL, "1", "10"))


def test_both_sides_of_a_holding_and_lines_left_out(small: Desk) -> None:
    sides = fill("us", "a", BUY, "3", "10"), fill("us", "a", SELL, "1", "10"), fill("eu", "e", BUY, "0", "0")
    recorded = record(small, *sides)
    assert quantities(small, "us") == {"a": "12", "cash_eur": "40", "cash_usd": "80"}
    assert len(recorded.trades) == 2


def test_what_recording_would_make_of_the_cash_is_told_before(small: Desk) -> None:
    fills = [fill("us", "e", BUY, "6", "10", 300), fill("eu", "e", SELL, "1", "10")]
    before = state(small)
    assert small.recorded_plans.preview(*money(small, us=10_00), fills) == (
        AccountCash("eu", 75_00, 0, 87_50),
        AccountCash("us", 150_00, 10_00, 81_25),
    )
    assert state(small) == before


@pytest.mark.parametrize("asset", ["a", "cash_usd"])
def test_a_plan_of_holdings_that_changed_is_not_recorded(small: Desk, asset: str) -> None:
    plan, allocation = money(small, us=10_00)
    (held,) = [each for each in small.holdings.all() if (each.account_id, each.asset_id) == ("us", asset)]
    small.holdings.change(held.id, held.quantity + 1)
    for fills in ((), (fill("us", "a", SELL, "11", "10"),)):
        with pytest.raises(PortfolioChanged, match="“US” was changed after this plan was made"):
            small.recorded_plans.record(plan, allocation, fills)
    small.holdings.change(held.id, held.quantity)
    small.holdings.set_cash("eu", "EUR", 1)
    small.prices.set([Price("a", TODAY, Decimal(11))])
    small.recorded_plans.record(plan, allocation, ())


def test_a_plan_of_an_account_that_is_gone_is_not_recorded(small: Desk) -> None:
    plan, allocation = money(small, new=10_00)
    small.accounts.remove("new")
    with pytest.raises(PortfolioChanged, match="“NEW”"):
        small.recorded_plans.record(plan, allocation, ())


def test_the_topics_of_a_change_are_told_once_it_is_kept(small: Desk) -> None:
    told: list[frozenset[Topic]] = []
    small.subscribe(told.append)
    recorded = record(small, fill("us", "a", BUY, "1", "10"))
    small.recorded_plans.undo(recorded.id)
    small.recorded_plans.record_again(recorded.id)
    assert told == [frozenset({Topic.PLANS, Topic.HOLDINGS})] * 3
    record(small, fill("us", "y", BUY, "15", "10"))
    record(small, fill("us", "y", SELL, "15", "10"))
    assert told[3:] == [
        frozenset({Topic.PLANS, Topic.HOLDINGS}),
        frozenset({Topic.PLANS, Topic.HOLDINGS, Topic.ASSETS}),
    ]


def test_undoing_needs_every_holding_as_it_was_left(small: Desk) -> None:
    recorded = record(small, fill("us", "a", BUY, "1", "10"), fill("us", "e", BUY, "1", "10"))
    held = {each.asset_id: each for each in small.holdings.all() if each.account_id == "us"}
    assert small.recorded_plans.can_undo(recorded.id) is None

    def refused(says: str) -> None:
        before = state(small)
        why = small.recorded_plans.can_undo(recorded.id)
        assert why is not None
        assert says in why
        with pytest.raises(CannotUndo, match=says):
            small.recorded_plans.undo(recorded.id)
        assert state(small) == before
        assert not small.recorded_plans.get(recorded.id).is_undone

    small.holdings.change(held["a"].id, held["a"].quantity, held["a"].cost_basis_minor and 1)
    refused("A in “US” was changed")
    small.holdings.change(held["a"].id, held["a"].quantity, held["a"].cost_basis_minor)
    small.rules.set_lots(held["e"].id, [TaxLot(None, Decimal(1), 10_00)])
    refused("E in “US” was changed")
    small.rules.set_lots(held["e"].id, [])
    small.holdings.set_cash("us", "USD", 1)
    refused("USD in “US” was changed")
    small.holdings.set_cash("us", "USD", 90_00)
    small.holdings.remove([held["e"].id])
    refused("E in “US” was changed")
    small.holdings.add("us", "e", Decimal(1), 10_00)
    small.recorded_plans.undo(recorded.id)
    assert quantities(small, "us") == {"a": "10", "cash_eur": "40", "cash_usd": "100"}
    with pytest.raises(CannotUndo, match="undone already"):
        small.recorded_plans.undo(recorded.id)


def test_what_is_gone_cannot_be_undone_and_its_record_stays(small: Desk) -> None:
    first, second = record(small, fill("us", "a", BUY, "1", "10")), record(small, fill("eu", "e", SELL, "5", "10"))
    small.recorded_plans.undo(second.id)
    small.assets.remove("a")
    small.accounts.remove("eu")
    assert (
        small.recorded_plans.can_undo(first.id) == "A in “US” does not exist any more, so this plan cannot be undone."
    )
    assert (small.recorded_plans.can_record_again(second.id) or "").startswith("“E in EU” does not exist any more")
    with pytest.raises(CannotUndo):
        small.recorded_plans.undo(first.id)
    with pytest.raises(BadInput, match="cannot be recorded again"):
        small.recorded_plans.record_again(second.id)
    newest, oldest = small.recorded_plans.all()
    assert (newest.trades[0].account_id, newest.trades[0].account_name, newest.trades[0].symbol) == (None, "EU", "E")
    assert (oldest.trades[0].asset_id, oldest.changes[0].asset_id, oldest.changes[0].symbol) == (None, None, "A")
    with pytest.raises(NotFound):
        small.recorded_plans.undo("nothing")


def test_plans_are_undone_in_turn_and_the_newest_comes_first(small: Desk, clock: Clock) -> None:
    start = state(small)
    first, second = (record(small, fill("us", "a", BUY, "1", "10")) for _ in range(2))
    assert small.recorded_plans.all() == [second, first]
    assert "A in “US” was changed" in (small.recorded_plans.can_undo(first.id) or "")
    with pytest.raises(BadInput, match="stands as it was recorded"):
        small.recorded_plans.record_again(first.id)
    small.recorded_plans.undo(second.id)
    small.recorded_plans.undo(first.id)
    assert state(small) == start
    again = small.recorded_plans.record_again(first.id)
    with open_desk(small.path, clock) as other:
        assert other.recorded_plans.all() == [again, replace(second, undone_at=clock.now())]
        assert other.recorded_plans.get(first.id) == again == first


def test_recording_again_is_on_the_holdings_as_they_are_now(small: Desk) -> None:
    recorded = record(small, fill("us", "a", BUY, "4", "10"), us=10_00)
    small.recorded_plans.undo(recorded.id)
    small.holdings.set_cash("us", "USD", 50_00)
    again = small.recorded_plans.record_again(recorded.id)
    assert quantities(small, "us") == {"a": "14", "cash_eur": "40", "cash_usd": "20"}
    small.recorded_plans.undo(again.id)
    assert quantities(small, "us") == {"a": "10", "cash_eur": "40", "cash_usd": "50"}
    small.holdings.set_cash("us", "USD", 0)
    small.holdings.set_cash("us", "EUR", 0)
    with pytest.raises(BadInput, match=r"“US” lacks 30.00 USD"):
        small.recorded_plans.record_again(recorded.id)
    assert small.recorded_plans.get(recorded.id).is_undone


def test_a_scope_and_its_strategy_are_told_by_their_names_of_then(demo: Desk) -> None:
    allocation = demo.allocations.of("retirement")
    plan = demo.plans.deposit(allocation, 1_000_00)
    recorded = demo.recorded_plans.record(plan, allocation, demo.recorded_plans.fills_of(plan, allocation))
    assert (recorded.scope, recorded.scope_name, recorded.strategy_name) == (
        "retirement", "Retirement", "Retirement 2045",
    )  # fmt: skip
    assert {each.account_id for each in recorded.amounts} == {"retirement"}
    assert (recorded.drift_before_bps, recorded.drift_after_bps) == (plan.before.sum_bps, plan.after.sum_bps)
    demo.accounts.remove("retirement")
    (kept,) = demo.recorded_plans.all()
    assert (kept.scope, kept.scope_name, kept.strategy_name) == (None, "Retirement", "Retirement 2045")


def test_a_portfolio_without_accounts_has_nowhere_to_put_money(desk: Desk) -> None:
    asset = desk.assets.add(Asset("", "VTI", "VTI", AssetKind.FUND, "USD", (Exposure("equity", 10_000),)))
    desk.prices.set([Price(asset.id, TODAY, Decimal(10))])
    with pytest.raises(BadInput, match="no account"):
        record(desk, anywhere=100)
    desk.accounts.add("First", AccountKind.TAXABLE, "USD")
    recorded = record(desk, anywhere=100)
    assert [change.symbol for change in recorded.changes] == ["USD"]
    assert desk.allocations.of(None).valuation.cash_minor == 100


def test_undoing_a_plan_opens_the_date_of_the_planned_deposit_that_it_ticked_off(small: Desk) -> None:
    small.schedule.add(PlannedDeposit("monthly", None, 10_000, "USD", Every.MONTH, 1, date(2026, 11, 1)))
    ((due, _),) = small.schedule.open_dates(None)
    kept = small.recorded_plans.record(*money(small, Mode.DEPOSIT, us=10_000), (), due=due)
    other = record(small, mode=Mode.DEPOSIT, us=10_000)
    small.recorded_plans.undo(other.id)
    assert small.schedule.open_dates(None) == [], "it was another deposit"
    small.recorded_plans.undo(kept.id)
    assert [one.on for one, _ in small.schedule.open_dates(None)] == [due.on]
    small.recorded_plans.record_again(kept.id)
    assert small.schedule.open_dates(None) == []
    small.recorded_plans.undo(kept.id)
    small.schedule.remove(due.deposit)
    small.recorded_plans.record_again(kept.id)
    assert small.schedule.dates() == []
