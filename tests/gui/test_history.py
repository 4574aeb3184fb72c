"""The history page: versions with who, when and why, what each changed, comparing any two, and files of it."""

import csv
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from time import process_time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QMenu, QWidget
from pytestqt.qtbot import QtBot

from wealthdesk.domain.reallocation import Change, ClearCap, Header, LineKey, SetAmount, SetBudget, SetCap, What
from wealthdesk.domain.reallocation_history import ReallocationOutcome, Statistics
from wealthdesk.domain.targets import ClassTarget, header_of
from wealthdesk.gui import format as text
from wealthdesk.gui import tasks, theme
from wealthdesk.gui.allocation.page import AllocationPage
from wealthdesk.gui.history import words
from wealthdesk.gui.history.compare_dialog import CompareDialog
from wealthdesk.gui.history.page import HistoryPage, _compared
from wealthdesk.gui.history.revert_dialog import RevertDialog
from wealthdesk.gui.main_window import MainWindow
from wealthdesk.gui.page import Bus
from wealthdesk.gui.pictures import history as pictures
from wealthdesk.services.desk import Desk

Shown = Callable[[Desk], HistoryPage]
ALL = "default_all_portfolio"
MILLION = 1_000_000_00


@pytest.fixture
def shown(qtbot: QtBot, bus: Bus) -> Shown:
    """Shows the history of a desk."""

    def made(desk: Desk) -> HistoryPage:
        page = HistoryPage(desk, bus)
        qtbot.addWidget(page)
        page.resize(1096, 800)
        page.show()
        page.table.setFocus()
        return page

    return made


def commit(desk: Desk, header: Header, *changes: Change, reason: str = "As planned") -> None:
    version = desk.reallocations.state(header).version
    preview = desk.reallocations.preview(header, version, changes)
    codes = [each.code for each in preview.warnings]
    desk.reallocations.commit(header, version, changes, preview.token, reason=reason, accepted=codes)


def fund(desk: Desk) -> Header:
    """A fund with two companies, at version 5."""
    made = desk.funds.add("North", "USD")
    for name, planned in (("Aurora", 2 * MILLION), ("Boreas", 1 * MILLION)):
        desk.funds.add_company(made.id, name, planned_minor=planned, cap_minor=3 * MILLION)
    aurora, boreas = (each.key for each in desk.funds.get(made.id).companies)
    commit(desk, made.header, SetAmount(aurora, 3 * MILLION), SetCap(aurora, 4 * MILLION), ClearCap(boreas))
    commit(desk, made.header, SetBudget(9 * MILLION), reason="Agreed with the partners")
    return made.header


def said(widget: QWidget) -> str:
    return "\n".join(each.text() for each in widget.findChildren(QLabel) if each.isVisibleTo(widget))


def cells(page: HistoryPage, line: int) -> list[str]:
    row = page.table.table.row_at(line)
    return [column.words(row).strip() for column in page.table.table.columns]


def choose(page: HistoryPage, name: str) -> None:
    page.choose_subject(next(key for key, each in page._subjects.items() if each.name == name))


def test_the_newest_version_of_everything_is_shown_first(shown: Shown, demo_desk: Desk) -> None:
    page = shown(demo_desk)
    version = demo_desk.targets.get(ALL).version

    assert page.subject.currentText() == "My targets"
    assert page.shown is not None and page.shown.number == version
    assert f"Version {version}" in said(page.panel) and "These are the targets of now." in said(page.panel)
    assert not page.panel.revert.isVisible() and page.panel.compare.isEnabled()
    assert f"The current one is version {version}." in said(page)
    assert page.head.course.text() == "Equity has been 60, 68, 65 and is now 60% again."


def test_each_row_says_when_who_which_what_most_and_why(shown: Shown, demo_desk: Desk) -> None:
    page = shown(demo_desk)

    when, version, biggest, size, reason = cells(page, 0)
    assert page.past is not None
    assert when == f"{text.day(page.past.revisions[0].at.astimezone())}\n{page.table.table.row_at(0).who}"
    assert when.endswith(", Lena")
    assert (version, biggest, size) == ("5 → 6", "Equity\n65.0% → 60.0%", "−5.0 pp")
    assert reason == "Shorter horizon: less equity, more bonds and cash"
    assert cells(page, 2)[-1] == "No reason given"
    assert cells(page, len(page.table.table.rows()) - 1)[1:4] == ["2", "First targets\n2 classes", ""]


def test_a_version_is_told_with_its_reason_its_bars_its_holdings_and_what_was_accepted(
    shown: Shown, demo_desk: Desk
) -> None:
    page = shown(demo_desk)
    page.table.select(5)

    panel = page.panel
    assert "by Sam" in said(panel) and "A little crypto, no more than one twentieth" in said(panel)
    assert "Changed from version 4" in said(panel) and "Unchanged: Cash, Real estate" in said(panel)
    bars = [panel.changes.model().index(line, 0).data() for line in range(panel.changes.model().rowCount())]
    assert bars == [
        "Crypto: – → 5.0%, added",
        "Equity: 68.0% → 65.0%, −3.0 pp",
        "Fixed income: 24.0% → 22.0%, −2.0 pp",
    ]
    holdings = [panel.holdings.model().index(line, 0).data() for line in range(panel.holdings.model().rowCount())]
    assert holdings[0] == "VTI: 37.40% → 32.50%, −4.90 pp"
    assert holdings[3] == "VWCE: 6.80% → 9.75%, +2.95 pp", "all of a column have as many decimals"
    assert panel.accepted.isVisible() and "VTI would be 32.5% of the total" in panel.accepted.text
    assert panel.revert.isVisible() and panel.revert.text() == "&Revert to version 5…"
    assert "Keeps them as version 7. Nothing is deleted." in said(panel)


def test_where_a_version_came_from_is_said(shown: Shown, demo_desk: Desk) -> None:
    page = shown(demo_desk)
    page.table.select(2)

    assert "From a template" in said(page.panel)
    assert "What it began with" in said(page.panel)
    assert not page.panel.accepted.isVisible()


def test_the_arrow_keys_go_from_version_to_version(shown: Shown, demo_desk: Desk) -> None:
    page = shown(demo_desk)

    QTest.keyClick(page.table, Qt.Key.Key_Down)

    assert page.shown is not None and page.shown.number == 5
    assert "Version 5" in said(page.panel)


def test_versions_are_found_by_any_word_and_sorted_by_size(shown: Shown, demo_desk: Desk) -> None:
    page = shown(demo_desk)

    page.search.setText("sam crypto")
    assert [row.number for row in page.table.table.rows()] == [5]
    assert page.shown is not None and page.shown.number == 5
    page.search.clear()
    page.table.sortByColumn(3, Qt.SortOrder.AscendingOrder)
    rows = page.table.table.rows()
    assert [row.size for row in rows] == ["−8.0 pp", "−5.0 pp", "+5.0 pp", "+8.0 pp", ""]


def test_a_fund_is_told_in_money_with_caps_and_budget(shown: Shown, demo_desk: Desk) -> None:
    fund(demo_desk)
    page = shown(demo_desk)
    choose(page, "North")

    assert page.subject.currentText() == "North · reserves"
    assert "5 versions today." in said(page)
    assert cells(page, 0)[1:] == ["4 → 5", "Budget\nnone → $9,000,000", "", "Agreed with the partners"]
    assert cells(page, 1)[1:4] == ["3 → 4", "Aurora\n$2,000,000 → $3,000,000", "+$1,000,000"]
    assert cells(page, 4)[1:4] == ["1", "First reserves\n0 companies", ""]
    page.table.select(4)
    caps = [page.panel.caps.model().index(line, 0).data() for line in range(page.panel.caps.model().rowCount())]
    assert caps == ["Aurora: $3,000,000 → $4,000,000, +$1,000,000", "Boreas: $3,000,000 → none"]
    assert page.panel.changes.model().index(0, 0).data() == "Aurora: $2,000,000 → $3,000,000, +$1,000,000, +50.0%"


def test_what_others_change_appears_and_the_selection_stays(shown: Shown, demo_desk: Desk) -> None:
    page = shown(demo_desk)
    page.table.select(5)

    commit(demo_desk, Header(What.TARGETS, ALL), SetAmount(LineKey("equity"), 5900), SetAmount(LineKey("cash"), 600))

    assert page.table.table.rows()[0].number == 7
    assert page.shown is not None and page.shown.number == 5
    assert "Keeps them as version 8" in said(page.panel)


def test_a_strategy_that_is_removed_stays_with_its_versions(shown: Shown, demo_desk: Desk) -> None:
    page = shown(demo_desk)
    choose(page, "Retirement 2045")
    assert len(page.table.table.rows()) == 2

    demo_desk.targets.remove("retirement_2045")

    assert page.subject.currentText() == "Retirement 2045 · removed"
    assert [row.number for row in page.table.table.rows()] == [2, 1]
    assert "This strategy was removed. Its history stays." in said(page.panel)
    page.table.select(1)
    assert not page.panel.revert.isVisible() and page.panel.compare.isEnabled()
    page.panel.compare.click()
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, CompareDialog) and dialog.numbers == (1, 2)
    dialog.done(0)


def test_a_strategy_that_was_never_changed_says_so(shown: Shown, desk: Desk) -> None:
    page = shown(desk)

    assert page.past is not None and not page.past.revisions
    assert "No change is kept yet" in said(page)
    assert not page.table.isVisible() and not page.panel.isVisible() and not page.export.isEnabled()


def test_without_strategies_and_funds_the_page_says_what_it_is_for(shown: Shown, desk: Desk) -> None:
    for each in desk.targets.all():
        desk.targets.remove(each.id)

    page = shown(desk)

    assert "No history yet" in said(page)
    assert [name for name, _ in pictures.dialogs(desk, page)] == ["policy statement"], "there is nothing to compare"
    desk.targets.add(None, "Bold", (ClassTarget("equity", 10_000),))
    assert page.table.isVisible() and page.shown is not None and page.shown.number == 1


def test_any_two_versions_are_compared_line_by_line(shown: Shown, demo_desk: Desk, qtbot: QtBot) -> None:
    page = shown(demo_desk)
    page.table.select_all_of([3, 5])
    page.panel.compare.click()
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, CompareDialog)

    assert dialog.numbers == (3, 5)
    rows = dialog.table.table.rows()
    changes = [abs(row.delta.change) for row in rows]
    assert changes == sorted(changes, reverse=True) and all(row.delta.is_changed for row in rows)
    vti = next(row for row in rows if row.delta.name == "VTI")
    assert (vti.holder, vti.difference) == ("Equity", "added")
    dialog.only_changed.setChecked(False)
    everything = dialog.table.table.rows()
    assert {row.delta.name for row in everything} - {row.delta.name for row in rows} == {"Cash", "Real estate"}
    dialog.before.setFocus()
    QTest.keyClick(dialog.before, Qt.Key.Key_Up)
    assert dialog.numbers == (4, 5)
    assert dialog.table.table.columns[1].title == "Version 4"
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not dialog.isVisible())


def test_shares_that_are_compared_have_one_number_of_decimals(shown: Shown, demo_desk: Desk) -> None:
    strategy = demo_desk.targets.get(ALL)
    fine = (ClassTarget("equity", 5_000), ClassTarget("fixed_income", 3_137), ClassTarget("cash", 1_863))
    demo_desk.targets.save(ALL, strategy.version, fine)
    dialog = shown(demo_desk).compare_dialog()
    assert isinstance(dialog, CompareDialog)
    table = dialog.table.table
    cells = [column.text(row) for column in table.columns[1:4] for row in table.rows()]
    assert {"50.00%", "31.37%", "−10.00 pp", "+6.37 pp"} <= set(cells)
    assert {len(each.rstrip("%p ").partition(".")[2]) for each in cells if "." in each} == {2}


def test_one_selected_version_is_compared_with_the_one_of_now(shown: Shown, demo_desk: Desk) -> None:
    page = shown(demo_desk)
    assert page.past is not None
    steps = page.past.steps()
    assert _compared(page.past, steps, page.table.selected_rows()) == (5, 6)
    page.table.select(2)
    assert _compared(page.past, steps, page.table.selected_rows()) == (2, 6)


def test_a_version_of_bands_alone_is_told_in_the_table_the_panel_and_the_comparison(
    shown: Shown, demo_desk: Desk
) -> None:
    before = demo_desk.targets.get(ALL)
    equity = next(t for t in before.targets if t.asset_class_id == "equity")
    below = (replace(equity.holdings[0], band_bps=1000), *equity.holdings[1:])
    others = tuple(t for t in before.targets if t is not equity)
    demo_desk.targets.save(ALL, before.version, (replace(equity, band_bps=325, holdings=below), *others))
    page = shown(demo_desk)
    row = page.table.table.rows()[0]
    assert (row.biggest, row.numbers, row.size) == ("Band of Equity", "usual → ±3.25 pp", "")
    listed = page.panel.bands.model()
    assert [listed.index(line, 0).data() for line in range(listed.rowCount())] == [
        "Equity: usual → ±3.25 pp",
        "VBR: usual → ±10 pp",
    ]
    past = demo_desk.histories.past(demo_desk.histories.subjects()[0])
    dialog = CompareDialog(past, past.steps(), before.version, before.version + 1, {}, page)
    bands = {each.delta.name: each.band for each in dialog.table.table.rows()}
    assert bands["Equity"] == "usual → ±3.25 pp"
    assert "Cap, band" in [column.title for column in dialog.table.table.columns]
    assert cells_of(dialog, "Equity")[-1] == "usual → ±3.25 pp"
    assert len(bands) == 2


def cells_of(dialog: CompareDialog, name: str) -> list[str]:
    row = next(each for each in dialog.table.table.rows() if each.delta.name == name)
    return [column.words(row) for column in dialog.table.table.columns]


def test_comparing_versions_of_a_fund_tells_caps_totals_and_budget(shown: Shown, demo_desk: Desk) -> None:
    fund(demo_desk)
    page = shown(demo_desk)
    choose(page, "North")
    page.table.select_all_of([3, 5])
    page.panel.compare.click()
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, CompareDialog)

    assert [(row.delta.name, row.difference, row.cap) for row in dialog.table.table.rows()] == [
        ("Aurora", "+$1,000,000", "$3,000,000 → $4,000,000"),
        ("Boreas", "–", "$3,000,000 → none"),
    ]
    assert dialog._summary.words == (
        "2 of 2 lines differ · total $3,000,000 → $4,000,000 (+33.3%) · budget none → $9,000,000"
    )
    dialog.copy_button.click()
    assert QApplication.clipboard().text().splitlines()[1].split("\t")[:2] == ["Aurora", "$2,000,000"]
    dialog.done(0)


def test_the_history_is_saved_as_a_file(shown: Shown, demo_desk: Desk, tmp_path: Path, qtbot: QtBot) -> None:
    page = shown(demo_desk)
    page.export.click()
    dialog = page.findChild(QFileDialog)
    assert dialog is not None
    dialog.fileSelected.emit(str(tmp_path / "history.csv"))
    dialog.done(0)

    with (tmp_path / "history.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["Version"] for row in rows} == {"2", "3", "4", "5", "6"}
    assert rows[0]["Who"] == "Lena"


def test_in_a_narrow_page_one_of_table_and_version_is_shown(shown: Shown, demo_desk: Desk, qtbot: QtBot) -> None:
    page = shown(demo_desk)
    page.resize(840, 800)
    assert page.tabs.isVisible() and page.table.isVisible() and not page.panel.isVisible()

    QTest.keyClick(page.table, Qt.Key.Key_Return)

    assert page.panel.isVisible() and not page.table.isVisible()
    assert page.panel.width() == page.width()
    page.resize(1096, 800)
    assert page.panel.isVisible() and page.table.isVisible() and not page.tabs.isVisible()


def test_the_figures_of_the_latest_days_are_told_with_their_numbers(demo_desk: Desk) -> None:
    told = demo_desk.reallocations.statistics(30)
    assert words.activity(told, 30) == (
        "All strategies and funds in the last 30 days: 2 versions kept, most active: My targets, 1 version."
    )
    assert demo_desk.undo.last() is None
    header = fund(demo_desk)
    demo_desk.undo.back()
    assert demo_desk.funds.get(header.id).version == 6
    assert words.activity(demo_desk.reallocations.statistics(30), 30) == (
        "All strategies and funds in the last 30 days: 8 versions kept, most active: North, 6 versions."
    ), "what an undo made is a version too, in both figures"
    outcomes = {ReallocationOutcome.COMMITTED: 3, ReallocationOutcome.CONFLICT: 1, ReallocationOutcome.INVALID: 4}
    assert words.activity(Statistics((), outcomes, (), 3), 30) == (
        "All strategies and funds in the last 30 days: 3 versions kept, 1 of 8 attempts met a newer version (12.5%)."
    )
    assert words.activity(Statistics((), {}, (), 0), 30) == ""


def add_versions(path: Path, many: int) -> None:
    """So many more versions of “My targets”, each with a percentage point between two classes."""
    with closing(sqlite3.connect(path)) as connection:
        (first,) = connection.execute("SELECT version FROM rebalancing_strategies WHERE id = ?", (ALL,)).fetchone()
        reallocations, lines = [], []
        for number in range(first, first + many):
            at = f"2026-11-09T{number // 60 % 24:02}:{number % 60:02}:00.000Z"
            up = (number - first) % 2
            row: tuple[object, ...] = (
                f"r{number}",
                f"q{number}",
                "d",
                "targets",
                ALL,
                None,
                "My targets",
                number,
                number + 1,
                "manual",
            )
            row += (None, f"Reason {number}", "Sam", "[]", 10_000, 10_000, None, None, "", at, at)
            reallocations.append(row)
            for place, (key, amount) in enumerate((("equity", 6000), ("fixed_income", 2500))):
                step = 100 * up * (1 if place else -1)
                other = 100 * (1 - up) * (1 if place else -1)
                values = (amount + step, amount + other, None, None, at, at, None, None)
                lines.append((f"l{number}{key}", f"r{number}", place, "", key, key.capitalize(), *values))
        connection.executemany(f"INSERT INTO reallocations VALUES ({','.join('?' * 21)})", reallocations)
        connection.executemany(f"INSERT INTO reallocation_lines VALUES ({','.join('?' * 14)})", lines)
        connection.execute("UPDATE rebalancing_strategies SET version = ? WHERE id = ?", (first + many, ALL))
        connection.commit()


def test_a_thousand_versions_are_quick(shown: Shown, demo_desk: Desk, qtbot: QtBot) -> None:
    add_versions(demo_desk.path, 1_000)
    page = shown(demo_desk)
    assert len(page.table.table.rows()) == 1_005

    def sought(some: str) -> None:
        page.search.setText(some)
        page.search.clear()

    def takes_less(seconds: float, work: Callable[[], object]) -> None:
        """Than so many seconds of the processor, at the best of three times: other programs run as well."""
        times = list[float]()
        while not times or (min(times) >= seconds and len(times) < 3):
            start = process_time()
            work()
            times.append(process_time() - start)
        assert min(times) < seconds, times

    takes_less(0.5, page.refresh)
    page.table.scrollToBottom()
    takes_less(0.2, page.grab)
    takes_less(0.2, lambda: [page.table.select(900), page.table.select(10)])
    takes_less(0.5, lambda: sought("reason 77"))


def test_a_long_reason_goes_on_on_a_second_line(shown: Shown, demo_desk: Desk) -> None:
    reason = "𝔉ür später: " + "weniger Aktien, mehr Anleihen und etwas Bargeld " * 6
    commit(
        demo_desk,
        Header(What.TARGETS, ALL),
        SetAmount(LineKey("equity"), 5900),
        SetAmount(LineKey("cash"), 600),
        reason=reason,
    )
    page = shown(demo_desk)

    assert page.table.rowHeight(0) == page.table.rowHeight(1)
    assert not page.grab().isNull()
    assert page.table.table.row_at(0).reason == reason.strip()
    assert page.panel.width() == 384


def test_classes_of_the_same_share_are_all_seen(shown: Shown, demo_desk: Desk) -> None:
    page = shown(demo_desk)
    page.choose_subject(f"targets:{ALL}")
    drawn = page.chart.grab().toImage()
    x = round(page.chart.button_at(6).x()) + 5
    column = [drawn.pixelColor(x, y) for y in range(drawn.height())]
    classes = demo_desk.portfolios.current().classes
    for key in ("real_estate", "crypto", "cash"):
        wanted = QColor(classes[key].colour)
        far = [abs(c.red() - wanted.red()) + abs(c.green() - wanted.green()) + abs(c.blue() - wanted.blue())
               for c in column]  # fmt: skip
        assert min(far) < 60, key


def test_the_targets_are_steps_with_a_button_for_each_version(shown: Shown, demo_desk: Desk, qtbot: QtBot) -> None:
    page = shown(demo_desk)
    page.choose_subject(f"targets:{ALL}")
    assert page.chart.isVisible()
    assert "Equity: 60% from version 2, 68% from version 4, 65% from version 5, 60% from version 6" in (
        page.chart.accessibleDescription()
    )
    QTest.mouseClick(page.chart, Qt.MouseButton.LeftButton, pos=page.chart.button_at(4).toPoint())
    assert page.shown is not None and page.shown.number == 4
    QTest.keyClick(page.chart, Qt.Key.Key_Right)
    assert page.shown is not None and page.shown.number == 5
    page.search.setText("template")
    QTest.keyClick(page.chart, Qt.Key.Key_Right)
    assert page.shown is not None and page.shown.number == 3
    QTest.mouseClick(page.chart, Qt.MouseButton.LeftButton, pos=page.chart.button_at(6).toPoint())
    assert page.shown is not None and page.shown.number == 6 and page.search.text() == ""


def test_the_lines_of_the_grid_are_quiet_and_on_whole_pixels(shown: Shown, demo_desk: Desk) -> None:
    page = shown(demo_desk)
    page.choose_subject(f"targets:{ALL}")
    picture, plot = page.chart.grab().toImage(), page.chart._plot()
    line = QColor(theme.current().line)
    x = round(plot.right()) - 2
    for share in (0, 50, 75):
        y = plot.bottom() - plot.height() * share / 75
        assert picture.pixelColor(x, round(y)) == line, share


def test_months_stand_below_the_steps(shown: Shown, demo_desk: Desk) -> None:
    page = shown(demo_desk)
    page.choose_subject(f"targets:{ALL}")
    picture, chart = page.chart.grab().toImage(), page.chart
    months = [on for on, words in text.days_marked(chart._days[0], chart._last) if words.startswith(("Oct", "Jan"))]
    assert months
    y = round(chart._plot().bottom()) + 33
    for on in months:
        x = round(chart._x(on, chart._plot()))
        column = [picture.pixelColor(each, y) for each in range(x - 2, x + 3)]
        assert any(each != QColor(theme.current().bg) for each in column), "no tick below the buttons"


def test_buttons_of_versions_of_one_day_do_not_lie_over_each_other(shown: Shown, demo_desk: Desk) -> None:
    for equity in (5_000, 5_500, 5_800):
        strategy = demo_desk.targets.get(ALL)
        rest = ClassTarget("fixed_income", 10_000 - equity)
        demo_desk.targets.save(ALL, strategy.version, (ClassTarget("equity", equity), rest))
    page = shown(demo_desk)
    places = [page.chart.button_at(each.number).x() for each in reversed(page.past.steps() if page.past else ())]
    assert len(places) == 8
    assert all(after - before >= 22 for before, after in pairwise(places))
    assert places[-1] + 11 < page.chart._plot().right() + 8, "nor over a name beside the lines"


def test_the_page_opens_with_what_is_in_force_and_says_when_it_shows_another(shown: Shown, demo_desk: Desk) -> None:
    page = shown(demo_desk)
    active = demo_desk.targets.active(None)
    assert active is not None and page.past is not None and page.past.subject.name == active.name
    assert not page.head.in_force.isVisible()
    page.choose_subject("targets:cautious")
    assert page.head.in_force.text() == f"“Cautious” is not in force now: “{active.name}” is."
    assert page.head.in_force.isVisible()


def test_the_history_is_that_of_the_targets_that_are_looked_at(qtbot: QtBot, demo_desk: Desk) -> None:
    of_retirement = demo_desk.targets.active("retirement")
    assert of_retirement is not None
    window = MainWindow()
    qtbot.addWidget(window)
    window.show_desk(demo_desk)
    window.show()
    allocation = window.page("allocation")
    assert isinstance(allocation, AllocationPage)
    allocation.choose_scope("retirement")
    window.go_to("history")
    history = window.page("history")
    assert isinstance(history, HistoryPage) and history.past is not None
    assert history.past.subject.name == of_retirement.name
    window.go_to("allocation")
    allocation.choose_scope(None)
    window.go_to("history")
    assert history.past.subject.header == header_of(ALL)
    history.choose_subject("targets:cautious")
    window.go_to("allocation")
    window.go_to("history")
    assert history.past.subject.name == "Cautious", "what was chosen here stays until another scope is looked at"
    tasks.stop()


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_the_menu_of_a_row_is_its_buttons(shown: Shown, demo_desk: Desk, qtbot: QtBot) -> None:
    page = shown(demo_desk)
    page.choose_subject(f"targets:{ALL}")
    page.table.select(4)
    place = page.table.visualRect(page.table.selectionModel().selectedRows()[0]).center()
    at = page.table.viewport().mapToGlobal(place)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, at)
    QApplication.sendEvent(page.table.viewport(), event)
    menu = next(each for each in page.table.findChildren(QMenu) if each.isVisible())
    assert [each.text() for each in menu.actions()] == [page.panel.compare.text(), page.panel.revert.text()]
    menu.actions()[1].trigger()
    menu.close()
    assert any(isinstance(each, RevertDialog) and each.isVisible() for each in page.findChildren(RevertDialog))


def test_reserves_have_no_steps(shown: Shown, demo_desk: Desk) -> None:
    page = shown(demo_desk)
    fund_key = next(each.key for each in demo_desk.histories.subjects() if each.what is What.RESERVES)
    page.choose_subject(fund_key)
    assert not page.chart.isVisible() and page.table.isVisible()


def test_a_version_of_another_page_is_shown(shown: Shown, demo_desk: Desk) -> None:
    page = shown(demo_desk)
    page.choose_subject("targets:cautious")
    page.show_version(ALL, 4)
    assert page.shown is not None and page.shown.number == 4
    assert page.past is not None and page.past.subject.name == demo_desk.targets.get(ALL).name
