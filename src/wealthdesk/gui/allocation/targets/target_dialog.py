"""The target editor: class and holding targets of a strategy, with a live preview of what saving them would change."""

from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from dataclasses import replace
from typing import Final
from uuid import uuid4

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QLineEdit, QWidget

from wealthdesk.changes import Changes, Topic
from wealthdesk.domain.assets import AssetClass
from wealthdesk.domain.drift import Allocation
from wealthdesk.domain.edited_lines import EditedLines
from wealthdesk.domain.reallocation import (
    AddLine,
    Change,
    Finding,
    Limits,
    Preview,
    SetBudget,
    Source,
    State,
    changes_to,
    evaluate,
)
from wealthdesk.domain.reallocation_history import Revision
from wealthdesk.domain.targets import Strategy, header_of, targets_of_lines
from wealthdesk.errors import NotFound, PreviewStale, VersionConflict, WealthDeskError
from wealthdesk.gui import format as text
from wealthdesk.gui import problems
from wealthdesk.gui.allocation.targets.target_editor import TargetEditor
from wealthdesk.gui.allocation.targets.target_values import Ground, found_in_draft, preview_of
from wealthdesk.gui.form_dialog import AskingDialog
from wealthdesk.gui.page import Bus
from wealthdesk.gui.reallocation import conflict_words
from wealthdesk.gui.reallocation.conflict_dialog import ConflictDialog, Unsaved
from wealthdesk.gui.widgets.buttons import button, primary_button
from wealthdesk.gui.widgets.fields import FieldProblem
from wealthdesk.gui.widgets.findings import ShownFinding
from wealthdesk.gui.widgets.layouts import dialog_foot, vertical
from wealthdesk.gui.widgets.marks import COLOURS, ColourChoice
from wealthdesk.gui.widgets.text import label
from wealthdesk.services.desk import Desk
from wealthdesk.services.drafts import KeptDraft


class NewClassDialog(AskingDialog):
    """Keeps the class when it is accepted."""

    class_added = Signal(object)
    """AssetClass"""

    def __init__(self, desk: Desk, existing: Iterable[AssetClass], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setWindowTitle("Add asset class")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setMinimumWidth(460)
        self.name = QLineEdit()
        self.name.setAccessibleName("Name of the asset class")
        self._problem = FieldProblem(self.name)
        used = {each.colour.upper() for each in existing}
        self.colour = ColourChoice(next((each for each in COLOURS if each not in used), next(iter(COLOURS))))
        self._add = primary_button("A&dd class")
        self._add.setDefault(True)
        self._cancel = button("Canc&el")
        self._lay_out()
        self._add.clicked.connect(self.accept)
        self._cancel.clicked.connect(self.reject)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self).activated.connect(self.accept)
        self.name.textEdited.connect(lambda: self._problem.show_problem(""))
        self.name.setFocus()

    @property
    def problem(self) -> str:
        """Why the class was not kept, "" when nothing was refused."""
        return self._problem.sentence

    def accept(self) -> None:
        """Keep the class, then close; a refusal stays below the name."""
        try:
            added = self._desk.classes.add(self.name.text(), self.colour.colour())
        except WealthDeskError as refusal:
            self._problem.show_problem(str(refusal))
            self.name.setFocus()
            return
        super().accept()
        self.class_added.emit(added)

    def _lay_out(self) -> None:
        outer = vertical(self, spacing=0)
        body = vertical(spacing=6, margins=(24, 20, 24, 20))
        body.addWidget(label("Add asset class", "panel"))
        body.addSpacing(8)
        body.addWidget(label("&Name", "note", "mute", buddy=self.name))
        body.addWidget(self.name)
        body.addWidget(self._problem)
        body.addSpacing(6)
        body.addWidget(label("C&olour", "note", "mute", buddy=self.colour))
        body.addWidget(self.colour)
        outer.addLayout(body)
        outer.addWidget(dialog_foot(self._cancel, self._add))


_KEEP_AFTER_MS: Final = 3_000


class TargetWork:
    """One strategy at the version that is edited, with the limits that previews are made under."""

    def __init__(self, desk: Desk, strategy_id: str) -> None:
        self._desk = desk
        self._request_id = str(uuid4())
        self.header = header_of(strategy_id)
        self.strategy: Strategy
        self.state: State
        self.limits: Limits
        self.reread()
        self.came_back = desk.drafts.of(self.header)
        """What was edited another time and not saved; what is edited is then the version that it was edited of."""
        if self.came_back is not None and self.came_back.version != self.strategy.version:
            self._edit_version(self.came_back.version)

    def reread(self) -> None:
        """Edit the version of now; NotFound if the strategy is gone."""
        self.strategy = self._desk.targets.get(self.header.id)
        self.reread_ground()

    def reread_ground(self) -> None:
        """Read what lines can be of and the limits again, at the same version; VersionConflict if there is a newer."""
        found = self._desk.reallocations.preview(self.header, self.strategy.version, ())
        self.state, self.limits = found.state, found.limits

    def _edit_version(self, version: int) -> None:
        """Edit a version of before, as if the editor had been open all the time; that of now where it is forgotten."""
        with suppress(NotFound):
            self.state = self._desk.reallocations.state_at(self.header, version)
            self.strategy = replace(self.strategy, version=version, targets=targets_of_lines(self.state.lines))

    def known_changes(self, kept: KeptDraft) -> tuple[Change, ...]:
        """The edits of another time that can be made to the version that is edited, without what is gone by now."""
        names = self.state.names or {}
        keys = {line.key for line in self.state.lines}
        return tuple(
            change
            for change in kept.changes
            if not isinstance(change, SetBudget)
            and (change.key in keys or (isinstance(change, AddLine) and change.key.id in names))
        )

    def version_of_now(self) -> int:
        """The version that is kept by now; NotFound if the strategy is gone."""
        return self._desk.targets.get(self.header.id).version

    def newest(self) -> Revision | None:
        """The latest reallocation, if there is one."""
        return next(iter(self._desk.reallocations.history(self.header)), None)

    def preview(self, draft: EditedLines) -> Preview:
        """What these targets would change. Pure: for every move of a slider."""
        return evaluate(draft.state, draft.changes, self.limits)

    def keep(
        self, draft: EditedLines, preview: Preview, accepted: Collection[str], reason: str, source: Source
    ) -> None:
        """Keeps a previewed draft; one that differs in locks alone makes no new version."""
        if not preview.is_effective:
            self._desk.targets.save(self.header.id, self.strategy.version, draft.targets)
            return
        self._desk.reallocations.commit(
            self.header,
            preview.state.version,
            preview.changes,
            preview.token,
            reason=reason,
            request_id=self._request_id,
            accepted=accepted,
            source=source,
            locks={line.key: line.is_locked for line in draft.edited.lines},
        )


def unsaved(draft: EditedLines, reason: str, source: Source) -> Unsaved:
    """A draft as changes to merge: without lines of 0 % that only show what is held, and its locks."""
    state, before = draft.state, {line.key: line for line in draft.state.lines}
    shown_only = {line.key for line in draft.kept} - before.keys()
    lines = {line.key: line for line in draft.edited.lines}
    wanted = {
        key: line
        for key, line in lines.items()
        if line.amount or line.band or line.cap is not None or key not in shown_only
    }
    locks = {
        key: line.is_locked
        for key, line in lines.items()
        if line.is_locked != (key in before and before[key].is_locked)
    }
    return Unsaved(state, changes_to(state, wanted, draft.edited.budget), reason, source, locks)


class KeptEdits(QObject):
    """Keeps what is edited in the file, a moment after the last edit and when it is asked to."""

    def __init__(self, desk: Desk, edits: Callable[[], Unsaved], parent: QDialog) -> None:
        """edits: what is edited now; no changes and no locks where nothing is. parent: once it is closed, it is known
        what became of them, and the file may be closed as well.
        """
        super().__init__(parent)
        self._desk, self._edits = desk, edits
        self._timer = QTimer(self, singleShot=True, interval=_KEEP_AFTER_MS)
        self._timer.timeout.connect(self._keep_meanwhile)
        parent.finished.connect(self._timer.stop)

    @property
    def is_waiting(self) -> bool:
        """Whether there were edits that are not kept yet."""
        return self._timer.isActive()

    def keep_soon(self) -> None:
        """Something was edited."""
        self._timer.start()

    def keep(self) -> None:
        """Keep it now; a refusal where that cannot be."""
        self._timer.stop()
        if not self._desk.is_read_only:
            now = self._edits()
            header, version = now.base.header, now.base.version
            self._desk.drafts.keep(header, version, now.changes, now.reason, source=now.source, locks=now.locks)

    def forget(self) -> None:
        """It is saved, or not wanted; where that cannot be written it comes back, and can be put away again."""
        self._timer.stop()
        with suppress(WealthDeskError):
            self._desk.drafts.forget(self._edits().base.header)

    def _keep_meanwhile(self) -> None:
        """What is refused now is here still, and asked about when the window is closed."""
        with suppress(WealthDeskError):
            self.keep()


_PREVIEW_MS: Final = 30
_WATCHED: Final = frozenset({Topic.TARGETS, Topic.CLASSES, Topic.ASSETS, Topic.SETTINGS})


class TargetDialog(TargetEditor):
    """Edits the active strategy of an allocation. Nothing is kept before `accept`, which saves first, then closes."""

    def __init__(
        self,
        desk: Desk,
        allocation: Allocation,
        parent: QWidget | None = None,
        *,
        asset_class_id: str | None = None,
        bus: Bus | None = None,
    ) -> None:
        assert allocation.strategy is not None, "there is a strategy before there are targets to edit"
        self._work = TargetWork(desk, allocation.strategy.id)
        super().__init__(Ground.of(allocation), self._work.strategy, self._work.state, parent)
        self._desk = desk
        self._bus = bus
        self._before = allocation.under(self._strategy)
        self._preview = self._work.preview(self._draft)
        self._told: tuple[tuple[Finding, ...], tuple[ShownFinding, ...]] = (), ()
        """What was found in the draft, and what is shown of it."""
        self.is_stale = False
        """Whether the preview is older than the targets."""
        self._is_saving = self._is_removed = False
        self._elsewhere: tuple[int, str] | None = None
        self.conflict: ConflictDialog | None = None
        self.new_class: NewClassDialog | None = None
        self._preview_timer = QTimer(self, singleShot=True, interval=_PREVIEW_MS)
        self._edits = KeptEdits(desk, self._unsaved, self)
        self._connect()
        self._show_strategy()
        self._bring_back()
        self._show_draft(rescale=True)
        self._select(asset_class_id or "")
        self.show_preview()
        if self._selected:
            self.classes.focus(self._selected, Qt.FocusReason.TabFocusReason)

    def show_preview(self) -> None:
        """Show what the targets of now would change, without waiting for the timer."""
        self._preview_timer.stop()
        strategy = replace(self._strategy, targets=self._draft.targets)
        after = self._ground.allocation.under(strategy)
        self._preview = self._work.preview(self._draft)
        if self._preview.findings != self._told[0]:
            self._told = self._preview.findings, found_in_draft(self._preview)
        shown = preview_of(self._draft, self._ground, strategy, self._before, after, self._told[1])
        self.pane.show_preview(shown)
        self.is_stale = False
        self._show_actions()

    def keep_unsaved(self) -> None:
        """Keep what is edited, so that it is here next time; a refusal where that cannot be."""
        self._edits.keep()

    def show_newer(self, version: int, made: str) -> None:
        """Say that this version was saved elsewhere: what is edited can be merged with it, and not be saved."""
        self._elsewhere = version, made
        self._show_actions()

    def accept(self) -> None:
        """Save, then close. What was not in the preview yet is shown first instead."""
        for lines in (self.classes, self.holdings.lines):
            lines.commit()
        if self.is_stale:
            self.show_preview()
            return
        if not self.save.isEnabled():
            self.pane.findings.focus_open()
            return
        self._draft = self._draft.rested()
        if self._is_kept():
            self._edits.forget()
            super().accept()

    def _is_kept(self) -> bool:
        """Keep the draft; what hinders that is shown."""
        pane, self._is_saving = self.pane, True
        try:
            self._work.keep(self._draft, self._preview, pane.accepted, pane.reason, self._source())
        except VersionConflict:
            self._show_elsewhere()
        except PreviewStale as refusal:
            self._reread_ground()
            self.show_refusal(str(refusal))
        except WealthDeskError as refusal:
            self.show_refusal(str(refusal))
        else:
            return True
        finally:
            self._is_saving = False
        return False

    def merge(self) -> None:
        """Open the merge with what was saved elsewhere."""
        self._draft = self._draft.rested()
        unsaved = self._unsaved()
        colours = {key: each.colour for key, each in self._ground.allocation.portfolio.classes.items()}
        self.conflict = ConflictDialog(self._desk, unsaved, self, bus=self._bus, colours=colours)
        self.conflict.saved.connect(self._on_merged)
        self.conflict.editing_chosen.connect(lambda theirs, changes: self._on_merge_edited(theirs, changes, unsaved))
        self.conflict.finished.connect(self.conflict.deleteLater)
        self.conflict.open()

    def reject(self) -> None:
        """Close without saving; ask first if there are changes."""
        if not self._draft.is_changed:
            super().reject()
            return
        strategy = self._strategy
        explanation = f"Version {strategy.version} stays as it is." if strategy.targets else "No targets are saved yet."
        box = problems.ask("Leave without saving the targets?", explanation, "&Discard", self, no="&Keep editing")
        box.accepted.connect(self._on_discarded)

    # What the user asks for

    def _on_discarded(self) -> None:
        self._edits.forget()
        super().reject()

    def _on_new_class(self) -> None:
        self.new_class = NewClassDialog(self._desk, self._ground.allocation.portfolio.classes.values(), self)
        self.new_class.class_added.connect(self._on_class_added)
        self.new_class.open()

    def _on_class_added(self, added: AssetClass) -> None:
        self._reread_ground()
        self._ground = Ground.of(replace(self._ground.allocation, portfolio=self._desk.portfolios.current()))
        self._on_class_chosen(added.id)

    def _on_elsewhere_clicked(self) -> None:
        if self._draft.is_changed:
            self.merge()
        else:
            self._load()

    def _on_merged(self) -> None:
        self._edits.forget()
        super().accept()

    def _on_merge_edited(self, theirs: State, changes: tuple[Change, ...], unsaved: Unsaved) -> None:
        """Go on with the choices as a draft of the version of now; one step back is that version itself."""
        self._load()
        if self.conflict is not None:
            self.pane.set_reason(self.conflict.reason.text())
        merged = EditedLines.of(theirs, changes, locks=unsaved.locks, held=self._ground.own)
        self._change(self._draft.changed(merged.edited))

    def _on_changed(self, changes: Changes) -> None:
        """Something was kept: this is an older version then, or what it is checked against is new."""
        if self._is_saving or not self.isVisible() or not changes & _WATCHED:
            return
        self._reread_ground()

    def _reread_ground(self) -> None:
        try:
            if self._work.version_of_now() == self._strategy.version:
                self._work.reread_ground()
                self._draft = self._draft.on(self._work.state) or self._draft
                self._mark_stale()
            else:
                self._show_elsewhere()
        except NotFound as refusal:
            self._is_removed = True
            self.show_elsewhere("Removed elsewhere", str(refusal), "")
            self._show_actions()

    def _load(self) -> None:
        """Edit what is kept now; what was edited is a step to undo away."""
        try:
            self._work.reread()
        except WealthDeskError as refusal:
            self.show_refusal(str(refusal))
            return
        self._strategy = self._work.strategy
        self._before = self._ground.allocation.under(self._strategy)
        self._draft = self._draft.restarted(self._work.state, self._ground.own)
        self._elsewhere = None
        for each in (self.refusal, self.elsewhere, self.notice):
            each.hide()
        self._show_strategy()
        self._change(self._draft)

    def _bring_back(self) -> None:
        """What was edited another time and not saved is edited on, and said."""
        if (kept := self._work.came_back) is None:
            return
        changes = self._work.known_changes(kept)
        edits = EditedLines.of(self._work.state, changes, locks=kept.locks, held=self._ground.own)
        self._draft = self._draft.changed(edits.edited)
        if not self._draft.is_changed:
            self._edits.forget()
            return
        self._template = self._draft.targets if kept.source is Source.TEMPLATE else None
        self.pane.set_reason(kept.reason)
        self.show_notice(text.came_back(kept.count, kept.kept_at, self._desk.clock.now()))
        if self._work.version_of_now() != self._strategy.version:
            self._show_elsewhere()

    # What is shown

    def _mark_stale(self) -> None:
        self.is_stale = True
        self._edits.keep_soon()
        if not self._preview_timer.isActive():
            self._preview_timer.start()
        self._show_actions()

    def _unsaved(self) -> Unsaved:
        return unsaved(self._draft, self.pane.reason, self._source())

    def _show_elsewhere(self) -> None:
        """Another version than the one that is edited is kept: say which, and what can be done."""
        version = self._work.version_of_now()
        self.show_newer(version, conflict_words.made(version, self._work.newest(), self._desk.clock.now()))

    def _show_strategy(self) -> None:
        newest = self._work.newest()
        day = text.day(newest.at.astimezone()) if newest and newest.version == self._strategy.version else ""
        version = self._strategy.version if newest or self._strategy.targets else None
        self.show_titles(_title(self._ground.allocation.scope_name, self._strategy), version, day)

    def _show_actions(self) -> None:
        if self._elsewhere:
            self._show_elsewhere_words(*self._elsewhere)
        why = self._why_not()
        self.reason.setText(why)
        self.save.setEnabled(not why and not self.is_stale)
        super()._show_actions()

    def _why_not(self) -> str:
        if self._is_removed:
            return "The strategy was removed elsewhere"
        if self._elsewhere:
            version = self._elsewhere[0]
            return f"Merge with version {version} to save" if self._draft.is_changed else f"Version {version} is newer"
        return self._why_unfinished() or ("" if self.is_stale else self.pane.why_not())

    # How it is wired

    def _connect(self) -> None:
        self._preview_timer.timeout.connect(self.show_preview)
        self.pane.accepted_changed.connect(self._show_actions)
        self.pane.reason_changed.connect(self._edits.keep_soon)
        self.pane.findings.cap_asked.connect(lambda key, bps: self._change(self._draft.capped_at(key, bps)))
        self.elsewhere.action_clicked.connect(self._on_elsewhere_clicked)
        self.class_menu.new_class_chosen.connect(self._on_new_class)
        if self._bus is not None:
            self._bus.changed.connect(self._on_changed)


def _title(scope: str, strategy: Strategy) -> str:
    """Whose targets are edited, and which of them where they have a name of their own."""
    name = text.targets_name(strategy.name)
    return f"Edit targets — {text.scope(scope)}" + (f" · {name}" if name != scope else "")
