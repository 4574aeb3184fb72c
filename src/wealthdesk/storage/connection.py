"""Connections to a portfolio file: reading rows of it, and sentences for what SQLite refuses."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from wealthdesk.errors import (
    AlreadyExists,
    BadInput,
    DamagedPortfolio,
    NoRoom,
    NotFound,
    OpeningError,
    PortfolioBusy,
    ReadOnlyPlace,
    WealthDeskError,
)

Row = tuple[Any, ...]

PATIENCE: Final = 5.0
"""How many seconds a transaction waits for the one of another process."""

_CACHE_KIB: Final = 65_536
_USUAL_KIB: Final = 2_000


class Reading:
    """What a `read` block gives: the rows of plain SELECTs, portable SQL in the words of the tables."""

    def __init__(self, driver: sqlite3.Connection) -> None:
        self.driver = driver

    def rows(self, query: str, *values: object) -> list[Row]:
        """The rows that a query finds, `values` in the place of its question marks; texts.py says what they mean."""
        found: list[Row] = self.driver.execute(query, values).fetchall()
        return found

    def row(self, query: str, *values: object) -> Row | None:
        """The first row that a query finds."""
        found: Row | None = self.driver.execute(query, values).fetchone()
        return found

    def count(self, table: str, **where: object) -> int:
        """How many rows of a table have these values in these columns."""
        condition = " AND ".join(f"{column} = ?" for column in where)
        ((count,),) = self.rows(f"SELECT count(*) FROM {table} WHERE {condition}", *where.values())  # noqa: S608
        return int(count)


def connect(path: Path, *, mode: str = "rw", patience: float = PATIENCE) -> sqlite3.Connection:
    """A plain connection that begins no transaction by itself and never creates the file, whatever is in its name."""
    address = f"{path.absolute().as_uri()}?mode={mode}"
    connection = sqlite3.connect(address, uri=True, timeout=patience, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA trusted_schema = OFF")
    # What is sorted is not for the temporary folder of everybody.
    connection.execute("PRAGMA temp_store = MEMORY")
    return connection


def keep_in_memory(connection: sqlite3.Connection) -> sqlite3.Connection:
    """The connection, for one that reads all of the file several times and is closed soon after."""
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    return connection


def keep_less_in_memory(connection: sqlite3.Connection) -> sqlite3.Connection:
    """The same, once it has read all: for the rest of its life it keeps what any other does."""
    connection.execute(f"PRAGMA cache_size = -{_USUAL_KIB}")
    return connection


@contextmanager
def refusing(*, unique: str = "", foreign_key: str = "", check: str = "") -> Iterator[None]:
    """Turn what a constraint refuses in this block into AlreadyExists, NotFound or BadInput with the sentence given.

    A kind of constraint without a sentence is a bug and stays the IntegrityError that it is.
    """
    try:
        yield
    except sqlite3.IntegrityError as error:
        name = getattr(error, "sqlite_errorname", "")
        for kinds, sentence, refusal in (
            (("SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"), unique, AlreadyExists),
            (("SQLITE_CONSTRAINT_FOREIGNKEY",), foreign_key, NotFound),
            (("SQLITE_CONSTRAINT_CHECK",), check, BadInput),
        ):
            if name in kinds and sentence:
                raise refusal(sentence) from error
        raise


def refusal_of(error: BaseException | None, path: Path) -> WealthDeskError | None:
    """The sentence for what SQLite says about the file (busy, full, read-only, damaged); None for anything else."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    # The driver says so itself, without a code, of a text that is none.
    if isinstance(error, UnicodeDecodeError) or (not code and str(error).startswith("Could not decode to UTF-8")):
        code = sqlite3.SQLITE_CORRUPT
    match code:
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return busy(path)
        case sqlite3.SQLITE_FULL:
            return NoRoom(f"The disk of “{path}” is full. Nothing was changed. Free some space and try again.")
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM:
            return ReadOnlyPlace(
                f"“{path}” cannot be written. Nothing was changed. Change its permissions and try again."
            )
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return DamagedPortfolio(
                f"“{path}” is damaged. Nothing was changed. Restore a backup of it, or salvage what can be read."
            )
        case sqlite3.SQLITE_IOERR | sqlite3.SQLITE_CANTOPEN:
            return OpeningError(f"The disk refused to read or write “{path}”. Nothing was changed. Check the disk.")
    return None


def busy(path: Path) -> PortfolioBusy:
    """The refusal while another program writes to the file."""
    return PortfolioBusy(
        f"Another program is using “{path}” right now. Nothing was changed. Wait until it has finished, and try again."
    )


@contextmanager
def refusing_file(path: Path) -> Iterator[None]:
    """Turn what SQLite says about the file in this block into a sentence for the user."""
    try:
        yield
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise (refusal_of(error, path) or error) from error
