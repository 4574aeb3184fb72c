"""Files in the layouts of brokers, with contents of our own: read as a person would read them."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from wealthdesk.domain.money import COMMA, POINT
from wealthdesk.importers.draft import Candidate, DateOrder, Draft, Field
from wealthdesk.importers.holdings_csv import read_holdings

TODAY = date(2026, 11, 21)
SAMPLES = Path(__file__).parents[2] / "../shared/samples/holdings"


def read(text: str | bytes, **more: object) -> Draft:
    data = text if isinstance(text, bytes) else text.encode()
    return read_holdings(data, "file.csv", today=TODAY, **more)  # type: ignore[arg-type]


def held(draft: Draft) -> list[tuple[str | None, str, str, str]]:
    return [(c.account, c.symbol, str(c.quantity), c.currency) for c in draft.candidates]


def left_lines(draft: Draft) -> list[int]:
    return [each.line for each in draft.left_out]


FIDELITY_HEADER = (
    "Account Number,Account Name,Symbol,Description,Quantity,Last Price,Last Price Change,Current Value,"
    "Today's Gain/Loss Dollar,Today's Gain/Loss Percent,Total Gain/Loss Dollar,Total Gain/Loss Percent,"
    "Percent Of Account,Cost Basis Total,Average Cost Basis,Type\n"
)
FIDELITY = (
    "\ufeff" + FIDELITY_HEADER + "X100,Joint,FDRXX**,HELD IN MONEY MARKET,,,,$120.50,,,,,1%,,,Cash,\n"
    "X100,Joint,ITOT,ISHARES TOTAL,10.5,$100.25,-$0.10,$1052.63,-$1.05,-0.10%,+$52.63,+5.26%,9%,$1000.00,$95.24,Cash,\n"
    "X200,HSA,ITOT,ISHARES TOTAL,2,$100.25,-$0.10,$200.50,-$0.20,-0.10%,+$10.50,+5.53%,100%,$190.00,$95.00,Margin,\n"
    "X200,HSA,Pending Activity,,,,,$-99.10,,,,,,,,\n"
    "\n"
    '"The data and information in this spreadsheet is provided to you solely for your use."\n'
    "\n"
    '"Date downloaded Nov-19-2026 4:12 p.m ET"\n'
)


def test_fidelity() -> None:
    draft = read(FIDELITY)
    assert not draft.problems
    assert held(draft) == [
        ("Joint", "USD", "120.5", "USD"),
        ("Joint", "ITOT", "10.5", "USD"),
        ("HSA", "ITOT", "2", "USD"),
    ]
    assert draft.candidates[0].is_cash and draft.candidates[0].kind == "cash"
    assert draft.candidates[1].cost == Decimal(1000)
    assert draft.candidates[1].kind is None
    assert draft.candidates[1].classes == (), "the type says where shares are held, not that they are cash"
    assert [(p.symbol, p.on, p.price) for p in draft.prices] == [("ITOT", date(2026, 11, 19), Decimal("100.25"))]
    assert left_lines(draft) == [5, 7, 9]
    assert [account.name for account in draft.accounts] == ["Joint", "HSA"]
    assert any("“$” is read as USD" in note.text for note in draft.notes)


def test_equal_account_names_get_their_numbers() -> None:
    text = "Account Number,Account Name,Symbol,Quantity\n1,IRA,VTI,5\n2,IRA,VTI,7\n3,Joint,VTI,1\n"
    assert [c.account for c in read(text).candidates] == ["IRA 1", "IRA 2", "Joint"]
    assert [a.name for a in read(text).accounts] == ["IRA 1", "IRA 2", "Joint"]


SCHWAB_HEADER = (
    '"Symbol","Description","Qty (Quantity)","Price","Price Chng % (Price Change %)","Mkt Val (Market Value)",'
    '"Cost Basis","Gain $ (Gain/Loss $)","Security Type",\n'
)
SCHWAB = (
    '"Positions for account Trading ...123 as of 04:02 PM ET, 2026/11/18"\n\n'
    + SCHWAB_HEADER
    + '"SCHA","SMALL CAP ETF",'
    '"1,500","30.50","0.24%","$45,750.00","$40,000.00","$5,750.00","ETFs & Closed End Funds",\n'
    '"Cash & Cash Investments","--","--","--","0%","$1,234.56","--","--","Cash and Money Market",\n'
    '"Account Total","--","--","--","0.13%","$46,984.56","$40,000.00","$5,750.00","--",\n'
)


def test_schwab() -> None:
    draft = read(SCHWAB)
    assert not draft.problems
    assert held(draft) == [("Trading", "SCHA", "1500", "USD"), ("Trading", "USD", "1234.56", "USD")]
    assert draft.candidates[0].kind == "fund" and draft.candidates[0].classes == ()
    assert draft.candidates[0].cost == Decimal(40_000)
    assert draft.prices[0].on == draft.as_of == date(2026, 11, 18)
    assert left_lines(draft) == [1, 6]
    assert draft.layout is not None and draft.layout.header_line == 3 and draft.layout.account == "Trading"


def test_the_account_chosen_goes_before_the_title() -> None:
    assert {c.account for c in read(SCHWAB, default_account="Mine").candidates} == {"Mine"}


def test_one_table_per_account_with_its_name_above() -> None:
    row = '"SCHA","SMALL CAP ETF","{}","30.50","0.24%","$1.00","--","--","ETFs & Closed End Funds",\n'
    text = (
        '"Positions for All-Accounts as of 04:02 PM ET, 2026/11/18"\n\n"Individual ...111"\n'
        + SCHWAB_HEADER + row.format(10) + '"Account Total","--","--","--","0%","$1","--","--","--",\n\n"Roth ...222"\n'
        + SCHWAB_HEADER + row.format(20)
    )  # fmt: skip
    assert [(c.account, c.quantity) for c in read(text).candidates][1] == ("Roth ...222", Decimal(20))


DEGIRO = (
    "Product,Symbol/ISIN,Amount,Closing,Local value,,Value in EUR\n"
    'CASH & CASH FUND & FTX CASH (EUR),,,,EUR,"50,44","50,44"\n'
    'SOME ETF,IE00B3RBWM25,12,"101,50",EUR,"1218,00","1218,00"\n'
    'BIG CORP,US5949181045,3,"400,10",USD,"1200,30","1111,11"\n'
    'SMALL CORP,US0231351067,1,"100,00",USD,"100,00","92,00"\n'
)


def test_the_title_names_the_account_whole() -> None:
    draft = read('"Account: Main, of 2026"\n\nSymbol,Quantity,Price\nVTI,1,2\n')
    assert draft.layout is not None and draft.layout.account == "Main"
    draft = read("Depot: Zweites Depot;;\n\nSymbol;Stück;Kurs\nVTI;1;2\n")
    assert draft.layout is not None and draft.layout.account == "Zweites Depot"


def test_degiro() -> None:
    draft = read(DEGIRO)
    assert not draft.problems
    assert held(draft) == [
        (None, "EUR", "50.44", "EUR"),
        (None, "IE00B3RBWM25", "12", "EUR"),
        (None, "US5949181045", "3", "USD"),
        (None, "US0231351067", "1", "USD"),
    ]
    assert draft.candidates[1].isin == "IE00B3RBWM25"
    assert draft.layout is not None and draft.layout.marks == COMMA
    [rate] = draft.rates
    assert (rate.base, rate.quote, rate.line) == ("USD", "EUR", 4), "from the largest value"
    assert rate.rate == Decimal("0.9256935766")
    assert (Decimal("1200.30") * rate.rate).quantize(Decimal("0.01")) == Decimal("1111.11")


GERMAN = (
    "Konto;Bezeichnung;ISIN;Symbol;Stück;Kurs;Währung;Kursdatum;Anlageklasse\n"
    "Depot Jürgen;Fonds A;IE00B3RBWM25;VGWL;1.000,5;101,52;EUR;03.04.2026;Aktien\n"
    "Depot Jürgen;Fonds € B;;GOLD;9;12,08;EUR;03.04.2026;Rohstoffe\n"
    "Sparbuch;Guthaben;;EUR;2.250,17;1;EUR;03.04.2026;Liquidität\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_german(encoding: str, end: str) -> None:
    draft = read(GERMAN.replace("\n", end).encode(encoding))
    assert not draft.problems
    assert held(draft) == [
        ("Depot Jürgen", "VGWL", "1000.5", "EUR"),
        ("Depot Jürgen", "GOLD", "9", "EUR"),
        ("Sparbuch", "EUR", "2250.17", "EUR"),
    ]
    assert [c.classes for c in draft.candidates] == [
        (("Aktien", 10_000),),
        (("Rohstoffe", 10_000),),
        (("Liquidität", 10_000),),
    ]
    assert draft.candidates[1].name == "Fonds € B"
    assert {p.on for p in draft.prices} == {date(2026, 4, 3)} == {draft.as_of}
    assert [p.symbol for p in draft.prices] == ["VGWL", "GOLD"], "cash has no price of its own"


VANGUARD = (
    "Account Number,Investment Name,Symbol,Shares,Share Price,Total Value,\n"
    "555,Index Fund Admiral,VFIAX,20.5,400.10,8202.05,\n"
    "555,Federal Money Market Fund,VMFXX,30.44,1.00,30.44,\n"
    "777,Retirement Fund,VFORX,6.200,31.08,192.70,\n"
    "\n\n\n"
    "Account Number,Trade Date,Settlement Date,Transaction Type,Investment Name,Symbol,Shares,Share Price,Net Amount,\n"
    "555,2026-11-02,2026-11-03,Buy,Index Fund Admiral,VFIAX,3.501,142.81,-500.00,\n"
    "555,2026-11-02,2026-11-03,Sell,Index Fund Admiral,VFIAX,-3.501,142.81,500.00,\n"
)


def test_vanguard() -> None:
    draft = read(VANGUARD)
    assert not draft.problems
    assert held(draft) == [
        ("555", "VFIAX", "20.5", "USD"),
        ("555", "VMFXX", "30.44", "USD"),
        ("777", "VFORX", "6.2", "USD"),
    ]
    assert not any(c.is_cash for c in draft.candidates)
    assert [(each.line, each.why) for each in draft.left_out] == [
        (8, "The headers of another table."),
        (9, "A transaction."),
        (10, "A transaction."),
    ]


DATED = (
    "date,symbol,quantity,price,currency\n"
    "2025-01-31,ABC,5,10.00,USD\n2025-01-31,$CASH,100,,USD\n2025-01-31,OLD,1,7,CAD\n2025-01-31,$CASH,40,,CAD\n"
    "2025-02-28,ABC,6,11.50,USD\n2025-02-28,$CASH,90,,USD\n2025-02-28,$CASH,30,,CAD\n"
)


def test_several_days_the_latest_is_held_and_all_prices_are_read() -> None:
    draft = read(DATED)
    assert not draft.problems
    assert held(draft) == [(None, "ABC", "6", "USD"), (None, "USD", "90", "USD"), (None, "CAD", "30", "CAD")]
    assert [(p.symbol, p.on, str(p.price)) for p in draft.prices] == [
        ("ABC", date(2025, 1, 31), "10"),
        ("OLD", date(2025, 1, 31), "7"),
        ("ABC", date(2025, 2, 28), "11.5"),
    ]
    assert left_lines(draft) == [2, 3, 4, 5]
    assert draft.as_of == date(2025, 2, 28)


def test_the_latest_day_is_judged_per_account() -> None:
    text = "account,date,symbol,quantity\nA,2025-01-01,X,1\nA,2025-02-01,X,2\nB,2025-01-15,Y,3\nB,2025-01-10,Y,4\n"
    assert held(read(text)) == [("A", "X", "2", "USD"), ("B", "Y", "3", "USD")]


def test_days_that_differ_without_repeating_a_symbol_leave_all_lines_held() -> None:
    draft = read("date,symbol,quantity,price\n2025-01-01,X,1,5\n2025-02-01,Y,2,6\n")
    assert [c.symbol for c in draft.candidates] == ["X", "Y"] and not draft.left_out


def test_price_dates_never_make_a_holding_old() -> None:
    draft = read("symbol,quantity,price,price date\nX,1,5,2025-01-01\nX,2,6,2025-02-01\nY,3,6,2024-02-01\n")
    assert held(draft) == [(None, "X", "3", "USD"), (None, "Y", "3", "USD")]


def test_the_same_symbol_twice_is_added_up_with_its_cost_and_said() -> None:
    draft = read("Account,Symbol,Quantity,Cost\nA,VTI,12,100\nB,VTI,1,\nA,VTI,5,50.5\nA,BND,1,1\nA,BND,1,\n")
    assert [(c.account, c.symbol, c.quantity, c.cost) for c in draft.candidates] == [
        ("A", "VTI", Decimal(17), Decimal("150.5")),
        ("B", "VTI", Decimal(1), None),
        ("A", "BND", Decimal(2), None),
    ]
    texts = [note.text for note in draft.notes]
    assert "VTI stands on lines 2 and 4 of A: 12 and 5 were added up to 17." in texts


def test_prices_without_a_day_are_told_apart_from_a_file_without_one() -> None:
    some = read("Symbol,Quantity,Price,Price date\nVTI,1,10,2026-11-20\nBND,1,11,\n")
    assert some.as_of is not None
    assert [note.text for note in some.notes if "day" in note.text] == ["1 price has no day: 2026-11-20 is used."]
    none = read("Symbol,Quantity,Price\nVTI,1,10\nBND,1,11\n")
    assert none.as_of is None
    assert any("no day for its prices: today is used" in note.text for note in none.notes)


def test_two_prices_for_one_day_are_told() -> None:
    draft = read("Account,Symbol,Quantity,Price\nA,VTI,1,10\nB,VTI,1,11\n")
    assert [p.price for p in draft.prices] == [Decimal(11)]
    assert any("two prices" in note.text for note in draft.notes)


def test_a_bond_quoted_in_per_cent_is_told() -> None:
    draft = read("Symbol,Quantity,Price,Market Value\nBOND,1000,98.5,985.00\nVTI,2,10,20\n")
    assert any("BOND" in note.text and "quoted per 100" in note.text for note in draft.notes)
    assert [price.price for price in draft.prices] == [Decimal("0.985"), Decimal(10)]


def test_columns_matched_by_hand() -> None:
    text = "Paper|How many|At\nVTI|12,5|3\n"
    first = read(text)
    assert first.candidates == () and len(first.problems) == 2 and "“Paper”" in first.problems[0].what
    assert first.rows_preview[0].cells == ("VTI", "12,5", "3")
    assert first.layout is not None
    layout = first.layout.with_field(0, Field.SYMBOL).with_field(1, Field.QUANTITY).with_field(2, Field.PRICE)
    problems = read(text, layout=layout).problems
    assert [(p.line, p.column, p.what) for p in problems] == [(2, "How many", "“12,5” has a comma.")]
    assert problems[0].fix == "Write 12.5, or choose comma for decimals."
    assert held(read(text, layout=layout.with_marks(COMMA))) == [(None, "VTI", "12.5", "USD")]


def test_a_field_has_one_column_only() -> None:
    layout = read("Symbol,Quantity,Shares held\nVTI,1,2\n").layout
    assert layout is not None
    changed = layout.with_field(2, Field.QUANTITY)
    assert [c.field for c in changed.columns] == [Field.SYMBOL, Field.IGNORE, Field.QUANTITY]


def test_a_file_without_headers_keeps_its_first_line() -> None:
    first = read("VTI,12\nBND,3\n")
    assert first.layout is not None and first.layout.header_line == 0 and first.problems
    layout = first.layout.with_field(0, Field.SYMBOL).with_field(1, Field.QUANTITY)
    assert held(read("VTI,12\nBND,3\n", layout=layout)) == [(None, "VTI", "12", "USD"), (None, "BND", "3", "USD")]


def test_another_delimiter_chosen_by_hand() -> None:
    text = "Symbol|Quantity;x\nVTI|3;y\n"
    layout = read(text).layout
    assert layout is not None and layout.delimiter == "|"
    again = read(text, layout=layout.with_delimiter(";"))
    assert again.layout is not None and again.layout.delimiter == ";"
    assert [c.header for c in again.layout.columns] == ["Symbol|Quantity", "x"]


def test_the_order_of_dates_can_be_chosen() -> None:
    text = "Symbol,Quantity,Price,Price date\nA,1,1,03/04/2026\n"
    layout = read(text).layout
    assert layout is not None
    days = {order: read(text, layout=layout.with_date_order(order)).prices[0].on for order in DateOrder}
    assert days == {DateOrder.DAY_FIRST: date(2026, 4, 3), DateOrder.MONTH_FIRST: date(2026, 3, 4)}


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ("03/04/2026 13/04/2026", ["2026-04-03", "2026-04-13"]),
        ("03/04/2026 04/13/2026", ["2026-03-04", "2026-04-13"]),
        ("10/12/2026 10/11/2026", ["2026-10-12", "2026-10-11"]),  # 10 December would be after today
        ("12/10/2026 11/10/2026", ["2026-10-12", "2026-10-11"]),
        ("Nov-20-2026 1 Nov 2026", ["2026-11-20", "2026-11-01"]),
    ],
)
def test_dates_are_read_in_the_order_that_the_file_shows(cells: str, expected: list[str]) -> None:
    dates = re.findall(r"\d+/\d+/\d+|Nov-20-2026|1 Nov 2026", cells)
    text = "Symbol,Quantity,Price,Price date\n" + "".join(f"S{i},1,1,{cell}\n" for i, cell in enumerate(dates))
    assert [str(price.on) for price in read(text).prices] == expected


def test_doubtful_dates_are_read_as_in_the_language_of_the_headers() -> None:
    assert read("Symbol,Quantity,Price,Price date\nA,1,1,03/04/2026\n").prices[0].on == date(2026, 3, 4)
    assert read("Symbol;Stück;Kurs;Kursdatum\nA;1;1;03/04/2026\n").prices[0].on == date(2026, 4, 3)


def test_holdings_go_on_after_a_table_of_transactions() -> None:
    text = (
        "Symbol,Shares,Price\nA,1,2\n\nSymbol,Trade Date,Shares,Price\nA,2026-01-01,9,2\n\nSymbol,Shares,Price\nB,3,4\n"
    )
    draft = read(text)
    assert [c.symbol for c in draft.candidates] == ["A", "B"] and not draft.problems
    assert left_lines(draft) == [4, 5, 7]


@pytest.mark.parametrize(
    ("row", "symbol", "quantity", "currency"),
    [
        ("$CASH,100,,EUR", "EUR", "100", "EUR"),
        ("$CASH-GBP,100,,", "GBP", "100", "GBP"),
        ("CASH,100,1,CHF", "CHF", "100", "CHF"),
        ("USD,100,,", "USD", "100", "USD"),
        ("JPY,100,1.00,JPY", "JPY", "100", "JPY"),
        ("Cash & Cash Investments,100.5,,CAD", "CAD", "100.5", "CAD"),
        ("FCASH**,7,1,USD", "USD", "7", "USD"),
    ],
)
def test_cash(row: str, symbol: str, quantity: str, currency: str) -> None:
    [candidate] = read(f"Symbol,Quantity,Price,Currency\n{row}\n").candidates
    assert candidate == Candidate(2, None, symbol, None, Decimal(quantity), currency, is_cash=True, kind="cash")


@pytest.mark.parametrize("row", ["AMD,3,240.10,USD", "COP,3,,USD", "CASH,3,71.20,USD", "ALL,3,190,USD", "ALL,3,,"])
def test_shares_whose_symbol_looks_like_money(row: str) -> None:
    [candidate] = read(f"Symbol,Quantity,Price,Currency\n{row}\n").candidates
    assert not candidate.is_cash and candidate.symbol == row.split(",")[0]


def test_an_account_without_holdings_is_read() -> None:
    draft = read("Account,Symbol,Quantity,Account kind,Account currency\nOld,,,tax_free,EUR\nA,VTI,1,taxable,USD\n")
    assert [(a.name, a.kind, a.currency) for a in draft.accounts] == [
        ("Old", "tax_free", "EUR"),
        ("A", "taxable", "USD"),
    ]
    assert len(draft.candidates) == 1 and not draft.problems


def test_numbers_that_could_be_read_in_two_ways_are_told() -> None:
    draft = read("Symbol,Quantity\nVTI,1.204\n")
    assert draft.candidates[0].quantity == Decimal("1.204")
    assert draft.layout is not None and draft.layout.doubtful == "1.204" and draft.layout.marks == POINT
    assert any("two ways" in note.text for note in draft.notes)
    assert read("Symbol;Stück\nVWCE;1.204\n").candidates[0].quantity == Decimal(1204), "German headers, German numbers"


def test_signs_beside_prices_tell_the_currency() -> None:
    draft = read("Symbol,Quantity,Price\nA,1,€5.00\nB,1,$6.00\nC,1,7.00 CHF\nD,1,8.00\n", default_currency="GBP")
    assert [c.currency for c in draft.candidates] == ["EUR", "USD", "CHF", "EUR"]


def test_dollars_are_the_usual_dollars() -> None:
    assert read("Symbol,Quantity,Price\nA,1,$5.00\n", default_currency="CAD").candidates[0].currency == "CAD"


def test_progress_is_told_and_may_stop_the_reading() -> None:
    heard: list[tuple[int, int]] = []
    read("Symbol,Quantity\n" + "A,1\n" * 5000, progress=lambda done, total: heard.append((done, total)))
    assert heard[-1] == (5001, 5001) and len(heard) >= 3

    def stop(done: int, total: int) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        read("Symbol,Quantity\nA,1\n", progress=stop)


EXPECTED_SAMPLES = {
    "fidelity-positions.csv": (5, {"Individual", "ROTH IRA"}, 3, {("USD", "8422.17")}, 3),
    "schwab-positions.csv": (4, {"Brokerage"}, 3, {("USD", "4310.55")}, 2),
    "degiro-portfolio.csv": (4, {None}, 3, {("EUR", "1250.44")}, 0),
    "semicolon-comma-latin1.csv": (4, {"Depot Müller", "Tagesgeld"}, 3, {("EUR", "8250.17")}, 0),
    "vanguard-ofx-download.csv": (4, {"11112222", "33334444"}, 4, set(), 2),
    "wealthfolio-holdings.csv": (6, {None}, 8, {("USD", "3200"), ("CAD", "2500")}, 6),
}


@pytest.mark.skipif(not SAMPLES.exists(), reason="the shared samples are not here")
@pytest.mark.parametrize("name", EXPECTED_SAMPLES)
def test_shared_samples(name: str) -> None:
    draft = read_holdings((SAMPLES / name).read_bytes(), name, today=TODAY)
    cash = {(c.symbol, str(c.quantity)) for c in draft.candidates if c.is_cash}
    accounts = {c.account for c in draft.candidates}
    found = (len(draft.candidates), accounts, len(draft.prices), cash, len(draft.left_out))
    assert found == EXPECTED_SAMPLES[name] and not draft.problems
