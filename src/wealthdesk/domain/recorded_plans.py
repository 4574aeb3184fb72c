"""Plans that were carried out: what was traded, what that changed, and whether it can be undone."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from wealthdesk.domain.accounts import Scope
from wealthdesk.domain.plans import Mode, Side
from wealthdesk.domain.tax_lots import TaxLots


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
    """What recording made of one holding, cash included; None: it did not exist (before), or does not any more (after).

    Costs are what was paid for it, in minor units of the asset's currency, where that is known. account_name, symbol
    and currency are what they were then; the ids of the account and the asset may be gone since.
    """

    account_id: str | None
    asset_id: str | None
    quantity_before: Decimal | None
    quantity_after: Decimal | None
    cost_before_minor: int | None = None
    cost_after_minor: int | None = None
    lots_before: TaxLots = ()
    lots_after: TaxLots = ()
    account_name: str = ""
    symbol: str = ""
    currency: str = ""
    holding_id: str = ""


@dataclass(frozen=True, slots=True)
class RecordedPlan:
    """A plan that was recorded, money in base-currency minor units of that time.

    amount_minor: what came in or went out. drift_…_bps: the sum of drifts that the plan told. undone_at: None while it
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
