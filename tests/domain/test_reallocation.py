"""Reallocation: what a preview finds, to the unit, for the reserves of a fund and for targets of two levels."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wealthdesk.domain.money import LARGEST_MINOR, WHOLE
from wealthdesk.domain.reallocation import (
    AddLine,
    Adjust,
    Change,
    ClearCap,
    Finding,
    FindingKind,
    Header,
    Limits,
    Line,
    LineCandidate,
    LineKey,
    RemoveLine,
    SetAmount,
    SetBand,
    SetBudget,
    SetCap,
    State,
    What,
    changes_between,
    changes_to,
    digest_of,
    equalised,
    evaluate,
    moved,
    scaled,
    stale_part,
)
from wealthdesk.domain.reallocation_merge import rebase
from wealthdesk.domain.reallocation_words import heading, sentence, share_text

MILLION = 1_000_000
ALPHA, BETA, GAMMA, DELTA, EPSILON = (LineKey(name) for name in ("alpha", "beta", "gamma", "delta", "epsilon"))
FUND = Header(What.RESERVES, "fund")
COMPANIES = (
    Line(ALPHA, "Alpha", 100 * MILLION, 300 * MILLION),
    Line(BETA, "Beta", 200 * MILLION, 600 * MILLION),
    Line(GAMMA, "Gamma", 50 * MILLION, 150 * MILLION),
    Line(DELTA, "Delta", 300 * MILLION, 900 * MILLION),
    Line(EPSILON, "Epsilon", 75 * MILLION, 225 * MILLION),
)
RESERVES = State(FUND, "Fund I", 1, COMPANIES, "USD", size=10_000 * MILLION)


def reserves(*amounts: int, **more: object) -> State:
    """A fund with so many minor units for each of its companies."""
    lines = tuple(Line(LineKey(f"c{n}"), f"C{n}", amount) for n, amount in enumerate(amounts))
    return State(FUND, "Fund", 1, lines, "USD", **more)  # type: ignore[arg-type]


CANDIDATES = {
    LineKey("equity"): LineCandidate("Equity"),
    LineKey("bonds"): LineCandidate("Bonds"),
    LineKey("cash"): LineCandidate("Cash"),
    **{LineKey(f"e{n}", "equity"): LineCandidate(f"E{n}") for n in range(5)},
    LineKey("old", "equity"): LineCandidate("OLD", is_gone=True),
}
NAMES = {key.id: each.name for key, each in CANDIDATES.items()} | {"mix": "MIX"}


def strategy(equity: int = 6000, *below: int) -> State:
    """60/40 with so many basis points of Equity for each of its holdings."""
    lines = [Line(LineKey("equity"), "Equity", equity), Line(LineKey("bonds"), "Bonds", WHOLE - equity)]
    lines += [Line(LineKey(f"e{n}", "equity"), f"E{n}", bps) for n, bps in enumerate(below)]
    return State(Header(What.TARGETS, "s"), "Mine", 3, tuple(lines), candidates=CANDIDATES, names=NAMES)


def kinds(state: State, *changes: Change, limits: Limits | None = None) -> list[FindingKind]:
    return [each.kind for each in evaluate(state, changes, limits or Limits()).findings]


def test_alpha_and_beta_get_more() -> None:
    preview = evaluate(RESERVES, [SetAmount(ALPHA, 150 * MILLION), SetAmount(BETA, 250 * MILLION)])
    assert (preview.total_before, preview.total_after) == (725 * MILLION, 825 * MILLION)
    assert round((preview.total_after / preview.total_before - 1) * 100, 3) == 13.793
    words = [sentence(each, What.RESERVES, "USD") for each in preview.warnings]
    assert words == ["Beta would be 30.3% of the total, above 30%.", "Delta would be 36.4% of the total, above 30%."]
    assert preview.can_commit and not preview.errors
    assert [(each.name, each.change) for each in preview.deltas[:3]] == [
        ("Alpha", 50 * MILLION), ("Beta", 50 * MILLION), ("Gamma", 0),
    ]  # fmt: skip


def test_alpha_takes_from_beta() -> None:
    preview = evaluate(RESERVES, moved(BETA, ALPHA, 50 * MILLION))
    assert preview.total_after == preview.total_before
    (warning,) = preview.warnings
    assert (warning.kind, warning.key, warning.part, warning.whole, warning.limit) == (
        FindingKind.HIGH_CONCENTRATION, DELTA, 300 * MILLION, 725 * MILLION, 3000,
    )  # fmt: skip
    assert sentence(warning, What.RESERVES, "USD") == "Delta would be 41.4% of the total, above 30%."


def test_alpha_exceeds_its_cap() -> None:
    preview = evaluate(RESERVES, [SetAmount(ALPHA, 1000 * MILLION)])
    (error,) = preview.errors
    assert (error.kind, error.key, error.part, error.limit) == (
        FindingKind.CAP_EXCEEDED, ALPHA, 1000 * MILLION, 300 * MILLION,
    )  # fmt: skip
    assert not preview.can_commit
    assert "7,000,000.00 USD more than its cap of 3,000,000.00 USD" in sentence(error, What.RESERVES, "USD")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([SetAmount(ALPHA, 300 * MILLION)], []),
        ([SetAmount(ALPHA, 300 * MILLION + 1)], [FindingKind.CAP_EXCEEDED]),
        ([SetAmount(ALPHA, 400 * MILLION), SetCap(ALPHA, 400 * MILLION)], []),
        ([SetAmount(ALPHA, 400 * MILLION), SetCap(ALPHA, 399 * MILLION)], [FindingKind.CAP_EXCEEDED]),
        ([SetCap(ALPHA, 99 * MILLION)], [FindingKind.CAP_EXCEEDED]),
        ([ClearCap(ALPHA), SetAmount(ALPHA, 301 * MILLION)], []),
        ([SetAmount(ALPHA, -1)], [FindingKind.NEGATIVE_AMOUNT]),
        ([Adjust(ALPHA, -100 * MILLION - 1)], [FindingKind.NEGATIVE_AMOUNT]),
        ([SetCap(ALPHA, -1)], [FindingKind.NEGATIVE_CAP]),
        ([ClearCap(ALPHA), SetAmount(ALPHA, LARGEST_MINOR + 1)], [FindingKind.TOO_LARGE, FindingKind.TOO_LARGE]),
        ([SetAmount(LineKey("omega"), 5)], [FindingKind.UNKNOWN_LINE]),
        ([SetCap(LineKey("omega"), 5)], [FindingKind.UNKNOWN_LINE]),
        ([SetAmount(ALPHA, 1), SetAmount(ALPHA, 2)], [FindingKind.DUPLICATE_LINE]),
        ([SetAmount(ALPHA, 1), Adjust(ALPHA, 2)], [FindingKind.DUPLICATE_LINE]),
        ([SetCap(ALPHA, 300 * MILLION), ClearCap(ALPHA)], [FindingKind.DUPLICATE_LINE]),
        ([SetAmount(ALPHA, 1), RemoveLine(ALPHA)], [FindingKind.DUPLICATE_LINE]),
        ([RemoveLine(ALPHA), SetCap(ALPHA, 5)], [FindingKind.DUPLICATE_LINE]),
        ([AddLine(ALPHA, "Alpha")], [FindingKind.DUPLICATE_LINE]),
        ([AddLine(LineKey("other"), "ALPHA")], [FindingKind.DUPLICATE_LINE]),
        ([AddLine(LineKey("new"), "New", 5), SetAmount(LineKey("new"), 6)], [FindingKind.DUPLICATE_LINE]),
        ([AddLine(LineKey("new"), "New", 5, 4)], [FindingKind.CAP_EXCEEDED]),
        ([SetBudget(724 * MILLION)], [FindingKind.BUDGET_EXCEEDED]),
        ([SetBudget(725 * MILLION)], []),
        ([SetBudget(-1)], [FindingKind.NEGATIVE_BUDGET]),
        ([SetBudget(1), SetBudget(2)], [FindingKind.DUPLICATE_LINE, FindingKind.BUDGET_EXCEEDED]),
    ],
)  # fmt: skip
def test_errors_of_reserves(changes: list[Change], expected: list[FindingKind]) -> None:
    preview = evaluate(RESERVES, changes)
    assert [each.kind for each in preview.errors] == expected
    assert preview.can_commit == (not expected)
    assert all(sentence(each, What.RESERVES, "USD").endswith(".") for each in preview.findings)


def test_amount_and_cap_of_one_line_are_both_changed() -> None:
    preview = evaluate(RESERVES, [SetAmount(ALPHA, 310 * MILLION), SetCap(ALPHA, 320 * MILLION)])
    line = preview.lines[ALPHA]
    assert (line.amount, line.cap) == (310 * MILLION, 320 * MILLION)


def test_exactly_the_limit_is_no_concentration_and_the_next_unit_is() -> None:
    assert FindingKind.HIGH_CONCENTRATION not in kinds(reserves(3000, 3000, 2000, 2000))
    preview = evaluate(reserves(3000, 3000, 2000, 2000), [Adjust(LineKey("c0"), 1), Adjust(LineKey("c3"), -1)])
    (warning,) = preview.warnings
    assert (warning.part, warning.whole) == (3001, 10_000)
    assert sentence(warning, What.RESERVES, "USD") == "C0 would be 30.01% of the total, above 30%."


def test_three_lines_are_never_a_concentration_and_four_can_be() -> None:
    assert FindingKind.HIGH_CONCENTRATION not in kinds(reserves(9000, 500, 500))
    assert FindingKind.HIGH_CONCENTRATION in kinds(reserves(9000, 500, 500, 0))
    gone = State(FUND, "F", 1, (*reserves(9000, 500, 500).lines, Line(LineKey("x"), "X", 0, is_gone=True)), "USD")
    assert FindingKind.HIGH_CONCENTRATION not in kinds(gone)


def test_from_zero_is_new_and_all_zero_divides_by_nothing() -> None:
    preview = evaluate(reserves(0, 0, 0, 0), [SetAmount(LineKey("c0"), 5)])
    assert preview.deltas[0].is_new
    assert [each.kind for each in preview.warnings] == [FindingKind.HIGH_CONCENTRATION]
    nothing = evaluate(reserves(5, 6, 7, 8), [SetAmount(LineKey(f"c{n}"), 0) for n in range(4)])
    assert (nothing.total_after, nothing.errors, nothing.can_commit) == (0, (), True)
    assert nothing.share_after(LineKey("c0")) == (0, 0)
    assert not any(delta.is_new for delta in nothing.deltas)


def test_half_the_fund_s_size_is_not_yet_a_large_share() -> None:
    state = reserves(10, 10, 10, 20, size=40)
    assert FindingKind.LARGE_SHARE not in kinds(state)
    assert FindingKind.LARGE_SHARE in kinds(state, Adjust(LineKey("c3"), 1))


def test_less_than_deployed_and_exited_companies_are_told_where_they_change() -> None:
    lines = (Line(ALPHA, "Alpha", 10, deployed=20), Line(BETA, "Beta", 10, is_gone=True))
    state = State(FUND, "F", 1, lines, "USD")
    assert kinds(state) == [FindingKind.NO_CHANGE]
    assert FindingKind.BELOW_DEPLOYED in kinds(state, SetAmount(ALPHA, 19))
    assert FindingKind.BELOW_DEPLOYED not in kinds(state, SetAmount(ALPHA, 20))
    assert FindingKind.LINE_GONE in kinds(state, SetAmount(BETA, 11))
    assert FindingKind.LINE_GONE not in kinds(state, SetAmount(BETA, 0))


def test_a_fifth_of_everything_before_is_not_yet_a_large_change() -> None:
    state = reserves(25, 25, 25, 25)
    assert FindingKind.LARGE_CHANGE not in kinds(state, Adjust(LineKey("c0"), 20))
    assert FindingKind.LARGE_CHANGE in kinds(state, Adjust(LineKey("c0"), 21))
    assert FindingKind.LARGE_CHANGE in kinds(state, RemoveLine(LineKey("c0")))
    assert FindingKind.LARGE_CHANGE not in kinds(reserves(0, 0, 0, 0), SetAmount(LineKey("c0"), 5))
    assert FindingKind.LARGE_CHANGE not in kinds(state, Adjust(LineKey("c0"), 30), limits=Limits(large_change_bps=3000))


def test_what_is_left_of_the_budget_and_no_change_are_told() -> None:
    preview = evaluate(reserves(5, 5, budget=12), [SetAmount(LineKey("c0"), 5)])
    assert [(each.kind, each.part) for each in preview.information] == [
        (FindingKind.UNALLOCATED, 2), (FindingKind.NO_CHANGE, 0),
    ]  # fmt: skip
    assert not preview.can_commit
    assert evaluate(reserves(5, 5, budget=12), [SetBudget(None)]).can_commit


@pytest.mark.parametrize(("bonds", "residual"), [(3999, 1), (4000, None), (4001, -1)])
def test_targets_sum_to_exactly_10_000(bonds: int, residual: int | None) -> None:
    preview = evaluate(strategy(), [SetAmount(LineKey("bonds"), bonds)])
    assert [each.whole - each.part for each in preview.errors] == ([] if residual is None else [residual])
    if residual:
        words = sentence(preview.errors[0], What.TARGETS)
        assert f"{'0.01% left' if residual > 0 else '0.01% too much'}" in words


def test_holding_targets_sum_to_exactly_10_000_in_their_class() -> None:
    state = strategy(6000, 5000, 5000)
    (error,) = evaluate(state, [Adjust(LineKey("e0", "equity"), -1)]).errors
    assert (error.kind, error.key, error.part) == (FindingKind.SUM_NOT_WHOLE, LineKey("equity"), 9999)
    assert evaluate(state, [RemoveLine(LineKey(f"e{n}", "equity")) for n in range(2)]).can_commit


def test_a_class_takes_its_holdings_along() -> None:
    preview = evaluate(strategy(6000, 5000, 5000), [RemoveLine(LineKey("equity")), SetAmount(LineKey("bonds"), WHOLE)])
    assert list(preview.lines) == [LineKey("bonds")] and preview.can_commit
    added = evaluate(strategy(), [RemoveLine(LineKey("equity")), AddLine(LineKey("e0", "equity"), "", WHOLE)])
    assert FindingKind.WRONG_PARENT in [each.kind for each in added.errors]


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        (LineKey("mix", "equity"), FindingKind.WRONG_PARENT),
        (LineKey("e0", "bonds"), FindingKind.WRONG_PARENT),
        (LineKey("e0", "cash"), FindingKind.WRONG_PARENT),
        (LineKey("nothing", "equity"), FindingKind.UNKNOWN_LINE),
        (LineKey("nothing"), FindingKind.UNKNOWN_LINE),
    ],
)
def test_a_line_belongs_where_its_asset_counts_alone(key: LineKey, kind: FindingKind) -> None:
    assert kinds(strategy(), AddLine(key, "", WHOLE))[0] is kind


def test_concentration_of_a_holding_is_its_class_s_share_times_its_own() -> None:
    state = strategy(6000, 5000, 2000, 2000, 1000)
    assert FindingKind.HIGH_CONCENTRATION not in kinds(state)
    more = [Adjust(LineKey("e0", "equity"), 1), Adjust(LineKey("e3", "equity"), -1)]
    (warning,) = evaluate(state, more).warnings
    assert (warning.key, warning.part, warning.whole) == (LineKey("e0", "equity"), 6000 * 5001, WHOLE * WHOLE)
    assert sentence(warning, What.TARGETS) == "E0 would be 30.01% of the total, above 30%."
    # A class is no single thing, and one fund for a class cannot share with another.
    assert FindingKind.HIGH_CONCENTRATION not in kinds(strategy(9000))
    assert FindingKind.HIGH_CONCENTRATION not in kinds(strategy(6000, WHOLE))


def test_20_points_are_not_yet_a_large_change() -> None:
    def swap(points: int) -> list[FindingKind]:
        return kinds(strategy(), *moved(LineKey("equity"), LineKey("bonds"), points))

    assert FindingKind.LARGE_CHANGE not in swap(2000)
    assert swap(2001).count(FindingKind.LARGE_CHANGE) == 2


def test_an_archived_asset_is_told() -> None:
    changes: list[Change] = [SetAmount(LineKey("e0", "equity"), 5000), AddLine(LineKey("old", "equity"), "", 5000)]
    assert FindingKind.LINE_GONE in kinds(strategy(6000, WHOLE), *changes)


def test_the_token_says_what_is_stale() -> None:
    changes: list[Change] = [SetAmount(ALPHA, 1), SetCap(BETA, 700 * MILLION)]
    token = evaluate(RESERVES, changes).token
    assert evaluate(RESERVES, changes[::-1]).token == token
    assert digest_of(changes) == digest_of(changes[::-1]) != digest_of(changes[:1])

    def stale(state: State, wanted: list[Change], limits: Limits | None = None) -> str:
        return stale_part(token, evaluate(state, wanted, limits or Limits()).token)

    other = (*COMPANIES, Line(LineKey("zeta"), "Zeta", 0))
    assert stale(RESERVES, changes) == ""
    assert stale(RESERVES, changes[:1]) == "the changes"
    assert stale(State(FUND, "Fund I", 2, COMPANIES, "USD", size=10_000 * MILLION), changes) == "the version"
    assert stale(State(FUND, "Fund I", 1, other, "USD", size=10_000 * MILLION), changes) == "the lines"
    assert "budget" in stale(State(FUND, "Fund I", 1, COMPANIES, "USD", size=1), changes)
    assert stale(RESERVES, changes, Limits(concentration_bps=3001)) == "the limits"
    assert stale_part("anything", token) == "the changes"


def test_a_share_never_reads_like_a_limit_that_it_is_not() -> None:
    assert share_text(1, 3, 3000) == "33.3%"
    assert share_text(3, 10, 3000) == "30.0%"
    assert share_text(3001, 10_000, 3000) == "30.01%"
    assert share_text(30_000_001, 100_000_000, 3000) == "30.000001%"
    assert share_text(3 * 10**14 + 1, 10**15, 3000) == "more than 30%"
    assert share_text(3 * 10**14 - 1, 10**15, 3000) == "less than 30%"


amounts = st.lists(st.integers(0, 10**9), min_size=1, max_size=8)


@given(amounts, st.integers(0, 10**12), st.sets(st.integers(0, 7)))
def test_scaling_reaches_the_total_to_the_unit_and_leaves_the_locked_alone(
    some: list[int], total: int, locked: set[int]
) -> None:
    state = reserves(*some)
    keys = {LineKey(f"c{n}") for n in locked}
    lines = evaluate(state, scaled(state.lines, total, keys)).lines
    kept = sum(line.amount for line in state.lines if line.key in keys)
    free = any(line.key not in keys for line in state.lines)
    assert sum(line.amount for line in lines.values()) == (total if free and kept <= total else sum(some))
    assert all(lines[line.key] == line for line in state.lines if line.key in keys)


@given(amounts)
def test_equal_shares_keep_the_sum_and_differ_by_one_at_most(some: list[int]) -> None:
    state = reserves(*some)
    shared = [line.amount for line in evaluate(state, equalised(state.lines)).lines.values()]
    assert sum(shared) == sum(some) and max(shared) - min(shared) <= 1


lines_of = st.dictionaries(
    st.sampled_from("abcdef"), st.tuples(st.integers(0, 9), st.none() | st.integers(9, 12)), max_size=6
)


def made(values: dict[str, tuple[int, int | None]], budget: int | None = None) -> State:
    lines = tuple(Line(LineKey(name), name, amount, cap) for name, (amount, cap) in values.items())
    return State(FUND, "F", 1, lines, "USD", budget=budget)


@given(lines_of, lines_of)
def test_the_changes_between_two_sets_of_lines_lead_from_one_to_the_other(
    before: dict[str, tuple[int, int | None]], after: dict[str, tuple[int, int | None]]
) -> None:
    start, end = made(before), made(after)
    wanted = {line.key: line for line in end.lines}
    changes = changes_between({line.key: line for line in start.lines}, wanted)
    assert evaluate(start, changes).lines == wanted
    kept = evaluate(start, changes_to(start, wanted, None)).lines
    assert all(kept[key] == line for key, line in wanted.items())
    assert all((line.amount, line.cap) == (0, None) for key, line in kept.items() if key not in wanted)


def side(state: State) -> dict[LineKey, tuple[int, int | None]]:
    return {line.key: (line.amount, line.cap) for line in state.lines}


@given(lines_of, lines_of, lines_of)
def test_a_merge_has_both_sides_and_what_both_changed_is_asked(
    base: dict[str, tuple[int, int | None]],
    theirs: dict[str, tuple[int, int | None]],
    mine: dict[str, tuple[int, int | None]],
) -> None:
    start, now = made(base), made(theirs)
    wanted = {line.key: line for line in made(mine).lines}
    merge = rebase(start, now, changes_between({line.key: line for line in start.lines}, wanted))
    asked = {each.key for each in merge.conflicts}
    for choose in (frozenset[LineKey | None](), frozenset(asked)):
        preview = evaluate(now, merge.settled(choose))
        assert not [each for each in preview.errors if each.kind in (
            FindingKind.UNKNOWN_LINE, FindingKind.DUPLICATE_LINE)]  # fmt: skip
        result = {key: (line.amount, line.cap) for key, line in preview.lines.items()}
        before, they = side(start), side(now)
        i_want = {key: (line.amount, line.cap) for key, line in wanted.items()}
        for key in before.keys() | they.keys() | i_want.keys():
            if key in asked and key not in choose:
                assert result.get(key) == they.get(key)
            elif they.get(key) == before.get(key):
                assert result.get(key) == i_want.get(key)
            elif i_want.get(key) == before.get(key):
                assert result.get(key) == they.get(key)


def test_a_merge_asks_for_what_both_changed_and_takes_the_rest() -> None:
    base = made({"a": (5, None), "b": (5, 9), "c": (5, None), "d": (5, None)}, budget=50)
    theirs = made({"a": (6, None), "b": (6, 9), "c": (5, None), "d": (7, None)}, budget=60)
    a, b, c, d = (LineKey(name) for name in "abcd")
    mine: list[Change] = [SetAmount(a, 7), SetCap(b, 12), SetAmount(c, 8), SetAmount(d, 7), SetBudget(70)]
    merge = rebase(base, theirs, mine)
    assert merge.changes == (SetCap(b, 12), SetAmount(c, 8))
    assert [(each.key, each.theirs.amount, each.mine.amount) for each in merge.conflicts] == [(a, 6, 7), (None, 60, 70)]
    assert merge.theirs == (d,)
    assert merge.settled({a}) == (SetCap(b, 12), SetAmount(c, 8), SetAmount(a, 7))
    assert merge.settled({None})[-1] == SetBudget(70)


def test_a_cap_that_they_alone_changed_stays_when_the_amount_is_decided_for_me() -> None:
    base, theirs = made({"a": (5, 9)}), made({"a": (6, 12)})
    merge = rebase(base, theirs, [SetAmount(LineKey("a"), 7)])
    assert evaluate(theirs, merge.settled({LineKey("a")})).lines[LineKey("a")].cap == 12


@pytest.mark.parametrize("make", [reserves, lambda *some: strategy()])
def test_a_preview_is_the_same_each_time(make: Callable[..., State]) -> None:
    state = make(1, 2, 3)
    changes = [Adjust(state.lines[0].key, 1)]
    assert evaluate(state, changes) == evaluate(state, changes)


@pytest.mark.parametrize("kind", FindingKind)
def test_every_finding_has_a_heading_without_a_full_stop(kind: FindingKind) -> None:
    found = heading(Finding(kind, LineKey("x"), "Acme {0} & Co"))
    assert found and "{name}" not in found and not found.endswith(".")


def test_a_heading_begins_with_a_capital_except_where_a_name_does_not() -> None:
    assert heading(Finding(FindingKind.TOO_LARGE, None, "the budget")) == "The budget is too large"
    assert heading(Finding(FindingKind.CAP_EXCEEDED, LineKey("x"), "iRobot")) == "iRobot is above its cap"


# Bands of a line's own

E0 = LineKey("e0", "equity")
EQUITY, BONDS = LineKey("equity"), LineKey("bonds")


def test_a_band_alone_is_a_change_and_comes_back() -> None:
    state = strategy(6000, 10_000)
    preview = evaluate(state, [SetBand(EQUITY, 300), SetBand(E0, 1000)])
    assert preview.can_commit
    assert {each.key: (each.band_before, each.band_after) for each in preview.changed} == {
        EQUITY: (None, 300),
        E0: (None, 1000),
    }
    assert kinds(state, SetBand(EQUITY, None)) == [FindingKind.NO_CHANGE]
    after = replace(state, lines=tuple(preview.lines.values()))
    back = changes_to(after, {line.key: line for line in state.lines}, None)
    assert set(back) == {SetBand(EQUITY, None), SetBand(E0, None)}
    assert evaluate(state, []).token != evaluate(after, []).token


@pytest.mark.parametrize(("band", "is_possible"), [(0, False), (1, True), (10_000, True), (10_001, False), (-5, False)])
def test_a_band_lies_above_0_and_within_the_whole(band: int, is_possible: bool) -> None:
    assert (FindingKind.BAND_NOT_POSSIBLE in kinds(strategy(), SetBand(EQUITY, band))) is not is_possible


def test_a_reserve_has_no_band_and_a_line_only_one() -> None:
    assert FindingKind.BAND_NOT_POSSIBLE in kinds(RESERVES, SetBand(ALPHA, 300))
    assert FindingKind.DUPLICATE_LINE in kinds(strategy(), SetBand(EQUITY, 300), SetBand(EQUITY, 400))
    assert FindingKind.DUPLICATE_LINE in kinds(strategy(), SetBand(EQUITY, 300), RemoveLine(EQUITY))
    assert FindingKind.UNKNOWN_LINE in kinds(strategy(), SetBand(LineKey("cash"), 300))


def test_a_new_line_may_have_its_band_at_once() -> None:
    changes = [AddLine(LineKey("cash"), amount=0, band=200)]
    assert evaluate(strategy(), changes).lines[LineKey("cash")].band == 200


def test_bands_and_amounts_of_different_sides_are_merged_and_two_bands_are_asked_for() -> None:
    base = strategy()
    theirs = replace(base, version=4, lines=tuple(evaluate(base, [SetBand(EQUITY, 300)]).lines.values()))
    mine: list[Change] = [SetAmount(EQUITY, 5000), SetAmount(BONDS, 5000)]
    merge = rebase(base, theirs, mine)
    assert merge.conflicts == ()
    assert evaluate(theirs, merge.settled(())).lines[EQUITY] == Line(EQUITY, "Equity", 5000, band=300)
    merge = rebase(base, theirs, [SetBand(EQUITY, 400)])
    assert [(each.key, each.theirs.band, each.mine.band) for each in merge.conflicts] == [(EQUITY, 300, 400)]
    assert merge.settled({EQUITY}) == (SetBand(EQUITY, 400),)
    assert merge.settled(()) == ()
    assert rebase(base, theirs, [SetBand(EQUITY, 300)]).conflicts == ()


@pytest.mark.parametrize(
    ("amount", "budget", "found"),
    [
        (1, 0, [(FindingKind.BUDGET_EXCEEDED, 1, 0)]),
        (0, 0, []),
        (0, 1, [(FindingKind.UNALLOCATED, 1, 0)]),
        (1, 1, []),
    ],
)
def test_a_budget_of_nothing_is_a_budget(amount: int, budget: int, found: list[tuple[FindingKind, int, int]]) -> None:
    outcome = evaluate(reserves(5), [SetAmount(LineKey("c0"), amount), SetBudget(budget)], Limits())
    told = [each for each in outcome.findings if each.kind in (FindingKind.BUDGET_EXCEEDED, FindingKind.UNALLOCATED)]
    assert [(each.kind, each.part, each.limit) for each in told] == found
