"""The main window: its pages, what leads from one to another, its keys, its foot, and changes from elsewhere."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QFileDialog, QLabel, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from gui.conftest import shown_once, take_back_all
from wealthdesk.changes import EVERYTHING, Changes, Topic
from wealthdesk.domain.assets import Asset, AssetKind, Exposure
from wealthdesk.domain.holdings import Price
from wealthdesk.gui import format as text
from wealthdesk.gui import tasks
from wealthdesk.gui.allocation.page import AllocationPage
from wealthdesk.gui.foot_lines import foot_lines, price_line
from wealthdesk.gui.history.page import HistoryPage
from wealthdesk.gui.holdings.forms.account_dialog import AccountDialog
from wealthdesk.gui.holdings.forms.price_dialog import PriceDialog, RateDialog
from wealthdesk.gui.holdings.page import HoldingsPage
from wealthdesk.gui.imports.page import CHECK, ImportPage
from wealthdesk.gui.main_window import MainWindow
from wealthdesk.gui.over_time.page import OverTimePage
from wealthdesk.gui.page import Page
from wealthdesk.gui.palette import Palette
from wealthdesk.gui.reserves.page import ReservesPage
from wealthdesk.gui.settings.page import SettingsPage
from wealthdesk.gui.shown_desk import hide_amounts
from wealthdesk.gui.widgets.message import Strip, WindowNotice
from wealthdesk.gui.widgets.nav import NARROW_WIDTH, Nav
from wealthdesk.services.desk import Clock, Desk, open_desk


def shown(qtbot: QtBot, desk: Desk | None = None, **given: str) -> MainWindow:
    window = MainWindow(**given)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    if desk is not None:
        window.show_desk(desk)
        qtbot.waitUntil(lambda: "rices" in foot(window) and not tasks.is_busy())
    return window


def current(window: MainWindow) -> object:
    return next(page for page in window.findChildren(Page) if page.isVisible())


def foot(window: MainWindow) -> str:
    nav = window.findChild(Nav)
    assert isinstance(nav, Nav)
    return "\n".join(each.text() for each in nav.findChildren(QLabel) if each.text())


def asked_for_value(window: MainWindow, words: str) -> object:
    """The form that the notice under the classes opens, and closed again."""
    window.go_to("allocation")
    page = current(window)
    assert isinstance(page, AllocationPage)
    assert page.notices.unpriced.button.text() == words
    page.notices.unpriced.button.click()
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, QDialog)
    assert page.isVisible(), "who adds a rate there goes on there"
    dialog.done(0)
    return dialog


@pytest.fixture
def window(qtbot: QtBot, demo_desk: Desk) -> Iterator[MainWindow]:
    yield shown(qtbot, demo_desk)


@pytest.fixture(scope="module")
def opened_once(qapp: QApplication, seen_desk: Desk) -> Iterator[MainWindow]:
    window = MainWindow()
    window.show()
    window.show_desk(seen_desk)
    yield from shown_once(window)


@pytest.fixture
def seen(opened_once: MainWindow, qtbot: QtBot) -> Iterator[MainWindow]:
    """The window for the tests that change no portfolio, opened once for them; after each it says nothing on top."""
    opened_once.go_to("allocation")
    opened_once.activateWindow()
    qtbot.waitUntil(lambda: opened_once.isActiveWindow() and not tasks.is_busy())
    yield opened_once
    for each in strips(opened_once):
        each.close_strip()


def test_the_empty_window_is_painted_before_a_portfolio_is_open(qtbot: QtBot) -> None:
    window = MainWindow()
    qtbot.addWidget(window)
    with qtbot.waitSignal(window.first_painted):
        window.show()
    assert not window.findChildren(AllocationPage)


def test_a_page_chosen_before_the_portfolio_is_open_is_the_one_that_is_shown(qtbot: QtBot, demo_desk: Desk) -> None:
    window = shown(qtbot)
    QTest.keyClick(window, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    window.show_desk(demo_desk)
    assert isinstance(current(window), HoldingsPage)


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        (Qt.Key.Key_1, AllocationPage),
        (Qt.Key.Key_2, OverTimePage),
        (Qt.Key.Key_3, HoldingsPage),
        (Qt.Key.Key_4, HistoryPage),
        (Qt.Key.Key_5, ReservesPage),
        (Qt.Key.Key_6, ImportPage),
        (Qt.Key.Key_Comma, SettingsPage),
    ],
)
def test_every_page_has_its_key(seen: MainWindow, key: Qt.Key, kind: type) -> None:
    QTest.keyClick(seen, key, Qt.KeyboardModifier.ControlModifier)
    assert isinstance(current(seen), kind)


def test_pages_are_made_when_they_are_first_wanted(window: MainWindow) -> None:
    assert window.findChildren(AllocationPage)
    assert not window.findChildren(HoldingsPage)


def test_the_foot_says_of_which_day_the_prices_are(seen: MainWindow, seen_desk: Desk, qtbot: QtBot) -> None:
    assert "Prices of 19 Nov" in foot(seen)
    qtbot.waitUntil(lambda: "No backup yet" in foot(seen))
    seen_desk.prices.set([Price("vti", seen_desk.clock.today(), Decimal("300"))])
    QTest.qWait(1)
    assert "Prices of 20 Nov" in foot(seen)
    take_back_all(seen_desk)
    QTest.qWait(1)
    assert "Prices of 19 Nov" in foot(seen)


def test_the_foot_of_an_empty_portfolio(qtbot: QtBot, desk: Desk) -> None:
    window = shown(qtbot, desk)
    qtbot.waitUntil(lambda: "No prices yet\nNothing to back up yet" in foot(window))
    assert price_line(desk.portfolios.current()) == ("No prices yet", False)


def test_the_foot_says_how_much_was_changed_since_the_backup(demo_desk: Desk) -> None:
    from wealthdesk.services.backups import BackupStanding

    now, made_at = datetime(2026, 11, 20, 9, tzinfo=UTC), datetime(2026, 11, 20, 8, 2, tzinfo=UTC)
    portfolio, hour = demo_desk.portfolios.current(), made_at.astimezone().hour

    def told(standing: BackupStanding, kept: int) -> tuple[str, str, bool, bool]:
        lines = foot_lines(portfolio, standing, kept, now)
        return lines.backup, lines.below, lines.backup_due, lines.can_back_up

    today = f"Backed up today, {hour:02}:02"
    assert told(BackupStanding((), made_at, 40), 40) == (today, "Nothing changed since", False, False)
    assert told(BackupStanding((), made_at, 40), 63) == (today, "23 changes since", False, False)
    assert told(BackupStanding((), made_at, 40), 7)[1] == "1 change since", "an older file"
    older = datetime(2026, 11, 18, 8, 2, tzinfo=UTC)
    assert told(BackupStanding((), older, 40), 41) == (
        f"Backed up 18 Nov, {older.astimezone().hour:02}:02", "1 change since: back up…", True, True,
    )  # fmt: skip
    assert told(BackupStanding((), older, 40), 40)[2] is False, "nothing was changed since"
    assert not foot_lines(portfolio, BackupStanding((), older, 40), 41, now, 3).backup_due, "as the settings say"
    assert told(BackupStanding(), 7) == ("No backup yet", "Back up now…", True, True)


def test_a_restart_brings_everything_back(qtbot: QtBot, demo_desk: Desk) -> None:
    before = shown(qtbot, demo_desk)
    page = before.page("allocation")
    assert isinstance(page, AllocationPage)
    page.choose_scope("retirement")
    page.classes.open("fixed_income")
    before.go_to("holdings")
    holdings = before.page("holdings")
    assert isinstance(holdings, HoldingsPage)
    holdings.show_section("prices")
    holdings.holdings.show_accounts("brokerage")
    reserves = before.page("reserves")
    assert isinstance(reserves, ReservesPage)
    reserves.refresh()
    fund = demo_desk.funds.all()[-1].id
    reserves.choose_fund(fund)
    over_time = before.page("over_time")
    assert isinstance(over_time, OverTimePage)
    over_time.charts.form.choose("lines")
    kept = before.standing()
    before.let_go()

    after = MainWindow()
    qtbot.addWidget(after)
    after.stand_at(kept)
    after.show()
    after.show_desk(demo_desk)
    again = current(after)
    assert isinstance(again, HoldingsPage) and again.section.choice() == "prices"
    again.show_section("holdings")
    assert {row.account for row in again.holdings.table.table.rows()} == {"Brokerage"}
    again.show_section("prices")
    after.go_to("reserves")
    reserved = current(after)
    assert isinstance(reserved, ReservesPage) and reserved.fund is not None and reserved.fund.id == fund
    drawn = after.page("over_time")
    assert isinstance(drawn, OverTimePage) and drawn.charts.form.choice() == "lines"
    assert after.standing()["allocation.open"] == "fixed_income", "of a page that was not looked at yet"
    after.go_to("allocation")
    allocation = current(after)
    assert isinstance(allocation, AllocationPage) and allocation.allocation is not None
    assert (allocation.allocation.scope, allocation.classes.open_class) == ("retirement", "fixed_income")
    assert {**after.standing(), "page": "holdings"} == kept


def test_settings_lead_to_reserves_where_there_is_no_fund(qtbot: QtBot, desk: Desk) -> None:
    window = shown(qtbot, desk)
    window.go_to("settings")
    page = current(window)
    assert isinstance(page, SettingsPage)
    page.show_section("file")
    QTest.mouseClick(page.reserves, Qt.MouseButton.LeftButton)
    reserves = current(window)
    assert isinstance(reserves, ReservesPage) and not desk.funds.all()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    for key in ("settings", "holdings", "reserves"):
        window.go_to(key)
        focused = QApplication.focusWidget()
        assert key == "settings" or isinstance(focused, QPushButton), "Enter presses what is offered first"
    assert isinstance(focused, QPushButton) and focused.text() == "Add a fund…"


def test_what_was_kept_of_another_file_does_no_harm(qtbot: QtBot, demo_desk: Desk) -> None:
    window = MainWindow()
    qtbot.addWidget(window)
    window.stand_at({"page": "nowhere", "allocation.scope": "gone", "allocation.open": "gone", "allocation.place": "x"})
    window.show()
    window.show_desk(demo_desk)
    page = current(window)
    assert isinstance(page, AllocationPage) and page.allocation is not None and page.allocation.scope is None


@pytest.fixture
def hidden() -> Iterator[None]:
    """Amounts are shown again afterwards."""
    yield
    text.hide_amounts(False)


@pytest.mark.usefixtures("hidden")
def test_hidden_amounts_are_dots_and_percentages_stay(seen: MainWindow, qtbot: QtBot) -> None:
    seen.activateWindow()
    qtbot.waitUntil(seen.isActiveWindow)
    QTest.keyClick(seen, Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    page = seen.page("allocation")
    assert isinstance(page, AllocationPage)
    assert page.answer.total.figure == page.answer.cash.figure == text.HIDDEN
    row = page.classes.classes.rows[0]
    assert (row.value, row.now, row.points) == (text.HIDDEN, "63.9%", "+3.9 pp")
    assert not any(each.isdigit() for each in page.notices.unclassified.words)
    QTest.keyClick(seen, Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert page.answer.total.figure == "$269,560.74"


@pytest.mark.usefixtures("hidden")
def test_what_was_painted_with_amounts_is_painted_again_without_them(seen: MainWindow, qtbot: QtBot) -> None:
    page = seen.page("allocation")
    assert isinstance(page, AllocationPage)
    qtbot.waitExposed(seen)
    qtbot.wait(200)
    classes, painted = page.classes, list[str]()
    shown = classes.classes.rows[0].value

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint:
                painted.append(classes.classes.rows[0].value)
            return False

    watch = Watch(seen)
    classes.viewport().installEventFilter(watch)
    hide_amounts(seen, True)
    qtbot.waitUntil(lambda: text.HIDDEN in painted)
    hide_amounts(seen, False)
    qtbot.waitUntil(lambda: shown in painted)
    classes.viewport().removeEventFilter(watch)


@pytest.mark.usefixtures("hidden")
def test_hidden_amounts_leave_the_window_only_once_that_is_confirmed(seen: MainWindow, qtbot: QtBot) -> None:
    page = seen.page("allocation")
    assert isinstance(page, AllocationPage)
    page.panel.plan_for(2_000_000)
    qtbot.waitUntil(lambda: page.panel.plan is not None and page.panel.is_settled, timeout=20_000)
    clipboard = QApplication.clipboard()
    clipboard.setText("before")
    hide_amounts(seen, True)
    qtbot.waitUntil(lambda: page.panel.is_settled, timeout=20_000)
    for accepted in (False, True):
        page.panel.foot.copy()
        box = next(
            each for each in QApplication.topLevelWidgets() if isinstance(each, QMessageBox) and each.isVisible()
        )
        assert box.text() == "Amounts are hidden" and clipboard.text() == "before"
        box.accept() if accepted else box.reject()
    assert clipboard.text() != "before" and text.are_amounts_hidden()
    hide_amounts(seen, False)
    page.panel.plan_for(None)
    qtbot.waitUntil(lambda: page.panel.is_settled and not tasks.is_busy())


def test_old_prices_are_due(demo_desk: Desk) -> None:
    portfolio = demo_desk.portfolios.current()
    newest = max(each.on for each in portfolio.prices.values())
    assert not price_line(replace(portfolio, on=newest + timedelta(days=7)))[1]
    assert price_line(replace(portfolio, on=newest + timedelta(days=8)))[1]


def test_the_side_bar_leads_to_the_palette_and_to_a_backup(window: MainWindow, qtbot: QtBot) -> None:
    nav = window.findChild(Nav)
    assert isinstance(nav, Nav)
    nav.command.click()
    palette = window.findChild(Palette)
    assert palette is not None and palette.isVisible()
    palette.reject()
    qtbot.waitUntil(nav.back_up.isVisible)
    nav.back_up.click()
    qtbot.waitUntil(lambda: "Backed up today" in foot(window), timeout=20_000)
    assert nav.back_up.isHidden() and nav.update_prices.isHidden()


def test_a_narrow_window_shows_icons_only(seen: MainWindow) -> None:
    seen.resize(900, 700)
    nav = seen.findChild(Nav)
    assert isinstance(nav, Nav)
    assert nav.width() == NARROW_WIDTH
    seen.resize(1280, 832)
    assert nav.width() > NARROW_WIDTH


def test_what_another_process_keeps_is_shown(qtbot: QtBot, window: MainWindow, demo_desk: Desk, clock: Clock) -> None:
    with open_desk(demo_desk.path, clock) as other:
        other.prices.set([Price("vti", clock.today(), Decimal("1"))])
    qtbot.waitUntil(lambda: "Prices of 20 Nov" in foot(window), timeout=6000)


def test_a_window_that_is_open_over_midnight_is_of_the_new_day(qtbot: QtBot, demo_desk: Desk) -> None:
    demo_desk.close()
    days = [date(2026, 11, 20)]
    with open_desk(demo_desk.path, Clock(today=lambda: days[-1], now=demo_desk.clock.now)) as desk:
        window = shown(qtbot, desk)
        panel = window.page("allocation").panel  # type: ignore[attr-defined]
        qtbot.waitUntil(lambda: panel.is_settled and not tasks.is_busy())
        told: list[Changes] = []
        desk.subscribe(told.append)
        days.append(date(2026, 11, 21))
        qtbot.waitUntil(lambda: told == [EVERYTHING], timeout=6000)
        qtbot.waitUntil(lambda: panel.is_settled and not tasks.is_busy())
        assert desk.portfolios.current().on == days[-1]
        qtbot.wait(2500)
        assert told == [EVERYTHING], "it is said once a day"
        window.close()


def test_f5_reads_the_file_again(seen: MainWindow) -> None:
    assert seen.desk is not None
    before = seen.desk.portfolios.current()
    QTest.keyClick(seen, Qt.Key.Key_F5)
    QTest.qWait(1)
    assert seen.desk.portfolios.current() is not before


def test_the_empty_page_leads_to_the_account_dialog(qtbot: QtBot, desk: Desk) -> None:
    window = shown(qtbot, desk)
    QTest.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), AccountDialog))
    assert isinstance(current(window), HoldingsPage)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, QDialog)
    dialog.done(0)


def test_the_empty_page_leads_to_the_demo(qtbot: QtBot, desk: Desk) -> None:
    window = shown(qtbot, desk)
    with qtbot.waitSignal(window.demo_requested):
        QTest.keyClick(window, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)


def test_holdings_are_shown_from_the_allocation(seen: MainWindow) -> None:
    page = seen.page("allocation")
    assert isinstance(page, AllocationPage)
    page.holdings_requested.emit(["vti"])
    assert isinstance(current(seen), HoldingsPage)


def test_what_lacks_a_value_leads_to_the_form_for_it(window: MainWindow, demo_desk: Desk) -> None:
    new = Asset("", "PRIV", "A private fund", AssetKind.PRIVATE, "GBP", (Exposure("alternatives", 10_000),))
    private = demo_desk.assets.add(new)
    demo_desk.holdings.add("brokerage", private.id, Decimal(3))
    price = asked_for_value(window, "Add a price…")
    assert isinstance(price, PriceDialog) and price.asset.asset() == private
    demo_desk.prices.set([Price(private.id, demo_desk.clock.today(), Decimal(10))])
    rate = asked_for_value(window, "Add an exchange rate…")
    assert isinstance(rate, RateDialog) and rate.base.code() == "GBP"
    other = demo_desk.assets.add(replace(new, symbol="WORT", name="A private fund without a price"))
    demo_desk.holdings.add("brokerage", other.id, Decimal(3))
    both = asked_for_value(window, "Add a price…")
    assert isinstance(both, PriceDialog) and both.asset.asset() == other, "as it says, whatever else lacks a rate"


def test_a_finished_import_leads_to_the_allocation(seen: MainWindow) -> None:
    seen.go_to("imports")
    page = seen.page("imports")
    assert isinstance(page, ImportPage)
    page.finished.emit()
    assert isinstance(current(seen), AllocationPage)


def test_a_file_dropped_on_the_window_is_read(qtbot: QtBot, seen: MainWindow, tmp_path: Path) -> None:
    file = tmp_path / "holdings.csv"
    file.write_text("Account,Symbol,Quantity,Price,Currency\nBroker,ABC,3,10,USD\n", encoding="utf-8")
    dragged = QMimeData()
    dragged.setUrls([QUrl.fromLocalFile(str(file))])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(5, 5), copy, dragged, left, none)
    seen.dragEnterEvent(enter)
    assert enter.isAccepted()
    seen.dropEvent(QDropEvent(QPointF(5, 5), copy, dragged, left, none))
    assert isinstance(current(seen), ImportPage)
    qtbot.waitUntil(lambda: not tasks.is_busy())
    take_back_file(seen)


def take_back_file(window: MainWindow) -> None:
    """No file is chosen any more."""
    page = window.page("imports")
    assert isinstance(page, ImportPage)
    page.back()


@pytest.mark.parametrize("proposed", [Qt.DropAction.MoveAction, Qt.DropAction.LinkAction])
def test_a_drop_copies_whatever_the_other_program_proposes(
    qtbot: QtBot, seen: MainWindow, tmp_path: Path, proposed: Qt.DropAction
) -> None:
    file = tmp_path / "holdings.csv"
    file.write_text("Account,Symbol,Quantity,Price,Currency\nBroker,ABC,3,10,USD\n", encoding="utf-8")
    dragged = QMimeData()
    dragged.setUrls([QUrl.fromLocalFile(str(file))])
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    both = proposed | Qt.DropAction.CopyAction
    enter = QDragEnterEvent(QPoint(5, 5), both, dragged, left, none)
    enter.setDropAction(proposed)
    seen.dragEnterEvent(enter)
    assert enter.isAccepted() and enter.dropAction() == Qt.DropAction.CopyAction
    drop = QDropEvent(QPointF(5, 5), both, dragged, left, none)
    drop.setDropAction(proposed)
    seen.dropEvent(drop)
    assert drop.isAccepted() and drop.dropAction() == Qt.DropAction.CopyAction
    only = QDropEvent(QPointF(5, 5), proposed, dragged, left, none)
    only.setDropAction(proposed)
    seen.dropEvent(only)
    assert not only.isAccepted(), "what may only be moved stays where it is"
    qtbot.waitUntil(lambda: not tasks.is_busy())
    take_back_file(seen)


def test_nothing_is_dropped_before_a_portfolio_is_open(qtbot: QtBot, tmp_path: Path) -> None:
    window = shown(qtbot)
    dragged = QMimeData()
    dragged.setUrls([QUrl.fromLocalFile(str(tmp_path / "holdings.csv"))])
    enter = QDragEnterEvent(
        QPoint(5, 5),
        Qt.DropAction.CopyAction,
        dragged,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    enter.ignore()
    window.dragEnterEvent(enter)
    assert not enter.isAccepted()


def test_a_notice_stands_across_the_top(qtbot: QtBot) -> None:
    words = "Demo portfolio: changes are gone when you close it."
    window = shown(qtbot, title="Demo", notice=words)
    notice = window.findChild(WindowNotice)
    assert isinstance(notice, WindowNotice)
    assert notice.isVisible() and notice.accessibleName() == words
    assert not shown(qtbot).findChildren(WindowNotice)


@pytest.mark.parametrize("is_empty", [True, False])
def test_one_key_imports_wherever_one_is(qtbot: QtBot, desk: Desk, demo_desk: Desk, is_empty: bool) -> None:
    window = shown(qtbot, desk if is_empty else demo_desk)
    QTest.keyClick(window, Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: isinstance(current(window), ImportPage))
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), QFileDialog))
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, QFileDialog)
    dialog.done(0)


def test_a_key_closes_the_window(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.closed):
        QTest.keyClick(window, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
    assert not window.isVisible()


def strips(window: MainWindow) -> list[Strip]:
    return [each for each in window.findChildren(Strip) if each.isVisible()]


def test_what_was_done_is_said_above_every_page_until_it_is_closed(seen: MainWindow) -> None:
    seen.say("A restore that was interrupted was finished.")
    seen.go_to("reserves")
    (strip,) = strips(seen)
    assert strip.words == "A restore that was interrupted was finished." and not strip.buttons
    strip.dismiss.setFocus()
    QTest.keyClick(strip.dismiss, Qt.Key.Key_Space)
    assert not strips(seen)


def test_what_was_done_can_offer_one_step_and_is_gone_with_it(seen: MainWindow) -> None:
    asked: list[bool] = []
    seen.say("The backup is in place.", "&Undo", lambda: asked.append(True))
    (button,) = strips(seen)[0].buttons
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert asked == [True] and not strips(seen)


def test_a_sentence_that_is_long_is_whole_in_a_narrow_window(seen: MainWindow) -> None:
    seen.resize(800, 600)
    seen.say("What was there before is kept, and can be brought back whole at any time. " * 6, "&Undo", lambda: None)
    QTest.qWait(20)
    (strip,) = strips(seen)
    said = next(each for each in strip.findChildren(QLabel) if each.text().startswith("What was"))
    assert said.height() >= said.heightForWidth(said.width())
    seen.resize(1280, 832)


def test_the_notes_of_opening_are_said(qtbot: QtBot, demo_desk: Desk) -> None:
    demo_desk.notes = ("A restore that was interrupted was finished.", "A leftover was removed.")
    window = shown(qtbot, demo_desk)
    assert [each.words for each in strips(window)] == list(demo_desk.notes)


def test_another_desk_takes_the_place_of_the_one_before(
    qtbot: QtBot, window: MainWindow, desk: Desk, demo_desk: Desk
) -> None:
    window.go_to("settings")
    window.say("Of the desk before.")
    before = window.page("settings")
    window.let_go()
    demo_desk.close()
    window.reread()
    window.bus.tell(frozenset({Topic.HOLDINGS}))
    window.go_to("holdings")
    assert not strips(window)
    window.show_desk(desk)
    assert window.page("settings") is not before
    assert isinstance(current(window), SettingsPage)
    qtbot.waitUntil(lambda: "No prices yet" in foot(window) and not tasks.is_busy())


def test_a_page_without_a_portfolio_takes_the_place_of_the_desk(qtbot: QtBot, window: MainWindow, desk: Desk) -> None:
    instead = QLabel("Restoring…")
    window.show_instead(instead)
    QTest.qWait(5)
    assert instead.isVisible() and not window.findChildren(AllocationPage)
    window.show_desk(desk)
    QTest.qWait(5)
    assert isinstance(current(window), AllocationPage)
    qtbot.waitUntil(lambda: not tasks.is_busy())


def test_what_the_settings_ask_for_is_passed_on(qtbot: QtBot, seen: MainWindow) -> None:
    seen.go_to("settings")
    page = seen.page("settings")
    assert isinstance(page, SettingsPage)
    for asked, told, value in (
        (page.backups.restore_requested, seen.restore_requested, [Path("backup")]),
        (page.backups.copy_requested, seen.copy_requested, [Path("backup")]),
        (page.backups.undo_requested, seen.undo_requested, []),
        (page.prepare_requested, seen.prepare_requested, [3]),
    ):
        with qtbot.waitSignal(told) as passed:
            asked.emit(*value)
        assert passed.args == value
    qtbot.waitUntil(lambda: not tasks.is_busy())


def test_a_backup_that_is_made_is_in_the_foot(qtbot: QtBot, window: MainWindow) -> None:
    window.go_to("settings")
    page = window.page("settings")
    assert isinstance(page, SettingsPage)
    page.backups.back_up.click()
    qtbot.waitUntil(lambda: "Backed up" in foot(window) and not tasks.is_busy())


def test_a_backup_made_meanwhile_is_listed_in_the_settings(qtbot: QtBot, window: MainWindow, demo_desk: Desk) -> None:
    from wealthdesk.services.backups import back_up_now

    window.go_to("settings")
    page = window.page("settings")
    assert isinstance(page, SettingsPage)
    qtbot.waitUntil(lambda: not tasks.is_busy())
    back_up_now(demo_desk.path, demo_desk.clock)
    assert window.shown is not None
    window.shown.foot.list_backups()
    qtbot.waitUntil(lambda: len(page.backups.table.table.rows()) == 1 and not tasks.is_busy())


def test_no_key_of_the_settings_is_that_of_the_step_back_above_them(seen: MainWindow) -> None:
    seen.say("The backup is in place.", "&Undo", lambda: None)
    seen.go_to("settings")
    said = [each.text() for each in seen.findChildren(QAbstractButton) if each.isVisible()]
    said += [each.text() for each in seen.findChildren(QLabel) if each.isVisible() and each.buddy() is not None]
    keys = sorted(QKeySequence.mnemonic(words).toString() for words in said if "&" in words)
    assert "Alt+U" in keys
    assert [key for key, count in Counter(keys).items() if key and count > 1] == []


def test_reserves_are_seen_once_there_is_a_fund_and_reached_by_their_key_before(qtbot: QtBot, desk: Desk) -> None:
    window = shown(qtbot, desk)
    nav = window.findChild(Nav)
    assert isinstance(nav, Nav)
    reserves = next(each for each in nav.findChildren(QAbstractButton) if each.accessibleName() == "Reserves")
    assert reserves.isHidden()
    QTest.keyClick(window, Qt.Key.Key_5, Qt.KeyboardModifier.ControlModifier)
    assert isinstance(current(window), ReservesPage) and reserves.isVisible()
    window.go_to("holdings")
    assert reserves.isHidden()
    desk.funds.add("Fund One", "USD")
    qtbot.waitUntil(reserves.isVisible)


def test_closing_asks_first_about_an_import_that_is_checked_and_not_kept(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    file = tmp_path / "holdings.csv"
    file.write_text("Account,Symbol,Quantity,Price,Currency\nBroker,ABC,3,10,USD\n", encoding="utf-8")
    window.go_to("imports")
    page = window.page("imports")
    assert isinstance(page, ImportPage)
    page.open_file(file)
    qtbot.waitUntil(lambda: page.step == CHECK and not page.is_busy)
    assert not window.close() and window.isVisible()
    box = QApplication.activeModalWidget()
    assert isinstance(box, QMessageBox)
    assert "holdings.csv is checked and not kept" in f"{box.text()} {box.informativeText()}"
    box.reject()
    page.back()
    assert window.close()
