"""Cost lots: which of them a sale takes, what they cost, and that nothing is lost between the two parts."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wealthdesk.domain.tax_lots import TaxLot, known_lots, ordered, sell, total


def lot(quantity: str, cost_minor: int, year: int | None = None) -> TaxLot:
    return TaxLot(None if year is None else date(year, 1, 1), Decimal(quantity), cost_minor)


CHEAP, DEAR, MIDDLE = lot("10", 1_000, 2019), lot("5", 2_000, 2021), lot("4", 800, 2020)


@pytest.mark.parametrize(
    ("quantity", "cost", "left"),
    [
        ("0", 0, (CHEAP, MIDDLE, DEAR)),
        ("5", 2_000, (CHEAP, MIDDLE)),
        ("6", 2_200, (CHEAP, lot("3", 600, 2020))),
        ("9.5", 2_850, (lot("9.5", 950, 2019),)),
        ("19", 3_800, ()),
        ("20", 3_800, ()),
    ],
)
def test_a_sale_takes_the_dearest_first(quantity: str, cost: int, left: tuple[TaxLot, ...]) -> None:
    sale = sell((CHEAP, MIDDLE, DEAR), Decimal(quantity))
    assert (sale.cost_minor, sale.left) == (cost, left)


def test_of_equally_dear_ones_the_oldest_goes_first() -> None:
    sale = sell((lot("1", 100, 2021), lot("2", 200), lot("3", 300, 2020)), Decimal(4))
    assert sale.sold == (lot("2", 200), lot("2", 200, 2020))
    assert sale.left == (lot("1", 100, 2020), lot("1", 100, 2021))


def test_a_part_of_a_lot_costs_its_part_rounded_half_up_and_the_rest_what_is_left() -> None:
    sale = sell((lot("2", 101),), Decimal(1))
    assert (sale.sold, sale.left) == ((lot("1", 51),), (lot("1", 50),))


@pytest.mark.parametrize(
    ("quantity", "cost", "kept", "known"),
    [
        ("14", 5, (CHEAP, MIDDLE), (CHEAP, MIDDLE)),
        ("15", 5, (CHEAP, MIDDLE), (lot("15", 5),)),
        ("15", None, (CHEAP, MIDDLE), ()),
        ("15", 0, (), (lot("15", 0),)),
        ("0", 5, (), ()),
    ],
)
def test_lots_count_while_they_are_all_of_the_holding(
    quantity: str, cost: int | None, kept: tuple[TaxLot, ...], known: tuple[TaxLot, ...]
) -> None:
    assert known_lots(Decimal(quantity), cost, kept) == known


some = st.builds(
    TaxLot,
    st.none() | st.dates(),
    st.decimals("0.000000000001", "1000000", places=12),
    st.integers(0, 10**12),
)


@given(st.lists(some, max_size=6), st.decimals("0", "3000000", places=12))
def test_what_goes_and_what_stays_are_all_there_was(lots: list[TaxLot], quantity: Decimal) -> None:
    sale = sell(tuple(lots), quantity)
    assert total(sale.sold) == min(quantity, total(lots))
    assert Fraction(total(sale.sold)) + Fraction(total(sale.left)) == Fraction(total(lots))
    assert sale.cost_minor + sum(each.cost_minor for each in sale.left) == sum(each.cost_minor for each in lots)
    assert sell(tuple(lots[::-1]), quantity) == sale
    assert sale.left == ordered(sale.left)
    assert all(each.quantity > 0 and each.cost_minor >= 0 for each in sale.sold + sale.left)
