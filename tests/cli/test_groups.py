"""`--scope` with the name of a group: what is shown, planned, looked at and scheduled is of its accounts."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from wealthdesk.cli import main
from wealthdesk.domain.targets import ClassTarget
from wealthdesk.services.desk import Clock, open_desk

CLOCK = Clock(today=lambda: date(2026, 11, 20), now=lambda: datetime(2026, 11, 20, 9, tzinfo=UTC))
ROWS = """Account,Symbol,Quantity,Price,Currency,Price date,Class
A,SHR,60,10,USD,2026-11-20,Equity
B,SHR,10,10,USD,2026-11-20,Equity
B,BND,30,10,USD,2026-11-20,Fixed income
C,SHR,900,10,USD,2026-11-20,Equity
"""


@pytest.fixture
def path(tmp_path: Path) -> str:
    """Three accounts; two of them are the group “Old age”, with half in shares as its target."""
    (tmp_path / "h.csv").write_text(ROWS, "utf-8")
    path = tmp_path / "p.wealthdesk"
    assert main(["import", str(tmp_path / "h.csv"), "--file", str(path)], CLOCK) == 0
    with open_desk(path, CLOCK) as desk:
        group = desk.groups.add("Old age", [each.id for each in desk.accounts.all() if each.name != "C"])
        desk.targets.add(group.id, "Calm", (ClassTarget("equity", 5_000), ClassTarget("fixed_income", 5_000)))
    return str(path)


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    capsys.readouterr()
    return main(list(words), CLOCK), *capsys.readouterr()


def test_what_is_shown_and_planned_is_of_its_accounts(path: str, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "show", "--file", path, "--scope", "old AGE", "--json")
    told = json.loads(out)
    assert (told["scope"], told["strategy"], told["total_minor"]) == ("Old age", "Calm", 1_000_00)
    assert [each["name"] for each in told["accounts"]] == ["A", "B"]
    _, out, _ = run(capsys, "plan", "--file", path, "--scope", "Old age", "--deposit", "400", "--json")
    plan = json.loads(out)
    assert (plan["scope"], plan["strategy"]) == ("Old age", "Calm")
    assert plan["trades"] and {each["account"] for each in plan["trades"]} <= {"A", "B"}
    code, _, why = run(capsys, "plan", "--file", path, "--deposit", "400", "--into", "Old age")
    assert code == 1 and "“Old age” names no account." in why


def test_whether_it_is_outside_is_told_with_the_other_scopes(path: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "outside", "--file", path)
    assert code == 10 and "Old age: Equity is outside its band: 70.00%, target 50.00%, +20.00 points.\n" in out
    code, out, _ = run(capsys, "history", "--file", path, "--strategy", "Calm", "--scope", "Old age")
    assert code == 0 and "Calm" in out


def test_a_deposit_is_scheduled_into_it(path: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("100", "--file", path, "--day", "1", "--scope", "Old age")
    code, _, why = run(capsys, "schedule", "add", *words)
    assert code == 0, why
    _, out, _ = run(capsys, "schedule", "list", "--file", path, "--json")
    assert [each["scope"] for each in json.loads(out)["deposits"]] == ["Old age"]


def test_a_scope_that_there_is_not_is_refused_with_those_there_are(
    path: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, why = run(capsys, "show", "--file", path, "--scope", "Youth")
    assert code == 1
    assert "There is no account and no group “Youth” in this file. There are: “A”, “B”, “C”, “Old age”." in why
