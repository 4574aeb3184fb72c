"""The import of companies: into a fund or a new one, what it would change, problems with their place, keeping it."""

from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from wealthdesk.domain.reallocation import LineKey, SetAmount, Source
from wealthdesk.domain.reserves import Fund
from wealthdesk.gui.page import Bus
from wealthdesk.gui.reserves.import_dialog import ImportDialog
from wealthdesk.services.desk import Desk

HEADER = "id,name,planned_reserves,allocation_cap,deployed\n"
GOOD = HEADER + "A-01,Lumen Ceramics,44000,50000,18000\nA-02,Tidewater Sensors,26500,,12500\nA-08,Orchard,4000,6000,\n"
BAD = HEADER + 'A-01,Lumen Ceramics,44x,50000,0\nA-08,Orchard,9000,6000,0\nA-09,"Orchard",1,,\n'


@pytest.fixture
def fund(demo_desk: Desk) -> Fund:
    return demo_desk.funds.named("Alder Syndicate")


def begun(
    qtbot: QtBot, desk: Desk, tmp_path: Path, contents: str, fund: Fund | None = None, bus: Bus | None = None
) -> ImportDialog:
    path = tmp_path / "follow-ons.csv"
    path.write_text(contents, encoding="utf-8")
    dialog = ImportDialog(desk, path, fund, bus=bus)
    qtbot.addWidget(dialog)
    dialog.open()
    qtbot.waitUntil(lambda: dialog.told is not None or bool(dialog.found))
    return dialog


def test_a_file_shows_what_it_would_change_and_keeps_it(
    qtbot: QtBot, demo_desk: Desk, tmp_path: Path, fund: Fund
) -> None:
    dialog = begun(qtbot, demo_desk, tmp_path, GOOD, fund)
    assert dialog._counts.text() == "1 new, 2 changed · 5 others not in the file"
    assert {each.name for each in dialog.pane.preview.changes} == {
        "Lumen Ceramics",
        "Cap of Tidewater Sensors",
        "Orchard",
        "Cap of Orchard",
    }
    assert not dialog.primary.isEnabled() and dialog._hint.text() == "Accept 1 warning to import"
    assert demo_desk.funds.get(fund.id) == fund, "nothing is kept by looking"
    dialog.pane.findings.accept_all()
    dialog.pane.set_reason("Third close")
    with qtbot.waitSignal(dialog.saved):
        dialog.primary.click()
    now = demo_desk.funds.get(fund.id)
    orchard = next(each for each in now.companies if each.name == "Orchard")
    assert (orchard.planned_minor, orchard.cap_minor, orchard.external_id) == (400_000, 600_000, "A-08")
    newest = demo_desk.reallocations.history(fund.header)[0]
    assert (newest.version, newest.source, newest.reason) == (3, Source.IMPORT, "Third close")
    assert not dialog.isVisible()


def test_problems_are_told_with_line_and_column_and_nothing_is_kept(
    qtbot: QtBot, demo_desk: Desk, tmp_path: Path, fund: Fund
) -> None:
    dialog = begun(qtbot, demo_desk, tmp_path, BAD, fund)
    assert [(each.line, each.column) for each in dialog.found][:2] == [(2, "planned_reserves"), (3, "planned_reserves")]
    assert all(each.what and each.fix for each in dialog.found)
    assert dialog.problems.isVisible() and not dialog.companies.isVisible() and not dialog.pane.isVisible()
    assert not dialog.primary.isEnabled() and dialog._hint.text() == "Correct the file and choose it again"
    dialog.accept()
    assert dialog.isVisible() and demo_desk.funds.get(fund.id) == fund


def test_a_file_that_cannot_be_read_is_a_problem_too(qtbot: QtBot, demo_desk: Desk, tmp_path: Path) -> None:
    dialog = ImportDialog(demo_desk, tmp_path / "missing.csv")
    qtbot.addWidget(dialog)
    dialog.open()
    qtbot.waitUntil(lambda: bool(dialog.found))
    assert "cannot be read" in dialog.found[0].what


def test_a_new_fund_is_named_and_made_with_its_companies(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    dialog = begun(qtbot, desk, tmp_path, GOOD)
    assert dialog.fund.name.isVisible() and dialog._hint.text() == "Name the new fund to import"
    dialog.fund.name.setFocus()
    dialog.fund.name.setText("Birch")
    dialog.fund.name.textEdited.emit("Birch")
    assert dialog._hint.text() == "", "three companies cannot be without one above the line"
    with qtbot.waitSignal(dialog.saved) as saved:
        dialog.primary.click()
    (made,) = saved.args
    assert made == desk.funds.named("Birch") and made.planned_minor == 7_450_000
    assert desk.reallocations.history(made.header)[-1].reason == "Imported from follow-ons.csv"


def test_a_size_that_cannot_be_read_and_a_name_that_is_taken_are_not_passed_over(
    qtbot: QtBot, demo_desk: Desk, tmp_path: Path, fund: Fund
) -> None:
    dialog = begun(qtbot, demo_desk, tmp_path, GOOD)
    for typed, why in ((fund.name.upper(), "There is a fund of this name"), ("Birch", "")):
        dialog.fund.name.setText(typed)
        dialog.fund.name.textEdited.emit(typed)
        assert dialog._hint.text().startswith(why) and dialog.primary.isEnabled() == (not why)
    dialog.fund.size_edit.field.clear()
    QTest.keyClicks(dialog.fund.size_edit.field, "5 mio")
    assert dialog._hint.text() == "Correct the size of the fund to import" and not dialog.primary.isEnabled()


def test_another_currency_reads_the_amounts_again(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    dialog = begun(qtbot, desk, tmp_path, GOOD)
    dialog.fund.currency.setEditText("JPY")
    qtbot.waitUntil(lambda: dialog.told is not None and dialog.told.fund.currency == "JPY")
    assert dialog.told is not None and dialog.told.companies[0].planned_minor == 44_000


def test_a_file_that_changes_nothing_says_so(qtbot: QtBot, demo_desk: Desk, tmp_path: Path, fund: Fund) -> None:
    same = HEADER + "A-05,Kilnwork,14000,,2500\n"
    dialog = begun(qtbot, demo_desk, tmp_path, same, fund)
    assert dialog._counts.text() == "1 as it is · 6 others not in the file"
    assert dialog._hint.text() == "Every company is in the fund as it is in the file"


def test_only_what_is_deployed_changes_without_a_version(
    qtbot: QtBot, demo_desk: Desk, tmp_path: Path, fund: Fund
) -> None:
    dialog = begun(qtbot, demo_desk, tmp_path, HEADER + "A-05,Kilnwork,14000,,4000\n", fund)
    dialog.pane.findings.accept_all()
    with qtbot.waitSignal(dialog.saved):
        dialog.primary.click()
    now = demo_desk.funds.get(fund.id)
    company = now.company_of(LineKey("kilnwork"))
    assert company is not None and company.deployed_minor == 400_000 and now.version == fund.version


def test_a_fund_that_changed_meanwhile_is_compared_again(
    qtbot: QtBot, demo_desk: Desk, tmp_path: Path, fund: Fund, bus: Bus
) -> None:
    dialog = begun(qtbot, demo_desk, tmp_path, GOOD, fund, bus)
    change(demo_desk, fund, 4_400_000)
    qtbot.waitUntil(lambda: dialog.told is not None and dialog.told.fund.version == 3)
    assert dialog._counts.text() == "1 new, 1 changed, 1 as it is · 5 others not in the file"


def test_what_was_not_seen_is_not_kept(qtbot: QtBot, demo_desk: Desk, tmp_path: Path, fund: Fund) -> None:
    """Without a bus, as between two looks of the watch at the file."""
    dialog = begun(qtbot, demo_desk, tmp_path, GOOD, fund)
    dialog.pane.findings.accept_all()
    change(demo_desk, fund, 4_400_000)
    dialog.primary.click()
    qtbot.waitUntil(dialog.refusal.isVisible)
    assert "version 3" in dialog.refusal.text and dialog.isVisible()
    assert demo_desk.funds.get(fund.id).version == 3
    assert dialog.told is not None and dialog.told.fund.version == 3, "what is shown is of now"
    dialog.pane.findings.accept_all()
    with qtbot.waitSignal(dialog.saved):
        dialog.primary.click()
    assert demo_desk.funds.get(fund.id).version == 4


def change(desk: Desk, fund: Fund, lumen: int) -> None:
    changes = [SetAmount(LineKey("lumen"), lumen)]
    preview = desk.reallocations.preview(fund.header, fund.version, changes)
    accepted = [each.code for each in preview.warnings]
    desk.reallocations.commit(fund.header, fund.version, changes, preview.token, reason="Meanwhile", accepted=accepted)
