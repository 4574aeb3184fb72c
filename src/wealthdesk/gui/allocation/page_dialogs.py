"""The dialogs of the allocation page: each for the scope that is shown, made when it is wanted."""

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog, QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QPagedPaintDevice

    from wealthdesk.domain.drift import Allocation
    from wealthdesk.gui.allocation.planner.planner_panel import PlannerPanel
    from wealthdesk.gui.allocation.recorded.record_dialog import RecordDialog
    from wealthdesk.gui.allocation.targets.target_dialog import TargetDialog
    from wealthdesk.gui.page import Bus
    from wealthdesk.services.desk import Desk


class _Ground(Protocol):
    """The page, as its dialogs know it."""

    panel: "PlannerPanel"

    def current(self) -> "Allocation":
        """What is shown."""

    def mark_stale(self) -> None:
        """Read it again."""


class PageDialogs(QObject):
    """ground: the page whose scope they are for, and which they open over."""

    edited = Signal()
    """The editor of targets was closed."""

    def __init__(self, desk: "Desk", bus: "Bus", ground: _Ground) -> None:
        assert isinstance(ground, QWidget)
        super().__init__(ground)
        self._desk, self._bus, self._page, self._ground = desk, bus, ground, ground
        self.editor: TargetDialog | None = None
        """The editor of targets, while it is open."""

    def edit_targets(self) -> None:
        """The editor of the targets, or what makes the first ones where there is no strategy."""
        if not self._ground.current().portfolio.is_empty:
            self.start() if self._ground.current().strategy is None else self._edit()

    def start(self) -> None:
        """What makes the first targets of the scope, and then their editor."""
        from wealthdesk.gui.allocation.targets.start_targets_dialog import StartTargetsDialog

        self._open(StartTargetsDialog(self._desk, self._ground.current(), self._page)).accepted.connect(self._edit)

    def strategies(self) -> None:
        """The strategies of the scope."""
        from wealthdesk.gui.allocation.targets.strategies_dialog import StrategiesDialog

        self._open(StrategiesDialog(self._desk, self._ground.current().scope, self._page))

    def classify(self) -> None:
        """The classes of what has none."""
        from wealthdesk.gui.allocation.overview.classify_dialog import ClassifyDialog

        self._open(ClassifyDialog(self._desk, self._ground.current().scope, self._page))

    def record(self) -> "RecordDialog | None":
        """What was carried out of the plan that is shown; None: there is none."""
        from wealthdesk.gui.allocation.recorded.record_dialog import RecordDialog

        panel = self._ground.panel
        if panel.plan is None:
            return None
        dialog = RecordDialog(
            self._desk, panel.plan, self._ground.current(), self._page, placed=panel.outcome.ticked, due=panel.due
        )
        dialog.recorded.connect(panel.show_recorded)
        dialog.plan_requested.connect(self._plan_again)
        self._open(dialog)
        return dialog

    def recorded_plans(self) -> None:
        """The plans that were recorded."""
        from wealthdesk.gui.allocation.recorded.recorded_plans_dialog import RecordedPlansDialog

        self._open(RecordedPlansDialog(self._desk, self._page))

    def print_allocation(self) -> None:
        """Ask on which printer the allocation is to be printed."""
        from wealthdesk.gui import paper
        from wealthdesk.gui.allocation.overview.allocation_paper import paint_allocation

        def printed(printer: "QPagedPaintDevice") -> None:
            paint_allocation(printer, self._ground.current(), self._desk.clock.today(), self._desk.path.name)

        paper.ask_printer("Allocation", printed, self._page)

    def _edit(self) -> None:
        from wealthdesk.gui.allocation.targets.target_dialog import TargetDialog

        # Not what the page shows: the strategy may have been made just now.
        allocation = self._desk.allocations.of(self._ground.current().scope)
        self.editor = TargetDialog(self._desk, allocation, self._page, bus=self._bus)
        self.editor.finished.connect(self._on_edited)
        self._open(self.editor)

    def _on_edited(self) -> None:
        self.editor = None
        self.edited.emit()

    def _plan_again(self) -> None:
        """The holdings were changed elsewhere: show them as they are, and plan for them."""
        if not self._desk.reread_if_changed_elsewhere():
            self._ground.mark_stale()
        self._ground.panel.money.focus_first()

    def _open(self, dialog: QDialog) -> QDialog:
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog
