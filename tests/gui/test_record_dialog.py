"""Recording a plan: fills edited in place, cash that has to suffice, and the way back, all by the keyboard."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from gui.planning import Key, Modifier, choose, deposit_plan, go_to_mode, plan_of, settle, total_minor, type_in
from wealthdesk.domain.assets import Asset, AssetKind
from wealthdesk.domain.plans import AccountCash, Fill, Mode, Plan, PlanRequest, Side
from wealthdesk.domain.trading_rules import AccountRules, Trading
from wealthdesk.domain.valuation import RateConversion
from wealthdesk.errors import NoRoom
from wealthdesk.gui.allocation.page import AllocationPage
from wealthdesk.gui.allocation.planner.planner_panel import PlannerPanel
from wealthdesk.gui.allocation.recorded.fill_table import Cell, FillHead, FillRow, FillTable
from wealthdesk.gui.allocation.recorded.record_dialog import RecordDialog, moved
from wealthdesk.gui.page import Bus
from wealthdesk.services.desk import Clock, Desk, open_desk

Dialog = TypeVar("Dialog", bound=QDialog)
Opened = Callable[[type[Dialog]], Dialog]


@pytest.fixture(scope="session")
def demo_file(demo_without_search: Path) -> Path:
    return demo_without_search


@pytest.fixture(scope="module")
def plan(kept_desk: Desk) -> Plan:
    """The plan for a deposit of 20,000: it is the same one for each copy."""
    return deposit_plan(kept_desk)


@pytest.fixture(scope="module")
def rebalance(kept_desk: Desk) -> Plan:
    """The plan for a rebalance."""
    return plan_of(kept_desk, PlanRequest(Mode.REBALANCE))


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
def from_page(panel: PlannerPanel, opened: Opened[RecordDialog], qtbot: QtBot) -> RecordDialog:
    """The dialog for a deposit of 20,000, opened by key from the amount."""
    panel.money.amount.field.setFocus()
    type_in(panel, "20000", qtbot)
    QTest.keyClick(panel.money.amount.field, Key.Key_Return, Modifier.ControlModifier)
    return opened(RecordDialog)


@pytest.fixture
def dialog(demo_desk: Desk, plan: Plan, qtbot: QtBot) -> RecordDialog:
    """The same without the page, which takes longer to open than all that most of these tests do."""
    return dialog_of(plan, demo_desk, qtbot)


def dialog_of(plan: Plan, desk: Desk, qtbot: QtBot) -> RecordDialog:
    made = RecordDialog(desk, plan, desk.allocations.of(None))
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.open()
    return made


@pytest.fixture
def elsewhere(demo_desk: Desk, clock: Clock) -> Iterator[Desk]:
    """The same file, open in another program."""
    with open_desk(demo_desk.path, clock) as other:
        yield other


def cash(dialog: RecordDialog) -> dict[str, tuple[str, str]]:
    """What the money of each account does, and its cash before and after."""
    return {head.name: (head.money, head.cash) for head in dialog.table.heads.values()}


def fill_in(table: FillTable, row: int, column: int, typed: str, qtbot: QtBot) -> None:
    """Edit a cell by keys alone: Enter opens it, what is typed takes the place of what was there, Enter ends it."""
    table.setCurrentIndex(table.fills.index(row, column))
    QTest.keyClick(table, Key.Key_Return)
    editor = QApplication.focusWidget()
    assert editor is not None and editor is not table
    QTest.keyClicks(editor, typed)
    QTest.keyClick(editor, Key.Key_Return)
    qtbot.waitUntil(table.hasFocus)


def updated(dialog: RecordDialog, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not dialog._timer.isActive())


QUANTITY, PRICE, FEE = 4, 5, 7


def test_it_opens_with_the_trades_of_the_plan(from_page: RecordDialog) -> None:
    assert [(line.side, line.asset.symbol, line.account_name, line.quantity) for line in from_page.table.lines] == [
        ("Buy", "BNDX", "Brokerage", "251.20313135"),
        ("Buy", "VNQ", "Brokerage", "60.51857304"),
    ]
    assert from_page.record_button.text() == "&Record 2 orders" and from_page.problem == ""
    assert cash(from_page) == {"Brokerage": ("in +20,000.00 · spent −17,697.96", "cash $9,173.86 → $11,475.90")}
    assert from_page.table.hasFocus()


def test_recorded_undone_and_recorded_again_the_totals_are_exact(
    from_page: RecordDialog, page: AllocationPage, panel: PlannerPanel, demo_desk: Desk, qtbot: QtBot
) -> None:
    before, held = total_minor(demo_desk), demo_desk.holdings.all()
    QTest.keyClick(from_page.table, Key.Key_Return, Modifier.ControlModifier)
    qtbot.waitUntil(lambda: not from_page.isVisible())
    assert total_minor(demo_desk) == before + 2_000_000
    assert panel.recorded.isVisible() and panel.recorded.title == "2 orders recorded"
    recorded = demo_desk.holdings.all()
    field = panel.money.amount.field
    page.activateWindow()
    qtbot.waitUntil(field.hasFocus)
    assert field.text() == "" and panel.plan is None

    panel.recorded.button.click()
    qtbot.waitUntil(lambda: panel.recorded.title == "Undone: all is as it was before.")
    assert (total_minor(demo_desk), demo_desk.holdings.all()) == (before, held)

    QTest.keyClick(panel, Key.Key_N, Modifier.AltModifier)
    qtbot.waitUntil(lambda: panel.recorded.title == "2 orders recorded")
    assert total_minor(demo_desk) == before + 2_000_000
    assert [(each.account_id, each.asset_id, each.quantity) for each in demo_desk.holdings.all()] == [
        (each.account_id, each.asset_id, each.quantity) for each in recorded
    ]
    assert len(demo_desk.recorded_plans.all()) == 1


@pytest.mark.parametrize("by_typing", [True, False])
def test_a_plan_that_was_undone_is_not_offered_again_once_something_else_is_done(
    from_page: RecordDialog, panel: PlannerPanel, demo_desk: Desk, qtbot: QtBot, by_typing: bool
) -> None:
    QTest.keyClick(from_page.table, Key.Key_Return, Modifier.ControlModifier)
    qtbot.waitUntil(lambda: not from_page.isVisible())
    panel.recorded.button.click()
    qtbot.waitUntil(lambda: panel.recorded.title == "Undone: all is as it was before.")
    assert panel.recorded.isVisible()
    if by_typing:
        QTest.keyClicks(panel.money.amount.field, "5")
    else:
        demo_desk.classes.add("Art", "#24837B")
    qtbot.waitUntil(lambda: not panel.recorded.isVisible())


def test_a_withdrawal_takes_its_amount_out(
    page: AllocationPage, panel: PlannerPanel, opened: Opened[RecordDialog], demo_desk: Desk, qtbot: QtBot
) -> None:
    before = total_minor(demo_desk)
    go_to_mode(panel, Mode.WITHDRAWAL, qtbot)
    type_in(panel, "20000", qtbot)
    panel.foot.record_button.click()
    dialog = opened(RecordDialog)
    assert dialog.record_button.text() == "&Record 2 orders"
    dialog.record_button.click()
    assert total_minor(demo_desk) == before - 2_000_000
    kept = demo_desk.recorded_plans.all()[0]
    assert kept.mode is Mode.WITHDRAWAL and sum(each.amount_minor for each in kept.amounts) == -2_000_000


@pytest.mark.parametrize(("new", "paid_out"), [(0, 0), (-700, 700)])
def test_an_account_that_only_sells_spends_nothing_whatever_rounding_leaves(new: int, paid_out: int) -> None:
    """Two sales of 11.13 euros at 1.05 dollars are 11.69 each and 23.37 together: there is no cent that was spent."""
    asset = Asset("u", "UCITS", "Fund", AssetKind.FUND, "EUR")
    way = RateConversion(Decimal("1.05"), Decimal(1), None)
    fill = Fill("depot", "u", Side.SELL, Decimal(1), Decimal("11.13"))
    lines = [FillRow(fill, "Depot", asset, "USD", way, "1", "11.13", "0") for _ in range(2)]
    assert [each.base_minor for each in lines] == [1_169, 1_169]
    assert moved(AccountCash("depot", 5_000, new, 7_337 + new), lines) == (2_337, paid_out, 0)
    bought = replace(lines[0], fill=replace(fill, side=Side.BUY))
    assert moved(AccountCash("depot", 5_000, 0, 5_000), [lines[0], bought]) == (1_169, 0, 1_169)


def test_an_amount_in_the_base_currency_is_that_of_the_plan_to_the_cent() -> None:
    """Rounded to 9,150.17 euros first it would be 10,476.94 dollars: a cent less than plan and record say."""
    asset = Asset("u", "UCITS", "Fund", AssetKind.FUND, "EUR")
    way = RateConversion(Decimal("1.145"), Decimal(1), None)
    fill = Fill("depot", "u", Side.SELL, Decimal("493.04494827"), Decimal("18.5585"))
    line = FillRow(fill, "Depot", asset, "USD", way, "493.04494827", "18.5585", "0")
    assert (line.amount_minor, line.base_minor) == (915_017, 1_047_695)
    assert line.in_base == "= $10,476.95"


def test_what_was_filled_otherwise_is_typed_over(dialog: RecordDialog, demo_desk: Desk, qtbot: QtBot) -> None:
    before, soon = total_minor(demo_desk), dialog._timer.interval()
    dialog._timer.setInterval(60_000)  # not before it was looked at, however slow the machine
    fill_in(dialog.table, 1, QUANTITY, "60", qtbot)
    assert not dialog.record_button.isEnabled(), "what is accepted is what was seen"
    dialog._timer.setInterval(soon)
    updated(dialog, qtbot)
    fill_in(dialog.table, 1, PRICE, "90.5", qtbot)
    fill_in(dialog.table, 1, FEE, "4.95", qtbot)
    updated(dialog, qtbot)
    line = dialog.table.lines[1]
    assert (line.quantity, line.price, line.fee, line.amount) == ("60", "90.50", "4.95", "$5,430.00")
    paid = 534_379 - 543_000 - 495
    assert cash(dialog)["Brokerage"] == (
        "in +20,000.00 · spent −17,789.12", "cash $9,173.86 → $11,384.74",
    )  # fmt: skip
    dialog.accept()
    kept = demo_desk.recorded_plans.all()[0]
    trade = next(each for each in kept.trades if each.symbol == "VNQ")
    assert (trade.quantity, trade.price, trade.fee_minor) == (Decimal(60), Decimal("90.5"), 495)
    # 60 at today's price of 88.30 instead of 60.51857304, for 91.16 less cash.
    assert total_minor(demo_desk) == before + 2_000_000 + paid + (529_800 - 534_379)


def test_space_leaves_a_trade_out_and_takes_it_in_again(dialog: RecordDialog, demo_desk: Desk, qtbot: QtBot) -> None:
    QTest.keyClick(dialog.table, Key.Key_Space)
    updated(dialog, qtbot)
    assert [line.is_included for line in dialog.table.lines] == [False, True]
    assert dialog.record_button.text() == "&Record 1 order"
    QTest.keyClick(dialog.table, Key.Key_Space)
    updated(dialog, qtbot)
    assert dialog.record_button.text() == "&Record 2 orders"
    QTest.keyClick(dialog.table, Key.Key_Space)
    dialog.accept()
    assert [each.symbol for each in demo_desk.recorded_plans.all()[0].trades] == ["VNQ"]


@pytest.mark.parametrize(
    ("column", "typed", "says"),
    [
        (QUANTITY, "0", "BNDX in Brokerage: A quantity here is more than 0"),
        (QUANTITY, "1e3", "BNDX in Brokerage: "),
        (PRICE, "-5", "BNDX in Brokerage: A price here is more than 0"),
        (PRICE, "", "BNDX in Brokerage: "),
        (FEE, "-1", "BNDX in Brokerage: A fee here is not negative"),
    ],
)
def test_what_cannot_be_read_stays_and_says_where(
    dialog: RecordDialog, demo_desk: Desk, qtbot: QtBot, column: int, typed: str, says: str
) -> None:
    fill_in(dialog.table, 0, column, typed or " ", qtbot)
    updated(dialog, qtbot)
    assert dialog.problem.startswith(says) and not dialog.record_button.isEnabled()
    cell = {QUANTITY: Cell.QUANTITY, PRICE: Cell.PRICE, FEE: Cell.FEE}[column]
    assert dialog.table.lines[0].typed(cell) == typed
    QTest.keyClick(dialog.table, Key.Key_Return, Modifier.ControlModifier)
    assert dialog.isVisible() and demo_desk.recorded_plans.all() == []
    QTest.keyClick(dialog.table, Key.Key_Space)
    updated(dialog, qtbot)
    assert dialog.problem == "" and dialog.record_button.isEnabled(), "what is left out need not be read"


def test_fills_that_overdraw_an_account_are_refused(dialog: RecordDialog, demo_desk: Desk, qtbot: QtBot) -> None:
    before = demo_desk.holdings.all()
    fill_in(dialog.table, 1, QUANTITY, "1000", qtbot)
    updated(dialog, qtbot)
    assert "Brokerage" in dialog.problem and not dialog.record_button.isEnabled()
    dialog.accept()
    assert dialog.isVisible() and demo_desk.holdings.all() == before
    fill_in(dialog.table, 1, QUANTITY, "100", qtbot)
    updated(dialog, qtbot)
    assert dialog.problem == "" and dialog.record_button.isEnabled()


def test_after_a_full_disk_it_is_tried_again_with_the_button(
    dialog: RecordDialog, demo_desk: Desk, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    before = demo_desk.holdings.all()

    def full(*asked: object, **more: object) -> None:
        raise NoRoom("The disk is full. Nothing was changed. Free some space and try again.")

    with monkeypatch.context() as on_a_full_disk:
        on_a_full_disk.setattr(demo_desk.recorded_plans, "record", full)
        dialog.record_button.click()
    assert "full" in dialog.problem and demo_desk.holdings.all() == before
    qtbot.wait(20)
    tops = {each: each.mapTo(dialog, QPoint()).y() for each in (dialog.table, dialog.cash)}
    assert tops[dialog.table] + dialog.table.height() <= tops[dialog.cash], "one lies above the other"
    dialog.record_button.click()
    assert demo_desk.holdings.all() != before and not dialog.isVisible()


def test_more_than_is_held_is_not_sold(demo_desk: Desk, qtbot: QtBot) -> None:
    dialog = dialog_of(plan_of(demo_desk, PlanRequest(Mode.WITHDRAWAL, {None: 2_000_000})), demo_desk, qtbot)
    assert dialog.table.lines[0].asset.symbol == "VTI"
    fill_in(dialog.table, 0, QUANTITY, "210.00000001", qtbot)
    updated(dialog, qtbot)
    assert "VTI" in dialog.problem and not dialog.record_button.isEnabled()


def test_what_stands_in_an_open_cell_is_recorded_too(dialog: RecordDialog, demo_desk: Desk, qtbot: QtBot) -> None:
    dialog.table.setCurrentIndex(dialog.table.fills.index(0, QUANTITY))
    QTest.keyClick(dialog.table, Key.Key_Return)
    editor = QApplication.focusWidget()
    assert editor is not None
    QTest.keyClicks(editor, "200")
    QTest.keyClick(editor, Key.Key_Return, Modifier.ControlModifier)
    qtbot.waitUntil(lambda: not dialog.isVisible())
    assert demo_desk.recorded_plans.all()[0].trades[0].quantity == 200


def test_tab_goes_from_cell_to_cell(dialog: RecordDialog, qtbot: QtBot) -> None:
    table = dialog.table
    QTest.keyClick(table, Key.Key_Return)
    seen = []
    for _ in range(4):
        editor = QApplication.focusWidget()
        assert editor is not None and editor is not table
        seen.append(editor.accessibleName())
        QTest.keyClick(editor, Key.Key_Tab)
    assert seen == [
        "Quantity of BNDX in Brokerage",
        "Price of BNDX in Brokerage",
        "Fee of BNDX in Brokerage",
        "Quantity of VNQ in Brokerage",
    ]
    assert table.currentIndex().row() == 1 and table.currentIndex().column() == PRICE


def test_tab_leaves_out_the_orders_that_are_left_out(dialog: RecordDialog, demo_desk: Desk) -> None:
    table = dialog.table
    table.show_lines([*table.lines, table.lines[0]])
    table.fills.turn([1])
    fee = table.fills.index(0, PRICE + 2)
    table.setCurrentIndex(fee)
    table.edit(fee)
    editor = QApplication.focusWidget()
    assert editor is not None and editor.accessibleName().startswith("Fee of")
    QTest.keyClick(editor, Key.Key_Tab)
    assert table.currentIndex().row() == 2, "the next line that can be typed into"
    editor = QApplication.focusWidget()
    assert editor is not None and editor.accessibleName() == "Quantity of BNDX in Brokerage"


def test_escape_ends_a_cell_then_the_dialog_which_asks_only_about_changes(
    dialog: RecordDialog, demo_desk: Desk, qtbot: QtBot
) -> None:
    fill_in(dialog.table, 0, QUANTITY, "200", qtbot)
    QTest.keyClick(dialog.table, Key.Key_Return)
    editor = QApplication.focusWidget()
    assert editor is not None
    QTest.keyClicks(editor, "1")
    QTest.keyClick(editor, Key.Key_Escape)
    assert dialog.isVisible() and dialog.table.lines[0].quantity == "200"
    QTest.keyClick(dialog.table, Key.Key_Escape)
    box = dialog.findChild(QMessageBox)
    assert box is not None and dialog.isVisible()
    discard = next(each for each in box.findChildren(QPushButton) if each.text() == "&Discard")
    discard.click()
    qtbot.waitUntil(lambda: not dialog.isVisible())
    assert demo_desk.recorded_plans.all() == []


def test_closing_asks_about_what_stands_in_an_open_cell(dialog: RecordDialog, qtbot: QtBot) -> None:
    dialog.table.setCurrentIndex(dialog.table.fills.index(0, QUANTITY))
    QTest.keyClick(dialog.table, Key.Key_Return)
    editor = QApplication.focusWidget()
    assert editor is not None
    QTest.keyClicks(editor, "5")
    dialog.close()
    box = dialog.findChild(QMessageBox)
    assert box is not None and dialog.isVisible() and dialog.table.lines[0].quantity == "5"


def test_escape_closes_a_dialog_in_which_nothing_was_changed(
    from_page: RecordDialog, panel: PlannerPanel, demo_desk: Desk, qtbot: QtBot
) -> None:
    QTest.keyClick(from_page.table, Key.Key_Escape)
    qtbot.waitUntil(lambda: not from_page.isVisible())
    assert demo_desk.recorded_plans.all() == [] and panel.plan is not None and not panel.recorded.isVisible()


def test_what_another_program_changed_meanwhile_is_refused_and_planned_for_again(
    from_page: RecordDialog, panel: PlannerPanel, elsewhere: Desk, demo_desk: Desk, qtbot: QtBot
) -> None:
    old = panel.plan
    elsewhere.holdings.change("brokerage_vnq", Decimal(10))
    QTest.keyClick(from_page.table, Key.Key_Return, Modifier.ControlModifier)
    assert from_page.isVisible() and from_page.problem == (
        "“Brokerage” was changed after this plan was made. Nothing was recorded; look at the plan again."
    )
    assert demo_desk.recorded_plans.all() == [] and not from_page.record_button.isEnabled()
    assert from_page._problem.button.isVisible() and from_page._problem.button.text() == "&Plan again"
    from_page._problem.button.click()
    assert not from_page.isVisible()
    settle(panel, qtbot)
    assert panel.money.amount.minor() == 2_000_000 and panel.plan is not None and panel.plan != old
    bought = {trade.asset_id: trade.quantity for trade in panel.plan.trades}
    assert bought["vnq"] > Decimal("60.51857304"), "there is less of it now"
    assert panel.foot.record_button.isEnabled()


def test_an_account_that_another_program_removed_is_named(
    dialog: RecordDialog, elsewhere: Desk, demo_desk: Desk, qtbot: QtBot
) -> None:
    elsewhere.accounts.remove("brokerage")
    dialog.accept()
    assert dialog.isVisible() and dialog.problem.startswith("“Brokerage” was changed after this plan was made.")


def test_a_deposit_that_buys_nothing_of_an_account_still_brings_its_money(
    page: AllocationPage, panel: PlannerPanel, opened: Opened[RecordDialog], demo_desk: Desk, qtbot: QtBot
) -> None:
    # What is traded in another currency is rounded to its cents.
    demo_desk.rules.set_trading(["vwce", "btc", "eth"], Trading.LOCKED)
    choose(panel.options.lots, "Whole shares")
    before = total_minor(demo_desk)
    type_in(panel, "1234.56", qtbot)
    panel.foot.record_button.click()
    dialog = opened(RecordDialog)
    dialog.accept()
    assert total_minor(demo_desk) == before + 123_456


def test_fees_of_the_rules_are_in_the_fills(
    page: AllocationPage, panel: PlannerPanel, opened: Opened[RecordDialog], demo_desk: Desk, qtbot: QtBot
) -> None:
    demo_desk.rules.set_account("retirement", AccountRules(fee_fixed_minor=495))
    page.choose_scope("retirement")
    choose(panel.options.lots, "Whole shares")
    before = demo_desk.allocations.of("retirement").drift.total_minor
    type_in(panel, "5000", qtbot)
    panel.foot.record_button.click()
    dialog = opened(RecordDialog)
    assert {line.fee for line in dialog.table.lines} == {"4.95"}
    fees = 495 * len(dialog.table.lines)
    dialog.accept()
    assert demo_desk.allocations.of("retirement").drift.total_minor == before + 500_000 - fees


def test_the_day_of_the_record_is_the_day_it_was_made(dialog: RecordDialog, demo_desk: Desk) -> None:
    dialog.accept()
    assert demo_desk.recorded_plans.all()[0].recorded_at.date() == date(2026, 11, 20)


def test_another_day_is_kept_with_the_record(dialog: RecordDialog, demo_desk: Desk, qtbot: QtBot) -> None:
    assert dialog.day.value() == date(2026, 11, 20) and dialog.day.maximumDate() == dialog.day.date()
    QTest.keyClick(dialog, Key.Key_D, Modifier.AltModifier)
    qtbot.waitUntil(dialog.day.hasFocus)
    QTest.keyClick(dialog.day, Key.Key_End)
    QTest.keyClick(dialog.day, Key.Key_Down)
    assert dialog.day.value() == date(2026, 11, 19)
    dialog.reject()
    box = dialog.findChild(QMessageBox)
    assert box is not None and dialog.isVisible(), "it is asked before another day is lost"
    box.close()
    dialog.accept()
    [kept] = demo_desk.recorded_plans.all()
    assert kept.recorded_at.astimezone().date() == date(2026, 11, 19)


def test_a_head_leaves_its_account_out_and_takes_it_in_again(rebalance: Plan, demo_desk: Desk, qtbot: QtBot) -> None:
    dialog = dialog_of(rebalance, demo_desk, qtbot)
    table = dialog.table
    first = table.lines[0].account_name
    count = sum(line.account_name == first for line in table.lines)
    assert count < len(table.lines)

    def included() -> list[bool]:
        return [line.is_included for line in table.lines]

    QTest.keyClick(table, Key.Key_Space, Modifier.ShiftModifier)
    assert included() == [line.account_name != first for line in table.lines]
    QTest.keyClick(table, Key.Key_Space)
    assert table.state_of(0) is (Qt.CheckState.Checked if count == 1 else Qt.CheckState.PartiallyChecked)
    box = table.visualRect(table.fills.index(0, 0)).topLeft() + QPoint(20, 12)
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=box)
    assert all(included()) is (count > 1)
    QTest.keyClick(table, Key.Key_Space, Modifier.ShiftModifier)
    assert all(included()) is (count == 1)


def test_of_a_long_name_enough_is_cut_for_what_the_money_does(dialog: RecordDialog) -> None:
    pictures = []
    for spent in ("spent −1,000.01", "spent −1,000.02"):
        heads = {key: FillHead("Retirement " * 12, f"in +20,000.00 · {spent}", "cash") for key in dialog.table.heads}
        dialog.table.show_heads(heads)
        pictures.append(dialog.table.viewport().grab().toImage())
    assert pictures[0] != pictures[1], "its last digit is seen"


def test_the_fee_is_an_amount_and_what_is_typed_over_has_the_focus(dialog: RecordDialog) -> None:
    assert dialog.table.fills.index(0, FEE).data() == "0.00"
    assert dialog.table.property("no_ring"), "the frame of the current cell says where the focus is"


def test_the_window_of_the_dialog_is_modal(from_page: RecordDialog) -> None:
    assert from_page.windowModality() is Qt.WindowModality.WindowModal and from_page.windowTitle() == "Record this plan"


def test_all_orders_are_in_sight_and_their_heads_add_up(rebalance: Plan, demo_desk: Desk, qtbot: QtBot) -> None:
    dialog = dialog_of(rebalance, demo_desk, qtbot)
    lines = dialog.table.lines
    assert 5 <= len(lines) <= 12 and dialog.table.verticalScrollBar().maximum() == 0
    accounts = [line.account_name for line in lines]
    starts = [row for row in range(len(lines)) if dialog.table.head_above(row)]
    assert starts == [row for row, name in enumerate(accounts) if row == 0 or accounts[row - 1] != name]
    for name, (did, stands) in cash(dialog).items():
        figures = [int("".join(filter(str.isdigit, each))) for each in stands.split("→")]
        signed = [each.replace(",", "").replace(".", "").replace("−", "-").split()[-1] for each in did.split(" · ")]
        assert figures[0] + sum(map(int, signed)) == figures[1], name
    abroad = next(line for line in lines if line.asset.currency == "EUR")
    assert abroad.amount.startswith("€") and abroad.in_base.startswith("= $")
