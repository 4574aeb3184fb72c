"""The rows of prices and rates with what is typed over them, and reading what is typed or pasted."""

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Final

from wealthdesk.domain.assets import Asset
from wealthdesk.domain.holdings import FxRate, Portfolio, Price, checked_price
from wealthdesk.domain.money import COMMA, POINT, parse_decimal
from wealthdesk.domain.names import name_order
from wealthdesk.domain.valuation import value
from wealthdesk.errors import BadInput, NotANumber
from wealthdesk.gui import format as text

_MOST: Final = 20_000


@dataclass(frozen=True)
class QuoteRow:
    """The latest price of an asset, or rate of a pair (one of `base` is so many `quote`), and what is typed over it.

    before, on: None where there is none yet. typed: as it is typed; "": it stays as it is.
    """

    asset: Asset | None
    base: str
    quote: str
    before: Decimal | None
    on: date | None
    source: str
    today: date
    fresh_since: date
    typed: str = ""

    @property
    def key(self) -> str:
        """What makes it the same row: the asset's id, or the pair."""
        return self.asset.id if self.asset else f"{self.base}/{self.quote}"

    @property
    def title(self) -> str:
        """What the asset is known as, or the pair: "EUR in USD"."""
        return self.asset.known_as if self.asset else f"{self.base} in {self.quote}"

    @property
    def what(self) -> str:
        """A price, or an exchange rate."""
        return "price" if self.asset else "exchange rate"

    @property
    def is_stale(self) -> bool:
        """Whether it is an old one."""
        return self.on is not None and self.on < self.fresh_since

    @property
    def is_marked(self) -> bool:
        """Whether it is to be looked at: missing or old and not typed over, or what is typed cannot be read."""
        return bool(self.problem) or (not self.typed and (self.before is None or self.is_stale))

    @cached_property
    def _read(self) -> tuple[Decimal | None, str]:
        if not self.typed:
            return None, ""
        try:
            return checked_price(read_typed(self.typed), self.what), ""
        except BadInput as refusal:
            return None, str(refusal)

    @property
    def number(self) -> Decimal | None:
        """What is typed; None where nothing is, or where it cannot be read."""
        return self._read[0]

    @property
    def problem(self) -> str:
        """Why what is typed cannot be read, in a sentence."""
        return self._read[1]

    @property
    def is_changed(self) -> bool:
        """Whether something is to be kept."""
        return self.number is not None

    @property
    def shown(self) -> str:
        """What stands in the field: a number that can be read is written as everywhere."""
        number = self.number if self.typed else self.before
        return self.typed if number is None else text.plain(text.plain_price(number, self.quote))


def quote_rows(portfolio: Portfolio, typed: Mapping[str, str]) -> list[QuoteRow]:
    """Every asset that has a price or needs one, then every rate; gaps first, then old ones, the others by name."""
    assets = [each for each in portfolio.assets.values() if not each.is_cash and not each.is_archived]
    days = (portfolio.on, portfolio.fresh_since)
    found = [_of_asset(each, portfolio.prices.get(each.id), *days) for each in assets]
    found.sort(key=_order)
    pairs = {(each.base, each.quote): each for each in portfolio.rates}
    rates = [QuoteRow(None, *pair, each.rate, each.on, "", *days) for pair, each in pairs.items()]
    lacking = value(portfolio).missing_rates
    rates += [QuoteRow(None, code, portfolio.base_currency, None, None, "", *days) for code in lacking]
    rates.sort(key=_order)
    return [replace(each, typed=typed.get(each.key, "")) for each in (*found, *rates)]


def _of_asset(asset: Asset, price: Price | None, today: date, fresh_since: date) -> QuoteRow:
    if price is None:
        return QuoteRow(asset, asset.symbol, asset.currency, None, None, "", today, fresh_since)
    return QuoteRow(asset, asset.symbol, asset.currency, price.price, price.on, price.source, today, fresh_since)


def _order(row: QuoteRow) -> tuple[int, tuple[tuple[str, int], ...]]:
    return (0 if row.before is None else 1 if row.is_stale else 2), name_order(row.title)


def with_changes(portfolio: Portfolio, rows: Iterable[QuoteRow]) -> Portfolio:
    """The portfolio as it is once what is typed is kept."""
    changed = [each for each in rows if each.is_changed]
    prices = dict(portfolio.prices) | {each.asset_id: each for each in prices_of(changed)}
    rates = {(each.base, each.quote): each for each in (*portfolio.rates, *rates_of(changed))}
    return replace(portfolio, prices=prices, rates=tuple(rates.values()))


def prices_of(rows: Iterable[QuoteRow]) -> list[Price]:
    """The prices that are typed, of today."""
    return [Price(row.asset.id, row.today, row.number) for row in rows if row.asset and row.number is not None]


def rates_of(rows: Iterable[QuoteRow]) -> list[FxRate]:
    """The rates that are typed, of today."""
    return [
        FxRate(row.base, row.quote, row.today, row.number)
        for row in rows
        if row.asset is None and row.number is not None
    ]


def read_typed(typed: str) -> Decimal:
    """The number: with the marks of the locale, or else with the others, whichever it can be read with alone."""
    try:
        return parse_decimal(typed, text.marks(), what="price")
    except NotANumber:
        other = COMMA if text.marks().decimal == POINT.decimal else POINT
        try:
            return parse_decimal(typed, other, what="price")
        except NotANumber:
            pass
        raise


def read_pasted(pasted: str, rows: Sequence[QuoteRow], begin: int) -> dict[str, str]:
    """Key → number as it is pasted: a column of numbers from a row on downwards, or lines of a symbol and a number.

    BadInput, and nothing is taken, where a line is neither, or names nothing or two things here.
    """
    lines = [line.strip() for line in pasted.splitlines()]
    told = [(number, line) for number, line in enumerate(lines, 1) if line]
    if len(told) > _MOST:
        raise BadInput(f"These are more than {_MOST:,} lines. Paste fewer.")
    cells = [(number, [cell for cell in line.replace(";", "\t").split("\t") if cell.strip()]) for number, line in told]
    cells = [(number, found if len(found) > 1 else _apart(found[0], rows)) for number, found in cells if found]
    if any(len(found) > 1 for _, found in cells):
        return _named_lines(cells, rows)
    below, first = rows[begin:], cells[0][0] if cells else 0
    if cells and cells[-1][0] - first >= len(below):
        count = cells[-1][0] - first + 1
        raise BadInput(f"There are {count} numbers and only {len(below)} rows from here on. Nothing was taken.")
    # An empty cell of the column leaves its row as it is.
    return {below[number - first].key: _number(number, found[0]) for number, found in cells}


def _apart(cell: str, rows: Sequence[QuoteRow]) -> list[str]:
    """A symbol and a number with only room between them; a number whose groups have room between them is one."""
    parts = cell.rsplit(None, 1)
    if len(parts) < 2 or any(parts[0].casefold() in _names(row) for row in rows):
        return parts
    with contextlib.suppress(NotANumber):
        read_typed(cell)
        return [cell]
    return parts


def _named_lines(cells: Sequence[tuple[int, list[str]]], rows: Sequence[QuoteRow]) -> dict[str, str]:
    found: dict[str, str] = {}
    for number, line in cells:
        if len(line) < 2:
            raise BadInput(f"Line {number}: “{line[0][:40]}” has no symbol and price. Nothing was taken.")
        name = line[0].strip()
        named = [row for row in rows if name.casefold() in _names(row)]
        if len(named) != 1:
            why = "nothing here is called so" if not named else "there are several of this name"
            raise BadInput(f"Line {number}: “{name[:40]}”: {why}. Nothing was taken.")
        if named[0].key in found:
            raise BadInput(f"Line {number}: “{name[:40]}” stands twice. Nothing was taken.")
        found[named[0].key] = _number(number, line[-1])
    return found


def _names(row: QuoteRow) -> set[str]:
    if row.asset is None:
        return {f"{row.base}/{row.quote}".casefold(), f"{row.base}{row.quote}".casefold(), row.title.casefold()}
    return {row.asset.symbol.casefold(), (row.asset.isin or row.asset.symbol).casefold()}


def _number(line: int, cell: str) -> str:
    try:
        checked_price(read_typed(cell))
    except BadInput as refusal:
        raise BadInput(f"Line {line}: {refusal} Nothing was taken.") from refusal
    return cell.strip()
