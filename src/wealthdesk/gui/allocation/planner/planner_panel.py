"""The planner: money in or out, or neither, and what it buys and sells, what that comes to, and why."""

import threading
import time
from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QGuiApplication, QKeyEvent, QKeySequence, QPagedPaintDevice, QShortcut
from PySide6.QtWidgets import QFrame, QGridLayout, QMenu, QSizePolicy, QVBoxLayout, QWidget

from wealthdesk.domain.accounts import Account, Scope
from wealthdesk.domain.plans import Goal, Mode, Order, Plan, PlanOptions, PlanRequest
from wealthdesk.domain.valuation import RateConversion, conversions
from wealthdesk.errors import WealthDeskError
from wealthdesk.gui import format as text
from wealthdesk.gui import icons, problems, tasks
from wealthdesk.gui.allocation.planner.plan_inputs import (
    GOALS,
    MODES,
    AccountAmounts,
    OptionParts,
    OptionsSection,
    StrategyOptions,
    from_base,
    idle_words,
    in_base,
    lots_choice,
)
from wealthdesk.gui.allocation.planner.plan_notes import DueDeposits, RecordedMessage, SheetChanges, ToAddMessage
from wealthdesk.gui.allocation.planner.plan_outcome import PlacedTicks, PlanOutcome, ready_words
from wealthdesk.gui.read_only import keep_off
from wealthdesk.gui.spoken import announce
from wealthdesk.gui.theme import Tone
from wealthdesk.gui.underlines import PopupMenu
from wealthdesk.gui.widgets.buttons import (
    action,
    button,
    icon_button,
    link_button,
    menu_button,
    primary_button,
    set_key,
)
from wealthdesk.gui.widgets.choices import Combo, Segment
from wealthdesk.gui.widgets.fields import MoneyEdit
from wealthdesk.gui.widgets.layouts import horizontal, scrolling, tab_as_read, vertical
from wealthdesk.gui.widgets.message import APPEARS_AFTER_MS, Message, ProgressStrip
from wealthdesk.gui.widgets.text import label, rule, set_look
from wealthdesk.gui.window_memory import PLANNER_WIDE

if TYPE_CHECKING:
    from wealthdesk.domain.drift import Allocation
    from wealthdesk.domain.plans import RecordedPlan
    from wealthdesk.domain.schedule import DepositDate
    from wealthdesk.domain.tax_lots import TaxLots
    from wealthdesk.domain.trading_rules import TradingRules
    from wealthdesk.services.desk import Desk


WIDTH: Final = 356
_WIDE: Final = 640
_WIDEST: Final = 656
_PLENTY: Final = 1600
"""From a window so wide on the planner is wide."""
_TYPING_MS: Final = 0
"""What came together with a key, as a paste does, is planned for together with it; a newer one stops the search."""
_PAINTED_S: Final = 0.1
"""A search waits at most so long for its first plan to be painted: both at a time take longer than one by one."""
_AT_ONCE_S: Final = 0.04
"""A search that ends so soon is laid out once: laying its first plan out as well would take longer than the search."""
_HINTS: Final = {
    Mode.DEPOSIT: "Type an amount to see what it buys.",
    Mode.WITHDRAWAL: "Type an amount to see what is sold for it.",
    Mode.REBALANCE: "",
}
_COLUMN: Final = 288
"""How wide the modes and the amount are in a wide panel; what they come to stands below them."""
_EACH: Final = "\0each"
"""Stands among the ids of accounts for an amount per account."""
_MODE_NAMES: Final = {
    Mode.DEPOSIT: ("Amount of the deposit", "Into"),
    Mode.WITHDRAWAL: ("Amount of the withdrawal", "From"),
}
_STALE: Final = "The figures are of what was typed before."
_BUSY: Final = "A closer plan is still looked for. Stop takes this one."


class MoneyInput(QWidget):
    """What is typed stays when the mode or the scope changes. The panel places `amounts_list`, where it scrolls."""

    edited = Signal()
    """Something is being typed."""
    mode_chosen = Signal()
    place_chosen = Signal()
    """Other accounts were chosen."""
    goal_chosen = Signal(object)
    """The Goal."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = QWidget(self)
        self.segment = Segment("What is planned", [(mode.value, words) for mode, (words, _) in MODES.items()], self)
        self.amount = MoneyEdit(_MODE_NAMES[Mode.DEPOSIT][0], "USD", large=True, parent=self)
        self.place = Combo("Accounts", parent=self._row)
        self.goal = Combo("Goal of the rebalance", list(GOALS.items()), parent=self._row)
        self.lots = lots_choice(self._row)
        self.amounts_list = AccountAmounts()
        self.mode = Mode.DEPOSIT
        """What is planned."""
        self._place: object = None
        """What is chosen of the accounts: the id of one, or _EACH; None: any."""
        self._accounts: list[Account] = []
        self._currency = "USD"
        self._ways: Mapping[str, RateConversion] = {}
        self._grid = QGridLayout(self)
        self._lay_out()
        self._connect()
        self._show()

    @property
    def has_several_accounts(self) -> bool:
        """Whether there is a choice of accounts."""
        return len(self._accounts) > 1

    @property
    def is_per_account(self) -> bool:
        """Whether each account has an amount of its own."""
        return self.mode is not Mode.REBALANCE and self.has_several_accounts and self._place == _EACH

    @property
    def names_accounts(self) -> bool:
        """Whether it is said into which accounts the money goes, instead of any."""
        return self.mode is not Mode.REBALANCE and self.has_several_accounts and self._place is not None

    @property
    def problem(self) -> str:
        """The sentence about what cannot be read, "" when all is well."""
        if self.mode is Mode.REBALANCE:
            return ""
        return self.amounts_list.problem() if self.is_per_account else self.amount.problem()

    def amounts(self) -> Mapping[Scope, int]:
        """Account → amount above 0, in minor units of its currency (None: any, of the base currency)."""
        if self.mode is Mode.REBALANCE:
            return {}
        if self.is_per_account:
            return self.amounts_list.amounts()
        amount, account = self.amount.minor(), self._account
        return {account.id if account else None: amount} if amount else {}

    def show_accounts(self, accounts: list[Account], currency: str, ways: Mapping[str, RateConversion]) -> None:
        """Offer these accounts; what is chosen and typed stays where it is still offered.

        currency: the base currency; ways: how to come to it from others.
        """
        self._accounts, self._currency, self._ways = accounts, currency, ways
        each = [(account.id, account.name) for account in accounts]
        self.place.set_options([(None, "Any account"), *each, (_EACH, "Amounts per account")])
        self._choose_place(self._place)
        self.amounts_list.show_accounts(accounts, currency, ways)
        self._show()

    def show_goal(self, goal: Goal) -> None:
        """Show how far a rebalance goes."""
        self.goal.choose(goal)

    def set_mode(self, mode: Mode) -> None:
        """Choose a mode, without telling."""
        self.segment.choose(mode.value)
        self.mode = mode
        self._show()

    def set_amount(self, minor: int | None) -> None:
        """Put an amount of the base currency into the field, for any account; None empties all fields."""
        self._choose_place(None)
        self._show()
        currency = self.amount.currency
        self.amount.set_minor(None if minor is None else from_base(minor, currency, self._currency, self._ways))
        self.amounts_list.clear()
        self._show()

    def set_amount_of(self, minor: int, currency: str) -> None:
        """Put an amount of any currency into the field, for any account of the scope; none without a rate."""
        if self.has_several_accounts or currency != self.amount.currency:
            self.set_amount(in_base(minor, currency, self._currency, self._ways))
        else:
            self.amount.set_minor(minor)

    def share_out(self, minor: int) -> None:
        """Choose amounts per account, with this shared out over them."""
        self._choose_place(_EACH)
        self.amounts_list.share_out(minor)
        self._show()

    def focus_first(self) -> None:
        """Put the focus where the next plan begins: into the amount, or onto the goal of a rebalance."""
        (self.goal if self.mode is Mode.REBALANCE else self._first).setFocus()

    def type_over(self, key: QKeyEvent) -> None:
        """Type over the amount, beginning with this key."""
        field = self._first.field
        field.setFocus()
        field.selectAll()
        QCoreApplication.sendEvent(field, key)

    @property
    def _first(self) -> MoneyEdit:
        """The first amount."""
        return next(iter(self.amounts_list.edits.values()), self.amount) if self.is_per_account else self.amount

    @property
    def _account(self) -> Account | None:
        """The one account that is chosen, or the only one there is where it is kept in another currency."""
        if not self.has_several_accounts:
            return next((each for each in self._accounts if each.currency != self._currency), None)
        return next((each for each in self._accounts if each.id == self._place), None)

    def set_wide(self, is_wide: bool) -> None:
        """Stand beside each other, or below each other in a narrow panel."""
        for each in (self.segment, self.amount, self._row):
            self._grid.removeWidget(each)
        across = 1 if is_wide else 2
        self._grid.addWidget(self.segment, 0, 0, 1, across)
        self._grid.addWidget(self.amount, 1, 0, 1, across)
        self._grid.addWidget(self._row, 0 if is_wide else 2, 1 if is_wide else 0, 1, across)
        self._grid.setColumnMinimumWidth(0, _COLUMN if is_wide else 0)

    def _lay_out(self) -> None:
        for mode, (_, words) in MODES.items():
            self.segment.button(mode.value).setToolTip(words)
        row = horizontal(self._row, spacing=8)
        for combo in (self.place, self.goal):
            combo.setMinimumContentsLength(6)
            combo.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            row.addWidget(combo, 1)
        row.addWidget(self.lots)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(8)
        self._grid.setColumnStretch(1, 1)
        self.set_wide(False)

    def _connect(self) -> None:
        self.segment.chosen.connect(self._on_mode)
        self.amount.edited.connect(self.edited)
        self.amounts_list.edited.connect(self.edited)
        self.place.chosen.connect(self._on_place)
        self.goal.chosen.connect(self.goal_chosen)

    def _on_mode(self, mode: str) -> None:
        self.mode = Mode(mode)
        self._show()
        self.mode_chosen.emit()

    def _choose_place(self, place: object) -> None:
        self.place.choose(place)
        self._place = self.place.choice()

    def _on_place(self, place: object) -> None:
        self._place = place
        # What was typed for all of them is not lost: it begins the list.
        if self.is_per_account and not self.amounts_list.amounts() and self.amount.minor():
            self.amounts_list.begin_with(self.amount.minor())
        self._show()
        self.place_chosen.emit()

    def _show(self) -> None:
        is_rebalance = self.mode is Mode.REBALANCE
        self.goal.setVisible(is_rebalance)
        self.place.setVisible(not is_rebalance and self.has_several_accounts)
        self.amount.setVisible(not is_rebalance and not self.is_per_account)
        if self.is_per_account:
            self.amounts_list.make_lines()
        self.amounts_list.setVisible(self.is_per_account)
        account = self._account
        self.amount.set_currency(account.currency if account else self._currency)
        if not is_rebalance:
            name, prefix = _MODE_NAMES[self.mode]
            self.amount.field.setAccessibleName(name)
            self.place.set_prefix(prefix)


class PlannerFrame(QFrame):
    """The planner as it is laid out, narrow or wide; what it does is PlannerPanel's."""

    width_chosen = Signal()
    """Wide was chosen, or narrow again."""
    left = Signal()
    """Esc: the user goes back to the classes; what is typed stays."""

    def __init__(self, desk: "Desk", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.allocation: Allocation | None = None
        """What is planned for."""
        self.plan: Plan | None = None
        """The plan that is shown."""
        self.setProperty("kind", "panel")
        # Each is in its place at once: what is moved as a whole is styled anew as a whole.
        self.recorded_button = link_button("Recorded &plans…", parent=self)
        self.money = MoneyInput(self)
        self.scroller, self._inside = scrolling(self)
        self.options = OptionsSection(self.money.lots, self._inside)
        self._options = self.options.options()
        self.options.told.connect(self._on_options_told)
        self.options.toggle.toggled.connect(self._show_smallest)
        self.no_targets = Message(action="Set targets…", parent=self._inside)
        self.refusal = Message(Tone.ERROR, parent=self)
        self.recorded = RecordedMessage(desk, self)
        self.money.mode_chosen.connect(self.recorded.forget_undone)
        self.changes = SheetChanges(desk, self)
        self.due_deposits = DueDeposits(desk, self)
        self.foot = PlanActions(desk, self)
        self.width_button = icon_button("wider", "Wide planner", key="Ctrl+L")
        self.progress = ProgressStrip("Looking for a closer one…", is_framed=False)
        self.progress.bar.setMinimumWidth(30)
        self.outcome = PlanOutcome(self.progress, self._inside)
        self.to_add = ToAddMessage(self.outcome)
        self._room: tuple[int, ...] = ()
        self._lay_out()
        self.width_button.clicked.connect(self._on_width)
        for key, by in (("[", -1), ("]", 1)):
            QShortcut(QKeySequence(key), self).activated.connect(partial(self.outcome.control.step, by))
        for each in (self.money.place_chosen, self.options.chosen):
            each.connect(self._show_what_counts)

    @property
    def is_wide(self) -> bool:
        """Whether wide was chosen, in this window: where there is plenty of room it is wide in any case."""
        return bool(self.window().property(PLANNER_WIDE))

    def take_room(self, window_width: int, most: int = _WIDEST, *, is_alone: bool = False) -> None:
        """Take the width that suits a window so wide, at most `most`; alone on the page: all of it."""
        has_plenty = window_width >= _PLENTY
        is_wide = not is_alone and (self.is_wide or has_plenty)
        wide = max(WIDTH, min(most, _WIDEST if has_plenty else _WIDE)) if is_wide else WIDTH
        if (room := (wide, self.is_wide, has_plenty, is_alone)) == self._room:
            return
        self._room = room
        self.width_button.setVisible(not is_alone and not has_plenty)
        self.setMinimumWidth(wide)
        self.setMaximumWidth(16_777_215 if is_alone else wide)
        set_look(self, "kind", "" if is_alone else "panel")
        # The line at its left counts at once, as it does after another theme.
        QCoreApplication.sendEvent(self, QEvent(QEvent.Type.StyleChange))
        for each in (self.money, self.outcome, self.foot):
            each.set_wide(is_wide)
        self.outcome.set_alone(is_alone)
        icons.put(self.width_button, "narrower" if self.is_wide else "wider", "mute", 16)
        self.width_button.setAccessibleName("Narrow planner" if self.is_wide else "Wide planner")

    def set_wide(self, is_wide: bool) -> None:
        """Choose the width, as the button does."""
        self.window().setProperty(PLANNER_WIDE, is_wide)
        self.width_chosen.emit()

    def lay_out_now(self) -> None:
        """Let everything take its place before it is painted: what scrolls would get its new height one paint late."""
        for _ in range(2):
            QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
        QCoreApplication.sendEvent(self._inside, QEvent(QEvent.Type.LayoutRequest))

    def show_accounts(self, allocation: "Allocation") -> None:
        """Offer the accounts of this scope."""
        portfolio = allocation.portfolio
        inside = portfolio.accounts_in(allocation.scope)
        in_scope = [each for each in portfolio.accounts.values() if not each.is_archived and each.id in inside]
        self.money.show_accounts(
            in_scope, portfolio.base_currency, conversions(portfolio.rates, portfolio.base_currency)
        )
        self.money.amounts_list.order_tabs(self.options.lots)

    def show_frame(self, allocation: "Allocation") -> None:
        """Show what does not wait for a plan: what counts in the mode, and what there is to do first."""
        mode = self.money.mode
        has_targets = allocation.drift.has_targets
        if not has_targets:
            title = f"{text.scope(allocation.scope_name)} has no targets yet"
            self.no_targets.show_message(Tone.NEUTRAL, title, "A plan is calculated from the targets of the scope.")
        self.no_targets.setVisible(not has_targets)
        for each in (self.outcome, self.options.lots, self.options.toggle):
            each.setVisible(has_targets)
        self.options.setVisible(has_targets and self.options.toggle.isChecked())
        self.options.show_idle(partial(_idle_words, self._desk, allocation))
        self._show_what_counts()
        self.to_add.setVisible(mode is Mode.REBALANCE and has_targets)
        if mode is Mode.REBALANCE and has_targets:
            self.to_add.show_amount(self._desk.plans.to_add(allocation), allocation.portfolio)

    def point_at(self, asset_ids: frozenset[str]) -> None:
        """Mark the orders of these assets."""
        self.outcome.orders.mark(asset_ids)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            # Nothing selected in the amount: Ctrl+C means the plan.
            is_copy = event.matches(QKeySequence.StandardKey.Copy)
            if is_copy and not self.money.amount.field.hasSelectedText():
                self.foot.copy_button.click()
                return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.foot.copy_button.click()
        else:
            super().keyPressEvent(event)

    def _show_what_counts(self) -> None:
        self.options.show_what_counts(
            self.money.mode,
            has_several_accounts=self.money.has_several_accounts,
            is_exact=self.options.lots.choice() == "any" and not self.money.names_accounts,
        )

    def _show_smallest(self) -> None:
        if self.allocation is not None:
            smallest = self.plan.min_trade_minor if self.plan else None
            self.options.show_smallest(smallest, self.allocation.drift.base_currency)

    def _on_options_told(self, options: PlanOptions | None) -> None:
        self._options = options

    def _on_width(self) -> None:
        self.set_wide(not self.is_wide)

    def _lay_out(self) -> None:
        layout = vertical(self, spacing=0, margins=(0, 20, 0, 0))
        layout.addLayout(self._head())
        self.scroller.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        layout.addWidget(self.scroller, 1)
        self._lay_out_results()
        self.scroller.verticalScrollBar().rangeChanged.connect(self._on_scroll_range)
        layout.addLayout(self._told())
        layout.addWidget(self.foot)
        tab_as_read(self)
        self.take_room(0)

    def _head(self) -> QVBoxLayout:
        head = vertical(spacing=10, margins=(19, 0, 20, 10))
        title = horizontal(spacing=2)
        title.addWidget(label("Planner", "panel"), 1)
        for each in (self.recorded_button, self.options.toggle, self.width_button):
            title.addWidget(each)
        head.addLayout(title)
        head.addWidget(self.money)
        return head

    def _told(self) -> QVBoxLayout:
        """What is told between a plan and its foot: above the plan it would push it down."""
        self._told_layout = vertical(spacing=8, margins=(19, 8, 20, 8))
        for each in (self.due_deposits, self.recorded, self.changes, self.refusal):
            self._told_layout.addWidget(each)
            each.hide()
        return self._told_layout

    def _lay_out_results(self) -> None:
        self._results_layout = vertical(self._inside, spacing=14, margins=(19, 4, 20, 16))
        for each in (self.money.amounts_list, self.options, self.no_targets, self.outcome):
            self._results_layout.addWidget(each)
        self._results_layout.addStretch()
        self.outcome.add_below(self.to_add)
        self.to_add.hide()

    def _on_scroll_range(self, _: int, most: int) -> None:
        # The scroll bar, 10 px wide, lies in the margin.
        self._results_layout.setContentsMargins(19, 4, 10 if most else 20, 16)


class PlannerPanel(PlannerFrame):
    """Live as you type. Nothing is kept here but the options, which belong to the strategy."""

    targets_requested = Signal()
    record_requested = Signal()
    """Record the plan that is shown."""
    recorded_plans_requested = Signal()
    plan_shown = Signal(object)
    """The plan that is shown now; None: there is none any more."""
    without_plan = Signal(bool)
    """There is no plan any more, or one again."""
    trade_pointed = Signal(str)
    """The id of the asset of the order under the pointer, "" where it left the orders."""
    trade_opened = Signal(str)
    """The id of the asset of an order that was clicked."""

    def __init__(self, desk: "Desk", parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        # Read with the first amount: a start need not.
        self._rules: tuple[TradingRules, Mapping[str, TaxLots]] | None = None
        self._kept = StrategyOptions(desk, self.options)
        self._has_chosen_trades = self._always = False
        self.due: DepositDate | None = None
        """The date of a planned deposit that is planned for, to be ticked off when the plan is recorded."""
        self._opened_with: DepositDate | None = None
        self._placed = PlacedTicks(desk)
        self.calculation = PlanCalculation(self.progress, self)
        self._timer = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._connect()
        self.outcome.orders.can_change = self.outcome.notes.can_change = not desk.is_read_only
        keep_off(desk, self.no_targets.button, self.recorded.button, self.foot.record_button)

    @property
    def is_settled(self) -> bool:
        """Whether what is shown is the plan for what is typed, and no closer one is looked for."""
        return not self._timer.isActive() and not self.calculation.is_busy

    def show_allocation(self, allocation: "Allocation") -> None:
        """Plan for this allocation; what is typed and chosen stays."""
        if self.allocation is not None and self.allocation.scope != allocation.scope:
            self._always = False
        self.allocation, self._rules = allocation, None
        if self.due is not None and self.due.deposit.scope != allocation.scope:
            # What is typed stays, but here it is not that planned deposit.
            self.due = None
        self.show_accounts(allocation)
        self._show_options(allocation)
        self.show_frame(allocation)
        self.recorded.refresh()
        self.changes.refresh()
        self._placed.read(allocation.scope)
        self._show_due(allocation.scope)
        self._calculate()

    def plan_for(self, amount_minor: int | None, mode: Mode = Mode.DEPOSIT) -> None:
        """Put this amount into the field of a mode, and plan for it."""
        self.money.set_mode(mode)
        self.money.set_amount(amount_minor)
        self._on_mode()

    def plan_due(self, one: "DepositDate") -> None:
        """Plan for a date of a planned deposit, with the prices of today."""
        self.money.set_mode(Mode.DEPOSIT)
        self.money.set_amount_of(one.amount_minor, one.deposit.currency)
        self._on_mode()
        self.due = one

    def show_recorded(self, recorded: "RecordedPlan") -> None:
        """Say that a plan was recorded, with the way back; what was typed for it is done with."""
        self.due = None
        self.changes.forget()
        self.recorded.show_plan(recorded)
        # The next plan is read from its beginning.
        self.scroller.verticalScrollBar().setValue(0)
        self.money.set_amount(None)
        self._calculate()
        self.money.focus_first()

    def _connect(self) -> None:
        self.money.edited.connect(self._on_amount)
        self.options.edited.connect(self._on_edited)
        self.due_deposits.plan_requested.connect(self.plan_due)
        self.money.mode_chosen.connect(self._on_mode)
        self.money.place_chosen.connect(self._calculate)
        self.money.goal_chosen.connect(self._on_goal)
        self.money.amount.field.installEventFilter(self)
        self.options.chosen.connect(self._on_options)
        self.options.made.connect(self._on_options_made)
        self._timer.timeout.connect(self._on_typed)
        self.outcome.control.chosen.connect(self._on_trades)
        self.outcome.orders.ticked.connect(self._on_ticked)
        self.outcome.orders.pointed.connect(self.trade_pointed)
        self.outcome.orders.opened.connect(self.trade_opened)
        self.outcome.orders.not_here.connect(self.changes.bar_order)
        self.outcome.told.action_clicked.connect(self._on_always)
        self.outcome.notes.room_given.connect(self.changes.give_room)
        self.outcome.notes.allowed.connect(self.changes.allow)
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
        allocation, options = self.allocation, self._options
        if allocation is None:
            return
        if self.money.problem or options is None:
            # What was typed is no amount: the last plan stays, muted, beside the sentence below the field.
            self.calculation.drop()
            self._show_stale(True)
            return
        self.refusal.hide()
        request = PlanRequest(self.money.mode, self.money.amounts(), options, self._always)
        if not allocation.drift.has_targets or (request.mode is not Mode.REBALANCE and not request.amounts):
            self.calculation.drop()
            self._on_planned(None)
            return
        if self._rules is None:
            self._rules = self._desk.rules.as_of_today(), self._desk.rules.lots()
        self._show_stale(True)
        self.calculation.begin(partial(self._desk.plans.calculate, allocation, request, *self._rules))

    def _show_due(self, scope: "Scope") -> None:
        """Open with a deposit that is due, once, where nothing was typed."""
        self.due_deposits.show_scope(scope)
        due = self.due_deposits.due
        if (
            due is not None
            and due != self._opened_with
            and self.money.mode is Mode.DEPOSIT
            and not self.money.amounts()
        ):
            self._opened_with = due
            self.plan_due(due)

    def _on_amount(self) -> None:
        # Another amount is another deposit, and another plan than the one of which it is told that it was undone.
        self.due = None
        if not self.recorded.isHidden():
            self.recorded.forget_undone()
        self._on_edited()

    def _on_edited(self) -> None:
        self._show_stale(True)
        self._timer.start()

    def _on_typed(self) -> None:
        if self._has_chosen_trades:
            # Kept once the handle rests, not at every stop that it passes.
            self._has_chosen_trades = False
            if self._options is not None:
                self._kept.keep(self._options)
        self._calculate()

    def _on_trades(self, trades: int) -> None:
        self.options.set_trades(self.outcome.choice_of(trades))
        self._has_chosen_trades = True
        self._on_edited()

    def _on_ticked(self) -> None:
        # What is placed at the broker is this plan: a closer one would not be the same orders.
        self.calculation.settle()
        ticked = self.outcome.ticked
        self.foot.show_ticked(ticked)
        if self.plan is not None and self.allocation is not None:
            try:
                self._placed.keep(self.allocation.scope, self.plan, ticked)
            except WealthDeskError as refusal:
                problems.show(refusal, self)

    def _on_always(self) -> None:
        self._always = not self._always
        self._calculate()

    def _on_mode(self) -> None:
        self._always = False
        self.due = None
        if self.allocation is not None:
            self.show_frame(self.allocation)
        # A plan of another mode says nothing here, not even muted.
        self._on_planned(None)
        self.outcome.hint.hide()
        self._calculate()

    def _on_goal(self, goal: Goal) -> None:
        self._always = False
        self.options.set_goal(goal)
        self._on_options()

    def _on_options_made(self, parts: OptionParts) -> None:
        parts.method.method_chosen.connect(self._kept.change_method)
        parts.method.unfillable_chosen.connect(self._kept.change_unfillable)
        keep_off(self._desk, parts.method)
        tab_as_read(parts, after=self.money.amounts_list if self.money.amounts_list.edits else self.options.lots)

    def _on_options(self) -> None:
        if self._options is not None and self._kept.keep(self._options):
            self._calculate()

    def _on_planned(self, plan: Plan | None) -> None:
        if (plan is None) is not (self.plan is None):
            self.without_plan.emit(plan is None)
        self.plan = plan
        self._show_plan()
        self._show_stale(False)
        self.plan_shown.emit(plan)

    def _on_ended(self) -> None:
        self._show_stale(False)
        if self.plan is not None and QAccessible.isActive():
            announce(self, ready_words(self.plan))

    def _on_refused(self, sentence: str) -> None:
        self._on_planned(None)
        self.outcome.hint.hide()
        self.refusal.show_message(Tone.ERROR, sentence)
        self.refusal.show()

    def _show_options(self, allocation: "Allocation") -> None:
        strategy = allocation.strategy
        self._kept.read(strategy)
        if strategy is not None:
            self.options.show_options(self._kept.kept, strategy, allocation.drift.base_currency)
            self.money.show_goal(self._kept.kept.goal)

    def _show_plan(self) -> None:
        allocation, plan = self.allocation, self.plan
        if allocation is None:
            return
        if self.options.toggle.isChecked():
            self._show_smallest()
        if allocation.strategy is not None and allocation.drift.has_targets:
            ticked = self._placed.of(plan)
            self.outcome.show_plan(allocation.portfolio, plan, _HINTS[self.money.mode], ticked)
            self.foot.show_ticked(self.outcome.ticked)
        self.lay_out_now()

    def _show_stale(self, is_stale: bool) -> None:
        self.outcome.set_stale(is_stale)
        busy = _BUSY if self.calculation.is_busy else ""
        why_not = "" if self.plan is None else _STALE if is_stale else busy
        self.foot.show_plan(self.plan, self.allocation, why_not)


def _idle_words(desk: "Desk", allocation: "Allocation") -> str:
    idle = desk.plans.idle_cash(allocation, desk.rules.as_of_today())
    return idle_words(idle, allocation.drift.base_currency)


class Planning(Protocol):
    """What makes the plan: pure, so that the worker may call it. `progress` hears of each better plan; False stops.

    `goes_on` is asked all the time; False stops at once.
    """

    def __call__(self, progress: Callable[[Plan], bool] | None = None, goes_on: Callable[[], bool] = ...) -> Plan: ...


class PlanTelling:
    """Hands better plans over: the first after `first` seconds, later ones at most every `seconds`, none a second time.

    The window lays a plan out in more time than it can take to be told a better one.
    """

    def __init__(
        self,
        hand_over: Callable[[Plan], object],
        now: Callable[[], float] = time.monotonic,
        seconds: float = 0.1,
        first: float = 0.0,
    ) -> None:
        self._hand_over, self._now, self._seconds = hand_over, now, seconds
        self._told: Plan | None = None
        self._newest: Plan | None = None
        self._due_at = now() + first

    @property
    def has_told(self) -> bool:
        """Whether a plan was handed over."""
        return self._told is not None

    def tell(self, plan: Plan) -> None:
        """There is a better one."""
        self._newest = plan
        self.catch_up()

    def catch_up(self) -> None:
        """Hand over what was held back, once its time has come."""
        if self._newest is not None and self._now() >= self._due_at:
            newest, self._newest = self._newest, None
            if newest != self._told:
                self._told, self._due_at = newest, self._now() + self._seconds
                self._hand_over(newest)


def _until_painted(hand_over: Callable[[Plan], object], is_painted: threading.Event) -> Callable[[Plan], None]:
    """Hands a plan over, and lets the search wait until the first one is painted."""

    def hand(plan: Plan) -> None:
        hand_over(plan)
        is_painted.wait(_PAINTED_S)

    return hand


class PlanCalculation(QObject):
    """A newer request takes the place of the one before, which is stopped and never heard of again."""

    planned = Signal(object)
    """A Plan: the last one, or while `is_busy` the best so far."""
    ended = Signal()
    """The last plan has been told."""
    refused = Signal(str)
    """The sentence of why there is none."""

    def __init__(self, progress: ProgressStrip, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._progress = progress
        # Most searches end before anything is to be said of them.
        self._slow = QTimer(self, singleShot=True, interval=APPEARS_AFTER_MS)
        self._slow.timeout.connect(partial(progress.appear, self._on_stop))
        self._task: tasks.Task | None = None
        self._stop = threading.Event()
        self._is_painted = threading.Event()
        self._has_told = False

    @property
    def is_busy(self) -> bool:
        """Whether a better plan is still looked for."""
        return self._task is not None

    def begin(self, planning: Planning) -> None:
        """Calculate, in the worker: the window never waits, whether or not anything is searched for."""
        self.drop()
        stop = self._stop = threading.Event()
        is_painted = self._is_painted = threading.Event()
        task: list[tasks.Task] = []

        def work(progress: tasks.Progress) -> Plan:
            if stop.is_set():
                # It was dropped before its turn came.
                raise tasks.Cancelled

            telling = PlanTelling(_until_painted(progress.hand_over, is_painted), first=_AT_ONCE_S)

            def goes_on() -> bool:
                telling.catch_up()
                # Whoever only stops still gets the first plan; whoever asks for another one does not.
                return not (progress.cancelled or (stop.is_set() and telling.has_told))

            def told(plan: Plan) -> bool:
                telling.tell(plan)
                return goes_on()

            return planning(told, goes_on)

        def then(plan: Plan) -> None:
            if self._ends(task[0]):
                self.planned.emit(plan)
                self.ended.emit()

        def failed(refusal: WealthDeskError) -> None:
            if self._ends(task[0]):
                self.refused.emit(str(refusal))

        task.append(tasks.run(work, then, self, failed=failed, beside=True))
        self._task = task[0]
        self._has_told = False
        self._task.handed_over.connect(self._on_told)
        self._slow.start()

    def drop(self) -> None:
        """Forget the one under way."""
        if self._task is not None:
            self._task.handed_over.disconnect(self._on_told)
            self._task.cancel()
            self._stop.set()
            self._is_painted.set()
            self._over()

    def settle(self) -> None:
        """Take the plan that is shown for the last one, where one is shown and a better one is looked for."""
        if self.is_busy and self._has_told:
            self._on_stop()

    def _on_told(self, plan: Plan) -> None:
        self._has_told = True
        self.planned.emit(plan)
        # What it changed is painted before a timer is asked.
        QTimer.singleShot(0, self, self._is_painted.set)

    def _on_stop(self) -> None:
        """Take the plan that is shown, however long the search takes to hear of it; the first one is waited for."""
        self._stop.set()
        if self._has_told:
            self.drop()
            self.ended.emit()

    def _ends(self, task: tasks.Task) -> bool:
        """Whether it is the one under way, which then is over."""
        if task is not self._task:
            return False
        self._over()
        return True

    def _over(self) -> None:
        self._task = None
        self._slow.stop()
        if not self._progress.isHidden():
            self._progress.stop()


_NO_PLAN: Final = "There is no plan yet."
_NO_TRADES: Final = "The plan has no trades to record."
_COPY: Final = "Copy the order sheet as rows for a spreadsheet (Ctrl+C)"
_SAVE: Final = "Save the order sheet as a file"
_PRINT: Final = "Print the order sheet (Ctrl+P)"
_RECORD: Final = "Let the holdings and the cash change as the orders say (Ctrl+Enter)"
_NOT_SENT: Final = "Nothing is sent to a broker."
_FILE_NAMES: Final = {Mode.DEPOSIT: "deposit", Mode.WITHDRAWAL: "withdrawal", Mode.REBALANCE: "rebalance"}


class PlanActions(QWidget):
    """Acts on what was last shown with `show_plan`."""

    record_requested = Signal()

    def __init__(self, desk: "Desk", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._plan: Plan | None = None
        self.allocation: Allocation | None = None
        """What is planned for."""
        self._ticked: frozenset[Order] = frozenset()
        self.copy_button = button("&Copy", tip=_COPY)
        self.print_button = button("Print…", tip="Print the order sheet")
        self._sent = label(_NOT_SENT, "note", "mute")
        self.save_button = menu_button("&Save", self._menu(), tip=_SAVE)
        self.record_button = primary_button("&Record…")
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            set_key(self.record_button, keys)
        set_key(self.print_button, "Ctrl+P")
        self._lay_out()
        self.copy_button.clicked.connect(self.copy)
        self.print_button.clicked.connect(self._on_print)
        self.record_button.clicked.connect(self.record_requested)

    def show_plan(self, plan: Plan | None, allocation: "Allocation | None", why_not: str = "") -> None:
        """Act on this plan from now on; why_not: why it is not to be acted upon yet."""
        self._plan, self.allocation = plan, allocation
        without = why_not or ("" if plan else _NO_PLAN)
        for each, tip in ((self.copy_button, _COPY), (self.print_button, _PRINT), (self.save_button, _SAVE)):
            each.setEnabled(not without)
            each.setToolTip(without or tip)
        without = without or ("" if plan and plan.trades else _NO_TRADES)
        self.record_button.setEnabled(not without)
        self.record_button.setToolTip(without or _RECORD)

    def set_wide(self, is_wide: bool) -> None:
        """With signs, and with what is not done, where there is room."""
        self._sent.setVisible(is_wide)
        for each, name in ((self.copy_button, "copy"), (self.print_button, "print")):
            if is_wide:
                icons.put(each, name, "ink", gap=4)
            else:
                icons.take_off(each)

    def show_ticked(self, ticked: frozenset[Order]) -> None:
        """These orders were placed: they are ticked on paper as well."""
        self._ticked = ticked

    def copy(self) -> None:
        """Put the plan on the clipboard, as rows separated by tabs."""
        from wealthdesk.planning.export import plan_text

        if self._plan is not None and self.allocation is not None:
            written = plan_text(self._plan, self.allocation.portfolio, text.marks())
            problems.ask_amounts(lambda: QGuiApplication.clipboard().setText(written), "copied", self)

    def _print(self, printer: QPagedPaintDevice) -> None:
        from wealthdesk.gui.allocation.planner.order_paper import paint_sheet

        if self._plan is None or self.allocation is None:
            return
        paint_sheet(printer, self._plan, self.allocation, *self._paper())

    def _menu(self) -> QMenu:
        menu = PopupMenu(self)
        for ending, save in (("pdf", self._save_pdf), ("csv", self._save_csv)):
            each = action(f"As &{ending.upper()}…", parent=menu)
            each.triggered.connect(partial(self._on_save, ending, save))
            menu.addAction(each)
        return menu

    def _lay_out(self) -> None:
        layout = vertical(self, spacing=14, margins=(0, 0, 0, 20))
        layout.addWidget(rule())
        row = horizontal(spacing=5, margins=(19, 0, 20, 0))
        for each in (self.copy_button, self.print_button, self.save_button):
            row.addWidget(each)
        row.addSpacing(4)
        row.addWidget(self._sent, 1)
        row.addStretch()
        row.addWidget(self.record_button)
        layout.addLayout(row)

    def _save_csv(self, path: Path) -> None:
        from wealthdesk.planning.export import plan_csv

        if self._plan is not None and self.allocation is not None:
            self._desk.exports.save(path, plan_csv(self._plan, self.allocation.portfolio, text.marks()))

    def _save_pdf(self, path: Path) -> None:
        from wealthdesk.gui.allocation.planner.order_paper import save_pdf

        if self._plan is not None and self.allocation is not None:
            save_pdf(path, self._plan, self.allocation, *self._paper())

    def _paper(self) -> "tuple[date, str, frozenset[Order]]":
        """What stands on paper besides the plan: the day, the file, and what was placed."""
        return self._desk.clock.today(), self._desk.path.name, self._ticked

    def _on_save(self, ending: str, save: Callable[[Path], None]) -> None:
        from wealthdesk.gui import chosen_folder

        mode = self._plan.mode if self._plan else Mode.DEPOSIT
        name = f"{_FILE_NAMES[mode]}-plan-{self._desk.clock.today().isoformat()}.{ending}"
        chosen_folder.ask_export("Save the order sheet", name, save, self)

    def _on_print(self) -> None:
        from wealthdesk.gui import paper

        paper.ask_printer("Order sheet", self._print, self)
