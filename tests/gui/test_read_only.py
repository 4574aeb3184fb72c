"""A portfolio that is only looked at: its banner, what is off on every page, and that nothing changes it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from gui.conftest import CLOCK
from portfolio_files import copied as copy_of
from wealthdesk.domain.plans import Goal
from wealthdesk.gui import problems, tasks
from wealthdesk.gui.allocation.page import AllocationPage
from wealthdesk.gui.allocation.recorded.recorded_plans_dialog import RecordedPlansDialog
from wealthdesk.gui.holdings.forms.account_dialog import AccountDialog
from wealthdesk.gui.holdings.forms.price_dialog import PriceHistoryDialog
from wealthdesk.gui.holdings.page import HoldingsPage
from wealthdesk.gui.main_window import MainWindow
from wealthdesk.gui.pictures.taking import views_of
from wealthdesk.gui.read_only import WHY, keep_off
from wealthdesk.gui.reserves.page import ReservesPage
from wealthdesk.gui.settings.cards import SECTIONS
from wealthdesk.gui.settings.page import SettingsPage
from wealthdesk.gui.widgets.buttons import button
from wealthdesk.gui.widgets.message import Strip
from wealthdesk.services.desk import Clock, Desk, open_copy, open_desk
from wealthdesk.storage.file.backups import back_up

CTRL, NONE = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.NoModifier

ON = {
    "allocation": {
        "Any amount", "Copy", "Deposit", "Options", "Print…", "Rebalance", "Recorded plans…", "Save", "Whole shares",
        "Withdraw", "Allocation", "Planner", "Plan this deposit", "Sell all the same", "Show all 24 orders",
        "Show them", "How to read a bar", "Wide planner", "Close",
    },
    "holdings": {"Export", "Holdings", "Assets", "Accounts", "Prices and rates", "Prices…", "All prices or rates…"},
    "reserves": {"Export CSV", "Companies", "Proposed changes"},
    "history": {"Export CSV", "Compare…", "Versions", "Selected version"},
    "imports": {"How to export there, step by step"},
    "settings": {
        "Match system", "Light", "Dark", "Copy", "Copy the path of the folder", "Show the folder",
        "Show folder", "Diagnostic bundle…", "Back up to a file…", "Verify", "Open a copy", "Shown", "Hidden: •••",
        "Usual", "None", "Show reserves", *(words for _, words in SECTIONS),
    },
}  # fmt: skip
"""What can be pressed on the pages of a copy; everything else that can be pressed would be a way to change it."""


@pytest.fixture(scope="module")
def backup(demo_before_a_rule: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of the demo portfolio, made once: each test looks at a copy of it."""
    path = copy_of(demo_before_a_rule, tmp_path_factory.mktemp("kept") / "demo.wealthdesk")
    return back_up(path, "by_hand", datetime(2026, 11, 19, 9, tzinfo=UTC)).path


@pytest.fixture
def copied(backup: Path, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """It, opened to be looked at."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    with open_copy(backup, clock) as desk:
        yield desk


@pytest.fixture
def window(qtbot: QtBot, copied: Desk) -> MainWindow:
    """The window over a copy of the test's own, for what leaves something else to be seen."""
    made = MainWindow()
    qtbot.addWidget(made)
    return shown(made, copied, qtbot)


@pytest.fixture(scope="module")
def opened_once(
    qapp: QApplication, backup: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[MainWindow, Desk]]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data")))
        with open_copy(backup, CLOCK) as desk:
            made = MainWindow()
            yield made, desk
            made.close()
            made.deleteLater()


@pytest.fixture
def seen(opened_once: tuple[MainWindow, Desk], qtbot: QtBot) -> MainWindow:
    """The window for the tests that change nothing of it, opened once for all of them; each goes to a page first."""
    window, desk = opened_once
    if window.desk is None:
        return shown(window, desk, qtbot)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window


def shown(window: MainWindow, desk: Desk, qtbot: QtBot) -> MainWindow:
    problems.install(window)
    window.resize(1280, 832)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.show_desk(desk, "It is the backup of 19 Nov 2026, 10:00.")
    settled(qtbot)
    return window


def settled(qtbot: QtBot) -> None:
    QTest.qWait(60)
    qtbot.waitUntil(lambda: not tasks.is_busy())


def on(page: QWidget) -> set[str]:
    found = [each for each in page.findChildren(QPushButton) if each.isVisible() and each.isEnabled()]
    return {each.accessibleName() or each.text().replace("&", "") for each in found}


def dialog_now() -> QWidget | None:
    return QApplication.activeModalWidget()


def strips(window: MainWindow) -> list[Strip]:
    return [each for each in window.findChildren(Strip) if each.isVisible()]


def test_the_banner_says_why_on_every_page(seen: MainWindow) -> None:
    for key in seen.page_keys():
        seen.go_to(key)
        (banner,) = strips(seen)
        assert banner.words == f"{WHY} It is the backup of 19 Nov 2026, 10:00."
        assert not banner.dismiss.isVisible()


@pytest.mark.usefixtures("plans_known", "still")
@pytest.mark.parametrize("key", list(ON))
def test_only_what_changes_nothing_can_be_pressed(seen: MainWindow, qtbot: QtBot, key: str) -> None:
    seen.go_to(key)
    settled(qtbot)
    page = seen.page(key)
    for name, bring_about in views_of(seen, key):
        if key != "imports":
            bring_about()
            settled(qtbot)
        assert on(page) <= ON[key], name


def test_what_is_off_says_why_however_often_it_is_shown(seen: MainWindow, qtbot: QtBot) -> None:
    seen.go_to("allocation")
    page = seen.page("allocation")
    assert isinstance(page, AllocationPage)
    page.panel.plan_for(500_000)
    qtbot.waitUntil(lambda: page.panel.plan is not None and page.panel.is_settled)
    assert page.panel.foot.copy_button.isEnabled() and page.panel.foot.save_button.isEnabled()
    for each in (page.panel.foot.record_button, page.header.edit, page.header.targets):
        assert not each.isEnabled() and each.toolTip() == WHY and each.statusTip() == WHY
        each.setEnabled(True)
        assert not each.isEnabled()
    page.panel.plan_for(None)
    settled(qtbot)


@pytest.mark.parametrize("page", ["allocation", "holdings", "reserves", "history", "imports", "settings"])
def test_no_key_leads_to_a_change(seen: MainWindow, qtbot: QtBot, page: str) -> None:
    for key in (Qt.Key.Key_E, Qt.Key.Key_N, Qt.Key.Key_I, Qt.Key.Key_D, Qt.Key.Key_Return):
        seen.go_to(page)
        settled(qtbot)
        QTest.keyClick(seen, key, CTRL)
        QTest.qWait(5)
        assert dialog_now() is None, key


@pytest.mark.parametrize("section", ["holdings", "assets", "accounts", "rates"])
def test_the_keys_of_a_row_do_nothing(seen: MainWindow, section: str) -> None:
    seen.go_to("holdings")
    page = seen.page("holdings")
    assert isinstance(page, HoldingsPage)
    page.show_section(section)
    table = page.shown.table
    table.setFocus()
    table.clearSelection()  # a line that is chosen would be let go where Ctrl was pressed last
    table.select_line()
    before = len(table.table.rows())
    for key in (Qt.Key.Key_Delete, Qt.Key.Key_F2, Qt.Key.Key_Return):
        QTest.keyClick(table, key)
    table.opened.emit(table.selected_rows()[0])
    QTest.qWait(5)
    assert dialog_now() is None and len(table.table.rows()) == before
    assert not any(each.isEnabled() for each in table.actions() if "rices" not in each.text())


def test_the_prices_of_an_asset_can_be_looked_at_but_not_changed(seen: MainWindow, qtbot: QtBot) -> None:
    seen.go_to("holdings")
    page = seen.page("holdings")
    assert isinstance(page, HoldingsPage)
    page.show_section("prices")
    page.prices.table.setFocus()
    page.prices.table.select_line()
    QTest.keyClick(page.prices.table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: isinstance(dialog_now(), PriceHistoryDialog))
    dialog = dialog_now()
    assert isinstance(dialog, PriceHistoryDialog)
    dialog.table.select_line()
    assert on(dialog) == {"Close"}
    QTest.keyClick(dialog.table, Qt.Key.Key_Delete)
    QTest.keyClick(dialog.table, Qt.Key.Key_Return)
    assert dialog_now() is dialog
    dialog.done(0)


def test_the_amounts_of_a_fund_cannot_be_typed(window: MainWindow, qtbot: QtBot) -> None:
    window.go_to("reserves")
    page = window.page("reserves")
    assert isinstance(page, ReservesPage)
    table = page.view.table
    table.setFocus()
    table.select_line()
    for key in (Qt.Key.Key_5, Qt.Key.Key_F2, Qt.Key.Key_Return, Qt.Key.Key_Delete):
        QTest.keyClick(table, key)
    assert table.editor is None and not page.draft.changes
    table.opened.emit(table.table.rows()[0])
    assert dialog_now() is None


def test_a_recorded_plan_is_looked_at_but_not_undone(
    qtbot: QtBot, demo_desk: Desk, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    allocation = demo_desk.allocations.of(None)
    plan = demo_desk.plans.deposit(allocation, 100_000)
    demo_desk.recorded_plans.record(plan, allocation, demo_desk.recorded_plans.fills_of(plan, allocation))
    with open_copy(back_up(demo_desk.path, "by_hand", clock.now()).path, clock) as desk:
        dialog = RecordedPlansDialog(desk)
        qtbot.addWidget(dialog)
        dialog.show()
        assert dialog.selected is not None and desk.recorded_plans.can_undo(dialog.selected.id) is None
        assert dialog.copy_button.isEnabled() and not dialog.step_button.isEnabled()


def test_options_of_a_plan_count_but_are_not_remembered(seen: MainWindow, qtbot: QtBot) -> None:
    seen.go_to("allocation")
    page = seen.page("allocation")
    assert isinstance(page, AllocationPage) and page.allocation is not None and page.allocation.strategy is not None
    strategy = page.allocation.strategy.id
    assert seen.desk is not None
    kept = seen.desk.plan_options.of(strategy)
    page.panel.options.set_goal(Goal.BAND_EDGE if kept.goal is not Goal.BAND_EDGE else Goal.TARGET)
    page.panel.options.chosen.emit()
    settled(qtbot)
    assert dialog_now() is None
    assert seen.desk.plan_options.of(strategy) == kept
    page.panel.options.set_goal(kept.goal)
    page.panel.options.chosen.emit()
    settled(qtbot)


def test_no_file_can_be_dropped(seen: MainWindow, tmp_path: Path) -> None:
    dragged = QMimeData()
    dragged.setUrls([QUrl.fromLocalFile(str(tmp_path / "holdings.csv"))])
    enter = QDragEnterEvent(QPoint(5, 5), Qt.DropAction.CopyAction, dragged, Qt.MouseButton.LeftButton, NONE)
    enter.ignore()
    seen.dragEnterEvent(enter)
    assert not enter.isAccepted()


def test_what_reaches_the_file_all_the_same_is_refused_in_a_sentence(
    seen: MainWindow,
) -> None:
    assert seen.desk is not None
    dialog = AccountDialog(seen.desk, parent=seen)
    dialog.open()
    dialog.name.setText("Another")
    dialog.accept()
    assert dialog.isVisible() and "was opened to be read only" in dialog.refusal()
    dialog.done(0)


def test_the_appearance_can_still_be_chosen(seen: MainWindow, qtbot: QtBot) -> None:
    seen.go_to("settings")
    page = seen.page("settings")
    assert isinstance(page, SettingsPage)
    usual, dark = (
        next(each for each in page.appearance.findChildren(QPushButton) if each.text() == words)
        for words in ("Match system", "Dark")
    )
    with qtbot.waitSignal(seen.appearance_chosen) as asked:
        dark.click()
    assert asked.args == ["dark"]
    usual.click()


def test_a_copy_is_saved_elsewhere_and_can_be_changed_there(
    seen: MainWindow, qtbot: QtBot, tmp_path: Path, clock: Clock
) -> None:
    (banner,) = strips(seen)
    banner.buttons[0].click()
    qtbot.waitUntil(lambda: isinstance(dialog_now(), QFileDialog))
    dialog = dialog_now()
    assert isinstance(dialog, QFileDialog)
    target = tmp_path / "Mine.wealthdesk"
    dialog.fileSelected.emit(str(target))
    dialog.done(0)
    qtbot.waitUntil(lambda: len(strips(seen)) == 2)
    assert str(target) in strips(seen)[-1].words
    strips(seen)[-1].close_strip()
    with open_desk(target, clock) as desk:
        desk.settings.set_base_currency("CHF")
        assert desk.portfolios.current().base_currency == "CHF"


def test_a_read_only_place_can_be_tried_again(qtbot: QtBot, copied: Desk) -> None:
    window = MainWindow()
    qtbot.addWidget(window)
    window.show()
    window.show_desk(copied, "Its folder cannot be written.", can_reopen=True)
    (banner,) = strips(window)
    again = next(each for each in banner.buttons if "Try again" in each.accessibleName())
    with qtbot.waitSignal(window.reopen_requested):
        again.click()
    settled(qtbot)


def test_nothing_is_kept_off_in_a_portfolio_that_can_be_changed(qtbot: QtBot, demo_desk: Desk) -> None:
    pressed, chosen = button("Change"), QAction("Change")
    qtbot.addWidget(pressed)
    keep_off(demo_desk, pressed, chosen)
    assert pressed.isEnabled() and chosen.isEnabled()
    window = MainWindow()
    qtbot.addWidget(window)
    window.show()
    window.show_desk(demo_desk)
    settled(qtbot)
    assert not strips(window)
    page = window.page("allocation")
    assert isinstance(page, AllocationPage) and page.header.edit.isEnabled() and page.header.targets.isEnabled()


def test_an_action_stays_off(copied: Desk, qapp: QApplication) -> None:
    chosen = QAction("Change")
    keep_off(copied, chosen)
    chosen.setEnabled(True)
    assert not chosen.isEnabled() and chosen.toolTip() == WHY


def test_an_empty_portfolio_that_is_looked_at_offers_only_the_demo(
    qtbot: QtBot, desk: Desk, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    with open_copy(back_up(desk.path, "by_hand", clock.now()).path, clock) as empty:
        window = MainWindow()
        qtbot.addWidget(window)
        window.show()
        window.show_desk(empty)
        settled(qtbot)
        assert on(window.page("allocation")) == {"Open the demo"}
        QTest.keyClick(window, Qt.Key.Key_I, CTRL)
        QTest.keyClick(window, Qt.Key.Key_N, CTRL)
        QTest.qWait(5)
        assert dialog_now() is None
        window.let_go()
