"""Ctrl+Z and the Edit menu: the last change of data by its name, and before it what is only proposed on the page."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from wealthdesk.domain.reallocation import SetAmount
from wealthdesk.domain.targets import ClassTarget
from wealthdesk.gui import tasks
from wealthdesk.gui.holdings.page import HoldingsPage
from wealthdesk.gui.imports.kept_imports_dialog import KeptImportsDialog
from wealthdesk.gui.main_window import MainWindow
from wealthdesk.gui.reserves.page import ReservesPage
from wealthdesk.gui.widgets.message import Strip
from wealthdesk.services.desk import Clock, Desk, open_copy, open_desk

CTRL = Qt.KeyboardModifier.ControlModifier
CTRL_SHIFT = CTRL | Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def window(qtbot: QtBot, demo_desk: Desk) -> Iterator[MainWindow]:
    """A window with the demo portfolio."""
    made = MainWindow()
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    made.show_desk(demo_desk)
    qtbot.waitUntil(lambda: not tasks.is_busy())
    yield made


@pytest.fixture
def press(window: MainWindow, qtbot: QtBot) -> Callable[..., None]:
    """Presses keys and waits until what they ask for is done."""

    def pressed(keys: Qt.KeyboardModifier, letter: Qt.Key = Qt.Key.Key_Z, where: QWidget | None = None) -> None:
        QTest.keyClick(where or window, letter, keys)
        qtbot.waitUntil(lambda: not tasks.is_busy())

    return pressed


def said(window: MainWindow) -> list[str]:
    return [each.words for each in window.findChildren(Strip) if each.isVisible()]


def quantity(desk: Desk) -> Decimal:
    return next(each.quantity for each in desk.holdings.all() if each.id == "brokerage_vti")


def steps(window: MainWindow) -> list[tuple[str, bool]]:
    menu = window.edit_menu
    menu.show_steps()
    found = [(each.text(), each.isEnabled()) for each in (menu.undo, menu.redo)]
    menu.menu.aboutToHide.emit()
    return found


def test_the_last_change_is_taken_back_and_done_again_by_key(
    window: MainWindow, demo_desk: Desk, press: Callable[..., None]
) -> None:
    assert steps(window) == [("Undo", False), ("Redo", False)]
    before = quantity(demo_desk)
    demo_desk.holdings.change("brokerage_vti", Decimal(5))
    assert steps(window)[0] == ("Undo quantity of VTI in “Brokerage”", True)
    press(CTRL)
    assert quantity(demo_desk) == before
    assert said(window) == ["Undone: quantity of VTI in “Brokerage”"]
    assert steps(window) == [("Undo", False), ("Redo quantity of VTI in “Brokerage”", True)]
    press(CTRL_SHIFT)
    assert quantity(demo_desk) == 5
    assert said(window) == ["Redone: quantity of VTI in “Brokerage”"]
    press(CTRL)
    press(CTRL, Qt.Key.Key_Y)
    assert quantity(demo_desk) == 5


def test_targets_are_called_as_everywhere(window: MainWindow, demo_desk: Desk, press: Callable[..., None]) -> None:
    strategy = demo_desk.targets.active(None)
    assert strategy is not None
    demo_desk.targets.change(replace(strategy, name="All Portfolio"))  # as in a new file
    sixty_forty = (ClassTarget("equity", 6_000), ClassTarget("fixed_income", 4_000))
    demo_desk.targets.save(strategy.id, strategy.version, sixty_forty)
    assert steps(window)[0] == ("Undo targets of “My targets”", True)
    press(CTRL)
    assert said(window) == ["Undone: targets of “My targets”"]


def test_an_import_is_taken_back_as_a_whole(window: MainWindow, demo_desk: Desk, press: Callable[..., None]) -> None:
    held = demo_desk.holdings.all()
    lines = "Account,Symbol,Quantity,Price,Currency\n" + "".join(f"New,S{n},{n},2,USD\n" for n in range(1, 15))
    demo_desk.imports.keep([demo_desk.imports.read("fidelity.csv", lines.encode())])
    assert len(demo_desk.holdings.all()) == len(held) + 14
    press(CTRL)
    assert said(window) == ["Undone: import of fidelity.csv, 14 holdings"]
    assert demo_desk.holdings.all() == held and "New" not in {each.name for each in demo_desk.accounts.all()}


def test_what_is_said_of_an_undone_change_goes_with_the_next_one(
    window: MainWindow, demo_desk: Desk, press: Callable[..., None]
) -> None:
    demo_desk.holdings.change("brokerage_vti", Decimal(5))
    press(CTRL)
    assert len(said(window)) == 1
    # Its key is that of the Edit menu: a letter would be that of Record… or of Undo where plans are.
    buttons = window.findChildren(Strip)[0].findChildren(QPushButton)
    assert [each.text() for each in buttons if each.text()] == ["Redo"]
    demo_desk.settings.set_your_name("Ada")
    assert said(window) == []
    assert steps(window) == [("Undo your name", True), ("Redo", False)]


def test_what_is_proposed_on_the_page_comes_first(
    window: MainWindow, demo_desk: Desk, press: Callable[..., None]
) -> None:
    demo_desk.settings.set_your_name("Ada")
    window.go_to("reserves")
    page = window.page("reserves")
    assert isinstance(page, ReservesPage) and page.fund is not None
    company = page.fund.companies[0]
    page.take([SetAmount(company.key, company.planned_minor + 100)])
    assert steps(window)[0] == ("Undo what is proposed here", True)
    press(CTRL)
    assert not page.draft.is_changed and demo_desk.settings.get("your_name") == "Ada"
    press(CTRL_SHIFT)
    assert page.draft.is_changed
    press(CTRL)
    press(CTRL)
    assert demo_desk.settings.get("your_name") == ""


def test_a_field_takes_back_its_own_typing_first(
    window: MainWindow, demo_desk: Desk, press: Callable[..., None], qtbot: QtBot
) -> None:
    demo_desk.settings.set_your_name("Ada")
    window.go_to("holdings")
    page = window.page("holdings")
    assert isinstance(page, HoldingsPage)
    field = page.search
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    QTest.keyClicks(field, "vti")
    press(CTRL, where=field)
    assert field.text() == "" and demo_desk.settings.get("your_name") == "Ada"
    press(CTRL, where=field)
    assert demo_desk.settings.get("your_name") == ""


def test_what_somebody_else_changed_since_is_refused_with_a_sentence(
    window: MainWindow, demo_desk: Desk, press: Callable[..., None], clock: Clock, opened: Callable[..., QMessageBox]
) -> None:
    demo_desk.holdings.change("brokerage_vti", Decimal(5))
    with open_desk(demo_desk.path, Clock(clock.today, lambda: clock.now().replace(hour=23))) as other:
        other.holdings.change("brokerage_vti", Decimal(6))
    press(CTRL)
    box = opened(QMessageBox)
    assert "This cannot be taken back: quantity of VTI in “Brokerage”. Since then, a holding" in box.text() + (
        box.informativeText()
    )
    box.accept()
    assert quantity(demo_desk) == 6


def test_after_a_fault_of_the_program_it_can_be_tried_again(
    window: MainWindow,
    demo_desk: Desk,
    press: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
    qtbot: QtBot,
    reported: Callable[[], str],
) -> None:
    before = quantity(demo_desk)
    demo_desk.holdings.change("brokerage_vti", quantity=Decimal(7))
    with monkeypatch.context() as faulty:
        faulty.setattr(demo_desk.undo, "back", lambda: 1 // 0)
        press(CTRL)
    assert "ZeroDivisionError" in reported()
    assert quantity(demo_desk) == 7
    window.edit_menu.undo.trigger()
    qtbot.waitUntil(lambda: not tasks.is_busy())
    assert quantity(demo_desk) == before


def test_what_is_only_looked_at_has_nothing_to_undo(qtbot: QtBot, demo_desk: Desk, clock: Clock) -> None:
    window = MainWindow()
    qtbot.addWidget(window)
    with open_copy(demo_desk.path, clock) as copy:
        window.show_desk(copy)
        window.show()
        assert not window.edit_menu.undo.isVisible()
        qtbot.waitUntil(lambda: not tasks.is_busy())
        window.let_go()


def test_the_latest_imports_are_taken_back_from_a_list(
    window: MainWindow,
    demo_desk: Desk,
    press: Callable[..., None],
    opened: Callable[..., KeptImportsDialog],
    qtbot: QtBot,
) -> None:
    held = demo_desk.holdings.all()
    for name, account in (("first.csv", "One"), ("second.csv", "Two")):
        lines = f"Account,Symbol,Quantity,Price,Currency\n{account},S{account},3,2,USD\n"
        demo_desk.imports.keep([demo_desk.imports.read(name, lines.encode())])
    demo_desk.holdings.change(next(each.id for each in demo_desk.holdings.all() if each.quantity == 3), Decimal(9))
    window.edit_menu.imports.trigger()
    dialog = opened(KeptImportsDialog)
    newest, older = dialog.imports.table.rows()
    blocked = [each for each in (newest, older) if demo_desk.undo.why_not(each.id)]
    assert len(blocked) == 1
    dialog.imports.select(blocked[0].id)
    assert not dialog.take_back.isEnabled() and "was changed again" in dialog.why_not.title
    free = older if blocked[0] is newest else newest
    dialog.imports.select(free.id)
    assert dialog.take_back.isEnabled() and dialog.why_not.isHidden()
    dialog.take_back.click()
    assert said(window) == [f"Taken back: {free.name}"]
    assert len(demo_desk.holdings.all()) == len(held) + 1
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    press(CTRL)
    assert len(demo_desk.holdings.all()) == len(held) + 2
