"""What is said of a plan beside its trades: notes on accounts and assets, why cash stays, why nothing is traded."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from wealthdesk.domain.drift import Status
from wealthdesk.domain.money import WHOLE
from wealthdesk.domain.plans import (
    AccountCash,
    EmptyBecause,
    Limit,
    Mode,
    NoteKind,
    Plan,
    PlanNote,
    Side,
    StaysBecause,
)
from wealthdesk.domain.targets import FillMethod
from wealthdesk.domain.trading_rules import RoomKind
from wealthdesk.planning.money import Purse, is_locked, method_of
from wealthdesk.planning.problem import Question


def with_notes(plan: Plan, asked: Question, *, method_decides: bool, found: EmptyBecause | None = None) -> Plan:
    """The plan with everything that is said beside it. found: why it is empty, where the planner knows."""
    telling = _Telling(plan, asked, method_decides)
    accounts = tuple(
        replace(each, stays_because=telling.stays(each, purse))
        for each, purse in zip(plan.accounts, asked.money.purses, strict=True)
    )
    if found is EmptyBecause.CASH_PAYS and plan.shortfall_minor:
        found = None
    empty = None if plan.trades else found or telling.empty()
    return replace(plan, accounts=accounts, notes=tuple(telling.notes()), empty_because=empty)


@dataclass(frozen=True)
class _Telling:
    plan: Plan
    asked: Question
    method_decides: bool

    # Notes

    def notes(self) -> Iterator[PlanNote]:
        yield from self._rooms()
        yield from self._savings()
        yield from self._held_nowhere()
        yield from self._outside()
        yield from self._other_currencies()
        yield from self._any_amount()
        yield from self._stale()
        yield from self._locked_payers()
        yield from self._method()

    def _rooms(self) -> Iterator[PlanNote]:
        """What is to be asked, and where no more may go in: rooms of money for any account, and of that named."""
        market, plan = self.asked.market, self.plan
        if plan.mode is not Mode.DEPOSIT:
            return
        new = {each.account_id: each.new_minor for each in plan.accounts}
        for account in market.open_accounts:
            room = market.rules.of_account(account.id).room
            if not self.asked.places.of.get(account.id) or market.rate(account.currency) is None:
                continue
            if room.kind is RoomKind.NOT_SET and is_locked(account) and self._is_for_any:
                yield PlanNote(NoteKind.ASK_ROOM, account.id)
            if room.kind is not RoomKind.LIMITED:
                continue
            left = market.floor_in_base(room.left_on(market.allocation.portfolio.on), account.currency)
            if self._is_for_any and new.get(account.id, 0) >= left:
                yield PlanNote(NoteKind.NO_ROOM, account.id)
            elif new.get(account.id, 0) > left:
                yield PlanNote(NoteKind.NO_ROOM, account.id, amount_minor=left)

    @property
    def _is_for_any(self) -> bool:
        """Whether the money is for any account."""
        request = self.plan.request
        return request is not None and None in request.amounts and len(self.asked.market.accounts) > 1

    def _savings(self) -> Iterator[PlanNote]:
        if self.plan.mode is Mode.WITHDRAWAL or not self._uses_idle:
            return
        for account in self.asked.market.open_accounts:
            if account.id in self.asked.places.savings and not self.asked.places.of[account.id]:
                yield PlanNote(NoteKind.ONLY_CASH, account.id)

    @property
    def _uses_idle(self) -> bool:
        return self.asked.options.use_cash or self.plan.mode is not Mode.DEPOSIT

    def _held_nowhere(self) -> Iterator[PlanNote]:
        held = {asset_id for asset_id, _ in self.asked.market.lines}
        for trade in self.plan.trades:
            if trade.side is Side.BUY and trade.asset_id not in held and trade.account_id is not None:
                yield PlanNote(NoteKind.HELD_NOWHERE, trade.account_id, (trade.asset_id,))

    def _outside(self) -> Iterator[PlanNote]:
        """Holdings that stay below their bands because the one account that may buy them has spent its cash."""
        market, places = self.asked.market, self.asked.places
        if self.plan.mode is not Mode.REBALANCE or not self.plan.trades:
            return
        only: dict[str, list[str]] = {}
        for row in self.plan.after.holdings_outside:
            able = [each.id for each in market.open_accounts if places.may_buy(each.id, row.asset_id)]
            if row.status is Status.UNDERWEIGHT and len(able) == 1 and len(market.open_accounts) > 1:
                only.setdefault(able[0], []).append(row.asset_id)
        left = {each.account_id: each.after_minor - each.buffer_minor for each in self.plan.accounts}
        for account_id in sorted(only, key=market.account_keys.__getitem__):
            if left.get(account_id, 0) < max(1, self.plan.min_trade_minor):
                assets = sorted(only[account_id], key=market.asset_keys.__getitem__)
                yield PlanNote(NoteKind.STAYS_OUTSIDE, account_id, tuple(assets))

    def _other_currencies(self) -> Iterator[PlanNote]:
        """Idle cash that the account's rules keep from being changed into another currency."""
        market = self.asked.market
        for each in self.plan.accounts:
            account_id = each.account_id
            if account_id is None or market.rules.of_account(account_id).converts or not self._uses_idle:
                continue
            own = market.allocation.portfolio.accounts[account_id].currency
            bought = {market.assets[key].currency for key in self.asked.places.of.get(account_id, ())}
            for purse in each.purses:
                if purse.after_minor and purse.currency != own and purse.currency not in bought:
                    in_base = market.floor_in_base(purse.after_minor, purse.currency)
                    yield PlanNote(NoteKind.IDLE_OTHER_CURRENCY, account_id, amount_minor=in_base)

    def _any_amount(self) -> Iterator[PlanNote]:
        """What is traded in any amount although quantities are to be whole."""
        if not self.asked.options.whole_shares:
            return
        market, mode = self.asked.market, self.plan.mode
        bought = frozenset(key for keys in self.asked.places.of.values() for key in keys)
        sold = frozenset(key for key, _ in market.held if market.may_sell(market.assets[key]))
        traded = sold if mode is Mode.WITHDRAWAL else bought if mode is Mode.DEPOSIT else sold | bought
        found = [key for key in traded if market.assets[key].lot_step is None]
        if found:
            yield PlanNote(NoteKind.ANY_AMOUNT, None, tuple(sorted(found, key=market.asset_keys.__getitem__)))

    def _stale(self) -> Iterator[PlanNote]:
        market = self.asked.market
        stale = market.allocation.valuation.stale_assets
        if stale:
            yield PlanNote(NoteKind.STALE_PRICE, None, tuple(sorted(stale, key=market.asset_keys.__getitem__)))

    def _locked_payers(self) -> Iterator[PlanNote]:
        for each in self.plan.accounts:
            if each.account_id in self.asked.money.locked_pay and each.new_minor < 0:
                yield PlanNote(NoteKind.LOCKED_PAYER, each.account_id, amount_minor=-each.new_minor)

    def _method(self) -> Iterator[PlanNote]:
        if self.method_decides:
            yield PlanNote(NoteKind.METHOD_DECIDES)
        elif self.plan.mode is Mode.DEPOSIT and method_of(self.asked.market) is not FillMethod.EVEN_FILL:
            yield PlanNote(NoteKind.METHOD_PLAYS_NO_PART)

    # What stays

    def stays(self, cash: AccountCash, purse: Purse) -> StaysBecause | None:
        """Why what is left of the cash of an account stays there."""
        if cash.after_minor <= 0:
            return None
        if cash.account_id in self.asked.places.savings and not purse.takes_part:
            return StaysBecause.ONLY_CASH
        if 0 < cash.after_minor <= cash.buffer_minor:
            return StaysBecause.BUFFER
        if self._is_for_cash:
            return StaysBecause.CASH_TARGET
        if self.plan.mode is Mode.WITHDRAWAL:
            return None if purse.takes_part else StaysBecause.NOT_ASKED
        free = cash.after_minor - purse.keep
        if free <= 0 or not purse.takes_part:
            return StaysBecause.BUFFER if purse.keep <= purse.buffer and purse.buffer else self._unused(purse)
        if free < max(self.plan.min_trade_minor, 1) or cash.limit in (Limit.CASH_USED_UP, Limit.MINIMUM_TRADE):
            return StaysBecause.TOO_LITTLE
        if not self._is_something_missing(cash.account_id):
            return StaysBecause.NOTHING_MISSING
        converts = self.asked.market.rules.of_account(cash.account_id or "").converts
        return StaysBecause.NOT_WORTH_A_TRADE if converts or len(cash.purses) < 2 else StaysBecause.OTHER_CURRENCY

    def _unused(self, purse: Purse) -> StaysBecause:
        is_able = purse.account_id is None or bool(self.asked.places.of.get(purse.account_id))
        if is_able and not self._uses_idle:
            return StaysBecause.NOT_ASKED
        return StaysBecause.NOTHING_MISSING if self.plan.trades or is_able else StaysBecause.NOT_ASKED

    @property
    def _is_for_cash(self) -> bool:
        """Whether cash has a target that what is left does not go beyond, but for what makes no trade."""
        for each in self.plan.after.classes:
            if each.asset_class_id == self.asked.market.cash_class and each.target_bps:
                slack = max(self.plan.min_trade_minor, 1)
                return each.value_minor * WHOLE <= each.target_bps * self.plan.after.classified_minor + slack * WHOLE
        return False

    def _is_something_missing(self, account_id: str | None) -> bool:
        allowed = self.asked.places.of.get(account_id or "", frozenset())
        below = {each.asset_class_id for each in self.plan.after.classes if (each.drift_bps or 0) < 0}
        return any(self.asked.market.assets[key].only_class in below for key in allowed)

    # Why nothing is traded

    def empty(self) -> EmptyBecause:
        """Why the plan trades nothing, as far as its numbers tell."""
        market, money, mode = self.asked.market, self.asked.money, self.plan.mode
        if mode is Mode.WITHDRAWAL:
            return self._no_sales()
        if not any(target.target_bps for target in market.targets):
            return EmptyBecause.NO_TARGETS
        if self.plan.keeps_inside and not money.idle:
            return EmptyBecause.INSIDE
        if money.mode is Mode.DEPOSIT:
            return self._no_purchases()
        if self.asked.options.gain_limit_minor is not None:
            return EmptyBecause.GAIN_LIMIT
        can_trade = any(self.asked.places.of.values()) or self._may_sell
        if not can_trade:
            return EmptyBecause.MAY_NOT
        return EmptyBecause.ON_TARGET if self.plan.before.is_inside else EmptyBecause.NOT_WORTH

    def _no_sales(self) -> EmptyBecause:
        if not self.asked.money.amount:
            return EmptyBecause.NO_MONEY
        if not self.plan.shortfall_minor:
            return EmptyBecause.CASH_PAYS
        is_limited = self.asked.options.gain_limit_minor is not None and self._may_sell
        return EmptyBecause.GAIN_LIMIT if is_limited else EmptyBecause.MAY_NOT

    def _no_purchases(self) -> EmptyBecause:
        money = self.asked.money
        if not money.amount and not money.idle:
            return EmptyBecause.NO_MONEY
        if self.plan.cash_reason is not None or self._is_for_cash:
            return EmptyBecause.CASH_TARGET
        if self.method_decides:
            return EmptyBecause.METHOD
        taking = [purse for purse in money.taking_part if self.asked.places.of.get(purse.account_id or "")]
        if not taking:
            return EmptyBecause.MAY_NOT
        most = max(purse.spendable for purse in taking) + max(0, money.anywhere)
        dear = any(each.limit in (Limit.CASH_USED_UP, Limit.MINIMUM_TRADE) for each in self.plan.accounts)
        if most < self.plan.min_trade_minor or dear:
            return EmptyBecause.BELOW_SMALLEST
        missing = any(self._is_something_missing(purse.account_id) for purse in taking)
        return EmptyBecause.NOT_WORTH if missing else EmptyBecause.MAY_NOT

    @property
    def _may_sell(self) -> bool:
        market = self.asked.market
        taking = {purse.account_id for purse in self.asked.money.taking_part}
        return any(place in taking and market.may_sell(market.assets[key]) for key, place in market.held)
