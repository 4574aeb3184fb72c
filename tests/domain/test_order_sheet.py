"""The order sheet: every trade once, by account, sales before purchases, whatever the order of the plan."""

from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wealthdesk.domain.assets import Asset, AssetKind
from wealthdesk.domain.drift import Drift
from wealthdesk.domain.plans import (
    AccountCash,
    Conversion,
    Mode,
    MoneyIs,
    Plan,
    Reason,
    SheetMoney,
    Side,
    Trade,
    in_sheet_order,
    order_key,
    order_sheet,
)

_NO_DRIFT = Drift("USD", 0, 0, 0, ())
ACCOUNTS = ("brokerage", "retirement", "wallet")
ASSETS = {each: Asset(each, each.upper(), each, AssetKind.FUND, "USD") for each in ("bnd", "vnq", "vti")}
REASON = Reason("c", 0, 0, False)


def trade(account_id: str | None, asset_id: str, side: Side = Side.BUY, amount: int = 100) -> Trade:
    return Trade(asset_id, side, amount, Decimal(1), Decimal(1), "USD", REASON, account_id)


def plan(*trades: Trade, accounts: tuple[AccountCash, ...] = (), conversions: tuple[Conversion, ...] = ()) -> Plan:
    return Plan(
        Mode.REBALANCE, 0, "USD", None, trades, 0, _NO_DRIFT, _NO_DRIFT, accounts=accounts, conversions=conversions
    )


def test_accounts_with_sales_come_first_and_the_larger_orders_before_the_smaller() -> None:
    change = Conversion("brokerage", "EUR", "USD", 100, 110, Decimal("1.1"))
    made = plan(
        trade("brokerage", "bnd", amount=50), trade("wallet", "vnq"), trade("brokerage", "vti", amount=70),
        trade("wallet", "vti", Side.SELL), trade("retirement", "bnd", Side.SELL, 10),
        trade("retirement", "vti", Side.SELL, 30), conversions=(change,),
    )  # fmt: skip
    sheet = order_sheet(made, ACCOUNTS, ASSETS)
    assert [each.account_id for each in sheet] == ["retirement", "wallet", "brokerage"]
    assert [[each.asset_id for each in account.trades] for account in sheet] == [
        ["vti", "bnd"],
        ["vti", "vnq"],
        ["vti", "bnd"],
    ]
    assert [account.conversions for account in sheet] == [(), (), (change,)]


def test_an_account_that_only_gets_money_is_on_the_sheet_and_one_where_nothing_happens_is_not() -> None:
    cash = (AccountCash("retirement", 0, 500, 500), AccountCash("wallet", 700, 0, 700), AccountCash(None, 0, 9, 9))
    assert [each.account_id for each in order_sheet(plan(accounts=cash), ACCOUNTS, ASSETS)] == ["retirement"]


@given(st.data())
def test_the_sheet_has_every_trade_once_whatever_their_order(data: st.DataObject) -> None:
    places = st.tuples(st.sampled_from([None, *ACCOUNTS]), st.sampled_from(sorted(ASSETS)), st.sampled_from(list(Side)))
    found = data.draw(st.lists(places, unique=True))
    trades = [trade(*place, data.draw(st.integers(1, 3))) for place in found]
    shuffled = Random(data.draw(st.integers())).sample(trades, len(trades))
    ordered = in_sheet_order(plan(*trades), ACCOUNTS, ASSETS)
    assert ordered == in_sheet_order(plan(*shuffled), ACCOUNTS, ASSETS)
    assert sorted(map(order_key, ordered), key=str) == sorted(map(order_key, trades), key=str)


@pytest.mark.parametrize(
    ("before", "new", "after", "trades", "expected"),
    [
        (0, 500, 0, [trade("brokerage", "vti", amount=500)], [SheetMoney(MoneyIs.BROUGHT_IN, 500)]),
        (
            90,
            500,
            20,
            [trade("brokerage", "vti", amount=570)],
            [SheetMoney(MoneyIs.BROUGHT_IN, 500), SheetMoney(MoneyIs.USED, 70)],
        ),
        (90, 0, 20, [trade("brokerage", "vti", amount=70)], [SheetMoney(MoneyIs.USED, 70)]),
        (90, -50, 40, [], [SheetMoney(MoneyIs.PAID_OUT, 50)]),
        (0, 0, 60, [trade("brokerage", "vti", Side.SELL, 60)], [SheetMoney(MoneyIs.STAYS, 60)]),
        (0, 0, 0, [trade("brokerage", "vti", Side.SELL), trade("brokerage", "bnd")], [SheetMoney(MoneyIs.NOT_NEEDED)]),
        (
            0,
            0,
            7,
            [trade("brokerage", "vti", Side.SELL, 107), trade("brokerage", "bnd")],
            [SheetMoney(MoneyIs.NOT_NEEDED)],
        ),
        (
            0,
            0,
            17,
            [trade("brokerage", "vti", Side.SELL, 117), trade("brokerage", "bnd")],
            [SheetMoney(MoneyIs.STAYS, 17)],
        ),
    ],
)
def test_what_to_do_with_the_money(
    before: int, new: int, after: int, trades: list[Trade], expected: list[SheetMoney]
) -> None:
    made = plan(*trades, accounts=(AccountCash("brokerage", before, new, after),))
    [account] = order_sheet(made, ACCOUNTS, ASSETS)
    assert list(account.money(small_minor=10)) == expected


@pytest.mark.parametrize(
    ("symbol", "expected"),
    [("VTI", True), ("IE00BK5BQT80", False), ("ie00bk5bqt80", False), ("", False), ("US0378331005X", True)],
)
def test_an_isin_is_no_symbol(symbol: str, expected: bool) -> None:
    asset = Asset("a", symbol, "A fund", AssetKind.FUND, "USD")
    assert asset.has_symbol is expected
    assert (asset.known_as, asset.also_known_as) == ((symbol, "A fund") if expected else ("A fund", symbol))
