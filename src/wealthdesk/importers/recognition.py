"""How a holdings file is written (delimiter, header, columns, marks, dates), judged by its first rows."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Final

from wealthdesk.domain.money import NumberFormat
from wealthdesk.importers.cells import CellRefused, is_number, read_number
from wealthdesk.importers.columns import HeaderLine, find_header, header_of, language_of, recognised
from wealthdesk.importers.draft import Column, DateOrder, Field, Layout
from wealthdesk.importers.export_format import is_own
from wealthdesk.importers.header_words import plain_words
from wealthdesk.importers.marks import date_order_of, marks_of, may_write_months_first
from wealthdesk.importers.outside import account_in
from wealthdesk.importers.table import DELIMITERS, Record, records

HEADER_WITHIN: Final = 60
_POINTS: Final = ("en", "ja", "ko", "zh", "he", "th", "ar")
"""The languages that write a point for decimals."""
_SAMPLE_ROWS: Final = 300
_EVIDENCE_ROWS: Final = 6_000
_NUMBERS: Final = (Field.QUANTITY, Field.PRICE, Field.COST, Field.UNIT_COST, Field.VALUE, Field.CONVERTED_VALUE)
_AMOUNTS: Final = (Field.PRICE, Field.VALUE, Field.COST, Field.UNIT_COST)
_DAYS: Final = (Field.DATE, Field.PRICE_DATE, Field.BOUGHT_ON)


def layout_of(
    lines: list[str], encoding: str, today: date, delimiter: str | None = None, header_line: int | None = None
) -> Layout | None:
    """The layout recognised, with the delimiter and the line of headers (0: none) given if they are.

    None when there is no table in the lines, or nothing stands on that line.
    """
    if header_line is None and (own := _own_layout(lines, encoding)):
        return own
    found = []
    for place, mark in enumerate([delimiter] if delimiter else _delimiters(lines)):
        header = _header(lines, mark, header_line)
        if header is not None:
            found.append((header.score, -place, mark, header))
    if not found:
        return None
    _, _, mark, header = max(found, key=lambda each: each[:2])
    return _layout(lines, encoding, mark, header, today, header_line)


def _header(lines: list[str], mark: str, line: int | None) -> HeaderLine | None:
    """The row of headers with this delimiter; with a line given, that one; the first row of a table without headers."""
    if not line:
        head = list(islice(records(lines[: 4 * HEADER_WITHIN], mark), HEADER_WITHIN))
        return find_header(head)
    record = next((each for each in records(lines, mark) if each.line >= line), None)
    is_there = record is not None and record.line == line and not record.is_blank and not record.fault
    return header_of(record) if record is not None and is_there and len(record.cells) > 1 else None


def _own_layout(lines: list[str], encoding: str) -> Layout | None:
    """The layout of a file that begins as WealthDesk writes it: nothing of it has to be guessed."""
    head = next(records(lines[:1], ","), None)
    if head is None or not is_own(head.cells):
        return None
    return Layout(encoding, ",", NumberFormat(".", ""), DateOrder.DAY_FIRST, 1, recognised(head, []))


def _delimiters(lines: list[str]) -> list[str]:
    """The delimiters to try, the commonest in the first lines first; Excel's “sep=;” line settles it."""
    if lines and lines[0].lower().startswith("sep=") and lines[0][4:5] in DELIMITERS:
        return [lines[0][4:5]]
    head = [line[:10_000] for line in lines[:HEADER_WITHIN]]
    return sorted(DELIMITERS, key=lambda mark: -sum(line.count(mark) for line in head))


def _layout(
    lines: list[str], encoding: str, delimiter: str, header: HeaderLine, today: date, given: int | None
) -> Layout:
    is_row = header.known == 0 and any(is_number(cell) for cell in header.record.cells) if given is None else not given
    line = 0 if is_row else header.record.line
    after = islice(records(lines, delimiter), _EVIDENCE_ROWS)
    rows = [r for r in after if r.line > line and len(r.cells) > 1 and not r.is_blank and not r.fault]
    columns = recognised(Record(0, []) if is_row else header.record, rows[:_SAMPLE_ROWS])
    language = language_of(header.record)
    comma = language not in _POINTS or delimiter == ";"  # where that divides lists, the comma divides numbers
    marks = marks_of(_cells(rows, columns, _NUMBERS), comma_is_likelier=comma)
    columns = _costs_of_one(columns, rows[:_SAMPLE_ROWS], marks.format)
    months_first = language == "en" and may_write_months_first(cell for row in rows for cell in row.cells)
    return Layout(
        encoding,
        delimiter,
        marks.format,
        date_order_of(_cells(rows, columns, _DAYS), today, month_is_likelier=months_first),
        line,
        columns,
        account=_title_account(lines[: max(line - 1, 0)], delimiter),
        sign=_sign(_cells(rows, columns, _AMOUNTS)),
        doubtful=marks.doubtful,
    )


def _costs_of_one(columns: tuple[Column, ...], rows: Sequence[Record], marks: NumberFormat) -> tuple[Column, ...]:
    """“Cost” is that of one where on most lines so many of it, and not itself, are about as large as the value."""
    at = {column.field: column.index for column in columns}
    doubtful = [each for each in columns if each.field is Field.COST and plain_words(each.header) in _EITHER_COST]
    if len(doubtful) != 1 or Field.UNIT_COST in at or not {Field.QUANTITY, Field.VALUE} <= at.keys():
        return columns
    told = of_one = 0
    for row in rows:
        cost, value, quantity = (
            _number(row, place, marks) for place in (doubtful[0].index, at[Field.VALUE], at[Field.QUANTITY])
        )
        if cost and value and quantity and not 1 / _FAR <= quantity <= _FAR:
            told += 1
            of_one += 1 / _FAR < cost * quantity / value < _FAR and not 1 / _FAR < cost / value < _FAR
    if not told or of_one * 2 <= told:
        return columns
    return tuple(replace(each, field=Field.UNIT_COST) if each is doubtful[0] else each for each in columns)


_EITHER_COST: Final = frozenset(("cost", "basis", "purchase cost", "kosten", "koszt", "coste", "costo", "cout"))
_FAR: Final = Decimal(5)
"""How many times a cost is above or below what a thing is worth before it is that of something else."""


def _number(row: Record, place: int, marks: NumberFormat) -> Decimal | None:
    try:
        return read_number(row.cells[place], marks, "amount")[0] if place < len(row.cells) else None
    except CellRefused:
        return None


def _cells(rows: Sequence[Record], columns: Sequence[Column], fields: Sequence[Field]) -> Iterator[str]:
    places = [column.index for column in columns if column.field in fields]
    return (row.cells[i] for row in rows for i in places if i < len(row.cells) and row.cells[i])


def _title_account(lines: list[str], delimiter: str) -> str | None:
    titles = (" ".join(record.cells).strip() for record in records(lines, delimiter))
    return next((name for title in titles if (name := account_in(title))), None)


def _sign(cells: Iterator[str]) -> str | None:
    """The sign of a currency beside the first amount that has one."""
    return next((sign[0] for cell in islice(cells, 1000) if (sign := _ALONE.search(cell))), None)


_ALONE: Final = re.compile(r"(?<![A-Z])\$|[€£¥]")
"""A sign that is not a part of another one: “R$” is no “$”."""
