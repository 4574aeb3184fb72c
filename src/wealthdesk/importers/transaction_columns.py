"""Where the header of a list of transactions stands, and what each of its columns means."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice, pairwise
from typing import Final

from wealthdesk.domain.money import CURRENCIES
from wealthdesk.importers.cells import SIGNS, day_in, is_missing, is_number
from wealthdesk.importers.columns import language_of
from wealthdesk.importers.draft import Column, DateOrder, Field, Layout
from wealthdesk.importers.header_words import plain_words
from wealthdesk.importers.marks import date_order_of, marks_of, may_write_months_first
from wealthdesk.importers.table import DELIMITERS, Record, records
from wealthdesk.importers.transaction_words import Meaning, kind_word, meaning

_ISIN: Final = re.compile(r"[A-Z]{2}[A-Z0-9]{9}[0-9]", re.ASCII)
_HEADER_WITHIN: Final = 60
_EVIDENCE_ROWS: Final = 5_000
_WIDEST: Final = 200
_NUMBERS: Final = frozenset(
    (
        Meaning.QUANTITY, Meaning.PRICE, Meaning.NET, Meaning.AMOUNT, Meaning.GROSS, Meaning.DEBIT, Meaning.CREDIT,
        Meaning.FEE, Meaning.TAX, Meaning.BALANCE,
    )
)  # fmt: skip
_NAMES: Final = frozenset(
    (
        Meaning.SYMBOL, Meaning.NAME, Meaning.ISIN, Meaning.KIND, Meaning.SIDE, Meaning.NOTE, Meaning.ACCOUNT,
        Meaning.PRICE_CURRENCY, Meaning.OTHER_CURRENCY,
    )
)  # fmt: skip
"""What a column of nothing but codes of currencies can still mean: BND and ALL are symbols of shares too."""
_MANY: Final = frozenset((Meaning.KIND, Meaning.SIDE, Meaning.FEE, Meaning.TAX, Meaning.NOTE, Meaning.NUMBER))
"""What several columns can mean at once."""
_PENCE: Final = ("(p)", "pence", "(gbx)", "gbx", "(gbp pence)")
_FIELDS: Final = {
    Meaning.SYMBOL: Field.SYMBOL,
    Meaning.ISIN: Field.ISIN,
    Meaning.NAME: Field.NAME,
    Meaning.QUANTITY: Field.QUANTITY,
    Meaning.PRICE: Field.PRICE,
    Meaning.CURRENCY: Field.CURRENCY,
    Meaning.DATE: Field.DATE,
    Meaning.ACCOUNT: Field.ACCOUNT,
    Meaning.ACCOUNT_NUMBER: Field.ACCOUNT_NUMBER,
}


@dataclass(frozen=True, slots=True)
class TransactionColumn:
    """A column and what it means; `of` is the column whose amounts are in the currency that this one names.

    currency: the one that the header names. is_pence: its amounts are hundredths of it.
    """

    index: int
    header: str
    meaning: Meaning
    samples: tuple[str, ...]
    currency: str | None = None
    is_pence: bool = False
    of: int | None = None

    @property
    def title(self) -> str:
        """The header, or the column's place when it has none."""
        return self.header or f"Column {self.index + 1}"


@dataclass(frozen=True, slots=True)
class TransactionTable:
    """How a list of transactions is written, and its columns."""

    layout: Layout
    columns: tuple[TransactionColumn, ...]
    width: int
    """How many cells a line has at most."""
    doubtful_day: str | None = None
    """A day that could be read with day or month first, when nothing in the file settles which."""

    def all(self, *meanings: Meaning) -> Iterator[TransactionColumn]:
        """The columns that mean one of these, in this order, then in that of the file."""
        return (column for each in meanings for column in self.columns if column.meaning is each)

    def first(self, wanted: Meaning) -> TransactionColumn | None:
        """The column that means this; None when there is none."""
        return next(self.all(wanted), None)


def table_of(lines: list[str], encoding: str, today: date, given: Layout | None) -> TransactionTable | None:
    """The table of transactions in the lines, with the delimiter, marks and order of dates of `given` where there is
    one; None when no row of headers is found.
    """
    found = _best_header(lines, given)
    if found is None:
        return None
    delimiter, header = found
    after = islice(records(lines, delimiter), _EVIDENCE_ROWS)
    rows = [each for each in after if each.line > header.line and sum(map(bool, each.cells)) > 1 and not each.fault]
    columns = _columns(header, rows)
    comma = delimiter == ";" or language_of(header) != "en"
    number_cells = list(_cells(rows, columns, _NUMBERS))
    evidence = marks_of(number_cells, comma_is_likelier=comma)
    days = list(_cells(rows, columns, frozenset((Meaning.DATE, Meaning.SETTLED))))
    named = (each.currency for each in columns if each.currency in CURRENCIES)
    months_first = not comma and may_write_months_first((*named, *(cell for row in rows for cell in row.cells)))
    is_likelier = months_first and not _is_sorted(days, DateOrder.DAY_FIRST)
    order = date_order_of(days, today, month_is_likelier=is_likelier)
    shown = tuple(
        Column(each.index, each.header, _FIELDS.get(each.meaning, Field.IGNORE), each.samples[:5]) for each in columns
    )
    layout = Layout(
        encoding,
        delimiter,
        given.marks if given and given.columns else evidence.format,
        given.date_order if given and given.columns else order,
        header.line,
        _ignoring(shown, given),
        doubtful=evidence.doubtful if not (given and given.columns) else None,
        is_transactions=True,
        by_hand=given.by_hand if given else frozenset(),
    )
    doubtful = None if given and given.columns else _doubtful_day(days)
    return TransactionTable(layout, tuple(_without_ignored(columns, layout)), _width(header, rows), doubtful)


def _best_header(lines: list[str], given: Layout | None) -> tuple[str, Record] | None:
    """The row of headers that says most of a transaction, and the delimiter that it is read with."""
    marks = [given.delimiter] if given else _delimiters(lines)
    found = [
        (-score, place, mark, header)
        for place, mark in enumerate(marks)
        for score, header in _headers(lines, mark)
        if given is None or given.chosen_header in (None, header.line)
    ]
    return min(found, key=lambda each: each[:2])[2:] if found else None


def _ignoring(columns: tuple[Column, ...], given: Layout | None) -> tuple[Column, ...]:
    """The columns, without those of accounts that are to be ignored."""
    if given is None or not given.columns:
        return columns
    accounts = (Field.ACCOUNT, Field.ACCOUNT_NUMBER)
    return tuple(
        replace(each, field=given.field_of(each.index)) if each.field in accounts else each for each in columns
    )


def _without_ignored(columns: Sequence[TransactionColumn], layout: Layout) -> Iterator[TransactionColumn]:
    accounts = (Meaning.ACCOUNT, Meaning.ACCOUNT_NUMBER)
    return (each for each in columns if each.meaning not in accounts or layout.field_of(each.index) is not Field.IGNORE)


def _delimiters(lines: list[str]) -> list[str]:
    head = [line[:10_000] for line in lines[:_HEADER_WITHIN]]
    return sorted(DELIMITERS, key=lambda mark: -sum(line.count(mark) for line in head))


def _headers(lines: list[str], delimiter: str) -> Iterator[tuple[int, Record]]:
    """The rows that could be headers, with how many of their cells are known."""
    for record in islice(records(lines[: 4 * _HEADER_WITHIN], delimiter), _HEADER_WITHIN):
        known = {found[0] for cell in record.cells[:_WIDEST] if cell and (found := meaning(cell))}
        what = known & {Meaning.KIND, Meaning.SIDE, Meaning.QUANTITY, Meaning.AMOUNT, Meaning.NET, Meaning.DEBIT}
        if Meaning.DATE in known and what and not record.fault and not any(map(is_number, record.cells)):
            yield len(known), record


def _columns(header: Record, rows: Sequence[Record]) -> list[TransactionColumn]:
    width = _width(header, rows)
    names = [header.cells[place] if place < len(header.cells) else "" for place in range(width)]
    samples = [_samples(rows, place) for place in range(width)]
    known = [meaning(name) if name else None for name in names]
    winners: dict[Meaning, int] = {}
    for place, found in enumerate(known):
        if found is not None and (found[0] not in winners or found[1] < _rank(known[winners[found[0]]])):
            winners[found[0]] = place
    columns = []
    for place, name in enumerate(names):
        found = known[place]
        means = found[0] if found else Meaning.NUMBER
        if means not in _NAMES and _names_currencies(samples[place]):
            means = Meaning.CURRENCY
        elif means is Meaning.CURRENCY:
            means = Meaning.NUMBER if samples[place] else Meaning.CURRENCY
        elif found is not None and means not in _MANY and winners[means] != place:
            means = Meaning.SETTLED if means is Meaning.DATE else Meaning.OTHER_AMOUNT if means in _NUMBERS else means
            means = Meaning.NUMBER if means is found[0] else means
        code, is_pence = _currency_in(name)
        columns.append(TransactionColumn(place, name, means, samples[place], code, is_pence))
    return _amounts(_currencies(_kinds(_isins(_behind(columns)), rows)))


def _doubtful_day(days: Sequence[str]) -> str | None:
    """A day whose order nothing settles: all of them can be read either way."""
    first = None
    for cell in days:
        read = {day_in(cell, order) for order in DateOrder}
        if None in read:
            return None
        first = first or (cell if len(read) > 1 else None)
    settled = any(_is_sorted(days, order) for order in DateOrder)
    return None if settled else first


def _is_sorted(days: Sequence[str], order: DateOrder) -> bool:
    """Whether the days go up or down throughout when read in this order, and not when read in the other."""

    def goes_one_way(read: DateOrder) -> bool:
        found = [day for cell in days if (day := day_in(cell, read))]
        return found in (sorted(found), sorted(found, reverse=True))

    other = DateOrder.MONTH_FIRST if order is DateOrder.DAY_FIRST else DateOrder.DAY_FIRST
    return goes_one_way(order) and not goes_one_way(other)


def _width(header: Record, rows: Sequence[Record]) -> int:
    """The header's width; wider where most lines are."""
    widths = sorted(len(row.cells) for row in rows[:300])
    return min(max(len(header.cells), widths[len(widths) // 2] if widths else 0), _WIDEST)


def _rank(found: tuple[Meaning, int] | None) -> int:
    return found[1] if found else 1000


def _behind(columns: list[TransactionColumn]) -> list[TransactionColumn]:
    """Under the header of an amount its currency can stand, and the amount itself behind it without a header."""
    for column, after in pairwise(list(columns)):
        told = meaning(column.header) if column.header else None
        is_amount = told is not None and told[0] in _NUMBERS and column.meaning is Meaning.CURRENCY
        if told is not None and is_amount and not after.header and after.samples and all(map(is_number, after.samples)):
            columns[column.index] = replace(column, of=after.index)
            columns[after.index] = replace(after, meaning=told[0])
    return columns


def _isins(columns: list[TransactionColumn]) -> list[TransactionColumn]:
    """A column of nothing but ISINs is the ISIN, whatever its header is."""
    if any(column.meaning is Meaning.ISIN for column in columns):
        return columns
    for column in columns:
        if column.meaning is Meaning.NUMBER and column.samples and all(map(_ISIN.fullmatch, column.samples)):
            columns[column.index] = replace(column, meaning=Meaning.ISIN)
            break
    return columns


def _kinds(columns: list[TransactionColumn], rows: Sequence[Record]) -> list[TransactionColumn]:
    """A column of trading words tells what happened, whatever its header is."""
    if any(column.meaning in (Meaning.KIND, Meaning.SIDE) for column in columns):
        return columns
    for column in columns:
        cells = [cell for row in rows[:1000] if not is_missing(cell := _cell(row, column.index))]
        said = sum(kind_word(cell) is not None for cell in cells)
        if column.meaning is Meaning.NUMBER and said and said * 5 >= 2 * len(cells):
            columns[column.index] = replace(column, meaning=Meaning.KIND)
            break
    return columns


def _currencies(columns: list[TransactionColumn]) -> list[TransactionColumn]:
    """Of several columns of currencies each belongs to the amount left of it; that of the price is the asset's."""
    codes = [column for column in columns if column.meaning is Meaning.CURRENCY]
    if len(codes) < 2:
        return columns
    left: TransactionColumn | None = None
    for column in list(columns):
        is_number_column = bool(column.samples) and all(map(is_number, column.samples))
        if column.meaning in _NUMBERS | {Meaning.OTHER_AMOUNT} or is_number_column:
            left = column
        elif column.meaning is Meaning.CURRENCY and left is not None and column.of is None:
            by_header = plain_words(column.header) in ("transaction currency", "buchungswahrung", "transaktionsvaluta")
            means = Meaning.CURRENCY if by_header else _currency_of(left)
            columns[column.index] = replace(column, meaning=means, of=left.index)
    return columns


def _currency_of(amount: TransactionColumn) -> Meaning:
    if amount.meaning is Meaning.PRICE:
        return Meaning.PRICE_CURRENCY
    main = (Meaning.NET, Meaning.AMOUNT, Meaning.GROSS, Meaning.DEBIT, Meaning.CREDIT)
    return Meaning.CURRENCY if amount.meaning in main else Meaning.OTHER_CURRENCY


def _amounts(columns: list[TransactionColumn]) -> list[TransactionColumn]:
    """“Amount” is how many where nothing else says so and there is a price; “description” is a name in such lists."""
    means = {column.meaning for column in columns}
    for column in columns:
        if column.meaning is Meaning.AMOUNT and Meaning.QUANTITY not in means and Meaning.PRICE in means:
            columns[column.index] = replace(column, meaning=Meaning.QUANTITY)
    return columns


def _names_currencies(samples: Sequence[str]) -> bool:
    told = [sample for sample in samples if not is_missing(sample)]
    return bool(told) and all(sample.upper() in CURRENCIES or sample in ("GBX", "GBp", "ZAc") for sample in told)


def _currency_in(header: str) -> tuple[str | None, bool]:
    """The currency that a header names by code or sign, and whether it is of pence: “Value (£)”, “Total EUR”."""
    if any(header.casefold().endswith(each) for each in _PENCE):
        return "GBP", True
    words = header.replace("(", " ").replace(")", " ").split()
    last = words[-1] if words else ""
    if last in CURRENCIES:
        return last, False
    signs = (each for each in {"$": "$", **SIGNS}.items() if len(each[0]) == 1 and not each[0].isalpha())
    return next((code for sign, code in signs if sign in header), None), False


def _samples(rows: Sequence[Record], place: int) -> tuple[str, ...]:
    cells = (row.cells[place][:80] for row in rows[:300] if place < len(row.cells) and row.cells[place])
    return tuple(islice(dict.fromkeys(cells), 12))


def _cell(row: Record, place: int) -> str:
    return row.cells[place] if place < len(row.cells) else ""


def _cells(rows: Sequence[Record], columns: Sequence[TransactionColumn], means: frozenset[Meaning]) -> Iterator[str]:
    places = [column.index for column in columns if column.meaning in means]
    return (cell for row in rows for place in places if (cell := _cell(row, place)))
