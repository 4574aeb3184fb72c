"""Edits of reserves: what they come to, the steps back and forth, and what becomes of them on a later version."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from wealthdesk.domain.edited_lines import MOST_STEPS, EditedLines, adjusted, adjusted_by_share
from wealthdesk.domain.reallocation import (
    Adjust,
    ClearCap,
    Header,
    Line,
    LineKey,
    SetAmount,
    SetBudget,
    SetCap,
    State,
    What,
    evaluate,
)

A, B, C = (LineKey(each) for each in "abc")


def fund(version: int = 1, **amounts: int) -> State:
    lines = tuple(Line(LineKey(key), key.upper(), amount, 1_000) for key, amount in amounts.items())
    return State(Header(What.RESERVES, "fund"), "Fund", version, lines, "USD")


STATE = fund(a=100, b=200, c=300)


def amounts(draft: EditedLines) -> dict[str, int]:
    return {line.key.id: line.amount for line in draft.now.lines}


def test_an_edit_that_is_taken_back_by_hand_is_no_change() -> None:
    draft = EditedLines.of(STATE).with_amount(A, 150).with_amount(B, 250)
    assert draft.changes == (SetAmount(A, 150), SetAmount(B, 250))
    assert draft.with_amount(A, 100).changes == (SetAmount(B, 250),)
    assert not draft.with_amount(A, 100).with_amount(B, 200).is_changed


def test_amount_cap_and_budget_are_changed_beside_each_other() -> None:
    draft = EditedLines.of(STATE).with_amount(A, 150).with_cap(A, 160).with_cap(B, None).taking([SetBudget(700)])
    assert draft.changes == (SetAmount(A, 150), SetCap(A, 160), ClearCap(B), SetBudget(700))
    preview = evaluate(draft.state, draft.changes)
    assert preview.can_commit and preview.budget_after == 700
    assert draft.taking([SetBudget(None)]).with_cap(B, 1_000).with_cap(A, 1_000).changes == (SetAmount(A, 150),)


def test_deltas_count_from_what_is_edited_already() -> None:
    draft = EditedLines.of(STATE).with_amount(A, 150)
    assert amounts(draft.taking([Adjust(A, 50), Adjust(B, -50)])) == {"a": 200, "b": 150, "c": 300}


def test_several_lines_are_adjusted_by_an_amount_or_by_a_share() -> None:
    draft = EditedLines.of(STATE)
    assert amounts(draft.taking(adjusted(STATE.lines[:2], -20))) == {"a": 80, "b": 180, "c": 300}
    assert amounts(draft.taking(adjusted_by_share(STATE.lines, 1_250))) == {"a": 113, "b": 225, "c": 338}
    assert amounts(draft.taking(adjusted_by_share(STATE.lines, -10_000))) == {"a": 0, "b": 0, "c": 0}
    assert adjusted(STATE.lines, 0) == adjusted_by_share(STATE.lines, 0) == ()


def test_steps_go_back_and_forth_and_a_new_one_ends_the_way_forth() -> None:
    one = EditedLines.of(STATE).with_amount(A, 1)
    two = one.with_amount(B, 2)
    assert amounts(two.undone()) == {"a": 1, "b": 200, "c": 300}
    assert two.undone().undone().changes == ()
    assert two.undone().undone().undone().changes == (), "before the first step there is nothing"
    assert two.undone().redone() == two == two.redone()
    assert two.undone().with_amount(C, 3).future == ()
    assert two.reset().undone().changes == two.changes
    assert one.with_amount(A, 1) is one, "nothing done is no step"


def test_steps_do_not_grow_for_ever() -> None:
    draft = EditedLines.of(STATE)
    for amount in range(MOST_STEPS + 20):
        draft = draft.with_amount(A, 500 + amount)
    assert len(draft.past) == MOST_STEPS


def test_edits_stay_when_other_lines_change_elsewhere() -> None:
    draft = EditedLines.of(STATE).with_amount(A, 150).with_amount(B, 250).undone()
    brought = draft.on(fund(2, a=100, b=200, c=333))
    assert brought is not None and brought.state.version == 2
    assert amounts(brought) == {"a": 150, "b": 200, "c": 333}
    assert amounts(brought.redone()) == {"a": 150, "b": 250, "c": 333}
    assert brought.undone().changes == ()


def test_a_line_that_both_changed_is_not_decided_here() -> None:
    draft = EditedLines.of(STATE).with_amount(A, 150)
    assert draft.on(fund(2, a=170, b=200, c=300)) is None
    assert draft.on(fund(2, b=200, c=300)) is None, "removed there, changed here"
    same = draft.on(fund(2, a=150, b=200, c=300))
    assert same is not None and not same.is_changed, "changed to the same is no conflict"


def test_what_changes_without_a_version_is_taken_over() -> None:
    renamed = replace(STATE, name="Fund I", lines=tuple(replace(line, deployed=7) for line in STATE.lines))
    draft = EditedLines.of(STATE).with_amount(A, 150).on(renamed)
    assert draft is not None and draft.state == renamed and draft.changes == (SetAmount(A, 150),)


@given(st.lists(st.tuples(st.sampled_from([A, B, C]), st.integers(0, 500)), max_size=30))
def test_going_all_the_way_back_and_forth_ends_where_it_was(edits: list[tuple[LineKey, int]]) -> None:
    draft = EditedLines.of(STATE)
    for key, amount in edits:
        draft = draft.with_amount(key, amount)
    back = draft
    while back.past:
        back = back.undone()
    assert back.changes == ()
    while back.future:
        back = back.redone()
    assert back == draft
    wanted = {"a": 100, "b": 200, "c": 300} | {key.id: amount for key, amount in edits}
    assert amounts(draft) == wanted


@given(st.lists(st.integers(0, 10**12), min_size=4, max_size=12), st.integers(1, 9_999))
def test_capped_at_a_share_a_company_has_the_most_that_is_not_over_it(planned: list[int], limit: int) -> None:
    state = replace(STATE, lines=tuple(Line(LineKey(str(n)), str(n), each) for n, each in enumerate(planned)))
    capped = EditedLines.of(state).capped_at(LineKey("0"), limit)
    line, total = capped.line(LineKey("0")), sum(each.amount for each in capped.edited.lines)
    assert line is not None and line.cap is not None and line.amount <= min(line.cap, planned[0])
    assert line.amount * 10_000 <= limit * total
    assert planned[0] <= line.cap or (line.amount + 1) * 10_000 > limit * (total + 1)
