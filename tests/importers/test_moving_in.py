"""Whole files of other programs: what is held, lots, cash, classes and targets; and bad ones in one sentence."""

import sqlite3
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from importers.other_programs import CASH, HELD, LAKSHMI, PortfolioPerformance, household, wealthfolio, zipped
from wealthdesk.domain.ledger import EntryKind, replay
from wealthdesk.domain.money import canonical
from wealthdesk.importers.draft import Draft, Kind
from wealthdesk.importers.formats import Given, read_given
from wealthdesk.importers.plain_yaml import YamlRefused, read_yaml
from wealthdesk.importers.taxonomies import with_taxonomy

TODAY = date(2026, 11, 21)


def read(data: bytes | str, name: str = "file", wal: bytes = b"") -> Draft:
    content = data.encode() if isinstance(data, str) else data
    draft = read_given(Given(name, content, TODAY, wal=wal))
    assert isinstance(draft, Draft)
    return draft


def held(draft: Draft) -> dict[tuple[str, str], str]:
    """(account, symbol) → what is held once the ledger is replayed, of what is kept as it is too; without cash."""
    found = {
        (each.account or "", each.symbol): canonical(each.quantity) for each in draft.candidates if not each.is_cash
    }
    ledger = draft.ledger
    for account in dict.fromkeys(row.account for row in ledger.rows) if ledger else ():
        assert ledger is not None
        told = replay(row.entry for row in ledger.rows if row.account == account)
        for key, position in told.positions.items():
            if position.quantity:
                found[account or "", ledger.assets[key].symbol] = canonical(position.quantity)
    return found


def cash(draft: Draft) -> dict[str, str]:
    found: dict[str, int] = {}
    assert draft.ledger is not None
    for row in draft.ledger.rows:
        for _, minor in row.entry.money:
            found[row.account or ""] = found.get(row.account or "", 0) + minor
    return {account: canonical(Decimal(minor).scaleb(-2)) for account, minor in found.items()}


def lots(draft: Draft, account: str, symbol: str) -> list[tuple[str, str, int | None]]:
    assert draft.ledger is not None
    told = replay(row.entry for row in draft.ledger.rows if row.account == account)
    key = next(key for key, each in draft.ledger.assets.items() if each.symbol == symbol)
    return [(str(lot.acquired_on), canonical(lot.quantity), lot.cost_minor) for lot in told.positions[key].lots]


def refusal(draft: Draft) -> str:
    (problem,) = draft.problems
    assert not draft.candidates and draft.ledger is None and draft.kind is Kind.OTHER
    return f"{problem.what} {problem.fix}"


# Portfolio Performance


@pytest.mark.parametrize("version", [24, 30, 48, 49, 69])
def test_both_ways_to_refer_and_a_zip_say_the_same(version: int) -> None:
    made = household(version)
    draft = read(made.xml())
    assert (draft.kind, draft.format, draft.base_currency, draft.problems) == (
        Kind.PORTFOLIO,
        "Portfolio Performance",
        "EUR",
        (),
    )
    assert held(draft) == HELD and {name: cash(draft)[name] for name in CASH} == CASH
    for other in (read(made.xml(by_id=True)), read(made.zipped())):
        assert held(other) == HELD and other.other == draft.other and other.taxonomies == draft.taxonomies
    assert [each.name for each in draft.accounts] == ["Cash", "Reserve", "Depot 1", "Depot 2"]


def test_what_goes_from_one_portfolio_to_another_keeps_its_day_and_cost() -> None:
    draft = read(household().xml())
    assert lots(draft, "Depot 2", "VWCE.DE") == [("2026-01-05", "25", 300_025)]
    assert lots(draft, "Depot 1", "VWCE.DE") == [("2026-01-05", "60", 720_060)]
    assert lots(draft, "Depot 1", "Mix 60/40") == [("2026-01-06", "50", 100_000)]


def test_quotes_are_the_last_of_months_and_the_latest() -> None:
    prices = [(each.symbol, str(each.on), canonical(each.price)) for each in read(household().xml()).prices]
    assert ("VWCE.DE", "2026-10-30", "120") in prices and ("VWCE.DE", "2026-11-20", "131.5") in prices
    assert ("Mix 60/40", "2026-11-20", "20") in prices and not any(on == "2026-11-19" for _, on, _ in prices)
    assert not any(symbol == "An index" for symbol, _, _ in prices)


def test_leaves_are_the_classes_and_their_targets_are_the_product_down_the_tree() -> None:
    draft = read(household().xml())
    assert draft.taxonomy == draft.strategy == "My plan"
    assert draft.targets == (("Safe", 3000), ("World", 5950), ("Emerging", 1050))
    assert draft.ledger is not None
    classes = {each.symbol: each.classes for each in draft.ledger.assets.values()}
    assert classes["Mix 60/40"] == (("Safe", 4000), ("World", 6000))
    assert draft.other is not None
    assert {each.account: each.classes for each in draft.other.holdings if each.is_cash}["Cash"] == (("Safe", 10000),)
    other = with_taxonomy(draft, "Regions")
    assert other.targets == () and other.ledger is not None
    assert all(each.classes == () for each in other.ledger.assets.values())


def test_what_a_tree_leaves_open_and_names_that_stand_twice() -> None:
    made = PortfolioPerformance()
    one, two = made.security("One"), made.security("Two")
    depot = made.portfolio("Depot", made.account("Cash"))
    for each in (one, two):
        made.shares(depot, "2026-01-05", "DELIVERY_INBOUND", each, "1", "10")
    bonds = made.classification("Bonds", 10000, [("security", one, 2500)])
    more = made.classification("Bonds", 10000, [("security", two, 10000)])
    made.taxonomy(
        "Where",
        [made.classification("Europe", 3333, children=[bonds]), made.classification("America", 6667, children=[more])],
    )
    draft = read(made.xml())
    assert draft.targets == (("Europe / Bonds", 3333), ("America / Bonds", 6667)) and draft.ledger is not None
    classes = {each.symbol: each.classes for each in draft.ledger.assets.values()}
    assert classes == {
        "One": (("Europe / Bonds", 2500), ("Without classification", 7500)),
        "Two": (("America / Bonds", 10000),),
    }


def test_a_purchase_in_another_currency_tells_the_cost_and_the_rate() -> None:
    made = PortfolioPerformance()
    share = made.security("Abroad", "USD", tickerSymbol="ABR")
    account = made.account("Cash")
    depot = made.portfolio("Depot", account)
    made.money(account, "2026-01-02", "DEPOSIT", "1000")
    units = [made.unit("GROSS_VALUE", "900", forex=("1000", "USD", "0.9")), made.unit("FEE", "9")]
    made.trade(depot, account, "2026-01-05", "BUY", share, "10", "909", units=units)
    draft = read(made.xml())
    assert lots(draft, "Depot", "ABR") == [("2026-01-05", "10", 101_000)]
    assert [(each.base, each.quote, canonical(each.rate)) for each in draft.rates] == [("USD", "EUR", "0.9")]
    assert draft.ledger is not None
    assert [row.entry.price for row in draft.ledger.rows if row.entry.asset] == [Decimal(100)]


def test_pence_equal_tickers_later_days_and_debts() -> None:
    made = PortfolioPerformance(base="GBP")
    one = made.security("One", "GBX", prices={"2026-11-20": "250"}, tickerSymbol="SAME")
    two = made.security("Two", "GBP", isin="GB0000000101", tickerSymbol="SAME")
    account = made.account("Cash", "GBP")
    depot = made.portfolio("Depot", account)
    made.shares(depot, "2026-01-05", "DELIVERY_INBOUND", one, "4", "1000", "GBX")
    made.shares(depot, "2026-01-05", "DELIVERY_INBOUND", two, "4", "10", "GBP")
    made.shares(depot, "2027-01-05", "DELIVERY_INBOUND", two, "400", "10", "GBP")
    made.money(account, "2026-01-05", "REMOVAL", "5", "GBP")
    draft = read(made.xml())
    assert held(draft) == {("Depot", "SAME"): "4", ("Depot", "GB0000000101"): "4"}
    assert lots(draft, "Depot", "SAME") == [("2026-01-05", "4", 1000)]
    assert [canonical(each.price) for each in draft.prices] == ["2.5"]
    assert [each.why for each in draft.left_out] == ["It is planned for later."]


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE client [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    "<client><version>&b;</version></client>"
)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (BOMB, "declares entities"),
        (household().xml()[:-300], "damaged on line"),
        ("<client><version>69</version></client>", "accounts and portfolios are not found"),
        (b"<client>" + b"<a>" * 6000, "larger or deeper"),
        ('<client><accounts><account reference="../account"/></accounts><portfolios/></client>', "refers to itself"),
        ('<client><accounts><account reference="77"/></accounts><portfolios/></client>', "is not in it"),
        ('<client><accounts><account reference="../../x[3]/y"/></accounts><portfolios/></client>', "is not in it"),
        (zipped(b"<client>" + b" " * (65 * 1024 * 1024)), "more than 64 MB when it is unpacked"),
    ],
)
def test_a_bad_file_of_portfolio_performance_is_one_sentence(data: bytes | str, says: str) -> None:
    told = refusal(read(data))
    assert says in told and "Save it again in Portfolio Performance as XML" in told


def test_a_transaction_that_is_not_understood_is_a_problem_on_its_line() -> None:
    made = household()
    made.money(made.account("More"), "2026-01-05", "LOTTERY", "5")
    draft = read(made.xml())
    (problem,) = draft.problems
    assert "“LOTTERY” is not known" in problem.what and problem.line > 0


# Wealthfolio


@pytest.mark.parametrize("generation", [1, 2, 3, 4])
def test_all_generations_of_wealthfolio_come_to_the_same(tmp_path: Path, generation: int) -> None:
    data = wealthfolio(tmp_path / "app.db", generation).read_bytes()
    draft = read(data)
    assert (draft.kind, draft.format, draft.base_currency, draft.problems) == (Kind.PORTFOLIO, "Wealthfolio", "USD", ())
    kept = {("401k", "DEMO"): "12.25"} if generation >= 3 else {}
    assert held(draft) == {("Brokerage", "DEMO"): "35", ("Brokerage", "SHOP.TO"): "8", **kept}
    assert cash(draft) == {"Brokerage": "6062.5"}
    assert lots(draft, "Brokerage", "DEMO") == [("2026-01-10", "35", 350_088)]
    prices = {(each.symbol, str(each.on)): canonical(each.price) for each in draft.prices}
    assert prices["DEMO", "2026-11-20"] == "120.5" and prices["DEMO", "2026-10-01"] == "100"
    assert [(each.base, each.quote, canonical(each.rate)) for each in draft.rates] == [("USD", "CAD", "1.4")]
    assert draft.ledger is not None
    classes = {each.symbol: each.classes for each in draft.ledger.assets.values()}
    expected = {3: (("Stock", 10000),), 4: (("Equity", 10000),)}
    assert classes["DEMO"] == expected.get(generation, ())
    assert draft.targets == ((("Equity", 8000), ("Cash", 2000)) if generation == 4 else ())


def test_what_moves_shares_and_money_in_all_its_kinds(tmp_path: Path) -> None:
    more = (
        ("DEPOSIT", None, "2026-07-01", "0", "0", "100", "1", "USD"),
        ("INTEREST", None, "2026-07-02", "0", "0", "2.50", "0", "USD"),
        ("TAX", None, "2026-07-03", "0", "0", "4", "0", "USD"),
        ("TRANSFER_OUT", "DEMO", "2026-07-04", "5", "0", None, "2", "USD"),
        ("TRANSFER_OUT", None, "2026-07-05", "0", "0", "10", "0", "USD"),
        ("CREDIT", None, "2026-07-06", "0", "0", "7", "0", "USD"),
    )
    draft = read(wealthfolio(tmp_path / "app.db", 3, more).read_bytes())
    assert held(draft)["Brokerage", "DEMO"] == "30"
    assert cash(draft)["Brokerage"] == canonical(Decimal("6062.5") + 99 + Decimal("2.5") - 4 - 2 - 10 + 7)


def test_shares_instead_of_a_dividend_and_an_exchange_of_currencies(tmp_path: Path) -> None:
    path = wealthfolio(tmp_path / "app.db", 4)
    with sqlite3.connect(path) as connection:
        columns = (
            "id, account_id, asset_id, activity_type, subtype, status, activity_date, quantity, unit_price, amount"
        )
        columns += ", fee, currency"
        rows = [
            ("y1", "a", "u1", "DIVIDEND", "DRIP", "POSTED", "2026-08-01T00:00:00Z", "0.5", "120", "60", "0", "USD"),
            ("y2", "a", "u1", "BUY", None, "DRAFT", "2026-08-01T00:00:00Z", "99", "1", None, "0", "USD"),
        ]
        connection.executemany(f"INSERT INTO activities ({columns}) VALUES ({', '.join('?' * 12)})", rows)
        exchange = "INSERT INTO activities (id, account_id, activity_type, status, activity_date, amount, currency, "
        exchange += (
            "destination_amount, destination_currency) VALUES ('y3', 'a', 'FX_EXCHANGE', 'POSTED', '2026-08-02', "
        )
        connection.execute(exchange + "'100', 'USD', '140', 'CAD')")
    connection.close()
    draft = read(path.read_bytes())
    assert held(draft)["Brokerage", "DEMO"] == "35.5" and draft.ledger is not None
    kinds = {row.entry.kind: row.entry for row in draft.ledger.rows}
    assert kinds[EntryKind.REINVESTED].money == () and kinds[EntryKind.REINVESTED].cost_minor == 6000
    assert kinds[EntryKind.CONVERSION].money == (("USD", -10_000), ("CAD", 14_000))


def test_what_was_written_since_stands_beside_the_database_and_is_read(tmp_path: Path) -> None:
    path = wealthfolio(tmp_path / "app.db", 2)
    before = path.read_bytes()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = WAL")
    more = (
        "INSERT INTO activities SELECT 'z', account_id, asset_id, activity_type, '2026-07-01', quantity, unit_price, "
    )
    connection.execute(more + "currency, fee, amount, 0 FROM activities WHERE activity_type = 'SELL'")
    connection.commit()
    data, wal = path.read_bytes(), path.with_name("app.db-wal").read_bytes()
    assert held(read(data))["Brokerage", "DEMO"] == "35"
    assert held(read(data, wal=wal))["Brokerage", "DEMO"] == "30"
    connection.close()
    assert len(before) == len(data)


def test_a_database_of_another_program_or_a_damaged_one_is_one_sentence(tmp_path: Path) -> None:
    whole = wealthfolio(tmp_path / "app.db", 3).read_bytes()
    torn = read(whole[: len(whole) // 2])
    assert "Wealthfolio" in refusal(torn)
    with sqlite3.connect(tmp_path / "other.db") as connection:
        connection.execute("CREATE TABLE gnclock (activities TEXT, account_id TEXT)")
    connection.close()
    assert "GnuCash" in refusal(read((tmp_path / "other.db").read_bytes()))
    with sqlite3.connect(tmp_path / "view.db") as connection:
        connection.execute("CREATE TABLE accounts (id, name, currency)")
        connection.execute("CREATE VIEW activities AS SELECT id AS account_id, name AS activity_type FROM accounts")
    connection.close()
    assert "database of another program" in refusal(read((tmp_path / "view.db").read_bytes()))


def test_an_activity_that_is_not_understood_is_a_problem_and_its_asset_in_doubt(tmp_path: Path) -> None:
    more = (
        ("BUY", "DEMO", "2026-07-01", "many", "1", None, "0", "USD"),
        ("RAFFLE", None, "2026-07-01", "0", "0", "1", "0", "USD"),
    )
    draft = read(wealthfolio(tmp_path / "app.db", 3, more).read_bytes())
    assert ["“many” is not a number" in draft.problems[0].what, "not known" in draft.problems[1].what] == [True, True]
    assert draft.ledger is not None and draft.ledger.doubtful == {"u1"}


# lakshmi


def test_lakshmi_comes_with_lots_cash_classes_and_targets() -> None:
    draft = read(LAKSHMI)
    assert (draft.kind, draft.format, draft.problems) == (Kind.PORTFOLIO, "lakshmi", ())
    assert held(draft) == {
        ("Taxable One", "VTI"): "1200.5",
        ("Taxable One", "Savings"): "1",
        ("IRA", "VT"): "40",
        ("IRA", "I Bonds"): "1",
    }
    assert draft.targets == (("US", 4200), ("Intl", 2800), ("Bonds", 3000)) and draft.strategy == "All"
    vti = draft.candidates[0]
    assert vti.cost == Decimal("266133.00") and vti.lots is not None
    assert [(str(lot.acquired_on), lot.cost_minor) for lot in vti.lots] == [
        ("2021-07-31", 22_611_300),
        ("2022-01-31", 4_002_000),
    ]
    assert {each.symbol: each.classes for each in draft.candidates}["VT"] == (("US", 6000), ("Intl", 4000))
    assert [each.kind for each in draft.accounts] == ["taxable", "tax_deferred", "tax_free"]
    assert {each.symbol: canonical(each.price) for each in draft.prices} == {"Savings": "5000", "I Bonds": "10000"}


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("Name: Savings", "Name: &a Savings", "mark of YAML that is not read"),
        ("Name: Savings", "Name: !!python/object Savings", "mark of YAML that is not read"),
        ("Ratio: 0.3", "Ratio: 0.2", "are not 100 % together"),
        ("Ratio: 0.3", "Ratio: much", "not a number"),
        ("{US: 1.0}", "{Moon: 1.0}", "the class Moon of VTI is not among its asset classes"),
        ("Shares: 40", "Shares: 40\n      Shares: 41", "for the second time"),
        ("  Available Cash: 250.10", "\tAvailable Cash: 250.10", "indented by a tab"),
        ("TickerAsset:\n      Ticker: VT\n", "Yacht:\n      Ticker: VT\n", "kind that is not known: Yacht"),
        ("{US: 0.6, Intl: 0.4}", "{US: 0.6, Intl: 0.4", "not closed by }"),
        ("Denomination: 10000", "Denomination: .inf", "not a number"),
    ],
)
def test_a_bad_portfolio_of_lakshmi_is_one_sentence(old: str, new: str, says: str) -> None:
    assert old in LAKSHMI
    told = refusal(read(LAKSHMI.replace(old, new, 1)))
    assert says in told and told.startswith("This is a portfolio of lakshmi in YAML")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a: 1\nb:\n- x\n- y", {"a": "1", "b": ["x", "y"]}),
        ("- a: 1\n  b: 2\n-\n  c: [1, {d: e}]", [{"a": "1", "b": "2"}, {"c": ["1", {"d": "e"}]}]),
        ("- - 1\n  - 2\n- 3", [["1", "2"], "3"]),
        ("'a b': \"x\\ty\\u00e9\"\nc: 'it''s'", {"a b": "x\tyé", "c": "it's"}),
        ("a: one\n  two\nb:\nc: {}", {"a": "one two", "b": "", "c": {}}),
        ("a: [1,\n  2,\n  3]\nb: 'x # y' # z", {"a": ["1", "2", "3"], "b": "x # y"}),
        ("url: http://x.example/y", {"url": "http://x.example/y"}),
        ("---\na: {b: , c: 'd, e'}", {"a": {"b": "", "c": "d, e"}}),
        ("just a word", "just a word"),
    ],
)
def test_plain_yaml(text: str, tree: object) -> None:
    assert read_yaml(text) == tree


@pytest.mark.parametrize(
    "text",
    [
        "a: |\n  x",
        "a: *b",
        "a: 1\n   b: 2",
        "a: 'x",
        "[" * 60,
        "a: 1\na: 2",
        "? a",
        "%TAG x",
        "a: [1, 2]]",
        " a: 1\nb: 2",
        "",
    ],
)
def test_more_than_plain_yaml_is_refused_by_its_line(text: str) -> None:
    with pytest.raises(YamlRefused, match=r"line [0-9]+"):
        read_yaml(text)
