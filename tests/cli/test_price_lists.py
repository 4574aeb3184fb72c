"""`wealthdesk prices import`: a list is kept whole or not at all, as one change that can be taken back."""

import json
import os
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from portfolio_files import copied, imported_at
from wealthdesk.cli import main
from wealthdesk.domain.holdings import Price
from wealthdesk.services.desk import Clock, open_desk

CLOCK = Clock(today=lambda: date(2026, 11, 22), now=lambda: datetime(2026, 11, 22, 12, tzinfo=UTC))
HOLDINGS = (
    "Account,Symbol,Quantity,Price,Currency,Price date\nA,VTI,10,30,USD,2026-11-18\nA,VOD,1,0.7,GBP,2026-11-18\n"
    "A,TWO,1,5,USD,2026-11-18\nA,TWO,1,5,EUR,2026-11-18\n"
)


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return imported_at(tmp_path_factory.mktemp("imported") / "p.wealthdesk", HOLDINGS, CLOCK)


@pytest.fixture
def path(imported: Path, tmp_path: Path) -> Path:
    return copied(imported, tmp_path / "p.wealthdesk")


def brought(path: Path, capsys: pytest.CaptureFixture[str], text: str, *options: str) -> tuple[int, dict[str, Any]]:
    given = path.with_name("q.csv")
    given.write_text(text, "utf-8")
    capsys.readouterr()
    code = main(["prices", "import", str(given), "--file", str(path), "--json", *options], CLOCK)
    return code, json.loads(capsys.readouterr().out)


def prices(path: Path) -> dict[tuple[str, str, int], tuple[Decimal, str]]:
    with open_desk(path, CLOCK) as desk:
        assets = {each.id: each for each in desk.assets.all()}
        return {
            (assets[each.asset_id].symbol, assets[each.asset_id].currency, each.on.day): (each.price, each.source)
            for each in desk.prices.all()
        }


def type_a_price(path: Path) -> None:
    with open_desk(path, CLOCK) as desk:
        (vti,) = [each for each in desk.assets.all() if each.symbol == "VTI"]
        desk.prices.set([Price(vti.id, date(2026, 11, 20), Decimal(31))])


def test_a_list_is_kept_in_its_units_and_as_one_change(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = prices(path)
    text = "VTI,2026-11-20,30.5,USD\nvod,2026-11-20,71.25,GBX\nTWO,2026-11-20,5.5,EUR\nVTI,2026-11-18,30,USD\n"
    code, told = brought(path, capsys, text)
    assert (code, told["is_kept"], told["unchanged"], told["problems"]) == (0, True, 1, [])
    new = {
        ("VTI", "USD", 20): (Decimal("30.5"), "import"),
        ("VOD", "GBP", 20): (Decimal("0.7125"), "import"),
        ("TWO", "EUR", 20): (Decimal("5.5"), "import"),
    }
    assert prices(path) == before | new
    assert (brought(path, capsys, text)[0], prices(path)) == (0, before | new)
    with open_desk(path, CLOCK) as desk:
        (last, *_) = desk.undo.imports()
        assert desk.undo.take_back_import(last.id) == "import of q.csv, 3 prices"
    assert prices(path) == before


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("XYZ,2026-11-20,5,USD", "there is no asset of this symbol"),
        ("TWO,2026-11-20,5,", "several assets of this symbol (EUR, USD)"),
        ("VOD,2026-11-20,5,EUR", "quotes it in EUR"),
        ("VOD,2026-11-20,-5,GBP", "above 0"),
        ("VOD,2026-11-20,0,GBP", "above 0"),
        ("VOD,2026-11-20,1e400,GBP", "above 0"),
        ("VOD,2026-11-25,0.7,GBP", "has not come"),
        ("VOD,soon,0.7,GBP", "is not a day"),
        ("VOD,2026-11-20,0.7,GBP\nVOD,2026-11-20,0.71,GBP", "two prices"),
    ],
)
def test_a_problem_keeps_everything_out_and_the_rest_is_kept_by_consent(
    path: Path, capsys: pytest.CaptureFixture[str], line: str, why: str
) -> None:
    before = prices(path)
    code, told = brought(path, capsys, f"VTI,2026-11-20,30.5,USD\n{line}\n")
    assert (code, told["is_kept"], prices(path)) == (4, False, before)
    assert len(told["problems"]) == 1 and why in told["problems"][0]
    code, told = brought(path, capsys, f"VTI,2026-11-20,30.5,USD\n{line}\n", "--skip-problems")
    assert (code, told["is_kept"], len(told["prices"])) == (0, True, 1)
    assert prices(path) == before | {("VTI", "USD", 20): (Decimal("30.5"), "import")}
    assert brought(path, capsys, f"{line}\n", "--skip-problems")[0] == 4


def test_what_is_far_from_the_price_before_waits_for_consent(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before, text = prices(path), "VTI,2026-11-20,7.5,USD\n"
    code, told = brought(path, capsys, text)
    assert (code, prices(path)) == (4, before) and "4:1 split" in told["warnings"][0]
    assert brought(path, capsys, text, "--accept-warnings", "--dry-run")[1]["is_kept"] is False
    assert prices(path) == before
    assert brought(path, capsys, text, "--accept-warnings")[0] == 0
    assert prices(path)["VTI", "USD", 20] == (Decimal("7.5"), "import")


def test_a_typed_price_stays_unless_asked(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    type_a_price(path)
    code, told = brought(path, capsys, "VTI,2026-11-20,30.5,USD\n")
    assert (code, told["typed_stay"], prices(path)["VTI", "USD", 20]) == (0, 1, (Decimal(31), "manual"))
    assert brought(path, capsys, "VTI,2026-11-20,30.5,USD\n", "--replace-typed")[0] == 0
    assert prices(path)["VTI", "USD", 20] == (Decimal("30.5"), "import")


def test_a_file_that_cannot_be_read_is_one_sentence(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo(path.with_name("pipe"))
    for name in ("missing.csv", "pipe", "."):
        given = str(path.with_name(name)) if name != "." else str(path.parent)
        assert main(["prices", "import", given, "--file", str(path)], CLOCK) == 1
        assert len(capsys.readouterr().err.strip().splitlines()) == 1
