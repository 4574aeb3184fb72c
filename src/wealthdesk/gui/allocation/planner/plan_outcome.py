"""What a plan comes to: how many trades, its order sheet, its totals, cash, drift, the bands, and what was left out."""

from dataclasses import replace
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from wealthdesk.domain.drift import Drift
from wealthdesk.domain.holdings import Portfolio
from wealthdesk.domain.plans import FrontierPoint, Order, Plan, TradeCount, Trades
from wealthdesk.gui import format as text
from wealthdesk.gui.allocation.planner.drift_section import DriftSection
from wealthdesk.gui.allocation.planner.figure_lines import FigureLines
from wealthdesk.gui.allocation.planner.order_lines import OrderLine, SheetLine, orders_of, sheet_lines
from wealthdesk.gui.allocation.planner.order_list import OrderList
from wealthdesk.gui.allocation.planner.plan_notes import PlanNotes
from wealthdesk.gui.allocation.planner.plan_totals import cash_lines, total_lines
from wealthdesk.gui.allocation.planner.plan_words import (
    bands_words,
    kept_of,
    left_out_words,
    nothing_words,
    placed_words,
    proof_lines,
    stays_lines,
    way_words,
)
from wealthdesk.gui.allocation.planner.trades_control import TradesControl
from wealthdesk.gui.theme import Tone
from wealthdesk.gui.widgets.buttons import link_button
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.message import Message
from wealthdesk.gui.widgets.progress_strip import ProgressStrip
from wealthdesk.gui.widgets.text import label

_FIRST: Final = 40
"""So many of the orders are listed at first, where there are more than a few more."""
_LINE: Final = 50
"""The place of what is proven, and of the search: kept while it is empty, so that nothing below it moves."""
_NOTHING: Final = "Nothing is traded"
_INSIDE: Final = "No class and no holding is outside its band, so nothing is sold"
_ALWAYS: Final = "It is sold although nothing may be outside its band"


class PlanOutcome(QWidget):
    """`show_plan` is the only method that says something; without a plan it shows today's drift and a hint."""

    def __init__(self, progress: ProgressStrip, parent: QWidget | None = None) -> None:
        """progress: the strip of the search, to be placed where the plan says what is proven."""
        super().__init__(parent)
        self.hint = label(role="body", ink="mute", wrap=True)
        self.control = TradesControl()
        self.way = label(role="strong", figures=True)
        self.proven = label(role="note", ink="mute", wrap=True)
        self._progress = progress
        self.told = Message()
        self.count = label(role="note", ink="mute2", right=True)
        self.orders = OrderList()
        self.more = link_button("")
        self._lines: list[SheetLine] = []
        self._is_whole = False
        self._known: Plan | None = None
        self.totals = FigureLines()
        self.cash_reason = label(role="small", ink="mute", wrap=True)
        self.notes = PlanNotes()
        self.cash = FigureLines()
        self._cash_section = _titled("Cash by account", self.cash)
        self.drift = DriftSection()
        self.bands = Message()
        self.left_out = _LeftOut()
        self._way = QWidget()
        self._line = self._line_of_search()
        self._sheet = self._sheet_section()
        self._totals = self._totals_section()
        self._lay_out()

    @property
    def ticked(self) -> frozenset[Order]:
        """The orders that are ticked."""
        return self.orders.sheet.ticked

    def choice_of(self, trades: int) -> TradeCount:
        """What a number of trades is to be remembered as: by its meaning where it has one."""
        known = self._known
        if known is None:
            return trades
        named = {known.closest: Trades.CLOSEST, known.fewest: Trades.FEWEST, known.best_value: Trades.BEST_VALUE}
        return named.get(trades, trades)

    def show_plan(
        self,
        portfolio: Portfolio,
        now: Drift,
        plan: Plan | None,
        hint: str = "",
        ticked: frozenset[Order] = frozenset(),
    ) -> None:
        """Show a plan with the orders that were placed, or today's drift with a hint to what makes a plan."""
        self.hint.setText(hint)
        self.hint.setVisible(plan is None and bool(hint))
        for each in (self._sheet, self._totals, self.bands, self._way):
            each.setVisible(plan is not None)
        # Not today's where there is a plan: what is excluded from plans is outside both of its drifts.
        self.drift.show_drift(portfolio, plan.before if plan else now, plan.after if plan else None)
        self.left_out.show_lines(left_out_words(plan, portfolio) if plan else [])
        lines = cash_lines(plan, portfolio) if plan else []
        self.cash.show_lines(lines)
        self._cash_section.setVisible(bool(lines))
        self.notes.show_plan(plan, portfolio)
        self._show_line(plan, portfolio)
        self.told.setVisible(False)
        if plan is not None:
            self._show_told(portfolio, plan)
            self._show_sheet(portfolio, plan, ticked)
            self._show_totals(portfolio, plan)
            self.bands.show_message(*bands_words(plan, portfolio))

    def set_stale(self, is_stale: bool) -> None:
        """Mute the figures while others are being calculated."""
        for each in (self.orders, self.drift, self.totals, self.cash, self.control):
            each.set_stale(is_stale)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._progress and event.type() in (QEvent.Type.Show, QEvent.Type.Hide):
            is_search = event.type() == QEvent.Type.Show
            self.proven.setVisible(not is_search)
            self._line.setVisible(is_search or not self._way.isHidden())
        return super().eventFilter(watched, event)

    def _lay_out(self) -> None:
        self.more.clicked.connect(self._on_more)
        self.notes.order_tabs(self.more)
        self.orders.ticked.connect(self._show_count)
        way = vertical(self._way, spacing=6)
        way.addWidget(self.control)
        way.addWidget(self.way)
        head = vertical(spacing=2)
        head.addWidget(self._way)
        head.addWidget(self._line)
        layout = vertical(self, spacing=14)
        layout.addWidget(self.hint)
        layout.addLayout(head)
        for each in (
            self.told, self._sheet, self._totals, self.notes, self._cash_section, self.drift, self.bands,
            self.left_out,
        ):  # fmt: skip
            layout.addWidget(each)

    def _line_of_search(self) -> QWidget:
        """What is proven, or the search for something closer in the same place."""
        line = QWidget()
        line.setMinimumHeight(_LINE)
        grid = QGridLayout(line)
        grid.setContentsMargins(0, 0, 0, 0)
        for each in (self.proven, self._progress):
            grid.addWidget(each, 0, 0, Qt.AlignmentFlag.AlignTop)
        policy = self.proven.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.proven.setSizePolicy(policy)
        self._progress.installEventFilter(self)
        return line

    def _sheet_section(self) -> QWidget:
        section = QWidget()
        layout = vertical(section, spacing=8)
        head = horizontal()
        head.addWidget(label("Order sheet", "section"))
        head.addWidget(self.count, 1)
        layout.addLayout(head)
        for each in (self.orders, self.more):
            layout.addWidget(each)
        return section

    def _totals_section(self) -> QWidget:
        section = QWidget()
        layout = vertical(section, spacing=2)
        layout.addWidget(self.totals)
        layout.addWidget(self.cash_reason)
        return section

    def _show_line(self, plan: Plan | None, portfolio: Portfolio) -> None:
        if plan is not None:
            known = self._known = _better_known(self._known, plan)
            count, has_more = len(plan.trades), plan.is_found_further
            self.control.show_stops(_stops(known), known.best_value, count, has_more=has_more)
            self.control.setVisible(bool(plan.trades))
            self.way.setText(way_words(len(plan.trades), kept_of(plan)))
            self.way.setVisible(bool(plan.trades))
            self.proven.setText("\n".join(proof_lines(plan, portfolio)))
        self._line.setVisible(not self._progress.isHidden() or (plan is not None and bool(plan.trades)))

    def _show_told(self, portfolio: Portfolio, plan: Plan) -> None:
        """Why nothing is traded, or nothing sold, and the other way."""
        is_always = plan.request is not None and plan.request.always
        is_told = not plan.trades or plan.keeps_inside or is_always
        self.told.setVisible(is_told)
        if not is_told:
            return
        title = _NOTHING if not plan.trades else _ALWAYS if is_always else _INSIDE
        why = "" if plan.trades else nothing_words(plan, portfolio)
        self.told.show_message(Tone.NEUTRAL, title, why)
        self.told.set_action("Sell nothing then" if is_always else "Sell all the same" if plan.keeps_inside else "")

    def _show_sheet(self, portfolio: Portfolio, plan: Plan, ticked: frozenset[Order]) -> None:
        lines = sheet_lines(plan, portfolio)
        self._show_lines(lines, ticked & {each.key for each in orders_of(lines)})
        self._sheet.setVisible(bool(lines))

    def _show_totals(self, portfolio: Portfolio, plan: Plan) -> None:
        self.totals.show_lines(total_lines(plan))
        self._totals.setVisible(bool(plan.trades or plan.amount_minor))
        why = stays_lines(plan, portfolio) if plan.trades and plan.left_in_cash_minor else []
        self.cash_reason.setText("\n".join(why))
        self.cash_reason.setVisible(bool(why))

    def _on_more(self) -> None:
        self._is_whole = not self._is_whole
        self._show_lines(self._lines, self.ticked)

    def _show_lines(self, lines: list[SheetLine], ticked: frozenset[Order]) -> None:
        """The first orders or all of them: what follows is not to be pushed out of sight by hundreds."""
        self._lines = lines
        count = len(orders_of(lines))
        is_long = count > _FIRST + 4
        self.orders.show_lines(_first(lines) if is_long and not self._is_whole else lines, ticked)
        self.more.setVisible(is_long)
        self.more.setText(f"Show the first {_FIRST}" if self._is_whole else f"Show all {text.count(count, 'order')}")
        self.more.setAccessibleName(self.more.text())
        self._show_count()

    def _show_count(self) -> None:
        self.count.setText(placed_words(len(self.ticked), len(orders_of(self._lines))))


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


def _stops(plan: Plan) -> list[FrontierPoint]:
    """The points from the fewest to the closest."""
    least = plan.fewest or 0
    return [each for each in plan.frontier if least <= each.trades and (plan.closest or each.trades) >= each.trades]


def _better_known(known: Plan | None, plan: Plan) -> Plan:
    """Which of the two knows the frontier: while it is looked for anew, that of the plan before it stays.

    Otherwise the stops would go and come again with every step of the control.
    """
    is_same = known is not None and plan.is_found_further and _asked(known) == _asked(plan)
    return known if known is not None and is_same and len(known.frontier) > len(plan.frontier) else plan


def _asked(plan: Plan) -> tuple[object, ...]:
    """What the frontier belongs to: the request but for the number of trades, and what was held."""
    request = plan.request
    options = None if request is None else replace(request.options, trades=Trades.BEST_VALUE)
    return plan.mode, plan.amount_minor, plan.before, options, request.always if request else False


def _first(lines: list[SheetLine]) -> list[SheetLine]:
    """The lines up to the last of the first orders."""
    places = [place for place, line in enumerate(lines) if isinstance(line, OrderLine)]
    return lines[: places[_FIRST - 1] + 1]


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
