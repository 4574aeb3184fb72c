"""What was read from a file before anything is kept: candidates, prices, rates, what was left out, every problem."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from wealthdesk.domain.money import NumberFormat
from wealthdesk.domain.tax_lots import TaxLots
from wealthdesk.importers.ledger_draft import Ledger, Replay
from wealthdesk.importers.other_portfolio import OtherPortfolio, Taxonomy


class Kind(StrEnum):
    """What a file is a list of."""

    HOLDINGS = "holdings"
    TRANSACTIONS = "transactions"
    PORTFOLIO = "portfolio"
    """A whole file of another program: accounts, holdings, classes, targets."""
    TARGETS = "targets"
    OTHER = "other"
    """Nothing that is read here."""


class Field(StrEnum):
    """What a column of a holdings file means."""

    ACCOUNT = "account"
    ACCOUNT_NUMBER = "account_number"
    ACCOUNT_KIND = "account_kind"
    ACCOUNT_CURRENCY = "account_currency"
    SYMBOL = "symbol"
    NAME = "name"
    QUANTITY = "quantity"
    PRICE = "price"
    CURRENCY = "currency"
    DATE = "date"
    PRICE_DATE = "price_date"
    ISIN = "isin"
    ASSET_CLASS = "asset_class"
    SECURITY_TYPE = "security_type"
    COST = "cost"
    UNIT_COST = "unit_cost"
    VALUE = "value"
    CONVERTED_VALUE = "converted_value"
    KIND = "kind"
    LOT_STEP = "lot_step"
    RATE = "rate"
    RATE_DATE = "rate_date"
    BASE_CURRENCY = "base_currency"
    RATE_TO_BASE = "rate_to_base"
    BOUGHT_ON = "bought_on"
    LEVEL = "level"
    IGNORE = "ignore"

    @property
    def label(self) -> str:
        """The word for it on screen."""
        return _LABELS.get(self, self.value.replace("_", " ").capitalize())


_LABELS = {
    Field.ISIN: "ISIN",
    Field.DATE: "Date of the holding",
    Field.SECURITY_TYPE: "Type",
    Field.COST: "Total cost",
    Field.UNIT_COST: "Cost per share",
    Field.VALUE: "Market value",
    Field.RATE: "Exchange rate",
    Field.RATE_DATE: "Exchange rate date",
    Field.CONVERTED_VALUE: "Market value, converted",
    Field.RATE_TO_BASE: "Exchange rate to the base currency",
    Field.BOUGHT_ON: "Day of purchase",
    Field.LEVEL: "Level of detail",
}


class DateOrder(StrEnum):
    """Which way a date such as 03/04/2026 is read; dates that begin with the year are always read as such."""

    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"


class ByHand(StrEnum):
    """What of the way a file is read was chosen by the user."""

    DELIMITER = "delimiter"
    HEADER = "header"
    COLUMNS = "columns"
    NUMBERS = "numbers"
    DAYS = "days"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the file: where it stands (from 0), its header as written, what it means, some of its cells."""

    index: int
    header: str
    field: Field
    samples: tuple[str, ...] = ()
    currency: str | None = None
    """The currency that the header names, as in “Value in EUR”."""
    parts: int = 1
    """How many of its unit make one of that currency: 100 under “Price (pence)”."""
    currency_index: int | None = None
    """The column in which the currency of its amounts stands, where each amount has its own."""

    @property
    def title(self) -> str:
        """The header, or the column's place when it has none."""
        return self.header or f"Column {self.index + 1}"

    @property
    def is_amount(self) -> bool:
        """Whether it is money, which can have a currency of its own."""
        return self.field in _AMOUNTS


_AMOUNTS = frozenset((Field.PRICE, Field.VALUE, Field.CONVERTED_VALUE, Field.COST, Field.UNIT_COST))


@dataclass(frozen=True, slots=True)
class Layout:
    """How the file is written: recognised, or as the user corrected it. No columns: they are to be recognised again."""

    encoding: str
    delimiter: str
    marks: NumberFormat
    date_order: DateOrder
    header_line: int
    """The physical line of the header, from 1; 0 when the file has none."""
    columns: tuple[Column, ...]
    account: str | None = None
    """The account that a title line names."""
    sign: str | None = None
    """The sign, such as $ or €, that stands beside amounts."""
    doubtful: str | None = None
    """A number that could be read with either decimal mark, when nothing in the file settles which."""
    is_transactions: bool = False
    """Whether it is a list of what happened rather than of what is held."""
    is_sheet: bool = False
    """Whether it is a sheet of a spreadsheet, which has no delimiter of its own."""
    by_hand: frozenset[ByHand] = frozenset()
    """What of all this the user chose; that is remembered for files with the same headers."""

    def field_of(self, index: int) -> Field:
        """What the column at `index` means."""
        return next((column.field for column in self.columns if column.index == index), Field.IGNORE)

    def with_field(self, index: int, field: Field) -> "Layout":
        """The layout with the column at `index` meaning `field`; a column that meant it before is ignored now."""
        return self._with_field(index, field)._chosen(ByHand.COLUMNS)

    def with_account_column(self, index: int, field: Field) -> "Layout":
        """The same for a column of accounts that counts or not because of where the file goes: not to be remembered."""
        return self._with_field(index, field)

    def with_currency_of_left(self, index: int) -> "Layout":
        """The layout with the column at `index` naming the currency of the amount that stands next to it on the left.

        The layout as it is where there is no amount on the left.
        """
        left = max((column.index for column in self.columns if column.index < index and column.is_amount), default=None)
        if left is None:
            return self
        free = self._with_field(index, Field.IGNORE)
        columns = (replace(c, currency_index=index) if c.index == left else c for c in free.columns)
        return replace(free, columns=tuple(columns))._chosen(ByHand.COLUMNS)

    def without_currency_at(self, index: int) -> "Layout":
        """The layout in which the column at `index` names the currency of no amount any more."""
        columns = (replace(c, currency_index=None) if c.currency_index == index else c for c in self.columns)
        return replace(self, columns=tuple(columns))

    def amount_of(self, index: int) -> Column | None:
        """The amount whose currency stands in the column at `index`; None where it means something of its own."""
        if self.field_of(index) is not Field.IGNORE:
            return None
        return next((column for column in self.columns if column.currency_index == index and column.is_amount), None)

    def with_marks(self, marks: NumberFormat) -> "Layout":
        """The layout with numbers written in another way."""
        return replace(self, marks=marks, doubtful=None)._chosen(ByHand.NUMBERS)

    def with_date_order(self, order: DateOrder) -> "Layout":
        """The layout with dates read in another order."""
        return replace(self, date_order=order)._chosen(ByHand.DAYS)

    def with_delimiter(self, delimiter: str) -> "Layout":
        """The layout with another delimiter; its columns are recognised again when the file is read with it."""
        by_hand = self.by_hand - {ByHand.HEADER, ByHand.COLUMNS}
        return replace(self, delimiter=delimiter, columns=(), header_line=0, by_hand=by_hand)._chosen(ByHand.DELIMITER)

    def with_header_line(self, line: int) -> "Layout":
        """The layout with its headers on another line (0: there are none); its columns are recognised again."""
        by_hand = self.by_hand - {ByHand.COLUMNS}
        changed = replace(self, header_line=line, columns=(), is_transactions=False, by_hand=by_hand)
        return changed._chosen(ByHand.HEADER)

    @property
    def chosen_header(self) -> int | None:
        """The line of the headers where the user chose it."""
        return self.header_line if ByHand.HEADER in self.by_hand else None

    def _with_field(self, index: int, field: Field) -> "Layout":
        def changed(column: Column) -> Column:
            if column.index == index:
                return replace(column, field=field)
            taken = column.field == field and field is not Field.IGNORE
            return replace(column, field=Field.IGNORE) if taken else column

        return replace(self, columns=tuple(changed(column) for column in self.columns))

    def _chosen(self, what: ByHand) -> "Layout":
        return replace(self, by_hand=self.by_hand | {what})


@dataclass(frozen=True, slots=True)
class CandidateAccount:
    """An account that the file names, with its kind (or the words for it) and currency where the file says them."""

    line: int
    name: str
    kind: str | None = None
    currency: str | None = None


# A file may have a hundred thousand of these, and a frozen one takes several times as long to be made.
@dataclass(slots=True)
class Candidate:
    """A holding to be kept. `account` is None when neither the file nor the caller named one. Cash has its currency's
    code for a symbol and its amount for a quantity. `cost` is the total cost in `currency`.
    """

    line: int
    account: str | None
    symbol: str
    name: str | None
    quantity: Decimal
    currency: str
    is_cash: bool = False
    isin: str | None = None
    classes: tuple[tuple[str, int], ...] = ()
    """Names of asset classes as written, with basis points that sum to 10,000; () = the file does not say."""
    cost: Decimal | None = None
    kind: str | None = None
    lot_step: Decimal | None = None
    lots: TaxLots | None = None
    """The cost lots, where they are told; () = they are known not to be known."""
    past: tuple[tuple[date, Decimal], ...] = ()
    """What was held at the end of the days on which that changed."""
    likely_class: str | None = None
    """The id of the built-in class that its type speaks of, which is only a guess."""


@dataclass(slots=True)
class CandidatePrice:
    """The price of one unit on a day (None: the file gives no day)."""

    line: int
    symbol: str
    currency: str
    on: date | None
    price: Decimal
    isin: str | None = None
    accounts: tuple[str | None, ...] = (None,)
    """The accounts on whose lines it stands: what they call so can be several assets."""
    is_paid: bool = False
    """Whether it is what was paid on that day, and no quote."""


@dataclass(frozen=True, slots=True)
class CandidateRate:
    """An exchange rate that the file tells, or that its own values imply: 1 `base` = `rate` `quote`."""

    line: int
    base: str
    quote: str
    on: date | None
    rate: Decimal


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A line that is no holding (a total, a transaction, a disclaimer): listed, not a problem."""

    line: int
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong on a line (0 = in the whole file), in which column, how to mend it. Its line is no candidate."""

    line: int
    column: str
    what: str
    fix: str
    index: int | None = None
    """The column's place from 0, to mark the cell."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something worth knowing about how the file was read; `line` 0 = about the whole file."""

    text: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """The cells of one line as they stand in the file."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Corrected:
    """A cell that the user corrected: where it stands (index: its column from 0), what it was, what it is read as."""

    line: int
    index: int
    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything that one holdings file says. Problems, left-out lines and candidates are in the order of the file."""

    file_name: str
    layout: Layout | None = None
    accounts: tuple[CandidateAccount, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    prices: tuple[CandidatePrice, ...] = ()
    rates: tuple[CandidateRate, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[Note, ...] = ()
    rows_preview: tuple[PreviewRow, ...] = ()
    line_count: int = 0
    as_of: date | None = None
    assets: tuple[Candidate, ...] = ()
    """What the file knows without saying that it is held: WealthDesk writes such rows itself."""
    base_currency: str | None = None
    """The currency that the file says everything is valued in."""
    kind: Kind = Kind.HOLDINGS
    format: str = "List of positions"
    """Whose file it is or what it is, for people; what files of one format call an asset, they call it again."""
    ledger: Ledger | None = None
    """What a list of transactions says happened; what is held by that is known when it has been replayed."""
    openings: Mapping[str, Decimal] = field(default_factory=dict)
    """Symbol → what was held of it before the list begins, as the user says."""
    opening_costs: Mapping[str, Decimal] = field(default_factory=dict)
    """Symbol → what all of that had cost, where the user says it."""
    replay: Replay = field(default_factory=Replay)
    """What came of it when it was replayed."""
    heads: tuple[PreviewRow, ...] = ()
    """The first lines of a table, of which one is the headers."""
    taxonomies: tuple[Taxonomy, ...] = ()
    """The trees of classes of another program's file, of which one can be chosen (taxonomies.with_taxonomy)."""
    taxonomy: str | None = None
    """The name of the one that is chosen: its classes are matched by their names alone."""
    targets: tuple[tuple[str, int], ...] = ()
    """Class → basis points: the targets of that one, which become a strategy."""
    strategy: str = ""
    """What that strategy is called."""
    replaces_targets: bool = False
    """Whether a strategy of that name gets them even though it has others."""
    other: OtherPortfolio | None = None
    """What the file of another program itself says there is, to be laid beside what is here once it is kept."""
    corrected: tuple[Corrected, ...] = ()
    """The cells that the user corrected; the file itself stays as it is."""
    account_names: Mapping[str, str] = field(default_factory=dict)
    """What a new account is called here, by what the file calls it."""

    def problem_lines(self) -> frozenset[int]:
        """The lines that have a problem and are therefore no candidates."""
        return frozenset(problem.line for problem in self.problems)

    def columns(self) -> Iterator[Column]:
        """The columns recognised, none when the file could not be read at all."""
        return iter(self.layout.columns if self.layout else ())
