"""Cases in which plans were once wrong, from the file that is imported to what the command says."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from portfolio_files import empty_at
from wealthdesk.cli import main
from wealthdesk.domain.targets import ClassTarget, FillMethod, HoldingTarget
from wealthdesk.services.desk import Clock, open_desk

CLOCK = Clock(today=lambda: date(2026, 11, 20), now=lambda: datetime(2026, 11, 20, 9, tzinfo=UTC))
TARGETS = "Strategy,Scope,Class,Class target\n"

both = pytest.mark.parametrize("options", [(), ("--whole-shares",)], ids=["any amount", "whole shares"])


def made(folder: Path, holdings: str, targets: Sequence[tuple[str, str]]) -> Path:
    """A portfolio file of these holdings (CSV; without accounts all in Main) and class targets."""
    folder.mkdir(exist_ok=True)
    path = empty_at(folder / "p.wealthdesk")
    (folder / "h.csv").write_text(holdings, encoding="utf-8")
    lines = "".join(f"All Portfolio,All Portfolio,{name},{target}\n" for name, target in targets)
    (folder / "t.csv").write_text(TARGETS + lines, encoding="utf-8")
    account = [] if holdings.startswith("account") else ["--account", "Main"]
    assert main(["import", str(folder / "h.csv"), "--file", str(path), *account], CLOCK) == 0
    assert main(["import", str(folder / "t.csv"), "--file", str(path)], CLOCK) == 0
    return path


def planned(capsys: pytest.CaptureFixture[str], path: Path, *arguments: str) -> dict[str, Any]:
    """What `plan --json` says."""
    capsys.readouterr()
    code = main(["plan", "--file", str(path), *arguments, "--json"], CLOCK)
    out, err = capsys.readouterr()
    assert (code, err) == (0, "")
    found: dict[str, Any] = json.loads(out)
    return found


def traded(plan: dict[str, Any]) -> dict[tuple[str, str], int]:
    return {(each["side"], each["symbol"]): each["amount_minor"] for each in plan["trades"]}


ZERO = (
    "symbol,name,quantity,price,currency,asset_class\nVTI,Total US,0,250,USD,Equity\nBND,Bonds,20,75,USD,Fixed income\n"
)


@both
def test_a_line_of_no_shares_is_bought(tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str]) -> None:
    path = made(tmp_path, ZERO, [("Equity", "90.00"), ("Fixed income", "10.00")])
    deposit = planned(capsys, path, "--deposit", "8000", *options)
    assert traded(deposit) == {("buy", "VTI"): 800_000}
    assert (deposit["left_out"], deposit["trades"][0]["is_new_here"]) == ([], False)
    rebalance = planned(capsys, path, "--rebalance", *options)
    assert {side for side, _ in traded(rebalance)} == {"buy", "sell"}
    assert traded(rebalance)["buy", "VTI"] in (135_000, 125_000)


THROUGH = """symbol,name,quantity,price,currency,asset_class
A,A,500,1,USD,Equity
B,B,1000,1,USD,Fixed income
C,C,500,1,USD,Commodities
DD,DD,250,1,USD,Equity 50%; Fixed income 25%; Commodities 25%
"""


@both
def test_a_rebalance_beside_a_look_through_fund_is_the_same_whatever_the_ids(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str]
) -> None:
    for count in range(3):
        targets = [("Equity", "50.00"), ("Fixed income", "25.00"), ("Commodities", "25.00")]
        plan = planned(capsys, made(tmp_path / f"k{count}", THROUGH, targets), "--rebalance", *options)
        assert traded(plan) == {("sell", "B"): 50_000, ("buy", "A"): 50_000}
        assert float(plan["bound_at_most"]) < 1e-4


NOTHING = "symbol,quantity,price,currency,asset_class\nVTI,0,250,USD,Equity\nBND,0,75,USD,Fixed income\n"


def test_of_nothing_every_deposit_goes_by_the_targets(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = made(tmp_path, NOTHING, [("Equity", "60.00"), ("Fixed income", "40.00")])
    deposit = planned(capsys, path, "--deposit", "1000")
    assert traded(deposit) == {("buy", "VTI"): 60_000, ("buy", "BND"): 40_000}
    whole = planned(capsys, path, "--deposit", "1000", "--whole-shares")
    assert traded(whole) == {("buy", "VTI"): 50_000, ("buy", "BND"): 45_000}
    for arguments in (["--rebalance"], ["--withdraw", "10"]):
        empty = planned(capsys, path, *arguments)
        assert (empty["trades"], empty["empty_because"] is None) == ([], False)


EUROS = """account,account currency,symbol,quantity,price,currency,asset_class
Main,USD,VTI,10,250,USD,Equity
Depot,EUR,EUR,0,1,EUR,Cash
"""


def test_an_amount_of_an_account_in_a_currency_without_a_rate_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = made(tmp_path, EUROS, [("Equity", "100.00")])
    capsys.readouterr()
    assert main(["plan", "--file", str(path), "--deposit", "1000", "--into", "Depot"], CLOCK) == 1
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert "There is no exchange rate for EUR, the currency of “Depot”" in err
    assert traded(planned(capsys, path, "--deposit", "1000", "--into", "Main")) == {("buy", "VTI"): 100_000}


ACCOUNTS = """account,symbol,name,quantity,price,currency,asset_class
Broker,VTI,Total US,120,300,USD,Equity
Broker,BND,Bonds,90,73,USD,Fixed income
Broker,USD,,4200,1,USD,Cash
Second,VTI,Total US,60,300,USD,Equity
Second,VXUS,International,200,67,USD,Equity
Second,BNDX,Other bonds,100,49,USD,Fixed income
Second,USD,,1300,1,USD,Cash
Third,BND,Bonds,60,73,USD,Fixed income
Third,BNDX,Other bonds,60,49,USD,Fixed income
Third,VNQ,Real estate,40,88,USD,Real estate
"""


@pytest.fixture(scope="module")
def imports(tmp_path_factory: pytest.TempPathFactory) -> Sequence[Path]:
    """Five imports of one file, and one of its lines turned round, which plans only read."""
    targets = [("Equity", "50.00"), ("Fixed income", "35.00"), ("Real estate", "10.00"), ("Cash", "5.00")]
    folder = tmp_path_factory.mktemp("imports")
    head, *lines = ACCOUNTS.splitlines()
    turned = "\n".join([head, *lines[::-1], ""])
    same = [made(folder / str(count), ACCOUNTS, targets) for count in range(5)]
    return [*same, made(folder / "turned", turned, targets[::-1])]


@pytest.mark.parametrize(
    "arguments",
    [
        ("--deposit", "5000", "--use-cash"),
        ("--deposit", "5000", "--use-cash", "--whole-shares"),
        ("--withdraw", "9000"),
        ("--rebalance", "--always"),
    ],
    ids=" ".join,
)
def test_five_imports_of_one_file_give_one_plan(
    imports: Sequence[Path], capsys: pytest.CaptureFixture[str], arguments: Sequence[str]
) -> None:
    *plans, other = [planned(capsys, each, *arguments) for each in imports]
    assert len(plans) == 5
    assert plans[0]["trades"]
    assert all(plan == plans[0] for plan in plans)
    # Nor does it matter in which order the lines stand.
    assert other["trades"] == plans[0]["trades"]


def test_idle_cash_of_one_account_buys_nothing_in_another(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    targets = [("Equity", "20.00"), ("Fixed income", "60.00"), ("Real estate", "20.00")]
    plan = planned(capsys, made(tmp_path, ACCOUNTS, targets), "--deposit", "0", "--use-cash")
    cash = {each["account"]: each for each in plan["cash"]}
    assert (cash["Third"]["before_minor"], cash["Third"]["after_minor"]) == (0, 0)
    for name, each in cash.items():
        spent = sum(trade["amount_minor"] for trade in plan["trades"] if trade["account"] == name)
        assert each["before_minor"] - spent == each["after_minor"] >= 0
    assert plan["trades"]


GAPS = """symbol,quantity,price,currency,asset_class
A,2500,1,USD,Equity
B,2000,1,USD,Equity
C,3000,1,USD,Fixed income
D,500,1,USD,Commodities
"""


def test_the_largest_gap_first_is_the_same_sum_by_hand(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Holdings over the whole: A 30 % and B 20 % of all, C 50 %; of 10,000 after, C is short by 2,000 and A by 500."""
    path = made(tmp_path, GAPS, [("Equity", "50.00"), ("Fixed income", "50.00")])
    with open_desk(path, CLOCK) as desk:
        ids = {each.symbol: each.id for each in desk.assets.all()}
        strategy = desk.targets.active(None)
        assert strategy is not None
        below = (HoldingTarget(ids["A"], 6000), HoldingTarget(ids["B"], 4000))
        targets = (ClassTarget("equity", 5000, holdings=below), ClassTarget("fixed_income", 5000))
        saved = desk.targets.save(strategy.id, strategy.version, targets)
        desk.targets.change(replace(saved, fill_method=FillMethod.LARGEST_GAP))
    plan = planned(capsys, path, "--deposit", "2000")
    assert (traded(plan), plan["method"]) == ({("buy", "C"): 200_000}, "largest_gap")
    assert [each["reason"] for each in plan["trades"]] == ["Underweight by 20.0 %"]
    more = planned(capsys, path, "--deposit", "2500")
    # Of 10,500 C is short by 2,250 and A by 650; B by 100 gets nothing.
    assert traded(more) == {("buy", "C"): 225_000, ("buy", "A"): 25_000}
    assert [each["reason"] for each in more["trades"]] == ["Underweight by 21.4 %", "Underweight by 6.2 %"]
    assert "method_decides" in {each["kind"] for each in more["notes"]}
    whole = planned(capsys, path, "--deposit", "2500", "--whole-shares")
    assert "method_plays_no_part" in {each["kind"] for each in whole["notes"]}
