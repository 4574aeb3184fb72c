"""Targets as everything but the editor changes them: saved whole, added, imported, or because a class or asset went."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from wealthdesk.domain.reallocation import LineKey, State, changes_between
from wealthdesk.domain.reallocation_history import Source
from wealthdesk.domain.target_reallocation import changes_to_targets, header_of, lines_of_targets
from wealthdesk.domain.targets import Strategy, Targets, without_asset, without_class
from wealthdesk.errors import NotFound
from wealthdesk.services.committing import Order, check_version, commit, with_locks
from wealthdesk.storage import reallocations as storage
from wealthdesk.storage import targets as target_storage

if TYPE_CHECKING:
    from wealthdesk.storage.writing import Writing


def keep_targets(
    connection: "Writing", strategy_id: str, base_version: int, targets: Targets, source: Source, reason: str = ""
) -> None:
    """Makes these the targets of a strategy; their warnings count as accepted. VersionConflict at another version.

    Locks alone make no new version.
    """
    state = storage.state(connection, header_of(strategy_id))
    check_version(connection, state, base_version)
    _check_known(state, targets)
    locks = _locks(targets, state)
    changes = changes_to_targets(state, targets)
    if changes:
        commit(connection, state, Order(changes, source, reason, locks=locks))
        return
    before = {line.key: line for line in state.lines}
    after = with_locks(before, locks)
    if after != before:
        storage.keep_lines(connection, state, after, None, state.version)


def add_strategy(connection: "Writing", new: Strategy, source: Source = Source.MANUAL, reason: str = "") -> None:
    """Keeps a new strategy with its targets, which its history begins with."""
    _add(connection, new, source, reason)


def add_copy(connection: "Writing", new: Strategy, before: Strategy) -> None:
    """Keeps a new strategy that is like another one, caps included."""
    like = storage.state(connection, header_of(before.id))
    _add(connection, new, Source.MANUAL, f"Copied from “{before.name}”", like)


def _add(connection: "Writing", new: Strategy, source: Source, reason: str, like: State | None = None) -> None:
    target_storage.add_strategy(connection, replace(new, version=1))
    state = replace(storage.state(connection, header_of(new.id)), version=0)
    _check_known(state, new.targets)
    lines = lines_of_targets(new.targets, like or state)
    changes = changes_between({}, lines)
    commit(connection, state, Order(changes, source, reason, locks=_locks(new.targets, state)))


def drop_asset(connection: "Writing", asset_id: str, reason: str, except_in: str | None = None) -> None:
    """Removes the asset's holding targets (but those in class `except_in`) everywhere, siblings scaled to 100 %."""
    for each in target_storage.all_strategies(connection):
        _keep_changed(connection, each, without_asset(each.targets, asset_id, except_in), reason)


def drop_class(connection: "Writing", asset_class_id: str, reason: str) -> None:
    """Removes the class's targets everywhere, the others scaled to 100 %."""
    for each in target_storage.all_strategies(connection):
        _keep_changed(connection, each, without_class(each.targets, asset_class_id), reason)


def _keep_changed(connection: "Writing", before: Strategy, targets: Targets, reason: str) -> None:
    if targets != before.targets:
        keep_targets(connection, before.id, before.version, targets, Source.MANUAL, reason)


def _check_known(state: State, targets: Targets) -> None:
    """Raises NotFound when a class or an asset in the targets does not exist."""
    names = state.names or {}
    ids = (key.id for key in lines_of_targets(targets, state))
    if any(each not in names for each in ids):
        raise NotFound("A class or an asset in these targets does not exist any more. Open the targets again.")


def _locks(targets: Targets, state: State) -> Mapping[LineKey, bool]:
    return {key: line.is_locked for key, line in lines_of_targets(targets, state).items()}
