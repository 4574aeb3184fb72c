"""How long the parts take that everything else is made of: the look, one transaction, ten thousand lines of a file."""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from benchmarks.figures import tell
from wealthdesk.gui import theme
from wealthdesk.gui.allocation.page import AllocationPage
from wealthdesk.gui.main_window import MainWindow
from wealthdesk.importers.holdings_csv import read_holdings
from wealthdesk.services.demo import make_demo
from wealthdesk.services.desk import Clock
from wealthdesk.storage.file.opening import open_portfolio


def quickest_ms(work: Callable[[], object], times: int = 6) -> float:
    """The shortest of a few runs, in milliseconds: what others do on the machine only ever adds."""
    spent = []
    for _ in range(times):
        begin = time.perf_counter()
        work()
        spent.append(time.perf_counter() - begin)
    return min(spent) * 1000


def test_parts(qapp: QApplication, tmp_path: Path) -> None:
    print()
    theme.apply(qapp, theme.LIGHT)
    clock = Clock(today=lambda: date(2026, 11, 20), now=lambda: datetime(2026, 11, 20, tzinfo=UTC))
    desk = make_demo(tmp_path / "demo", clock)
    window = MainWindow()
    window.show_desk(desk)
    window.show()
    QTest.qWait(500)
    page = window.page("allocation")
    assert isinstance(page, AllocationPage) and page.classes.open_class

    def turn() -> None:
        theme.apply(qapp, theme.DARK if theme.current() is theme.LIGHT else theme.LIGHT)
        QApplication.processEvents()

    tell("the other theme in a window that shows the demo, until it is painted", quickest_ms(turn), 100)
    for key in window.page_keys():
        window.go_to(key)
        QTest.qWait(100)
    window.go_to("allocation")
    tell("the same after every page was looked at", quickest_ms(turn), 100)
    window.close()
    desk.close()
    with open_portfolio(tmp_path / "p", create=True, now=datetime(2026, 11, 20, tzinfo=UTC)) as database:

        def read() -> None:
            with database.read() as connection:
                connection.rows("SELECT 1")

        tell("one reading transaction", quickest_ms(read, 50), 0.3)
    rows = "".join(f'"Account {i % 7}",S{i},"Name, of {i}",{i}.25,"{i}.50",USD,2026-11-20\n' for i in range(1, 10_001))
    data = ("Account,Symbol,Name,Quantity,Price,Currency,Price date\n" + rows).encode()
    today = date(2026, 11, 20)
    tell("10,000 lines of a file read", quickest_ms(lambda: read_holdings(data, "x.csv", today=today), 3), 1000)
