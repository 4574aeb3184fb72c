"""The words of recorded plans: what one was, where it stands, and the columns of its trades and changes."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from wealthdesk.domain.assets import Asset
from wealthdesk.domain.holdings import Portfolio
from wealthdesk.domain.plans import Mode, RecordedChange, RecordedPlan, RecordedTrade
from wealthdesk.gui import format as text
from wealthdesk.gui.table_model import Column
from wealthdesk.gui.theme import Tone
from wealthdesk.gui.widgets.pill import PillValues

_RECORDED: Final = PillValues("Recorded", Tone.OK)
_UNDONE: Final = PillValues("Undone", Tone.NEUTRAL)


def title(recorded: RecordedPlan) -> str:
    """What it was: "Deposit of $20,000.00"."""
    amount = text.money(recorded.amount_minor, recorded.base_currency)
    return {
        Mode.DEPOSIT: f"Deposit of {amount}",
        Mode.WITHDRAWAL: f"Withdrawal of {amount}",
        Mode.REBALANCE: "Rebalance",
    }[recorded.mode]


def subtitle(recorded: RecordedPlan) -> str:
    """Where, under which strategy, and what became of the drift."""
    drift = f"{text.points_plain(recorded.drift_before_bps).removesuffix(' pp')} {text.ARROW} "
    drift += f"{text.points_plain(recorded.drift_after_bps)} of drift in total"
    strategy = f"strategy {recorded.strategy_name}" if recorded.strategy_name else ""
    undone = f"undone {when(recorded.undone_at)}" if recorded.undone_at else ""
    return " · ".join(each for each in (recorded.scope_name, strategy, drift, undone) if each)


def when(moment: datetime) -> str:
    """A moment in the computer's own time zone."""
    return text.moment(moment.astimezone())


PLAN_COLUMNS: Final[tuple[Column[RecordedPlan], ...]] = (
    Column("Recorded", lambda each: when(each.recorded_at), key=lambda each: each.recorded_at, width=176),
    Column("Plan", title, font="strong", stretch=True, key=lambda each: (each.mode.value, each.amount_minor)),
    Column("Scope", lambda each: each.scope_name, width=160, tip=lambda each: each.scope_name),
    Column(
        "Trades",
        lambda each: text.count(len(each.trades), "trade"),
        key=lambda each: len(each.trades),
        width=96,
        right=True,
    ),
    Column("State", lambda _: "", pill=lambda each: _UNDONE if each.is_undone else _RECORDED, width=120),
)


@dataclass(frozen=True, slots=True)
class TradeRow:
    """A trade that was recorded, with the base currency of its plan."""

    trade: RecordedTrade
    base_currency: str


TRADE_COLUMNS: Final[tuple[Column[TradeRow], ...]] = (
    Column("Trade", lambda row: row.trade.side.value.capitalize(), width=74, ink=lambda _: "mute"),
    Column("Asset", lambda row: row.trade.symbol, font="strong", stretch=True),
    Column("Account", lambda row: row.trade.account_name, width=150),
    Column(
        "Quantity", lambda row: text.quantity(row.trade.quantity), key=lambda row: row.trade.quantity, right=True,
        figures=True, width=124,
    ),
    Column("Price", lambda row: text.price(row.trade.price, row.trade.currency), right=True, figures=True, width=110),
    Column(
        "Fee", lambda row: text.money(row.trade.fee_minor, row.trade.currency) if row.trade.fee_minor else text.NOTHING,
        key=lambda row: row.trade.fee_minor, right=True, figures=True, width=90,
    ),
    Column(
        "Amount", lambda row: text.money(row.trade.amount_minor, row.base_currency),
        key=lambda row: row.trade.amount_minor, right=True, figures=True, width=124,
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """What was made of a holding; the asset is None where it was removed since."""

    change: RecordedChange
    asset: Asset | None

    @property
    def difference(self) -> Decimal:
        """How much more or less of it there is."""
        return (self.change.quantity_after or Decimal(0)) - (self.change.quantity_before or Decimal(0))

    def words(self, quantity: Decimal | None) -> str:
        """A quantity, as the asset is counted."""
        if quantity is None:
            return text.NOTHING
        return text.held(quantity, self.asset) if self.asset else text.quantity(quantity)

    @property
    def change_words(self) -> str:
        """The difference with its sign."""
        sign = text.MINUS if self.difference < 0 else "+"
        return f"{sign}{self.words(abs(self.difference))}"


CHANGE_COLUMNS: Final[tuple[Column[ChangeRow], ...]] = (
    Column("Holding", lambda row: row.change.symbol, font="strong", stretch=True),
    Column("Account", lambda row: row.change.account_name, width=170),
    Column("Before", lambda row: row.words(row.change.quantity_before), right=True, figures=True, width=150),
    Column("After", lambda row: row.words(row.change.quantity_after), right=True, figures=True, width=150),
    Column("Change", lambda row: row.change_words, key=lambda row: row.difference, right=True, figures=True, width=150),
)


def trade_rows(recorded: RecordedPlan) -> list[TradeRow]:
    """The trades, in the order of the plan."""
    return [TradeRow(trade, recorded.base_currency) for trade in recorded.trades]


def change_rows(recorded: RecordedPlan, portfolio: Portfolio) -> list[ChangeRow]:
    """The changes, by account and asset; what was removed since is said to be."""
    return [ChangeRow(change, portfolio.assets.get(change.asset_id or "")) for change in recorded.changes]
