"""One pass over the records of a holdings file: what is a holding, what is a problem, what is left out."""

from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Final

from wealthdesk.importers.columns import header_of
from wealthdesk.importers.draft import CandidateAccount, Field, Layout, LeftOut, PreviewRow, Problem
from wealthdesk.importers.outside import account_in, date_in, is_text, why_left_out
from wealthdesk.importers.rows import Reading, RowReader
from wealthdesk.importers.table import Record, records

_PREVIEW_ROWS: Final = 12
_PREVIEW_PROBLEMS: Final = 1_000


@dataclass(slots=True)
class Sorting:
    """Takes record after record. `follow_titles`: a title between tables names the account of the next one."""

    layout: Layout
    reader: RowReader
    follow_titles: bool
    today: date
    readings: list[Reading] = field(default_factory=list)
    accounts: list[CandidateAccount] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    preview: list[PreviewRow] = field(default_factory=list)
    as_of: date | None = None
    late: date | None = None
    """A day after today that the file gives for itself."""
    _headers: list[str] = field(default_factory=list)
    _other_table: str | None = None
    _after_gap: bool = False
    _title: str | None = None
    _bad_rows: int = 0

    def take(self, record: Record) -> None:
        """Puts one record where it belongs."""
        if record.fault:
            self._keep(record)
        elif record.is_blank:
            self._after_gap = True
        elif record.line < self.layout.header_line:
            self._leave_out_text(record, "A line above the table.")
        elif record.line == self.layout.header_line:
            self._headers = record.cells
        elif is_text(record, len(self.layout.columns)):
            self._leave_out_text(record, "A line outside the table.")
            self._title, self._after_gap = " ".join(record.cells).strip(), True
        elif not self._begins_table(record):
            self._after_gap = False
            self._take_row(record)

    def preview_only(self, lines: list[str]) -> None:
        """Keeps only the first rows, for columns to be matched by hand."""
        rows = (r for r in records(lines, self.layout.delimiter) if r.line > self.layout.header_line and not r.is_blank)
        self.preview = [PreviewRow(row.line, tuple(row.cells)) for row in islice(rows, _PREVIEW_ROWS)]

    def _begins_table(self, record: Record) -> bool:
        """Whether the row is one of headers: the same again (another account follows), or those of another table."""
        if self.reader.is_own or not self._headers or not (self._after_gap or record.cells[0] == self._headers[0]):
            return False
        if record.cells == self._headers:
            self._other_table = None
            if self.follow_titles and self._title:
                self.reader.account = account_in(self._title) or self._title
            self._leave_out(record, "The headers again.")
            return True
        header = header_of(record)
        if header.known < 3 and not (header.is_transactions and header.known):
            return False
        self._other_table = "A transaction." if header.is_transactions else "Part of another table."
        self._after_gap = False
        self._leave_out(record, "The headers of another table.")
        return True

    def _take_row(self, record: Record) -> None:
        names = (record.cells[0], self.reader.cell(record, Field.SYMBOL), self.reader.cell(record, Field.NAME))
        complete = self.reader.says_complete(record)
        why = self._other_table or why_left_out(record, names, is_complete=complete)
        if why:
            self._leave_out(record, why)
        else:
            self._keep(record)

    def _keep(self, record: Record) -> None:
        outcome = self.reader.read(record)
        if isinstance(outcome, list):
            self.problems.extend(outcome)
            self._bad_rows += 1
            if self._bad_rows > _PREVIEW_PROBLEMS:
                return
        elif isinstance(outcome, Reading):
            self.readings.append(outcome)
        else:
            self.accounts.append(outcome)
        if isinstance(outcome, list) or len(self.readings) + len(self.accounts) <= _PREVIEW_ROWS:
            self.preview.append(PreviewRow(record.line, tuple(record.cells)))

    def _leave_out(self, record: Record, why: str) -> None:
        self.left_out.append(LeftOut(record.line, record.text, why))

    def _leave_out_text(self, record: Record, why: str) -> None:
        """Leaves a line of prose out, after looking for the day of the file in it."""
        self._leave_out(record, why)
        if self.as_of is None:
            day = date_in(" ".join(record.cells), self.layout.date_order)
            if day is not None and day > self.today:
                self.late = day
            else:
                self.as_of = day
