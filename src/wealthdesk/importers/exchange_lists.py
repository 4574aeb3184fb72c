"""Lists of crypto exchanges that no common rule reads: pairs in one word, a line for each coin, a column for each coin.

They are read as the lines of the plain list of transactions that they mean.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from wealthdesk.domain.money import CURRENCIES, POINT, canonical, exact_sum
from wealthdesk.importers.cells import CellRefused, day_in, read_number
from wealthdesk.importers.draft import DateOrder, LeftOut
from wealthdesk.importers.table import Record, records
from wealthdesk.importers.transaction_rows import Amount, RawRow, coin

_HEADER_WITHIN: Final = 5
_ZERO: Final = Decimal(0)
_NUMBER: Final = re.compile(r"\(?[-+]?[$€£]?\s*[0-9][0-9.,]*(?:[eE]-?[0-9]+)?\)?", re.ASCII)
_QUOTES: Final = tuple(
    "ZEUR ZUSD ZGBP ZCAD ZJPY ZAUD EUR USD GBP CAD JPY AUD CHF XXBT XETH USDT USDC DAI XBT ETH".split()
)
"""What Kraken’s pairs end with: XXBTZEUR, DOTEUR, ETHXBT."""

_Cells = Mapping[str, str]
_Made = Mapping[str, str]
_Rows = Sequence[tuple[int, _Cells]]


@dataclass(frozen=True, slots=True)
class ExchangeList:
    """What the list of an exchange says: its lines as those of a plain list, and the lines without a day."""

    exchange: str
    rows: tuple[RawRow, ...]
    left_out: tuple[LeftOut, ...]


def exchange_list(lines: list[str], account: str | None) -> ExchangeList | None:
    """The list that the lines are when an exchange wrote them; None when none did."""
    for place, record in enumerate(records(lines[: 4 * _HEADER_WITHIN], ",")):
        if place == _HEADER_WITHIN:
            return None
        headers = frozenset(record.cells)
        for name, needed, read in _LISTS:
            if needed <= headers:
                below = [each for each in records(lines, ",") if each.line > record.line and not each.is_blank]
                rows = [(each.line, dict(zip(record.cells, each.cells, strict=False))) for each in below]
                return _listed(name, below, list(read(rows)), account)
    return None


def _listed(name: str, below: Sequence[Record], made: Sequence[tuple[int, _Made]], account: str | None) -> ExchangeList:
    rows = [row for line, cells in made if (row := _raw(line, cells, account)) is not None]
    undated = {line for line, _ in made} - {row.line for row in rows}
    left = [LeftOut(each.line, each.text, "No day stands here.") for each in below if each.line in undated]
    return ExchangeList(name, tuple(sorted(rows, key=lambda each: each.line)), tuple(left))


def _raw(line: int, cells: _Made, account: str | None) -> RawRow | None:
    day = day_in(cells["Date"], DateOrder.MONTH_FIRST)
    if day is None:
        return None
    code, quantity, net = cells.get("Currency"), cells.get("Quantity", ""), cells.get("Net amount")
    at = re.search(r"\d\d:\d\d:\d\d", cells["Date"])
    return RawRow(
        line=line,
        account=account,
        on=day,
        at=at[0] if at else "",
        words=(cells["Type"],),
        note="",
        status="",
        symbol=cells.get("Symbol", ""),
        isin=None,
        name="",
        quantity=Decimal(quantity) if quantity else None,
        quantity_text=quantity,
        price=Amount(Decimal(cells["Price"]), code) if "Price" in cells else None,
        base=Amount(Decimal(net), code) if net else None,
        is_net=True if net else None,
        fee=_ZERO,
        tax=_ZERO,
        balance=None,
        other=None,
    )


def _number(cell: str) -> Decimal:
    """The number of a cell without the coin beside it: “(0.004 BTC)”, “0.0100000000BTC”, “$1,000.00 ”."""
    is_below = cell.strip().startswith("(")
    found = _NUMBER.search(cell)
    try:
        number = read_number(found[0].strip("()"), POINT, "amount")[0] if found else None
    except CellRefused:
        number = None
    return -number if number and is_below else number or _ZERO


def _trade(
    day: str, got: tuple[str, Decimal], given: tuple[str, Decimal], lines: Sequence[int]
) -> Iterator[tuple[int, _Made]]:
    """A trade of what came for what went; of two coins each comes or goes by itself, for what it cost is not known."""
    (one, came), (other, went) = got, given
    if one in CURRENCIES and other in CURRENCIES:
        yield lines[0], _money(day, other, -went)
        yield lines[-1], _money(day, one, came)
    elif other in CURRENCIES:
        yield lines[0], {**_coins(day, "Buy", one, came), "Net amount": canonical(-went), "Currency": other}
    elif one in CURRENCIES:
        yield lines[0], {**_coins(day, "Sell", other, went), "Net amount": canonical(came), "Currency": one}
    else:
        yield lines[0], _coins(day, "Transfer out", other, went)
        yield lines[-1], _coins(day, "Transfer in", one, came)


def _coins(day: str, kind: str, symbol: str, quantity: Decimal) -> _Made:
    return {"Date": day, "Type": kind, "Symbol": symbol, "Quantity": canonical(abs(quantity))}


def _money(day: str, code: str, amount: Decimal, kind: str = "") -> _Made:
    kind = kind or ("Deposit" if amount > 0 else "Withdrawal")
    return {"Date": day, "Type": kind, "Net amount": canonical(amount), "Currency": code}


def _unknown(day: str, what: str, symbol: str = "") -> _Made:
    """Something that cannot be told: a problem on its line."""
    return {"Date": day, "Type": what or "?", "Symbol": symbol, "Quantity": "1"}


def _moved(day: str, symbol: str, amount: Decimal, *, earned: bool = False) -> _Made:
    """What comes or goes alone: money, or coins that were sent, received or earned."""
    if symbol in CURRENCIES:
        return _money(day, symbol, amount, "Interest" if earned and amount > 0 else "")
    kind = "Transfer out" if amount < 0 else "Staking reward" if earned else "Transfer in"
    return _coins(day, kind, symbol, amount)


def _kraken(rows: _Rows) -> Iterator[tuple[int, _Made]]:
    """Trades: the fee is paid in what the price is in."""
    for line, cells in rows:
        base, quote = _pair(cells.get("pair", ""))
        day, volume = cells.get("time", ""), _number(cells.get("vol", ""))
        cost, fee = _number(cells.get("cost", "")), _number(cells.get("fee", ""))
        side = cells.get("type", "").casefold()
        if not base or side not in ("buy", "sell") or not volume or _number(cells.get("margin", "")):
            yield line, _unknown(day, f"Margin, or the unknown pair {cells.get('pair', '')}", base)
        elif quote not in CURRENCIES:
            kinds = ("Transfer in", "Transfer out") if side == "buy" else ("Transfer out", "Transfer in")
            yield line, _coins(day, kinds[0], base, volume)
            yield line, _coins(day, kinds[1], quote, exact_sum(cost, fee if side == "buy" else -fee))
        else:
            amount = exact_sum(-cost if side == "buy" else cost, -fee)
            price = {"Price": canonical(_number(cells.get("price", "")))}
            made = {**_coins(day, side.capitalize(), base, volume), **price}
            yield line, {**made, "Net amount": canonical(amount), "Currency": quote}


def _pair(pair: str) -> tuple[str, str]:
    base, mark, quote = pair.partition("/")
    if not mark:
        quote = next((each for each in _QUOTES if pair.endswith(each) and len(pair) > len(each) + 1), "")
        base = pair.removesuffix(quote) if quote else ""
    return coin(base), coin(quote)


_OF_A_TRADE: Final = (
    "buy", "sell", "transaction related", "transaction buy", "transaction spend", "transaction sold",
    "transaction revenue", "large otc trading", "small assets exchange bnb", "binance convert",
)  # fmt: skip
_FEES: Final = ("fee", "transaction fee")
_EARNED: Final = (
    "interest",
    "reward",
    "distribution",
    "airdrop",
    "cashback",
    "rebate",
    "referral",
    "dividend",
    "bonus",
)
_WITHIN: Final = ("subscription", "redemption", "transfer between", "main account/", "purchase", "principal")


def _binance(rows: _Rows) -> Iterator[tuple[int, _Made]]:
    """A line for each coin that moved: those of one second are one trade, when one thing came and one went."""
    trades: dict[str, list[tuple[int, _Cells]]] = defaultdict(list)
    for line, cells in rows:
        word, day = cells.get("Operation", "").casefold(), cells.get("UTC_Time", "")
        symbol, change = cells.get("Coin", "").upper(), _number(cells.get("Change", ""))
        if word in _OF_A_TRADE or word in _FEES:
            trades[day].append((line, cells))
        elif any(each in word for each in _EARNED):
            yield line, _moved(day, symbol, change, earned=True)
        elif word.startswith(("deposit", "fiat deposit", "withdraw", "fiat withdraw", "send", "receive", "crypto box")):
            yield line, _moved(day, symbol, change)
        elif any(each in word for each in _WITHIN):
            yield line, {"Date": day, "Type": "Migration"}
        else:
            yield line, _unknown(day, cells.get("Operation", ""), symbol)
    for day, of_second in trades.items():
        yield from _binance_trade(day, of_second)


def _binance_trade(day: str, rows: _Rows) -> Iterator[tuple[int, _Made]]:
    amounts: dict[str, Decimal] = {}
    lines: dict[str, int] = {}
    for line, cells in rows:
        symbol = cells.get("Coin", "").upper()
        amounts[symbol] = exact_sum(amounts.get(symbol, _ZERO), _number(cells.get("Change", "")))
        lines.setdefault(symbol, line)
    fees = {cells.get("Coin", "").upper() for _, cells in rows if cells.get("Operation", "").casefold() in _FEES}
    came = [(symbol, amount) for symbol, amount in amounts.items() if amount > 0]
    went = [(symbol, -amount) for symbol, amount in amounts.items() if amount < 0]
    for symbol, amount in [each for each in went if each[0] in fees and len(went) > 1]:
        went.remove((symbol, amount))
        yield lines[symbol], _moved(day, symbol, -amount)
    if len(came) == 1 and len(went) == 1:
        yield from _trade(day, came[0], went[0], (lines[went[0][0]], lines[came[0][0]]))
    else:
        yield from ((lines[symbol], _moved(day, symbol, amount)) for symbol, amount in came)
        yield from ((lines[symbol], _moved(day, symbol, -amount)) for symbol, amount in went)


def _binance_trades(rows: _Rows) -> Iterator[tuple[int, _Made]]:
    for line, cells in rows:
        pair, day = cells.get("Pair", ""), cells.get("Date(UTC)", "")
        executed, amount, fee = (cells.get(name, "") for name in ("Executed", "Amount", "Fee"))
        splits = ((pair[:at], pair[at:]) for at in range(1, len(pair)))
        base, quote = next(
            (each for each in splits if executed.endswith(each[0]) and amount.endswith(each[1])), ("", "")
        )
        is_buy = cells.get("Side", "").casefold() == "buy"
        moved = {base: _number(executed.removesuffix(base)), quote: _number(amount.removesuffix(quote))}
        if not base or not all(moved.values()) or cells.get("Side", "").casefold() not in ("buy", "sell"):
            yield line, _unknown(day, f"The unknown pair {pair}", base)
            continue
        of_fee = next((each for each in (base, quote) if fee.endswith(each)), None)
        paid = _number(fee.removesuffix(of_fee)) if of_fee else _ZERO
        got, gave = (base, quote) if is_buy else (quote, base)
        if of_fee is not None:
            moved[of_fee] = exact_sum(moved[of_fee], -paid if of_fee == got else paid)
        yield from _trade(day, (got, moved[got]), (gave, moved[gave]), (line, line))
        if of_fee is None and (other := re.fullmatch(r"([0-9.,]+)([A-Z][A-Z0-9]*)", fee)) and _number(other[1]):
            yield line, _moved(day, other[2], -_number(other[1]))


def _gemini(rows: _Rows) -> Iterator[tuple[int, _Made]]:
    """A column for each coin: “USD Amount USD”, “Fee (USD) USD”, “BTC Amount BTC”."""
    for line, cells in rows:
        day = f"{cells.get('Date', '')} {cells.get('Time (UTC)', '')}".strip()
        amounts: dict[str, Decimal] = {}
        for header, cell in cells.items():
            found = re.fullmatch(r"(?:Fee \((\w+)\) \w+|(\w+) Amount \w+)", header)
            if found and (number := _number(cell)):
                symbol = found[1] or found[2]
                amounts[symbol] = exact_sum(amounts.get(symbol, _ZERO), number)
        came = [(symbol, amount) for symbol, amount in amounts.items() if amount > 0]
        went = [(symbol, -amount) for symbol, amount in amounts.items() if amount < 0]
        kind = cells.get("Type", "").casefold()
        if kind in ("buy", "sell") and len(came) == len(went) == 1:
            yield from _trade(day, came[0], went[0], (line, line))
        elif kind in ("credit", "debit", "interest credit", "administrative credit", "administrative debit"):
            earned = "interest" in kind or "Reward" in cells.get("Specification", "")
            yield from ((line, _moved(day, *each, earned=earned)) for each in amounts.items())
        elif amounts:
            yield line, _unknown(day, cells.get("Type", ""))


def _cash_app(rows: _Rows) -> Iterator[tuple[int, _Made]]:
    """Money and what it bought on one line; a payment to somebody is money that goes."""
    for line, cells in rows:
        day, word = cells.get("Date", ""), cells.get("Transaction Type", "").casefold()
        if not cells.get("Status", "complete").casefold().endswith(("complete", "completed", "deposited", "sent")):
            continue
        symbol, quantity = cells.get("Asset Type", "").upper(), abs(_number(cells.get("Asset Amount", "")))
        code = cells.get("Currency", "").upper() or "USD"
        amount = _number(cells.get("Net Amount", ""))
        if symbol and symbol not in CURRENCIES and quantity:
            side = "Buy" if "buy" in word or "purchase" in word else "Sell" if "sale" in word or "sell" in word else ""
            if side:
                net = canonical(-abs(amount) if side == "Buy" else abs(amount))
                yield line, {**_coins(day, side, symbol, quantity), "Net amount": net, "Currency": code}
            else:
                goes = any(each in word for each in ("withdrawal", "send", "sent"))
                yield line, _moved(day, symbol, -quantity if goes else quantity, earned="boost" in word)
        elif amount:
            yield line, _money(day, code, amount, "Dividend" if "dividend" in word and symbol else "")


_LISTS: Final[tuple[tuple[str, frozenset[str], Callable[[_Rows], Iterator[tuple[int, _Made]]]], ...]] = (
    ("Kraken, trades", frozenset(("txid", "ordertxid", "pair", "type", "cost", "vol")), _kraken),
    ("Binance", frozenset(("UTC_Time", "Operation", "Coin", "Change")), _binance),
    ("Binance, trades", frozenset(("Date(UTC)", "Pair", "Side", "Executed", "Amount")), _binance_trades),
    ("Gemini", frozenset(("Date", "Time (UTC)", "Type", "Symbol", "Specification")), _gemini),
    ("Cash App", frozenset(("Transaction Type", "Asset Type", "Asset Amount", "Net Amount")), _cash_app),
)
"""The exchanges: name, headers that stand there, how their rows are read."""
