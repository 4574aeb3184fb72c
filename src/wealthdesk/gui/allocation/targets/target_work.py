"""What the target editor asks of reallocations: the version being edited, what a draft makes of it, and keeping it."""

from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import replace
from typing import Final
from uuid import uuid4

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QDialog

from wealthdesk.domain.edited_lines import EditedLines
from wealthdesk.domain.reallocation import AddLine, Change, Limits, SetBudget, State, changes_to
from wealthdesk.domain.reallocation_history import Revision, Source
from wealthdesk.domain.reallocation_preview import Preview, evaluate
from wealthdesk.domain.targets import Strategy, header_of, targets_of_lines
from wealthdesk.errors import NotFound, WealthDeskError
from wealthdesk.gui.reallocation.conflict_dialog import Unsaved
from wealthdesk.services.desk import Desk
from wealthdesk.services.drafts import KeptDraft

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
