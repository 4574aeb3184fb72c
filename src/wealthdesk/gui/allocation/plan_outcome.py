"""What a plan comes to: its trades, what stays in cash, the drift, the bands, what was left out, and the method."""

from typing import Final

from PySide6.QtWidgets import QGridLayout, QWidget

from wealthdesk.domain.drift import Drift
from wealthdesk.domain.holdings import Portfolio
from wealthdesk.domain.plans import Plan
from wealthdesk.domain.targets import Strategy
from wealthdesk.gui import format as text
from wealthdesk.gui.allocation.drift_section import DriftSection
from wealthdesk.gui.allocation.method_section import MethodSection
from wealthdesk.gui.allocation.plan_list import PlanList
from wealthdesk.gui.allocation.plan_words import PlanLine, bands_words, cash_words, left_out_words, plan_lines
from wealthdesk.gui.widgets.buttons import link_button
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.message import Message
from wealthdesk.gui.widgets.text import label, rule, set_ink

_FIRST: Final = 8
"""So many of the trades are listed at first, where there are more than a few more."""


class PlanOutcome(QWidget):
    """`show_plan` is the only method that says something; without a plan it shows today's drift and a hint."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.hint = label("Type an amount to see what it buys.", "body", "mute", wrap=True)
        self._count = label(role="note", ink="mute", right=True)
        self.trades = PlanList()
        self.more = link_button("")
        self._lines: list[PlanLine] = []
        self._is_whole = False
        self.allocated = label(role="strong", figures=True, right=True)
        self.left = label(figures=True, right=True)
        self._left_words = label("Left in cash", ink="mute")
        self.cash_reason = label(role="small", ink="mute", wrap=True)
        self.drift = DriftSection()
        self.bands = Message()
        self.left_out = _LeftOut()
        self.method = MethodSection()
        self._plan = self._plan_section()
        self.more.clicked.connect(self._on_more)
        layout = vertical(self, spacing=16)
        for each in (self.hint, self._plan, self.drift, self.bands, self.left_out, self.method):
            layout.addWidget(each)

    def show_plan(self, portfolio: Portfolio, strategy: Strategy, now: Drift, plan: Plan | None) -> None:
        """Show a plan, or today's drift when there is none."""
        self.hint.setVisible(plan is None)
        self._plan.setVisible(plan is not None)
        self.bands.setVisible(plan is not None)
        self.drift.show_drift(portfolio, now, plan.after if plan else None)
        self.left_out.show_lines(left_out_words(plan, portfolio) if plan else [])
        self.method.show_strategy(strategy)
        if plan is not None:
            self._show_trades(portfolio, plan)
            self.bands.show_message(*bands_words(plan, portfolio))

    def set_stale(self, is_stale: bool) -> None:
        """Mute the figures while others are being calculated."""
        self.trades.set_stale(is_stale)
        self.drift.set_stale(is_stale)
        for each in (self.allocated, self.left):
            set_ink(each, "mute" if is_stale else "ink")

    def _plan_section(self) -> QWidget:
        section = QWidget()
        layout = vertical(section, spacing=0)
        head = horizontal(margins=(0, 0, 0, 8))
        head.addWidget(label("Plan", "strong"))
        head.addWidget(self._count, 1)
        layout.addLayout(head)
        layout.addWidget(self.trades)
        layout.addWidget(self.more)
        layout.addWidget(rule())
        layout.addSpacing(8)
        layout.addLayout(self._totals())
        layout.addWidget(self.cash_reason)
        return section

    def _totals(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(3)
        grid.addWidget(label("Allocated", "strong"), 0, 0)
        grid.addWidget(self.allocated, 0, 1)
        grid.addWidget(self._left_words, 1, 0)
        grid.addWidget(self.left, 1, 1)
        return grid

    def _show_trades(self, portfolio: Portfolio, plan: Plan) -> None:
        lines = plan_lines(plan, portfolio)
        self._count.setText(text.count(len(lines), "purchase"))
        self._show_lines(lines)
        self.allocated.setText(text.money(plan.allocated_minor, plan.base_currency))
        self.left.setText(text.money(plan.left_in_cash_minor, plan.base_currency))
        reason = cash_words(plan, portfolio)
        self.cash_reason.setText(reason)
        self.cash_reason.setVisible(bool(reason))

    def _on_more(self) -> None:
        self._is_whole = not self._is_whole
        self._show_lines(self._lines)

    def _show_lines(self, lines: list[PlanLine]) -> None:
        """The first trades or all of them: what follows is not to be pushed out of sight by hundreds."""
        self._lines = lines
        is_long = len(lines) > _FIRST + 4
        self.trades.show_lines(lines[:_FIRST] if is_long and not self._is_whole else lines)
        self.more.setVisible(is_long)
        self.more.setText(f"Show the first {_FIRST}" if self._is_whole else f"Show all {len(lines)}")
        self.more.setAccessibleName(f"{self.more.text()} purchases")


class _LeftOut(QWidget):
    """What takes no part, one pair of lines per reason."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: list[tuple[str, str]] = []
        self._layout = vertical(self, spacing=6)
        self._layout.addWidget(label("Left out", "strong"))
        self._shown: list[QWidget] = []

    def show_lines(self, lines: list[tuple[str, str]]) -> None:
        self.setVisible(bool(lines))
        if lines == self._lines:
            return
        self._lines = lines
        for each in self._shown:
            self._layout.removeWidget(each)
            each.deleteLater()
        self._shown = [_left_out_line(*line) for line in lines]
        for each in self._shown:
            self._layout.addWidget(each)


def _left_out_line(names: str, why: str) -> QWidget:
    line = QWidget()
    layout = vertical(line, spacing=0)
    layout.addWidget(label(names, "note", wrap=True))
    layout.addWidget(label(why, "small", "mute", wrap=True))
    return line
