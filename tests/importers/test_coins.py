"""What exchanges call coins and pairs of coins, and what only pays in a list of trades."""

from datetime import date

import pytest

from importers.test_transaction_layouts import cash, held, read
from wealthdesk.importers.coins import coin, pair_of
from wealthdesk.importers.draft import Draft
from wealthdesk.importers.formats import Given, read_given

HEAD = "Date(UTC),Pair,Side,Price,Amount,Total,Fee,Fee Coin\n"


@pytest.mark.parametrize(
    ("called", "symbol"),
    [
        ("XXBT", "BTC"), ("XBT", "BTC"), ("ZEUR", "EUR"), ("XETH", "ETH"), ("ETH2.S", "ETH"), ("DOT28.S", "DOT"),
        ("XXDG", "DOGE"), ("ZETA", "ZETA"), ("XION", "XION"), ("C98", "C98"), ("1INCH", "1INCH"), ("XTZ", "XTZ"),
    ],
)  # fmt: skip
def test_what_kraken_calls_coins(called: str, symbol: str) -> None:
    """Only its own codes are others: a coin may begin with X or Z, or end in digits."""
    assert coin(called) == symbol


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("BTCUSDT", ("BTC", "USDT")), ("BTC-EUR", ("BTC", "EUR")), ("eth/btc", ("ETH", "BTC")),
        ("KCS-USDT", ("KCS", "USDT")), ("XXBTZEUR", ("BTC", "EUR")), ("XTZEUR", ("XTZ", "EUR")),
        ("USDTZUSD", ("USDT", "USD")), ("DOTEUR", ("DOT", "EUR")), ("XETHXXBT", ("ETH", "BTC")),
        ("FIRST FUND", None), ("BRK-B", None), ("VWCE", None), ("TOTAL", None), ("123456", None),
    ],
)  # fmt: skip
def test_pairs(text: str, pair: tuple[str, str] | None) -> None:
    assert pair_of(text) == pair


def test_a_coin_that_only_pays_stays_as_it_is_where_the_list_does_not_say_from_where_it_came() -> None:
    draft = read(HEAD + "2026-01-05 10:00:00,BTCUSDT,BUY,20000,0.1,2000,0.001,BNB\n")
    assert held(draft) == {"BTC": "0.1"} and draft.problems == ()
    assert [each.text.split()[0] for each in draft.notes if "only pays" in each.text] == ["BNB", "USDT"]


def test_a_coin_that_came_before_it_paid_is_counted_unless_it_stands_for_money() -> None:
    """Else a part of a list would come to something else than the whole."""
    sold = "2026-01-04 10:00:00,SOLEUR,BUY,100,5,500,0,\n2026-01-05 10:00:00,SOL{0},SELL,100,4,400,0.4,{0}\n"
    draft = read(HEAD + sold.format("BTC") + "2026-01-06 10:00:00,ETHBTC,BUY,200,1,200,0,\n")
    assert held(draft) == {"SOL": "1", "BTC": "199.6", "ETH": "1"} and cash(draft) == {"EUR": "-500"}
    draft = read(HEAD + sold.format("USDT"))
    assert held(draft) == {"SOL": "1"} and any("USDT only pays" in each.text for each in draft.notes)


@pytest.mark.parametrize("total", ["2000", "2002", "-2002", ""])
def test_a_total_may_have_the_fee_in_it_or_not(total: str) -> None:
    """The price tells which."""
    draft = read(HEAD + f"2026-01-05 10:00:00,BTC-EUR,BUY,20000,0.1,{total},2,EUR\n")
    assert cash(draft) == {"EUR": "-2002"}


def test_shares_in_a_column_of_symbols_are_no_pairs() -> None:
    draft = read("Date,Symbol,Side,Price,Quantity\n2026-01-05,BTC-USD,Buy,20000,0.1\n2026-01-06,VTI,Buy,300,1\n")
    assert held(draft) == {"BTC-USD": "0.1", "VTI": "1"} and draft.format == "List of transactions"


def test_without_a_sure_code_of_kraken_nothing_is_renamed() -> None:
    draft = read_given(Given("list.csv", b"Symbol,Quantity,Price\nXXRP,5,20\nZETA,1,1.5\n", date(2026, 11, 21)))
    assert isinstance(draft, Draft) and [each.symbol for each in draft.candidates] == ["XXRP", "ZETA"]
