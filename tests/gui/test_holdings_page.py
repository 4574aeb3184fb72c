"""The holdings page: its five tables, searching, filtering, removing and undoing, by mouse and by keyboard."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemDelegate,
    QApplication,
    QComboBox,
    QDialog,
    QFileDialog,
    QLineEdit,
    QMessageBox,
    QPushButton,
    QTableView,
    QWidget,
)
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from gui.conftest import shown_once, take_back_all
from wealthdesk.changes import Topic
from wealthdesk.domain.accounts import AccountKind
from wealthdesk.domain.assets import Asset, AssetKind
from wealthdesk.domain.holdings import FxRate, Holding, Price
from wealthdesk.domain.money import share_bps
from wealthdesk.domain.valuation import value
from wealthdesk.errors import NothingKept
from wealthdesk.gui import format as text
from wealthdesk.gui import theme
from wealthdesk.gui.holdings.forms.account_dialog import AccountDialog
from wealthdesk.gui.holdings.forms.asset_dialog import AssetDialog
from wealthdesk.gui.holdings.forms.holding_dialog import CashDialog, HoldingDialog
from wealthdesk.gui.holdings.forms.price_dialog import PriceHistoryDialog, RateDialog
from wealthdesk.gui.holdings.page import HoldingsPage
from wealthdesk.gui.holdings.tables.columns import FIELD
from wealthdesk.gui.holdings.tables.prices_panel import PriceTable
from wealthdesk.gui.holdings.tables.quote_rows import with_changes
from wealthdesk.gui.holdings.tables.rows import HoldingRow
from wealthdesk.gui.page import Bus
from wealthdesk.gui.pictures import holdings as pictures
from wealthdesk.gui.widgets.nav import NARROW_WIDTH
from wealthdesk.gui.widgets.table_view import TableView
from wealthdesk.gui.window_memory import WindowMemory
from wealthdesk.services.desk import Desk
from wealthdesk.storage.assets import add_assets
from wealthdesk.storage.holdings import add_holdings

Open = Callable[[type[QDialog]], Any]
Key, Modifier = Qt.Key, Qt.KeyboardModifier
SIZE, BESIDE = (1096, 832), (2000, 0)


@pytest.fixture
def fresh(demo_desk: Desk, bus: Bus, qtbot: QtBot) -> HoldingsPage:
    """A page of the test's own."""
    return _shown(HoldingsPage(demo_desk, bus), qtbot)


@pytest.fixture
def empty_page(desk: Desk, bus: Bus, qtbot: QtBot) -> HoldingsPage:
    return _shown(HoldingsPage(desk, bus), qtbot)


@pytest.fixture(scope="module")
def opened_once(qapp: QApplication, seen_desk: Desk) -> Iterator[HoldingsPage]:
    bus = Bus()
    seen_desk.subscribe(bus.tell)
    page = HoldingsPage(seen_desk, bus)
    page.setGeometry(*BESIDE, *SIZE)
    yield from shown_once(page)


@pytest.fixture
def seen(opened_once: HoldingsPage, qtbot: QtBot) -> Iterator[HoldingsPage]:
    """The page for the tests that only look at it, opened once for all of them; after each it is as it was opened."""
    yield _activated(opened_once, qtbot)
    opened_once.search.clear()
    opened_once.prices.discard_typed()
    for panel in opened_once.panels.values():
        panel.table.clearSelection()
        panel.table.setCurrentIndex(QModelIndex())
    opened_once.show_section("holdings")
    opened_once.resize(*SIZE)


@pytest.fixture
def page(seen: HoldingsPage, seen_desk: Desk) -> Iterator[HoldingsPage]:
    """The same for tests that change something and remove nothing: it is taken back after each."""
    assert seen_desk.undo.last() is None
    before = seen_desk.portfolios.current()
    yield seen
    take_back_all(seen_desk)
    assert seen_desk.portfolios.current() == before and seen.undo_bar.isHidden()


def _shown(page: HoldingsPage, qtbot: QtBot) -> HoldingsPage:
    qtbot.addWidget(page)
    page.resize(*SIZE)
    page.show()
    return _activated(page, qtbot)


def _activated(page: HoldingsPage, qtbot: QtBot) -> HoldingsPage:
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    # Without it Qt holds Ctrl for pressed where that came with the last key of the test before.
    QTest.keyClick(page, Key.Key_Control)
    return page


def _column(table: TableView[Any], column: int) -> list[str]:
    """What stands in a column, without the heads of groups."""
    model = table.table
    lines = [line for line in range(model.rowCount()) if not model.is_head(model.row_at(line))]
    return [str(model.data(model.index(line, column))) for line in lines]


def _heads(page: HoldingsPage) -> list[HoldingRow]:
    return [row for row in page.holdings.table.table.rows() if row.subtotal is not None]


def _foot(page: HoldingsPage) -> str:
    return page.shown._count.words


def _yes(box: QMessageBox | None) -> None:
    assert box is not None
    yes = next(each for each in box.buttons() if box.buttonRole(each) is QMessageBox.ButtonRole.AcceptRole)
    yes.click()


def test_each_table_shows_what_is_kept(seen: HoldingsPage, seen_desk: Desk) -> None:
    counts = {
        "holdings": len(seen_desk.holdings.all()),
        "assets": len(seen_desk.assets.all()),
        "accounts": len(seen_desk.accounts.all()),
        "prices": len([each for each in seen_desk.assets.all() if not each.is_cash]) + 1,  # and the latest rate
        "rates": len(seen_desk.rates.all()),
    }
    for key, count in counts.items():
        seen.show_section(key)
        assert seen.shown is seen.panels[key]
        assert seen.shown.isVisible()
        assert len(_column(seen.shown.table, 0)) == count, key


def test_the_foot_counts_and_adds_up_what_is_shown(seen: HoldingsPage) -> None:
    assert _foot(seen).startswith("17 holdings, $269,560.74 in total. Prices are of ")
    newest = max(row.price_on for row in seen.holdings.table.table.rows() if row.price_on)
    column = next(each for each in seen.holdings.table.table.columns if each.title == "Price")
    assert column.note is not None
    dated = {row.price_on for row in seen.holdings.table.table.rows() if column.note(row)}
    assert newest not in dated, "only older prices carry their date"
    seen.search.setText("vti")
    assert _foot(seen).startswith("2 holdings, $98,529.90 in total. ")


def test_the_search_looks_in_names_accounts_and_classes(seen: HoldingsPage) -> None:
    QTest.keyClick(seen, Key.Key_F, Modifier.ControlModifier)
    assert seen.search.hasFocus()
    QTest.keyClicks(seen.search, "equity retire")
    assert _column(seen.holdings.table, 0) == ["VTI", "VBR", "AOR"]
    QTest.keyClick(seen.search, Key.Key_Return)
    assert seen.holdings.table.hasFocus()
    assert seen.holdings.table.selected_rows()[0].asset.symbol == "VTI"


def test_a_search_without_a_find_says_so(seen: HoldingsPage) -> None:
    seen.search.setText("zebra")
    assert seen.holdings._nothing.isVisible()
    assert seen.holdings._nothing.text() == "Nothing here with “zebra”."
    QTest.keyClick(seen.search, Key.Key_Escape)
    assert seen.search.text() == ""
    assert len(_column(seen.holdings.table, 0)) == 17


def test_one_account_can_be_shown(fresh: HoldingsPage) -> None:
    combo = fresh.holdings.account
    combo.setCurrentIndex(combo.findText("Crypto wallet"))
    combo.activated.emit(combo.currentIndex())
    assert _column(fresh.holdings.table, 0) == ["BTC", "ETH", "EUR"]
    assert "All accounts" in combo.itemText(0)


def test_holdings_are_grouped_by_account_with_what_they_come_to(fresh: HoldingsPage, demo_desk: Desk) -> None:
    heads = _heads(fresh)
    assert [row.account for row in heads] == ["Brokerage", "Crypto wallet", "Retirement"]
    total = demo_desk.allocations.of(None).valuation.total_minor
    assert sum(row.value_minor or 0 for row in heads) == total
    for row in heads:
        held = [each for each in fresh.holdings.table.table.rows() if each.account == row.account and not each.subtotal]
        assert row.gain is not None and row.gain.base_minor == sum(each.gain.base_minor for each in held if each.gain)
    fresh.holdings.table.sortByColumn(6, Qt.SortOrder.AscendingOrder)
    assert [row.account for row in _heads(fresh)] == ["Brokerage", "Crypto wallet", "Retirement"]
    rows = fresh.holdings.table.table.rows()
    within = [row.value_minor for row in rows if row.account == "Retirement" and not row.subtotal]
    assert within == sorted(within, key=lambda minor: minor or 0)


def test_a_head_opens_its_account_and_is_no_holding(fresh: HoldingsPage, opened: Open) -> None:
    table = fresh.holdings.table
    table.selectRow(0)
    fresh.holdings.remove()
    assert len(_column(table, 0)) == 17
    table.opened.emit(table.table.row_at(0))
    assert opened(AccountDialog).name.text() == "Brokerage"


def test_an_account_is_folded_away_by_its_chevron_or_by_key(fresh: HoldingsPage, demo_desk: Desk, bus: Bus) -> None:
    table = fresh.holdings.table
    foot = _foot(fresh)
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(14, table.rowHeight(0) // 2))
    assert [row.is_closed for row in _heads(fresh)] == [True, False, False]
    assert len(_column(table, 0)) == 9 and _foot(fresh) == foot, "what is folded away counts"
    fresh.search.setText("vxus")
    assert _column(table, 0) == ["VXUS"]
    fresh.search.clear()
    kept = fresh.standing()
    assert kept["closed"] == "brokerage"
    table.select(_heads(fresh)[2].holding.id)
    table.setFocus()
    QTest.keyClick(table, Key.Key_Right)
    assert not _heads(fresh)[2].is_closed, "it is open"
    QTest.keyClick(table, Key.Key_Left)
    assert len(_column(table, 0)) == 3
    fresh.stand_at(kept)
    fresh.refresh()
    assert [row.is_closed for row in _heads(fresh)] == [True, False, False]
    fresh.show_assets(["vxus"])
    assert table.selected_rows()[0].asset.symbol == "VXUS"


def test_the_class_is_a_mark_which_a_screen_reader_is_told(seen: HoldingsPage) -> None:
    table = seen.holdings.table.table

    def told(symbol: str) -> str:
        line = table.position(lambda row: row.asset.symbol == symbol and row.subtotal is None)
        return str(table.index(line, 0).data(Qt.ItemDataRole.AccessibleTextRole))

    assert told("VTI") == "VTI, Vanguard Total Stock Market, Equity"
    assert told("AOR").endswith("Equity 60%, Fixed income 40%")
    assert told("HALM") == "HALM, no class · Halmstad Marine, employee share plan, Unclassified"


def test_the_field_of_a_price_stands_apart_from_the_price_of_now(page: HoldingsPage) -> None:
    page.show_section("prices")
    table = _price_table(page)
    table.setFocus()
    table.edit_line(0)
    field, cell = QApplication.focusWidget(), table.visualRect(table.table.index(0, FIELD))
    assert isinstance(field, QLineEdit) and field.x() - cell.left() >= 24 and field.geometry().right() <= cell.right()
    table.closeEditor(field, QAbstractItemDelegate.EndEditHint.RevertModelCache)
    picture = table.viewport().grab().toImage()
    inside = picture.pixelColor(field.x() + 12, cell.center().y())
    assert inside == QColor(theme.current().field), "a field has the ground of fields, also in the row that is chosen"


def test_a_price_is_on_one_line_and_its_day_is_told(seen: HoldingsPage) -> None:
    seen.show_section("prices")
    table = seen.prices.table
    line = table.table.position(lambda row: row.title == "VTI")
    assert table.rowHeight(line) == 38
    row = table.table.row_at(line)
    told = table.table.index(line, 1).data(Qt.ItemDataRole.AccessibleTextRole)
    assert row.on is not None and told == f"$298.14, {text.day(row.on)}"
    assert table.table.index(line, 0).data(Qt.ItemDataRole.AccessibleTextRole) == "VTI, Vanguard Total Stock Market"


def test_what_can_be_done_is_offered_once_a_row_is_selected(fresh: HoldingsPage) -> None:
    buttons = [pressed for _, _, pressed in fresh.holdings._steps]
    assert not any(each.isVisible() for each in buttons)
    fresh.holdings.table.select("brokerage_vti")
    assert all(each.isVisible() for each in buttons)


def test_what_cannot_be_done_to_a_row_is_off(seen: HoldingsPage) -> None:
    def possible() -> list[str]:
        return [step.words.replace("&", "") for step, _, pressed in seen.shown._steps if pressed.isEnabled()]

    table = seen.holdings.table
    table.selectRow(0)
    assert seen.holdings.table.selected_rows() == _heads(seen)[:1]
    assert possible() == ["Edit…"], "the head of an account is no holding"
    table.select(next(row.holding.id for row in table.table.rows() if row.asset.is_cash and row.subtotal is None))
    assert possible() == ["Edit…", "Remove"]
    table.select("brokerage_vti")
    assert possible() == ["Edit…", "Add price…", "Set class…", "Remove"]
    seen.show_section("assets")
    seen.assets.table.select(next(row.asset.id for row in seen.assets.table.table.rows() if row.asset.is_cash))
    assert "Prices…" not in possible() and "In plans…" not in possible()
    seen.show_section("prices")
    seen.prices.table.select("EUR/USD")
    assert possible() == ["All prices or rates…"]


def test_gain_is_value_less_cost_in_both_currencies_and_in_percent(seen: HoldingsPage, seen_desk: Desk) -> None:
    vwce = next(row for row in seen.holdings.table.table.rows() if row.asset.symbol == "VWCE")
    assert vwce.gain is not None
    assert vwce.gain.minor == 85 * 13152 - 892_500
    rate = Decimal("1.0852")
    cost = int((892_500 * rate).quantize(Decimal(1), ROUND_HALF_UP))
    worth = int((85 * 13152 * rate).quantize(Decimal(1), ROUND_HALF_UP))
    assert (vwce.gain.base_minor, vwce.gain.cost_base_minor) == (worth - cost, cost)
    assert vwce.gain.bps == 2526
    line = seen.holdings.table.table.position(lambda row: row is vwce)
    shown = [
        str(seen.holdings.table.table.index(line, 5).data(role)) for role in (0, Qt.ItemDataRole.AccessibleTextRole)
    ]
    assert shown == ["+€2,254.20", "+€2,254.20, +25.3%, +$2,446"]


def test_where_a_cost_is_not_known_there_is_no_gain_and_the_subtotal_says_of_how_many(
    page: HoldingsPage, seen_desk: Desk
) -> None:
    held = next(each for each in seen_desk.holdings.all() if (each.account_id, each.asset_id) == ("retirement", "vti"))
    seen_desk.holdings.change(held.id, held.quantity, None)
    row = next(each for each in page.holdings.table.table.rows() if each.holding.id == held.id)
    assert row.gain is None
    head = _heads(page)[2]
    assert head.subtotal is not None and head.subtotal.costed == head.subtotal.counted - 1
    line = page.holdings.table.table.position(lambda each: each is head)
    told = page.holdings.table.table.index(line, 4).data(Qt.ItemDataRole.AccessibleTextRole)
    assert f"of {head.subtotal.costed} of {head.subtotal.counted} holdings" in told


def test_shares_are_of_everything_that_has_a_value(seen: HoldingsPage, seen_desk: Desk) -> None:
    total = seen_desk.allocations.of(None).valuation.total_minor
    for row in seen.holdings.table.table.rows():
        if row.value_minor is not None:
            assert row.share_bps == share_bps(row.value_minor, total)


def test_copied_numbers_are_numbers(seen: HoldingsPage) -> None:
    table = seen.holdings.table
    table.select("brokerage_vti")
    titles, cells = (line.split("\t") for line in table.as_text().splitlines())
    assert titles == ["Holding", "Class", "Quantity", "Price", "Cost", "Gain", "Value", "Share"]
    assert cells == ["VTI", "Equity", "210", "298.14", "48210.00", "14399.40", "62609.40", "23.23"]


def test_copied_numbers_of_accounts_prices_and_rates_are_numbers(seen: HoldingsPage, seen_desk: Desk) -> None:
    seen.show_section("accounts")
    accounts = seen.accounts.table
    accounts.select("brokerage")
    valuation = seen_desk.allocations.of("brokerage").valuation
    assert accounts.as_text().splitlines()[1].split("\t")[-2:] == [
        f"{valuation.cash_minor / 100:.2f}", f"{valuation.total_minor / 100:.2f}",
    ]  # fmt: skip
    seen.show_section("rates")
    seen.rates.table.select_line()
    assert seen.rates.table.as_text().splitlines()[1].split("\t")[2] == "1.0852"


def test_columns_widths_and_sorting_are_chosen_at_the_header_and_remembered(
    demo_desk: Desk, bus: Bus, qtbot: QtBot, tmp_path: Path
) -> None:
    first = _shown(HoldingsPage(demo_desk, bus), qtbot)
    menu = first.holdings.columns.menu()
    assert [each.text() for each in menu.actions()] == [
        "Class", "Quantity", "Price", "Cost", "Gain", "Value", "Share"
    ]  # fmt: skip
    next(each for each in menu.actions() if each.text() == "Price").trigger()
    assert first.holdings.table.isColumnHidden(3)
    first.holdings.table.sortByColumn(5, Qt.SortOrder.DescendingOrder)
    header = first.holdings.table.horizontalHeader()
    edge = QPoint(header.sectionViewportPosition(6) + header.sectionSize(6) - 1, 10)
    QTest.mousePress(header.viewport(), Qt.MouseButton.LeftButton, pos=edge)
    QTest.mouseMove(header.viewport(), edge + QPoint(15, 0))
    QTest.mouseMove(header.viewport(), edge + QPoint(30, 0))
    QTest.mouseRelease(header.viewport(), Qt.MouseButton.LeftButton, pos=edge + QPoint(30, 0))
    WindowMemory().of(first.window()).keep(tmp_path / "window.txt")
    again = HoldingsPage(demo_desk, bus)
    WindowMemory.read(tmp_path / "window.txt").put_on(again)
    _shown(again, qtbot)
    assert again.holdings.table.isColumnHidden(3)
    shown, before = (each.holdings.table.horizontalHeader() for each in (again, first))
    assert shown.sortIndicatorSection() == 5 and shown.sortIndicatorOrder() is Qt.SortOrder.DescendingOrder
    assert shown.sectionSize(6) == before.sectionSize(6)
    next(each for each in again.holdings.columns.menu().actions() if each.text() == "Price").trigger()
    assert not again.holdings.table.isColumnHidden(3)


@pytest.mark.parametrize(
    "spoiled", ["{", "[]", '{"Holdings": 3}', '{"Holdings": {"widths": [], "hidden": "x", "sorted": {}}}']
)
def test_what_cannot_be_read_of_the_columns_is_left_as_usual(
    demo_desk: Desk, bus: Bus, qtbot: QtBot, spoiled: str
) -> None:
    page = HoldingsPage(demo_desk, bus)
    page.setProperty("tables", spoiled)
    _shown(page, qtbot)
    hidden = [column.title for column in page.holdings.table.table.columns if column.off]
    assert hidden == ["Class"], "the mark says it"
    assert [page.holdings.table.isColumnHidden(place) for place in range(8)] == [place == 1 for place in range(8)]


def test_an_account_without_holdings_is_not_an_empty_page(fresh: HoldingsPage, demo_desk: Desk) -> None:
    new = demo_desk.accounts.add("New", AccountKind.TAX_FREE, "USD")
    fresh.holdings.account.choose(new.id)
    fresh.holdings.account.chosen.emit(new.id)
    assert fresh.holdings.table.isVisible()
    assert _foot(fresh) == "0 holdings"


def test_a_group_of_accounts_is_shown_like_an_account(fresh: HoldingsPage, demo_desk: Desk) -> None:
    group = demo_desk.groups.add("Old age", ["retirement", "wallet"])
    offered = [fresh.holdings.account.itemText(place) for place in range(fresh.holdings.account.count())]
    assert offered == ["All accounts", "Old age", "Brokerage", "Crypto wallet", "Retirement"]
    fresh.holdings.account.choose(group.id)
    fresh.holdings.account.chosen.emit(group.id)
    model = fresh.holdings.table.table
    assert [row.account for row in model.rows() if model.is_head(row)] == ["Crypto wallet", "Retirement"]
    assert {row.holding.account_id for row in model.rows()} == {"retirement", "wallet"}


def test_the_row_under_the_pointer_offers_what_can_be_done_with_it(fresh: HoldingsPage, opened: Open) -> None:
    table, near = fresh.holdings.table, fresh.holdings.row_actions
    assert near is not None and not near.isVisible()
    table.select("brokerage_vti")

    def point_at(holding_id: str) -> None:
        line = table.table.position(lambda row: row.holding.id == holding_id and row.subtotal is None)
        middle = table.rowViewportPosition(line) + table.rowHeight(line) // 2
        QTest.mouseMove(table.viewport(), QPoint(300, middle - 3))
        QTest.mouseMove(table.viewport(), QPoint(300, middle))
        assert near.isVisible() and abs(near.geometry().center().y() - middle) < 4

    cash = next(row for row in table.table.rows() if row.asset.is_cash and row.subtotal is None)
    point_at(cash.holding.id)
    assert [pressed.isEnabled() for _, pressed in near.buttons] == [True, False, False], (
        "cash has no price and no class"
    )
    point_at("brokerage_bnd")
    assert [pressed.toolTip() for _, pressed in near.buttons] == ["Edit…", "Add price…", "Set class…"]
    QTest.mouseClick(near.buttons[0][1], Qt.MouseButton.LeftButton)
    dialog = opened(HoldingDialog)
    selected = table.selected_row()
    assert selected is not None and selected.holding.id == "brokerage_bnd"
    dialog.reject()
    head = table.table.position(lambda row: row.subtotal is not None)
    QTest.mouseMove(table.viewport(), QPoint(300, table.rowViewportPosition(head) + 20))
    assert not near.isVisible()


def test_a_change_elsewhere_keeps_selection_sorting_and_search(fresh: HoldingsPage, demo_desk: Desk) -> None:
    fresh.search.setText("usd")
    fresh.holdings.table.sortByColumn(6, Qt.SortOrder.DescendingOrder)
    fresh.holdings.table.select("brokerage_bnd")
    before = _column(fresh.holdings.table, 0)
    demo_desk.holdings.change("retirement_vbr", Decimal(61))
    assert _column(fresh.holdings.table, 0) == before
    selected = fresh.holdings.table.selected_row()
    assert selected is not None
    assert selected.holding.id == "brokerage_bnd"


def test_the_scrolling_stays_when_rows_are_read_again(demo_desk: Desk, bus: Bus, qtbot: QtBot) -> None:
    new = [Asset(f"s{each}", f"S{each:02}", f"Fund {each}", AssetKind.FUND, "USD") for each in range(60)]
    with demo_desk._database.write(Topic.ASSETS, Topic.HOLDINGS) as connection:
        add_assets(connection, new)
        add_holdings(connection, [Holding(f"h{each.id}", "brokerage", each.id, Decimal(10)) for each in new])
    page = _shown(HoldingsPage(demo_desk, bus), qtbot)
    bar = page.holdings.table.verticalScrollBar()
    QTest.qWait(20)
    bar.setValue(500)
    assert bar.value() == 500
    demo_desk.holdings.change("brokerage_vti", Decimal(300))
    QTest.qWait(20)
    assert bar.value() == 500


def test_a_holding_is_removed_and_put_back(fresh: HoldingsPage, demo_desk: Desk) -> None:
    fresh.holdings.take_focus()
    fresh.holdings.table.select("brokerage_vti")
    before = {each.id: each for each in demo_desk.holdings.all()}
    QTest.keyClick(fresh.holdings.table, Key.Key_Delete)
    assert "brokerage_vti" not in {each.id for each in demo_desk.holdings.all()}
    assert fresh.undo_bar.isVisible()
    assert fresh.undo_bar.title == "Removed VTI from Brokerage."
    assert fresh.holdings.table.selected_rows(), "the next row is selected, so that the keyboard can go on"
    # By key it is the window's Edit menu that does so.
    assert demo_desk.undo.back() == "removal of VTI in “Brokerage”"
    assert not fresh.undo_bar.isVisible()
    assert {each.id: each for each in demo_desk.holdings.all()} == before
    selected = fresh.holdings.table.selected_row()
    assert selected is not None
    assert selected.holding.id == "brokerage_vti"


def test_several_holdings_are_removed_at_once(fresh: HoldingsPage, demo_desk: Desk) -> None:
    fresh.holdings.take_focus()
    fresh.holdings.table.select_all_of(["brokerage_vti", "brokerage_bnd", "wallet_btc"])
    QTest.keyClick(fresh.holdings.table, Key.Key_Delete)
    assert fresh.undo_bar.title == "Removed 3 holdings."
    assert len(demo_desk.holdings.all()) == 14
    fresh.undo_bar.button.click()
    assert len(demo_desk.holdings.all()) == 17


def test_the_bar_that_tells_of_a_removal_takes_back_nothing_else(fresh: HoldingsPage, demo_desk: Desk) -> None:
    fresh.holdings.table.select("brokerage_vti")
    fresh.holdings.remove()
    fresh.hide()
    strategy = demo_desk.targets.active(None)
    assert strategy is not None and fresh.undo_bar.button.isVisibleTo(fresh)
    demo_desk.targets.change(replace(strategy, name="Calm years"))
    fresh.undo_bar.button.click()
    assert demo_desk.targets.get(strategy.id).name == "Calm years", "this is not what the bar tells of"
    fresh.show()
    assert not fresh.undo_bar.isVisible()


def test_the_bar_is_gone_when_the_page_is_shown_after_something_else(fresh: HoldingsPage, demo_desk: Desk) -> None:
    fresh.holdings.table.select("brokerage_vti")
    fresh.holdings.remove()
    fresh.hide()
    strategy = demo_desk.targets.active(None)
    assert strategy is not None
    demo_desk.targets.change(replace(strategy, name="Calm years"))
    fresh.show()
    assert not fresh.undo_bar.isVisible()


def test_an_account_is_removed_after_saying_what_goes_with_it(fresh: HoldingsPage, demo_desk: Desk) -> None:
    fresh.show_section("accounts")
    fresh.accounts.take_focus()
    fresh.accounts.table.select("brokerage")
    QTest.keyClick(fresh.accounts.table, Key.Key_Delete)
    box = fresh.accounts.question
    assert box is not None
    assert box.text() == "Remove Brokerage?"
    assert "8 holdings worth $163,067.23" in box.informativeText()
    assert "Ctrl+Z takes it back" in box.informativeText()
    assert len(demo_desk.accounts.all()) == 3
    _yes(box)
    assert [each.name for each in demo_desk.accounts.all()] == ["Crypto wallet", "Retirement"]
    assert _column(fresh.accounts.table, 0) == ["Crypto wallet", "Retirement"]


def test_an_account_stays_when_the_question_is_answered_with_cancel(page: HoldingsPage, seen_desk: Desk) -> None:
    page.show_section("accounts")
    page.accounts.table.select("brokerage")
    page.accounts.remove()
    box = page.accounts.question
    assert box is not None
    box.reject()
    assert len(seen_desk.accounts.all()) == 3


def test_an_asset_is_removed_after_saying_what_goes_with_it(fresh: HoldingsPage, demo_desk: Desk) -> None:
    fresh.show_section("assets")
    fresh.assets.table.select("vti")
    fresh.assets.remove()
    box = fresh.assets.question
    assert box is not None
    assert box.text() == "Remove VTI?"
    assert "2 holdings worth $98,529.90, 3 prices and" in box.informativeText()
    _yes(box)
    assert "vti" not in {each.id for each in demo_desk.assets.all()}


def test_enter_f2_and_double_click_open_the_form(page: HoldingsPage, qtbot: QtBot, opened: Open) -> None:
    table = page.holdings.table
    table.select("brokerage_vti")
    for key in (Key.Key_Return, Key.Key_F2):
        page.activateWindow()
        qtbot.waitUntil(page.isActiveWindow)
        table.setFocus()
        QTest.keyClick(table, key)
        form = opened(HoldingDialog)
        assert form.quantity.field.text() == "210"
        form.done(0)
    table.select("brokerage_cash_usd")
    QTest.keyClick(table, Key.Key_Return)
    dialog = opened(CashDialog)
    assert dialog.amount.minor() == 684025
    dialog.done(0)


def test_prices_without_a_day_and_old_ones_are_marked_by_icon_and_word(seen_desk: Desk, page: HoldingsPage) -> None:
    seen_desk.assets.add(Asset("", "NEW", "New fund", AssetKind.FUND, "USD"))
    for each in seen_desk.prices.of("vti")[:1]:
        seen_desk.prices.remove("vti", each.on)
    page.show_section("prices")
    shown = page.prices.table.table.rows()
    rows = {row.title: row for row in shown}
    age = next(each for each in page.prices.table.table.columns if each.title == "State")
    assert [row.title for row in shown[:3]] == ["NEW", "VTI", "AOR"]
    assert age.icon is not None
    assert [(age.text(rows[s]), age.icon(rows[s])) for s in ("NEW", "VTI", "BND")] == [
        ("No price", "warning"),
        ("32 days old", "warning"),
        ("1 day old", ""),
    ]
    assert _foot(page) == "12 assets, 1 without a price, 1 older than 7 days, 1 exchange rate"


def test_a_price_row_opens_the_prices_of_its_asset(page: HoldingsPage, opened: Open) -> None:
    page.show_section("prices")
    page.prices.table.select("bnd")
    page.prices.table.opened.emit(page.prices.table.selected_row())
    dialog = opened(PriceHistoryDialog)
    assert _column(dialog.table, 2) == ["73.02", "73.44", "72.61"]
    dialog.done(0)


def _typed(table: PriceTable, words: str) -> None:
    field = QApplication.focusWidget()
    assert isinstance(field, QLineEdit) and table.isAncestorOf(field)
    field.setText(words)
    QTest.keyClick(field, Key.Key_Return)


def _paste(page: HoldingsPage, words: str) -> None:
    QApplication.clipboard().setText(words)
    QTest.keyClick(page.prices.table, Key.Key_V, Modifier.ControlModifier)


def _price_table(page: HoldingsPage) -> PriceTable:
    page.show_section("prices")
    table = page.prices.table
    assert isinstance(table, PriceTable)
    table.setFocus()
    table.select_line()
    return table


def test_prices_are_typed_one_below_the_other_and_kept_in_one_step(page: HoldingsPage, seen_desk: Desk) -> None:
    table = _price_table(page)
    before = {row.key: row.before for row in table.table.rows()}
    first, second, third = (row.key for row in table.table.rows()[:3])
    QTest.keyClick(table, Key.Key_Return)
    _typed(table, "70.5")
    _typed(table, "80,25")
    assert [row.key for row in table.selected_rows()] == [third]
    table.setFocus()
    assert seen_desk.prices.of(first)[0].price == before[first]
    assert page.prices.keep_button.text() == "&Keep 2 changes"
    after = value(with_changes(seen_desk.portfolios.current(), table.table.rows())).total_minor
    now = seen_desk.allocations.of(None).valuation.total_minor
    assert _foot(page) == f"Total value {text.money(now, 'USD')} → {text.money(after, 'USD')}"
    page.prices.keep_button.click()
    assert [seen_desk.prices.of(key)[0].price for key in (first, second)] == [Decimal("70.5"), Decimal("80.25")]
    assert seen_desk.prices.of(first)[0].on == seen_desk.clock.today()
    assert seen_desk.allocations.of(None).valuation.total_minor == after
    assert not page.prices.keep_button.isVisible()
    assert seen_desk.undo.back() == "2 prices"
    assert [seen_desk.prices.of(key)[0].price for key in (first, second)] == [before[first], before[second]]


def test_the_sources_are_asked_from_here_too(seen: HoldingsPage, qtbot: QtBot) -> None:
    seen.show_section("prices")
    with qtbot.waitSignal(seen.update_requested):
        seen.prices.update_button.click()


def test_a_rate_is_typed_beside_the_prices(page: HoldingsPage, seen_desk: Desk) -> None:
    table = _price_table(page)
    seen_desk.holdings.set_cash("brokerage", "CHF", 50_000)
    assert [row.title for row in table.table.rows()[-2:]] == ["CHF in USD", "EUR in USD"]
    for key, typed in (("CHF/USD", "1.12"), ("bnd", "74")):
        table.select(key)
        table.edit_line(table.currentIndex().row())
        _typed(table, typed)
        table.setFocus()
    page.prices.keep_button.click()
    assert FxRate("CHF", "USD", date(2026, 11, 20), Decimal("1.12")) in seen_desk.rates.all()
    assert seen_desk.undo.back() == "price of BND and rate from CHF to USD"
    assert all(each.base != "CHF" for each in seen_desk.rates.all())


def test_a_column_of_numbers_is_pasted_from_the_current_row_on(seen: HoldingsPage, seen_desk: Desk) -> None:
    table = _price_table(seen)
    table.selectRow(1)
    _paste(seen, "10.5\n1.234,50\n\n12\n")
    rows = table.table.rows()
    assert [row.number for row in rows[:5]] == [None, Decimal("10.5"), Decimal("1234.5"), None, Decimal(12)]
    seen.prices.discard.click()
    assert all(row.number is None for row in table.table.rows())
    assert all(each.price != Decimal("10.5") for each in seen_desk.prices.all())


def test_lines_of_symbol_and_price_are_pasted_to_their_rows(seen: HoldingsPage) -> None:
    table = _price_table(seen)
    _paste(seen, "vti 301.5\nBND\t74,10\nvxus;70\nEUR/USD 1.09\n")
    found = {row.key: row.number for row in table.table.rows() if row.is_changed}
    assert found == {"vti": Decimal("301.5"), "bnd": Decimal("74.1"), "vxus": Decimal(70), "EUR/USD": Decimal("1.09")}


def test_a_number_whose_groups_have_room_between_them_is_one(page: HoldingsPage, seen_desk: Desk) -> None:
    table = _price_table(page)
    table.selectRow(1)
    _paste(page, "1 234,50\n12\u202f345,6\n")
    assert [row.number for row in table.table.rows()[1:3]] == [Decimal("1234.5"), Decimal("12345.6")]
    page.prices.discard.click()
    seen_desk.assets.change(replace(next(a for a in seen_desk.assets.all() if a.id == "vti"), symbol="700"))
    _paste(page, "700 320.5\n")
    found = {row.key: row.number for row in table.table.rows() if row.is_changed}
    assert found == {"vti": Decimal("320.5")}, "a symbol that is a number is a symbol"


def test_by_how_much_prices_change_is_sorted_as_a_number(fresh: HoldingsPage) -> None:
    table = _price_table(fresh)
    for key, price in (("vti", 298), ("bnd", 700), ("vxus", 75)):
        fresh.prices._typed[key] = str(price)
    fresh.prices.refresh()
    table.sortByColumn(3, Qt.SortOrder.DescendingOrder)
    assert [row.title for row in table.table.rows()[:3]] == ["BND", "VXUS", "VTI"], _column(table, 3)


def test_prices_that_are_typed_and_not_kept_are_not_lost_without_a_question(seen: HoldingsPage) -> None:
    seen.keep_unsaved()
    seen.prices._typed = {"vti": "300"}
    with pytest.raises(NothingKept, match=r"^1 price or rate is typed and not kept yet\.$"):
        seen.keep_unsaved()
    seen.prices._typed["bnd"] = "70"
    with pytest.raises(NothingKept, match=r"^2 prices and rates are typed and not kept yet\.$"):
        seen.keep_unsaved()
    seen.prices.discard_typed()
    seen.keep_unsaved()


@pytest.mark.parametrize(
    ("pasted", "why"),
    [
        ("10\nn/a\n12", "Line 2: “n/a” is not a price"),
        ("VTI 10\nhello\n", "Line 2: “hello” has no symbol and price"),
        ("VTI 10\nVTI 11", "Line 2: “VTI” stands twice"),
        ("ZZZ 10\nVTI 11", "Line 1: “ZZZ”: nothing here is called so"),
        ("VTI 0", "Line 1: This price is not above 0"),
        ("VTI -5", "Line 1: This price is not above 0"),
        ("VTI 1e400", "Line 1: “1e400” is not a price"),
        ("\n".join(["1"] * 99), "There are 99 numbers and only 12 rows from here on"),
    ],
)
def test_what_cannot_be_pasted_is_said_and_nothing_is_taken(seen: HoldingsPage, pasted: str, why: str) -> None:
    table = _price_table(seen)
    _paste(seen, pasted)
    said = seen.prices.refused.text
    assert seen.prices.refused.isVisible() and why in said
    assert said.endswith("Nothing was taken.")
    assert all(not row.typed for row in table.table.rows())


def test_what_cannot_be_read_is_said_in_its_row_and_not_kept(page: HoldingsPage, seen_desk: Desk) -> None:
    table = _price_table(page)
    QTest.keyClick(table, Key.Key_7)
    _typed(table, "7x")
    row = table.table.rows()[0]
    assert row.is_marked and "“7x” is not a price" in row.problem
    assert not page.prices.keep_button.isEnabled()
    assert "“7x” is not a price" in page.prices.keep_button.toolTip()
    table.setFocus()
    table.selectRow(0)
    QTest.keyClick(table, Key.Key_Delete)
    assert not table.table.rows()[0].typed


def test_what_is_typed_stays_when_something_else_changes(page: HoldingsPage, seen_desk: Desk) -> None:
    table = _price_table(page)
    QTest.keyClick(table, Key.Key_Return)
    _typed(table, "70.5")
    seen_desk.prices.set([Price("vti", date(2026, 11, 20), Decimal(300))])
    assert table.table.rows()[0].number == Decimal("70.5")
    assert next(row for row in table.table.rows() if row.key == "vti").before == Decimal(300)


def test_a_missing_rate_is_named_and_added(page: HoldingsPage, seen_desk: Desk, opened: Open) -> None:
    seen_desk.holdings.set_cash("brokerage", "CHF", 50_000)
    page.show_section("rates")
    assert page.rates.missing.isVisible()
    assert page.rates.missing.title == "No rate from CHF to USD."
    page.rates.missing.button.click()
    dialog = opened(RateDialog)
    assert (dialog.base.currentText(), dialog.quote.currentText()) == ("CHF", "USD")
    dialog.rate.field.setText("1.12")
    QTest.keyClick(dialog, Key.Key_Return, Modifier.ControlModifier)
    assert not page.rates.missing.isVisible()
    assert FxRate("CHF", "USD", date(2026, 11, 20), Decimal("1.12")) in seen_desk.rates.all()


def test_a_holding_without_a_value_says_why(page: HoldingsPage, seen_desk: Desk) -> None:
    asset = seen_desk.assets.add(Asset("", "NEW", "New fund", AssetKind.FUND, "USD"))
    seen_desk.holdings.add("brokerage", asset.id, Decimal(3))
    seen_desk.holdings.set_cash("brokerage", "CHF", 50_000)
    page.search.setText("new fund")
    assert _column(page.holdings.table, 3) == ["No price"]
    page.search.setText("chf")
    assert _column(page.holdings.table, 6) == ["No rate"]
    page.search.clear()
    assert " in total, 2 without a value not counted. Prices are of " in _foot(page), "beside what leaves it out"


def test_a_rate_is_removed_and_put_back(fresh: HoldingsPage, demo_desk: Desk) -> None:
    fresh.show_section("rates")
    before = demo_desk.rates.all()
    fresh.rates.take_focus()
    QTest.keyClick(fresh.rates.table, Key.Key_Delete)
    assert len(demo_desk.rates.all()) == len(before) - 1
    assert fresh.undo_bar.title == "Removed the rate from EUR to USD of 19 Nov 2026."
    fresh.undo_bar.button.click()
    assert demo_desk.rates.all() == before


def test_show_assets_selects_their_holdings_in_every_account(fresh: HoldingsPage, demo_desk: Desk) -> None:
    fresh.show_section("rates")
    fresh.search.setText("zebra")
    fresh.show_assets(["vti", "bnd"])
    assert fresh.section.choice() == "holdings"
    chosen = [(row.account, row.asset.symbol) for row in fresh.holdings.table.selected_rows()]
    assert chosen == [("Brokerage", "VTI"), ("Brokerage", "BND"), ("Retirement", "VTI"), ("Retirement", "BND")]
    new = demo_desk.assets.add(Asset("", "NEW", "New fund", AssetKind.FUND, "USD"))
    fresh.show_assets([new.id])
    assert fresh.section.choice() == "assets"
    assert [row.asset.symbol for row in fresh.assets.table.selected_rows()] == ["NEW"]


def test_an_empty_portfolio_is_a_friendly_page(empty_page: HoldingsPage, qtbot: QtBot) -> None:
    for key in ("holdings", "assets", "accounts", "prices", "rates"):
        empty_page.show_section(key)
        assert not empty_page.shown.table.isVisible()
        assert empty_page.shown._empty.isVisible()
    empty_page.show_section("accounts")
    by_file = next(b for b in empty_page.shown._empty.findChildren(QPushButton) if "Import" in b.text())
    with qtbot.waitSignal(empty_page.import_requested):
        by_file.click()


def test_the_first_holding_begins_with_an_account_by_keyboard_alone(
    empty_page: HoldingsPage, desk: Desk, opened: Open
) -> None:
    QTest.keyClick(empty_page, Key.Key_N, Modifier.ControlModifier)
    account = opened(AccountDialog)
    _type("Brokerage")
    QTest.keyClick(account, Key.Key_Return, Modifier.ControlModifier)
    holding = opened(HoldingDialog)
    assert holding.account.currentText() == "Brokerage"
    QTest.keyClick(holding, Key.Key_N, Modifier.AltModifier)
    asset = opened(AssetDialog)
    _type("VTI")
    QTest.keyClick(asset, Key.Key_Return, Modifier.ControlModifier)
    assert opened(HoldingDialog) is holding
    _type("12.5")
    QTest.keyClick(_focused(), Key.Key_Tab)
    _type("300")
    QTest.keyClick(_focused(), Key.Key_Tab)
    _type("3,000")
    QTest.keyClick(holding, Key.Key_Return, Modifier.ControlModifier)
    kept = desk.holdings.all()
    assert [(each.quantity, each.cost_basis_minor) for each in kept] == [(Decimal("12.5"), 300_000)]
    assert desk.prices.of(kept[0].asset_id) == [Price(kept[0].asset_id, date(2026, 11, 20), Decimal(300))]
    assert _foot(empty_page).startswith("1 holding, $3,750.00 in total. ")


def _focused() -> QWidget:
    found = QApplication.focusWidget()
    assert found is not None
    return found


def _type(words: str) -> None:
    QTest.keyClicks(_focused(), words)


def test_add_account_opens_the_form(page: HoldingsPage, opened: Open) -> None:
    page.add_account()
    opened(AccountDialog).done(0)


def test_a_narrow_window_leaves_out_the_cost_and_keeps_the_names(seen: HoldingsPage) -> None:
    header = seen.holdings.table.horizontalHeader()
    assert not seen.holdings.table.isColumnHidden(4)
    seen.resize(896, 640)
    QTest.qWait(20)
    assert seen.width() == 896
    assert seen.holdings.table.isColumnHidden(4)
    assert header.sectionSize(0) >= 120
    seen.resize(1200, 640)
    QTest.qWait(20)
    assert not seen.holdings.table.isColumnHidden(5)


@pytest.mark.parametrize("section", ["holdings", "assets", "accounts", "prices", "rates"])
def test_no_table_scrolls_sideways_in_the_narrowest_window(seen: HoldingsPage, section: str) -> None:
    seen.show_section(section)
    seen.resize(900 - NARROW_WIDTH, 700)
    QTest.qWait(20)
    assert seen.shown.table.horizontalScrollBar().maximum() == 0


def test_what_a_search_does_not_find_cannot_be_edited(seen: HoldingsPage) -> None:
    seen.holdings.table.selectRow(1)
    steps = [each for each in seen.holdings.findChildren(QAbstractButton) if each.text() in ("&Edit…", "&Remove")]
    assert [each.isEnabled() for each in steps] == [True, True]
    seen.search.setText("nothing like this")
    assert [each.isEnabled() for each in steps] == [False, False]


def test_exports_are_saved(page: HoldingsPage, tmp_path: Path) -> None:
    for entry, wanted in zip(page.export.menu().actions(), ("holdings.csv", "targets.csv"), strict=True):
        entry.trigger()
        dialog = page.findChild(QFileDialog)
        assert dialog is not None and dialog.selectedFiles()[0].endswith(wanted)
        dialog.fileSelected.emit(str(tmp_path / wanted))
        delete(dialog)
    assert (tmp_path / "holdings.csv").read_text("utf-8-sig").count("\n") >= 17
    path = tmp_path / "targets.csv"
    assert "All Portfolio" in path.read_text("utf-8-sig")


def test_every_control_has_a_name(seen: HoldingsPage) -> None:
    controls = [
        *seen.findChildren(QAbstractButton),
        *seen.findChildren(QLineEdit),
        *seen.findChildren(QComboBox),
        *seen.findChildren(QTableView),
    ]
    nameless = [
        each
        for each in controls
        if not (each.accessibleName() or (isinstance(each, QAbstractButton) and each.text()))
        and each.focusPolicy() is not Qt.FocusPolicy.NoFocus
    ]
    assert not nameless


def test_nothing_is_written_by_showing(fresh: HoldingsPage, demo_desk: Desk, bus: Bus) -> None:
    told: list[object] = []
    bus.changed.connect(told.append)
    for key in fresh.panels:
        fresh.show_section(key)
        fresh.shown.take_focus()
    for _, make in pictures.dialogs(demo_desk, fresh):
        dialog = make()
        dialog.open()
        QTest.qWait(1)
        dialog.reject()
        assert not dialog.isVisible(), "nothing was changed, so nothing is asked"
    assert told == []
