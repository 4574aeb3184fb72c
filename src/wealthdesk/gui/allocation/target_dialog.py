"""The target editor: class and holding targets of a strategy, with a live preview of what saving them would change."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from wealthdesk.domain.assets import AssetClass
from wealthdesk.domain.money import WHOLE
from wealthdesk.domain.target_draft import CLASSES, Level, TargetDraft, with_everything_held
from wealthdesk.domain.targets import Strategy
from wealthdesk.errors import PortfolioChanged, WealthDeskError
from wealthdesk.gui import problems
from wealthdesk.gui.allocation import target_steps as steps
from wealthdesk.gui.allocation.new_class_dialog import NewClassDialog
from wealthdesk.gui.allocation.target_frame import TargetFrame
from wealthdesk.gui.allocation.target_lines import TargetLines
from wealthdesk.gui.allocation.target_preview import preview_of
from wealthdesk.gui.allocation.target_values import Ground, class_lines, scale_of, standing
from wealthdesk.services.allocation import Allocation
from wealthdesk.services.desk import Desk

_PREVIEW_MS: Final = 30
_SETTLE_MS: Final = 600
_EXCESS: Final = 350
_LOAD: Final = "L&oad what is kept now"


class TargetDialog(TargetFrame):
    """Edits the active strategy of an allocation. Nothing is kept before `accept`, which saves first, then closes."""

    def __init__(
        self, desk: Desk, allocation: Allocation, parent: QWidget | None = None, *, asset_class_id: str | None = None
    ) -> None:
        super().__init__(parent)
        assert allocation.strategy is not None, "there is a strategy before there are targets to edit"
        self._desk = desk
        self._ground = Ground.of(allocation)
        self._strategy: Strategy = allocation.strategy
        self._before = allocation.drift
        kept = with_everything_held(self._strategy.targets, self._ground.own)
        self._draft = TargetDraft(kept, kept)
        self._selected = ""
        self._scale_bps = 0
        self._is_stale = False
        self.new_class: NewClassDialog | None = None
        self._preview_timer = QTimer(self, singleShot=True, interval=_PREVIEW_MS)
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._connect()
        self._show_strategy()
        self._show_draft(rescale=True)
        self._select(asset_class_id or "")
        self.show_preview()
        if self._selected:
            self.classes.focus(self._selected, Qt.FocusReason.TabFocusReason)

    @property
    def draft(self) -> TargetDraft:
        """What is being edited."""
        return self._draft

    @property
    def is_stale(self) -> bool:
        """Whether the preview is older than the targets."""
        return self._is_stale

    @property
    def selected_class(self) -> str:
        """The id of the class whose holdings are shown, "" when there is no class."""
        return self._selected

    def show_preview(self) -> None:
        """Show what the targets of now would change, without waiting for the timer."""
        self._preview_timer.stop()
        strategy = replace(self._strategy, targets=self._draft.targets)
        after = self._desk.allocations.preview(self._ground.allocation, strategy)
        self.pane.show_preview(preview_of(self._draft, self._ground, strategy, self._before, after))
        self._is_stale = False
        self._show_actions()

    def show_over_allocated(self) -> None:
        """Move one line alone, so that the total exceeds 100%: for the pictures."""
        lines = self._draft.lines(CLASSES)
        if lines:
            self.keep_whole.setChecked(False)
            self._on_moved(CLASSES, lines[-1].key, min(lines[-1].bps + _EXCESS, WHOLE))
            self._show_draft(rescale=True)
            self.show_preview()

    def accept(self) -> None:
        """Save, then close. What was not in the preview yet is shown first instead."""
        for lines in (self.classes, self.holdings.lines):
            lines.commit()
        if self._is_stale:
            self.show_preview()
            return
        if not self.save.isEnabled():
            return
        self._draft = self._draft.rested()
        try:
            self._desk.targets.save(self._strategy.id, self._strategy.version, self._draft.targets)
        except PortfolioChanged as refusal:
            self.show_refusal(f"{refusal} Your edits are still here.", _LOAD)
            return
        except WealthDeskError as refusal:
            self.show_refusal(str(refusal))
            return
        super().accept()

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
        super().reject()

    def _on_moved(self, level: Level, key: str, bps: int) -> None:
        self._settle.stop()
        self._draft = self._draft.moved(level, key, bps, keep_whole=self.keep_whole.isChecked())
        self._show_draft()
        self._mark_stale()

    def _on_released(self) -> None:
        self._settle.start()
        self._show_draft(rescale=True)

    def _on_settled(self) -> None:
        self._draft = self._draft.settled()
        self._show_actions()

    def _on_mend_clicked(self, level: Level) -> None:
        self._change(steps.mended(self._draft, self._ground, level, self._selected))

    def _on_template(self, shares: Mapping[str, int]) -> None:
        self._change(self._draft.filled(CLASSES, shares))

    def _on_as_held(self, level: Level) -> None:
        self._change(steps.as_held(self._draft, self._ground, level))

    def _on_equal(self, level: Level) -> None:
        self._change(steps.equal(self._draft, self._ground, level))

    def _on_removal_asked(self, level: Level, key: str) -> None:
        self._change(steps.without(self._draft, self._ground, level, key))

    def _on_class_chosen(self, class_id: str) -> None:
        self._change(self._draft.with_line(CLASSES, class_id))
        self._select(class_id)
        self.classes.focus(class_id, Qt.FocusReason.TabFocusReason)

    def _on_asset_chosen(self, asset_id: str) -> None:
        self._change(self._draft.with_line(self._selected, asset_id))
        self.holdings.lines.focus(asset_id, Qt.FocusReason.TabFocusReason)

    def _on_new_class(self) -> None:
        self.new_class = NewClassDialog(self._desk, self._ground.allocation.portfolio.classes.values(), self)
        self.new_class.class_added.connect(self._on_class_added)
        self.new_class.open()

    def _on_class_added(self, added: AssetClass) -> None:
        self._ground = Ground.of(replace(self._ground.allocation, portfolio=self._desk.portfolios.current()))
        self._on_class_chosen(added.id)

    def _on_keep_whole_toggled(self) -> None:
        self._change(self._draft.rested())

    def _on_load_clicked(self) -> None:
        try:
            self._strategy = self._desk.targets.get(self._strategy.id)
        except WealthDeskError as refusal:
            self.show_refusal(str(refusal))
            return
        self._before = self._desk.allocations.preview(self._ground.allocation, self._strategy)
        self._draft = self._draft.rebased(with_everything_held(self._strategy.targets, self._ground.own))
        self.refusal.hide()
        self._show_strategy()
        self._change(self._draft)

    def _on_down_asked(self) -> None:
        """To the holdings of the class; Tab would pass, and thereby select, the other classes on its way."""
        keys = self.holdings.lines.keys
        if keys:
            self.holdings.lines.focus(keys[0], Qt.FocusReason.ShortcutFocusReason)
        elif self.holdings.equal.isVisible():
            self.holdings.current.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _on_up_asked(self) -> None:
        if self._selected:
            self.classes.focus(self._selected, Qt.FocusReason.ShortcutFocusReason)

    def _on_class_menu_asked(self) -> None:
        present = set(self.classes.keys)
        classes = self._ground.allocation.portfolio.classes.values()
        self.class_menu.show_classes([each for each in classes if each.id not in present])

    def _select(self, class_id: str) -> None:
        keys = self.classes.keys
        chosen = class_id if class_id in keys else keys[0] if keys else ""
        if chosen != self._selected:
            self._selected = chosen
            self.classes.select(chosen or None)
            self._show_holdings(rescale=True)
            self._show_standing()

    def _change(self, draft: TargetDraft) -> None:
        """Show another draft, made in one step."""
        self._settle.stop()
        self._draft = draft
        for lines in (self.classes, self.holdings.lines):
            lines.forget_typing()
        self._show_draft(rescale=True)
        if self._selected not in self.classes.keys:
            self._select("")
        self._mark_stale()

    # What is shown

    def _mark_stale(self) -> None:
        self._is_stale = True
        if not self._preview_timer.isActive():
            self._preview_timer.start()
        self._show_actions()

    def _show_strategy(self) -> None:
        scope, name = self._ground.allocation.scope_name, self._strategy.name
        title = f"Edit targets — {scope}" + (f" · {name}" if name != scope else "")
        self.show_titles(title, self._strategy.version)

    def _show_draft(self, *, rescale: bool = False) -> None:
        lines = class_lines(self._draft, self._ground, self._strategy)
        if rescale or not self._scale_bps:
            self._scale_bps = scale_of(lines)
        self.classes.show_lines(lines, self._scale_bps)
        self._show_holdings(rescale=rescale)
        self._show_standing()
        self._show_actions()

    def _show_holdings(self, *, rescale: bool) -> None:
        self.holdings.setVisible(bool(self._selected))
        if self._selected:
            self.holdings.show_class(self._draft, self._ground, self._strategy, self._selected, rescale)

    def _show_standing(self) -> None:
        stands = standing(self._draft, self._ground, CLASSES, self._selected)
        self.banner.show_message(stands.tone, stands.title, stands.text)
        self.banner.set_action(stands.action)

    def _show_actions(self) -> None:
        why = self._why_not()
        self.reason.setText(why)
        self.save.setEnabled(not why and not self._is_stale)
        self.undo.setEnabled(self._draft.can_undo)
        self.redo.setEnabled(self._draft.can_redo)
        self.reset.setEnabled(self._draft.is_changed)

    def _why_not(self) -> str:
        for lines in (self.classes, self.holdings.lines):
            if problem := lines.problem():
                return f"Correct the number of {_short(problem[0])} to save"
        incomplete = self._draft.incomplete
        if incomplete:
            level = incomplete[0]
            of = "total" if level is None else f"holdings in {_short(self._ground.class_name(level))}"
            return f"Bring the {of} to 100% to save"
        return "" if self._draft.is_changed else "Nothing has been changed yet"

    # How it is wired

    def _connect(self) -> None:
        self._connect_lines(self.classes, lambda: CLASSES)
        self._connect_lines(self.holdings.lines, lambda: self._selected)
        self.classes.line_selected.connect(self._select)
        self.banner.action_clicked.connect(lambda: self._on_mend_clicked(CLASSES))
        self.refusal.action_clicked.connect(self._on_load_clicked)
        self.templates.template_chosen.connect(self._on_template)
        self.templates.current_weights_chosen.connect(lambda: self._on_as_held(CLASSES))
        self.templates.equal_chosen.connect(lambda: self._on_equal(CLASSES))
        self.class_menu.aboutToShow.connect(self._on_class_menu_asked)
        self.class_menu.class_chosen.connect(self._on_class_chosen)
        self.class_menu.new_class_chosen.connect(self._on_new_class)
        self.keep_whole.toggled.connect(self._on_keep_whole_toggled)
        self.holdings.asset_chosen.connect(self._on_asset_chosen)
        self.holdings.equal_chosen.connect(lambda: self._on_equal(self._selected))
        self.holdings.current_chosen.connect(lambda: self._on_as_held(self._selected))
        self.holdings.clear_chosen.connect(lambda: self._change(self._draft.cleared(self._selected)))
        self.holdings.mend_chosen.connect(lambda: self._on_mend_clicked(self._selected))
        self.undo.clicked.connect(lambda: self._change(self._draft.undone()))
        self.redo.clicked.connect(lambda: self._change(self._draft.redone()))
        self.reset.clicked.connect(lambda: self._change(self._draft.reset()))
        self.cancel.clicked.connect(self.reject)
        self.save.clicked.connect(self.accept)
        self._preview_timer.timeout.connect(self.show_preview)
        self._settle.timeout.connect(self._on_settled)
        # Not shortcuts of the buttons: those take 100 ms to click, and lose the next one meanwhile.
        for keys, asked in (
            ("Ctrl+Return", self.accept),
            ("Ctrl+Enter", self.accept),
            ("Ctrl+Z", self.undo.click),
            ("Ctrl+Shift+Z", self.redo.click),
            ("Ctrl+Y", self.redo.click),
            ("Ctrl+Down", self._on_down_asked),
            ("Ctrl+Up", self._on_up_asked),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(asked)

    def _connect_lines(self, lines: TargetLines, level: Callable[[], Level]) -> None:
        lines.moved.connect(lambda key, bps: self._on_moved(level(), key, bps))
        lines.released.connect(self._on_released)
        lines.lock_toggled.connect(lambda key, wanted: self._change(self._draft.locked(level(), key, wanted)))
        lines.removal_asked.connect(lambda key: self._on_removal_asked(level(), key))
        lines.problem_changed.connect(self._show_actions)


def _short(name: str) -> str:
    return name if len(name) <= 24 else f"{name[:23]}…"
