"""One pass over the records of a holdings file: what is a holding, what is a problem, what is left out."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from itertools import islice, pairwise
from typing import Final

from wealthdesk.domain.money import CURRENCIES
from wealthdesk.importers.cells import CellRefused, is_missing, is_number, read_number
from wealthdesk.importers.class_words import class_of
from wealthdesk.importers.columns import header_of, is_list_of_cash, recognised
from wealthdesk.importers.draft import Candidate, CandidateAccount, Field, Layout, LeftOut, Note, PreviewRow, Problem
from wealthdesk.importers.outside import (
    account_in,
    date_in,
    is_account_label,
    is_cash_label,
    is_no_asset,
    is_text,
    label_of,
    says_not_held,
    says_owed,
    why_left_out,
)
from wealthdesk.importers.row_cells import currency_of_sign
from wealthdesk.importers.rows import RowRead, RowReader, borrowed
from wealthdesk.importers.table import Record, records
from wealthdesk.importers.totals import SummedLine, ToldTotal, TotalPart, checked, lots_below, said_again, sums_among

_PREVIEW_ROWS: Final = 12
_PREVIEW_PROBLEMS: Final = 1_000
_KRAKEN_WITHIN: Final = 200
_NOT_HELD: Final = "Part of a table of what is not held."


@dataclass(slots=True)
class _Table:
    """One table of the file: its headers, whose account its title names, its rows; `why`: it is no list of holdings."""

    header: Record | None
    account: str | None = None
    why: str | None = None
    title: str | None = None
    is_cash: bool = False
    """Whether its rows are currencies and how much money there is in each."""
    rows: list[Record] = field(default_factory=list)


@dataclass(slots=True)
class Sorting:
    """Takes record after record, and reads the tables at the end, when it is known what is a sum of what.

    `follow_titles`: a title above a table names its account where a file has several tables.
    """

    layout: Layout
    reader: RowReader
    follow_titles: bool
    today: date
    currency: str = "USD"
    cut_at: int = 0
    """The last line, where no line ends there: the file may have been cut."""
    _narrowest: int = 0
    """How many cells each row that is held has at least."""
    shown: frozenset[int] = frozenset()
    """Lines that are shown wherever they stand."""
    readings: list[RowRead] = field(default_factory=list)
    accounts: list[CandidateAccount] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    preview: list[PreviewRow] = field(default_factory=list)
    as_of: date | None = None
    late: date | None = None
    """A day after today that the file gives for itself."""
    _tables: list[_Table] = field(default_factory=lambda: [_Table(None)])
    _after_gap: bool = False
    _above: str = ""
    """What stands alone on the line above, after a gap."""
    _title: str | None = None
    _labels: list[tuple[int, str, str]] = field(default_factory=list)
    _cash_is_listed: bool = False
    """Whether a row above the table says that amounts of cash stand below it: “Currency, Cash”."""
    _totals: list[ToldTotal] = field(default_factory=list)
    _left_parts: list[TotalPart] = field(default_factory=list)
    _bad_rows: int = 0

    def take(self, record: Record) -> None:
        """Puts one record where it belongs."""
        if record.fault:
            self._tables[-1].rows.append(record)
        elif record.is_blank:
            self._after_gap = True
        elif record.line < self.layout.header_line:
            self._take_above(record)
        elif record.line == self.layout.header_line:
            self._tables = [_Table(record, title=self._title)]
        elif is_text(record, len(self.layout.columns)):
            self._leave_out_text(record, "A line outside the table.")
            self._title, self._after_gap = " ".join(record.cells).strip(), True
            self._above = self._title
        elif not self._begins_table(record):
            words = [cell for cell in record.cells if cell]
            is_title = self._after_gap and len(words) == 1 and not is_number(words[0])
            self._after_gap, self._above = is_title, words[0] if is_title else ""
            self._tables[-1].rows.append(record)

    def finish(self) -> None:
        """Reads the tables, and compares what they come to with the file's own totals."""
        _look_at_titles(self._tables, follows=self.follow_titles)
        parts = []
        for table in self._tables:
            before = len(self.readings)
            self._read_table(table)
            parts.append(self.readings[before:])
        self.readings, again = _held_once(parts, is_own=self.reader.is_own)
        self.left_out += again
        if titles := self.reader.held_beside:
            self.notes.append(Note(f"How many are held is the sum of {' + '.join(titles)}."))
        self._read_labels()
        parts_told = [*_parts(self.readings), *self._left_parts]
        notes, problems = checked(parts_told, self._totals) if self._totals else ([], [])
        self.notes += [*_remarks(self.readings), *notes]
        self.problems += [] if self.problems else problems

    def _take_above(self, record: Record) -> None:
        filled = [cell for cell in record.cells if cell]
        label = label_of(record)
        self._leave_out_text(record, "A line above the table.")
        if len(filled) == 1:
            self._title, self._cash_is_listed = filled[0], False
        elif label and is_account_label(label[0]) and not is_number(label[1]) and self.reader.account is None:
            self.reader.account = label[1][:80]
        elif label and is_cash_label(label[1]):
            self._cash_is_listed = True
        elif label:
            is_cash = self._cash_is_listed and label[0] in CURRENCIES
            self._labels.append((record.line, f"{label[0]} cash" if is_cash else label[0], label[1]))

    def _begins_table(self, record: Record) -> bool:
        """Whether the row is one of headers: the same again (another account follows), or those of another table."""
        first = self._tables[0].header
        if self.reader.is_own or first is None or not (self._after_gap or record.cells[0] == first.cells[0]):
            return False
        account = _named(self._title) if self.follow_titles and self._title else None
        if record.cells == first.cells:
            owed = _owed(self._title) or (_NOT_HELD if says_not_held(self._above, is_like_others=True) else None)
            self._tables.append(_Table(record, None if owed else account or _last_account(self._tables), owed))
            self._leave_out(record, "The headers again.")
            return True
        header = header_of(record)
        if self._after_gap and is_list_of_cash(record):
            self._tables.append(_Table(record, account or _last_account(self._tables), is_cash=True))
            self._leave_out(record, "The headers of another table.")
            return True
        is_told = header.known > 2 or (header.is_transactions and header.known)
        if not (is_told or (self._after_gap and header.is_words)):
            return False
        why = "A transaction." if header.is_transactions else None if header.is_holdings else "Part of another table."
        why = why or _owed(self._title) or (_NOT_HELD if says_not_held(self._above, is_like_others=False) else None)
        self._tables.append(_Table(record, account or _last_account(self._tables), why))
        self._after_gap = False
        self._leave_out(record, "The headers of another table.")
        return True

    def _read_table(self, table: _Table) -> None:
        if why := table.why or ("The cash of the account." if table.is_cash else None):
            for record in table.rows:
                self._leave_out(record, why)
            self._labels += _cash_in(table)
            return
        reader = self._reader_of(table)
        if table.account:
            reader.account = table.account
        self.notes += _accounts_filled(table.rows, reader)
        has_bare = _look_through(table.rows, reader)
        sums = sums_among([_line(reader, record) for record in table.rows]) if has_bare else frozenset()
        rows, table.rows = table.rows[::-1], []
        for place in range(len(rows)):
            record = rows.pop()  # what was read is not needed any more, and files are large
            reader.row.look_at(record)
            if place in sums:
                self._take_sum(record, reader)
            else:
                self._take_row(record, reader)

    def _reader_of(self, table: _Table) -> RowReader:
        first = self._tables[0].header
        if table.header is None or first is None or table.header.cells == first.cells:
            return self.reader
        columns = recognised(table.header, table.rows[:300])
        layout = replace(self.layout, columns=columns, header_line=table.header.line)
        return RowReader(layout, account=self.reader.account, currency=self.currency, today=self.today)

    def _take_sum(self, record: Record, reader: RowReader) -> None:
        self._leave_out(record, "A sum of other lines.")
        name = reader.row.of(Field.NAME) or next((c for c in record.cells if c and not is_number(c)), "")
        reader.section = name if class_of(name) else None
        self._tell_total(record, reader)

    def _take_row(self, record: Record, reader: RowReader) -> None:
        if reader.is_own or record.fault or reader.says_complete():
            self._keep(record, reader)
            return
        label = label_of(record)
        if label and is_cash_label(label[0]) and is_number(label[1]) and not reader.says_amount():
            self._labels.append((record.line, *label))
            self._leave_out(record, "The cash of the account.")
            return
        if _is_title(record, reader):
            self._leave_out(record, "A title within the table.")
            self._title = " ".join(record.cells).strip()
            reader.section = self._title if class_of(self._title) or says_owed(self._title) else None
            return
        why = why_left_out(record, _names_in(record, reader), is_complete=False)
        if why:
            self._leave_out(record, why)
            if why == "A totals row." or "numbers" in why:
                self._tell_total(record, reader)
                reader.section = None
        else:
            self._keep(record, reader)

    def _keep(self, record: Record, reader: RowReader) -> None:
        outcome, width = reader.read(), len(record.cells)
        if isinstance(outcome, RowRead) and not outcome.candidate.is_cash:
            if record.line == self.cut_at and len(self.readings) > 1 and width < min(self._narrowest, reader.needed):
                outcome = [_cut_off(record.line)]
            else:
                self._narrowest = min(width, self._narrowest or width)
        if isinstance(outcome, LeftOut):
            self.left_out.append(outcome)
            self._add_left_out(record, reader)
            return
        if isinstance(outcome, list):
            self.problems.extend(outcome)
            self._add_left_out(record, reader)
            self._bad_rows += 1
            if self._bad_rows > _PREVIEW_PROBLEMS:
                return
        elif isinstance(outcome, RowRead):
            self.readings.append(outcome)
        else:
            self.accounts.append(outcome)
        is_first = len(self.readings) + len(self.accounts) <= _PREVIEW_ROWS
        if isinstance(outcome, list) or is_first or record.line in self.shown:
            self.preview.append(PreviewRow(record.line, tuple(record.cells)))

    def _add_left_out(self, record: Record, reader: RowReader) -> None:
        """What a line that is left out is worth, which may be what the file's total differs by."""
        told = None if record.fault else reader.value_of()
        self._left_parts.append(TotalPart(record.line, *(told or (self.currency, Decimal(0))), is_kept=False))

    def _tell_total(self, record: Record, reader: RowReader) -> None:
        told = reader.value_of()
        if told is not None:
            self._totals.append(ToldTotal(record.line, told[1]))
            return
        cells = [cell for cell in record.cells if is_number(cell)]
        label = label_of(record)
        if label and len(cells) == 1:
            self._labels.append((record.line, "Total", cells[0]))

    def _read_labels(self) -> None:
        """The cash and the totals that stand beside the table."""
        has_cash = any(reading.candidate.is_cash for reading in self.readings)
        for line, amount, code, is_cash in _amounts_beside(self._labels, self.layout, self.currency):
            if not is_cash:
                self._totals.append(ToldTotal(line, amount))
            elif not has_cash:
                self._add_cash(line, amount, code)

    def _add_cash(self, line: int, amount: Decimal, code: str | None) -> None:
        currencies = {reading.candidate.currency for reading in self.readings}
        code = code or (next(iter(currencies)) if len(currencies) == 1 else self.currency)
        if amount < 0:
            why = borrowed(-amount, code)
            self.left_out = [replace(each, why=why) if each.line == line else each for each in self.left_out]
            self._left_parts.append(TotalPart(line, code, amount, is_kept=False))
            return
        candidate = Candidate(line, self.reader.account, code, None, amount, code, is_cash=True, kind="cash")
        self.readings.append(RowRead(candidate))
        self.left_out = [each for each in self.left_out if each.line != line]

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


def first_rows(lines: list[str], layout: Layout) -> list[PreviewRow]:
    """The first rows of a table, for columns to be matched by hand."""
    rows = (row for row in records(lines, layout.delimiter) if row.line > layout.header_line and not row.is_blank)
    return [PreviewRow(row.line, tuple(row.cells)) for row in islice(rows, _PREVIEW_ROWS)]


def _parts(readings: list[RowRead]) -> list[TotalPart]:
    """What the lines that are held add to the totals of the file."""
    held = [reading for reading in readings if reading.is_held and not reading.is_lot]
    return [TotalPart(reading.candidate.line, *reading.amount) for reading in held if reading.amount is not None]


def _held_once(parts: list[list[RowRead]], *, is_own: bool) -> tuple[list[RowRead], list[LeftOut]]:
    """What the tables hold, a part each, and what is left out of it as another table or line says it, too."""
    again = said_again(parts)
    readings = [each for part in parts for each in part if all(each is not other for other in again)]
    what = "Said again: other tables say it of each account."
    left_out = [LeftOut(each.candidate.line, each.candidate.symbol, what) for each in again]
    if is_own:
        return readings, left_out
    readings, lots = lots_below(readings)
    return readings, left_out + lots


def _look_at_titles(tables: list[_Table], *, follows: bool) -> None:
    """Lets the first table be of the account that its title names, or of what is not held."""
    holdings = [table for table in tables if table.why is None]
    headers = [table.header.cells for table in holdings if table.header]
    if follows and len(headers) > 1 and headers[0] == headers[1] and holdings[0].title:
        holdings[0].account = _named(holdings[0].title)
    first, *others = tables
    if others and first.title and says_not_held(first.title, is_like_others=True):
        first.why = _NOT_HELD


def _amounts_beside(
    labels: list[tuple[int, str, str]], layout: Layout, currency: str
) -> Iterator[tuple[int, Decimal, str | None, bool]]:
    """The amounts of labels with their lines: of each cash once with its currency, and of the totals."""
    # One amount of each currency (“CAD Cash”, “USD Cash”), or one of all that is there.
    by_code = any(_code_in(label) for _, label, _ in labels if is_cash_label(label))
    taken: set[str | None] = set()
    for line, label, cell in labels:
        try:
            amount, sign = read_number(cell, layout.marks, "amount")
        except CellRefused:
            continue
        if amount is None:
            continue
        if is_cash_label(label):
            code = _code_in(label)
            if code not in taken and (code or not by_code):
                taken.add(code)
                yield line, amount, code or currency_of_sign(sign, currency), True
        elif is_no_asset(label):
            yield line, amount, None, False


def _accounts_filled(rows: list[Record], reader: RowReader) -> list[Note]:
    """Gives rows the account above them where each is named once, on the first of its two or more rows, as merged
    cells are. In any other table what names none is of an account that is not known.
    """
    place = reader.row.places.get(Field.ACCOUNT)
    if place is None or reader.is_own or all(row.cells[place : place + 1] not in ([""], []) for row in rows):
        return []
    held = [row for row in rows if _says_amount(row, place, reader)]
    names = [name for row in held if (name := row.cells[place])]
    named = [bool(row.cells[place]) for row in held]
    are_merged = bool(named) and named[0] and not named[-1] and not any(map(all, pairwise(named)))
    if not are_merged or len(set(names)) < len(names):
        return []
    account = ""
    for row in held:
        row.cells[place] = account = row.cells[place] or account
    return [Note(f"An account stands on the first of its lines: those below are of it, too ({_listed(names)}).")]


def _says_amount(row: Record, account: int, reader: RowReader) -> bool:
    """Whether a row reaches the column of accounts and has a quantity or a value."""
    reader.row.look_at(row)
    return not row.fault and account < len(row.cells) and reader.says_amount()


def _look_through(rows: list[Record], reader: RowReader) -> bool:
    """Lets the reader know whether the rows say what they cost; whether any is bare, as sums are."""
    reader.has_lots = False
    for record in rows[:_KRAKEN_WITHIN]:
        reader.row.look_at(record)
        reader.is_krakens = reader.is_krakens or (not reader.is_own and reader.says_kraken())
    for record in rows:
        reader.row.look_at(record)
        reader.has_lots = not record.fault and reader.says_lot()
        if reader.has_lots:
            break
    return not reader.is_own and reader.any_is_bare(rows)


def _remarks(readings: list[RowRead]) -> list[Note]:
    """What was made of rows that are written in an unusual way, together where it is the same of many."""
    remarked = [reading for reading in readings if reading.remarks]
    notes = [
        Note(text, reading.candidate.line)
        for reading in remarked
        for text in reading.remarks
        if text not in ("named", "parts")
    ]
    parts = [reading.candidate.symbol for reading in remarked if "parts" in reading.remarks]
    if parts:
        notes.append(Note(f"Pence and the like are read as hundredths of their currency: {_listed(parts)}."))
    named = [reading.candidate.symbol for reading in remarked if "named" in reading.remarks]
    if named:
        notes.append(Note(f"Without a symbol, the name stands for it: {_listed(named)}."))
    return [*notes[:20], *_scales(readings)]


_QUOTED: Final = {
    Decimal(10_000): "quoted per 10,000 (funds in Japan)",
    Decimal(100): "quoted per 100 (bonds) or in hundredths (pence)",
    Decimal("0.01"): "quoted for a hundredth (contracts of 100)",
}


def _scales(readings: list[RowRead]) -> list[Note]:
    notes = []
    for scale in sorted({each.scale for each in readings if each.scale != 1}):
        symbols = [each.candidate.symbol for each in readings if each.scale == scale]
        quoted = _QUOTED.get(scale, f"{scale:f} times what the value says")
        notes.append(Note(f"The price of {_listed(symbols)} is {quoted}: value ÷ quantity is read as the price."))
    return notes


def _listed(symbols: list[str]) -> str:
    return ", ".join(symbols[:6]) + (f" and {len(symbols) - 6} more" if len(symbols) > 6 else "")


def _code_in(label: str) -> str | None:
    """The currency that a label names: “CAD Cash”, “Cash (USD)”."""
    return next((each for each in label.replace("(", " ").replace(")", " ").split() if each in CURRENCIES), None)


def _last_account(tables: list[_Table]) -> str | None:
    return next((table.account for table in reversed(tables) if table.account), None)


def _cash_in(table: _Table) -> list[tuple[int, str, str]]:
    """The cash of each currency in a table of cash that counts, as labels beside a table say it."""
    labelled = [(row.line, label_of(row)) for row in table.rows if table.is_cash and not table.why]
    return [(line, f"{label[0]} cash", label[1]) for line, label in labelled if label and label[0] in CURRENCIES]


def _owed(title: str | None) -> str | None:
    """Why the table below the title is left out where that says that it is of debts."""
    return "What is owed is not kept." if title and says_owed(title) else None


def _named(title: str) -> str:
    return (account_in(title) or title)[:80]


def _line(reader: RowReader, record: Record) -> SummedLine:
    if record.fault:
        return SummedLine("", None, is_bare=False)
    reader.row.look_at(record)
    told = reader.value_of()
    is_bare = reader.row.is_bare()
    name = reader.row.of(Field.NAME)
    if is_bare and not name:
        name = next((cell for cell in record.cells if not is_missing(cell) and not is_number(cell)), "")
    return SummedLine(name, told[1] if told else None, is_bare)


def _cut_off(line: int) -> Problem:
    fix = "Export or download the file again, or leave the line out."
    return Problem(line, "", "The file ends in the middle of this line.", fix)


def _names_in(record: Record, reader: RowReader) -> tuple[str, ...]:
    """The words of a row by which it may be no holding."""
    texts = [cell for cell in record.cells if cell and not is_number(cell)] if reader.row.is_bare() else []
    return (record.cells[0], reader.row.of(Field.SYMBOL), reader.row.of(Field.NAME), *texts[:3])


def _is_title(record: Record, reader: RowReader) -> bool:
    """Whether only one cell says something, which is no number, in a table of several columns."""
    filled = [cell for cell in record.cells if not is_missing(cell)]
    return len(filled) == 1 and len(record.cells) > 3 and not is_number(filled[0]) and reader.row.width > 3
