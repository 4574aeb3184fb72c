"""The import page, driven as a user drives it: real files, a real portfolio, the keyboard."""

import threading
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QMessageBox,
    QPushButton,
    QScrollArea,
    QWidget,
)
from pytestqt.qtbot import QtBot

from gui.conftest import CLOCK, shown_once, take_back_all
from importers.test_other_formats import ods
from portfolio_files import copied, empty_at
from wealthdesk.domain.accounts import AccountKind
from wealthdesk.domain.assets import Exposure
from wealthdesk.errors import WealthDeskError
from wealthdesk.gui import tasks, theme
from wealthdesk.gui.imports.page import CHECK, CHOOSE, DONE, ImportPage
from wealthdesk.gui.imports.reading import Into
from wealthdesk.gui.imports.words import FIELDS, MEANINGS
from wealthdesk.gui.page import Bus
from wealthdesk.gui.widgets.choices import Combo
from wealthdesk.gui.widgets.message import ProgressStrip
from wealthdesk.paths import resources_folder
from wealthdesk.services.desk import Desk, open_desk
from wealthdesk.services.imports import OF_THE_LEFT, Field

# What the offscreen platform says of a list that drops down.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

SAMPLES = Path(__file__).parents[2] / ".." / "shared" / "samples" / "holdings"
MENDED = (
    "Ticker,Description,Qty,Last,Ccy\nAAA,First fund,10,2.50,USD\nBBB,Second fund,20,3,USD\nCCC,Third fund,4,5,USD\n"
)
BROKEN = MENDED.replace("20,3,USD", '"12,5",3,USD').replace("CCC,Third fund", ",")

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file and gives its path."""

    def written(text: str | bytes, name: str = "positions.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return written


@pytest.fixture(scope="module")
def bus(qapp: QApplication) -> Bus:
    """What tells the page over an empty portfolio of changes."""
    return Bus()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, bus: Bus) -> Iterator[Desk]:
    """An empty portfolio, where each test takes back what it changed."""
    with open_desk(empty_at(tmp_path_factory.mktemp("empty") / "portfolio.wealthdesk"), CLOCK) as opened:
        opened.subscribe(bus.tell)
        yield opened


@pytest.fixture(scope="module")
def demo_desk(demo_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The demo portfolio, where each test takes back what it changed."""
    with open_desk(copied(demo_file, tmp_path_factory.mktemp("demo") / "demo.wealthdesk"), CLOCK) as opened:
        yield opened


@pytest.fixture(scope="module")
def opened_once(desk: Desk, bus: Bus) -> Iterator[ImportPage]:
    yield from shown_once(ImportPage(desk, bus), 1080)


@pytest.fixture(scope="module")
def demo_opened_once(demo_desk: Desk, qapp: QApplication) -> Iterator[ImportPage]:
    bus = Bus()
    demo_desk.subscribe(bus.tell)
    yield from shown_once(ImportPage(demo_desk, bus), 1080)


@pytest.fixture
def page(opened_once: ImportPage, desk: Desk, qtbot: QtBot) -> Iterator[ImportPage]:
    """The page over an empty portfolio, opened once: each test leaves neither a file nor a change there."""
    yield from _left_as_found(opened_once, desk, qtbot)
    assert desk.portfolios.current().is_empty and desk.columns_kept.all() == []


@pytest.fixture
def demo_page(demo_opened_once: ImportPage, demo_desk: Desk, qtbot: QtBot) -> Iterator[ImportPage]:
    """The page over the demo portfolio, which has three accounts; opened once, too."""
    yield from _left_as_found(demo_opened_once, demo_desk, qtbot)


def _left_as_found(page: ImportPage, desk: Desk, qtbot: QtBot) -> Iterator[ImportPage]:
    assert desk.undo.last() is None
    page.resize(1080, 832)
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    page.setFocus()
    yield page
    tasks.stop()
    settle(page, qtbot)
    page.back()
    while page.choose.files.rows:
        page.choose.files.rows[0].remove.click()
        settle(page, qtbot)
    take_back_all(desk)
    assert page.step == CHOOSE and page.choose.files.isHidden()


def settle(page: ImportPage, qtbot: QtBot) -> None:
    """Wait until nothing is being read or kept any more."""
    qtbot.waitUntil(lambda: not page.is_busy and not tasks.is_busy(), timeout=20_000)


def read(page: ImportPage, qtbot: QtBot, path: Path) -> None:
    page.open_file(path)
    settle(page, qtbot)
    assert page.step == CHECK


def choose(combo: Combo, value: object) -> None:
    """Choose a value with the keyboard: open the list, go to it, Enter."""
    before = combo.choice()
    combo.choose(value)
    wanted = combo.currentIndex()
    assert combo.choice() == value, f"{value} is not offered"
    combo.choose(before)
    combo.setFocus()
    combo.showPopup()
    QTest.keyClick(combo.view(), Qt.Key.Key_Home)
    for _ in range(wanted):
        QTest.keyClick(combo.view(), Qt.Key.Key_Down)
    QTest.keyClick(combo.view(), Qt.Key.Key_Return)


def wrong_cells(page: ImportPage) -> list[tuple[int, int]]:
    """The line, and the place of the column, of every cell that is shown as wrong."""
    rows = page.check.columns.table.rows()
    return [(row.number, place) for row in rows for place in row.problems if place is not None]


def said(page: ImportPage) -> str:
    return page.check.primary.accessibleDescription()


def held(desk: Desk) -> dict[str, Decimal]:
    assets = desk.portfolios.current().assets
    return {assets[each.asset_id].symbol: each.quantity for each in desk.holdings.all()}


def test_it_begins_with_a_button_that_has_the_focus(page: ImportPage) -> None:
    assert page.step == CHOOSE
    assert page.choose.button.hasFocus()


def test_a_file_is_chosen_in_a_dialog(page: ImportPage, qtbot: QtBot, write: Write) -> None:
    path = write(MENDED)
    QTest.keyClick(page.choose.button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), QFileDialog))
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, QFileDialog)
    dialog.setDirectory(str(path.parent))
    dialog.selectFile(str(path))
    dialog.filesSelected.emit([str(path)])
    dialog.close()
    settle(page, qtbot)
    assert page.step == CHECK


def test_a_file_is_dropped(page: ImportPage, qtbot: QtBot, write: Write) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(write(MENDED)))])
    left = Qt.MouseButton.LeftButton
    event = QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, mime, left, Qt.KeyboardModifier.NoModifier)
    page.choose.dropEvent(event)
    settle(page, qtbot)
    assert event.isAccepted()
    assert page.check.checked.ready == 3


def test_a_good_file_is_imported_from_the_keyboard(page: ImportPage, desk: Desk, qtbot: QtBot, write: Write) -> None:
    read(page, qtbot, write(MENDED))
    assert (page.check.checked.ready, len(page.check.checked.problem_lines), page.check.checked.unchanged) == (3, 0, 0)
    assert page.check.primary.text() == "&Import 3 holdings"
    assert held(desk) == {}
    QTest.keyClick(page.check.primary, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(page, qtbot)
    assert page.step == DONE
    assert held(desk) == {"AAA": Decimal(10), "BBB": Decimal(20), "CCC": Decimal(4)}
    assert page.done.sentence.text() == "3 holdings are in. 3 new assets have no class yet."
    assert "1 new account: My account" in page.done.details
    assert page.done.primary.hasFocus()
    with qtbot.waitSignal(page.finished):
        page.done.show_allocation.click()  # the first step now is to classify what is new
    assert page.step == CHOOSE


def test_the_same_file_twice_changes_nothing_and_says_so(
    page: ImportPage, desk: Desk, qtbot: QtBot, write: Write
) -> None:
    path = write(MENDED)
    read(page, qtbot, path)
    page.check.primary.click()
    settle(page, qtbot)
    page.done.another.click()
    read(page, qtbot, path)
    assert page.check.checked.unchanged == 3
    assert page.check.sentence.text() == "Everything in this file is already in the portfolio."
    assert not page.check.primary.isEnabled()
    assert said(page) == "Everything in this file is already in the portfolio."


def test_what_was_kept_scrolls_only_where_it_does_not_fit(page: ImportPage, qtbot: QtBot, write: Write) -> None:
    read_all(page, qtbot, write(MENDED))
    page.check.primary.click()
    settle(page, qtbot)
    area = page.done.findChild(QScrollArea)
    assert area is not None
    ground = area.widget()
    assert ground is not None
    inside, around = ground.layout(), page.height() - area.viewport().height()
    assert inside is not None
    needed = inside.heightForWidth(area.viewport().width())
    for more in (1, 10, 40):
        page.resize(page.width(), needed + around + more)
        qtbot.waitUntil(lambda: area.verticalScrollBar().maximum() == 0)
        QTest.qWait(20)
        assert area.verticalScrollBar().maximum() == 0, f"{more} px more than it needs"
    page.resize(page.width(), needed + around - 60)

    def left() -> int:
        """What does not fit, at the width that the scroll bar leaves."""
        return inside.heightForWidth(area.viewport().width()) - area.viewport().height()

    qtbot.waitUntil(lambda: area.verticalScrollBar().maximum() == left() > 0)
    QTest.qWait(20)
    assert area.verticalScrollBar().maximum() == left() > 0, "what does not fit is reached"


def test_an_import_that_is_undone_is_not_told_as_kept(page: ImportPage, desk: Desk, qtbot: QtBot, write: Write) -> None:
    read_all(page, qtbot, write(MENDED))
    page.check.primary.click()
    settle(page, qtbot)
    assert page.done.sentence.text().startswith("3 holdings are in.")
    desk.undo.back()
    settle(page, qtbot)
    assert (page.done.sentence.text(), page.done.is_taken_back) == ("The import is undone.", True)
    assert page.done.facts.isHidden() and page.done.undo.isHidden(), "nothing is left to be told or undone"
    desk.undo.forth()
    settle(page, qtbot)
    assert page.done.sentence.text().startswith("3 holdings are in.") and not page.done.is_taken_back
    assert not page.done.facts.isHidden()
    desk.undo.take_back_import(desk.undo.imports()[0].id)
    settle(page, qtbot)
    assert page.done.is_taken_back


def test_problems_block_until_their_lines_are_left_out(
    page: ImportPage, desk: Desk, qtbot: QtBot, write: Write
) -> None:
    read(page, qtbot, write(BROKEN))
    assert (page.check.checked.ready, len(page.check.checked.problem_lines)) == (1, 2)
    assert wrong_cells(page) == [(3, 2), (4, 0)]
    assert page.check.lists.problems.isHidden(), "what is wrong stands in its cell, and not once more in a list"
    assert not page.check.primary.isEnabled()
    assert said(page) == "Correct 2 cells to import."
    QTest.keyClick(page.check.primary, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert not page.is_busy
    page.check.leave_out.setFocus()
    QTest.keyClick(page.check.leave_out, Qt.Key.Key_Space)
    assert page.check.primary.isEnabled()
    page.check.primary.click()
    settle(page, qtbot)
    assert held(desk) == {"AAA": Decimal(10)}
    assert "rows 3, 4" in page.done.details


def test_a_cell_with_a_problem_is_marked_and_tells_it(page: ImportPage, qtbot: QtBot, write: Write) -> None:
    read(page, qtbot, write(BROKEN))
    table = page.check.columns.table
    rows = {line.number: line for line in table.rows()}
    quantity, symbol = table.columns[3], table.columns[1]
    assert quantity.tint is not None and quantity.tip is not None and symbol.tint is not None
    assert (quantity.tint(rows[3]), quantity.tint(rows[2])) == ("error", "")
    assert "comma" in quantity.tip(rows[3])
    assert (symbol.text(rows[4]), symbol.tint(rows[4])) == ("no symbol", "error")


def test_a_corrected_file_is_read_again(page: ImportPage, qtbot: QtBot, write: Write) -> None:
    path = write(BROKEN)
    read(page, qtbot, path)
    page.check.leave_out.setChecked(True)
    write(MENDED)
    page.check.again.click()
    settle(page, qtbot)
    assert (page.check.checked.ready, len(page.check.checked.problem_lines)) == (3, 0)
    assert page.check.leave_out.isHidden()


def test_accepting_some_lines_does_not_accept_others(page: ImportPage, qtbot: QtBot, write: Write) -> None:
    read(page, qtbot, write(BROKEN))
    page.check.leave_out.setChecked(True)
    write(BROKEN.replace("AAA,First fund,10", "AAA,First fund,ten"))
    page.check.again.click()
    settle(page, qtbot)
    assert len(page.check.checked.problem_lines) == 3
    assert not page.check.leave_out.isChecked()


def test_columns_can_be_matched_by_hand_and_stay_matched(page: ImportPage, qtbot: QtBot, write: Write) -> None:
    text = "Foo,Bar,Baz\nAAA,First fund,10\nBBB,Second fund,20\n"
    read(page, qtbot, write(text))
    assert [m.title[:30] for m in page.check.file_problems if not m.isHidden()] == [
        "No column is known as the symb",
        "No column is known as the quan",
    ]
    assert not page.check.primary.isEnabled()
    first, _, third = page.check.columns.combos()
    choose(first, Field.SYMBOL)
    settle(page, qtbot)
    assert page.focusWidget() is first, "the focus stays where the choice was made"
    choose(third, Field.QUANTITY)
    settle(page, qtbot)
    assert page.check.checked.ready == 2
    write(text + "CCC,Third fund,30\n")
    page.check.again.click()
    settle(page, qtbot)
    assert page.check.checked.ready == 3


def test_what_a_column_meant_can_be_taken_from_it(page: ImportPage, qtbot: QtBot, write: Write) -> None:
    read(page, qtbot, write(MENDED))
    combos = page.check.columns.combos()
    assert [each.choice() for each in combos] == [
        Field.SYMBOL,
        Field.NAME,
        Field.QUANTITY,
        Field.PRICE,
        Field.CURRENCY,
    ]
    choose(combos[3], Field.QUANTITY)
    settle(page, qtbot)
    assert combos[2].choice() is Field.IGNORE
    quantities = [each.after.quantity for each in page.check.lists.changes.table.table.rows()]
    assert quantities == [Decimal("2.5"), Decimal(3), Decimal(5)]


def test_a_sheet_of_a_spreadsheet_is_not_called_separated(page: ImportPage, qtbot: QtBot, tmp_path: Path) -> None:
    text = "<table:table-cell office:value-type='string'><text:p>{}</text:p></table:table-cell>".format
    rows = (
        f"<table:table-row>{text(one)}{text(other)}</table:table-row>"
        for one, other in (("Symbol", "Quantity"), ("VTI", "3"))
    )
    path = tmp_path / "list.ods"
    path.write_bytes(ods("".join(rows)))
    read(page, qtbot, path)
    shown = [each.text() for each in page.check.file_line.findChildren(QLabel)]
    assert any("a sheet of a spreadsheet" in each for each in shown), shown
    assert not any("separated" in each for each in shown)


def test_decimals_delimiter_and_dates_can_be_read_otherwise(page: ImportPage, qtbot: QtBot, write: Write) -> None:
    read(page, qtbot, write("Symbol;Quantity;Price;Price date\nAAA;1.234;2;03/04/2026\n"))
    line = page.check.file_line
    assert line.otherwise.isChecked(), "a number that can be read in two ways shows the choices"

    def quantity() -> Decimal:
        found: Decimal = page.check.lists.changes.table.table.rows()[0].after.quantity
        return found

    before = quantity()
    choose(line.options.marks, "," if before == Decimal("1.234") else ".")
    settle(page, qtbot)
    assert {before, quantity()} == {Decimal("1.234"), Decimal(1234)}
    order = line.options.dates.choice()
    choose(line.options.dates, next(each for each in ("day_first", "month_first") if each != order))
    settle(page, qtbot)
    assert line.options.dates.choice() != order
    choose(line.options.delimiter, ",")
    settle(page, qtbot)
    assert not page.check.primary.isEnabled()
    choose(line.options.delimiter, ";")
    settle(page, qtbot)
    assert page.check.checked.ready == 1


def test_the_currency_of_lines_that_name_none_is_a_choice(
    page: ImportPage, desk: Desk, qtbot: QtBot, write: Write
) -> None:
    read(page, qtbot, write("Symbol,Quantity,Price\nAAA,1,2\n"))
    choose(page.check.file_line.options.currency, "CHF")
    settle(page, qtbot)
    page.check.primary.click()
    settle(page, qtbot)
    assert [each.currency for each in desk.assets.all() if each.symbol == "AAA"] == ["CHF"]


def test_with_several_accounts_one_is_to_be_chosen(
    demo_page: ImportPage, demo_desk: Desk, qtbot: QtBot, write: Write
) -> None:
    read(demo_page, qtbot, write(MENDED))
    into = demo_page.check.file_line.into
    assert into.currentText() == "Choose an account…"
    assert into.hasFocus()
    assert said(demo_page) == "Choose the account that this file belongs to."
    choose(into, Into("Retirement"))
    settle(demo_page, qtbot)
    assert demo_page.check.primary.isEnabled()
    demo_page.check.primary.click()
    settle(demo_page, qtbot)
    names = {each.id: each.name for each in demo_desk.accounts.all()}
    symbols = {each.id: each.symbol for each in demo_desk.assets.all()}
    assert {names[h.account_id] for h in demo_desk.holdings.all() if symbols[h.asset_id] == "AAA"} == {"Retirement"}


def test_a_list_of_an_exchange_can_be_given_an_account(
    demo_page: ImportPage, demo_desk: Desk, qtbot: QtBot, write: Write
) -> None:
    """It has no columns to be matched, and comes to holdings only in an account."""
    trade = "2026-01-05 10:00:00,BTC-EUR,BUY,20000,0.1,2000,2,EUR\n"
    read(demo_page, qtbot, write("Date(UTC),Pair,Side,Price,Amount,Total,Fee,Fee Coin\n" + trade))
    into = demo_page.check.file_line.into
    assert into.isVisible() and into.currentText() == "Choose an account…"
    choose(into, Into("Retirement"))
    settle(demo_page, qtbot)
    assert demo_page.check.primary.isEnabled() and "1 holding" in demo_page.check.primary.text()


def test_a_new_account_is_named_beside(demo_page: ImportPage, demo_desk: Desk, qtbot: QtBot, write: Write) -> None:
    read(demo_page, qtbot, write(MENDED))
    line = demo_page.check.file_line
    choose(line.into, "new")
    assert line.new_account.hasFocus()
    QTest.keyClicks(line.new_account, "Bank")
    QTest.keyClick(line.new_account, Qt.Key.Key_Return)
    settle(demo_page, qtbot)
    demo_page.check.primary.click()
    settle(demo_page, qtbot)
    assert "Bank" in {each.name for each in demo_desk.accounts.all()}


def test_a_file_with_accounts_is_followed_completed_or_overruled(
    demo_page: ImportPage, qtbot: QtBot, write: Write
) -> None:
    # The line without an account is the first: below another one it would be of that, as where cells are merged.
    read(demo_page, qtbot, write("Account,Symbol,Quantity\n,BBB,2\nBrokerage,AAA,1\nRetirement,CCC,3\n"))
    check = demo_page.check

    def places() -> dict[str, str]:
        return {each.asset.symbol: each.account.name for each in check.lists.changes.table.table.rows()}

    assert check.file_line.into.currentText() == "As in the file"
    assert not check.primary.isEnabled()
    choose(check.file_line.into, Into("Crypto wallet", is_rest=True))
    settle(demo_page, qtbot)
    assert places() == {"AAA": "Brokerage", "BBB": "Crypto wallet", "CCC": "Retirement"}
    choose(check.file_line.into, Into("Retirement"))
    settle(demo_page, qtbot)
    assert set(places().values()) == {"Retirement"}
    assert check.columns.combos()[0].choice() is Field.IGNORE
    choose(check.file_line.into, Into())
    settle(demo_page, qtbot)
    assert check.columns.combos()[0].choice() is Field.ACCOUNT


def test_holdings_that_are_gone_stay_unless_they_are_checked(
    page: ImportPage, desk: Desk, qtbot: QtBot, write: Write
) -> None:
    read(page, qtbot, write(MENDED))
    page.check.primary.click()
    settle(page, qtbot)
    shorter = MENDED.replace("BBB,Second fund,20,3,USD\n", "").replace("CCC,Third fund,4,5,USD\n", "")
    read(page, qtbot, write(shorter))
    gone = page.check.lists.gone
    assert gone.list.count() == 2
    assert gone.chosen_ids() == []
    assert not page.check.primary.isEnabled()
    gone.list.setCurrentRow(0)
    gone.list.setFocus()
    QTest.keyClick(gone.list, Qt.Key.Key_Space)
    assert page.check.primary.text() == "&Remove 1 holding"
    page.check.primary.click()
    settle(page, qtbot)
    assert held(desk) == {"AAA": Decimal(10), "CCC": Decimal(4)}
    assert page.done.sentence.text() == "1 holding is removed."


def test_a_change_of_the_portfolio_is_compared_with_at_once(
    page: ImportPage, desk: Desk, qtbot: QtBot, write: Write
) -> None:
    read(page, qtbot, write(MENDED))
    assert page.check.file_line.into.currentText() == "My account (new)"
    desk.accounts.add("Bank", AccountKind.TAXABLE, "USD")
    qtbot.waitUntil(lambda: page.check.file_line.into.currentText() == "Bank")
    settle(page, qtbot)
    page.check.primary.click()
    settle(page, qtbot)
    assert [each.name for each in desk.accounts.all()] == ["Bank"]


def test_what_is_kept_is_what_was_seen(page: ImportPage, desk: Desk, qtbot: QtBot, write: Write, bus: Bus) -> None:
    """The portfolio changes between the preview and the import, and the page has not heard of it yet."""
    desk.accounts.add("Bank", AccountKind.TAXABLE, "USD")
    read(page, qtbot, write(MENDED))
    settle(page, qtbot)
    bus.blockSignals(True)
    other = write(MENDED.replace("AAA,First fund,10", "AAA,First fund,7"), "other.csv")
    desk.imports.keep([desk.imports.read_file(other)])
    page.check.primary.click()
    settle(page, qtbot)
    bus.blockSignals(False)
    assert page.step == CHECK
    assert not page.check.refusal.isHidden()
    assert "has changed since" in page.check.refusal.title
    assert page.check.primary.text() == "&Import 3 holdings"
    assert page.check.sentence.text() == "3 holdings: 1 changed, 2 as before.", "what would change now is shown"
    assert held(desk)["AAA"] == Decimal(7)


def test_escape_goes_back_and_nothing_was_changed(page: ImportPage, desk: Desk, qtbot: QtBot, write: Write) -> None:
    read(page, qtbot, write(MENDED))
    QTest.keyClick(page.check.primary, Qt.Key.Key_Escape)
    assert page.step == CHOOSE
    assert page.choose.button.hasFocus()
    assert held(desk) == {}


def test_every_control_is_reached_by_tab(page: ImportPage, qtbot: QtBot, write: Write) -> None:
    read(page, qtbot, write(BROKEN))
    check = page.check
    line = check.file_line
    tables = (check.columns, check.lists.notes.table)
    foot = (check.leave_out, check.back, check.again)
    wanted = [line.otherwise, line.into, line.other, *check.columns.combos(), *tables, *foot]
    line.otherwise.setFocus()
    met = []
    for _ in wanted:
        met.append(QApplication.focusWidget())
        QTest.keyClick(met[-1] or page, Qt.Key.Key_Tab)
    assert met == wanted
    assert all(each.accessibleName() or each is check.leave_out for each in wanted)


BAD_FILES = {
    "empty": (b"", "empty"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "picture"),
    "only words": (b"Dear customer\nthank you\n", "table"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_what_is_no_holdings_file_is_said_in_place(page: ImportPage, qtbot: QtBot, write: Write, name: str) -> None:
    data, word = BAD_FILES[name]
    read(page, qtbot, write(data))
    assert word in page.check.file_problems[0].title
    assert not page.check.file_problems[0].isHidden()
    assert not page.check.primary.isEnabled()


def test_a_file_that_is_not_there_is_said_in_place(page: ImportPage, qtbot: QtBot, tmp_path: Path) -> None:
    read(page, qtbot, tmp_path / "gone.csv")
    assert "cannot be read" in page.check.file_problems[0].title
    assert not page.check.primary.isEnabled()


def test_an_open_quote_costs_its_own_line_only(page: ImportPage, qtbot: QtBot, write: Write) -> None:
    read(page, qtbot, write('Symbol,Name,Quantity\nAAA,First,1\nBBB,"Second,2\nCCC,Third,3\n'))
    assert (page.check.checked.ready, len(page.check.checked.problem_lines)) == (2, 1)
    line = next(each for each in page.check.columns.table.rows() if each.number == 3)
    assert "quote" in line.problems[None]


def test_utf_16_is_read(page: ImportPage, qtbot: QtBot, write: Write) -> None:
    read(page, qtbot, write("Symbol\tName\tQuantity\nAAA\tÄrzte\t3\n".encode("utf-16")))
    assert page.check.lists.changes.table.table.rows()[0].asset.name == "Ärzte"


def test_forty_columns_scroll_and_the_list_with_the_focus_is_in_view(
    page: ImportPage, qtbot: QtBot, write: Write
) -> None:
    headers = ",".join(["Symbol", "Quantity", *(f"Column {n}" for n in range(38))])
    read(page, qtbot, write(f"{headers}\nAAA,3,{','.join('x' * 38)}\n"))
    table = page.check.columns
    assert len(table.combos()) == 40
    table.combos()[30].setFocus()
    place = table.combos()[30].geometry()
    assert place.left() >= 0 and place.right() <= table.viewport().width()
    assert place.left() == table.horizontalHeader().sectionViewportPosition(31)


def test_targets_are_previewed_and_kept(demo_page: ImportPage, demo_desk: Desk, qtbot: QtBot, write: Write) -> None:
    told = demo_desk.exports.targets_csv()
    path = write(told, "targets.csv")
    read(demo_page, qtbot, path)
    assert said(demo_page) == "Everything in this file is already in the portfolio."
    write(told.replace("My targets,All Portfolio", "Brave,All Portfolio"), "targets.csv")
    demo_page.check.again.click()
    settle(demo_page, qtbot)
    rows = demo_page.check.lists.strategies.table.table.rows()
    assert [(each.name, each.scope, each.is_new) for each in rows] == [("Brave", "Whole portfolio", True)]
    assert demo_page.check.primary.text() == "&Import 1 strategy"
    demo_page.check.primary.click()
    settle(demo_page, qtbot)
    assert "Brave" in {each.name for each in demo_desk.targets.all()}


def test_targets_with_a_problem_cannot_be_imported_in_part(
    demo_page: ImportPage, demo_desk: Desk, qtbot: QtBot, write: Write
) -> None:
    told = demo_desk.exports.targets_csv().replace("60.00", "61.00", 1)
    read(demo_page, qtbot, write(told, "targets.csv"))
    assert len(demo_page.check.checked.problem_lines) > 0
    assert demo_page.check.leave_out.isHidden()
    assert not demo_page.check.primary.isEnabled()


def test_another_choice_while_it_is_reading_wins(page: ImportPage, qtbot: QtBot, write: Write) -> None:
    lines = "".join(f"S{n},{n + 1}\n" for n in range(20_000))
    page.open_file(write("Symbol,Quantity\n" + lines, "long.csv"))
    page.open_file(write(MENDED))
    assert page.is_busy
    settle(page, qtbot)
    assert page.check.checked.ready == 3


def held_up(monkeypatch: pytest.MonkeyPatch, service: object, name: str) -> threading.Event:
    """What lets a method of a service go on, which waits for it in the worker."""
    go_on, method = threading.Event(), getattr(service, name)

    def slow(*given: Any, **more: Any) -> Any:
        go_on.wait(20)
        return method(*given, **more)

    monkeypatch.setattr(service, name, slow)
    return go_on


def test_a_file_that_is_opened_while_an_import_is_taken_back_is_read_after_it(
    page: ImportPage, desk: Desk, qtbot: QtBot, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_all(page, qtbot, write(MENDED))
    page.check.primary.click()
    settle(page, qtbot)
    go_on = held_up(monkeypatch, desk.undo, "take_back_import")
    page.done.undo.click()
    page.open_file(write(MENDED.replace("AAA,First fund,10", "AAA,First fund,11"), "next.csv"))
    assert page.is_busy and len(held(desk)) == 3, "it waits for what is taken back"
    go_on.set()
    settle(page, qtbot)
    assert held(desk) == {} and page.step == CHECK
    assert page.check.primary.text() == "&Import 3 holdings", "compared with what is there once that is back"
    page.check.primary.click()
    settle(page, qtbot)
    assert page.step == DONE and not page.done.is_taken_back and held(desk)["AAA"] == 11


def test_a_file_that_is_opened_while_an_import_is_kept_is_told_to_wait(
    page: ImportPage, desk: Desk, qtbot: QtBot, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_all(page, qtbot, write(MENDED))
    go_on = held_up(monkeypatch, desk.imports, "keep")
    page.check.primary.click()
    opened = partial(page.open_file, write(MENDED, "next.csv"))
    asks: tuple[Callable[[], object], ...] = (opened, page.choose_files, partial(page.open_pasted, MENDED))
    for ask in asks:
        ask()
        box = page.findChildren(QMessageBox)[-1]
        assert box.text() == "An import is being kept just now. Open the file again once that is done."
        box.reject()
    go_on.set()
    settle(page, qtbot)
    assert page.step == DONE and len(held(desk)) == 3


def test_going_back_stops_the_reading(page: ImportPage, qtbot: QtBot, write: Write) -> None:
    page.open_file(write("Symbol,Quantity\n" + "".join(f"S{n},{n + 1}\n" for n in range(20_000))))
    page.back()
    settle(page, qtbot)
    assert page.step == CHOOSE


def test_stopping_while_it_is_kept_keeps_nothing(
    page: ImportPage, desk: Desk, qtbot: QtBot, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = "".join(f"S{n},{n + 1}\n" for n in range(300))
    read(page, qtbot, write("Symbol,Quantity\n" + lines))
    go_on = held_up(monkeypatch, desk.imports, "keep")
    page.check.primary.click()
    assert not page.check.back.isEnabled()
    strip = page.findChild(ProgressStrip)
    assert strip is not None
    next(each for each in strip.findChildren(QPushButton) if "Stop" in each.text()).click()
    go_on.set()
    settle(page, qtbot)
    assert page.step == CHECK
    assert held(desk) == {}
    assert not desk.assets.all()
    assert page.check.primary.isEnabled()


@pytest.mark.parametrize("look", [theme.LIGHT, theme.DARK], ids=lambda each: each.name)
def test_every_step_is_drawn(
    page: ImportPage, qtbot: QtBot, write: Write, qapp: QApplication, look: theme.Theme
) -> None:
    theme.apply(qapp, look)
    pictures = [_colours(page)]
    read(page, qtbot, write(BROKEN))
    pictures.append(_colours(page))
    page.check.leave_out.setChecked(True)
    page.check.primary.click()
    settle(page, qtbot)
    pictures.append(_colours(page))
    assert min(pictures) > 20
    assert page.step == DONE


def _colours(page: ImportPage) -> int:
    """How many different colours a picture of the page has."""
    picture = page.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    seen, width = memoryview(picture.constBits()).cast("I"), picture.width()
    return len({colour for y in range(0, picture.height(), 3) for colour in seen[y * width : (y + 1) * width : 3]})


@pytest.mark.skipif(not SAMPLES.exists(), reason="the sample files are not part of the project")
@pytest.mark.parametrize(
    "name",
    ["degiro-portfolio", "fidelity-positions", "schwab-positions", "semicolon-comma-latin1", "wealthfolio-holdings"],
)
def test_real_files_are_read_without_a_problem(page: ImportPage, desk: Desk, qtbot: QtBot, name: str) -> None:
    read(page, qtbot, SAMPLES / f"{name}.csv")
    assert len(page.check.checked.problem_lines) == 0
    ready = page.check.checked.ready
    page.check.primary.click()
    settle(page, qtbot)
    assert page.step == DONE
    assert len(desk.holdings.all()) == ready > 0


TRADES = (
    "Date,Action,Symbol,Quantity,Price,Fee,Amount,Currency\n"
    "2026-01-05,Deposit,,,,,5000,USD\n"
    "2026-01-07,Buy,AAA,10,300,1,-3001,USD\n"
    "2026-03-07,Sell,AAA,{},310,1,1239,USD\n"
)


def test_a_list_of_transactions_tells_its_story_and_is_imported(
    page: ImportPage, desk: Desk, qtbot: QtBot, write: Write
) -> None:
    read(page, qtbot, write(TRADES.format(4)))
    check = page.check
    assert [told.symbol for told in check.lists.stories.table.table.rows()] == ["AAA"]
    assert check.lists.openings.isHidden() and check.columns.isHidden()
    assert check.primary.text() == "&Import 2 holdings"
    QTest.keyClick(check.primary, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(page, qtbot)
    assert held(desk) == {"AAA": Decimal(6), "USD": Decimal(3238)}
    assert "Transactions: 3 replayed" in page.done.details
    read(page, qtbot, write(TRADES.format(4)))
    assert "already in the portfolio" in check.sentence.text() and not check.primary.isEnabled()


def test_what_was_held_before_a_list_is_given_where_it_does_not_come_out_even(
    page: ImportPage, desk: Desk, qtbot: QtBot, write: Write
) -> None:
    read(page, qtbot, write(TRADES.format(14)))
    check = page.check
    assert check.lists.openings.title == "1 symbol is not explained"
    assert check.lists.problems.isHidden() and len(check.checked.problem_lines) == 1 and not check.primary.isEnabled()
    line = check.lists.openings.lines["AAA"]
    assert line.use.text() == "Use 4"
    line.quantity.field.setFocus()
    QTest.keyClicks(line.quantity.field, "6")
    QTest.keyClick(line.quantity.field, Qt.Key.Key_Return)
    settle(page, qtbot)
    assert len(check.checked.problem_lines) == 0 and check.primary.isEnabled()
    assert "6 before" in line._words.text()
    line.cost.field.setFocus()
    QTest.keyClicks(line.cost.field, "480")
    QTest.keyClick(line.cost.field, Qt.Key.Key_Return)
    settle(page, qtbot)
    assert line.cost.number() == Decimal(480) and line._cost_words.text() == "Its cost in USD"
    costs = {c.asset.symbol: c.after.cost_basis_minor for c in check.lists.changes.table.table.rows()}
    assert costs["AAA"] is not None
    line.quantity.field.clear()
    QTest.keyClick(line.quantity.field, Qt.Key.Key_Return)
    settle(page, qtbot)
    assert check.lists.openings.title == "1 symbol is not explained"
    line.use.click()
    settle(page, qtbot)
    check.primary.click()
    settle(page, qtbot)
    assert {symbol: quantity for symbol, quantity in held(desk).items() if quantity} == {"USD": Decimal(3238)}


def test_what_is_not_explained_is_left_out_only_when_that_is_said(
    page: ImportPage, desk: Desk, qtbot: QtBot, write: Write
) -> None:
    read(page, qtbot, write(TRADES.format(14) + "2026-04-07,Buy,BBB,2,70,,-140,USD\n"))
    check = page.check
    assert check.leave_out.text() == "&Leave out what is not explained" and not check.primary.isEnabled()
    check.leave_out.click()
    check.primary.click()
    settle(page, qtbot)
    assert held(desk) == {"BBB": Decimal(2)}


def test_a_list_of_transactions_goes_into_the_account_that_is_chosen(
    demo_page: ImportPage, demo_desk: Desk, qtbot: QtBot, write: Write
) -> None:
    page = demo_page
    read(page, qtbot, write(TRADES.format(4)))
    assert not page.check.primary.isEnabled() and said(page) == "Choose the account that this file belongs to."
    name = sorted(each.name for each in demo_desk.accounts.all())[0]
    choose(page.check.file_line.into, Into(name))
    settle(page, qtbot)
    told = page.check.lists.stories.table.table.rows()
    assert [(each.account, each.symbol) for each in told] == [(name, "AAA")]
    assert page.check.primary.isEnabled()
    choose(page.check.file_line.options.dates, "month_first")
    settle(page, qtbot)
    assert page.check.lists.stories.table.table.rows() == told
    page.check.primary.click()
    settle(page, qtbot)
    assert page.step == DONE


def test_a_file_that_is_no_table_is_shown_and_kept(page: ImportPage, qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "positions.ofx"
    path.write_text(
        "OFXHEADER:100\n<OFX><CURDEF>USD\n<INVACCTFROM><ACCTID>123456</INVACCTFROM>\n"
        "<POSSTOCK><UNIQUEID>VTI<UNITS>3<UNITPRICE>10<MKTVAL>30</POSSTOCK></OFX>\n"
    )
    read(page, qtbot, path)
    assert page.check.sentence.text() == "1 holding: 1 new."
    page.check.primary.click()
    settle(page, qtbot)
    assert held(desk) == {"VTI": Decimal(3)}


def test_all_that_a_column_can_mean_is_offered_and_shown(page: ImportPage, qtbot: QtBot, write: Write) -> None:
    assert {value for value, _ in MEANINGS} == {*Field, OF_THE_LEFT}
    assert set(FIELDS) == set(Field)
    assert len(FIELDS) == len(set(FIELDS))
    read(page, qtbot, write("Account,Symbol,Quantity,Price,Currency,Lot date\nA,VTI,10,100,USD,2023-02-14\n"))
    assert page.check.columns.combos()[-1].choice() is Field.BOUGHT_ON


STRANGE = "Bank XY\nDepot\n\nWP;Nominell;Letzter;Whg\nVWCE;10;131,52;EUR\nAAPL;3;200,50;USD\n"


def _headers(page: ImportPage) -> list[str]:
    return [each.title for each in page.check.columns.table.columns[1:-2]]


def _matched_by_hand(page: ImportPage, qtbot: QtBot) -> None:
    for place, means in enumerate((Field.SYMBOL, Field.QUANTITY, Field.PRICE, OF_THE_LEFT)):
        choose(page.check.columns.combos()[place], means)
        settle(page, qtbot)


def test_a_column_can_name_the_currency_of_the_amount_left_of_it(
    page: ImportPage, desk: Desk, qtbot: QtBot, write: Write
) -> None:
    read(page, qtbot, write(STRANGE))
    _matched_by_hand(page, qtbot)
    combo = page.check.columns.combos()[3]
    assert combo.currentText() == "Currency of the left one"
    assert "“Letzter”" in combo.toolTip()
    page.check.primary.click()
    settle(page, qtbot)
    assert {each.symbol: each.currency for each in desk.assets.all()} == {"VWCE": "EUR", "AAPL": "USD"}


def test_a_currency_of_no_amount_is_not_taken(page: ImportPage, qtbot: QtBot, write: Write) -> None:
    read(page, qtbot, write(STRANGE))
    first = page.check.columns.combos()[0]
    choose(first, OF_THE_LEFT)
    settle(page, qtbot)
    assert first.choice() is Field.IGNORE, "nothing stands on its left"


def test_the_line_of_the_headers_is_a_choice(page: ImportPage, qtbot: QtBot, write: Write) -> None:
    read(page, qtbot, write("Symbol,Quantity,Price\nTicker,Shares,Price\nAAA,1,2\nBBB,3,4\n"))
    line = page.check.file_line
    line.otherwise.click()
    assert line.options.header.currentText() == "Row 1: Symbol, Quantity, Price"
    choose(line.options.header, 2)
    settle(page, qtbot)
    assert _headers(page) == ["Ticker", "Shares", "Price"]
    assert (page.check.checked.ready, len(page.check.checked.problem_lines)) == (2, 0)
    choose(line.options.header, 0)
    settle(page, qtbot)
    assert _headers(page) == ["Column 1", "Column 2", "Column 3"]
    page.check.again.click()
    settle(page, qtbot)
    assert line.options.header.choice() == 0, "what was chosen stays when the file is read again"


def test_what_was_matched_by_hand_is_remembered_for_the_next_file_of_its_headers(
    page: ImportPage, desk: Desk, qtbot: QtBot, write: Write
) -> None:
    read(page, qtbot, write(STRANGE))
    _matched_by_hand(page, qtbot)
    assert desk.columns_kept.all() == [], "nothing is remembered before it is imported"
    page.check.primary.click()
    settle(page, qtbot)
    page.done.another.click()
    read(page, qtbot, write(STRANGE.replace("Depot\n", "").replace("VWCE;10", "VWCE;12"), "december.csv"))
    assert page.check.primary.text() == "&Import 2 holdings"
    assert page.check.sentence.text() == "2 holdings: 1 changed, 1 as before."
    assert [each.choice() for each in page.check.columns.combos()] == [
        Field.SYMBOL,
        Field.QUANTITY,
        Field.PRICE,
        OF_THE_LEFT,
    ]
    assert any("positions.csv" in each.text for each in page.check.lists.notes.table.table.rows())


def test_the_account_a_file_went_to_is_not_remembered_of_its_columns(
    page: ImportPage, desk: Desk, qtbot: QtBot, write: Write
) -> None:
    path = write("Account,Foo,Quantity\nA,VTI,1\nB,VTI,2\n")
    read(page, qtbot, path)
    choose(page.check.columns.combos()[1], Field.SYMBOL)
    settle(page, qtbot)
    choose(page.check.file_line.into, "new")
    QTest.keyClicks(page.check.file_line.new_account, "All")
    QTest.keyClick(page.check.file_line.new_account, Qt.Key.Key_Return)
    settle(page, qtbot)
    page.check.primary.click()
    settle(page, qtbot)
    assert held(desk) == {"VTI": Decimal(3)}
    [kept] = desk.columns_kept.all()
    assert kept.fields == (Field.ACCOUNT, Field.SYMBOL, Field.QUANTITY)


def test_what_is_recognised_is_not_remembered(page: ImportPage, desk: Desk, qtbot: QtBot, write: Write) -> None:
    read(page, qtbot, write(MENDED))
    page.check.primary.click()
    settle(page, qtbot)
    assert desk.columns_kept.all() == []


NAMELESS = """Symbol,Name,Quantity,Price,Currency
VWCE,Vanguard FTSE All-World,10,100,USD
BND,Total Bond Market,5,70,USD
XX,Thing,1,9,USD
"""


def class_cells(page: ImportPage) -> dict[str, tuple[str, bool]]:
    """Symbol → the class in its row, and whether it is only guessed."""
    rows = page.check.columns.table.rows()
    return {row.cells[0]: (row.fate.row_class.words, row.fate.row_class.is_guess) for row in rows}


def kept_classes(desk: Desk) -> dict[str, list[str]]:
    return {each.symbol: [e.asset_class_id for e in each.exposures] for each in desk.assets.all()}


def ask_class(page: ImportPage, line: int) -> QMenu:
    """Go to the class of a row and press Enter, as a user does; the list that drops down."""
    table = page.check.columns
    table.setFocus()
    row = table.table.position(lambda each: each.number == line)
    table.setCurrentIndex(table.table.index(row, len(table.table.columns) - 2))
    QTest.keyClick(table, Qt.Key.Key_Return)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def test_guessed_classes_are_only_kept_when_they_are_accepted(
    page: ImportPage, desk: Desk, qtbot: QtBot, write: Write
) -> None:
    read(page, qtbot, write(NAMELESS))
    assert class_cells(page) == {
        "VWCE": ("Equity", True), "BND": ("Fixed income", True), "XX": ("No class", False)
    }  # fmt: skip
    assert page.check.guesses.words == "2 classes are guessed from types and names."
    assert page.check.guesses.list.isHidden(), "what stands in its row is not listed once more"
    assert page.check.guesses.accepted() == {}, "nothing is taken silently"
    menu = ask_class(page, 3)
    assert menu.actions()[0].text() == "Fixed income, as guessed"
    menu.actions()[0].trigger()
    menu.close()
    assert class_cells(page)["BND"] == ("Fixed income", False)
    assert page.check.guesses.words == "1 class is guessed from types and names."
    page.check.primary.click()
    settle(page, qtbot)
    assert kept_classes(desk) == {"BND": ["fixed_income"], "VWCE": [], "XX": []}
    assert page.done.primary.text() == "&Classify 1 new asset", "one is guessed, and the other to be chosen"
    assert page.focusWidget() is page.done.primary


def test_another_class_than_the_guessed_one_is_chosen_in_its_row(
    page: ImportPage, desk: Desk, qtbot: QtBot, write: Write
) -> None:
    read(page, qtbot, write(NAMELESS))
    for line, name in ((2, "Alternatives"), (4, "Crypto")):
        menu = ask_class(page, line)
        next(each for each in menu.actions() if each.text() == name).trigger()
        menu.close()
    assert class_cells(page)["VWCE"] == ("Alternatives", False)
    menu = ask_class(page, 4)
    menu.actions()[-1].trigger()
    menu.close()
    assert class_cells(page)["XX"] == ("No class", False), "it is decided after the import"
    page.check.primary.click()
    settle(page, qtbot)
    assert kept_classes(desk) == {"BND": [], "VWCE": ["alternatives"], "XX": []}


def test_all_guesses_are_accepted_with_one_click(page: ImportPage, desk: Desk, qtbot: QtBot, write: Write) -> None:
    read(page, qtbot, write(NAMELESS))
    guesses = page.check.guesses
    assert guesses.all.text() == "Acc&ept both" and guesses.all.accessibleName() == "Accept both"
    QTest.mouseClick(guesses.all, Qt.MouseButton.LeftButton)
    assert (guesses.words, guesses.all.text()) == ("The guessed classes are accepted.", "Tak&e that back")
    choose(page.check.file_line.options.currency, "EUR")
    settle(page, qtbot)
    assert len(guesses.accepted()) == 2, "what was accepted stays when something else is changed of how it is read"
    page.check.primary.click()
    settle(page, qtbot)
    assert sum(bool(each.exposures) for each in desk.assets.all()) == 2
    assert page.done.primary.text() == "&Classify 1 new asset…"


def test_guesses_that_stand_in_no_row_are_listed(page: ImportPage, desk: Desk, qtbot: QtBot, write: Write) -> None:
    rows = "".join(f"S{number},Bond {number},1,2\n" for number in range(20))
    read(page, qtbot, write(f"Symbol,Name,Quantity,Price\n{rows}"))
    guesses = page.check.guesses
    assert guesses.words == "20 classes are guessed from types and names."
    assert 0 < guesses.list.list.count() < 20
    guesses.list.list.item(0).setCheckState(Qt.CheckState.Checked)
    assert len(guesses.accepted()) == 1 and guesses.words.startswith("19 classes")
    guesses.all.click()
    page.check.primary.click()
    settle(page, qtbot)
    assert all(each == ["fixed_income"] for each in kept_classes(desk).values())


def test_new_assets_are_classified_on_the_last_step_in_one_change(
    page: ImportPage, desk: Desk, qtbot: QtBot, write: Write
) -> None:
    read(page, qtbot, write(NAMELESS))
    page.check.primary.click()
    settle(page, qtbot)
    assert page.done.sentence.text() == "3 holdings are in. 3 new assets have no class yet."
    assert [(each.symbol, each.value, each.guess) for each in page.done.assets.assets] == [
        ("VWCE", "$1,000.00", "equity"),
        ("BND", "$350.00", "fixed_income"),
        ("XX", "$9.00", ""),
    ]
    ids = {each.symbol: each.id for each in desk.assets.all()}
    choose(page.done.assets.combos[ids["VWCE"]], "alternatives")
    assert page.done.primary.text() == "&Classify 2 new assets"
    page.done.primary.click()
    assert kept_classes(desk) == {"BND": ["fixed_income"], "VWCE": ["alternatives"], "XX": []}
    qtbot.waitUntil(lambda: page.done.primary.text() == "&Classify 1 new asset…")
    with qtbot.waitSignal(page.classify_requested) as asked:
        page.done.primary.click()
    assert asked.args[0] == [ids["XX"]]
    desk.undo.back()
    qtbot.waitUntil(lambda: page.done.primary.text() == "&Classify 2 new assets")
    assert all(not each for each in kept_classes(desk).values()), "it was one change"
    desk.assets.classify(ids.values(), [Exposure("equity", 10_000)])
    qtbot.waitUntil(lambda: page.done.primary.text() == "&Show allocation")


def test_the_change_of_the_total_is_said(page: ImportPage, qtbot: QtBot, write: Write) -> None:
    read(page, qtbot, write(NAMELESS))
    page.check.primary.click()
    settle(page, qtbot)
    assert page.done.facts.values == (("Total value", "", "$1,359.00"), ("My account", "", "$1,359.00"))
    page.done.another.click()
    read(page, qtbot, write(NAMELESS.replace("VWCE,Vanguard FTSE All-World,10", "VWCE,Vanguard FTSE All-World,20")))
    page.check.primary.click()
    settle(page, qtbot)
    assert page.done.facts.values == (
        ("Total value", "$1,359.00", "$2,359.00"),
        ("My account", "$1,359.00", "$2,359.00"),
    )


@pytest.mark.parametrize(
    ("row", "lacking"),
    [
        ("EUN,A fund,3,5,EUR\n", "2 holdings, no exchange rate for CHF, EUR"),
        ("EUN,A fund,3,,USD\n", "2 holdings, no price or rate is known"),
    ],
)
def test_what_the_total_leaves_out_says_what_it_lacks(
    page: ImportPage, qtbot: QtBot, write: Write, row: str, lacking: str
) -> None:
    file = "Symbol,Name,Quantity,Price,Currency\nVTI,Total Stock Market,1,300,USD\nBND,Bonds,1,70,USD\n"
    read(page, qtbot, write(f"{file}SWC,Swiss shares,2,100,CHF\n{row}"))
    page.check.primary.click()
    settle(page, qtbot)
    assert page.done.facts.values[-1] == ("Without a value", "", lacking)


def test_an_import_is_undone_where_it_is_told(page: ImportPage, desk: Desk, qtbot: QtBot, write: Write) -> None:
    read(page, qtbot, write(NAMELESS))
    page.check.primary.click()
    settle(page, qtbot)
    page.done.undo.setFocus()
    QTest.keyClick(page.done.undo, Qt.Key.Key_Space)
    settle(page, qtbot)
    assert not desk.assets.all() and page.done.is_taken_back
    assert page.done.primary.text() == "&Show allocation" and page.done.undo.isHidden()


def test_an_import_that_was_built_on_says_why_it_cannot_be_undone(
    page: ImportPage, desk: Desk, qtbot: QtBot, write: Write
) -> None:
    read(page, qtbot, write(NAMELESS))
    page.check.primary.click()
    settle(page, qtbot)
    page.done.primary.click()
    settle(page, qtbot)
    page.done.undo.click()
    settle(page, qtbot)
    assert page.done.refusal.isVisible() and page.done.refusal.title
    assert len(desk.assets.all()) == 3 and page.done.undo.isEnabled()


def test_what_will_happen_stands_in_each_row(page: ImportPage, desk: Desk, qtbot: QtBot, write: Write) -> None:
    read(page, qtbot, write(MENDED))
    page.check.primary.click()
    settle(page, qtbot)
    page.done.another.click()
    changed = MENDED.replace("AAA,First fund,10", "AAA,First fund,11").replace("20,3,USD", "2O,3,USD")
    read(page, qtbot, write(f"{changed}DDD,Fourth fund,1,1,USD\n"))
    rows = {row.number: row.fate for row in page.check.columns.table.rows()}
    assert [rows[line].words for line in (2, 3, 4, 5)] == ["10 → 11", "20?", "as before", "new"]
    assert page.check.sentence.text() == "4 rows: 3 are ready, 1 needs a correction."


def test_what_will_happen_ends_below_its_head(page: ImportPage, qtbot: QtBot, write: Write) -> None:
    read(page, qtbot, write(MENDED))
    table = page.check.columns
    last, head = len(table.table.columns) - 1, table.horizontalHeader()
    left = head.sectionViewportPosition(last)

    def end(seen: QWidget, rows: range) -> int:
        picture = seen.grab().toImage()
        ground = picture.pixel(left + 1, rows[0])
        inked = (x for x in range(left, seen.width()) for y in rows if picture.pixel(x, y) != ground)
        return max(inked)

    cell = table.visualRect(table.table.index(0, last))
    of_head = end(head.viewport(), range(10, 30))
    assert abs(of_head - end(table.viewport(), range(cell.top() + 4, cell.bottom() - 4))) <= 1


def test_columns_that_only_help_give_their_room_to_names(page: ImportPage, qtbot: QtBot, write: Write) -> None:
    read(page, qtbot, resources_folder() / "demo" / "positions.csv")
    table = page.check.columns
    titles = [each.title for each in table.table.columns]
    hidden = {each for place, each in enumerate(titles) if table.isColumnHidden(place)}
    assert hidden == {"Type", "Lot date"}
    assert [each.isHidden() for each in table.combos()] == [title in hidden for title in titles[1:-2]]
    page.check.file_line.otherwise.setChecked(True)
    assert not any(map(table.isColumnHidden, range(len(titles))))


def test_a_row_in_cents_among_others_in_dollars_can_be_said_to_be_in_dollars(
    page: ImportPage, desk: Desk, qtbot: QtBot, write: Write
) -> None:
    read(page, qtbot, write(MENDED.replace("20,3,USD", "20,3,USX")))
    table = page.check.columns
    (said,) = [row for row in table.table.rows() if "or USD?" in row.fate.words]
    assert said.fate.words == "new, or USD?" and "100 of them are 1 USD" in said.fate.tip
    assert page.check.primary.isEnabled(), "it may be what is meant"
    table._on_clicked(table.table.index(table.table.position(lambda row: row is said), len(table.table.columns) - 1))
    settle(page, qtbot)
    page.check.primary.click()
    settle(page, qtbot)
    asset = next(each for each in desk.assets.all() if each.symbol == "BBB")
    assert desk.prices.of(asset.id)[0].price == Decimal(3)


def test_a_row_without_a_symbol_whose_name_is_known_can_be_said_to_be_that_one(
    page: ImportPage, desk: Desk, qtbot: QtBot, write: Write
) -> None:
    read(page, qtbot, write(MENDED))
    page.check.primary.click()
    settle(page, qtbot)
    read(page, qtbot, write(MENDED.replace("CCC,Third fund,4", ",Third fund,7")))
    table = page.check.columns
    assert [row.fate.words for row in table.table.rows()] == ["as before", "as before", "new, or CCC?"]
    table.clicked.emit(table.table.index(2, len(table.table.columns) - 1))
    settle(page, qtbot)
    page.check.primary.click()
    settle(page, qtbot)
    assert held(desk) == {"AAA": Decimal(10), "BBB": Decimal(20), "CCC": Decimal(7)}


def test_what_would_mend_a_cell_is_proposed_and_taken_with_a_click(
    page: ImportPage, desk: Desk, qtbot: QtBot, write: Write
) -> None:
    read(page, qtbot, write(MENDED.replace("20,3,USD", "2O,3,USD").replace("4,5,USD", "4,5,UST")))
    table = page.check.columns
    last = len(table.table.columns) - 1
    assert [row.fate.words for row in table.table.rows()] == ["new", "20?", "USD?"]
    QTest.mouseClick(
        table.viewport(), Qt.MouseButton.LeftButton, pos=table.visualRect(table.table.index(1, last)).center()
    )
    settle(page, qtbot)
    assert [row.fate.words for row in table.table.rows()] == ["new", "was “2O”", "USD?"]
    table.setFocus()
    table.go_to(4, 4)
    QTest.keyClick(table, Qt.Key.Key_F2)
    field = table.findChild(QLineEdit)
    assert field is not None and field.text() == "USD", "Enter takes it"
    with qtbot.waitSignal(page.check.readings_changed):
        QTest.keyClick(field, Qt.Key.Key_Return)
    settle(page, qtbot)
    page.check.primary.click()
    settle(page, qtbot)
    assert held(desk) == {"AAA": Decimal(10), "BBB": Decimal(20), "CCC": Decimal(4)}


def read_all(page: ImportPage, qtbot: QtBot, *paths: Path) -> None:
    page.open_files(paths)
    settle(page, qtbot)
    assert page.step == CHECK


def accounts_of(desk: Desk) -> dict[str, set[str]]:
    portfolio = desk.portfolios.current()
    found: dict[str, set[str]] = {each.name: set() for each in portfolio.accounts.values()}
    for each in portfolio.holdings:
        found[portfolio.accounts[each.account_id].name].add(portfolio.assets[each.asset_id].symbol)
    return found


def test_several_files_are_one_import_each_into_an_account_of_its_own(
    page: ImportPage, desk: Desk, qtbot: QtBot, write: Write
) -> None:
    first = write(MENDED, "schwab_positions-2026-11-20.csv")
    second = write("Symbol,Quantity\nAAA,7\nDDD,8\n", "Degiro portfolio Nov.csv")
    named = write("Account,Symbol,Quantity\nPension,EEE,9\n", "pension.csv")
    read_all(page, qtbot, first, second, named, first)
    lines = page.check.file_lines
    assert [line.new_account.text() for line in lines] == ["Schwab positions", "Degiro portfolio", ""]
    assert lines[2].into.currentText() == "As in the file"
    assert page.check.primary.text() == "&Import 6 holdings"
    page.check.primary.click()
    settle(page, qtbot)
    assert accounts_of(desk) == {
        "Schwab positions": {"AAA", "BBB", "CCC"},
        "Degiro portfolio": {"AAA", "DDD"},
        "Pension": {"EEE"},
    }
    assert desk.undo.imports()[0].name == "import of 3 files, 6 holdings"


def test_beside_files_that_name_their_accounts_the_one_that_does_not_is_called_like_its_file(
    page: ImportPage, qtbot: QtBot, write: Write, desk: Desk
) -> None:
    pension = write("Account,Symbol,Quantity,Price,Currency\nPension,EEE,1,10,USD\n", "pension.csv")
    read_all(page, qtbot, write(MENDED, "degiro-portfolio.csv"), pension)
    assert page.check.file_lines[0].new_account.text() == "Degiro portfolio"
    page.check.primary.click()
    settle(page, qtbot)
    assert accounts_of(desk) == {"Degiro portfolio": {"AAA", "BBB", "CCC"}, "Pension": {"EEE"}}


def test_beside_three_files_nothing_is_cut_and_tab_goes_as_it_is_read(
    page: ImportPage, qtbot: QtBot, write: Write
) -> None:
    names = ("Degiro Portfolio.csv", "Portfolio_Positions_Nov-20-2026.csv", "schwab-positions.csv")
    page.resize(1080, 830)
    read_all(page, qtbot, *(write(MENDED, name) for name in names))
    check = page.check
    line = check.file_lines[0]
    for each in (line.otherwise, line.into, line.new_account):
        assert each.isVisible() and each.width() >= each.minimumSizeHint().width(), each.accessibleName()
    assert line.otherwise.geometry().right() < line.into.geometry().left()
    assert line.into.geometry().right() < line.new_account.geometry().left()
    check.primary.setFocus()
    seen = []
    for _ in range(18):
        QTest.keyClick(QApplication.focusWidget() or page, Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
        seen.append(QApplication.focusWidget())
    wanted = [check.back, check.columns, line.remove, line.new_account, line.into, line.otherwise]
    assert [each for each in seen if each in wanted][: len(wanted)] == wanted


def test_what_all_files_say_is_said_once_and_the_rest_with_their_names(
    page: ImportPage, qtbot: QtBot, write: Write
) -> None:
    named = write("Symbol,Quantity,Price,Currency\nAAA,7,10,USD\n", "a bank.csv")
    without = write("Symbol,Quantity,Price\nBBB,7,10\n", "b bank.csv")
    read_all(page, qtbot, named, without)
    told = [each.text for each in page.check.lists.notes.table.table.rows()]
    assert told == [
        "The file gives no day for its prices: today is used.",
        "b bank.csv: No currency in the file: USD is used.",
    ]


def test_the_next_file_of_that_name_goes_into_the_same_account(
    page: ImportPage, desk: Desk, qtbot: QtBot, write: Write
) -> None:
    desk.accounts.add("Schwab positions", AccountKind.TAXABLE, "USD")
    desk.accounts.add("Bank", AccountKind.TAXABLE, "USD")
    read(page, qtbot, write(MENDED, "schwab_positions-2026-12-20.csv"))
    assert page.check.file_line.into.currentText() == "Schwab positions"
    assert page.check.primary.isEnabled()


def test_several_files_are_dropped_at_once(page: ImportPage, qtbot: QtBot, write: Write) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(write(MENDED, name))) for name in ("a bank.csv", "b bank.csv")])
    left = Qt.MouseButton.LeftButton
    event = QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, mime, left, Qt.KeyboardModifier.NoModifier)
    page.choose.dropEvent(event)
    settle(page, qtbot)
    assert event.isAccepted() and len(page.check.file_lines) == 2
    assert page.check.checked.ready == 6


def test_a_file_that_is_none_is_told_beside_the_others_and_left_out(
    page: ImportPage, desk: Desk, qtbot: QtBot, write: Write
) -> None:
    page.open_files([write(MENDED), write(b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "picture.csv")])
    settle(page, qtbot)
    rows = page.choose.files.rows
    assert page.step == CHOOSE and [row.name.words for row in rows] == ["positions.csv", "picture.csv"]
    assert (rows[0].what.words, rows[0].inside.words) == ("Columns are matched by their names", "3 holdings")
    assert rows[0].refusal.isHidden() and rows[0].height() >= 76
    assert "picture" in rows[1].refusal.text() and rows[1].into.isHidden() and rows[1].inside.isHidden()
    assert page.choose.check.text().replace("&", "") == "Check 1 file"
    QTest.keyClick(page.choose.button, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(page, qtbot)
    assert page.step == CHECK and len(page.check.file_lines) == 1 and page.check.file_line.remove.isHidden()
    page.check.primary.click()
    settle(page, qtbot)
    assert len(held(desk)) == 3
    page.done.another.click()
    assert page.choose.files.isHidden() and page.choose.check.isHidden(), "what is imported is not offered again"


def test_who_goes_back_finds_the_files_and_adds_others_or_leaves_some_out(
    demo_page: ImportPage, qtbot: QtBot, write: Write
) -> None:
    page = demo_page
    read_all(page, qtbot, write(MENDED, "a bank.csv"), write(BROKEN, "b bank.csv"))
    QTest.keyClick(page.check.primary, Qt.Key.Key_Escape)
    rows = page.choose.files.rows
    assert page.step == CHOOSE and [row.name.words for row in rows] == ["a bank.csv", "b bank.csv"]
    assert rows[1].inside.words == "1 holding, 2 rows need a correction"
    choose(rows[0].into, Into("Retirement"))
    settle(page, qtbot)
    page.open_file(write("Symbol,Quantity\nDDD,8\n", "c bank.csv"))
    settle(page, qtbot)
    assert page.step == CHOOSE and len(rows) == 3
    QTest.mouseClick(rows[1].remove, Qt.MouseButton.LeftButton)
    settle(page, qtbot)
    assert [row.name.words for row in rows] == ["a bank.csv", "c bank.csv"]
    page.choose.check.click()
    settle(page, qtbot)
    assert page.step == CHECK
    assert [line.into.currentText() for line in page.check.file_lines] == ["Retirement", "Choose an account…"]
    page.back()
    while page.choose.files.rows:
        page.choose.files.rows[0].remove.click()
        settle(page, qtbot)
    assert page.choose.files.isHidden() and page.choose.check.isHidden()


def test_a_file_that_is_opened_again_is_listed_once(demo_page: ImportPage, qtbot: QtBot, write: Write) -> None:
    page = demo_page
    both = write(MENDED, "a bank.csv"), write(BROKEN, "b bank.csv")
    read_all(page, qtbot, *both)
    QTest.keyClick(page.check.primary, Qt.Key.Key_Escape)
    rows = page.choose.files.rows
    choose(rows[0].into, Into("Retirement"))
    settle(page, qtbot)
    page.open_files(both)
    settle(page, qtbot)
    assert [row.name.words for row in rows] == ["a bank.csv", "b bank.csv"]
    assert page.choose.files.checked is not None
    assert page.choose.files.checked.readings[0].into == Into("Retirement"), "what was chosen for it stays"


def test_tables_that_are_pasted_have_names_of_their_own(page: ImportPage, qtbot: QtBot) -> None:
    page.open_pasted("Symbol\tQuantity\nAAA\t1\n")
    settle(page, qtbot)
    page.back()
    page.open_pasted("Symbol\tQuantity\nBBB\t2\n")
    settle(page, qtbot)
    page.choose.files.rows[0].remove.click()
    settle(page, qtbot)
    page.open_pasted("Symbol\tQuantity\nCCC\t3\n")
    settle(page, qtbot)
    assert [row.name.words for row in page.choose.files.rows] == ["Pasted table 2.txt", "Pasted table.txt"]


def test_that_nothing_could_be_compared_is_said_where_files_are_chosen(
    page: ImportPage, desk: Desk, qtbot: QtBot, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise WealthDeskError("The portfolio is in use just now.")

    monkeypatch.setattr(desk.imports, "preview", refused)
    page.open_file(write(MENDED))
    settle(page, qtbot)
    (box,) = page.findChildren(QMessageBox)
    assert page.step == CHOOSE and "in use just now" in box.informativeText() + box.text()
    box.reject()


def test_a_table_is_pasted(page: ImportPage, desk: Desk, qtbot: QtBot, write: Write) -> None:
    QApplication.clipboard().setText(MENDED.replace(",", "\t"))
    QTest.keyClick(page.choose.button, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    settle(page, qtbot)
    assert page.step == CHECK and page.check.checked.draft.file_name == "Pasted table.txt"
    page.back()
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(write("Symbol,Quantity\nDDD,8\n", "bank.csv")))])
    QApplication.clipboard().setMimeData(mime)
    QTest.keyClick(page.choose.button, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    settle(page, qtbot)
    assert [row.name.words for row in page.choose.files.rows] == ["Pasted table.txt", "bank.csv"]
    QApplication.clipboard().clear()  # what lies on it would outlive what it is made of
    page.choose.files.rows[1].remove.click()
    settle(page, qtbot)
    page.choose.check.click()
    settle(page, qtbot)
    page.check.primary.click()
    settle(page, qtbot)
    assert held(desk) == {"AAA": Decimal(10), "BBB": Decimal(20), "CCC": Decimal(4)}


def test_problems_of_several_files_are_told_apart_and_gone_through_with_f8(
    page: ImportPage, desk: Desk, qtbot: QtBot, write: Write
) -> None:
    read_all(page, qtbot, write(MENDED, "good.csv"), write(BROKEN, "bad.csv"), write(BROKEN, "worse.csv"))
    check = page.check
    assert len(check.checked.problem_lines) == 4 and check.lists.problems.isHidden()
    assert check.cells.look_at.words == "bad.csv · 2 to correct"
    assert check.columns.hasFocus() and check.columns.current_cell() == (3, 2), "it begins where something is to do"
    seen = []
    for _ in range(4):
        QTest.keyClick(check.columns, Qt.Key.Key_F8)
        seen.append((check.cells.look_at.choice(), check.columns.current_cell()))
    assert seen == [(1, (4, 0)), (2, (3, 2)), (2, (4, 0)), (1, (3, 2))]
    check.leave_out.setChecked(True)
    check.primary.click()
    settle(page, qtbot)
    assert "rows 3 of bad.csv, 4 of bad.csv, 3 of worse.csv, 4 of worse.csv" in page.done.details


def type_into_cell(page: ImportPage, qtbot: QtBot, line: int, place: int, typed: str) -> None:
    """Go to a cell and type, as a user does."""
    table = page.check.columns
    table.setFocus()
    assert table.go_to(line, place)
    QTest.keyClick(table, Qt.Key.Key_F2)
    field = table.findChild(QLineEdit)
    assert field is not None
    QTest.keyClicks(field, typed)
    with qtbot.waitSignal(page.check.readings_changed):
        QTest.keyClick(field, Qt.Key.Key_Return)
    settle(page, qtbot)


def test_a_cell_is_corrected_in_place_and_that_is_part_of_what_is_kept(
    page: ImportPage, desk: Desk, qtbot: QtBot, write: Write
) -> None:
    path = write(BROKEN)
    before = path.read_bytes()
    read(page, qtbot, path)
    type_into_cell(page, qtbot, 3, 2, "12.5")
    assert len(page.check.checked.problem_lines) == 1
    assert page.check.columns.current_cell() == (3, 2), "one goes on where one was"
    type_into_cell(page, qtbot, 4, 0, "CCC")
    assert (page.check.checked.ready, len(page.check.checked.problem_lines)) == (3, 0)
    rows = page.check.lists.corrections.table.table.rows()
    assert [(each.line, each.column, each.before, each.after) for each in rows] == [
        (3, "Qty", "12,5", "12.5"),
        (4, "Ticker", "", "CCC"),
    ]
    page.check.primary.click()
    settle(page, qtbot)
    assert held(desk) == {"AAA": Decimal(10), "BBB": Decimal("12.5"), "CCC": Decimal(4)}
    assert "Corrected in row 3, Qty: “12,5” is read as “12.5”" in page.done.details
    assert desk.undo.imports()[0].name.endswith("3 holdings, 2 cells corrected")
    assert path.read_bytes() == before, "the file stays as it is"


def test_a_correction_is_taken_back_by_typing_what_stood_there(page: ImportPage, qtbot: QtBot, write: Write) -> None:
    read(page, qtbot, write(MENDED))
    type_into_cell(page, qtbot, 2, 2, "11")
    assert len(page.check.lists.corrections.table.table.rows()) == 1
    type_into_cell(page, qtbot, 2, 2, "10")
    assert page.check.lists.corrections.isHidden()
    assert not page.check._checked or not page.check._checked.reading.corrections


def test_a_correction_that_is_wrong_itself_is_a_problem(page: ImportPage, qtbot: QtBot, write: Write) -> None:
    read(page, qtbot, write(MENDED))
    type_into_cell(page, qtbot, 2, 2, "lots")
    assert len(page.check.checked.problem_lines) == 1 and not page.check.primary.isEnabled()
    assert "In the file: “10”" in page.check.columns.table.columns[3].tip(page.check.columns.table.rows()[0])  # type: ignore[misc]


def test_what_is_wrong_is_said_below_the_table_for_the_cell_one_is_at(
    page: ImportPage, qtbot: QtBot, write: Write
) -> None:
    read(page, qtbot, write(BROKEN))
    check = page.check
    check.columns.go_to(4, 0)
    assert "Symbol" in check.cells.cell_words or "symbol" in check.cells.cell_words
    check.columns.go_to(2, 1)
    assert check.cells.cell_words == ""
    check.columns.go_to(3, 2)
    assert check.cells.cell_words == "“12,5” has a comma. Write 12.5, or choose comma for decimals."


def test_a_problem_that_stands_in_no_table_is_listed(page: ImportPage, qtbot: QtBot, write: Write) -> None:
    held = "<INVPOS><SECID><UNIQUEID>{0}<UNIQUEIDTYPE>TICKER</SECID><UNITS>{1}<UNITPRICE>10</INVPOS>\n"
    held = "".join(f"<POSSTOCK>{held.format(*each)}</POSSTOCK>\n" for each in (("VTI", "5"), ("BND", "some")))
    read(page, qtbot, write(f"<OFX>\n<CURDEF>USD\n{held}</OFX>\n", "export.ofx"))
    rows = page.check.lists.problems.table.table.rows()
    assert len(page.check.checked.problem_lines) == len(rows) == 1 and page.check.columns.isHidden()


def test_a_new_account_takes_what_is_typed_without_enter(
    demo_page: ImportPage, demo_desk: Desk, qtbot: QtBot, write: Write
) -> None:
    read(demo_page, qtbot, write(MENDED))
    line = demo_page.check.file_line
    choose(line.into, "new")
    demo_page.activateWindow()  # the list that dropped down took that from the window on this platform
    line.new_account.setFocus()
    QTest.keyClicks(line.new_account, "Bank")
    qtbot.waitUntil(demo_page.check.primary.isEnabled)
    assert line.new_account.hasFocus() and line.new_account.text() == "Bank"
    QTest.mouseClick(demo_page.check.primary, Qt.MouseButton.LeftButton)
    settle(demo_page, qtbot)
    assert demo_page.step == DONE
    assert "Bank" in accounts_of(demo_desk)


def test_the_names_of_accounts_begin_one_below_the_other(page: ImportPage, qtbot: QtBot, write: Write) -> None:
    read(page, qtbot, write("Account Number,Symbol,Quantity\nZ12341111,AAA,1\nZ99994444,BBB,2\n"))
    first, second = page.check.names.fields()
    assert first.mapTo(page, QPoint()).x() == second.mapTo(page, QPoint()).x()


def test_an_account_that_is_a_number_is_shortened_named_and_found_again(
    page: ImportPage, desk: Desk, qtbot: QtBot, write: Write
) -> None:
    text = "Account Number,Symbol,Quantity\nZ12344821,AAA,1\nZ99990007,BBB,2\n"
    read(page, qtbot, write(text))
    first, second = page.check.names.fields()
    assert (first.text(), second.text()) == ("Account …4821", "Account …0007")
    first.setFocus()
    first.selectAll()
    QTest.keyClicks(first, "Savings")
    qtbot.waitUntil(lambda: {each.account.name for each in page.check.lists.changes.table.table.rows()} >= {"Savings"})
    settle(page, qtbot)
    assert first.text() == "Savings" and first.hasFocus()
    page.check.primary.click()
    settle(page, qtbot)
    assert accounts_of(desk) == {"Savings": {"AAA"}, "Account …0007": {"BBB"}}
    page.done.another.click()
    read(page, qtbot, write(text.replace("AAA,1", "AAA,5")))
    assert page.check.names.isHidden(), "it is known by its number now"
    page.check.primary.click()
    settle(page, qtbot)
    assert accounts_of(desk) == {"Savings": {"AAA"}, "Account …0007": {"BBB"}}
    assert held(desk)["AAA"] == Decimal(5)


def test_the_check_page_opens_at_its_top(page: ImportPage, qtbot: QtBot, write: Write) -> None:
    rows = "".join(f"X{n},{n}\n" for n in range(60))
    read(page, qtbot, write(f"Foo,Bar\n{rows}"))
    assert page.check._area.verticalScrollBar().value() == 0
    page.check._area.verticalScrollBar().setValue(200)
    page.back()
    page.choose.files.rows[0].remove.click()
    read(page, qtbot, write(BROKEN, "other.csv"))
    assert page.check._area.verticalScrollBar().value() == 0


def test_a_cell_of_a_list_of_transactions_is_corrected_too(
    page: ImportPage, desk: Desk, qtbot: QtBot, write: Write
) -> None:
    read(page, qtbot, write(TRADES.format("4O")))
    assert page.check.columns.isVisible() and not page.check.columns.combos()[0].isEnabled()
    [(line, place)] = wrong_cells(page)
    type_into_cell(page, qtbot, line, place, "4")
    assert len(page.check.checked.problem_lines) == 0
    assert page.check.columns.isVisible(), "the corrected cell stays where it was typed"
    page.check.primary.click()
    settle(page, qtbot)
    assert held(desk)["AAA"] == Decimal(6)


def test_the_reading_of_several_files_tells_which_one_it_is_at(page: ImportPage, qtbot: QtBot, write: Write) -> None:
    rows = "".join(f"X{n},{n}\n" for n in range(1, 101))
    paths = [write(f"Symbol,Quantity\n{rows}", f"{name}.csv") for name in ("one bank", "two bank", "three bank")]
    heard: list[str] = []
    page.open_files(paths)
    assert page._reader.task is not None
    page._reader.task.progressed.connect(lambda done, total, words: heard.append(words))
    settle(page, qtbot)
    at = [words for words in dict.fromkeys(heard) if words.startswith("Reading")]
    assert at == [f"Reading {path.name} ({place} of 3)…" for place, path in enumerate(paths, 1)][: len(at)] and at


def test_the_reading_of_several_files_can_be_stopped(page: ImportPage, qtbot: QtBot, write: Write) -> None:
    rows = "".join(f"X{n},{n}\n" for n in range(1, 8_001))
    page.open_files([write(f"Symbol,Quantity\n{rows}", f"{name}.csv") for name in ("one", "two")])
    assert page._reader.task is not None
    page._reader.task.cancel()
    settle(page, qtbot)
    assert page.step == CHOOSE
