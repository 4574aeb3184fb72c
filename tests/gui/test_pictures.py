"""The pictures of every page and dialog of the demo portfolio, light and dark: each shows something. Look at them."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QPoint
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from gui.planning import choose, press, settle, type_in
from wealthdesk.domain.plans import Mode
from wealthdesk.gui.allocation.page import AllocationPage
from wealthdesk.gui.allocation.planner.planner_panel import PlannerPanel
from wealthdesk.gui.main_window import MainWindow
from wealthdesk.gui.pictures.taking import Pictures, dialogs_of, is_cramped, scenes_of
from wealthdesk.services.desk import Desk


def colours(picture: QImage) -> int:
    """How many colours a picture has, of some thousand points all over it."""
    rows = memoryview(picture.convertToFormat(QImage.Format.Format_RGB32).constBits()).cast("I")
    width = picture.width()
    return len(set().union(*(rows[y * width : (y + 1) * width : 3] for y in range(0, picture.height(), 4))))


def brightness(picture: QImage) -> int:
    return picture.pixelColor(picture.width() // 2, 2).lightness()


def test_every_page_and_dialog_draws_something(demo_desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    window = MainWindow()
    qtbot.addWidget(window)
    window.show_desk(demo_desk)
    pictures = Pictures(tmp_path / "shots", lambda: scenes_of(window))
    with qtbot.waitSignal(pictures.taken, timeout=300_000) as taken:
        pictures.begin()
    paths = taken.args[0]
    names = {path.stem for path in paths}
    pages = {f"{key}_{look}" for key in window.page_keys() for look in ("light", "dark")}
    assert pages <= names
    assert {"target_editor_light", "target_editor_dark"} <= names
    assert len(names) == len(paths), "two scenes have one name"
    for path in paths:
        picture = QImage(str(path))
        assert picture.width() >= 1280 and picture.height() >= 832, path.name
        assert colours(picture) > 40, f"{path.name} is all but empty"
    for key in window.page_keys():
        light, dark = (QImage(str(tmp_path / "shots" / f"{key}_{look}.png")) for look in ("light", "dark"))
        assert brightness(light) > 200 > 60 > brightness(dark)
    assert pictures.cramped == [], "words without the height that they need"


class Paints(QObject):
    """Notes the words that are painted with less height than they need."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0
        self.cramped: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and isinstance(watched, QLabel) and watched.text():
            self.count += 1
            if is_cramped(watched):
                self.cramped.append(watched.text())
        return False


def test_nothing_is_painted_before_it_has_its_place(demo_desk: Desk, qtbot: QtBot, qapp: QApplication) -> None:
    window = MainWindow()
    qtbot.addWidget(window)
    window.show()
    window.show_desk(demo_desk)
    page = window.page("allocation")
    assert isinstance(page, AllocationPage)
    panel, paints = page.panel, Paints()
    settle(panel, qtbot)
    qapp.installEventFilter(paints)
    try:
        panel.options.toggle.click()
        choose(panel.options.lots, "Whole shares")
        for mode in (Mode.DEPOSIT, Mode.WITHDRAWAL, Mode.REBALANCE):
            press(panel.money.segment, mode.value)
            for key in "200" if mode is not Mode.REBALANCE else "":
                QTest.keyClicks(panel.money.amount.field, key)
                QTest.qWait(20)
            settle(panel, qtbot)
            QTest.qWait(20)
    finally:
        qapp.removeEventFilter(paints)
    assert paints.count > 50
    assert paints.cramped == []


class Places(QObject):
    """Notes where parts of the panel stand whenever one of them is painted."""

    def __init__(self, panel: PlannerPanel, parts: Sequence[QWidget]) -> None:
        super().__init__(panel)
        self._panel, self._parts = panel, parts
        self.seen: set[tuple[int, ...]] = set()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and watched in self._parts:
            self.seen.add(tuple(each.mapTo(self._panel, QPoint()).y() for each in self._parts))
        return False


def test_nothing_jumps_while_typing(demo_desk: Desk, qtbot: QtBot, qapp: QApplication) -> None:
    window = MainWindow()
    qtbot.addWidget(window)
    window.show()
    window.show_desk(demo_desk)
    page = window.page("allocation")
    assert isinstance(page, AllocationPage)
    panel, outcome = page.panel, page.panel.outcome
    type_in(panel, "2000", qtbot)
    QTest.qWait(50)
    places = Places(
        panel, (panel.money.amount, outcome.control, outcome.way, outcome.proven, outcome.orders.viewport())
    )
    qapp.installEventFilter(places)
    try:
        for key in "00015":
            QTest.keyClicks(panel.money.amount.field, key)
            settle(panel, qtbot)
            QTest.qWait(20)
    finally:
        qapp.removeEventFilter(places)
    assert len(places.seen) == 1, places.seen


class Windows(QObject):
    """Notes every widget that is shown as a window of its own without being a dialog."""

    def __init__(self) -> None:
        super().__init__()
        self.stray: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        is_window = event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow()
        if is_window and not isinstance(watched, QDialog | MainWindow):
            self.stray.append(f"{type(watched).__name__} {watched.objectName()}")
        return False


def test_no_widget_is_a_window_for_a_moment(demo_desk: Desk, qtbot: QtBot, qapp: QApplication) -> None:
    window = MainWindow()
    qtbot.addWidget(window)
    window.show()
    windows = Windows()
    qapp.installEventFilter(windows)
    try:
        window.show_desk(demo_desk)
        for key in window.page_keys():
            window.go_to(key)
            for _, make in dialogs_of(window, key):
                make().deleteLater()
    finally:
        qapp.removeEventFilter(windows)
    assert windows.stray == [], "shown before they had a parent"
