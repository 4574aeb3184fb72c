"""The services of a desk: each row of its table leads to the class that it says, once."""

import sys
from pathlib import Path
from subprocess import run

import pytest

from wealthdesk.services.desk import Desk, Late

ROWS = {name: row for name, row in vars(Desk).items() if isinstance(row, Late)}


@pytest.mark.parametrize("name", ROWS)
def test_a_service_is_of_the_class_that_its_row_says_and_made_once(desk: Desk, name: str) -> None:
    service = getattr(desk, name)
    said = Desk.__annotations__[name].removeprefix("Late[").removesuffix("]")
    assert type(service).__name__ == said == ROWS[name].place.rpartition(".")[2]
    assert getattr(desk, name) is service


def test_a_desk_imports_no_service_before_it_is_asked_for() -> None:
    late = {f"wealthdesk.{row.place.rpartition('.')[0]}" for row in ROWS.values()}
    source = Path(__file__).parents[2] / "src"
    ask = f"import sys; sys.path.insert(0, {str(source)!r}); import wealthdesk.services.desk; print(*sys.modules)"
    outcome = run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    # Nor what is kept of the past and what merging needs, which the first page does not show.
    late |= {f"wealthdesk.domain.{name}" for name in ("reallocation_history", "over_time", "merged_assets")}
    assert not late & set(outcome.stdout.split())
