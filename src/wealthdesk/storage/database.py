"""A portfolio file in use: transactions that read one moment or write all or nothing, told to listeners once kept."""

import logging
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from wealthdesk.changes import Changes, Topic
from wealthdesk.errors import OpeningError, ReadOnlyPlace, ReplacedPortfolio, WealthDeskError
from wealthdesk.storage.connection import PATIENCE, Reading, busy, connect, refusing_file

if TYPE_CHECKING:
    from wealthdesk.storage.steps import RowStep
    from wealthdesk.storage.writing import Writer, Writing

Listener = Callable[[Changes], None]


_log = logging.getLogger(__name__)


OnReplaced = Callable[[bytes, Path, datetime], WealthDeskError]
"""What the open file held, the path that means another one now, and the moment → what is said of it."""

LastLook = Callable[[sqlite3.Connection, Callable[[], os.stat_result]], None]
"""A connection to the open file, and what the disk says of that very file, whatever has its name by now."""


def _replaced(_content: bytes, path: Path, _now: datetime) -> WealthDeskError:
    return ReplacedPortfolio(f"“{path}” is not the file any more that was opened, so no change is kept in it.")


class Database:
    """One portfolio file, open. Any thread may read and write; a thread has one transaction at a time."""

    def __init__(
        self,
        path: Path,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        patience: float = PATIENCE,
        on_close: Callable[[], None] = lambda: None,
        notes: tuple[str, ...] = (),
        original: Path | None = None,
        on_replaced: OnReplaced = _replaced,
        last_look: LastLook | None = None,
        reader: sqlite3.Connection | None = None,
    ) -> None:
        """Use the file at `path`, which exists and is at the newest migration (see `opening.open_portfolio`).

        notes: sentences about what was done to open it. original: `path` is only a copy of this one, and not written.
        on_replaced: makes the refusal of a file that is not the one at `path` any more. last_look: done before the file
        is let go of, while it still is the one at `path`. reader: a connection to it that knows its tables already.
        """
        self.path = path
        self.notes = notes
        self.original = original or path
        self.is_read_only = original is not None
        self._clock = clock
        self._today: Callable[[], date] | None = None
        self._patience = patience
        self._on_close = on_close
        self._on_replaced = on_replaced
        self._last_look = last_look
        self._listeners: list[Listener] = []
        self._remember: Callable[[RowStep], None] | None = None
        self._writing = threading.Lock()
        self._thread = threading.local()
        self._commits = _CommitCounter(path)
        self._seen = self._commits.value()
        self._elsewhere = False
        self._readers = [] if reader is None else [_to_read(_made_safe(reader))]
        self._writer: Writer | None = None
        self._is_closed = False

    @contextmanager
    def read(self) -> Iterator[Reading]:
        """A transaction that sees the file at one moment and cannot change it."""
        with self._alone(), self._refusing(), self._reader() as driver:
            driver.execute("BEGIN")
            try:
                yield Reading(driver)
            except sqlite3.OperationalError as error:
                if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_READONLY:
                    raise RuntimeError("this transaction reads only; use write()") from error
                raise
            finally:
                driver.rollback()

    @contextmanager
    def write(self, *topics: Topic, at: datetime | None = None, is_logged: bool = False) -> Iterator["Writing"]:
        """A transaction that is kept as a whole at the end of the block, or, on any exception, not at all.

        Once it is kept, the listeners are told the topics (and those added by `also`). `at` is when it happened, where
        that is not now: a made-up past. is_logged: `Writing.step` tells what was changed, whoever asks.
        """
        if self._is_closed:
            raise OpeningError(f"“{self.original}” was closed before this was written. Nothing was changed.")
        if self.is_read_only:
            raise ReadOnlyPlace(
                f"“{self.original}” was opened to be read only. Nothing was changed. "
                "Open it to be changed, or a copy of it in another folder."
            )
        told, before, unconfirmed = set(topics), None, None
        with self._alone(), self._only_writer() as writer, self._refusing():
            self._refuse_what_was_replaced()
            try:
                is_logged = is_logged or self._remember is not None
                with writer.transaction(at or self._clock(), told, is_logged=is_logged) as writing:
                    start = self._commits.value()
                    self._elsewhere |= start != self._seen
                    self._seen = start
                    if self._today is not None and at is None:
                        writing.day = self._today()
                    yield writing
                    step = writing.step()
                    before = start
            except sqlite3.Error as error:
                if before is None or not self._is_kept_since(before):
                    raise
                unconfirmed = error
            self._seen = min(self._commits.value(), start + 1)
            if step is not None and self._remember is not None:
                self._remember(step)
        self.tell(frozenset(told))
        if unconfirmed:
            raise OpeningError(
                f"The change is in “{self.path}”, but the disk refused to confirm it: a power cut can still take it "
                "away. Check the disk, and look whether the change is there before you make it again."
            ) from unconfirmed

    def tell_the_day_by(self, today: Callable[[], date]) -> None:
        """Ask this from now on, on which day of the user's calendar something is written."""
        self._today = today

    def prepare_to_write(self) -> None:
        """Do now what the first `write` would otherwise have to wait for."""
        if self.is_read_only:
            return
        with self._only_writer():
            pass

    def subscribe(self, listener: Listener, *, first: bool = False) -> Callable[[], None]:
        """Tell `listener` the topics of every kept change, in the thread that wrote it; returns how to stop that.

        first: before all others, for what remembers what it read: they ask it as soon as they are told.
        """
        self._listeners.insert(0 if first else len(self._listeners), listener)
        return lambda: self._listeners.remove(listener)

    def tell(self, topics: Changes) -> None:
        """Tell every listener these topics, in this thread; a change announces its own."""
        for listener in tuple(self._listeners) if topics else ():
            try:
                listener(topics)
            except Exception:  # the change is kept: a screen that fails to show it must not make it look refused
                _log.exception("A listener failed on %s", topics)

    def remember_steps(self, remember: "Callable[[RowStep], None]") -> None:
        """Hand over every named change from now on, once it is kept and before it is told, in the order of the file."""
        self._remember = remember

    def kept_changes(self) -> int:
        """How many changes the file has seen, as SQLite counts them: those of other programs, too."""
        return self._commits.value()

    def changed_elsewhere(self) -> bool:
        """Whether another process has kept a change since this was last asked (or since the file was opened).

        ReplacedPortfolio when the file of that name is not the one that was opened any more.
        """
        if not self._writing.acquire(blocking=False):
            return False
        try:
            self._refuse_what_was_replaced()
            now = self._commits.value()
            changed = self._elsewhere or now != self._seen
            self._seen, self._elsewhere = now, False
            return changed
        finally:
            self._writing.release()

    def close(self) -> None:
        """Let go of the file; closing twice is harmless."""
        self._is_closed = True
        last_look, self._last_look = self._last_look, None
        try:
            if last_look is not None and self._commits.is_of(self.path):
                # By a connection that is there: a new one would have to read all tables of the file.
                with suppress(sqlite3.Error), self._reader() as driver:
                    last_look(driver, self._commits.status)
        finally:
            self._let_go()

    def _let_go(self) -> None:
        while self._readers:
            self._readers.pop().close()
        if self._writer is not None:
            self._writer.close()
        self._commits.close()
        on_close, self._on_close = self._on_close, lambda: None
        on_close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _connect(self) -> sqlite3.Connection:
        return _made_safe(connect(self.path, patience=self._patience))

    @contextmanager
    def _reader(self) -> Iterator[sqlite3.Connection]:
        """A connection that cannot write, one that was used before where there is one and nothing was refused."""
        try:
            driver = self._readers.pop()
        except IndexError:
            driver = _to_read(self._connect())
        is_well = False
        try:
            yield driver
            is_well = True
        finally:
            if self._is_closed or not is_well:
                driver.close()
            else:
                self._readers.append(driver)

    @contextmanager
    def _refusing(self) -> Iterator[None]:
        """Turn what is wrong with the file into a sentence that names the one that the user knows.

        Damage that SQLite does not see can make any reader of a value fail; without damage, the failure is a bug.
        """
        with refusing_file(self.original):
            try:
                yield
            except (ValueError, ArithmeticError, LookupError, TypeError):
                from wealthdesk.storage.file.verification import refuse_damage

                refuse_damage(self.path, self.original)
                raise

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """A second transaction in one thread would wait for the first until it gives up: a mistake, said at once."""
        if getattr(self._thread, "busy", False):
            raise RuntimeError("this thread has a transaction already; pass its connection on instead")
        self._thread.busy = True
        try:
            yield
        finally:
            self._thread.busy = False

    @contextmanager
    def _only_writer(self) -> Iterator["Writer"]:
        if not self._writing.acquire(timeout=self._patience):
            raise busy(self.path)
        try:
            # Late: it takes longer than everything that a start reads.
            from wealthdesk.storage.writing import Writer

            self._writer = self._writer or Writer(self._connect)
            yield self._writer
        finally:
            self._writing.release()

    def _is_kept_since(self, before: int) -> bool:
        """Whether a transaction is in the file though its end has failed: no journal is left to take it back."""
        journal = self.path.with_name(self.path.name + "-journal")
        with suppress(OSError):
            return self._commits.value() != before and not (journal.exists() and any(journal.read_bytes()[:8]))
        return False

    def _refuse_what_was_replaced(self) -> None:
        """A program that syncs folders puts another file in the place of ours, and ours would go on without a name.

        Everything written then would be gone with it, and its journal would lie beside a file that it does not fit.
        """
        if not self.is_read_only and not self._commits.is_of(self.path):
            raise self._on_replaced(self._commits.content(), self.path, self._clock())


def _made_safe(connection: sqlite3.Connection) -> sqlite3.Connection:
    """The connection, on which a change is kept as a whole or not at all, and no row without what it belongs to."""
    connection.execute("PRAGMA journal_mode = TRUNCATE").fetchall()
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    # Some builds and modes of the driver ignore the pragma in silence.
    if connection.execute("PRAGMA foreign_keys").fetchone() != (1,):
        connection.close()
        raise RuntimeError("SQLite does not enforce foreign keys here")
    return connection


def _to_read(connection: sqlite3.Connection) -> sqlite3.Connection:
    connection.execute("PRAGMA query_only = ON")
    return connection


def also(connection: "Writing", *topics: Topic) -> None:
    """Name more topics that this write touches."""
    connection.told.update(topics)


def named(connection: "Writing", name: str) -> None:
    """Say what this write does, as a phrase (“class of VTI”): it can be taken back by that name."""
    connection.name = name


class _CommitCounter:
    """The file change counter in SQLite's header: one more after every transaction that changed the file.

    The file stays open until the end, because closing any descriptor of a file drops the POSIX locks that SQLite holds
    on it elsewhere in this process.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb", buffering=0)
        self._lock = threading.Lock()
        self._seen = 0

    def value(self) -> int:
        """What it says; once the file is closed, what it said last: who asks late, such as a foot, is not to fail."""
        with self._lock:
            if not self._file.closed:
                self._file.seek(24)
                self._seen = int.from_bytes(self._file.read(4), "big")
            return self._seen

    def is_of(self, path: Path) -> bool:
        """Whether the path still means this file. Windows lets nobody take the place of a file that is open."""
        try:
            return os.name != "posix" or os.path.samestat(self.status(), path.stat())
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError:  # what is wrong with the place is said by what is done there
            return True

    def status(self) -> os.stat_result:
        """What the disk says of this file."""
        return os.fstat(self._file.fileno())

    def content(self) -> bytes:
        """All of the file, also of one without a name."""
        with self._lock:
            self._file.seek(0)
            return self._file.readall()

    def close(self) -> None:
        self._file.close()
