"""Recorded plans: listed, opened again, undone, recorded again, and handed to other programs."""

import csv
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QFileDialog
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from gui.pdf_text import words_of
from gui.planning import Key, Modifier, deposit_plan, press, settle, total_minor, type_in
from wealthdesk.gui.allocation.page import AllocationPage
from wealthdesk.gui.allocation.planner.planner_panel import PlannerPanel
from wealthdesk.gui.allocation.recorded.record_dialog import RecordDialog
from wealthdesk.gui.allocation.recorded.recorded_plans_dialog import RecordedPlansDialog
from wealthdesk.gui.page import Bus
from wealthdesk.services.desk import Desk

Dialog = TypeVar("Dialog", bound=QDialog)
Opened = Callable[[type[Dialog]], Dialog]


@pytest.fixture(scope="session")
def demo_file(demo_without_search: Path) -> Path:
    return demo_without_search


@pytest.fixture
def page(qtbot: QtBot, demo_desk: Desk, bus: Bus) -> AllocationPage:
    page = AllocationPage(demo_desk, bus)
    qtbot.addWidget(page)
    page.resize(1096, 832)
    with qtbot.waitActive(page):
        page.show()
        page.activateWindow()
    return page


@pytest.fixture
def panel(page: AllocationPage) -> PlannerPanel:
    return page.panel


@pytest.fixture
def recorded(panel: PlannerPanel, opened: Opened[RecordDialog], qtbot: QtBot) -> PlannerPanel:
    """The panel after a deposit of 20,000 was recorded in it."""
    type_in(panel, "20000", qtbot)
    panel.foot.record_button.click()
    opened(RecordDialog).accept()
    return panel


@pytest.fixture
def from_page(recorded: PlannerPanel, opened: Opened[RecordedPlansDialog]) -> RecordedPlansDialog:
    recorded.recorded_button.click()
    return opened(RecordedPlansDialog)


@pytest.fixture
def dialog(demo_desk: Desk, qtbot: QtBot) -> RecordedPlansDialog:
    """The same without the page, which takes longer to open than all that most of these tests do."""
    plan, allocation = deposit_plan(demo_desk), demo_desk.allocations.of(None)
    demo_desk.recorded_plans.record(plan, allocation, demo_desk.recorded_plans.fills_of(plan, allocation))
    made = RecordedPlansDialog(demo_desk)
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.open()
    return made


def cells(dialog: RecordedPlansDialog) -> list[tuple[str, ...]]:
    """The trades of the plan that is selected."""
    table = dialog.trades.table
    return [tuple(column.text(row) for column in table.columns) for row in table.rows()]


def test_before_the_first_one_it_says_how_to_get_there(
    panel: PlannerPanel, opened: Opened[RecordedPlansDialog], qtbot: QtBot
) -> None:
    panel.recorded_button.click()
    dialog = opened(RecordedPlansDialog)
    assert dialog._empty.isVisible() and not dialog.plans.isVisible() and not dialog.step_button.isEnabled()
    QTest.keyClick(dialog, Key.Key_Escape)
    qtbot.waitUntil(lambda: not dialog.isVisible())


def test_a_recorded_plan_is_opened_again(from_page: RecordedPlansDialog) -> None:
    assert from_page.plans.hasFocus() and from_page.selected is not None
    assert from_page._title.words == "Deposit of $20,000.00"
    assert from_page._subtitle.words == "Whole portfolio · strategy My targets · 12.6 → 3.8 pp of drift in total"
    assert cells(from_page) == [
        ("Buy", "BNDX", "Brokerage", "251.20313135", "$49.18", "–", "$12,354.17"),
        ("Buy", "VNQ", "Brokerage", "60.51857304", "$88.30", "–", "$5,343.79"),
    ]
    press(from_page.view, "changes")
    assert from_page.changes.isVisible() and not from_page.trades.isVisible()
    changes = {row.change.symbol: row.change_words for row in from_page.changes.table.rows()}
    assert changes == {"VNQ": "+60.51857304", "BNDX": "+251.20313135", "USD": "+2,302.04"}


def test_its_figures_are_sorted_as_numbers(dialog: RecordedPlansDialog) -> None:
    trade, change = dialog.trades.table.rows()[0], dialog.changes.table.rows()[0]
    numbers = [Decimal("1234.5"), Decimal(9), Decimal("85.1")]
    trades = [replace(trade, trade=replace(trade.trade, price=each)) for each in numbers]
    dialog.trades.set_rows(trades)
    dialog.trades.sortByColumn(4, Qt.SortOrder.AscendingOrder)
    assert [row.trade.price for row in dialog.trades.table.rows()] == sorted(numbers)
    changes = [replace(change, change=replace(change.change, quantity_after=each)) for each in (None, *numbers)]
    dialog.changes.set_rows(changes)
    dialog.changes.sortByColumn(3, Qt.SortOrder.AscendingOrder)
    assert [row.change.quantity_after for row in dialog.changes.table.rows()] == [*sorted(numbers), None]
    assert all(column.key for column in dialog.changes.table.columns if column.right)


def test_it_is_undone_and_recorded_again_by_key(
    from_page: RecordedPlansDialog, recorded: PlannerPanel, demo_desk: Desk, qtbot: QtBot
) -> None:
    after = total_minor(demo_desk)
    back = from_page.step_button.icon().pixmap(20, 16).toImage()
    QTest.keyClick(from_page, Key.Key_U, Modifier.AltModifier)
    qtbot.waitUntil(lambda: from_page.step_button.text() == "Record &again")
    assert from_page.step_button.icon().pixmap(20, 16).toImage() != back, "no arrow back beside what goes on"
    assert total_minor(demo_desk) == after - 2_000_000
    assert recorded.recorded.title == "Undone: all is as it was before.", "the panel behind it knows"
    assert "undone" in from_page._subtitle.words
    QTest.keyClick(from_page, Key.Key_A, Modifier.AltModifier)
    qtbot.waitUntil(lambda: from_page.step_button.text() == "&Undo")
    assert from_page.step_button.icon().pixmap(20, 16).toImage() == back
    assert total_minor(demo_desk) == after
    assert recorded.recorded.title == "2 orders recorded"


def test_what_was_changed_since_is_not_undone_and_says_why(
    recorded: PlannerPanel, demo_desk: Desk, opened: Opened[RecordedPlansDialog], qtbot: QtBot
) -> None:
    demo_desk.holdings.change("brokerage_vnq", Decimal(10))
    qtbot.waitUntil(lambda: not recorded.recorded.button.isVisible())
    recorded.recorded_button.click()
    dialog = opened(RecordedPlansDialog)
    assert not dialog.step_button.isEnabled()
    assert dialog._why_not.words == (
        "VNQ in “Brokerage” was changed after this plan was recorded, so the plan cannot be undone."
    )


def test_the_newest_is_first_and_each_can_be_chosen(
    recorded: PlannerPanel,
    opened: Opened[QDialog],
    demo_desk: Desk,
    qtbot: QtBot,
) -> None:
    type_in(recorded, "500", qtbot)
    recorded.foot.record_button.click()
    record = opened(RecordDialog)
    assert isinstance(record, RecordDialog)
    record.accept()
    recorded.recorded_button.click()
    dialog = opened(RecordedPlansDialog)
    assert isinstance(dialog, RecordedPlansDialog)
    assert dialog.plans.table.rowCount() == 2 and len(demo_desk.recorded_plans.all()) == 2
    first = dialog.selected
    QTest.keyClick(dialog.plans, Key.Key_Down)
    assert dialog.selected is not None and dialog.selected is not first
    assert dialog._title.words in ("Deposit of $20,000.00", "Deposit of $500.00")


def test_all_of_them_are_saved_in_one_file(dialog: RecordedPlansDialog, demo_desk: Desk, tmp_path: Path) -> None:
    allocation = demo_desk.allocations.of(None)
    plan = demo_desk.plans.deposit(allocation, 100_000)
    demo_desk.recorded_plans.record(plan, allocation, demo_desk.recorded_plans.fills_of(plan, allocation))
    next(each for each in dialog.save_button.menu().actions() if "ll plans" in each.text()).trigger()
    asked = dialog.findChild(QFileDialog)
    assert asked is not None and asked.selectedFiles()[0].endswith("recorded-plans.csv")
    asked.fileSelected.emit(str(tmp_path / "all.csv"))
    with (tmp_path / "all.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    plans = demo_desk.recorded_plans.all()
    assert len(plans) == 2
    assert len(rows) == sum(len(each.trades) + len(each.amounts) for each in plans)


def test_it_is_copied_and_saved(dialog: RecordedPlansDialog, tmp_path: Path) -> None:
    dialog.copy_button.click()
    copied = QGuiApplication.clipboard().text()
    assert "BNDX" in copied and "251.20313135" in copied and "\t" in copied
    paths = {"CSV": tmp_path / "plan.csv", "PDF": tmp_path / "plan.pdf"}
    for kind, path in paths.items():
        next(each for each in dialog.save_button.menu().actions() if kind in each.text()).trigger()
        asked = dialog.findChild(QFileDialog)
        assert asked is not None and asked.selectedFiles()[0].endswith(f"recorded-deposit-2026-11-20.{kind.lower()}")
        asked.fileSelected.emit(str(path))
        delete(asked)
    with paths["CSV"].open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["Symbol"] for row in rows} >= {"BNDX", "VNQ"}
    written = words_of(paths["PDF"])
    assert "Deposit of $20,000.00" in written and "BuyBNDXBrokerage251.20313135$49.18$12,354.17" in written
    assert "BNDXBrokerage–251.20313135+251.20313135" in written


def test_what_is_said_of_a_recorded_plan_can_be_closed(recorded: PlannerPanel, demo_desk: Desk, qtbot: QtBot) -> None:
    told = recorded.recorded
    assert told.isVisible() and told.title == "2 orders recorded"
    told.close_button.setFocus()
    QTest.keyClick(told.close_button, Key.Key_Space)
    assert not told.isVisible()
    demo_desk.holdings.change("brokerage_vnq", Decimal(10))
    settle(recorded, qtbot)
    assert not told.isVisible(), "a later change does not bring it back"
