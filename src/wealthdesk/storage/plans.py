"""Recorded plans in the file, the options that plans of a strategy begin with, and the orders ticked off."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final, TypeVar
from uuid import uuid4

from wealthdesk.domain.accounts import Scope, account_of, group_of
from wealthdesk.domain.plans import (
    Deposit,
    Goal,
    Mode,
    Order,
    PlanOptions,
    RecordedAmount,
    RecordedChange,
    RecordedConversion,
    RecordedPlan,
    RecordedTrade,
    Side,
    TradeCount,
    Trades,
)
from wealthdesk.domain.schedule import DateOutcome, Every, PlannedDeposit
from wealthdesk.domain.tax_lots import TaxLot, TaxLots, ordered
from wealthdesk.errors import NotFound
from wealthdesk.storage.connection import Reading, Row, refusing
from wealthdesk.storage.holdings import HOLDINGS, LOTS
from wealthdesk.storage.mapping import (
    ACCOUNT_OF_SCOPE,
    DAY,
    EXACT,
    FLAG,
    GROUP_OF_SCOPE,
    MOMENT,
    PLAIN,
    ColumnKind,
    Mapped,
    grouped,
    word,
)
from wealthdesk.storage.texts import day_of, moment_of

if TYPE_CHECKING:
    from wealthdesk.storage.writing import Writing

_Value = TypeVar("_Value")

_GONE: Final = "This recorded plan does not exist any more."

_PLANS: Final = Mapped(
    "plans",
    RecordedPlan,
    {
        "id": PLAIN,
        "recorded_at": MOMENT,
        "undone_at": MOMENT,
        "account_id": ACCOUNT_OF_SCOPE,
        "group_id": GROUP_OF_SCOPE,
        "scope_name": PLAIN,
        "strategy_name": PLAIN,
        "mode": word(Mode),
        "amount_minor": PLAIN,
        "base_currency": PLAIN,
        "drift_before_bps": PLAIN,
        "drift_after_bps": PLAIN,
    },
)
_AMOUNTS: Final = Mapped(
    "plan_amounts", RecordedAmount, {"account_id": PLAIN, "account_name": PLAIN, "amount_minor": PLAIN}
)
_TRADES: Final = Mapped(
    "plan_trades",
    RecordedTrade,
    {
        "account_id": PLAIN,
        "asset_id": PLAIN,
        "account_name": PLAIN,
        "symbol": PLAIN,
        "side": word(Side),
        "quantity": EXACT,
        "price": EXACT,
        "currency": PLAIN,
        "amount_minor": PLAIN,
        "fee_minor": PLAIN,
    },
)
_CHANGES: Final = Mapped(
    "plan_changes",
    RecordedChange,
    {
        "holding_id": PLAIN,
        "account_id": PLAIN,
        "asset_id": PLAIN,
        "account_name": PLAIN,
        "symbol": PLAIN,
        "currency": PLAIN,
        "quantity_after": EXACT,
        "cost_after_minor": PLAIN,
    },
)
_BEFORE: Final = HOLDINGS.beside(
    "plan_changes",
    lambda column: "cost_before_minor" if column == "cost_basis_minor" else f"{column}_before",
    but=["id", "account_id", "asset_id"],
)
"""What the holding of a change was: each column of holdings has one here, so that it can be made again."""
_CONVERSIONS: Final = Mapped(
    "plan_conversions",
    RecordedConversion,
    {
        "account_id": PLAIN,
        "account_name": PLAIN,
        "source_currency": PLAIN.named("source"),
        "to_currency": PLAIN.named("to"),
        "source_minor": PLAIN,
        "to_minor": PLAIN,
        "rate": EXACT,
        "fee_minor": PLAIN,
    },
)
_DEPOSITS: Final = """
SELECT plan_amounts.account_id, plans.recorded_at, plans.created_at, plan_amounts.amount_minor, plans.base_currency
FROM plan_amounts
JOIN plans ON plans.id = plan_amounts.plan_id
WHERE plans.undone_at IS NULL AND plan_amounts.account_id IS NOT NULL AND plan_amounts.amount_minor > 0
ORDER BY plans.number, plan_amounts.position
"""
_LOTS: Final = """
SELECT plan_change_lots.change_id, plan_change_lots.is_before, {}
FROM plan_change_lots
JOIN plan_changes ON plan_changes.id = plan_change_lots.change_id
""".format(", ".join(f"plan_change_lots.{column}" for column in LOTS.columns))


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
    connection.insert("plans", {"number": number, **_PLANS.row(new)})
    connection.insert("plan_amounts", *_numbered(new.id, new.amounts, _AMOUNTS.row))
    connection.insert("plan_trades", *_numbered(new.id, new.trades, _TRADES.row))
    connection.insert("plan_conversions", *_numbered(new.id, new.conversions, _CONVERSIONS.row))
    changes = list(_numbered(new.id, new.changes, _change_row))
    connection.insert("plan_changes", *changes)
    for row, change in zip(changes, new.changes, strict=True):
        for is_before, lots in ((True, change.lots_before), (False, change.lots_after)):
            of = {"change_id": row["id"], "is_before": is_before}
            connection.insert("plan_change_lots", *({"id": str(uuid4()), **of, **LOTS.row(lot)} for lot in lots))


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

    def parts(part: Mapped[_Value], *before: str) -> dict[Any, list[Row]]:
        """The rows of a part of each plan, in their order, by the id of the plan."""
        return grouped(rows(part.select("plan_id", *before), "plan_id", " ORDER BY position"), lambda row: row)

    lots = _lots_by_change(rows(_LOTS, "plan_changes.plan_id"))
    amounts, trades, conversions = parts(_AMOUNTS), parts(_TRADES), parts(_CONVERSIONS)
    changes = parts(_CHANGES, "id", *_BEFORE.columns)
    return [
        _PLANS.of(
            row,
            trades=tuple(map(_TRADES.of, trades.get(row[0], ()))),
            changes=tuple(_change(lots, *each) for each in changes.get(row[0], ())),
            amounts=tuple(map(_AMOUNTS.of, amounts.get(row[0], ()))),
            conversions=tuple(map(_CONVERSIONS.of, conversions.get(row[0], ()))),
        )
        for row in rows(_PLANS.select(), "id", order)
    ]


def _lots_by_change(rows: Iterable[Row]) -> dict[tuple[str, bool], TaxLots]:
    found: dict[tuple[str, bool], list[TaxLot]] = {}
    for change_id, is_before, *lot in rows:
        found.setdefault((change_id, bool(is_before)), []).append(LOTS.of(lot))
    return {key: ordered(lots) for key, lots in found.items()}


def _change(lots: dict[tuple[str, bool], TaxLots], change_id: str, *row: Any) -> RecordedChange:
    before, after = (lots.get((change_id, is_before), ()) for is_before in (True, False))
    held, rest = row[: len(_BEFORE.columns)], row[len(_BEFORE.columns) :]
    change = _CHANGES.of(rest, before=None, lots_before=before, lots_after=after)
    if all(each is None for each in held):
        return change
    place = {"account_id": change.account_id or "", "asset_id": change.asset_id or ""}
    return replace(change, before=_BEFORE.of(held, id=change.holding_id, **place))


def _change_row(change: RecordedChange) -> dict[str, object]:
    before = _BEFORE.row(change.before) if change.before else dict.fromkeys(_BEFORE.columns)
    return {**_CHANGES.row(change), **before}


def _numbered(
    plan_id: str, values: Iterable[_Value], columns: Callable[[_Value], dict[str, object]]
) -> Iterable[dict[str, object]]:
    for position, each in enumerate(values):
        yield {"id": str(uuid4()), "plan_id": plan_id, "position": position, **columns(each)}


_ORDERS: Final = """
SELECT account_id, asset_id, side, signature FROM placed_orders WHERE scope_id IS ? AND group_id IS ?
"""


def placed_orders(connection: Reading, scope: Scope) -> tuple[str, frozenset[Order]]:
    """The signature of the plan that they are of, and the orders; neither where none is kept."""
    rows = connection.rows(_ORDERS, account_of(scope), group_of(scope))
    signature = rows[0][3] if rows else ""
    return signature, frozenset((account_id, asset_id, Side(side)) for account_id, asset_id, side, _ in rows)


def set_placed_orders(connection: "Writing", scope: Scope, signature: str, orders: Iterable[Order]) -> None:
    """Keeps these in the place of what was kept; NotFound if an account or an asset is gone."""
    of = {"scope_id": account_of(scope), "group_id": group_of(scope)}
    connection.delete("placed_orders", **of)
    rows = (
        {
            "id": str(uuid4()),
            **of,
            "signature": signature,
            "account_id": account_id,
            "asset_id": asset_id,
            "side": side.value,
        }
        for account_id, asset_id, side in sorted(orders)
    )
    with refusing(foreign_key="An account or an asset of these orders does not exist any more."):
        connection.insert("placed_orders", *rows)


def _trade_count(text: str) -> TradeCount:
    return int(text) if text.isdigit() else Trades(text)


_OPTIONS = Mapped(
    "plan_options",
    PlanOptions,
    {
        "whole_shares": FLAG,
        "use_cash": FLAG,
        "goal": word(Goal),
        "min_trade_minor": PLAIN,
        "gain_limit_minor": PLAIN,
        "prefer_homes": FLAG,
        "trades": ColumnKind(_trade_count, str),
        "gain_cost_bps": PLAIN,
    },
)


def options_of(connection: Reading, strategy_id: str) -> PlanOptions:
    """The options of a strategy; the usual ones while none were chosen."""
    found = _OPTIONS.all(connection, "WHERE strategy_id = ?", strategy_id)
    return found[0] if found else PlanOptions()


def set_options(connection: "Writing", strategy_id: str, options: PlanOptions) -> None:
    """Keeps the options of a strategy; NotFound if it is gone."""
    with refusing(foreign_key="This strategy does not exist any more."):
        connection.put("plan_options", {"strategy_id": strategy_id, **_OPTIONS.row(options)})


_PLANNED_DEPOSITS: Final = Mapped(
    "deposits_planned",
    PlannedDeposit,
    {
        "id": PLAIN,
        "account_id": ACCOUNT_OF_SCOPE,
        "group_id": GROUP_OF_SCOPE,
        "amount_minor": PLAIN,
        "currency": PLAIN,
        "every": word(Every),
        "day": PLAIN,
        "first_on": DAY,
        "until": DAY,
        "times": PLAIN,
    },
)


def all_deposits(connection: Reading) -> list[PlannedDeposit]:
    """Every planned deposit, those that begin first first."""
    return _PLANNED_DEPOSITS.all(connection, "ORDER BY first_on, day, amount_minor, id")


def outcomes(connection: Reading) -> dict[str, dict[date, DateOutcome]]:
    """Deposit id → date by the calendar → what became of it."""
    found: dict[str, dict[date, DateOutcome]] = {}
    for key, on, outcome in connection.rows("SELECT deposit_id, on_date, outcome FROM deposit_outcomes"):
        found.setdefault(key, {})[day_of(on)] = DateOutcome(outcome)
    return found


def add_deposit(connection: "Writing", new: PlannedDeposit) -> None:
    """Keeps a new planned deposit; NotFound if its account or group is gone."""
    with refusing(foreign_key="This account or group does not exist any more."):
        connection.insert("deposits_planned", _PLANNED_DEPOSITS.row(new))


def set_outcome(connection: "Writing", deposit_id: str, on: date, outcome: DateOutcome) -> None:
    """Keeps what became of a date; NotFound if its deposit is gone."""
    with refusing(foreign_key="This planned deposit does not exist any more."):
        connection.put("deposit_outcomes", {"deposit_id": deposit_id, "on_date": on, "outcome": outcome.value})


def remove_outcome(connection: "Writing", deposit_id: str, on: date) -> None:
    """Forgets what became of a date: it is open again."""
    connection.delete("deposit_outcomes", deposit_id=deposit_id, on_date=on)


def remove_deposit(connection: "Writing", deposit_id: str) -> None:
    """Removes a planned deposit with what became of its dates; NotFound if it is gone."""
    connection.delete("deposit_outcomes", deposit_id=deposit_id)
    if not connection.delete("deposits_planned", id=deposit_id):
        raise NotFound("This planned deposit does not exist any more.")
