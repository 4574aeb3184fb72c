"""The dialog that records a plan: its trades as they were carried out, and the cash that they leave."""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QWidget

from wealthdesk.domain.plans import AccountCash, Order, Plan, Side
from wealthdesk.errors import PortfolioChanged, WealthDeskError
from wealthdesk.gui import format as text
from wealthdesk.gui import problems
from wealthdesk.gui.allocation.planner.plan_outcome import FigureLine, FigureLines
from wealthdesk.gui.allocation.recorded.fill_table import FillHead, FillTable, fill_lines, first_problem
from wealthdesk.gui.theme import Tone
from wealthdesk.gui.widgets.buttons import button, primary_button
from wealthdesk.gui.widgets.fields import DateEdit
from wealthdesk.gui.widgets.layouts import fit_height, grow_height, horizontal, vertical
from wealthdesk.gui.widgets.message import Message
from wealthdesk.gui.widgets.text import ShortLabel, frame, label, rule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wealthdesk.domain.drift import Allocation
    from wealthdesk.domain.plans import Fill
    from wealthdesk.domain.schedule import DepositDate
    from wealthdesk.gui.allocation.recorded.fill_table import FillRow
    from wealthdesk.services.desk import Desk

_TYPING_MS: Final = 30
_MOST_ROWS: Final = 12
"""More of them scroll."""
_WIDE: Final = 960
_LEAST: Final = 360
_LEAST_TABLE: Final = 160
_PLAN_AGAIN: Final = "&Plan again"
_ALL_CASH: Final = "Cash of these accounts"
_SUBTITLE: Final = "Write what the broker really filled. Untick what was not placed. One Ctrl+Z takes all of it back."


def moved(cash: AccountCash, lines: "Sequence[FillRow]") -> tuple[int, int, int]:
    """What comes into an account, is paid out and is spent by its lines as typed, in minor units of the base currency.

    Cash and what each sale brings are rounded one by one: where nothing is spent, what the cash rises by came in.
    """
    went, rise = max(0, -cash.new_minor), cash.after_minor - cash.before_minor
    if not any(each.fill.side is Side.BUY or each.filled.fee_minor for each in lines):
        return rise + went, went, 0
    came = max(0, cash.new_minor) + sum(each.base_minor or 0 for each in lines if each.fill.side is Side.SELL)
    return came, went, came - went - rise


class RecordDialog(QDialog):
    """Records first, then closes: a refusal leaves it open with its input."""

    recorded = Signal(object)
    """RecordedPlan"""
    plan_requested = Signal()
    """The holdings are not those of the plan any more: it is to be made again. The dialog has closed."""

    def __init__(
        self,
        desk: "Desk",
        plan: Plan,
        allocation: "Allocation",
        parent: QWidget | None = None,
        *,
        placed: frozenset[Order] = frozenset(),
        due: "DepositDate | None" = None,
    ) -> None:
        """placed: the orders that were ticked: exactly these are taken in, all where none was.

        due: the date of a planned deposit that this is, which recording ticks off.
        """
        super().__init__(parent)
        self._due = due
        self._desk, self._plan, self._allocation = desk, plan, allocation
        self.setWindowTitle("Record this plan")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.table = FillTable(self)
        self.cash = FigureLines(parent=self)
        self._heading = label(role="panel")
        self._problem = Message(Tone.ERROR, action="")
        self._problem.hide()
        self._why_not = ShortLabel(role="note", ink="mute")
        self.day = DateEdit("Day the orders were carried out", desk.clock.today(), self)
        self.day.setMaximumDate(self.day.date())
        self.record_button = primary_button("&Record")
        self.cancel = button("Canc&el")
        self._timer = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._lay_out()
        self._connect()
        fills = desk.recorded_plans.fills_of(plan, allocation)
        self._before = fill_lines(plan, fills, allocation.portfolio, placed)
        self.table.show_lines(self._before)
        self.table.fit_rows(_MOST_ROWS)
        self._show_lines()
        fit_height(self)
        self.table.setMinimumHeight(min(self.table.maximumHeight(), _LEAST_TABLE))
        self.table.setFocus()

    @property
    def problem(self) -> str:
        """What stands in the way, "" when nothing does."""
        return "" if self._problem.isHidden() else self._problem.title

    def accept(self) -> None:
        """Record, then close."""
        self.table.finish_editing()
        self._timer.stop()
        self._show_lines()
        if not self.record_button.isEnabled():
            return
        try:
            kept = self._desk.recorded_plans.record(
                self._plan, self._allocation, self._fills(), due=self._due, on=self.day.value()
            )
        except PortfolioChanged as refusal:
            self._show_problem(str(refusal), action=_PLAN_AGAIN)
            return
        except WealthDeskError as refusal:
            # It is not of the lines, so nothing that is typed takes it away: a full disk, say.
            self._show_problem(str(refusal), can_try_again=True)
            return
        super().accept()
        self.recorded.emit(kept)

    def reject(self) -> None:
        """Close; ask first if something was changed, also in a cell that is still being edited."""
        self.table.finish_editing()
        if self.table.lines == self._before and self.day.value() == self._desk.clock.today():
            super().reject()
            return
        box = problems.ask(
            "Leave without recording?", "What you changed here is lost.", "&Discard", self, no="&Keep editing"
        )
        box.accepted.connect(self._on_discarded)

    def _fills(self) -> "list[Fill]":
        return [line.filled for line in self.table.lines if line.is_included]

    def _lay_out(self) -> None:
        self.setMinimumSize(_WIDE, _LEAST)
        outer = vertical(self, spacing=0)
        body = vertical(spacing=12, margins=(24, 20, 24, 20))
        heading = vertical(spacing=3)
        heading.addWidget(self._heading)
        heading.addWidget(label(_SUBTITLE, "body", "mute2", wrap=True))
        body.addLayout(heading)
        body.addWidget(self.table, 100)
        body.addWidget(rule())
        body.addWidget(self.cash)
        body.addWidget(self._problem)
        body.addStretch(1)
        outer.addLayout(body, 1)
        foot = frame("foot")
        row = horizontal(foot, spacing=8, margins=(24, 14, 24, 14))
        day = label("&Day", "note", "mute2")
        day.setBuddy(self.day)
        row.addWidget(day)
        row.addWidget(self.day)
        row.addSpacing(8)
        row.addWidget(self._why_not, 1)
        row.addWidget(self.cancel)
        row.addWidget(self.record_button)
        outer.addWidget(foot)

    def _connect(self) -> None:
        self.table.edited.connect(self._on_edited)
        self._timer.timeout.connect(self._show_lines)
        self.record_button.clicked.connect(self.accept)
        self.cancel.clicked.connect(self.reject)
        self._problem.action_clicked.connect(self._on_plan_again)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self).activated.connect(self.accept)

    def _on_edited(self) -> None:
        self.record_button.setEnabled(False)
        self._timer.start()

    def _on_discarded(self) -> None:
        super().reject()

    def _on_plan_again(self) -> None:
        super().reject()
        self.plan_requested.emit()

    def _show_lines(self) -> None:
        """What the lines come to: the cash after, or what stands in the way."""
        lines = self.table.lines
        count = sum(line.is_included for line in lines)
        words = f"Record {text.count(count, 'order')}" if count else "Record"
        self._heading.setText(words)
        self.record_button.setText(f"&{words}")
        self.record_button.setAccessibleName(words)
        sentence = first_problem(lines)
        if not sentence:
            sentence = self._show_cash()
        self.cash.set_stale(bool(sentence))
        self._show_problem(sentence)

    def _show_cash(self) -> str:
        """Show the cash before and after; the sentence of why that cannot be."""
        try:
            found = self._desk.recorded_plans.preview(self._plan, self._allocation, self._fills())
        except WealthDeskError as refusal:
            return str(refusal)
        base = self._plan.base_currency
        self.table.show_heads({each.account_id or "": self._head(each) for each in found})
        before, after = sum(each.before_minor for each in found), sum(each.after_minor for each in found)
        self.cash.show_lines([FigureLine(_ALL_CASH, text.money(after, base), before=text.money(before, base))])
        return ""

    def _head(self, cash: AccountCash) -> FillHead:
        """What the money of an account does: what comes in and what is spent of it add up to its cash after."""
        base = self._plan.base_currency
        mine = [each for each in self.table.lines if each.is_included and each.fill.account_id == cash.account_id]
        came, went, spent = moved(cash, mine)
        said = [
            f"{words} {'+' if minor > 0 else text.MINUS}{text.amount(abs(minor), base)}"
            for words, minor in (("in", came), ("paid out", -went), ("spent", -spent))
            if minor
        ]
        then = f"cash {text.money(cash.before_minor, base)} {text.ARROW} {text.money(cash.after_minor, base)}"
        return FillHead(self._allocation.portfolio.accounts[cash.account_id or ""].name, " · ".join(said), then)

    def _show_problem(self, sentence: str, *, action: str = "", can_try_again: bool = False) -> None:
        self._problem.show_message(Tone.ERROR, sentence)
        self._problem.set_action(action)
        self._problem.setVisible(bool(sentence))
        self.record_button.setEnabled(can_try_again or not sentence)
        is_in_the_way = bool(sentence) and not can_try_again
        self._why_not.show_words("Nothing is recorded while this stands in the way." if is_in_the_way else "")
        grow_height(self)
