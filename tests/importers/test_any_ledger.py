"""Any ledger, written as a list of transactions in any of five dialects, reads back exactly."""

import csv
import io
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from wealthdesk.domain.ledger import Entry, EntryKind, Position, replay
from wealthdesk.domain.money import from_minor, to_minor
from wealthdesk.importers.draft import Draft, Kind
from wealthdesk.importers.ledger_draft import Ledger
from wealthdesk.importers.transactions_csv import read_transactions

TODAY = date(2026, 11, 21)
START = date(2024, 1, 2)
ASSETS = {"AAA": "IE0000000012", "BBB": "IE0000000020", "CCC": "US0000000035"}


@dataclass(frozen=True)
class Event:
    """What happened; amounts in minor units, all of them above 0."""

    on: date
    kind: EntryKind
    asset: str = ""
    quantity: Decimal = Decimal(0)
    price: Decimal = Decimal(0)
    fee: int = 0
    amount: int = 0
    ratio: Fraction = Fraction(1)
    added: Decimal = Decimal(0)

    @property
    def gross(self) -> int:
        """Quantity times price."""
        return to_minor(self.quantity * self.price, "EUR")

    @property
    def net(self) -> int:
        """What comes (> 0) or goes."""
        if self.kind is EntryKind.BUY:
            return -self.gross - self.fee
        if self.kind is EntryKind.SELL:
            return self.gross - self.fee
        if self.kind is EntryKind.REINVESTED:
            return -self.gross
        if self.kind is EntryKind.SPLIT:
            return 0
        return self.amount if self.kind in (EntryKind.DEPOSIT, EntryKind.DIVIDEND, EntryKind.INTEREST) else -self.amount


def entry(event: Event) -> Entry:
    """The entry that an event is meant to be read as."""
    asset = ASSETS[event.asset] if event.kind.moves_assets else None
    money = (("EUR", event.net),) if event.net else ()
    cost = -event.net if event.kind.adds else None
    ratio = event.ratio if event.kind is EntryKind.SPLIT else None
    return Entry(event.on, event.kind, asset, event.quantity, money, cost, ratio=ratio)


Lots = dict[str, list[tuple[date, Fraction, int]]]


def by_hand(events: Iterable[Event]) -> Lots:
    """ISIN → day, quantity and cost of each lot that is left, reckoned here and not by the program: the oldest goes
    first, and the rest of a lot keeps its share of the cost.
    """
    turns = {EntryKind.SPLIT: 0, EntryKind.SELL: 2}
    lots: Lots = {isin: [] for isin in ASSETS.values()}
    for event in sorted(events, key=lambda each: (each.on, turns.get(each.kind, 1), each.quantity)):
        mine = lots[ASSETS[event.asset]] if event.kind.moves_assets else []
        if event.kind is EntryKind.SPLIT:
            mine[:] = sorted((on, quantity * event.ratio, cost) for on, quantity, cost in mine)
        elif event.kind is EntryKind.SELL:
            to_go = Fraction(event.quantity)
            while to_go:
                on, quantity, cost = mine.pop(0)
                rest = max(quantity - to_go, Fraction(0))
                to_go -= quantity - rest
                if rest:
                    mine.insert(0, (on, rest, math.floor(cost * rest / quantity + Fraction(1, 2))))
        elif event.kind.moves_assets:
            mine.append((event.on, Fraction(event.quantity), -event.net))
            mine.sort()
    return {isin: mine for isin, mine in lots.items() if mine}


KINDS = (
    EntryKind.BUY,
    EntryKind.BUY,
    EntryKind.BUY,
    EntryKind.SELL,
    EntryKind.SELL,
    EntryKind.SPLIT,
    EntryKind.REINVESTED,
    EntryKind.DIVIDEND,
    EntryKind.DEPOSIT,
    EntryKind.WITHDRAWAL,
    EntryKind.INTEREST,
    EntryKind.FEE,
)
QUANTITIES = st.decimals("0.001", "900", places=3)
PRICES = st.decimals("1", "900", places=2)
AMOUNTS = st.integers(100, 10**7)
FEES = st.sampled_from((0, 100, 495, 1000))


@st.composite
def ledgers(draw: st.DrawFn) -> list[Event]:
    """Events of some weeks: nothing is sold that is not there, some fills are equal; it begins with a purchase."""
    events = [Event(START, EntryKind.BUY, "AAA", Decimal(10), Decimal("12.5"), 100)]
    held = {**dict.fromkeys(ASSETS, Decimal(0)), "AAA": Decimal(10)}
    on = START
    for _ in range(draw(st.integers(3, 14))):
        on += timedelta(days=draw(st.integers(0, 3)))
        kind, asset = draw(st.sampled_from(KINDS)), draw(st.sampled_from(sorted(ASSETS)))
        if kind is EntryKind.SPLIT:
            ratio = draw(st.sampled_from((Fraction(2), Fraction(3), Fraction(1, 2))))
            if held[asset] > 0:
                on += timedelta(days=1)
                after = held[asset] * ratio.numerator / ratio.denominator
                events.append(Event(on, kind, asset, ratio=ratio, quantity=Decimal(0), added=after - held[asset]))
                held[asset] = after
                on += timedelta(days=1)
        elif kind is EntryKind.SELL:
            quantity = held[asset] if draw(st.booleans()) else round(held[asset] / 3, 3)
            if quantity > 0:
                price = max(draw(PRICES), round(Decimal(20) / quantity + 1, 2))
                events.append(Event(on, kind, asset, quantity, price, draw(FEES)))
                held[asset] -= quantity
        elif kind is EntryKind.BUY:
            bought = Event(on, kind, asset, draw(QUANTITIES), draw(PRICES), draw(FEES))
            times = draw(st.integers(1, 2)) if bought.gross > 1000 else 0
            events += [bought] * times
            held[asset] += bought.quantity * times
        elif kind is EntryKind.REINVESTED:
            reinvested = Event(on, kind, asset, draw(QUANTITIES), draw(PRICES))
            if reinvested.gross > 100 and all(e.on != on for e in events):
                events.append(reinvested)
                events.append(Event(on, EntryKind.DIVIDEND, asset, amount=reinvested.gross))
                held[asset] += reinvested.quantity
                on += timedelta(days=1)
        else:
            events.append(Event(on, kind, asset if kind is EntryKind.DIVIDEND else "", amount=draw(AMOUNTS)))
    return events


def number(value: Decimal | int, marks: str = ".", *, grouped: bool = False) -> str:
    """A number, or minor units of EUR, as it is written: nothing for 0."""
    plain = from_minor(value, "EUR") if isinstance(value, int) else value
    if not plain:
        return ""
    text = f"{plain:,f}" if grouped else f"{plain:f}"
    return text.translate(str.maketrans(".,", ",.")) if marks == "," else text


def table(rows: Iterable[Sequence[str]], delimiter: str) -> str:
    into = io.StringIO()
    csv.writer(into, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return into.getvalue()


def as_app(events: Sequence[Event]) -> str:
    """Unsigned net totals, times, a split as a pair of lines."""
    words = {
        EntryKind.BUY: "Market buy",
        EntryKind.SELL: "Limit sell",
        EntryKind.REINVESTED: "Dividend reinvestment",
        EntryKind.DIVIDEND: "Dividend (Ordinary)",
        EntryKind.DEPOSIT: "Deposit",
        EntryKind.WITHDRAWAL: "Withdrawal",
        EntryKind.INTEREST: "Interest on cash",
        EntryKind.FEE: "Custody fee",
    }
    head = "Action,Time,ISIN,Ticker,Name,No. of shares,Price / share,Currency (Price / share),Total,Currency (Total),ID"
    rows = [head.split(",")]
    held = dict.fromkeys(ASSETS, Decimal(0))
    for n, each in enumerate(events):
        at = f"{each.on} 10:00:00"
        who = [ASSETS[each.asset], each.asset, f"Fund {each.asset}"] if each.asset else ["", "", ""]
        if each.kind is EntryKind.SPLIT:
            before = held[each.asset]
            after = before + each.added
            rows.append(["Stock split close", at, *who, number(before), "", "EUR", "", "EUR", str(n)])
            rows.append(["Stock split open", at, *who, number(after), "", "EUR", "", "EUR", str(n)])
            held[each.asset] = after
            continue
        if each.asset:
            held[each.asset] += each.quantity * (-1 if each.kind.takes else 1)
        price = number(each.price)
        rows.append(
            [words[each.kind], at, *who, number(each.quantity), price, "EUR", number(abs(each.net)), "EUR", str(n)]
        )
    return table(rows, ",")


def as_program(events: Sequence[Event]) -> str:
    """German, comma for decimals, unsigned net amounts without prices, splits as a ratio in a note."""
    words = {
        EntryKind.BUY: "Kauf",
        EntryKind.SELL: "Verkauf",
        EntryKind.REINVESTED: "Wiederanlage",
        EntryKind.DIVIDEND: "Dividende",
        EntryKind.DEPOSIT: "Einlage",
        EntryKind.WITHDRAWAL: "Entnahme",
        EntryKind.INTEREST: "Zinsen",
        EntryKind.FEE: "Gebühren",
        EntryKind.SPLIT: "Aktiensplit",
    }
    head = "Datum;Typ;Wert;Buchungswährung;Bruttobetrag;Gebühren;Steuern;Stück;ISIN;Ticker-Symbol;Wertpapiername;Notiz"
    rows = [head.split(";")]
    for each in events:
        who = [ASSETS[each.asset], each.asset, f"Fonds {each.asset}"] if each.asset else ["", "", ""]
        ratio = f"{each.ratio.numerator}:{each.ratio.denominator}" if each.kind is EntryKind.SPLIT else ""
        amount = number(abs(each.net), ",", grouped=True)
        shares = number(each.quantity, ",", grouped=True)
        day = each.on.strftime("%d.%m.%Y")
        rows.append([words[each.kind], amount, "EUR", "", number(each.fee, ","), "", shares, *who, ratio])
        rows[-1].insert(0, day)
    return table(rows, ";")


def as_neobroker(events: Sequence[Event]) -> str:
    """Signed gross amounts with signed fees beside them, ISINs for symbols, splits as the shares that they add."""
    words = {
        EntryKind.BUY: "BUY",
        EntryKind.SELL: "SELL",
        EntryKind.REINVESTED: "REINVESTMENT",
        EntryKind.DIVIDEND: "DIVIDEND",
        EntryKind.DEPOSIT: "CUSTOMER_INBOUND",
        EntryKind.WITHDRAWAL: "CUSTOMER_OUTBOUND",
        EntryKind.INTEREST: "INTEREST",
        EntryKind.FEE: "FEE",
        EntryKind.SPLIT: "SPLIT",
    }
    head = "datetime,date,category,type,name,symbol,shares,price,amount,fee,tax,currency,description,transaction_id"
    rows = [head.split(",")]
    for n, each in enumerate(events):
        who = [f"Fund {each.asset}", ASSETS[each.asset]] if each.asset else ["", ""]
        shares = each.added if each.kind is EntryKind.SPLIT else each.quantity
        gross = each.net + each.fee
        category = "TRADING" if each.kind.moves_assets else "CASH"
        numbers = [number(shares), number(each.price), number(gross), number(-each.fee), "", "EUR"]
        rows.append([f"{each.on}T09:00:00.000Z", str(each.on), category, words[each.kind], *who, *numbers, "", f"t{n}"])
    return table(rows, ",")


def as_american(events: Sequence[Event]) -> str:
    """Months first, newest first, dollars signs and brackets for what goes, symbols only, a totals row."""
    words = {
        EntryKind.BUY: "Buy",
        EntryKind.SELL: "Sell",
        EntryKind.REINVESTED: "Reinvest Shares",
        EntryKind.DIVIDEND: "Reinvest Dividend",
        EntryKind.DEPOSIT: "MoneyLink Deposit",
        EntryKind.WITHDRAWAL: "MoneyLink Withdrawal",
        EntryKind.INTEREST: "Bank Interest",
        EntryKind.FEE: "Service Fee",
        EntryKind.SPLIT: "Stock Split",
    }
    rows = [["Date", "Action", "Symbol", "Description", "Quantity", "Price", "Fees & Comm", "Amount"]]
    for each in reversed(events):
        shares = each.added if each.kind is EntryKind.SPLIT else each.quantity
        money = number(abs(each.net), grouped=True)
        amount = "" if not money else f"${money}" if each.net > 0 else f"(${money})"
        price = f"${number(each.price)}" if each.price else ""
        fee = f"${number(each.fee)}" if each.fee else ""
        day = each.on.strftime("%m/%d/%Y")
        rows.append([day, words[each.kind], each.asset, f"FUND {each.asset}", number(shares), price, fee, amount])
    rows.append(["Transactions Total", "", "", "", "", "", "", "$1.00"])
    return table(rows, ",")


def as_nordic(events: Sequence[Event]) -> str:
    """Swedish, tabs, comma for decimals, what is sold with a quantity below 0, several columns of one header."""
    words = {
        EntryKind.BUY: "KÖPT",
        EntryKind.SELL: "SÅLT",
        EntryKind.REINVESTED: "REINVESTMENT",
        EntryKind.DIVIDEND: "UTDELNING",
        EntryKind.DEPOSIT: "INSÄTTNING",
        EntryKind.WITHDRAWAL: "UTTAG",
        EntryKind.INTEREST: "RÄNTA",
        EntryKind.FEE: "AVGIFT",
        EntryKind.SPLIT: "SPLIT",
    }
    head = "Id|Affärsdag|Transaktionstyp|Värdepapper|ISIN|Antal|Kurs|Total Avgift|Valuta|Belopp|Valuta|Transaktionstext"
    rows = [head.split("|")]
    for n, each in enumerate(events):
        who = [f"Fond {each.asset}", ASSETS[each.asset]] if each.asset else ["", ""]
        shares = each.added if each.kind is EntryKind.SPLIT else -each.quantity if each.kind.takes else each.quantity
        numbers = [number(shares, ","), number(each.price, ","), number(each.fee, ","), "EUR" if each.fee else ""]
        rows.append([str(n), str(each.on), words[each.kind], *who, *numbers, number(each.net, ","), "EUR", ""])
    return table(rows, "\t")


DIALECTS: dict[str, Callable[[Sequence[Event]], str]] = {
    "app": as_app,
    "program": as_program,
    "neobroker": as_neobroker,
    "american": as_american,
    "nordic": as_nordic,
}


def read(text: str) -> Ledger:
    refused = Draft("list.csv", kind=Kind.TRANSACTIONS)
    draft = read_transactions(
        text.encode(), "list.csv", today=TODAY, refused=refused, default_account="Broker", default_currency="EUR"
    )
    assert draft.ledger is not None, draft.problems
    assert draft.problems == ()
    return draft.ledger


def positions(ledger: Ledger) -> dict[str, Position]:
    """ISIN → position of what is left; the American dialect has symbols only."""
    found = replay(row.entry for row in ledger.rows).positions
    return {
        ledger.assets[key].isin or ASSETS[ledger.assets[key].symbol]: each for key, each in found.items() if each.lots
    }


def shuffled(events: list[Event], random: Random) -> list[Event]:
    """The events by day, those of one day in any order."""
    mixed = list(events)
    random.shuffle(mixed)
    return sorted(mixed, key=lambda each: each.on)


@settings(max_examples=100, deadline=None)
@given(ledgers(), st.sampled_from(sorted(DIALECTS)), st.randoms(use_true_random=False))
def test_quantities_lots_and_cash_come_back_exactly(events: list[Event], dialect: str, random: Random) -> None:
    mixed = events if dialect == "app" else shuffled(events, random)
    ledger = read(DIALECTS[dialect](mixed))
    meant = replay(map(entry, events))
    assert positions(ledger) == {asset: each for asset, each in meant.positions.items() if each.lots}
    found: Lots = {
        asset: [(lot.acquired_on or START, Fraction(lot.quantity), lot.cost_minor or 0) for lot in each.lots]
        for asset, each in positions(ledger).items()
    }
    assert found == by_hand(events)
    assert meant.money["EUR"] == sum(each.net for each in events)
    # Signs of dollars are what they say.
    code = "USD" if dialect == "american" else "EUR"
    assert replay(row.entry for row in ledger.rows).money == {code: meant.money["EUR"]}


@settings(max_examples=60, deadline=None)
@given(ledgers(), st.sampled_from(sorted(DIALECTS)), st.integers(0, 30), st.integers(0, 10))
def test_a_line_has_the_same_key_in_every_file_that_has_it(
    events: list[Event], dialect: str, cut: int, overlap: int
) -> None:
    last = START + timedelta(days=cut)
    first, second = (
        [each for each in events if each.on <= last],
        [each for each in events if each.on > last - timedelta(days=overlap)],
    )
    whole = {row.key for row in read(DIALECTS[dialect](events)).rows}
    assert len(whole) == len({id(row) for row in read(DIALECTS[dialect](events)).rows})
    parts = set()
    for part in (first, second):
        if any(each.kind is EntryKind.BUY for each in part) and dialect != "app":
            parts |= {row.key for row in read(DIALECTS[dialect](part)).rows}
            assert parts <= whole
