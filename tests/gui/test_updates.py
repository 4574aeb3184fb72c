"""Updating prices in the window: asked about, requested, looked at, then kept; and the sources in Settings."""

import sys
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLabel, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from quotes.servers import RATES, Host, a_host, history, price, slow, told
from wealthdesk.domain.assets import AssetCode
from wealthdesk.domain.holdings import Price
from wealthdesk.gui import tasks
from wealthdesk.gui.main_window import MainWindow
from wealthdesk.gui.over_time.page import OverTimePage
from wealthdesk.gui.settings.page import SettingsPage
from wealthdesk.gui.settings.sources import CodesDialog, SourceDialog
from wealthdesk.gui.table_model import MARK_ROLE
from wealthdesk.gui.updates.check_dialog import CheckDialog
from wealthdesk.gui.updates.opt_in_dialog import SIZE, OptInDialog
from wealthdesk.gui.widgets.table_view import ROW_HEIGHT, TWO_LINES
from wealthdesk.services.desk import Desk
from wealthdesk.services.sources import AddressSource, CommandSource, EcbSource, FileSource, QuotePlaces

PLACES = QuotePlaces("quote.0.close", "quote.0.date", "quote.0.currency")


@pytest.fixture
def host() -> Iterator[Host]:
    with a_host() as opened:
        yield opened


@pytest.fixture
def window(qtbot: QtBot, demo_desk: Desk) -> MainWindow:
    made = MainWindow()
    qtbot.addWidget(made)
    made.show_desk(demo_desk)
    made.show()
    demo_desk.updates.web.pause = 0
    qtbot.waitUntil(lambda: not tasks.is_busy(), timeout=20_000)
    return made


def shown(qtbot: QtBot, kind: type[QDialog]) -> QDialog:
    found: list[QDialog] = []

    def look() -> bool:
        found[:] = [each for each in QApplication.topLevelWidgets() if isinstance(each, kind) and each.isVisible()]
        return bool(found)

    qtbot.waitUntil(look, timeout=20_000)
    return found[0]


def words(widget: QWidget) -> str:
    return "\n".join(each.text() for each in widget.findChildren(QLabel) if each.isVisibleTo(widget))


def press(widget: QWidget, said: str) -> None:
    next(each for each in widget.findChildren(QPushButton) if each.text() == said and each.isVisible()).click()


def id_of(desk: Desk, symbol: str) -> str:
    return next(each.id for each in desk.assets.all() if each.symbol == symbol)


def call(desk: Desk, name: str, **codes: str) -> None:
    desk.updates.call([AssetCode(id_of(desk, symbol), name, code) for symbol, code in codes.items()])


def test_without_a_source_nothing_is_offered_and_the_key_reads_the_file_again(
    window: MainWindow, demo_desk: Desk, qtbot: QtBot
) -> None:
    assert not window._nav.update_prices.isVisible()
    with qtbot.waitSignal(window.bus.changed):
        QTest.keyClick(window, Qt.Key.Key_F5)
    window.update_prices()
    page = window.page("settings")
    assert isinstance(page, SettingsPage) and page.isVisible()
    qtbot.waitUntil(lambda: "None yet, so nothing is ever asked." in words(page.sources))


def test_the_question_says_who_gets_what_and_nothing_is_sent_before_it(
    window: MainWindow, demo_desk: Desk, host: Host, qtbot: QtBot
) -> None:
    demo_desk.sources.add("one", AddressSource(host.template, PLACES))
    demo_desk.sources.add("ECB", EcbSource(f"{host.address}/rates"))
    assert window.shown is not None
    window.shown.foot.show()
    assert window._nav.update_prices.isVisible()
    QTest.mouseClick(window._nav.update_prices, Qt.MouseButton.LeftButton)
    dialog = shown(qtbot, OptInDialog)
    assert isinstance(dialog, OptInDialog)
    assert (dialog.width(), dialog.height()) == SIZE and dialog.when.choice() == "asked"
    said = words(dialog)
    assert "Until you agree, nothing is sent for this portfolio" in said and host.template in said
    held = {each.asset_id for each in demo_desk.holdings.all() if each.quantity}
    symbols = {each.symbol for each in demo_desk.assets.all() if each.id in held and not each.is_cash}
    offered = {each.text() for each in dialog.kept_in().values()}
    asked_apart = {each.text().partition(":")[0] for each in dialog.typed.values()}
    assert offered | asked_apart == symbols and "no currency is sent" in said
    QTest.mouseClick(dialog.not_now, Qt.MouseButton.LeftButton)
    assert host.asked == [] and demo_desk.updates.codes() == []
    assert all(each.consent is None for each in demo_desk.sources.all())
    window.update_prices()
    dialog = shown(qtbot, OptInDialog)
    assert isinstance(dialog, OptInDialog)
    dialog.checks()[0].setChecked(False)
    host.answers["/rates"] = told(RATES)
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    check = shown(qtbot, CheckDialog)
    assert host.asked == ["/rates"], "what is not ticked is not asked"
    check.reject()


def test_what_was_found_is_looked_at_chosen_and_kept_in_one_change(
    window: MainWindow, demo_desk: Desk, host: Host, qtbot: QtBot
) -> None:
    last = {each.asset_id: each.price for each in demo_desk.portfolios.current().prices.values()}
    vti, bnd, vxus, vnq = (last[id_of(demo_desk, each)] for each in ("VTI", "BND", "VXUS", "VNQ"))
    for name, of in (("one", Decimal(1)), ("two", Decimal("1.02"))):
        demo_desk.sources.add(name, AddressSource(f"{host.address}/{name}?s={name}{{symbol}}", PLACES))
        host.answers[f"{name}VTI"] = price(str(vti * of + 1))
    host.answers["oneBND"] = price(str(bnd + 1))
    host.answers["oneVXUS"] = price(str(vxus * 2))
    call(demo_desk, "one", VTI="VTI", BND="BND", VXUS="VXUS", VNQ="VNQ")
    call(demo_desk, "two", VTI="VTI")
    for leaving in demo_desk.updates.leaving():
        demo_desk.updates.agree(leaving)
    before = demo_desk.prices.all()
    QTest.keyClick(window, Qt.Key.Key_F5)
    dialog = shown(qtbot, CheckDialog)
    assert isinstance(dialog, CheckDialog)
    assert dialog.headline.title == "1 updated, 0 unchanged."
    for said in (
        "1 line: sources disagree",
        "1 line: far from the price before",
        "1 line: not found",
        "until you press Keep",
    ):
        assert said in dialog.headline.text
    assert dialog.keep.text() == "&Keep 1 change" and demo_desk.prices.all() == before
    results = [dialog.table.table.columns[5].text(row) for row in dialog.table.table.rows()]
    assert sorted(results) == ["Far from before", "Not found", "Sources disagree", "Updated"]
    assert results[-1] == "Updated", "what is to be looked at stands on top"
    marked = [dialog.table.table.index(line, 0).data(MARK_ROLE) for line in range(len(results))]
    assert marked == [True, True, True, False]
    heights = [dialog.table.rowHeight(line) for line in range(len(results))]
    assert max(heights) <= TWO_LINES + 28 and heights[-1] == ROW_HEIGHT, "what is chosen and why is one line more"
    shown_below = [each.said.words for each in dialog.opened.values()]
    assert "more than 20% away: it looks like a 1:2 split, of which the quantity changes as well." in shown_below
    assert dialog.table.select(id_of(demo_desk, "VTI"))
    assert dialog.choice is not None
    assert "the sources disagree" in dialog.choice.said.words
    assert [each.text().partition(" ")[0] for each in dialog.choice.buttons] == ["one", "two", "Keep"]
    assert dialog.choice.buttons[2].isChecked()
    dialog.choice.buttons[1].click()
    assert dialog.keep.text() == "&Keep 2 changes"
    dialog.table.select(id_of(demo_desk, "VNQ"))
    assert dialog.choice is not None
    dialog.choice.field.setFocus()
    QTest.keyClicks(dialog.choice.field, "abc")
    assert dialog.choice.problem.isVisible() and dialog.keep.text() == "&Keep 2 changes"
    dialog.choice.field.clear()
    QTest.keyClicks(dialog.choice.field, str(vnq + 2))
    assert not dialog.choice.problem.isVisible() and dialog.keep.text() == "&Keep 3 changes"
    before_total, after_total = dialog.total.text().removeprefix("Total value ").split(" → ")
    assert before_total != after_total
    dialog.keep.click()
    new = {each.asset_id: each for each in demo_desk.portfolios.current().prices.values()}
    assert new[id_of(demo_desk, "VTI")].source == "two" and new[id_of(demo_desk, "VNQ")].source == "manual"
    assert new[id_of(demo_desk, "VXUS")].price == vxus and new[id_of(demo_desk, "BND")].price == bnd + 1
    assert demo_desk.undo.back() == "update of prices, 3 prices"
    assert demo_desk.prices.all() == before


def test_the_choice_stands_in_its_row_and_is_made_by_key(
    window: MainWindow, demo_desk: Desk, qtbot: QtBot, tmp_path: Path
) -> None:
    last, file = demo_desk.portfolios.current().prices, tmp_path / "prices.csv"
    told = {"VTI": last[id_of(demo_desk, "VTI")].price * 2, "BND": last[id_of(demo_desk, "BND")].price + 1}
    today = demo_desk.clock.today()
    file.write_text("symbol,on,price\n" + "".join(f"{symbol},{today},{price}\n" for symbol, price in told.items()))
    assert window.shown is not None
    window.shown.updater.show_file(str(file))
    dialog = shown(qtbot, CheckDialog)
    assert isinstance(dialog, CheckDialog)
    table, vti, bnd = dialog.table, id_of(demo_desk, "VTI"), id_of(demo_desk, "BND")
    assert [table.table.row_at(0), table.table.row_at(1)] == sorted(
        dialog.update_.lines, key=lambda e: e.symbol != "VTI"
    )
    assert list(dialog.opened) == [vti], "only what is marked shows its choice at first"
    choice = dialog.opened[vti]
    row = table.visualRect(table.table.index(0, 0))
    assert choice.parent() is table.viewport() and choice.isVisible()
    assert row.top() < choice.geometry().top() and choice.geometry().bottom() <= row.bottom()
    assert [each.accessibleName().rpartition(", ")[2] for each in choice.buttons] == ["VTI", "VTI"]
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    table.setFocus()
    table.select(vti)
    QTest.keyClick(table, Qt.Key.Key_Space)
    assert choice.buttons[1].hasFocus() and choice.buttons[1].isChecked()
    QTest.keyClick(choice.buttons[1], Qt.Key.Key_Left)
    assert choice.buttons[0].isChecked() and dialog.keep.text() == "&Keep 2 changes"
    QTest.keyClicks(choice.field, "5")
    assert not any(each.isChecked() for each in choice.buttons) and dialog.keep.text() == "&Keep 2 changes"
    choice.field.clear()
    QTest.keyClicks(choice.field, "x")
    assert choice.buttons[1].isChecked() and dialog.keep.text() == "&Keep 1 change"
    table.select(bnd)
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_Space)
    opened = dialog.opened[bnd]
    assert opened.buttons[0].hasFocus() and table.rowHeight(1) == table.rowHeight(0)
    table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
    assert table.selected_row() is table.table.row_at(0), "BND comes before VTI"
    qtbot.waitUntil(lambda: 0 < opened.geometry().bottom() < choice.geometry().top())
    assert opened.width() == choice.width()
    dialog.reject()


def test_any_asset_can_be_kept_out(window: MainWindow, demo_desk: Desk, host: Host, qtbot: QtBot) -> None:
    demo_desk.sources.add("one", AddressSource(host.template, PLACES))
    window.update_prices()
    dialog = shown(qtbot, OptInDialog)
    assert isinstance(dialog, OptInDialog)
    boxes, vti = dialog.kept_in(), id_of(demo_desk, "VTI")
    for each in boxes.values():
        each.click()
    assert not dialog.turn_on.isEnabled()
    for key in boxes.keys() - {vti}:
        boxes[key].click()
    dialog.turn_on.click()
    check = shown(qtbot, CheckDialog)
    check.reject()
    assert len(host.asked) == len(boxes) - 1 and not any(each.endswith("s=VTI") for each in host.asked)
    assert vti not in {each.asset_id for each in demo_desk.updates.codes()}
    (leaving,) = demo_desk.updates.leaving()
    assert "VTI" not in leaving.codes and leaving.is_agreed


def test_a_file_of_prices_is_looked_at_and_kept_in_one_change(
    window: MainWindow, demo_desk: Desk, qtbot: QtBot, tmp_path: Path
) -> None:
    window.go_to("over_time")
    page = window.page("over_time")
    assert isinstance(page, OverTimePage)
    qtbot.waitUntil(lambda: page.course is not None, timeout=20_000)
    assert page.panel.import_prices.isVisible(), "a young history can be filled"
    before, file, today = demo_desk.prices.all(), tmp_path / "prices.csv", demo_desk.clock.today()
    last = demo_desk.portfolios.current().prices[id_of(demo_desk, "VTI")].price
    days = [today - timedelta(days=ago) for ago in (20, 10, 0)]
    file.write_text("symbol,on,price\n" + "".join(f"VTI,{on},{last + at}\n" for at, on in enumerate(days)))
    page.panel.import_prices.click()
    chooser = shown(qtbot, QFileDialog)
    assert isinstance(chooser, QFileDialog)
    chooser.reject()
    assert window.shown is not None
    window.shown.updater.show_file(str(file))
    dialog = shown(qtbot, CheckDialog)
    assert isinstance(dialog, CheckDialog) and "What “prices.csv” says" in words(dialog)
    assert [line.symbol for line in dialog.update_.lines] == ["VTI"] and demo_desk.prices.all() == before
    dialog.keep.click()
    assert {each.on for each in demo_desk.prices.all() if each.source == "prices.csv"} == set(days)
    assert demo_desk.undo.back() == "update of prices, 3 prices"
    assert demo_desk.prices.all() == before
    file.write_text("symbol,on,price\nNOSUCH,2026-11-20,5\n")
    window.shown.updater.show_file(str(file))
    box = shown(qtbot, QMessageBox)
    assert "prices.csv has no price of what is here" in words(box)
    box.reject()


def test_rates_of_every_day_are_asked_for_after_a_question(
    window: MainWindow, demo_desk: Desk, host: Host, qtbot: QtBot
) -> None:
    demo_desk.sources.add("ECB", EcbSource(f"{host.address}/eurofxref-daily.xml"))
    today = demo_desk.clock.today()
    days = (f"{today - timedelta(days=ago)},1.08,0.8,0.9," for ago in range(4))
    host.answers["/eurofxref-hist.zip"] = told(history(*days))
    window.go_to("settings")
    page = window.page("settings")
    assert isinstance(page, SettingsPage)
    page.show_section("prices")
    qtbot.waitUntil(lambda: "eurofxref-daily.xml" in words(page.sources))
    press(page.sources, "History…")
    box = shown(qtbot, QMessageBox)
    assert "eurofxref-hist.zip" in words(box) and host.asked == []
    next(each for each in box.findChildren(QPushButton) if each.text() == "&Fetch").click()
    check = shown(qtbot, CheckDialog)
    assert isinstance(check, CheckDialog) and host.asked == ["/eurofxref-hist.zip"]
    names = [check.table.table.columns[1].text(row) for row in check.table.table.rows()]
    assert any("days before without a rate" in each for each in names)
    heads = [row for row in check.table.table.rows() if check.table.table.is_head(row)]
    assert [check.table.table.columns[0].text(row) for row in heads] == ["Exchange rates"]
    check.reject()


def test_requests_are_shown_and_stopped(window: MainWindow, demo_desk: Desk, host: Host, qtbot: QtBot) -> None:
    host.answers["VTI"] = slow(8)
    demo_desk.sources.add("one", AddressSource(host.template, PLACES))
    call(demo_desk, "one", VTI="VTI")
    demo_desk.updates.agree(demo_desk.updates.leaving()[0])
    window.update_prices()
    assert window.shown is not None
    strip = window.shown.updater.strip
    assert strip is not None
    qtbot.waitUntil(strip.isVisible, timeout=5_000)
    window.update_prices()
    stop = next(each for each in strip.findChildren(QPushButton) if "Stop" in each.text())
    QTest.mouseClick(stop, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not tasks.is_busy(), timeout=5_000)
    assert not strip.isVisible() and len(host.asked) == 1
    qtbot.waitUntil(lambda: "The update was stopped. Nothing was changed." in words(window))


def test_once_a_day_it_tells_and_keeps_nothing(
    window: MainWindow, demo_desk: Desk, tmp_path: Path, qtbot: QtBot
) -> None:
    vti = demo_desk.portfolios.current().prices[id_of(demo_desk, "VTI")]
    listed = tmp_path / "prices.csv"
    listed.write_text(f"VTI,2026-11-20,{vti.price + 1},USD\n", "utf-8")
    demo_desk.sources.add("list", FileSource(str(listed)))
    demo_desk.sources.set_daily(is_daily=True)
    before = demo_desk.prices.all()
    assert window.shown is not None
    window.shown.updater.start_daily()
    qtbot.waitUntil(lambda: "Your sources tell 1 new price. Nothing is kept yet." in words(window), timeout=10_000)
    assert demo_desk.prices.all() == before
    qtbot.waitUntil(lambda: not tasks.is_busy())
    window.shown.updater.start_daily()
    assert not tasks.is_busy()
    look = next(each for each in window.findChildren(QPushButton) if each.text() == "&Look at them")
    look.click()
    shown(qtbot, CheckDialog).accept()
    assert demo_desk.portfolios.current().prices[id_of(demo_desk, "VTI")].source == "list"


def test_once_a_day_it_tells_also_of_rates_and_of_what_is_in_doubt(
    window: MainWindow, demo_desk: Desk, host: Host, tmp_path: Path, qtbot: QtBot
) -> None:
    vti = demo_desk.portfolios.current().prices[id_of(demo_desk, "VTI")]
    listed = tmp_path / "prices.csv"
    listed.write_text(f"VTI,2026-11-20,{vti.price * 2},USD\n", "utf-8")
    demo_desk.sources.add("list", FileSource(str(listed)))
    host.answers["/rates"] = told(RATES)
    demo_desk.sources.add("ECB", EcbSource(f"{host.address}/rates"))
    demo_desk.updates.agree(demo_desk.updates.leaving("ECB")[0])
    demo_desk.sources.set_daily(is_daily=True)
    assert window.shown is not None
    window.shown.updater.start_daily()
    qtbot.waitUntil(lambda: "Your sources tell 1 new rate and 1 to be looked at." in words(window), timeout=10_000)


def test_what_changed_meanwhile_is_compared_anew_and_can_be_kept_then(
    demo_desk: Desk, tmp_path: Path, qtbot: QtBot
) -> None:
    portfolio = demo_desk.portfolios.current()
    vti, bnd = (portfolio.prices[id_of(demo_desk, each)] for each in ("VTI", "BND"))
    listed = tmp_path / "prices.csv"
    listed.write_text(f"VTI,2026-11-20,{vti.price + 1},USD\nBND,2026-11-20,{bnd.price * 2},USD\n", "utf-8")
    dialog = CheckDialog(demo_desk, [demo_desk.updates.of_file(listed)])
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.table.select(bnd.asset_id)
    assert dialog.choice is not None
    QTest.keyClicks(dialog.choice.field, "75.5")
    demo_desk.prices.set([Price(vti.asset_id, demo_desk.clock.today(), vti.price + 2)])
    dialog.keep.click()
    assert dialog.isVisible() and "has changed since" in dialog.refusal.title
    dialog.table.select(bnd.asset_id)
    assert dialog.choice is not None and dialog.choice.field.text() == "75.5", "what was typed stays"
    of_a_row = type(dialog.choice)
    qtbot.waitUntil(lambda: len(dialog.findChildren(of_a_row)) == len(dialog.opened))
    dialog.keep.click()
    assert not dialog.isVisible()
    now = demo_desk.portfolios.current().prices
    assert (now[bnd.asset_id].price, now[vti.asset_id].price) == (Decimal("75.5"), vti.price + 2)


def test_sources_are_added_listed_turned_off_and_removed(window: MainWindow, demo_desk: Desk, qtbot: QtBot) -> None:
    window.update_prices()
    page = window.page("settings")
    assert isinstance(page, SettingsPage)
    dialog = page.sources.open_add()
    assert isinstance(dialog, SourceDialog)
    dialog.kind.button("address").click()
    dialog.name.setText("Mine")
    dialog.where.setText("http://prices.example/{symbol}")
    dialog.accept()
    assert "begins with https://" in dialog.refusal() and dialog.isVisible()
    dialog.where.setText("https://prices.example/{symbol}?k={key}")
    dialog.key.setText("SECRET")
    dialog.price.setText("close")
    dialog.accept()
    (source,) = demo_desk.sources.all()
    assert isinstance(source.kind, AddressSource) and source.kind.key == "SECRET"
    said = "\n".join(each.toolTip() + each.text() for each in page.sources.findChildren(QLabel))
    assert "SECRET" not in said and "•••" in said and "Off: nothing was agreed to." in said
    assert window._nav.update_prices.isVisibleTo(window)
    call(demo_desk, "Mine", VTI="VTI.US")
    demo_desk.updates.agree(demo_desk.updates.leaving()[0])
    page.sources.refresh()
    qtbot.waitUntil(lambda: "Agreed: 1 symbol: VTI.US" in words(page.sources))
    press(page.sources, "Turn off")
    assert demo_desk.sources.all()[0].consent is None
    qtbot.waitUntil(lambda: "Off: nothing was agreed to." in words(page.sources))
    press(page.sources, "Remove…")
    press(shown(qtbot, QDialog), "&Remove")
    qtbot.waitUntil(lambda: demo_desk.sources.all() == [])
    assert not window._nav.update_prices.isVisibleTo(window)


def test_codes_are_proposed_chosen_and_taken_away(window: MainWindow, demo_desk: Desk, qtbot: QtBot) -> None:
    source = demo_desk.sources.add("mine", CommandSource((sys.executable, "-c", "pass")))
    dialog = CodesDialog(demo_desk, source, window)
    qtbot.addWidget(dialog)
    dialog.show()
    vti = id_of(demo_desk, "VTI")
    box = dialog.codes[vti]
    assert box.currentText() == "" and [box.itemText(n) for n in range(3)] == ["", "VTI", "VTI.US"]
    box.setCurrentText("VTI.US")
    dialog.units[vti].setText("USX")
    dialog.accept()
    assert demo_desk.updates.codes() == [AssetCode(vti, "mine", "VTI.US", "USX")]
    again = CodesDialog(demo_desk, source, window)
    qtbot.addWidget(again)
    assert again.codes[vti].currentText() == "VTI.US" and not again.is_changed()
    again.units[vti].setText("quids")
    again.accept()
    assert "not a currency" in again.refusal()
    again.codes[vti].setCurrentText("")
    again.accept()
    assert demo_desk.updates.codes() == []
