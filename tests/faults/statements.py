"""SQL statements that are the last: of any connection, the process is killed; of migrations, they fail."""

import os
import signal
import sqlite3
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from faults.disk import Kind

REASON = "the plug was pulled"

_connect = sqlite3.connect
_seen: Counter[Kind] = Counter()
_stop: Callable[[], None] | None = None


def arm(folder: Path, kind: Kind, number: int = 0) -> None:
    """From now on let the statement of this number be the last, the first being 1."""
    global _stop
    _stop = _STOPS.get(kind)
    if kind < Kind.CHANGES:
        sqlite3.connect = _traced(number)  # type: ignore[assignment]
    else:
        event.listen(Engine, "before_cursor_execute", lambda *_: _step(Kind.CHANGES, number))


def disarm() -> None:
    """From now on all statements are well."""
    global _stop
    _stop = None


def count(kind: Kind) -> int:
    """How many there were of all statements, or of those of migrations."""
    return _seen[kind]


def _step(kind: Kind, last: int) -> None:
    _seen[kind] += 1
    if _seen[kind] == last and _stop:
        _stop()


def _refuse() -> None:
    raise sqlite3.OperationalError(REASON)


def _kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


_STOPS = {Kind.STATEMENT_KILLED: _kill, Kind.CHANGE_KILLED: _kill, Kind.CHANGE_REFUSED: _refuse}


def _traced(last: int) -> Callable[..., sqlite3.Connection]:
    def connect(*arguments: Any, **named: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = _connect(*arguments, **named)
        connection.set_trace_callback(lambda statement: _step(Kind.STATEMENTS, last))
        return connection

    return connect
