"""Plans: trades calculated from the targets, with their reasons and drifts, and what was carried out of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from wealthdesk.domain.accounts import Scope
from wealthdesk.domain.drift import Drift
from wealthdesk.domain.holdings import Holding
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
