"""The way from one version of the file's tables to another, up or down, in one transaction."""

import ast
import io
import json
import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from wealthdesk import paths
from wealthdesk.errors import MigrationFailed
from wealthdesk.storage.connection import connect
from wealthdesk.storage.schema import Schema, marks_of, schema_of

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine


def head() -> int:
    """The newest version, which is the number of the last migration."""
    return max(_files())


def losses(start: int, to: int) -> tuple[str, ...]:
    """What going down from one version to another loses, one sentence each; nothing on the way up."""
    files = _files()
    return tuple(loss for version in range(start, to, -1) for loss in _loses(files[version]))


def migrate(path: Path, to: int) -> None:
    """Bring the file to a version, all of it or nothing. For files nobody else uses: a new one, or a copy.

    Foreign keys are off meanwhile, since rebuilding a table would cascade to its children; new violations are refused.
    """
    with _engine(lambda: connect(path)) as engine, engine.connect() as connection, connection.begin():
        _migrate(connection, to)


def make(path: Path, version: int | None = None) -> None:
    """Give a new file the tables of a version, the newest by itself, by the statements that are written down beside the
    migrations.

    The migrations one after the other come to the same, but by libraries that a start does without.
    """
    version = version or head()
    statements = statements_file(version)
    if not statements.is_file():  # of an old one, or of one that is being written, and not yet written down
        migrate(path, version)
        return
    with closing(connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = TRUNCATE").fetchall()
        connection.executescript(f"BEGIN IMMEDIATE;\n{statements.read_text(encoding='utf-8')}COMMIT;")


def statements_file(version: int) -> Path:
    """Where the statements are written down that make a new file of that version, the newest."""
    return paths.migrations_folder() / f"new_{version:04}.sql"


def fresh_schema(version: int) -> Schema:
    """The tables as a new file at that version has them."""
    with _engine(lambda: sqlite3.connect(":memory:", isolation_level=None)) as engine, engine.connect() as connection:
        with connection.begin():
            _migrate(connection, version)
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        return schema_of(driver)


def parts_of(version: int) -> dict[str, str]:
    """What a file of that version is made of (see `schema.marks_of`).

    It is written down beside the migrations, since making such a file takes longer than a whole start.
    """
    told = json.loads((paths.migrations_folder() / "parts.json").read_text(encoding="utf-8"))
    if str(version) not in told:  # one that is being written, and not yet written down
        return marks_of(fresh_schema(version))
    parts: dict[str, str | None] = {}
    for number in range(1, version + 1):
        parts |= told[str(number)]
    return {name: mark for name, mark in parts.items() if mark is not None}


def tables_at(version: int) -> frozenset[str]:
    """The tables that a file of that version has."""
    return frozenset(name for name in parts_of(version) if " " not in name)


def versions_folder() -> Path:
    """The folder with one file per migration."""
    return paths.migrations_folder() / "versions"


@contextmanager
def _engine(open_file: Callable[[], sqlite3.Connection]) -> Iterator["Engine"]:
    # Late, as Alembic below: a file that is at the newest version needs neither.
    from sqlalchemy.exc import DBAPIError

    from wealthdesk.storage.writing import engine_by

    def ready() -> sqlite3.Connection:
        connection = open_file()
        # Before any transaction begins: inside one, the first of these does nothing and does not say so.
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("PRAGMA journal_mode = TRUNCATE").fetchall()
        return connection

    engine = engine_by(ready)
    try:
        yield engine
    except DBAPIError as error:
        raise (error.orig or error) from error
    finally:
        engine.dispose()


def _migrate(connection: "Connection", to: int) -> None:
    before = _violations(connection)
    _run_alembic(connection, to)
    if new := _violations(connection) - before:
        tables = ", ".join(sorted({table for table, _, _ in new}))
        raise MigrationFailed(f"It would leave rows without what they belong to, in: {tables}.")


def _files() -> dict[int, Path]:
    return _files_in(versions_folder())


@cache
def _files_in(folder: Path) -> dict[int, Path]:
    """Read once: every opening asks several times which version is the newest."""
    found = ((re.match(r"(\d{4})_\w+\.py$", file.name), file) for file in folder.iterdir())
    return {int(match[1]): file for match, file in found if match}


@cache
def _loses(file: Path) -> tuple[str, ...]:
    """The file's LOSES, read without running it."""
    for statement in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(statement, ast.AnnAssign | ast.Assign) and statement.value:
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            if any(isinstance(target, ast.Name) and target.id == "LOSES" for target in targets):
                return tuple(ast.literal_eval(statement.value))
    raise LookupError(f"{file.name} does not say what its downgrade loses")


def _violations(connection: "Connection") -> Counter[tuple[str, str, int]]:
    """Rows without what they belong to, counted per foreign key: row numbers change when a table is rebuilt."""
    rows = connection.exec_driver_sql("PRAGMA foreign_key_check")
    return Counter((table, parent, key) for table, _, parent, key in rows)


def _run_alembic(connection: "Connection", to: int) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config(stdout=io.StringIO())
    # A % in a path would be taken for an interpolation.
    config.set_main_option("script_location", str(paths.migrations_folder()).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    config.attributes["connection"] = connection
    current = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
    revision = f"{to:04}" if to else "base"
    if to > current:
        command.upgrade(config, revision)
    elif to < current:
        command.downgrade(config, revision)
