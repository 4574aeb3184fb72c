"""Changing rows: SQLAlchemy makes the statements from the tables, so that every value has to fit its column.

Importing this takes longer than a whole start, so `Database.write` does it when it first writes.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    Connection,
    CursorResult,
    Engine,
    Executable,
    bindparam,
    create_engine,
    delete,
    event,
    insert,
    update,
)
from sqlalchemy.exc import StatementError
from sqlalchemy.pool import QueuePool

from wealthdesk.changes import Topic
from wealthdesk.storage.columns import MOMENT
from wealthdesk.storage.connection import Reading, Row
from wealthdesk.storage.row_log import RowLog, columns_of, keys_of, row_at
from wealthdesk.storage.steps import RowKey, RowStep, Touched
from wealthdesk.storage.tables import metadata

_SHARED: Final = create_engine("sqlite://")
_SHARED.connect().close()
"""An engine whose dialect all files share, and which knows by a first connection what SQLite it speaks to."""

_STATEMENTS: Final[dict[Any, Any]] = {}
"""What was compiled for one file, for the next one."""

Values = Mapping[str, object]
"""Column → value of the field: a Decimal, a date, a bool …"""


class Writing(Reading):
    """What a `write` block gives: rows are read as in a `read` block, and can be changed."""

    def __init__(self, connection: Connection, told: set[Topic], *, is_logged: bool = False) -> None:
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        super().__init__(driver)
        self.told = told
        self.moment: datetime = connection.info[MOMENT]
        """When all of it happens."""
        self.day: date = self.moment.astimezone().date()
        """The day of the user's calendar on which it does."""
        self.name = ""
        """What is done, in words, where it is a step that can be taken back."""
        self.takes_back: RowStep | None = None
        self._connection = connection
        self._log = RowLog(self) if is_logged else None

    def insert(self, table: str, *rows: Values) -> None:
        """Add rows, which all name the same columns."""
        if rows:
            self.execute(_insertion(table), rows)
            if self._log:
                self._log.adding(table, rows)

    def put(self, table: str, *rows: Values) -> None:
        """Add rows in the place of those that have the same primary key; of several with one key the last counts."""
        key = metadata.tables[table].primary_key.columns
        latest = {tuple(row[column.name] for column in key): row for row in rows}
        if latest:
            known = [{column.name: row[column.name] for column in key} for row in latest.values()]
            if self._log:
                self._log.changing(table, keys_of(table, known))
            self.execute(_removal(table), known)
            self.insert(table, *latest.values())

    def update(self, table: str, values: Values, **where: object) -> int:
        """Change the rows whose columns have these values (None: nothing); how many there were."""
        if self._log:
            self._log.changing_where(table, where, values)
        return self.execute(update(metadata.tables[table]).where(*_equal(table, where)).values(**values)).rowcount

    def change(self, table: str, *rows: Values) -> None:
        """Change the rows that have the primary keys of these; all name the same columns."""
        if rows:
            key = [column.name for column in metadata.tables[table].primary_key.columns]
            same = _equal(table, {name: bindparam(f"of_{name}") for name in key})
            values: Values = {name: bindparam(f"to_{name}") for name in rows[0] if name not in key}
            if self._log:
                self._log.changing(table, keys_of(table, rows))
            told = [{f"{'of' if name in key else 'to'}_{name}": row[name] for name in row} for row in rows]
            self.execute(update(metadata.tables[table]).where(*same).values(values), told)

    def delete(self, table: str, **where: object) -> int:
        """Remove the rows whose columns have these values (None: nothing); how many there were."""
        if self._log:
            self._log.removing_where(table, where)
        return self.execute(delete(metadata.tables[table]).where(*_equal(table, where))).rowcount

    def set_row(self, table: str, key: RowKey, row: Row | None) -> None:
        """Make the row with that key what it was, as it lay in the file (see `row_log.columns_of`); None: it goes."""
        now = row_at(self, table, key)
        names = columns_of(table)
        same = " AND ".join(f"{column.name} = ?" for column in metadata.tables[table].primary_key.columns)
        if row == now:
            return
        if row is not None:
            self._log_row(table, key, now)
            if now is None:
                marks = ", ".join("?" * len(names))
                self.driver.execute(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", row)  # noqa: S608
            else:
                # Only what is different: a version that stays is not to be taken for one that is counted.
                new = {name: value for name, value, old in zip(names, row, now, strict=True) if value != old}
                changed = ", ".join(f"{name} = ?" for name in new)
                self.driver.execute(f"UPDATE {table} SET {changed} WHERE {same}", (*new.values(), *key))  # noqa: S608
        elif now is not None:
            if self._log:
                self._log.removing(table, [now])
            self.driver.execute(f"DELETE FROM {table} WHERE {same}", key)  # noqa: S608

    def step(self) -> RowStep | None:
        """What was changed so far, where that has a name and is logged."""
        if self._log is None or not self.name or not self._log.rows:
            return None
        log = self._log
        step = RowStep(self.name, frozenset(self.told), tuple(log.rows), log.after(), log.sets(), self.takes_back)
        return step if step.changes_something() else None

    def _log_row(self, table: str, key: RowKey, now: Row | None) -> None:
        if self._log:
            self._log.rows.append(Touched(table, key, now))

    def execute(self, statement: Executable, rows: Sequence[Values] = ()) -> CursorResult[Any]:
        """Run a statement of SQLAlchemy, for each of the rows where there are any; sqlite3.Error when it is refused."""
        with _as_they_were():
            return self._connection.execute(statement, rows or None)


def engine_by(connect: Callable[[], sqlite3.Connection]) -> Engine:
    """An engine that has one connection and begins to write at once; disposed of, it lets go of the file."""
    creator: Any = connect  # the driver's connection is what a pool wants, which its types do not say
    pool = QueuePool(creator, pool_size=1, dialect=_SHARED.dialect)
    engine = Engine(pool, _SHARED.dialect, _SHARED.url, execution_options={"compiled_cache": _STATEMENTS})
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


class Writer:
    """Makes the transactions that write. One at a time: the caller sees to that."""

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self._engine = engine_by(connect)

    @contextmanager
    def transaction(self, moment: datetime, told: set[Topic], *, is_logged: bool = False) -> Iterator[Writing]:
        """A transaction of that moment, kept at the end of the block or, on any exception, undone.

        is_logged: what it changes is remembered row by row.
        """
        try:
            with _as_they_were(), self._engine.connect() as connection:
                connection.info[MOMENT] = moment
                with connection.begin():
                    yield Writing(connection, told, is_logged=is_logged)
        except sqlite3.Error:
            # While a disk fails, SQLite opens a file to be read only and does not say so: open it anew the next time.
            self._engine.dispose()
            raise

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()


@cache
def _insertion(table: str) -> Executable:
    """Rows that are added; made once, since SQLAlchemy takes longer to make a statement than to run it."""
    return insert(metadata.tables[table])


@cache
def _removal(table: str) -> Executable:
    """The row with a primary key, removed."""
    of = metadata.tables[table]
    return delete(of).where(*(column == bindparam(column.name) for column in of.primary_key.columns))


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
