"""Cells: numbers as brokers dress them, dates as they write them, classes, and the marks a file shows."""

from datetime import date
from decimal import Decimal

import pytest

from wealthdesk.domain.money import COMMA, POINT
from wealthdesk.importers.cells import CellRefused, read_currency, read_date, read_number, read_unit
from wealthdesk.importers.class_words import class_of, kind_of_asset, read_classes
from wealthdesk.importers.draft import DateOrder, Field
from wealthdesk.importers.export_format import classes_cell, plain_cell, safe_cell
from wealthdesk.importers.header_words import heading
from wealthdesk.importers.marks import marks_of


@pytest.mark.parametrize(
    ("cell", "number", "sign"),
    [
        ("12.50", "12.5", None),
        ("1,204.5", "1204.5", None),
        ("$1,204.50", "1204.5", "$"),
        ("-$42.00", "-42", "$"),
        ("$-42.00", "-42", "$"),
        ("+$1.02", "1.02", "$"),
        ("($42.00)", "-42", "$"),
        ("(42)", "-42", None),
        ("(-42)", "-42", None),
        ("−42", "-42", None),
        ("42-", "-42", None),
        ("USD 12.5", "12.5", "USD"),
        ("12.5 eur", "12.5", "EUR"),
        ("€ 12", "12", "€"),
        ("C$3", "3", "C$"),
        ("1'204.5", "1204.5", None),
        ("1 204.5", "1204.5", None),
        ("1\u202f204.5", "1204.5", None),
        (".5", "0.5", None),
        ("007", "7", None),
    ],
)
def test_numbers(cell: str, number: str, sign: str | None) -> None:
    assert read_number(cell, POINT, "price") == (Decimal(number), sign)


@pytest.mark.parametrize("cell", ["", "-", "--", "n/a", "N/A", "—", "null", "k.A."])
def test_missing(cell: str) -> None:
    assert read_number(cell, POINT, "price") == (None, None)


@pytest.mark.parametrize(
    ("cell", "number"), [("1.204,50", "1204.5"), ("0,5 €", "0.5"), ("1.204", "1204"), ("12", "12")]
)
def test_numbers_with_a_comma(cell: str, number: str) -> None:
    assert read_number(cell, COMMA, "price")[0] == Decimal(number)


@pytest.mark.parametrize(
    "cell", ["12.5%", "1e99", "1_0", "0x1", "12 345 6", "(5", "5)", "XYZ 5", "1,2,3", "9" * 61, "5$5"]
)
def test_not_numbers(cell: str) -> None:
    with pytest.raises(CellRefused):
        read_number(cell, POINT, "price")


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["12,5"], COMMA),
        (["12.5"], POINT),
        (["1.204,5"], COMMA),
        (["1,204.5"], POINT),
        (["1.204.000"], COMMA),
        (["1,204,000"], POINT),
        (["0,125"], COMMA),
        (["0.125"], POINT),
        (["1,204", "3.5", "4.25"], POINT),
        (["12,5", "12.5", "7.5"], POINT),
        (["$1,204.50"], POINT),
        (["1.204,50 €"], COMMA),
        (["12", "x", "--"], POINT),
    ],
)
def test_marks(cells: list[str], expected: object) -> None:
    found = marks_of(cells, comma_is_likelier=False)
    assert found.format == expected and found.doubtful is None


def test_doubtful_marks() -> None:
    assert marks_of(["12", "1.204"], comma_is_likelier=True).format == COMMA
    assert marks_of(["12", "1.204"], comma_is_likelier=False).doubtful == "1.204"


@pytest.mark.parametrize(
    "cell",
    [
        "2026-04-03",
        "2026/4/3",
        "20260403",
        "03.04.2026",
        "3.4.26",
        "Apr-03-2026",
        "April 3, 2026",
        "3 Apr 2026",
        "3. April 2026",
        "03-Apr-26",
        "3 avril 2026",
        "2026-04-03T10:00:00Z",
        "2026-04-03 10:00",
        "03/04/2026",
        "3-4-2026",
        "3 abr 2026",
    ],
)
def test_dates(cell: str) -> None:
    assert read_date(cell, DateOrder.DAY_FIRST) == date(2026, 4, 3)


def test_american_dates() -> None:
    assert read_date("04/03/2026", DateOrder.MONTH_FIRST) == date(2026, 4, 3)
    assert read_date("03.04.2026", DateOrder.MONTH_FIRST) == date(2026, 4, 3), "points are never American"
    assert read_date("--", DateOrder.MONTH_FIRST) is None


@pytest.mark.parametrize(
    "cell", ["2026-13-01", "31.02.2026", "0000-01-01", "Foo 3, 2026", "46000", "2026", "1/2", "٣/٤/٢٠٢٦"]
)
def test_not_dates(cell: str) -> None:
    with pytest.raises(CellRefused):
        read_date(cell, DateOrder.DAY_FIRST)


def test_currencies() -> None:
    assert [read_currency(cell) for cell in ("usd", "EUR", "€", "£", "US$", "--")] == [
        "USD",
        "EUR",
        "EUR",
        "GBP",
        "USD",
        None,
    ]
    assert [read_unit(cell) for cell in ("GBp", "GBX", "GBP", "ZAc")] == [
        ("GBP", 100), ("GBP", 100), ("GBP", 1), ("ZAR", 100),
    ]  # fmt: skip
    for cell in ("USZ", "dollars", "$"):
        with pytest.raises(CellRefused):
            read_currency(cell)


@pytest.mark.parametrize(
    ("header", "field", "currency"),
    [
        ("Qty (Quantity)", Field.QUANTITY, None),
        ("Mkt Val (Market Value)", Field.VALUE, None),
        ("Value in EUR", Field.CONVERTED_VALUE, "EUR"),
        ("Wert in CHF", Field.CONVERTED_VALUE, "CHF"),
        ("Price (USD)", Field.PRICE, "USD"),
        ("assetClass", Field.ASSET_CLASS, None),
        ("average_price", Field.UNIT_COST, None),
        ("STÜCK", Field.QUANTITY, None),
        ("Q.tà", Field.QUANTITY, None),
        ("Ticker:", Field.SYMBOL, None),
    ],
)
def test_headers(header: str, field: Field, currency: str | None) -> None:
    found = heading(header)
    assert found is not None and (found.field, found.currency) == (field, currency)


@pytest.mark.parametrize(
    "header", ["Price Chng $ (Price Change $)", "Last %", "Gain/Loss", "", "Percent Of Account", "x" * 500]
)
def test_headers_that_mean_nothing_here(header: str) -> None:
    assert heading(header) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Aktien", "equity"),
        ("Fixed Income", "fixed_income"),
        ("fixed_income", "fixed_income"),
        ("Liquidität", "cash"),
        ("Immobilier", "real_estate"),
        ("Materie prime", "commodities"),
        ("Kryptowährungen", "crypto"),
        ("Alternatives", "alternatives"),
        ("ETFs & Closed End Funds", None),
        ("Other", None),
    ],
)
def test_class_words(text: str, expected: str | None) -> None:
    assert class_of(text) == expected


def test_kinds() -> None:
    assert [kind_of_asset(word) for word in ("ETF", "fund", "Aktie", "cash", "thing")] == [
        "fund",
        "fund",
        "security",
        "cash",
        None,
    ]


@pytest.mark.parametrize(
    "classes",
    [
        (("Equity", 10_000),),
        (("Equity", 6_000), ("Fixed income", 4_000)),
        (("Equity", 3_333), ("Cash", 3_333), ("Gold & more", 3_334)),
        (("Half 50%", 10_000),),
        (("A; B", 5_000), ('The "real" one', 5_000)),
    ],
)
def test_classes_read_back(classes: tuple[tuple[str, int], ...]) -> None:
    assert read_classes(classes_cell(classes)) == classes


def test_classes_as_people_write_them() -> None:
    assert read_classes("Equity 60%; Fixed income 40 %") == (("Equity", 6_000), ("Fixed income", 4_000))
    assert read_classes("Aktien 62,5%;Renten 37,5%;") == (("Aktien", 6_250), ("Renten", 3_750))


@pytest.mark.parametrize("text", ["=1+1", "+5", "-x", "@me", "'quoted", "''", "plain", "O'Neil", "'=x"])
def test_formulas_are_neutralised_and_read_back(text: str) -> None:
    assert not safe_cell(text).startswith(("=", "+", "-", "@"))
    assert plain_cell(safe_cell(text)) == text
