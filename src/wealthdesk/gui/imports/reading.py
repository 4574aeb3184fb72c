"""How files are to be read and what came of them: the values that go between the import page and the worker."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Final

from wealthdesk.domain.names import name_order
from wealthdesk.services.imports import (
    FIRST_ACCOUNT,
    AnyDraft,
    AssetStory,
    Column,
    Draft,
    Field,
    ImportPreview,
    Imports,
    Kind,
    Layout,
    MatchedTargets,
    Problem,
    ReadProgress,
    TargetsDraft,
    with_taxonomy,
)

ProblemLines = frozenset[tuple[str, int]]
"""Lines with a problem: the names of their files, and their numbers."""
ACCOUNT_FIELDS: Final = frozenset({Field.ACCOUNT, Field.ACCOUNT_NUMBER})
_MONTHS: Final = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mär|mai|okt|dez"
_NO_NAME: Final = re.compile(
    rf".*[0-9].*|({_MONTHS})\w*|csv|pasted|table|export|exported|download|copy|as|of|the", re.IGNORECASE
)
"""Parts of the name of a file that say nothing of whose it is."""
_NUMBER: Final = re.compile(r"(?=(?:[^0-9]*[0-9]){5})[A-Za-z]{0,4}[-\s.*x]*[0-9][-0-9\s./xX*]*[A-Za-z]{0,2}", re.ASCII)
_LEFT_OF_NUMBER: Final = 4


@dataclass(frozen=True, slots=True)
class Into:
    """Where the holdings go. account None: as the file says; is_rest: only those that the file names no account for."""

    account: str | None = None
    is_rest: bool = False


AS_IN_FILE: Final = Into()


@dataclass(frozen=True, slots=True)
class Correction:
    """What is read in a cell in the place of what stands there."""

    line: int
    index: int
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A file and how to read it; without a layout it is recognised."""

    path: Path
    layout: Layout | None = None
    into: Into = AS_IN_FILE
    currency: str | None = None
    openings: tuple[tuple[str, Decimal, Decimal | None], ...] = ()
    """What of some symbols was held before a list of transactions begins, and what that had cost."""
    corrections: tuple[Correction, ...] = ()
    names: tuple[tuple[str, str], ...] = ()
    """What accounts are called here that the file calls by a number, or otherwise."""
    taxonomy: str | None = None
    """The tree of classes of another program's file that counts; None: the one that it begins with, "": none."""
    pasted: str = ""
    """A table that was pasted instead of being in a file: it is only called like one."""


@dataclass(frozen=True, slots=True)
class FileRead:
    """One file, and what was read from it."""

    reading: Reading
    draft: AnyDraft


@dataclass(frozen=True, slots=True)
class Found:
    """A problem, and which of the files (from 0) it is in."""

    file: int
    file_name: str
    problem: Problem

    @property
    def line(self) -> int:
        """The line it is on."""
        return self.problem.line

    @property
    def column(self) -> str:
        """The header of the column it is in."""
        return self.problem.column

    @property
    def what(self) -> str:
        """What is wrong."""
        return self.problem.what

    @property
    def fix(self) -> str:
        """How to mend it."""
        return self.problem.fix


@dataclass(frozen=True, slots=True)
class Checked:
    """Files as read, what keeping all of them would change, and which of them is looked at."""

    files: tuple[FileRead, ...]
    preview: ImportPreview
    shown: int = 0

    @property
    def readings(self) -> tuple[Reading, ...]:
        """How all of the files were read."""
        return tuple(each.reading for each in self.files)

    @property
    def reading(self) -> Reading:
        """How the file that is looked at was read."""
        return self.files[self.shown].reading

    @property
    def draft(self) -> AnyDraft:
        """What was read from the file that is looked at."""
        return self.files[self.shown].draft

    @property
    def layout(self) -> Layout | None:
        """How the file was read; None when it is no table of holdings."""
        return self.draft.layout if isinstance(self.draft, Draft) else None

    @property
    def shows_rows(self) -> bool:
        """Whether the file is a table of holdings, whose rows stand on the page."""
        return self.layout is not None and not self.is_transactions

    @property
    def is_targets(self) -> bool:
        """Whether it is a file of targets."""
        return isinstance(self.draft, TargetsDraft)

    @property
    def is_only_targets(self) -> bool:
        """Whether all are files of targets."""
        return all(isinstance(each.draft, TargetsDraft) for each in self.files)

    @property
    def is_transactions(self) -> bool:
        """Whether it is a list of what happened."""
        return is_transactions(self.draft)

    @property
    def has_transactions(self) -> bool:
        """Whether one of them is."""
        return any(is_transactions(each.draft) for each in self.files)

    @property
    def stories(self) -> tuple[AssetStory, ...]:
        """What became of each symbol of lists of transactions, what is not explained first."""
        told = (story for draft in self.preview.drafts for story in draft.replay.stories)
        return tuple(sorted(told, key=lambda each: (not each.what, name_order(each.symbol), each.account)))

    def of(self, place: int) -> "Checked":
        """The same, with another file looked at."""
        return replace(self, shown=place)

    @property
    def problems(self) -> tuple[Found, ...]:
        """Everything that is wrong, with the file it is in."""
        names = {each.draft.file_name: place for place, each in enumerate(self.files)}
        return tuple(Found(names.get(name, 0), name, problem) for name, problem in self.preview.problems)

    @property
    def file_problems(self) -> tuple[Problem, ...]:
        """What is wrong with the file as a whole, or with its header."""
        return tuple(each.problem for each in self.problems if each.file == self.shown and self._is_whole(each))

    @property
    def is_refused(self) -> bool:
        """Whether nothing in the looked-at file can be imported, whatever its columns are said to mean."""
        return bool(self.file_problems) and self.layout is None

    @property
    def is_mixed(self) -> bool:
        """Whether some of the files are refused, and some are not."""
        return 0 < len(self.accepted) < len(self.files)

    @property
    def accepted(self) -> tuple[Reading, ...]:
        """How the files are read that are not refused."""
        return tuple(each.reading for place, each in enumerate(self.files) if not self.of(place).is_refused)

    @property
    def has_file_problems(self) -> bool:
        """Whether something is wrong with one of the files as a whole."""
        return any(map(self._is_whole, self.problems))

    @property
    def line_problems(self) -> tuple[Found, ...]:
        """What is wrong with single lines, from the top of the first file on."""
        found = (each for each in self.problems if not self._is_whole(each))
        return tuple(sorted(found, key=lambda each: (each.file, each.line)))

    @property
    def placed_problems(self) -> tuple[Found, ...]:
        """Those that stand in a line of a table that can be shown, and not beside a symbol that is not explained."""
        lines = {
            (place, row.line)
            for place, each in enumerate(self.files)
            if isinstance(each.draft, Draft) and each.draft.layout is not None
            for row in each.draft.rows_preview
        }
        told = {story.what for story in self.stories}
        return tuple(p for p in self.line_problems if (p.file, p.line) in lines and p.what not in told)

    @property
    def problem_lines(self) -> ProblemLines:
        """The lines that can only be left out, with the files they are in."""
        return frozenset((each.file_name, each.line) for each in self.line_problems)

    @property
    def row_count(self) -> int:
        """How many rows the files have below their headers, those with a problem among them."""
        drafts = [each.draft for each in self.files]
        rows = [(each.line_count, each.layout) for each in drafts if isinstance(each, Draft)]
        return sum(count - (layout.header_line if layout else 0) for count, layout in rows)

    @property
    def ready(self) -> int:
        """How many holdings (or strategies, in a file of targets) would be new or changed."""
        matched, told = self.preview.matched, self.preview.matched_targets
        strategies = len(told.added) + len(told.changed)
        return strategies if self.is_only_targets else len(matched.added) + len(matched.changed)

    @property
    def unchanged(self) -> int:
        """How many are in the portfolio already, just like this."""
        told = self.preview.matched_targets if self.is_only_targets else self.preview.matched
        return told.unchanged if isinstance(told, MatchedTargets) else len(told.unchanged)

    @property
    def names_accounts(self) -> bool:
        """Whether the file itself says which account its holdings are in."""
        return _names_accounts(self.draft)

    @property
    def leaves_accounts_open(self) -> bool:
        """Whether there are holdings that neither the file nor the user named an account for."""
        return _leaves_open(self.draft)

    @property
    def any_leaves_accounts_open(self) -> bool:
        """Whether one of the files does."""
        return any(_leaves_open(each.draft) for each in self.files)

    def _is_whole(self, found: Found) -> bool:
        draft = self.files[found.file].draft
        header = draft.layout.header_line if isinstance(draft, Draft) and draft.layout else 0
        return found.line in (0, header)


def is_transactions(draft: AnyDraft) -> bool:
    """Whether it is a list of what happened."""
    return isinstance(draft, Draft) and draft.kind is Kind.TRANSACTIONS


def names_accounts(layout: Layout) -> bool:
    """Whether a column names accounts."""
    return any(column.field in ACCOUNT_FIELDS for column in layout.columns)


def _names_accounts(draft: AnyDraft) -> bool:
    layout = draft.layout if isinstance(draft, Draft) else None
    if layout is None:
        return isinstance(draft, Draft) and bool(draft.accounts)
    return layout.account is not None or names_accounts(layout)


def _leaves_open(draft: AnyDraft) -> bool:
    if not isinstance(draft, Draft):
        return False
    rows = draft.ledger.rows if draft.ledger else ()
    return any(each.account is None for each in draft.candidates) or any(row.account is None for row in rows)


def is_whole_portfolio(draft: AnyDraft) -> bool:
    """Whether it is a whole file of another program, to be laid beside what is here."""
    return isinstance(draft, Draft) and draft.other is not None


def numbered_accounts(draft: AnyDraft) -> list[str]:
    """The accounts that the file names by a number: nobody wants to see that on every page."""
    if not isinstance(draft, Draft):
        return []
    rows = draft.ledger.rows if draft.ledger else ()
    told = (*(each.account for each in draft.candidates), *(row.account for row in rows))
    return [each for each in dict.fromkeys(told) if each and _NUMBER.fullmatch(each.strip())]


def shortened(number: str) -> str:
    """The end of an account's number: “…4821”."""
    return f"…{''.join(filter(str.isalnum, number))[-_LEFT_OF_NUMBER:]}"


def proposed_account(file_name: str) -> str:
    """What an account can be called whose file names none: the words of the name of the file."""
    words = [each for each in re.split(r"[\W_]+", Path(file_name).stem) if each and not _NO_NAME.fullmatch(each)]
    name = " ".join(words)[:80]
    return f"{name[:1].upper()}{name[1:]}" if name else FIRST_ACCOUNT


def check(
    imports: Imports, readings: Sequence[Reading], progress: ReadProgress, before: Checked | None = None
) -> Checked:
    """Reads files and compares them with the portfolio. before: what was read alike then is not read again."""
    known = {each.reading: each.draft for each in before.files} if before else {}
    files = [_read(imports, reading, progress, known.get(reading)) for reading in dict.fromkeys(readings)]
    files = _into_accounts(imports, files, progress)
    files = [_named(imports, file) for file in _told_apart(files)]
    return Checked(tuple(files), imports.preview([each.draft for each in files], lambda *_: progress(1, 1)))


def check_again(imports: Imports, readings: Sequence[Reading], progress: ReadProgress) -> Checked:
    """Reads files that were corrected: what the user matched by hand is kept where the headers are still the same."""
    return check(imports, [_afresh(imports, reading, progress) for reading in readings], progress)


def _afresh(imports: Imports, reading: Reading, progress: ReadProgress) -> Reading:
    layout = reading.layout
    if layout is None:
        return reading
    by_line = layout.with_header_line(layout.header_line) if layout.chosen_header is not None else None
    draft = _read(imports, replace(reading, layout=by_line), progress, None).draft
    found = draft.layout if isinstance(draft, Draft) else None
    if found is None or _headers(found) != _headers(layout):
        return replace(reading, layout=by_line)
    return replace(reading, layout=replace(layout, encoding=found.encoding, header_line=found.header_line))


def _read(imports: Imports, reading: Reading, progress: ReadProgress, known: AnyDraft | None) -> FileRead:
    if known is not None:
        return FileRead(reading, known)
    progress(0, 0)  # the next file begins
    name, pasted = reading.path.name, reading.pasted.encode()
    draft = (partial(imports.read, name, pasted) if pasted else partial(imports.read_file, reading.path))(
        layout=reading.layout,
        account=reading.into.account,
        currency=reading.currency,
        progress=progress,
        corrections={(each.line, each.index): each.text for each in reading.corrections},
    )
    if isinstance(draft, Draft):
        openings = {symbol: quantity for symbol, quantity, _ in reading.openings}
        costs = {symbol: cost for symbol, _, cost in reading.openings if cost is not None}
        draft = replace(draft, openings=openings, opening_costs=costs, account_names=dict(reading.names))
        if reading.taxonomy is not None and draft.taxonomies:
            draft = with_taxonomy(draft, reading.taxonomy or None)
    return FileRead(reading, draft)


def _into_accounts(imports: Imports, files: list[FileRead], progress: ReadProgress) -> list[FileRead]:
    """Files that name no account go into the one that is called like them; several, each into one of its own."""
    unnamed = [place for place, each in enumerate(files) if _is_unnamed(each)]
    names = {each.casefold(): each for each in imports.account_names()} if unnamed else {}
    if len(unnamed) == 1 and len(names) == 1:
        return files
    is_alone = len(unnamed) == 1 and (len(files) == 1 or bool(names))
    taken: set[str] = set()
    for place in unnamed:
        name = proposed_account(files[place].reading.path.name)
        known = names.get(name.casefold())
        if known is None and is_alone:
            continue
        chosen = known if known and known.casefold() not in taken else _free(name, {*taken, *names})
        taken.add(chosen.casefold())
        files[place] = _read(imports, replace(files[place].reading, into=Into(chosen)), progress, None)
    return files


def _is_unnamed(file: FileRead) -> bool:
    """Whether neither the file nor the user says where its holdings go."""
    draft = file.draft
    if file.reading.into != AS_IN_FILE or not isinstance(draft, Draft) or _names_accounts(draft):
        return False
    return bool(draft.candidates or draft.ledger)


def _free(name: str, taken: Iterable[str]) -> str:
    """The name, with a number where it is taken."""
    used, number, chosen = set(taken), 1, name
    while chosen.casefold() in used:
        number += 1
        chosen = f"{name} {number}"
    return chosen


def _told_apart(files: Sequence[FileRead]) -> list[FileRead]:
    """Two files of the same name are told apart by a number."""
    taken: set[str] = set()
    found = []
    for each in files:
        name = _free(each.draft.file_name, taken)
        taken.add(name.casefold())
        found.append(
            each if name == each.draft.file_name else FileRead(each.reading, replace(each.draft, file_name=name))
        )
    return found


def _named(imports: Imports, file: FileRead) -> FileRead:
    """New accounts that the file calls by a number are called by its end, unless the user named them."""
    draft = file.draft
    if not isinstance(draft, Draft):
        return file
    told = dict(file.reading.names)
    numbers = imports.unknown_accounts(draft.format, numbered_accounts(draft))
    names = {number: f"Account {shortened(number)}" for number in numbers} | told
    return FileRead(file.reading, replace(draft, account_names=names))


def into_account(reading: Reading, layout: Layout, named: Layout | None, into: Into) -> Reading:
    """The reading with another choice of account. named: the layout in which columns named accounts, if any did.

    Everything into one account means that columns of accounts are ignored; otherwise they count again.
    """
    for column in layout.columns:
        if into.account is not None and not into.is_rest:
            if column.field in ACCOUNT_FIELDS:
                layout = layout.with_account_column(column.index, Field.IGNORE)
        elif named is not None and column.field is Field.IGNORE and named.field_of(column.index) in ACCOUNT_FIELDS:
            layout = layout.with_account_column(column.index, named.field_of(column.index))
    return replace(reading, layout=layout, into=into)


def with_field(reading: Reading, layout: Layout, column: Column, field: Field | str) -> Reading:
    """The reading with another meaning of a column; one that names accounts ends “everything into one account”.

    A field that is none says that the column names the currency of the amount on its left.
    """
    if not isinstance(field, Field):
        return replace(reading, layout=layout.with_currency_of_left(column.index))
    if field is column.field and layout.amount_of(column.index) is None:
        return replace(reading, layout=layout)
    into = reading.into
    if field in ACCOUNT_FIELDS and not into.is_rest:
        into = AS_IN_FILE
    return replace(reading, layout=layout.with_field(column.index, field).without_currency_at(column.index), into=into)


def with_opening(reading: Reading, symbol: str, quantity: Decimal | None, cost: Decimal | None) -> Reading:
    """The reading with what of a symbol was held before the list begins (None: as the list has it), and its cost."""
    others = tuple(each for each in reading.openings if each[0] != symbol)
    return replace(reading, openings=others if quantity is None else (*others, (symbol, quantity, cost)))


def with_correction(reading: Reading, draft: AnyDraft, line: int, index: int, text: str) -> Reading:
    """The reading with another text in a cell; what stands in the file is no correction."""
    corrected = draft.corrected if isinstance(draft, Draft) else ()
    was = next((each.before for each in corrected if (each.line, each.index) == (line, index)), None)
    others = tuple(each for each in reading.corrections if (each.line, each.index) != (line, index))
    news = () if was is not None and was == text.strip() else (Correction(line, index, text),)
    return replace(reading, corrections=(*others, *news))


def with_name(reading: Reading, account: str, name: str) -> Reading:
    """The reading with another name for an account of the file ("": as it would be called)."""
    others = tuple(each for each in reading.names if each[0] != account)
    return replace(reading, names=(*others, (account, name)) if name else others)


def _headers(layout: Layout) -> list[str]:
    return [column.header for column in layout.columns]
