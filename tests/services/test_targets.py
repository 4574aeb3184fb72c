"""Strategies and targets through the services, and what the database itself refuses."""

import csv
import io
import sqlite3
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from services.reserves import preview_revert
from wealthdesk.changes import Changes, Topic
from wealthdesk.domain.accounts import AccountKind
from wealthdesk.domain.assets import Asset, AssetKind, Exposure
from wealthdesk.domain.reallocation import LineKey, SetBand
from wealthdesk.domain.schedule import Every, PlannedDeposit
from wealthdesk.domain.targets import ClassTarget, FillMethod, HoldingTarget, header_of, targets_of_lines
from wealthdesk.errors import (
    AlreadyExists,
    BadInput,
    NotFound,
    PortfolioChanged,
    TargetsRefused,
    WealthDeskError,
)
from wealthdesk.services.desk import Desk

WHOLE = (ClassTarget("equity", 6000), ClassTarget("fixed_income", 4000, is_locked=True))


def fund(symbol: str, class_id: str) -> Asset:
    return Asset("", symbol, symbol, AssetKind.FUND, "USD", (Exposure(class_id, 10_000),))


def test_strategy_then_classes_then_holdings(desk: Desk) -> None:
    first = desk.assets.add(fund("VTI", "equity"))
    second = desk.assets.add(fund("VXUS", "equity"))
    below = (HoldingTarget(first.id, 7000, is_locked=True), HoldingTarget(second.id, 3000))
    strategy = desk.targets.add(None, "Growth", (replace(WHOLE[0], holdings=below), WHOLE[1]))
    kept = desk.targets.get(strategy.id)
    assert {t.asset_class_id: (t.target_bps, t.is_locked) for t in kept.targets} == {
        "equity": (6000, False),
        "fixed_income": (4000, True),
    }
    equity = kept.target_of("equity")
    assert equity is not None
    assert set(equity.holdings) == set(below)
    assert desk.targets.active(None) == kept


def test_one_strategy_per_scope_is_active(desk: Desk) -> None:
    account = desk.accounts.add("Broker", AccountKind.TAXABLE, "USD")
    first, second = desk.targets.add(None, "One", WHOLE), desk.targets.add(None, "Two", WHOLE)
    other = desk.targets.add(account.id, "Own", WHOLE)
    assert [s.id for s in desk.targets.all() if s.is_active] == [other.id, second.id]
    desk.targets.activate(first.id)
    assert {s.id for s in desk.targets.all() if s.is_active} == {other.id, first.id}
    desk.targets.remove(first.id)
    assert desk.targets.active(None) is not None


def test_a_strategy_can_be_kept_without_making_it_the_active_one(desk: Desk) -> None:
    active = desk.targets.add(None, "One", WHOLE)
    told: list[object] = []
    desk.subscribe(told.append)
    other = desk.targets.add(None, "Two", WHOLE, activate=False)
    again = desk.targets.copy(other.id, "Three", activate=False)
    assert len(told) == 2
    assert desk.targets.active(None) == active
    assert not other.is_active and not again.is_active
    assert {each.name: each.targets for each in desk.targets.of(None)} == {
        "All Portfolio": (), "One": WHOLE, "Two": WHOLE, "Three": WHOLE,
    }  # fmt: skip
    for taken in ("one", " ONE "):
        with pytest.raises(AlreadyExists):
            desk.targets.add(None, taken)
        with pytest.raises(AlreadyExists):
            desk.targets.copy(other.id, taken)
        with pytest.raises(AlreadyExists):
            desk.targets.change(replace(other, name=taken))
    desk.targets.change(replace(other, name="TWO"))
    with pytest.raises(NotFound):
        desk.targets.copy("nothing", "Four")


def test_deleting_an_account_takes_its_holdings_and_strategies_along(desk: Desk) -> None:
    account = desk.accounts.add("Broker", AccountKind.TAXABLE, "USD")
    asset = desk.assets.add(fund("VTI", "equity"))
    desk.holdings.add(account.id, asset.id, Decimal(3))
    desk.targets.add(account.id, "Own", WHOLE)
    desk.schedule.add(PlannedDeposit("d", account.id, 100_00, "USD", Every.MONTH, 1, date(2026, 1, 1)))
    gone = desk.accounts.goes_with(account.id)
    assert (gone.holdings, gone.strategies, gone.deposits) == (1, 1, 1)
    told: list[Changes] = []
    desk.subscribe(told.append)
    desk.accounts.remove(account.id)
    assert desk.holdings.all() == [] and desk.schedule.all() == []
    assert len(told) == 1 and Topic.PLANS in told[0], "a list of planned deposits reads anew"
    assert [s.scope for s in desk.targets.all()] == [None]


def test_deleting_an_asset_takes_its_targets_along_and_scales_its_siblings(desk: Desk) -> None:
    assets = [desk.assets.add(fund(symbol, "equity")) for symbol in ("A", "B", "C")]
    below = tuple(HoldingTarget(a.id, bps) for a, bps in zip(assets, (5000, 3000, 2000), strict=True))
    strategy = desk.targets.add(None, "Growth", (replace(WHOLE[0], holdings=below), WHOLE[1]))
    desk.assets.remove(assets[0].id)
    equity = desk.targets.get(strategy.id).target_of("equity")
    assert equity is not None
    assert {h.asset_id: h.target_bps for h in equity.holdings} == {assets[1].id: 6000, assets[2].id: 4000}


def test_an_asset_that_changes_class_loses_its_target_in_the_one_it_left(desk: Desk) -> None:
    asset, other = desk.assets.add(fund("A", "equity")), desk.assets.add(fund("B", "equity"))
    below = (HoldingTarget(asset.id, 5000), HoldingTarget(other.id, 5000))
    strategy = desk.targets.add(None, "Growth", (replace(WHOLE[0], holdings=below), WHOLE[1]))
    desk.assets.classify([asset.id], [Exposure("fixed_income", 10_000)])
    equity = desk.targets.get(strategy.id).target_of("equity")
    assert equity is not None
    assert equity.holdings == (HoldingTarget(other.id, 10_000),)


def test_targets_that_do_not_add_up_are_refused_and_nothing_is_kept(desk: Desk) -> None:
    strategy = desk.targets.add(None, "Growth", WHOLE)
    with pytest.raises(TargetsRefused, match=r"99\.99%"):
        desk.targets.save(strategy.id, strategy.version, (ClassTarget("equity", 9999),))
    assert desk.targets.get(strategy.id).targets == strategy.targets


def test_a_stale_dialog_saves_nothing(desk: Desk) -> None:
    strategy = desk.targets.add(None, "Growth", WHOLE)
    saved = desk.targets.save(strategy.id, strategy.version, (ClassTarget("equity", 10_000),))
    assert saved.version == strategy.version + 1
    with pytest.raises(PortfolioChanged):
        desk.targets.save(strategy.id, strategy.version, WHOLE)
    assert desk.targets.get(strategy.id) == saved


def test_unknown_assets_classes_and_names_are_refused_with_a_sentence(desk: Desk) -> None:
    strategy = desk.targets.add(None, "Growth", WHOLE)
    unknown = (ClassTarget("equity", 10_000, holdings=(HoldingTarget("nothing", 10_000),)),)
    with pytest.raises(NotFound):
        desk.targets.save(strategy.id, strategy.version, unknown)
    with pytest.raises(NotFound):
        desk.targets.save(strategy.id, strategy.version, (ClassTarget("nothing", 10_000),))
    with pytest.raises(BadInput):
        desk.targets.add(None, "  ", WHOLE)
    desk.accounts.add("Broker", AccountKind.TAXABLE, "USD")
    with pytest.raises(AlreadyExists):
        desk.accounts.add("Broker", AccountKind.TAX_FREE, "EUR")
    assert desk.targets.get(strategy.id) == strategy


def test_bands_and_planner_choices_are_kept(desk: Desk) -> None:
    strategy = desk.targets.add(None, "Growth", WHOLE)
    changed = replace(strategy, absolute_band_bps=300, relative_band_bps=2000, fill_method=FillMethod.PROPORTIONAL)
    desk.targets.change(changed)
    assert desk.targets.get(strategy.id) == changed
    with pytest.raises(BadInput):
        desk.targets.change(replace(strategy, absolute_band_bps=0))


@pytest.mark.parametrize(
    ("what", "statement"),
    [
        ("a second active strategy of All Portfolio",
         "INSERT INTO rebalancing_strategies (id, name, is_active, created_at, updated_at) "
         "VALUES ('x', 'X', 1, '', '')"),
        ("a second active strategy of an account",
         "INSERT INTO rebalancing_strategies (id, name, account_id, is_active, created_at, updated_at) "
         "VALUES ('y', 'Y', 'retirement', 1, '', '')"),
        ("a duplicate class target",
         "INSERT INTO asset_class_targets (id, strategy_id, asset_class_id, target_bps, created_at, updated_at) "
         "SELECT 'z', strategy_id, asset_class_id, 1, '', '' FROM asset_class_targets LIMIT 1"),
        ("a duplicate holding target",
         "INSERT INTO holding_targets "
         "(id, asset_class_target_id, asset_id, target_bps_of_class, created_at, updated_at) "
         "SELECT 'z', asset_class_target_id, asset_id, 1, '', '' FROM holding_targets LIMIT 1"),
        ("a class target of 101 %", "UPDATE asset_class_targets SET target_bps = 10100"),
        ("a holding target of 101 %", "UPDATE holding_targets SET target_bps_of_class = 10100"),
        ("a target of less than nothing", "UPDATE asset_class_targets SET target_bps = -1"),
        ("an unknown asset", "UPDATE holding_targets SET asset_id = 'nothing' WHERE asset_id = 'vti'"),
        ("an unknown class", "UPDATE asset_class_targets SET asset_class_id = 'nothing' WHERE asset_class_id = 'cash'"),
        ("a holding of an unknown asset", "UPDATE holdings SET asset_id = 'nothing' WHERE asset_id = 'vbr'"),
        ("a negative quantity", "UPDATE holdings SET quantity = '-1'"),
    ],
)  # fmt: skip
def test_the_database_refuses_as_well(demo: Desk, what: str, statement: str) -> None:
    path: Path = demo.path
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("PRAGMA foreign_keys = ON")
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute(statement)
    finally:
        connection.close()


def test_bands_of_their_own_are_kept_versioned_judged_by_and_brought_back(demo: Desk) -> None:
    desk, at = demo, "default_all_portfolio"
    before = desk.targets.get(at)
    assert [c.asset_class_id for c in desk.allocations.of(None).drift.outside] == ["real_estate", "crypto"]
    banded = tuple(
        replace(t, band_bps=250, holdings=tuple(replace(h, band_bps=1000) for h in t.holdings))
        if t.asset_class_id in ("equity", "crypto")
        else t
        for t in before.targets
    )
    kept = desk.targets.save(at, before.version, banded)
    assert kept.version == before.version + 1
    assert desk.targets.get(at).targets == kept.targets
    assert {t.asset_class_id: t.band_bps for t in kept.targets if t.band_bps} == {"equity": 250, "crypto": 250}
    drift = desk.allocations.of(None).drift
    # Equity is 3.9 pp over, crypto 2.4 pp; in Equity nothing is 10 points off.
    assert [c.asset_class_id for c in drift.outside] == ["equity", "real_estate"]
    assert {h.asset_id for h in drift.holdings_outside} == {"bnd", "bndx"}
    header = header_of(at)
    latest = desk.reallocations.history(header)[0]
    assert {(each.name, each.before == each.after, each.band_before, each.band_after) for each in latest.lines} == {
        *((name, True, None, 250) for name in ("Equity", "Crypto")),
        *((name, True, None, 1000) for name in ("VTI", "VXUS", "VWCE", "VBR", "BTC", "ETH")),
    }
    copy = desk.targets.copy(at, "Another", activate=False)
    assert copy.targets == kept.targets
    assert desk.reallocations.lines_at(header, before.version).lines[LineKey("equity")].band is None
    back = preview_revert(desk, header, before.version)
    assert {each for each in back.changes if isinstance(each, SetBand) and each.band is not None} == set()
    assert targets_of_lines(back.lines.values()) == before.targets
    desk.targets.save(at, kept.version, before.targets)
    assert desk.targets.get(at).targets == before.targets


def test_a_band_that_is_none_is_refused(demo: Desk) -> None:
    before = demo.targets.get("default_all_portfolio")
    wrong = (replace(before.targets[0], band_bps=0), *before.targets[1:])
    with pytest.raises(WealthDeskError, match="has one, between"):
        demo.targets.save(before.id, before.version, wrong)


def test_a_targets_file_without_bands_and_caps_leaves_them(demo: Desk) -> None:
    before = demo.targets.get("default_all_portfolio")
    limited = tuple(replace(t, band_bps=123, cap_bps=9_000) for t in before.targets)
    demo.targets.save(before.id, before.version, limited)
    rows = list(csv.reader(io.StringIO(demo.exports.targets_csv())))
    without = "\n".join(",".join(row[:-4]) for row in rows)
    assert demo.imports.preview([demo.imports.read("t.csv", without.encode())]).changes_nothing
    emptied = "\n".join(",".join(row if n == 0 else [*row[:-4], *[""] * 4]) for n, row in enumerate(rows))
    demo.imports.keep([demo.imports.read("t.csv", emptied.encode())])
    assert all(t.band_bps is None and t.cap_bps is None for t in demo.targets.get(before.id).targets)
