"""The deposit planner: an amount in, and what it buys, what stays in cash, the drift before and after, and why."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFileDialog, QFrame, QScrollArea, QVBoxLayout, QWidget

from wealthdesk.domain.plans import Plan
from wealthdesk.domain.targets import FillMethod, Unfillable
from wealthdesk.errors import WealthDeskError
from wealthdesk.gui import format as text
from wealthdesk.gui import problems
from wealthdesk.gui.allocation.plan_outcome import PlanOutcome
from wealthdesk.gui.widgets.buttons import button
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.message import Message
from wealthdesk.gui.widgets.money_edit import MoneyEdit
from wealthdesk.gui.widgets.text import label, rule, set_look
from wealthdesk.services.plan_export import plan_csv, plan_text

if TYPE_CHECKING:
    from wealthdesk.services.allocation import Allocation
    from wealthdesk.services.desk import Desk

WIDTH = 356
_TYPING_MS = 30


class PlannerPanel(QFrame):
    """Live as you type. Nothing is kept here but the method, which belongs to the strategy."""

    targets_requested = Signal()

    def __init__(self, desk: "Desk", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "panel")
        self._desk = desk
        self._allocation: Allocation | None = None
        self._dialog: QFileDialog | None = None
        self.plan: Plan | None = None
        self.amount = MoneyEdit("Amount of the deposit", "USD", large=True)
        self.outcome = PlanOutcome()
        self.no_targets = Message(text="A deposit is spread by the targets of the scope.", action="Set targets…")
        self.copy_button = button("Copy", icon="copy")
        self.save_button = button("Save as CSV…", icon="export")
        self._timer = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._lay_out()
        self._connect()

    def show_allocation(self, allocation: "Allocation") -> None:
        """Plan for this allocation; the amount typed stays."""
        self._allocation = allocation
        self.amount.set_currency(allocation.drift.base_currency)
        self._calculate()

    def plan_for(self, amount_minor: int | None) -> None:
        """Put this amount into the field, and plan for it."""
        self.amount.set_minor(amount_minor)
        self._calculate()

    def copy(self) -> None:
        """Put the plan on the clipboard, as rows separated by tabs."""
        if self.plan is not None and self._allocation is not None:
            QGuiApplication.clipboard().setText(plan_text(self.plan, self._allocation.portfolio, text.marks()))

    def set_narrow(self, is_narrow: bool) -> None:
        """Take the width that there is, instead of that of a side panel."""
        self.setMinimumWidth(WIDTH)
        self.setMaximumWidth(16_777_215 if is_narrow else WIDTH)
        set_look(self, "kind", "" if is_narrow else "panel")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Nothing selected in the amount: Ctrl+C means the plan.
        is_copy = (
            event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.matches(QKeySequence.StandardKey.Copy)
        )
        if is_copy and not self.amount.field.hasSelectedText():
            self.copy()
            return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)

    def save_dialog(self) -> QFileDialog:
        """The dialog that asks where to save the plan."""
        dialog = QFileDialog(self, "Save the plan as CSV")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter("CSV files (*.csv)")
        dialog.setDefaultSuffix("csv")
        dialog.selectFile(f"deposit-plan-{self._desk.clock.today().isoformat()}.csv")
        return dialog

    def _lay_out(self) -> None:
        self.set_narrow(False)
        scroller = QScrollArea()
        scroller.setWidgetResizable(True)
        scroller.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroller.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroller.setWidget(self._results())
        scroller.verticalScrollBar().rangeChanged.connect(self._on_scroll_range)
        layout = vertical(self, spacing=0, margins=(1, 20, 0, 0))
        layout.addLayout(self._head())
        layout.addWidget(scroller, 1)
        layout.addLayout(self._foot())

    def _head(self) -> QVBoxLayout:
        head = vertical(spacing=2, margins=(19, 0, 20, 12))
        head.addWidget(label("Deposit planner", "panel"))
        head.addWidget(label("Calculated from your targets. Nothing is submitted.", "note", "mute", wrap=True))
        head.addSpacing(12)
        head.addWidget(self.amount)
        return head

    def _results(self) -> QWidget:
        results = QWidget()
        self._results_layout = vertical(results, spacing=12, margins=(19, 4, 20, 16))
        self._results_layout.addWidget(self.no_targets)
        self._results_layout.addWidget(self.outcome)
        self._results_layout.addStretch()
        return results

    def _foot(self) -> QVBoxLayout:
        foot = vertical(spacing=0, margins=(19, 0, 20, 20))
        foot.addWidget(rule())
        foot.addSpacing(14)
        row = horizontal(spacing=8)
        row.addWidget(self.copy_button)
        row.addWidget(self.save_button)
        row.addStretch()
        foot.addLayout(row)
        return foot

    def _connect(self) -> None:
        self.amount.edited.connect(self._on_edited)
        self.amount.field.installEventFilter(self)
        self._timer.timeout.connect(self._calculate)
        self.copy_button.clicked.connect(self.copy)
        self.save_button.clicked.connect(self._on_save)
        self.no_targets.action_clicked.connect(self.targets_requested)
        self.outcome.method.method_chosen.connect(self._on_method)
        self.outcome.method.unfillable_chosen.connect(self._on_unfillable)

    def _calculate(self) -> None:
        self._timer.stop()
        allocation = self._allocation
        if allocation is None:
            return
        amount = self.amount.minor()
        if amount is None and self.amount.problem():
            # What was typed is no amount: the last plan stays, muted, beside the sentence below the field.
            self._show_stale(True)
            return
        has_targets = allocation.drift.has_targets
        self.plan = self._desk.plans.deposit(allocation, amount) if amount and has_targets else None
        self._show(allocation)

    def _change(self, *, method: FillMethod | None = None, unfillable: Unfillable | None = None) -> None:
        strategy = self._allocation.strategy if self._allocation else None
        if strategy is None:
            return
        changed = replace(
            strategy, fill_method=method or strategy.fill_method, unfillable=unfillable or strategy.unfillable
        )
        try:
            self._desk.targets.change(changed)
        except WealthDeskError as refusal:
            self.outcome.method.show_strategy(strategy)
            problems.show(refusal, self)

    def _on_edited(self) -> None:
        self._show_stale(True)
        self._timer.start()

    def _on_scroll_range(self, _: int, most: int) -> None:
        # The scroll bar, 10 px wide, lies in the margin.
        self._results_layout.setContentsMargins(19, 4, 10 if most else 20, 16)

    def _on_method(self, method: FillMethod) -> None:
        self._change(method=method)

    def _on_unfillable(self, unfillable: Unfillable) -> None:
        self._change(unfillable=unfillable)

    def _on_save(self) -> None:
        self._dialog = self.save_dialog()
        self._dialog.fileSelected.connect(self._on_file_chosen)
        self._dialog.open()

    def _on_file_chosen(self, path: str) -> None:
        if self.plan is not None and self._allocation is not None:
            content = plan_csv(self.plan, self._allocation.portfolio, text.marks())
            try:
                self._desk.exports.save(Path(path), content)
            except WealthDeskError as refusal:
                problems.show(refusal, self, title="The plan was not saved")

    def _show(self, allocation: "Allocation") -> None:
        has_targets = allocation.drift.has_targets
        self.no_targets.show_message(
            self.no_targets.tone, f"{allocation.scope_name} has no targets yet", self.no_targets.text
        )
        self.no_targets.setVisible(not has_targets)
        self.outcome.setVisible(has_targets)
        if allocation.strategy is not None and has_targets:
            self.outcome.show_plan(allocation.portfolio, allocation.strategy, allocation.drift, self.plan)
        self._show_stale(False)

    def _show_stale(self, is_stale: bool) -> None:
        self.outcome.set_stale(is_stale)
        for each in (self.copy_button, self.save_button):
            each.setEnabled(self.plan is not None and not is_stale)
            each.setToolTip("" if self.plan else "There is no plan yet. Type an amount.")
