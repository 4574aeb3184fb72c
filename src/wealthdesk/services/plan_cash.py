"""The money of a plan: what each account has, what comes in or goes out, and what has to be left of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from wealthdesk.domain.accounts import ALL_PORTFOLIO, Account, Scope
from wealthdesk.domain.plans import Mode, PlanRequest
from wealthdesk.errors import BadInput
from wealthdesk.services.plan_market import PlanMarket


@dataclass(frozen=True, slots=True)
class Purse:
    """The money of one account (None: of all as one), in minor units of the base currency.

    new: what comes in (+) or goes out (−). idle: what of the cash may be spent, in a withdrawal paid out, with it.
    keep: what has to be left afterwards. buffer: what the account's own rule is. takes_part: whether it trades at all.
    """

    account_id: Scope
    cash: int
    new: int
    idle: int
    keep: int
    buffer: int
    takes_part: bool

    @property
    def spendable(self) -> int:
        """What can be spent without a sale."""
        return max(0, self.cash + self.new - self.keep)


@dataclass(frozen=True, slots=True)
class Money:
    """What is done with the money of a scope: the purses, and whether they are one for any account."""

    mode: Mode
    purses: tuple[Purse, ...]

    @property
    def is_pooled(self) -> bool:
        """Whether all accounts are planned as one."""
        return any(purse.account_id is ALL_PORTFOLIO for purse in self.purses)

    @property
    def taking_part(self) -> tuple[Purse, ...]:
        """The purses that may trade."""
        return tuple(purse for purse in self.purses if purse.takes_part)

    @property
    def idle(self) -> int:
        """The idle cash that is put to use."""
        return sum(purse.idle for purse in self.purses)


def check(market: PlanMarket, request: PlanRequest) -> None:
    """Raises BadInput for amounts that a plan cannot have."""
    accounts = {account.id for account in market.accounts}
    if any(minor < 0 for minor in request.amounts.values()):
        raise BadInput(
            "A deposit is above 0. To take money out, choose Withdraw."
            if request.mode is Mode.DEPOSIT
            else "A withdrawal is above 0. To put money in, choose Deposit."
        )
    if request.mode is Mode.REBALANCE and request.amount_minor:
        raise BadInput("A rebalance has no amount. To put money in, choose Deposit.")
    named = {key for key in request.amounts if key is not None}
    if named and None in request.amounts:
        raise BadInput("An amount is for any account or for named ones, not both. Leave one of the two out.")
    if named - accounts:
        raise BadInput("One of the accounts is not part of what is shown. Choose one of its accounts.")


def money_of(market: PlanMarket, request: PlanRequest) -> Money:
    """The purses of a request; a rebalance plans each account for itself, and all use their idle cash."""
    amounts: Mapping[Scope, int] = request.amounts or ({} if request.mode is Mode.REBALANCE else {None: 0})
    uses_idle = request.options.use_cash or request.mode is Mode.REBALANCE
    if None in amounts and len(market.accounts) == 1:
        amounts = {market.accounts[0].id: amounts[None]}
    purses = tuple(_purse(market, account, request.mode, amounts, uses_idle) for account in market.accounts)
    if None in amounts:
        purses = (_pooled(purses, _signed(request.mode, amounts[None])),)
    return Money(request.mode, purses)


def idle_cash(market: PlanMarket) -> int:
    """The cash above the buffers of all accounts that may be spent, in minor units of the base currency."""
    return sum(_idle(market, account) for account in market.accounts)


def _purse(market: PlanMarket, account: Account, mode: Mode, amounts: Mapping[Scope, int], uses_idle: bool) -> Purse:
    cash, buffer, new = market.cash[account.id], _buffer(market, account), _signed(mode, amounts.get(account.id, 0))
    is_meant = mode is not Mode.WITHDRAWAL or account.id in amounts or None in amounts
    idle = _idle(market, account) if uses_idle and is_meant else 0
    keep = cash - idle if mode is Mode.WITHDRAWAL else max(buffer, cash - idle)
    takes_part = mode is Mode.REBALANCE or new != 0 or (mode is Mode.DEPOSIT and idle > 0)
    return Purse(account.id, cash, new, idle, keep, buffer, takes_part)


def _pooled(purses: tuple[Purse, ...], new: int) -> Purse:
    """All as one. What is new does not fill up the buffers: nobody said which account it is for."""
    cash, idle = sum(each.cash for each in purses), sum(each.idle for each in purses)
    return Purse(None, cash, new, idle, cash - idle, sum(each.buffer for each in purses), new != 0 or idle > 0)


def _signed(mode: Mode, amount: int) -> int:
    return -amount if mode is Mode.WITHDRAWAL else amount


def _buffer(market: PlanMarket, account: Account) -> int:
    """The account's buffer; all of its cash where that is in a currency without a rate."""
    converted = market.in_base(market.rules.of_account(account.id).buffer_minor, account.currency)
    return market.cash[account.id] if converted is None else converted


def _idle(market: PlanMarket, account: Account) -> int:
    if account.is_archived or not market.is_cash_free:
        return 0
    return max(0, market.cash[account.id] - _buffer(market, account))
