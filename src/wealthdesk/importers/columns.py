"""Where the header stands and what each column means: by its header first, by its cells where headers mislead."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from wealthdesk.domain.money import CURRENCIES
from wealthdesk.importers.cells import is_missing, is_number
from wealthdesk.importers.class_words import class_of
from wealthdesk.importers.draft import Column, Field, Problem
from wealthdesk.importers.header_words import Heading, heading, plain_words
from wealthdesk.importers.table import Record
from wealthdesk.importers.transactions import is_told_by_headers

_WHICH = (Field.SYMBOL, Field.ISIN, Field.NAME)
_HOW_MUCH = (Field.QUANTITY, Field.VALUE, Field.CONVERTED_VALUE)
_ACCOUNT_TYPES = frozenset(("cash", "margin", "short", ""))
_WIDEST = 200


@dataclass(frozen=True, slots=True)
class Header:
    """A row of headers: the record, how many of its headers are known, and whether they name holdings."""

    record: Record
    known: int
    is_holdings: bool
    is_transactions: bool

    @property
    def score(self) -> tuple[int, bool, int]:
        """The better, the greater: a table of holdings before one of transactions before anything else."""
        sure = 2 * (self.is_holdings and not self.is_transactions) or int(self.is_transactions and self.known > 1)
        return (sure, self.known > 0, self.known)


def header_of(record: Record) -> Header:
    """What `record` is worth as a row of headers."""
    cells = record.cells[:_WIDEST]
    fields = {found.field for cell in cells if cell and (found := heading(cell))}
    if sum(map(is_number, cells)) > 1:
        fields = set()  # a row of numbers holds words by accident only
    holdings = any(each in fields for each in _WHICH) and any(each in fields for each in _HOW_MUCH)
    return Header(record, len(fields), holdings, bool(fields) and is_told_by_headers(cells))


def find_header(records: Sequence[Record]) -> Header | None:
    """The best row of headers among the first records; the first row of several cells when no header is known."""
    found = [header_of(record) for record in records if len(record.cells) > 1 and not record.fault]
    best = max(found, key=lambda each: each.score, default=None)
    if best is None or best.known:
        return best
    return next((each for each in found if sum(map(bool, each.record.cells)) > 1), None)


def recognised(header: Record, rows: Sequence[Record]) -> tuple[Column, ...]:
    """The columns under `header`, judged with some of the rows that follow it."""
    width = min(_width(header, rows), _WIDEST)
    names = [header.cells[i] if i < len(header.cells) else "" for i in range(width)]
    known = [heading(name) if name else None for name in names]
    winners = _winners(names, known)
    columns = [
        Column(
            i, name, winners.get(i, Field.IGNORE), _samples(rows, i), found.currency if (found := known[i]) else None
        )
        for i, name in enumerate(names)
    ]
    return tuple(_by_cells(columns))


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
    if not fields & {Field.SYMBOL, Field.ISIN}:
        problems.append(Problem(line, "", f"No column is known as the symbol.{found}", "Match a column to Symbol."))
    if Field.QUANTITY not in fields:
        problems.append(Problem(line, "", f"No column is known as the quantity.{found}", "Match a column to Quantity."))
    return problems + _twice(columns, line)


def _found(columns: Sequence[Column]) -> str:
    """The headers, those with digits left out: what is no header may be somebody's account number."""
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


def _winners(names: Sequence[str], known: Sequence[Heading | None]) -> dict[int, Field]:
    """Per field the column with the surest header; columns of the same header all stay, to be told as a problem."""
    winners: dict[int, Field] = {}
    for field in Field:
        places = [(found.rank, i) for i, found in enumerate(known) if found and found.field is field]
        if places:
            best = plain_words(names[min(places)[1]])
            winners.update({i: field for _, i in places if plain_words(names[i]) == best})
    return winners


def _by_cells(columns: list[Column]) -> list[Column]:
    columns = _without_equal_twins(columns)
    columns = _currency_by_cells(columns)
    return [_type_by_cells(column, columns) for column in columns]


def _without_equal_twins(columns: list[Column]) -> list[Column]:
    """Of two columns with the same meaning and the same cells, the first is enough."""
    seen: dict[tuple[Field, tuple[str, ...]], int] = {}
    for column in columns:
        seen.setdefault((column.field, column.samples), column.index)
    return [
        column if seen[column.field, column.samples] == column.index else replace(column, field=Field.IGNORE)
        for column in columns
    ]


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
    return all(sample in CURRENCIES for sample in samples if not is_missing(sample)) and not is_missing(samples[0])


def _type_by_cells(column: Column, columns: Sequence[Column]) -> Column:
    """“Type” may name asset classes, kinds of security, or only whether an account is cash or margin."""
    if column.field is not Field.SECURITY_TYPE:
        return column
    if {plain_words(sample) for sample in column.samples} <= _ACCOUNT_TYPES:
        return replace(column, field=Field.IGNORE)
    named = any(each.field is Field.ASSET_CLASS for each in columns)
    if not named and column.samples and all(class_of(sample) for sample in column.samples):
        return replace(column, field=Field.ASSET_CLASS)
    return column
