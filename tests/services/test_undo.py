"""Undo: whatever was changed is taken back and done once more, to the row; what others changed is never mixed in.

WEALTHDESK_UNDO_SEQUENCES raises the number of random sequences; `packaging/run.py deep` asks for 500.
"""

import ast
import os
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import wealthdesk
from examples import any_of
from portfolio_files import IN_MEMORY, copied
from wealthdesk.domain.accounts import AccountKind
from wealthdesk.domain.assets import Asset, AssetCode, AssetKind, Exposure
from wealthdesk.domain.drift import Allocation
from wealthdesk.domain.holdings import FxRate, Price
from wealthdesk.domain.plans import AccountCash, Fill, Mode, Plan, PlanOptions, Side
from wealthdesk.domain.reallocation import Limits, SetAmount, SetBudget, Source
from wealthdesk.domain.schedule import Every, PlannedDeposit
from wealthdesk.domain.targets import ClassTarget, HoldingTarget, header_of
from wealthdesk.domain.tax_lots import TaxLot
from wealthdesk.domain.trading_rules import AccountRules, Room, RoomKind, Trading
from wealthdesk.errors import CannotUndo, NotFound, WealthDeskError
from wealthdesk.importers.companies_csv import read_companies
from wealthdesk.importers.draft import Draft
from wealthdesk.importers.kept_columns import ColumnChoices
from wealthdesk.quotes.draft import Answer, Quote, Wanted
from wealthdesk.quotes.reading import read_list
from wealthdesk.services.demo import make_demo
from wealthdesk.services.desk import Clock, Desk, open_desk
from wealthdesk.services.quotes import PriceList
from wealthdesk.services.updates import SourceAnswer
from wealthdesk.storage.file.consistency import rules_broken
from wealthdesk.storage.tables import metadata
from wealthdesk.storage.taking_back import _REMEMBERED, _TOLD

SEQUENCES = int(os.environ.get("WEALTHDESK_UNDO_SEQUENCES", "50"))
TODAY = date(2026, 11, 20)

_STAMPS = {"version", "created_at", "updated_at"}
_DATA = (
    "accounts", "account_groups", "account_group_members", "account_aliases", "asset_classes", "assets",
    "asset_aliases", "asset_exposures", "holdings",
    "tax_lots", "prices", "fx_rates", "settings",
    "account_rules", "account_assets", "account_exceptions", "account_rooms", "asset_rules", "class_homes",
    "rebalancing_strategies", "asset_class_targets", "holding_targets", "class_target_caps", "holding_target_caps",
    "funds", "companies", "holding_history", "replayed_rows", "followed_cash", "asset_quotes",
    "deposits_planned", "deposit_outcomes",
)  # fmt: skip
"""What is held, classified, ruled, and targeted or reserved now."""


def data_of(desk: Desk) -> dict[str, list[tuple[Any, ...]]]:
    """All of it, without versions and stamps."""
    found = {}
    with desk.undo._database.read() as connection:
        for table in _DATA:
            columns = [each.name for each in metadata.tables[table].columns if each.name not in _STAMPS]
            found[table] = sorted(connection.rows(f"SELECT {', '.join(columns)} FROM {table}"), key=repr)
    return found


Change = Callable[[Desk, st.DataObject], object]
CHANGES: dict[str, Change] = {}


def change(function: Change) -> Change:
    """One of the changing methods of the services, with anything that it may be called with."""
    CHANGES[function.__name__] = function
    return function


def one_of(data: st.DataObject, things: list[Any]) -> Any:
    if not things:
        raise NotFound("There is none.")
    return things[data.draw(st.integers(0, len(things) - 1))]


def an_account(desk: Desk, data: st.DataObject) -> Any:
    return one_of(data, desk.accounts.all())


def an_asset(desk: Desk, data: st.DataObject) -> Any:
    return one_of(data, desk.assets.all())


def a_strategy(desk: Desk, data: st.DataObject) -> Any:
    return one_of(data, desk.targets.all())


def a_fund(desk: Desk, data: st.DataObject) -> Any:
    return one_of(data, desk.funds.all())


def a_name(data: st.DataObject) -> str:
    return data.draw(any_of("Alpha", "beta", "Gamma", "ALPHA"))


@change
def add_account(desk: Desk, data: st.DataObject) -> None:
    desk.accounts.add(a_name(data), AccountKind.TAXABLE, data.draw(any_of("USD", "EUR")))


@change
def change_account(desk: Desk, data: st.DataObject) -> None:
    each = an_account(desk, data)
    desk.accounts.change(replace(each, name=a_name(data), is_archived=data.draw(st.booleans())))


@change
def remove_account(desk: Desk, data: st.DataObject) -> None:
    desk.accounts.remove(an_account(desk, data).id)


@change
def add_group(desk: Desk, data: st.DataObject) -> None:
    desk.groups.add(a_name(data), {an_account(desk, data).id, an_account(desk, data).id})


@change
def change_group(desk: Desk, data: st.DataObject) -> None:
    of = frozenset({an_account(desk, data).id})
    desk.groups.change(replace(one_of(data, desk.groups.all()), name=a_name(data), accounts=of))


@change
def remove_group(desk: Desk, data: st.DataObject) -> None:
    desk.groups.remove(one_of(data, desk.groups.all()).id)


@change
def add_asset(desk: Desk, data: st.DataObject) -> None:
    symbol = data.draw(any_of("NEW", "OTHER", "VTI"))
    exposures = (Exposure("equity", 10_000),) if data.draw(st.booleans()) else ()
    desk.assets.add(Asset("", symbol, symbol, AssetKind.FUND, "USD", exposures))


@change
def change_asset(desk: Desk, data: st.DataObject) -> None:
    each = an_asset(desk, data)
    exposures = data.draw(st.sampled_from([each.exposures, (Exposure("crypto", 10_000),)]))
    desk.assets.change(replace(each, name=a_name(data), is_archived=data.draw(st.booleans()), exposures=exposures))


@change
def classify(desk: Desk, data: st.DataObject) -> None:
    chosen = {an_asset(desk, data).id, an_asset(desk, data).id}
    half = (Exposure("equity", 6_000), Exposure("fixed_income", 4_000))
    desk.assets.classify(chosen, data.draw(st.sampled_from([(), half, (Exposure("equity", 10_000),)])))


@change
def remove_asset(desk: Desk, data: st.DataObject) -> None:
    desk.assets.remove(an_asset(desk, data).id)


@change
def classify_each(desk: Desk, data: st.DataObject) -> None:
    known = sorted(desk.portfolios.current().classes)
    ids = {an_asset(desk, data).id for _ in range(data.draw(st.integers(1, 3)))}
    desk.assets.classify_each({each: data.draw(st.sampled_from(known)) for each in sorted(ids)})


@change
def add_class(desk: Desk, data: st.DataObject) -> None:
    desk.classes.add(a_name(data), "#4385BE")


@change
def change_class(desk: Desk, data: st.DataObject) -> None:
    desk.classes.change(replace(one_of(data, desk.classes.all()), name=a_name(data)))


@change
def reorder_classes(desk: Desk, data: st.DataObject) -> None:
    desk.classes.reorder(data.draw(st.permutations([each.id for each in desk.classes.all()])))


@change
def remove_class(desk: Desk, data: st.DataObject) -> None:
    desk.classes.remove(one_of(data, [each for each in desk.classes.all() if not each.is_built_in]).id)


@change
def classify_in_own(desk: Desk, data: st.DataObject) -> None:
    own = one_of(data, [each for each in desk.classes.all() if not each.is_built_in])
    desk.assets.classify([an_asset(desk, data).id], [Exposure(own.id, 10_000)])


@change
def add_holding(desk: Desk, data: st.DataObject) -> None:
    account, asset = an_account(desk, data), an_asset(desk, data)
    price = data.draw(any_of(None, Decimal("12.5")))
    desk.holdings.add(account.id, asset.id, Decimal(data.draw(st.integers(0, 9))), 1_000, price=price)


@change
def change_holding(desk: Desk, data: st.DataObject) -> None:
    held = one_of(data, desk.holdings.all())
    price = data.draw(any_of(None, Decimal("12.5")))
    desk.holdings.change(held.id, Decimal(data.draw(st.integers(0, 99))), price=price)


@change
def set_cash(desk: Desk, data: st.DataObject) -> None:
    code = data.draw(any_of("USD", "EUR", "CHF"))
    desk.holdings.set_cash(an_account(desk, data).id, code, data.draw(st.integers(0, 10**6)))


@change
def remove_holdings(desk: Desk, data: st.DataObject) -> None:
    desk.holdings.remove({one_of(data, desk.holdings.all()).id, one_of(data, desk.holdings.all()).id})


@change
def set_price(desk: Desk, data: st.DataObject) -> None:
    day = TODAY - timedelta(days=data.draw(st.integers(0, 3)))
    desk.prices.set([Price(an_asset(desk, data).id, day, Decimal(data.draw(st.integers(1, 99))))])


@change
def remove_price(desk: Desk, data: st.DataObject) -> None:
    asset = an_asset(desk, data)
    desk.prices.remove(asset.id, one_of(data, desk.prices.of(asset.id)).on)


@change
def set_rate(desk: Desk, data: st.DataObject) -> None:
    day = TODAY - timedelta(days=data.draw(st.integers(0, 3)))
    desk.rates.set([FxRate("EUR", "USD", day, Decimal(data.draw(st.integers(1, 9))))])


@change
def set_prices_and_rates(desk: Desk, data: st.DataObject) -> None:
    prices = [Price(an_asset(desk, data).id, TODAY, Decimal(data.draw(st.integers(1, 99))))]
    rates = [FxRate("EUR", "USD", TODAY, Decimal(data.draw(st.integers(1, 9))))] if data.draw(st.booleans()) else []
    desk.prices.set_with_rates(prices, rates)


@change
def remove_rate(desk: Desk, data: st.DataObject) -> None:
    desk.rates.remove(one_of(data, desk.rates.all()))


@change
def set_settings(desk: Desk, data: st.DataObject) -> None:
    match data.draw(st.integers(0, 3)):
        case 3:
            desk.settings.set("theme", a_name(data), "a setting")
        case 0:
            desk.settings.set_base_currency(data.draw(any_of("USD", "EUR")))
        case 1:
            desk.settings.set_your_name(a_name(data))
        case _:
            desk.settings.set_limits(Limits(data.draw(st.integers(1, 9_999)), 2_000, 3_000))


@change
def set_account_rules(desk: Desk, data: st.DataObject) -> None:
    account, other = an_account(desk, data), an_account(desk, data)
    room = data.draw(any_of(Room(RoomKind.NOT_SET), Room(RoomKind.NO_LIMIT), Room(RoomKind.LIMITED, 500)))
    if room.kind is RoomKind.LIMITED and other.currency == account.currency:
        room = replace(room, shared_with=frozenset({other.id}))
    buffer = data.draw(any_of(0, 100))
    desk.rules.set_account(account.id, AccountRules(buffer_minor=buffer, room=room))


@change
def allow_or_bar(desk: Desk, data: st.DataObject) -> None:
    account, asset = an_account(desk, data), an_asset(desk, data)
    if data.draw(st.booleans()):
        desk.rules.allow(account.id, [asset.id])
    else:
        desk.rules.disallow(account.id, asset.id)


@change
def set_trading(desk: Desk, data: st.DataObject) -> None:
    desk.rules.set_trading([an_asset(desk, data).id], data.draw(any_of(*Trading)))


@change
def set_home(desk: Desk, data: st.DataObject) -> None:
    home = data.draw(any_of(None, *AccountKind))
    desk.rules.set_home(one_of(data, desk.classes.all()).id, home)


@change
def set_lots(desk: Desk, data: st.DataObject) -> None:
    held = one_of(data, [each for each in desk.holdings.all() if each.quantity])
    lots = [TaxLot(TODAY, held.quantity, 1_234)] if data.draw(st.booleans()) else []
    desk.rules.set_lots(held.id, lots)


TARGETS = (
    (ClassTarget("equity", 6_000), ClassTarget("fixed_income", 4_000, is_locked=True)),
    (ClassTarget("equity", 10_000),),
    (),
)


@change
def add_strategy(desk: Desk, data: st.DataObject) -> None:
    scope = data.draw(st.sampled_from([None, an_account(desk, data).id, *(each.id for each in desk.groups.all())]))
    desk.targets.add(scope, a_name(data), data.draw(any_of(*TARGETS)), activate=data.draw(st.booleans()))


@change
def copy_strategy(desk: Desk, data: st.DataObject) -> None:
    desk.targets.copy(a_strategy(desk, data).id, a_name(data), activate=data.draw(st.booleans()))


@change
def save_targets(desk: Desk, data: st.DataObject) -> None:
    strategy = a_strategy(desk, data)
    targets = data.draw(any_of(*TARGETS))
    in_equity = [each.id for each in desk.assets.all() if each.only_class == "equity"]
    if targets and in_equity and data.draw(st.booleans()):
        below = (HoldingTarget(one_of(data, in_equity), 10_000),)
        targets = (replace(targets[0], holdings=below), *targets[1:])
    desk.targets.save(strategy.id, strategy.version, targets)


@change
def change_strategy(desk: Desk, data: st.DataObject) -> None:
    band = data.draw(st.integers(1, 10_000))
    desk.targets.change(replace(a_strategy(desk, data), name=a_name(data), absolute_band_bps=band))


@change
def activate_strategy(desk: Desk, data: st.DataObject) -> None:
    desk.targets.activate(a_strategy(desk, data).id)


@change
def remove_strategy(desk: Desk, data: st.DataObject) -> None:
    desk.targets.remove(a_strategy(desk, data).id)


@change
def add_fund(desk: Desk, data: st.DataObject) -> None:
    desk.funds.add(a_name(data), "USD", budget_minor=data.draw(any_of(None, 10**6)))


@change
def change_fund(desk: Desk, data: st.DataObject) -> None:
    desk.funds.change(replace(a_fund(desk, data), name=a_name(data), is_archived=data.draw(st.booleans())))


@change
def remove_fund(desk: Desk, data: st.DataObject) -> None:
    desk.funds.remove(a_fund(desk, data).id)


@change
def add_company(desk: Desk, data: st.DataObject) -> None:
    desk.funds.add_company(a_fund(desk, data).id, a_name(data), planned_minor=100, deployed_minor=7)


def a_company(desk: Desk, data: st.DataObject) -> tuple[Any, Any]:
    fund = a_fund(desk, data)
    return fund, one_of(data, list(fund.companies))


@change
def change_company(desk: Desk, data: st.DataObject) -> None:
    fund, company = a_company(desk, data)
    desk.funds.change_company(fund.id, replace(company, name=a_name(data), deployed_minor=data.draw(st.integers(0, 9))))


@change
def exit_company(desk: Desk, data: st.DataObject) -> None:
    fund, company = a_company(desk, data)
    desk.funds.exit_company(fund.id, company.id, is_exited=data.draw(st.booleans()))


@change
def remove_company(desk: Desk, data: st.DataObject) -> None:
    fund, company = a_company(desk, data)
    desk.funds.remove_company(fund.id, company.id)


@change
def commit_reserves(desk: Desk, data: st.DataObject) -> None:
    fund, company = a_company(desk, data)
    changes = (SetAmount(company.key, data.draw(st.integers(0, 10**5))), SetBudget(10**9))
    preview = desk.reallocations.preview(fund.header, fund.version, changes)
    accepted = [each.code for each in preview.warnings]
    desk.reallocations.commit(fund.header, fund.version, changes, preview.token, reason="As planned", accepted=accepted)


@change
def import_companies(desk: Desk, data: st.DataObject) -> None:
    lines = f"name,planned\nDelta,{data.draw(st.integers(0, 99))}\n{a_name(data)},5\n"
    desk.company_imports.keep(a_name(data), read_companies(lines.encode(), "fund.csv", "USD"), "USD")


@change
def import_holdings(desk: Desk, data: st.DataObject) -> None:
    account = data.draw(st.sampled_from(["Imported", an_account(desk, data).name]))
    lines = "Account,Symbol,Quantity,Price,Currency\n" + "".join(
        f"{account},{symbol},{data.draw(st.integers(1, 99))},{data.draw(st.integers(1, 99))},USD\n"
        for symbol in data.draw(st.permutations(["VTI", "BND", "NEW", "XYZ"]))[:3]
    )
    draft = desk.imports.read("broker.csv", lines.encode())
    gone = [each.id for each in desk.holdings.all()][: data.draw(st.integers(0, 1))]
    desk.imports.keep([draft], without_problem_lines=True, remove=gone)


@change
def import_targets(desk: Desk, data: st.DataObject) -> None:
    exported = desk.exports.targets_csv().replace("Equity", "Equity")
    desk.targets.remove(a_strategy(desk, data).id)
    desk.imports.keep([desk.imports.read("targets.csv", exported.encode())], without_problem_lines=True)


@change
def import_transactions(desk: Desk, data: st.DataObject) -> None:
    day = data.draw(st.integers(1, 28))
    lines = (
        "date,type,symbol,quantity,price,fee,amount,currency\n2026-01-05,Deposit,,,,,5000,USD\n"
        f"2026-02-{day:02},Buy,VTI,10,300,1,-3001,USD\n2026-03-{day:02},Sell,VTI,4,310,1,1239,USD\n"
    )
    name = data.draw(st.sampled_from(["Replayed", an_account(desk, data).name]))
    draft = desk.imports.read("list.csv", lines.encode(), account=name)
    assert isinstance(draft, Draft)
    openings = {"VTI": Decimal(data.draw(st.integers(1, 9)))} if data.draw(st.booleans()) else {}
    desk.imports.keep([replace(draft, openings=openings)], without_problem_lines=True)


@change
def import_what_is_called_otherwise(desk: Desk, data: st.DataObject) -> None:
    """A file that calls an asset by its ISIN and a name of its own, with columns that were chosen by hand."""
    symbol = data.draw(any_of("VTI", "RENAMED", "AGAIN"))
    isin = data.draw(any_of("US9229087690", "US0000000019"))
    lines = f"Papier;Nr;Stand;Kurs\n{symbol};{isin};{data.draw(st.integers(1, 9))};7\n"
    chosen = ColumnChoices(meanings=(("#1", "symbol"), ("#2", "isin"), ("#3", "quantity"), ("#4", "price")))
    account = an_account(desk, data).name
    draft = desk.imports.read("depot.csv", lines.encode(), choices=chosen, account=account)
    desk.imports.keep([draft], without_problem_lines=True)


@change
def forget_columns(desk: Desk, data: st.DataObject) -> None:
    desk.columns_kept.forget(one_of(data, desk.columns_kept.all()).shape)


@change
def forget_opening(desk: Desk, data: st.DataObject) -> None:
    kept = one_of(data, desk.openings_kept.all())
    desk.openings_kept.forget(kept.account_id, kept.asset_id)


@change
def import_prices(desk: Desk, data: st.DataObject) -> None:
    rows = [f"{an_asset(desk, data).symbol},2026-11-{data.draw(st.integers(10, 20))},{n + 1}.5,USD" for n in range(3)]
    told = PriceList("prices.csv", read_list("\n".join(rows).encode(), "prices.csv"))
    desk.quotes.keep(told, may_replace_typed=data.draw(st.booleans()), accepts_doubts=True, without_problems=True)


@change
def update_prices(desk: Desk, data: st.DataObject) -> None:
    """What sources told; which sources there are on this computer has no part in it."""
    asset = an_asset(desk, data)
    quotes = (Quote("X", Decimal(data.draw(st.integers(1, 99))), TODAY, asset.currency),)
    wanted = (Wanted(asset.id, asset.symbol, asset.currency, "X"),)
    rates = (FxRate("EUR", "USD", TODAY, Decimal(data.draw(st.integers(1, 9)))),)
    told = SourceAnswer("mine", wanted, Answer(quotes, rates=rates))
    choices = data.draw(st.sampled_from([{}, {asset.id: "mine"}, {asset.id: ""}]))
    typed = data.draw(st.sampled_from([(), (Price(asset.id, TODAY, Decimal(7)),)]))
    desk.updates.keep([told], choices, may_replace_typed=data.draw(st.booleans()), typed=typed, without_problems=True)


@change
def call_at_a_source(desk: Desk, data: st.DataObject) -> None:
    source = data.draw(any_of("mine", "other"))
    desk.updates.call([AssetCode(an_asset(desk, data).id, source, a_name(data), data.draw(any_of("", "GBX")))])


@change
def call_no_more_at_a_source(desk: Desk, data: st.DataObject) -> None:
    code = one_of(data, desk.updates.codes())
    desk.updates.call_no_more(code.asset_id, code.source)


@change
def plan_deposit(desk: Desk, data: st.DataObject) -> None:
    scope = data.draw(st.sampled_from([None, an_account(desk, data).id]))
    number = len(desk.schedule.all())
    desk.schedule.add(PlannedDeposit(f"deposit{number}", scope, 1_000 + number, "USD", Every.MONTH, 31, TODAY))


@change
def forget_deposit(desk: Desk, data: st.DataObject) -> None:
    desk.schedule.remove(one_of(data, desk.schedule.all()))


@change
def skip_deposit(desk: Desk, data: st.DataObject) -> None:
    desk.schedule.skip(one_of(data, [date for date, *_ in desk.schedule.dates()]))


@change
def merge_assets(desk: Desk, data: st.DataObject) -> None:
    desk.merging.merge(an_asset(desk, data).id, an_asset(desk, data).id)


@change
def set_apart(desk: Desk, data: st.DataObject) -> None:
    kept, other = one_of(data, desk.portfolios.of_one_isin())
    desk.merging.set_apart(kept.id, other.id)


@change
def set_all_rules(desk: Desk, data: st.DataObject) -> None:
    desk.rules.set_all(
        {an_account(desk, data).id: AccountRules(buffer_minor=data.draw(st.integers(0, 9)))},
        {an_asset(desk, data).id: data.draw(any_of(*Trading))},
        {one_of(data, desk.classes.all()).id: data.draw(any_of(None, *AccountKind))},
    )


@change
def take_back_import(desk: Desk, data: st.DataObject) -> None:
    desk.undo.take_back_import(one_of(data, desk.undo.imports()).id)


def a_plan(desk: Desk, account_id: str, minor: int) -> tuple[Plan, Allocation]:
    allocation = desk.allocations.of(None)
    cash = (AccountCash(account_id, 0, minor, 0),)
    base = allocation.portfolio.base_currency
    mode = Mode.DEPOSIT if minor > 0 else Mode.REBALANCE
    return Plan(mode, minor, base, None, (), 0, allocation.drift, allocation.drift, accounts=cash), allocation


@change
def record_plan(desk: Desk, data: st.DataObject) -> None:
    account, asset = an_account(desk, data), an_asset(desk, data)
    fills = [Fill(account.id, asset.id, Side.BUY, Decimal(2), Decimal("1.5"), 0)]
    plan, allocation = a_plan(desk, account.id, 1_000)
    desk.recorded_plans.record(plan, allocation, fills)


@change
def undo_plan(desk: Desk, data: st.DataObject) -> None:
    desk.recorded_plans.undo(one_of(data, desk.recorded_plans.all()).id)


@change
def record_plan_again(desk: Desk, data: st.DataObject) -> None:
    if data.draw(st.booleans()):
        record_plan(desk, data)
        desk.recorded_plans.undo(desk.recorded_plans.all()[0].id)
    desk.recorded_plans.record_again(one_of(data, desk.recorded_plans.all()).id)


@change
def remember_options(desk: Desk, data: st.DataObject) -> None:
    """No change of data: nothing to take back, and nothing in the way of what is."""
    desk.plan_options.keep(a_strategy(desk, data).id, PlanOptions(whole_shares=data.draw(st.booleans())))
    account, asset = an_account(desk, data), an_asset(desk, data)
    desk.placed.keep(None, str(data.draw(st.integers(0, 3))), [(account.id, asset.id, Side.BUY)])


def a_clock() -> Clock:
    """Every look at it is a millisecond later, so that no two writes of a row leave the same row."""
    ticks = count()
    return Clock(
        today=lambda: TODAY, now=lambda: datetime(2026, 11, 20, 9, tzinfo=UTC) + timedelta(milliseconds=next(ticks))
    )


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A portfolio with a bit of everything, made once; every sequence begins with a copy of it."""
    path = tmp_path_factory.mktemp("undo") / "demo.wealthdesk"
    with make_demo(path, a_clock()) as desk:
        own = desk.classes.add("Collectibles", "#4385BE")
        desk.assets.add(Asset("", "ART", "A painting", AssetKind.PRIVATE, "USD", (Exposure(own.id, 10_000),)))
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("INSERT INTO asset_aliases VALUES ('', 'BNDX', 'USD', 'bnd')")  # two of one ISIN
    return path


@contextmanager
def one_desk(filled: Path, clock: Clock) -> Iterator[Desk]:
    """A program with a copy of the file, which has nothing to take back."""
    with TemporaryDirectory(dir=IN_MEMORY) as folder:
        path = Path(folder) / "copy.wealthdesk"
        copied(filled, path)
        with open_desk(path, clock) as desk:
            assert desk.undo.last() is None
            yield desk


@contextmanager
def two_desks(filled: Path) -> Iterator[tuple[Desk, Desk]]:
    """Two programs with one file."""
    clock = a_clock()
    with one_desk(filled, clock) as ours, open_desk(ours.path, clock) as theirs:
        yield ours, theirs


def do(desk: Desk, data: st.DataObject, name: str) -> None:
    """Whatever is refused is no change."""
    with suppress(WealthDeskError):
        CHANGES[name](desk, data)


def undo_all(desk: Desk) -> int:
    steps = 0
    while desk.undo.last() is not None:
        desk.undo.back()
        assert told_of(desk, TODAY) == held_in(desk)
        steps += 1
    return steps


def redo_all(desk: Desk) -> int:
    steps = 0
    while desk.undo.next() is not None:
        desk.undo.forth()
        assert told_of(desk, TODAY) == held_in(desk)
        steps += 1
    return steps


Quantities = dict[tuple[str, str], Decimal]


def held_in(desk: Desk) -> Quantities:
    """(account id, asset id) → how much of it is held now, where that is more than nothing."""
    return {(each.account_id, each.asset_id): each.quantity for each in desk.holdings.all() if each.quantity}


def told_of(desk: Desk, day: date) -> Quantities:
    """The same at the end of a day, by what is kept of what was held when."""
    found = {(each.account_id, each.asset_id): each.quantity for each in desk.holdings.history() if each.on <= day}
    return {key: quantity for key, quantity in found.items() if quantity}


names = st.lists(st.sampled_from(sorted(CHANGES)), min_size=1, max_size=12)
anything = settings(max_examples=SEQUENCES, deadline=None, suppress_health_check=list(HealthCheck))


@anything
@given(data=st.data(), sequence=names)
def test_any_sequence_is_taken_back_and_done_again(filled: Path, data: st.DataObject, sequence: list[str]) -> None:
    with one_desk(filled, a_clock()) as desk:
        start = data_of(desk)
        for name in sequence:
            do(desk, data, name)
            assert told_of(desk, TODAY) == held_in(desk)
        end = data_of(desk)
        steps = undo_all(desk)
        assert data_of(desk) == start
        assert redo_all(desk) == steps
        assert data_of(desk) == end
        assert undo_all(desk) == steps
        assert data_of(desk) == start
        assert rules_broken_in(desk) == frozenset()


OF_TODAY = sorted(
    CHANGES.keys()
    - {"import_transactions", "merge_assets", "take_back_import", "remove_account", "remove_asset", "set_settings"}
)
"""What changes nothing that was before: not what replays, joins or forgets the past."""


@anything
@given(data=st.data(), sequence=st.lists(st.tuples(st.integers(0, 2), st.sampled_from(OF_TODAY)), max_size=12))
def test_what_was_held_stays_told_as_the_days_go_by(
    filled: Path, data: st.DataObject, sequence: list[tuple[int, str]]
) -> None:
    """At the end of each day what is told of all days before is what was held then; undone, it is as it began."""
    days, clock = [TODAY], a_clock()
    with one_desk(filled, replace(clock, today=lambda: days[-1])) as desk:
        start, seen = data_of(desk), {TODAY: held_in(desk)}
        for later, name in sequence:
            days.append(days[-1] + timedelta(days=later))
            do(desk, data, name)
            seen[days[-1]] = held_in(desk)
        for day, held in seen.items():
            assert told_of(desk, day) == held
        while desk.undo.last() is not None:
            desk.undo.back()
            assert told_of(desk, days[-1]) == held_in(desk)
        assert data_of(desk) == start


@anything
@given(data=st.data(), sequence=st.lists(st.tuples(st.booleans(), st.sampled_from(sorted(CHANGES))), max_size=12))
def test_what_others_changed_meanwhile_is_never_mixed_in(
    filled: Path, data: st.DataObject, sequence: list[tuple[bool, str]]
) -> None:
    with two_desks(filled) as (ours, others):
        theirs: dict[str, set[tuple[Any, ...]]] = {}
        after = stamped(ours)
        for is_ours, name in sequence:
            do(ours if is_ours else others, data, name)
            before, after = after, stamped(ours)
            for table, rows in after.items():
                new = rows - before[table]
                theirs[table] = (theirs.get(table, set()) - new if is_ours else theirs.get(table, set()) | new) & rows
        while (step := ours.undo.last()) is not None:
            now = data_of(ours)
            try:
                ours.undo.back()
            except CannotUndo as refusal:
                assert step.name in str(refusal) and "Nothing was changed" in str(refusal)
                assert data_of(ours) == now
            assert ours.undo.last() is not step
            assert rules_broken_in(ours) == frozenset()
            after = stamped(ours)
            assert all(rows <= after[table] for table, rows in theirs.items())


def stamped(desk: Desk) -> dict[str, set[tuple[Any, ...]]]:
    """The rows that say when they were written, as they are."""
    found = {}
    with desk.undo._database.read() as connection:
        for table in _DATA:
            if "updated_at" in metadata.tables[table].columns:
                found[table] = set(connection.rows(f"SELECT * FROM {table}"))
    return found


def rules_broken_in(desk: Desk) -> frozenset[str]:
    with desk.undo._database.read() as connection:
        return rules_broken(connection)


def test_every_changing_method_of_the_services_is_among_the_changes() -> None:
    """Whatever writes has to be tried in the sequences above, under the name that the desk has for its service."""
    folder = Path(wealthdesk.__file__).parent / "services"
    desk = (folder / "desk.py").read_text("utf-8")
    services = dict(re.findall(r'(\w+): "Late\[(\w+)\]"', desk) + re.findall(r"self\.(\w+) = (\w+)\(", desk))
    classes = [
        each
        for path in folder.glob("*.py")
        for each in ast.parse(path.read_text("utf-8")).body
        if isinstance(each, ast.ClassDef)
    ]
    methods = [
        (of.name, each)
        for of in classes
        for each in of.body
        if isinstance(each, ast.FunctionDef) and each.name[0] != "_"
    ]
    writing = {(of, each.name) for of, each in methods if "atabase.write(" in ast.unparse(each)}
    called = [
        call.func
        for function in ast.parse(Path(__file__).read_text("utf-8")).body
        if isinstance(function, ast.FunctionDef) and function.name in CHANGES
        for call in ast.walk(function)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)
    ]
    tried = {(services.get(each.value.attr), each.attr) for each in called if isinstance(each.value, ast.Attribute)}
    assert len(writing) > 40
    assert writing - tried == {("KeptDrafts", "keep")}, "remembered for the user, and no change of data"


def test_every_table_is_data_or_told_or_remembered() -> None:
    """What is none of these would be neither taken back nor looked at here."""
    assert {*_DATA} | _TOLD | _REMEMBERED | {"plans"} == {*metadata.tables}


def test_every_change_of_data_has_a_name() -> None:
    """What a service writes without a name cannot be taken back: only what the program remembers of plans for itself,
    and what it counts."""
    unnamed = {
        ("reallocations", "counting"),
        ("demo", "_fill"),
        ("demo", "_make_past"),
        ("PlacedOrders", "keep"),
        ("RememberedOptions", "keep"),
        ("KeptDrafts", "keep"),
        ("sources", "_give_id"),
        ("sources", "same_sources"),
    }
    found = set()
    for path in sorted((Path(wealthdesk.__file__).parent / "services").glob("*.py")):
        text = path.read_text("utf-8")
        tree = ast.parse(text if "atabase.write" in text else "")
        of = {function: each.name for each in tree.body if isinstance(each, ast.ClassDef) for function in each.body}
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef):
                calls = [ast.unparse(each.func) for each in ast.walk(function) if isinstance(each, ast.Call)]
                if any(each.endswith("atabase.write") for each in calls) and "named" not in calls:
                    found.add((of.get(function, path.stem), function.name))
    assert found == unnamed


def test_an_import_is_one_step_by_the_name_of_its_file(filled: Path) -> None:
    with one_desk(filled, a_clock()) as desk:
        start = data_of(desk)
        lines = b"Account,Symbol,Quantity,Price,Currency\nNew,VTI,1,2,USD\nNew,XYZ,3,4,USD\n"
        desk.imports.keep([desk.imports.read("fidelity.csv", lines)])
        assert data_of(desk) != start
        assert desk.undo.back() == "import of fidelity.csv, 2 holdings"
        assert data_of(desk) == start
        step = desk.undo.next()
        assert step is not None and step.name == "import of fidelity.csv, 2 holdings"


def test_targets_are_gone_back_to_as_a_new_version_and_told(filled: Path) -> None:
    with one_desk(filled, a_clock()) as desk:
        before = next(each for each in desk.targets.all() if each.scope is None and each.is_active)
        kept = desk.targets.save(before.id, before.version, (ClassTarget("equity", 10_000),))
        desk.undo.back()
        after = desk.targets.get(before.id)
        assert after == replace(before, version=kept.version + 1)
        told = desk.reallocations.history(header_of(before.id))[0]
        assert (told.version, told.source) == (after.version, Source.REVERT)
        assert told.reason == f"Undone: targets of “{before.name}”"
        desk.undo.forth()
        assert desk.targets.get(before.id) == replace(kept, version=kept.version + 2)


def test_a_recorded_plan_stays_in_the_list_as_undone(filled: Path) -> None:
    with one_desk(filled, a_clock()) as desk:
        start = data_of(desk)
        plan, allocation = a_plan(desk, "brokerage", 1_000)
        desk.recorded_plans.record(plan, allocation, [Fill("brokerage", "vti", Side.BUY, Decimal(1), Decimal(5), 0)])
        desk.undo.back()
        (recorded,) = desk.recorded_plans.all()
        assert recorded.is_undone and data_of(desk) == start
        desk.undo.forth()
        (recorded,) = desk.recorded_plans.all()
        assert not recorded.is_undone and desk.recorded_plans.can_undo(recorded.id) is None


def test_what_was_ticked_off_comes_back_with_the_plan_that_was_recorded(filled: Path) -> None:
    with one_desk(filled, a_clock()) as desk:
        ticked = {("brokerage", "vti", Side.BUY)}
        desk.placed.keep(None, "this plan", ticked)
        plan, allocation = a_plan(desk, "brokerage", 1_000)
        fills = [Fill("brokerage", "vti", Side.BUY, Decimal(1), Decimal(5), 0)]
        desk.recorded_plans.record(plan, allocation, fills)
        assert desk.placed.of(None) == frozenset()
        desk.undo.back()
        assert desk.placed.of(None, "this plan") == ticked
        desk.undo.forth()
        assert desk.placed.of(None) == frozenset()
        others = {("brokerage", "vti", Side.SELL)}
        desk.placed.keep(None, "another plan", others)
        desk.undo.back()
        assert desk.placed.of(None, "another plan") == others, "ticks of two plans are never mixed"


def test_at_least_fifty_changes_are_taken_back(filled: Path) -> None:
    with one_desk(filled, a_clock()) as desk:
        start = data_of(desk)
        for quantity in range(60):
            desk.holdings.change("brokerage_vti", Decimal(1_000 + quantity))
        assert undo_all(desk) == 60
        assert data_of(desk) == start
        with pytest.raises(NotFound, match="nothing to undo"):
            desk.undo.back()


def test_what_was_refused_is_not_offered_again(filled: Path) -> None:
    with two_desks(filled) as (ours, theirs):
        ours.holdings.change("brokerage_vti", Decimal(1))
        ours.settings.set_base_currency("EUR")
        theirs.settings.set_base_currency("USD")
        with pytest.raises(CannotUndo, match="a setting that it changed was changed"):
            ours.undo.back()
        assert ours.undo.back() == "quantity of VTI in “Brokerage”"


def test_what_came_of_a_new_account_stands_in_the_way(filled: Path) -> None:
    with two_desks(filled) as (ours, theirs):
        new = ours.accounts.add("Here", AccountKind.TAXABLE, "USD")
        theirs.holdings.set_cash(new.id, "USD", 5)
        with pytest.raises(CannotUndo, match="a holding"):
            ours.undo.back()
        assert new in ours.accounts.all()


def test_a_merge_of_two_assets_is_taken_back_with_all_that_was_given_to_the_other(filled: Path) -> None:
    """Rules, prices and aliases have the asset in their keys: each becomes another row."""
    with one_desk(filled, a_clock()) as desk:
        desk.rules.set_trading(["bnd"], Trading.BUY_ONLY)
        desk.rules.allow("brokerage", ["bnd"])
        start = data_of(desk)
        desk.merging.merge("bndx", "bnd")
        merged = data_of(desk)
        assert merged != start
        assert desk.undo.back() == "merge of BND into BNDX"
        assert data_of(desk) == start
        desk.undo.forth()
        assert data_of(desk) == merged


LINES = b"Account,Symbol,Quantity,Price,Currency\nNew,VTI,1,2,USD\nNew,XYZ,3,4,USD\n"


def bring_in(desk: Desk, lines: bytes = LINES, name: str = "fidelity.csv") -> None:
    desk.imports.keep([desk.imports.read(name, lines)])


def test_an_import_of_another_day_and_program_is_taken_back_and_that_can_be_undone(filled: Path) -> None:
    with two_desks(filled) as (ours, theirs):
        start = data_of(ours)
        bring_in(theirs)
        after = data_of(ours)
        (kept,) = ours.undo.imports()
        assert kept.name == "import of fidelity.csv, 2 holdings" and ours.undo.why_not(kept.id) == ""
        assert ours.undo.take_back_import(kept.id) == kept.name
        assert data_of(ours) == start and ours.undo.imports() == []
        with pytest.raises(NotFound, match="nothing is kept"):
            ours.undo.take_back_import(kept.id)
        assert ours.undo.back() == f"taking back of {kept.name}"
        assert data_of(ours) == after and ours.undo.imports() == [kept]


def test_targets_and_companies_that_were_imported_are_gone_back_to_later(filled: Path) -> None:
    with two_desks(filled) as (ours, theirs):
        start = data_of(ours)
        fund = theirs.funds.all()[0]
        theirs.company_imports.keep(
            fund.name, read_companies(b"name,planned\nDelta,7\n", "f.csv", "USD"), fund.currency
        )
        (kept,) = ours.undo.imports()
        ours.undo.take_back_import(kept.id)
        assert data_of(ours) == start
        told = ours.reallocations.history(fund.header)[0]
        assert told.reason == "taking back of import of f.csv, 1 company"
        assert told.version == ours.funds.get(fund.id).version == fund.version + 2


def test_an_import_on_which_something_was_built_stays(filled: Path) -> None:
    with one_desk(filled, a_clock()) as desk:
        bring_in(desk)
        (kept,) = desk.undo.imports()
        held = next(each for each in desk.holdings.all() if each.quantity == 3)
        desk.holdings.change(held.id, Decimal(4))
        after = data_of(desk)
        assert "a holding that it changed was changed" in desk.undo.why_not(kept.id)
        with pytest.raises(CannotUndo, match="a holding"):
            desk.undo.take_back_import(kept.id)
        assert data_of(desk) == after and desk.undo.imports() == [kept]
        desk.undo.back()
        assert desk.undo.why_not(kept.id) == ""


def test_the_list_follows_what_is_undone_and_holds_the_last_twenty(filled: Path) -> None:
    with one_desk(filled, a_clock()) as desk:
        for number in range(1, 26):
            bring_in(desk, LINES.replace(b"VTI,1", f"VTI,{number}".encode()), f"{number}.csv")
        assert [each.name.split(",")[0] for each in desk.undo.imports()] == [
            f"import of {n}.csv" for n in range(25, 5, -1)
        ]
        assert desk.undo.why_not(desk.undo.imports()[-1].id) != ""
        desk.undo.back()
        assert [each.name.split(",")[0] for each in desk.undo.imports()][:2] == ["import of 24.csv", "import of 23.csv"]
        desk.undo.forth()
        assert desk.undo.imports()[0].name == "import of 25.csv, 1 holding"


def told(places: str, *, rows: str = "[]", sets: str = "[]") -> str:
    """What could lie in the file of an import that changed accounts."""
    columns = '["id", "name", "kind", "currency", "archived_at", "created_at", "updated_at"]'
    return f'{{"columns": {{"accounts": {columns}}}, "topics": [], "places": {places}, "rows": {rows}, "sets": {sets}}}'


@pytest.mark.parametrize(
    ("step", "says"),
    [
        ("", "nothing is kept"),
        ("[]", "nothing is kept"),
        ('{"columns": {"holdings": ["id"]}}', "older WealthDesk"),
        (told('[[0, ["a", "b"], ""]]'), "nothing is kept"),
        (told('[[0, [["a"]], ""]]'), "nothing is kept"),
        (told('[[0, ["a"], ""]]', rows='[[0, ["a"]]]'), "nothing is kept"),
        (told('[[0, ["a"], ""]]', rows="[7]"), "nothing is kept"),
        (told("[]", sets='[["asset_exposures", "1=1 --", "x", []]]'), "nothing is kept"),
        ('{"columns": {}, "topics": ["NONE"], "places": [], "rows": [], "sets": []}', "nothing is kept"),
    ],
)
def test_what_was_kept_for_other_tables_or_cannot_be_read_is_a_sentence(filled: Path, step: str, says: str) -> None:
    with one_desk(filled, a_clock()) as desk:
        bring_in(desk)
        (kept,) = desk.undo.imports()
        with desk.undo._database.write() as connection:
            connection.update("imports", {"step": step}, id=kept.id)
        assert says in desk.undo.why_not(kept.id)
        with pytest.raises(NotFound, match=says):
            desk.undo.take_back_import(kept.id)
