"""What a JSON file (or standard input) says, read strictly: no name twice, no number that is not kept exactly."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

from wealthdesk.errors import BadInput
from wealthdesk.services.given_files import bytes_of

Told = TypeVar("Told")

_LONGEST_NUMBER: Final = 18
_MOST_BYTES: Final = 16 * 1024 * 1024


class Malformed(BadInput):
    """The file does not say what it is to say; the sentence names the field."""


def read_json(path: Path, understood: Callable[[Any], Told]) -> Told:
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
