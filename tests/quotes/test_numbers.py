"""How sources write prices and days: exact as written, but for what was made from a binary number."""

import struct
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wealthdesk.errors import BadInput
from wealthdesk.quotes.reading import read_day, read_price


@pytest.mark.parametrize(
    ("text", "price"),
    [
        ("189.2899932861328", "189.29"),
        ("0.30000001192092896", "0.3"),
        ("1234.0999755859375", "1234.1"),
        ("189.2899932861327", "189.289993286133"),
        ("77322.1015625", "77322.1"),
        ("1234.5625", "1234.5625"),
        ("12345.123456789012", "12345.123456789012"),
        ("0.0000000000014", "0.000000000001"),
        ("1.5e2", "150"),
        ("1,234.50", "1234.5"),
    ],
)
def test_a_number_of_32_bits_is_the_shortest_that_makes_it_and_all_others_are_as_written(text: str, price: str) -> None:
    assert read_price(text) == Decimal(price)


@given(st.integers(1, 999_999), st.integers(0, 2))
def test_a_price_that_went_through_32_bits_comes_back(digits: int, decimals: int) -> None:
    price = Decimal(digits).scaleb(-decimals)
    (narrow,) = struct.unpack("<f", struct.pack("<f", float(price)))
    assert read_price(repr(narrow)) == price


@pytest.mark.parametrize("text", ["", "0", "-5", "1e400", "NaN", "Infinity", "1e-20", "<b>", "12 USD", "1" + "0" * 15])
def test_what_is_no_price_is_a_sentence(text: str) -> None:
    with pytest.raises(BadInput):
        read_price(text)


@pytest.mark.parametrize("text", ["2026-11-27", "20261127", "2026-11-27T21:00:00Z", "1795813200", "1795813200000"])
def test_a_day_is_read_in_the_ways_that_sources_write_it(text: str) -> None:
    assert read_day(text) == date(2026, 11, 27)


@pytest.mark.parametrize("text", ["", "27.11.2026", "2026-13-01", "yesterday", "99999999999999"])
def test_what_is_no_day_is_a_sentence(text: str) -> None:
    with pytest.raises(BadInput):
        read_day(text)
