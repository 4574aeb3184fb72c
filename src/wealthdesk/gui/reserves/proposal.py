"""What is proposed for funds: the edits of each while the program runs, and the panel that shows and commits them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from wealthdesk.domain.edited_lines import EditedLines
from wealthdesk.domain.reallocation import Preview, State
from wealthdesk.domain.reallocation_merge import rebase
from wealthdesk.domain.reserves import Fund, header_of_fund, state_of_fund
from wealthdesk.errors import NotFound
from wealthdesk.gui import format as text
from wealthdesk.gui.widgets.buttons import button, primary_button
from wealthdesk.gui.widgets.change_preview import ChangePreview, ChangePreviewPane, ReasonField
from wealthdesk.gui.widgets.change_words import shown_preview
from wealthdesk.gui.widgets.layouts import horizontal
from wealthdesk.gui.widgets.text import label

if TYPE_CHECKING:
    from wealthdesk.services.desk import Desk
    from wealthdesk.services.drafts import KeptDraft

WIDTH: Final = 344
_NOTHING: Final = "Nothing has been changed yet. Write another amount into the table to see what it would change."


class ProposedPanel(ChangePreviewPane):
    """`show_proposed` shows a preview; `blocked` are words that hold a commit back, whatever the preview says."""

    discard_clicked = Signal()
    commit_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Proposed changes", parent, reason=ReasonField.REQUIRED, width=WIDTH, is_page=True)
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


@dataclass(frozen=True, slots=True)
class DraftStanding:
    """The edits of a fund, and how they stand to what is in the file.

    `theirs` is the version of now where both sides changed a line (`clashing` names them); the draft is then still of
    the version before. `carried_over`: the edits were brought to a version that was saved meanwhile.
    """

    draft: EditedLines
    theirs: State | None = None
    clashing: tuple[str, ...] = ()
    carried_over: bool = False


class Drafts:
    """One draft and one reason for each fund."""

    def __init__(self) -> None:
        self._drafts: dict[str, EditedLines] = {}
        self._reasons: dict[str, str] = {}
        self._known: set[str] = set()
        self.unkept: set[str] = set()
        """The funds whose edits are not kept in the file as they are now."""

    def standing(self, fund: Fund) -> DraftStanding:
        """The edits of a fund as it is in the file now."""
        state = state_of_fund(fund)
        draft = self._drafts.get(fund.id)
        if draft is None or not (draft.changes or draft.past or draft.future):
            return self._kept(DraftStanding(EditedLines.of(state)))
        brought = draft.on(state)
        if brought is None:
            conflicts = rebase(draft.state, state, draft.changes).conflicts
            return DraftStanding(draft, state, tuple(each.name for each in conflicts))
        is_later = state.version != draft.state.version
        return self._kept(DraftStanding(brought, carried_over=is_later and brought.is_changed))

    def is_new(self, fund_id: str) -> bool:
        """Whether this is the first time that one asks for a fund: its edits of another day may be in the file."""
        is_new = fund_id not in self._known
        self._known.add(fund_id)
        return is_new

    def keep(self, draft: EditedLines) -> None:
        """Keep the edits of a fund."""
        fund_id = draft.state.header.id
        before = self._drafts.get(fund_id)
        if before is None or (before.changes, before.state.version) != (draft.changes, draft.state.version):
            self.unkept.add(fund_id)
        self._drafts[fund_id] = draft

    def of(self, fund_id: str) -> EditedLines | None:
        """The edits of a fund."""
        return self._drafts.get(fund_id)

    def drop(self, fund_id: str) -> bool:
        """Forget the edits of a fund; whether there were any."""
        self._reasons.pop(fund_id, None)
        self.unkept.add(fund_id)
        draft = self._drafts.pop(fund_id, None)
        return draft is not None and draft.is_changed

    def reason(self, fund_id: str) -> str:
        """The reason that was written so far."""
        return self._reasons.get(fund_id, "")

    def keep_reason(self, fund_id: str, words: str) -> None:
        """Keep the reason that is written."""
        if words != self.reason(fund_id):
            self.unkept.add(fund_id)
        self._reasons[fund_id] = words

    def keep_unkept(self, desk: "Desk") -> None:
        """Keep in the file what is not kept there as it is now; a refusal where that cannot be."""
        for fund_id in tuple(self.unkept):
            draft = self.of(fund_id)
            version, changes = (draft.state.version, draft.changes) if draft else (0, ())
            desk.drafts.keep(header_of_fund(fund_id), version, changes, self.reason(fund_id))
            self.unkept.discard(fund_id)

    def brought_back(self, desk: "Desk", fund: Fund) -> "KeptDraft | None":
        """What was proposed for the fund when it was last seen, on the version that it was proposed for."""
        kept = desk.drafts.of(fund.header)
        if kept is not None:
            try:
                state = desk.reallocations.state_at(fund.header, kept.version)
            except NotFound:
                state = state_of_fund(fund)
            self.keep(EditedLines.of(state, kept.changes))
            self.keep_reason(fund.id, kept.reason)
            self.unkept.discard(fund.id)
        return kept

    def _kept(self, standing: DraftStanding) -> DraftStanding:
        self.keep(standing.draft)
        return standing
