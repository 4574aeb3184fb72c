"""How many rows the tables of a file have, without regard to what is in them, and with what they are read."""

import contextlib
import sqlite3
from pathlib import Path

from wealthdesk.errors import MissingPortfolio, NotAPortfolio
from wealthdesk.storage import verification
from wealthdesk.storage.connection import connect, refusing_file
from wealthdesk.storage.files import refusing_disk
from wealthdesk.storage.header import APPLICATION_ID


def row_counts(path: Path) -> tuple[int, dict[str, int]]:
    """The version of the file and how many rows each table has; an OpeningError when it is not whole.

    The file may be open here and elsewhere.
    """
    if not path.is_file():
        raise MissingPortfolio("There is no file.")
    with refusing_disk(path), refusing_file(path), contextlib.closing(connect(path, mode="ro")) as connection:
        ((identity,),) = connection.execute("PRAGMA application_id")
        if identity != APPLICATION_ID:
            raise NotAPortfolio("It is no portfolio.")
        verification.check(connection, path)
        ((version,),) = connection.execute("PRAGMA user_version")
        return int(version), verification.contents(connection).rows


def engine_version() -> str:
    """The version of SQLite."""
    return sqlite3.sqlite_version
