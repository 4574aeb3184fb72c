"""The allocation page: what it says of a scope, how it opens, and what stays as it was when it rereads."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QAction, QImage, QPageSize, QPainter, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QPushButton, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from gui.conftest import shown_once, take_back_all
from gui.pdf_text import words_of
from wealthdesk.changes import EVERYTHING, Topic
from wealthdesk.domain.accounts import ALL_PORTFOLIO_NAME, Account, AccountKind
from wealthdesk.domain.assets import Asset, AssetKind, Exposure
from wealthdesk.domain.drift import adding_up
from wealthdesk.domain.holdings import Holding, Price
from wealthdesk.domain.plans import Mode
from wealthdesk.domain.targets import ClassTarget
from wealthdesk.gui import fonts, tasks, theme
from wealthdesk.gui.allocation.overview import rows as row_painting
from wealthdesk.gui.allocation.overview.allocation_paper import allocation_pdf
from wealthdesk.gui.allocation.overview.bar_explanation import BarExplanation
from wealthdesk.gui.allocation.overview.head import band_sentence
from wealthdesk.gui.allocation.overview.overview import PageAnswer, Sentence
from wealthdesk.gui.allocation.overview.rows import Columns, RowPainter, RowState, class_rows
from wealthdesk.gui.allocation.page import AllocationPage
from wealthdesk.gui.allocation.targets.start_targets_dialog import StartTargetsDialog
from wealthdesk.gui.allocation.targets.target_dialog import TargetDialog
from wealthdesk.gui.page import Bus
from wealthdesk.gui.pictures import allocation as pictures
from wealthdesk.gui.widgets.allocation_bar import BarValues
from wealthdesk.services.desk import Desk
from wealthdesk.storage.assets import add_assets
from wealthdesk.storage.holdings import add_holdings

Key = Qt.Key

# Most tests ask for the same plans: what is proven here is what is said and painted of them.
pytestmark = pytest.mark.usefixtures("plans_known")


@pytest.fixture(scope="module")
def seen(qapp: QApplication, seen_desk: Desk) -> Iterator[AllocationPage]:
    """The page over the demo, opened once for all tests that only look at it."""
    bus = Bus()
    seen_desk.subscribe(bus.tell)
    yield from shown_once(AllocationPage(seen_desk, bus), 1096)


@pytest.fixture
def page(seen: AllocationPage, seen_desk: Desk, qtbot: QtBot) -> Iterator[AllocationPage]:
    """The same for tests that change something: the page and its portfolio are as they were opened after each."""
    assert seen_desk.undo.last() is None
    before = seen_desk.portfolios.current(), seen_desk.targets.all()
    activate(seen, qtbot)
    yield seen
    # Nobody sees it move back: to paint all that lies between took longer than many a test.
    tasks.stand_still(True)
    try:
        take_back(seen, seen_desk, qtbot)
    finally:
        tasks.stand_still(False)
    assert (seen_desk.portfolios.current(), seen_desk.targets.all()) == before


def take_back(seen: AllocationPage, seen_desk: Desk, qtbot: QtBot) -> None:
    take_back_all(seen_desk)
    seen.resize(1096, 832)
    seen.classes.clearFocus()
    seen.classes.set_only_outside(False)
    if seen.current().scope is not None:
        seen.choose_scope(None)
    seen.panel.plan_for(None)
    qtbot.waitUntil(lambda: seen.panel.is_settled and not tasks.is_moving())
    seen.classes.open("equity", at_once=True)
    seen.classes.setCurrentIndex(QModelIndex())


@pytest.fixture
def fresh(qtbot: QtBot, demo_desk: Desk, bus: Bus) -> AllocationPage:
    """A page of the test's own over the demo."""
    return shown(qtbot, demo_desk, bus)


def shown(qtbot: QtBot, desk: Desk, bus: Bus, width: int = 1096) -> AllocationPage:
    page = AllocationPage(desk, bus)
    qtbot.addWidget(page)
    page.resize(width, 832)
    page.show()
    return page


def hold_many(desk: Desk, account: Account, classes: Sequence[str], name: str) -> None:
    """Have a fund of each class in the account, each of another price; kept in one change: each alone takes long."""
    of_class = [(f"s{n}", (Exposure(each, 10_000),)) for n, each in enumerate(classes)]
    new = [Asset(key, key.upper(), f"{name} {key}", AssetKind.FUND, "USD", only) for key, only in of_class]
    with desk._database.write(Topic.ASSETS, Topic.HOLDINGS) as connection:
        add_assets(connection, new)
        add_holdings(connection, [Holding(f"h{each.id}", account.id, each.id, Decimal(10)) for each in new])
    desk.prices.set([Price(each.id, desk.clock.today(), Decimal(n)) for n, each in enumerate(new, 1)])


def press(page: AllocationPage, *keys: Key) -> None:
    for key in keys:
        QTest.keyClick(page.classes, key)


def chosen(page: AllocationPage) -> tuple[str, str] | None:
    return page.classes.classes.key(page.classes.currentIndex())


def top(page: AllocationPage, class_id: str) -> QModelIndex:
    return page.classes.classes.find((class_id, ""))


def figures(page: AllocationPage) -> list[tuple[str, str, str]]:
    answer = page.answer
    return [(each.title, each.figure, each.note) for each in (answer.furthest, answer.outside)]


def test_the_answer_of_the_demo(seen: AllocationPage) -> None:
    answer = seen.answer
    assert answer.sentence.words == "2 classes are outside their band: Crypto over, Real estate under."
    assert answer.line.words == "Crypto is furthest outside: it makes up 7.4%, and its band ends at 6.25%."
    assert (answer.total.figure, answer.total.note) == ("$269,560.74", "3 accounts, in USD")
    assert figures(seen) == [
        ("Furthest outside", "Crypto +2.4 pp", "its band is ±1.25 pp"),
        ("Outside their band", "2 of 5 classes", "and 5 of 9 holdings."),
    ]
    assert "Real estate, Crypto, VTI, VWCE, VBR, BND, BNDX" in answer.outside.toolTip()
    assert (answer.cash.figure, answer.cash.note) == ("$11,430.27", "4.3%, target 5.0%")


def test_the_place_of_the_sentence_stays_however_long_it_is(page: AllocationPage, qtbot: QtBot) -> None:
    places = []
    for scope in (None, "brokerage"):
        page.choose_scope(scope)
        QTest.qWait(20)
        places.append(page.classes.head.y())
    assert page.answer.sentence.words == "Brokerage has no strategy yet."
    assert places[0] == places[1], "one line has the room of two"


def test_long_names_are_cut_in_the_sentence_and_said_whole(qtbot: QtBot) -> None:
    sentence = Sentence()
    qtbot.addWidget(sentence)
    sentence.setFixedWidth(690)
    long = "Real estate of many countries, listed and unlisted, hedged into dollars"
    sentence.show_parts(["2 classes are outside their band: ", (long, "a"), " over, ", (long, "b"), " under."])
    sentence.show()
    assert long not in sentence.text() and long in sentence.accessibleName()
    assert sentence.text().count("…</a>") == 2
    assert sentence.heightForWidth(690) <= sentence.minimumSizeHint().height() <= 3 * 36, (
        "three lines, all of them seen"
    )


def test_two_lines_that_just_fit_leave_no_gap_below_them(qtbot: QtBot) -> None:
    sentence = Sentence()
    qtbot.addWidget(sentence)
    sentence.setFont(fonts.font("sentence"))
    first, rest = "2 classes are outside their band:", " Crypto over, Real estate under."
    sentence.setFixedWidth(sentence.fontMetrics().horizontalAdvance(first) + 8)
    sentence.show_parts([first, rest])
    sentence.show()
    assert sentence.heightForWidth(sentence.width()) <= sentence.minimumSizeHint().height()
    assert sentence.minimumSizeHint().height() < 3 * sentence.fontMetrics().height()


def test_the_sentence_is_as_high_as_its_lines(qtbot: QtBot) -> None:
    sentence = Sentence()
    qtbot.addWidget(sentence)
    sentence.setFixedWidth(690)
    sentence.show()
    sentence.show_parts(["Every class is inside its band."])
    assert sentence.minimumSizeHint().height() < 2 * sentence.fontMetrics().height()
    sentence.show_parts(["Every class is inside its band; 2 holdings are not."])
    assert "band;<br>2 holdings" in sentence.text().replace("<br> ", "<br>")
    assert sentence.minimumSizeHint().height() > 2 * sentence.fontMetrics().height()


def test_in_a_wide_window_the_sentence_is_larger_on_one_line(qtbot: QtBot, demo_desk: Desk, bus: Bus) -> None:
    sentence = shown(qtbot, demo_desk, bus, 1920 - 184).answer.sentence
    assert sentence.font() == fonts.font("sentence_large")
    assert sentence.height() < 2 * sentence.fontMetrics().height()


def test_a_name_in_the_sentence_leads_to_its_row(page: AllocationPage, qtbot: QtBot) -> None:
    assert 'href="crypto"' in page.answer.sentence.text() and 'href="real_estate"' in page.answer.sentence.text()
    page.answer.sentence.linkActivated.emit("crypto")
    assert (page.classes.open_class, chosen(page)) == ("crypto", ("crypto", ""))


def test_a_class_says_all_of_it_in_words(seen: AllocationPage) -> None:
    words = {
        row.id: seen.classes.classes.index(place, 0).data(Qt.ItemDataRole.AccessibleTextRole)
        for place, row in enumerate(seen.classes.classes.rows)
    }
    assert words["crypto"] == (
        "Crypto, 2 holdings, $19,672.50, Over, target 5.0%, now 7.4%, drift +2.4 pp, $6,403 over, band 3.75–6.25%"
    )
    assert words["cash"].startswith("Cash, 3 accounts, $11,430.27, In band, ")
    assert words["equity"].startswith("Equity, 5 holdings, $169,"), words["equity"]
    assert ", In band · 3 holdings outside, " in words["equity"]
    assert ", In band · 2 holdings outside, " in words["fixed_income"]


def test_a_holding_says_both_its_weights_and_where_it_lies(seen: AllocationPage) -> None:
    model = seen.classes.classes
    vti, aor = model.find(("equity", "vti")), model.find(("equity", "aor"))
    row = model.holding(vti)
    assert row is not None
    assert (row.value, row.now, row.of_whole, row.target, row.points) == (
        "$98,530", "58.1%", "37.1%", "50.0%", "+8.1 pp",
    )  # fmt: skip
    assert (row.status, row.gap, row.band) == ("Over", "$13,770 over", "band 45–55%")
    assert vti.data(Qt.ItemDataRole.ToolTipRole).split("\n")[1:] == [
        "$98,529.90, 58.1% of its class, 37.1% of the portfolio",
        "Of its class: $13,770 over, band 45–55%",
        "Brokerage: 210",
        "Retirement: 120.482",
    ]
    assert vti.data(Qt.ItemDataRole.AccessibleTextRole).endswith("drift +8.1 pp, Over, $13,770 over, band 45–55%")
    inside = model.holding(model.find(("equity", "vxus")))
    assert inside is not None
    assert (inside.status, inside.gap, inside.band, inside.bar.is_outside) == ("In band", "", "", False)
    part = model.holding(aor)
    assert part is not None
    assert part.note.startswith("60% of ")
    assert (part.target, part.points, part.status, part.gap) == ("–", "–", "No own target", "")


def test_a_class_of_which_nothing_is_held_yet_is_under_its_target(qtbot: QtBot, desk: Desk, bus: Bus) -> None:
    files = {
        "h.csv": "symbol,quantity,price,currency,asset_class\nVTI,0,250,USD,Equity\nBND,2,,USD,Fixed income\n",
        "t.csv": "Strategy,Scope,Active,Class,Class target\n"
        "Mine,All Portfolio,yes,Equity,60\nMine,All Portfolio,yes,Fixed income,40\n",
    }
    desk.accounts.add("Main", AccountKind.TAXABLE, "USD")
    for name, text in files.items():
        desk.imports.keep([desk.imports.read(name, text.encode())])
    page = shown(qtbot, desk, bus)
    assert page.answer.sentence.words == "2 classes are outside their band: Equity under, Fixed income under."
    assert figures(page) == [
        ("Furthest outside", "Equity −60.0 pp", "its band is ±5 pp"),
        ("Outside their band", "2 of 2 classes", ""),
    ]
    words = [page.classes.classes.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(2)]
    assert words == [
        "Equity, nothing held, $0.00, Under, target 60.0%, now 0.0%, drift −60.0 pp, band 55–65%",
        "Fixed income, 1 holding without a value, $0.00, Under, target 40.0%, now 0.0%, drift −40.0 pp, band 35–45%",
    ]


def held_and_wanted(desk: Desk, *, vti: int, vxus: int, bnd: int = 40) -> None:
    held = f"symbol,quantity,price,currency,asset_class\nVTI,{vti},1,USD,Equity\nVXUS,{vxus},1,USD,Equity\n"
    held += f"BND,{bnd},1,USD,Fixed income\n"
    targets = "Strategy,Scope,Active,Class,Class target,Symbol,Currency,Holding target\n"
    for line in ("Equity,62,VTI,USD,50", "Equity,62,VXUS,USD,50", "Fixed income,38,,,"):
        targets += f"Mine,All Portfolio,yes,{line}\n"
    is_first = not desk.accounts.all()
    if is_first:
        desk.accounts.add("Main", AccountKind.TAXABLE, "USD")
    desk.imports.keep([desk.imports.read("h.csv", held.encode())])
    if is_first:
        desk.imports.keep([desk.imports.read("t.csv", targets.encode())])


def test_where_every_class_is_inside_the_answer_says_which_holdings_are_not(qtbot: QtBot, desk: Desk, bus: Bus) -> None:
    held_and_wanted(desk, vti=36, vxus=24)
    page = shown(qtbot, desk, bus)
    assert page.answer.sentence.words == "Every class is inside its band; 2 holdings are not."
    assert page.answer.line.words == "Of Equity, VTI is 10.0 pp over and VXUS 10.0 pp under."
    assert figures(page) == [
        ("Nearest its edge", "Equity", "3.0 pp are left"),
        ("Outside their band", "No class", "but 2 of 3 holdings."),
    ]
    assert page.answer.filter.isVisible()
    held_and_wanted(desk, vti=31, vxus=29)
    page.refresh()
    assert page.answer.sentence.words == "Every class is inside its band."
    assert page.answer.line.words == "No holding is outside its band either."
    assert figures(page)[1] == ("Outside their band", "No class", "and no holding")
    assert not page.answer.filter.isVisible()


def test_a_figure_without_a_line_stands_as_high_as_those_beside_it(qtbot: QtBot, desk: Desk, bus: Bus) -> None:
    held_and_wanted(desk, vti=31, vxus=29)
    strategy = desk.allocations.of(None).strategy
    assert strategy is not None
    without = tuple(replace(each, holdings=()) for each in strategy.targets)
    desk.targets.save(strategy.id, strategy.version, without)
    page = shown(qtbot, desk, bus)
    page.resize(1400, 832)
    assert figures(page)[1] == ("Outside their band", "No class", "") and page.answer.cash.isVisible()
    cards = (page.answer.total, page.answer.outside, page.answer.cash)
    assert len({each.mapTo(page, QPoint()).y() for each in cards}) == 1


def test_one_class_outside_is_told_of_as_one(fresh: AllocationPage, demo_desk: Desk) -> None:
    active = demo_desk.targets.active(None)
    assert active is not None
    shares = {"equity": 6000, "fixed_income": 2250, "real_estate": 500, "crypto": 750, "cash": 500}
    targets = tuple(ClassTarget(key, bps) for key, bps in shares.items())
    demo_desk.targets.save(active.id, active.version, targets)
    assert fresh.answer.sentence.words == "1 class is outside its band: Real estate under."
    assert fresh.answer.line.words == (
        "Real estate is furthest outside: it makes up 3.2%, and its band begins at 3.75%."
    )


def test_what_is_shown_adds_up(seen: AllocationPage) -> None:
    assert adding_up([1, 1, 1]) == [3340, 3330, 3330]
    assert adding_up([0, 0]) == [0, 0]
    assert adding_up([30, -10]) == [15_000, -5_000]
    rows = seen.classes.classes.rows
    assert sum(row.now_bps for row in rows) == 10_000
    assert all(sum(each.now_bps for each in row.holdings) == 10_000 for row in rows if row.drift.value_minor)


def test_in_an_account_the_second_weight_is_of_the_account(page: AllocationPage) -> None:
    page.choose_scope("retirement")
    row = page.classes.classes.holding(page.classes.classes.find(("equity", "vti")))
    assert row is not None and row.whole == "account"
    assert "% of account, " in row.sentence


def test_all_bars_share_a_scale_of_quarters_that_stays(fresh: AllocationPage, demo_desk: Desk) -> None:
    assert fresh.classes.scale_bps == 7500, "the next quarter above the band of equity in all that has targets"
    fresh.choose_scope("retirement")
    assert fresh.classes.scale_bps == 7500
    fresh.choose_scope("wallet" if "wallet" in {each.id for each in demo_desk.accounts.all()} else "crypto")
    assert fresh.classes.scale_bps == 10_000, "it grows where something would not fit"
    fresh.choose_scope(None)
    assert fresh.classes.scale_bps == 10_000


def test_what_is_painted_again_does_not_go_through_all_holdings_again(
    seen: AllocationPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = list[BarValues]()

    def furthest(bar: BarValues) -> int:
        asked.append(bar)
        return 0

    seen.classes.grab()
    monkeypatch.setattr(BarValues, "furthest_bps", property(furthest))
    seen.classes.grab()
    assert seen.classes.open_class and not asked


def test_the_keys_go_through_classes_and_holdings(page: AllocationPage, qtbot: QtBot) -> None:
    page.classes.setFocus(Qt.FocusReason.TabFocusReason)
    assert chosen(page) == ("equity", "")
    press(page, Key.Key_Left)
    assert page.classes.open_class == ""
    press(page, Key.Key_Down, Key.Key_Right)
    assert (chosen(page), page.classes.open_class) == (("fixed_income", ""), "fixed_income")
    press(page, Key.Key_Down)
    assert chosen(page) == ("fixed_income", "bnd"), "the line of titles is stepped over"
    with qtbot.waitSignal(page.holdings_requested) as told:
        press(page, Key.Key_Return)
    assert told.args == [("bnd",)]
    press(page, Key.Key_Left)
    assert chosen(page) == ("fixed_income", "")
    press(page, Key.Key_Return)
    assert page.classes.open_class == ""


def test_a_click_opens_a_class_and_closes_the_one_that_was_open(fresh: AllocationPage, qtbot: QtBot) -> None:
    rows = fresh.classes
    assert rows.open_class == "equity"
    for class_id, expected in (("equity", ""), ("equity", "equity"), ("crypto", "crypto")):
        place = rows.visualRect(top(fresh, class_id)).topLeft() + QPoint(100, 20)
        QTest.qWait(20)
        QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=place)
        assert rows.open_class == expected
        opened = [row.id for row in rows.classes.rows if rows.isExpanded(top(fresh, row.id))]
        assert opened == ([expected] if expected else [])


@pytest.mark.parametrize(("width", "height"), [(1096, 50), (1700, 60), (500, 62)])
def test_the_rows_are_as_high_as_the_list_says(page: AllocationPage, width: int, height: int) -> None:
    page.resize(width, 2000)
    page.classes.open("crypto", at_once=True)
    QTest.qWait(1)  # the rows are closed first where they are compact, and have their height a moment later
    page.classes.doItemsLayout()
    assert page.classes.maximumHeight() == 5 * height + 28 + 2 * 42
    last = page.classes.visualRect(page.classes.classes.index(4, 0))
    assert last.bottom() + 1 == page.classes.maximumHeight() and last.height() == height
    assert page.classes.verticalScrollBar().maximum() == 0


def test_beside_the_wide_planner_all_classes_are_in_sight(page: AllocationPage, qtbot: QtBot) -> None:
    page.panel.set_wide(True)
    QTest.qWait(20)
    assert page.classes.columns.is_compact and page.classes.open_class == ""
    assert page.classes.verticalScrollBar().maximum() == 0
    assert page.classes.head.explain.isHidden() and page.header.targets.isHidden()
    assert page.answer.outside.figure == "2 classes, 5 holdings"
    assert [each.isHidden() for each in (page.answer.furthest, page.answer.cash)] == [True, True]
    assert page.answer.filter.visibleRegion().isEmpty()
    line = page.answer.line
    assert line.height() == 40 and line.text() == line.words
    page.classes.open("crypto")
    page.panel.set_wide(False)
    QTest.qWait(20)
    assert page.classes.open_class == "crypto" and page.answer.outside.figure == "2 of 5 classes"
    page.panel.set_wide(True)
    QTest.qWait(20)
    assert page.classes.open_class == ""
    page.panel.set_wide(False)
    QTest.qWait(20)
    assert page.classes.open_class == "crypto" and not page.header.targets.isHidden()
    assert line.height() == 20 and not page.answer.cash.isHidden()


def test_a_compact_row_says_what_the_plan_makes_of_it(page: AllocationPage, qtbot: QtBot) -> None:
    row = page.classes.classes.rows[0]
    assert (row.points_before, row.shares) == ("", "63.9%")
    page.panel.plan_for(2_000_000)
    qtbot.waitUntil(lambda: page.panel.is_settled)
    row = page.classes.classes.rows[0]
    assert (row.points_before, row.points_after) == ("+3.9 → ", "−0.6 pp")
    assert row.shares == "63.9 → 59.4%"


def test_only_what_is_outside_is_shown_where_that_is_asked_for(page: AllocationPage, qtbot: QtBot) -> None:
    activate(page, qtbot)
    QTest.keyClick(page, Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    rows = page.classes.classes.rows
    assert [row.id for row in rows] == ["equity", "fixed_income", "real_estate", "crypto"]
    assert [each.asset.symbol for each in rows[0].holdings] == ["VTI", "VWCE", "VBR"]
    assert page.answer.filter.text() == "Show all"
    page.answer.filter.click()
    assert len(page.classes.classes.rows) == 5 and page.answer.filter.text() == "Show them"


def test_where_nothing_is_outside_all_is_shown(page: AllocationPage, seen_desk: Desk, qtbot: QtBot) -> None:
    activate(page, qtbot)
    QTest.keyClick(page, Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    strategy = seen_desk.targets.active(None)
    assert strategy is not None and len(page.classes.classes.rows) == 4
    seen_desk.targets.change(replace(strategy, absolute_band_bps=10_000, relative_band_bps=10_000))
    assert page.allocation is not None and page.allocation.drift.is_inside
    assert len(page.classes.classes.rows) == 5, "it would show nothing, with nothing to press against that"
    QTest.keyClick(page, Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    assert len(page.classes.classes.rows) == 5
    assert not page.answer.filter.isEnabled() and page.answer.filter.toolTip() == "Nothing is outside its band."
    seen_desk.undo.back()
    assert page.answer.filter.isEnabled() and page.answer.filter.text() == "Show them"


def test_a_row_that_the_filter_hides_is_shown_and_the_filter_is_off(page: AllocationPage, qtbot: QtBot) -> None:
    page.show_only_outside()
    page.classes.show_row(("cash", ""))
    assert len(page.classes.classes.rows) == 5 and page.answer.filter.text() == "Show them"


def test_a_plan_stands_on_the_bars_of_today(page: AllocationPage, qtbot: QtBot) -> None:
    page.classes.open("")
    before = [page.classes.visualRect(top(page, row.id)) for row in page.classes.classes.rows]
    page.panel.plan_for(2_000_000)
    qtbot.waitUntil(lambda: page.panel.plan is not None and page.panel.is_settled, timeout=20_000)
    rows = {row.id: row for row in page.classes.classes.rows}
    assert sum(row.after_bps or 0 for row in rows.values()) == 10_000
    assert (rows["crypto"].then, rows["real_estate"].then, rows["equity"].then) == ("stays over", "then inside", "")
    assert rows["crypto"].points_after == "+1.9 pp"
    assert page.answer.line.words == "This plan brings Real estate inside. Crypto stays over: a deposit sells nothing."
    assert [page.classes.visualRect(top(page, row)) for row in rows] == before, "nothing jumps when a plan comes"
    page.panel.plan_for(None)
    qtbot.waitUntil(lambda: page.panel.plan is None)
    assert {row.after for row in page.classes.classes.rows} == {None}
    page.panel.plan_for(None, Mode.REBALANCE)
    qtbot.waitUntil(lambda: page.panel.plan is not None and page.panel.is_settled, timeout=20_000)
    assert page.answer.line.words.startswith("With these ") and " every class is inside; " in page.answer.line.words


def test_a_row_has_a_menu_that_leads_to_its_holdings(page: AllocationPage, qtbot: QtBot) -> None:
    classes = page.classes
    classes.open("")

    def words(key: tuple[str, str]) -> dict[str, QAction]:
        return {each.text(): each for each in classes.menus.menu_for(classes.classes.find(key)).actions()}

    of_class = words(("real_estate", ""))
    assert list(of_class) == ["&Open", "Show in &Holdings", "How to &read its bar"]
    with qtbot.waitSignal(page.holdings_requested) as told:
        of_class["Show in &Holdings"].trigger()
    assert told.args == [("vnq",)]
    of_class["&Open"].trigger()
    assert classes.open_class == "real_estate" and "&Close" in words(("real_estate", ""))
    assert list(words(("real_estate", "vnq"))) == ["Show in &Holdings"]


@pytest.mark.parametrize("is_reduced", [True, False])
def test_a_class_opens_in_height_unless_less_motion_is_wanted(
    fresh: AllocationPage, qtbot: QtBot, is_reduced: bool
) -> None:
    classes = fresh.classes
    classes.open("")
    qtbot.waitUntil(lambda: not tasks.is_moving())
    closed = classes.maximumHeight()
    tasks.reduce_motion(is_reduced)
    try:
        heights = []
        classes.opened.connect(lambda: heights.append(classes.maximumHeight()))
        classes.open("crypto")
        assert tasks.is_moving() is not is_reduced
        while tasks.is_moving():
            QTest.qWait(10)
            heights.append(classes.maximumHeight())
        whole = classes.columns.height(5, is_any_open=True) * 5 + 28 + 2 * 42
        assert heights == sorted(heights) and heights[-1] == whole
        assert heights[0] == (whole if is_reduced else whole - 28 - 2 * 42) and closed > 0
        below = classes.classes.find(("crypto", "eth"))
        classes.doItemsLayout()
        assert classes.visualRect(below).height() == 42
    finally:
        tasks.reduce_motion(False)


@pytest.mark.parametrize("is_reduced", [False, True])
def test_bars_move_to_new_figures_unless_less_motion_is_wanted(
    fresh: AllocationPage, demo_desk: Desk, qtbot: QtBot, is_reduced: bool
) -> None:
    tasks.reduce_motion(is_reduced)
    try:
        rows = fresh.classes
        before = rows.classes.rows[0].bar.current_bps
        holding = next(each for each in demo_desk.holdings.all() if each.asset_id == "vti")
        demo_desk.holdings.change(holding.id, Decimal(1), None)
        after = rows.classes.rows[0]
        assert after.bar.current_bps < before - 500
        painted = rows._moving.shown(after).bar.current_bps
        assert tasks.is_moving() is not is_reduced
        assert painted == (after.bar.current_bps if is_reduced else before), "it begins from where it is"
        qtbot.waitUntil(lambda: not tasks.is_moving())
        assert rows._moving.shown(after) == after
    finally:
        tasks.reduce_motion(False)


def _seen_by(seen: Callable[..., None], method: Callable[..., None]) -> Callable[..., None]:
    """The method, called by way of `seen`."""
    return lambda *args: seen(method, *args)


def test_with_another_plan_only_what_it_changes_is_painted(
    fresh: AllocationPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The demo opens with the holdings of its first class, which a plan leaves as they are.
    assert fresh.classes.open_class
    fresh.panel.plan_for(2_000_00)
    qtbot.waitUntil(lambda: fresh.panel.is_settled and fresh.panel.plan is not None, timeout=60_000)
    qtbot.wait(200)
    painted: list[str] = []

    def counted(kind: str, paint: Callable[..., None], *args: object) -> None:
        painted.append(kind)
        paint(*args)

    for kind in ("paint_class", "paint_holding"):
        monkeypatch.setattr(RowPainter, kind, _seen_by(partial(counted, kind), getattr(RowPainter, kind)))
    fresh.panel.money.amount.field.selectAll()
    QTest.keyClicks(fresh.panel.money.amount.field, "90000")
    qtbot.waitUntil(lambda: fresh.panel.is_settled, timeout=60_000)
    qtbot.wait(200)
    assert set(painted) == {"paint_class"}


def test_while_bars_move_nothing_else_is_painted_and_their_rows_end_as_they_are_painted_at_once(
    fresh: AllocationPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh.panel.plan_for(2_000_000)
    qtbot.waitUntil(lambda: fresh.panel.is_settled and fresh.panel.plan is not None, timeout=60_000)
    rows = fresh.classes
    states: list[RowState] = []

    def noted(paint: Callable[..., None], *args: object) -> None:
        assert isinstance(args[-1], RowState)
        states.append(args[-1])
        paint(*args)

    monkeypatch.setattr(RowPainter, "paint_class", _seen_by(noted, RowPainter.paint_class))
    fresh.panel.plan_for(9_000_000)
    qtbot.waitUntil(lambda: fresh.panel.is_settled and not tasks.is_moving(), timeout=60_000)
    qtbot.wait(50)
    assert {each.only_bar for each in states} == {False, True}, "the words once, the bars on their way"
    moved = rows.grab().toImage()
    rows.viewport().update()
    qtbot.wait(50)
    assert rows.grab().toImage() == moved


@pytest.mark.parametrize("width", [437, 740, 1200])
def test_shares_of_a_class_end_below_their_head(seen_desk: Desk, monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    ends: dict[str, float] = {}

    def noted(_: QPainter, box: QRectF, words: str, *__: object) -> float:
        ends[words] = box.right()
        return 0.0

    monkeypatch.setattr(row_painting, "_words", noted)
    row, picture = class_rows(seen_desk.allocations.of(None))[0], QPixmap(width, 60)
    painter, rows = QPainter(picture), RowPainter(Columns.within(width), theme.current(), 7_500, 10_000)
    rows.paint_titles(painter, QRectF(0, 0, width, 30), row)
    rows.paint_holding(painter, QRectF(0, 0, width, 42), row.holdings[0], RowState())
    painter.end()
    assert ends["of class"] == ends[row.holdings[0].now]


def test_the_drift_of_a_holding_ends_within_its_row_where_that_is_narrow(seen_desk: Desk) -> None:
    width, height = 437, 30  # without the rule below, which is as wide as the row
    picture = QImage(width + 4, height, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.white)
    painter = QPainter(picture)
    rows = RowPainter(Columns.within(width), theme.current(), 7_500, 10_000)
    row = class_rows(seen_desk.allocations.of(None))[0]
    rows.paint_holding(painter, QRectF(0, 0, width, 42), row.holdings[0], RowState())
    painter.end()
    columns = [{picture.pixel(x, y) for y in range(height)} for x in range(width - 4, width + 4)]
    assert any(len(column) > 1 for column in columns[:4]), "it ends where the row does"
    assert all(len(column) == 1 for column in columns[4:]), "nothing is drawn beyond the row"


def test_what_sets_targets_stands_on_the_first_of_two_lines(qtbot: QtBot) -> None:
    answer = PageAnswer()
    qtbot.addWidget(answer)
    answer.setFixedWidth(437)
    answer.show()
    answer.line.show_words("Drift and plans are calculated from targets.")
    assert answer.line.wordWrap(), "two lines"
    answer.adjustSize()
    qtbot.waitUntil(lambda: answer.set_targets.y() == answer.line.y())


def test_a_trade_and_its_row_point_at_each_other(page: AllocationPage, qtbot: QtBot) -> None:
    page.panel.plan_for(2_000_000)
    qtbot.waitUntil(lambda: page.panel.plan is not None and page.panel.is_settled, timeout=20_000)
    orders, rows = page.panel.outcome.orders, page.classes
    page.panel.trade_pointed.emit("bnd")
    plain = rows.grab().toImage()
    page.panel.trade_pointed.emit("")
    assert rows.grab().toImage() != plain, "the row of its class is marked while the order is pointed at"
    rows.pointed.emit(frozenset({"bnd", "bndx"}))
    assert orders.painting.marked == {"bnd", "bndx"}
    page.panel.trade_opened.emit("bnd")
    assert (rows.open_class, chosen(page)) == ("fixed_income", ("fixed_income", "bnd"))


def test_every_column_says_what_it_is(seen: AllocationPage) -> None:
    head, columns = seen.classes.head, seen.classes.columns
    told = [
        head.words_at(x) for x in (40, columns.bar_left + 5, columns.now - 5, columns.target - 5, columns.drift - 5)
    ]
    assert told[0] == "" and all(each.endswith(".") for each in told[1:]) and len(set(told)) == 5
    assert head.words_at(columns.status + 5).startswith("Band 5/25: 5 pp, or a quarter")


def test_of_many_classes_the_closed_rows_have_one_line(qtbot: QtBot, desk: Desk, bus: Bus) -> None:
    account = desk.accounts.add("Brokerage", AccountKind.TAXABLE, "USD")
    names = [f"A class with a rather long name, number {number}" for number in range(13)]
    hold_many(desk, account, [desk.classes.add(each, "#66A0C8").id for each in names], "A name")
    page = shown(qtbot, desk, bus)
    rows = page.classes
    assert rows.open_class == "", "of many classes none is open at first"
    assert rows.maximumHeight() == 13 * 40
    assert page.answer.isVisible() and rows.verticalScrollBar().maximum() == max(0, 13 * 40 - rows.viewport().height())
    tip = rows.classes.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert tip.startswith("A class with a rather long name, number ") and "$10.00" in tip


def test_a_bar_is_explained_with_its_own_figures(page: AllocationPage, qtbot: QtBot) -> None:
    page.panel.plan_for(2_000_000)
    qtbot.waitUntil(lambda: page.panel.plan is not None and page.panel.is_settled, timeout=20_000)
    page.classes.head.explain.click()
    told = page.findChild(BarExplanation)
    assert told is not None and told.isVisible()
    assert [(each.name, each.words) for each in told.signs] == [
        ("Fill", "what is held now: Crypto is 7.4% of the whole"),
        ("Tick", "the target: 5.0%"),
        ("Band", "a quarter of the target, at most 5 pp: 3.75–6.25%"),
        ("Hatch", "what lies beyond the target: drift +2.4 pp (percentage points)"),
        ("Ring", "where it would be after the plan: 6.9%, still outside"),
    ], "of the class that is furthest outside"
    QTest.keyClick(told, Key.Key_Escape)
    assert page.findChild(BarExplanation) is None or not told.isVisible()


def test_f1_explains_the_row_that_has_the_focus(page: AllocationPage, qtbot: QtBot) -> None:
    page.classes.setFocus(Qt.FocusReason.TabFocusReason)
    with qtbot.waitSignal(page.classes.explain_requested) as asked:
        press(page, Key.Key_F1)
    assert asked.args == ["equity"]
    told = page.findChild(BarExplanation)
    assert told is not None and [each.name for each in told.signs] == ["Fill", "Tick", "Band"]
    QTest.mouseClick(page.header, Qt.MouseButton.LeftButton)
    assert not told.isVisible()


def test_what_is_open_chosen_and_scrolled_to_stays(page: AllocationPage, seen_desk: Desk) -> None:
    page.resize(1096, 420)
    page.classes.open("crypto")
    page.classes.setCurrentIndex(page.classes.classes.find(("crypto", "eth")))
    page.classes.verticalScrollBar().setValue(60)
    place = page.classes.verticalScrollBar().value()
    assert place > 0
    holding = next(each for each in seen_desk.holdings.all() if each.asset_id == "eth")
    seen_desk.holdings.change(holding.id, Decimal("2.5"), None)
    assert page.classes.open_class == "crypto"
    assert chosen(page) == ("crypto", "eth")
    assert page.classes.verticalScrollBar().value() == place
    row = page.classes.classes.holding(page.classes.currentIndex())
    assert row is not None and row.value == "$8,003"


def test_everything_follows_the_scope(page: AllocationPage, seen_desk: Desk) -> None:
    page.header.scope.setCurrentIndex(page.header.scope.findText("Retirement"))
    page.header.scope.activated.emit(page.header.scope.currentIndex())
    assert page.allocation is not None and page.allocation.scope == "retirement"
    assert page.answer.total.note == "in USD"
    assert {row.id for row in page.classes.classes.rows} == {"equity", "fixed_income", "cash"}
    assert page.header.targets.accessibleName() == "Targets: Retirement 2045"
    seen_desk.accounts.remove("retirement")
    assert page.allocation.scope is None, "an account that is gone reads as the whole portfolio"
    assert page.header.scope.currentText() == "Whole portfolio"


def test_another_strategy_is_put_in_force_from_the_menu(page: AllocationPage, seen_desk: Desk) -> None:
    assert page.header.menu_words() == ["Cautious", "My targets", "&Strategies…"]
    menu = page.header.targets.menu()
    next(each for each in menu.actions() if each.text() == "Cautious").trigger()
    active = seen_desk.targets.active(None)
    assert active is not None and active.name == "Cautious"
    assert page.header.targets.text() == "Targets: Cautious"
    assert {row.id: row.drift.target_bps for row in page.classes.classes.rows}["equity"] == 4000


def test_the_band_is_that_of_the_strategy(page: AllocationPage, seen_desk: Desk) -> None:
    active = seen_desk.targets.active(None)
    assert active is not None
    assert page.classes.head.band == "Band 5/25"
    assert band_sentence(active) == "Band 5/25: 5 pp, or a quarter of the target where that is less"
    seen_desk.targets.change(replace(active, absolute_band_bps=250, relative_band_bps=2000))
    changed = seen_desk.targets.active(None)
    assert changed is not None
    assert page.classes.head.band == "Band 2.5/20"
    assert band_sentence(changed) == "Band 2.5/20: 2.5 pp, or 20% of the target where that is less"
    assert page.answer.outside.figure == "4 of 5 classes"
    assert page.answer.sentence.words == "4 of 5 classes are outside their band."


def test_unclassified_and_unpriced_holdings_stand_apart(fresh: AllocationPage, demo_desk: Desk, qtbot: QtBot) -> None:
    notices = fresh.notices
    assert notices.unclassified.words == "HALM, $4,180.00, has no class and is not counted."
    assert notices.unpriced.isHidden()
    new = Asset("", "PRIV", "A private fund", AssetKind.PRIVATE, "GBP", (Exposure("alternatives", 10_000),))
    private = demo_desk.assets.add(new)
    demo_desk.holdings.add("brokerage", private.id, Decimal(3))
    assert notices.unpriced.words == "PRIV has no price and is not counted."
    assert notices.unpriced.button.text() == "Add a price…"
    demo_desk.prices.set([Price(private.id, demo_desk.clock.today(), Decimal(10))])
    assert notices.unpriced.words == "PRIV has no exchange rate for GBP and is not counted."
    for number in range(4):
        other = demo_desk.assets.add(replace(new, symbol=f"PRIV{number}", name=f"Private fund {number}"))
        demo_desk.holdings.add("brokerage", other.id, Decimal(1))
        demo_desk.prices.set([Price(other.id, demo_desk.clock.today(), Decimal(10))])
    assert notices.unpriced.words == "5 assets have no exchange rate for GBP and are not counted."
    assert "PRIV3" in notices.unpriced.toolTip()
    with qtbot.waitSignal(fresh.value_requested) as told:
        notices.unpriced.button.click()
    assert told.args is not None
    assert len(told.args[0]) == 5 and private.id in told.args[0]


def test_old_prices_are_named(page: AllocationPage, seen_desk: Desk) -> None:
    assert page.notices.stale.isHidden()
    seen_desk.prices.remove("vnq", seen_desk.prices.of("vnq")[0].on)
    prices = seen_desk.prices.of("vti")
    seen_desk.prices.remove("vti", max(each.on for each in prices))
    assert page.notices.stale.words == "2 prices are older than 7 days."
    seen_desk.settings.set_price_days(3)
    assert page.notices.stale.words == "2 prices are older than 3 days."


def test_an_empty_portfolio_offers_three_ways_to_begin(qtbot: QtBot, desk: Desk, bus: Bus) -> None:
    page = shown(qtbot, desk, bus)
    for words, signal in (
        ("Choose files…", page.import_requested),
        ("Add account…", page.account_requested),
        ("Open the demo", page.demo_requested),
    ):
        with qtbot.waitSignal(signal):
            button(page, words).click()
    assert not page.panel.isVisible()
    account = desk.accounts.add("Brokerage", AccountKind.TAXABLE, "USD")
    assert page.overview.nothing_held.isVisible() and page.panel.isVisible()
    with qtbot.waitSignal(page.holdings_requested) as told:
        button(page, "Add holdings…").click()
    assert told.args == [()]
    desk.holdings.set_cash(account.id, "USD", 5_000)
    assert page.overview.nothing_held.isHidden() and page.classes.isVisible()


@pytest.mark.parametrize(("key", "signal"), [(Key.Key_I, "import"), (Key.Key_N, "account"), (Key.Key_D, "demo")])
def test_the_ways_to_begin_have_their_keys(qtbot: QtBot, desk: Desk, bus: Bus, key: Key, signal: str) -> None:
    page = shown(qtbot, desk, bus)
    activate(page, qtbot)
    with qtbot.waitSignal(getattr(page, f"{signal}_requested")):
        QTest.keyClick(page, key, Qt.KeyboardModifier.ControlModifier)


def activate(window: QWidget, qtbot: QtBot) -> None:
    """Shortcuts are heard in the active window only."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)


def button(page: AllocationPage, words: str) -> QPushButton:
    return next(each for each in page.findChildren(QPushButton) if each.text() == words and each.isVisible())


def test_an_account_without_a_strategy_says_so_and_offers_ways(page: AllocationPage, seen_desk: Desk) -> None:
    page.choose_scope("brokerage")
    assert page.answer.set_targets.isVisible()
    assert page.answer.sentence.words == "Brokerage has no strategy yet."
    assert page.panel.no_targets.isVisible() and not page.panel.outcome.isVisible()
    assert page.answer.furthest.figure == "–"
    assert {row.drift.status.words for row in page.classes.classes.rows} == {"No target"}


@pytest.mark.parametrize("name", ["As the whole portfolio", "Current weights", "60/40", "Three-fund", "All Weather"])
def test_first_targets_add_up_whichever_way(page: AllocationPage, seen_desk: Desk, qtbot: QtBot, name: str) -> None:
    page.choose_scope("brokerage")
    assert page.allocation is not None
    dialog = StartTargetsDialog(seen_desk, page.allocation)
    qtbot.addWidget(dialog)
    dialog.open()
    next(each for each in dialog.options if each.text() == name).click()
    dialog.name.setText("My own")
    activate(dialog, qtbot)
    chosen = next(each for each in dialog.options if each.isChecked())
    chosen.setFocus()
    QTest.keyClick(chosen, Key.Key_Return)
    assert not dialog.isVisible()
    active = seen_desk.targets.active("brokerage")
    assert active is not None and active.name == "My own"
    assert sum(each.target_bps for each in active.targets) == 10_000
    assert page.answer.set_targets.isHidden()


def test_the_shares_of_a_beginning_have_one_number_of_decimals(qtbot: QtBot, desk: Desk, bus: Bus) -> None:
    held_and_wanted(desk, vti=3731, vxus=3000, bnd=2859)
    cash = desk.accounts.all()[0]
    desk.holdings.set_cash(cash.id, "USD", 410_00)
    dialog = StartTargetsDialog(desk, desk.allocations.of(None))
    qtbot.addWidget(dialog)
    assert [each.words for each in dialog.starts][:2] == [
        "67.31% Equity, 28.59% Fixed income, 4.10% Cash",
        "60% Equity, 40% Fixed income",
    ]


def test_edit_targets_begins_where_there_are_none(fresh: AllocationPage, demo_desk: Desk, qtbot: QtBot) -> None:
    fresh.choose_scope("brokerage")
    fresh.header.edit.click()
    first = fresh.findChild(StartTargetsDialog)
    assert first is not None and first.isVisible()
    first.accept()
    assert demo_desk.targets.active("brokerage") is not None
    editor = fresh.findChild(TargetDialog)
    assert editor is not None and editor.isVisible()
    editor.reject()


def test_every_dialog_opens_from_the_page(fresh: AllocationPage, demo_desk: Desk, qtbot: QtBot) -> None:
    for name, make in pictures.dialogs(demo_desk, fresh):
        dialog = make()
        dialog.open()
        assert dialog.isVisible() and dialog.windowTitle(), name
        dialog.close()


def test_the_wheel_over_the_trades_scrolls_the_plan(page: AllocationPage, qtbot: QtBot) -> None:
    page.resize(1096, 600)
    page.panel.plan_for(2_000_000)
    scroller = page.panel.findChild(QScrollArea)
    assert scroller is not None
    qtbot.waitUntil(lambda: scroller.verticalScrollBar().maximum() > 100)
    place = page.panel.outcome.orders.mapTo(page, QPoint(20, 20))
    QTest.wheelEvent(page.windowHandle(), QPointF(place), QPoint(0, -120))
    assert scroller.verticalScrollBar().value() > 0


def test_a_refused_name_leaves_the_dialog_open(page: AllocationPage, seen_desk: Desk, qtbot: QtBot) -> None:
    page.choose_scope("brokerage")
    assert page.allocation is not None
    dialog = StartTargetsDialog(seen_desk, page.allocation)
    qtbot.addWidget(dialog)
    dialog.open()
    dialog.name.setText("   ")
    dialog.accept()
    assert dialog.isVisible() and dialog.problem.sentence
    assert seen_desk.targets.active("brokerage") is None


def test_a_strategy_without_targets_gets_its_first_ones(qtbot: QtBot, desk: Desk, bus: Bus) -> None:
    account = desk.accounts.add("Brokerage", AccountKind.TAXABLE, "USD")
    desk.holdings.set_cash(account.id, "USD", 100_000)
    page = shown(qtbot, desk, bus)
    assert page.answer.set_targets.isVisible() and page.allocation is not None
    before = page.allocation.strategy
    dialog = StartTargetsDialog(desk, page.allocation)
    qtbot.addWidget(dialog)
    assert dialog.starts[0].name == "Current weights"
    assert dialog.name.isVisibleTo(dialog) and dialog.name.text() == "My targets", "not the name of the scope"
    dialog.accept()
    after = desk.targets.active(None)
    assert after is not None and after.name == "My targets"
    assert after is not None and after.targets == (ClassTarget("cash", 10_000),)
    assert before is None or before.id == after.id
    assert page.answer.set_targets.isHidden()


def test_a_narrow_page_shows_one_of_the_two(page: AllocationPage) -> None:
    assert page.panel.isVisible() and page.classes.isVisible() and not page.tabs.isVisible()
    page.resize(800, 700)
    assert page.tabs.isVisible() and page.classes.isVisible() and not page.panel.isVisible()
    QTest.mouseClick(option(page, "Planner"), Qt.MouseButton.LeftButton)
    assert page.panel.isVisible() and not page.classes.isVisible()
    assert page.panel.width() == 800
    page.resize(1096, 700)
    assert page.panel.width() == 356 and page.classes.isVisible()


def option(page: AllocationPage, words: str) -> QPushButton:
    return next(each for each in page.tabs.findChildren(QPushButton) if each.text() == words)


def test_a_class_without_anything_in_it_is_shown_for_its_target(fresh: AllocationPage, demo_desk: Desk) -> None:
    active = demo_desk.targets.active(None)
    assert active is not None
    targets = (ClassTarget("equity", 9_000), ClassTarget("commodities", 1_000))
    demo_desk.targets.save(active.id, active.version, targets)
    by_class = {row.id: row for row in fresh.classes.classes.rows}
    assert by_class["commodities"].count == "nothing held"
    assert by_class["commodities"].sentence.endswith("under, band 7.5–12.5%")
    assert by_class["crypto"].target == "0.0%"


def test_three_hundred_holdings_are_painted_and_scrolled(qtbot: QtBot, desk: Desk, bus: Bus) -> None:
    account = desk.accounts.add("Brokerage", AccountKind.TAXABLE, "USD")
    page = shown(qtbot, desk, bus)
    bus.changed.disconnect(page._on_changed)
    hold_many(desk, account, ["equity"] * 300, "A long name " * 9)
    bus.changed.connect(page._on_changed)
    bus.tell(EVERYTHING)
    assert page.classes.open_class == "", "a long class is not opened by itself"
    page.classes.toggle(top(page, "equity"))
    qtbot.waitUntil(lambda: page.classes.height() > 400)
    model = page.classes.classes
    assert model.rowCount(top(page, "equity")) == 301
    page.classes.setCurrentIndex(model.index(300, 0, top(page, "equity")))
    assert page.classes.verticalScrollBar().value() > 10_000
    picture = page.classes.grab().toImage()
    colours = {picture.pixel(x, y) for x in range(60, 500, 3) for y in range(40, 400, 3)}
    assert len(colours) > 20, "something is drawn at the end of the list"


def test_the_rows_come_from_the_allocation_alone(seen_desk: Desk) -> None:
    allocation = seen_desk.allocations.of(None)
    made = class_rows(allocation)
    assert [row.drift for row in made] == list(allocation.drift.classes)
    assert sum(row.drift.value_minor for row in made) == allocation.drift.classified_minor


@pytest.mark.parametrize(
    ("size", "points"), [(QPageSize.PageSizeId.A4, (595, 842)), (QPageSize.PageSizeId.Letter, (612, 792))]
)
def test_the_allocation_is_printed_on_the_paper_there_is(
    seen_desk: Desk, tmp_path: Path, size: QPageSize.PageSizeId, points: tuple[int, int]
) -> None:
    made = allocation_pdf(seen_desk.allocations.of(None), seen_desk.clock.today(), "demo.wealthdesk", QPageSize(size))
    box = re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", made)
    assert box is not None
    assert tuple(round(float(each)) for each in box.groups()) == points
    (tmp_path / "allocation.pdf").write_bytes(made)
    words = words_of(tmp_path / "allocation.pdf")
    for said in (
        "1 of 1", "2 classes are outside their band:", "Crypto", "$169,520", "63.9%", "VTI", "37.1% of portfolio",
        "band 45–55%", "No own target", "demo.wealthdesk",
    ):  # fmt: skip
        assert said in words, said


def test_paper_calls_the_targets_as_the_window_does(demo_desk: Desk, tmp_path: Path) -> None:
    strategy = demo_desk.targets.active(None)
    assert strategy is not None
    demo_desk.targets.change(replace(strategy, name=ALL_PORTFOLIO_NAME))
    made = allocation_pdf(demo_desk.allocations.of(None), demo_desk.clock.today(), "demo.wealthdesk")
    (tmp_path / "allocation.pdf").write_bytes(made)
    assert "Targets: My targets, version" in words_of(tmp_path / "allocation.pdf")


def test_what_does_not_fit_on_a_page_goes_on_with_its_head(demo_desk: Desk, tmp_path: Path) -> None:
    hold_many(demo_desk, demo_desk.accounts.all()[0], ["equity"] * 60, "Share")
    made = allocation_pdf(demo_desk.allocations.of(None), demo_desk.clock.today(), "demo.wealthdesk")
    (tmp_path / "allocation.pdf").write_bytes(made)
    words = words_of(tmp_path / "allocation.pdf")
    pages = words.count("demo.wealthdesk")
    assert pages > 2 and words.count("Drift") == words.count("Now") == pages


def test_ctrl_p_prints_the_allocation_where_there_is_no_plan(
    fresh: AllocationPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QDialog, "open", lambda self: None)
    activate(fresh, qtbot)
    with qtbot.waitSignal(fresh._print_key.activated):
        QTest.keyClick(fresh, Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    fresh.panel.plan_for(2_000_000)
    qtbot.waitUntil(lambda: fresh.panel.plan is not None and fresh.panel.is_settled, timeout=20_000)
    assert not fresh._print_key.isEnabled(), "then it prints the sheet of the plan"
