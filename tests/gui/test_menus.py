"""Everything is reachable: the menus hold every action, the palette finds each, and one look shows all keys."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from gui.conftest import CLOCK
from portfolio_files import copied, demo_at
from wealthdesk.gui import tasks
from wealthdesk.gui.allocation.page import AllocationPage
from wealthdesk.gui.allocation.targets.target_dialog import TargetDialog
from wealthdesk.gui.finding import entries, open_palette
from wealthdesk.gui.history.page import HistoryPage
from wealthdesk.gui.holdings.forms.account_dialog import AccountDialog
from wealthdesk.gui.holdings.forms.asset_dialog import AssetDialog
from wealthdesk.gui.holdings.forms.price_dialog import PriceDialog
from wealthdesk.gui.holdings.page import HoldingsPage
from wealthdesk.gui.main_window import MainWindow
from wealthdesk.gui.menus import DEEDS, Offer
from wealthdesk.gui.palette import (
    DO,
    GO_TO,
    Findable,
    KeyboardDialog,
    KeyCaps,
    Palette,
    Shade,
    _chords,
    find,
    places_of,
)
from wealthdesk.services.desk import Clock, Desk, open_desk


@pytest.fixture(scope="module")
def demo_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo portfolio, made once: each test opens a copy of it."""
    return demo_at(tmp_path_factory.mktemp("demo") / "demo.wealthdesk", CLOCK)


@pytest.fixture
def copy(demo_file: Path, tmp_path: Path, clock: Clock) -> Iterator[Desk]:
    with open_desk(copied(demo_file, tmp_path / "copy.wealthdesk"), clock) as opened:
        yield opened


@pytest.fixture
def window(qtbot: QtBot, copy: Desk) -> MainWindow:
    """The window over a copy of the test's own, for what leaves something else to be seen."""
    made = MainWindow()
    qtbot.addWidget(made)
    made.show_desk(copy)
    return in_front(made, qtbot)


@pytest.fixture(scope="module")
def opened_once(qapp: QApplication, demo_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MainWindow]:
    path = copied(demo_file, tmp_path_factory.mktemp("seen") / "copy.wealthdesk")
    with open_desk(path, CLOCK) as desk:
        made = MainWindow()
        made.show_desk(desk)
        yield made
        made.close()
        made.deleteLater()


@pytest.fixture
def seen(opened_once: MainWindow, qtbot: QtBot) -> MainWindow:
    """The window for the tests that change nothing, opened once for all of them: only its page may be another one."""
    return in_front(opened_once, qtbot)


def in_front(window: MainWindow, qtbot: QtBot) -> MainWindow:
    window.show()
    window.activateWindow()
    qtbot.waitUntil(lambda: window.isActiveWindow() and not tasks.is_busy())
    return window


def offer(window: MainWindow, words: str) -> Offer:
    return next(each for each in window.menus.offers() if each.words == words)


def test_every_action_of_the_window_is_in_a_menu(seen: MainWindow) -> None:
    offered = {id(each.action) for each in seen.menus.offers()}
    own = [each for each in seen.findChildren(QAction) if each.parent() is seen and not each.isSeparator()]
    outside = [each.text() for each in own if id(each) not in offered and each.menu() is None and each.isVisible()]
    assert own and outside == []


def test_every_action_has_a_menu_and_words_of_its_own(seen: MainWindow) -> None:
    offers = seen.menus.offers()
    assert {each.menu for each in offers} == {"File", "Edit", "Portfolio", "Plan", "View", "Help"}
    assert [words for words, times in Counter(each.words for each in offers).items() if times > 1] == []
    assert all(each.words for each in offers)


def test_no_two_actions_share_a_key(seen: MainWindow) -> None:
    keys = Counter(each.key for each in seen.menus.offers() if each.key)
    assert [key for key, times in keys.items() if times > 1] == []
    own = {each.action.shortcut().toString() for each in seen.menus.offers()} - {""}
    others = {each.key().toString() for each in seen.findChildren(QShortcut)}
    assert own & {"Ctrl+K", "Ctrl+/"}
    assert own.isdisjoint(others - {"Ctrl+Z", "Ctrl+Shift+Z"}), "a key of two does nothing"


def test_the_palette_reaches_every_action(seen: MainWindow) -> None:
    known = entries(seen, seen.menus)
    for each in seen.menus.offers():
        first = [row.entry for row in find(each.words, known) if row.entry is not None][:9]
        assert any(entry.words == each.words and entry.key == each.key for entry in first), each.words


def test_the_palette_finds_accounts_groups_assets_and_strategies(window: MainWindow, copy: Desk) -> None:
    copy.groups.add("Old age", [each.id for each in copy.accounts.all()][:2])
    known = {each.words for each in entries(window, window.menus)}
    portfolio = copy.portfolios.current()
    assert "Allocation of Old age" in known
    assert {each.symbol for each in portfolio.assets.values() if each.symbol} <= known
    assert {f"Allocation of {each.name}" for each in portfolio.accounts.values()} <= known
    assert {each.name for each in copy.targets.all()} <= known


def test_what_cannot_be_done_says_why(seen: MainWindow, qtbot: QtBot) -> None:
    record = next(each for each in entries(seen, seen.menus) if each.words == "Record…")
    assert record.why_not
    palette = open_palette(seen, seen.menus)
    palette.field.setText("Record…")
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    assert palette.isVisible(), "what cannot be done is not chosen"
    (shade,) = seen.findChildren(Shade)
    assert shade.isVisible() and shade.rect() == seen.rect()
    palette.close()
    qtbot.waitUntil(lambda: seen.findChildren(Shade) == [])


def test_a_version_that_is_the_one_of_now_is_not_offered_to_come_back(seen: MainWindow) -> None:
    seen.go_to("history")
    page = seen.page("history")
    assert isinstance(page, HistoryPage) and page.shown is not None
    newest = page.shown.number
    assert offer(seen, "Revert to the version chosen…").why_not == "These are the targets of now."
    page.show_version("default_all_portfolio", 3)
    assert page.shown.number == 3 and not offer(seen, "Revert to the version chosen…").why_not
    page.show_version("default_all_portfolio", newest)


def test_the_palette_opens_by_its_key_and_does_what_is_marked(qtbot: QtBot, seen: MainWindow) -> None:
    QTest.keyClick(seen, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    palette = QApplication.activeModalWidget()
    assert isinstance(palette, Palette)
    QTest.keyClicks(palette.field, "add acc")
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, AccountDialog)
    assert seen.page("holdings").isVisible()
    dialog.done(0)


def test_an_asset_that_is_chosen_is_shown_among_the_holdings(seen: MainWindow) -> None:
    palette = open_palette(seen, seen.menus)
    palette.field.setText("VTI")
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    page = seen.page("holdings")
    assert isinstance(page, HoldingsPage) and page.isVisible()
    assert {row.asset.symbol for row in page.holdings.table.selected_rows()} == {"VTI"}
    page.holdings.table.clearSelection()


def test_an_asset_that_is_sought_is_edited_and_given_a_price(seen: MainWindow) -> None:
    known = entries(seen, seen.menus)
    assert not any(row.words == "Edit VTI" for row in find("", known))
    for sought, made in (("edit vti", AssetDialog), ("price for vti", PriceDialog)):
        palette = open_palette(seen, seen.menus)
        palette.field.setText(sought)
        QTest.keyClick(palette.field, Qt.Key.Key_Return)
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, made)
        dialog.done(0)


def test_each_key_has_a_cap_of_its_own(qtbot: QtBot) -> None:
    assert _chords("Ctrl+Shift+H") == [["Ctrl", "Shift", "H"]]
    assert _chords("Ctrl+,") == [["Ctrl", ","]] and _chords("Ctrl+/") == [["Ctrl", "/"]]
    assert _chords("Space, Shift+Space") == [["Space"], ["Shift", "Space"]]
    assert _chords("Ctrl+Return") == [["Ctrl", "Enter"]]
    one, three = KeyCaps("H"), KeyCaps("Ctrl+Shift+H")
    for each in (one, three):
        qtbot.addWidget(each)
    assert three.sizeHint().width() > 3 * one.sizeHint().width() and three.text() == "Ctrl+Shift+H"


def test_an_account_that_is_chosen_is_the_scope(seen: MainWindow) -> None:
    palette = open_palette(seen, seen.menus)
    palette.field.setText("allocation of ret")
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    page = seen.page("allocation")
    assert isinstance(page, AllocationPage) and page.allocation is not None
    assert page.allocation.scope == "retirement"
    page.choose_scope(None)


def test_esc_closes_and_heads_are_never_marked(seen: MainWindow) -> None:
    palette = open_palette(seen, seen.menus)
    for _ in range(80):
        assert palette.marked() is not None
        QTest.keyClick(palette.field, Qt.Key.Key_Down)
    for _ in range(90):
        QTest.keyClick(palette.field, Qt.Key.Key_Up)
        assert palette.marked() is not None
    palette.field.setText("zzzz")
    assert palette.marked() is None
    QTest.keyClick(palette.field, Qt.Key.Key_Escape)
    assert not palette.isVisible()


def test_a_question_mark_opens_all_keys(seen: MainWindow) -> None:
    palette = open_palette(seen, seen.menus)
    QTest.keyClicks(palette.field, "?")
    shown = QApplication.activeModalWidget()
    assert isinstance(shown, KeyboardDialog)
    assert {key.text() for _, key in shown.lines} >= {"Ctrl+K", "Ctrl+/", "Ctrl+I", "Ctrl+E"}
    QTest.keyClicks(shown.search, "palette or nothing")
    assert not any(words.isEnabled() for words, _ in shown.lines)
    shown.close()


def test_the_best_fit_comes_first() -> None:
    known = [
        Findable(DO, "Revert to an earlier version", print),
        Findable(GO_TO, "VTI", print),
        Findable(DO, "Save", print),
    ]
    found = [row.words for row in find("vt", known)]
    assert found == [GO_TO, "VTI", DO, "Revert to an earlier version"]
    assert [row.words for row in find(">", known)] == [DO, "Revert to an earlier version", "Save"]
    assert places_of("xy", "abc") is None
    assert places_of("vt", "Vanguard Total") == (2, frozenset({0, 9}))


def test_letters_that_are_found_beside_an_entry_are_marked_there() -> None:
    bnd = Findable(GO_TO, "BND", print, "Vanguard Total Bond Market · Brokerage")
    (_, found) = find("vt", [bnd])
    assert (found.entry, found.marked, found.beside) == (bnd, frozenset(), frozenset({0, 9}))


def test_before_each_entry_stands_the_colour_of_its_class_or_an_icon(seen: MainWindow) -> None:
    known = {each.words: each for each in entries(seen, seen.menus)}
    assert seen.desk is not None
    classes = seen.desk.portfolios.current().classes
    assert (known["VTI"].colour, known["VNQ"].colour) == (classes["equity"].colour, classes["real_estate"].colour)
    assert known["HALM"].colour == "" and all(each.colour or each.icon for each in known.values())


def test_the_plan_menu_leads_to_the_planner(seen: MainWindow) -> None:
    page = seen.page("allocation")
    assert isinstance(page, AllocationPage)
    seen.go_to("history")
    for words, mode in (("Withdraw", "withdraw"), ("Rebalance", "rebalance"), ("Deposit", "deposit")):
        offer(seen, words).action.trigger()
        assert page.isVisible() and page.panel.money.segment.choice() == mode


def test_every_entry_does_something_without_an_error(qtbot: QtBot, window: MainWindow) -> None:
    for deed in DEEDS:
        if deed.words:
            offer(window, deed.words).action.trigger()
            qtbot.waitUntil(lambda: not tasks.is_busy(), timeout=20_000)
            while (shown := QApplication.activeModalWidget()) is not None:
                assert isinstance(shown, QDialog)
                shown.done(0)


def test_copy_and_paste_go_to_the_field_with_the_focus(seen: MainWindow) -> None:
    seen.go_to("holdings")
    page = seen.page("holdings")
    assert isinstance(page, HoldingsPage)
    offer(seen, "Find").action.trigger()
    assert QApplication.focusWidget() is page.search
    QTest.keyClicks(page.search, "vt")
    page.search.selectAll()
    offer(seen, "Copy").action.trigger()
    assert QApplication.clipboard().text() == "vt"
    page.search.end(False)
    offer(seen, "Paste").action.trigger()
    assert page.search.text() == "vtvt"
    page.search.clear()


def test_without_a_portfolio_only_what_needs_none_is_offered(window: MainWindow) -> None:
    window.let_go()
    assert offer(window, "Edit targets…").why_not and not offer(window, "Edit targets…").action.isEnabled()
    assert not offer(window, "Keyboard").why_not


def test_macos_finds_what_it_has_in_the_menu_of_the_program(seen: MainWindow) -> None:
    roles = {each.words: each.action.menuRole().name for each in seen.menus.offers()}
    assert roles.items() >= {("About", "AboutRole"), ("Settings", "PreferencesRole"), ("Quit", "QuitRole")}


@pytest.mark.parametrize("page", ["allocation", "over_time", "holdings", "imports", "settings"])
def test_targets_are_edited_by_their_key_from_every_page(
    seen: MainWindow, opened: Callable[[type[TargetDialog]], TargetDialog], page: str
) -> None:
    seen.go_to(page)
    QTest.keyClick(seen, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    opened(TargetDialog).reject()
    assert seen.page("allocation").isVisible()
