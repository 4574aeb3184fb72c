"""A list of transactions of any broker, read: from its bytes to the entries of a ledger, with its problems."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from wealthdesk.importers.cells import short
from wealthdesk.importers.corrections import Cells, Corrections
from wealthdesk.importers.draft import DateOrder, Draft, Kind, Layout, LeftOut, Note, PreviewRow, Problem
from wealthdesk.importers.encoding import decode
from wealthdesk.importers.exchange_lists import exchange_list
from wealthdesk.importers.holdings_csv import ReadProgress
from wealthdesk.importers.outside import is_no_asset
from wealthdesk.importers.table import Record, lines_of, records
from wealthdesk.importers.transaction_columns import TransactionTable, table_of
from wealthdesk.importers.transaction_entries import Entries, entries_of
from wealthdesk.importers.transaction_rows import RawReader, RawRow, sides_of
from wealthdesk.importers.transaction_words import NOT_CARRIED_OUT

FORMAT: Final = "List of transactions"
_PROGRESS_EVERY: Final = 2_000
_SHOWN: Final = 30


def read_transactions(
    data: bytes,
    file_name: str,
    *,
    today: date,
    refused: Draft,
    layout: Layout | None = None,
    default_account: str | None = None,
    default_currency: str | None = None,
    progress: ReadProgress | None = None,
    corrections: Cells | None = None,
) -> Draft:
    """The draft of a list of transactions, with a ledger; `refused` is its draft as a list that is only named.

    A list that is not understood for the most part has no ledger, only the problem that says so.
    """
    decoded = decode(data, layout.encoding if layout else None)
    if isinstance(decoded, Problem):
        return refused
    lines = lines_of(decoded[0])
    usual = default_currency or "USD"
    if exchange := exchange_list(lines, default_account):
        draft = _understood(refused, entries_of(exchange.rows, usual, ()), exchange.left_out)
        notes = (*exchange.notes, *draft.notes)
        return replace(draft, format=exchange.exchange, line_count=len(lines), notes=notes)
    table = table_of(lines, decoded[1], today, layout)
    if table is None:
        return refused
    mended = Corrections(corrections or {})
    taking = _Taking(RawReader(table, account=default_account, currency=usual, today=today), mended.lines)
    taking.take_all(lines, table.layout, mended, progress)
    found = entries_of(taking.rows, usual, taking.doubtful)
    draft = _understood(refused, found, taking.left_out, taking.problems)
    return draft if draft.ledger is None else replace(_shown(draft, table, taking, mended), line_count=len(lines))


def _shown(draft: Draft, table: TransactionTable, taking: "_Taking", mended: Corrections) -> Draft:
    """The draft with what its columns are, its first rows, and what was corrected in them."""
    return replace(
        draft,
        layout=table.layout,
        notes=(*_notes(table), *draft.notes),
        rows_preview=tuple(taking.preview),
        corrected=mended.made(table.layout),
    )


def _understood(refused: Draft, found: Entries, left_out: Sequence[LeftOut], problems: Sequence[Problem] = ()) -> Draft:
    """The draft of what the lines mean; `refused`, with what is not known in it, where that is too much."""
    if not found.ledger.rows or len(found.unknown) > len(found.ledger.rows):
        return replace(refused, problems=(_not_understood(found),), kind=Kind.TRANSACTIONS, format=FORMAT)
    return Draft(
        refused.file_name,
        left_out=tuple(sorted([*left_out, *found.left_out], key=lambda each: each.line)),
        problems=tuple(sorted([*problems, *found.problems], key=lambda each: each.line)),
        notes=found.notes,
        as_of=max(each.entry.on for each in found.ledger.rows),
        kind=Kind.TRANSACTIONS,
        format=FORMAT,
        ledger=found.ledger,
        base_currency=_only_currency(found),
    )


def _only_currency(found: Entries) -> str | None:
    """The currency of all the money in the list, whatever its assets are quoted in."""
    codes = {code for row in found.ledger.rows for code, _ in row.entry.money}
    return codes.pop() if len(codes) == 1 else None


def _notes(table: TransactionTable) -> list[Note]:
    layout, notes = table.layout, []
    if layout.doubtful:
        name = "point" if layout.marks.decimal == "." else "comma"
        notes.append(Note(f"“{layout.doubtful}” could be read in two ways: it is read with a {name} for decimals."))
    if table.doubtful_day:
        name = "day" if layout.date_order is DateOrder.DAY_FIRST else "month"
        notes.append(
            Note(f"“{short(table.doubtful_day)}” could be read in two ways: it is read with the {name} first.")
        )
    return notes


def _not_understood(found: Entries) -> Problem:
    words = ", ".join(f"“{short(word)}”" for word in list(dict.fromkeys(found.unknown))[:5])
    what = "This is a list of transactions that is not understood well enough to be replayed."
    known = f" Not known here: {words}." if words else ""
    return Problem(0, "", what + known, "Export the positions or holdings instead.")


class _Taking:
    """Takes record after record: lines that can be read, and what is to be told of the others."""

    def __init__(self, reader: RawReader, shown: frozenset[int]) -> None:
        self._reader, self._shown = reader, shown
        self.rows: list[RawRow] = []
        self.problems: list[Problem] = []
        self.left_out: list[LeftOut] = []
        self.preview: list[PreviewRow] = []
        self.doubtful: set[str] = set()
        """What the lines that cannot be read are about; "" where that cannot be told either."""

    def take_all(self, lines: list[str], layout: Layout, mended: Corrections, progress: ReadProgress | None) -> None:
        """Take every record below the headers."""
        heard = 0
        for record in records(lines, layout.delimiter):
            if progress and record.line > heard:
                progress(record.line - 1, len(lines))
                heard = record.line + _PROGRESS_EVERY
            if record.line > layout.header_line and not record.is_blank:
                self._take(mended.of(record))
        if progress:
            progress(len(lines), len(lines))

    def _take(self, record: Record) -> None:
        if not self._reader.is_line(record):
            if self._reader.is_undone(record):
                self.left_out.append(LeftOut(record.line, record.text, NOT_CARRIED_OUT))
            elif any(map(is_no_asset, record.cells)):
                self.left_out.append(LeftOut(record.line, record.text, "A totals row."))
            elif self._reader.says_something(record):
                self._refuse(record, [self._reader.without_day(record)])
            else:
                self.left_out.append(LeftOut(record.line, record.text, "No day stands here."))
            return
        if len(self.preview) < _SHOWN or record.line in self._shown:
            self.preview.append(PreviewRow(record.line, tuple(record.cells)))
        read = self._reader.read(record)
        if isinstance(read, RawRow):
            self.rows += sides_of(read)
        else:
            self._refuse(record, read)

    def _refuse(self, record: Record, problems: list[Problem]) -> None:
        self.problems += problems
        self.doubtful.add(self._reader.asset_of(record))
