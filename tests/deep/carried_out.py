"""Plans of whole households, as a person would carry them out: every mode, with what counts of each plan."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from pathlib import Path

from deep.households import HOUSEHOLDS
from wealthdesk.domain.accounts import ALL_PORTFOLIO
from wealthdesk.domain.plans import Goal, Mode, Plan, PlanOptions, PlanRequest, Side, Trade, Trades
from wealthdesk.services.demo import make_demo, make_told
from wealthdesk.services.desk import Clock, Desk, open_desk

NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
CLOCK = Clock(NOW.date, lambda: NOW)
FILES = Path(__file__).resolve().parents[3] / "shared" / "cases" / "portfolios"
STATES = ("four_accounts_first", "four_accounts_later")
"""Portfolios that lie beside the project; where they are not there, the others are planned for alone."""
FILLED = 3
"""The plan that is told then has all points of the control; what follows are proofs."""
NAMES = ("demo", *HOUSEHOLDS, *(name for name in STATES if (FILES / f"{name}.wealthdesk").exists()))


def household(name: str, folder: Path) -> Desk:
    """A household's own file, open."""
    path = folder / f"{name}.wealthdesk"
    if name == "demo":
        return make_demo(path, CLOCK)
    if name in HOUSEHOLDS:
        return make_told(path, HOUSEHOLDS[name](), CLOCK)
    path.write_bytes((FILES / path.name).read_bytes())
    return open_desk(path, CLOCK)


@dataclass(frozen=True, slots=True)
class Carried:
    """A plan with the plan that comes closest with any number of trades, for the same request."""

    name: str
    what: str
    plan: Plan
    closest: Plan

    @property
    def kept(self) -> Decimal | None:
        """The part of the improvement of the closest plan that is kept."""
        mine = len(self.plan.trades)
        return next((point.kept for point in self.plan.frontier if point.trades == mine), None)

    @property
    def smallest(self) -> int:
        """The smallest trade, in minor units."""
        return min((trade.amount_minor for trade in self.plan.trades), default=0)


def requests(total_minor: int) -> Iterator[tuple[str, PlanRequest]]:
    """Every mode and goal, in any amount and in whole shares, of a portfolio of this size."""
    for is_whole in (False, True):
        shares = ", whole shares" if is_whole else ""
        options = PlanOptions(whole_shares=is_whole, use_cash=True)
        for part in (0.005, 0.05):
            amounts = {ALL_PORTFOLIO: int(total_minor * part)}
            yield f"deposit {part:.1%}{shares}", PlanRequest(Mode.DEPOSIT, amounts, options)
            yield f"withdraw {part:.1%}{shares}", PlanRequest(Mode.WITHDRAWAL, amounts, options)
        for goal in Goal:
            chosen = PlanOptions(whole_shares=is_whole, use_cash=True, goal=goal)
            yield f"rebalance, {goal.value.replace('_', ' ')}{shares}", PlanRequest(Mode.REBALANCE, {}, chosen)


def planned(desk: Desk, request: PlanRequest) -> Plan:
    """The plan of a request for the whole portfolio, as the filled control has it: no proof is waited for."""
    told = count(1)
    allocation = desk.allocations.of(ALL_PORTFOLIO)
    rules, lots = desk.rules.current(), desk.rules.lots()
    return desk.plans.calculate(allocation, request, rules, lots, lambda _: next(told) < FILLED)


def with_trades(request: PlanRequest, trades: Trades) -> PlanRequest:
    """The same request with another wish for the number of trades."""
    return replace(request, options=replace(request.options, trades=trades))


def size_of(desk: Desk) -> int:
    """What the whole portfolio is worth, in minor units."""
    return desk.allocations.of(ALL_PORTFOLIO).drift.classified_minor


def too_small(plan: Plan) -> list[Trade]:
    """The trades below the smallest one that do not sell all; the only one of an amount may be as small as that."""
    small = [each for each in plan.trades if each.amount_minor < plan.min_trade_minor and not each.closes]
    return [] if len(plan.trades) == 1 and plan.mode is not Mode.REBALANCE else small


def kinds_held(desk: Desk) -> dict[str, set[tuple[bool, str]]]:
    """By account, whether it holds coins, and the currencies of what it holds; cash does not count."""
    portfolio = desk.portfolios.current()
    kinds: dict[str, set[tuple[bool, str]]] = {}
    for held in portfolio.holdings:
        asset = portfolio.assets[held.asset_id]
        if asset.kind.value != "cash":
            kinds.setdefault(held.account_id, set()).add((asset.kind.value == "crypto", asset.currency))
    return kinds


def strangers(desk: Desk, plan: Plan) -> list[Trade]:
    """The purchases where nothing of their kind and currency is held, or what the user's list does not have."""
    portfolio, rules, kinds = desk.portfolios.current(), desk.rules.current(), kinds_held(desk)
    found = []
    for each in plan.trades:
        if each.side is Side.BUY and each.account_id is not None:
            asset = portfolio.assets[each.asset_id]
            listed = rules.of_account(each.account_id).can_hold
            is_kind = (asset.kind.value == "crypto", asset.currency) in kinds.get(each.account_id, set())
            if not (is_kind if listed is None else each.asset_id in listed):
                found.append(each)
    return found


def classes_off_bps(plan: Plan) -> dict[str, int]:
    """How far every class with a target is from it afterwards, in basis points."""
    return {each.asset_class_id: each.drift_bps for each in plan.after.classes if each.drift_bps is not None}
