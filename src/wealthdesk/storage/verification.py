"""What a file is checked by: that it is whole, what it holds, and whether two files are page for page the same."""

import hashlib
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from wealthdesk.errors import DamagedPortfolio, UnknownParts

BACK: Final = "It has not been touched. Restore a backup of it, or salvage what can be read."


@dataclass(frozen=True, slots=True)
class Contents:
    """How many rows each table has, and a digest of what lies in which account and of what that is worth."""

    rows: dict[str, int]
    holdings: str


_UNKNOWN: Final = (
    "SELECT type, name FROM sqlite_schema WHERE type NOT IN ('table', 'index') "
    "OR (type = 'table' AND sql LIKE 'CREATE VIRTUAL%') ORDER BY name"
)
"""No migration makes any of these; whoever adds one names it here."""


def refuse_unknown_parts(connection: sqlite3.Connection, path: Path) -> None:
    """Raise UnknownParts when the file holds triggers, views or virtual tables; nothing of them has been run."""
    if found := connection.execute(_UNKNOWN).fetchall():
        kind, name = found[0]
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        raise UnknownParts(
            f"“{path}” holds a {'virtual table' if kind == 'table' else kind} “{name}”{more}, and WealthDesk never "
            f"makes one: it could change what is kept in the file. {BACK}"
        )


def check(connection: sqlite3.Connection, path: Path, *, is_thorough: bool = False) -> None:
    """Raise DamagedPortfolio unless the file is whole and every row has what it belongs to.

    is_thorough: that the indexes say what the tables say is looked at as well, which takes four times as long.
    """
    try:
        found = connection.execute(f"PRAGMA {'integrity' if is_thorough else 'quick'}_check(1)").fetchall()
        orphans = {row[0] for row in connection.execute("PRAGMA foreign_key_check")}
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF not in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            raise
        raise DamagedPortfolio(f"“{path}” is damaged ({error}). {BACK}") from error
    if found != [("ok",)]:
        what = str(found[0][0]).rpartition("\n")[2]
        raise DamagedPortfolio(f"“{path}” is damaged ({what}). {BACK}")
    ((pages, page_size),) = connection.execute("SELECT * FROM pragma_page_count, pragma_page_size")
    # SQLite reads what is missing of the last page as zeros and does not mind.
    if (size := path.stat().st_size) < pages * page_size:
        raise DamagedPortfolio(f"“{path}” is damaged (it has {size} of {pages * page_size} bytes). {BACK}")
    if orphans:
        where = ", ".join(sorted(orphans))
        raise DamagedPortfolio(f"“{path}” is damaged: rows have lost what they belong to, in {where}. {BACK}")


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
