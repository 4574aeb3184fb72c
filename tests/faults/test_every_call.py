"""A fault at the calls of every step that changes something on the disk: nothing lost, nothing mixed, nothing claimed.

The disk is shim.c, the steps are scenarios.py, what counts as wrong is verdict.py.
"""

from collections import Counter
from collections.abc import Callable

import pytest

from faults.conftest import Ask, Sums
from faults.disk import FAULTS, Kind
from faults.extent import POINTS, evenly, some
from faults.scenarios import SCENARIOS
from faults.verdict import UNCONFIRMED, wrongs

SAMPLE = 2
PARTS = ("lost:", "mixed:", "the next start", "it said “done”")


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_fault_at_any_call_loses_nothing(
    name: str, ask: Ask, tell: Callable[[str], None], add: Callable[[Sums], None]
) -> None:
    before, after = ask(name, Kind.COUNT, -1), ask(name, Kind.COUNT, 0)
    replaces = SCENARIOS[name].replaces
    assert not wrongs(after, before, after, replaces=replaces)
    calls = evenly(list(range(1, after["calls"] + 1)), POINTS)
    faults = some([(kind, number) for kind in FAULTS for number in calls], SAMPLE, name)
    wrong, ends = [], Counter[str]()
    for kind, number in faults:
        found = ask(name, kind, number)
        ends[found["outcome"]] += 1
        wrong += [
            f"{kind.name} at call {number} of {after['calls']}, {found['outcome']}: {each}"
            for each in wrongs(found, before, after, replaces=replaces)
        ]
    points = len({number for _, number in faults})
    sums = Sums(points, len(faults), *(sum(part in each for each in wrong) for part in PARTS))
    tell(f"{name}: {sums} ({ends['killed']} killed, {ends['refused']} refused, {ends['done']} done all the same)")
    add(sums)
    assert not wrong, "\n".join(wrong)


def test_what_is_kept_but_not_confirmed_is_never_said_to_be_undone(ask: Ask) -> None:
    """SQLite says that a save has failed when it cannot sync its journal, which is empty already then."""
    before, after = ask("save", Kind.COUNT, -1), ask("save", Kind.COUNT, 0)
    last = range(after["calls"], after["calls"] - 9, -1)
    found = [ask("save", kind, number) for kind in (Kind.BROKEN, Kind.DEAD) for number in last]
    assert not [each for one in found for each in wrongs(one, before, after, replaces=False)]
    assert len([one for one in found if UNCONFIRMED in one["said"]]) == 2
