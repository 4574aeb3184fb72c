"""Where things are: the user's data, and the resources and migrations of the program (source tree or installed)."""

import os
import sys
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_BUNDLED = _PACKAGE / "_bundled"
_ROOT = _BUNDLED if _BUNDLED.is_dir() else _PACKAGE.parents[1]


def own_command() -> list[str]:
    """The words that start this program once more: a bundle is its own interpreter and knows no `-m`."""
    return [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "wealthdesk"]


def migrations_folder() -> Path:
    """The folder with env.py and versions/."""
    return _ROOT / "migrations"


def resources_folder() -> Path:
    """The folder with icons, the demo portfolio and the help pages."""
    return _ROOT / "resources"


def data_folder() -> Path:
    """The user's data folder for WealthDesk; it may not exist yet."""
    if sys.platform == "linux":
        # What platformdirs says as well, but importing that would keep the first window waiting.
        shared = Path(os.environ.get("XDG_DATA_HOME", ""))
        return (shared if shared.is_absolute() else Path.home() / ".local" / "share") / "WealthDesk"
    import platformdirs

    return Path(platformdirs.user_data_dir("WealthDesk", appauthor=False, roaming=False))


def default_portfolio() -> Path:
    """The portfolio file that opens when none is named."""
    return data_folder() / "portfolio.wealthdesk"
