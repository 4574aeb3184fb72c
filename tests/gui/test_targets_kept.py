"""What is edited of targets and not saved outlives the editor, the window and the program, and says so."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtWidgets import QDialog, QMessageBox
from pytestqt.qtbot import QtBot

from portfolio_files import demo_at
from wealthdesk.domain.reallocation import LineKey, SetAmount, SetBand, Source
from wealthdesk.domain.targets import equal, from_lines, header_of
from wealthdesk.gui import tasks
from wealthdesk.gui.allocation.page import AllocationPage
from wealthdesk.gui.allocation.targets.target_dialog import KeptEdits, TargetDialog
from wealthdesk.gui.main_window import MainWindow
from wealthdesk.gui.reallocation.conflict_dialog import Unsaved
from wealthdesk.services.desk import Clock, Desk, open_desk

ID = "default_all_portfolio"
HEADER = header_of(ID)


@pytest.fixture
def path(tmp_path: Path, clock: Clock) -> Path:
    """The demo portfolio."""
    made = tmp_path / "demo.wealthdesk"
    demo_at(made, clock)
    return made


class Life:
    """A window with the allocation of a file, at another time."""

    def __init__(self, path: Path, clock: Clock, qtbot: QtBot, later: timedelta = timedelta()) -> None:
        self.desk: Desk = open_desk(path, Clock(clock.today, lambda: clock.now() + later))
        self.window = MainWindow()
        qtbot.addWidget(self.window)
        self.window.show()
        self.window.show_desk(self.desk)
        qtbot.waitUntil(lambda: not tasks.is_busy(), timeout=20_000)
        page = self.window.page("allocation")
        assert isinstance(page, AllocationPage)
        self.page = page

    def editor(self) -> TargetDialog:
        self.page.dialogs.edit_targets()
        editor = self.page.findChild(TargetDialog)
        assert editor is not None
        return editor

    def said(self) -> str:
        notice = self.page.notices.unsaved
        return "" if notice.isHidden() else notice.words

    def close(self) -> None:
        assert self.window.close()
        self.window.let_go()
        self.desk.close()


def edit(editor: TargetDialog) -> None:
    """Three changes: one line moved so that another gives way, and a lock."""
    editor._change(editor.draft.with_values(LineKey("crypto"), is_locked=True))
    editor.keep_whole.setChecked(False)
    for key, bps in (("equity", 5500), ("fixed_income", 3000)):
        editor.classes.moved.emit(key, bps)
        editor.classes.released.emit()
    editor.pane.set_reason("Retiring later")


def test_edits_are_here_again_after_the_window_was_closed(path: Path, clock: Clock, qtbot: QtBot) -> None:
    life = Life(path, clock, qtbot)
    assert life.said() == ""
    editor = life.editor()
    edit(editor)
    edited = editor.draft.targets
    life.close()
    again = Life(path, clock, qtbot, timedelta(days=1))
    assert again.said() == "Edited targets: 3 changes from yesterday, not committed."
    editor = again.editor()
    assert not editor.notice.isHidden() and editor.notice.title == "3 changes from yesterday, not committed"
    assert editor.draft.targets == edited and editor.pane.reason == "Retiring later"
    locked = editor.draft.line(LineKey("crypto"))
    assert locked is not None and locked.is_locked
    assert again.desk.undo.last() is None, "it is no change of data"
    editor.undo.click()
    assert not editor.draft.is_changed, "one step back is what is kept"
    again.close()


def test_edits_are_kept_a_moment_after_the_last_one(path: Path, clock: Clock, qtbot: QtBot) -> None:
    life = Life(path, clock, qtbot)
    editor = life.editor()
    edit(editor)
    assert editor._edits.is_waiting and life.desk.drafts.of(HEADER) is None
    editor._edits._timer.start(0)
    qtbot.waitUntil(lambda: not editor._edits.is_waiting)
    kept = life.desk.drafts.of(HEADER)
    assert kept is not None
    assert kept.changes == (SetAmount(LineKey("equity"), 5500), SetAmount(LineKey("fixed_income"), 3000))
    assert kept.locks == {LineKey("crypto"): True} and kept.reason == "Retiring later"
    life.close()


def test_what_was_saved_or_discarded_does_not_come_back(
    path: Path, clock: Clock, qtbot: QtBot, opened: Callable[..., QMessageBox]
) -> None:
    life = Life(path, clock, qtbot)
    editor = life.editor()
    edit(editor)
    life.page.keep_unsaved()
    assert life.desk.drafts.of(HEADER) is not None
    editor.reject()
    with qtbot.waitSignal(editor.rejected):
        opened(QMessageBox).accept()
    assert life.desk.drafts.of(HEADER) is None and life.said() == ""
    qtbot.waitUntil(lambda: life.page.findChild(TargetDialog) is None)
    editor = life.editor()
    edit(editor)
    life.page.keep_unsaved()
    editor.show_preview()
    editor.pane.findings.accept_all()
    editor.accept()
    equity = life.desk.targets.get(ID).target_of("equity")
    assert equity is not None and equity.target_bps == 5500
    assert life.desk.drafts.of(HEADER) is None and life.said() == ""
    life.close()


def test_they_come_back_to_be_merged_where_another_version_was_saved_meanwhile(
    path: Path, clock: Clock, qtbot: QtBot
) -> None:
    life = Life(path, clock, qtbot)
    editor = life.editor()
    edit(editor)
    edited = editor.draft.targets
    life.close()
    with open_desk(path, clock) as other:
        strategy = other.targets.get(ID)
        lines = equal([each.asset_class_id for each in strategy.targets])
        other.targets.save(ID, strategy.version, from_lines(lines, strategy.targets))
    again = Life(path, clock, qtbot)
    editor = again.editor()
    assert editor.draft.targets == edited
    assert not editor.elsewhere.isHidden() and not editor.save.isEnabled()
    editor.elsewhere.button.click()
    assert editor.conflict is not None
    editor.conflict.all_mine.click()
    editor.conflict.back.click()
    assert editor.draft.targets == edited and editor.draft.is_changed and editor.elsewhere.isHidden()
    again.close()


def test_edits_of_a_version_that_is_now_as_they_are_say_nothing(path: Path, clock: Clock, qtbot: QtBot) -> None:
    life = Life(path, clock, qtbot)
    life.desk.drafts.keep(HEADER, life.desk.targets.get(ID).version, (SetAmount(LineKey("equity"), 6000),))
    editor = life.editor()
    assert not editor.draft.is_changed and editor.notice.isHidden()
    assert life.desk.drafts.of(HEADER) is None
    life.close()


def test_what_is_gone_meanwhile_is_left_out(path: Path, clock: Clock, qtbot: QtBot) -> None:
    life = Life(path, clock, qtbot)
    version = life.desk.targets.get(ID).version
    gone = (SetAmount(LineKey("no_more"), 500), SetBand(LineKey("crypto"), 200))
    life.desk.drafts.keep(HEADER, version, gone, source=Source.TEMPLATE, locks={LineKey("no_more"): True})
    editor = life.editor()
    line = editor.draft.line(LineKey("crypto"))
    assert line is not None and line.band == 200 and editor.draft.line(LineKey("no_more")) is None
    life.close()


def test_nothing_is_kept_of_an_editor_that_was_closed_when_its_file_may_be_closed_too(qtbot: QtBot) -> None:
    dialog = QDialog()
    qtbot.addWidget(dialog)
    edits = KeptEdits(cast("Desk", None), _no_edits, dialog)
    dialog.show()
    edits.keep_soon()
    assert edits.is_waiting
    dialog.done(0)
    assert not edits.is_waiting


def _no_edits() -> Unsaved:
    raise AssertionError("nothing is asked of an editor that is closed")
