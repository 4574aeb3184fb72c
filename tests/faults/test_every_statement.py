"""Migrations killed and failing at every SQL statement, from every version that was released, up and down.

tests/storage/test_migrations.py has the rest: that the tables of a migrated file are those of a new one, that
rebuilding a parent loses none of its 200 children, and that old files open for ever with all they hold.
"""

from collections.abc import Callable

import pytest

from faults.conftest import Ask
from faults.disk import Kind
from faults.extent import spread
from faults.scenarios import MOVES
from faults.verdict import wrongs

SAMPLE = 2


@pytest.mark.parametrize(
    ("counting", "fault"), [(Kind.STATEMENTS, Kind.STATEMENT_KILLED), (Kind.CHANGES, Kind.CHANGE_REFUSED)]
)
@pytest.mark.parametrize("name", MOVES)
def test_whichever_statement_is_the_last_the_file_is_as_it_was_or_is_to_be(
    name: str, counting: Kind, fault: Kind, ask: Ask, tell: Callable[[str], None]
) -> None:
    before, after = ask(name, counting, -1), ask(name, counting, 0)
    numbers = spread(list(range(1, after["calls"] + 1)), SAMPLE)
    wrong, ends = [], set()
    for number in numbers:
        found = ask(name, fault, number)
        ends.add(found["outcome"])
        wrong += [f"statement {number}: {each}" for each in wrongs(found, before, after, replaces=True)]
    how = "killed" if fault is Kind.STATEMENT_KILLED else "failed"
    tell(f"{name}: {how} at {len(numbers)} of {after['calls']} SQL statements: {len(wrong)} stuck or otherwise wrong")
    assert not wrong, "\n".join(wrong)
    assert ends == {"killed" if fault is Kind.STATEMENT_KILLED else "refused"}
