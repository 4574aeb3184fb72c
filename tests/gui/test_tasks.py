"""Slow work: its value, its refusals, its progress and its end."""

import gc
import threading
import weakref

import pytest
from PySide6.QtCore import QObject
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from wealthdesk.errors import BadInput, Fault, WealthDeskError
from wealthdesk.gui import problems, tasks
from wealthdesk.gui.widgets.message import ProgressStrip


@pytest.fixture
def owner(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


def test_the_value_comes_back_in_the_thread_of_the_window(owner: QWidget, qtbot: QtBot) -> None:
    came: list[tuple[int, bool, bool]] = []
    window_thread = threading.current_thread()

    def work() -> tuple[int, bool]:
        return 2**40, threading.current_thread() is window_thread

    tasks.run(work, lambda value: came.append((*value, threading.current_thread() is window_thread)), owner)
    qtbot.waitUntil(lambda: bool(came))
    assert came == [(2**40, False, True)]
    assert not tasks.is_busy()


def test_work_that_has_ended_keeps_nothing(owner: QWidget, qtbot: QtBot) -> None:
    """The window that it was for could not be thrown away otherwise."""
    came: list[bool] = []

    class Asked:
        def work(self) -> bool:
            return True

        def end(self, value: bool) -> None:
            came.append(value)

    left = []
    for number in range(1, 41):
        asked = Asked()
        left.append(weakref.ref(asked))
        tasks.run(asked.work, asked.end, owner)
        del asked
        while len(came) < number:
            QTest.qWait(1)
    qtbot.waitUntil(lambda: not any(each() for each in left))


def test_no_garbage_is_collected_in_the_worker(owner: QWidget, qtbot: QtBot) -> None:
    """A timer that is thrown away in another thread than its own takes Qt down."""
    collected_in: set[str] = set()
    done: list[int] = []

    def note(phase: str, info: dict[str, int]) -> None:
        collected_in.add(threading.current_thread().name)

    def work() -> int:
        for _ in range(5_000):
            ring: list[object] = []
            ring.append(ring)
        return 1

    window_thread = threading.current_thread().name
    gc.callbacks.append(note)
    try:
        for beside in (False, True):
            tasks.run(work, done.append, owner, beside=beside)
        qtbot.waitUntil(lambda: done == [1, 1])
        assert not collected_in - {window_thread}
        qtbot.waitUntil(gc.isenabled)
        work()
        assert collected_in == {window_thread}
    finally:
        gc.callbacks.remove(note)


def test_work_is_done_one_after_another(owner: QWidget, qtbot: QtBot) -> None:
    at_once: list[int] = []
    inside = [0]

    def work() -> int:
        inside[0] += 1
        at_once.append(inside[0])
        threading.Event().wait(0.01)
        inside[0] -= 1
        return 0

    done: list[int] = []
    for _ in range(4):
        tasks.run(work, done.append, owner)
    qtbot.waitUntil(lambda: len(done) == 4)
    assert at_once == [1, 1, 1, 1]


def test_what_only_calculates_keeps_nothing_else_waiting(owner: QWidget, qtbot: QtBot) -> None:
    go = threading.Event()
    calculated: list[bool] = []
    kept: list[int] = []
    tasks.run(lambda: go.wait(30), calculated.append, owner, beside=True)
    tasks.run(lambda: 1, kept.append, owner)
    qtbot.waitUntil(lambda: kept == [1])
    assert calculated == [] and tasks.is_busy()
    assert not tasks.stop(50), "it does not hear of it"
    go.set()
    assert tasks.stop(5_000)
    qtbot.waitUntil(lambda: calculated == [True])


def test_nothing_comes_to_an_owner_that_died(qtbot: QtBot) -> None:
    came: list[int] = []
    dead = QObject()
    go = threading.Event()
    task = tasks.run(lambda: go.wait(5), came.append, dead)
    with qtbot.waitSignal(task.finished):
        delete(dead)
        go.set()
    assert came == []


def test_a_refusal_goes_to_failed(owner: QWidget, qtbot: QtBot) -> None:
    def work() -> None:
        raise BadInput("The file is empty.")

    refused: list[WealthDeskError] = []
    tasks.run(work, lambda _: None, owner, failed=refused.append)
    qtbot.waitUntil(lambda: bool(refused))
    assert str(refused[0]) == "The file is empty."


def test_a_refusal_is_shown_when_nobody_takes_it(owner: QWidget, qtbot: QtBot) -> None:
    def work() -> None:
        raise BadInput("The file is empty.")

    problems.install(owner)
    task = tasks.run(work, lambda _: None, owner)
    with qtbot.waitSignal(task.finished):
        pass
    qtbot.waitUntil(lambda: bool(owner.findChildren(QMessageBox)))
    box = owner.findChildren(QMessageBox)[0]
    assert box.text() == "The file is empty."
    box.accept()


def test_a_bug_is_reported_and_who_waits_hears_that_it_ended(owner: QWidget, qtbot: QtBot) -> None:
    def work() -> None:
        raise ZeroDivisionError("by nothing")

    def reports() -> list[problems.BugDialog]:
        return [each for each in QApplication.topLevelWidgets() if isinstance(each, problems.BugDialog)]

    refused: list[WealthDeskError] = []
    tasks.run(work, lambda _: None, owner, failed=refused.append)
    qtbot.waitUntil(lambda: bool(reports()))
    assert [type(each) for each in refused] == [Fault]
    assert "by nothing" in reports()[0].details.toPlainText()
    reports()[0].accept()


def test_stopping_at_the_next_report(owner: QWidget, qtbot: QtBot) -> None:
    began, stopped, came = threading.Event(), list[bool](), list[int]()

    def work(progress: tasks.Progress) -> int:
        for step in range(100_000):
            progress.report(step, 100_000, "Reading")
            began.set()
            threading.Event().wait(0.001)
        return 1

    task = tasks.run(work, came.append, owner, cancelled=lambda: stopped.append(True))
    assert began.wait(5)
    with qtbot.waitSignal(task.finished):
        task.cancel()
    assert (stopped, came) == ([True], [])


def test_the_strip_appears_only_when_it_takes_a_while(owner: QWidget, qtbot: QtBot) -> None:
    owner.show()
    strip = ProgressStrip("Importing…", owner)
    go = threading.Event()

    def work(progress: tasks.Progress) -> int:
        progress.report(2**40, 2**41, "Reading lines")
        go.wait(5)
        return 1

    done: list[int] = []
    tasks.run(work, done.append, owner, progress=strip)
    assert not strip.isVisible()
    qtbot.waitUntil(strip.isVisible, timeout=2000)
    assert strip.bar.value() == 500
    go.set()
    qtbot.waitUntil(lambda: bool(done))
    assert not strip.isVisible()


def test_work_that_ends_leaves_the_strip_to_the_work_that_has_begun_since(owner: QWidget, qtbot: QtBot) -> None:
    owner.show()
    strip = ProgressStrip("Reading…", owner)
    go = threading.Event()
    ended: list[str] = []

    def work(progress: tasks.Progress) -> str:
        go.wait(5)
        return "first"

    def next_work(progress: tasks.Progress) -> str:
        progress.report(1, 4, "Reading lines")
        while not progress.cancelled:
            pass
        return "next"

    tasks.run(work, ended.append, owner, progress=strip)
    task = tasks.run(next_work, ended.append, owner, progress=strip)
    go.set()
    qtbot.waitUntil(lambda: ended == ["first"])
    qtbot.waitUntil(strip.isVisible, timeout=2000)
    task.cancel()
    qtbot.waitUntil(lambda: ended == ["first", "next"])
    assert not strip.isVisible()
