"""How long a frame takes while something long is scrolled by the wheel, in the window and the editor that show it."""

import os
import time
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractScrollArea, QApplication

from benchmarks.figures import tell
from wealthdesk.changes import EVERYTHING
from wealthdesk.domain.accounts import Account, AccountKind
from wealthdesk.domain.assets import Asset, AssetClass, AssetKind, Exposure
from wealthdesk.domain.holdings import Holding, Price
from wealthdesk.domain.targets import equal, from_lines
from wealthdesk.gui import theme
from wealthdesk.gui.allocation.page import AllocationPage
from wealthdesk.gui.allocation.targets.target_dialog import TargetDialog
from wealthdesk.gui.holdings.page import HoldingsPage
from wealthdesk.gui.main_window import MainWindow
from wealthdesk.services.desk import Clock, Desk, open_desk
from wealthdesk.storage import accounts, assets, holdings, prices

BAR_MS = 16.0
NOTCHES = 120
TODAY = date(2026, 11, 20)
CLOCK = Clock(today=lambda: TODAY, now=lambda: datetime(2026, 11, 20, 9, tzinfo=UTC))
OPEN = "equity"


def filled(path: Path, *, account_count: int, holding_count: int, class_count: int = 0) -> Desk:
    """So many holdings in the accounts, all of one class; each further class has an asset that the first one holds."""
    desk = open_desk(path, CLOCK, create=True)
    brokers = [Account(f"k{n}", f"Account {n}", AccountKind.TAXABLE, "USD") for n in range(account_count)]
    classes = [AssetClass(f"c{n}", f"Class number {n}", "#8B7EC8", 100 + n) for n in range(class_count)]
    per_account = holding_count // account_count
    held = [(OPEN, f"a{n}") for n in range(per_account)] + [(each.id, f"of_{each.id}") for each in classes]
    funds = [
        Asset(key, key.upper(), f"Fund {key} of many", AssetKind.FUND, "USD", (Exposure(of, 10_000),))
        for of, key in held
    ]
    with desk.portfolios._database.write(*EVERYTHING) as connection:
        for each in brokers:
            accounts.add_account(connection, each)
        for new in classes:
            assets.add_class(connection, new)
        assets.add_assets(connection, funds)
        quotes = [Price(fund.id, TODAY, Decimal(7 * n % 9973 + 100) / 8) for n, fund in enumerate(funds)]
        prices.set_prices(connection, quotes)
        rows = [
            Holding(f"h{k}_{fund.id}", broker.id, fund.id, Decimal(31 * n % 7919 + 100) / 8, 1000 * n)
            for k, broker in enumerate(brokers)
            for n, fund in enumerate(funds[: None if k == 0 else per_account])
        ]
        holdings.add_holdings(connection, rows)
    return desk


class Painted(QObject):
    """How often something was painted."""

    count = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.Paint
        return False


def tell_frames(what: str, area: QAbstractScrollArea) -> None:
    """The frames of three times the same way; of each the quickest, since others on the machine only ever add."""
    QTest.qWait(500)
    ways = [_frames(area) for _ in range(3)]
    frames = sorted(map(min, zip(*ways, strict=True)))
    tell(f"{what}: 19 of 20 frames", frames[len(frames) * 19 // 20], BAR_MS)
    tell(f"{what}: the slowest frame", frames[-1], BAR_MS)


def _frames(area: QAbstractScrollArea) -> list[float]:
    """Turn the wheel notch by notch, with the pointer in the middle: each until what it uncovers is on the screen."""
    area.verticalScrollBar().setValue(0)
    QApplication.processEvents()
    painted, frames = Painted(), list[float]()
    area.viewport().installEventFilter(painted)
    middle = QPointF(area.viewport().rect().center())
    for _ in range(NOTCHES):
        before, place = painted.count, area.verticalScrollBar().value()
        begin = time.perf_counter()
        wheel = QWheelEvent(
            middle, area.viewport().mapToGlobal(middle), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(area.viewport(), wheel)
        QApplication.processEvents()
        frames.append((time.perf_counter() - begin) * 1000)
        assert painted.count > before and area.verticalScrollBar().value() > place
        if area.verticalScrollBar().value() == area.verticalScrollBar().maximum():
            area.verticalScrollBar().setValue(0)
            QApplication.processEvents()
    area.viewport().removeEventFilter(painted)
    return frames


def window_of(desk: Desk, page: str) -> MainWindow:
    """As large as most screens are: the more rows there are to paint, the longer a frame takes."""
    window = MainWindow()
    window.resize(1920, 1080)
    window.show()
    window.show_desk(desk)
    window.go_to(page)
    return window


def test_scrolling(qapp: QApplication, tmp_path: Path) -> None:
    theme.apply(qapp, theme.LIGHT)
    print()
    with filled(tmp_path / "few.wealthdesk", account_count=12, holding_count=300) as desk:
        window = window_of(desk, "holdings")
        page = window.page("holdings")
        assert isinstance(page, HoldingsPage) and page.holdings.table.table.rowCount() == 312
        tell_frames("300 holdings in 12 accounts with subtotals", page.holdings.table)
        window.close()
    with filled(tmp_path / "many.wealthdesk", account_count=1, holding_count=1_000, class_count=1_000) as desk:
        _give_targets(desk)
        window = window_of(desk, "allocation")
        allocation = window.page("allocation")
        assert isinstance(allocation, AllocationPage)
        rows = allocation.classes
        tell_frames("1,000 classes, none open", rows)
        rows.open(OPEN)
        tell_frames("1,000 classes, one open with 1,000 holdings", rows)
        _tell_editor(desk)
        window.close()


def _give_targets(desk: Desk) -> None:
    held = list(desk.allocations.of(None).composition.parts)
    strategy = desk.targets.active(None)
    assert strategy is not None
    desk.targets.save(strategy.id, strategy.version, from_lines(equal(held)))


def _tell_editor(desk: Desk) -> None:
    dialog = TargetDialog(desk, desk.allocations.of(None))
    dialog.show()
    tell_frames("the target editor with 1,000 classes", dialog.classes)
    dialog.done(0)
