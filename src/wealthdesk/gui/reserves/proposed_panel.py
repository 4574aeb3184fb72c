"""The right panel of the reserves page: the proposed changes, what was found, the reason, Discard and Commit."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from wealthdesk.domain.reallocation_preview import Preview
from wealthdesk.gui import format as text
from wealthdesk.gui.widgets.buttons import button, primary_button
from wealthdesk.gui.widgets.change_preview import ChangePreview, ChangePreviewPane, Reason
from wealthdesk.gui.widgets.change_words import shown_preview
from wealthdesk.gui.widgets.layouts import horizontal
from wealthdesk.gui.widgets.text import label

WIDTH: Final = 344
_NOTHING: Final = "Nothing has been changed yet. Write another amount into the table to see what it would change."


class ProposedPanel(ChangePreviewPane):
    """`show_proposed` shows a preview; `blocked` are words that hold a commit back, whatever the preview says."""

    discard_clicked = Signal()
    commit_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Proposed changes", parent, reason=Reason.REQUIRED, width=WIDTH, is_page=True)
        self._proposed: Preview | None = None
        self._blocked = ""
        self.nothing = _NOTHING
        self.discard = button("&Discard")
        self.commit = primary_button("&Commit")
        self.commit.setToolTip("(Ctrl+Return)")
        self.hint = label(role="note", ink="mute", wrap=True)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        row = horizontal(spacing=8)
        row.addWidget(self.discard, 2)
        row.addWidget(self.commit, 3)
        self.foot.addLayout(row)
        self.foot.addWidget(self.hint)
        self.discard.clicked.connect(self.discard_clicked)
        self.commit.clicked.connect(self.commit_clicked)
        self.accepted_changed.connect(self._show_standing)
        self.reason_changed.connect(self._show_standing)

    @property
    def proposed(self) -> Preview | None:
        """The preview that is shown: what a commit keeps."""
        return self._proposed

    @property
    def can_commit(self) -> bool:
        """Whether what is shown can be kept as it is."""
        return self.commit.isEnabled()

    def show_proposed(self, preview: Preview | None, blocked: str = "") -> None:
        """Show a preview, or nothing; blocked: why it cannot be kept now, in words beside the button."""
        self._proposed, self._blocked = preview, blocked
        if preview is None:
            self.show_preview(ChangePreview(nothing=""))
            self.show_subtitle("")
        else:
            version = preview.state.version
            self.show_subtitle(f"On version {version}. Committing makes version {version + 1}.")
            shown = shown_preview(preview, offers_caps=True)
            is_changed = preview.is_effective or bool(preview.errors)
            self.show_preview(shown if is_changed else ChangePreview(nothing=self.nothing))
        self._show_standing()

    def focus_what_is_open(self) -> None:
        """Give the keyboard to what has to be done before a commit."""
        if not self.findings.focus_open() and not self.reason:
            self.reason_field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _show_standing(self) -> None:
        preview = self._proposed
        is_effective = preview is not None and preview.is_effective
        why_not = self._blocked or self.why_not("commit")
        count = _changes(preview) if preview is not None else 0
        self.commit.setText(f"&Commit {text.count(count, 'change')}" if count else "&Commit")
        self.commit.setAccessibleName(self.commit.text().replace("&", ""))
        self.commit.setEnabled(is_effective and not why_not)
        self.discard.setEnabled(is_effective)
        self.reason_field.setEnabled(is_effective)
        self.hint.setText(f"{why_not}." if is_effective and why_not else "")


def _changes(preview: Preview) -> int:
    """How many companies change, and the budget."""
    return len(preview.changed) + (preview.budget_after != preview.state.budget)
