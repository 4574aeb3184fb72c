"""One line of a list of transactions read into numbers and words, before it is decided what they mean together."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final, TypeVar

from wealthdesk.domain.ledger import EntryKind
from wealthdesk.domain.money import COMMA, CURRENCIES, POINT, NumberFormat, canonical, exact_sum
from wealthdesk.importers.cells import (
    CellRefused,
    day_in,
    is_missing,
    is_no_text,
    number_reader,
    read_date,
    read_number,
    read_text,
    short,
)
from wealthdesk.importers.coins import coin
from wealthdesk.importers.draft import Problem
from wealthdesk.importers.header_words import plain_words
from wealthdesk.importers.row_cells import currency_of_sign
from wealthdesk.importers.table import Record
from wealthdesk.importers.transaction_columns import TransactionColumn, TransactionTable
from wealthdesk.importers.transaction_words import Meaning, begins_with_trade, says_not_done, trade_in_words

_T = TypeVar("_T")
_ISIN_FORM: Final = re.compile(r"\b[A-Z]{2}[A-Z0-9]{9}[0-9]\b", re.ASCII)
_TIME_FORM: Final = re.compile(r"(?:^|[T ,;])(\d{1,2}):(\d\d)(?::(\d\d))?", re.ASCII)
_NAMED_SYMBOL: Final = re.compile(r"([A-Z0-9.]{1,12}) \((.+)\)", re.ASCII)
_BRAZILIAN: Final = re.compile(r"([A-Z]{4}[0-9]{1,2}) - (.+)", re.ASCII)
_PAIR: Final = re.compile(r"([A-Z0-9.]{1,12})/([A-Z]{3})", re.ASCII)
_HUNDREDTHS: Final = {"GBX": "GBP", "GBP.": "GBP", "ZAC": "ZAR", "ILA": "ILS", "USX": "USD"}
_HUNDRED: Final = Decimal(100)
_ZERO: Final = Decimal(0)
_DESCRIPTIONS: Final = ("desc", "details", "transaction desc", "libell", "omschr", "opis")


@dataclass(frozen=True, slots=True)
class Amount:
    """A number with the currency that it is in, where that is told."""

    number: Decimal
    currency: str | None


@dataclass(slots=True)
class RawRow:
    """A line as it stands there: signs as they are written. words: what the cells that tell what happened say.

    base: the amount of money, `is_net` whether its header says that fees and taxes are in it (None: it does not say).
    """

    line: int
    account: str | None
    on: date
    at: str
    words: tuple[str, ...]
    note: str
    status: str
    symbol: str
    isin: str | None
    name: str
    quantity: Decimal | None
    quantity_text: str
    price: Amount | None
    base: Amount | None
    is_net: bool | None
    fee: Decimal
    tax: Decimal
    balance: Amount | None
    other: Amount | None
    """What comes where one currency is changed into another."""
    told_kind: EntryKind | None = None
    """Whether a description tells a purchase or a sale."""
    is_other: bool = False
    """Whether it is one side of a trade whose other side stands on a line of its own."""
    reference: str = ""
    code: str | None = None
    """The currency that the line names, whatever it has an amount of."""

    @property
    def currency(self) -> str | None:
        """The currency of the line's money."""
        return self.base.currency if self.base else None


# Members of an enumeration are slow to look up, and these are looked up for every line.
_ACCOUNT, _ACCOUNT_NUMBER, _AMOUNT, _BALANCE, _CREDIT, _CURRENCY = (
    Meaning.ACCOUNT,
    Meaning.ACCOUNT_NUMBER,
    Meaning.AMOUNT,
    Meaning.BALANCE,
    Meaning.CREDIT,
    Meaning.CURRENCY,
)
_DATE, _DEBIT, _FEE, _GROSS, _ISIN, _KIND = (
    Meaning.DATE,
    Meaning.DEBIT,
    Meaning.FEE,
    Meaning.GROSS,
    Meaning.ISIN,
    Meaning.KIND,
)
_NAME, _NET, _NOTE, _PRICE, _PRICE_CURRENCY, _QUANTITY = (
    Meaning.NAME,
    Meaning.NET,
    Meaning.NOTE,
    Meaning.PRICE,
    Meaning.PRICE_CURRENCY,
    Meaning.QUANTITY,
)
_SIDE, _STATUS, _SYMBOL, _TAX, _TIME = Meaning.SIDE, Meaning.STATUS, Meaning.SYMBOL, Meaning.TAX, Meaning.TIME


class RawReader:
    """Reads lines by a table. `account` and `currency` are used where a line names none."""

    def __init__(self, table: TransactionTable, *, account: str | None, currency: str, today: date) -> None:
        self._table, self._account, self._currency, self._today = table, account, currency, today
        self._width = table.width
        self._order, self._marks = table.layout.date_order, table.layout.marks
        self._numbers = number_reader(table.layout.marks)
        self._date = table.first(_DATE)
        self._kinds = tuple(table.all(_KIND, _SIDE))
        self._by_meaning = {each: tuple(table.all(each)) for each in Meaning}
        self._first = {each: found[0] for each, found in self._by_meaning.items() if found}
        described = (each for each in self._by_meaning[_NOTE] if _plain(each.header).startswith(_DESCRIPTIONS))
        self._described_by = None if self._by_meaning[_NAME] else next(described, None)
        by_header = {_plain(each.header): each for each in table.columns}
        plain = {plain_words(each.header) for each in table.columns}
        self._has_ratios = "unit price" in plain and "net cash amount" not in plain and bool(_WEALTHFOLIO & plain)
        self._referring = by_header.get("refid")
        self._is_movements = self._referring is not None and _SYMBOL in self._first
        self._destination = by_header.get("destination amount"), by_header.get("destination currency")
        self._currency_of = {column.of: column for column in reversed(table.columns) if column.of is not None}
        self._line = 0
        self._cells: list[str] = []
        self._problems: list[Problem] = []

    def is_line(self, record: Record) -> bool:
        """Whether the record has a day: titles, totals and disclaimers have none."""
        return self._date is not None and day_in(self._of(record.cells, self._date), self._order) is not None

    def is_undone(self, record: Record) -> bool:
        """Whether the record says of itself that it was cancelled, refused or is still open."""
        return any(says_not_done(self._of(record.cells, column)) for column in self._by_meaning[_STATUS])

    def says_something(self, record: Record) -> bool:
        """Whether the record has a quantity or an amount beside a word for what happened, so that a day is missing."""
        told = (_QUANTITY, _NET, _AMOUNT, _GROSS)
        numbers = any(self._of(record.cells, column) for each in told for column in self._by_meaning[each])
        return numbers and any(self._of(record.cells, column) for column in self._kinds)

    def without_day(self, record: Record) -> Problem:
        """What is wrong with a line whose day cannot be read."""
        title, index = (self._date.title, self._date.index) if self._date else ("", None)
        return Problem(record.line, title, "No day that can be read.", "Write it like 2026-11-20.", index)

    def asset_of(self, record: Record) -> str:
        """What a line is about, as far as that can be told of one that cannot be read."""
        self._cells = record.cells
        return self._raw(_ISIN).upper() or self._raw(_SYMBOL) or self._raw(_NAME)

    def read(self, record: Record) -> RawRow | list[Problem]:
        """The line, or what is wrong with it."""
        self._line, self._cells, self._problems = record.line, record.cells, []
        if unreadable := self._unreadable(record):
            return [unreadable]
        on = self._day()
        price_currency = self._code(_PRICE_CURRENCY)
        usual = self._code(_CURRENCY)
        base, is_net = self._base(usual)
        price = self._amount(self._column(_PRICE), price_currency or usual)
        found = self._raw(_NAME)
        symbol, of_symbol = _parts(self._text(_SYMBOL, 80) or found)
        symbol = symbol if self._raw(_SYMBOL) or symbol != found else ""
        row = RawRow(
            line=record.line,
            account=self._raw(_ACCOUNT) or self._raw(_ACCOUNT_NUMBER) or self._account,
            on=on or self._today,
            at=self._time(),
            words=tuple(text for column in self._kinds if (text := self._cell(column))),
            note=" ".join(text for column in self._by_meaning[_NOTE] if (text := self._cell(column)))[:200],
            status=self._raw(_STATUS),
            symbol=symbol,
            isin=self._isin(found),
            name=_bare_name(self._text(_NAME)) or of_symbol or _bare_name(self._described()),
            quantity=self._number(_QUANTITY),
            quantity_text=self._raw(_QUANTITY),
            price=price,
            base=base,
            is_net=is_net,
            fee=self._sum(_FEE),
            tax=self._sum(_TAX),
            balance=self._amount(self._column(_BALANCE), usual, is_lenient=True),
            other=self._other(),
            code=price_currency or usual,
        )
        if self._is_movements:
            return self._problems or _movement(replace(row, reference=self._reference()))
        if self._has_ratios and "split" in map(str.casefold, row.words):
            row = _with_ratio(row)
        return self._problems or self._with_words(_of_pair(row))

    def _unreadable(self, record: Record) -> Problem | None:
        """Why the cells of a record cannot be told apart."""
        if record.fault:
            return Problem(record.line, "", record.fault, "Correct the line in the file, and read it again.")
        if any(record.cells[self._width :]):
            what = f"There are {len(record.cells)} cells on this line, and {self._width} headers."
            return Problem(record.line, "", what, "Put quotes around a cell that has the delimiter in it.")
        return None

    def _with_words(self, row: RawRow) -> RawRow:
        """The line with what its description tells of a trade, where it has no quantity of its own."""
        if row.name and self._described_by is not None and (begins_with_trade(row.name) or trade_in_words(row.name)):
            row = replace(row, name="")  # it says what happened, and not to what
        told = trade_in_words(row.note) if row.note and not row.quantity else None
        if told is None:
            return row
        quantity = _number_in_words(told.quantity, self._marks)
        price = _number_in_words(told.price, self._marks)
        if quantity is None:
            return row
        of = row.symbol or row.isin
        head = row.note.partition(" - ")[0] if " - " in row.note and not told.name else ""
        symbol = row.symbol or ("" if of else told.name or head)
        currency = told.currency if told.currency in CURRENCIES else row.currency
        amount = None if price is None else Amount(price, currency)
        return replace(
            row,
            symbol=symbol[:80],
            name="" if row.name == row.note else row.name,
            quantity=quantity,
            quantity_text="",
            price=row.price or amount,
            told_kind=told.kind,
        )

    def _reference(self) -> str:
        """What the two sides of a trade have in common."""
        column = self._referring
        return self._cell(column) if column else ""

    def _column(self, wanted: Meaning) -> TransactionColumn | None:
        return self._first.get(wanted)

    def _of(self, cells: list[str], column: TransactionColumn) -> str:
        return cells[column.index] if column.index < len(cells) else ""

    def _cell(self, column: TransactionColumn) -> str:
        text = self._of(self._cells, column)
        return "" if is_no_text(text) else text

    def _raw(self, wanted: Meaning) -> str:
        column = self._column(wanted)
        return self._cell(column) if column else ""

    def _text(self, wanted: Meaning, longest: int = 200) -> str:
        column = self._column(wanted)
        cell = self._cell(column) if column else ""
        if not cell or column is None or is_missing(cell):
            return ""
        return self._tried(column, lambda text: read_text(text[:longest], longest)) or ""

    def _described(self) -> str:
        """The name where only a description stands; comments are none."""
        column = self._described_by
        if column is None or not self._cell(column):
            return ""
        return self._tried(column, lambda text: read_text(" ".join(text.split())[:120])) or ""

    def _tried(self, column: TransactionColumn, read: Callable[[str], _T]) -> _T | None:
        try:
            return read(self._of(self._cells, column))
        except CellRefused as refused:
            self._refuse(column, refused.what, refused.fix)
            return None

    def _refuse(self, column: TransactionColumn, what: str, fix: str) -> None:
        self._problems.append(Problem(self._line, column.title, what, fix, column.index))

    def _day(self) -> date | None:
        if self._date is None:
            return None
        day = self._tried(self._date, lambda cell: day_in(cell, self._order) or read_date(cell, self._order))
        if day is not None and day > self._today:
            fix = f"Write a day up to {self._today.isoformat()}, or choose the other order of day and month."
            self._refuse(self._date, f"“{short(self._of(self._cells, self._date))}” is after today.", fix)
        return day

    def _time(self) -> str:
        for column in (self._column(_TIME), self._date):
            found = _TIME_FORM.search(self._of(self._cells, column)) if column else None
            if found and int(found[1]) < 24:
                return f"{int(found[1]):02d}:{found[2]}:{found[3] or '00'}"
        return ""

    def _isin(self, name: str) -> str | None:
        text = self._raw(_ISIN).upper() or self._raw(_SYMBOL)
        found = _ISIN_FORM.fullmatch(text) or _ISIN_FORM.search(name)
        return found[0] if found else None

    def _code(self, wanted: Meaning) -> str | None:
        return _known_code(self._raw(wanted))

    def _number(self, wanted: Meaning) -> Decimal | None:
        column = self._column(wanted)
        if column is None or is_missing(self._cell(column)):
            return None
        if wanted is _QUANTITY and ratio_in(self._cell(column)):
            return None
        found = self._tried(column, lambda cell: self._numbers(cell, wanted))
        return found[0] if found else None

    def _amount(
        self, column: TransactionColumn | None, usual: str | None, *, is_lenient: bool = False
    ) -> Amount | None:
        """The amount of a column: pence and the like are hundredths of their currency."""
        text = self._of(self._cells, column) if column is not None else ""
        if column is None or not text or is_missing(text):
            return None
        try:
            number, sign = self._numbers(text.rstrip("p"), "amount")
        except CellRefused as refused:
            if not is_lenient:
                self._refuse(column, refused.what, refused.fix)
            return None
        if number is None:
            return None
        own = self._currency_of.get(column.index)
        told = (self._cell(own) if own else "") or usual or ""
        code = told if told in CURRENCIES else _known_code(told)
        code = code or currency_of_sign(sign or column.currency, self._currency)
        is_pence = column.is_pence or text.endswith("p") or (told not in CURRENCIES and _is_hundredths(told))
        return Amount(number / _HUNDRED if is_pence else number, code or ("GBP" if is_pence else None))

    def _base(self, usual: str | None) -> tuple[Amount | None, bool | None]:
        """The amount of money: the net one first, as brokers paid or took it."""
        for wanted, is_net in ((_NET, True), (_AMOUNT, None), (_GROSS, False)):
            found = self._amount(self._column(wanted), usual)
            if found is not None:
                return found, is_net
        out = self._amount(self._column(_DEBIT), usual)
        into = self._amount(self._column(_CREDIT), usual)
        if out is None and into is None:
            return None, None
        number = exact_sum(abs(into.number) if into else Decimal(0), -abs(out.number) if out else Decimal(0))
        one = into or out
        return Amount(number, one.currency if one else None), True

    def _sum(self, wanted: Meaning) -> Decimal:
        total = _ZERO
        for column in self._by_meaning[wanted]:
            found = self._amount(column, None)
            total = exact_sum(total, found.number) if found else total
        return total

    def _other(self) -> Amount | None:
        """Where a list names what a conversion gives in columns of its own."""
        amount, code = self._destination
        return self._amount(amount, _known_code(self._cell(code)) if code else None, is_lenient=True)


def _of_pair(row: RawRow) -> RawRow:
    """A line whose description names a pair such as VTI/USD is about the first of the two."""
    is_named = bool(row.symbol or row.isin) or row.name not in ("", row.note)
    found = None if is_named else _PAIR.fullmatch(row.note)
    if found is None or found[2] not in CURRENCIES:
        return row
    return replace(row, symbol=found[1], name="")


def _number_in_words(text: str, own: NumberFormat) -> Decimal | None:
    """A number within a description, whose marks may be others than those of the columns."""
    for marks in (own, POINT, COMMA):
        try:
            return read_number(text, marks, "number")[0] if text else None
        except CellRefused:
            continue
    return None


def _movement(row: RawRow) -> RawRow:
    """The line of a list that has one column of amounts for money and for everything else."""
    symbol = coin(row.symbol)
    if row.base is None:
        return row
    if symbol in CURRENCIES:
        amount = Amount(row.base.number, symbol)
        balance = None if row.balance is None else Amount(row.balance.number, symbol)
        return replace(row, symbol="", base=amount, is_net=False, balance=balance, is_other=True)
    quantity = exact_sum(row.base.number, -abs(row.fee))
    return replace(row, symbol=symbol, base=None, is_net=None, quantity=quantity, fee=_ZERO, balance=None)


_CONVERTED: Final = re.compile(
    r"Converted ([0-9][0-9.,]*) ([A-Z0-9]{1,12}) to ([0-9][0-9.,]*) ([A-Z0-9]{1,12})", re.ASCII | re.IGNORECASE
)


def sides_of(row: RawRow) -> list[RawRow]:
    """The line; both sides of one whose note tells what was converted to what: “Converted 0.1 BTC to 2 ETH”."""
    found = _CONVERTED.search(row.note) if row.symbol and "convert" in map(str.casefold, row.words) else None
    if found is None:
        return [row]
    gone, come = (Amount(Decimal(found[i].replace(",", "")), found[i + 1].upper()) for i in (1, 3))
    plain = replace(row, note="", price=None, fee=_ZERO, balance=None)
    if gone.currency in CURRENCIES or come.currency in CURRENCIES:
        is_buy = gone.currency in CURRENCIES
        money, coins = (gone, come) if is_buy else (come, gone)
        base = Amount(-money.number if is_buy else money.number, money.currency)
        side = EntryKind.BUY if is_buy else EntryKind.SELL
        symbol = coins.currency or ""
        return [replace(plain, words=(side,), symbol=symbol, quantity=coins.number, base=base, is_net=True)]
    alone = replace(plain, base=None, is_net=None)
    sides = (("Transfer out", gone), ("Transfer in", come))
    return [replace(alone, words=(word,), symbol=of.currency or "", quantity=of.number) for word, of in sides]


def _parts(symbol: str) -> tuple[str, str]:
    """The symbol, and the name that stands behind it: “VTI (Vanguard)”, “BOVA11 - Ishares”."""
    found = _NAMED_SYMBOL.fullmatch(symbol) or _BRAZILIAN.fullmatch(symbol)
    return (found[1], found[2]) if found else (symbol, "")


_WEALTHFOLIO: Final = frozenset(("instrument type", "is draft", "activity type"))


def _with_ratio(row: RawRow) -> RawRow:
    """A split of Wealthfolio, which has its ratio in the place of an amount or of a quantity."""
    number = row.base.number if row.base and row.base.number else row.quantity
    told = number is None or any(ratio_in(text) for text in (row.quantity_text, row.note))
    ratio = row.quantity_text if told or number is None else f"{canonical(number)}:1"
    return replace(row, base=None, quantity=None, quantity_text=ratio)


def _plain(header: str) -> str:
    return header.casefold().replace("_", " ")


def _known_code(text: str) -> str | None:
    code = text.strip().upper()
    code = "GBX" if text.strip() == "GBp" else code
    code = _HUNDREDTHS.get(code, code)
    return code if code in CURRENCIES else None


def _is_hundredths(text: str) -> bool:
    return text.strip() == "GBp" or text.strip().upper() in _HUNDREDTHS


_TRADED: Final = re.compile(r"\s+[0-9][0-9.,]*\s*@\s*[0-9][0-9.,]*p?$", re.ASCII)


def _bare_name(name: str) -> str:
    """The name without the ISIN, and without what was traded of it: “Acme plc 10 @ 45.00” → Acme plc."""
    bare = re.sub(r"[\s/,(-]*(?:ISIN)?[\s:]*[A-Z]{2}[A-Z0-9]{9}[0-9]\)?", "", name).strip() or name
    return _TRADED.sub("", bare)


_RATIO: Final = re.compile(
    r"(?<![\d.,:])(\d{1,4}(?:\.\d{1,4})?)\s*(?:-?for-?|:|\s+for\s+|\s+new\s+for\s+|/)\s*(\d{1,4}(?:\.\d{1,4})?)(?![\d.,:/])",
    re.IGNORECASE,
)


def ratio_in(text: str) -> tuple[Decimal, Decimal] | None:
    """The two numbers of a split in words: “4:1”, “4-for-1”, “1 for 10”."""
    found = _RATIO.search(text)
    if found is None or not Decimal(found[1]) or not Decimal(found[2]):
        return None
    return Decimal(found[1]), Decimal(found[2])
