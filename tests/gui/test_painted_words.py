"""Words that tables, charts and paper show are not cut off and do not lie over others, also where they are longer."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QDialog, QWidget
from pytestqt.qtbot import QtBot

from gui.painted_words import Pages, faults, painted, untold
from gui.planning import settle
from wealthdesk.domain.accounts import ALL_PORTFOLIO
from wealthdesk.domain.plans import Mode
from wealthdesk.gui import fonts, tasks
from wealthdesk.gui.allocation.overview import rows
from wealthdesk.gui.allocation.overview.allocation_paper import paint_allocation
from wealthdesk.gui.allocation.page import AllocationPage
from wealthdesk.gui.allocation.planner.order_paper import paint_sheet
from wealthdesk.gui.main_window import MainWindow
from wealthdesk.gui.over_time.page import OverTimePage
from wealthdesk.gui.pictures.taking import dialogs_of, views_of
from wealthdesk.gui.statement.content import statement_of
from wealthdesk.gui.statement.sheet import paint_statement
from wealthdesk.gui.table_model import Column
from wealthdesk.gui.widgets import table_view
from wealthdesk.gui.widgets.table_view import TableView
from wealthdesk.gui.widgets.text import ShortLabel
from wealthdesk.services.desk import Desk

_WIDER = 140
"""In percent, the width of words: so much room they take in a language whose words are longer."""


@pytest.fixture
def wide_words(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every letter that is no figure is 40 % wider, in what is painted as well as in labels and buttons."""
    usual = fonts._made.__wrapped__

    @cache
    def made(role: str, figures: bool, weight: int | None) -> QFont:
        font = usual(role, figures, weight)
        font.setStretch(100 if figures else _WIDER)
        return font

    def forget() -> None:
        fonts.measured.cache_clear()
        table_view._elided.cache_clear()

    forget()
    monkeypatch.setattr(fonts, "_made", made)
    yield
    forget()


@pytest.mark.usefixtures("plans_known", "still")
def test_no_painted_words_are_cut_nor_over_others_where_they_are_longer(
    wide_words: None, demo_desk: Desk, qtbot: QtBot
) -> None:
    window = MainWindow()
    qtbot.addWidget(window)
    window.resize(QSize(1024, 700))
    window.show()
    window.show_desk(demo_desk)
    wrong: list[str] = []
    looked_at = 0

    def look(name: str, root: QWidget) -> None:
        nonlocal looked_at
        for _ in range(20):  # until everything has found its place
            qtbot.waitUntil(lambda: not tasks.is_busy() and not tasks.is_moving())
            qtbot.wait(10)
            words = painted(root)
            found = faults(words)
            if not found:
                break
        looked_at += len(words)
        wrong.extend(f"{name}: {each}" for each in (*found, *untold(words, root)))

    for key in window.page_keys():
        window.go_to(key)
        for name, make in dialogs_of(window, key):
            dialog = make()
            dialog.open()
            look(name, dialog)
            dialog.done(0)
            dialog.deleteLater()
        for name, bring_about in views_of(window, key):
            bring_about()
            look(f"{key} {name}", window)
    assert looked_at > 5000
    assert "\n".join(dict.fromkeys(wrong)) == ""


@pytest.mark.parametrize("width", [100, _WIDER])
def test_no_words_on_paper_are_cut_nor_over_others(
    width: int, demo_desk: Desk, qtbot: QtBot, request: pytest.FixtureRequest
) -> None:
    if width == _WIDER:
        request.getfixturevalue("wide_words")
    window, today = MainWindow(), demo_desk.clock.today()
    qtbot.addWidget(window)
    window.show()
    window.show_desk(demo_desk)
    page = window.page("allocation")
    assert isinstance(page, AllocationPage)
    page.panel.plan_for(2_000_000, Mode.DEPOSIT)
    settle(page.panel, qtbot)
    course = window.page("over_time")
    assert isinstance(course, OverTimePage)
    dict(views_of(window, "over_time"))[""]()
    qtbot.waitUntil(lambda: not tasks.is_busy() and course.charts.sheet is not None)
    plan, allocation, strategy = page.panel.plan, page.allocation, demo_desk.targets.active(ALL_PORTFOLIO)
    assert plan is not None and allocation is not None and strategy is not None
    papers: dict[str, Callable[[Any], object]] = {
        "order sheet": lambda pages: paint_sheet(pages, plan, allocation, today, "demo"),
        "allocation": lambda pages: paint_allocation(pages, allocation, today, "demo"),
        "over time": course.paint_on,
        "statement": lambda pages: paint_statement(pages, statement_of(demo_desk, strategy)),
    }
    for name, paint in papers.items():
        pages = Pages()
        paint(pages)
        # Figures are painted one by one, and are not wider where words are.
        words = [each for each in pages.words if width == 100 or len(each.said) > 1]
        assert len(words) > 20, name
        assert faults(words) == [], name
        assert width == _WIDER or [each.said for each in words if "…" in each.said] == [], name


class _Painting(QDialog):
    """Paints these words into these rectangles."""

    def __init__(self, *words: tuple[str, QRectF]) -> None:
        super().__init__()
        self._words = words
        self.resize(300, 100)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        for said, rect in self._words:
            painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter, said)


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        ([("Equity", QRectF(0, 0, 60, 20)), ("65.0%", QRectF(80, 0, 60, 20))], ""),
        ([("Equity", QRectF(0, 0, 60, 20)), ("65.0%", QRectF(20, 0, 60, 20))], "one over the other"),
        ([("Equity", QRectF(0, 0, 60, 20)), ("$170,000", QRectF(0, 5, 90, 20))], "one over the other"),
        ([("Fixed income and cash", QRectF(0, 0, 40, 20))], "cut off at its side"),
        ([("Fixed income", QRectF(220, 0, 200, 20)), ("and cash", QRectF(0, 92, 90, 20))], "cut off"),
    ],
)  # fmt: skip
def test_what_is_painted_wrong_is_found(words: list[tuple[str, QRectF]], wrong: str, qtbot: QtBot) -> None:
    dialog = _Painting(*words)
    qtbot.addWidget(dialog)
    dialog.show()
    assert [each.said for each in painted(dialog)] == [said for said, _ in words]
    assert all(wrong in each for each in faults(painted(dialog))) and bool(faults(painted(dialog))) is bool(wrong)


def _table(width: int, *, figures: bool = False) -> TableView[str]:
    table = TableView("Table", [Column[str]("A", lambda row: row, figures=figures, width=width)])
    table.set_rows(["Vanguard 1,234,567.89"])
    table.horizontalHeader().resizeSection(0, width)
    table.resize(400, 120)
    return table


def test_a_column_that_is_too_narrow_is_found(qtbot: QtBot) -> None:
    wide, narrow, figures = _table(300), _table(80), _table(80, figures=True)
    for each in (wide, narrow, figures):
        qtbot.addWidget(each)
        each.show()
    assert untold(painted(wide), wide) == []
    assert untold(painted(narrow), narrow) == [], "its tooltip says all of it"
    assert untold(painted(figures), figures) == ["“Vanguar…” is shortened"], "a figure is never cut off"


def test_a_column_is_as_wide_as_its_largest_figure(qtbot: QtBot) -> None:
    value = Column[int]("Value", lambda row: f"${row:,}.00", key=lambda row: row, right=True, figures=True, width=60)
    table = TableView("Values", [Column[int]("Name", lambda row: "A", stretch=True), value])
    qtbot.addWidget(table)
    table.resize(400, 200)
    table.show()
    table.set_rows([5, -123_456_789_012, 2])
    assert any(each.said == "$-123,456,789,012.00" for each in painted(table))
    assert untold(painted(table), table) == []
    table.set_rows([5, 7])
    assert untold(painted(table), table) == []


class _Amounts(QDialog):
    """Paints an amount of a class with what it counts, with that much room."""

    def __init__(self, amount: str, width: float) -> None:
        super().__init__()
        self._amount, self._width = amount, width
        self.resize(300, 40)

    def paintEvent(self, event: QPaintEvent) -> None:
        rows._amount(QPainter(self), QRectF(0, 10, self._width, 18), self._amount, "5 holdings", "#000000")


@pytest.mark.parametrize(
    ("amount", "width", "shown"),
    [
        ("$170,000", 160, "$170,000 · 5 holdings"),
        ("$323,616,978,102", 160, "$323,616,978,102"),
        ("$323,616,978,102", 102, "$323,616,978,102"),
    ],
)  # fmt: skip
def test_a_long_amount_is_shown_whole(amount: str, width: float, shown: str, qtbot: QtBot) -> None:
    dialog = _Amounts(amount, width)
    qtbot.addWidget(dialog)
    dialog.show()
    assert [each.said for each in painted(dialog)] == [shown] and faults(painted(dialog)) == []


def test_words_that_are_cut_off_stand_before_what_the_tooltip_says_besides(qtbot: QtBot) -> None:
    short = ShortLabel("Holdings of Equity")
    qtbot.addWidget(short)
    short.show_words("Holdings of Equity", tip="Ctrl+Down goes there")
    short.resize(300, 20)
    short.show()
    assert short.toolTip() == "Ctrl+Down goes there" and untold(painted(short), short) == []
    short.resize(60, 20)
    assert short.toolTip() == "Holdings of Equity\nCtrl+Down goes there" and untold(painted(short), short) == []
    short.setToolTip("Ctrl+Down goes there")
    assert len(untold(painted(short), short)) == 1
