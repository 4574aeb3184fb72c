"""The allocation page: what a scope holds against its targets, class by class, and what plans would make of it."""

from typing import TYPE_CHECKING, ClassVar, Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QFocusEvent, QResizeEvent
from PySide6.QtWidgets import QDialog, QPushButton, QStackedWidget, QWidget

from wealthdesk.changes import EVERYTHING, Changes
from wealthdesk.domain.accounts import ALL_PORTFOLIO, Scope
from wealthdesk.domain.targets import header_of
from wealthdesk.errors import WealthDeskError
from wealthdesk.gui import format as text
from wealthdesk.gui import problems
from wealthdesk.gui.allocation.overview.class_card import cards
from wealthdesk.gui.allocation.overview.class_list import BAR_MARGIN, ClassList
from wealthdesk.gui.allocation.overview.header import Header, StrategyLine
from wealthdesk.gui.allocation.overview.notices import Notices
from wealthdesk.gui.allocation.overview.summary import Summary
from wealthdesk.gui.allocation.planner.planner_panel import PlannerPanel
from wealthdesk.gui.bus import Bus
from wealthdesk.gui.page import Page
from wealthdesk.gui.read_only import keep_off
from wealthdesk.gui.widgets.buttons import button
from wealthdesk.gui.widgets.choices import Segment
from wealthdesk.gui.widgets.empty_state import EmptyState
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.message import Message

if TYPE_CHECKING:
    from wealthdesk.domain.drift import Allocation
    from wealthdesk.gui.allocation.overview.welcome import Welcome
    from wealthdesk.gui.allocation.recorded.record_dialog import RecordDialog
    from wealthdesk.gui.allocation.recorded.recorded_plans_dialog import RecordedPlansDialog
    from wealthdesk.gui.allocation.targets.target_dialog import TargetDialog
    from wealthdesk.services.desk import Desk

_SIDE_BY_SIDE: Final = 996
"""From this width on the planner stands beside the classes; in a narrower page one of the two is shown."""
_LEAST: Final = (480, 400)
_CLASSES, _PLANNER = "classes", "planner"
_WHY: Final = "Drift and plans are calculated from targets."


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

    def __init__(
        self, desk: "Desk", bus: Bus, panel: PlannerPanel | None = None, parent: QWidget | None = None
    ) -> None:
        """panel: the planner, where it was made before."""
        super().__init__(bus, parent)
        self._bus = bus
        self._desk = desk
        self._scope: Scope = ALL_PORTFOLIO
        self._allocation: Allocation | None = None
        self._dialog: QDialog | None = None
        self._editor: TargetDialog | None = None
        self._welcome: Welcome | None = None
        self.header = Header()
        self.summary = Summary()
        self.strategy_line = StrategyLine()
        self.no_targets = Message(action="Set targets…", inline=True)
        self.classes = ClassList()
        self.nothing_held = self._nothing_held()
        self.notices = Notices()
        self.panel = panel or PlannerPanel(desk)
        self.tabs = Segment("What is shown", [(_CLASSES, "Allocation"), (_PLANNER, "Planner")])
        self._content = QWidget()
        self._tab_line = QWidget()
        self._stack = QStackedWidget()
        # Not what lies side by side in it: it can be as narrow as one of the two.
        self.setMinimumSize(*_LEAST)
        self._lay_out()
        self._connect()
        keep_off(
            desk,
            self.header.edit,
            self.strategy_line.button,
            self.no_targets.button,
            self.notices.unclassified.button,
            self.notices.unsaved.button,
            self.notices.unpriced.button,
            self.notices.twins.button,
            *([self.notices.twins.no] if self.notices.twins.no else []),
            *self.nothing_held.findChildren(QPushButton),
        )

    @property
    def allocation(self) -> "Allocation | None":
        """What is shown."""
        return self._allocation

    def choose_scope(self, scope: Scope) -> None:
        """Show an account, or All Portfolio (None)."""
        self._scope = scope
        self.mark_stale()

    def refresh(self) -> None:
        allocation = self._desk.allocations.of(self._scope)
        self._scope = allocation.scope
        self._show(allocation)

    def edit_targets(self) -> None:
        """Open the editor of the targets, or what makes the first ones where there is no strategy."""
        if self._allocation is None or self._allocation.portfolio.is_empty:
            return
        if self._allocation.strategy is None:
            self._on_start()
        else:
            self._on_edit()

    def keep_unsaved(self) -> None:
        if self._editor is not None:
            self._editor.keep_unsaved()

    def show_planner(self) -> None:
        """Show the planner, where there is only room for it or the classes."""
        self.tabs.choose(_PLANNER)
        self._arrange()

    def show_strategies(self) -> None:
        """Open the list of the strategies of the scope."""
        self._open(self._strategies_dialog())

    def focusInEvent(self, event: QFocusEvent) -> None:
        # Not by a focus proxy: Tab follows one, and would leave out all that stands before it.
        welcome = self._welcome
        is_empty = welcome is not None and self._stack.currentWidget() is welcome
        (welcome.first_choice if welcome and is_empty else self.classes).setFocus(event.reason())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _lay_out(self) -> None:
        self._lay_out_content()
        both = QWidget()
        layout = vertical(both, spacing=0)
        horizontal(self._tab_line, margins=(24, 14, 24, 0)).addWidget(self.tabs)
        layout.addWidget(self._tab_line)
        row = horizontal(spacing=0)
        row.addWidget(self._content, 1)
        row.addWidget(self.panel)
        layout.addLayout(row, 1)
        self._stack.addWidget(both)
        vertical(self).addWidget(self._stack)

    def _lay_out_content(self) -> None:
        column = vertical(self._content, spacing=0, margins=(24, 20, 24 - BAR_MARGIN, 20))
        head = vertical(spacing=14, margins=(0, 0, BAR_MARGIN, 8))
        for each in (self.header, self.summary, self.strategy_line, self.no_targets):
            head.addWidget(each)
        head.setSpacing(10)
        column.addLayout(head)
        column.addWidget(self.classes, 1000)
        column.addWidget(self.nothing_held, 1000)
        foot = vertical(margins=(0, 8, BAR_MARGIN, 0))
        foot.addWidget(self.notices)
        column.addLayout(foot)
        column.addStretch(1)

    def _connect(self) -> None:
        self.header.scope_chosen.connect(self.choose_scope)
        self.header.edit_clicked.connect(self.edit_targets)
        self.strategy_line.strategy_chosen.connect(self._on_strategy)
        self.strategy_line.strategies_clicked.connect(self.show_strategies)
        self.no_targets.action_clicked.connect(self._on_start)
        self.panel.targets_requested.connect(self._on_start)
        self.panel.width_chosen.connect(self._arrange)
        self.panel.record_requested.connect(self._on_record)
        self.panel.recorded_plans_requested.connect(self._on_recorded_plans)
        self.classes.holding_opened.connect(self._on_holding_opened)
        self.notices.classify_requested.connect(self._on_classify)
        self.notices.value_requested.connect(self.value_requested)
        self.notices.merge_requested.connect(self.merge_requested)
        self.notices.apart_requested.connect(self._on_apart)
        self.notices.unsaved.clicked.connect(self.edit_targets)
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

    def _nothing_held(self) -> EmptyState:
        file, holdings = button("Import a file…", icon="import"), button("Add holdings…", icon="plus")
        file.clicked.connect(self.import_requested)
        holdings.clicked.connect(self._on_add_holdings)
        return EmptyState("Nothing is held here yet", "", [file, holdings], picture=False)

    def _arrange(self) -> None:
        """Beside each other where there is room; otherwise the one that is chosen."""
        is_narrow = self.width() < _SIDE_BY_SIDE
        chosen = self.tabs.choice()
        self._tab_line.setVisible(is_narrow)
        self._content.setVisible(not is_narrow or chosen == _CLASSES)
        self.panel.setVisible(not is_narrow or chosen == _PLANNER)
        most = self.width() - self._content.minimumSizeHint().width()
        self.panel.take_room(self.window().width(), most, is_alone=is_narrow)

    def _start_dialog(self) -> QDialog:
        from wealthdesk.gui.allocation.targets.start_targets_dialog import StartTargetsDialog

        return StartTargetsDialog(self._desk, self._current(), self)

    def _classify_dialog(self) -> QDialog:
        from wealthdesk.gui.allocation.overview.classify_dialog import ClassifyDialog

        return ClassifyDialog(self._desk, self._scope, self)

    def _target_dialog(self) -> "TargetDialog":
        from wealthdesk.gui.allocation.targets.target_dialog import TargetDialog

        return TargetDialog(self._desk, self._current(), self, bus=self._bus)

    def _strategies_dialog(self) -> QDialog:
        from wealthdesk.gui.allocation.targets.strategies_dialog import StrategiesDialog

        return StrategiesDialog(self._desk, self._scope, self)

    def _record_dialog(self) -> "RecordDialog":
        from wealthdesk.gui.allocation.recorded.record_dialog import RecordDialog

        assert self.panel.plan is not None
        return RecordDialog(
            self._desk, self.panel.plan, self._current(), self, placed=self.panel.outcome.ticked, due=self.panel.due
        )

    def _recorded_plans_dialog(self) -> "RecordedPlansDialog":
        from wealthdesk.gui.allocation.recorded.recorded_plans_dialog import RecordedPlansDialog

        return RecordedPlansDialog(self._desk, self)

    def _current(self) -> "Allocation":
        return self._allocation or self._desk.allocations.of(self._scope)

    def _open(self, dialog: QDialog) -> QDialog:
        self._dialog = dialog
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def _on_start(self) -> None:
        self._open(self._start_dialog()).accepted.connect(self._on_started)

    def _on_started(self) -> None:
        self._allocation = self._desk.allocations.of(self._scope)
        self._on_edit()

    def _on_edit(self) -> None:
        self._editor = self._target_dialog()
        self._editor.finished.connect(self._on_edited)
        self._open(self._editor)

    def _on_edited(self) -> None:
        self._editor = None
        self._show_unsaved()

    def _show_unsaved(self) -> None:
        """What is edited of these targets and not saved, wherever it was left off."""
        strategy = self._allocation.strategy if self._allocation else None
        kept = self._desk.drafts.of(header_of(strategy.id)) if strategy else None
        self.notices.show_unsaved(
            text.came_back(kept.count, kept.kept_at, self._desk.clock.now()) if kept and self._editor is None else ""
        )

    def _on_record(self) -> None:
        if self.panel.plan is not None:
            dialog = self._record_dialog()
            dialog.recorded.connect(self.panel.show_recorded)
            dialog.plan_requested.connect(self._on_plan_again)
            self._open(dialog)

    def _on_plan_again(self) -> None:
        """The holdings were changed elsewhere: show them as they are, and plan for them."""
        if not self._desk.reread_if_changed_elsewhere():
            self.mark_stale()
        self.panel.money.focus_first()

    def _on_recorded_plans(self) -> None:
        self._open(self._recorded_plans_dialog())

    def _on_classify(self) -> None:
        self._open(self._classify_dialog())

    def _on_apart(self, kept_id: str, other_id: str) -> None:
        self._desk.merging.set_apart(kept_id, other_id)

    def _on_strategy(self, strategy_id: str) -> None:
        try:
            self._desk.targets.activate(strategy_id)
        except WealthDeskError as refusal:
            problems.show(refusal, self)

    def _on_holding_opened(self, asset_id: str) -> None:
        self.holdings_requested.emit((asset_id,))

    def _on_add_holdings(self) -> None:
        self.holdings_requested.emit(())

    def _show(self, allocation: "Allocation") -> None:
        self._allocation = allocation
        if allocation.portfolio.is_empty:
            self._show_welcome()
            return
        self._stack.setCurrentIndex(0)
        self.header.show_allocation(allocation)
        self.summary.show_allocation(allocation)
        self.strategy_line.show_allocation(allocation, self._desk.targets.of(allocation.scope))
        self._show_no_targets(allocation)
        self._show_classes(allocation)
        self.notices.show_allocation(allocation, self._desk.portfolios.of_one_isin())
        self._show_unsaved()
        self.panel.show_allocation(allocation)
        self._arrange()

    def _show_no_targets(self, allocation: "Allocation") -> None:
        has_targets = allocation.drift.has_targets
        self.no_targets.setVisible(not has_targets)
        name = allocation.scope_name
        if allocation.strategy is None:
            self.no_targets.show_message(self.no_targets.tone, f"{name} has no strategy yet", _WHY)
        elif not has_targets:
            self.no_targets.show_message(self.no_targets.tone, f"{allocation.strategy.name} has no targets yet", _WHY)

    def _show_classes(self, allocation: "Allocation") -> None:
        is_empty = not allocation.valuation.holdings and not allocation.drift.has_targets
        self.classes.show_cards(cards(allocation))
        self.classes.setVisible(not is_empty)
        self.nothing_held.setVisible(is_empty)
        self.nothing_held.show_words(
            f"Nothing is held in {allocation.scope_name} yet", "Import a file, or add holdings one by one."
        )
