"""Answers in CSV or JSON, their prices and days read as they are meant: what cannot be read is a sentence."""

import csv
import io
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from typing import Any, Final

from wealthdesk.domain.holdings import FxRate
from wealthdesk.domain.money import CURRENCIES, DECIMALS, parse_decimal
from wealthdesk.errors import BadInput
from wealthdesk.quotes.draft import Answer, Failed, Quote

_PLAIN: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,4})?")
_LAST: Final = Decimal(1).scaleb(-DECIMALS)
_WIDE: Final = Context(prec=60)
_LONG: Final = 9
"""No number of 32 bits takes more digits than these to be told from all others."""

_DAY: Final = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?:[T ].*)?")
_SECONDS: Final = re.compile(r"\d{9,10}(\.\d+)?")
_MILLISECONDS: Final = re.compile(r"\d{12,13}")
MOST_BYTES: Final = 1_000_000
"""A larger answer is not read."""

_MOST_LINES: Final = 20_000
_HEADS: Final = {
    "symbol": ("symbol", "ticker", "code", "isin"),
    "on": ("on", "date", "day", "time", "timestamp"),
    "price": ("price", "close", "last", "value"),
    "currency": ("currency", "unit"),
    "name": ("name",),
}
_ORDER: Final = ("symbol", "on", "price", "currency")


def read_price(text: str) -> Decimal:
    """The price that a source wrote, at most with as many decimals as are kept; BadInput for what is none.

    One that is exactly a number of 32 bits, written out (189.2899932861328), is the shortest number of which that was
    made (189.29). All others are what is written.
    """
    shown = text.strip()
    if _PLAIN.fullmatch(shown) is None:
        number = parse_decimal(shown, what="price")
    else:
        try:
            number = Decimal(shown)
        except InvalidOperation as error:
            raise BadInput(f"“{shown[:40]}” is not a price.") from error
    if not 0 < number < Decimal(10) ** 15:
        raise BadInput(f"“{shown[:40]}” is not a price: one is above 0 and below 10^15.")
    rounded = _of_32_bits(number).quantize(_LAST, rounding=ROUND_HALF_UP, context=_WIDE).normalize(_WIDE)
    if not rounded:
        raise BadInput(f"“{shown[:40]}” is not a price: it has more decimals than are kept.")
    return rounded


def _of_32_bits(number: Decimal) -> Decimal:
    if len(number.as_tuple().digits) <= _LONG:
        return number
    wide = float(number)
    (narrow,) = struct.unpack("<f", struct.pack("<f", wide))
    if narrow != wide:
        return number
    for digits in range(6, 10):
        short = f"{wide:.{digits}g}"
        if struct.unpack("<f", struct.pack("<f", float(short)))[0] == narrow:
            return Decimal(short)
    return number


def read_day(text: str) -> date:
    """The day that a source wrote: 2026-11-27, with or without a time, or seconds since 1970; BadInput otherwise."""
    shown = text.strip()
    try:
        if found := _DAY.fullmatch(shown):
            return date(*map(int, found.groups()))
        if _SECONDS.fullmatch(shown):
            return datetime.fromtimestamp(int(shown.partition(".")[0]), UTC).date()
        if _MILLISECONDS.fullmatch(shown):
            return datetime.fromtimestamp(int(shown) // 1000, UTC).date()
    except ValueError:
        pass
    raise BadInput(f"“{shown[:40]}” is not a day. One is written like 2026-11-27.")


def read_list(data: bytes, source: str) -> Answer:
    """What a list says: lines of symbol, on, price, currency in CSV (with or without headers) or objects in JSON."""
    text = _text(data, source)
    if isinstance(text, Failed):
        return Answer(failed=(text,))
    rows = _json_rows(text, source) if text.lstrip()[:1] in ("[", "{") else _csv_rows(text, source)
    if isinstance(rows, Failed):
        return Answer(failed=(rows,))
    return _quotes(rows, source)


def _text(data: bytes, source: str) -> str | Failed:
    if len(data) > MOST_BYTES:
        return Failed("", f"{source} has more than 1 MB and is not read.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return Failed("", f"{source} is no text in UTF-8.")
    if not text.strip():
        return Failed("", f"There is nothing in {source}.")
    if "\0" in text:
        return Failed("", f"{source} is no text.")
    if text.lstrip()[:1] == "<":
        return Failed("", f"{source} is a web page, not a list of prices.")
    return text


def _json(text: str, source: str) -> Any:
    """The JSON, every number as it is written."""
    try:
        return json.loads(text, parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError):
        return Failed("", f"{source} begins like JSON, but is none.")


def _json_rows(text: str, source: str) -> list[tuple[str, Mapping[str, str]]] | Failed:
    told = _json(text, source)
    if isinstance(told, Failed):
        return told
    if isinstance(told, dict):
        lists = [each for each in told.values() if isinstance(each, list)]
        told = lists[0] if len(lists) == 1 else [told]
    if not isinstance(told, list) or not all(isinstance(each, dict) for each in told):
        return Failed("", f"{source} is no list of objects with symbol, on, price and currency.")
    if len(told) > _MOST_LINES:
        return _too_long(source)
    return [(f"entry {number}: ", _plain(each)) for number, each in enumerate(told, 1)]


def _plain(told: Mapping[str, Any]) -> dict[str, str]:
    names = {key.strip().lower(): value for key, value in told.items() if isinstance(value, str)}
    found = {key: next((word for word in words if word in names), None) for key, words in _HEADS.items()}
    return {key: names[word] for key, word in found.items() if word is not None}


def _too_long(source: str) -> Failed:
    return Failed("", f"{source} has more than {_MOST_LINES:,} lines and is not read. Divide it.")


def _table(text: str) -> tuple[str, list[list[str]]]:
    """The delimiter of a text and its rows that are not empty; pasted columns have tabs."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",;\t", key=first.count) if any(mark in first for mark in ",;\t") else ","
    lines = [line for line in text.splitlines() if line.strip()]
    return delimiter, list(csv.reader(io.StringIO("\n".join(lines)), delimiter=delimiter))


def _has_commas(delimiter: str, prices: Iterable[str]) -> bool:
    """Whether a comma stands for a point: only where there is none between cells, and no point in any price."""
    return delimiter != "," and not any("." in cell for cell in prices)


def _csv_rows(text: str, source: str) -> Sequence[tuple[str, Mapping[str, str]]] | Failed:
    try:
        delimiter, rows = _table(text)
    except csv.Error:
        return Failed("", f"{source} begins like a table, but has a cell that is no cell.")
    if len(rows) > _MOST_LINES:
        return _too_long(source)
    heads = _heads(rows[0])
    body, begin = (rows[1:], 2) if heads else (rows, 1)
    columns = heads or dict(enumerate(_ORDER))
    prices = (row[at] for row in body for at, key in columns.items() if key == "price" and at < len(row))
    has_commas = _has_commas(delimiter, prices)
    found = []
    for number, row in enumerate(body, begin):
        told = {key: row[at].strip() for at, key in columns.items() if at < len(row)}
        if has_commas and "price" in told:
            told["price"] = told["price"].replace(",", ".")
        found.append((f"line {number}: ", told))
    return found


def _heads(row: Sequence[str]) -> dict[int, str]:
    """Column → what it means, where the row is one of headers."""
    names = [cell.strip().lower() for cell in row]
    found = {}
    for key, words in _HEADS.items():
        at = next((names.index(word) for word in words if word in names), None)
        if at is not None:
            found[at] = key
    return found if {"symbol", "price"} <= set(found.values()) else {}


def _quotes(rows: Sequence[tuple[str, Mapping[str, str]]], source: str) -> Answer:
    quotes, failed = [], []
    for where, row in rows:
        code = row.get("symbol", "").strip()
        try:
            quotes.append(_quote(code, row))
        except BadInput as refused:
            failed.append(Failed(code, f"{code or source}: {where}{refused}"))
    return Answer(tuple(quotes), failed=tuple(failed))


def _quote(code: str, row: Mapping[str, str]) -> Quote:
    if not code:
        raise BadInput("there is no symbol.")
    price = read_price(row.get("price", ""))
    on = row.get("on", "").strip()
    currency = row.get("currency", "").strip()
    return Quote(code, price, read_day(on) if on else None, currency or None, row.get("name", "").strip())


@dataclass(frozen=True, slots=True)
class QuotePlaces:
    """Where an answer about one asset has its price, day and currency: paths in JSON, columns in CSV; empty: nowhere.

    A path has names and numbers, from the outside in: `chart.result.0.price`, `[-1].close`. A column is its header, or
    its number: `#5`.
    """

    price: str = ""
    on: str = ""
    currency: str = ""


_STEP: Final = re.compile(r"\[(-?\d{1,6})\]|([^.\[\]]+)")


def read_one(data: bytes, source: str, code: str, places: QuotePlaces) -> list[Quote]:
    """The price that an answer about one code tells; BadInput with a sentence where it tells none."""
    text = _text(data, source)
    if isinstance(text, Failed):
        raise BadInput(text.what)
    told = _json_cells(text, source, places) if text.lstrip()[:1] in ("[", "{") else _csv_cells(text, source, places)
    price, on, currency = (each.strip() for each in told)
    if price.lower() in ("", "null", "n/d", "n/a", "nan", "-"):
        raise BadInput(f"there is no price of “{code}” at {source}.")
    return [Quote(code, read_price(price), read_day(on) if on else None, currency or None)]


def _json_cells(text: str, source: str, places: QuotePlaces) -> Iterator[str]:
    told = _json(text, source)
    if isinstance(told, Failed):
        raise BadInput(told.what)
    return iter([_at(told, path, source) for path in (places.price, places.on, places.currency)])


def _at(told: Any, path: str, source: str) -> str:
    if not path:
        return ""
    for index, name in _STEP.findall(path.removeprefix("$")):
        try:
            told = told[int(index or name)] if isinstance(told, list) else told[name or index]
        except (ValueError, LookupError, TypeError) as error:
            raise BadInput(f"{source} has nothing at “{path}” in its answer.") from error
    if isinstance(told, dict | list | bool):
        raise BadInput(f"{source} has no text and no number at “{path}” in its answer.")
    return "" if told is None else str(told)


def _csv_cells(text: str, source: str, places: QuotePlaces) -> Iterator[str]:
    """The last line counts, or that of the newest day where days are told: histories come in either order."""
    try:
        delimiter, rows = _table(text)
    except csv.Error as error:
        raise BadInput(f"{source} has a cell that is no cell.") from error
    has_heads = any(place and not place.startswith("#") for place in (places.price, places.on, places.currency))
    body = rows[1:] if has_heads else rows
    if not body:
        raise BadInput(f"{source} has a table without a line.")
    columns = [_column(rows[0], place, source) for place in (places.price, places.on, places.currency)]
    days = columns[1]
    row = body[-1] if days is None else max(body, key=lambda each: _cell(each, days))
    price, *others = (_cell(row, column) for column in columns)
    has_commas = _has_commas(delimiter, (_cell(each, columns[0]) for each in body))
    return iter([price.replace(",", ".") if has_commas else price, *others])


def _column(heads: Sequence[str], place: str, source: str) -> int | None:
    if not place:
        return None
    if place.startswith("#") and place[1:].isdecimal() and 1 <= int(place[1:6]) <= len(heads):
        return int(place[1:6]) - 1
    names = [each.strip().casefold() for each in heads]
    if place.strip().casefold() not in names:
        raise BadInput(f"{source} has no column “{place}” in its answer.")
    return names.index(place.strip().casefold())


def _cell(row: Sequence[str], column: int | None) -> str:
    return row[column] if column is not None and column < len(row) else ""


_OF_A_DAY: Final = re.compile(r"<Cube\s+time=['\"]([\d-]{10})['\"]\s*>")
_RATE: Final = re.compile(r"<Cube\s+currency=['\"]([A-Z]{3})['\"]\s+rate=['\"]([0-9.]{1,20})['\"]\s*/>")


def read_ecb(data: bytes, source: str) -> Answer:
    """The reference rates of the European Central Bank: what one euro is in other currencies, by day.

    Only its own marks are looked for, so that nothing else in it has a meaning.
    """
    if len(data) > MOST_BYTES:
        return Answer(failed=(Failed("", f"{source} has more than 1 MB and is not read."),))
    text = data.decode("utf-8", "replace")
    rates, failed = list[FxRate](), list[Failed]()
    _, *told = _OF_A_DAY.split(text)
    for day, lines in zip(told[::2], told[1::2], strict=True):
        for code, rate in _RATE.findall(lines):
            try:
                if code in CURRENCIES and code != "EUR":
                    rates.append(FxRate("EUR", code, read_day(day), read_price(rate)))
            except BadInput as refused:
                failed.append(Failed(code, f"{code}: {source}: {refused}"))
    if not rates and not failed:
        failed.append(Failed("", f"{source} has no table of reference rates."))
    return Answer(failed=tuple(failed[:_MOST_SAID]), rates=_one_of_a_day(rates))


def _one_of_a_day(rates: Iterable[FxRate]) -> tuple[FxRate, ...]:
    """A day that is told twice has the rate that is told last."""
    return tuple({(each.quote, each.on): each for each in rates}.values())


_MOST_SAID: Final = 5
_MOST_UNPACKED: Final = 20_000_000
"""All days since 1999 are a tenth of it."""


def read_ecb_history(data: bytes, source: str, since: date) -> Answer:
    """The reference rates of every day since one, packed: a line for each day with a column for each currency."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed, packed.open(packed.namelist()[0]) as file:
            text = file.read(_MOST_UNPACKED + 1).decode("ascii", "replace")
        # What is too much is not even taken apart into lines.
        heads, *rows = csv.reader(text.splitlines() if len(text) <= _MOST_UNPACKED else ())
    except (zipfile.BadZipFile, zlib.error, OSError, LookupError, RuntimeError, ValueError, EOFError, csv.Error):
        heads, rows = [], []
    if not heads or heads[0].strip() != "Date":
        return Answer(failed=(Failed("", f"{source} has no packed table of reference rates."),))
    rates, failed = list[FxRate](), list[Failed]()
    codes = [code if (code := each.strip()) in CURRENCIES and code != "EUR" else "" for each in heads[1:]]
    for row in filter(None, rows):
        try:
            on = read_day(row[0])
            told = [(code, cell.strip()) for code, cell in zip(codes, row[1:], strict=False) if code and on >= since]
            rates += [FxRate("EUR", code, on, read_price(cell)) for code, cell in told if cell not in ("", "N/A")]
        except BadInput as refused:
            failed.append(Failed("", f"{source}: {row[0][:20]}: {refused}"))
    return Answer(failed=tuple(failed[:_MOST_SAID]), rates=_one_of_a_day(rates))
