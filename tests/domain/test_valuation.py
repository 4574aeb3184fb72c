"""What holdings are worth on a day, and what is missing to know it."""

from datetime import date
from decimal import Decimal

import pytest

from wealthdesk.domain.accounts import Account, AccountKind
from wealthdesk.domain.assets import Asset, AssetKind
from wealthdesk.domain.holdings import FxRate, Holding, Portfolio, Price
from wealthdesk.domain.valuation import Missing, conversions, value

DAY = date(2026, 11, 20)


def rate(base: str, quote: str, number: str, on: date = DAY) -> FxRate:
    return FxRate(base, quote, on, Decimal(number))


def portfolio(*rates: FxRate, prices: dict[str, tuple[str, date]]) -> Portfolio:
    assets = {
        "vti": Asset("vti", "VTI", "VTI", AssetKind.FUND, "USD"),
        "vwce": Asset("vwce", "VWCE", "VWCE", AssetKind.FUND, "EUR"),
        "eur": Asset("eur", "EUR", "Cash", AssetKind.CASH, "EUR"),
        "new": Asset("new", "NEW", "New", AssetKind.FUND, "USD"),
    }
    held = [("1", "one", "vti", "3"), ("2", "one", "vwce", "2"), ("3", "two", "eur", "10.25"), ("4", "two", "new", "1")]
    return Portfolio(
        on=DAY,
        base_currency="USD",
        accounts={each: Account(each, each, AccountKind.TAXABLE, "USD") for each in ("one", "two")},
        classes={},
        assets=assets,
        holdings=tuple(Holding(h, account, asset, Decimal(quantity)) for h, account, asset, quantity in held),
        prices={asset: Price(asset, on, Decimal(price)) for asset, (price, on) in prices.items()},
        rates=rates,
    )


def test_values_are_in_the_base_currency_and_what_is_missing_is_named() -> None:
    known = portfolio(
        rate("EUR", "USD", "1.0852"), prices={"vti": ("298.14", DAY), "vwce": ("131.52", date(2026, 11, 1))}
    )
    valuation = value(known)
    assert [h.value_minor for h in valuation.holdings] == [89_442, 28_545, 1_112, None]
    assert valuation.holdings[3].missing is Missing.PRICE
    assert valuation.total_minor == 89_442 + 28_545 + 1_112
    assert valuation.cash_minor == 1_112
    assert valuation.stale_assets == ("vwce",)
    assert value(known, "two").total_minor == 1_112


def test_without_a_rate_foreign_holdings_have_no_value() -> None:
    valuation = value(portfolio(prices={"vti": ("1", DAY), "vwce": ("1", DAY), "new": ("1", DAY)}))
    assert valuation.missing_rates == ("EUR",)
    assert [h.missing for h in valuation.holdings] == [None, Missing.RATE, Missing.RATE, None]


def test_seven_days_old_is_not_stale_and_eight_are() -> None:
    for day, stale in ((date(2026, 11, 13), ()), (date(2026, 11, 12), ("vti",))):
        assert value(portfolio(prices={"vti": ("1", day)})).stale_assets == stale


def test_a_rate_is_used_either_way_round_the_newer_wins_and_one_step_in_between_is_found() -> None:
    ways = conversions([rate("USD", "EUR", "0.8"), rate("EUR", "USD", "1.1", date(2026, 1, 1))], "USD")
    assert ways["EUR"].rate == Decimal("1.25")
    ways = conversions([rate("GBP", "EUR", "1.2"), rate("EUR", "USD", "1.1", date(2026, 1, 1))], "USD")
    assert ways["GBP"].rate == Decimal("1.32")
    assert ways["GBP"].on == date(2026, 1, 1)
    assert "CHF" not in ways


def test_a_rate_the_other_way_round_divides_and_rounds_only_at_the_end() -> None:
    """€0.045 at 3 EUR for a dollar is 1.5 cents exactly, which rounds up; a third cut short would round down."""
    known = portfolio(rate("USD", "EUR", "3"), prices={"vwce": ("0.0225", DAY)})
    assert value(known).holdings[1].value_minor == 2


def test_of_one_day_the_pair_as_it_is_quoted_wins_in_any_order() -> None:
    both = [rate("USD", "EUR", "0.5"), rate("EUR", "USD", "1.1")]
    for rates in (both, both[::-1]):
        assert conversions(rates, "USD")["EUR"].rate == Decimal("1.1")
        assert conversions(rates, "EUR")["USD"].rate == Decimal("0.5")


@pytest.mark.parametrize(
    ("base", "quantity", "price", "minor"),
    [
        ("JPY", "1.5", "1", 2),
        ("JPY", "3", "0.5", 2),
        ("KWD", "0.0005", "1", 1),
        ("KWD", "0.000499999999", "1", 0),
        ("USD", "0.000000000001", "5000000000", 1),
        ("USD", "0.000000000001", "4999999999.999999999999", 0),
        ("USD", "999999999999999.999999999999", "999999999999999.999999999999", 10**32 - 200_000),
        ("USD", "3", "0", 0),
    ],
)
def test_every_size_of_number_is_exact_to_the_minor_unit(base: str, quantity: str, price: str, minor: int) -> None:
    asset = Asset("a", "A", "A", AssetKind.FUND, base)
    account = Account("one", "one", AccountKind.TAXABLE, base)
    holding = Holding("h", "one", "a", Decimal(quantity))
    known = Portfolio(
        DAY, base, {"one": account}, {}, {"a": asset}, (holding,), {"a": Price("a", DAY, Decimal(price))}, ()
    )
    assert value(known).total_minor == minor
