"""One door for files of every kind: a table of the formats that are read, asked in turn."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from wealthdesk.importers.draft import Draft, Kind, Layout, Problem
from wealthdesk.importers.holdings_csv import Progress, read_holdings
from wealthdesk.importers.other_files import other_file
from wealthdesk.importers.targets_csv import TargetsDraft, kind_of, read_targets
from wealthdesk.importers.transactions_csv import read_transactions

AnyDraft = Draft | TargetsDraft


@dataclass(frozen=True, slots=True)
class Given:
    """A file as it was given. account and currency are for what names none; with a `layout` it is a table, read so."""

    name: str
    data: bytes
    today: date
    layout: Layout | None = None
    account: str | None = None
    currency: str | None = None
    progress: Progress | None = None


@dataclass(frozen=True, slots=True)
class Format:
    """A format: its name for people, how it is recognised by bytes and name, and how it is read."""

    name: str
    recognises: Callable[[bytes, str], bool]
    read: Callable[[Given], AnyDraft]


def read_given(given: Given) -> AnyDraft:
    """The draft of a file of any format; what is none of them is a draft with a problem that says what it is."""
    if given.layout is not None:
        return _read_table(given)
    return next(each for each in FORMATS if each.recognises(given.data, given.name)).read(given)


def _is_targets(data: bytes, name: str) -> bool:
    return kind_of(data) == "targets"


def _read_targets(given: Given) -> AnyDraft:
    return read_targets(given.data, given.name)


def _is_other(data: bytes, name: str) -> bool:
    return other_file(data, name) is not None


def _read_other(given: Given) -> AnyDraft:
    found = other_file(given.data, given.name)
    if found is None:
        return _read_table(given)
    problem = Problem(0, "", found.what, found.fix)
    return Draft(given.name, problems=(problem,), kind=Kind.OTHER, format=found.format)


def _is_table(data: bytes, name: str) -> bool:
    return True


def _read_table(given: Given) -> AnyDraft:
    is_known = given.layout is not None and given.layout.is_transactions
    draft = read_holdings(
        given.data,
        given.name,
        today=given.today,
        layout=None if is_known else given.layout,
        default_account=given.account,
        default_currency=given.currency,
        progress=given.progress,
    )
    if draft.kind is not Kind.TRANSACTIONS and not is_known:
        return draft
    return read_transactions(
        given.data,
        given.name,
        today=given.today,
        refused=draft,
        layout=given.layout if is_known else None,
        default_account=given.account,
        default_currency=given.currency,
        progress=given.progress,
    )


FORMATS: Final = (
    Format("Another program’s file", _is_other, _read_other),
    Format("Targets of WealthDesk", _is_targets, _read_targets),
    Format("List of positions", _is_table, _read_table),
)
"""The formats, those that are told beyond doubt first; a table of positions is what is left."""
