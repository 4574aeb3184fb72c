"""The page Over time: the day under the pointer and the keys, what happened, gaps in words, a file and paper."""

import csv
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QMessageBox
from pytestqt.qtbot import QtBot

from gui.conftest import CLOCK, shown_once
from gui.pdf_text import words_of
from portfolio_files import copied
from wealthdesk.domain.accounts import Scope
from wealthdesk.domain.drift import Status
from wealthdesk.domain.over_time import Course, Standing
from wealthdesk.gui import format as text
from wealthdesk.gui import theme
from wealthdesk.gui.over_time import words
from wealthdesk.gui.over_time.day_panel import DayLine
from wealthdesk.gui.over_time.page import OverTimePage
from wealthdesk.gui.over_time.painting import TOTAL, Scale, names_placed, scale_of, versions_marked
from wealthdesk.gui.page import Bus
from wealthdesk.gui.paper import pdf_of
from wealthdesk.gui.pictures.over_time import invented
from wealthdesk.services.desk import Desk, open_desk

TODAY = date(2026, 11, 20)


@pytest.fixture
def page(qtbot: QtBot, demo_desk: Desk, bus: Bus) -> Iterator[OverTimePage]:
    """The page of the demo portfolio, shown, with what is in the file."""
    made = OverTimePage(demo_desk, bus)
    qtbot.addWidget(made)
    made.resize(1096, 800)
    made.show()
    qtbot.waitUntil(lambda: made.course is not None)
    yield made


@pytest.fixture(scope="module")
def course(demo_before_a_rule: Path, tmp_path_factory: pytest.TempPathFactory) -> Course:
    """500 invented days of what the demo portfolio holds, with some without prices."""
    with open_desk(copied(demo_before_a_rule, tmp_path_factory.mktemp("course") / "demo.wealthdesk"), CLOCK) as desk:
        return invented(desk.allocations.of(None), 500)


@pytest.fixture(scope="module")
def opened_once(qapp: QApplication, seen_desk: Desk) -> Iterator[OverTimePage]:
    yield from shown_once(OverTimePage(seen_desk, Bus()), 1096)


@pytest.fixture
def drawn(opened_once: OverTimePage, course: Course, qtbot: QtBot) -> Iterator[OverTimePage]:
    """A page of the invented days, opened once for all tests that only look at them; as it opened again after each."""
    qtbot.waitUntil(lambda: opened_once.course is not None)
    stood, sheet = opened_once.standing(), opened_once.charts.sheet
    assert sheet is not None
    opened_once.show_course(course)
    yield opened_once
    opened_once.stand_at(stood)
    opened_once.charts.keep_day(None)
    opened_once.charts.choose_class(sheet.chosen)


def said(page: OverTimePage) -> list[str]:
    return [each.text() for each in page.findChildren(QLabel) if each.isVisible() and each.text()]


def point(page: OverTimePage, on: date) -> QPoint:
    assert page.charts.sheet is not None
    return QPoint(round(page.charts.sheet.axis.x(on)), 60)


def test_the_first_day_says_that_history_begins(page: OverTimePage, demo_desk: Desk) -> None:
    assert "History begins today." in said(page)
    total = text.money(demo_desk.allocations.of(None).valuation.total_minor, "USD")
    assert total in said(page)
    assert page.charts.day == TODAY


def test_an_empty_portfolio_says_that_nothing_is_held(qtbot: QtBot, desk: Desk, bus: Bus) -> None:
    page = OverTimePage(desk, bus)
    qtbot.addWidget(page)
    page.show()
    qtbot.waitUntil(lambda: page.course is not None)
    assert "Nothing is held yet" in said(page)
    assert "Over time" in said(page), "the page has its name all the same"
    assert not page.panel.isVisible()


def test_a_change_anywhere_is_drawn(page: OverTimePage, demo_desk: Desk, qtbot: QtBot) -> None:
    before = page.course
    held = next(each for each in demo_desk.holdings.all() if each.asset_id == "vti")
    demo_desk.holdings.change(held.id, held.quantity * 2)
    qtbot.waitUntil(lambda: page.course is not before)
    assert page.course is not None
    assert page.course.days[-1].total_minor == demo_desk.allocations.of(None).valuation.total_minor


def test_an_account_alone_is_measured_against_its_own_targets(
    page: OverTimePage, demo_desk: Desk, qtbot: QtBot
) -> None:
    page.scope.chosen.emit("retirement")
    qtbot.waitUntil(lambda: page.course is not None and page.course.scope == "retirement")
    assert page.course is not None
    assert page.course.days[-1].total_minor == demo_desk.allocations.of("retirement").valuation.total_minor


def test_hovering_reads_the_day_out_and_a_click_keeps_it(drawn: OverTimePage, course: Course) -> None:
    on = TODAY - timedelta(days=100)
    QTest.mouseMove(drawn.charts.value, point(drawn, on))
    assert drawn.charts.day is not None and abs(drawn.charts.day - on) <= timedelta(days=1)
    on = drawn.charts.day
    day = course.days[course.index(on) or 0]
    assert text.day(on) in said(drawn) and text.money(day.total_minor, "USD") in said(drawn)
    QTest.mouseClick(drawn.charts.value, Qt.MouseButton.LeftButton, pos=point(drawn, on))
    QTest.mouseMove(drawn.charts.drift, point(drawn, TODAY - timedelta(days=10)))
    assert drawn.charts.day == on and drawn.charts.is_kept
    QTest.keyClick(drawn.charts, Qt.Key.Key_Escape)
    last = course.last_known
    assert last is not None and drawn.charts.day == last.on


def test_keys_go_day_by_day_and_from_version_to_version(drawn: OverTimePage, course: Course) -> None:
    start = drawn.charts.day
    assert start is not None
    QTest.keyClick(drawn.charts, Qt.Key.Key_Left)
    assert drawn.charts.day == start - timedelta(days=1)
    QTest.keyClick(drawn.charts, Qt.Key.Key_Right)
    assert drawn.charts.day == start
    QTest.keyClick(drawn.charts, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    assert drawn.charts.day == course.steps[-1].on
    assert f"Targets: version {course.steps[-1].strategy.version}." in drawn.panel.happened
    QTest.keyClick(drawn.charts, Qt.Key.Key_Home)
    assert drawn.charts.day == course.days[0].on


def test_a_day_before_the_range_is_brought_into_it(drawn: OverTimePage, course: Course) -> None:
    QTest.mouseClick(drawn.range.button("1m"), Qt.MouseButton.LeftButton)
    QTest.keyClick(drawn.charts, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(drawn.charts, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    sheet = drawn.charts.sheet
    assert sheet is not None and sheet.axis.first == course.steps[-2].on == drawn.charts.day


def test_only_the_crosshair_is_painted_when_the_pointer_moves(drawn: OverTimePage, course: Course) -> None:
    QTest.qWait(80)  # the sentence above has found its height then
    drawn.grab()
    pictures = [each._picture for each in drawn.charts.charts]
    QTest.mouseMove(drawn.charts.value, point(drawn, TODAY - timedelta(days=50)))
    drawn.grab()
    assert [each._picture for each in drawn.charts.charts] == pictures
    assert all(each is not None for each in pictures)


def test_ctrl_and_the_wheel_show_fewer_days_around_the_pointer_and_dragging_moves_them(
    drawn: OverTimePage, course: Course
) -> None:
    on = TODAY - timedelta(days=200)
    at = QPointF(point(drawn, on))
    wheel = QWheelEvent(
        at, drawn.charts.value.mapToGlobal(at), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.ControlModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(drawn.charts.value, wheel)
    sheet = drawn.charts.sheet
    assert sheet is not None
    assert sheet.axis.span == 399 and abs(sheet.axis.x(on) - at.x()) < 2
    first = sheet.axis.first
    QTest.mousePress(drawn.charts.value, Qt.MouseButton.LeftButton, pos=QPoint(300, 60))
    QTest.mouseMove(drawn.charts.value, QPoint(400, 60))
    QTest.mouseRelease(drawn.charts.value, Qt.MouseButton.LeftButton, pos=QPoint(400, 60))
    moved = drawn.charts.sheet
    assert moved is not None and moved.axis.first < first
    assert not drawn.charts.is_kept


def test_the_numbers_of_versions_are_in_ink(drawn: OverTimePage, course: Course) -> None:
    sheet, chart = drawn.charts.sheet, drawn.charts.allocation
    assert sheet is not None
    picture, ink = chart.grab().toImage(), QColor(theme.current().ink)
    on, words = versions_marked(sheet)[-1]
    x, top = round(sheet.axis.x(on)), round(chart.plot.bottom()) + 8
    seen = {picture.pixel(x + way, y) for way in range(-6, 7) for y in range(top, top + 13)}
    assert words.isdigit() and ink.rgb() in seen


def test_the_ticks_of_versions_lead_to_the_history(drawn: OverTimePage, course: Course, qtbot: QtBot) -> None:
    step = course.steps[-2]
    chart = drawn.charts.allocation
    at = QPoint(point(drawn, step.on).x(), round(chart.plot.bottom()) + 10)
    with qtbot.waitSignal(drawn.version_requested) as asked:
        QTest.mouseClick(chart, Qt.MouseButton.LeftButton, pos=at)
    assert asked.args == [step.strategy.id, step.strategy.version]
    drawn.charts.keep_day(step.on)
    with qtbot.waitSignal(drawn.version_requested) as asked:
        QTest.mouseClick(drawn.panel.version, Qt.MouseButton.LeftButton)
    assert asked.args == [step.strategy.id, step.strategy.version]


def test_gaps_are_left_open_and_said(drawn: OverTimePage, course: Course) -> None:
    (first, last), *_ = [each for each in course.gaps() if (each[1] - each[0]).days > 20]
    middle = first + (last - first) / 2
    drawn.charts.keep_day(middle)
    assert "not known" in said(drawn)
    assert "Nothing is drawn: some prices are older than 7 days." in drawn.panel.happened
    sheet = drawn.charts.sheet
    assert sheet is not None
    picture = drawn.charts.value.grab().toImage()
    x, plot = round(sheet.axis.x(middle)) + 3, drawn.charts.value.plot
    line, ink = round(plot.height() / 4), QColor(theme.current().ink)
    column = [picture.pixelColor(x, y) for y in range(round(plot.top()), round(plot.bottom()) - line)]
    assert ink not in column


def test_a_gap_is_said_also_where_its_words_are_wider_than_it(drawn: OverTimePage, course: Course) -> None:
    drawn.range.choose("1y")
    drawn._show_range()
    sheet = drawn.charts.sheet
    assert sheet is not None
    first, last = next(each for each in course.gaps() if (each[1] - each[0]).days > 20 and each[0] > sheet.axis.first)
    left, right = round(sheet.axis.x(first)), round(sheet.axis.x(last))
    assert right - left < 60
    picture, plot = drawn.charts.value.grab().toImage(), drawn.charts.value.plot
    seen = {
        picture.pixel(x, y)
        for x in range(left + 4, right - 4)
        for y in range(round(plot.bottom()) - 36, round(plot.bottom()) - 4)
    }
    assert len(seen) > 10, "nothing is written into the gap"


@pytest.mark.parametrize("high", (200, 110))
def test_names_of_classes_stand_on_no_line_of_a_target(drawn: OverTimePage, course: Course, high: int) -> None:
    drawn.charts.show_form("lines")
    sheet, scale = drawn.charts.sheet, Scale(0, 75, 25)
    assert sheet is not None
    plot = QRectF(52, 8, sheet.axis.width, high)
    placed = names_placed(plot, sheet, scale, max((each for each, _ in sheet.runs()), key=len))
    assert sorted(name for _, said in placed for name in said.split(", ")) == sorted(
        each.name for each in course.classes
    )
    targets = [scale.y(each, plot) for _, wanted in sheet.figures.targets for each in wanted if each]
    for at, (box, said) in enumerate(placed):
        assert not [y for y in targets if box.top() <= y <= box.bottom()], said
        assert not [other for other, _ in placed[:at] if other.intersects(box)], said


def test_deposits_are_marked_and_told(drawn: OverTimePage, course: Course) -> None:
    drawn.charts.keep_day(TODAY - timedelta(days=140))
    assert "Deposit of $5,000.00 recorded, 3 trades." in drawn.panel.happened


def test_crossings_are_told_with_the_band(drawn: OverTimePage, course: Course) -> None:
    crossed = next(day for day in reversed(course.days) if course.crossings(day.on))
    drawn.charts.keep_day(crossed.on)
    first = course.crossings(crossed.on)[0]
    assert words.crossing(first) in drawn.panel.happened
    assert f"{first.low_bps / 100:g}" in words.crossing(first)
    line = next(each for each in drawn.panel.findChildren(DayLine) if each.said.words == words.crossing(first))
    icons = {Status.ON_TARGET: "check", Status.OVERWEIGHT: "up", Status.UNDERWEIGHT: "down"}
    assert line.said.icon == icons[first.after]
    assert line.said.ink == ("signal" if first.after.is_outside else "mute2")


def test_the_sentence_says_which_class_is_outside_since_when(course: Course) -> None:
    known = course.last_known
    assert known is not None
    places = [place for place in range(len(course.classes)) if course.status(place, known).is_outside]
    said = words.headline(course, TODAY)
    assert len(places) == 2 and said.startswith("2 classes are outside their band: ")
    for place in places:
        since = course.outside_since(place)
        assert since is not None and text.short_day(since, TODAY) in said
    alone = replace(course, days=course.days[-1:])
    assert words.headline(alone, TODAY) == "History begins today."
    shorter = replace(course, days=course.days[-3:])
    assert "since at least" in words.headline(shorter, TODAY)
    unknown = replace(course, days=tuple(replace(each, standing=Standing.NO_PRICE) for each in course.days))
    assert words.headline(unknown, TODAY) == "No day has a price of everything held."
    assert words.headline(replace(course, steps=()), TODAY) == "There are no targets to compare with."


def test_the_drift_of_each_class_and_of_all_in_total_can_be_chosen(drawn: OverTimePage, course: Course) -> None:
    sheet = drawn.charts.sheet
    assert sheet is not None and sheet.chosen == [each.name for each in course.classes].index("Crypto")
    for place in (*range(len(course.classes)), TOTAL):
        drawn.charts.choose_class(place)
        drawn.grab()
        known = course.last_known
        assert known is not None
        at, drift = course.index(known.on), course.drift(known)
        shown = drawn.charts.sheet
        assert at is not None and shown is not None
        told = shown.figures.drifts(place)[at]
        exact = drift.sum_bps if place == TOTAL else drift.classes[place].drift_bps
        assert told is not None and exact is not None and abs(told * 100 - exact) < 3
        assert told == shown.figures.drift(place, at)


def test_the_days_shown_are_saved_as_csv(drawn: OverTimePage, course: Course, tmp_path: Path) -> None:
    QTest.mouseClick(drawn.range.button("1m"), Qt.MouseButton.LeftButton)
    drawn.save_csv(tmp_path / "days.csv")
    rows = list(csv.reader((tmp_path / "days.csv").read_text("utf-8-sig").splitlines()))
    assert len(rows) == 32 and rows[0][:4] == ["Day", "Value", "Currency", "Known"]
    assert rows[-1][0] == "2026-11-20"


def test_the_charts_are_printed_on_one_page(drawn: OverTimePage, course: Course, tmp_path: Path) -> None:
    (tmp_path / "course.pdf").write_bytes(pdf_of(drawn.paint_on, "Over time"))
    said = words_of(tmp_path / "course.pdf")
    assert "Allocation and targets" in said and "Drift of Crypto" in said and "version 5" in said


def test_dark_charts_are_dark(page: OverTimePage, course: Course, qapp: QApplication) -> None:
    page.show_course(course)
    theme.follow(qapp, "dark")
    picture = page.charts.value.grab().toImage()
    assert picture.pixelColor(1, 1) == QColor(theme.DARK.bg)


@pytest.mark.parametrize(
    ("values", "marks"),
    [
        ([208.0, 270.0], [200, 220, 240, 260, 280]),
        ([0.0, 3.6], [0, 1, 2, 3, 4]),
        ([-2.4, 2.4], [-4, -2, 0, 2, 4]),
        ([100.0, 100.0], [80, 90, 100, 110, 120]),
    ],
)
def test_scales_have_round_numbers_and_hold_everything(values: list[float], marks: list[float]) -> None:
    assert scale_of(values).marks == marks


def test_amounts_that_are_hidden_are_hidden_here_and_the_file_asks(
    page: OverTimePage, course: Course, tmp_path: Path
) -> None:
    page.show_course(course)
    text.hide_amounts(True)
    try:
        page.charts.keep_day(TODAY - timedelta(days=5))
        assert text.HIDDEN in said(page)
        page.panel.export.click()
        dialog = page.findChild(QFileDialog)
        assert dialog is not None
        dialog.fileSelected.emit(str(tmp_path / "days.csv"))
        assert not (tmp_path / "days.csv").exists()
        box = page.findChild(QMessageBox)
        assert box is not None
        box.accept()
        assert (tmp_path / "days.csv").exists()
    finally:
        text.hide_amounts(False)


def test_range_and_scope_are_there_again_at_the_next_start(
    page: OverTimePage, demo_desk: Desk, bus: Bus, qtbot: QtBot
) -> None:
    page.scope.choose("retirement")
    page.scope.chosen.emit("retirement")
    page.range.choose("1y")
    again = OverTimePage(demo_desk, bus)
    qtbot.addWidget(again)
    again.stand_at(page.standing())
    again.show()
    qtbot.waitUntil(lambda: again.course is not None)
    assert again.course is not None and again.course.scope == "retirement" and again.range.choice() == "1y"
    again.stand_at({"range": "for ever", "scope": "gone"})
    again.refresh()
    qtbot.waitUntil(lambda: again.course is not None and again.course.scope is None)
    assert again.range.choice() == "1y"


def test_a_portfolio_without_classes_and_targets_of_tomorrow_are_drawn(
    page: OverTimePage, course: Course, qtbot: QtBot
) -> None:
    """Such as a clock that was set back leaves, or a portfolio of which nothing is classified yet."""
    later = replace(course, steps=(*course.steps, replace(course.steps[-1], on=TODAY + timedelta(days=9))))
    plain = replace(
        course,
        classes=(),
        steps=(),
        days=tuple(replace(each, parts=(), unclassified_minor=500) for each in course.days),
    )
    for each in (later, plain):
        page.show_course(each)
        for form in ("stacked", "lines"):
            page.charts.form.choose(form)
            page.charts.form.chosen.emit(form)
            assert not page.charts.grab().isNull()
    assert words.headline(plain, TODAY) == "There are no targets to compare with."
    assert page.charts.sheet is not None and page.charts.sheet.chosen == TOTAL


def test_days_of_another_scope_that_was_asked_for_since_are_not_shown(
    page: OverTimePage, demo_desk: Desk, course: Course, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.show_course(course)
    printed: list[str] = []
    paint = "wealthdesk.gui.over_time.course_paper.paint_course"
    monkeypatch.setattr(paint, lambda device, sheet, scope, headline: printed.append(scope))
    shown: list[Scope] = []
    monkeypatch.setattr(page.panel, "show_day", lambda course, on: shown.append(course.scope))
    for scope in ("retirement", "wallet"):
        page.scope.choose(scope)
        page.scope.chosen.emit(scope)
        page.refresh()
    pdf_of(page.paint_on, "Over time")
    assert printed == [text.scope("All Portfolio")], "what is printed is said to be of what is drawn"
    qtbot.waitUntil(lambda: bool(page.course and page.course.scope == "wallet"))
    assert set(shown) == {"wallet"}


def test_days_of_another_century_are_marked() -> None:
    assert text.days_marked(date(1850, 1, 1), TODAY) == [(date(1850, 1, 1), "1850"), (date(1950, 1, 1), "1950")]


def test_a_narrow_page_reads_the_day_out_in_one_line(page: OverTimePage, course: Course, qtbot: QtBot) -> None:
    page.show_course(course)
    page.resize(740, 560)
    qtbot.waitUntil(lambda: not page.panel.isVisible())
    assert page.width() == 740
    QTest.keyClick(page.charts, Qt.Key.Key_Left)
    day = page.charts.day
    assert day is not None
    value = text.money(course.days[course.index(day) or 0].total_minor, "USD")
    assert any(each.startswith(f"{text.day(day)}: {value}, drift in total") for each in said(page))
    page.resize(1096, 800)
    qtbot.waitUntil(page.panel.isVisible)
