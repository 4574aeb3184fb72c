"""The editing part of the target editor: the draft, what the user asks of its lines, and how they are shown."""

from collections.abc import Callable
from typing import Any, Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from wealthdesk.domain.edited_lines import CLASSES, EditedLines, Level
from wealthdesk.domain.reallocation import LineKey, Source, State
from wealthdesk.domain.targets import ClassTargets, Strategy
from wealthdesk.gui.allocation.targets.target_frame import TargetFrame
from wealthdesk.gui.allocation.targets.target_lines import TargetLines
from wealthdesk.gui.allocation.targets.target_values import (
    Ground,
    TotalStanding,
    as_held,
    class_lines,
    equal,
    holding_lines,
    mended,
    scale_of,
    standing,
    without,
)

_SETTLE_MS: Final = 600
_ELSEWHERE: Final = "These targets changed elsewhere"


class TargetEditor(TargetFrame):
    """Shows every step of the draft at once; what the step would change and whether it can be kept is the dialog's."""

    def __init__(self, ground: Ground, strategy: Strategy, state: State, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ground = ground
        self._strategy = strategy
        self._draft = EditedLines.of(state, held=ground.own)
        self._template: ClassTargets | None = None
        self._selected = ""
        self._scale_bps = self._holding_scale_bps = 0
        self._standing: TotalStanding | None = None
        self._around: tuple[str, Ground, tuple[str, ...], TotalStanding] | None = None
        """What stands around the lines of the holdings: of which class and lines, and where their total stands."""
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._connect_editing()

    @property
    def draft(self) -> EditedLines:
        """What is being edited."""
        return self._draft

    @property
    def selected_class(self) -> str:
        """The id of the class whose holdings are shown, "" when there is no class."""
        return self._selected

    def _mark_stale(self) -> None:
        """The draft is another one: what was previewed is not of it."""
        raise NotImplementedError

    def _show_actions(self) -> None:
        """Show what can be done with the draft as it is."""
        self.undo.setEnabled(self._draft.can_undo)
        self.redo.setEnabled(self._draft.can_redo)
        self.reset.setEnabled(self._draft.is_changed)

    def _source(self) -> Source:
        return Source.TEMPLATE if self._draft.targets == self._template else Source.MANUAL

    def _why_unfinished(self) -> str:
        """What has to be done before the draft can be saved at all, "" where nothing has."""
        for lines in (self.classes, self.holdings.lines):
            if problem := lines.problem():
                return f"Correct the number of {_short(problem[0])} to save"
        incomplete = self._draft.incomplete
        if incomplete:
            level = incomplete[0]
            of = "total" if level == CLASSES else f"holdings in {_short(self._ground.class_name(level))}"
            return f"Bring the {of} to 100% to save"
        return "" if self._draft.is_changed else "Nothing has been changed yet"

    # What the user asks for

    def _on_moved(self, key: LineKey, bps: int) -> None:
        self._settle.stop()
        self._draft = self._draft.moved(key, bps, keep_whole=self.keep_whole.isChecked())
        self._show_draft()
        self._mark_stale()

    def _on_released(self) -> None:
        self._settle.start()
        self._show_draft(rescale=True)

    def _on_settled(self) -> None:
        self._draft = self._draft.settled()
        self._show_actions()

    def _on_mend_clicked(self, level: Level) -> None:
        self._change(mended(self._draft, self._ground, level, self._selected))

    def _on_template(self, draft: EditedLines) -> None:
        self._change(draft)
        self._template = self._draft.targets

    def _on_as_held(self, level: Level) -> None:
        self._change(as_held(self._draft, self._ground, level))

    def _on_equal(self, level: Level) -> None:
        self._change(equal(self._draft, self._ground, level))

    def _on_class_chosen(self, class_id: str) -> None:
        self._change(self._draft.with_line(LineKey(class_id)))
        self._select(class_id)
        self.classes.focus(class_id, Qt.FocusReason.TabFocusReason)

    def _on_asset_chosen(self, asset_id: str) -> None:
        self._change(self._draft.with_line(LineKey(asset_id, self._selected)))
        self.holdings.lines.focus(asset_id, Qt.FocusReason.TabFocusReason)

    def _on_keep_whole_toggled(self) -> None:
        self._change(self._draft.rested())

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

    def _change(self, draft: EditedLines) -> None:
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

    def _show_draft(self, *, rescale: bool = False) -> None:
        lines = class_lines(self._draft, self._ground, self._strategy)
        if rescale or not self._scale_bps:
            self._scale_bps = scale_of(lines)
        self.classes.show_lines(lines, self._scale_bps)
        self._show_holdings(rescale=rescale)
        self._show_standing()

    def _show_holdings(self, *, rescale: bool) -> None:
        self.holdings.setVisible(bool(self._selected))
        if not self._selected:
            return
        lines = holding_lines(self._draft, self._ground, self._strategy, self._selected)
        if rescale or not self._holding_scale_bps:
            self._holding_scale_bps = scale_of(lines)
        self.holdings.lines.show_lines(lines, self._holding_scale_bps)
        stands = standing(self._draft, self._ground, self._selected, None)
        around = self._selected, self._ground, tuple(lines), stands
        if around != self._around:
            self._around = around
            self.holdings.show_class(*around)

    def _show_elsewhere_words(self, version: int, made: str) -> None:
        if self._draft.is_changed:
            self.show_elsewhere(_ELSEWHERE, f"{made}. Your edits are still here.", "&Merge…")
        else:
            self.show_elsewhere(_ELSEWHERE, f"{made}.", f"Show &version {version}")

    def _show_standing(self) -> None:
        stands = standing(self._draft, self._ground, CLASSES, self._selected)
        if stands != self._standing:
            self._standing = stands
            self.total.show_standing(stands)

    # How it is wired

    def _connect_editing(self) -> None:
        self._connect_lines(self.classes, lambda: CLASSES)
        self._connect_lines(self.holdings.lines, lambda: self._selected)
        self._connect_templates()
        self.classes.line_selected.connect(self._select)
        self.total.action_clicked.connect(lambda: self._on_mend_clicked(CLASSES))
        self.class_menu.aboutToShow.connect(self._on_class_menu_asked)
        self.class_menu.class_chosen.connect(self._on_class_chosen)
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

    def _connect_templates(self) -> None:
        menu = self.templates
        menu.template_chosen.connect(lambda shares: self._on_template(self._draft.filled(CLASSES, shares)))
        menu.current_weights_chosen.connect(lambda: self._on_template(as_held(self._draft, self._ground, CLASSES)))
        menu.equal_chosen.connect(lambda: self._on_template(equal(self._draft, self._ground, CLASSES)))

    def _connect_lines(self, lines: TargetLines, level: Callable[[], Level]) -> None:
        lines.moved.connect(lambda name, bps: self._on_moved(LineKey(name, level()), bps))
        lines.released.connect(self._on_released)
        lines.lock_toggled.connect(lambda name, wanted: self._set(LineKey(name, level()), is_locked=wanted))
        lines.band_asked.connect(lambda name, band: self._set(LineKey(name, level()), band=band))
        lines.cap_asked.connect(lambda name, cap: self._set(LineKey(name, level()), cap=cap))
        lines.removal_asked.connect(
            lambda name: self._change(without(self._draft, self._ground, LineKey(name, level())))
        )
        lines.problem_changed.connect(lambda: self._show_actions())

    def _set(self, key: LineKey, **values: Any) -> None:
        self._change(self._draft.with_values(key, **values))


def _short(name: str) -> str:
    return name if len(name) <= 24 else f"{name[:23]}…"
