"""The demo portfolio: a made-up household whose prices are always of yesterday."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wealthdesk.changes import EVERYTHING
from wealthdesk.domain.accounts import Account, AccountKind
from wealthdesk.domain.assets import Asset, AssetKind, Exposure, checked_exposures
from wealthdesk.domain.holdings import FxRate, Holding, Price
from wealthdesk.domain.money import to_minor
from wealthdesk.domain.reallocation import Source, changes_to
from wealthdesk.domain.reserves import Company, CompanyStatus, Fund, state_of_fund
from wealthdesk.domain.targets import ClassTarget, HoldingTarget, Strategy, changes_to_targets, check, header_of
from wealthdesk.domain.tax_lots import TaxLot, TaxLots
from wealthdesk.domain.trading_rules import AccountRules, Room, RoomKind
from wealthdesk.paths import resources_folder
from wealthdesk.services.desk import Clock, Desk
from wealthdesk.services.reallocations import CommitRequest, commit
from wealthdesk.storage import (
    accounts,
    assets,
    funds,
    holdings,
    prices,
    reallocations,
    settings,
    targets,
    trading_rules,
)
from wealthdesk.storage.database import Database
from wealthdesk.storage.file.opening import open_portfolio
from wealthdesk.storage.holdings import BASE_CURRENCY

if TYPE_CHECKING:
    from wealthdesk.storage.writing import Writing


def make_demo(path: Path, clock: Clock) -> Desk:
    """Makes a new portfolio file at `path` (where nothing may be yet) and fills it with the demo portfolio."""
    return make_told(path, json.loads((resources_folder() / "demo" / "portfolio.json").read_text("utf-8")), clock)


def make_told(path: Path, told: Mapping[str, Any], clock: Clock) -> Desk:
    """The same with a portfolio that is told as the demo's own is: a household of another kind."""
    database = open_portfolio(path, create=True, now=clock.now())
    database.tell_the_day_by(clock.today)
    try:
        _fill(database, told, clock.today())
        _make_past(database, told, clock.now())
    except BaseException:
        database.close()
        raise
    return Desk(database, clock)


def _fill(database: Database, told: Mapping[str, Any], today: date) -> None:
    currencies = {each["id"]: each["currency"] for each in told["assets"]}
    with database.write(*EVERYTHING) as connection:
        settings.set_setting(connection, BASE_CURRENCY, told["base_currency"])
        for each in told["accounts"]:
            kind = AccountKind(each["kind"])
            accounts.add_account(connection, Account(each["id"], each["name"], kind, each["currency"]))
        for each in told["assets"]:
            assets.add_assets(connection, [_asset(each)])
            prices.set_prices(connection, _prices(each, today))
        for each in told["rates"]:
            prices.set_rates(connection, [FxRate(each["base"], each["quote"], on, r) for on, r in _days(each, today)])
        holdings.add_holdings(connection, [_holding(each, currencies) for each in told["holdings"]])
        for each in told["holdings"]:
            holdings.set_lots(connection, _holding(each, currencies).id, _lots(each, currencies[each["asset"]]))
        for each in told["accounts"]:
            trading_rules.set_account_rules(connection, each["id"], _rules(each, today))


def _make_past(database: Database, told: Mapping[str, Any], now: datetime) -> None:
    """Every version of the strategies and funds, each at its time; the last one of each is what it has now."""
    strategies = {each["id"]: each for each in told["strategies"]}
    known_funds = {each["id"]: each for each in told["funds"]}
    for each in told["past"]:
        day = (now - timedelta(days=each["days"])).date()
        with database.write(at=datetime.combine(day, time.fromisoformat(each["time"]), UTC)) as connection:
            if "fund" in each:
                _keep_fund(connection, _fund(known_funds[each["fund"]], each), each)
            else:
                _keep(connection, _strategy(strategies[each["strategy"]] | each), each)


def _keep(connection: "Writing", wanted: Strategy, told: Mapping[str, Any]) -> None:
    check(wanted.targets)
    is_new = all(each.id != wanted.id for each in targets.all_strategies(connection))
    if is_new:
        targets.add_strategy(connection, replace(wanted, targets=()))
    else:
        targets.change_strategy(connection, wanted)  # the one of a new file is called as everything is
    state = reallocations.state(connection, header_of(wanted.id))
    changes = changes_to_targets(state, wanted.targets)
    order = CommitRequest(changes, Source(told.get("source", "manual")), told["reason"], actor=told["who"])
    commit(connection, replace(state, version=0) if is_new else state, order)


def _keep_fund(connection: "Writing", wanted: Fund, told: Mapping[str, Any]) -> None:
    is_new = all(each.id != wanted.id for each in funds.all_funds(connection))
    if is_new:
        funds.add_fund(connection, replace(wanted, budget_minor=None))
    state = reallocations.state(connection, wanted.header)
    lines = {line.key: line for line in state_of_fund(wanted).lines}
    order = CommitRequest(changes_to(state, lines, wanted.budget_minor), reason=told["reason"], actor=told["who"])
    commit(connection, replace(state, version=0) if is_new else state, order)
    funds.change_companies(connection, wanted.companies)


def _fund(told: Mapping[str, Any], version: Mapping[str, Any]) -> Fund:
    code = told["currency"]

    def minor(amount: str) -> int:
        return to_minor(Decimal(amount), code)

    companies = tuple(_company(each, version["planned"][each["id"]], minor) for each in told["companies"])
    return Fund(told["id"], told["name"], code, minor(told["size"]), minor(version["budget"]), companies=companies)


def _company(told: Mapping[str, Any], planned: Sequence[str | None], minor: Callable[[str], int]) -> Company:
    amount, cap = planned
    status = CompanyStatus.EXITED if told.get("exited") else CompanyStatus.ACTIVE
    return Company(
        told["id"],
        told["name"],
        minor(amount or "0"),
        None if cap is None else minor(cap),
        minor(told["deployed"]),
        status,
        told["external"],
    )


def _asset(told: Mapping[str, Any]) -> Asset:
    step = told.get("lot_step", "1")
    return Asset(
        id=told["id"],
        symbol=told["symbol"],
        name=told["name"],
        kind=AssetKind(told["kind"]),
        currency=told["currency"],
        exposures=checked_exposures(Exposure(name, bps) for name, bps in told["classes"].items()),
        lot_step=None if step is None else Decimal(step),
        isin=told.get("isin"),
    )


def _days(told: Mapping[str, Any], today: date, numbers: str = "rates") -> list[tuple[date, Decimal]]:
    days = told.get(numbers, {})
    return [(today - timedelta(days=int(ago)), Decimal(number)) for ago, number in days.items()]


def _prices(told: Mapping[str, Any], today: date) -> list[Price]:
    return [Price(told["id"], on, price, "demo") for on, price in _days(told, today, "prices")]


def _holding(told: Mapping[str, Any], currencies: Mapping[str, str]) -> Holding:
    account, asset = told["account"], told["asset"]
    cost = to_minor(Decimal(told["cost"]), currencies[asset]) if "cost" in told else None
    return Holding(f"{account}_{asset}", account, asset, Decimal(told["quantity"]), cost)


def _lots(told: Mapping[str, Any], currency: str) -> TaxLots:
    return tuple(
        TaxLot(date.fromisoformat(day), Decimal(quantity), to_minor(Decimal(cost), currency))
        for day, quantity, cost in told.get("lots", ())
    )


def _rules(told: Mapping[str, Any], today: date) -> AccountRules:
    """What may be bought in an account, and the room for contributions that it has left today."""
    can_hold = frozenset(told["can_hold"]) if "can_hold" in told else None
    if "room" not in told:
        return AccountRules(can_hold=can_hold)
    room, code = told["room"], told["currency"]
    left, each_year = (to_minor(Decimal(room[name]), code) for name in ("left", "each_year"))
    month, day = map(int, room["renewal"].split("-"))
    return AccountRules(can_hold=can_hold, room=Room(RoomKind.LIMITED, left, today, each_year, (month, day)))


def _strategy(told: Mapping[str, Any]) -> Strategy:
    lines = tuple(
        ClassTarget(class_id, bps, holdings=tuple(HoldingTarget(asset, of_class) for asset, of_class in below.items()))
        for class_id, (bps, below) in told["targets"].items()
    )
    return Strategy(told["id"], told["name"], told["account"], told["active"], targets=lines)
