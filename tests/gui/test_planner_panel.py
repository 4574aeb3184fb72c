"""The deposit planner: what it says of a plan as one types, and what it hands to other programs."""

import csv
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from wealthdesk.domain.plans import Reason
from wealthdesk.domain.targets import ClassTarget, FillMethod, Unfillable
from wealthdesk.gui.allocation.page import AllocationPage
from wealthdesk.gui.allocation.plan_words import METHODS, left_out_words, plan_lines, reason_words, short_quantity
from wealthdesk.gui.allocation.planner_panel import PlannerPanel
from wealthdesk.gui.bus import Bus
from wealthdesk.gui.theme import Tone
from wealthdesk.services.desk import Desk
from wealthdesk.services.plan_export import plan_text


@pytest.fixture
def page(qtbot: QtBot, demo_desk: Desk, bus: Bus) -> AllocationPage:
    page = AllocationPage(demo_desk, bus)
    qtbot.addWidget(page)
    page.resize(1096, 832)
    page.show()
    return page


@pytest.fixture
def panel(page: AllocationPage) -> PlannerPanel:
    return page.panel


def type_in(panel: PlannerPanel, typed: str, qtbot: QtBot) -> None:
    panel.amount.field.selectAll()
    QTest.keyClick(panel.amount.field, Qt.Key.Key_Delete)
    QTest.keyClicks(panel.amount.field, typed)
    qtbot.waitUntil(lambda: not panel._timer.isActive())


def lines(panel: PlannerPanel) -> list[str]:
    return [line.sentence for line in panel.outcome.trades.lines.lines]


def test_the_plan_appears_as_one_types(panel: PlannerPanel, qtbot: QtBot) -> None:
    type_in(panel, "20000", qtbot)
    assert lines(panel) == [
        "Buy BNDX, 216.5077 × $49.18, $10,647.85. Fixed income is most underweight: 3.8 pp",
        "Buy VNQ, 60.6191 × $88.30, $5,352.67. Real estate is 1.8 pp underweight",
        "Buy BND, 23.1248 × $73.02, $1,688.58. Fixed income is 3.8 pp underweight",
    ]
    outcome = panel.outcome
    assert (outcome.allocated.text(), outcome.left.text()) == ("$17,689.10", "$2,310.90")
    assert outcome.cash_reason.text() == "Cash is 0.7 pp underweight"
    assert outcome.drift.title.text() == "Drift before and after"
    assert outcome.drift.total.text() == "12.6 → 3.8 pp in total"
    assert (outcome.bands.title, outcome.bands.text) == ("1 class would stay outside its band", "Crypto")
    assert outcome.bands.tone is Tone.WARNING


def test_figures_are_muted_until_the_next_plan(panel: PlannerPanel, qtbot: QtBot) -> None:
    type_in(panel, "20000", qtbot)
    QTest.keyClicks(panel.amount.field, "0")
    assert panel.outcome.trades.painting.is_stale and not panel.copy_button.isEnabled()
    qtbot.waitUntil(lambda: not panel.outcome.trades.painting.is_stale)
    assert panel.plan is not None and panel.plan.amount_minor == 20_000_000
    assert panel.copy_button.isEnabled()


@pytest.mark.parametrize("typed", ["", "0", "0.00"])
def test_without_an_amount_it_shows_the_drift_of_today(panel: PlannerPanel, qtbot: QtBot, typed: str) -> None:
    type_in(panel, "500", qtbot)
    type_in(panel, typed, qtbot)
    outcome = panel.outcome
    assert panel.plan is None and outcome.hint.isVisible() and not outcome.trades.isVisible()
    assert (outcome.drift.title.text(), outcome.drift.total.text()) == ("Drift today", "12.6 pp in total")
    assert not panel.copy_button.isEnabled()


@pytest.mark.parametrize("typed", ["12,5x", "1e9", "-5", "1_000"])
def test_what_is_no_amount_leaves_the_last_plan_muted(panel: PlannerPanel, qtbot: QtBot, typed: str) -> None:
    type_in(panel, "20000", qtbot)
    before = panel.plan
    QTest.keyClick(panel.amount.field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(panel.amount.field, typed)
    qtbot.wait(60)
    assert panel.amount.problem() and panel.amount.field.text() == typed
    assert panel.outcome.trades.painting.is_stale and not panel.save_button.isEnabled()
    assert before is not None and lines(panel)


def test_a_large_deposit_brings_every_class_inside(panel: PlannerPanel, qtbot: QtBot) -> None:
    type_in(panel, "1000000", qtbot)
    assert panel.outcome.bands.title == "All 5 classes would be inside their band"
    assert panel.outcome.bands.tone is Tone.OK


def test_what_takes_no_part_is_listed_with_what_to_do(panel: PlannerPanel, qtbot: QtBot) -> None:
    type_in(panel, "100", qtbot)
    assert panel.plan is not None and panel.outcome.left_out.isVisible()
    allocation = panel._allocation
    assert allocation is not None
    assert left_out_words(panel.plan, allocation.portfolio) == [
        ("HALM", "No class yet. Choose one with Classify."),
        ("AOR", "Counts to several classes: its value counts, but it is not bought."),
    ]


@pytest.mark.parametrize("method", list(FillMethod))
def test_the_method_is_kept_in_the_strategy(
    panel: PlannerPanel, demo_desk: Desk, qtbot: QtBot, method: FillMethod
) -> None:
    type_in(panel, "20000", qtbot)
    combo = panel.outcome.method.method
    combo.setCurrentIndex(combo.findText(METHODS[method][0]))
    combo.activated.emit(combo.currentIndex())
    active = demo_desk.targets.active(None)
    assert active is not None and active.fill_method is method
    assert panel.plan is not None and panel.plan.method is method, "the plan was made again, the amount stayed"
    assert panel.plan.allocated_minor + panel.plan.left_in_cash_minor == 2_000_000


def test_money_for_an_empty_class_can_stay_in_cash(panel: PlannerPanel, demo_desk: Desk, qtbot: QtBot) -> None:
    active = demo_desk.targets.active(None)
    assert active is not None
    targets = (ClassTarget("equity", 5_000), ClassTarget("commodities", 5_000))
    demo_desk.targets.save(active.id, active.version, targets)
    type_in(panel, "1000", qtbot)
    assert panel.plan is not None and panel.plan.left_in_cash_minor == 0
    combo = panel.outcome.method.unfillable
    combo.setCurrentIndex(combo.findText("Keep as cash"))
    combo.activated.emit(combo.currentIndex())
    changed = demo_desk.targets.active(None)
    assert changed is not None and changed.unfillable is Unfillable.KEEP_CASH
    assert panel.plan is not None and panel.plan.left_in_cash_minor == 100_000


def test_the_amount_stays_when_the_scope_changes(page: AllocationPage, panel: PlannerPanel, qtbot: QtBot) -> None:
    type_in(panel, "20000", qtbot)
    page.choose_scope("retirement")
    assert panel.amount.minor() == 2_000_000
    assert panel.plan is not None and {trade.asset_id for trade in panel.plan.trades} == {"vti", "vbr", "bnd", "bndx"}
    page.choose_scope("brokerage")
    assert panel.plan is None and panel.no_targets.isVisible()
    page.choose_scope(None)
    assert len(lines(panel)) == 3


def test_the_plan_is_copied_by_button_and_by_key(panel: PlannerPanel, qtbot: QtBot) -> None:
    type_in(panel, "20000", qtbot)
    assert panel.plan is not None and panel._allocation is not None
    expected = plan_text(panel.plan, panel._allocation.portfolio)
    clipboard = QGuiApplication.clipboard()
    for copy in (
        panel.copy_button.click,
        lambda: QTest.keyClick(panel.outcome.trades, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier),
        lambda: QTest.keyClick(panel.amount.field, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier),
    ):
        clipboard.setText("")
        copy()
        assert clipboard.text() == expected
    panel.amount.field.selectAll()
    QTest.keyClick(panel.amount.field, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert clipboard.text() == panel.amount.field.text(), "what is selected comes first"


def test_the_plan_is_saved_as_csv(panel: PlannerPanel, qtbot: QtBot, tmp_path: Path) -> None:
    type_in(panel, "20000", qtbot)
    dialog = panel.save_dialog()
    assert dialog.selectedFiles()[0].endswith("deposit-plan-2026-11-20.csv")
    path = tmp_path / "grüner Plan #1.csv"
    dialog.fileSelected.connect(panel._on_file_chosen)
    dialog.fileSelected.emit(str(path))
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert sum(Decimal(row["Amount"]) for row in rows) == 20_000


def test_hundreds_of_trades_do_not_push_the_rest_out_of_sight(panel: PlannerPanel, qtbot: QtBot) -> None:
    type_in(panel, "20000", qtbot)
    assert panel.outcome.more.isHidden()
    assert panel.plan is not None and panel._allocation is not None
    plan = replace(panel.plan, trades=panel.plan.trades * 100)
    portfolio = panel._allocation.portfolio
    outcome = panel.outcome
    outcome._show_trades(portfolio, plan)
    assert len(outcome.trades.lines.lines) == 8 and outcome.more.text() == "Show all 300"
    outcome.more.click()
    assert len(outcome.trades.lines.lines) == 300 and outcome.trades.height() == 300 * 46
    assert [line.trade for line in plan_lines(plan, portfolio)] == list(plan.trades)


@pytest.mark.parametrize(
    ("quantity", "expected"),
    [
        ("0.00012345", "0.00012345"),
        ("0.5", "0.5"),
        ("23.12489728", "23.1248"),
        ("216.50772671", "216.5077"),
        ("12345.6789", "12,345.67"),
        ("123456789.99", "123,456,789"),
        ("7", "7"),
    ],
)
def test_a_quantity_is_short_enough_to_read_and_never_rounded_up(quantity: str, expected: str) -> None:
    assert short_quantity(Decimal(quantity)) == expected


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        (Reason("c", -580, -100, True), "Gold is most underweight: 5.8 pp"),
        (Reason("c", -580, -100, False), "Gold is 5.8 pp underweight"),
        (Reason("c", 0, -10, False), "Gold is on its target; the larger total makes room"),
        (Reason("c", 120, 0, False), "Gold is 1.2 pp above its target; the larger total makes room"),
        (Reason("c", None, None, False), "Gold has no target"),
    ],
)
def test_every_reason_has_its_sentence(reason: Reason, expected: str) -> None:
    assert reason_words(reason, "Gold") == expected
