"""A holdings file of any broker, read: from its bytes to a draft, never to an exception for what the file says."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from wealthdesk.importers.columns import header_of, problems_of
from wealthdesk.importers.corrections import Cells, Corrections
from wealthdesk.importers.draft import Draft, Field, Kind, Layout, Note, PreviewRow, Problem
from wealthdesk.importers.encoding import decode
from wealthdesk.importers.export_format import OWN_FORMAT
from wealthdesk.importers.merging import Merged, merged
from wealthdesk.importers.recognition import layout_of
from wealthdesk.importers.rows import RowReader, currency_of_sign
from wealthdesk.importers.sorting import Sorting
from wealthdesk.importers.table import Record, lines_of, records
from wealthdesk.importers.transactions import transactions_problem

ReadProgress = Callable[[int, int], None]
"""Called with (lines read, lines in all); it may raise to stop the reading."""

_PROGRESS_EVERY: Final = 2_000
_FIRST_ROWS: Final = 1_000
_HEADS: Final = 40
_NO_TABLE: Final = Problem(
    0, "", "No table is found in this file.", "Choose a CSV file with a row of headers such as Symbol, Quantity."
)


def read_holdings(
    data: bytes,
    file_name: str,
    *,
    today: date,
    layout: Layout | None = None,
    default_account: str | None = None,
    default_currency: str | None = None,
    progress: ReadProgress | None = None,
    corrections: Cells | None = None,
) -> Draft:
    """The draft of a holdings file. With a `layout` it is read that way, otherwise the way it is recognised to be.

    `default_account` is used for rows that name no account (before one that only a title line names),
    `default_currency` for rows that tell no currency (USD when none is given).
    """
    decoded = decode(data, layout.encoding if layout else None)
    if isinstance(decoded, Problem):
        return Draft(file_name, problems=(decoded,))
    lines = lines_of(decoded[0])
    by_hand = layout is not None and bool(layout.columns)
    used = layout if by_hand else _recognised(lines, decoded[1], today, layout)
    heads = _heads(lines, used.delimiter if used else layout.delimiter if layout else ",")
    if used is None:
        return Draft(file_name, problems=(_NO_TABLE,), line_count=len(lines), heads=heads)
    currency = _usual_currency(used, default_currency)
    reader = RowReader(used, account=default_account or used.account, currency=currency, today=today)
    mended = Corrections(corrections or {})
    sorting = Sorting(
        used, reader, follow_titles=default_account is None, today=today, currency=currency, shown=mended.lines
    )
    trades = transactions_problem(used.columns, _first_rows(lines, used), used.header_line, by_hand=by_hand)
    problems = trades or problems_of(used.columns, used.header_line)
    if problems:
        refused = replace(_refused(file_name, sorting, lines, problems), layout=used, heads=heads)
        return replace(refused, kind=Kind.TRANSACTIONS, format="List of transactions") if trades else refused
    _sort(lines, sorting, mended, progress)
    draft = _draft(file_name, sorting, len(lines), currency)
    return replace(draft, heads=heads, corrected=mended.made(used))


def _refused(file_name: str, sorting: Sorting, lines: list[str], problems: Sequence[Problem]) -> Draft:
    """The draft of a table whose columns do not make holdings: its first rows, and why."""
    sorting.preview_only(lines)
    return Draft(file_name, problems=tuple(problems), rows_preview=tuple(sorting.preview), line_count=len(lines))


def _recognised(lines: list[str], encoding: str, today: date, asked: Layout | None) -> Layout | None:
    """The layout recognised, with the delimiter and the line of headers that are asked for."""
    if asked is None:
        return layout_of(lines, encoding, today)
    found = layout_of(lines, encoding, today, asked.delimiter, asked.chosen_header)
    return replace(found, by_hand=asked.by_hand) if found else None


def _heads(lines: list[str], delimiter: str) -> tuple[PreviewRow, ...]:
    """The first lines, of which one may be the headers."""
    head = (each for each in records(lines[:_HEADS], delimiter) if not each.is_blank)
    return tuple(PreviewRow(each.line, tuple(each.cells[:8])) for each in head)


def _first_rows(lines: list[str], layout: Layout) -> list[Record]:
    """The first rows of the table, up to the headers of another one."""
    rows: list[Record] = []
    for record in records(lines, layout.delimiter):
        if record.line <= layout.header_line or record.is_blank or record.fault:
            continue
        if len(rows) == _FIRST_ROWS or header_of(record).known > 2:
            break
        rows.append(record)
    return rows


def _usual_currency(layout: Layout, default: str | None) -> str:
    return currency_of_sign(layout.sign, default or "USD") or default or "USD"


def _sort(lines: list[str], sorting: Sorting, mended: Corrections, progress: ReadProgress | None) -> None:
    heard = 0
    for record in records(lines, sorting.layout.delimiter):
        if progress and record.line > heard:
            progress(record.line - 1, len(lines))
            heard = record.line + _PROGRESS_EVERY
        sorting.take(mended.of(record))
    sorting.finish()
    if progress:
        progress(len(lines), len(lines))


def _draft(file_name: str, sorting: Sorting, line_count: int, currency: str) -> Draft:
    result = merged(sorting.readings, sorting.accounts, sorting.as_of, currency)
    problems = sorting.problems
    if not (sorting.readings or sorting.accounts or problems):
        problems = [Problem(0, "", "There is no holding in this file.", "Export the positions or holdings again.")]
    draft = Draft(
        file_name=file_name,
        layout=sorting.layout,
        accounts=result.accounts,
        candidates=result.candidates,
        assets=result.assets,
        prices=result.prices,
        rates=result.rates,
        left_out=tuple(sorted([*sorting.left_out, *result.left_out], key=lambda each: each.line)),
        problems=tuple(problems),
        notes=(*_notes(sorting, result, currency), *sorting.notes, *result.notes),
        rows_preview=tuple(sorting.preview),
        line_count=line_count,
        as_of=result.as_of,
        base_currency=result.base_currency or sorting.reader.base_of_accounts or _converted_to(sorting),
    )
    return replace(draft, format=OWN_FORMAT) if sorting.reader.is_own else draft


def _converted_to(sorting: Sorting) -> str | None:
    """The currency that the file itself converts all values to."""
    codes = {reading.converted[0] for reading in sorting.readings if reading.converted is not None}
    return codes.pop() if len(codes) == 1 else None


def _notes(sorting: Sorting, result: Merged, currency: str) -> list[Note]:
    """What was assumed about the file as a whole."""
    layout, texts = sorting.layout, []
    fields = {column.field for column in layout.columns}
    told = Field.CURRENCY in fields or any(
        column.currency or column.currency_index is not None for column in layout.columns
    )
    if layout.sign and not told:
        texts.append(f"No currency column: “{layout.sign}” is read as {currency}.")
    elif not told:
        texts.append(f"No currency in the file: {currency} is used.")
    if layout.doubtful:
        name = "point" if layout.marks.decimal == "." else "comma"
        texts.append(f"“{layout.doubtful}” could be read in two ways: it is read with a {name} for decimals.")
    if sorting.late:
        texts.append(f"The file is dated {sorting.late}, after today: that day is not used.")
    undated = sum(price.on is None for price in result.prices)
    if undated == len(result.prices) > 0:
        texts.append("The file gives no day for its prices: today is used.")
    elif undated:
        texts.append(f"{undated} {'price has' if undated == 1 else 'prices have'} no day: {result.as_of} is used.")
    priced = {(price.symbol, price.currency) for price in result.prices}
    missing = sum(not c.is_cash and (c.symbol, c.currency) not in priced for c in result.candidates)
    if missing:
        texts.append(f"{missing} {'holding has' if missing == 1 else 'holdings have'} no price.")
    return [Note(text) for text in texts]
