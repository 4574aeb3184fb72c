"""The money of a plan: where it lies and may go, and the amounts that a fill method alone makes of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Final

from wealthdesk.domain.accounts import Account, AccountKind, Scope
from wealthdesk.domain.assets import Asset
from wealthdesk.domain.money import WHOLE, from_minor, half_up
from wealthdesk.domain.plans import Mode, PlanOptions, PlanRequest
from wealthdesk.domain.targets import FillMethod, Unfillable
from wealthdesk.domain.trading_rules import Room, RoomKind
from wealthdesk.errors import BadInput
from wealthdesk.planner.fill import ClassPart, FillLine, HoldingPart, can_be_bought, deposit, settle, weighted
from wealthdesk.planning.market import BuyingPlaces, PlanMarket, targets_of


@dataclass(frozen=True, slots=True)
class Purse:
    """The money of one account (None: of all as one), in minor units of the base currency.

    new: what comes in (+) or goes out (−) because the user named it. idle: what of the cash may be spent, in a
    withdrawal paid out, with it. keep: what has to be left afterwards. buffer: what the account's own rule is.
    takes_part: whether it trades at all. room: the most that may come in of money for any account; None: no limit.
    """

    account_id: Scope
    cash: int
    new: int
    idle: int
    keep: int
    buffer: int
    takes_part: bool
    room: int | None = None

    @property
    def spendable(self) -> int:
        """What can be spent without a sale, money for any account not counted."""
        return max(0, self.cash + self.new - self.keep)


@dataclass(frozen=True, slots=True)
class PlanMoney:
    """What is done with the money of a scope. anywhere: what comes in (+) or goes out (−) where it is best."""

    mode: Mode
    purses: tuple[Purse, ...]
    anywhere: int = 0
    shared_rooms: tuple[tuple[frozenset[str], int], ...] = ()
    locked_pay: frozenset[str] = field(default_factory=frozenset)
    """Accounts of old-age money that pay a withdrawal because the others cannot."""
    beyond_reach: int = 0
    """What of a withdrawal no sale can raise: it is asked for, and not in the purses."""
    only_buys: bool = False
    """Whether it is that of a rebalance that sells nothing: idle cash alone, of no amount that was asked for."""

    @property
    def amount(self) -> int:
        """All the money that is to come in, or to go out."""
        return abs(self.anywhere) + sum(abs(purse.new) for purse in self.purses) + self.beyond_reach

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
    if request.mode is Mode.REBALANCE and any(request.amounts.values()):
        raise BadInput("A rebalance has no amount. To put money in, choose Deposit.")
    named = {key for key in request.amounts if key is not None}
    if named and None in request.amounts:
        raise BadInput("An amount is for any account or for named ones, not both. Leave one of the two out.")
    if named - accounts:
        raise BadInput("One of the accounts is not part of what is shown. Choose one of its accounts.")
    for account in market.accounts:
        if request.amounts.get(account.id) and market.rate(account.currency) is None:
            raise BadInput(
                f"There is no exchange rate for {account.currency}, the currency of “{account.name}”. "
                "Add one under Holdings first."
            )


def places_of(market: PlanMarket, request: PlanRequest) -> BuyingPlaces:
    """Where assets may be bought for this request."""
    return BuyingPlaces(market, frozenset(key for key, minor in request.amounts.items() if key is not None and minor))


def money_of(market: PlanMarket, request: PlanRequest, places: BuyingPlaces, *, only_buys: bool = False) -> PlanMoney:
    """The purses of a request. A withdrawal and a rebalance use idle cash. only_buys: a rebalance that sells nothing.

    BadInput where the accounts have less room than the new money that was given for any of them.
    """
    mode = Mode.DEPOSIT if only_buys else request.mode
    named, anywhere = _amounts(market, request)
    uses_idle = request.options.use_cash or request.mode is not Mode.DEPOSIT
    rooms = Rooms(market, places) if mode is Mode.DEPOSIT and anywhere else None
    payers, locked = _payers(market, anywhere) if mode is Mode.WITHDRAWAL else (frozenset[str](), frozenset[str]())
    made = _Purses(market, places, mode, uses_idle, rooms, payers)
    purses = tuple(made.of(account, named.get(account.id, 0)) for account in market.accounts)
    if rooms is not None:
        rooms.check(anywhere)
    shared = rooms.shared if rooms is not None else ()
    signed = -anywhere if mode is Mode.WITHDRAWAL else anywhere
    alone = [purse for purse in purses if purse.takes_part]
    if anywhere and len(alone) == 1:
        # There is no choice: all of it is that account's.
        purses = tuple(replace(each, new=signed, room=None) if each is alone[0] else each for each in purses)
        signed, shared = 0, ()
    money = PlanMoney(mode, purses, signed, shared, locked if anywhere else frozenset(), only_buys=only_buys)
    return _within_reach(market, money) if mode is Mode.WITHDRAWAL else money


def _within_reach(market: PlanMarket, money: PlanMoney) -> PlanMoney:
    """The withdrawal of what can be raised: what one account cannot raise is no matter of the others."""
    accounts = market.allocation.portfolio.accounts
    most = {
        purse.account_id or "": most_raised(market, accounts[purse.account_id or ""]) for purse in money.taking_part
    }
    purses = tuple(replace(each, new=max(each.new, -most.get(each.account_id or "", 0))) for each in money.purses)
    anywhere = max(money.anywhere, -sum(most.values()))
    within = replace(money, purses=purses, anywhere=anywhere)
    return replace(within, beyond_reach=money.amount - within.amount)


def as_one(market: PlanMarket, amount: int) -> PlanMoney:
    """A deposit into all accounts as if they were one, of which nothing else is used."""
    cash, buffer = sum(market.cash.values()), sum(_buffer(market, account) for account in market.accounts)
    return PlanMoney(Mode.DEPOSIT, (Purse(None, cash, amount, 0, cash, buffer, takes_part=amount > 0),))


def idle_cash(market: PlanMarket, places: BuyingPlaces) -> int:
    """The cash above the buffers that may be spent where it is, in minor units of the base currency."""
    return sum(_idle(market, account) for account in market.open_accounts if places.of.get(account.id))


def _amounts(market: PlanMarket, request: PlanRequest) -> tuple[Mapping[str, int], int]:
    """Account id → amount in the base currency, and what is for any account; of a single account all is its own."""
    anywhere = request.amounts.get(None, 0)
    currencies = {account.id: account.currency for account in market.accounts}
    named = {
        key: market.in_base(minor, currencies[key]) or 0 for key, minor in request.amounts.items() if key is not None
    }
    return ({market.accounts[0].id: anywhere}, 0) if len(market.accounts) == 1 and anywhere else (named, anywhere)


@dataclass(frozen=True)
class _Purses:
    market: PlanMarket
    places: BuyingPlaces
    mode: Mode
    uses_idle: bool
    rooms: "Rooms | None"
    payers: frozenset[str]

    def of(self, account: Account, amount: int) -> Purse:
        market, is_open = self.market, account in self.market.open_accounts
        cash, buffer = market.cash[account.id], _buffer(market, account)
        buys = bool(self.places.of.get(account.id))
        if self.mode is Mode.WITHDRAWAL:
            takes_part = is_open and (amount > 0 or account.id in self.payers)
            idle = _idle(market, account) if takes_part else 0
            return Purse(account.id, cash, -amount, idle, cash - idle, buffer, takes_part)
        idle = _idle(market, account) if self.uses_idle and is_open and buys else 0
        if self.mode is Mode.REBALANCE:
            keep = max(buffer, cash - idle) if is_open else cash
            return Purse(account.id, cash, 0, idle, keep, buffer, takes_part=is_open)
        keep = max(buffer, cash - idle) if amount else cash - idle
        room = self.rooms.of(account) if self.rooms is not None else None
        has_money = amount > 0 or idle > 0 or (self.rooms is not None and room != 0)
        return Purse(account.id, cash, amount, idle, keep, buffer, is_open and buys and has_money, room)


class Rooms:
    """How much new money for any account may go into which one."""

    def __init__(self, market: PlanMarket, places: BuyingPlaces) -> None:
        self._market = market
        buying = [each for each in market.open_accounts if places.of.get(each.id)]
        self._able = {each.id for each in buying if market.rate(each.currency) is not None}
        self._is_one_kind = all(is_locked(each) for each in buying if each.id in self._able)

    def of(self, account: Account) -> int | None:
        """In minor units of the base currency; None: no limit."""
        if account.id not in self._able:
            return 0
        room = self._market.rules.of_account(account.id).room
        if room.kind is RoomKind.NOT_SET:
            return None if self._is_one_kind or not is_locked(account) else 0
        return None if room.kind is RoomKind.NO_LIMIT else self._left(account, room)

    def _left(self, account: Account, room: Room) -> int:
        return self._market.floor_in_base(room.left_on(self._market.allocation.portfolio.on), account.currency)

    @property
    def shared(self) -> tuple[tuple[frozenset[str], int], ...]:
        """The rooms that several accounts share: their ids and how much may go into all of them."""
        found: dict[frozenset[str], int] = {}
        for account in self._market.accounts:
            room = self._market.rules.of_account(account.id).room
            left = self.of(account)
            if room.kind is RoomKind.LIMITED and room.shared_with and left is not None:
                group = frozenset({account.id, *room.shared_with}) & self._able
                if len(group) > 1:
                    found[group] = min(left, found.get(group, left))
        return tuple(sorted(found.items(), key=lambda each: sorted(self._market.account_keys[key] for key in each[0])))

    def check(self, amount: int) -> None:
        """Raises BadInput where the accounts have room for less than this."""
        rooms = {account.id: self.of(account) for account in self._market.accounts if account.id in self._able}
        if not rooms or any(room is None for room in rooms.values()):
            return
        alone = rooms.keys() - {key for group, _ in self.shared for key in group}
        most = sum(rooms[key] or 0 for key in alone) + sum(left for _, left in self.shared)
        if amount > most:
            base = self._market.base
            raise BadInput(
                f"At most {from_minor(most, base):,f} {base} of new money may go into the accounts here. "
                "Change their room for contributions, or name the account that the money goes into."
            )


def is_locked(account: Account) -> bool:
    """Whether an account keeps old-age money: what goes in is limited by law, and what comes out is taxed."""
    return account.kind is not AccountKind.TAXABLE


def _payers(market: PlanMarket, amount: int) -> tuple[frozenset[str], frozenset[str]]:
    """The accounts that a withdrawal from any is paid by, and which of them only because the others cannot."""
    able = [each for each in market.open_accounts if market.rate(each.currency) is not None]
    first = [each for each in able if not is_locked(each)]
    if sum(most_raised(market, each) for each in first) >= amount:
        return frozenset(each.id for each in first), frozenset()
    return frozenset(each.id for each in able), frozenset(each.id for each in able if is_locked(each)) if first else (
        frozenset()
    )


def most_raised(market: PlanMarket, account: Account) -> int:
    """What an account can pay out at most: its idle cash and all that may be sold there, less the fees of it."""
    rules = market.rules.of_account(account.id)
    fixed = market.in_base(rules.fee_fixed_minor, account.currency) or 0
    raised = 0
    for key, value in _sellable(market, account):
        gross = half_up(value)
        raised += max(0, gross - fixed - half_up(gross * _rate(market, account, key) / 10_000))
    return _idle(market, account) + raised


def _sellable(market: PlanMarket, account: Account) -> Iterator[tuple[str, Fraction]]:
    for (asset_id, account_id), quantity in market.held.items():
        asset = market.assets[asset_id]
        if account_id == account.id and market.may_sell(asset):
            yield asset_id, Fraction(quantity) * market.unit(asset)


def _rate(market: PlanMarket, account: Account, asset_id: str) -> Fraction:
    rules = market.rules.of_account(account.id)
    is_foreign = market.assets[asset_id].currency != account.currency
    return Fraction(rules.fee_rate_bps) + (Fraction(rules.fx_rate_bps) if is_foreign else 0)


def _buffer(market: PlanMarket, account: Account) -> int:
    """The account's buffer; all of its cash where that is in a currency without a rate."""
    converted = market.in_base(market.rules.of_account(account.id).buffer_minor, account.currency)
    return market.cash[account.id] if converted is None else converted


def _idle(market: PlanMarket, account: Account) -> int:
    return max(0, market.cash[account.id] - _buffer(market, account)) if market.is_cash_free else 0


CASH: Final = "cash"
"""The part of a class that stands for its cash: what falls to it simply stays in cash, in the deposit's currency."""

KEPT: Final = "kept"
"""The part of a class that nothing can be bought in, where its money is to be kept instead of spread."""


@dataclass(frozen=True, slots=True)
class Spread:
    """(class id, asset id) → amount > 0 that is bought; `kept_in`: the class whose cash some of it stays as.

    unfillable: classes with a target in which nothing can be bought. short_bps: what each is short of, of the total
    after, where the largest gap is filled first.
    """

    amounts: Mapping[tuple[str, str], int]
    kept_in: str | None = None
    unfillable: tuple[str, ...] = ()
    short_bps: Mapping[tuple[str, str], int] = field(default_factory=dict)


NOTHING: Final = Spread({})


def method_of(market: PlanMarket) -> FillMethod:
    """The fill method of the strategy in force."""
    strategy = market.allocation.strategy
    return strategy.fill_method if strategy else FillMethod.EVEN_FILL


def decides(market: PlanMarket, money: PlanMoney, options: PlanOptions) -> bool:
    """Whether the strategy's fill method alone decides: another than even fill, any amount, one account, no costs.

    Look-through funds then only count.
    """
    purses = money.taking_part
    if money.mode is not Mode.DEPOSIT or options.whole_shares or len(purses) != 1 or money.anywhere:
        return False
    rules = market.rules.of_account(purses[0].account_id or "")
    is_free = not (rules.fee_fixed_minor or rules.fee_rate_bps or rules.fx_rate_bps)
    return is_free and method_of(market) is not FillMethod.EVEN_FILL


def spread(market: PlanMarket, places: BuyingPlaces, purse: Purse) -> Spread:
    """What a deposit into this purse buys; never what is above its target."""
    return _Spreading(market, places, purse).found()


class _Spreading:
    """One deposit into one purse."""

    def __init__(self, market: PlanMarket, places: BuyingPlaces, purse: Purse) -> None:
        self._market, self._places, self._purse = market, places, purse
        strategy = market.allocation.strategy
        self._keeps = strategy is not None and strategy.unfillable is Unfillable.KEEP_CASH
        self._spent = purse.spendable - purse.new
        self._targets = targets_of(market)
        self._class_of = {market.class_keys[target.asset_class_id]: target.asset_class_id for target in market.targets}

    def found(self) -> Spread:
        classes = [self._bought_in(target.asset_class_id) for target in self._market.targets]
        if method_of(self._market) is FillMethod.LARGEST_GAP:
            return self._largest_gap(classes)
        found = deposit(classes, self._purse.spendable, method_of(self._market))
        kept = [each.id for each in classes if each.target and any(part.id == KEPT for part in each.parts)]
        return self._told(found.amounts, [*found.unfillable, *kept], {})

    def _told(
        self, amounts: Mapping[tuple[str, str], int], unfillable: list[str], short: Mapping[tuple[str, str], int]
    ) -> Spread:
        """The same under the ids of the portfolio."""
        ids = {key: (self._class_of[key[0]], self._market.asset_of_key.get(key[1], key[1])) for key in amounts}
        bought = {ids[key]: minor for key, minor in amounts.items() if key[1] not in (CASH, KEPT)}
        kept_in = next((ids[key][0] for key in amounts if key[1] == CASH), None)
        short = {ids[key]: bps for key, bps in short.items() if key in ids}
        return Spread(bought, kept_in, tuple(self._class_of[key] for key in sorted(unfillable)), short)

    def _largest_gap(self, classes: list[ClassPart]) -> Spread:
        """The largest gap first, to the letter: over the targets of all holdings as shares of the total after.

        Where a class cannot be bought and its money is spread, it is left out of the total.
        """
        wanted = [each for each in classes if each.target > 0]
        unfillable = [each.id for each in wanted if not can_be_bought(each) or each.parts[0].id == KEPT]
        taking = [each for each in wanted if each.id not in unfillable or self._keeps]
        whole = sum(each.target for each in taking)
        total = Fraction(self._market.composition.classified_minor + self._purse.new)
        total -= sum((each.value for each in wanted if each not in taking), Fraction(0))
        lines: dict[tuple[str, str], FillLine] = {}
        for each in sorted(taking, key=lambda each: each.id):
            parts = weighted(each)
            of_class = sum((weight for _, weight in parts), Fraction(0))
            for part, weight in parts:
                if part.can_buy and weight > 0:
                    share = Fraction(each.target, whole) * weight / of_class
                    lines[each.id, part.id] = FillLine(part.value, share)
        gaps = {key: line.weight * total - line.value for key, line in lines.items()}
        exact = _filled(gaps, self._purse.spendable)
        amounts = {key: minor for key, minor in exact.items() if minor}
        short = {key: half_up(gaps[key] * WHOLE / total) for key in amounts}
        return self._told(amounts, unfillable, short)

    def _bought_in(self, class_id: str) -> ClassPart:
        """The planner's view of a class: look-through funds count in its value but are not bought."""
        market, held = self._market, self._market.composition.parts.get(class_id, {})
        wanted = market.wanted.get(class_id, {})
        takes_cash = class_id == market.cash_class
        parts = sorted(self._parts(class_id), key=lambda part: part.id)
        cash = [key for key in {**held, **wanted} if market.assets[key].is_cash]
        value = sum(held.values()) - (self._spent if takes_cash else 0)
        if cash or (takes_cash and not parts):
            of_cash = Fraction(sum(held.get(key, 0) for key in cash) - (self._spent if takes_cash else 0))
            weight = sum(wanted.get(key, 0) for key in cash) if wanted else None
            parts.append(HoldingPart(CASH, of_cash, weight, can_buy=takes_cash))
        key = market.class_keys[class_id]
        made = ClassPart(key, self._targets[class_id], Fraction(value), tuple(parts))
        if self._keeps and not can_be_bought(made):
            return replace(made, parts=(HoldingPart(KEPT, Fraction(0), WHOLE),))
        return made

    def _parts(self, class_id: str) -> Iterator[HoldingPart]:
        """The assets that count to this class alone, held or wanted."""
        market, held = self._market, self._market.composition.parts.get(class_id, {})
        wanted = market.wanted.get(class_id, {})
        for asset_id in {**held, **wanted}:
            asset = market.assets[asset_id]
            if not asset.is_cash and asset_id not in market.composition.look_through:
                value, weight = Fraction(held.get(asset_id, 0)), wanted.get(asset_id, 0) if wanted else None
                can_buy = asset.only_class == class_id and self._may_buy(asset)
                yield HoldingPart(market.asset_keys[asset_id], value, weight, can_buy=can_buy)

    def _may_buy(self, asset: Asset) -> bool:
        if not self._market.accounts:
            return self._market.may_buy(asset)
        if self._purse.account_id is not None:
            return self._places.may_buy(self._purse.account_id, asset.id)
        return any(self._places.may_buy(each.id, asset.id) for each in self._market.accounts)


def _filled(gaps: Mapping[tuple[str, str], Fraction], amount: int) -> Mapping[tuple[str, str], int]:
    """The amount put into the largest positive gap first, then the next; equal ones in the order that they stand in."""
    left, filled = Fraction(amount), dict[tuple[str, str], Fraction]()
    for key in sorted((key for key in gaps if gaps[key] > 0), key=lambda key: -gaps[key]):
        filled[key] = min(left, gaps[key])
        left -= filled[key]
    return dict(zip(filled, settle(list(filled.values()), amount if not left else int(amount - left)), strict=True))
