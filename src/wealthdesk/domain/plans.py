"""Plans: trades calculated from the targets, with their reasons and the drift before and after."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from wealthdesk.domain.accounts import Scope
from wealthdesk.domain.drift import Drift
from wealthdesk.domain.targets import FillMethod


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


@dataclass(frozen=True, slots=True)
class PlanOptions:
    """What the user chose for the plans of a strategy; remembered with it. Money in base-currency minor units.

    whole_shares: every asset in multiples of its lot step; otherwise in any amount. use_cash: idle cash above the
    buffers is spent together with a deposit. prefer_homes: buy a class in the kind of account it is better held in,
    where that changes nothing else. gain_limit_minor: the most that all sales together may realise; None: no limit.
    """

    whole_shares: bool = False
    use_cash: bool = False
    goal: Goal = Goal.TARGET
    min_trade_minor: int = 0
    gain_limit_minor: int | None = None
    prefer_homes: bool = True


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """What is to be planned. amounts: account id → base-currency minor units ≥ 0; None: in any account of the scope.

    With None the accounts of the scope are planned as if they were one, without fees, and each trade names the account
    that it suggests. A rebalance has no amounts.
    """

    mode: Mode
    amounts: Mapping[Scope, int] = field(default_factory=dict)
    options: PlanOptions = PlanOptions()

    @property
    def amount_minor(self) -> int:
        """All the money that comes in, or goes out."""
        return sum(self.amounts.values())


class Side(StrEnum):
    """Which way a trade goes."""

    BUY = "buy"
    SELL = "sell"


@dataclass(frozen=True, slots=True)
class Reason:
    """The numbers of why a trade is in the plan; the screen makes the sentence. Drifts in basis points.

    class_drift_…: None where the class has no target. is_most: whether its class is the most underweight one (in a
    withdrawal: the most overweight). holding_drift_…: of the asset, of all; None where it has no target of its own.
    """

    asset_class_id: str
    class_drift_before_bps: int | None
    class_drift_after_bps: int | None
    is_most: bool
    holding_drift_before_bps: int | None = None
    holding_drift_after_bps: int | None = None


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


@dataclass(frozen=True, slots=True)
class AccountCash:
    """The cash of one account (None: of all as one) before and after, in base-currency minor units.

    `new_minor` is what comes in (+) or goes out (−) from outside: before + new + Σ sales − Σ purchases − fees == after.
    limit: why no more of it is spent; None where nothing is to be spent, or where every unit of it was.
    """

    account_id: Scope
    before_minor: int
    new_minor: int
    after_minor: int
    buffer_minor: int = 0
    limit: Limit | None = None


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
class LeftOut:
    """An asset, or a class that nothing can be bought in, and why it takes no part."""

    because: LeftOutBecause
    asset_id: str | None = None
    asset_class_id: str | None = None


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
    left_out: tuple[LeftOut, ...] = ()
    cash_reason: Reason | None = None
    request: PlanRequest | None = None
    accounts: tuple[AccountCash, ...] = ()
    regret_bound: Decimal | None = None
    shortfall_minor: int = 0
    realised_gain_minor: int | None = None
    idle_minor: int = 0

    @property
    def allocated_minor(self) -> int:
        """The sum of the trades."""
        return sum(trade.amount_minor for trade in self.trades)

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
        """The sum of the fees."""
        return sum(trade.fee_minor for trade in self.trades)


@dataclass(frozen=True, slots=True)
class ToAdd:
    """How much new money brings every class onto its target without a sale, and the class that decides it.

    amount_minor (base currency): None where the class is held and has a target of 0, so that only a sale brings it
    there, or where there are no targets (then there is no class either).
    """

    amount_minor: int | None
    asset_class_id: str | None
