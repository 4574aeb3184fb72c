"""Reserves that change elsewhere while they are edited: another process, the merge, and what survives it."""

import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cli import forked
from wealthdesk.domain.reallocation import LineKey, SetAmount
from wealthdesk.domain.reallocation_merge import Whose
from wealthdesk.gui.page import Bus
from wealthdesk.gui.reallocation.conflict_dialog import ConflictDialog
from wealthdesk.gui.reserves.page import ReservesPage
from wealthdesk.services.desk import Clock, Desk, open_desk

LUMEN, TIDEWATER, MARRAM, KILNWORK = (LineKey(each) for each in ("lumen", "tidewater", "marram", "kilnwork"))


@pytest.fixture
def page(qtbot: QtBot, demo_desk: Desk, bus: Bus) -> ReservesPage:
    made = ReservesPage(demo_desk, bus)
    qtbot.addWidget(made)
    made.resize(1100, 832)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    return made


def by_another_process(desk: Desk, version: int, **minor: int) -> None:
    """Another process commits amounts of the demo fund from the command line; the watch of this one then looks."""
    lines = [{"company_id": key, "planned_reserves_cents": each} for key, each in minor.items()]
    request = desk.path.parent / "changes.json"
    request.write_text(json.dumps({"current_version": version, "proposed_allocations": lines, "reason": "By Sam"}))
    command = ["reallocate", "commit", "--file", desk.path, "--fund", "Alder Syndicate", "--accept-warnings", request]
    done = forked.run(command)
    assert done.returncode == 0, done.stdout + done.stderr


def planned(page: ReservesPage) -> dict[LineKey, int]:
    return {row.key: row.planned for row in page.view.rows}


def propose(page: ReservesPage, **minor: int) -> None:
    page.take(SetAmount(LineKey(key), each) for key, each in minor.items())
    page.panel.set_reason("Mine")


def test_edits_of_other_companies_are_carried_over(page: ReservesPage, demo_desk: Desk) -> None:
    propose(page, lumen=4_400_000, kilnwork=1_500_000)
    by_another_process(demo_desk, 2, **{"A-02": 3_000_000})
    assert demo_desk.reread_if_changed_elsewhere()
    assert page.view.notice.title == "Version 3 was saved meanwhile. Your 2 edits stay, now on it."
    assert (planned(page)[LUMEN], planned(page)[TIDEWATER]) == (4_400_000, 3_000_000)
    assert page.view.conflict.isHidden() and page.panel.reason == "Mine"
    page.panel.findings.accept_all()
    page.panel.commit.click()
    fund = demo_desk.funds.named("Alder Syndicate")
    assert fund.version == 4
    assert {each.id: each.planned_minor for each in fund.companies if each.id in ("lumen", "tidewater")} == {
        "lumen": 4_400_000,
        "tidewater": 3_000_000,
    }


def test_a_company_that_both_changed_is_said_at_once_and_merged(page: ReservesPage, demo_desk: Desk) -> None:
    propose(page, lumen=4_400_000, kilnwork=1_500_000)
    by_another_process(demo_desk, 2, **{"A-01": 4_000_000, "A-06": 800_000})
    assert demo_desk.reread_if_changed_elsewhere()
    view = page.view
    assert view.conflict.isVisible() and view.conflict.text == (
        "Version 3 was saved meanwhile, and Lumen Ceramics was changed on both sides."
    )
    page.panel.findings.accept_all()
    assert not page.panel.commit.isEnabled() and page.panel.hint.text() == "Merge to commit."
    assert planned(page)[LUMEN] == 4_400_000, "what was edited is still there"
    view.conflict.button.click()
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, ConflictDialog)
    dialog.choose(LUMEN, Whose.MINE)
    dialog.findings.accept_all()
    assert dialog.reason.text() == "Mine"
    dialog.save.click()
    fund = demo_desk.funds.named("Alder Syndicate")
    assert fund.version == 4
    now = {each.key: each.planned_minor for each in fund.companies}
    assert (now[LUMEN], now[KILNWORK], now[MARRAM]) == (4_400_000, 1_500_000, 800_000)
    assert view.conflict.isHidden() and not page.draft.is_changed
    assert view.notice.title == "Version 4 is kept" and page.panel.reason == ""


def test_back_from_the_merge_the_choices_are_edited_further(page: ReservesPage, demo_desk: Desk) -> None:
    propose(page, lumen=4_400_000, kilnwork=1_500_000)
    by_another_process(demo_desk, 2, **{"A-01": 4_000_000})
    demo_desk.reread_if_changed_elsewhere()
    page.view.conflict.button.click()
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, ConflictDialog)
    dialog.choose(LUMEN, Whose.THEIRS)
    dialog.back.click()
    assert page.view.conflict.isHidden() and page.draft.state.version == 3
    assert page.draft.changes == (SetAmount(KILNWORK, 1_500_000),)
    assert planned(page)[LUMEN] == 4_000_000


def test_a_commit_before_anybody_looked_changes_nothing(page: ReservesPage, demo_desk: Desk, clock: Clock) -> None:
    """As between two looks of the watch: the file itself refuses."""
    propose(page, kilnwork=1_500_000)
    page.panel.findings.accept_all()
    assert page.panel.can_commit
    by_another_process(demo_desk, 2, **{"A-05": 1_300_000})
    page.panel.commit.click()
    assert demo_desk.funds.named("Alder Syndicate").version == 3
    assert page.view.notice.title == "Nothing was kept" and page.view.conflict.isVisible()
    assert planned(page)[KILNWORK] == 1_500_000 and page.panel.reason == "Mine"
    with open_desk(demo_desk.path, clock) as other:
        attempts = other.reallocations.statistics(30)
    assert attempts.conflicts == 1


def test_what_is_being_typed_is_not_taken_away(page: ReservesPage, demo_desk: Desk, qtbot: QtBot) -> None:
    assert page.view.table.edit_amount(KILNWORK)
    editor = page.view.table.editor
    assert editor is not None
    editor.selectAll()
    QTest.keyClicks(editor, "150")
    demo_desk.funds.add_company("alder", "Orchard", planned_minor=100)
    assert page.view.table.editor is editor and editor.text() == "150"
    QTest.keyClicks(editor, "00")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(page.view.rows) == 8)
    assert planned(page)[KILNWORK] == 1_500_000 and page.draft.state.version == 3


def test_a_company_removed_elsewhere_is_a_conflict_of_its_edits(page: ReservesPage, demo_desk: Desk) -> None:
    propose(page, kilnwork=1_500_000)
    demo_desk.funds.remove_company("alder", "kilnwork")
    assert page.view.conflict.isVisible()
    page.panel.discard.click()
    assert page.view.conflict.isHidden() and KILNWORK not in planned(page)


def test_taking_back_what_clashes_ends_the_conflict(page: ReservesPage, demo_desk: Desk) -> None:
    propose(page, kilnwork=1_500_000, lumen=4_400_000)
    by_another_process(demo_desk, 2, **{"A-01": 4_000_000})
    demo_desk.reread_if_changed_elsewhere()
    assert page.view.conflict.isVisible()
    page.take([SetAmount(LUMEN, 4_350_000)])
    assert page.view.conflict.isHidden() and page.draft.state.version == 3
    assert (planned(page)[LUMEN], planned(page)[KILNWORK]) == (4_000_000, 1_500_000)


def test_own_additions_keep_the_edits(page: ReservesPage, demo_desk: Desk) -> None:
    propose(page, lumen=4_400_000)
    demo_desk.funds.add_company("alder", "Orchard", planned_minor=100)
    assert planned(page)[LUMEN] == 4_400_000 and len(planned(page)) == 8
    assert page.view.notice.title == "Version 3 was saved meanwhile. Your edit stays, now on it."
