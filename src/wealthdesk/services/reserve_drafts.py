"""What is proposed for a fund and not committed yet, kept in the file so that it outlives the window."""

import dataclasses
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from wealthdesk.domain.reallocation import (
    AddLine,
    Adjust,
    Change,
    ClearCap,
    LineKey,
    RemoveLine,
    SetAmount,
    SetBand,
    SetBudget,
    SetCap,
)
from wealthdesk.storage import settings as storage
from wealthdesk.storage.connection import Reading
from wealthdesk.storage.database import Database
from wealthdesk.storage.texts import moment_of, moment_text

_KEY: Final = "reserve_draft:"
_KINDS: Final[Mapping[str, type[Any]]] = {
    "add": AddLine,
    "adjust": Adjust,
    "clear_cap": ClearCap,
    "remove": RemoveLine,
    "set_amount": SetAmount,
    "set_band": SetBand,
    "set_budget": SetBudget,
    "set_cap": SetCap,
}
_WORDS: Final = {kind: word for word, kind in _KINDS.items()}


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """The changes of a fund at a version, the reason so far, and when they were kept."""

    version: int
    changes: tuple[Change, ...]
    reason: str
    kept_at: datetime


class ReserveDrafts:
    """The proposals of every fund: read, keep."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def of(self, fund_id: str) -> KeptDraft | None:
        """What is proposed for a fund; None where nothing is, or nothing that can be read."""
        with self._database.read() as connection:
            return _kept(connection, fund_id)

    def keep(self, fund_id: str, version: int, changes: tuple[Change, ...], reason: str) -> None:
        """Keeps what is proposed for a fund at that version (nothing: it is forgotten).

        Keeping what is kept already writes nothing. No page shows it but the one that it is from, and it is no change
        of data, so nothing is announced and there is nothing to take back.
        """
        known = self.of(fund_id)
        if (known.version, known.changes, known.reason) == (version, changes, reason) if known else not changes:
            return
        with self._database.write() as connection:
            if changes:
                storage.set_setting(connection, _KEY + fund_id, _text(version, changes, reason, self._now()))
            else:
                storage.remove_setting(connection, _KEY + fund_id)


def _kept(connection: Reading, fund_id: str) -> KeptDraft | None:
    text = storage.setting(connection, _KEY + fund_id)
    try:
        told = json.loads(text or "")
        changes = tuple(_change(each) for each in told["changes"])
        return KeptDraft(_whole(told["version"]), changes, str(told["reason"]), moment_of(told["kept_at"]))
    except (ValueError, LookupError, TypeError, RecursionError):
        return None


def _text(version: int, changes: tuple[Change, ...], reason: str, now: datetime) -> str:
    told = [{"what": _WORDS[type(each)], **dataclasses.asdict(each)} for each in changes]
    kept = {"version": version, "kept_at": moment_text(now), "reason": reason, "changes": told}
    return json.dumps(kept, ensure_ascii=False)


def _change(told: Mapping[str, Any]) -> Change:
    """The change that was written; ValueError, LookupError or TypeError for anything else."""
    values = {name: value for name, value in told.items() if name != "what"}
    if "key" in values:
        line, parent = values["key"]
        values["key"] = LineKey(_word(line), _word(parent))
    for name, value in values.items():
        if name == "name":
            _word(value)
        elif name != "key" and value is not None:
            _whole(value)
    made: Change = _KINDS[told["what"]](**values)
    return made


def _whole(value: object) -> int:
    if type(value) is not int:
        raise TypeError(f"{value!r:.40} is no whole number")
    return value


def _word(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r:.40} is no text")
    return value
