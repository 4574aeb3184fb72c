"""A portfolio that can only be read: the banner that says so, and why."""

from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QWidget

from wealthdesk.gui.theme import Tone
from wealthdesk.gui.widgets.strip import Strip

if TYPE_CHECKING:
    from wealthdesk.services.desk import Desk

_BANNER: Final = "This is a copy to look at. Nothing in it can be changed."


def banner(desk: "Desk", because: str, window: QWidget) -> Strip:
    """What stands across the top of every page of it; because: one sentence, "" where there is nothing to say."""
    return Strip(f"{_BANNER} {because}".strip(), Tone.WARNING, is_dismissable=False)
