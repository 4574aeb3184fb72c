"""Mine or theirs, line by line: what has to be chosen, what is taken, and what the choices make."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from wealthdesk.domain.reallocation import (
    AddLine,
    Change,
    ClearCap,
    Header,
    Line,
    LineKey,
    RemoveLine,
    SetAmount,
    SetBand,
    SetBudget,
    SetCap,
    State,
    What,
    applied,
)
from wealthdesk.domain.reallocation_merge import MergeChoice, MergeSide, Whose, choices, chosen_changes

A, B, C, D, NEW = (LineKey(each) for each in "abcdn")
BASE = State(
    Header(What.RESERVES, "fund"),
    "Fund",
    7,
    tuple(Line(key, key.id.upper(), 100) for key in (A, B, C, D)),
    "USD",
    budget=1000,
)


def after(*changes: Change) -> State:
    outcome = applied(BASE, changes)
    assert not outcome.findings
    return replace(BASE, version=8, lines=tuple(outcome.lines.values()), budget=outcome.budget)


def by_key(found: tuple[MergeChoice, ...]) -> dict[LineKey | None, MergeChoice]:
    return {each.key: each for each in found}


def test_only_what_both_changed_has_to_be_chosen() -> None:
    theirs = after(SetAmount(A, 130), SetAmount(B, 80))
    found = by_key(choices(BASE, theirs, [SetAmount(A, 150), SetAmount(C, 90)]))
    assert list(found) == [A, B, C]
    assert found[A] == MergeChoice(A, "A", MergeSide(100), MergeSide(150), MergeSide(130), None)
    assert found[B] == MergeChoice(B, "B", MergeSide(100), MergeSide(100), MergeSide(80), Whose.THEIRS)
    assert found[C] == MergeChoice(C, "C", MergeSide(100), MergeSide(90), MergeSide(100), Whose.MINE)


def test_what_both_changed_to_the_same_is_no_difference() -> None:
    assert choices(BASE, after(SetAmount(A, 130)), [SetAmount(A, 130)]) == ()


def test_amount_and_cap_of_one_line_changed_by_different_sides_both_count() -> None:
    theirs = after(SetCap(A, 500))
    (found,) = choices(BASE, theirs, [SetAmount(A, 150)])
    assert found.mine == MergeSide(150, 500) and found.theirs == MergeSide(100, 500) and found.changed_by is Whose.MINE


def test_a_band_of_its_own_is_chosen_like_an_amount() -> None:
    theirs = after(SetBand(A, 300))
    found = choices(BASE, theirs, [SetBand(A, 400)])
    assert found == (MergeChoice(A, "A", MergeSide(100), MergeSide(100, band=400), MergeSide(100, band=300), None),)
    assert chosen_changes(found, {A: Whose.MINE}) == (SetBand(A, 400),)
    assert chosen_changes(found, {A: Whose.THEIRS}) == ()


def test_a_choice_against_what_was_taken_is_possible_both_ways() -> None:
    theirs = after(SetAmount(B, 80))
    found = choices(BASE, theirs, [SetAmount(C, 90)])
    assert chosen_changes(found, {B: Whose.MINE, C: Whose.THEIRS}) == (SetAmount(B, 100),)
    assert chosen_changes(found, {B: Whose.THEIRS, C: Whose.MINE}) == (SetAmount(C, 90),)


def test_a_line_removed_by_one_and_changed_by_the_other() -> None:
    theirs = after(RemoveLine(A))
    (found,) = choices(BASE, theirs, [SetAmount(A, 150)])
    assert found.changed_by is None and found.theirs == MergeSide(None)
    assert chosen_changes([found], {A: Whose.MINE}) == (AddLine(A, "A", 150, None),)
    theirs = after(SetAmount(A, 120), SetCap(A, 300))
    (found,) = choices(BASE, theirs, [RemoveLine(A)])
    assert chosen_changes([found], {A: Whose.MINE}) == (RemoveLine(A),)
    assert chosen_changes([found], {A: Whose.THEIRS}) == ()


def test_a_line_that_one_side_added_is_theirs_or_mine_alone() -> None:
    (found,) = choices(BASE, after(AddLine(NEW, "N", 40)), [])
    assert (found.name, found.before, found.theirs, found.changed_by) == (
        "N",
        MergeSide(None),
        MergeSide(40),
        Whose.THEIRS,
    )
    assert chosen_changes([found], {NEW: Whose.MINE}) == (RemoveLine(NEW),)
    (found,) = choices(BASE, after(), [AddLine(NEW, "N", 40, 60)])
    assert found.mine == MergeSide(40, 60) and found.changed_by is Whose.MINE
    assert chosen_changes([found], {NEW: Whose.MINE}) == (AddLine(NEW, "N", 40, 60),)


def test_the_budget_is_a_line_too() -> None:
    found = by_key(choices(BASE, after(SetBudget(2000)), [SetBudget(None)]))
    assert found[None] == MergeChoice(None, "Budget", MergeSide(1000), MergeSide(None), MergeSide(2000), None)
    assert chosen_changes(found.values(), {None: Whose.MINE}) == (SetBudget(None),)
    found = by_key(choices(BASE, after(SetBudget(2000)), [SetAmount(A, 1)]))
    assert found[None].changed_by is Whose.THEIRS
    assert chosen_changes(found.values(), {None: Whose.MINE}) == (SetBudget(1000),)


def test_a_cap_that_was_cleared_is_told_as_none() -> None:
    base = replace(BASE, lines=(Line(A, "A", 100, 200),))
    (found,) = choices(base, replace(base, version=8), [ClearCap(A)])
    assert found.mine == MergeSide(100) and chosen_changes([found], {A: Whose.MINE}) == (ClearCap(A),)


def some_changes() -> st.SearchStrategy[list[Change]]:
    key = st.sampled_from([A, B, C, D])
    amounts = st.dictionaries(key, st.integers(0, 300), max_size=4).map(
        lambda found: [SetAmount(key, amount) for key, amount in found.items()]
    )
    caps = st.dictionaries(key, st.integers(300, 400), max_size=4).map(
        lambda found: [SetCap(key, cap) for key, cap in found.items()]
    )
    return st.tuples(amounts, caps).map(lambda both: [*both[0], *both[1]])


@given(some_changes(), some_changes())
def test_all_mine_is_mine_and_all_theirs_is_theirs(theirs_of: list[Change], mine: list[Change]) -> None:
    theirs = after(*theirs_of)
    found = choices(BASE, theirs, mine)
    assert chosen_changes(found, dict.fromkeys((each.key for each in found), Whose.THEIRS)) == ()
    all_mine = applied(theirs, chosen_changes(found, dict.fromkeys((each.key for each in found), Whose.MINE)))
    wanted, base = applied(BASE, mine).lines, {line.key: line for line in BASE.lines}
    for key, line in all_mine.lines.items():
        they = theirs.line(key)
        assert they is not None
        mine_amount, mine_cap = wanted[key].amount, wanted[key].cap
        whole = any(each.key == key and each.changed_by is Whose.THEIRS for each in found)
        # A number of the line that I did not touch is theirs, unless the whole line was theirs alone to change.
        assert line.amount == (they.amount if mine_amount == base[key].amount and not whole else mine_amount)
        assert line.cap == (they.cap if mine_cap == base[key].cap and not whole else mine_cap)
