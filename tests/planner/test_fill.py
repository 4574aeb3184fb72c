"""One level of a plan: the worked examples of the design, and what has to hold for every portfolio."""

from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from examples import examples
from wealthdesk.planner.fill import (
    ClassPart,
    FillLine,
    FillSource,
    HoldingPart,
    LevelFill,
    equal_points,
    even_fill,
    largest_gap,
    lower,
    proportional,
    settle,
    shortfalls,
    withdrawal,
)

METHODS = [even_fill, largest_gap, proportional, equal_points]


def lines(*pairs: tuple[int, int]) -> list[FillLine]:
    return [FillLine(Fraction(value), Fraction(weight)) for value, weight in pairs]


WORKED = lines((660_000, 60), (250_000, 30), (50_000, 10))


@pytest.mark.parametrize(
    ("fill", "bought"),
    [
        (even_fill, [0, 5_000, 35_000]),
        (largest_gap, [0, 40_000, 0]),
        (proportional, [0, 20_000, 20_000]),
        (equal_points, [0, 20_000, 20_000]),
    ],
)
def test_the_worked_example(fill: LevelFill, bought: list[int]) -> None:
    assert fill(WORKED, Fraction(40_000)) == bought


def test_the_real_portfolio() -> None:
    held = lines((1_349_180, 40), (369_600, 20), (343_560, 20), (191_920, 10), (192_690, 10))
    bought = even_fill(held, Fraction(886_350))
    assert settle(bought, 886_350) == [0, 291_773, 317_813, 138_767, 137_997]
    total = sum((line.value for line in held), Fraction(886_350))
    for line, buy in list(zip(held, bought, strict=True))[1:]:
        assert round((line.value + buy) / (total * line.weight / 100), 3) == Fraction(992, 1000)


portfolios = st.lists(st.tuples(st.integers(0, 10**7), st.integers(0, 100)), min_size=1, max_size=12)


@pytest.mark.parametrize("fill", METHODS)
@settings(max_examples=examples(150))
@given(pairs=portfolios, amount=st.integers(0, 10**7))
def test_everything_is_spent_and_nothing_above_its_target_is_bought(
    fill: LevelFill, pairs: list[tuple[int, int]], amount: int
) -> None:
    held = lines(*pairs)
    assume(any(line.weight > 0 for line in held))
    bought = fill(held, Fraction(amount))
    assert sum(bought) == amount
    assert all(buy >= 0 for buy in bought)
    for buy, gap in zip(bought, shortfalls(held, Fraction(amount)), strict=True):
        assert buy <= gap


@given(pairs=portfolios, amount=st.integers(0, 10**7), data=st.data())
def test_even_fill_does_not_depend_on_order_or_on_how_a_deposit_is_split(
    pairs: list[tuple[int, int]], amount: int, data: st.DataObject
) -> None:
    held = lines(*pairs)
    bought = even_fill(held, Fraction(amount))
    order = data.draw(st.permutations(range(len(held))))
    assert even_fill([held[n] for n in order], Fraction(amount)) == [bought[n] for n in order]
    first = Fraction(data.draw(st.integers(0, amount)))
    early = even_fill(held, first)
    between = [FillLine(line.value + buy, line.weight) for line, buy in zip(held, early, strict=True)]
    late = even_fill(between, amount - first)
    assert [one + other for one, other in zip(early, late, strict=True)] == bought


@given(pairs=portfolios, amount=st.integers(1, 10**7))
def test_even_fill_levels_what_it_buys(pairs: list[tuple[int, int]], amount: int) -> None:
    held = lines(*pairs)
    bought = even_fill(held, Fraction(amount))
    after = [(line.value + buy) / line.weight for line, buy in zip(held, bought, strict=True) if line.weight > 0]
    levels = {(line.value + buy) / line.weight for line, buy in zip(held, bought, strict=True) if buy > 0}
    assert len(levels) <= 1
    assert not levels or min(after) == min(levels)


@given(pairs=portfolios, amount=st.integers(0, 10**7))
def test_a_holding_listed_as_two_gets_the_same(pairs: list[tuple[int, int]], amount: int) -> None:
    held = lines(*pairs)
    first, rest = held[0], held[1:]
    halves = [FillLine(first.value / 2, first.weight / 2)] * 2
    assert sum(even_fill([*halves, *rest], Fraction(amount))[:2]) == even_fill(held, Fraction(amount))[0]


@given(
    st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 50), st.integers(0, 100)), min_size=1, max_size=10),
    st.integers(0, 10**7),
)
def test_a_withdrawal_takes_what_is_there_and_no_more(triples: list[tuple[int, int, int]], amount: int) -> None:
    sources = [FillSource(Fraction(v), Fraction(w), Fraction(v * share, 100)) for v, w, share in triples]
    taken = lower(sources, Fraction(amount))
    assert sum(taken) == min(Fraction(amount), sum((s.available for s in sources), Fraction(0)))
    assert all(0 <= each <= source.available for each, source in zip(taken, sources, strict=True))


def test_a_withdrawal_takes_the_unwanted_first_then_the_highest_level() -> None:
    def source(value: int, weight: int) -> FillSource:
        return FillSource(Fraction(value), Fraction(weight), Fraction(value))

    held = [source(100, 0), source(300, 0), source(1000, 1), source(600, 1)]
    assert lower(held, Fraction(200)) == [50, 150, 0, 0]
    assert lower(held, Fraction(700)) == [100, 300, 300, 0]
    assert lower(held, Fraction(1000)) == [100, 300, 500, 100]


@given(st.lists(st.fractions(0, 1000, max_denominator=997), min_size=1, max_size=20))
def test_settling_keeps_the_sum_and_stays_within_one_unit(parts: list[Fraction]) -> None:
    total = int(sum(parts))
    ideal = [part * total / sum(parts) for part in parts] if sum(parts) else parts
    units = settle(ideal, total)
    assert sum(units) == total
    assert all(abs(unit - each) < 1 for unit, each in zip(units, ideal, strict=True))


def test_all_of_a_class_that_is_not_wanted_is_taken_in_proportion_whatever_its_weights() -> None:
    parts = (
        HoldingPart("a", Fraction(1_000), 3),
        HoldingPart("b", Fraction(8_000), 1),
        HoldingPart("c", Fraction(1_000), 0),
    )
    unwanted = ClassPart("gone", 0, Fraction(10_000), parts)
    kept = ClassPart("kept", 100, Fraction(10_000), (HoldingPart("d", Fraction(10_000), 1),))
    amounts = withdrawal([unwanted, kept], 1_000).amounts
    assert amounts == {("gone", "a"): 100, ("gone", "b"): 800, ("gone", "c"): 100}
