"""The preview pane: changes in words, findings in groups, what is accepted, and the reason."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from wealthdesk.domain.reallocation import (
    AddLine,
    Adjust,
    Change,
    ClearCap,
    Header,
    Line,
    LineKey,
    Preview,
    RemoveLine,
    SetAmount,
    SetBudget,
    SetCap,
    State,
    What,
    evaluate,
)
from wealthdesk.gui.theme import Tone
from wealthdesk.gui.widgets.change_preview import ChangePreview, ChangePreviewPane, ChangeSection, ReasonField
from wealthdesk.gui.widgets.change_words import MOST_SINGLY, found_in, relative_words, shown_preview
from wealthdesk.gui.widgets.findings import ShownFinding

MILLION = 100_000_000
NAMES = ("Aurelia", "Borealis", "Corvus", "Draco", "Eridanus")


def fund(*planned: int, cap: int | None = None) -> State:
    """A fund in millions; the cap is the first company's."""
    lines = tuple(
        Line(LineKey(name.lower()), name, amount * MILLION, cap * MILLION if cap and place == 0 else None)
        for place, (name, amount) in enumerate(zip(NAMES, planned, strict=False))
    )
    return State(Header(What.RESERVES, "fund"), "Fund", 3, lines, "USD", size=100 * MILLION)


def of_fund(*changes: Change, cap: int | None = None) -> Preview:
    return evaluate(fund(2, 2, 2, 2, 2, cap=cap), changes)


@pytest.fixture
def pane(qtbot: QtBot) -> ChangePreviewPane:
    made = ChangePreviewPane(reason=ReasonField.REQUIRED)
    qtbot.addWidget(made)
    made.resize(404, 700)
    made.show()
    return made


def key(name: str) -> LineKey:
    return LineKey(name.lower())


def test_amounts_are_told_from_to_with_difference_and_per_cent() -> None:
    preview = of_fund(SetAmount(key("Aurelia"), 3 * MILLION), SetAmount(key("Borealis"), MILLION + 50))
    shown = shown_preview(preview)
    first, second = shown.changes
    assert (first.name, first.before, first.after) == ("Aurelia", "$2,000,000", "$3,000,000")
    assert (first.difference, first.note) == ("+$1,000,000", "+50.0%")
    assert (second.after, second.difference) == ("$1,000,000.50", "−$999,999.50")
    total = shown.figures[0]
    assert (total.name, total.before, total.after) == ("Total planned", "$10,000,000", "$10,000,000.50")
    assert (total.difference, total.note) == ("+$0.50", "±0.0%")


def test_a_line_from_nothing_is_new_and_not_a_hundred_per_cent() -> None:
    preview = evaluate(fund(0, 2, 2, 2, 2), [SetAmount(key("Aurelia"), MILLION)])
    assert shown_preview(preview).changes[0].note == "new"
    assert relative_words(0, 0) == "" and relative_words(200, 250) == "+25.0%" and relative_words(300, 200) == "−33.3%"


def test_caps_and_the_budget_are_told() -> None:
    preview = of_fund(SetCap(key("Borealis"), 4 * MILLION), ClearCap(key("Aurelia")), SetBudget(20 * MILLION), cap=5)
    shown = shown_preview(preview)
    words = {each.name: (each.before, each.after, each.note) for each in (*shown.changes, *shown.figures)}
    assert words["Cap of Borealis"] == ("none", "$4,000,000", "")
    assert words["Cap of Aurelia"] == ("$5,000,000", "none", "")
    assert words["Budget"] == ("none", "$20,000,000", "")


def test_targets_have_bars_and_holdings_stand_below() -> None:
    lines = (
        Line(LineKey("equity"), "Equity", 6000),
        Line(LineKey("bonds"), "Bonds", 4000),
        Line(LineKey("vti", "equity"), "VTI", 10_000),
    )
    state = State(Header(What.TARGETS, "s"), "Mine", 1, lines)
    changes = (Adjust(LineKey("equity"), -505), Adjust(LineKey("bonds"), 505), RemoveLine(LineKey("vti", "equity")))
    shown = shown_preview(evaluate(state, changes), {"equity": "#4385BE"})
    first = shown.changes[0]
    assert (first.name, first.before, first.after, first.difference) == ("Equity", "60.00%", "54.95%", "−5.05 pp")
    assert (first.colour, first.before_part, first.after_part, shown.scale) == ("#4385BE", 6000, 5495, 6000)
    assert [(each.name, each.after, each.difference) for each in shown.below] == [("VTI", "–", "removed")]
    assert shown.below[0].before == "100.00%", "one number of decimals wherever one is needed with two"
    assert shown.below_title == "Holdings, share of class" and shown.summary == "2 classes, 1 holding"


def test_nothing_changed_is_said_once(pane: ChangePreviewPane) -> None:
    pane.show_preview(shown_preview(of_fund()))
    assert pane.messages == () and pane.preview.nothing == "Nothing has been changed yet."
    assert not pane.preview.figures


def test_findings_stand_in_groups_and_say_what_the_domain_says(pane: ChangePreviewPane) -> None:
    preview = of_fund(SetAmount(key("Aurelia"), 9 * MILLION), SetBudget(30 * MILLION), cap=5)
    pane.show_preview(shown_preview(preview))
    assert [each.tone for each in pane.messages] == [Tone.ERROR, Tone.WARNING, Tone.WARNING, Tone.NEUTRAL]
    assert pane.messages[0].title == "Aurelia is above its cap"
    assert pane.messages[1].title == "Aurelia is concentrated" and "52.9% of the total" in pane.messages[1].text
    assert pane.why_not("commit") == "Fix 1 error to commit"


def test_every_warning_is_accepted_by_its_own_check_box(qtbot: QtBot, pane: ChangePreviewPane) -> None:
    preview = of_fund(SetAmount(key("Aurelia"), 9 * MILLION))
    pane.show_preview(shown_preview(preview))
    pane.set_reason("Bridge round")
    assert pane.why_not() == "Accept 2 warnings to save" and pane.accepted == frozenset()
    first, second = pane.messages
    with qtbot.waitSignal(pane.accepted_changed):
        first.check.click()
    assert pane.why_not() == "Accept 1 warning to save"
    second.check.setFocus()
    QTest.keyClick(second.check, Qt.Key.Key_Space)
    assert pane.why_not() == "" and pane.accepted == {each.code for each in preview.warnings}


def test_what_is_accepted_is_what_was_read(pane: ChangePreviewPane) -> None:
    pane.show_preview(shown_preview(of_fund(SetAmount(key("Aurelia"), 4 * MILLION))))
    pane.messages[0].check.click()
    assert pane.findings.to_accept == 0
    pane.show_preview(shown_preview(of_fund(SetAmount(key("Aurelia"), 5 * MILLION))))
    assert pane.findings.to_accept > 0 and pane.accepted == frozenset()
    assert not any(each.check.isChecked() for each in pane.messages)
    pane.show_preview(shown_preview(of_fund(SetAmount(key("Aurelia"), 4 * MILLION))))
    assert pane.findings.to_accept == 0 and pane.messages[0].check.isChecked()


def test_a_required_reason_is_asked_for_and_spaces_are_none(qtbot: QtBot, pane: ChangePreviewPane) -> None:
    pane.show_preview(shown_preview(of_fund(SetAmount(key("Aurelia"), 2 * MILLION + 5))))
    assert pane.why_not() == "Give a reason to save"
    pane.reason_field.setFocus()
    QTest.keyClicks(pane.reason_field, "  ")
    assert pane.why_not() == "Give a reason to save"
    with qtbot.waitSignal(pane.reason_changed):
        QTest.keyClicks(pane.reason_field, "Series  B ")
    assert pane.why_not() == "" and pane.reason == "Series B"


def test_an_optional_reason_holds_nothing_back(qtbot: QtBot) -> None:
    pane = ChangePreviewPane(reason=ReasonField.OPTIONAL)
    qtbot.addWidget(pane)
    assert pane.why_not() == "" and not pane.reason_field.isHidden()
    assert ChangePreviewPane().reason_field.isHidden()


def test_while_it_is_kept_nothing_can_be_accepted(pane: ChangePreviewPane) -> None:
    pane.show_preview(shown_preview(of_fund(SetAmount(key("Aurelia"), 9 * MILLION))))
    pane.show_busy(True)
    assert not pane.messages[0].check.isEnabled() and not pane.reason_field.isEnabled() and pane.is_stale
    pane.show_busy(False)
    assert pane.messages[0].check.isEnabled() and not pane.is_stale


def test_very_many_warnings_are_accepted_together() -> None:
    lines = tuple(Line(LineKey(f"c{n}"), f"C{n}", 0, is_gone=True) for n in range(40))
    state = State(Header(What.RESERVES, "fund"), "Fund", 1, lines, "USD")
    preview = evaluate(state, [SetAmount(line.key, 100) for line in lines])
    found = found_in(preview)
    assert len(found) == MOST_SINGLY + 1 and found[-1].title == "28 more"
    assert {code for each in found for code in each.codes} == {each.code for each in preview.warnings}
    assert found[-1].text.count("\n") == 27


def test_a_note_alone_has_no_heading(pane: ChangePreviewPane, qapp: QApplication) -> None:
    pane.show_preview(ChangePreview(found=(ShownFinding(Tone.OK, "All 5 classes are inside their band"),)))
    assert len(pane.messages) == 1 and pane.why_not() == "Give a reason to save"


def test_a_company_that_is_added_says_so() -> None:
    change = shown_preview(of_fund(AddLine(LineKey("new"), "Fornax", MILLION))).changes[0]
    assert (change.before, change.after, change.difference, change.note) == ("–", "$1,000,000", "added", "new")


def test_of_very_many_changes_the_largest_are_shown_until_all_are_asked_for(pane: ChangePreviewPane) -> None:
    lines = tuple(Line(LineKey(f"c{n}"), f"C{n}", 0) for n in range(300))
    state = State(Header(What.RESERVES, "fund"), "Fund", 1, lines, "USD")
    pane.show_preview(shown_preview(evaluate(state, [SetAmount(line.key, 100) for line in lines])))
    section = pane.findChildren(ChangeSection)[0]
    model = section.list.model()
    assert model.rowCount() == 8 and section.more.text() == "Show all 300"
    section.more.click()
    assert model.rowCount() == 300 and section.more.text() == "Show fewer"
    pane.show_preview(shown_preview(of_fund(SetAmount(key("Aurelia"), MILLION))))
    assert model.rowCount() == 1 and not section.more.isVisible()
