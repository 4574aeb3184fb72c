"""Plans: trades calculated from the targets, with their reasons and the drift before and after."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from wealthdesk.domain.drift import Drift
from wealthdesk.domain.targets import FillMethod


class Mode(StrEnum):
    """What a plan is for."""

    DEPOSIT = "deposit"
    WITHDRAWAL = "withdraw"
    REBALANCE = "rebalance"


class Side(StrEnum):
    """Which way a trade goes."""

    BUY = "buy"
    SELL = "sell"


@dataclass(frozen=True, slots=True)
class Reason:
    """The numbers of why a trade is in the plan; the screen makes the sentence. Drifts in basis points.

    class_drift_…: None where the class has no target. is_most: whether its class is the most underweight one (in a
    withdrawal: the most overweight).
    """

    asset_class_id: str
    class_drift_before_bps: int | None
    class_drift_after_bps: int | None
    is_most: bool


@dataclass(frozen=True, slots=True)
class Trade:
    """One line of a plan: an amount in base-currency minor units and the quantity that it comes to at today's price."""

    asset_id: str
    side: Side
    amount_minor: int
    quantity: Decimal
    price: Decimal
    currency: str
    reason: Reason
    account_id: str | None = None


class LeftOutBecause(StrEnum):
    """Why something takes no part in a plan."""

    NO_PRICE = "no_price"
    NO_RATE = "no_rate"
    NO_CLASS = "no_class"
    LOOK_THROUGH = "look_through"
    ARCHIVED = "archived"
    NOTHING_TO_BUY = "nothing_to_buy"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An asset, or a class that nothing can be bought in, and why it takes no part."""

    because: LeftOutBecause
    asset_id: str | None = None
    asset_class_id: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What one deposit buys, in base-currency minor units: Σ trades + left_in_cash_minor == amount_minor exactly.

    `cash_reason` is set when money stays as cash because the class of cash is itself below its target.
    """

    mode: Mode
    amount_minor: int
    base_currency: str
    method: FillMethod
    trades: tuple[Trade, ...]
    left_in_cash_minor: int
    before: Drift
    after: Drift
    left_out: tuple[LeftOut, ...] = ()
    cash_reason: Reason | None = None

    @property
    def allocated_minor(self) -> int:
        """The sum of the trades."""
        return sum(trade.amount_minor for trade in self.trades)
