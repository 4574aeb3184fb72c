"""WealthDesk without a window: the commands for scripts and for checking."""

import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Final

from wealthdesk.cli import printing
from wealthdesk.errors import WealthDeskError
from wealthdesk.services.desk import Clock

REFUSED: Final = 1
"""Exit code: something was refused; the sentence is on standard error."""

KEPT_IN_SILENCE: Final = 5
"""Exit code: it was done and is kept; only the answer could not be written."""

CUT_OFF: Final = 141
"""Exit code: whoever read standard output has gone before the end, as the shell counts it (128 + SIGPIPE)."""

_RUN: Final = {
    "import": "imports.run",
    "plan": "plan.run",
    "show": "show.run",
    "outside": "outside.run",
    "reallocate": "reallocate.run",
    "reserves": "reserves.run",
    "history": "history.run",
    "rules": "rules.run",
    "assets": "assets.run",
    "holdings": "holdings.run",
    "prices": "prices.run",
    "rates": "prices.run_rates",
    "schedule": "schedule.run",
    "check": "files.run_check",
    "backup": "files.run_backup",
    "restore": "files.run_restore",
    "mend": "files.run_mend",
    "salvage": "files.run_salvage",
    "prepare": "files.run_prepare",
    "diagnose": "files.run_diagnose",
}
"""Each command with its module and function: only the one that is asked for is imported."""

COMMANDS: Final = tuple(_RUN)
"""The first words of a command line that mean a command and not the window."""


def main(arguments: Sequence[str], clock: Clock) -> int:
    """Runs one command (`arguments` without the program's name) and gives its exit code."""
    command = _command(arguments[0])
    printing.prepare()
    printing.begin()
    with printing.own_output():
        return _run(command, arguments, clock)


def _run(command: Callable[[Sequence[str], Clock], int], arguments: Sequence[str], clock: Clock) -> int:
    try:
        code = command(arguments[1:], clock)
        sys.stdout.flush()
    except WealthDeskError as refused:
        print(f"wealthdesk {arguments[0]}: {refused}", file=sys.stderr)
        return REFUSED
    except BrokenPipeError:
        printing.give_up_printing()
        return CUT_OFF
    except OSError as error:
        printing.give_up_printing()
        why = f"the answer could not be written: {error.strerror}."
        if what := printing.kept():
            print(f"wealthdesk {arguments[0]}: {what} is kept; only {why}", file=sys.stderr)
            return KEPT_IN_SILENCE
        print(f"wealthdesk {arguments[0]}: {why[0].upper()}{why[1:]}", file=sys.stderr)
        return REFUSED
    return code


def _command(name: str) -> Callable[[Sequence[str], Clock], int]:
    module, function = _RUN[name].split(".")
    command: Callable[[Sequence[str], Clock], int] = getattr(import_module(f"wealthdesk.cli.{module}"), function)
    return command
