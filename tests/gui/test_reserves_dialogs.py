"""The forms of the reserves page: funds, companies, several amounts at once, moving an amount, the budget."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from wealthdesk.domain.edited_lines import EditedLines
from wealthdesk.domain.reallocation import Adjust, LineKey, SetAmount, SetBudget
from wealthdesk.domain.reserves import Fund, state_of_fund
from wealthdesk.gui.form_dialog import FormDialog
from wealthdesk.gui.page import Bus
from wealthdesk.gui.reserves.forms import AdjustDialog, BudgetDialog, CompanyDialog, FundDialog, MoveDialog
from wealthdesk.gui.reserves.page import ReservesPage
from wealthdesk.services.desk import Desk

LUMEN, TIDEWATER = LineKey("lumen"), LineKey("tidewater")


@pytest.fixture
def fund(demo_desk: Desk) -> Fund:
    return demo_desk.funds.named("Alder Syndicate")


@pytest.fixture
def draft(fund: Fund) -> EditedLines:
    return EditedLines.of(state_of_fund(fund))


def begun(qtbot: QtBot, dialog: FormDialog) -> list[object]:
    """Open it; what it saves goes into the list."""
    qtbot.addWidget(dialog)
    saved: list[object] = []
    dialog.saved.connect(saved.append)
    with qtbot.waitActive(dialog):
        dialog.open()
        dialog.activateWindow()
    return saved


def test_a_fund_is_added_with_size_and_budget(qtbot: QtBot, demo_desk: Desk) -> None:
    dialog = FundDialog(demo_desk)
    saved = begun(qtbot, dialog)
    dialog.name.setText("Birch")
    dialog.currency.setEditText("EUR")
    QTest.keyClicks(dialog.size_edit.field, "250000")
    QTest.keyClicks(dialog.budget.field, "60000")
    QTest.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    (kept,) = saved
    assert isinstance(kept, Fund) and kept == demo_desk.funds.named("Birch")
    assert (kept.currency, kept.size_minor, kept.budget_minor) == ("EUR", 25_000_000, 6_000_000)


@pytest.mark.parametrize(("name", "said"), [("", "name"), ("alder syndicate", "already is a fund")])
def test_a_fund_without_a_name_of_its_own_stays_open(qtbot: QtBot, demo_desk: Desk, name: str, said: str) -> None:
    dialog = FundDialog(demo_desk)
    saved = begun(qtbot, dialog)
    dialog.name.setText(name)
    dialog.primary.click()
    assert dialog.isVisible() and saved == [] and said in dialog._name.problem()


def test_a_fund_is_edited_and_its_budget_is_not_touched(qtbot: QtBot, demo_desk: Desk, fund: Fund) -> None:
    dialog = FundDialog(demo_desk, fund)
    begun(qtbot, dialog)
    assert not dialog.budget.isVisible()
    dialog.size_edit.field.clear()
    dialog.name.setText("Alder")
    dialog.primary.click()
    now = demo_desk.funds.get(fund.id)
    assert (now.name, now.size_minor, now.budget_minor, now.version) == ("Alder", None, 14_000_000, 2)


def test_the_currency_of_amounts_is_not_changed(qtbot: QtBot, demo_desk: Desk, fund: Fund) -> None:
    dialog = FundDialog(demo_desk, fund)
    begun(qtbot, dialog)
    dialog.currency.setEditText("EUR")
    dialog.primary.click()
    assert dialog.isVisible() and "has amounts in USD" in dialog._name.problem() + dialog.refusal()


def test_a_company_is_added_with_a_reason(qtbot: QtBot, demo_desk: Desk, fund: Fund) -> None:
    dialog = CompanyDialog(demo_desk, fund)
    begun(qtbot, dialog)
    dialog.name.setText("Orchard")
    QTest.keyClicks(dialog.planned.field, "5000")
    QTest.keyClicks(dialog.cap.field, "9000")
    QTest.keyClicks(dialog.deployed.field, "1000")
    dialog.external.setText("A-08")
    dialog.reason.setText("Seed round")
    dialog.primary.click()
    now = demo_desk.funds.get(fund.id)
    company = next(each for each in now.companies if each.name == "Orchard")
    assert (company.planned_minor, company.cap_minor, company.deployed_minor) == (500_000, 900_000, 100_000)
    assert company.external_id == "A-08" and now.version == fund.version + 1
    assert demo_desk.reallocations.history(fund.header)[0].reason == "Seed round"


def test_a_company_above_its_cap_or_the_budget_stays_open(qtbot: QtBot, demo_desk: Desk, fund: Fund) -> None:
    dialog = CompanyDialog(demo_desk, fund)
    saved = begun(qtbot, dialog)
    dialog.name.setText("Orchard")
    QTest.keyClicks(dialog.planned.field, "50000")
    QTest.keyClicks(dialog.cap.field, "40000")
    dialog.primary.click()
    assert "Less than what is planned" in dialog.cap.problem()
    dialog.cap.field.clear()
    dialog.primary.click()
    assert "more than the budget" in dialog.refusal() and dialog.isVisible() and saved == []
    assert demo_desk.funds.get(fund.id) == fund


def test_a_name_or_id_that_is_taken_is_said_at_its_field(qtbot: QtBot, demo_desk: Desk, fund: Fund) -> None:
    dialog = CompanyDialog(demo_desk, fund)
    begun(qtbot, dialog)
    dialog.name.setText("lumen ceramics")
    dialog.external.setText("A-01")
    dialog.primary.click()
    assert "already is a company" in dialog._name.problem()
    dialog.name.setText("Orchard")
    dialog.primary.click()
    assert "has the id" in dialog._id.problem()


def test_a_company_is_edited_without_a_new_version(qtbot: QtBot, demo_desk: Desk, fund: Fund) -> None:
    lumen = fund.company_of(LUMEN)
    dialog = CompanyDialog(demo_desk, fund, lumen)
    begun(qtbot, dialog)
    assert not dialog.planned.isVisible() and not dialog.reason.isVisible()
    dialog.name.setText("Lumen")
    dialog.deployed.set_minor(2_000_000)
    dialog.exited.setChecked(True)
    dialog.primary.click()
    now = demo_desk.funds.get(fund.id)
    company = now.company_of(LUMEN)
    assert company is not None and lumen is not None
    assert (company.name, company.deployed_minor, company.is_exited) == ("Lumen", 2_000_000, True)
    assert (company.planned_minor, now.version) == (lumen.planned_minor, fund.version)


def test_several_are_adjusted_by_an_amount(qtbot: QtBot, draft: EditedLines) -> None:
    lines = [line for line in draft.now.lines if line.key in (LUMEN, TIDEWATER)]
    dialog = AdjustDialog(draft, lines)
    saved = begun(qtbot, dialog)
    assert dialog.outcome == "Together $70,000."
    QTest.keyClicks(dialog.amount.field, "-2500")
    assert dialog.outcome == "Together $70,000 → $65,000, −$5,000."
    dialog.primary.click()
    assert saved == [(Adjust(LUMEN, -250_000), Adjust(TIDEWATER, -250_000))]


def test_several_are_adjusted_by_per_cent(qtbot: QtBot, draft: EditedLines) -> None:
    lines = [line for line in draft.now.lines if line.key in (LUMEN, TIDEWATER)]
    dialog = AdjustDialog(draft, lines)
    saved = begun(qtbot, dialog)
    dialog.way.findChildren(QPushButton)[1].click()
    assert dialog.share.isVisible() and not dialog.amount.isVisible()
    QTest.keyClicks(dialog.share.field, "10.5")
    dialog.primary.click()
    assert saved == [(SetAmount(LUMEN, 4_806_750), SetAmount(TIDEWATER, 2_928_250))]


def test_an_adjustment_wants_a_number(qtbot: QtBot, draft: EditedLines) -> None:
    dialog = AdjustDialog(draft, draft.now.lines[:1])
    saved = begun(qtbot, dialog)
    dialog.primary.click()
    assert dialog.isVisible() and saved == [] and dialog.amount.problem()


def test_an_amount_is_moved_from_one_to_another(qtbot: QtBot, draft: EditedLines) -> None:
    lines = {line.key: line for line in draft.now.lines}
    dialog = MoveDialog(draft, [lines[LUMEN], lines[TIDEWATER]])
    saved = begun(qtbot, dialog)
    QTest.keyClicks(dialog.amount.field, "50000")
    dialog.primary.click()
    assert dialog.amount.problem() == "More than Lumen Ceramics has: $43,500."
    dialog.amount.field.clear()
    QTest.keyClicks(dialog.amount.field, "3500")
    dialog.primary.click()
    assert saved == [(Adjust(LUMEN, -350_000), Adjust(TIDEWATER, 350_000))]


def test_nothing_is_moved_to_the_same_company(qtbot: QtBot, draft: EditedLines) -> None:
    dialog = MoveDialog(draft, [])
    saved = begun(qtbot, dialog)
    dialog.taking.choose(dialog.giving.choice())
    QTest.keyClicks(dialog.amount.field, "1")
    dialog.primary.click()
    assert saved == [] and dialog.isVisible()


@pytest.mark.parametrize(("typed", "budget"), [("150000", 15_000_000), ("", None)])
def test_a_budget_is_set_or_taken_away(qtbot: QtBot, draft: EditedLines, typed: str, budget: int | None) -> None:
    dialog = BudgetDialog(draft)
    saved = begun(qtbot, dialog)
    assert dialog.budget.minor() == 14_000_000
    dialog.budget.field.clear()
    QTest.keyClicks(dialog.budget.field, typed)
    dialog.primary.click()
    assert saved == [(SetBudget(budget),)]


def test_the_menus_of_the_page_open_them_and_take_what_they_say(
    qtbot: QtBot, demo_desk: Desk, bus: Bus, opened: Callable[[type[BudgetDialog]], BudgetDialog]
) -> None:
    page = ReservesPage(demo_desk, bus)
    qtbot.addWidget(page)
    page.resize(1100, 800)
    page.show()
    page.view.tools.budget.trigger()
    dialog = opened(BudgetDialog)
    dialog.budget.set_minor(13_000_000)
    dialog.primary.click()
    assert page.draft.changes == (SetBudget(13_000_000),)
    assert page.panel.preview.figures[-1].name == "Budget"
    page.panel.set_reason("Less to give")
    page.panel.findings.accept_all()
    page.panel.commit.click()
    assert demo_desk.funds.named("Alder Syndicate").budget_minor == 13_000_000
