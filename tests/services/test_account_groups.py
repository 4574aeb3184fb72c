"""Groups of accounts: a scope with a strategy, plans and a past of its own; what becomes of it when accounts go."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from portfolio_files import copied, empty_at
from services.portfolios import account, asset, planned
from wealthdesk.domain.accounts import AccountGroup, AccountKind
from wealthdesk.domain.plans import Mode, Order, Side
from wealthdesk.domain.schedule import Every, PlannedDeposit
from wealthdesk.domain.targets import ClassTarget
from wealthdesk.errors import AlreadyExists, BadInput, CannotUndo, NotFound, PortfolioChanged, WealthDeskError
from wealthdesk.services.desk import Clock, Desk, open_desk

HALVES = (ClassTarget("equity", 5_000), ClassTarget("fixed_income", 5_000))


@pytest.fixture(scope="module")
def grouped_file(tmp_path_factory: pytest.TempPathFactory, clock: Clock) -> Path:
    """Three accounts with shares and bonds, two of them the group “Retirement”."""
    path = empty_at(tmp_path_factory.mktemp("grouped") / "grouped.wealthdesk")
    held = {"IRA": (60, 0), "401k": (10, 30), "Broker": (900, 100)}
    with open_desk(path, clock) as desk:
        shares, bonds = asset(desk, "SHR", "10", {"equity": 100}), asset(desk, "BND", "10", {"fixed_income": 100})
        for name, quantities in held.items():
            account_id = account(desk, name)
            for asset_id, quantity in zip((shares, bonds), quantities, strict=True):
                if quantity:
                    desk.holdings.add(account_id, asset_id, Decimal(quantity))
        desk.groups.add("Retirement", [ids(desk)["IRA"], ids(desk)["401k"]])
    return path


@pytest.fixture
def grouped(grouped_file: Path, tmp_path: Path, clock: Clock) -> Iterator[Desk]:
    """The same, open."""
    with open_desk(copied(grouped_file, tmp_path / "grouped.wealthdesk"), clock) as desk:
        yield desk


def ids(desk: Desk) -> dict[str, str]:
    """The ids of accounts and groups by their names."""
    return {each.name: each.id for each in desk.accounts.all()} | {each.name: each.id for each in desk.groups.all()}


def only(desk: Desk) -> AccountGroup:
    (group,) = desk.groups.all()
    return group


@pytest.mark.parametrize("name", ["retirement", "BROKER", "all portfolio", "", "x" * 121, "a\u202eb"])
def test_a_name_means_one_account_or_group_whatever_its_case(grouped: Desk, name: str) -> None:
    with pytest.raises((AlreadyExists, BadInput)):
        grouped.groups.add(name, [ids(grouped)["IRA"]])
    other = grouped.groups.add("Other", [ids(grouped)["IRA"]])
    with pytest.raises((AlreadyExists, BadInput)):
        grouped.groups.change(replace(other, name=name))
    assert sorted(ids(grouped)) == ["401k", "Broker", "IRA", "Other", "Retirement"]


def test_an_account_cannot_be_called_as_a_group_is_by_hand_or_by_a_file(grouped: Desk) -> None:
    with pytest.raises(BadInput, match="“Retirement” is a group of accounts"):
        grouped.accounts.add("RETIREMENT", AccountKind.TAXABLE, "USD")
    broker = next(each for each in grouped.accounts.all() if each.name == "Broker")
    with pytest.raises(BadInput, match="group of accounts"):
        grouped.accounts.change(replace(broker, name="Retirement"))
    rows = b"Account,Symbol,Quantity,Price,Currency\nRetirement,SHR,1,10,USD\n"
    preview = grouped.imports.preview([grouped.imports.read("broker.csv", rows)])
    assert [each.what for _, each in preview.problems] == [
        "“Retirement” is a group of accounts. Choose another name."
    ]  # fmt: skip


def test_a_group_is_of_accounts_that_are_there(grouped: Desk) -> None:
    with pytest.raises(BadInput, match="at least one account"):
        grouped.groups.add("Nobody", [])
    with pytest.raises(NotFound):
        grouped.groups.add("Ghosts", ["no such account"])
    with pytest.raises(NotFound):
        grouped.groups.change(replace(only(grouped), accounts=frozenset({"no such account"})))
    assert len(only(grouped).accounts) == 2


def test_what_is_held_in_its_accounts_is_laid_beside_its_own_targets(grouped: Desk) -> None:
    group = only(grouped)
    grouped.targets.add(None, "Whole", (ClassTarget("equity", 10_000),))
    grouped.targets.add(group.id, "Balanced", HALVES)
    grouped.targets.add(ids(grouped)["IRA"], "Shares", (ClassTarget("equity", 10_000),))
    found = grouped.allocations.of(group.id)
    assert (found.scope_name, found.valuation.total_minor) == ("Retirement", 1_000_00)
    assert {each.asset_class_id: each.drift_bps for each in found.drift.classes if each.value_minor} == {
        "equity": 2_000, "fixed_income": -2_000,
    }  # fmt: skip
    active = {each.scope: each.name for each in grouped.targets.all() if each.is_active}
    assert active == {None: "Whole", group.id: "Balanced", ids(grouped)["IRA"]: "Shares"}
    csv = grouped.exports.holdings_csv(group.id)
    assert [line.split(",")[0] for line in csv.splitlines()[1:]] == ["401k", "401k", "IRA"]
    assert [each.place for each in grouped.histories.subjects()] == ["", "", "IRA", "Retirement"]


def test_of_the_strategies_of_a_group_one_is_in_force(grouped: Desk) -> None:
    group = only(grouped)
    first = grouped.targets.add(group.id, "First", HALVES)
    second = grouped.targets.add(group.id, "Second", HALVES)
    with pytest.raises(AlreadyExists):
        grouped.targets.add(group.id, "SECOND", HALVES)
    assert grouped.targets.active(group.id) == second
    assert (whole := grouped.targets.active(None)) is not None and whole.name == "All Portfolio"
    grouped.targets.activate(first.id)
    assert {each.name: each.is_active for each in grouped.targets.of(group.id)} == {"First": True, "Second": False}
    assert grouped.targets.active(None) == whole


def test_a_plan_for_a_group_trades_in_its_accounts_alone_and_is_recorded_as_its_own(grouped: Desk) -> None:
    group, accounts = only(grouped), ids(grouped)
    grouped.targets.add(group.id, "Balanced", HALVES)
    plan = planned(grouped, Mode.DEPOSIT, {None: 400_00}, scope=group.id)
    assert plan.trades and {each.account_id for each in plan.trades} <= {accounts["IRA"], accounts["401k"]}
    allocation = grouped.allocations.of(group.id)
    orders = {(str(each.account_id), each.asset_id, each.side) for each in plan.trades}
    grouped.placed.keep(group.id, "this plan", orders)
    grouped.placed.keep(None, "another plan", [(accounts["Broker"], plan.trades[0].asset_id, Side.SELL)])
    assert grouped.placed.of(group.id, "this plan") == orders
    before = grouped.holdings.all()
    recorded = grouped.recorded_plans.record(plan, allocation, grouped.recorded_plans.fills_of(plan, allocation))
    assert (recorded.scope, recorded.scope_name, recorded.strategy_name) == (group.id, "Retirement", "Balanced")
    assert grouped.recorded_plans.get(recorded.id) == recorded
    assert grouped.placed.of(group.id) == frozenset[Order]() and len(grouped.placed.of(None)) == 1
    broker = [each for each in before if each.account_id == accounts["Broker"]]
    assert [each for each in grouped.holdings.all() if each.account_id == accounts["Broker"]] == broker
    assert sum(each.amount_minor for each in recorded.amounts) == 400_00
    grouped.recorded_plans.undo(recorded.id)
    assert {each.id: each.quantity for each in grouped.holdings.all() if each.quantity} == {
        each.id: each.quantity for each in before
    }
    again = grouped.recorded_plans.record_again(recorded.id)
    assert (again.scope, again.trades) == (group.id, recorded.trades)


def test_no_plan_is_recorded_for_a_group_that_is_gone(grouped: Desk) -> None:
    group = only(grouped)
    grouped.targets.add(group.id, "Balanced", HALVES)
    plan = planned(grouped, Mode.DEPOSIT, {None: 400_00}, scope=group.id)
    allocation = grouped.allocations.of(group.id)
    grouped.groups.remove(group.id)
    with pytest.raises(PortfolioChanged, match="“Retirement” does not exist any more"):
        grouped.recorded_plans.record(plan, allocation, grouped.recorded_plans.fills_of(plan, allocation))
    assert grouped.recorded_plans.all() == []


def test_a_removal_takes_its_strategies_along_and_no_account_and_is_taken_back(grouped: Desk) -> None:
    group, held = only(grouped), grouped.holdings.all()
    grouped.undo.last()
    strategy = grouped.targets.add(group.id, "Balanced", HALVES)
    today = grouped.clock.today()
    deposit = PlannedDeposit("d", group.id, 100_00, "USD", Every.MONTH, 1, date(2026, 1, 1))
    grouped.schedule.add(deposit)
    plan = planned(grouped, Mode.DEPOSIT, {None: 400_00}, scope=group.id)
    allocation = grouped.allocations.of(group.id)
    recorded = grouped.recorded_plans.record(plan, allocation, grouped.recorded_plans.fills_of(plan, allocation))
    grouped.placed.keep(group.id, "signature", [(min(group.accounts), plan.trades[0].asset_id, Side.BUY)])
    found = grouped.groups.goes_with(group.id)
    assert (found.group, found.strategies, found.deposits) == (group, 1, 1)
    grouped.groups.remove(group.id)
    assert grouped.groups.all() == [] and grouped.schedule.all() == []
    assert grouped.targets.of(group.id) == [] and len(grouped.holdings.all()) >= len(held)
    kept = grouped.recorded_plans.get(recorded.id)
    assert (kept.scope, kept.scope_name) == (None, "Retirement")
    assert grouped.allocations.of(group.id).scope is None, "a scope that is gone reads as All Portfolio"
    assert grouped.over_time.course(group.id).scope is None
    with pytest.raises(NotFound):
        grouped.groups.goes_with(group.id)
    grouped.undo.back()
    assert only(grouped) == group
    assert [replace(each, version=1) for each in grouped.targets.of(group.id)] == [replace(strategy, version=1)]
    assert grouped.schedule.all() == [deposit] and grouped.recorded_plans.get(recorded.id).scope == group.id
    assert len(grouped.placed.of(group.id)) == 1
    assert today == grouped.clock.today()


def test_an_account_that_goes_leaves_its_groups_and_the_last_one_leaves_a_group_without_any(grouped: Desk) -> None:
    group, accounts = only(grouped), ids(grouped)
    grouped.targets.add(group.id, "Balanced", HALVES)
    grouped.undo.last()
    grouped.accounts.remove(accounts["IRA"])
    assert only(grouped).accounts == {accounts["401k"]}
    assert grouped.allocations.of(group.id).valuation.total_minor == 400_00
    grouped.accounts.remove(accounts["401k"])
    assert only(grouped) == replace(group, accounts=frozenset())
    empty = grouped.allocations.of(group.id)
    assert (empty.scope, empty.valuation.holdings, empty.drift.has_targets) == (group.id, (), True)
    assert grouped.over_time.course(group.id).days == ()
    assert planned(grouped, Mode.DEPOSIT, {None: 100_00}, scope=group.id).trades == ()
    assert planned(grouped, Mode.REBALANCE, scope=group.id).trades == ()
    grouped.undo.back()
    grouped.undo.back()
    assert only(grouped) == group and grouped.allocations.of(group.id).valuation.total_minor == 1_000_00


def test_a_renamed_account_stays_in_its_group_and_an_archived_one_counts(grouped: Desk) -> None:
    group = only(grouped)
    for each in grouped.accounts.all():
        grouped.accounts.change(replace(each, name=f"{each.name} 2", is_archived=each.name == "IRA"))
    assert only(grouped) == group
    assert grouped.allocations.of(group.id).valuation.total_minor == 1_000_00


def test_a_change_of_a_group_is_shown_at_once_and_taken_back(grouped: Desk) -> None:
    group, accounts = only(grouped), ids(grouped)
    grouped.undo.last()
    grouped.groups.change(replace(group, name="Old age", accounts=frozenset({accounts["Broker"]})))
    assert grouped.allocations.of(group.id).valuation.total_minor == 10_000_00
    assert grouped.allocations.of(group.id).scope_name == "Old age"
    last = grouped.undo.last()
    assert last is not None and last.name == "change of group “Retirement”"
    grouped.undo.back()
    assert only(grouped) == group
    grouped.undo.forth()
    assert only(grouped).accounts == {accounts["Broker"]}


def test_a_name_that_was_taken_since_is_not_given_back(grouped: Desk) -> None:
    group = only(grouped)
    grouped.undo.last()
    grouped.groups.change(replace(group, name="Old age"))
    step = grouped.undo.last()
    account(grouped, "RETIREMENT")
    assert step is not None
    grouped.undo.back()  # the account is gone again
    account(grouped, "Retirement")
    added = grouped.undo.last()
    assert added is not None and added.name == "new account “Retirement”"
    with grouped.undo._database.write() as connection, pytest.raises(CannotUndo, match="Another one is called"):
        from wealthdesk.storage.taking_back import take_back

        take_back(connection, step)


def test_targets_of_a_group_come_back_from_a_file_where_there_is_such_a_group(grouped: Desk) -> None:
    group = only(grouped)
    strategy = grouped.targets.add(group.id, "Balanced", HALVES)
    exported = grouped.exports.targets_csv().encode()
    assert b"Balanced,Retirement,yes" in exported
    grouped.targets.remove(strategy.id)
    grouped.imports.keep([grouped.imports.read("targets.csv", exported)])
    (again,) = grouped.targets.of(group.id)
    assert (again.name, again.is_active, {each.asset_class_id for each in again.targets}) == (
        "Balanced", True, {"equity", "fixed_income"},
    )  # fmt: skip
    grouped.groups.remove(group.id)
    preview = grouped.imports.preview([grouped.imports.read("targets.csv", exported)])
    assert [each.what for _, each in preview.problems] == ["There is no account and no group “Retirement”."]


def test_the_past_of_a_group_is_that_of_its_accounts(grouped: Desk) -> None:
    group, accounts = only(grouped), ids(grouped)
    grouped.targets.add(group.id, "Balanced", HALVES)
    parts = [grouped.over_time.course(accounts[each]).days[-1].total_minor for each in ("IRA", "401k")]
    course = grouped.over_time.course(group.id)
    assert course.days[-1].total_minor == sum(parts) == 1_000_00
    assert course.steps[-1].strategy.name == "Balanced"


def test_a_refusal_keeps_nothing(grouped: Desk) -> None:
    before = grouped.groups.all()
    with pytest.raises(WealthDeskError):
        grouped.groups.change(replace(only(grouped), name="Broker", accounts=frozenset({ids(grouped)["Broker"]})))
    assert grouped.groups.all() == before
