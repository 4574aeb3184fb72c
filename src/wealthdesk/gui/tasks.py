"""What is under way: slow work away from the window, and what moves in it.

One worker does one thing after another and hands back a value; a second one only calculates, so that reading and
keeping a file never waits for it. A change of figures takes a moment on the screen, and none where less motion is
wanted.
"""

import gc
import inspect
import threading
import time
from collections.abc import Callable
from typing import Any, Final, TypeVar, cast

from PySide6.QtCore import (
    QCoreApplication,
    QEasingCurve,
    QEvent,
    QObject,
    QRunnable,
    Qt,
    QThreadPool,
    QTimer,
    QVariantAnimation,
    Signal,
)
from PySide6.QtWidgets import QApplication, QStyle, QWidget
from shiboken6 import isValid

from wealthdesk.errors import Fault, WealthDeskError
from wealthdesk.gui import problems
from wealthdesk.gui.widgets.message import ProgressStrip

_BETWEEN_REPORTS: Final = 0.05
_BEFORE_PAINTING: Final = (QEvent.Type.LayoutRequest.value, QEvent.Type.UpdateLater.value)
_FAULT: Final = "A fault of WealthDesk stopped this. Try again, or save a report of it."


class Cancelled(Exception):
    """The user stopped the work; raised by Progress.report inside it, so that a transaction rolls back."""


class Progress:
    """How far the work is, and whether to stop it. `report` may be called as often as one likes."""

    def __init__(self, tell: Callable[[int, int, str], None], hand: Callable[[object], None] | None = None) -> None:
        self._tell = tell
        self._hand = hand
        self._stop = threading.Event()
        self._last = 0.0

    @property
    def cancelled(self) -> bool:
        """Whether the user asked to stop."""
        return self._stop.is_set()

    def cancel(self) -> None:
        """Ask the work to stop at its next report."""
        self._stop.set()

    def hand_over(self, value: object) -> None:
        """Give a first value to the screen while the work goes on (Task.handed_over); nothing once it is cancelled."""
        if self._hand is not None and not self.cancelled:
            self._hand(value)

    def report(self, done: int, total: int, text: str = "") -> None:
        """Tell how far the work is (total 0 = not known); raises Cancelled when the user asked to stop."""
        if self.cancelled:
            raise Cancelled
        now = time.monotonic()
        if done >= total or now - self._last >= _BETWEEN_REPORTS:
            self._last = now
            self._tell(done, total, text)


class Task(QObject):
    """Work under way. Signals come in the GUI thread."""

    progressed = Signal(object, object, str)
    """done, total, text"""
    handed_over = Signal(object)
    """A value that the work gave before its end."""
    finished = Signal()
    """It ended, in whichever way; comes before `then` or `failed` is called."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.progress = Progress(self._tell, self._hand_over)

    def cancel(self) -> None:
        """Ask the work to stop at its next report: `cancelled` is called then. What ends before one ends as ever."""
        self.progress.cancel()

    def _tell(self, done: int, total: int, text: str) -> None:
        _deliver(lambda: self.progressed.emit(done, total, text) if isValid(self) else None)

    def _hand_over(self, value: object) -> None:
        _deliver(lambda: self.handed_over.emit(value) if isValid(self) else None)


_Value = TypeVar("_Value")


def run(
    work: Callable[[], _Value] | Callable[[Progress], _Value],
    then: Callable[[_Value], object],
    owner: QObject,
    *,
    failed: Callable[[WealthDeskError], object] | None = None,
    cancelled: Callable[[], object] | None = None,
    progress: ProgressStrip | None = None,
    beside: bool = False,
) -> Task:
    """Do `work` in the worker, then call `then` with its value in the GUI thread, unless `owner` died meanwhile.

    `work` takes nothing, or a Progress to report to; it must not touch a widget. A refusal goes to `failed` (or is
    shown); any other exception is reported as a bug, after `failed` has heard of it as a Fault, since what waits for
    an end is to hear of it. Call it from the GUI thread. progress: shows how far it is.
    beside: it only calculates, needs no file, and may run beside the worker: what reads or keeps does not wait for it.
    """
    task = Task(_office())
    _running.add(task)
    if progress is not None:
        progress.start(task.cancel)
        task.progressed.connect(progress.show_progress)

    def outcome(value: _Value | None, error: BaseException | None) -> None:
        _running.discard(task)
        if progress is not None and isValid(progress):
            progress.stop(task.cancel)
        task.finished.emit()
        task.deleteLater()
        if not isValid(owner):
            return
        if error is None:
            then(cast(_Value, value))
        elif isinstance(error, Cancelled):
            _call(cancelled)
        else:
            _tell_error(error, failed)

    (_office().beside if beside else _office().pool).start(_Work(work, task.progress, outcome))
    return task


def in_next_turn(owner: QObject, do: Callable[[], object]) -> None:
    """Do it when the event loop turns again, so that what the user did and what is to be painted comes before.

    Not QTimer.singleShot(0, …): what that posts from within what it posted runs before the loop turns.
    """
    turn = QTimer(owner, singleShot=True, interval=0)
    turn.timeout.connect(do)
    turn.timeout.connect(turn.deleteLater)
    turn.start()


def is_busy() -> bool:
    """Whether any work is under way or waiting."""
    return bool(_running)


def stop(wait_ms: int = 10_000) -> bool:
    """Ask all work to stop and wait for it, before the program ends; False if it did not stop in time."""
    for task in _running:
        task.cancel()
    ends = time.monotonic() + wait_ms / 1000
    return all(_has_ended(pool, ends) for pool in (_office().pool, _office().beside))


def _has_ended(pool: QThreadPool, ends: float) -> bool:
    return pool.waitForDone(max(0, round((ends - time.monotonic()) * 1000)))


class _Office(QObject):
    """The worker, the one that only calculates, and the desk in the GUI thread where their results arrive."""

    arrived = Signal(object)

    def __init__(self, parent: QObject | None) -> None:
        super().__init__(parent)
        self.pool, self.beside = QThreadPool(self), QThreadPool(self)
        for each in (self.pool, self.beside):
            each.setMaxThreadCount(1)
        self.arrived.connect(self._on_arrived, Qt.ConnectionType.QueuedConnection)

    def _on_arrived(self, call: Callable[[], object]) -> None:
        call()


class LaidOutFirst(QObject):
    """Lets whatever is shown in a window find its place before it is painted.

    What was asked to be painted earlier would otherwise come first, with words in the room of other words. A page that
    is shown now asks a moment later to be painted: asked for first, the window would be painted twice.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.UpdateRequest:
            for each in _BEFORE_PAINTING:
                QCoreApplication.sendPostedEvents(None, each)
        return False


class _Work(QRunnable):
    def __init__(
        self, work: Callable[..., Any], progress: Progress, outcome: Callable[[Any, BaseException | None], None]
    ) -> None:
        super().__init__()
        self._work, self._progress, self._outcome = work, progress, outcome

    def run(self) -> None:
        _collector.pause()
        self._do()
        if not _deliver(self._end):
            _collector.go_on()

    def _end(self) -> None:
        # A pool keeps all that it ever ran: without this, every window that asked for something as well.
        vars(self).clear()
        _collector.go_on()

    def _do(self) -> None:
        value, error = None, None
        try:
            value = self._work(self._progress) if _takes_progress(self._work) else self._work()
        except Exception as raised:  # handed over to the GUI thread, which shows it
            error = raised
        outcome = self._outcome
        _deliver(lambda: outcome(value, error))


class _Collector:
    """No garbage is collected while work is under way: what Qt made for the window, a timer above all, may be thrown
    away in the thread of the window alone, and Python collects in whichever thread comes first.
    """

    def __init__(self) -> None:
        self._lock, self._working, self._was_on = threading.Lock(), 0, False

    def pause(self) -> None:
        """Work begins."""
        with self._lock:
            if not self._working:
                self._was_on = gc.isenabled()
                gc.disable()
            self._working += 1

    def go_on(self) -> None:
        """Work has ended. In the thread of the window, which collects at once what has come together."""
        with self._lock:
            self._working -= 1
            if self._was_on and not self._working:
                gc.collect(0)
                gc.enable()


_collector: Final = _Collector()
_running: Final[set[Task]] = set()
_offices: Final[list[_Office]] = []


def _office() -> _Office:
    if not _offices or not isValid(_offices[0]):
        _offices[:] = [_Office(QCoreApplication.instance())]
    return _offices[0]


def _deliver(call: Callable[[], object]) -> bool:
    """Have it called in the thread of the window; whether there is one."""
    if not _offices or not isValid(_offices[0]):
        return False
    _offices[0].arrived.emit(call)
    return True


def _tell_error(error: BaseException, failed: Callable[[WealthDeskError], object] | None) -> None:
    refusal = error if isinstance(error, WealthDeskError) else Fault(_FAULT)
    if failed is not None:
        failed(refusal)
    if failed is None or refusal is not error:
        problems.report(error)


def _call(slot: Callable[[], object] | None) -> None:
    if slot is not None:
        slot()


def _takes_progress(work: Callable[..., Any]) -> bool:
    return any(
        each.default is each.empty and each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD)
        for each in inspect.signature(work).parameters.values()
    )


# What moves in the window

MOTION_MS: Final = 120
FADE_MS: Final = 80
"""In which a plan that has settled appears."""
_moving: Final[set[QVariantAnimation]] = set()
_is_motion_reduced = False
_is_still = False


def reduce_motion(reduced: bool) -> None:
    """Let everything be at its end at once from now on, or let it move."""
    global _is_motion_reduced
    _is_motion_reduced = reduced


def stand_still(still: bool) -> None:
    """Let everything be at its end at once, whatever is chosen, for as long as nobody sees it move."""
    global _is_still
    _is_still = still


def is_motion_reduced_by_choice() -> bool:
    """Whether less motion was chosen."""
    return _is_motion_reduced


def is_motion_reduced() -> bool:
    """Whether less motion was chosen, nobody sees it, or the style of the system has none."""
    if _is_motion_reduced or _is_still:
        return True
    return QApplication.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration) == 0


def is_moving() -> bool:
    """Whether something still moves: what is painted now is not what it will be."""
    return bool(_moving)


class Motion(QObject):
    """Runs from 0 to 1 and tells how far it is; begun again, it begins anew from where its owner stands."""

    def __init__(self, tell: Callable[[float], object], owner: QObject, duration_ms: int = MOTION_MS) -> None:
        super().__init__(owner)
        self._tell = tell
        self._animation = animation = QVariantAnimation(self)
        animation.setDuration(duration_ms)
        animation.setStartValue(0.0)
        animation.setEndValue(1.0)
        animation.setEasingCurve(QEasingCurve.Type.OutCubic)
        animation.valueChanged.connect(lambda at: tell(float(at)))
        animation.finished.connect(lambda: _moving.discard(animation))
        self.destroyed.connect(lambda: _moving.discard(animation))

    def begin(self, *, at_once: bool = False) -> None:
        """Begin; at_once: there is nothing to see of it."""
        self._animation.stop()
        _moving.discard(self._animation)
        if at_once or is_motion_reduced():
            self._tell(1.0)
            return
        _moving.add(self._animation)
        self._animation.start()
