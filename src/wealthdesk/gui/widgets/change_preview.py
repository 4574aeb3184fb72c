"""The preview pane: what a change would make different, largest first, what it found, and the reason for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from wealthdesk.gui import format as text
from wealthdesk.gui.widgets.change_list import Change, ChangeSection
from wealthdesk.gui.widgets.findings import Findings, Found
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.message import Message
from wealthdesk.gui.widgets.text import label, set_ink

WIDTH: Final = 404
NOTHING_CHANGED: Final = "Nothing has been changed yet."
_LONGEST_REASON: Final = 500


class Reason(Enum):
    """Whether the pane asks for a reason."""

    NONE = auto()
    OPTIONAL = auto()
    REQUIRED = auto()


@dataclass(frozen=True, slots=True)
class ChangePreview:
    """Everything that the pane shows. Bars span 0…scale. below: changes without bars, under a title of their own.

    Changes are asked for one by one as they come into view, so that a long list may put its words together late.
    """

    summary: str = ""
    changes: Sequence[Change] = ()
    scale: int = 10_000
    below_title: str = ""
    below: Sequence[Change] = ()
    figures_title: str = ""
    figures: Sequence[Change] = ()
    found: tuple[Found, ...] = ()
    nothing: str = NOTHING_CHANGED


class ChangePreviewPane(QFrame):
    """`show_preview` is the only way in. Below are the reason, where one is asked for, and `foot` for the buttons."""

    accepted_changed = Signal(object)
    """frozenset[str]: the codes of the warnings that are accepted."""
    reason_changed = Signal(str)

    def __init__(
        self,
        title: str = "Preview",
        parent: QWidget | None = None,
        *,
        reason: Reason = Reason.NONE,
        width: int = WIDTH,
        is_page: bool = False,
    ) -> None:
        super().__init__(parent)
        self.setProperty("kind", "panel")
        self.setFixedWidth(width)
        self._preview = ChangePreview()
        self._is_stale = False
        self._wants_reason = reason
        self._title = label(title, "panel" if is_page else "section")
        self._subtitle = label(role="note", ink="mute", wrap=True)
        self._summary = label(role="body", ink="mute", right=True)
        self._nothing = label(NOTHING_CHANGED, "body", "mute", wrap=True)
        self._changes = ChangeSection("Changes")
        self._figures = ChangeSection("Figures")
        self._below = ChangeSection("Changes of holdings")
        self.findings = Findings()
        self.reason_field = QLineEdit()
        self.foot = vertical(spacing=6)
        self._lay_out(title)
        self.findings.accepted_changed.connect(self.accepted_changed)
        self.reason_field.textChanged.connect(self.reason_changed)

    @property
    def preview(self) -> ChangePreview:
        """What is shown."""
        return self._preview

    @property
    def messages(self) -> tuple[Message, ...]:
        """What was found, as it is shown from the top."""
        return self.findings.messages

    @property
    def accepted(self) -> frozenset[str]:
        """The codes of the warnings that are shown and accepted."""
        return self.findings.accepted

    @property
    def reason(self) -> str:
        """The reason that was given, "" for none."""
        return " ".join(self.reason_field.text().split())

    @property
    def is_stale(self) -> bool:
        """Whether the figures are older than what was asked for."""
        return self._is_stale

    def set_reason(self, words: str) -> None:
        """Put a reason into the field."""
        self.reason_field.setText(words)

    def why_not(self, deed: str = "save") -> str:
        """What has to be done before this can be kept, in words beside the button; "" when nothing has to be."""
        if self.findings.errors:
            return f"Fix {text.count(self.findings.errors, 'error')} to {deed}"
        if self.findings.to_accept:
            return f"Accept {text.count(self.findings.to_accept, 'warning')} to {deed}"
        if self._wants_reason is Reason.REQUIRED and not self.reason:
            return f"Give a reason to {deed}"
        return ""

    def show_subtitle(self, words: str) -> None:
        """Say below the title what the changes are made of."""
        self._subtitle.setText(words)
        self._subtitle.setVisible(bool(words))

    def show_preview(self, preview: ChangePreview) -> None:
        """Show this preview; it is fresh."""
        self._preview = preview
        self._nothing.setText(preview.nothing)
        self._nothing.setVisible(not preview.changes and not preview.below)
        self._changes.show_changes(preview.changes, preview.scale)
        self._figures.show_changes(preview.figures, title=preview.figures_title)
        self._below.show_changes(preview.below, title=preview.below_title)
        self.findings.show_found(preview.found)
        self._summary.setText(preview.summary)
        self.show_stale(False)

    def show_stale(self, stale: bool, words: str = "") -> None:
        """Say that the figures are older than what was asked for; words: what is being waited for, "Calculating…"."""
        self._is_stale = stale
        self._summary.setText(words if stale and words else self._preview.summary)
        set_ink(self._summary, "mute" if not stale or words else "faint")
        for each in (self._changes, self._below, self._figures):
            each.set_stale(stale)

    def show_busy(self, busy: bool, words: str = "Saving…") -> None:
        """While something is kept, nothing can be accepted or written; afterwards the preview is as it was."""
        self.findings.setDisabled(busy)
        self.reason_field.setDisabled(busy)
        self.show_stale(busy, words)

    def _lay_out(self, title: str) -> None:
        layout = vertical(self, spacing=10, margins=(22, 20, 14, 16))
        layout.addLayout(self._head())
        layout.addWidget(self._area(title), 1)
        below = vertical(spacing=5, margins=(0, 0, 10, 0))
        self._add_reason(below)
        layout.addLayout(below)
        self.foot.setContentsMargins(0, 0, 10, 0)
        layout.addLayout(self.foot)

    def _head(self) -> QVBoxLayout:
        words = horizontal(spacing=8)
        words.addWidget(self._title)
        words.addWidget(self._summary, 1)
        head = vertical(spacing=2, margins=(0, 0, 10, 0))
        head.addLayout(words)
        head.addWidget(self._subtitle)
        self._subtitle.hide()
        return head

    def _area(self, title: str) -> QScrollArea:
        content = QWidget()
        column = vertical(content, spacing=6, margins=(0, 0, 10, 12))
        # What has to be accepted stands above the long list of details.
        for each in (self._nothing, self._changes, self._figures, self.findings, self._below):
            column.addWidget(each)
        column.setSpacing(8)
        column.addStretch()
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(content)
        area.setAccessibleName(title)
        return area

    def _add_reason(self, column: QVBoxLayout) -> None:
        field = self.reason_field
        field.setMaxLength(_LONGEST_REASON)
        field.setAccessibleName("Reason, kept in History")
        title = label("Reaso&n, kept in History", "note", "mute", buddy=field)
        if self._wants_reason is Reason.OPTIONAL:
            field.setPlaceholderText("Optional")
        for each in (title, field):
            column.addWidget(each)
            if self._wants_reason is Reason.NONE:
                each.hide()
