"""A private copy of another program's SQLite database, read with care: only its tables, and nothing is changed."""

import contextlib
import sqlite3
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

MAGIC: Final = b"SQLite format 3\x00"
_LONGEST_S: Final = 5.0
_STEPS: Final = 10_000
_WAL_MODE: Final = b"\x02\x02"
_PLAIN_MODE: Final = b"\x01\x01"


class DatabaseRefused(Exception):
    """A database that is not read, and why."""


class DatabaseCopy:
    """The tables of the copy and their columns; what is asked for and not there is None in every row."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        listed = connection.execute("SELECT type, name FROM sqlite_master WHERE type IN ('table', 'view', 'trigger')")
        kinds = listed.fetchall()
        self._tables = {str(name).lower() for kind, name in kinds if kind == "table"}
        self._others = {str(name).lower() for kind, name in kinds if kind != "table"}
        self._columns: dict[str, frozenset[str]] = {}

    def has(self, table: str) -> bool:
        """Whether there is a table of that name, and nothing else."""
        return table in self._tables and table not in self._others

    def columns(self, table: str) -> frozenset[str]:
        """The columns of a table; none when there is no such table."""
        if table not in self._columns:
            told = self._connection.execute(f'PRAGMA table_xinfo("{table}")') if self.has(table) else ()
            self._columns[table] = frozenset(str(row[1]).lower() for row in told)
        return self._columns[table]

    def rows(
        self, table: str, columns: Sequence[str], *, group: str = "", most: int | None = None
    ) -> list[Mapping[str, Any]]:
        """The rows of a table in their order, with these columns. group: what of each only the row of the largest first
        column is wanted. DatabaseRefused when there are more than `most`.
        """
        known = self.columns(table)
        if not known:
            return []
        told = [f'"{each}"' if each in known else f'NULL AS "{each}"' for each in columns]
        if group:
            told.insert(0, f'max("{columns[0]}")')
        # The names are those of this program; none of them is the file's.
        query = f'SELECT {", ".join(told)} FROM "{table}"'  # noqa: S608
        query += f" GROUP BY {group}" if group else " ORDER BY rowid" if "rowid" not in known else ""
        if most is not None:
            query += f" LIMIT {most + 1}"
        found = self._connection.execute(query).fetchall()
        if most is not None and len(found) > most:
            raise DatabaseRefused(f"it has more than {most:,} {table}")
        skipped = 1 if group else 0
        return [dict(zip(columns, row[skipped:], strict=True)) for row in found]


@contextlib.contextmanager
def copied(data: bytes, wal: bytes) -> Iterator[DatabaseCopy]:
    """The copy, while it is read; `wal` is what was written since and stands beside the file. DatabaseRefused when it
    is damaged or takes too long.
    """
    end = time.monotonic() + _LONGEST_S
    try:
        with _opened(data, wal) as connection:
            connection.set_progress_handler(lambda: time.monotonic() > end, _STEPS)
            connection.text_factory = lambda raw: raw.decode(errors="replace")
            for pragma in ("trusted_schema = OFF", "query_only = ON", "cell_size_check = ON"):
                connection.execute(f"PRAGMA {pragma}")
            yield DatabaseCopy(connection)
    except sqlite3.OperationalError as error:
        why = "it takes too long to read" if time.monotonic() > end else "it is damaged"
        raise DatabaseRefused(why) from error
    except (sqlite3.Error, MemoryError, OverflowError) as error:
        raise DatabaseRefused("it is damaged") from error


@contextlib.contextmanager
def _opened(data: bytes, wal: bytes) -> Iterator[sqlite3.Connection]:
    if not wal:
        with contextlib.closing(sqlite3.connect(":memory:")) as connection:
            if data[18:20] == _WAL_MODE:
                data = data[:18] + _PLAIN_MODE + data[20:]
            connection.deserialize(data)
            yield connection
        return
    with tempfile.TemporaryDirectory(prefix="wealthdesk-", ignore_cleanup_errors=True) as folder:
        file = Path(folder) / "copy.db"
        file.write_bytes(data)
        file.with_name("copy.db-wal").write_bytes(wal)
        with contextlib.closing(sqlite3.connect(file)) as connection:
            yield connection
