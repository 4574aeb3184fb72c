"""The settings page: what is set takes effect at once, showing sets nothing, and it says where the data is."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from wealthdesk import __version__
from wealthdesk.domain.reallocation import Limits
from wealthdesk.domain.targets import ClassTarget, header_of
from wealthdesk.domain.valuation import value
from wealthdesk.errors import BadInput
from wealthdesk.gui import tasks, theme
from wealthdesk.gui.foot_lines import price_line
from wealthdesk.gui.holdings.tables.quote_rows import quote_rows
from wealthdesk.gui.holdings.tables.rows import rate_rows
from wealthdesk.gui.page import Bus
from wealthdesk.gui.settings.cards import SECTIONS
from wealthdesk.gui.settings.page import SettingsPage
from wealthdesk.gui.widgets.text import ShortLabel
from wealthdesk.gui.window_memory import PLANNER_WIDE, WindowMemory
from wealthdesk.services.desk import Desk
from wealthdesk.services.imports import ColumnChoices, Draft
from wealthdesk.services.settings import YOUR_NAME


@pytest.fixture
def page(qtbot: QtBot, demo_desk: Desk, bus: Bus) -> SettingsPage:
    made = SettingsPage(demo_desk, bus)
    qtbot.addWidget(made)
    made.resize(1000, 800)
    made.show()
    qtbot.waitUntil(lambda: not tasks.is_busy())
    return made


def words(page: SettingsPage) -> str:
    return "\n".join(each.text() for each in page.findChildren(QLabel) if each.isVisibleTo(page))


def test_the_arrows_choose_a_section_and_tab_goes_into_it(page: SettingsPage, qtbot: QtBot) -> None:
    page.activateWindow()
    page.setFocus()
    qtbot.waitUntil(lambda: isinstance(QApplication.focusWidget(), QPushButton))
    shown = [page.sections.choice()]
    for _ in SECTIONS[1:]:
        focused = QApplication.focusWidget()
        assert isinstance(focused, QPushButton) and focused.text() == dict(SECTIONS)[page.sections.choice()]
        QTest.keyClick(focused, Qt.Key.Key_Down)
        shown.append(page.sections.choice())
    assert shown == [key for key, _ in SECTIONS]
    page.show_section("prices")
    page.sections.setFocus()
    last = QApplication.focusWidget()
    assert last is not None
    QTest.keyClick(last, Qt.Key.Key_Tab)
    assert page.currency.hasFocus()


def test_the_section_is_there_again_at_the_next_start(
    page: SettingsPage, qtbot: QtBot, demo_desk: Desk, bus: Bus
) -> None:
    page.show_section("limits")
    other = SettingsPage(demo_desk, bus)
    qtbot.addWidget(other)
    other.stand_at(page.standing())
    assert other.sections.choice() == "limits"
    other.stand_at({"section": "of another version"})
    assert other.sections.choice() == "limits"
    qtbot.waitUntil(lambda: not tasks.is_busy())


def test_backups_are_marked_until_there_is_one(page: SettingsPage, qtbot: QtBot) -> None:
    assert "There is no backup yet." in words(page)
    mark = next(each for each in page.sections.findChildren(QPushButton) if each.text() == "Backups")
    assert not mark.icon().isNull() and mark.accessibleDescription()
    page.backups.back_up.click()
    qtbot.waitUntil(lambda: "The newest backup is of" in words(page) and not tasks.is_busy())
    assert mark.icon().isNull() and not mark.accessibleDescription()


def test_showing_sets_nothing(page: SettingsPage, demo_desk: Desk, bus: Bus, qtbot: QtBot) -> None:
    assert page.currency.currentText() == "USD"
    with qtbot.assertNotEmitted(bus.changed):
        page.refresh()


def test_the_base_currency_is_chosen_by_keyboard(page: SettingsPage, demo_desk: Desk) -> None:
    page.show_section("prices")
    page.currency.setFocus()
    QTest.keyClick(page.currency, Qt.Key.Key_Down)
    assert page.currency.currentText() == "EUR"
    assert demo_desk.portfolios.current().base_currency == "EUR"


def test_a_base_currency_set_elsewhere_is_shown(page: SettingsPage, demo_desk: Desk, qtbot: QtBot) -> None:
    demo_desk.settings.set_base_currency("CHF")
    qtbot.waitUntil(lambda: page.currency.currentText() == "CHF")


def test_the_appearance_is_asked_for_and_shown(page: SettingsPage, qtbot: QtBot, qapp: QApplication) -> None:
    page.show_section("look")
    dark = next(each for each in page.appearance.findChildren(QPushButton) if each.text() == "Dark")
    with qtbot.waitSignal(page.appearance_chosen) as asked:
        QTest.mouseClick(dark, Qt.MouseButton.LeftButton)
    assert asked.args == ["dark"]
    theme.follow(qapp, "light")
    assert page.appearance.choice() == "light"
    theme.follow(qapp, "system")


def test_the_limits_are_shown_and_set_by_keyboard(page: SettingsPage, demo_desk: Desk) -> None:
    page.show_section("limits")
    field = page.reallocation.limits["concentration_bps"]
    assert [each.bps() for each in page.reallocation.limits.values()] == [3000, 5000, 2000]
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "35.5")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert demo_desk.settings.limits() == Limits(3550, 5000, 2000)
    QTest.keyClick(field, Qt.Key.Key_Up)
    assert demo_desk.settings.limits().concentration_bps == 3560


def test_a_limit_that_cannot_be_is_said_in_place(page: SettingsPage, demo_desk: Desk) -> None:
    page.show_section("limits")
    field = page.reallocation.limits["large_change_bps"]
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "0")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert "A limit lies between" in words(page)
    field.selectAll()
    QTest.keyClicks(field, "ten")
    assert field.problem() and field.problem() in words(page)
    assert demo_desk.settings.limits() == Limits()
    field.selectAll()
    QTest.keyClicks(field, "25")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert "A limit lies between" not in words(page)
    assert demo_desk.settings.limits().large_change_bps == 2500


def test_limits_set_elsewhere_are_shown(page: SettingsPage, demo_desk: Desk) -> None:
    demo_desk.settings.set_limits(Limits(1000, 2000, 3000))
    assert [each.bps() for each in page.reallocation.limits.values()] == [1000, 2000, 3000]


def test_your_name_is_what_the_history_tells(page: SettingsPage, demo_desk: Desk) -> None:
    page.show_section("limits")
    field = page.reallocation.name
    assert field.text() == "" and field.placeholderText() == "You"
    field.setFocus()
    QTest.keyClicks(field, "  Lena  K. ")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert field.text() == "Lena K."
    made = demo_desk.targets.add(None, "Bold", (ClassTarget("equity", 10_000),))
    assert demo_desk.reallocations.history(header_of(made.id))[0].actor == "Lena K."
    field.clear()
    QTest.keyClicks(field, " ")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert demo_desk.settings.get(YOUR_NAME) == ""


def test_the_path_of_the_file_is_shown_and_copied(page: SettingsPage, demo_desk: Desk) -> None:
    page.show_section("file")
    assert page.place.text() == str(demo_desk.path)
    copy = next(each for each in page.findChildren(QPushButton) if each.accessibleName() == "Copy" and each.isVisible())
    QTest.mouseClick(copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == str(demo_desk.path)


def test_it_says_its_version_and_its_licences(page: SettingsPage) -> None:
    page.show_section("about")
    assert f"WealthDesk {__version__}, under the MIT licence" in words(page)
    assert "LGPL" in words(page)


def test_the_window_remembers_its_size_and_appearance(tmp_path: Path) -> None:
    file = tmp_path / "WealthDesk" / "window.txt"
    places = {"page": "history", "allocation.scope": "retirement", "allocation.place": "60"}
    places["holdings.closed"] = " ".join(str(UUID(int=each)) for each in range(100))
    kept = WindowMemory(
        "dark",
        1000,
        700,
        is_maximised=True,
        is_planner_wide=True,
        hides_amounts=True,
        tables='{"Holdings": {}}',
        reduces_motion=True,
        standing=places,
    )
    kept.keep(file)
    assert WindowMemory.read(file) == kept


def test_the_width_of_the_planner_is_the_window_s(qapp: QApplication) -> None:
    window = QWidget()
    WindowMemory(is_planner_wide=True).put_on(window)
    assert window.property(PLANNER_WIDE) is True and WindowMemory().of(window).is_planner_wide


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\0\1",
        "width=3\nheight=9",
        "width=-5",
        "appearance=pink",
        "width=1e9\nheight=1e9",
        "at.A b=1",
        f"at.a={'x' * 10_001}",
    ],
)
def test_a_memory_that_makes_no_sense_is_a_first_start(tmp_path: Path, text: str) -> None:
    file = tmp_path / "window.txt"
    file.write_text(text, encoding="utf-8")
    assert WindowMemory.read(file) == WindowMemory()
    assert WindowMemory.read(tmp_path / "none.txt") == WindowMemory()


def test_amounts_are_hidden_and_shown_from_the_settings(page: SettingsPage, qtbot: QtBot) -> None:
    page.show_section("look")
    with qtbot.waitSignal(page.hiding_chosen) as told:
        QTest.mouseClick(page.amounts.button("hidden"), Qt.MouseButton.LeftButton)
    assert told.args == [True]


def test_what_was_chosen_for_the_columns_of_files_is_listed_and_can_be_forgotten(
    page: SettingsPage, demo_desk: Desk
) -> None:
    page.show_section("file")
    assert demo_desk.undo.last() is None and not page.remembered.forget_buttons
    draft = demo_desk.imports.read(
        "bank.csv",
        b"Foo,Bar\nVTI,210\n",
        account="Brokerage",
        choices=ColumnChoices(None, (("Foo", "symbol"), ("Bar", "quantity"))),
    )
    demo_desk.imports.keep([draft])
    assert {"bank.csv", "Foo, Bar"} <= {each.words for each in page.remembered.findChildren(ShortLabel)}
    [forget] = page.remembered.forget_buttons
    assert forget.accessibleName() == "Forget what was chosen for bank.csv"
    forget.setFocus()
    QTest.keyClick(forget, Qt.Key.Key_Space)
    assert demo_desk.columns_kept.all() == []
    assert not page.remembered.forget_buttons
    demo_desk.undo.back()
    assert [each.file_name for each in demo_desk.columns_kept.all()] == ["bank.csv"]


def test_what_was_held_before_a_list_is_listed_and_can_be_forgotten(page: SettingsPage, demo_desk: Desk) -> None:
    page.show_section("file")
    assert demo_desk.undo.last() is None
    lines = "Date,Type,Symbol,Quantity,Price,Amount,Currency\n2026-02-03,Sell,GLD,2,200,400,USD\n"
    draft = demo_desk.imports.read("trades.csv", lines.encode(), account="Brokerage")
    assert isinstance(draft, Draft)
    draft = replace(draft, openings={"GLD": Decimal(5)}, opening_costs={"GLD": Decimal(700)})
    demo_desk.imports.keep([draft])
    told = {each.words for each in page.remembered.findChildren(ShortLabel)}
    assert {"GLD in Brokerage", "5 before 3 Feb 2026, bought for $700.00"} <= told
    [forget] = page.remembered.forget_buttons
    assert forget.accessibleName() == "Forget what was held of GLD in Brokerage"
    QTest.keyClick(forget, Qt.Key.Key_Space)
    assert demo_desk.openings_kept.all() == [] and not page.remembered.forget_buttons
    demo_desk.undo.back()
    [kept] = demo_desk.openings_kept.all()
    assert kept.opening.quantity == 5


def test_after_how_many_days_prices_are_marked_is_chosen_and_counts_everywhere(
    page: SettingsPage, demo_desk: Desk
) -> None:
    page.show_section("prices")
    assert page.price_days.currentText() == "7 days" and "Mark prices older than" in words(page).replace("&", "")
    page.price_days.setFocus()
    while page.price_days.currentText() != "1 day":
        QTest.keyClick(page.price_days, Qt.Key.Key_Up)
    set_to_one = demo_desk.portfolios.current()
    newest = max(each.on for each in set_to_one.prices.values())
    later = replace(set_to_one, on=newest + timedelta(days=2))
    weeks = replace(later, price_days=30)
    for portfolio, is_old in ((later, True), (weeks, False)):
        assert price_line(portfolio)[1] is is_old
        assert bool(value(portfolio).stale_assets) is is_old
        assert any(each.is_stale for each in quote_rows(portfolio, {})) is is_old
        assert any(each.is_stale for each in rate_rows(portfolio.rates, later.on, portfolio.fresh_since)) is is_old


def test_a_number_of_days_is_one_of_a_year(demo_desk: Desk) -> None:
    for days in (0, 366):
        with pytest.raises(BadInput, match="From 1 to 365 days"):
            demo_desk.settings.set_price_days(days)
        with pytest.raises(BadInput, match="From 1 to 365 days"):
            demo_desk.settings.set_backup_days(days)
    demo_desk.settings.set("price_days", "of another version")
    assert demo_desk.settings.price_days() == 7
