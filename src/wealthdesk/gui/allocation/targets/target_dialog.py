"""The target editor: class and holding targets of a strategy, with a live preview of what saving them would change."""

from dataclasses import replace
from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QWidget

from wealthdesk.changes import Changes, Topic
from wealthdesk.domain.assets import AssetClass
from wealthdesk.domain.drift import Allocation
from wealthdesk.domain.edited_lines import EditedLines
from wealthdesk.domain.reallocation import Change, State
from wealthdesk.domain.reallocation_history import Source
from wealthdesk.errors import NotFound, PreviewStale, VersionConflict, WealthDeskError
from wealthdesk.gui import format as text
from wealthdesk.gui import problems
from wealthdesk.gui.allocation.targets.new_class_dialog import NewClassDialog
from wealthdesk.gui.allocation.targets.target_editor import TargetEditor
from wealthdesk.gui.allocation.targets.target_preview import preview_of
from wealthdesk.gui.allocation.targets.target_values import Ground
from wealthdesk.gui.allocation.targets.target_work import KeptEdits, TargetWork, unsaved
from wealthdesk.gui.bus import Bus
from wealthdesk.gui.reallocation import conflict_words
from wealthdesk.gui.reallocation.conflict_dialog import ConflictDialog, Unsaved
from wealthdesk.services.desk import Desk

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
        self._before = desk.allocations.preview(allocation, self._strategy)
        self._preview = self._work.preview(self._draft)
        self._is_stale = self._is_saving = self._is_removed = False
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

    @property
    def is_stale(self) -> bool:
        """Whether the preview is older than the targets."""
        return self._is_stale

    def show_preview(self) -> None:
        """Show what the targets of now would change, without waiting for the timer."""
        self._preview_timer.stop()
        strategy = replace(self._strategy, targets=self._draft.targets)
        after = self._desk.allocations.preview(self._ground.allocation, strategy)
        self._preview = self._work.preview(self._draft)
        shown = preview_of(self._draft, self._ground, strategy, self._before, after, self._preview)
        self.pane.show_preview(shown)
        self._is_stale = False
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
        if self._is_stale:
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
        explanation = f"Version {self._strategy.version} stays as it is."
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
        self._before = self._desk.allocations.preview(self._ground.allocation, self._strategy)
        self._draft = self._draft.restarted(self._work.state, self._ground.own)
        self._elsewhere = None
        for each in (self.refusal, self.elsewhere, self.notice):
            each.hide()
        self._show_strategy()
        self._change(self._draft)

    def _bring_back(self) -> None:
        """What was edited another time and not saved is edited on, and said."""
        kept = self._work.came_back
        if kept is None:
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
        self._is_stale = True
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
        scope, name = self._ground.allocation.scope_name, self._strategy.name
        title = f"Edit targets — {scope}" + (f" · {name}" if name != scope else "")
        newest = self._work.newest()
        day = text.day(newest.at.astimezone()) if newest and newest.version == self._strategy.version else ""
        self.show_titles(title, self._strategy.version, day)

    def _show_actions(self) -> None:
        if self._elsewhere:
            self._show_elsewhere_words(*self._elsewhere)
        why = self._why_not()
        self.reason.setText(why)
        self.save.setEnabled(not why and not self._is_stale)
        super()._show_actions()

    def _why_not(self) -> str:
        if self._is_removed:
            return "The strategy was removed elsewhere"
        if self._elsewhere:
            version = self._elsewhere[0]
            return f"Merge with version {version} to save" if self._draft.is_changed else f"Version {version} is newer"
        return self._why_unfinished() or ("" if self._is_stale else self.pane.why_not())

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
