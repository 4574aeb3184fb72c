"""Whether the values in a file are what their columns say: damage can leave a file that SQLite finds whole."""

import contextlib
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from wealthdesk.errors import DamagedPortfolio
from wealthdesk.storage.database import connect


def readable(table: str, names: Sequence[str], raw: Sequence[Any]) -> tuple[Any, ...]:
    """The values of a row, with its texts as bytes, as texts and numbers; ValueError or ArithmeticError when one does
    not say what its column says."""
    from wealthdesk.storage.tables import metadata

    values = tuple(each.decode() if isinstance(each, bytes) else each for each in raw)
    known = metadata.tables.get(table)
    for name, value in zip(names, values, strict=True):
        # A column of an earlier version may be gone since.
        column = known.columns.get(name) if known is not None else None
        read = getattr(column.type, "process_result_value", None) if column is not None else None
        if isinstance(value, float):
            raise ValueError(f"{name} is no whole number")
        if read is not None:
            with contextlib.suppress(NotImplementedError):
                read(value, None)
    return values


def refuse_unreadable(path: Path) -> None:
    """Raise DamagedPortfolio when a value in the file cannot be read. Slow; for when reading has failed already."""
    with contextlib.suppress(sqlite3.Error), contextlib.closing(connect(path, mode="ro", patience=0)) as connection:
        connection.text_factory = bytes
        # It reads the indexes, too, from which SQLite takes values where it can.
        what = "" if connection.execute("PRAGMA integrity_check(1)").fetchone() == (b"ok",) else "an index"
        if what := what or _unreadable_row(connection):
            raise DamagedPortfolio(
                f"“{path}” is damaged: {what} is not as it was written. Nothing was changed. "
                "Restore a backup of it, or salvage what can be read."
            )


def _unreadable_row(connection: sqlite3.Connection) -> str:
    from wealthdesk.storage.tables import metadata

    for table in metadata.tables.values():
        names = [column.name for column in table.columns]
        chosen = ", ".join(f'"{name}"' for name in names)
        for number, *row in connection.execute(f'SELECT rowid, {chosen} FROM "{table.name}"'):  # noqa: S608
            try:
                readable(table.name, names, row)
            except (ValueError, ArithmeticError, TypeError):
                return f"row {number} of {table.name}"
    return ""
