"""The dialog that gives holdings their class: two clicks for the common case, a split for funds of several classes."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from wealthdesk.domain.assets import Asset, AssetKind, Exposure
from wealthdesk.gui.allocation.overview.classify_dialog import SEVERAL, ClassifyDialog
from wealthdesk.gui.allocation.page import AllocationPage
from wealthdesk.gui.page import Bus
from wealthdesk.services.desk import Desk

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def dialog(qtbot: QtBot, demo_desk: Desk) -> ClassifyDialog:
    """HALM and the unpriced PRIV are held without a class."""
    private = demo_desk.assets.add(Asset("", "PRIV", "A private fund", AssetKind.PRIVATE, "USD"))
    demo_desk.holdings.add("brokerage", private.id, Decimal(3))
    dialog = ClassifyDialog(demo_desk, None)
    qtbot.addWidget(dialog)
    dialog.open()
    return dialog


def exposures(desk: Desk, symbol: str) -> tuple[Exposure, ...]:
    return next(each.exposures for each in desk.assets.all() if each.symbol == symbol)


def listed(dialog: ClassifyDialog) -> list[str]:
    return [asset.symbol for asset, _ in dialog.assets.table.rows()]


def test_nothing_is_guessed(dialog: ClassifyDialog) -> None:
    assert listed(dialog) == ["HALM", "PRIV"]
    assert [asset.symbol for asset, _ in dialog.assets.selected_rows()] == ["HALM"]
    assert not any(option.isChecked() for option in dialog.one.options.values())
    assert not dialog.assign_button.isEnabled()


def test_two_of_one_symbol_are_told_apart(qtbot: QtBot, demo_desk: Desk) -> None:
    for currency in ("USD", "EUR"):
        gold = demo_desk.assets.add(Asset("", "GLD", "Gold", AssetKind.FUND, currency))
        demo_desk.holdings.add("brokerage" if currency == "USD" else "retirement", gold.id, Decimal(3))
    dialog = ClassifyDialog(demo_desk, None)
    qtbot.addWidget(dialog)
    column, rows = dialog.assets.table.columns[0], dialog.assets.table.rows()
    told = {column.note(row) if column.note else "" for row in rows if row[0].symbol == "GLD"}
    assert told == {"Gold · USD · Brokerage", "Gold · EUR · Retirement"}


def test_two_clicks_and_it_goes_on_with_what_is_left(dialog: ClassifyDialog, demo_desk: Desk) -> None:
    dialog.one.options["equity"].click()
    dialog.assign_button.click()
    assert exposures(demo_desk, "HALM") == (Exposure("equity", 10_000),)
    assert listed(dialog) == ["PRIV"] and dialog.isVisible()
    assert not dialog.assign_button.isEnabled(), "the next one is not given the class of the last"
    dialog.one.options["alternatives"].click()
    dialog.assign_button.click()
    assert exposures(demo_desk, "PRIV") == (Exposure("alternatives", 10_000),)
    assert not dialog.isVisible()


def test_return_on_a_class_assigns_it(dialog: ClassifyDialog, demo_desk: Desk) -> None:
    option = dialog.one.options["crypto"]
    option.setFocus()
    QTest.keyClick(option, Qt.Key.Key_Space)
    QTest.keyClick(option, Qt.Key.Key_Return)
    assert exposures(demo_desk, "HALM") == (Exposure("crypto", 10_000),)


def test_several_holdings_from_the_keyboard(dialog: ClassifyDialog, demo_desk: Desk) -> None:
    assert dialog.focusWidget() is dialog.assets
    QTest.keyClick(dialog.assets, Qt.Key.Key_A, CONTROL)
    option = dialog.one.options["equity"]
    QTest.keyClick(option, Qt.Key.Key_Space)
    QTest.keyClick(option, Qt.Key.Key_Return, CONTROL)
    assert exposures(demo_desk, "HALM") == exposures(demo_desk, "PRIV") == (Exposure("equity", 10_000),)
    assert not dialog.isVisible()


def test_a_split_is_assigned_once_it_adds_up(dialog: ClassifyDialog, demo_desk: Desk, qtbot: QtBot) -> None:
    dialog.mode.choose(SEVERAL)
    dialog._on_mode(SEVERAL)
    spins = dialog.several.spins
    for class_id, typed, total in (("equity", "60", "40% left"), ("fixed_income", "45", "5% too much")):
        spins[class_id].lineEdit().selectAll()
        QTest.keyClicks(spins[class_id].lineEdit(), typed)
        spins[class_id].commit()
        assert dialog.several.total.text() == total
        assert not dialog.assign_button.isEnabled()
    spins["fixed_income"].lineEdit().selectAll()
    QTest.keyClicks(spins["fixed_income"].lineEdit(), "40")
    QTest.keyClick(spins["fixed_income"], Qt.Key.Key_Return, CONTROL)
    assert exposures(demo_desk, "HALM") == (Exposure("equity", 6_000), Exposure("fixed_income", 4_000))


def test_what_is_being_typed_counts_for_what_is_assigned(dialog: ClassifyDialog, demo_desk: Desk) -> None:
    dialog.mode.choose(SEVERAL)
    dialog._on_mode(SEVERAL)
    spins = dialog.several.spins
    for class_id, bps in (("equity", 6_000), ("fixed_income", 4_000)):
        spins[class_id].set_bps(bps)
    dialog._show_state()
    assert dialog.assign_button.isEnabled()
    spins["fixed_income"].lineEdit().selectAll()
    QTest.keyClicks(spins["fixed_income"].lineEdit(), "50")
    dialog.assign_button.click()
    assert dialog.several.total.text() == "10% too much" and exposures(demo_desk, "HALM") == ()


def test_closing_asks_about_a_split_that_was_typed(dialog: ClassifyDialog, demo_desk: Desk) -> None:
    dialog.mode.choose(SEVERAL)
    dialog._on_mode(SEVERAL)
    dialog.several.spins["equity"].set_bps(5_000)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    dialog.several.clear()
    dialog.reject()
    assert not dialog.isVisible()
    assert exposures(demo_desk, "HALM") == ()


def test_a_class_that_was_chosen_and_not_assigned_is_asked_about(
    dialog: ClassifyDialog, demo_desk: Desk, opened: Callable[..., QMessageBox]
) -> None:
    dialog.one.options["crypto"].setChecked(True)
    assert dialog.one.exposures()
    dialog.reject()
    box = opened(QMessageBox)
    assert dialog.isVisible() and "Close without assigning this class?" in box.text()
    box.accept()
    assert not dialog.isVisible() and exposures(demo_desk, "HALM") == ()


def test_the_page_follows(qtbot: QtBot, demo_desk: Desk, bus: Bus) -> None:
    page = AllocationPage(demo_desk, bus)
    qtbot.addWidget(page)
    page.show()
    total = page.answer.total.figure
    page.notices.unclassified.button.click()
    dialog = page.findChild(ClassifyDialog)
    assert dialog is not None and dialog.isVisible()
    dialog.one.options["equity"].click()
    dialog.assign_button.click()
    assert page.notices.isHidden() and page.answer.total.figure == total
    assert page.allocation is not None and page.allocation.drift.unclassified_minor == 0


def test_it_can_be_about_some_holdings_only(demo_desk: Desk, qtbot: QtBot) -> None:
    none, of_all = ClassifyDialog(demo_desk, None, only=frozenset()), ClassifyDialog(demo_desk, None)
    for each in (none, of_all):
        qtbot.addWidget(each)
    assert not none.assets.table.rows()
    assert of_all.assets.table.rows()
