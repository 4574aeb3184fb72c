"""What trades of coins come to as lines of a plain list, and lists of trades in pairs that any exchange may write."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from wealthdesk.domain.money import CURRENCIES, POINT, canonical, exact_product, exact_sum
from wealthdesk.importers.cells import CellRefused, read_number
from wealthdesk.importers.coins import pair_of
from wealthdesk.importers.header_words import plain_words
from wealthdesk.importers.transaction_words import says_not_done

ExchangeCells = Mapping[str, str]
"""A line of an exchange's list by its headers."""

Made = Mapping[str, str]
"""A line of the plain list that it means."""

Rows = Sequence[tuple[int, ExchangeCells]]

PAYS: Final = "Pays"
"""What stands in a made line that only pays for another one: the second of a pair, or a fee."""

ZERO: Final = Decimal(0)
_NUMBER: Final = re.compile(r"\(?[-+]?[$€£]?\s*[0-9][0-9.,]*(?:[eE][-+]?[0-9]+)?\)?", re.ASCII)
_UNIT: Final = re.compile(r"[A-Z][A-Z0-9]*\)?$", re.ASCII)


def number(cell: str) -> Decimal:
    """The number of a cell without the coin beside it: “(0.004 BTC)”, “0.0100000000BTC”, “$1,000.00 ”."""
    is_below = cell.strip().startswith("(")
    found = _NUMBER.search(cell)
    try:
        told = read_number(found[0].strip("()"), POINT, "amount")[0] if found else None
    except CellRefused:
        told = None
    return -told if told and is_below else told or ZERO


def unit_of(cell: str) -> str:
    """The coin or currency beside a number: “0.01 BTC” → BTC."""
    found = _UNIT.search(cell.strip().upper())
    return found[0].rstrip(")") if found else ""


def trade(
    day: str, got: tuple[str, Decimal], given: tuple[str, Decimal], lines: Sequence[int]
) -> Iterator[tuple[int, Made]]:
    """A trade of what came for what went; of two coins each comes or goes by itself, for what it cost is not known."""
    (one, came), (other, went) = got, given
    if one in CURRENCIES and other in CURRENCIES:
        yield lines[0], money(day, other, -went)
        yield lines[-1], money(day, one, came)
    elif other in CURRENCIES:
        yield lines[0], {**coins(day, "Buy", one, came), "Net amount": canonical(-went), "Currency": other}
    elif one in CURRENCIES:
        yield lines[0], {**coins(day, "Sell", other, went), "Net amount": canonical(came), "Currency": one}
    else:
        yield lines[0], coins(day, "Transfer out", other, went)
        yield lines[-1], coins(day, "Transfer in", one, came)


def coins(day: str, kind: str, symbol: str, quantity: Decimal) -> Made:
    """So much of a coin that came or went."""
    return {"Date": day, "Type": kind, "Symbol": symbol, "Quantity": canonical(abs(quantity))}


def money(day: str, code: str, amount: Decimal, kind: str = "") -> Made:
    """Money that came or went."""
    kind = kind or ("Deposit" if amount > 0 else "Withdrawal")
    return {"Date": day, "Type": kind, "Net amount": canonical(amount), "Currency": code}


def unknown(day: str, what: str, symbol: str = "") -> Made:
    """Something that cannot be told: a problem on its line."""
    return {"Date": day, "Type": what or "?", "Symbol": symbol, "Quantity": "1"}


def moved(day: str, symbol: str, amount: Decimal, *, earned: bool = False) -> Made:
    """What comes or goes alone: money, or coins that were sent, received or earned."""
    if symbol in CURRENCIES:
        return money(day, symbol, amount, "Interest" if earned and amount > 0 else "")
    kind = "Transfer out" if amount < 0 else "Staking reward" if earned else "Transfer in"
    return coins(day, kind, symbol, amount)


@dataclass(frozen=True, slots=True)
class PairTrade:
    """A trade in a pair: so much of the base for so much of the quote, before a fee in either of them or another coin.

    price: of one, where it is told.
    """

    base: str
    quote: str
    is_buy: bool
    quantity: Decimal
    cost: Decimal
    fee: Decimal = ZERO
    fee_in: str = ""
    price: Decimal | None = None


def traded_pair(line: int, day: str, told: PairTrade) -> Iterator[tuple[int, Made]]:
    """The lines of a trade in a pair. What it is quoted in is money, or coins that only pay."""
    of_base = told.fee if told.fee_in == told.base else ZERO
    of_quote = told.fee if told.fee_in == told.quote else ZERO
    quantity = exact_sum(told.quantity, -of_base if told.is_buy else of_base)
    cost = exact_sum(told.cost, of_quote if told.is_buy else -of_quote)
    if told.quote in CURRENCIES:
        got, given = (told.base, quantity), (told.quote, cost)
        for at, made in trade(day, *((got, given) if told.is_buy else (given, got)), (line, line)):
            yield at, {**made, "Price": canonical(told.price)} if told.price and "Symbol" in made else made
    else:
        kinds = ("Transfer in", "Transfer out") if told.is_buy else ("Transfer out", "Transfer in")
        yield line, coins(day, kinds[0], told.base, quantity)
        yield line, {**coins(day, kinds[1], told.quote, cost), PAYS: ""}
    if told.fee and told.fee_in not in ("", told.base, told.quote):
        yield line, {**moved(day, told.fee_in, -told.fee), PAYS: ""}


_ROLES: Final = {
    "pair": "pair|pairs|spot pairs|market|trading pair|currency pair|product|coin pair|symbol|instrument|instrument id",
    "day": "date|time|timestamp|datetime|date time|created at|trade created at|trade time|execution time|order time|"
    "update time|filled time|transaction time|executed at",
    "quantity": "filled quantity|filled amount|executed|executed qty|deal size|size|quantity|qty|amount|vol|volume|"
    "filled|deal amount|btc amount|order amount|trade amount|base amount|base quantity",
    "price": "filled price|average price|avg price|avg filled price|average filled price|deal price|price|trade price|"
    "btc price|order price|filled avg price",
    "total": "filled value|filled volume|total|funds|deal funds|trading total|cost|value|quote amount|quote quantity|"
    "total amount|fiat amount|volume quote|subtotal",
    "fee": "exec fee v2|fees|fee|trading fee|transaction fee|commission|fee paid|fee amount|trade fee",
    "fee coin": "fee coin|fee currency|fee asset|commission asset|fee unit|trading fee currency|commission currency|"
    "price fee total unit|feecoin",
    "status": "status|order status|state",
}
"""What the columns of lists of trades in pairs are called, the surest first."""

_OUTSIDE: Final = frozenset(("utc", "gmt", "0", "00", "8"))
_SIDES: Final = {"buy": True, "b": True, "bid": True, "sell": False, "s": False, "ask": False}
_OF_SHARES_TOO: Final = frozenset(("symbol", "instrument", "product", "market"))
_DEAREST: Final = Decimal("0.015")
"""The largest part of what came that a fee takes, where nothing says in what it was paid."""


def is_pair_table(names: Sequence[str], first: Rows) -> bool:
    """Whether headers and the first lines are those of trades in pairs.

    “Symbol” and “Instrument” head columns of shares as well: there a coin has to be paid with, or a pair written in one
    word.
    """
    at = _columns(names)
    if not {"pair", "day", "quantity"} <= at.keys():
        return False
    cells = [row[at["pair"]] for _, row in first if row.get(at["pair"])]
    pairs = {cell: pair_of(cell) for cell in cells}
    told = {pair for pair in pairs.values() if pair is not None and pair[0] not in CURRENCIES}
    if not told or sum(pairs[cell] in told for cell in cells) * 10 < 9 * len(cells):
        return False
    if plain_words(at["pair"]) in _OF_SHARES_TOO and all(quote in CURRENCIES for _, quote in told):
        return "fee coin" in at or all(cell.isalnum() for cell in cells)
    return _side(names, first) is not None or any(number(row.get(at["quantity"], "")) < 0 for _, row in first)


def _columns(names: Sequence[str]) -> dict[str, str]:
    """Role → the header that plays it."""
    plain = {" ".join(word for word in plain_words(name).split() if word not in _OUTSIDE): name for name in names}
    found: dict[str, str] = {}
    for role, words in _ROLES.items():
        header = next((plain[word] for word in words.split("|") if word in plain), None)
        if header is not None:
            found[role] = header
    return found


def pair_trades(names: Sequence[str], rows: Rows) -> Iterator[tuple[int, Made]]:
    """The lines of a list of trades in pairs."""
    at, side = _columns(names), _side(names, rows)
    return (each for line, row in rows for each in _pair_trade(line, row, at, side))


def _side(names: Sequence[str], rows: Rows) -> str | None:
    """The column that says of every line whether it was bought or sold."""
    for name in names:
        said = {row.get(name, "").strip().casefold() for _, row in rows} - {""}
        if said and said <= _SIDES.keys():
            return name
    return None


def _pair_trade(line: int, row: ExchangeCells, at: Mapping[str, str], side: str | None) -> Iterator[tuple[int, Made]]:
    told = {role: row.get(header, "") for role, header in at.items()}
    day, found = told["day"], pair_of(told["pair"])
    quantity, price = number(told["quantity"]), number(told.get("price", ""))
    if says_not_done(told.get("status", "")) or not told["pair"]:
        return
    if found is None or not quantity or not (price or number(told.get("total", ""))):
        yield line, unknown(day, f"The trade in {told['pair'][:20]}", found[0] if found else "")
        return
    base, quote = found
    is_buy = _SIDES[row[side].strip().casefold()] if side and row.get(side) else quantity > 0
    fee = abs(number(told.get("fee", "")))
    cost = _cost(abs(quantity), price, abs(number(told.get("total", ""))), fee if is_buy else -fee)
    came, of_came = (base, abs(quantity)) if is_buy else (quote, cost)
    fee_in = (told.get("fee coin", "") or unit_of(told.get("fee", ""))).strip().upper()
    if not fee_in:
        fee_in = came if fee <= exact_product(of_came, _DEAREST) else quote
    yield from traded_pair(line, day, PairTrade(base, quote, is_buy, abs(quantity), cost, fee, fee_in, price or None))


def _cost(quantity: Decimal, price: Decimal, total: Decimal, fee: Decimal) -> Decimal:
    """What a trade comes to without its fee: what is written as its total, which may have the fee in it."""
    product = exact_product(quantity, price)
    if not total or not price:
        return total or product
    without = exact_sum(total, -fee)
    return min((total, without), key=lambda each: abs(each - product))
