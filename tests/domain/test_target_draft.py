"""Editing targets without a screen: moves in a row, undo, locks, templates, lines added and taken away."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wealthdesk.domain.money import WHOLE
from wealthdesk.domain.target_draft import CLASSES, TargetDraft, lines_of, with_everything_held
from wealthdesk.domain.targets import ClassTarget, ClassTargets, HoldingTarget, check

EQUITY = ClassTarget("equity", 6000, holdings=(HoldingTarget("vti", 7000), HoldingTarget("vxus", 3000)))
TARGETS: ClassTargets = (EQUITY, ClassTarget("bonds", 3000), ClassTarget("cash", 1000))


def draft(targets: ClassTargets = TARGETS) -> TargetDraft:
    return TargetDraft(targets, targets)


def shares(of: TargetDraft, level: str | None = CLASSES) -> dict[str, int]:
    return {line.key: line.bps for line in of.lines(level)}


def test_to_zero_and_back_restores_the_proportions_of_the_others() -> None:
    there = draft().moved(CLASSES, "equity", 0).moved(CLASSES, "equity", 10_000)
    assert shares(there) == {"equity": 10_000, "bonds": 0, "cash": 0}
    assert shares(there.moved(CLASSES, "equity", 6000)) == shares(draft())


def test_settling_in_between_does_not_lose_the_proportions() -> None:
    all_in = draft().moved(CLASSES, "equity", 10_000).settled()
    assert shares(all_in.moved(CLASSES, "equity", 6000)) == shares(draft())


def test_moving_another_line_starts_from_the_proportions_of_then() -> None:
    there = draft().moved(CLASSES, "equity", 10_000).settled().moved(CLASSES, "cash", 1000)
    assert shares(there) == {"equity": 9000, "bonds": 0, "cash": 1000}


def test_a_drag_is_one_step_to_undo() -> None:
    dragged = draft()
    for bps in range(6000, 7000, 10):
        dragged = dragged.moved(CLASSES, "equity", bps)
    dragged = dragged.settled()
    assert len(dragged.earlier) == 1
    back = dragged.undone()
    assert back.targets == TARGETS and not back.can_undo
    assert back.redone().targets == dragged.targets


def test_a_move_that_is_still_going_on_can_be_undone() -> None:
    going = draft().moved(CLASSES, "equity", 7000)
    assert going.can_undo
    assert going.undone().targets == TARGETS


def test_a_move_to_where_it_was_is_no_step_and_forgets_no_redo() -> None:
    undone = draft().moved(CLASSES, "equity", 7000).settled().undone()
    still = undone.moved(CLASSES, "equity", 6000).settled()
    assert not still.can_undo and still.can_redo


def test_something_new_forgets_what_was_undone() -> None:
    undone = draft().moved(CLASSES, "equity", 7000).settled().undone()
    assert not undone.locked(CLASSES, "cash", True).can_redo


def test_locked_lines_stop_the_move_and_say_why() -> None:
    stopped = draft().locked(CLASSES, "bonds", True).moved(CLASSES, "equity", 9000)
    assert shares(stopped) == {"equity": 7000, "bonds": 3000, "cash": 0}
    assert stopped.stopped is not None and "Locked lines keep 30.00%" in stopped.stopped
    assert stopped.moved(CLASSES, "equity", 6000).stopped is None


def test_with_only_locked_lines_left_nothing_moves() -> None:
    fixed = draft().locked(CLASSES, "bonds", True).locked(CLASSES, "cash", True)
    moved = fixed.moved(CLASSES, "equity", 5000)
    assert moved.targets == fixed.targets and moved.stopped


def test_a_locked_line_does_not_move_alone_either() -> None:
    fixed = draft().locked(CLASSES, "equity", True)
    assert fixed.moved(CLASSES, "equity", 5000, keep_whole=False).targets == fixed.targets


def test_without_keeping_the_total_a_line_moves_alone() -> None:
    alone = draft().moved(CLASSES, "equity", 6350, keep_whole=False)
    assert shares(alone) == {"equity": 6350, "bonds": 3000, "cash": 1000}
    assert alone.left_bps(CLASSES) == -350 and alone.incomplete == (CLASSES,)


def test_once_the_total_is_whole_again_the_next_move_keeps_it() -> None:
    under = draft().moved(CLASSES, "equity", 5000, keep_whole=False).rested()
    whole = under.moved(CLASSES, "equity", 5500).moved(CLASSES, "equity", 6000)
    assert shares(whole) == shares(draft())
    assert whole.settled().moved(CLASSES, "equity", 7000).left_bps(CLASSES) == 0


def test_what_is_over_is_taken_from_a_line_or_from_all_that_are_unlocked() -> None:
    over = draft().moved(CLASSES, "equity", 7000, keep_whole=False)
    assert shares(over.taken_from(CLASSES, "bonds")) == {"equity": 7000, "bonds": 2000, "cash": 1000}
    assert over.scaled(CLASSES).left_bps(CLASSES) == 0
    locked = over.locked(CLASSES, "equity", True).scaled(CLASSES)
    assert shares(locked) == {"equity": 7000, "bonds": 2250, "cash": 750}


def test_holding_targets_move_like_class_targets() -> None:
    moved = draft().moved("equity", "vti", 5000)
    assert shares(moved, "equity") == {"vti": 5000, "vxus": 5000}
    assert shares(moved) == shares(draft())


def test_a_class_whose_holdings_do_not_add_up_is_named() -> None:
    odd = draft().moved("equity", "vti", 5000, keep_whole=False)
    assert odd.incomplete == ("equity",)


def test_a_template_names_new_classes_and_sets_the_others_to_zero() -> None:
    filled = draft().filled(CLASSES, {"equity": 3000, "bonds": 5500, "gold": 1500})
    assert shares(filled) == {"equity": 3000, "bonds": 5500, "cash": 0, "gold": 1500}
    assert filled.targets[0].holdings == EQUITY.holdings


def test_a_template_is_scaled_into_what_locked_lines_leave() -> None:
    filled = draft().locked(CLASSES, "cash", True).filled(CLASSES, {"equity": 6000, "bonds": 4000})
    assert shares(filled) == {"equity": 5400, "bonds": 3600, "cash": 1000}


def test_a_template_whose_classes_are_all_locked_is_refused() -> None:
    fixed = draft().locked(CLASSES, "equity", True)
    refused = fixed.filled(CLASSES, {"equity": 10_000})
    assert refused.targets == fixed.targets and refused.stopped


def test_weights_of_nothing_are_equal_parts() -> None:
    assert set(shares(draft().filled(CLASSES, {"equity": 0, "bonds": 0, "cash": 0})).values()) == {3333, 3334}


def test_lines_come_and_go() -> None:
    more = draft().with_line(CLASSES, "gold")
    assert shares(more)["gold"] == 0 and more.incomplete == ()
    assert more.without_line(CLASSES, "gold").targets == TARGETS
    assert more.with_line(CLASSES, "gold") is more
    assert draft().without_line(CLASSES, "cash").left_bps(CLASSES) == 1000


def test_the_first_holding_line_of_a_class_has_all_of_it() -> None:
    assert shares(draft().with_line("bonds", "bnd"), "bonds") == {"bnd": WHOLE}


def test_cleared_holdings_leave_the_class_as_it_is() -> None:
    cleared = draft().cleared("equity")
    assert cleared.lines("equity") == () and cleared.incomplete == () and shares(cleared) == shares(draft())


def test_resetting_and_loading_can_be_undone() -> None:
    edited = draft().moved(CLASSES, "equity", 7000).settled()
    assert not edited.reset().is_changed
    assert edited.reset().undone().targets == edited.targets
    theirs: ClassTargets = (ClassTarget("bonds", WHOLE),)
    loaded = edited.rebased(theirs)
    assert loaded.targets == loaded.kept == theirs
    assert loaded.undone().targets == edited.targets and loaded.undone().is_changed


def test_everything_held_is_a_line() -> None:
    full = with_everything_held(TARGETS, {"equity": ["vti", "vbr"], "bonds": ["bnd"], "crypto": ["btc"]})
    assert [line.key for line in lines_of(full, CLASSES)] == ["equity", "bonds", "cash", "crypto"]
    assert [line.key for line in lines_of(full, "equity")] == ["vti", "vxus", "vbr"]
    # A class without holding targets stays without: its holdings keep their present proportions.
    assert lines_of(full, "bonds") == ()
    check(full)


steps = st.tuples(
    st.sampled_from(["move", "alone", "lock", "unlock", "scale", "settle", "undo", "redo", "fill"]),
    st.sampled_from(["equity", "bonds", "cash"]),
    st.integers(-100, 10_100),
)


@given(st.lists(steps, max_size=25))
def test_undoing_everything_leads_back_and_redoing_returns(made: list[tuple[str, str, int]]) -> None:
    now = draft()
    for what, key, bps in made:
        now = _stepped(now, what, key, bps)
        assert all(0 <= line.bps <= WHOLE for line in now.lines(CLASSES))
    now = now.rested()
    while now.can_redo:
        now = now.redone()
    last, back = now.targets, now
    while back.can_undo:
        back = back.undone()
    assert back.targets == TARGETS
    while back.can_redo:
        back = back.redone()
    assert back.targets == last


def _stepped(now: TargetDraft, what: str, key: str, bps: int) -> TargetDraft:
    match what:
        case "move":
            return now.moved(CLASSES, key, bps)
        case "alone":
            return now.moved(CLASSES, key, bps, keep_whole=False)
        case "lock" | "unlock":
            return now.locked(CLASSES, key, what == "lock")
        case "scale":
            return now.scaled(CLASSES)
        case "undo":
            return now.undone()
        case "redo":
            return now.redone()
        case "fill":
            return now.filled(CLASSES, {key: bps + 100, "equity": 50})
    return now.settled()


@pytest.mark.parametrize("bps", [0, 1, 3333, 9999, 10_000])
def test_a_move_keeps_the_whole(bps: int) -> None:
    assert draft().moved(CLASSES, "bonds", bps).incomplete == ()


def test_a_band_of_its_own_is_a_step_and_stays_when_lines_move() -> None:
    kept = (
        ClassTarget("equity", 6000, holdings=(HoldingTarget("a", 5000), HoldingTarget("b", 5000))),
        ClassTarget("bonds", 4000),
    )
    draft = TargetDraft(kept, kept).banded(CLASSES, "equity", 300).banded("equity", "a", 700)
    assert draft.is_changed
    draft = draft.moved(CLASSES, "bonds", 5000).settled().moved("equity", "a", 6000).settled()
    draft = draft.locked(CLASSES, "bonds", True).filled(CLASSES, {"equity": 1, "bonds": 1})
    equity = draft.targets[0]
    assert (equity.target_bps, equity.band_bps) == (5000, 300)
    assert [(h.target_bps, h.band_bps) for h in equity.holdings] == [(6000, 700), (4000, None)]
    assert draft.banded(CLASSES, "equity", None).targets[0].band_bps is None
    assert TargetDraft(kept, kept).banded(CLASSES, "equity", 300).undone().targets == kept
