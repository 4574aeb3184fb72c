"""WealthDesk without a window: the commands for scripts and for checking."""

import sys
from collections.abc import Callable, Sequence
from typing import Final

from wealthdesk.cli import kept, printing
from wealthdesk.errors import WealthDeskError
from wealthdesk.services.desk import Clock

REFUSED: Final = 1
"""Exit code: something was refused; the sentence is on standard error."""

KEPT_IN_SILENCE: Final = 5
"""Exit code: it was done and is kept; only the answer could not be written."""

CUT_OFF: Final = 141
"""Exit code: whoever read standard output has gone before the end, as the shell counts it (128 + SIGPIPE)."""

_OF_FILES: Final = ("check", "backup", "restore", "mend", "salvage", "prepare")
_OF_ONE: Final = (
    "import", "plan", "show", "outside", "reallocate", "reserves", "history", "rules", "assets", "holdings", "prices",
    "rates", "schedule",
)  # fmt: skip
COMMANDS: Final = (*_OF_ONE, *_OF_FILES, "diagnose")
"""The first words of a command line that mean a command and not the window."""


def main(arguments: Sequence[str], clock: Clock) -> int:
    """Runs one command (`arguments` without the program's name) and gives its exit code."""
    command = _command(arguments[0])
    printing.prepare()
    kept.begin()
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
        if what := kept.kept():
            print(f"wealthdesk {arguments[0]}: {what} is kept; only {why}", file=sys.stderr)
            return KEPT_IN_SILENCE
        print(f"wealthdesk {arguments[0]}: {why[0].upper()}{why[1:]}", file=sys.stderr)
        return REFUSED
    return code


def _command(name: str) -> Callable[[Sequence[str], Clock], int]:
    if name == "import":
        from wealthdesk.cli.imports import run
    elif name == "plan":
        from wealthdesk.cli.plan import run
    elif name == "reallocate":
        from wealthdesk.cli.reallocate import run
    elif name == "reserves":
        from wealthdesk.cli.reserves import run
    elif name == "history":
        from wealthdesk.cli.history import run
    elif name == "rules":
        from wealthdesk.cli.rules import run
    elif name == "assets":
        from wealthdesk.cli.assets import run
    elif name == "outside":
        from wealthdesk.cli.outside import run
    elif name == "holdings":
        from wealthdesk.cli.holdings import run
    elif name == "prices":
        from wealthdesk.cli.prices import run
    elif name == "rates":
        from wealthdesk.cli.rates import run
    elif name == "schedule":
        from wealthdesk.cli.schedule import run
    elif name in _OF_FILES:
        import wealthdesk.cli.files

        return wealthdesk.cli.files.RUN[name]
    elif name == "diagnose":
        from wealthdesk.cli.diagnose import run
    else:
        from wealthdesk.cli.show import run
    return run
