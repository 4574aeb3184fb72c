"""A portfolio written in any dialect (delimiter, marks, encoding, dates, language of headers) reads back exactly."""

import csv
import io
import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from examples import examples
from wealthdesk.domain.money import canonical
from wealthdesk.importers.export_format import HOLDINGS_COLUMNS, classes_cell, safe_cell
from wealthdesk.importers.holdings_csv import read_holdings

TODAY = date(2026, 11, 21)

HEADERS = {
    "en": ["Account Name", "Ticker", "Description", "Shares", "Last Price", "Ccy", "Price Date", "Total Cost"],
    "de": ["Depot", "Symbol", "Bezeichnung", "Stück", "Kurs", "Währung", "Kursdatum", "Einstandswert"],
    "fr": ["Compte", "Symbole", "Libellé", "Quantité", "Dernier cours", "Devise", "Date du cours", "Montant investi"],
    "nl": ["Rekening", "Symbool", "Omschrijving", "Aantal", "Koers", "Valuta", "Koersdatum", "Aankoopwaarde"],
    "es": ["Cuenta", "Símbolo", "Descripción", "Cantidad", "Precio", "Divisa", "Fecha de precio", "Coste total"],
    "it": ["Conto", "Simbolo", "Descrizione", "Quantità", "Prezzo", "Valuta", "Data prezzo", "Costo totale"],
}
DATES = ["%Y-%m-%d", "%d.%m.%Y", "%Y/%m/%d", "%Y%m%d", "%b-%d-%Y", "%d %B %Y", "%Y-%m-%dT00:00:00"]
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]


@dataclass(frozen=True)
class Row:
    account: str
    symbol: str
    name: str
    quantity: Decimal
    price: Decimal
    currency: str
    on: date
    cost: Decimal | None


NO_NAME = re.compile(r"-{1,3}")
NAMES = (
    st.text(st.sampled_from("abcXYZäöéñ 0'&.,;|-€=+@()"), min_size=1, max_size=20)
    .map(str.strip)
    .filter(lambda text: text and not NO_NAME.fullmatch(text))
)
NUMBERS = st.decimals("0.0001", "999999", places=4)
ROWS = st.lists(
    st.builds(
        Row,
        account=st.sampled_from(["Depot", "IRA Rollover", "Café", "401(k)"]),
        symbol=st.from_regex(r"[A-Z][A-Z0-9]{3,5}(\.[A-Z]{2})?", fullmatch=True),
        name=NAMES,
        quantity=NUMBERS,
        price=NUMBERS,
        currency=st.sampled_from(["USD", "EUR", "JPY", "KWD"]),
        on=st.dates(date(2001, 1, 1), TODAY),
        cost=st.none() | st.decimals("0", "99999999", places=2),
    ),
    min_size=1,
    max_size=12,
    unique_by=lambda row: row.symbol,
)


def written(number: Decimal, marks: str, grouped: bool) -> str:
    whole, _, part = canonical(number).partition(".")
    if grouped:
        whole = f"{int(whole):,}".replace(",", "." if marks == "," else ",")
    return whole + (marks + part if part else "")


@settings(max_examples=examples(150), deadline=None)
@given(
    rows=ROWS,
    language=st.sampled_from(sorted(HEADERS)),
    delimiter=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(ENCODINGS),
    marks=st.sampled_from(".,"),
    grouped=st.booleans(),
    dates=st.sampled_from(DATES),
    end=st.sampled_from(["\n", "\r\n"]),
    title=st.booleans(),
)
def test_any_dialect(
    rows: list[Row],
    language: str,
    delimiter: str,
    encoding: str,
    marks: str,
    grouped: bool,
    dates: str,
    end: str,
    title: bool,
) -> None:
    # One number that can only be read in one way: without any, 1.204 is told as doubtful instead.
    rows = [*rows, Row("Depot", "ZZTELLS", "Tells", Decimal("1234.5"), Decimal("0.25"), "EUR", date(2020, 1, 31), None)]
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end)
    if title:
        writer.writerow(["Positionen – Übersicht"])
        writer.writerow([])
    writer.writerow(HEADERS[language])
    for row in rows:
        numbers = [written(row.quantity, marks, grouped), written(row.price, marks, grouped)]
        cost = written(row.cost, marks, grouped) if row.cost is not None else "--"
        name = safe_cell(row.name)
        writer.writerow([row.account, row.symbol, name, *numbers, row.currency, row.on.strftime(dates), cost])
    draft = read_holdings(out.getvalue().encode(encoding, "replace"), "any.csv", today=TODAY)
    assert draft.problems == ()
    assert [(c.account, c.symbol, c.name, c.quantity, c.currency, c.cost) for c in draft.candidates] == [
        (row.account, row.symbol, row.name, row.quantity, row.currency, row.cost) for row in rows
    ]
    assert [(p.symbol, p.currency, p.on, p.price) for p in draft.prices] == [
        (row.symbol, row.currency, row.on, row.price) for row in rows
    ]


TEXTS = st.text(st.sampled_from("abZ='+-@\";:%,\t60 ä"), min_size=1, max_size=12).map(str.strip).filter(bool)
ONE_LINE = TEXTS.filter(lambda text: text.isprintable() and not NO_NAME.fullmatch(text))


@st.composite
def classes(draw: st.DrawFn) -> tuple[tuple[str, int], ...]:
    names = draw(st.lists(ONE_LINE, max_size=4, unique_by=lambda name: name.casefold()))
    names = [name for name in names if any(c.isalpha() for c in name)]
    if not names:
        return ()
    cuts = sorted(draw(st.sets(st.integers(1, 9_999), min_size=len(names) - 1, max_size=len(names) - 1)))
    return tuple((name, upper - lower) for name, lower, upper in zip(names, [0, *cuts], [*cuts, 10_000], strict=True))


@settings(max_examples=examples(200), deadline=None)
@given(
    account=ONE_LINE,
    symbol=ONE_LINE,
    name=ONE_LINE,
    quantity=NUMBERS | st.just(Decimal(0)),
    exposures=classes(),
    step=st.none() | st.just(Decimal("0.001")),
    age=st.integers(0, 5000),
)
def test_our_own_export_reads_back(
    account: str,
    symbol: str,
    name: str,
    quantity: Decimal,
    exposures: tuple[tuple[str, int], ...],
    step: Decimal | None,
    age: int,
) -> None:
    on = TODAY - timedelta(days=age)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HOLDINGS_COLUMNS)
    texts = [safe_cell(text) for text in (account, symbol, name, classes_cell(exposures))]
    writer.writerow(
        [
            *texts[:3],
            canonical(quantity),
            "2.5",
            "EUR",
            on,
            "IE00B3RBWM25",
            texts[3],
            "7.25",
            "fund",
            canonical(step) if step else "",
            "tax_free",
            "GBP",
        ]
    )
    writer.writerow([texts[0], "EUR", "Cash in EUR", "12.34", "", "EUR", "", "", "Cash", "", "cash", "", "", ""])
    draft = read_holdings(out.getvalue().encode("utf-8-sig"), "own.csv", today=TODAY)
    assert draft.problems == ()
    first, cash = draft.candidates
    assert (first.account, first.symbol, first.name, first.quantity) == (account, symbol, name, quantity)
    assert (first.currency, first.isin, first.classes, first.cost) == (
        "EUR",
        "IE00B3RBWM25",
        exposures,
        Decimal("7.25"),
    )
    assert (first.kind, first.lot_step, first.is_cash) == ("fund", step, False)
    assert (cash.symbol, cash.quantity, cash.is_cash, cash.classes) == (
        "EUR",
        Decimal("12.34"),
        True,
        (("Cash", 10_000),),
    )
    [price] = draft.prices
    assert (price.on, price.price) == (on, Decimal("2.5"))
    [only] = draft.accounts
    assert (only.name, only.kind, only.currency) == (account, "tax_free", "GBP")
