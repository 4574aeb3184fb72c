"""What the commands read and print: JSON that is always JSON, on any terminal; and what of it a command keeps."""

import contextlib
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import Any, Final, TypeVar

from wealthdesk.changes import Changes
from wealthdesk.errors import BadInput, ReadOnlyPlace, WealthDeskError
from wealthdesk.services.desk import Clock, Desk, open_copy, open_desk
from wealthdesk.services.given_files import bytes_of


def prepare() -> None:
    """What the terminal's encoding lacks is written as an escape, so that no name ever ends a command."""
    if sys.stdout is None:  # closed before the start (`>&-`): there is nobody to print to
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 (for as long as the process lives)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


@contextlib.contextmanager
def own_output() -> Iterator[None]:
    """Standard output is the command's alone: whatever a library prints past Python goes to standard error meanwhile.

    The command writes into a private copy of descriptor 1. A sys.stdout that is no descriptor 1 is left as it is.
    """
    usual = sys.stdout
    if usual is not sys.__stdout__ or not isinstance(usual, TextIOWrapper) or usual.fileno() != 1:
        yield
        return
    own = os.fdopen(os.dup(1), "w", encoding=usual.encoding, errors=usual.errors)
    _lead_to_standard_error(1)
    sys.stdout = own
    try:
        yield
    finally:
        sys.stdout = usual
        os.dup2(own.fileno(), 1)
        # What can still not be written was said before, or nobody is there any more.
        with contextlib.suppress(OSError):
            own.close()


def _lead_to_standard_error(descriptor: int) -> None:
    """Where there is no standard error, it leads nowhere."""
    try:
        os.dup2(2, descriptor)
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, descriptor)
        os.close(nowhere)


def print_json(told: Mapping[str, Any]) -> None:
    """Prints one JSON object. Escapes stay within JSON where the encoding is not UTF-8."""
    is_utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    json.dump(told, sys.stdout, ensure_ascii=not is_utf8, indent=2)
    print()


def give_up_printing() -> None:
    """Whoever read standard output has gone: what is still in it goes nowhere, and Python does not complain of it."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


_KEPT: Final[list[str]] = []


def begin() -> None:
    """Nothing has been kept yet."""
    _KEPT.clear()


def keep(what: str) -> None:
    """Something was made or changed, such as “The backup”, that stays whatever becomes of the answer."""
    _KEPT.append(what)


def kept() -> str:
    """What was kept first; empty: nothing was."""
    return _KEPT[0] if _KEPT else ""


@contextmanager
def reading(path: Path, clock: Clock) -> Iterator[Desk]:
    """The file, open to be read; where nothing can be written, a copy of it."""
    try:
        desk = open_desk(path, clock)
    except ReadOnlyPlace:
        desk = open_copy(path, clock)
    with desk:
        yield desk


@contextmanager
def changing(path: Path, clock: Clock, *, create: bool = False) -> Iterator[Desk]:
    """The file, open; the backup is made at the end of the block, where there is none of this day yet.

    What was noticed on opening, such as another name of the file, is told before anything is written.
    """
    changes: list[Changes] = []

    def on_changed(topics: Changes) -> None:
        changes.append(topics)
        keep("The change")

    try:
        with open_desk(path, clock, create=create) as desk:
            for note in desk.notes:
                print(note, file=sys.stderr)
            desk.subscribe(on_changed)
            yield desk
    finally:
        if changes:
            _back_up(path, clock)


def _back_up(path: Path, clock: Clock) -> None:
    """What the command kept is kept: that there is no copy of it is a note."""
    from wealthdesk.services.backups import keep_up

    try:
        keep_up(path, clock)
    except WealthDeskError as refused:
        # What is said of the backup alone would be false of the change.
        why = str(refused).replace(" Nothing was changed.", "")
        print(f"The change is kept, but there is no backup of it. {why}", file=sys.stderr)


_Told = TypeVar("_Told")

_LONGEST_NUMBER: Final = 18
_MOST_BYTES: Final = 16 * 1024 * 1024


class Malformed(BadInput):
    """The file does not say what it is to say; the sentence names the field."""


def read_json(path: Path, understood: Callable[[Any], _Told]) -> _Told:
    """What a file (“-”: standard input) comes to, `understood` being what makes it of the JSON or raises Malformed.

    Malformed with one sentence, beginning with the file's name, if it is none of that.
    """
    name = "standard input" if str(path) == "-" else path.name
    try:
        data = _standard_input() if str(path) == "-" else _bytes_of(path)
        text = data.decode("utf-8-sig")
        told = json.loads(text, parse_constant=_no_number, object_pairs_hook=_object, parse_int=_integer)
        return understood(told)
    except OSError as error:
        raise Malformed(f"{name} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise Malformed(f"{name} is not UTF-8 text.") from error
    except RecursionError as error:
        raise Malformed(f"{name} is nested too deeply.") from error
    except json.JSONDecodeError as error:
        raise Malformed(f"{name} is not JSON: {error.msg} in line {error.lineno}.") from error
    except Malformed as refused:
        raise Malformed(f"{name}: {refused}") from refused


def _bytes_of(path: Path) -> bytes:
    try:
        return bytes_of(path, _MOST_BYTES, "Name another one.")
    except BadInput as refused:
        raise Malformed(str(refused)) from refused


def _standard_input() -> bytes:
    if sys.stdin is None:
        raise Malformed("It is closed. Name a file instead.")
    data = sys.stdin.buffer.read(_MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        raise Malformed(f"It has more than {_MOST_BYTES // 1024**2} MB.")
    return data


def _no_number(text: str) -> Any:
    raise Malformed(f"{text} is not a number that is kept.")


def _integer(text: str) -> int:
    if len(text) > _LONGEST_NUMBER:
        raise Malformed(f"{text[:_LONGEST_NUMBER]}… has too many digits.")
    return int(text)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    told = dict(pairs)
    if len(told) < len(pairs):
        twice = next(name for place, (name, _) in enumerate(pairs) if name in dict(pairs[:place]))
        raise Malformed(f"“{twice}” stands twice in one object.")
    return told
