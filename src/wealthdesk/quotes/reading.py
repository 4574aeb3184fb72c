"""Answers in CSV or JSON, read into quotes: what cannot be read is a sentence, and nothing is guessed."""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from wealthdesk.domain.money import POINT, NumberFormat
from wealthdesk.errors import BadInput
from wealthdesk.quotes.draft import Answer, Failed, Quote
from wealthdesk.quotes.numbers import read_day, read_price

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
_COMMA: Final = NumberFormat(decimal=",", group=".")


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


def _marks(delimiter: str, cells: Iterator[str]) -> NumberFormat:
    """A comma stands for a point only where it cannot be anything else: no comma between cells, and no point at all."""
    told = list(cells)
    has_comma = any("," in cell for cell in told)
    return _COMMA if delimiter != "," and has_comma and not any("." in cell for cell in told) else POINT


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
    marks = _marks(
        delimiter, (row[at] for row in body for at, key in columns.items() if key == "price" and at < len(row))
    )
    found = []
    for number, row in enumerate(body, begin):
        told = {key: row[at].strip() for at, key in columns.items() if at < len(row)}
        if marks is not POINT and "price" in told:
            told["price"] = told["price"].replace(".", "").replace(",", ".")
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
