"""A recorded plan as a file or as text for other programs: one row per trade or conversion, as it was carried out."""

import csv
from collections.abc import Iterator
from io import StringIO
from typing import Final

from wealthdesk.domain.money import POINT, NumberFormat, canonical, digits, from_minor
from wealthdesk.domain.recorded_plans import RecordedConversion, RecordedPlan, RecordedTrade
from wealthdesk.importers.export_format import safe_cell

COLUMNS: Final = (
    "Recorded", "Undone", "Account", "Action", "Symbol", "Quantity", "Price", "Price currency", "Fee",
    "Amount", "Amount currency", "Fee currency",
)  # fmt: skip


def recorded_csv(recorded: RecordedPlan, marks: NumberFormat = POINT) -> str:
    """The trades and conversions as CSV: numbers without groups, `;` between cells where the decimal mark is a comma.

    Texts that a spreadsheet would run as a formula are neutralised; numbers stay numbers.
    """
    written = StringIO()
    writer = csv.writer(written, delimiter=";" if marks.decimal == "," else ",", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(_rows(recorded, marks))
    return written.getvalue()


def recorded_text(recorded: RecordedPlan, marks: NumberFormat = POINT) -> str:
    """The same rows as text for the clipboard, cells separated by tabs."""
    rows = [COLUMNS, *_rows(recorded, marks)]
    return "\n".join("\t".join(" ".join(cell.split()) for cell in row) for row in rows)


def _rows(recorded: RecordedPlan, marks: NumberFormat) -> Iterator[tuple[str, ...]]:
    undone = recorded.undone_at.date().isoformat() if recorded.undone_at else ""
    first = (recorded.recorded_at.date().isoformat(), undone)
    for trade in recorded.trades:
        yield (*first, *_trade_cells(trade, recorded.base_currency, marks))
    for each in recorded.conversions:
        yield (*first, *_conversion_cells(each, recorded.base_currency, marks))


def _trade_cells(trade: RecordedTrade, base_currency: str, marks: NumberFormat) -> tuple[str, ...]:
    return (
        safe_cell(trade.account_name),
        trade.side.value.capitalize(),
        safe_cell(trade.symbol),
        canonical(trade.quantity).replace(".", marks.decimal),
        canonical(trade.price).replace(".", marks.decimal),
        trade.currency,
        _money(trade.fee_minor, trade.currency, marks),
        _money(trade.amount_minor, base_currency, marks),
        base_currency,
        trade.currency,
    )


def _conversion_cells(each: RecordedConversion, base_currency: str, marks: NumberFormat) -> tuple[str, ...]:
    """So much of a currency, at the rate to the other one, and what of that came in."""
    return (
        safe_cell(each.account_name),
        "Convert",
        each.source,
        _money(each.source_minor, each.source, marks),
        canonical(each.rate).replace(".", marks.decimal),
        each.to,
        _money(each.fee_minor, base_currency, marks),
        _money(each.to_minor, each.to, marks),
        each.to,
        base_currency,
    )


def _money(minor: int, currency: str, marks: NumberFormat) -> str:
    return f"{from_minor(minor, currency):.{digits(currency)}f}".replace(".", marks.decimal)
