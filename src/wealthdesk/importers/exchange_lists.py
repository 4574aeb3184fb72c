"""Lists of crypto exchanges that no common rule reads: pairs in one word, a line for each coin, a column for each coin.

They are read as the lines of the plain list of transactions that they mean.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Final

from wealthdesk.domain.money import CURRENCIES, canonical, exact_sum
from wealthdesk.importers.cells import day_in
from wealthdesk.importers.coins import STABLE, pair_of
from wealthdesk.importers.draft import DateOrder, LeftOut, Note
from wealthdesk.importers.exchange_rows import (
    PAYS,
    ZERO,
    ExchangeCells,
    Made,
    PairTrade,
    Rows,
    coins,
    is_pair_table,
    money,
    moved,
    number,
    pair_trades,
    trade,
    traded_pair,
    unit_of,
    unknown,
)
from wealthdesk.importers.marks import date_order_of
from wealthdesk.importers.table import Record, records
from wealthdesk.importers.transaction_rows import Amount, RawRow

_HEADER_WITHIN: Final = 8
_ANY: Final = "Exchange, trades"
_TIME_BEFORE_DAY: Final = re.compile(r"(\d\d:\d\d(?::\d\d)?)\s+(\d{4}-\d\d-\d\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class ExchangeList:
    """What the list of an exchange says: its lines as those of a plain list, and the lines without a day."""

    exchange: str
    rows: tuple[RawRow, ...]
    left_out: tuple[LeftOut, ...]
    notes: tuple[Note, ...] = ()


def exchange_list(lines: list[str], account: str | None) -> ExchangeList | None:
    """The list that the lines are when an exchange wrote them; None when none did."""
    for mark in ",;\t":
        for place, record in enumerate(records(lines[: 4 * _HEADER_WITHIN], mark)):
            if place == _HEADER_WITHIN:
                break
            names = _named(record.cells)
            found = next((each for each in _LISTS if each[1] <= frozenset(names)), None)
            if found is None and not is_pair_table(names, _rows(islice(_below(lines, mark, record.line), 50), names)):
                continue
            below = list(_below(lines, mark, record.line))
            rows = _rows(below, names)
            made = found[2](rows) if found else pair_trades(names, rows)
            return _listed(found[0] if found else _ANY, below, list(made), account)
    return None


def _below(lines: list[str], mark: str, line: int) -> Iterator[Record]:
    return (each for each in records(lines, mark) if each.line > line and not each.is_blank)


def _rows(below: Iterable[Record], names: Sequence[str]) -> Rows:
    return [(each.line, dict(zip(names, each.cells, strict=False))) for each in below]


def _named(cells: Sequence[str]) -> list[str]:
    """The headers, those that stand there again and again with what stands before them: “Buy”, “Cur.” → “Buy Cur.”."""
    again = {each for each in cells if cells.count(each) > 1}
    return [f"{cells[place - 1]} {each}" if each in again and place else each for place, each in enumerate(cells)]


def _listed(name: str, below: Sequence[Record], made: Sequence[tuple[int, Made]], account: str | None) -> ExchangeList:
    order = date_order_of((cells["Date"] for _, cells in made), date.max, month_is_likelier=True)
    rows = [(row, cells) for line, cells in made if (row := _raw(line, cells, account, order)) is not None]
    undated = {line for line, _ in made} - {row.line for row, _ in rows}
    left = [LeftOut(each.line, each.text, "No day stands here.") for each in below if each.line in undated]
    before = _not_followed(rows)
    kept = sorted((row for row, cells in rows if not (PAYS in cells and row.symbol in before)), key=_by_line)
    notes = [Note(f"{coins} only pays for trades in this list: what is held of it stays as it is.")
             for coins in sorted(before)]  # fmt: skip
    return ExchangeList(name, tuple(kept), tuple(left), tuple(notes))


def _by_line(row: RawRow) -> int:
    return row.line


def _not_followed(rows: Sequence[tuple[RawRow, Made]]) -> set[str]:
    """The coins that do nothing in the list but pay for others: those that stand for money, as money is that no deposit
    explains, and those of which more was paid than had come before.
    """
    traded = {row.symbol for row, cells in rows if PAYS not in cells}
    held: dict[str, Decimal] = defaultdict(Decimal)
    found = {row.symbol for row, cells in rows if PAYS in cells and row.symbol in STABLE} - traded
    for row, cells in sorted(rows, key=lambda each: (each[0].on, each[0].at)):
        if PAYS in cells and row.symbol not in traded and row.quantity:
            moved = -row.quantity if cells["Type"] == "Transfer out" else row.quantity
            held[row.symbol] = exact_sum(held[row.symbol], moved)
            found |= {row.symbol} if held[row.symbol] < 0 else set()
    return found


def _raw(line: int, cells: Made, account: str | None, order: DateOrder) -> RawRow | None:
    when = _TIME_BEFORE_DAY.sub(r"\2 \1", cells["Date"])
    day = day_in(when, order) or day_in(cells["Date"], order)
    if day is None:
        return None
    code, quantity, net = cells.get("Currency"), cells.get("Quantity", ""), cells.get("Net amount")
    at = re.search(r"\d\d:\d\d(?::\d\d)?", when)
    return RawRow(
        line=line,
        account=account,
        on=day,
        at=f"{at[0]}:00"[:8] if at else "",
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
        fee=ZERO,
        tax=ZERO,
        balance=None,
        other=None,
    )


def _kraken(rows: Rows) -> Iterator[tuple[int, Made]]:
    """Trades: the fee is paid in what the price is in."""
    for line, cells in rows:
        base, quote = pair_of(cells.get("pair", "")) or ("", "")
        day, volume = cells.get("time", ""), number(cells.get("vol", ""))
        cost, fee = number(cells.get("cost", "")), number(cells.get("fee", ""))
        side = cells.get("type", "").casefold()
        if not base or side not in ("buy", "sell") or not volume or number(cells.get("margin", "")):
            yield line, unknown(day, f"Margin, or the unknown pair {cells.get('pair', '')}", base)
        else:
            price = number(cells.get("price", "")) or None
            yield from traded_pair(line, day, PairTrade(base, quote, side == "buy", volume, cost, fee, quote, price))


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


def _binance(rows: Rows) -> Iterator[tuple[int, Made]]:
    """A line for each coin that moved: those of one second are one trade, when one thing came and one went."""
    trades: dict[str, list[tuple[int, ExchangeCells]]] = defaultdict(list)
    for line, cells in rows:
        word, day = cells.get("Operation", "").casefold(), cells.get("UTC_Time", "")
        symbol, change = cells.get("Coin", "").upper(), number(cells.get("Change", ""))
        if word in _OF_A_TRADE or word in _FEES:
            trades[day].append((line, cells))
        elif any(each in word for each in _EARNED):
            yield line, moved(day, symbol, change, earned=True)
        elif word.startswith(("deposit", "fiat deposit", "withdraw", "fiat withdraw", "send", "receive", "crypto box")):
            yield line, moved(day, symbol, change)
        elif any(each in word for each in _WITHIN):
            yield line, {"Date": day, "Type": "Migration"}
        else:
            yield line, unknown(day, cells.get("Operation", ""), symbol)
    for day, of_second in trades.items():
        yield from _binance_trade(day, of_second)


def _binance_trade(day: str, rows: Rows) -> Iterator[tuple[int, Made]]:
    amounts: dict[str, Decimal] = {}
    lines: dict[str, int] = {}
    for line, cells in rows:
        symbol = cells.get("Coin", "").upper()
        amounts[symbol] = exact_sum(amounts.get(symbol, ZERO), number(cells.get("Change", "")))
        lines.setdefault(symbol, line)
    fees = {cells.get("Coin", "").upper() for _, cells in rows if cells.get("Operation", "").casefold() in _FEES}
    came = [(symbol, amount) for symbol, amount in amounts.items() if amount > 0]
    went = [(symbol, -amount) for symbol, amount in amounts.items() if amount < 0]
    for symbol, amount in [each for each in went if each[0] in fees and len(went) > 1]:
        went.remove((symbol, amount))
        yield lines[symbol], moved(day, symbol, -amount)
    if len(came) == 1 and len(went) == 1:
        yield from trade(day, came[0], went[0], (lines[went[0][0]], lines[came[0][0]]))
    else:
        yield from ((lines[symbol], moved(day, symbol, amount)) for symbol, amount in came)
        yield from ((lines[symbol], moved(day, symbol, -amount)) for symbol, amount in went)


def _binance_trades(rows: Rows) -> Iterator[tuple[int, Made]]:
    for line, cells in rows:
        pair, day = cells.get("Pair", ""), cells.get("Date(UTC)", "")
        executed, amount, fee = (cells.get(name, "") for name in ("Executed", "Amount", "Fee"))
        splits = ((pair[:at], pair[at:]) for at in range(1, len(pair)))
        base, quote = next(
            (each for each in splits if executed.endswith(each[0]) and amount.endswith(each[1])), ("", "")
        )
        is_buy = cells.get("Side", "").casefold() == "buy"
        volume, cost = number(executed.removesuffix(base)), number(amount.removesuffix(quote))
        if not (base and volume and cost) or cells.get("Side", "").casefold() not in ("buy", "sell"):
            yield line, unknown(day, f"The unknown pair {pair}", base)
            continue
        of_fee = next((each for each in (base, quote) if fee.endswith(each)), None)
        paid = number(fee.removesuffix(of_fee)) if of_fee else ZERO
        third = re.fullmatch(r"([0-9.,]+)([A-Z][A-Z0-9]*)", fee) if of_fee is None else None
        paid, of_fee = (number(third[1]), third[2]) if third else (paid, of_fee or quote)
        yield from traded_pair(line, day, PairTrade(base, quote, is_buy, volume, cost, paid, of_fee))


def _gemini(rows: Rows) -> Iterator[tuple[int, Made]]:
    """A column for each coin: “USD Amount USD”, “Fee (USD) USD”, “BTC Amount BTC”."""
    for line, cells in rows:
        day = f"{cells.get('Date', '')} {cells.get('Time (UTC)', '')}".strip()
        amounts: dict[str, Decimal] = {}
        for header, cell in cells.items():
            found = re.fullmatch(r"(?:Fee \((\w+)\) \w+|(\w+) Amount \w+)", header)
            if found and (amount := number(cell)):
                symbol = found[1] or found[2]
                amounts[symbol] = exact_sum(amounts.get(symbol, ZERO), amount)
        came = [(symbol, amount) for symbol, amount in amounts.items() if amount > 0]
        went = [(symbol, -amount) for symbol, amount in amounts.items() if amount < 0]
        kind = cells.get("Type", "").casefold()
        if kind in ("buy", "sell") and len(came) == len(went) == 1:
            yield from trade(day, came[0], went[0], (line, line))
        elif kind in ("credit", "debit", "interest credit", "administrative credit", "administrative debit"):
            earned = "interest" in kind or "Reward" in cells.get("Specification", "")
            yield from ((line, moved(day, *each, earned=earned)) for each in amounts.items())
        elif amounts:
            yield line, unknown(day, cells.get("Type", ""))


def _cash_app(rows: Rows) -> Iterator[tuple[int, Made]]:
    """Money and what it bought on one line; a payment to somebody is money that goes."""
    for line, cells in rows:
        day, word = cells.get("Date", ""), cells.get("Transaction Type", "").casefold()
        if not cells.get("Status", "complete").casefold().endswith(("complete", "completed", "deposited", "sent")):
            continue
        symbol, quantity = cells.get("Asset Type", "").upper(), abs(number(cells.get("Asset Amount", "")))
        code = cells.get("Currency", "").upper() or "USD"
        amount = number(cells.get("Net Amount", ""))
        if symbol and symbol not in CURRENCIES and quantity:
            side = "Buy" if "buy" in word or "purchase" in word else "Sell" if "sale" in word or "sell" in word else ""
            if side:
                net = canonical(-abs(amount) if side == "Buy" else abs(amount))
                yield line, {**coins(day, side, symbol, quantity), "Net amount": net, "Currency": code}
            else:
                goes = any(each in word for each in ("withdrawal", "send", "sent"))
                yield line, moved(day, symbol, -quantity if goes else quantity, earned="boost" in word)
        elif amount:
            yield line, money(day, code, amount, "Dividend" if "dividend" in word and symbol else "")


def _bitstamp(rows: Rows) -> Iterator[tuple[int, Made]]:
    """Amounts with their coin beside them, or in a column of its own."""
    for line, cells in rows:
        day, kind = cells.get("Datetime", ""), cells.get("Type", "").casefold()
        side = (cells.get("Sub Type") or cells.get("Subtype") or "").strip().casefold()
        (quantity, base), (cost, quote), (fee, fee_in) = (
            _with_unit(cells, name) for name in ("Amount", "Value", "Fee")
        )
        if side in ("buy", "sell") and base and quote:
            told = PairTrade(base, quote, side == "buy", abs(quantity), abs(cost), abs(fee), fee_in or quote)
            yield from traded_pair(line, day, told)
        elif any(word in kind for word in ("withdraw", "deposit", "reward", "staking")) and base:
            goes = "withdraw" in kind
            yield line, moved(day, base, -abs(quantity) if goes else abs(quantity), earned="deposit" not in kind)
        else:
            yield line, unknown(day, cells.get("Type", ""), base)


def _with_unit(cells: ExchangeCells, name: str) -> tuple[Decimal, str]:
    cell = cells.get(name, "")
    return number(cell), (cells.get(f"{name} currency") or unit_of(cell)).upper()


def _bitvavo(rows: Rows) -> Iterator[tuple[int, Made]]:
    """What was paid or received has the fee in it, and stands beside what was traded."""
    for line, cells in rows:
        day = f"{cells.get('Date', '')} {cells.get('Time', '')[:8]}".strip()
        kind, base = cells.get("Type", "").casefold(), cells.get("Currency", "").upper()
        quantity = number(cells.get("Amount", ""))
        quote = (cells.get("Received / Paid Currency") or cells.get("Quote Currency") or "").upper()
        if kind in ("buy", "sell") and base and quote:
            paid = abs(number(cells.get("Received / Paid Amount", "")))
            price = number(cells.get("Quote Price") or cells.get("Price") or "") or None
            yield from traded_pair(line, day, PairTrade(base, quote, kind == "buy", abs(quantity), paid, price=price))
        elif base and quantity:
            goes = kind.startswith("withdraw")
            earned = kind not in ("deposit", "withdrawal")
            yield line, moved(day, base, -abs(quantity) if goes else quantity, earned=earned)
        else:
            yield line, unknown(day, cells.get("Type", ""), base)


def _crypto_com(rows: Rows) -> Iterator[tuple[int, Made]]:
    """What was bought with a card stands with what it was worth in money; what only moves between products is none."""
    for line, cells in rows:
        day, kind = cells.get("Timestamp (UTC)", ""), cells.get("Transaction Kind", "").casefold()
        symbol, amount = cells.get("Currency", "").upper(), number(cells.get("Amount", ""))
        other, came = cells.get("To Currency", "").upper(), number(cells.get("To Amount", ""))
        native, worth = cells.get("Native Currency", "").upper(), abs(number(cells.get("Native Amount", "")))
        if any(each in kind for each in ("earn_program", "lockup", "supercharger", "wallet_swap", "_lock", "_unlock")):
            yield line, {"Date": day, "Type": "Migration"}
        elif other and came and amount:
            yield from trade(day, (other, abs(came)), (symbol, abs(amount)), (line, line))
        elif kind.endswith("purchase") and symbol not in CURRENCIES and amount > 0:
            yield from trade(day, (symbol, amount), (native, worth), (line, line))
        elif amount:
            earned = any(each in kind for each in (*_EARNED, "earn", "gift"))
            yield line, moved(day, symbol, amount, earned=earned)


_FEE_IN: Final = "Fee Currency (Optional)"
_TWO_SIDES: Final = (
    (("Received Amount", "Received Currency"), ("Sent Amount", "Sent Currency"), ("Fee Amount", "Fee Currency")),
    (("Received Quantity", "Received Currency"), ("Sent Quantity", "Sent Currency"), ("Fee Amount", "Fee Currency")),
    (("Amount Received", "Asset Received"), ("Amount Sent", "Asset Sent"), ("Fee Amount (Optional)", _FEE_IN)),
    (("Buy", "Buy Cur."), ("Sell", "Sell Cur."), ("", "")),
)  # fmt: skip
"""What came, what went and the fee in lists for tax: an amount and what it is of. In the last, amounts have it in."""


def _two_sides(rows: Rows) -> Iterator[tuple[int, Made]]:
    """Lists with what came and what went on every line, as programs for tax take them."""
    came_at, went_at, fee_at = next(each for each in _TWO_SIDES if each[0][1] in rows[0][1]) if rows else _TWO_SIDES[0]
    for line, cells in rows:
        day = cells.get("Date") or cells.get("Date (UTC)") or cells.get("Koinly Date") or ""
        words = " ".join(cells.get(each, "") for each in ("Label", "Tag", "Type", "Group")).casefold()
        (came, got), (went, gave), (fee, fee_in) = (_side(cells, *each) for each in (came_at, went_at, fee_at))
        if got and gave:
            went = exact_sum(went, fee if fee_in == gave else ZERO)
            came = exact_sum(came, -fee if fee_in == got else ZERO)
            yield from trade(day, (got, came), (gave, went), (line, line))
        elif got or gave:
            earned = any(each in words for each in (*_EARNED, "staking", "mining", "income", "gift", "fork"))
            yield line, moved(day, got, came, earned=earned) if got else moved(day, gave, -went)
        if fee and not (got and gave and fee_in in (got, gave)):
            yield (
                line,
                {**moved(day, fee_in, -fee), PAYS: ""} if fee_in not in CURRENCIES else money(day, fee_in, -fee, "Fee"),
            )


def _side(cells: ExchangeCells, amount: str, of: str) -> tuple[Decimal, str]:
    number_of, symbol = abs(number(cells.get(amount, ""))), cells.get(of, "").strip().upper()
    return (number_of, symbol) if number_of and symbol and symbol != "-" else (ZERO, "")


_LISTS: Final[tuple[tuple[str, frozenset[str], Callable[[Rows], Iterator[tuple[int, Made]]]], ...]] = (
    ("Bitstamp", frozenset(("Type", "Datetime", "Amount", "Value", "Rate", "Fee")), _bitstamp),
    ("Bitvavo", frozenset(("Timezone", "Type", "Currency", "Received / Paid Amount")), _bitvavo),
    ("Crypto.com", frozenset(("Currency", "To Currency", "Native Amount", "Transaction Kind")), _crypto_com),
    ("CoinTracking", frozenset(("Buy", "Buy Cur.", "Sell", "Sell Cur.")), _two_sides),
    *(
        ("Crypto tax", frozenset((each[0][0], each[0][1], each[1][0], each[1][1])), _two_sides)
        for each in _TWO_SIDES[:3]
    ),
    ("Kraken, trades", frozenset(("txid", "ordertxid", "pair", "type", "cost", "vol")), _kraken),
    ("Binance", frozenset(("UTC_Time", "Operation", "Coin", "Change")), _binance),
    ("Binance, trades", frozenset(("Date(UTC)", "Pair", "Side", "Executed", "Amount")), _binance_trades),
    ("Gemini", frozenset(("Date", "Time (UTC)", "Type", "Symbol", "Specification")), _gemini),
    ("Cash App", frozenset(("Transaction Type", "Asset Type", "Asset Amount", "Net Amount")), _cash_app),
)
"""The exchanges: name, headers that stand there, how their rows are read."""
