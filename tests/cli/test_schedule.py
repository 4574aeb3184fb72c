"""`wealthdesk schedule`: planned deposits, their dates on working days, missed ones, and the calendar."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from portfolio_files import demo_at
from wealthdesk.cli import main
from wealthdesk.services.desk import Clock, open_desk


def clock(day: date) -> Clock:
    return Clock(today=lambda: day, now=lambda: datetime(day.year, day.month, day.day, 12, tzinfo=UTC))


@pytest.fixture
def path(tmp_path: Path) -> str:
    path = tmp_path / "p.wealthdesk"
    demo_at(path, clock(date(2026, 11, 18)))
    return str(path)


def said(capsys: pytest.CaptureFixture[str], day: date, *words: str, code: int = 0) -> str:
    capsys.readouterr()
    assert main(["schedule", *words], clock(day)) == code
    told = capsys.readouterr()
    return told.err if code else told.out


def test_a_day_that_a_month_lacks_weekends_and_missed_dates(path: str, capsys: pytest.CaptureFixture[str]) -> None:
    add = ("add", "1000", "--file", path, "--day", "31", "--from", "2026-01-31")
    listed = json.loads(said(capsys, date(2026, 1, 1), *add, "--json"))["deposits"]
    assert [(each["number"], each["amount_minor"], each["every"]) for each in listed] == [(1, 100_000, "month")]
    told = json.loads(said(capsys, date(2026, 3, 2), "due", "--file", path, "--json"))["dates"]
    assert [(each["by_calendar"], each["on"], each["state"]) for each in told] == [
        ("2026-01-31", "2026-02-02", "missed"), ("2026-02-28", "2026-03-02", "due"),
        ("2026-03-31", "2026-03-31", "coming"),
    ]  # fmt: skip
    assert [each["amount_minor"] for each in told] == [100_000] * 3


def test_one_sum_is_spread_exactly_and_the_calendar_has_its_dates(
    path: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said(capsys, date(2026, 1, 1), "add", "100", "--file", path, "--day", "1", "--times", "3", "--currency", "USD")
    ics = tmp_path / "next.ics"
    told = json.loads(said(capsys, date(2026, 6, 1), "due", "--file", path, "--ics", str(ics), "--json"))["dates"]
    assert sum(each["amount_minor"] for each in told) == 10_000 and len(told) == 3
    lines = ics.read_bytes().decode().split("\r\n")
    assert (lines[0], lines[-2], lines.count("BEGIN:VEVENT")) == ("BEGIN:VCALENDAR", "END:VCALENDAR", 3)
    assert "DTSTART;VALUE=DATE:20260202" in lines and max(len(each.encode()) for each in lines) <= 75


def test_removing_and_its_undo(path: str, capsys: pytest.CaptureFixture[str]) -> None:
    day = date(2026, 1, 1)
    said(capsys, day, "add", "1000", "--file", path, "--day", "1", "--every", "quarter")
    with open_desk(Path(path), clock(day)) as desk:
        undo, before = desk.undo, desk.schedule.all()
        desk.schedule.remove(before[0])
        assert desk.schedule.all() == []
        undo.back()
        assert desk.schedule.all() == before
    assert "1,000.00 USD into All Portfolio, each quarter" in said(capsys, day, "list", "--file", path)
    assert "There is no planned deposit 2" in said(capsys, day, "remove", "2", "--file", path, code=1)
    assert said(capsys, day, "remove", "1", "--file", path) == ""


@pytest.mark.parametrize(
    "wrong", [["0", "--day", "1"], ["5", "--day", "32"], ["5", "--day", "1", "--from", "x"],
              ["5", "--day", "1", "--times", "0"], ["5", "--day", "1", "--until", "2025-01-01"],
              ["5", "--day", "1", "--times", "12", "--until", "2026-03-01"]],
)  # fmt: skip
def test_what_is_none_is_one_sentence(path: str, capsys: pytest.CaptureFixture[str], wrong: list[str]) -> None:
    told = said(capsys, date(2026, 1, 1), "add", *wrong, "--file", path, code=1)
    assert len(told.strip().splitlines()) == 1
    assert said(capsys, date(2026, 1, 1), "list", "--file", path) == ""
