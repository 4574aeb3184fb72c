"""Plans, calculated or recorded, as files or as text for other programs: one row per trade."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

from wealthdesk.domain.holdings import Portfolio
from wealthdesk.domain.money import POINT, NumberFormat, canonical
from wealthdesk.domain.plans import (
    AccountCash,
    Plan,
    Reason,
    RecordedConversion,
    RecordedPlan,
    RecordedTrade,
    Trade,
    in_sheet_order,
)
from wealthdesk.importers.export_format import csv_text, money_cell, percent_cell, safe_cell

COLUMNS: Final = (
    "Action", "Account", "Symbol", "Name", "Quantity", "Price", "Price currency", "Amount", "Fee", "Amount currency",
    "Class", "Class drift before, pp", "Class drift after, pp", "Not more because",
    "Cash before", "Cash in or out", "Cash after",
)  # fmt: skip


def plan_csv(plan: Plan, portfolio: Portfolio, marks: NumberFormat = POINT) -> str:
    """The plan as CSV: numbers without groups, `;` between cells where the decimal mark is a comma.

    Texts that a spreadsheet would run as a formula are neutralised; numbers stay numbers.
    """
    return csv_text(COLUMNS, _rows(plan, portfolio, marks), marks)


def plan_text(plan: Plan, portfolio: Portfolio, marks: NumberFormat = POINT) -> str:
    """The plan as text for the clipboard: the same rows, cells separated by tabs."""
    return _text([COLUMNS, *_rows(plan, portfolio, marks)])


def _rows(plan: Plan, portfolio: Portfolio, marks: NumberFormat) -> Iterator[tuple[str, ...]]:
    for trade in in_sheet_order(plan, portfolio.accounts, portfolio.assets):
        yield _trade_row(trade, plan, portfolio, marks)
    if plan.left_in_cash_minor:
        money = money_cell(plan.left_in_cash_minor, plan.base_currency, marks)
        why = _reason_cells(plan.cash_reason, portfolio, marks)
        cells = ("Keep in cash", "", plan.base_currency, "", "", "", "", money, "", plan.base_currency, *why)
        yield cells + ("",) * (len(COLUMNS) - len(cells))
    for each in plan.accounts:
        if each.account_id is not None:
            yield _cash_row(each, plan, portfolio, marks)


def _trade_row(trade: Trade, plan: Plan, portfolio: Portfolio, marks: NumberFormat) -> tuple[str, ...]:
    asset = portfolio.assets[trade.asset_id]
    return (
        trade.side.value.capitalize(),
        "" if trade.account_id is None else safe_cell(portfolio.accounts[trade.account_id].name),
        safe_cell(asset.symbol),
        safe_cell(asset.name),
        _number(trade.quantity, marks),
        _number(trade.price, marks),
        trade.currency,
        money_cell(trade.amount_minor, plan.base_currency, marks),
        money_cell(trade.fee_minor, plan.base_currency, marks) if trade.fee_minor else "",
        plan.base_currency,
        *_reason_cells(trade.reason, portfolio, marks),
        "" if trade.limit is None else trade.limit.value.replace("_", " "),
        *("", "", ""),
    )


def _cash_row(each: AccountCash, plan: Plan, portfolio: Portfolio, marks: NumberFormat) -> tuple[str, ...]:
    """An account's cash stands in columns of its own, so that the amounts of the rows above add up."""
    name = portfolio.accounts[each.account_id or ""].name
    head = ("Cash", safe_cell(name), plan.base_currency)
    numbers = (each.before_minor, each.new_minor, each.after_minor)
    cells = tuple(money_cell(minor, plan.base_currency, marks) for minor in numbers)
    return head + ("",) * (len(COLUMNS) - len(head) - len(cells)) + cells


def _reason_cells(reason: Reason | None, portfolio: Portfolio, marks: NumberFormat) -> tuple[str, str, str]:
    if reason is None:
        return "", "", ""
    drifts = (reason.class_drift_before_bps, reason.class_drift_after_bps)
    before, after = ("" if bps is None else percent_cell(bps).replace(".", marks.decimal) for bps in drifts)
    return safe_cell(portfolio.classes[reason.asset_class_id].name), before, after


def _number(number: Decimal, marks: NumberFormat) -> str:
    return canonical(number).replace(".", marks.decimal)


RECORDED_COLUMNS: Final = (
    "Recorded", "Undone", "Account", "Action", "Symbol", "Quantity", "Price", "Price currency", "Fee",
    "Amount", "Amount currency", "Fee currency",
)  # fmt: skip


def recorded_csv(recorded: RecordedPlan, marks: NumberFormat = POINT) -> str:
    """The trades and conversions as CSV: numbers without groups, `;` between cells where the decimal mark is a comma.

    Texts that a spreadsheet would run as a formula are neutralised; numbers stay numbers.
    """
    return csv_text(RECORDED_COLUMNS, _recorded_rows(recorded, marks), marks)


def recorded_text(recorded: RecordedPlan, marks: NumberFormat = POINT) -> str:
    """The same rows as text for the clipboard, cells separated by tabs."""
    return _text([RECORDED_COLUMNS, *_recorded_rows(recorded, marks)])


def _recorded_rows(recorded: RecordedPlan, marks: NumberFormat) -> Iterator[tuple[str, ...]]:
    undone = _day(recorded.undone_at) if recorded.undone_at else ""
    first = (_day(recorded.recorded_at), undone)
    for trade in recorded.trades:
        yield (*first, *_trade_cells(trade, recorded.base_currency, marks))
    for each in recorded.conversions:
        yield (*first, *_conversion_cells(each, recorded.base_currency, marks))


def _trade_cells(trade: RecordedTrade, base_currency: str, marks: NumberFormat) -> tuple[str, ...]:
    return (
        safe_cell(trade.account_name),
        trade.side.value.capitalize(),
        safe_cell(trade.symbol),
        _number(trade.quantity, marks),
        _number(trade.price, marks),
        trade.currency,
        money_cell(trade.fee_minor, trade.currency, marks),
        money_cell(trade.amount_minor, base_currency, marks),
        base_currency,
        trade.currency,
    )


def _conversion_cells(each: RecordedConversion, base_currency: str, marks: NumberFormat) -> tuple[str, ...]:
    """So much of a currency, at the rate to the other one, and what of that came in."""
    return (
        safe_cell(each.account_name),
        "Convert",
        each.source,
        money_cell(each.source_minor, each.source, marks),
        _number(each.rate, marks),
        each.to,
        money_cell(each.fee_minor, base_currency, marks),
        money_cell(each.to_minor, each.to, marks),
        each.to,
        base_currency,
    )


def _day(moment: datetime) -> str:
    """The day of a moment where the program runs, as the window shows it: a moment in the file is in UTC."""
    return moment.astimezone().date().isoformat()


def _text(rows: Iterable[Sequence[str]]) -> str:
    return "\n".join("\t".join(" ".join(cell.split()) for cell in row) for row in rows)
