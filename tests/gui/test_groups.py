"""Groups of accounts in the window: made by keyboard, chosen as a scope, shown on every page that follows one."""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from gui.planning import type_in
from wealthdesk.domain.accounts import AccountGroup
from wealthdesk.domain.targets import ClassTarget
from wealthdesk.gui.allocation.page import AllocationPage
from wealthdesk.gui.history.page import HistoryPage
from wealthdesk.gui.holdings.forms.groups_dialog import GroupDialog, GroupsDialog
from wealthdesk.gui.over_time.page import OverTimePage
from wealthdesk.gui.page import Bus
from wealthdesk.services.desk import Desk

Dialog = TypeVar("Dialog", bound=QDialog)
Open = Callable[[type[QDialog]], Any]
Key, Control = Qt.Key, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def group(demo_desk: Desk) -> AccountGroup:
    """“Old age” of the demo portfolio: the wallet and the account for retirement, with targets of its own."""
    made = demo_desk.groups.add("Old age", ["retirement", "wallet"])
    demo_desk.targets.add(made.id, "Calm years", (ClassTarget("equity", 5_000), ClassTarget("crypto", 5_000)))
    return made


@pytest.fixture
def show(qtbot: QtBot) -> Iterator[Callable[[Dialog], Dialog]]:
    held: list[QDialog] = []

    def shown(dialog: Dialog) -> Dialog:
        held.append(dialog)  # qtbot holds it weakly
        qtbot.addWidget(dialog)
        dialog.open()
        dialog.activateWindow()
        qtbot.waitUntil(dialog.isActiveWindow)
        return dialog

    yield shown


def press(*keys: Qt.Key) -> None:
    for key in keys:
        focused = QApplication.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, key)


def write(words: str) -> None:
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClicks(focused, words)


def save(dialog: QDialog) -> None:
    QTest.keyClick(dialog, Key.Key_Return, Control)


def test_a_group_is_made_changed_and_removed_by_keyboard(
    demo_desk: Desk, show: Callable[[GroupsDialog], GroupsDialog], opened: Open
) -> None:
    dialog = show(GroupsDialog(demo_desk))
    assert dialog.add_button.hasFocus() and not dialog.remove_button.isEnabled()
    press(Key.Key_Space)
    form = opened(GroupDialog)
    write("Old age")
    press(Key.Key_Tab)
    assert [form.accounts.item(line).text() for line in range(form.accounts.count())] == [
        "Brokerage", "Crypto wallet", "Retirement",
    ]  # fmt: skip
    press(Key.Key_Down, Key.Key_Space, Key.Key_Down, Key.Key_Space)
    save(form)
    (made,) = demo_desk.groups.all()
    assert (made.name, sorted(made.accounts)) == ("Old age", ["retirement", "wallet"])
    opened(GroupsDialog)
    row = dialog.table.selected_row()
    assert row is not None and (row.accounts, row.strategy) == (("Crypto wallet", "Retirement"), "")
    QTest.keyClick(dialog.table, Key.Key_F2)
    form = opened(GroupDialog)
    assert form.accounts.ticked() == made.accounts
    assert form.accounts.item(0).text() == "Crypto wallet", "those of the group are first"
    form.accounts.setFocus()
    press(Key.Key_Space)
    save(form)
    assert demo_desk.groups.all()[0].accounts == {"retirement"}
    opened(GroupsDialog)
    QTest.keyClick(dialog.table, Key.Key_Delete)
    assert dialog.question is not None
    assert dialog.question.informativeText().startswith("Its accounts stay, with what they hold.")
    dialog.question.accept()
    assert demo_desk.groups.all() == [] and len(demo_desk.accounts.all()) == 3


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "A name for the group is missing. Write one."),
        ("Retirement", "There already is an account “Retirement”. Choose another name for the group."),
        ("all portfolio", "“All Portfolio” means all accounts together. Choose another name."),
    ],
)
def test_a_refused_name_is_said_beside_it(
    demo_desk: Desk, show: Callable[[GroupDialog], GroupDialog], name: str, said: str
) -> None:
    form = show(GroupDialog(demo_desk))
    form.name.setText(name)
    form.accounts.item(0).setCheckState(Qt.CheckState.Checked)
    save(form)
    assert form.isVisible() and form._name.problem() == said
    assert demo_desk.groups.all() == []


def test_a_group_of_nothing_is_refused_beside_the_accounts_and_what_was_ticked_is_not_lost_unasked(
    demo_desk: Desk, show: Callable[[GroupDialog], GroupDialog]
) -> None:
    form = show(GroupDialog(demo_desk))
    form.name.setText("Old age")
    save(form)
    assert form._accounts.problem() == "A group has at least one account. Tick one."
    assert form.accounts.hasFocus()
    form.name.setText("")
    assert not form.is_changed()
    press(Key.Key_Space)
    assert form.is_changed()
    form.name.setText("Old age")
    save(form)
    assert not form.isVisible() and len(demo_desk.groups.all()) == 1


def test_the_allocation_of_a_group_is_chosen_like_that_of_an_account(
    qtbot: QtBot, demo_desk: Desk, bus: Bus, group: AccountGroup
) -> None:
    page = AllocationPage(demo_desk, bus)
    qtbot.addWidget(page)
    page.resize(1096, 832)
    page.show()
    scope = page.header.scope
    assert [scope.itemText(line) for line in range(scope.count())] == [
        "Whole portfolio", "Old age", "Brokerage", "Crypto wallet", "Retirement",
    ]  # fmt: skip
    scope.setFocus()
    QTest.keyClick(scope, Key.Key_Down)
    qtbot.waitUntil(lambda: page.current().scope == group.id)
    allocation = page.current()
    assert allocation.strategy is not None and page.header.targets.accessibleName() == "Targets: Calm years"
    parts = [demo_desk.allocations.of(each).valuation.total_minor for each in ("retirement", "wallet")]
    assert allocation.valuation.total_minor == sum(parts)
    assert page.answer.total.note == "2 accounts, in USD"
    assert all(held.whole == "group" for row in page.classes.classes.rows for held in row.holdings)
    type_in(page.panel, "1000", qtbot)
    assert page.panel.plan is not None
    assert {each.account_id for each in page.panel.plan.trades} <= {"retirement", "wallet"}
    places = page.panel.money.place
    assert [places.itemText(line) for line in range(places.count())] == [
        "Any account", "Crypto wallet", "Retirement", "Amounts per account",
    ]  # fmt: skip
    kept = page.standing()
    again = AllocationPage(demo_desk, bus)
    qtbot.addWidget(again)
    again.stand_at(kept)
    assert again.current().scope == group.id, "it comes back after a restart"
    demo_desk.groups.remove(group.id)
    qtbot.waitUntil(lambda: page.current().scope is None)


def test_a_group_is_seen_over_time_and_its_strategy_in_the_history(
    qtbot: QtBot, demo_desk: Desk, bus: Bus, group: AccountGroup
) -> None:
    page = OverTimePage(demo_desk, bus)
    qtbot.addWidget(page)
    page.show()
    page.stand_at({"scope": group.id})
    page.mark_stale()
    qtbot.waitUntil(lambda: page.course is not None and page.course.scope == group.id)
    assert page.scope.currentText() == "Old age"
    assert page.course is not None and page.course.steps[-1].strategy.name == "Calm years"
    history = HistoryPage(demo_desk, bus)
    qtbot.addWidget(history)
    history.refresh()
    named = [history.subject.itemText(line) for line in range(history.subject.count())]
    assert "Calm years · Old age" in named


def test_a_group_that_lost_its_accounts_says_so(
    demo_desk: Desk, show: Callable[[GroupsDialog], GroupsDialog], qtbot: QtBot, bus: Bus, group: AccountGroup
) -> None:
    for each in group.accounts:
        demo_desk.accounts.remove(each)
    dialog = show(GroupsDialog(demo_desk))
    row = dialog.table.selected_row()
    assert row is not None and row.accounts == () and dialog.table.as_text().splitlines()[1].split("\t")[1] == (
        "none any more"
    )  # fmt: skip
    page = AllocationPage(demo_desk, bus)
    qtbot.addWidget(page)
    page.show()
    page.choose_scope(group.id)
    qtbot.waitUntil(lambda: page.current().scope == group.id)
    type_in(page.panel, "1000", qtbot)
    assert page.panel.plan is not None and page.panel.plan.trades == ()
