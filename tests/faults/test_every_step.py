"""A fault at each step that changes something on the disk: nothing lost, nothing mixed, nothing claimed.

A call that fails, is torn or is the last; a power cut, after which names and bytes that were not synced are there, or
not; a migration that is killed or fails at any SQL statement. The disk is shim.c, the steps are scenarios.py, what
counts as wrong is verdict.py. All of them ask one process.
"""

from collections import Counter
from collections.abc import Callable

import pytest

from faults.conftest import Ask, Sums
from faults.disk import FAULTS, Kind
from faults.extent import POINTS, evenly, some
from faults.power import Left
from faults.scenarios import MOVES, SCENARIOS
from faults.verdict import UNCONFIRMED, wrongs

CALLS, CUTS, STATEMENTS = 2, 1, 1
"""At so many points of each step in the ordinary tests."""
PARTS = ("lost:", "mixed:", "the next start", "it said “done”")

FIRST = "first start"
"""It makes its file by a script that is written down, and by no migration."""

WAYS = [
    (Kind.CHANGES, Kind.CHANGE_KILLED),
    (Kind.CHANGES, Kind.CHANGE_REFUSED),
    (Kind.STATEMENTS, Kind.STATEMENT_KILLED),
]


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_fault_at_any_call_loses_nothing(
    name: str, ask: Ask, tell: Callable[[str], None], add: Callable[[Sums], None]
) -> None:
    before, after = ask(name, Kind.COUNT, -1), ask(name, Kind.COUNT, 0)
    replaces = SCENARIOS[name].replaces
    assert not wrongs(after, before, after, replaces=replaces)
    calls = evenly(list(range(1, after["calls"] + 1)), POINTS)
    faults = some([(kind, number) for kind in FAULTS for number in calls], CALLS, name)
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


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_power_cut_after_any_step_loses_nothing(name: str, ask: Ask, tell: Callable[[str], None]) -> None:
    """What was done is played back by power.py; a step counts as done only if it is still there after the cut."""
    before, after = ask(name, Kind.COUNT, -1), ask(name, Kind.COUNT, 0)
    steps = ask(name, Kind.POWER, 0)["calls"]
    assert steps >= 10
    cuts = [
        (step - 1) * len(Left) + left + 1 for step in evenly(list(range(1, steps + 1)), POINTS // 2) for left in Left
    ]
    wrong = []
    for number in some(cuts, CUTS, name):
        found = ask(name, Kind.POWER, number)
        step, left = divmod(number - 1, len(Left))
        wrong += [
            f"after step {step + 1} of {steps}, {Left(left).name} is left, {found['outcome']}: {each}"
            for each in wrongs(found, before, after, replaces=SCENARIOS[name].replaces)
        ]
    tell(f"{name}: {len(some(cuts, CUTS, name))} power cuts at its {steps} steps: {len(wrong)} wrong in all")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("name", "counting", "fault"),
    [(name, *way) for name in MOVES for way in WAYS if name != FIRST or way[0] is Kind.STATEMENTS],
)
def test_whichever_statement_is_the_last_the_file_is_as_it_was_or_is_to_be(
    name: str, counting: Kind, fault: Kind, ask: Ask, tell: Callable[[str], None]
) -> None:
    """From every version that was released, up and down.

    tests/storage/test_migrations.py has the rest: that the tables of a migrated file are those of a new one, that
    rebuilding a parent loses none of its 200 children, and that old files open for ever with all they hold.
    """
    before, after = ask(name, Kind.COUNT, -1), ask(name, counting, 0)
    numbers = list(range(1, after["calls"] + 1))
    if counting is Kind.STATEMENTS and name != FIRST:
        # All that is asked besides is a lot: checks, copies, what tables there are.
        numbers = evenly(numbers, POINTS)
    numbers = some(numbers, STATEMENTS, name)
    wrong, ends = [], set()
    for number in numbers:
        found = ask(name, fault, number)
        ends.add(found["outcome"])
        wrong += [f"statement {number}: {each}" for each in wrongs(found, before, after, replaces=True)]
    how = "failed" if fault is Kind.CHANGE_REFUSED else "killed"
    what = "SQL statements" if counting is Kind.STATEMENTS else "SQL statements of its migrations"
    tell(f"{name}: {how} at {len(numbers)} of {after['calls']} {what}: {len(wrong)} stuck or otherwise wrong")
    assert not wrong, "\n".join(wrong)
    assert ends == {"refused" if fault is Kind.CHANGE_REFUSED else "killed"}
