"""A diagnosis to send along with a question: versions, checks and the log, and nothing of what is in the portfolio."""

import builtins
import io
import os
import platform
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from wealthdesk import __version__
from wealthdesk.errors import AlreadyExists, OpeningError, WealthDeskError
from wealthdesk.paths import data_folder
from wealthdesk.services.backups import backups_of, set_asides
from wealthdesk.services.desk import Clock
from wealthdesk.services.given_files import save
from wealthdesk.services.log import NAME
from wealthdesk.storage.file.files import resolved
from wealthdesk.storage.file.migrations import head
from wealthdesk.storage.file.verification import engine_version, row_counts

_LINES: Final = 400
_QUOTED: Final = re.compile(r"“[^”]*”|\"[^\"]*\"|'[^']*'|‘[^’]*’")
_PATH: Final = re.compile(r"(?:[A-Za-z]:)?[/\\][^\s:,;]+")
_LIBRARIES: Final = "wealthdesk|sqlite3|sqlalchemy|alembic|zipfile|xml|decimal|json|portalocker|numpy|shiboken6"
_KINDS: Final = "|".join(
    name for name, each in vars(builtins).items() if isinstance(each, type) and issubclass(each, BaseException)
)
"""The errors of Python itself; those of libraries and of WealthDesk stand there with where they are from."""
_LONG_NUMBER: Final = re.compile(r"\d[\d.,\N{NARROW NO-BREAK SPACE}]{2,}")


def diagnosis_of(path: Path, clock: Clock) -> str:
    """The text of the bundle, to be read before it is saved: no amounts, names, numbers of accounts, nor file names."""
    path = resolved(path)
    return "\n".join([*_versions(clock), "", *_file(path), "", *_check(path), "", *_backups(path), "", *_log(), ""])


def save_bundle(text: str, to: Path) -> None:
    """Saves the text in a new ZIP file; nothing is ever overwritten."""
    to = resolved(to)
    if os.path.lexists(to):
        raise AlreadyExists(f"There is a file “{to}” already. Choose another name.")
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr("diagnosis.txt", text)
    save(to, made.getvalue())


def _versions(clock: Clock) -> Iterator[str]:
    yield f"WealthDesk {__version__}, tables up to version {head()}"
    yield f"Python {platform.python_version()}, SQLite {engine_version()}"
    yield f"{platform.system()} {platform.release()} {platform.machine()}"
    yield f"Made {clock.now():%Y-%m-%d}"


def _file(path: Path) -> Iterator[str]:
    """The file as it lies there, without its name."""
    yield "The file:"
    beside = [
        ("the file", path),
        *((f"…{end}", path.with_name(path.name + end)) for end in ("-journal", "-wal", ".lock")),
    ]
    for what, file in beside:
        if not os.path.lexists(file):
            yield f"  {what}: not there"
            continue
        status = file.lstat()
        size = "empty" if status.st_size == 0 else f"up to {_up_to(status.st_size)}"
        yield f"  {what}: {size}, mode {status.st_mode & 0o7777:o}{', a link' if file.is_symlink() else ''}"
    yield f"  the folder can be written: {os.access(path.parent, os.W_OK)}"
    yield f"  set aside by restores: {len(set_asides(path))}"


def _up_to(size: int) -> str:
    """A power of two, since the exact size of a file tells it from others: "512 kB"."""
    most = 1 << max(size - 1, 1023).bit_length()
    return f"{most >> 20} MB" if most >= 1 << 20 else f"{most >> 10} kB"


def _check(path: Path) -> Iterator[str]:
    yield "The check:"
    try:
        version, rows = row_counts(path)
    except OpeningError as refusal:
        yield f"  {type(refusal).__name__}: {scrubbed(_without_place(str(refusal), path))}"
        return
    yield f"  whole, version {version}"
    for table, count in sorted(rows.items()):
        yield f"  {table}: {_about(count)}"


def _backups(path: Path) -> Iterator[str]:
    yield "The backups:"
    try:
        for each in backups_of(path):
            state = "verified" if each.verified else "not as it was made"
            yield f"  {each.made_at:%Y-%m-%d %H:%M} UTC, {each.reason}, version {each.version}, {state}"
    except (OSError, WealthDeskError) as error:
        yield f"  cannot be listed: {type(error).__name__}"


def _log() -> Iterator[str]:
    yield "The log:"
    try:
        lines = (data_folder() / NAME).read_text("utf-8", "replace").splitlines()[-_LINES:]
    except OSError:
        lines = []
    yield from (f"  {line}" for line in _without_words(lines)) if lines else ("  none",)


def _without_words(lines: list[str]) -> Iterator[str]:
    """Where the program was and which kind of error it met; the words of an error may be those of the portfolio.

    They may be on a line of their own, too: so only what is called like an error counts as one.
    """
    for line in lines:
        where = re.fullmatch(r'\s+File "(?:.*[/\\])?(\w+\.py)", line (\d+), in (\S+)', line)
        what = re.match(rf"(?:(?:{_LIBRARIES})\.(?:\w+\.)*[A-Z]\w+|{_KINDS})(?=:|$)", line)
        entry = re.match(r"[\d-]{10} [\d:]{8} [A-Z]+ [\w.]+", line)
        if where:
            yield f"{where[1]}, line {where[2]}, in {where[3]}"
        elif entry:
            yield entry[0]
        elif what:
            yield what[0]


def scrubbed(line: str) -> str:
    """The line without what is quoted in it, without paths (but for the names of modules), and without long numbers."""
    line = _PATH.sub(
        lambda found: "…/" + Path(found[0]).name if found[0].endswith(".py") else "…", _QUOTED.sub("“…”", line)
    )
    return _LONG_NUMBER.sub("…", line)


def _without_place(line: str, path: Path) -> str:
    """The line without the file and its folder, whose names may hold quotation marks as well."""
    for each in (str(path), str(path.parent), path.name):
        line = line.replace(each, "…")
    return line


def _about(count: int) -> str:
    """How many, as a power of ten: a number may say too much."""
    return "none" if count == 0 else f"below {10 ** len(str(count)):,}"
