"""One life: an empty folder, a file from a broker, targets, a deposit, recorded, and the same numbers ever after."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from wealthdesk.cli import main
from wealthdesk.domain.assets import Exposure
from wealthdesk.domain.plans import Plan
from wealthdesk.domain.targets import ClassTarget, HoldingTarget
from wealthdesk.services.desk import Clock, Desk, open_desk
from wealthdesk.storage.file.files import portfolio_version
from wealthdesk.storage.file.opening import downgrade_portfolio

CLOCK = Clock(today=lambda: date(2026, 11, 20), now=lambda: datetime(2026, 11, 20, 9, tzinfo=UTC))

# As a broker writes it: Latin-1, semicolons, commas for decimals, a title above and a total below.
BROKER_FILE = """Depotübersicht vom 20.11.2026

Konto;Symbol;Bezeichnung;Stück;Kurs;Währung;Kursdatum
Depot Süd;WRLD;Aktien Welt;50;100,00;EUR;20.11.2026
Depot Süd;SMAL;Aktien Klein;32;50,00;EUR;20.11.2026
Depot Süd;GOVT;Staatsanleihen;150;12,50;EUR;20.11.2026
Depot Süd;CORP;Unternehmensanleihen;62,5;10,00;EUR;20.11.2026
Depot Süd;PROP;Immobilien;4;125,00;EUR;20.11.2026
Summe;;;;;;
"""
CLASSES = {"WRLD": "equity", "SMAL": "equity", "GOVT": "fixed_income", "CORP": "fixed_income", "PROP": "real_estate"}

# 60/30/10 of 6,600 / 2,500 / 500 and 400 more: level 8,500 for the second and third, so 50 and 350; the 50 go 75/25.
BY_HAND = {"PROP": 350_00, "GOVT": 37_50, "CORP": 12_50}


def shown(path: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """What `wealthdesk show --json` tells."""
    capsys.readouterr()
    assert main(["show", "--file", str(path), "--json"], CLOCK) == 0
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    return told


def set_targets(desk: Desk) -> None:
    """Classes, then 60/30/10, then holdings within two of the classes."""
    ids = {asset.symbol: asset.id for asset in desk.assets.all()}
    for symbol, class_id in CLASSES.items():
        desk.assets.classify([ids[symbol]], [Exposure(class_id, 10_000)])
    strategy = desk.targets.active(None)
    assert strategy is not None
    equity = (HoldingTarget(ids["WRLD"], 7500, is_locked=True), HoldingTarget(ids["SMAL"], 2500))
    bonds = (HoldingTarget(ids["GOVT"], 7500), HoldingTarget(ids["CORP"], 2500))
    targets = (
        ClassTarget("equity", 6000, is_locked=True, holdings=equity),
        ClassTarget("fixed_income", 3000, holdings=bonds),
        ClassTarget("real_estate", 1000),
    )
    desk.targets.save(strategy.id, strategy.version, targets)


def planned(desk: Desk) -> tuple[Plan, dict[str, int]]:
    """The plan for 400 euros, and what it buys by symbol."""
    allocation = desk.allocations.of(None)
    plan = desk.plans.deposit(allocation, 400_00)
    return plan, {allocation.portfolio.assets[trade.asset_id].symbol: trade.amount_minor for trade in plan.trades}


def record_undo_and_record_again(path: Path, capsys: pytest.CaptureFixture[str], before: dict[str, Any]) -> None:
    """The deposit is carried out, taken back, carried out again from another start of the program, and taken back."""
    with open_desk(path, CLOCK) as desk:
        allocation = desk.allocations.of(None)
        plan, _ = planned(desk)
        fills = desk.recorded_plans.fills_of(plan, allocation)
        recorded = desk.recorded_plans.record(plan, allocation, fills)
    after = shown(path, capsys)
    assert after["total_minor"] == before["total_minor"] + 400_00
    assert [each["weight_bps"] for each in after["classes"]] == [6600, 2550, 850]
    with open_desk(path, CLOCK) as desk:
        assert desk.recorded_plans.all() == [recorded]
        desk.recorded_plans.undo(recorded.id)
        assert desk.allocations.of(None) == allocation
    assert shown(path, capsys) == before
    with open_desk(path, CLOCK) as desk:
        assert desk.recorded_plans.record_again(recorded.id).trades == recorded.trades
    assert shown(path, capsys) == after
    with open_desk(path, CLOCK) as desk:
        desk.recorded_plans.undo(recorded.id)
    assert shown(path, capsys) == before


def test_one_life(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "Größe 100% #1?"
    folder.mkdir()
    path, file = folder / "my portfolio.wealthdesk", folder / "bestand.csv"
    file.write_bytes(BROKER_FILE.encode("latin-1"))

    assert main(["import", str(file), "--file", str(path)], CLOCK) == 0
    first = shown(path, capsys)
    assert (first["base_currency"], first["total_minor"]) == ("EUR", 9_600_00)
    assert [account["name"] for account in first["accounts"]] == ["Depot Süd"]
    assert len(first["unclassified"]) == 5

    with open_desk(path, CLOCK) as desk:
        set_targets(desk)
        plan, bought = planned(desk)
        targets_csv = desk.exports.targets_csv()
    assert bought == BY_HAND
    assert plan.left_in_cash_minor == 0
    assert [each.drift_bps for each in plan.before.classes] == [875, -396, -479]
    assert [each.drift_bps for each in plan.after.classes] == [600, -450, -150]

    before = shown(path, capsys)
    assert [(each["name"], each["weight_bps"], each["status"]) for each in before["classes"]] == [
        ("Equity", 6875, "overweight"),
        ("Fixed income", 2604, "on_target"),
        ("Real estate", 521, "underweight"),
    ]
    with open_desk(path, CLOCK) as desk:
        assert planned(desk) == (plan, bought)
    assert shown(path, capsys) == before
    assert main(["import", str(file), "--file", str(path)], CLOCK) == 0
    assert shown(path, capsys) == before

    record_undo_and_record_again(path, capsys, before)

    downgrade_portfolio(path, 1, CLOCK.now())
    assert portfolio_version(path) == 1
    with open_desk(path, CLOCK) as desk:
        allocation = desk.allocations.of(None)
        assert allocation.drift.total_minor == 9_600_00
        assert [c.weight_bps for c in allocation.drift.classes] == [6875, 2604, 521]
        desk.imports.keep([desk.imports.read("targets.csv", targets_csv.encode())])
        assert planned(desk)[1] == bought
    assert {k: v for k, v in shown(path, capsys).items() if k != "strategy"} == {
        k: v for k, v in before.items() if k != "strategy"
    }
    assert len(list((folder / "backups").iterdir())) >= 2
