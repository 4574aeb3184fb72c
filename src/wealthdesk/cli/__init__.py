"""WealthDesk without a window: the commands for scripts and for checking."""

import sys
from collections.abc import Callable, Sequence
from typing import Final

from wealthdesk.errors import WealthDeskError
from wealthdesk.services.desk import Clock

REFUSED: Final = 1
"""Exit code: something was refused; the sentence is on standard error and nothing was changed."""

COMMANDS: Final = ("import", "show")
"""The first words of a command line that mean a command and not the window."""


def main(arguments: Sequence[str], clock: Clock) -> int:
    """Runs one command (`arguments` without the program's name) and gives its exit code."""
    command = _command(arguments[0])
    try:
        return command(arguments[1:], clock)
    except WealthDeskError as refused:
        print(f"wealthdesk {arguments[0]}: {refused}", file=sys.stderr)
        return REFUSED


def _command(name: str) -> Callable[[Sequence[str], Clock], int]:
    if name == "import":
        from wealthdesk.cli.imports import run
    else:
        from wealthdesk.cli.show import run
    return run
