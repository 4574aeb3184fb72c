"""The allocation page: what a scope holds against its targets, class by class, and what plans would make of it."""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QStackedWidget, QWidget

from wealthdesk.changes import EVERYTHING, Changes
from wealthdesk.domain.accounts import ALL_PORTFOLIO, Scope
from wealthdesk.domain.plans import Mode
from wealthdesk.domain.targets import header_of
from wealthdesk.errors import WealthDeskError
from wealthdesk.gui import format as text
from wealthdesk.gui import problems
from wealthdesk.gui.allocation.overview.answer import PageAnswer
from wealthdesk.gui.allocation.overview.class_list import BAR_MARGIN, ClassList, scale_above
from wealthdesk.gui.allocation.overview.head import PageHead, band_name, band_sentence
from wealthdesk.gui.allocation.overview.notices import Notices
from wealthdesk.gui.allocation.overview.rows import class_rows, furthest, rows_after
from wealthdesk.gui.allocation.page_dialogs import PageDialogs
from wealthdesk.gui.allocation.planner.planner_panel import PlannerPanel
from wealthdesk.gui.page import Bus, Page, SideBySide
from wealthdesk.gui.read_only import keep_off
from wealthdesk.gui.widgets.buttons import button
from wealthdesk.gui.widgets.choices import Segment
from wealthdesk.gui.widgets.empty_state import EmptyState
from wealthdesk.gui.widgets.layouts import horizontal, vertical

if TYPE_CHECKING:
    from wealthdesk.domain.drift import Allocation
    from wealthdesk.domain.plans import Plan
    from wealthdesk.gui.allocation.overview.rows import ClassLine
    from wealthdesk.gui.allocation.overview.welcome import Welcome
    from wealthdesk.services.desk import Desk

_SIDE_BY_SIDE: Final = 996
"""From this width on the planner stands beside the classes; in a narrower page one of the two is shown."""
_LEAST: Final = (480, 400)
_WIDEST: Final = 1080
"""The content is no wider than this: what is left over is margin."""
_MARGIN, _WIDE_MARGIN, _WIDE_FROM = 24, 48, 960
_TALL_FROM: Final = 900
_CLASSES, _PLANNER = "classes", "planner"


class Overview(QWidget):
    """What stands beside the planner, in one column: the answer, the classes, and what is to be told of them."""

    def __init__(self, desk: "Desk", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._allocation: Allocation | None = None
        self._rows: list[ClassLine] = []
        self.header = PageHead(self)
        self.answer = PageAnswer(self)
        self.classes = ClassList()
        self.notices = Notices()
        self.import_button, self.add_button = (
            button("Import a file…", icon="import"),
            button("Add holdings…", icon="plus"),
        )
        self.nothing_held = EmptyState(
            "Nothing is held here yet", "", [self.import_button, self.add_button], picture=False
        )
        self._lay_out()
        # What changes something is off in a copy to look at.
        told = self.notices
        lines = [each.button for each in (told.unclassified, told.unsaved, told.unpriced, told.twins)]
        lines += [told.twins.no] if told.twins.no else []
        keep_off(desk, self.header.edit, self.header.targets, self.answer.set_targets, *lines)
        keep_off(desk, self.import_button, self.add_button)

    def take_room(self, width: int, height: int) -> None:
        """Take the margins that suit so much room."""
        is_wide = min(width, _WIDEST) >= _WIDE_FROM
        side = _WIDE_MARGIN if is_wide else _MARGIN
        self._head.setSpacing(22 if is_wide and height >= _TALL_FROM else 8)
        self._column.setContentsMargins(side, 20, side - BAR_MARGIN, 16)

    def show_allocation(self, allocation: "Allocation", plan: "Plan | None") -> None:
        """Show what is held, and what the plan makes of it."""
        is_empty = not allocation.valuation.holdings and not allocation.drift.has_targets
        strategy = allocation.strategy if allocation.drift.has_targets else None
        self.classes.head.band = band_name(strategy) if strategy else ""
        self.classes.head.band_words = band_sentence(strategy) if strategy else ""
        self.classes.head.fit()
        if self.classes.only_outside and allocation.drift.is_inside:
            self.classes.set_only_outside(False)
        self.answer.show_allocation(allocation, self.show_plan(allocation, plan))
        for each in (self.classes, self.classes.head, self.classes.legend, self.answer):
            each.setVisible(not is_empty)
        self.nothing_held.setVisible(is_empty)
        of = f" in {allocation.scope_name}" if allocation.scope is not ALL_PORTFOLIO else ""
        self.nothing_held.show_words(f"Nothing is held{of} yet", "Import a file, or add holdings one by one.")

    def show_plan(self, allocation: "Allocation", plan: "Plan | None") -> "list[ClassLine]":
        """Show what changes with every plan: the bars, and the line about them."""
        if allocation is not self._allocation:
            self._allocation, self._rows = allocation, class_rows(allocation)
        rows = rows_after(self._rows, plan.after if plan else None)
        self.classes.show_rows(rows)
        self.answer.show_plan(allocation, rows, plan)
        return rows

    def _lay_out(self) -> None:
        self.setMaximumWidth(_WIDEST)
        self._column = vertical(self, spacing=0)
        head = self._head = vertical(spacing=8, margins=(0, 0, BAR_MARGIN, 0))
        for each in (self.header, self.answer):
            head.addWidget(each)
        self._column.addLayout(head)
        self._column.addSpacing(8)
        self._column.addWidget(self.classes.head)
        self._column.addWidget(self.classes, 1000)
        self._column.addWidget(self.classes.legend)
        self._column.addWidget(self.nothing_held, 1000)
        self._column.addStretch(1)
        foot = vertical(margins=(0, 2, BAR_MARGIN, 0))
        foot.addWidget(self.notices)
        self._column.addLayout(foot)


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

    def __init__(
        self, desk: "Desk", bus: Bus, panel: PlannerPanel | None = None, parent: QWidget | None = None
    ) -> None:
        """panel: the planner, where it was made before."""
        super().__init__(bus, parent)
        self._desk = desk
        self._scope: Scope = ALL_PORTFOLIO
        self._allocation: Allocation | None = None
        self._plan: Plan | None = None
        self._welcome: Welcome | None = None
        self._stack = QStackedWidget(self)
        self.tabs = Segment("What is shown", [(_CLASSES, "Allocation"), (_PLANNER, "Planner")])
        self._both = SideBySide(self.tabs, _SIDE_BY_SIDE, self._stack)
        self._left = QWidget(self._both)
        shown = self.overview = Overview(desk, self._left)
        self.header, self.answer, self.classes, self.notices = shown.header, shown.answer, shown.classes, shown.notices
        self.panel = panel or PlannerPanel(desk)
        self.dialogs = PageDialogs(desk, bus, self)
        self._print_key = QShortcut(QKeySequence("Ctrl+P"), self)
        # Not what lies side by side in it: it can be as narrow as one of the two.
        self.setMinimumSize(*_LEAST)
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
        vertical(self).addWidget(self._stack)

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
        self.panel.plan_shown.connect(self._on_plan_shown)
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

    def _on_plan_shown(self, plan: "Plan | None") -> None:
        """What the plan comes to stands on the bars of today."""
        self._plan = plan
        self._print_key.setEnabled(plan is None)
        if self._allocation is not None and self._stack.currentWidget() is self._both:
            self.overview.show_plan(self._allocation, plan)

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
            self.classes.scale_bps = max(self.classes.scale_bps, _scale_of_all(self._desk))
        self.header.show_allocation(allocation, self._desk.targets.of(allocation.scope))
        self.notices.show_allocation(allocation, self._desk.portfolios.of_one_isin())
        self._show_unsaved()
        self.panel.show_allocation(allocation)
        # Until another one is there: what is read again after a change is not to lose it for a moment.
        self._plan = None if is_other else self.panel.plan
        self.overview.show_allocation(allocation, self._plan)
        self._arrange()


def _scale_of_all(desk: "Desk") -> int:
    """What the bars of every scope that has targets need, so that they stay as they are from one to another."""
    scopes = {each.scope for each in desk.targets.all() if each.is_active}
    return max((scale_above(class_rows(desk.allocations.of(each))) for each in scopes), default=0)


def _classes_of(asset_id: str, allocation: "Allocation") -> list[str]:
    """The ids of the classes that an asset counts to, in the order of the classes."""
    asset = allocation.portfolio.assets.get(asset_id)
    counted = {each.asset_class_id for each in asset.exposures} if asset else set()
    return [each for each in allocation.portfolio.classes if each in counted]
