"""Migrations killed and failing at every SQL statement, from every version that was released, up and down.

tests/storage/test_migrations.py has the rest: that the tables of a migrated file are those of a new one, that
rebuilding a parent loses none of its 200 children, and that old files open for ever with all they hold.
"""

from collections.abc import Callable

import pytest

from faults.conftest import Ask
from faults.disk import Kind
from faults.extent import POINTS, evenly, some
from faults.scenarios import MOVES
from faults.verdict import wrongs

SAMPLE = 1


FIRST = "first start"
"""It makes its file by a script that is written down, and by no migration."""

WAYS = [
    (Kind.CHANGES, Kind.CHANGE_KILLED),
    (Kind.CHANGES, Kind.CHANGE_REFUSED),
    (Kind.STATEMENTS, Kind.STATEMENT_KILLED),
]


@pytest.mark.parametrize(
    ("name", "counting", "fault"),
    [(name, *way) for name in MOVES for way in WAYS if name != FIRST or way[0] is Kind.STATEMENTS],
)
def test_whichever_statement_is_the_last_the_file_is_as_it_was_or_is_to_be(
    name: str, counting: Kind, fault: Kind, ask: Ask, tell: Callable[[str], None]
) -> None:
    before, after = ask(name, Kind.COUNT, -1), ask(name, counting, 0)
    numbers = list(range(1, after["calls"] + 1))
    if counting is Kind.STATEMENTS and name != FIRST:
        # All that is asked besides is a lot: checks, copies, what tables there are.
        numbers = evenly(numbers, POINTS)
    numbers = some(numbers, SAMPLE, name)
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
