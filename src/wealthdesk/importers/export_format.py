"""The CSV that WealthDesk writes and reads back: columns in order, how texts, shares and classes stand in a cell."""

import csv
from collections.abc import Iterable, Sequence
from decimal import Context, Decimal
from io import StringIO
from typing import Final

from wealthdesk.domain.money import DECIMALS, POINT, WHOLE, NumberFormat, canonical, digits, from_minor

HOLDINGS_COLUMNS: Final = (
    "Account", "Symbol", "Name", "Quantity", "Price", "Currency", "Price date", "ISIN", "Class", "Cost", "Kind",
    "Lot step", "Account kind", "Account currency", "Exchange rate", "Exchange rate date", "Base currency",
)  # fmt: skip
"""Numbers with a point and no groups, dates as 2026-11-20, cash with Kind “cash” and its currency's code for a symbol.
An exchange rate is what one unit of Currency is in Base currency. An account that holds nothing is a row with only its
name, kind and currencies; an asset that no account holds is one without account and quantity."""

OWN_FORMAT: Final = "Holdings of WealthDesk"
"""The kind of file that has these columns: it calls everything what it is called here."""

TARGETS_COLUMNS: Final = (
    "Strategy", "Scope", "Active", "Absolute band", "Relative band", "Fill method", "Unfillable",
    "Class", "Class target", "Class locked", "Symbol", "Currency", "Holding target", "Holding locked",
    "Class band", "Holding band", "Class cap", "Holding cap",
)  # fmt: skip
"""One row per class with Symbol empty, then one per holding target of that class with Class target empty. Shares and
bands as percentages with two decimals (60.00), locks and Active as yes or no, Scope an account's name or the words
below. The bands of classes and holdings are their own ones; empty: those of the strategy. A cap is the most that a
target may be, of the strategy or of its class; empty: there is none.
A strategy without class targets is one row with Class empty."""

ALL_PORTFOLIO: Final = "All Portfolio"

_RATE_DECIMALS: Final = Decimal(1).scaleb(-DECIMALS)
_WIDE: Final = Context(prec=60)
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "'")


def is_own(headers: Iterable[str]) -> bool:
    """Whether a table of holdings is one that WealthDesk wrote, so that every cell says what it says."""
    return tuple(headers) == HOLDINGS_COLUMNS


def safe_cell(text: str) -> str:
    """`text` for a cell, with an apostrophe before it where a spreadsheet would run it as a formula."""
    return "'" + text if text.startswith(_FORMULA) else text


def plain_cell(cell: str) -> str:
    """What a cell says: without the spaces around it and without the apostrophe of `safe_cell`, or what other programs
    write that digits may stay a text: ="000001".
    """
    text = cell.strip()
    if text[:2] == '="' and text[-1] == '"' and text.count('"') == 2:
        return text[2:-1].strip()
    return text[1:].strip() if text[:1] == "'" and text[1:].startswith(_FORMULA) else text


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[str]], marks: NumberFormat = POINT) -> str:
    """The rows under their columns, as every file that is exported is written: `;` between cells where the decimal
    mark is a comma."""
    text = StringIO()
    writer = csv.writer(text, delimiter=";" if marks.decimal == "," else ",", lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue()


def money_cell(minor: int, currency: str, marks: NumberFormat = POINT) -> str:
    """An amount in minor units of its currency, with all decimals that it has."""
    return f"{from_minor(minor, currency):.{digits(currency)}f}".replace(".", marks.decimal)


def rate_cell(rate: Decimal) -> str:
    """An exchange rate with as many decimals as are kept."""
    return canonical(rate.quantize(_RATE_DECIMALS, context=_WIDE))


def percent_cell(bps: int) -> str:
    """A share or a drift in basis points as a percentage with two decimals: 6,250 → 62.50."""
    return f"{Decimal(bps).scaleb(-2):.2f}"


def classes_cell(classes: Sequence[tuple[str, int]]) -> str:
    """The exposures of an asset in one cell: “Equity”, or “Equity 60.00%; Fixed income 40.00%” when there are several.

    A name that could be misread (with ; " or %) is quoted.
    """
    if len(classes) == 1 and classes[0][1] == WHOLE and not _needs_quotes(classes[0][0]):
        return classes[0][0]
    return "; ".join(f"{_quoted_name(name)} {percent_cell(bps)}%" for name, bps in classes)


def _needs_quotes(name: str) -> bool:
    return any(mark in name for mark in ';"%')


def _quoted_name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"' if _needs_quotes(name) else name
