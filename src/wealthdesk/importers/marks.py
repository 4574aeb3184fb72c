"""Evidence in a file for how it writes numbers and dates."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from wealthdesk.domain.money import COMMA, CURRENCIES, POINT, NumberFormat
from wealthdesk.importers.cells import YEAR_LAST, CellRefused, read_date
from wealthdesk.importers.draft import DateOrder

_NUMBER = re.compile(r"[0-9.,]*[.,][0-9.,]*", re.ASCII)
_ENOUGH: Final = 5_000
"""How many numbers that tell the decimal mark are enough to know it."""

_DRESS: Final = re.compile(r"[^0-9.,]", re.ASCII)


@dataclass(frozen=True, slots=True)
class Marks:
    """The number format of a file; `doubtful` is a number that could be read in both ways, when nothing settles it."""

    format: NumberFormat
    doubtful: str | None = None


def marks_of(cells: Iterable[str], *, comma_is_likelier: bool) -> Marks:
    """The number format that most of the telling cells speak for; without any, the likelier one."""
    point = comma = 0
    doubtful: str | None = None
    for cell in cells:
        says = _says(cell)
        if says == ".":
            point += 1
        elif says == ",":
            comma += 1
        elif says == "?" and doubtful is None:
            doubtful = cell
        if point + comma == _ENOUGH:
            break
    if point or comma:
        return Marks(COMMA if comma > point else POINT)
    return Marks(COMMA if comma_is_likelier else POINT, doubtful)


def _says(cell: str) -> str:
    """The decimal mark that a number shows beyond doubt, “?” when it could be either, "" when it has no mark."""
    if len(cell) > 40 or not ("." in cell or "," in cell):
        return ""
    bare = _DRESS.sub("", cell).strip(".,") if not cell[0].isdigit() or not cell[-1].isdigit() else cell
    if not _NUMBER.fullmatch(bare):
        return ""
    points, commas = bare.count("."), bare.count(",")
    if points and commas:
        return _last_mark(bare) if min(points, commas) == 1 else ""
    if points + commas > 1:
        return "," if points else "."
    whole, mark, part = bare.partition("." if points else ",")
    if len(part) == 3 and 1 <= len(whole) <= 3 and not whole.startswith("0"):
        return "?"
    return mark


def _last_mark(bare: str) -> str:
    return "." if bare.rfind(".") > bare.rfind(",") else ","


_MONTH_FIRST: Final = frozenset(("USD", "CAD", "PHP"))
"""The currencies of the countries that write the month first."""


def may_write_months_first(cells: Iterable[str]) -> bool:
    """Whether cells name the currency of a country that writes the month first, or none at all."""
    codes = {cell for cell in cells if cell in CURRENCIES}
    return not codes or bool(codes & _MONTH_FIRST)


def date_order_of(cells: Iterable[str], today: date, *, month_is_likelier: bool) -> DateOrder:
    """The order of day and month that the telling cells speak for (a 13th month tells, and a day after today)."""
    day_first = month_first = 0
    for cell in cells:
        match = YEAR_LAST.fullmatch(cell) if len(cell) <= 40 else None
        if match is None or match[2] == ".":
            continue
        can = {order for order in DateOrder if _is_past_day(cell, order, today)}
        day_first += can == {DateOrder.DAY_FIRST}
        month_first += can == {DateOrder.MONTH_FIRST}
    if day_first == month_first:
        return DateOrder.MONTH_FIRST if month_is_likelier else DateOrder.DAY_FIRST
    return DateOrder.DAY_FIRST if day_first > month_first else DateOrder.MONTH_FIRST


def _is_past_day(cell: str, order: DateOrder, today: date) -> bool:
    try:
        day = read_date(cell, order)
    except CellRefused:
        return False
    return day is not None and day <= today
