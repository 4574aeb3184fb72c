"""Ten years of 300 holdings over time: 100,000 prices read, the page shown, the crosshair moved, beside the bars."""

import os
import statistics
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from benchmarks.figures import tell
from wealthdesk.changes import EVERYTHING
from wealthdesk.domain.accounts import AccountKind
from wealthdesk.domain.assets import Asset, AssetKind, Exposure
from wealthdesk.domain.holdings import FxRate, HeldOn, Holding, Price
from wealthdesk.domain.targets import ClassTarget
from wealthdesk.gui import theme
from wealthdesk.gui.over_time.page import OverTimePage
from wealthdesk.gui.page import Bus
from wealthdesk.services.desk import Clock, Desk, open_desk
from wealthdesk.storage import holdings, prices
from wealthdesk.storage.assets import add_assets

TODAY = date(2026, 11, 20)
DAYS = 3652
HOLDINGS = 300
PRICES = 100_000
CLASSES = ("equity", "fixed_income", "real_estate", "commodities", "crypto")


def filled(path: Path) -> Desk:
    """300 assets in three accounts since ten years, each with 334 prices of its own days, and rates of every week."""
    clock = Clock(today=lambda: TODAY, now=lambda: datetime(2026, 11, 20, 9, tzinfo=UTC))
    desk = open_desk(path, clock, create=True)
    accounts = [desk.accounts.add(f"Account {n}", AccountKind.TAXABLE, "USD").id for n in range(3)]
    first = TODAY - timedelta(days=DAYS)
    with desk.portfolios._database.write(*EVERYTHING) as connection:
        for n in range(HOLDINGS):
            asset_id, exposure = f"a{n}", Exposure(CLASSES[n % 5], 10_000)
            currency = "EUR" if n % 3 == 0 else "USD"
            add_assets(connection, [Asset(asset_id, f"S{n}", f"Fund {n}", AssetKind.FUND, currency, (exposure,))])
            each = PRICES // HOLDINGS + 1
            days = (TODAY - timedelta(days=DAYS * k // each) for k in range(each))
            prices.set_prices(
                connection, [Price(asset_id, on, Decimal(7_000 + 31 * n + on.day * 13) / 100) for on in days]
            )
            holdings.add_holdings(connection, [Holding(f"h{n}", accounts[n % 3], asset_id, Decimal(10 * n + 7) / 8)])
            holdings.set_held(connection, [HeldOn(accounts[n % 3], asset_id, first, Decimal(10 * n + 7) / 8)])
        weeks = (TODAY - timedelta(days=7 * k) for k in range(DAYS // 7))
        prices.set_rates(connection, [FxRate("EUR", "USD", on, Decimal(10_000 + on.day * 17) / 10_000) for on in weeks])
    desk.targets.add(None, "Mine", tuple(ClassTarget(each, 2_000) for each in CLASSES))
    return desk


def milliseconds(work: Callable[[], object], times: int = 5) -> float:
    """The median duration of a few runs."""
    durations = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        durations.append((time.perf_counter() - start) * 1000)
    return statistics.median(durations)


def test_over_time(tmp_path: Path) -> None:
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    theme.apply(app, theme.LIGHT)
    print()
    with filled(tmp_path / "ten_years.wealthdesk") as desk:
        ids = [f"a{n}" for n in range(HOLDINGS)]

        def read() -> int:
            with desk.portfolios._database.read() as connection:
                return sum(len(each.days) for each in prices.price_series(connection, ids).values())

        count = read()
        assert count >= PRICES
        tell(f"read {count:,} prices", milliseconds(read), 300)
        tell(
            "the course of 10 years × 300 holdings, prices read", milliseconds(lambda: desk.over_time.course(None)), 300
        )
        course = desk.over_time.course(None)
        assert len(course.days) == DAYS + 1
        page = OverTimePage(desk, Bus())
        page.resize(1096, 832)
        page.show()
        page.show_course(course)

        def shown() -> None:
            page.show_course(desk.over_time.course(None))
            page.grab()

        tell("the page shown, all of it", milliseconds(shown), 300)

        def ranged() -> None:
            page.charts.show_course(course, TODAY - timedelta(days=2_000), TODAY)
            page.grab()

        tell("the same painted for another range", milliseconds(ranged), 300)
        chart, places = page.charts.value, iter(range(100, 600, 7))

        def hovered() -> None:
            QTest.mouseMove(chart, QPoint(next(places), 60))
            for each in (*page.charts.charts, page.panel):
                each.repaint()

        tell("the crosshair moved, the day read out", milliseconds(hovered, 50), 16)
