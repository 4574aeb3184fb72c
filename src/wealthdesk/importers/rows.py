"""One row of a holdings file read: a holding with its price and day, or the problems of the row."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final, TypeVar

from wealthdesk.domain.money import LARGEST_MINOR, NumberFormat, exact_product, from_minor
from wealthdesk.domain.names import LONGEST
from wealthdesk.importers.cash import Line, cash_currency
from wealthdesk.importers.cells import (
    SIGNS,
    CellRefused,
    is_missing,
    is_no_text,
    read_currency,
    read_date,
    read_number,
    read_text,
    short,
)
from wealthdesk.importers.class_words import class_of, kind_of_asset, read_classes
from wealthdesk.importers.draft import Candidate, CandidateAccount, Column, Field, Layout, Problem
from wealthdesk.importers.export_format import is_own
from wealthdesk.importers.header_words import plain_words
from wealthdesk.importers.outside import is_no_asset
from wealthdesk.importers.table import Record

_T = TypeVar("_T")
_ISIN = re.compile(r"[A-Z]{2}[A-Z0-9]{9}[0-9]", re.ASCII)
_ACCOUNT_KINDS: Final = frozenset(("taxable", "tax_deferred", "tax_free"))
_DOLLARS: Final = frozenset("USD CAD AUD NZD HKD SGD MXN BRL TWD".split())
_YENS: Final = frozenset(("JPY", "CNY"))
_LONGEST_SYMBOL: Final = 80


@dataclass(frozen=True, slots=True)
class Reading:
    """A row that could be read. `held_on` is the day of a dated list; `priced_on` the day of the price alone."""

    candidate: Candidate
    account: CandidateAccount | None
    number: str
    price: Decimal | None
    held_on: date | None
    priced_on: date | None
    value: Decimal | None
    converted: tuple[str, Decimal] | None
    base_currency: str | None = None
    rate: Decimal | None = None
    rated_on: date | None = None
    is_held: bool = True


def currency_of_sign(sign: str | None, usual: str) -> str | None:
    """The currency of a code or sign; $ and ¥ mean the `usual` currency when that is a dollar or a yen."""
    if sign is None:
        return None
    if sign == "$":
        return usual if usual in _DOLLARS else "USD"
    if sign == "¥":
        return usual if usual in _YENS else "JPY"
    return SIGNS.get(sign, sign if len(sign) == 3 and sign.isalpha() else None)


class RowReader:
    """Reads rows by a layout. `account` and `currency` are used where a row does not name its own."""

    def __init__(self, layout: Layout, *, account: str | None, currency: str, today: date) -> None:
        self.account = account
        self.base_of_accounts: str | None = None
        """The base currency that a row of an account without holdings names."""
        self._layout, self._currency, self._today = layout, currency, today
        self.is_own = is_own(column.header for column in layout.columns)
        """Whether WealthDesk wrote the table: then nothing is guessed from what something is called."""
        self._columns: dict[Field, Column] = {}
        for column in layout.columns:
            self._columns.setdefault(column.field, column)
        self._columns.pop(Field.IGNORE, None)
        self._places = {field: column.index for field, column in self._columns.items()}
        self._width = max((column.index for column in layout.columns), default=-1) + 1
        self._cells: list[str] = []
        self._problems: list[tuple[int, str, str]] = []

    def cell(self, record: Record, field: Field) -> str:
        """The cell of `field` in a record, "" when there is none."""
        place = self._places.get(field)
        return record.cells[place] if place is not None and place < len(record.cells) else ""

    def says_complete(self, record: Record) -> bool:
        """Whether a quantity and a price, or what it is a quantity of, stand in the record: totals rows have neither.

        A symbol that is the word for a total is one only beside a name that is none: “TOTAL” of Something.
        """
        if self.is_own:
            return True
        said = {
            field: cell
            for field in (Field.QUANTITY, Field.PRICE, Field.ISIN, Field.SYMBOL, Field.NAME)
            if not is_missing(cell := self.cell(record, field))
        }
        named = [said[field] for field in (Field.SYMBOL, Field.NAME) if field in said]
        has_own_symbol = Field.SYMBOL in said and not all(map(is_no_asset, named))
        return Field.QUANTITY in said and (Field.PRICE in said or Field.ISIN in said or has_own_symbol)

    def read(self, record: Record) -> Reading | CandidateAccount | list[Problem]:
        """The row's holding; the account alone when that is all the row names; or what is wrong with the row."""
        self._cells, self._problems = record.cells, []
        if record.fault:
            return [Problem(record.line, "", record.fault, "Correct the line in the file, and read it again.")]
        if any(self._cells[self._width :]):
            return [self._too_many(record)]
        account = self._account(record.line)
        if account is not None and self._is_account_only():
            base = self._try(Field.BASE_CURRENCY, read_currency) if self._raw(Field.BASE_CURRENCY) else None
            self.base_of_accounts = self.base_of_accounts or base
            return self._told(record.line) or account
        reading = self._reading(record.line, account)
        if self._is_asset_only():
            reading = replace(reading, candidate=replace(reading.candidate, account=None), is_held=False)
        return self._told(record.line) or reading

    def _too_many(self, record: Record) -> Problem:
        count = max(i for i, cell in enumerate(record.cells) if cell) + 1
        what = f"There are {count} cells on this line, and {self._width} headers."
        return Problem(record.line, "", what, "Put quotes around a cell that has the delimiter in it.")

    def _told(self, line: int) -> list[Problem]:
        titles = {column.index: column.title for column in self._layout.columns}
        return [
            Problem(line, titles.get(index, ""), what, fix, index if index >= 0 else None)
            for index, what, fix in sorted(self._problems)
        ]

    def _reading(self, line: int, account: CandidateAccount | None) -> Reading:
        quantity, sign = self._number(Field.QUANTITY, "quantity")
        if self._is_asset_only():
            quantity = Decimal(0)
        price, price_sign = self._number(Field.PRICE, "price")
        value, value_sign = self._lenient(Field.VALUE)
        converted = self._converted()
        named = self._try(Field.CURRENCY, read_currency)
        told = self._told_currency(named, price_sign or sign or value_sign)
        symbol = self._text(Field.SYMBOL, LONGEST if self.is_own else _LONGEST_SYMBOL)
        name = self._text(Field.NAME)
        isin = self._isin()
        kind, type_words = self._text(Field.KIND), self._text(Field.SECURITY_TYPE)
        class_words = type_words or self._raw(Field.ASSET_CLASS)
        line_of = Line(symbol or isin or "", name, kind, class_words, quantity, price, told)
        code = cash_currency(line_of) if not self.is_own else told if kind == "cash" else None
        currency = code or told or self._currency
        if code is None:
            symbol = symbol or isin or ""
            self._check_holding(symbol, quantity, price, currency)
        else:
            symbol = symbol if self.is_own and symbol else currency
            quantity = self._cash(quantity, price, value, converted, currency)
            isin, price, converted = None, None, None
        held_on, priced_on = self._day(Field.DATE), self._day(Field.PRICE_DATE)
        candidate = Candidate(
            line=line,
            account=account.name if account else self.account,
            symbol=symbol,
            name=(name or None) if code is None or kind else None,
            quantity=quantity or Decimal(0),
            currency=currency,
            is_cash=code is not None,
            isin=isin or (symbol if _ISIN.fullmatch(symbol) and not self.is_own else None),
            classes=self._classes(type_words, code is not None or price == 1),
            cost=self._cost(quantity, currency),
            kind="cash" if code is not None else kind_of_asset(kind or type_words),
            lot_step=self._lot_step(),
        )
        number = self._raw(Field.ACCOUNT_NUMBER)
        reading = Reading(candidate, account, number, price, held_on, priced_on or held_on, value, converted)
        return self._rated(reading) if Field.BASE_CURRENCY in self._places else reading

    def _rated(self, reading: Reading) -> Reading:
        """The reading with the rate that its row tells; without a base currency a rate could be either way round."""
        base = self._try(Field.BASE_CURRENCY, read_currency) if self._raw(Field.BASE_CURRENCY) else None
        rate, _ = self._number(Field.RATE, "exchange rate")
        if rate is not None and rate <= 0:
            self._refuse(Field.RATE, "The exchange rate is not above zero.", "Correct it, or leave the cell empty.")
        return replace(reading, base_currency=base, rate=rate, rated_on=self._day(Field.RATE_DATE))

    def _raw(self, field: Field) -> str:
        place = self._places.get(field)
        return self._cells[place] if place is not None and place < len(self._cells) else ""

    def _refuse(self, field: Field, what: str, fix: str) -> None:
        self._problems.append((self._places.get(field, -1), what, fix))

    def _try(self, field: Field, read: Callable[[str], _T]) -> _T | None:
        try:
            return read(self._raw(field))
        except CellRefused as refused:
            self._refuse(field, refused.what, refused.fix)
            return None

    def _text(self, field: Field, longest: int = 200) -> str:
        text = self._raw(field)
        return "" if self._says_nothing(text) else self._try(field, lambda cell: read_text(cell, longest)) or ""

    def _says_nothing(self, text: str) -> bool:
        return not text if self.is_own else is_no_text(text)

    def _number(self, field: Field, what: str, marks: NumberFormat | None = None) -> tuple[Decimal | None, str | None]:
        text = self._raw(field)
        if not text:
            return None, None
        return self._try(field, lambda cell: read_number(cell, marks or self._layout.marks, what)) or (None, None)

    def _lenient(self, field: Field) -> tuple[Decimal | None, str | None]:
        """A number that nothing depends on: unreadable is as good as missing."""
        text = self._raw(field)
        if not text:
            return None, None
        try:
            return read_number(text, self._layout.marks, "value")
        except CellRefused:
            return None, None

    def _converted(self) -> tuple[str, Decimal] | None:
        column = self._columns.get(Field.CONVERTED_VALUE)
        amount, sign = self._lenient(Field.CONVERTED_VALUE)
        code = (column.currency if column else None) or currency_of_sign(sign, self._currency)
        return (code, amount) if code and amount is not None else None

    def _told_currency(self, named: str | None, sign: str | None) -> str | None:
        """The currency that the row tells: in its cell, beside its numbers, or in the headers of these."""
        if named:
            return named
        headers = [Field.PRICE] if Field.CURRENCY in self._places else [Field.PRICE, Field.CONVERTED_VALUE]
        in_header = next((c.currency for field in headers if (c := self._columns.get(field)) and c.currency), None)
        return currency_of_sign(sign, self._currency) or in_header

    def _check_holding(self, symbol: str, quantity: Decimal | None, price: Decimal | None, currency: str) -> None:
        refused = {index for index, _, _ in self._problems}
        if not symbol and self._places.get(Field.SYMBOL, self._places.get(Field.ISIN)) not in refused:
            field = Field.SYMBOL if Field.SYMBOL in self._places else Field.ISIN
            self._refuse(field, "No symbol.", "Fill in a symbol, or match another column to Symbol.")
        if quantity is None and self._places.get(Field.QUANTITY) not in refused:
            self._refuse(Field.QUANTITY, "No quantity.", "Fill in how much is held, or leave the line out.")
        elif quantity is not None and quantity < 0:
            self._refuse(
                Field.QUANTITY, "The quantity is below zero.", "Short positions are not kept: leave the line out."
            )
        if price is not None and price <= 0:
            self._refuse(Field.PRICE, "The price is not above zero.", "Write a price above 0, or leave the cell empty.")
        elif price is not None and quantity is not None and _is_absurd(quantity, price, currency):
            self._refuse(
                Field.QUANTITY, "Quantity times price is more than can be kept.", "Correct the quantity or price."
            )

    def _cash(
        self,
        quantity: Decimal | None,
        price: Decimal | None,
        value: Decimal | None,
        converted: tuple[str, Decimal] | None,
        currency: str,
    ) -> Decimal | None:
        """The amount of cash: the quantity, or the value where a row has no quantity (or one of units not priced 1)."""
        amount = quantity
        if quantity is None or (price is not None and price != 1):
            amount = value if value is not None else converted[1] if converted and converted[0] == currency else None
            if amount is None and quantity is not None and price is not None:
                amount = exact_product(quantity, price)
        field = Field.QUANTITY if quantity is not None or Field.VALUE not in self._places else Field.VALUE
        if amount is None and not self._problems:
            self._refuse(field, "No amount.", "Fill in how much cash there is, or leave the line out.")
        if amount is not None and amount < 0:
            self._refuse(field, "The cash is below zero.", "Borrowed money is not kept: leave the line out.")
        if amount is not None and _is_absurd(amount, Decimal(1), currency):
            self._refuse(field, "The amount is more than can be kept.", "Correct the amount.")
        return amount

    def _day(self, field: Field) -> date | None:
        day = self._try(field, lambda cell: read_date(cell, self._layout.date_order)) if self._raw(field) else None
        if day is not None and day > self._today:
            fix = f"Write a day up to {self._today.isoformat()}, or choose the other order of day and month."
            self._refuse(field, f"“{short(self._raw(field))}” is after today.", fix)
        return day

    def _isin(self) -> str | None:
        text = self._raw(Field.ISIN).upper()
        if not text or (is_missing(text) and not self.is_own):
            return None
        if self.is_own:
            return self._text(Field.ISIN)
        if not _ISIN.fullmatch(text):
            self._refuse(
                Field.ISIN, f"“{short(text)}” is not an ISIN.", "Write its 12 characters, or leave the cell empty."
            )
            return None
        return text

    def _classes(self, type_words: str, cash_is_likely: bool) -> tuple[tuple[str, int], ...]:
        if Field.ASSET_CLASS in self._places and not self._says_nothing(self._raw(Field.ASSET_CLASS)):
            return self._try(Field.ASSET_CLASS, lambda cell: read_classes(read_text(cell, 1000))) or ()
        known = class_of(type_words) if type_words else None
        return ((type_words, 10_000),) if known and (known != "cash" or cash_is_likely) else ()

    def _cost(self, quantity: Decimal | None, currency: str) -> Decimal | None:
        field = Field.COST
        cost, _ = self._number(field, "cost")
        if cost is None and quantity is not None:
            field = Field.UNIT_COST
            each, _ = self._number(field, "cost")
            cost = exact_product(each, quantity) if each is not None else None
        if cost is not None and (cost < 0 or _is_absurd(cost, Decimal(1), currency)):
            self._refuse(field, "The cost is below zero or too large.", "Correct it, or leave the cell empty.")
        return cost

    def _lot_step(self) -> Decimal | None:
        step, _ = self._number(Field.LOT_STEP, "lot step")
        if step is not None and step <= 0:
            self._refuse(Field.LOT_STEP, "The lot step is not above zero.", "Write 1 for whole shares, or nothing.")
        return step

    def _account(self, line: int) -> CandidateAccount | None:
        name = self._text(Field.ACCOUNT) or self._text(Field.ACCOUNT_NUMBER)
        if not name:
            return None
        kind = plain_words(self._raw(Field.ACCOUNT_KIND)).replace(" ", "_")
        currency = self._try(Field.ACCOUNT_CURRENCY, read_currency) if self._raw(Field.ACCOUNT_CURRENCY) else None
        return CandidateAccount(line, name, kind if kind in _ACCOUNT_KINDS else None, currency)

    def _is_account_only(self) -> bool:
        account = (Field.ACCOUNT, Field.ACCOUNT_NUMBER, Field.ACCOUNT_KIND, Field.ACCOUNT_CURRENCY)
        own = (*account, Field.BASE_CURRENCY)
        says_more = any(self._raw(field) for field in self._places if field not in own)
        return not says_more and bool(self._raw(Field.ACCOUNT_KIND) or self._raw(Field.ACCOUNT_CURRENCY))

    def _is_asset_only(self) -> bool:
        """Whether the row is of an asset that no account holds, which only WealthDesk's own export has."""
        own = Field.BASE_CURRENCY in self._places and Field.ACCOUNT in self._places
        return own and not self._raw(Field.ACCOUNT) and not self._raw(Field.QUANTITY)


def _is_absurd(quantity: Decimal, price: Decimal, currency: str) -> bool:
    return exact_product(quantity, price) > from_minor(LARGEST_MINOR, currency)
