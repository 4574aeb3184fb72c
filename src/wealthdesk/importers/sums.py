"""Which rows of a table are sums of others, told by their words or because their value is what others come to."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from wealthdesk.importers.class_words import class_of
from wealthdesk.importers.outside import is_no_asset

_MOST: Final = 400
"""How many rows a sum is looked for in, and how many rows are looked at as sums."""


@dataclass(frozen=True, slots=True)
class SummedLine:
    """What of a row matters here: its name, its value, and whether it is bare (no symbol and no quantity)."""

    name: str
    value: Decimal | None
    is_bare: bool


def sums_among(lines: Sequence[SummedLine]) -> frozenset[int]:
    """The places of the bare rows whose value the rows before or after them come to.

    A named one has to be exceptional: the word for a total or a class, or bare among rows that are not.
    """
    found: set[int] = set()
    bare = [i for i, line in enumerate(lines) if line.is_bare and line.value][:_MOST]
    for i in reversed(bare):
        if _comes_to(lines, i, range(i + 1, min(len(lines), i + _MOST)), found):
            found.add(i)
    for i in bare:
        if i not in found and _comes_to(lines, i, range(i - 1, max(-1, i - _MOST), -1), found):
            found.add(i)
    return frozenset(found)


def _comes_to(lines: Sequence[SummedLine], place: int, others: range, known: set[int]) -> bool:
    line = lines[place]
    is_worded = not line.name or is_no_asset(line.name) or class_of(line.name) is not None
    total, count, is_mixed = Decimal(0), 0, False
    for i in others:
        if i in known:
            continue
        total, count = total + (lines[i].value or 0), count + 1
        is_mixed = is_mixed or not lines[i].is_bare
        if line.value is not None and abs(total - line.value) <= Decimal("0.01") * count and lines[i].value:
            return is_worded or (is_mixed and count > 1)
    return False
