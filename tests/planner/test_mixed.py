"""Linear programmes with whole numbers: that HiGHS solves them, and says nothing of itself meanwhile."""

from itertools import combinations
from math import inf
from random import Random
from time import monotonic

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wealthdesk.planner.mixed import Mixed


def test_a_programme_is_solved_without_a_word(capfd: pytest.CaptureFixture[str]) -> None:
    programme = Mixed()
    first, second = programme.column(0, 9, cost=-3, whole=True), programme.column(0, 9, cost=-1)
    programme.row({first: 2.0, second: 1.0}, upper=7.0)
    solved = programme.solve(gap=0.0, nodes=100)
    assert solved is not None
    assert (list(solved.values), solved.objective, solved.is_best) == ([3.0, 1.0], -10.0, True)
    assert capfd.readouterr() == ("", "")


def test_a_programme_without_a_solution_has_none() -> None:
    programme = Mixed()
    programme.row({programme.column(0, 1): 1.0}, lower=2.0)
    assert programme.solve(gap=0.0, nodes=100) is None


@given(st.lists(st.tuples(st.integers(1, 30), st.integers(1, 30)), min_size=1, max_size=7), st.integers(0, 80))
@settings(deadline=None, max_examples=50)
def test_what_no_solution_is_below_is_true_however_little_is_looked_at(
    things: list[tuple[int, int]], room: int
) -> None:
    programme = Mixed()
    chosen = [programme.column(0, 1, cost=-worth, whole=True) for worth, _ in things]
    programme.row({each: float(size) for each, (_, size) in zip(chosen, things, strict=True)}, upper=room)
    best = min(
        -sum(worth for worth, _ in some)
        for count in range(len(things) + 1)
        for some in combinations(things, count)
        if sum(size for _, size in some) <= room
    )
    assert all(programme.least(gap=1e-6, nodes=nodes) <= best + 1e-6 for nodes in (1, 100))
    assert programme.least(gap=1e-6, nodes=10_000) == pytest.approx(best)


def test_nothing_is_known_of_a_programme_without_a_solution() -> None:
    programme = Mixed()
    programme.row({programme.column(0, 1, whole=True): 1.0}, lower=0.4, upper=0.6)
    assert programme.least(gap=0.0, nodes=100) == -inf


@pytest.mark.parametrize("beside", [0, 300], ids=["few columns", "many columns"])
def test_whoever_says_no_gets_no_solution_and_soon(beside: int) -> None:
    programme, numbers = Mixed(), Random(1)
    # Customers split between two sellers to the same share of four goods: hard however few they are.
    customers = [programme.column(0, 1, whole=True) for _ in range(40)]
    for _ in range(5):
        wanted = {each: float(numbers.randrange(100)) for each in customers}
        more, less = programme.column(0, inf, cost=1.0), programme.column(0, inf, cost=1.0)
        half = float(sum(wanted.values()) // 2)
        programme.row({**wanted, more: -1.0, less: 1.0}, lower=half, upper=half)
    for _ in range(beside):
        programme.column(0, 1, cost=1.0)
    begun = monotonic()
    assert programme.solve(gap=0.0, nodes=10**9, goes_on=lambda: monotonic() - begun < 0.05) is None
    assert monotonic() - begun < 20
