"""The cells of one row by what their columns mean: texts, numbers, money, days, and what is wrong with them."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Final, TypeVar

from wealthdesk.domain.money import DECIMALS, canonical, quotient, unit
from wealthdesk.importers.cells import (
    SIGNS,
    CellRefused,
    is_missing,
    is_no_text,
    is_rounded,
    number_reader,
    read_date,
    read_text,
    read_unit,
    short,
)
from wealthdesk.importers.draft import Column, Field, Layout, Problem
from wealthdesk.importers.export_format import is_own
from wealthdesk.importers.header_words import plain_words
from wealthdesk.importers.table import Record
from wealthdesk.importers.worth import Money

_T = TypeVar("_T")
ISIN_FORM: Final = re.compile(r"[A-Z]{2}[A-Z0-9]{9}[0-9]", re.ASCII)
_DOLLARS: Final = frozenset("USD CAD AUD NZD HKD SGD MXN BRL TWD".split())
_YENS: Final = frozenset(("JPY", "CNY"))
_NO_MONEY: Final = Money()
_SYMBOL_OR_NAME: Final = frozenset(("stock", "security", "instrument", "scrip"))
_PER_CENT: Final = frozenset(("prozent", "percent", "pct", "per cent"))

# Members of an enumeration are slow to look up, and these are looked up for every row.
_SYMBOL, _ISIN, _QUANTITY, _PRICE = Field.SYMBOL, Field.ISIN, Field.QUANTITY, Field.PRICE
_VALUE, _CONVERTED_VALUE, _CURRENCY = Field.VALUE, Field.CONVERTED_VALUE, Field.CURRENCY


class RowCells:
    """The cells of the row that is looked at. problems: (column, what is wrong, how to mend it), of the row so far;
    remarks: what is read otherwise than it is written.

    What depends on the columns alone is decided once, here; what equal cells say is remembered.
    """

    def __init__(self, layout: Layout, *, currency: str, today: date) -> None:
        self.layout, self.currency, self.today = layout, currency, today
        self.is_own = is_own(column.header for column in layout.columns)
        """Whether WealthDesk wrote the table: then nothing is guessed from what something is called."""
        self.columns: dict[Field, Column] = {}
        for column in layout.columns:
            if column.field is not Field.IGNORE:
                self.columns.setdefault(column.field, column)
        self.places = {field: column.index for field, column in self.columns.items()}
        self.at = {field: self.places.get(field, -1) for field in Field}
        """Where the cell of a field stands; behind the last cell of a row there is an empty one, for those without."""
        price = self.columns.get(_PRICE)
        own = price.currency_index if price else None
        self._unit_of_price_at = self.at[_CURRENCY] if own is None else own
        """Where it may stand that prices are per cent, as those of bonds are."""
        self.width = max((column.index for column in layout.columns), default=-1) + 1
        symbol = self.columns.get(_SYMBOL)
        self._is_named_by_symbol = (
            symbol is not None and Field.NAME not in self.columns and plain_words(symbol.header) in _SYMBOL_OR_NAME
        )
        self._numbers = number_reader(layout.marks)
        self._days: dict[str, date] = {}
        self.record = Record(0, [])
        self.cells: list[str] = []
        self.problems: list[tuple[int, str, str]] = []
        self.remarks: list[str] = []
        self.usual = currency
        """The currency that $ and ¥ mean in the row, where that is one of several."""

    def look_at(self, record: Record) -> None:
        """Makes `record` the row that everything else is asked about."""
        self.record, missing = record, self.width - len(record.cells)
        self.cells = [*record.cells, ""] if missing <= 0 else [*record.cells, *[""] * (missing + 1)]

    def of(self, field: Field) -> str:
        """The cell of `field`, "" when there is none."""
        return self.cells[self.at[field]]

    def is_bare(self) -> bool:
        """Whether the row has neither a symbol nor a quantity; “Security” may be a symbol or a name."""
        return (
            is_missing(self.cells[self.at[_QUANTITY]])
            and (self._is_named_by_symbol or is_missing(self.cells[self.at[_SYMBOL]]))
            and is_missing(self.cells[self.at[_ISIN]])
        )

    def refuse(self, field: Field, what: str, fix: str) -> None:
        """Remembers what is wrong with the cell of a field."""
        self.problems.append((self.at[field], what, fix))

    def told(self) -> list[Problem]:
        """What is wrong with the row, from the left."""
        titles = {column.index: column.title for column in self.layout.columns}
        return [
            Problem(self.record.line, titles.get(index, ""), what, fix, index if index >= 0 else None)
            for index, what, fix in sorted(self.problems)
        ]

    def attempt(self, field: Field, read: Callable[[str], _T]) -> _T | None:
        """What a cell says when it is read that way; None where it is refused."""
        try:
            return read(self.of(field))
        except CellRefused as refused:
            self.refuse(field, refused.what, refused.fix)
            return None

    def text(self, field: Field, longest: int = 200) -> str:
        """The text of a cell, "" where it says that there is none."""
        text = self.cells[self.at[field]]
        if not text or self.says_nothing(text):
            return ""
        if len(text) <= longest and text.isprintable():
            return text
        return self.attempt(field, lambda cell: read_text(cell, longest)) or ""

    def says_nothing(self, text: str) -> bool:
        """Whether a text says that there is none; “-” may be a name in a table of our own."""
        return not text if self.is_own else is_no_text(text)

    def number(self, field: Field, what: str) -> tuple[Decimal | None, str | None]:
        """The number of a cell, and the currency or sign beside it."""
        text = self.cells[self.at[field]]
        if not text:
            return None, None
        if len(text) > DECIMALS and is_rounded(text):
            self.remarks.append(f"“{short(text)}” has more decimals than are kept: it is rounded.")
        try:
            return self._numbers(text, what)
        except CellRefused as refused:
            self.refuse(field, refused.what, refused.fix)
            return None, None

    def day(self, field: Field) -> date | None:
        """The day of a cell, up to today."""
        cell = self.cells[self.at[field]]
        if not cell or cell in self._days:
            return self._days.get(cell)
        day = self.attempt(field, lambda cell: read_date(cell, self.layout.date_order))
        if day is not None and day <= self.today:
            self._days[cell] = day
        elif day is not None:
            fix = f"Write a day up to {self.today.isoformat()}, or choose the other order of day and month."
            self.refuse(field, f"“{short(self.of(field))}” is after today.", fix)
        return day

    def isin(self) -> str | None:
        """The ISIN of the row; in a table of our own whatever stands there."""
        text = self.cells[self.at[_ISIN]].upper()
        if not text or (is_missing(text) and not self.is_own):
            return None
        if self.is_own:
            return self.text(_ISIN)
        if not ISIN_FORM.fullmatch(text):
            self.refuse(_ISIN, f"“{short(text)}” is not an ISIN.", "Write its 12 characters, or leave the cell empty.")
            return None
        return text

    def unit(self) -> tuple[str, int] | None:
        """The currency that the row names, and how many of its unit make one; None for “%” as well."""
        cell = self.cells[self.at[_CURRENCY]]
        if cell in ("$", "¥"):
            return currency_of_sign(cell, self.currency) or self.currency, 1
        return None if not cell or _is_per_cent(cell) else self.attempt(_CURRENCY, read_unit)

    def price(self, named: tuple[str, int] | None) -> Money:
        """The price of one: pence are pounds, per cent of a nominal value are hundredths. named: the row's `unit`."""
        column = self.columns.get(_PRICE)
        text = self.cells[self.at[_PRICE]]
        if column is None or not text:
            return _NO_MONEY
        per_cent = self.says_per_cent()
        money = self.money(column, "price", text=text.removesuffix("%").strip())
        if money.amount is None:
            return money
        if per_cent:
            return Money(quotient(money.amount, Decimal(100)), money.code)
        if named and named[1] > 1 and money.code is None and column.currency_index is None:
            return Money(quotient(money.amount, Decimal(named[1])), None)
        return money

    def says_per_cent(self) -> bool:
        """Whether the price of the row is a bond's: per cent of its nominal value."""
        text = self.cells[self.at[_PRICE]]
        return bool(text) and (text[-1] == "%" or _is_per_cent(self.cells[self._unit_of_price_at]))

    def value(self) -> Money:
        """The value of the row in its own currency; what is none is no problem, as it is not needed."""
        return self.money(self.columns.get(_VALUE), "value", is_lenient=True)

    def converted(self) -> tuple[str, Decimal] | None:
        """The value in the currency that the file converts all to."""
        column = self.columns.get(_CONVERTED_VALUE)
        if column is None:
            return None
        money = self.money(column, "value", is_lenient=True)
        code = column.currency or money.code
        return (code, money.amount) if code and money.amount is not None else None

    def money(self, column: Column | None, what: str, *, text: str | None = None, is_lenient: bool = False) -> Money:
        """The amount in a column, and the currency that its sign, its own column or its header tells."""
        if column is None:
            return _NO_MONEY
        cell = self.cells[column.index] if text is None else text
        if not cell:
            return _NO_MONEY
        try:
            amount, sign = self._numbers(cell, what)
        except CellRefused as refused:
            if not is_lenient:
                self.problems.append((column.index, refused.what, refused.fix))
            return _NO_MONEY
        if amount is None:
            return _NO_MONEY
        if len(cell) > DECIMALS and is_rounded(cell):
            self.remarks.append(f"“{short(cell)}” has more decimals than are kept: {canonical(amount)} is read.")
        code, parts = self._told_unit(column, sign)
        return Money(quotient(amount, Decimal(parts)) if parts > 1 else amount, code)

    def _told_unit(self, column: Column, sign: str | None) -> tuple[str | None, int]:
        if sign is not None:
            own = unit(sign)
            return own if own else (currency_of_sign(sign, self.usual), 1)
        if column.currency_index is not None:
            return unit(self.cells[column.currency_index]) or (None, 1)
        return column.currency, column.parts

    def currency_beside(self, of_price: str | None, of_quantity: str | None, of_value: str | None) -> str | None:
        """The currency of a row that names none in a cell: told beside its numbers, or in the headers of these."""
        if of_price or of_quantity or of_value:
            return of_price or of_quantity or of_value
        converted = self.columns.get(_CONVERTED_VALUE)
        says_none = converted is not None and (_CURRENCY not in self.places or _is_per_cent(self.of(_CURRENCY)))
        return converted.currency if converted and says_none else None


def currency_of_sign(sign: str | None, usual: str) -> str | None:
    """The currency of a code or sign; $ and ¥ mean the `usual` currency when that is a dollar or a yen."""
    if sign is None:
        return None
    if told := unit(sign):
        return told[0]
    if sign == "$":
        return usual if usual in _DOLLARS else "USD"
    if sign == "¥":
        return usual if usual in _YENS else "JPY"
    return SIGNS.get(sign, sign if len(sign) == 3 and sign.isalpha() else None)


@lru_cache(maxsize=1024)
def _is_per_cent(cell: str) -> bool:
    return cell == "%" or plain_words(cell) in _PER_CENT
