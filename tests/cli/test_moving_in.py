"""`wealthdesk import` of another program's whole file: what it answers, and which of its classes and targets count."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from importers.other_programs import household
from wealthdesk import cli
from wealthdesk.services.desk import Clock

CLOCK = Clock(today=lambda: date(2026, 11, 20), now=lambda: datetime(2026, 11, 20, 9, tzinfo=UTC))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "their.xml"
    path.write_bytes(household().xml())
    return path


def run(capsys: pytest.CaptureFixture[str], file: Path, *more: str) -> tuple[int, dict[str, Any]]:
    code = cli.main(["import", str(file), "--file", str(file.with_name("p.wealthdesk")), "--json", *more], CLOCK)
    printed = capsys.readouterr()
    assert not printed.err or code == 1, printed.err
    return code, json.loads(printed.out or "{}")


def test_both_sides_are_told(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, told = run(capsys, file)
    assert code == 0 and told["files"][0]["kind"] == "portfolio"
    assert (told["files"][0]["taxonomies"], told["files"][0]["taxonomy"]) == (["My plan", "Regions"], "My plan")
    assert told["kept"]["strategies"] == ["My plan"] and told["read"]["strategies"] == 1
    (moved,) = told["moved_in"]
    assert moved["total_minor"]["there"] == moved["total_minor"]["here"]
    assert {each["there"]: each["here"] for each in moved["accounts"]}["Depot 2"] == "Depot 2"
    assert [each.partition(":")[0] for each in moved["differences"]] == ["Safe", "World", "Cash"]
    _, again = run(capsys, file)
    assert again["changes_nothing"]


def test_a_dry_run_lays_nothing_side_by_side(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, told = run(capsys, file, "--dry-run")
    assert code == 0 and told["moved_in"] == [] and not file.with_name("p.wealthdesk").exists()


def test_the_classes_that_count_are_chosen(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, told = run(capsys, file, "--taxonomy", "none", "--dry-run")
    assert told["files"][0]["taxonomy"] is None and told["would_keep"]["strategies"] == []
    _, told = run(capsys, file, "--taxonomy", "regions", "--dry-run")
    assert told["files"][0]["taxonomy"] == "Regions" and told["would_keep"]["classes"] == []
    code = cli.main(["import", str(file), "--file", str(file.with_name("x")), "--taxonomy", "Moons"], CLOCK)
    assert code == 1 and "There are: “My plan”, “Regions”." in capsys.readouterr().err


def test_targets_are_replaced_only_when_that_is_asked_for(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, file)
    made = household()
    safe, risk = made.taxonomies[0][1].fields[2][1].fields[-1][1]  # type: ignore[attr-defined]
    for (_, each), weight in ((safe, "5000"), (risk, "5000")):
        each.fields = [(name, weight if name == "weight" else value) for name, value in each.fields]
    file.write_bytes(made.xml())
    _, told = run(capsys, file)
    assert told["changes_nothing"] and "they stay as they are" in " ".join(told["notes"])
    _, told = run(capsys, file, "--replace-targets")
    assert told["kept"]["strategies"] == ["My plan"]


def test_guessed_classes_are_told_and_only_taken_when_that_is_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "list.csv"
    file.write_text("Symbol,Name,Quantity,Price,Type\nAAA,Something,1,2,Bond\nBBB,Gold bar,1,2,\n", encoding="utf-8")
    _, told = run(capsys, file, "--dry-run")
    guessed = {each["symbol"]: each["class_id"] for each in told["guessed_classes"]}
    assert guessed == {"AAA": "fixed_income", "BBB": "commodities"} and not told["accepts_classes"]
    cli.main(["import", str(file), "--file", str(tmp_path / "a"), "--dry-run"], CLOCK)
    assert "guessed  AAA: fixed income, --accept-classes takes it" in capsys.readouterr().out
    for more, expected in (((), {}), (("--accept-classes",), {"AAA": "Fixed income", "BBB": "Commodities"})):
        portfolio = str(tmp_path / f"{len(more)}.wealthdesk")
        assert cli.main(["import", str(file), "--file", portfolio, *more], CLOCK) == 0
        capsys.readouterr()
        cli.main(["show", "--file", portfolio, "--json"], CLOCK)
        rows = json.loads(capsys.readouterr().out)["holdings"]
        assert {row["symbol"]: name for row in rows for name in row.get("classes", {})} == expected
