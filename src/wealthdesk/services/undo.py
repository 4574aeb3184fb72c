"""What the user can do with what was done: the last change of data, whatever it was, is taken back or redone."""

from collections.abc import Callable
from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING, Final

from wealthdesk.errors import CannotUndo, NotFound, WealthDeskError
from wealthdesk.storage.database import Database, named
from wealthdesk.storage.imports import KeptImport as KeptImport

if TYPE_CHECKING:
    from wealthdesk.storage.steps import RowStep
    from wealthdesk.storage.writing import Writing

STEPS: Final = 100
"""How many changes can be taken back."""

_RULES: Final = frozenset(
    {"asset_exposures", "asset_class_targets", "holding_targets", "rebalancing_strategies", "settings"}
)
"""Tables with rules that no single row can break."""


class Undo:
    """The changes that were made through one open file, the latest last, and those that were taken back.

    What other windows and programs change is none of them: where it touches the same rows, a step is refused.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = Lock()
        self._done: tuple[RowStep, ...] = ()
        self._undone: tuple[RowStep, ...] = ()
        database.remember_steps(self._on_step)

    def last(self) -> "RowStep | None":
        """The change that would be taken back."""
        return self._done[-1] if self._done else None

    def next(self) -> "RowStep | None":
        """The change that would be made once more."""
        return self._undone[-1] if self._undone else None

    def back(self) -> str:
        """Takes the last change back, and gives its name; CannotUndo, and then it is not offered any more, where
        somebody else has changed something of it since. NotFound where there is none."""
        return self._take_back(self.last(), "Undone")

    def forth(self) -> str:
        """Makes the change once more that was taken back last; refused as `back` is."""
        return self._take_back(self.next(), "Redone")

    def imports(self) -> list[KeptImport]:
        """The latest imports that may be taken back, the newest first, those of other days and programs too."""
        from wealthdesk.storage.imports import all_imports

        with self._database.read() as connection:
            return all_imports(connection)

    def why_not(self, import_id: str) -> str:
        """Why an import cannot be taken back: what it changed was changed again; empty: it can."""
        from wealthdesk.storage.imports import step_of
        from wealthdesk.storage.taking_back import why_not

        with self._database.read() as connection:
            try:
                return why_not(connection, step_of(connection, import_id))
            except NotFound as refusal:
                return str(refusal)

    def take_back_import(self, import_id: str) -> str:
        """Takes an import back as a whole, and gives its name; that is a change like any other, with its way back.

        CannotUndo where something was built on it; NotFound where nothing is kept of it any more.
        """
        from wealthdesk.storage.imports import remove_import, step_of

        with self._database.read() as connection:
            step = step_of(connection, import_id)
        with self._database.write(*step.topics) as connection:
            name = f"taking back of {step.name}"
            named(connection, name)
            _take_back(connection, step, name)
            remove_import(connection, import_id)
        return step.name

    def _take_back(self, step: "RowStep | None", how: str) -> str:
        if step is None:
            raise NotFound("There is nothing to undo." if how == "Undone" else "There is nothing to redo.")
        try:
            with self._database.write(*step.topics) as connection:
                named(connection, step.name)
                connection.takes_back = step
                _take_back(connection, step, f"{how}: {step.name}")
        except WealthDeskError as refusal:
            if isinstance(refusal, CannotUndo):
                self._forget(step)
            raise
        return step.name

    def _on_step(self, step: "RowStep") -> None:
        """Called in the order in which the changes are kept."""
        with self._lock:
            taken = step.takes_back
            step = replace(step, takes_back=None)
            if taken is None:
                self._done, self._undone = (*self._done, step)[-STEPS:], ()
                return
            from wealthdesk.storage.taking_back import expected_now

            if _is_in(self._undone, taken):
                self._undone = expected_now(_without(self._undone, taken), taken, step)
                self._done = (*self._done, step)[-STEPS:]
            else:
                self._done = expected_now(_without(self._done, taken), taken, step)
                self._undone = (*self._undone, step)[-STEPS:]

    def _forget(self, step: "RowStep") -> None:
        with self._lock:
            self._done, self._undone = _without(self._done, step), _without(self._undone, step)


def _is_in(steps: "tuple[RowStep, ...]", step: "RowStep") -> bool:
    return any(each is step for each in steps)


def _without(steps: "tuple[RowStep, ...]", step: "RowStep") -> "tuple[RowStep, ...]":
    return tuple(each for each in steps if each is not step)


def _take_back(connection: "Writing", step: "RowStep", reason: str) -> None:
    """All of it within a transaction: rows become what they were, and versions go on, with what is told of them."""
    from wealthdesk.services.reallocations import keep_version
    from wealthdesk.storage import reallocations as lines
    from wealthdesk.storage.taking_back import gone_back, take_back

    check = _rules_kept(connection, step)
    versions = gone_back(connection, step)
    before = {header: lines.state(connection, header) for header in versions}
    take_back(connection, step)
    for header, version in versions.items():
        keep_version(connection, before[header], reason, version)
    check()


def _rules_kept(connection: "Writing", step: "RowStep") -> Callable[[], None]:
    """What refuses a step that breaks a rule which was kept before it."""
    from wealthdesk.storage.file.consistency import rules_broken

    if not {table for table, _ in step.after} & _RULES:
        return lambda: None
    before = rules_broken(connection)

    def check() -> None:
        for what in rules_broken(connection):
            if what not in before:
                raise CannotUndo(f"This cannot be taken back: {step.name}. By now, {what}. Nothing was changed.")

    return check
