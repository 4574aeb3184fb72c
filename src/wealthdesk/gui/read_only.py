"""A portfolio that can only be read: the one place that keeps off what would change it, and says why."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QAction, QShortcut
from PySide6.QtWidgets import QWidget

from wealthdesk.gui.theme import Tone
from wealthdesk.gui.widgets.message import Strip

if TYPE_CHECKING:
    from wealthdesk.services.desk import Desk

WHY: Final = "This is a copy to look at. Nothing in it can be changed."
"""The tooltip of what is off, and the beginning of the banner."""
_OFTEN_SET: Final = frozenset({QEvent.Type.EnabledChange, QEvent.Type.ToolTipChange})


def keep_off(desk: "Desk", *controls: QWidget | QAction | QShortcut) -> None:
    """Keep off what changes the portfolio where it can only be read, and say why; whoever turns it on is overruled.

    Said once where a control is made, so that whatever shows it need not know of it.
    """
    if desk.is_read_only:
        for each in controls:
            _KeptOff(each)


class _KeptOff(QObject):
    """Lives as long as the control that it keeps off."""

    def __init__(self, control: QWidget | QAction | QShortcut) -> None:
        super().__init__(control)
        self._control = control
        if isinstance(control, QWidget):
            control.installEventFilter(self)
        elif isinstance(control, QAction):
            control.changed.connect(self._put_off)
        self._put_off()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _OFTEN_SET:
            self._put_off()
        return False

    def _put_off(self) -> None:
        control = self._control
        if control.isEnabled():
            control.setEnabled(False)
        if not isinstance(control, QShortcut) and control.toolTip() != WHY:
            control.setToolTip(WHY)
            control.setStatusTip(WHY)


def banner(
    desk: "Desk",
    because: str,
    saved: Callable[[Path], object],
    window: QWidget,
    try_again: Callable[[], object] | None = None,
) -> Strip:
    """What stands across the top of every page. because: one sentence, or ""; saved: called with a copy made of it.

    try_again: opens the file itself, where it may be possible to change it by now.
    """
    from wealthdesk.gui.backups.save_copy import ask_where

    strip = Strip(f"{WHY} {because}".strip(), Tone.WARNING, is_dismissable=False)
    strip.add_action("Save a copy elsewhere…", partial(ask_where, desk, window, saved), closes=False)
    if try_again is not None:
        strip.add_action("&Try again", try_again, closes=False)
    return strip
