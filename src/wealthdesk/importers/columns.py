"""Where the header stands and what each column means: by its header first, by its cells where headers mislead."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from wealthdesk.domain.money import CURRENCIES, unit
from wealthdesk.importers.cells import is_missing, is_number
from wealthdesk.importers.draft import Column, Field, Problem
from wealthdesk.importers.header_words import Heading, heading, plain_words
from wealthdesk.importers.outside import is_cash_label
from wealthdesk.importers.table import Record
from wealthdesk.importers.transactions import is_told_by_headers

_WHICH = (Field.SYMBOL, Field.ISIN, Field.NAME)
_HOW_MUCH = (Field.QUANTITY, Field.VALUE, Field.CONVERTED_VALUE)
_COSTS = (Field.COST, Field.UNIT_COST)
_MONEY = (Field.PRICE, Field.VALUE, Field.CONVERTED_VALUE, Field.UNIT_COST, Field.COST)
_SUMS_OF_MONEY = frozenset(("amount", "balance", "saldo"))
_HOW_MANY = frozenset(("betrag", "montant", "importe", "importo", "bedrag", "kwota", "belopp", "belob"))
_VOLUMES = frozenset(("volume", "volumen", "volumes"))
"""What is traded in a day, but how many are held where it stands beside what was paid for one."""
_COUNTED = frozenset((Field.PRICE, Field.VALUE))
_PARTS_OF_TOTAL = frozenset(
    ("available", "free", "locked", "in order", "in orders", "on order", "on orders", "frozen", "on hold")
)
"""What wallets say of the coins in them, beside how many there are: “Coin, Total, Available”."""
AVAILABLE = frozenset(
    "available|free|quantity available|available quantity|qty available|available qty|avail qty|free qty|"
    "available balance|available amount|free balance|free amount".split("|")
)
HELD_BESIDE = frozenset(
    "locked|freeze|frozen|in order|in orders|on order|on orders|on hold|hold|withdrawing|staked|staking|blocked|"
    "locked amount|locked balance|blocked quantity|pledged|pledged quantity|pledged qty|quantity pledged|"
    "quantity pledged margin|quantity pledged loan".split("|")
)
"""What is held beside what is available, in columns of their own."""
_CURRENCY_WORDS = frozenset(("currency", "wahrung", "waehrung", "whg", "devise", "valuta", "divisa", "ccy", "waluta"))
_SYMBOL_OR_NAME = frozenset(("stock", "security", "instrument", "scrip", "coin"))
_ACCOUNT_TYPES = frozenset(("cash", "margin", "short", "long", ""))
_SIDES = frozenset(("long", "short"))
_WIDEST = 200
FUND_UNITS = 10_000
"""How many units of a fund a price is for in Japan."""
_CODE = re.compile(r"[A-Z0-9]{2,8}(?:\.[A-Z])?", re.ASCII)
_SURE = 2
"""The first part of the score of a row that names a table of holdings and nothing else."""


@dataclass(frozen=True, slots=True)
class HeaderLine:
    """A row of headers: the record, how many of its headers are known, and whether they name holdings."""

    record: Record
    known: int
    is_holdings: bool
    is_transactions: bool

    @property
    def is_words(self) -> bool:
        """Whether the cells are words, the first of them a header: “Symbol, Price, Change”."""
        cells = [cell for cell in self.record.cells if cell]
        return len(cells) > 1 and heading(cells[0]) is not None and not any(map(is_number, cells))

    @property
    def score(self) -> tuple[int, bool, int]:
        """The better, the greater: a table of holdings before one of transactions before anything else."""
        sure = _SURE * (self.is_holdings and not self.is_transactions) or int(self.is_transactions and self.known > 1)
        return (sure, self.known > 0, self.known)


def header_of(record: Record) -> HeaderLine:
    """What `record` is worth as a row of headers."""
    cells = record.cells[:_WIDEST]
    if sum(map(is_number, cells)) > 1:
        return HeaderLine(record, 0, is_holdings=False, is_transactions=False)  # its words are there by accident
    fields = {found.field for cell in cells if cell and (found := heading(cell))}
    holdings = any(each in fields for each in _WHICH) and any(each in fields for each in _HOW_MUCH)
    return HeaderLine(record, len(fields), holdings, bool(fields) and is_told_by_headers(cells))


def is_list_of_cash(record: Record) -> bool:
    """Whether the headers are those of currencies and how much money there is in each: “Currency, Balance”."""
    cells = [cell for cell in record.cells if cell]
    fields = {found.field for cell in cells if (found := heading(cell))}
    is_amount = bool(fields & {*_HOW_MUCH}) or any(map(is_cash_label, cells))
    return len(cells) == 2 and Field.CURRENCY in fields and is_amount


def find_header(records: Sequence[Record]) -> HeaderLine | None:
    """The best row of headers among the first records; the first row of several cells when no header is known."""
    found = [header_of(record) for record in records if len(record.cells) > 1 and not record.fault]
    best = max(found, key=lambda each: each.score, default=None)
    if best is not None and best.score[0] == _SURE:
        best = next((each for each in found if each.score[0] == _SURE and each.known > 2), best)
    if best is None or best.known:
        return best
    return next((each for each in found if sum(map(bool, each.record.cells)) > 1), None)


def recognised(header: Record, rows: Sequence[Record]) -> tuple[Column, ...]:
    """The columns under `header`, judged with some of the rows that follow it."""
    width = min(_width(header, rows), _WIDEST)
    names = [header.cells[i] if i < len(header.cells) else "" for i in range(width)]
    known = [heading(name) if name else None for name in names]
    own = _currency_columns(names, known)
    winners = _winners(names, known, own)
    columns = [
        Column(
            i,
            name,
            winners.get(i, Field.IGNORE),
            _samples(rows, i),
            found.currency if (found := known[i]) else None,
            found.parts if found else 1,
            own.get(i),
        )
        for i, name in enumerate(names)
    ]
    return tuple(_by_cells(columns))


def _currency_columns(names: Sequence[str], known: Sequence[Heading | None]) -> dict[int, int]:
    """Column → the one in which its currency stands: “Market value currency”, or “Währung” after every amount."""
    own: dict[int, int] = {}
    plain = [plain_words(name) for name in names]
    for i, name in enumerate(plain):
        words = name.split()
        rest = " ".join(word for word in words if word not in _CURRENCY_WORDS)
        if rest and len(words) > len(rest.split()):
            own.update({j: i for j, other in enumerate(plain) if other == rest and j != i})
    usual = [i for i, found in enumerate(known) if found and found.field is Field.CURRENCY]
    alike = [i for i in usual if sum(plain[i] == plain[j] for j in usual) > 1]
    own.update({i - 1: i for i in alike if i > 0 and i - 1 not in alike})
    return own


def language_of(header: Record) -> str:
    """The language that most of the known headers are written in."""
    found = [known.language for cell in header.cells[:_WIDEST] if cell and (known := heading(cell))]
    others = [language for language in found if language != "en"]
    return max(set(others), key=others.count) if others else "en"


def problems_of(columns: Sequence[Column], line: int) -> list[Problem]:
    """Why holdings cannot be read with these columns: no symbol, no quantity, or two columns for one thing."""
    fields = {column.field for column in columns}
    found = _found(columns)
    problems = []
    if not fields & {Field.SYMBOL, Field.ISIN, Field.NAME}:
        what = f"No column is known as the symbol.{found}"
        problems.append(Problem(line, "", what, "Match a column to Symbol, or to Name, which then stands for it."))
    if not fields & {Field.QUANTITY, Field.VALUE, Field.CONVERTED_VALUE}:
        what = f"No column is known as the quantity.{found}"
        problems.append(Problem(line, "", what, "Match a column to Quantity."))
    return problems + _twice(columns, line)


def _found(columns: Sequence[Column]) -> str:
    """The headers, those with digits left out: what is no header may be somebody's account number."""
    is_prose = len(columns) < 3 or any(len(each.header.split()) > 3 or each.header.endswith(".") for each in columns)
    if is_prose and not any(heading(column.header) for column in columns):
        return ""  # it may be a letter
    titles = [f"“{column.title[:40]}”" for column in columns[:20] if not any(map(str.isdigit, column.header))]
    return f" Found: {', '.join(titles)}." if titles else ""


def _twice(columns: Sequence[Column], line: int) -> list[Problem]:
    problems = []
    for column in columns:
        others = [each for each in columns if each.index < column.index and _clash(each, column)]
        if others:
            what = f"“{column.title}” stands twice, in columns {others[0].index + 1} and {column.index + 1}."
            fix = f"Choose which one is the {column.field.label.lower()}, and ignore the other."
            problems.append(Problem(line, column.title, what, fix, column.index))
    return problems


def _clash(first: Column, second: Column) -> bool:
    if first.field in _COSTS and (first.currency, first.currency_index) != (second.currency, second.currency_index):
        return False
    return first.field is second.field is not Field.IGNORE


def _width(header: Record, rows: Sequence[Record]) -> int:
    """The header's width; wider when most rows have something beyond it."""
    last = max((i for i, cell in enumerate(header.cells) if cell), default=-1) + 1
    widths = sorted(max((i for i, cell in enumerate(row.cells) if cell), default=-1) + 1 for row in rows)
    usual = widths[len(widths) // 2] if widths else 0
    return max(last, usual)


def _samples(rows: Sequence[Record], index: int) -> tuple[str, ...]:
    cells = (row.cells[index][:80] for row in rows if index < len(row.cells) and row.cells[index])
    return tuple(dict.fromkeys(cells))[:5]


def _winners(names: Sequence[str], known: Sequence[Heading | None], own: Mapping[int, int]) -> dict[int, Field]:
    """Per field the column with the surest header; columns of the same header all stay, to be told as a problem.

    Costs may stand in several columns, each in a currency of its own.
    """
    winners: dict[int, Field] = {}
    known = _names_among_symbols(names, known)
    for field in Field:
        found = [(each.rank, i) for i, each in enumerate(known) if each and each.field is field]
        places = [place for place in found if field is not Field.CURRENCY or place[1] not in own.values()]
        if places:
            best = plain_words(names[min(places)[1]])
            winners.update({i: field for _, i in places if plain_words(names[i]) == best})
        if field in _COSTS:
            winners.update(_in_other_currencies(field, [i for _, i in sorted(places)], known, own))
    if Field.CURRENCY not in winners.values():
        told = (own[i] for field in _MONEY for i in own if winners.get(i) is field)
        winners.update(dict.fromkeys([*told][:1], Field.CURRENCY))
    return winners


def _names_among_symbols(names: Sequence[str], known: Sequence[Heading | None]) -> list[Heading | None]:
    """“Stock” or “Security” beside a “Code” is the name, where nothing else is."""
    found = {each.field for each in known if each}
    symbols = [i for i, each in enumerate(known) if each and each.field is Field.SYMBOL]
    either = [i for i in symbols if plain_words(names[i]) in _SYMBOL_OR_NAME]
    if Field.NAME in found or not either or len(either) == len(symbols):
        return list(known)
    return [replace(each, field=Field.NAME) if each and i == either[0] else each for i, each in enumerate(known)]


def _in_other_currencies(
    field: Field, places: Sequence[int], known: Sequence[Heading | None], own: Mapping[int, int]
) -> dict[int, Field]:
    seen: dict[tuple[str | None, int | None], int] = {}
    for i in places:
        each = known[i]
        seen.setdefault((each.currency if each else None, own.get(i)), i)
    return dict.fromkeys(seen.values(), field) if len(seen) > 1 else {}


def _by_cells(columns: list[Column]) -> list[Column]:
    columns = _coins_among_currencies(_converted_twin(_without_equal_twins(columns)))
    columns = _quoted(_named_by_cells(_counted(_named_by_cells(_currency_by_cells(columns)))))
    columns = _value_in_the_currency_of_costs(_sums_of_money(_coins(columns)))
    return _per_ten_thousand([_type_by_cells(column) for column in columns])


def _per_ten_thousand(columns: list[Column]) -> list[Column]:
    """A “基準価額” is the price of 10,000 units of a fund; where a value stands beside it, that decides."""
    fields = {column.field for column in columns}
    told = any(column.field is Field.PRICE and plain_words(column.header) == "基準価額" for column in columns)
    if not told or fields & {Field.VALUE, Field.CONVERTED_VALUE}:
        return columns
    quoted = (Field.PRICE, Field.UNIT_COST)
    return [replace(column, parts=FUND_UNITS) if column.field in quoted else column for column in columns]


def _counted(columns: list[Column]) -> list[Column]:
    """“Position” is a name or a quantity; its cells tell which. “Betrag” beside a price and a value is a quantity."""
    if any(column.field is Field.QUANTITY for column in columns):
        return columns
    told = {column.field for column in columns}
    for column in columns:
        words = plain_words(column.header) if column.field is Field.IGNORE else ""
        if (words in _HOW_MANY and told >= _COUNTED) or (words in _VOLUMES and Field.UNIT_COST in told):
            columns[column.index] = replace(column, field=Field.QUANTITY)
            return columns
    total = next((each for each in columns if plain_words(each.header) == "total"), None)
    if total is not None and total.field is Field.IGNORE and _is_wallet(columns):
        columns[total.index] = replace(total, field=Field.QUANTITY)
        return columns
    free = next((each for each in columns if plain_words(each.header) in AVAILABLE), None)
    if free is not None and any(plain_words(each.header) in HELD_BESIDE for each in columns):
        columns[free.index] = replace(free, field=Field.QUANTITY)
        return columns
    for column in columns:
        if _may_name(column) and column.samples and all(map(is_number, column.samples)):
            columns[column.index] = replace(column, field=Field.QUANTITY)
            break
    return columns


def _is_wallet(columns: Sequence[Column]) -> bool:
    """Whether the lines are of coins or other symbols, of which a part is available, and have no price."""
    fields, headers = {each.field for each in columns}, {plain_words(each.header) for each in columns}
    if Field.PRICE in fields or not headers & _PARTS_OF_TOTAL:
        return False
    names = [each for each in columns if each.field is Field.NAME and each.samples]
    return Field.SYMBOL in fields or any(all(map(_CODE.fullmatch, each.samples)) for each in names)


def _quoted(columns: list[Column]) -> list[Column]:
    """“Quote” is how many in Italian; beside another quantity it is the English price."""
    if any(column.field is Field.PRICE for column in columns):
        return columns
    return [
        replace(each, field=Field.PRICE) if each.field is Field.IGNORE and plain_words(each.header) == "quote" else each
        for each in columns
    ]


def _may_name(column: Column) -> bool:
    """Whether the header is a word for a name, also where another column is the name: “Holding” beside a “Name”."""
    if column.field is not Field.IGNORE or column.samples == tuple(map(str, range(1, len(column.samples) + 1))):
        return column.field is Field.NAME
    told = heading(column.header)
    return told is not None and told.field is Field.NAME


def _named_by_cells(columns: list[Column]) -> list[Column]:
    """“Valeur” is a security or a value: with words in its cells and no name beside it, it is the name; and so is
    “Investment” beside a “Holding” that is a quantity.
    """
    if any(column.field is Field.NAME for column in columns):
        return columns
    for column in columns:
        told = heading(column.header) if column.field in (Field.IGNORE, Field.VALUE) else None
        may_name = told is not None and told.field in (Field.VALUE, Field.NAME, Field.QUANTITY)
        if may_name and column.samples and not any(map(is_number, column.samples)):
            columns[column.index] = replace(column, field=Field.NAME)
            break
    return columns


def _coins(columns: list[Column]) -> list[Column]:
    """“Asset” beside a “Balance” is a symbol where its cells are nothing but codes of coins: BTC, ETH2.S."""
    if {Field.SYMBOL, Field.ISIN, Field.PRICE, Field.VALUE} & {column.field for column in columns}:
        return columns
    return [
        replace(column, field=Field.SYMBOL)
        if column.field is Field.NAME and column.samples and all(map(_CODE.fullmatch, column.samples))
        else column
        for column in columns
    ]


def _coins_among_currencies(columns: list[Column]) -> list[Column]:
    """“Currency” with coins among its codes, where nothing else names what is held, is the symbol."""
    if any(column.field in _WHICH for column in columns):
        return columns
    return [
        replace(column, field=Field.SYMBOL)
        if column.field is Field.CURRENCY
        and all(map(_CODE.fullmatch, column.samples))
        and not _all_codes(column.samples)
        else column
        for column in columns
    ]


def _sums_of_money(columns: list[Column]) -> list[Column]:
    """“Amount” and “Balance” are values where no symbol, price or value stands beside them, or a surer quantity."""
    fields = {column.field for column in columns}
    sums = [each for each in columns if each.field is Field.IGNORE and plain_words(each.header) in _SUMS_OF_MONEY]
    if Field.QUANTITY in fields and len(sums) == 1 and not fields & {Field.VALUE, Field.CONVERTED_VALUE}:
        return [replace(each, field=Field.VALUE) if each is sums[0] else each for each in columns]
    if fields & {Field.PRICE, Field.SYMBOL, Field.ISIN, Field.VALUE, Field.CONVERTED_VALUE}:
        return columns
    return [
        replace(column, field=Field.VALUE)
        if column.field is Field.QUANTITY and plain_words(column.header) in _SUMS_OF_MONEY
        else column
        for column in columns
    ]


def _value_in_the_currency_of_costs(columns: list[Column]) -> list[Column]:
    """“GAV (SEK)” beside a “GAV” in the instrument's currency: the value that names none is in SEK as well."""
    costs = [column for column in columns if column.field in _COSTS]
    named = {column.currency for column in costs if column.currency and column.currency_index is None}
    plain = any(column.currency is None and column.currency_index is None for column in costs)
    told = {column.field for column in columns}
    if len(named) != 1 or not plain or Field.CURRENCY not in told or Field.CONVERTED_VALUE in told:
        return columns
    [code] = named
    return [
        replace(column, field=Field.CONVERTED_VALUE, currency=code)
        if column.field is Field.VALUE and column.currency is None and column.currency_index is None
        else column
        for column in columns
    ]


def _without_equal_twins(columns: list[Column]) -> list[Column]:
    """Of two columns with the same meaning and the same cells, the first is enough."""
    seen: dict[tuple[Field, tuple[str, ...], str | None, int | None], int] = {}
    keys = [(column.field, column.samples, column.currency, column.currency_index) for column in columns]
    for column, key in zip(columns, keys, strict=True):
        seen.setdefault(key, column.index)
    return [
        column if seen[key] == column.index else replace(column, field=Field.IGNORE)
        for column, key in zip(columns, keys, strict=True)
    ]


def _converted_twin(columns: list[Column]) -> list[Column]:
    """“Market Value £” beside a “Market Value”: the one whose header names a currency is converted to that."""
    values = [column for column in columns if column.field is Field.VALUE]
    named = [column for column in values if column.currency is not None]
    if len(values) != 2 or len(named) != 1 or any(column.field is Field.CONVERTED_VALUE for column in columns):
        return columns
    return [replace(each, field=Field.CONVERTED_VALUE) if each is named[0] else each for each in columns]


def _currency_by_cells(columns: list[Column]) -> list[Column]:
    """A column of nothing but currency codes is the currency; the nameless one after it holds its amounts."""
    if any(column.field is Field.CURRENCY for column in columns):
        return columns
    changed = list(columns)
    for column in columns:
        if column.field in (Field.VALUE, Field.IGNORE) and column.samples and _all_codes(column.samples):
            changed[column.index] = replace(column, field=Field.CURRENCY)
            after = columns[column.index + 1] if column.index + 1 < len(columns) else None
            if column.field is Field.VALUE and after is not None and not after.header:
                changed[after.index] = replace(after, field=Field.VALUE)
            break
    return changed


def _all_codes(samples: Sequence[str]) -> bool:
    told = [sample for sample in samples if not is_missing(sample)]
    known = all(sample in CURRENCIES or (unit(sample) or ("", 1))[1] > 1 for sample in told)
    return known and not is_missing(samples[0])


def _type_by_cells(column: Column) -> Column:
    """“Type” may only say whether an account is cash or margin, and “Position” whether something is owned or owed."""
    if column.field is Field.NAME and column.samples and {plain_words(each) for each in column.samples} <= _SIDES:
        return replace(column, field=Field.IGNORE)
    if column.field is not Field.SECURITY_TYPE:
        return column
    if {plain_words(sample) for sample in column.samples} <= _ACCOUNT_TYPES:
        return replace(column, field=Field.IGNORE)
    return column
