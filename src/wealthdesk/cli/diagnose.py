"""`wealthdesk diagnose`: what to send along with a question, without anything of what is in the portfolio."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from wealthdesk.cli.kept import keep
from wealthdesk.services.desk import Clock
from wealthdesk.services.diagnosis import diagnosis_of, save_bundle


def run(arguments: Sequence[str], clock: Clock) -> int:
    """Prints the diagnosis, or saves it."""
    parser = argparse.ArgumentParser(
        "wealthdesk diagnose",
        description="Tells of versions, checks and the log; no amounts, names or account numbers are in it.",
        epilog="Exit codes: 0 done, 1 refused (the sentence is on standard error), 2 bad usage.",
        allow_abbrev=False,
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="the portfolio file")
    parser.add_argument("--to", type=Path, metavar="ZIP", help="a new ZIP file instead of printing it")
    chosen = parser.parse_args(arguments)
    text = diagnosis_of(chosen.file, clock)
    if chosen.to is None:
        print(text)
    else:
        save_bundle(text, chosen.to)
        keep("The ZIP file")
        print(f"Saved: {chosen.to.resolve()}")
    return 0
