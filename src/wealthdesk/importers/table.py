"""From text to records: cells with the physical line they begin on, quotes undone, faults told instead of swallowed."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from wealthdesk.importers.export_format import plain_cell

DELIMITERS: Final = (",", ";", "\t", "|")

LONGEST_LINE: Final = 100_000
"""The most characters of a line that are read."""

LONGEST_CELL_LINES: Final = 50
"""A quoted cell of more lines than this is taken for a quote that was never closed."""


@dataclass(frozen=True, slots=True)
class Record:
    """The cells of one record, without the spaces around them; `fault` says why they cannot be trusted."""

    line: int
    cells: list[str]
    fault: str | None = None

    @property
    def text(self) -> str:
        """The cells in one short line, to be recognised by the user."""
        joined = " · ".join(cell for cell in self.cells if cell)
        return joined if len(joined) <= 120 else joined[:119] + "…"

    @property
    def is_blank(self) -> bool:
        """Whether no cell has anything in it."""
        return not any(self.cells)


def lines_of(text: str) -> list[str]:
    """The physical lines, whatever way they end; a line end at the end of the text begins no further line."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if not lines[-1]:
        lines.pop()
    return lines


def records(lines: list[str], delimiter: str) -> Iterator[Record]:
    """One record after the other. A quote that stays open costs its own line only: reading goes on at the next one."""
    at = 0
    while at < len(lines):
        line = lines[at]
        if len(line) > LONGEST_LINE:
            yield Record(at + 1, [line[:40] + "…"], f"This line has {len(line):,} characters.")
            at += 1
        elif '"' not in line:
            yield Record(at + 1, [plain_cell(cell) for cell in line.split(delimiter)])
            at += 1
        else:
            record, used = _quoted(lines, at, delimiter)
            yield record
            at += used


def _quoted(lines: list[str], at: int, delimiter: str) -> tuple[Record, int]:
    """The record that begins at `at` and how many lines it takes."""
    used = 0

    def fed() -> Iterator[str]:
        nonlocal used
        for line in lines[at : at + LONGEST_CELL_LINES]:
            used += 1
            yield line[:LONGEST_LINE] + "\n"

    try:
        cells = next(csv.reader(fed(), delimiter=delimiter, strict=True))
    except (csv.Error, StopIteration):
        return _loosely_quoted(lines[at], at, delimiter, used), 1
    return Record(at + 1, [plain_cell(cell) for cell in cells]), used


def _loosely_quoted(line: str, at: int, delimiter: str, used: int) -> Record:
    """A line whose quotes do not follow the rules: read as it stands when it is only one line, a fault otherwise."""
    try:
        cells = next(csv.reader([line], delimiter=delimiter))
    except csv.Error:
        return Record(at + 1, [line[:40]], "A cell of this line is too long.")
    stripped = [plain_cell(cell) for cell in cells]
    open_quote = used > 1 or (line.count('"') % 2 == 1)
    return Record(at + 1, stripped, "A quote opens on this line and does not close." if open_quote else None)
