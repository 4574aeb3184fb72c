"""Practical plans: allowed whatever the problem is, few trades, and never further than what else was looked at."""

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from itertools import product
from random import Random
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wealthdesk.domain.plans import Mode
from wealthdesk.planner.answer import broken_rules, purses_after
from wealthdesk.planner.objective import score
from wealthdesk.planner.practical import sheet
from wealthdesk.planner.problem import PlanAccount, PlanAsset, PlanClass, Practical, Problem, TaxLot

FEW = settings(max_examples=25, deadline=None)


@st.composite
def problems(draw: st.DrawFn, mode: Mode | None = None, *, whole: bool | None = None) -> Problem:
    """A portfolio of a few assets in one to three accounts, with the rules of practical plans."""
    mode = mode or draw(st.sampled_from(list(Mode)))
    accounts, classes = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    is_whole = draw(st.booleans()) if whole is None else whole
    assets = [
        PlanAsset(
            f"h{at}",
            Fraction(draw(st.integers(500, 40_000))),
            Fraction(1) if is_whole else None,
            {f"c{draw(st.integers(0, classes - 1))}": Fraction(1)},
            draw(st.integers(0, 5)),
            draw(st.sampled_from(["EUR", "USD"])),
        )
        for at in range(draw(st.integers(2, 5)))
    ]
    held = {}
    lots = {}
    for asset, account in product(assets, range(accounts)):
        value = draw(st.sampled_from([0, 0, 4_000, 90_000, 400_000, 1_500_000]))
        if value:
            place = (asset.id, f"a{account}")
            held[place] = Fraction(value + draw(st.integers(0, 999))) / asset.price
            if draw(st.booleans()):
                lots[place] = [TaxLot(held[place], asset.price * draw(st.integers(50, 130)) / 100)]
    made = [
        PlanAccount(
            f"a{at}",
            draw(st.integers(0, 300_000)),
            draw(st.sampled_from([0, 0, 20_000])),
            draw(st.sampled_from([0, 0, 250])),
            Fraction(draw(st.sampled_from([0, 10]))),
            Fraction(draw(st.sampled_from([0, 25]))),
            "EUR",
            can_hold=draw(st.sampled_from([None, frozenset({"h0", "h1"})])),
            room=draw(st.sampled_from([None, None, 100_000])),
        )
        for at in range(accounts)
    ]
    amount = draw(st.integers(20_000, 500_000))
    purses = {}
    if draw(st.booleans()):
        purses = {("a0", "EUR"): made[0].cash // 2, ("a0", "USD"): made[0].cash - made[0].cash // 2}
    practical = Practical(
        min(draw(st.sampled_from([0, 2_500, 30_000])), amount // 2),
        draw(st.sampled_from([0.0, 0.1])),
        frozenset({"a0"}),
        1e-3,
        frozenset(held),
        outside_bands={f"c{at}": Fraction(1, 20) for at in range(classes)},
    )
    if draw(st.booleans()) and mode is Mode.REBALANCE:
        bands = {f"c{at}": Fraction(draw(st.integers(1, 5)), 100) for at in range(classes)}
        practical = replace(practical, bands=bands, asset_bands={each.id: Fraction(1, 100) for each in assets})
    return Problem(
        mode,
        [PlanClass(f"c{at}", draw(st.integers(1, 5))) for at in range(classes)],
        assets,
        made,
        held,
        lots=lots,
        gain_limit=draw(st.sampled_from([None, None, 5_000])) if mode is not Mode.DEPOSIT else None,
        new_money=amount if mode is Mode.DEPOSIT and made[-1].room is None else 0,
        withdrawal=amount if mode is Mode.WITHDRAWAL else 0,
        purses=purses,
        practical=practical,
    )


@FEW
@given(problems())
def test_every_plan_of_the_control_is_allowed_and_more_trades_are_closer(problem: Problem) -> None:
    found = sheet(problem)
    if not found.shortfall:
        for point in found.points:
            assert not list(broken_rules(problem, point.answer))
            assert len(point.answer.trades) == point.trades
            assert point.j == pytest.approx(score(problem, point.answer).j)
    scores = [point.j for point in found.points]
    assert scores == sorted(scores, reverse=True)
    assert [point.trades for point in found.points] == sorted({point.trades for point in found.points})
    assert all(left >= 0 for left in purses_after(problem, found.chosen.answer).values()) or found.shortfall


Part = TypeVar("Part")


@FEW
@given(problems(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_decides_nothing(problem: Problem, random: Random) -> None:
    def shuffled(parts: Iterable[Part]) -> list[Part]:
        mixed = list(parts)
        random.shuffle(mixed)
        return mixed

    other = replace(
        problem,
        classes=shuffled(problem.classes),
        assets=shuffled(problem.assets),
        accounts=shuffled(problem.accounts),
        held=dict(shuffled(problem.held.items())),
    )
    assert sheet(problem).points == sheet(other).points
