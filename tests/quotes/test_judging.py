"""Quotes against what is known: units, days, doubts, typed prices."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wealthdesk.domain.holdings import Price
from wealthdesk.quotes.draft import Answer, Failed, Quote, QuotesDraft, Wanted, judged

TODAY = date(2026, 11, 27)


def draft(
    price: str, currency: str | None = None, on: date | None = TODAY, *, asset: str = "USD", unit: str = "",
    last: Price | None = None, known: Price | None = None, may_replace: bool = False, source: str = "x",
) -> QuotesDraft:  # fmt: skip
    wanted = Wanted("a", "AAA", asset, "AAA.X", "", unit, last)
    answer = Answer((Quote("AAA.X", Decimal(price), on, currency),))
    there = {} if known is None else {("a", known.on): known}
    return judged(source, [wanted], answer, TODAY, there, may_replace_typed=may_replace)


@pytest.mark.parametrize(
    ("told", "asset", "price", "kept"),
    [
        ("GBX", "GBP", "7123.5", "71.235"),
        ("GBp", "GBP", "0.01", "0.0001"),
        ("GBP", "GBP", "71.235", "71.235"),
        ("ZAc", "ZAR", "12345", "123.45"),
        ("ILA", "ILS", "33", "0.33"),
        ("USX", "USD", "512.25", "5.1225"),
        ("KWF", "KWD", "250", "0.25"),
        ("JPY", "JPY", "2750.5", "2750.5"),
    ],
)
def test_pence_cents_agorot_and_yen_are_exact(told: str, asset: str, price: str, kept: str) -> None:
    assert draft(price, told, asset=asset).prices == (Price("a", TODAY, Decimal(kept), "x"),)
    assert draft(price, None, asset=asset, unit=told).prices[0].price == Decimal(kept)


@given(st.decimals("0.0001", "9999999", places=4))
def test_what_is_quoted_in_pence_is_a_hundredth_and_nothing_else(price: Decimal) -> None:
    (kept,) = draft(str(price), "GBX", asset="GBP").prices
    assert kept.price * 100 == price


def test_another_currency_and_none_are_sentences() -> None:
    assert "quotes it in EUR, but its prices are kept in USD" in draft("5", "EUR").failed[0].what
    assert "not a known currency" in draft("5", "doubloon").failed[0].what


def test_days() -> None:
    assert draft("5", on=TODAY - timedelta(3)).prices[0].on == TODAY - timedelta(3)
    assert draft("5", on=None).prices[0].on == TODAY
    ahead = draft("5", on=TODAY + timedelta(1))
    assert ahead.prices[0].on == TODAY and "tomorrow there" in ahead.notes[0]
    assert "has not come" in draft("5", on=TODAY + timedelta(2)).failed[0].what


def test_a_price_of_tomorrow_does_not_take_the_place_of_one_of_today() -> None:
    wanted = Wanted("a", "AAA", "USD", "AAA")
    both = Answer((Quote("AAA", Decimal(6), TODAY + timedelta(1)), Quote("AAA", Decimal(5), TODAY)))
    found = judged("x", [wanted], both, TODAY, {})
    assert [(each.on, each.price) for each in found.prices] == [(TODAY, Decimal(5))] and found.failed == ()
    assert "left for tomorrow" in found.notes[0]


@pytest.mark.parametrize(
    ("last", "now", "says"),
    [
        ("100", "119", None), ("100", "81", None), ("100", "121", "more than 20%"), ("100", "79", "more than 20%"),
        ("71.2", "7120", "hundredths"), ("71.2", "0.712", "hundredths"), ("400", "100", "4:1 split"),
        ("10", "100.5", "1:10 split"), ("500", "10.1", "50:1 split"), ("150", "50", "3:1 split"),
    ],
)  # fmt: skip
def test_what_is_far_from_the_last_price_is_in_doubt(last: str, now: str, says: str | None) -> None:
    found = draft(now, last=Price("a", TODAY - timedelta(1), Decimal(last)))
    assert len(found.prices) == 1
    assert (says in found.doubts[0].what) if says else (found.doubts == ()), found.doubts


def test_a_typed_price_of_the_day_stays_unless_asked_and_a_fetched_one_is_replaced() -> None:
    typed, fetched = Price("a", TODAY, Decimal(5)), Price("a", TODAY, Decimal(5), "x")
    assert (draft("6", known=typed).prices, draft("6", known=typed).typed) == ((), 1)
    assert draft("6", known=typed, may_replace=True).prices[0].price == 6
    assert (draft("6", known=fetched).prices[0].price, draft("6", known=fetched).replaced) == (Decimal(6), 1)
    assert (draft("5", known=typed).prices, draft("5", known=typed).unchanged) == ((), 1)


def test_the_same_symbol_twice_with_two_prices_is_none_and_one_that_is_missing_is_said() -> None:
    wanted = [Wanted("a", "AAA", "USD", "AAA"), Wanted("b", "BBB", "USD", "BBB")]
    twice = Answer((Quote("AAA", Decimal(1), TODAY), Quote("AAA", Decimal(2), TODAY), Quote("CCC", Decimal(2), TODAY)))
    found = judged("x", wanted, twice, TODAY, {})
    assert found.prices == ()
    assert [each.what for each in found.failed] == [
        "AAA: x tells two prices of 2026-11-27, 1 and 2; neither is kept.", "BBB: there is no “BBB” at x.",
    ]  # fmt: skip
    assert "CCC" in found.notes[0]
    same = Answer((Quote("aaa", Decimal(1), TODAY), Quote("AAA", Decimal(1), TODAY)))
    assert len(judged("x", wanted[:1], same, TODAY, {}).prices) == 1


def test_a_source_that_failed_as_a_whole_is_one_sentence() -> None:
    wanted = [Wanted("a", "AAA", "USD", "AAA"), Wanted("b", "BBB", "USD", "BBB")]
    found = judged("x", wanted, Answer(failed=(Failed("", "x: no answer."),)), TODAY, {})
    assert [each.what for each in found.failed] == ["x: no answer."]
