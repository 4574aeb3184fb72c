"""Every layout of lists of transactions is understood, and none is taken for positions."""

from datetime import date
from decimal import Decimal

import pytest

from importers.transaction_layouts import CURRENCIES, LAYOUTS
from wealthdesk.domain.ledger import Replayed, replay
from wealthdesk.domain.money import canonical, from_minor
from wealthdesk.importers.draft import Draft, Kind
from wealthdesk.importers.formats import Given, read_given
from wealthdesk.importers.ledger_draft import Ledger
from wealthdesk.importers.transactions_csv import read_transactions

TODAY = date(2026, 11, 21)
REFUSED = Draft("list.csv", kind=Kind.TRANSACTIONS)


def read(text: str, currency: str = "USD") -> Draft:
    return read_transactions(text.encode(), "list.csv", today=TODAY, refused=REFUSED, default_currency=currency)


def ledger_of(draft: Draft) -> Ledger:
    assert draft.ledger is not None, draft.problems
    return draft.ledger


def replayed(draft: Draft) -> Replayed:
    return replay(row.entry for row in ledger_of(draft).rows)


def held(draft: Draft) -> dict[str, str]:
    """Symbol → quantity, of what is left."""
    assets = ledger_of(draft).assets
    found = replayed(draft).positions.items()
    return {assets[key].symbol: canonical(each.quantity) for key, each in found if each.quantity}


def cash(draft: Draft) -> dict[str, str]:
    found = {code: from_minor(minor, code) for code, minor in replayed(draft).money.items() if minor}
    return {code: canonical(amount) for code, amount in found.items()}


def costs(draft: Draft) -> dict[str, str | None]:
    assets = ledger_of(draft).assets
    found = replayed(draft).positions.items()
    return {
        assets[key].symbol: None
        if each.cost_minor is None
        else canonical(from_minor(each.cost_minor, assets[key].currency))
        for key, each in found
        if each.quantity
    }


@pytest.mark.parametrize("name", LAYOUTS)
def test_each_layout_is_understood(name: str) -> None:
    layout = LAYOUTS[name]
    draft = read(layout.text, CURRENCIES.get(name, "USD"))
    assert draft.problems == ()
    assert held(draft) == layout.held
    assert cash(draft) == layout.cash
    assert costs(draft) == layout.costs


@pytest.mark.parametrize("name", LAYOUTS)
def test_each_layout_is_told_to_be_transactions_and_never_kept_as_holdings(name: str) -> None:
    draft = read_given(Given("list.csv", LAYOUTS[name].text.encode(), TODAY))
    assert isinstance(draft, Draft)
    assert (draft.kind, draft.candidates) == (Kind.TRANSACTIONS, ())


@pytest.mark.parametrize("name", LAYOUTS)
def test_the_order_of_the_lines_does_not_matter(name: str) -> None:
    layout = LAYOUTS[name]
    draft = read(layout.text, CURRENCIES.get(name, "USD"))
    rows = [row.entry for row in ledger_of(draft).rows]
    assert replay(reversed(rows)).positions == replay(rows).positions


@pytest.mark.parametrize("split", ["SPLIT,ACME,4,,,", "SPLIT,ACME,,,,4", "SPLIT,ACME,0,0,,4", "SPLIT,ACME,1,,,4.0"])
def test_a_split_of_wealthfolio_has_its_ratio_where_amounts_or_quantities_stand(split: str) -> None:
    head = "date,activityType,symbol,quantity,unitPrice,currency,amount\n"
    kind, symbol, quantity, price, currency, amount = split.split(",")
    text = head + "2026-01-07,BUY,ACME,10,100,USD,\n"
    text += f"2026-02-07,{kind},{symbol},{quantity},{price},{currency or 'USD'},{amount}\n"
    assert held(read(text)) == {"ACME": "40"}


@pytest.mark.parametrize("line", ["Merger,OLDCO,-100,,", "Symbol change,OLDCO,100,,"])
def test_one_side_of_a_merger_alone_is_a_problem_on_its_line(line: str) -> None:
    draft = read(f"Date,Type,Symbol,Quantity,Price,Amount\n2026-01-05,Buy,OLDCO,100,10,-1000\n2026-03-05,{line}\n")
    assert [(each.line, "exchanged" in each.what) for each in draft.problems] == [(3, True)]


def test_shares_of_nothing_that_is_named_are_a_problem_on_their_line() -> None:
    draft = read(
        "Date,Action,Symbol,Description,Quantity,Price,Net Amount\n2026-01-05,Buy,VTI,VANGUARD,10,100,-1000\n"
        "2026-02-05,Transfer,,TRANSFER OF DEMO,5,0,0\n"
    )
    assert [(each.line, each.what) for each in draft.problems] == [(3, "No symbol stands here.")]


def test_there_are_enough_layouts() -> None:
    assert len(LAYOUTS) >= 30


def test_the_samples_are_all_ours() -> None:
    assert all(Decimal(quantity) > 0 for layout in LAYOUTS.values() for quantity in layout.held.values())


def test_a_trade_of_an_exchange_that_is_not_understood_is_a_problem_on_its_line() -> None:
    text = LAYOUTS["Kraken, trades"].text + '"T5","O5","ADAEUR","2026-02-08 10:00","buy","limit",1,5,0,5,2.5,"",""\n'
    draft = read(text)
    assert [(each.line, "Margin" in each.what) for each in draft.problems] == [(6, True)]
    assert draft.format == "Kraken, trades"


def test_two_trades_of_one_second_keep_quantities_and_money_without_a_cost() -> None:
    lines = LAYOUTS["Binance"].text.splitlines()
    at = '"1","2026-01-05 10:00:00","Spot",'
    both = [at + '"Transaction Buy","ETH","0.5",""', at + '"Transaction Spend","EUR","-100",""']
    draft = read("\n".join([*lines[:5], *both, ""]))
    assert held(draft) == {"BTC": "0.00999", "ETH": "0.5"}
    assert cash(draft) == {"EUR": "600"}
    assert costs(draft) == {"BTC": None, "ETH": None}


def test_an_order_that_was_never_filled_needs_no_day() -> None:
    draft = read(
        "Symbol,Side,Status,Filled,Price,Avg Price,Placed Time,Filled Time\n"
        "AAPL,Buy,Filled,10,200.00,200.00,01/05/2026 10:00:00,01/05/2026 10:00:01\n"
        "AAPL,Sell,Cancelled,0,250.00,,02/05/2026 10:00:00,\n"
    )
    assert draft.problems == ()
    assert held(draft) == {"AAPL": "10"}
    assert [(each.line, each.why) for each in draft.left_out] == [(3, "Not carried out.")]


@pytest.mark.parametrize(
    ("code", "day"), [("AUD", date(2026, 1, 5)), ("GBP", date(2026, 1, 5)), ("USD", date(2026, 5, 1))]
)
def test_the_currency_tells_which_of_two_readings_of_a_day_is_likelier(code: str, day: date) -> None:
    """Its countries write the day first; nothing else in the list tells."""
    lines = "".join(f"A{place},Buy,05/01/2026,10,85.00,{code},9.50,-859.50\n" for place in range(3))
    draft = read(f"Code,Type,Date,Quantity,Price,Currency,Brokerage,Value\n{lines}", code)
    assert {row.entry.on for row in ledger_of(draft).rows} == {day}
    assert any("could be read in two ways" in each.text for each in draft.notes)
