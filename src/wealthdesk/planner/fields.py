"""The fields of an instance, read one at a time: whatever is wrong with one is a sentence that names it."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from wealthdesk.errors import InstanceRefused

DECIMAL: Final = re.compile(r"[0-9]{1,15}(\.[0-9]{1,12})?", re.ASCII)
LARGEST_CENTS: Final = 10**15
LARGEST_BP: Final = 10**6
LARGEST_RATE: Final = 10_000
LONGEST_SHOWN: Final = 40


def as_written(value: object) -> str:
    """A value as JSON on one line, cut where it is long: it may hold anything."""
    try:
        text = json.dumps(value)
    except (ValueError, RecursionError):  # more digits, or deeper, than Python writes
        return "a very large value"
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def unique(records: list["Record"], name: str) -> None:
    """Refuses two records with the same id."""
    seen: set[str] = set()
    for record in records:
        if record.id in seen:
            raise InstanceRefused(f"{name}: the id {as_written(record.id)} is there twice.")
        seen.add(record.id)


@dataclass(frozen=True, slots=True)
class Record:
    """One JSON object of the file. where: its name for people, "" for the whole file."""

    where: str
    fields: Mapping[str, Any]

    @property
    def id(self) -> str:
        """Its id, a text."""
        return self.text("id")

    def refused(self, name: str, what: str) -> InstanceRefused:
        """The refusal of one field."""
        return InstanceRefused(f"{self.where}, {name}: {what}." if self.where else f"{name}: {what}.")

    def is_given(self, name: str) -> bool:
        """Whether the field is there and not null."""
        return self.fields.get(name) is not None

    def value(self, name: str) -> Any:
        """Whatever is in a field that has to be there."""
        if name not in self.fields:
            raise self.refused(name, "the field is missing")
        return self.fields[name]

    def text(self, name: str, default: str | None = None) -> str:
        """A text that is not empty."""
        value = self.value(name) if default is None else self.fields.get(name, default)
        if not isinstance(value, str) or not value:
            raise self.refused(name, f"{as_written(value)} is not a text of at least one character")
        return value

    def whole(self, name: str, largest: int, default: int | None = None) -> int:
        """A whole number from 0 to `largest`."""
        value = self.value(name) if default is None else self.fields.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.refused(name, f"{as_written(value)} is not a whole number")
        if not 0 <= value <= largest:
            raise self.refused(name, f"{as_written(value)} does not lie between 0 and {largest}")
        return value

    def number(self, name: str, largest: int, default: int | None = None) -> Fraction:
        """A number from 0 to `largest`, exactly as it is written."""
        value = self.value(name) if default is None else self.fields.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.refused(name, f"{as_written(value)} is not a number")
        if not 0 <= value <= largest:
            raise self.refused(name, f"{as_written(value)} does not lie between 0 and {largest}")
        return Fraction(str(value))

    def decimal(self, name: str) -> Fraction:
        """A number written as decimal text."""
        value = self.value(name)
        if not isinstance(value, str) or not DECIMAL.fullmatch(value):
            raise self.refused(name, f'{as_written(value)} is not decimal text such as "12.50"')
        return Fraction(value)

    def above_zero(self, name: str) -> Fraction:
        """A number above 0 written as decimal text."""
        number = self.decimal(name)
        if not number:
            raise self.refused(name, "it is 0 and has to be above 0")
        return number

    def list_(self, name: str, *, optional: bool = False) -> list[Any]:
        """A list; empty where an optional one is missing."""
        value = self.fields.get(name, []) if optional else self.value(name)
        if not isinstance(value, list):
            raise self.refused(name, f"{as_written(value)} is not a list")
        return value

    def texts(self, name: str) -> list[str]:
        """An optional list of texts."""
        values = self.list_(name, optional=True)
        for value in values:
            if not isinstance(value, str) or not value:
                raise self.refused(name, f"{as_written(value)} is not a text of at least one character")
        return values

    def inner(self, name: str, value: object) -> "Record":
        """An object within this one as a record, named by where it is."""
        if not isinstance(value, dict):
            raise self.refused(name, f"{as_written(value)} is not an object")
        return Record(f"{self.where}, {name}" if self.where else name, value)

    def records(self, name: str, noun: str = "", *, optional: bool = False) -> Iterator["Record"]:
        """The objects of a list; with a `noun`, named by it and their id, and no two with the same."""
        found = [self.inner(f"{name}[{at}]", each) for at, each in enumerate(self.list_(name, optional=optional))]
        if noun:
            unique(found, name)
            found = [Record(f"{noun} {as_written(each.id)}", each.fields) for each in found]
        yield from found
