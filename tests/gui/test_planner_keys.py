"""The planner without a mouse: Tab reaches every control in the order they stand, and no letter is given twice."""

import re
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from gui.conftest import CLOCK
from gui.planning import Key, Modifier, choose, go_to_mode, settle, type_in
from portfolio_files import copied
from wealthdesk.domain.plans import Goal, Mode, PlanOptions
from wealthdesk.gui.allocation.page import AllocationPage
from wealthdesk.gui.allocation.planner.planner_panel import PlannerPanel
from wealthdesk.gui.page import Bus
from wealthdesk.services.desk import Desk, open_desk

pytestmark = pytest.mark.usefixtures("plans_known")

_LETTER = re.compile(r"&(\w)")


@pytest.fixture(scope="module")
def demo_file(demo_without_search: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With the goal of a rebalance that is reached soonest."""
    path = copied(demo_without_search, tmp_path_factory.mktemp("goal") / "demo.wealthdesk")
    with open_desk(path, CLOCK) as desk:
        desk.plan_options.keep("default_all_portfolio", PlanOptions(goal=Goal.BAND_EDGE))
    return path


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


def by_tab(start: QWidget) -> list[str]:
    """What Tab comes to from here, once around; a choice of several by its own name."""
    start.setFocus(Qt.FocusReason.TabFocusReason)
    seen: list[QWidget] = []
    while (focused := QApplication.focusWidget()) is not None and focused not in seen and len(seen) < 80:
        seen.append(focused)
        QTest.keyClick(focused, Key.Key_Tab)
        for _ in range(_LINKS):
            if QApplication.focusWidget() is focused:
                # In a sentence Tab goes from name to name first.
                QTest.keyClick(focused, Key.Key_Tab)
    assert focused is start, "Tab goes round, and leaves nothing out"
    return [_name(each) for each in seen]


def _name(widget: QWidget) -> str:
    is_named = widget.accessibleName() or not isinstance(widget, QAbstractButton)
    return widget.accessibleName() if is_named else widget.text().replace("&", "")  # type: ignore[attr-defined]


def letters(root: QWidget) -> list[str]:
    """The letters that Alt makes a key of, of what is shown."""
    words = [each.text() for each in root.findChildren(QAbstractButton) if each.isVisibleTo(root)]
    words += [each.text() for each in root.findChildren(QLabel) if each.isVisibleTo(root) and each.buddy()]
    return sorted(found.group(1).lower() for each in words if (found := _LETTER.search(each.replace("&&", ""))))


_LINKS = 3
"""The names in a sentence that Tab goes to, at most."""
_HEAD = ["Recorded plans…", "Options", "Wide planner"]
_SHEET = ["Number of trades", "Order sheet"]
_ROOM = [f"{words}: new money in Retirement" for words in ("No limit", "Up to …", "No")]
_FOOT = ["Copy", "Print…", "Save", "Record…"]
_PAGE = [
    "Scope: the whole portfolio, a group, or one account", "Targets: My targets", "Edit targets",
    "2 classes are outside their band: Crypto over, Real estate under.", "Show them", "How to read a bar",
    "Asset classes", "Classify…",
]  # fmt: skip


def test_tab_reaches_everything_in_a_deposit(panel: PlannerPanel, qtbot: QtBot) -> None:
    type_in(panel, "20000", qtbot)
    panel.options.toggle.click()
    assert by_tab(panel.recorded_button) == [
        *_HEAD, "Deposit", "Amount of the deposit", "Accounts", "Quantities",
        "Use idle cash as well", "Smallest trade", "Use each class's preferred account type", "Fill method",
        "If a class has nothing to buy", *_SHEET, *_ROOM, *_FOOT, *_PAGE,
    ]  # fmt: skip


def test_a_digit_begins_the_amount_wherever_the_focus_is_in_the_planner(panel: PlannerPanel, qtbot: QtBot) -> None:
    type_in(panel, "20000", qtbot)
    chosen = panel.money.segment.button(Mode.DEPOSIT)
    # As the letter of the chosen mode leaves it.
    chosen.setFocus()
    QTest.keyClicks(chosen, "5")
    assert panel.money.amount.field.hasFocus() and panel.money.amount.field.text() == "5"
    QTest.keyClicks(panel.money.amount.field, "00")
    settle(panel, qtbot)
    assert panel.plan is not None and panel.plan.amount_minor == 500_00
    go_to_mode(panel, Mode.REBALANCE, qtbot)
    QTest.keyClicks(panel.money.segment.button(Mode.REBALANCE), "7")
    assert panel.money.amount.field.text() == "500.00"


def test_the_current_order_is_brought_into_view(page: AllocationPage, panel: PlannerPanel, qtbot: QtBot) -> None:
    page.resize(page.width(), 640)
    go_to_mode(panel, Mode.REBALANCE, qtbot)
    orders = panel.outcome.orders
    area = next(each for each in panel.findChildren(QScrollArea) if each.isAncestorOf(orders))
    orders.setFocus()
    for key in (Qt.Key.Key_End, Qt.Key.Key_Home):
        QTest.keyClick(orders, key)
        rect = orders.visualRect(orders.currentIndex())
        top = orders.viewport().mapTo(area.viewport(), rect.topLeft()).y()
        assert top >= 0 and top + rect.height() <= area.viewport().height()


def test_tab_reaches_the_amount_of_every_account(panel: PlannerPanel, qtbot: QtBot) -> None:
    type_in(panel, "20000", qtbot)
    choose(panel.money.place, "Amounts per account")
    settle(panel, qtbot)
    assert by_tab(panel.recorded_button) == [
        *_HEAD, "Deposit", "Accounts", "Quantities",
        "Amount for Brokerage", "Amount for Crypto wallet", "Amount for Retirement", *_SHEET, *_FOOT, *_PAGE,
    ]  # fmt: skip


def test_tab_reaches_the_options_that_are_opened_after_the_amounts(panel: PlannerPanel, qtbot: QtBot) -> None:
    type_in(panel, "20000", qtbot)
    choose(panel.money.place, "Amounts per account")
    panel.options.toggle.click()
    settle(panel, qtbot)
    reached = by_tab(panel.recorded_button)
    at = reached.index("Amount for Retirement")
    assert reached[at - 2 : at + 3] == [
        "Amount for Brokerage", "Amount for Crypto wallet", "Amount for Retirement", "Use idle cash as well",
        "Smallest trade",
    ]  # fmt: skip


def test_tab_reaches_everything_in_a_rebalance(panel: PlannerPanel, qtbot: QtBot) -> None:
    go_to_mode(panel, Mode.REBALANCE, qtbot)
    panel.options.toggle.click()
    assert by_tab(panel.recorded_button) == [
        *_HEAD, "Rebalance", "Goal of the rebalance", "Quantities",
        "Smallest trade", "Limit on taxable gains", "What a gain costs", "Use each class's preferred account type",
        *_SHEET, "Plan this deposit", *_FOOT, *_PAGE,
    ]  # fmt: skip


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("lots", ["Any amount", "Whole shares"])
def test_no_letter_is_given_twice(
    page: AllocationPage, panel: PlannerPanel, qtbot: QtBot, mode: Mode, lots: str
) -> None:
    choose(panel.options.lots, lots)
    go_to_mode(panel, mode, qtbot)
    if mode is not Mode.REBALANCE:
        type_in(panel, "20000", qtbot)
    panel.options.toggle.click()
    panel.recorded.set_action("&Undo")
    panel.recorded.show()
    for words in ("&Undo", "Record agai&n"):
        panel.recorded.button.setText(words)
        found = letters(page)
        assert len(found) >= 9 and len(set(found)) == len(found), found


def test_arrows_go_from_mode_to_mode_and_tab_comes_back_to_the_chosen_one(panel: PlannerPanel, qtbot: QtBot) -> None:
    panel.money.segment.button(Mode.DEPOSIT.value).setFocus()
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, Key.Key_Right)
    settle(panel, qtbot)
    assert panel.money.mode is Mode.WITHDRAWAL
    after = QApplication.focusWidget()
    assert after is panel.money.segment.button(Mode.WITHDRAWAL.value)
    QTest.keyClick(after, Key.Key_Tab)
    assert QApplication.focusWidget() is panel.money.amount.field
    QTest.keyClick(panel.money.amount.field, Key.Key_Backtab)
    assert QApplication.focusWidget() is after


def test_a_letter_chooses_a_mode(panel: PlannerPanel, qtbot: QtBot) -> None:
    for key, mode in ((Key.Key_W, Mode.WITHDRAWAL), (Key.Key_B, Mode.REBALANCE), (Key.Key_D, Mode.DEPOSIT)):
        QTest.keyClick(panel, key, Modifier.AltModifier)
        qtbot.waitUntil(lambda mode=mode: panel.money.mode is mode)  # type: ignore[misc]
