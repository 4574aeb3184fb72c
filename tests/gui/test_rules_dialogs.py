"""The forms of the rules of trading: of accounts, assets and classes, and the cost lots of holdings."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TypeVar

import pytest
from PySide6.QtCore import QDate, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from wealthdesk.domain.accounts import AccountKind
from wealthdesk.domain.holdings import Holding
from wealthdesk.domain.plans import AccountCash, Mode, Plan
from wealthdesk.domain.tax_lots import TaxLot
from wealthdesk.domain.trading_rules import AccountRules, Room, RoomKind, Trading
from wealthdesk.gui.holdings.forms.account_dialog import AccountDialog, TradingDialog
from wealthdesk.gui.holdings.forms.asset_dialog import AssetDialog
from wealthdesk.gui.holdings.forms.classes_dialog import ClassDialog, ClassesDialog
from wealthdesk.gui.holdings.forms.holding_dialog import HoldingDialog
from wealthdesk.gui.holdings.forms.lots_dialog import LotsDialog
from wealthdesk.gui.holdings.page import HoldingsPage
from wealthdesk.gui.page import Bus
from wealthdesk.services.desk import Desk

Key, Modifier = Qt.Key, Qt.KeyboardModifier
Dialog = TypeVar("Dialog", bound=QDialog)
Show = Callable[[Dialog], Dialog]


@pytest.fixture
def show(qtbot: QtBot) -> Callable[[Dialog], Dialog]:
    def shown(dialog: Dialog) -> Dialog:
        qtbot.addWidget(dialog)
        dialog.open()
        dialog.activateWindow()
        qtbot.waitUntil(dialog.isActiveWindow)
        return dialog

    return shown


def save(dialog: QWidget) -> None:
    QTest.keyClick(dialog, Key.Key_Return, Modifier.ControlModifier)


def type_in(field: QWidget, words: str) -> None:
    field.setFocus()
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, Key.Key_A, Modifier.ControlModifier)
    QTest.keyClicks(focused, words)


def deposit(desk: Desk, account_id: str, minor: int) -> None:
    allocation = desk.allocations.of(None)
    cash = (AccountCash(account_id, 0, minor, minor),)
    plan = Plan(Mode.DEPOSIT, minor, "USD", None, (), 0, allocation.drift, allocation.drift, accounts=cash)
    desk.recorded_plans.record(plan, allocation, ())


def holding(desk: Desk, holding_id: str = "brokerage_bnd") -> Holding:
    return next(each for each in desk.portfolios.current().holdings if each.id == holding_id)


def test_an_account_keeps_its_rules(demo_desk: Desk, show: Show[AccountDialog]) -> None:
    account = demo_desk.portfolios.current().accounts["brokerage"]
    dialog = show(AccountDialog(demo_desk, account))
    type_in(dialog.rules.buffer, "500")
    type_in(dialog.rules.fee, "4.95")
    type_in(dialog.rules.fee_rate, "0.05")
    type_in(dialog.rules.fx_rate, "0.25")
    save(dialog)
    assert not dialog.isVisible()
    kept = AccountRules(50_000, 495, Decimal(5), Decimal(25))
    assert demo_desk.rules.current().of_account("brokerage") == kept
    again = show(AccountDialog(demo_desk, account))
    assert again.rules.rules() == kept and not again.is_changed()


def test_only_what_is_marked_may_be_held(demo_desk: Desk, show: Show[AccountDialog]) -> None:
    dialog = show(AccountDialog(demo_desk, demo_desk.portfolios.current().accounts["wallet"]))
    may_hold = dialog.rules.may_hold
    assert may_hold.assets.isHidden()
    for _ in range(2):  # Automatic, Everything, Only these
        QTest.keyClick(may_hold.choice, Key.Key_Down)
    assert may_hold.assets.isVisible()
    QTest.keyClicks(may_hold.search, "bitc")
    assert [i.text() for i in may_hold._items() if not i.isHidden()] == ["BTC  Bitcoin"]
    QTest.keyClick(may_hold.search, Key.Key_Down)
    may_hold.assets.setCurrentRow(next(n for n, i in enumerate(may_hold._items()) if not i.isHidden()))
    QTest.keyClick(may_hold.assets, Key.Key_Space)
    save(dialog)
    assert demo_desk.rules.current().of_account("wallet").can_hold == frozenset({"btc"})


def test_the_room_of_an_account_is_said_with_the_keyboard(demo_desk: Desk, show: Show[AccountDialog]) -> None:
    accounts = demo_desk.portfolios.current().accounts
    demo_desk.rules.set_account("retirement", AccountRules())
    dialog = show(AccountDialog(demo_desk, accounts["retirement"]))
    room = dialog.rules.room
    assert room.left.isHidden() or not room.left.isVisible()
    room.kind.setFocus()
    for _ in range(2):  # Not set, No limit, Up to an amount
        QTest.keyClick(room.kind, Key.Key_Down)
    save(dialog)
    assert dialog.isVisible() and "no amount" in room.left.problem()
    type_in(room.left, "7000")
    type_in(room.renewed, "23500")
    room.renewal.setDate(QDate(2024, 4, 6))
    assert {key for key, box in room.shared.items() if box.isVisible()} == {"brokerage"}, "the wallet is in euros"
    QTest.keyClick(room.shared["brokerage"], Key.Key_Space)
    save(dialog)
    today = demo_desk.clock.today()
    kept = Room(RoomKind.LIMITED, 7_000_00, today, 23_500_00, (4, 6), frozenset({"brokerage"}))
    assert demo_desk.rules.current().of_account("retirement").room == kept
    again = show(AccountDialog(demo_desk, accounts["retirement"]))
    assert again.rules.rules().room == kept and not again.is_changed()
    save(again)
    deposit(demo_desk, "retirement", 1_000_00)
    again = show(AccountDialog(demo_desk, accounts["retirement"]))
    assert again.rules.room.left.minor() == 6_000_00, "what is left today"
    assert again.rules.rules().room == kept, "what was said stays while nobody says anything else"
    type_in(again.rules.room.left, "5000")
    assert again.rules.rules().room == replace(kept, left_minor=5_000_00, on=None)
    other = show(AccountDialog(demo_desk, accounts["brokerage"]))
    assert other.rules.room.room().shared_with == {"retirement"}


def test_saving_something_else_keeps_what_was_said_of_single_assets(demo_desk: Desk, show: Show[AccountDialog]) -> None:
    account = demo_desk.portfolios.current().accounts["wallet"]
    rules = AccountRules(allowed=frozenset({"vti"}), barred=frozenset({"eth"}), room=Room(RoomKind.NO_LIMIT))
    demo_desk.rules.set_account("wallet", rules)
    dialog = show(AccountDialog(demo_desk, account))
    exceptions = dialog.rules.may_hold.exceptions
    assert exceptions.isVisible() and "may be bought VTI; not ETH" in exceptions.text()
    type_in(dialog.rules.buffer, "5")
    QTest.keyClick(dialog.rules.converts, Key.Key_Space)
    save(dialog)
    kept = replace(rules, buffer_minor=500, converts=False)
    assert demo_desk.rules.current().of_account("wallet") == kept
    dialog = show(AccountDialog(demo_desk, account))
    QTest.keyClick(dialog.rules.may_hold.exceptions, Key.Key_Space)
    assert dialog.is_changed()
    save(dialog)
    assert demo_desk.rules.current().of_account("wallet") == replace(kept, allowed=frozenset(), barred=frozenset())


def test_an_archived_account_may_take_part_all_the_same(demo_desk: Desk, show: Show[AccountDialog]) -> None:
    dialog = show(AccountDialog(demo_desk, demo_desk.portfolios.current().accounts["wallet"]))
    assert not dialog.rules.trades_archived.isVisible()
    QTest.keyClick(dialog.archived, Key.Key_Space)
    assert dialog.rules.trades_archived.isVisible()
    QTest.keyClick(dialog.rules.trades_archived, Key.Key_Space)
    save(dialog)
    assert demo_desk.rules.current().of_account("wallet").trades_archived
    assert demo_desk.portfolios.current().accounts["wallet"].is_archived


def test_a_fee_above_everything_is_refused_below_its_field(demo_desk: Desk, show: Show[AccountDialog]) -> None:
    account = demo_desk.portfolios.current().accounts["brokerage"]
    dialog = show(AccountDialog(demo_desk, account))
    type_in(dialog.name, "Renamed")
    type_in(dialog.rules.fee_rate, "101")
    save(dialog)
    assert dialog.isVisible() and "More than 100%" in dialog.rules.fee_rate.problem()
    assert demo_desk.portfolios.current().accounts["brokerage"] == account, "nothing was kept by half"


def test_the_amounts_follow_the_currency_of_the_account(desk: Desk, show: Show[AccountDialog]) -> None:
    dialog = show(AccountDialog(desk))
    dialog.currency.setEditText("JPY")
    type_in(dialog.name, "Depot")
    type_in(dialog.rules.buffer, "500")
    save(dialog)
    (account,) = desk.accounts.all()
    assert desk.rules.current().of_account(account.id).buffer_minor == 500


def test_an_asset_can_be_locked(demo_desk: Desk, show: Show[AssetDialog]) -> None:
    asset = demo_desk.portfolios.current().assets["bnd"]
    dialog = show(AssetDialog(demo_desk, asset))
    combo = dialog.trading.widget
    QTest.keyClicks(combo, "Lock")
    assert "trade nothing" in dialog.trading._note.words
    save(dialog)
    assert demo_desk.rules.current().of_asset("bnd") is Trading.LOCKED


def test_several_assets_take_their_part_at_once(demo_desk: Desk, qtbot: QtBot, bus: Bus) -> None:
    page = HoldingsPage(demo_desk, bus)
    qtbot.addWidget(page)
    page.show()
    page.show_section("assets")
    page.assets.show_assets(["vti", "bnd", "cash_usd"])
    page.assets._on_trading()
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, TradingDialog) and dialog.windowTitle() == "2 assets in plans", "cash has no part"
    dialog.trading.show_trading(Trading.SELL_ONLY)
    dialog.accept()
    rules = demo_desk.rules.current()
    assert rules.assets == {"vti": Trading.SELL_ONLY, "bnd": Trading.SELL_ONLY}


def test_a_class_is_better_held_somewhere(demo_desk: Desk, show: Show[QDialog]) -> None:
    asset_class = demo_desk.portfolios.current().classes["fixed_income"]
    dialog = show(ClassDialog(demo_desk, asset_class))
    assert isinstance(dialog, ClassDialog)
    dialog.home.choose(AccountKind.TAX_DEFERRED)
    save(dialog)
    assert demo_desk.rules.current().homes == {"fixed_income": AccountKind.TAX_DEFERRED}
    listed = ClassesDialog(demo_desk)
    show(listed)
    row = next(each for each in listed.table.table.rows() if each.asset_class.id == "fixed_income")
    assert listed.table.table.columns[2].text(row) == "Tax-deferred"
    again = show(ClassDialog(demo_desk, asset_class))
    assert isinstance(again, ClassDialog)
    again.home.choose(None)
    save(again)
    assert not demo_desk.rules.current().homes


def test_what_is_left_of_the_lots_is_numbered_anew(demo_desk: Desk, show: Show[LotsDialog]) -> None:
    dialog = show(LotsDialog(demo_desk, holding(demo_desk)))
    lots = dialog.lots
    for _ in range(2):
        lots.add_button.click()
    lots.lines[0].remove.click()
    lots.add_button.click()
    assert [each.remove.accessibleName() for each in lots.lines] == ["Remove lot 1", "Remove lot 2", "Remove lot 3"]
    assert [each.remove.toolTip() for each in lots.lines] == ["Remove lot 1", "Remove lot 2", "Remove lot 3"]
    for number, line in enumerate(lots.lines, 1):
        names = [each.accessibleName() for each in (line.day, line.quantity.field, line.cost.field)]
        assert all(f"lot {number}" in each for each in names)


def test_lots_are_kept_and_their_sum_is_the_cost(demo_desk: Desk, show: Show[LotsDialog]) -> None:
    dialog = show(LotsDialog(demo_desk, holding(demo_desk)))
    first = dialog.lots.lines[0]
    type_in(first.day, "2020-02-29")
    type_in(first.quantity, "40")
    type_in(first.cost, "3000")
    assert dialog.lots._sum.text() == "300 of 340 left"
    dialog.lots.add_button.click()
    second = dialog.lots.lines[1]
    assert second.quantity.number() == 300, "the rest is there already"
    type_in(second.cost, "21,600.50")
    save(dialog)
    assert not dialog.isVisible()
    lots = (TaxLot(None, Decimal(300), 2_160_050), TaxLot(date(2020, 2, 29), Decimal(40), 300_000))
    assert demo_desk.rules.lots_of("brokerage_bnd") == lots
    assert holding(demo_desk).cost_basis_minor == 2_460_050


@pytest.mark.parametrize(
    ("day", "quantity", "cost", "sentence"),
    [
        ("2020-02-30", "340", "1", "is no day"),
        ("", "339", "1", "The lots are 339 together, and 340 is held"),
        ("2030-01-01", "340", "1", "in the future"),
        ("", "340", "x", "is not an amount in USD"),
    ],
)
def test_lots_that_cannot_be_stay_in_the_form(
    demo_desk: Desk, show: Show[LotsDialog], day: str, quantity: str, cost: str, sentence: str
) -> None:
    before = demo_desk.rules.lots()
    dialog = show(LotsDialog(demo_desk, holding(demo_desk)))
    line = dialog.lots.lines[0]
    for field, words in ((line.day, day), (line.quantity, quantity), (line.cost, cost)):
        if words:
            type_in(field, words)
    save(dialog)
    assert dialog.isVisible() and demo_desk.rules.lots() == before
    assert sentence in f"{dialog.refusal()}{line._problem.sentence}{line.cost.problem()}"


def test_the_form_of_a_holding_follows_its_lots(
    demo_desk: Desk, show: Show[HoldingDialog], opened: Callable[[type[LotsDialog]], LotsDialog]
) -> None:
    dialog = show(HoldingDialog(demo_desk, holding(demo_desk)))
    dialog.lots.click()
    lots = opened(LotsDialog)
    type_in(lots.lots.lines[0].quantity, "340")
    type_in(lots.lots.lines[0].cost, "20000")
    save(lots)
    assert dialog.cost.minor() == 2_000_000 and not dialog.cost.isEnabled()
    assert dialog._cost._note.words == "The sum of 1 cost lot" and not dialog.is_changed()
