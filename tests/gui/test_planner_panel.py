"""The planner: what it says of a plan as one types, in every mode, and what it keeps with the strategy."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from gui.planning import (
    Key,
    Modifier,
    PlannerAlone,
    choose,
    go_to_mode,
    is_muted,
    kept_options,
    said,
    settle,
    total_minor,
    totals,
    type_in,
    type_over,
)
from wealthdesk.domain.drift import Allocation, Drift
from wealthdesk.domain.plans import Goal, Mode, Plan, PlanOptions, PlanRequest, Side
from wealthdesk.domain.schedule import DateState, Every, PlannedDeposit
from wealthdesk.domain.targets import ClassTarget, FillMethod, Unfillable
from wealthdesk.domain.tax_lots import TaxLot, TaxLots
from wealthdesk.domain.trading_rules import AccountRules, Trading, TradingRules
from wealthdesk.errors import WealthDeskError
from wealthdesk.gui import format as text
from wealthdesk.gui.allocation.page import AllocationPage
from wealthdesk.gui.allocation.planner.order_list import GAP, HEAD, TALL_ROW, HeadLine, orders_of, sheet_lines
from wealthdesk.gui.allocation.planner.plan_inputs import METHODS
from wealthdesk.gui.allocation.planner.plan_outcome import bands_words, left_out_words
from wealthdesk.gui.allocation.planner.planner_panel import PlannerPanel, PlanTelling
from wealthdesk.gui.allocation.recorded.record_dialog import RecordDialog
from wealthdesk.gui.page import Bus
from wealthdesk.gui.pictures.allocation import show_sheet
from wealthdesk.gui.pictures.sheets import sheets
from wealthdesk.gui.theme import Tone
from wealthdesk.planning.plans import NO_LOTS, NO_RULES, Plans
from wealthdesk.services.desk import Desk


@pytest.fixture(scope="session")
def demo_file(demo_without_search: Path) -> Path:
    return demo_without_search


@pytest.fixture
def page(qtbot: QtBot, demo_desk: Desk, bus: Bus) -> AllocationPage:
    page = AllocationPage(demo_desk, bus)
    qtbot.addWidget(page)
    page.resize(1096, 832)
    page.show()
    return page


@pytest.fixture
def panel(alone: PlannerAlone) -> PlannerPanel:
    return alone.panel


def test_the_plan_appears_as_one_types(typed: PlannerPanel, qtbot: QtBot) -> None:
    type_in(typed, "20000", qtbot)
    assert said(typed) == [
        "Buy BNDX in Brokerage, new here, 251.2031 × $49.18, $12,354.17. Fixed income is furthest under: 3.8 pp",
        "Buy VNQ in Brokerage, 60.5185 × $88.30, $5,343.79. Real estate is 1.8 pp under",
    ]
    outcome = typed.outcome
    assert totals(typed) == {"Bought": "$17,697.96", "Stays in cash": "$2,302.04", "Drift in total": "3.8 pp"}
    assert [line.before for line in outcome.totals.lines] == ["", "", "12.6"]
    assert outcome.count.text() == "2 orders"
    assert [line.note for line in outcome.totals.lines] == ["", "kept for the Cash target of 5.0%", ""]
    [cash] = outcome.cash.lines
    assert (cash.before, cash.change, cash.figure) == ("$9,173.86", "+$2,302.04", "$11,475.90")
    outcome.set_alone(True)
    assert (outcome.bands.title, outcome.bands.text) == ("1 class would stay outside its band", "Crypto")
    assert outcome.bands.tone is Tone.WARNING


def test_a_class_that_a_plan_takes_out_of_its_band_is_said_to_be_inside_now(typed: PlannerPanel, qtbot: QtBot) -> None:
    type_in(typed, "20000", qtbot)
    assert typed.plan is not None and typed.allocation is not None
    there_and_back = replace(typed.plan, before=typed.plan.after, after=typed.plan.before)
    assert bands_words(there_and_back, typed.allocation.portfolio)[1:] == (
        "2 classes would be outside their band",
        "Real estate (inside now), Crypto",
    )


def test_it_is_wide_by_a_key_and_where_there_is_plenty_of_room(page: AllocationPage) -> None:
    panel = page.panel
    page.resize(1280, 832)
    assert panel.width() == 356 and not panel.outcome.cash.isVisibleTo(panel)
    QTest.keyClick(panel, Key.Key_L, Modifier.ControlModifier)
    assert panel.is_wide and 356 < panel.width() <= 640
    assert panel.width() == min(640, page.width() - page.overview.minimumSizeHint().width())
    page.resize(1920, 1080)
    assert panel.width() == 656 and not panel.width_button.isVisible(), "here it is wide in any case"
    page.resize(1280, 832)
    panel.width_button.click()
    assert not panel.is_wide and panel.width() == 356
    page.resize(1920, 1080)
    assert panel.width() == 656


def test_what_it_comes_to_stands_beside_the_control_where_it_is_wide(page: AllocationPage, qtbot: QtBot) -> None:
    panel = page.panel
    type_in(panel, "20000", qtbot)
    outcome = panel.outcome

    def top(widget: QWidget) -> int:
        return widget.mapTo(panel, QPoint()).y()

    assert top(outcome.totals) > top(outcome.orders)
    page.resize(1920, 1080)
    QApplication.processEvents()
    assert top(outcome.totals) == top(outcome.control) < top(outcome.orders)
    assert outcome.cash.isVisibleTo(panel) and outcome.count.isVisibleTo(panel)


def test_what_is_told_moves_nothing_of_the_plan(panel: PlannerPanel, qtbot: QtBot) -> None:
    type_in(panel, "20000", qtbot)
    parts = (panel.money, panel.outcome.control, panel.outcome.proven, panel.outcome.orders, panel.outcome.totals)
    places = [each.mapTo(panel, QPoint()) for each in parts]
    panel.recorded.say_recorded(2)
    panel.refusal.show()
    QApplication.processEvents()
    assert [each.mapTo(panel, QPoint()) for each in parts] == places
    assert panel.recorded.y() - panel.scroller.geometry().bottom() > 8, "cut notes do not run into what is told"


def test_the_plan_after_one_that_was_recorded_is_read_from_its_beginning(page: AllocationPage, qtbot: QtBot) -> None:
    panel = page.panel
    panel.plan_for(None, Mode.REBALANCE)
    settle(panel, qtbot)
    bar = panel.scroller.verticalScrollBar()
    bar.setValue(bar.maximum())
    assert bar.value() > 0
    record = page.dialogs.record()
    assert record is not None
    record.accept()
    settle(panel, qtbot)
    assert bar.value() == 0


def test_figures_are_muted_until_the_next_plan(typed: PlannerPanel, qtbot: QtBot) -> None:
    type_in(typed, "20000", qtbot)
    QTest.keyClicks(typed.money.amount.field, "0")
    assert is_muted(typed) and not typed.foot.copy_button.isEnabled() and not typed.foot.record_button.isEnabled()
    settle(typed, qtbot)
    assert not is_muted(typed) and typed.plan is not None and typed.plan.amount_minor == 20_000_000
    assert typed.foot.copy_button.isEnabled() and typed.foot.record_button.isEnabled()


def test_options_that_cannot_be_kept_count_for_the_plan_and_that_is_said(
    panel: PlannerPanel, demo_desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    type_in(panel, "20000", qtbot)
    before = panel.plan

    def refused(*_: object) -> None:
        raise WealthDeskError("The disk is full.")

    with monkeypatch.context() as patched:
        patched.setattr(demo_desk.plan_options, "keep", refused)
        choose(panel.options.lots, "Whole shares")
    boxes = [each for each in QApplication.topLevelWidgets() if isinstance(each, QMessageBox) and each.isVisible()]
    assert [each.text() for each in boxes] == ["The disk is full."]
    boxes[0].reject()
    settle(panel, qtbot)
    assert panel.plan is not None and panel.plan != before
    assert all(trade.quantity == int(trade.quantity) for trade in panel.plan.trades)
    assert not kept_options(demo_desk).whole_shares
    panel.options.parts.use_cash.click()
    assert kept_options(demo_desk).whole_shares, "the next choice keeps what is shown, all of it"
    settle(panel, qtbot)


@pytest.mark.parametrize("amount", ["", "0", "0.00"])
def test_without_an_amount_there_is_a_hint_and_no_plan(typed: PlannerPanel, qtbot: QtBot, amount: str) -> None:
    type_in(typed, "500", qtbot)
    type_in(typed, amount, qtbot)
    outcome = typed.outcome
    assert typed.plan is None and outcome.hint.isVisible() and not outcome.orders.isVisible()
    assert not outcome.totals.isVisible() and not outcome.bands.isVisible()
    assert not typed.foot.copy_button.isEnabled() and not typed.foot.record_button.isEnabled()


@pytest.mark.parametrize("amount", ["12,5x", "1e9", "-5", "1_000"])
def test_what_is_no_amount_leaves_the_last_plan_muted(typed: PlannerPanel, qtbot: QtBot, amount: str) -> None:
    type_in(typed, "20000", qtbot)
    before = typed.plan
    type_in(typed, amount, qtbot)
    assert typed.money.amount.problem() and typed.money.amount.field.text() == amount
    assert is_muted(typed) and not typed.foot.save_button.isEnabled() and not typed.foot.record_button.isEnabled()
    assert before is not None and typed.plan is before and said(typed)
    type_in(typed, "500", qtbot)
    assert not is_muted(typed) and typed.plan is not before


def test_where_every_class_comes_inside_it_says_so(typed: PlannerPanel, qtbot: QtBot) -> None:
    assert typed.allocation is not None
    show_sheet(typed, sheets(typed.allocation)["sheet"]())
    typed.outcome.set_alone(True)
    assert typed.outcome.bands.title == "All 5 classes would be inside their band"
    assert typed.outcome.bands.tone is Tone.OK


def test_an_amount_that_nobody_has_is_planned_for(typed: PlannerPanel, qtbot: QtBot) -> None:
    type_in(typed, "9999999999999.99", qtbot)
    assert typed.plan is not None and typed.plan.amount_minor == 10**15 - 1
    assert typed.plan.bought_minor + typed.plan.left_in_cash_minor == 10**15 - 1
    assert typed.grab().width() == typed.width() == 356
    type_in(typed, "1000000000000000", qtbot)
    assert "is too large" in typed.money.amount.problem() and is_muted(typed)


def test_what_takes_no_part_is_listed_with_what_to_do(typed: PlannerPanel, qtbot: QtBot) -> None:
    type_in(typed, "100", qtbot)
    assert typed.plan is not None and typed.outcome.left_out.isVisible() and typed.allocation is not None
    assert left_out_words(typed.plan, typed.allocation.portfolio) == [
        ("HALM", "No class yet. Choose one with Classify."),
        ("AOR", "Locked: its value counts, but it is not traded."),
    ]


def test_rules_and_lots_are_read_once_for_all_keys_and_again_once_they_are_others(
    panel: PlannerPanel, demo_desk: Desk, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    asked, lots = list[str](), demo_desk.rules.lots

    def noted() -> Mapping[str, TaxLots]:
        asked.append("lots")
        return lots()

    monkeypatch.setattr(demo_desk.rules, "lots", noted)
    for typed in ("2", "20", "20000"):
        type_in(panel, typed, qtbot)
    assert len(asked) == 1
    assert said(panel)[0].startswith("Buy BNDX")
    demo_desk.rules.set_trading(["bndx"], Trading.LOCKED)
    qtbot.waitUntil(lambda: panel.is_settled and not said(panel)[0].startswith("Buy BNDX"))
    assert len(asked) == 2


def test_when_everything_is_locked_nothing_is_traded(panel: PlannerPanel, demo_desk: Desk, qtbot: QtBot) -> None:
    assets = [each.id for each in demo_desk.portfolios.current().assets.values() if not each.is_cash]
    demo_desk.rules.set_trading(assets, Trading.LOCKED)
    type_in(panel, "1000000", qtbot)
    assert panel.plan is not None and panel.plan.trades == () and panel.plan.left_in_cash_minor == 100_000_000
    assert not panel.outcome.orders.isVisible() and panel.outcome.told.isVisible()
    assert panel.outcome.told.title == "Nothing is traded" and panel.outcome.told.text
    assert not panel.foot.record_button.isEnabled() and panel.foot.copy_button.isEnabled()
    go_to_mode(panel, Mode.WITHDRAWAL, qtbot)
    type_in(panel, "20000", qtbot)
    assert panel.plan.trades == () and totals(panel)["Sold"] == "$0.00"


class TestModes:
    """The same panel for money in, money out, and neither."""

    def test_a_withdrawal_sells_what_is_most_overweight(self, typed: PlannerPanel, qtbot: QtBot) -> None:
        go_to_mode(typed, Mode.WITHDRAWAL, qtbot)
        assert typed.plan is None and typed.outcome.hint.text() == "Type an amount to see what is sold for it."
        type_in(typed, "20000", qtbot)
        assert said(typed)[0] == (
            "Sell VTI in Brokerage, 45.8386 × $298.14, $13,666.35. Equity is furthest over: 3.9 pp"
        )
        assert typed.plan is not None and {trade.side for trade in typed.plan.trades} == {Side.SELL}
        assert totals(typed) == {
            "Sold": "$20,000.00", "Paid out": "$20,000.00", "Drift in total": "7.9 pp", "Taxable gain": "+$4,363.94",
        }  # fmt: skip
        assert typed.outcome.count.text() == "2 orders"

    def test_a_withdrawal_that_cannot_be_raised_says_what_is_missing(self, typed: PlannerPanel, qtbot: QtBot) -> None:
        go_to_mode(typed, Mode.WITHDRAWAL, qtbot)
        type_in(typed, "1000000", qtbot)
        assert typed.plan is not None and typed.plan.shortfall_minor > 0
        missing = next(line for line in typed.outcome.totals.lines if line.words == "Cannot be raised")
        assert missing.ink == "error" and missing.figure.startswith("$7")

    def test_an_amount_stays_in_the_field_of_the_next_mode(self, typed: PlannerPanel, qtbot: QtBot) -> None:
        type_in(typed, "500", qtbot)
        bought = typed.plan
        go_to_mode(typed, Mode.WITHDRAWAL, qtbot)
        assert typed.plan is not None and typed.plan is not bought and typed.plan.mode is Mode.WITHDRAWAL
        assert typed.money.amount.field.accessibleName() == "Amount of the withdrawal"
        go_to_mode(typed, Mode.DEPOSIT, qtbot)
        assert typed.plan == bought

    @pytest.mark.usefixtures("plans_known")
    def test_a_rebalance_needs_no_amount(self, panel: PlannerPanel, demo_desk: Desk, qtbot: QtBot) -> None:
        demo_desk.plan_options.keep("default_all_portfolio", PlanOptions(goal=Goal.BAND_EDGE))
        go_to_mode(panel, Mode.REBALANCE, qtbot)
        assert not panel.money.amount.isVisible() and not panel.money.place.isVisible()
        assert panel.money.goal.isVisible() and panel.money.goal.currentText() == "To the edge of the bands"
        assert panel.plan is not None and {trade.side for trade in panel.plan.trades} == {Side.BUY, Side.SELL}
        panel.outcome.set_alone(True)
        assert panel.outcome.bands.tone is Tone.OK

    @pytest.mark.usefixtures("plans_known")
    def test_the_goal_is_chosen_and_kept(self, panel: PlannerPanel, demo_desk: Desk, qtbot: QtBot) -> None:
        demo_desk.plan_options.keep("default_all_portfolio", PlanOptions(goal=Goal.BAND_EDGE))
        go_to_mode(panel, Mode.REBALANCE, qtbot)
        edge = panel.plan
        choose(panel.money.goal, "Half-way from the edge to the target")
        settle(panel, qtbot)
        assert kept_options(demo_desk).goal is Goal.HALF_WAY
        assert edge is not None and panel.plan is not None
        assert panel.plan.after.sum_bps < edge.after.sum_bps, "half-way goes further than the edge"

    @pytest.mark.usefixtures("plans_known")
    def test_what_to_add_without_a_sale_goes_into_the_deposit(
        self, panel: PlannerPanel, demo_desk: Desk, qtbot: QtBot
    ) -> None:
        demo_desk.plan_options.keep("default_all_portfolio", PlanOptions(goal=Goal.BAND_EDGE))
        go_to_mode(panel, Mode.REBALANCE, qtbot)
        assert panel.to_add.isVisible() and panel.to_add.title == "Adding $128,069.26 needs no sale"
        assert panel.to_add.text == "Crypto decides: it is furthest above its target."
        panel.to_add.button.click()
        settle(panel, qtbot)
        assert panel.money.mode is Mode.DEPOSIT and panel.money.amount.minor() == 12_806_926
        assert panel.plan is not None and panel.plan.mode is Mode.DEPOSIT and not panel.to_add.isVisible()
        crypto = next(each for each in panel.plan.after.classes if each.asset_class_id == "crypto")
        assert crypto.drift_bps == 0 and all(trade.side is Side.BUY for trade in panel.plan.trades)


class TestAccounts:
    """Into any account, into one, or an amount for each."""

    def test_one_account_buys_with_its_own_money(self, panel: PlannerPanel, qtbot: QtBot) -> None:
        choose(panel.options.lots, "Whole shares")
        type_in(panel, "5000", qtbot)
        choose(panel.money.place, "Retirement")
        settle(panel, qtbot)
        assert panel.plan is not None and panel.plan.request is not None
        assert dict(panel.plan.request.amounts) == {"retirement": 500_000}
        assert {trade.account_id for trade in panel.plan.trades} == {"retirement"}
        assert sum(trade.amount_minor for trade in panel.plan.trades) <= 500_000
        assert [line.words for line in panel.outcome.cash.lines] == ["Retirement"]

    def test_each_account_has_its_amount(self, panel: PlannerPanel, qtbot: QtBot) -> None:
        choose(panel.options.lots, "Whole shares")
        type_in(panel, "5000", qtbot)
        choose(panel.money.place, "Amounts per account")
        settle(panel, qtbot)
        edits = panel.money.amounts_list.edits
        assert list(edits) == ["brokerage", "wallet", "retirement"] and not panel.money.amount.isVisible()
        assert edits["brokerage"].minor() == 500_000, "what was typed for all of them begins the list"
        type_over(edits["retirement"].field, "2500.50")
        settle(panel, qtbot)
        assert panel.money.amounts_list.total.text() == "5,000.00", "the whole is kept until it is spread"
        assert panel.plan is not None and panel.plan.request is not None
        assert dict(panel.plan.request.amounts) == {"brokerage": 249_950, "retirement": 250_050}
        for cash in panel.plan.accounts:
            spent = sum(t.amount_minor + t.fee_minor for t in panel.plan.trades if t.account_id == cash.account_id)
            assert cash.after_minor == cash.before_minor + cash.new_minor - spent >= cash.before_minor
        type_over(edits["wallet"].field, "60000")
        assert edits["brokerage"].minor() is None and panel.money.amounts_list.total.text() == "67,612.50", (
            "the wallet is kept in euros"
        )
        type_over(edits["wallet"].field, "600")
        assert edits["brokerage"].minor() == 184_838
        type_over(edits["brokerage"].field, "100")
        type_over(edits["wallet"].field, "700")
        assert edits["brokerage"].minor() == 10_000, "what is typed on the first line stays"

    def test_an_amount_is_typed_in_the_currency_of_the_account(
        self, panel: PlannerPanel, demo_desk: Desk, qtbot: QtBot
    ) -> None:
        wallet = demo_desk.portfolios.current().accounts["wallet"]
        demo_desk.accounts.change(replace(wallet, currency="EUR"))
        choose(panel.money.place, "Crypto wallet")
        type_in(panel, "1000", qtbot)
        assert panel.money.amount.currency == "EUR"
        assert panel.plan is not None and panel.plan.request is not None
        assert dict(panel.plan.request.amounts) == {"wallet": 100_000} and panel.plan.amount_minor == 108_520
        choose(panel.money.place, "Any account")
        settle(panel, qtbot)
        assert panel.money.amount.currency == "USD" and panel.plan.amount_minor == 100_000

    def test_the_sum_over_accounts_is_in_the_base_currency(
        self, panel: PlannerPanel, demo_desk: Desk, qtbot: QtBot
    ) -> None:
        wallet = demo_desk.portfolios.current().accounts["wallet"]
        demo_desk.accounts.change(replace(wallet, currency="EUR"))
        choose(panel.money.place, "Amounts per account")
        edits = panel.money.amounts_list.edits
        type_over(edits["wallet"].field, "1000")
        type_over(edits["brokerage"].field, "500")
        settle(panel, qtbot)
        assert (edits["wallet"].currency, edits["brokerage"].currency) == ("EUR", "USD")
        assert panel.money.amounts_list.total.text() == "1,585.20"
        assert panel.plan is not None and panel.plan.amount_minor == 158_520

    def test_what_is_no_amount_in_one_account_mutes_the_plan(self, typed: PlannerPanel, qtbot: QtBot) -> None:
        choose(typed.money.place, "Amounts per account")
        edits = typed.money.amounts_list.edits
        type_over(edits["brokerage"].field, "100")
        settle(typed, qtbot)
        type_over(edits["retirement"].field, "1e3")
        settle(typed, qtbot)
        assert edits["retirement"].problem() and is_muted(typed) and not typed.foot.record_button.isEnabled()
        type_over(edits["retirement"].field, "")
        settle(typed, qtbot)
        assert not is_muted(typed) and typed.foot.record_button.isEnabled()

    def test_a_withdrawal_from_an_account_with_nothing_to_sell_raises_what_it_has(
        self, panel: PlannerPanel, demo_desk: Desk, qtbot: QtBot
    ) -> None:
        demo_desk.rules.set_trading(["btc", "eth"], Trading.LOCKED)
        go_to_mode(panel, Mode.WITHDRAWAL, qtbot)
        type_in(panel, "5000", qtbot)
        choose(panel.money.place, "Crypto wallet")
        settle(panel, qtbot)
        assert panel.plan is not None and panel.plan.trades == ()
        assert "Cannot be raised" in totals(panel)

    def test_the_amount_stays_when_the_scope_changes(
        self, alone: PlannerAlone, panel: PlannerPanel, qtbot: QtBot
    ) -> None:
        type_in(panel, "20000", qtbot)
        alone.choose_scope("retirement")
        settle(panel, qtbot)
        assert panel.money.amount.minor() == 2_000_000 and not panel.money.place.isVisible()
        assert panel.plan is not None
        assert panel.plan.trades and {trade.asset_id for trade in panel.plan.trades} <= {"vti", "vbr", "bnd", "bndx"}
        alone.choose_scope("brokerage")
        settle(panel, qtbot)
        assert panel.plan is None and panel.no_targets.isVisible() and not panel.outcome.isVisible()
        alone.choose_scope(None)
        settle(panel, qtbot)
        assert len(said(panel)) == 2


class TestOptions:
    """Remembered with each strategy; showing them keeps nothing."""

    def test_whole_shares_are_bought_in_whole_numbers(self, panel: PlannerPanel, demo_desk: Desk, qtbot: QtBot) -> None:
        choose(panel.options.lots, "Whole shares")
        type_in(panel, "20000", qtbot)
        assert panel.plan is not None and kept_options(demo_desk).whole_shares
        assert panel.plan.trades and all(trade.quantity % 1 == 0 for trade in panel.plan.trades)
        assert any("One more share would overshoot" in each for each in said(panel))

    def test_each_strategy_has_its_own(
        self, alone: PlannerAlone, panel: PlannerPanel, demo_desk: Desk, qtbot: QtBot
    ) -> None:
        type_in(panel, "1000", qtbot)
        choose(panel.options.lots, "Whole shares")
        panel.options.toggle.click()
        panel.options.parts.use_cash.click()
        type_over(panel.options.parts.min_trade.field, "250")
        QTest.keyClick(panel.options.parts.min_trade.field, Key.Key_Return)
        settle(panel, qtbot)
        expected = PlanOptions(whole_shares=True, use_cash=True, min_trade_minor=25_000)
        assert kept_options(demo_desk) == expected
        demo_desk.targets.activate("cautious")
        settle(panel, qtbot)
        assert kept_options(demo_desk, "cautious") == PlanOptions() == panel.options.options()
        assert panel.plan is not None and panel.plan.request is not None
        assert panel.plan.request.options == PlanOptions()
        demo_desk.targets.activate("default_all_portfolio")
        settle(panel, qtbot)
        assert panel.options.options() == expected == kept_options(demo_desk)

    def test_showing_keeps_nothing(
        self, alone: PlannerAlone, panel: PlannerPanel, demo_desk: Desk, qtbot: QtBot
    ) -> None:
        heard: list[object] = []
        demo_desk.subscribe(heard.append)
        type_in(panel, "1000", qtbot)
        panel.options.toggle.click()
        go_to_mode(panel, Mode.WITHDRAWAL, qtbot)
        alone.choose_scope("retirement")
        alone.choose_scope(None)
        type_over(panel.options.parts.min_trade.field, "12")
        settle(panel, qtbot)
        assert heard == []

    def test_an_option_in_typing_is_planned_with_and_kept_when_it_is_finished(
        self, panel: PlannerPanel, demo_desk: Desk, qtbot: QtBot
    ) -> None:
        type_in(panel, "20000", qtbot)
        panel.options.toggle.click()
        type_over(panel.options.parts.min_trade.field, "2000")
        settle(panel, qtbot)
        assert panel.plan is not None and all(trade.amount_minor >= 200_000 for trade in panel.plan.trades)
        assert kept_options(demo_desk).min_trade_minor is None
        QTest.keyClick(panel.options.parts.min_trade.field, Key.Key_Return)
        assert kept_options(demo_desk).min_trade_minor == 200_000

    def test_an_option_that_cannot_be_read_mutes_the_plan(
        self, panel: PlannerPanel, demo_desk: Desk, qtbot: QtBot
    ) -> None:
        type_in(panel, "20000", qtbot)
        panel.options.toggle.click()
        type_over(panel.options.parts.min_trade.field, "2x")
        settle(panel, qtbot)
        assert is_muted(panel) and not panel.foot.record_button.isEnabled()
        QTest.keyClick(panel.options.parts.min_trade.field, Key.Key_Return)
        assert kept_options(demo_desk) == PlanOptions()

    def test_idle_cash_is_told_and_spent_above_the_buffers(
        self, panel: PlannerPanel, demo_desk: Desk, qtbot: QtBot
    ) -> None:
        type_in(panel, "1000", qtbot)
        panel.options.toggle.click()
        assert panel.options.parts.idle.text() == "$11,430.27 is there above the buffers."
        demo_desk.rules.set_account("brokerage", AccountRules(buffer_minor=500_000))
        qtbot.waitUntil(lambda: panel.options.parts.idle.text() == "$6,430.27 is there above the buffers.")
        panel.options.parts.use_cash.click()
        settle(panel, qtbot)
        assert panel.plan is not None and panel.plan.idle_minor == 643_027
        assert totals(panel)["Idle cash"] == "$6,430.27"

    def test_only_what_counts_is_offered(self, typed: PlannerPanel, qtbot: QtBot) -> None:
        type_in(typed, "1000", qtbot)
        typed.options.toggle.click()
        options = typed.options
        assert options.parts.use_cash.isVisible() and options.parts.method.method.isVisible()
        assert not options.parts.gain_limit.isVisible()
        go_to_mode(typed, Mode.WITHDRAWAL, qtbot)
        assert options.parts.gain_limit.isVisible()
        assert not options.parts.use_cash.isVisible() and not options.parts.method.isVisible()
        assert not options.parts.prefer_homes.isVisible()
        options.toggle.click()
        assert not options.isVisible()

    @pytest.mark.parametrize("method", [FillMethod.EVEN_FILL, FillMethod.LARGEST_GAP])
    def test_the_window_calculates_no_plan_itself(
        self, panel: PlannerPanel, demo_desk: Desk, qtbot: QtBot, method: FillMethod
    ) -> None:
        demo_desk.plans = noted = Noted()
        choose(panel.money.place, "Brokerage")
        choose(panel.options.parts.method.method, METHODS[method][0])
        type_in(panel, "1000", qtbot)
        assert panel.plan is not None and panel.plan.amount_minor == 100_000
        assert noted.threads and threading.main_thread() not in noted.threads

    def test_a_limit_on_gains_is_kept_to(self, panel: PlannerPanel, demo_desk: Desk, qtbot: QtBot) -> None:
        # Coins have so small steps that the search would be a long one.
        demo_desk.rules.set_trading(["btc", "eth"], Trading.LOCKED)
        choose(panel.options.lots, "Whole shares")
        go_to_mode(panel, Mode.WITHDRAWAL, qtbot)
        type_in(panel, "20000", qtbot)
        free = panel.plan
        panel.options.toggle.click()
        type_over(panel.options.parts.gain_limit.field, "1000")
        QTest.keyClick(panel.options.parts.gain_limit.field, Key.Key_Return)
        settle(panel, qtbot)
        assert kept_options(demo_desk).gain_limit_minor == 100_000
        assert free is not None and panel.plan is not None
        assert (free.realised_gain_minor or 0) > 100_000 >= (panel.plan.realised_gain_minor or 0)

    def test_the_next_key_plans_with_what_is_chosen_now(
        self, panel: PlannerPanel, demo_desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked: list[PlanRequest] = []
        calculate = Plans.calculate

        def noted(plans: Plans, allocation: Any, request: PlanRequest, *more: Any, **named: Any) -> Plan:
            asked.append(request)
            return calculate(plans, allocation, request, *more, **named)

        monkeypatch.setattr(Plans, "calculate", noted)

        def after_a_key() -> PlanOptions:
            QTest.keyClicks(panel.money.amount.field, "0")
            settle(panel, qtbot)
            return asked[-1].options

        type_in(panel, "10", qtbot)
        panel.options.toggle.click()
        assert after_a_key() == kept_options(demo_desk)
        choose(panel.options.lots, "Whole shares")
        assert after_a_key().whole_shares
        type_over(panel.options.parts.min_trade.field, "75")
        assert after_a_key().min_trade_minor == 7_500, "while it is typed"
        type_over(panel.options.parts.min_trade.field, "x")
        before = len(asked)
        QTest.keyClicks(panel.money.amount.field, "0")
        settle(panel, qtbot)
        assert len(asked) == before and is_muted(panel), "what cannot be read is planned with by nobody"
        type_over(panel.options.parts.min_trade.field, "80")
        panel.options.parts.use_cash.click()
        settle(panel, qtbot)
        assert (asked[-1].options.min_trade_minor, asked[-1].options.use_cash) == (8_000, True)
        panel.money.amount.field.setFocus()
        demo_desk.plan_options.keep("default_all_portfolio", PlanOptions(min_trade_minor=9_000))
        panel.show_allocation(demo_desk.allocations.of(None))
        settle(panel, qtbot)
        assert asked[-1].options == PlanOptions(min_trade_minor=9_000), "chosen elsewhere, as by undo"

    def test_the_smallest_trade_is_told_once_the_options_are_open(self, typed: PlannerPanel, qtbot: QtBot) -> None:
        type_in(typed, "20000", qtbot)
        typed.options.toggle.click()
        first = typed.options.parts.min_trade.field.placeholderText()
        type_in(typed, "300", qtbot)
        assert first.startswith("Automatic: ") and typed.options.parts.min_trade.field.placeholderText() != first

    @pytest.mark.parametrize("method", list(FillMethod))
    def test_the_method_is_kept_in_the_strategy(
        self, panel: PlannerPanel, demo_desk: Desk, qtbot: QtBot, method: FillMethod
    ) -> None:
        choose(panel.money.place, "Brokerage")
        type_in(panel, "20000", qtbot)
        choose(panel.options.parts.method.method, METHODS[method][0])
        settle(panel, qtbot)
        active = demo_desk.targets.active(None)
        assert active is not None and active.fill_method is method
        chosen = None if method is FillMethod.EVEN_FILL else method
        assert panel.plan is not None and panel.plan.method is chosen, "the plan was made again, the amount stayed"
        assert panel.plan.bought_minor + panel.plan.left_in_cash_minor == 2_000_000
        assert panel.outcome.control.isEnabled() is (method is FillMethod.EVEN_FILL)

    def test_money_for_an_empty_class_can_stay_in_cash(
        self, panel: PlannerPanel, demo_desk: Desk, qtbot: QtBot
    ) -> None:
        active = demo_desk.targets.active(None)
        assert active is not None
        targets = (ClassTarget("equity", 5_000), ClassTarget("commodities", 5_000))
        demo_desk.targets.save(active.id, active.version, targets)
        choose(panel.money.place, "Brokerage")
        choose(panel.options.parts.method.method, METHODS[FillMethod.LARGEST_GAP][0])
        type_in(panel, "1000", qtbot)
        assert panel.plan is not None and panel.plan.left_in_cash_minor == 0
        choose(panel.options.parts.method.unfillable, "Keep as cash")
        settle(panel, qtbot)
        changed = demo_desk.targets.active(None)
        assert changed is not None and changed.unfillable is Unfillable.KEEP_CASH
        assert panel.plan is not None and panel.plan.left_in_cash_minor == 100_000


class Held(Plans):
    """Plans whose search has told its first plan, and goes on until it is stopped or let go."""

    def __init__(self) -> None:
        self.calls = 0
        self.tells_at_once = True
        self.is_let_go = threading.Event()
        self.before_going_on: Callable[[], object] = bool

    def calculate(
        self,
        allocation: Allocation,
        request: PlanRequest,
        rules: TradingRules = NO_RULES,
        lots: Mapping[str, Sequence[TaxLot]] = NO_LOTS,
        progress: Callable[[Plan], bool] | None = None,
        goes_on: Callable[[], bool] = bool,
    ) -> Plan:
        self.calls += 1
        plan = self.deposit(allocation, sum(request.amounts.values()))
        if not self.tells_at_once:
            self.is_let_go.wait(20)
        while progress is not None and progress(plan) and not self.is_let_go.wait(0.005):
            self.before_going_on()
        return plan


class Faulty(Plans):
    """Plans with a fault of the program."""

    def calculate(self, *asked: Any, **more: Any) -> Plan:
        raise ZeroDivisionError("by nothing")


class Noted(Plans):
    """Plans that note which thread calculates them."""

    def __init__(self) -> None:
        self.threads: list[threading.Thread] = []

    def calculate(self, *asked: Any, **more: Any) -> Plan:
        self.threads.append(threading.current_thread())
        return super().calculate(*asked, **more)


class Painted(QObject):
    """Whether a widget was painted since `begin`."""

    def __init__(self, watched: QWidget) -> None:
        super().__init__(watched)
        self.is_so = False
        watched.installEventFilter(self)

    def begin(self) -> None:
        self.is_so = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.is_so = self.is_so or event.type() == QEvent.Type.Paint
        return False


@pytest.fixture
def held(kept_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Held]:
    held = Held()
    monkeypatch.setattr(kept_desk, "plans", held)
    yield held
    held.is_let_go.set()


def stop_button(panel: PlannerPanel) -> QPushButton:
    return next(each for each in panel.progress.findChildren(QPushButton) if each.isVisible())


class TestWhileACloserPlanIsLookedFor:
    """The quick plan is there at once; the window never waits."""

    def test_the_first_plan_is_shown_and_stop_takes_it(self, held: Held, typed: PlannerPanel, qtbot: QtBot) -> None:
        type_over(typed.money.amount.field, "20000")
        qtbot.waitUntil(lambda: typed.progress.isVisible())
        assert typed.plan is not None and len(said(typed)) == 3 and not is_muted(typed)
        assert not typed.is_settled and not typed.foot.record_button.isEnabled()
        assert typed.foot.record_button.toolTip() == "A closer plan is still looked for. Stop takes this one."
        shown = typed.plan
        stop_button(typed).click()
        qtbot.waitUntil(lambda: typed.is_settled)
        assert typed.plan == shown and typed.foot.record_button.isEnabled() and not typed.progress.isVisible()
        assert held.calls == 1

    def test_figures_stay_as_they_are_for_a_moment_and_are_muted_where_the_next_plan_takes_longer(
        self, held: Held, typed: PlannerPanel, qtbot: QtBot
    ) -> None:
        held.is_let_go.set()
        type_in(typed, "20000", qtbot)
        held.tells_at_once = False
        held.is_let_go.clear()
        QTest.keyClicks(typed.money.amount.field, "0")
        assert is_muted(typed) and not typed.outcome.orders.painting.is_stale
        qtbot.waitUntil(lambda: typed.outcome.orders.painting.is_stale)
        held.is_let_go.set()
        settle(typed, qtbot)
        assert not is_muted(typed) and not typed.outcome.orders.painting.is_stale

    def test_the_first_plan_is_painted_before_a_closer_one_is_looked_for(
        self, held: Held, typed: PlannerPanel, qtbot: QtBot
    ) -> None:
        painted = Painted(typed.outcome.orders.viewport())
        typed.calculation.planned.connect(painted.begin)
        seen: list[bool] = []
        # A search that ends at once is laid out once: until then its first plan waits.
        held.before_going_on = lambda: seen.append(painted.is_so) if typed.plan is not None else None
        type_over(typed.money.amount.field, "20000")
        qtbot.waitUntil(lambda: bool(seen))
        held.is_let_go.set()
        settle(typed, qtbot)
        assert seen[0]
        painted.deleteLater()

    def test_what_is_typed_next_takes_the_place_of_the_search(
        self, held: Held, typed: PlannerPanel, qtbot: QtBot
    ) -> None:
        type_over(typed.money.amount.field, "20000")
        qtbot.waitUntil(lambda: typed.plan is not None)
        type_over(typed.money.amount.field, "500")
        assert is_muted(typed)
        qtbot.waitUntil(lambda: typed.plan is not None and typed.plan.amount_minor == 50_000)
        held.is_let_go.set()
        settle(typed, qtbot)
        assert typed.plan is not None and typed.plan.amount_minor == 50_000

    def test_an_emptied_field_ends_the_search(self, held: Held, typed: PlannerPanel, qtbot: QtBot) -> None:
        type_over(typed.money.amount.field, "20000")
        qtbot.waitUntil(lambda: typed.plan is not None)
        type_over(typed.money.amount.field, "")
        qtbot.waitUntil(lambda: typed.is_settled)
        assert typed.plan is None and typed.outcome.hint.isVisible()

    def test_what_is_no_amount_ends_the_search_whose_plan_would_be_taken_for_what_is_typed(
        self, held: Held, typed: PlannerPanel, qtbot: QtBot
    ) -> None:
        type_over(typed.money.amount.field, "20000")
        qtbot.waitUntil(lambda: typed.plan is not None)
        QTest.keyClicks(typed.money.amount.field, "x")
        qtbot.waitUntil(lambda: typed.is_settled)
        held.is_let_go.set()
        qtbot.wait(50)
        assert typed.money.amount.problem() and is_muted(typed)
        assert not typed.foot.record_button.isEnabled() and not typed.foot.copy_button.isEnabled()
        assert typed.foot.record_button.toolTip() == "The figures are of what was typed before."

    def test_before_the_first_plan_there_is_none_that_stop_could_take(
        self, held: Held, typed: PlannerPanel, qtbot: QtBot
    ) -> None:
        held.tells_at_once = False
        type_over(typed.money.amount.field, "20000")
        qtbot.waitUntil(lambda: held.calls == 1)
        assert typed.plan is None and typed.foot.record_button.toolTip() == "There is no plan yet."
        held.is_let_go.set()
        settle(typed, qtbot)

    def test_a_strategy_that_goes_meanwhile_leaves_no_plan(
        self, alone: PlannerAlone, panel: PlannerPanel, demo_desk: Desk, qtbot: QtBot
    ) -> None:
        demo_desk.plans = Held()
        alone.choose_scope("retirement")
        type_over(panel.money.amount.field, "500")
        qtbot.waitUntil(lambda: panel.plan is not None)
        demo_desk.targets.remove("retirement_2045")
        qtbot.waitUntil(lambda: panel.is_settled)
        assert panel.plan is None and panel.no_targets.isVisible() and not panel.outcome.isVisible()
        assert not panel.foot.record_button.isEnabled()


def test_a_fault_of_the_program_leaves_no_plan_and_the_next_one_is_calculated(
    panel: PlannerPanel, demo_desk: Desk, qtbot: QtBot, reported: Callable[[], str]
) -> None:
    plans = demo_desk.plans
    demo_desk.plans = Faulty()
    type_in(panel, "500", qtbot)
    assert "by nothing" in reported()
    assert panel.plan is None and panel.refusal.isVisible() and not panel.progress.isVisible()
    demo_desk.plans = plans
    type_in(panel, "1000", qtbot)
    assert panel.plan is not None and not panel.refusal.isVisible()


def test_hundreds_of_trades_do_not_push_the_rest_out_of_sight(typed: PlannerPanel, qtbot: QtBot) -> None:
    type_in(typed, "20000", qtbot)
    assert typed.outcome.more.isHidden()
    assert typed.plan is not None and typed.allocation is not None
    plan = replace(typed.plan, trades=typed.plan.trades * 100)
    portfolio = typed.allocation.portfolio
    outcome = typed.outcome
    outcome.show_plan(portfolio, plan)
    count = len(plan.trades)
    assert len(orders_of(outcome.orders.lines)) == 40 and outcome.more.text() == f"Show all {count} orders"
    outcome.more.click()
    shown = outcome.orders.lines
    heads = sum(isinstance(line, HeadLine) for line in shown)
    assert len(orders_of(shown)) == count and heads == len({trade.account_id for trade in plan.trades})
    assert outcome.orders.height() == count * TALL_ROW + heads * HEAD + (heads - 1) * GAP
    assert shown == sheet_lines(plan, portfolio)
    outcome.more.click()
    assert len(orders_of(outcome.orders.lines)) == 40


def test_a_plan_says_what_is_proven_of_it_and_nothing_else(typed: PlannerPanel, qtbot: QtBot) -> None:
    type_in(typed, "20000", qtbot)
    assert typed.plan is not None and typed.allocation is not None
    assert typed.outcome.proven.text().startswith("Proven: no plan with at most 2 trades comes closer")
    plan = replace(typed.plan, proof=None)
    typed.outcome.show_plan(typed.allocation.portfolio, plan)
    assert typed.outcome.proven.text() == ""


def test_planning_changes_nothing(panel: PlannerPanel, demo_desk: Desk, qtbot: QtBot) -> None:
    before = total_minor(demo_desk), demo_desk.holdings.all()
    type_in(panel, "20000", qtbot)
    go_to_mode(panel, Mode.WITHDRAWAL, qtbot)
    assert (total_minor(demo_desk), demo_desk.holdings.all()) == before and demo_desk.recorded_plans.all() == []


def test_ctrl_enter_does_what_the_panel_is_for(page: AllocationPage, qtbot: QtBot) -> None:
    panel = page.panel
    type_in(panel, "20000", qtbot)
    with qtbot.waitActive(page):
        page.activateWindow()
    with qtbot.waitSignal(panel.record_requested):
        QTest.keyClick(panel.money.amount.field, Key.Key_Return, Modifier.ControlModifier)
    dialog = page.findChild(RecordDialog)
    assert dialog is not None and dialog.isVisible()


def test_what_is_excluded_is_outside_the_drift_before_and_after(
    panel: PlannerPanel, demo_desk: Desk, qtbot: QtBot
) -> None:
    demo_desk.rules.set_trading(["btc", "eth"], Trading.EXCLUDED)
    type_in(panel, "0.01", qtbot)
    assert panel.plan is not None
    before, after = panel.plan.before.sum_bps, panel.plan.after.sum_bps
    assert before != demo_desk.allocations.of(None).drift.sum_bps and abs(before - after) <= 2
    drift = next(line for line in panel.outcome.totals.lines if line.words == "Drift in total")
    assert drift.before == f"{before / 100:.1f}"


def test_when_nothing_counts_no_band_is_spoken_of(panel: PlannerPanel, demo_desk: Desk, qtbot: QtBot) -> None:
    demo_desk.rules.set_trading(demo_desk.portfolios.current().assets.keys(), Trading.EXCLUDED)
    go_to_mode(panel, Mode.WITHDRAWAL, qtbot)
    type_in(panel, "100", qtbot)
    assert panel.plan is not None and panel.plan.trades == ()
    panel.outcome.set_alone(True)
    assert panel.outcome.bands.title == "Nothing would be left that has a class"
    assert panel.outcome.bands.tone is Tone.NEUTRAL


class TestPlannedDeposits:
    """One that is due opens the planner, is planned for anew, and ticked off when it is recorded."""

    @pytest.fixture
    def monthly(self, demo_desk: Desk) -> PlannedDeposit:
        """1,000 on the first of each month since October: that of October was missed, that of November is due."""
        made = PlannedDeposit("monthly", None, 100_000, "USD", Every.MONTH, 1, date(2026, 10, 1))
        demo_desk.schedule.add(made)
        return made

    def pressed(self, panel: PlannerPanel, words: str, line: int = 0) -> None:
        found = [each for each in panel.due_deposits.notes[line].findChildren(QPushButton) if each.text() == words]
        found[0].click()

    def open_states(self, desk: Desk) -> list[tuple[date, DateState]]:
        return [(one.on, state) for one, state in desk.schedule.dates() if state is not DateState.COMING]

    def test_it_opens_with_what_is_due_and_says_what_was_missed(
        self, monthly: PlannedDeposit, panel: PlannerPanel, qtbot: QtBot
    ) -> None:
        settle(panel, qtbot)
        assert panel.money.amount.minor() == 100_000 and panel.plan is not None and panel.plan.trades
        assert [each.sentence for each in panel.due_deposits.notes] == [
            "The planned deposit of $1,000.00 on 1 Nov 2026 is due.",
            "The planned deposit of $1,000.00 on 1 Oct 2026 was missed.",
        ]

    def test_what_is_recorded_is_ticked_off_and_one_step_takes_both_back(
        self, monthly: PlannedDeposit, page: AllocationPage, demo_desk: Desk, qtbot: QtBot
    ) -> None:
        panel = page.panel
        settle(panel, qtbot)
        record = page.dialogs.record()
        assert record is not None
        record.accept()
        missed, done = (date(2026, 10, 1), DateState.MISSED), (date(2026, 11, 1), DateState.RECORDED)
        assert self.open_states(demo_desk) == [missed, done]
        demo_desk.undo.back()
        assert self.open_states(demo_desk) == [missed, (date(2026, 11, 1), DateState.DUE)]
        assert all(each.is_undone for each in demo_desk.recorded_plans.all())

    def test_a_missed_date_is_planned_now_or_skipped(
        self, monthly: PlannedDeposit, panel: PlannerPanel, demo_desk: Desk, qtbot: QtBot
    ) -> None:
        settle(panel, qtbot)
        self.pressed(panel, "Plan it now", 1)
        settle(panel, qtbot)
        assert panel.due is not None and panel.due.on == date(2026, 10, 1)
        self.pressed(panel, "Skip it", 1)
        assert (date(2026, 10, 1), DateState.SKIPPED) in self.open_states(demo_desk)
        qtbot.waitUntil(lambda: len(panel.due_deposits.notes) == 1)

    def test_another_scope_has_not_that_deposit(
        self, monthly: PlannedDeposit, page: AllocationPage, demo_desk: Desk, qtbot: QtBot
    ) -> None:
        panel = page.panel
        settle(panel, qtbot)
        page.choose_scope("retirement")
        settle(panel, qtbot)
        assert panel.money.amount.minor() == 100_000 and panel.due is None
        record = page.dialogs.record()
        assert record is not None
        record.accept()
        assert (date(2026, 11, 1), DateState.DUE) in self.open_states(demo_desk)

    def test_its_amount_is_hidden_as_all_are(
        self, monthly: PlannedDeposit, panel: PlannerPanel, alone: PlannerAlone, qtbot: QtBot
    ) -> None:
        settle(panel, qtbot)
        text.hide_amounts(True)
        alone.refresh()
        words = [each.sentence for each in panel.due_deposits.notes]
        text.hide_amounts(False)
        assert words[0] == "The planned deposit of ••• on 1 Nov 2026 is due."
        settle(panel, qtbot)

    def test_another_amount_is_another_deposit(
        self, monthly: PlannedDeposit, page: AllocationPage, demo_desk: Desk, qtbot: QtBot
    ) -> None:
        panel = page.panel
        settle(panel, qtbot)
        type_in(panel, "20000", qtbot)
        record = page.dialogs.record()
        assert record is not None
        record.accept()
        assert (date(2026, 11, 1), DateState.DUE) in self.open_states(demo_desk)


def test_better_plans_are_told_one_after_another_and_the_newest_is_never_lost() -> None:
    nothing = Drift("USD", 0, 0, 0, ())
    first, second, third = (Plan(Mode.DEPOSIT, amount, "USD", None, (), 0, nothing, nothing) for amount in (1, 2, 3))
    now, told = [0.0], list[Plan]()
    telling = PlanTelling(told.append, lambda: now[0], 0.05)
    telling.catch_up()
    assert not telling.has_told
    telling.tell(first)
    assert told == [first] and telling.has_told
    for at, better in ((0.01, second), (0.02, third)):
        now[0] = at
        telling.tell(better)
    assert told == [first]
    now[0] = 0.06
    telling.catch_up()
    # What came between is not laid out, and the same is not told twice.
    assert told == [first, third]
    now[0] = 0.2
    telling.tell(replace(third))
    assert told == [first, third]
    told.clear()
    held_back = PlanTelling(told.append, lambda: now[0], 0.05, first=0.03)
    held_back.tell(first)
    assert not told and not held_back.has_told, "a search that ends at once is laid out once"
    now[0] = 0.23
    held_back.tell(second)
    assert told == [second]
