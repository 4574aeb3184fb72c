"""A portfolio file that lost its name while it was open: what it held becomes a backup, and the user is told."""

from datetime import datetime
from pathlib import Path
from typing import Final

from wealthdesk.errors import ReplacedPortfolio, WealthDeskError
from wealthdesk.storage.backups import keep

REASON: Final = "replaced"


def refusal(content: bytes, path: Path, now: datetime) -> ReplacedPortfolio:
    """What is said of the file at `path`, which held `content` when it was open here and is another one now."""
    what = f"“{path}” was replaced by another program" if path.exists() else f"“{path}” was moved or removed"
    return ReplacedPortfolio(
        f"{what} while it was open here, so no change is kept in it any more. {_kept(content, path, now)} Open it "
        "again and compare. If a program keeps this folder in step with another computer, close WealthDesk there first."
    )


def _kept(content: bytes, path: Path, now: datetime) -> str:
    try:
        backup = keep(content, path, REASON, now)
    except (WealthDeskError, OSError) as error:
        return f"What was open here could not be kept as a backup ({error})."
    return f"What was open here is the backup “{backup.path.name}”, which stays until you remove it."
