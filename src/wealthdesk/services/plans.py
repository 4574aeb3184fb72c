"""Plans for a scope, calculated from its targets: what a deposit buys, a withdrawal sells, and a rebalance does."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any, Final

from wealthdesk.domain.accounts import ALL_PORTFOLIO
from wealthdesk.domain.drift import Status
from wealthdesk.domain.money import half_up
from wealthdesk.domain.plans import LeftOut, Mode, Plan, PlanRequest, Side, ToAdd
from wealthdesk.domain.targets import FillMethod
from wealthdesk.domain.tax_lots import TaxLot
from wealthdesk.domain.trading_rules import TradingRules
from wealthdesk.planner.answer import Answer
from wealthdesk.planner.limits import Limits
from wealthdesk.planner.problem import Place, Problem
from wealthdesk.planner.problem import TaxLot as PlanLot
from wealthdesk.planner.trimming import trimmed
from wealthdesk.services import plan_amounts
from wealthdesk.services.allocation import Allocation
from wealthdesk.services.plan_amounts import Spread
from wealthdesk.services.plan_cash import Money, Purse, check, idle_cash, money_of
from wealthdesk.services.plan_deals import Deal, deals_of_amounts, deals_of_answer, realised_gain
from wealthdesk.services.plan_market import PlanMarket
from wealthdesk.services.plan_problem import lots_of, problem_of
from wealthdesk.services.plan_reasons import left_out
from wealthdesk.services.plan_settling import Settlement, plan_of, shortfall

NO_RULES: Final = TradingRules()
NO_LOTS: Final[Mapping[str, Sequence[TaxLot]]] = {}

Progress = Callable[[Plan], bool]
"""Told of each better plan, the first one quickly; False stops, and the best plan so far is the result."""


class Plans:
    """Calculates plans. Nothing is read or written: what is shown is what the plan is made from.

    Everything here is pure and may run in any thread.
    """

    def deposit(self, allocation: Allocation, amount_minor: int) -> Plan:
        """The plan for new money of `amount_minor` (base currency, ≥ 0) in any amounts, by the strategy's fill method.

        Look-through funds only count. A scope without targets gives a plan in which everything stays in cash.
        BadInput for a negative amount.
        """
        request = PlanRequest(Mode.DEPOSIT, {ALL_PORTFOLIO: amount_minor})
        return _Calculation.of(allocation, request, NO_RULES, NO_LOTS).exactly()

    def calculate(
        self,
        allocation: Allocation,
        request: PlanRequest,
        rules: TradingRules = NO_RULES,
        lots: Mapping[str, Sequence[TaxLot]] = NO_LOTS,
        progress: Progress | None = None,
    ) -> Plan:
        """The plan for a request; BadInput for amounts that it cannot have.

        Any amounts from one purse without costs are spread exactly, by the strategy's fill method; everything else
        (whole shares, fees, look-through funds, several accounts, a rebalance) is searched for. lots: holding id → its
        cost lots; a holding without any counts as one lot at its average cost, where that is known.
        """
        calculation = _Calculation.of(allocation, request, rules, lots)
        return calculation.exactly() if calculation.is_exact else calculation.searched(progress)

    def is_instant(self, allocation: Allocation, request: PlanRequest, rules: TradingRules = NO_RULES) -> bool:
        """Whether `calculate` takes no longer than drawing its outcome, and needs nothing to be imported for it."""
        return _Calculation.of(allocation, request, rules, NO_LOTS).is_exact

    def idle_cash(self, allocation: Allocation, rules: TradingRules = NO_RULES) -> int:
        """The cash above the buffers that may be spent with a deposit, in minor units of the base currency."""
        return idle_cash(PlanMarket.of(allocation, rules))

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
    """One request with all that it is calculated from. `money` is what is done: a rebalance inside its bands buys."""

    market: PlanMarket
    request: PlanRequest
    money: Money
    lots: Mapping[str, Sequence[TaxLot]]

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
        money = money_of(market, request)
        if request.mode is Mode.REBALANCE and not _needs_sales(market):
            money = replace(money, mode=Mode.DEPOSIT, purses=tuple(_only_buying(money)))
        return cls(market, request, money, lots)

    @property
    def is_exact(self) -> bool:
        """Whether a fill method alone decides, or nothing at all is to be done."""
        has_targets = any(target.target_bps for target in self.market.targets)
        if not self.money.taking_part or (self.money.mode is not Mode.WITHDRAWAL and not has_targets):
            return True
        if self.money.mode is Mode.DEPOSIT and not any(purse.spendable for purse in self.money.taking_part):
            return True
        return plan_amounts.is_exact(self.market, self.money, self.request.options)

    def exactly(self) -> Plan:
        """The plan by a fill method; an empty one where nothing is to be done."""
        market, mode = self.market, self.money.mode
        purses = self.money.taking_part or self.money.purses
        method = plan_amounts.method_of(market) if mode is Mode.DEPOSIT else FillMethod.EVEN_FILL
        if len(purses) != 1 or mode is Mode.REBALANCE:
            return self._spread(Spread({}), (), method)
        is_deposit = mode is Mode.DEPOSIT
        found = (plan_amounts.spread if is_deposit else plan_amounts.raised)(market, purses[0])
        side = Side.BUY if is_deposit else Side.SELL
        return self._spread(found, deals_of_amounts(market, found.amounts, side, purses[0].account_id), method)

    def _spread(self, found: Spread, deals: Sequence[Deal], method: FillMethod) -> Plan:
        left = self._left_out(is_exact=True, unfillable=found.unfillable)
        how = method if self.request.mode is not Mode.REBALANCE else None
        return plan_of(self._settlement(deals, left_out=left, method=how, kept_in=found.kept_in))

    def searched(self, progress: Progress | None) -> Plan:
        """The plan that the planner finds; it tells of better and better ones."""
        from wealthdesk.planner.calculate import calculate

        problem, empty = problem_of(self.market, self.money, self.request.options, self.lots)
        tell = None if progress is None else lambda answer: progress(self._planned(problem, answer, empty))
        return self._planned(problem, calculate(problem, tell), empty)

    def _planned(self, problem: Problem, found: Answer, empty: Sequence[str]) -> Plan:
        answer = trimmed(problem, found) if problem.mode is Mode.WITHDRAWAL else found
        limits = Limits(problem, answer)
        known = self._known_lots
        deals = deals_of_answer(
            self.market, problem, answer, {trade.place: limits.of_trade(trade) for trade in answer.trades}, known
        )
        left = self._left_out(is_exact=False, unfillable=empty, too_dear=limits.too_dear())
        of_accounts = {account.id: limits.of_account(account) for account in problem.accounts}
        told = self._settlement(deals, left_out=left, account_limits=of_accounts)
        bound = None if answer.regret_bound is None else Decimal(str(answer.regret_bound))
        return replace(plan_of(told), regret_bound=bound)

    def _settlement(self, deals: Sequence[Deal], **more: Any) -> Settlement:
        gain = realised_gain(self.market, deals, self._known_lots)
        missing = shortfall(self.money, deals)
        found = Settlement(self.market, self.request, self.money, deals, shortfall=missing, **more)
        return replace(found, realised_gain=None if gain is None else half_up(gain))

    def _left_out(
        self, *, is_exact: bool, unfillable: Sequence[str], too_dear: Sequence[str] = ()
    ) -> tuple[LeftOut, ...]:
        options, mode = self.request.options, self.request.mode
        uses_idle = options.use_cash or mode is Mode.REBALANCE
        told = left_out(
            self.market, mode, is_exact=is_exact, uses_idle=uses_idle, unfillable=unfillable, too_dear=too_dear
        )
        return tuple(told)

    @cached_property
    def _known_lots(self) -> Mapping[Place, Sequence[PlanLot]]:
        return {} if self.money.mode is Mode.DEPOSIT else lots_of(self.market, self.lots)


def _only_buying(money: Money) -> Iterator[Purse]:
    """The purses of a rebalance in which nothing is sold: what has money to spend takes part."""
    return (replace(purse, takes_part=purse.spendable > 0) for purse in money.purses)


def _needs_sales(market: PlanMarket) -> bool:
    """Whether a class is outside its band in a way that buying with idle cash does not mend."""
    return any(
        each.asset_class_id != market.cash_class or each.status is Status.UNDERWEIGHT for each in market.drift.outside
    )
