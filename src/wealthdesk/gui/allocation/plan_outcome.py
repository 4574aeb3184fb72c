"""What a plan comes to: its trades, its totals, cash and drift before and after, the bands, and what was left out."""

from typing import Final

from PySide6.QtWidgets import QWidget

from wealthdesk.domain.drift import Drift
from wealthdesk.domain.holdings import Portfolio
from wealthdesk.domain.plans import Plan
from wealthdesk.gui import format as text
from wealthdesk.gui.allocation.drift_section import DriftSection
from wealthdesk.gui.allocation.figure_lines import FigureLines
from wealthdesk.gui.allocation.plan_lines import PlanLine, plan_lines
from wealthdesk.gui.allocation.plan_list import PlanList
from wealthdesk.gui.allocation.plan_totals import cash_lines, total_lines
from wealthdesk.gui.allocation.plan_words import (
    bands_words,
    cash_words,
    count_words,
    left_out_words,
    proven_words,
)
from wealthdesk.gui.widgets.buttons import link_button
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.message import Message
from wealthdesk.gui.widgets.text import label, rule

_FIRST: Final = 8
"""So many of the trades are listed at first, where there are more than a few more."""


class PlanOutcome(QWidget):
    """`show_plan` is the only method that says something; without a plan it shows today's drift and a hint."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.hint = label(role="body", ink="mute", wrap=True)
        self.count = label(role="note", ink="mute", right=True)
        self.trades = PlanList()
        self.more = link_button("")
        self._lines: list[PlanLine] = []
        self._is_whole = False
        self.totals = FigureLines()
        self.cash_reason = label(role="small", ink="mute", wrap=True)
        self.proven = label(role="small", ink="mute", wrap=True)
        self.cash = FigureLines()
        self._cash_section = _titled("Cash before and after", self.cash)
        self.drift = DriftSection()
        self.bands = Message()
        self.left_out = _LeftOut()
        self._plan = self._plan_section()
        self.more.clicked.connect(self._on_more)
        layout = vertical(self, spacing=16)
        for each in (self.hint, self._plan, self._cash_section, self.drift, self.bands, self.left_out):
            layout.addWidget(each)

    def show_plan(self, portfolio: Portfolio, now: Drift, plan: Plan | None, hint: str = "") -> None:
        """Show a plan, or today's drift when there is none, with a hint to what makes one."""
        self.hint.setText(hint)
        self.hint.setVisible(plan is None and bool(hint))
        self._plan.setVisible(plan is not None)
        self.bands.setVisible(plan is not None)
        # Not today's where there is a plan: what is excluded from plans is outside both of its drifts.
        self.drift.show_drift(portfolio, plan.before if plan else now, plan.after if plan else None)
        self.left_out.show_lines(left_out_words(plan, portfolio) if plan else [])
        lines = cash_lines(plan, portfolio) if plan else []
        self.cash.show_lines(lines)
        self._cash_section.setVisible(bool(lines))
        if plan is not None:
            self._show_trades(portfolio, plan)
            self.bands.show_message(*bands_words(plan, portfolio))

    def set_stale(self, is_stale: bool) -> None:
        """Mute the figures while others are being calculated."""
        for each in (self.trades, self.drift, self.totals, self.cash):
            each.set_stale(is_stale)

    def _plan_section(self) -> QWidget:
        section = QWidget()
        layout = vertical(section, spacing=0)
        head = horizontal(margins=(0, 0, 0, 8))
        head.addWidget(label("Plan", "strong"))
        head.addWidget(self.count, 1)
        layout.addLayout(head)
        layout.addWidget(self.trades)
        layout.addWidget(self.more)
        layout.addWidget(rule())
        layout.addSpacing(8)
        layout.addWidget(self.totals)
        layout.addWidget(self.cash_reason)
        layout.addSpacing(4)
        layout.addWidget(self.proven)
        return section

    def _show_trades(self, portfolio: Portfolio, plan: Plan) -> None:
        self.count.setText(count_words(plan))
        self._show_lines(plan_lines(plan, portfolio))
        self.totals.show_lines(total_lines(plan))
        for each, words in ((self.cash_reason, cash_words(plan, portfolio)), (self.proven, proven_words(plan))):
            each.setText(words)
            each.setVisible(bool(words))

    def _on_more(self) -> None:
        self._is_whole = not self._is_whole
        self._show_lines(self._lines)

    def _show_lines(self, lines: list[PlanLine]) -> None:
        """The first trades or all of them: what follows is not to be pushed out of sight by hundreds."""
        self._lines = lines
        is_long = len(lines) > _FIRST + 4
        self.trades.show_lines(lines[:_FIRST] if is_long and not self._is_whole else lines)
        self.more.setVisible(is_long)
        self.more.setText(
            f"Show the first {_FIRST}" if self._is_whole else f"Show all {text.count(len(lines), 'trade')}"
        )
        self.more.setAccessibleName(self.more.text())


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


def _titled(title: str, inside: QWidget) -> QWidget:
    section = QWidget()
    layout = vertical(section, spacing=7)
    layout.addWidget(label(title, "strong"))
    layout.addWidget(inside)
    return section
