"""The way of somebody new: the files of four brokers, in the window, up to the first plan, with every press counted."""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QApplication, QFileDialog, QLineEdit, QMenu, QWidget
from pytestqt.qtbot import QtBot

from wealthdesk.domain.plans import Mode
from wealthdesk.gui import tasks
from wealthdesk.gui.allocation.overview.classify_dialog import ClassifyDialog
from wealthdesk.gui.allocation.page import AllocationPage
from wealthdesk.gui.allocation.planner.order_list import HeadLine, head_area, tick_area
from wealthdesk.gui.allocation.recorded.record_dialog import RecordDialog
from wealthdesk.gui.allocation.targets.start_targets_dialog import StartTargetsDialog
from wealthdesk.gui.allocation.targets.target_dialog import TargetDialog
from wealthdesk.gui.holdings.forms.price_dialog import RateDialog
from wealthdesk.gui.imports.page import CHECK, DONE, ImportPage
from wealthdesk.gui.main_window import MainWindow
from wealthdesk.gui.widgets.choices import Segment
from wealthdesk.services.desk import Desk

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

FILES = {
    "Portfolio_Positions_Nov-20-2026.csv": "Account Number,Symbol,Description,Quantity,Last Price\n"
    "Z12344821,FXAIX,Fidelity 500 Index Fund,100,220.10\nZ12344821,BND,Vanguard Total Bond Market,50,73.02\n",
    "schwab-positions.csv": "Symbol,Description,Qty,Price,Currency\nVTI,Total Stock Market,22O,300,USD\n"
    "IAU,iShares Gold Trust,60,79,USD\n",
    "Degiro Portfolio.csv": "Product,Symbol/ISIN,Amount,Closing,Local value\n"
    'VANGUARD FTSE AW,IE00BK5BQT80,20,"120,5",USD 2410\n',
    "trades 2026.csv": "Date,Type,Symbol,Quantity,Price,Amount,Currency\n2026-01-02,Deposit,,,,9000,USD\n"
    "2026-01-05,Buy,VXUS,20,60,-1200,USD\n2026-03-05,Sell,VXUS,5,65,325,USD\n",
}
EUROS_AND_NO_CLASS = {
    "Portfolio_Positions_Nov-20-2026.csv": "Account Number,Account Name,Symbol,Description,Quantity,Last Price\n"
    "Z12344821,Individual,FXAIX,Fidelity 500 Index Fund,61.25,220.10\n"
    "Z12344821,Individual,BND,Vanguard Total Bond Market,85,73.02\n",
    "schwab-positions.csv": "Symbol,Description,Qty,Price,Currency\nVTI,Total Stock Market,40,301.20,USD\n"
    "IAU,iShares Gold Trust,30,79,USD\nQZRX,Quartzridge,25,18.40,USD\n",
    "Degiro Portfolio.csv": "Product,Symbol/ISIN,Amount,Closing,Local value\n"
    'VANGUARD FTSE AW,IE00BK5BQT80,24,"131,24","EUR 3149,76"\n'
    'ISHARES GLOBAL AGGREGATE BOND,IE00BDBRDM35,300,"4,71",EUR 1413\n',
}
MOST_PER_FILE = 3
MOST_UNTIL_PLAN = 30
MOST_UNTIL_RECORDED = 15
NONE, CTRL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier


class Hand:
    """What a user does, counted: a press, a choice, a text typed into the field that has the focus."""

    def __init__(self) -> None:
        self.count = 0

    def press(self, button: QAbstractButton) -> None:
        assert button.isEnabled() and button.isVisible(), button.text()
        self.count += 1
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def click(self, place: QWidget, at: QPoint | None = None) -> None:
        """Where the pointer is put, with whatever lies there."""
        assert place.isEnabled() and place.isVisible()
        self.count += 1
        QTest.mouseClick(place, Qt.MouseButton.LeftButton, pos=at or place.rect().center())

    def click_and_type(self, field: QWidget, words: str) -> None:
        """The click takes all of what stands there, so that what is typed replaces it."""
        self.click(field.lineEdit() if isinstance(field, QAbstractSpinBox) else field)
        self.type(field, words)

    def type(self, field: QWidget, words: str) -> None:
        assert field.hasFocus()
        self.count += 1
        QTest.keyClicks(field, words)

    def key(self, widget: QWidget, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self.count += 1
        QTest.keyClick(widget, key, modifier)

    def type_into(self, field: QWidget, words: str) -> None:
        self.count += 2  # to go there, and to type
        field.setFocus()
        QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClicks(field, words)


@pytest.fixture
def window(desk: Desk, qtbot: QtBot) -> Iterator[MainWindow]:
    """The window over an empty portfolio, at its first page."""
    made = MainWindow()
    qtbot.addWidget(made)
    made.show_desk(desk)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    yield made
    tasks.stop()


def _choose(window: MainWindow, hand: Hand, qtbot: QtBot, paths: list[Path]) -> ImportPage:
    """From the first page to the files of four brokers."""
    page = window.page("imports")
    assert isinstance(page, ImportPage)
    hand.count += 1  # Import a portfolio
    assert window.shown is not None
    window.shown.pages.choose_imports()
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), QFileDialog))
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, QFileDialog)
    hand.count += len(paths) + 1  # each of them, and Open
    dialog.filesSelected.emit([str(each) for each in paths])
    dialog.close()
    qtbot.waitUntil(lambda: page.step == CHECK and not page.is_busy and not tasks.is_busy())
    window.activateWindow()
    return page


def _check(page: ImportPage, hand: Hand, qtbot: QtBot) -> None:
    """Correct the one cell, name the one account, take the guessed classes, import."""

    def settle() -> None:
        qtbot.waitUntil(lambda: not page.is_busy and not tasks.is_busy())

    table = page.check.columns
    assert table.current_cell() == (2, 2), "it begins at the cell that is to be corrected"
    table.setFocus()
    hand.key(table, Qt.Key.Key_F2)
    field = table.findChild(QLineEdit)
    assert field is not None
    hand.count += 1
    QTest.keyClicks(field, "220")
    with qtbot.waitSignal(page.check.readings_changed):
        hand.key(field, Qt.Key.Key_Return)
    settle()
    [name] = page.check.names.fields()
    with qtbot.waitSignal(page.check.readings_changed):
        hand.type_into(name, "Fidelity")
    settle()
    hand.press(page.check.guesses.all)
    assert page.check.primary.text() == "&Import 7 holdings", page.check.primary.accessibleDescription()
    hand.press(page.check.primary)
    qtbot.waitUntil(lambda: page.step == DONE and not tasks.is_busy())


def test_four_brokers_up_to_the_first_plan(window: MainWindow, desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    assert desk.clock.today() == date(2026, 11, 20)
    paths = [tmp_path / name for name in FILES]
    for path in paths:
        path.write_text(FILES[path.name], encoding="utf-8")
    hand = Hand()
    page = _choose(window, hand, qtbot, paths)
    _check(page, hand, qtbot)
    assert hand.count / len(FILES) <= MOST_PER_FILE + 1, "with a correction and a name besides"
    portfolio = desk.portfolios.current()
    assert {each.name for each in portfolio.accounts.values()} == {
        "Fidelity",
        "Schwab positions",
        "Degiro Portfolio",
        "Trades",
    }
    assert next(each.quantity for each in portfolio.holdings if each.quantity == 220) == Decimal(220)
    hand.press(page.done.classify)  # the list of trades has no names to guess from
    dialog = window.findChild(ClassifyDialog)
    assert dialog is not None and [asset.symbol for asset, _ in dialog.assets.table.rows()] == ["VXUS"]
    hand.press(dialog.one.options["equity"])
    hand.press(dialog.assign_button)
    assert not dialog.isVisible(), "nothing is left to classify"
    qtbot.waitUntil(lambda: page.done.classify.isHidden())
    hand.press(page.done.primary)
    allocation = window.page("allocation")
    assert isinstance(allocation, AllocationPage)
    hand.press(allocation.answer.set_targets)
    begin = allocation.findChild(StartTargetsDialog)
    assert begin is not None and begin.isVisible()
    hand.press(next(each for each in begin.options if each.text() == "Three-fund"))
    hand.count += 1  # Set these targets
    begin.accept()
    editor = allocation.findChild(TargetDialog)
    assert editor is not None and editor.isVisible(), "each target can be changed at once"
    hand.key(editor, Qt.Key.Key_Escape)
    assert not editor.isVisible()
    panel = allocation.panel
    hand.type_into(panel.money.amount.field, "1000")
    qtbot.waitUntil(lambda: panel.is_settled, timeout=60_000)
    assert panel.outcome.orders.lines
    assert hand.count <= MOST_UNTIL_PLAN


def test_four_files_without_a_problem_are_three_presses_each_at_most(
    window: MainWindow, desk: Desk, qtbot: QtBot, tmp_path: Path
) -> None:
    paths = [tmp_path / name for name in FILES]
    for path in paths:
        path.write_text(FILES[path.name].replace("22O", "220"), encoding="utf-8")
    hand = Hand()
    page = _choose(window, hand, qtbot, paths)
    hand.press(page.check.guesses.all)
    hand.press(page.check.primary)
    qtbot.waitUntil(lambda: page.step == DONE and not tasks.is_busy())
    assert len([each for each in desk.holdings.all() if each.quantity]) == 7
    assert hand.count / len(FILES) <= MOST_PER_FILE


def test_the_first_plan_by_keyboard_alone(window: MainWindow, desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    paths = [tmp_path / name for name in FILES if name != "trades 2026.csv"]
    for path in paths:
        path.write_text(FILES[path.name].replace("22O", "220"), encoding="utf-8")
    hand, key, page = Hand(), Qt.Key, window.page("imports")
    assert isinstance(page, ImportPage)

    def focused(place: QWidget) -> QWidget:
        place.activateWindow()
        qtbot.waitUntil(lambda: place.isActiveWindow() and QApplication.focusWidget() is not None)
        return QApplication.focusWidget() or place

    def press(which: Qt.Key, modifier: Qt.KeyboardModifier = NONE, place: QWidget = window) -> None:
        hand.key(focused(place), which, modifier)
        qtbot.waitUntil(lambda: not page.is_busy and not tasks.is_busy())

    press(key.Key_Return)
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), QFileDialog))
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, QFileDialog)
    hand.count += 2 + len(paths)  # Shift+Tab, Home, Shift+Down for each of the others, Return
    dialog.filesSelected.emit([str(each) for each in paths])
    dialog.close()
    qtbot.waitUntil(lambda: page.step == CHECK and not page.is_busy and not tasks.is_busy())
    press(key.Key_Return)
    qtbot.waitUntil(lambda: page.step == DONE)
    press(key.Key_Return)  # the classes that are guessed
    assert page.done.classify.isHidden()
    press(key.Key_Return)  # Show allocation
    allocation = window.page("allocation")
    assert isinstance(allocation, AllocationPage) and allocation.isVisible()
    press(key.Key_E, CTRL)
    editor = allocation.findChild(TargetDialog)
    assert editor is not None
    for share in ("60", "30", "10"):
        hand.count += 1
        QTest.keyClicks(focused(editor), share)
        press(key.Key_Return, place=editor)
    qtbot.waitUntil(editor.save.isEnabled)
    press(key.Key_Return, CTRL, editor)
    assert not editor.isVisible()
    hand.count += 1
    for digit in "1000":  # the first one leads into the amount
        QTest.keyClicks(focused(window), digit)
    panel = allocation.panel
    qtbot.waitUntil(lambda: panel.is_settled and panel.plan is not None, timeout=60_000)
    assert panel.outcome.orders.lines
    assert hand.count <= MOST_UNTIL_PLAN - 10, "this is the way without a mistake"


def _choose_class(page: ImportPage, hand: Hand, symbol: str, name: str) -> None:
    """In the row of an asset whose class is not guessed, in the second file."""
    segment = page.check.findChild(Segment)
    assert segment is not None
    hand.press(segment.button("1"))
    table = page.check.columns
    row = table.table.position(lambda each: symbol in each.cells)
    cell = table.visualRect(table.table.index(row, len(table.table.columns) - 2))
    hand.click(table.viewport(), cell.center())
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    hand.click(menu, menu.actionGeometry(next(each for each in menu.actions() if each.text() == name)).center())


def _add_rate(page: AllocationPage, hand: Hand, qtbot: QtBot) -> None:
    hand.press(page.notices.unpriced.button)
    rate = QApplication.activeModalWidget()
    assert isinstance(rate, RateDialog)
    qtbot.waitUntil(rate.rate.field.hasFocus)
    hand.type(rate.rate.field, "1.165")
    hand.press(rate.primary)
    assert page.isVisible() and page.notices.unpriced.isHidden(), "it goes on where it was asked"


def _set_targets(editor: TargetDialog, hand: Hand) -> None:
    """Of four classes, and of the holdings of the one that is shown first."""
    classes, holdings = editor.classes, editor.holdings
    first, *others = classes.keys
    assert classes.row(first).spin.hasFocus(), "it begins there"
    hand.type(classes.row(first).spin, "65")
    hand.press(holdings.current)
    for key, share in zip(holdings.lines.keys, ("40", "40"), strict=False):
        hand.click_and_type(holdings.lines.row(key).spin, share)
    for key, share in zip(others, ("30", "5"), strict=True):
        hand.click_and_type(classes.row(key).spin, share)


def test_the_first_plan_by_mouse_alone(window: MainWindow, desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    """Only figures are typed. A class is not guessed, and a rate is missing."""
    paths = [tmp_path / name for name in EUROS_AND_NO_CLASS]
    for path in paths:
        path.write_text(EUROS_AND_NO_CLASS[path.name], encoding="utf-8")
    hand = Hand()
    page = _choose(window, hand, qtbot, paths)
    _choose_class(page, hand, "QZRX", "Equity")
    hand.press(page.check.guesses.all)
    hand.press(page.check.primary)
    qtbot.waitUntil(lambda: page.step == DONE and not tasks.is_busy())
    assert page.done.classify.isHidden()
    hand.press(page.done.primary)
    allocation = window.page("allocation")
    assert isinstance(allocation, AllocationPage)
    _add_rate(allocation, hand, qtbot)
    hand.press(allocation.header.edit)
    editor = allocation.findChild(TargetDialog)
    assert editor is not None
    qtbot.waitUntil(editor.isActiveWindow)
    _set_targets(editor, hand)
    qtbot.waitUntil(editor.save.isEnabled)
    hand.press(editor.save)
    assert not editor.isVisible()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    panel = allocation.panel
    hand.click_and_type(panel.money.amount.field, "1000")
    qtbot.waitUntil(lambda: panel.is_settled and panel.plan is not None, timeout=60_000)
    assert panel.outcome.orders.lines
    strategy = desk.targets.active(None)
    assert strategy is not None and any(each.holdings for each in strategy.targets), "at both levels"
    assert hand.count <= MOST_UNTIL_PLAN


def _planned(desk: Desk, qtbot: QtBot) -> tuple[MainWindow, AllocationPage, int]:
    """A window with a plan for three accounts, and how many orders that are."""
    window = MainWindow()
    qtbot.addWidget(window)
    window.show_desk(desk)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    page = window.page("allocation")
    assert isinstance(page, AllocationPage)
    panel = page.panel
    panel.plan_for(None, Mode.REBALANCE)
    qtbot.waitUntil(lambda: panel.is_settled and panel.plan is not None, timeout=60_000)
    assert panel.plan is not None
    assert {each.account_id for each in panel.plan.trades} == {"brokerage", "retirement", "wallet"}
    return window, page, len(panel.plan.trades)


def test_a_plan_for_three_accounts_is_placed_and_recorded_in_few_presses(
    plans_known: None, demo_desk: Desk, qtbot: QtBot, opened: Callable[[type[RecordDialog]], RecordDialog]
) -> None:
    _, page, count = _planned(demo_desk, qtbot)
    panel, hand = page.panel, Hand()
    orders = panel.outcome.orders
    for at in [at for at, line in enumerate(orders.lines) if isinstance(line, HeadLine)]:
        index = orders.sheet.index(at)
        box = tick_area(head_area(QRectF(orders.visualRect(index)), index)).center().toPoint()
        hand.count += 1
        QTest.mouseClick(orders.viewport(), Qt.MouseButton.LeftButton, pos=box)
    assert len(panel.outcome.ticked) == count
    hand.press(panel.foot.record_button)
    dialog = opened(RecordDialog)
    hand.press(dialog.record_button)
    assert not dialog.isVisible() and len(demo_desk.recorded_plans.all()[0].trades) == count
    assert hand.count <= MOST_UNTIL_RECORDED
    tasks.stop()


def test_the_same_by_keyboard_alone(
    plans_known: None, demo_desk: Desk, qtbot: QtBot, opened: Callable[[type[RecordDialog]], RecordDialog]
) -> None:
    window, page, count = _planned(demo_desk, qtbot)
    panel, hand, key = page.panel, Hand(), Qt.Key
    orders = panel.outcome.orders
    panel.money.segment.button(Mode.REBALANCE).setFocus()  # where its letter leaves it
    while not orders.hasFocus():
        hand.key(QApplication.focusWidget() or window, key.Key_Tab)
    while len(panel.outcome.ticked) < count:
        if orders.sheet.key_at(orders.currentIndex().row()) in panel.outcome.ticked:
            hand.key(orders, key.Key_Down)
        else:
            hand.key(orders, key.Key_Space, Qt.KeyboardModifier.ShiftModifier)
    hand.key(orders, key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    dialog = opened(RecordDialog)
    hand.key(dialog.table, key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert not dialog.isVisible() and len(demo_desk.recorded_plans.all()[0].trades) == count
    assert hand.count <= MOST_UNTIL_RECORDED
    tasks.stop()


def test_the_amount_is_typed_where_the_targets_were_left(plans_known: None, demo_desk: Desk, qtbot: QtBot) -> None:
    window, page, _ = _planned(demo_desk, qtbot)
    page.panel.plan_for(None, Mode.DEPOSIT)
    page.classes.setFocus()
    QTest.keyClick(page.classes, Qt.Key.Key_7)
    amount = page.panel.money.amount.field
    assert amount.hasFocus() and amount.text() == "7"
    assert window.isActiveWindow()
    tasks.stop()
