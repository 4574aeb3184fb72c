"""What is proposed for a fund or a strategy and not committed yet, kept in the file: it outlives the window."""

import dataclasses
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from wealthdesk.domain.reallocation import (
    AddLine,
    Adjust,
    Change,
    ClearCap,
    Header,
    LineKey,
    RemoveLine,
    SetAmount,
    SetBand,
    SetBudget,
    SetCap,
    Source,
    What,
)
from wealthdesk.storage import settings as storage
from wealthdesk.storage.connection import Reading
from wealthdesk.storage.database import Database
from wealthdesk.storage.texts import moment_of, moment_text

_PREFIXES: Final = {What.RESERVES: "reserve_draft:", What.TARGETS: "target_draft:"}
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
    """The changes of a fund or a strategy at a version, and when they were kept.

    `reason` is what was written so far; `locks` are those of targets that would be other ones than in that version.
    """

    version: int
    changes: tuple[Change, ...]
    reason: str
    kept_at: datetime
    source: Source = Source.MANUAL
    locks: Mapping[LineKey, bool] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How much is proposed."""
        return len(self.changes) + len(self.locks)


class KeptDrafts:
    """The proposals of every fund and of every strategy: read, keep, forget."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def of(self, header: Header) -> KeptDraft | None:
        """What is proposed for it; None where nothing is, or nothing that can be read."""
        with self._database.read() as connection:
            return _kept(connection, header)

    def keep(
        self,
        header: Header,
        version: int,
        changes: tuple[Change, ...],
        reason: str = "",
        *,
        source: Source = Source.MANUAL,
        locks: Mapping[LineKey, bool] | None = None,
    ) -> None:
        """Keeps what is proposed at that version (nothing: it is forgotten).

        Keeping what is kept already writes nothing. No page shows it but the one that it is from, and it is no change
        of data, so nothing is announced and there is nothing to take back.
        """
        draft = KeptDraft(version, changes, reason, self._now(), source, dict(locks or {}))
        known = self.of(header)
        if (dataclasses.replace(draft, kept_at=known.kept_at) == known) if known else not draft.count:
            return
        with self._database.write() as connection:
            if draft.count:
                storage.set_setting(connection, _key(header), _text(draft))
            else:
                storage.remove_setting(connection, _key(header))

    def forget(self, header: Header) -> None:
        """Nothing is proposed any more."""
        self.keep(header, 0, ())


def _key(header: Header) -> str:
    return _PREFIXES[header.what] + header.id


def _kept(connection: Reading, header: Header) -> KeptDraft | None:
    text = storage.setting(connection, _key(header))
    try:
        told = json.loads(text or "")
        return KeptDraft(
            _whole(told["version"]),
            tuple(_change(each) for each in told["changes"]),
            str(told["reason"]),
            moment_of(told["kept_at"]),
            Source(told.get("source", Source.MANUAL)),
            {_line_key(key): is_locked is True for key, is_locked in told.get("locks", ())},
        )
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None


def _text(draft: KeptDraft) -> str:
    told: dict[str, object] = {
        "version": draft.version,
        "kept_at": moment_text(draft.kept_at),
        "reason": draft.reason,
        "changes": [{"what": _WORDS[type(each)], **dataclasses.asdict(each)} for each in draft.changes],
    }
    if draft.source is not Source.MANUAL:
        told["source"] = draft.source
    if draft.locks:
        told["locks"] = list(draft.locks.items())
    return json.dumps(told, ensure_ascii=False)


def _change(told: Mapping[str, Any]) -> Change:
    """The change that was written; ValueError, LookupError or TypeError for anything else."""
    values = {name: value for name, value in told.items() if name != "what"}
    if "key" in values:
        values["key"] = _line_key(values["key"])
    for name, value in values.items():
        if name == "name":
            _word(value)
        elif name != "key" and value is not None:
            _whole(value)
    made: Change = _KINDS[told["what"]](**values)
    return made


def _line_key(told: Any) -> LineKey:
    line, parent = told
    return LineKey(_word(line), _word(parent))


def _whole(value: object) -> int:
    if type(value) is not int:
        raise TypeError(f"{value!r:.40} is no whole number")
    return value


def _word(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r:.40} is no text")
    return value
