"""Linear programmes with whole numbers: that HiGHS solves them, and says nothing of itself meanwhile."""

import pytest

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
