"""The holdings page: its five tables, searching, filtering, removing and undoing, by mouse and by keyboard."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialog,
    QLineEdit,
    QMessageBox,
    QPushButton,
    QTableView,
    QWidget,
)
from pytestqt.qtbot import QtBot

from wealthdesk.domain.accounts import AccountKind
from wealthdesk.domain.assets import Asset, AssetKind
from wealthdesk.domain.holdings import FxRate, Price
from wealthdesk.gui.bus import Bus
from wealthdesk.gui.holdings.forms.account_dialog import AccountDialog
from wealthdesk.gui.holdings.forms.asset_dialog import AssetDialog
from wealthdesk.gui.holdings.forms.cash_dialog import CashDialog
from wealthdesk.gui.holdings.forms.holding_dialog import HoldingDialog
from wealthdesk.gui.holdings.forms.price_history_dialog import PriceHistoryDialog
from wealthdesk.gui.holdings.forms.rate_dialog import RateDialog
from wealthdesk.gui.holdings.page import HoldingsPage
from wealthdesk.gui.pictures import holdings as pictures
from wealthdesk.gui.widgets.nav import NARROW_WIDTH
from wealthdesk.services.desk import Desk

Open = Callable[[type[QDialog]], Any]
Key, Modifier = Qt.Key, Qt.KeyboardModifier


@pytest.fixture
def page(demo_desk: Desk, bus: Bus, qtbot: QtBot) -> HoldingsPage:
    return _shown(HoldingsPage(demo_desk, bus), qtbot)


@pytest.fixture
def empty_page(desk: Desk, bus: Bus, qtbot: QtBot) -> HoldingsPage:
    return _shown(HoldingsPage(desk, bus), qtbot)


def _shown(page: HoldingsPage, qtbot: QtBot) -> HoldingsPage:
    qtbot.addWidget(page)
    page.resize(1096, 832)
    page.show()
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    return page


def _column(table: QTableView, column: int) -> list[str]:
    model = table.model()
    return [str(model.data(model.index(line, column))) for line in range(model.rowCount())]


def _foot(page: HoldingsPage) -> str:
    return page.shown._count.words


def _yes(box: QMessageBox | None) -> None:
    assert box is not None
    yes = next(each for each in box.buttons() if box.buttonRole(each) is QMessageBox.ButtonRole.AcceptRole)
    yes.click()


def test_each_table_shows_what_is_kept(page: HoldingsPage, demo_desk: Desk) -> None:
    counts = {
        "holdings": len(demo_desk.holdings.all()),
        "assets": len(demo_desk.assets.all()),
        "accounts": len(demo_desk.accounts.all()),
        "prices": len([each for each in demo_desk.assets.all() if not each.is_cash]),
        "rates": len(demo_desk.rates.all()),
    }
    for key, count in counts.items():
        page.show_section(key)
        assert page.shown is page.panels[key]
        assert page.shown.isVisible()
        assert page.shown.table.table.rowCount() == count, key


def test_the_foot_counts_and_adds_up_what_is_shown(page: HoldingsPage) -> None:
    assert _foot(page) == "17 holdings, $269,560.74 in total"
    page.search.setText("vti")
    assert _foot(page) == "2 holdings, $98,529.90 in total"


def test_the_search_looks_in_names_accounts_and_classes(page: HoldingsPage) -> None:
    QTest.keyClick(page, Key.Key_F, Modifier.ControlModifier)
    assert page.search.hasFocus()
    QTest.keyClicks(page.search, "equity retire")
    assert _column(page.holdings.table, 0) == ["VTI", "VBR", "AOR"]
    QTest.keyClick(page.search, Key.Key_Return)
    assert page.holdings.table.hasFocus()
    assert page.holdings.table.selected_rows()[0].asset.symbol == "VTI"


def test_a_search_without_a_find_says_so(page: HoldingsPage) -> None:
    page.search.setText("zebra")
    assert page.holdings._nothing.isVisible()
    assert page.holdings._nothing.text() == "Nothing here with “zebra”."
    QTest.keyClick(page.search, Key.Key_Escape)
    assert page.search.text() == ""
    assert page.holdings.table.table.rowCount() == 17


def test_one_account_can_be_shown(page: HoldingsPage) -> None:
    combo = page.holdings.account
    combo.setCurrentIndex(combo.findText("Crypto wallet"))
    combo.activated.emit(combo.currentIndex())
    assert _column(page.holdings.table, 0) == ["BTC", "ETH", "EUR"]
    assert "All accounts" in combo.itemText(0)


def test_an_account_without_holdings_is_not_an_empty_page(page: HoldingsPage, demo_desk: Desk) -> None:
    new = demo_desk.accounts.add("New", AccountKind.TAX_FREE, "USD")
    page.holdings.account.choose(new.id)
    page.holdings.account.chosen.emit(new.id)
    assert page.holdings.table.isVisible()
    assert _foot(page) == "0 holdings"


def test_a_change_elsewhere_keeps_selection_sorting_and_search(page: HoldingsPage, demo_desk: Desk) -> None:
    page.search.setText("usd")
    page.holdings.table.sortByColumn(6, Qt.SortOrder.DescendingOrder)
    page.holdings.table.select("brokerage_bnd")
    before = _column(page.holdings.table, 0)
    demo_desk.holdings.change("retirement_vbr", Decimal(61))
    assert _column(page.holdings.table, 0) == before
    selected = page.holdings.table.selected_row()
    assert selected is not None
    assert selected.holding.id == "brokerage_bnd"


def test_the_scrolling_stays_when_rows_are_read_again(page: HoldingsPage, demo_desk: Desk) -> None:
    for number in range(60):
        asset = demo_desk.assets.add(Asset("", f"S{number:02}", f"Fund {number}", AssetKind.FUND, "USD"))
        demo_desk.holdings.add("brokerage", asset.id, Decimal(number + 1))
    bar = page.holdings.table.verticalScrollBar()
    QTest.qWait(20)
    bar.setValue(500)
    assert bar.value() == 500
    demo_desk.holdings.change("brokerage_vti", Decimal(300))
    QTest.qWait(20)
    assert bar.value() == 500


def test_a_holding_is_removed_and_put_back(page: HoldingsPage, demo_desk: Desk) -> None:
    page.holdings.take_focus()
    page.holdings.table.select("brokerage_vti")
    before = {each.id: each for each in demo_desk.holdings.all()}
    QTest.keyClick(page.holdings.table, Key.Key_Delete)
    assert "brokerage_vti" not in {each.id for each in demo_desk.holdings.all()}
    assert page.undo_bar.isVisible()
    assert page.undo_bar.title == "Removed VTI from Brokerage."
    assert page.holdings.table.selected_rows(), "the next row is selected, so that the keyboard can go on"
    # By key it is the window's Edit menu that does so.
    assert demo_desk.undo.back() == "removal of VTI in “Brokerage”"
    assert not page.undo_bar.isVisible()
    assert {each.id: each for each in demo_desk.holdings.all()} == before
    selected = page.holdings.table.selected_row()
    assert selected is not None
    assert selected.holding.id == "brokerage_vti"


def test_several_holdings_are_removed_at_once(page: HoldingsPage, demo_desk: Desk) -> None:
    page.holdings.take_focus()
    page.holdings.table.select_all_of(["brokerage_vti", "brokerage_bnd", "wallet_btc"])
    QTest.keyClick(page.holdings.table, Key.Key_Delete)
    assert page.undo_bar.title == "Removed 3 holdings."
    assert len(demo_desk.holdings.all()) == 14
    page.undo_bar.button.click()
    assert len(demo_desk.holdings.all()) == 17


def test_an_account_is_removed_after_saying_what_goes_with_it(page: HoldingsPage, demo_desk: Desk) -> None:
    page.show_section("accounts")
    page.accounts.take_focus()
    page.accounts.table.select("brokerage")
    QTest.keyClick(page.accounts.table, Key.Key_Delete)
    box = page.accounts.question
    assert box is not None
    assert box.text() == "Remove Brokerage?"
    assert "8 holdings worth $163,067.23" in box.informativeText()
    assert "Ctrl+Z takes it back" in box.informativeText()
    assert len(demo_desk.accounts.all()) == 3
    _yes(box)
    assert [each.name for each in demo_desk.accounts.all()] == ["Crypto wallet", "Retirement"]
    assert _column(page.accounts.table, 0) == ["Crypto wallet", "Retirement"]


def test_an_account_stays_when_the_question_is_answered_with_cancel(page: HoldingsPage, demo_desk: Desk) -> None:
    page.show_section("accounts")
    page.accounts.table.select("brokerage")
    page.accounts.remove()
    box = page.accounts.question
    assert box is not None
    box.reject()
    assert len(demo_desk.accounts.all()) == 3


def test_an_asset_is_removed_after_saying_what_goes_with_it(page: HoldingsPage, demo_desk: Desk) -> None:
    page.show_section("assets")
    page.assets.table.select("vti")
    page.assets.remove()
    box = page.assets.question
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


def test_prices_without_a_day_and_old_ones_are_marked_by_icon_and_word(demo_desk: Desk, page: HoldingsPage) -> None:
    demo_desk.assets.add(Asset("", "NEW", "New fund", AssetKind.FUND, "USD"))
    for each in demo_desk.prices.of("vti")[:1]:
        demo_desk.prices.remove("vti", each.on)
    page.show_section("prices")
    rows = {row.asset.symbol: row for row in page.prices.table.table.rows()}
    age = next(each for each in page.prices.table.table.columns if each.title == "Age")
    assert age.icon is not None
    assert [(age.text(rows[s]), age.icon(rows[s])) for s in ("NEW", "VTI", "BND")] == [
        ("No price", "warning"),
        ("32 days old", "warning"),
        ("1 day old", ""),
    ]
    assert _foot(page) == "12 assets, 1 without a price, 1 older than 7 days"


def test_a_price_row_opens_the_prices_of_its_asset(page: HoldingsPage, opened: Open) -> None:
    page.show_section("prices")
    page.prices.table.select("bnd")
    QTest.keyClick(page.prices.table, Key.Key_Return)
    dialog = opened(PriceHistoryDialog)
    assert _column(dialog.table, 2) == ["73.02", "73.44", "72.61"]
    dialog.done(0)


def test_a_missing_rate_is_named_and_added(page: HoldingsPage, demo_desk: Desk, opened: Open) -> None:
    demo_desk.holdings.set_cash("brokerage", "CHF", 50_000)
    page.show_section("rates")
    assert page.rates.missing.isVisible()
    assert page.rates.missing.title == "No rate from CHF to USD."
    page.rates.missing.button.click()
    dialog = opened(RateDialog)
    assert (dialog.base.currentText(), dialog.quote.currentText()) == ("CHF", "USD")
    dialog.rate.field.setText("1.12")
    QTest.keyClick(dialog, Key.Key_Return, Modifier.ControlModifier)
    assert not page.rates.missing.isVisible()
    assert FxRate("CHF", "USD", date(2026, 11, 20), Decimal("1.12")) in demo_desk.rates.all()


def test_a_holding_without_a_value_says_why(page: HoldingsPage, demo_desk: Desk) -> None:
    asset = demo_desk.assets.add(Asset("", "NEW", "New fund", AssetKind.FUND, "USD"))
    demo_desk.holdings.add("brokerage", asset.id, Decimal(3))
    demo_desk.holdings.set_cash("brokerage", "CHF", 50_000)
    page.search.setText("new fund")
    assert _column(page.holdings.table, 4) == ["No price"]
    page.search.setText("chf")
    assert _column(page.holdings.table, 6) == ["No rate"]
    page.search.clear()
    assert _foot(page).endswith("2 without a value are not counted.")


def test_a_rate_is_removed_and_put_back(page: HoldingsPage, demo_desk: Desk) -> None:
    page.show_section("rates")
    before = demo_desk.rates.all()
    page.rates.take_focus()
    QTest.keyClick(page.rates.table, Key.Key_Delete)
    assert len(demo_desk.rates.all()) == len(before) - 1
    assert page.undo_bar.title == "Removed the rate from EUR to USD of 19 Nov 2026."
    page.undo_bar.button.click()
    assert demo_desk.rates.all() == before


def test_show_assets_selects_their_holdings_in_every_account(page: HoldingsPage, demo_desk: Desk) -> None:
    page.show_section("rates")
    page.search.setText("zebra")
    page.show_assets(["vti", "bnd"])
    assert page.section.choice() == "holdings"
    chosen = [(row.account, row.asset.symbol) for row in page.holdings.table.selected_rows()]
    assert chosen == [("Brokerage", "VTI"), ("Brokerage", "BND"), ("Retirement", "VTI"), ("Retirement", "BND")]
    new = demo_desk.assets.add(Asset("", "NEW", "New fund", AssetKind.FUND, "USD"))
    page.show_assets([new.id])
    assert page.section.choice() == "assets"
    assert [row.asset.symbol for row in page.assets.table.selected_rows()] == ["NEW"]


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
    assert _foot(empty_page) == "1 holding, $3,750.00 in total"


def _focused() -> QWidget:
    found = QApplication.focusWidget()
    assert found is not None
    return found


def _type(words: str) -> None:
    QTest.keyClicks(_focused(), words)


def test_add_account_opens_the_form(page: HoldingsPage, opened: Open) -> None:
    page.add_account()
    opened(AccountDialog).done(0)


def test_a_narrow_window_leaves_out_the_cost_and_keeps_the_names(page: HoldingsPage) -> None:
    header = page.holdings.table.horizontalHeader()
    assert not page.holdings.table.isColumnHidden(5)
    page.resize(896, 640)
    QTest.qWait(20)
    assert page.width() == 896
    assert page.holdings.table.isColumnHidden(5)
    assert header.sectionSize(0) >= 120
    page.resize(1200, 640)
    QTest.qWait(20)
    assert not page.holdings.table.isColumnHidden(5)


@pytest.mark.parametrize("section", ["holdings", "assets", "accounts", "prices", "rates"])
def test_no_table_scrolls_sideways_in_the_narrowest_window(page: HoldingsPage, section: str) -> None:
    page.show_section(section)
    page.resize(900 - NARROW_WIDTH, 700)
    QTest.qWait(20)
    assert page.shown.table.horizontalScrollBar().maximum() == 0


def test_what_a_search_does_not_find_cannot_be_edited(page: HoldingsPage) -> None:
    page.holdings.table.selectRow(0)
    steps = [each for each in page.holdings.findChildren(QAbstractButton) if each.text() in ("&Edit…", "&Remove")]
    assert [each.isEnabled() for each in steps] == [True, True]
    page.search.setText("nothing like this")
    assert [each.isEnabled() for each in steps] == [False, False]


def test_exports_are_saved(page: HoldingsPage, tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    page._export("holdings_csv", str(path))
    assert path.read_text("utf-8-sig").count("\n") >= 17
    page._export("targets_csv", str(path))
    assert "All Portfolio" in path.read_text("utf-8-sig")


def test_every_control_has_a_name(page: HoldingsPage) -> None:
    controls = [
        *page.findChildren(QAbstractButton),
        *page.findChildren(QLineEdit),
        *page.findChildren(QComboBox),
        *page.findChildren(QTableView),
    ]
    nameless = [
        each
        for each in controls
        if not (each.accessibleName() or (isinstance(each, QAbstractButton) and each.text()))
        and each.focusPolicy() is not Qt.FocusPolicy.NoFocus
    ]
    assert not nameless


def test_nothing_is_written_by_showing(page: HoldingsPage, demo_desk: Desk, bus: Bus) -> None:
    told: list[object] = []
    bus.changed.connect(told.append)
    for key in page.panels:
        page.show_section(key)
        page.shown.take_focus()
    for _, make in pictures.dialogs(demo_desk, page):
        dialog = make()
        dialog.open()
        QTest.qWait(1)
        dialog.reject()
        assert not dialog.isVisible(), "nothing was changed, so nothing is asked"
    assert told == []
