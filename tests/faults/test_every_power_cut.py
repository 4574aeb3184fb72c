"""A power cut after each step of what a user does: names and bytes that were not synced are there, or not.

What was done is played back by power.py; a step counts as done only if it is still there after the cut.
"""

from collections.abc import Callable

import pytest

from faults.conftest import Ask
from faults.disk import Kind
from faults.extent import POINTS, evenly, some
from faults.power import Left
from faults.scenarios import SCENARIOS
from faults.verdict import wrongs

SAMPLE = 1


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_power_cut_after_any_step_loses_nothing(name: str, ask: Ask, tell: Callable[[str], None]) -> None:
    before, after = ask(name, Kind.COUNT, -1), ask(name, Kind.COUNT, 0)
    steps = ask(name, Kind.POWER, 0)["calls"]
    assert steps >= 10
    cuts = [
        (step - 1) * len(Left) + left + 1 for step in evenly(list(range(1, steps + 1)), POINTS // 2) for left in Left
    ]
    wrong = []
    for number in some(cuts, SAMPLE, name):
        found = ask(name, Kind.POWER, number)
        step, left = divmod(number - 1, len(Left))
        wrong += [
            f"after step {step + 1} of {steps}, {Left(left).name} is left, {found['outcome']}: {each}"
            for each in wrongs(found, before, after, replaces=SCENARIOS[name].replaces)
        ]
    tell(f"{name}: {len(some(cuts, SAMPLE, name))} power cuts at its {steps} steps: {len(wrong)} wrong in all")
    assert not wrong, "\n".join(wrong)
