"""The target editor, driven by mouse and keyboard on a real file."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from gui.conftest import shown_once
from wealthdesk.changes import Topic
from wealthdesk.domain.accounts import AccountKind
from wealthdesk.domain.assets import Asset, AssetKind, Exposure
from wealthdesk.domain.edited_lines import CLASSES
from wealthdesk.domain.holdings import Price
from wealthdesk.domain.money import WHOLE
from wealthdesk.domain.reallocation import Line, LineKey, SetCap, Source
from wealthdesk.domain.targets import ClassTarget, HoldingTarget, equal, from_lines, header_of
from wealthdesk.gui.allocation.targets.start_targets_dialog import StartTargetsDialog
from wealthdesk.gui.allocation.targets.target_dialog import TargetDialog
from wealthdesk.gui.allocation.targets.target_lines import TargetLines, WeightLine, WeightRow
from wealthdesk.gui.allocation.targets.target_values import LateLines
from wealthdesk.gui.theme import Tone
from wealthdesk.gui.widgets.text import ShortLabel
from wealthdesk.services.desk import Desk, open_desk
from wealthdesk.storage.assets import add_assets

NONE = Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier
CTRL_SHIFT = CTRL | Qt.KeyboardModifier.ShiftModifier

Opened = Callable[..., TargetDialog]


@pytest.fixture
def opened(qtbot: QtBot) -> Opened:
    """Opens the editor on a scope of a desk."""

    held: list[TargetDialog] = []

    def made(desk: Desk, scope: str | None = None, asset_class_id: str | None = None) -> TargetDialog:
        dialog = TargetDialog(desk, desk.allocations.of(scope), asset_class_id=asset_class_id)
        qtbot.addWidget(dialog)
        with qtbot.waitActive(dialog):
            dialog.open()
        # A dialog that nobody holds is deleted with its open question, in the middle of closing it.
        held.append(dialog)
        return dialog

    return made


@pytest.fixture(scope="module")
def opened_once(qapp: QApplication, seen_desk: Desk) -> Iterator[TargetDialog]:
    """The editor for the tests that keep nothing of what they edit."""
    yield from shown_once(TargetDialog(seen_desk, seen_desk.allocations.of(None)))


@pytest.fixture
def dialog(opened_once: TargetDialog, qtbot: QtBot) -> Iterator[TargetDialog]:
    """The same, which is as it opened again after each test."""
    with qtbot.waitActive(opened_once):
        opened_once.activateWindow()
    opened_once.classes.focus("equity", Qt.FocusReason.TabFocusReason)
    before = opened_once.draft.edited
    yield opened_once
    opened_once.keep_whole.setChecked(True)
    opened_once._change(opened_once.draft.reset())
    opened_once._select("equity")
    opened_once.show_preview()
    assert opened_once.draft.edited == before


def test_only_lines_that_are_seen_are_put_into_words(qtbot: QtBot) -> None:
    asked = list[str]()

    def words(line: Line) -> WeightLine:
        asked.append(line.key.id)
        return WeightLine(line.name, "#66A0C8", line.amount)

    def show(amount: int) -> None:
        asked.clear()
        lines.show_lines(LateLines([Line(LineKey(f"c{n}"), f"Class {n}", amount) for n in range(200)], words), WHOLE)

    lines = TargetLines("Class targets")
    qtbot.addWidget(lines)
    lines.resize(700, 300)
    lines.show()
    show(40)
    lines.show_all()
    show(50)
    assert "c0" in asked and len(asked) < 10
    assert lines.row("c0").line.target_bps == 50


def shares(dialog: TargetDialog, level: str = CLASSES) -> dict[str, int]:
    return {line.key.id: line.amount for line in dialog.draft.lines(level)}


def typed(lines: TargetLines, key: str, words: str) -> None:
    """Type a percentage over the one that is there, and Enter."""
    spin = lines.row(key).spin
    spin.setFocus()
    spin.selectAll()
    QTest.keyClicks(spin, words)
    QTest.keyClick(spin, Qt.Key.Key_Return)
    # Enter goes on to the next line.
    spin.setFocus()


def settled(qtbot: QtBot, dialog: TargetDialog) -> None:
    qtbot.waitUntil(lambda: not dialog.is_stale)


def targets(desk: Desk, strategy_id: str = "default_all_portfolio") -> dict[str, ClassTarget]:
    return {t.asset_class_id: t for t in desk.targets.get(strategy_id).targets}


def focused() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def test_it_opens_on_what_is_kept(opened: Opened, demo_desk: Desk) -> None:
    dialog = opened(demo_desk)
    strategy = demo_desk.targets.get("default_all_portfolio")
    assert dialog.windowTitle() == "Edit targets — Whole portfolio · My targets"
    told = [each.words for each in dialog.findChildren(ShortLabel)]
    assert any(each.startswith("My targets, version ") for each in told)
    assert shares(dialog) == {t.asset_class_id: t.target_bps for t in strategy.targets}
    assert dialog.total.title == "100.00%" and dialog.total.tone is Tone.OK
    assert not dialog.save.isEnabled() and dialog.reason.text() == "Nothing has been changed yet"
    assert dialog.pane.preview.changes == () or len(dialog.pane.preview.changes) == 0
    assert dialog.classes.row("equity").line.held_bps == demo_desk.allocations.of(None).drift.classes[0].weight_bps
    assert dialog.holdings.lines.keys == ("vti", "vxus", "vwce", "vbr")


def test_it_opens_on_the_class_that_is_asked_for(opened: Opened, demo_desk: Desk) -> None:
    dialog = opened(demo_desk, asset_class_id="crypto")
    assert dialog.selected_class == "crypto"
    assert dialog.holdings.lines.keys == ("btc", "eth")


def test_typing_a_share_moves_the_others_and_previews_it(qtbot: QtBot, dialog: TargetDialog, seen_desk: Desk) -> None:
    typed(dialog.classes, "equity", "50")
    assert dialog.is_stale and not dialog.save.isEnabled()
    settled(qtbot, dialog)
    assert shares(dialog) == {"equity": 5000, "fixed_income": 3125, "cash": 625, "real_estate": 625, "crypto": 625}
    first = dialog.pane.preview.changes[0]
    assert (first.name, first.before, first.after, first.difference) == ("Equity", "60.00%", "50.00%", "\u221210.00 pp")
    assert dialog.pane.preview.summary == "5 classes, 8 holdings"
    expected = seen_desk.allocations.of(None).under(
        replace(seen_desk.targets.get("default_all_portfolio"), targets=dialog.draft.targets),
    )
    assert dialog.pane.preview.figures[1].after == f"{expected.sum_bps / 100:.2f} pp"
    assert dialog.save.isEnabled() and dialog.reason.text() == ""


def test_everything_from_the_keyboard(qtbot: QtBot, opened: Opened, demo_desk: Desk) -> None:
    dialog = opened(demo_desk)
    assert focused() is dialog.classes.row("equity").spin
    QTest.keyClicks(focused(), "50")
    QTest.keyClick(focused(), Qt.Key.Key_Tab)
    assert focused() is dialog.classes.row("equity").lock
    QTest.keyClick(focused(), Qt.Key.Key_L)
    assert dialog.classes.row("equity").line.is_locked
    QTest.keyClick(focused(), Qt.Key.Key_Tab)
    assert focused() is dialog.classes.row("fixed_income").slider and dialog.selected_class == "fixed_income"
    QTest.keyClick(focused(), Qt.Key.Key_PageUp)
    QTest.keyClick(focused(), Qt.Key.Key_Up)
    assert shares(dialog)["fixed_income"] == 3125 + 110 and shares(dialog)["equity"] == 5000
    settled(qtbot, dialog)
    with qtbot.waitSignal(dialog.accepted):
        QTest.keyClick(focused(), Qt.Key.Key_Return, CTRL)
    kept = targets(demo_desk)
    assert kept["equity"].target_bps == 5000 and kept["equity"].is_locked
    assert kept["fixed_income"].target_bps == 3235


def test_bands_of_their_own_are_edited_previewed_and_saved(qtbot: QtBot, opened: Opened, demo_desk: Desk) -> None:
    dialog = opened(demo_desk)
    equity, vti = dialog.classes.row("equity"), dialog.holdings.lines.row("vti")
    assert (equity.band.placeholderText(), vti.band.placeholderText()) == ("±5", "±5")
    assert dialog.holdings.lines.row("vbr").band.placeholderText() == "±2.5"
    assert (equity.line.is_outside, vti.line.is_outside) == (False, True)
    QTest.keyClick(focused(), Qt.Key.Key_B)
    assert focused() is equity.band
    for band, words in ((equity.band, "3"), (vti.band, "10")):
        band.setFocus()
        QTest.keyClicks(band, words)
        QTest.keyClick(band, Qt.Key.Key_Return)
    assert (equity.line.is_outside, vti.line.is_outside) == (True, False)
    held = [each.findChild(ShortLabel) for each in (equity, vti)]
    assert held[0] is not None and held[1] is not None and held[0].font() != held[1].font(), "outside is in bold"
    assert (equity.line.band_low_bps, equity.line.band_high_bps) == (5700, 6300)
    settled(qtbot, dialog)
    preview = dialog.pane.preview
    assert (preview.summary, preview.below_title) == ("2 bands", "Bands")
    assert [(each.name, each.numbers) for each in preview.below] == [
        ("Band of Equity", "usual → ±3 pp"),
        ("Band of VTI", "usual → ±10 pp"),
    ]
    counts = {each.name: each.numbers for each in preview.figures}
    assert counts["Classes outside"] == "2 → 3"
    assert counts["Holdings outside"] == "5 → 4"
    QTest.keyClick(focused(), Qt.Key.Key_Z, CTRL)
    assert vti.line.own_band_bps is None
    QTest.keyClick(focused(), Qt.Key.Key_Y, CTRL)
    settled(qtbot, dialog)
    with qtbot.waitSignal(dialog.accepted):
        dialog.save.click()
    kept = targets(demo_desk)["equity"]
    assert (kept.band_bps, {h.asset_id: h.band_bps for h in kept.holdings}["vti"]) == (300, 1000)
    dialog = opened(demo_desk)
    assert dialog.classes.row("equity").band.text() == "±3"


def test_a_cap_is_typed_in_its_row_undone_and_saved(qtbot: QtBot, opened: Opened, demo_desk: Desk) -> None:
    dialog = opened(demo_desk, asset_class_id="equity")
    row = dialog.classes.row("equity")
    assert (row.cap.text(), row.cap.placeholderText()) == ("", "≤100")
    row.spin.setFocus()
    QTest.keyClick(row.spin, Qt.Key.Key_C)
    assert focused() is row.cap
    QTest.keyClicks(row.cap, "101")
    QTest.keyClick(row.cap, Qt.Key.Key_Return)
    assert row.problem() == "A cap lies between 0% and 100%. Leave it empty for none."
    row.cap.selectAll()
    QTest.keyClicks(row.cap, "65")
    QTest.keyClick(row.cap, Qt.Key.Key_Return)
    settled(qtbot, dialog)
    assert row.cap.text() == "≤65"
    assert [(each.name, each.numbers) for each in dialog.pane.preview.below] == [("Cap of Equity", "none → 65.0%")]
    QTest.keyClick(focused(), Qt.Key.Key_Z, CTRL)
    assert row.line.cap_bps is None
    QTest.keyClick(focused(), Qt.Key.Key_Y, CTRL)
    settled(qtbot, dialog)
    with qtbot.waitSignal(dialog.accepted):
        dialog.save.click()
    assert targets(demo_desk)["equity"].cap_bps == 6500


def test_a_concentration_is_capped_in_one_click(qtbot: QtBot, dialog: TargetDialog) -> None:
    dialog.holdings.lines.moved.emit("vti", 9000)
    settled(qtbot, dialog)
    message = next(each for each in dialog.pane.messages if each.button.text() == "Cap at 30%")
    assert message.title == "VTI is concentrated"
    message.button.click()
    settled(qtbot, dialog)
    line = dialog.draft.line(LineKey("vti", "equity"))
    above = dialog.draft.line(LineKey("equity"))
    assert line is not None and above is not None and line.cap == line.amount
    assert line.amount * above.amount <= 3000 * WHOLE < (line.amount + 1) * above.amount
    assert "VTI is concentrated" not in [each.title for each in dialog.pane.messages]


def test_tab_goes_through_the_lines_from_the_top(opened: Opened, demo_desk: Desk) -> None:
    dialog = opened(demo_desk, asset_class_id="crypto")
    # Crypto has two holdings: the rows that are made later have to stand in line all the same.
    dialog.classes.row("equity").spin.setFocus()
    visited = tabbed(5 * 3 + 3)
    spins = [each for each in visited if each in [dialog.classes.row(key).spin for key in dialog.classes.keys]]
    assert spins == [dialog.classes.row(key).spin for key in dialog.classes.keys[1:]]
    dialog.classes.row("equity").spin.setFocus()
    QTest.keyClick(focused(), Qt.Key.Key_Down, CTRL)
    assert focused() is dialog.holdings.lines.row("vti").spin and dialog.selected_class == "equity"
    visited = tabbed(4 * 3 + 4)
    below = [dialog.holdings.lines.row(key).spin for key in dialog.holdings.lines.keys]
    assert [each for each in visited if each in below] == below[1:]
    assert visited.index(dialog.reset if dialog.reset.isEnabled() else dialog.cancel) > visited.index(below[-1])
    below[1].setFocus()
    QTest.keyClick(focused(), Qt.Key.Key_Up, CTRL)
    assert focused() is dialog.classes.row("equity").spin


def tabbed(times: int) -> list[QWidget]:
    """The widgets that Tab comes to."""
    visited = []
    for _ in range(times):
        QTest.keyClick(focused(), Qt.Key.Key_Tab)
        visited.append(focused())
    return visited


def test_a_locked_line_gives_nothing_away_and_stops_the_move(dialog: TargetDialog) -> None:
    for key in ("fixed_income", "cash", "real_estate", "crypto"):
        dialog.classes.row(key).lock.click()
    typed(dialog.classes, "equity", "70")
    assert shares(dialog)["equity"] == 6000
    assert dialog.total.text == "Every other line is locked, so none can give way. Unlock one of them."
    assert dialog.classes.row("equity").spin.bps() == 6000
    dialog.classes.row("cash").lock.click()
    typed(dialog.classes, "equity", "70")
    assert shares(dialog)["equity"] == 6500 and shares(dialog)["cash"] == 0
    assert dialog.total.text.startswith("Locked lines keep 35.00%")


def test_a_slider_that_was_stopped_shows_where_the_line_is(dialog: TargetDialog) -> None:
    for key in ("fixed_income", "cash", "real_estate", "crypto"):
        dialog.classes.row(key).lock.click()
    slider = dialog.classes.row("equity").slider
    QTest.keyClick(slider, Qt.Key.Key_End)
    assert slider.values.target_bps == slider.value() == 6000


def test_dragging_to_zero_and_back_restores_the_others(dialog: TargetDialog) -> None:
    before = shares(dialog)
    slider = dialog.classes.row("equity").slider
    middle = slider.height() // 2
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, NONE, QPoint(1, middle))
    assert shares(dialog)["equity"] == 0 and shares(dialog)["fixed_income"] == 6250
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, NONE, QPoint(1, middle))
    typed(dialog.classes, "equity", "60")
    assert shares(dialog) == before


def test_undo_and_redo_reach_every_step_even_from_a_field(qtbot: QtBot, opened: Opened, demo_desk: Desk) -> None:
    dialog = opened(demo_desk)
    kept = dialog.draft.targets
    typed(dialog.classes, "equity", "50")
    dialog.classes.row("cash").lock.click()
    typed(dialog.holdings.lines, "vti", "40")
    last = dialog.draft.targets
    for _ in range(3):
        QTest.keyClick(focused(), Qt.Key.Key_Z, CTRL)
    assert dialog.draft.targets == kept and not dialog.undo.isEnabled()
    assert dialog.classes.row("equity").spin.text() == "60.00 %"
    for _ in range(3):
        QTest.keyClick(focused(), Qt.Key.Key_Z, CTRL_SHIFT)
    assert dialog.draft.targets == last and not dialog.redo.isEnabled()
    settled(qtbot, dialog)


def test_steps_of_the_arrow_in_a_row_are_one_step_to_undo(dialog: TargetDialog) -> None:
    spin = dialog.classes.row("equity").spin
    for _ in range(5):
        QTest.keyClick(spin, Qt.Key.Key_PageUp)
    assert shares(dialog)["equity"] == 6500
    dialog.undo.click()
    assert shares(dialog)["equity"] == 6000


def test_enter_and_the_arrows_go_from_number_to_number(dialog: TargetDialog) -> None:
    rows = [dialog.classes.row(key) for key in dialog.classes.keys]
    dialog.keep_whole.setChecked(False)
    QTest.keyClick(rows[0].lock, Qt.Key.Key_L)
    rows[1].spin.setFocus(Qt.FocusReason.TabFocusReason)
    for row, number in zip(rows[1:], ("20", "9", "7", "4"), strict=True):
        # All of it is chosen: what is typed takes its place.
        assert focused() is row.spin
        QTest.keyClicks(focused(), number)
        QTest.keyClick(focused(), Qt.Key.Key_Return)
    assert [shares(dialog)[key] for key in dialog.classes.keys] == [6000, 2000, 900, 700, 400]
    assert focused() is rows[-1].spin
    for row in rows[-2:0:-1]:
        QTest.keyClick(focused(), Qt.Key.Key_Up)
        assert focused() is row.spin
    QTest.keyClick(focused(), Qt.Key.Key_Up)
    assert focused() is rows[0].lock
    rows[3].spin.setFocus()
    QTest.keyClicks(focused(), "x")
    QTest.keyClick(focused(), Qt.Key.Key_Down)
    assert focused() is rows[3].spin and dialog.classes.problem() is not None


def test_over_and_under_are_named_and_mended(qtbot: QtBot, dialog: TargetDialog) -> None:
    dialog.keep_whole.click()
    typed(dialog.classes, "equity", "63.5")
    settled(qtbot, dialog)
    assert dialog.total.title == "103.50%, 3.50 too much" and dialog.total.tone is Tone.WARNING
    assert dialog.total.button.text() == "Ta&ke it from Equity"
    assert not dialog.save.isEnabled() and dialog.reason.text() == "Bring the total to 100% to save"
    assert dialog.pane.preview.summary == "Not complete"
    dialog.total.button.click()
    assert shares(dialog)["equity"] == 6000 and dialog.total.title == "100.00%"
    typed(dialog.classes, "equity", "55")
    assert dialog.total.title == "95.00%, 5.00 left"
    dialog.total.button.click()
    assert sum(shares(dialog).values()) == 10_000 and shares(dialog)["equity"] > 5500


def test_holdings_that_do_not_add_up_are_named_and_mended(qtbot: QtBot, dialog: TargetDialog) -> None:
    dialog.keep_whole.click()
    typed(dialog.holdings.lines, "vti", "55")
    settled(qtbot, dialog)
    assert dialog.reason.text() == "Bring the holdings in Equity to 100% to save"
    assert not dialog.save.isEnabled() and dialog.holdings.mend.isVisible()
    dialog.holdings.mend.click()
    settled(qtbot, dialog)
    assert sum(shares(dialog, "equity").values()) == 10_000 and not dialog.holdings.mend.isVisible()


def test_a_number_that_cannot_be_read_stays_and_holds_the_save_back(dialog: TargetDialog) -> None:
    spin = dialog.classes.row("equity").spin
    spin.selectAll()
    QTest.keyClicks(spin, "12,,5")
    assert dialog.reason.text() == "Correct the number of Equity to save" and not dialog.save.isEnabled()
    assert shares(dialog)["equity"] == 6000 and "12,,5" in spin.text()
    dialog.classes.row("cash").lock.click()
    assert spin.text() == "60.00 %"


def test_typing_and_saving_at_once_shows_the_preview_first(qtbot: QtBot, opened: Opened, demo_desk: Desk) -> None:
    dialog = opened(demo_desk)
    QTest.keyClicks(focused(), "50")
    QTest.keyClick(focused(), Qt.Key.Key_Return, CTRL)
    assert dialog.isVisible() and dialog.pane.preview.changes[0].after == "50.00%" and dialog.save.isEnabled()
    with qtbot.waitSignal(dialog.accepted):
        QTest.keyClick(focused(), Qt.Key.Key_Return, CTRL)


def test_what_was_saved_is_there_when_the_file_is_opened_again(qtbot: QtBot, opened: Opened, demo_desk: Desk) -> None:
    dialog = opened(demo_desk)
    typed(dialog.classes, "equity", "50")
    dialog.classes.row("real_estate").lock.click()
    typed(dialog.holdings.lines, "vti", "40")
    dialog.holdings.lines.row("vxus").lock.click()
    edited = dialog.draft.targets
    settled(qtbot, dialog)
    version = demo_desk.targets.get("default_all_portfolio").version
    dialog.save.click()
    assert not dialog.isVisible()
    path, clock = demo_desk.path, demo_desk.clock
    demo_desk.close()
    with open_desk(Path(path), clock) as again:
        strategy = again.targets.get("default_all_portfolio")
        assert strategy.version == version + 1
        fresh = opened(again)
        assert {t.asset_class_id: (t.target_bps, t.is_locked, set(t.holdings)) for t in fresh.draft.targets} == {
            t.asset_class_id: (t.target_bps, t.is_locked, set(t.holdings)) for t in edited
        }
        assert fresh.classes.row("real_estate").line.is_locked and fresh.holdings.lines.row("vxus").line.is_locked
        fresh.done(0)


def test_a_change_made_elsewhere_loses_nothing(qtbot: QtBot, opened: Opened, demo_desk: Desk) -> None:
    dialog = opened(demo_desk)
    typed(dialog.classes, "equity", "50")
    mine = dialog.draft.targets
    settled(qtbot, dialog)
    strategy = demo_desk.targets.get("default_all_portfolio")
    theirs = from_lines(equal(["equity", "fixed_income", "cash", "real_estate", "crypto"]), strategy.targets)
    demo_desk.targets.save(strategy.id, strategy.version, theirs)
    dialog.save.click()
    assert dialog.isVisible() and dialog.draft.targets == mine
    assert dialog.elsewhere.isVisible() and dialog.elsewhere.title == "These targets changed elsewhere"
    dialog.elsewhere.button.click()
    assert dialog.conflict is not None
    dialog.conflict.all_theirs.click()
    dialog.conflict.back.click()
    assert shares(dialog)["equity"] == 2000 and not dialog.elsewhere.isVisible()
    assert dialog.reset.text() == f"&Reset to version {strategy.version + 1}"
    dialog.undo.click()
    settled(qtbot, dialog)
    assert dialog.draft.targets == mine
    dialog.pane.findings.accept_all()
    dialog.save.click()
    assert not dialog.isVisible() and targets(demo_desk)["equity"].target_bps == 5000


def test_a_warning_is_accepted_before_the_targets_are_saved(qtbot: QtBot, opened: Opened, demo_desk: Desk) -> None:
    dialog = opened(demo_desk)
    typed(dialog.classes, "equity", "90")
    settled(qtbot, dialog)
    titles = [each.title for each in dialog.pane.messages]
    assert "VTI is concentrated" in titles and "A large change of Equity" in titles
    assert not dialog.save.isEnabled() and dialog.reason.text().startswith("Accept 2 warning")
    QTest.keyClick(dialog, Qt.Key.Key_Return, CTRL)
    for _ in range(2):
        QTest.keyClick(focused(), Qt.Key.Key_Space)
        QTest.keyClick(dialog, Qt.Key.Key_Return, CTRL)
    assert not dialog.isVisible() and targets(demo_desk)["equity"].target_bps == 9000
    newest = demo_desk.reallocations.history(header_of("default_all_portfolio"))[0]
    assert len(newest.accepted) == 2 and newest.source is Source.MANUAL


def test_a_cap_holds_a_line_down(qtbot: QtBot, opened: Opened, demo_desk: Desk) -> None:
    header = header_of("default_all_portfolio")
    version = demo_desk.targets.get(header.id).version
    preview = demo_desk.reallocations.preview(header, version, [SetCap(LineKey("equity"), 6500)])
    accepted = [each.code for each in preview.warnings]
    demo_desk.reallocations.commit(header, version, preview.changes, preview.token, accepted=accepted)
    dialog = opened(demo_desk)
    typed(dialog.classes, "equity", "66")
    settled(qtbot, dialog)
    assert dialog.pane.messages[0].title == "Equity is above its cap" and dialog.reason.text() == "Fix 1 error to save"
    typed(dialog.classes, "equity", "65")
    settled(qtbot, dialog)
    assert "Equity is above its cap" not in [each.title for each in dialog.pane.messages]


def test_a_lock_alone_is_saved_without_a_new_version(qtbot: QtBot, opened: Opened, demo_desk: Desk) -> None:
    version = demo_desk.targets.get("default_all_portfolio").version
    dialog = opened(demo_desk)
    dialog.classes.row("cash").lock.click()
    settled(qtbot, dialog)
    dialog.save.click()
    assert not dialog.isVisible() and targets(demo_desk)["cash"].is_locked
    assert demo_desk.targets.get("default_all_portfolio").version == version


def test_a_strategy_that_is_gone_says_so_and_stays_open(qtbot: QtBot, opened: Opened, demo_desk: Desk) -> None:
    dialog = opened(demo_desk)
    typed(dialog.classes, "equity", "50")
    settled(qtbot, dialog)
    demo_desk.targets.remove("default_all_portfolio")
    dialog.save.click()
    assert dialog.isVisible() and "does not exist any more" in dialog.refusal.text


def test_escape_asks_only_when_something_changed(qtbot: QtBot, opened: Opened, demo_desk: Desk) -> None:
    untouched = opened(demo_desk)
    QTest.keyClick(untouched, Qt.Key.Key_Escape)
    assert not untouched.isVisible()
    dialog = opened(demo_desk)
    typed(dialog.classes, "equity", "50")
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    box = dialog.findChild(QMessageBox)
    assert dialog.isVisible() and box is not None
    QTest.keyClick(box, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    box = dialog.findChildren(QMessageBox)[-1]
    with qtbot.waitSignal(dialog.rejected):
        next(each for each in box.buttons() if each.text() == "&Discard").click()
    assert targets(demo_desk)["equity"].target_bps == 6000


def test_a_template_adds_its_classes_and_spares_what_is_locked(qtbot: QtBot, dialog: TargetDialog) -> None:
    dialog.classes.row("cash").lock.click()
    entry = next(each for each in dialog.templates.actions() if each.text() == "All Weather")
    entry.trigger()
    assert shares(dialog) == {
        "equity": 2850,
        "fixed_income": 5225,
        "commodities": 1425,
        "cash": 500,
        "real_estate": 0,
        "crypto": 0,
    }
    assert "commodities" in dialog.classes.keys
    settled(qtbot, dialog)
    assert any("Nothing to buy in Commodities" in each.title for each in dialog.pane.messages)


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_templates_open_and_are_chosen_from_the_keyboard(qtbot: QtBot, dialog: TargetDialog) -> None:
    dialog.templates.popup(dialog.mapToGlobal(QPoint(0, 0)))
    QTest.keyClick(dialog.templates, Qt.Key.Key_Down)
    QTest.keyClick(dialog.templates, Qt.Key.Key_Down)
    QTest.keyClick(dialog.templates, Qt.Key.Key_Return)
    assert not dialog.templates.isVisible()
    assert shares(dialog)["equity"] == 8000 and shares(dialog)["fixed_income"] == 2000


def test_current_and_equal_weights(dialog: TargetDialog, seen_desk: Desk) -> None:
    held = {c.asset_class_id: c.weight_bps for c in seen_desk.allocations.of(None).drift.classes}
    next(each for each in dialog.templates.actions() if each.text() == "Current weights").trigger()
    assert all(abs(shares(dialog)[key] - bps) <= 1 for key, bps in held.items())
    next(each for each in dialog.templates.actions() if each.text() == "Equal").trigger()
    assert set(shares(dialog).values()) == {2000}


def test_reset_goes_back_to_the_version_that_is_kept(dialog: TargetDialog) -> None:
    assert not dialog.reset.isEnabled()
    typed(dialog.classes, "equity", "50")
    dialog.reset.click()
    assert not dialog.draft.is_changed and shares(dialog)["equity"] == 6000


def test_a_class_is_added_and_removed_again(qtbot: QtBot, dialog: TargetDialog) -> None:
    dialog.class_menu.aboutToShow.emit()
    offered = [each.text() for each in dialog.class_menu.actions() if each.text()]
    assert "Commodities" in offered and "Equity" not in offered and offered[-1] == "&New class…"
    next(each for each in dialog.class_menu.actions() if each.text() == "Commodities").trigger()
    assert dialog.selected_class == "commodities" and shares(dialog)["commodities"] == 0
    assert focused() is dialog.classes.row("commodities").spin
    typed(dialog.classes, "commodities", "10")
    slider = dialog.classes.row("commodities").slider
    QTest.keyClick(slider, Qt.Key.Key_Delete)
    assert "commodities" in shares(dialog) and "Bring it to 0%" in dialog.total.text
    typed(dialog.classes, "commodities", "0")
    QTest.keyClick(slider, Qt.Key.Key_Delete)
    assert "commodities" not in shares(dialog) and dialog.selected_class == "equity"
    QTest.keyClick(dialog.classes.row("equity").slider, Qt.Key.Key_Delete)
    assert "equity" in shares(dialog) and "is held" in dialog.total.text


def test_a_class_of_ones_own_is_made_on_the_way(qtbot: QtBot, opened: Opened, demo_desk: Desk) -> None:
    dialog = opened(demo_desk)
    dialog.class_menu.aboutToShow.emit()
    dialog.class_menu.actions()[-1].trigger()
    new = dialog.new_class
    assert new is not None and new.isVisible()
    QTest.keyClicks(new.name, "Equity")
    QTest.keyClick(new.name, Qt.Key.Key_Return)
    assert new.isVisible() and new.problem
    new.name.clear()
    QTest.keyClicks(new.name, "Art & wine")
    QTest.keyClick(new.name, Qt.Key.Key_Return)
    assert not new.isVisible()
    assert dialog.classes.row(dialog.selected_class).line.name == "Art & wine"
    typed(dialog.classes, dialog.selected_class, "5")
    settled(qtbot, dialog)
    with qtbot.waitSignal(dialog.accepted):
        dialog.save.click()
    assert targets(demo_desk)[dialog.selected_class].target_bps == 500


def test_holding_targets_begin_equal_or_as_held_and_can_be_cleared(opened: Opened, demo_desk: Desk) -> None:
    dialog = opened(demo_desk, asset_class_id="cash")
    holdings = dialog.holdings
    assert not holdings.lines.isVisible() and holdings.equal.isVisible() and not holdings.clear.isVisible()
    holdings.equal.click()
    assert shares(dialog, "cash") == {"cash_usd": 5000, "cash_eur": 5000} and holdings.lines.isVisible()
    holdings.current.click()
    assert sum(shares(dialog, "cash").values()) == 10_000 and shares(dialog, "cash")["cash_usd"] > 6000
    holdings.clear.click()
    assert shares(dialog, "cash") == {} and not holdings.lines.isVisible()


def test_small_changes_are_shown_in_hundredths_so_that_each_is_seen(qtbot: QtBot, dialog: TargetDialog) -> None:
    typed(dialog.classes, "fixed_income", "25.1")
    settled(qtbot, dialog)
    shown = [(each.name, each.before, each.after, each.difference) for each in dialog.pane.preview.changes]
    assert shown[0] == ("Fixed income", "25.00%", "25.10%", "+0.10 pp") and len(shown) > 2
    assert all(before != after for _, before, after, _ in shown)


def test_the_preview_names_the_largest_change_first_and_what_is_cleared(qtbot: QtBot, dialog: TargetDialog) -> None:
    dialog.holdings.clear.click()
    typed(dialog.classes, "crypto", "15")
    settled(qtbot, dialog)
    names = [each.name for each in dialog.pane.preview.changes]
    assert names[1:] == ["Equity", "Fixed income", "Real estate", "Cash"], "of one size: in the order of the screen"
    preview = dialog.pane.preview
    sizes = [abs(each.after_part - each.before_part) for each in preview.changes]
    assert sizes == sorted(sizes, reverse=True) and preview.changes[0].name == "Crypto"
    below = {each.name: (each.before, each.after, each.difference) for each in preview.below}
    assert below["VTI"] == ("30.00%", "–", "cleared") and below["BTC"] == ("3.50%", "10.50%", "+7.00 pp")
    assert [each.name for each in preview.figures][-2:] == ["Classes outside", "Holdings outside"]


def test_look_through_assets_have_no_line_and_are_named(dialog: TargetDialog) -> None:
    assert "aor" not in dialog.holdings.lines.keys
    assert dialog.holdings.note == "AOR counts to several classes and has no line."


def test_an_asset_that_is_not_held_can_have_a_target(qtbot: QtBot, opened: Opened, demo_desk: Desk) -> None:
    gold = Asset("", "GLD", "Gold", AssetKind.FUND, "USD", (Exposure("commodities", 10_000),))
    gold = demo_desk.assets.add(gold)
    dialog = opened(demo_desk)
    dialog.class_menu.aboutToShow.emit()
    next(each for each in dialog.class_menu.actions() if each.text() == "Commodities").trigger()
    assert dialog.holdings.add.isEnabled()
    entry = dialog.holdings.add.menu().actions()[0]
    assert entry.text() == "GLD   Gold"
    entry.trigger()
    assert shares(dialog, "commodities") == {gold.id: 10_000}
    QTest.keyClick(dialog.holdings.lines.row(gold.id).slider, Qt.Key.Key_Delete)
    assert "Bring it to 0%" in dialog.holdings.total
    typed(dialog.classes, "commodities", "5")
    settled(qtbot, dialog)
    dialog.save.click()
    assert targets(demo_desk)["commodities"].holdings == (HoldingTarget(gold.id, 10_000),)


def test_of_all_follows_both_levels(dialog: TargetDialog) -> None:
    assert dialog.holdings.lines.row("vti").line.note == "= 30.00% of all"
    typed(dialog.classes, "equity", "50")
    assert dialog.holdings.lines.row("vti").line.note == "= 25.00% of all"
    typed(dialog.holdings.lines, "vti", "80")
    assert dialog.holdings.lines.row("vti").line.note == "= 40.00% of all"


def test_a_strategy_without_targets_begins_with_what_is_held(qtbot: QtBot, opened: Opened, demo_desk: Desk) -> None:
    strategy = demo_desk.targets.add("wallet", "Mine")
    dialog = opened(demo_desk, scope="wallet")
    assert dialog.windowTitle() == "Edit targets — Crypto wallet · Mine"
    assert dialog.total.title == "No targets yet" and set(shares(dialog).values()) == {0}
    dialog.total.button.click()
    settled(qtbot, dialog)
    assert dialog.total.title == "100.00%"
    dialog.save.click()
    assert set(targets(demo_desk, strategy.id)) == {"crypto", "cash"}


def test_the_first_targets_from_a_template_are_kept_as_such(qtbot: QtBot, demo_desk: Desk) -> None:
    strategy = demo_desk.targets.add("wallet", "Mine")
    start = StartTargetsDialog(demo_desk, demo_desk.allocations.of("wallet"))
    qtbot.addWidget(start)
    assert not start.name.isVisibleTo(start), "it has a name of its own"
    next(each for each in start.options if each.text() == "All Weather").click()
    start.accept()
    assert demo_desk.targets.get(strategy.id).name == "Mine"
    newest = demo_desk.reallocations.history(header_of(strategy.id))[0]
    assert newest.source is Source.TEMPLATE and newest.version == strategy.version + 1


def test_an_empty_portfolio_can_have_targets(qtbot: QtBot, opened: Opened, desk: Desk) -> None:
    dialog = opened(desk)
    assert dialog.classes.keys == () and not dialog.holdings.isVisible() and not dialog.save.isEnabled()
    dialog.templates.actions()[0].trigger()
    settled(qtbot, dialog)
    assert shares(dialog) == {"equity": 6000, "fixed_income": 4000}
    dialog.save.click()
    assert targets(desk)["equity"].target_bps == 6000


def test_before_any_target_there_is_no_version_and_nothing_is_outside(qtbot: QtBot, opened: Opened, desk: Desk) -> None:
    account = desk.accounts.add("Broker", AccountKind.TAXABLE, "USD")
    fund = desk.assets.add(Asset("", "VT", "World", AssetKind.FUND, "USD", (Exposure("equity", 10_000),)))
    desk.prices.set([Price(fund.id, desk.clock.today(), Decimal(100))])
    desk.holdings.add(account.id, fund.id, Decimal(3))
    dialog = opened(desk)
    said = [*(each.text() for each in dialog.findChildren(QLabel)), dialog.save.text(), dialog.reset.text()]
    assert any("nothing saved yet" in each for each in said)
    assert not [each for each in said if "ersion" in each or "outside" in each]
    typed(dialog.classes, "equity", "10")
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    box = dialog.findChild(QMessageBox)
    assert box is not None and box.informativeText() == "No targets are saved yet."
    QTest.keyClick(box, Qt.Key.Key_Escape)
    assert dialog.classes.row("equity").line.is_outside
    settled(qtbot, dialog)
    preview = dialog.pane.preview
    assert preview.figures_title == "Drift with these targets"
    assert [(each.name, each.numbers) for each in preview.figures] == [
        ("Largest", "90.00 pp"), ("In total", "90.00 pp"), ("Classes outside", "1"),
    ], "there is no drift before the first target, so nothing stands before an arrow"  # fmt: skip


def with_many_lines(desk: Desk) -> None:
    """204 holdings of equity, 200 of them with a target."""
    exposures = (Exposure("equity", 10_000),)
    new = [Asset(f"a{n}", f"A{n}", f"Asset {n}", AssetKind.FUND, "USD", exposures) for n in range(200)]
    # In one change: each alone takes long.
    with desk._database.write(Topic.ASSETS) as connection:
        add_assets(connection, new)
    strategy = desk.targets.get("default_all_portfolio")
    wanted = tuple(HoldingTarget(asset.id, 50) for asset in new)
    edited = tuple(replace(t, holdings=wanted) if t.asset_class_id == "equity" else t for t in strategy.targets)
    desk.targets.save(strategy.id, strategy.version, edited)


def test_two_hundred_lines_show_what_is_in_view_at_once_and_the_rest_after(
    qtbot: QtBot, opened: Opened, demo_desk: Desk
) -> None:
    with_many_lines(demo_desk)
    dialog = opened(demo_desk)
    lines = dialog.holdings.lines
    assert len(lines.keys) == 204
    typed(lines, lines.keys[0], "50")
    assert lines.row(lines.keys[0]).line.target_bps == 5000
    expected = shares(dialog, "equity")
    qtbot.waitUntil(lambda: all(lines.row(key).line.target_bps == bps for key, bps in expected.items()))
    lines.focus(lines.keys[-1])
    assert lines.row(lines.keys[-1]).visibleRegion().boundingRect().height() > 40


def test_of_many_lines_the_first_have_rows_and_scrolling_makes_more(
    qtbot: QtBot, opened: Opened, demo_desk: Desk
) -> None:
    with_many_lines(demo_desk)
    lines = opened(demo_desk).holdings.lines
    bar = lines.verticalScrollBar()

    def names() -> list[str]:
        return [row.line.name for row in lines.findChildren(WeightRow) if not row.isHidden()]

    first = names()
    assert 2 < len(first) < 100
    bar.setValue(bar.maximum())
    assert len(first) < len(names()) < 204
    for _ in range(5):
        bar.setValue(bar.maximum())
    assert len(set(names())) == 204
    last = lines.row(lines.keys[-1])
    qtbot.waitUntil(lambda: last.visibleRegion().boundingRect().height() > 40)


def test_names_say_what_each_control_is(opened: Opened, demo_desk: Desk) -> None:
    dialog = opened(demo_desk, asset_class_id="crypto")
    row = dialog.holdings.lines.row("eth")
    assert row.slider.accessibleName() == "Target of ETH"
    assert row.lock.accessibleName() == "Lock ETH"
    assert all(each.accessibleName() for each in (dialog.undo, dialog.redo, dialog.save, dialog.holdings.add))
