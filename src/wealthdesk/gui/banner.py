"""The banner of a portfolio that can only be read: why that is so, and how to go on working all the same."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from wealthdesk.gui.backups.save_copy import ask_where
from wealthdesk.gui.read_only import WHY
from wealthdesk.gui.theme import Tone
from wealthdesk.gui.widgets.strip import Strip

if TYPE_CHECKING:
    from wealthdesk.services.desk import Desk


def banner(desk: "Desk", because: str, saved: Callable[[Path], object], window: QWidget) -> Strip:
    """What stands across the top of every page. because: one sentence, or ""; saved: called with a copy made of it."""
    strip = Strip(f"{WHY} {because}".strip(), Tone.WARNING, is_dismissable=False)
    strip.add_action("Save a copy elsewhere…", partial(ask_where, desk, window, saved), closes=False)
    return strip
