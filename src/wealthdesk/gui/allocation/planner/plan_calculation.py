"""The calculation under way: in place where that is instant, otherwise by the worker, a quick plan first."""

import threading
from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from wealthdesk.domain.plans import Plan
from wealthdesk.errors import WealthDeskError
from wealthdesk.gui import tasks
from wealthdesk.gui.widgets.progress_strip import ProgressStrip


class Planning(Protocol):
    """What makes the plan: pure, so that the worker may call it. `progress` hears of each better plan; False stops.

    `goes_on` is asked all the time; False stops at once.
    """

    def __call__(self, progress: Callable[[Plan], bool] | None = None, goes_on: Callable[[], bool] = ...) -> Plan: ...


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
        self._task: tasks.Task | None = None
        self._stop = threading.Event()
        self._has_told = False

    @property
    def is_busy(self) -> bool:
        """Whether a better plan is still looked for."""
        return self._task is not None

    def begin(self, planning: Planning, *, in_place: bool) -> None:
        """Calculate, here and now or by the worker."""
        self.drop()
        if in_place:
            self._begin_here(planning)
        else:
            self._begin_in_worker(planning)

    def drop(self) -> None:
        """Forget the one under way."""
        if self._task is not None:
            self._task.handed_over.disconnect(self._on_told)
            self._task.cancel()
            self._stop.set()
            self._task = None
            self._progress.stop()

    def settle(self) -> None:
        """Take the plan that is shown for the last one, where one is shown and a better one is looked for."""
        if self.is_busy and self._has_told:
            self._on_stop()

    def _begin_here(self, planning: Planning) -> None:
        try:
            plan = planning()
        except WealthDeskError as refusal:
            self.refused.emit(str(refusal))
            return
        self.planned.emit(plan)
        self.ended.emit()

    def _begin_in_worker(self, planning: Planning) -> None:
        stop = self._stop = threading.Event()
        task: list[tasks.Task] = []

        def work(progress: tasks.Progress) -> Plan:
            if stop.is_set():
                # It was dropped before its turn came.
                raise tasks.Cancelled

            has_one = threading.Event()

            def told(plan: Plan) -> bool:
                progress.hand_over(plan)
                has_one.set()
                return goes_on()

            def goes_on() -> bool:
                # Whoever only stops still gets the first plan; whoever asks for another one does not.
                return not (progress.cancelled or (stop.is_set() and has_one.is_set()))

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
        self._progress.start(self._on_stop)

    def _on_told(self, plan: Plan) -> None:
        self._has_told = True
        self.planned.emit(plan)

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
        self._task = None
        self._progress.stop()
        return True
