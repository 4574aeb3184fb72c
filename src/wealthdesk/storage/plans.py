"""Recorded plans in the file."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, TypeVar
from uuid import uuid4

from wealthdesk.domain.plans import (
    Deposit,
    Mode,
    RecordedAmount,
    RecordedChange,
    RecordedConversion,
    RecordedPlan,
    RecordedTrade,
    Side,
)
from wealthdesk.domain.tax_lots import TaxLot, TaxLots, ordered
from wealthdesk.errors import NotFound
from wealthdesk.storage.connection import Reading, Row
from wealthdesk.storage.tax_lots import lot_columns, lot_of
from wealthdesk.storage.texts import decimal_of, moment_of

if TYPE_CHECKING:
    from wealthdesk.storage.writing import Writing

Value = TypeVar("Value")

_GONE: Final = "This recorded plan does not exist any more."

_PLANS: Final = """
SELECT id, recorded_at, undone_at, account_id, scope_name, strategy_name, mode, amount_minor, base_currency,
  drift_before_bps, drift_after_bps
FROM plans
"""
_AMOUNTS: Final = "SELECT plan_id, account_id, account_name, amount_minor FROM plan_amounts"
_TRADES: Final = """
SELECT plan_id, account_id, asset_id, account_name, symbol, side, quantity, price, currency, amount_minor, fee_minor
FROM plan_trades
"""
_CHANGES: Final = """
SELECT plan_id, id, holding_id, account_id, asset_id, account_name, symbol, currency, quantity_before, quantity_after,
  cost_before_minor, cost_after_minor
FROM plan_changes
"""
_CONVERSIONS: Final = """
SELECT plan_id, account_id, account_name, source_currency, to_currency, source_minor, to_minor, rate, fee_minor
FROM plan_conversions
"""
_DEPOSITS: Final = """
SELECT plan_amounts.account_id, plans.recorded_at, plans.created_at, plan_amounts.amount_minor, plans.base_currency
FROM plan_amounts
JOIN plans ON plans.id = plan_amounts.plan_id
WHERE plans.undone_at IS NULL AND plan_amounts.account_id IS NOT NULL AND plan_amounts.amount_minor > 0
ORDER BY plans.number, plan_amounts.position
"""
_LOTS: Final = """
SELECT lots.change_id, lots.is_before, lots.acquired_on, lots.quantity, lots.cost_minor
FROM plan_change_lots AS lots
JOIN plan_changes ON plan_changes.id = lots.change_id
"""


def all_plans(connection: Reading) -> list[RecordedPlan]:
    """Every recorded plan, the newest first."""
    return _plans(connection, "", " ORDER BY number DESC")


def plan(connection: Reading, plan_id: str) -> RecordedPlan:
    """One recorded plan; NotFound if it is gone."""
    found = _plans(connection, plan_id)
    if not found:
        raise NotFound(_GONE)
    return found[0]


def deposits(connection: Reading) -> list[Deposit]:
    """What came into accounts that are still there, by plans that stand."""
    return [
        Deposit(account_id, moment_of(recorded_at), moment_of(kept_at), minor, base)
        for account_id, recorded_at, kept_at, minor, base in connection.rows(_DEPOSITS)
    ]


def add_plan(connection: "Writing", new: RecordedPlan) -> None:
    """Keeps a plan as the newest one."""
    (number,) = connection.row("SELECT coalesce(max(number), 0) + 1 FROM plans") or (1,)
    connection.insert("plans", {"number": number, **_plan_columns(new)})
    connection.insert("plan_amounts", *_numbered(new.id, new.amounts, _amount_columns))
    connection.insert("plan_trades", *_numbered(new.id, new.trades, _trade_columns))
    connection.insert("plan_conversions", *_numbered(new.id, new.conversions, _conversion_columns))
    changes = list(_numbered(new.id, new.changes, _change_columns))
    connection.insert("plan_changes", *changes)
    for row, change in zip(changes, new.changes, strict=True):
        for is_before, lots in ((True, change.lots_before), (False, change.lots_after)):
            of = {"change_id": row["id"], "is_before": is_before}
            connection.insert("plan_change_lots", *({"id": str(uuid4()), **of, **lot_columns(lot)} for lot in lots))


def remove_plan(connection: "Writing", plan_id: str) -> None:
    """Removes a plan with its trades and changes; the holdings stay."""
    connection.delete("plans", id=plan_id)


def mark_undone(connection: "Writing", plan_id: str, at: datetime) -> None:
    """Keeps that a plan was taken back."""
    connection.update("plans", {"undone_at": at}, id=plan_id)


def _plans(connection: Reading, plan_id: str, order: str = "") -> list[RecordedPlan]:
    """The plan, or (without an id) all of them."""

    def rows(query: str, column: str, sort: str = "") -> list[Row]:
        return (
            connection.rows(f"{query} WHERE {column} = ?{sort}", plan_id) if plan_id else connection.rows(query + sort)
        )

    lots = _lots_by_change(rows(_LOTS, "plan_changes.plan_id"))
    amounts = _by_plan(rows(_AMOUNTS, "plan_id", " ORDER BY position"), RecordedAmount)
    trades = _by_plan(rows(_TRADES, "plan_id", " ORDER BY position"), _trade)
    changes = _by_plan(rows(_CHANGES, "plan_id", " ORDER BY position"), lambda *row: _change(lots, *row))
    changed = _by_plan(rows(_CONVERSIONS, "plan_id", " ORDER BY position"), _conversion)
    return [
        replace(
            _plan(row),
            trades=tuple(trades.get(row[0], ())),
            changes=tuple(changes.get(row[0], ())),
            amounts=tuple(amounts.get(row[0], ())),
            conversions=tuple(changed.get(row[0], ())),
        )
        for row in rows(_PLANS, "id", order)
    ]


def _by_plan(rows: Iterable[Row], value: Callable[..., Value]) -> dict[str, list[Value]]:
    found: dict[str, list[Value]] = {}
    for plan_id, *columns in rows:
        found.setdefault(plan_id, []).append(value(*columns))
    return found


def _lots_by_change(rows: Iterable[Row]) -> dict[tuple[str, bool], TaxLots]:
    found: dict[tuple[str, bool], list[TaxLot]] = {}
    for change_id, is_before, *lot in rows:
        found.setdefault((change_id, bool(is_before)), []).append(lot_of(*lot))
    return {key: ordered(lots) for key, lots in found.items()}


def _plan(row: Row) -> RecordedPlan:
    """The plan without what belongs to it."""
    plan_id, recorded_at, undone_at, scope, scope_name, strategy_name, mode, amount, base, before, after = row
    return RecordedPlan(
        id=plan_id,
        recorded_at=moment_of(recorded_at),
        scope=scope,
        scope_name=scope_name,
        strategy_name=strategy_name,
        mode=Mode(mode),
        amount_minor=amount,
        base_currency=base,
        drift_before_bps=before,
        drift_after_bps=after,
        trades=(),
        changes=(),
        undone_at=None if undone_at is None else moment_of(undone_at),
    )


def _trade(
    account_id: str | None,
    asset_id: str | None,
    account_name: str,
    symbol: str,
    side: str,
    quantity: str,
    price: str,
    currency: str,
    amount_minor: int,
    fee_minor: int,
) -> RecordedTrade:
    numbers = decimal_of(quantity), decimal_of(price)
    return RecordedTrade(
        account_id, asset_id, account_name, symbol, Side(side), *numbers, currency, amount_minor, fee_minor
    )


def _conversion(
    account_id: str | None,
    account_name: str,
    source: str,
    to: str,
    source_minor: int,
    to_minor: int,
    rate: str,
    fee_minor: int,
) -> RecordedConversion:
    return RecordedConversion(account_id, account_name, source, to, source_minor, to_minor, decimal_of(rate), fee_minor)


def _change(lots: dict[tuple[str, bool], TaxLots], change_id: str, holding_id: str, *columns: Any) -> RecordedChange:
    account_id, asset_id, account_name, symbol, currency, quantity_before, quantity_after, before, after = columns
    return RecordedChange(
        account_id,
        asset_id,
        None if quantity_before is None else decimal_of(quantity_before),
        None if quantity_after is None else decimal_of(quantity_after),
        before,
        after,
        lots_before=lots.get((change_id, True), ()),
        lots_after=lots.get((change_id, False), ()),
        account_name=account_name,
        symbol=symbol,
        currency=currency,
        holding_id=holding_id,
    )


def _numbered(
    plan_id: str, values: Iterable[Value], columns: Callable[[Value], dict[str, object]]
) -> Iterable[dict[str, object]]:
    for position, each in enumerate(values):
        yield {"id": str(uuid4()), "plan_id": plan_id, "position": position, **columns(each)}


def _plan_columns(value: RecordedPlan) -> dict[str, object]:
    return {
        "id": value.id,
        "recorded_at": value.recorded_at,
        "undone_at": value.undone_at,
        "account_id": value.scope,
        "scope_name": value.scope_name,
        "strategy_name": value.strategy_name,
        "mode": value.mode.value,
        "amount_minor": value.amount_minor,
        "base_currency": value.base_currency,
        "drift_before_bps": value.drift_before_bps,
        "drift_after_bps": value.drift_after_bps,
    }


def _amount_columns(value: RecordedAmount) -> dict[str, object]:
    return {"account_id": value.account_id, "account_name": value.account_name, "amount_minor": value.amount_minor}


def _trade_columns(value: RecordedTrade) -> dict[str, object]:
    return {
        "account_id": value.account_id,
        "asset_id": value.asset_id,
        "account_name": value.account_name,
        "symbol": value.symbol,
        "side": value.side.value,
        "quantity": value.quantity,
        "price": value.price,
        "currency": value.currency,
        "amount_minor": value.amount_minor,
        "fee_minor": value.fee_minor,
    }


def _conversion_columns(value: RecordedConversion) -> dict[str, object]:
    return {
        "account_id": value.account_id,
        "account_name": value.account_name,
        "source_currency": value.source,
        "to_currency": value.to,
        "source_minor": value.source_minor,
        "to_minor": value.to_minor,
        "rate": value.rate,
        "fee_minor": value.fee_minor,
    }


def _change_columns(value: RecordedChange) -> dict[str, object]:
    return {
        "holding_id": value.holding_id,
        "account_id": value.account_id,
        "asset_id": value.asset_id,
        "account_name": value.account_name,
        "symbol": value.symbol,
        "currency": value.currency,
        "quantity_before": value.quantity_before,
        "quantity_after": value.quantity_after,
        "cost_before_minor": value.cost_before_minor,
        "cost_after_minor": value.cost_after_minor,
    }
