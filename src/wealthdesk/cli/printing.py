"""What the commands print: on any terminal, into any pipe, and JSON that is always JSON."""

import contextlib
import json
import os
import sys
from collections.abc import Mapping
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
