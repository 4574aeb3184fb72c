"""Editing targets without a screen: moves in a row, undo, locks, templates, lines added and taken away."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wealthdesk.domain.edited_lines import CLASSES, EditedLines
from wealthdesk.domain.money import WHOLE
from wealthdesk.domain.reallocation import FindingKind, LineKey, SetCap, evaluate
from wealthdesk.domain.targets import ClassTarget, ClassTargets, HoldingTarget, Strategy, check, state_of_strategy

EQUITY = ClassTarget("equity", 6000, holdings=(HoldingTarget("vti", 7000), HoldingTarget("vxus", 3000)))
TARGETS: ClassTargets = (EQUITY, ClassTarget("bonds", 3000), ClassTarget("cash", 1000))


EQUITIES, BONDS, CASH, GOLD = (LineKey(each) for each in ("equity", "bonds", "cash", "gold"))
VTI, A = LineKey("vti", "equity"), LineKey("a", "equity")


def draft(targets: ClassTargets = TARGETS, held: dict[str, list[str]] | None = None) -> EditedLines:
    strategy = Strategy("s", "Mine", None, is_active=True, targets=targets)
    return EditedLines.of(state_of_strategy(strategy, (), ()), held=held)


def shares(of: EditedLines, level: str = CLASSES) -> dict[str, int]:
    return {line.key.id: line.amount for line in of.lines(level)}


def test_to_zero_and_back_restores_the_proportions_of_the_others() -> None:
    there = draft().moved(EQUITIES, 0).moved(EQUITIES, 10_000)
    assert shares(there) == {"equity": 10_000, "bonds": 0, "cash": 0}
    assert shares(there.moved(EQUITIES, 6000)) == shares(draft())


def test_settling_in_between_does_not_lose_the_proportions() -> None:
    all_in = draft().moved(EQUITIES, 10_000).settled()
    assert shares(all_in.moved(EQUITIES, 6000)) == shares(draft())


def test_moving_another_line_starts_from_the_proportions_of_then() -> None:
    there = draft().moved(EQUITIES, 10_000).settled().moved(CASH, 1000)
    assert shares(there) == {"equity": 9000, "bonds": 0, "cash": 1000}


def test_a_drag_is_one_step_to_undo() -> None:
    dragged = draft()
    for bps in range(6000, 7000, 10):
        dragged = dragged.moved(EQUITIES, bps)
    dragged = dragged.settled()
    assert len(dragged.past) == 1
    back = dragged.undone()
    assert back.targets == TARGETS and not back.can_undo
    assert back.redone().targets == dragged.targets


def test_a_move_that_is_still_going_on_can_be_undone() -> None:
    going = draft().moved(EQUITIES, 7000)
    assert going.can_undo
    assert going.undone().targets == TARGETS


def test_a_move_to_where_it_was_is_no_step_and_forgets_no_redo() -> None:
    undone = draft().moved(EQUITIES, 7000).settled().undone()
    still = undone.moved(EQUITIES, 6000).settled()
    assert not still.can_undo and still.can_redo


def test_something_new_forgets_what_was_undone() -> None:
    undone = draft().moved(EQUITIES, 7000).settled().undone()
    assert not undone.with_values(CASH, is_locked=True).can_redo


def test_locked_lines_stop_the_move_and_say_why() -> None:
    stopped = draft().with_values(BONDS, is_locked=True).moved(EQUITIES, 9000)
    assert shares(stopped) == {"equity": 7000, "bonds": 3000, "cash": 0}
    assert stopped.stopped is not None and "Locked lines keep 30.00%" in stopped.stopped
    assert stopped.moved(EQUITIES, 6000).stopped is None


def test_with_only_locked_lines_left_nothing_moves() -> None:
    fixed = draft().with_values(BONDS, is_locked=True).with_values(CASH, is_locked=True)
    moved = fixed.moved(EQUITIES, 5000)
    assert moved.targets == fixed.targets and moved.stopped


def test_a_locked_line_does_not_move_alone_either() -> None:
    fixed = draft().with_values(EQUITIES, is_locked=True)
    assert fixed.moved(EQUITIES, 5000, keep_whole=False).targets == fixed.targets


def test_without_keeping_the_total_a_line_moves_alone() -> None:
    alone = draft().moved(EQUITIES, 6350, keep_whole=False)
    assert shares(alone) == {"equity": 6350, "bonds": 3000, "cash": 1000}
    assert alone.left_bps(CLASSES) == -350 and alone.incomplete == (CLASSES,)


def test_once_the_total_is_whole_again_the_next_move_keeps_it() -> None:
    under = draft().moved(EQUITIES, 5000, keep_whole=False).rested()
    whole = under.moved(EQUITIES, 5500).moved(EQUITIES, 6000)
    assert shares(whole) == shares(draft())
    assert whole.settled().moved(EQUITIES, 7000).left_bps(CLASSES) == 0


def test_what_is_over_is_taken_from_a_line_or_from_all_that_are_unlocked() -> None:
    over = draft().moved(EQUITIES, 7000, keep_whole=False)
    assert shares(over.taken_from(BONDS)) == {"equity": 7000, "bonds": 2000, "cash": 1000}
    assert over.scaled(CLASSES).left_bps(CLASSES) == 0
    locked = over.with_values(EQUITIES, is_locked=True).scaled(CLASSES)
    assert shares(locked) == {"equity": 7000, "bonds": 2250, "cash": 750}


def test_holding_targets_move_like_class_targets() -> None:
    moved = draft().moved(VTI, 5000)
    assert shares(moved, "equity") == {"vti": 5000, "vxus": 5000}
    assert shares(moved) == shares(draft())


def test_a_class_whose_holdings_do_not_add_up_is_named() -> None:
    odd = draft().moved(VTI, 5000, keep_whole=False)
    assert odd.incomplete == ("equity",)


def test_a_template_names_new_classes_and_sets_the_others_to_zero() -> None:
    filled = draft().filled(CLASSES, {"equity": 3000, "bonds": 5500, "gold": 1500})
    assert shares(filled) == {"equity": 3000, "bonds": 5500, "cash": 0, "gold": 1500}
    assert filled.targets[0].holdings == EQUITY.holdings


def test_a_template_is_scaled_into_what_locked_lines_leave() -> None:
    filled = draft().with_values(CASH, is_locked=True).filled(CLASSES, {"equity": 6000, "bonds": 4000})
    assert shares(filled) == {"equity": 5400, "bonds": 3600, "cash": 1000}


def test_a_template_whose_classes_are_all_locked_is_refused() -> None:
    fixed = draft().with_values(EQUITIES, is_locked=True)
    refused = fixed.filled(CLASSES, {"equity": 10_000})
    assert refused.targets == fixed.targets and refused.stopped


def test_weights_of_nothing_are_equal_parts() -> None:
    assert set(shares(draft().filled(CLASSES, {"equity": 0, "bonds": 0, "cash": 0})).values()) == {3333, 3334}


def test_lines_come_and_go() -> None:
    more = draft().with_line(GOLD)
    assert shares(more)["gold"] == 0 and more.incomplete == ()
    assert more.without_line(GOLD).targets == TARGETS
    assert more.with_line(GOLD) is more
    assert draft().without_line(CASH).left_bps(CLASSES) == 1000


def test_the_first_holding_line_of_a_class_has_all_of_it() -> None:
    assert shares(draft().with_line(LineKey("bnd", "bonds")), "bonds") == {"bnd": WHOLE}


def test_cleared_holdings_leave_the_class_as_it_is() -> None:
    cleared = draft().cleared("equity")
    assert cleared.lines("equity") == () and cleared.incomplete == () and shares(cleared) == shares(draft())


def test_resetting_and_loading_can_be_undone() -> None:
    edited = draft().moved(EQUITIES, 7000).settled()
    assert not edited.reset().is_changed
    assert edited.reset().undone().targets == edited.targets
    theirs: ClassTargets = (ClassTarget("bonds", WHOLE),)
    loaded = edited.restarted(draft(theirs).state, {})
    assert loaded.targets == theirs and not loaded.is_changed
    assert loaded.undone().targets == edited.targets and loaded.undone().is_changed


def test_everything_held_is_a_line() -> None:
    full = draft(held={"equity": ["vti", "vbr"], "bonds": ["bnd"], "crypto": ["btc"]})
    assert list(shares(full)) == ["equity", "bonds", "cash", "crypto"]
    assert list(shares(full, "equity")) == ["vti", "vxus", "vbr"]
    # A class without holding targets stays without: its holdings keep their present proportions.
    assert full.lines("bonds") == () and not full.is_changed
    check(full.targets)


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
        assert all(0 <= line.amount <= WHOLE for line in now.lines(CLASSES))
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


def _stepped(now: EditedLines, what: str, key: str, bps: int) -> EditedLines:
    match what:
        case "move":
            return now.moved(LineKey(key), bps)
        case "alone":
            return now.moved(LineKey(key), bps, keep_whole=False)
        case "lock" | "unlock":
            return now.with_values(LineKey(key), is_locked=what == "lock")
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
    assert draft().moved(BONDS, bps).incomplete == ()


def test_a_band_of_its_own_is_a_step_and_stays_when_lines_move() -> None:
    kept = (
        ClassTarget("equity", 6000, holdings=(HoldingTarget("a", 5000), HoldingTarget("b", 5000))),
        ClassTarget("bonds", 4000),
    )
    edited = draft(kept).with_values(EQUITIES, band=300).with_values(A, band=700)
    assert edited.is_changed
    edited = edited.moved(BONDS, 5000).settled().moved(A, 6000).settled()
    edited = edited.with_values(BONDS, is_locked=True).filled(CLASSES, {"equity": 1, "bonds": 1})
    equity = edited.targets[0]
    assert (equity.target_bps, equity.band_bps) == (5000, 300)
    assert [(h.target_bps, h.band_bps) for h in equity.holdings] == [(6000, 700), (4000, None)]
    assert edited.with_values(EQUITIES, band=None).targets[0].band_bps is None
    assert draft(kept).with_values(EQUITIES, band=300).undone().targets == kept


def test_a_cap_is_a_step_and_stays_when_lines_move() -> None:
    capped = draft().with_cap(EQUITIES, 6500).with_cap(VTI, 8000).moved(BONDS, 3500).settled().moved(VTI, 7500)
    equity = capped.targets[0]
    assert (equity.target_bps, equity.cap_bps) == (5571, 6500)
    assert [(h.target_bps, h.cap_bps) for h in equity.holdings] == [(7500, 8000), (2500, None)]
    assert draft().with_cap(EQUITIES, 6500).changes == (SetCap(EQUITIES, 6500),)
    assert draft().with_cap(EQUITIES, 6500).undone().targets == TARGETS


def test_capped_at_a_share_a_holding_is_no_concentration_any_more() -> None:
    capped = draft().capped_at(VTI, 3000)
    line = capped.line(VTI)
    assert line is not None and (line.amount, line.cap) == (5000, 5000), "half of 60 % is 30 %"
    assert capped.incomplete == () and shares(capped, "equity") == {"vti": 5000, "vxus": 5000}
    assert capped.undone().targets == TARGETS, "one step"
    kinds = {(each.kind, each.key) for each in evaluate(capped.state, capped.changes).findings}
    assert (FindingKind.HIGH_CONCENTRATION, VTI) not in kinds


def test_where_the_others_are_locked_a_cap_is_refused_with_the_reason() -> None:
    fixed = draft().with_values(LineKey("vxus", "equity"), is_locked=True)
    refused = fixed.capped_at(VTI, 3000)
    assert refused.targets == fixed.targets and refused.why_stopped("equity")
