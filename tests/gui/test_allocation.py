"""The allocation page: what it says of a scope, how it opens, and what stays as it was when it rereads."""

from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtCore import QModelIndex, QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from wealthdesk.changes import EVERYTHING
from wealthdesk.domain.accounts import AccountKind
from wealthdesk.domain.assets import Asset, AssetKind, Exposure
from wealthdesk.domain.holdings import Price
from wealthdesk.domain.targets import ClassTarget
from wealthdesk.gui.allocation.overview.class_card import cards
from wealthdesk.gui.allocation.overview.class_delegate import GAP, card_height
from wealthdesk.gui.allocation.overview.header import band_words
from wealthdesk.gui.allocation.page import AllocationPage
from wealthdesk.gui.allocation.targets.start_targets_dialog import StartTargetsDialog
from wealthdesk.gui.allocation.targets.target_dialog import TargetDialog
from wealthdesk.gui.bus import Bus
from wealthdesk.gui.pictures import allocation as pictures
from wealthdesk.gui.theme import Tone
from wealthdesk.services.desk import Desk

Key = Qt.Key


@pytest.fixture
def page(qtbot: QtBot, demo_desk: Desk, bus: Bus) -> AllocationPage:
    return shown(qtbot, demo_desk, bus)


def shown(qtbot: QtBot, desk: Desk, bus: Bus, width: int = 1096) -> AllocationPage:
    page = AllocationPage(desk, bus)
    qtbot.addWidget(page)
    page.resize(width, 832)
    page.show()
    return page


def press(page: AllocationPage, *keys: Key) -> None:
    for key in keys:
        QTest.keyClick(page.classes, key)


def chosen(page: AllocationPage) -> tuple[str, str] | None:
    return page.classes.cards.key(page.classes.currentIndex())


def top(page: AllocationPage, class_id: str) -> QModelIndex:
    return page.classes.cards.find((class_id, ""))


def test_the_summary_of_the_demo(page: AllocationPage) -> None:
    summary = page.summary
    assert (summary.total.figure, summary.total.note) == ("$269,560.74", "3 accounts, in USD")
    furthest, status = summary.furthest, summary.status
    assert (furthest.title, furthest.figure, furthest.note) == (
        "Furthest outside",
        "+2.4 pp",
        "Crypto · its band is ±1.25 pp",
    )
    assert (status.title, status.figure, status.note) == (
        "Outside their band",
        "2 of 5",
        "classes, 5 of 9 holdings",
    )
    assert "Real estate, Crypto, VTI, VWCE, VBR, BND, BNDX" in status.toolTip()
    assert (summary.cash.figure, summary.cash.note) == ("$11,430", "in 3 accounts")


def test_a_card_says_all_of_it_in_words(page: AllocationPage) -> None:
    words = {
        card.asset_class.id: page.classes.cards.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole)
        for row, card in enumerate(page.classes.cards.cards)
    }
    assert words["crypto"] == (
        "Crypto, 2 holdings, $19,672.50, Over, Target 5.0%, Current 7.4%, drift +2.4 pp, $6,403 over, band 3.75–6.25%"
    )
    assert words["cash"].startswith("Cash, 3 accounts, $11,430.27, In band, ")
    assert words["equity"].startswith("Equity, 5 holdings, $169,"), words["equity"]
    assert ", In band · 3 holdings outside, " in words["equity"]
    assert ", In band · 2 holdings outside, " in words["fixed_income"]


def test_a_holding_says_both_its_weights_and_where_it_lies(page: AllocationPage) -> None:
    model = page.classes.cards
    vti, aor = model.find(("equity", "vti")), model.find(("equity", "aor"))
    line = model.line(vti)
    assert line is not None
    assert (line.value, line.current, line.target, line.drifts) == (
        "$98,529.90",
        ("58.1%", "37.1% of portfolio"),
        ("50.0%", "30.0% of portfolio"),
        ("+8.1 pp", "+7.1 pp"),
    )
    assert (line.status, line.tone, line.gap) == ("Over", Tone.OVER, "$13,770 over, band 45–55%")
    assert vti.data(Qt.ItemDataRole.ToolTipRole).split("\n")[1:] == [
        "Of its class: $13,770 over, band 45–55%",
        "Brokerage: 210",
        "Retirement: 120.482",
    ]
    assert vti.data(Qt.ItemDataRole.AccessibleTextRole).endswith("drift +8.1 pp, Over, $13,770 over, band 45–55%")
    inside = model.line(model.find(("equity", "vxus")))
    assert inside is not None
    assert (inside.status, inside.tone, inside.bar.is_outside) == ("In band", None, False)
    part = model.line(aor)
    assert part is not None
    assert (part.note, part.target[0], part.drifts[0]) == ("60% of AOR counts here", "–", "–")
    assert (part.status, part.tone, part.gap) == ("", None, "")


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
    summary = page.summary
    assert (summary.furthest.title, summary.furthest.figure) == ("Furthest outside", "−60.0 pp")
    assert (summary.status.figure, summary.status.note) == ("2 of 2", "classes")
    words = [page.classes.cards.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(2)]
    assert words == [
        "Equity, nothing held, $0.00, Under, Target 60.0%, Current 0.0%, drift −60.0 pp, band 55–65%",
        "Fixed income, 1 holding without a value, $0.00, Under, Target 40.0%, Current 0.0%, drift −40.0 pp, "
        "band 35–45%",
    ]


def test_where_every_class_is_inside_the_card_names_a_holding_or_the_nearest_edge(
    qtbot: QtBot, desk: Desk, bus: Bus
) -> None:
    held = "symbol,quantity,price,currency,asset_class\nVTI,{0},1,USD,Equity\nVXUS,{1},1,USD,Equity\n"
    held += "BND,40,1,USD,Fixed income\n"
    targets = "Strategy,Scope,Active,Class,Class target,Symbol,Currency,Holding target\n"
    for line in ("Equity,62,VTI,USD,50", "Equity,62,VXUS,USD,50", "Fixed income,38,,,"):
        targets += f"Mine,All Portfolio,yes,{line}\n"
    desk.accounts.add("Main", AccountKind.TAXABLE, "USD")
    desk.imports.keep([desk.imports.read("h.csv", held.format(36, 24).encode())])
    desk.imports.keep([desk.imports.read("t.csv", targets.encode())])
    page = shown(qtbot, desk, bus)
    card, status = page.summary.furthest, page.summary.status
    assert (card.title, card.figure, card.note) == ("Furthest outside", "+10.0 pp", "VTI in Equity · its band is ±5 pp")
    assert (status.figure, status.note) == ("0 of 2", "classes, 2 of 3 holdings")
    desk.imports.keep([desk.imports.read("h.csv", held.format(31, 29).encode())])
    page = shown(qtbot, desk, bus)
    card, status = page.summary.furthest, page.summary.status
    assert (card.title, card.figure, card.note) == ("Nearest its edge", "−2.0 pp", "Equity · 3.0 pp left")
    assert (status.figure, status.note) == ("0 of 2", "classes, 0 of 3 holdings")


def test_in_an_account_the_second_weight_is_of_the_account(page: AllocationPage) -> None:
    page.choose_scope("retirement")
    line = page.classes.cards.line(page.classes.cards.find(("equity", "vti")))
    assert line is not None
    assert line.current[1].endswith("% of account")


def test_the_bars_of_all_classes_share_a_scale_that_holds_them(page: AllocationPage) -> None:
    furthest = max(card.bar.furthest_bps for card in page.classes.cards.cards)
    assert furthest <= page.classes.painting.scale_bps < furthest + 500


def test_the_keys_go_through_classes_and_holdings(page: AllocationPage, qtbot: QtBot) -> None:
    page.classes.setFocus(Qt.FocusReason.TabFocusReason)
    assert chosen(page) == ("equity", "")
    press(page, Key.Key_Left)
    assert page.classes.open_classes() == set()
    press(page, Key.Key_Down, Key.Key_Right)
    assert (chosen(page), page.classes.open_classes()) == (("fixed_income", ""), {"fixed_income"})
    press(page, Key.Key_Down)
    assert chosen(page) == ("fixed_income", "bnd"), "the line of titles is stepped over"
    with qtbot.waitSignal(page.holdings_requested) as told:
        press(page, Key.Key_Return)
    assert told.args == [("bnd",)]
    press(page, Key.Key_Left)
    assert chosen(page) == ("fixed_income", "")
    press(page, Key.Key_Return)
    assert page.classes.open_classes() == set()


def test_a_click_opens_and_closes_a_card(page: AllocationPage) -> None:
    list_of = page.classes
    assert list_of.open_classes() == {"equity"}
    for expected in (set(), {"equity"}):
        place = list_of.visualRect(top(page, "equity")).topLeft() + QPoint(100, 20)
        QTest.mouseClick(list_of.viewport(), Qt.MouseButton.LeftButton, pos=place)
        assert list_of.open_classes() == expected


def test_the_rows_are_as_high_as_the_list_says(page: AllocationPage) -> None:
    page.classes.setExpanded(top(page, "crypto"), True)
    heights = [
        card_height(len(c.lines), is_open=c.asset_class.id in {"equity", "crypto"}) for c in page.classes.cards.cards
    ]
    assert page.classes.maximumHeight() == sum(heights) + GAP * (len(heights) - 1)
    page.resize(1096, 2000)
    page.classes.doItemsLayout()
    last = page.classes.visualRect(page.classes.cards.index(len(heights) - 1, 0))
    assert last.bottom() + 1 == page.classes.maximumHeight()
    assert page.classes.verticalScrollBar().maximum() == 0


def test_what_is_open_chosen_and_scrolled_to_stays(page: AllocationPage, demo_desk: Desk) -> None:
    page.resize(1096, 500)
    page.classes.setExpanded(top(page, "crypto"), True)
    page.classes.setCurrentIndex(page.classes.cards.find(("crypto", "eth")))
    page.classes.verticalScrollBar().setValue(150)
    holding = next(each for each in demo_desk.holdings.all() if each.asset_id == "eth")
    demo_desk.holdings.change(holding.id, Decimal("2.5"), None)
    assert page.classes.open_classes() == {"equity", "crypto"}
    assert chosen(page) == ("crypto", "eth")
    assert page.classes.verticalScrollBar().value() == 150
    line = page.classes.cards.line(page.classes.currentIndex())
    assert line is not None and line.value == "$8,003.35"


def test_everything_follows_the_scope(page: AllocationPage, demo_desk: Desk) -> None:
    page.header.scope.setCurrentIndex(page.header.scope.findText("Retirement"))
    page.header.scope.activated.emit(page.header.scope.currentIndex())
    assert page.allocation is not None and page.allocation.scope == "retirement"
    assert page.summary.total.note == "in USD"
    assert {card.asset_class.id for card in page.classes.cards.cards} == {"equity", "fixed_income", "cash"}
    assert page.strategy_line.button.accessibleName() == "Strategy: Retirement 2045"
    demo_desk.accounts.remove("retirement")
    assert page.allocation.scope is None, "an account that is gone reads as All Portfolio"
    assert page.header.scope.currentText() == "All Portfolio"


def test_another_strategy_is_put_in_force_from_the_menu(page: AllocationPage, demo_desk: Desk) -> None:
    assert page.strategy_line.menu_words() == ["All Portfolio", "Cautious", "&Strategies…"]
    menu = page.strategy_line.button.menu()
    next(each for each in menu.actions() if each.text() == "Cautious").trigger()
    active = demo_desk.targets.active(None)
    assert active is not None and active.name == "Cautious"
    assert page.strategy_line.button.text() == "Strategy: Cautious"
    assert {card.asset_class.id: card.drift.target_bps for card in page.classes.cards.cards}["equity"] == 4000


def test_the_band_is_that_of_the_strategy(page: AllocationPage, demo_desk: Desk) -> None:
    active = demo_desk.targets.active(None)
    assert active is not None
    assert band_words(active) == "Band 5/25: 5 pp, or a quarter of the target where that is less"
    demo_desk.targets.change(replace(active, absolute_band_bps=250, relative_band_bps=2000))
    changed = demo_desk.targets.active(None)
    assert changed is not None
    assert band_words(changed) == "Band 2.5/20: 2.5 pp, or 20% of the target where that is less"
    assert page.summary.status.figure == "4 of 5"


def test_unclassified_and_unpriced_holdings_stand_apart(page: AllocationPage, demo_desk: Desk, qtbot: QtBot) -> None:
    notices = page.notices
    assert notices.unclassified.words == "Unclassified 1 holding, not counted until it has a class $4,180.00"
    assert notices.unpriced.isHidden()
    new = Asset("", "PRIV", "A private fund", AssetKind.PRIVATE, "GBP", (Exposure("alternatives", 10_000),))
    private = demo_desk.assets.add(new)
    demo_desk.holdings.add("brokerage", private.id, Decimal(3))
    assert notices.unpriced.words == "No price PRIV, not counted above"
    assert notices.unpriced.button.text() == "Add a price…"
    demo_desk.prices.set([Price(private.id, demo_desk.clock.today(), Decimal(10))])
    assert notices.unpriced.words == "No exchange rate for GBP PRIV, not counted above"
    for number in range(4):
        other = demo_desk.assets.add(replace(new, symbol=f"PRIV{number}", name=f"Private fund {number}"))
        demo_desk.holdings.add("brokerage", other.id, Decimal(1))
        demo_desk.prices.set([Price(other.id, demo_desk.clock.today(), Decimal(10))])
    assert notices.unpriced.words == "No exchange rate for GBP 5 assets, not counted above"
    assert "PRIV3" in notices.unpriced.toolTip()
    with qtbot.waitSignal(page.value_requested) as told:
        notices.unpriced.button.click()
    assert told.args is not None
    assert len(told.args[0]) == 5 and private.id in told.args[0]


def test_old_prices_are_named(page: AllocationPage, demo_desk: Desk) -> None:
    assert page.strategy_line.stale == ""
    demo_desk.prices.remove("vnq", demo_desk.prices.of("vnq")[0].on)
    prices = demo_desk.prices.of("vti")
    demo_desk.prices.remove("vti", max(each.on for each in prices))
    assert page.strategy_line.stale == "2 prices are older than 7 days"


def test_an_empty_portfolio_offers_three_ways_to_begin(qtbot: QtBot, desk: Desk, bus: Bus) -> None:
    page = shown(qtbot, desk, bus)
    for words, signal in (
        ("Choose a file…", page.import_requested),
        ("Add account…", page.account_requested),
        ("Open the demo", page.demo_requested),
    ):
        with qtbot.waitSignal(signal):
            button(page, words).click()
    assert not page.panel.isVisible()
    account = desk.accounts.add("Brokerage", AccountKind.TAXABLE, "USD")
    assert page.nothing_held.isVisible() and page.panel.isVisible()
    with qtbot.waitSignal(page.holdings_requested) as told:
        button(page, "Add holdings…").click()
    assert told.args == [()]
    desk.holdings.set_cash(account.id, "USD", 5_000)
    assert page.nothing_held.isHidden() and page.classes.isVisible()


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


def test_an_account_without_a_strategy_says_so_and_offers_ways(page: AllocationPage, demo_desk: Desk) -> None:
    page.choose_scope("brokerage")
    assert page.no_targets.isVisible() and page.no_targets.title == "Brokerage has no strategy yet"
    assert page.panel.no_targets.isVisible() and not page.panel.outcome.isVisible()
    assert page.summary.furthest.figure == "–"
    assert {card.target for card in page.classes.cards.cards} == {"No target"}


@pytest.mark.parametrize("name", ["As All Portfolio", "Current weights", "60/40", "Three-fund", "All Weather"])
def test_first_targets_add_up_whichever_way(page: AllocationPage, demo_desk: Desk, qtbot: QtBot, name: str) -> None:
    page.choose_scope("brokerage")
    assert page.allocation is not None
    dialog = StartTargetsDialog(demo_desk, page.allocation)
    qtbot.addWidget(dialog)
    dialog.open()
    next(each for each in dialog.options if each.text() == name).click()
    dialog.name.setText("My own")
    activate(dialog, qtbot)
    QTest.keyClick(dialog, Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert not dialog.isVisible()
    active = demo_desk.targets.active("brokerage")
    assert active is not None and active.name == "My own"
    assert sum(each.target_bps for each in active.targets) == 10_000
    assert page.no_targets.isHidden()


def test_edit_targets_begins_where_there_are_none(page: AllocationPage, demo_desk: Desk, qtbot: QtBot) -> None:
    page.choose_scope("brokerage")
    page.header.edit.click()
    first = page.findChild(StartTargetsDialog)
    assert first is not None and first.isVisible()
    first.accept()
    assert demo_desk.targets.active("brokerage") is not None
    editor = page.findChild(TargetDialog)
    assert editor is not None and editor.isVisible()
    editor.reject()


def test_every_dialog_opens_from_the_page(page: AllocationPage, demo_desk: Desk, qtbot: QtBot) -> None:
    for name, make in pictures.dialogs(demo_desk, page):
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


def test_a_refused_name_leaves_the_dialog_open(page: AllocationPage, demo_desk: Desk, qtbot: QtBot) -> None:
    page.choose_scope("brokerage")
    assert page.allocation is not None
    dialog = StartTargetsDialog(demo_desk, page.allocation)
    qtbot.addWidget(dialog)
    dialog.open()
    dialog.name.setText("   ")
    dialog.accept()
    assert dialog.isVisible() and dialog.problem.sentence
    assert demo_desk.targets.active("brokerage") is None


def test_a_strategy_without_targets_gets_its_first_ones(qtbot: QtBot, desk: Desk, bus: Bus) -> None:
    account = desk.accounts.add("Brokerage", AccountKind.TAXABLE, "USD")
    desk.holdings.set_cash(account.id, "USD", 100_000)
    page = shown(qtbot, desk, bus)
    assert page.no_targets.isVisible() and page.allocation is not None
    before = page.allocation.strategy
    dialog = StartTargetsDialog(desk, page.allocation)
    qtbot.addWidget(dialog)
    assert dialog.starts[0].name == "Current weights"
    dialog.accept()
    after = desk.targets.active(None)
    assert after is not None and after.targets == (ClassTarget("cash", 10_000),)
    assert before is None or before.id == after.id
    assert page.no_targets.isHidden()


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


def test_a_card_without_anything_in_it_is_shown_for_its_target(page: AllocationPage, demo_desk: Desk) -> None:
    active = demo_desk.targets.active(None)
    assert active is not None
    targets = (ClassTarget("equity", 9_000), ClassTarget("commodities", 1_000))
    demo_desk.targets.save(active.id, active.version, targets)
    by_class = {card.asset_class.id: card for card in page.classes.cards.cards}
    assert by_class["commodities"].count == "nothing held"
    assert by_class["commodities"].sentence.endswith("under, band 7.5–12.5%")
    assert by_class["crypto"].target == "Target 0.0%"


def test_three_hundred_holdings_are_painted_and_scrolled(qtbot: QtBot, desk: Desk, bus: Bus) -> None:
    account = desk.accounts.add("Brokerage", AccountKind.TAXABLE, "USD")
    page = shown(qtbot, desk, bus)
    bus.changed.disconnect(page._on_changed)
    for number in range(300):
        new = Asset("", f"S{number:03}", "A long name " * 9, AssetKind.FUND, "USD", (Exposure("equity", 10_000),))
        asset = desk.assets.add(new)
        desk.prices.set([Price(asset.id, desk.clock.today(), Decimal(number + 1))])
        desk.holdings.add(account.id, asset.id, Decimal(10))
    bus.changed.connect(page._on_changed)
    bus.tell(EVERYTHING)
    assert page.classes.open_classes() == set(), "a long card is not opened by itself"
    page.classes.toggle(top(page, "equity"))
    qtbot.waitUntil(lambda: page.classes.height() > 400)
    model = page.classes.cards
    assert model.rowCount(top(page, "equity")) == 301
    page.classes.setCurrentIndex(model.index(300, 0, top(page, "equity")))
    assert page.classes.verticalScrollBar().value() > 10_000
    picture = page.classes.grab().toImage()
    colours = {picture.pixel(x, y) for x in range(60, 500, 3) for y in range(40, 400, 3)}
    assert len(colours) > 20, "something is drawn at the end of the list"


def test_the_cards_come_from_the_allocation_alone(demo_desk: Desk) -> None:
    allocation = demo_desk.allocations.of(None)
    made = cards(allocation)
    assert [card.drift for card in made] == list(allocation.drift.classes)
    assert sum(card.drift.value_minor for card in made) == allocation.drift.classified_minor
