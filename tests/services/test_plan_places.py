"""Where an asset may be bought when the user said nothing, and when something was said."""

from dataclasses import replace
from decimal import Decimal

from services.portfolios import BONDS, EQUITY, account, asset, hold
from wealthdesk.domain.assets import Asset, AssetKind, Exposure
from wealthdesk.domain.holdings import FxRate, Price
from wealthdesk.domain.targets import ClassTarget, HoldingTarget
from wealthdesk.domain.trading_rules import AccountRules, MayHold, TradingRules
from wealthdesk.planning.market import BuyingPlaces, PlanMarket
from wealthdesk.services.desk import Desk


def of_kind(desk: Desk, symbol: str, kind: AssetKind, class_id: str, currency: str = "USD") -> str:
    """A new asset of a kind, at a price of 1."""
    made = desk.assets.add(Asset("", symbol, symbol, kind, currency, (Exposure(class_id, 10_000),)))
    desk.prices.set([Price(made.id, desk.clock.today(), Decimal(1))])
    return made.id


def bought(desk: Desk, rules: TradingRules | None = None, *directed: str) -> dict[str, set[str]]:
    """Account name → the symbols that may be bought there."""
    allocation = desk.allocations.of(None)
    places = BuyingPlaces(PlanMarket.of(allocation, rules or TradingRules()), directed)
    portfolio = allocation.portfolio
    return {
        portfolio.accounts[key].name: {portfolio.assets[each].symbol for each in assets}
        for key, assets in places.of.items()
    }


def test_an_account_buys_the_sorts_and_currencies_that_it_holds(desk: Desk) -> None:
    """A wallet gets coins alone; a broker with two stock funds may buy a bond fund, but none of another currency."""
    broker, european, wallet = (account(desk, name) for name in ("Broker", "European", "Wallet"))
    ids = {
        "S": asset(desk, "S", "1", {EQUITY: 100}),
        "B": asset(desk, "B", "1", {BONDS: 100}),
        "E": asset(desk, "E", "1", {EQUITY: 100}, "USD"),
        "X": of_kind(desk, "X", AssetKind.CRYPTO, "crypto"),
        "Y": of_kind(desk, "Y", AssetKind.CRYPTO, "crypto"),
        "EU": of_kind(desk, "EU", AssetKind.FUND, EQUITY, "EUR"),
    }
    hold(desk, broker, {"S": "10", "E": "5"}, ids)
    hold(desk, european, {"EU": "0"}, ids)
    hold(desk, wallet, {"X": "1"}, ids)
    wanted = (HoldingTarget(ids["X"], 5000), HoldingTarget(ids["Y"], 5000))
    bonds = (HoldingTarget(ids["B"], 10_000),)
    desk.targets.add(
        None, "T", (ClassTarget(BONDS, 5000, holdings=bonds), ClassTarget("crypto", 5000, holdings=wanted))
    )
    assert bought(desk) == {"Broker": {"S", "B", "E"}, "European": set(), "Wallet": {"X", "Y"}}
    del european


def test_a_line_of_no_shares_counts_as_held(desk: Desk) -> None:
    broker = account(desk)
    ids = {"S": asset(desk, "S", "1", {EQUITY: 100})}
    hold(desk, broker, {"S": "0"}, ids)
    assert bought(desk) == {"Broker": {"S"}}


def test_savings_are_left_alone_while_another_account_can_buy(desk: Desk) -> None:
    broker, savings, fresh = (account(desk, name) for name in ("Broker", "Savings", "New"))
    ids = {"S": asset(desk, "S", "1", {EQUITY: 100})}
    hold(desk, savings, {"USD": "5000"}, ids)
    assert bought(desk) == {"Broker": set(), "Savings": set(), "New": set()}
    hold(desk, broker, {"S": "10"}, ids)
    assert bought(desk) == {"Broker": {"S"}, "Savings": set(), "New": {"S"}}
    assert bought(desk, None, savings)["Savings"] == {"S"}
    allowed = TradingRules({savings: AccountRules(may_hold=MayHold.ALL)})
    assert bought(desk, allowed)["Savings"] == {"S"}
    one = TradingRules({savings: AccountRules(allowed=frozenset({ids["S"]}))})
    assert bought(desk, one)["Savings"] == {"S"}
    del fresh


def test_savings_alone_may_buy(desk: Desk) -> None:
    savings = account(desk, "Savings")
    ids = {"S": asset(desk, "S", "1", {EQUITY: 100})}
    hold(desk, savings, {"USD": "5000"}, ids)
    desk.targets.add(None, "T", (ClassTarget(EQUITY, 10_000, holdings=(HoldingTarget(ids["S"], 10_000),)),))
    assert bought(desk) == {"Savings": {"S"}}


def test_what_no_account_would_buy_goes_where_several_of_its_currency_are(desk: Desk) -> None:
    """A first coin: the account with two assets of its currency; without one all but the savings and the wallets."""
    broker, other, savings = (account(desk, name) for name in ("Broker", "Other", "Savings"))
    ids = {name: asset(desk, name, "1", {EQUITY: 100}) for name in ("S", "T", "U")}
    ids["X"] = of_kind(desk, "X", AssetKind.CRYPTO, "crypto")
    ids["E"] = of_kind(desk, "E", AssetKind.CRYPTO, "crypto", "EUR")
    desk.rates.set([FxRate("EUR", "USD", desk.clock.today(), Decimal(2))])
    hold(desk, broker, {"S": "10", "T": "5"}, ids)
    hold(desk, other, {"U": "5"}, ids)
    hold(desk, savings, {"USD": "100"}, ids)
    wanted = (HoldingTarget(ids["X"], 5000), HoldingTarget(ids["E"], 5000))
    desk.targets.add(None, "T", (ClassTarget("crypto", 10_000, holdings=wanted),))
    found = bought(desk)
    assert [name for name in sorted(found) if "X" in found[name]] == ["Broker"]
    assert [name for name in sorted(found) if "E" in found[name]] == ["Broker", "Other"]


def test_property_and_private_assets_are_never_bought(desk: Desk) -> None:
    broker = account(desk)
    ids = {"H": of_kind(desk, "H", AssetKind.PROPERTY, EQUITY), "P": of_kind(desk, "P", AssetKind.PRIVATE, EQUITY)}
    hold(desk, broker, {"H": "1", "P": "1"}, ids)
    assert bought(desk) == {"Broker": set()}
    assert bought(desk, TradingRules({broker: AccountRules(may_hold=MayHold.ALL)})) == {"Broker": set()}


def test_the_users_word_goes_before_what_is_held(desk: Desk) -> None:
    first, second = account(desk, "First"), account(desk, "Second")
    ids = {"S": asset(desk, "S", "1", {EQUITY: 100}), "B": asset(desk, "B", "1", {BONDS: 100})}
    hold(desk, first, {"S": "10", "B": "1"}, ids)
    hold(desk, second, {"S": "10"}, ids)
    listed = AccountRules(may_hold=MayHold.LISTED, can_hold=frozenset({ids["B"]}))
    assert bought(desk, TradingRules({first: listed})) == {"First": {"B"}, "Second": {"S", "B"}}
    barred = AccountRules(barred=frozenset({ids["B"]}))
    assert bought(desk, TradingRules({second: barred})) == {"First": {"S", "B"}, "Second": {"S"}}


def test_archived_accounts_do_not_trade_unless_the_user_says_so(desk: Desk) -> None:
    old = account(desk, "Old")
    ids = {"S": asset(desk, "S", "1", {EQUITY: 100})}
    hold(desk, old, {"S": "10"}, ids)
    found = next(each for each in desk.accounts.all() if each.id == old)
    desk.accounts.change(replace(found, is_archived=True))
    assert bought(desk) == {}
    assert bought(desk, TradingRules({old: AccountRules(trades_archived=True)})) == {"Old": {"S"}}
