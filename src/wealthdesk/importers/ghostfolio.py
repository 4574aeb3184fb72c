"""Ghostfolio's export in JSON: activities become what is held, cash is the latest balance of each account."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from wealthdesk.domain.money import canonical
from wealthdesk.importers.cells import rounded
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
    """What is held after all activities; GhostfolioRefused for JSON of another shape."""
    try:
        told = json.loads(data, parse_float=Decimal, parse_int=Decimal)
        cells = [*_holdings(told), *_cash(told)]
    except (ValueError, KeyError, TypeError, AttributeError, InvalidOperation, RecursionError) as error:
        raise GhostfolioRefused("it is damaged, or of a version that is not known here") from error
    return [(line, row) for line, row in enumerate(cells, 2)]


def _holdings(told: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    names = {each["id"]: _account(each) for each in told.get("accounts", [])}
    profiles = {each["symbol"]: each for each in told.get("assetProfiles", [])}
    held: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    last: dict[tuple[str, str], Mapping[str, Any]] = {}
    activities = sorted(told["activities"], key=lambda each: str(each["date"]))
    if len(activities) > _MOST:
        raise GhostfolioRefused(f"it has {len(activities):,} activities")
    for each in activities:
        kind, symbol, code = str(each["type"]), str(each["symbol"]), str(each["currency"])
        if kind in _ONLY_MONEY or each.get("isDraft"):
            continue
        if kind not in _TYPES:
            raise GhostfolioRefused(f"it has activities of a kind that is not known: {kind[:20]}")
        held[names.get(each.get("accountId"), ""), symbol, code] += _TYPES[kind] * Decimal(each["quantity"])
        last[symbol, code] = each
    for (account, symbol, code), quantity in held.items():
        profile, priced = profiles.get(symbol, {}), last[symbol, code]
        is_manual = priced.get("dataSource") == "MANUAL" or profile.get("dataSource") == "MANUAL"
        price = Decimal(priced["unitPrice"])
        yield {
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


def _cash(told: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    for account in told.get("accounts", []):
        balances = sorted(account.get("balances", []), key=lambda each: str(each["date"]))
        amount = Decimal(balances[-1]["value"]) if balances else Decimal(account.get("balance") or 0)
        if amount:
            quantity = canonical(rounded(amount))
            row = {"Account": _account(account), "Symbol": CASH, "Quantity": quantity, "Currency": account["currency"]}
            yield row


def _account(account: Mapping[str, Any]) -> str:
    return str(account.get("name") or account["id"])
