"""Plans for other programs: rows that add up, numbers that stay numbers, texts that no spreadsheet runs."""

import csv
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import StringIO

import pytest

from wealthdesk.domain.holdings import Portfolio
from wealthdesk.domain.money import COMMA, POINT, NumberFormat, parse_decimal
from wealthdesk.domain.plans import (
    Mode,
    Plan,
    PlanOptions,
    PlanRequest,
    RecordedConversion,
    RecordedPlan,
    RecordedTrade,
    Side,
)
from wealthdesk.domain.trading_rules import AccountRules
from wealthdesk.planning.export import COLUMNS, plan_csv, plan_text, recorded_csv
from wealthdesk.services.desk import Desk


def planned(desk: Desk, amount_minor: int) -> tuple[Plan, Portfolio]:
    allocation = desk.allocations.of(None)
    return desk.plans.deposit(allocation, amount_minor), allocation.portfolio


def read(text: str, delimiter: str = ",") -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text), delimiter=delimiter))


@pytest.mark.parametrize(("marks", "delimiter"), [(POINT, ","), (COMMA, ";"), (NumberFormat(",", "\u202f"), ";")])
def test_the_amounts_add_up_to_the_deposit(demo: Desk, marks: NumberFormat, delimiter: str) -> None:
    rows = read(plan_csv(*planned(demo, 2_000_000), marks), delimiter)
    assert [row["Action"] for row in rows] == ["Buy", "Buy", "Buy", "Keep in cash"]
    assert sum(parse_decimal(row["Amount"], marks) for row in rows) == Decimal("20000")
    assert all("." not in row["Amount"] for row in rows) or marks.decimal == "."


def test_a_row_tells_the_exact_quantity_and_why(demo: Desk) -> None:
    first = read(plan_csv(*planned(demo, 2_000_000)))[2]
    assert list(first) == list(COLUMNS)
    assert (first["Symbol"], first["Quantity"], first["Price"], first["Amount"]) == (
        "BNDX", "216.50772671", "49.18", "10647.85"
    )  # fmt: skip
    assert (first["Class"], first["Class drift before, pp"]) == ("Fixed income", "-3.76")


def test_nothing_is_run_as_a_formula(demo: Desk) -> None:
    asset = next(each for each in demo.assets.all() if each.symbol == "BNDX")
    demo.assets.change(replace(asset, symbol="=1+1", name='@SUM(A1);"x"'))
    for marks, delimiter in ((POINT, ","), (COMMA, ";")):
        first = read(plan_csv(*planned(demo, 2_000_000), marks), delimiter)[2]
        assert (first["Symbol"], first["Name"]) == ("'=1+1", '\'@SUM(A1);"x"')


def test_text_is_the_same_rows_between_tabs(demo: Desk) -> None:
    plan, portfolio = planned(demo, 2_000_000)
    lines = plan_text(plan, portfolio).split("\n")
    assert len(lines) == 1 + len(plan.trades) + 1
    assert {line.count("\t") for line in lines} == {len(COLUMNS) - 1}
    assert lines[3].startswith(
        "Buy\tRetirement\tBNDX\tVanguard Total International Bond\t216.50772671\t49.18\tUSD\t10647.85\t\tUSD"
    )


def test_an_empty_plan_is_its_titles(demo: Desk) -> None:
    plan, portfolio = planned(demo, 0)
    assert plan_text(plan, portfolio) == "\t".join(COLUMNS)
    assert read(plan_csv(plan, portfolio)) == []


def test_every_account_has_its_cash_beside_the_amounts(demo: Desk) -> None:
    allocation = demo.allocations.of(None)
    demo.rules.set_account("brokerage", AccountRules(fee_fixed_minor=250))
    amounts: dict[str | None, int] = {"brokerage": 1_000_000, "retirement": 500_000}
    request = PlanRequest(Mode.DEPOSIT, amounts, PlanOptions(whole_shares=True))
    plan = demo.plans.calculate(allocation, request, demo.rules.current())
    rows = read(plan_csv(plan, allocation.portfolio))
    money = [row for row in rows if row["Action"] != "Cash"]
    paid = sum(Decimal(row[column] or "0") for row in money for column in ("Amount", "Fee"))
    assert paid == Decimal(15_000)
    assert {row["Account"] for row in money if row["Fee"]} == {"Brokerage"}
    assert {row["Not more because"] for row in money} <= {"overshoot", "cash used up", ""}
    cash = {row["Account"]: row for row in rows if row["Action"] == "Cash"}
    assert cash.keys() == {"Brokerage", "Retirement", "Crypto wallet"}
    assert (cash["Brokerage"]["Cash before"], cash["Brokerage"]["Cash in or out"]) == ("9173.86", "10000.00")
    after = sum(Decimal(row["Cash after"]) for row in cash.values())
    kept = sum(Decimal(row["Amount"]) for row in money if row["Action"] == "Keep in cash")
    assert after == Decimal("11430.27") + kept


@pytest.mark.parametrize(("marks", "delimiter"), [(POINT, ","), (COMMA, ";"), (NumberFormat(",", "\u202f"), ";")])
def test_a_recorded_plan_is_written_in_the_marks_that_are_asked_for(marks: NumberFormat, delimiter: str) -> None:
    moment = datetime(2026, 11, 20, 9, tzinfo=UTC)
    trade = RecordedTrade(
        None, None, "Broker, the old", "V;T", Side.SELL, Decimal("0.5"), Decimal("1500.25"), "JPY", 5_00, 15
    )
    conversion = RecordedConversion(None, "=Broker", "USD", "EUR", 100_00, 90_50, Decimal("0.905"), 25)
    plan = RecordedPlan(
        "p", moment, None, "All", "All", Mode.REBALANCE, 0, "USD", 0, 0, (trade,), (), moment + timedelta(days=1),
        conversions=(conversion,),
    )  # fmt: skip
    sold, converted = list(csv.reader(StringIO(recorded_csv(plan, marks)), delimiter=delimiter))[1:]
    days, point = ["2026-11-20", "2026-11-21"], marks.decimal
    assert sold == [
        *days, "Broker, the old", "Sell", "V;T", f"0{point}5", f"1500{point}25", "JPY", "15", f"5{point}00", "USD",
        "JPY",
    ]  # fmt: skip
    assert converted == [
        *days, "'=Broker", "Convert", "USD", f"100{point}00", f"0{point}905", "EUR", f"0{point}25", f"90{point}50",
        "EUR", "USD",
    ]  # fmt: skip


def test_the_day_of_a_recorded_plan_is_that_of_the_place_and_not_of_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Australia/Sydney")
    time.tzset()
    try:
        morning = datetime(2026, 11, 20, 8).astimezone().astimezone(UTC)
        trade = RecordedTrade(None, None, "Broker", "VTI", Side.BUY, Decimal(1), Decimal(1), "USD", 1_00, 0)
        undone = morning + timedelta(days=1)
        plan = RecordedPlan("p", morning, None, "All", "All", Mode.DEPOSIT, 0, "USD", 0, 0, (trade,), (), undone)
        assert morning.date().day == 19
        assert list(csv.reader(StringIO(recorded_csv(plan))))[1][:2] == ["2026-11-20", "2026-11-21"]
    finally:
        monkeypatch.undo()
        time.tzset()
