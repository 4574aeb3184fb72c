"""What a table has to do with a value: each column stated once, with its field and with how that lies there."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, Final, Generic, TypeVar

from wealthdesk.domain.accounts import account_of, group_of
from wealthdesk.storage.connection import Reading, Row
from wealthdesk.storage.texts import day_of, decimal_of, moment_of

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class ColumnKind:
    """How a column holds a field: what is made of what lies there, and what the verbs of writing take for it.

    field: where that has another name than the column. is_written: not where something else than the field says it.
    """

    read: Callable[[Any], Any] | None = None
    write: Callable[[Any], Any] | None = None
    field: str = ""
    is_written: bool = True

    def named(self, field: str) -> "ColumnKind":
        """The same, for a field of another name than the column."""
        return replace(self, field=field)


PLAIN: Final = ColumnKind()
"""A text or a whole number, as it is."""
FLAG: Final = ColumnKind(bool)
EXACT: Final = ColumnKind(decimal_of)
"""A quantity, price or rate."""
DAY: Final = ColumnKind(day_of)
MOMENT: Final = ColumnKind(moment_of)


ACCOUNT_OF_SCOPE: Final = ColumnKind(write=account_of, field="scope")
GROUP_OF_SCOPE: Final = ColumnKind(write=group_of, field="scope")
"""The two columns that one scope lies in: the account or the group that it is; neither where it is All Portfolio."""


def word(kind: type[Enum]) -> ColumnKind:
    """One of the words of an enumeration."""
    return ColumnKind(kind, lambda value: value.value)


def whether(field: str) -> ColumnKind:
    """Since when something is so, which the value only says that it is; who writes it knows the moment."""
    return ColumnKind(field=field, is_written=False)


class Mapped(Generic[_Value]):
    """A table and the value that its rows are: SELECT, what is written, and the value come from the columns given.

    Columns that belong to the table alone (a parent's id, a position) are not among them.
    """

    def __init__(self, table: str, value: Callable[..., _Value], columns: Mapping[str, ColumnKind]) -> None:
        self.table = table
        self.columns = tuple(columns)
        self._value = value
        self._kinds = tuple(columns.values())
        self._fields = tuple(kind.field or column for column, kind in columns.items())
        self._reads = tuple((at, kind.read) for at, kind in enumerate(self._kinds) if kind.read is not None)
        self._since = tuple(at for at, kind in enumerate(self._kinds) if not kind.is_written)
        # Where two columns hold one field, one of them, or neither, has it.
        first = self._fields.index
        self._again = tuple((at, first(field)) for at, field in enumerate(self._fields) if first(field) != at)

    def beside(self, table: str, names: Callable[[str], str], *, but: Sequence[str] = ()) -> "Mapped[_Value]":
        """The same value as it lies in another table, in columns of these names; but for what says so otherwise."""
        kinds = zip(self.columns, self._fields, self._kinds, strict=True)
        columns = {names(column): kind.named(field) for column, field, kind in kinds if column not in but}
        return Mapped(table, self._value, columns)

    def select(self, *before: str) -> str:
        """The SELECT of these columns of the table alone, and then of all that hold fields."""
        names = ", ".join(f"{self.table}.{name}" for name in (*before, *self.columns))
        return f"SELECT {names} FROM {self.table}"  # noqa: S608 (names of our own)

    def of(self, row: Sequence[Any], **parts: Any) -> _Value:
        """The value that a row of `select()` is; parts: its fields that lie elsewhere."""
        held = list(row)
        for at, read in self._reads:
            if held[at] is not None:
                held[at] = read(held[at])
        for at in self._since:
            held[at] = row[at] is not None
        for at, other in self._again:
            held[at] = held[other] if held[at] is None else held[at]
        return self._value(**dict(zip(self._fields, held, strict=True)), **parts)

    def all(self, connection: Reading, rest: str = "", *values: object) -> list[_Value]:
        """The values of the rows that the rest of the SELECT finds."""
        return [self.of(row) for row in connection.rows(f"{self.select()} {rest}", *values)]

    def row(self, value: _Value, *, but: Sequence[str] = ()) -> dict[str, object]:
        """What is written of a value: column → field, but for these columns."""
        found = {}
        for column, field, kind in zip(self.columns, self._fields, self._kinds, strict=True):
            if kind.is_written and column not in but:
                held = getattr(value, field)
                found[column] = held if kind.write is None or held is None else kind.write(held)
        return found


def grouped(rows: Sequence[Row], value: Callable[[Row], _Value]) -> dict[Any, list[_Value]]:
    """The first column of the rows → what the others are, in their order."""
    found: dict[Any, list[_Value]] = {}
    for key, *row in rows:
        found.setdefault(key, []).append(value(tuple(row)))
    return found
