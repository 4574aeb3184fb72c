"""The file's own total beside ours: the same, another one, or another one that is explained by what was left out."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from wealthdesk.importers.draft import Note, Problem

_MOST_TOTALS: Final = 50
_LONGEST_RUN: Final = 2_000


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
