"""One door for files of every kind: a table of the formats that are read, asked in turn."""

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from wealthdesk.importers import ghostfolio, ibkr, lakshmi, ofx, portfolio_performance, wealthfolio
from wealthdesk.importers.corrections import Cells
from wealthdesk.importers.draft import Draft, Kind, Layout, Note, Problem
from wealthdesk.importers.encoding import decode
from wealthdesk.importers.ghostfolio import GhostfolioRefused, ghostfolio_rows, is_ghostfolio
from wealthdesk.importers.holdings_csv import ReadProgress, read_holdings
from wealthdesk.importers.kept_columns import ColumnChoices, KeptColumns, layout_chosen, layout_kept
from wealthdesk.importers.lakshmi import is_lakshmi, read_lakshmi
from wealthdesk.importers.made_table import MadeRow, other_of_rows, read_made, refused
from wealthdesk.importers.ofx import OfxRefused, account_ends, is_ofx, ofx_rows
from wealthdesk.importers.other_files import other_file
from wealthdesk.importers.portfolio_performance import is_portfolio_performance, read_portfolio_performance
from wealthdesk.importers.spreadsheets import (
    JoinedSheets,
    ReadSheet,
    SheetsRefused,
    Workbook,
    is_spreadsheet,
    sheets_as_one,
    workbook_of,
)
from wealthdesk.importers.table import lines_of
from wealthdesk.importers.targets_csv import TargetsDraft, kind_of, read_targets
from wealthdesk.importers.transactions_csv import read_transactions
from wealthdesk.importers.wealthfolio import NotWealthfolio, may_be_wealthfolio, read_wealthfolio
from wealthdesk.importers.xml_elements import XmlRefused, elements_of

AnyDraft = Draft | TargetsDraft


@dataclass(frozen=True, slots=True)
class Given:
    """A file as it was given. account and currency are for what names none; with a `layout` it is a table, read so.

    Without one, a table is read as `choices` say, else as is kept for its headers, else as it is recognised.
    """

    name: str
    data: bytes
    today: date
    layout: Layout | None = None
    account: str | None = None
    currency: str | None = None
    progress: ReadProgress | None = None
    kept: Mapping[str, KeptColumns] = field(default_factory=dict)
    choices: ColumnChoices | None = None
    corrections: Cells = field(default_factory=dict)
    wal: bytes = b""
    """What a database has been written since, which stands beside it."""


@dataclass(frozen=True, slots=True)
class Format:
    """A format: its name for people, how it is recognised by bytes and name, and how it is read."""

    name: str
    recognises: Callable[[bytes, str], bool]
    read: Callable[[Given], AnyDraft]


def read_given(given: Given) -> AnyDraft:
    """The draft of a file of any format; what is none of them is a draft with a problem that says what it is."""
    with _no_search_for_cycles():
        if given.layout is not None and not is_spreadsheet(given.data):
            return _read_table(given)
        return next(each for each in FORMATS if each.recognises(given.data, given.name)).read(given)


@contextmanager
def _no_search_for_cycles() -> Iterator[None]:
    """Reading makes objects by the hundred thousand and none that hold each other: to look for such takes a tenth."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


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


def _is_statement(data: bytes, name: str) -> bool:
    return ibkr.is_statement(data)


def _read_statement(given: Given) -> AnyDraft:
    return _made(given, ibkr.statement_rows(given.data), ibkr.STATEMENT)


def _is_flex(data: bytes, name: str) -> bool:
    return b"<FlexQueryResponse" in data[:4096]


def _read_flex(given: Given) -> AnyDraft:
    try:
        rows = ibkr.flex_rows(elements_of(given.data))
    except XmlRefused as why:
        what = f"This Flex query of Interactive Brokers is not read: {why}."
        return refused(given.name, ibkr.FLEX, what, "Download it again.")
    if not rows:
        what = "This Flex query of Interactive Brokers has no open positions and no cash report in it."
        return refused(given.name, ibkr.FLEX, what, "Add the sections Open Positions and Cash Report to the query.")
    return _made(given, rows, ibkr.FLEX)


def _made(given: Given, rows: Sequence[MadeRow], name: str, kind: Kind = Kind.HOLDINGS) -> Draft:
    return read_made(
        rows,
        given.name,
        name,
        today=given.today,
        kind=kind,
        account=given.account,
        currency=given.currency,
        progress=given.progress,
    )


def _is_ghostfolio(data: bytes, name: str) -> bool:
    return is_ghostfolio(data)


def _read_ghostfolio(given: Given) -> AnyDraft:
    try:
        rows = ghostfolio_rows(given.data)
    except GhostfolioRefused as why:
        what = f"This looks like an export of Ghostfolio, but {why}."
        return refused(given.name, ghostfolio.FORMAT, what, "Export it again in Ghostfolio as JSON.")
    draft = _made(given, rows, ghostfolio.FORMAT, Kind.PORTFOLIO)
    return replace(draft, other=other_of_rows(rows, ghostfolio.FORMAT))


def _is_ofx(data: bytes, name: str) -> bool:
    return is_ofx(data)


def _read_ofx(given: Given) -> AnyDraft:
    try:
        rows = ofx_rows(given.data)
    except OfxRefused as why:
        what = f"This is an OFX file (also called QFX), but {why}."
        return refused(given.name, ofx.FORMAT, what, "Download the positions of the investment account again.")
    draft = _made(given, rows, ofx.FORMAT)
    return replace(draft, account_names=account_ends(cells["Account"] for _, cells in rows))


def _is_sheets(data: bytes, name: str) -> bool:
    return is_spreadsheet(data)


def _read_sheets(given: Given) -> AnyDraft:
    """The sheet that is a list of holdings, else one of transactions, else the first, with those that go on with it;
    the others are named. One that is hidden is read only where no other says as much.
    """
    try:
        found = workbook_of(given.data)
    except SheetsRefused as why:
        return refused(given.name, "Spreadsheet", why.what, why.fix)
    if not found.sheets:
        return refused(given.name, "Spreadsheet", "This spreadsheet is empty.", "Save it again, or export it as CSV.")
    if given.currency is None and len(found.currencies) == 1:
        given = replace(given, currency=next(iter(found.currencies)))
    # What was chosen by hand or corrected does not decide which sheets are read.
    bare = replace(given, layout=None, progress=None, corrections={})
    alone = [_SheetAlone(each, _read_table(replace(bare, data=each.text))) for each in found.sheets]
    read = _going_on(max(alone, key=_SheetAlone.worth), alone, bare)
    joined = sheets_as_one([each.sheet for each in read], read[0].header)
    is_read = given.layout is None and not given.corrections and len(read) == 1
    draft = read[0].draft if is_read else _read_table(replace(given, data=joined.text))
    if found.is_unsaved and (draft.problems or not (draft.candidates or draft.ledger)):
        what = "This spreadsheet has formulas without their results, as programs write it that do not calculate."
        return refused(
            given.name, "Spreadsheet", what, "Open it in a spreadsheet program, save it there, and import it."
        )
    layout = replace(draft.layout, is_sheet=True) if draft.layout else None
    return replace(draft, layout=layout, notes=(*_notes_of(found, joined), *draft.notes))


@dataclass(frozen=True, slots=True)
class _SheetAlone:
    """A sheet, and what it says when it is read alone."""

    sheet: ReadSheet
    draft: Draft

    def worth(self) -> tuple[bool, bool, int]:
        """How much it says: holdings more than transactions, these more than a table that is not understood."""
        says = (
            3 if self.draft.candidates else 2 if self.draft.ledger is not None else int(self.draft.layout is not None)
        )
        return says > 1, not self.sheet.is_hidden, says

    @property
    def header(self) -> bytes:
        """The line of its headers, b"" where there is none."""
        return self.sheet.line(self.draft.layout.header_line if self.draft.layout else 0)

    @property
    def says(self) -> frozenset[object]:
        """What tells its holdings or its transactions from others."""
        if self.draft.ledger is not None:
            return frozenset((row.account, row.key) for row in self.draft.ledger.rows)
        return frozenset((each.account, each.symbol, each.currency) for each in self.draft.candidates)


def _going_on(best: _SheetAlone, alone: Sequence[_SheetAlone], bare: Given) -> list[_SheetAlone]:
    """The best sheet with those of the same headers that say more, if together they say just what each says alone.

    A sheet with something of another is the same list once more, or of another day: that would count twice.
    """
    read, says = [best], best.says
    for each in alone:
        is_alike = each.header == best.header != b"" and each.sheet.is_hidden == best.sheet.is_hidden
        if (
            each is not best
            and is_alike
            and each.says
            and each.says.isdisjoint(says)
            and each.sheet.begins(best.header)
        ):
            read.append(each)
            says |= each.says
    if len(read) == 1:
        return read
    joined = sheets_as_one([each.sheet for each in read], best.header)
    whole = _SheetAlone(best.sheet, _read_table(replace(bare, data=joined.text)))
    is_whole = whole.says == says and len(whole.draft.problems) <= sum(len(each.draft.problems) for each in read)
    return read if is_whole else [best]


def _notes_of(found: Workbook, read: JoinedSheets) -> Iterator[Note]:
    """What is to be said of a workbook of which these sheets are read."""
    first, *others = read.sheets
    unread = [_quoted(each) for each in found.sheets if each not in read.sheets]
    more = f"; these are not: {', '.join(unread)}" if unread else ""
    if others:
        begins = ", ".join(
            f"{_quoted(each)} from line {line:,}" for each, line in zip(others, read.begins, strict=True)
        )
        yield Note(f"{_quoted(first)} and the sheets with the same headers are read as one: {begins}{more}.")
    elif unread or first.is_hidden:
        yield Note(f"The sheet {_quoted(first)} is read{more}.")
    if found.is_unsaved:
        yield Note("Formulas without their results are read as empty cells.")
    day = next((each.numbered_day for each in read.sheets if each.numbered_day), "")
    if day:
        yield Note(f"Days that are written as numbers are read as a spreadsheet counts them: {day}.")


def _quoted(sheet: ReadSheet) -> str:
    return f"“{sheet.name[:40]}”" + (" (hidden)" if sheet.is_hidden else "")


def _is_table(data: bytes, name: str) -> bool:
    return True


def _read_table(given: Given) -> Draft:
    told = _told_layout(given)
    if isinstance(told, Problem):
        return Draft(given.name, problems=(told,))
    layout, notes = (told[0], told[1]) if told else (given.layout, ())
    is_known = layout is not None and layout.is_transactions
    draft = read_holdings(
        given.data,
        given.name,
        today=given.today,
        layout=None if is_known else layout,
        default_account=given.account,
        default_currency=given.currency,
        progress=given.progress,
        corrections=given.corrections,
    )
    if draft.kind is not Kind.TRANSACTIONS and not is_known:
        return replace(draft, notes=(*notes, *draft.notes))
    is_chosen = layout is not None and layout.chosen_header is not None
    read = read_transactions(
        given.data,
        given.name,
        today=given.today,
        refused=draft,
        layout=layout if is_known or is_chosen else None,
        default_account=given.account,
        default_currency=given.currency,
        progress=given.progress,
        corrections=given.corrections,
    )
    return replace(read, heads=draft.heads)


def _told_layout(given: Given) -> tuple[Layout, tuple[Note, ...]] | Problem | None:
    """The layout that the choices ask for, or that is kept for these headers, and what is to be said of that."""
    if given.layout is not None or not (given.choices or given.kept):
        return None
    decoded = decode(given.data)
    if isinstance(decoded, Problem):
        return None
    lines = lines_of(decoded[0])
    if given.choices is not None:
        chosen = layout_chosen(given.choices, lines, decoded[1], given.today)
        return (chosen, ()) if isinstance(chosen, Layout) else chosen
    found = layout_kept(given.kept, lines, decoded[1], given.today)
    if found is None:
        return None
    note = Note(f"Its columns mean what was chosen for {found[1].file_name}, which has the same headers.")
    return found[0], (note,)


def _is_pp(data: bytes, name: str) -> bool:
    return is_portfolio_performance(data)


def _read_pp(given: Given) -> AnyDraft:
    return read_portfolio_performance(given.data, given.name, given.today)


def _is_lakshmi(data: bytes, name: str) -> bool:
    return is_lakshmi(data)


def _read_lakshmi(given: Given) -> AnyDraft:
    return read_lakshmi(given.data, given.name, given.today)


def _is_wealthfolio(data: bytes, name: str) -> bool:
    return may_be_wealthfolio(data)


def _read_wealthfolio(given: Given) -> AnyDraft:
    try:
        return read_wealthfolio(given.data, given.name, given.today, given.wal)
    except NotWealthfolio:
        return _read_other(given)


FORMATS: Final = (
    Format(portfolio_performance.FORMAT, _is_pp, _read_pp),
    Format(wealthfolio.FORMAT, _is_wealthfolio, _read_wealthfolio),
    Format(lakshmi.FORMAT, _is_lakshmi, _read_lakshmi),
    Format("Spreadsheet", _is_sheets, _read_sheets),
    Format(ghostfolio.FORMAT, _is_ghostfolio, _read_ghostfolio),
    Format(ofx.FORMAT, _is_ofx, _read_ofx),
    Format(ibkr.FLEX, _is_flex, _read_flex),
    Format(ibkr.STATEMENT, _is_statement, _read_statement),
    Format("Another program’s file", _is_other, _read_other),
    Format("Targets of WealthDesk", _is_targets, _read_targets),
    Format("List of positions", _is_table, _read_table),
)
"""The formats, those that are told beyond doubt first; a table of positions is what is left."""
