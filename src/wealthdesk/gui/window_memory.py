"""What the window remembers from one start to the next: its size, its appearance, and how its pages stood."""

import logging
import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, NamedTuple, Self

from PySide6 import QtCore
from PySide6.QtWidgets import QWidget

from wealthdesk.errors import WealthDeskError
from wealthdesk.gui import theme
from wealthdesk.gui.theme import Choice

TABLES: Final = "tables"
"""The property of the window that holds what was chosen for the columns of its tables."""
PLANNER_WIDE: Final = "planner_wide"
"""The property of the window that says that its planner is to be wide."""
_LONGEST: Final = 10_000
_STANDING: Final = "at."
_NAME: Final = re.compile(r"[a-z_]+(\.[a-z_]+)?")
_CHOICES: Final = ("is_maximised", "is_planner_wide", "hides_amounts", "reduces_motion")
_log: Final = logging.getLogger("wealthdesk")


class WindowMemory(NamedTuple):
    """Kept beside no portfolio, since it belongs to the screen and not to the money. width 0: never sized.

    standing: how the pages stood, "page" for the one that was shown and "allocation.scope" for what was chosen there.
    """

    appearance: Choice = "system"
    width: int = 0
    height: int = 0
    is_maximised: bool = False
    is_planner_wide: bool = False
    tables: str = ""
    hides_amounts: bool = False
    reduces_motion: bool = False
    standing: Mapping[str, str] = MappingProxyType({})

    @classmethod
    def read(cls, path: Path) -> Self:
        """What was kept; where it is missing or cannot be read, the first start again."""
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except (OSError, ValueError):
            return cls()
        return cls(**_sound(dict(line.split("=", 1) for line in lines if "=" in line)))

    def of(self, window: QWidget, standing: Mapping[str, str] = MappingProxyType({})) -> Self:
        """The same with what is chosen now; a maximised window keeps the size that it goes back to."""
        from wealthdesk.gui import format as text
        from wealthdesk.gui import tasks

        now = self._replace(
            appearance=theme.choice(),
            is_maximised=window.isMaximized(),
            is_planner_wide=bool(window.property(PLANNER_WIDE)),
            tables=window.property(TABLES) or "",
            hides_amounts=text.are_amounts_hidden(),
            reduces_motion=tasks.is_motion_reduced_by_choice(),
            standing=standing,
        )
        return now if window.isMaximized() else now._replace(width=window.width(), height=window.height())

    def put_on(self, window: QWidget) -> None:
        """Give the window the size it had, as far as the screen has room for it, and show in it what was chosen."""
        # Not imported for what is not chosen: the first paint does without it.
        if self.hides_amounts:
            from wealthdesk.gui import format as text

            text.hide_amounts(True)
        if self.reduces_motion:
            from wealthdesk.gui import tasks

            tasks.reduce_motion(True)
        window.setProperty(PLANNER_WIDE, self.is_planner_wide)
        window.setProperty(TABLES, self.tables)
        if self.width:
            room = window.screen().availableSize()
            window.resize(min(self.width, room.width()), min(self.height, room.height()))
        if self.is_maximised:
            window.setWindowState(QtCore.Qt.WindowState.WindowMaximized)

    def keep(self, path: Path) -> None:
        """Keep it for the next start. It is a convenience: where it cannot be written, only the log says so."""
        from wealthdesk.services.given_files import save

        kept = [(name, getattr(self, name)) for name in self._fields if name != "standing"]
        kept += [(f"{_STANDING}{name}", value) for name, value in self.standing.items()]
        lines = (f"{name}={value}\n" for name, value in kept)
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            save(path, "".join(lines).encode())
        except (OSError, WealthDeskError):
            _log.warning("The size of the window was not kept", exc_info=True)


def _sound(told: dict[str, str]) -> dict[str, Any]:
    """What is of its kind and within reason; a file that somebody edited is not to stop the start."""
    sound: dict[str, Any] = {name: told.get(name) == "True" for name in _CHOICES}
    places = {name.removeprefix(_STANDING): each for name, each in told.items() if name.startswith(_STANDING)}
    sound["standing"] = {name: each for name, each in places.items() if _NAME.fullmatch(name) and len(each) <= _LONGEST}
    if told.get("appearance") in ("system", "light", "dark"):
        sound["appearance"] = told["appearance"]
    sound["tables"] = told.get("tables", "")[:_LONGEST]
    sizes = [told.get(name, "") for name in ("width", "height")]
    if all(size.isascii() and size.isdigit() and 200 <= int(size[:6]) <= 20_000 for size in sizes):
        sound["width"], sound["height"] = map(int, sizes)
    return sound
