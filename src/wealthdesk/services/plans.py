"""What the user can do with plans beyond calculating them: options, planned deposits, orders placed, plans recorded."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from wealthdesk.changes import Topic
from wealthdesk.domain.accounts import Account, Scope
from wealthdesk.domain.drift import Allocation
from wealthdesk.domain.holdings import Holding, Portfolio
from wealthdesk.domain.money import LARGEST_MINOR, WHOLE, half_up
from wealthdesk.domain.plans import (
    AccountCash,
    Conversion,
    Fill,
    Order,
    Plan,
    PlanOptions,
    RecordedAmount,
    RecordedChange,
    RecordedPlan,
)
from wealthdesk.domain.schedule import DateOutcome, DateState, DepositDate, PlannedDeposit, checked_deposit, states
from wealthdesk.domain.tax_lots import TaxLots
from wealthdesk.errors import BadInput, CannotUndo, PortfolioChanged
from wealthdesk.planning.recording import (
    Books,
    RecordingOutcome,
    checked_conversions,
    checked_fills,
    fills_of,
    money_of,
    placed,
)
from wealthdesk.storage import assets as asset_storage
from wealthdesk.storage import holdings as holding_storage
from wealthdesk.storage import plans as storage
from wealthdesk.storage import settings
from wealthdesk.storage import trading_rules as rule_storage
from wealthdesk.storage.connection import Reading
from wealthdesk.storage.database import Database, also, named
from wealthdesk.storage.holdings import load_portfolio

if TYPE_CHECKING:
    from wealthdesk.storage.writing import Writing

_DATE_OF: Final = "planned date of "
"""The settings that say for which date of a planned deposit a plan was recorded, by the id of the plan."""


class RememberedOptions:
    """The options for the plans of a strategy: read, keep."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, strategy_id: str) -> PlanOptions:
        """The options of a strategy; the usual ones while none were chosen."""
        with self._database.read() as connection:
            return storage.options_of(connection, strategy_id)

    def keep(self, strategy_id: str, options: PlanOptions) -> None:
        """Keeps the options of a strategy; keeping what is kept already writes nothing. NotFound if it is gone."""
        for minor, what in ((options.min_trade_minor or 0, "smallest trade"), (options.gain_limit_minor or 0, "limit")):
            if not 0 <= minor <= LARGEST_MINOR:
                raise BadInput(f"The {what} is 0 or more, and at most 10 million million. Check the decimal mark.")
        if not 0 <= options.gain_cost_bps <= WHOLE:
            raise BadInput("What a gain costs lies between 0% and 100%. Check the decimal mark.")
        if isinstance(options.trades, int) and not 1 <= options.trades <= LARGEST_MINOR:
            raise BadInput("The number of trades is 1 or more. Change it.")
        if self.of(strategy_id) != options:
            with self._database.write(Topic.PLANS) as connection:
                storage.set_options(connection, strategy_id, options)


class PlacedOrders:
    """The orders of a plan that were placed at the broker: read, keep."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def kept(self, scope: Scope) -> tuple[str, frozenset[Order]]:
        """The signature of the plan whose orders were ticked off last, and these orders."""
        with self._database.read() as connection:
            return storage.placed_orders(connection, scope)

    def of(self, scope: Scope, signature: str | None = None) -> frozenset[Order]:
        """The orders that were ticked off; with a signature only those of the plan that has it."""
        kept, orders = self.kept(scope)
        return orders if signature in (None, kept) else frozenset()

    def keep(self, scope: Scope, signature: str, orders: Iterable[Order]) -> None:
        """Keeps these alone for the scope; keeping what is kept already writes nothing. NotFound for what is gone.

        signature: a text that is another one as soon as the plan is, so that ticks of another plan never count.
        """
        chosen = frozenset(orders)
        with self._database.read() as connection:
            if storage.placed_orders(connection, scope) == (signature if chosen else "", chosen):
                return
        # No page shows what only the sheet itself changes, so nothing is announced.
        with self._database.write() as connection:
            storage.set_placed_orders(connection, scope, signature, chosen)


class Schedule:
    """Planned deposits."""

    def __init__(self, database: Database, today: Callable[[], date]) -> None:
        self._database = database
        self._today = today

    def all(self) -> list[PlannedDeposit]:
        """Every planned deposit, those that begin first first."""
        with self._database.read() as connection:
            return storage.all_deposits(connection)

    def dates(self) -> list[tuple[DepositDate, DateState]]:
        """The dates that have come and the next one of each deposit, the earliest first. Nothing is summed up."""
        with self._database.read() as connection:
            known = storage.outcomes(connection)
            found = [
                one
                for each in storage.all_deposits(connection)
                for one in states(each, known.get(each.id, {}), self._today())
            ]
        return sorted(found, key=lambda one: one[0].working_day)

    def open_dates(self, scope: Scope) -> list[tuple[DepositDate, DateState]]:
        """The dates of a scope that are due or were missed, the latest first."""
        wanted = (DateState.DUE, DateState.MISSED)
        found = [one for one in self.dates() if one[0].deposit.scope == scope and one[1] in wanted]
        return found[::-1]

    def skip(self, one: DepositDate) -> None:
        """Keeps that nothing is deposited on a date; NotFound if its deposit is gone."""
        with self._database.write(Topic.PLANS) as connection:
            storage.set_outcome(connection, one.deposit.id, one.on, DateOutcome.SKIPPED)
            named(connection, "skipped date of a planned deposit")

    def add(self, new: PlannedDeposit) -> None:
        """Keeps a new planned deposit; BadInput for one that cannot be kept."""
        checked_deposit(new)
        with self._database.write(Topic.PLANS) as connection:
            storage.add_deposit(connection, new)
            named(connection, "planned deposit")

    def remove(self, deposit: PlannedDeposit) -> None:
        """Removes a planned deposit; NotFound if it is gone."""
        with self._database.write(Topic.PLANS) as connection:
            storage.remove_deposit(connection, deposit.id)
            named(connection, "removal of a planned deposit")


class RecordedPlans:
    """Recorded plans: list, record, undo, record again. Each of these is one transaction."""

    def __init__(self, database: Database, today: Callable[[], date], now: Callable[[], datetime]) -> None:
        self._database = database
        self._today = today
        self._now = now

    def all(self) -> list[RecordedPlan]:
        """Every recorded plan, the newest first, undone ones too."""
        with self._database.read() as connection:
            return storage.all_plans(connection)

    def get(self, plan_id: str) -> RecordedPlan:
        """One recorded plan; NotFound if it is gone."""
        with self._database.read() as connection:
            return storage.plan(connection, plan_id)

    def fills_of(self, plan: Plan, allocation: Allocation) -> tuple[Fill, ...]:
        """The trades of a plan as fills, to be edited before they are recorded. Pure."""
        return fills_of(plan, allocation)

    def preview(
        self,
        plan: Plan,
        allocation: Allocation,
        fills: Iterable[Fill],
        converted: Iterable[Conversion] | None = None,
    ) -> tuple[AccountCash, ...]:
        """The cash of every account that recording would touch, in base-currency minor units. Nothing is kept.

        converted: the conversions; None: those of the plan. Refuses what `record` would refuse, with the same sentence.
        """
        books, money = Books(allocation.portfolio, plan.base_currency, {}), money_of(plan, allocation.scope)
        with self._database.read() as connection:
            done = _Done(tuple(fills), _conversions(plan, converted), money, _trading_archived(connection))
        outcome, amounts = _carried_out(books, done, allocation.scope)
        return tuple(
            AccountCash(each, half_up(before.worth), amounts.get(each, 0), half_up(after.worth))
            for each, (before, after) in sorted(outcome.cash_books.items())
        )

    def record(
        self,
        plan: Plan,
        allocation: Allocation,
        fills: Iterable[Fill],
        converted: Iterable[Conversion] | None = None,
        due: DepositDate | None = None,
        on: date | None = None,
    ) -> RecordedPlan:
        """Keeps that a plan of this allocation was carried out with these fills: holdings and cash change as they say.

        converted: the money that was changed into other currencies; None: as the plan says. due: the date of a planned
        deposit that this was, which is ticked off. on: the day of the trades, which the lots that were bought are of;
        None: today. What is held changes in the history of holdings on the day of recording. New money comes in in the
        currency of the account, and goes out in it, at the portfolio's rate (without one: in the base currency). A
        purchase is paid from the cash in the asset's currency; what lacks is exchanged from the account's cash in the
        base currency, then from its other cash, the largest first, at the portfolio's rates. Prices in the file stay
        as they are.
        PortfolioChanged if the holdings of these accounts are not those the plan was made from; BadInput or NotFound,
        in one sentence, for fills that cannot be, or an account that lacks cash or holds less than is sold.
        """
        chosen, money = tuple(fills), money_of(plan, allocation.scope)
        on = on or self._today()
        if on > self._today():
            raise BadInput("The day is after today. Write the day on which the orders were carried out.")
        with self._database.write(Topic.PLANS, Topic.HOLDINGS) as connection:
            portfolio = load_portfolio(connection, self._today())
            done = _Done(chosen, _conversions(plan, converted), money, _trading_archived(connection))
            _check_unchanged(allocation, portfolio, done)
            portfolio = replace(portfolio, rates=allocation.portfolio.rates, on=on)
            books = Books(portfolio, plan.base_currency, holding_storage.all_lots(connection))
            new = self._begun(plan, allocation, abs(sum(money.values())), on)
            storage.set_placed_orders(connection, allocation.scope, "", ())
            if due is not None:
                storage.set_outcome(connection, due.deposit.id, due.on, DateOutcome.RECORDED)
                settings.set_setting(connection, f"{_DATE_OF}{new.id}", f"{due.on} {due.deposit.id}")
            kept = _kept(connection, books, new, done)
            named(connection, f"recorded plan, {_trades(kept)}")
            return kept

    def _begun(self, plan: Plan, allocation: Allocation, amount_minor: int, on: date) -> RecordedPlan:
        """The record of a plan, as yet without its trades and what they changed."""
        return RecordedPlan(
            id=str(uuid4()),
            recorded_at=_moment_of(on, self._today(), self._now()),
            scope=allocation.scope,
            scope_name=allocation.scope_name,
            strategy_name=allocation.strategy.name if allocation.strategy else "",
            mode=plan.mode,
            amount_minor=amount_minor,
            base_currency=plan.base_currency,
            drift_before_bps=plan.before.sum_bps,
            drift_after_bps=plan.after.sum_bps,
            trades=(),
            changes=(),
        )

    def undo(self, plan_id: str) -> None:
        """Puts back every holding that a plan changed, and opens the date of the planned deposit that it ticked off.

        CannotUndo if one of the holdings is not as the plan left it.
        """
        with self._database.write(Topic.PLANS, Topic.HOLDINGS) as connection:
            recorded = storage.plan(connection, plan_id)
            if why := _why_not_undo(connection, recorded):
                raise CannotUndo(why)
            ids = {(h.account_id, h.asset_id): h.id for h in holding_storage.all_holdings(connection)}
            for change in recorded.changes:
                known = ids.get((str(change.account_id), str(change.asset_id)))
                _put(connection, change, known, change.quantity_before, change.cost_before_minor, change.lots_before)
            storage.mark_undone(connection, plan_id, self._now())
            if (ticked := _ticked_by(connection, plan_id)) is not None:
                storage.remove_outcome(connection, *ticked)
            named(connection, f"undoing of a recorded plan, {_trades(recorded)}")

    def can_undo(self, plan_id: str) -> str | None:
        """None where a plan can be undone; else the sentence why not."""
        with self._database.read() as connection:
            return _why_not_undo(connection, storage.plan(connection, plan_id))

    def record_again(self, plan_id: str) -> RecordedPlan:
        """Carries out the fills of an undone plan once more, on the holdings as they are now; it becomes the newest.

        Its day stays that of the trades. Refuses what `record` refuses, but for holdings that changed.
        """
        with self._database.write(Topic.PLANS, Topic.HOLDINGS) as connection:
            recorded = storage.plan(connection, plan_id)
            if why := _why_not_again(recorded):
                raise BadInput(why)
            on = recorded.recorded_at.astimezone().date()
            portfolio = replace(load_portfolio(connection, self._today()), on=on)
            books = Books(portfolio, recorded.base_currency, holding_storage.all_lots(connection))
            money: dict[Scope, int] = {each.account_id: each.amount_minor for each in recorded.amounts}
            storage.remove_plan(connection, plan_id)
            again = replace(recorded, undone_at=None)
            done = _Done(_fills_again(recorded), _converted_again(recorded), money, _trading_archived(connection))
            named(connection, f"recorded plan, {_trades(recorded)}")
            ticked = _ticked_by(connection, plan_id)
            if ticked is not None and ticked[0] in {each.id for each in storage.all_deposits(connection)}:
                storage.set_outcome(connection, *ticked, DateOutcome.RECORDED)
            return _kept(connection, books, again, done)

    def can_record_again(self, plan_id: str) -> str | None:
        """None where a plan was undone and all that it names is still there; else the sentence why not."""
        return _why_not_again(self.get(plan_id))


def _moment_of(on: date, today: date, now: datetime) -> datetime:
    """The moment that a plan of a day is kept with: now, or noon of an earlier day, here."""
    return now if on == today else datetime.combine(on, time(12)).astimezone()


@dataclass(frozen=True, slots=True)
class _Done:
    """What was done at the brokers: trades, conversions, and the money per account (None: any of them).

    trading_archived: the archived accounts that trade all the same.
    """

    fills: tuple[Fill, ...]
    converted: tuple[Conversion, ...]
    money: Mapping[Scope, int]
    trading_archived: frozenset[str]


def _conversions(plan: Plan, converted: Iterable[Conversion] | None) -> tuple[Conversion, ...]:
    return plan.conversions if converted is None else tuple(converted)


def _trading_archived(connection: Reading) -> frozenset[str]:
    accounts = rule_storage.trading_rules(connection).accounts
    return frozenset(account_id for account_id, rules in accounts.items() if rules.trades_archived)


def _carried_out(books: Books, done: _Done, scope: Scope) -> tuple[RecordingOutcome, dict[str, int]]:
    fills = checked_fills(done.fills, books.portfolio, books.units, done.trading_archived)
    converted = checked_conversions(done.converted, books.portfolio, books.units)
    inside = books.portfolio.accounts_in(scope)
    accounts: list[Account] = [each for each in books.portfolio.accounts.values() if each.id in inside]
    amounts = placed(done.money, fills, books, accounts)
    if not fills and not converted and not amounts:
        raise BadInput("There is nothing to record: no trade is left, and no money comes in or goes out.")
    return books.carry_out(fills, amounts, converted), amounts


def _kept(connection: "Writing", books: Books, new: RecordedPlan, done: _Done) -> RecordedPlan:
    """Carries out what was done and keeps what that changes, with the plan as it was carried out."""
    outcome, amounts = _carried_out(books, done, new.scope)
    if outcome.new_assets:
        asset_storage.add_assets(connection, outcome.new_assets)
        also(connection, Topic.ASSETS)
    changes = tuple(replace(each, holding_id=each.holding_id or str(uuid4())) for each in outcome.changes)
    for each in changes:
        known = None if each.quantity_before is None else each.holding_id
        _put(connection, each, known, each.quantity_after, each.cost_after_minor, each.lots_after)
    accounts = books.portfolio.accounts
    told = tuple(RecordedAmount(each, accounts[each].name, minor) for each, minor in sorted(amounts.items()))
    kept = replace(new, trades=outcome.trades, conversions=outcome.conversions, changes=changes, amounts=told)
    storage.add_plan(connection, kept)
    return storage.plan(connection, new.id)


def _trades(recorded: RecordedPlan) -> str:
    return "1 trade" if len(recorded.trades) == 1 else f"{len(recorded.trades)} trades"


def _put(
    connection: "Writing",
    change: RecordedChange,
    known_id: str | None,
    quantity: Decimal | None,
    cost_minor: int | None,
    lots: TaxLots,
) -> None:
    """Makes the holding of a change (known_id: it exists under that id) what it is to be; None: it goes."""
    holding_id = known_id or change.holding_id
    if quantity is None:
        holding_storage.remove_holdings(connection, [holding_id])
        return
    if known_id is None:
        # One that is made again is what it was, in all that a plan does not change too.
        made = change.before or Holding(holding_id, str(change.account_id), str(change.asset_id), quantity)
        again = replace(made, id=holding_id, quantity=quantity, cost_basis_minor=cost_minor)
        holding_storage.add_holdings(connection, [again])
    else:
        held = holding_storage.holding(connection, holding_id)
        holding_storage.change_holding(connection, replace(held, quantity=quantity, cost_basis_minor=cost_minor))
    holding_storage.set_lots(connection, holding_id, lots)


def _check_unchanged(allocation: Allocation, now: Portfolio, done: _Done) -> None:
    """Raises PortfolioChanged when an account that is touched does not hold what the plan was made from."""
    then = allocation.portfolio
    if not now.has_scope(allocation.scope):
        raise PortfolioChanged(f"“{allocation.scope_name}” does not exist any more. Nothing was recorded.")
    touched = {fill.account_id for fill in done.fills} | {each.account_id for each in done.converted}
    touched |= {each for each in done.money if each is not None}
    if None in done.money:
        touched |= then.accounts.keys()
    for account_id in sorted(touched & then.accounts.keys()):
        if account_id not in now.accounts or _held(then, account_id) != _held(now, account_id):
            raise PortfolioChanged(
                f"“{then.accounts[account_id].name}” was changed after this plan was made. Nothing was recorded; "
                "look at the plan again."
            )


def _held(portfolio: Portfolio, account_id: str) -> dict[str, Decimal]:
    return {h.asset_id: h.quantity for h in portfolio.holdings if h.account_id == account_id and h.quantity}


def _ticked_by(connection: Reading, plan_id: str) -> tuple[str, date] | None:
    """The planned deposit, and the date of it, that a plan was recorded for."""
    on, _, deposit_id = (settings.setting(connection, f"{_DATE_OF}{plan_id}") or "").partition(" ")
    return (deposit_id, date.fromisoformat(on)) if deposit_id else None


def _why_not_undo(connection: Reading, recorded: RecordedPlan) -> str | None:
    if recorded.is_undone:
        return "This plan was undone already."
    held = {(h.account_id, h.asset_id): h for h in holding_storage.all_holdings(connection)}
    lots = holding_storage.all_lots(connection)
    for change in recorded.changes:
        where = f"{change.symbol} in “{change.account_name}”"
        if change.account_id is None or change.asset_id is None:
            return f"{where} does not exist any more, so this plan cannot be undone."
        holding = held.get((change.account_id, change.asset_id))
        now = (holding.quantity, holding.cost_basis_minor, lots.get(holding.id, ())) if holding else (None, None, ())
        if now != (change.quantity_after, change.cost_after_minor, change.lots_after):
            return f"{where} was changed after this plan was recorded, so the plan cannot be undone."
    return None


def _why_not_again(recorded: RecordedPlan) -> str | None:
    if not recorded.is_undone:
        return "This plan stands as it was recorded. Undo it before it is recorded again."
    for name, gone in (
        *((each.account_name, each.account_id is None) for each in recorded.amounts),
        *((each.account_name, each.account_id is None) for each in recorded.conversions),
        *((f"{t.symbol} in {t.account_name}", t.account_id is None or t.asset_id is None) for t in recorded.trades),
    ):
        if gone:
            return f"“{name}” does not exist any more, so this plan cannot be recorded again."
    return None


def _fills_again(recorded: RecordedPlan) -> tuple[Fill, ...]:
    return tuple(
        Fill(str(each.account_id), str(each.asset_id), each.side, each.quantity, each.price, each.fee_minor)
        for each in recorded.trades
    )


def _converted_again(recorded: RecordedPlan) -> tuple[Conversion, ...]:
    return tuple(
        Conversion(
            str(each.account_id), each.source, each.to, each.source_minor, each.to_minor, each.rate, each.fee_minor
        )
        for each in recorded.conversions
    )
