"""Exact money, and text that becomes a number in one place or not at all."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wealthdesk.domain.money import (
    COMMA,
    POINT,
    NumberFormat,
    canonical,
    currency,
    from_minor,
    half_up,
    parse_decimal,
    parse_money,
    parse_percent,
    product_minor,
    rounded,
    rounded_price,
    share_bps,
    split,
    to_minor,
)
from wealthdesk.errors import BadInput, NotANumber


@pytest.mark.parametrize(
    ("amount", "code", "minor"),
    [("1.005", "USD", 101), ("-1.005", "USD", -101), ("1.5", "JPY", 2), ("1.2345", "KWD", 1235), ("0", "EUR", 0)],
)
def test_minor_units_round_half_away_from_zero(amount: str, code: str, minor: int) -> None:
    assert to_minor(Decimal(amount), code) == minor


@given(st.integers(-(10**15), 10**15), st.sampled_from(["USD", "JPY", "KWD"]))
def test_minor_units_there_and_back(minor: int, code: str) -> None:
    assert to_minor(from_minor(minor, code), code) == minor


@pytest.mark.parametrize(
    ("text", "marks", "number"),
    [
        ("1204.5", POINT, "1204.5"),
        ("1,204.5", POINT, "1204.5"),
        ("1.204,5", COMMA, "1204.5"),
        (" 1 204 567,25 ", COMMA, "1204567.25"),
        ("1\u202f204,5", COMMA, "1204.5"),
        ("1'204.50", POINT, "1204.5"),
        ("\u221212.50", POINT, "-12.5"),
        (".5", POINT, "0.5"),
        ("5.", POINT, "5"),
        ("+7", POINT, "7"),
        ("0.000000000001", POINT, "0.000000000001"),
        ("1.500000000000000000", POINT, "1.5"),
        ("123456789012345", POINT, "123456789012345"),
    ],
)
def test_numbers_are_read(text: str, marks: NumberFormat, number: str) -> None:
    assert canonical(parse_decimal(text, marks)) == number


@pytest.mark.parametrize(
    "text",
    ["", " ", "1_000", "1e9", "NaN", "Infinity", "-inf", "１２", "٣", "1,2,3", "12,50.0", "1,20", "--1", "1 0", "0x10",
     "1.2.3", "$5", "5%", "-", ".", "1,,000", "1234567890123456", "0.1234567890123", "12.5.0", "1\n2"],
)  # fmt: skip
def test_what_is_not_a_number_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(NotANumber) as refused:
        parse_decimal(text)
    assert str(refused.value).endswith(".")
    assert len(str(refused.value)) > 20


@given(st.text(max_size=30))
def test_any_text_is_a_number_or_is_refused(text: str) -> None:
    try:
        number = parse_decimal(text)
    except NotANumber:
        return
    assert number.is_finite()
    assert parse_decimal(canonical(number)) == number


def test_money_has_the_decimals_of_its_currency() -> None:
    assert parse_money("1,000.50", "USD") == 100_050
    assert parse_money("8.250,17", "EUR", COMMA) == 825_017
    assert parse_money("1000", "JPY") == 1000
    for text, code in (("1.001", "USD"), ("1.5", "JPY"), ("99999999999999", "USD")):
        with pytest.raises(NotANumber):
            parse_money(text, code)


def test_percentages_have_two_decimals() -> None:
    assert parse_percent("12.5 %") == 1250
    assert parse_percent("33,33", COMMA) == 3333
    with pytest.raises(NotANumber):
        parse_percent("12.345")


def test_currencies_are_known_ones() -> None:
    assert currency(" eur ") == "EUR"
    with pytest.raises(BadInput, match="USX"):
        currency("USX")


def test_a_product_is_rounded_once() -> None:
    assert product_minor(Decimal("0.3333333333"), Decimal("3.015"), Decimal(1), "USD") == 100
    assert product_minor(Decimal(1), Decimal("0.005"), Decimal(1), "USD") == 1
    huge = Decimal("999999999999999.999999999999")
    assert product_minor(huge, huge, Decimal(1), "USD") == half_up(Fraction(huge) * Fraction(huge) * 100)


def test_a_number_is_rounded_to_the_decimals_that_are_kept() -> None:
    assert str(rounded(Decimal("10.00000000"))) == "10"
    assert str(rounded(Decimal("0.0000000000005"))) == "0"
    assert str(rounded(Decimal("-1.0000000000015"))) == "-1.000000000002"
    assert str(rounded(Decimal("1e50"))) == "1" + "0" * 50


def test_a_price_is_above_nothing_and_not_endless() -> None:
    assert rounded_price(Decimal("0.1000000000004")) == Decimal("0.1")
    for none in ("0", "-1", "0.0000000000004", "1e15"):
        assert rounded_price(Decimal(none)) is None


@given(st.integers(-(10**9), 10**9), st.lists(st.integers(0, 10**6), max_size=30))
def test_a_split_is_exact_and_close(total: int, weights: list[int]) -> None:
    parts = split(total, weights)
    assert len(parts) == len(weights)
    if not weights:
        return
    assert sum(parts) == total
    whole = sum(weights) or len(weights)
    for part, weight in zip(parts, weights if sum(weights) else [1] * len(weights), strict=True):
        assert abs(part - Fraction(total * weight, whole)) < 1
        assert sum(weights) == 0 or weight > 0 or part == 0


def test_shares_round_to_the_nearest_basis_point() -> None:
    assert share_bps(1, 3) == 3333
    assert share_bps(2, 3) == 6667
    assert share_bps(5, 0) == 0
