"""One row of a holdings file read: a holding with its price and day, or the problems of the row."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final, TypeVar

from wealthdesk.domain.money import (
    LARGEST_MINOR,
    LARGEST_NUMBER,
    canonical,
    exact_product,
    from_minor,
    quotient,
    to_minor,
    unit,
)
from wealthdesk.domain.names import LONGEST
from wealthdesk.domain.tax_lots import TaxLot, TaxLots
from wealthdesk.importers.cash import Line, cash_currency
from wealthdesk.importers.cells import (
    SIGNS,
    CellRefused,
    is_missing,
    is_no_text,
    is_rounded,
    read_currency,
    read_date,
    read_number,
    read_text,
    read_unit,
    short,
)
from wealthdesk.importers.class_words import class_of, kind_of_asset, read_classes
from wealthdesk.importers.draft import (
    Candidate,
    CandidateAccount,
    Column,
    Field,
    Layout,
    LeftOut,
    Problem,
)
from wealthdesk.importers.export_format import is_own
from wealthdesk.importers.header_words import plain_words
from wealthdesk.importers.outside import is_no_asset
from wealthdesk.importers.table import Record
from wealthdesk.importers.worth import Money, Worth, worth

_T = TypeVar("_T")
_ISIN = re.compile(r"[A-Z]{2}[A-Z0-9]{9}[0-9]", re.ASCII)
_ACCOUNT_KINDS: Final = frozenset(("taxable", "tax_deferred", "tax_free"))
_DOLLARS: Final = frozenset("USD CAD AUD NZD HKD SGD MXN BRL TWD".split())
_YENS: Final = frozenset(("JPY", "CNY"))
_LONGEST_SYMBOL: Final = 80
_SMALL_DEBT: Final = Decimal("0.10")
"""Cash of so little below zero is nothing."""
_PER_CENT: Final = frozenset(("prozent", "percent", "pct", "per cent"))


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
    worth: Worth | None = None
    cost_in: tuple[str, Decimal] | None = None
    """The cost in another currency, to be converted with a rate of the file."""
    rate_to_base: Decimal | None = None
    is_lot: bool = False
    """Whether the row is a lot of a holding that stands in a row of its own."""
    amount: tuple[str, Decimal] | None = None
    """What the row adds to a total of the file, and in which currency."""
    remarks: tuple[str, ...] = ()


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
        self._costs = [column for column in layout.columns if column.field in (Field.COST, Field.UNIT_COST)]
        self.has_lots = False
        """Whether rows of the table say what they cost or when they were bought: one that does not is only watched."""
        self._columns.pop(Field.IGNORE, None)
        self._places = {field: column.index for field, column in self._columns.items()}
        self._width = max((column.index for column in layout.columns), default=-1) + 1
        self._cells: list[str] = []
        self._problems: list[tuple[int, str, str]] = []
        self._remarks: list[str] = []
        self._usual = currency
        self.section: str | None = None
        """The class that the section of the table is of, as its title says."""

    @property
    def width(self) -> int:
        """How many columns the table has."""
        return self._width

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

    def value_of(self, record: Record) -> tuple[str, Decimal] | None:
        """The value that the record has in the file, and its currency; the converted one where there are two."""
        self._cells = record.cells
        converted = self._converted()
        if converted is not None:
            return converted
        money = self._money(self._columns.get(Field.VALUE), "value", is_lenient=True)
        return (money.code or self._currency, money.amount) if money.amount is not None else None

    def says_amount(self, record: Record) -> bool:
        """Whether the record has a quantity or a value where the table has them."""
        return not is_missing(self.cell(record, Field.QUANTITY)) or self.value_of(record) is not None

    def says_lot(self, record: Record) -> bool:
        """Whether the record says what it cost or when it was bought."""
        self._cells = record.cells
        return self._says_lot()

    def is_bare(self, record: Record) -> bool:
        """Whether the record has neither a symbol nor a quantity."""
        symbol, isin = self.cell(record, Field.SYMBOL), self.cell(record, Field.ISIN)
        return is_missing(self.cell(record, Field.QUANTITY)) and is_missing(symbol) and is_missing(isin)

    def read(self, record: Record) -> Reading | CandidateAccount | LeftOut | list[Problem]:
        """The row's holding; the account alone when that is all the row names; why it is no holding; what is wrong."""
        self._cells, self._problems, self._remarks = record.cells, [], []
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
        if isinstance(reading, LeftOut):
            return self._told(record.line) or replace(reading, text=record.text)
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

    def _reading(self, line: int, account: CandidateAccount | None) -> Reading | LeftOut:
        quantity, sign = self._number(Field.QUANTITY, "quantity")
        if self._is_asset_only():
            quantity = Decimal(0)
        named = self._named()
        self._usual = named[0] if named else self._currency
        price, value = self._price(named), self._money(self._columns.get(Field.VALUE), "value", is_lenient=True)
        told = self._told_currency(named, price.code, currency_of_sign(sign, self._currency), value.code)
        isin = self._isin()
        symbol = self._text(Field.SYMBOL, LONGEST if self.is_own else _LONGEST_SYMBOL)
        name = self._text(Field.NAME)
        kind, type_words = self._text(Field.KIND), self._text(Field.SECURITY_TYPE)
        class_words = type_words or self._raw(Field.ASSET_CLASS) or self._section_of(symbol, isin, quantity)
        line_of = Line(symbol or isin or "", name, kind, class_words, quantity, price.amount, told)
        code = cash_currency(line_of) if not self.is_own else told if kind == "cash" else None
        currency = code or told or self._currency
        if why := self._why_no_holding(quantity, price, value, is_cash=code is not None):
            return LeftOut(line, "", why)
        number = self._raw(Field.ACCOUNT_NUMBER)
        held_on, priced_on = self._day(Field.DATE), self._day(Field.PRICE_DATE)
        holder = account.name if account else self.account
        if code is not None:
            amount = self._cash(quantity, price.amount, value, currency)
            if amount is not None and amount < -_SMALL_DEBT:
                why = borrowed(-amount, currency)
                return LeftOut(line, "", why)
            if amount is not None and amount < 0:
                self._remarks.append(f"Cash of {canonical(amount)} {currency} on line {line} is read as 0.")
                amount = Decimal(0)
            candidate = Candidate(
                line, holder, symbol if self.is_own and symbol else currency, (name or None) if kind else None,
                amount or Decimal(0), currency,
                is_cash=True, classes=self._classes(type_words, is_cash=True), kind="cash",
                cost=self._cost(Worth(amount, currency), 1)[0],
            )  # fmt: skip
            reading = Reading(candidate, account, number, None, held_on, priced_on or held_on, None, None)
            return self._rated(replace(reading, amount=(currency, candidate.quantity), remarks=tuple(self._remarks)))
        own = named if named and named[1] > 1 and price.code in (None, named[0]) else None
        found = worth(
            quantity, price, value, self._converted(), currency,
            parts=own[1] if own else 1,
            usual=self._currency if price.code and Field.CURRENCY not in self._places else None,
        )  # fmt: skip
        symbol = self._symbol_of(symbol, isin, name)
        self._check_holding(symbol, found)
        self._remark(found, symbol, name, line)
        cost, cost_in = self._cost(found, own[1] if own else 1)
        candidate = Candidate(
            line=line,
            account=holder,
            symbol=symbol,
            name=name or None,
            quantity=found.quantity or Decimal(0),
            currency=found.currency,
            isin=isin or (symbol if _ISIN.fullmatch(symbol) and not self.is_own else None),
            classes=self._classes(type_words, is_cash=found.price == 1) or self._section_classes(),
            cost=cost,
            kind=kind_of_asset(kind or type_words),
            lot_step=self._lot_step(),
            lots=self._lots(found.quantity, cost, found.currency),
        )
        reading = Reading(
            candidate, account, number, found.price, held_on, priced_on or held_on, found.value, found.converted
        )
        return self._rated(
            replace(
                reading,
                worth=found,
                cost_in=cost_in,
                is_lot=plain_words(self._raw(Field.LEVEL)) == "lot",
                amount=self._amount(found),
                remarks=tuple(self._remarks),
            )
        )

    def _named(self) -> tuple[str, int] | None:
        """The currency that the row names, and how many of its unit make one; None for “%” as well."""
        if _is_per_cent(self._raw(Field.CURRENCY)):
            return None
        return self._try(Field.CURRENCY, read_unit)

    def _price(self, named: tuple[str, int] | None) -> Money:
        """The price of one: pence are pounds, per cent of a nominal value are hundredths."""
        column = self._columns.get(Field.PRICE)
        text = self._raw(Field.PRICE)
        per_cent = text.endswith("%") or self._is_per_cent(column)
        money = self._money(column, "price", text=text.removesuffix("%").strip())
        if money.amount is None:
            return money
        if per_cent:
            return Money(quotient(money.amount, Decimal(100)), money.code)
        is_linked = column is not None and column.currency_index is not None
        if named and named[1] > 1 and money.code is None and not is_linked:
            return Money(quotient(money.amount, Decimal(named[1])), None)
        return money

    def _is_per_cent(self, column: Column | None) -> bool:
        """Whether the cell for the currency of these amounts says per cent: a bond's price."""
        place = column.currency_index if column else None
        place = self._places.get(Field.CURRENCY) if place is None else place
        cell = self._cells[place] if place is not None and place < len(self._cells) else ""
        return _is_per_cent(cell)

    def _money(self, column: Column | None, what: str, *, text: str | None = None, is_lenient: bool = False) -> Money:
        """The amount in a column, and the currency that its sign, its own column or its header tells."""
        cell = self._at(column) if text is None else text
        if column is None or not cell:
            return Money()
        try:
            amount, sign = read_number(cell, self._layout.marks, what)
        except CellRefused as refused:
            if not is_lenient:
                self._problems.append((column.index, refused.what, refused.fix))
            return Money()
        if amount is None:
            return Money()
        if is_rounded(cell):
            self._remarks.append(f"“{short(cell)}” has more decimals than are kept: {canonical(amount)} is read.")
        code, parts = self._told_unit(column, sign)
        return Money(quotient(amount, Decimal(parts)) if parts > 1 else amount, code)

    def _told_unit(self, column: Column, sign: str | None) -> tuple[str | None, int]:
        if sign is not None:
            own = unit(sign)
            return own if own else (currency_of_sign(sign, self._usual), 1)
        place = column.currency_index
        if place is not None:
            told = unit(self._cells[place]) if place < len(self._cells) else None
            return told or (None, 1)
        return column.currency, column.parts

    def _at(self, column: Column | None) -> str:
        return self._cells[column.index] if column is not None and column.index < len(self._cells) else ""

    def _why_no_holding(self, quantity: Decimal | None, price: Money, value: Money, *, is_cash: bool) -> str | None:
        """Why a row that could be read is no holding: sold, borrowed to sell, or only watched."""
        if self.is_own or is_cash:
            return None
        # With a price and a class it is what may be bought; without, what was sold.
        if quantity == 0 and not (price.amount and self._names_class()):
            return "Nothing of it is held any more."
        if quantity is not None and quantity < 0:
            return "A short position: what is owed is not kept."
        amount = value.amount if value.amount is not None else (self._converted() or ("", None))[1]
        if quantity is None and amount is not None and amount < 0:
            return f"{canonical(-amount)} is owed: what is owed is not kept."
        says_quantity = not is_missing(self._raw(Field.QUANTITY))
        said = self._says_lot()
        if self.has_lots and price.amount is not None and not says_quantity and amount is None and not said:
            return "Only watched: nothing of it is held."
        return None

    def _names_class(self) -> bool:
        return Field.ASSET_CLASS in self._places and not self._says_nothing(self._raw(Field.ASSET_CLASS))

    def _says_lot(self) -> bool:
        lots = (*self._costs, self._columns.get(Field.BOUGHT_ON))
        return any(not is_missing(self._at(column)) for column in lots if column)

    def _section_of(self, symbol: str, isin: str | None, quantity: Decimal | None) -> str:
        """The title of the section, for a row that says nothing of its own."""
        return self.section or "" if not symbol and not isin and quantity is None else ""

    def _section_classes(self) -> tuple[tuple[str, int], ...]:
        return ((self.section, 10_000),) if self.section else ()

    def _symbol_of(self, symbol: str, isin: str | None, name: str) -> str:
        """The symbol; where there is none the ISIN, else the name."""
        if symbol or isin:
            return symbol or isin or ""
        refused = {index for index, _, _ in self._problems}
        if self._places.get(Field.SYMBOL, self._places.get(Field.ISIN)) in refused or is_no_asset(name):
            return ""
        if name:
            self._remarks.append("named")
        return name[:_LONGEST_SYMBOL].strip()

    def _remark(self, found: Worth, symbol: str, name: str, line: int) -> None:
        if (unit(self._raw(Field.CURRENCY)) or ("", 1))[1] > 1:
            self._remarks.append("parts")
        if found.is_lump and found.value is not None:
            text = f"{symbol} has a value and no quantity: it is 1 of {canonical(found.value)} {found.currency}."
            self._remarks.append(text)

    def _amount(self, found: Worth) -> tuple[str, Decimal] | None:
        if found.converted is not None and (Field.CONVERTED_VALUE in self._places or found.value is None):
            return found.converted
        own = found.own_value
        return (found.currency, from_minor(to_minor(own, found.currency), found.currency)) if own is not None else None

    def _lots(self, quantity: Decimal | None, cost: Decimal | None, currency: str) -> TaxLots | None:
        """The lot that the row is, where it says when it was bought."""
        if Field.BOUGHT_ON not in self._places or cost is None or not quantity or quantity <= 0:
            return None
        try:
            day = read_date(self._raw(Field.BOUGHT_ON), self._layout.date_order)
        except CellRefused:
            return None
        if day is None or day > self._today:
            return None
        return (TaxLot(day, quantity, to_minor(cost, currency)),)

    def _rated(self, reading: Reading) -> Reading:
        """The reading with the rate that its row tells; without a base currency a rate could be either way round."""
        if Field.RATE_TO_BASE in self._places:
            try:
                rate, _ = read_number(self._raw(Field.RATE_TO_BASE), self._layout.marks, "exchange rate")
            except CellRefused:
                rate = None
            reading = replace(reading, rate_to_base=rate if rate and rate > 0 else None)
        if Field.BASE_CURRENCY not in self._places:
            return reading
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

    def _number(self, field: Field, what: str) -> tuple[Decimal | None, str | None]:
        text = self._raw(field)
        if not text:
            return None, None
        if is_rounded(text):
            self._remarks.append(f"“{short(text)}” has more decimals than are kept: it is rounded.")
        return self._try(field, lambda cell: read_number(cell, self._layout.marks, what)) or (None, None)

    def _converted(self) -> tuple[str, Decimal] | None:
        column = self._columns.get(Field.CONVERTED_VALUE)
        money = self._money(column, "value", is_lenient=True)
        code = (column.currency if column else None) or money.code
        return (code, money.amount) if code and money.amount is not None else None

    def _told_currency(
        self, named: tuple[str, int] | None, of_price: str | None, of_quantity: str | None, of_value: str | None
    ) -> str | None:
        """The currency that the row tells: in its cell, beside its numbers, or in the headers of these."""
        if named:
            return named[0]
        if of_price or of_quantity or of_value:
            return of_price or of_quantity or of_value
        converted = self._columns.get(Field.CONVERTED_VALUE)
        says_none = Field.CURRENCY not in self._places or self._is_per_cent(self._columns[Field.CURRENCY])
        return converted.currency if converted and says_none else None

    def _check_holding(self, symbol: str, found: Worth) -> None:
        refused = {index for index, _, _ in self._problems}
        quantity, price = found.quantity, found.price
        place = next((each for each in (Field.SYMBOL, Field.ISIN, Field.NAME) if each in self._places), Field.SYMBOL)
        if not symbol and self._places.get(place) not in refused:
            self._refuse(place, "No symbol.", "Fill in a symbol, or match another column to Symbol.")
        if quantity is None and self._places.get(Field.QUANTITY) not in refused:
            field = Field.QUANTITY if Field.QUANTITY in self._places else Field.VALUE
            self._refuse(field, "No quantity.", "Fill in how much is held, or leave the line out.")
        if price is not None and price < 0:
            self._refuse(Field.PRICE, "The price is below zero.", "Write a price above 0, or leave the cell empty.")
        elif price is not None and quantity is not None and _is_absurd(quantity, price, found.currency):
            self._refuse(
                Field.QUANTITY, "Quantity times price is more than can be kept.", "Correct the quantity or price."
            )

    def _cash(self, quantity: Decimal | None, price: Decimal | None, value: Money, currency: str) -> Decimal | None:
        """The amount of cash: the quantity, or the value where a row has no quantity (or one of units not priced 1)."""
        amount, converted = quantity, self._converted()
        if quantity is None or (price is not None and price != 1):
            amount = value.amount
            if amount is None and converted and converted[0] == currency:
                amount = converted[1]
            if amount is None and quantity is not None and price is not None:
                amount = exact_product(quantity, price)
        field = Field.QUANTITY if quantity is not None or Field.VALUE not in self._places else Field.VALUE
        if amount is None and not self._problems:
            self._refuse(field, "No amount.", "Fill in how much cash there is, or leave the line out.")
        if amount is not None and _is_absurd(abs(amount), Decimal(1), currency):
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

    def _classes(self, type_words: str, *, is_cash: bool) -> tuple[tuple[str, int], ...]:
        if self._names_class():
            return self._try(Field.ASSET_CLASS, lambda cell: read_classes(read_text(cell, 1000))) or ()
        known = class_of(type_words) if type_words else None
        return ((type_words, 10_000),) if known and (known != "cash" or is_cash) else ()

    def _cost(self, found: Worth, parts: int) -> tuple[Decimal | None, tuple[str, Decimal] | None]:
        """What the holding cost in its own currency, or else what it cost in another one."""
        in_own, foreign = None, None
        for column in sorted(self._costs, key=lambda each: each.field is Field.UNIT_COST):
            money = self._money(column, "cost")
            if money.amount is None or found.quantity is None:
                continue
            amount = money.amount if money.code or parts == 1 else quotient(money.amount, Decimal(parts))
            if column.field is Field.UNIT_COST:
                amount = self._whole_cost(amount, found)
            if amount < 0 or _is_absurd(amount, Decimal(1), found.currency):
                fix = "Correct it, or leave the cell empty."
                self._problems.append((column.index, "The cost is below zero or too large.", fix))
                return None, None
            if money.code in (None, found.currency):
                in_own = amount if in_own is None else in_own
            else:
                foreign = foreign or (money.code or "", amount)
        return in_own, None if in_own is not None else foreign

    def _whole_cost(self, each: Decimal, found: Worth) -> Decimal:
        """The cost of all from that of one, which may be quoted for as many as the price is."""
        whole = exact_product(each, found.quantity or Decimal(0))
        if found.scale == 1 or found.value is None:
            return whole
        scaled, value = quotient(whole, found.scale), found.value
        return whole if _apart(whole, value) <= _apart(scaled, value) else scaled

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


def borrowed(amount: Decimal, currency: str) -> str:
    """Why cash below zero is left out."""
    return f"{from_minor(to_minor(amount, currency), currency)} {currency} is borrowed: borrowed money is not kept."


def _is_per_cent(cell: str) -> bool:
    return cell == "%" or plain_words(cell) in _PER_CENT


def _is_absurd(quantity: Decimal, price: Decimal, currency: str) -> bool:
    return exact_product(quantity, price) > from_minor(LARGEST_MINOR, currency)


def _apart(one: Decimal, other: Decimal) -> Decimal:
    """How many times the one is the other, or the other the one."""
    low, high = sorted((abs(one), abs(other)))
    return quotient(high, low) if low else LARGEST_NUMBER
