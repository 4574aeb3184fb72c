"""One row of a holdings file read: a holding with its price and day, or the problems of the row."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from operator import itemgetter
from typing import Final

from wealthdesk.domain.money import (
    LARGEST_MINOR,
    LARGEST_NUMBER,
    WHOLE,
    canonical,
    exact_product,
    exact_sum,
    from_minor,
    quotient,
    to_minor,
)
from wealthdesk.domain.names import LONGEST
from wealthdesk.domain.tax_lots import TaxLot, TaxLots
from wealthdesk.importers.cells import (
    CellRefused,
    day_in,
    is_missing,
    read_currency,
    read_number,
    read_text,
    says_nothing,
    short,
)
from wealthdesk.importers.class_words import class_of, kind_of_asset, read_classes
from wealthdesk.importers.coins import are_krakens, coin
from wealthdesk.importers.columns import AVAILABLE, HELD_BESIDE
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
from wealthdesk.importers.header_words import heading, plain_words
from wealthdesk.importers.outside import is_cash_label, is_no_asset, says_owed
from wealthdesk.importers.row_cells import ISIN_FORM, RowCells, currency_of_sign
from wealthdesk.importers.table import Record
from wealthdesk.importers.worth import LineWords, Money, Worth, cash_currency, worth

_ACCOUNT_KINDS: Final = frozenset(("taxable", "tax_deferred", "tax_free"))
_LONGEST_SYMBOL: Final = 80
_ONE: Final = Decimal(1)
_HUNDRED: Final = Decimal(100)
_SMALL_DEBT: Final = Decimal("0.10")
"""Cash of so little below zero is nothing."""
_LENGTH_OF_ISIN: Final = 12
_SIDES: Final = frozenset(
    ("side", "l s", "long short", "direction", "position type", "position side", "position", "type")
)
_SHORT: Final = frozenset(("short", "leerverkauf"))
"""What says that something is owed, in a column of the side."""

_STATES: Final = frozenset(("status", "state", "position status", "zustand", "statut", "estado", "stato"))
_ENDED: Final = frozenset(
    "closed|sold|geschlossen|verkauft|cloture|cloturee|vendu|vendue|cerrada|cerrado|vendida|vendido|chiuso|chiusa|"
    "venduto|gesloten|verkocht|zamknieta|sprzedane|stangd|lukket".split("|")
)
_SOLD_ON: Final = frozenset(
    "sell date|sold on|date sold|sold date|sale date|exit date|verkaufsdatum|verkauft am|date de vente|"
    "fecha de venta|data di vendita|data vendita|verkoopdatum|data sprzedazy".split("|")
)
"""What says in a column of the state, and the headers of the days on which it was, that something was sold."""

_FUTURES: Final = frozenset("fut future futures cfd cfds".split())
"""What is said of that of which only gains and losses are owned."""

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
    is_dated: bool = False
    """Whether the row says when it was bought."""

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
    """Reads rows by a layout. `account` and `currency` are used where a row does not name its own."""

    def __init__(self, layout: Layout, *, account: str | None, currency: str, today: date) -> None:
        self.account = account
        self.base_of_accounts: str | None = None
        """The base currency that a row of an account without holdings names."""
        self.section: str | None = None
        """The class that the section of the table is of, as its title says."""
        self.has_lots = False
        """Whether rows of the table say what they cost or when they were bought: one that does not is only watched."""
        self._last: _Said | None = None
        """What the last holding said, whose lots may stand below it without its name."""
        self.is_krakens = False
        """Whether coins are called as Kraken calls them."""
        self.row = row = RowCells(layout, currency=currency, today=today)
        """The cells of the row that everything is asked about."""
        self.is_own = row.is_own
        self.needed = 1 + max(row.places.values(), default=-1)
        """How many cells a row has where nothing that means something is missing."""
        self._accounts, self._asides = _Accounts(row), _Asides(row)
        beside = self._asides.held_beside()
        self._beside_at = [column.index for column in beside]
        self.held_beside = [f"“{column.title}”" for column in (row.columns[_QUANTITY], *beside)] if beside else []
        """The columns that how many are held is the sum of, where these are several."""
        costs = [column for column in layout.columns if column.field in (_COST, _UNIT_COST)]
        self._costs = sorted(costs, key=lambda each: each.field is _UNIT_COST)
        self._lots_at = [column.index for column in costs] + [row.at[_BOUGHT_ON]]
        self._longest_symbol = LONGEST if self.is_own else _LONGEST_SYMBOL

    def says_complete(self) -> bool:
        """Whether a quantity and a price, or what it is a quantity of, stand in the row: totals rows have neither.

        A symbol that is the word for a total is one only beside a name that is none: “TOTAL” of Something.
        """
        if self.is_own:
            return True
        cells, at = self.row.cells, self.row.at
        if is_missing(cells[at[_QUANTITY]]):
            return False
        if not is_missing(cells[at[_PRICE]]) or not is_missing(cells[at[_ISIN]]):
            return True
        symbol, name = cells[at[_SYMBOL]], cells[at[_NAME]]
        return not is_missing(symbol) and not (is_no_asset(symbol) and (is_missing(name) or is_no_asset(name)))

    def value_of(self) -> tuple[str, Decimal] | None:
        """The value that the row has in the file, and its currency; the converted one where there are two."""
        converted = self.row.converted()
        if converted is not None:
            return converted
        money = self.row.value()
        return (money.code or self.row.currency, money.amount) if money.amount is not None else None

    def says_amount(self) -> bool:
        """Whether the row has a quantity or a value where the table has them."""
        return not is_missing(self.row.of(_QUANTITY)) or self.value_of() is not None

    def says_lot(self) -> bool:
        """Whether the row says what it cost or when it was bought."""
        return any(not is_missing(self.row.cells[place]) for place in self._lots_at)

    def says_kraken(self) -> bool:
        """Whether the row calls a coin as only Kraken does."""
        return are_krakens((self.row.of(_SYMBOL), self.row.of(_NAME)))

    def any_is_bare(self, records: Sequence[Record]) -> bool:
        """Whether one of these rows is bare; a quick look, because most have a quantity."""
        place = self.row.places.get(_QUANTITY, self.row.width)
        for record in records:
            if place >= len(record.cells) or is_missing(record.cells[place]):
                self.row.look_at(record)
                if self.row.is_bare():
                    return True
        return False

    def read(self) -> RowRead | CandidateAccount | LeftOut | list[Problem]:
        """The row's holding; the account alone when that is all the row names; why it is no holding; what is wrong."""
        row, record = self.row, self.row.record
        row.problems, row.remarks = [], []
        if record.fault:
            return [Problem(record.line, "", record.fault, "Correct the line in the file, and read it again.")]
        if len(record.cells) > row.width and any(record.cells[row.width :]):
            return [_too_many(record, row.width)]
        account = self._accounts.named()
        if account is not None and self._accounts.are_all():
            base = row.attempt(_BASE_CURRENCY, read_currency) if row.of(_BASE_CURRENCY) else None
            self.base_of_accounts = self.base_of_accounts or base
            return row.told() or account
        reading = self._reading(record.line, account)
        if row.problems:
            return row.told()
        if isinstance(reading, LeftOut):
            return replace(reading, text=record.text)
        if self._accounts.are_none():
            reading.candidate, reading.is_held = replace(reading.candidate, account=None), False
        return reading

    def _reading(self, line: int, account: CandidateAccount | None) -> RowRead | LeftOut:
        said = self._said()
        quantity, code = said.words.quantity, _cash_code(said, is_own=self.is_own)
        if code is not None:
            return self._cash_row(line, account, said, code)
        if not self.is_own and plain_words(said.words.type) in _FUTURES:
            return LeftOut(line, "", "A future or CFD: its size is nothing that is owned.")
        if self._asides.may_be_sold and self._asides.say_sold():
            return LeftOut(line, "", "It was sold: nothing of it is held any more.")
        if not self.is_own and (quantity is None or quantity <= 0 or self._asides.say_short()):
            why = self._why_no_holding(quantity, said.price, said.value)
            if why:
                return LeftOut(line, "", why)
        return self._holding_row(line, account, said)

    def _said(self) -> _Said:
        row = self.row
        quantity, sign = row.number(_QUANTITY, "quantity")
        if self._beside_at:
            quantity = self._with_held_beside(quantity)
        if self._accounts.are_none():
            quantity = Decimal(0)
        named = row.unit()
        row.usual = named[0] if named else row.currency
        price, value = row.price(named), row.value()
        beside = price.code, currency_of_sign(sign, row.currency), value.code
        told = named[0] if named else row.currency_beside(*beside)
        isin = row.isin()
        symbol, name = row.text(_SYMBOL, self._longest_symbol), row.text(_NAME) or self._asides.cash_words()
        if isin is None and not self.is_own and (not symbol or len(symbol) > _LENGTH_OF_ISIN):
            symbol, name, isin = self._identified(symbol, name)
        if self.is_krakens:
            symbol = coin(symbol or name)
        kind, type_words = row.text(_KIND), row.text(_SECURITY_TYPE)
        # The title of the section counts for a row that says nothing of its own.
        section = self.section or "" if not symbol and not isin and quantity is None else ""
        class_words = type_words or row.of(_ASSET_CLASS) or section
        may_be_lot = self._last is not None and not isin and not name and not (symbol and symbol[0] > "9")
        if may_be_lot and self._last is not None and not self.is_own and self._is_lot(symbol):
            symbol, isin, name = self._last.symbol, self._last.isin, self._last.words.name
        words = LineWords(symbol or isin or "", name, kind, class_words, quantity, price.amount, told)
        return _Said(words, symbol, isin, type_words, named, price, value)

    def _with_held_beside(self, quantity: Decimal | None) -> Decimal | None:
        """What is held in all, where some of it stands in columns of its own: pledged, staked, locked."""
        for place in self._beside_at:
            try:
                more, _ = read_number(self.row.cells[place], self.row.layout.marks, "quantity")
            except CellRefused as refused:
                self.row.problems.append((place, refused.what, refused.fix))
                continue
            if more is not None:
                quantity = more if quantity is None else exact_sum(quantity, more)
        return quantity

    def _is_lot(self, symbol: str) -> bool:
        """Whether a row with a day of purchase names nothing: what the row above it is of, was bought then as well."""
        says = _DAY.fullmatch(symbol) is not None if symbol else _BOUGHT_ON in self.row.places
        return says and _bought_on(self.row) is not None

    def _identified(self, symbol: str, name: str) -> tuple[str, str, str | None]:
        """The symbol, name and ISIN of a row without a cell for these: within what stands for the symbol, or in the
        name; another column of symbols where there is nothing else.
        """
        found = isin_within(symbol or name)
        if found is not None:
            return found, name, found
        if listed := _LISTED_AS.fullmatch(symbol or name):
            return listed["symbol"], name if symbol and name else listed["name"], None
        return (symbol or self._asides.symbol())[: self._longest_symbol], name, None

    def _cash_row(self, line: int, account: CandidateAccount | None, said: _Said, code: str) -> RowRead | LeftOut:
        row, words, days = self.row, said.words, _held_and_priced(self.row)
        currency = code or words.currency or row.currency
        amount = _cash(row, words.quantity, words.price, said.value, currency)
        if amount is not None and amount < -_SMALL_DEBT:
            return LeftOut(line, "", borrowed(-amount, currency))
        if amount is not None and amount < 0:
            row.remarks.append(f"Cash of {canonical(amount)} {currency} on line {line} is read as 0.")
            amount = Decimal(0)
        candidate = Candidate(
            line,
            account.name if account else self.account,
            said.symbol if self.is_own and said.symbol else currency,
            (words.name or None) if words.kind else None,
            amount or Decimal(0),
            currency,
            is_cash=True,
            classes=_classes(row, is_like_cash=True),
            kind="cash",
            cost=_cost(row, self._costs, Worth(amount, currency), 1)[0],
        )
        return _rated(row, RowRead(candidate, account, row.of(_ACCOUNT_NUMBER), None, *days))

    def _holding_row(self, line: int, account: CandidateAccount | None, said: _Said) -> RowRead:
        row, words, named, days = self.row, said.words, said.named, _held_and_priced(self.row)
        parts = named[1] if named and named[1] > 1 and said.price.code in (None, named[0]) else 1
        found = worth(
            words.quantity, said.price, said.value, row.converted(), words.currency or row.currency,
            parts=parts,
            usual=row.currency if said.price.code and _CURRENCY not in row.places else None,
            per_cent=row.says_per_cent(),
            units=_usual_units(said, is_own=self.is_own),
        )  # fmt: skip
        symbol = said.symbol or said.isin or _name_for_symbol(row, words.name)
        _check_holding(row, symbol, found)
        _remark(row, found, symbol, named)
        cost, cost_in = _cost(row, self._costs, found, parts)
        is_isin = len(symbol) == 12 and not self.is_own and ISIN_FORM.fullmatch(symbol)
        candidate = Candidate(
            line,
            account.name if account else self.account,
            symbol,
            words.name or None,
            found.quantity or Decimal(0),
            found.currency,
            False,
            said.isin or (symbol if is_isin else None),
            _classes(row, is_like_cash=found.price == 1)
            or (((self.section, WHOLE),) if self.section and class_of(self.section) else ()),
            cost,
            kind_of_asset(words.kind or _type_of_security(said.type_words)),
            _lot_step(row) if _LOT_STEP in row.places else None,
            _lots(row, found, cost),
            likely_class=_likely_class(said.type_words, is_like_cash=found.price == 1),
        )
        reading = RowRead(
            candidate, account, row.of(_ACCOUNT_NUMBER), found.price, *days, found.value,
            found.converted, scale=_ONE if found.is_usual else found.scale, odd=found.odd, cost_in=cost_in,
        )  # fmt: skip
        self._last = said
        return _rated(row, _marked(row, reading))

    def _why_no_holding(self, quantity: Decimal | None, price: Money, value: Money) -> str | None:
        """Why a row that could be read is no holding: sold, borrowed to sell, or only watched."""
        # With a price and a class it is what may be bought; without, what was sold.
        if quantity == 0 and not (price.amount and _names_class(self.row)):
            said = self.row.of(_QUANTITY)
            is_nothing = says_nothing(said) or self._accounts.are_none()
            return "Nothing of it is held any more." if is_nothing else f"“{short(said)}” is too small to be kept."
        if quantity is not None and (quantity < 0 or self._asides.say_short()):
            return "A short position: what is owed is not kept."
        amount = value.amount if value.amount is not None else (self.row.converted() or ("", None))[1]
        if quantity is None and amount is not None and amount < 0:
            return f"{canonical(-amount)} is owed: what is owed is not kept."
        if quantity is None and amount is not None and (_says_owed(self.row, self.section) or self._asides.say_owed()):
            return f"{canonical(amount)} is owed: what is owed is not kept."
        says_quantity = not is_missing(self.row.of(_QUANTITY))
        if self.has_lots and price.amount is not None and not says_quantity and amount is None and not self.says_lot():
            return "Only watched: nothing of it is held."
        return None


def _says_owed(row: RowCells, section: str | None) -> bool:
    """Whether a type, a class or the title of the section says that this is owed."""
    return any(map(says_owed, (row.of(_SECURITY_TYPE), row.of(_ASSET_CLASS), row.of(_KIND), section or "")))


def _marked(row: RowCells, reading: RowRead) -> RowRead:
    """A holding with what its columns say of how it is written: converted, dated, a lot of another line."""
    is_in_value = reading.value is None or _CONVERTED_VALUE in row.places
    reading.is_converted = reading.converted is not None and is_in_value
    reading.is_dated = _bought_on(row) is not None
    reading.is_lot = _LEVEL in row.places and plain_words(row.of(_LEVEL)) == "lot"
    return reading


class _Accounts:
    """The accounts that rows name; what equal cells say is remembered."""

    def __init__(self, row: RowCells) -> None:
        self._row = row
        self._says = itemgetter(*(row.at[field] for field in _OF_ACCOUNT))
        self._known: dict[tuple[str, ...], CandidateAccount | None] = {}
        self._may_be_none = _BASE_CURRENCY in row.places and _ACCOUNT in row.places

    def named(self) -> CandidateAccount | None:
        """The account of the row; None where it names none."""
        row = self._row
        key = self._says(row.cells)
        if key in self._known:
            return self._known[key]
        name = row.text(_ACCOUNT) or row.text(_ACCOUNT_NUMBER)
        kind = _told_kind(row)
        currency = row.attempt(_ACCOUNT_CURRENCY, read_currency) if name and key[-1] else None
        account = CandidateAccount(row.record.line, name, kind or None, currency) if name else None
        if not row.problems:
            self._known[key] = account
        return account

    def are_all(self) -> bool:
        """Whether the row is of an account without holdings, of which it says more than the name."""
        row = self._row
        if not (_told_kind(row) in _ACCOUNT_KINDS or row.of(_ACCOUNT_CURRENCY)):
            return False
        return not any(row.of(field) for field in row.places if field not in (*_OF_ACCOUNT, _BASE_CURRENCY))

    def are_none(self) -> bool:
        """Whether the row is of an asset that no account holds, which only WealthDesk's own export has."""
        return self._may_be_none and not self._row.of(_ACCOUNT) and not self._row.of(_QUANTITY)


def _told_kind(row: RowCells) -> str:
    """How the account of the row is taxed where the file says it as we do; else what the file says."""
    told = row.of(_ACCOUNT_KIND)
    kind = plain_words(told).replace(" ", "_") if told else ""
    return kind if kind in _ACCOUNT_KINDS else told[:80]


class _Asides:
    """What columns without a meaning say: which side a position is of, another symbol, the word for cash."""

    def __init__(self, row: RowCells) -> None:
        self._row = row
        ignored = [column for column in row.layout.columns if column.field is _IGNORE]
        idle = [] if ByHand.COLUMNS in row.layout.by_hand else ignored
        self._all = [column.index for column in ignored]
        self._sides, self._states, self._sold_on = (
            [column.index for column in idle if plain_words(column.header) in headers]
            for headers in (_SIDES, _STATES, _SOLD_ON)
        )
        self._symbols = [column.index for column in idle if _names_symbol(column.header)]
        self.may_be_sold = bool(self._states or self._sold_on) and not row.is_own
        """Whether there is a column that may say that something was sold."""
        self._may_be_cash = _NAME in row.places and bool(ignored) and not row.is_own

    def held_beside(self) -> list[Column]:
        """The columns of what is held beside the quantity, where that is only what is available."""
        row = self._row
        quantity = row.columns.get(_QUANTITY)
        if row.is_own or quantity is None or plain_words(quantity.header) not in AVAILABLE:
            return []
        ignored = (column for column in row.layout.columns if column.field is _IGNORE)
        return [column for column in ignored if plain_words(column.header) in HELD_BESIDE]

    def say_short(self) -> bool:
        """Whether what stands beside the quantity says that it is owed and not held."""
        return any(plain_words(self._row.cells[place]) in _SHORT for place in self._sides)

    def say_sold(self) -> bool:
        """Whether a state or a day of sale says that it was sold."""
        cells = self._row.cells
        return any(plain_words(cells[place]) in _ENDED for place in self._states) or any(
            day_in(cells[place], self._row.layout.date_order) is not None for place in self._sold_on
        )

    def say_owed(self) -> bool:
        """Whether one of them says that what stands in the row is owed."""
        return any(says_owed(self._row.cells[place]) for place in self._all)

    def symbol(self) -> str:
        """The first symbol that stands in one of them."""
        return next((cell for place in self._symbols if not is_missing(cell := self._row.cells[place])), "")

    def cash_words(self) -> str:
        """What says cash there, on a line that names nothing and has no quantity."""
        cells, at = self._row.cells, self._row.at
        if not self._may_be_cash or cells[at[_SYMBOL]] or cells[at[_ISIN]] or cells[at[_QUANTITY]]:
            return ""
        found = (cells[place] for place in self._all if cells[place])
        return next((cell for cell in found if is_cash_label(cell) or plain_words(cell) == "cash"), "")


def _too_many(record: Record, width: int) -> Problem:
    count = max(i for i, cell in enumerate(record.cells) if cell) + 1
    what = f"There are {count} cells on this line, and {width} headers."
    return Problem(record.line, "", what, "Put quotes around a cell that has the delimiter in it.")


def _cash_code(said: _Said, *, is_own: bool) -> str | None:
    """The currency that the row is cash of, None for a row that is none."""
    if not is_own:
        # What has an ISIN is no money, whatever it is called.
        return None if said.isin and not said.words.kind else cash_currency(said.words)
    return said.words.currency if said.words.kind == "cash" else None


def _held_and_priced(row: RowCells) -> tuple[date | None, date | None]:
    """The day of the holding, and that of its price."""
    held_on, priced_on = row.day(_DATE), row.day(_PRICE_DATE)
    return held_on, priced_on or held_on


def _rated(row: RowCells, reading: RowRead) -> RowRead:
    """The reading with the rates of its row and what there is to remark of it."""
    reading.remarks = tuple(row.remarks)
    if _RATE_TO_BASE in row.places:
        try:
            rate, _ = read_number(row.of(_RATE_TO_BASE), row.layout.marks, "exchange rate")
        except CellRefused:
            rate = None
        reading.rate_to_base = rate if rate and rate > 0 else None
    if _BASE_CURRENCY in row.places:  # without it a rate could be either way round
        base = row.attempt(_BASE_CURRENCY, read_currency) if row.of(_BASE_CURRENCY) else None
        rate, _ = row.number(_RATE, "exchange rate")
        if rate is not None and rate <= 0:
            row.refuse(_RATE, "The exchange rate is not above zero.", "Correct it, or leave the cell empty.")
        reading.base_currency, reading.rate, reading.rated_on = base, rate, row.day(_RATE_DATE)
    return reading


def _name_for_symbol(row: RowCells, name: str) -> str:
    """The name of a row that has neither a symbol nor an ISIN."""
    refused = {index for index, _, _ in row.problems}
    if row.places.get(_SYMBOL, row.places.get(_ISIN)) in refused or is_no_asset(name):
        return ""
    if name:
        row.remarks.append("named")
    return name[:_LONGEST_SYMBOL].strip()


def _remark(row: RowCells, found: Worth, symbol: str, named: tuple[str, int] | None) -> None:
    if named and named[1] > 1:
        row.remarks.append("parts")
    if found.is_usual:
        usual = "of a bond: per 100 of its nominal value" if found.scale > 1 else "of an option: per share, 100 times"
        row.remarks.append(f"The price of {symbol}, which has no value beside it, is read as that {usual}.")
    if found.is_lump and found.value is not None:
        text = f"{symbol} has a value and no quantity: it is 1 of {canonical(found.value)} {found.currency}."
        row.remarks.append(text)


_BONDS: Final = frozenset(
    "bond|bonds|corporate bond|corporate bonds|government bond|government bonds|municipal bond|municipal bonds|"
    "treasury bond|treasury note|treasury bill|treasuries|anleihe|anleihen|staatsanleihe|unternehmensanleihe|"
    "obligation|obligations|obligatie|obligaties|bono|bonos|obbligazione|obbligazioni|obligacja|obligacje".split("|")
)
_OPTIONS: Final = frozenset(("option", "options", "opt", "equity option", "stock option", "call", "put"))
_A_TICKER: Final = re.compile(r"[A-Z]{1,5}(?:[.-][A-Z]{1,3})?", re.ASCII)


def _usual_units(said: _Said, *, is_own: bool) -> Decimal:
    """For how many a price is usually quoted: a bond's for 100 of what is paid back, an option's for a hundredth.

    A fund of bonds has a symbol of letters alone, and is held in any number.
    """
    quantity, price = said.words.quantity, said.price.amount
    if is_own or not said.type_words or quantity is None or price is None:
        return _ONE
    kind = plain_words(said.type_words)
    if kind in _OPTIONS and " " in said.symbol and quantity % 1 == 0:
        return Decimal("0.01")
    is_nominal = quantity > 0 and quantity % 1000 == 0 and 2 < price < 2 * _HUNDRED
    return _HUNDRED if kind in _BONDS and is_nominal and not _A_TICKER.fullmatch(said.symbol) else _ONE


def _check_holding(row: RowCells, symbol: str, found: Worth) -> None:
    """Refuses a holding without a symbol or a quantity, and one whose price cannot be."""
    quantity, price = found.quantity, found.price
    if not symbol or quantity is None:
        refused = {index for index, _, _ in row.problems}
        place = next((each for each in (_SYMBOL, _ISIN, _NAME) if each in row.places), _SYMBOL)
        if not symbol and row.places.get(place) not in refused:
            row.refuse(place, "No symbol.", "Fill in a symbol, or match another column to Symbol.")
        if quantity is None and row.places.get(_QUANTITY) not in refused:
            field = _QUANTITY if _QUANTITY in row.places else _VALUE
            row.refuse(field, "No quantity.", "Fill in how much is held, or leave the line out.")
    if price is not None and price < 0:
        row.refuse(_PRICE, "The price is below zero.", "Write a price above 0, or leave the cell empty.")
    elif price is not None and quantity is not None and _is_absurd(exact_product(quantity, price), found.currency):
        row.refuse(_QUANTITY, "Quantity times price is more than can be kept.", "Correct the quantity or price.")


def _cash(
    row: RowCells, quantity: Decimal | None, price: Decimal | None, value: Money, currency: str
) -> Decimal | None:
    """The amount of cash: the quantity, or the value where a row has no quantity (or one of units not priced 1)."""
    amount, converted = quantity, row.converted()
    if quantity is None or (price is not None and price != 1):
        amount = value.amount
        if amount is None and converted and converted[0] == currency:
            amount = converted[1]
        if amount is None and quantity is not None and price is not None:
            amount = exact_product(quantity, price)
    field = _QUANTITY if quantity is not None or _VALUE not in row.places else _VALUE
    if amount is None and not row.problems:
        row.refuse(field, "No amount.", "Fill in how much cash there is, or leave the line out.")
    if amount is not None and _is_absurd(abs(amount), currency):
        row.refuse(field, "The amount is more than can be kept.", "Correct the amount.")
    return amount


def _names_class(row: RowCells) -> bool:
    return _ASSET_CLASS in row.places and not row.says_nothing(row.of(_ASSET_CLASS))


def _classes(row: RowCells, *, is_like_cash: bool) -> tuple[tuple[str, int], ...]:
    if not _names_class(row) or (is_like_cash and not row.is_own and _is_cash_and_more(row.of(_ASSET_CLASS))):
        return ()
    return row.attempt(_ASSET_CLASS, _classes_in) or ()


def _cost(
    row: RowCells, columns: Sequence[Column], found: Worth, parts: int
) -> tuple[Decimal | None, tuple[str, Decimal] | None]:
    """What the holding cost in its own currency, or else what it cost in another one."""
    in_own, foreign = None, None
    for column in columns:
        # A bond was paid in percent, as it is priced; the unit of its price is found for its cost as well.
        money = row.money(column, "cost", text=row.cells[column.index].removesuffix("%").strip())
        if money.amount is None or found.quantity is None:
            continue
        amount = money.amount if money.code or parts == 1 else quotient(money.amount, Decimal(parts))
        if column.field is _UNIT_COST:
            amount = _whole_cost(amount, found)
        if amount < 0 or _is_absurd(amount, found.currency):
            fix = "Correct it, or leave the cell empty."
            row.problems.append((column.index, "The cost is below zero or too large.", fix))
            return None, None
        if money.code in (None, found.currency):
            in_own = amount if in_own is None else in_own
        else:
            foreign = foreign or (money.code or "", amount)
    return in_own, None if in_own is not None else foreign


def _whole_cost(each: Decimal, found: Worth) -> Decimal:
    """The cost of all from that of one, which may be quoted for as many as the price is."""
    whole = exact_product(each, found.quantity or Decimal(0))
    if found.scale == 1 or found.value is None:
        return whole
    scaled, value = quotient(whole, found.scale), found.value
    return whole if _apart(whole, value) <= _apart(scaled, value) else scaled


def _lots(row: RowCells, found: Worth, cost: Decimal | None) -> TaxLots | None:
    """The lot that the row is, where it says when it was bought."""
    if cost is None or not found.quantity or found.quantity <= 0 or (day := _bought_on(row)) is None:
        return None
    return (TaxLot(day, found.quantity, to_minor(cost, found.currency)),)


def _bought_on(row: RowCells) -> date | None:
    """When the row was bought: in its column, or in the place of the symbol, where lots stand below a holding."""
    cell = row.cells[row.at[_BOUGHT_ON]] or row.cells[row.at[_SYMBOL]]
    if not cell or (_BOUGHT_ON not in row.places and (cell[0] > "9" or _DAY.fullmatch(cell) is None)):
        return None
    day = day_in(cell, row.layout.date_order)
    return day if day is not None and day <= row.today else None


_DAY: Final = re.compile(r"[0-9]{1,2}[/-][0-9]{1,2}[/-](?:[0-9]{4}|[0-9]{2})|[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def _lot_step(row: RowCells) -> Decimal | None:
    step, _ = row.number(_LOT_STEP, "lot step")
    if step is not None and step <= 0:
        row.refuse(_LOT_STEP, "The lot step is not above zero.", "Write 1 for whole shares, or nothing.")
    return step


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
