"""Portfolio files that tests begin with: an empty one and the demo portfolio, each made once, and then copied.

A copy is as any file of a user that was closed before, with its seal. How files are made has tests of its own.
"""

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from wealthdesk.cli import main
from wealthdesk.services.demo import make_demo
from wealthdesk.services.desk import Clock, Desk, open_desk
from wealthdesk.storage.file import seal
from wealthdesk.storage.file.opening import open_portfolio

IN_MEMORY: Final = Path("/dev/shm") if Path("/dev/shm").is_dir() else None
"""Where there is such a place: every change is written through to the disk, and there are thousands."""


def empty_at(path: Path) -> Path:
    """The path, where an empty portfolio of the newest version is now."""
    return _written(path, *_empty())


def demo_at(path: Path, clock: Clock) -> Path:
    """The path, where the demo portfolio is now, as it is made at this moment."""
    return _written(path, *_demo(clock.today(), clock.now()))


def open_demo(path: Path, clock: Clock) -> Desk:
    """The same, open."""
    return open_desk(demo_at(path, clock), clock)


def imported_at(path: Path, holdings: str, clock: Clock) -> Path:
    """The path, where a portfolio is now that a command made of these lines (CSV)."""
    given = path.with_name("h.csv")
    given.write_text(holdings, "utf-8")
    assert main(["import", str(given), "--file", str(empty_at(path))], clock) == 0
    return path


def copied(original: Path, path: Path) -> Path:
    """The path, where a copy of a portfolio file is now that nobody has open."""
    return _written(path, *_content(original))


def _written(path: Path, content: bytes, made: seal._Seal) -> Path:
    path.touch(0o600, exist_ok=False)
    path.write_bytes(content)
    # As `put_on` does, which would ask SQLite for what is at hand.
    status = path.stat()
    now = replace(made, inode=status.st_ino, size=status.st_size, changed_ns=status.st_mtime_ns)
    seal._write(path, now.text())
    return path


def _content(path: Path) -> tuple[bytes, seal._Seal]:
    content = path.read_bytes()
    return content, seal._made_of(content, path.stat())


@cache
def _empty() -> tuple[bytes, seal._Seal]:
    with TemporaryDirectory(prefix="wealthdesk-") as folder:
        path = Path(folder) / "empty.wealthdesk"
        open_portfolio(path, create=True, now=datetime(2026, 11, 20, 12, tzinfo=UTC)).close()
        return _content(path)


@cache
def _demo(today: date, now: datetime) -> tuple[bytes, seal._Seal]:
    with TemporaryDirectory(prefix="wealthdesk-") as folder:
        path = Path(folder) / "demo.wealthdesk"
        make_demo(path, Clock(lambda: today, lambda: now)).close()
        return _content(path)
