"""What the user can do with reallocations: preview, commit, merge, look back, compare, go back."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from wealthdesk.changes import Topic
from wealthdesk.domain.reallocation import (
    Change,
    Finding,
    Header,
    Line,
    LineKey,
    Preview,
    Source,
    State,
    What,
    changes_to,
    digest_of,
    evaluate,
    stale_part,
)
from wealthdesk.domain.reallocation_history import (
    Comparison,
    ReallocationOutcome,
    Receipt,
    Revision,
    Statistics,
    Version,
    compared,
    statistics_of,
    version_of,
)
from wealthdesk.domain.reallocation_merge import Merge, rebase
from wealthdesk.domain.reallocation_words import sentence
from wealthdesk.errors import (
    BadInput,
    NoChanges,
    NotFound,
    PreviewStale,
    ReallocationRefused,
    ReasonRequired,
    RequestReused,
    ValidationFailed,
    VersionConflict,
    WarningsNotAccepted,
    WealthDeskError,
)
from wealthdesk.services.settings import actor_in, limits_in
from wealthdesk.storage import reallocations as storage
from wealthdesk.storage.connection import Reading
from wealthdesk.storage.database import Database, also, named

if TYPE_CHECKING:
    from wealthdesk.storage.writing import Writing


LONGEST_REASON: Final = 2_000


@dataclass(frozen=True, slots=True)
class CommitRequest:
    """What is to be kept, and how. `accepted` are the codes of warnings (None: all of them).

    A `token` says what was seen before; `reverts` is the version that this goes back to; `locks` are of targets.
    """

    changes: tuple[Change, ...]
    source: Source = Source.MANUAL
    reason: str = ""
    accepted: Collection[str] | None = None
    token: str | None = None
    request_id: str | None = None
    reverts: int | None = None
    locks: Mapping[LineKey, bool] | None = None
    actor: str | None = None


def topic_of(header: Header) -> Topic:
    """What a change of the header's lines is announced under, besides the history."""
    return Topic.TARGETS if header.what is What.TARGETS else Topic.RESERVES


def repeated(connection: Reading, header: Header, order: CommitRequest) -> Receipt | None:
    """The receipt of the same request when it was kept before; RequestReused where that was another one."""
    found = storage.by_request(connection, order.request_id) if order.request_id else None
    if found is None:
        return None
    revision, digest = found
    if revision.header != header or digest != digest_of(order.changes):
        raise RequestReused("Another reallocation was kept under this request id. Use a new id for each.")
    return Receipt(revision, is_repeated=True)


def check_version(connection: Reading, state: State, base_version: int) -> None:
    """VersionConflict unless the state is at that version."""
    if state.version == base_version:
        return
    since = storage.history(connection, state.header, base_version)
    names = tuple(dict.fromkeys(line.name for each in since for line in each.lines))
    what = "These targets were" if state.what is What.TARGETS else f"The reserves of “{state.name}” were"
    raise VersionConflict(
        f"{what} changed somewhere else in the meantime: they are at version {state.version}, and this was made for "
        f"version {base_version}. Nothing was saved; look at them again.",
        base_version,
        state.version,
        names,
    )


def commit(connection: "Writing", state: State, order: CommitRequest) -> Revision:
    """Keeps the order's changes of a state that was read in the same transaction; a refusal where that cannot be."""
    preview = evaluate(state, order.changes, limits_in(connection))
    _check(preview, order)
    return _kept(connection, preview, order)


def _check(preview: Preview, order: CommitRequest) -> None:
    state = preview.state
    if order.token is not None and (stale := stale_part(order.token, preview.token)):
        text = f"Since this preview {stale} changed, so nothing was saved. Look at the new preview."
        raise PreviewStale(text, stale)
    if preview.errors:
        raise ValidationFailed(_sentences(state, preview.errors), preview.errors)
    open_ones = [each for each in preview.warnings if order.accepted is not None and each.code not in order.accepted]
    if open_ones:
        text = f"Nothing was saved, since a warning was not accepted. {_sentences(state, open_ones)}"
        raise WarningsNotAccepted(text, open_ones)
    if not preview.is_effective and state.version > 0:
        raise NoChanges("Nothing would change, so nothing was saved.", preview.information)
    if state.what is What.RESERVES and not order.reason.strip():
        raise ReasonRequired("Reserves change for a reason. Write one.")
    if len(order.reason) > LONGEST_REASON:
        raise BadInput(f"This reason has {len(order.reason)} characters. Shorten it to {LONGEST_REASON}.")


def _sentences(state: State, findings: Iterable[Finding]) -> str:
    return " ".join(sentence(each, state.what, state.currency) for each in findings)


def _kept(connection: "Writing", preview: Preview, order: CommitRequest) -> Revision:
    state, version = preview.state, preview.state.version + 1
    lines = with_locks(preview.lines, order.locks)
    if not storage.keep_lines(connection, state, lines, preview.budget_after, version):
        raise VersionConflict("This was changed somewhere else in the meantime.", state.version, version)
    storage.add_attempt(connection, state.header, ReallocationOutcome.COMMITTED)
    also(connection, topic_of(state.header), Topic.HISTORY)
    return storage.add_revision(connection, _revision(connection, preview, order), digest_of(order.changes))


def keep_version(connection: "Writing", before: State, reason: str, reverts: int) -> None:
    """Counts a version for lines that were put back to those of a version before, and tells the history of it."""
    after = storage.state(connection, before.header)
    if after.candidates is not None:
        # What came back with its lines, such as an asset that was removed, is told as well.
        before = replace(before, candidates={**(before.candidates or {}), **after.candidates})
    changes = changes_to(before, {line.key: line for line in after.lines}, after.budget, keeps_companies=False)
    preview = evaluate(before, changes, limits_in(connection))
    storage.keep_version(connection, before.header, before.version + 1)
    also(connection, topic_of(before.header), Topic.HISTORY)
    order = CommitRequest(changes, Source.REVERT, reason[:LONGEST_REASON], reverts=reverts)
    storage.add_revision(connection, _revision(connection, preview, order), digest_of(changes))


def with_locks(lines: Mapping[LineKey, Line], locks: Mapping[LineKey, bool] | None) -> dict[LineKey, Line]:
    """The lines with these locks; those not named keep theirs."""
    wanted = locks or {}
    return {
        key: line if wanted.get(key, line.is_locked) == line.is_locked else replace(line, is_locked=wanted[key])
        for key, line in lines.items()
    }


def _revision(connection: "Writing", preview: Preview, order: CommitRequest) -> Revision:
    state = preview.state
    return Revision(
        id=str(uuid4()),
        request_id=order.request_id or str(uuid4()),
        header=state.header,
        name=state.name,
        baseline_version=state.version,
        version=state.version + 1,
        at=connection.moment,
        source=order.source,
        reason=order.reason.strip(),
        actor=order.actor or actor_in(connection),
        total_before=preview.total_before,
        total_after=preview.total_after,
        budget_before=state.budget,
        budget_after=preview.budget_after,
        currency=state.currency,
        reverts_id=_reverted(connection, state.header, order.reverts),
        accepted=tuple(sentence(each, state.what, state.currency) for each in preview.warnings),
        lines=preview.changed,
    )


def _reverted(connection: Reading, header: Header, version: int | None) -> str | None:
    if version is None:
        return None
    return next((each.id for each in storage.history(connection, header) if each.version == version), None)


_OUTCOMES: Final[tuple[tuple[type[WealthDeskError], ReallocationOutcome], ...]] = (
    (VersionConflict, ReallocationOutcome.CONFLICT),
    (PreviewStale, ReallocationOutcome.STALE),
    (ReallocationRefused, ReallocationOutcome.INVALID),
    (RequestReused, ReallocationOutcome.INVALID),
)


@contextmanager
def counting(database: Database, header: Header) -> Iterator[None]:
    """Counts a refusal in this block as an attempt, in a short transaction of its own: the refused one is undone."""
    try:
        yield
    except WealthDeskError as refused:
        outcome = next((how for kind, how in _OUTCOMES if isinstance(refused, kind)), None)
        if outcome is not None:
            # The refusal is what the user is told, whatever becomes of the counting.
            with suppress(WealthDeskError), database.write() as connection:
                storage.add_attempt(connection, header, outcome)
        raise


class Reallocations:
    """Targets and reserves alike: every change is previewed, then kept as a whole under the next version."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def state(self, header: Header) -> State:
        """The lines of a strategy or a fund, to evaluate changes of; NotFound if it is gone."""
        with self._database.read() as connection:
            return storage.state(connection, header)

    def preview(self, header: Header, base_version: int, changes: Iterable[Change]) -> Preview:
        """What the changes would do. Nothing is kept. VersionConflict if it is not at `base_version` any more."""
        with self._database.read() as connection:
            state = storage.state(connection, header)
            check_version(connection, state, base_version)
            return evaluate(state, changes, limits_in(connection))

    def commit(
        self,
        header: Header,
        base_version: int,
        changes: Iterable[Change],
        token: str,
        *,
        reason: str = "",
        request_id: str | None = None,
        accepted: Collection[str] = (),
        source: Source = Source.MANUAL,
        reverts: int | None = None,
        locks: Mapping[LineKey, bool] | None = None,
        actor: str | None = None,
    ) -> Receipt:
        """Keeps what was previewed, all of it or nothing; the same request again gives the same receipt.

        `token` is the preview's, `accepted` are the codes of the warnings that the user accepted. VersionConflict at
        another version, PreviewStale if what was seen is not so any more, ValidationFailed with errors,
        WarningsNotAccepted, NoChanges, ReasonRequired for reserves, RequestReused.
        """
        order = CommitRequest(tuple(changes), source, reason, accepted, token, request_id, reverts, locks, actor)
        with counting(self._database, header), self._database.write() as connection:
            known = repeated(connection, header, order)
            if known is not None:
                return known
            state = storage.state(connection, header)
            check_version(connection, state, base_version)
            named(connection, f"{'targets' if header.what is What.TARGETS else 'reserves'} of “{state.name}”")
            return Receipt(commit(connection, state, order))

    def rebase(self, header: Header, base_version: int, changes: Iterable[Change]) -> Merge:
        """Changes that were made for an older version, brought to the one of now line by line. Nothing is kept."""
        with self._database.read() as connection:
            state = storage.state(connection, header)
            return rebase(_state_at(connection, state, base_version), state, changes)

    def state_at(self, header: Header, version: int) -> State:
        """The lines as they were at a version, to evaluate changes of; NotFound if nothing is known of it."""
        with self._database.read() as connection:
            return _state_at(connection, storage.state(connection, header), version)

    def history(self, header: Header) -> list[Revision]:
        """Every reallocation of a strategy or a fund, the newest first."""
        with self._database.read() as connection:
            return storage.history(connection, header)

    def versions(self, header: Header) -> list[int]:
        """The versions whose lines are known, the newest first: one can compare them, and go back to them."""
        with self._database.read() as connection:
            state = storage.state(connection, header)
            known = [state.version]
            for revision in storage.history(connection, header):
                if revision.version == known[-1] and revision.baseline_version > 0:
                    known.append(revision.baseline_version)
            return known

    def lines_at(self, header: Header, version: int) -> Version:
        """The lines as they were at a version; NotFound if nothing is known of it."""
        with self._database.read() as connection:
            return _at(connection, storage.state(connection, header), version)

    def compare(self, header: Header, before: int, after: int) -> Comparison:
        """What the lines of two versions differ in, the largest difference first."""
        with self._database.read() as connection:
            state = storage.state(connection, header)
            return compared(_at(connection, state, before), _at(connection, state, after))

    def statistics(self, days: int = 30) -> Statistics:
        """The figures of the latest days: recent reallocations, what became of attempts, the most active."""
        since = self._now() - timedelta(days=days)
        with self._database.read() as connection:
            return statistics_of(storage.revisions_since(connection, since), storage.attempts_since(connection, since))


def _state_at(connection: Reading, state: State, version: int) -> State:
    base = _at(connection, state, version)
    return replace(state, version=base.number, lines=tuple(base.lines.values()), budget=base.budget)


def _at(connection: Reading, state: State, version: int) -> Version:
    found = version_of(state, storage.history(connection, state.header, version), version) if version > 0 else None
    if found is None:
        raise NotFound(f"Nothing is known of version {version} of “{state.name}”. Choose another version.")
    return found
