"""“Moved in”: what another program has beside what is here, and that every difference is named."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

from wealthdesk.importers.draft import Draft, Kind
from wealthdesk.importers.other_portfolio import OtherHolding, OtherPortfolio
from wealthdesk.services.desk import Desk
from wealthdesk.services.imports import MovedIn

CSV = """Account,Symbol,Quantity,Price,Price date,Currency,Asset class
Depot,AAA,10,100,2026-11-19,EUR,Equity
Depot,BBB,5,50,2026-11-19,USD,Fixed income
"""


def told(
    account: str,
    symbol: str,
    quantity: str,
    price: str,
    code: str = "EUR",
    *,
    is_cash: bool = False,
    classes: tuple[tuple[str, int], ...] = (),
) -> OtherHolding:
    return OtherHolding(account, symbol, None, None, code, Decimal(quantity), Decimal(price), is_cash, classes)


def other(*holdings: OtherHolding, **more: object) -> OtherPortfolio:
    accounts = tuple(dict.fromkeys(each.account or "" for each in holdings))
    return OtherPortfolio("Elsewhere", "EUR", accounts, holdings, **more)  # type: ignore[arg-type]


def moved(desk: Desk, file: OtherPortfolio) -> MovedIn:
    (found,) = desk.imports.moved_in([Draft("their.file", format="Elsewhere", kind=Kind.PORTFOLIO, other=file)])
    return found


def test_what_is_the_same_has_no_differences(desk: Desk) -> None:
    desk.imports.keep([desk.imports.read("a.csv", CSV.encode())])
    equity = (("Equity", 10_000),)
    found = moved(desk, other(told("Depot", "AAA", "10", "100", classes=equity)))
    assert [each.quantity_here for each in found.holdings] == [Decimal(10), Decimal(5)]
    assert found.differences == ("BBB in Depot: 5 here, and none there.",)
    rates = {("USD", "EUR"): Decimal("0.9")}
    both = told("Depot", "AAA", "10", "100", classes=equity), told("Depot", "BBB", "5", "50", "USD")
    found = moved(desk, other(*both, rates=rates))
    assert found.total_there_minor == 100_000 + 22_500
    assert found.differences == ("BBB in Depot: worth 225.00 EUR there and without a value here.",)
    assert found.unvalued == ("BBB",) and not found.is_same


def test_what_the_file_has_no_price_for_is_valued_as_it_is_here(desk: Desk) -> None:
    desk.imports.keep([desk.imports.read("a.csv", CSV.encode())])
    without = replace(told("Depot", "AAA", "10", "100", classes=(("Equity", 10_000),)), price=None)
    nowhere = replace(told("Depot", "ZZZ", "1", "1"), price=None)
    found = moved(desk, other(without, nowhere))
    assert (found.valued_as_here, found.unvalued) == (("AAA",), ("ZZZ",))
    assert (found.total_there_minor, found.total_here_minor) == (100_000, 100_000)
    assert not any("AAA" in each or "Equity" in each for each in found.differences)


def test_a_file_without_any_classes_is_not_compared_by_them(desk: Desk) -> None:
    """Cash counts to a class here: that is no difference to a program that has none."""
    desk.imports.keep([desk.imports.read("a.csv", b"Account,Symbol,Quantity,Price,Currency\nDepot,$CASH,10,,EUR\n")])
    found = moved(desk, other(told("Depot", "EUR", "10", "1", is_cash=True)))
    assert (found.classes, found.differences) == ((), ()) and found.is_same


def test_accounts_quantities_cash_and_targets_are_named_where_they_differ(desk: Desk) -> None:
    desk.imports.keep(
        [desk.imports.read("a.csv", CSV.splitlines(keepends=True)[0].encode() + CSV.splitlines()[1].encode())]
    )
    cash = told("Depot", "EUR", "-2.50", "1", is_cash=True, classes=(("Safe", 10_000),))
    file = other(
        told("Depot", "AAA", "11", "100", classes=(("Equity", 10_000),)),
        told("Gone", "CCC", "1", "7"),
        cash,
        strategy="Plan",
        targets=(("Equity", 6000), ("Safe", 4000)),
    )
    found = moved(desk, file)
    said = " ".join(found.differences)
    assert "There is no account “Gone” here" in said
    assert "AAA in Depot: 11 there and 10 here." in said
    assert "EUR in Depot: -2.5 there and 0 here (money below zero is not kept)." in said
    assert "Safe: its target is 40.00% there and none here." in said
    equity = next(each for each in found.classes if each.name == "Equity")
    assert (equity.weight_there_bps, equity.drift_there_bps, equity.target_here_bps) == (10_000, 4000, None)
    assert (found.strategy_there, found.strategy_here) == ("Plan", "All Portfolio")
    depot = next(each for each in found.accounts if each.there == "Depot")
    assert depot.cash == (("EUR", Decimal("-2.50"), Decimal(0)),)


def test_an_account_that_the_file_does_not_name_is_the_one_that_it_went_into(desk: Desk) -> None:
    file = {
        "meta": {"version": "3"},
        "activities": [
            {"type": "BUY", "symbol": "AAA", "currency": "USD", "quantity": 2, "unitPrice": 10, "date": "2026-01-02",
             "accountId": None}
        ],
    }  # fmt: skip
    draft = desk.imports.read("g.json", json.dumps(file).encode())
    desk.imports.keep([draft])
    (found,) = desk.imports.moved_in([draft])
    assert found.is_same and found.total_here_minor == 2_000
    assert [each.here for each in found.accounts] == ["My account"]
    assert isinstance(draft, Draft)
    assert desk.imports.moved_in([replace(draft, other=None)]) == ()


def test_the_day_of_the_portfolio_does_not_matter_for_the_files_own_rates(desk: Desk) -> None:
    file = other(told("X", "AAA", "3", "10", "USD"), rates={("EUR", "USD"): Decimal("1.25")})
    assert moved(desk, file).total_there_minor == 2_400
    assert date.max > desk.portfolios.current().on
