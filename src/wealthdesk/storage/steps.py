"""A step: what one transaction changed of the rows of a file, so that it can be taken back, or done once more."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from wealthdesk.changes import Changes
from wealthdesk.storage.connection import Row

RowKey = tuple[Any, ...]
"""The values of a row's primary key, as they lie in the file."""

RowPlace = tuple[str, RowKey]
"""A table, and the key of one of its rows."""

NOT_THERE = ""
"""What is told of a row that does not exist."""


@dataclass(frozen=True, slots=True)
class Touched:
    """A row as it was before one change of it, as it lies in the file; None: it was not there."""

    table: str
    key: RowKey
    before: Row | None

    @property
    def place(self) -> RowPlace:
        """Where it is."""
        return self.table, self.key


@dataclass(frozen=True, slots=True)
class RowStep:
    """One change of data, by its name.

    rows: in the order in which they were changed; a row may be there several times. after: place → `mark` of the row as
    the step left it. sets: (table, column, value) → the keys of all rows that had that value then, where such rows say
    something only together. takes_back: the step that this one takes back, where it does.
    """

    name: str
    topics: Changes
    rows: tuple[Touched, ...]
    after: Mapping[RowPlace, str]
    sets: Mapping[tuple[str, str, Any], frozenset[RowKey]]
    takes_back: "RowStep | None" = None

    def changes_something(self) -> bool:
        """Whether any row is not what it was before."""
        return any(mark(row) != self.after[place] for place, row in self.before().items())

    def before(self) -> dict[RowPlace, Row | None]:
        """Place → the row as it was before the step."""
        found: dict[RowPlace, Row | None] = {}
        for each in self.rows:
            found.setdefault(each.place, each.before)
        return found


def mark(row: Row | None) -> str:
    """A short text that two rows share only when they are the same."""
    return NOT_THERE if row is None else blake2b(repr(tuple(row)).encode(), digest_size=8).hexdigest()
