"""The sources of prices that the user added, kept on this computer by the id of the file, and never in the file."""

import json
import os
import re
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from wealthdesk.domain.money import canonical
from wealthdesk.errors import AlreadyExists, BadInput, NotFound, WealthDeskError
from wealthdesk.paths import data_folder
from wealthdesk.quotes.reading import QuotePlaces as QuotePlaces
from wealthdesk.quotes.sources import AddressSource as AddressSource
from wealthdesk.quotes.sources import CommandSource as CommandSource
from wealthdesk.quotes.sources import EcbSource as EcbSource
from wealthdesk.quotes.sources import FileSource as FileSource
from wealthdesk.quotes.sources import SourceKind as SourceKind
from wealthdesk.storage import settings
from wealthdesk.storage.database import Database
from wealthdesk.storage.file import locks
from wealthdesk.storage.file.backups import setting_in
from wealthdesk.storage.file.files import make_folder, resolved, write_whole
from wealthdesk.storage.file.opening import open_portfolio

_ID: Final = "sources_of_prices"
"""The setting with the id of the file; it says nothing of what is kept here."""

_TAKEN: Final = frozenset({"manual", "import", "demo"})
"""Where prices are said to be from that no source told."""

_LONGEST_NAME: Final = 40
_MOST_BYTES: Final = 1_000_000
_REQUESTS: Final = 5
_PATIENCE: Final = 5
_KINDS: Final[Mapping[str, type[SourceKind]]] = {
    "file": FileSource,
    "command": CommandSource,
    "address": AddressSource,
    "ecb": EcbSource,
}


@dataclass(frozen=True, slots=True)
class Consent:
    """What the user agreed to: that these codes go there, when they were asked about that."""

    where: str
    codes: frozenset[str]


@dataclass(frozen=True, slots=True)
class PriceSource:
    """A source of this computer: its name, what it is, what was agreed to, and until when it asked to be left alone."""

    name: str
    kind: SourceKind
    consent: Consent | None = None
    wait_until: datetime | None = None

    @property
    def of_kind(self) -> str:
        """The word for what it is: file, command, address or ecb."""
        return next(word for word, kind in _KINDS.items() if isinstance(self.kind, kind))

    def allows(self, codes: Iterable[str]) -> bool:
        """Whether these may be sent: a file sends nothing, all others only what was agreed to."""
        if isinstance(self.kind, FileSource):
            return True
        agreed = self.consent
        return agreed is not None and agreed.where == self.kind.where and agreed.codes >= frozenset(codes)


@dataclass(frozen=True, slots=True)
class SourceRequest:
    """What was asked, keys hidden, and in one sentence what became of it."""

    at: datetime
    source: str
    asked: str
    outcome: str


@dataclass(frozen=True, slots=True)
class _Kept:
    sources: tuple[PriceSource, ...] = ()
    requests: tuple[SourceRequest, ...] = ()
    daily_on: str = ""
    """Once a day when the file is opened, and the day of the last time; empty: only when it is asked for."""


class Sources:
    """The sources of one file on this computer: list, add, remove, agree, look at what was asked.

    A file of somebody else has another id: nothing is known for it here, so nothing runs and nothing is asked.
    """

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def all(self) -> list[PriceSource]:
        """Every source of this file on this computer, in the order in which they were added."""
        return list(self._read().sources)

    def get(self, name: str) -> PriceSource:
        """The source of this name, whichever its case; NotFound if there is none on this computer."""
        found = _named(self._read(), name)
        if found is None:
            raise NotFound(f"There is no source “{name}” on this computer.")
        return found

    def add(self, name: str, kind: SourceKind) -> PriceSource:
        """Adds a source, which is asked nothing before it was agreed to; BadInput for what could not be asked."""
        new = PriceSource(_checked_name(name), kind.checked())
        with self._changing(is_new=True) as change:
            if _named(change.kept, new.name) is not None:
                raise AlreadyExists(f"There is a source “{new.name}” already. Choose another name, or remove it first.")
            change.kept = replace(change.kept, sources=(*change.kept.sources, new))
        return new

    def remove(self, name: str) -> None:
        """Removes a source with its key and all that was agreed to; NotFound if there is none."""
        with self._changing() as change:
            gone = _needed(change.kept, name)
            left = tuple(each for each in change.kept.sources if each is not gone)
            asked = tuple(each for each in change.kept.requests if each.source != gone.name)
            change.kept = replace(change.kept, sources=left, requests=asked)

    def agree(self, name: str, codes: Iterable[str], where: str) -> None:
        """Keeps that the user saw that these codes go there, and agreed; BadInput if it goes elsewhere by now."""
        with self._changing() as change:
            source = _needed(change.kept, name)
            if source.kind.where != where:
                raise BadInput(f"“{source.name}” asks another place by now. Look at what would be sent once more.")
            known = source.consent.codes if source.consent and source.consent.where == where else frozenset()
            agreed = replace(source, consent=Consent(where, known | frozenset(codes)))
            change.kept = replace(change.kept, sources=_with(change.kept, agreed))

    def turn_off(self, name: str) -> None:
        """Forgets what was agreed to: the source asks again before it is used."""
        with self._changing() as change:
            change.kept = replace(
                change.kept, sources=_with(change.kept, replace(_needed(change.kept, name), consent=None))
            )

    def wait(self, name: str, seconds: int) -> None:
        """The source asked not to be asked for so long."""
        until = self._now() + timedelta(seconds=seconds)
        with self._changing() as change:
            source = _named(change.kept, name)
            if source is not None:
                change.kept = replace(change.kept, sources=_with(change.kept, replace(source, wait_until=until)))

    def requests(self) -> list[SourceRequest]:
        """What was asked last, the newest first; five of them are kept."""
        return list(self._read().requests)

    def note(self, requests: Sequence[tuple[str, str, str]]) -> None:
        """Keeps what was asked (source, what, outcome), the last of it last."""
        new = [SourceRequest(self._now(), *each) for each in reversed(requests)]
        with self._changing() as change:
            change.kept = replace(change.kept, requests=(*new, *change.kept.requests)[:_REQUESTS])

    def is_daily(self) -> bool:
        """Whether prices are updated once a day when the file is opened; otherwise only when that is asked for."""
        return bool(self._read().daily_on)

    def set_daily(self, *, is_daily: bool) -> None:
        """Chooses whether prices are updated once a day when the file is opened."""
        with self._changing() as change:
            change.kept = replace(change.kept, daily_on=(change.kept.daily_on or "never") if is_daily else "")

    def take_day(self) -> bool:
        """Whether today's update is due, for the one who asks first: it is not due any more then."""
        today = self._now().astimezone().date().isoformat()
        if self._read().daily_on in ("", today):
            return False
        with self._changing() as change:
            is_due = change.kept.daily_on not in ("", today)
            change.kept = replace(change.kept, daily_on=today if is_due else change.kept.daily_on)
        return is_due

    def _place(self) -> Path | None:
        with self._database.read() as connection:
            known = settings.setting(connection, _ID) or ""
        return data_folder() / "sources" / f"{known}.json" if re.fullmatch("[0-9a-f]{32}", known) else None

    def _read(self) -> _Kept:
        """What cannot be read counts as nothing, so that nothing is asked by mistake."""
        place = self._place()
        return (_read(place) if place is not None else None) or _Kept()

    @contextmanager
    def _changing(self, *, is_new: bool = False) -> Iterator["_Change"]:
        """What is kept, to be changed by one process at a time; nothing is kept if the block raises."""
        place = self._place()
        if place is None:
            if not is_new:
                raise NotFound("There is no source of prices on this computer yet.")
            _give_id(self._database)
            place = self._place()
            assert place is not None
        try:
            make_folder(place.parent)
            with locks.exclusive(place, _PATIENCE):
                kept = _read(place)
                if kept is None:
                    raise WealthDeskError(f"“{place}” cannot be read, so it is not changed. Move it away first.")
                change = _Change(kept)
                yield change
                write_whole(place, _text(change.kept))
        except OSError as error:
            raise WealthDeskError(f"The sources could not be kept on this computer: {error.strerror}.") from error


@dataclass(slots=True)
class _Change:
    kept: _Kept


@contextmanager
def same_sources(path: Path, now: datetime) -> Iterator[None]:
    """What the block puts in the place of the file is known by the sources of the file, where it is an older state of
    it from before its first source. Another portfolio is not, and what has an id of its own keeps that.
    """
    before = setting_in(resolved(path), _ID)
    yield
    after = setting_in(resolved(path), _ID)
    if before is None or after is None or before[0] is None or after[0] is not None or not before[1] & after[1]:
        return
    # By now the other file is in its place: what fails here is no failure of that.
    with suppress(WealthDeskError), open_portfolio(path, now=now) as database, database.write() as connection:
        settings.set_setting(connection, _ID, before[0])


def command_of(words: str) -> CommandSource:
    """A program with its arguments, as one writes them on a line; BadInput where a quotation mark is not closed."""
    try:
        parts = shlex.split(words, posix=os.name == "posix")
    except ValueError as error:
        raise BadInput("A quotation mark of the command is not closed.") from error
    # Where a backslash is a part of paths, the marks around a part are left on it.
    return CommandSource(tuple(parts if os.name == "posix" else (each.strip('"') for each in parts)))


def _give_id(database: Database) -> None:
    """By which this computer knows the file again, under whatever name; it is no change of data."""
    with database.write() as connection:
        if settings.setting(connection, _ID) is None:
            settings.set_setting(connection, _ID, uuid4().hex)


def _checked_name(name: str) -> str:
    plain = " ".join(name.split())
    if not plain or len(plain) > _LONGEST_NAME or not plain.isprintable():
        raise BadInput(f"A source has a name of 1 to {_LONGEST_NAME} characters.")
    if plain.casefold() in _TAKEN:
        raise BadInput(f"“{plain}” says where prices are from that no source told. Choose another name.")
    return plain


def _named(kept: _Kept, name: str) -> PriceSource | None:
    wanted = " ".join(name.split()).casefold()
    return next((each for each in kept.sources if each.name.casefold() == wanted), None)


def _needed(kept: _Kept, name: str) -> PriceSource:
    found = _named(kept, name)
    if found is None:
        raise NotFound(f"There is no source “{name}” on this computer.")
    return found


def _with(kept: _Kept, new: PriceSource) -> tuple[PriceSource, ...]:
    return tuple(new if each.name == new.name else each for each in kept.sources)


def _read(place: Path) -> _Kept | None:
    """What is kept there, nothing where nothing is; None: it cannot be read."""
    try:
        if not place.exists():
            return _Kept()
        with place.open("rb") as file:
            told = json.loads(file.read(_MOST_BYTES))
        return _Kept(
            tuple(_source(each) for each in told["sources"]),
            tuple(
                SourceRequest(
                    datetime.fromisoformat(each["at"]), str(each["source"]), str(each["asked"]), str(each["outcome"])
                )
                for each in told["requests"]
            ),
            str(told["daily_on"]),
        )
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError, InvalidOperation, BadInput):
        return None


def _source(told: Mapping[str, Any]) -> PriceSource:
    agreed, wait = told["consent"], told["wait_until"]
    return PriceSource(
        _checked_name(str(told["name"])),
        _kind(told).checked(),
        Consent(str(agreed["where"]), frozenset(map(str, agreed["codes"]))) if agreed else None,
        datetime.fromisoformat(wait) if wait else None,
    )


def _kind(told: Mapping[str, Any]) -> SourceKind:
    match told["kind"]:
        case "file":
            return FileSource(str(told["path"]))
        case "command":
            return CommandSource(tuple(map(str, told["arguments"])))
        case "address":
            places = QuotePlaces(str(told["price"]), str(told["on"]), str(told["currency"]))
            return AddressSource(str(told["template"]), places, Decimal(told["divide_by"]), str(told["key"]))
        case _:
            return EcbSource(str(told["address"]))


def _text(kept: _Kept) -> bytes:
    told = {
        "sources": [_told(each) for each in kept.sources],
        "requests": [
            {"at": each.at.isoformat(), "source": each.source, "asked": each.asked, "outcome": each.outcome}
            for each in kept.requests
        ],
        "daily_on": kept.daily_on,
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def _told(source: PriceSource) -> dict[str, Any]:
    agreed, wait = source.consent, source.wait_until
    return {
        "name": source.name,
        "kind": source.of_kind,
        **_fields(source.kind),
        "consent": {"where": agreed.where, "codes": sorted(agreed.codes)} if agreed else None,
        "wait_until": wait.isoformat() if wait else None,
    }


def _fields(kind: SourceKind) -> dict[str, Any]:
    match kind:
        case FileSource():
            return {"path": kind.path}
        case CommandSource():
            return {"arguments": list(kind.arguments)}
        case AddressSource():
            places = {"price": kind.places.price, "on": kind.places.on, "currency": kind.places.currency}
            divide_by = canonical(kind.divide_by)
            return {"template": kind.template, **places, "divide_by": divide_by, "key": kind.key}
        case EcbSource():
            return {"address": kind.address}
