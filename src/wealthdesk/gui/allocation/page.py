"""The allocation page: what a scope holds against its targets, class by class, and what plans would make of it."""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QWidget

from wealthdesk.changes import EVERYTHING, Changes
from wealthdesk.domain.accounts import ALL_PORTFOLIO, Scope
from wealthdesk.domain.plans import Mode
from wealthdesk.domain.targets import header_of
from wealthdesk.errors import WealthDeskError
from wealthdesk.gui import format as text
from wealthdesk.gui import problems
from wealthdesk.gui.allocation.overview.class_list import scale_above
from wealthdesk.gui.allocation.overview.overview import Overview
from wealthdesk.gui.allocation.overview.rows import class_rows, furthest
from wealthdesk.gui.allocation.page_dialogs import PageDialogs
from wealthdesk.gui.allocation.planner.planner_panel import PlannerPanel
from wealthdesk.gui.page import Bus, Page, SideBySide
from wealthdesk.gui.read_only import keep_off
from wealthdesk.gui.widgets.choices import Segment
from wealthdesk.gui.widgets.layouts import Stack, horizontal, vertical

if TYPE_CHECKING:
    from wealthdesk.domain.drift import Allocation
    from wealthdesk.gui.allocation.overview.welcome import Welcome
    from wealthdesk.services.desk import Desk

_SIDE_BY_SIDE: Final = 996
"""From this width on the planner stands beside the classes; in a narrower page one of the two is shown."""
_LEAST: Final = (480, 400)
_CLASSES, _PLANNER = "classes", "planner"


class AllocationPage(Page):
    """Everything on it follows the scope. What is open, chosen, scrolled to and typed stays across rereads."""

    shows: ClassVar[Changes] = EVERYTHING

    import_requested = Signal()
    account_requested = Signal()
    demo_requested = Signal()
    holdings_requested = Signal(object)
    """The ids of the assets to show under Holdings."""
    merge_requested = Signal(str, str)
    value_requested = Signal(object)
    """The ids of the assets that lack a price or a rate."""
    scope_chosen = Signal(object)
    """Another scope is looked at."""

    def __init__(self, desk: "Desk", bus: Bus, parent: QWidget | None = None, *, is_filled: bool = True) -> None:
        """is_filled False: so far there are the classes alone, and `fill` is to be called for the planner."""
        super().__init__(bus, parent)
        self._desk = desk
        self._scope: Scope = ALL_PORTFOLIO
        self._allocation: Allocation | None = None
        self._welcome: Welcome | None = None
        self._stack = Stack(self)
        self.tabs = Segment("What is shown", [(_CLASSES, "Allocation"), (_PLANNER, "Planner")])
        self._both = SideBySide(self.tabs, _SIDE_BY_SIDE, self._stack)
        self._left = QWidget(self._both)
        shown = self.overview = Overview(desk, self._left)
        self.header, self.answer, self.classes, self.notices = shown.header, shown.answer, shown.classes, shown.notices
        self.dialogs = PageDialogs(desk, bus, self)
        self._print_key = QShortcut(QKeySequence("Ctrl+P"), self)
        # Not what lies side by side in it: it can be as narrow as one of the two.
        self.setMinimumSize(*_LEAST)
        if is_filled:
            self.fill()

    def fill(self) -> None:
        """Have the planner beside the classes, in its place at once: what is moved as a whole is styled anew."""
        self.panel = PlannerPanel(self._desk, self._both)
        self._lay_out()
        self._connect()

    @property
    def allocation(self) -> "Allocation | None":
        """What is shown."""
        return self._allocation

    def current(self) -> "Allocation":
        """What is shown; before the first showing, what will be."""
        return self._allocation or self._desk.allocations.of(self._scope)

    def choose_scope(self, scope: Scope) -> None:
        """Show an account, or the whole portfolio (None)."""
        self._scope = scope
        self.mark_stale()
        self.scope_chosen.emit(scope)

    def refresh(self) -> None:
        allocation = self._desk.allocations.of(self._scope)
        self._scope = allocation.scope
        self._show(allocation)

    def keep_unsaved(self) -> None:
        if self.dialogs.editor is not None:
            self.dialogs.editor.keep_unsaved()

    def standing(self) -> dict[str, str]:
        kept = {"scope": self._scope or "", "open": self.classes.open_class, "tab": self.tabs.choice()}
        return {**kept, "place": str(self.classes.verticalScrollBar().value())}

    def stand_at(self, kept: Mapping[str, str]) -> None:
        self._scope = kept.get("scope") or None
        if "open" in kept:
            self.classes.open(kept["open"])
        if kept.get("tab") in (_CLASSES, _PLANNER):
            self.tabs.choose(kept["tab"])
        if kept.get("place", "").isdecimal():
            # Once the rows have their places.
            QTimer.singleShot(0, self, partial(self.classes.verticalScrollBar().setValue, int(kept["place"][:6])))

    def show_planner(self) -> None:
        """Show the planner, where there is only room for it or the classes."""
        self.tabs.choose(_PLANNER)
        self._arrange()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text().isdecimal() and self.panel.money.mode is not Mode.REBALANCE:
            # Nothing on the page wants a digit: it begins the amount, wherever the focus is.
            self.show_planner()
            self.panel.money.type_over(event)
        else:
            super().keyPressEvent(event)

    def _leave_planner(self) -> None:
        self.tabs.choose(_CLASSES)
        self._arrange()
        self.classes.setFocus()

    def show_strategies(self) -> None:
        """Open the list of the strategies of the scope."""
        self.dialogs.strategies()

    def show_asset(self, asset_id: str) -> None:
        """Show the row of an asset within its class, or that of its class where none of it is held."""
        classes = _classes_of(asset_id, self.current())
        if classes:
            self.tabs.choose(_CLASSES)
            self._arrange()
            self.classes.show_row((classes[0], asset_id))

    def show_only_outside(self) -> None:
        """Show only the classes and holdings outside their band, where there are any, or all again."""
        if self.answer.filter.isEnabled():
            self.classes.set_only_outside(not self.classes.only_outside)

    def focusInEvent(self, event: QFocusEvent) -> None:
        # Not by a focus proxy: Tab follows one, and would leave out all that stands before it.
        welcome = self._welcome
        is_empty = welcome is not None and self._stack.currentWidget() is welcome
        (welcome.first_choice if welcome and is_empty else self.classes).setFocus(event.reason())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _lay_out(self) -> None:
        middle = horizontal(self._left, spacing=0)
        middle.addStretch(1)
        middle.addWidget(self.overview, 1000)
        middle.addStretch(1)
        self._both.put(self._left, self.panel)
        self._stack.addWidget(self._both)
        vertical(self).addWidget(self._stack.place)

    def _connect(self) -> None:
        self.overview.import_button.clicked.connect(self.import_requested)
        self.overview.add_button.clicked.connect(lambda: self.holdings_requested.emit(()))
        self.header.scope_chosen.connect(self.choose_scope)
        self.header.edit_clicked.connect(self.dialogs.edit_targets)
        self.header.strategy_chosen.connect(self._on_strategy)
        self.header.strategies_clicked.connect(self.dialogs.strategies)
        self.answer.targets_requested.connect(self.dialogs.start)
        self.answer.class_chosen.connect(lambda class_id: self.classes.show_row((class_id, "")))
        self.answer.filter_clicked.connect(self.show_only_outside)
        self.classes.filtered.connect(self.answer.show_filter)
        QShortcut(QKeySequence("Ctrl+O"), self).activated.connect(self.show_only_outside)
        # The sheet of a plan is printed by its own button, which has the same key.
        self._print_key.activated.connect(self.dialogs.print_allocation)
        self.panel.targets_requested.connect(self.dialogs.start)
        self.panel.width_chosen.connect(self._arrange)
        self.panel.left.connect(self._leave_planner)
        self.panel.record_requested.connect(self.dialogs.record)
        self.panel.recorded_plans_requested.connect(self.dialogs.recorded_plans)
        self.panel.plan_shown.connect(self.overview.show_plan)
        self.panel.without_plan.connect(self._print_key.setEnabled)
        self.panel.trade_pointed.connect(self._on_trade_pointed)
        self.panel.trade_opened.connect(self.show_asset)
        self.classes.pointed.connect(self.panel.point_at)
        self.classes.explain_requested.connect(self._on_explain)
        self.classes.holdings_opened.connect(self.holdings_requested)
        self.notices.classify_requested.connect(self.dialogs.classify)
        self.notices.value_requested.connect(self.value_requested)
        self.notices.merge_requested.connect(self.merge_requested)
        self.notices.apart_requested.connect(lambda *ids: self._desk.merging.set_apart(*ids))
        self.notices.unsaved.clicked.connect(self.dialogs.edit_targets)
        self.dialogs.edited.connect(self._show_unsaved)
        self.tabs.chosen.connect(self._arrange)

    def _made_welcome(self) -> "Welcome":
        """Made when it is first wanted: most portfolios are not empty."""
        from wealthdesk.gui.allocation.overview.welcome import Welcome

        welcome = Welcome()
        welcome.import_requested.connect(self.import_requested)
        welcome.account_requested.connect(self.account_requested)
        welcome.demo_requested.connect(self.demo_requested)
        keep_off(self._desk, welcome.file, welcome.account)
        self._stack.addWidget(welcome)
        return welcome

    def _show_welcome(self) -> None:
        self._welcome = self._welcome or self._made_welcome()
        self._stack.setCurrentWidget(self._welcome)

    def _arrange(self) -> None:
        is_narrow = self._both.arrange(self.width())
        most = self.width() - self.overview.minimumSizeHint().width()
        self.panel.take_room(self.window().width(), most, is_alone=is_narrow)
        self.overview.take_room(self.width() - (0 if is_narrow else self.panel.maximumWidth()), self.height())

    def _show_unsaved(self) -> None:
        """What is edited of these targets and not saved, wherever it was left off."""
        strategy = self._allocation.strategy if self._allocation else None
        kept = self._desk.drafts.of(header_of(strategy.id)) if strategy else None
        is_told = kept is not None and self.dialogs.editor is None
        now = self._desk.clock.now()
        self.notices.show_unsaved(text.came_back(kept.count, kept.kept_at, now) if kept and is_told else "")

    def _on_explain(self, class_id: str) -> None:
        from wealthdesk.gui.allocation.overview.bar_explanation import BarExplanation

        rows = self.classes.classes.rows
        row = next((each for each in rows if each.id == class_id), None) or furthest(rows)
        if row is not None and self._allocation is not None and self._allocation.strategy is not None:
            BarExplanation(row, self._allocation.strategy, self).show_below(self.classes.head.explain)

    def _on_strategy(self, strategy_id: str) -> None:
        try:
            self._desk.targets.activate(strategy_id)
        except WealthDeskError as refusal:
            problems.show(refusal, self)

    def _on_trade_pointed(self, asset_id: str) -> None:
        classes = _classes_of(asset_id, self.current()) if asset_id else []
        self.classes.mark(frozenset({asset_id}), frozenset(classes))

    def _show(self, allocation: "Allocation") -> None:
        is_first = self._allocation is None
        is_other = is_first or self.current().scope != allocation.scope
        self._allocation = allocation
        if allocation.portfolio.is_empty:
            self._show_welcome()
            return
        self._stack.setCurrentIndex(0)
        if is_first:
            self.classes.scale_bps = max(self.classes.scale_bps, _scale_of_others(self._desk, allocation.scope))
        self.header.show_allocation(allocation, self._desk.targets.of(allocation.scope))
        self.notices.show_allocation(allocation, self._desk.portfolios.of_one_isin())
        self._show_unsaved()
        self.panel.show_allocation(allocation)
        # Until another one is there: what is read again after a change is not to lose it for a moment.
        self.overview.show_allocation(allocation, None if is_other else self.panel.plan)
        self._arrange()


def _scale_of_others(desk: "Desk", shown: Scope) -> int:
    """What the bars of every other scope that has targets need, so that they stay as they are from one to another."""
    scopes = {each.scope for each in desk.targets.all() if each.is_active} - {shown}
    return max((scale_above(class_rows(desk.allocations.of(each))) for each in scopes), default=0)


def _classes_of(asset_id: str, allocation: "Allocation") -> list[str]:
    """The ids of the classes that an asset counts to, in the order of the classes."""
    asset = allocation.portfolio.assets.get(asset_id)
    counted = {each.asset_class_id for each in asset.exposures} if asset else set()
    return [each for each in allocation.portfolio.classes if each in counted]
