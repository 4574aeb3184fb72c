"""The dialog of a scope's strategies, on a real file."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from wealthdesk.domain.accounts import ALL_PORTFOLIO_NAME
from wealthdesk.domain.targets import FillMethod, Strategy, Unfillable
from wealthdesk.gui.allocation.targets.strategies_dialog import StrategiesDialog
from wealthdesk.services.desk import Desk

CTRL = Qt.KeyboardModifier.ControlModifier

Opened = Callable[..., StrategiesDialog]


@pytest.fixture
def opened(qtbot: QtBot) -> Opened:
    """Opens the dialog for a scope of a desk."""

    held: list[StrategiesDialog] = []

    def made(desk: Desk, scope: str | None = None) -> StrategiesDialog:
        dialog = StrategiesDialog(desk, scope)
        qtbot.addWidget(dialog)
        with qtbot.waitActive(dialog):
            dialog.open()
        # A dialog that nobody holds is deleted with its open question, in the middle of closing it.
        held.append(dialog)
        return dialog

    return made


def names(desk: Desk, scope: str | None = None) -> list[str]:
    return [each.name for each in desk.targets.of(scope)]


def active(desk: Desk, scope: str | None = None) -> Strategy:
    found = desk.targets.active(scope)
    assert found is not None
    return found


def answered(dialog: StrategiesDialog, words: str) -> None:
    box = dialog.findChildren(QMessageBox)[-1]
    next(each for each in box.buttons() if each.text().replace("&", "") == words).click()


def rows(dialog: StrategiesDialog) -> list[tuple[str, str]]:
    return [(each.name, "active" if each.is_active else "") for each in dialog.list.table.rows()]


def test_it_opens_on_the_active_one(opened: Opened, demo_desk: Desk) -> None:
    dialog = opened(demo_desk)
    assert rows(dialog) == [("Cautious", ""), ("My targets", "active")]
    assert dialog.selected is not None and dialog.selected.name == "My targets"
    assert dialog.form.name.text() == "My targets"
    assert (dialog.form.absolute.bps(), dialog.form.relative.bps()) == (500, 2500)
    assert not dialog.activate.isEnabled() and not dialog.save.isEnabled()


def test_another_one_is_made_active(opened: Opened, demo_desk: Desk) -> None:
    dialog = opened(demo_desk)
    dialog.list.select("cautious")
    dialog.activate.click()
    assert active(demo_desk).id == "cautious"
    assert rows(dialog) == [("Cautious", "active"), ("My targets", "")]
    assert dialog.selected is not None and dialog.selected.id == "cautious" and not dialog.activate.isEnabled()


def test_everything_that_is_edited_is_kept_together(qtbot: QtBot, opened: Opened, demo_desk: Desk) -> None:
    dialog = opened(demo_desk)
    dialog.form.name.selectAll()
    QTest.keyClicks(dialog.form.name, "Growth")
    dialog.form.absolute.selectAll()
    QTest.keyClicks(dialog.form.absolute, "3.5")
    QTest.keyClick(dialog.form.absolute, Qt.Key.Key_Return)
    dialog.list.select("cautious")
    assert dialog.form.name.text() == "Cautious" and dialog.form.absolute.bps() == 500
    dialog.form.method.setFocus()
    QTest.keyClick(dialog.form.method, Qt.Key.Key_Down)
    dialog.form.unfillable.setFocus()
    QTest.keyClick(dialog.form.unfillable, Qt.Key.Key_Down)
    assert dialog.reason.text() == "2 strategies changed"
    dialog.list.select("default_all_portfolio")
    assert dialog.form.name.text() == "Growth"
    assert active(demo_desk).name == "My targets"
    with qtbot.waitSignal(dialog.accepted):
        QTest.keyClick(dialog.form.name, Qt.Key.Key_Return, CTRL)
    kept = active(demo_desk)
    assert (kept.name, kept.absolute_band_bps, kept.relative_band_bps) == ("Growth", 350, 2500)
    cautious = demo_desk.targets.get("cautious")
    assert (cautious.fill_method, cautious.unfillable) == (FillMethod.LARGEST_GAP, Unfillable.KEEP_CASH)


def test_typing_a_band_and_saving_at_once_keeps_it(qtbot: QtBot, opened: Opened, demo_desk: Desk) -> None:
    dialog = opened(demo_desk)
    dialog.form.relative.setFocus()
    dialog.form.relative.selectAll()
    QTest.keyClicks(dialog.form.relative, "20")
    with qtbot.waitSignal(dialog.accepted):
        QTest.keyClick(dialog.form.relative, Qt.Key.Key_Return, CTRL)
    assert active(demo_desk).relative_band_bps == 2000


def test_a_refusal_stays_open_and_says_why(opened: Opened, demo_desk: Desk) -> None:
    dialog = opened(demo_desk)
    dialog.form.name.clear()
    QTest.keyClicks(dialog.form.name, " ")
    dialog.save.click()
    assert dialog.isVisible() and names(demo_desk) == ["Cautious", "My targets"]
    assert dialog.form.refusal == "A name for the strategy is missing. Write one."
    QTest.keyClicks(dialog.form.name, "Mine")
    assert dialog.form.refusal == ""
    dialog.save.click()
    assert not dialog.isVisible() and "Mine" in names(demo_desk)


def test_a_band_that_is_no_number_holds_the_save_back(opened: Opened, demo_desk: Desk) -> None:
    dialog = opened(demo_desk)
    QTest.keyClicks(dialog.form.name, "x")
    dialog.form.absolute.selectAll()
    QTest.keyClicks(dialog.form.absolute, "1,,2")
    assert not dialog.save.isEnabled()
    QTest.keyClick(dialog.form.absolute, Qt.Key.Key_Return, CTRL)
    assert dialog.isVisible() and dialog.refusal.isVisible()
    assert active(demo_desk).name == "My targets"


def test_a_duplicate_is_named_at_once_and_not_active(opened: Opened, demo_desk: Desk) -> None:
    dialog = opened(demo_desk)
    dialog.list.select("cautious")
    dialog.duplicate.click()
    assert names(demo_desk) == ["Cautious", "Copy of Cautious", "My targets"]
    assert active(demo_desk).name == "My targets"
    assert QApplication.focusWidget() is dialog.form.name and dialog.form.name.selectedText() == "Copy of Cautious"
    copy = next(each for each in demo_desk.targets.of(None) if each.name == "Copy of Cautious")
    assert copy.targets == demo_desk.targets.get("cautious").targets
    dialog.list.select("cautious")
    dialog.duplicate.click()
    assert "Copy of Cautious 2" in names(demo_desk)


def test_a_new_one_begins_empty_from_a_template_or_as_held(opened: Opened, demo_desk: Desk) -> None:
    dialog = opened(demo_desk)
    for _ in range(2):  # the entries of the first time are gone by the second
        dialog.new_menu.aboutToShow.emit()
    offered = [each.text() for each in dialog.new_menu.actions()]
    assert offered == ["Current weights", "60/40", "Three-fund", "All Weather", "Start empty"]
    dialog.new_menu.actions()[1].trigger()
    assert [t.target_bps for t in demo_desk.targets.of(None)[0].targets] in ([6000, 4000], [4000, 6000])
    dialog.new_menu.aboutToShow.emit()
    dialog.new_menu.actions()[-1].trigger()
    assert dialog.selected is not None and dialog.selected.name == "New strategy" and dialog.selected.targets == ()
    assert active(demo_desk).name == "My targets"


def test_the_first_one_of_an_account_is_active(opened: Opened, demo_desk: Desk) -> None:
    dialog = opened(demo_desk, "wallet")
    assert dialog.windowTitle() == "Strategies — Crypto wallet" and not dialog.form.isVisible()
    assert not dialog.remove.isEnabled() and not dialog.duplicate.isEnabled()
    dialog.new_menu.aboutToShow.emit()
    next(each for each in dialog.new_menu.actions() if each.text() == "Current weights").trigger()
    assert active(demo_desk, "wallet").targets and dialog.form.isVisible()


def test_a_removal_says_what_goes_and_who_follows(opened: Opened, demo_desk: Desk) -> None:
    dialog = opened(demo_desk)
    dialog.remove.click()
    box = dialog.findChildren(QMessageBox)[-1]
    assert box.informativeText() == (
        "5 class targets and 8 holding targets go with it. Holdings and accounts stay. "
        "“Cautious” becomes the active one."
    )
    answered(dialog, "Cancel")
    assert names(demo_desk) == ["Cautious", "My targets"]
    dialog.remove.click()
    answered(dialog, "Remove")
    assert rows(dialog) == [("Cautious", "active")]
    assert dialog.selected is not None and dialog.selected.id == "cautious"


def test_delete_on_the_list_asks_too(opened: Opened, demo_desk: Desk) -> None:
    dialog = opened(demo_desk)
    assert QApplication.focusWidget() is dialog.list
    QTest.keyClick(dialog.list, Qt.Key.Key_Delete)
    answered(dialog, "Remove")
    assert names(demo_desk) == ["Cautious"]


def test_what_is_edited_survives_other_changes(opened: Opened, demo_desk: Desk) -> None:
    dialog = opened(demo_desk)
    dialog.form.name.selectAll()
    QTest.keyClicks(dialog.form.name, "Growth")
    dialog.list.select("cautious")
    dialog.activate.click()
    dialog.save.click()
    assert demo_desk.targets.get("default_all_portfolio").name == "Growth"
    assert not demo_desk.targets.get("default_all_portfolio").is_active


def test_escape_asks_only_when_something_was_edited(qtbot: QtBot, opened: Opened, demo_desk: Desk) -> None:
    untouched = opened(demo_desk)
    QTest.keyClick(untouched, Qt.Key.Key_Escape)
    assert not untouched.isVisible()
    dialog = opened(demo_desk)
    QTest.keyClicks(dialog.form.name, "x")
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    with qtbot.waitSignal(dialog.rejected):
        answered(dialog, "Discard")
    assert active(demo_desk).name == "My targets"


def test_targets_of_a_new_file_have_the_name_that_the_window_gives_them(opened: Opened, demo_desk: Desk) -> None:
    demo_desk.targets.change(replace(active(demo_desk), name=ALL_PORTFOLIO_NAME))
    dialog = opened(demo_desk)
    dialog.remove.click()
    box = dialog.findChildren(QMessageBox)[-1]
    assert box.text() == "Remove “My targets”?"
    answered(dialog, "Cancel")
    dialog.duplicate.click()
    assert names(demo_desk) == ["All Portfolio", "Cautious", "Copy of My targets"]
