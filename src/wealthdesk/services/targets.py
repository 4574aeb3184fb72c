"""What the user can do with strategies and targets, and how they are kept whoever changes them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import uuid4

from wealthdesk.changes import Topic
from wealthdesk.domain.accounts import Scope
from wealthdesk.domain.assets import Asset
from wealthdesk.domain.drift import Composition
from wealthdesk.domain.names import checked_name
from wealthdesk.domain.reallocation import LineKey, Source, State, changes_between
from wealthdesk.domain.targets import (
    ClassTargets,
    Strategy,
    changes_to_targets,
    check,
    check_place,
    from_lines,
    header_of,
    in_proportion,
    lines_of_targets,
    without_asset,
    without_class,
)
from wealthdesk.errors import AlreadyExists, BadInput, NotFound
from wealthdesk.storage import assets
from wealthdesk.storage import targets as storage
from wealthdesk.storage.database import Database, named

if TYPE_CHECKING:
    from wealthdesk.storage.writing import Writing


def keep_targets(
    connection: "Writing",
    strategy_id: str,
    base_version: int,
    targets: ClassTargets,
    source: Source = Source.MANUAL,
    reason: str = "",
) -> None:
    """Makes these the targets of a strategy; their warnings count as accepted. VersionConflict at another version.

    Locks alone make no new version.
    """
    from wealthdesk.services.reallocations import CommitRequest, check_version, commit, with_locks
    from wealthdesk.storage import reallocations as reallocation_storage

    state = reallocation_storage.state(connection, header_of(strategy_id))
    check_version(connection, state, base_version)
    _check_known(state, targets)
    locks = _locks(targets, state)
    changes = changes_to_targets(state, targets)
    if changes:
        commit(connection, state, CommitRequest(changes, source, reason, locks=locks))
        return
    before = {line.key: line for line in state.lines}
    after = with_locks(before, locks)
    if after != before:
        reallocation_storage.keep_lines(connection, state, after, None, state.version)


def add_strategy(connection: "Writing", new: Strategy, source: Source = Source.MANUAL, reason: str = "") -> None:
    """Keeps a new strategy with its targets, which its history begins with."""
    from wealthdesk.services.reallocations import CommitRequest, commit
    from wealthdesk.storage import reallocations as reallocation_storage

    storage.add_strategy(connection, replace(new, version=1))
    state = replace(reallocation_storage.state(connection, header_of(new.id)), version=0)
    _check_known(state, new.targets)
    changes = changes_between({}, lines_of_targets(new.targets, state))
    locks = _locks(new.targets, state)
    commit(connection, state, CommitRequest(changes, source, reason, locks=locks))


def drop_asset(connection: "Writing", asset_id: str, reason: str, except_in: str | None = None) -> None:
    """Removes the asset's holding targets (but those in class `except_in`) everywhere, siblings scaled to 100 %."""
    for each in storage.all_strategies(connection):
        _keep_changed(connection, each, without_asset(each.targets, asset_id, except_in), reason)


def drop_class(connection: "Writing", asset_class_id: str, reason: str) -> None:
    """Removes the class's targets everywhere, the others scaled to 100 %."""
    for each in storage.all_strategies(connection):
        _keep_changed(connection, each, without_class(each.targets, asset_class_id), reason)


def _keep_changed(connection: "Writing", before: Strategy, targets: ClassTargets, reason: str) -> None:
    if targets != before.targets:
        keep_targets(connection, before.id, before.version, targets, reason=reason)


def _check_known(state: State, targets: ClassTargets) -> None:
    """Raises NotFound when a class or an asset in the targets does not exist."""
    names = state.names or {}
    ids = (key.id for key in lines_of_targets(targets, state))
    if any(each not in names for each in ids):
        raise NotFound("A class or an asset in these targets does not exist any more. Open the targets again.")


def _locks(targets: ClassTargets, state: State) -> Mapping[LineKey, bool]:
    return {key: line.is_locked for key, line in lines_of_targets(targets, state).items()}


class Targets:
    """Strategies: list, add, change, activate, remove; and their targets: save."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[Strategy]:
        """Every strategy of every scope, by name."""
        with self._database.read() as connection:
            return storage.all_strategies(connection)

    def of(self, scope: Scope) -> list[Strategy]:
        """The strategies of a scope, by name."""
        return [each for each in self.all() if each.scope == scope]

    def active(self, scope: Scope) -> Strategy | None:
        """The strategy in force for a scope, if it has one."""
        return next((each for each in self.of(scope) if each.is_active), None)

    def get(self, strategy_id: str) -> Strategy:
        """One strategy; NotFound if it is gone."""
        with self._database.read() as connection:
            return storage.strategy(connection, strategy_id)

    def add(self, scope: Scope, name: str, targets: ClassTargets = (), *, activate: bool = True) -> Strategy:
        """Keeps a new strategy and, with `activate`, makes it the active one of its scope. Its history begins with it.

        TargetsRefused unless the targets add up and every holding target is of an asset that counts to that class.
        """
        check(targets)
        checked = checked_name(name, "name for the strategy")
        new = Strategy(str(uuid4()), checked, scope, is_active=False, targets=targets)
        with self._database.write(Topic.TARGETS) as connection:
            _check_free(storage.all_strategies(connection), new)
            _check_places(assets.all_assets(connection), targets)
            add_strategy(connection, new)
            named(connection, f"new strategy “{new.name}”")
            return _activated(connection, new, activate)

    def copy(self, strategy_id: str, name: str, *, activate: bool = True) -> Strategy:
        """Keeps a copy of a strategy, bands, caps and choices included, under another name.

        With `activate` it becomes the active one.
        """
        checked = checked_name(name, "name for the strategy")
        with self._database.write(Topic.TARGETS) as connection:
            before = storage.strategy(connection, strategy_id)
            new = replace(before, id=str(uuid4()), name=checked, is_active=False, version=1)
            _check_free(storage.all_strategies(connection), new)
            add_strategy(connection, new, reason=f"Copied from “{before.name}”")
            named(connection, f"new strategy “{new.name}”")
            return _activated(connection, new, activate)

    def save(
        self, strategy_id: str, base_version: int, targets: ClassTargets, *, is_template: bool = False
    ) -> Strategy:
        """Replaces a strategy's targets, as a reallocation whose warnings count as accepted.

        TargetsRefused unless they add up and fit (see `add`); VersionConflict if the strategy is not at `base_version`
        any more; ValidationFailed where a cap would be exceeded.
        """
        from wealthdesk.services.reallocations import counting

        check(targets)
        source = Source.TEMPLATE if is_template else Source.MANUAL
        with counting(self._database, header_of(strategy_id)), self._database.write(Topic.TARGETS) as connection:
            _check_places(assets.all_assets(connection), targets)
            keep_targets(connection, strategy_id, base_version, targets, source)
            kept = storage.strategy(connection, strategy_id)
            named(connection, f"targets of “{kept.name}”")
            return kept

    def change(self, strategy: Strategy) -> None:
        """Keeps a strategy's name, bands, fill method and what becomes of money that nothing can be bought with."""
        for bps, what in ((strategy.absolute_band_bps, "absolute"), (strategy.relative_band_bps, "relative")):
            if not 1 <= bps <= 10_000:
                raise BadInput(f"The {what} band lies between 0.01% and 100%. Change it.")
        checked = replace(strategy, name=checked_name(strategy.name, "name for the strategy"))
        with self._database.write(Topic.TARGETS) as connection:
            _check_free(storage.all_strategies(connection), checked)
            storage.change_strategy(connection, checked)
            named(connection, f"change of strategy “{checked.name}”")

    def activate(self, strategy_id: str) -> None:
        """Makes a strategy the one in force for its scope."""
        with self._database.write(Topic.TARGETS) as connection:
            storage.activate(connection, strategy_id)
            named(connection, f"choice of strategy “{storage.strategy(connection, strategy_id).name}”")

    def remove(self, strategy_id: str) -> None:
        """Removes a strategy with its targets; if it was active, the scope's first other one becomes it."""
        with self._database.write(Topic.TARGETS) as connection:
            gone = storage.strategy(connection, strategy_id)
            named(connection, f"removal of strategy “{gone.name}”")
            storage.remove_strategy(connection, strategy_id)
            left = [each for each in storage.all_strategies(connection) if each.scope == gone.scope]
            if gone.is_active and left:
                storage.activate(connection, left[0].id)


def _activated(connection: "Writing", new: Strategy, activate: bool) -> Strategy:
    if activate:
        storage.activate(connection, new.id)
    return replace(new, is_active=activate)


def _check_places(known: Iterable[Asset], targets: ClassTargets) -> None:
    by_id = {each.id: each for each in known}
    for target in targets:
        check_place(target, by_id)


def _check_free(known: Iterable[Strategy], wanted: Strategy) -> None:
    """Raises AlreadyExists when another strategy of the scope has the name."""
    for each in known:
        if each.id != wanted.id and each.scope == wanted.scope and each.name.casefold() == wanted.name.casefold():
            raise AlreadyExists(f"There already is a strategy “{each.name}” here. Choose another name.")


def current_weights(held: Composition) -> ClassTargets:
    """Class targets that are today's weights."""
    return from_lines(in_proportion({key: sum(parts.values()) for key, parts in sorted(held.parts.items())}))
