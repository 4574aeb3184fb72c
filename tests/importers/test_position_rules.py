"""The rules for lists of positions: totals, values that decide, pence, rows that are no holdings, numbers of files."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wealthdesk.domain.money import canonical, exact_product
from wealthdesk.importers.draft import Draft
from wealthdesk.importers.holdings_csv import read_holdings
from wealthdesk.importers.outside import is_text
from wealthdesk.importers.table import Record
from wealthdesk.importers.worth import Money, worth

TODAY = date(2026, 11, 21)


def read(text: str, currency: str | None = None) -> Draft:
    return read_holdings(text.encode(), "file.csv", today=TODAY, default_currency=currency)


def held(draft: Draft) -> dict[str, str]:
    return {each.symbol: canonical(each.quantity) for each in draft.candidates}


def prices(draft: Draft) -> dict[str, str]:
    return {each.symbol: canonical(each.price) for each in draft.prices}


def told(draft: Draft) -> str:
    return " ".join(note.text for note in draft.notes)


ROWS = "Symbol,Quantity,Price,Value,Currency\nA,10,5,50,USD\nB,2,25,50,USD\n"


def test_the_file_s_own_total_is_ticked_off() -> None:
    draft = read(ROWS + "Total,,,100.00,USD\n")
    assert not draft.problems and "The total is 100.00 USD, as in the file." in told(draft)


def test_another_total_is_a_problem_of_its_line() -> None:
    draft = read(ROWS + "Total,,,1000.00,USD\n")
    [problem] = draft.problems
    assert problem.line == 4 and "come to 100.00 USD" in problem.what and "1,000.00" in problem.what


def test_rounding_is_no_difference() -> None:
    rows = "".join(f"S{i},3,3.333,10,USD\n" for i in range(10))
    assert not read("Symbol,Quantity,Price,Value,Currency\n" + rows + "Total,,,99.99,USD\n").problems


def test_what_is_left_out_explains_a_difference() -> None:
    draft = read(ROWS + "Cash,,,-20,USD\nTotal,,,80.00,USD\n")
    assert not draft.problems and "20.00 USD was left out" in told(draft)


def test_totals_of_several_currencies_are_not_compared() -> None:
    draft = read(ROWS + "C,1,9,9,EUR\nTotal,,,109.00,USD\n")
    assert not draft.problems and "is not compared" in told(draft)


def test_totals_of_parts_are_found() -> None:
    draft = read(
        "Symbol,Quantity,Price,Value\nA,10,5,50\nSubtotal,,,50\nB,2,25,50\nC,1,1,1\nSubtotal,,,51\nTotal,,,101\n"
    )
    assert not draft.problems and held(draft) == {"A": "10", "B": "2", "C": "1"}


@pytest.mark.parametrize("row", [",,,,100.00,", "Summe,,,,100.00,", ",Depot-Gesamtwert,,,100.00,", ",Razem,,,100.00,"])
def test_sums_are_told_wherever_their_word_stands(row: str) -> None:
    draft = read("Symbol,Name,Quantity,Price,Value,Currency\nA,Aa,10,5,50,USD\nB,Bb,2,25,50,USD\n" + row + "\n")
    assert not draft.problems and held(draft) == {"A": "10", "B": "2"} and len(draft.left_out) == 1


def test_titles_of_sections_are_no_holdings_and_name_classes() -> None:
    draft = read(
        "Quantity,Name,Symbol,Price,Value\n,Equity,,,150\n10,Aa,A,5,50\n20,Bb,B,5,100\n,Bonds,,,30\n3,Cc,C,10,30\n",
        "EUR",
    )
    assert held(draft) == {"A": "10", "B": "20", "C": "3"} and not draft.problems
    assert [each.classes for each in draft.candidates] == [(("Equity", 10_000),)] * 2 + [(("Bonds", 10_000),)]


def test_a_type_is_only_what_the_class_likely_is() -> None:
    draft = read(
        "Symbol,Type,Quantity,Price\nA,Stock,10,5\nB,Bond,20,5\nC,ETF,3,10\nD,Money market,7,1\nE,Cash,7,12\nF,,1,1\n",
        "EUR",
    )
    told = {each.symbol: (each.classes, each.likely_class) for each in draft.candidates}
    assert told == {
        "A": ((), "equity"), "B": ((), "fixed_income"), "C": ((), None), "D": ((), "cash"), "E": ((), None),
        "F": ((), None),
    }  # fmt: skip
    assert not any(each.is_cash or each.kind == "cash" for each in draft.candidates)


def test_a_column_of_nothing_but_class_words_is_the_class_only_where_its_header_says_so() -> None:
    rows = "A,Equity,10,5\nB,Bonds,20,5\n"
    typed, told = (read(f"Symbol,{header},Quantity,Price\n{rows}", "EUR") for header in ("Type", "Asset class"))
    assert [each.classes for each in typed.candidates] == [(), ()]
    assert [each.likely_class for each in typed.candidates] == ["equity", "fixed_income"]
    assert [each.classes for each in told.candidates] == [(("Equity", 10_000),), (("Bonds", 10_000),)]


def test_a_class_of_ones_own_with_one_holding_is_a_sum_where_others_are() -> None:
    rows = ",,Mine,,50,\n2,A,A,10,20,\n3,B,B,10,30,\n,,Other,,40,\n4,C,C,10,40,\n"
    draft = read(f"Shares,Symbol,Name,Quote,Market Value,Note\n,,Sum,,90,\n{rows}")
    assert held(draft) == {"A": "2", "B": "3", "C": "4"} and not draft.problems


def test_values_of_equal_size_are_not_taken_for_sums() -> None:
    draft = read("Asset,Value\nHouse,5000\nCar,5000\nBoat,10000\n")
    assert held(draft) == {"House": "1", "Car": "1", "Boat": "1"}
    assert "House has a value and no quantity: it is 1 of 5000 USD." in told(draft)


@pytest.mark.parametrize(
    ("row", "price", "said"),
    [
        ("X,1000,98.5,985,USD", "0.985", "quoted per 100"),
        ("X,2,1.10,220,USD", "110", "contracts of 100"),
        ("X,4,,10,USD", "2.5", ""),
        ("X,4,0,10,USD", "2.5", ""),
        ("X,10,10500,GBX,", "", ""),
    ],
)
def test_the_value_decides(row: str, price: str, said: str) -> None:
    if not price:
        row, price = "X,10,10500,1050,GBX", "105"
    draft = read(f"Symbol,Quantity,Price,Value,Currency\n{row}\n")
    assert prices(draft) == {"X": price} and said in told(draft) and not draft.problems


def test_a_value_that_nothing_explains_is_told_with_both_numbers() -> None:
    draft = read("Symbol,Quantity,Price,Value\nX,10,7,100\n")
    assert prices(draft) == {"X": "7"} and "70" in told(draft) and "100" in told(draft)


def test_a_price_of_nothing_is_no_price() -> None:
    draft = read("Symbol,Quantity,Price\nX,10,0\n")
    assert held(draft) == {"X": "10"} and prices(draft) == {} and not draft.problems


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("X,0,5,0,", "any more"),
        ("X,0e-3,5,0,", "any more"),
        ("X,1e-15,5,0,", "“1e-15” is too small to be kept."),
        ("X,0.0000000000001,5,0,", "is too small to be kept."),
        ("X,-3,5,-15,", "short"),
        ("Cash,,,-15.25,", "15.25 USD is borrowed"),
        ("X,,5,,", "watched"),
    ],
)
def test_rows_that_are_no_holding_are_left_out_and_hold_nothing_back(row: str, why: str) -> None:
    draft = read(f"Symbol,Quantity,Price,Value,Cost\nA,1,5,5,4\n{row}\n")
    assert held(draft) == {"A": "1"} and not draft.problems
    assert [why in each.why for each in draft.left_out] == [True]


def test_cash_of_some_cents_below_zero_is_nothing() -> None:
    draft = read("Symbol,Quantity,Value\nVTI,1,3\nCash,,-0.03\n")
    assert held(draft) == {"VTI": "1", "USD": "0"} and "-0.03" in told(draft)


def test_cash_above_and_below_the_table_belongs_to_it() -> None:
    above = read("Account,Growth 1\nCash,12.50\n\nSymbol,Quantity,Price,Value\nA,1,5,5\n")
    below = read("Symbol,Quantity,Price,Value\nA,1,5,5\n\nTotal cash,12.50,,\n")
    assert held(above) == held(below) == {"A": "1", "USD": "12.5"}
    assert {each.account for each in above.candidates} == {"Growth 1"}


def test_the_first_of_several_tables_has_a_title_too() -> None:
    header = '"Symbol","Quantity","Price"\n'
    draft = read(f'"All accounts"\n\n"One ...1"\n{header}"A","1","2"\n\n"Two ...2"\n{header}"B","3","4"\n')
    assert [(each.account, each.symbol) for each in draft.candidates] == [("One ...1", "A"), ("Two ...2", "B")]


def test_a_table_of_other_columns_is_read_by_its_own() -> None:
    draft = read("Symbol,Quantity,Price\nA,1,2\n\nName,Units,NAV,ISIN\nFund,3,4,IE00B4L5Y983\n")
    assert held(draft) == {"A": "1", "IE00B4L5Y983": "3"} and not draft.problems


def test_costs_have_the_currency_of_their_own_header() -> None:
    text = "Symbol,Quantity,Price,Currency,Book Value (CAD),Value in CAD\nA,10,5,USD,60,{}\nB,1,7,CAD,6,7\n"
    assert [each.cost for each in read(text.format("")).candidates] == [None, Decimal(6)]
    assert "is not kept" in told(read(text.format("")))
    assert [each.cost for each in read(text.format("75")).candidates] == [Decimal(40), Decimal(6)], "at 1 USD = 1.5 CAD"


def test_every_amount_may_have_a_currency_column_of_its_own() -> None:
    draft = read(
        "ISIN;Stück;Kaufwert;Währung;Kurs;Währung;Kurswert;Währung\nUS0378331005;10;1.000,00;EUR;200;USD;1.800;EUR\n"
    )
    [candidate] = draft.candidates
    assert (candidate.currency, str(candidate.quantity)) == ("USD", "10") and not draft.problems
    assert [(rate.base, rate.quote, canonical(rate.rate)) for rate in draft.rates] == [("USD", "EUR", "0.9")]
    assert candidate.cost is not None and round(candidate.cost, 2) == Decimal("1111.11")


@pytest.mark.parametrize(
    ("cell", "quantity"),
    [
        ('"1,00,000"', "100000"),
        ("1.5e-05", "0.000015"),
        ("0.123456789012345678", "0.123456789012"),
        ("0.0000000000005", "0"),
        ("0.0000000000015", "0.000000000002"),
        ("12 Stk", "12"),
        ("12.5 shares", "12.5"),
    ],
)
def test_numbers_as_files_write_them(cell: str, quantity: str) -> None:
    draft = read(f"Symbol,Quantity\nA,{cell}\nB,1\n")
    assert held(draft).get("A", "0") == quantity and not draft.problems


def test_rounding_to_what_is_kept_is_said() -> None:
    assert "more decimals than are kept" in told(read("Symbol,Quantity\nA,0.1234567890129\n"))


def test_an_account_on_the_first_of_its_lines_is_that_of_those_below() -> None:
    text = "Account,Symbol,Quantity,Price,Value\nIRA,VTI,10,300,3000\n,BND,5,70,350\n"
    text += "Broker,VTI,2,300,600\n,Cash,,,20\n,Total,,,3970\n"
    draft = read(text)
    found = [(each.account, each.symbol) for each in draft.candidates]
    assert found == [("IRA", "VTI"), ("IRA", "BND"), ("Broker", "VTI"), ("Broker", "USD")]
    assert "first of its lines" in told(draft) and "IRA, Broker" in told(draft)


@pytest.mark.parametrize("rows", ["IRA,VTI,10\nIRA,BND,5\n,VXUS,5", "IRA,VTI,10\n,BND,5\nBroker,VXUS,5"])
def test_an_account_that_may_be_of_one_line_alone_is_not_that_of_lines_without(rows: str) -> None:
    draft = read(f"Account,Symbol,Quantity\n{rows}\n")
    assert None in [each.account for each in draft.candidates]


def test_what_is_held_in_parts_is_said_to_be_a_sum() -> None:
    assert "the sum of “Free” + “Locked”" in told(read("Coin,Free,Locked\nBTC,0.4,0.1\n"))


def test_what_a_price_is_usually_quoted_for_is_said_where_no_value_stands_beside_it() -> None:
    draft = read("Symbol,Type,Quantity,Price\n91282CJL6,Bond,10000,98.5\n")
    assert prices(draft) == {"91282CJL6": "0.985"}
    assert "91282CJL6, which has no value beside it, is read as that of a bond: per 100" in told(draft)
    valued = read("Symbol,Type,Quantity,Price,Value\n91282CJL6,Bond,10000,98.5,985000\n")
    assert prices(valued) == {"91282CJL6": "98.5"}


def test_a_word_that_ends_like_a_unit_is_quoted_whole() -> None:
    [problem] = read("Symbol,Quantity,Price\nVTI,Crash,300\n").problems
    assert "“Crash”" in problem.what


def test_a_file_that_ends_within_a_line_is_no_whole_list() -> None:
    draft = read("Symbol,Quantity,Price,Value,Note\nVTI,10,300,3000,a\nBND,5,70,350,b\nVXUS,12")
    assert [(each.line, each.what) for each in draft.problems] == [(4, "The file ends in the middle of this line.")]
    assert held(draft) == {"VTI": "10", "BND": "5"}


@pytest.mark.parametrize(
    "last", ["VXUS,12\n", "VXUS,12,,,", "VXUS,12,50,600", "Total,,,3350", "Prices may be delayed."]
)
def test_a_short_last_line_says_nothing_where_it_ends_or_is_no_holding(last: str) -> None:
    draft = read(f"Symbol,Quantity,Price,Value,Note\nVTI,10,300,3000,a\nBND,5,70,350,b\n{last}")
    assert draft.problems == ()


def test_commas_within_numbers_are_decimals_where_semicolons_divide_the_cells() -> None:
    draft = read("Symbol;Shares;NAV\nVTI;10,123;25,456\n")
    assert held(draft) == {"VTI": "10.123"} and prices(draft) == {"VTI": "25.456"}
    assert "“10,123” could be read in two ways" in told(draft)


def test_lots_below_the_sum_of_them_are_its_lots_and_are_told_to_be_left_out() -> None:
    draft = read(
        "Symbol,Quantity,Date Acquired,Price,Cost Basis\nVTI,30,,300,6000\nVTI,10,01/05/2022,300,1800\n"
        "VTI,20,03/15/2023,300,4200\n"
    )
    (candidate,) = draft.candidates
    assert candidate.lots is not None and [str(lot.acquired_on) for lot in candidate.lots] == [
        "2022-01-05",
        "2023-03-15",
    ]
    assert [(each.line, each.text) for each in draft.left_out] == [(3, "VTI · 10"), (4, "VTI · 20")]


def test_rows_of_one_symbol_that_nothing_says_are_lots_are_added_up() -> None:
    draft = read("Symbol,Quantity,Price\nVTI,30,300\nVTI,10,300\nVTI,20,300\n")
    assert [canonical(each.quantity) for each in draft.candidates] == ["60"] and draft.left_out == ()


def test_lots_become_one_holding_and_are_kept_apart() -> None:
    draft = read("Symbol,Trade Date,Purchase Price,Quantity\nA,20250303,5,2\nA,20260310,7,3\n")
    [candidate] = draft.candidates
    assert candidate.lots is not None
    assert [(str(lot.acquired_on), str(lot.quantity), lot.cost_minor) for lot in candidate.lots] == [
        ("2025-03-03", "2", 1000), ("2026-03-10", "3", 2100)
    ]  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(
    st.decimals("0.01", "9999", places=2), st.decimals("0.01", "9999", places=2),
    st.sampled_from(["1", "100", "0.01", "10", "0.1", "1000", "0.001"]),
)  # fmt: skip
def test_whatever_the_price_is_quoted_for_the_holding_is_worth_its_value(q: Decimal, p: Decimal, scale: str) -> None:
    value = exact_product(q, p)
    found = worth(q, Money(exact_product(p, Decimal(scale))), Money(value), None, "USD")
    assert found.quantity is not None and found.price is not None and found.odd is None
    assert abs(exact_product(found.quantity, found.price) - value) <= max(Decimal(1), value / 50)


def test_where_a_column_says_the_currency_codes_in_another_say_nothing_of_it() -> None:
    draft = read("Symbol,Quantity,Price,Currency,Listed\nA,10,5,EUR,USD\nB,2,25,EUR,GBP\n")
    assert not draft.problems
    assert [(each.symbol, each.currency) for each in draft.candidates] == [("A", "EUR"), ("B", "EUR")]


@pytest.mark.parametrize("row", ["A,10,0,EUR,0,7", "A,10,5,EUR,50,0", "A,10,5,EUR,50,-3", "A,0,5,EUR,0,7"])
def test_a_row_that_is_worth_nothing_in_either_currency_implies_no_rate(row: str) -> None:
    draft = read(f"Symbol,Quantity,Price,Currency,Value,Value (USD)\n{row}\nB,2,25,EUR,50,60\n")
    assert [(each.base, each.quote, canonical(each.rate)) for each in draft.rates] == [("EUR", "USD", "1.2")]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("A,1,5,USD\nB,1,,USD\n", "1 holding has no price."),
        ("A,1,,USD\nB,1,,USD\n", "2 holdings have no price."),
        ("A,1,5,USD\nA,1,,EUR\n", "1 holding has no price."),
        ("A,1,5,USD\nB,1,5,USD\n", ""),
        ("A,1,5,USD\nCash,20,,USD\n", ""),
    ],
)
def test_holdings_without_a_price_are_counted_and_cash_is_none(rows: str, said: str) -> None:
    draft = read("Symbol,Quantity,Price,Currency\n" + rows)
    assert [note.text for note in draft.notes if "no price" in note.text] == ([said] if said else [])


@pytest.mark.parametrize(
    ("cells", "width", "is_prose"),
    [
        (["A line of words"], 1, False),
        (["A line of words"], 2, True),
        (["A line of words"], 9, True),
        (["", "short"], 2, False),
        (["", "x" * 40], 2, False),
        (["", "x" * 41], 2, True),
        (["x" * 41, "y"], 2, False),
        ([""], 2, False),
    ],
)
def test_prose_is_one_cell_where_rows_have_several(cells: list[str], width: int, is_prose: bool) -> None:
    assert is_text(Record(1, cells), width) is is_prose
