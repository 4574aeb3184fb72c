"""The merge after a conflict, between real processes: said at once, chosen line by line, kept as the next version."""

import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from cli import forked
from wealthdesk.domain.edited_lines import CLASSES
from wealthdesk.domain.reallocation import Change, Header, Limits, LineKey, SetAmount, SetCap, Source
from wealthdesk.domain.reallocation_merge import Whose
from wealthdesk.domain.targets import header_of
from wealthdesk.gui.allocation.targets.target_dialog import TargetDialog
from wealthdesk.gui.page import Bus
from wealthdesk.gui.reallocation.conflict_dialog import ConflictDialog, Unsaved
from wealthdesk.gui.theme import Tone
from wealthdesk.services.desk import Desk

CTRL = Qt.KeyboardModifier.ControlModifier
EQUITY, BONDS, CASH, ESTATE, CRYPTO = (
    LineKey(each) for each in ("equity", "fixed_income", "cash", "real_estate", "crypto")
)
ALL = header_of("default_all_portfolio")


def by_another_process(desk: Desk, version: int, **bps: int) -> None:
    """Another process commits class targets of the portfolio's strategy from the command line."""
    name = desk.targets.get(ALL.id).name
    lines = [{"asset_class": key, "target_bps": each} for key, each in bps.items()]
    request = desk.path.parent / "changes.json"
    request.write_text(json.dumps({"current_version": version, "proposed_allocations": lines, "user_id": "Jon"}))
    command = ["reallocate", "commit", "--file", desk.path, "--strategy", name, "--accept-warnings", request]
    done = forked.run(command)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def editor(qtbot: QtBot, demo_desk: Desk, bus: Bus) -> TargetDialog:
    """The target editor of All Portfolio, open."""
    made = TargetDialog(demo_desk, demo_desk.allocations.of(None), bus=bus)
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.open()
    return made


def typed(editor: TargetDialog, key: LineKey, words: str) -> None:
    spin = editor.classes.row(key.id).spin
    spin.setFocus()
    spin.selectAll()
    QTest.keyClicks(spin, words)
    QTest.keyClick(spin, Qt.Key.Key_Return)


def merged(qtbot: QtBot, editor: TargetDialog) -> ConflictDialog:
    """The merge, opened from the banner."""
    editor.elsewhere.button.click()
    made = editor.conflict
    assert made is not None
    with qtbot.waitActive(made):
        made.activateWindow()
    return made


def bps(desk: Desk) -> dict[str, int]:
    return {each.asset_class_id: each.target_bps for each in desk.targets.get(ALL.id).targets}


def focused() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def edited(editor: TargetDialog, qtbot: QtBot) -> int:
    """Equity to 55, fixed income to 30, the others as they were; returns the version that is edited."""
    version = editor._strategy.version
    for key in ("cash", "real_estate", "crypto"):
        editor.classes.row(key).lock.click()
    typed(editor, EQUITY, "55")
    qtbot.waitUntil(lambda: not editor.is_stale)
    return version


def test_the_editor_says_at_once_that_another_process_saved(
    qtbot: QtBot, editor: TargetDialog, demo_desk: Desk
) -> None:
    version = edited(editor, qtbot)
    assert editor.save.isEnabled() and not editor.elsewhere.isVisible()
    by_another_process(demo_desk, version, equity=5800, real_estate=700)
    assert demo_desk.reread_if_changed_elsewhere(), "as the window asks every second"
    assert editor.elsewhere.isVisible() and editor.elsewhere.title == "These targets changed elsewhere"
    assert editor.elsewhere.text.startswith(f"Version {version + 1} by Jon") and "still here" in editor.elsewhere.text
    assert not editor.save.isEnabled() and editor.reason.text() == f"Merge with version {version + 1} to save"
    QTest.keyClick(editor, Qt.Key.Key_Return, CTRL)
    assert editor.isVisible() and bps(demo_desk)["equity"] == 5800


def test_a_save_before_anybody_noticed_changes_nothing_and_offers_the_merge(
    qtbot: QtBot, editor: TargetDialog, demo_desk: Desk
) -> None:
    version = edited(editor, qtbot)
    by_another_process(demo_desk, version, equity=5800, real_estate=700)
    editor.save.click()
    assert editor.isVisible() and editor.elsewhere.isVisible() and not editor.save.isEnabled()
    assert bps(demo_desk)["equity"] == 5800 and demo_desk.targets.get(ALL.id).version == version + 1
    assert editor.draft.line(LineKey("equity")).amount == 5500  # type: ignore[union-attr]


def test_a_merge_is_chosen_by_keys_and_saved_as_the_next_version(
    qtbot: QtBot, editor: TargetDialog, demo_desk: Desk
) -> None:
    version = edited(editor, qtbot)
    editor.pane.set_reason("Less equity")
    by_another_process(demo_desk, version, equity=5800, real_estate=700)
    demo_desk.reread_if_changed_elsewhere()
    dialog = merged(qtbot, editor)
    assert [each.key for each in dialog.choices] == [EQUITY, BONDS, ESTATE]
    assert [each.changed_by for each in dialog.choices] == [None, Whose.MINE, Whose.THEIRS]
    assert [row.choice() for row in dialog.lines.rows] == [None, 0, 1]
    assert not dialog.save.isEnabled() and dialog.banner.title == "Choose for 1 line"
    assert dialog.save.text() == f"&Save as version {version + 2}"
    qtbot.waitUntil(lambda: focused() is dialog.lines.rows[0].mine)
    QTest.keyClick(focused(), Qt.Key.Key_Right)
    assert dialog.lines.rows[0].choice() == 1 and focused() is dialog.lines.rows[0].theirs
    QTest.keyClick(focused(), Qt.Key.Key_Left)
    assert dialog.lines.rows[0].choice() == 0 and dialog.banner.title == "Over-allocated by 2.0%"
    assert dialog.banner.tone is Tone.WARNING and not dialog.save.isEnabled()
    QTest.keyClick(focused(), Qt.Key.Key_Down)
    QTest.keyClick(focused(), Qt.Key.Key_Down)
    assert focused() is dialog.lines.rows[2].theirs
    QTest.keyClick(focused(), Qt.Key.Key_Left)
    assert dialog.banner.title == "Fully allocated" and "3 mine, 0 theirs" in dialog.banner.text
    dialog.findings.accept_all()
    with qtbot.waitSignal(editor.accepted):
        QTest.keyClick(dialog, Qt.Key.Key_Return, CTRL)
    kept = demo_desk.targets.get(ALL.id)
    assert kept.version == version + 2
    assert (bps(demo_desk)["equity"], bps(demo_desk)["real_estate"]) == (5500, 500)
    assert {each.asset_class_id for each in kept.targets if each.is_locked} == {"cash", "real_estate", "crypto"}
    newest = demo_desk.reallocations.history(ALL)[0]
    assert newest.reason == "Less equity" and newest.baseline_version == version + 1


def test_all_mine_and_all_theirs(qtbot: QtBot, editor: TargetDialog, demo_desk: Desk) -> None:
    version = edited(editor, qtbot)
    by_another_process(demo_desk, version, equity=5800, real_estate=700)
    demo_desk.reread_if_changed_elsewhere()
    dialog = merged(qtbot, editor)
    dialog.all_theirs.click()
    assert dialog.preview.changes == () and not dialog.save.isEnabled()
    assert dialog.banner.title == f"This is version {version + 1} as it is"
    dialog.all_mine.click()
    assert {each.key for each in dialog.preview.changed} == {EQUITY, BONDS, ESTATE}
    assert dialog.preview.lines[EQUITY].amount == 5500 and dialog.preview.lines[ESTATE].amount == 500


def test_back_to_editing_takes_the_choices_to_the_version_of_now(
    qtbot: QtBot, editor: TargetDialog, demo_desk: Desk
) -> None:
    version = edited(editor, qtbot)
    by_another_process(demo_desk, version, equity=5800, real_estate=700)
    demo_desk.reread_if_changed_elsewhere()
    dialog = merged(qtbot, editor)
    dialog.reason.setText("After a talk")
    dialog.back.click()
    assert not dialog.isVisible() and editor.isVisible() and not editor.elsewhere.isVisible()
    lines = {line.key.id: line.amount for line in editor.draft.lines(CLASSES)}
    assert (lines["equity"], lines["real_estate"]) == (5500, 700)
    assert editor.total.title == "102.00%, 2.00 too much" and editor.pane.reason == "After a talk"
    assert editor.reset.text() == f"&Reset to version {version + 1}"
    editor.total.button.click()
    qtbot.waitUntil(lambda: not editor.is_stale)
    editor.pane.findings.accept_all()
    editor.save.click()
    assert not editor.isVisible() and demo_desk.targets.get(ALL.id).version == version + 2


def test_escape_leaves_the_merge_and_keeps_the_edits(qtbot: QtBot, editor: TargetDialog, demo_desk: Desk) -> None:
    version = edited(editor, qtbot)
    by_another_process(demo_desk, version, equity=5800, real_estate=700)
    demo_desk.reread_if_changed_elsewhere()
    dialog = merged(qtbot, editor)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert editor.isVisible() and editor.elsewhere.isVisible() and not editor.save.isEnabled()
    assert {line.key.id: line.amount for line in editor.draft.lines(CLASSES)}["equity"] == 5500


def test_a_third_version_during_the_merge_is_read_and_choices_stay(
    qtbot: QtBot, editor: TargetDialog, demo_desk: Desk
) -> None:
    version = edited(editor, qtbot)
    by_another_process(demo_desk, version, equity=5800, real_estate=700)
    demo_desk.reread_if_changed_elsewhere()
    dialog = merged(qtbot, editor)
    dialog.choose(EQUITY, Whose.MINE)
    by_another_process(demo_desk, version + 1, real_estate=500, crypto=700)
    demo_desk.reread_if_changed_elsewhere()
    assert dialog.save.text() == f"&Save as version {version + 3}"
    assert [each.key for each in dialog.choices] == [EQUITY, BONDS, CRYPTO]
    assert dialog.lines.rows[0].choice() == 0
    dialog.choose(CRYPTO, Whose.MINE)
    by_another_process(demo_desk, version + 2, crypto=500, real_estate=700)
    dialog.findings.accept_all()
    dialog.save.click()
    assert dialog.isVisible() and dialog.refusal.isVisible(), "what was seen is not what is there"
    assert dialog.save.text() == f"&Save as version {version + 4}" and bps(demo_desk)["equity"] == 5800


def test_an_editor_without_edits_shows_the_new_version(qtbot: QtBot, editor: TargetDialog, demo_desk: Desk) -> None:
    version = editor._strategy.version
    by_another_process(demo_desk, version, equity=5800, real_estate=700)
    demo_desk.reread_if_changed_elsewhere()
    assert editor.elsewhere.button.text() == f"Show &version {version + 1}"
    editor.elsewhere.button.click()
    assert editor.conflict is None and not editor.elsewhere.isVisible()
    assert {line.key.id: line.amount for line in editor.draft.lines(CLASSES)}["equity"] == 5800


def test_a_warning_of_the_merge_is_accepted_before_it_is_saved(qtbot: QtBot, demo_desk: Desk, bus: Bus) -> None:
    state = demo_desk.reallocations.state(ALL)
    changes = (SetAmount(EQUITY, 1000), SetAmount(BONDS, 7500))
    dialog = opened(qtbot, demo_desk, bus, Unsaved(state, changes))
    assert dialog.findings.to_accept > 0 and not dialog.save.isEnabled()
    QTest.keyClick(dialog, Qt.Key.Key_Return, CTRL)
    assert focused() in [each.check for each in dialog.findings.messages]
    assert not focused().visibleRegion().isEmpty()
    for message in dialog.findings.messages:
        if message.check.isVisible():
            message.check.click()
    with qtbot.waitSignal(dialog.saved):
        dialog.save.click()
    assert demo_desk.reallocations.history(ALL)[0].accepted


def opened(qtbot: QtBot, desk: Desk, bus: Bus, unsaved: Unsaved) -> ConflictDialog:
    made = ConflictDialog(desk, unsaved, bus=bus)
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.open()
    return made


def a_fund(desk: Desk) -> tuple[Header, list[LineKey]]:
    """A fund of five companies with 200 dollars each."""
    fund = desk.funds.add("Seeds", "USD", 10_000_00)
    names = ("Aurelia", "Borealis", "Corvus", "Draco", "Eridanus")
    keys = [desk.funds.add_company(fund.id, each, planned_minor=200_00).key for each in names]
    return fund.header, keys


def commit(desk: Desk, header: Header, *changes: Change) -> None:
    preview = desk.reallocations.preview(header, desk.reallocations.state(header).version, changes)
    accepted = [each.code for each in preview.warnings]
    desk.reallocations.commit(header, preview.state.version, changes, preview.token, reason="Theirs", accepted=accepted)


def test_reserves_merge_in_money_with_caps_and_a_reason(qtbot: QtBot, demo_desk: Desk, bus: Bus) -> None:
    header, keys = a_fund(demo_desk)
    base = demo_desk.reallocations.state(header)
    commit(demo_desk, header, SetAmount(keys[0], 300_00), SetCap(keys[1], 900_00))
    changes = (SetAmount(keys[0], 250_00), SetAmount(keys[1], 210_00), SetAmount(keys[2], 50_00))
    dialog = opened(qtbot, demo_desk, bus, Unsaved(base, changes))
    assert dialog.windowTitle() == "The reserves of Seeds changed elsewhere"
    assert [each.changed_by for each in dialog.choices] == [None, Whose.MINE, Whose.MINE]
    first, second = dialog.lines.rows[0], dialog.lines.rows[1]
    assert "$250" in first.mine.accessibleName() and "$300" in first.theirs.accessibleName()
    assert "cap $900" in second.mine.accessibleName() and "unchanged" not in second.mine.accessibleName()
    dialog.choose(keys[0], Whose.MINE)
    dialog.findings.accept_all()
    assert not dialog.save.isEnabled(), "reserves change for a reason"
    QTest.keyClick(dialog, Qt.Key.Key_Return, CTRL)
    assert focused() is dialog.reason
    QTest.keyClicks(dialog.reason, "Bridge round")
    assert dialog.save.isEnabled()
    dialog.save.click()
    now = demo_desk.reallocations.state(header)
    amounts = {line.key: (line.amount, line.cap) for line in now.lines}
    assert amounts[keys[0]][0] == 250_00 and amounts[keys[1]] == (210_00, 900_00) and amounts[keys[2]][0] == 50_00
    assert demo_desk.reallocations.history(header)[0].reason == "Bridge round"


def test_holdings_name_the_class_they_are_a_part_of(qtbot: QtBot, demo_desk: Desk, bus: Bus) -> None:
    state = demo_desk.reallocations.state(ALL)
    below = [line.key for line in state.lines if line.key.parent == "equity"][:2]
    amounts = [next(line.amount for line in state.lines if line.key == key) for key in below]
    changes = (SetAmount(below[0], amounts[0] + 100), SetAmount(below[1], amounts[1] - 100))
    dialog = opened(qtbot, demo_desk, bus, Unsaved(state, changes))
    assert dialog.banner.title == "Fully allocated"
    dialog.choose(below[0], Whose.THEIRS)
    assert dialog.banner.title == "Equity: 1.0% left"


def test_a_header_that_is_gone_is_said_and_saves_nothing(qtbot: QtBot, demo_desk: Desk, bus: Bus) -> None:
    state = demo_desk.reallocations.state(ALL)
    dialog = opened(qtbot, demo_desk, bus, Unsaved(state, (SetAmount(EQUITY, 5000), SetAmount(BONDS, 3500))))
    demo_desk.targets.remove(ALL.id)
    assert dialog.refusal.isVisible() and not dialog.save.isEnabled()


def test_what_a_template_made_is_kept_as_such(qtbot: QtBot, editor: TargetDialog, demo_desk: Desk) -> None:
    next(each for each in editor.templates.actions() if each.text() == "All Weather").trigger()
    qtbot.waitUntil(lambda: not editor.is_stale)
    assert not editor.save.isEnabled() and editor.reason.text().startswith("Accept ")
    QTest.keyClick(editor, Qt.Key.Key_Return, CTRL)
    assert focused() is editor.pane.messages[0].check
    editor.pane.findings.accept_all()
    editor.pane.set_reason("Calmer")
    editor.save.click()
    newest = demo_desk.reallocations.history(ALL)[0]
    assert not editor.isVisible() and newest.source is Source.TEMPLATE and newest.reason == "Calmer"
    assert newest.accepted


def test_limits_changed_elsewhere_are_those_of_the_preview(qtbot: QtBot, editor: TargetDialog, demo_desk: Desk) -> None:
    edited(editor, qtbot)
    before = editor._preview.token
    demo_desk.settings.set_limits(Limits(1000, 1000, 100))
    qtbot.waitUntil(lambda: not editor.is_stale)
    assert editor._preview.token != before and editor.pane.findings.to_accept > 1
