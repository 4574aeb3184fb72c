"""The totals of a file: which rows are sums of others or of their lots, and its own total beside ours, explained where
it is another.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby, pairwise
from typing import Final

from wealthdesk.domain.money import canonical
from wealthdesk.domain.tax_lots import ordered
from wealthdesk.importers.class_words import class_of
from wealthdesk.importers.draft import LeftOut, Note, Problem
from wealthdesk.importers.outside import is_no_asset
from wealthdesk.importers.rows import RowRead

_MOST_TOTALS: Final = 50
_LONGEST_RUN: Final = 2_000
_MOST: Final = 400
"""How many rows a sum is looked for in, and how many rows are looked at as sums."""


@dataclass(frozen=True, slots=True)
class TotalPart:
    """What one line adds to a total. is_kept: whether it is a holding here, or was left out."""

    line: int
    currency: str
    amount: Decimal
    is_kept: bool = True


@dataclass(frozen=True, slots=True)
class ToldTotal:
    """A total that the file gives, and the column that it stands in."""

    line: int
    amount: Decimal
    column: str = ""


def checked(parts: Sequence[TotalPart], told: Sequence[ToldTotal]) -> tuple[list[Note], list[Problem]]:
    """What there is to say about the totals of a file.

    The largest is the total of all; a smaller one may be that of some lines, and only what is found is said of it.
    """
    parts = sorted(parts, key=lambda each: each.line)
    if not told or not parts:
        return [], []
    largest = max(told[:_MOST_TOTALS], key=lambda each: each.amount)
    currencies = {part.currency for part in parts}
    if len(currencies) > 1:
        several = ", ".join(sorted(currencies))
        text = f"The file’s total of {largest.amount:,.2f} is not compared: its lines are in {several}."
        return [Note(text, largest.line)], []
    code = parts[0].currency
    if any(_is_sum(parts, each) for each in told[:_MOST_TOTALS] if each.amount == largest.amount):
        return [Note(f"The total is {largest.amount:,.2f} {code}, as in the file.", largest.line)], []
    ours = sum((part.amount for part in parts if part.is_kept), Decimal(0))
    left = sum((part.amount for part in parts if not part.is_kept), Decimal(0))
    said = f"The lines that are read come to {ours:,.2f} {code}, the file’s own total is {largest.amount:,.2f}"
    if left and _near(ours + left, largest.amount, len(parts)):
        return [Note(f"{said}: the difference of {abs(left):,.2f} {code} was left out.", largest.line)], []
    if not all(part.is_kept for part in parts):
        return [Note(f"{said}; lines were left out.", largest.line)], []
    fix = "Look for a line that is missing or was read in another way; without this check, leave the line out."
    return [], [Problem(largest.line, largest.column, f"{said}.", fix)]


def _near(ours: Decimal, theirs: Decimal, count: int) -> bool:
    return abs(ours - theirs) <= max(Decimal("0.01") * count, abs(theirs) / 10_000)


def _is_sum(parts: Sequence[TotalPart], told: ToldTotal) -> bool:
    """Whether all lines come to the total, or those just before or just after it."""
    kept = [part for part in parts if part.is_kept]
    if _near(sum((part.amount for part in kept), Decimal(0)), told.amount, len(kept)):
        return True
    before = [part.amount for part in reversed(kept) if part.line < told.line]
    after = [part.amount for part in kept if part.line > told.line]
    return any(_begins_with(amounts[:_LONGEST_RUN], told.amount) for amounts in (before, after))


def _begins_with(amounts: Sequence[Decimal], wanted: Decimal) -> bool:
    total = Decimal(0)
    for count, amount in enumerate(amounts, 1):
        total += amount
        if _near(total, wanted, count):
            return True
    return False


@dataclass(frozen=True, slots=True)
class SummedLine:
    """What of a row matters here: its name, its value, and whether it is bare (no symbol and no quantity)."""

    name: str
    value: Decimal | None
    is_bare: bool


def sums_among(lines: Sequence[SummedLine]) -> frozenset[int]:
    """The places of the bare rows whose value the rows before or after them come to.

    A named one has to be exceptional: the word for a total or a class, or bare among several rows that are not. Where
    some are named as nothing else is, such as by classes of one's own, the sum of a single row is one too.
    """
    found: set[int] = set()
    bare = [i for i, line in enumerate(lines) if line.is_bare and line.value][:_MOST]
    for least in (2, 1):
        for i in reversed(bare):
            if i not in found and _comes_to(lines, i, range(i + 1, min(len(lines), i + _MOST)), found, least):
                found.add(i)
        if not any(lines[i].name and not is_no_asset(lines[i].name) for i in found):
            break
    for i in bare:
        if i not in found and _comes_to(lines, i, range(i - 1, max(-1, i - _MOST), -1), found):
            found.add(i)
    return frozenset(found)


def _comes_to(lines: Sequence[SummedLine], place: int, others: range, known: set[int], least: int = 2) -> bool:
    """Whether some of the others come to the line; at least so many where it is named as a holding could be."""
    line = lines[place]
    is_worded = not line.name or is_no_asset(line.name) or class_of(line.name) is not None
    total, count, is_mixed = Decimal(0), 0, False
    for i in others:
        if i in known:
            continue
        total, count = total + (lines[i].value or 0), count + 1
        is_mixed = is_mixed or not lines[i].is_bare
        if line.value is not None and abs(total - line.value) <= Decimal("0.01") * count and lines[i].value:
            return is_worded or (is_mixed and count >= least)
    return False


def said_again(tables: Sequence[Sequence[RowRead]]) -> Sequence[RowRead]:
    """The rows of the table that says once more, for all accounts together, what the others say of each; or none."""
    told = [rows for rows in tables if rows]
    for rows in told if len(told) > 1 else []:
        others = [row for other in told if other is not rows for row in other]
        accounts = {row.candidate.account for row in others}
        if (len(told) > 2 or len(accounts) > 1) and _quantities(rows) == _quantities(others):
            return rows
    return ()


def _quantities(rows: Sequence[RowRead]) -> dict[tuple[str, str], Decimal]:
    found: dict[tuple[str, str], Decimal] = {}
    for each in (row.candidate for row in rows):
        found[each.symbol, each.currency] = found.get((each.symbol, each.currency), Decimal(0)) + each.quantity
    return found


def lots_below(readings: Sequence[RowRead]) -> tuple[list[RowRead], list[LeftOut]]:
    """The rows without the lots that stand below a row of what they come to: that one gets them."""
    kept: list[RowRead] = []
    left: list[LeftOut] = []
    symbols = [reading.candidate.symbol for reading in readings]
    if not any(one == other or one.endswith(")") for one, other in pairwise(symbols)):
        return [*readings], left
    for _, run in groupby(readings, key=_key_of_lots):
        for rows in _apart(list(run)):
            lots = rows[1:] if len(rows) > 1 and _come_to(rows[1:], rows[0]) else []
            left += [left_as_lot(each) for each in lots]
            kept += [_of_lots(rows[0], lots)] if lots else rows
    return kept, left


def _key_of_lots(reading: RowRead) -> tuple[object, ...]:
    """What the lots of a holding have in common with it: “Acme (2)” is the sum of two rows of Acme."""
    each = reading.candidate
    counted = _COUNTED.fullmatch(each.symbol) if each.symbol.endswith(")") else None
    return each.account, reading.number, reading.held_on, counted["of"] if counted else each.symbol, each.currency


_COUNTED: Final = re.compile(r"(?P<of>.+) \((?P<count>[1-9][0-9]{0,2})\)", re.ASCII)


def _apart(rows: list[RowRead]) -> list[list[RowRead]]:
    """Rows of one holding: each without a day of purchase, with those below it that have one."""
    if len(rows) == 1 or not any(row.is_dated for row in rows):
        return [rows]
    parts: list[list[RowRead]] = []
    for row in rows:
        if parts and row.is_dated:
            parts[-1].append(row)
        else:
            parts.append([row])
    return parts


def _come_to(lots: Sequence[RowRead], whole: RowRead) -> bool:
    """Whether rows are the lots of the one above them: as many together, and said to be, or paid as much for."""
    first = whole.candidate
    if whole.is_dated or sum((each.candidate.quantity for each in lots), Decimal(0)) != first.quantity:
        return False
    counted = _COUNTED.fullmatch(first.symbol)
    if counted and first.symbol != lots[0].candidate.symbol:
        return int(counted["count"]) == len(lots)
    costs = [each.candidate.cost for each in lots if each.candidate.cost is not None]
    is_paid = len(costs) == len(lots) > 1 and first.cost is not None
    return lots[0].is_dated or (
        is_paid and abs(sum(costs, Decimal(0)) - (first.cost or 0)) <= Decimal("0.01") * len(costs)
    )


def _of_lots(whole: RowRead, lots: Sequence[RowRead]) -> RowRead:
    """The row of a whole holding with its lots, called as these are."""
    first, each = whole.candidate, [lot.candidate for lot in lots]
    costs = [one.cost for one in each if one.cost is not None]
    bought = [one.lots for one in each if one.lots is not None]
    cost = sum(costs, Decimal(0)) if first.cost is None and len(costs) == len(lots) else first.cost
    told = ordered(lot for all_of_row in bought for lot in all_of_row) if len(bought) == len(lots) else None
    return replace(whole, candidate=replace(first, symbol=each[0].symbol, name=each[0].name, cost=cost, lots=told))


def left_as_lot(reading: RowRead) -> LeftOut:
    """A lot among the lines that are left out."""
    what = f"{reading.candidate.symbol} · {canonical(reading.candidate.quantity)}"
    return LeftOut(reading.candidate.line, what, "A lot of a holding that has a line of its own.")
