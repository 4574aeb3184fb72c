"""Plans: trades calculated from the targets, how a person reads and carries them out, and what was recorded of them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from enum import StrEnum
from hashlib import sha256
from typing import Final

from wealthdesk.domain.accounts import Scope
from wealthdesk.domain.assets import Asset
from wealthdesk.domain.drift import Drift
from wealthdesk.domain.holdings import Holding, Portfolio
from wealthdesk.domain.money import POINT, NumberFormat, canonical
from wealthdesk.domain.targets import FillMethod
from wealthdesk.domain.tax_lots import TaxLots


class Mode(StrEnum):
    """What a plan is for."""

    DEPOSIT = "deposit"
    WITHDRAWAL = "withdraw"
    REBALANCE = "rebalance"


class Goal(StrEnum):
    """How far a rebalance goes: onto the targets, just into the bands, or half-way from the band's edge to the target.

    In every case nothing is sold while no class is outside its band.
    """

    TARGET = "target"
    BAND_EDGE = "band_edge"
    HALF_WAY = "half_way"


class Trades(StrEnum):
    """How many trades a plan may have: as few as do half of it, until further ones bring little, or any number."""

    FEWEST = "fewest"
    BEST_VALUE = "best_value"
    CLOSEST = "closest"


TradeCount = Trades | int
"""A choice of the user's: one of those words, or the largest number of trades (≥ 1)."""


@dataclass(frozen=True, slots=True)
class PlanOptions:
    """What the user chose for the plans of a strategy; remembered with it. Money in base-currency minor units.

    whole_shares: every asset in multiples of its lot step; otherwise in any amount. use_cash: idle cash above the
    buffers is spent together with a deposit. prefer_homes: buy a class in the kind of account it is better held in,
    where that changes nothing else. gain_limit_minor: the most taxable gain of all sales together; None: no limit.
    min_trade_minor: the smallest trade; None: automatic. trades: how many trades there may be; a number is the most.
    gain_cost_bps: what a realised gain counts as lost, as if it were taxed so; 0: nothing.
    """

    whole_shares: bool = False
    use_cash: bool = False
    goal: Goal = Goal.TARGET
    min_trade_minor: int | None = None
    gain_limit_minor: int | None = None
    prefer_homes: bool = True
    trades: TradeCount = Trades.BEST_VALUE
    gain_cost_bps: int = 1_000


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """What is to be planned. amounts: account id → minor units ≥ 0 of that account's currency.

    With None for an account they are of the base currency, and the planner chooses the accounts of the scope that the
    money goes into, or comes from. A rebalance has no amounts. always: a rebalance sells even when no class and no
    holding is outside its band.
    """

    mode: Mode
    amounts: Mapping[Scope, int] = field(default_factory=dict)
    options: PlanOptions = PlanOptions()
    always: bool = False


class Side(StrEnum):
    """Which way a trade goes."""

    BUY = "buy"
    SELL = "sell"


Order = tuple[str, str, Side]
"""Which line of an order sheet: an account, an asset, and whether it is bought or sold there."""


@dataclass(frozen=True, slots=True)
class Reason:
    """The numbers of why a trade is in the plan; the screen makes the sentence. Drifts in basis points.

    class_drift_…: None where the class has no target. is_most: whether its class is the most underweight one (in a
    withdrawal: the most overweight). holding_drift_…: of the asset, of all; None where it has no target of its own.
    short_bps: where the largest gap is filled first, what the asset is short of, of the total after; else None.
    """

    asset_class_id: str
    class_drift_before_bps: int | None
    class_drift_after_bps: int | None
    is_most: bool
    holding_drift_before_bps: int | None = None
    holding_drift_after_bps: int | None = None
    short_bps: int | None = None


class Limit(StrEnum):
    """Why a trade (or what an account spends) is not larger."""

    OVERSHOOT = "overshoot"
    """One more lot would leave the portfolio further from its targets."""
    CASH_USED_UP = "cash_used_up"
    """What is left in the account does not pay for one more lot."""
    ALL_SOLD = "all_sold"
    GAIN_LIMIT = "gain_limit"
    MINIMUM_TRADE = "minimum_trade"
    """What is left is below the smallest trade."""


@dataclass(frozen=True, slots=True)
class Trade:
    """One line of a plan: an amount in base-currency minor units and the quantity that it comes to at today's price.

    The fee comes on top of what is bought and off what is sold. account_id: where; None only where the scope has no
    account that could hold it.
    """

    asset_id: str
    side: Side
    amount_minor: int
    quantity: Decimal
    price: Decimal
    currency: str
    reason: Reason
    account_id: str | None = None
    fee_minor: int = 0
    limit: Limit | None = None
    is_new_here: bool = False
    """Bought where it is not held yet."""
    closes: bool = False
    """All that is held there is sold."""


@dataclass(frozen=True, slots=True)
class Conversion:
    """Money of an account changed from one currency into another, in minor units of each; rate: `to` for one `source`.

    fee_minor: in base-currency minor units, taken besides.
    """

    account_id: str
    source: str
    to: str
    source_minor: int
    to_minor: int
    rate: Decimal
    fee_minor: int = 0


@dataclass(frozen=True, slots=True)
class CurrencyCash:
    """The cash of an account in one currency before and after, in minor units of that currency."""

    currency: str
    before_minor: int
    after_minor: int


class StaysBecause(StrEnum):
    """Why cash of an account stays there."""

    CASH_TARGET = "cash_target"
    BUFFER = "buffer"
    TOO_LITTLE = "too_little"
    """Less than one more lot, or than the smallest trade."""
    NOTHING_MISSING = "nothing_missing"
    """What may be bought there is not below its target."""
    OTHER_CURRENCY = "other_currency"
    """It may not be changed into the currency of what is missing."""
    NOT_ASKED = "not_asked"
    """The user did not say that idle cash is to be used."""
    ONLY_CASH = "only_cash"
    """An account of savings: nothing is bought there unless the user allows it."""
    NOT_WORTH_A_TRADE = "not_worth_a_trade"
    """A further trade would bring too little."""


@dataclass(frozen=True, slots=True)
class AccountCash:
    """The cash of one account (None: of all as one) before and after, in base-currency minor units.

    `new_minor` is what comes in (+) or goes out (−) from outside: before + new + Σ sales − Σ purchases − fees == after.
    limit: why no more of it is spent; None where nothing is to be spent, or where every unit of it was.
    purses: the same by currency. stays_because: why what is left stays; None where nothing is.
    """

    account_id: Scope
    before_minor: int
    new_minor: int
    after_minor: int
    buffer_minor: int = 0
    limit: Limit | None = None
    purses: tuple[CurrencyCash, ...] = ()
    stays_because: StaysBecause | None = None


class LeftOutBecause(StrEnum):
    """Why something takes no part in a plan."""

    NO_PRICE = "no_price"
    NO_RATE = "no_rate"
    NO_CLASS = "no_class"
    LOOK_THROUGH = "look_through"
    ARCHIVED = "archived"
    NOTHING_TO_BUY = "nothing_to_buy"
    EXCLUDED = "excluded"
    LOCKED = "locked"
    SELL_ONLY = "sell_only"
    BUY_ONLY = "buy_only"
    TAGGED_CASH = "tagged_cash"
    """Cash that counts to another class than cash: it is held for that."""
    BELOW_ONE_LOT = "below_one_lot"
    """One lot costs more than there is to spend."""


@dataclass(frozen=True, slots=True)
class LeftOutOfPlan:
    """An asset, or a class that nothing can be bought in, and why it takes no part."""

    because: LeftOutBecause
    asset_id: str | None = None
    asset_class_id: str | None = None


@dataclass(frozen=True, slots=True)
class FrontierPoint:
    """What a plan with at most so many trades comes to.

    kept: the part (0 … 1) of what any number of trades brings. drift_bps: the sum of the class drifts. bound: at most
    this part more could be kept with as many trades; None: not proven.
    """

    trades: int
    kept: Decimal
    drift_bps: int
    classes_outside: int
    holdings_outside: int
    sold_minor: int
    bound: Decimal | None = None


class EmptyBecause(StrEnum):
    """Why a plan trades nothing."""

    NO_TARGETS = "no_targets"
    NO_MONEY = "no_money"
    """There is nothing to spend."""
    INSIDE = "inside"
    """Nothing is outside its band, so that nothing is sold, and there is no idle cash to spend."""
    ON_TARGET = "on_target"
    """Everything is as near to its target as the smallest trade allows."""
    NOT_WORTH = "not_worth"
    """No trade, fees and gains weighed in, brings anything nearer."""
    BELOW_SMALLEST = "below_smallest"
    """The money is less than the smallest trade, or than one lot."""
    MAY_NOT = "may_not"
    """Nothing that is missing may be bought where the money is, or sold where it is held."""
    GAIN_LIMIT = "gain_limit"
    CASH_TARGET = "cash_target"
    """The money is kept for the target of cash."""
    CASH_PAYS = "cash_pays"
    """A withdrawal that idle cash pays."""
    METHOD = "method"
    """The strategy's fill method finds nothing below its target."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What is proven of a plan, in the terms of J with its costs; nothing but what was checked at that moment.

    miss: at most this part of what could be gained is missed, 0 for less than can be told. max_trades: among plans with
    at most so many trades; None: with however many. costs_weigh: gains and fees are more than a thousandth of it.
    is_bound_by: ids of the accounts whose rules bind. is_final: nothing further is looked for.
    """

    miss: Decimal
    max_trades: int | None
    costs_weigh: bool = False
    buys_only: bool = False
    sells_only: bool = False
    into_bands: bool = False
    gain_limit_minor: int | None = None
    is_bound_by: tuple[str, ...] = ()
    is_final: bool = True


class NoteKind(StrEnum):
    """What is said beside a plan about an account or an asset, with what can be done about it."""

    ASK_ROOM = "ask_room"
    """May new money go into this account? Until that is said, none does."""
    NO_ROOM = "no_room"
    ONLY_CASH = "only_cash"
    """The account holds only cash, so that nothing is bought there. Allow…"""
    HELD_NOWHERE = "held_nowhere"
    """The asset is held nowhere yet; it is bought in this account."""
    STAYS_OUTSIDE = "stays_outside"
    """The assets stay outside: they can be bought only here, and its cash is used up. Allow them elsewhere…"""
    IDLE_OTHER_CURRENCY = "idle_other_currency"
    ANY_AMOUNT = "any_amount"
    """In a plan of whole shares these assets trade in any amount."""
    STALE_PRICE = "stale_price"
    LOCKED_PAYER = "locked_payer"
    """An account of old-age money pays because the others cannot."""
    METHOD_DECIDES = "method_decides"
    """The strategy's fill method decides, so that the control of trades is off."""
    METHOD_PLAYS_NO_PART = "method_plays_no_part"
    """Whole shares, several accounts or fees: the strategy's fill method plays no part."""


@dataclass(frozen=True, slots=True)
class PlanNote:
    """One thing to say beside a plan; what it is about, where that is something."""

    kind: NoteKind
    account_id: str | None = None
    asset_ids: tuple[str, ...] = ()
    amount_minor: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a request comes to, in base-currency minor units.

    idle_minor: idle cash above the buffers that could be spent besides the amount. left_in_cash_minor: what of both
    stays in cash (purchases + fees + left == amount + idle + sales); in a withdrawal what the sales raised beyond it,
    and of one that could not be raised, shortfall_minor is what is missing. method: None where it is not a fill method
    that chose (whole shares, fees, a rebalance). regret_bound: at most this part of what could be gained is proven to
    be missed; None: nothing is. `cash_reason` is set when money stays as cash because the class of cash is itself below
    its target.
    """

    mode: Mode
    amount_minor: int
    base_currency: str
    method: FillMethod | None
    trades: tuple[Trade, ...]
    left_in_cash_minor: int
    before: Drift
    after: Drift
    left_out: tuple[LeftOutOfPlan, ...] = ()
    cash_reason: Reason | None = None
    request: PlanRequest | None = None
    accounts: tuple[AccountCash, ...] = ()
    regret_bound: Decimal | None = None
    shortfall_minor: int = 0
    realised_gain_minor: int | None = None
    """Of the sales in taxable accounts; None where no costs of what is sold there are known."""
    idle_minor: int = 0
    conversions: tuple[Conversion, ...] = ()
    frontier: tuple[FrontierPoint, ...] = ()
    best_value: int | None = None
    """The number of trades that is taken when the user chose none; None where the control plays no part."""
    fewest: int | None = None
    closest: int | None = None
    is_found_further: bool = False
    """More points of the frontier, or a proof, are still being looked for."""
    proof: Proof | None = None
    empty_because: EmptyBecause | None = None
    keeps_inside: bool = False
    """A rebalance that sells nothing because no class and no holding is outside its band."""
    min_trade_minor: int = 0
    """The smallest trade that counted."""
    notes: tuple[PlanNote, ...] = ()

    @property
    def bought_minor(self) -> int:
        """The sum of the purchases."""
        return sum(trade.amount_minor for trade in self.trades if trade.side is Side.BUY)

    @property
    def sold_minor(self) -> int:
        """The sum of the sales."""
        return sum(trade.amount_minor for trade in self.trades if trade.side is Side.SELL)

    @property
    def fees_minor(self) -> int:
        """The sum of the fees, those of conversions too."""
        return sum(trade.fee_minor for trade in self.trades) + sum(each.fee_minor for each in self.conversions)


@dataclass(frozen=True, slots=True)
class ToAdd:
    """How much new money brings every class onto its target without a sale, and the class that decides it.

    amount_minor (base currency): None where the class is held and has a target of 0, so that only a sale brings it
    there, or where there are no targets (then there is no class either).
    """

    amount_minor: int | None
    asset_class_id: str | None


@dataclass(frozen=True, slots=True)
class Fill:
    """A trade as it was carried out: a quantity at a price, both that and the fee in the asset's currency."""

    account_id: str
    asset_id: str
    side: Side
    quantity: Decimal
    price: Decimal
    fee_minor: int = 0


@dataclass(frozen=True, slots=True)
class RecordedTrade:
    """A fill as it was kept. symbol, account_name and currency are what they were then; the ids may be gone since."""

    account_id: str | None
    asset_id: str | None
    account_name: str
    symbol: str
    side: Side
    quantity: Decimal
    price: Decimal
    currency: str
    amount_minor: int
    """Quantity × price in base-currency minor units, at the rate of that day."""
    fee_minor: int
    """In minor units of `currency`."""


@dataclass(frozen=True, slots=True)
class RecordedConversion:
    """Money of an account that was changed into another currency, in minor units of each. account_name: as it was then.

    rate: units of `to` for one of `source`. fee_minor: in base-currency minor units of that time, taken besides.
    """

    account_id: str | None
    account_name: str
    source: str
    to: str
    source_minor: int
    to_minor: int
    rate: Decimal
    fee_minor: int = 0


@dataclass(frozen=True, slots=True)
class RecordedAmount:
    """What came into an account (or, negative, went out of it) from outside, in base-currency minor units."""

    account_id: str | None
    account_name: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Deposit:
    """What a recorded plan brought into an account, in minor units of what was then the base currency.

    kept_at: when that was written into the file.
    """

    account_id: str
    recorded_at: datetime
    kept_at: datetime
    amount_minor: int
    base_currency: str


@dataclass(frozen=True, slots=True)
class RecordedChange:
    """What recording made of one holding, cash included: what it was before, and what of it is other than that.

    before None: there was none; quantity_after None: there is none any more. Costs are what was paid for it, in minor
    units of the asset's currency, where that is known. account_name, symbol and currency are what they were then; the
    ids of the account and the asset may be gone since, and are empty in `before` then.
    """

    account_id: str | None
    asset_id: str | None
    before: Holding | None
    quantity_after: Decimal | None
    cost_after_minor: int | None = None
    lots_before: TaxLots = ()
    lots_after: TaxLots = ()
    account_name: str = ""
    symbol: str = ""
    currency: str = ""
    holding_id: str = ""

    @property
    def quantity_before(self) -> Decimal | None:
        """What was held."""
        return self.before.quantity if self.before else None

    @property
    def cost_before_minor(self) -> int | None:
        """What had been paid for that."""
        return self.before.cost_basis_minor if self.before else None


@dataclass(frozen=True, slots=True)
class RecordedPlan:
    """A plan that was recorded, money in base-currency minor units of that time.

    recorded_at: when it was carried out; of a day before the one of recording, its noon. amount_minor: what came in or
    went out. drift_…_bps: the sum of drifts that the plan told. undone_at: None while it
    stands.
    """

    id: str
    recorded_at: datetime
    scope: Scope
    scope_name: str
    strategy_name: str
    mode: Mode
    amount_minor: int
    base_currency: str
    drift_before_bps: int
    drift_after_bps: int
    trades: tuple[RecordedTrade, ...]
    changes: tuple[RecordedChange, ...]
    undone_at: datetime | None = None
    amounts: tuple[RecordedAmount, ...] = ()
    conversions: tuple[RecordedConversion, ...] = ()

    @property
    def is_undone(self) -> bool:
        """Whether it was taken back."""
        return self.undone_at is not None


# The order sheet: the trades by account, in order, and the sentences about them


class MoneyIs(StrEnum):
    """What is to be done with the money of an account."""

    BROUGHT_IN = "brought_in"
    PAID_OUT = "paid_out"
    USED = "used"
    """Cash of the account is spent."""
    STAYS = "stays"
    """What is sold is not all spent again: it stays as cash."""
    NOT_NEEDED = "not_needed"
    """What is sold pays for what is bought."""


@dataclass(frozen=True, slots=True)
class SheetMoney:
    """One thing to do with the money of an account, in base-currency minor units ≥ 0."""

    what: MoneyIs
    minor: int = 0


@dataclass(frozen=True, slots=True)
class AccountOrders:
    """What is to be done in one account (None: wherever there is room): sales, conversions, then purchases.

    The larger ones come first.
    """

    account_id: Scope
    sales: tuple[Trade, ...]
    conversions: tuple[Conversion, ...]
    purchases: tuple[Trade, ...]
    cash: AccountCash | None = None

    @property
    def trades(self) -> tuple[Trade, ...]:
        """Sales and purchases."""
        return self.sales + self.purchases

    def money(self, small_minor: int = 0) -> tuple[SheetMoney, ...]:
        """What to do with the money; what stays of sales that pay for purchases is not told below `small_minor`."""
        cash = self.cash
        if cash is None:
            return ()
        change = cash.after_minor - cash.before_minor
        used = (SheetMoney(MoneyIs.USED, -change),) if change < 0 else ()
        if cash.new_minor > 0:
            return (SheetMoney(MoneyIs.BROUGHT_IN, cash.new_minor), *used)
        if cash.new_minor < 0:
            return (SheetMoney(MoneyIs.PAID_OUT, -cash.new_minor),)
        if used:
            return used
        is_rest = not self.sales or (bool(self.purchases) and change < small_minor)
        return (SheetMoney(MoneyIs.NOT_NEEDED),) if change == 0 or is_rest else (SheetMoney(MoneyIs.STAYS, change),)


def order_key(trade: Trade) -> Order:
    """What an order is known by: a plan has no two of the same. Where it names no account, that is ""."""
    return trade.account_id or "", trade.asset_id, trade.side


def signature(plan: Plan) -> str:
    """A text that is another one as soon as any order is: what is ticked off is ticked off of this plan alone."""
    said = (f"{'/'.join(order_key(each))}/{canonical(each.quantity)}" for each in plan.trades)
    return sha256("\n".join([plan.mode.value, *sorted(said)]).encode()).hexdigest()


def order_sheet(plan: Plan, accounts: Iterable[str], assets: Mapping[str, Asset]) -> tuple[AccountOrders, ...]:
    """The orders by account: those with sales first, otherwise in the order of `accounts` (ids).

    An account that only gets or gives money is on it as well; one in which nothing happens is not.
    """
    places = {account_id: place for place, account_id in enumerate(accounts)}
    cash = {each.account_id: each for each in plan.accounts}
    moved = (each.account_id for each in plan.accounts if each.new_minor and each.account_id is not None)
    traded = (each.account_id for each in plan.trades)
    changed = (each.account_id for each in plan.conversions)
    named = dict.fromkeys((*traded, *changed, *moved))
    found = [_of_account(each, plan, cash.get(each), assets) for each in named]
    return tuple(sorted(found, key=lambda each: (not each.sales, places.get(each.account_id or "", len(places)))))


def in_sheet_order(plan: Plan, accounts: Iterable[str], assets: Mapping[str, Asset]) -> tuple[Trade, ...]:
    """The trades of a plan as they stand on its sheet."""
    return tuple(trade for each in order_sheet(plan, accounts, assets) for trade in each.trades)


def _of_account(account_id: Scope, plan: Plan, cash: AccountCash | None, assets: Mapping[str, Asset]) -> AccountOrders:
    inside = [trade for trade in plan.trades if trade.account_id == account_id]
    inside.sort(key=lambda trade: (-trade.amount_minor, assets[trade.asset_id].symbol, trade.asset_id))
    return AccountOrders(
        account_id,
        tuple(trade for trade in inside if trade.side is Side.SELL),
        tuple(each for each in plan.conversions if each.account_id == account_id),
        tuple(trade for trade in inside if trade.side is Side.BUY),
        cash,
    )


PROVEN_BELOW: Final = Decimal("0.0001")
"""A miss below this is none that could be told: "Proven"."""

_INSIDE: Final = "No class and no holding is outside its band, so nothing is sold"
_CASH_OVER: Final = "Only cash is over its band, so nothing is sold"
_NAMED: Final = 6
"""So many names stand in a sentence before it counts the others."""


@dataclass(frozen=True, slots=True)
class Wording:
    """How names and numbers are written where a sentence is shown: amounts in minor units of a currency, the marks."""

    portfolio: Portfolio
    money: Callable[[int, str], str]
    marks: NumberFormat = POINT

    def account(self, account_id: str | None) -> str:
        """The name of an account."""
        return "any account" if account_id is None else self.portfolio.accounts[account_id].name

    def assets(self, asset_ids: Iterable[str]) -> str:
        """The symbols of some assets: "VTI, BND and 3 more"."""
        names = [self.portfolio.assets[asset_id].known_as for asset_id in asset_ids]
        more = len(names) - _NAMED
        return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")

    def days(self) -> str:
        """After how long a price counts as old: "7 days"."""
        days = self.portfolio.price_days
        return "1 day" if days == 1 else f"{days} days"

    def number(self, number: Decimal) -> str:
        """A number with the decimal mark."""
        return f"{number:f}".replace(".", self.marks.decimal)


# What is proven


def proof_words(plan: Plan, wording: Wording) -> tuple[str, ...]:
    """What is proven of a plan, a sentence each; none where nothing is."""
    proof = plan.proof
    if proof is None or not plan.trades:
        return ()
    if not proof.is_final and proof.miss >= PROVEN_BELOW and not plan.is_found_further:
        count, missed = _trades(len(plan.trades)), _rounded_up(proof.miss, wording)
        return (f"Best plan found with {count}; at most {missed} could be missed.", *_further(plan, wording))
    words = f"{_claim(plan, wording)}{_among(plan)}{_rules(plan)}."
    return (words, *_binding(plan, wording), *_further(plan, wording))


def _claim(plan: Plan, wording: Wording) -> str:
    proof = plan.proof
    assert proof is not None, "only what is proven is claimed"
    is_proven, how_much = proof.miss < PROVEN_BELOW, f"more than {_rounded_up(proof.miss, wording)} "
    way = "closer into the bands" if proof.into_bands else "closer"
    limit = "" if proof.max_trades is None else f" with at most {_trades(proof.max_trades)}"
    however = ", with however many trades" if proof.max_trades is None else ""
    verb = "is {much}better" if proof.costs_weigh else f"comes {{much}}{way}"
    told = verb.format(much="" if is_proven else how_much)
    weighed = ", gains and fees weighed in" if proof.costs_weigh else ""
    if plan.keeps_inside:
        return f"Among plans that sell nothing, none{limit} {told}{however}{weighed}"
    return f"{'Proven: no' if is_proven else 'No'} plan{limit} {told}{however}{weighed}"


def _among(plan: Plan) -> str:
    proof = plan.proof
    if proof is None or plan.keeps_inside:
        return ""
    if proof.buys_only:
        return ", of the plans that only buy"
    return ", of the plans that only sell" if proof.sells_only else ""


def _rules(plan: Plan) -> str:
    proof = plan.proof
    is_bound = proof is not None and (proof.is_bound_by or proof.gain_limit_minor is not None)
    return ", with the accounts' rules" if is_bound else ""


def _binding(plan: Plan, wording: Wording) -> Iterable[str]:
    proof = plan.proof
    if plan.keeps_inside:
        yield f"{sells_nothing(plan)}."
    if proof is None:
        return
    if proof.gain_limit_minor is not None:
        yield f"Gains are limited to {wording.money(proof.gain_limit_minor, plan.base_currency)}."
    full = {note.account_id for note in plan.notes if note.kind is NoteKind.NO_ROOM}
    for account_id in proof.is_bound_by:
        if account_id in full:
            yield f"{wording.account(account_id)} has no room left."


def _further(plan: Plan, wording: Wording) -> Iterable[str]:
    """What more trades would bring, from the largest number that is known and that the control offers."""
    points = {point.trades: point for point in plan.frontier if point.trades <= (plan.closest or point.trades)}
    here, most = points.get(len(plan.trades)), points.get(max(points, default=0))
    if here is None or most is None or most.trades <= here.trades:
        return
    more = max(Decimal(0), most.kept - here.kept) * 100
    rounded = more.quantize(Decimal("0.1"), ROUND_HALF_UP)
    if rounded:
        yield f"With {_trades(most.trades)} it would be {wording.number(rounded)}% closer."


def _rounded_up(miss: Decimal, wording: Wording) -> str:
    """A part as a percentage that is not less: 0.0057 → "0.6%", 0.0004 → "0.04%"."""
    percent = miss * 100
    step = Decimal("0.1") if percent >= Decimal("0.1") else Decimal("0.01")
    return f"{wording.number(percent.quantize(step, ROUND_CEILING))}%"


def _trades(count: int) -> str:
    return "1 trade" if count == 1 else f"{count} trades"


# Why nothing is traded


def empty_words(plan: Plan, wording: Wording) -> str:
    """Why a plan trades nothing; "" where it trades."""
    if plan.trades or plan.empty_because is None:
        return ""
    base = plan.base_currency
    smallest = wording.money(plan.min_trade_minor, base)
    limit = plan.request.options.gain_limit_minor if plan.request else None
    match plan.empty_because:
        case EmptyBecause.NO_TARGETS:
            return "No class has a target here, so nothing is traded."
        case EmptyBecause.NO_MONEY:
            return "There is no money to take out." if plan.mode is Mode.WITHDRAWAL else "There is no money to spend."
        case EmptyBecause.INSIDE:
            return f"{sells_nothing(plan)}, and there is no idle cash to spend."
        case EmptyBecause.ON_TARGET:
            return f"Everything is as near to its target as trades of at least {smallest} can bring it."
        case EmptyBecause.NOT_WORTH:
            return "No trade brings anything nearer, gains and fees weighed in."
        case EmptyBecause.BELOW_SMALLEST:
            return f"There is less to spend than the smallest trade of {smallest}, or than one share."
        case EmptyBecause.MAY_NOT:
            return _may_not(plan.mode)
        case EmptyBecause.GAIN_LIMIT:
            return f"Every sale would realise more than the limit of {wording.money(limit or 0, base)} on gains."
        case EmptyBecause.CASH_TARGET:
            return "The money stays in cash, which is itself below its target."
        case EmptyBecause.CASH_PAYS:
            return "Idle cash pays it, so nothing is sold."
        case EmptyBecause.METHOD:
            return "By the strategy's fill method nothing that can be bought is below its target."


def _may_not(mode: Mode) -> str:
    if mode is Mode.WITHDRAWAL:
        return "Nothing may be sold in the accounts that the money comes from."
    if mode is Mode.DEPOSIT:
        return "Nothing that is below its target may be bought where the money is."
    return "Nothing that is away from its target may be bought, or sold, where it is."


def inside_words(plan: Plan) -> str:
    """Why a rebalance only buys; "" where it may sell."""
    return f"{sells_nothing(plan)}." if plan.keeps_inside and plan.trades else ""


def sells_nothing(plan: Plan) -> str:
    """Why a rebalance sells nothing, without a stop: all that is outside then is cash, which buying mends."""
    return _INSIDE if plan.before.is_inside else _CASH_OVER


# What stays, and what is said beside a plan


def stays_words(cash: AccountCash, plan: Plan, wording: Wording) -> str:
    """Why the cash of an account stays there: "kept for the Cash target of 5.0%"; "" where none does."""
    match cash.stays_because:
        case None:
            return ""
        case StaysBecause.CASH_TARGET:
            return _for_cash_target(plan, wording)
        case StaysBecause.BUFFER:
            return "kept as its buffer"
        case StaysBecause.TOO_LITTLE:
            return "too little for another trade"
        case StaysBecause.NOTHING_MISSING:
            return "nothing that may be bought here is below its target"
        case StaysBecause.OTHER_CURRENCY:
            return "may not be converted into the currency of what is missing"
        case StaysBecause.NOT_ASKED:
            return "idle cash is not used"
        case StaysBecause.ONLY_CASH:
            return "holds only cash; nothing is bought there"
        case StaysBecause.NOT_WORTH_A_TRADE:
            return "a further trade would bring too little"


def _for_cash_target(plan: Plan, wording: Wording) -> str:
    """Cash counts to the class of which the plan's own cash is a part."""
    for each in plan.after.classes:
        assets = (wording.portfolio.assets.get(row.asset_id) for row in each.holdings)
        if each.target_bps and any(asset is not None and asset.is_cash for asset in assets):
            name = wording.portfolio.classes[each.asset_class_id].name
            return f"kept for the {name} target of {wording.number(_tenths(each.target_bps))}%"
    return "kept for the target of cash"


def _tenths(bps: int) -> Decimal:
    return Decimal(bps).scaleb(-2).quantize(Decimal("0.1"), ROUND_HALF_UP)


def note_words(note: PlanNote, plan: Plan, wording: Wording) -> str:
    """The sentence of a note."""
    where, what, base = wording.account(note.account_id), wording.assets(note.asset_ids), plan.base_currency
    amount = "" if note.amount_minor is None else wording.money(note.amount_minor, base)
    count = len(note.asset_ids)
    match note.kind:
        case NoteKind.ASK_ROOM:
            return f"May new money go into {where}? Until that is said, none does."
        case NoteKind.NO_ROOM:
            return f"{where} has room for {amount} of new money." if note.amount_minor else f"{where} has no room left."
        case NoteKind.ONLY_CASH:
            return f"{where} holds only cash; nothing is bought there."
        case NoteKind.HELD_NOWHERE:
            return f"{what} is held nowhere yet; bought in {where}."
        case NoteKind.STAYS_OUTSIDE:
            holdings, they = ("1 holding stays", "it") if count == 1 else (f"{count} holdings stay", "they")
            return f"{holdings} outside: {they} can be bought only in {where}, and its cash is used up."
        case NoteKind.IDLE_OTHER_CURRENCY:
            return f"{amount} in {where} is in a currency that may not be converted there."
        case NoteKind.ANY_AMOUNT:
            return (
                f"1 asset trades in any amount: {what}."
                if count == 1
                else f"{count} assets trade in any amount: {what}."
            )
        case NoteKind.STALE_PRICE:
            return f"Prices are over {wording.days()} old: {what}."
        case NoteKind.LOCKED_PAYER:
            return f"{where} pays a part of it, because the other accounts cannot."
        case NoteKind.METHOD_DECIDES:
            return "The strategy's fill method decides, with no smallest trade and however many trades it takes."
        case NoteKind.METHOD_PLAYS_NO_PART:
            return "Whole shares, several accounts or fees: the strategy's fill method plays no part."


def short_words(reason: Reason, wording: Wording) -> str:
    """The reason of a plan that fills the largest gap first: "Underweight by 20.0 %" of the total after."""
    return "" if reason.short_bps is None else f"Underweight by {wording.number(_tenths(reason.short_bps))} %"
