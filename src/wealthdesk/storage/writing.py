"""Changing rows: SQLAlchemy makes the statements from the tables, so that every value has to fit its column.

Importing this takes longer than a whole start, so `Database.write` does it when it first writes.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, CursorResult, Executable, bindparam, create_engine, delete, event, insert, update
from sqlalchemy.exc import StatementError
from sqlalchemy.pool import QueuePool

from wealthdesk.changes import Topic
from wealthdesk.storage.columns import MOMENT
from wealthdesk.storage.database import Reading
from wealthdesk.storage.tables import metadata

Values = Mapping[str, object]
"""Column → value of the field: a Decimal, a date, a bool …"""


class Writing(Reading):
    """What a `write` block gives: rows are read as in a `read` block, and can be changed."""

    def __init__(self, connection: Connection, told: set[Topic]) -> None:
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        super().__init__(driver)
        self.told = told
        self.moment: datetime = connection.info[MOMENT]
        """When all of it happens."""
        self._connection = connection

    def insert(self, table: str, *rows: Values) -> None:
        """Add rows, which all name the same columns."""
        if rows:
            self.execute(insert(metadata.tables[table]), rows)

    def put(self, table: str, *rows: Values) -> None:
        """Add rows in the place of those that have the same primary key; of several with one key the last counts."""
        key = metadata.tables[table].primary_key.columns
        latest = {tuple(row[column.name] for column in key): row for row in rows}
        if latest:
            same = (column == bindparam(column.name) for column in key)
            known = [{column.name: row[column.name] for column in key} for row in latest.values()]
            self.execute(delete(metadata.tables[table]).where(*same), known)
            self.insert(table, *latest.values())

    def update(self, table: str, values: Values, **where: object) -> int:
        """Change the rows whose columns have these values (None: nothing); how many there were."""
        return self.execute(update(metadata.tables[table]).where(*_equal(table, where)).values(**values)).rowcount

    def change(self, table: str, *rows: Values) -> None:
        """Change the rows that have the primary keys of these; all name the same columns."""
        if rows:
            key = [column.name for column in metadata.tables[table].primary_key.columns]
            same = _equal(table, {name: bindparam(f"of_{name}") for name in key})
            values: Values = {name: bindparam(f"to_{name}") for name in rows[0] if name not in key}
            told = [{f"{'of' if name in key else 'to'}_{name}": row[name] for name in row} for row in rows]
            self.execute(update(metadata.tables[table]).where(*same).values(values), told)

    def delete(self, table: str, **where: object) -> int:
        """Remove the rows whose columns have these values (None: nothing); how many there were."""
        return self.execute(delete(metadata.tables[table]).where(*_equal(table, where))).rowcount

    def execute(self, statement: Executable, rows: Sequence[Values] = ()) -> CursorResult[Any]:
        """Run a statement of SQLAlchemy, for each of the rows where there are any; sqlite3.Error when it is refused."""
        with _as_they_were():
            return self._connection.execute(statement, rows or None)


class Writer:
    """Makes the transactions that write. One at a time: the caller sees to that."""

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self._engine = create_engine("sqlite://", creator=connect, poolclass=QueuePool, pool_size=1)
        event.listen(self._engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))

    @contextmanager
    def transaction(self, moment: datetime, told: set[Topic]) -> Iterator[Writing]:
        """A transaction of that moment, kept at the end of the block or, on any exception, undone."""
        try:
            with _as_they_were(), self._engine.connect() as connection:
                connection.info[MOMENT] = moment
                with connection.begin():
                    yield Writing(connection, told)
        except sqlite3.Error:
            # While a disk fails, SQLite opens a file to be read only and does not say so: open it anew the next time.
            self._engine.dispose()
            raise

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()


def _equal(table: str, where: Values) -> list[Any]:
    columns = metadata.tables[table].columns
    return [columns[name] == value for name, value in where.items()]


@contextmanager
def _as_they_were() -> Iterator[None]:
    """What SQLAlchemy wraps, unwrapped: an error of the driver, or a value that does not fit."""
    try:
        yield
    except StatementError as error:
        raise (error.orig or error) from error
