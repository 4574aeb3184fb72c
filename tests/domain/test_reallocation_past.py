"""The past of a strategy or fund: its versions, what each changed most, what is left of removed ones, what returns."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from wealthdesk.domain.money import WHOLE
from wealthdesk.domain.reallocation import Delta, Header, Line, LineCandidate, LineKey, Source, State, What, evaluate
from wealthdesk.domain.reallocation_history import (
    Past,
    Revision,
    Subject,
    removed_pasts,
    shares_of_all,
    state_when_removed,
    version_of,
    versions_of,
    way_back,
)

MORNING = datetime(2026, 11, 20, 9, tzinfo=UTC)
HEADER = Header(What.TARGETS, "strategy")
SUBJECT = Subject(What.TARGETS, "Bold", HEADER)
EQUITY, BONDS, GOLD = LineKey("equity"), LineKey("bonds"), LineKey("gold")
VTI, VBR = LineKey("vti", "equity"), LineKey("vbr", "equity")
NAMES = {EQUITY: "Equity", BONDS: "Bonds", GOLD: "Gold", VTI: "VTI", VBR: "VBR"}

Amounts = Mapping[LineKey, int]


def lines_of(amounts: Amounts) -> dict[LineKey, Line]:
    return {key: Line(key, NAMES[key], amount) for key, amount in amounts.items()}


def revision(version: int, before: Amounts, after: Amounts, **more: object) -> Revision:
    keys = [key for key in {**before, **after} if before.get(key) != after.get(key)]
    lines = tuple(Delta(key, NAMES[key], before.get(key), after.get(key)) for key in keys)
    made = Revision(
        id=f"r{version}", request_id=f"q{version}", header=HEADER, name="Bold", baseline_version=version - 1,
        version=version, at=MORNING + timedelta(days=version), source=Source.MANUAL, reason="", actor="You",
        total_before=WHOLE, total_after=WHOLE, lines=lines,
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


def past_of(*amounts: Amounts, begins_at: int = 1, candidates: Mapping[LineKey, LineCandidate] | None = None) -> Past:
    """A past with these amounts one after the other; it begins with nothing where the first version is 1."""
    before: Amounts = {} if begins_at == 1 else amounts[0]
    rest = amounts if begins_at == 1 else amounts[1:]
    made = []
    for version, after in enumerate(rest, 1 if begins_at == 1 else begins_at + 1):
        made.append(revision(version, before, after))
        before = after
    last = begins_at + len(amounts) - 1
    state = State(HEADER, "Bold", last, tuple(lines_of(amounts[-1]).values()), candidates=candidates)
    return Past(SUBJECT, state, tuple(reversed(made)))


FIRST: Amounts = {EQUITY: 6000, BONDS: 4000}
SECOND: Amounts = {EQUITY: 7000, BONDS: 2000, GOLD: 1000}
SPLIT: Amounts = {**SECOND, VTI: 8000, VBR: 2000}
MOVED: Amounts = {**SECOND, VTI: 6000, VBR: 4000}


def test_every_version_is_told_with_its_largest_change_the_newest_first() -> None:
    steps = past_of(FIRST, SECOND).steps()

    assert [each.number for each in steps] == [2, 1]
    assert steps[0].biggest is not None
    assert (steps[0].biggest.name, steps[0].biggest.before, steps[0].biggest.after) == ("Bonds", 4000, 2000)
    assert not steps[0].is_first
    assert steps[1].is_first


def test_a_change_of_holdings_alone_is_told_as_a_share_of_everything() -> None:
    past = past_of(FIRST, SECOND, SPLIT, MOVED, {**MOVED, EQUITY: 5000, BONDS: 4000})

    step = next(each for each in past.steps() if each.number == 4)

    assert step.biggest is not None
    assert (step.biggest.name, step.biggest.before, step.biggest.after) == ("VTI", 5600, 4200)


def test_a_past_that_begins_late_ends_with_the_version_that_was_there_before() -> None:
    past = past_of(FIRST, SECOND, begins_at=7)

    assert [(each.number, each.revision is None) for each in past.steps()] == [(8, False), (7, True)]
    assert {key: line.amount for key, line in past.version(7).lines.items()} == FIRST


def test_without_any_reallocation_the_version_of_now_is_all_there_is() -> None:
    past = past_of(FIRST, begins_at=3)

    assert [(each.number, each.revision) for each in past.steps()] == [(3, None)]


def test_nothing_is_known_before_a_gap() -> None:
    past = past_of(FIRST, SECOND, SPLIT, MOVED)
    torn = replace(past, revisions=tuple(each for each in past.revisions if each.version != 3))

    assert [each.number for each in torn.steps()] == [4, 3]


def test_versions_are_compared_with_the_largest_difference_first() -> None:
    compared = past_of(FIRST, SECOND, SPLIT).compare(1, 3)

    assert [(each.name, each.before, each.after) for each in compared.deltas] == [
        ("VTI", None, 8000), ("Bonds", 4000, 2000), ("VBR", None, 2000), ("Equity", 6000, 7000), ("Gold", None, 1000),
    ]  # fmt: skip


def test_before_the_first_version_there_was_nothing() -> None:
    assert [each.name for each in past_of(FIRST).compare(0, 1).deltas] == ["Equity", "Bonds"]


def test_a_holdings_share_of_everything_is_that_of_its_class_times_its_own() -> None:
    shares = shares_of_all(lines_of(SPLIT))

    assert {key: line.amount for key, line in shares.items()} == {VTI: 5600, VBR: 1400}


def test_what_is_left_of_removed_ones_is_told_apart_by_name_and_by_version() -> None:
    def gone(version: int, name: str, days: int, **more: object) -> Revision:
        at = MORNING + timedelta(days=days)
        return revision(version, {}, FIRST, id=f"{name}{days}", header=None, name=name, at=at, **more)

    found = removed_pasts(
        [
            gone(1, "Bold", 0),
            gone(2, "Bold", 1),
            gone(1, "Calm", 2),
            gone(1, "Bold", 3),
            gone(1, "Bold", 4, currency="USD"),
        ]
    )

    assert [[each.id for each in past] for past in found] == [["Bold1", "Bold0"], ["Calm2"], ["Bold3"], ["Bold4"]]


def test_a_removed_one_still_has_all_its_versions() -> None:
    past = past_of(FIRST, SECOND, SPLIT)
    left = Past(Subject(What.TARGETS, "Bold", first_id="r1"), state_when_removed(past.revisions), past.revisions)

    assert left.subject.is_removed
    assert left.current == 3
    for number in (1, 2, 3):
        assert {key: line.amount for key, line in left.version(number).lines.items()} == {
            key: line.amount for key, line in past.version(number).lines.items()
        }


CANDIDATES = {key: LineCandidate(NAMES[key]) for key in (EQUITY, BONDS, GOLD, VTI, VBR)}


def test_a_version_comes_back_as_it_was_where_everything_is_still_there() -> None:
    past = past_of(FIRST, SPLIT, FIRST, candidates=CANDIDATES)

    way = way_back(past.state, past.version(2))

    assert not way.gone
    after = evaluate(past.state, way.changes)
    assert after.can_commit
    assert {key: line.amount for key, line in after.lines.items()} == SPLIT


def test_a_class_that_is_gone_is_named_and_the_others_are_scaled_to_the_whole() -> None:
    past = past_of(SPLIT, FIRST, candidates={key: CANDIDATES[key] for key in (EQUITY, BONDS, VTI)})

    way = way_back(past.state, past.version(1))

    assert [each.name for each in way.gone] == ["VBR", "Gold"]
    after = evaluate(past.state, way.changes)
    assert after.can_commit
    assert {key: line.amount for key, line in after.lines.items()} == {EQUITY: 7778, BONDS: 2222, VTI: 10_000}


def test_what_is_still_a_line_is_not_gone_even_if_it_could_not_be_added_any_more() -> None:
    past = past_of(SPLIT, MOVED, candidates={key: CANDIDATES[key] for key in (EQUITY, BONDS, GOLD)})

    assert not way_back(past.state, past.version(1)).gone


def test_a_class_goes_with_its_holdings() -> None:
    past = past_of(SPLIT, {BONDS: 9000, GOLD: 1000}, candidates={key: CANDIDATES[key] for key in (BONDS, GOLD, VTI)})

    way = way_back(past.state, past.version(1))

    assert [each.name for each in way.gone] == ["VTI", "Equity", "VBR"]
    assert {key: line.amount for key, line in evaluate(past.state, way.changes).lines.items()} == {
        BONDS: 6667, GOLD: 3333,
    }  # fmt: skip


@given(st.lists(st.lists(st.integers(0, 500), min_size=3, max_size=3), min_size=1, max_size=12))
def test_each_step_is_the_version_that_its_reallocation_made(amounts: list[list[int]]) -> None:
    versions = [dict(zip((EQUITY, BONDS, GOLD), each, strict=True)) for each in amounts]
    past = past_of(*versions)

    found = [{key: line.amount for key, line in past.version(each.number).lines.items()} for each in past.steps()]

    assert found == list(reversed(versions))


def test_every_version_in_one_walk_is_each_version_alone() -> None:
    past = past_of({EQUITY: 6_000, BONDS: 4_000}, {EQUITY: 10_000}, {EQUITY: 5_000, GOLD: 5_000, VTI: 10_000})
    walked = versions_of(past.state, past.revisions)
    assert [each.number for each in walked] == [each.version for each in past.revisions]
    for each in walked:
        assert each == version_of(past.state, past.revisions, each.number)


def test_a_line_that_goes_to_nothing_is_a_change_and_one_of_nothing_that_goes_is_none() -> None:
    gone = past_of({EQUITY: 9_999, GOLD: 1}, {EQUITY: 10_000}).steps()[0].biggest
    assert gone is not None and {gone.before, gone.after} in ({9_999, 10_000}, {1, None})
    (only,) = past_of({**FIRST, GOLD: 1}, FIRST, begins_at=2).steps()[:1]
    assert only.biggest is not None
    assert (only.biggest.name, only.biggest.before, only.biggest.after) == ("Gold", 1, None)
    (same,) = past_of({**FIRST, GOLD: 0}, FIRST, begins_at=2).steps()[:1]
    assert same.biggest is None
    (came,) = past_of(FIRST, {**FIRST, GOLD: 1}, begins_at=2).steps()[:1]
    assert came.biggest is not None
    assert (came.biggest.name, came.biggest.before, came.biggest.after) == ("Gold", None, 1)
