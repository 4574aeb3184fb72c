"""What the commands print: on any terminal, into any pipe, and JSON that is always JSON."""

import contextlib
import json
import os
import sys
from collections.abc import Iterator, Mapping
from io import TextIOWrapper
from pathlib import Path
from typing import Any


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
