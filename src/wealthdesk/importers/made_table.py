"""A table of holdings made of what a file of another format says, so that the rules for lists hold for it as well."""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Final

from wealthdesk.domain.money import WHOLE
from wealthdesk.importers.cells import is_number, short
from wealthdesk.importers.draft import Draft, Kind, Problem
from wealthdesk.importers.encoding import MAX_LINES
from wealthdesk.importers.holdings_csv import ReadProgress, read_holdings
from wealthdesk.importers.other_portfolio import OtherHolding, OtherPortfolio, accounts_of

COLUMNS: Final = (
    "Account", "Symbol", "Name", "ISIN", "Quantity", "Price", "Market value", "Currency", "Cost basis", "Price date",
    "Security type", "Asset class", "FX rate to base", "Level of detail", "Open date", "Base currency",
)  # fmt: skip
"""What a row may say; numbers have a point for decimals, days are like 2026-11-20."""

CASH: Final = "$CASH"
"""The symbol of a row that is cash: its quantity is the amount."""

MadeRow = tuple[int, Mapping[str, str]]
"""The line of the file that a row stands on, from 2, and its cells by column."""


def read_made(
    rows: Iterable[MadeRow],
    file_name: str,
    format_name: str,
    *,
    today: date,
    kind: Kind = Kind.HOLDINGS,
    account: str | None = None,
    currency: str | None = None,
    progress: ReadProgress | None = None,
) -> Draft:
    """The draft of these rows; they keep their lines, of which no two may be the same."""
    listed = list(rows)
    if len(listed) > MAX_LINES:
        return refused(file_name, format_name, f"The file has {len(listed):,} holdings.", "Export fewer of them.")
    used = [column for column in COLUMNS if any(cells.get(column) for _, cells in listed)]
    if not used:
        return refused(file_name, format_name, "There is no holding in this file.", "Export the positions again.")
    lines = [_line(used)]
    for at, cells in sorted(listed, key=lambda each: each[0]):
        lines += [""] * (at - 1 - len(lines))
        lines.append(_line([_unmistakable(cells.get(column, "")) for column in used]))
    draft = read_holdings(
        "\n".join([*lines, ""]).encode(),
        file_name,
        today=today,
        default_account=account,
        default_currency=currency,
        progress=progress,
    )
    told = {line: cells.get("Symbol") or cells.get("Name") or "" for line, cells in listed}
    problems = tuple(_naming(each, told.get(each.line, "")) for each in draft.problems)
    return replace(draft, kind=kind, format=format_name, layout=None, problems=problems)


def _naming(problem: Problem, symbol: str) -> Problem:
    """The problem, said of what: the lines of such files are nothing that one looks at."""
    named = "cash" if symbol == CASH else symbol
    return replace(problem, what=f"{short(named)}: {problem.what}") if named else problem


def other_of_rows(rows: Iterable[MadeRow], program: str) -> OtherPortfolio:
    """What rows of holdings and cash say that another program has."""
    holdings = tuple(_other(cells) for _, cells in rows)
    return OtherPortfolio(program, None, accounts_of(holdings), holdings)


def _other(cells: Mapping[str, str]) -> OtherHolding:
    is_cash, price = cells["Symbol"] == CASH, cells.get("Price")
    whole = "Cash" if is_cash else cells.get("Asset class")
    return OtherHolding(
        cells.get("Account") or None,
        cells["Currency"] if is_cash else cells["Symbol"],
        cells.get("Name") or None,
        cells.get("ISIN") or None,
        cells["Currency"],
        Decimal(cells["Quantity"]),
        Decimal(1) if is_cash else Decimal(price) if price else None,
        is_cash,
        ((whole, WHOLE),) if whole else (),
    )


def refused(file_name: str, format_name: str, what: str, fix: str, kind: Kind = Kind.OTHER) -> Draft:
    """The draft of a file of which nothing can be read: one sentence, and how to mend it."""
    return Draft(file_name, problems=(Problem(0, "", what, fix),), kind=kind, format=format_name)


def _line(cells: Iterable[str]) -> str:
    into = io.StringIO()
    csv.writer(into, lineterminator="").writerow([" ".join(cell.split()) for cell in cells])
    return into.getvalue()


def _unmistakable(cell: str) -> str:
    """A number such that nobody takes its point for a mark between thousands: 1.204 → 1.2040."""
    _, mark, part = cell.partition(".")
    return cell + "0" if mark and len(part) == 3 and part.isdecimal() and is_number(cell) else cell
