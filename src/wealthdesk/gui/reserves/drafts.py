"""The edits of every fund while the program runs: choosing another fund loses none, a later version takes them on."""

from dataclasses import dataclass

from wealthdesk.domain.edited_lines import EditedLines
from wealthdesk.domain.reallocation import State
from wealthdesk.domain.reallocation_merge import rebase
from wealthdesk.domain.reserves import Fund, state_of_fund


@dataclass(frozen=True, slots=True)
class Standing:
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

    def standing(self, fund: Fund) -> Standing:
        """The edits of a fund as it is in the file now."""
        state = state_of_fund(fund)
        draft = self._drafts.get(fund.id)
        if draft is None or not (draft.changes or draft.past or draft.future):
            return self._kept(Standing(EditedLines.of(state)))
        brought = draft.on(state)
        if brought is None:
            conflicts = rebase(draft.state, state, draft.changes).conflicts
            return Standing(draft, state, tuple(each.name for each in conflicts))
        is_later = state.version != draft.state.version
        return self._kept(Standing(brought, carried_over=is_later and brought.is_changed))

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

    def _kept(self, standing: Standing) -> Standing:
        self.keep(standing.draft)
        return standing
