"""Files that are wrong: every fault is told with its line, column and remedy, and nothing is ever raised."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examples import examples
from wealthdesk.errors import BadInput
from wealthdesk.importers.draft import Draft
from wealthdesk.importers.encoding import MAX_BYTES, MAX_LINES, check_size
from wealthdesk.importers.holdings_csv import read_holdings
from wealthdesk.importers.targets_csv import kind_of, read_targets

TODAY = date(2026, 11, 21)
HEADER = "Symbol,Name,Quantity,Price,Currency,Price date,ISIN,Class,Cost\n"


def read(text: str | bytes) -> Draft:
    return read_holdings(text.encode() if isinstance(text, str) else text, "file.csv", today=TODAY)


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "empty"),
        (b" \r\n\t\n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"\xff\xfe", "empty"),
        (b"\x00" * 500, "empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "a picture"),
        (b"PK\x03\x04\x14\x00[Content_Types].xml xl/workbook.xml", "an Excel file"),
        (b"PK\x03\x04\x14\x00readme.txt", "a ZIP archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Excel file"),
        (b"%PDF-1.7", "a PDF document"),
        (b"SQLite format 3\x00more", "a database"),
        (b"<!doctype html><html>", "a web page"),
        (bytes(range(256)) * 20, "not a text file"),
        (b"a,b\n" * (MAX_LINES + 1), "At most 200,000"),
        (b"just some words", "No table"),
        (b"nothing;known\nhere;at all\n", "symbol"),
        (b"Symbol,Price\nVTI,3\n", "quantity"),
        (b"Quantity,Price\n1,3\n", "symbol"),
        (b"Symbol,Quantity\n", "no holding"),
        (b"Date,Action,Symbol,Quantity,Price\n2026-01-01,Buy,VTI,1,1\n", "transactions"),
    ],
)
def test_files_that_hold_nothing_say_why(data: bytes, what: str) -> None:
    draft = read(data)
    assert not draft.candidates
    assert what in draft.problems[0].what
    assert draft.problems[0].fix


def test_a_file_too_large_is_refused_before_it_is_read() -> None:
    check_size(MAX_BYTES)
    with pytest.raises(BadInput, match="At most 64 MB"):
        check_size(200 * 1024**2)
    assert "At most 64 MB" in read(b"a" * (MAX_BYTES + 1)).problems[0].what


def test_missing_columns_name_the_headers_found() -> None:
    problem = read("Paper,Price\nVTI,3\n").problems[0]
    assert "“Paper”" in problem.what and "“Price”" in problem.what and problem.line == 1


def test_what_has_no_headers_is_not_repeated() -> None:
    """It may be a letter, with names and numbers in it."""
    problems = read("Dear Sir, my password is hunter2\nand, so on; and on\n").problems
    assert not any("password" in each.what or "Dear" in each.what for each in problems)


@pytest.mark.parametrize(
    ("row", "column", "what"),
    [
        (",,1,1,USD", "Symbol", "No symbol."),
        ("--,,1,1,USD", "Symbol", "No symbol."),
        ("X,N,,1,USD", "Quantity", "No quantity."),
        ("X,N,n/a,1,USD", "Quantity", "No quantity."),
        ("X,N,ten,1,USD", "Quantity", "“ten” is not a quantity."),
        ("X,N,1e99,1,USD", "Quantity", "“1e99” is too large."),
        ("X,N,1_000,1,USD", "Quantity", "“1_000” is not a quantity."),
        ("X,N,NaN,1,USD", "Quantity", "“NaN” is not a quantity."),
        ("X,N,Infinity,1,USD", "Quantity", "“Infinity” is not a quantity."),
        ("X,N,١٢,1,USD", "Quantity", "“١٢” is not a quantity."),
        ("X,N,5 %,1,USD", "Quantity", "“5 %” is not a quantity."),
        ("X,N,5 km,1,USD", "Quantity", "“5 km” is not a quantity."),
        ('X,N,"12,5",1,USD', "Quantity", "“12,5” has a comma."),
        ("X,N,1.2.3,1,USD", "Quantity", "“1.2.3” is not a quantity."),
        ("X,N,1000000000000000,1,USD", "Quantity", "“1000000000000000” is too large."),
        ("X,N,999999999999999,9999,USD", "Quantity", "Quantity times price is more than can be kept."),
        ("X,N,1,-3,USD", "Price", "The price is below zero."),
        ("X,N,1,free,USD", "Price", "“free” is not a price."),
        ("X,N,1,1,USZ", "Currency", "“USZ” is not a known currency."),
        ("X,N,1,1,USD,2026-02-30", "Price date", "“2026-02-30” is not a date."),
        ("X,N,1,1,USD,soon", "Price date", "“soon” is not a date."),
        ("X,N,1,1,USD,46000", "Price date", "“46000” is not a date."),
        ("X,N,1,1,USD,2026-11-22", "Price date", "“2026-11-22” is after today."),
        ("X,N,1,1,USD,,US12", "ISIN", "“US12” is not an ISIN."),
        ("X,N,1,1,USD,,,Equity 60%", "Class", "The shares in “Equity 60%” do not sum to 100 %."),
        ("X,N,1,1,USD,,,Equity 60%; Equity 40%", "Class", "A class stands twice in “Equity 60%; Equity 40%”."),
        ("X,N,1,1,USD,,,,-4", "Cost", "The cost is below zero or too large."),
        ("X,N,1,1,USD,,,,dear", "Cost", "“dear” is not a cost."),
        ("X,bad\x07name,1,1,USD", "Name", "There is a character here that cannot be shown."),
        ("X\x00Y,N,1,1,USD", "Symbol", "There is a character here that cannot be shown."),
        ("X,N\u202eN,1,1,USD", "Name", "There is a character here that cannot be shown."),
        ("X" * 81 + ",N,1,1,USD", "Symbol", f"“{'X' * 39}…” has 81 characters."),
        ("$CASH,,,,USD", "Quantity", "No amount."),
        ("X,N,1,1,USD,,,,,more,cells", "", "There are 11 cells on this line, and 9 headers."),
        ('"X,N,1,1,USD', "", "A quote opens on this line and does not close."),
    ],
)
def test_a_bad_row_is_told_and_the_others_are_read(row: str, column: str, what: str) -> None:
    good = "GOOD,Good,2.25,3.5,USD\n"
    draft = read(HEADER + good + row + "\nLAST,Last,1,1.5,USD\n")
    assert [(p.line, p.column, p.what) for p in draft.problems] == [(3, column, what)]
    assert draft.problems[0].fix
    assert [c.symbol for c in draft.candidates] == ["GOOD", "LAST"]
    assert 3 in {preview.line for preview in draft.rows_preview}


def test_every_problem_of_a_row_is_told() -> None:
    draft = read(HEADER + ",,x,-1,USZ\n")
    assert [p.column for p in draft.problems] == ["Symbol", "Quantity", "Price", "Currency"]
    assert [p.index for p in draft.problems] == [0, 2, 3, 4]
    assert draft.problem_lines() == {2}


def test_lines_are_counted_as_they_stand_in_the_file() -> None:
    text = 'Symbol,Name,Quantity\nA,"two\nlines",1\n\nB,"three\n\nlines",x\nC,one,y\n'
    draft = read(text)
    assert [(p.line, p.what) for p in draft.problems] == [(5, "“x” is not a quantity."), (8, "“y” is not a quantity.")]
    assert draft.candidates[0].name == "two lines" and draft.line_count == 8


def test_an_open_quote_does_not_swallow_the_file() -> None:
    draft = read('Symbol,Name,Quantity\nA,a,1\nB,"b,2\n' + "".join(f"S{i},s,1\n" for i in range(500)))
    assert [(p.line, p.what) for p in draft.problems] == [(3, "A quote opens on this line and does not close.")]
    assert len(draft.candidates) == 501


def test_the_same_header_twice_is_told_when_the_cells_differ() -> None:
    [problem] = read("Symbol,Quantity,Quantity\nVTI,1,2\n").problems
    assert (problem.line, problem.column, problem.index) == (1, "Quantity", 2)
    assert "columns 2 and 3" in problem.what


def test_the_same_header_twice_with_the_same_cells_is_read_once() -> None:
    assert [c.quantity for c in read("Symbol,Quantity,Quantity\nVTI,2,2\n").candidates] == [Decimal(2)]


def test_two_headers_for_one_thing_the_surer_is_read() -> None:
    assert read("Amount,Symbol,Shares\n999,VTI,2\n").candidates[0].quantity == Decimal(2)


def test_a_line_of_ten_million_characters() -> None:
    draft = read("Symbol,Quantity\nA," + "9" * 10_000_000 + "\nB,2\n")
    assert [(p.line, p.what) for p in draft.problems] == [(2, "This line has 10,000,002 characters.")]
    assert [c.symbol for c in draft.candidates] == ["B"]


def test_rows_of_prose_and_totals_are_left_out() -> None:
    text = (
        "My holdings,,,\nExported on 2026-11-01,,,\nSymbol,Name,Quantity,Price\nVTI,V,1,10\n\n"
        "Total,,,10\nGrand Total,,,10\n--,,,\n"
        '"Past performance is no guide to the future, as everybody who reads this far knows",,,\n'
        "TOTAL,TotalEnergies,2,50\n"
    )
    draft = read(text)
    assert not draft.problems
    assert [c.symbol for c in draft.candidates] == ["VTI", "TOTAL"]
    assert [each.line for each in draft.left_out] == [1, 2, 6, 7, 8, 9]
    assert draft.prices[0].on == date(2026, 11, 1)


def test_a_file_dated_after_today_says_so() -> None:
    draft = read("Positions as of 2026-11-25\n\nSymbol,Quantity,Price\nVTI,1,2\n")
    assert draft.prices[0].on is None and any("2026-11-25" in note.text for note in draft.notes)


def test_a_missing_price_is_no_problem() -> None:
    draft = read("Symbol,Quantity,Price\nVTI,1,\nBND,2,--\n")
    assert not draft.problems and not draft.prices and len(draft.candidates) == 2
    assert any("2 holdings have no price" in note.text for note in draft.notes)


def test_formulas_are_texts() -> None:
    draft = read("Symbol,Name,Quantity\n'=X,'+cmd|calc,'5\n'@Y,O'Neil 'n' co,1\n")
    assert [(c.symbol, c.name) for c in draft.candidates] == [("@Y", "O'Neil 'n' co")]
    assert [(p.line, p.column) for p in draft.problems] == [(2, "Quantity")]


BITS = st.lists(
    st.sampled_from(
        [
            b"Symbol",
            b"Quantity",
            b"Price",
            b"Currency",
            b"VTI",
            b"USD",
            b"$CASH",
            b"12.5",
            b"12,5",
            b"-1",
            b"2026-11-20",
            b'"',
            b",",
            b",",
            b";",
            b"\t",
            b"|",
            b"\n",
            b"\n",
            b"\r\n",
            b"\x00",
            b"\xff",
            b"\xef\xbb\xbf",
            b"'=",
            b" ",
            b"%",
        ]
    ),
    max_size=60,
).map(b"".join)


@settings(max_examples=examples(600), deadline=None)
@given(
    st.one_of(st.binary(max_size=400), BITS, BITS.map(lambda bits: b"Symbol,Quantity,Price,Name,Date,Class\n" + bits))
)
def test_no_bytes_raise(data: bytes) -> None:
    draft = read(data)
    bad = draft.problem_lines()
    assert not bad & {c.line for c in draft.candidates}
    assert all(problem.what and problem.fix for problem in draft.problems)
    assert draft.candidates or draft.accounts or draft.problems
    assert all(c.quantity >= 0 for c in draft.candidates) and all(p.price > 0 for p in draft.prices)
    kind_of(data)
    read_targets(data, "t.csv")


def test_a_line_with_a_symbol_and_a_quantity_is_a_holding_whatever_it_is_called() -> None:
    """Total is a company, and an account or a fund may be called so, too; a sum of quantities has no symbol."""
    draft = read(
        "Account,Symbol,Name,Quantity,Price,Currency,ISIN\n"
        "Main,TTE,Total,10,,EUR,\nMain,TOTAL,Somme SA,10,,EUR,\nTotals,ABC,Abc Corp,10,,EUR,\n"
        "Main,,Total,7,,EUR,FR0000120271\nMain,SUMME,Adler AG,3,,EUR,\n"
        "Main,Total,Total,40,,EUR,\nTotal,,,40,,,\nMain,Grand total,,40,,EUR,\n,Total,,40,,EUR,\n"
    )
    assert draft.problems == ()
    assert [(c.symbol, int(c.quantity)) for c in draft.candidates] == [
        ("TTE", 10), ("TOTAL", 10), ("ABC", 10), ("FR0000120271", 7), ("SUMME", 3)
    ]  # fmt: skip
    assert [each.line for each in draft.left_out] == [7, 8, 9, 10]
