"""One row of a holdings file read: a holding with its price and day, or the problems of the row."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from operator import itemgetter
from typing import Final, TypeVar

from wealthdesk.domain.money import (
    DECIMALS,
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
from wealthdesk.importers.cells import (
    SIGNS,
    CellRefused,
    is_missing,
    is_no_text,
    is_rounded,
    number_reader,
    read_currency,
    read_date,
    read_number,
    read_text,
    read_unit,
    short,
)
from wealthdesk.importers.class_words import class_of, kind_of_asset, read_classes
from wealthdesk.importers.coins import are_krakens, coin
from wealthdesk.importers.draft import (
    ByHand,
    Candidate,
    CandidateAccount,
    Column,
    Field,
    Layout,
    LeftOut,
    Problem,
)
from wealthdesk.importers.export_format import is_own
from wealthdesk.importers.header_words import heading, plain_words
from wealthdesk.importers.outside import is_cash_label, is_no_asset
from wealthdesk.importers.table import Record
from wealthdesk.importers.worth import LineWords, Money, Worth, cash_currency, worth

_T = TypeVar("_T")
_ISIN_FORM: Final = re.compile(r"[A-Z]{2}[A-Z0-9]{9}[0-9]", re.ASCII)
_ACCOUNT_KINDS: Final = frozenset(("taxable", "tax_deferred", "tax_free"))
_DOLLARS: Final = frozenset("USD CAD AUD NZD HKD SGD MXN BRL TWD".split())
_YENS: Final = frozenset(("JPY", "CNY"))
_LONGEST_SYMBOL: Final = 80
_ONE: Final = Decimal(1)
_NO_MONEY: Final = Money()
_SMALL_DEBT: Final = Decimal("0.10")
"""Cash of so little below zero is nothing."""
_LENGTH_OF_ISIN: Final = 12
_SIDES: Final = frozenset(("side", "l s", "long short", "direction", "position type", "position side"))
_SHORT: Final = frozenset(("short", "leerverkauf"))
"""What says that something is owed, in a column of the side."""
_PER_CENT: Final = frozenset(("prozent", "percent", "pct", "per cent"))

# Members of an enumeration are slow to look up, and these are looked up for every row.
_ACCOUNT, _ACCOUNT_NUMBER, _ACCOUNT_KIND, _ACCOUNT_CURRENCY = (
    Field.ACCOUNT,
    Field.ACCOUNT_NUMBER,
    Field.ACCOUNT_KIND,
    Field.ACCOUNT_CURRENCY,
)
_SYMBOL, _ISIN, _NAME = Field.SYMBOL, Field.ISIN, Field.NAME
_KIND, _SECURITY_TYPE, _ASSET_CLASS = Field.KIND, Field.SECURITY_TYPE, Field.ASSET_CLASS
_QUANTITY, _PRICE, _VALUE, _CONVERTED_VALUE = Field.QUANTITY, Field.PRICE, Field.VALUE, Field.CONVERTED_VALUE
_COST, _UNIT_COST, _CURRENCY = Field.COST, Field.UNIT_COST, Field.CURRENCY
_DATE, _PRICE_DATE, _BOUGHT_ON, _LOT_STEP = Field.DATE, Field.PRICE_DATE, Field.BOUGHT_ON, Field.LOT_STEP
_LEVEL, _RATE, _RATE_DATE = Field.LEVEL, Field.RATE, Field.RATE_DATE
_RATE_TO_BASE, _BASE_CURRENCY, _IGNORE = Field.RATE_TO_BASE, Field.BASE_CURRENCY, Field.IGNORE


_OF_ACCOUNT: Final = (_ACCOUNT, _ACCOUNT_NUMBER, _ACCOUNT_KIND, _ACCOUNT_CURRENCY)


@dataclass(slots=True)
class RowRead:
    """A row that could be read. `held_on` is the day of a dated list; `priced_on` the day of the price alone."""

    candidate: Candidate
    account: CandidateAccount | None = None
    number: str = ""
    price: Decimal | None = None
    held_on: date | None = None
    priced_on: date | None = None
    value: Decimal | None = None
    converted: tuple[str, Decimal] | None = None
    is_converted: bool = False
    """Whether the converted value is what the row adds to a total of the file."""
    scale: Decimal = _ONE
    """How many units the price is quoted for, where that is not one."""
    odd: tuple[Decimal, Decimal] | None = None
    """Quantity times price and the value, where nothing explains why these are not the same."""
    base_currency: str | None = None
    rate: Decimal | None = None
    rated_on: date | None = None
    is_held: bool = True
    cost_in: tuple[str, Decimal] | None = None
    """The cost in another currency, to be converted with a rate of the file."""
    rate_to_base: Decimal | None = None
    is_lot: bool = False
    """Whether the row is a lot of a holding that stands in a row of its own."""
    remarks: tuple[str, ...] = ()

    @property
    def amount(self) -> tuple[str, Decimal] | None:
        """What the row adds to a total of the file, and in which currency."""
        code, quantity = self.candidate.currency, self.candidate.quantity
        if self.candidate.is_cash:
            return code, quantity
        if self.is_converted:
            return self.converted
        own = self.value if self.price is None else exact_product(quantity, self.price)
        return (code, from_minor(to_minor(own, code), code)) if own is not None else None


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


@dataclass(slots=True)
class _Said:
    """What a row says, before it is known whether that is cash or a holding."""

    words: LineWords
    symbol: str
    isin: str | None
    type_words: str
    named: tuple[str, int] | None
    price: Money
    value: Money


class RowReader:
    """Reads rows by a layout. `account` and `currency` are used where a row does not name its own.

    What depends on the columns alone is decided once, here; what equal cells say is remembered.
    """

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
        costs = [column for column in layout.columns if column.field in (_COST, _UNIT_COST)]
        self._ignored = [column.index for column in layout.columns if column.field is _IGNORE]
        self._costs = sorted(costs, key=lambda each: each.field is _UNIT_COST)
        self.has_lots = False
        """Whether rows of the table say what they cost or when they were bought: one that does not is only watched."""
        self.is_krakens = False
        """Whether coins are called as Kraken calls them."""
        self._columns.pop(_IGNORE, None)
        self._places = {field: column.index for field, column in self._columns.items()}
        self._at = {field: self._places.get(field, -1) for field in Field}
        """Where the cell of a field stands; behind the last cell of a row there is an empty one, for those without."""
        price = self._columns.get(_PRICE)
        own = price.currency_index if price else None
        self._unit_of_price_at = self._at[_CURRENCY] if own is None else own
        """Where it may stand that prices are per cent, as those of bonds are."""
        self._lots_at = [column.index for column in costs] + [self._at[_BOUGHT_ON]]
        idle = () if ByHand.COLUMNS in layout.by_hand else self._ignored
        headers = {column.index: column.header for column in layout.columns}
        self._sides = [place for place in idle if plain_words(headers[place]) in _SIDES]
        self._other_symbols = [place for place in idle if _names_symbol(headers[place])]
        self._width = max((column.index for column in layout.columns), default=-1) + 1
        self._numbers = number_reader(layout.marks)
        self._longest_symbol = LONGEST if self.is_own else _LONGEST_SYMBOL
        self._may_be_asset_only = _BASE_CURRENCY in self._places and _ACCOUNT in self._places
        self._says_account = itemgetter(*(self._at[field] for field in _OF_ACCOUNT))
        self._accounts: dict[tuple[str, ...], CandidateAccount | None] = {}
        self._days: dict[str, date] = {}
        self._record = Record(0, [])
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

    def look_at(self, record: Record) -> None:
        """Makes `record` the row that everything else is asked about."""
        self._record, missing = record, self._width - len(record.cells)
        self._cells = [*record.cells, ""] if missing <= 0 else [*record.cells, *[""] * (missing + 1)]

    def cell(self, field: Field) -> str:
        """The cell of `field` in the row, "" when there is none."""
        return self._cells[self._at[field]]

    def says_complete(self) -> bool:
        """Whether a quantity and a price, or what it is a quantity of, stand in the row: totals rows have neither.

        A symbol that is the word for a total is one only beside a name that is none: “TOTAL” of Something.
        """
        if self.is_own:
            return True
        if is_missing(self._cells[self._at[_QUANTITY]]):
            return False
        if not is_missing(self._cells[self._at[_PRICE]]) or not is_missing(self._cells[self._at[_ISIN]]):
            return True
        symbol, name = self._cells[self._at[_SYMBOL]], self._cells[self._at[_NAME]]
        return not is_missing(symbol) and not (is_no_asset(symbol) and (is_missing(name) or is_no_asset(name)))

    def value_of(self) -> tuple[str, Decimal] | None:
        """The value that the row has in the file, and its currency; the converted one where there are two."""
        converted = self._converted()
        if converted is not None:
            return converted
        money = self._money(self._columns.get(_VALUE), "value", is_lenient=True)
        return (money.code or self._currency, money.amount) if money.amount is not None else None

    def says_amount(self) -> bool:
        """Whether the row has a quantity or a value where the table has them."""
        return not is_missing(self.cell(_QUANTITY)) or self.value_of() is not None

    def says_lot(self) -> bool:
        """Whether the row says what it cost or when it was bought."""
        return any(not is_missing(self._cells[place]) for place in self._lots_at)

    def says_kraken(self) -> bool:
        """Whether the row calls a coin as only Kraken does."""
        return are_krakens((self._cells[self._at[_SYMBOL]], self._cells[self._at[_NAME]]))

    def any_is_bare(self, records: Sequence[Record]) -> bool:
        """Whether one of these rows is bare; a quick look, because most have a quantity."""
        place = self._places.get(_QUANTITY, self._width)
        for record in records:
            if place >= len(record.cells) or is_missing(record.cells[place]):
                self.look_at(record)
                if self.is_bare():
                    return True
        return False

    def is_bare(self) -> bool:
        """Whether the row has neither a symbol nor a quantity."""
        return (
            is_missing(self._cells[self._at[_QUANTITY]])
            and is_missing(self._cells[self._at[_SYMBOL]])
            and is_missing(self._cells[self._at[_ISIN]])
        )

    def read(self) -> RowRead | CandidateAccount | LeftOut | list[Problem]:
        """The row's holding; the account alone when that is all the row names; why it is no holding; what is wrong."""
        record, self._problems, self._remarks = self._record, [], []
        if record.fault:
            return [Problem(record.line, "", record.fault, "Correct the line in the file, and read it again.")]
        if len(record.cells) > self._width and any(record.cells[self._width :]):
            return [self._too_many(record)]
        account = self._account(record.line)
        if account is not None and self._is_account_only():
            base = self._try(_BASE_CURRENCY, read_currency) if self.cell(_BASE_CURRENCY) else None
            self.base_of_accounts = self.base_of_accounts or base
            return self._told(record.line) or account
        reading = self._reading(record.line, account)
        if self._problems:
            return self._told(record.line)
        if isinstance(reading, LeftOut):
            return replace(reading, text=record.text)
        if self._may_be_asset_only and self._is_asset_only():
            reading.candidate, reading.is_held = replace(reading.candidate, account=None), False
        return reading

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

    def _reading(self, line: int, account: CandidateAccount | None) -> RowRead | LeftOut:
        said = self._said()
        quantity, code = said.words.quantity, self._cash_code(said)
        if code is not None:
            return self._cash_row(line, account, said, code)
        if not self.is_own and (quantity is None or quantity <= 0 or self._is_short()):
            why = self._why_no_holding(quantity, said.price, said.value)
            if why:
                return LeftOut(line, "", why)
        return self._holding_row(line, account, said)

    def _said(self) -> _Said:
        quantity, sign = self._number(_QUANTITY, "quantity")
        if self._may_be_asset_only and self._is_asset_only():
            quantity = Decimal(0)
        named = self._named()
        self._usual = named[0] if named else self._currency
        price, value = self._price(named), self._money(self._columns.get(_VALUE), "value", is_lenient=True)
        told = self._told_currency(named, price.code, currency_of_sign(sign, self._currency), value.code)
        isin = self._isin()
        symbol, name = self._text(_SYMBOL, self._longest_symbol), self._text(_NAME) or self._cash_words()
        if isin is None and not self.is_own and (not symbol or len(symbol) > _LENGTH_OF_ISIN):
            symbol, name, isin = self._identified(symbol, name)
        if self.is_krakens:
            symbol = coin(symbol or name)
        kind, type_words = self._text(_KIND), self._text(_SECURITY_TYPE)
        class_words = type_words or self._cells[self._at[_ASSET_CLASS]] or self._section_of(symbol, isin, quantity)
        words = LineWords(symbol or isin or "", name, kind, class_words, quantity, price.amount, told)
        return _Said(words, symbol, isin, type_words, named, price, value)

    def _cash_code(self, said: _Said) -> str | None:
        """The currency that the row is cash of, None for a row that is none."""
        if not self.is_own:
            return cash_currency(said.words)
        return said.words.currency if said.words.kind == "cash" else None

    def _held_and_priced(self) -> tuple[date | None, date | None]:
        """The day of the holding, and that of its price."""
        held_on, priced_on = self._day(_DATE), self._day(_PRICE_DATE)
        return held_on, priced_on or held_on

    def _cash_row(self, line: int, account: CandidateAccount | None, said: _Said, code: str) -> RowRead | LeftOut:
        words, days = said.words, self._held_and_priced()
        currency = code or words.currency or self._currency
        amount = self._cash(words.quantity, words.price, said.value, currency)
        if amount is not None and amount < -_SMALL_DEBT:
            return LeftOut(line, "", borrowed(-amount, currency))
        if amount is not None and amount < 0:
            self._remarks.append(f"Cash of {canonical(amount)} {currency} on line {line} is read as 0.")
            amount = Decimal(0)
        candidate = Candidate(
            line,
            account.name if account else self.account,
            said.symbol if self.is_own and said.symbol else currency,
            (words.name or None) if words.kind else None,
            amount or Decimal(0),
            currency,
            is_cash=True,
            classes=self._classes(is_like_cash=True),
            kind="cash",
            cost=self._cost(Worth(amount, currency), 1)[0],
        )
        return self._rated(RowRead(candidate, account, self._cells[self._at[_ACCOUNT_NUMBER]], None, *days))

    def _holding_row(self, line: int, account: CandidateAccount | None, said: _Said) -> RowRead:
        words, named, days = said.words, said.named, self._held_and_priced()
        own = named if named and named[1] > 1 and said.price.code in (None, named[0]) else None
        found = worth(
            words.quantity, said.price, said.value, self._converted(), words.currency or self._currency,
            parts=own[1] if own else 1,
            usual=self._currency if said.price.code and _CURRENCY not in self._places else None,
            per_cent=self._says_per_cent(),
        )  # fmt: skip
        symbol = said.symbol or said.isin or self._name_for_symbol(words.name)
        self._check_holding(symbol, found)
        self._remark(found, symbol, named, line)
        cost, cost_in = self._cost(found, own[1] if own else 1)
        is_isin = len(symbol) == 12 and not self.is_own and _ISIN_FORM.fullmatch(symbol)
        candidate = Candidate(
            line,
            account.name if account else self.account,
            symbol,
            words.name or None,
            found.quantity or Decimal(0),
            found.currency,
            False,
            said.isin or (symbol if is_isin else None),
            self._classes(is_like_cash=found.price == 1) or self._section_classes(),
            cost,
            kind_of_asset(words.kind or _type_of_security(said.type_words)),
            self._lot_step() if _LOT_STEP in self._places else None,
            self._lots(found.quantity, cost, found.currency),
            likely_class=_likely_class(said.type_words, is_like_cash=found.price == 1),
        )
        reading = RowRead(
            candidate, account, self._cells[self._at[_ACCOUNT_NUMBER]], found.price, *days, found.value,
            found.converted, scale=found.scale, odd=found.odd, cost_in=cost_in,
        )  # fmt: skip
        reading.is_converted = found.converted is not None and (found.value is None or _CONVERTED_VALUE in self._places)
        reading.is_lot = _LEVEL in self._places and plain_words(self.cell(_LEVEL)) == "lot"
        return self._rated(reading)

    def _rated(self, reading: RowRead) -> RowRead:
        """The reading with the rates of its row and what there is to remark of it."""
        reading.remarks = tuple(self._remarks)
        if _RATE_TO_BASE in self._places:
            try:
                rate, _ = read_number(self.cell(_RATE_TO_BASE), self._layout.marks, "exchange rate")
            except CellRefused:
                rate = None
            reading.rate_to_base = rate if rate and rate > 0 else None
        if _BASE_CURRENCY in self._places:  # without it a rate could be either way round
            base = self._try(_BASE_CURRENCY, read_currency) if self.cell(_BASE_CURRENCY) else None
            rate, _ = self._number(_RATE, "exchange rate")
            if rate is not None and rate <= 0:
                self._refuse(_RATE, "The exchange rate is not above zero.", "Correct it, or leave the cell empty.")
            reading.base_currency, reading.rate, reading.rated_on = base, rate, self._day(_RATE_DATE)
        return reading

    def _named(self) -> tuple[str, int] | None:
        """The currency that the row names, and how many of its unit make one; None for “%” as well."""
        cell = self._cells[self._at[_CURRENCY]]
        return None if not cell or _is_per_cent(cell) else self._try(_CURRENCY, read_unit)

    def _price(self, named: tuple[str, int] | None) -> Money:
        """The price of one: pence are pounds, per cent of a nominal value are hundredths."""
        column = self._columns.get(_PRICE)
        text = self._cells[self._at[_PRICE]]
        if column is None or not text:
            return _NO_MONEY
        per_cent = self._says_per_cent()
        money = self._money(column, "price", text=text.removesuffix("%").strip())
        if money.amount is None:
            return money
        if per_cent:
            return Money(quotient(money.amount, Decimal(100)), money.code)
        if named and named[1] > 1 and money.code is None and column.currency_index is None:
            return Money(quotient(money.amount, Decimal(named[1])), None)
        return money

    def _says_per_cent(self) -> bool:
        """Whether the price of the row is a bond's: per cent of its nominal value."""
        text = self._cells[self._at[_PRICE]]
        return bool(text) and (text[-1] == "%" or _is_per_cent(self._cells[self._unit_of_price_at]))

    def _money(self, column: Column | None, what: str, *, text: str | None = None, is_lenient: bool = False) -> Money:
        """The amount in a column, and the currency that its sign, its own column or its header tells."""
        if column is None:
            return _NO_MONEY
        cell = self._cells[column.index] if text is None else text
        if not cell:
            return _NO_MONEY
        try:
            amount, sign = self._numbers(cell, what)
        except CellRefused as refused:
            if not is_lenient:
                self._problems.append((column.index, refused.what, refused.fix))
            return _NO_MONEY
        if amount is None:
            return _NO_MONEY
        if len(cell) > DECIMALS and is_rounded(cell):
            self._remarks.append(f"“{short(cell)}” has more decimals than are kept: {canonical(amount)} is read.")
        code, parts = self._told_unit(column, sign)
        return Money(quotient(amount, Decimal(parts)) if parts > 1 else amount, code)

    def _told_unit(self, column: Column, sign: str | None) -> tuple[str | None, int]:
        if sign is not None:
            own = unit(sign)
            return own if own else (currency_of_sign(sign, self._usual), 1)
        if column.currency_index is not None:
            return unit(self._cells[column.currency_index]) or (None, 1)
        return column.currency, column.parts

    def _why_no_holding(self, quantity: Decimal | None, price: Money, value: Money) -> str | None:
        """Why a row that could be read is no holding: sold, borrowed to sell, or only watched."""
        # With a price and a class it is what may be bought; without, what was sold.
        if quantity == 0 and not (price.amount and self._names_class()):
            return "Nothing of it is held any more."
        if quantity is not None and (quantity < 0 or self._is_short()):
            return "A short position: what is owed is not kept."
        amount = value.amount if value.amount is not None else (self._converted() or ("", None))[1]
        if quantity is None and amount is not None and amount < 0:
            return f"{canonical(-amount)} is owed: what is owed is not kept."
        says_quantity = not is_missing(self.cell(_QUANTITY))
        if self.has_lots and price.amount is not None and not says_quantity and amount is None and not self.says_lot():
            return "Only watched: nothing of it is held."
        return None

    def _is_short(self) -> bool:
        """Whether a column beside the quantity says that it is owed and not held."""
        return any(plain_words(self._cells[place]) in _SHORT for place in self._sides)

    def _identified(self, symbol: str, name: str) -> tuple[str, str, str | None]:
        """The symbol, name and ISIN of a row without a cell for these: within what stands for the symbol, or in the
        name; another column of symbols where there is nothing else.
        """
        found = isin_within(symbol or name)
        if found is not None:
            return found, name, found
        if listed := _LISTED_AS.fullmatch(symbol or name):
            return listed["symbol"], name if symbol and name else listed["name"], None
        if not symbol:
            symbol = next((cell for place in self._other_symbols if not is_missing(cell := self._cells[place])), "")
        return symbol[: self._longest_symbol], name, None

    def _names_class(self) -> bool:
        return _ASSET_CLASS in self._places and not self._says_nothing(self._cells[self._at[_ASSET_CLASS]])

    def _section_of(self, symbol: str, isin: str | None, quantity: Decimal | None) -> str:
        """The title of the section, for a row that says nothing of its own."""
        return self.section or "" if not symbol and not isin and quantity is None else ""

    def _cash_words(self) -> str:
        """What says cash in a column of no meaning, on a line that names nothing and has no quantity."""
        cells, at = self._cells, self._at
        if self.is_own or not (_NAME in self._places and self._ignored) or cells[at[_SYMBOL]] or cells[at[_ISIN]]:
            return ""
        if cells[at[_QUANTITY]]:
            return ""
        found = (cells[place] for place in self._ignored if cells[place])
        return next((cell for cell in found if is_cash_label(cell) or plain_words(cell) == "cash"), "")

    def _section_classes(self) -> tuple[tuple[str, int], ...]:
        return ((self.section, 10_000),) if self.section else ()

    def _name_for_symbol(self, name: str) -> str:
        """The name of a row that has neither a symbol nor an ISIN."""
        refused = {index for index, _, _ in self._problems}
        if self._places.get(_SYMBOL, self._places.get(_ISIN)) in refused or is_no_asset(name):
            return ""
        if name:
            self._remarks.append("named")
        return name[:_LONGEST_SYMBOL].strip()

    def _remark(self, found: Worth, symbol: str, named: tuple[str, int] | None, line: int) -> None:
        if named and named[1] > 1:
            self._remarks.append("parts")
        if found.is_lump and found.value is not None:
            text = f"{symbol} has a value and no quantity: it is 1 of {canonical(found.value)} {found.currency}."
            self._remarks.append(text)

    def _lots(self, quantity: Decimal | None, cost: Decimal | None, currency: str) -> TaxLots | None:
        """The lot that the row is, where it says when it was bought."""
        if _BOUGHT_ON not in self._places or cost is None or not quantity or quantity <= 0:
            return None
        try:
            day = read_date(self.cell(_BOUGHT_ON), self._layout.date_order)
        except CellRefused:
            return None
        if day is None or day > self._today:
            return None
        return (TaxLot(day, quantity, to_minor(cost, currency)),)

    def _refuse(self, field: Field, what: str, fix: str) -> None:
        self._problems.append((self._at[field], what, fix))

    def _try(self, field: Field, read: Callable[[str], _T]) -> _T | None:
        try:
            return read(self.cell(field))
        except CellRefused as refused:
            self._refuse(field, refused.what, refused.fix)
            return None

    def _text(self, field: Field, longest: int = 200) -> str:
        text = self._cells[self._at[field]]
        if not text or self._says_nothing(text):
            return ""
        if len(text) <= longest and text.isprintable():
            return text
        return self._try(field, lambda cell: read_text(cell, longest)) or ""

    def _says_nothing(self, text: str) -> bool:
        return not text if self.is_own else is_no_text(text)

    def _number(self, field: Field, what: str) -> tuple[Decimal | None, str | None]:
        text = self._cells[self._at[field]]
        if not text:
            return None, None
        if len(text) > DECIMALS and is_rounded(text):
            self._remarks.append(f"“{short(text)}” has more decimals than are kept: it is rounded.")
        try:
            return self._numbers(text, what)
        except CellRefused as refused:
            self._refuse(field, refused.what, refused.fix)
            return None, None

    def _converted(self) -> tuple[str, Decimal] | None:
        column = self._columns.get(_CONVERTED_VALUE)
        if column is None:
            return None
        money = self._money(column, "value", is_lenient=True)
        code = column.currency or money.code
        return (code, money.amount) if code and money.amount is not None else None

    def _told_currency(
        self, named: tuple[str, int] | None, of_price: str | None, of_quantity: str | None, of_value: str | None
    ) -> str | None:
        """The currency that the row tells: in its cell, beside its numbers, or in the headers of these."""
        if named:
            return named[0]
        if of_price or of_quantity or of_value:
            return of_price or of_quantity or of_value
        converted = self._columns.get(_CONVERTED_VALUE)
        says_none = converted is not None and (_CURRENCY not in self._places or _is_per_cent(self.cell(_CURRENCY)))
        return converted.currency if converted and says_none else None

    def _check_holding(self, symbol: str, found: Worth) -> None:
        quantity, price = found.quantity, found.price
        if not symbol or quantity is None:
            refused = {index for index, _, _ in self._problems}
            place = next((each for each in (_SYMBOL, _ISIN, _NAME) if each in self._places), _SYMBOL)
            if not symbol and self._places.get(place) not in refused:
                self._refuse(place, "No symbol.", "Fill in a symbol, or match another column to Symbol.")
            if quantity is None and self._places.get(_QUANTITY) not in refused:
                field = _QUANTITY if _QUANTITY in self._places else _VALUE
                self._refuse(field, "No quantity.", "Fill in how much is held, or leave the line out.")
        if price is not None and price < 0:
            self._refuse(_PRICE, "The price is below zero.", "Write a price above 0, or leave the cell empty.")
        elif price is not None and quantity is not None and _is_absurd(exact_product(quantity, price), found.currency):
            self._refuse(_QUANTITY, "Quantity times price is more than can be kept.", "Correct the quantity or price.")

    def _cash(self, quantity: Decimal | None, price: Decimal | None, value: Money, currency: str) -> Decimal | None:
        """The amount of cash: the quantity, or the value where a row has no quantity (or one of units not priced 1)."""
        amount, converted = quantity, self._converted()
        if quantity is None or (price is not None and price != 1):
            amount = value.amount
            if amount is None and converted and converted[0] == currency:
                amount = converted[1]
            if amount is None and quantity is not None and price is not None:
                amount = exact_product(quantity, price)
        field = _QUANTITY if quantity is not None or _VALUE not in self._places else _VALUE
        if amount is None and not self._problems:
            self._refuse(field, "No amount.", "Fill in how much cash there is, or leave the line out.")
        if amount is not None and _is_absurd(abs(amount), currency):
            self._refuse(field, "The amount is more than can be kept.", "Correct the amount.")
        return amount

    def _day(self, field: Field) -> date | None:
        cell = self._cells[self._at[field]]
        if not cell or cell in self._days:
            return self._days.get(cell)
        day = self._try(field, lambda cell: read_date(cell, self._layout.date_order))
        if day is not None and day <= self._today:
            self._days[cell] = day
        elif day is not None:
            fix = f"Write a day up to {self._today.isoformat()}, or choose the other order of day and month."
            self._refuse(field, f"“{short(self.cell(field))}” is after today.", fix)
        return day

    def _isin(self) -> str | None:
        text = self._cells[self._at[_ISIN]].upper()
        if not text or (is_missing(text) and not self.is_own):
            return None
        if self.is_own:
            return self._text(_ISIN)
        if not _ISIN_FORM.fullmatch(text):
            self._refuse(_ISIN, f"“{short(text)}” is not an ISIN.", "Write its 12 characters, or leave the cell empty.")
            return None
        return text

    def _classes(self, *, is_like_cash: bool) -> tuple[tuple[str, int], ...]:
        told = self.cell(_ASSET_CLASS)
        if not self._names_class() or (is_like_cash and not self.is_own and _is_cash_and_more(told)):
            return ()
        return self._try(_ASSET_CLASS, _classes_in) or ()

    def _cost(self, found: Worth, parts: int) -> tuple[Decimal | None, tuple[str, Decimal] | None]:
        """What the holding cost in its own currency, or else what it cost in another one."""
        in_own, foreign = None, None
        for column in self._costs:
            # A bond was paid in percent, as it is priced; the unit of its price is found for its cost as well.
            money = self._money(column, "cost", text=self._cells[column.index].removesuffix("%").strip())
            if money.amount is None or found.quantity is None:
                continue
            amount = money.amount if money.code or parts == 1 else quotient(money.amount, Decimal(parts))
            if column.field is _UNIT_COST:
                amount = self._whole_cost(amount, found)
            if amount < 0 or _is_absurd(amount, found.currency):
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
        step, _ = self._number(_LOT_STEP, "lot step")
        if step is not None and step <= 0:
            self._refuse(_LOT_STEP, "The lot step is not above zero.", "Write 1 for whole shares, or nothing.")
        return step

    def _account(self, line: int) -> CandidateAccount | None:
        key = self._says_account(self._cells)
        if key in self._accounts:
            return self._accounts[key]
        name = self._text(_ACCOUNT) or self._text(_ACCOUNT_NUMBER)
        kind = plain_words(self.cell(_ACCOUNT_KIND)).replace(" ", "_")
        currency = self._try(_ACCOUNT_CURRENCY, read_currency) if name and key[-1] else None
        account = CandidateAccount(line, name, kind if kind in _ACCOUNT_KINDS else None, currency) if name else None
        if not self._problems:
            self._accounts[key] = account
        return account

    def _is_account_only(self) -> bool:
        if not (self._cells[self._at[_ACCOUNT_KIND]] or self._cells[self._at[_ACCOUNT_CURRENCY]]):
            return False
        return not any(self.cell(field) for field in self._places if field not in (*_OF_ACCOUNT, _BASE_CURRENCY))

    def _is_asset_only(self) -> bool:
        """Whether the row is of an asset that no account holds, which only WealthDesk's own export has."""
        return not self._cells[self._at[_ACCOUNT]] and not self._cells[self._at[_QUANTITY]]


_LISTED_AS: Final = re.compile(r"(?P<name>.+?)\s*\([A-Z]{2,10}:\s?(?P<symbol>[A-Z0-9][A-Z0-9.]{0,9})\)", re.ASCII)
"""A name with the exchange and the symbol behind it: “Acme plc (LSE:ACM)”."""

_ISIN_WITHIN: Final = re.compile(r"(?<![A-Z0-9])[A-Z]{2}[A-Z0-9]{9}[0-9](?![A-Z0-9])", re.ASCII)


def isin_within(text: str) -> str | None:
    """The first ISIN among other words, as in “IE00BK5BQT80 A2PKXG”; its last digit has to fit."""
    return next((each for each in _ISIN_WITHIN.findall(text[:200]) if _fits(each)), None)


def _fits(isin: str) -> bool:
    """Whether the last digit of an ISIN is what the others come to."""
    digits = "".join(str(int(each, 36)) for each in isin[:-1])
    doubled = (int(each) * (2 if place % 2 == 0 else 1) for place, each in enumerate(reversed(digits)))
    return (10 - sum(sum(divmod(each, 10)) for each in doubled) % 10) % 10 == int(isin[-1])


@lru_cache(maxsize=1024)
def _names_symbol(header: str) -> bool:
    found = heading(header)
    return found is not None and found.field is Field.SYMBOL


def borrowed(amount: Decimal, currency: str) -> str:
    """Why cash below zero is left out."""
    return f"{from_minor(to_minor(amount, currency), currency)} {currency} is borrowed: borrowed money is not kept."


@lru_cache(maxsize=1024)
def _is_per_cent(cell: str) -> bool:
    return cell == "%" or plain_words(cell) in _PER_CENT


@lru_cache(maxsize=1024)
def _is_cash_and_more(cell: str) -> bool:
    """Whether a class has cash and something else in it, “Fixed income & cash”: cash alone is only the first."""
    return class_of(cell) is None and "cash" in plain_words(cell).split()


@lru_cache(maxsize=1024)
def _classes_in(cell: str) -> tuple[tuple[str, int], ...]:
    return read_classes(read_text(cell, 1000))


def _type_of_security(type_words: str) -> str:
    """The type of a row that is no cash: “Cash” says there where it is held, or what it is like."""
    return "" if class_of(type_words) == "cash" else type_words


def _likely_class(type_words: str, *, is_like_cash: bool) -> str | None:
    """What the words of a type speak of; those for cash only where one of it is worth 1."""
    found = class_of(type_words) if type_words else None
    return found if found != "cash" or is_like_cash else None


@lru_cache(maxsize=256)
def _largest(currency: str) -> Decimal:
    return from_minor(LARGEST_MINOR, currency)


def _is_absurd(amount: Decimal, currency: str) -> bool:
    return amount > _largest(currency)


def _apart(one: Decimal, other: Decimal) -> Decimal:
    """How many times the one is the other, or the other the one."""
    low, high = sorted((abs(one), abs(other)))
    return quotient(high, low) if low else LARGEST_NUMBER
