"""Going back to a version: seen before it is kept, warnings accepted, and nothing lost when others change something."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cli import forked
from wealthdesk.domain.reallocation import Header, LineKey, SetAmount, Source, What
from wealthdesk.domain.targets import ClassTarget
from wealthdesk.gui.history.page import HistoryPage
from wealthdesk.gui.history.revert_dialog import RevertDialog
from wealthdesk.gui.page import Bus
from wealthdesk.services.desk import Clock, Desk, open_desk

ALL = Header(What.TARGETS, "default_all_portfolio")
CTRL = Qt.KeyboardModifier.ControlModifier
Opened = Callable[[int], RevertDialog]


@pytest.fixture
def page(qtbot: QtBot, bus: Bus, demo_desk: Desk) -> HistoryPage:
    made = HistoryPage(demo_desk, bus)
    qtbot.addWidget(made)
    made.resize(1096, 800)
    made.show()
    return made


@pytest.fixture
def opened(page: HistoryPage) -> Iterator[Opened]:
    """Opens the dialog for a version with the button of the page."""

    def made(number: int) -> RevertDialog:
        page.table.select(number)
        page.panel.revert.click()
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, RevertDialog)
        return dialog

    yield made
    left = QApplication.activeModalWidget()
    if isinstance(left, RevertDialog):
        left.done(0)


def amounts(desk: Desk, header: Header = ALL) -> dict[LineKey, int]:
    return {line.key: line.amount for line in desk.reallocations.state(header).lines}


def amounts_at(desk: Desk, version: int) -> dict[LineKey, int]:
    return {key: line.amount for key, line in desk.reallocations.lines_at(ALL, version).lines.items()}


def move(desk: Desk, equity: int, cash: int) -> None:
    """Somebody else's change of the two classes."""
    state = desk.reallocations.state(ALL)
    changes = (SetAmount(LineKey("equity"), equity), SetAmount(LineKey("cash"), cash))
    preview = desk.reallocations.preview(ALL, state.version, changes)
    codes = [each.code for each in preview.warnings]
    desk.reallocations.commit(ALL, state.version, changes, preview.token, accepted=codes)


def test_a_version_comes_back_by_keyboard_alone(
    page: HistoryPage, opened: Opened, demo_desk: Desk, qtbot: QtBot
) -> None:
    dialog = opened(3)
    wanted = amounts_at(demo_desk, 3)
    assert "Saves the targets of version 3 as version 7" in dialog._subtitle.text()
    assert dialog.save.text() == "&Save as version 7" and dialog.save.isEnabled()
    assert dialog.pane.reason == "Back to version 3"
    assert not dialog.left_out.isVisible() and not dialog.notice.isVisible()

    dialog.activateWindow()
    qtbot.waitUntil(lambda: dialog.isActiveWindow() and dialog.pane.reason_field.hasFocus())
    QTest.keyClick(dialog.pane.reason_field, Qt.Key.Key_Return, CTRL)

    qtbot.waitUntil(lambda: not dialog.isVisible())
    assert amounts(demo_desk) == wanted
    newest = demo_desk.reallocations.history(ALL)[0]
    assert (newest.version, newest.source, newest.reason) == (7, Source.REVERT, "Back to version 3")
    assert page.past is not None and page.past.number_of(newest.reverts_id) == 3
    assert page.shown is not None and page.shown.number == 7
    assert [row.number for row in page.table.table.rows()] == [7, 6, 5, 4, 3, 2]


def test_leaving_keeps_nothing(opened: Opened, demo_desk: Desk) -> None:
    dialog = opened(3)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible() and demo_desk.reallocations.state(ALL).version == 6


def test_its_warnings_are_accepted_before_it_is_kept(opened: Opened, demo_desk: Desk) -> None:
    dialog = opened(5)
    assert dialog._why_not.words == "Accept 1 warning to save" and not dialog.save.isEnabled()

    dialog.accept()
    assert dialog.isVisible() and demo_desk.reallocations.state(ALL).version == 6
    dialog.pane.findings.accept_all()
    assert dialog.save.isEnabled()
    dialog.save.click()

    assert not dialog.isVisible()
    assert demo_desk.reallocations.history(ALL)[0].accepted == ("VTI would be 32.5% of the total, above 30%.",)


def test_a_reason_of_ones_own_is_kept(opened: Opened, demo_desk: Desk) -> None:
    dialog = opened(3)
    dialog.pane.set_reason("It was calmer then")
    dialog.save.click()
    assert demo_desk.reallocations.history(ALL)[0].reason == "It was calmer then"


def test_the_version_that_is_as_it_is_now_cannot_come_back(opened: Opened, demo_desk: Desk, page: HistoryPage) -> None:
    opened(3).save.click()
    dialog = opened(3)
    assert not dialog.save.isEnabled()
    assert dialog._why_not.words == "Version 3 is the same as what is kept now"


def test_a_change_elsewhere_is_told_at_once_and_the_preview_is_of_now(opened: Opened, demo_desk: Desk) -> None:
    dialog = opened(3)
    dialog.pane.set_reason("Calmer")

    move(demo_desk, 5000, 1500)

    assert dialog.notice.isVisible() and dialog.notice.title == "These targets changed elsewhere"
    assert "version 7" in dialog.notice.text and dialog.save.text() == "&Save as version 8"
    assert dialog.pane.reason == "Calmer"
    dialog.save.click()
    assert not dialog.isVisible()
    assert amounts(demo_desk) == amounts_at(demo_desk, 3) and demo_desk.reallocations.state(ALL).version == 8


def test_a_version_made_by_another_process_is_not_overwritten_unseen(
    opened: Opened, demo_desk: Desk, clock: Clock
) -> None:
    dialog = opened(3)
    dialog.pane.set_reason("Calmer")
    with open_desk(demo_desk.path, clock) as other:
        move(other, 5000, 1500)

    dialog.save.click()

    assert dialog.isVisible() and dialog.notice.isVisible() and dialog.notice.title == "Not saved"
    assert "version 7" in dialog.notice.text
    assert amounts(demo_desk)[LineKey("equity")] == 5000, "what the other made stands"
    assert dialog.pane.reason == "Calmer" and dialog.save.text() == "&Save as version 8"
    dialog.pane.findings.accept_all()
    dialog.save.click()
    assert not dialog.isVisible() and amounts(demo_desk) == amounts_at(demo_desk, 3)
    assert demo_desk.reallocations.statistics(30).conflicts == 1


def test_the_page_tells_how_many_attempts_met_a_newer_version(
    opened: Opened, page: HistoryPage, demo_desk: Desk, clock: Clock
) -> None:
    dialog = opened(3)
    with open_desk(demo_desk.path, clock) as other:
        move(other, 5000, 1500)
    dialog.save.click()
    dialog.done(0)
    page.refresh()
    assert "1 of 4 attempts met a newer version (25.0%)" in page._activity.text()


def test_a_command_that_commits_meanwhile_wins(opened: Opened, demo_desk: Desk, tmp_path: Path) -> None:
    made = demo_desk.funds.add("North", "USD")
    company = demo_desk.funds.add_company(made.id, "Aurora", planned_minor=2_000_000_00, external_id="7")
    request = tmp_path / "changes.json"
    allocations = [{"company_id": 7, "planned_reserves_cents": 3_000_000_00}]
    request.write_text(json.dumps({"current_version": 2, "proposed_allocations": allocations, "reason": "Bridge"}))
    dialog = RevertDialog(demo_desk, made.header, 1, Bus(), {})
    dialog.open()
    assert dialog.save.isEnabled() or dialog.pane.findings.to_accept

    command = ["reallocate", "commit", "--file", demo_desk.path, "--fund", "North", "--accept-warnings", request]
    done = forked.run(command)
    assert done.returncode == 0, done.stderr
    dialog.pane.findings.accept_all()
    dialog.save.click()

    assert dialog.isVisible() and dialog.notice.title == "Not saved"
    assert amounts(demo_desk, made.header) == {company.key: 3_000_000_00}
    dialog.done(0)


def test_what_was_removed_since_is_named_before_and_the_rest_is_scaled(opened: Opened, demo_desk: Desk) -> None:
    gold = demo_desk.classes.add("Gold", "#D0A215")
    shares = (ClassTarget("equity", 6000), ClassTarget("fixed_income", 3000), ClassTarget(gold.id, 1000))
    demo_desk.targets.save(ALL.id, 6, shares)
    demo_desk.classes.remove(gold.id)
    dialog = opened(7)

    assert dialog.left_out.isVisible()
    assert dialog.left_out.title == "Gold (10.0%) cannot come back"
    assert "scaled up to 100%" in dialog.left_out.text
    assert dialog._why_not.words == "Version 7 is the same as what is kept now"
    dialog.done(0)
    demo_desk.targets.save(ALL.id, 8, (ClassTarget("equity", 5000), ClassTarget("fixed_income", 5000)))
    dialog = opened(7)
    dialog.pane.findings.accept_all()
    dialog.save.click()

    assert not dialog.isVisible()
    assert amounts(demo_desk) == {LineKey("equity"): 6667, LineKey("fixed_income"): 3333}


def test_nothing_can_come_back_where_the_strategy_is_removed_meanwhile(opened: Opened, demo_desk: Desk) -> None:
    dialog = opened(3)
    demo_desk.targets.remove(ALL.id)

    assert dialog.notice.isVisible() and dialog.notice.title == "There is nothing to go back to"
    assert not dialog.save.isEnabled() and dialog.isVisible()


def test_reserves_come_back_with_their_caps_and_want_a_reason(
    page: HistoryPage, opened: Opened, demo_desk: Desk
) -> None:
    made = demo_desk.funds.add("North", "USD")
    aurora = demo_desk.funds.add_company(made.id, "Aurora", planned_minor=2_000_000_00, cap_minor=3_000_000_00)
    preview = demo_desk.reallocations.preview(made.header, 2, [SetAmount(aurora.key, 2_500_000_00)])
    codes = [each.code for each in preview.warnings]
    demo_desk.reallocations.commit(made.header, 2, preview.changes, preview.token, reason="Bridge", accepted=codes)
    page.choose_subject(f"reserves:{made.id}")
    dialog = opened(2)
    dialog.pane.findings.accept_all()
    dialog.pane.set_reason("")
    assert dialog._why_not.words == "Give a reason to save" and not dialog.save.isEnabled()
    dialog.pane.set_reason("Back to plan")
    dialog.save.click()

    state = demo_desk.reallocations.state(made.header)
    assert [(line.amount, line.cap) for line in state.lines] == [(2_000_000_00, 3_000_000_00)]
    assert state.version == 4


def test_every_version_can_come_back_one_after_the_other(opened: Opened, demo_desk: Desk) -> None:
    for number in (2, 5, 4, 3):
        dialog = opened(number)
        dialog.pane.findings.accept_all()
        dialog.save.click()
        assert not dialog.isVisible(), dialog._why_not.words
        assert amounts(demo_desk) == amounts_at(demo_desk, number)


def test_a_strategy_with_one_version_has_nothing_to_go_back_to(page: HistoryPage, demo_desk: Desk) -> None:
    demo_desk.targets.add(None, "Bold", (ClassTarget("equity", 10_000),))
    page.choose_subject(next(key for key, each in page._subjects.items() if each.name == "Bold"))
    assert not page.panel.revert.isVisible() and not page.panel.compare.isEnabled()
