"""What the commands list of a portfolio: prices, rates, and what was held when."""

import csv
import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from portfolio_files import copied, empty_at
from wealthdesk.cli import main
from wealthdesk.domain.holdings import FxRate, Price
from wealthdesk.services.desk import Clock, open_desk

HOLDINGS = "Account,Symbol,Quantity,Price,Currency,Price date\n=A,VTI,10,30.5,USD,2026-11-18\n=A,DARK,1,,USD,\n"
NUMBERED = (
    "Account,Symbol,Quantity,Price,Currency,Price date\n=A,Fund 10,1,1,USD,2026-11-18\n=A,Fund 2,1,1,USD,2026-11-18\n"
)


def clock(day: int) -> Clock:
    return Clock(today=lambda: date(2026, 11, day), now=lambda: datetime(2026, 11, day, 12, tzinfo=UTC))


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A portfolio with what was held, and what it was worth, on several days."""
    folder = tmp_path_factory.mktemp("imported")
    (folder / "h.csv").write_text(HOLDINGS, "utf-8")
    path = empty_at(folder / "p.wealthdesk")
    assert main(["import", str(folder / "h.csv"), "--file", str(path)], clock(20)) == 0
    with open_desk(path, clock(22)) as desk:
        (vti,) = [each for each in desk.assets.all() if each.symbol == "VTI"]
        desk.prices.set([Price(vti.id, date(2026, 11, 21), Decimal(31))])
        for day, rate in ((20, "0.95"), (21, "0.96")):
            desk.rates.set([FxRate("USD", "EUR", date(2026, 11, day), Decimal(rate))])
        (held,) = [each for each in desk.holdings.all() if each.asset_id == vti.id]
        desk.holdings.change(held.id, Decimal("12.5"))
    return path


@pytest.fixture
def path(imported: Path, tmp_path: Path) -> str:
    """The same, of the test's own."""
    return str(copied(imported, tmp_path / "p.wealthdesk"))


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    capsys.readouterr()
    assert main(words, clock(22)) == 0
    return capsys.readouterr().out


def test_the_newest_price_of_each_asset_or_all_of_them(path: str, capsys: pytest.CaptureFixture[str]) -> None:
    told = json.loads(said(capsys, "prices", "list", "--file", path, "--json"))["prices"]
    assert [(each["symbol"], each["price"], each["on"]) for each in told] == [
        ("DARK", None, None), ("VTI", "31", "2026-11-21"),
    ]  # fmt: skip
    told = json.loads(said(capsys, "prices", "list", "--file", path, "--asset", "VTI", "--all", "--json"))["prices"]
    assert [(each["price"], each["source"]) for each in told] == [("31", "manual"), ("30.5", "import")]
    lines = said(capsys, "prices", "list", "--file", path).splitlines()
    assert [line.split() for line in lines] == [
        ["DARK", "no", "price"], ["VTI", "31", "USD", "2026-11-21", "manual"],
    ]  # fmt: skip


def test_symbols_are_listed_as_names_are(path: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "n.csv").write_text(NUMBERED, "utf-8")
    assert main(["import", str(tmp_path / "n.csv"), "--file", path], clock(22)) == 0
    wanted = ["DARK", "Fund 2", "Fund 10", "VTI"]
    told = json.loads(said(capsys, "prices", "list", "--file", path, "--json"))["prices"]
    assert [each["symbol"] for each in told] == wanted
    told = json.loads(said(capsys, "holdings", "history", "--file", path, "--json"))["history"]
    assert list(dict.fromkeys(each["symbol"] for each in told)) == wanted
    assert list(json.loads(said(capsys, "rules", "show", "--file", path))["trading"])[-4:] == wanted


def test_the_newest_rate_of_each_pair_or_all_of_them(path: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "rates", "list", "--file", path) == "1 USD = 0.96 EUR  2026-11-21\n"
    told = json.loads(said(capsys, "rates", "list", "--file", path, "--all", "--json"))["rates"]
    assert [each["rate"] for each in told] == ["0.96", "0.95"]


def test_what_was_held_when_as_csv_that_no_spreadsheet_runs_and_as_json(
    path: str, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = list(csv.DictReader(io.StringIO(said(capsys, "holdings", "history", "--file", path))))
    assert [(each["Account"], each["Symbol"], each["Quantity"], each["Date"]) for each in rows] == [
        ("'=A", "DARK", "1", "2026-11-20"), ("'=A", "VTI", "10", "2026-11-20"), ("'=A", "VTI", "12.5", "2026-11-22"),
    ]  # fmt: skip
    words = ("holdings", "history", "--file", path, "--asset", "VTI", "--account", "=A", "--json")
    told = json.loads(said(capsys, *words))["history"]
    assert {(each["account"], each["symbol"]) for each in told} == {("=A", "VTI")}
    assert [(each["on"], each["quantity"]) for each in told] == [("2026-11-20", "10"), ("2026-11-22", "12.5")]
