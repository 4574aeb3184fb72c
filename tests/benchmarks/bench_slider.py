"""How long a move of a slider takes until the lines and the preview are shown, with 200 lines."""

import statistics
import time
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from benchmarks.figures import tell
from wealthdesk.domain.accounts import AccountKind
from wealthdesk.domain.assets import Asset, AssetKind, Exposure
from wealthdesk.domain.drift import Allocation
from wealthdesk.domain.holdings import Price
from wealthdesk.domain.money import WHOLE
from wealthdesk.domain.reallocation import Line
from wealthdesk.domain.targets import equal, from_lines
from wealthdesk.gui import theme
from wealthdesk.gui.allocation.targets.target_dialog import TargetDialog
from wealthdesk.gui.allocation.targets.target_lines import TargetLines
from wealthdesk.services.desk import Clock, Desk, open_desk

LINES = 200
BAR_MS = 16.0
MOVES = 60
TODAY = date(2026, 11, 20)
CLOCK = Clock(today=lambda: TODAY, now=lambda: datetime(2026, 11, 20, 9, tzinfo=UTC))


def test_slider(qapp: QApplication, tmp_path: Path) -> None:
    theme.apply(qapp, theme.LIGHT)
    print()
    with open_desk(tmp_path / "b.wealthdesk", CLOCK, create=True) as desk:
        _fill(desk)
        tell(f"slider move to preview, {LINES} classes", _of_classes(desk), BAR_MS)
        tell(f"slider move to preview, {LINES} holdings of a class", _of_holdings(desk), BAR_MS)


def _fill(desk: Desk) -> None:
    """200 holdings of one account in 200 classes of their own."""
    account = desk.accounts.add("Brokerage", AccountKind.TAXABLE, "USD")
    for number in range(LINES):
        made = desk.classes.add(f"Class {number}", "#66A0C8")
        exposures = (Exposure(made.id, WHOLE),)
        asset = desk.assets.add(Asset("", f"A{number}", f"Asset {number}", AssetKind.FUND, "USD", exposures))
        desk.prices.set([Price(asset.id, TODAY, Decimal(10 + number))])
        desk.holdings.add(account.id, asset.id, Decimal(1 + number % 7))


def _of_classes(desk: Desk) -> float:
    held = list(desk.allocations.of(None).composition.parts)
    allocation = _with_targets(desk, equal(held))
    return _measured(TargetDialog(desk, allocation), is_of_classes=True)


def _of_holdings(desk: Desk) -> float:
    assets = desk.assets.all()
    desk.assets.classify([a.id for a in assets if not a.is_cash], [Exposure("equity", WHOLE)])
    allocation = _with_targets(desk, equal(["equity"]))
    dialog = TargetDialog(desk, allocation)
    dialog.holdings.equal.click()
    return _measured(dialog, is_of_classes=False)


def _with_targets(desk: Desk, lines: tuple[Line, ...]) -> Allocation:
    strategy = desk.targets.active(None)
    assert strategy is not None
    desk.targets.save(strategy.id, strategy.version, from_lines(lines))
    return desk.allocations.of(None)


def _measured(dialog: TargetDialog, *, is_of_classes: bool) -> float:
    """The median time in ms from the mouse moving until lines and preview are painted, without the 30 ms of waiting."""
    dialog.show()
    QTest.qWait(300)
    lines = dialog.classes if is_of_classes else dialog.holdings.lines
    times = []
    _drag(lines, 30, press=True)
    for step in range(MOVES):
        began = time.perf_counter()
        _drag(lines, 40 + step)
        dialog.show_preview()
        QApplication.processEvents()
        times.append((time.perf_counter() - began) * 1000)
        QTest.qWait(1)
    dialog.done(0)
    return statistics.median(times)


def _drag(lines: TargetLines, x: int, *, press: bool = False) -> None:
    slider = lines.row(lines.keys[0]).slider
    at = QPoint(x, slider.height() // 2)
    if press:
        QTest.mousePress(slider, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    else:
        QTest.mouseMove(slider, at)
