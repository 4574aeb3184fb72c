"""One version at the right: when, by whom and why it was made, what it changed, and the way to compare or go back."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from wealthdesk.domain.reallocation import What
from wealthdesk.domain.reallocation_history import Past, PastStep
from wealthdesk.gui.history import words
from wealthdesk.gui.history.words import Differences, differences
from wealthdesk.gui.theme import Tone
from wealthdesk.gui.widgets.buttons import button, primary_button
from wealthdesk.gui.widgets.change_preview import ChangeList
from wealthdesk.gui.widgets.layouts import horizontal, scrolling, vertical
from wealthdesk.gui.widgets.marks import Pill, PillValues
from wealthdesk.gui.widgets.message import Message
from wealthdesk.gui.widgets.text import label, rule

WIDTH = 384
_EARLIER = PillValues("Earlier version", Tone.NEUTRAL, "history")
_CURRENT = PillValues("Current", Tone.OK)
_LAST = PillValues("Last version", Tone.NEUTRAL, "history")
_MARGIN = 24


class VersionPanel(QFrame):
    """`show_step` is the only way in."""

    compare_requested = Signal()
    revert_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "panel")
        self.setFixedWidth(WIDTH)
        self._title, self._pill = label(role="panel"), Pill(_EARLIER)
        self._made = label(role="body", ink="mute2", wrap=True)
        self._reason = label(role="section", wrap=True)
        self._source = label(role="note", ink="mute", wrap=True)
        self._changed_title = label(role="strong", wrap=True)
        self.changes = ChangeList("What changed")
        self._unchanged = label(role="body", ink="mute2", wrap=True)
        self._holdings_title = label("Holdings, share of portfolio", "strong")
        self.holdings = ChangeList("Changes of holdings", indented=False)
        self._caps_title = label("Caps", "strong")
        self.caps = ChangeList("Changes of caps", indented=False)
        self._bands_title = label("Bands of their own", "strong")
        self.bands = ChangeList("Changes of bands", indented=False)
        self.accepted = Message(Tone.WARNING)
        self._effect = label(role="body", ink="mute", wrap=True)
        self.compare = button("&Compare…", tip="Compare any two versions")
        self.revert = primary_button("&Revert", icon="undo")
        # A menu leads to it as well.
        self.revert.setEnabled(False)
        self._lay_out()
        self.compare.clicked.connect(self.compare_requested)
        self.revert.clicked.connect(self.revert_requested)

    def show_step(self, step: PastStep, past: Past, colours: Mapping[str, str], *, versions: int) -> None:
        """Show a version of a history that has so many. colours: class id → colour."""
        self._title.setText(f"Version {step.number}")
        is_last = step.number == past.current
        self._pill.show_pill((_LAST if past.subject.is_removed else _CURRENT) if is_last else _EARLIER)
        self._show_origin(step, past)
        self._show_differences(step, past, colours)
        self._show_actions(step, past, versions)

    def set_wide(self, wide: bool) -> None:
        """Take all the width there is, where the panel stands alone."""
        self.setMinimumWidth(0 if wide else WIDTH)
        self.setMaximumWidth(16_777_215 if wide else WIDTH)

    def _show_origin(self, step: PastStep, past: Past) -> None:
        revision = step.revision
        self._made.setText("Made before the history began" if revision is None else words.made(revision))
        reason = revision.reason if revision else ""
        self._reason.setText(f"“{reason}”" if reason else "")
        self._reason.setVisible(bool(reason))
        source = words.source(revision, past) if revision else ""
        shown = source if source != reason else ""
        self._source.setText(shown or ("" if reason or revision is None else words.NO_REASON))
        self._source.setVisible(bool(self._source.text()))
        accepted = revision.accepted if revision else ()
        if accepted:
            self.accepted.show_message(Tone.WARNING, "Accepted with this change", "\n".join(accepted))
        self.accepted.setVisible(bool(accepted))

    def _show_differences(self, step: PastStep, past: Past, colours: Mapping[str, str]) -> None:
        before = step.revision.baseline_version if step.revision else 0
        shown = differences(past.state, past.version(before), past.version(step.number), colours)
        self._changed_title.setText(_heading(step, past, shown))
        self.changes.show_changes(shown.top, shown.scale)
        self._unchanged.setText(f"Unchanged: {words.listed(list(shown.unchanged))}")
        self._unchanged.setVisible(bool(shown.unchanged))
        for title, changes, found in (
            (self._holdings_title, self.holdings, shown.holdings),
            (self._caps_title, self.caps, shown.caps),
            (self._bands_title, self.bands, shown.bands),
        ):
            changes.show_changes(found)
            title.setVisible(bool(found))
        has_budget = any(each.name == "Budget" for each in shown.caps)
        self._caps_title.setText("Caps and budget" if has_budget else "Caps")

    def _show_actions(self, step: PastStep, past: Past, versions: int) -> None:
        is_current, is_removed = step.number == past.current, past.subject.is_removed
        is_offered = not is_current and not is_removed
        self.revert.setVisible(is_offered)
        self.revert.setEnabled(is_offered)
        self.revert.setText(f"&Revert to version {step.number}…")
        self.revert.setAccessibleName(f"Revert to version {step.number}")
        self.compare.setEnabled(versions > 1)
        if is_removed:
            kind = "strategy" if past.subject.what is What.TARGETS else "fund"
            self._effect.setText(f"This {kind} was removed. Its history stays.")
        elif is_current:
            self._effect.setText("These are the targets of now." if _is_targets(past) else "This is the plan of now.")
        else:
            self._effect.setText(f"Keeps them as version {past.current + 1}. Nothing is deleted.")
        self.revert.setToolTip("" if is_offered else self._effect.text())

    def _lay_out(self) -> None:
        outer = vertical(self, spacing=0, margins=(_MARGIN, 20, 0, 20))
        head = vertical(spacing=4, margins=(0, 0, _MARGIN, 12))
        row = horizontal(spacing=8)
        row.addWidget(self._title, 1)
        row.addWidget(self._pill)
        head.addLayout(row)
        head.addWidget(self._made)
        outer.addLayout(head)
        outer.addWidget(self._area(), 1)
        foot = vertical(spacing=10, margins=(0, 0, _MARGIN, 0))
        foot.addWidget(rule())
        foot.addWidget(self._effect)
        actions = horizontal(spacing=8)
        actions.addWidget(self.compare, 2)
        actions.addWidget(self.revert, 3)
        foot.addLayout(actions)
        outer.addLayout(foot)

    def _area(self) -> QScrollArea:
        area, content = scrolling(self, "What this version changed")
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = vertical(content, spacing=6, margins=(0, 0, _MARGIN, 12))
        column.addWidget(self._reason)
        column.addWidget(self._source)
        for group in (
            (self._changed_title, self.changes, self._unchanged),
            (self._holdings_title, self.holdings),
            (self._caps_title, self.caps),
            (self._bands_title, self.bands),
        ):
            column.addSpacing(12)
            for each in group:
                column.addWidget(each)
        column.addSpacing(8)
        column.addWidget(self.accepted)
        column.addStretch()
        return area


def _heading(step: PastStep, past: Past, shown: Differences) -> str:
    if step.revision is None:
        return f"The {words.of_what(past.subject.what)} of then"
    if step.is_first:
        return "What it began with" if shown.top else "It began with nothing planned"
    before = step.revision.baseline_version
    if not shown.top and not shown.holdings:
        return f"No amount changed from version {before}"
    return f"Changed from version {before}"


def _is_targets(past: Past) -> bool:
    return past.subject.what is What.TARGETS
