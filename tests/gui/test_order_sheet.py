"""The order sheet in the planner: ticks that are remembered, rules written from it, the control of trades, paper."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QPageSize
from PySide6.QtPrintSupport import QPrintDialog
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from gui.conftest import Shown
from gui.pdf_text import words_of
from gui.planning import (
    Key,
    Modifier,
    PlannerAlone,
    go_to_mode,
    heads,
    kept_options,
    said,
    settle,
    shown_buttons,
    type_in,
)
from wealthdesk.domain.drift import Allocation
from wealthdesk.domain.plans import (
    FrontierPoint,
    Mode,
    NoteKind,
    Plan,
    PlanNote,
    PlanRequest,
    Proof,
    Side,
    Trades,
    order_key,
    signature,
)
from wealthdesk.domain.tax_lots import TaxLot
from wealthdesk.domain.trading_rules import MayHold, RoomKind, TradingRules
from wealthdesk.gui import format as text
from wealthdesk.gui import tasks
from wealthdesk.gui.allocation.page import AllocationPage
from wealthdesk.gui.allocation.planner.order_list import (
    NOT_HERE,
    TALL_ROW,
    HeadLine,
    OrderLine,
    away_area,
    head_area,
    orders_of,
    paper_quantity,
    tick_area,
)
from wealthdesk.gui.allocation.planner.order_paper import sheet_pdf
from wealthdesk.gui.allocation.planner.plan_notes import NoteLine, RoomQuestion
from wealthdesk.gui.allocation.planner.plan_outcome import cash_total, plan_sentences, total_lines
from wealthdesk.gui.allocation.planner.planner_panel import PlannerPanel
from wealthdesk.gui.page import Bus
from wealthdesk.gui.pictures.allocation import show_sheet
from wealthdesk.gui.pictures.sheets import PictureSheet, sheets
from wealthdesk.planning.plans import NO_LOTS, NO_RULES, Plans
from wealthdesk.services.desk import Desk

# Most tests ask for the same plans: what is proven here is what becomes of them.
pytestmark = pytest.mark.usefixtures("plans_known")


@pytest.fixture(scope="session")
def demo_file(demo_without_search: Path) -> Path:
    return demo_without_search


@pytest.fixture
def page(qtbot: QtBot, demo_desk: Desk, bus: Bus) -> AllocationPage:
    page = AllocationPage(demo_desk, bus)
    page.resize(1096, 832)
    return shown(page, qtbot)


@pytest.fixture
def alone(qtbot: QtBot, demo_desk: Desk, bus: Bus) -> PlannerAlone:
    return shown(PlannerAlone(demo_desk, bus), qtbot)


@pytest.fixture
def panel(alone: PlannerAlone) -> PlannerPanel:
    return alone.panel


def shown(page: Shown, qtbot: QtBot) -> Shown:
    qtbot.addWidget(page)
    with qtbot.waitActive(page):
        page.show()
        page.activateWindow()
    return page


def orders(panel: PlannerPanel) -> list[OrderLine]:
    return orders_of(panel.outcome.orders.lines)


def row_of(panel: PlannerPanel, order: OrderLine) -> QRectF:
    """Where the row of an order is, in its list."""
    shown = panel.outcome.orders
    return QRectF(shown.visualRect(shown.sheet.index(shown.lines.index(order))))


class TestTicks:
    """What was placed at the broker."""

    def test_space_and_a_click_tick_an_order(self, panel: PlannerPanel, qtbot: QtBot) -> None:
        type_in(panel, "20000", qtbot)
        shown = panel.outcome.orders
        shown.setFocus()
        assert shown.currentIndex().row() == 1, "the head is passed over"
        QTest.keyClick(shown, Key.Key_Space)
        first, second, *_ = orders(panel)
        count = len(orders(panel))
        assert panel.outcome.ticked == {first.key} and panel.outcome.count.text() == f"1 of {count} placed"
        assert shown.sheet.index(1).data(Qt.ItemDataRole.AccessibleTextRole).startswith("Placed: Buy ")
        place = tick_area(row_of(panel, second)).center().toPoint()
        QTest.mouseClick(shown.viewport(), Qt.MouseButton.LeftButton, pos=place)
        assert panel.outcome.ticked == {first.key, second.key}
        QTest.keyClick(shown, Key.Key_Space)
        assert panel.outcome.ticked == {first.key}, "the click went to the second one"

    def test_the_head_of_an_account_ticks_all_of_its_orders(
        self, panel: PlannerPanel, demo_desk: Desk, qtbot: QtBot
    ) -> None:
        go_to_mode(panel, Mode.REBALANCE, qtbot)
        shown = panel.outcome.orders
        heads = [row for row, line in enumerate(shown.lines) if isinstance(line, HeadLine)]
        row = max(heads, key=lambda each: len(shown.sheet.beside(each)))
        head, first = shown.lines[row], shown.lines[row + 1]
        assert isinstance(head, HeadLine) and isinstance(first, OrderLine)
        wanted = {line.key for line in orders(panel) if line.trade.account_id == first.trade.account_id}
        assert 1 < len(wanted) < len(orders(panel))
        index = shown.sheet.index(row)
        box = tick_area(head_area(QRectF(shown.visualRect(index)), index)).center().toPoint()
        QTest.mouseClick(shown.viewport(), Qt.MouseButton.LeftButton, pos=box)
        assert panel.outcome.ticked == wanted == demo_desk.placed.of(None)
        shown.setFocus()
        shown.setCurrentIndex(shown.sheet.index(row + 1))
        QTest.keyClick(shown, Key.Key_Space)
        assert len(panel.outcome.ticked) == len(wanted) - 1
        QTest.keyClick(shown, Key.Key_Space, Modifier.ShiftModifier)
        assert panel.outcome.ticked == wanted, "those that are ticked stay so"
        QTest.keyClick(shown, Key.Key_Space, Modifier.ShiftModifier)
        assert panel.outcome.ticked == frozenset()
        [together] = shown.menu_for(head).actions()
        together.trigger()
        assert panel.outcome.ticked == wanted
        assert index.data(Qt.ItemDataRole.AccessibleTextRole) == f"{head.sentence}, all placed"

    def test_arrows_pass_the_heads_over(self, panel: PlannerPanel, qtbot: QtBot) -> None:
        type_in(panel, "20000", qtbot)
        shown = panel.outcome.orders
        shown.setFocus()
        seen = []
        for _ in range(len(orders(panel)) + 1):
            seen.append(shown.lines[shown.currentIndex().row()])
            QTest.keyClick(shown, Key.Key_Down)
        assert not any(isinstance(line, HeadLine) for line in seen)
        assert seen[:-1] == orders(panel) and seen[-1] == seen[-2]

    def test_they_are_remembered_until_the_plan_is_another_one(
        self, panel: PlannerPanel, demo_desk: Desk, bus: Bus, qtbot: QtBot
    ) -> None:
        type_in(panel, "20000", qtbot)
        panel.outcome.orders.setFocus()
        QTest.keyClick(panel.outcome.orders, Key.Key_Space)
        ticked = panel.outcome.ticked
        other = shown(PlannerAlone(demo_desk, bus), qtbot)
        again = other.panel
        type_in(again, "20000", qtbot)
        assert again.outcome.ticked == ticked and len(ticked) == 1
        type_in(again, "20500", qtbot)
        assert again.outcome.ticked == frozenset(), "of another plan nothing was placed"
        type_in(again, "20000", qtbot)
        assert again.outcome.ticked == ticked

    def test_recording_opens_with_exactly_these(self, page: AllocationPage, qtbot: QtBot) -> None:
        panel = page.panel
        type_in(panel, "20000", qtbot)
        dialog = page.dialogs.record()
        assert dialog is not None
        qtbot.addWidget(dialog)
        assert all(line.is_included for line in dialog.table.lines), "all where none is ticked"
        panel.outcome.orders.setFocus()
        QTest.keyClick(panel.outcome.orders, Key.Key_Space)
        dialog = page.dialogs.record()
        assert dialog is not None
        qtbot.addWidget(dialog)
        assert [line.is_included for line in dialog.table.lines] == [True] + [False] * (len(orders(panel)) - 1)
        assert dialog.record_button.text() == "&Record 1 order"

    def test_what_is_recorded_is_forgotten(self, page: AllocationPage, demo_desk: Desk, qtbot: QtBot) -> None:
        panel = page.panel
        type_in(panel, "20000", qtbot)
        panel.outcome.orders.setFocus()
        QTest.keyClick(panel.outcome.orders, Key.Key_Space)
        assert len(demo_desk.placed.of(None)) == 1
        dialog = page.dialogs.record()
        assert dialog is not None
        qtbot.addWidget(dialog)
        dialog.accept()
        assert demo_desk.placed.of(None) == frozenset()

    def test_showing_keeps_nothing(self, typed: PlannerPanel, kept_desk: Desk, qtbot: QtBot) -> None:
        type_in(typed, "20000", qtbot)
        go_to_mode(typed, Mode.WITHDRAWAL, qtbot)
        assert kept_desk.placed.of(None) == frozenset()


@pytest.mark.parametrize("is_reduced", [True, False])
def test_a_settled_plan_fades_in_unless_less_motion_is_wanted(
    panel: PlannerPanel, qtbot: QtBot, is_reduced: bool
) -> None:
    tasks.reduce_motion(is_reduced)
    try:
        type_in(panel, "20000", qtbot)
        qtbot.waitUntil(lambda: not tasks.is_moving())
        shown = panel.outcome.orders
        first = list(shown.lines)
        shown.show_lines([])
        shown.show_lines(first)
        assert shown.painting.seen == (1.0 if is_reduced else 0.0)
        qtbot.waitUntil(lambda: shown.painting.seen == 1.0)
        shown.show_lines(list(first))
        assert shown.painting.seen == 1.0, "the same plan again is no other one"
    finally:
        tasks.reduce_motion(False)


def test_the_signature_is_another_one_as_soon_as_an_order_is(typed: PlannerPanel, qtbot: QtBot) -> None:
    type_in(typed, "20000", qtbot)
    plan = typed.plan
    assert plan is not None
    first = plan.trades[0]
    others = [
        replace(plan, trades=plan.trades[1:]),
        replace(plan, mode=Mode.REBALANCE),
        *(
            replace(plan, trades=(changed, *plan.trades[1:]))
            for changed in (
                replace(first, quantity=first.quantity + 1),
                replace(first, side=Side.SELL),
                replace(first, account_id="wallet"),
            )
        ),
    ]
    assert len({signature(each) for each in [plan, *others]}) == 1 + len(others)
    assert signature(replace(plan, trades=plan.trades[::-1], left_in_cash_minor=0)) == signature(plan)


class TestNotHere:
    """An asset that is not to be had in an account: one click, kept for ever, and the way back."""

    @pytest.mark.parametrize("way", ["menu", "click"])
    def test_the_rule_is_written_and_the_plan_made_anew(
        self, panel: PlannerPanel, demo_desk: Desk, qtbot: QtBot, way: str
    ) -> None:
        type_in(panel, "20000", qtbot)
        before, order = panel.plan, orders(panel)[0]
        account_id, asset_id, _ = order.key
        shown = panel.outcome.orders
        if way == "menu":
            next(each for each in shown.menu_for(order).actions() if NOT_HERE in each.text()).trigger()
        else:
            place = away_area(row_of(panel, order)).center().toPoint()
            QTest.mouseClick(shown.viewport(), Qt.MouseButton.LeftButton, pos=place)
        settle(panel, qtbot)
        rules = demo_desk.rules.current().of_account(account_id)
        assert not rules.may_buy(asset_id, by_itself=True)
        assert panel.plan is not before and order.key not in {order_key(trade) for trade in panel.plan.trades}  # type: ignore[union-attr]
        assert panel.changes.isVisible()
        assert panel.changes.title == f"{order.heading} is not bought in {order.account_name} now"
        panel.changes.button.click()
        settle(panel, qtbot)
        assert demo_desk.rules.current().of_account(account_id).may_buy(asset_id, by_itself=True)
        assert panel.plan == before and not panel.changes.isVisible()

    def test_what_was_changed_since_is_not_taken_back(self, panel: PlannerPanel, demo_desk: Desk, qtbot: QtBot) -> None:
        type_in(panel, "20000", qtbot)
        order = orders(panel)[0]
        panel.outcome.orders.not_here.emit(order)
        changed = replace(demo_desk.rules.current().of_account(order.key[0]), buffer_minor=100)
        demo_desk.rules.set_account(order.key[0], changed)
        qtbot.waitUntil(lambda: not panel.changes.isVisible())
        assert demo_desk.rules.current().of_account(order.key[0]) == changed

    def test_in_a_copy_to_look_at_nothing_is_offered(self, panel: PlannerPanel, qtbot: QtBot) -> None:
        type_in(panel, "20000", qtbot)
        panel.outcome.orders.can_change = False
        away = next(
            each for each in panel.outcome.orders.menu_for(orders(panel)[0]).actions() if NOT_HERE in each.text()
        )
        assert not away.isEnabled()


class Frontier(Plans):
    """Plans with a frontier of trades, as the search finds one; and what was asked for."""

    def __init__(self) -> None:
        self.asked: list[PlanRequest] = []
        self.more: dict[str, object] = {}

    def calculate(
        self,
        allocation: Allocation,
        request: PlanRequest,
        rules: TradingRules = NO_RULES,
        lots: Mapping[str, Sequence[TaxLot]] = NO_LOTS,
        progress: Callable[[Plan], bool] | None = None,
        goes_on: Callable[[], bool] = bool,
    ) -> Plan:
        self.asked.append(request)
        plan = super().calculate(allocation, request, rules, lots)
        points = tuple(FrontierPoint(each, Decimal(each) / 6, 0, 0, 0, 0) for each in range(1, 7))
        chosen = request.options.trades
        count = (
            {Trades.FEWEST: 1, Trades.BEST_VALUE: 3, Trades.CLOSEST: 6}[chosen]
            if isinstance(chosen, Trades)
            else chosen
        )
        few = (plan.trades * 3)[:count]
        changed = replace(plan, trades=few, frontier=points, best_value=3, fewest=1, closest=6)
        return replace(changed, **self.more)  # type: ignore[arg-type]


@pytest.fixture
def plans(demo_desk: Desk) -> Frontier:
    demo_desk.plans = plans = Frontier()
    return plans


class TestControl:
    """Fewer trades, or closer to the targets."""

    def test_brackets_step_outside_of_text_fields(
        self, plans: Frontier, panel: PlannerPanel, demo_desk: Desk, qtbot: QtBot
    ) -> None:
        type_in(panel, "20000", qtbot)
        assert panel.outcome.control.trades == 3 and panel.outcome.way.text() == "3 trades · 50% of the way"
        assert "as any number of trades comes" in panel.outcome.way.toolTip()
        field = panel.money.amount.field
        QTest.keyClicks(field, "[")
        assert field.text().endswith("[") and panel.outcome.control.trades == 3
        QTest.keyClick(field, Key.Key_Backspace)
        settle(panel, qtbot)
        panel.outcome.orders.setFocus()
        for key, expected in (("[", 2), ("]", 3), ("]", 4)):
            QTest.keyClicks(panel.outcome.orders, key)
            qtbot.waitUntil(lambda expected=expected: panel.outcome.control.trades == expected)  # type: ignore[misc]
        settle(panel, qtbot)
        assert plans.asked[-1].options.trades == 4 == kept_options(demo_desk).trades
        assert panel.plan is not None and len(panel.plan.trades) == 4

    def test_the_ends_and_the_best_are_kept_by_their_meaning(
        self, plans: Frontier, panel: PlannerPanel, demo_desk: Desk, qtbot: QtBot
    ) -> None:
        type_in(panel, "20000", qtbot)
        control = panel.outcome.control
        for key, meaning in ((Key.Key_End, Trades.CLOSEST), (Key.Key_Home, Trades.FEWEST)):
            QTest.keyClick(control, key)
            settle(panel, qtbot)
            assert kept_options(demo_desk).trades is meaning
        control.step(2)
        settle(panel, qtbot)
        assert kept_options(demo_desk).trades is Trades.BEST_VALUE

    def test_a_choice_mutes_the_plan_until_the_next_one(
        self, plans: Frontier, panel: PlannerPanel, qtbot: QtBot
    ) -> None:
        type_in(panel, "20000", qtbot)
        panel.outcome.control.step(1)
        assert not panel.foot.record_button.isEnabled() and not panel.is_settled, "what is stale is not recorded"
        settle(panel, qtbot)
        assert panel.foot.record_button.isEnabled()

    def test_where_a_fill_method_decides_it_is_off_and_says_so(
        self, plans: Frontier, panel: PlannerPanel, qtbot: QtBot
    ) -> None:
        plans.more = {"frontier": (), "best_value": None, "notes": (PlanNote(NoteKind.METHOD_DECIDES),)}
        type_in(panel, "20000", qtbot)
        assert not panel.outcome.control.isEnabled()
        assert panel.outcome.proven.text().startswith("The strategy's fill method decides")
        assert panel.outcome.notes.sentences == [], "said once"

    def test_nothing_below_moves_while_a_closer_one_is_looked_for(
        self, plans: Frontier, panel: PlannerPanel, qtbot: QtBot
    ) -> None:
        type_in(panel, "20000", qtbot)
        qtbot.wait(50)
        top = panel.outcome.orders.mapTo(panel, QPoint()).y()
        panel.progress.show()
        qtbot.wait(1)
        assert not panel.outcome.proven.isVisible() and panel.outcome.orders.mapTo(panel, QPoint()).y() == top
        panel.progress.hide()
        qtbot.wait(1)
        assert panel.outcome.orders.mapTo(panel, QPoint()).y() == top

    def test_a_rebalance_that_sells_nothing_can_sell_all_the_same(
        self, plans: Frontier, alone: PlannerAlone, panel: PlannerPanel, qtbot: QtBot
    ) -> None:
        plans.more = {"keeps_inside": True, "proof": Proof(Decimal(0), None)}
        go_to_mode(panel, Mode.REBALANCE, qtbot)
        told = panel.outcome.told
        assert "nothing is sold" in told.accessibleName() and "sell nothing" in panel.outcome.proven.text()
        assert "nothing is sold" not in panel.outcome.proven.text(), "it is said once"
        assert told.isVisible() and told.button.text().replace("&", "") == "Sell all the same"
        plans.more = {}
        told.button.click()
        settle(panel, qtbot)
        assert plans.asked[-1].always and told.isVisible() and told.button.text() == "Sell nothing then"
        told.button.click()
        settle(panel, qtbot)
        assert not plans.asked[-1].always
        told.action_clicked.emit()
        settle(panel, qtbot)
        go_to_mode(panel, Mode.DEPOSIT, qtbot)
        go_to_mode(panel, Mode.REBALANCE, qtbot)
        assert not plans.asked[-1].always, "it is chosen for one plan, not for all"
        told.action_clicked.emit()
        settle(panel, qtbot)
        assert plans.asked[-1].always
        alone.choose_scope("brokerage")
        alone.choose_scope(None)
        settle(panel, qtbot)
        assert not plans.asked[-1].always, "nor for another scope"


class TestNotes:
    """What is said beside a plan, and what can be done about it there."""

    def line(self, plans: Frontier, panel: PlannerPanel, qtbot: QtBot, note: PlanNote) -> NoteLine:
        plans.more = {"notes": (note,)}
        type_in(panel, "20000", qtbot)
        [line] = panel.outcome.notes.notes
        return line

    @pytest.mark.parametrize(
        ("press", "kind", "left"),
        [("No limit", RoomKind.NO_LIMIT, 0), ("No", RoomKind.LIMITED, 0), ("Up to …", RoomKind.LIMITED, 700_000)],
    )
    def test_room_is_asked_for_once(
        self,
        plans: Frontier,
        alone: PlannerAlone,
        panel: PlannerPanel,
        demo_desk: Desk,
        qtbot: QtBot,
        monkeypatch: pytest.MonkeyPatch,
        press: str,
        kind: RoomKind,
        left: int,
    ) -> None:
        line = self.line(plans, panel, qtbot, PlanNote(NoteKind.ASK_ROOM, "retirement"))
        assert line.sentence.startswith("May new money go into Retirement?")
        question = line.findChild(RoomQuestion)
        assert question is not None
        next(each for each in question.findChildren(QPushButton) if each.text() == press).click()
        if left:
            QTest.keyClick(question.amount.field, Key.Key_Return)
            assert question.amount.problem(), "an amount is wanted"
            QTest.keyClicks(question.amount.field, "7000")
            QTest.keyClick(question.amount.field, Key.Key_Return)
        room = demo_desk.rules.current().of_account("retirement").room
        assert (room.kind, room.left_minor) == (kind, left)
        settle(panel, qtbot)
        said = panel.changes.title
        assert ("7,000" in said) == bool(left)
        with monkeypatch.context() as hidden:
            hidden.setattr(text, "_is_hidden", True)
            alone.mark_stale()
            assert panel.changes.title == said.replace("$7,000.00", text.HIDDEN)
        settle(panel, qtbot)
        panel.changes.button.click()
        assert demo_desk.rules.current().of_account("retirement").room.kind is RoomKind.NOT_SET

    def test_an_account_of_cash_may_be_allowed_everything(
        self, plans: Frontier, panel: PlannerPanel, demo_desk: Desk, qtbot: QtBot
    ) -> None:
        line = self.line(plans, panel, qtbot, PlanNote(NoteKind.ONLY_CASH, "wallet"))
        [allow] = shown_buttons(line)
        allow.click()
        assert demo_desk.rules.current().of_account("wallet").may_hold is MayHold.ALL

    def test_what_stays_outside_may_be_allowed_elsewhere(
        self, plans: Frontier, panel: PlannerPanel, demo_desk: Desk, qtbot: QtBot
    ) -> None:
        line = self.line(plans, panel, qtbot, PlanNote(NoteKind.STAYS_OUTSIDE, "brokerage", ("vbr", "bnd")))
        [allow] = [each for each in line.findChildren(QPushButton) if each.menu()]
        offered = {each.text(): each for each in allow.menu().actions()}
        assert list(offered) == ["In Crypto wallet", "In Retirement"]
        offered["In Crypto wallet"].trigger()
        assert demo_desk.rules.current().of_account("wallet").allowed == {"vbr", "bnd"}

    def test_what_trades_in_any_amount_can_be_traded_whole(
        self, plans: Frontier, panel: PlannerPanel, demo_desk: Desk, qtbot: QtBot
    ) -> None:
        before = demo_desk.portfolios.current().assets["btc"]
        line = self.line(plans, panel, qtbot, PlanNote(NoteKind.ANY_AMOUNT, None, ("btc", "eth")))
        assert line.sentence == "2 assets trade in any amount: BTC, ETH."
        [change] = [each for each in line.findChildren(QPushButton) if each.menu()]
        next(each for each in change.menu().actions() if each.text() == "BTC in whole shares").trigger()
        assert demo_desk.portfolios.current().assets["btc"].lot_step == Decimal(1)
        settle(panel, qtbot)
        panel.changes.button.click()
        assert demo_desk.portfolios.current().assets["btc"] == before

    def test_what_is_being_typed_into_a_question_stays(
        self, plans: Frontier, panel: PlannerPanel, qtbot: QtBot
    ) -> None:
        line = self.line(plans, panel, qtbot, PlanNote(NoteKind.ASK_ROOM, "retirement"))
        question = line.findChild(RoomQuestion)
        assert question is not None
        question.up_to.click()
        QTest.keyClicks(question.amount.field, "70")
        type_in(panel, "21000", qtbot)
        assert panel.outcome.notes.notes == [line] and question.amount.field.text() == "70"


@pytest.fixture(scope="module")
def samples(kept_desk: Desk) -> Mapping[str, Callable[[], PictureSheet]]:
    return sheets(kept_desk.allocations.of(None))


class TestShown:
    """Sheets of every kind, as they are seen."""

    def test_where_there_is_no_symbol_the_name_comes_first(
        self, typed: PlannerPanel, samples: Mapping[str, Callable[[], PictureSheet]]
    ) -> None:
        show_sheet(typed, samples["sheet without symbols"]())
        found = {line.trade.asset_id: (line.heading, line.below) for line in orders(typed)}
        assert found["vti"] == ("Vanguard Total Stock Market", "US9229087690")
        assert found["vnq"] == ("Vanguard Real Estate", "")
        assert found["btc"] == ("BTC", "Bitcoin")

    def test_amounts_are_in_the_currency_that_is_paid(
        self, typed: PlannerPanel, samples: Mapping[str, Callable[[], PictureSheet]]
    ) -> None:
        show_sheet(typed, samples["sheet"]())
        assert heads(typed) == [
            "Crypto wallet, $6,149.22 stays here as cash, 1 order",
            "Retirement, $4,828.16 stays here as cash, 2 orders",
            "Brokerage, uses $9,070.52 of the cash here, 2 orders",
        ]
        found = {line.trade.asset_id: (line.amount, line.in_base, line.change) for line in orders(typed)}
        assert found["vwce"] == ("€4,208.64", "= $4,567.22", "4.4 pp below its target")
        assert found["vnq"] == ("$4,503.30", "", "Real estate −1.8 → −0.1 pp")

    @pytest.mark.parametrize("width", [356, 700])
    def test_every_sheet_is_painted_as_high_as_its_lines(
        self, alone: PlannerAlone, samples: Mapping[str, Callable[[], PictureSheet]], qtbot: QtBot, width: int
    ) -> None:
        panel = alone.panel
        panel.take_room(width, is_alone=True)
        panel.resize(width, 832)
        for name, make in samples.items():
            show_sheet(panel, make())
            qtbot.wait(1)
            shown = panel.outcome.orders
            assert not panel.outcome.grab().isNull()
            if shown.lines:
                last = shown.visualRect(shown.sheet.index(len(shown.lines) - 1))
                assert last.bottom() + 1 == shown.height(), name


class TestPaper:
    """The printed page."""

    @pytest.mark.parametrize("size", [QPageSize.PageSizeId.A4, QPageSize.PageSizeId.Letter])
    def test_every_order_of_twelve_accounts_is_on_it(
        self, kept_desk: Desk, samples: Mapping[str, Callable[[], PictureSheet]], tmp_path: Path,
        size: QPageSize.PageSizeId,
    ) -> None:  # fmt: skip
        sample = samples["sheet of twelve accounts"]()
        allocation = replace(kept_desk.allocations.of(None), portfolio=sample.portfolio)
        path = tmp_path / "sheet.pdf"
        path.write_bytes(
            sheet_pdf(sample.plan, allocation, date(2026, 11, 28), "Demo.wealthdesk", size=QPageSize(size))
        )
        written = words_of(path)
        assert [
            name for name in (each.name for each in sample.portfolio.accounts.values()) if name not in written
        ] == []
        assert written.count("$15,205.14") == sum(trade.asset_id == "vti" for trade in sample.plan.trades)
        total = cash_total(sample.plan, sample.portfolio)
        assert total is not None and total.words == "All accounts"
        assert total.figure == text.money(sum(each.after_minor for each in sample.plan.accounts), "USD")
        assert all(each in written for each in (total.words, total.figure, total.before))
        assert f"{total.before} {text.ARROW}All accounts" in written
        assert "Stays in cash" in written and f"{text.ARROW}Stays in cash" not in written, "it was nothing before"
        count = 3 if size is QPageSize.PageSizeId.A4 else 4
        assert [written.count(f"Demo.wealthdesk · {each} of {count}") for each in range(1, count + 1)] == [1] * count

    @pytest.mark.parametrize(
        ("gain_minor", "said"),
        [(-50_000, "Taxable loss: −$500.00."), (321_325, "Taxable gain: +$3,213.25.")],
    )
    def test_a_loss_is_called_one_as_on_the_screen(
        self, samples: Mapping[str, Callable[[], PictureSheet]], gain_minor: int, said: str
    ) -> None:
        sample = samples["sheet"]()
        plan = replace(sample.plan, realised_gain_minor=gain_minor)
        assert said in plan_sentences(plan, sample.portfolio)
        line = total_lines(plan)[-1]
        assert said == f"{line.words}: {line.figure}."

    @pytest.mark.parametrize(
        ("quantity", "expected"),
        [
            ("41.79423", "41.7942"),
            ("0.06419", "0.0641"),
            ("51", "51"),
            ("0.00012345", "0.000123"),
            ("1234.5", "1,234.5"),
        ],
    )
    def test_a_quantity_has_four_decimals_at_most_unless_it_is_tiny(self, quantity: str, expected: str) -> None:
        assert paper_quantity(Decimal(quantity)) == expected

    def test_ctrl_p_asks_for_a_printer_for_the_plan_and_without_one_for_the_allocation(
        self, page: AllocationPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        panel = page.panel
        asked: list[bool] = []
        monkeypatch.setattr(panel.foot, "_on_print", lambda: asked.append(True))
        panel.foot.print_button.clicked.disconnect()
        panel.foot.print_button.clicked.connect(lambda: panel.foot._on_print())
        QTest.keyClick(panel.money.amount.field, Key.Key_P, Modifier.ControlModifier)
        assert asked == [] and not panel.foot.print_button.isEnabled(), "there is no plan yet"
        dialog = page.findChild(QPrintDialog)
        assert dialog is not None and dialog.isVisible()
        dialog.reject()
        page.window().activateWindow()
        qtbot.waitUntil(page.window().isActiveWindow)
        type_in(panel, "20000", qtbot)
        QTest.keyClick(panel.money.amount.field, Key.Key_P, Modifier.ControlModifier)
        assert asked == [True]


def test_a_row_is_high_enough_for_its_three_lines(typed: PlannerPanel, qtbot: QtBot) -> None:
    type_in(typed, "20000", qtbot)
    assert said(typed) and {row_of(typed, order).height() for order in orders(typed)} == {TALL_ROW}


def print_dialog(panel: PlannerPanel) -> QPrintDialog:
    panel.foot.print_button.click()
    dialog = panel.foot.findChild(QPrintDialog)
    assert dialog is not None and dialog.isVisible()
    return dialog


def test_what_is_accepted_in_the_dialog_of_the_system_is_printed(
    panel: PlannerPanel, qtbot: QtBot, tmp_path: Path
) -> None:
    type_in(panel, "1000", qtbot)
    dialog = print_dialog(panel)
    dialog.printer().setOutputFileName(str(tmp_path / "printed.pdf"))
    dialog.accepted.emit(dialog.printer())
    assert "Buy" in words_of(tmp_path / "printed.pdf")


@pytest.mark.qt_log_ignore("QPainter::begin", extend=True)
def test_a_printer_that_takes_no_pages_is_a_sentence(panel: PlannerPanel, qtbot: QtBot, tmp_path: Path) -> None:
    type_in(panel, "1000", qtbot)
    dialog = print_dialog(panel)
    dialog.printer().setOutputFileName(str(tmp_path / "no folder" / "printed.pdf"))
    dialog.accepted.emit(dialog.printer())
    box = QApplication.activeModalWidget()
    assert isinstance(box, QMessageBox)
    assert "Nothing was printed" in box.text()
