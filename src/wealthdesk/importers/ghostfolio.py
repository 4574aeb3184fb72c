"""Ghostfolio's export in JSON: activities become what is held, cash is the latest balance of each account."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from wealthdesk.domain.money import canonical, rounded
from wealthdesk.importers.made_table import CASH, MadeRow

FORMAT: Final = "Ghostfolio"
_TYPES: Final = {"BUY": 1, "SELL": -1}
_ONLY_MONEY: Final = frozenset(("DIVIDEND", "FEE", "INTEREST"))
_MOST: Final = 200_000


class GhostfolioRefused(Exception):
    """An export that is not read, and why."""


def is_ghostfolio(data: bytes) -> bool:
    """Whether the bytes look like Ghostfolio's export."""
    return data[:64].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") and b'"activities"' in data and b'"meta"' in data


def ghostfolio_rows(data: bytes) -> list[MadeRow]:
    """What is held after all activities, on the line of the last that moved it; GhostfolioRefused for JSON of another
    shape.
    """
    try:
        told = _told(data.decode("utf-8-sig"))
        rows = sorted([*_holdings(told), *_cash(told)], key=_line)
    except (ValueError, KeyError, TypeError, AttributeError, InvalidOperation, RecursionError) as error:
        raise GhostfolioRefused("it is damaged, or of a version that is not known here") from error
    found: list[MadeRow] = []
    for line, cells in rows:
        found.append((max(line, found[-1][0] + 1 if found else 2), cells))
    return found


def _line(row: MadeRow) -> int:
    return row[0]


_Entries = list[tuple[int, Any]]
"""The entries of a list, each with the line that it begins on."""

_LISTS: Final = frozenset(("accounts", "assetProfiles", "activities"))
_SPACE: Final = re.compile(r"[ \t\r\n]*")
_DECODER: Final = json.JSONDecoder(parse_float=Decimal, parse_int=Decimal)


def _told(text: str) -> dict[str, _Entries]:
    """The lists of the file with the lines of their entries, which a reader of JSON alone does not tell."""
    found: dict[str, _Entries] = {}
    at = _after(text, 0, "{")
    while text[at] != "}":
        key, at = _DECODER.raw_decode(text, at)
        at = _after(text, at, ":")
        if key in _LISTS:
            found[key], at = _entries(text, at)
        else:
            _, at = _DECODER.raw_decode(text, at)
        at = _next(text, at, "}")
    return found


def _entries(text: str, at: int) -> tuple[_Entries, int]:
    found: _Entries = []
    line, counted = 1, 0
    at = _after(text, at, "[")
    while text[at] != "]":
        if len(found) == _MOST:
            raise GhostfolioRefused(f"it has more than {_MOST:,} activities")
        line, counted = line + text.count("\n", counted, at), at
        entry, at = _DECODER.raw_decode(text, at)
        found.append((line, entry))
        at = _next(text, at, "]")
    return found, at + 1


def _after(text: str, at: int, mark: str) -> int:
    """Where something begins behind this mark; ValueError where the mark does not stand there."""
    at = _end(text, at)
    if text[at : at + 1] != mark:
        raise ValueError(mark)
    return _end(text, at + 1)


def _next(text: str, at: int, last: str) -> int:
    """Where the next entry begins, or where the last mark stands."""
    at = _end(text, at)
    return at if text[at : at + 1] == last else _after(text, at, ",")


def _end(text: str, at: int) -> int:
    """Where the spaces end; ValueError at the end of the text."""
    found = _SPACE.match(text, at)
    at = found.end() if found else at
    if at >= len(text):
        raise ValueError("the end")
    return at


def _holdings(told: Mapping[str, _Entries]) -> Iterator[MadeRow]:
    names = {each["id"]: _account(each) for _, each in told.get("accounts", [])}
    profiles = {each["symbol"]: each for _, each in told.get("assetProfiles", [])}
    held: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    lines: dict[tuple[str, str, str], int] = {}
    last: dict[tuple[str, str], Mapping[str, Any]] = {}
    for line, each in sorted(told["activities"], key=lambda entry: str(entry[1]["date"])):
        kind, symbol, code = str(each["type"]), str(each["symbol"]), str(each["currency"])
        if kind in _ONLY_MONEY or each.get("isDraft"):
            continue
        if kind not in _TYPES:
            raise GhostfolioRefused(f"its activity on line {line} is of a kind that is not known: {kind[:20]}")
        key = names.get(each.get("accountId"), ""), symbol, code
        held[key] += _TYPES[kind] * Decimal(each["quantity"])
        lines[key], last[symbol, code] = line, each
    for (account, symbol, code), quantity in held.items():
        profile, priced = profiles.get(symbol, {}), last[symbol, code]
        is_manual = priced.get("dataSource") == "MANUAL" or profile.get("dataSource") == "MANUAL"
        price = Decimal(priced["unitPrice"])
        cells = {
            "Account": account,
            "Symbol": str(profile.get("name") or symbol) if is_manual else symbol,
            "Name": str(profile.get("name") or ""),
            "ISIN": str(profile.get("isin") or ""),
            "Quantity": canonical(rounded(quantity)),
            "Price": canonical(rounded(price)) if price > 0 else "",
            "Price date": str(priced["date"])[:10],
            "Currency": code,
            "Asset class": str(profile.get("assetClass") or "").replace("_", " ").capitalize(),
        }
        yield lines[account, symbol, code], cells


def _cash(told: Mapping[str, _Entries]) -> Iterator[MadeRow]:
    for line, account in told.get("accounts", []):
        balances = sorted(account.get("balances", []), key=lambda each: str(each["date"]))
        amount = Decimal(balances[-1]["value"]) if balances else Decimal(account.get("balance") or 0)
        if amount:
            quantity = canonical(rounded(amount))
            row = {"Account": _account(account), "Symbol": CASH, "Quantity": quantity, "Currency": account["currency"]}
            yield line, row


def _account(account: Mapping[str, Any]) -> str:
    return str(account.get("name") or account["id"])
