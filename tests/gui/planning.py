"""What the tests of the planner share: typing into the panel, waiting for its plan, and reading what it says."""

from typing import ClassVar

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot

from wealthdesk.changes import EVERYTHING, Changes
from wealthdesk.domain.accounts import ALL_PORTFOLIO, Scope
from wealthdesk.domain.plans import Mode, Plan, PlanOptions, PlanRequest
from wealthdesk.gui.allocation.planner.order_list import HeadLine, orders_of
from wealthdesk.gui.allocation.planner.planner_panel import PlannerPanel
from wealthdesk.gui.page import Bus, Page
from wealthdesk.gui.widgets.choices import Combo, Segment
from wealthdesk.gui.widgets.layouts import horizontal
from wealthdesk.services.desk import Desk

_LONGEST_MS = 60_000
"""A plan that is searched for, on a busy machine."""

Key, Modifier = Qt.Key, Qt.KeyboardModifier


class PlannerAlone(Page):
    """A page of the planner alone: to paint the classes beside it takes longer than all that it says of a plan."""

    shows: ClassVar[Changes] = EVERYTHING

    def __init__(self, desk: Desk, bus: Bus) -> None:
        super().__init__(bus)
        self._desk = desk
        self._scope: Scope = ALL_PORTFOLIO
        self.panel = PlannerPanel(desk, self)
        horizontal(self).addWidget(self.panel)
        self.resize(self.panel.minimumWidth(), 832)

    def choose_scope(self, scope: Scope) -> None:
        """Plan for an account, or for the whole portfolio (None)."""
        self._scope = scope
        self.mark_stale()

    def refresh(self) -> None:
        self.panel.show_allocation(self._desk.allocations.of(self._scope))


def settle(panel: PlannerPanel, qtbot: QtBot) -> None:
    """Wait for the plan of what is typed."""
    qtbot.waitUntil(lambda: panel.is_settled, timeout=_LONGEST_MS)


def type_over(field: QWidget, typed: str) -> None:
    """Put other words into a field, key by key."""
    QTest.keyClick(field, Key.Key_A, Modifier.ControlModifier)
    QTest.keyClick(field, Key.Key_Delete)
    QTest.keyClicks(field, typed)


def type_in(panel: PlannerPanel, typed: str, qtbot: QtBot) -> None:
    """Type an amount, and wait for its plan."""
    type_over(panel.money.amount.field, typed)
    settle(panel, qtbot)


def press(segment: Segment, key: str) -> None:
    """Press one of the choices of a segment."""
    segment.button(key).click()


def choose(combo: Combo, words: str) -> None:
    """Choose a line of a drop-down list, as a click on it does."""
    place = combo.findText(words)
    assert place >= 0, f"{words} is not offered"
    combo.setCurrentIndex(place)
    combo.activated.emit(place)


def go_to_mode(panel: PlannerPanel, mode: Mode, qtbot: QtBot) -> None:
    """Press the button of a mode, and wait for its plan."""
    press(panel.money.segment, mode.value)
    settle(panel, qtbot)


def said(panel: PlannerPanel) -> list[str]:
    """The orders, in words."""
    return [line.sentence for line in orders_of(panel.outcome.orders.lines)]


def heads(panel: PlannerPanel) -> list[str]:
    """The heads of the accounts, in words."""
    return [line.sentence for line in panel.outcome.orders.lines if isinstance(line, HeadLine)]


def totals(panel: PlannerPanel) -> dict[str, str]:
    """What the plan comes to, in words."""
    return {line.words: line.figure for line in panel.outcome.totals.lines}


def is_muted(panel: PlannerPanel) -> bool:
    """Whether the figures are of what was typed before."""
    return panel.outcome.is_stale


def kept_options(desk: Desk, strategy_id: str = "default_all_portfolio") -> PlanOptions:
    """The options that are remembered with a strategy."""
    return desk.plan_options.of(strategy_id)


def total_minor(desk: Desk) -> int:
    """What the whole portfolio is worth, in minor units."""
    return desk.allocations.of(None).drift.total_minor


def deposit_plan(desk: Desk) -> Plan:
    """The plan for a deposit of 20,000, without a page that it is typed into."""
    return plan_of(desk, PlanRequest(Mode.DEPOSIT, {None: 2_000_000}))


def plan_of(desk: Desk, request: PlanRequest) -> Plan:
    """The plan for a request."""
    rules = desk.rules
    return desk.plans.calculate(desk.allocations.of(None), request, rules.as_of_today(), rules.lots())


def shown_buttons(root: QWidget) -> list[QAbstractButton]:
    """The buttons in sight."""
    return [each for each in root.findChildren(QAbstractButton) if each.isVisibleTo(root)]
