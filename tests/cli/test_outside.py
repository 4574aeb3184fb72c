"""`wealthdesk outside`: its exit codes, what it names, and what its answer rests on."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from portfolio_files import empty_at
from wealthdesk.cli import main
from wealthdesk.domain.assets import CASH_CLASS
from wealthdesk.domain.targets import ClassTarget, HoldingTarget
from wealthdesk.services.desk import Clock, open_desk

HOLDINGS = """Account,Symbol,Quantity,Price,Currency,Price date,Class
A,VTI,60,10,USD,2026-11-18,Equity
A,BND,40,10,USD,2026-11-18,Fixed income
B,VTI,1,10,USD,2026-11-18,Equity
"""


def clock(day: int) -> Clock:
    return Clock(today=lambda: date(2026, 11, day), now=lambda: datetime(2026, 11, day, 9, tzinfo=UTC))


def portfolio(tmp_path: Path, equity_bps: int, rows: str = HOLDINGS) -> str:
    """A portfolio of 60 % equity with that target for it; the rest of the target is fixed income."""
    (tmp_path / "h.csv").write_text(rows, "utf-8")
    path = empty_at(tmp_path / "p.wealthdesk")
    assert main(["import", str(tmp_path / "h.csv"), "--file", str(path)], clock(20)) == 0
    with open_desk(path, clock(20)) as desk:
        desk.targets.add(
            None, "Mine", (ClassTarget("equity", equity_bps), ClassTarget("fixed_income", 10_000 - equity_bps))
        )
    return str(path)  # fmt: skip


def outside(capsys: pytest.CaptureFixture[str], path: str, *words: str, day: int = 20) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main(["outside", "--file", path, *words], clock(day))
    return code, *capsys.readouterr()


def test_all_inside_ends_with_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said, _ = outside(capsys, portfolio(tmp_path, 6_000))
    assert (code, said) == (0, "All Portfolio: everything is inside its band (Mine).\n")


def test_a_class_outside_ends_with_10_and_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = portfolio(tmp_path, 5_000)
    code, said, _ = outside(capsys, path)
    assert code == 10
    assert "All Portfolio: Equity is outside its band: 60.40%, target 50.00%, +10.40 points.\n" in said
    told = json.loads(outside(capsys, path, "--json")[1])
    assert told["is_outside"] and not told["rests_on_old"]
    assert [(each["class"], each["status"]) for each in told["scopes"][0]["classes"]] == [
        ("Equity", "overweight"), ("Fixed income", "underweight"),
    ]  # fmt: skip


def test_a_holding_outside_within_a_class_that_is_inside_ends_with_10(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = portfolio(tmp_path, 6_000, HOLDINGS + "A,VXUS,10,10,USD,2026-11-18,Equity\n")
    with open_desk(Path(path), clock(20)) as desk:
        ids = {each.symbol: each.id for each in desk.assets.all()}
        halves = (HoldingTarget(ids["VTI"], 5_000), HoldingTarget(ids["VXUS"], 5_000))
        desk.targets.add(
            None, "Other", (ClassTarget("equity", 6_000, holdings=halves), ClassTarget("fixed_income", 4_000))
        )
    code, said, _ = outside(capsys, path)  # fmt: skip
    assert code == 10 and "VTI is outside its band within Equity: 85.92%, target 50.00%, +35.92 points.\n" in said


@pytest.mark.parametrize("equity_bps", [6_000, 5_000])
def test_old_prices_end_with_11_whatever_the_answer_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], equity_bps: int
) -> None:
    path = portfolio(tmp_path, equity_bps)
    assert outside(capsys, path, day=25)[0] == (0 if equity_bps == 6_000 else 10)
    code, said, _ = outside(capsys, path, day=26)
    assert code == 11 and "The price of BND is older than 7 days: it is of 2026-11-18.\n" in said
    told = json.loads(outside(capsys, path, "--json", day=26)[1])
    assert [each["symbol"] for each in told["stale_prices"]] == ["BND", "VTI"]
    assert told["is_outside"] == (equity_bps == 5_000)


def test_old_rates_and_missing_prices_end_with_11(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = HOLDINGS + "A,IWDA,1,10,EUR,2026-11-18,Equity\nA,DARK,1,,USD,,Equity\n"
    path = portfolio(tmp_path, 6_000, rows)
    code, said, _ = outside(capsys, path)
    assert code == 11
    assert "DARK is not valued: a price or an exchange rate is missing.\n" in said
    assert "IWDA is not valued: a price or an exchange rate is missing.\n" in said


def test_what_is_old_and_not_held_or_in_no_class_does_not_count(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = HOLDINGS + "A,GONE,0,10,USD,2026-01-02,Equity\nA,LOOSE,1,10,USD,2026-01-02,\n"
    assert outside(capsys, portfolio(tmp_path, 6_000, rows))[0] == 0


def test_each_scope_with_targets_is_looked_at_and_one_can_be_chosen(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = portfolio(tmp_path, 6_000)
    with open_desk(Path(path), clock(20)) as desk:
        (account,) = [each for each in desk.accounts.all() if each.name == "B"]
        desk.targets.add(account.id, "All cash", (ClassTarget(CASH_CLASS, 10_000),))
    code, said, _ = outside(capsys, path)
    assert code == 10 and "B: Equity is outside its band" in said and "All Portfolio: everything is inside" in said
    assert outside(capsys, path, "--scope", "All Portfolio")[0] == 0
    assert outside(capsys, path, "--scope", "B")[0] == 10
    code, _, why = outside(capsys, path, "--scope", "A")
    assert code == 1 and "“A” has no targets, so nothing can be outside its band." in why


def test_after_how_long_a_price_is_old_is_what_the_file_says(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = portfolio(tmp_path, 6_000)
    with open_desk(Path(path), clock(20)) as desk:
        desk.settings.set_price_days(14)
    assert outside(capsys, path, day=26)[0] == 0
    with open_desk(Path(path), clock(20)) as desk:
        desk.settings.set_price_days(1)
    code, said, _ = outside(capsys, path, day=20)
    assert code == 11 and "The price of BND is older than 1 day: it is of 2026-11-18.\n" in said
    assert json.loads(outside(capsys, path, "--json")[1])["price_days"] == 1
