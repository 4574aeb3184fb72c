"""What the columns of files mean that were matched by hand: remembered in the portfolio file by their headers."""

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from wealthdesk.changes import Topic
from wealthdesk.domain.money import COMMA, POINT
from wealthdesk.domain.names import name_order
from wealthdesk.importers.draft import DateOrder, Draft, Field
from wealthdesk.importers.kept_columns import KeptColumns, kept_of
from wealthdesk.storage import settings
from wealthdesk.storage.connection import Reading
from wealthdesk.storage.database import Database, named

if TYPE_CHECKING:
    from wealthdesk.storage.writing import Writing

__all__ = ["ColumnsKept", "KeptColumns"]

_PREFIX: Final = "columns of "
_LONGEST: Final = 20_000
_MARKS: Final = {".": POINT, ",": COMMA}


class ColumnsKept:
    """What is remembered of the columns of files: list, forget."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[KeptColumns]:
        """Everything that is remembered, by the names of the files that it was chosen for."""
        with self._database.read() as connection:
            found = all_in(connection)
        return sorted(found.values(), key=lambda each: (name_order(each.file_name), each.shape))

    def forget(self, shape: str) -> None:
        """Forgets what files with these headers mean; the next one is recognised anew."""
        with self._database.write(Topic.SETTINGS) as connection:
            named(connection, "forgetting the columns of a file")
            settings.remove_setting(connection, _PREFIX + shape)


def all_in(connection: Reading) -> dict[str, KeptColumns]:
    """What is remembered in a file, by shape; what lies there and cannot be read counts as nothing."""
    told = settings.all_settings(connection).items()
    found = (_read(text) for key, text in told if key.startswith(_PREFIX) and len(text) <= _LONGEST)
    return {each.shape: each for each in found if each is not None}


def remember(connection: "Writing", drafts: Iterable[Draft]) -> None:
    """Remembers what the user chose for the columns of these files."""
    for draft in drafts:
        kept = kept_of(draft.layout, draft.file_name)
        if kept is None:
            continue
        before = settings.setting(connection, _PREFIX + kept.shape)
        if before is not None and (known := _read(before)):
            kept = replace(kept, file_name=known.file_name)
        text = _written(kept)
        if text != before and len(text) <= _LONGEST:
            settings.set_setting(connection, _PREFIX + kept.shape, text)


def _written(kept: KeptColumns) -> str:
    told = {
        "file": kept.file_name,
        "header": kept.header,
        "fields": [each.value for each in kept.fields],
        "currencies": kept.currencies,
        "decimal": kept.marks.decimal if kept.marks else None,
        "dates": kept.date_order.value if kept.date_order else None,
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def _read(text: str) -> KeptColumns | None:
    try:
        told: Any = json.loads(text)
        header = tuple(str(each) for each in told["header"])
        fields = tuple(Field(each) for each in told["fields"])
        places = tuple(each if each is None else int(each) for each in told["currencies"])
        if not len(header) == len(fields) == len(places) or any(each is not None and each < 0 for each in places):
            return None
        order = told["dates"]
        return KeptColumns(
            header,
            fields,
            places,
            _MARKS.get(told["decimal"]),
            DateOrder(order) if order else None,
            str(told["file"])[:200],
        )
    except (ValueError, LookupError, TypeError, RecursionError):
        return None
