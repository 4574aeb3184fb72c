"""Plans for a scope, calculated from its targets: what a deposit buys, a withdrawal sells, and a rebalance does."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any, Final

from wealthdesk.domain.accounts import ALL_PORTFOLIO
from wealthdesk.domain.drift import Allocation, Status
from wealthdesk.domain.money import half_up
from wealthdesk.domain.plans import (
    FrontierPoint,
    LeftOutOfPlan,
    Mode,
    NoteKind,
    Plan,
    PlanRequest,
    Proof,
    ToAdd,
    TradeCount,
    Trades,
)
from wealthdesk.domain.targets import FillMethod
from wealthdesk.domain.tax_lots import TaxLot
from wealthdesk.domain.trading_rules import MayHold, TradingRules
from wealthdesk.planner.answer import PlanAnswer, broken_rules, costs_of, score, settle
from wealthdesk.planner.fill import EVEN_FILL, filled_evenly, fills_evenly
from wealthdesk.planner.limits import TradeLimits
from wealthdesk.planner.practical import ControlSheet, Point, always
from wealthdesk.planner.problem import Place, PlanLot, Problem
from wealthdesk.planning.market import BuyingPlaces, PlanMarket
from wealthdesk.planning.money import (
    NOTHING,
    PlanMoney,
    Purse,
    Spread,
    as_one,
    check,
    decides,
    idle_cash,
    method_of,
    money_of,
    places_of,
    spread,
)
from wealthdesk.planning.problem import Question, lots_of, problem_of, smallest_trade
from wealthdesk.planning.settling import (
    Deal,
    Settlement,
    deals_of_amounts,
    deals_of_answer,
    left_out,
    plan_of,
    realised_gain,
    with_notes,
)

NO_RULES: Final = TradingRules()
NO_LOTS: Final[Mapping[str, Sequence[TaxLot]]] = {}

WEIGHING: Final = 1e-3
"""From this part of what a plan gains on, its gains and fees are said to be weighed in."""

PlanProgress = Callable[[Plan], bool]
"""Told of each better plan, the first one quickly; False stops, and the best plan so far is the result."""


class Plans:
    """Calculates plans. Nothing is read or written: what is shown is what the plan is made from.

    Everything here is pure and may run in any thread.
    """

    def deposit(self, allocation: Allocation, amount_minor: int) -> Plan:
        """New money of `amount_minor` (base currency, ≥ 0) in any amounts, by the strategy's fill method alone.

        All accounts of the scope count as one, and look-through funds only count. A scope without targets gives a plan
        in which everything stays in cash. BadInput for a negative amount.
        """
        request = PlanRequest(Mode.DEPOSIT, {ALL_PORTFOLIO: amount_minor})
        market = PlanMarket.of(allocation, NO_RULES)
        check(market, request)
        asked = Question(market, BuyingPlaces(market), as_one(market, amount_minor), request.options, NO_LOTS)
        return _Calculation(asked, request).by_method()

    def calculate(
        self,
        allocation: Allocation,
        request: PlanRequest,
        rules: TradingRules = NO_RULES,
        lots: Mapping[str, Sequence[TaxLot]] = NO_LOTS,
        progress: PlanProgress | None = None,
        goes_on: Callable[[], bool] = always,
    ) -> Plan:
        """The plan for a request; BadInput for amounts that it cannot have.

        Where the strategy has another fill method than even fill, and a deposit of any amount goes into one account
        without costs, that method's plan is given to the letter; everything else is searched for. lots: holding id →
        its cost lots; a holding without any counts as one lot at its average cost, where that is known.
        goes_on is asked every few milliseconds: where it says no, the best plan so far is the result, or an empty one.
        """
        calculation = _Calculation.of(allocation, request, rules, lots)
        if calculation.is_searched:
            return calculation.searched(progress, goes_on)
        return calculation.by_method() if calculation.method_decides else calculation.empty()

    def idle_cash(self, allocation: Allocation, rules: TradingRules = NO_RULES) -> int:
        """The cash above the buffers that may be spent with a deposit, in minor units of the base currency."""
        market = PlanMarket.of(allocation, rules)
        return idle_cash(market, BuyingPlaces(market))

    def to_add(self, allocation: Allocation) -> ToAdd:
        """How much new money brings every class onto its target without a sale: `max_c(v_c / t_c) - Σ v`, rounded up.

        Cash that may be spent on the others never decides: it is there already.
        """
        market = PlanMarket.of(allocation, NO_RULES)
        spent = market.cash_class if market.is_cash_free else None
        held = [each for each in allocation.drift.classes if each.value_minor > 0 and each.asset_class_id != spent]
        if not allocation.drift.has_targets or not market.targets:
            return ToAdd(None, None)
        unwanted = next((each for each in held if not each.target_bps), None)
        if unwanted is not None:
            return ToAdd(None, unwanted.asset_class_id)
        needed = {each.asset_class_id: -(-each.value_minor * 10_000 // (each.target_bps or 1)) for each in held}
        if not needed:
            return ToAdd(0, None)
        decides = max(needed, key=lambda key: needed[key])
        return ToAdd(max(0, needed[decides] - allocation.drift.classified_minor), decides)


@dataclass(frozen=True)
class _Calculation:
    """One request with all that it is calculated from. keeps_inside: a rebalance in which nothing is sold."""

    asked: Question
    request: PlanRequest
    keeps_inside: bool = False
    _settled: dict[int, tuple[PlanAnswer, Plan]] = field(default_factory=dict)
    """What was settled already, by the identity of the answers."""

    @classmethod
    def of(
        cls,
        allocation: Allocation,
        request: PlanRequest,
        rules: TradingRules,
        lots: Mapping[str, Sequence[TaxLot]],
    ) -> "_Calculation":
        market = PlanMarket.of(allocation, rules)
        check(market, request)
        keeps = request.mode is Mode.REBALANCE and not request.always and not _needs_sales(market)
        places = places_of(market, request)
        money = money_of(market, request, places, only_buys=keeps)
        return cls(Question(market, places, money, request.options, lots), request, keeps)

    @property
    def market(self) -> PlanMarket:
        return self.asked.market

    @property
    def money(self) -> PlanMoney:
        return self.asked.money

    @cached_property
    def has_targets(self) -> bool:
        return any(target.target_bps for target in self.market.targets)

    @property
    def method_decides(self) -> bool:
        """Whether the strategy's fill method gives the plan, to the letter."""
        is_deposit = self.request.mode is Mode.DEPOSIT and self.has_targets
        return is_deposit and decides(self.market, self.money, self.request.options)

    @property
    def is_searched(self) -> bool:
        """Whether there is something to be done that no fill method does."""
        money = self.money
        if not money.taking_part or (money.mode is not Mode.WITHDRAWAL and not self.has_targets):
            return False
        if money.mode is Mode.WITHDRAWAL:
            return money.amount > 0
        has_money = money.anywhere > 0 or any(purse.spendable for purse in money.taking_part)
        return (money.mode is Mode.REBALANCE or has_money) and not self.method_decides

    # Without a search

    def by_method(self) -> Plan:
        """The plan of the fill method for the one account (or all as one) that takes part."""
        purses = self.money.taking_part
        found = spread(self.market, self.asked.places, purses[0]) if purses else NOTHING
        deals = deals_of_amounts(self.market, self.asked.places, found, purses[0].account_id if purses else None)
        return self._told(found, deals)

    def empty(self) -> Plan:
        """The plan in which nothing is traded."""
        bought = {key for assets in self.asked.places.of.values() for key in assets}
        fillable = {each.asset_class_id for key in bought for each in self.market.assets[key].exposures}
        wanted = {target.asset_class_id for target in self.market.targets if target.target_bps}
        unfillable = wanted - fillable - {self.market.cash_class or ""}
        if self.money.mode is not Mode.DEPOSIT:
            unfillable = set()
        return self._told(replace(NOTHING, unfillable=tuple(sorted(unfillable, key=self._class_key))), ())

    def _class_key(self, class_id: str) -> str:
        return self.market.class_keys[class_id]

    def _told(self, found: Spread, deals: Sequence[Deal]) -> Plan:
        asked = self.asked if not self.money.anywhere else replace(self.asked, money=_as_one(self.money))
        left = self._left_out(is_exact=True, unfillable=found.unfillable)
        method = method_of(self.market) if self.request.mode is Mode.DEPOSIT else None
        new = {purse.account_id or "": _moved(purse, asked.money.mode) for purse in asked.money.purses}
        told = self._settlement(deals, money=asked.money, left_out=left, method=method, kept_in=found.kept_in, new=new)
        smallest = smallest_trade(
            self.market, asked.money, asked.options, Fraction(self.market.composition.total_minor)
        )
        plan = replace(plan_of(told), keeps_inside=self.keeps_inside, min_trade_minor=smallest)
        return with_notes(plan, asked, method_decides=self.method_decides)

    # With one

    def searched(self, progress: PlanProgress | None, goes_on: Callable[[], bool] = always) -> Plan:
        """The plan that the planner finds; it tells of the first one, then of more of the control, then of proofs."""
        from wealthdesk.planner.practical import sheet

        problem, unfillable = problem_of(self.asked)
        if problem.mode is Mode.WITHDRAWAL and problem.total <= 0:
            # Of what is sold as a whole it need not be told which purse of an account pays.
            whole = replace(problem, purses={})
            return self._planned(whole, _all_of_it(whole), unfillable)
        tell = None if progress is None else self._telling(progress, problem, unfillable)
        found = sheet(problem, self._trades, tell, goes_on)
        plan = self._planned(problem, self._closest(problem, found), unfillable)
        if (
            goes_on()
            and plan.shortfall_minor > self.money.beyond_reach
            and problem.practical is not None
            and problem.smallest_trade
        ):
            # The money goes before the smallest trade: what it lacks may be less than that.
            any_size = replace(problem, min_trade=0, practical=replace(problem.practical, min_trade=0))
            found = sheet(any_size, self._trades, tell, goes_on)
            plan = self._planned(any_size, self._closest(any_size, found), unfillable)
        return plan

    def _telling(
        self, progress: PlanProgress, problem: Problem, unfillable: Sequence[str]
    ) -> Callable[[ControlSheet], bool]:
        """Tells of the plan of each sheet; that of the same one again is not made again."""
        last: list[tuple[ControlSheet, Plan]] = []

        def tell(found: ControlSheet) -> bool:
            if not last or last[0][0] != found:
                last[:] = [(found, self._planned(problem, found, unfillable))]
            return progress(last[0][1])

        return tell

    def _closest(self, problem: Problem, found: ControlSheet) -> ControlSheet:
        return _evenly(problem, found) if self._trades is Trades.CLOSEST else found

    @property
    def _trades(self) -> TradeCount:
        """How many trades there may be; where nothing has a target, all keep their proportions."""
        return self.request.options.trades if self.has_targets else Trades.CLOSEST

    def _planned(self, problem: Problem, found: ControlSheet, unfillable: Sequence[str]) -> Plan:
        chosen = found.chosen
        plan = self._plan(problem, chosen.answer, unfillable)
        plan = replace(
            plan,
            keeps_inside=self.keeps_inside,
            min_trade_minor=problem.smallest_trade,
            frontier=tuple(self._point(problem, point, unfillable) for point in found.points),
            is_found_further=not found.is_final,
            method=FillMethod.EVEN_FILL if chosen.answer.method == EVEN_FILL else None,
        )
        if self.has_targets and found.points:
            plan = replace(plan, best_value=found.best_value, fewest=found.fewest, closest=found.closest)
        if not plan.trades:
            return with_notes(plan, self.asked, method_decides=False, found=found.empty_because)
        is_closest = found.regret_bound is not None and chosen.trades >= found.closest
        if is_closest and found.regret_bound is not None:
            plan = replace(plan, regret_bound=_exact(found.regret_bound))
        plan = with_notes(plan, self.asked, method_decides=False)
        miss = found.regret_bound if is_closest else chosen.bound
        return (
            plan if miss is None else replace(plan, proof=self._proof(problem, found, plan, _exact(miss), is_closest))
        )

    def _plan(self, problem: Problem, answer: PlanAnswer, unfillable: Sequence[str]) -> Plan:
        """The trades of an answer, settled; once, however often it is told."""
        if id(answer) not in self._settled:
            self._settled[id(answer)] = answer, self._settle(problem, answer, unfillable)
        return self._settled[id(answer)][1]

    def _settle(self, problem: Problem, answer: PlanAnswer, unfillable: Sequence[str]) -> Plan:
        limits, market = TradeLimits(problem, answer), self.market
        deals = deals_of_answer(
            market, problem, answer, {trade.place: limits.of_trade(trade) for trade in answer.trades}
        )
        too_dear = [market.asset_of_key[key] for key in limits.too_dear()]
        left = self._left_out(is_exact=False, unfillable=unfillable, too_dear=too_dear)
        told = self._settlement(
            deals,
            left_out=left,
            account_limits={market.account_of_key[each.id]: limits.of_account(each) for each in problem.accounts},
            new=self._new(problem, answer),
            conversions=answer.conversions,
            by_currency=frozenset(market.account_of_key[key] for key in problem.accounts_with_purses),
        )
        return plan_of(told)

    def _new(self, problem: Problem, answer: PlanAnswer) -> Mapping[str, int]:
        """What comes into each account, and goes out of it; no more than what is there for it."""
        keys = self.market.account_keys
        if self.money.mode is Mode.WITHDRAWAL:
            lacking = {each.id: problem.floor_of(each) - answer.cash[each.id] for each in problem.accounts}
            paid = {key: max(0, answer.paid.get(key, 0) - max(0, lack)) for key, lack in lacking.items()}
            return {key: -paid.get(name, 0) for key, name in keys.items()}
        named = {purse.account_id: purse.new for purse in self.money.purses}
        return {key: named.get(key, 0) + answer.new_money.get(name, 0) for key, name in keys.items()}

    def _point(self, problem: Problem, point: Point, unfillable: Sequence[str]) -> FrontierPoint:
        plan = self._plan(problem, point.answer, unfillable)
        return FrontierPoint(
            trades=point.trades,
            kept=_exact(point.kept),
            drift_bps=plan.after.sum_bps,
            classes_outside=len(plan.after.outside),
            holdings_outside=len(plan.after.holdings_outside),
            sold_minor=plan.sold_minor,
            bound=None if point.bound is None else _exact(point.bound),
        )

    def _proof(self, problem: Problem, found: ControlSheet, plan: Plan, miss: Decimal, is_closest: bool) -> Proof:
        is_rebalance = self.request.mode is Mode.REBALANCE
        practical = problem.practical
        return Proof(
            miss=max(Decimal(0), miss),
            max_trades=None if is_closest else found.chosen.trades,
            costs_weigh=_weighs_costs(problem, found),
            buys_only=self.request.mode is Mode.DEPOSIT,
            sells_only=self.request.mode is Mode.WITHDRAWAL,
            into_bands=is_rebalance and practical is not None and bool(practical.bands or practical.asset_bands),
            gain_limit_minor=problem.gain_limit,
            is_bound_by=tuple(self._bound_by(plan)),
            is_final=found.is_final,
        )

    def _bound_by(self, plan: Plan) -> Sequence[str]:
        """The accounts whose rules keep a plan from being closer: no room, a buffer reached, a list of assets."""
        full = {note.account_id for note in plan.notes if note.kind is NoteKind.NO_ROOM}
        after = {each.account_id: each for each in plan.accounts}
        bound = []
        for account in self.market.open_accounts:
            cash, rules = after[account.id], self.market.rules.of_account(account.id)
            is_at_buffer = cash.buffer_minor > 0 and cash.after_minor - cash.buffer_minor < max(1, plan.min_trade_minor)
            if account.id in full or is_at_buffer or rules.may_hold is MayHold.LISTED:
                bound.append(account.id)
        return bound

    # Both

    def _settlement(self, deals: Sequence[Deal], *, money: PlanMoney | None = None, **more: Any) -> Settlement:
        gain = realised_gain(self.market, deals, self._known_lots)
        found = Settlement(self.market, self.request, money or self.money, deals, **more)
        return replace(found, realised_gain=None if gain is None else half_up(gain))

    def _left_out(
        self, *, is_exact: bool, unfillable: Sequence[str], too_dear: Sequence[str] = ()
    ) -> tuple[LeftOutOfPlan, ...]:
        options, mode = self.request.options, self.request.mode
        uses_idle = options.use_cash or mode is not Mode.DEPOSIT
        told = left_out(
            self.market, mode, is_exact=is_exact, uses_idle=uses_idle, unfillable=unfillable, too_dear=too_dear
        )
        return tuple(told)

    @cached_property
    def _known_lots(self) -> Mapping[Place, Sequence[PlanLot]]:
        return {} if self.money.mode is Mode.DEPOSIT else lots_of(self.market, self.asked.lots)


def _evenly(problem: Problem, found: ControlSheet) -> ControlSheet:
    """What was found, with even fill as the closest plan where that is exact: any amounts of one account, no costs."""
    accounts = [replace(each, cash=each.cash - each.withdrawal, withdrawal=0) for each in problem.accounts]
    plain = replace(problem, practical=None, min_trade=0, penalties={}, accounts=accounts)
    if problem.purses or not fills_evenly(plain):
        return found
    exact = filled_evenly(plain)
    answer = settle(problem, exact.lots, 0.0, EVEN_FILL)
    if not exact.trades or any(broken_rules(problem, answer)):
        return found
    count = len(answer.trades)
    point = Point(count, answer, score(problem, answer).j, 1.0, 0.0)
    points = (*(each for each in found.points if each.trades < count), point)
    best, fewest = min(found.best_value, count), min(found.fewest, count)
    return replace(
        found,
        points=points,
        best_value=best,
        fewest=fewest,
        closest=count,
        chosen=point,
        regret_bound=0.0,
        shortfall=0,
        empty_because=None,
    )


def _all_of_it(problem: Problem) -> ControlSheet:
    """The one plan of a withdrawal of everything."""
    lots = {place: -problem.most_lots(place) for place in problem.held if problem.may_sell(place)}
    sold = settle(problem, lots, 0.0, paid={})
    paid, left = dict[str, int](), problem.withdrawal
    for account in problem.accounts:
        paid[account.id] = max(0, min(left, sold.cash[account.id] - problem.floor_of(account)))
        left -= paid[account.id]
    answer = settle(problem, lots, 0.0, paid=paid)
    count = len(answer.trades)
    point = Point(count, answer, 0.0, 1.0, 0.0)
    return ControlSheet((point,) if count else (), count, count, count, point, 0.0, is_final=True)


def _as_one(money: PlanMoney) -> PlanMoney:
    """The money of all accounts as one, where nothing says which of them it comes into or goes out of."""
    sums = (sum(getattr(each, name) for each in money.purses) for name in ("cash", "idle", "keep", "buffer"))
    cash, idle, keep, buffer = sums
    return PlanMoney(money.mode, (Purse(None, cash, money.anywhere, idle, keep, buffer, takes_part=True),))


def _moved(purse: Purse, mode: Mode) -> int:
    """What comes into a purse (or goes out of it) without a trade."""
    return -min(-purse.new, max(0, purse.cash - purse.keep)) if mode is Mode.WITHDRAWAL else purse.new


def _needs_sales(market: PlanMarket) -> bool:
    """Whether a class or a holding is outside its band in a way that buying with idle cash does not mend."""
    drift = market.drift
    if drift.holdings_outside:
        return True
    return any(each.asset_class_id != market.cash_class or each.status is Status.UNDERWEIGHT for each in drift.outside)


def _weighs_costs(problem: Problem, found: ControlSheet) -> bool:
    """Whether gains, fees and new places are more of a plan than nothing, beside what any number of trades brings."""
    last = found.points[-1] if found.points else found.chosen
    gained = (score(problem, settle(problem, {})).j - last.j) / last.kept if last.kept else 0
    return problem.total > 0 and costs_of(problem, found.chosen.answer) > WEIGHING * gained


def _exact(number: Any) -> Decimal:
    """What was searched for in floats as a decimal number."""
    return Decimal(str(number))
