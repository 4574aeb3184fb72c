"""The pictures of every page and dialog of the demo portfolio, light and dark: each shows something. Look at them."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from itertools import count
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QApplication,
    QCheckBox,
    QDialog,
    QLabel,
    QPushButton,
    QRadioButton,
    QTableView,
    QWidget,
)
from pytestqt.qtbot import QtBot

from gui.painted_words import faults, painted
from gui.planning import choose, press, settle, type_in
from wealthdesk.domain.accounts import AccountKind
from wealthdesk.domain.assets import Asset, AssetKind, Exposure
from wealthdesk.domain.holdings import Price
from wealthdesk.domain.plans import Mode
from wealthdesk.gui import format as text
from wealthdesk.gui import tasks
from wealthdesk.gui.allocation.page import AllocationPage
from wealthdesk.gui.allocation.planner.planner_panel import PlannerPanel
from wealthdesk.gui.main_window import MainWindow
from wealthdesk.gui.pictures.taking import Pictures, dialogs_of, is_cramped, scenes_of, seen_in, views_of
from wealthdesk.gui.widgets.layouts import fit_height
from wealthdesk.gui.widgets.text import ShortLabel
from wealthdesk.services.desk import Desk


def has_colours(picture: QImage, more_than: int) -> bool:
    """Whether a picture has so many colours, of some thousand points all over it."""
    rows = memoryview(picture.convertToFormat(QImage.Format.Format_RGB32).constBits()).cast("I")
    width, found = picture.width(), set[int]()
    for y in range(0, picture.height(), 4):
        found.update(rows[y * width : (y + 1) * width : 3])
        if len(found) > more_than:
            return True
    return False


def brightness(picture: QImage) -> int:
    return picture.pixelColor(picture.width() // 2, 2).lightness()


@pytest.mark.usefixtures("plans_known")
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
    bright: dict[str, int] = {}
    for path in paths:
        picture = QImage(str(path))
        assert picture.width() >= 1280 and picture.height() >= 832, path.name
        assert has_colours(picture, more_than=40), f"{path.name} is all but empty"
        bright[path.stem] = brightness(picture)
    for key in window.page_keys():
        assert bright[f"{key}_light"] > 200 > 60 > bright[f"{key}_dark"]
    assert pictures.cramped == [], "words without the height that they need"


def test_a_picture_of_backups_tells_of_them_in_the_side_bar_too(demo_desk: Desk, qtbot: QtBot) -> None:
    window = MainWindow()
    qtbot.addWidget(window)
    window.show()
    window.show_desk(demo_desk)

    def shown(key: str, view: str) -> str:
        window.go_to(key)
        dict(views_of(window, key))[view]()
        qtbot.waitUntil(lambda: not tasks.is_busy())
        return " ".join(each.text() for each in window.findChildren(QLabel) if each.isVisible())

    for _ in range(2):  # as it is taken in each theme
        next(iter(scenes_of(window)))
        qtbot.waitUntil(lambda: not tasks.is_busy())
        assert "No backup yet" in shown("settings", "") and "There is no backup yet." in shown("settings", "")
        said = shown("settings", "backups")
        assert "The newest backup is of" in said and "Backed up" in said and "No backup yet" not in said


def test_the_picture_of_an_import_says_what_came_of_it(demo_desk: Desk, qtbot: QtBot) -> None:
    window = MainWindow()
    qtbot.addWidget(window)
    window.show()
    window.show_desk(demo_desk)
    before = demo_desk.portfolios.current()
    window.go_to("imports")
    dict(views_of(window, "imports"))["done"]()
    QTest.qWait(20)
    said = [each.text() for each in window.findChildren(QLabel) if each.isVisible()]
    assert "10 holdings are in. 4 new assets have no class yet." in said
    assert "$269,560.74 →" in said and "$301,208.13" in said
    assert demo_desk.portfolios.current() == before, "nothing is kept by a picture"


def test_a_portfolio_of_ones_own_has_pictures_too(desk: Desk, qtbot: QtBot) -> None:
    account = desk.accounts.add("Broker", AccountKind.TAXABLE, "USD")
    fund = desk.assets.add(Asset("", "VT", "World", AssetKind.FUND, "USD", (Exposure("equity", 10_000),)))
    desk.prices.set([Price(fund.id, desk.clock.today(), Decimal(100))])
    desk.holdings.add(account.id, fund.id, Decimal(3))
    window = MainWindow()
    qtbot.addWidget(window)
    window.show()
    window.show_desk(desk)
    names = set()
    for scene in scenes_of(window):
        names.add(scene.name)
        dialog = scene.show()
        if dialog is not None:
            dialog.done(0)
            dialog.deleteLater()
        qtbot.waitUntil(lambda: not tasks.is_busy())
    assert {"allocation", "target_editor", "history", "imports_done", "settings"} <= names
    assert not {"allocation_sheet", "record"} & names, "nothing is planned without targets"


def test_the_picture_of_a_recorded_plan_shows_what_is_held_then(demo_desk: Desk, qtbot: QtBot) -> None:
    window = MainWindow()
    qtbot.addWidget(window)
    window.resize(1280, 832)
    window.show()
    window.show_desk(demo_desk)
    page = window.page("allocation")
    assert isinstance(page, AllocationPage)
    settle(page.panel, qtbot)
    QTest.qWait(100)
    dict(views_of(window, "allocation"))["recorded"]()
    told = [each.text() for each in page.answer.findChildren(QLabel)]
    rows = page.classes.classes
    qtbot.waitUntil(lambda: sum(each.drift.value_minor for each in rows.rows) == 28_538_074)
    cash = next(each for each in rows.rows if each.id == "cash").drift.value_minor
    assert cash > 1_143_027 and text.money(cash, "USD") in told, "what is left of the deposit"
    assert "$289,560.74" in told and "$269,560.74" not in told, "the deposit of 20,000 is in it"
    assert page.current().drift.total_minor == 26_956_074, "nothing of it is kept"


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


_WORDED = (QLabel, QPushButton, QCheckBox, QRadioButton)


def longer(words: str) -> str:
    """Words 40 % longer, as another language may have them; numbers, names in capitals and markup stay."""
    letters = count()

    def twice(found: re.Match[str]) -> str:
        sign = found[0]
        return sign * 2 if len(sign) == 1 and next(letters) % 5 in (1, 3) else sign

    return re.sub(r"<[^>]*>|&\w+;|[a-z]", twice, words)


def worded(root: QWidget) -> Iterator[QLabel | QPushButton | QCheckBox | QRadioButton]:
    """What shows words that are not shortened on purpose, with the whole of them in a tooltip."""
    for each in seen_in(root):
        if isinstance(each, _WORDED) and not isinstance(each, ShortLabel) and each.text():
            yield each


def lengthen(root: QWidget) -> None:
    """Make all words longer, once."""
    for each in worded(root):
        if each.property("longer") != each.text():
            each.setText(longer(each.text()))
            each.setProperty("longer", each.text())


def fitted_in(root: QWidget) -> list[QWidget]:
    """What is as high as its words need: a dialog, or what stands over a page."""
    shown = [each for each in seen_in(root) if each.property("kind") == "popover"]
    return [*([root] if is_fitted(root) else []), *shown]


def is_fitted(window: QWidget) -> bool:
    inside = window.layout()
    if isinstance(window, MainWindow) or inside is None or not inside.hasHeightForWidth():
        return False
    return window.height() == inside.totalHeightForWidth(window.width())


def is_cut(shown: QLabel | QPushButton | QCheckBox | QRadioButton) -> bool:
    """Whether it is narrower or lower than its words need."""
    if isinstance(shown, QLabel) and is_cramped(shown):
        return True
    if isinstance(shown, QLabel) and shown.wordWrap():
        words = re.sub("<[^>]*>", " ", shown.text()).split()
        return max((shown.fontMetrics().horizontalAdvance(each) for each in words), default=0) > shown.width()
    least = shown.minimumSizeHint()
    return shown.width() < least.width() or (not isinstance(shown, QLabel) and shown.height() < least.height())


def is_partly_outside(shown: QWidget, root: QWidget) -> bool:
    """Whether a part of it lies outside what it is in, where it cannot be scrolled to."""
    rect, outer = QRect(shown.mapTo(root, QPoint()), shown.size()), shown.parentWidget()
    while outer is not None:
        room = QRect(outer.mapTo(root, QPoint()), outer.size())
        area = outer.parentWidget()
        if isinstance(area, QAbstractScrollArea) and area.viewport() is outer:
            is_across = room.left() <= rect.left() and rect.right() <= room.right()
            is_down = room.top() <= rect.top() and rect.bottom() <= room.bottom()
            is_reached = is_across or area.horizontalScrollBar().isVisible()
            return not is_reached or not (is_down or area.verticalScrollBar().maximum() > 0)
        if not room.contains(rect):
            return True
        if outer is root:
            return False
        outer = area
    return False


def too_wide_in(root: QWidget) -> list[str]:
    """The tables that are seen with fewer columns than they have at once."""
    tables = [each for each in seen_in(root) if isinstance(each, QTableView)]
    return [each.accessibleName() for each in tables if each.horizontalScrollBar().maximum()]


_SMALL = QSize(1024, 700)


class Looks:
    """A small window, and what was found wherever it was looked at."""

    def __init__(self, qtbot: QtBot) -> None:
        self.window, self.windows = MainWindow(), Windows()
        self.cut: dict[str, None] = {}
        self.looked_at = 0
        self._qtbot = qtbot

    @contextmanager
    def making(self) -> Iterator[None]:
        """What is shown as a window meanwhile is noted."""
        app = QApplication.instance()
        assert app is not None
        app.installEventFilter(self.windows)
        try:
            yield
        finally:
            app.removeEventFilter(self.windows)

    def look(self, name: str, root: QWidget, *, lengthened: bool = False) -> None:
        """Note the words that are cut."""
        qtbot = self._qtbot
        qtbot.waitUntil(lambda: not tasks.is_busy())
        fitted = fitted_in(root) if lengthened else []
        if lengthened:
            lengthen(root)
        for _ in range(10):  # until everything has found its place
            qtbot.waitUntil(lambda: not tasks.is_busy())
            qtbot.wait(5)
            for each in fitted:
                fit_height(each)
            shown = list(worded(root))
            found = [f"{name}: {each.text()}" for each in shown if is_cut(each) or is_partly_outside(each, root)]
            if _SMALL.expandedTo(root.size()) != _SMALL:
                found.append(f"{name} is {root.width()} × {root.height()}")
            if not lengthened:
                found += [f"{name}: {table} scrolls sideways" for table in too_wide_in(root)]
                found += [f"{name}: {each}" for each in faults(painted(root))]
            if not found:
                break
        self.looked_at += len(shown)
        self.cut.update(dict.fromkeys(found))


@pytest.fixture(scope="module")
def looks(qapp: QApplication, seen_desk: Desk, request: pytest.FixtureRequest) -> Iterator[Looks]:
    """Every dialog was looked at: to make them takes far longer than to see whether one is a window for a moment."""
    looks = Looks(QtBot(request))
    window = looks.window
    window.resize(_SMALL)
    window.show()
    with looks.making():
        window.show_desk(seen_desk)
    for key in window.page_keys():
        with looks.making():
            window.go_to(key)
        for name, make in dialogs_of(window, key):
            with looks.making():
                dialog = make()
            dialog.open()
            looks.look(name, dialog)
            looks.look(name, dialog, lengthened=True)
            dialog.done(0)
            dialog.deleteLater()
    yield looks
    window.close()
    window.deleteLater()


def test_no_widget_is_a_window_for_a_moment(looks: Looks) -> None:
    assert looks.windows.stray == [], "shown before they had a parent"


@pytest.mark.usefixtures("plans_known", "still")
def test_no_words_are_cut_in_a_small_window_nor_where_they_are_longer(looks: Looks) -> None:
    window = looks.window
    for lengthened in (False, True):
        for key in window.page_keys():
            window.go_to(key)
            for name, bring_about in views_of(window, key):
                bring_about()
                looks.look(f"{key} {name}", window, lengthened=lengthened)
    assert looks.looked_at > 1000
    assert "\n".join(looks.cut) == ""
