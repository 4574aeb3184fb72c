"""How long a key in the amount takes until its plan is shown (demo portfolio), and until nothing closer is sought."""

import statistics
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from PySide6.QtCore import QEventLoop
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from benchmarks.figures import tell
from wealthdesk.gui import theme
from wealthdesk.gui.allocation.page import AllocationPage
from wealthdesk.gui.main_window import MainWindow
from wealthdesk.services.demo import make_demo
from wealthdesk.services.desk import Clock

BAR_MS = 50.0
BETWEEN_KEYS_MS = 150
KEYS = "2000050"
AMOUNTS = ("500", "1000", "2500", "5000", "10000", "20000", "50000", "100000")
CLOCK = Clock(today=lambda: date(2026, 11, 20), now=lambda: datetime(2026, 11, 20, 9, tzinfo=UTC))


def test_amount(qapp: QApplication, tmp_path: Path) -> None:
    theme.apply(qapp, theme.LIGHT)
    print()
    with make_demo(tmp_path / "demo.wealthdesk", CLOCK) as desk:
        window = MainWindow()
        window.show()
        window.show_desk(desk)
        page = window.page("allocation")
        assert isinstance(page, AllocationPage)
        _measure(qapp, page)
        window.close()


def _measure(qapp: QApplication, page: AllocationPage) -> None:
    panel, told = page.panel, list[float]()
    panel.calculation.planned.connect(lambda _: told.append(time.perf_counter()))

    def until(is_so: Callable[[], bool]) -> float:
        # As the event loop waits: one that asks again and again would take time from the search beside it.
        while not is_so():
            qapp.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        qapp.processEvents()
        return time.perf_counter()

    def typed(amount: str) -> tuple[list[float], list[float]]:
        """For each key, after the plan of the key before: until its first plan, and until nothing closer is sought."""
        first, settled = list[float](), list[float]()
        panel.money.amount.field.clear()
        until(lambda: panel.is_settled)
        for key in amount:
            # As a person types: the bars have moved to the plan before by then.
            QTest.qWait(BETWEEN_KEYS_MS)
            told.clear()
            start = time.perf_counter()
            QTest.keyClicks(panel.money.amount.field, key)
            first.append(until(lambda: bool(told)) - start)
            settled.append(until(lambda: panel.is_settled) - start)
        return first, settled

    # Nothing is imported or made for the first time in the last round.
    first, settled = [typed(KEYS) for _ in range(3)][-1]
    tell("key in the amount to its plan, demo", statistics.median(first) * 1000, BAR_MS)
    tell("the same until nothing closer is sought, demo", statistics.median(settled) * 1000, BAR_MS)
    tell(f"the same for the slowest of the keys {KEYS}, demo", max(settled) * 1000, BAR_MS)
    for amount in AMOUNTS:
        last_keys = [typed(amount)[1][-1] for _ in range(3)]
        tell(f"the same for the last key of {amount}, demo", statistics.median(last_keys) * 1000, BAR_MS)
