"""Targets sum to 100 %, and one line's move is made up for by the unlocked others."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wealthdesk.domain.money import WHOLE, split
from wealthdesk.domain.reallocation import Line, LineKey
from wealthdesk.domain.targets import (
    TEMPLATES,
    ClassTarget,
    HoldingTarget,
    check,
    equal,
    in_proportion,
    move,
    scale_to_whole,
    without_asset,
    without_class,
)
from wealthdesk.errors import TargetsRefused


def lines(*bps: int, locked: str = "") -> list[Line]:
    return [
        Line(LineKey(key), key, each, is_locked=key in locked) for key, each in zip("abcdefghij", bps, strict=False)
    ]


def amounts(moved: tuple[Line, ...]) -> list[int]:
    return [line.amount for line in moved]


@st.composite
def complete_lines(draw: st.DrawFn) -> list[Line]:
    weights = draw(st.lists(st.integers(0, 100), min_size=1, max_size=12))
    locks = draw(st.lists(st.booleans(), min_size=len(weights), max_size=len(weights)))
    parts = split(WHOLE, weights)
    return [
        Line(LineKey(str(n)), str(n), bps, is_locked=lock)
        for n, (bps, lock) in enumerate(zip(parts, locks, strict=True))
    ]


@given(complete_lines(), st.integers(-500, 11_000), st.data())
def test_a_move_always_keeps_100_percent_and_every_lock(before: list[Line], to_bps: int, data: st.DataObject) -> None:
    key = data.draw(st.sampled_from([line.key for line in before]))
    after = move(before, key, to_bps)
    assert sum(amounts(after.lines)) == WHOLE
    assert all(0 <= line.amount <= WHOLE for line in after.lines)
    for old, new in zip(before, after.lines, strict=True):
        assert (old.key, old.is_locked) == (new.key, new.is_locked)
        assert not old.is_locked or old.amount == new.amount
    reached = next(line.amount for line in after.lines if line.key == key)
    assert reached == min(max(to_bps, 0), WHOLE) or after.stopped


def test_the_others_change_in_proportion() -> None:
    assert amounts(move(lines(6000, 3000, 1000), LineKey("a"), 2000).lines) == [2000, 6000, 2000]
    assert amounts(move(lines(6000, 3000, 1000, locked="b"), LineKey("a"), 5000).lines) == [5000, 3000, 2000]
    assert amounts(move(lines(10000, 0, 0), LineKey("a"), 4000).lines) == [4000, 3000, 3000]


def test_where_only_locked_lines_are_left_the_move_stops_and_says_why() -> None:
    full = move(lines(5000, 3000, 2000, locked="b"), LineKey("a"), 9000)
    assert amounts(full.lines) == [7000, 3000, 0]
    assert full.stopped is not None
    assert "30.00%" in full.stopped
    none_left = move(lines(5000, 5000, locked="b"), LineKey("a"), 6000)
    assert amounts(none_left.lines) == [5000, 5000]
    assert none_left.stopped is not None
    assert "locked" in none_left.stopped
    own = move(lines(5000, 5000, locked="a"), LineKey("a"), 6000)
    assert own.stopped is not None
    assert own.lines == tuple(lines(5000, 5000, locked="a"))


def test_a_line_typed_by_hand_is_not_frozen() -> None:
    first = move(lines(5000, 3000, 2000), LineKey("a"), 6000)
    second = move(first.lines, LineKey("b"), 4000)
    assert not any(line.is_locked for line in second.lines)
    assert amounts(second.lines)[0] < 6000


def test_while_the_sum_is_not_100_percent_only_the_line_itself_changes() -> None:
    assert amounts(move(lines(0, 0, 0), LineKey("a"), 6000).lines) == [6000, 0, 0]
    assert amounts(move(lines(6000, 2000, 0), LineKey("b"), 9000).lines) == [6000, 9000, 0]


def test_scaling_brings_the_unlocked_lines_to_100_percent() -> None:
    assert amounts(scale_to_whole(lines(6000, 3000, 1350, locked="c")).lines) == [5767, 2883, 1350]
    assert amounts(scale_to_whole(lines(0, 0)).lines) == [5000, 5000]
    over = scale_to_whole(lines(9000, 3000, 1000, locked="ab"))
    assert over.stopped is not None
    assert amounts(over.lines) == [9000, 3000, 1000]


def test_equal_and_current_weights_are_exact() -> None:
    assert amounts(equal("abc")) == [3334, 3333, 3333]
    assert sum(amounts(in_proportion({"a": 1, "b": 1, "c": 1}))) == WHOLE
    assert amounts(in_proportion({"a": 0, "b": 0})) == [5000, 5000]


def test_templates_are_complete() -> None:
    for template in TEMPLATES:
        assert sum(bps for _, bps in template.classes) == WHOLE


def targets(*bps: int, below: tuple[int, ...] = ()) -> tuple[ClassTarget, ...]:
    held = tuple(HoldingTarget(f"asset{n}", each) for n, each in enumerate(below))
    first, *rest = (ClassTarget(f"class{n}", each) for n, each in enumerate(bps))
    return (replace(first, holdings=held), *rest)


@pytest.mark.parametrize("total", [9999, 10001])
def test_one_basis_point_too_few_or_too_many_is_refused(total: int) -> None:
    check(targets(6000, 4000, below=(5000, 5000)))
    check(())
    with pytest.raises(TargetsRefused, match="100"):
        check(targets(6000, total - 6000))
    with pytest.raises(TargetsRefused, match="holding targets"):
        check(targets(6000, 4000, below=(5000, total - 5000)))


def test_a_single_target_of_101_percent_and_a_double_are_refused() -> None:
    with pytest.raises(TargetsRefused):
        check(targets(10_100, -100))
    with pytest.raises(TargetsRefused, match="twice"):
        check((ClassTarget("equity", 5000), ClassTarget("equity", 5000)))


def test_what_goes_leaves_the_others_at_100_percent() -> None:
    before = targets(6000, 3000, 1000, below=(5000, 3000, 2000))
    without = without_asset(before, "asset0")
    assert [h.target_bps for h in without[0].holdings] == [6000, 4000]
    assert without_asset(before, "asset0", except_in="class0") == before
    assert [t.target_bps for t in without_class(before, "class0")] == [7500, 2500]
    assert without_class(targets(10000), "class0") == ()
    assert without_asset(targets(10000, below=(10000,)), "asset0")[0].holdings == ()
