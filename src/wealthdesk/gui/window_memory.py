"""What the window remembers from one start to the next: its size and the appearance that was chosen."""

import json
import logging
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final, Self

from wealthdesk.gui.theme import Choice

_log: Final = logging.getLogger("wealthdesk")


@dataclass(frozen=True, slots=True)
class WindowMemory:
    """Kept beside no portfolio, since it belongs to the screen and not to the money. width 0: never sized."""

    appearance: Choice = "system"
    width: int = 0
    height: int = 0
    is_maximised: bool = False

    @classmethod
    def read(cls, path: Path) -> Self:
        """What was kept; where it is missing or cannot be read, the first start again."""
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return cls()
        return cls(**_sound(told)) if isinstance(told, dict) else cls()

    def with_appearance(self, choice: Choice) -> Self:
        """The same with another appearance."""
        return replace(self, appearance=choice)

    def with_size(self, width: int, height: int, is_maximised: bool) -> Self:
        """The same with another size; a maximised window keeps the size it goes back to."""
        if is_maximised:
            return replace(self, is_maximised=True)
        return replace(self, width=width, height=height, is_maximised=False)

    def keep(self, path: Path) -> None:
        """Keep it for the next start. It is a convenience: where it cannot be written, only the log says so."""
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            unfinished = path.with_name(path.name + ".new")
            unfinished.write_text(json.dumps(asdict(self)), encoding="utf-8")
            unfinished.replace(path)
        except OSError:
            _log.warning("The size of the window was not kept", exc_info=True)


def _sound(told: dict[str, Any]) -> dict[str, Any]:
    """What is of its kind and within reason; a file that somebody edited is not to stop the start."""
    sound: dict[str, Any] = {}
    if told.get("appearance") in ("system", "light", "dark"):
        sound["appearance"] = told["appearance"]
    sizes = (told.get("width"), told.get("height"))
    if all(type(size) is int and 200 <= size <= 20_000 for size in sizes):
        sound["width"], sound["height"] = sizes
    if isinstance(told.get("is_maximised"), bool):
        sound["is_maximised"] = told["is_maximised"]
    return sound
