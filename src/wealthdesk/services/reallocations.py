"""What the user can do with reallocations: preview, commit, merge, look back, compare, go back."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from wealthdesk.domain.reallocation import Change, Header, LineKey, State, What, changes_to
from wealthdesk.domain.reallocation_history import (
    Comparison,
    Receipt,
    Revision,
    Source,
    Statistics,
    Version,
    compared,
    statistics_of,
    version_of,
)
from wealthdesk.domain.reallocation_merge import Merge, rebase
from wealthdesk.domain.reallocation_preview import Preview, evaluate
from wealthdesk.errors import NotFound
from wealthdesk.services.committing import Order, check_version, commit, counting, repeated
from wealthdesk.services.settings import limits_in
from wealthdesk.storage import reallocations as storage
from wealthdesk.storage import revisions
from wealthdesk.storage.connection import Reading
from wealthdesk.storage.database import Database, named


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
        order = Order(tuple(changes), source, reason, accepted, token, request_id, reverts, locks, actor)
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
            return revisions.history(connection, header)

    def versions(self, header: Header) -> list[int]:
        """The versions whose lines are known, the newest first: one can compare them, and go back to them."""
        with self._database.read() as connection:
            state = storage.state(connection, header)
            known = [state.version]
            for revision in revisions.history(connection, header):
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

    def preview_revert(self, header: Header, version: int) -> Preview:
        """What going back to a version would do; its changes are committed like any others, with `reverts`.

        Of a fund no company is removed: one that was not there then has nothing planned and no cap.
        """
        with self._database.read() as connection:
            state = storage.state(connection, header)
            wanted = _at(connection, state, version)
            changes = changes_to(state, wanted.lines, wanted.budget)
            return evaluate(state, changes, limits_in(connection))

    def statistics(self, days: int = 30) -> Statistics:
        """The figures of the latest days: recent reallocations, what became of attempts, the most active."""
        since = self._now() - timedelta(days=days)
        with self._database.read() as connection:
            return statistics_of(
                revisions.revisions_since(connection, since), revisions.attempts_since(connection, since)
            )


def _state_at(connection: Reading, state: State, version: int) -> State:
    base = _at(connection, state, version)
    return replace(state, version=base.number, lines=tuple(base.lines.values()), budget=base.budget)


def _at(connection: Reading, state: State, version: int) -> Version:
    found = version_of(state, revisions.history(connection, state.header, version), version) if version > 0 else None
    if found is None:
        raise NotFound(f"Nothing is known of version {version} of “{state.name}”. Choose another version.")
    return found
