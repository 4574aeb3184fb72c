"""Reallocations through the services: what is kept, what is refused, and the way back to every version."""

import itertools
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from examples import examples
from portfolio_files import IN_MEMORY, empty_at
from services.reserves import MILLION, commit, fund_with_companies, keep, key_of, preview_revert
from wealthdesk.changes import Topic
from wealthdesk.domain.assets import Asset, AssetKind, Exposure
from wealthdesk.domain.money import WHOLE, split
from wealthdesk.domain.reallocation import (
    AddLine,
    Adjust,
    Change,
    FindingKind,
    Header,
    Limits,
    Line,
    LineKey,
    RemoveLine,
    SetAmount,
    SetBudget,
    SetCap,
    Source,
    changes_between,
    moved,
)
from wealthdesk.domain.reallocation_history import ReallocationOutcome
from wealthdesk.domain.reserves import Fund
from wealthdesk.domain.targets import ClassTarget, HoldingTarget, header_of
from wealthdesk.errors import (
    AlreadyExists,
    BadInput,
    NoChanges,
    NotFound,
    PreviewStale,
    ReasonRequired,
    RequestReused,
    ValidationFailed,
    VersionConflict,
    WarningsNotAccepted,
    WealthDeskError,
)
from wealthdesk.services.desk import Desk, open_desk

SIXTY_FORTY = (ClassTarget("equity", 6000), ClassTarget("fixed_income", 4000, is_locked=True))


@pytest.fixture
def fund(desk: Desk) -> Fund:
    """The fund of the numbers to check against."""
    return fund_with_companies(desk)


def amounts(desk: Desk, fund: Fund) -> dict[str, int]:
    return {each.name: each.planned_minor // MILLION for each in desk.funds.get(fund.id).companies}


def lines(desk: Desk, header: Header) -> dict[LineKey, tuple[int, int | None]]:
    return {line.key: (line.amount, line.cap) for line in desk.reallocations.state(header).lines}


def try_to_keep(desk: Desk, fund: Fund, *changes: Change, reason: str = "Why", accept: bool = True) -> None:
    preview = desk.reallocations.preview(fund.header, fund.version, changes)
    accepted = [each.code for each in preview.warnings] if accept else []
    desk.reallocations.commit(
        fund.header, fund.version, changes, preview.token, reason=reason, accepted=accepted
    )  # fmt: skip


def outcomes(desk: Desk) -> dict[ReallocationOutcome, int]:
    return dict(desk.reallocations.statistics().outcomes)


# The numbers to check against


def test_preview_then_commit(desk: Desk, fund: Fund) -> None:
    changes = [SetAmount(key_of(fund, "Alpha"), 150 * MILLION), SetAmount(key_of(fund, "Beta"), 250 * MILLION)]
    preview = desk.reallocations.preview(fund.header, fund.version, changes)
    assert (preview.total_before, preview.total_after) == (725 * MILLION, 825 * MILLION)
    assert {each.name for each in preview.warnings} == {"Beta", "Delta"}
    told: list[object] = []
    desk.subscribe(told.append)
    receipt = desk.reallocations.commit(
        fund.header, fund.version, changes, preview.token, reason=" Next round ",
        accepted=[each.code for each in preview.warnings],
    )  # fmt: skip
    assert receipt.version == fund.version + 1 == desk.funds.get(fund.id).version
    assert amounts(desk, fund) == {"Alpha": 150, "Beta": 250, "Gamma": 50, "Delta": 300, "Epsilon": 75}
    assert told == [{Topic.RESERVES, Topic.HISTORY}]
    latest = desk.reallocations.history(fund.header)[0]
    assert latest == receipt.revision
    assert (latest.reason, latest.actor, latest.source, latest.name) == ("Next round", "You", Source.MANUAL, "Fund I")
    assert [(each.name, each.before, each.after) for each in latest.lines] == [
        ("Alpha", 100 * MILLION, 150 * MILLION), ("Beta", 200 * MILLION, 250 * MILLION),
    ]  # fmt: skip
    assert len(latest.accepted) == 2 and latest.accepted[0].startswith("Beta would be 30.3%")


def test_the_total_can_stay(desk: Desk, fund: Fund) -> None:
    preview = desk.reallocations.preview(
        fund.header, fund.version, moved(key_of(fund, "Beta"), key_of(fund, "Alpha"), 50 * MILLION)
    )
    assert preview.total_after == preview.total_before == 725 * MILLION
    assert [each.name for each in preview.warnings] == ["Delta"]


def test_more_than_the_cap_is_refused(desk: Desk, fund: Fund) -> None:
    with pytest.raises(ValidationFailed, match=r"Alpha would have 10,000,000\.00 USD") as refused:
        try_to_keep(desk, fund, SetAmount(key_of(fund, "Alpha"), 1000 * MILLION))
    assert [each.kind for each in refused.value.findings] == [FindingKind.CAP_EXCEEDED]
    assert desk.funds.get(fund.id) == fund


def test_partial_commits_follow_each_other(desk: Desk, fund: Fund) -> None:
    for turn, name in enumerate(("Alpha", "Beta", "Alpha", "Gamma"), 1):
        receipt = keep(desk, fund.header, Adjust(key_of(fund, name), MILLION))
        assert receipt.version == fund.version + turn
    assert amounts(desk, fund) == {"Alpha": 102, "Beta": 201, "Gamma": 51, "Delta": 300, "Epsilon": 75}


def test_cap_and_amount_are_both_stored(desk: Desk, fund: Fund) -> None:
    alpha = key_of(fund, "Alpha")
    keep(desk, fund.header, SetAmount(alpha, 310 * MILLION), SetCap(alpha, 320 * MILLION))
    assert lines(desk, fund.header)[alpha] == (310 * MILLION, 320 * MILLION)
    (change,) = desk.reallocations.history(fund.header)[0].lines
    assert (change.cap_before, change.cap_after) == (300 * MILLION, 320 * MILLION)


def test_a_stale_base_conflicts_and_writes_nothing(desk: Desk, fund: Fund) -> None:
    alpha, beta = key_of(fund, "Alpha"), key_of(fund, "Beta")
    preview = desk.reallocations.preview(fund.header, fund.version, [SetAmount(alpha, 0)])
    keep(desk, fund.header, Adjust(beta, MILLION))
    before = desk.path.read_bytes()
    with pytest.raises(VersionConflict, match="changed somewhere else") as refused:
        desk.reallocations.commit(fund.header, fund.version, [SetAmount(alpha, 0)], preview.token)
    assert (refused.value.expected, refused.value.actual) == (fund.version, fund.version + 1)
    assert refused.value.changed == ("Beta",)
    assert amounts(desk, fund)["Alpha"] == 100
    assert desk.path.read_bytes() != before, "the attempt is counted"
    assert outcomes(desk)[ReallocationOutcome.CONFLICT] == 1
    with pytest.raises(VersionConflict):
        desk.reallocations.preview(fund.header, fund.version, [])


def test_a_line_added_between_preview_and_commit_conflicts(desk: Desk, fund: Fund) -> None:
    changes = [Adjust(key_of(fund, "Alpha"), MILLION)]
    preview = desk.reallocations.preview(fund.header, fund.version, changes)
    desk.funds.add_company(fund.id, "Zeta")
    with pytest.raises(VersionConflict) as refused:
        desk.reallocations.commit(fund.header, fund.version, changes, preview.token, reason="Why")
    assert refused.value.changed == ("Zeta",)
    assert amounts(desk, fund)["Alpha"] == 100


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda desk, fund: desk.settings.set_limits(Limits(concentration_bps=2000)), "the limits"),
        (lambda desk, fund: desk.funds.change(replace(fund, size_minor=5)), "the budget or the size of the fund"),
        (lambda desk, fund: desk.funds.exit_company(fund.id, fund.companies[0].id), "the lines"),
        (
            lambda desk, fund: desk.funds.change_company(fund.id, replace(fund.companies[0], deployed_minor=7)),
            "the lines",
        ),
    ],
)
def test_what_was_seen_is_what_is_kept(desk: Desk, fund: Fund, change: Callable[[Desk, Fund], None], what: str) -> None:
    changes = [Adjust(key_of(fund, "Alpha"), MILLION)]
    preview = desk.reallocations.preview(fund.header, fund.version, changes)
    change(desk, fund)
    with pytest.raises(PreviewStale) as refused:
        desk.reallocations.commit(fund.header, fund.version, changes, preview.token, reason="Why")
    assert refused.value.what == what
    with pytest.raises(PreviewStale):
        again = desk.reallocations.preview(fund.header, fund.version, changes)
        desk.reallocations.commit(fund.header, fund.version, [*changes, SetBudget(5)], again.token, reason="Why")
    assert outcomes(desk)[ReallocationOutcome.STALE] == 2
    assert desk.funds.get(fund.id).version == fund.version


def test_the_same_request_twice_is_kept_once(desk: Desk, fund: Fund) -> None:
    changes = [Adjust(key_of(fund, "Alpha"), MILLION)]
    preview = desk.reallocations.preview(fund.header, fund.version, changes)

    def commit(wanted: list[Change]) -> object:
        return desk.reallocations.commit(
            fund.header, fund.version, wanted, preview.token, reason="Why", request_id="one",
            accepted=[each.code for each in preview.warnings],
        )  # fmt: skip

    first, second = commit(list(changes)), commit(list(changes))
    assert second == replace(first, is_repeated=True)  # type: ignore[type-var]
    assert amounts(desk, fund)["Alpha"] == 101
    with pytest.raises(RequestReused):
        commit([Adjust(key_of(fund, "Beta"), MILLION)])


def test_warnings_are_accepted_one_by_one(desk: Desk, fund: Fund) -> None:
    changes = [SetAmount(key_of(fund, "Alpha"), 150 * MILLION), SetAmount(key_of(fund, "Beta"), 250 * MILLION)]
    preview = desk.reallocations.preview(fund.header, fund.version, changes)
    with pytest.raises(WarningsNotAccepted, match="Delta") as refused:
        desk.reallocations.commit(
            fund.header, fund.version, changes, preview.token, reason="Why", accepted=[preview.warnings[0].code]
        )
    assert refused.value.findings == preview.warnings[1:]
    assert desk.funds.get(fund.id) == fund


def test_no_change_and_no_reason_are_refused(desk: Desk, fund: Fund) -> None:
    alpha = key_of(fund, "Alpha")
    with pytest.raises(NoChanges):
        try_to_keep(desk, fund, SetAmount(alpha, 100 * MILLION))
    with pytest.raises(ReasonRequired):
        try_to_keep(desk, fund, Adjust(alpha, 1), reason=" \n ")
    with pytest.raises(BadInput):
        try_to_keep(desk, fund, Adjust(alpha, 1), reason="x" * 2001)
    with pytest.raises(ValidationFailed):
        try_to_keep(desk, fund, Adjust(alpha, 1), Adjust(alpha, 2))
    assert desk.funds.get(fund.id) == fund
    assert outcomes(desk)[ReallocationOutcome.INVALID] == 3


def test_a_fund_that_is_gone_is_not_found(desk: Desk, fund: Fund) -> None:
    desk.funds.remove(fund.id)
    with pytest.raises(NotFound):
        desk.reallocations.commit(fund.header, fund.version, [SetBudget(5)], "")
    with pytest.raises(NotFound):
        desk.reallocations.preview(header_of("nothing"), 1, [])
    assert [each.name for each in desk.reallocations.statistics().recent][:1] == ["Fund I"]


@pytest.mark.parametrize("table", ["companies", "reallocation_lines", "reallocation_attempts"])
def test_a_failed_write_leaves_the_version(desk: Desk, fund: Fund, table: str) -> None:
    before = desk.funds.get(fund.id), desk.reallocations.history(fund.header)
    verb = "UPDATE" if table == "companies" else "INSERT"
    with closing(sqlite3.connect(desk.path)) as plain:
        plain.execute(
            f"CREATE TRIGGER broken BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, 'the disk is gone'); END"
        )
    changes = [Adjust(key_of(fund, "Alpha"), MILLION)]
    preview = desk.reallocations.preview(fund.header, fund.version, changes)
    with pytest.raises(sqlite3.IntegrityError, match="the disk is gone"):
        desk.reallocations.commit(
            fund.header, fund.version, changes, preview.token, reason="Why",
            accepted=[each.code for each in preview.warnings],
        )  # fmt: skip
    assert (desk.funds.get(fund.id), desk.reallocations.history(fund.header)) == before
    with closing(sqlite3.connect(desk.path)) as plain:
        plain.execute("DROP TRIGGER broken")
    assert keep(desk, fund.header, *changes).version == fund.version + 1


def test_a_full_disk_leaves_the_version(desk: Desk, fund: Fund) -> None:
    """SQLite is told that the file may not grow, while a reason of some pages has to be kept."""
    header, version = fund.header, fund.version
    changes = [AddLine(LineKey(f"n{n}"), f"New {n} {'x' * 90}", 5) for n in range(400)]
    preview = desk.reallocations.preview(header, version, changes)
    database = desk.reallocations._database
    with database.write() as connection:
        (pages,) = connection.row("PRAGMA page_count") or (0,)
        connection.row(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(WealthDeskError, match="full"):
        desk.reallocations.commit(
            header, version, changes, preview.token, reason="Why", accepted=[each.code for each in preview.warnings]
        )
    with database.write() as connection:
        connection.row("PRAGMA max_page_count = 1000000")
    assert desk.funds.get(fund.id) == fund
    assert keep(desk, header, *changes).version == version + 1


# Targets


@pytest.mark.parametrize("bonds", [3999, 4001])
def test_targets_sum_to_the_whole_or_nothing_is_kept(desk: Desk, bonds: int) -> None:
    strategy = desk.targets.add(None, "Growth", SIXTY_FORTY)
    header = header_of(strategy.id)
    changes = [SetAmount(LineKey("fixed_income"), bonds)]
    preview = desk.reallocations.preview(header, 1, changes)
    assert [each.whole - each.part for each in preview.errors] == [4000 - bonds]
    with pytest.raises(ValidationFailed, match="left" if bonds < 4000 else "too much"):
        desk.reallocations.commit(header, 1, changes, preview.token)
    assert desk.targets.get(strategy.id) == strategy


def test_targets_of_both_levels_with_caps_are_kept_and_locks_stay(desk: Desk) -> None:
    assets = [desk.assets.add(Asset("", s, s, AssetKind.FUND, "USD", (Exposure("equity", WHOLE),))) for s in "AB"]
    strategy = desk.targets.add(None, "Growth", SIXTY_FORTY)
    header, equity = header_of(strategy.id), LineKey("equity")
    first, second = (LineKey(each.id, "equity") for each in assets)
    receipt = keep(
        desk, header, AddLine(first, "", 7000, 8000), AddLine(second, "", 3000), SetCap(equity, 6500),
        *moved(LineKey("fixed_income"), equity, 500),
    )  # fmt: skip
    kept = desk.targets.get(strategy.id)
    assert (receipt.version, kept.version) == (2, 2)
    assert kept.target_of("fixed_income") == ClassTarget("fixed_income", 3500, is_locked=True)
    found = kept.target_of("equity")
    assert found is not None
    assert set(found.holdings) == {HoldingTarget(first.id, 7000, cap_bps=8000), HoldingTarget(second.id, 3000)}
    assert lines(desk, header)[first] == (7000, 8000) and lines(desk, header)[equity] == (6500, 6500)
    with pytest.raises(ValidationFailed, match=r"cap of 65\.00%"):
        over = ClassTarget("equity", 6501, cap_bps=found.cap_bps)
        desk.targets.save(strategy.id, 2, (over, ClassTarget("fixed_income", 3499)))
    copy = desk.targets.copy(strategy.id, "Copy")
    assert lines(desk, header_of(copy.id)) == lines(desk, header)


def test_everything_that_changes_targets_is_in_their_history(desk: Desk) -> None:
    assets = [desk.assets.add(Asset("", s, s, AssetKind.FUND, "USD", (Exposure("equity", WHOLE),))) for s in "ABC"]
    own = desk.classes.add("Wine", "#112233")
    below = tuple(HoldingTarget(each.id, bps) for each, bps in zip(assets, (5000, 3000, 2000), strict=True))
    targets = (ClassTarget("equity", 6000, holdings=below), ClassTarget("cash", 3000), ClassTarget(own.id, 1000))
    strategy = desk.targets.add(None, "Growth", targets)
    desk.targets.save(strategy.id, 1, (*targets[:1], ClassTarget("cash", 2000), ClassTarget(own.id, 2000)))
    desk.assets.remove(assets[0].id)
    desk.assets.classify([assets[1].id], [Exposure("cash", WHOLE)])
    desk.classes.remove(own.id)
    header = header_of(strategy.id)
    told = [(each.version, each.reason, len(each.lines)) for each in desk.reallocations.history(header)]
    assert told == [
        (5, "The class “Wine” was removed", 3),
        (4, "B was given another class", 2),
        (3, "A was removed", 3),
        (2, "", 2),
        (1, "", 6),
    ]
    assert desk.reallocations.versions(header) == [5, 4, 3, 2, 1]
    assert desk.reallocations.lines_at(header, 1).lines[LineKey(assets[0].id, "equity")].amount == 5000
    revert = preview_revert(desk, header, 1)
    assert {each.kind for each in revert.errors} >= {FindingKind.UNKNOWN_LINE, FindingKind.WRONG_PARENT}
    assert not revert.can_commit


def test_locks_alone_make_no_version_and_a_removed_account_leaves_the_history(desk: Desk) -> None:
    strategy = desk.targets.add(None, "Growth", SIXTY_FORTY)
    other = tuple(replace(each, is_locked=not each.is_locked) for each in SIXTY_FORTY)
    assert desk.targets.save(strategy.id, 1, other) == replace(strategy, targets=other)
    assert len(desk.reallocations.history(header_of(strategy.id))) == 1
    desk.targets.remove(strategy.id)
    (left,) = desk.reallocations.statistics().recent
    assert (left.name, left.header) == ("Growth", None)


# History


def test_revert_restores_amounts_and_caps(desk: Desk, fund: Fund) -> None:
    alpha, gamma = key_of(fund, "Alpha"), key_of(fund, "Gamma")
    before = lines(desk, fund.header)
    keep(desk, fund.header, SetAmount(alpha, 310 * MILLION), SetCap(alpha, 320 * MILLION), SetBudget(2_000 * MILLION))
    keep(desk, fund.header, SetAmount(gamma, 0))
    preview = preview_revert(desk, fund.header, fund.version)
    receipt = keep(desk, fund.header, *preview.changes, source=Source.REVERT, reverts=fund.version)
    assert lines(desk, fund.header) == before
    assert desk.funds.get(fund.id).budget_minor is None
    history = desk.reallocations.history(fund.header)
    assert receipt.revision.reverts_id == next(each.id for each in history if each.version == fund.version)
    assert receipt.revision.source is Source.REVERT


def test_two_versions_can_be_compared_either_way(desk: Desk, fund: Fund) -> None:
    alpha = key_of(fund, "Alpha")
    keep(desk, fund.header, SetAmount(alpha, 1), SetCap(alpha, 2))
    keep(desk, fund.header, RemoveLine(key_of(fund, "Beta")))
    found = desk.reallocations.compare(fund.header, fund.version, fund.version + 2)
    assert [(each.name, each.before, each.after) for each in found.deltas] == [
        ("Beta", 200 * MILLION, None), ("Alpha", 100 * MILLION, 1),
    ]  # fmt: skip
    back = desk.reallocations.compare(fund.header, fund.version + 2, fund.version)
    assert [(each.name, each.before, each.after) for each in back.deltas] == [
        ("Beta", None, 200 * MILLION), ("Alpha", 1, 100 * MILLION),
    ]  # fmt: skip
    for version in (0, -1, fund.version + 3):
        with pytest.raises(NotFound):
            desk.reallocations.compare(fund.header, version, fund.version)


def test_a_merge_keeps_what_both_sides_changed(desk: Desk, fund: Fund) -> None:
    alpha, beta, gamma = (key_of(fund, name) for name in ("Alpha", "Beta", "Gamma"))
    keep(desk, fund.header, Adjust(alpha, MILLION), Adjust(beta, MILLION))
    merge = desk.reallocations.rebase(fund.header, fund.version, [Adjust(beta, -MILLION), Adjust(gamma, MILLION)])
    assert [each.key for each in merge.conflicts] == [beta] and merge.theirs == (alpha,)
    keep(desk, fund.header, *merge.settled({beta}))
    assert amounts(desk, fund) == {"Alpha": 101, "Beta": 199, "Gamma": 51, "Delta": 300, "Epsilon": 75}


def test_the_figures_of_a_period(desk: Desk, fund: Fund) -> None:
    strategy = desk.targets.add(None, "Growth", SIXTY_FORTY)
    keep(desk, fund.header, Adjust(key_of(fund, "Alpha"), MILLION))
    with pytest.raises(VersionConflict):
        desk.targets.save(strategy.id, 7, SIXTY_FORTY)
    figures = desk.reallocations.statistics(30)
    assert (figures.attempts, figures.conflicts) == (9, 1)
    assert [(each.name, each.count) for each in figures.most_active] == [("Fund I", 7), ("Growth", 1)]
    assert figures.recent[0].total_after - figures.recent[0].total_before in (MILLION, WHOLE)


def test_a_history_tells_who(desk: Desk, fund: Fund) -> None:
    desk.settings.set_your_name("  Ada ")
    assert keep(desk, fund.header, Adjust(key_of(fund, "Alpha"), 1)).revision.actor == "Ada"
    desk.settings.set_your_name("")
    assert keep(desk, fund.header, Adjust(key_of(fund, "Alpha"), 1)).revision.actor == "You"


def test_limits_lie_between_nothing_and_everything(desk: Desk) -> None:
    assert desk.settings.limits() == Limits()
    desk.settings.set_limits(Limits(1, 10_000, 2500))
    assert desk.settings.limits() == Limits(1, 10_000, 2500)
    for wrong in (0, -1, 10_001):
        with pytest.raises(BadInput):
            desk.settings.set_limits(Limits(concentration_bps=wrong))
    desk.settings.set("limit_concentration_bps", "many")
    assert desk.settings.limits().concentration_bps == 3000


CLASSES = ("equity", "fixed_income", "cash", "crypto")
COUNTER = itertools.count()
step = st.tuples(
    st.dictionaries(
        st.sampled_from(CLASSES), st.tuples(st.integers(0, 9), st.none() | st.integers(0, 4000)), min_size=1
    ),
    st.dictionaries(st.sampled_from("ABC"), st.tuples(st.integers(0, 9), st.none() | st.integers(0, 4000))),
)
Step = tuple[dict[str, tuple[int, int | None]], dict[str, tuple[int, int | None]]]


@pytest.fixture(scope="module")
def walked() -> Iterator[Desk]:
    """A desk with three funds of shares, where every example adds a strategy of its own."""
    from services.conftest import CLOCK

    with TemporaryDirectory(dir=IN_MEMORY) as folder, open_desk(empty_at(Path(folder) / "walked"), CLOCK) as desk:
        for symbol in "ABC":
            desk.assets.add(Asset("", symbol, symbol, AssetKind.FUND, "USD", (Exposure("equity", WHOLE),)))
        yield desk


def wanted_lines(told: Step, ids: dict[str, str]) -> dict[LineKey, Line]:
    """Lines that add up, with caps that leave room."""
    of_classes, below = told
    found: dict[LineKey, Line] = {}
    for values, parent in ((of_classes, ""), (below if "equity" in of_classes else {}, "equity")):
        parts = split(WHOLE, [weight for weight, _ in values.values()])
        for (name, (_, room)), part in zip(values.items(), parts, strict=True):
            key = LineKey(ids.get(name, name), parent)
            found[key] = Line(key, name, part, None if room is None else min(part + room, WHOLE))
    return found


@settings(max_examples=examples(500), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(step, min_size=1, max_size=3))
def test_going_back_to_every_version_in_turn_gives_exactly_its_lines(walked: Desk, steps: list[Step]) -> None:
    ids = {each.symbol: each.id for each in walked.assets.all()}
    header = header_of(walked.targets.add(None, f"S{next(COUNTER)}", activate=False).id)
    seen = {1: lines(walked, header)}
    for told in steps:
        state = walked.reallocations.state(header)
        changes = changes_between({line.key: line for line in state.lines}, wanted_lines(told, ids))
        if changes:
            receipt = commit(walked, walked.reallocations.preview(header, state.version, changes))
            seen[receipt.version] = lines(walked, header)
    assert walked.reallocations.versions(header) == sorted(seen, reverse=True)
    for version in (*seen, *list(seen)[-2::-1]):
        known = walked.reallocations.lines_at(header, version).lines
        assert {key: (line.amount, line.cap) for key, line in known.items()} == seen[version]
        preview = preview_revert(walked, header, version)
        assert preview.errors == ()
        if preview.is_effective:
            commit(walked, preview, source=Source.REVERT, reverts=version)
        assert lines(walked, header) == seen[version]
    walked.targets.remove(header.id)


RACER = """
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from wealthdesk.domain.reallocation import Adjust, Header, LineKey, What
from wealthdesk.errors import PortfolioBusy, VersionConflict
from wealthdesk.services.desk import Clock, open_desk
path, fund, line, delta = Path(sys.argv[1]), Header(What.RESERVES, sys.argv[2]), LineKey(sys.argv[3]), int(sys.argv[4])
clock = Clock(lambda: date(2026, 11, 20), lambda: datetime(2026, 11, 20, 9, tzinfo=UTC))
with open_desk(path, clock) as desk:
    desk.prepare_to_write()
    while True:
        state = desk.reallocations.state(fund)
        preview = desk.reallocations.preview(fund, state.version, [Adjust(line, delta)])
        accepted = [each.code for each in preview.warnings]
        print("ready", flush=True)
        if not sys.stdin.readline().strip():
            break
        try:
            desk.reallocations.commit(
                fund, state.version, preview.changes, preview.token, reason="Race", accepted=accepted)
            print("won", flush=True)
        except VersionConflict:
            print("conflict", flush=True)
        sys.stdin.readline()
"""


def test_of_two_processes_at_once_exactly_one_wins(desk: Desk, fund: Fund) -> None:
    rounds, root = 50, Path(__file__).parents[2] / "src"
    alpha = key_of(fund, "Alpha")
    arguments = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(root)!r})\n{RACER}", str(desk.path)]
    racers = [
        subprocess.Popen(
            [*arguments, fund.id, alpha.id, str(delta)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for delta in (1, 1000)
    ]

    def say(word: str) -> None:
        for racer in racers:
            assert racer.stdin is not None
            racer.stdin.write(word + "\n")
            racer.stdin.flush()

    def heard() -> list[str]:
        return [racer.stdout.readline().strip() for racer in racers if racer.stdout]

    won = [0, 0]
    for turn in range(rounds):
        assert heard() == ["ready", "ready"]
        say("go")
        told = heard()
        assert sorted(told) == ["conflict", "won"], turn
        won[told.index("won")] += 1
        say("next")
    assert heard() == ["ready", "ready"]
    say("")
    assert [racer.wait(20) for racer in racers] == [0, 0]
    for racer in racers:
        racer.communicate()
    after = desk.funds.get(fund.id)
    assert after.version == fund.version + rounds
    assert amounts_of(after, alpha) == 100 * MILLION + won[0] + 1000 * won[1]
    figures = desk.reallocations.statistics()
    assert figures.conflicts == rounds


def amounts_of(fund: Fund, key: LineKey) -> int:
    company = fund.company_of(key)
    assert company is not None
    return company.planned_minor


# Funds and companies


def test_funds_and_companies_are_added_changed_and_removed(desk: Desk) -> None:
    fund = desk.funds.add(" Seed  Fund ", "eur", 5, 10)
    assert (fund.name, fund.currency, fund.version, fund.budget_minor) == ("Seed Fund", "EUR", 1, 10)
    with pytest.raises(AlreadyExists, match="already"):
        desk.funds.add("SEED FUND", "EUR")
    with pytest.raises(BadInput):
        desk.funds.add("Other", "EUR", -1)
    company = desk.funds.add_company(fund.id, "Alpha", planned_minor=4, cap_minor=5, external_id="7")
    with pytest.raises(AlreadyExists, match="already"):
        desk.funds.add_company(fund.id, "ALPHA")
    with pytest.raises(AlreadyExists, match="id “7” already"):
        desk.funds.add_company(fund.id, "Beta", external_id="7")
    with pytest.raises(ValidationFailed, match="budget"):
        desk.funds.add_company(fund.id, "Beta", planned_minor=7)
    with pytest.raises(BadInput, match="EUR"):
        desk.funds.change(replace(desk.funds.get(fund.id), currency="USD"))
    desk.funds.change_company(fund.id, replace(company, name="Alpha AG", planned_minor=99, deployed_minor=3))
    (kept,) = desk.funds.get(fund.id).companies
    assert kept == replace(company, name="Alpha AG", deployed_minor=3), "what is planned changes by reallocation"
    desk.funds.archive(fund.id)
    assert [each.is_archived for each in desk.funds.all()] == [True]
    assert desk.funds.goes_with(fund.id).companies == 1
    assert desk.funds.goes_with_company(fund.id, company.id).company == kept
    desk.funds.remove_company(fund.id, company.id)
    assert [each.version for each in desk.reallocations.history(fund.header)] == [3, 2, 1]
    revert = preview_revert(desk, fund.header, 2)
    keep(desk, fund.header, *revert.changes)
    (again,) = desk.funds.get(fund.id).companies
    assert (again.id, again.name, again.planned_minor, again.cap_minor) == (company.id, "Alpha AG", 4, 5)
    desk.funds.remove(fund.id)
    assert desk.funds.all() == []


def test_a_fund_is_found_by_its_name(desk: Desk, fund: Fund) -> None:
    assert desk.funds.named(" fund i ") == fund
    with pytest.raises(NotFound, match="“Fund I”"):
        desk.funds.named("Fund II")
