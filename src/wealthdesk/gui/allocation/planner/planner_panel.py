"""The planner: money in or out, or neither, and what it buys and sells, cash and drift before and after, and why."""

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from wealthdesk.domain.order_sheet import signature
from wealthdesk.domain.plans import Goal, Mode, Order, Plan, PlanOptions, PlanRequest
from wealthdesk.domain.targets import FillMethod, Unfillable
from wealthdesk.domain.valuation import conversions
from wealthdesk.errors import WealthDeskError
from wealthdesk.gui import problems
from wealthdesk.gui.allocation.planner.options_section import OptionsSection, idle_words
from wealthdesk.gui.allocation.planner.order_lines import OrderLine
from wealthdesk.gui.allocation.planner.plan_actions import PlanActions
from wealthdesk.gui.allocation.planner.plan_calculation import PlanCalculation
from wealthdesk.gui.allocation.planner.plan_money import PlanMoney
from wealthdesk.gui.allocation.planner.plan_outcome import PlanOutcome
from wealthdesk.gui.allocation.planner.plan_words import MODES, ready_words
from wealthdesk.gui.allocation.planner.sheet_changes import SheetChanges
from wealthdesk.gui.allocation.planner.to_add_message import ToAddMessage
from wealthdesk.gui.allocation.recorded.recorded_message import RecordedMessage
from wealthdesk.gui.read_only import keep_off
from wealthdesk.gui.spoken import announce
from wealthdesk.gui.theme import Tone
from wealthdesk.gui.widgets.buttons import link_button
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.message import Message
from wealthdesk.gui.widgets.progress_strip import ProgressStrip
from wealthdesk.gui.widgets.text import label, set_look

if TYPE_CHECKING:
    from wealthdesk.domain.drift import Allocation
    from wealthdesk.domain.plans import RecordedPlan
    from wealthdesk.services.desk import Desk

WIDTH: Final = 356
_TYPING_MS: Final = 30
_SEARCH_MS: Final = 150
"""Where a plan has to be searched for, the next key is waited for a little longer."""
_HINTS: Final = {
    Mode.DEPOSIT: "Type an amount to see what it buys.",
    Mode.WITHDRAWAL: "Type an amount to see what is sold for it.",
    Mode.REBALANCE: "",
}
_STALE: Final = "The figures are of what was typed before."
_BUSY: Final = "A closer plan is still looked for. Stop takes this one."


class PlannerPanel(QFrame):
    """Live as you type. Nothing is kept here but the options, which belong to the strategy."""

    targets_requested = Signal()
    record_requested = Signal()
    """Record the plan that is shown."""
    recorded_plans_requested = Signal()

    def __init__(self, desk: "Desk", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "panel")
        self._desk = desk
        self._allocation: Allocation | None = None
        self._kept = PlanOptions()
        self._has_chosen_trades = False
        self._always = False
        self.plan: Plan | None = None
        self.money = PlanMoney()
        self.options = OptionsSection()
        self.to_add = ToAddMessage()
        self.no_targets = Message(text="A plan is calculated from the targets of the scope.", action="Set targets…")
        self.refusal = Message(Tone.ERROR)
        self.recorded = RecordedMessage(desk)
        self.changes = SheetChanges(desk)
        self.foot = PlanActions(desk)
        self.recorded_button = link_button("Recorded &plans…")
        self.progress = ProgressStrip("Looking for a closer one…")
        self.progress.bar.setMinimumWidth(30)
        self.outcome = PlanOutcome(self.progress)
        self.calculation = PlanCalculation(self.progress, self)
        self._timer = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._mode_line = label(role="note", ink="mute", wrap=True)
        self._lay_out()
        self._connect()
        for key, step in (("[", self._on_fewer), ("]", self._on_more)):
            QShortcut(QKeySequence(key), self).activated.connect(step)
        self.outcome.orders.can_change = self.outcome.notes.can_change = not desk.is_read_only
        keep_off(desk, self.no_targets.button, self.recorded.button, self.foot.record_button, self.options.method)

    @property
    def allocation(self) -> "Allocation | None":
        """What is planned for."""
        return self._allocation

    @property
    def is_settled(self) -> bool:
        """Whether what is shown is the plan for what is typed, and no closer one is looked for."""
        return not self._timer.isActive() and not self.calculation.is_busy

    def show_allocation(self, allocation: "Allocation") -> None:
        """Plan for this allocation; what is typed and chosen stays."""
        self._allocation = allocation
        accounts = allocation.portfolio.accounts.values()
        in_scope = [each for each in accounts if not each.is_archived and allocation.scope in (None, each.id)]
        portfolio = allocation.portfolio
        self.money.show_accounts(
            in_scope, portfolio.base_currency, conversions(portfolio.rates, portfolio.base_currency)
        )
        self.money.amounts_list.order_tabs(self.options.toggle)
        self._show_options()
        self.recorded.refresh()
        self.changes.refresh()
        self._calculate()

    def plan_for(self, amount_minor: int | None, mode: Mode = Mode.DEPOSIT) -> None:
        """Put this amount into the field of a mode, and plan for it."""
        self.money.set_mode(mode)
        self.money.set_amount(amount_minor)
        self._on_mode()

    def show_recorded(self, recorded: "RecordedPlan") -> None:
        """Say that a plan was recorded, with the way back; what was typed for it is done with."""
        self.changes.forget()
        self.recorded.show_plan(recorded)
        self.money.set_amount(None)
        self._calculate()
        self.money.focus_first()

    def set_narrow(self, is_narrow: bool) -> None:
        """Take the width that there is, instead of that of a side panel."""
        self.setMinimumWidth(WIDTH)
        self.setMaximumWidth(16_777_215 if is_narrow else WIDTH)
        set_look(self, "kind", "" if is_narrow else "panel")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        field = self.money.amount.field
        if isinstance(event, QKeyEvent):
            # Nothing selected in the amount: Ctrl+C means the plan.
            is_key, is_override = (
                event.type() is each for each in (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride)
            )
            if is_key and event.matches(QKeySequence.StandardKey.Copy) and not field.hasSelectedText():
                self.foot.copy()
                return True
            # Nothing typed that could be taken back: Ctrl+Z means what was recorded.
            if is_override and event.matches(QKeySequence.StandardKey.Undo) and not field.isUndoAvailable():
                event.ignore()
                return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.foot.copy()
        else:
            super().keyPressEvent(event)

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
        layout.addWidget(self.foot)

    def _head(self) -> QVBoxLayout:
        head = vertical(spacing=2, margins=(19, 0, 20, 10))
        title = horizontal(spacing=4)
        title.addWidget(label("Planner", "panel"), 1)
        title.addWidget(self.recorded_button)
        head.addLayout(title)
        head.addWidget(self._mode_line)
        head.addSpacing(8)
        head.addWidget(self.money)
        head.addSpacing(6)
        head.addLayout(self._lots())
        return head

    def _lots(self) -> QHBoxLayout:
        row = horizontal(spacing=4)
        row.addWidget(self.options.lots, 1)
        row.addWidget(self.options.toggle)
        return row

    def _results(self) -> QWidget:
        results = QWidget()
        self._results_layout = vertical(results, spacing=14, margins=(19, 4, 20, 16))
        for each in (
            self.money.amounts_list, self.options, self.no_targets, self.recorded, self.changes, self.refusal,
            self.to_add, self.outcome,
        ):  # fmt: skip
            self._results_layout.addWidget(each)
        self._results_layout.addStretch()
        for each in (self.recorded, self.refusal, self.to_add):
            each.hide()
        return results

    def _connect(self) -> None:
        for each in (self.money.edited, self.options.edited):
            each.connect(self._on_edited)
        self.money.mode_chosen.connect(self._on_mode)
        self.money.place_chosen.connect(self._on_chosen)
        self.money.goal_chosen.connect(self._on_goal)
        self.money.amount.field.installEventFilter(self)
        self.options.chosen.connect(self._on_options)
        self.options.method.method_chosen.connect(self._on_method)
        self.options.method.unfillable_chosen.connect(self._on_unfillable)
        self._timer.timeout.connect(self._on_typed)
        self.outcome.control.chosen.connect(self._on_trades)
        self.outcome.orders.ticked.connect(self._on_ticked)
        self.outcome.orders.not_here.connect(self._on_not_here)
        self.outcome.told.action_clicked.connect(self._on_always)
        self.outcome.notes.room_given.connect(self.changes.give_room)
        self.outcome.notes.allowed.connect(self._on_allowed)
        self.outcome.notes.whole_chosen.connect(self.changes.trade_whole)
        self.calculation.planned.connect(self._on_planned)
        self.calculation.ended.connect(self._on_ended)
        self.calculation.refused.connect(self._on_refused)
        self.no_targets.action_clicked.connect(self.targets_requested)
        self.to_add.deposit_requested.connect(self.plan_for)
        self.foot.record_requested.connect(self.record_requested)
        self.recorded_button.clicked.connect(self.recorded_plans_requested)

    def _calculate(self) -> None:
        self._timer.stop()
        allocation, options = self._allocation, self.options.options()
        if allocation is None:
            return
        if self.money.problem or options is None:
            # What was typed is no amount: the last plan stays, muted, beside the sentence below the field.
            self._show_stale(True)
            return
        self._show_frame(allocation)
        request = PlanRequest(self.money.mode, self.money.amounts(), options, self._always)
        if not allocation.drift.has_targets or (request.mode is not Mode.REBALANCE and not request.amounts):
            self.calculation.drop()
            self._on_planned(None)
            return
        rules = self._desk.rules.as_of_today()
        self._show_stale(True)
        planning = partial(self._desk.plans.calculate, allocation, request, rules, self._desk.rules.lots())
        is_instant = self._desk.plans.is_instant(allocation, request, rules)
        self._timer.setInterval(_TYPING_MS if is_instant else _SEARCH_MS)
        self.calculation.begin(planning, in_place=is_instant)

    def _keep(self, options: PlanOptions) -> None:
        strategy = self._allocation.strategy if self._allocation else None
        if strategy is None or options == self._kept:
            return
        self._kept = options
        if self._desk.is_read_only:
            # They count for the plan that is shown, and are not remembered.
            return
        self._desk.plan_options.keep(strategy.id, options)

    def _change_strategy(self, *, method: FillMethod | None = None, unfillable: Unfillable | None = None) -> None:
        strategy = self._allocation.strategy if self._allocation else None
        if strategy is None:
            return
        changed = replace(
            strategy, fill_method=method or strategy.fill_method, unfillable=unfillable or strategy.unfillable
        )
        try:
            self._desk.targets.change(changed)
        except WealthDeskError as refusal:
            self.options.method.show_strategy(strategy)
            problems.show(refusal, self)

    def _on_edited(self) -> None:
        self._show_stale(True)
        self._timer.start()

    def _on_typed(self) -> None:
        if self._has_chosen_trades:
            # Kept once the handle rests, not at every stop that it passes.
            self._has_chosen_trades = False
            options = self.options.options()
            if options is not None:
                self._keep(options)
        self._calculate()

    def _on_trades(self, trades: int) -> None:
        self.options.set_trades(self.outcome.choice_of(trades))
        self._has_chosen_trades = True
        self._on_edited()

    def _on_fewer(self) -> None:
        self.outcome.control.step(-1)

    def _on_more(self) -> None:
        self.outcome.control.step(1)

    def _on_ticked(self) -> None:
        # What is placed at the broker is this plan: a closer one would not be the same orders.
        self.calculation.settle()
        ticked, plan = self.outcome.ticked, self.plan
        self.foot.show_ticked(ticked)
        if plan is None or self._allocation is None or self._desk.is_read_only:
            return
        kept = [order for order in ticked if order[0]]
        try:
            self._desk.placed.keep(self._allocation.scope, signature(plan), kept)
        except WealthDeskError as refusal:
            problems.show(refusal, self)

    def _placed(self, plan: Plan | None) -> frozenset[Order]:
        """The orders of a plan that were ticked off, also before the last start."""
        if plan is None or self._allocation is None:
            return frozenset()
        return self._desk.placed.of(self._allocation.scope, signature(plan))

    def _on_always(self) -> None:
        self._always = not self._always
        self._calculate()

    def _on_not_here(self, line: OrderLine) -> None:
        if line.trade.account_id is not None:
            self.changes.bar(line.trade.account_id, line.trade.asset_id)

    def _on_allowed(self, account_id: str, asset_ids: tuple[str, ...]) -> None:
        self.changes.allow(account_id, frozenset(asset_ids))

    def _on_chosen(self) -> None:
        self._calculate()

    def _on_mode(self) -> None:
        self._always = False
        # A plan of another mode says nothing here, not even muted.
        self._on_planned(None)
        self.outcome.hint.hide()
        self._calculate()

    def _on_goal(self, goal: Goal) -> None:
        self._always = False
        self.options.set_goal(goal)
        self._on_options()

    def _on_options(self) -> None:
        options = self.options.options()
        if options is None:
            return
        is_new = options != self._kept
        self._keep(options)
        if is_new:
            self._calculate()

    def _on_scroll_range(self, _: int, most: int) -> None:
        # The scroll bar, 10 px wide, lies in the margin.
        self._results_layout.setContentsMargins(19, 4, 10 if most else 20, 16)

    def _on_method(self, method: FillMethod) -> None:
        self._change_strategy(method=method)

    def _on_unfillable(self, unfillable: Unfillable) -> None:
        self._change_strategy(unfillable=unfillable)

    def _on_planned(self, plan: Plan | None) -> None:
        self.plan = plan
        self._show_plan()
        self._show_ready()

    def _on_ended(self) -> None:
        self._show_ready()
        if self.plan is not None:
            announce(self, ready_words(self.plan))

    def _on_refused(self, sentence: str) -> None:
        self._on_planned(None)
        self.outcome.hint.hide()
        self.refusal.show_message(Tone.ERROR, sentence)
        self.refusal.show()

    def _show_options(self) -> None:
        allocation = self._allocation
        strategy = allocation.strategy if allocation else None
        if allocation is not None and strategy is not None:
            self._kept = self._desk.plan_options.of(strategy.id)
            self.options.show_options(self._kept, strategy, allocation.drift.base_currency)
            self.money.show_goal(self._kept.goal)

    def _show_frame(self, allocation: "Allocation") -> None:
        """What does not wait for a plan: the words of the mode, what counts in it, and what there is to do first."""
        mode = self.money.mode
        has_targets = allocation.drift.has_targets
        name = allocation.scope_name
        self._mode_line.setText(MODES[mode][1])
        self.no_targets.show_message(self.no_targets.tone, f"{name} has no targets yet", self.no_targets.text)
        self.no_targets.setVisible(not has_targets)
        self.refusal.hide()
        for each in (self.outcome, self.options.lots, self.options.toggle):
            each.setVisible(has_targets)
        self.options.setVisible(has_targets and self.options.toggle.isChecked())
        self.to_add.setVisible(mode is Mode.REBALANCE and has_targets)
        if mode is Mode.REBALANCE and has_targets:
            self.to_add.show_amount(self._desk.plans.to_add(allocation), allocation.portfolio)

    def _show_plan(self) -> None:
        allocation, plan = self._allocation, self.plan
        if allocation is None:
            return
        mode = self.money.mode
        self.options.show_smallest(plan.min_trade_minor if plan else None, allocation.drift.base_currency)
        self.options.show_what_counts(
            mode,
            has_several_accounts=self.money.has_several_accounts,
            is_exact=self.options.lots.choice() == "any" and not self.money.names_accounts,
            idle=partial(self._idle_words, allocation),
        )
        if allocation.strategy is not None and allocation.drift.has_targets:
            ticked = self._placed(plan)
            self.outcome.show_plan(allocation.portfolio, allocation.drift, plan, _HINTS[mode], ticked)
            self.foot.show_ticked(self.outcome.ticked)

    def _idle_words(self, allocation: "Allocation") -> str:
        idle = self._desk.plans.idle_cash(allocation, self._desk.rules.as_of_today())
        return idle_words(idle, allocation.drift.base_currency)

    def _show_ready(self) -> None:
        self._show_stale(False)

    def _show_stale(self, is_stale: bool) -> None:
        self.outcome.set_stale(is_stale)
        why_not = _STALE if is_stale and self.plan else _BUSY if self.calculation.is_busy else ""
        self.foot.show_plan(self.plan, self._allocation, why_not)
