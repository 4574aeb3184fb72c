"""What a file is checked by: that it is whole, what it holds, and whether two files are page for page the same."""

import contextlib
import hashlib
import sqlite3
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from wealthdesk.errors import BrokenRules, DamagedPortfolio, MissingPortfolio, NotAPortfolio, UnknownParts
from wealthdesk.storage.connection import connect, keep_in_memory, refusing_file
from wealthdesk.storage.file.consistency import broken, told, unreadable_row, with_rows
from wealthdesk.storage.file.files import APPLICATION_ID, refusing_disk
from wealthdesk.storage.file.migrations import head, parts_of
from wealthdesk.storage.schema import TRIGGERS, marks_in

_LARGE: Final = frozenset({"prices"})
"""Tables with a row for each day; the rules of their columns follow from how their values are written."""

_SLOW: Final = 4_000_000
"""From so many bytes on, pages and rows are looked at side by side."""

OWNERS: Final = frozenset(
    {
        "accounts",
        "account_groups",
        "assets",
        "asset_classes",
        "rebalancing_strategies",
        "plans",
        "funds",
        "companies",
        "reallocations",
    }
)
"""Tables whose rows have others that hang on them: none of them is ever dropped."""

_RULE: Final = "CHECK constraint failed"

BACK: Final = "It has not been touched. Restore a backup of it, or salvage what can be read."

MENDABLE: Final = "It has not been touched, and these lines can be mended."


@dataclass(frozen=True, slots=True)
class Contents:
    """How many rows each table has, and a digest of what lies in which account and of what that is worth."""

    rows: dict[str, int]
    holdings: str


_UNKNOWN: Final = (
    "SELECT type, name, sql FROM sqlite_schema WHERE type NOT IN ('table', 'index') "
    "OR (type = 'table' AND sql LIKE 'CREATE VIRTUAL%') ORDER BY name"
)
"""No migration makes any of these, but for the triggers that schema.py names."""


def refuse_unknown_parts(connection: sqlite3.Connection, path: Path) -> None:
    """Raise UnknownParts when the file holds triggers that are not ours by name and text, views or virtual tables;
    nothing of them has been run."""
    parts = connection.execute(_UNKNOWN).fetchall()
    if found := [(kind, name) for kind, name, sql in parts if kind != "trigger" or TRIGGERS.get(name) != sql]:
        kind = found[0][0]
        raise _unknown(path, "virtual table" if kind == "table" else kind, [name for _, name in found])


def _unknown(path: Path, kind: str, names: Sequence[str]) -> UnknownParts:
    more = f" (and {len(names) - 1} more)" if len(names) > 1 else ""
    return UnknownParts(
        f"“{path}” holds a {kind} “{names[0]}”{more}, and WealthDesk never makes one: it "
        f"{'is of another program' if kind == 'table' else 'could change what is kept in the file'}. {BACK}"
    )


_WHOLE: Final[deque[tuple[str, int, int, bool]]] = deque(maxlen=16)
"""What was found whole last: the digest of its pages, how many bytes of it there are, the newest version of all files,
and whether it was known then."""


def check(
    connection: sqlite3.Connection, path: Path, *, is_known: bool = False, pages: bytes = b"", digest: str = ""
) -> None:
    """Raise DamagedPortfolio, naming the file at `path`, unless all is well with what the connection reads.

    Its tables are those of its version, every page is whole, the indexes say what the tables say, every row has what it
    belongs to, every value is as it is written, and no rule of the field is broken. All that is done to a file asks
    this, so that all say the same of it. UnknownParts where it holds what WealthDesk never makes.

    is_known: that these very bytes were looked at before; then indexes and past prices, which take most of the time,
    are not looked at once more. The bytes may be those of a copy: what is said is said of `path`. pages, digest: what
    the connection reads, and its digest, where they are at hand: what this process has found whole stays so while it is
    the same.
    """
    try:
        with one_moment(connection):
            what = _damage(connection, path, is_known, pages, digest)
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
        # An error of the language itself: a table has not the columns that it had.
        if code not in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR):
            raise
        what = str(error)
    if what:
        if isinstance(what, _OfLines):
            raise BrokenRules(f"“{path}” is damaged: {what}. {MENDABLE}")
        raise DamagedPortfolio(f"“{path}” is damaged: {what}. {BACK}")


@contextlib.contextmanager
def one_moment(connection: sqlite3.Connection) -> Iterator[None]:
    """A transaction, unless there is one already: nobody changes meanwhile what is looked at."""
    if connection.in_transaction:
        yield
        return
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.rollback()


def refuse_damage(path: Path, named: Path) -> None:
    """Raise DamagedPortfolio when there is damage in the file at `path`; for when reading has failed already."""
    with suppress(sqlite3.Error), closing(connect(path, mode="ro", patience=0)) as connection:
        check(connection, named)


def _damage(connection: sqlite3.Connection, path: Path, is_known: bool, pages: bytes, digest: str) -> str:
    """What is wrong, the first of it, as a clause; empty: nothing is."""
    ((file,),) = connection.execute("SELECT file FROM pragma_database_list WHERE name = 'main'")
    # What lies in the memory alone has no name, or one that means nothing.
    file = _text(file) if file and Path(_text(file)).is_absolute() else ""
    pages = pages or connection.serialize()
    size = Path(file).stat().st_size if file else len(pages)
    found = digest or digest_of(pages), size, head()
    if (*found, False) in _WHOLE or (is_known and (*found, True) in _WHOLE):
        return ""
    refuse_unknown_parts(connection, path)
    what = _two_versions(connection) or _unlike(connection, path)
    what = what or _looked_at(connection, file, size, pages, is_known)
    if not what:
        _WHOLE.append((*found, is_known))
    return what


def _looked_at(connection: sqlite3.Connection, file: str, size: int, pages: bytes, is_known: bool) -> str:
    if is_known or not file or size < _SLOW:
        return _damage_of_pages(connection, is_known) or _damage_of_lines(connection, size, pages, is_known)
    with closing(connect(Path(file), mode="ro")) as second, ThreadPoolExecutor(1) as beside:
        # SQLite lets other threads run, so that the two take no longer than the slower one.
        first = beside.submit(_damage_of_pages, keep_in_memory(second), is_known)
        try:
            what = _damage_of_lines(connection, size, pages, is_known)
        except sqlite3.DatabaseError:
            if said := first.result():
                return said
            raise
        return first.result() or what


def _damage_of_pages(connection: sqlite3.Connection, is_known: bool) -> str:
    # To ask the rules of the tables takes longer than all the rest; what was looked at before breaks none of them.
    connection.execute("PRAGMA ignore_check_constraints = ON")
    try:
        said = _said(connection, f"PRAGMA {'quick' if is_known else 'integrity'}_check(1)")
    finally:
        connection.execute("PRAGMA ignore_check_constraints = OFF")
    return said


def _damage_of_lines(connection: sqlite3.Connection, size: int, pages: bytes, is_known: bool) -> str:
    if orphans := {_text(row[0]) for row in connection.execute("PRAGMA foreign_key_check")}:
        return f"rows have lost what they belong to, in {', '.join(sorted(orphans))}"
    of_rule = "" if is_known else _broken_rule(pages)
    if of_rule and not of_rule.startswith(_RULE):
        return of_rule
    # Of a rule of a table SQLite does not say which row breaks it.
    return _damage_of_rows(connection, size, len(pages), is_known) or of_rule


def _broken_rule(pages: bytes) -> str:
    """Which rule of a table does not hold, as SQLite says it, but for those of large tables: they follow from values
    that are as they are written.

    Of a file that it cannot write, or is not to, SQLite does not even read the rules: so a copy is asked.
    """
    with closing(in_memory(pages)) as copy:
        tables = sorted(with_rows(copy, table_names(copy) - _LARGE))
        return next(filter(None, (_said(copy, f'PRAGMA integrity_check("{table}")') for table in tables)), "")


_PLAIN: Final = b"\x01\x01"
"""What the header says of a file without a log of its own."""


def in_memory(pages: bytes) -> sqlite3.Connection:
    """A connection to a copy in the memory of a file that has these pages."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute("PRAGMA trusted_schema = OFF")
    # What is only in the memory has no journal beside it, whichever kind the header asks for.
    connection.deserialize(pages if pages[18:20] == _PLAIN else pages[:18] + _PLAIN + pages[20:])
    return connection


def _said(connection: sqlite3.Connection, check: str) -> str:
    said = _text(connection.execute(check).fetchone()[0])
    return "" if said == "ok" else said.rpartition("\n")[2]


def _damage_of_rows(connection: sqlite3.Connection, size: int, whole_size: int, is_known: bool) -> str:
    # SQLite reads what is missing of the last page as zeros and does not mind.
    if size < whole_size:
        return f"it has {size} of {whole_size} bytes"
    tables = with_rows(connection, table_names(connection) - {"alembic_version"})
    if (row := unreadable_row(connection, tables - (_LARGE if is_known else frozenset()))) is not None:
        return _OfLines.of(row.table, told(row))
    found = next(broken(connection, tables), None)
    return _OfLines.of(found.table, found.what) if found else ""


class _OfLines(str):
    """What is wrong with single lines on which nothing hangs: it can be mended."""

    @classmethod
    def of(cls, table: str, what: str) -> str:
        return what if table in OWNERS else cls(what)


def _two_versions(connection: sqlite3.Connection) -> str:
    """What is wrong where the file names its version twice, and not alike: a migration would begin at the wrong one.

    Of the file of a newer program nothing is known.
    """
    ((version,),) = connection.execute("PRAGMA user_version")
    if "alembic_version" not in table_names(connection):
        return ""
    named = [_text(row[0]) for row in connection.execute("SELECT version_num FROM alembic_version")]
    if version > head() or named == [f"{version:04}"]:
        return ""
    return f"its header names version {version} and its tables {' and '.join(named) or 'none'}"


def _unlike(connection: sqlite3.Connection, path: Path) -> str:
    """What of the tables is not as a file of this version has it, as a clause; empty: nothing is.

    UnknownParts where there is a table that no migration makes.
    """
    ((version,),) = connection.execute("PRAGMA user_version")
    if version > head():
        return ""
    known, found = parts_of(version), marks_in(connection)
    if missing := sorted(known.keys() - found.keys()):
        return f"it has no {', '.join(missing)}"
    if more := sorted(found.keys() - known.keys()):
        raise _unknown(path, "table", more)
    other = sorted(name for name, mark in known.items() if found[name] != mark)
    return f"the table {other[0]} is not as WealthDesk makes it" if other else ""


def _text(value: object) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)


def table_names(connection: sqlite3.Connection) -> frozenset[str]:
    """The tables of the file."""
    names = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'"
    return frozenset(name for (name,) in connection.execute(names))


_WORTH: Final = {
    "holdings": "account_id, asset_id, quantity, cost_basis_minor",
    "prices": "asset_id, on_date, price",
    "fx_rates": "base, quote, on_date, rate",
    "assets": "id, currency",
}
"""Whatever the total value of an account follows from: as long as it is the same, so is every total."""
_AT_ONCE: Final = 1000


def contents(connection: sqlite3.Connection) -> Contents:
    """What the file holds."""
    rows = {
        table: connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]  # noqa: S608 (a table's own name)
        for table in table_names(connection) - {"alembic_version"}
    }
    held = hashlib.sha256()
    for table, columns in _WORTH.items():
        if table in rows:
            # Sorted here: the index leads to the rows one by one, all over the file, and that takes twice as long.
            found = connection.execute(f"SELECT {columns} FROM {table} NOT INDEXED ORDER BY {columns}")  # noqa: S608
            while some := found.fetchmany(_AT_ONCE):
                held.update(repr(some).encode())
    return Contents(rows, held.hexdigest())


def lost(before: Contents, after: Contents) -> str:
    """What of the tables that both have is not the same any more, as a clause; empty when nothing is."""
    for table in sorted(before.rows.keys() & after.rows.keys()):
        if before.rows[table] != after.rows[table]:
            return f"{table} had {before.rows[table]} rows and would have {after.rows[table]}"
    if before.holdings != after.holdings and "holdings" in after.rows:
        return "the holdings of an account, or what they are worth, would change"
    return ""


def digest(connection: sqlite3.Connection) -> str:
    """A digest of every page of the file as this connection sees it."""
    return digest_of(connection.serialize())


def digest_of(raw: bytes) -> str:
    """A digest of a whole file, but for the counters in its header that a copy has of its own."""
    pages = memoryview(raw)
    known = hashlib.sha256(pages[:24])
    for start, end in ((28, 40), (44, 92), (100, len(pages))):
        known.update(pages[start:end])
    return known.hexdigest()


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
        check(connection, path)
        ((version,),) = connection.execute("PRAGMA user_version")
        return int(version), contents(connection).rows


def engine_version() -> str:
    """The version of SQLite."""
    return sqlite3.sqlite_version
