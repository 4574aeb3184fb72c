"""What the planner hands to other programs: a copy, a CSV file and a PDF file, of what is shown."""

import csv
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

from gui.pdf_text import words_of
from gui.planning import Key, Modifier, PlannerAlone, choose, go_to_mode, heads, said, settle, type_in
from wealthdesk.domain.money import NumberFormat, parse_decimal
from wealthdesk.domain.plans import Mode
from wealthdesk.domain.trading_rules import AccountRules
from wealthdesk.gui import format as text
from wealthdesk.gui.allocation.planner.order_list import orders_of, paper_quantity
from wealthdesk.gui.allocation.planner.planner_panel import PlannerPanel
from wealthdesk.planning.export import plan_text
from wealthdesk.services.desk import Desk


@pytest.fixture(scope="session")
def demo_file(demo_without_search: Path) -> Path:
    return demo_without_search


@pytest.fixture
def panel(alone: PlannerAlone) -> PlannerPanel:
    return alone.panel


@pytest.fixture
def german() -> Iterator[None]:
    """A locale whose decimals stand after a comma."""
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.German, QLocale.Country.Germany))
    text.forget_locale()
    yield
    QLocale.setDefault(before)
    text.forget_locale()


def asked(panel: PlannerPanel, words: str) -> QFileDialog:
    """The dialog that a line of the menu of Save opens."""
    menu = panel.foot.save_button.menu()
    found: QAction = next(each for each in menu.actions() if words in each.text())
    found.trigger()
    dialog = panel.foot.findChild(QFileDialog)
    assert dialog is not None and dialog.isVisible()
    return dialog


def test_the_plan_is_copied_by_button_and_by_key(typed: PlannerPanel, qtbot: QtBot) -> None:
    type_in(typed, "20000", qtbot)
    assert typed.plan is not None and typed.allocation is not None
    expected = plan_text(typed.plan, typed.allocation.portfolio, text.marks())
    clipboard, field = QGuiApplication.clipboard(), typed.money.amount.field
    for copy in (
        typed.foot.copy_button.click,
        lambda: QTest.keyClick(typed.outcome.orders, Key.Key_C, Modifier.ControlModifier),
        lambda: QTest.keyClick(field, Key.Key_C, Modifier.ControlModifier),
    ):
        clipboard.setText("")
        copy()
        assert clipboard.text() == expected
    field.selectAll()
    QTest.keyClick(field, Key.Key_C, Modifier.ControlModifier)
    assert clipboard.text() == field.text(), "what is selected comes first"


def test_a_plan_of_what_was_typed_before_is_not_copied_by_key_either(typed: PlannerPanel, qtbot: QtBot) -> None:
    type_in(typed, "20000", qtbot)
    QTest.keyClicks(typed.money.amount.field, "x")
    clipboard, field = QGuiApplication.clipboard(), typed.money.amount.field
    qtbot.waitUntil(lambda: typed.is_settled)
    assert not typed.foot.copy_button.isEnabled()
    clipboard.setText("")
    for each in (typed.outcome.orders, field):
        QTest.keyClick(each, Key.Key_C, Modifier.ControlModifier)
        assert clipboard.text() == ""


def test_the_plan_is_saved_as_csv(panel: PlannerPanel, qtbot: QtBot, tmp_path: Path) -> None:
    type_in(panel, "20000", qtbot)
    dialog = asked(panel, "CSV")
    assert dialog.selectedFiles()[0].endswith("deposit-plan-2026-11-20.csv")
    path = tmp_path / "grüner Plan #1.csv"
    dialog.fileSelected.emit(str(path))
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert sum(Decimal(row["Amount"]) for row in rows if row["Amount"]) == 20_000
    orders = orders_of(panel.outcome.orders.lines)
    assert [(row["Action"], row["Account"], row["Symbol"]) for row in rows[: len(orders)]] == [
        (line.side, line.account_name, line.asset.symbol) for line in orders
    ]
    assert {row["Amount currency"] for row in rows if row["Amount"]} == {"USD"}


def test_the_csv_reads_back_where_decimals_stand_after_a_comma(
    german: None, panel: PlannerPanel, demo_desk: Desk, qtbot: QtBot, tmp_path: Path
) -> None:
    demo_desk.rules.set_account("brokerage", AccountRules(fee_fixed_minor=495))
    choose(panel.options.lots, "Whole shares")
    type_in(panel, "20.000,50", qtbot)
    assert panel.plan is not None and panel.plan.amount_minor == 2_000_050
    assert "49,18" in said(panel)[0]
    path = tmp_path / "plan.csv"
    asked(panel, "CSV").fileSelected.emit(str(path))
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    marks = NumberFormat(",", ".")
    trades = [row for row in rows if row["Action"] in ("Buy", "Sell")]
    assert len(trades) == len(panel.plan.trades)
    orders = [line.trade for line in orders_of(panel.outcome.orders.lines)]
    for row, trade in zip(trades, orders, strict=True):
        assert parse_decimal(row["Quantity"], marks, what="quantity") == trade.quantity
        assert parse_decimal(row["Price"], marks, what="price") == trade.price
        assert parse_decimal(row["Amount"], marks, what="amount") == Decimal(trade.amount_minor).scaleb(-2)
        assert "." not in row["Quantity"] + row["Price"] + row["Amount"], "a group would be read as a decimal mark"


def test_the_pdf_says_what_the_screen_says(panel: PlannerPanel, demo_desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    go_to_mode(panel, Mode.WITHDRAWAL, qtbot)
    type_in(panel, "20000", qtbot)
    dialog = asked(panel, "PDF")
    assert dialog.selectedFiles()[0].endswith("withdrawal-plan-2026-11-20.pdf")
    path = tmp_path / "plan.pdf"
    dialog.fileSelected.emit(str(path))
    written = words_of(path)
    assert "Withdrawal of $20,000.00" in written
    for line in orders_of(panel.outcome.orders.lines):
        told = (line.side, line.asset.symbol, paper_quantity(line.trade.quantity), line.price, line.amount)
        assert [each for each in told if each not in written] == []
    for head in heads(panel):
        assert head.split(",")[0] in written
    sold = next(total for total in panel.outcome.totals.lines if total.words == "Sold")
    assert sold.figure in written
    drift = next(total for total in panel.outcome.totals.lines if total.words == "Drift in total")
    assert f"{drift.before} → {drift.figure}" in written
    assert "No class yet. Choose one with Classify." in written


def test_names_are_written_to_the_pdf_as_they_are(
    panel: PlannerPanel, demo_desk: Desk, qtbot: QtBot, tmp_path: Path
) -> None:
    assets = demo_desk.portfolios.current().assets
    demo_desk.assets.change(replace(assets["bndx"], symbol="<b>B&O</b>"))
    type_in(panel, "20000", qtbot)
    qtbot.waitUntil(lambda: "<b>B&O</b>" in said(panel)[0])
    settle(panel, qtbot)
    path = tmp_path / "plan.pdf"
    asked(panel, "PDF").fileSelected.emit(str(path))
    assert "<b>B&O</b>" in words_of(path) and "251.2031" in words_of(path)


@pytest.mark.parametrize("kind", ["CSV", "PDF"])
def test_a_place_that_cannot_be_written_is_refused_in_a_sentence(
    panel: PlannerPanel, qtbot: QtBot, tmp_path: Path, kind: str
) -> None:
    type_in(panel, "20000", qtbot)
    asked(panel, kind).fileSelected.emit(str(tmp_path / "nowhere" / f"plan.{kind.lower()}"))
    box = panel.findChild(QMessageBox)
    assert box is not None and "be written" in box.text() and "Choose another folder" in box.text()
    box.close()
